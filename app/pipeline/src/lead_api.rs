//! Server functions of leads and their pools: who asks, one call to the store, return. The list
//! of the pools is with the customers'.

use domain::pool::page::HandForm;
use leptos::prelude::*;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer_form, store},
};

/// Gives a lead of a pool to somebody.
#[server(name = AssignLeadFn, prefix = "/api", endpoint = "pipeline/assign_lead")]
pub async fn assign_lead(form: HandForm) -> Answer<i32> {
    let actor = actor(Action::AssignCustomers)?;
    let version = answer_form(store()?.assign_lead(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/deals/{}", form.id));
    Ok(version)
}

/// Gives a lead back. Who gave it may not see it any more: then on to the list.
#[server(name = GiveBackLeadFn, prefix = "/api", endpoint = "pipeline/give_back_lead")]
pub async fn give_back_lead(form: HandForm) -> Answer<i32> {
    let actor = actor(Action::WriteDeals)?;
    let version = answer_form(store()?.return_lead(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/pool?kind=leads");
    Ok(version)
}

/// Keeps a lead from falling, or no longer.
#[server(name = HoldLeadFn, prefix = "/api", endpoint = "pipeline/hold_lead")]
pub async fn hold_lead(form: HandForm) -> Answer<()> {
    let actor = actor(Action::AssignCustomers)?;
    answer_form(store()?.hold_lead(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/deals/{}", form.id));
    Ok(())
}

#[cfg(feature = "ssr")]
fn request(named: &str) -> RequestId {
    RequestId::parse(named).unwrap_or_else(store::new_request)
}
