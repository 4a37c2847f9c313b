//! The health of a relationship, 0 to 100: contact, payment, satisfaction and orders
//! (`rules.md` §2.10). The weights are the organisation's ([`HealthWeights`]), until it sets
//! some the house's; a part of which nothing is known is left out, and the others count by
//! their weights among themselves.
//!
//! Tickets are no part: what they do to a customer is heard in satisfaction, and late
//! ones are shown beside (`docs/decisions/0032`).

use crate::codes;
use crate::rounding::divide;
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    HealthPart {
        /// The last contact against what the tier promises.
        Contact = "contact",
        /// Instalments paid by their day.
        Payment = "payment",
        /// What the customer said in surveys.
        Satisfaction = "satisfaction",
        /// Orders against the year before.
        Orders = "orders",
    }
}

codes! {
    /// What a score means.
    HealthLevel { Good = "good", Fair = "fair", Poor = "poor" }
}

/// Days that payment, satisfaction and orders look back.
pub const LOOK_BACK_DAYS: u64 = 365;
/// From here on good, and fair.
pub const GOOD: i64 = 70;
pub const FAIR: i64 = 40;

/// What each part counts, in hundredths of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthWeights {
    pub contact: i64,
    pub payment: i64,
    pub satisfaction: i64,
    pub orders: i64,
}

impl Default for HealthWeights {
    fn default() -> Self {
        Self::HOUSE
    }
}

impl HealthWeights {
    pub const HOUSE: Self = Self { contact: 40, payment: 25, satisfaction: 20, orders: 15 };

    #[must_use]
    pub const fn of(&self, part: HealthPart) -> i64 {
        match part {
            HealthPart::Contact => self.contact,
            HealthPart::Payment => self.payment,
            HealthPart::Satisfaction => self.satisfaction,
            HealthPart::Orders => self.orders,
        }
    }
}

/// The weights as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WeightsForm {
    /// Of nothing; forms with a version name one.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub contact: String,
    pub payment: String,
    pub satisfaction: String,
    pub orders: String,
}

impl WeightsForm {
    #[must_use]
    pub fn of(weights: &HealthWeights, version: i32) -> Self {
        let [contact, payment, satisfaction, orders] =
            [weights.contact, weights.payment, weights.satisfaction, weights.orders].map(|n| n.to_string());
        Self { version, contact, payment, satisfaction, orders, ..Self::default() }
    }

    /// Refuses what is no whole number of 0 to 100, and four that are not 100 together.
    pub fn check(&self) -> Result<HealthWeights, Vec<Violation>> {
        let mut check = Check::default();
        let mut part = |field: &'static str, typed: &str| {
            let found = check.required(field, typed, "not_a_whole_number", |text| text.parse::<i64>().ok());
            match found {
                Some(..0) => check.refuse(Violation::new(field, "too_small_min").with("min", 0)),
                Some(101..) => check.refuse(Violation::new(field, "too_large_max").with("max", 100)),
                _ => {}
            }
            found.filter(|n| (0..=100).contains(n))
        };
        let parts = [
            part("contact", &self.contact),
            part("payment", &self.payment),
            part("satisfaction", &self.satisfaction),
            part("orders", &self.orders),
        ];
        let [contact, payment, satisfaction, orders] = parts.map(Option::unwrap_or_default);
        let sum = contact + payment + satisfaction + orders;
        if parts.iter().all(Option::is_some) && sum != 100 {
            check.refuse(Violation::new("contact", "weights_not_whole").with("sum", sum));
        }
        check.finish(HealthWeights { contact, payment, satisfaction, orders })
    }
}

/// What is known of a customer. Everything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Of the contact that is due first: days past its day, and days between two contacts.
    pub contact: Option<(i64, i64)>,
    /// Instalments that fell due, and those of them paid in time.
    pub instalments: Option<(i64, i64)>,
    /// Points of 100 that each answer gave.
    pub answers: Option<Vec<i64>>,
    /// Orders of the last year, and of the one before.
    pub orders: Option<(i64, i64)>,
}

/// A part with what it was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    pub part: HealthPart,
    /// 0 to 100; `None`: nothing is known.
    pub score: Option<i64>,
    /// Of the whole, after the parts that are not known were left out, in basis points.
    pub share_bp: Option<i64>,
    /// Contact: days late, and between two contacts. Payment: due, in time. Satisfaction:
    /// answers, and their points together. Orders: now, and before.
    pub of: (i64, i64),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `None`: no part is known.
    pub score: Option<i64>,
    pub parts: Vec<PartScore>,
    /// By which it was reckoned.
    pub weights: HealthWeights,
}

