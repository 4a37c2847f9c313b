//! Won and lost: rates, their uncertainty, and what a period sums up to.
//!
//! The win rate is by the date of closing (house decision HD-7); its variants have
//! names, because each answers another question.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::period::Period;
use crate::rounding::{BP_PER_WHOLE, clamp_i64, ratio_bp};

codes! {
    /// Which win rate.
    WinRateKind {
        /// Won ÷ (won + lost), no decision being a loss: the house's.
        Closed = "closed",
        /// The same without deals lost for want of a decision.
        Decided = "decided",
        /// The same as `Closed` with open deals that are overdue among the lost.
        WithOverdue = "with_overdue",
        /// Won ÷ created: of the deals that began in the period.
        Cohort = "cohort",
    }
}

/// What win rates are made of: numbers of deals, or amounts in minor units of one
/// currency. Invalid deals are in none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WinFigures {
    /// Won, by the date of closing.
    pub won: u64,
    /// Lost, by the date of closing, those without a decision included.
    pub lost: u64,
    /// Of the lost ones, those without a decision.
    pub no_decision: u64,
    /// Open, with an expected close that has passed.
    pub overdue: u64,
    /// Created in the period.
    pub created: u64,
    /// Of the created ones, those won by now.
    pub created_won: u64,
}

impl WinFigures {
    /// The rate in basis points; `None` if its denominator is zero.
    ///
    /// ```
    /// use domain::funnel::{WinFigures, WinRateKind};
    /// let all = WinFigures { won: 12, lost: 35, no_decision: 9, overdue: 13, created: 100, created_won: 10 };
    /// assert_eq!(all.rate_bp(WinRateKind::Closed), Some(2553));
    /// assert_eq!(all.rate_bp(WinRateKind::Decided), Some(3158));
    /// assert_eq!(all.rate_bp(WinRateKind::WithOverdue), Some(2000));
    /// assert_eq!(all.rate_bp(WinRateKind::Cohort), Some(1000));
    /// ```
    #[must_use]
    pub fn rate_bp(&self, kind: WinRateKind) -> Option<i64> {
        match kind {
            WinRateKind::Closed => win_rate_bp(self.won, self.lost, 0),
            WinRateKind::Decided => win_rate_bp(self.won, self.lost.saturating_sub(self.no_decision), 0),
            WinRateKind::WithOverdue => win_rate_bp(self.won, self.lost, self.overdue),
            WinRateKind::Cohort => ratio_bp(self.created_won, self.created),
        }
    }
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
    fn nothing_created_and_nothing_closed_have_no_rate() {
        for &kind in WinRateKind::ALL {
            assert_eq!(WinFigures::default().rate_bp(kind), None);
        }
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
