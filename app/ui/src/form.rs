//! Fields of forms. They are real controls with names, so that a form works
//! before the WASM is there; a refusal stands at its field.

use crate::component::Icon;
use crate::error::{Answer, ApiError, violation_sentence};
use crate::words::t;
use domain::violation::Violation;
use i18n::Key;
use i18n::keys::common;
use leptos::html;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// What was refused of a form, by field.
#[derive(Clone, Copy)]
pub struct Refusals(Signal<Vec<Violation>>);

impl Refusals {
    /// Follows the answer of a form's action.
    pub fn of<T: Send + Sync + 'static>(value: impl Fn() -> Option<Answer<T>> + Send + Sync + 'static) -> Self {
        Self(Signal::derive(move || match value() {
            Some(Err(error)) => error.violations().to_vec(),
            _ => Vec::new(),
        }))
    }

    #[must_use]
    pub fn none() -> Self {
        Self(Signal::derive(Vec::new))
    }

    /// The sentence at one field.
    #[must_use]
    pub fn at(&self, field: &str) -> Option<String> {
        self.0.with(|found| {
            let sentences: Vec<_> = found.iter().filter(|v| v.field == field).map(violation_sentence).collect();
            (!sentences.is_empty()).then(|| crate::words::sentences(&sentences))
        })
    }
}

/// What a page without scripts had typed when it was refused, else `fresh`.
#[must_use]
pub fn typed_or<F: DeserializeOwned>(error: Option<&ApiError>, fresh: F) -> F {
    match error {
        Some(ApiError::Refused { typed: Some(text), .. }) => serde_json::from_str(text).unwrap_or(fresh),
        _ => fresh,
    }
}

/// Text as the content of a `<textarea>`, by `inner_html`. The framework does
/// not escape children of this element, so a note with `</textarea>` in it
/// would leave its field.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The id of a form's command, for its hidden field `form[request]`, so that
/// what is sent twice counts once. Empty until the browser has chosen one.
#[must_use]
pub fn request_id() -> RwSignal<String> {
    let id = RwSignal::new(String::new());
    Effect::new(move |_| id.set(crate::browser::new_request().to_string()));
    id
}

/// What says which record a form is about, in which version, and gives its
/// command an id: hidden fields of `form[…]`.
#[component]
pub fn Unseen(id: String, #[prop(into)] version: Signal<i32>) -> impl IntoView {
    let request = request_id();
    view! {
        <input type="hidden" name="form[id]" value=id/>
        <input type="hidden" name="form[version]" value=move || version.get().to_string()/>
        <input type="hidden" name="form[request]" value="" prop:value=request/>
    }
}

/// As [`Unseen`], for a record that somebody else may have changed meanwhile. Then a
/// person chooses: look at the other's version at `back`, or send the own one again on
/// top of it.
#[component]
pub fn Versioned(id: String, version: i32, #[prop(into)] error: Signal<Option<ApiError>>, back: String) -> impl IntoView {
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
            let theirs = if by.is_empty() { t(common::KEEP_OTHER).to_owned() } else { crate::facts::texts().fmt(common::KEEP_THEIRS, &[("name", &by)]) };
            // At once and not by a signal: the form is read in this same click.
            let mine = move |_| if let Some(input) = version_ref.get_untracked() { input.set_value(&version.to_string()) };
            view! {
                <div class="banner banner-warn wide">
                    <Icon name="git-compare"/><span class="grow">{t(common::STALE_CHOICE)}</span>
                    <a class="btn btn-s" href=back.clone()>{theirs}</a>
                    <button class="btn btn-s" type="submit" on:click=mine>{t(common::KEEP_MINE)}</button>
                </div>
            }
        })}
    }
}

/// Label, control, hint and refusal. The control must have
/// `id=name`; its name is `form[…]`, since server functions take one struct `form`.
#[component]
pub fn Field(
    label: Key,
    name: &'static str,
    refusals: Refusals,
    #[prop(default = false)] wide: bool,
    #[prop(default = false)] required: bool,
    #[prop(optional)] hint: Option<String>,
    children: Children,
) -> impl IntoView {
    let error = Memo::new(move |_| refusals.at(name));
    view! {
        <div class=if wide { "field wide" } else { "field" }>
            <label for=name>{t(label)}{required.then(|| view! { <span class="req" aria-hidden="true">" *"</span> })}</label>
            {children()}
            {hint.filter(|hint| !hint.is_empty()).map(|hint| view! { <p class="hint">{hint}</p> })}
            <p class="err" id=format!("{name}-err") role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
        </div>
    }
}

