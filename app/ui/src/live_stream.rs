//! The browser's half of [`super`]: the stream itself, the lock that decides
//! which tab holds it, and the channel between the tabs.

use super::{Line, Live, LiveEvent, Moment, PULSE_SECONDS};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// A stream that the browser has given up, or on which nothing was heard for
/// two pulses, is opened anew this often.
const LOOK_EVERY: Duration = Duration::from_secs(10);
const SILENCE_MS: f64 = 2_500.0 * PULSE_SECONDS as f64;

#[wasm_bindgen]
extern "C" {
    /// The lock manager, whose typed binding is behind an unstable flag.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, granted: &js_sys::Function) -> js_sys::Promise;
}

/// What tabs say to one another.
#[derive(Serialize, Deserialize)]
enum Talk {
    /// A new tab asks how far the stream has come.
    Hello,
    /// The answer to it.
    At(Moment),
    Heard(Line),
    Lost,
}

struct Tab {
    live: Live,
    /// Everything up to here is known to this page.
    known: Cell<Moment>,
    channel: Option<BroadcastChannel>,
    source: RefCell<Option<EventSource>>,
    heard_at: Cell<f64>,
}

impl Tab {
    fn hear(&self, line: Line) {
        self.live.connected.set(true);
        // Within one connection nothing is missed, whatever this person may not see.
        let missed = self.advance(line.moment) && line.opens;
        match line.event {
            Some(event) => self.live.last.set(Some(event)),
            None if missed => self.live.last.set(Some(LiveEvent::resync())),
            None => {}
        }
    }

    /// Whether this page was behind.
    fn advance(&self, to: Moment) -> bool {
        let behind = self.known.get().is_behind(to);
        if behind {
            self.known.set(to);
        }
        behind
    }

    fn tell(&self, talk: &Talk) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(talk)) {
            let _ = channel.post_message(&text.into());
        }
    }

    fn lose(&self) {
        self.live.connected.set(false);
        self.tell(&Talk::Lost);
    }

    /// This tab holds the stream from now on.
    fn lead(self: &Rc<Self>) {
        self.connect();
        let tab = self.clone();
        set_interval(
            move || {
                let closed = tab.source.borrow().as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED);
                if closed || js_sys::Date::now() - tab.heard_at.get() > SILENCE_MS {
                    tab.lose();
                    tab.connect();
                }
            },
            LOOK_EVERY,
        );
    }

    fn connect(self: &Rc<Self>) {
        self.heard_at.set(js_sys::Date::now());
        let Ok(source) = EventSource::new("/live") else { return };
        let tab = self.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(line) = event.data().as_string().and_then(|text| serde_json::from_str::<Line>(&text).ok()) else { return };
            tab.heard_at.set(js_sys::Date::now());
            tab.tell(&Talk::Heard(line.clone()));
            tab.hear(line);
        });
        let tab = self.clone();
        let failed = Closure::<dyn FnMut()>::new(move || tab.lose());
        source.set_onmessage(Some(message.into_js_value().unchecked_ref()));
        source.set_onerror(Some(failed.into_js_value().unchecked_ref()));
        if let Some(old) = self.source.replace(Some(source)) {
            old.set_onmessage(None);
            old.set_onerror(None);
            old.close();
        }
    }

    /// What another tab says.
    fn listen(&self, talk: Talk) {
        match talk {
            Talk::Heard(line) => self.hear(line),
            Talk::Lost => self.live.connected.set(false),
            Talk::Hello if self.source.borrow().is_some() => self.tell(&Talk::At(self.known.get())),
            Talk::Hello => {}
            Talk::At(moment) => {
                if self.advance(moment) {
                    self.live.last.set(Some(LiveEvent::resync()));
                }
            }
        }
    }
}

/// Joins the stream of this person's tabs, or opens it. It lives as long as
/// the page does.
pub fn open(live: Live) {
    let facts = crate::facts();
    let Some(viewer) = &facts.viewer else { return };
    let name = format!("weir-live-{}", viewer.id);
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(|locks| !locks.is_undefined());
    let channel = locks.as_ref().and_then(|_| BroadcastChannel::new(&name).ok());
    let tab = Rc::new(Tab { live, known: Cell::new(facts.moment), channel, source: RefCell::new(None), heard_at: Cell::new(0.0) });
    let (Some(locks), Some(channel)) = (locks, &tab.channel) else {
        tab.lead();
        return;
    };
    let listener = tab.clone();
    let said = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(talk) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
            listener.listen(talk);
        }
    });
    channel.set_onmessage(Some(said.into_js_value().unchecked_ref()));
    tab.tell(&Talk::Hello);
    let leader = tab.clone();
    // A promise that is never kept: the lock is held until the tab closes.
    let granted = Closure::once_into_js(move |_: JsValue| {
        leader.lead();
        js_sys::Promise::new(&mut |_, _| {})
    });
    let _ = locks.unchecked_into::<Locks>().request(&name, granted.unchecked_ref());
}
