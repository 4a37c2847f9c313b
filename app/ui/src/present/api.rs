//! When the figures of a deck were read.

use crate::Answer;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
#[cfg(feature = "ssr")]
use {
    crate::server::{actor, store},
    domain::policy::Action,
};

/// The time by the organisation's one clock; a deck asks for it together with its
/// figures, and no page asks the browser.
#[server(name = PresentNowFn, prefix = "/api", endpoint = "present/now", input = Json)]
pub async fn now() -> Answer<DateTime<Utc>> {
    actor(Action::ReadDeals)?;
    Ok(store()?.clock().now())
}
