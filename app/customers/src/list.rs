//! The list of customers. Filters, order, page and columns are in the address.

use crate::api;
use crate::merge_api::{PAIRS, duplicate_count};
use crate::table::{
    Beside, FilterForm, ListSwitch, Pager, Query, SearchChip, SortChip, SortHead, address, heads, link, owner, sort_code, with_sort,
};
use domain::columns::{self, Column, Columns};
use domain::customers::{CustomerChoices, CustomerFilter, CustomerRow, CustomerSort, Size, Tier};
use domain::money::{Money, Sums};
use domain::page::{Page, Sort};
use domain::pipeline::Source;
use domain::policy::Action;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{columns as words_of, common, customers, duplicates, nav};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::columns::{ColumnsKept, ColumnsMenu, label};
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Icon, ImportLink, Skeleton};
use ui::links;
use ui::markup::{Markup, cell, tier};
use ui::refresh::on_change;
use ui::views::{NAME, ViewKept, ViewMenu};
use ui::{Facts, fmt, t, texts, words};

const PATH: &str = "/customers";
const USUAL: &str = "-updated";
const NAMES: &[&str] = &["q", "tier", "owner", "industry", "region", "size", "source", "sort", NAME, columns::NAME];
const ORDERS: &[(&str, Key)] = &[
    ("-updated", customers::SORT_UPDATED),
    ("updated", customers::SORT_UPDATED_OLD),
    ("name", customers::SORT_NAME),
    ("-name", customers::SORT_NAME_DOWN),
    ("-created", customers::SORT_CREATED),
    ("created", customers::SORT_CREATED_OLD),
];

/// The order that an address asks for; the last changed first if it asks for none.
#[must_use]
pub fn customer_sort(text: &str) -> Sort<CustomerSort> {
    Sort::parse(text, CustomerSort::parse).unwrap_or(Sort { column: CustomerSort::Updated, descending: true })
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: CustomerFilter,
    sort: String,
    after: Option<String>,
    beside: Beside,
}

impl Asked {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let sort = sort_code(&customer_sort(&get("sort").unwrap_or_default()));
        let after = get("after").filter(|after| !after.is_empty());
        Self { sort, after, beside: Beside::from_query(ListKind::Customers, &get), filter: CustomerFilter::from_query(get) }
    }

    /// All but the order and the place in the list.
    fn narrowed(&self) -> Query {
        self.filter.to_query().into_iter().chain(self.beside.view()).chain(self.beside.columns.to_query()).collect()
    }

    /// Filter and order, without a place in the list.
    fn query(&self) -> Query {
        with_sort(self.narrowed(), &self.sort, USUAL)
    }

    /// What stays when other columns are chosen.
    fn rest(&self) -> Query {
        let narrowed = self.filter.to_query().into_iter().chain(self.beside.view()).collect();
        with_sort(narrowed, &self.sort, USUAL).into_iter().chain(self.after.clone().map(|after| ("after", after))).collect()
    }
}

#[component]
pub fn CustomersPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| ui::columns::asked(q, name))));
    // Other columns are drawn from the rows that are there.
    let columns = Memo::new(move |_| asked.with(|a| a.beside.columns.clone()));
    let wanted = Memo::new(move |_| asked.with(|a| (a.filter.clone(), a.sort.clone(), a.after.clone())));
    let found = Resource::new(move || wanted.get(), |(filter, sort, after)| api::customers(filter, sort, after));
    let choices = Resource::new(|| (), |()| api::choices());
    // Deals too: their sums are in the rows.
    on_change(|event| matches!(event.topic.as_str(), "customer" | "deal"), move || found.refetch());
    let may_write = ui::facts().may(Action::WriteCustomers);
    view! {
        <header class="top">
            <Heading text=t(customers::TITLE)/>
            <ListSwitch contacts=false/>
            <ViewMenu kind=ListKind::Customers/>
            <div class="end">
                <ColumnsMenu path=PATH columns rest=Signal::derive(move || asked.with(Asked::rest))/>
                <ImportLink kind="customers"/>
                <ExportMenu list="customers" query=Signal::derive(move || asked.with(|a| address("", &a.query())))/>
                {may_write.then(|| view! { <DuplicatesLink/><NewCustomer/> })}
            </div>
        </header>
        <FilterForm path=PATH label=customers::FILTERS names=NAMES>
            <ViewKept/>
            <ColumnsKept columns/>
            <SearchChip label=customers::FIND_CUSTOMERS value=Signal::derive(move || asked.with(|a| a.filter.text.clone()))/>
            <Transition fallback=|| ()>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let choices = choices.await.unwrap_or_default();
                        view! { <Chips asked choices/> }
                    })
                }}
            </Transition>
        </FilterForm>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || {
                    columns.track();
                    Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <Rows page asked=asked.get_untracked() may_write/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// The way to customers that look alike, with how many pairs there are.
#[component]
fn DuplicatesLink() -> impl IntoView {
    let count = Resource::new(|| (), |()| duplicate_count());
    on_change(|event| event.topic == "customer", move || count.refetch());
    view! {
        <a class="btn" href=PAIRS title=t(duplicates::TITLE)>
            <Icon name="git-merge" class="i-14"/><span>{t(duplicates::SHORT_TITLE)}</span>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    count.await.ok().filter(|n| *n > 0).map(|n| view! { <span class="count" data-pairs="">{fmt::integer(n)}</span> })
                })}
            </Transition>
        </a>
    }
}

