//! The three lenses, read from funnels: leak, time and congestion, stage by stage.
//!
//! A leak is measured against the pipeline's own last twelve months, not against other
//! stages: the first step of every funnel loses most. The last stage, that of won
//! deals, is in no lens.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::days::DayCounts;
use crate::funnel::{BAND_BELOW, Funnel, View};
use crate::growth::{Growth, growth};
use crate::money::Currency;
use crate::pipeline::STALL_MIN_STAYS;
use crate::rounding::{clamp_i64, divide, ratio_bp};
use crate::tally::Measure;

/// A queue grows if deals would stay more than one and a half times as long as usual,
/// in hundredths.
pub const GROWING_ABOVE_X100: i64 = 150;

/// Why funnels cannot be compared. Serialised as its code in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LensError {
    /// They have other stages or another mode.
    #[error("the funnels have other stages or another mode")]
    OtherPipeline,
    /// A lens needs another view of the deals.
    #[error("the lens needs another view")]
    OtherView,
}

/// How much more a step loses than it usually did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// The stage that is left, from 0.
    pub stage: usize,
    /// Deals that count at it.
    pub entered: u64,
    /// Its step in basis points; `None` if nobody entered.
    pub step_bp: Option<i64>,
    /// The same over the twelve months before.
    pub base_bp: Option<i64>,
    /// Base − now in percentage points, as basis points: above zero it leaks.
    pub shortfall_bp: Option<i64>,
    /// Deals that are missing at the next stage, in tenths; zero without a shortfall.
    pub missing_x10: i64,
    /// What they would have brought in minor units: missing × won amount ÷ deals at the
    /// next stage. `None` if there are none of these.
    pub value_minor: Option<i64>,
    /// Both rates are of [`BAND_BELOW`] deals or more.
    pub enough: bool,
}

/// How long a stage takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTime {
    /// The stage, from 0.
    pub stage: usize,
    /// Median of the completed stays, in thousandths of a day.
    pub median_milli: Option<i64>,
    /// Its share in the sum of the medians of all stages, in basis points.
    pub share_bp: Option<i64>,
    /// 80th percentile, in thousandths of a day.
    pub p80_milli: Option<i64>,
    /// Its change against the earlier funnel; `None` if either is undefined.
    pub p80_change: Option<Growth>,
    /// There are [`STALL_MIN_STAYS`] stays or more.
    pub enough: bool,
}

/// Whether the queue before a stage's exit grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Congestion {
    /// The stage, from 0.
    pub stage: usize,
    /// Open deals in it.
    pub wip: u64,
    /// Deals that left it in the days looked at.
    pub left: u64,
    /// Little's law: days that a deal would stay, in thousandths; `None` if none left.
    pub law_milli: Option<i64>,
    /// Median of the completed stays, in thousandths of a day.
    pub median_milli: Option<i64>,
    /// Law ÷ median, in hundredths; `None` if either is undefined or the median zero.
    pub ratio_x100: Option<i64>,
    /// The exact ratio is above [`GROWING_ABOVE_X100`], or deals wait and none left.
    pub growing: bool,
}

/// The leaks of a cohort against the cohort of the twelve months before it, with the
/// value in one currency.
///
/// # Errors
///
/// [`LensError::OtherView`] unless both are cohorts, [`LensError::OtherPipeline`].
pub fn leaks(now: &Funnel, base: &Funnel, currency: Currency) -> Result<Vec<Leak>, LensError> {
    let cohorts = [now, base].iter().all(|funnel| matches!(funnel.shape().view, View::Cohort(_)));
    alike(now, base, cohorts)?;
    let won_minor = now.won().exact(Measure::Amount(currency));
    Ok((0..now.stages().len().saturating_sub(1)).map(|stage| leak(now, base, stage, won_minor)).collect())
}

fn leak(now: &Funnel, base: &Funnel, stage: usize, won_minor: i128) -> Leak {
    let ((entered, passed), (base_entered, base_passed)) = (now.step_counts(stage), base.step_counts(stage));
    let [e, p, be, bp] = [entered, passed, base_entered, base_passed].map(i128::from);
    let (step_bp, base_bp) = (ratio_bp(p, e), ratio_bp(bp, be));
    // Missing deals are `entered × base rate − passed`, as a fraction over `be`.
    let missing = if be > 0 { (e * bp - p * be).max(0) } else { 0 };
    let next = now.stages().get(stage + 1).map_or(0, |flow| i128::from(flow.entered.count()));
    Leak {
        stage,
        entered,
        step_bp,
        base_bp,
        shortfall_bp: base_bp.zip(step_bp).map(|(base, now)| base - now),
        missing_x10: divide(missing * 10, be).unwrap_or(0),
        value_minor: divide(missing.saturating_mul(won_minor), be.saturating_mul(next)),
        enough: entered >= BAND_BELOW && base_entered >= BAND_BELOW,
    }
}

/// The leak with the largest shortfall of those with enough deals; `None` if nothing
/// leaks. Of equal ones the earlier.
#[must_use]
pub fn worst_leak(leaks: &[Leak]) -> Option<Leak> {
    first_max(leaks.iter().filter(|leak| leak.enough && leak.shortfall_bp > Some(0)), |leak| leak.shortfall_bp)
}

