//! What a tool is for, how it is put to use, and where that stands: a panel at the foot of
//! a page. It is closed until somebody opens it, and nothing remembers that. Another page
//! gets one with two sentences in `i18n/texts/method.toml`.

use crate::component::Icon;
use crate::facts::texts;
use crate::words::t;
use i18n::Key;
use i18n::keys::method;
use leptos::prelude::*;

/// `name`: what the page is called; `function` and `how`: the sentences; `status`: a line that
/// is true now, if there is one.
#[component]
pub fn MethodPanel(
    name: Key,
    #[prop(into)] function: String,
    #[prop(into)] how: String,
    #[prop(into, optional)] status: String,
) -> impl IntoView {
    let label = texts().fmt(method::LABEL, &[("name", t(name))]);
    view! {
        <details class="method" data-method="">
            <summary aria-label=label><Icon name="notebook-pen" class="i-14"/><span>{t(method::TITLE)}</span></summary>
            <dl class="kv">
                <dt>{t(method::FUNCTION)}</dt><dd>{function}</dd>
                <dt>{t(method::HOW)}</dt><dd>{how}</dd>
                {(!status.is_empty()).then(|| view! { <dt>{t(method::STATUS)}</dt><dd data-status="">{status}</dd> })}
            </dl>
        </details>
    }
}
