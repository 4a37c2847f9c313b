//! Moving cards by pointer, finger and keyboard. One state says what is in the
//! hand and over what it is; the lifted copy follows the pointer without
//! passing through signals.

use super::actions::Mover;
use super::state::{BoardState, Metrics};
use domain::ids::DealId;
use domain::pipeline::Outcome;
use i18n::keys::board;
use leptos::prelude::*;
use ui::browser::Local;
use ui::texts;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// Pixels that a mouse moves before a press becomes a drag.
const SLOP: f64 = 4.0;
/// Pixels that a finger may tremble during a long press.
const TREMBLE: f64 = 10.0;
/// Length of a long press, in milliseconds.
const LONG_PRESS: u64 = 350;
/// Distance from an edge at which the board scrolls, and pixels of one step.
const EDGE: f64 = 56.0;
const SCROLL_STEP: f64 = 14.0;
/// Sideways more slowly: on a phone a whole stage is one screen.
const SCROLL_SIDEWAYS: f64 = 6.0;
/// The click after a drag comes within so long, and a sheet opens after it.
const SWALLOW: std::time::Duration = std::time::Duration::from_millis(350);
const SHEET_AFTER: std::time::Duration = std::time::Duration::from_millis(60);
const SCROLL_EVERY: std::time::Duration = std::time::Duration::from_millis(16);

/// What the hand holds and over what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub deal: DealId,
    pub by_keyboard: bool,
    /// Column and place, the card itself not counted.
    pub over: Option<(usize, usize)>,
    /// Over a zone that takes the deal out of the pipeline.
    pub out: Option<Outcome>,
}

/// A press that may become a drag.
#[derive(Clone)]
struct Press {
    deal: DealId,
    element: HtmlElement,
    pointer: i32,
    touch: bool,
    x: f64,
    y: f64,
}

#[derive(Clone, Copy)]
pub struct Drag {
    state: BoardState,
    mover: Mover,
    pub held: RwSignal<Option<Held>>,
    pub said: RwSignal<String>,
    metrics: RwSignal<Metrics>,
    press: Local<Option<Press>>,
    lift: Local<Option<Lift>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    scroller: StoredValue<Option<IntervalHandle>>,
    at: StoredValue<(f64, f64)>,
    /// The card in the hand has left its place, wherever it is now.
    carried: StoredValue<bool>,
    /// The card that keeps the focus although it is drawn anew.
    pub refocus: StoredValue<Option<DealId>>,
    board: NodeRef<leptos::html::Div>,
    /// The click that the browser makes of the end of a drag is not one.
    swallow: StoredValue<bool>,
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

impl Drag {
    #[must_use]
    pub fn new(state: BoardState, mover: Mover, metrics: RwSignal<Metrics>, board: NodeRef<leptos::html::Div>) -> Self {
        let drag = Self {
            state,
            mover,
            held: RwSignal::new(None),
            said: mover.said,
            metrics,
            press: Local::new(),
            lift: Local::new(),
            timer: StoredValue::new(None),
            scroller: StoredValue::new(None),
            at: StoredValue::new((0.0, 0.0)),
            carried: StoredValue::new(false),
            refocus: StoredValue::new(None),
            board,
            swallow: StoredValue::new(false),
        };
        if !cfg!(feature = "ssr") {
            on_cleanup(move || drag.let_go());
        }
        drag
    }

    /// Presses on cards start here; controls on a card keep their own meaning.
    pub fn down(self, event: &PointerEvent) {
        self.refocus.set_value(None);
        if event.button() != 0 || !self.state.may_write || self.held.with_untracked(Option::is_some) {
            return;
        }
        let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
        if target.closest("button").ok().flatten().is_some() {
            return;
        }
        let Some((element, deal)) = card_of(&target) else { return };
        let touch = event.pointer_type() == "touch";
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.at.set_value((x, y));
        self.press.set(Some(Press { deal, element, pointer: event.pointer_id(), touch, x, y }));
        if touch {
            let wait = set_timeout_with_handle(move || self.lift(), std::time::Duration::from_millis(LONG_PRESS)).ok();
            self.timer.set_value(wait);
        }
    }

