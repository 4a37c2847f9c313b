//! Consistent in itself: histories, times, owners, names, and something to see
//! everywhere.

use super::{AS_OF, FULL, TINY, local, of_size};
use chrono::{DateTime, NaiveTime, TimeDelta, Timelike};
use domain::contracts::standing::{Ageing, Due, Standing, received_minor};
use domain::contracts::{ContractStatus, PaymentKind};
use domain::customers::{ContactRole, NAME_MAX, SHORT_MAX, Size, Tier, parse_phone};
use domain::finance::AgeingBucket;
use domain::money::{Currency, MAX_AMOUNT_MINOR};
use domain::pipeline::form::{NOTE_MAX, TITLE_MAX};
use domain::pipeline::{LostReason, NextStep, Outcome, Source, StageKind, TransitionKind, next_state};
use domain::policy::Role;
use domain::quotes::QuoteStatus;
use domain::quotes::sums::{Priced, QuoteSums};
use domain::survey::SurveyStatus;
use domain::survey::answer::Scores;
use domain::survey::figures::Tally;
use domain::survey::plan::PlanStatus;
use domain::survey::sending::{InvitationState, state};
use domain::visits::needs::{NeedKind, NeedStatus};
use domain::work::FollowUpKind;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::demo::{Options, SMALL, generate};
use uuid::Uuid;

/// History is append-only; played back, it ends where the deal is (HD-5).
#[test]
fn history_leads_to_the_present() {
    let mut histories: HashMap<Uuid, Vec<_>> = HashMap::new();
    for entry in &FULL.transitions {
        histories.entry(entry.deal_id).or_default().push(entry);
    }
    let won: HashSet<Uuid> = FULL.stages.iter().filter(|s| s.kind == StageKind::Won.code()).map(|s| s.id).collect();
    for deal in &FULL.deals {
        let history = &histories[&deal.id];
        let (mut stage, mut outcome, mut since, mut closed) = (None, Outcome::Open, deal.first_contact_on, None);
        let mut before = (stage, since);
        for (place, entry) in history.iter().enumerate() {
            let on = local(entry.at).date();
            let kind = TransitionKind::parse(&entry.kind).unwrap();
            assert_eq!(kind == TransitionKind::Enter, place == 0);
            assert_eq!(entry.from_stage_id, stage, "{kind} of {}", deal.id);
            assert_eq!(entry.funnel_id, deal.funnel_id);
            assert!(place == 0 || (history[place - 1].at, history[place - 1].id) < (entry.at, entry.id));
            let previous = (stage, since);
            match kind {
                TransitionKind::Enter | TransitionKind::Move | TransitionKind::Reopen => {
                    assert_eq!(outcome == Outcome::Open, kind != TransitionKind::Reopen);
                    assert!(!won.contains(&entry.to_stage_id.unwrap()));
                    (stage, outcome, since, closed) = (entry.to_stage_id, Outcome::Open, on, None);
                }
                TransitionKind::Won => {
                    assert!(won.contains(&entry.to_stage_id.unwrap()) && outcome == Outcome::Open);
                    (stage, outcome, since, closed) = (entry.to_stage_id, Outcome::Won, on, Some(on));
                }
                TransitionKind::Lost | TransitionKind::Invalid => {
                    assert!(entry.to_stage_id.is_none() && outcome == Outcome::Open);
                    outcome = if kind == TransitionKind::Lost { Outcome::Lost } else { Outcome::Invalid };
                    closed = Some(on);
                }
                TransitionKind::Undo => {
                    assert_eq!(entry.undoes, Some(history[place - 1].id));
                    assert_eq!(entry.by_id, history[place - 1].by_id);
                    assert_eq!(entry.to_stage_id, before.0);
                    (stage, since) = before;
                }
            }
            before = previous;
        }
        assert_eq!((stage, outcome.code()), (Some(deal.stage_id), deal.outcome.as_str()));
        assert_eq!((since, closed), (deal.stage_since, deal.closed_on), "{}", deal.id);
        assert_eq!(deal.lost_reason.is_some(), outcome == Outcome::Lost);
    }
}