/// One line of text.
#[component]
pub fn TextField(
    label: Key,
    name: &'static str,
    refusals: Refusals,
    #[prop(into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = false)] wide: bool,
    #[prop(default = false)] required: bool,
    #[prop(optional)] hint: Option<String>,
    #[prop(default = "")] autocomplete: &'static str,
    #[prop(default = "")] inputmode: &'static str,
    #[prop(default = 400)] max: usize,
) -> impl IntoView {
    view! {
        <Field label name refusals wide required hint=hint.unwrap_or_default()>
            <input id=name name=format!("form[{name}]") type=kind value=value autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                inputmode=(!inputmode.is_empty()).then_some(inputmode) maxlength=(max > 0).then(|| max.to_string())
                aria-required=required.then_some("true")
                aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err")/>
        </Field>
    }
}

/// Several lines of text.
#[component]
pub fn AreaField(
    label: Key,
    name: &'static str,
    refusals: Refusals,
    #[prop(into)] value: String,
    #[prop(default = 3)] rows: u32,
    #[prop(default = false)] required: bool,
) -> impl IntoView {
    view! {
        <Field label name refusals wide=true required hint=String::new()>
            <textarea id=name name=format!("form[{name}]") rows=rows.to_string() aria-required=required.then_some("true")
                aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err") inner_html=escaped(&value)></textarea>
        </Field>
    }
}

/// A choice of one. `empty`: the line for no choice, if there may be none.
#[component]
pub fn SelectField(
    label: Key,
    name: &'static str,
    refusals: Refusals,
    #[prop(into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional)] empty: Option<String>,
    #[prop(default = false)] required: bool,
) -> impl IntoView {
    view! {
        <Field label name refusals required hint=String::new()>
            <select id=name name=format!("form[{name}]") aria-required=required.then_some("true")
                aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err")>
                {empty.map(|text| view! { <option value="" selected=value.is_empty()>{text}</option> })}
                {options.into_iter().map(|(code, text)| { let selected = code == value; view! { <option value=code selected=selected>{text}</option> } }).collect_view()}
            </select>
        </Field>
    }
}

/// The options of a `<select>`, one of them chosen. The property beside the
/// attribute, which a browser ignores once the person has chosen.
pub fn options(list: Vec<(String, String)>, value: &str) -> impl IntoView + use<> {
    let value = value.to_owned();
    list.into_iter()
        .map(move |(code, text)| {
            let selected = code == value;
            view! { <option value=code selected=selected prop:selected=selected>{text}</option> }
        })
        .collect_view()
}

/// What was refused of the form as a whole, and errors that are no refusal.
#[component]
pub fn FormError(#[prop(into)] error: Signal<Option<ApiError>>) -> impl IntoView {
    let text = Memo::new(move |_| match error.get()? {
        ApiError::Refused { found, .. } => {
            let whole: Vec<_> = found.iter().filter(|v| v.field.is_empty()).map(violation_sentence).collect();
            Some(if whole.is_empty() { t(i18n::keys::words::FORM_REFUSED).to_owned() } else { crate::words::sentences(&whole) })
        }
        other => Some(other.sentence()),
    });
    view! { <div class="form-error" role="alert" hidden=move || text.get().is_none()>{move || text.get()}</div> }
}

/// Save and cancel; the button is busy while the answer is awaited.
#[component]
pub fn FormActions(#[prop(into)] pending: Signal<bool>, back: String, #[prop(optional)] label: Option<Key>) -> impl IntoView {
    view! {
        <div class="form-actions">
            <button class="btn btn-primary" type="submit" class:is-busy=pending aria-busy=move || pending.get().to_string()>
                {move || if pending.get() { t(common::SAVING) } else { t(label.unwrap_or(common::SAVE)) }}
            </button>
            <a class="btn btn-ghost" href=back>{t(common::CANCEL)}</a>
        </div>
    }
}
