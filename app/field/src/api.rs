//! Server functions of the field: who asks, one call to the store, return. Check-ins themselves
//! come with pictures and go to `/upload/field`.

use domain::field::page::{ConsentForm, EraseForm, FieldPage, PlaceForm, PrivacyPage, Snapshot, VisitDay, VisitQuery};
use domain::ids::{CheckInId, CustomerId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = FieldFn, prefix = "/api", endpoint = "field/field", input = Json)]
pub async fn field(done: Option<CheckInId>) -> Answer<FieldPage> {
    let actor = actor(Action::CheckIn)?;
    answer(store()?.field_page(&actor, done).await)
}

/// What a phone keeps for the time without network.
#[server(name = SnapshotFn, prefix = "/api", endpoint = "field/snapshot", input = Json)]
pub async fn snapshot() -> Answer<Snapshot> {
    let actor = actor(Action::CheckIn)?;
    answer(store()?.field_snapshot(&actor).await)
}

/// The visits of a day; that others' locations were looked at is written down.
#[server(name = VisitsFn, prefix = "/api", endpoint = "field/visits", input = Json)]
pub async fn visits(query: VisitQuery) -> Answer<VisitDay> {
    let actor = actor(Action::ReadCheckIns)?;
    answer(store()?.visit_day(&actor, &query).await)
}

#[server(name = PrivacyFn, prefix = "/api", endpoint = "field/privacy", input = Json)]
pub async fn privacy() -> Answer<PrivacyPage> {
    let actor = actor(Action::ReadCheckIns)?;
    answer(store()?.privacy_page(&actor).await)
}

/// Gives or takes back consent to being located.
#[server(name = ConsentFn, prefix = "/api", endpoint = "field/consent")]
pub async fn consent(form: ConsentForm) -> Answer<()> {
    let actor = actor(Action::CheckIn)?;
    answer_form(store()?.set_consent(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(match (form.give, form.nearby) {
        (true, true) => "/field/nearby",
        (true, false) => "/field",
        (false, _) => "/field/privacy",
    });
    Ok(())
}

/// Erases one's own positions and pictures.
#[server(name = EraseFn, prefix = "/api", endpoint = "field/erase")]
pub async fn erase(form: EraseForm) -> Answer<u64> {
    let actor = actor(Action::CheckIn)?;
    answer_form(store()?.erase_own(&actor, request(&form.request), form.clone()).await, &form)
}

/// Gives a customer the place of a check-in.
#[server(name = PlaceFn, prefix = "/api", endpoint = "field/place")]
pub async fn place(form: PlaceForm) -> Answer<CustomerId> {
    let actor = actor(Action::ReadCheckIns)?;
    answer_form(store()?.adopt_place(&actor, request(&form.request), form.clone()).await, &form)
}

/// Gives a customer a radius of its own.
#[server(name = RadiusFn, prefix = "/api", endpoint = "field/radius")]
pub async fn radius(form: PlaceForm) -> Answer<CustomerId> {
    let actor = actor(Action::ReadCheckIns)?;
    answer_form(store()?.set_radius(&actor, request(&form.request), form.clone()).await, &form)
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}