impl HealthLevel {
    #[must_use]
    pub const fn of(score: i64) -> Self {
        match score {
            GOOD.. => Self::Good,
            FAIR..GOOD => Self::Fair,
            _ => Self::Poor,
        }
    }
}

/// `part` of `whole` in hundredths, within 0 and 100.
fn hundredths(part: i64, whole: i64) -> Option<i64> {
    divide(i128::from(part) * 100, i128::from(whole)).map(|n| n.clamp(0, 100))
}

impl Known {
    fn part(&self, part: HealthPart) -> (Option<i64>, (i64, i64)) {
        match part {
            // As much too late as the interval is long: nothing is left.
            HealthPart::Contact => match self.contact {
                Some((late, every)) => (hundredths(every - late, every), (late, every)),
                None => (None, (0, 0)),
            },
            HealthPart::Payment => match self.instalments {
                Some((due, in_time)) => (hundredths(in_time, due), (due, in_time)),
                None => (None, (0, 0)),
            },
            HealthPart::Satisfaction => match &self.answers {
                Some(points) => {
                    let (n, sum) = (i64::try_from(points.len()).unwrap_or(i64::MAX), points.iter().sum::<i64>());
                    (divide(i128::from(sum), i128::from(n)).map(|mean| mean.clamp(0, 100)), (n, sum))
                }
                None => (None, (0, 0)),
            },
            HealthPart::Orders => match self.orders {
                // Who never ordered has no trend.
                Some((0, 0)) | None => (None, (0, 0)),
                Some((now, 0)) => (Some(100), (now, 0)),
                Some((now, before)) => (hundredths(now, before), (now, before)),
            },
        }
    }

    /// The score and its parts.
    ///
    /// ```
    /// use domain::health::{HealthWeights, Known};
    /// let known = Known { contact: Some((15, 30)), orders: Some((3, 3)), ..Known::default() };
    /// // (40 × 50 + 15 × 100) ÷ 55
    /// assert_eq!(known.health(&HealthWeights::HOUSE).score, Some(64));
    /// assert_eq!(Known::default().health(&HealthWeights::HOUSE).score, None);
    /// ```
    #[must_use]
    pub fn health(&self, weights: &HealthWeights) -> Health {
        let parts: Vec<_> = HealthPart::ALL.iter().map(|part| (*part, self.part(*part))).collect();
        let whole: i64 = parts.iter().filter(|(_, (score, _))| score.is_some()).map(|(part, _)| weights.of(*part)).sum();
        let sum: i64 = parts.iter().filter_map(|(part, (score, _))| score.map(|score| score * weights.of(*part))).sum();
        let part = |(part, (score, of)): (HealthPart, (Option<i64>, (i64, i64)))| PartScore {
            part,
            score,
            share_bp: score.and_then(|_| crate::rounding::ratio_bp(weights.of(part), whole)),
            of,
        };
        Health { score: divide(i128::from(sum), i128::from(whole)), parts: parts.into_iter().map(part).collect(), weights: *weights }
    }
}

