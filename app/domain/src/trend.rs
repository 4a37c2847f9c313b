//! A figure by month, against the same months of the year before.
//!
//! The Spring Festival falls into January or February, so that either month alone says
//! little: the two can be merged (house decision HD-15). A month that is not over is
//! compared with as many days of the year before.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::growth::{Growth, growth};
use crate::money::Money;
use crate::period::{Period, add_months};
use crate::rounding::clamp_i64;
use crate::tally::{Measure, Tally};

/// One month, or January and February together, and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What is compared: one month, two if merged, less at the ends of a period.
    pub period: Period,
    /// The same of the year before.
    pub before: Period,
    /// Whether these are January and February together.
    pub merged: bool,
}

/// The calendar months of a period, each with the same of the year before; with
/// `merge_spring` January and February of a year are one wherever the period holds days
/// of both.
#[must_use]
pub fn windows(period: Period, merge_spring: bool) -> Vec<Window> {
    let mut rows: Vec<(Period, bool)> = Vec::new();
    for month in months(period) {
        let february = merge_spring && month.start().month() == 2;
        match rows.last_mut() {
            Some((january, merged)) if february && january.start().month() == 1 => {
                (*january, *merged) = (Period::new(january.start(), month.end_exclusive()), true);
            }
            _ => rows.push((month, false)),
        }
    }
    let with_before = |(period, merged)| Some(Window { period, before: year_before(period)?, merged });
    rows.into_iter().filter_map(with_before).collect()
}

/// One month, or January and February together, against the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthRow {
    /// What is compared: one month, two if merged, less at the ends of a period.
    pub period: Period,
    /// What it is compared with.
    pub before: Period,
    /// Whether these are January and February together.
    pub merged: bool,
    /// The figure: deals, or minor units.
    pub current: i64,
    /// The same of the year before.
    pub base: i64,
    /// The change.
    pub growth: Growth,
}

/// Deals and amounts by business date: of won deals by the day on which they were won.
/// Parts can be merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByDay(BTreeMap<NaiveDate, Tally>);

impl ByDay {
    /// Counts one deal.
    pub fn add(&mut self, on: NaiveDate, amount: Money) {
        self.0.entry(on).or_default().add(amount);
    }

    /// Adds the deals of another part.
    pub fn merge(&mut self, other: &Self) {
        for (on, tally) in &other.0 {
            self.0.entry(*on).or_default().merge(tally);
        }
    }

    /// The figure of a period: deals, or minor units.
    #[must_use]
    pub fn sum(&self, period: Period, measure: Measure) -> i64 {
        clamp_i64(self.0.range(period.start()..period.end_exclusive()).map(|(_, tally)| tally.exact(measure)).sum())
    }

    /// The [`windows`] of a period, each against the year before.
    #[must_use]
    pub fn year_on_year(&self, period: Period, measure: Measure, merge_spring: bool) -> Vec<MonthRow> {
        let row = |Window { period, before, merged }| {
            let (current, base) = (self.sum(period, measure), self.sum(before, measure));
            MonthRow { period, before, merged, current, base, growth: growth(current, base) }
        };
        windows(period, merge_spring).into_iter().map(row).collect()
    }
}

/// The same period of the year before. Whole months stay whole; a last day within a
/// month keeps its number, clipped to the end of the month. `None` only outside the
/// calendar.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::{period::Period, trend::year_before};
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let of = |from, to| year_before(Period::new(date(from), date(to))).unwrap().end_exclusive();
/// // February of 2025 against all 29 days of 2024; up to its 20th against 20 days.
/// assert_eq!(of("2025-02-01", "2025-03-01"), date("2024-03-01"));
/// assert_eq!(of("2025-02-01", "2025-02-21"), date("2024-02-21"));
/// // Up to 28 February 2024, one day before its end, against 28 days of 2023.
/// assert_eq!(of("2024-02-01", "2024-02-29"), date("2023-03-01"));
/// ```
#[must_use]
pub fn year_before(period: Period) -> Option<Period> {
    let start = add_months(period.start(), -12)?;
    let end = period.end_exclusive();
    let end_before =
        if end.day() == 1 || period.days() == 0 { add_months(end, -12)? } else { add_months(end.pred_opt()?, -12)?.succ_opt()? };
    Some(Period::new(start, end_before))
}

