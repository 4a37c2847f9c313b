//! The funnel: how many deals came how far, how many were won, and how long it took.
//!
//! Conversion is computed from the append-only history of stages, never from the
//! current stage alone (house decision HD-5). There are three readings of "came to
//! stage k" (house decision HD-6): reached, the default, which imputes skipped
//! stages and ignores moves back; visited; and strict. A snapshot of open deals is
//! work in progress and not a conversion rate.
//!
//! A deal that was closed, reopened and closed again counts once in a report, by its
//! last closing inside the window; what was booked in a closed period stays there and
//! a reversal is a negative line in its own period (house decision HD-9).
//!
//! - [`Funnel`] takes deals one by one, merges with other parts, and keeps nothing of a
//!   single deal: this is what pages are made of ([`flow`], [`rows`]).
//! - [`history`] is what it reads: the entries of one deal, undone ones left out.
//! - [`parts`] says in which figures a deal is, for them and for the lists behind them.
//! - [`traced`] is one deal, for figures that are not of stages.
//! - [`conversion`] is the bare arithmetic over rows of stages.
//! - [`outcomes`] has win rates, confidence bands and sums of a period.
//! - [`report`] is what a page asks for and is answered, [`span`] the days it means.
//!
//! Not here: where the histories come from, and the lenses on bottlenecks
//! ([`crate::bottleneck`]).

pub mod conversion;
pub mod flow;
pub mod history;
pub mod outcomes;
pub mod parts;
pub mod report;
pub mod rows;
pub mod span;
pub mod stage;
#[cfg(test)]
mod tests;
pub mod traced;

use serde::{Deserialize, Serialize};

pub use crate::pipeline::Outcome;
pub use conversion::{Conversion, funnel, funnel_snapshot};
pub use flow::{Funnel, Shape, View};
pub use history::{FunnelError, History, STAGES_MAX, Step};
pub use outcomes::{
    DatedAmount, Interval, OutcomeEvent, OutcomeEventKind, WinFigures, WinRateKind, WindowOutcomes, period_sum_minor, wilson_bp,
    win_rate_bp, window_outcomes,
};
pub use parts::Parts;
pub use rows::{BAND_BELOW, LostLine, Maturity, StageRow, maturity, win_figures};
pub use stage::StageFlow;

/// What it takes for a deal to count at stage k.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunnelMode {
    /// The furthest stage it was ever in is k or later. Rates never exceed 100 %.
    #[default]
    Reached,
    /// It was in stage k. Rates exceed 100 % where deals skip stages.
    Visited,
    /// It went through the stages 0, 1, …, k in this order, others between allowed.
    Strict,
}
