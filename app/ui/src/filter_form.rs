//! A bar of filters, as lists have it: with scripts each change is followed at once, without
//! it is a form of its own. The address is the only state.

use crate::component::Icon;
use crate::links::address;
use crate::words::t;
use i18n::Key;
use i18n::keys::common;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// `names`: of the controls that go into the address.
#[component]
pub fn FilterForm(path: &'static str, label: Key, names: &'static [&'static str], children: Children) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let value = |name: &&'static str| data.get(name).as_string().filter(|v| !v.trim().is_empty()).map(|v| (*name, v));
        let to = address(path, &names.iter().filter_map(value).collect::<Vec<_>>());
        navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=path node_ref=form role="search" aria-label=t(label) on:submit=on_submit on:change=move |_| follow()>
            {children()}
            // Raw text to a browser with scripts, so hydration must not look inside.
            <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        </form>
    }
}

/// The text of a search as a chip. What is being typed stays when the page
/// comes alive; only another address sets the field anew.
#[component]
pub fn SearchChip(label: Key, #[prop(into)] value: Signal<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        if let (true, Some(input)) = (before.is_some_and(|before| before != now), input.get_untracked()) {
            input.set_value(&now);
        }
        now
    });
    view! {
        <label class="chip chip-search"><Icon name="search" class="i-14"/><span class="sr">{t(label)}</span>
            <input name="q" type="search" value=value.get_untracked() node_ref=input placeholder=t(label) maxlength="100" enterkeyhint="search"/>
        </label>
    }
}
