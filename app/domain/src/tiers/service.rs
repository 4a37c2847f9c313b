//! What a tier promises, and where service falls short of it.
//!
//! The house gives only the cadence of visits: VIP 30 days, ordinary 90, potential 30
//! (`rules.md` §2.10). Response time, discount ceiling and offers are each company's
//! own and `None` or empty until somebody sets them ([`super::settings`]).
//!
//! Beside the cadence the house asks for a visit after a win and after a low score
//! ([`super::after`]).
//!
//! When somebody should be contacted next is answered by one function,
//! [`TierService::next_visit`]: boards, a customer's page and the page of today agree.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::after::{After, Event, Occasion};
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
    /// Visits after what happened.
    #[serde(default)]
    pub after: After,
}

/// What a customer got.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served<'a> {
    /// Contacts with their dates, in any order. Those after the date asked about do not
    /// count.
    pub contacts: &'a [(FollowUpKind, NaiveDate)],
    /// When the customer came into the tier or to the owner: the clock starts here.
    pub since: NaiveDate,
    /// What happened lately and may ask for a visit, in any order.
    pub events: &'a [Event],
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
    /// The visit after a win, or after a low score, is overdue.
    AfterOverdue { win: bool, due: NaiveDate, days: i64, told: Escalation },
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

/// What asks for a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise<'a> {
    /// The interval of the tier.
    Every(&'a VisitRule),
    /// Something that happened.
    After(&'a Event),
}

/// What asks for a contact, as pages say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// So many days from one contact to the next.
    Every(u32),
    After(Occasion),
}

impl Promise<'_> {
    #[must_use]
    pub const fn asks(self) -> Asks {
        match self {
            Self::Every(rule) => Asks::Every(rule.every_days),
            Self::After(event) => Asks::After(event.occasion),
        }
    }

    /// The channels that count; none means any.
    #[must_use]
    pub fn channels(&self) -> &[FollowUpKind] {
        match self {
            Self::Every(rule) => &rule.channels,
            Self::After(_) => &[],
        }
    }
}

/// The contact that is due first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextVisit<'a> {
    pub promise: Promise<'a>,
    /// When, and how long ago that was.
    pub visit: Revisit,
    /// The last contact that this promise counts.
    pub last: Option<NaiveDate>,
}

impl TierService {
    /// The contact that is due first of all that are asked for; of several on one day
    /// that after the first event, else that of the first promise. `None` if nothing is
    /// asked for.
    #[must_use]
    pub fn next_visit<'a>(&'a self, served: &Served<'a>, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<NextVisit<'a>> {
        let each = self.next_asked(served, workdays, as_of).into_iter().chain(self.next_regular(served, workdays, as_of));
        each.min_by_key(|next| next.visit.due)
    }

    /// The same after events alone.
    #[must_use]
    pub fn next_asked<'a>(&self, served: &Served<'a>, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<NextVisit<'a>> {
        let each = served.events.iter().filter_map(|event| {
            let visit = event.due(self.after, served.contacts, workdays, as_of)?;
            let last = served.contacts.iter().map(|(_, on)| *on).filter(|on| *on <= as_of).max();
            Some(NextVisit { promise: Promise::After(event), visit, last })
        });
        each.min_by_key(|next| next.visit.due)
    }

    /// The same by the interval alone.
    #[must_use]
    pub fn next_regular<'a>(&'a self, served: &Served<'a>, workdays: Workdays<'_>, as_of: NaiveDate) -> Option<NextVisit<'a>> {
        let each = self.visits.iter().filter_map(|rule| {
            let visit = rule.due(served, workdays, as_of)?;
            Some(NextVisit { promise: Promise::Every(rule), visit, last: rule.last(served.contacts, as_of) })
        });
        each.min_by_key(|next| next.visit.due)
    }

    /// The house's cadence, its visits after events, and nothing else.
    #[must_use]
    pub fn house(tier: Tier) -> Self {
        let every_days = match tier {
            Tier::Vip | Tier::Potential => 30,
            Tier::Ordinary => 90,
        };
        let visits = vec![VisitRule { channels: Vec::new(), every_days }];
        Self { visits, response_minutes: None, discount_ceiling_bp: None, offers: Vec::new(), after: After::HOUSE }
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
    let asked = served.events.iter().filter_map(|event| {
        let visit = event.due(service.after, served.contacts, workdays, as_of)?;
        let told = visit.escalation()?;
        let win = matches!(event.occasion, Occasion::Win { .. });
        Some(Breach::AfterOverdue { win, due: visit.due, days: visit.overdue_days, told })
    });
    let late = above(served.slowest_response_minutes, service.response_minutes)
        .map(|(minutes, promised)| Breach::ResponseLate { minutes, promised });
    let discount = above(served.discount_bp, service.discount_ceiling_bp)
        .map(|(discount_bp, ceiling_bp)| Breach::DiscountAbove { discount_bp, ceiling_bp });
    overdue.chain(asked).chain(late).chain(discount).collect()
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
            after: After::HOUSE,
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
        assert_eq!(
            (next.promise, next.visit.due, next.last),
            (Promise::Every(&service.visits[1]), date("2026-05-01"), Some(date("2026-03-02")))
        );
        // Once it was kept, the other one is due first.
        let contacts = [(FollowUpKind::Visit, date("2026-05-21"))];
        let next = service.next_visit(&Served { contacts: &contacts, ..served }, Workdays::default(), date("2026-05-25"));
        assert_eq!(
            next.map(|next| (next.promise.asks(), next.visit.due)),
            Some((Asks::Every(30), date("2026-06-22"))),
            "a weekend moves it"
        );
        let none = TierService { visits: vec![], ..vip() };
        assert_eq!(none.next_visit(&served, Workdays::default(), date("2026-05-25")), None);
    }

    #[test]
    fn a_win_is_asked_for_before_the_interval_and_a_breach_of_its_own() {
        let events = [Event { occasion: Occasion::Win { on: date("2026-05-20") }, by: None, answered: false }];
        let contacts = [(FollowUpKind::Visit, date("2026-05-20"))];
        let served = Served { contacts: &contacts, since: date("2026-01-05"), events: &events, ..Served::default() };
        let service = vip();
        let next = service.next_visit(&served, Workdays::default(), date("2026-05-29")).expect("an event");
        assert_eq!((next.promise, next.visit.due), (Promise::After(&events[0]), date("2026-05-27")));
        assert!(next.promise.channels().is_empty());
        let regular = service.next_regular(&served, Workdays::default(), date("2026-05-29"));
        assert_eq!(regular.map(|next| next.visit.due), Some(date("2026-06-19")));
        let late = Breach::AfterOverdue { win: true, due: date("2026-05-27"), days: 2, told: Escalation::Owner };
        assert_eq!(breaches(&service, &served, Workdays::default(), date("2026-05-29")), [late]);
        let off = TierService { after: After::NONE, ..vip() };
        assert_eq!(
            off.next_visit(&served, Workdays::default(), date("2026-05-29")),
            off.next_regular(&served, Workdays::default(), date("2026-05-29"))
        );
        assert_eq!(breaches(&off, &served, Workdays::default(), date("2026-05-29")), []);
    }

    #[test]
    fn the_house_sees_ordinary_customers_least() {
        let days = |tier| TierService::house(tier).visits[0].every_days;
        assert_eq!((days(Tier::Vip), days(Tier::Ordinary), days(Tier::Potential)), (30, 90, 30));
    }
}
