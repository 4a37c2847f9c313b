//! What a page shows of a [`Funnel`]: a row for each stage, reasons of losses, and
//! whether the cohort is old enough to be judged.

use std::cmp::Reverse;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::outcomes::{Interval, WinFigures, wilson_bp};
use super::{Funnel, FunnelMode, View};
use crate::period::{Period, days_between};
use crate::pipeline::LostReason;
use crate::rounding::ratio_bp;
use crate::tally::{Measure, Tally};

/// A rate of fewer deals than this is shown with its confidence band.
pub const BAND_BELOW: u64 = 30;

/// One stage. Figures are numbers of deals, or minor units of the measure's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRow {
    /// Deals that count here.
    pub entered: i64,
    /// Went further; at the last stage, won.
    pub advanced: i64,
    /// Lost here.
    pub lost: i64,
    /// Still here.
    pub still: i64,
    /// Deals that count at the next stage, and in the rate of the step to it: its
    /// numerator, `entered` being the denominator. `None` at the last stage and in a
    /// snapshot.
    pub converted: Option<i64>,
    /// Deals that count here and in the rate from the first stage: its numerator, what
    /// entered the first stage being the denominator.
    pub from_first: i64,
    /// To the next stage, in basis points; `None` at the last stage, in a snapshot, and
    /// if nobody entered.
    pub step_bp: Option<i64>,
    /// From the first stage to here, in basis points.
    pub cumulative_bp: Option<i64>,
    /// Advanced ÷ (advanced + lost), in basis points.
    pub resolved_bp: Option<i64>,
    /// The 95 % band of the step, for fewer than [`BAND_BELOW`] deals of a cohort. By
    /// visits a step is no share of its deals, and there is none.
    pub band: Option<Interval>,
    /// Median of the last completed stays, in thousandths of a day.
    pub latest_median_milli: Option<i64>,
    /// Median of all completed stays of a deal together, in thousandths of a day.
    pub cumulative_median_milli: Option<i64>,
    /// Median age of the stays that are not over, in thousandths of a day.
    pub age_median_milli: Option<i64>,
}

/// The losses for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostLine {
    /// The reason; `None` for losses without one.
    pub reason: Option<LostReason>,
    /// How many.
    pub count: u64,
    /// By the measure: the same, or minor units.
    pub value: i64,
    /// The share of all losses by the measure, in basis points.
    pub share_bp: Option<i64>,
}

/// Whether a cohort can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Maturity {
    /// Four of five sales cycles would be over by now.
    Mature,
    /// Not before this date.
    From(NaiveDate),
    /// No cycle is known.
    Unknown,
}

impl Funnel {
    /// A row for each stage.
    #[must_use]
    pub fn rows(&self, measure: Measure) -> Vec<StageRow> {
        let rated = self.shape().view != View::Snapshot;
        let first = self.stages().first().map(|flow| flow.entered).unwrap_or_default();
        let next = self.stages().iter().skip(1).map(Some).chain([None]);
        self.stages()
            .iter()
            .zip(next)
            .map(|(flow, next)| {
                let next = next.filter(|_| rated).map(|next| &next.from_before);
                let (advanced, lost) = (flow.advanced.exact(measure), flow.lost.exact(measure));
                StageRow {
                    entered: flow.entered.by(measure),
                    advanced: flow.advanced.by(measure),
                    lost: flow.lost.by(measure),
                    still: flow.still.by(measure),
                    converted: next.map(|next| next.by(measure)),
                    from_first: flow.from_first.by(measure),
                    step_bp: next.and_then(|next| next.share_of_bp(&flow.entered, measure)),
                    cumulative_bp: flow.from_first.share_of_bp(&first, measure).filter(|_| rated),
                    resolved_bp: ratio_bp(advanced, advanced + lost),
                    band: next.and_then(|next| self.band(next, &flow.entered, measure)),
                    latest_median_milli: flow.latest.median_milli(),
                    cumulative_median_milli: flow.cumulative.median_milli(),
                    age_median_milli: flow.ages.median_milli(),
                }
            })
            .collect()
    }

