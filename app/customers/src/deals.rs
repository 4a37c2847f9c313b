//! The deals of one customer, beside what happens with it: how far each open
//! one is, what comes next, and how the closed ones ended.

use domain::pipeline::{Card, NextStep, Outcome, Stage, Stall};
use i18n::keys::{board, common, customers};
use leptos::prelude::*;
use ui::component::{Amount, Avatar, Icon};
use ui::{Facts, fmt, t, texts, words};

/// Closed deals that are shown at once; the rest unfolds.
const SHOWN: usize = 5;
/// As many closed deals as the store gives; older ones are in the list of deals.
const CLOSED_MAX: usize = 50;

#[component]
pub fn OpenDeals(deals: Vec<Card>, stages: Vec<Stage>) -> impl IntoView {
    let facts = ui::facts();
    let n = deals.len();
    let rows = deals.into_iter().map(|card| open_row(&facts, card, &stages)).collect_view();
    view! {
        <section class="card-box" id="open-deals">
            <h2>{t(customers::OPEN_DEALS)}<span class="count">{n}</span></h2>
            {if n == 0 { view! { <p class="muted fs13">{t(customers::NO_OPEN_DEALS)}</p> }.into_any() } else { view! { <ul class="rows">{rows}</ul> }.into_any() }}
        </section>
    }
}

fn open_row(facts: &Facts, card: Card, stages: &[Stage]) -> impl IntoView + use<> {
    let stage = stages.iter().find(|s| s.id == card.stage);
    let path = stage.map(|stage| path(stage, stages));
    let days = fmt::days(facts.lang, card.days_in_stage(facts.today()));
    let place = stage.map(|stage| texts().fmt(customers::IN_STAGE, &[("stage", &words::stage_name(stage)), ("days", &days)]));
    let stalled = stage.and_then(|stage| card.stall(stage, facts.today())).map(|stall| why(facts, stall));
    let (class, icon, next) = next_line(facts, &card);
    view! {
        <li data-deal-id=card.id.to_string()>
            <div class="row">
                <a class="grow ell med" href=format!("/deals/{}", card.id) title=card.title.clone()>{card.title.clone()}</a>
                <b><Amount amount=card.amount/></b>
            </div>
            {path}
            <div class="row row-1 fs12 t2">
                <span class="grow num">{place}</span>
                <Avatar id=card.owner name=card.owner_name.clone() class="av-s"/><span class="sr">{t(common::OWNER)}" "{card.owner_name.clone()}</span>
            </div>
            <div class=class><Icon name=icon class="i-14"/><span>{next}</span></div>
            {stalled.map(|text| view! { <div class="row row-1 fs12 warn"><Icon name="hourglass" class="i-14"/><span>{text}</span></div> })}
        </li>
    }
}

/// The stages of the deal's pipeline as a line, filled as far as it has come.
fn path(now: &Stage, stages: &[Stage]) -> impl IntoView + use<> {
    let mut steps: Vec<_> = stages.iter().filter(|s| s.pipeline == now.pipeline).collect();
    steps.sort_by_key(|s| s.position);
    let (n, of) = (steps.iter().filter(|s| s.position <= now.position).count().to_string(), steps.len().to_string());
    let label = texts().fmt(customers::STAGE_OF, &[("stage", &words::stage_name(now)), ("n", &n), ("of", &of)]);
    let steps = steps
        .into_iter()
        .map(|s| {
            let class = match s.position.cmp(&now.position) {
                std::cmp::Ordering::Less => "is-done",
                std::cmp::Ordering::Equal => "is-now",
                std::cmp::Ordering::Greater => "",
            };
            view! { <span class=class title=words::stage_name(s)></span> }
        })
        .collect_view();
    view! { <div class="path" role="img" aria-label=label>{steps}</div> }
}

fn next_line(facts: &Facts, card: &Card) -> (&'static str, &'static str, String) {
    let step = |on| format!("{} {}", words::day(facts, on), card.next_step);
    match (card.next_state(facts.today()), card.next_on) {
        (NextStep::Planned, Some(on)) => ("row row-1 fs12 t2", "calendar", step(on)),
        (NextStep::Due, Some(on)) => ("row row-1 fs12 warn", "calendar-clock", step(on)),
        (NextStep::Overdue, Some(on)) => {
            let late = fmt::days(facts.lang, (facts.today() - on).num_days());
            ("row row-1 fs12 danger", "circle-alert", texts().fmt(board::OVERDUE, &[("days", &late), ("step", &card.next_step)]))
        }
        _ => ("row row-1 fs12 warn", "circle-dashed", t(board::NO_NEXT_STEP).to_owned()),
    }
}

fn why(facts: &Facts, stall: Stall) -> String {
    let days = |n| fmt::days(facts.lang, n);
    match stall {
        Stall::Stage { days: n, limit_milli, measured } => {
            let key = if measured { board::STALLED_PACE } else { board::STALLED_SLA };
            texts().fmt(key, &[("days", &days(n)), ("limit", &days(limit_milli / 1_000))])
        }
        Stall::Idle { days: n } => texts().fmt(board::STALLED_IDLE, &[("days", &days(n))]),
    }
}

#[component]
pub fn ClosedDeals(deals: Vec<Card>) -> impl IntoView {
    let facts = ui::facts();
    let n = deals.len();
    let mut rows = deals.into_iter().map(|card| closed_row(&facts, card).into_any());
    let first: Vec<_> = rows.by_ref().take(SHOWN).collect();
    let rest: Vec<_> = rows.collect();
    let more = (!rest.is_empty())
        .then(|| texts().fmt(customers::CLOSED_MORE, &[("n", &fmt::integer(i64::try_from(rest.len()).unwrap_or_default()))]));
    let cut = (n >= CLOSED_MAX).then(|| texts().fmt(customers::CLOSED_NEWEST, &[("n", &CLOSED_MAX.to_string())]));
    view! {
        <section class="card-box" id="closed-deals">
            <h2>{t(customers::CLOSED_DEALS)}<span class="count">{n}</span></h2>
            {if n == 0 {
                view! { <p class="muted fs13">{t(customers::NO_CLOSED_DEALS)}</p> }.into_any()
            } else {
                view! {
                    <div class="rows">
                        <ul class="col gap-2">{first}</ul>
                        {more.map(|label| view! {
                            <details><summary class="accent fs12">{label}</summary>
                                <ul class="col gap-2">{rest}</ul>
                                {cut.map(|text| view! { <p class="muted fs12">{text}</p> })}
                            </details>
                        })}
                    </div>
                }
                .into_any()
            }}
        </section>
    }
}

fn closed_row(facts: &Facts, card: Card) -> impl IntoView + use<> {
    let class = match card.outcome {
        Outcome::Won => "badge badge-ok",
        _ => "badge",
    };
    let on = card.closed_on.map(|on| words::day(facts, on));
    view! {
        <li data-deal-id=card.id.to_string()>
            <div class="row">
                <a class="grow ell" href=format!("/deals/{}", card.id) title=card.title.clone()>{card.title.clone()}</a>
                <Amount amount=card.amount/>
            </div>
            <div class="row fs12 muted"><span class=class>{t(words::outcome(card.outcome))}</span><span class="num push">{on}</span></div>
        </li>
    }
}