#[test]
fn every_status_occurs_even_in_a_small_company() {
    let company = generate(&of_size(SMALL));
    let codes = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    macro_rules! all_of {
        ($rows:ident, $field:ident, $code:ident) => {
            let found: BTreeSet<String> = company.$rows.iter().map(|row| row.$field.clone()).collect();
            assert_eq!(found, codes($code::ALL.iter().map(|c| c.code()).collect()), concat!(stringify!($rows), ".", stringify!($field)));
        };
    }
    all_of!(deals, outcome, Outcome);
    all_of!(deals, source, Source);
    all_of!(transitions, kind, TransitionKind);
    all_of!(customers, tier, Tier);
    all_of!(contacts, role, ContactRole);
    all_of!(follow_ups, kind, FollowUpKind);
    all_of!(people, role, Role);
    all_of!(contracts, status, ContractStatus);
    all_of!(payments, kind, PaymentKind);
    let stored = QuoteStatus::ALL.iter().filter(|status| **status != QuoteStatus::Expired).map(|status| status.code()).collect();
    assert_eq!(codes(company.offers.quotes.iter().map(|row| row.status.as_str()).collect()), codes(stored));
    let expired = company
        .offers
        .quotes
        .iter()
        .any(|row| QuoteStatus::parse(&row.status).is_some_and(|status| status.on(row.valid_until, AS_OF) == QuoteStatus::Expired));
    assert!(expired, "one has expired");
    let reasons: BTreeSet<String> = company.deals.iter().filter_map(|d| d.lost_reason.clone()).collect();
    assert_eq!(reasons, codes(LostReason::ALL.iter().map(|c| c.code()).collect()));
    let sizes: BTreeSet<String> = company.customers.iter().filter_map(|c| c.size.clone()).collect();
    assert_eq!(sizes, codes(Size::ALL.iter().map(|c| c.code()).collect()));
    let currencies: BTreeSet<String> = company.deals.iter().map(|d| d.currency.clone()).collect();
    assert_eq!(currencies, codes(vec!["CNY", "HKD", "USD"]));
    assert!(company.customers.iter().any(|c| c.owner_id.is_none()), "a public pool");
    assert!(company.customers.iter().any(|c| c.longitude.is_none()) && company.customers.iter().any(|c| c.longitude.is_some()));
    assert!(company.people.iter().any(|p| !p.active) && company.products.iter().any(|p| !p.active));
    let open = company.deals.iter().filter(|d| d.outcome == Outcome::Open.code());
    assert!(open.clone().any(|d| d.expected_close_on.is_some_and(|on| on < AS_OF)), "an expected close that has passed");
    let today = company.tasks.iter().filter(|t| t.done_at.is_none()).map(|t| next_state(t.due_on, AS_OF)).collect::<HashSet<_>>();
    assert_eq!(today.len(), NextStep::ALL.len());
    assert!(company.tasks.iter().any(|t| t.done_at.is_some()));
}

