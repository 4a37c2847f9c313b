//! The business at a glance, for who leads people: what was won against the year before, the
//! funnel, the forecast, and what is at risk.
//!
//! Not here: how any of it is counted. Each part is that of its own page, by the same
//! functions, so that the figures are the same.

use crate::analysis::{AnalysisQuery, ForecastReport};
use crate::funnel::report::{FunnelQuery, FunnelReport, Span};
use crate::home::{Bucket, StalledDeal, Won};
use crate::money::Sums;
use crate::pipeline::{Card, Stage};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The page.
pub const PATH: &str = "/boss";
/// Rows of a list of risks; the rest is a link away.
pub const RISKS: usize = 5;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boss {
    pub as_of: NaiveDate,
    /// Whose figures: the unit of the one who looks, with those below it.
    pub unit: String,
    /// Since the fiscal year began.
    pub won: Won,
    pub funnel: FunnelReport,
    pub forecast: ForecastReport,
    pub stages: Vec<Stage>,
    /// Of all stalled deals.
    pub stalled_sums: Sums,
    /// Those that have stood longest.
    pub stalled: Vec<StalledDeal>,
    /// Next steps of open deals that are due or overdue.
    pub steps: Bucket,
    /// The oldest of the overdue ones.
    pub overdue: Vec<Card>,
}

/// The funnel of the page: deals that began in the fiscal year, against the year before.
#[must_use]
pub fn funnel_query() -> FunnelQuery {
    FunnelQuery { span: Span::ThisYear, ..FunnelQuery::default() }
}

/// The forecast of the page, as its own page opens.
#[must_use]
pub fn forecast_query() -> AnalysisQuery {
    AnalysisQuery::default()
}

/// Of cards in the order of their next step, the first that are overdue.
#[must_use]
pub fn overdue(steps: Vec<Card>, today: NaiveDate) -> Vec<Card> {
    steps.into_iter().filter(|card| card.next_on.is_some_and(|on| on < today)).take(RISKS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_links_of_the_page_ask_for_what_it_shows() {
        assert_eq!(funnel_query().to_query(), [("span", "year".to_owned())]);
        assert_eq!(forecast_query().to_query(), []);
    }
}
