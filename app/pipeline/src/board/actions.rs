//! What a drop does: ask if something must be said first, paint, tell the
//! server, confirm or put back. One path for pointer, keyboard and menu.

use super::state::{BoardState, Mark};
use crate::api;
use domain::ids::DealId;
use domain::pipeline::moves::{Ask, Closing, MoveDeal, UndoMove, ask};
use domain::pipeline::{Card, Outcome, Stage};
use i18n::keys::{board, timeline};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use ui::live::{LiveEvent, RESYNC};
use ui::toast::Toasts;
use ui::{ApiError, browser, texts, words};

/// Moves that come so soon after one another are counted once.
const COUNT_AFTER: Duration = Duration::from_millis(400);

/// A drop that waits for what must be said about it.
#[derive(Clone, PartialEq)]
pub enum Question {
    Won {
        card: Arc<Card>,
        col: usize,
        index: usize,
    },
    Lost {
        card: Arc<Card>,
    },
    Invalid {
        card: Arc<Card>,
    },
    Reopen {
        card: Arc<Card>,
        col: usize,
        index: usize,
    },
    /// Where to, when there was no drag.
    Where {
        card: Arc<Card>,
    },
}

#[derive(Clone, Copy)]
pub struct Mover {
    state: BoardState,
    pub question: RwSignal<Option<Question>>,
    /// What the server refused of an answer to a question.
    pub refused: RwSignal<Option<ApiError>>,
    /// For the live region.
    pub said: RwSignal<String>,
    /// Deals whose move the server has not answered.
    pending: StoredValue<HashSet<DealId>>,
    /// Totals will be asked for soon.
    counting: StoredValue<bool>,
    toasts: Toasts,
}

impl Mover {
    #[must_use]
    pub fn new(state: BoardState) -> Self {
        Self {
            state,
            question: RwSignal::new(None),
            refused: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            pending: StoredValue::new(HashSet::new()),
            counting: StoredValue::new(false),
            toasts: Toasts::here(),
        }
    }

    /// Whether a deal may be picked up now.
    #[must_use]
    pub fn is_free(self, deal: DealId) -> bool {
        !self.pending.with_value(|p| p.contains(&deal))
    }

    pub fn ask_where(self, deal: DealId) {
        if let Some((_, _, card)) = self.state.find(deal) {
            self.raise(Question::Where { card });
        }
    }

    fn raise(self, question: Question) {
        self.refused.set(None);
        self.question.set(Some(question));
    }

    /// A drop on a zone that takes the deal out of the pipeline.
    pub fn out(self, deal: DealId, outcome: Outcome) {
        let Some((_, _, card)) = self.state.find(deal) else { return };
        if card.outcome != Outcome::Open {
            self.toasts.refuse(texts().fmt(board::NOT_MOVED, &[("reason", texts().get(i18n::keys::errors::CLOSED_DEAL))]));
            return;
        }
        self.raise(if outcome == Outcome::Lost { Question::Lost { card } } else { Question::Invalid { card } });
    }

    /// A drop at a place of a column.
    pub fn drop_at(self, deal: DealId, col: usize, index: usize) {
        let Some((from, at, card)) = self.state.find(deal) else { return };
        if (from, at) == (col, index) {
            return;
        }
        let Some(column) = self.state.col(col) else { return };
        match column.stage.with_value(|to| ask(card.outcome, card.stage, to)) {
            Ask::Nothing if card.outcome == Outcome::Won => {}
            Ask::Nothing => self.send(&card, col, index, None, String::new()),
            Ask::Won => self.raise(Question::Won { card, col, index }),
            Ask::Reason => self.raise(Question::Reopen { card, col, index }),
        }
    }

