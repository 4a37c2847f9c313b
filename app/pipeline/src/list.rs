//! The list of deals: the same filters as the board, sorted by column, paged
//! by key. Filter, order, page and columns are in the address.

use crate::api;
use crate::board::{View, ViewSwitch, next_line};
use crate::change::{Cells, Changer, Deals, Field, Seen, is_free};
use crate::filterbar::{FilterBar, address};
use domain::columns::{Column, Columns};
use domain::ids::DealId;
use domain::page::{Page, Sort};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Choices, DealRow, DealSort, Outcome};
use domain::policy::Action;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{board, common, deal};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::change::Subject;
use ui::change::cell::{CellEditor, pencil};
use ui::change::picks::{PickAll, PickBar, Picks, pick, watch};
use ui::columns::{ColumnsMenu, label};
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, ImportLink, Skeleton};
use ui::markup::{Markup, avatar, cell, gauge, icon, tier};
use ui::refresh::{on_change_when, until};
use ui::views::{self, ViewMenu};
use ui::{Facts, facts, fmt, t, texts, words};
use uuid::Uuid;

const PATH: &str = "/deals/list";

/// What the address says.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: DealFilter,
    sort: Sort<DealSort>,
    after: Option<String>,
    /// The saved view with which the address began.
    view: Option<String>,
    columns: Columns,
}

impl Asked {
    /// The address of the first page of the same deals in another order.
    fn sorted(&self, sort: Sort<DealSort>) -> String {
        self.page(sort, None)
    }

    fn page(&self, sort: Sort<DealSort>, after: Option<&str>) -> String {
        self.at(PATH, sort, after)
    }

    fn at(&self, path: &str, sort: Sort<DealSort>, after: Option<&str>) -> String {
        let mut query = self.filter.to_query();
        if sort != DEFAULT {
            query.push(("sort", code(sort)));
        }
        query.extend(self.kept());
        query.extend(after.map(|after| ("after", after.to_owned())));
        query.extend(self.view.clone().map(|view| (views::NAME, view)));
        address(path, &query)
    }

    /// What stays when the filter is changed.
    fn kept(&self) -> Vec<(&'static str, String)> {
        self.columns.to_query().into_iter().collect()
    }

    /// What stays when other columns are chosen.
    fn rest(&self) -> Vec<(&'static str, String)> {
        let mut query = self.filter.to_query();
        if self.sort != DEFAULT {
            query.push(("sort", code(self.sort)));
        }
        query.extend(self.after.clone().map(|after| ("after", after)));
        query.extend(self.view.clone().map(|view| (views::NAME, view)));
        query
    }
}

const DEFAULT: Sort<DealSort> = Sort { column: DealSort::Updated, descending: true };

fn code(sort: Sort<DealSort>) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.column)
}

#[component]
pub fn DealsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: DealFilter::from_query(|name| q.get(name)),
            sort: q.get("sort").and_then(|text| Sort::parse(&text, DealSort::parse)).unwrap_or(DEFAULT),
            after: q.get("after").filter(|after| !after.is_empty()),
            view: q.get(views::NAME).filter(|view| !view.is_empty()),
            columns: Columns::from_query(ListKind::Deals, |name| ui::columns::asked(q, name)),
        })
    });
    // Other columns are drawn from the rows that are there.
    let columns = Memo::new(move |_| asked.with(|a| a.columns.clone()));
    let wanted = Memo::new(move |_| asked.with(|a| (a.filter.clone(), a.sort, a.after.clone())));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (wanted.get(), again.get()),
        |((filter, sort, after), _)| async move {
            let page = api::deals(filter, code(sort), after).await;
            until(is_free).await;
            page
        },
    );
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    read_again_when_changed(found, again);
    let picks = Picks::default();
    let changer = Changer::new(Callback::new(move |()| again.update(|n| *n += 1)));
    let filter = Signal::derive(move || asked.with(|a| a.filter.clone()));
    let sort = Signal::derive(move || asked.with(|a| if a.sort == DEFAULT { String::new() } else { code(a.sort) }));
    let may_write = facts().may(Action::WriteDeals);
    view! {
        <header class="top">
            <Heading text=t(board::TITLE)/>
            <ViewSwitch view=View::List/>
            <ViewMenu kind=ListKind::Deals/>
            <div class="end">
                <ColumnsMenu path=PATH columns rest=Signal::derive(move || asked.with(Asked::rest))/>
                <ImportLink kind="deals"/>
                <ExportMenu list="deals" query=Signal::derive(move || asked.with(|a| a.at("", a.sort, None)))/>
                {may_write.then(|| view! { <a class="btn btn-primary" href="/deals/new"><Icon name="plus" class="i-14"/><span>{t(board::NEW_DEAL)}</span></a> })}
            </div>
        </header>
        <FilterBar filter choices path=PATH sort more=Signal::derive(move || asked.with(Asked::kept))/>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || {
                    columns.track();
                    Suspend::new(async move {
                    let (found, choices) = (found.await, choices.await);
                    match (found, choices) {
                        (Ok(page), Ok(choices)) => view! { <Rows page choices asked=asked.get_untracked() edit=may_write.then_some((picks, changer))/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })
                }}
            </Transition>
        </div>
    }
}

