//! Fields that say, while somebody types, who looks like it. Quiet: after a pause,
//! never while an input method composes, and nothing without scripts; the form
//! itself refuses a name that reads the same.

use crate::merge_api as api;
use crate::pairs::reason;
use domain::customers::CustomerForm;
use domain::duplicates::page::{Similar, Typed};
use domain::ids::CustomerId;
use i18n::Key;
use i18n::keys::{common, duplicates};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use ui::asking::Asking;
use ui::component::Icon;
use ui::form::{Field, Refusals};
use ui::{t, texts};

/// A pause in typing after which it is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// What is typed, and who looks like it.
#[derive(Clone, Copy)]
pub struct Hints {
    typed: StoredValue<Typed>,
    found: RwSignal<Vec<Similar>>,
    composing: StoredValue<bool>,
    asked: Asking,
}

impl Hints {
    pub fn of(form: &CustomerForm) -> Self {
        let typed = Typed {
            id: CustomerId::parse(&form.id),
            name: form.name.clone(),
            phone: form.phone.clone(),
            tax_number: form.tax_number.clone(),
            website: form.website.clone(),
        };
        Self { typed: StoredValue::new(typed), found: RwSignal::new(Vec::new()), composing: StoredValue::new(false), asked: Asking::new() }
    }

    fn hear(self, field: &str, value: String) {
        self.typed.update_value(|typed| match field {
            "name" => typed.name = value,
            "phone" => typed.phone = value,
            "tax_number" => typed.tax_number = value,
            _ => typed.website = value,
        });
        self.ask();
    }

    fn ask(self) {
        let Some(question) = self.asked.next() else { return };
        question.after(PAUSE, move || {
            let Some(typed) = self.typed.try_get_value().filter(|_| self.composing.try_get_value() == Some(false)) else { return };
            spawn_local(async move {
                // A hint that cannot be had is none.
                let found = api::similar(typed).await.unwrap_or_default();
                if question.is_last() {
                    self.found.try_set(found);
                }
            });
        });
    }
}

/// A line of text with its hints below.
#[component]
pub fn HintedField(
    label: Key,
    name: &'static str,
    refusals: Refusals,
    hints: Hints,
    value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "")] inputmode: &'static str,
    #[prop(default = false)] wide: bool,
    #[prop(default = false)] required: bool,
    #[prop(optional)] hint: Option<String>,
    max: usize,
) -> impl IntoView {
    let found =
        Memo::new(move |_| hints.found.with(|found| found.iter().filter(|one| one.why.field() == name).cloned().collect::<Vec<_>>()));
    let hear = move |event: web_sys::Event| {
        if hints.composing.try_get_value() == Some(false) {
            hints.hear(name, event_target_value(&event));
        }
    };
    let composed = move |event: web_sys::CompositionEvent| {
        hints.composing.set_value(false);
        hints.hear(name, event_target_value(&event));
    };
    view! {
        <Field label name refusals wide required hint=hint.unwrap_or_default()>
            <input id=name name=format!("form[{name}]") type=kind value=value autocomplete="off" inputmode=(!inputmode.is_empty()).then_some(inputmode)
                maxlength=max.to_string() aria-required=required.then_some("true")
                aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err {name}-alike")
                on:compositionstart=move |_| hints.composing.set_value(true)
                on:compositionend=composed on:input=hear/>
            <div class="dup-hint" id=format!("{name}-alike") role="status">
                {move || found.with(|found| !found.is_empty()).then(|| view! { <ul class="hint">{found.get().into_iter().map(line).collect_view()}</ul> })}
            </div>
        </Field>
    }
}

fn line(similar: Similar) -> impl IntoView {
    let Similar { why, id, name, owner } = similar;
    let named = |value: &str| texts().fmt(common::NAMED, &[("what", t(reason(why))), ("value", value)]);
    let says = match id {
        Some(id) => {
            let owner = if owner.is_empty() {
                t(duplicates::HINT_POOL).to_owned()
            } else {
                texts().fmt(duplicates::HINT_OWNER, &[("name", &owner)])
            };
            // In a tab of its own: what is typed stays.
            view! {
                <span>{named("")}</span>
                <a href=format!("/customers/{id}") target="_blank" rel="noopener">{name}<span class="sr">" "{t(duplicates::HINT_OPENS)}</span></a>
                <span>{owner}</span>
            }
            .into_any()
        }
        // The name that reads the same: the form says it too.
        None if !name.is_empty() => view! { <span>{named(&name)}</span><span>{t(duplicates::HINT_HIDDEN)}</span> }.into_any(),
        None => view! { <span>{named(t(duplicates::HINT_HIDDEN))}</span> }.into_any(),
    };
    view! { <li data-why=why.code()><Icon name="git-merge" class="i-14"/>{says}</li> }
}