/// Every won deal is under contract, every plan comes to its amount, and every figure of
/// a contract follows from its plan and payments.
#[test]
fn contracts_add_up() {
    let deals: HashMap<Uuid, _> = FULL.deals.iter().map(|d| (d.id, d)).collect();
    let (mut plans, mut entries) = (HashMap::<Uuid, Vec<Due>>::new(), HashMap::<Uuid, Vec<(PaymentKind, i64)>>::new());
    for line in &FULL.instalments {
        plans.entry(line.contract_id).or_default().push(Due { due_on: line.due_on, amount_minor: line.amount_minor });
    }
    for entry in &FULL.payments {
        assert!(entry.paid_on < AS_OF && local(entry.at).date() == entry.paid_on);
        entries.entry(entry.contract_id).or_default().push((PaymentKind::parse(&entry.kind).unwrap(), entry.amount_minor));
    }
    let mut ageing = Ageing::default();
    let (mut due, mut late) = (0, 0);
    for row in &FULL.contracts {
        let (status, plan) = (ContractStatus::parse(&row.status).unwrap(), &plans[&row.id]);
        assert_eq!(plan.iter().map(|line| line.amount_minor).sum::<i64>(), row.amount_minor, "{}", row.number);
        let received = received_minor(entries.remove(&row.id).unwrap_or_default());
        let standing = Standing::of(status, row.amount_minor, plan, received, AS_OF);
        assert_eq!(
            (row.received_minor, row.outstanding_minor, row.next_due_on),
            (received, standing.outstanding_minor, standing.next_due_on()),
            "{}",
            row.number
        );
        assert_eq!((standing.overpaid_minor, standing.unplanned_minor), (0, 0), "{}", row.number);
        assert_eq!(row.currency, deals[&row.deal_id].currency);
        assert_eq!(row.signed_on.is_some(), status != ContractStatus::Draft);
        for line in standing.plan.iter().filter(|line| status.owes() && line.due_on < AS_OF) {
            (due, late) = (due + 1, late + usize::from(line.overdue_days.is_some()));
            if line.open_minor > 0 && row.currency == "CNY" {
                ageing.add(Currency::Cny, line.due_on, line.open_minor, AS_OF);
            }
        }
    }
    assert!(entries.is_empty(), "payments of no contract");
    let won: HashSet<Uuid> = FULL.deals.iter().filter(|d| d.outcome == Outcome::Won.code()).map(|d| d.id).collect();
    let under: HashSet<Uuid> = FULL.contracts.iter().filter(|c| c.status == "signed" || c.status == "ended").map(|c| c.deal_id).collect();
    assert_eq!(under, won);
    // Some pay late and some not at all, but most is paid.
    assert!(late > 0 && late * 10 < due, "{late} of {due}");
    assert!([AgeingBucket::Days30, AgeingBucket::Over90].iter().all(|bucket| ageing.0[0].of(*bucket) > 0), "{:?}", ageing.0[0]);
    for row in &FULL.invoices {
        assert!(row.net_minor + row.tax_minor == row.amount_minor && row.written_on < AS_OF);
    }
    let numbers: HashSet<&str> = FULL.contracts.iter().map(|c| c.number.as_str()).collect();
    assert_eq!(numbers.len(), FULL.contracts.len());
}

#[test]
fn every_list_and_column_has_rows_even_in_a_tiny_company() {
    let company = &*TINY;
    for (rows, what) in [
        (company.people.len(), "people"),
        (company.customers.len(), "customers"),
        (company.customers.iter().filter(|c| c.owner_id.is_none()).count(), "pool"),
        (company.customers.iter().filter(|c| c.tier == Tier::Vip.code()).count(), "VIPs"),
        (company.contacts.len(), "contacts"),
        (company.deals.iter().filter(|d| d.pipeline_id == company.pipelines[1].id).count(), "key accounts"),
    ] {
        assert!(rows >= 8, "{what}: {rows}");
    }
    for person in company.people.iter().filter(|p| p.active) {
        assert!(company.tasks.iter().filter(|t| t.owner_id == person.id).count() >= 8, "tasks of {}", person.email);
    }
    for company in [company, &FULL] {
        let open_in = |stage: Uuid| company.deals.iter().filter(|d| d.stage_id == stage && d.outcome == Outcome::Open.code()).count();
        let standard = company.stages.iter().filter(|s| s.pipeline_id == company.pipelines[0].id && s.kind == StageKind::Open.code());
        for stage in standard {
            assert!(open_in(stage.id) >= if stage.position == 1 { 30 } else { 8 }, "{}", stage.name_zh);
        }
    }
    // No panic where there is hardly anything to choose from.
    assert!(generate(&of_size(0.01)).deals.len() > 50);
}

#[test]
fn the_accounts_of_the_sign_in_page() {
    for company in [&*TINY, *FULL] {
        assert_eq!(company.people.len(), 30);
        let offered: BTreeSet<&str> = company.people.iter().filter(|p| p.demo_offer).map(|p| p.email.split('@').next().unwrap()).collect();
        assert_eq!(offered, BTreeSet::from(["director", "east.manager", "rep1", "service1", "finance", "hr", "admin"]));
    }
    let rep = FULL.people.iter().find(|p| p.email == "rep1@example.com").unwrap();
    assert!(FULL.deals.iter().filter(|d| d.owner_id == rep.id && d.outcome == Outcome::Open.code()).count() >= 15);
}

