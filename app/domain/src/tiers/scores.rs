//! RFM scores and classes, and ABC classes.
//!
//! A score is by the share of customers that are strictly worse, so that equal
//! customers share it (house decision HD-18); bins of equal size would split them.
//! High is above the mean of all scores of that dimension, and the eight combinations
//! are the usual eight classes (`rules.md` §2.10).

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::rounding::BP_PER_WHOLE;

/// Net paid amounts and orders of this many days make up an RFM score.
pub const RFM_DAYS: i64 = 365;
/// Class A holds the customers with less than this share before them, in basis points.
pub const ABC_A_BP: i64 = 8_000;
/// Class B those with less than this, in basis points.
pub const ABC_B_BP: i64 = 9_500;

codes! {
    /// The eight classes by whether recency, frequency and money are high.
    RfmClass {
        /// High in all three: 重要价值.
        ImportantValue = "important_value",
        /// Seldom, but recent and much money: 重要发展.
        ImportantDevelop = "important_develop",
        /// Often and much money, but not lately: 重要保持.
        ImportantKeep = "important_keep",
        /// Much money once: 重要挽留.
        ImportantRetain = "important_retain",
        /// Recent and often, but little money: 一般价值.
        GeneralValue = "general_value",
        /// Recent only: 一般发展.
        GeneralDevelop = "general_develop",
        /// Often only: 一般保持.
        GeneralKeep = "general_keep",
        /// Low in all three: 一般挽留.
        GeneralRetain = "general_retain",
    }
}

codes! {
    /// The class of a customer by revenue.
    AbcClass {
        /// The few that bring most.
        A = "A",
        /// The middle.
        B = "B",
        /// The many that bring little.
        C = "C",
    }
}

/// What a customer is scored by, over the last [`RFM_DAYS`] days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfmValues {
    /// Days since the last order; fewer is better.
    pub recency_days: i64,
    /// Number of orders.
    pub frequency: i64,
    /// Net paid, in minor units of the one currency that all are compared in.
    pub monetary_minor: i64,
}

/// Scores 1 to 5 of one customer, 5 being best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RfmScores {
    /// Of recency.
    pub r: u8,
    /// Of frequency.
    pub f: u8,
    /// Of money.
    pub m: u8,
}

/// Scores and class of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rfm {
    /// The three scores.
    pub scores: RfmScores,
    /// What follows from them and from the means of all customers.
    pub class: RfmClass,
}

impl RfmClass {
    /// The class of a combination of high and not high.
    #[must_use]
    pub const fn of(recency: bool, frequency: bool, money: bool) -> Self {
        match (recency, frequency, money) {
            (true, true, true) => Self::ImportantValue,
            (true, false, true) => Self::ImportantDevelop,
            (false, true, true) => Self::ImportantKeep,
            (false, false, true) => Self::ImportantRetain,
            (true, true, false) => Self::GeneralValue,
            (true, false, false) => Self::GeneralDevelop,
            (false, true, false) => Self::GeneralKeep,
            (false, false, false) => Self::GeneralRetain,
        }
    }
}

/// A score 1 to 5 for each value: `1 + ⌊5 × number strictly worse ÷ n⌋`.
///
/// ```
/// use domain::tiers::rfm_scores;
/// let days = [3, 10, 10, 25, 40, 60, 90, 120, 200, 365];
/// assert_eq!(rfm_scores(&days, false), [5, 4, 4, 4, 3, 3, 2, 2, 1, 1]);
/// ```
pub fn rfm_scores(values: &[i64], higher_is_better: bool) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let n = sorted.len();
    values
        .iter()
        .map(|value| {
            let worse = if higher_is_better {
                sorted.partition_point(|other| other < value)
            } else {
                n - sorted.partition_point(|other| other <= value)
            };
            // Strictly worse than itself is nobody, so `worse < n` and the score is 5 at most.
            1 + u8::try_from(5 * worse / n).unwrap_or(4)
        })
        .collect()
}

/// Scores and classes of all customers together, in their order. High is a score
/// strictly above the mean of the scores of that dimension, compared exactly.
///
/// ```
/// use domain::tiers::{rfm, RfmClass, RfmValues};
/// let customer = |recency_days, frequency, monetary_minor| RfmValues { recency_days, frequency, monetary_minor };
/// let all = rfm(&[customer(3, 9, 900), customer(300, 1, 10)]);
/// assert_eq!((all[0].class, all[1].class), (RfmClass::ImportantValue, RfmClass::GeneralRetain));
/// ```
pub fn rfm(customers: &[RfmValues]) -> Vec<Rfm> {
    let column = |of: fn(&RfmValues) -> i64, higher| rfm_scores(&customers.iter().map(of).collect::<Vec<_>>(), higher);
    let r = column(|c| c.recency_days, false);
    let f = column(|c| c.frequency, true);
    let m = column(|c| c.monetary_minor, true);
    let (r_sum, f_sum, m_sum) = (sum(&r), sum(&f), sum(&m));
    let n = customers.len();
    let high = |score: u8, sum: usize| usize::from(score) * n > sum;
    r.into_iter()
        .zip(f)
        .zip(m)
        .map(|((r, f), m)| Rfm { scores: RfmScores { r, f, m }, class: RfmClass::of(high(r, r_sum), high(f, f_sum), high(m, m_sum)) })
        .collect()
}

