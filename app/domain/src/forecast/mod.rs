//! What the open deals are likely to bring in.
//!
//! The weighted forecast is exact and rounded once (house decision HD-10); rounding each
//! deal first would make the total depend on how the deals are grouped. The roll-up by
//! category is cumulative: what is committed contains what is closed (house decision
//! HD-11).
//!
//! [`book`] puts deals into months and categories.
//!
//! Not here: where a deal's probability and category come from, and how far the open
//! deals cover a quota ([`crate::coverage`]).

pub mod book;

use serde::{Deserialize, Serialize};

use crate::rounding::{clamp_i64, per_whole};

pub use book::{Due, ForecastBook, ForecastDeal, ForecastLine, YearMonth, place};

/// One open deal in a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedDeal {
    /// In minor units, of the one currency that the forecast is in.
    pub amount_minor: i64,
    /// How likely it is to be won, in basis points.
    pub probability_bp: i64,
}

/// The amounts by forecast category in minor units, or the numbers of deals; each without
/// the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ForecastCategories {
    /// Won already.
    pub closed: i64,
    /// Promised.
    pub commit: i64,
    /// Possible if all goes well.
    pub best_case: i64,
    /// Everything else that is open.
    pub pipeline: i64,
    /// Left out on purpose: never counts.
    pub omitted: i64,
}

/// The same rolled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ForecastCumulative {
    /// Closed and commit.
    pub commit: i64,
    /// Closed, commit and best case.
    pub best_case: i64,
    /// What is still open: commit, best case and pipeline.
    pub open_pipeline: i64,
}

/// `Σ amount × probability` in minor units, rounded once at the end.
///
/// ```
/// use domain::forecast::{weighted_forecast_minor, WeightedDeal};
/// let deal = WeightedDeal { amount_minor: 33_333, probability_bp: 500 };
/// assert_eq!(weighted_forecast_minor(&[deal]), 1_667);
/// assert_eq!(weighted_forecast_minor(&[deal; 3]), 5_000);
/// ```
pub fn weighted_forecast_minor(deals: &[WeightedDeal]) -> i64 {
    let exact: i128 = deals.iter().map(|deal| i128::from(deal.amount_minor) * i128::from(deal.probability_bp)).sum();
    per_whole(exact)
}

/// Rolls the categories up; see [`ForecastCumulative`].
///
/// ```
/// use domain::forecast::{forecast_cumulative, ForecastCategories};
/// let rolled_up = forecast_cumulative(ForecastCategories {
///     closed: 50, commit: 100, best_case: 150, pipeline: 200, omitted: 80,
/// });
/// assert_eq!(rolled_up.commit, 150);
/// assert_eq!(rolled_up.best_case, 300);
/// assert_eq!(rolled_up.open_pipeline, 450);
/// ```
pub fn forecast_cumulative(by: ForecastCategories) -> ForecastCumulative {
    ForecastCumulative {
        commit: sum(&[by.closed, by.commit]),
        best_case: sum(&[by.closed, by.commit, by.best_case]),
        open_pipeline: sum(&[by.commit, by.best_case, by.pipeline]),
    }
}

fn sum(amounts: &[i64]) -> i64 {
    clamp_i64(amounts.iter().copied().map(i128::from).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_deals_bring_nothing() {
        assert_eq!(weighted_forecast_minor(&[]), 0);
    }

    #[test]
    fn amounts_near_the_limit_are_exact() {
        let deal = WeightedDeal { amount_minor: 9_000_000_000_000_001, probability_bp: 10_000 };
        assert_eq!(weighted_forecast_minor(&[deal; 3]), 27_000_000_000_000_003);
    }
}
