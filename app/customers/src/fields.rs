//! Parts of the forms of customers and contacts that `ui::form` does not have.

use i18n::Key;
use i18n::keys::{common, customers};
use leptos::html;
use leptos::prelude::*;
use ui::component::{Failed, Icon};
use ui::form::{Field, Refusals, request_id};
use ui::{ApiError, t, texts};

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

/// What a form sends unseen: which record in which version, and the number of
/// the command, which only a browser with scripts can choose.
///
/// When the record changed meanwhile, a person chooses: look at the other's
/// version, or send the own one again on top of it.
#[component]
pub fn Unseen(id: String, version: i32, #[prop(into)] error: Signal<Option<ApiError>>, back: String) -> impl IntoView {
    let version_ref = NodeRef::<html::Input>::new();
    let request = request_id();
    let stale = Memo::new(move |_| match error.get() {
        Some(ApiError::Stale { by, version, .. }) => Some((by, version)),
        _ => None,
    });
    view! {
        <input type="hidden" name="form[id]" value=id/>
        <input type="hidden" name="form[version]" value=version.to_string() node_ref=version_ref/>
        <input type="hidden" name="form[request]" value="" prop:value=request/>
        {move || stale.get().map(|(by, version)| {
            let theirs = if by.is_empty() { t(customers::KEEP_OTHER).to_owned() } else { texts().fmt(common::KEEP_THEIRS, &[("name", &by)]) };
            // At once and not by a signal: the form is read in this same click.
            let mine = move |_| if let Some(input) = version_ref.get_untracked() { input.set_value(&version.to_string()) };
            view! {
                <div class="banner banner-warn wide">
                    <Icon name="git-compare"/><span class="grow">{t(customers::STALE_CHOICE)}</span>
                    <a class="btn btn-s" href=back.clone()>{theirs}</a>
                    <button class="btn btn-s" type="submit" on:click=mine>{t(common::KEEP_MINE)}</button>
                </div>
            }
        })}
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
