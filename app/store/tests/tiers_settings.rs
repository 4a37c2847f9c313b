//! What tiers promise, on real databases: set by administrators, and then really used by
//! the board, a customer's page and the page of today, which agree.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Fresh, Shop, assert_denied, day, each, each_fresh, refusals, stale};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use domain::customers::Tier;
use domain::home::{HomeQuery, Listed, Rows};
use domain::ids::CustomerId;
use domain::policy::{Actor, Role};
use domain::tiers::board::{TierBoard, TierFilter};
use domain::tiers::settings::TierForm;
use domain::tiers::{Asks, Breach, TierNames, TierService, TierServices};
use domain::work::{FollowUpForm, FollowUpKind};
use std::collections::{BTreeSet, HashMap};
use store::demo::{AS_OF, Company, Options, SMALL, generate};
use store::{Store, new_request};
use uuid::Uuid;

/// The form of a tier as it is.
async fn form(store: &Store, by: &Actor, tier: Tier) -> TierForm {
    store.tier_settings(by).await.unwrap().into_iter().find(|one| one.tier == tier).unwrap().form()
}

/// Without visits after a win or a low score, which have tests of their own.
fn by_interval(form: TierForm) -> TierForm {
    TierForm { after_win: "0".into(), after_again: "0".into(), after_score: "0".into(), ..form }
}

async fn save(store: &Store, by: &Actor, form: TierForm) -> store::Result<i32> {
    store.save_tier(by, new_request(), form).await
}

async fn board(store: &Store, by: &Actor, filter: TierFilter) -> TierBoard {
    store.tier_board(by, &filter, 500).await.unwrap()
}