/// A changed deal may come, go or move in this list, so the page is read
/// again, unless it already shows that version.
fn read_again_when_changed(found: Resource<ui::Answer<Page<DealRow>>>, again: RwSignal<u32>) {
    let knows = move |deal: DealId, version: i32| {
        found.with_untracked(|page| matches!(page, Some(Ok(page)) if page.rows.iter().any(|row| row.id == deal && row.version >= version)))
    };
    on_change_when(
        move |event| event.topic == "deal" && !knows(DealId(event.id), event.version),
        is_free,
        move || {
            again.try_update(|n| *n += 1);
        },
    );
}

#[component]
fn Rows(page: Page<DealRow>, choices: Choices, asked: Asked, #[prop(optional_no_strip)] edit: Option<(Picks, Changer)>) -> impl IntoView {
    if page.rows.is_empty() {
        return view! { <Nothing asked may_write=edit.is_some()/> }.into_any();
    }
    let facts = facts();
    let total = texts().n(common::N_DEALS_ONE, common::N_DEALS_MANY, page.total);
    let first = asked.after.is_some().then(|| asked.sorted(asked.sort));
    let next = page.next.as_deref().map(|after| asked.page(asked.sort, Some(after)));
    let lines: String = {
        let table = Lines { facts: &facts, choices: &choices, columns: &asked.columns, picks: edit.map(|(picks, _)| picks) };
        page.rows.iter().map(|row| table.line(row).into_string()).collect()
    };
    let order: Vec<Uuid> = page.rows.iter().map(|row| row.id.0).collect();
    let rows = StoredValue::new(page.rows.into_iter().map(Seen::from).collect::<Vec<_>>());
    let heads = asked.columns.shown().iter().map(|&column| {
        let asked = asked.clone();
        let right = matches!(column, Column::Amount | Column::Probability | Column::Stay);
        match sort_of(column) {
            Some(sort) => view! { <Head label=label(column) asked column=sort falling={sort != DealSort::Close && sort != DealSort::Next} right/> }.into_any(),
            None => view! { <Head label=label(column) asked right/> }.into_any(),
        }
    }).collect_view();
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
    let pager = (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=t(deal::PAGES)>
                {first.map(|href| view! { <a href=href rel="first"><Icon name="chevron-left" class="i-14"/>{t(deal::FIRST_PAGE)}</a> })}
                {next.map(|href| view! { <a href=href rel="next">{t(deal::NEXT_PAGE)}<Icon name="chevron-right" class="i-14"/></a> })}
            </nav>
        }
    });
    view! {
        <p class="total" role="status" data-total="">{total}</p>
        <div class="table-wrap">
            <table class="table cards-on-phone">
                <caption class="sr">{t(deal::LIST_CAPTION)}</caption>
                <thead><tr>
                    <Head label=common::DEAL asked=asked.clone() column=DealSort::Title pick=edit.map(|(picks, _)| (picks, order))/>
                    {heads}
                </tr></thead>
                <tbody node_ref=body inner_html=lines on:click=on_click on:dblclick=on_twice></tbody>
            </table>
        </div>
        {pager}
        {edit.map(|(picks, changer)| view! {
            <PickBar picks rows choices=choices.clone() changer/>
            <CellEditor cells choices changer/>
        })}
    }
    .into_any()
}

