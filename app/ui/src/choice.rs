//! The chips of a filter bar: a choice that narrows, one that always has a
//! value, and a condition without a control of its own. They are controls of a
//! form with GET, so that a filter bar works without scripts; what follows a
//! change is the form's.

use crate::component::Icon;
use crate::facts::texts;
use crate::form::options;
use crate::words::t;
use i18n::Key;
use i18n::keys::common;
use leptos::prelude::*;

/// A choice that narrows, or does not; it says what it is about until it says
/// what is chosen. The property beside the attribute, which a browser ignores
/// once the person has chosen.
#[component]
pub fn Choice(name: &'static str, label: Key, value: String, list: Vec<(String, String)>) -> impl IntoView {
    let on = !value.is_empty();
    let all = texts().fmt(common::ALL_OF, &[("what", t(label))]);
    view! {
        <label class="chip" class:is-on=on><span class=if on { "" } else { "sr" }>{t(label)}</span>
            <select name=name><option value="" selected=!on prop:selected=!on>{all}</option>{options(list, &value)}</select>
        </label>
    }
}

/// A choice that always has a value.
#[component]
pub fn Set(name: &'static str, label: Key, value: String, list: Vec<(String, String)>) -> impl IntoView {
    view! { <label class="chip is-on"><span>{t(label)}</span><select name=name>{options(list, &value)}</select></label> }
}

/// A condition that has no control of its own, with the way to take it off.
#[component]
pub fn Only(name: &'static str, value: String, #[prop(into)] what: String, off: String) -> impl IntoView {
    let label = texts().fmt(common::TAKE_OFF, &[("what", &what)]);
    view! {
        <span class="chip is-on">
            <input type="hidden" name=name value=value/>{what}
            <a class="btn btn-icon btn-s" href=off aria-label=label><Icon name="x" class="i-14"/></a>
        </span>
    }
}
