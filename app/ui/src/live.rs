//! Live updates: one event stream for a page, listeners by topic. After a gap
//! (sleep, lost network) listeners are told to read again.

use domain::ids::UserId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

#[derive(Clone, Copy)]
pub struct Live {
    last: RwSignal<Option<LiveEvent>>,
    /// The stream is open.
    pub connected: RwSignal<bool>,
}

impl Live {
    /// Opens the stream for as long as the page lives; nothing on the server.
    pub fn provide() {
        let live = Self { last: RwSignal::new(None), connected: RwSignal::new(true) };
        provide_context(live);
        #[cfg(not(feature = "ssr"))]
        Effect::new(move |_| stream::open(live));
    }

    /// Calls back for every event, until the caller's owner is cleaned up.
    pub fn on_event(callback: impl Fn(LiveEvent) + 'static) {
        let Some(live) = use_context::<Self>() else { return };
        Effect::new(move |_| {
            if let Some(event) = live.last.get() {
                untrack(|| callback(event));
            }
        });
    }
}

#[cfg(not(feature = "ssr"))]
mod stream {
    use super::{Live, LiveEvent, RESYNC};
    use leptos::prelude::*;
    use uuid::Uuid;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{EventSource, MessageEvent};

    /// Everything that must live as long as the stream.
    struct Open {
        source: EventSource,
        _message: Closure<dyn FnMut(MessageEvent)>,
        _open: Closure<dyn FnMut()>,
        _error: Closure<dyn FnMut()>,
    }

    impl Drop for Open {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    pub fn open(live: Live) {
        let Ok(source) = EventSource::new("/live") else { return };
        let message = Closure::new(move |event: MessageEvent| {
            let parsed = event.data().as_string().and_then(|text| serde_json::from_str::<LiveEvent>(&text).ok());
            if let Some(event) = parsed {
                live.last.set(Some(event));
            }
        });
        let opened = Closure::new(move || {
            if !live.connected.get_untracked() {
                live.connected.set(true);
                live.last.set(Some(LiveEvent { topic: RESYNC.into(), id: Uuid::nil(), version: 0, by: None, by_name: String::new() }));
            }
        });
        let failed = Closure::new(move || live.connected.set(false));
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let open = StoredValue::new_local(Some(Open { source, _message: message, _open: opened, _error: failed }));
        on_cleanup(move || drop(open.try_update_value(Option::take)));
    }
}
