//! The public pool of the demo company: what lies in it and since when, and owners who got
//! their customers so that some are about to fall and none falls on the visitor's day.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};

use crate::pool::{deal_owner_change, lead_hold, lead_stay, owner_change, pool, pool_hold, pool_member, pool_run, pool_stay, stored};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use domain::customers::Tier;
use domain::ids::PoolId;
use domain::pipeline::Outcome;
use domain::pool::page::{Hand, Reason};
use domain::pool::protection::{Cause, Owned, protection};
use domain::pool::settings::{PoolKind, PoolRules, PoolSettings};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Longest since a customer came into the pool, in days.
const LONGEST: u64 = 120;
/// Days of protection.
const DAYS: u32 = 90;
/// Days left of those who would have fallen: between these, evenly.
const LEFT: std::ops::Range<u64> = 3..80;
/// One customer of so many is kept by decision.
const HELD: usize = 25;

const SAID: [&str; 3] = ["客户搬到外地，由当地团队跟进更合适。", "联系人离职，暂时找不到对接人。", "今年没有预算，明年再看。"];

/// The rows of all pools.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pools {
    pub pools: Vec<pool::Model>,
    pub members: Vec<pool_member::Model>,
    pub stays: Vec<pool_stay::Model>,
    pub holds: Vec<pool_hold::Model>,
    pub changes: Vec<owner_change::Model>,
    pub runs: Vec<pool_run::Model>,
    pub leads: Vec<lead_stay::Model>,
    pub lead_holds: Vec<lead_hold::Model>,
    pub lead_changes: Vec<deal_owner_change::Model>,
}

fn rules() -> PoolRules {
    PoolRules { days: [None, None, Some(DAYS)], extend_days: 90, max_days: 365, ..PoolRules::house(PoolKind::Customers) }
}

pub(super) fn pools(calendar: &Calendar, seed: u64, company: &Company) -> Pools {
    let mut dice = Dice::new(seed, Stream::Pools);
    let (as_of, rules) = (calendar.as_of, rules());
    let Some(top) = company.units.iter().find(|unit| unit.parent_id.is_none()) else { return Pools::default() };
    let manager = company.people.iter().find(|person| person.role == "manager").map(|person| person.id);
    let Ok(rules_text) = stored(&rules) else { return Pools::default() };
    let begin = noon(calendar.start);
    let id = dice.id(begin);
    let mut made = Pools {
        pools: vec![pool::Model {
            id,
            name: "全国公海".to_owned(),
            rules: rules_text,
            effective_on: calendar.start,
            began_on: calendar.start,
            version: 1,
            kind: PoolKind::Customers.code().to_owned(),
            removed_on: None,
        }],
        members: vec![pool_member::Model { id: dice.id(begin), pool_id: id, unit_id: Some(top.id), person_id: None }],
        runs: vec![pool_run::Model { id: dice.id(noon(as_of)), day: as_of, fallen: 0, at: utc(as_of.and_time(NaiveTime::MIN)) }],
        ..Pools::default()
    };
    let set = PoolSettings {
        id: PoolId(id),
        version: 1,
        name: String::new(),
        kind: PoolKind::Customers,
        units: Vec::new(),
        people: Vec::new(),
        rules,
        effective_on: calendar.start,
        began_on: calendar.start,
    };
    let known = Known::of(company);
    let mut late: u64 = 0;
    for (n, row) in company.customers.iter().enumerate() {
        let change = |dice: &mut Dice, hand: Hand, on: NaiveDate, (from_id, to_id), reason: &Reason, by_id| owner_change::Model {
            id: dice.id(noon(on)),
            customer_id: row.id,
            hand: hand.code().to_owned(),
            from_id,
            to_id,
            pool_id: Some(id),
            reason: reason.stored(),
            at: noon(on),
            on_day: on,
            by_id,
        };
        let Some(owner) = row.owner_id else {
            let last = known.last_owner.get(&row.id).copied();
            let touched = row.updated_at.date_naive();
            let since = touched.max(as_of - Days::new(LONGEST)).min(as_of - Days::new(1));
            let since = since.max(as_of - Days::new(1 + u64::try_from(n * 7).unwrap_or(0) % LONGEST));
            let (hand, reason) = match n % 3 {
                0 => (Hand::Return, Reason::Said(SAID[n / 3 % SAID.len()].to_owned())),
                1 => (Hand::Recycle, Reason::Rule(Cause::LastContact)),
                _ => (Hand::Recycle, Reason::Rule(Cause::NoContact)),
            };
            made.stays.push(pool_stay::Model {
                customer_id: row.id,
                pool_id: id,
                since,
                last_owner_id: last,
                hand: hand.code().to_owned(),
                reason: reason.stored(),
            });
            let by = if hand == Hand::Return { last.or(manager) } else { None };
            made.changes.push(change(&mut dice, hand, since, (last, None), &reason, by));
            continue;
        };
        if row.tier != Tier::Potential.code() || known.open.contains(&row.id) {
            continue;
        }
        let came = row.created_at.date_naive();
        if n % HELD == 0 {
            let reason = "集团统谈，等总部招标结果。".to_owned();
            made.holds.push(pool_hold::Model { customer_id: row.id, reason, at: noon(as_of - Days::new(9)), by_id: manager });
            continue;
        }
        let contact = known.contact.get(&row.id).copied();
        let owned = Owned { tier: Tier::Potential, since: came, contact, open_deal: false, bought: false, planned: false, held: false };
        let safe = |owned| protection(Some(&set), owned).recycle_reason(as_of + Days::new(2)).is_none();
        if safe(owned) {
            continue;
        }
        let left = LEFT.start + late * 13 % (LEFT.end - LEFT.start);
        let wanted = had_since(&set.rules, DAYS, contact, as_of + Days::new(left));
        late += u64::from(came <= wanted);
        let since = wanted.max(came);
        made.changes.push(change(&mut dice, Hand::Assign, since, (None, Some(owner)), &Reason::Said(String::new()), manager));
    }
    made
}

/// Since when somebody must have had it, so that it falls on this day: the longest time ago if
/// contacts would keep it until later, else the usual one.
pub(super) fn had_since(rules: &PoolRules, usual: u32, contact: Option<NaiveDate>, falls: NaiveDate) -> NaiveDate {
    let kept = contact.is_some_and(|on| on + Days::new(rules.extend_days.into()) > falls);
    falls - Days::new(if kept { rules.max_days } else { usual }.into())
}

/// What the rows of the company say of its customers.
struct Known {
    open: HashSet<Uuid>,
    contact: HashMap<Uuid, NaiveDate>,
    last_owner: HashMap<Uuid, Uuid>,
}

impl Known {
    fn of(company: &Company) -> Self {
        let open = company.deals.iter().filter(|deal| deal.outcome == Outcome::Open.code()).map(|deal| deal.customer_id).collect();
        let mut contact: HashMap<Uuid, NaiveDate> = HashMap::new();
        for one in &company.follow_ups {
            // In the demo's zone, which has no summer time.
            let on = (one.at + Duration::hours(8)).date_naive();
            contact.entry(one.customer_id).and_modify(|known| *known = on.max(*known)).or_insert(on);
        }
        let mut deals: Vec<_> = company.deals.iter().map(|deal| (deal.active_on, deal.customer_id, deal.owner_id)).collect();
        deals.sort_unstable();
        let last_owner = deals.into_iter().map(|(_, customer, owner)| (customer, owner)).collect();
        Self { open, contact, last_owner }
    }
}

pub(super) fn noon(on: NaiveDate) -> DateTime<Utc> {
    utc(on.and_time(NaiveTime::MIN) + Duration::hours(12))
}
