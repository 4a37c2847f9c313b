//! Customers are kept well in the demo: most were visited in time, some are late, a few by
//! long, and what is due can be done.

use super::{AS_OF, FULL, SEVERAL, local, of_size};
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::pipeline::Outcome;
use domain::revisit::Revisit;
use domain::tiers::{Event, Occasion, Served, TierService};
use domain::visits::workdays::{DayKind, WorkCalendar};
use domain::work::FollowUpKind;
use std::collections::HashMap;
use store::demo::{Company, SMALL, generate};
use uuid::Uuid;

/// Of each customer of somebody: its tier, and the visit that is due first, by interval and
/// after the last win.
fn due(company: &Company) -> Vec<(Tier, Revisit)> {
    let days = company.visits.workdays.iter().filter_map(|day| Some((day.on_day, DayKind::parse(&day.kind)?)));
    let calendar = WorkCalendar::new(days);
    let services: HashMap<Tier, TierService> =
        company.tier_settings.iter().map(|row| (Tier::parse(&row.tier).unwrap(), serde_json::from_str(&row.service).unwrap())).collect();
    let mut contacts: HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>> = HashMap::new();
    for row in &company.follow_ups {
        contacts.entry(row.customer_id).or_default().push((FollowUpKind::parse(&row.kind).unwrap(), local(row.at).date()));
    }
    let mut won: HashMap<Uuid, NaiveDate> = HashMap::new();
    for deal in company.deals.iter().filter(|deal| deal.outcome == Outcome::Won.code()) {
        let on = deal.closed_on.unwrap();
        won.entry(deal.customer_id).and_modify(|known| *known = on.max(*known)).or_insert(on);
    }
    let mut found = Vec::new();
    for row in company.customers.iter().filter(|row| row.owner_id.is_some() && row.merged_into.is_none()) {
        let tier = Tier::parse(&row.tier).unwrap();
        let contacts = contacts.get(&row.id).map_or(&[][..], Vec::as_slice);
        let events: Vec<Event> =
            won.get(&row.id).map(|on| Event { occasion: Occasion::Win { on: *on }, by: None, answered: false }).into_iter().collect();
        let served = Served { contacts, since: local(row.created_at).date(), events: &events, ..Served::default() };
        let next = services[&tier].next_visit(&served, calendar.workdays(), AS_OF).unwrap();
        found.push((tier, next.visit));
    }
    found
}

fn share(due: &[(Tier, Revisit)], is: impl Fn(&(Tier, Revisit)) -> bool) -> f64 {
    due.iter().filter(|one| is(one)).count() as f64 / due.len() as f64
}

/// Designed: some 15 % late; of several seeds and sizes never less than 8 % nor more than 25 %.
#[test]
fn most_customers_were_visited_in_time() {
    let small = [SMALL, 0.1].map(|scale| generate(&of_size(scale)));
    for company in SEVERAL.iter().map(|sample| &sample.company).chain(&small) {
        let due = due(company);
        let late = share(&due, |(_, visit)| visit.overdue_days > 0);
        assert!((0.08..=0.25).contains(&late), "{late:.3} of {} are late", due.len());
        let long = share(&due, |(_, visit)| visit.overdue_days > 60);
        assert!(long <= 0.03, "{long:.3} are late by months");
    }
}

#[test]
fn the_best_customers_are_kept_best_and_somebody_is_late_by_long() {
    let due = due(&FULL);
    let of = |tier: Tier| due.iter().copied().filter(|one| one.0 == tier).collect::<Vec<_>>();
    let late = |tier| share(&of(tier), |(_, visit)| visit.overdue_days > 0);
    assert!(late(Tier::Vip) <= 0.15, "{}", late(Tier::Vip));
    for tier in [Tier::Ordinary, Tier::Potential] {
        assert!((0.05..=0.25).contains(&late(tier)), "{tier}: {}", late(tier));
    }
    for least in [1, 7, 14, 60] {
        assert!(due.iter().any(|(_, visit)| visit.overdue_days >= least), "nobody is late by {least} days");
    }
    assert!(due.iter().any(|(_, visit)| visit.due == AS_OF), "somebody is due today");
}
