//! Deals by date: the columns of a month forecast, the days of a calendar, and
//! where a deal goes that is put into another of them.
//!
//! A month forecast sorts open deals by the day on which they should be won. What
//! that day has passed for stands by itself, in front: it belongs to no month
//! until somebody says when.

use super::Card;
use super::filter::DealFilter;
use crate::codes;
use crate::money::Sums;
use chrono::{Datelike, Days, Months as Span, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Months of the forecast, with the running one.
pub const MONTHS: u32 = 6;
/// Cards that a column begins with.
pub const CARDS: u64 = 40;
/// Cards that a day of the calendar shows.
pub const DAY_CARDS: usize = 4;

codes! {
    /// By which day a deal stands in the calendar.
    DateKind {
        /// The day of its next step.
        Next = "next",
        /// The day by which it should be won.
        Close = "close",
    }
}

/// A column of the month forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bucket {
    /// Should have been won before today.
    Overdue { today: NaiveDate },
    /// From its first day, or from today in the running month, to its last.
    Month { from: NaiveDate, to: NaiveDate },
    /// After the last month that is shown.
    Later { from: NaiveDate },
    /// Nobody has said when.
    Undated,
}

impl Bucket {
    /// The columns of a forecast that is looked at on `today`.
    #[must_use]
    pub fn all(today: NaiveDate) -> Vec<Self> {
        let first = first_of(today);
        let month = |n: u32| first.checked_add_months(Span::new(n)).unwrap_or(first);
        let mut all = vec![Self::Overdue { today }];
        all.extend((0..MONTHS).map(|n| Self::Month { from: month(n).max(today), to: last_of(month(n)) }));
        all.push(Self::Later { from: month(MONTHS) });
        all.push(Self::Undated);
        all
    }

    /// Whether a deal expected on this day is in the column.
    #[must_use]
    pub fn holds(self, close: Option<NaiveDate>) -> bool {
        match (self, close) {
            (Self::Undated, close) => close.is_none(),
            (Self::Overdue { today }, Some(on)) => on < today,
            (Self::Month { from, to }, Some(on)) => (from..=to).contains(&on),
            (Self::Later { from }, Some(on)) => on >= from,
            (_, None) => false,
        }
    }

    /// The first and last day that a filter asks for; the undated have none.
    #[must_use]
    pub fn days(self) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        match self {
            Self::Undated => None,
            Self::Overdue { today } => Some((None, today.pred_opt())),
            Self::Month { from, to } => Some((Some(from), Some(to))),
            Self::Later { from } => Some((Some(from), None)),
        }
    }

    /// When a deal is to be won that is put into this column: on the same day of
    /// the month, or the last if the month is shorter, but not before the column's
    /// first. `None`: nobody knows any more when. The overdue cannot be chosen.
    ///
    /// Without a day of its own it goes to the end of the month.
    #[must_use]
    pub fn put(self, close: Option<NaiveDate>) -> Option<Option<NaiveDate>> {
        match self {
            Self::Overdue { .. } => None,
            Self::Undated => Some(None),
            Self::Month { from, to } => Some(Some(close.map_or(to, |on| same_day(on, to)).max(from))),
            Self::Later { from } => Some(Some(close.map_or(last_of(from), |on| same_day(on, last_of(from))).max(from))),
        }
    }
}

/// The day of `on`'s number in the month that ends with `last`.
fn same_day(on: NaiveDate, last: NaiveDate) -> NaiveDate {
    last.with_day(on.day()).unwrap_or(last)
}

