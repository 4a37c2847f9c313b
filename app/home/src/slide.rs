//! Today as a slide of a meeting: what was won against the year before, and what is due or
//! overdue; as much of it as the role's page has.

use crate::api;
use crate::terms::{days, name, period};
use domain::explain::Quantity;
use domain::growth::Growth;
use domain::home::{Bucket, Home, HomeQuery, Listed, Rows, Span, StallReason, Won, WonAmount};
use domain::money::Money;
use domain::pipeline::Card;
use i18n::Key;
use i18n::keys::{common, home, present};
use leptos::prelude::*;
use ui::component::{Failed, Skeleton};
use ui::present::{Behind, Deck, Face, line};
use ui::{facts, fmt, t, texts, words};

const CODE: &str = "home";

/// The slide; its figures are read when the deck begins.
pub fn slide(deck: Deck) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let query = Memo::new(move |_| HomeQuery { list: None, ..HomeQuery::from_query(|name| deck.get(name)) });
    let opened = Memo::new(move |_| deck.own(CODE, "list").and_then(|code| Listed::parse(&code)));
    let found = Resource::new(move || (query.get(), deck.again.get()), |(query, _)| api::home(query));
    let behind = Resource::new(
        move || (opened.get(), query.get(), deck.again.get()),
        |(list, query, _)| async move {
            match list {
                Some(_) => api::home(HomeQuery { list, ..query }).await.map(Some),
                None => Ok(None),
            }
        },
    );
    move || {
        view! {
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await) {
                        (Ok(found), Ok(listed)) => shown(deck, &found, opened.get_untracked().zip(listed)),
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

fn shown(deck: Deck, found: &Home, opened: Option<(Listed, Home)>) -> AnyView {
    let late = late(found);
    let (message, lead) = match &found.won {
        Some(won) => (of_won(won), vec![texts().fmt(present::HOME_DAYS, &[("period", &period(won.period))]), late]),
        None => (late, Vec::new()),
    };
    let person = found.person.as_ref().map(|(_, name)| texts().fmt(present::NARROWED, &[("what", name)]));
    let lead = lead.into_iter().chain(person).collect();
    // A list that this page does not have is answered with another one.
    let panel = opened.filter(|(list, listed)| listed.list == *list).map(|(list, listed)| behind(deck, found, list, &listed));
    let won = found.won.as_ref().map(|won| figures(deck, won));
    let buckets = found.buckets.iter().map(|(list, of)| bucket(deck, *list, *of)).collect_view();
    view! {
        <Face deck code=CODE message lead>
            {won}
            <h2 class="pr-sub">{t(present::HOME_TO_DO)}</h2>
            <ul class="pr-columns is-many">{buckets}</ul>
            {panel}
        </Face>
    }
    .into_any()
}

const fn span(span: Span) -> Key {
    match span {
        Span::Month => present::HOME_MONTH,
        Span::Quarter => present::HOME_QUARTER,
        Span::Year => present::HOME_YEAR,
    }
}

fn money(line: &WonAmount, minor: i64) -> String {
    words::money_text(Money { minor, currency: line.currency })
}

fn minor(line: &WonAmount) -> i64 {
    line.now.numerator.quantity.number()
}

/// Of the organisation's currency; others are never added.
fn of_won(won: &Won) -> String {
    let Some(line) = won.amounts.first() else { return t(home::WON).to_owned() };
    let (now, before) = (money(line, minor(line)), money(line, line.before_minor));
    texts().fmt(present::HOME_WON, &[("span", t(span(won.span))), ("amount", &now), ("before", &before)])
}

fn late(found: &Home) -> String {
    let sum = |of: fn(&Bucket) -> i64| {
        fmt::integer(found.buckets.iter().filter(|(list, _)| *list != Listed::Stalled).map(|(_, bucket)| of(bucket)).sum())
    };
    texts().fmt(present::HOME_LATE, &[("n", &sum(|bucket| bucket.count)), ("late", &sum(|bucket| bucket.overdue))])
}

/// What was won, each figure beside the year before; both lead to their deals.
fn figures(deck: Deck, won: &Won) -> impl IntoView + use<> {
    let amounts = won.amounts.iter().map(|line| {
        let name = format!("{} {}", t(common::AMOUNT), line.currency.code());
        figure(deck, name, money(line, minor(line)), money(line, line.before_minor), change(line.growth))
    });
    let count = figure(
        deck,
        t(home::WON_COUNT).to_owned(),
        fmt::integer(won.count.numerator.quantity.number()),
        fmt::integer(won.count_before),
        change(won.count_growth),
    );
    let milli = won.cycle.as_ref().and_then(|of| match of.numerator.quantity {
        Quantity::DaysMilli(milli) => Some(milli),
        _ => None,
    });
    let none = || fmt::NO_VALUE.to_owned();
    let cycle = figure(
        deck,
        t(home::WON_CYCLE).to_owned(),
        milli.map_or_else(none, days),
        won.cycle_before_milli.map_or_else(none, days),
        // A shorter cycle is a better one: said in words, without a sign of its own.
        milli.zip(won.cycle_before_milli).filter(|(now, before)| now != before).map(|(now, before)| {
            let (key, class) = if now < before { (home::SHORTER_BY, "ok") } else { (home::LONGER_BY, "danger") };
            (texts().fmt(key, &[("days", &days(now - before))]), class)
        }),
    );
    let amounts = amounts.collect_view();
    view! { <ul class="pr-columns">{amounts}{count}{cycle}</ul> }
}

fn change(growth: Growth) -> Option<(String, &'static str)> {
    let bp = growth.change_bp?;
    let text = |key| texts().fmt(key, &[("change", &fmt::percent(Some(bp.abs()), 1))]);
    match bp {
        1.. => Some((text(home::UP_BY), "ok")),
        0 => Some((t(home::FLAT).to_owned(), "muted")),
        _ => Some((text(home::DOWN_BY), "danger")),
    }
}

fn figure(deck: Deck, name: String, now: String, before: String, change: Option<(String, &'static str)>) -> impl IntoView + use<> {
    let before = texts().fmt(home::BEFORE_IS, &[("value", &before)]);
    view! {
        <li>
            <p>{name}</p>
            <a class="pr-figure num" href=deck.opened(&[("list", Listed::Won.code())]) data-noscroll="">{now}</a>
            {change.map(|(text, class)| view! { <p class=format!("num {class}")>{text}</p> })}
            <p><a class="num" href=deck.opened(&[("list", Listed::WonBefore.code())]) data-noscroll="">{before}</a></p>
        </li>
    }
}

fn bucket(deck: Deck, list: Listed, bucket: Bucket) -> impl IntoView + use<> {
    let label = texts().fmt(present::TO_SLIDE, &[("what", t(name(list))), ("name", &fmt::integer(bucket.count))]);
    let late = (bucket.overdue > 0).then(|| texts().fmt(present::HOME_OVERDUE, &[("n", &fmt::integer(bucket.overdue))]));
    view! {
        <li data-list=list.code()>
            <p>{t(name(list))}</p>
            <a class="pr-figure num" href=deck.opened(&[("list", list.code())]) aria-label=label data-count="" data-noscroll="">{fmt::integer(bucket.count)}</a>
            {late.map(|late| view! { <p class="danger num">{late}</p> })}
        </li>
    }
}

/// The figure of a list, as a page shows it.
fn counted(found: &Home, list: Listed) -> i64 {
    match (list, &found.won) {
        (Listed::Won, Some(won)) => won.count.numerator.quantity.number(),
        (Listed::WonBefore, Some(won)) => won.count_before,
        (list, _) => found.bucket(list).map_or(0, |bucket| bucket.count),
    }
}

fn behind(deck: Deck, found: &Home, list: Listed, listed: &Home) -> impl IntoView + use<> {
    let facts = facts();
    let day = |on: chrono::NaiveDate| words::day(&facts, on);
    let deal = |card: &Card, why: String| {
        let of = format!("{} · {}{}", card.customer_name, card.owner_name, if why.is_empty() { why } else { format!(" · {why}") });
        line(&card.id.to_string(), &card.title, &of, &words::money_text(card.amount)).into_string()
    };
    let rows: Vec<String> = match &listed.rows {
        Rows::Steps(rows) => rows
            .iter()
            .map(|card| deal(card, card.next_on.map(|on| format!("{} {}", day(on), card.next_step)).unwrap_or_default()))
            .collect(),
        Rows::Won(rows) => rows.iter().map(|card| deal(card, card.closed_on.map(day).unwrap_or_default())).collect(),
        Rows::Stalled(rows) => rows
            .iter()
            .map(|row| {
                let (StallReason::Stage { days, .. } | StallReason::Idle { days }) = row.reason;
                deal(&row.card, fmt::days(facts.lang, days))
            })
            .collect(),
        Rows::Tasks(rows) => rows
            .iter()
            .map(|row| {
                let about =
                    row.customer.as_ref().map(|(_, name)| name.clone()).or_else(|| row.deal.as_ref().map(|(_, title)| title.clone()));
                line(&row.id.to_string(), &row.title, &about.unwrap_or_default(), &row.due_on.map(day).unwrap_or_default()).into_string()
            })
            .collect(),
        Rows::Needs(rows) => rows
            .iter()
            .map(|row| line(&row.id.to_string(), &row.text, &row.customer_name, &row.due_on.map(day).unwrap_or_default()).into_string())
            .collect(),
        Rows::Tickets(rows) => rows
            .iter()
            .map(|row| line(&row.id.to_string(), &row.subject, &row.customer_name, &ui::tickets::response_text(row.response)).into_string())
            .collect(),
        Rows::Contacts(rows) => rows
            .iter()
            .map(|row| {
                line(&row.customer.to_string(), &row.name, &format!("{} · {}", words::tier(row.tier), row.owner_name), &day(row.due))
                    .into_string()
            })
            .collect(),
    };
    let (frozen, total) = (counted(found, list), counted(listed, list));
    let (count, rows) = (rows.len(), rows.concat());
    view! { <Behind deck title=t(name(list)).to_owned() frozen total listed=count about=String::new() rows/> }
}
