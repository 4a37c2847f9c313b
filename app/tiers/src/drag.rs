//! Carrying a customer to another tier by mouse and by keyboard. Only the tier
//! matters, not the place in it: columns are in order of revenue. A finger that
//! rests on a card opens the menu instead, since a phone shows one tier.

use crate::moves::Mover;
use domain::customers::Tier;
use domain::ids::CustomerId;
use i18n::keys::tiers;
use leptos::html;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;
use ui::browser::Local;
use ui::{t, texts, words};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// Pixels that a mouse moves before a press becomes a drag, and that a finger
/// may tremble.
const SLOP: f64 = 4.0;
const TREMBLE: f64 = 10.0;
/// Length of a long press.
const LONG_PRESS: Duration = Duration::from_millis(350);
/// The click after a drag comes within so long.
const SWALLOW: Duration = Duration::from_millis(350);

/// What the hand holds, and over which tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub customer: CustomerId,
    pub from: Tier,
    pub over: Option<Tier>,
    pub by_keyboard: bool,
}

#[derive(Clone)]
struct Press {
    customer: CustomerId,
    from: Tier,
    element: HtmlElement,
    pointer: i32,
    x: f64,
    y: f64,
    touch: bool,
}

/// The copy under the pointer.
struct Lift {
    element: HtmlElement,
    dx: f64,
    dy: f64,
}

impl Lift {
    fn follow(&self, x: f64, y: f64) {
        let _ = self.element.style().set_property("transform", &format!("translate({}px,{}px)", x - self.dx, y - self.dy));
    }
}

#[derive(Clone, Copy)]
pub struct Drag {
    mover: Mover,
    board: NodeRef<html::Div>,
    pub held: RwSignal<Option<Held>>,
    press: Local<Option<Press>>,
    lift: Local<Option<Lift>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    swallow: StoredValue<bool>,
}

impl Drag {
    pub fn new(mover: Mover, board: NodeRef<html::Div>) -> Self {
        let drag = Self {
            mover,
            board,
            held: RwSignal::new(None),
            press: Local::new(),
            lift: Local::new(),
            timer: StoredValue::new(None),
            swallow: StoredValue::new(false),
        };
        if !cfg!(feature = "ssr") {
            on_cleanup(move || drag.let_go());
        }
        drag
    }