/// The first day of a day's month.
#[must_use]
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of a day's month.
#[must_use]
pub fn last_of(day: NaiveDate) -> NaiveDate {
    first_of(day).checked_add_months(Span::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// The days of a month's page: whole weeks from Monday to Sunday.
#[must_use]
pub fn page_of(month: NaiveDate) -> (NaiveDate, NaiveDate) {
    let (first, last) = (first_of(month), last_of(month));
    let from = first.week(Weekday::Mon).checked_first_day().unwrap_or(first);
    let to = last.week(Weekday::Mon).checked_last_day().unwrap_or(last);
    (from, to)
}

/// The month `n` after (or before) this one.
#[must_use]
pub fn month_after(month: NaiveDate, n: i32) -> NaiveDate {
    let first = first_of(month);
    let span = Span::new(n.unsigned_abs());
    if n < 0 { first.checked_sub_months(span) } else { first.checked_add_months(span) }.unwrap_or(first)
}

/// Reads a month of an address, `2026-07`.
#[must_use]
pub fn parse_month(text: &str) -> Option<NaiveDate> {
    if text.len() != 7 {
        return None;
    }
    crate::violation::parse_date(&format!("{text}-01"))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthColumn {
    pub bucket: Bucket,
    /// Of all its deals.
    pub sums: Sums,
    /// The first of them, the earliest first.
    pub cards: Vec<Card>,
}

/// A day with entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub on: NaiveDate,
    /// Of all its deals.
    pub sums: Sums,
    /// The largest of them.
    pub cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub by: DateKind,
    /// First day of the month.
    pub month: NaiveDate,
    /// Only days that have deals.
    pub days: Vec<Day>,
}

/// The deals behind a column or a day, as the list shows them. A filter's own
/// days stay, where they are the narrower.
#[must_use]
pub fn narrowed(filter: &DealFilter, from: Option<NaiveDate>, to: Option<NaiveDate>) -> DealFilter {
    DealFilter {
        close_from: filter.close_from.max(from),
        close_to: [filter.close_to, to].into_iter().flatten().min(),
        outcome: Some(super::Outcome::Open),
        ..filter.clone()
    }
}

/// Open deals without an expected close, as the list shows them.
#[must_use]
pub fn undated(filter: &DealFilter) -> DealFilter {
    DealFilter { close_from: None, close_to: None, undated: true, outcome: Some(super::Outcome::Open), ..filter.clone() }
}

/// Whether a card may be put on a day of the calendar: nothing is planned for one
/// that is gone. A form may still say so, to set a date right.
#[must_use]
pub fn takes_cards(on: NaiveDate, today: NaiveDate) -> bool {
    on >= today
}

/// All days from `from` to `to`.
pub fn days(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |on| *on <= to)
}

/// The next day after `day`, for keys.
#[must_use]
pub fn day_after(day: NaiveDate, n: i64) -> NaiveDate {
    let span = Days::new(n.unsigned_abs());
    if n < 0 { day.checked_sub_days(span) } else { day.checked_add_days(span) }.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_is_in_exactly_one_column() {
        for today in ["2026-06-30", "2026-01-01", "2024-02-29", "2026-12-31"].map(day) {
            let all = Bucket::all(today);
            assert_eq!(all.len(), MONTHS as usize + 3);
            let dates = (-400..800).map(|n| Some(day_after(today, n))).chain([None]);
            for close in dates {
                assert_eq!(all.iter().filter(|bucket| bucket.holds(close)).count(), 1, "{today} {close:?}");
            }
            for bucket in &all {
                let Some((from, to)) = bucket.days() else { continue };
                for n in -400..800 {
                    let on = day_after(today, n);
                    let inside = from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to);
                    assert_eq!(inside, bucket.holds(Some(on)), "the filter asks for the same days: {bucket:?} {on}");
                }
            }
        }
    }

    #[test]
    fn a_deal_keeps_its_day_of_the_month() {
        let today = day("2026-06-20");
        let all = Bucket::all(today);
        let put = |column: usize, close: Option<&str>| all[column].put(close.map(day)).map(|on| on.map(|on| on.to_string()));
        let on = |text: &str| Some(Some(text.to_owned()));
        assert_eq!(put(0, Some("2026-07-15")), None, "nothing is put off into the past");
        assert_eq!(put(1, Some("2026-07-25")), on("2026-06-25"));
        assert_eq!(put(1, Some("2026-07-15")), on("2026-06-20"), "not before today");
        assert_eq!(put(2, Some("2026-08-31")), on("2026-07-31"));
        assert_eq!(put(4, Some("2026-07-31")), on("2026-09-30"), "a shorter month");
        assert_eq!(put(3, None), on("2026-08-31"), "without a day at its end");
        assert_eq!(put(7, Some("2026-07-09")), on("2026-12-09"));
        assert_eq!(put(8, Some("2026-07-09")), Some(None));
        for bucket in all {
            for close in [None, Some(day("2026-01-31")), Some(today), Some(day("2028-02-29"))] {
                if let Some(after) = bucket.put(close) {
                    assert!(bucket.holds(after), "{bucket:?} {close:?} → {after:?}");
                }
            }
        }
    }

    #[test]
    fn a_page_has_whole_weeks() {
        for n in 0..60 {
            let month = month_after(day("2024-01-01"), n);
            let (from, to) = page_of(month);
            assert_eq!((from.weekday(), to.weekday()), (Weekday::Mon, Weekday::Sun));
            assert!(from <= month && last_of(month) <= to);
            assert_eq!(days(from, to).count() % 7, 0);
            assert!(days(from, to).count() <= 42);
        }
        assert_eq!(month_after(day("2026-01-31"), -1), day("2025-12-01"));
        assert_eq!(parse_month("2026-07"), Some(day("2026-07-01")));
        for wrong in ["", "2026-13", "2026-7", "2026-07-01", "x"] {
            assert_eq!(parse_month(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_narrowed_stays_narrow() {
        let own = DealFilter { close_from: Some(day("2026-07-10")), close_to: Some(day("2026-07-20")), ..DealFilter::default() };
        let found = narrowed(&own, Some(day("2026-07-01")), Some(day("2026-07-31")));
        assert_eq!((found.close_from, found.close_to), (own.close_from, own.close_to));
        let found = narrowed(&DealFilter::default(), None, Some(day("2026-07-31")));
        assert_eq!((found.close_from, found.close_to), (None, Some(day("2026-07-31"))));
    }
}
