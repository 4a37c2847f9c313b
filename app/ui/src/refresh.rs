//! Reads a page again when something on it changed elsewhere, but not for
//! every single change: an import announces thousands.

use crate::live::{Live, LiveEvent, RESYNC};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

/// Changes within this time are read together.
const PAUSE: Duration = Duration::from_millis(600);

/// Calls `again` soon after an event that `concerns` the page, once for all
/// that come meanwhile, and always after a gap in the stream.
pub fn on_change(concerns: impl Fn(&LiveEvent) -> bool + 'static, again: impl Fn() + Copy + 'static) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Live::on_event(move |event| {
        let wanted = event.topic == RESYNC || concerns(&event);
        if !wanted || waiting.with_value(Option::is_some) {
            return;
        }
        let soon = set_timeout_with_handle(
            move || {
                waiting.try_set_value(None);
                again();
            },
            PAUSE,
        );
        waiting.set_value(soon.ok());
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
}
