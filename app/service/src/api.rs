//! Server functions of tickets: who asks, one call to the store, return. Those of a
//! customer are in `ui`, for its slice.

use domain::ids::{CustomerId, TicketId};
use domain::tickets::form::{AssignForm, EntryForm, TicketForm};
use domain::tickets::view::{TicketDetail, TicketFilter, TicketList, TicketSheet};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::list::ticket_sort,
    domain::ids::RequestId,
    domain::policy::Action,
    domain::tickets::view::TICKETS,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = TicketsFn, prefix = "/api", endpoint = "service/tickets", input = Json)]
pub async fn tickets(filter: TicketFilter, sort: String, after: Option<String>) -> Answer<TicketList> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.tickets(&actor, &filter, ticket_sort(&sort), after.as_deref()).await)
}

#[server(name = TicketFn, prefix = "/api", endpoint = "service/ticket", input = Json)]
pub async fn ticket(id: TicketId) -> Answer<TicketDetail> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.ticket(&actor, id).await)
}

#[server(name = TicketSheetFn, prefix = "/api", endpoint = "service/sheet", input = Json)]
pub async fn sheet(customer: CustomerId) -> Answer<TicketSheet> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.ticket_sheet(&actor, customer).await)
}

/// Writes a ticket down; a form that works without scripts, as all below.
#[server(name = OpenTicketFn, prefix = "/api", endpoint = "service/open_ticket")]
pub async fn open_ticket(form: TicketForm) -> Answer<TicketId> {
    let actor = actor(Action::LogWork)?;
    shown(answer_form(store()?.open_ticket(&actor, request(&form.request), form.clone()).await, &form))
}

#[server(name = AddToTicketFn, prefix = "/api", endpoint = "service/add")]
pub async fn add_to_ticket(form: EntryForm) -> Answer<TicketId> {
    let actor = actor(Action::LogWork)?;
    shown(answer_form(store()?.add_to_ticket(&actor, request(&form.request), form.clone()).await, &form))
}

#[server(name = AssignTicketFn, prefix = "/api", endpoint = "service/assign")]
pub async fn assign_ticket(form: AssignForm) -> Answer<TicketId> {
    let actor = actor(Action::LogWork)?;
    shown(answer_form(store()?.assign_ticket(&actor, request(&form.request), form.clone()).await, &form))
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}

/// Then to the ticket's page, without a form.
#[cfg(feature = "ssr")]
fn shown(saved: Answer<TicketId>) -> Answer<TicketId> {
    let id = saved?;
    leptos_axum::redirect(&format!("{TICKETS}/{id}"));
    Ok(id)
}
