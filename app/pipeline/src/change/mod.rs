//! One fact of one or many deals changed from a list: [`picks`] chooses rows,
//! [`form`] asks for the value, and the [`Changer`] sends it, says what became of
//! it, and offers the way back.

pub mod cell;
pub mod form;
pub mod picks;

use crate::api;
use domain::ids::{DealId, RequestId};
use domain::pipeline::change::{ChangeDeals, Changed, DealChange, Fact, NotChanged, UndoChanges, Why};
use i18n::keys::deal;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;
use ui::error::{instant, violation_sentence};
use ui::toast::Toasts;
use ui::{Answer, ApiError, browser, facts, texts};

/// Whether nobody is typing into a cell or a dialog, or holding a card by its date:
/// only then is a page read again.
pub fn is_free() -> bool {
    browser::query("form.cell-edit, dialog[open], .deal.is-ghost[draggable]").is_none()
}

/// Deals that a message names before it only counts.
const NAMED: usize = 3;

/// Sends changes; one at a time.
#[derive(Clone, Copy)]
pub struct Changer {
    toasts: Toasts,
    pub busy: RwSignal<bool>,
    /// What was refused of the value itself, for the field.
    pub refused: RwSignal<Option<ApiError>>,
    /// Deals were changed: what is shown is to be read again.
    changed: Callback<()>,
    /// Versions that one's own changes made, for what is changed again before it was
    /// read again.
    made: StoredValue<HashMap<DealId, i32>>,
}

impl Changer {
    #[must_use]
    pub fn new(changed: Callback<()>) -> Self {
        Self {
            toasts: Toasts::here(),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            changed,
            made: StoredValue::new(HashMap::new()),
        }
    }

    /// Gives `deals`, in the versions that were seen, the value `to`, for a form: one
    /// at a time. `settled` is told which were left as they were; a value that is
    /// refused as such stays with its form.
    pub fn send(self, deals: Vec<(DealId, i32)>, to: Fact, settled: Callback<Vec<DealId>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            let answer = self.ask(deals, to).await;
            self.busy.try_set(false);
            match answer {
                Ok(left) => {
                    settled.try_run(left);
                    self.changed.try_run(());
                }
                Err(error) => {
                    self.refused.try_set(Some(error));
                }
            }
        });
    }

    /// The same for a card that was put somewhere: no form is there to show what is
    /// refused, so that is said aloud, and the page shown as it is.
    pub fn put(self, deal: DealId, version: i32, to: Fact) {
        spawn_local(async move {
            if let Err(error) = self.ask(vec![(deal, version)], to).await {
                self.toasts.refuse(texts().fmt(deal::NOT_PUT, &[("reason", &error.sentence())]));
            }
            self.changed.try_run(());
        });
    }

    /// The deals that were left as they were; what became of all is said.
    async fn ask(self, deals: Vec<(DealId, i32)>, to: Fact) -> Answer<Vec<DealId>> {
        let request = browser::new_request();
        let field = form::Field::of(&to);
        let known = |deal: DealId| self.made.with_value(|made| made.get(&deal).copied()).unwrap_or_default();
        let changes: Vec<DealChange> =
            deals.into_iter().map(|(deal, version)| DealChange { deal, version: version.max(known(deal)), to: to.clone() }).collect();
        let sent: HashMap<DealId, i32> = changes.iter().map(|change| (change.deal, change.version)).collect();
        let changed = api::change_deals(ChangeDeals { request, changes }).await?;
        self.made.try_update_value(|made| {
            made.extend(changed.done.iter().filter_map(|deal| sent.get(deal).map(|version| (*deal, version + 1))));
        });
        self.say(request, field, &changed);
        Ok(changed.refused.iter().map(|refused| refused.deal).collect())
    }

    fn say(self, request: RequestId, field: form::Field, changed: &Changed) {
        let t = texts();
        let what = t.get(field.label());
        if !changed.done.is_empty() {
            let n = changed.done.len().to_string();
            let key = if changed.done.len() == 1 { deal::CHANGED_ONE } else { deal::CHANGED_MANY };
            self.toasts.done(t.fmt(key, &[("what", what), ("n", &n)]), move || self.undo(request));
        } else if changed.refused.is_empty() {
            self.toasts.say(t.fmt(deal::CHANGED_NONE, &[("what", what)]));
        }
        self.name(&changed.refused);
    }

    fn undo(self, of: RequestId) {
        let command = UndoChanges { request: browser::new_request(), of };
        spawn_local(async move {
            let t = texts();
            match api::undo_changes(command).await {
                Ok(changed) => {
                    self.made.try_update_value(|made| {
                        for deal in &changed.done {
                            made.entry(*deal).and_modify(|version| *version += 1);
                        }
                    });
                    let n = i64::try_from(changed.done.len()).unwrap_or(i64::MAX);
                    if n > 0 {
                        self.toasts.say(t.n(deal::CHANGE_UNDONE_ONE, deal::CHANGE_UNDONE_MANY, n));
                    }
                    self.name(&changed.refused);
                }
                Err(error) => self.toasts.refuse(t.fmt(deal::CHANGE_NOT_UNDONE, &[("reason", &error.sentence())])),
            }
            self.changed.try_run(());
        });
    }

    /// Names what was left as it was, and why.
    fn name(self, refused: &[NotChanged]) {
        if refused.is_empty() {
            return;
        }
        let t = texts();
        let more = (refused.len() > NAMED).then(|| "…".to_owned());
        let lines = refused.iter().take(NAMED).map(line).chain(more);
        let why = lines.reduce(|a, b| t.fmt(deal::WHY_JOIN, &[("a", &a), ("b", &b)])).unwrap_or_default();
        let n = refused.len().to_string();
        let key = if refused.len() == 1 { deal::NOT_CHANGED_ONE } else { deal::NOT_CHANGED_MANY };
        self.toasts.refuse(t.fmt(key, &[("n", &n), ("why", &why)]));
    }
}

fn line(refused: &NotChanged) -> String {
    let t = texts();
    let why = match &refused.why {
        Why::Gone => return t.get(deal::WHY_GONE).to_owned(),
        Why::Forbidden => t.get(deal::WHY_FORBIDDEN).to_owned(),
        Why::Closed => t.get(deal::WHY_CLOSED).to_owned(),
        Why::Stale { by, at } => t.fmt(deal::WHY_STALE, &[("name", by), ("time", &instant(&facts(), *at))]),
        Why::Value(violation) => violation_sentence(violation),
    };
    t.fmt(deal::WHY_OF, &[("title", &refused.title), ("why", &why)])
}