#[test]
fn nothing_lies_in_the_future_or_contradicts_itself() {
    let company = &*FULL;
    let end = AS_OF.and_time(NaiveTime::MIN);
    let people: HashMap<Uuid, _> = company.people.iter().map(|p| (p.id, p)).collect();
    let customers: HashMap<Uuid, _> = company.customers.iter().map(|c| (c.id, c)).collect();
    let contacts: HashMap<Uuid, _> = company.contacts.iter().map(|c| (c.id, c.customer_id)).collect();
    let deals: HashMap<Uuid, _> = company.deals.iter().map(|d| (d.id, d)).collect();
    for deal in &company.deals {
        assert!(local(deal.created_at) < end && local(deal.updated_at) < end && deal.created_at <= deal.updated_at);
        assert_eq!(deal.first_contact_on, local(deal.created_at).date());
        assert!(deal.first_contact_on <= deal.stage_since && deal.first_contact_on <= deal.active_on && deal.active_on < AS_OF);
        let customer = customers[&deal.customer_id];
        assert!(customer.created_at < deal.created_at);
        assert!(deal.contact_id.is_none_or(|id| contacts[&id] == deal.customer_id));
        assert_eq!(people[&deal.owner_id].unit_id, deal.unit_id);
        assert!((1..=MAX_AMOUNT_MINOR).contains(&deal.amount_minor) && (0..=10_000).contains(&deal.probability_bp));
        if deal.outcome == Outcome::Open.code() {
            assert!(people[&deal.owner_id].active);
            assert_eq!(customer.owner_id, Some(deal.owner_id));
        }
        assert!(deal.title.chars().count() <= TITLE_MAX && deal.close_note.chars().count() <= NOTE_MAX);
    }
    for entry in &company.transitions {
        let at = local(entry.at);
        assert!(at < end && (8..20).contains(&at.hour()), "{at}");
        let by = people[&entry.by_id.unwrap()];
        assert!(by.hired_on.unwrap() <= at.date() && (by.active || entry.at < by.updated_at), "{} on {at}", by.email);
    }
    for follow_up in &company.follow_ups {
        assert!(local(follow_up.at) < end && follow_up.next_on.is_none_or(|on| on >= local(follow_up.at).date()));
        assert!(follow_up.deal_id.is_none_or(|id| deals[&id].customer_id == follow_up.customer_id && deals[&id].created_at < follow_up.at));
    }
    for task in &company.tasks {
        assert!(local(task.created_at) < end && task.done_at.is_none_or(|at| at > task.created_at && local(at) < end));
        assert!(task.due_on.is_none_or(|on| on >= local(task.created_at).date()));
    }
}

#[test]
fn ids_carry_their_time_and_ranks_order_their_column() {
    let time = |id: Uuid| DateTime::from_timestamp_millis((id.as_u128() >> 80) as i64).unwrap();
    assert!(FULL.deals.iter().all(|d| d.id.get_version_num() == 7 && (time(d.id) - d.created_at).abs() < TimeDelta::milliseconds(1)));
    assert!(FULL.follow_ups.iter().all(|f| (time(f.id) - f.at).abs() < TimeDelta::milliseconds(1)));
    let ids = FULL.deals.iter().map(|d| d.id).chain(FULL.transitions.iter().map(|t| t.id)).chain(FULL.follow_ups.iter().map(|f| f.id));
    assert_eq!(ids.collect::<HashSet<_>>().len(), FULL.deals.len() + FULL.transitions.len() + FULL.follow_ups.len());
    let places: HashSet<_> = FULL.deals.iter().map(|d| (d.stage_id, &d.outcome, &d.rank)).collect();
    assert_eq!(places.len(), FULL.deals.len());
}

#[test]
fn nobody_real_is_named() {
    let mut names = HashSet::new();
    for customer in &FULL.customers {
        assert!(customer.name.contains("(示例") && names.insert(&customer.name), "{}", customer.name);
        assert!(customer.name.chars().count() <= NAME_MAX && customer.short_name.chars().count() <= SHORT_MAX);
        assert!(parse_phone(&customer.phone).is_some() && customer.phone.contains("-0000"), "{}", customer.phone);
        assert!(customer.search.contains(&customer.phone) && customer.crs == "WGS-84");
    }
    for contact in &FULL.contacts {
        assert!(contact.phone.len() == 11 && &contact.phone[3..7] == "0000", "{}", contact.phone);
        assert!(contact.email.is_empty() || contact.email.ends_with("@example.com"));
    }
    let latin = FULL.customers.iter().filter(|c| c.short_name.is_ascii()).count() as f64 / FULL.customers.len() as f64;
    assert!((0.02..=0.04).contains(&latin), "{latin}");
    assert!(FULL.customers.iter().filter(|c| c.name.chars().count() > 36).count() >= 8, "names that forms must bear");
}

