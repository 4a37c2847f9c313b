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
use std::time::Duration;
use ui::error::{instant, violation_sentence};
use ui::toast::Toasts;
use ui::{ApiError, browser, facts, texts};

/// How long news wait before they look again whether nobody is typing.
const LATER: Duration = Duration::from_millis(800);

/// Reads a page again, but not from under somebody who is typing into a cell or a
/// dialog of it: then as soon as that is done.
pub fn when_free(again: impl Fn() + Copy + 'static) {
    if browser::query("form.cell-edit, dialog[open]").is_some() {
        set_timeout(move || when_free(again), LATER);
    } else {
        again();
    }
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

    /// Gives `deals`, in the versions that were seen, the value `to`. `settled` is
    /// told which were left as they were; a value that is refused as such stays with
    /// its form.
    pub fn send(self, deals: Vec<(DealId, i32)>, to: Fact, settled: Callback<Vec<DealId>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        let request = browser::new_request();
        let field = form::Field::of(&to);
        let known = |deal: DealId| self.made.with_value(|made| made.get(&deal).copied()).unwrap_or_default();
        let changes: Vec<DealChange> =
            deals.into_iter().map(|(deal, version)| DealChange { deal, version: version.max(known(deal)), to: to.clone() }).collect();
        let sent: HashMap<DealId, i32> = changes.iter().map(|change| (change.deal, change.version)).collect();
        spawn_local(async move {
            let answer = api::change_deals(ChangeDeals { request, changes }).await;
            self.busy.try_set(false);
            match answer {
                Ok(changed) => {
                    self.made.try_update_value(|made| {
                        made.extend(changed.done.iter().filter_map(|deal| sent.get(deal).map(|version| (*deal, version + 1))));
                    });
                    self.say(request, field, &changed);
                    settled.try_run(changed.refused.iter().map(|refused| refused.deal).collect());
                    self.changed.try_run(());
                }
                Err(error) => {
                    self.refused.try_set(Some(error));
                }
            }
        });
    }

    fn say(self, request: RequestId, field: form::Field, changed: &Changed) {
        let t = texts();
        let what = t.get(field.label());
        if !changed.done.is_empty() {
            let n = changed.done.len().to_string();
            let key = if changed.done.len() == 1 { deal::CHANGED_ONE } else { deal::CHANGED_MANY };
            self.toasts.done(t.fmt(key, &[("what", what), ("n", &n)]), Callback::new(move |()| self.undo(request)));
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
