//! Daily work: follow-ups along the paths, calls of the service team, tasks of
//! everybody.

use super::Company;
use super::calendar::{Calendar, is_weekend, local, utc};
use super::chance::{Dice, Stream};
use super::company::Organisation;
use super::deals::Sources;
use super::funnel::Path;
use super::process::PROCESSES;
use super::texts::{self, Blanks, Desk};
use crate::entity::{deal, follow_up, person, task};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, Utc};
use domain::customers::Tier;
use domain::pipeline::{Outcome, TransitionKind};
use domain::policy::Role;
use domain::work::FollowUpKind;
use std::collections::HashMap;
use uuid::Uuid;

const KINDS: [(FollowUpKind, u32); 7] = [
    (FollowUpKind::Call, 38),
    (FollowUpKind::Wechat, 24),
    (FollowUpKind::Visit, 14),
    (FollowUpKind::Meeting, 8),
    (FollowUpKind::Email, 8),
    (FollowUpKind::Video, 6),
    (FollowUpKind::Other, 2),
];
/// Follow-ups of one stay in a stage: so many, and one more each so many days.
const PER_STAY: f64 = 0.55;
const DAYS_EACH: f64 = 8.5;
const MOST_PER_STAY: usize = 7;
const FIRST_CALL: f64 = 0.75;
/// Share of the open deals that stand for this long which nobody looks after any more.
const NEGLECTED: f64 = 0.35;
const NEGLECTED_AFTER_DAYS: i64 = 18;
/// Calls that the service team tries, at full size. A third falls away, on
/// weekends or because the buyer was not yet known.
const CARE_CALLS: f64 = 900.0;
/// Tasks of each person.
const TASKS: (i64, i64) = (10, 11);
const TASK_DAYS: i64 = 60;

/// Adds the follow-ups of all paths, in the order of `company.deals`, and
/// brings the deals' last activity up to date.
pub(super) fn follow_ups(sources: &Sources<'_>, paths: &[Path], seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::FollowUps);
    let contacts: HashMap<Uuid, usize> = company.contacts.iter().enumerate().map(|(index, c)| (c.id, index)).collect();
    for ((path, customer), row) in paths.iter().zip(&sources.customers.of_path).zip(&mut company.deals) {
        let name = row.contact_id.and_then(|id| contacts.get(&id)).map_or("对方", |index| company.contacts[*index].name.as_str());
        let process = &PROCESSES[path.pipeline];
        let moments = moments(&mut dice, sources.calendar, path, row);
        for (place, (at, stage)) in moments.iter().enumerate() {
            let on = at.date();
            let (next_step, next_on) = match moments.get(place + 1) {
                Some((next, stage)) if dice.chance(0.75) => {
                    (texts::next_step(&mut dice, process.progress(*stage)).to_owned(), Some(next.date()))
                }
                None if row.next_on.is_some_and(|next| next >= on) => (row.next_step.clone(), row.next_on),
                _ => (String::new(), None),
            };
            let kind = dice.weighted(&KINDS);
            let instant = utc(*at);
            company.follow_ups.push(follow_up::Model {
                id: dice.id(instant),
                customer_id: row.customer_id,
                deal_id: Some(row.id),
                contact_id: row.contact_id,
                kind: kind.code().to_owned(),
                content: texts::follow_up(
                    &mut dice,
                    kind,
                    process.progress(*stage),
                    Blanks { contact: name, competitor: &row.competitor, ..Blanks::default() },
                ),
                next_step,
                next_on,
                at: instant,
                by_id: sources.sellers[sources.seller_on(path, *customer, on)].id,
            });
            row.active_on = row.active_on.max(on);
            row.updated_at = row.updated_at.max(instant);
            row.version += 1;
        }
    }
}

