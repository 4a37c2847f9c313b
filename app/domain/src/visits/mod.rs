//! Return visits: when a customer hears from us again, who is told when that is late,
//! what was asked and said, and what customers need and think.
//!
//! [`workdays`] is the organisation's own calendar; [`questions`] what is asked of each
//! kind of customer; [`record`] a visit as it is written down; [`needs`] what it brought
//! up; [`view`] lists and calendar; [`timely`] the share that was visited in time.
//!
//! Not here: when somebody is due ([`crate::tiers::service`], [`crate::revisit`]), which
//! is one computation for all pages.

pub mod needs;
pub mod questions;
pub mod record;
pub mod timely;
pub mod view;
pub mod workdays;

use crate::codes;
use crate::ids::{UnitId, UserId};
use crate::org::Unit;
use crate::revisit::Escalation;
use crate::work::FollowUpKind;
use chrono::{Datelike, Days, NaiveDate};

/// By what a customer is visited again. Each counts for the clock as the tier's promise
/// says.
pub const CHANNELS: [FollowUpKind; 5] =
    [FollowUpKind::Call, FollowUpKind::Email, FollowUpKind::Visit, FollowUpKind::Wechat, FollowUpKind::Video];

codes! {
    /// How a due day lies to today.
    Standing {
        Overdue = "overdue",
        Today = "today",
        /// After today, up to the Sunday of this week.
        Week = "week",
        Later = "later",
    }
}

impl Standing {
    #[must_use]
    pub fn of(due: NaiveDate, today: NaiveDate) -> Self {
        let (_, sunday) = week_of(today);
        match due {
            due if due < today => Self::Overdue,
            due if due == today => Self::Today,
            due if due <= sunday => Self::Week,
            _ => Self::Later,
        }
    }
}

/// Monday and Sunday around a day.
#[must_use]
pub fn week_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let monday = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day);
    (monday, monday.checked_add_days(Days::new(6)).unwrap_or(day))
}

/// Who has to see to it: the owner from the day on which it is due, the manager after 7
/// days, the director after 14. `None` before that day.
#[must_use]
pub fn level(due: NaiveDate, today: NaiveDate) -> Option<Escalation> {
    match (today - due).num_days() {
        ..=-1 => None,
        0..=6 => Some(Escalation::Owner),
        7..=13 => Some(Escalation::Manager),
        14.. => Some(Escalation::Director),
    }
}

/// The people of a level: the owner; the managers of the nearest unit at or above the
/// owner's that has some; those of the highest such unit. An owner who is their own
/// manager, or has none, hears of it themself.
#[must_use]
pub fn told(level: Escalation, owner: UserId, unit: UnitId, units: &[Unit], managers: &[(UserId, UnitId)]) -> Vec<UserId> {
    let parent = |id: UnitId| units.iter().find(|unit| unit.id == id).and_then(|unit| unit.parent);
    // No tree is deeper than it has units.
    let chain = std::iter::successors(Some(unit), |id| parent(*id)).take(units.len().max(1));
    let of = |unit: UnitId| managers.iter().filter(move |(id, of)| *of == unit && *id != owner).map(|(id, _)| *id).collect::<Vec<_>>();
    let mut led = chain.map(of).filter(|people| !people.is_empty());
    let found = match level {
        Escalation::Owner => None,
        Escalation::Manager => led.next(),
        Escalation::Director => led.last(),
    };
    found.unwrap_or_else(|| vec![owner])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::UnitKind;
    use uuid::Uuid;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_week_ends_on_sunday() {
        let tuesday = date("2026-06-30");
        let standing = |due| Standing::of(date(due), tuesday);
        assert_eq!(standing("2026-06-29"), Standing::Overdue);
        assert_eq!(standing("2026-06-30"), Standing::Today);
        assert_eq!(standing("2026-07-05"), Standing::Week);
        assert_eq!(standing("2026-07-06"), Standing::Later);
        assert_eq!(Standing::of(date("2026-07-06"), date("2026-07-05")), Standing::Later, "on a Sunday nothing is left of the week");
    }

    #[test]
    fn the_ladder_begins_with_the_owner_on_the_day() {
        let due = date("2026-06-01");
        let at = |days| level(due, due + chrono::Duration::days(days));
        assert_eq!(at(-1), None);
        assert_eq!([at(0), at(6)], [Some(Escalation::Owner); 2]);
        assert_eq!([at(7), at(13)], [Some(Escalation::Manager); 2]);
        assert_eq!(at(14), Some(Escalation::Director));
    }

    #[test]
    fn from_the_first_day_late_it_says_what_the_promise_says() {
        let due = date("2026-06-01");
        for days in 1..30 {
            let today = due + chrono::Duration::days(days);
            let visit = crate::revisit::Revisit { due, overdue_days: days };
            assert_eq!(level(due, today), visit.escalation(), "{days}");
        }
    }

    #[test]
    fn those_who_hear_are_found_upwards() {
        let id = |n: u128| UnitId(Uuid::from_u128(n));
        let person = |n: u128| UserId(Uuid::from_u128(n));
        let unit = |n: u128, parent: Option<u128>, kind| Unit { id: id(n), parent: parent.map(id), kind, name: String::new() };
        let units = [unit(1, None, UnitKind::Company), unit(2, Some(1), UnitKind::Region), unit(3, Some(2), UnitKind::Team)];
        let managers = [(person(10), id(1)), (person(20), id(2))];
        let told = |level, owner| super::told(level, owner, id(3), &units, &managers);
        assert_eq!(told(Escalation::Owner, person(30)), [person(30)]);
        assert_eq!(told(Escalation::Manager, person(30)), [person(20)]);
        assert_eq!(told(Escalation::Director, person(30)), [person(10)]);
        assert_eq!(told(Escalation::Manager, person(20)), [person(10)], "nobody is their own manager");
        assert_eq!(super::told(Escalation::Director, person(10), id(1), &units, &managers), [person(10)], "the top has nobody above");
    }
}