/// The head of a column; with `column` a link that sorts by it, and turns the
/// order round at the second click. `falling`: the large ones first.
#[component]
fn Head(
    label: Key,
    asked: Asked,
    #[prop(optional)] column: Option<DealSort>,
    #[prop(default = false)] falling: bool,
    #[prop(default = false)] right: bool,
    #[prop(optional_no_strip)] pick: Option<(Picks, Vec<Uuid>)>,
) -> impl IntoView {
    let now = column.filter(|column| *column == asked.sort.column).map(|_| asked.sort.descending);
    let link = column.map(|column| {
        let href = asked.sorted(Sort { column, descending: now.map_or(falling, |descending| !descending) });
        view! { <a href=href>{t(label)}</a> }.into_any()
    });
    let order = now.map(|descending| if descending { "descending" } else { "ascending" });
    view! {
        <th scope="col" class=right.then_some("r") aria-sort=order>
            {match pick {
                Some((picks, order)) => view! { <span class="row"><PickAll picks order label=deal::PICK_PAGE/>{link}</span> }.into_any(),
                None => link.unwrap_or_else(|| t(label).into_any()),
            }}
        </th>
    }
}

/// By what a click on the head of a column sorts.
const fn sort_of(column: Column) -> Option<DealSort> {
    match column {
        Column::Amount => Some(DealSort::Amount),
        Column::Close => Some(DealSort::Close),
        Column::Next => Some(DealSort::Next),
        Column::Created => Some(DealSort::Created),
        Column::Updated => Some(DealSort::Updated),
        _ => None,
    }
}

/// What rows are written with. Nothing in a row changes while it is shown.
struct Lines<'a> {
    facts: &'a Facts,
    choices: &'a Choices,
    columns: &'a Columns,
    /// Of who may change deals.
    picks: Option<Picks>,
}

