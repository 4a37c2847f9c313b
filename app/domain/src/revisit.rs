//! When a customer is due for a visit or a call again.
//!
//! The due date is the last contact and the cadence, moved forward to a workday. A
//! make-up workday always is one; otherwise Monday to Friday outside the holidays
//! (`rules.md` §2.10).
//!
//! Not here: the cadence itself, which a tier's service gives ([`crate::tiers`]), and
//! which channels reset the clock.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::period::days_between;

codes! {
    /// Who hears of an overdue visit: the ladder of 0, 7 and 14 days.
    Escalation {
        /// Overdue by 1 to 6 days.
        Owner = "owner",
        /// By 7 to 13.
        Manager = "manager",
        /// By 14 and more.
        Director = "director",
    }
}

/// The days that are not as the weekday says. Both lists may come in any order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workdays<'a> {
    /// Free days.
    pub holidays: &'a [NaiveDate],
    /// Working days of a weekend, which win over holidays.
    pub makeup: &'a [NaiveDate],
}

/// When a contact is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// The workday by which it is due.
    pub due: NaiveDate,
    /// Days past that on the date asked about; zero if not.
    pub overdue_days: i64,
}

impl Workdays<'_> {
    /// Whether people work on that date.
    #[must_use]
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        self.makeup.contains(&date) || !weekend && !self.holidays.contains(&date)
    }

    /// The date, or the first workday after it; `None` at the end of the calendar.
    #[must_use]
    pub fn on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        date.iter_days().find(|&day| self.is_workday(day))
    }
}

impl Revisit {
    /// Who is told; `None` while nothing is overdue.
    #[must_use]
    pub fn escalation(&self) -> Option<Escalation> {
        match self.overdue_days {
            ..=0 => None,
            1..=6 => Some(Escalation::Owner),
            7..=13 => Some(Escalation::Manager),
            14.. => Some(Escalation::Director),
        }
    }
}

/// When a contact is due that was last made on `last`, as seen on `as_of`. `None` only
/// outside the calendar.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::revisit::{revisit_due, Workdays};
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let visit = revisit_due(date("2026-01-30"), 30, Workdays::default(), date("2026-03-05")).unwrap();
/// assert_eq!((visit.due, visit.overdue_days), (date("2026-03-02"), 3));
/// ```
pub fn revisit_due(last: NaiveDate, cadence_days: u32, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<Revisit> {
    let due = workdays.on_or_after(last.checked_add_days(Days::new(u64::from(cadence_days)))?)?;
    Some(Revisit { due, overdue_days: days_between(due, as_of).max(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn holidays_move_it_on_and_a_makeup_workday_holds_it() {
        let saturday = date("2026-02-28");
        let monday = date("2026-03-02");
        fn due(saturday: NaiveDate, holidays: &[NaiveDate], makeup: &[NaiveDate]) -> NaiveDate {
            revisit_due(saturday, 0, Workdays { holidays, makeup }, saturday).expect("in the calendar").due
        }
        assert_eq!(due(saturday, &[], &[]), monday);
        assert_eq!(due(saturday, &[monday], &[]), date("2026-03-03"));
        assert_eq!(due(saturday, &[saturday], &[saturday]), saturday);
    }

    #[test]
    fn the_ladder_climbs_at_seven_and_fourteen_days() {
        let at = |overdue_days| Revisit { due: date("2026-03-02"), overdue_days }.escalation();
        assert_eq!([at(0), at(1), at(6)], [None, Some(Escalation::Owner), Some(Escalation::Owner)]);
        assert_eq!([at(7), at(13)], [Some(Escalation::Manager); 2]);
        assert_eq!(at(14), Some(Escalation::Director));
    }

    #[test]
    fn not_yet_due_is_not_negative() {
        let visit = revisit_due(date("2026-03-02"), 30, Workdays::default(), date("2026-03-03")).expect("in the calendar");
        assert_eq!(visit.overdue_days, 0);
    }
}
