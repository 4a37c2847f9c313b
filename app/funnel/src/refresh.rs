//! Reads a page again when deals changed elsewhere; changes that come close
//! together are read at once, since an import announces thousands.

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;
use ui::live::{Live, RESYNC};

/// Changes within this time are read together.
const PAUSE: Duration = Duration::from_millis(800);

/// Calls `again` soon after a change of any deal, and after a gap in the stream.
pub fn on_deals(again: impl Fn() + Copy + 'static) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Live::on_event(move |event| {
        if !matches!(event.topic.as_str(), "deal" | RESYNC) || waiting.with_value(Option::is_some) {
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
