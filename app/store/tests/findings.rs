//! Findings, the trend of the cycle and the service level of follow-ups: counted by hand in a
//! small company, each the length of its list, and nothing of anybody whom the reader may
//! not see; in the demo company every kind is found.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use crate::common::{DAY, Fresh, Shop, actor, assert_denied, day, deal_form, each, each_fresh, refusals};
use chrono::NaiveDate;
use domain::analysis::{AnalysisPart, AnalysisQuery, Set, StepPart, TrendSpan, WINS_MIN};
use domain::customers::{CustomerForm, Tier};
use domain::findings::{Finding, FindingsQuery, FindingsReport, Kind, SNOOZE_DAYS, SnoozeForm, What};
use domain::home::HomeQuery;
use domain::ids::{CustomerId, DealId};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::policy::{Actor, Role};
use domain::work::FollowUpForm;
use store::demo::{AS_OF, Options, SMALL};
use store::{Store, new_request};

async fn findings(store: &Store, by: &Actor, query: &FindingsQuery) -> FindingsReport {
    store.findings(by, query).await.unwrap()
}

async fn total(store: &Store, by: &Actor, query: &AnalysisQuery, set: Set) -> u64 {
    let part = AnalysisPart { query: query.clone(), set, currency: None, before: false };
    store.analysis_deals(by, &part).await.unwrap().total
}

fn of(report: &FindingsReport, kind: Kind) -> Option<&Finding> {
    report.findings.iter().find(|one| one.what.kind() == kind)
}

/// The rows of a finding, each by its id.
async fn rows(store: &Store, by: &Actor, key: &str, query: &FindingsQuery, whole: bool) -> (u64, Vec<uuid::Uuid>) {
    let opened = FindingsQuery { open: Some(key.to_owned()), whole, ..query.clone() };
    let rows = findings(store, by, &opened).await.rows.unwrap();
    let ids = rows.deals.iter().map(|card| card.id.0).chain(rows.customers.iter().map(|row| row.id.0));
    (rows.total, ids.collect())
}

/// Every figure is the length of the list behind it.
async fn assert_lists(store: &Store, by: &Actor, query: &FindingsQuery) -> FindingsReport {
    let report = findings(store, by, query).await;
    for one in &report.findings {
        for (whole, n) in [(false, one.rows), (true, one.base)] {
            let (total, ids) = rows(store, by, &one.key, query, whole).await;
            assert_eq!(total, n, "{}", one.key);
            assert_eq!(ids.len() as u64, n.min(200), "{}", one.key);
        }
    }
    report
}

async fn assert_trend(store: &Store, by: &Actor, query: &AnalysisQuery) {
    let report = store.outcomes(by, query).await.unwrap();
    for month in report.trend.months.iter().chain([&report.trend.last, &report.trend.before]) {
        let part = AnalysisPart { query: query.clone(), set: Set::WonIn(month.period), currency: None, before: false };
        let found = store.analysis_deals(by, &part).await.unwrap();
        assert_eq!(found.total, month.wins, "{:?}", month.period);
        let mut days: Vec<i64> = found.rows.iter().map(|row| row.days.unwrap()).collect();
        days.sort_unstable();
        if found.total <= 200 {
            assert_eq!(domain::stats::percentile_milli(&days, 5_000), month.median_milli, "{:?}", month.period);
            assert_eq!(domain::stats::percentile_milli(&days, 8_000), month.p80_milli, "{:?}", month.period);
        }
    }
    let follow = report.follow;
    for (set, n) in [
        (Set::Open, follow.open),
        (Set::Stepped, follow.stepped),
        (Set::Unstepped, follow.open - follow.stepped),
        (Set::Steps(StepPart::Due), follow.due),
        (Set::Steps(StepPart::Kept), follow.kept),
        (Set::Steps(StepPart::Missed), follow.due - follow.kept),
    ] {
        assert_eq!(total(store, by, query, set).await, n, "{set:?}");
    }
}

