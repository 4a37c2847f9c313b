//! The pool of leads of the demo company: leads that lie in it for different reasons, and owners
//! who got theirs so that some are about to fall and none falls on the visitor's day.
//!
//! Made last: what lies in the pool has neither quote nor contract nor file, and rather no task.

use super::Company;
use super::calendar::Calendar;
use super::chance::{Dice, Stream};
use super::pool::{had_since, noon};
use crate::entity::deal;
use crate::pool::{deal_owner_change, lead_hold, lead_stay, pool, pool_member, stored};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::PoolId;
use domain::pipeline::{ForecastCategory, Outcome, StageKind, TransitionKind};
use domain::pool::page::{Hand, Reason};
use domain::pool::protection::{Cause, Owned, protection};
use domain::pool::settings::{PoolKind, PoolRules, PoolSettings};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Leads in the pool at full scale, and at least.
const IN_POOL: f64 = 24.0;
const LEAST_IN_POOL: usize = 6;
/// Longest since one came into the pool, in days.
const LONGEST: u64 = 40;
/// Days of protection.
const DAYS: u32 = 60;
/// Days left of those who would have fallen: between these, evenly.
const LEFT: std::ops::Range<u64> = 2..55;
/// Without a contact for so many days, at best.
const IDLE: u64 = 10;
/// One lead of so many is kept by decision.
const HELD: u64 = 40;

const SAID: [&str; 3] = ["电话三次未接通，换人再试。", "需求与我的产品线不符，转给别组。", "对方说下半年再谈，先还回线索池。"];

fn rules() -> PoolRules {
    PoolRules {
        owned_max: None,
        days: [Some(DAYS); 3],
        extend_days: 30,
        max_days: 180,
        remind_days: 10,
        ..PoolRules::house(PoolKind::Leads)
    }
}

pub(super) fn leads(calendar: &Calendar, scale: f64, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Leads);
    let (as_of, rules) = (calendar.as_of, rules());
    let Some(top) = company.units.iter().find(|unit| unit.parent_id.is_none()).map(|unit| unit.id) else { return };
    let manager = company.people.iter().find(|person| person.role == "manager").map(|person| person.id);
    let Ok(rules_text) = stored(&rules) else { return };
    let began_on = calendar.start;
    let begin = noon(began_on);
    let id = dice.id(begin);
    company.pools.pools.push(pool::Model {
        id,
        name: "线索池".to_owned(),
        rules: rules_text,
        effective_on: began_on,
        began_on,
        version: 1,
        kind: PoolKind::Leads.code().to_owned(),
        removed_on: None,
    });
    company.pools.members.push(pool_member::Model { id: dice.id(begin), pool_id: id, unit_id: Some(top), person_id: None });
    let set = PoolSettings {
        id: PoolId(id),
        version: 1,
        name: String::new(),
        kind: PoolKind::Leads,
        units: Vec::new(),
        people: Vec::new(),
        rules,
        effective_on: began_on,
        began_on,
    };
    let known = Known::of(company);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few, and never negative")]
    let count = ((IN_POOL * scale).round() as usize).max(LEAST_IN_POOL);
    let free = company.deals.iter().filter(|row| known.is_lead(row) && !known.bound.contains(&row.id));
    let is_idle = |row: &&deal::Model| !known.planned.contains(&row.id) && known.contact(row).is_none_or(|on| on + Days::new(IDLE) < as_of);
    let (idle, busy): (Vec<_>, Vec<_>) = free.partition(is_idle);
    let every = (idle.len() / count).max(1);
    let pooled: HashSet<Uuid> = idle.into_iter().step_by(every).chain(busy).take(count).map(|row| row.id).collect();
    let mut n: u64 = 0;
    let mut late: u64 = 0;
    for row in &mut company.deals {
        if !known.is_lead(row) {
            continue;
        }
        n += 1;
        let came = row.created_at.date_naive();
        let came = known.became.get(&row.id).map_or(came, |on| came.max(*on));
        let change = |dice: &mut Dice, hand: Hand, on: NaiveDate, (from_id, to_id), reason: &Reason, by_id| deal_owner_change::Model {
            id: dice.id(noon(on)),
            deal_id: row.id,
            hand: hand.code().to_owned(),
            from_id,
            to_id,
            pool_id: Some(id),
            reason: reason.stored(),
            at: noon(on),
            on_day: on,
            by_id,
        };
        let contact = known.contact(row);
        if pooled.contains(&row.id) {
            let back = 1 + n * 7 % LONGEST;
            let since = came.max(contact.unwrap_or(came)).max(as_of - Days::new(back)).min(as_of - Days::new(1));
            let (hand, reason) = match company.pools.leads.len() % 3 {
                0 => (Hand::Return, Reason::Said(SAID[company.pools.leads.len() / 3 % SAID.len()].to_owned())),
                1 => (Hand::Recycle, Reason::Rule(Cause::NoContact)),
                _ => (Hand::Recycle, Reason::Rule(Cause::LastContact)),
            };
            let by = (hand == Hand::Return).then_some(row.owner_id);
            company.pools.lead_changes.push(change(&mut dice, hand, since, (Some(row.owner_id), None), &reason, by));
            company.pools.leads.push(lead_stay::Model { deal_id: row.id, since, hand: hand.code().to_owned(), reason: reason.stored() });
            row.pool_id = Some(id);
            continue;
        }
        if n.is_multiple_of(HELD) {
            let reason = "等总部招标，先不回收。".to_owned();
            company.pools.lead_holds.push(lead_hold::Model { deal_id: row.id, reason, at: noon(as_of - Days::new(5)), by_id: manager });
            continue;
        }
        let owned = Owned { tier: Tier::Potential, since: came, contact, open_deal: false, bought: false, planned: false, held: false };
        if protection(Some(&set), owned).recycle_reason(as_of + Days::new(2)).is_none() {
            continue;
        }
        let left = LEFT.start + late * 13 % (LEFT.end - LEFT.start);
        let wanted = had_since(&set.rules, DAYS, contact, as_of + Days::new(left));
        // Who came too lately for it falls later, and the next one is to be soon.
        late += u64::from(came <= wanted);
        let since = wanted.max(came);
        let owner = row.owner_id;
        company.pools.lead_changes.push(change(&mut dice, Hand::Assign, since, (None, Some(owner)), &Reason::Said(String::new()), manager));
    }
}

