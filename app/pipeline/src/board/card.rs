//! One card.

use super::state::Mark;
use domain::ids::DealId;
use domain::pipeline::{Card, NextStep, Outcome, Stage, Stall};
use domain::pool::settings::PoolKind;
use i18n::keys::{board, common};
use leptos::prelude::*;
use maud::html;
use std::sync::Arc;
use ui::markup::{Markup, avatar, icon, tier};
use ui::words;
use ui::{Facts, fmt};

/// Whether a card carries a strip beneath, and so is higher.
#[must_use]
pub fn is_tall(card: &Card, stage: &Stage, mark: Option<&Mark>, today: chrono::NaiveDate) -> bool {
    mark.is_some() || card.stall(stage, today).is_some()
}

#[component]
pub fn CardView(
    card: Arc<Card>,
    stall: Option<Stall>,
    mark: Option<Mark>,
    ghost: Memo<bool>,
    picked: Memo<bool>,
    may_write: bool,
    refocus: StoredValue<Option<DealId>>,
) -> impl IntoView {
    let facts = ui::facts();
    let class = match (&mark, &stall) {
        (Some(Mark::Arrived { .. }), _) => "deal is-arriving",
        (Some(Mark::Changed { .. }), _) => "deal is-conflict",
        (None, Some(_)) => "deal is-stalled",
        (None, None) => "deal",
    };
    let next = next_line(&facts, &card);
    let label = spoken(&facts, &card, &next.2);
    let (element, deal) = (NodeRef::<leptos::html::Div>::new(), card.id);
    Effect::new(move |_| {
        if let Some(element) = element.get().filter(|_| refocus.get_value() == Some(deal)) {
            let _ = element.focus();
        }
    });
    let why = reason(&facts, mark.as_ref(), stall.as_ref());
    let inside = inside(&facts, &card, &label, next, why, may_write).into_string();
    view! {
        <div node_ref=element class=class class:is-ghost=ghost class:is-picked=picked role="listitem" tabindex="0"
            data-deal-id=card.id.to_string() data-version=card.version.to_string() aria-label=label
            aria-roledescription=may_write.then(|| facts.texts().get(board::CARD_ROLE)) inner_html=inside></div>
    }
}

/// What stands on a card.
fn inside(facts: &Facts, card: &Card, label: &str, next: (&str, &str, String), why: Option<Why>, may_write: bool) -> Markup {
    let words = facts.texts();
    let (amount, unit) = fmt::money_short(facts.lang, card.amount.minor, card.amount.currency.code());
    let (days, meaning) = match card.cycle_days().filter(|_| card.outcome == Outcome::Won) {
        Some(days) => (fmt::days_short(facts.lang, days), words.get(board::CYCLE)),
        None => (fmt::days_short(facts.lang, card.days_in_stage(facts.today())), words.get(board::DAYS_IN_STAGE)),
    };
    let deal = format!("/deals/{}", card.id);
    html! {
        div.d1 {
            a.nm.ell href=(deal) title=(label) draggable="false" tabindex="-1" { (card.customer_name) }
            (tier(card.tier))
            span.amt { span.num { (amount) i.u { (unit) } } }
        }
        div.d2.ell { (card.title) }
        div.d3 {
            (avatar(card.owner, &card.owner_name, "av-s"))
            @if let Some((days, told)) = card.left {
                span.left.num.is-soon[told] data-left=(days) title=(left_text(days)) { (icon("waves", "i-14")) (fmt::days_short(facts.lang, days)) }
            }
            span class=(next.0) { (icon(next.1, "i-14")) span.ell { (next.2) } }
            span.days.num title=(meaning) { (days) }
        }
        @if let Some(why) = why {
            div.why {
                (icon(why.icon, "i-14")) span.ell title=(why.text) { (why.text) }
                @if why.look { a href=(deal) tabindex="-1" { (words.get(common::OPEN)) } }
            }
        }
        @if may_write {
            button.deal-more.btn.btn-icon.btn-s type="button" tabindex="-1" data-move aria-label=(words.get(common::MOVE_TO)) { (icon("ellipsis", "i-14")) }
        }
    }
}

/// Class, icon and words of a deal's next step; for won deals the day of
/// signing.
#[must_use]
pub fn next_line(facts: &Facts, card: &Card) -> (&'static str, &'static str, String) {
    let t = facts.texts();
    let day = |on| words::day(facts, on);
    if card.outcome == Outcome::Won {
        let on = card.closed_on.map(day).unwrap_or_default();
        return ("nx ok", "check", t.fmt(board::SIGNED_ON, &[("day", &on)]));
    }
    match (card.next_state(facts.today()), card.next_on) {
        (NextStep::Planned, Some(on)) => ("nx", "calendar", format!("{} {}", day(on), card.next_step)),
        (NextStep::Due, Some(on)) => ("nx warn", "calendar-clock", format!("{} {}", day(on), card.next_step)),
        (NextStep::Overdue, Some(on)) => {
            let late = (facts.today() - on).num_days();
            ("nx danger", "circle-alert", t.fmt(board::OVERDUE, &[("days", &fmt::days(facts.lang, late)), ("step", &card.next_step)]))
        }
        _ => ("nx warn", "circle-dashed", t.get(board::NO_NEXT_STEP).to_owned()),
    }
}

/// The strip at the foot of a card.
struct Why {
    icon: &'static str,
    text: String,
    /// Whether it asks for a look at what changed.
    look: bool,
}

fn reason(facts: &Facts, mark: Option<&Mark>, stall: Option<&Stall>) -> Option<Why> {
    let t = facts.texts();
    let (icon, text) = match (mark, stall) {
        (Some(Mark::Arrived { by, from: Some(from) }), _) => ("move-right", t.fmt(board::ARRIVED_FROM, &[("name", by), ("stage", from)])),
        (Some(Mark::Arrived { by, from: None }), _) => ("move-right", t.fmt(board::ARRIVED, &[("name", by)])),
        (Some(Mark::Changed { by }), _) => ("git-compare", t.fmt(board::CHANGED, &[("name", by)])),
        (None, Some(stall)) => ("hourglass", stall_text(facts, stall)),
        (None, None) => return None,
    };
    Some(Why { icon, text, look: matches!(mark, Some(Mark::Changed { .. })) })
}

/// Why a deal counts as stalled.
#[must_use]
pub fn stall_text(facts: &Facts, stall: &Stall) -> String {
    let t = facts.texts();
    let days = |n| fmt::days(facts.lang, n);
    match stall {
        Stall::Stage { days: n, limit_milli, measured } => {
            let key = if *measured { board::STALLED_PACE } else { board::STALLED_SLA };
            t.fmt(key, &[("days", &days(*n)), ("limit", &days(limit_milli / 1_000))])
        }
        Stall::Idle { days: n } => t.fmt(board::STALLED_IDLE, &[("days", &days(*n))]),
    }
}

/// How long the owner of a lead is still protected.
fn left_text(days: i64) -> String {
    ui::pools::days_left(days, PoolKind::Leads)
}

/// What a screen reader says of a card, in one sentence.
fn spoken(facts: &Facts, card: &Card, next: &str) -> String {
    let amount = fmt::money_short_text(facts.lang, card.amount.minor, card.amount.currency.code());
    let tier = words::tier(card.tier);
    let left = card.left.map(|(days, _)| left_text(days));
    let parts = [card.customer_name.as_str(), &tier, card.title.as_str(), &amount, &card.owner_name, next];
    let parts: Vec<&str> = parts.into_iter().chain(left.as_deref()).collect();
    parts.join(if facts.lang == i18n::Lang::Zh { "，" } else { ", " })
}
