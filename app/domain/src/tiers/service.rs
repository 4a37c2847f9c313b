//! What a tier promises, and where service falls short of it.
//!
//! The house gives only the cadence of visits: VIP 30 days, ordinary 90, potential 30
//! (`rules.md` §2.10). Response time, discount ceiling and offers are each company's
//! own and `None` or empty until somebody sets them ([`super::settings`]).
//!
//! When somebody should be contacted next is answered by one function,
//! [`TierService::next_visit`]: boards, a customer's page and the page of today agree.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::customers::Tier;
use crate::revisit::{Escalation, Revisit, Workdays, revisit_due};
use crate::work::FollowUpKind;

/// A promise of contact: by any of these channels, at least this often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRule {
    /// The channels that count; none means any.
    pub channels: Vec<FollowUpKind>,
    /// Days from one contact to the next, one or more.
    pub every_days: u32,
}

/// The service of one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierService {
    /// Promises of contact, each with a clock of its own.
    pub visits: Vec<VisitRule>,
    /// Minutes in which a question is answered.
    pub response_minutes: Option<i64>,
    /// Largest discount, in basis points of the list price.
    pub discount_ceiling_bp: Option<i64>,
    /// What else the tier gets, as texts of the company's own.
    pub offers: Vec<String>,
}

/// What a customer got.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served<'a> {
    /// Contacts with their dates, in any order. Those after the date asked about do not
    /// count.
    pub contacts: &'a [(FollowUpKind, NaiveDate)],
    /// When the customer came into the tier or to the owner: the clock starts here.
    pub since: NaiveDate,
    /// Minutes of the slowest answer that is open or was given in the time looked at.
    pub slowest_response_minutes: Option<i64>,
    /// The largest discount offered, in basis points.
    pub discount_bp: Option<i64>,
}

/// Where service falls short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// A contact is overdue.
    VisitOverdue { channels: Vec<FollowUpKind>, last: Option<NaiveDate>, due: NaiveDate, days: i64, told: Escalation },
    /// An answer took longer than promised.
    ResponseLate { minutes: i64, promised: i64 },
    /// A discount is beyond the ceiling and needs approval.
    DiscountAbove { discount_bp: i64, ceiling_bp: i64 },
}

impl VisitRule {
    /// Whether a contact by this channel resets the clock.
    #[must_use]
    pub fn accepts(&self, channel: FollowUpKind) -> bool {
        self.channels.is_empty() || self.channels.contains(&channel)
    }

    /// The last contact that counts, not after `as_of`.
    #[must_use]
    pub fn last(&self, contacts: &[(FollowUpKind, NaiveDate)], as_of: NaiveDate) -> Option<NaiveDate> {
        contacts.iter().filter(|(channel, on)| self.accepts(*channel) && *on <= as_of).map(|&(_, on)| on).max()
    }

    /// When the next contact is due; without one yet, from `since`. `None` only outside
    /// the calendar.
    #[must_use]
    pub fn due(&self, served: &Served<'_>, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<Revisit> {
        let last = self.last(served.contacts, as_of).unwrap_or(served.since);
        revisit_due(last, self.every_days, workdays, as_of)
    }
}

/// The contact that is due first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextVisit<'a> {
    /// The promise that asks for it.
    pub rule: &'a VisitRule,
    /// When, and how long ago that was.
    pub visit: Revisit,
    /// The last contact that this promise counts.
    pub last: Option<NaiveDate>,
}

