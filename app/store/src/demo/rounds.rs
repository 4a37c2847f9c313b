//! Calls and visits by which salespeople keep in touch with their customers, on top of what
//! their deals bring. Most are in time by the interval of the tier and after a win; some are
//! late by days, a few by months, so that there is something to do and it can be done.
//!
//! Not here: calls of the service team (`work`), and the sheets of visits (`visits`).

use super::Company;
use super::calendar::{Calendar, is_weekend, local, utc};
use super::chance::{Dice, Quota, Stream};
use super::texts::{self, Blanks};
use crate::entity::{customer, follow_up};
use chrono::{Days, Duration, NaiveDate};
use domain::customers::Tier;
use domain::pipeline::Outcome;
use domain::tiers::TierService;
use domain::work::FollowUpKind;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const KINDS: [(FollowUpKind, u32); 4] =
    [(FollowUpKind::Call, 46), (FollowUpKind::Wechat, 30), (FollowUpKind::Email, 16), (FollowUpKind::Visit, 8)];
/// Rounds are told of so many days before the visitor's; before, deals tell enough.
const BACK: u64 = 150;
/// Of those whom nothing else reached lately, so many are late.
const LATE: [(Tier, f64); 3] = [(Tier::Vip, 0.15), (Tier::Ordinary, 0.20), (Tier::Potential, 0.20)];
/// By so many days, each as often as its weight says; by none: due on the visitor's day.
const LATE_BY: [((i64, i64), u32); 5] = [((0, 0), 10), ((1, 6), 55), ((7, 13), 25), ((14, 40), 15), ((60, 120), 5)];
/// A VIP is seen in person at least so often, within the 90 days that are promised.
const SEEN_DAYS: u64 = 84;
/// Calls after a low score are told of as long as the score asks for one.
const SCORE_DAYS: u64 = 130;

struct Rounds<'a> {
    dice: Dice,
    calendar: &'a Calendar,
    names: HashMap<Uuid, (Uuid, String)>,
    said: Vec<follow_up::Model>,
}

pub(super) fn rounds(calendar: &Calendar, seed: u64, company: &mut Company) {
    let as_of = calendar.as_of;
    let mut met: HashMap<Uuid, BTreeSet<NaiveDate>> = HashMap::new();
    let mut seen: HashMap<Uuid, NaiveDate> = HashMap::new();
    for row in &company.follow_ups {
        let on = local(row.at).date();
        met.entry(row.customer_id).or_default().insert(on);
        if row.kind == FollowUpKind::Visit.code() {
            seen.entry(row.customer_id).and_modify(|known| *known = on.max(*known)).or_insert(on);
        }
    }
    let mut won: HashMap<Uuid, NaiveDate> = HashMap::new();
    for deal in company.deals.iter().filter(|deal| deal.outcome == Outcome::Won.code()) {
        let Some(on) = deal.closed_on else { continue };
        won.entry(deal.customer_id).and_modify(|known| *known = on.max(*known)).or_insert(on);
    }
    let hired: HashMap<Uuid, NaiveDate> =
        company.people.iter().filter(|person| person.active).map(|person| (person.id, person.hired_on.unwrap_or(calendar.start))).collect();
    // Counted out, so that some are late in the smallest company too.
    let mut late = LATE.map(|(tier, share)| (tier, Quota::new(share)));
    let mut rounds = Rounds::new(calendar, Dice::new(seed, Stream::Rounds), company);
    for row in &company.customers {
        let owner = row.owner_id.and_then(|id| Some((id, *hired.get(&id)?)));
        let (Some((owner, hired)), Some(tier), None) = (owner, Tier::parse(&row.tier), row.merged_into) else { continue };
        let came = local(row.created_at).date().max(hired);
        let met = met.entry(row.id).or_default();
        let every = TierService::house(tier).visits.first().map_or(90, |rule| u64::from(rule.every_days));
        // Whom nothing reached for longer than the interval, though they were there before.
        let over = as_of - Days::new(every + 1);
        let may_be_late = came < over && met.last().is_none_or(|last| *last < over);
        if may_be_late && late.iter_mut().any(|(of, quota)| *of == tier && quota.take()) {
            let (least, most) = rounds.dice.weighted(&LATE_BY);
            let on = workday(as_of - Days::new(every) - Duration::days(rounds.dice.between(least, most)));
            if on > came && met.last().is_none_or(|last| *last < on) {
                rounds.say(row, owner, on, None);
            }
            continue;
        }
        rounds.keep(row, owner, came, every, met);
        if let Some(on) = won.get(&row.id) {
            rounds.after_win(row, owner, *on, met);
        }
        let visited = seen.get(&row.id).is_some_and(|on| *on + Days::new(SEEN_DAYS) >= as_of);
        if tier == Tier::Vip && !visited {
            let on = workday(as_of - Duration::days(rounds.dice.between(4, 60)));
            if on > came {
                rounds.say(row, owner, on, Some(FollowUpKind::Visit));
            }
        }
    }
    rounds.done(company);
}