#[test]
fn extra_open_deals_come_on_top() {
    let company = generate(&Options { extra_open_deals: 2_000, ..of_size(0.1) });
    assert_eq!(company.deals.len(), TINY.deals.len() + 2_000);
    assert_eq!(company.transitions.len(), TINY.transitions.len() + 2_000);
    let stages: HashMap<Uuid, usize> = company.deals[TINY.deals.len()..].iter().fold(HashMap::new(), |mut found, deal| {
        assert_eq!(deal.outcome, Outcome::Open.code());
        *found.entry(deal.stage_id).or_default() += 1;
        found
    });
    assert!(stages.len() == 4 && stages.values().all(|count| *count >= 100), "{stages:?}");
}

/// Visits are calls that are there anyway, of their own customer; what they brought up is
/// of every kind and status, in the smallest company too.
#[test]
fn return_visits_stand_beside_their_follow_ups() {
    let follow_ups: HashMap<Uuid, _> = FULL.follow_ups.iter().map(|row| (row.id, row)).collect();
    let mut answered = HashSet::new();
    for visit in &FULL.visits.visits {
        let said = follow_ups[&visit.follow_up_id];
        assert_eq!((visit.customer_id, visit.by_id, visit.created_at), (said.customer_id, said.by_id, said.at));
        assert!(answered.insert(visit.follow_up_id), "each once");
        assert!(FULL.visits.forms.iter().any(|form| Some(form.id) == visit.form_id && form.tier == visit.tier));
    }
    let visits: HashMap<Uuid, _> = FULL.visits.visits.iter().map(|row| (row.id, row)).collect();
    for need in &FULL.visits.needs {
        assert_eq!(visits[&need.visit_id.unwrap()].customer_id, need.customer_id);
        assert_eq!(need.status == NeedStatus::Declined.code(), !need.reason.is_empty(), "declined with a reason, and nothing else");
        assert!(local(need.updated_at).date() < AS_OF);
    }
    for company in [*FULL, &*TINY] {
        for status in NeedStatus::ALL {
            assert!(company.visits.needs.iter().any(|need| need.status == status.code()), "{status}");
        }
        for kind in NeedKind::ALL {
            assert!(company.visits.needs.iter().any(|need| need.kind == kind.code()), "{kind}");
        }
        let open = company.visits.needs.iter().filter(|need| NeedStatus::parse(&need.status).unwrap().is_unsettled());
        assert!(open.filter(|need| need.due_on.is_some_and(|on| on < AS_OF)).count() > 0, "something is late");
    }
    let days: HashSet<_> = FULL.visits.workdays.iter().map(|day| day.on_day).collect();
    assert_eq!(days.len(), FULL.visits.workdays.len(), "each day once");
}

