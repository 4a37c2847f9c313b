//! The quarterly review of all customers: their facts on the last day of each quarter,
//! one review after the other, so that the last one knows how often a customer has
//! missed the line.
//!
//! Everybody is compared with everybody of the company. Money is what was won, since
//! payments are not kept; only orders in the organisation's currency count as money,
//! as amounts of different currencies are never added.

use chrono::{Datelike, Days, Month, NaiveDate};
use serde::{Deserialize, Serialize};

use super::board::TierChange;
use super::review::{Facts, Proposal, Reason, ReviewRule, ReviewState, review};
use super::scores::{AbcClass, RFM_DAYS, Rfm, RfmValues, abc_classes, abc_line_minor, rfm};
use crate::codes;
use crate::customers::Tier;
use crate::ids::{CustomerId, RequestId, UserId};
use crate::money::Currency;
use crate::period::{add_months, days_between};
use crate::violation::{Check, Violation};

/// Reviews that are made one after the other: two years.
pub const REVIEWS: usize = 8;
/// Customers that are decided about at once.
pub const DECIDED_MAX: usize = 500;

/// A won order of the customer with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub customer: usize,
    pub on: NaiveDate,
    /// In minor units of the organisation's currency; zero if it was in another one.
    pub minor: i64,
}

/// What the last review says of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub facts: Facts,
    pub proposal: Proposal,
}

/// The last review of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Class A begins here, in minor units; `None` if nothing was won.
    pub line_minor: Option<i64>,
    /// In the order of the customers.
    pub customers: Vec<Reviewed>,
}

/// The last days of the `count` quarters that are over, or end today, in rising order.
/// Quarters begin with the fiscal year.
#[must_use]
pub fn review_days(today: NaiveDate, start: Month, count: usize) -> Vec<NaiveDate> {
    let tomorrow = today + Days::new(1);
    let into = (tomorrow.month() + 12 - start.number_from_month()) % 3;
    let first = tomorrow.with_day(1).and_then(|day| add_months(day, -i32::try_from(into).unwrap_or(0)));
    let months = (0..count).filter_map(|n| i32::try_from(n).ok());
    let mut days: Vec<_> = first.into_iter().flat_map(|first| months.clone().filter_map(move |n| add_months(first, -3 * n))).collect();
    days.reverse();
    days.into_iter().map(|start| start - Days::new(1)).collect()
}

/// The day of the next review after this one.
#[must_use]
pub fn next_review(last: NaiveDate) -> Option<NaiveDate> {
    add_months(last + Days::new(1), 3).map(|start| start - Days::new(1))
}

/// Reviews `customers` on each of these days, one after the other; gives the last
/// review. `orders` may come in any order; `None` without a day.
#[must_use]
pub fn quarterly(customers: usize, orders: &[Order], days: &[NaiveDate]) -> Option<Review> {
    let mut states: Vec<ReviewState> = (0..customers).map(|_| ReviewState { tier: Tier::Potential, strikes: 0, manual: None }).collect();
    let mut last = None;
    for &day in days {
        let facts: Vec<Facts> = compare(customers, orders, day).into_iter().map(|one| one.facts).collect();
        let line_minor = abc_line_minor(&facts.iter().map(|one| one.paid_minor).collect::<Vec<_>>());
        // Nobody reaches the line where nothing was won.
        let rule = ReviewRule::with_line(line_minor.unwrap_or(1));
        let reviewed: Vec<Reviewed> =
            states.iter().zip(facts).map(|(state, facts)| Reviewed { proposal: review(state, &facts, rule), facts }).collect();
        for (state, one) in states.iter_mut().zip(&reviewed) {
            *state = one.proposal.state(None);
        }
        last = Some(Review { line_minor, customers: reviewed });
    }
    last
}

#[derive(Clone, Copy, Default)]
struct Bought {
    ever: u64,
    orders: i64,
    minor: i64,
    last: Option<NaiveDate>,
}