/// What the rows of the company say of its leads.
struct Known {
    stages: HashSet<Uuid>,
    /// The last day on which each deal became a lead again.
    became: HashMap<Uuid, NaiveDate>,
    /// The last follow-up of each deal, and of each customer without a deal.
    of_deal: HashMap<Uuid, NaiveDate>,
    of_customer: HashMap<Uuid, NaiveDate>,
    /// Deals that somebody offered for, sold, or has a file on.
    bound: HashSet<Uuid>,
    /// Deals with a task.
    planned: HashSet<Uuid>,
}

impl Known {
    fn of(company: &Company) -> Self {
        let qualified = [ForecastCategory::BestCase.code(), ForecastCategory::Commit.code()];
        let mut stages = HashSet::new();
        for pipeline in &company.pipelines {
            let mut of_it: Vec<_> = company.stages.iter().filter(|stage| stage.pipeline_id == pipeline.id).collect();
            of_it.sort_by_key(|stage| stage.position);
            let open = |kind: &str| kind == StageKind::Open.code();
            let first = of_it.iter().position(|stage| open(&stage.kind) && qualified.contains(&stage.forecast.as_str()));
            stages.extend(of_it.iter().take(first.unwrap_or(0)).map(|stage| stage.id));
        }
        // In the demo's zone, which has no summer time.
        let day = |at: DateTime<Utc>| (at + Duration::hours(8)).date_naive();
        let undone: HashSet<Uuid> = company.transitions.iter().filter_map(|step| step.undoes).collect();
        let mut became = HashMap::new();
        for step in company.transitions.iter().filter(|step| !undone.contains(&step.id)) {
            let came_back = step.kind == TransitionKind::Move.code() && step.from_stage_id.is_some_and(|from| !stages.contains(&from));
            let again = came_back || step.kind == TransitionKind::Reopen.code();
            if again && step.to_stage_id.is_some_and(|to| stages.contains(&to)) {
                let on = day(step.at);
                became.entry(step.deal_id).and_modify(|known: &mut NaiveDate| *known = on.max(*known)).or_insert(on);
            }
        }
        let (mut of_deal, mut of_customer) = (HashMap::new(), HashMap::new());
        for one in &company.follow_ups {
            let on = day(one.at);
            let (known, id) = match one.deal_id {
                Some(deal) => (&mut of_deal, deal),
                None => (&mut of_customer, one.customer_id),
            };
            known.entry(id).and_modify(|known: &mut NaiveDate| *known = on.max(*known)).or_insert(on);
        }
        let planned = company.tasks.iter().filter_map(|row| row.deal_id).collect();
        let contracts = company.contracts.iter().map(|row| row.deal_id);
        let quotes = company.offers.quotes.iter().map(|row| row.deal_id);
        let files = company.files.iter().filter_map(|row| row.deal_id);
        Self { stages, became, of_deal, of_customer, bound: contracts.chain(quotes).chain(files).collect(), planned }
    }

    fn is_lead(&self, row: &deal::Model) -> bool {
        row.outcome == Outcome::Open.code() && self.stages.contains(&row.stage_id)
    }

    fn contact(&self, row: &deal::Model) -> Option<NaiveDate> {
        [self.of_deal.get(&row.id), self.of_customer.get(&row.customer_id)].into_iter().flatten().copied().max()
    }
}