    pub fn moved(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if self.lift.with(Option::is_some) {
            self.at.set_value((x, y));
            if self.press.with(|press| press.as_ref().is_some_and(|p| (x - p.x).hypot(y - p.y) > TREMBLE)) {
                self.carried.set_value(true);
            }
            self.lift.with(|lift| {
                if let Some(lift) = lift {
                    lift.follow(x, y);
                }
            });
            self.aim();
            return;
        }
        let Some(press) = self.press.with(Clone::clone).filter(|p| p.pointer == event.pointer_id()) else { return };
        let far = (x - press.x).hypot(y - press.y);
        if press.touch {
            if far > TREMBLE {
                self.let_go();
            }
        } else if far > SLOP {
            self.at.set_value((x, y));
            self.lift();
        }
    }

    pub fn up(self) {
        let lifted = self.lift.with(Option::is_some);
        let press = self.press.with(Clone::clone);
        let held = self.held.get_untracked();
        self.let_go();
        let (Some(press), Some(held)) = (press, held) else { return };
        if !lifted {
            return;
        }
        self.swallow.set_value(true);
        set_timeout(
            move || {
                self.swallow.try_set_value(false);
            },
            SWALLOW,
        );
        if press.touch && !self.carried.get_value() {
            // A long press that goes nowhere asks where to, after the browser's
            // own click, which would hit the sheet.
            set_timeout(move || self.mover.ask_where(held.deal), SHEET_AFTER);
            return;
        }
        match (held.out, held.over) {
            (Some(outcome), _) => self.mover.out(held.deal, outcome),
            (None, Some((col, index))) => self.mover.drop_at(held.deal, col, index),
            (None, None) => {}
        }
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
        if let Some(scroller) = self.scroller.try_update_value(Option::take).flatten() {
            scroller.clear();
        }
        if let Some(lift) = self.lift.take() {
            lift.element.remove();
        }
        self.press.set(None);
        if self.held.try_get_untracked().flatten().is_some() {
            self.held.try_set(None);
        }
    }

    /// The press becomes a drag: a copy of the card goes under the pointer.
    fn lift(self) {
        let Some(press) = self.press.with(Clone::clone) else { return };
        if !self.mover.is_free(press.deal) {
            self.let_go();
            return;
        }
        let Some(board) = self.board.get_untracked() else { return };
        self.carried.set_value(false);
        let _ = board.set_pointer_capture(press.pointer);
        let rect = press.element.get_bounding_client_rect();
        let Ok(copy) = press.element.clone_node_with_deep(true) else { return };
        let Ok(copy) = copy.dyn_into::<HtmlElement>() else { return };
        let _ = copy.remove_attribute("data-deal-id");
        let _ = copy.set_attribute("aria-hidden", "true");
        let _ = copy.class_list().add_2("is-lifted", "lift");
        let _ = copy.style().set_property("width", &format!("{}px", rect.width()));
        let _ = copy.style().set_property("height", &format!("{}px", rect.height()));
        let (x, y) = self.at.get_value();
        let lift = Lift { element: copy, dx: press.x - rect.left(), dy: press.y - rect.top() };
        lift.follow(x, y);
        if let Some(body) = ui::browser::document().and_then(|d| d.body()) {
            let _ = body.append_child(&lift.element);
        }
        self.lift.set(Some(lift));
        self.held.set(Some(Held { deal: press.deal, by_keyboard: false, over: None, out: None }));
        self.scroller.set_value(set_interval_with_handle(move || self.scroll_at_edges(), SCROLL_EVERY).ok());
        self.aim();
    }

    /// Finds what the pointer is over.
    fn aim(self) {
        let Some(held) = self.held.get_untracked() else { return };
        let (x, y) = self.at.get_value();
        let out = self.zone_at(x, y);
        let over = if out.is_some() { None } else { self.place_at(held.deal, x, y) };
        let now = Held { over, out, ..held };
        if now != held {
            self.held.set(Some(now));
        }
    }

    fn zone_at(self, x: f64, y: f64) -> Option<Outcome> {
        let zones = ui::browser::document()?.query_selector_all(".drop-zone").ok()?;
        (0..zones.length()).find_map(|i| {
            let zone: Element = zones.get(i)?.dyn_into().ok()?;
            let r = zone.get_bounding_client_rect();
            let inside = x >= r.left() && x <= r.right() && y >= r.top() && y <= r.bottom();
            inside.then(|| zone.get_attribute("data-out")).flatten().and_then(|code| Outcome::parse(&code))
        })
    }