/// The time in each stage, and how its 80th percentile changed.
///
/// # Errors
///
/// [`LensError::OtherView`] for a snapshot, [`LensError::OtherPipeline`].
pub fn stage_times(now: &Funnel, earlier: &Funnel) -> Result<Vec<StageTime>, LensError> {
    let stays = [now, earlier].iter().all(|funnel| funnel.shape().view != View::Snapshot);
    alike(now, earlier, stays)?;
    let open = now.stages().len().saturating_sub(1);
    let sum: i128 = now.stages()[..open].iter().filter_map(|flow| flow.latest.median_milli()).map(i128::from).sum();
    let times = now.stages()[..open].iter().zip(earlier.stages()).enumerate().map(|(stage, (flow, before))| {
        let p80 = |days: &DayCounts| days.percentile_milli(8_000);
        let median_milli = flow.latest.median_milli();
        StageTime {
            stage,
            median_milli,
            share_bp: median_milli.and_then(|median| ratio_bp(median, sum)),
            p80_milli: p80(&flow.latest),
            p80_change: p80(&flow.latest).zip(p80(&before.latest)).map(|(now, before)| growth(now, before)),
            enough: flow.latest.len() >= STALL_MIN_STAYS as u64,
        }
    });
    Ok(times.collect())
}

/// The stage that takes the largest share of time, of those with enough stays.
#[must_use]
pub fn worst_time(times: &[StageTime]) -> Option<StageTime> {
    first_max(times.iter().filter(|time| time.enough && time.share_bp > Some(0)), |time| time.share_bp)
}

/// The queues: open deals of a snapshot, deals that left in the period of `recent` (the
/// last 30 days), and the usual median of a third funnel.
///
/// # Errors
///
/// [`LensError::OtherView`] unless `standing` is a snapshot, `recent` of events, and
/// `usual` not a snapshot; [`LensError::OtherPipeline`].
pub fn congestion(standing: &Funnel, recent: &Funnel, usual: &Funnel) -> Result<Vec<Congestion>, LensError> {
    let View::Event(period) = recent.shape().view else { return Err(LensError::OtherView) };
    alike(standing, recent, standing.shape().view == View::Snapshot)?;
    alike(standing, usual, usual.shape().view != View::Snapshot)?;
    let stages = 0..standing.stages().len().saturating_sub(1);
    Ok(stages
        .map(|stage| {
            let wip = standing.stages()[stage].still.count();
            let left = recent.stages()[stage].latest.len();
            queue(stage, wip, left, period.days(), usual.stages()[stage].latest.median_milli())
        })
        .collect())
}

fn queue(stage: usize, wip: u64, left: u64, days: i64, median_milli: Option<i64>) -> Congestion {
    let waiting_milli = i128::from(wip) * i128::from(days) * 1_000;
    let usual = median_milli.map(|median| i128::from(median) * i128::from(left));
    Congestion {
        stage,
        wip,
        left,
        law_milli: divide(waiting_milli, i128::from(left)),
        median_milli,
        ratio_x100: usual.and_then(|usual| divide(waiting_milli * 100, usual)),
        growing: match left {
            0 => wip > 0,
            _ => usual.is_some_and(|usual| usual > 0 && waiting_milli * 100 > usual * i128::from(GROWING_ABOVE_X100)),
        },
    }
}

/// The queue that grows most, one that nobody leaves first; `None` if none grows.
#[must_use]
pub fn worst_congestion(queues: &[Congestion]) -> Option<Congestion> {
    first_max(queues.iter().filter(|queue| queue.growing), |queue| (queue.left == 0, queue.ratio_x100, queue.wip))
}

fn alike(a: &Funnel, b: &Funnel, views: bool) -> Result<(), LensError> {
    if !views {
        return Err(LensError::OtherView);
    }
    let same = |funnel: &Funnel| (funnel.shape().stages, funnel.shape().mode);
    if same(a) == same(b) { Ok(()) } else { Err(LensError::OtherPipeline) }
}

/// The first of the largest: `max_by_key` would give the last.
fn first_max<'a, T: Copy + 'a, K: Ord>(all: impl Iterator<Item = &'a T>, key: impl Fn(&T) -> K) -> Option<T> {
    all.copied().reduce(|best, one| if key(&one) > key(&best) { one } else { best })
}

impl Funnel {
    /// Deals at a stage, and those that count at the next and belong to its rate.
    fn step_counts(&self, stage: usize) -> (u64, u64) {
        let count = |stage: usize, of: fn(&crate::funnel::StageFlow) -> u64| self.stages().get(stage).map_or(0, of);
        (count(stage, |flow| flow.entered.count()), count(stage + 1, |flow| flow.from_before().count()))
    }
}

/// The sum of the values of all leaks: what came of it if every step were as before,
/// each by itself. In minor units.
#[must_use]
pub fn leaked_minor(leaks: &[Leak]) -> i64 {
    clamp_i64(leaks.iter().filter_map(|leak| leak.value_minor).map(i128::from).sum())
}

#[cfg(test)]
mod tests;
