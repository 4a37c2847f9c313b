//! What the lists of customers and contacts share: filters that follow the
//! hand, heads that sort, pages. The address is the only state, so all of it
//! is links and a GET form, and works without scripts.

use domain::columns::{Column, Columns};
use domain::ids::UserId;
use domain::page::Sort;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{common, customers, nav};
use leptos::prelude::*;
use ui::columns::label;
pub use ui::component::Pager;
pub use ui::filter_form::{FilterForm, SearchChip};
use ui::form::options;
pub use ui::links::address;
use ui::markup::{Markup, avatar, icon};
use ui::t;
use ui::views::NAME;

/// Names and values of an address.
pub type Query = Vec<(&'static str, String)>;

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

/// What an address asks for beside filter and order, and stays when those change.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The saved view with which the address began.
    view: Option<String>,
    pub columns: Columns,
}

impl Beside {
    pub fn from_query(kind: ListKind, get: impl Fn(&str) -> Option<String>) -> Self {
        Self { view: get(NAME).filter(|view| !view.is_empty()), columns: Columns::from_query(kind, get) }
    }

    pub fn view(&self) -> Option<(&'static str, String)> {
        self.view.clone().map(|view| (NAME, view))
    }
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

/// The order as a chip: on a phone, where a table has no heads, the only way.
#[component]
pub fn SortChip(value: String, usual: &'static str, list: &'static [(&'static str, Key)]) -> impl IntoView {
    let list = list.iter().map(|(code, key)| ((if *code == usual { "" } else { code }).to_owned(), t(*key).to_owned())).collect();
    let value = if value == usual { String::new() } else { value };
    view! { <label class="chip"><span class="sr">{t(common::SORT)}</span><select name="sort">{options(list, &value)}</select></label> }
}

/// The heads of the columns that are shown. `sort_of`: by what a click on one sorts, and whether
/// the newest comes first then.
pub fn heads(
    columns: &Columns,
    sort: &str,
    href: Callback<String, String>,
    sort_of: impl Fn(Column) -> Option<(&'static str, bool)>,
    class: impl Fn(Column) -> &'static str,
) -> AnyView {
    let head = |&column: &Column| match sort_of(column) {
        Some((code, newest_first)) => {
            view! { <SortHead label=label(column) column=code sort=sort.to_owned() href newest_first/> }.into_any()
        }
        None => view! { <th scope="col" class=class(column)>{t(label(column))}</th> }.into_any(),
    };
    columns.shown().iter().map(head).collect_view().into_any()
}

/// A head that sorts its column, and turns the order when it does already.
#[component]
pub fn SortHead(
    label: Key,
    column: &'static str,
    sort: String,
    href: Callback<String, String>,
    #[prop(default = false)] newest_first: bool,
    /// The box that chooses every row, in the head of who it is.
    #[prop(optional)]
    pick: Option<AnyView>,
) -> impl IntoView {
    let (now, descending) = sort.strip_prefix('-').map_or((sort.as_str(), false), |rest| (rest, true));
    let here = now == column;
    let state = here.then_some(if descending { "descending" } else { "ascending" });
    let down = if here { !descending } else { newest_first };
    let to = href.run(format!("{}{column}", if down { "-" } else { "" }));
    let link = view! { <a href=to>{t(label)}</a> };
    match pick {
        Some(pick) => view! { <th scope="col" aria-sort=state><span class="row">{pick}{link}</span></th> }.into_any(),
        None => view! { <th scope="col" aria-sort=state>{link}</th> }.into_any(),
    }
}

/// Whose a customer is; without an owner it lies in the public pool.
pub fn owner(owner: Option<&(UserId, String)>) -> Markup {
    match owner {
        Some((id, name)) => maud::html! { span.row.row-1 { (avatar(*id, name, "av-s")) span { (name) } } },
        None => maud::html! { span.badge.badge-outline { (icon("waves", "i-14")) (t(nav::PUBLIC_POOL)) } },
    }
}

/// A text as a link, if it can be one. `outside`: to a page that learns nothing of this one.
pub fn link(href: Option<String>, text: &str, outside: bool) -> Markup {
    let (target, rel) = if outside { (Some("_blank"), Some("noopener noreferrer")) } else { (None, None) };
    maud::html! {
        @if let Some(href) = href { a href=(href) target=[target] rel=[rel] { (text) } } @else { (text) }
    }
}
