//! Business dates and the periods that figures are reported for.
//!
//! Business dates are plain calendar dates; a period is half-open, its end being
//! the first day outside (house decision HD-4). So two periods that follow each
//! other share a date and no day, and nobody has to know the last second of a
//! year. The fiscal year may begin in any month and is named after the calendar
//! year in which it starts or ends.
//!
//! What needs the time-zone database, the local date of an instant and the length
//! of a local day, stands behind the feature `tz`: the server decides to which
//! date an instant belongs, and the browser is spared the tables.
//!
//! Not here: today's date, which is always an argument, and holidays.

use chrono::{Datelike, Month, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rounding::{divide, ratio_bp};

#[cfg(feature = "tz")]
pub use zoned::{Tz, day_length_minutes, local_date, time_zone};

/// Days from `start` up to, and not including, `end_exclusive`.
///
/// An end that is not after the start makes an empty period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Bounds")]
pub struct Period {
    start: NaiveDate,
    end_exclusive: NaiveDate,
}

#[derive(Deserialize)]
struct Bounds {
    start: NaiveDate,
    end_exclusive: NaiveDate,
}

impl From<Bounds> for Period {
    fn from(bounds: Bounds) -> Self {
        Self::new(bounds.start, bounds.end_exclusive)
    }
}

impl Period {
    /// The period between two dates; empty if the end is not after the start.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// use domain::period::Period;
    /// # let day = |d| NaiveDate::from_ymd_opt(2026, 2, d).unwrap();
    /// let week = Period::new(day(2), day(9));
    /// assert_eq!(week.days(), 7);
    /// assert!(week.contains(day(8)) && !week.contains(day(9)));
    /// ```
    pub fn new(start: NaiveDate, end_exclusive: NaiveDate) -> Self {
        Self { start, end_exclusive: end_exclusive.max(start) }
    }

    /// The first day inside.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// The first day outside.
    pub fn end_exclusive(self) -> NaiveDate {
        self.end_exclusive
    }

    /// Whether the date lies inside.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.start <= date && date < self.end_exclusive
    }

    /// The number of days inside, zero or more.
    pub fn days(self) -> i64 {
        days_between(self.start, self.end_exclusive)
    }
}

/// Which calendar year gives a fiscal year its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    /// The calendar year in which the fiscal year starts.
    Start,
    /// The calendar year in which it ends.
    End,
}

/// Where a date lies in its fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FiscalPeriod {
    /// The number of the fiscal year.
    pub year: i32,
    /// The quarter within it, 1 to 4.
    pub quarter: u32,
    /// The month within it, 1 to 12.
    pub month: u32,
}

/// A week by ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IsoWeek {
    /// The year that the week belongs to, not always that of its days.
    pub year: i32,
    /// 1 to 53.
    pub week: u32,
}

/// The days from `from` to `to`: zero on the same day, negative backwards.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// Year, quarter and month of a date in a fiscal year that begins on day 1 of
/// `start_month`. With January both ways of naming are the same.
///
/// ```
/// # use chrono::{Month, NaiveDate};
/// use domain::period::{fiscal_period, NamedBy};
/// let date = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
/// let fiscal = fiscal_period(date, Month::April, NamedBy::End);
/// assert_eq!((fiscal.year, fiscal.quarter, fiscal.month), (2026, 4, 12));
/// ```
pub fn fiscal_period(date: NaiveDate, start_month: Month, named_by: NamedBy) -> FiscalPeriod {
    let first = start_month.number_from_month();
    let month = (date.month() + 12 - first) % 12 + 1;
    let start_year = date.year() - i32::from(date.month() < first);
    let end_year = start_year + i32::from(first > 1);
    FiscalPeriod {
        year: match named_by {
            NamedBy::Start => start_year,
            NamedBy::End => end_year,
        },
        quarter: (month - 1) / 3 + 1,
        month,
    }
}

/// The same day `months` later, or earlier if negative, clipped to the last day of
/// the target month. `None` only outside the calendar (about year ±262 000).
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::period::add_months;
/// let leap_day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
/// assert_eq!(add_months(leap_day, -12), NaiveDate::from_ymd_opt(2023, 2, 28));
/// ```
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let distance = Months::new(months.unsigned_abs());
    if months < 0 { date.checked_sub_months(distance) } else { date.checked_add_months(distance) }
}

