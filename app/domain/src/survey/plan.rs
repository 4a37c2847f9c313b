//! What becomes of a low score: a plan with an owner and a day, what is done, a second
//! survey, and whether it helped.

use super::answer::Scores;
use crate::codes;
use crate::revisit::Workdays;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A plan is due so many workdays after the low score (`rules.md` §2.10).
pub const DUE_WORKDAYS: u32 = 2;
/// The customer is asked again so many days after something was done.
pub const SECOND_AFTER_DAYS: u64 = 30;
pub const ACTION_MAX: usize = 1_000;

codes! {
    PlanStatus {
        /// Nothing was decided yet.
        Open = "open",
        /// Said what is done.
        Acting = "acting",
        /// The customer answered again.
        Resurveyed = "resurveyed",
        Closed = "closed",
    }
}

impl PlanStatus {
    /// What a person may make of it. Being surveyed again comes by the answer alone.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Acting],
            Self::Acting | Self::Resurveyed => &[Self::Closed],
            Self::Closed => &[Self::Acting],
        }
    }

    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed)
    }
}

/// The day by which something must be decided: [`DUE_WORKDAYS`] after. `None` only at the
/// end of the calendar.
///
/// ```
/// use domain::{revisit::Workdays, survey::plan::due_on};
/// let on = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// assert_eq!(due_on(on("2026-06-30"), Workdays::default()), Some(on("2026-07-02")));
/// assert_eq!(due_on(on("2026-07-03"), Workdays::default()), Some(on("2026-07-07")), "over a weekend");
/// ```
#[must_use]
pub fn due_on(day: NaiveDate, workdays: Workdays<'_>) -> Option<NaiveDate> {
    (0..DUE_WORKDAYS).try_fold(day, |day, _| workdays.on_or_after(day.succ_opt()?))
}

/// Whether nothing was decided in time.
#[must_use]
pub fn overdue(status: PlanStatus, due_on: NaiveDate, today: NaiveDate) -> bool {
    status == PlanStatus::Open && due_on < today
}

/// One score before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub before: i64,
    pub after: i64,
}

impl Effect {
    #[must_use]
    pub const fn change(self) -> i64 {
        self.after - self.before
    }
}

/// What the second survey says beside the first: stars, and recommendation. Only what was
/// answered both times is compared.
#[must_use]
pub fn effect(before: &Scores, after: &Scores) -> (Option<Effect>, Option<Effect>) {
    let both = |before: Option<i64>, after: Option<i64>| before.zip(after).map(|(before, after)| Effect { before, after });
    (both(before.csat, after.csat), both(before.nps, after.nps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_goes_on_until_it_is_closed_and_may_be_taken_up_again() {
        assert_eq!(PlanStatus::Open.next(), [PlanStatus::Acting], "nothing is closed of which nothing was done");
        assert_eq!(PlanStatus::Acting.next(), [PlanStatus::Closed]);
        assert_eq!(PlanStatus::Resurveyed.next(), [PlanStatus::Closed]);
        assert_eq!(PlanStatus::Closed.next(), [PlanStatus::Acting]);
        for status in PlanStatus::ALL {
            assert!(!status.next().contains(&PlanStatus::Resurveyed));
        }
    }

    #[test]
    fn holidays_do_not_count_as_workdays() {
        let on = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let holidays = [on("2026-10-01"), on("2026-10-02")];
        let workdays = Workdays { holidays: &holidays, makeup: &[] };
        assert_eq!(due_on(on("2026-09-30"), workdays), Some(on("2026-10-06")));
        assert!(overdue(PlanStatus::Open, on("2026-06-29"), on("2026-06-30")));
        assert!(!overdue(PlanStatus::Open, on("2026-06-30"), on("2026-06-30")));
        assert!(!overdue(PlanStatus::Acting, on("2026-06-01"), on("2026-06-30")));
    }

    #[test]
    fn only_what_was_answered_twice_is_compared() {
        let scores = |csat, nps| Scores { csat, nps, ..Scores::default() };
        let (csat, nps) = effect(&scores(Some(2), Some(3)), &scores(Some(4), None));
        assert_eq!((csat.map(Effect::change), nps), (Some(2), None));
    }
}