/// The calendar months of a period, cut at its ends.
fn months(period: Period) -> Vec<Period> {
    let mut months = Vec::new();
    let mut start = period.start();
    while start < period.end_exclusive() {
        let next = start.with_day(1).and_then(|first| add_months(first, 1)).unwrap_or(NaiveDate::MAX);
        let end = next.min(period.end_exclusive());
        months.push(Period::new(start, end));
        start = end;
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::growth::GrowthLabel;
    use crate::money::Currency;

    const YUAN: Measure = Measure::Amount(Currency::Cny);

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn won(lines: &[(&str, i64)]) -> ByDay {
        let mut all = ByDay::default();
        lines.iter().for_each(|&(on, minor)| all.add(date(on), Money { minor, currency: Currency::Cny }));
        all
    }

    fn spring() -> ByDay {
        won(&[("2025-01-31", 100), ("2025-02-28", 60), ("2026-01-01", 70), ("2026-02-01", 100), ("2026-03-05", 5)])
    }

    #[test]
    fn the_spring_festival_moves_between_two_months() {
        let year = Period::new(date("2026-01-01"), date("2026-04-01"));
        let changes = |merge| spring().year_on_year(year, YUAN, merge).iter().map(|row| row.growth.change_bp).collect::<Vec<_>>();
        assert_eq!(changes(false), [Some(-3_000), Some(6_667), None]);
        assert_eq!(changes(true), [Some(625), None]);
        let rows = spring().year_on_year(year, YUAN, true);
        assert!(rows[0].merged && !rows[1].merged);
        assert_eq!((rows[0].current, rows[0].base, rows[1].growth.label), (170, 160, GrowthLabel::New));
    }

    #[test]
    fn only_january_and_february_of_one_year_are_merged() {
        let from_february = Period::new(date("2026-02-01"), date("2026-04-01"));
        assert!(spring().year_on_year(from_february, YUAN, true).iter().all(|row| !row.merged));
        let fiscal = Period::new(date("2025-12-01"), date("2026-03-01"));
        let merged: Vec<_> = spring().year_on_year(fiscal, YUAN, true).iter().map(|row| row.merged).collect();
        assert_eq!(merged, [false, true]);
    }

    #[test]
    fn a_month_that_is_not_over_is_compared_with_as_many_days() {
        let all = won(&[("2025-06-10", 5), ("2025-06-11", 7), ("2026-06-10", 6)]);
        let rows = all.year_on_year(Period::new(date("2026-06-01"), date("2026-06-11")), YUAN, false);
        assert_eq!((rows[0].current, rows[0].base), (6, 5));
    }

    #[test]
    fn leap_days_are_clipped() {
        let through_leap_day = Period::new(date("2024-01-01"), date("2024-03-01"));
        assert_eq!(year_before(through_leap_day), Some(Period::new(date("2023-01-01"), date("2023-03-01"))));
        let leap_day = Period::new(date("2024-02-29"), date("2024-03-01"));
        assert_eq!(year_before(leap_day), Some(Period::new(date("2023-02-28"), date("2023-03-01"))));
        let february = Period::new(date("2025-02-01"), date("2025-03-01"));
        assert_eq!(year_before(february).map(Period::days), Some(29));
        let empty = Period::new(date("2024-02-15"), date("2024-02-15"));
        assert_eq!(year_before(empty).map(Period::days), Some(0));
    }

    #[test]
    fn parts_merge_and_measures_differ() {
        let mut merged = won(&[("2026-01-01", 1), ("2026-01-02", 2)]);
        merged.merge(&won(&[("2026-01-02", 3), ("2026-01-03", 4)]));
        assert_eq!(merged, won(&[("2026-01-03", 4), ("2026-01-02", 3), ("2026-01-02", 2), ("2026-01-01", 1)]));
        let two_days = Period::new(date("2026-01-01"), date("2026-01-03"));
        assert_eq!((merged.sum(two_days, YUAN), merged.sum(two_days, Measure::Count)), (6, 3));
    }
}
