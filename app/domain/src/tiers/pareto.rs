//! The curve of the few customers that bring most of the revenue.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::rounding::{BP_PER_WHOLE, ratio_bp};

/// One point: so many of the customers bring so much of the revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParetoPoint {
    /// How many customers, from the largest down.
    pub customers: usize,
    /// Their share of all customers with revenue, in basis points.
    pub customers_bp: i64,
    /// Their share of the revenue, in basis points.
    pub revenue_bp: i64,
}

/// The curve of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pareto {
    /// Customers with revenue above zero.
    pub customers: usize,
    /// Points in rising order, the last one at 100 %; empty without customers.
    pub points: Vec<ParetoPoint>,
    /// The fewest customers that bring 80 % of the revenue; `None` without customers.
    pub bringing_80: Option<ParetoPoint>,
}

/// The curve through at most `points` points (two or more) evenly spread over the
/// customers; fewer if there are fewer customers. Revenues are in minor units of one
/// currency; those of zero or less are left out.
///
/// ```
/// use domain::tiers::pareto;
/// let curve = pareto(&[10, 70, 15, 5, 0], 50);
/// assert_eq!(curve.customers, 4);
/// let most = curve.bringing_80.unwrap();
/// assert_eq!((most.customers, most.customers_bp, most.revenue_bp), (2, 5_000, 8_500));
/// ```
pub fn pareto(revenues: &[i64], points: usize) -> Pareto {
    let mut sorted: Vec<i64> = revenues.iter().copied().filter(|&revenue| revenue > 0).collect();
    sorted.sort_unstable_by_key(|&revenue| Reverse(revenue));
    let n = sorted.len();
    let total: i128 = sorted.iter().copied().map(i128::from).sum();
    let steps = points.clamp(2, n.max(2)).min(n);

    let mut curve = Pareto { customers: n, points: Vec::with_capacity(steps), bringing_80: None };
    let mut revenue: i128 = 0;
    for (customers, one) in (1..).zip(sorted) {
        revenue += i128::from(one);
        let point = || ParetoPoint {
            customers,
            customers_bp: ratio_bp(customers as i128, n as i128).unwrap_or(0),
            revenue_bp: ratio_bp(revenue, total).unwrap_or(0),
        };
        if curve.bringing_80.is_none() && revenue * i128::from(BP_PER_WHOLE) >= total * 8_000 {
            curve.bringing_80 = Some(point());
        }
        // The k-th point stands at ⌈k × n ÷ steps⌉ customers.
        if customers >= ((curve.points.len() + 1) * n).div_ceil(steps) {
            curve.points.push(point());
        }
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_makes_no_curve() {
        let none = pareto(&[0, -5], 50);
        assert_eq!((none.customers, none.points.len(), none.bringing_80), (0, 0, None));
        assert_eq!(pareto(&[9], 50).points, [ParetoPoint { customers: 1, customers_bp: 10_000, revenue_bp: 10_000 }]);
    }

    #[test]
    fn a_thinned_curve_rises_and_ends_at_the_whole() {
        let revenues: Vec<i64> = (1..=997).collect();
        let curve = pareto(&revenues, 20);
        assert_eq!(curve.points.len(), 20);
        assert!(curve.points.windows(2).all(|two| two[0].customers < two[1].customers && two[0].revenue_bp <= two[1].revenue_bp));
        assert_eq!(curve.points.last().map(|p| (p.customers, p.revenue_bp)), Some((997, 10_000)));
    }

    #[test]
    fn exactly_eighty_per_cent_is_enough() {
        assert_eq!(pareto(&[80, 20], 9).bringing_80.map(|p| p.customers), Some(1));
        assert_eq!(pareto(&[79, 21], 9).bringing_80.map(|p| p.customers), Some(2));
    }
}