/// What a customer bought, compared with all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    pub facts: Facts,
    /// Orders of the last [`RFM_DAYS`] days, in any currency.
    pub orders: i64,
    /// The last of them.
    pub last_order: Option<NaiveDate>,
}

impl Compared {
    /// One who bought nothing.
    pub const NOTHING: Self =
        Self { facts: Facts { won_orders: 0, paid_minor: 0, abc: AbcClass::C, rfm: None }, orders: 0, last_order: None };
}

/// Compares all customers by their orders up to a day, in the order of the customers.
#[must_use]
pub fn compare(customers: usize, orders: &[Order], day: NaiveDate) -> Vec<Compared> {
    let mut bought = vec![Bought::default(); customers];
    for order in orders.iter().filter(|order| order.on <= day) {
        let Some(one) = bought.get_mut(order.customer) else { continue };
        one.ever += 1;
        if days_between(order.on, day) < RFM_DAYS {
            one.orders += 1;
            one.minor = one.minor.saturating_add(order.minor);
            one.last = one.last.max(Some(order.on));
        }
    }
    let paid: Vec<i64> = bought.iter().map(|one| one.minor).collect();
    let abc = abc_classes(&paid);
    // Those who bought nothing in the window have no scores, and lower nobody's mean.
    let scored: Vec<(usize, RfmValues)> = bought
        .iter()
        .enumerate()
        .filter_map(|(number, one)| {
            let recency_days = days_between(one.last?, day);
            Some((number, RfmValues { recency_days, frequency: one.orders, monetary_minor: one.minor }))
        })
        .collect();
    let mut scores: Vec<Option<Rfm>> = vec![None; customers];
    let values: Vec<RfmValues> = scored.iter().map(|(_, values)| *values).collect();
    for ((number, _), rfm) in scored.iter().zip(rfm(&values)) {
        scores[*number] = Some(rfm);
    }
    let of = |((one, abc), rfm): ((&Bought, AbcClass), Option<Rfm>)| {
        let facts = Facts { won_orders: one.ever, paid_minor: one.minor, abc, rfm };
        Compared { facts, orders: one.orders, last_order: one.last }
    };
    bought.iter().zip(abc).zip(scores).map(of).collect()
}

/// A customer for whom the review proposes another tier than it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    pub customer: CustomerId,
    pub version: i32,
    pub name: String,
    pub owner: Option<(UserId, String)>,
    /// The tier in force.
    pub now: Tier,
    /// What the rule says.
    pub to: Tier,
    /// The weightiest first.
    pub why: Vec<Reason>,
    pub paid_minor: i64,
    pub abc: AbcClass,
    pub rfm: Option<Rfm>,
    /// By which change it is held in its tier by hand.
    pub held: Option<TierChange>,
    pub may_move: bool,
}

/// What the review proposes for the customers of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposals {
    /// The day of the review, and of the next one.
    pub on: NaiveDate,
    pub next: Option<NaiveDate>,
    pub currency: Currency,
    /// Class A begins here; `None` if nothing was won.
    pub line_minor: Option<i64>,
    /// Customers that were reviewed, of those in scope.
    pub reviewed: i64,
    /// Open proposals, those with the most revenue first; `total` counts all.
    pub open: Vec<Proposed>,
    pub total: i64,
    /// What the rule would do to those that are held by hand.
    pub held: Vec<Proposed>,
    pub held_total: i64,
}

codes! {
    /// What is decided about proposals.
    Decision {
        /// The tier changes as proposed.
        Accept = "accept",
        /// The tier stays, held by hand; says why.
        Reject = "reject",
        /// What was held by hand is given back to the rule.
        Release = "release",
    }
}

/// Decides about the proposals for some customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideTiers {
    pub request: RequestId,
    pub decision: Decision,
    /// Each with the version that the person saw.
    pub customers: Vec<(CustomerId, i32)>,
    /// Why; required of a rejection.
    pub reason: String,
}

