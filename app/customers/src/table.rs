//! What the lists of customers and contacts share: filters that follow the
//! hand, heads that sort, pages. The address is the only state, so all of it
//! is links and a GET form, and works without scripts.

use domain::page::Sort;
use i18n::Key;
use i18n::keys::{common, customers, nav};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::component::Icon;
use ui::form::options;
use ui::t;

/// Names and values of an address.
pub type Query = Vec<(&'static str, String)>;

/// An address with a query; values are encoded.
pub fn address(path: &str, query: &Query) -> String {
    let mut map = leptos_router::params::ParamsMap::new();
    for (name, value) in query {
        map.insert(*name, value.clone());
    }
    format!("{path}{}", map.to_query_string())
}

/// A sorting as addresses have it: `name`, `-updated`.
pub fn sort_code<C: std::fmt::Display>(sort: &Sort<C>) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.column)
}

/// The query of a list: what narrows it, and its order unless it is the usual one.
pub fn with_sort(mut filter: Query, sort: &str, usual: &str) -> Query {
    if sort != usual {
        filter.push(("sort", sort.to_owned()));
    }
    filter
}

/// Customers or contacts: on a phone the only way from one to the other.
#[component]
pub fn ListSwitch(contacts: bool) -> impl IntoView {
    view! {
        <nav class="seg seg-s" aria-label=t(customers::LISTS)>
            <a href="/tiers">{t(nav::TIERS)}</a>
            <a href="/customers" aria-current=(!contacts).then_some("page")>{t(nav::CUSTOMERS)}</a>
            <a href="/contacts" aria-current=contacts.then_some("page")>{t(nav::CONTACTS)}</a>
        </nav>
    }
}

/// A bar of filters. With scripts each change is followed at once.
#[component]
pub fn FilterForm(path: &'static str, label: Key, names: &'static [&'static str], children: Children) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let value = |name: &&'static str| data.get(name).as_string().filter(|v| !v.trim().is_empty()).map(|v| (*name, v));
        let to = address(path, &names.iter().filter_map(value).collect());
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

/// The order as a chip: on a phone, where a table has no heads, the only way.
#[component]
pub fn SortChip(value: String, usual: &'static str, list: &'static [(&'static str, Key)]) -> impl IntoView {
    let list = list.iter().map(|(code, key)| ((if *code == usual { "" } else { code }).to_owned(), t(*key).to_owned())).collect();
    let value = if value == usual { String::new() } else { value };
    view! { <label class="chip"><span class="sr">{t(common::SORT)}</span><select name="sort">{options(list, &value)}</select></label> }
}

/// A head that sorts its column, and turns the order when it does already.
#[component]
pub fn SortHead(
    label: Key,
    column: &'static str,
    sort: String,
    href: Callback<String, String>,
    #[prop(default = false)] newest_first: bool,
) -> impl IntoView {
    let (now, descending) = sort.strip_prefix('-').map_or((sort.as_str(), false), |rest| (rest, true));
    let here = now == column;
    let state = here.then_some(if descending { "descending" } else { "ascending" });
    let down = if here { !descending } else { newest_first };
    let to = href.run(format!("{}{column}", if down { "-" } else { "" }));
    view! { <th scope="col" aria-sort=state><a href=to>{t(label)}</a></th> }
}

/// The total of the filtered set, and the ways to the other pages.
#[component]
pub fn Pager(total: String, first: Option<String>, next: Option<String>) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=t(customers::PAGES)>
            <span class="total num" role="status">{total}</span>
            {first.map(|href| view! { <a href=href><Icon name="chevron-left" class="i-14"/>{t(customers::FIRST_PAGE)}</a> })}
            {next.map(|href| view! { <a href=href rel="next">{t(customers::NEXT_PAGE)}<Icon name="chevron-right" class="i-14"/></a> })}
        </nav>
    }
}

/// A cell that vanishes on a phone when there is nothing in it.
pub fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
