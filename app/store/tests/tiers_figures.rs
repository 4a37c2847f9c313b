//! The charts of tiers on real databases: every number against a computation of its own
//! from the rows of a company, and the list of exactly its customers.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Fresh, Shop, assert_denied, day, each, each_fresh};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::CustomerId;
use domain::policy::{Actor, Role};
use domain::tiers::board::{MoveTier, TierFilter, UndoTier};
use domain::tiers::figures::{CustomerSet, FiguresPart, FiguresQuery, TierFigures};
use domain::tiers::{AbcClass, RfmClass, Standing};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::demo::{AS_OF, Company, Options, SMALL, generate};
use store::{Store, new_request};
use uuid::Uuid;

async fn figures(store: &Store, by: &Actor, query: &FiguresQuery) -> TierFigures {
    store.tier_figures(by, query).await.unwrap()
}

/// How many customers a set has, what they brought, and those listed.
async fn listed(store: &Store, by: &Actor, query: &FiguresQuery, set: CustomerSet) -> (u64, i64, Vec<Uuid>) {
    let found = store.tier_customers(by, &FiguresPart { query: query.clone(), set }).await.unwrap();
    (found.all.count, found.all.minor, found.rows.into_iter().map(|row| row.id.0).collect())
}

/// What is known of a customer from the rows alone.
#[derive(Debug, Clone)]
struct Known {
    paid: i64,
    abc: AbcClass,
    rfm: Option<([u8; 3], RfmClass)>,
    before: Standing,
    after: Standing,
}

fn local(at: DateTime<Utc>) -> NaiveDate {
    (at + chrono::Duration::hours(8)).date_naive()
}

fn known(company: &Company, from: NaiveDate, to: NaiveDate) -> BTreeMap<Uuid, Known> {
    let first = AS_OF - Days::new(364);
    let mut orders: HashMap<Uuid, Vec<(NaiveDate, i64)>> = HashMap::new();
    for deal in company.deals.iter().filter(|deal| deal.outcome == "won") {
        let on = deal.closed_on.unwrap();
        if (first..=AS_OF).contains(&on) {
            let minor = if deal.currency == "CNY" { deal.amount_minor } else { 0 };
            orders.entry(deal.customer_id).or_default().push((on, minor));
        }
    }
    let mut changes: HashMap<Uuid, Vec<_>> = HashMap::new();
    for change in &company.tier_changes {
        changes.entry(change.customer_id).or_default().push(change);
    }
    changes.values_mut().for_each(|of| of.sort_by_key(|change| (change.at, change.id)));
    let stood = |customer: Uuid, now: &str, came: NaiveDate, on: NaiveDate| {
        if came > on {
            return Standing::Absent;
        }
        // Back from today, one change after the other.
        let later = changes.get(&customer).into_iter().flatten().rev().take_while(|change| local(change.at) > on);
        let tier = later.fold(now, |_, change| change.from_tier.as_str());
        Standing::In(Tier::parse(tier).unwrap())
    };
    let paid = |customer: Uuid| orders.get(&customer).into_iter().flatten().map(|(_, minor)| minor).sum::<i64>();
    let total: i128 = company.customers.iter().map(|customer| i128::from(paid(customer.id))).sum();
    let mut by_revenue: Vec<_> = company.customers.iter().map(|customer| (paid(customer.id), customer.id)).collect();
    by_revenue.sort_by_key(|(paid, id)| (-paid, *id));
    let mut classes = HashMap::new();
    let mut before: i128 = 0;
    for (paid, id) in by_revenue {
        let class = match before * 100 {
            share if paid <= 0 || share >= total * 95 => AbcClass::C,
            share if share >= total * 80 => AbcClass::B,
            _ => AbcClass::A,
        };
        classes.insert(id, class);
        before += i128::from(paid);
    }
    // Scores one by one, each against all.
    let buyers: Vec<(Uuid, [i64; 3])> = orders
        .iter()
        .map(|(id, orders)| {
            let last = orders.iter().map(|(on, _)| *on).max().unwrap();
            let frequency = i64::try_from(orders.len()).unwrap();
            (*id, [-(AS_OF - last).num_days(), frequency, paid(*id)])
        })
        .collect();
    let score =
        |value: i64, of: usize| 1 + u8::try_from(5 * buyers.iter().filter(|(_, other)| other[of] < value).count() / buyers.len()).unwrap();
    let scores: HashMap<Uuid, [u8; 3]> = buyers.iter().map(|(id, values)| (*id, [0, 1, 2].map(|of| score(values[of], of)))).collect();
    let mean = |of: usize| scores.values().map(|scores| f64::from(scores[of])).sum::<f64>() / scores.len() as f64;
    let means = [0, 1, 2].map(mean);
    let class = |scores: &[u8; 3]| {
        let [r, f, m] = [0, 1, 2].map(|of| f64::from(scores[of]) > means[of] + 1e-9);
        match (r, f, m) {
            (true, true, true) => RfmClass::ImportantValue,
            (true, false, true) => RfmClass::ImportantDevelop,
            (false, true, true) => RfmClass::ImportantKeep,
            (false, false, true) => RfmClass::ImportantRetain,
            (true, true, false) => RfmClass::GeneralValue,
            (true, false, false) => RfmClass::GeneralDevelop,
            (false, true, false) => RfmClass::GeneralKeep,
            (false, false, false) => RfmClass::GeneralRetain,
        }
    };
    let one = |id: Uuid, tier: &str, came: NaiveDate| Known {
        paid: paid(id),
        abc: classes[&id],
        rfm: scores.get(&id).map(|scores| (*scores, class(scores))),
        before: stood(id, tier, came, from),
        after: stood(id, tier, came, to),
    };
    company.customers.iter().map(|customer| (customer.id, one(customer.id, &customer.tier, local(customer.created_at)))).collect()
}

