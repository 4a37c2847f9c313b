//! What a tier promises and where service falls short of it, in words: on the board, on
//! a customer's page and in the settings the same.

use crate::component::Icon;
use crate::facts::{Facts, texts};
use crate::words::{self, t};
use domain::survey::answer::Low;
use domain::tiers::{After, Breach, Occasion, TierService, VisitRule};
use domain::work::FollowUpKind;
use i18n::keys::tiers;
use i18n::{Key, fmt};
use leptos::prelude::*;

/// Days after which an overdue contact is no small matter any more.
const SERIOUS: i64 = 7;

/// The channels that a promise counts: `电话 / 拜访`; empty for any.
#[must_use]
pub fn channels(channels: &[FollowUpKind]) -> String {
    channels.iter().map(|kind| t(words::follow_up(*kind))).collect::<Vec<_>>().join(" / ")
}

/// How often somebody is contacted: `30 天 · 拜访 90 天`.
#[must_use]
pub fn visits(service: &TierService) -> String {
    let lang = crate::facts().lang;
    let one = |rule: &VisitRule| {
        let days = fmt::days(lang, i64::from(rule.every_days));
        if rule.channels.is_empty() { days } else { format!("{} {days}", channels(&rule.channels)) }
    };
    let says: Vec<_> = service.visits.iter().map(one).collect();
    if says.is_empty() { t(tiers::NOT_SET).to_owned() } else { says.join(" · ") }
}

/// What asks for a visit beside the interval: `成交（6月12日）后`.
#[must_use]
pub fn occasion(facts: &Facts, occasion: Occasion) -> String {
    let day = words::day(facts, occasion.on());
    let of = |key: Key, n: i64| texts().fmt(key, &[("day", &day), ("n", &fmt::integer(n))]);
    match occasion {
        Occasion::Win { .. } => texts().fmt(tiers::AFTER_WIN, &[("day", &day)]),
        Occasion::Score { low: Some(Low::Csat(n)), .. } => of(tiers::AFTER_CSAT, n),
        Occasion::Score { low: Some(Low::Nps(n)), .. } => of(tiers::AFTER_NPS, n),
        Occasion::Score { low: None, .. } => texts().fmt(tiers::AFTER_LOW, &[("day", &day)]),
    }
}

/// When somebody is visited after a win and after a low score, if that is promised.
#[must_use]
pub fn after(after: After) -> Option<String> {
    let lang = crate::facts().lang;
    let days = |n: u32| (n > 0).then(|| fmt::days(lang, i64::from(n)));
    let won = match (days(after.win), days(after.again)) {
        (Some(first), Some(second)) => Some(texts().fmt(tiers::WIN_TWICE, &[("first", &first), ("second", &second)])),
        (Some(days), None) | (None, Some(days)) => Some(texts().fmt(tiers::WIN_ONCE, &[("days", &days)])),
        (None, None) => None,
    };
    let scored = (after.score > 0).then(|| texts().n(tiers::SCORE_ONE, tiers::SCORE_MANY, i64::from(after.score)));
    let says: Vec<String> = [won, scored].into_iter().flatten().collect();
    (!says.is_empty()).then(|| says.join(" · "))
}

/// How soon a question is answered, if that is promised.
#[must_use]
pub fn response(service: &TierService) -> Option<String> {
    service.response_minutes.map(|minutes| fmt::time_span(crate::facts().lang, minutes))
}

/// The largest discount, if there is a ceiling.
#[must_use]
pub fn discount(service: &TierService) -> Option<String> {
    service.discount_ceiling_bp.map(|bp| fmt::percent(Some(bp), u32::from(bp % 100 != 0)))
}

/// What is promised, each with its name. What is not promised is not said, but how often
/// somebody is contacted always is.
#[must_use]
pub fn promises(service: &TierService) -> Vec<(Key, String)> {
    let offers = (!service.offers.is_empty()).then(|| service.offers.join(" · "));
    [
        Some((tiers::VISITS, visits(service))),
        after(service.after).map(|text| (tiers::AFTER, text)),
        response(service).map(|text| (tiers::RESPONSE, text)),
        discount(service).map(|text| (tiers::DISCOUNT, text)),
        offers.map(|text| (tiers::OFFERS, text)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// In what the service falls short: a strip of a card.
pub fn strip(facts: &Facts, breach: &Breach) -> impl IntoView + use<> {
    let (class, icon) = match breach {
        Breach::VisitOverdue { days, .. } | Breach::AfterOverdue { days, .. } if *days >= SERIOUS => ("v bad", "calendar-clock"),
        Breach::VisitOverdue { .. } | Breach::AfterOverdue { .. } => ("v mid", "calendar-clock"),
        Breach::ResponseLate { .. } => ("v bad", "clock"),
        Breach::DiscountAbove { .. } => ("v mid", "receipt"),
    };
    view! { <div class=class data-breach=""><Icon name=icon class="i-14"/><span>{breach_text(facts, breach)}</span></div> }
}

fn breach_text(facts: &Facts, breach: &Breach) -> String {
    let lang = facts.lang;
    match breach {
        Breach::VisitOverdue { channels: by, due, days, .. } => {
            let what = if by.is_empty() { t(tiers::ANY_CONTACT).to_owned() } else { channels(by) };
            texts().fmt(tiers::OVERDUE, &[("what", &what), ("days", &fmt::days(lang, *days)), ("day", &words::day(facts, *due))])
        }
        Breach::AfterOverdue { win, due, days, .. } => {
            let what = t(if *win { tiers::VISIT_AFTER_WIN } else { tiers::VISIT_AFTER_LOW });
            texts().fmt(tiers::OVERDUE, &[("what", what), ("days", &fmt::days(lang, *days)), ("day", &words::day(facts, *due))])
        }
        Breach::ResponseLate { minutes, promised } => {
            texts().fmt(tiers::RESPONSE_LATE, &[("took", &fmt::time_span(lang, *minutes)), ("promised", &fmt::time_span(lang, *promised))])
        }
        Breach::DiscountAbove { discount_bp, ceiling_bp } => texts().fmt(
            tiers::DISCOUNT_ABOVE,
            &[("given", &fmt::percent(Some(*discount_bp), 1)), ("ceiling", &fmt::percent(Some(*ceiling_bp), 1))],
        ),
    }
}
