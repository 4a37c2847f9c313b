//! What customers cost and bring: acquisition cost, churn, retention, lifetime value.
//!
//! Churn is of those present at the start of the period; customers won and lost inside
//! it are outside the rate (house decision HD-13). Acquisition cost is fully loaded by
//! default, and divided by new *paying* customers (house decision HD-12).
//!
//! [`history`] says who is a customer and who is lost, [`report`] reckons the figures of a
//! page, [`costs`] reads what was spent.
//!
//! Not here: the lag of the costs.

pub mod costs;
pub mod history;
pub mod report;

use serde::{Deserialize, Serialize};

use crate::rounding::{BP_PER_WHOLE, average_minor, divide, per_whole, ratio_bp};

/// Months after which a lifetime is cut off by house rule.
pub const LIFETIME_CAP_MONTHS: i64 = 60;

/// Customers over one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMoves {
    /// Present at the start.
    pub start: i64,
    /// Of these, lost by the end.
    pub lost_of_start: i64,
    /// Won inside the period.
    pub new: i64,
    /// Of these, lost by the end.
    pub early_churn: i64,
}

/// The rates of [`churn`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Churn {
    /// Lost of those at the start, in basis points; `None` if there were none.
    pub churn_bp: Option<i64>,
    /// Kept of those at the start, in basis points, rounded on its own.
    pub retention_bp: Option<i64>,
    /// Customers at the end.
    pub end: i64,
}

/// Recurring revenue of the customers present at the start, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueMoves {
    /// At the start.
    pub start: i64,
    /// Gone with customers.
    pub churned: i64,
    /// Less from customers that stayed.
    pub contraction: i64,
    /// More from customers that stayed.
    pub expansion: i64,
}

/// The rates of [`revenue_retention`] in basis points; `None` without revenue at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueRetention {
    /// Gross revenue retention: never above 100 %.
    pub grr_bp: Option<i64>,
    /// Net revenue retention, with expansion.
    pub nrr_bp: Option<i64>,
    /// Churned and contracted.
    pub gross_churn_bp: Option<i64>,
    /// The same less expansion; may be negative.
    pub net_churn_bp: Option<i64>,
}

/// A lifetime value: see [`ltv`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ltv {
    /// In minor units.
    pub minor: i64,
    /// Whether the lifetime was cut off.
    pub capped: bool,
}

/// Cost ÷ new paying customers, in minor units. `None` without new customers.
///
/// ```
/// use domain::economics::cac_minor;
/// assert_eq!(cac_minor(50_000_000, 30), Some(1_666_667));
/// ```
pub fn cac_minor(cost_minor: i64, new_customers: i64) -> Option<i64> {
    average_minor(cost_minor, new_customers)
}

/// Churn and retention of customers.
///
/// ```
/// use domain::economics::{churn, CustomerMoves};
/// let rates = churn(CustomerMoves { start: 500, lost_of_start: 25, new: 60, early_churn: 5 });
/// assert_eq!((rates.churn_bp, rates.retention_bp, rates.end), (Some(500), Some(9_500), 530));
/// ```
pub fn churn(moves: CustomerMoves) -> Churn {
    let kept = moves.start.saturating_sub(moves.lost_of_start);
    Churn {
        churn_bp: ratio_bp(moves.lost_of_start, moves.start),
        retention_bp: ratio_bp(kept, moves.start),
        end: kept.saturating_add(moves.new).saturating_sub(moves.early_churn),
    }
}

/// Retention and churn of revenue, all of one currency.
pub fn revenue_retention(moves: RevenueMoves) -> RevenueRetention {
    let [start, churned, contraction, expansion] = [moves.start, moves.churned, moves.contraction, moves.expansion].map(i128::from);
    let gone = churned + contraction;
    RevenueRetention {
        grr_bp: ratio_bp(start - gone, start),
        nrr_bp: ratio_bp(start - gone + expansion, start),
        gross_churn_bp: ratio_bp(gone, start),
        net_churn_bp: ratio_bp(gone - expansion, start),
    }
}

/// A monthly churn compounded over a year, in basis points: `1 − (1 − m)¹²`, exact and
/// rounded once. `monthly_bp` is limited to 0..=10 000.
///
/// ```
/// use domain::economics::annual_churn_bp;
/// assert_eq!(annual_churn_bp(200), 2_153);
/// ```
pub fn annual_churn_bp(monthly_bp: i64) -> i64 {
    // (1 − m)¹² × 10⁴⁸ does not fit into 128 bits. Its root does, in two halves of twelve
    // digits, and of its square only the digits above 10²⁴ are needed, rounded up.
    const HALF: i128 = 1_000_000_000_000;
    const WHOLE: i128 = HALF * HALF;
    let kept = BP_PER_WHOLE - monthly_bp.clamp(0, BP_PER_WHOLE);
    let root = i128::from(kept).pow(6);
    let (high, low) = (root / HALF, root % HALF);
    let below = 2 * high * low * HALF + low * low;
    let square = high * high + below / WHOLE + i128::from(below % WHOLE > 0);
    // 10²⁰ is a basis point of 10²⁴.
    divide(WHOLE - square, WHOLE / i128::from(BP_PER_WHOLE)).unwrap_or(0)
}