/// Whether a customer is in a set; those that bring 80 per cent are looked at elsewhere.
fn is_in(set: CustomerSet, one: &Known) -> bool {
    let present = |standing: Standing| standing != Standing::Absent;
    let both = present(one.before) && present(one.after);
    let place = |standing: Standing| Standing::ALL.iter().position(|known| *known == standing).unwrap();
    match set {
        CustomerSet::Paying => one.paid > 0,
        CustomerSet::WithoutRevenue => one.paid == 0,
        CustomerSet::Bringing80 | CustomerSet::Abc(AbcClass::A) => one.paid > 0 && one.abc == AbcClass::A,
        CustomerSet::Abc(class) => one.paid > 0 && one.abc == class,
        CustomerSet::Scored => one.rfm.is_some(),
        CustomerSet::Unscored => one.rfm.is_none(),
        CustomerSet::Rfm(class) => one.rfm.is_some_and(|rfm| rfm.1 == class),
        CustomerSet::Cell(r, f) => one.rfm.is_some_and(|rfm| rfm.0[0] == r && rfm.0[1] == f),
        CustomerSet::Moved(from, to) => (present(from) || present(to)) && (one.before, one.after) == (from, to),
        CustomerSet::Before(standing) => (present(one.before) || present(one.after)) && one.before == standing,
        CustomerSet::After(standing) => (present(one.before) || present(one.after)) && one.after == standing,
        CustomerSet::Both => both,
        CustomerSet::Promoted => both && place(one.after) < place(one.before),
        CustomerSet::Demoted => both && place(one.after) > place(one.before),
        CustomerSet::Stayed => both && one.after == one.before,
    }
}

