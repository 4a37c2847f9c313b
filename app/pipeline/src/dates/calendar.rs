//! The calendar: open deals on the day of their next step, or of their expected
//! close. A month in whole weeks; on a phone the days that have something.

use super::Hand;
use super::card::DateCard;
use crate::api;
use crate::board::{View, ViewSwitch};
use crate::change::{Changer, Field, is_free};
use crate::filterbar::{FilterBar, address};
use chrono::{Datelike, NaiveDate};
use domain::pipeline::dates::{
    Calendar, DateKind, Day, day_after, days, first_of, month_after, narrowed, page_of, parse_month, takes_cards,
};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Card, Choices};
use domain::policy::Action;
use domain::views::ListKind;
use i18n::keys::{board, common, deal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::change::cell::CellEditor;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::refresh::on_change_when;
use ui::views::{self, ViewMenu};
use ui::{facts, fmt, t, texts, words};

const PATH: &str = "/deals/calendar";

/// What the address says.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: DealFilter,
    by: DateKind,
    /// `None`: the running month.
    month: Option<NaiveDate>,
    /// The saved view with which the address began.
    view: Option<String>,
}

impl Asked {
    /// The parts of the address beside the filter.
    fn more(&self) -> Vec<(&'static str, String)> {
        let by = (self.by != DateKind::Next).then(|| ("by", self.by.to_string()));
        let month = self.month.map(|month| ("month", format!("{}-{:02}", month.year(), month.month())));
        by.into_iter().chain(month).collect()
    }

    fn at(&self) -> String {
        let view = self.view.clone().map(|view| (views::NAME, view));
        address(PATH, &[self.filter.to_query(), self.more(), view.into_iter().collect()].concat())
    }

    fn with_month(&self, month: Option<NaiveDate>) -> String {
        Self { month, ..self.clone() }.at()
    }
}