    fn place_at(self, deal: DealId, x: f64, y: f64) -> Option<(usize, usize)> {
        let board = self.board.get_untracked()?;
        let columns = board.query_selector_all(".colm").ok()?;
        for i in 0..columns.length() {
            let column: Element = columns.get(i)?.dyn_into().ok()?;
            let r = column.get_bounding_client_rect();
            if x >= r.left() && x < r.right() {
                let list = column.query_selector(".cards").ok().flatten()?;
                let inside = y - list.get_bounding_client_rect().top() + f64::from(list.scroll_top());
                return Some((i as usize, self.index_at(deal, i as usize, inside)));
            }
        }
        None
    }

    /// The place among the other cards whose middle lies below `y`.
    fn index_at(self, deal: DealId, col: usize, y: f64) -> usize {
        let Some(column) = self.state.col(col) else { return 0 };
        let (m, today) = (self.metrics.get_untracked(), self.state.today);
        let marks = self.state.marks.get_untracked();
        column.stage.with_value(|stage| {
            column.cards.with_untracked(|cards| {
                let (mut top, mut index) = (0.0, 0);
                for card in cards {
                    let height = if super::card::is_tall(card, stage, marks.get(&card.id), today) { m.tall } else { m.card };
                    // The ghost of the card in the hand takes up room, but no place.
                    if card.id != deal {
                        if y < top + height / 2.0 {
                            break;
                        }
                        index += 1;
                    }
                    top += height + m.gap;
                }
                index
            })
        })
    }

    fn scroll_at_edges(self) {
        let (x, y) = self.at.get_value();
        let Some(board) = self.board.get_untracked() else { return };
        let r = board.get_bounding_client_rect();
        let push = |at: f64, from: f64, to: f64| {
            if at < from + EDGE {
                -SCROLL_STEP
            } else if at > to - EDGE {
                SCROLL_STEP
            } else {
                0.0
            }
        };
        let sideways = push(x, r.left(), r.right());
        if sideways != 0.0 && board.scroll_width() > board.client_width() {
            board.scroll_by_with_x_and_y(sideways.signum() * SCROLL_SIDEWAYS, 0.0);
        }
        let over = self.held.with_untracked(|h| h.and_then(|h| h.over));
        let list = over.and_then(|(col, _)| {
            let lists = board.query_selector_all(".cards").ok()?;
            lists.get(u32::try_from(col).ok()?)?.dyn_into::<Element>().ok()
        });
        if let Some(list) = list {
            let r = list.get_bounding_client_rect();
            let down = push(y, r.top(), r.bottom());
            if down != 0.0 {
                list.scroll_by_with_x_and_y(0.0, down);
            }
        }
        self.aim();
    }

    /// Space picks up and drops, arrows move, Escape gives up. Without a card
    /// in the hand, arrows walk over the board and Enter opens.
    pub fn key(self, event: &web_sys::KeyboardEvent) {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
        self.refocus.set_value(None);
        if let Some(held) = self.held.get_untracked() {
            self.key_held(event, held);
            return;
        }
        if !target.class_list().contains("deal") {
            return;
        }
        let Some((element, deal)) = card_of(&target) else { return };
        match event.key().as_str() {
            " " if self.state.may_write => {
                event.prevent_default();
                self.pick_up(deal);
            }
            "Enter" => {
                if let Some(link) = element.query_selector("a.nm").ok().flatten().and_then(|a| a.dyn_into::<HtmlElement>().ok()) {
                    event.prevent_default();
                    link.click();
                }
            }
            "m" | "M" if self.state.may_write => {
                event.prevent_default();
                self.mover.ask_where(deal);
            }
            "ArrowDown" | "ArrowUp" | "ArrowLeft" | "ArrowRight" => {
                event.prevent_default();
                self.walk(deal, &event.key());
            }
            _ => {}
        }
    }