#[component]
fn NewCustomer() -> impl IntoView {
    view! { <a class="btn btn-primary" href="/customers/new"><Icon name="plus" class="i-14"/><span>{t(customers::NEW_CUSTOMER)}</span></a> }
}

#[component]
fn Chips(asked: Asked, choices: CustomerChoices) -> impl IntoView {
    let Asked { filter, sort, beside, .. } = asked;
    let active = filter.active();
    let clear = address(PATH, &with_sort(beside.columns.to_query().into_iter().collect(), &sort, USUAL));
    let owners = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), t(words::tier(*v)).to_owned())).collect();
    let sizes = Size::ALL.iter().map(|v| (v.code().to_owned(), words::size(*v))).collect();
    let sources = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    let code = |v: Option<String>| v.unwrap_or_default();
    view! {
        <Choice name="tier" label=common::TIER value=code(filter.tier.map(|v| v.to_string())) list=tiers/>
        <Choice name="owner" label=common::OWNER value=code(filter.owner.map(|v| v.to_string())) list=owners/>
        <Choice name="industry" label=common::INDUSTRY value=filter.industry.clone() list=texts_with(choices.industries, &filter.industry)/>
        <Choice name="region" label=common::REGION value=filter.region.clone() list=texts_with(choices.regions, &filter.region)/>
        <Choice name="size" label=common::SIZE value=code(filter.size.map(|v| v.to_string())) list=sizes/>
        <Choice name="source" label=common::SOURCE value=code(filter.source.map(|v| v.to_string())) list=sources/>
        <span class="sep"></span>
        <SortChip value=sort usual=USUAL list=ORDERS/>
        {(active > 0).then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}" "{active}</a> })}
    }
}

/// Texts to choose from, and the one that is chosen even if it no longer occurs.
fn texts_with(mut known: Vec<String>, chosen: &str) -> Vec<(String, String)> {
    if !chosen.is_empty() && !known.iter().any(|text| text == chosen) {
        known.push(chosen.to_owned());
    }
    known.into_iter().map(|text| (text.clone(), text)).collect()
}

#[component]
fn Rows(page: Page<CustomerRow>, asked: Asked, may_write: bool) -> impl IntoView {
    let facts = ui::facts();
    let query = asked.query();
    let first = asked.after.is_some().then(|| address(PATH, &query));
    if page.rows.is_empty() {
        return view! { <Nothing asked first may_write/> }.into_any();
    }
    let next = page.next.map(|after| {
        let mut query = query;
        query.push(("after", after));
        address(PATH, &query)
    });
    let filter = asked.narrowed();
    let href = Callback::new(move |sort: String| address(PATH, &with_sort(filter.clone(), &sort, USUAL)));
    let total = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, page.total);
    let columns = asked.beside.columns;
    let heads = heads(&columns, &asked.sort, href, sort_of, |column| class_of(column, columns.is_usual()));
    let lines: String = page.rows.iter().map(|row| line(&facts, row, &columns).into_string()).collect();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(customers::TABLE)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <SortHead label=common::CUSTOMER column="name" sort=asked.sort href/>
                    {heads}
                </tr></thead>
                <tbody inner_html=lines></tbody>
            </table>
        </div>
        <Pager total first next/>
    }
    .into_any()
}

/// By what a click on the head of a column sorts, and whether the newest comes first.
const fn sort_of(column: Column) -> Option<(&'static str, bool)> {
    match column {
        Column::Created => Some(("created", true)),
        Column::Updated => Some(("updated", true)),
        _ => None,
    }
}

