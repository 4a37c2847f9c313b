//! The list of customers. Filters, order, page and columns are in the address.

use crate::api;
use crate::change::{self, Field};
use crate::merge_api::{PAIRS, duplicate_count};
use crate::table::{
    Beside, FilterForm, ListSwitch, Pager, Query, SearchChip, SortChip, SortHead, address, heads, link, owner, sort_code, with_sort,
};
use domain::columns::{self, Column, Columns};
use domain::customers::{CustomerChoices, CustomerFilter, CustomerRow, CustomerSort, Size, Tier};
use domain::ids::CustomerId;
use domain::money::{Money, Sums};
use domain::page::{Page, Sort};
use domain::pipeline::Source;
use domain::policy::Action;
use domain::pool::settings::PoolKind;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{columns as words_of, common, customers, duplicates, method, nav};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::change::cell::{CellEditor, pencil};
use ui::change::picks::{PickAll, PickBar, Picks, pick, watch};
use ui::change::{Subject, is_free};
use ui::choice::Choice;
use ui::columns::{ColumnsKept, ColumnsMenu, label};
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Icon, ImportLink, Skeleton};
use ui::links;
use ui::markup::{Markup, cell, tier};
use ui::method::MethodPanel;
use ui::pools::{days_left, explained, left_class};
use ui::refresh::{on_change, on_change_when, until};
use ui::views::{NAME, ViewKept, ViewMenu};
use ui::{Facts, fmt, t, texts, words};
use uuid::Uuid;

