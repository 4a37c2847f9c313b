//! How the sales cycle of the won deals goes, month by month of the win.
//!
//! Each month is a window of its own, as in [`super::months`]: a deal that was won in March,
//! reopened and won again in May counts in both. In the twelve months together it counts
//! once, so that a total may be of fewer wins than its months.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::set::{Set, Subject};
use crate::codes;
use crate::days::DayCounts;
use crate::funnel::traced::Traced;
use crate::funnel::{FunnelError, History};
use crate::growth::{Growth, growth};
use crate::period::{Period, add_months};
use crate::pipeline::TransitionKind;

/// Wins below which a month is marked: its median is the length of a deal or two.
pub const WINS_MIN: u64 = 5;
/// The end of the band, in basis points: four of five wins took no longer.
pub const BAND_BP: i64 = 8_000;

codes! {
    /// How many months of wins are shown; the running one is the last.
    TrendSpan { Last12 = "12", Last24 = "24" }
}

impl TrendSpan {
    /// Number of months.
    #[must_use]
    pub const fn months(self) -> i32 {
        match self {
            Self::Last12 => 12,
            Self::Last24 => 24,
        }
    }

    /// The months on `today`, the first one first; the last ends with today.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// use domain::analysis::TrendSpan;
    /// # let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let months = TrendSpan::Last12.windows(date(2026, 5, 20));
    /// assert_eq!((months.len(), months[0].start()), (12, date(2025, 6, 1)));
    /// assert_eq!(months[11].end_exclusive(), date(2026, 5, 21));
    /// ```
    #[must_use]
    pub fn windows(self, today: NaiveDate) -> Vec<Period> {
        let first = today.with_day(1).unwrap_or(today);
        let tomorrow = today.succ_opt().unwrap_or(today);
        let month = |back: i32| {
            let start = add_months(first, -back)?;
            Some(Period::new(start, add_months(start, 1)?.min(tomorrow)))
        };
        (0..self.months()).rev().filter_map(month).collect()
    }
}

/// The wins of some days: how many, and how long they took, in thousandths of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleMonth {
    pub period: Period,
    pub wins: u64,
    /// `None` without a win.
    pub median_milli: Option<i64>,
    /// Four of five took no longer.
    pub p80_milli: Option<i64>,
}

impl CycleMonth {
    /// Whether there are wins, but too few to tell much.
    #[must_use]
    pub const fn few(&self) -> bool {
        self.wins > 0 && self.wins < WINS_MIN
    }

    /// Whether the month is not over.
    #[must_use]
    pub fn running(&self) -> bool {
        self.period.end_exclusive().day() != 1
    }
}

/// What the chart shows, and the last twelve months against the twelve before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleTrend {
    pub months: Vec<CycleMonth>,
    pub last: CycleMonth,
    pub before: CycleMonth,
    /// Of the median; `None` if either is undefined.
    pub change: Option<Growth>,
}

/// Takes deals one by one.
pub struct CycleBook {
    as_of: NaiveDate,
    /// The months, then the last twelve together and the twelve before.
    windows: Vec<(Period, DayCounts)>,
}

impl CycleBook {
    /// An empty book of the months of a span.
    #[must_use]
    pub fn new(span: TrendSpan, as_of: NaiveDate) -> Self {
        let of = |period| (period, DayCounts::default());
        let mut windows: Vec<_> = span.windows(as_of).into_iter().map(of).collect();
        let years = TrendSpan::Last24.windows(as_of);
        // Of twenty-four months; empty only at the ends of the calendar.
        let whole = |months: &[Period]| match (months.first(), months.last()) {
            (Some(first), Some(last)) => Period::new(first.start(), last.end_exclusive()),
            _ => Period::new(as_of, as_of),
        };
        let (earlier, later) = years.split_at(years.len().min(12));
        windows.extend([of(whole(later)), of(whole(earlier))]);
        Self { as_of, windows }
    }

