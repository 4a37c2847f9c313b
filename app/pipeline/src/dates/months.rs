//! The month forecast: a column for each month in which deals should be won,
//! with those that are late in front and those without a day at the end.

use super::Hand;
use super::card::DateCard;
use crate::api;
use crate::board::{View, ViewSwitch};
use crate::change::{Changer, Field, is_free};
use crate::filterbar::{FilterBar, address};
use domain::pipeline::dates::{Bucket, MonthColumn, narrowed, undated};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Card, Choices};
use domain::policy::Action;
use domain::views::ListKind;
use i18n::keys::{board, deal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::change::cell::CellEditor;
use ui::component::{Empty, Failed, Heading, Skeleton};
use ui::refresh::on_change_when;
use ui::views::ViewMenu;
use ui::{facts, fmt, t, texts, words};

const PATH: &str = "/deals/months";

#[component]
pub fn MonthsPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(|q| DealFilter::from_query(|name| q.get(name))));
    let found = Resource::new(move || filter.get(), api::months);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change_when(|event| event.topic == "deal", is_free, move || found.refetch());
    let changer = Changer::new(Callback::new(move |()| found.refetch()));
    view! {
        <header class="top"><Heading text=t(board::TITLE)/><ViewSwitch view=View::Months/><ViewMenu kind=ListKind::Months/></header>
        <FilterBar filter choices path=PATH more=Signal::derive(Vec::new)/>
        <Transition fallback=|| view! { <Skeleton rows=8/> }>
            {move || Suspend::new(async move {
                match (found.await, choices.await) {
                    (Ok(columns), Ok(choices)) => view! { <Columns columns filter=filter.get_untracked() choices changer/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Columns(columns: Vec<MonthColumn>, filter: DealFilter, choices: Choices, changer: Changer) -> impl IntoView {
    if columns.iter().all(|column| column.sums.count() == 0) {
        let clear = (filter.active() > 0).then_some(PATH);
        return view! {
            <Empty text=t(if clear.is_some() { deal::EMPTY_FILTERED } else { deal::EMPTY }).to_owned()>
                {clear.map(|href| view! { <a class="btn" href=href>{t(board::CLEAR_FILTERS)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let cards = columns.iter().flat_map(|column| column.cards.iter().cloned()).collect();
    let hand = Hand::new(changer, Field::Close, cards);
    let buckets = StoredValue::new(columns.iter().map(|column| column.bucket).collect::<Vec<_>>());
    let over = RwSignal::new(None::<usize>);
    // Shift and an arrow: the next column that takes cards.
    let step = Callback::new(move |(card, across, _): (Card, i64, i64)| {
        let (from, n) = buckets.with_value(|all| (all.iter().position(|b| b.holds(card.expected_close_on)), all.len()));
        let to = from.and_then(|from| i64::try_from(from).ok()).map(|from| from + across).and_then(|to| usize::try_from(to).ok());
        if let Some(to) = to.filter(|to| *to < n) {
            drop_into(hand, buckets, to, &card);
        }
    });
    let n = columns.len();
    // What nothing is late in is not shown.
    let shown = columns.into_iter().enumerate().filter(|(_, column)| column.bucket.put(None).is_some() || column.sums.count() > 0);
    let views = shown.map(|(index, column)| view! { <Month index column filter=filter.clone() hand buckets over step/> }).collect_view();
    view! {
        <div class="board months" data-columns=n.to_string() role="group" aria-label=t(deal::MONTHS_LABEL)>{views}</div>
        <p class="sr" id="months-keys">{t(deal::MONTHS_KEYS)}</p>
        <CellEditor cells=hand.cells choices changer/>
    }
    .into_any()
}

fn drop_into(hand: Hand, buckets: StoredValue<Vec<Bucket>>, index: usize, card: &Card) {
    let bucket = buckets.with_value(|all| all.get(index).copied());
    if let Some(on) = bucket.filter(|b| !b.holds(card.expected_close_on)).and_then(|b| b.put(card.expected_close_on)) {
        hand.put(card, on);
    }
}

fn name(bucket: Bucket) -> String {
    match bucket {
        Bucket::Overdue { .. } => t(deal::MONTH_OVERDUE).to_owned(),
        Bucket::Month { to, .. } => fmt::month(facts().lang, to),
        Bucket::Later { from } => texts().fmt(deal::MONTH_LATER, &[("month", &fmt::month(facts().lang, from))]),
        Bucket::Undated => t(deal::MONTH_UNDATED).to_owned(),
    }
}

#[component]
fn Month(
    index: usize,
    column: MonthColumn,
    filter: DealFilter,
    hand: Hand,
    buckets: StoredValue<Vec<Bucket>>,
    over: RwSignal<Option<usize>>,
    step: Callback<(Card, i64, i64)>,
) -> impl IntoView {
    let may_write = facts().may(Action::WriteDeals);
    let MonthColumn { bucket, sums, cards } = column;
    let (heading, label, list) = (name(bucket), name(bucket), name(bucket));
    let takes = bucket.put(None).is_some();
    let (dragged_over, dropped) = hand.zone(over, index, takes, move |card| drop_into(hand, buckets, index, card));
    let left = usize::try_from(sums.count()).unwrap_or(0).saturating_sub(cards.len());
    let href = match bucket.days() {
        Some((from, to)) => {
            let mut query = narrowed(&filter, from, to).to_query();
            query.push(("sort", "close".to_owned()));
            address("/deals/list", &query)
        }
        None => address("/deals/list", &undated(&filter).to_query()),
    };
    // What has no day is in no month's list: its number leads to all of it.
    let count = if bucket == Bucket::Undated && sums.count() > 0 {
        let label = texts().fmt(deal::UNDATED_LIST, &[("n", &sums.count().to_string())]);
        view! { <a class="count" data-count="" href=href.clone() aria-label=label>{sums.count()}</a> }.into_any()
    } else {
        view! { <span class="count" data-count="">{sums.count()}</span> }.into_any()
    };
    let more = (left > 0).then(|| {
        let words = texts().n(deal::MONTH_MORE_ONE, deal::MONTH_MORE_MANY, i64::try_from(left).unwrap_or(i64::MAX));
        view! { <a class="more-cards" href=href>{words}</a> }
    });
    let ((number, unit), others) = words::sums_parts(&sums, false);
    let weighted = texts().fmt(board::WEIGHTED, &[("amount", &words::sums_text(&sums, true))]);
    let empty = cards.is_empty();
    view! {
        <section class="colm" class:is-over=move || over.get() == Some(index) class:is-late={!takes} data-month=index.to_string() aria-label=label
            on:dragover=dragged_over on:drop=dropped>
            <header class="ch">
                <div class="ch1">
                    <h2>{heading}</h2>
                    {count}
                    <span class="sum num" data-sum="">{number}<i class="u">{unit}</i>{others.into_iter().map(|(number, unit)| view! { <small>" + "{number}{unit}</small> }).collect_view()}</span>
                </div>
                <div class="ch2 num"><span>{weighted}</span></div>
            </header>
            <div class="cards" tabindex="-1">
                <div class="room" role="list" aria-label=list>
                    {cards.into_iter().map(|card| view! { <DateCard card hand may_write small=false step/> }).collect_view()}
                </div>
                {empty.then(|| view! { <p class="col-empty">{t(deal::MONTH_EMPTY)}</p> })}
                {more}
            </div>
        </section>
    }
}