async fn contact(store: &Store, by: &Actor, customer: CustomerId, kind: &str) {
    let form = FollowUpForm { customer: customer.to_string(), kind: kind.into(), content: "Hello".into(), ..FollowUpForm::default() };
    store.log_follow_up(by, new_request(), form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tier_is_as_the_house_has_it_until_an_administrator_sets_it() {
    each(async |shop: Shop| {
        let found = shop.store.tier_settings(&shop.admin).await.unwrap();
        assert_eq!(
            found.iter().map(|one| (one.tier, one.version)).collect::<Vec<_>>(),
            [(Tier::Vip, 0), (Tier::Ordinary, 0), (Tier::Potential, 0)]
        );
        assert!(found.iter().all(|one| one.service == TierService::house(one.tier)));
        let set = TierForm {
            every_any: "20".into(),
            every_visit: "45".into(),
            response: "2.5".into(),
            discount: "7.5".into(),
            offers: "a seat at the table\nspare parts first".into(),
            ..form(&shop.store, &shop.admin, Tier::Potential).await
        };
        for by in [&shop.director, &shop.lead, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.tier_settings(by).await);
            assert_denied(save(&shop.store, by, set.clone()).await);
        }
        let request = new_request();
        assert_eq!(shop.store.save_tier(&shop.admin, request, set.clone()).await.unwrap(), 1);
        assert_eq!(shop.store.save_tier(&shop.admin, request, set.clone()).await.unwrap(), 1, "the same request again does nothing");
        let now = form(&shop.store, &shop.admin, Tier::Potential).await;
        assert_eq!((now.version, now.every_any.as_str(), now.every_visit.as_str(), now.response.as_str()), (1, "20", "45", "2.5"));
        assert_eq!((now.discount.as_str(), now.offers.as_str()), ("7.50", "a seat at the table\nspare parts first"));
        assert_eq!(form(&shop.store, &shop.admin, Tier::Vip).await.version, 0, "others stay");

        let again = TierForm { every_any: "25".into(), ..now };
        assert_eq!(save(&shop.store, &shop.admin, again.clone()).await.unwrap(), 2);
        let (by, version) = stale(save(&shop.store, &shop.admin, again.clone()).await);
        assert_eq!((by.as_str(), version), ("Amy Admin", 2), "an old version says who was faster");
        let (_, version) = stale(save(&shop.store, &shop.admin, set).await);
        assert_eq!(version, 2, "nor is it made a second time");
        let wrong = TierForm { version: 2, every_any: "0".into(), response: "soon".into(), discount: "120".into(), ..again };
        let expected = ["every_any: too_small_min", "response: not_hours", "discount: not_a_percentage"];
        assert_eq!(refusals(save(&shop.store, &shop.admin, wrong).await), expected);
        assert_eq!(shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'tier'", &[]).await.len(), 2);
        assert_eq!(shop.sql().await.count("tier_setting").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_the_page_and_the_home_follow_what_is_set() {
    each(async |shop: Shop| {
        let (id, by) = (shop.customers[0], &shop.ada);
        contact(&shop.store, by, id, "call").await;
        // Seen two weeks later, when by the house's 30 days nothing is due.
        let later = shop.later(14).await;
        let column = |board: &TierBoard| board.columns.iter().find(|column| column.tier == Tier::Potential).unwrap().clone();
        assert_eq!(column(&board(&later, by, TierFilter::default()).await).late, 0);
        let set = TierForm {
            every_any: "60".into(),
            every_visit: "10".into(),
            response: "4".into(),
            ..form(&later, &shop.admin, Tier::Potential).await
        };
        save(&later, &shop.admin, set).await.unwrap();

        let seen = column(&board(&later, by, TierFilter::default()).await);
        assert_eq!((seen.service.visits.len(), seen.service.response_minutes, seen.late), (2, Some(240), 1));
        let due = monday(DAY + Days::new(10));
        let [Breach::VisitOverdue { channels, last: None, due: on, days, .. }] = &seen.cards[0].breaches[..] else {
            panic!("{:?}", seen.cards[0])
        };
        assert_eq!((&channels[..], *on, *days), (&[FollowUpKind::Visit][..], due, (day(14) - due).num_days()));
        assert_eq!(seen.cards[0].due, Some(due));

        let page = later.customer(by, id).await.unwrap();
        assert_eq!((&page.service, page.due, &page.breaches), (&seen.service, Some(due), &seen.cards[0].breaches));
        let query = HomeQuery { list: Some(Listed::Contacts), ..HomeQuery::default() };
        let Rows::Contacts(rows) = later.home(by, &query).await.unwrap().rows else { panic!("no contacts") };
        let said: Vec<_> = rows.iter().map(|row| (row.customer, &row.channels[..], row.asks, row.due, row.last)).collect();
        assert_eq!(said, [(id, &[FollowUpKind::Visit][..], Asks::Every(10), due, None)]);

        // A call does not keep a promise of visits; a visit does.
        contact(&later, by, id, "call").await;
        assert_eq!(later.customer(by, id).await.unwrap().breaches.len(), 1);
        contact(&later, by, id, "visit").await;
        let page = later.customer(by, id).await.unwrap();
        assert_eq!((page.breaches, page.due), (vec![], Some(monday(day(14) + Days::new(10)))));
        // A tier that promises nothing is never late.
        let none = TierForm { every_any: String::new(), every_visit: String::new(), ..form(&later, &shop.admin, Tier::Potential).await };
        save(&later, &shop.admin, none).await.unwrap();
        let far = shop.later(900).await;
        let seen = column(&board(&far, &shop.admin, TierFilter::default()).await);
        assert!(seen.late == 0 && seen.cards.iter().all(|card| card.due.is_none()));
        assert_eq!(far.home(&shop.admin, &query).await.unwrap().bucket(Listed::Contacts).unwrap().count, 0);
    })
    .await;
}

/// The day, or the Monday after a weekend.
fn monday(on: NaiveDate) -> NaiveDate {
    match on.weekday() {
        Weekday::Sat => on + Days::new(2),
        Weekday::Sun => on + Days::new(1),
        _ => on,
    }
}

/// The day, or the first after it on which people of the company work.
fn workday(company: &Company, on: NaiveDate) -> NaiveDate {
    let works = |on: &NaiveDate| match company.visits.workdays.iter().find(|day| day.on_day == *on) {
        Some(day) => day.kind == "makeup",
        None => !matches!(on.weekday(), Weekday::Sat | Weekday::Sun),
    };
    on.iter_days().find(works).unwrap()
}

/// The business date of an instant in the demo's zone, which has no summer time.
fn local(at: DateTime<Utc>) -> NaiveDate {
    (at + chrono::Duration::hours(8)).date_naive()
}

/// The earliest contact promised to each customer of somebody, by the rows of the
/// company alone.
fn promised(company: &Company, services: &TierServices) -> HashMap<Uuid, NaiveDate> {
    let mut found = HashMap::new();
    for customer in company.customers.iter().filter(|customer| customer.owner_id.is_some()) {
        let contacts = company.follow_ups.iter().filter(|one| one.customer_id == customer.id);
        let contacts: Vec<(&str, NaiveDate)> =
            contacts.map(|one| (one.kind.as_str(), local(one.at))).filter(|(_, on)| *on <= AS_OF).collect();
        for rule in &services.of(Tier::parse(&customer.tier).unwrap()).visits {
            let counts = |kind: &str| rule.channels.is_empty() || rule.channels.iter().any(|channel| channel.code() == kind);
            let last = contacts.iter().filter(|(kind, _)| counts(kind)).map(|(_, on)| *on).max();
            let due = workday(company, last.unwrap_or_else(|| local(customer.created_at)) + Days::new(u64::from(rule.every_days)));
            found.entry(customer.id).and_modify(|known: &mut NaiveDate| *known = due.min(*known)).or_insert(due);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_whole_company_every_page_agrees_with_its_rows() {
    let options = Options { as_of: AS_OF, scale: SMALL, ..Options::default() };
    let company = generate(&options);
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let admin = &org.people.values().find(|m| m.person.role == Role::Administrator).unwrap().actor.clone();
        let vip = TierForm {
            every_any: "14".into(),
            every_visit: "45".into(),
            every_wechat: "60".into(),
            ..by_interval(form(&store, admin, Tier::Vip).await)
        };
        save(&store, admin, vip).await.unwrap();
        let ordinary =
            TierForm { every_any: String::new(), every_call: "75".into(), ..by_interval(form(&store, admin, Tier::Ordinary).await) };
        save(&store, admin, ordinary).await.unwrap();
        save(&store, admin, by_interval(form(&store, admin, Tier::Potential).await)).await.unwrap();

        let settings = store.tier_settings(admin).await.unwrap();
        let services = TierServices::new(settings.into_iter().map(|one| (one.tier, one.service)));
        let promised = promised(&company, &services);
        let late: BTreeSet<Uuid> = promised.iter().filter(|(_, due)| **due < AS_OF).map(|(id, _)| *id).collect();
        assert!(late.len() > 20, "the demo is late here and there");
        let seen = board(&store, admin, TierFilter { late: true, ..TierFilter::default() }).await;
        let cards: BTreeSet<Uuid> = seen.columns.iter().flat_map(|column| &column.cards).map(|card| card.id.0).collect();
        assert_eq!(cards.len(), usize::try_from(seen.columns.iter().map(|column| column.count).sum::<i64>()).unwrap(), "all were read");
        // Late answers to tickets and discounts that wait are told on the board too.
        let with = |is: fn(&Breach) -> bool| -> BTreeSet<Uuid> {
            let cards = seen.columns.iter().flat_map(|column| &column.cards);
            cards.filter(|card| card.breaches.iter().any(is)).map(|card| card.id.0).collect()
        };
        assert_eq!(with(|breach| matches!(breach, Breach::VisitOverdue { .. })), late);
        let deal_of = |id: Uuid| company.deals.iter().find(|deal| deal.id == id);
        let asked = company.offers.quotes.iter().filter(|row| row.status == "waiting").filter_map(|row| deal_of(row.deal_id));
        let asked: BTreeSet<Uuid> = asked.map(|deal| deal.customer_id).collect();
        let unanswered = with(|breach| matches!(breach, Breach::ResponseLate { .. }));
        assert!(!unanswered.is_empty(), "the demo answers late here and there");
        let short: BTreeSet<Uuid> = late.iter().chain(&asked).chain(&unanswered).copied().collect();
        assert_eq!(cards, short, "a contact that is overdue, a discount that waits, or an answer that is late");
        for card in seen.columns.iter().flat_map(|column| &column.cards) {
            assert_eq!(card.due, promised.get(&card.id.0).copied(), "{}", card.name);
        }
        let query = HomeQuery { list: Some(Listed::Contacts), ..HomeQuery::default() };
        let home = store.home(admin, &query).await.unwrap();
        let due = promised.values().filter(|due| **due <= AS_OF).count();
        let bucket = home.bucket(Listed::Contacts).unwrap();
        assert_eq!((bucket.count, bucket.overdue), (i64::try_from(due).unwrap(), i64::try_from(late.len()).unwrap()));
        let Rows::Contacts(rows) = home.rows else { panic!("no contacts") };
        assert!(rows.iter().all(|row| promised.get(&row.customer.0) == Some(&row.due)) && rows.is_sorted_by_key(|row| row.due));
    })
    .await;
}

fn named(form: TierForm, zh: &str, en: &str) -> TierForm {
    TierForm { name_zh: zh.into(), name_en: en.into(), ..form }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tier_is_called_as_the_organisation_calls_it_until_it_is_given_back() {
    each(async |shop: Shop| {
        let store = &shop.store;
        let names = || store.viewer(shop.ada.id).unwrap().tiers;
        assert_eq!(names(), TierNames::default());
        let gold = named(form(store, &shop.admin, Tier::Vip).await, "金牌", "Gold");
        assert_denied(save(store, &shop.lead, gold.clone()).await);
        let mut heard = store.hub().listen();
        assert_eq!(save(store, &shop.admin, gold.clone()).await.unwrap(), 1);
        let mut topics = BTreeSet::new();
        while let Ok(Some(change)) = heard.try_recv() {
            topics.insert(change.topic.code());
        }
        assert!(topics.contains("org") && topics.contains("settings"), "{topics:?}");
        assert_eq!(names().of(Tier::Vip).map(|name| name.en.as_str()), Some("Gold"));
        assert_eq!(form(store, &shop.admin, Tier::Vip).await.name_zh, "金牌");
        // What it promises is as it was.
        assert_eq!(store.tier_settings(&shop.admin).await.unwrap()[0].service, TierService::house(Tier::Vip));
        let (by, version) = stale(save(store, &shop.admin, gold).await);
        assert_eq!((by.as_str(), version), ("Amy Admin", 1));
        // No two are called alike, in neither language.
        let silver = form(store, &shop.admin, Tier::Ordinary).await;
        assert_eq!(refusals(save(store, &shop.admin, named(silver.clone(), "金牌", "Silver")).await), ["name_zh: taken"]);
        assert_eq!(refusals(save(store, &shop.admin, named(silver.clone(), "银牌", "gold")).await), ["name_en: taken"]);
        assert_eq!(refusals(save(store, &shop.admin, named(silver, "银牌", " ")).await), ["name_en: required"]);
        assert_eq!(names().of(Tier::Ordinary), None);
        // A store that is opened later knows it.
        assert_eq!(shop.later(0).await.viewer(shop.ada.id).unwrap().tiers, names());
        let back = TierForm { reset: "1".into(), ..form(store, &shop.admin, Tier::Vip).await };
        assert_eq!(save(store, &shop.admin, back).await.unwrap(), 2);
        assert_eq!(names(), TierNames::default());
        let noted = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'tier'", &[]).await;
        assert!(noted.iter().any(|row| row["change"].as_str().unwrap().contains("金牌")));
    })
    .await;
}