impl Lines<'_> {
    fn line(&self, row: &DealRow) -> Markup {
        let t = self.facts.texts();
        let link = maud::html! { a.ell href={ "/deals/" (row.id) } title=(row.title) { (row.title) } };
        maud::html! {
            tr.is-selected[self.picks.is_some_and(|picks| picks.has(row.id.0))] data-deal-id=(row.id) {
                td { @if let Some(picks) = self.picks { (pick(t, picks, row.id.0, &row.title, &link)) } @else { (link) } }
                @for column in self.columns.shown() { (self.cell(*column, row)) }
            }
        }
    }

    fn cell(&self, column: Column, row: &DealRow) -> Markup {
        let (facts, t) = (self.facts, self.facts.texts());
        let open = row.outcome == Outcome::Open;
        let day = |on: Option<chrono::NaiveDate>| maud::html! { (on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso)) };
        let text = |text: &str| maud::html! { (text) };
        let moment = |at| maud::html! { (ui::error::instant(facts, at)) };
        let (class, inside, field) = match column {
            Column::Customer => {
                let link =
                    maud::html! { span.row { a.ell href={ "/customers/" (row.customer) } { (row.customer_name) } (tier(row.tier)) } };
                ("", link, None)
            }
            Column::Tier => ("", text(&words::tier(row.tier)), None),
            Column::Pipeline => ("", text(&self.pipeline(row)), None),
            Column::Stage => ("", self.stage(row), None),
            Column::Stay => {
                let days = if open { fmt::days(facts.lang, row.days_in_stage(facts.today())) } else { fmt::NO_VALUE.to_owned() };
                ("r num", text(&days), None)
            }
            Column::Amount => {
                let amount = fmt::money_table(facts.lang, row.amount.minor, row.amount.currency.code());
                ("r num", text(&amount), open.then_some(Field::Amount))
            }
            Column::Probability => ("r num", text(&words::rate(row.probability_bp)), open.then_some(Field::Probability)),
            Column::Close => ("num", day(row.expected_close_on), Some(Field::Close)),
            Column::Next => ("", self.next(row), open.then_some(Field::Next)),
            Column::Owner => {
                let owner = maud::html! { span.row { (avatar(row.owner, &row.owner_name, "av-s")) (row.owner_name) } };
                ("", owner, Some(Field::Owner))
            }
            Column::Team => ("", text(&row.team), None),
            Column::Source => ("", text(t.get(words::source(row.source))), Some(Field::Source)),
            Column::Product => {
                let product = row.product.and_then(|id| self.choices.products.iter().find(|product| product.id == id));
                let name = product.map_or_else(|| fmt::NO_VALUE.to_owned(), words::product_name);
                ("", maud::html! { span.ell title=(name) { (name) } }, Some(Field::Product))
            }
            Column::FirstContact => ("num", day(Some(row.first_contact_on)), None),
            Column::Active => ("num", day(Some(row.active_on)), None),
            Column::Closed => ("num", day(row.closed_on), None),
            Column::Created => ("num muted", moment(row.created_at), None),
            Column::Updated => ("num muted", moment(row.updated_at), None),
            // Of other lists.
            _ => ("", Markup::default(), None),
        };
        let edit = field.filter(|_| self.picks.is_some()).map(|field| (Deals::code(field), pencil(t, Deals::label(field), &row.title)));
        cell(t.get(label(column)), class, &inside, edit)
    }

    fn pipeline(&self, row: &DealRow) -> String {
        let stage = self.choices.stages.iter().find(|stage| stage.id == row.stage);
        let pipeline = stage.and_then(|stage| self.choices.pipelines.iter().find(|pipeline| pipeline.id == stage.pipeline));
        pipeline.map_or_else(|| fmt::NO_VALUE.to_owned(), |p| words::pick(self.facts.lang, &p.name_zh, &p.name_en))
    }

    fn stage(&self, row: &DealRow) -> Markup {
        let stages = &self.choices.stages;
        let stage = stages.iter().find(|stage| stage.id == row.stage);
        let out = matches!(row.outcome, Outcome::Lost | Outcome::Invalid);
        maud::html! {
            @if let Some(stage) = stage {
                (gauge(stage, stages.iter().filter(|s| s.pipeline == stage.pipeline).count())) (words::pick(self.facts.lang, &stage.name_zh, &stage.name_en))
            }
            @if out { " " span.badge { (self.facts.texts().get(words::outcome(row.outcome))) } }
        }
    }

    fn next(&self, row: &DealRow) -> Markup {
        let (facts, t) = (self.facts, self.facts.texts());
        let (class, sign, next) = if matches!(row.outcome, Outcome::Lost | Outcome::Invalid) {
            let day = row.closed_on.map(|on| words::day(facts, on)).unwrap_or_default();
            ("nx muted", "circle-x", t.fmt(deal::CLOSED_ON, &[("outcome", t.get(words::outcome(row.outcome))), ("day", &day)]))
        } else {
            next_line(facts, row)
        };
        maud::html! { span class=(class) { (icon(sign, "i-14")) span.ell title=(next) { (next) } } }
    }
}

/// One sentence and one action: no deals at all, none for this filter, or none
/// behind this page.
#[component]
fn Nothing(asked: Asked, may_write: bool) -> impl IntoView {
    if asked.after.is_some() {
        let first = asked.sorted(asked.sort);
        return view! { <Empty text=t(deal::EMPTY_PAGE).to_owned()><a class="btn" href=first>{t(deal::FIRST_PAGE)}</a></Empty> }.into_any();
    }
    if asked.filter.active() > 0 {
        let mut query = DealFilter { pipeline: asked.filter.pipeline, ..DealFilter::default() }.to_query();
        query.extend(asked.kept());
        let clear = address(PATH, &query);
        return view! { <Empty text=t(deal::EMPTY_FILTERED).to_owned()><a class="btn" href=clear>{t(board::CLEAR_FILTERS)}</a></Empty> }
            .into_any();
    }
    view! {
        <Empty text=t(deal::EMPTY).to_owned()>
            {may_write.then(|| view! { <a class="btn" href="/deals/new">{t(board::NEW_DEAL)}</a> })}
        </Empty>
    }
    .into_any()
}
