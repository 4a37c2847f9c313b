//! The page of today: its numbers counted by hand, each the length of its list, and
//! nothing of anybody whom the reader may not see.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use crate::common::{DAY, Fresh, Shop, assert_not_found, day, deal_form, each, each_fresh, person_form};
use chrono::NaiveDate;
use domain::customers::{CustomerForm, Tier};
use domain::explain::{Quantity, Row};
use domain::home::{Bucket, Home, HomeQuery, Listed, Rows, Span, StallReason, Whose};
use domain::ids::{CustomerId, DealId};
use domain::money::{Currency, Money};
use domain::org::PersonForm;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::policy::{Actor, Role};
use domain::pool::settings::{PoolForm, PoolKind};
use domain::tiers::Asks;
use domain::work::{FollowUpForm, TaskForm};
use store::demo::{AS_OF, Options, SMALL};
use store::{Store, StoreError, new_request};

async fn home(store: &Store, by: &Actor, query: HomeQuery) -> Home {
    store.home(by, &query).await.unwrap()
}

fn listing(list: Listed) -> HomeQuery {
    HomeQuery { list: Some(list), ..HomeQuery::default() }
}

fn deals(home: &Home) -> Vec<DealId> {
    match &home.rows {
        Rows::Steps(rows) | Rows::Won(rows) => rows.iter().map(|card| card.id).collect(),
        Rows::Stalled(rows) => rows.iter().map(|row| row.card.id).collect(),
        _ => Vec::new(),
    }
}

fn contacts(home: &Home) -> Vec<CustomerId> {
    match &home.rows {
        Rows::Contacts(rows) => rows.iter().map(|row| row.customer).collect(),
        _ => Vec::new(),
    }
}

fn bucket(count: i64, overdue: i64) -> Option<Bucket> {
    Some(Bucket { count, overdue })
}

