//! What a deal's page shows, as one signal, and the changes to it: a move by
//! the person, a change by somebody else.

use crate::api;
use crate::closing::Topic;
use domain::ids::StageId;
use domain::pipeline::moves::{Ask, Closing, MoveDeal, UndoMove, ask};
use domain::pipeline::{Card, DealDetail, Outcome, Stage};
use i18n::keys::board;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use ui::live::{LiveEvent, RESYNC};
use ui::toast::Toasts;
use ui::{ApiError, browser, texts, words};

/// How long a note about somebody else's change stays.
const NOTE_FOR: Duration = Duration::from_secs(12);

/// A move that waits for what must be said about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Question {
    pub topic: Topic,
    to: StageId,
}

#[derive(Clone, Copy)]
pub struct DealState {
    pub detail: RwSignal<DealDetail>,
    pub question: RwSignal<Option<Question>>,
    /// What the server refused of an answer.
    pub refused: RwSignal<Option<ApiError>>,
    /// For the live region.
    pub said: RwSignal<String>,
    pub changed_by: RwSignal<Option<String>>,
    /// It can no longer be read.
    pub gone: RwSignal<bool>,
    /// A move is on its way.
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl DealState {
    #[must_use]
    pub fn new(detail: DealDetail) -> Self {
        Self {
            detail: RwSignal::new(detail),
            question: RwSignal::new(None),
            refused: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            changed_by: RwSignal::new(None),
            gone: RwSignal::new(false),
            busy: RwSignal::new(false),
            toasts: Toasts::here(),
        }
    }

    fn card(self) -> Card {
        self.detail.with_untracked(|d| d.card.clone())
    }

    /// Takes the deal out of the pipeline, after a question.
    pub fn ask(self, topic: Topic) {
        self.raise(Question { topic, to: self.card().stage });
    }

    fn raise(self, question: Question) {
        self.refused.set(None);
        self.question.set(Some(question));
    }

    /// To another stage: at once, or after a question.
    pub fn move_to(self, stage: &Stage) {
        let card = self.card();
        if self.busy.get_untracked() || card.stage == stage.id && matches!(card.outcome, Outcome::Open | Outcome::Won) {
            return;
        }
        match ask(card.outcome, card.stage, stage) {
            Ask::Nothing => self.send(stage.id, None, String::new()),
            Ask::Won => self.raise(Question { topic: Topic::Won, to: stage.id }),
            Ask::Reason => self.raise(Question { topic: Topic::Reopen, to: stage.id }),
        }
    }

    pub fn answer(self, closing: Option<Closing>, reason: String) {
        if let Some(question) = self.question.get_untracked() {
            self.send(question.to, closing, reason);
        }
    }

    /// Tells the server, after painting.
    fn send(self, to: StageId, closing: Option<Closing>, reason: String) {
        if self.busy.get_untracked() {
            return;
        }
        let before = self.card();
        let command = MoveDeal {
            request: browser::new_request(),
            deal: before.id,
            version: before.version,
            to,
            above: None,
            below: None,
            closing,
            reason,
        };
        if command.closing.is_none() && command.reason.is_empty() {
            self.detail.update(|d| d.card.stage = to);
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::move_deal(command).await;
            self.busy.try_set(false);
            match answer {
                Ok(card) => {
                    self.question.try_set(None);
                    self.done(&card);
                    self.settle(card);
                    self.read_again();
                }
                Err(error) => {
                    self.detail.try_update(|d| d.card = before);
                    self.refuse(error);
                }
            }
        });
    }

    fn settle(self, card: Card) {
        self.detail.try_update(|d| d.card = card);
    }

    fn done(self, card: &Card) {
        let t = texts();
        let name = &card.customer_name;
        let text = match card.outcome {
            Outcome::Lost => t.fmt(board::MOVED_LOST, &[("name", name)]),
            Outcome::Invalid => t.fmt(board::MOVED_INVALID, &[("name", name)]),
            _ => t.fmt(board::MOVED, &[("name", name), ("stage", &self.stage_name(card.stage))]),
        };
        self.said.try_set(text.clone());
        let (deal, version) = (card.id, card.version);
        self.toasts.done(text, move || self.undo(UndoMove { request: browser::new_request(), deal, version }));
    }

    fn undo(self, command: UndoMove) {
        spawn_local(async move {
            let t = texts();
            match api::undo_move(command).await {
                Ok(card) => {
                    self.toasts.say(t.fmt(board::UNDONE, &[("name", &card.customer_name), ("stage", &self.stage_name(card.stage))]));
                    self.settle(card);
                    self.read_again();
                }
                Err(error) => self.toasts.refuse(t.fmt(board::NOT_UNDONE, &[("reason", &error.sentence())])),
            }
        });
    }

    /// Says why a move was refused: in its dialog if that can be put right
    /// there. After a conflict the deal is shown as it is now.
    fn refuse(self, error: ApiError) {
        if matches!(error, ApiError::Refused { .. }) && self.question.with_untracked(Option::is_some) {
            self.refused.set(Some(error));
            return;
        }
        self.question.try_set(None);
        let text = texts().fmt(board::NOT_MOVED, &[("reason", &error.sentence())]);
        self.said.try_set(text.clone());
        self.toasts.refuse(text);
        if matches!(error, ApiError::Stale { .. } | ApiError::NotFound) {
            self.read_again();
        }
    }

    fn stage_name(self, id: StageId) -> String {
        let found = self.detail.try_with_untracked(|d| d.stages.iter().find(|s| s.id == id).map(words::stage_name));
        found.flatten().unwrap_or_default()
    }

    /// Something changed somewhere.
    pub fn heard(self, event: &LiveEvent) {
        if event.topic == RESYNC {
            self.read_again();
            return;
        }
        let (id, version) = self.detail.with_untracked(|d| (d.card.id, d.card.version));
        if event.topic != "deal" || event.id != id.0 || event.version <= version || self.busy.get_untracked() {
            return;
        }
        let me = ui::facts().viewer.as_ref().map(|v| v.id);
        if event.by != me && !event.by_name.is_empty() {
            self.changed_by.set(Some(event.by_name.clone()));
            set_timeout(
                move || {
                    self.changed_by.try_set(None);
                },
                NOTE_FOR,
            );
        }
        self.read_again();
    }

    /// Reads the deal again; the composer is no part of what is drawn anew.
    pub fn read_again(self) {
        let Some(id) = self.detail.try_with_untracked(|d| d.card.id) else { return };
        spawn_local(async move {
            match api::deal(id).await {
                Ok(fresh) => {
                    self.gone.try_set(false);
                    // An answer may come after that to a later question.
                    self.detail.try_update(|d| {
                        if fresh.card.version >= d.card.version {
                            *d = fresh;
                        }
                    });
                }
                Err(ApiError::NotFound | ApiError::Forbidden) => {
                    self.gone.try_set(true);
                }
                // Shown by the page as a lost connection.
                Err(_) => {}
            }
        });
    }
}