async fn follow_up(store: &Store, by: &Actor, customer: CustomerId, deal: DealId, next: Option<NaiveDate>) {
    let form = FollowUpForm {
        customer: customer.to_string(),
        deal: deal.to_string(),
        kind: "call".into(),
        content: "Talked.".into(),
        next_on: next.map(|on| on.to_string()).unwrap_or_default(),
        next_step: next.map(|_| "Call again".to_owned()).unwrap_or_default(),
        ..FollowUpForm::default()
    };
    store.log_follow_up(by, new_request(), form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn next_steps_in_time_and_late() {
    each(async |shop: Shop| {
        // Agreed today for in two days: done in time by Ada, late by Bob, of Cai's not due.
        follow_up(&shop.store, &shop.ada, shop.customers[0], shop.deals[0], Some(day(2))).await;
        follow_up(&shop.store, &shop.bob, shop.customers[1], shop.deals[1], Some(day(2))).await;
        follow_up(&shop.store, &shop.cai, shop.customers[2], shop.deals[2], Some(day(9))).await;
        let query = AnalysisQuery::default();
        let now = shop.store.outcomes(&shop.admin, &query).await.unwrap().follow;
        assert_eq!((now.open, now.stepped, now.due, now.kept), (4, 3, 0, 0));
        let soon = shop.later(2).await;
        follow_up(&soon, &shop.ada, shop.customers[0], shop.deals[0], None).await;
        let later = shop.later(5).await;
        follow_up(&later, &shop.bob, shop.customers[1], shop.deals[1], None).await;
        let follow = later.outcomes(&shop.admin, &query).await.unwrap().follow;
        // Following up without a further step leaves the deals without one.
        assert_eq!((follow.open, follow.stepped, follow.due, follow.kept), (4, 1, 2, 1));
        let part = AnalysisPart { query: query.clone(), set: Set::Steps(StepPart::Missed), currency: None, before: false };
        let missed = later.analysis_deals(&shop.admin, &part).await.unwrap();
        assert_eq!((missed.rows[0].card.id, missed.rows[0].step, missed.rows[0].days), (shop.deals[1], Some(day(2)), Some(3)));
        for by in [&shop.admin, &shop.lead, &shop.ada, &shop.dan, &shop.service] {
            assert_trend(&later, by, &query).await;
        }
        let own = later.outcomes(&shop.ada, &query).await.unwrap().follow;
        assert_eq!((own.open, own.due, own.kept), (1, 1, 1));
        let bobs = AnalysisQuery { filter: DealFilter { owner: Some(shop.bob.id), ..DealFilter::default() }, ..query.clone() };
        let bobs = later.outcomes(&shop.lead, &bobs).await.unwrap().follow;
        assert_eq!((bobs.due, bobs.kept, bobs.kept_bp()), (1, 0, Some(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trend_counts_wins_by_month() {
    each(async |shop: Shop| {
        shop.win(&shop.ada, shop.deals[0], 100, DAY).await;
        let query = AnalysisQuery { trend: TrendSpan::Last24, ..AnalysisQuery::default() };
        let trend = shop.store.outcomes(&shop.admin, &query).await.unwrap().trend;
        assert_eq!((trend.months.len(), trend.months[23].wins, trend.months[23].median_milli), (24, 1, Some(0)));
        assert!(trend.months[23].few() && trend.months[0].median_milli.is_none());
        assert_eq!((trend.last.wins, trend.before.wins, trend.change), (1, 0, None));
        assert_trend(&shop.store, &shop.admin, &query).await;
        let others = shop.store.outcomes(&shop.dan, &query).await.unwrap().trend;
        assert_eq!(others.last.wins, 0);
    })
    .await;
}

async fn late_deal(shop: &Shop, by: &Actor, customer: CustomerId, title: &str, amount: &str) -> DealId {
    let form = DealForm { expected_close_on: day(-1).to_string(), ..deal_form(customer, title, amount) };
    shop.save_deal(by, form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_overdue_and_single_threaded_and_of_whom() {
    each(async |shop: Shop| {
        late_deal(&shop, &shop.ada, shop.customers[0], "Late", "5000").await;
        late_deal(&shop, &shop.dan, shop.customers[3], "Far and late", "6000").await;
        let everything = FindingsQuery::default();
        let report = assert_lists(&shop.store, &shop.admin, &everything).await;
        let overdue = of(&report, Kind::Overdue).unwrap();
        assert_eq!((overdue.rows, overdue.base), (2, 6));
        assert!(matches!(&overdue.what, What::Overdue { oldest, .. } if *oldest == day(-1)));
        // Of six deals two are above the median, and of neither is a contact known.
        let single = of(&report, Kind::SingleThreaded).unwrap();
        assert_eq!((single.rows, single.base), (2, 2));
        assert!(of(&report, Kind::NoOpenDeal).is_none() && of(&report, Kind::Ageing).is_none());
        // The base is what the page of outcomes counts as open.
        assert_eq!(total(&shop.store, &shop.admin, &AnalysisQuery::default(), Set::Open).await, overdue.base);
        // Ada sees her own, the lead of her team what is in it, and nobody sees Dan's but who may.
        let own = assert_lists(&shop.store, &shop.ada, &everything).await;
        assert_eq!(of(&own, Kind::Overdue).map(|one| (one.rows, one.base)), Some((1, 2)));
        let team = assert_lists(&shop.store, &shop.lead, &everything).await;
        assert_eq!(of(&team, Kind::Overdue).map(|one| (one.rows, one.base)), Some((1, 3)));
        let bobs = FindingsQuery { owner: Some(shop.bob.id), ..FindingsQuery::default() };
        assert!(of(&findings(&shop.store, &shop.lead, &bobs).await, Kind::Overdue).is_none());
        let dans = FindingsQuery { owner: Some(shop.dan.id), ..FindingsQuery::default() };
        assert_eq!(findings(&shop.store, &shop.ada, &dans).await.findings, []);
        let south = FindingsQuery { team: Some(shop.south_a), ..FindingsQuery::default() };
        let south = assert_lists(&shop.store, &shop.admin, &south).await;
        assert_eq!(of(&south, Kind::Overdue).map(|one| one.rows), Some(1));
        assert_denied(shop.store.findings(&shop.hr, &everything).await);
        // Another's finding opens nothing.
        let key = of(&report, Kind::Overdue).unwrap().key.clone() + ".owner-nobody";
        let opened = FindingsQuery { open: Some(key), ..FindingsQuery::default() };
        assert_eq!(findings(&shop.store, &shop.ada, &opened).await.rows, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_deals_and_buyers_with_nothing_open() {
    each(async |shop: Shop| {
        let form = CustomerForm { tier: Tier::Vip.code().into(), ..crate::common::new_form("Vip Works") };
        let vip = shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
        let deal = shop.deal(&shop.ada, vip, "Bought", "10").await;
        shop.win(&shop.ada, deal, 1_000, DAY).await;
        let report = assert_lists(&shop.store, &shop.admin, &FindingsQuery::default()).await;
        let idle = of(&report, Kind::NoOpenDeal).unwrap();
        assert_eq!((idle.rows, idle.base, &idle.what), (1, 1, &What::NoOpenDeal { vip: 1 }));
        assert_eq!(rows(&shop.store, &shop.admin, &idle.key, &FindingsQuery::default(), false).await.1, [vip.0]);
        shop.deal(&shop.ada, vip, "Another", "10").await;
        let report = findings(&shop.store, &shop.admin, &FindingsQuery::default()).await;
        assert!(of(&report, Kind::NoOpenDeal).is_none());
        let later = shop.later(40).await;
        let report = assert_lists(&later, &shop.admin, &FindingsQuery::default()).await;
        assert_eq!(of(&report, Kind::Ageing).map(|one| (one.rows, one.base)), Some((5, 5)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn putting_off_is_ones_own_and_can_be_taken_back() {
    each(async |shop: Shop| {
        late_deal(&shop, &shop.ada, shop.customers[0], "Late", "10").await;
        let query = FindingsQuery::default();
        let key = of(&findings(&shop.store, &shop.lead, &query).await, Kind::Overdue).unwrap().key.clone();
        let form = |note: &str| SnoozeForm { finding: key.clone(), note: note.into(), ..SnoozeForm::default() };
        assert_eq!(refusals(shop.store.snooze_finding(&shop.lead, new_request(), form(" ")).await), ["note: required"]);
        let unknown = SnoozeForm { finding: "gossip".into(), ..form("x") };
        assert_eq!(refusals(shop.store.snooze_finding(&shop.lead, new_request(), unknown).await), ["finding: unknown_value"]);
        assert_denied(shop.store.snooze_finding(&shop.hr, new_request(), form("x")).await);
        let request = new_request();
        let until = shop.store.snooze_finding(&shop.lead, request, form("Asked Ada.")).await.unwrap();
        // The same request again is the same answer.
        assert_eq!(shop.store.snooze_finding(&shop.lead, request, form("Asked Ada.")).await.unwrap(), until);
        assert_eq!(until, day(i64::try_from(SNOOZE_DAYS).unwrap()));
        let report = findings(&shop.store, &shop.lead, &query).await;
        assert!(of(&report, Kind::Overdue).is_none());
        assert_eq!((report.snoozed.len(), report.snoozed[0].note.as_str(), report.snoozed[0].until), (1, "Asked Ada.", until));
        let home = shop.store.top_findings(&shop.lead, &HomeQuery::default()).await.unwrap();
        assert!(home.first.iter().all(|one| one.what.kind() != Kind::Overdue));
        // Nobody else's, and not of another selection.
        assert!(of(&findings(&shop.store, &shop.ada, &query).await, Kind::Overdue).is_some());
        let adas = FindingsQuery { owner: Some(shop.ada.id), ..FindingsQuery::default() };
        assert!(of(&findings(&shop.store, &shop.lead, &adas).await, Kind::Overdue).is_some());
        // Again with another note: there is one row.
        shop.store.snooze_finding(&shop.lead, new_request(), form("Asked again.")).await.unwrap();
        assert_eq!(shop.sql().await.count("finding_snooze").await, 1);
        assert!(of(&findings(&shop.later(29).await, &shop.lead, &query).await, Kind::Overdue).is_none());
        assert!(of(&findings(&shop.later(30).await, &shop.lead, &query).await, Kind::Overdue).is_some());
        shop.store.wake_finding(&shop.lead, new_request(), key.clone()).await.unwrap();
        let report = findings(&shop.store, &shop.lead, &query).await;
        assert!(of(&report, Kind::Overdue).is_some() && report.snoozed.is_empty());
        let noted = shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'finding_snooze'", &[]).await;
        assert_eq!(noted.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn today_tells_the_first_of_the_same() {
    each(async |shop: Shop| {
        late_deal(&shop, &shop.ada, shop.customers[0], "Late", "10").await;
        for by in [&shop.director, &shop.lead, &shop.ada] {
            let page = findings(&shop.store, by, &FindingsQuery::default()).await.findings;
            assert_eq!(shop.store.home(by, &HomeQuery::default()).await.unwrap().findings, Some(FindingsQuery::default()));
            let home = shop.store.top_findings(by, &HomeQuery::default()).await.unwrap();
            assert_eq!((home.first.as_slice(), home.total), (&page[..page.len().min(3)], page.len() as u64));
        }
        for by in [&shop.admin, &shop.service, &shop.finance, &shop.hr] {
            assert_eq!(shop.store.home(by, &HomeQuery::default()).await.unwrap().findings, None);
            assert_eq!(shop.store.top_findings(by, &HomeQuery::default()).await.unwrap().total, 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_company_has_every_kind() {
    let options = Options { scale: SMALL, ..Options::default() };
    each_fresh(async |Fresh { store, url }| {
        store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let of_role = |role| actor(&store, org.people.values().find(|member| member.actor.role == role).unwrap().actor.id);
        let admin = of_role(Role::Administrator);
        let report = assert_lists(&store, &admin, &FindingsQuery::default()).await;
        let kinds: Vec<Kind> = report.findings.iter().map(|one| one.what.kind()).collect();
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Concentration) {
            assert!(kinds.contains(kind), "{kind} is not found: {kinds:?}");
        }
        // No deal is so much of the whole company; of somebody's own one is.
        let mut concentrated = Vec::new();
        for member in org.people.values().filter(|member| matches!(member.actor.role, Role::Manager | Role::Salesperson)) {
            let report = assert_lists(&store, &member.actor, &FindingsQuery::default()).await;
            if of(&report, Kind::Concentration).is_some() {
                concentrated.push(member.person.email.clone());
            }
        }
        assert!(!concentrated.is_empty(), "nobody has a deal that is much of their quarter");
        let query = AnalysisQuery::default();
        assert_trend(&store, &admin, &query).await;
        let outcomes = store.outcomes(&admin, &query).await.unwrap();
        assert!(outcomes.trend.last.wins >= WINS_MIN && outcomes.follow.due > 0 && outcomes.follow.kept > 0);
    })
    .await;
}
