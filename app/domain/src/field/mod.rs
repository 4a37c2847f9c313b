//! Visits in the field: a check-in at a customer, the check-out that ends it, what was
//! planned, and what makes one doubt.
//!
//! A check-in is always recorded and never blocked. Distances, verdicts and speeds are
//! arithmetic of [`crate::check_in`]; here is the record around them: [`form`] what a phone
//! sends, [`signals`] reasons for doubt, [`photo`] what is kept of a picture, [`privacy`]
//! consent, retention and rounding, [`settings`] what the organisation sets, [`plot`] a picture
//! without a map, [`page`] what pages show.

pub mod form;
pub mod page;
pub mod photo;
pub mod plot;
pub mod privacy;
pub mod settings;
pub mod signals;

use crate::check_in::{Position, Verdict, check_in_verdict, haversine_dm};
use crate::codes;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// What a record of the field says.
    Kind { In = "in", Out = "out" }
}
codes! {
    /// Where a position comes from.
    Source {
        /// Measured for this check-in.
        Live = "live",
        /// Known to the device from before.
        Cached = "cached",
        /// There is none.
        None = "none",
    }
}
codes! {
    /// Why there is no position.
    NoFix {
        Denied = "denied",
        Unavailable = "unavailable",
        Timeout = "timeout",
        /// The person checked in without a location, or a page without scripts did.
        Chosen = "chosen",
        /// It was sent without consent, and was not kept.
        NoConsent = "no_consent",
    }
}
codes! {
    /// Why the visit was expected that day.
    Planned {
        /// A task of the person for this customer was due.
        Task = "task",
        /// A next step with this customer was agreed for the day.
        Step = "step",
        None = "none",
    }
}

/// A shorter stay is no visit that counts.
pub const VALID_STAY_MIN: i64 = 10;
/// After so many hours a visit that nobody ended is closed, and says so.
pub const OPEN_HOURS: i64 = 8;
/// How positions are measured by browsers.
pub const CRS: &str = "WGS-84";
/// Radii that a customer can be given, in metres.
pub const RADIUS_MIN_M: i64 = 50;
pub const RADIUS_MAX_M: i64 = 5_000;

/// A position as a device measured it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    pub position: Position,
    /// Radius that holds the true position in 95 of 100 cases, in decimetres.
    pub accuracy_dm: i64,
    /// Seconds from the measurement to the check-in.
    pub age_s: i64,
    pub source: Source,
}

/// The distance to the customer in decimetres, if both places are known, and the verdict.
///
/// ```
/// use domain::check_in::{Position, Verdict};
/// use domain::field::{Fix, Source, judge};
/// let customer = Position { lat: 31.2304, lon: 121.4737 };
/// let fix = Fix { position: customer, accuracy_dm: 180, age_s: 2, source: Source::Live };
/// assert_eq!(judge(Some(&fix), Some(customer), 5_000), (Some(0), Verdict::Ok));
/// assert_eq!(judge(Some(&fix), None, 5_000), (None, Verdict::NoFix));
/// ```
#[must_use]
pub fn judge(fix: Option<&Fix>, customer: Option<Position>, radius_dm: i64) -> (Option<i64>, Verdict) {
    let distance = fix.zip(customer).map(|(fix, customer)| haversine_dm(fix.position, customer));
    let accuracy = fix.map(|fix| fix.accuracy_dm);
    (distance, check_in_verdict(distance, accuracy, radius_dm, crate::check_in::MAX_ACCURACY_DM))
}

/// How a visit ended, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stay {
    /// The person is still there.
    Open { minutes: i64 },
    /// Checked out after so many whole minutes.
    Ended { minutes: i64 },
    /// Nobody checked out in time, or only on another day: closed, its length unknown.
    Closed,
}

impl Stay {
    /// `in_on`, `out_on` and `today` are days of the organisation.
    #[must_use]
    pub fn of(
        (in_at, in_on): (DateTime<Utc>, NaiveDate),
        out: Option<(DateTime<Utc>, NaiveDate)>,
        (now, today): (DateTime<Utc>, NaiveDate),
    ) -> Self {
        let minutes = |until: DateTime<Utc>| (until - in_at).num_minutes().max(0);
        match out {
            Some((at, on)) if on == in_on && minutes(at) <= OPEN_HOURS * 60 => Self::Ended { minutes: minutes(at) },
            None if today == in_on && minutes(now) < OPEN_HOURS * 60 => Self::Open { minutes: minutes(now) },
            _ => Self::Closed,
        }
    }

