//! Live updates: one event stream for all tabs of a browser, listeners by
//! topic. After a gap (sleep, lost network, a restarted server) listeners are
//! told to read again.
//!
//! A browser allows six connections to one server over HTTP/1.1, so the tabs
//! of one person share a stream: the tab that gets a lock opens it and passes
//! on what it hears over a channel. When that tab closes, the lock goes to
//! another one. Where the browser has no locks (plain HTTP from another host),
//! each tab has a stream of its own.

use domain::ids::UserId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far the announcements of one server process have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// A number that the process took by chance when it started.
    pub process: u32,
    /// Grows with every change that it announces.
    pub change: u64,
}

impl Moment {
    /// Whether somebody who knows all up to `self` has missed something of
    /// what lies before `other`. Moments of two processes do not compare, so
    /// that is a gap too.
    #[must_use]
    pub fn is_behind(self, other: Self) -> bool {
        self.process != other.process || self.change < other.change
    }
}

/// One message of the stream: what changed, if anything did, and when. Without
/// an event it only says that the line still stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The first line of a connection, which listens from this moment on.
    pub opens: bool,
    pub moment: Moment,
    pub event: Option<LiveEvent>,
}

/// What the stream says: a record changed, not what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// `deal`, `customer`, `task`, `org`, `settings`; or `resync`: anything may
    /// have changed.
    pub topic: String,
    pub id: Uuid,
    pub version: i32,
    pub by: Option<UserId>,
    pub by_name: String,
}

/// The topic that means "read everything again".
pub const RESYNC: &str = "resync";
/// The server says at least this often that the line stands, in seconds: below
/// the idle time-out of common proxies.
pub const PULSE_SECONDS: u64 = 20;

impl LiveEvent {
    /// Anything may have changed.
    #[must_use]
    pub fn resync() -> Self {
        Self { topic: RESYNC.into(), id: Uuid::nil(), version: 0, by: None, by_name: String::new() }
    }
}

#[derive(Clone, Copy)]
pub struct Live {
    last: RwSignal<Option<LiveEvent>>,
    /// The stream is open.
    pub connected: RwSignal<bool>,
}

impl Live {
    /// Provides the stream for as long as the page lives; nothing on the server.
    pub fn provide() {
        let live = Self { last: RwSignal::new(None), connected: RwSignal::new(true) };
        provide_context(live);
        #[cfg(not(feature = "ssr"))]
        stream::wait(live);
    }

    /// Opens the stream that was provided; the first page calls it when it is alive. News while
    /// it is brought to life would find another page than the server wrote.
    pub fn start() {
        #[cfg(not(feature = "ssr"))]
        stream::start();
    }

    /// The stream of the page that asks.
    #[must_use]
    pub fn here() -> Option<Self> {
        use_context()
    }

    /// Tells everybody to read again, as after a gap.
    pub fn again(self) {
        self.last.set(Some(LiveEvent::resync()));
    }

    /// Calls back for every event, until the caller's owner is cleaned up.
    pub fn on_event(callback: impl Fn(LiveEvent) + 'static) {
        let Some(live) = Self::here() else { return };
        Effect::new(move |_| {
            if let Some(event) = live.last.get() {
                untrack(|| callback(event));
            }
        });
    }
}

#[cfg(not(feature = "ssr"))]
#[path = "live_stream.rs"]
mod stream;
#[cfg(not(feature = "ssr"))]
pub use stream::unread;

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_gap_is_what_lies_between_two_moments() {
        let at = |process, change| Moment { process, change };
        assert!(!at(1, 5).is_behind(at(1, 5)));
        assert!(!at(1, 6).is_behind(at(1, 5)), "a page may know more than the stream has told");
        assert!(at(1, 5).is_behind(at(1, 6)));
        assert!(at(1, 5).is_behind(at(2, 5)), "the server was restarted");
    }
}
