//! Who is asked when: by a rhythm of the tier, and some days after a deal was won or a
//! ticket was solved.
//!
//! Nobody is asked twice within the quiet days, whatever survey it is. Who was never asked
//! is not asked on the first night with everybody else: each customer has a place in the
//! rhythm.

use crate::codes;
use crate::customers::Tier;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Longest rhythm, quiet time and life of a link, in days.
pub const DAYS_MAX: u32 = 730;
pub const VALID_DAYS: u32 = 30;
pub const QUIET_DAYS: u32 = 60;

codes! {
    /// Why somebody is asked.
    Occasion { Chosen = "chosen", Periodic = "periodic", Won = "won", Ticket = "ticket", Second = "second" }
}

codes! {
    /// How far an invitation has come.
    InvitationState {
        /// It has no link yet.
        Waiting = "waiting",
        Sent = "sent",
        Answered = "answered",
        Expired = "expired",
    }
}

/// When a survey asks by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    /// VIP, ordinary, potential; `None`: not at all.
    pub every_days: [Option<u32>; 3],
    pub after_won_days: Option<u32>,
    pub after_ticket_days: Option<u32>,
}

impl Schedule {
    #[must_use]
    pub fn every(&self, tier: Tier) -> Option<u32> {
        Tier::ALL.iter().position(|known| *known == tier).and_then(|place| self.every_days[place])
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a customer is due by the rhythm of the tier. `place`: any number of the
    /// customer's own, which spreads those never asked over the rhythm.
    #[must_use]
    pub fn due(&self, tier: Tier, since: NaiveDate, last: Option<NaiveDate>, place: u128, today: NaiveDate) -> bool {
        let Some(every) = self.every(tier).filter(|every| *every > 0) else { return false };
        let after = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).is_some_and(|due| due <= today);
        match last {
            Some(last) => after(last, u64::from(every)),
            None => after(since, u64::try_from(place % u128::from(every)).unwrap_or(0)),
        }
    }

    /// Whether a deal won on that day is asked about. Those won before the schedule was
    /// set are not.
    #[must_use]
    pub fn won_due(&self, since: NaiveDate, won_on: NaiveDate, today: NaiveDate) -> bool {
        after(self.after_won_days, since, won_on, today)
    }

    /// Whether a ticket solved on that day is asked about, in the same sense.
    #[must_use]
    pub fn ticket_due(&self, since: NaiveDate, solved_on: NaiveDate, today: NaiveDate) -> bool {
        after(self.after_ticket_days, since, solved_on, today)
    }
}

fn after(days: Option<u32>, since: NaiveDate, on: NaiveDate, today: NaiveDate) -> bool {
    let due = |days: u32| on.checked_add_days(Days::new(u64::from(days))).is_some_and(|due| due <= today);
    on >= since && days.is_some_and(due)
}

/// Whether somebody was asked too short a while ago.
#[must_use]
pub fn quiet(last: Option<NaiveDate>, quiet_days: u32, today: NaiveDate) -> bool {
    last.is_some_and(|last| last.checked_add_days(Days::new(u64::from(quiet_days))).is_none_or(|free| free > today))
}

/// How far an invitation has come.
#[must_use]
pub fn state(answered: bool, has_link: bool, expires_on: Option<NaiveDate>, today: NaiveDate) -> InvitationState {
    match (answered, has_link) {
        (true, _) => InvitationState::Answered,
        (false, false) => InvitationState::Waiting,
        // The last day counts.
        (false, true) if expires_on.is_some_and(|on| on < today) => InvitationState::Expired,
        (false, true) => InvitationState::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_rhythm_asks_again_after_its_days_and_spreads_the_first_time() {
        let schedule = Schedule { every_days: [Some(90), None, None], ..Schedule::default() };
        let due = |last: Option<&str>, place, today: &str| schedule.due(Tier::Vip, on("2026-01-01"), last.map(on), place, on(today));
        assert!(!due(Some("2026-01-01"), 0, "2026-03-31"));
        assert!(due(Some("2026-01-01"), 0, "2026-04-01"));
        assert!(due(None, 0, "2026-01-01"));
        assert!(!due(None, 5, "2026-01-05"));
        assert!(due(None, 95, "2026-01-06"), "the place counts within the rhythm");
        assert!(!schedule.due(Tier::Ordinary, on("2026-01-01"), None, 0, on("2026-12-31")));
    }

    #[test]
    fn a_win_is_asked_about_once_its_days_are_over() {
        let schedule = Schedule { after_won_days: Some(7), ..Schedule::default() };
        let due = |won: &str, today: &str| schedule.won_due(on("2026-06-01"), on(won), on(today));
        assert!(!due("2026-06-10", "2026-06-16"));
        assert!(due("2026-06-10", "2026-06-17"));
        assert!(!due("2026-05-31", "2026-06-17"), "won before the schedule was set");
        assert!(!Schedule::default().won_due(on("2026-06-01"), on("2026-06-10"), on("2026-06-17")));
    }

    #[test]
    fn a_solved_ticket_is_asked_about_in_the_same_sense() {
        let schedule = Schedule { after_ticket_days: Some(2), ..Schedule::default() };
        let due = |solved: &str, today: &str| schedule.ticket_due(on("2026-06-01"), on(solved), on(today));
        assert_eq!(
            [due("2026-06-10", "2026-06-11"), due("2026-06-10", "2026-06-12"), due("2026-05-31", "2026-06-12")],
            [false, true, false]
        );
        assert!(!schedule.won_due(on("2026-06-01"), on("2026-06-10"), on("2026-06-17")), "each has its own days");
    }

    #[test]
    fn nobody_is_asked_twice_within_the_quiet_days() {
        assert!(quiet(Some(on("2026-06-01")), 30, on("2026-06-30")));
        assert!(!quiet(Some(on("2026-05-31")), 30, on("2026-06-30")));
        assert!(!quiet(None, 30, on("2026-06-30")));
        assert!(!quiet(Some(on("2026-06-30")), 0, on("2026-06-30")));
    }

    #[test]
    fn a_link_lives_to_the_end_of_its_last_day() {
        let at = |answered, has_link, today: &str| state(answered, has_link, Some(on("2026-06-30")), on(today));
        assert_eq!(at(false, true, "2026-06-30"), InvitationState::Sent);
        assert_eq!(at(false, true, "2026-07-01"), InvitationState::Expired);
        assert_eq!(at(true, true, "2026-07-01"), InvitationState::Answered);
        assert_eq!(at(false, false, "2026-06-30"), InvitationState::Waiting);
    }
}