/// Whoever works on a low score called the customer when they decided what to do.
pub(super) fn after_scores(calendar: &Calendar, seed: u64, company: &mut Company) {
    let first = calendar.as_of - Days::new(SCORE_DAYS);
    let mut rounds = Rounds::new(calendar, Dice::new(seed, Stream::ScoreCalls), company);
    let customers: HashMap<Uuid, &customer::Model> = company.customers.iter().map(|row| (row.id, row)).collect();
    for plan in company.satisfaction.plans.iter().filter(|plan| plan.on_day >= first) {
        let acted = plan.acted_on.filter(|on| *on < calendar.as_of);
        if let (Some(on), Some(row)) = (acted, customers.get(&plan.customer_id)) {
            rounds.say(row, plan.owner_id, on, Some(FollowUpKind::Call));
        }
    }
    rounds.done(company);
}

impl<'a> Rounds<'a> {
    fn new(calendar: &'a Calendar, dice: Dice, company: &Company) -> Self {
        let mut names = HashMap::new();
        for contact in &company.contacts {
            names.entry(contact.customer_id).or_insert((contact.id, contact.name.clone()));
        }
        Self { dice, calendar, names, said: Vec::new() }
    }

    /// Contacts where there would be none for longer than the interval.
    fn keep(&mut self, row: &customer::Model, owner: Uuid, came: NaiveDate, every: u64, met: &mut BTreeSet<NaiveDate>) {
        let as_of = self.calendar.as_of;
        let first = as_of - Days::new(BACK);
        let earlier = first - Duration::days(self.dice.between(0, every as i64 - 1));
        let mut last = met.range(..first).next_back().copied().unwrap_or(came).max(earlier.max(came));
        while last < as_of {
            // A little before the day, which may be moved to a Friday.
            let reach = last + Days::new(every - every / 12);
            if let Some(next) = met.range(last + Days::new(1)..=reach).next_back() {
                last = *next;
                continue;
            }
            let on = workday(last + Duration::days(self.dice.between(every as i64 * 2 / 3, every as i64 * 9 / 10)));
            if on >= as_of || on <= last {
                break;
            }
            self.say(row, owner, on, None);
            met.insert(on);
            last = on;
        }
    }

    /// The two visits after a win, unless somebody was there anyway.
    fn after_win(&mut self, row: &customer::Model, owner: Uuid, won: NaiveDate, met: &mut BTreeSet<NaiveDate>) {
        if won < self.calendar.as_of - Days::new(BACK) {
            return;
        }
        for (from, to, least, most) in [(1, 6, 3, 6), (12, 28, 16, 27)] {
            let there = met.range(won + Days::new(from)..=won + Days::new(to)).next().is_some();
            let on = workday(won + Duration::days(self.dice.between(least, most)));
            if !there && on > won && on < self.calendar.as_of {
                self.say(row, owner, on, None);
                met.insert(on);
            }
        }
    }

    fn say(&mut self, row: &customer::Model, by_id: Uuid, on: NaiveDate, kind: Option<FollowUpKind>) {
        let at = utc(self.calendar.moment(&mut self.dice, on)).max(row.created_at + Duration::minutes(20));
        let kind = kind.unwrap_or_else(|| self.dice.weighted(&KINDS));
        let contact = self.names.get(&row.id);
        let blanks = Blanks { contact: contact.map_or("对方", |(_, name)| name.as_str()), ..Blanks::default() };
        let content = texts::care(&mut self.dice, blanks);
        self.said.push(follow_up::Model {
            id: self.dice.id(at),
            customer_id: row.id,
            deal_id: None,
            contact_id: contact.map(|(id, _)| *id),
            kind: kind.code().to_owned(),
            content,
            next_step: String::new(),
            next_on: None,
            at,
            by_id,
        });
    }

    fn done(self, company: &mut Company) {
        let places: HashMap<Uuid, usize> = company.customers.iter().enumerate().map(|(n, row)| (row.id, n)).collect();
        for row in self.said {
            if let Some(n) = places.get(&row.customer_id) {
                let customer = &mut company.customers[*n];
                customer.updated_at = customer.updated_at.max(row.at);
            }
            company.follow_ups.push(row);
        }
    }
}

/// The day, or the Friday before a weekend.
fn workday(on: NaiveDate) -> NaiveDate {
    let mut on = on;
    while is_weekend(on) {
        on = on - Days::new(1);
    }
    on
}