    /// Counts one deal of a pipeline of so many stages in every window in which it was won.
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`].
    pub fn add(&mut self, deal: &History<'_>, stages: u8) -> Result<(), FunnelError> {
        for (days, counts) in &mut self.windows {
            // Most deals were won in none of the windows.
            if !deal.steps.iter().any(|step| step.kind == TransitionKind::Won && days.contains(step.on)) {
                continue;
            }
            let Some(traced) = Traced::read(deal, stages, *days, self.as_of)? else { continue };
            let subject = Subject { traced: &traced, lost_reason: deal.lost_reason, opened: None, period: *days, as_of: self.as_of };
            let set = Set::WonIn(*days);
            if set.has(&subject)
                && let Some(took) = set.days(&subject)
            {
                counts.add(took);
            }
        }
        Ok(())
    }

    /// The figures.
    #[must_use]
    pub fn trend(&self) -> CycleTrend {
        let figures = |(period, days): &(Period, DayCounts)| CycleMonth {
            period: *period,
            wins: days.len(),
            median_milli: days.median_milli(),
            p80_milli: days.percentile_milli(BAND_BP),
        };
        let mut all: Vec<CycleMonth> = self.windows.iter().map(figures).collect();
        let none = CycleMonth { period: Period::new(self.as_of, self.as_of), wins: 0, median_milli: None, p80_milli: None };
        let before = all.pop().unwrap_or(none);
        let last = all.pop().unwrap_or(none);
        let change = last.median_milli.zip(before.median_milli).map(|(now, then)| growth(now, then));
        CycleTrend { months: all, last, before, change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel::Step;
    use crate::money::{Currency, Money};

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn step(kind: TransitionKind, stage: u8, on: &str) -> Step {
        Step { kind, stage, on: date(on) }
    }

    fn trend(span: TrendSpan, deals: &[&[Step]]) -> CycleTrend {
        let mut book = CycleBook::new(span, date("2026-05-20"));
        for steps in deals {
            let amount = Money { minor: 1, currency: Currency::Cny };
            let history = History { steps, amount, first_contact: None, lost_reason: None, derived: false };
            book.add(&history, 3).expect("stages that exist");
        }
        book.trend()
    }

    fn won(from: &str, to: &str) -> Vec<Step> {
        vec![step(TransitionKind::Enter, 0, from), step(TransitionKind::Won, 2, to)]
    }

    #[test]
    fn a_month_is_the_median_and_the_band_of_its_wins() {
        let deals: Vec<_> = (1..=5).map(|n| won(&format!("2026-03-{:02}", 20 - 2 * n), "2026-03-20")).collect();
        let deals: Vec<&[Step]> = deals.iter().map(Vec::as_slice).collect();
        let trend = trend(TrendSpan::Last12, &deals);
        assert_eq!(trend.months.len(), 12);
        let march = trend.months[9];
        assert_eq!((march.period.start(), march.wins), (date("2026-03-01"), 5));
        // 2, 4, 6, 8 and 10 days.
        assert_eq!((march.median_milli, march.p80_milli), (Some(6_000), Some(8_400)));
        assert!(!march.few() && !march.running() && trend.months[11].running());
        assert_eq!((trend.last.wins, trend.last.median_milli, trend.before.wins), (5, Some(6_000), 0));
    }

    #[test]
    fn a_month_without_wins_is_undefined_and_few_are_marked() {
        let deal = won("2026-04-01", "2026-04-11");
        let trend = trend(TrendSpan::Last24, &[&deal]);
        let april = trend.months[22];
        assert!(april.few());
        assert_eq!((trend.months.len(), april.median_milli), (24, Some(10_000)));
        let none = trend.months[0];
        assert_eq!((none.wins, none.median_milli, none.p80_milli, none.few()), (0, None, None, false));
        assert_eq!(trend.change, None);
    }

    #[test]
    fn twelve_months_are_compared_with_the_twelve_before() {
        let (now, then) = (won("2026-01-01", "2026-01-31"), won("2025-01-01", "2025-02-10"));
        let trend = trend(TrendSpan::Last12, &[&now, &then]);
        assert_eq!((trend.last.period.start(), trend.before.period.start()), (date("2025-06-01"), date("2024-06-01")));
        assert_eq!((trend.last.median_milli, trend.before.median_milli), (Some(30_000), Some(40_000)));
        assert_eq!(trend.change.and_then(|change| change.change_bp), Some(-2_500));
    }

    #[test]
    fn a_deal_won_twice_counts_in_both_months_and_once_in_all() {
        let deal = [
            step(TransitionKind::Enter, 0, "2025-12-01"),
            step(TransitionKind::Won, 2, "2025-12-11"),
            step(TransitionKind::Reopen, 1, "2026-01-02"),
            step(TransitionKind::Won, 2, "2026-01-20"),
        ];
        let trend = trend(TrendSpan::Last12, &[&deal]);
        let wins: Vec<u64> = trend.months.iter().map(|month| month.wins).collect();
        assert_eq!(wins, [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
        assert_eq!((trend.months[6].median_milli, trend.months[7].median_milli), (Some(10_000), Some(50_000)));
        assert_eq!((trend.last.wins, trend.last.median_milli), (1, Some(50_000)));
    }
}
