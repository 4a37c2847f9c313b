//! Server functions of return visits: who asks, one call to the store, return.

use chrono::NaiveDate;
use domain::ids::{ContactId, CustomerId, NeedId, VisitId};
use domain::visits::needs::{NeedFilter, NeedForm, NeedList};
use domain::visits::record::{VisitForm, VisitSheet};
use domain::visits::view::{Layout, TimelyQuery, TimelyReport, VisitCalendar, VisitFilter, VisitList};
use domain::work::FollowUpKind;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = VisitsFn, prefix = "/api", endpoint = "visits/visits", input = Json)]
pub async fn visits(filter: VisitFilter, after: Option<String>, done: Option<VisitId>) -> Answer<VisitList> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.visits(&actor, &filter, after.as_deref(), done).await)
}

#[server(name = VisitCalendarFn, prefix = "/api", endpoint = "visits/calendar", input = Json)]
pub async fn calendar(filter: VisitFilter, layout: Layout, at: Option<NaiveDate>) -> Answer<VisitCalendar> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.visit_calendar(&actor, &filter, layout, at).await)
}

#[server(name = TimelyFn, prefix = "/api", endpoint = "visits/timely", input = Json)]
pub async fn timely(query: TimelyQuery) -> Answer<TimelyReport> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.visits_in_time(&actor, &query).await)
}

/// What the form of a customer needs.
#[server(name = VisitSheetFn, prefix = "/api", endpoint = "visits/sheet", input = Json)]
pub async fn sheet(customer: CustomerId, channel: Option<FollowUpKind>, contact: Option<ContactId>) -> Answer<VisitSheet> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.visit_sheet(&actor, customer, channel, contact).await)
}

/// Writes a visit down, and leads to the list; a form that works without scripts, as all
/// below.
#[server(name = RecordVisitFn, prefix = "/api", endpoint = "visits/record")]
pub async fn record(form: VisitForm) -> Answer<VisitId> {
    let actor = actor(Action::LogWork)?;
    let id = answer_form(store()?.record_visit(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/visits?done={id}"));
    Ok(id)
}

/// Which visit is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UndoForm {
    pub id: String,
    pub request: String,
}

#[server(name = UndoVisitFn, prefix = "/api", endpoint = "visits/undo")]
pub async fn undo(form: UndoForm) -> Answer<CustomerId> {
    let actor = actor(Action::LogWork)?;
    let id = answer(VisitId::parse(&form.id).ok_or(store::StoreError::NotFound))?;
    let customer = answer(store()?.undo_visit(&actor, request(&form.request), id).await)?;
    leptos_axum::redirect("/visits");
    Ok(customer)
}

#[server(name = NeedsFn, prefix = "/api", endpoint = "visits/needs", input = Json)]
pub async fn needs(filter: NeedFilter, after: Option<String>, edit: Option<NeedId>) -> Answer<NeedList> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.needs(&actor, &filter, after.as_deref(), edit).await)
}

#[server(name = SaveNeedFn, prefix = "/api", endpoint = "visits/save_need")]
pub async fn save_need(form: NeedForm) -> Answer<NeedId> {
    let actor = actor(Action::LogWork)?;
    let id = answer_form(store()?.save_need(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(form.back());
    Ok(id)
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}
