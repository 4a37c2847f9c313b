//! Figures about what was closed, how fast, and what is expected; each with the set of
//! deals that it counts.
//!
//! A figure counts the deals of a [`Set`], and the list behind it is of the same set:
//! both ask [`Set::has`], so they cannot disagree. [`query`] is what a page is asked for
//! by its address, [`outcomes`] what was won and lost and how long that took,
//! [`speed`] how fast deals move and where they are held up, [`forecast`] what is expected
//! in which month, [`months`] what was won in each month against the year before, [`cycles`] how
//! the sales cycle goes by month, [`steps`] whether next steps are done in time.
//!
//! Not here: the arithmetic of single figures (rates in [`crate::funnel`], percentiles
//! in [`crate::days`]), and where deals come from.

pub mod cycles;
pub mod forecast;
pub mod months;
pub mod outcomes;
pub mod query;
pub mod set;
pub mod speed;
pub mod steps;

pub use cycles::{CycleBook, CycleMonth, CycleTrend, TrendSpan, WINS_MIN};
pub use forecast::{Ahead, Cover, ForecastReport, ForecastRow, RollUp, What, When};
pub use months::{MonthFigures, MonthSpan, MonthsBook, MonthsReport};
pub use outcomes::{CYCLE_EDGES, Cycle, LostGroup, OutcomeBook, OutcomeReport, OutcomeSide, win_sets};
pub use query::{AnalysisDeal, AnalysisDeals, AnalysisPart, AnalysisQuery};
pub use set::{Opened, Set, Subject};
pub use speed::{SpeedBook, SpeedDays, SpeedReport, qualified_from};
pub use steps::{FollowService, Promise, StepPart};
