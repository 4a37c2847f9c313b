//! Return visits that something asks for: some days after a win and once more later, and a
//! few workdays after a low score (`rules.md` §2.10). They stand beside the visits by the
//! tier's interval and are due like those.
//!
//! A contact after the event is the visit, whatever its channel. What happened long ago asks
//! for nothing any more: by then the interval does.
//!
//! Not here: what a low score is ([`crate::survey::answer::Scores::low`]), nor the plan that
//! it gets ([`crate::survey::plan`]).

use crate::ids::{UnitId, UserId};
use crate::revisit::{Revisit, Workdays, revisit_due};
use crate::survey::answer::Low;
use crate::work::FollowUpKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An event asks for visits for so many days.
pub const ASKS_DAYS: i64 = 120;
/// Longest time after a win, in days; well inside [`ASKS_DAYS`].
pub const AFTER_WIN_MAX: u32 = 90;
/// Longest time after a low score, in workdays.
pub const AFTER_SCORE_MAX: u32 = 20;

/// When a tier's customers are visited after what happened. Zero: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct After {
    /// Days after a win.
    pub win: u32,
    /// Days after the same win, for the second visit.
    pub again: u32,
    /// Workdays after a low score.
    pub score: u32,
}

impl Default for After {
    fn default() -> Self {
        Self::HOUSE
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Occasion {
    /// Deals were won on this day.
    Win { on: NaiveDate },
    /// A low score became known on this day. `low` is `None` for who may not read answers.
    Score { on: NaiveDate, low: Option<Low> },
}

/// Something that happened to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub occasion: Occasion,
    /// Who makes the visit, and where they are, if not the customer's owner: whose plan it is.
    pub by: Option<(UserId, UnitId)>,
    /// A contact is known to have come later on the same day.
    pub answered: bool,
}

impl After {
    /// As the house has it.
    pub const HOUSE: Self = Self { win: 7, again: 30, score: 2 };
    pub const NONE: Self = Self { win: 0, again: 0, score: 0 };

    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl Occasion {
    #[must_use]
    pub const fn on(self) -> NaiveDate {
        match self {
            Self::Win { on } | Self::Score { on, .. } => on,
        }
    }
}

impl Event {
    /// The visit that it still asks for; `None` if it was made, is not promised, or is long
    /// ago.
    ///
    /// A contact counts for the second visit after a win once the day of the first is over.
    #[must_use]
    pub fn due(&self, after: After, contacts: &[(FollowUpKind, NaiveDate)], workdays: Workdays<'_>, as_of: NaiveDate) -> Option<Revisit> {
        let on = self.occasion.on();
        if self.answered || on > as_of || (as_of - on).num_days() > ASKS_DAYS {
            return None;
        }
        let last = contacts.iter().map(|(_, day)| *day).filter(|day| *day <= as_of).max();
        let visited_after = |day: NaiveDate| last.is_some_and(|last| last > day);
        let in_days = |days: u32| if days == 0 { None } else { revisit_due(on, days, workdays, as_of) };
        match self.occasion {
            Occasion::Score { .. } => {
                if after.score == 0 || visited_after(on) {
                    return None;
                }
                let due = (0..after.score).try_fold(on, |day, _| workdays.on_or_after(day.succ_opt()?))?;
                revisit_due(due, 0, workdays, as_of)
            }
            Occasion::Win { .. } => {
                let (first, second) = (in_days(after.win), in_days(after.again));
                if let Some(first) = first.filter(|_| !visited_after(on)) {
                    return Some(first);
                }
                let second = second?;
                // Holidays may move both to one day; one visit is enough for it then.
                let since = first.map_or(on, |first| first.due.min(second.due.pred_opt().unwrap_or(second.due)));
                (!visited_after(since)).then_some(second)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn calls(days: &[&str]) -> Vec<(FollowUpKind, NaiveDate)> {
        days.iter().map(|day| (FollowUpKind::Call, date(day))).collect()
    }

    fn win(on: &str) -> Event {
        Event { occasion: Occasion::Win { on: date(on) }, by: None, answered: false }
    }

    fn score(on: &str) -> Event {
        Event { occasion: Occasion::Score { on: date(on), low: Some(Low::Csat(2)) }, by: None, answered: false }
    }

    fn due(event: &Event, contacts: &[&str], as_of: &str) -> Option<(String, i64)> {
        let found = event.due(After::HOUSE, &calls(contacts), Workdays::default(), date(as_of))?;
        Some((found.due.to_string(), found.overdue_days))
    }

    #[test]
    fn a_win_asks_for_two_visits() {
        let won = win("2026-06-01");
        let said = |day: &str, late| Some((day.to_owned(), late));
        assert_eq!(due(&won, &[], "2026-06-02"), said("2026-06-08", 0));
        assert_eq!(due(&won, &["2026-05-30", "2026-06-01"], "2026-06-10"), said("2026-06-08", 2), "on the day it was only won");
        assert_eq!(due(&won, &["2026-06-03"], "2026-06-10"), said("2026-07-01", 0), "the second is left");
        assert_eq!(due(&won, &["2026-06-08"], "2026-06-10"), said("2026-07-01", 0), "on its day the first was made");
        assert_eq!(due(&won, &["2026-06-09"], "2026-06-10"), None, "after the day of the first it is both");
        assert_eq!(due(&won, &["2026-06-20"], "2026-06-10"), said("2026-06-08", 2), "what is to come does not count");
    }

    #[test]
    fn what_is_not_promised_is_not_due() {
        let won = win("2026-06-01");
        let found = |after, contacts: &[&str]| won.due(after, &calls(contacts), Workdays::default(), date("2026-06-02")).map(|v| v.due);
        assert_eq!(found(After { win: 0, ..After::HOUSE }, &[]), Some(date("2026-07-01")));
        assert_eq!(found(After { win: 0, ..After::HOUSE }, &["2026-06-02"]), None, "without a first, any contact is it");
        assert_eq!(found(After { again: 0, ..After::HOUSE }, &["2026-06-02"]), None);
        assert_eq!(found(After::NONE, &[]), None);
        assert_eq!(score("2026-06-01").due(After::NONE, &[], Workdays::default(), date("2026-06-01")), None);
    }

    #[test]
    fn a_low_score_asks_within_workdays() {
        let friday = score("2026-06-05");
        assert_eq!(due(&friday, &[], "2026-06-05"), Some(("2026-06-09".to_owned(), 0)));
        assert_eq!(due(&friday, &["2026-06-05"], "2026-06-10"), Some(("2026-06-09".to_owned(), 1)), "before it, as far as is known");
        assert_eq!(due(&Event { answered: true, ..friday }, &["2026-06-05"], "2026-06-10"), None);
        assert_eq!(due(&friday, &["2026-06-06"], "2026-06-10"), None);
        let holiday = [date("2026-06-09")];
        let free = Workdays { holidays: &holiday, makeup: &[] };
        assert_eq!(friday.due(After::HOUSE, &[], free, date("2026-06-05")).map(|v| v.due), Some(date("2026-06-10")));
    }

    #[test]
    fn holidays_that_move_both_visits_to_one_day_leave_one_to_make() {
        let free: Vec<NaiveDate> = date("2026-06-08").iter_days().take(23).collect();
        let workdays = Workdays { holidays: &free, makeup: &[] };
        let at = |contacts: &[&str]| win("2026-06-01").due(After::HOUSE, &calls(contacts), workdays, date("2026-07-02")).map(|v| v.due);
        assert_eq!(at(&[]), Some(date("2026-07-01")));
        assert_eq!(at(&["2026-07-01"]), None);
    }

    #[test]
    fn what_was_long_ago_asks_for_nothing() {
        let won = win("2026-01-01");
        assert!(due(&won, &[], "2026-05-01").is_some_and(|(_, late)| late > 100));
        assert_eq!(due(&won, &[], "2026-05-02"), None);
        assert_eq!(due(&win("2026-06-02"), &[], "2026-06-01"), None, "nor what is to come");
    }

    #[test]
    fn services_that_were_written_before_promise_as_the_house_does() {
        let old = r#"{"visits":[],"response_minutes":null,"discount_ceiling_bp":null,"offers":[]}"#;
        let service: crate::tiers::TierService = serde_json::from_str(old).expect("a service");
        assert_eq!(service.after, After::HOUSE);
    }
}