/// What customers said: every status and state to be seen, each answered link with its
/// answer, a plan for every low score of somebody who is named, and points that rise.
#[test]
fn customers_said_something_that_can_be_counted() {
    let company = generate(&of_size(SMALL));
    let said = &company.satisfaction;
    let statuses: HashSet<&str> = said.plans.iter().map(|plan| plan.status.as_str()).collect();
    assert_eq!(statuses.len(), PlanStatus::ALL.len(), "{statuses:?}");
    assert!(said.plans.iter().any(|plan| plan.status == "open" && plan.due_on < AS_OF), "one is late");
    let states: HashSet<InvitationState> =
        said.invitations.iter().map(|row| state(row.answered, row.token_hash.is_some(), row.expires_on, AS_OF)).collect();
    assert_eq!(states.len(), InvitationState::ALL.len(), "{states:?}");
    let sources: HashSet<&str> = said.answers.iter().map(|row| row.source.as_str()).collect();
    assert_eq!(sources.len(), domain::survey::Source::ALL.len());
    assert_eq!(said.surveys.iter().map(|row| row.status.as_str()).collect::<HashSet<_>>().len(), SurveyStatus::ALL.len());

    let said = &FULL.satisfaction;
    let scored = |text: &str| serde_json::from_str::<Scores>(text).unwrap();
    let links = said.invitations.iter().filter(|row| row.answered).count();
    let named = said.answers.iter().filter(|row| row.invitation_id.is_some()).map(|row| row.invitation_id).collect::<HashSet<_>>().len();
    let anonymous = said.answers.iter().filter(|row| row.anonymous).count();
    assert_eq!(links, named + anonymous);
    assert!(said.answers.iter().all(|row| !row.anonymous || row.customer_id.is_none() && row.owner_id.is_none()));
    let seconds: HashSet<_> = said.plans.iter().filter_map(|plan| plan.second_answer_id).collect();
    let low = said.answers.iter().filter(|row| !row.anonymous && !seconds.contains(&row.id) && scored(&row.scores).is_low()).count();
    assert_eq!(said.plans.len(), low);
    assert!(said.answers.iter().all(|row| row.on_day < AS_OF) && said.plans.iter().all(|plan| plan.closed_on.is_none_or(|on| on < AS_OF)));
    let half = |late: bool| {
        let mut days: Vec<_> = said.answers.iter().map(|row| row.on_day).collect();
        days.sort_unstable();
        let (early, recent) = (days[days.len() / 5], days[days.len() * 4 / 5]);
        let these = said.answers.iter().filter(|row| if late { row.on_day >= recent } else { row.on_day <= early });
        let scores: Vec<Scores> = these.map(|row| scored(&row.scores)).collect();
        Tally::of(&scores)
    };
    let (before, after) = (half(false), half(true));
    assert!((780..=830).contains(&before.csat().score_x10.unwrap()), "{:?}", before.csat());
    assert!((860..=920).contains(&after.csat().score_x10.unwrap()), "{:?}", after.csat());
    assert!(after.nps_x10().unwrap() > before.nps_x10().unwrap() + 50, "{:?} {:?}", before.nps_x10(), after.nps_x10());
}

/// The sums of a quote are those of its lines, numbers are unique, what waits has a manager
/// above, and every region's manager has something to decide.
#[test]
fn quotes_add_up_and_wait_for_every_manager() {
    let offers = &FULL.offers;
    let mut lines: HashMap<Uuid, Vec<Priced>> = HashMap::new();
    for line in &offers.lines {
        lines.entry(line.quote_id).or_default().push(Priced {
            quantity_milli: line.quantity_milli,
            list_minor: line.list_minor,
            price_minor: line.price_minor,
            discount_bp: line.discount_bp,
            vat_bp: line.vat_bp,
        });
    }
    for row in &offers.quotes {
        let sums = QuoteSums::of(lines.remove(&row.id).unwrap());
        assert_eq!(
            (sums.list_minor, sums.total_minor, sums.net_minor, sums.tax_minor),
            (row.list_minor, row.total_minor, row.net_minor, row.tax_minor),
            "{}",
            row.number
        );
        let asked = matches!(row.status.as_str(), "waiting" | "approved" | "refused");
        assert_eq!((row.asked_at.is_some(), sums.above(row.ceiling_bp)), (asked, asked), "{}", row.number);
        let deal = FULL.deals.iter().find(|deal| deal.id == row.deal_id).unwrap();
        assert!(deal.outcome == Outcome::Open.code() && local(row.created_at).date() >= deal.first_contact_on, "{}", row.number);
        assert!(local(row.updated_at).date() < AS_OF, "{}", row.number);
    }
    assert!(lines.is_empty(), "lines of no quote");
    let numbers: HashSet<_> = offers.quotes.iter().map(|row| (row.number.as_str(), row.revision)).collect();
    assert_eq!(numbers.len(), offers.quotes.len());
    let regions: BTreeSet<_> = FULL.units.iter().filter(|unit| unit.kind == "region").map(|unit| unit.id).collect();
    let waiting: BTreeSet<_> = offers
        .quotes
        .iter()
        .filter(|row| row.status == "waiting")
        .filter_map(|row| FULL.deals.iter().find(|deal| deal.id == row.deal_id))
        .filter_map(|deal| FULL.units.iter().find(|unit| unit.id == deal.unit_id)?.parent_id)
        .collect();
    assert_eq!(waiting, regions);
    let currencies: BTreeSet<_> = offers.books.iter().map(|book| book.currency.as_str()).collect();
    assert_eq!(currencies, BTreeSet::from(["CNY", "USD"]));
}
