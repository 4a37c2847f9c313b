//! Reads a page again when something on it changed elsewhere, but not for
//! every single change: an import announces thousands.

use crate::live::{Live, LiveEvent, RESYNC};
use futures::channel::oneshot;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

/// Changes within this time are read together.
const PAUSE: Duration = Duration::from_millis(600);
/// So often it is looked whether somebody is still typing.
const LOOK: Duration = Duration::from_millis(200);

/// Calls `again` soon after an event that `concerns` the page, once for all
/// that come meanwhile, and always after a gap in the stream.
pub fn on_change(concerns: impl Fn(&LiveEvent) -> bool + 'static, again: impl Fn() + Copy + 'static) {
    on_change_when(concerns, || true, again);
}

/// As [`on_change`], but not while the page is not `free`: nothing is taken from
/// under somebody who is typing or dragging. Then it is called soon after.
pub fn on_change_when(
    concerns: impl Fn(&LiveEvent) -> bool + 'static,
    free: impl Fn() -> bool + Copy + 'static,
    again: impl Fn() + Copy + 'static,
) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Live::on_event(move |event| {
        let wanted = concerns(&event) || event.topic == RESYNC;
        if wanted && !waiting.with_value(Option::is_some) {
            soon(waiting, free, again);
        }
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
}

/// Waits until `free`: what was read before somebody began to type is not shown from
/// under them.
pub async fn until(free: fn() -> bool) {
    while !free() {
        let (done, waited) = oneshot::channel();
        set_timeout(move || _ = done.send(()), LOOK);
        // A timer that was given up counts as gone off.
        let _ = waited.await;
    }
}

fn soon(waiting: StoredValue<Option<TimeoutHandle>>, free: impl Fn() -> bool + Copy + 'static, again: impl Fn() + Copy + 'static) {
    let look = move || {
        if free() {
            waiting.try_set_value(None);
            again();
        } else {
            soon(waiting, free, again);
        }
    };
    waiting.try_set_value(set_timeout_with_handle(look, PAUSE).ok());
}
