//! Parts of the forms of customers and contacts that `ui::form` does not have.

use i18n::Key;
use leptos::prelude::*;
use ui::component::{Failed, Icon};
use ui::form::{Field, Refusals};
use ui::{ApiError, t};

/// A text for which what occurs already is suggested.
#[component]
pub fn SuggestField(label: Key, name: &'static str, refusals: Refusals, value: String, known: Vec<String>, max: usize) -> impl IntoView {
    view! {
        <Field label name refusals>
            <input id=name name=format!("form[{name}]") type="text" value=value list=format!("{name}-known") maxlength=max.to_string() autocomplete="off"
                aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err")/>
            <datalist id=format!("{name}-known")>{known.into_iter().map(|text| view! { <option value=text></option> }).collect_view()}</datalist>
        </Field>
    }
}

/// An error in place of a page. What is not there or not allowed has a way
/// back; the rest can be tried again.
#[component]
pub fn NoPage(error: ApiError, back: &'static str, label: Key) -> impl IntoView {
    match error {
        ApiError::NotFound | ApiError::Forbidden => view! {
            <div class="empty" role="alert">
                <Icon name=if error == ApiError::Forbidden { "lock" } else { "search" }/>
                <p>{error.sentence()}</p>
                <a class="btn" href=back>{t(label)}</a>
            </div>
        }
        .into_any(),
        error => view! { <Failed error/> }.into_any(),
    }
}
