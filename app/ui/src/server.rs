//! The server half: who asks, with which store, and how the store's errors
//! become those of the wire. The one place where the cause of an unexpected
//! error is logged.

use crate::error::{Answer, ApiError};
use domain::policy::{Action, Actor, grant_any};
use domain::violation::Violation;
use http::StatusCode;
use leptos::prelude::{ServerFnErrorErr, use_context};
use serde::Serialize;
use store::auth::{Origin, Session};
use store::{Store, StoreError};

/// What the server's router knows about a request, put into the context of
/// every page and server function.
#[derive(Clone)]
pub struct Asking {
    pub session: Option<Session>,
    pub origin: Origin,
    /// The request came by HTTPS, so cookies may say so.
    pub secure: bool,
}

pub fn store() -> Answer<Store> {
    use_context::<Store>().ok_or_else(|| unexpected("no store in the context"))
}

/// The sign-in of this request.
pub fn session() -> Answer<Session> {
    let asking = use_context::<Asking>();
    asking.and_then(|a| a.session).ok_or_else(|| failed(ApiError::Unauthenticated))
}

/// The one who asks, if their role has the action on any record at all. Each
/// record is asked about again where it is read or written.
pub fn actor(action: Action) -> Answer<Actor> {
    let actor = session()?.actor;
    grant_any(&actor, action).map_err(|_| failed(ApiError::Forbidden))?;
    Ok(actor)
}

/// Where the request comes from.
#[must_use]
pub fn origin() -> Origin {
    use_context::<Asking>().map(|a| a.origin).unwrap_or_default()
}

/// A store's result as one of the wire.
pub fn answer<T>(result: Result<T, StoreError>) -> Answer<T> {
    result.map_err(|error| failed(wire(error)))
}

/// As [`answer`], for forms: what was typed goes back with a refusal, so that
/// a page without scripts loses nothing.
pub fn answer_form<T>(result: Result<T, StoreError>, typed: &impl Serialize) -> Answer<T> {
    answer(result).map_err(|error| match error {
        ApiError::Refused { found, .. } => ApiError::Refused { found, typed: serde_json::to_string(typed).ok() },
        other => other,
    })
}

fn wire(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound => ApiError::NotFound,
        StoreError::Denied(_) => ApiError::Forbidden,
        StoreError::Stale { by, at, version } => ApiError::Stale { by, at, version },
        StoreError::Refused(found) => ApiError::Refused { found, typed: None },
        StoreError::RequestReused => bad_request(),
        other => unexpected(&other.to_string()),
    }
}

fn bad_request() -> ApiError {
    ApiError::Refused { found: vec![Violation::new("", "bad_request")], typed: None }
}

/// What the framework itself says about a request. A body that cannot be read is
/// refused with 400, and is no error of ours; all else is.
#[must_use]
pub fn unread(error: &ServerFnErrorErr) -> ApiError {
    match error {
        ServerFnErrorErr::Args(cause) | ServerFnErrorErr::Deserialization(cause) | ServerFnErrorErr::MissingArg(cause) => {
            tracing::debug!(cause, "a request could not be read");
            // A page, whose address may carry an error that cannot be read, keeps its status.
            let called = use_context::<http::request::Parts>().is_some_and(|parts| parts.uri.path().starts_with("/api/"));
            if called { with_status(bad_request(), StatusCode::BAD_REQUEST) } else { bad_request() }
        }
        other => failed(unexpected(&other.to_string())),
    }
}

/// Logs the cause under a number, and gives only the number away.
#[must_use]
pub fn unexpected(cause: &str) -> ApiError {
    let incident = uuid::Uuid::now_v7().simple().to_string()[20..].to_uppercase();
    tracing::error!(%incident, cause, "unexpected error");
    ApiError::Unexpected { incident }
}

/// Gives the answer the status of its kind.
fn failed(error: ApiError) -> ApiError {
    let status = match &error {
        ApiError::Unauthenticated => StatusCode::UNAUTHORIZED,
        ApiError::Forbidden => StatusCode::FORBIDDEN,
        ApiError::NotFound => StatusCode::NOT_FOUND,
        ApiError::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        ApiError::Stale { .. } => StatusCode::CONFLICT,
        ApiError::Unexpected { .. } | ApiError::Transport(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    with_status(error, status)
}

/// Gives the answer its HTTP status, unless it goes to a form without scripts,
/// which is redirected.
fn with_status(error: ApiError, status: StatusCode) -> ApiError {
    let form_without_scripts = use_context::<http::request::Parts>().is_some_and(|parts| {
        let wants_html = parts.headers.get(http::header::ACCEPT).is_some_and(|v| v.to_str().is_ok_and(|v| v.contains("text/html")));
        wants_html && parts.method == http::Method::POST
    });
    if !form_without_scripts {
        if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
            options.set_status(status);
        }
    }
    error
}
