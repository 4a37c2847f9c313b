//! Language and theme. Both are cookies that the server reads, so the page is
//! loaded again: same address, same filters. Without scripts the forms ask the
//! server to set the cookie, and it leads back to where they were.

use i18n::Lang;
use i18n::keys::auth;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use ui::component::Icon;
use ui::{Theme, facts, t};

/// The address of [`crate::api::prefer`].
const ACTION: &str = "/api/settings/prefer";

#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let current = facts().lang;
    let choices = Lang::ALL
        .into_iter()
        .map(|lang| {
            let choose = move |event: MouseEvent| keep(&event, Lang::COOKIE, lang.code());
            view! {
                <button type="submit" name="lang" value=lang.code() lang=lang.html_lang() aria-pressed=(lang == current).to_string() on:click=choose>
                    {lang.own_name()}
                </button>
            }
        })
        .collect_view();
    view! { <form method="post" action=ACTION><div class="seg seg-s" role="group" aria-label=t(auth::LANGUAGE)>{choices}</div></form> }
}

/// `words`: with the words in sight; without, as small signs that have them as
/// titles.
#[component]
pub fn ThemeSwitch(#[prop(default = false)] words: bool) -> impl IntoView {
    let current = facts().theme;
    let choices = Theme::ALL
        .iter()
        .map(|&theme| {
            let (word, icon) = match theme {
                Theme::System => (auth::THEME_SYSTEM, "sun-moon"),
                Theme::Light => (auth::THEME_LIGHT, "sun"),
                Theme::Dark => (auth::THEME_DARK, "moon"),
            };
            let choose = move |event: MouseEvent| keep(&event, Theme::COOKIE, theme.code());
            view! {
                <button type="submit" name="theme" value=theme.code() aria-pressed=(theme == current).to_string() title=t(word) on:click=choose>
                    <Icon name=icon class="i-14"/><span class=if words { "" } else { "sr" }>{t(word)}</span>
                </button>
            }
        })
        .collect_view();
    view! { <form method="post" action=ACTION><div class="seg seg-s" role="group" aria-label=t(auth::THEME)>{choices}</div></form> }
}

fn keep(event: &MouseEvent, cookie: &str, value: &str) {
    event.prevent_default();
    ui::browser::set_cookie(cookie, value);
    ui::browser::reload();
}