    /// Tells the server, after painting.
    pub fn send(self, card: &Arc<Card>, col: usize, index: usize, closing: Option<Closing>, reason: String) {
        let Some(column) = self.state.col(col) else { return };
        let leaves = matches!(closing, Some(Closing::Lost { .. } | Closing::Invalid { .. }));
        let (above, below) = if leaves { (None, None) } else { self.state.neighbours(card.id, col, index) };
        let command = MoveDeal {
            request: browser::new_request(),
            deal: card.id,
            version: card.version,
            to: column.stage_id(),
            above,
            below,
            closing,
            reason,
        };
        let will_be = column.stage.with_value(|stage| expected(card, stage, &command, self.state.today));
        let from_stage = card.stage;
        let Some(before) = self.state.paint(will_be, (!leaves).then_some((col, index))) else { return };
        self.pending.update_value(|p| {
            p.insert(card.id);
        });
        let name = card.customer_name.clone();
        spawn_local(async move {
            let deal = command.deal;
            let closing = command.closing.is_some() || !command.reason.is_empty();
            let answer = api::move_deal(command).await;
            self.pending.try_update_value(|p| {
                p.remove(&deal);
            });
            match answer {
                Ok(card) => {
                    self.question.set(None);
                    let reordered = card.stage == from_stage && card.outcome == Outcome::Open && !closing;
                    self.done(&name, &card, reordered);
                    self.state.confirm(card);
                }
                Err(error) => {
                    self.state.roll_back(before);
                    self.refuse(deal, error, closing);
                }
            }
            self.count_again();
        });
    }

    /// Totals as the server has them, once things are quiet. Cards that were
    /// never fetched come and go without being seen here, and a median cannot
    /// be kept by adding.
    fn count_again(self) {
        if self.counting.try_update_value(|counting| std::mem::replace(counting, true)) != Some(false) {
            return;
        }
        set_timeout(
            move || {
                self.counting.try_set_value(false);
                let Some(filter) = self.state.filter.try_get_value() else { return };
                spawn_local(async move {
                    // While a move is on its way its column is ahead of the server.
                    let quiet = || self.pending.try_with_value(HashSet::is_empty).unwrap_or(false);
                    if let Ok(found) = api::summaries(filter).await {
                        if quiet() {
                            self.state.set_summaries(found);
                        }
                    }
                });
            },
            COUNT_AFTER,
        );
    }

    fn done(self, name: &str, card: &Card, reordered: bool) {
        let stage = self
            .state
            .col_of_stage(card.stage)
            .and_then(|i| self.state.col(i))
            .map(|c| c.stage.with_value(words::stage_name))
            .unwrap_or_default();
        let t = texts();
        let text = match card.outcome {
            Outcome::Lost => t.fmt(board::MOVED_LOST, &[("name", name)]),
            Outcome::Invalid => t.fmt(board::MOVED_INVALID, &[("name", name)]),
            _ => t.fmt(board::MOVED, &[("name", name), ("stage", &stage)]),
        };
        if reordered {
            return;
        }
        let (deal, version) = (card.id, card.version);
        self.toasts.done(text, move || self.undo(deal, version));
    }

    fn undo(self, deal: DealId, version: i32) {
        let command = UndoMove { request: browser::new_request(), deal, version };
        spawn_local(async move {
            let t = texts();
            match api::undo_move(command).await {
                // The board was left meanwhile, and shows nothing any more.
                Ok(_) if self.said.is_disposed() => self.toasts.say(t.get(timeline::UNDONE).to_owned()),
                Ok(card) => {
                    let stage = self
                        .state
                        .col_of_stage(card.stage)
                        .and_then(|i| self.state.col(i))
                        .map(|c| c.stage.with_value(words::stage_name))
                        .unwrap_or_default();
                    self.toasts.say(t.fmt(board::UNDONE, &[("name", &card.customer_name), ("stage", &stage)]));
                    self.state.settle(Some(card), deal);
                    self.count_again();
                }
                Err(error) => self.toasts.refuse(t.fmt(board::NOT_UNDONE, &[("reason", &error.sentence())])),
            }
        });
    }

    /// Says why a move was refused. With a dialog open the refusal is shown in
    /// it; a conflict shows the card as it is now.
    fn refuse(self, deal: DealId, error: ApiError, in_dialog: bool) {
        if in_dialog && matches!(error, ApiError::Refused { .. }) && self.question.with_untracked(Option::is_some) {
            self.refused.set(Some(error));
            return;
        }
        self.question.set(None);
        let text = texts().fmt(board::NOT_MOVED, &[("reason", &error.sentence())]);
        self.said.set(text.clone());
        self.toasts.refuse(text);
        if let ApiError::Stale { by, .. } = &error {
            let by = by.clone();
            self.fetch(deal, Some(Mark::Changed { by }));
        }
        if error == ApiError::NotFound {
            self.fetch(deal, None);
        }
    }