/// Every set that a page opens.
fn sets() -> Vec<CustomerSet> {
    use CustomerSet::*;
    let tiers = Tier::ALL.iter().map(|&tier| Standing::In(tier));
    let pairs = Standing::ALL.into_iter().flat_map(|from| tiers.clone().map(move |to| Moved(from, to)));
    [Paying, WithoutRevenue, Bringing80, Scored, Unscored, Both, Promoted, Demoted, Stayed]
        .into_iter()
        .chain(AbcClass::ALL.iter().map(|&class| Abc(class)))
        .chain(RfmClass::ALL.iter().map(|&class| Rfm(class)))
        .chain([(1, 1), (1, 5), (3, 3), (5, 1), (5, 5)].map(|(r, f)| Cell(r, f)))
        .chain(pairs)
        .chain(Standing::ALL.map(Before))
        .chain(tiers.clone().map(After))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_of_a_company_is_the_number_of_its_customers() {
    let options = Options { as_of: AS_OF, scale: SMALL, ..Options::default() };
    let company = generate(&options);
    let (from, to) = ("2025-09-30".parse().unwrap(), "2026-03-31".parse().unwrap());
    let known = known(&company, from, to);
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let admin = &org.people.values().find(|m| m.person.role == Role::Administrator).unwrap().actor.clone();
        let query = FiguresQuery { from: Some(from), to: Some(to), ..FiguresQuery::default() };
        let seen = figures(&store, admin, &query).await;
        assert_eq!((seen.as_of, seen.since, seen.customers), (AS_OF, AS_OF - Days::new(364), known.len() as u64));
        for set in sets() {
            let expected: BTreeSet<Uuid> = known.iter().filter(|(_, one)| is_in(set, one)).map(|(id, _)| *id).collect();
            let revenue: i64 = expected.iter().map(|id| known[id].paid).sum();
            let (count, minor, rows) = listed(&store, admin, &query, set).await;
            assert_eq!((count, minor), (expected.len() as u64, revenue), "{set:?}");
            assert_eq!(rows.len(), expected.len().min(200), "{set:?}");
            assert!(rows.iter().all(|id| expected.contains(id)), "{set:?}");
            assert!(rows.is_sorted_by_key(|id| (-known[id].paid, *id)), "{set:?} has those that brought most first");
            // What the charts show is what the list has.
            let migration = seen.migration.as_ref().unwrap().counts;
            let shown = match set {
                CustomerSet::Paying => seen.pareto.paying.count,
                CustomerSet::WithoutRevenue => seen.pareto.without,
                CustomerSet::Bringing80 => seen.pareto.curve.bringing_80.unwrap().customers as u64,
                CustomerSet::Abc(class) => seen.pareto.classes.iter().find(|one| one.0 == class).unwrap().1.count,
                CustomerSet::Scored => seen.rfm.scored.count,
                CustomerSet::Unscored => seen.rfm.unscored,
                CustomerSet::Rfm(class) => seen.rfm.classes.iter().find(|one| one.0 == class).unwrap().1.count,
                CustomerSet::Cell(r, f) => seen.rfm.cell(r, f).count,
                CustomerSet::Moved(from, to) => migration.count(from, to),
                CustomerSet::Before(standing) => migration.before(standing),
                CustomerSet::After(standing) => migration.after(standing),
                CustomerSet::Both => migration.both(),
                CustomerSet::Promoted => migration.promoted(),
                CustomerSet::Demoted => migration.demoted(),
                CustomerSet::Stayed => migration.stayed(),
            };
            assert_eq!(shown, count, "{set:?}");
        }
        let migration = seen.migration.unwrap().counts;
        assert!(migration.promoted() > 0 && migration.demoted() > 0 && migration.came() > 0, "the demo moves: {migration:?}");
        assert!(seen.rfm.classes.iter().filter(|(_, group)| group.count > 0).count() >= 6, "{:?}", seen.rfm.classes);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_counts_ones_own_customers_compared_with_all() {
    each(async |shop: Shop| {
        shop.win(&shop.ada, shop.deals[0], 100_000, DAY).await;
        shop.win(&shop.dan, shop.deals[3], 900_000, DAY).await;
        let all = FiguresQuery::default();
        let seen = figures(&shop.store, &shop.admin, &all).await;
        assert_eq!((seen.customers, seen.pareto.paying.count, seen.pareto.paying.minor, seen.pareto.without), (4, 2, 1_000_000, 2));
        let classes = |seen: &TierFigures| seen.pareto.classes.iter().map(|(_, group)| group.count).collect::<Vec<_>>();
        assert_eq!(classes(&seen), [1, 1, 0]);
        let own = figures(&shop.store, &shop.ada, &all).await;
        assert_eq!((own.customers, own.pareto.paying.minor), (1, 100_000));
        assert_eq!(classes(&own), [0, 1, 0], "alone she brings all, and is class B of the company all the same");
        assert_eq!(listed(&shop.store, &shop.ada, &all, CustomerSet::Paying).await.2, [shop.customers[0].0]);
        assert_eq!(listed(&shop.store, &shop.ada, &all, CustomerSet::Abc(AbcClass::A)).await.0, 0);
        assert_eq!(listed(&shop.store, &shop.lead, &all, CustomerSet::Scored).await.0, 1, "Dan is of another team");
        assert_denied(shop.store.tier_figures(&shop.hr, &all).await);
        assert_denied(shop.store.tier_customers(&shop.hr, &FiguresPart { query: all.clone(), set: CustomerSet::Paying }).await);
        let of_dan = FiguresQuery { filter: TierFilter { owner: Some(shop.dan.id), ..TierFilter::default() }, ..all.clone() };
        assert_eq!(figures(&shop.store, &shop.admin, &of_dan).await.pareto.paying.minor, 900_000);
        assert_eq!(figures(&shop.store, &shop.ada, &of_dan).await.customers, 0, "a filter shows nobody more");
        let late = FiguresQuery { filter: TierFilter { late: true, ..TierFilter::default() }, ..all };
        let later = shop.later(40).await;
        assert_eq!((figures(&shop.store, &shop.admin, &late).await.customers, figures(&later, &shop.admin, &late).await.late), (0, 4));
    })
    .await;
}

async fn put(store: &Store, by: &Actor, customer: CustomerId, to: Tier) -> i32 {
    let version = store.customer(by, customer).await.unwrap().row.version;
    store.move_tier(by, MoveTier { request: new_request(), customer, version, to, reason: "because".into() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_is_between_two_dates_and_without_what_was_taken_back() {
    each(async |shop: Shop| {
        let [alpha, beta, ..] = shop.customers;
        put(&shop.store, &shop.ada, alpha, Tier::Vip).await;
        let later = shop.later(10).await;
        put(&later, &shop.ada, alpha, Tier::Ordinary).await;
        let version = put(&later, &shop.bob, beta, Tier::Vip).await;
        later.undo_tier(&shop.bob, UndoTier { request: new_request(), customer: beta, version }).await.unwrap();
        let last = shop.later(20).await;
        let between = async |from: i64, to: i64| {
            let query = FiguresQuery { from: Some(day(from)), to: Some(day(to)), ..FiguresQuery::default() };
            figures(&last, &shop.lead, &query).await.migration.map(|found| found.counts)
        };
        let [vip, ordinary, potential] = [Tier::Vip, Tier::Ordinary, Tier::Potential].map(Standing::In);
        let counts = between(0, 20).await.unwrap();
        assert_eq!((counts.count(vip, ordinary), counts.count(potential, potential), counts.demoted(), counts.stayed()), (1, 1, 1, 1));
        let counts = between(-1, 9).await.unwrap();
        assert_eq!((counts.count(Standing::Absent, vip), counts.count(Standing::Absent, potential), counts.both()), (1, 1, 0));
        let counts = between(10, 20).await.unwrap();
        assert_eq!((counts.stayed(), counts.after(ordinary)), (2, 1));
        assert_eq!(between(-9, -1).await.unwrap().came(), 0, "who came later is not counted");
        assert_eq!(between(9, 8).await.unwrap_err().to_string(), "to: date_order");
        assert_eq!(between(9, 21).await.unwrap_err().to_string(), "to: date_in_future");
        let query = FiguresQuery { from: Some(day(0)), to: Some(day(20)), ..FiguresQuery::default() };
        assert_eq!(listed(&last, &shop.lead, &query, CustomerSet::Demoted).await.2, [alpha.0]);
        let broken = FiguresQuery { to: Some(day(99)), ..query };
        assert_eq!(listed(&last, &shop.lead, &broken, CustomerSet::Both).await.0, 0, "no dates, nobody moved");
    })
    .await;
}