/// A quarter of the fiscal year that starts in the calendar year `start_year`,
/// whatever the naming. `None` unless `quarter` is 1 to 4, and outside the calendar.
///
/// ```
/// # use chrono::Month;
/// use domain::period::quarter_bounds;
/// let q1 = quarter_bounds(2024, 1, Month::January).unwrap();
/// assert_eq!(q1.days(), 91);
/// assert_eq!(q1.end_exclusive().to_string(), "2024-04-01");
/// assert_eq!(quarter_bounds(2024, 5, Month::January), None);
/// ```
pub fn quarter_bounds(start_year: i32, quarter: u32, start_month: Month) -> Option<Period> {
    let months_before = match quarter {
        1 => 0,
        2 => 3,
        3 => 6,
        4 => 9,
        _ => return None,
    };
    let year_start = NaiveDate::from_ymd_opt(start_year, start_month.number_from_month(), 1)?;
    let start = add_months(year_start, months_before)?;
    Some(Period::new(start, add_months(start, 3)?))
}

/// The ISO 8601 week of a date, with its week-year.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::period::iso_week;
/// let week = iso_week(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap());
/// assert_eq!((week.year, week.week), (2026, 53));
/// ```
pub fn iso_week(date: NaiveDate) -> IsoWeek {
    let week = date.iso_week();
    IsoWeek { year: week.year(), week: week.week() }
}

/// How much of a period is over at the end of the day `as_of`, in basis points:
/// 0 before it, 10 000 after it. `None` if the period is empty.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::period::{time_progress_bp, Period};
/// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
/// let february = Period::new(date(2, 1), date(3, 1));
/// assert_eq!(time_progress_bp(february, date(2, 14)), Some(5000));
/// ```
pub fn time_progress_bp(period: Period, as_of: NaiveDate) -> Option<i64> {
    let elapsed = days_between(period.start, as_of) + 1;
    ratio_bp(elapsed.clamp(0, period.days()), period.days())
}

/// What a period ends at if it goes on as it began: `actual × total ÷ elapsed`, in
/// the unit of `actual`. `None` unless at least one day has elapsed.
///
/// ```
/// use domain::period::run_rate;
/// assert_eq!(run_rate(42_000_000, 14, 28), Some(84_000_000));
/// assert_eq!(run_rate(42_000_000, 0, 28), None);
/// ```
pub fn run_rate(actual: i64, elapsed_days: i64, total_days: i64) -> Option<i64> {
    if elapsed_days <= 0 {
        return None;
    }
    divide(i128::from(actual) * i128::from(total_days), i128::from(elapsed_days))
}