/// The class of each customer by the share of revenue accumulated **before** it, from
/// the largest down (tie: the earlier): below 80 % A, below 95 % B, else C. Revenues of
/// zero or less are C and outside the total. All in minor units of one currency.
///
/// ```
/// use domain::tiers::{abc_classes, AbcClass::{A, B, C}};
/// assert_eq!(abc_classes(&[50, 30, 10, 6, 4]), [A, A, B, B, C]);
/// assert_eq!(abc_classes(&[0, 0]), [C, C]);
/// ```
pub fn abc_classes(revenues: &[i64]) -> Vec<AbcClass> {
    let total: i128 = positive(revenues).map(|(_, revenue)| i128::from(revenue)).sum();
    let mut descending: Vec<_> = positive(revenues).collect();
    descending.sort_by_key(|&(_, revenue)| Reverse(revenue));

    let mut classes = vec![AbcClass::C; revenues.len()];
    let mut before: i128 = 0;
    for (index, revenue) in descending {
        let share = before * i128::from(BP_PER_WHOLE);
        classes[index] = if share < total * i128::from(ABC_A_BP) {
            AbcClass::A
        } else if share < total * i128::from(ABC_B_BP) {
            AbcClass::B
        } else {
            AbcClass::C
        };
        before += i128::from(revenue);
    }
    classes
}

/// The least revenue in class A: the line of a review. `None` without class A.
#[must_use]
pub fn abc_line_minor(revenues: &[i64]) -> Option<i64> {
    revenues.iter().zip(abc_classes(revenues)).filter(|(_, class)| *class == AbcClass::A).map(|(&revenue, _)| revenue).min()
}

fn positive(revenues: &[i64]) -> impl Iterator<Item = (usize, i64)> {
    revenues.iter().copied().enumerate().filter(|&(_, revenue)| revenue > 0)
}

fn sum(scores: &[u8]) -> usize {
    scores.iter().copied().map(usize::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_no_score() {
        assert_eq!(rfm_scores(&[], true), Vec::<u8>::new());
        assert_eq!(rfm(&[]), []);
        assert_eq!(abc_classes(&[]), []);
    }

    #[test]
    fn equal_customers_are_all_low() {
        let one = RfmValues { recency_days: 5, frequency: 2, monetary_minor: 9 };
        let all = rfm(&[one; 4]);
        assert!(all.iter().all(|rfm| rfm.class == RfmClass::GeneralRetain && rfm.scores == RfmScores { r: 1, f: 1, m: 1 }));
    }

    #[test]
    fn each_dimension_decides_its_own_part_of_the_class() {
        let at = |recency_days, frequency, monetary_minor| RfmValues { recency_days, frequency, monetary_minor };
        // All eight combinations of good and bad, so that every mean lies between the two.
        let customers: Vec<_> =
            (0..8).map(|bits| at(if bits & 4 == 0 { 300 } else { 3 }, 1 + (bits >> 1 & 1) * 9, 1 + (bits & 1) * 900)).collect();
        let classes: Vec<_> = rfm(&customers).into_iter().map(|rfm| rfm.class).collect();
        use RfmClass::*;
        let expected =
            [GeneralRetain, ImportantRetain, GeneralKeep, ImportantKeep, GeneralDevelop, ImportantDevelop, GeneralValue, ImportantValue];
        assert_eq!(classes, expected);
    }

    #[test]
    fn the_line_is_the_least_of_class_a() {
        assert_eq!(abc_line_minor(&[50, 30, 10, 6, 4]), Some(30));
        assert_eq!(abc_line_minor(&[0, -3]), None);
    }

    #[test]
    fn exactly_eighty_per_cent_before_is_no_longer_a() {
        assert_eq!(abc_classes(&[80, 15, 5]), [AbcClass::A, AbcClass::B, AbcClass::C]);
        assert_eq!(abc_classes(&[79, 16, 5]), [AbcClass::A, AbcClass::A, AbcClass::C]);
        assert_eq!(abc_classes(&[-7, 10]), [AbcClass::C, AbcClass::A]);
    }
}
