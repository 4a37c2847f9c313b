//! The server functions that pages of several slices share: writing down a
//! follow-up, finding a customer, and what deals can be narrowed by. They stand
//! here because slices do not know one another.

use crate::Answer;
use domain::ids::{CustomerId, FollowUpId};
use domain::pipeline::Choices;
use domain::work::FollowUpForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
#[cfg(feature = "ssr")]
use {
    crate::server::{actor, answer, answer_form, store},
    domain::policy::Action,
};

/// Records a contact with a customer; a form that works without scripts.
#[server(name = LogFollowUpFn, prefix = "/api", endpoint = "team/log_follow_up")]
pub async fn log_follow_up(form: FollowUpForm) -> Answer<FollowUpId> {
    let actor = actor(Action::LogWork)?;
    let request = domain::ids::RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    answer_form(store()?.log_follow_up(&actor, request, form.clone()).await, &form)
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
