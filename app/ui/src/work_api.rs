//! The server functions that pages of several slices share: writing down a
//! follow-up, finding a customer, and what deals can be narrowed by. They stand
//! here because slices do not know one another.

use crate::Answer;
use domain::ids::{CustomerId, FollowUpId};
use domain::mentions::Told;
use domain::pipeline::Choices;
use domain::work::FollowUpForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use {
    crate::server::{actor, answer, answer_form, store},
    domain::mentions::may_name,
    domain::policy::{Action, Actor},
};

/// A follow-up that was written down, and what became of the names in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    pub id: FollowUpId,
    pub names: Told,
}

/// Records a contact with a customer; a form that works without scripts.
#[server(name = LogFollowUpFn, prefix = "/api", endpoint = "team/log_follow_up")]
pub async fn log_follow_up(form: FollowUpForm) -> Answer<Logged> {
    let actor = actor(Action::LogWork)?;
    let request = domain::ids::RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let store = store()?;
    let id = answer_form(store.log_follow_up(&actor, request, form.clone()).await, &form)?;
    let names = if may_name(&form.content) { answer(store.told(&actor, id).await)? } else { Told::default() };
    Ok(Logged { id, names })
}

/// Customers whose name, short name or telephone contains `text`; the one
/// customer if `text` is an id. Id, name, short name.
#[server(name = FindCustomersFn, prefix = "/api", endpoint = "customers/find", input = Json)]
pub async fn find_customers(text: String) -> Answer<Vec<(CustomerId, String, String)>> {
    let actor = actor(Action::ReadCustomers)?;
    match CustomerId::parse(&text) {
        Some(id) => {
            let found = answer(store()?.customer(&actor, id).await)?;
            Ok(match found.merged {
                // It is another one now.
                Some(merged) => merged.kept.into_iter().map(|(id, name)| (id, name, String::new())).collect(),
                None => vec![(found.row.id, found.row.name, found.row.short_name)],
            })
        }
        None => answer(store()?.find_customers(&actor, &text).await),
    }
}

/// What deals can be narrowed by, and a deal can be given: pipelines and their
/// stages, products, and the teams and people this person may see the deals of.
#[server(name = ChoicesFn, prefix = "/api", endpoint = "work/choices", input = Json)]
pub async fn choices() -> Answer<Choices> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.deal_choices(&actor).await)
}

/// The id of the one customer who has exactly this name or short name: what
/// the customer field sends without scripts, or when nothing was picked. Else
/// the text as it is, which the form refuses, and the code of that refusal.
#[cfg(feature = "ssr")]
pub async fn named_customer(actor: &Actor, typed: &str) -> Answer<(String, &'static str)> {
    let name = typed.trim();
    if name.is_empty() || CustomerId::parse(name).is_some() {
        return Ok((name.to_owned(), "unknown_value"));
    }
    let found = answer(store()?.find_customers(actor, name).await)?;
    let mut exact = found.into_iter().filter(|(_, long, short)| long == name || short == name);
    Ok(match (exact.next(), exact.next()) {
        (Some((id, ..)), None) => (id.to_string(), "unknown_value"),
        (Some(_), Some(_)) => (name.to_owned(), "customer_ambiguous"),
        (None, _) => (name.to_owned(), "customer_unknown"),
    })
}

/// A refusal of that customer with the code of `named_customer`.
#[cfg(feature = "ssr")]
#[must_use]
pub fn say_which(error: store::StoreError, code: &str) -> store::StoreError {
    match error {
        store::StoreError::Refused(mut found) => {
            for violation in found.iter_mut().filter(|v| v.field == "customer" && v.code == "unknown_value") {
                code.clone_into(&mut violation.code);
            }
            store::StoreError::Refused(found)
        }
        other => other,
    }
}