impl DecideTiers {
    /// The reason without blanks around it.
    pub fn check(&self) -> Result<String, Vec<Violation>> {
        let mut check = Check::default();
        if self.customers.is_empty() {
            check.refuse(Violation::new("customers", "required"));
        }
        if self.customers.len() > DECIDED_MAX {
            check.refuse(Violation::new("customers", "too_many").with("max", DECIDED_MAX));
        }
        let reason = match self.decision {
            Decision::Reject => check.text("reason", &self.reason, super::board::REASON_MAX),
            _ => check.optional_text("reason", &self.reason, super::board::REASON_MAX).unwrap_or_default(),
        };
        check.finish(reason)
    }
}

/// What came of a decision about several customers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub done: u32,
    /// Changed meanwhile, or no longer proposed: left as they are.
    pub skipped: u32,
    /// The new version, if it was one customer.
    pub version: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn reviews_are_at_the_ends_of_fiscal_quarters() {
        let ends = |today: &str, start| review_days(date(today), start, 2).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ends("2026-06-30", Month::January), ["2026-03-31", "2026-06-30"], "a quarter that ends today is over");
        assert_eq!(ends("2026-06-29", Month::January), ["2025-12-31", "2026-03-31"]);
        assert_eq!(ends("2026-06-30", Month::February), ["2026-01-31", "2026-04-30"]);
        assert_eq!(next_review(date("2026-06-30")), Some(date("2026-09-30")));
    }

    #[test]
    fn a_vip_that_stops_buying_is_kept_once_and_then_lost() {
        let order = |customer, on: &str, minor| Order { customer, on: date(on), minor };
        // The second customer always brings most; the first one did, once.
        let orders = [
            order(0, "2025-01-10", 100_000),
            order(1, "2025-01-10", 100_000),
            order(1, "2025-06-10", 100_000),
            order(1, "2026-02-10", 100_000),
            order(2, "2026-02-10", 100),
        ];
        let after = |reviews: usize| {
            let days = review_days(date("2026-06-30"), Month::January, 6);
            quarterly(4, &orders, &days[..reviews]).expect("days").customers.into_iter().map(|one| one.proposal.by_rule).collect::<Vec<_>>()
        };
        assert_eq!(after(1), [Tier::Vip, Tier::Vip, Tier::Potential, Tier::Potential], "of March 2025");
        assert_eq!(after(5), [Tier::Vip, Tier::Vip, Tier::Ordinary, Tier::Potential], "warned in March 2026");
        assert_eq!(after(6), [Tier::Ordinary, Tier::Vip, Tier::Ordinary, Tier::Potential], "lost in June");
        assert_eq!(quarterly(1, &orders, &[]), None);
    }

    #[test]
    fn who_did_not_buy_in_a_year_has_no_scores() {
        let days = [date("2026-06-30")];
        let old = Order { customer: 0, on: date("2024-01-01"), minor: 5 };
        let review = quarterly(1, &[old], &days).expect("a day");
        let one = &review.customers[0];
        assert_eq!((one.facts.won_orders, one.facts.rfm, one.proposal.by_rule, review.line_minor), (1, None, Tier::Ordinary, None));
    }

    #[test]
    fn a_rejection_says_why_and_a_decision_is_about_somebody() {
        let asked = |decision, customers: usize, reason: &str| DecideTiers {
            request: RequestId(uuid::Uuid::nil()),
            decision,
            customers: vec![(CustomerId(uuid::Uuid::nil()), 1); customers],
            reason: reason.into(),
        };
        let codes = |asked: DecideTiers| asked.check().err().into_iter().flatten().map(|v| v.to_string()).collect::<Vec<_>>();
        assert!(codes(asked(Decision::Accept, 1, "")).is_empty());
        assert_eq!(codes(asked(Decision::Reject, 1, " ")), ["reason: required"]);
        assert_eq!(codes(asked(Decision::Accept, 0, "")), ["customers: required"]);
        assert_eq!(codes(asked(Decision::Release, DECIDED_MAX + 1, "")), ["customers: too_many"]);
    }
}
