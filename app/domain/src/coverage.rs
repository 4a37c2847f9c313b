//! Whether the open deals of a period can still fill its quota.
//!
//! Coverage is what is open and due ÷ what is still missing. What is enough follows
//! from the own win rate, one divided by it, and is not a fixed factor of three
//! (`rules.md` §2.6). Once the quota is met there is nothing to cover, and the figures
//! are `None`.
//!
//! Not here: which deals are due in the period ([`crate::forecast`]).

use serde::{Deserialize, Serialize};

use crate::rounding::{BP_PER_WHOLE, divide, ratio_bp};

/// Coverage of one period, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Open deals expected to close in the period, in minor units.
    pub open_minor: i64,
    /// The quota of the period, in minor units.
    pub quota_minor: i64,
    /// Won already, in minor units.
    pub closed_minor: i64,
    /// Won among closed deals, in basis points; `None` if nothing was closed.
    pub win_rate_bp: Option<i64>,
}

/// The verdict on a [`Coverage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageVerdict {
    /// Nothing is missing any more.
    Met,
    /// At least one divided by the win rate.
    Enough,
    /// Less than that.
    Short,
    /// No win rate, or one of zero: nobody can say what is enough.
    Unknown,
}

impl Coverage {
    /// What is missing to the quota, in minor units; zero once it is met.
    #[must_use]
    pub fn gap_minor(&self) -> i64 {
        self.quota_minor.saturating_sub(self.closed_minor).max(0)
    }

    /// What the verdict is, by exact comparison: open × win rate against the gap.
    #[must_use]
    pub fn verdict(&self) -> CoverageVerdict {
        let gap = self.gap_minor();
        if gap == 0 {
            return CoverageVerdict::Met;
        }
        match self.win_rate_bp.filter(|&rate| rate > 0) {
            None => CoverageVerdict::Unknown,
            Some(rate) if i128::from(self.open_minor) * i128::from(rate) >= i128::from(gap) * i128::from(BP_PER_WHOLE) => {
                CoverageVerdict::Enough
            }
            Some(_) => CoverageVerdict::Short,
        }
    }
}

/// `open ÷ (quota − closed)` in hundredths. `None` once the quota is met.
///
/// ```
/// use domain::coverage::coverage_x100;
/// assert_eq!(coverage_x100(480_000_000, 200_000_000, 40_000_000), Some(300));
/// assert_eq!(coverage_x100(480_000_000, 200_000_000, 210_000_000), None);
/// ```
pub fn coverage_x100(open_minor: i64, quota_minor: i64, closed_minor: i64) -> Option<i64> {
    divide(i128::from(open_minor) * 100, gap(quota_minor, closed_minor)?)
}

/// `1 ÷ win rate` in hundredths. `None` for a win rate of zero or less.
///
/// ```
/// use domain::coverage::required_coverage_x100;
/// assert_eq!(required_coverage_x100(2_200), Some(455));
/// assert_eq!(required_coverage_x100(0), None);
/// ```
pub fn required_coverage_x100(win_rate_bp: i64) -> Option<i64> {
    if win_rate_bp <= 0 {
        return None;
    }
    divide(100 * i128::from(BP_PER_WHOLE), i128::from(win_rate_bp))
}

/// `open × win rate ÷ (quota − closed)` in basis points: how much of what is missing
/// the open deals bring at the usual win rate. `None` once the quota is met.
///
/// ```
/// use domain::coverage::expected_share_bp;
/// assert_eq!(expected_share_bp(480_000_000, 2_200, 200_000_000, 40_000_000), Some(6_600));
/// ```
pub fn expected_share_bp(open_minor: i64, win_rate_bp: i64, quota_minor: i64, closed_minor: i64) -> Option<i64> {
    divide(i128::from(open_minor) * i128::from(win_rate_bp), gap(quota_minor, closed_minor)?)
}

/// How far a forecast was off: `|forecast − actual| ÷ actual` in basis points, of the
/// forecast made at the start of the period. `None` if nothing came in.
///
/// ```
/// use domain::coverage::forecast_error_bp;
/// assert_eq!(forecast_error_bp(90, 100), Some(1_000));
/// assert_eq!(forecast_error_bp(90, 0), None);
/// ```
pub fn forecast_error_bp(forecast_minor: i64, actual_minor: i64) -> Option<i64> {
    if actual_minor <= 0 {
        return None;
    }
    ratio_bp((i128::from(forecast_minor) - i128::from(actual_minor)).abs(), actual_minor)
}

fn gap(quota_minor: i64, closed_minor: i64) -> Option<i128> {
    let gap = i128::from(quota_minor) - i128::from(closed_minor);
    (gap > 0).then_some(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Coverage = Coverage { open_minor: 299, quota_minor: 200, closed_minor: 100, win_rate_bp: Some(3_333) };

    #[test]
    fn a_quota_met_exactly_has_no_coverage() {
        assert_eq!(coverage_x100(5, 10, 10), None);
        assert_eq!(expected_share_bp(5, 2_000, 10, 10), None);
        assert_eq!(coverage_x100(5, 10, 9), Some(500));
    }

    #[test]
    fn the_verdict_compares_exactly() {
        assert_eq!(SHORT.verdict(), CoverageVerdict::Short);
        // 300 × 33.33 % is 99.99 and still too little for 100; the rounded figures say 3.00 against 3.00.
        assert_eq!(Coverage { open_minor: 300, ..SHORT }.verdict(), CoverageVerdict::Short);
        assert_eq!(coverage_x100(300, 200, 100), required_coverage_x100(3_333));
        assert_eq!(Coverage { open_minor: 301, ..SHORT }.verdict(), CoverageVerdict::Enough);
        assert_eq!(Coverage { closed_minor: 200, ..SHORT }.verdict(), CoverageVerdict::Met);
        assert_eq!(Coverage { win_rate_bp: None, ..SHORT }.verdict(), CoverageVerdict::Unknown);
        assert_eq!(Coverage { win_rate_bp: Some(0), ..SHORT }.verdict(), CoverageVerdict::Unknown);
    }

    #[test]
    fn too_high_and_too_low_are_the_same_error() {
        assert_eq!(forecast_error_bp(110, 100), forecast_error_bp(90, 100));
        assert_eq!(forecast_error_bp(1, -1), None);
    }
}
