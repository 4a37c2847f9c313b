//! Whether a deal has stood in its stage for too long.
//!
//! Too long is longer than most deals that got through this stage: a percentile of
//! the completed stays, usually the 80th. With too few of them to say, the stage's
//! own limit of days takes over, and without one nothing is called stalled.
//!
//! Not here: the other reason to call a deal stalled, no follow-up for a while; and
//! the stays themselves ([`crate::cycle`]).

use serde::{Deserialize, Serialize};

use crate::rounding::BP_PER_WHOLE;
use crate::stats::{milli_of_x10000, percentile_x10000};

/// When a stay in a stage counts as too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StallRule {
    /// Which percentile of the completed stays is the limit, in basis points.
    pub p_bp: i64,
    /// How many completed stays it takes for the percentile to be used.
    pub min_samples: usize,
    /// The limit in days while there are fewer; `None` is no limit.
    pub fallback_days: Option<i64>,
}

/// The verdict of [`is_stalled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    /// The limit in thousandths of a day, rounded for display; `None` without one.
    pub threshold_milli: Option<i64>,
    /// Whether the age is above the exact limit.
    pub stalled: bool,
}

/// Compares the age of an open stay with the completed stays of the same stage, all
/// in whole days. The comparison is exact: an age equal to the limit is not stalled.
///
/// ```
/// use domain::stall::{is_stalled, StallRule};
/// let completed = [3, 5, 6, 8, 10, 12, 15, 20, 28, 40];
/// let rule = StallRule { p_bp: 8000, min_samples: 10, fallback_days: None };
/// assert_eq!(is_stalled(22, &completed, rule).threshold_milli, Some(21_600));
/// assert!(is_stalled(22, &completed, rule).stalled);
/// assert!(!is_stalled(21, &completed, rule).stalled);
/// ```
pub fn is_stalled(age_days: i64, completed_days: &[i64], rule: StallRule) -> Stall {
    let whole = i128::from(BP_PER_WHOLE);
    let from_stays = if completed_days.len() >= rule.min_samples { percentile_x10000(completed_days, rule.p_bp) } else { None };
    let threshold_x10000 = from_stays.or_else(|| rule.fallback_days.map(|days| i128::from(days) * whole));
    Stall {
        threshold_milli: threshold_x10000.map(milli_of_x10000),
        stalled: threshold_x10000.is_some_and(|limit| i128::from(age_days) * whole > limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: StallRule = StallRule { p_bp: 8000, min_samples: 3, fallback_days: Some(10) };

    #[test]
    fn too_few_stays_leave_it_to_the_limit_of_the_stage() {
        let verdict = is_stalled(11, &[100, 100], RULE);
        assert_eq!(verdict.threshold_milli, Some(10_000));
        assert!(verdict.stalled);
        assert!(!is_stalled(10, &[100, 100], RULE).stalled);
        assert!(!is_stalled(11, &[100, 100, 100], RULE).stalled);
    }

    #[test]
    fn without_any_limit_nothing_is_stalled() {
        let rule = StallRule { min_samples: 0, fallback_days: None, ..RULE };
        let verdict = is_stalled(i64::MAX, &[], rule);
        assert_eq!(verdict.threshold_milli, None);
        assert!(!verdict.stalled);
    }

    #[test]
    fn the_comparison_is_exact_where_the_display_is_rounded() {
        // The limit is 3.0004 days and is shown as 3.000.
        let rule = StallRule { p_bp: 4, min_samples: 2, ..RULE };
        assert_eq!(is_stalled(3, &[3, 4], rule).threshold_milli, Some(3_000));
        assert!(!is_stalled(3, &[3, 4], rule).stalled);
        // The limit is 2.9996 days and is shown as 3.000 too.
        let rule = StallRule { p_bp: 9996, ..rule };
        assert_eq!(is_stalled(3, &[2, 3], rule).threshold_milli, Some(3_000));
        assert!(is_stalled(3, &[2, 3], rule).stalled);
    }
}
