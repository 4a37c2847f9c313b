//! The review's reasons in words.

use domain::money::{Currency, Money};
use domain::tiers::{Reason, Rfm, RfmClass};
use i18n::Key;
use i18n::keys::tiers;
use ui::{t, texts, words};

/// One reason as a sentence. Amounts are in the organisation's currency.
pub fn why(reason: &Reason, currency: Currency) -> String {
    let money = |minor: i64| words::money_text(Money { minor, currency });
    let with = |key, paid: i64, line: i64| texts().fmt(key, &[("paid", &money(paid)), ("line", &money(line))]);
    match reason {
        Reason::SetByHand { .. } => t(tiers::WHY_HAND).to_owned(),
        Reason::NoWonOrder => t(tiers::WHY_NOTHING_WON).to_owned(),
        Reason::FirstOrderWon { won_orders } => texts().fmt(tiers::WHY_FIRST_ORDER, &[("n", &won_orders.to_string())]),
        Reason::ClassA { paid_minor } => texts().fmt(tiers::WHY_CLASS_A, &[("paid", &money(*paid_minor))]),
        Reason::AtTheLine { paid_minor, line_minor } => with(tiers::WHY_AT_LINE, *paid_minor, *line_minor),
        Reason::BestRfm { rfm } => texts().fmt(tiers::WHY_RFM, &[("scores", &scores(*rfm)), ("class", t(class(rfm.class)))]),
        Reason::WithinMargin { paid_minor, line_minor, .. } => with(tiers::WHY_MARGIN, *paid_minor, *line_minor),
        Reason::Warned { paid_minor, line_minor, strikes_left, .. } => {
            let left = strikes_left.to_string();
            let values = [("paid", money(*paid_minor)), ("line", money(*line_minor)), ("left", left)];
            texts().fmt(tiers::WHY_WARNED, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        Reason::Lost { paid_minor, line_minor, strikes } => {
            let values = [("paid", money(*paid_minor)), ("line", money(*line_minor)), ("n", strikes.to_string())];
            texts().fmt(tiers::WHY_LOST, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        Reason::BelowTheLine { paid_minor, line_minor } => with(tiers::WHY_BELOW, *paid_minor, *line_minor),
    }
}

/// All reasons, one after the other.
pub fn whys(reasons: &[Reason], currency: Currency) -> String {
    reasons.iter().map(|reason| why(reason, currency)).collect::<Vec<_>>().join(" · ")
}

/// The three scores: `5-4-5`.
pub fn scores(rfm: Rfm) -> String {
    format!("{}-{}-{}", rfm.scores.r, rfm.scores.f, rfm.scores.m)
}

/// The name of a class.
pub const fn class(class: RfmClass) -> Key {
    match class {
        RfmClass::ImportantValue => tiers::RFM_IMPORTANT_VALUE,
        RfmClass::ImportantDevelop => tiers::RFM_IMPORTANT_DEVELOP,
        RfmClass::ImportantKeep => tiers::RFM_IMPORTANT_KEEP,
        RfmClass::ImportantRetain => tiers::RFM_IMPORTANT_RETAIN,
        RfmClass::GeneralValue => tiers::RFM_GENERAL_VALUE,
        RfmClass::GeneralDevelop => tiers::RFM_GENERAL_DEVELOP,
        RfmClass::GeneralKeep => tiers::RFM_GENERAL_KEEP,
        RfmClass::GeneralRetain => tiers::RFM_GENERAL_RETAIN,
    }
}
