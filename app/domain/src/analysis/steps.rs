//! Whether deals have a next step, and whether next steps are done in time: the service
//! level of follow-ups.
//!
//! A next step is what a follow-up of a deal agreed for a day. It is done in time if
//! somebody followed the deal up again, on that day or before. Where the deal was closed by
//! that day without another follow-up, there was nothing left to do, and the step counts
//! neither way. A step whose day is not over counts only once it is done.
//!
//! Not here: contacts that a tier promises ([`crate::tiers::service`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::period::Period;
use crate::rounding::ratio_bp;

codes! {
    /// Which next steps are listed.
    StepPart {
        /// All that count.
        Due = "due",
        /// Done in time.
        Kept = "kept",
        /// Done late, or not yet.
        Missed = "missed",
    }
}

/// A next step that was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    pub due: NaiveDate,
    /// The day of the deal's next follow-up, if there was one.
    pub followed_on: Option<NaiveDate>,
    /// When the deal was closed, if it was after the step was agreed.
    pub closed_on: Option<NaiveDate>,
}

impl Promise {
    /// Whether it was done in time; `None` if it does not count.
    #[must_use]
    pub fn kept(&self, today: NaiveDate) -> Option<bool> {
        if self.followed_on.is_some_and(|on| on <= self.due) {
            return Some(true);
        }
        let settled = self.closed_on.is_some_and(|on| on <= self.due);
        (!settled && self.due < today).then_some(false)
    }

    /// Whether it is one of a part.
    #[must_use]
    pub fn is(&self, part: StepPart, today: NaiveDate) -> bool {
        let kept = self.kept(today);
        match part {
            StepPart::Due => kept.is_some(),
            StepPart::Kept => kept == Some(true),
            StepPart::Missed => kept == Some(false),
        }
    }

    /// Days after its day on which it was done; up to today if it is not.
    #[must_use]
    pub fn days_late(&self, today: NaiveDate) -> i64 {
        crate::period::days_between(self.due, self.followed_on.unwrap_or(today)).max(0)
    }
}

/// The service level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowService {
    /// Open deals today, and those that have a next step.
    pub open: u64,
    pub stepped: u64,
    /// Next steps of the period, and those done in time.
    pub due: u64,
    pub kept: u64,
}

impl FollowService {
    /// Counts an open deal.
    pub fn open(&mut self, has_step: bool) {
        self.open += 1;
        self.stepped += u64::from(has_step);
    }

    /// Counts a next step, if its day lies in the period.
    pub fn promise(&mut self, promise: &Promise, period: Period, today: NaiveDate) {
        if let Some(kept) = promise.kept(today).filter(|_| period.contains(promise.due)) {
            self.due += 1;
            self.kept += u64::from(kept);
        }
    }

    /// Open deals with a next step, in basis points.
    #[must_use]
    pub fn stepped_bp(&self) -> Option<i64> {
        ratio_bp(self.stepped, self.open)
    }

    /// Next steps done in time, in basis points.
    #[must_use]
    pub fn kept_bp(&self) -> Option<i64> {
        ratio_bp(self.kept, self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    const TODAY: &str = "2026-05-20";

    fn kept(due: &str, followed: Option<&str>, closed: Option<&str>) -> Option<bool> {
        Promise { due: date(due), followed_on: followed.map(date), closed_on: closed.map(date) }.kept(date(TODAY))
    }

    #[test]
    fn in_time_is_on_the_day_or_before() {
        assert_eq!(kept("2026-05-10", Some("2026-05-10"), None), Some(true));
        assert_eq!(kept("2026-05-10", Some("2026-05-08"), None), Some(true));
        assert_eq!(kept("2026-05-10", Some("2026-05-11"), None), Some(false));
        assert_eq!(kept("2026-05-19", None, None), Some(false));
    }

    #[test]
    fn a_day_that_is_not_over_counts_only_when_done() {
        assert_eq!(kept(TODAY, None, None), None);
        assert_eq!(kept("2026-06-01", None, None), None);
        assert_eq!(kept("2026-06-01", Some("2026-05-18"), None), Some(true));
    }

    #[test]
    fn a_deal_closed_by_then_had_nothing_left_to_do() {
        assert_eq!(kept("2026-05-10", None, Some("2026-05-10")), None);
        assert_eq!(kept("2026-05-10", Some("2026-05-12"), Some("2026-05-09")), None);
        // Closed after the day: it was missed before.
        assert_eq!(kept("2026-05-10", None, Some("2026-05-11")), Some(false));
        assert_eq!(kept("2026-05-10", Some("2026-05-09"), Some("2026-05-10")), Some(true));
    }

    #[test]
    fn parts_add_up_and_nothing_is_undefined() {
        let all = [
            Promise { due: date("2026-05-10"), followed_on: Some(date("2026-05-09")), closed_on: None },
            Promise { due: date("2026-05-11"), followed_on: Some(date("2026-05-15")), closed_on: None },
            Promise { due: date("2026-05-12"), followed_on: None, closed_on: None },
            Promise { due: date("2026-06-12"), followed_on: None, closed_on: None },
            Promise { due: date("2025-05-12"), followed_on: None, closed_on: None },
        ];
        let period = Period::new(date("2026-05-01"), date("2026-05-21"));
        let mut service = FollowService::default();
        assert_eq!((service.stepped_bp(), service.kept_bp()), (None, None));
        all.iter().for_each(|promise| service.promise(promise, period, date(TODAY)));
        [true, true, false].into_iter().for_each(|has| service.open(has));
        assert_eq!((service.due, service.kept, service.kept_bp(), service.stepped_bp()), (3, 1, Some(3_333), Some(6_667)));
        let count = |part| all.iter().filter(|promise| period.contains(promise.due) && promise.is(part, date(TODAY))).count();
        assert_eq!([StepPart::Due, StepPart::Kept, StepPart::Missed].map(count), [3, 1, 2]);
        assert_eq!((all[1].days_late(date(TODAY)), all[2].days_late(date(TODAY)), all[0].days_late(date(TODAY))), (4, 8, 0));
    }
}
