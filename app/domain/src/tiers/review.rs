//! A tier is proposed, with the reasons; a person may set it by hand.
//!
//! Upwards at once, downwards slowly: a VIP who falls below the line keeps the tier
//! within a margin, and below the margin loses it only after several reviews in a row
//! (`rules.md` §2.10). Reasons are data; their words are elsewhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::scores::{AbcClass, Rfm, RfmClass};
use crate::customers::Tier;
use crate::ids::UserId;
use crate::rounding::BP_PER_WHOLE;

/// What it takes to become a VIP and to remain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRule {
    /// The line in minor units of net paid: class A begins here
    /// ([`super::abc_line_minor`]).
    pub line_minor: i64,
    /// The part of the line that a VIP must keep, in basis points; the house says 90 %.
    pub keep_bp: i64,
    /// Reviews in a row below that part after which the tier is lost, one or more; the
    /// house says two. Zero counts as one.
    pub strikes: u32,
}

impl ReviewRule {
    /// The house's margin and patience, with a line.
    #[must_use]
    pub const fn with_line(line_minor: i64) -> Self {
        Self { line_minor, keep_bp: 9_000, strikes: 2 }
    }

    fn reached(&self, value: i64) -> bool {
        value >= self.line_minor
    }

    /// Strictly below the part to be kept, compared exactly.
    fn missed(&self, value: i64) -> bool {
        i128::from(value) * i128::from(BP_PER_WHOLE) < i128::from(self.line_minor) * i128::from(self.keep_bp)
    }
}

/// What came of a review by amount alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierReview {
    /// At the line, or kept.
    Vip,
    /// Never there, or lost.
    Normal,
}

/// A tier set by hand. It stays until a person takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    /// The tier.
    pub tier: Tier,
    /// Who set it.
    pub by: UserId,
    /// When, as a business date.
    pub on: NaiveDate,
    /// Why; required of the person.
    pub reason: String,
}

/// What the last review left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewState {
    /// The tier in force by rule, whatever a person has set.
    pub tier: Tier,
    /// Reviews in a row below the part to be kept.
    pub strikes: u32,
    /// The tier set by hand, if any.
    pub manual: Option<Manual>,
}

/// What a review knows about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Won orders ever.
    pub won_orders: u64,
    /// Net paid in the last 365 days, in minor units of the line's currency.
    pub paid_minor: i64,
    /// The class by revenue.
    pub abc: AbcClass,
    /// Scores and class; `None` if they were not computed.
    pub rfm: Option<Rfm>,
}

/// Why a tier is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Set by hand: the proposal is not in force.
    SetByHand { by: UserId, on: NaiveDate },
    /// Nothing was won yet.
    NoWonOrder,
    /// The first order was won.
    FirstOrderWon { won_orders: u64 },
    /// Among those that bring most.
    ClassA { paid_minor: i64 },
    /// At the line or above it.
    AtTheLine { paid_minor: i64, line_minor: i64 },
    /// High in recency, frequency and money.
    BestRfm { rfm: Rfm },
    /// Below the line, but by so little that it counts for nothing.
    WithinMargin { paid_minor: i64, line_minor: i64, keep_bp: i64 },
    /// Below the margin: kept for now, and this many further times lose the tier.
    Warned { paid_minor: i64, line_minor: i64, strikes: u32, strikes_left: u32 },
    /// Below the margin too many times in a row.
    Lost { paid_minor: i64, line_minor: i64, strikes: u32 },
    /// Nothing speaks for more.
    BelowTheLine { paid_minor: i64, line_minor: i64 },
}

/// A proposed tier and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What the rule says.
    pub by_rule: Tier,
    /// What is in force: what a person has set, else what the rule says.
    pub tier: Tier,
    /// What was in force before.
    pub was: Tier,
    /// Reviews in a row below the part to be kept, after this one.
    pub strikes: u32,
    /// Why, the weightiest first; never empty.
    pub why: Vec<Reason>,
}

impl Proposal {
    /// Whether the tier in force changes.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.tier != self.was
    }

    /// Whether a person has set another tier than the rule proposes.
    #[must_use]
    pub fn overridden(&self) -> bool {
        self.tier != self.by_rule
    }

    /// What the next review starts from.
    #[must_use]
    pub fn state(&self, manual: Option<Manual>) -> ReviewState {
        ReviewState { tier: self.by_rule, strikes: self.strikes, manual }
    }
}