    /// Losses by reason, the most first: at one stage, or at all of them together. The
    /// lines add up to the losses.
    #[must_use]
    pub fn lost_reasons(&self, stage: Option<usize>, measure: Measure) -> Vec<LostLine> {
        let mut all = Tally::default();
        let mut by_reason = [Tally::default(); LostReason::ALL.len()];
        for (index, flow) in self.stages().iter().enumerate() {
            if stage.is_none_or(|wanted| wanted == index) {
                all.merge(&flow.lost);
                by_reason.iter_mut().zip(&flow.reasons).for_each(|(sum, part)| sum.merge(part));
            }
        }
        let named_count: u64 = by_reason.iter().map(Tally::count).sum();
        let named_value: i128 = by_reason.iter().map(|tally| tally.exact(measure)).sum();
        let named = LostReason::ALL.iter().zip(&by_reason).map(|(&reason, tally)| (Some(reason), tally.count(), tally.exact(measure)));
        let unnamed = (None, all.count() - named_count, all.exact(measure) - named_value);
        let mut lines: Vec<LostLine> = named
            .chain([unnamed])
            .filter(|&(_, count, _)| count > 0)
            .map(|(reason, count, value)| LostLine {
                reason,
                count,
                value: crate::rounding::clamp_i64(value),
                share_bp: ratio_bp(value, all.exact(measure)),
            })
            .collect();
        lines.sort_by_key(|line| (Reverse(line.value), Reverse(line.count)));
        lines
    }

    fn band(&self, next: &Tally, entered: &Tally, measure: Measure) -> Option<Interval> {
        let shape = self.shape();
        let share = matches!(shape.view, View::Cohort(_)) && shape.mode != FunnelMode::Visited;
        let few = entered.count() < BAND_BELOW && measure == Measure::Count;
        if share && few { wilson_bp(next.count(), entered.count()) } else { None }
    }
}

/// The figures of win rates by a measure: of what was closed in a period, by a funnel
/// of events, and of what began in it, by a cohort. `overdue` is the open deals with an
/// expected close that has passed, by the same measure ([`crate::forecast::Due`]).
#[must_use]
pub fn win_figures(closed: &Funnel, began: &Funnel, overdue: u64, measure: Measure) -> WinFigures {
    // Amounts are zero or more; a sum below zero would be of corrections only.
    let of = |tally: &Tally| u64::try_from(tally.by(measure)).unwrap_or(0);
    WinFigures {
        won: of(closed.won()),
        lost: of(closed.lost()),
        no_decision: of(closed.no_decision()),
        overdue,
        created: of(began.deals()),
        created_won: of(began.won()),
    }
}

/// Whether the deals that began in a period can be judged: from its end plus the 80th
/// percentile of the sales cycle on (`rules.md` §2.5), in thousandths of a day.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::funnel::{maturity, Maturity};
/// use domain::period::Period;
/// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
/// let quarter = Period::new(date(1, 1), date(4, 1));
/// assert_eq!(maturity(quarter, Some(30_500), date(5, 1)), Maturity::From(date(5, 2)));
/// assert_eq!(maturity(quarter, Some(30_500), date(5, 2)), Maturity::Mature);
/// ```
#[must_use]
pub fn maturity(period: Period, cycle_p80_milli: Option<i64>, as_of: NaiveDate) -> Maturity {
    let Some(milli) = cycle_p80_milli else { return Maturity::Unknown };
    let days = u64::try_from(milli).unwrap_or(0).div_ceil(1_000);
    match period.end_exclusive().checked_add_days(Days::new(days)) {
        Some(from) if days_between(from, as_of) < 0 => Maturity::From(from),
        Some(_) => Maturity::Mature,
        None => Maturity::From(NaiveDate::MAX),
    }
}