    /// Long enough for a visit that counts; `None` as long as nobody knows.
    #[must_use]
    pub const fn valid(self) -> Option<bool> {
        match self {
            Self::Ended { minutes } => Some(minutes >= VALID_STAY_MIN),
            Self::Open { .. } => None,
            Self::Closed => Some(false),
        }
    }
}

/// Whether a visit was expected: a task counts before a next step.
#[must_use]
pub const fn planned(task_due: bool, step_due: bool) -> Planned {
    match (task_due, step_due) {
        (true, _) => Planned::Task,
        (false, true) => Planned::Step,
        (false, false) => Planned::None,
    }
}

/// A customer without a place takes that of a check-in that is sure of its own.
#[must_use]
pub fn proposes(fix: Option<&Fix>, customer: Option<Position>) -> bool {
    customer.is_none() && fix.is_some_and(|fix| fix.accuracy_dm <= crate::check_in::MAX_ACCURACY_DM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    const PLACE: Position = Position { lat: 31.2304, lon: 121.4737 };

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        day(0).and_hms_opt(hour, minute, 0).unwrap().and_utc()
    }

    fn day(more: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, 30).unwrap() + TimeDelta::days(more)
    }

    fn fix(accuracy_dm: i64) -> Fix {
        Fix { position: PLACE, accuracy_dm, age_s: 1, source: Source::Live }
    }

    #[test]
    fn a_stay_ends_by_a_check_out_of_the_same_day_only() {
        let came = (at(2, 0), day(0));
        let of = |out, now| Stay::of(came, out, now);
        assert_eq!(of(Some((at(2, 42), day(0))), (at(9, 0), day(0))), Stay::Ended { minutes: 42 });
        assert_eq!(of(None, (at(9, 59), day(0))), Stay::Open { minutes: 479 });
        assert_eq!(of(None, (at(10, 0), day(0))), Stay::Closed, "eight hours are the most");
        assert_eq!(of(None, (at(3, 0), day(1))), Stay::Closed, "midnight has passed");
        assert_eq!(of(Some((at(10, 1), day(0))), (at(11, 0), day(0))), Stay::Closed);
        assert_eq!(of(Some((at(2, 30), day(1))), (at(3, 0), day(1))), Stay::Closed);
        assert_eq!(of(Some((at(1, 0), day(0))), (at(3, 0), day(0))), Stay::Ended { minutes: 0 }, "never below nothing");
    }

    #[test]
    fn ten_minutes_are_a_visit() {
        assert_eq!(Stay::Ended { minutes: 9 }.valid(), Some(false));
        assert_eq!(Stay::Ended { minutes: 10 }.valid(), Some(true));
        assert_eq!((Stay::Open { minutes: 99 }.valid(), Stay::Closed.valid()), (None, Some(false)));
    }

    #[test]
    fn a_vague_position_proposes_no_place_for_a_customer() {
        assert!(proposes(Some(&fix(2_000)), None));
        assert!(!proposes(Some(&fix(2_001)), None));
        assert!(!proposes(None, None));
        assert!(!proposes(Some(&fix(10)), Some(PLACE)), "it has one");
    }

    #[test]
    fn the_verdict_is_of_the_distance_to_the_customer() {
        let beside = Position { lon: 121.479, ..PLACE };
        assert_eq!(judge(Some(&fix(300)), Some(beside), 5_000), (Some(5_039), Verdict::Doubt));
        assert_eq!(judge(Some(&fix(30)), Some(beside), 5_000), (Some(5_039), Verdict::OutOfRange));
        assert_eq!(judge(Some(&fix(30)), Some(beside), 10_000), (Some(5_039), Verdict::Ok), "a campus is wide");
        assert_eq!(judge(None, Some(PLACE), 5_000), (None, Verdict::NoFix));
    }

    #[test]
    fn a_task_counts_before_a_step() {
        assert_eq!((planned(true, true), planned(false, true), planned(false, false)), (Planned::Task, Planned::Step, Planned::None));
    }
}
