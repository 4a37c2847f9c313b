//! `/live`: what changed, as server-sent events, limited to what the listener
//! may see. It names records, it does not show them.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::policy::{Action, Actor, scope};
use futures::stream::{self, Stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::{Change, Store, Topic};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use ui::live::{LiveEvent, RESYNC};
use ui::server::Asking;

/// Below the idle time-out of common proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Turns true when the process is told to end; streams would else keep it.
#[derive(Clone)]
pub struct Closing(pub watch::Receiver<bool>);

pub async fn stream(State(store): State<Store>, State(closing): State<Closing>, Extension(asking): Extension<Asking>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    Sse::new(events(store, session.actor, closing)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

fn events(store: Store, actor: Actor, closing: Closing) -> impl Stream<Item = Result<Event, Infallible>> {
    let changes = store.hub().listen();
    stream::unfold((store, actor, changes, closing), |(store, actor, mut changes, mut closing)| async move {
        loop {
            let received = tokio::select! {
                received = changes.recv() => received,
                _ = closing.0.wait_for(|closing| *closing) => return None,
            };
            let event = match received {
                Ok(change) => match seen(&store, &actor, &change) {
                    Some(event) => event,
                    None => continue,
                },
                // Too slow a listener has missed something; it reads all again.
                Err(RecvError::Lagged(_)) => {
                    LiveEvent { topic: RESYNC.into(), id: uuid::Uuid::nil(), version: 0, by: None, by_name: String::new() }
                }
                Err(RecvError::Closed) => return None,
            };
            if let Ok(event) = Event::default().json_data(&event) {
                return Some((Ok(event), (store, actor, changes, closing)));
            }
        }
    })
}

/// The event as this listener may hear it, with the rights they have now.
fn seen(store: &Store, actor: &Actor, change: &Arc<Change>) -> Option<LiveEvent> {
    let org = store.org()?;
    let member = org.people.get(&actor.id).filter(|m| m.person.active)?;
    let action = match change.topic {
        Topic::Deal => Some(Action::ReadDeals),
        Topic::Customer => Some(Action::ReadCustomers),
        Topic::Task | Topic::Org | Topic::Settings => None,
    };
    if let (Some(action), Some(record)) = (action, change.ownership()) {
        scope(&member.actor, action).ok().filter(|scope| scope.contains(&record))?;
    }
    Some(LiveEvent {
        topic: change.topic.code().to_owned(),
        id: change.id,
        version: change.version,
        by: change.by,
        by_name: change.by_name.clone(),
    })
}
