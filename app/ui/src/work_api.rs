//! The two server functions that pages of several slices share: writing down a
//! follow-up, and finding a customer. They stand here because slices do not
//! know one another.

use crate::Answer;
use domain::ids::{CustomerId, FollowUpId};
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
            let row = answer(store()?.customer(&actor, id).await)?.row;
            Ok(vec![(row.id, row.name, row.short_name)])
        }
        None => answer(store()?.find_customers(&actor, &text).await),
    }
}
