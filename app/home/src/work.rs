//! The numbers of things to do, and the list behind the one that is open.

use crate::address;
use crate::explain::counted;
use crate::lists::rows;
use crate::terms::name;
use domain::home::{Home, HomeQuery, Listed, Whose};
use domain::ids::UserId;
use domain::money::Currency;
use domain::pipeline::NextStep;
use domain::rounding::ratio_bp;
use i18n::Key;
use i18n::keys::home;
use leptos::prelude::*;
use ui::component::{Empty, Icon};
use ui::{facts, fmt, t, texts, words};

const fn icon(list: Listed) -> &'static str {
    match list {
        Listed::Steps => "calendar-clock",
        Listed::Tasks => "list-checks",
        Listed::Contacts => "phone",
        Listed::Needs => "message-circle",
        Listed::Tickets => "life-buoy",
        Listed::Stalled => "hourglass",
        Listed::Won | Listed::WonBefore => "check",
    }
}

const fn empty(list: Listed) -> Key {
    match list {
        Listed::Steps => home::EMPTY_STEPS,
        Listed::Tasks => home::EMPTY_TASKS,
        Listed::Contacts => home::EMPTY_CONTACTS,
        Listed::Needs => home::EMPTY_NEEDS,
        Listed::Tickets => home::EMPTY_TICKETS,
        Listed::Stalled => home::EMPTY_STALLED,
        Listed::Won | Listed::WonBefore => home::EMPTY_WON,
    }
}

const fn definition(list: Listed) -> Key {
    match list {
        Listed::Steps => home::DEF_STEPS,
        Listed::Tasks => home::DEF_TASKS,
        Listed::Contacts => home::DEF_CONTACTS,
        Listed::Needs => home::DEF_NEEDS,
        Listed::Tickets => home::DEF_TICKETS,
        Listed::Stalled => home::DEF_STALLED,
        Listed::Won | Listed::WonBefore => home::DEF_COUNT,
    }
}

pub fn work(found: &Home, query: &HomeQuery) -> impl IntoView + use<> {
    let buckets = found
        .buckets
        .iter()
        .map(|(list, bucket)| {
            let class = match (bucket.overdue, bucket.count) {
                (1.., _) => "row row-1 danger",
                (_, 1..) => "row row-1 warn",
                _ => "row row-1",
            };
            let here = (*list == found.list).then_some("true");
            let late = (bucket.overdue > 0).then(|| texts().fmt(home::OVERDUE_N, &[("n", &fmt::integer(bucket.overdue))]));
            view! {
                <a class="hm-bucket" href=address::listing(query, *list) aria-current=here data-list=list.code() data-noscroll="">
                    <span class=class><Icon name=icon(*list) class="i-14"/><b class="num">{fmt::integer(bucket.count)}</b></span>
                    <span class="fs12">{t(name(*list))}{late.map(|late| view! { <small class="danger">" · "{late}</small> })}</span>
                </a>
            }
        })
        .collect_view();
    let total = match (found.list, &found.won) {
        (Listed::Won, Some(won)) => won.count.numerator.quantity.number(),
        (Listed::WonBefore, Some(won)) => won.count_before,
        (list, _) => found.bucket(list).map_or(0, |bucket| bucket.count),
    };
    let shown = found.rows.len();
    let cut = i64::try_from(shown)
        .is_ok_and(|shown| shown < total)
        .then(|| texts().fmt(home::FIRST_OF, &[("n", &shown.to_string()), ("total", &fmt::integer(total))]));
    let more = matches!(found.list, Listed::Stalled).then_some(home::DEF_SHARE);
    view! {
        <section class="card-box hm-work" aria-labelledby="hm-list">
            <h2 class="sr">{t(home::TO_DO)}</h2>
            <nav class="hm-buckets" aria-label=t(home::TO_DO)>{buckets}</nav>
            <div class="hm-list-h">
                <h3 id="hm-list">{t(name(found.list))}</h3><span class="count num" data-total="">{fmt::integer(total)}</span>
                {stalled(found)}
                <span class="push fs12">{elsewhere(found, query)}</span>
            </div>
            {if shown == 0 {
                view! { <Empty icon=icon(found.list) text=t(empty(found.list)).to_owned()/> }.into_any()
            } else {
                view! { <ul class="hm-rows" data-rows=found.list.code()>{rows(found)}</ul> }.into_any()
            }}
            {cut.map(|cut| view! { <p class="fs12 muted hm-cut">{cut}</p> })}
            <details class="hm-how"><summary>{t(home::HOW)}</summary>{counted(definition(found.list), more, found.as_of)}</details>
        </section>
    }
}

/// The amount of the stalled deals, and its share of what is open.
fn stalled(found: &Home) -> Option<impl IntoView + use<>> {
    if found.list != Listed::Stalled || found.stalled_sums.count() == 0 {
        return None;
    }
    let sum = words::sums_text(&found.stalled_sums, false);
    let own = facts().viewer.as_ref().map(|viewer| viewer.currency);
    let of = |sums: &domain::money::Sums, currency: Currency| {
        sums.0.iter().find(|line| line.currency == currency).map_or(0, |line| line.sum_minor)
    };
    let share = own.and_then(|currency| ratio_bp(of(&found.stalled_sums, currency), of(&found.open_sums, currency)));
    let text = match share {
        Some(bp) => texts().fmt(home::STALLED_SHARE, &[("sum", &sum), ("share", &fmt::percent(Some(bp), 1))]),
        None => texts().fmt(home::STALLED_SUMS, &[("sum", &sum)]),
    };
    Some(view! { <span class="fs12 muted">{text}</span> })
}

/// Where the same rows are to be worked with.
fn elsewhere(found: &Home, query: &HomeQuery) -> AnyView {
    let me = facts().viewer.as_ref().map(|viewer| viewer.id);
    let owner: Option<UserId> = query.person.or(me.filter(|_| query.whose == Some(Whose::Mine)));
    let overdue = found.bucket(found.list).map_or(0, |bucket| bucket.overdue);
    match found.list {
        Listed::Steps if overdue > 0 => view! { <a href=address::deals(owner, NextStep::Overdue)>{t(home::ALL_OVERDUE)}</a> }.into_any(),
        Listed::Steps if !found.rows.is_empty() => view! { <a href=address::deals(owner, NextStep::Due)>{t(home::ALL_DUE)}</a> }.into_any(),
        Listed::Contacts => {
            let to = owner.map_or_else(|| "/visits".to_owned(), |owner| format!("/visits?owner={owner}"));
            view! { <a href=to>{t(home::ALL_VISITS)}</a> }.into_any()
        }
        Listed::Tickets => {
            let to = owner.map_or_else(|| "/tickets".to_owned(), |owner| format!("/tickets?person={owner}"));
            view! { <a href=to>{t(home::ALL_TICKETS)}</a> }.into_any()
        }
        Listed::Needs => view! { <a href="/visits/needs">{t(home::ALL_NEEDS)}</a> }.into_any(),
        Listed::Tasks => view! { <a href="/tasks">{t(home::ALL_TASKS)}</a> }.into_any(),
        Listed::Stalled => {
            let to = owner.map_or_else(|| "/deals".to_owned(), |owner| format!("/deals?owner={owner}"));
            view! { <a href=to>{t(home::ALL_BOARD)}</a> }.into_any()
        }
        _ => ().into_any(),
    }
}
