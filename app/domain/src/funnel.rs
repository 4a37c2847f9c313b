//! The funnel: how many deals came how far, and how many were won.
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
//! Not here: which deals form a cohort, and how long anything took
//! ([`crate::cycle`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::period::Period;
use crate::rounding::{BP_PER_WHOLE, clamp_i64, ratio_bp};

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

/// A funnel of n stages: see [`funnel`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// How many deals count at each stage; n entries.
    pub entered: Vec<u64>,
    /// From each stage to the next, in basis points; n − 1 entries.
    pub step_bp: Vec<Option<i64>>,
    /// From the first stage to each later one, in basis points; n − 1 entries.
    pub cumulative_bp: Vec<Option<i64>>,
}

/// How a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Still being worked on.
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Never a deal: a duplicate or a test.
    Invalid,
}

/// The ends of a confidence interval, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low_bp: i64,
    /// The upper end.
    pub high_bp: i64,
}

/// A closing of a deal, or the reopening after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeEvent {
    /// The business date of the event.
    pub date: NaiveDate,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: OutcomeEventKind,
}

/// What an [`OutcomeEvent`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeEventKind {
    /// Closed as won.
    Won,
    /// Closed as lost.
    Lost,
    /// Opened again, which closes nothing and cancels no closing.
    Reopened,
}

/// How many deals a window closed either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowOutcomes {
    /// Deals whose last closing inside the window was a win.
    pub won: u64,
    /// Deals whose last closing inside the window was a loss.
    pub lost: u64,
}

/// An amount booked on a date; a reversal is a negative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedAmount {
    /// The business date.
    pub date: NaiveDate,
    /// In minor units.
    pub amount_minor: i64,
}

/// Counts the deals at each of `stages` stages and the rates between them.
///
/// A history is the stages of one deal in the order of time, numbered from 0. An
/// empty history counts nowhere. A rate from a stage that nobody came to is `None`.
///
/// ```
/// use domain::funnel::{funnel, FunnelMode};
/// let histories = [vec![0, 1, 2], vec![0, 2], vec![0], vec![0, 1, 0]];
/// let reached = funnel(&histories, 3, FunnelMode::Reached);
/// assert_eq!(reached.entered, [4, 3, 2]);
/// assert_eq!(reached.step_bp, [Some(7500), Some(6667)]);
/// assert_eq!(funnel(&histories, 3, FunnelMode::Visited).entered, [4, 2, 2]);
/// assert_eq!(funnel(&histories, 3, FunnelMode::Strict).entered, [4, 2, 1]);
/// ```
pub fn funnel<H: AsRef<[usize]>>(histories: &[H], stages: usize, mode: FunnelMode) -> Funnel {
    let mut entered = vec![0; stages];
    for history in histories {
        count_history(&mut entered, history.as_ref(), mode);
    }
    let first = entered.first().copied().unwrap_or(0);
    Funnel {
        step_bp: entered.windows(2).map(|two| ratio_bp(two[1], two[0])).collect(),
        cumulative_bp: entered.iter().skip(1).map(|&later| ratio_bp(later, first)).collect(),
        entered,
    }
}

/// The open deals at each of `stages` stages: work in progress. A deal is its current
/// stage, from 0, and how it stands; one beyond the last stage is not counted.
pub fn funnel_snapshot(deals: &[(usize, Outcome)], stages: usize) -> Vec<u64> {
    let mut open = vec![0; stages];
    for (stage, outcome) in deals {
        if *outcome == Outcome::Open {
            add_one(&mut open, *stage);
        }
    }
    open
}

/// Won deals among the closed ones, in basis points. `None` if nothing was closed.
///
/// The house counts "no decision" as lost (house decision HD-7); pass zero to leave
/// it out. Invalid deals are in none of the numbers.
///
/// ```
/// use domain::funnel::win_rate_bp;
/// assert_eq!(win_rate_bp(12, 26, 9), Some(2553));
/// assert_eq!(win_rate_bp(12, 26, 0), Some(3158));
/// assert_eq!(win_rate_bp(0, 0, 0), None);
/// ```
pub fn win_rate_bp(won: u64, lost: u64, no_decision: u64) -> Option<i64> {
    ratio_bp(won, i128::from(won) + i128::from(lost) + i128::from(no_decision))
}

/// The 95 % confidence interval of a rate (Wilson 1927, z = 1.959963984540054), shown
/// beside rates of few deals. `None` without trials, or with more successes than trials.
///
/// The one rule here in binary floating point: a band of uncertainty is no figure that
/// others must add up to.
///
/// ```
/// use domain::funnel::wilson_bp;
/// let band = wilson_bp(3, 10).unwrap();
/// assert_eq!((band.low_bp, band.high_bp), (1078, 6032));
/// ```
pub fn wilson_bp(successes: u64, trials: u64) -> Option<Interval> {
    const Z: f64 = 1.959_963_984_540_054;
    if trials == 0 || successes > trials {
        return None;
    }
    let n = trials as f64;
    let p = successes as f64 / n;
    let scale = 1.0 + Z * Z / n;
    let centre = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(Interval { low_bp: bp_of_float((centre - reach) / scale), high_bp: bp_of_float((centre + reach) / scale) })
}

