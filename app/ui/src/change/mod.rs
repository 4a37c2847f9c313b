//! Rows of a list changed: [`picks`] chooses rows, [`cell`] edits a fact in its place, and the
//! [`Changer`] sends what was typed, says what became of it, and offers the way back. What the
//! rows are, which facts they have and how these are asked for says a [`Subject`].
//!
//! Not here: the rules (`domain::change`), and the rows themselves, which the slices write.

pub mod cell;
pub mod picks;

use crate::error::{instant, violation_sentence};
use crate::toast::Toasts;
use crate::{Answer, ApiError, browser, facts, texts};
use domain::change::{Changed, NotChanged, UndoChanges, Why};
use domain::ids::RequestId;
use domain::violation::Violation;
use i18n::Key;
use i18n::keys::change as words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use uuid::Uuid;
use web_sys::FormData;

/// Rows that a message names before it only counts.
const NAMED: usize = 3;

/// Sentences in which the rows have their name; pairs are for one and for many.
pub struct Words {
    pub pick_page: Key,
    pub picked_bar: Key,
    pub picked: (Key, Key),
    pub title: (Key, Key),
    pub changed: (Key, Key),
    pub undone: (Key, Key),
    pub not_changed: (Key, Key),
}

/// What is changed: deals, customers.
pub trait Subject: Send + Sync + 'static {
    type Id: Copy + Eq + Hash + Display + From<Uuid> + Into<Uuid> + Send + Sync + 'static;
    /// A row, as far as its facts are asked for.
    type Row: Clone + Send + Sync + 'static;
    /// What there is to choose from.
    type Choices: Clone + Send + Sync + 'static;
    type Field: Copy + PartialEq + Send + Sync + 'static;
    type Fact: Clone + 'static;

    const WORDS: Words;
    /// The attribute of a table's row that has its id.
    const ROW: &'static str;
    /// What many rows can be given alike; the first is asked for first.
    const OF_MANY: &'static [Self::Field];

    fn id(row: &Self::Row) -> Self::Id;
    fn version(row: &Self::Row) -> i32;
    /// What the row is called.
    fn title(row: &Self::Row) -> String;
    /// The name of the field's first control, and of its cell.
    fn code(field: Self::Field) -> &'static str;
    fn parse(code: &str) -> Option<Self::Field>;
    fn label(field: Self::Field) -> Key;
    fn field(fact: &Self::Fact) -> Self::Field;
    /// The controls of a field, with what `row` has; of none for many.
    fn controls(field: Self::Field, row: Option<Self::Row>, choices: Self::Choices, refused: RwSignal<Option<ApiError>>) -> AnyView;
    /// What was typed, as a value.
    ///
    /// # Errors
    /// What is wrong with it, at its control.
    fn read(field: Self::Field, data: &FormData, row: Option<&Self::Row>) -> Result<Self::Fact, Violation>;
    /// Tells the server.
    fn change(request: RequestId, rows: Vec<(Self::Id, i32)>, to: Self::Fact) -> impl Future<Output = Answer<Changed<Self::Id>>>;
    fn undo(command: UndoChanges) -> impl Future<Output = Answer<Changed<Self::Id>>>;
}

/// Whether nobody is typing into a cell or a dialog: only then is a list read again.
pub fn is_free() -> bool {
    browser::query("form.cell-edit, dialog[open]").is_none()
}

/// Sends changes; one at a time.
pub struct Changer<S: Subject> {
    toasts: Toasts,
    pub busy: RwSignal<bool>,
    /// What was refused of the value itself, for the field.
    pub refused: RwSignal<Option<ApiError>>,
    /// Rows were changed: what is shown is to be read again.
    changed: Callback<()>,
    /// Versions that one's own changes made, for what is changed again before it was
    /// read again.
    made: StoredValue<HashMap<S::Id, i32>>,
}

impl<S: Subject> Clone for Changer<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Subject> Copy for Changer<S> {}

impl<S: Subject> Changer<S> {
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

    /// Reads a form and sends it for `rows`; what is wrong stays with the form. `settled` is
    /// told which rows were left as they were.
    fn submit(self, field: S::Field, data: &FormData, rows: &[S::Row], settled: Callback<Vec<S::Id>>) {
        let one = if let [row] = rows { Some(row) } else { None };
        match S::read(field, data, one) {
            Ok(fact) => self.send(rows.iter().map(|row| (S::id(row), S::version(row))).collect(), fact, settled),
            Err(violation) => self.refused.set(Some(ApiError::Refused { found: vec![violation], typed: None })),
        }
    }