    /// Somebody changed something: fetch the card, move it into place.
    pub fn heard(self, event: &LiveEvent) {
        // An import says one word for all its rows.
        if event.topic == RESYNC || event.topic == "deal" && event.version == 0 {
            self.refresh();
            return;
        }
        if event.topic != "deal" {
            return;
        }
        let deal = DealId(event.id);
        let known = self.state.find(deal);
        if !self.is_free(deal) || known.as_ref().is_some_and(|(_, _, card)| card.version >= event.version) {
            return;
        }
        let own = event.by.is_some() && event.by == self.state.me;
        let mark = (!own && !event.by_name.is_empty()).then(|| Mark::Changed { by: event.by_name.clone() });
        self.fetch(deal, mark);
    }

    fn fetch(self, deal: DealId, mark: Option<Mark>) {
        let filter = self.state.filter.get_value();
        spawn_local(async move {
            let card = match api::card(filter, deal).await {
                Ok(card) => card,
                Err(error) => {
                    self.toasts.refuse(error.sentence());
                    return;
                }
            };
            if !self.is_free(deal) {
                return;
            }
            let before = self.state.find(deal);
            let moved = match (&before, &card) {
                (Some((_, _, old)), Some(new)) => old.stage != new.stage || old.outcome != new.outcome,
                (None, Some(_)) => true,
                _ => false,
            };
            let from = before.as_ref().and_then(|(col, _, _)| self.state.col(*col)).map(|c| c.stage.with_value(words::stage_name));
            let slide = super::motion::Slide::begin(deal);
            if let (Some(Mark::Changed { by }), Some(_)) = (mark, &card) {
                let mark = if moved { Mark::Arrived { by, from } } else { Mark::Changed { by } };
                self.state.marks.update(|marks| {
                    marks.insert(deal, mark);
                });
                set_timeout(
                    move || {
                        self.state.marks.try_update(|marks| marks.remove(&deal));
                    },
                    super::motion::MARK_FOR,
                );
            }
            self.state.settle(card, deal);
            slide.end();
            self.count_again();
        });
    }

    /// Reads everything that is shown again, after a gap.
    fn refresh(self) {
        let filter = self.state.filter.get_value();
        spawn_local(async move {
            let fresh = match api::board(filter).await {
                Ok(fresh) => fresh,
                Err(error) => {
                    self.toasts.refuse(error.sentence());
                    return;
                }
            };
            let columns = self.state.columns.get_value();
            for (col, column) in columns.iter().zip(fresh.columns) {
                col.cards.set(column.cards.into_iter().map(Arc::new).collect());
                col.summary.set(column.summary);
            }
        });
    }

    /// Fetches the next cards of a column that is being scrolled.
    pub fn more(self, col: usize, busy: StoredValue<bool>) {
        let Some(column) = self.state.col(col) else { return };
        let (fetched, last) = column.cards.with_untracked(|cards| (cards.len(), cards.last().map(|c| c.id)));
        let total = column.summary.with_untracked(|s| usize::try_from(s.sums.count()).unwrap_or(0));
        if fetched >= total || busy.get_value() {
            return;
        }
        busy.set_value(true);
        let (filter, stage) = (self.state.filter.get_value(), column.stage_id());
        spawn_local(async move {
            let page = api::cards(filter, stage, last).await;
            // First, so that what is appended may ask for more.
            busy.try_set_value(false);
            match page {
                Ok(page) => self.state.append(col, page.cards),
                Err(error) => self.toasts.refuse(error.sentence()),
            }
        });
    }
}

/// The card as it will probably be, to paint before the answer.
fn expected(card: &Card, to: &Stage, command: &MoveDeal, today: chrono::NaiveDate) -> Card {
    let mut next = card.clone();
    match &command.closing {
        Some(Closing::Won { amount_minor, on }) => {
            next.outcome = Outcome::Won;
            next.amount.minor = *amount_minor;
            next.closed_on = Some(*on);
            next.probability_bp = 10_000;
        }
        Some(Closing::Lost { .. }) => next.outcome = Outcome::Lost,
        Some(Closing::Invalid { .. }) => next.outcome = Outcome::Invalid,
        None => {
            next.outcome = Outcome::Open;
            next.closed_on = None;
        }
    }
    if card.stage != to.id && next.outcome != Outcome::Lost && next.outcome != Outcome::Invalid {
        next.stage = to.id;
        next.stage_since = today;
        next.probability_bp = to.probability_bp;
    }
    next
}
