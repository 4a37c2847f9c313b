//! What a drop or an answered question does: paint, tell the server, confirm or
//! put back. One path for mouse, keyboard and menu.

use crate::api;
use crate::state::BoardState;
use domain::customers::Tier;
use domain::ids::CustomerId;
use domain::tiers::board::{MoveTier, TierCard, UndoTier};
use domain::violation::Violation;
use i18n::keys::tiers;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use ui::toast::Toasts;
use ui::{ApiError, browser, t, texts, words};

/// A customer about whom something is asked: why, and where to unless a drop
/// has said so.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub card: Arc<TierCard>,
    pub to: Option<Tier>,
    /// What was answered before, if that reached nobody.
    pub reason: String,
}

#[derive(Clone, Copy)]
pub struct Mover {
    pub state: BoardState,
    pub question: RwSignal<Option<Question>>,
    /// What is refused of the answer.
    pub refused: RwSignal<Option<ApiError>>,
    /// For the live region.
    pub said: RwSignal<String>,
    /// Moves that the server has not answered.
    pending: StoredValue<Vec<CustomerId>>,
    toasts: Toasts,
}

impl Mover {
    pub fn new(state: BoardState) -> Self {
        Self {
            state,
            question: RwSignal::new(None),
            refused: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            pending: StoredValue::new(Vec::new()),
            toasts: Toasts::here(),
        }
    }

    /// Asks where to and why, or only why.
    pub fn ask(self, customer: CustomerId, to: Option<Tier>) {
        let Some(card) = self.state.find(customer).filter(|card| card.may_move && to != Some(card.tier)) else { return };
        if self.pending.with_value(|pending| pending.contains(&customer)) {
            return;
        }
        self.refused.set(None);
        self.question.set(Some(Question { card, to, reason: String::new() }));
    }

    pub fn refuse_answer(self, found: Vec<Violation>) {
        self.refused.set(Some(ApiError::Refused { found, typed: None }));
    }

    /// Tells the server, after painting.
    pub fn send(self, card: Arc<TierCard>, to: Tier, reason: String) {
        let command = MoveTier { request: browser::new_request(), customer: card.id, version: card.version, to, reason: reason.clone() };
        if let Err(found) = command.check(card.tier) {
            self.refuse_answer(found);
            return;
        }
        self.question.set(None);
        let before = self.state.paint(&card, to);
        self.pending.update_value(|pending| pending.push(card.id));
        spawn_local(async move {
            let answer = api::move_tier(command).await;
            self.answered(card.id);
            match answer {
                Ok(version) => {
                    let said = texts().fmt(tiers::MOVED, &[("name", &card.name), ("tier", &words::tier(to))]);
                    self.said.try_set(said.clone());
                    let customer = card.id;
                    self.toasts.done(said, move || self.undo(customer, version));
                }
                // Nobody has heard it: what was typed is kept, to be sent again.
                Err(error @ ApiError::Transport(_)) => {
                    self.state.roll_back(before);
                    self.refused.try_set(Some(error));
                    self.question.try_set(Some(Question { card, to: Some(to), reason }));
                }
                Err(error) => {
                    self.state.roll_back(before);
                    self.not_moved(&error);
                }
            }
            self.refresh();
        });
    }

    fn answered(self, customer: CustomerId) {
        self.pending.try_update_value(|pending| pending.retain(|known| *known != customer));
    }

    fn not_moved(self, error: &ApiError) {
        let text = texts().fmt(tiers::NOT_MOVED, &[("reason", &error.sentence())]);
        self.said.try_set(text.clone());
        self.toasts.refuse(text);
    }

    fn undo(self, customer: CustomerId, version: i32) {
        let command = UndoTier { request: browser::new_request(), customer, version };
        spawn_local(async move {
            match api::undo_tier(command).await {
                Ok(_) => self.toasts.say(t(tiers::UNDONE).to_owned()),
                Err(error) => self.toasts.refuse(texts().fmt(tiers::NOT_UNDONE, &[("reason", &error.sentence())])),
            }
            self.refresh();
        });
    }

    /// Reads what is shown again, but not while a move is on its way: the board
    /// is ahead of the server then, and the answer reads it.
    pub fn refresh(self) {
        let quiet = move || self.pending.try_with_value(Vec::is_empty).unwrap_or(false);
        if !quiet() {
            return;
        }
        let Some(filter) = self.state.filter.try_get_value() else { return };
        let shown = self.state.shown();
        spawn_local(async move {
            // What could not be read again stays as it is shown; the next change asks again.
            if let Ok(fresh) = api::board(filter, shown).await {
                if quiet() {
                    self.state.take(fresh);
                }
            }
        });
    }

    /// Fetches the next cards of a column.
    pub fn more(self, tier: Tier) {
        let Some(col) = self.state.col(tier) else { return };
        let Some(after) = col.next.try_update(Option::take).flatten() else { return };
        let filter = self.state.filter.get_value();
        spawn_local(async move {
            match api::cards(filter, tier, after.clone()).await {
                Ok(page) => {
                    col.cards.try_update(|cards| {
                        let fresh: Vec<_> =
                            page.cards.into_iter().filter(|card| cards.iter().all(|known| known.id != card.id)).map(Arc::new).collect();
                        cards.extend(fresh);
                    });
                    col.next.try_set(page.next);
                }
                Err(error) => {
                    col.next.try_set(Some(after));
                    self.toasts.refuse(error.sentence());
                }
            }
        });
    }
}
