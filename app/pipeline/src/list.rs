//! The list of deals: the same filters as the board, sorted by column, paged
//! by key. Filter, order and page are in the address.

use crate::api;
use crate::board::{View, ViewSwitch, next_line};
use crate::change::cell::{CellEditor, Cells};
use crate::change::form::Field;
use crate::change::picks::{PickAll, PickBar, Picks, watch};
use crate::change::{Changer, is_free};
use crate::filterbar::{FilterBar, address};
use domain::ids::DealId;
use domain::page::{Page, Sort};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Choices, DealRow, DealSort, Outcome, Stage};
use domain::policy::Action;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{board, common, deal};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, ImportLink, Skeleton};
use ui::markup::{Markup, avatar, gauge, icon, tier};
use ui::refresh::{on_change_when, until};
use ui::views::{self, ViewMenu};
use ui::{Facts, facts, fmt, t, texts, words};

const PATH: &str = "/deals/list";

/// What the address says.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: DealFilter,
    sort: Sort<DealSort>,
    after: Option<String>,
    /// The saved view with which the address began.
    view: Option<String>,
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
        query.extend(after.map(|after| ("after", after.to_owned())));
        query.extend(self.view.clone().map(|view| (views::NAME, view)));
        address(path, &query)
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
        })
    });
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (asked.get(), again.get()),
        |(asked, _)| async move {
            let page = api::deals(asked.filter, code(asked.sort), asked.after).await;
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
                <ImportLink kind="deals"/>
                <ExportMenu list="deals" query=Signal::derive(move || asked.with(|a| a.at("", a.sort, None)))/>
                {may_write.then(|| view! { <a class="btn btn-primary" href="/deals/new"><Icon name="plus" class="i-14"/><span>{t(board::NEW_DEAL)}</span></a> })}
            </div>
        </header>
        <FilterBar filter choices path=PATH sort/>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    let (found, choices) = (found.await, choices.await);
                    match (found, choices) {
                        (Ok(page), Ok(choices)) => view! { <Rows page choices asked=asked.get_untracked() edit=may_write.then_some((picks, changer))/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
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
    let lines: String =
        page.rows.iter().map(|row| line(&facts, row, &choices.stages, edit.map(|(picks, _)| picks)).into_string()).collect();
    let order: Vec<DealId> = page.rows.iter().map(|row| row.id).collect();
    let rows = StoredValue::new(page.rows);
    let body = NodeRef::<html::Tbody>::new();
    let cells = Cells::default();
    let pick = edit.map(|(picks, _)| watch(picks, body, order.clone()));
    let on_click = move |event: web_sys::MouseEvent| {
        if let Some(pick) = &pick {
            pick(event.clone());
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
                    <Head label=common::CUSTOMER asked=asked.clone()/>
                    <Head label=common::STAGE asked=asked.clone()/>
                    <Head label=common::AMOUNT asked=asked.clone() column=DealSort::Amount falling=true right=true/>
                    <Head label=common::PROBABILITY asked=asked.clone() right=true/>
                    <Head label=common::EXPECTED_CLOSE asked=asked.clone() column=DealSort::Close/>
                    <Head label=common::NEXT_STEP asked=asked.clone() column=DealSort::Next/>
                    <Head label=common::OWNER asked=asked.clone()/>
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
    #[prop(optional_no_strip)] pick: Option<(Picks, Vec<DealId>)>,
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
                Some((picks, order)) => view! { <span class="row"><PickAll picks order/>{link}</span> }.into_any(),
                None => link.unwrap_or_else(|| t(label).into_any()),
            }}
        </th>
    }
}

/// A row: nothing in it changes while it is shown.
fn line(facts: &Facts, row: &DealRow, stages: &[Stage], picks: Option<Picks>) -> Markup {
    let t = facts.texts();
    let stage = stages.iter().find(|s| s.id == row.stage);
    let out = matches!(row.outcome, Outcome::Lost | Outcome::Invalid);
    let (class, sign, next) = if out {
        let day = row.closed_on.map(|on| words::day(facts, on)).unwrap_or_default();
        ("nx muted", "circle-x", t.fmt(deal::CLOSED_ON, &[("outcome", t.get(words::outcome(row.outcome))), ("day", &day)]))
    } else {
        next_line(facts, row)
    };
    let close = row.expected_close_on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
    let amount = fmt::money_table(facts.lang, row.amount.minor, row.amount.currency.code());
    let open = row.outcome == Outcome::Open;
    // A pencil of its own for each cell; by keys a row is chosen and then changed.
    let pencil = |field: Field| {
        let label = t.fmt(deal::EDIT_CELL, &[("what", t.get(field.label())), ("title", &row.title)]);
        maud::html! { button.cell-pen type="button" data-edit="" tabindex="-1" aria-label=(label) { (icon("pencil", "i-14")) } }
    };
    let cell = |field: Field, usable: bool| (picks.is_some() && usable).then(|| (field.code(), pencil(field))).unzip();
    let ((amount_cell, amount_pen), (rate_cell, rate_pen)) = (cell(Field::Amount, open), cell(Field::Probability, open));
    let ((close_cell, close_pen), (next_cell, next_pen)) = (cell(Field::Close, true), cell(Field::Next, open));
    let (owner_cell, owner_pen) = cell(Field::Owner, true);
    let link = maud::html! { a.ell href={ "/deals/" (row.id) } title=(row.title) { (row.title) } };
    maud::html! {
        tr.is-selected[picks.is_some_and(|picks| picks.has(row.id))] data-deal-id=(row.id) {
            @if let Some(picks) = picks {
                td { span.row {
                    label.pick {
                        input type="checkbox" data-pick=(row.id) aria-label=(t.fmt(deal::PICK, &[("title", &row.title)])) checked[picks.has(row.id)];
                    }
                    (link)
                } }
            } @else {
                td { (link) }
            }
            td data-label=(t.get(common::CUSTOMER)) {
                span.row { a.ell href={ "/customers/" (row.customer) } { (row.customer_name) } (tier(t, row.tier)) }
            }
            td data-label=(t.get(common::STAGE)) {
                @if let Some(stage) = stage {
                    (gauge(stage, stages.iter().filter(|s| s.pipeline == stage.pipeline).count())) (words::pick(facts.lang, &stage.name_zh, &stage.name_en))
                }
                @if out { " " span.badge { (t.get(words::outcome(row.outcome))) } }
            }
            td.r.num data-label=(t.get(common::AMOUNT)) data-cell=[amount_cell] { (amount) (opt(amount_pen)) }
            td.r.num data-label=(t.get(common::PROBABILITY)) data-cell=[rate_cell] { (words::rate(row.probability_bp)) (opt(rate_pen)) }
            td.num data-label=(t.get(common::EXPECTED_CLOSE)) data-cell=[close_cell] { (close) (opt(close_pen)) }
            td data-label=(t.get(common::NEXT_STEP)) data-cell=[next_cell] { span class=(class) { (icon(sign, "i-14")) span.ell title=(next) { (next) } } (opt(next_pen)) }
            td data-label=(t.get(common::OWNER)) data-cell=[owner_cell] { span.row { (avatar(row.owner, &row.owner_name, "av-s")) (row.owner_name) } (opt(owner_pen)) }
        }
    }
}

/// What may be there, or nothing.
fn opt(part: Option<Markup>) -> Markup {
    part.unwrap_or_default()
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
        let clear = address(PATH, &DealFilter { pipeline: asked.filter.pipeline, ..DealFilter::default() }.to_query());
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
