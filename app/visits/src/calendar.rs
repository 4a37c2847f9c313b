//! What is due, on its days: a week or a month in whole weeks; on a phone the days that
//! have something. Free days and worked weekends are named.

use crate::page::Asked;
use chrono::Datelike;
use domain::tiers::Asks;
use domain::visits::Standing;
use domain::visits::view::{Layout, VisitCalendar, VisitDay, VisitFilter, VisitRow, turned};
use i18n::keys::{common, visits};
use leptos::prelude::*;
use ui::component::{Icon, TierBadge};
use ui::{facts, fmt, service, t, texts, words};

#[component]
pub fn Calendar(calendar: VisitCalendar, asked: Asked) -> impl IntoView {
    let facts = facts();
    let today = facts.today();
    let at = asked.at.unwrap_or(today);
    let (first, last) = (calendar.days.first().map_or(at, |day| day.on), calendar.days.last().map_or(at, |day| day.on));
    let month = asked.layout == Layout::Month;
    let turn = |by: i32| Asked { at: Some(turned(asked.layout, at, by)), ..asked.clone() }.address();
    let (before, after) = if month { (visits::BEFORE_MONTH, visits::AFTER_MONTH) } else { (visits::BEFORE_WEEK, visits::AFTER_WEEK) };
    let title = if month { fmt::month(facts.lang, at) } else { ui::how::days(first, last) };
    let here = (first..=last).contains(&today);
    let now = (!here).then(|| view! { <a class="btn" href=Asked { at: None, ..asked.clone() }.address()>{t(common::TODAY)}</a> });
    // What is late stands in the list, wherever in the past it fell due.
    let late = (calendar.overdue > 0).then(|| {
        let filter = VisitFilter { standing: Some(Standing::Overdue), ..asked.filter.clone() };
        let to = Asked { layout: Layout::List, filter, ..asked.clone() }.address();
        let text = texts().fmt(visits::CALENDAR_OVERDUE, &[("n", &fmt::integer(calendar.overdue))]);
        view! { <a class="danger" href=to data-overdue="">{text}</a> }
    });
    let none = calendar.days.iter().all(|day| day.count == 0);
    let heads = calendar.days.iter().take(7).map(|day| view! { <span>{fmt::weekday(facts.lang, day.on)}</span> }).collect_view();
    let weeks = calendar
        .days
        .chunks(7)
        .map(|week| {
            let cells = week
                .iter()
                .map(|day| view! { <Cell day=day.clone() asked=asked.clone() out=month && day.on.month() != at.month()/> })
                .collect_view();
            view! { <div class="cal-week">{cells}</div> }
        })
        .collect_view();
    view! {
        <div class="cal-top">
            <a class="btn btn-icon" rel="prev" href=turn(-1) aria-label=t(before)><Icon name="chevron-left"/></a>
            <h2 aria-live="polite">{title}</h2>
            <a class="btn btn-icon" rel="next" href=turn(1) aria-label=t(after)><Icon name="chevron-right"/></a>
            {now}{late}
        </div>
        <div class="cal visit-cal" data-layout=asked.layout.code() role="group" aria-label=t(visits::CALENDAR)>
            <div class="cal-week cal-heads" aria-hidden="true">{heads}</div>
            {weeks}
        </div>
        {none.then(|| view! { <p class="cal-none" role="status">{t(visits::CALENDAR_NONE)}</p> })}
    }
}

#[component]
fn Cell(day: VisitDay, asked: Asked, out: bool) -> impl IntoView {
    let facts = facts();
    let today = facts.today();
    let (is_today, none) = (day.on == today, day.count == 0);
    let class = match (is_today, none) {
        (true, true) => "cal-day is-today is-empty",
        (true, false) => "cal-day is-today",
        (false, true) => "cal-day is-empty",
        (false, false) => "cal-day",
    };
    let left = day.count - i64::try_from(day.rows.len()).unwrap_or_default();
    let more = (left > 0).then(|| {
        let text = texts().n(visits::MORE_ONE, visits::MORE_MANY, left);
        if asked.layout == Layout::Month {
            let week = Asked { layout: Layout::Week, at: Some(day.on), ..asked.clone() }.address();
            view! { <a class="more-cards" href=week>{text}</a> }.into_any()
        } else {
            view! { <p class="more-cards">{text}</p> }.into_any()
        }
    });
    // A weekend that is free, and a weekday that is worked, need no word.
    let weekend = day.on.weekday().num_days_from_monday() >= 5;
    let sign = match (day.workday, weekend) {
        (false, false) => Some(visits::FREE_DAY),
        (true, true) => Some(visits::WORKED_DAY),
        _ => None,
    };
    let mark = (sign.is_some() || !day.name.is_empty()).then(|| {
        let sign = sign.map(|sign| view! { <span class="badge">{t(sign)}</span> });
        view! { <span class="cal-s">{sign}" "{day.name.clone()}</span> }
    });
    let label = fmt::date_weekday(facts.lang, day.on);
    let named = label.clone();
    view! {
        <div class=class class:is-out=out class:is-free={!day.workday} role="group" data-day=day.on.to_string() aria-label=named aria-current=is_today.then_some("date")>
            <header><span class="cal-n num" aria-hidden="true">{day.on.day()}</span><span class="cal-d">{label}</span>{mark}</header>
            <ul class="cal-l">{day.rows.iter().map(item).collect_view()}</ul>
            {more}
        </div>
    }
}

fn item(row: &VisitRow) -> impl IntoView + use<> {
    let late = row.overdue_days > 0;
    let mut title = format!("{} · {} · {}", row.name, row.owner_name, t(words::standing(row.standing)));
    if let Asks::After(occasion) = row.asks {
        title = format!("{title} · {}", service::occasion(&facts(), occasion));
    }
    view! {
        <li class="visit-item" class:danger=late data-customer-id=row.customer.to_string()>
            <a class="ell" href=ui::reach::visit_form(row.customer, None, &row.reach) title=title>{row.name.clone()}</a><TierBadge tier=row.tier/>
        </li>
    }
}
