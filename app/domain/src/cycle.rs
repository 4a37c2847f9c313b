//! How long a deal took: the whole way to the win, and the stays in its stages.
//!
//! Durations are calendar days between business dates, the same day being zero (house
//! decision HD-8). Stays keep both readings that are in use: the last completed one and
//! all of them together.
//!
//! Not here: which dates count as first contact or win, medians and means over many
//! deals ([`crate::stats`]), and when a stay is too long ([`crate::stall`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::period::days_between;

/// From one date to a later one: `(from, to)`.
pub type Span = (NaiveDate, NaiveDate);

/// The sales cycle of one won deal, in calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleDays {
    /// From first contact to the win.
    pub elapsed: i64,
    /// The same without the days on which the deal was closed.
    pub active: i64,
}

/// The days that one deal spent in one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStayDays {
    /// The last completed stay; `None` if there is none.
    pub last_completed: Option<i64>,
    /// All completed stays together.
    pub cumulative_completed: i64,
    /// The stay that is still open; `None` if the deal is not in the stage.
    pub current_age: Option<i64>,
    /// All stays together, the open one included.
    pub cumulative: i64,
}

/// The sales cycle of a won deal. `closed_gaps` are the spans from each loss to the
/// reopening that followed; they lie between first contact and win and do not overlap.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::cycle::cycle_days;
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let gap = (date("2026-01-10"), date("2026-02-01"));
/// let cycle = cycle_days(date("2025-12-01"), date("2026-03-05"), &[gap]);
/// assert_eq!((cycle.elapsed, cycle.active), (94, 72));
/// ```
pub fn cycle_days(first_contact: NaiveDate, won: NaiveDate, closed_gaps: &[Span]) -> CycleDays {
    let elapsed = days_between(first_contact, won);
    CycleDays { elapsed, active: elapsed - total_days(closed_gaps) }
}

/// The stays of a deal in one stage as of a date. `stays` are the completed ones in the
/// order of time; `open_since` is when the deal entered the stage that it is still in.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::cycle::stage_stay_days;
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let stays = [
///     (date("2026-01-05"), date("2026-01-12")),
///     (date("2026-02-01"), date("2026-02-11")),
/// ];
/// let days = stage_stay_days(&stays, date("2026-03-20"), Some(date("2026-03-01")));
/// assert_eq!(days.last_completed, Some(10));
/// assert_eq!(days.current_age, Some(19));
/// assert_eq!(days.cumulative, 36);
/// ```
pub fn stage_stay_days(stays: &[Span], as_of: NaiveDate, open_since: Option<NaiveDate>) -> StageStayDays {
    let cumulative_completed = total_days(stays);
    let current_age = open_since.map(|since| days_between(since, as_of));
    StageStayDays {
        last_completed: stays.last().map(|&(from, to)| days_between(from, to)),
        cumulative_completed,
        current_age,
        cumulative: cumulative_completed + current_age.unwrap_or(0),
    }
}

fn total_days(spans: &[Span]) -> i64 {
    spans.iter().map(|&(from, to)| days_between(from, to)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_deal_won_on_the_day_of_first_contact_took_no_days() {
        let day = date("2026-03-05");
        let cycle = cycle_days(day, day, &[]);
        assert_eq!((cycle.elapsed, cycle.active), (0, 0));
    }

    #[test]
    fn a_stage_never_entered_has_no_stays() {
        let days = stage_stay_days(&[], date("2026-03-20"), None);
        assert_eq!((days.last_completed, days.current_age), (None, None));
        assert_eq!((days.cumulative_completed, days.cumulative), (0, 0));
    }

    #[test]
    fn a_stay_opened_today_has_the_age_zero() {
        let today = date("2026-03-20");
        assert_eq!(stage_stay_days(&[], today, Some(today)).current_age, Some(0));
    }
}
