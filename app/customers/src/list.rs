//! The list of customers. Filters, order and page are in the address.

use crate::api;
use crate::merge_api::{PAIRS, duplicate_count};
use crate::table::{FilterForm, ListSwitch, Pager, Query, SearchChip, SortChip, SortHead, address, filled, sort_code, with_sort};
use domain::customers::{CustomerChoices, CustomerFilter, CustomerRow, CustomerSort, Size, Tier};
use domain::money::{Money, Sums};
use domain::page::{Page, Sort};
use domain::pipeline::Source;
use domain::policy::Action;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{common, customers, duplicates, nav};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Icon, ImportLink, Skeleton, TierBadge};
use ui::refresh::on_change;
use ui::views::{NAME, ViewKept, ViewMenu};
use ui::{Facts, fmt, t, texts, words};

const PATH: &str = "/customers";
const USUAL: &str = "-updated";
const NAMES: &[&str] = &["q", "tier", "owner", "industry", "region", "size", "source", "sort", NAME];
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
    /// The saved view with which the address began.
    view: Option<String>,
}

impl Asked {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let sort = sort_code(&customer_sort(&get("sort").unwrap_or_default()));
        let after = get("after").filter(|after| !after.is_empty());
        let view = get(NAME).filter(|view| !view.is_empty());
        Self { sort, after, view, filter: CustomerFilter::from_query(get) }
    }

    /// Filter and view, without an order.
    fn narrowed(&self) -> Query {
        self.filter.to_query().into_iter().chain(self.view.clone().map(|view| (NAME, view))).collect()
    }

    /// Filter and order, without a place in the list.
    fn query(&self) -> Query {
        with_sort(self.narrowed(), &self.sort, USUAL)
    }
}

#[component]
pub fn CustomersPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| q.get(name))));
    let found = Resource::new(move || asked.get(), |asked| api::customers(asked.filter, asked.sort, asked.after));
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
                <ImportLink kind="customers"/>
                <ExportMenu list="customers" query=Signal::derive(move || asked.with(|a| address("", &a.query())))/>
                {may_write.then(|| view! { <DuplicatesLink/><NewCustomer/> })}
            </div>
        </header>
        <FilterForm path=PATH label=customers::FILTERS names=NAMES>
            <ViewKept/>
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
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(page) => view! { <Rows page asked=asked.get_untracked() may_write/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
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
    let Asked { filter, sort, .. } = asked;
    let active = filter.active();
    let clear = address(PATH, &with_sort(Query::new(), &sort, USUAL));
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
    let sort = asked.sort.clone();
    let filter = asked.narrowed();
    let href = Callback::new(move |sort: String| address(PATH, &with_sort(filter.clone(), &sort, USUAL)));
    let total = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, page.total);
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(customers::TABLE)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <SortHead label=common::CUSTOMER column="name" sort=sort.clone() href/>
                    <th scope="col">{t(common::TIER)}</th>
                    <th scope="col">{t(common::OWNER)}</th>
                    <th scope="col">{t(common::INDUSTRY)}</th>
                    <th scope="col">{t(common::REGION)}</th>
                    <th scope="col" class="low">{t(common::SIZE)}</th>
                    <th scope="col">{t(common::SOURCE)}</th>
                    <th scope="col" class="r">{t(customers::OPEN_AMOUNT)}</th>
                    <SortHead label=customers::UPDATED column="updated" sort href newest_first=true/>
                </tr></thead>
                <tbody>{page.rows.into_iter().map(|row| line(&facts, row)).collect_view()}</tbody>
            </table>
        </div>
        <Pager total first next/>
    }
    .into_any()
}

fn line(facts: &Facts, row: CustomerRow) -> impl IntoView + use<> {
    view! {
        <tr data-customer-id=row.id.to_string()>
            <td><a class="ell" href=format!("/customers/{}", row.id) title=row.name.clone()>{row.name.clone()}</a></td>
            <td data-label=t(common::TIER)><TierBadge tier=row.tier/></td>
            <td data-label=t(common::OWNER)><Owner owner=row.owner/></td>
            <td data-label=t(common::INDUSTRY)>{filled(&row.industry)}</td>
            <td data-label=t(common::REGION)>{filled(&row.region)}</td>
            <td class="low" data-label=t(common::SIZE)>{row.size.map(words::size)}</td>
            <td data-label=t(common::SOURCE)>{t(words::source(row.source))}</td>
            <td class="r num" data-label=t(customers::OPEN_AMOUNT)>{open_text(facts, &row.open)}</td>
            <td class="num muted" data-label=t(customers::UPDATED)>{ui::error::instant(facts, row.updated_at)}</td>
        </tr>
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
                None if narrowed => Some(view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> }.into_any()),
                None => may_write.then(|| view! { <a class="btn" href="/customers/new"><Icon name="plus" class="i-14"/>{t(customers::NEW_CUSTOMER)}</a> }.into_any()),
            }}
        </Empty>
    }
}