    fn pick_up(self, deal: DealId) {
        let Some((col, index, card)) = self.state.find(deal).filter(|_| self.mover.is_free(deal)) else { return };
        self.held.set(Some(Held { deal, by_keyboard: true, over: Some((col, index)), out: None }));
        let place = self.place_text(deal, col, index);
        self.said.set(texts().fmt(board::PICKED_UP, &[("name", &card.customer_name), ("place", &place)]));
    }

    fn key_held(self, event: &web_sys::KeyboardEvent, held: Held) {
        if event.key() == "Escape" {
            event.prevent_default();
            self.let_go();
            if let Some((_, _, card)) = self.state.find(held.deal) {
                self.said.set(texts().fmt(board::CANCELLED, &[("name", &card.customer_name)]));
            }
            focus(held.deal);
            return;
        }
        let Some((col, index)) = held.over.filter(|_| held.by_keyboard) else { return };
        let others = |col: usize| {
            self.state.col(col).map_or(0, |c| c.cards.with_untracked(|cards| cards.iter().filter(|c| c.id != held.deal).count()))
        };
        let next = match event.key().as_str() {
            "ArrowUp" => (col, index.saturating_sub(1)),
            "ArrowDown" => (col, (index + 1).min(others(col))),
            "ArrowLeft" if col > 0 => (col - 1, index.min(others(col - 1))),
            "ArrowRight" if col + 1 < self.state.len() => (col + 1, index.min(others(col + 1))),
            "Home" => (col, 0),
            "End" => (col, others(col)),
            " " | "Enter" => {
                event.prevent_default();
                self.let_go();
                self.said.set(texts().fmt(board::DROPPED, &[("place", &self.place_text(held.deal, col, index))]));
                self.refocus.set_value(Some(held.deal));
                self.mover.drop_at(held.deal, col, index);
                request_animation_frame(move || focus(held.deal));
                return;
            }
            "Tab" => {
                event.prevent_default();
                return;
            }
            _ => (col, index),
        };
        event.prevent_default();
        if next != (col, index) {
            self.held.set(Some(Held { over: Some(next), ..held }));
            self.said.set(self.place_text(held.deal, next.0, next.1));
            request_animation_frame(|| {
                if let Some(slot) = ui::browser::query(".slot") {
                    slot.scroll_into_view_with_bool(false);
                }
            });
        }
    }

    fn place_text(self, deal: DealId, col: usize, index: usize) -> String {
        let Some(column) = self.state.col(col) else { return String::new() };
        let own = column.cards.with_untracked(|cards| cards.iter().any(|c| c.id == deal));
        let of = column.summary.with_untracked(|s| s.sums.count()) + i64::from(!own);
        let stage = column.stage.with_value(ui::words::stage_name);
        texts().fmt(board::PLACE, &[("stage", &stage), ("n", &(index + 1).to_string()), ("of", &of.to_string())])
    }

    fn walk(self, deal: DealId, key: &str) {
        let Some((col, index, _)) = self.state.find(deal) else { return };
        let at = |col: usize, index: usize| {
            self.state
                .col(col)
                .and_then(|c| c.cards.with_untracked(|cards| cards.get(index.min(cards.len().saturating_sub(1))).map(|c| c.id)))
        };
        let beside = |step: isize| {
            let mut next = col.checked_add_signed(step)?;
            loop {
                if next >= self.state.len() {
                    return None;
                }
                if let Some(found) = at(next, index) {
                    return Some(found);
                }
                next = next.checked_add_signed(step)?;
            }
        };
        let to = match key {
            "ArrowUp" => index.checked_sub(1).and_then(|i| at(col, i)),
            "ArrowDown" => at(col, index + 1),
            "ArrowLeft" => beside(-1),
            _ => beside(1),
        };
        if let Some(to) = to {
            focus(to);
        }
    }
}

/// Puts the focus on a card, if it is drawn.
pub fn focus(deal: DealId) {
    if let Some(card) = ui::browser::query(&format!("[data-deal-id='{deal}']")).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = card.focus();
    }
}

/// The card that an element belongs to.
pub fn card_of(target: &Element) -> Option<(HtmlElement, DealId)> {
    let element = target.closest("[data-deal-id]").ok().flatten()?.dyn_into::<HtmlElement>().ok()?;
    let deal = DealId::parse(&element.get_attribute("data-deal-id")?)?;
    Some((element, deal))
}
