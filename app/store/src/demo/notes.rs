//! Files on deals and customers, one of each kind that the demo has and one that was taken away;
//! colleagues who are named in follow-ups that were there anyway, seen and not seen;
//! and salespeople who help with customers of others.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use crate::check_ins::record::hash;
use crate::entity::customer_helper;
use crate::files::attachment;
use crate::mentions::mention;
use chrono::{Days, Duration};
use domain::files::{Kept, kept};
use domain::pipeline::Outcome;
use domain::policy::Role;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Days before the visitor's in which all of it came about.
const DAYS: usize = 20;
/// Deals and customers with files, and people who are named.
const DEALS: usize = 10;
const CUSTOMERS: usize = 6;
const NAMED: usize = 12;
/// Of those named, every so many have not looked yet.
const UNSEEN: usize = 2;
const OFFER: &[u8] = include_bytes!("offer.pdf");
const PLAN: &[u8] = include_bytes!("plan.png");
const MINUTES: &str = "会议纪要（演示）\n1. 先试一条产线。\n2. 月底前给出报价。\n3. 联调由双方工程师一起做。\n";
const LIST: &str = "编号,网关,数量\n1,车间一,4\n2,车间二,2\n";

pub(super) fn notes(calendar: &Calendar, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Notes);
    files(&mut dice, calendar, company);
    mentions(&mut dice, calendar, company);
    helpers(&mut dice, calendar, company);
}

/// Where a file hangs, who put it there, and how long it has been possible to.
type Place = (Option<Uuid>, Option<Uuid>, Uuid);

fn files(dice: &mut Dice, calendar: &Calendar, company: &mut Company) {
    let works: HashSet<Uuid> = company.people.iter().filter(|person| person.active).map(|person| person.id).collect();
    let first = utc(calendar.end()) - Duration::days(DAYS as i64);
    let mut deals: Vec<_> = company
        .deals
        .iter()
        .filter(|deal| deal.outcome == Outcome::Open.code() && works.contains(&deal.owner_id) && deal.created_at < first)
        .collect();
    deals.sort_by_key(|deal| (std::cmp::Reverse(deal.amount_minor), deal.id));
    let deals: Vec<_> = deals.into_iter().take(DEALS).collect();
    let on_deals = deals.iter().map(|deal| (None, Some(deal.id), deal.owner_id));
    let owners: HashMap<Uuid, Uuid> = company.customers.iter().filter_map(|row| Some((row.id, row.owner_id?))).collect();
    let mut seen = HashSet::new();
    let on_customers = deals.iter().filter(|deal| seen.insert(deal.customer_id)).filter_map(|deal| {
        let owner = owners.get(&deal.customer_id).copied().filter(|owner| works.contains(owner))?;
        Some((Some(deal.customer_id), None, owner))
    });
    let places: Vec<Place> = on_deals.chain(on_customers.take(CUSTOMERS).collect::<Vec<_>>()).collect();
    let all = [("报价单.pdf", OFFER), ("机房平面图.png", PLAN), ("会议纪要.txt", MINUTES.as_bytes()), ("网关清单.csv", LIST.as_bytes())];
    for (n, (customer_id, deal_id, by_id)) in places.into_iter().enumerate() {
        let (name, raw) = all[n % all.len()];
        let Ok(Kept { name, kind, bytes }) = kept(name, raw.to_vec()) else { continue };
        let on = calendar.as_of - Days::new(1 + dice.below(DAYS) as u64);
        let at = utc(calendar.moment(dice, on));
        // The last of a customer's was the wrong one.
        let gone = n + 1 == DEALS;
        company.files.push(attachment::Model {
            id: dice.id(at),
            customer_id,
            deal_id,
            name,
            kind: kind.code().to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or_default(),
            sha256: hash(&bytes),
            content: bytes,
            at,
            by_id,
            removed_at: gone.then_some(at + Duration::minutes(7)),
            removed_by: gone.then_some(by_id),
        });
    }
}

/// Service calls name the customer's owner, who sees the customer anyway.
fn mentions(dice: &mut Dice, calendar: &Calendar, company: &mut Company) {
    let first = utc(calendar.end()) - Duration::days(3 * DAYS as i64);
    let names: HashMap<Uuid, String> = company
        .people
        .iter()
        .filter(|person| person.active && person.role == Role::Salesperson.code())
        .map(|person| (person.id, person.name.clone()))
        .collect();
    let owners: HashMap<Uuid, Uuid> = company.customers.iter().filter_map(|row| Some((row.id, row.owner_id?))).collect();
    let mut said: Vec<usize> =
        (0..company.follow_ups.len()).filter(|n| company.follow_ups[*n].deal_id.is_none() && company.follow_ups[*n].at >= first).collect();
    said.sort_by_key(|n| (std::cmp::Reverse(company.follow_ups[*n].at), company.follow_ups[*n].id));
    let mut named = HashSet::new();
    for n in said {
        let row = &mut company.follow_ups[n];
        let Some((owner, name)) = owners.get(&row.customer_id).and_then(|owner| Some((*owner, names.get(owner)?))) else { continue };
        if row.by_id == owner || named.len() == NAMED || !named.insert(owner) {
            continue;
        }
        row.content = format!("{} 请@{name} 看一下。", row.content);
        let seen = !named.len().is_multiple_of(UNSEEN);
        company.mentions.push(mention::Model {
            id: dice.id(row.at),
            follow_up_id: row.id,
            person_id: owner,
            at: row.at,
            seen_at: seen.then_some((row.at + Duration::hours(3)).min(utc(calendar.end()))),
        });
    }
}

/// Of the largest open deals: a salesperson of another team helps with the customer.
fn helpers(dice: &mut Dice, calendar: &Calendar, company: &mut Company) {
    let sellers: Vec<(Uuid, Uuid)> = company
        .people
        .iter()
        .filter(|person| person.active && person.role == Role::Salesperson.code())
        .map(|person| (person.id, person.unit_id))
        .collect();
    let mut deals: Vec<_> = company.deals.iter().filter(|deal| deal.outcome == Outcome::Open.code()).collect();
    deals.sort_by_key(|deal| (std::cmp::Reverse(deal.amount_minor), deal.id));
    let customers: HashMap<Uuid, _> = company.customers.iter().map(|row| (row.id, row)).collect();
    let mut seen = HashSet::new();
    for customer in deals.into_iter().map(|deal| deal.customer_id).filter(|id| seen.insert(*id)).take(CUSTOMERS) {
        let Some((row, owner)) = customers.get(&customer).and_then(|row| Some((row, row.owner_id?))) else { continue };
        let others: Vec<Uuid> = sellers.iter().filter(|(id, unit)| *id != owner && *unit != row.unit_id).map(|(id, _)| *id).collect();
        if others.is_empty() || row.merged_into.is_some() {
            continue;
        }
        let (person_id, on) = (*dice.pick(&others), calendar.as_of - Days::new(1 + dice.below(DAYS) as u64));
        let at = utc(calendar.moment(dice, on));
        company.helpers.push(customer_helper::Model { customer_id: row.id, person_id, at, by_id: owner });
    }
}
