//! What the editors of the settings share: a form that keeps what was typed when
//! it is refused, the refusals at its fields, and a title that says what is edited;
//! and a form beside a list that others change, which keeps what is half-written.

use i18n::Key;
use i18n::keys::settings;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;
use ui::form::{Refusals, typed_or};
use ui::{Answer, ApiError, browser, facts, t, texts, words};

/// A form that adds or changes one record with names in both languages.
pub trait Editable: Clone + DeserializeOwned {
    /// Empty for a record that is to be made.
    fn id(&self) -> &str;
    fn names(&self) -> (&str, &str);
}

macro_rules! editable {
    ($($form:ty),+) => {$(
        impl Editable for $form {
            fn id(&self) -> &str {
                &self.id
            }

            fn names(&self) -> (&str, &str) {
                (&self.name_zh, &self.name_en)
            }
        }
    )+};
}

impl Editable for domain::quotes::books::PriceBookForm {
    fn id(&self) -> &str {
        &self.id
    }

    /// It has one name, in whatever language.
    fn names(&self) -> (&str, &str) {
        (&self.name, &self.name)
    }
}

editable!(domain::settings::StageForm, domain::settings::PipelineForm, domain::settings::ProductForm);

/// A form while it is edited.
pub struct Editing<F> {
    /// As it is shown: what was typed if it was refused, else as it is stored.
    pub form: F,
    pub is_new: bool,
    pub title: String,
    pub error: Signal<Option<ApiError>>,
    pub refusals: Refusals,
}

/// Begins editing `stored`. `add`: the title if it is to be made.
pub fn editing<F, S, T>(stored: F, save: ServerAction<S>, add: Key) -> Editing<F>
where
    F: Editable,
    T: Clone + Send + Sync + 'static,
    S: ServerFn<Output = T, Error = ApiError> + Clone + Send + Sync + 'static,
    ServerAction<S>: Copy,
{
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Answer::err));
    let is_new = stored.id().is_empty();
    let (zh, en) = stored.names();
    let name = words::pick(facts().lang, zh, en);
    let title = if is_new { t(add).to_owned() } else { texts().fmt(settings::EDIT_NAMED, &[("name", &name)]) };
    let typed = typed_or(error.get_untracked().as_ref(), stored.clone());
    // A refusal of another record's form says nothing here.
    let form = if typed.id() == stored.id() { typed } else { stored };
    Editing { form, is_new, title, error, refusals: Refusals::of(move || error.get().map(Err::<(), ApiError>)) }
}

/// How often a form was sent when it was last saved. What is refused is not counted, so that
/// nothing is drawn anew for it.
pub fn saved<S, T>(save: ServerAction<S>) -> Memo<usize>
where
    T: Clone + Send + Sync + 'static,
    S: ServerFn<Output = T, Error = ApiError> + Clone + Send + Sync + 'static,
    ServerAction<S>: Copy,
{
    let (value, version) = (save.value(), save.version());
    Memo::new(move |before: Option<&usize>| {
        let now = version.get();
        let fine = value.with(|value| value.as_ref().is_some_and(Result::is_ok));
        if fine { now } else { before.copied().unwrap_or_default() }
    })
}

/// For what the form within `place` is drawn: what it is `about`, how often it was saved among
/// that, and the `news` that it follows. News alone leave it as it is while somebody is writing
/// in it: neither is a half-written line lost, nor does the version move beneath it, with which
/// it would be written over what others saved meanwhile. When it is about something else, it
/// begins anew.
pub fn drawn_for<A, N>(
    place: &'static str,
    about: impl Fn() -> A + Send + Sync + 'static,
    news: impl Fn() -> N + Send + Sync + 'static,
) -> Memo<(A, N)>
where
    A: Clone + PartialEq + Send + Sync + 'static,
    N: Clone + PartialEq + Send + Sync + 'static,
{
    let drawn = Memo::new(move |before: Option<&(A, N)>| {
        let now = (about(), news());
        match before.filter(|before| before.0 == now.0).filter(|_| browser::is_touched(place)) {
            Some(before) => before.clone(),
            None => now,
        }
    });
    Effect::new(move |before: Option<A>| {
        let now = drawn.with(|(about, _)| about.clone());
        if before.is_some_and(|before| before != now) {
            browser::reset(place);
        }
        now
    });
    drawn
}