/// `ARPA × margin ÷ churn`, all monthly, in minor units. Without churn, or with a
/// lifetime `1 ÷ churn` longer than the cap: `ARPA × margin × cap`.
///
/// ```
/// use domain::economics::{ltv, Ltv, LIFETIME_CAP_MONTHS};
/// assert_eq!(ltv(100_000, 6_000, 500, LIFETIME_CAP_MONTHS), Ltv { minor: 1_200_000, capped: false });
/// assert_eq!(ltv(100_000, 6_000, 0, LIFETIME_CAP_MONTHS), Ltv { minor: 3_600_000, capped: true });
/// ```
pub fn ltv(arpa_minor: i64, gross_margin_bp: i64, churn_bp: i64, cap_months: i64) -> Ltv {
    let margin = i128::from(arpa_minor) * i128::from(gross_margin_bp);
    let capped = churn_bp <= 0 || i128::from(BP_PER_WHOLE) > i128::from(cap_months) * i128::from(churn_bp);
    let minor =
        if capped { per_whole(margin.saturating_mul(i128::from(cap_months))) } else { divide(margin, i128::from(churn_bp)).unwrap_or(0) };
    Ltv { minor, capped }
}

/// Lifetime value ÷ acquisition cost, in hundredths. `None` for a cost of zero.
pub fn ltv_cac_x100(ltv_minor: i64, cac_minor: i64) -> Option<i64> {
    divide(i128::from(ltv_minor) * 100, i128::from(cac_minor))
}

/// Months until the margin has paid the acquisition cost, in hundredths. `None` if the
/// monthly margin is zero or less.
pub fn payback_months_x100(cac_minor: i64, arpa_minor: i64, gross_margin_bp: i64) -> Option<i64> {
    let margin = i128::from(arpa_minor) * i128::from(gross_margin_bp);
    if margin <= 0 {
        return None;
    }
    divide(i128::from(cac_minor) * 100 * i128::from(BP_PER_WHOLE), margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_at_the_start_has_no_rate() {
        let none = churn(CustomerMoves { start: 0, lost_of_start: 0, new: 3, early_churn: 1 });
        assert_eq!((none.churn_bp, none.retention_bp, none.end), (None, None, 2));
        let none = revenue_retention(RevenueMoves { start: 0, churned: 0, contraction: 0, expansion: 5 });
        assert_eq!((none.grr_bp, none.nrr_bp, none.gross_churn_bp, none.net_churn_bp), (None, None, None, None));
    }

    #[test]
    fn churn_and_retention_are_rounded_each_on_its_own() {
        let thirds = churn(CustomerMoves { start: 8, lost_of_start: 1, new: 0, early_churn: 0 });
        assert_eq!((thirds.churn_bp, thirds.retention_bp), (Some(1_250), Some(8_750)));
        let halves = churn(CustomerMoves { start: 20_000, lost_of_start: 1, new: 0, early_churn: 0 });
        assert_eq!((halves.churn_bp, halves.retention_bp), (Some(1), Some(10_000)));
    }

    #[test]
    fn a_year_of_churn_is_compounded() {
        assert_eq!((annual_churn_bp(0), annual_churn_bp(10_000), annual_churn_bp(20_000), annual_churn_bp(-1)), (0, 10_000, 10_000, 0));
        // 1 − 0.5¹² = 0.999756 and 1 − 0.9999¹² = 0.00119934.
        assert_eq!((annual_churn_bp(5_000), annual_churn_bp(1)), (9_998, 12));
        for monthly in 0..=10_000 {
            // Doubles are exact enough everywhere but within a millionth of a half.
            let exact = (1.0 - (1.0 - monthly as f64 / 10_000.0).powi(12)) * 10_000.0;
            assert!((annual_churn_bp(monthly) as f64 - exact).abs() < 0.500_001, "{monthly}");
        }
    }

    #[test]
    fn a_lifetime_exactly_at_the_cap_is_not_cut() {
        assert_eq!(ltv(100, 10_000, 500, 20), Ltv { minor: 2_000, capped: false });
        assert_eq!(ltv(100, 10_000, 499, 20), Ltv { minor: 2_000, capped: true });
    }

    #[test]
    fn without_margin_nothing_is_paid_back() {
        assert_eq!(payback_months_x100(400_000, 100_000, 0), None);
        assert_eq!(payback_months_x100(400_000, -1, 10_000), None);
        assert_eq!(ltv_cac_x100(1, 0), None);
    }
}
