//! Server functions of public pools: who asks, one call to the store, return.

use domain::change::Changed;
use domain::pool::page::{ClaimForm, ClaimMany, HandForm, PoolFilter, PoolPage};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
use uuid::Uuid;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = PoolFn, prefix = "/api", endpoint = "pool/pool", input = Json)]
pub async fn pool(filter: PoolFilter, after: Option<String>) -> Answer<PoolPage> {
    let actor = actor(Action::ClaimCustomers)?;
    answer(store()?.pool_page(&actor, &filter, after.as_deref()).await)
}

/// Takes a customer or a lead from a pool; a form that works without scripts, and stays on the
/// list.
#[server(name = ClaimFn, prefix = "/api", endpoint = "pool/claim")]
pub async fn claim(form: ClaimForm) -> Answer<Uuid> {
    let actor = actor(Action::ClaimCustomers)?;
    answer_form(store()?.claim(&actor, request(&form.request), form.clone()).await, &form)
}

/// Takes what can be taken of many; says of every other one why not.
#[server(name = ClaimManyFn, prefix = "/api", endpoint = "pool/claim_many", input = Json)]
pub async fn claim_many(command: ClaimMany) -> Answer<Changed<Uuid>> {
    let actor = actor(Action::ClaimCustomers)?;
    answer(store()?.claim_many(&actor, command).await)
}

/// Gives a customer of a pool to somebody.
#[server(name = AssignFn, prefix = "/api", endpoint = "pool/assign")]
pub async fn assign(form: HandForm) -> Answer<i32> {
    let actor = actor(Action::AssignCustomers)?;
    let version = answer_form(store()?.assign_customer(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/customers/{}", form.id));
    Ok(version)
}

/// Gives a customer back. Who gave it may not see it any more: then on to the list.
#[server(name = GiveBackFn, prefix = "/api", endpoint = "pool/give_back")]
pub async fn give_back(form: HandForm) -> Answer<i32> {
    let actor = actor(Action::WriteCustomers)?;
    let version = answer_form(store()?.return_customer(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/pool");
    Ok(version)
}

/// Keeps a customer from falling, or no longer.
#[server(name = HoldFn, prefix = "/api", endpoint = "pool/hold")]
pub async fn hold(form: HandForm) -> Answer<()> {
    let actor = actor(Action::AssignCustomers)?;
    answer_form(store()?.hold_customer(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/customers/{}", form.id));
    Ok(())
}

#[cfg(feature = "ssr")]
fn request(named: &str) -> RequestId {
    RequestId::parse(named).unwrap_or_else(store::new_request)
}
