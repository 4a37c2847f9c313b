//! `/live`: what changed, as server-sent events, limited to what the listener
//! may see. It names records, it does not show them.

use crate::security::moment;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use domain::policy::{Action, Actor, grant_any, scope};
use futures::stream::{self, Stream, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use store::auth::Session;
use store::{Change, Store, Topic};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::Instant;
use ui::live::{Line, LiveEvent, PULSE_SECONDS};
use ui::server::Asking;

/// Says that the line stands, while nothing changes.
const PULSE: Duration = Duration::from_secs(PULSE_SECONDS);

/// Turns true when the process is told to end; streams would else keep it.
#[derive(Clone)]
pub struct Closing(pub watch::Receiver<bool>);

pub async fn stream(State(store): State<Store>, State(closing): State<Closing>, Extension(asking): Extension<Asking>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    Sse::new(lines(store, session, closing).map(|line| Event::default().json_data(line))).into_response()
}

/// First the moment from which on this stream listens, then what changes.
fn lines(store: Store, session: Session, closing: Closing) -> impl Stream<Item = Line> {
    let changes = store.hub().listen();
    let first = Line { opens: true, moment: moment(&store), event: None };
    let pulse = tokio::time::interval_at(Instant::now() + PULSE, PULSE);
    let later =
        stream::unfold((store, session, changes, closing, pulse), |(store, session, mut changes, mut closing, mut pulse)| async move {
            loop {
                let received = tokio::select! {
                    received = changes.recv() => Some(received),
                    _ = closing.0.wait_for(|closing| *closing) => return None,
                    _ = pulse.tick() => None,
                };
                let event = match received {
                    Some(Ok(Some(change))) => match seen(&store, &session.actor, &change) {
                        Some(event) => Some(event),
                        None => continue,
                    },
                    // Too slow a listener has missed something; it reads all again.
                    Some(Ok(None) | Err(RecvError::Lagged(_))) => Some(LiveEvent::resync()),
                    Some(Err(RecvError::Closed)) => return None,
                    // Who was signed out elsewhere hears nothing more.
                    None => match store.is_signed_in(&session).await {
                        Ok(true) => None,
                        Ok(false) | Err(_) => return None,
                    },
                };
                let line = Line { opens: false, moment: moment(&store), event };
                return Some((line, (store, session, changes, closing, pulse)));
            }
        });
    stream::once(async { first }).chain(later)
}

/// The event as this listener may hear it, with the rights they have now.
fn seen(store: &Store, actor: &Actor, change: &Arc<Change>) -> Option<LiveEvent> {
    let org = store.org()?;
    let member = org.people.get(&actor.id).filter(|m| m.person.active)?;
    let action = match change.topic {
        Topic::Deal => Some(Action::ReadDeals),
        Topic::Customer => Some(Action::ReadCustomers),
        Topic::Task => Some(Action::DoTasks),
        Topic::Contract => Some(Action::ReadContracts),
        Topic::Quote => Some(Action::ReadQuotes),
        Topic::Need | Topic::Ticket => Some(Action::LogWork),
        Topic::CheckIn => Some(Action::ReadCheckIns),
        Topic::View => Some(Action::KeepViews),
        // Of an import its maker hears, and who sees all imports.
        Topic::Import => {
            change.owner.filter(|maker| domain::imports::sees(&member.actor, *maker))?;
            None
        }
        // Which customer came into or out of a pool, for whoever has pools.
        Topic::Pool => {
            grant_any(&member.actor, Action::ClaimCustomers).ok()?;
            None
        }
        // Of an anonymous answer nothing is told.
        Topic::Survey => {
            grant_any(&member.actor, Action::ReadSatisfaction).ok()?;
            Some(Action::ReadSatisfaction)
        }
        Topic::Org | Topic::Settings => None,
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