/// A further deal with a next step.
async fn with_step(shop: &Shop, by: &Actor, customer: CustomerId, on: NaiveDate) -> DealId {
    let form = DealForm { next_on: on.to_string(), next_step: "call".into(), ..deal_form(customer, "With a step", "10") };
    shop.save_deal(by, form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn next_steps_are_those_due_by_today_and_of_whom_one_may_see() {
    each(async |shop: Shop| {
        let late = with_step(&shop, &shop.ada, shop.customers[0], day(-2)).await;
        let due = with_step(&shop, &shop.bob, shop.customers[1], DAY).await;
        with_step(&shop, &shop.bob, shop.customers[1], day(1)).await;
        let far = with_step(&shop, &shop.dan, shop.customers[3], day(-9)).await;
        let seen = async |by: &Actor| {
            let home = home(&shop.store, by, listing(Listed::Steps)).await;
            (home.bucket(Listed::Steps), deals(&home))
        };
        assert_eq!(seen(&shop.ada).await, (bucket(1, 1), vec![late]));
        assert_eq!(seen(&shop.lead).await, (bucket(2, 1), vec![late, due]), "due longest ago first");
        assert_eq!(seen(&shop.admin).await, (bucket(3, 2), vec![far, late, due]));
        assert_eq!(seen(&shop.service).await.0, bucket(3, 2), "service serves everybody's customers");
        assert_eq!(seen(&shop.finance).await, (None, vec![]));
        let mine = HomeQuery { whose: Some(Whose::Mine), ..listing(Listed::Steps) };
        assert_eq!(deals(&home(&shop.store, &shop.lead, mine).await), []);
        let bobs = HomeQuery { person: Some(shop.bob.id), ..listing(Listed::Steps) };
        let bobs = home(&shop.store, &shop.lead, bobs).await;
        assert_eq!((deals(&bobs), bobs.person.map(|(_, name)| name)), (vec![due], Some("Bob Bauer".into())));
        // A closed deal has no next step.
        shop.win(&shop.ada, late, 1_000, DAY).await;
        assert_eq!(seen(&shop.ada).await.0, bucket(0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_beyond_ones_sight_looks_as_if_they_did_not_exist() {
    each(async |shop: Shop| {
        let of = |id| HomeQuery { person: Some(id), ..HomeQuery::default() };
        assert_not_found(shop.store.home(&shop.lead, &of(shop.dan.id)).await);
        assert_not_found(shop.store.home(&shop.admin, &of(domain::ids::UserId(uuid::Uuid::nil()))).await);
        // Who has no such choice is not asked: a salesperson sees their own.
        let own = home(&shop.store, &shop.ada, of(shop.dan.id)).await;
        assert_eq!((own.person, own.choice, own.several), (None, None, false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_due_by_the_cadence_of_the_tier() {
    each(async |shop: Shop| {
        let vip = CustomerForm { name: "Big Line".into(), tier: Tier::Vip.code().into(), ..CustomerForm::default() };
        let vip = shop.store.save_customer(&shop.ada, new_request(), vip).await.unwrap();
        let ordinary = CustomerForm { name: "Old Mill".into(), tier: Tier::Ordinary.code().into(), ..CustomerForm::default() };
        let ordinary = shop.store.save_customer(&shop.ada, new_request(), ordinary).await.unwrap();
        let seen = async |store: &Store| {
            let home = home(store, &shop.ada, listing(Listed::Contacts)).await;
            (home.bucket(Listed::Contacts), contacts(&home))
        };
        assert_eq!(seen(&shop.store).await.0, bucket(0, 0));
        // 30 days after a Wednesday is a Friday; the default tier is potential, also 30.
        let later = shop.later(30).await;
        let mut both = vec![shop.customers[0], vip];
        both.sort();
        assert_eq!(seen(&later).await, (bucket(2, 0), both));
        let call = FollowUpForm { customer: vip.to_string(), kind: "call".into(), content: "Hello".into(), ..FollowUpForm::default() };
        later.log_follow_up(&shop.ada, new_request(), call).await.unwrap();
        let later = shop.later(33).await;
        assert_eq!(seen(&later).await, (bucket(1, 1), vec![shop.customers[0]]));
        let rows = home(&later, &shop.ada, listing(Listed::Contacts)).await.rows;
        let Rows::Contacts(rows) = rows else { panic!("{rows:?}") };
        assert_eq!((rows[0].last, rows[0].asks, rows[0].overdue_days), (None, Asks::Every(30), 3));
        // 90 days: the ordinary one too, on its day.
        let later = shop.later(90).await;
        assert!(seen(&later).await.1.contains(&ordinary));
        assert!(!contacts(&home(&later, &shop.dan, listing(Listed::Contacts)).await).contains(&vip));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_deals_are_those_of_the_rule_and_say_why() {
    each(async |shop: Shop| {
        // Without a pace, the limit of the first stage holds: seven days.
        let limit = i64::from(shop.stages[0].sla_days.unwrap());
        let on_the_day = shop.later(limit).await;
        assert_eq!(home(&on_the_day, &shop.ada, listing(Listed::Stalled)).await.bucket(Listed::Stalled), bucket(0, 0));
        let beyond = shop.later(limit + 1).await;
        let seen = home(&beyond, &shop.lead, listing(Listed::Stalled)).await;
        assert_eq!(seen.bucket(Listed::Stalled), bucket(2, 0));
        let Rows::Stalled(rows) = &seen.rows else { panic!("{:?}", seen.rows) };
        assert_eq!(rows[0].reason, StallReason::Stage { days: limit + 1, limit_milli: limit * 1_000, measured: false });
        assert_eq!((seen.stalled_sums.0[0].sum_minor, seen.open_sums.0[0].sum_minor), (200_000, 200_000));
        // Moved on, it is not stalled; without a follow-up for long enough it is again.
        shop.move_to(&shop.ada, shop.deals[0], 2).await;
        assert_eq!(deals(&home(&beyond, &shop.lead, listing(Listed::Stalled)).await), [shop.deals[1]]);
        let sla = i64::from(shop.stages[2].sla_days.unwrap());
        let idle = home(&shop.later(31).await, &shop.ada, listing(Listed::Stalled)).await;
        assert!(sla < 31 && deals(&idle) == [shop.deals[0]]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wins_are_compared_with_as_many_days_of_the_year_before() {
    each(async |shop: Shop| {
        // Ada won twice this quarter, once in the same days of the last year and once after them.
        let before = shop.later(-365).await;
        let deal = async |store: &Store, by: &Actor, customer, title: &str| {
            store.save_deal(by, new_request(), deal_form(customer, title, "100"), crate::common::whole_units).await.unwrap()
        };
        let win = async |store: &Store, by: &Actor, id: DealId, amount_minor, on: NaiveDate| {
            let closing = Some(Closing::Won { amount_minor, on });
            store.move_deal(by, MoveDeal { closing, ..shop.to(id, 4).await }).await.unwrap();
        };
        let same = deal(&before, &shop.ada, shop.customers[0], "Same days").await;
        win(&before, &shop.ada, same, 20_000, day(-365)).await;
        let after = shop.later(-360).await;
        let late = deal(&after, &shop.ada, shop.customers[0], "Later days").await;
        win(&after, &shop.ada, late, 70_000, day(-360)).await;
        let second = deal(&shop.store, &shop.ada, shop.customers[0], "Second").await;
        win(&shop.store, &shop.ada, shop.deals[0], 30_000, DAY).await;
        win(&shop.store, &shop.ada, second, 20_000, DAY).await;
        win(&shop.store, &shop.dan, shop.deals[3], 90_000, DAY).await;
        let yen = DealForm { currency: "JPY".into(), ..deal_form(shop.customers[1], "Yen", "5") };
        let yen = shop.save_deal(&shop.bob, yen).await;
        win(&shop.store, &shop.bob, yen, 777, DAY).await;

        let won = home(&shop.store, &shop.ada, listing(Listed::Won)).await;
        let figures = won.won.as_ref().unwrap();
        assert_eq!((figures.span, figures.period.days(), figures.before.days()), (Span::Quarter, 50, 50));
        assert_eq!(figures.before.end_exclusive(), day(-364));
        let line = &figures.amounts[0];
        assert_eq!((figures.amounts.len(), line.now.numerator.quantity.number(), line.before_minor), (1, 50_000, 20_000));
        assert_eq!((line.growth.change_bp, figures.count.numerator.quantity.number(), figures.count_before), (Some(15_000), 2, 1));
        assert_eq!(figures.count_growth.change_bp, Some(10_000));
        // The rows come to the figures.
        let Rows::Won(rows) = &won.rows else { panic!("{:?}", won.rows) };
        let row = |quantity| Row { quantity, probability_bp: 0 };
        let amounts: Vec<Row> = rows.iter().map(|card| row(Quantity::Money(card.amount))).collect();
        line.now.agrees_with(&amounts).unwrap();
        figures.count.agrees_with(&amounts).unwrap();
        let cycles = |card: &domain::pipeline::Card| (card.closed_on.unwrap() - card.first_contact_on).num_days() * 1_000;
        figures
            .cycle
            .as_ref()
            .unwrap()
            .agrees_with(&rows.iter().map(|card| row(Quantity::DaysMilli(cycles(card)))).collect::<Vec<_>>())
            .unwrap();
        assert_eq!(deals(&home(&shop.store, &shop.ada, listing(Listed::WonBefore)).await), [same]);

        // The whole company: two currencies, apart; the year holds the later one too.
        let all = home(&shop.store, &shop.finance, HomeQuery { span: Some(Span::Quarter), ..listing(Listed::Won) }).await.won.unwrap();
        let money = |minor, currency| Quantity::Money(Money { minor, currency });
        assert_eq!(
            all.amounts.iter().map(|line| line.now.numerator.quantity).collect::<Vec<_>>(),
            [money(140_000, Currency::Cny), money(777, Currency::Jpy)]
        );
        assert_eq!((all.count.numerator.quantity.number(), all.amounts[1].growth.change_bp), (4, None), "nothing to compare with");
        let month = home(&shop.store, &shop.finance, listing(Listed::Won)).await.won.unwrap();
        assert_eq!((month.span, month.period.days()), (Span::Month, 20));
        // Service and HR have no such figures, and cannot ask for the rows.
        for by in [&shop.service, &shop.hr] {
            let page = home(&shop.store, by, listing(Listed::Won)).await;
            assert!(page.won.is_none() && page.list != Listed::Won, "{}", by.role);
        }
        let none = home(&shop.store, &shop.cai, HomeQuery::default()).await.won.unwrap();
        assert_eq!((none.cycle, none.cycle_before_milli, none.count_growth.change_bp), (None, None, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_needs_help_is_counted_as_their_own_page_is() {
    each(async |shop: Shop| {
        with_step(&shop, &shop.ada, shop.customers[0], day(-2)).await;
        with_step(&shop, &shop.ada, shop.customers[0], day(-1)).await;
        with_step(&shop, &shop.bob, shop.customers[1], day(-1)).await;
        with_step(&shop, &shop.dan, shop.customers[3], day(-1)).await;
        let later = shop.later(8).await;
        let page = home(&later, &shop.lead, HomeQuery::default()).await;
        let rows: Vec<_> =
            page.people.iter().map(|row| (row.name.as_str(), row.overdue_steps, row.stalled, row.overdue_contacts)).collect();
        assert_eq!(rows, [("Ada Adler", 2, 3, 0), ("Bob Bauer", 1, 2, 0)]);
        assert_eq!((page.people[0].open.count(), page.people[0].open.0[0].sum_minor), (3, 102_000));
        for row in &page.people {
            let own = home(&later, &shop.lead, HomeQuery { person: Some(row.id), ..HomeQuery::default() }).await;
            assert_eq!(own.bucket(Listed::Stalled).unwrap().count, row.stalled);
            assert_eq!(own.bucket(Listed::Steps).unwrap().overdue, row.overdue_steps);
            assert!(own.people.is_empty() && !own.several);
        }
        assert!(home(&later, &shop.ada, HomeQuery::default()).await.people.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_are_ones_own_and_the_first_list_with_rows_is_open() {
    each(async |shop: Shop| {
        assert_eq!(home(&shop.store, &shop.hr, HomeQuery::default()).await.list, Listed::Tasks);
        let task = async |title: &str, on: NaiveDate| {
            let form = TaskForm { title: title.into(), due_on: on.to_string(), ..TaskForm::default() };
            shop.store.add_task(&shop.ada, new_request(), form).await.unwrap()
        };
        let today = task("today", DAY).await;
        let late = task("late", day(-3)).await;
        task("later", day(3)).await;
        let page = home(&shop.store, &shop.ada, HomeQuery::default()).await;
        assert_eq!((page.list, page.bucket(Listed::Tasks)), (Listed::Tasks, bucket(2, 1)), "no step is due, so the tasks are shown");
        let Rows::Tasks(rows) = &page.rows else { panic!("{:?}", page.rows) };
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [late, today]);
        assert_eq!(home(&shop.store, &shop.lead, HomeQuery::default()).await.bucket(Listed::Tasks), bucket(0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_and_hr_see_what_the_organisation_lacks() {
    each(async |shop: Shop| {
        let gaps = async |by: &Actor| home(&shop.store, by, HomeQuery::default()).await.gaps;
        assert!(gaps(&shop.lead).await.is_none() && gaps(&shop.ada).await.is_none() && gaps(&shop.finance).await.is_none());
        shop.store.sign_in("hal@example.com", crate::common::PASSWORD, store::auth::Origin::default()).await.unwrap();
        let found = gaps(&shop.hr).await.unwrap();
        assert_eq!((found.people, found.without_sign_in_count), (10, 9));
        assert!(!found.without_sign_in.iter().any(|(id, _)| *id == shop.hr.id));
        let names = |units: &[(domain::ids::UnitId, String)]| units.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        assert_eq!((names(&found.without_manager), names(&found.empty_units)), (vec!["South A".to_owned()], vec![]));
        assert_eq!(found.of_people_who_left, None, "HR sees no deals");
        let left = PersonForm {
            id: shop.dan.id.to_string(),
            active: false,
            password: String::new(),
            version: shop.store.org().unwrap().people[&shop.dan.id].person.version,
            ..person_form("Dan Dietz", Role::Salesperson, shop.south_a)
        };
        shop.store.save_person(&shop.admin, new_request(), left).await.unwrap();
        let found = gaps(&shop.admin).await.unwrap();
        assert_eq!(found.of_people_who_left, Some((1, 1)));
        assert_eq!((names(&found.empty_units), found.people), (vec!["South".to_owned(), "South A".to_owned()], 9));
    })
    .await;
}

/// In the demo company every number is the length of its list, for every role.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_of_the_demo_is_the_length_of_its_list() {
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&Options { as_of: AS_OF, scale: SMALL, ..Options::default() }, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        for role in Role::ALL {
            let member = org.people.values().filter(|m| m.person.role == *role && m.demo_offer).min_by_key(|m| m.person.id).unwrap();
            let page = home(&store, &member.actor, HomeQuery::default()).await;
            for (list, bucket) in &page.buckets {
                let shown = home(&store, &member.actor, listing(*list)).await;
                let rows = i64::try_from(shown.rows.len()).unwrap();
                assert_eq!(rows, bucket.count.min(50), "{role} {list}");
                assert!(bucket.overdue <= bucket.count, "{role} {list}");
            }
            if let Some(won) = &page.won {
                let shown = home(&store, &member.actor, listing(Listed::Won)).await;
                assert_eq!(i64::try_from(shown.rows.len()).unwrap(), won.count.numerator.quantity.number().min(50), "{role}");
            }
        }
        let manager = org.people.values().find(|m| m.person.role == Role::Manager && m.demo_offer).unwrap();
        let page = home(&store, &manager.actor, HomeQuery::default()).await;
        assert!(page.won.unwrap().count.numerator.quantity.number() > 0 && !page.people.is_empty(), "the demo shows something");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_falls_soon_is_the_readers_own_and_never_under_another_name() {
    each(async |shop: Shop| {
        let units = [(shop.north.to_string(), "true".to_owned())].into();
        let form = PoolForm { name: "North".into(), units, days_potential: "2".into(), ..PoolForm::fresh(PoolKind::Customers) };
        shop.store.save_pool(&shop.admin, new_request(), form).await.unwrap();
        shop.customer(&shop.lead, "Lead's own").await;
        assert_eq!(home(&shop.store, &shop.lead, HomeQuery::default()).await.falling.total, 1);
        let bob = HomeQuery { person: Some(shop.bob.id), ..HomeQuery::default() };
        assert_eq!(home(&shop.store, &shop.lead, bob).await.falling.total, 0);
    })
    .await;
}

/// Each part of the business at a glance is that of its own page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_business_at_a_glance_says_what_its_pages_say() {
    each(async |shop: Shop| {
        shop.win(&shop.ada, shop.deals[0], 50_000, day(0)).await;
        for who in [&shop.lead, &shop.director, &shop.admin] {
            let boss = shop.store.boss(who).await.unwrap();
            let year = home(&shop.store, who, HomeQuery { span: Some(Span::Year), ..HomeQuery::default() }).await;
            let won = year.won.unwrap();
            assert_eq!((boss.won.count.numerator.quantity, boss.won.amounts.len()), (won.count.numerator.quantity, won.amounts.len()));
            assert_eq!(boss.won.amounts[0].now.numerator.quantity, won.amounts[0].now.numerator.quantity);
            assert_eq!(boss.stalled_sums, year.stalled_sums);
            assert_eq!(Some(boss.steps), year.buckets.iter().find(|(list, _)| *list == Listed::Steps).map(|(_, bucket)| *bucket));
            assert_eq!(boss.funnel, shop.store.funnel(who, &domain::boss::funnel_query()).await.unwrap());
            assert_eq!(boss.forecast, shop.store.forecast(who, &domain::boss::forecast_query()).await.unwrap());
        }
        assert_eq!(shop.store.boss(&shop.lead).await.unwrap().unit, "North A");
        for who in [&shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert!(matches!(shop.store.boss(who).await, Err(StoreError::Denied(_))));
        }
    })
    .await;
}