/// Reviews a customer. A tier set by hand stays; the rule goes on beneath it, so that
/// taking it away brings back what the rule has come to.
pub fn review(state: &ReviewState, facts: &Facts, rule: ReviewRule) -> Proposal {
    let (by_rule, strikes, mut why) = by_rule(state, facts, rule);
    if let Some(manual) = &state.manual {
        why.insert(0, Reason::SetByHand { by: manual.by, on: manual.on });
    }
    let in_force = |rule: Tier| state.manual.as_ref().map_or(rule, |manual| manual.tier);
    Proposal { by_rule, tier: in_force(by_rule), was: in_force(state.tier), strikes, why }
}

fn by_rule(state: &ReviewState, facts: &Facts, rule: ReviewRule) -> (Tier, u32, Vec<Reason>) {
    let (paid_minor, line_minor) = (facts.paid_minor, rule.line_minor);
    if facts.won_orders == 0 {
        return (Tier::Potential, 0, vec![Reason::NoWonOrder]);
    }
    let merits: Vec<Reason> = [
        (facts.abc == AbcClass::A).then_some(Reason::ClassA { paid_minor }),
        (facts.abc != AbcClass::A && rule.reached(paid_minor)).then_some(Reason::AtTheLine { paid_minor, line_minor }),
        facts.rfm.filter(|rfm| rfm.class == RfmClass::ImportantValue).map(|rfm| Reason::BestRfm { rfm }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !merits.is_empty() {
        return (Tier::Vip, 0, merits);
    }
    if state.tier != Tier::Vip {
        let below = Reason::BelowTheLine { paid_minor, line_minor };
        let why = match state.tier {
            Tier::Potential => vec![Reason::FirstOrderWon { won_orders: facts.won_orders }, below],
            _ => vec![below],
        };
        return (Tier::Ordinary, 0, why);
    }
    match below_the_line(paid_minor, state.strikes, rule) {
        (TierReview::Vip, 0) => (Tier::Vip, 0, vec![Reason::WithinMargin { paid_minor, line_minor, keep_bp: rule.keep_bp }]),
        (TierReview::Vip, strikes) => {
            let strikes_left = rule.strikes.saturating_sub(strikes);
            (Tier::Vip, strikes, vec![Reason::Warned { paid_minor, line_minor, strikes, strikes_left }])
        }
        (TierReview::Normal, _) => {
            let strikes = state.strikes.saturating_add(1);
            (Tier::Ordinary, 0, vec![Reason::Lost { paid_minor, line_minor, strikes }])
        }
    }
}

/// A VIP below the line: the tier and the strikes after it.
fn below_the_line(value: i64, strikes: u32, rule: ReviewRule) -> (TierReview, u32) {
    let strikes = if rule.missed(value) { strikes.saturating_add(1) } else { 0 };
    if strikes > 0 && strikes >= rule.strikes { (TierReview::Normal, 0) } else { (TierReview::Vip, strikes) }
}

/// The reviews of one customer by amount alone, from normal on, in the order of time.
///
/// ```
/// use domain::tiers::{tier_review, ReviewRule, TierReview::{Normal, Vip}};
/// let values = [52_000_000, 47_000_000, 44_000_000, 43_000_000, 50_500_000];
/// assert_eq!(tier_review(&values, ReviewRule::with_line(50_000_000)), [Vip, Vip, Vip, Normal, Vip]);
/// ```
pub fn tier_review(values: &[i64], rule: ReviewRule) -> Vec<TierReview> {
    let mut state = (TierReview::Normal, 0);
    values
        .iter()
        .map(|&value| {
            state = if rule.reached(value) {
                (TierReview::Vip, 0)
            } else if state.0 == TierReview::Vip {
                below_the_line(value, state.1, rule)
            } else {
                state
            };
            state.0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiers::scores::RfmScores;
    use uuid::Uuid;

    const RULE: ReviewRule = ReviewRule::with_line(1_000);
    const BEST: Rfm = Rfm { scores: RfmScores { r: 5, f: 5, m: 4 }, class: RfmClass::ImportantValue };

    fn facts(paid_minor: i64) -> Facts {
        Facts { won_orders: 3, paid_minor, abc: AbcClass::B, rfm: None }
    }

    fn state(tier: Tier, strikes: u32) -> ReviewState {
        ReviewState { tier, strikes, manual: None }
    }

    fn manual(tier: Tier) -> Manual {
        let on = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");
        Manual { tier, by: UserId(Uuid::from_u128(7)), on, reason: "key account".into() }
    }

    #[test]
    fn without_an_order_nobody_is_more_than_potential() {
        let none = Facts { won_orders: 0, abc: AbcClass::A, rfm: Some(BEST), ..facts(9_999) };
        let proposal = review(&state(Tier::Ordinary, 0), &none, RULE);
        assert_eq!((proposal.tier, proposal.why), (Tier::Potential, vec![Reason::NoWonOrder]));
    }

    #[test]
    fn every_merit_is_named() {
        let proposal = review(&state(Tier::Ordinary, 0), &Facts { abc: AbcClass::A, rfm: Some(BEST), ..facts(2_000) }, RULE);
        assert_eq!(proposal.why, [Reason::ClassA { paid_minor: 2_000 }, Reason::BestRfm { rfm: BEST }]);
        assert!(proposal.changes() && proposal.tier == Tier::Vip);
        let proposal = review(&state(Tier::Ordinary, 0), &facts(1_000), RULE);
        assert_eq!(proposal.why, [Reason::AtTheLine { paid_minor: 1_000, line_minor: 1_000 }]);
    }

    #[test]
    fn a_vip_is_warned_before_the_tier_is_lost() {
        let first = review(&state(Tier::Vip, 0), &facts(899), RULE);
        assert_eq!((first.tier, first.strikes, first.changes()), (Tier::Vip, 1, false));
        assert_eq!(first.why, [Reason::Warned { paid_minor: 899, line_minor: 1_000, strikes: 1, strikes_left: 1 }]);
        let second = review(&first.state(None), &facts(899), RULE);
        assert_eq!((second.tier, second.strikes), (Tier::Ordinary, 0));
        assert_eq!(second.why, [Reason::Lost { paid_minor: 899, line_minor: 1_000, strikes: 2 }]);
    }

    #[test]
    fn within_the_margin_strikes_are_forgotten() {
        let proposal = review(&state(Tier::Vip, 1), &facts(900), RULE);
        assert_eq!((proposal.tier, proposal.strikes), (Tier::Vip, 0));
        assert_eq!(proposal.why, [Reason::WithinMargin { paid_minor: 900, line_minor: 1_000, keep_bp: 9_000 }]);
    }

    #[test]
    fn the_first_order_makes_an_ordinary_customer() {
        let proposal = review(&state(Tier::Potential, 0), &Facts { won_orders: 1, ..facts(10) }, RULE);
        assert_eq!(proposal.tier, Tier::Ordinary);
        assert_eq!(proposal.why[0], Reason::FirstOrderWon { won_orders: 1 });
    }

    #[test]
    fn what_a_person_set_stays_and_the_rule_goes_on_beneath() {
        let mut state = ReviewState { manual: Some(manual(Tier::Vip)), ..state(Tier::Vip, 1) };
        let proposal = review(&state, &facts(1), RULE);
        assert_eq!((proposal.tier, proposal.by_rule, proposal.changes()), (Tier::Vip, Tier::Ordinary, false));
        assert!(proposal.overridden());
        assert!(matches!(proposal.why[0], Reason::SetByHand { .. }));
        state = proposal.state(None);
        assert_eq!(review(&state, &facts(1), RULE).tier, Tier::Ordinary);
    }

    #[test]
    fn the_review_of_a_row_and_the_proposals_agree() {
        let values = [520, 1_000, 950, 899, 900, 899, 899, 950, 1_001];
        let row = tier_review(&values, RULE);
        let mut now = state(Tier::Ordinary, 0);
        for (&value, by_row) in values.iter().zip(row) {
            now = review(&now, &facts(value), RULE).state(None);
            assert_eq!(now.tier == Tier::Vip, by_row == TierReview::Vip, "{value}");
        }
    }

    #[test]
    fn no_patience_at_all_is_one_strike() {
        let rule = ReviewRule { strikes: 0, ..RULE };
        assert_eq!(tier_review(&[1_000, 950, 1], rule), [TierReview::Vip, TierReview::Vip, TierReview::Normal]);
    }
}
