//! Server functions of duplicates and merges: who asks, one call to the store,
//! return.

use domain::duplicates::merge::MergeForm;
use domain::duplicates::page::{AsideForm, Duplicates, Merged, Merging, Similar, Typed, UndoMergeForm};
use domain::ids::CustomerId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::{Action, Actor},
    ui::server::{actor, answer, answer_form, store},
};

/// Where pairs are listed.
pub const PAIRS: &str = "/customers/duplicates";
/// Where two are compared.
pub const MERGE: &str = "/customers/merge";

#[server(name = DuplicatesFn, prefix = "/api", endpoint = "customers/duplicates", input = Json)]
pub async fn duplicates() -> Answer<Duplicates> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.duplicates(&actor).await)
}

#[server(name = DuplicateCountFn, prefix = "/api", endpoint = "customers/duplicate_count", input = Json)]
pub async fn duplicate_count() -> Answer<i64> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.duplicate_count(&actor).await)
}

#[cfg(feature = "ssr")]
fn request(text: &str) -> RequestId {
    RequestId::parse(text).unwrap_or_else(store::new_request)
}

/// Says that two are not the same; a form that works without scripts. Gives it
/// back, for taking it back.
#[server(name = SetAsideFn, prefix = "/api", endpoint = "customers/set_aside")]
pub async fn set_aside(form: AsideForm) -> Answer<AsideForm> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.set_aside(&actor, request(&form.request), form.clone()).await)?;
    leptos_axum::redirect(PAIRS);
    Ok(form)
}

/// Takes that back.
#[server(name = TakeBackAsideFn, prefix = "/api", endpoint = "customers/take_back_aside")]
pub async fn take_back_aside(form: AsideForm) -> Answer<()> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.take_back_aside(&actor, request(&form.request), form).await)?;
    leptos_axum::redirect(PAIRS);
    Ok(())
}

/// Who looks like what is being typed.
#[server(name = SimilarFn, prefix = "/api", endpoint = "customers/similar", input = Json)]
pub async fn similar(typed: Typed) -> Answer<Vec<Similar>> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.similar(&actor, typed).await)
}

/// Two customers side by side; the other by its id, or by exactly its name.
#[server(name = MergingFn, prefix = "/api", endpoint = "customers/merging", input = Json)]
pub async fn merging(a: CustomerId, b: String) -> Answer<Merging> {
    let actor = actor(Action::WriteCustomers)?;
    let b = other(&actor, &b).await?;
    answer(store()?.merging(&actor, a, b).await)
}

/// What the field of the other customer sends: an id, or without scripts a name.
#[cfg(feature = "ssr")]
async fn other(actor: &Actor, typed: &str) -> Answer<CustomerId> {
    let name = typed.trim();
    if let Some(id) = CustomerId::parse(name) {
        return Ok(id);
    }
    let found = answer(store()?.find_customers(actor, name).await)?;
    let mut exact = found.into_iter().filter(|(_, long, short)| long == name || short == name);
    let refused = |code| answer(Err(store::StoreError::refused("customer", code)));
    match (exact.next(), exact.next()) {
        (Some((id, ..)), None) => Ok(id),
        (Some(_), Some(_)) => refused("customer_ambiguous"),
        (None, _) => refused("customer_unknown"),
    }
}

/// Merges two customers; a form that works without scripts.
#[server(name = MergeCustomersFn, prefix = "/api", endpoint = "customers/merge")]
pub async fn merge(form: MergeForm) -> Answer<Merged> {
    let actor = actor(Action::WriteCustomers)?;
    let merged = answer_form(store()?.merge_customers(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/customers/{}", merged.kept));
    Ok(merged)
}

/// Parts them again.
#[server(name = UndoMergeFn, prefix = "/api", endpoint = "customers/undo_merge")]
pub async fn undo_merge(form: UndoMergeForm) -> Answer<Merged> {
    let actor = actor(Action::WriteCustomers)?;
    let parted = answer(store()?.undo_merge(&actor, request(&form.request), form).await)?;
    leptos_axum::redirect(&format!("/customers/{}", parted.kept));
    Ok(parted)
}