/// Won and lost deals of a window, each deal counted once at most: by its last closing
/// inside the window. Of several on one day, the last in the list.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::funnel::{window_outcomes, OutcomeEvent, OutcomeEventKind};
/// use domain::period::Period;
/// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
/// let deal = [
///     OutcomeEvent { date: date(1, 10), kind: OutcomeEventKind::Lost },
///     OutcomeEvent { date: date(2, 1), kind: OutcomeEventKind::Reopened },
///     OutcomeEvent { date: date(3, 5), kind: OutcomeEventKind::Won },
/// ];
/// let january = window_outcomes(&[deal], Period::new(date(1, 1), date(2, 1)));
/// assert_eq!((january.won, january.lost), (0, 1));
/// let half_year = window_outcomes(&[deal], Period::new(date(1, 1), date(7, 1)));
/// assert_eq!((half_year.won, half_year.lost), (1, 0));
/// ```
pub fn window_outcomes<D: AsRef<[OutcomeEvent]>>(deals: &[D], window: Period) -> WindowOutcomes {
    let mut outcomes = WindowOutcomes::default();
    for deal in deals {
        match last_closing(deal.as_ref(), window) {
            Some(OutcomeEventKind::Won) => outcomes.won += 1,
            Some(OutcomeEventKind::Lost) => outcomes.lost += 1,
            Some(OutcomeEventKind::Reopened) | None => {}
        }
    }
    outcomes
}

/// The sum of the lines dated inside the period, in minor units of their one currency.
///
/// A reversal is a negative line in its own period, so that a period that was reported
/// keeps its figure.
pub fn period_sum_minor(lines: &[DatedAmount], period: Period) -> i64 {
    let sum: i128 = lines.iter().filter(|line| period.contains(line.date)).map(|line| i128::from(line.amount_minor)).sum();
    clamp_i64(sum)
}

fn count_history(entered: &mut [u64], history: &[usize], mode: FunnelMode) {
    match mode {
        FunnelMode::Reached => {
            let reached = history.iter().max().map_or(0, |&furthest| furthest + 1);
            add_one_to_first(entered, reached);
        }
        FunnelMode::Visited => {
            for (stage, count) in entered.iter_mut().enumerate() {
                *count += u64::from(history.contains(&stage));
            }
        }
        FunnelMode::Strict => {
            // The next stage awaited is also the number of stages passed in order.
            let passed = history.iter().fold(0, |awaited, &stage| awaited + usize::from(stage == awaited));
            add_one_to_first(entered, passed);
        }
    }
}

fn add_one_to_first(counts: &mut [u64], how_many: usize) {
    for count in counts.iter_mut().take(how_many) {
        *count += 1;
    }
}

fn add_one(counts: &mut [u64], index: usize) {
    if let Some(count) = counts.get_mut(index) {
        *count += 1;
    }
}

fn last_closing(events: &[OutcomeEvent], window: Period) -> Option<OutcomeEventKind> {
    events
        .iter()
        .filter(|event| event.kind != OutcomeEventKind::Reopened)
        .filter(|event| window.contains(event.date))
        // Of equal dates `max_by_key` returns the last.
        .max_by_key(|event| event.date)
        .map(|event| event.kind)
}

fn bp_of_float(share: f64) -> i64 {
    // `f64::round` goes half away from zero too.
    (share * BP_PER_WHOLE as f64).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn an_empty_history_counts_nowhere() {
        for mode in [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict] {
            let nobody = funnel(&[vec![]], 3, mode);
            assert_eq!(nobody.entered, [0, 0, 0]);
            assert_eq!(nobody.step_bp, [None, None]);
            assert_eq!(nobody.cumulative_bp, [None, None]);
        }
    }

    #[test]
    fn a_funnel_without_stages_is_empty() {
        let none = funnel(&[vec![0, 1]], 0, FunnelMode::Reached);
        assert_eq!((none.entered.len(), none.step_bp.len()), (0, 0));
        assert_eq!(none.cumulative_bp.len(), 0);
        assert_eq!(funnel(&[vec![0]], 1, FunnelMode::Strict).step_bp, []);
    }

    #[test]
    fn strict_waits_for_each_stage_in_turn() {
        // Back to a stage that was skipped: only then does the row go on.
        let strict = funnel(&[vec![0, 2, 1, 2]], 4, FunnelMode::Strict);
        assert_eq!(strict.entered, [1, 1, 1, 0]);
        let never_first = funnel(&[vec![1, 2]], 3, FunnelMode::Strict);
        assert_eq!(never_first.entered, [0, 0, 0]);
    }

    #[test]
    fn only_open_deals_are_in_progress() {
        let deals = [(0, Outcome::Open), (1, Outcome::Won), (1, Outcome::Lost), (1, Outcome::Invalid), (7, Outcome::Open)];
        assert_eq!(funnel_snapshot(&deals, 2), [1, 0]);
    }

    #[test]
    fn the_band_stays_inside_nothing_and_all() {
        assert_eq!(wilson_bp(0, 10).map(|band| band.low_bp), Some(0));
        assert_eq!(wilson_bp(10, 10).map(|band| band.high_bp), Some(10_000));
        assert_eq!(wilson_bp(0, 0), None);
        assert_eq!(wilson_bp(2, 1), None);
    }

    #[test]
    fn on_one_day_the_list_decides() {
        let event = |kind| OutcomeEvent { date: date("2026-01-10"), kind };
        let deal = vec![
            event(OutcomeEventKind::Won),
            event(OutcomeEventKind::Reopened),
            event(OutcomeEventKind::Lost),
            event(OutcomeEventKind::Reopened),
        ];
        let day = Period::new(date("2026-01-10"), date("2026-01-11"));
        let outcomes = window_outcomes(&[deal], day);
        assert_eq!(outcomes, WindowOutcomes { won: 0, lost: 1 });
    }

    #[test]
    fn the_last_day_outside_is_not_summed() {
        let line = |day, amount_minor| DatedAmount { date: date(day), amount_minor };
        let lines = [line("2026-01-01", 5), line("2026-01-31", -2), line("2026-02-01", 9)];
        let january = Period::new(date("2026-01-01"), date("2026-02-01"));
        assert_eq!(period_sum_minor(&lines, january), 3);
    }
}
