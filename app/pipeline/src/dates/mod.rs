//! Open deals by date: the month forecast and the calendar, beside the board. A
//! card that is put into another month or day changes its date; by mouse, by keys
//! (Shift and an arrow), or by the form that its ⋯ opens.
//!
//! Where a card goes is `domain::pipeline::dates`; the change itself is sent like
//! one from the list ([`crate::change`]).

mod calendar;
mod card;
mod months;

pub use calendar::CalendarPage;
pub use months::MonthsPage;

use crate::board::{card_of, focus};
use crate::change::{Cells, Changer, Field};
use domain::ids::DealId;
use domain::pipeline::Card;
use domain::pipeline::change::Fact;
use i18n::keys::deal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What cards are held by, on a page of dates.
#[derive(Clone, Copy)]
struct Hand {
    held: RwSignal<Option<DealId>>,
    cells: Cells,
    changer: Changer,
    /// The cards that are shown.
    cards: StoredValue<Vec<Card>>,
    /// Which date is changed here.
    field: Field,
}

/// Who is on a card by keys stays on it when the page is drawn anew, as it is after each
/// change of a colleague.
fn keep_focus() {
    let on = || ui::browser::document().and_then(|document| document.active_element());
    if let Some((_, deal)) = on().as_ref().and_then(card_of) {
        request_animation_frame(move || {
            // What had the focus is gone: the page has it.
            if on().is_none_or(|element| element.tag_name() == "BODY") {
                focus(deal);
            }
        });
    }
}

impl Hand {
    fn new(changer: Changer, field: Field, cards: Vec<Card>) -> Self {
        keep_focus();
        Self { held: RwSignal::new(None), cells: Cells::default(), changer, cards: StoredValue::new(cards), field }
    }

    fn card(self, id: DealId) -> Option<Card> {
        self.cards.with_value(|cards| cards.iter().find(|card| card.id == id).cloned())
    }

    /// The date of a card that this page sorts by.
    fn date(self, card: &Card) -> Option<chrono::NaiveDate> {
        if self.field == Field::Next { card.next_on } else { card.expected_close_on }
    }

    /// Gives a card another date; none at all if it cannot have one.
    fn put(self, card: &Card, on: Option<chrono::NaiveDate>) {
        if self.date(card) == on {
            return;
        }
        let to = if self.field == Field::Next { Fact::Next { step: card.next_step.clone(), on } } else { Fact::Close(on) };
        self.changer.put(card.id, card.version, to, deal::NOT_PUT);
    }

    /// What a place does while a card is dragged over it, and when it is let go there.
    /// `over` is the place that it is over; only one that `takes` cards lets itself be
    /// chosen.
    fn zone<Z: Copy + PartialEq + Send + Sync + 'static>(
        self,
        over: RwSignal<Option<Z>>,
        zone: Z,
        takes: bool,
        put: impl Fn(&Card) + 'static,
    ) -> (impl Fn(web_sys::DragEvent) + 'static, impl Fn(web_sys::DragEvent) + 'static) {
        let dragged_over = move |event: web_sys::DragEvent| {
            if takes && self.held.get_untracked().is_some() {
                event.prevent_default();
                if over.get_untracked() != Some(zone) {
                    over.set(Some(zone));
                }
            }
        };
        let dropped = move |event: web_sys::DragEvent| {
            event.prevent_default();
            over.set(None);
            if let Some(card) = self.held.get_untracked().and_then(|id| self.card(id)) {
                put(&card);
            }
            self.held.set(None);
        };
        (dragged_over, dropped)
    }

    /// The form of the card's date, over its button.
    fn ask(self, card: Card, event: &web_sys::MouseEvent) {
        let Some(button) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
        let back = format!("[data-deal-id=\"{}\"]", card.id);
        let field = self.field;
        self.cells.over(&button, card.into(), field, back);
    }
}
