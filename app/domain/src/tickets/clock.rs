//! By when an answer is owed, and how long it took: minutes of workdays, by the
//! organisation's own calendar. The calendar has days and no hours, so a workday counts
//! from midnight to midnight, and the clock stands still on the others.
//!
//! Times are those of the organisation's clock on the wall.

use crate::revisit::Workdays;
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// Days that are looked at: a response time is 30 days at most, and no holiday is longer
/// than the rest of a year.
const DAYS: usize = 400;

fn midnight_after(day: NaiveDate) -> Option<NaiveDateTime> {
    day.succ_opt().map(|next| next.and_time(NaiveTime::MIN))
}

/// When `minutes` of workdays have passed since `from`; `None` only outside the calendar.
///
/// ```
/// use domain::tickets::clock::due_at;
/// use domain::revisit::Workdays;
/// let at = |text: &str| text.parse::<chrono::NaiveDateTime>().unwrap();
/// // A Friday night's four hours end on Monday morning.
/// assert_eq!(due_at(at("2026-06-26T22:00:00"), 240, Workdays::default()), Some(at("2026-06-29T02:00:00")));
/// ```
#[must_use]
pub fn due_at(from: NaiveDateTime, minutes: i64, workdays: Workdays<'_>) -> Option<NaiveDateTime> {
    let mut left = Duration::minutes(minutes.max(0));
    let mut at = from;
    for _ in 0..DAYS {
        let end = midnight_after(at.date())?;
        if workdays.is_workday(at.date()) {
            if left < end - at {
                return Some(at + left);
            }
            left -= end - at;
        }
        at = end;
    }
    None
}

/// Whole minutes of workdays between two instants; zero if the second is not later.
#[must_use]
pub fn minutes_between(from: NaiveDateTime, to: NaiveDateTime, workdays: Workdays<'_>) -> i64 {
    let mut passed = Duration::zero();
    let mut at = from;
    while at < to {
        let Some(end) = midnight_after(at.date()) else { break };
        let end = end.min(to);
        if workdays.is_workday(at.date()) {
            passed += end - at;
        }
        at = end;
    }
    passed.num_minutes()
}

/// How an answer stands to what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// No answer is owed, and none was promised.
    Free,
    /// Owed, and so many minutes are left.
    Left(i64),
    /// Owed for so many minutes longer than promised.
    Late(i64),
    /// Given within what was promised, after so many minutes.
    InTime(i64),
    /// Given too late, after so many minutes.
    TooLate(i64),
}

impl Response {
    /// `from`: since when an answer was owed; `promise`: until when; `owed`: whether it
    /// still is, if none was given.
    #[must_use]
    pub fn of(
        from: NaiveDateTime,
        promise: Option<NaiveDateTime>,
        answered: Option<NaiveDateTime>,
        owed: bool,
        now: NaiveDateTime,
        workdays: Workdays<'_>,
    ) -> Self {
        match (promise, answered) {
            (Some(promise), Some(at)) if at > promise => Self::TooLate(minutes_between(from, at, workdays)),
            (Some(_), Some(at)) => Self::InTime(minutes_between(from, at, workdays)),
            (Some(promise), None) if owed && now > promise => Self::Late(minutes_between(promise, now, workdays)),
            (Some(promise), None) if owed => Self::Left(minutes_between(now, promise, workdays)),
            _ => Self::Free,
        }
    }

    #[must_use]
    pub const fn is_late(self) -> bool {
        matches!(self, Self::Late(_) | Self::TooLate(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_clock_stands_still_on_free_days() {
        let thursday: NaiveDate = "2026-10-01".parse().expect("a date");
        let saturday: NaiveDate = "2026-10-10".parse().expect("a date");
        let (holidays, makeup) = ([thursday], [saturday]);
        let days = Workdays { holidays: &holidays, makeup: &makeup };
        // Wednesday evening; Thursday is a holiday, Friday a workday.
        assert_eq!(due_at(at("2026-09-30T23:00:00"), 120, days), Some(at("2026-10-02T01:00:00")));
        assert_eq!(minutes_between(at("2026-09-30T23:00:00"), at("2026-10-02T01:00:00"), days), 120);
        // A question of a Sunday begins to count on Monday.
        assert_eq!(due_at(at("2026-10-04T15:00:00"), 60, days), Some(at("2026-10-05T01:00:00")));
        // People work on that Saturday.
        assert_eq!(due_at(at("2026-10-10T15:00:00"), 60, days), Some(at("2026-10-10T16:00:00")));
        assert_eq!(minutes_between(at("2026-10-10T15:00:00"), at("2026-10-10T14:00:00"), days), 0);
    }

    #[test]
    fn a_promise_is_broken_only_after_it() {
        let (from, promise) = (at("2026-06-30T10:00:00"), at("2026-06-30T12:00:00"));
        let of = |answered: Option<&str>, owed, now: &str| {
            Response::of(from, Some(promise), answered.map(at), owed, at(now), Workdays::default())
        };
        assert_eq!(of(Some("2026-06-30T12:00:00"), false, "2026-06-30T15:00:00"), Response::InTime(120));
        assert_eq!(of(Some("2026-06-30T12:01:00"), false, "2026-06-30T15:00:00"), Response::TooLate(121));
        assert_eq!(of(None, true, "2026-06-30T12:00:00"), Response::Left(0));
        assert_eq!(of(None, true, "2026-06-30T12:01:00"), Response::Late(1));
        assert_eq!(of(None, false, "2026-07-30T12:00:00"), Response::Free, "closed without an answer");
        let free = Response::of(from, None, None, true, at("2026-07-30T12:00:00"), Workdays::default());
        assert_eq!(free, Response::Free, "what nobody promised cannot be broken");
    }

    proptest! {
        #[test]
        fn what_is_due_took_as_long_as_was_promised(hours in 0_i64..2_000, minutes in 1_i64..43_200) {
            let from = at("2026-01-01T00:30:00") + Duration::hours(hours);
            let due = due_at(from, minutes, Workdays::default()).expect("in the calendar");
            prop_assert_eq!(minutes_between(from, due, Workdays::default()), minutes);
            prop_assert!(Workdays::default().is_workday(due.date()));
        }
    }
}