impl TierService {
    /// The contact that is due first of all that are promised; of several on one day
    /// that of the first promise. `None` if nothing is promised.
    #[must_use]
    pub fn next_visit(&self, served: &Served<'_>, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<NextVisit<'_>> {
        let each = self.visits.iter().filter_map(|rule| {
            let visit = rule.due(served, workdays, as_of)?;
            Some(NextVisit { rule, visit, last: rule.last(served.contacts, as_of) })
        });
        each.min_by_key(|next| next.visit.due)
    }

    /// The house's cadence and nothing else.
    #[must_use]
    pub fn house(tier: Tier) -> Self {
        let every_days = match tier {
            Tier::Vip | Tier::Potential => 30,
            Tier::Ordinary => 90,
        };
        let visits = vec![VisitRule { channels: Vec::new(), every_days }];
        Self { visits, response_minutes: None, discount_ceiling_bp: None, offers: Vec::new() }
    }
}

/// Everything in which the service a customer got falls short of its tier's, in the
/// order of the promises; empty if nothing does.
pub fn breaches(service: &TierService, served: &Served<'_>, workdays: Workdays<'_>, as_of: NaiveDate) -> Vec<Breach> {
    let overdue = service.visits.iter().filter_map(|rule| {
        let visit = rule.due(served, workdays, as_of)?;
        let told = visit.escalation()?;
        let last = rule.last(served.contacts, as_of);
        Some(Breach::VisitOverdue { channels: rule.channels.clone(), last, due: visit.due, days: visit.overdue_days, told })
    });
    let late = above(served.slowest_response_minutes, service.response_minutes)
        .map(|(minutes, promised)| Breach::ResponseLate { minutes, promised });
    let discount = above(served.discount_bp, service.discount_ceiling_bp)
        .map(|(discount_bp, ceiling_bp)| Breach::DiscountAbove { discount_bp, ceiling_bp });
    overdue.chain(late).chain(discount).collect()
}

fn above(value: Option<i64>, limit: Option<i64>) -> Option<(i64, i64)> {
    value.zip(limit).filter(|(value, limit)| value > limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn vip() -> TierService {
        TierService {
            visits: vec![VisitRule { channels: vec![], every_days: 30 }, VisitRule { channels: vec![FollowUpKind::Visit], every_days: 60 }],
            response_minutes: Some(120),
            discount_ceiling_bp: Some(1_200),
            offers: vec!["yearly inspection".into()],
        }
    }

    #[test]
    fn each_promise_has_a_clock_of_its_own() {
        let contacts = [(FollowUpKind::Visit, date("2026-03-02")), (FollowUpKind::Call, date("2026-05-20"))];
        let served = Served { contacts: &contacts, since: date("2026-01-05"), ..Served::default() };
        let found = breaches(&vip(), &served, Workdays::default(), date("2026-05-25"));
        let due = date("2026-05-01");
        let expected = Breach::VisitOverdue {
            channels: vec![FollowUpKind::Visit],
            last: Some(date("2026-03-02")),
            due,
            days: 24,
            told: Escalation::Director,
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_contact_after_the_date_does_not_count() {
        let contacts = [(FollowUpKind::Call, date("2026-04-01"))];
        let served = Served { contacts: &contacts, since: date("2026-01-05"), ..Served::default() };
        let service = TierService::house(Tier::Vip);
        let found = breaches(&service, &served, Workdays::default(), date("2026-02-05"));
        assert!(matches!(&found[..], [Breach::VisitOverdue { last: None, days: 1, told: Escalation::Owner, .. }]), "{found:?}");
        assert_eq!(breaches(&service, &served, Workdays::default(), date("2026-02-04")), []);
    }

    #[test]
    fn a_limit_is_broken_only_above_it() {
        let today = date("2026-02-05");
        let served = Served { since: today, slowest_response_minutes: Some(120), discount_bp: Some(1_200), ..Served::default() };
        assert_eq!(breaches(&vip(), &served, Workdays::default(), today), []);
        let served = Served { slowest_response_minutes: Some(121), discount_bp: Some(1_201), ..served };
        let expected =
            [Breach::ResponseLate { minutes: 121, promised: 120 }, Breach::DiscountAbove { discount_bp: 1_201, ceiling_bp: 1_200 }];
        assert_eq!(breaches(&vip(), &served, Workdays::default(), today), expected);
        // What nobody promised cannot be broken.
        assert_eq!(breaches(&TierService::house(Tier::Vip), &served, Workdays::default(), today), []);
    }

    #[test]
    fn the_next_visit_is_the_one_due_first() {
        let contacts = [(FollowUpKind::Visit, date("2026-03-02")), (FollowUpKind::Call, date("2026-05-20"))];
        let served = Served { contacts: &contacts, since: date("2026-01-05"), ..Served::default() };
        let service = vip();
        let next = service.next_visit(&served, Workdays::default(), date("2026-05-25")).expect("two promises");
        assert_eq!((next.rule, next.visit.due, next.last), (&service.visits[1], date("2026-05-01"), Some(date("2026-03-02"))));
        // Once it was kept, the other one is due first.
        let contacts = [(FollowUpKind::Visit, date("2026-05-21"))];
        let next = service.next_visit(&Served { contacts: &contacts, ..served }, Workdays::default(), date("2026-05-25"));
        assert_eq!(next.map(|next| (next.rule.every_days, next.visit.due)), Some((30, date("2026-06-22"))), "a weekend moves it");
        let none = TierService { visits: vec![], ..vip() };
        assert_eq!(none.next_visit(&served, Workdays::default(), date("2026-05-25")), None);
    }

    #[test]
    fn the_house_sees_ordinary_customers_least() {
        let days = |tier| TierService::house(tier).visits[0].every_days;
        assert_eq!((days(Tier::Vip), days(Tier::Ordinary), days(Tier::Potential)), (30, 90, 30));
    }
}
