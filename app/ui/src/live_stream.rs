//! The browser's half of [`super`]: the stream itself, the lock that decides
//! which tab holds it, and the channel between the tabs.

use super::{Line, Live, LiveEvent, Moment, PULSE_SECONDS};
use js_sys::Function;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// Whether the stream was given up by the browser, or is silent for more than
/// two pulses, is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(10);
const SILENCE_MS: f64 = 2_500.0 * PULSE_SECONDS as f64;
/// A stream that is refused again and again is asked for more and more rarely,
/// at last every so many looks.
const RAREST: u32 = 30;

thread_local! {
    /// A request of this page got no answer.
    static UNREAD: Cell<bool> = const { Cell::new(false) };
    /// What was provided, and waits for the page.
    static WAITING: Cell<Option<Live>> = const { Cell::new(None) };
}

pub fn wait(live: Live) {
    WAITING.set(Some(live));
}

pub fn start() {
    if let Some(live) = WAITING.take() {
        open(live);
    }
}

/// A request got no answer, so the page may show what is no longer true:
/// everything is read again as soon as the line is known to stand.
pub fn unread() {
    UNREAD.set(true);
}

#[wasm_bindgen]
extern "C" {
    /// The lock manager, whose typed binding is behind an unstable flag.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, granted: &Function) -> js_sys::Promise;
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
    /// Looks to let pass before the next try, and the pause after it.
    pause: Cell<(u32, u32)>,
    /// What every stream of this tab calls: a message, a failure.
    handlers: OnceCell<(Function, Function)>,
}

impl Tab {
    fn hear(&self, line: Line) {
        self.live.connected.set(true);
        // Within one connection nothing is missed, whatever this person may not see.
        let missed = self.advance(line.moment) && line.opens;
        match line.event {
            Some(event) => self.live.last.set(Some(event)),
            None if UNREAD.take() || missed => self.live.last.set(Some(LiveEvent::resync())),
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
        set_interval(move || tab.look(), LOOK_EVERY);
    }

    fn look(self: &Rc<Self>) {
        let closed = self.source.borrow().as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED);
        if !closed && js_sys::Date::now() - self.heard_at.get() <= SILENCE_MS {
            return;
        }
        match self.pause.get() {
            (0, next) => {
                self.pause.set((next, (2 * next + 1).min(RAREST)));
                self.lose();
                self.connect();
            }
            (left, next) => self.pause.set((left - 1, next)),
        }
    }

    /// The network came back: what was missed meanwhile is not waited for.
    fn back(self: &Rc<Self>) {
        unread();
        self.pause.set((0, 0));
        if self.source.borrow().is_some() {
            self.connect();
        }
    }

    fn connect(self: &Rc<Self>) {
        self.heard_at.set(js_sys::Date::now());
        let Ok(source) = EventSource::new("/live") else { return };
        let (message, failed) = self.handlers.get_or_init(|| self.handlers());
        source.set_onmessage(Some(message));
        source.set_onerror(Some(failed));
        if let Some(old) = self.source.replace(Some(source)) {
            old.set_onmessage(None);
            old.set_onerror(None);
            old.close();
        }
    }

    fn handlers(self: &Rc<Self>) -> (Function, Function) {
        let tab = self.clone();
        let message = handler(move |event: MessageEvent| {
            let Some(line) = event.data().as_string().and_then(|text| serde_json::from_str::<Line>(&text).ok()) else { return };
            tab.heard_at.set(js_sys::Date::now());
            tab.pause.set((0, 0));
            tab.tell(&Talk::Heard(line.clone()));
            tab.hear(line);
        });
        let tab = self.clone();
        (message, handler(move |_| tab.lose()))
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

/// A function that lives as long as the page does.
fn handler(call: impl FnMut(MessageEvent) + 'static) -> Function {
    Closure::<dyn FnMut(MessageEvent)>::new(call).into_js_value().unchecked_into()
}

/// Joins the stream of this person's tabs, or opens it. It lives as long as
/// the page does.
fn open(live: Live) {
    let facts = crate::facts();
    let Some(viewer) = &facts.viewer else { return };
    let name = format!("weir-live-{}", viewer.id);
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(|locks| !locks.is_undefined());
    let channel = locks.as_ref().and_then(|_| BroadcastChannel::new(&name).ok());
    let tab = Rc::new(Tab {
        live,
        known: Cell::new(facts.moment),
        channel,
        source: RefCell::new(None),
        heard_at: Cell::new(0.0),
        pause: Cell::default(),
        handlers: OnceCell::new(),
    });
    let returning = tab.clone();
    window_event_listener_untyped("online", move |_| returning.back());
    let (Some(locks), Some(channel)) = (locks, &tab.channel) else {
        tab.lead();
        return;
    };
    let listener = tab.clone();
    let said = handler(move |event| {
        if let Some(talk) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
            listener.listen(talk);
        }
    });
    channel.set_onmessage(Some(&said));
    tab.tell(&Talk::Hello);
    let leader = tab.clone();
    // A promise that is never kept: the lock is held until the tab closes.
    let granted = Closure::once_into_js(move |_: JsValue| {
        leader.lead();
        js_sys::Promise::new(&mut |_, _| {})
    });
    let _ = locks.unchecked_into::<Locks>().request(&name, granted.unchecked_ref());
}
