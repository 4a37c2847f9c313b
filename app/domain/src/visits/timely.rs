//! The share of customers that were visited in time: of those to whom a return visit fell
//! due in a period, the ones for whom each of them was made by its day.
//!
//! Every contact that a promise counts, and the day on which the customer came, makes the
//! next one due; it is kept if the contact after it is not later than that day. The promise
//! is that of today's tier.

use crate::revisit::{Workdays, revisit_due};
use crate::rounding::ratio_bp;
use crate::tiers::TierService;
use crate::work::FollowUpKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Return visits of one customer that fell due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timed {
    pub due: i64,
    /// Of those, made by their day.
    pub kept: i64,
}

impl Timed {
    /// Whether all that fell due were made by their day; `None` if nothing fell due.
    #[must_use]
    pub const fn in_time(self) -> Option<bool> {
        if self.due == 0 { None } else { Some(self.kept == self.due) }
    }
}

/// What fell due from `from` to `to`, both included. `contacts` in any order; those after
/// `to` count as the answer to what fell due before.
#[must_use]
pub fn timed(
    service: &TierService,
    contacts: &[(FollowUpKind, NaiveDate)],
    since: NaiveDate,
    workdays: Workdays<'_>,
    from: NaiveDate,
    to: NaiveDate,
) -> Timed {
    let mut found = Timed::default();
    for rule in &service.visits {
        let mut days: Vec<NaiveDate> = contacts.iter().filter(|(kind, _)| rule.accepts(*kind)).map(|(_, on)| *on).collect();
        days.push(since);
        days.sort_unstable();
        days.dedup();
        for (i, day) in days.iter().enumerate() {
            let Some(visit) = revisit_due(*day, rule.every_days, workdays, to) else { continue };
            if visit.due < from || visit.due > to {
                continue;
            }
            found.due += 1;
            found.kept += i64::from(days.get(i + 1).is_some_and(|next| *next <= visit.due));
        }
    }
    found
}

/// The figure: customers, not visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub kept: i64,
    pub due: i64,
}

impl Share {
    pub fn add(&mut self, timed: Timed) {
        if let Some(kept) = timed.in_time() {
            self.due += 1;
            self.kept += i64::from(kept);
        }
    }

    /// In basis points; `None` if nothing fell due.
    #[must_use]
    pub fn bp(self) -> Option<i64> {
        ratio_bp(self.kept, self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::Tier;
    use crate::tiers::VisitRule;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn calls(days: &[&str]) -> Vec<(FollowUpKind, NaiveDate)> {
        days.iter().map(|day| (FollowUpKind::Call, date(day))).collect()
    }

    fn june(contacts: &[&str], since: &str) -> Timed {
        let service = TierService::house(Tier::Vip);
        timed(&service, &calls(contacts), date(since), Workdays::default(), date("2026-06-01"), date("2026-06-29"))
    }

    #[test]
    fn a_visit_by_its_day_is_kept_and_one_later_is_not() {
        // Of 4 May the next is due on 3 June, a Wednesday.
        assert_eq!(june(&["2026-05-04", "2026-06-03"], "2026-01-05"), Timed { due: 1, kept: 1 });
        assert_eq!(june(&["2026-05-04", "2026-06-04"], "2026-01-05"), Timed { due: 1, kept: 0 });
        assert_eq!(june(&["2026-05-04"], "2026-01-05"), Timed { due: 1, kept: 0 });
    }

    #[test]
    fn a_visit_before_its_day_is_kept_too() {
        assert_eq!(june(&["2026-05-04", "2026-05-20"], "2026-01-05"), Timed { due: 2, kept: 1 });
    }

    #[test]
    fn the_clock_of_who_was_never_contacted_began_when_they_came() {
        assert_eq!(june(&[], "2026-05-11"), Timed { due: 1, kept: 0 });
        assert_eq!(june(&[], "2026-06-20"), Timed::default());
    }

    #[test]
    fn what_is_not_due_yet_says_nothing() {
        assert_eq!(june(&["2026-06-10"], "2026-01-05").in_time(), None);
    }

    #[test]
    fn each_promise_has_its_own_visits() {
        let visits =
            vec![VisitRule { channels: vec![], every_days: 30 }, VisitRule { channels: vec![FollowUpKind::Visit], every_days: 60 }];
        let service = TierService { visits, ..TierService::house(Tier::Vip) };
        let contacts = [calls(&["2026-05-04", "2026-06-03"]), vec![(FollowUpKind::Visit, date("2026-04-10"))]].concat();
        let found = timed(&service, &contacts, date("2026-01-05"), Workdays::default(), date("2026-06-01"), date("2026-06-29"));
        assert_eq!(found, Timed { due: 2, kept: 1 }, "the call was in time, the visit was not made");
    }

    #[test]
    fn the_share_counts_customers() {
        let mut share = Share::default();
        assert_eq!(share.bp(), None);
        for timed in [Timed { due: 2, kept: 2 }, Timed { due: 3, kept: 2 }, Timed::default()] {
            share.add(timed);
        }
        assert_eq!((share.kept, share.due, share.bp()), (1, 2, Some(5_000)));
    }
}