#[component]
pub fn CalendarPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: DealFilter::from_query(|name| q.get(name)),
            by: q.get("by").and_then(|by| DateKind::parse(&by)).unwrap_or(DateKind::Next),
            month: q.get("month").and_then(|month| parse_month(&month)),
            view: q.get(views::NAME).filter(|view| !view.is_empty()),
        })
    });
    let found = Resource::new(move || asked.get(), |asked| api::calendar(asked.filter, asked.by, asked.month));
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change_when(|event| event.topic == "deal", is_free, move || found.refetch());
    let changer = Changer::new(Callback::new(move |()| found.refetch()));
    let filter = Signal::derive(move || asked.with(|a| a.filter.clone()));
    view! {
        <header class="top"><Heading text=t(board::TITLE)/><ViewSwitch view=View::Calendar/><ViewMenu kind=ListKind::Calendar/></header>
        <FilterBar filter choices path=PATH more=Signal::derive(move || asked.with(Asked::more))/>
        <div class="body is-calendar">
            {move || asked.with(|asked| view! { <Turn asked=asked.clone()/> })}
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || Suspend::new(async move {
                    match (found.await, choices.await) {
                        (Ok(calendar), Ok(choices)) => view! { <Page calendar asked=asked.get_untracked() choices changer/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// Which month, by which date.
#[component]
fn Turn(asked: Asked) -> impl IntoView {
    let facts = facts();
    let month = asked.month.unwrap_or_else(|| first_of(facts.today()));
    let kinds = DateKind::ALL
        .iter()
        .map(|&by| {
            let href = Asked { by, ..asked.clone() }.at();
            let label = if by == DateKind::Next { common::NEXT_STEP } else { common::EXPECTED_CLOSE };
            view! { <a href=href aria-current=(by == asked.by).then_some("true")>{t(label)}</a> }
        })
        .collect_view();
    let this = first_of(facts.today()) == month;
    view! {
        <div class="cal-top">
            <a class="btn btn-icon" rel="prev" href=asked.with_month(Some(month_after(month, -1))) aria-label=t(deal::MONTH_BEFORE)><Icon name="chevron-left"/></a>
            <h2 aria-live="polite">{fmt::month(facts.lang, month)}</h2>
            <a class="btn btn-icon" rel="next" href=asked.with_month(Some(month_after(month, 1))) aria-label=t(deal::MONTH_AFTER)><Icon name="chevron-right"/></a>
            {(!this).then(|| view! { <a class="btn" href=asked.with_month(None)>{t(common::TODAY)}</a> })}
            <nav class="seg seg-s push" aria-label=t(deal::CALENDAR_BY)>{kinds}</nav>
        </div>
    }
}

#[component]
fn Page(calendar: Calendar, asked: Asked, choices: Choices, changer: Changer) -> impl IntoView {
    let facts = facts();
    let cards = calendar.days.iter().flat_map(|day| day.cards.iter().cloned()).collect();
    let field = if calendar.by == DateKind::Next { Field::Next } else { Field::Close };
    let hand = Hand::new(changer, field, cards);
    let over = RwSignal::new(None::<NaiveDate>);
    let today = facts.today();
    let step = Callback::new(move |(card, across, down): (Card, i64, i64)| {
        let to = hand.date(&card).map(|on| day_after(on, across + 7 * down));
        if let Some(on) = to.filter(|on| takes_cards(*on, today)) {
            hand.put(&card, Some(on));
        }
    });
    let (from, to) = page_of(calendar.month);
    let heads = days(from, day_after(from, 6)).map(|on| view! { <span>{fmt::weekday(facts.lang, on)}</span> }).collect_view();
    let empty = calendar.days.is_empty();
    let month = calendar.month;
    let days: Vec<NaiveDate> = days(from, to).collect();
    let weeks = days
        .chunks(7)
        .map(|week| {
            let cells = week
                .iter()
                .map(|&on| {
                    let day = calendar.days.iter().find(|day| day.on == on).cloned();
                    view! { <DayCell on day month asked=asked.clone() hand over step/> }
                })
                .collect_view();
            view! { <div class="cal-week">{cells}</div> }
        })
        .collect_view();
    view! {
        <div class="cal" role="group" aria-label=t(deal::CALENDAR_LABEL)>
            <div class="cal-week cal-heads" aria-hidden="true">{heads}</div>
            {weeks}
        </div>
        {empty.then(|| view! { <p class="cal-none" role="status">{t(deal::CALENDAR_EMPTY)}</p> })}
        <CellEditor cells=hand.cells choices changer/>
    }
}

#[component]
fn DayCell(
    on: NaiveDate,
    day: Option<Day>,
    month: NaiveDate,
    asked: Asked,
    hand: Hand,
    over: RwSignal<Option<NaiveDate>>,
    step: Callback<(Card, i64, i64)>,
) -> impl IntoView {
    let facts = facts();
    let may_write = facts.may(Action::WriteDeals);
    let today = facts.today();
    let takes = takes_cards(on, today);
    let (dragged_over, dropped) = hand.zone(over, on, takes, move |card| hand.put(card, Some(on)));
    let n = day.as_ref().map_or(0, |day| day.sums.count());
    let sums = day.as_ref().map(|day| words::sums_text(&day.sums, false));
    let cards = day.map(|day| day.cards).unwrap_or_default();
    let left = usize::try_from(n).unwrap_or(0).saturating_sub(cards.len());
    let more = (left > 0).then(|| {
        let words = texts().n(deal::MONTH_MORE_ONE, deal::MONTH_MORE_MANY, i64::try_from(left).unwrap_or(i64::MAX));
        if asked.by == DateKind::Close {
            let query = narrowed(&asked.filter, Some(on), Some(on)).to_query();
            view! { <a class="more-cards" href=address("/deals/list", &query)>{words}</a> }.into_any()
        } else {
            view! { <p class="more-cards">{words}</p> }.into_any()
        }
    });
    let class = match (on == today, n == 0) {
        (true, true) => "cal-day is-today is-empty",
        (true, false) => "cal-day is-today",
        (false, true) => "cal-day is-empty",
        (false, false) => "cal-day",
    };
    let (label, named) = (fmt::date_weekday(facts.lang, on), fmt::date_weekday(facts.lang, on));
    view! {
        <div class=class class:is-over=move || over.get() == Some(on) class:is-out={first_of(on) != month} class:is-gone={!takes} role="group"
            data-day=on.to_string() aria-label=named aria-current=(on == today).then_some("date") on:dragover=dragged_over on:drop=dropped>
            <header><span class="cal-n num" aria-hidden="true">{on.day()}</span><span class="cal-d">{label}</span>
                {sums.map(|sums| view! { <span class="cal-s num">{sums}</span> })}</header>
            <div class="cal-l" role="list">{cards.into_iter().map(|card| view! { <DateCard card hand may_write small=true step/> }).collect_view()}</div>
            {more}
        </div>
    }
}