/// When a deal was followed up, and in which stage it was.
fn moments(dice: &mut Dice, calendar: &Calendar, path: &Path, row: &deal::Model) -> Vec<(NaiveDateTime, usize)> {
    let mut found = Vec::new();
    for (place, step) in path.steps.iter().enumerate() {
        let (Some(stage), false) = (step.to, matches!(step.kind, TransitionKind::Won)) else { continue };
        let mut until = path.steps.get(place + 1).map_or(calendar.end(), |next| next.at);
        let is_current = place + 1 == path.steps.len();
        if is_current {
            let days = (until - step.at).num_days();
            if days > NEGLECTED_AFTER_DAYS && dice.chance(NEGLECTED) {
                until = step.at + (until - step.at) / 4;
            }
            // Nothing was logged since the step that is overdue.
            if let Some(next) = row.next_on {
                until = until.min((next + Days::new(1)).and_time(chrono::NaiveTime::MIN)).max(step.at);
            }
        }
        let days = (until - step.at).num_minutes() as f64 / 1_440.0;
        if place == 0 && dice.chance(FIRST_CALL) {
            let at = step.at + Duration::seconds(dice.between(240, 5_400));
            found.extend((at < until).then_some((at, stage)));
        }
        let count = dice.poisson(PER_STAY + days / DAYS_EACH).min(MOST_PER_STAY);
        for _ in 0..count {
            let on = step.at.date() + Duration::days((dice.unit() * days).round() as i64);
            let at = calendar.moment(dice, on);
            let fits = at > step.at && at < until && !is_weekend(on);
            found.extend(fits.then_some((at, stage)));
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    found
}

/// The service team calls those who bought.
pub(super) fn care(calendar: &Calendar, organisation: &Organisation, scale: f64, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Care);
    let buyers = buyers(company);
    let mut first: HashMap<Uuid, usize> = HashMap::new();
    for (index, contact) in company.contacts.iter().enumerate() {
        first.entry(contact.customer_id).or_insert(index);
    }
    for _ in 0..(CARE_CALLS * scale).round() as usize {
        let customer = &mut company.customers[*dice.pick(&buyers)];
        let day = calendar.start + Duration::days(dice.between(0, (calendar.as_of - calendar.start).num_days() - 1));
        let at = utc(calendar.moment(&mut dice, day));
        if is_weekend(day) || at < customer.created_at {
            continue;
        }
        let contact = first.get(&customer.id).map(|index| &company.contacts[*index]);
        let blanks = Blanks { contact: contact.map_or("对方", |c| c.name.as_str()), ..Blanks::default() };
        company.follow_ups.push(follow_up::Model {
            id: dice.id(at),
            customer_id: customer.id,
            deal_id: None,
            contact_id: contact.map(|c| c.id),
            kind: dice.weighted(&KINDS[..4]).code().to_owned(),
            content: texts::care(&mut dice, blanks),
            next_step: String::new(),
            next_on: None,
            at,
            by_id: *dice.pick(&organisation.service),
        });
        customer.updated_at = customer.updated_at.max(at);
    }
}

fn buyers(company: &Company) -> Vec<usize> {
    (0..company.customers.len()).filter(|&i| company.customers[i].tier != Tier::Potential.code()).collect()
}

/// Tasks of everybody who is still there: done, planned, due and overdue.
pub(super) fn tasks(calendar: &Calendar, organisation: &Organisation, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Tasks);
    let buyers = buyers(company);
    let mut open_deals: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (index, row) in company.deals.iter().enumerate().filter(|(_, row)| row.outcome == Outcome::Open.code()) {
        open_deals.entry(row.owner_id).or_default().push(index);
    }
    let customers: HashMap<Uuid, usize> = company.customers.iter().enumerate().map(|(index, c)| (c.id, index)).collect();
    for person in organisation.people.iter().filter(|p| p.active) {
        let desk = desk(person);
        for _ in 0..dice.between(TASKS.0, TASKS.1) {
            let own = open_deals.get(&person.id).filter(|own| desk == Desk::Sales && !own.is_empty());
            let deal = own.map(|own| &company.deals[*dice.pick(own)]);
            let customer = match (desk, deal) {
                (Desk::Sales, Some(deal)) => customers.get(&deal.customer_id).copied(),
                (Desk::Service, _) => Some(*dice.pick(&buyers)),
                _ => None,
            };
            let customer = customer.map(|index| &company.customers[index]);
            let asked_by = if dice.chance(0.75) { person.id } else { boss(organisation, person) };
            let title = match customer {
                Some(customer) => texts::task(&mut dice, desk, &customer.short_name),
                None => texts::task(&mut dice, Desk::Office, ""),
            };
            let times = Times::draw(&mut dice, calendar, person.hired_on, deal.map(|d| d.created_at));
            company.tasks.push(task::Model {
                id: dice.id(times.created_at),
                title,
                owner_id: person.id,
                unit_id: person.unit_id,
                deal_id: deal.map(|d| d.id),
                customer_id: customer.map(|c| c.id),
                due_on: times.due_on,
                done_at: times.done_at,
                created_at: times.created_at,
                created_by: Some(asked_by),
                version: 1 + i32::from(times.done_at.is_some()),
            });
        }
    }
}

fn desk(person: &person::Model) -> Desk {
    match Role::parse(&person.role) {
        Some(Role::Salesperson) => Desk::Sales,
        Some(Role::Service) => Desk::Service,
        _ => Desk::Office,
    }
}

/// Who gives tasks: a salesperson's regional manager, else the director.
fn boss(organisation: &Organisation, person: &person::Model) -> Uuid {
    let seller = organisation.sellers.iter().find(|s| s.id == person.id);
    seller.map_or(organisation.people[0].id, |s| organisation.managers[s.region])
}

struct Times {
    created_at: DateTime<Utc>,
    due_on: Option<NaiveDate>,
    done_at: Option<DateTime<Utc>>,
}

impl Times {
    /// A task cannot be older than its person's first day or its deal.
    fn draw(dice: &mut Dice, calendar: &Calendar, hired: Option<NaiveDate>, deal: Option<DateTime<Utc>>) -> Self {
        let as_of = calendar.as_of;
        let earliest =
            deal.map_or(as_of - Duration::days(TASK_DAYS), |at| local(at).date()).max(hired.unwrap_or(as_of)).min(as_of - Days::new(1));
        let made_on = earliest + Duration::days(dice.between(0, (as_of - earliest).num_days() - 1));
        let mut made = calendar.moment(dice, made_on);
        if let Some(deal) = deal {
            made = made.max(local(deal) + Duration::seconds(90));
        }
        let (due_on, done) = match dice.between(1, 100) {
            1..=45 => (Some(made_on + Duration::days(dice.between(0, 7))), true),
            46..=64 => (Some((as_of - Duration::days(dice.between(1, 10))).max(made_on)), false),
            65..=74 => (Some(as_of), false),
            75..=93 => (Some(as_of + Duration::days(dice.between(1, 15))), false),
            _ => (None, false),
        };
        let done_at = done.then(|| {
            let days = dice.between(0, 6) as f64;
            let done = calendar.after(dice, made, days);
            utc(if done < calendar.end() { done } else { made + Duration::minutes(20) })
        });
        Self { created_at: utc(made), due_on, done_at }
    }
}
