//! The health of a relationship: a badge on cards, and the parts with what they were
//! counted from on a customer's page.

use crate::facts::{facts, texts};
use crate::words::t;
use domain::health::{Health, HealthLevel, HealthPart, HealthWeights, PartScore};
use i18n::keys::health;
use i18n::{Key, fmt};
use leptos::prelude::*;

const fn level(level: HealthLevel) -> Key {
    match level {
        HealthLevel::Good => health::GOOD,
        HealthLevel::Fair => health::FAIR,
        HealthLevel::Poor => health::POOR,
    }
}

const fn class(level: HealthLevel) -> &'static str {
    match level {
        HealthLevel::Good => "badge badge-ok num",
        HealthLevel::Fair => "badge badge-warn num",
        HealthLevel::Poor => "badge badge-danger num",
    }
}

const fn part(part: HealthPart) -> Key {
    match part {
        HealthPart::Contact => health::CONTACT,
        HealthPart::Payment => health::PAYMENT,
        HealthPart::Satisfaction => health::SATISFACTION,
        HealthPart::Orders => health::ORDERS,
    }
}

/// How it is counted, with the weights.
fn definition(weights: &HealthWeights) -> String {
    let each = HealthPart::ALL.iter().map(|one| (one.code(), weights.of(*one).to_string())).collect::<Vec<_>>();
    let each: Vec<(&str, &str)> = each.iter().map(|(name, n)| (*name, n.as_str())).collect();
    texts().fmt(health::DEFINITION, &each)
}

/// The score on a card; nothing where no part is known.
pub fn badge(of: &Health) -> impl IntoView + use<> {
    of.score.map(|score| {
        let known = HealthLevel::of(score);
        let title = format!("{} · {}", t(level(known)), definition(&of.weights));
        view! { <span class=class(known) title=title data-health=score.to_string()>{texts().fmt(health::BADGE, &[("n", &score.to_string())])}</span> }
    })
}

/// What a part was counted from.
fn says(of: &PartScore) -> String {
    let lang = facts().lang;
    let days = |n: i64| fmt::days(lang, n);
    let number = |n: i64| fmt::integer(n);
    match (of.part, of.score, of.of) {
        (HealthPart::Contact, None, _) => t(health::CONTACT_NONE).to_owned(),
        (HealthPart::Contact, Some(_), (0, every)) => texts().fmt(health::CONTACT_DUE, &[("every", &days(every))]),
        (HealthPart::Contact, Some(_), (late, every)) => {
            texts().fmt(health::CONTACT_LATE, &[("late", &days(late)), ("every", &days(every))])
        }
        (HealthPart::Payment, None, _) => t(health::PAYMENT_NONE).to_owned(),
        (HealthPart::Payment, Some(_), (due, paid)) => texts().fmt(health::PAYMENT_OF, &[("due", &number(due)), ("paid", &number(paid))]),
        (HealthPart::Satisfaction, None, _) => t(health::SAID_NONE).to_owned(),
        (HealthPart::Satisfaction, Some(_), (n, _)) => texts().fmt(health::SAID_OF, &[("n", &number(n))]),
        (HealthPart::Orders, None, _) => t(health::ORDERS_NONE).to_owned(),
        (HealthPart::Orders, Some(_), (now, before)) => {
            texts().fmt(health::ORDERS_OF, &[("now", &number(now)), ("before", &number(before))])
        }
    }
}

/// The score with its parts, and how it was counted.
pub fn parts(of: &Health) -> impl IntoView + use<> {
    let score = match of.score {
        Some(score) => {
            let known = HealthLevel::of(score);
            let text = texts().fmt(health::OF_HUNDRED, &[("n", &score.to_string())]);
            view! { <span class=class(known)>{t(level(known))}</span><b class="num" data-health=score.to_string()>{text}</b> }.into_any()
        }
        None => view! { <b class="num" data-health="">{fmt::NO_VALUE}</b><span class="muted fs13">{t(health::UNKNOWN)}</span> }.into_any(),
    };
    let line = |of: &PartScore| {
        let value = of.score.map_or_else(|| fmt::NO_VALUE.to_owned(), |score| score.to_string());
        let name = t(part(of.part));
        let bar = match of.score {
            Some(score) => view! { <meter class="meter" min="0" max="100" value=score.to_string() aria-label=name></meter> }.into_any(),
            None => view! { <span></span> }.into_any(),
        };
        view! { <div data-part=of.part.code()><span>{name}</span>{bar}<b class="num">{value}</b></div> }
    };
    let why = |of: &PartScore| {
        let share = of.share_bp.map(|bp| texts().fmt(health::SHARE, &[("share", &fmt::percent(Some(bp), 0))]));
        let small = share.map(|share| view! { <small class="muted">{share}</small> });
        view! { <dt>{t(part(of.part))}</dt><dd>{says(of)}" "{small}</dd> }
    };
    view! {
        <div class="health-box" data-health-box="">
            <h2>{t(health::TITLE)}</h2>
            <p class="row">{score}</p>
            <div class="health">{of.parts.iter().map(line).collect_view()}</div>
            <details class="an-how"><summary>{t(health::HOW)}</summary>
                <p class="fs13">{definition(&of.weights)}</p>
                <dl class="kv">{of.parts.iter().map(why).collect_view()}</dl>
            </details>
        </div>
    }
}
