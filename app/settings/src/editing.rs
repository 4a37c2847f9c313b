//! What the editors of the settings share: a form that keeps what was typed when
//! it is refused, the refusals at its fields, and a title that says what is edited.

use i18n::Key;
use i18n::keys::settings;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;
use ui::form::{Refusals, typed_or};
use ui::{Answer, ApiError, facts, t, texts, words};

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