type Changer = ui::change::Changer<change::Customers>;
type Cells = ui::change::cell::Cells<change::Customers>;

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
    // But the days left are read only where they are shown.
    let wanted =
        Memo::new(move |_| asked.with(|a| (a.filter.clone(), a.sort.clone(), a.after.clone(), a.beside.columns.has(Column::Left))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (wanted.get(), again.get()),
        |((filter, sort, after, left), _)| async move {
            let page = api::customers(filter, sort, after, left).await;
            until(is_free).await;
            page
        },
    );
    let choices = Resource::new(|| (), |()| api::choices());
    read_again_when_changed(found, again);
    let may_write = ui::facts().may(Action::WriteCustomers);
    let picks = Picks::default();
    let changer = Changer::new(Callback::new(move |()| again.update(|n| *n += 1)));
    let edit = may_write.then_some((picks, changer));
    view! {
        <header class="top">
            <Heading text=t(customers::TITLE)/>
            <ListSwitch contacts=false/>
            <ViewMenu kind=ListKind::Customers/>
            <div class="end">
                <ColumnsMenu path=PATH columns rest=Signal::derive(move || asked.with(Asked::rest))/>
                <ImportLink kind="customers"/>
                <ExportMenu list="customers" query=Signal::derive(move || asked.with(|a| address("", &a.query())))/>
                {ui::facts().may(Action::ClaimCustomers).then(|| view! { <a class="btn" href="/pool" title=t(nav::PUBLIC_POOL)><Icon name="waves" class="i-14"/><span>{t(nav::PUBLIC_POOL)}</span></a> })}
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
                        match (found.await, choices.await) {
                            (Ok(page), Ok(choices)) => view! { <Rows page choices asked=asked.get_untracked() edit/> }.into_any(),
                            (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// A changed customer may come, go or move in this list, so the page is read again, unless it
/// already shows that version. For a changed deal too: sums of deals are in the rows.
fn read_again_when_changed(found: Resource<ui::Answer<Page<CustomerRow>>>, again: RwSignal<u32>) {
    let knows = move |id: CustomerId, version: i32| {
        found.with_untracked(|page| matches!(page, Some(Ok(page)) if page.rows.iter().any(|row| row.id == id && row.version >= version)))
    };
    on_change_when(
        move |event| match event.topic.as_str() {
            "customer" => !knows(CustomerId(event.id), event.version),
            topic => topic == "deal",
        },
        is_free,
        move || {
            again.try_update(|n| *n += 1);
        },
    );
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
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
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
fn Rows(
    page: Page<CustomerRow>,
    choices: CustomerChoices,
    asked: Asked,
    #[prop(optional_no_strip)] edit: Option<(Picks, Changer)>,
) -> impl IntoView {
    let facts = ui::facts();
    let query = asked.query();
    let first = asked.after.is_some().then(|| address(PATH, &query));
    if page.rows.is_empty() {
        return view! { <Nothing asked first may_write=edit.is_some()/> }.into_any();
    }
    let next = page.next.map(|after| {
        let mut query = query;
        query.push(("after", after));
        address(PATH, &query)
    });
    let filter = asked.narrowed();
    let href = Callback::new(move |sort: String| address(PATH, &with_sort(filter.clone(), &sort, USUAL)));
    let total = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, page.total);
    let status = texts().fmt(method::RECORDS_STATUS, &[("n", &fmt::integer(page.total))]);
    let columns = asked.beside.columns;
    let heads = heads(&columns, &asked.sort, href, sort_of, |column| class_of(column, columns.is_usual()));
    let lines: String = {
        let table = Lines { facts: &facts, columns: &columns, picks: edit.map(|(picks, _)| picks) };
        page.rows.iter().map(|row| table.line(row).into_string()).collect()
    };
    let order: Vec<Uuid> = page.rows.iter().map(|row| row.id.0).collect();
    let rows = StoredValue::new(page.rows);
    let body = NodeRef::<html::Tbody>::new();
    let cells = Cells::default();
    let picked = edit.map(|(picks, _)| watch(picks, body, order.clone()));
    let on_click = move |event: web_sys::MouseEvent| {
        if let Some(picked) = &picked {
            picked(event.clone());
            cells.clicked(&event, false, rows);
        }
    };
    let on_twice = move |event: web_sys::MouseEvent| {
        if edit.is_some() {
            cells.clicked(&event, true, rows);
        }
    };
    let name = match edit {
        Some((picks, _)) => {
            let pick = view! { <PickAll picks order label=customers::PICK_PAGE/> }.into_any();
            view! { <SortHead label=common::CUSTOMER column="name" sort=asked.sort href pick/> }.into_any()
        }
        None => view! { <SortHead label=common::CUSTOMER column="name" sort=asked.sort href/> }.into_any(),
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(customers::TABLE)>
            <table class="table cards-on-phone">
                <thead><tr>{name}{heads}</tr></thead>
                <tbody node_ref=body inner_html=lines on:click=on_click on:dblclick=on_twice></tbody>
            </table>
        </div>
        <Pager total first next/>
        <MethodPanel name=customers::TITLE function=t(method::RECORDS_FUNCTION) how=t(method::RECORDS_METHOD) status/>
        {edit.map(|(picks, changer)| view! {
            <PickBar picks rows choices=choices.clone() changer/>
            <CellEditor cells choices changer/>
        })}
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

/// What rows are written with. Nothing in a row changes while it is shown.
struct Lines<'a> {
    facts: &'a Facts,
    columns: &'a Columns,
    /// Of who may change customers.
    picks: Option<Picks>,
}

impl Lines<'_> {
    fn line(&self, row: &CustomerRow) -> Markup {
        let t = self.facts.texts();
        let link = maud::html! { a.ell href={ "/customers/" (row.id) } title=(row.name) { (row.name) } };
        maud::html! {
            tr.is-selected[self.picks.is_some_and(|picks| picks.has(row.id.0))] data-customer-id=(row.id) {
                td { @if let Some(picks) = self.picks { (pick(t, picks, row.id.0, &row.name, &link)) } @else { (link) } }
                @for column in self.columns.shown() { (self.cell(*column, row)) }
            }
        }
    }

    fn cell(&self, column: Column, row: &CustomerRow) -> Markup {
        let t = self.facts.texts();
        let edit = field_of(column).filter(|_| self.picks.is_some());
        let edit = edit.map(|field| (change::Customers::code(field), pencil(t, change::Customers::label(field), &row.name)));
        cell(t.get(label(column)), class_of(column, self.columns.is_usual()), &inside(self.facts, row, column), edit)
    }
}

/// What can be changed in a column.
const fn field_of(column: Column) -> Option<Field> {
    match column {
        Column::Tier => Some(Field::Tier),
        Column::Owner => Some(Field::Owner),
        Column::Industry => Some(Field::Industry),
        Column::Region => Some(Field::Region),
        Column::Size => Some(Field::Size),
        Column::Source => Some(Field::Source),
        _ => None,
    }
}

/// What stands in a column; a cell without anything vanishes on a phone.
fn inside(facts: &Facts, row: &CustomerRow, column: Column) -> Markup {
    let t = facts.texts();
    let text = |text: &str| maud::html! { (text) };
    match column {
        Column::Short => text(&row.short_name),
        Column::Tier => tier(row.tier),
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
        Column::Left => left(facts, row),
        Column::Phone => link(links::tel(&row.phone), &row.phone, false),
        Column::Website => link(links::website(&row.website), &row.website, true),
        Column::Created => text(&ui::error::instant(facts, row.created_at)),
        Column::Updated => text(&ui::error::instant(facts, row.updated_at)),
        // Of other lists.
        _ => Markup::default(),
    }
}

/// Days left until it falls into the public pool, explained as on its page; nothing of one that
/// lies there.
fn left(facts: &Facts, row: &CustomerRow) -> Markup {
    let Some((protection, name)) = &row.protection else { return Markup::default() };
    let why = explained(facts, protection, name, PoolKind::Customers);
    match protection.days_left(facts.today()) {
        Some(left) => {
            let class = left_class(protection.reminds(facts.today()));
            maud::html! { span class=(class) title=(why) data-left=(left) { (days_left(left, PoolKind::Customers)) } }
        }
        None => maud::html! { span.muted title=(why) data-spared="" { (why) } },
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
                Some(href) => Some(view! { <a class="btn" href=href>{t(common::FIRST_PAGE)}</a> }.into_any()),
                None if narrowed => Some(view! { <a class="btn" href=everything>{t(common::CLEAR_FILTERS)}</a> }.into_any()),
                None => may_write.then(|| view! { <a class="btn" href="/customers/new"><Icon name="plus" class="i-14"/>{t(customers::NEW_CUSTOMER)}</a> }.into_any()),
            }}
        </Empty>
    }
}