    /// Presses on cards that may be moved start here; controls on a card keep
    /// their own meaning.
    pub fn down(self, event: &PointerEvent) {
        if event.button() != 0 || self.held.with_untracked(Option::is_some) {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        if target.closest("button").ok().flatten().is_some() {
            return;
        }
        let Some((element, customer)) = card_of(&target) else { return };
        let Some(card) = self.mover.state.find(customer).filter(|card| card.may_move) else { return };
        let touch = event.pointer_type() == "touch";
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.press.set(Some(Press { customer, from: card.tier, element, pointer: event.pointer_id(), x, y, touch }));
        if touch {
            let ask = move || {
                self.let_go();
                self.swallow_click();
                self.mover.ask(customer, None);
            };
            self.timer.set_value(set_timeout_with_handle(ask, LONG_PRESS).ok());
        }
    }

    pub fn moved(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if self.lift.with(Option::is_some) {
            self.lift.with(|lift| {
                if let Some(lift) = lift {
                    lift.follow(x, y);
                }
            });
            self.aim(x, y);
            return;
        }
        let Some(press) = self.press.with(Clone::clone).filter(|press| press.pointer == event.pointer_id()) else { return };
        let far = (x - press.x).hypot(y - press.y);
        if press.touch && far > TREMBLE {
            self.let_go();
        } else if !press.touch && far > SLOP {
            self.lift(&press, x, y);
        }
    }

    pub fn up(self) {
        let held = self.held.get_untracked();
        let lifted = self.lift.with(Option::is_some);
        self.let_go();
        if let (true, Some(held)) = (lifted, held) {
            self.swallow_click();
            if held.over.is_some_and(|over| over != held.from) {
                self.mover.ask(held.customer, held.over);
            }
        }
    }

    fn swallow_click(self) {
        self.swallow.set_value(true);
        set_timeout(
            move || {
                self.swallow.try_set_value(false);
            },
            SWALLOW,
        );
    }

    /// Whether a click is only the end of a drag.
    pub fn swallows_click(self) -> bool {
        self.swallow.get_value()
    }

    /// Puts everything back, as after Escape.
    pub fn let_go(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if let Some(lift) = self.lift.take() {
            lift.element.remove();
        }
        self.press.set(None);
        if self.held.try_get_untracked().flatten().is_some() {
            self.held.try_set(None);
        }
    }

    fn lift(self, press: &Press, x: f64, y: f64) {
        let Some(board) = self.board.get_untracked() else { return };
        let _ = board.set_pointer_capture(press.pointer);
        let rect = press.element.get_bounding_client_rect();
        let Some(copy) = press.element.clone_node_with_deep(true).ok().and_then(|copy| copy.dyn_into::<HtmlElement>().ok()) else { return };
        let _ = copy.remove_attribute("data-customer-id");
        let _ = copy.set_attribute("aria-hidden", "true");
        let _ = copy.class_list().add_2("is-lifted", "lift");
        let _ = copy.style().set_property("width", &format!("{}px", rect.width()));
        let lift = Lift { element: copy, dx: press.x - rect.left(), dy: press.y - rect.top() };
        lift.follow(x, y);
        if let Some(body) = ui::browser::document().and_then(|document| document.body()) {
            let _ = body.append_child(&lift.element);
        }
        self.lift.set(Some(lift));
        self.held.set(Some(Held { customer: press.customer, from: press.from, over: None, by_keyboard: false }));
        self.aim(x, y);
    }

    /// Finds the tier that the pointer is over.
    fn aim(self, x: f64, y: f64) {
        let Some(held) = self.held.get_untracked() else { return };
        let over = self.tier_at(x, y);
        if over != held.over {
            self.held.set(Some(Held { over, ..held }));
        }
    }

    fn tier_at(self, x: f64, y: f64) -> Option<Tier> {
        let columns = self.board.get_untracked()?.query_selector_all("[data-tier]").ok()?;
        (0..columns.length()).find_map(|i| {
            let column: Element = columns.get(i)?.dyn_into().ok()?;
            let r = column.get_bounding_client_rect();
            let inside = x >= r.left() && x < r.right() && y >= r.top() && y < r.bottom();
            inside.then(|| column.get_attribute("data-tier")).flatten().and_then(|code| Tier::parse(&code))
        })
    }

    /// Space picks up and drops, left and right choose the tier, Escape gives
    /// up, M opens the menu, Enter opens the customer.
    pub fn key(self, event: &web_sys::KeyboardEvent) {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(held) = self.held.get_untracked().filter(|held| held.by_keyboard) {
            self.key_held(event, held);
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        if !target.has_attribute("data-customer-id") {
            return;
        }
        let Some((element, customer)) = card_of(&target) else { return };
        let Some(card) = self.mover.state.find(customer) else { return };
        match event.key().as_str() {
            " " if card.may_move => {
                event.prevent_default();
                self.held.set(Some(Held { customer, from: card.tier, over: Some(card.tier), by_keyboard: true }));
                self.mover.said.set(texts().fmt(tiers::PICKED_UP, &[("name", &card.name), ("tier", &words::tier(card.tier))]));
            }
            "m" | "M" if card.may_move => {
                event.prevent_default();
                self.mover.ask(customer, None);
            }
            "Enter" => {
                if let Some(link) = element.query_selector("a.nm").ok().flatten().and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                    event.prevent_default();
                    link.click();
                }
            }
            _ => {}
        }
    }

    fn key_held(self, event: &web_sys::KeyboardEvent, held: Held) {
        let at = held.over.and_then(|over| Tier::ALL.iter().position(|tier| *tier == over)).unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "Escape" => {
                event.prevent_default();
                self.let_go();
                self.mover.said.set(t(tiers::CANCELLED).to_owned());
                return;
            }
            " " | "Enter" => {
                event.prevent_default();
                self.let_go();
                if held.over.is_some_and(|over| over != held.from) {
                    self.mover.ask(held.customer, held.over);
                }
                return;
            }
            _ => None,
        };
        event.prevent_default();
        if let Some(tier) = next.and_then(|next| Tier::ALL.get(next)) {
            self.held.set(Some(Held { over: Some(*tier), ..held }));
            self.mover.said.set(words::tier(*tier));
        }
    }
}

/// The card that an element belongs to.
pub fn card_of(target: &Element) -> Option<(HtmlElement, CustomerId)> {
    let element = target.closest("[data-customer-id]").ok().flatten()?.dyn_into::<HtmlElement>().ok()?;
    let customer = CustomerId::parse(&element.get_attribute("data-customer-id")?)?;
    Some((element, customer))
}