    /// Gives rows, in the versions that were seen, the value `to`, for a form: one
    /// at a time. `settled` is told which were left as they were; a value that is
    /// refused as such stays with its form.
    fn send(self, rows: Vec<(S::Id, i32)>, to: S::Fact, settled: Callback<Vec<S::Id>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            let answer = self.ask(rows, to).await;
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
    /// refused, so that is said aloud by `not_put`, and the page shown as it is.
    pub fn put(self, id: S::Id, version: i32, to: S::Fact, not_put: Key) {
        spawn_local(async move {
            if let Err(error) = self.ask(vec![(id, version)], to).await {
                self.toasts.refuse(texts().fmt(not_put, &[("reason", &error.sentence())]));
            }
            self.changed.try_run(());
        });
    }

    /// The rows that were left as they were; what became of all is said.
    async fn ask(self, rows: Vec<(S::Id, i32)>, to: S::Fact) -> Answer<Vec<S::Id>> {
        let request = browser::new_request();
        let field = S::field(&to);
        let known = |id: S::Id| self.made.with_value(|made| made.get(&id).copied()).unwrap_or_default();
        let rows: Vec<(S::Id, i32)> = rows.into_iter().map(|(id, version)| (id, version.max(known(id)))).collect();
        let sent: HashMap<S::Id, i32> = rows.iter().copied().collect();
        let changed = S::change(request, rows, to).await?;
        self.made.try_update_value(|made| {
            made.extend(changed.done.iter().filter_map(|id| sent.get(id).map(|version| (*id, version + 1))));
        });
        self.say(request, field, &changed);
        Ok(changed.refused.iter().map(|refused| refused.id).collect())
    }

    fn say(self, request: RequestId, field: S::Field, changed: &Changed<S::Id>) {
        let t = texts();
        let what = t.get(S::label(field));
        if !changed.done.is_empty() {
            let n = changed.done.len().to_string();
            let key = one_or_many(S::WORDS.changed, changed.done.len());
            self.toasts.done(t.fmt(key, &[("what", what), ("n", &n)]), move || self.undo(request));
        } else if changed.refused.is_empty() {
            self.toasts.say(t.fmt(words::CHANGED_NONE, &[("what", what)]));
        }
        self.name(&changed.refused);
    }

    fn undo(self, of: RequestId) {
        let command = UndoChanges { request: browser::new_request(), of };
        spawn_local(async move {
            let t = texts();
            match S::undo(command).await {
                Ok(changed) => {
                    self.made.try_update_value(|made| {
                        for id in &changed.done {
                            made.entry(*id).and_modify(|version| *version += 1);
                        }
                    });
                    let n = changed.done.len();
                    if n > 0 {
                        self.toasts.say(t.fmt(one_or_many(S::WORDS.undone, n), &[("n", &n.to_string())]));
                    }
                    self.name(&changed.refused);
                }
                Err(error) => self.toasts.refuse(t.fmt(words::NOT_UNDONE, &[("reason", &error.sentence())])),
            }
            self.changed.try_run(());
        });
    }

    /// Names what was left as it was, and why.
    fn name(self, refused: &[NotChanged<S::Id>]) {
        if refused.is_empty() {
            return;
        }
        let t = texts();
        let more = (refused.len() > NAMED).then(|| "…".to_owned());
        let lines = refused.iter().take(NAMED).map(|refused| line(&refused.title, &refused.why)).chain(more);
        let why = lines.reduce(|a, b| t.fmt(words::WHY_JOIN, &[("a", &a), ("b", &b)])).unwrap_or_default();
        let n = refused.len().to_string();
        self.toasts.refuse(t.fmt(one_or_many(S::WORDS.not_changed, refused.len()), &[("n", &n), ("why", &why)]));
    }
}

const fn one_or_many((one, many): (Key, Key), n: usize) -> Key {
    if n == 1 { one } else { many }
}

/// What a row is called, and why it was left as it was.
#[must_use]
pub fn line(title: &str, why: &Why) -> String {
    let t = texts();
    let why = match why {
        Why::Gone => return t.get(words::WHY_GONE).to_owned(),
        Why::Forbidden => t.get(words::WHY_FORBIDDEN).to_owned(),
        Why::Closed => t.get(words::WHY_CLOSED).to_owned(),
        Why::Stale { by, at } => t.fmt(words::WHY_STALE, &[("name", by), ("time", &instant(&facts(), *at))]),
        Why::Value(violation) => violation_sentence(violation),
    };
    t.fmt(words::WHY_OF, &[("title", title), ("why", &why)])
}