/// What needs the time-zone database.
#[cfg(feature = "tz")]
mod zoned {
    use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveTime, TimeZone, Utc};
    use chrono_tz::GapInfo;
    pub use chrono_tz::Tz;

    use crate::rounding::divide;

    /// The time zone of an IANA name such as `Asia/Shanghai`; `None` if unknown.
    pub fn time_zone(iana_name: &str) -> Option<Tz> {
        iana_name.parse().ok()
    }

    /// The calendar date of an instant in a zone, by the rules in force there then.
    ///
    /// ```
    /// use domain::period::{local_date, time_zone};
    /// let instant = "2025-12-31T16:00:00Z".parse().unwrap();
    /// let shanghai = time_zone("Asia/Shanghai").unwrap();
    /// assert_eq!(local_date(instant, shanghai).to_string(), "2026-01-01");
    /// ```
    pub fn local_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
        instant.with_timezone(&zone).date_naive()
    }

    /// Minutes from the first instant of a local date to the first of the next:
    /// 1440, except where the clocks change. A date that the zone skipped has none.
    ///
    /// `None` only at the end of the calendar.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// use domain::period::{day_length_minutes, time_zone};
    /// let new_york = time_zone("America/New_York").unwrap();
    /// let spring = NaiveDate::from_ymd_opt(2026, 3, 8).unwrap();
    /// assert_eq!(day_length_minutes(spring, new_york), Some(1380));
    /// ```
    pub fn day_length_minutes(date: NaiveDate, zone: Tz) -> Option<i64> {
        let start = first_instant(date, zone)?;
        let next = first_instant(date.succ_opt()?, zone)?;
        divide(i128::from((next - start).num_seconds()), 60)
    }

    /// The first instant of a local date. Midnight comes twice when the clocks go
    /// back across it, and not at all when they go forward across it.
    fn first_instant(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
        let midnight = date.and_time(NaiveTime::MIN);
        let local = match zone.from_local_datetime(&midnight) {
            MappedLocalTime::Single(only) => only,
            MappedLocalTime::Ambiguous(earlier, _) => earlier,
            MappedLocalTime::None => GapInfo::new(&midnight, &zone)?.end?,
        };
        Some(local.to_utc())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn minutes(zone: &str, date: &str) -> Option<i64> {
            day_length_minutes(date.parse().expect("a date"), time_zone(zone).expect("a zone"))
        }

        #[test]
        fn a_midnight_that_does_not_exist_starts_after_the_gap() {
            assert_eq!(minutes("Africa/Cairo", "2024-04-25"), Some(1440));
            assert_eq!(minutes("Africa/Cairo", "2024-04-26"), Some(1380));
            assert_eq!(minutes("America/Sao_Paulo", "2018-11-04"), Some(1380));
            assert_eq!(minutes("America/Sao_Paulo", "2018-11-03"), Some(1440));
        }

        #[test]
        fn a_midnight_that_comes_twice_starts_the_day_once() {
            assert_eq!(minutes("America/Havana", "2020-10-31"), Some(1440));
            assert_eq!(minutes("America/Havana", "2020-11-01"), Some(1500));
        }

        #[test]
        fn clocks_going_back_at_midnight_lengthen_the_day_before() {
            assert_eq!(minutes("America/Sao_Paulo", "2018-02-17"), Some(1500));
            assert_eq!(minutes("America/Sao_Paulo", "2018-02-18"), Some(1440));
        }

        #[test]
        fn a_skipped_date_has_no_length() {
            assert_eq!(minutes("Pacific/Apia", "2011-12-29"), Some(1440));
            assert_eq!(minutes("Pacific/Apia", "2011-12-30"), Some(0));
            assert_eq!(minutes("Pacific/Apia", "2011-12-31"), Some(1440));
        }

        #[test]
        fn history_has_its_own_rules() {
            assert_eq!(minutes("Asia/Shanghai", "1986-05-04"), Some(1380));
            assert_eq!(minutes("Asia/Shanghai", "1986-09-14"), Some(1500));
            assert_eq!(time_zone("Asia/Nowhere"), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn an_end_before_the_start_is_an_empty_period() {
        let period = Period::new(date("2026-03-01"), date("2026-02-01"));
        assert_eq!(period.days(), 0);
        assert!(!period.contains(date("2026-02-15")));
        assert_eq!(time_progress_bp(period, date("2026-02-15")), None);
        let sent = r#"{"start":"2026-03-01","end_exclusive":"2026-02-01"}"#;
        let read: Period = serde_json::from_str(sent).expect("a period");
        assert_eq!(read, period);
    }

    #[test]
    fn progress_stays_between_nothing_and_all() {
        let january = Period::new(date("2026-01-01"), date("2026-02-01"));
        assert_eq!(time_progress_bp(january, date("2025-12-31")), Some(0));
        assert_eq!(time_progress_bp(january, date("2025-01-01")), Some(0));
        assert_eq!(time_progress_bp(january, date("2026-01-31")), Some(10_000));
        assert_eq!(time_progress_bp(january, date("2027-01-01")), Some(10_000));
    }

    #[test]
    fn the_quarters_of_a_fiscal_year_meet_and_hold_its_dates() {
        for first in 1..=12_u8 {
            let start_month = Month::try_from(first).expect("a month");
            let quarters: Vec<Period> = (1..=4).map(|quarter| quarter_bounds(2025, quarter, start_month).expect("a quarter")).collect();
            assert!(quarters.windows(2).all(|two| two[0].end_exclusive() == two[1].start()));
            let days: i64 = quarters.iter().map(|quarter| quarter.days()).sum();
            assert!(days == 365 || days == 366);
            for (quarter, number) in quarters.iter().zip(1..) {
                let last = quarter.end_exclusive().pred_opt().expect("a day before");
                for day in [quarter.start(), last] {
                    let fiscal = fiscal_period(day, start_month, NamedBy::Start);
                    assert_eq!((fiscal.year, fiscal.quarter), (2025, number));
                }
            }
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_none() {
        assert_eq!(add_months(NaiveDate::MAX, 1), None);
        assert_eq!(add_months(NaiveDate::MIN, i32::MIN), None);
        assert_eq!(quarter_bounds(i32::MAX, 1, Month::January), None);
        assert_eq!(quarter_bounds(2026, 0, Month::January), None);
    }

    #[test]
    fn a_negative_run_rate_is_a_run_rate() {
        assert_eq!(run_rate(-5, 2, 3), Some(-8));
        assert_eq!(run_rate(5, -1, 3), None);
        assert_eq!(run_rate(i64::MAX, 1, 366), Some(i64::MAX));
    }
}
