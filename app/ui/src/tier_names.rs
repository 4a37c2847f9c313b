//! What the tiers are called on this page. The server says it with the page's facts; when an
//! administrator renames one, open pages ask again and read what they show anew.

use crate::Answer;
use crate::facts::{Facts, facts};
use crate::live::Live;
#[cfg(feature = "ssr")]
use crate::server::{session, store};
use domain::tiers::TierNames;
use leptos::prelude::*;
use std::cell::RefCell;

/// The names as they are now; everybody who is signed in has them on every page.
#[server(name = TierNamesFn, prefix = "/api", endpoint = "work/tier_names")]
pub async fn tier_names() -> Answer<TierNames> {
    session()?;
    Ok(store()?.org().map(|org| org.tiers.clone()).unwrap_or_default())
}

thread_local! {
    /// What a browser heard after its page came, and how often. Nothing on the server.
    static HEARD: RefCell<Option<TierNames>> = const { RefCell::new(None) };
    static TIMES: RefCell<Option<ArcRwSignal<u32>>> = const { RefCell::new(None) };
}

/// The names that hold; `None` on public pages.
#[must_use]
pub fn now(facts: &Facts) -> Option<TierNames> {
    if cfg!(feature = "ssr") {
        return facts.viewer.as_ref().map(|viewer| viewer.tiers.clone());
    }
    HEARD.with_borrow(Clone::clone).or_else(|| facts.viewer.as_ref().map(|viewer| viewer.tiers.clone()))
}

/// For a name that stays on the page while lists are read again: whoever calls this is called
/// again when a tier is renamed.
pub fn track() {
    if cfg!(feature = "ssr") {
        return;
    }
    times().track();
}

fn times() -> ArcRwSignal<u32> {
    TIMES.with_borrow_mut(|times| times.get_or_insert_with(|| ArcRwSignal::new(0)).clone())
}

/// Listens for new names, for as long as the page lives. Whoever shows lists is told to read
/// them again, as after a gap in the stream: forms that somebody fills in stay.
pub fn follow() {
    let live = Live::here();
    Live::on_event(move |event| {
        if event.topic != "org" {
            return;
        }
        leptos::task::spawn_local(async move {
            // Without an answer the names stay until the next page.
            let Ok(names) = tier_names().await else { return };
            if now(&facts()).as_ref() != Some(&names) {
                HEARD.set(Some(names));
                times().update(|n| *n += 1);
                if let Some(live) = live {
                    live.again();
                }
            }
        });
    });
}
