//! Language and theme. Both are cookies that the server reads, so the page is
//! loaded again: same address, same filters. Without scripts they lead to the
//! account page.

use i18n::Lang;
use i18n::keys::auth;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use ui::component::Icon;
use ui::{Theme, facts, t};

#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let current = facts().lang;
    let links = Lang::ALL
        .into_iter()
        .map(|lang| {
            let choose = move |event: MouseEvent| keep(&event, Lang::COOKIE, lang.code());
            view! { <a href="/account" lang=lang.html_lang() aria-current=(lang == current).then_some("true") on:click=choose>{lang.own_name()}</a> }
        })
        .collect_view();
    view! { <span class="seg seg-s" role="group" aria-label=t(auth::LANGUAGE)>{links}</span> }
}

/// `words`: with the words in sight; without, as small signs that have them as
/// titles.
#[component]
pub fn ThemeSwitch(#[prop(default = false)] words: bool) -> impl IntoView {
    let current = facts().theme;
    let links = Theme::ALL
        .iter()
        .map(|&theme| {
            let (word, icon) = match theme {
                Theme::System => (auth::THEME_SYSTEM, "sun-moon"),
                Theme::Light => (auth::THEME_LIGHT, "sun"),
                Theme::Dark => (auth::THEME_DARK, "moon"),
            };
            let choose = move |event: MouseEvent| keep(&event, Theme::COOKIE, theme.code());
            view! {
                <a href="/account" aria-current=(theme == current).then_some("true") title=t(word) on:click=choose>
                    <Icon name=icon class="i-14"/><span class=if words { "" } else { "sr" }>{t(word)}</span>
                </a>
            }
        })
        .collect_view();
    view! { <span class="seg seg-s" role="group" aria-label=t(auth::THEME)>{links}</span> }
}

fn keep(event: &MouseEvent, cookie: &str, value: &str) {
    event.prevent_default();
    ui::browser::set_cookie(cookie, value);
    ui::browser::reload();
}