/// An instalment is paid in time if what was received by its day covers it and all that
/// was due before it. Gives how many fell due in `[from, to]`, and how many in time.
#[must_use]
pub fn punctuality(plan: &[(NaiveDate, i64)], receipts: &[(NaiveDate, i64)], from: NaiveDate, to: NaiveDate) -> (i64, i64) {
    let mut plan = plan.to_vec();
    plan.sort_unstable();
    let (mut owed, mut due, mut in_time) = (0_i128, 0, 0);
    for (on, minor) in plan {
        owed += i128::from(minor);
        if on < from || on > to {
            continue;
        }
        let received: i128 = receipts.iter().filter(|(paid, _)| *paid <= on).map(|(_, minor)| i128::from(*minor)).sum();
        // One that is due today may still be paid today.
        if received >= owed {
            in_time += 1;
        } else if on == to {
            continue;
        }
        due += 1;
    }
    (due, in_time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_weights_are_the_whole() {
        assert_eq!(HealthPart::ALL.iter().map(|part| HealthWeights::HOUSE.of(*part)).sum::<i64>(), 100);
        assert_eq!(WeightsForm::of(&HealthWeights::HOUSE, 0).check(), Ok(HealthWeights::HOUSE));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let known = Known { contact: Some((0, 30)), instalments: Some((4, 3)), answers: Some(vec![80, 60]), orders: Some((2, 4)) };
        // 40 × 100 + 25 × 75 + 20 × 70 + 15 × 50
        assert_eq!(known.health(&HealthWeights::HOUSE).score, Some(80));
        let without = Known { answers: None, ..known.clone() };
        // The same without 20 × 70, of 80.
        assert_eq!(without.health(&HealthWeights::HOUSE).score, Some(83));
        let shares: i64 = without.health(&HealthWeights::HOUSE).parts.iter().filter_map(|part| part.share_bp).sum();
        assert_eq!(shares, 10_000);
        let nothing = Known { orders: Some((0, 0)), answers: Some(vec![]), instalments: Some((0, 0)), contact: None };
        assert_eq!(nothing.health(&HealthWeights::HOUSE).score, None, "zero of nothing is not known");
    }

    #[test]
    fn weights_are_the_organisations_and_a_part_may_count_nothing() {
        let known = Known { contact: Some((30, 30)), instalments: Some((4, 4)), ..Known::default() };
        let only = HealthWeights { contact: 0, payment: 100, satisfaction: 0, orders: 0 };
        assert_eq!((known.health(&only).score, known.health(&HealthWeights::HOUSE).score), (Some(100), Some(38)));
        let nothing = Known { instalments: None, ..known };
        assert_eq!(nothing.health(&only).score, None, "what is known counts nothing");
        let codes = |form: WeightsForm| -> Vec<String> { form.check().err().into_iter().flatten().map(|v| v.to_string()).collect() };
        let form = WeightsForm::of(&HealthWeights::HOUSE, 0);
        assert_eq!(codes(WeightsForm { contact: "41".into(), ..form.clone() }), ["contact: weights_not_whole"]);
        let wrong = WeightsForm { contact: "-1".into(), payment: "101".into(), orders: "x".into(), satisfaction: String::new(), ..form };
        let expected = ["contact: too_small_min", "payment: too_large_max", "satisfaction: required", "orders: not_a_whole_number"];
        assert_eq!(codes(wrong), expected);
    }

    #[test]
    fn a_contact_is_worth_less_the_later_it_is() {
        let score = |late| Known { contact: Some((late, 30)), ..Known::default() }.health(&HealthWeights::HOUSE).score;
        assert_eq!([score(0), score(15), score(30), score(90)], [Some(100), Some(50), Some(0), Some(0)]);
    }

    #[test]
    fn more_orders_than_before_are_not_more_than_all() {
        let score = |now, before| Known { orders: Some((now, before)), ..Known::default() }.health(&HealthWeights::HOUSE).score;
        assert_eq!([score(5, 2), score(1, 0), score(0, 3)], [Some(100), Some(100), Some(0)]);
    }

    #[test]
    fn paid_by_its_day_is_paid_in_time() {
        let plan = [(on("2026-01-10"), 100), (on("2026-02-10"), 100), (on("2026-03-10"), 100)];
        let late = [(on("2026-01-10"), 100), (on("2026-02-20"), 100)];
        let of = |receipts: &[_], to| punctuality(&plan, receipts, on("2026-01-01"), on(to));
        assert_eq!(of(&late, "2026-02-28"), (2, 1));
        assert_eq!(of(&late, "2026-03-10"), (2, 1), "due today, and not over");
        assert_eq!(of(&late, "2026-03-11"), (3, 1));
        assert_eq!(of(&[(on("2026-01-01"), 300)], "2026-03-11"), (3, 3));
        assert_eq!(punctuality(&plan, &late, on("2026-02-01"), on("2026-02-28")), (1, 0));
        assert_eq!(of(&[], "2026-01-05"), (0, 0));
    }

    proptest! {
        #[test]
        fn a_score_lies_between_its_parts(late in 0_i64..100, due in 1_i64..20, paid in 0_i64..20, now in 0_i64..9, before in 0_i64..9) {
            let known = Known { contact: Some((late, 30)), instalments: Some((due, paid.min(due))), answers: None, orders: Some((now, before)) };
            let health = known.health(&HealthWeights::HOUSE);
            let scores: Vec<i64> = health.parts.iter().filter_map(|part| part.score).collect();
            let (least, most) = (*scores.iter().min().expect("some"), *scores.iter().max().expect("some"));
            prop_assert!((least..=most).contains(&health.score.expect("a score")));
        }
    }
}