/// How a column is set. Where nobody chose, a narrow window goes without what matters least.
const fn class_of(column: Column, usual: bool) -> &'static str {
    match column {
        Column::Open => "r num",
        Column::Size if usual => "low",
        Column::Phone => "num",
        Column::LastContact | Column::Created | Column::Updated => "num muted",
        _ => "",
    }
}

/// A row: nothing in it changes while it is shown.
fn line(facts: &Facts, row: &CustomerRow, columns: &Columns) -> Markup {
    let usual = columns.is_usual();
    maud::html! {
        tr data-customer-id=(row.id) {
            td { a.ell href={ "/customers/" (row.id) } title=(row.name) { (row.name) } }
            @for column in columns.shown() {
                (cell(facts.texts().get(label(*column)), class_of(*column, usual), &inside(facts, row, *column), None))
            }
        }
    }
}

/// What stands in a column; a cell without anything vanishes on a phone.
fn inside(facts: &Facts, row: &CustomerRow, column: Column) -> Markup {
    let t = facts.texts();
    let text = |text: &str| maud::html! { (text) };
    match column {
        Column::Short => text(&row.short_name),
        Column::Tier => tier(t, row.tier),
        Column::Owner => owner(row.owner.as_ref()),
        Column::Team => text(&row.team),
        Column::Industry => text(&row.industry),
        Column::Region => text(&row.region),
        Column::Size => text(&row.size.map(words::size).unwrap_or_default()),
        Column::Source => text(t.get(words::source(row.source))),
        Column::Open => text(&open_text(facts, &row.open).unwrap_or_default()),
        Column::LastContact => {
            let said = row
                .last
                .map(|(kind, on)| t.fmt(words_of::CONTACTED, &[("kind", t.get(words::follow_up(kind))), ("day", &words::day(facts, on))]));
            text(&said.unwrap_or_else(|| fmt::NO_VALUE.to_owned()))
        }
        Column::Phone => link(links::tel(&row.phone), &row.phone, false),
        Column::Website => link(links::website(&row.website), &row.website, true),
        Column::Created => text(&ui::error::instant(facts, row.created_at)),
        Column::Updated => text(&ui::error::instant(facts, row.updated_at)),
        // Of other lists.
        _ => Markup::default(),
    }
}

/// Whose a customer is; without an owner it lies in the public pool.
#[component]
pub(crate) fn Owner(owner: Option<(domain::ids::UserId, String)>) -> impl IntoView {
    match owner {
        Some((id, name)) => {
            view! { <span class="row row-1"><Avatar id name=name.clone() class="av-s"/><span>{name}</span></span> }.into_any()
        }
        None => view! { <span class="badge badge-outline"><Icon name="waves" class="i-14"/>{t(nav::PUBLIC_POOL)}</span> }.into_any(),
    }
}

/// Sum and number of open deals, each currency for itself; nothing for none.
fn open_text(facts: &Facts, open: &Sums) -> Option<String> {
    let own = facts.viewer.as_ref().map(|v| v.currency);
    let mut lines = open.0.clone();
    lines.sort_by_key(|line| Some(line.currency) != own);
    let amounts: Vec<_> = lines.iter().map(|line| words::money_table(Money { minor: line.sum_minor, currency: line.currency })).collect();
    (!amounts.is_empty())
        .then(|| texts().fmt(customers::OPEN_AMOUNT_OF, &[("amount", &amounts.join(" + ")), ("n", &fmt::integer(open.count()))]))
}

/// An empty list says why it is empty, and what to do about it.
#[component]
fn Nothing(asked: Asked, first: Option<String>, may_write: bool) -> impl IntoView {
    let narrowed = asked.filter.active() > 0;
    let everything = address(PATH, &asked.beside.columns.to_query().into_iter().collect::<Query>());
    let text = match (&first, narrowed, may_write) {
        (Some(_), ..) => customers::PAGE_OVER,
        (None, true, _) => common::EMPTY_FILTERED,
        (None, false, true) => customers::NONE_YET,
        (None, false, false) => customers::NONE_VISIBLE,
    };
    view! {
        <Empty text=t(text).to_owned()>
            {match first {
                Some(href) => Some(view! { <a class="btn" href=href>{t(customers::FIRST_PAGE)}</a> }.into_any()),
                None if narrowed => Some(view! { <a class="btn" href=everything>{t(common::CLEAR_FILTERS)}</a> }.into_any()),
                None => may_write.then(|| view! { <a class="btn" href="/customers/new"><Icon name="plus" class="i-14"/>{t(customers::NEW_CUSTOMER)}</a> }.into_any()),
            }}
        </Empty>
    }
}
