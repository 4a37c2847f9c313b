//! Public pools: who takes what, how often, and what falls back at night.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Fresh, Shop, assert_denied, assert_not_found, day, each, each_fresh, refusals, stale};
use chrono::Days;
use domain::customers::CustomerForm;
use domain::ids::{CustomerId, PoolId};
use domain::policy::{Actor, Role};
use domain::pool::page::{ClaimForm, Hand, HandForm, PoolFilter, PoolRow, Reason};
use domain::pool::protection::{Cause, Protection, Spared};
use domain::pool::settings::{PoolForm, PoolKind};
use domain::work::FollowUpForm;
use std::collections::BTreeMap;
use store::demo::{AS_OF, Options, SMALL};
use store::{Store, StoreError, new_request};

fn ticked(id: impl ToString) -> BTreeMap<String, String> {
    BTreeMap::from([(id.to_string(), "true".into())])
}

/// A pool of the region North; nothing is spared but VIPs.
fn form(shop: &Shop) -> PoolForm {
    PoolForm {
        name: "North pool".into(),
        units: ticked(shop.north),
        claims: "2".into(),
        cool_down: "10".into(),
        days_ordinary: "20".into(),
        days_potential: "10".into(),
        extend: "5".into(),
        max: "30".into(),
        remind: "3".into(),
        spare_open_deals: false,
        ..PoolForm::fresh(PoolKind::Customers)
    }
}

async fn pool(shop: &Shop, form: PoolForm) -> PoolId {
    shop.store.save_pool(&shop.admin, new_request(), form).await.unwrap()
}

async fn version(store: &Store, shop: &Shop, id: CustomerId) -> i32 {
    store.customer(&shop.admin, id).await.unwrap().row.version
}

async fn give_back(store: &Store, shop: &Shop, by: &Actor, id: CustomerId) -> i32 {
    let version = version(store, shop, id).await;
    let form = HandForm { id: id.to_string(), version, reason: "moved away".into(), ..HandForm::default() };
    store.return_customer(by, new_request(), form).await.unwrap()
}

async fn claim(store: &Store, by: &Actor, id: CustomerId) -> store::Result<uuid::Uuid> {
    store.claim(by, new_request(), ClaimForm { customer: id.to_string(), ..ClaimForm::default() }).await
}

async fn rows(store: &Store, by: &Actor) -> Vec<PoolRow> {
    store.pool_page(by, &PoolFilter::default(), None).await.unwrap().rows
}

async fn call(store: &Store, by: &Actor, id: CustomerId) {
    let form = FollowUpForm { customer: id.to_string(), kind: "call".into(), content: "hello".into(), ..FollowUpForm::default() };
    store.log_follow_up(by, new_request(), form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pools_are_set_by_administrators_alone() {
    each(async |shop: Shop| {
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.pools(by, None).await);
            assert_denied(shop.store.save_pool(by, new_request(), form(&shop)).await);
        }
        let id = pool(&shop, form(&shop)).await;
        let found = shop.store.pools(&shop.admin, Some(id)).await.unwrap();
        let stored = found.form.unwrap();
        assert_eq!((stored.name.as_str(), stored.version, stored.days_vip.as_str(), stored.max.as_str()), ("North pool", 1, "", "30"));
        assert_eq!((found.pools.len(), found.pools[0].effective_on), (1, day(1)), "rules count from the next day");
        assert_eq!(refusals(shop.store.save_pool(&shop.admin, new_request(), form(&shop)).await), ["name: duplicate"]);
        let strange = PoolForm { name: "Other".into(), units: ticked(new_request()), ..form(&shop) };
        assert_eq!(refusals(shop.store.save_pool(&shop.admin, new_request(), strange).await), ["units: unknown_value"]);
        let none = PoolForm { name: "Other".into(), channels: BTreeMap::new(), ..form(&shop) };
        assert_eq!(refusals(shop.store.save_pool(&shop.admin, new_request(), none).await), ["channels: required"]);
        shop.store.save_pool(&shop.admin, new_request(), PoolForm { people: ticked(shop.dan.id), ..stored.clone() }).await.unwrap();
        assert_eq!(stale(shop.store.save_pool(&shop.admin, new_request(), stored).await), ("Amy Admin".into(), 2));
        assert_eq!(shop.store.pools(&shop.admin, None).await.unwrap().pools[0].people, [shop.dan.id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_name_moves_no_day_and_new_rules_do() {
    each(async |shop: Shop| {
        let id = pool(&shop, form(&shop)).await;
        let days = async |store: &Store| {
            let found = store.pools(&shop.admin, None).await.unwrap().pools.remove(0);
            (found.name, found.effective_on, found.began_on)
        };
        let later = shop.later(5).await;
        let set = later.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        later.save_pool(&shop.admin, new_request(), PoolForm { name: "Far North".into(), ..set }).await.unwrap();
        assert_eq!(days(&later).await, ("Far North".into(), day(1), day(0)));
        let set = later.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        later.save_pool(&shop.admin, new_request(), PoolForm { max: "31".into(), ..set }).await.unwrap();
        assert_eq!(days(&later).await, ("Far North".into(), day(6), day(0)));
        let later = shop.later(9).await;
        let set = later.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        later.save_pool(&shop.admin, new_request(), PoolForm { people: ticked(shop.dan.id), ..set }).await.unwrap();
        assert_eq!(days(&later).await, ("Far North".into(), day(10), day(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_had_long_before_the_pool_is_protected_from_its_first_day() {
    each(async |shop: Shop| {
        let late = shop.later(500).await;
        // One of them changed hands when there was no pool yet.
        let [alpha, beta, gamma, _] = shop.customers;
        let typed = shop.store.customer_form(&shop.lead, beta).await.unwrap();
        shop.store.save_customer(&shop.lead, new_request(), CustomerForm { owner: shop.ada.id.to_string(), ..typed }).await.unwrap();
        late.save_pool(&shop.admin, new_request(), form(&shop)).await.unwrap();
        for night in [500, 501, 509] {
            assert!(shop.later(night).await.recycle(day(night)).await.unwrap().is_empty(), "{night}");
        }
        let mut fallen: Vec<_> = shop.later(510).await.recycle(day(510)).await.unwrap().iter().map(|one| one.customer).collect();
        fallen.sort();
        let mut all = [alpha, beta, gamma];
        all.sort();
        assert_eq!(fallen, all);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telephones_are_not_told_by_searching() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let typed =
            CustomerForm { name: "Kilo Kilns".into(), short_name: "KK".into(), phone: "021-6888".into(), ..CustomerForm::default() };
        let kilo = shop.store.save_customer(&shop.ada, new_request(), typed).await.unwrap();
        give_back(&shop.store, &shop, &shop.ada, kilo).await;
        let found = async |text: &str| {
            let page = shop.store.pool_page(&shop.cai, &PoolFilter { text: text.into(), ..PoolFilter::default() }, None).await.unwrap();
            (page.total, page.rows.iter().map(|row| row.id).collect::<Vec<_>>())
        };
        for text in ["kilo", "KILNS", "kk"] {
            assert_eq!(found(text).await, (1, vec![kilo.0]), "{text}");
        }
        for text in ["021", "6888", "021-6888", "kk 021", "kilo kilns kk 0"] {
            assert_eq!(found(text).await, (0, vec![]), "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_manages_a_pool_and_is_no_member_gives_and_claims_nothing() {
    each(async |shop: Shop| {
        pool(&shop, PoolForm { units: ticked(shop.north_a), ..form(&shop) }).await;
        let [alpha, ..] = shop.customers;
        give_back(&shop.store, &shop, &shop.ada, alpha).await;
        for by in [&shop.admin, &shop.director] {
            let seen = rows(&shop.store, by).await;
            assert_eq!(seen[0].refused.as_ref().map(|found| found.code.as_str()), Some("pool_not_member"));
            assert_eq!(refusals(claim(&shop.store, by, alpha).await), [": pool_not_member"]);
        }
        assert!(rows(&shop.store, &shop.bob).await[0].refused.is_none());
        claim(&shop.store, &shop.bob, alpha).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_back_is_seen_and_claimed_by_the_members() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let [alpha, ..] = shop.customers;
        let empty = HandForm { id: alpha.to_string(), version: 1, ..HandForm::default() };
        assert_eq!(refusals(shop.store.return_customer(&shop.ada, new_request(), empty).await), ["reason: required"]);
        assert_not_found(
            shop.store
                .return_customer(
                    &shop.bob,
                    new_request(),
                    HandForm { id: alpha.to_string(), version: 1, reason: "x".into(), ..HandForm::default() },
                )
                .await,
        );
        give_back(&shop.store, &shop, &shop.ada, alpha).await;
        assert_not_found(shop.store.customer(&shop.ada, alpha).await);
        let seen = rows(&shop.store, &shop.cai).await;
        assert_eq!(
            seen.iter().map(|row| (row.id, row.hand, &row.reason)).collect::<Vec<_>>(),
            [(alpha.0, Hand::Return, &Reason::Said("moved away".into()))]
        );
        assert_eq!((seen[0].last_owner.as_ref().map(|(id, _)| *id), seen[0].since, seen[0].may_open), (Some(shop.ada.id), day(0), false));
        assert!(seen[0].refused.is_none());
        assert!(rows(&shop.store, &shop.dan).await.is_empty(), "the South is no member");
        assert_not_found(claim(&shop.store, &shop.dan, alpha).await);
        for by in [&shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.pool_page(by, &PoolFilter::default(), None).await);
            assert_denied(claim(&shop.store, by, alpha).await);
        }
        // Who had it last waits.
        let own = rows(&shop.store, &shop.ada).await;
        assert_eq!(own[0].refused.as_ref().map(|found| found.code.as_str()), Some("pool_cool_down"));
        assert_eq!(refusals(claim(&shop.store, &shop.ada, alpha).await), [": pool_cool_down"]);
        let later = shop.later(10).await;
        assert!(rows(&later, &shop.ada).await[0].refused.is_none());
        claim(&shop.store, &shop.cai, alpha).await.unwrap();
        let page = shop.store.customer(&shop.cai, alpha).await.unwrap();
        assert_eq!(page.row.owner, Some((shop.cai.id, "Cai Chen".into())));
        let hands: Vec<_> = page.standing.hands.iter().map(|one| (one.hand, one.by.as_ref().map(|(id, _)| *id))).collect();
        assert_eq!(hands, [(Hand::Claim, Some(shop.cai.id)), (Hand::Return, Some(shop.ada.id))]);
        assert!(rows(&shop.store, &shop.cai).await.is_empty());
        assert_eq!(
            shop.sql()
                .await
                .rows("SELECT id FROM audit WHERE action IN ('claim_customers', 'write_customers') AND entity_id = $1", &[alpha.0])
                .await
                .len(),
            3
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_claim_at_once_one_has_it_and_the_other_is_told_who() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let [alpha, ..] = shop.customers;
        give_back(&shop.store, &shop, &shop.ada, alpha).await;
        let (bob, cai) = tokio::join!(claim(&shop.store, &shop.bob, alpha), claim(&shop.store, &shop.cai, alpha));
        let (winner, told) = if bob.is_ok() { ("Bob Bauer", cai) } else { ("Cai Chen", bob) };
        let Err(StoreError::Refused(found)) = told else { panic!("the slower one was not refused") };
        assert_eq!((found[0].code.as_str(), &found[0].params[..]), ("pool_taken", &[("name".to_owned(), winner.to_owned())][..]));
        assert_not_found(claim(&shop.store, &shop.dan, alpha).await);
        assert_not_found(claim(&shop.store, &shop.ada, shop.customers[1]).await);
        assert_eq!(shop.sql().await.count("pool_stay").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_are_limited_by_person_and_period() {
    each(async |shop: Shop| {
        let first = form(&shop);
        let id = pool(&shop, PoolForm { cool_down: String::new(), ..first }).await;
        let more = [shop.customer(&shop.ada, "One").await, shop.customer(&shop.ada, "Two").await, shop.customer(&shop.ada, "Three").await];
        for one in more {
            give_back(&shop.store, &shop, &shop.ada, one).await;
        }
        let hold = HandForm { id: more[0].to_string(), version: 2, reason: "x".into(), keep: true, ..HandForm::default() };
        assert_eq!(refusals(shop.store.hold_customer(&shop.director, new_request(), hold).await), [": pool_already"]);
        let request = new_request();
        let form = ClaimForm { customer: more[0].to_string(), ..ClaimForm::default() };
        shop.store.claim(&shop.bob, request, form.clone()).await.unwrap();
        shop.store.claim(&shop.bob, request, form).await.unwrap();
        claim(&shop.store, &shop.bob, more[1]).await.unwrap();
        assert_eq!(refusals(claim(&shop.store, &shop.bob, more[2]).await), [": pool_claims_day"], "a repeated request counts once");
        let tomorrow = shop.later(1).await;
        let mut set = tomorrow.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        set.owned_max = "3".into();
        tomorrow.save_pool(&shop.admin, new_request(), set).await.unwrap();
        assert_eq!(refusals(claim(&tomorrow, &shop.bob, more[2]).await), [": pool_owned"]);
        claim(&tomorrow, &shop.cai, more[2]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_give_customers_of_their_branch() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let [alpha, ..] = shop.customers;
        let version = give_back(&shop.store, &shop, &shop.ada, alpha).await;
        let to = |owner: &Actor| HandForm { id: alpha.to_string(), version, owner: owner.id.to_string(), ..HandForm::default() };
        assert_denied(shop.store.assign_customer(&shop.bob, new_request(), to(&shop.bob)).await);
        assert_eq!(refusals(shop.store.assign_customer(&shop.lead, new_request(), to(&shop.dan)).await), ["owner: forbidden"]);
        let standing = shop.store.customer(&shop.lead, alpha).await.unwrap().standing;
        assert!(standing.may_assign && !standing.may_return && standing.protection.is_none());
        assert_eq!(standing.pool.as_deref(), Some("North pool"));
        shop.store.assign_customer(&shop.lead, new_request(), to(&shop.bob)).await.unwrap();
        let page = shop.store.customer(&shop.bob, alpha).await.unwrap();
        assert_eq!((page.row.owner.map(|(id, _)| id), page.standing.hands[0].hand), (Some(shop.bob.id), Hand::Assign));
        let again = HandForm { version: version + 1, ..to(&shop.ada) };
        assert_eq!(refusals(shop.store.assign_customer(&shop.lead, new_request(), again).await), [": pool_not_in"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_works_on_falls_at_night_once_and_says_why() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let [alpha, beta, gamma, delta] = shop.customers;
        let at = |offset: i64| shop.later(offset);
        let protection = async |store: &Store, id| store.customer(&shop.admin, id).await.unwrap().standing.protection.unwrap();
        let seven = at(7).await;
        call(&seven, &shop.bob, beta).await;
        assert_eq!(protection(&seven, alpha).await.days_left(day(7)), Some(3));
        assert_eq!(protection(&seven, beta).await.days_left(day(7)), Some(5));
        assert_eq!(protection(&seven, delta).await, Protection::Spared { why: Spared::NoPool });
        let soon = seven.falling_soon(&shop.ada).await.unwrap();
        assert_eq!((soon.total, soon.first[0].id, soon.first[0].on, soon.first[0].left), (1, alpha, day(10), 3));
        assert_eq!(seven.falling_soon(&shop.bob).await.unwrap().total, 0);
        assert_eq!(at(6).await.falling_soon(&shop.ada).await.unwrap().total, 0);
        // Kept by decision.
        let hold = HandForm { id: gamma.to_string(), version: 1, reason: "a frame contract".into(), keep: true, ..HandForm::default() };
        assert_denied(seven.hold_customer(&shop.cai, new_request(), hold.clone()).await);
        assert_not_found(seven.hold_customer(&shop.lead, new_request(), hold.clone()).await);
        seven.hold_customer(&shop.director, new_request(), hold.clone()).await.unwrap();
        assert_eq!(protection(&seven, gamma).await, Protection::Spared { why: Spared::Held });
        let blank = HandForm { reason: "  ".into(), ..hold };
        assert_eq!(refusals(seven.hold_customer(&shop.director, new_request(), blank).await), ["reason: required"]);
        assert_eq!(protection(&seven, gamma).await, Protection::Spared { why: Spared::Held }, "a blank reason lets nothing fall");

        assert!(seven.recycle(day(9)).await.unwrap().is_empty());
        let ten = at(10).await;
        let dry = ten.falling(day(10)).await.unwrap();
        assert_eq!(dry.iter().map(|one| (one.customer, one.cause)).collect::<Vec<_>>(), [(alpha, Some(Cause::NoContact))]);
        assert!(rows(&ten, &shop.cai).await.is_empty(), "nothing is written when it is only looked at");
        assert_eq!(ten.recycle_nightly().await.unwrap(), Some(dry));
        assert_eq!(ten.recycle_nightly().await.unwrap(), None, "once a day");
        assert!(ten.recycle(day(10)).await.unwrap().is_empty(), "and by hand nothing more");
        let fallen = rows(&ten, &shop.cai).await;
        assert_eq!((fallen[0].id, fallen[0].hand, &fallen[0].reason), (alpha.0, Hand::Recycle, &Reason::Rule(Cause::NoContact)));
        let fallen = at(12).await.recycle(day(12)).await.unwrap();
        assert_eq!(fallen.iter().map(|one| (one.customer, one.cause)).collect::<Vec<_>>(), [(beta, Some(Cause::LastContact))]);
        assert_eq!(shop.sql().await.count("pool_stay").await, 2);
        // A claim begins a protection of its own.
        claim(&at(12).await, &shop.cai, alpha).await.unwrap();
        assert_eq!(protection(&at(12).await, alpha).await.days_left(day(12)), Some(10));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_deals_and_tiers_are_spared_as_set() {
    each(async |shop: Shop| {
        let id = pool(&shop, PoolForm { spare_open_deals: true, ..form(&shop) }).await;
        assert!(shop.later(20).await.falling(day(20)).await.unwrap().is_empty(), "everybody has an open deal");
        let vip = CustomerForm { name: "Very Important".into(), tier: "vip".into(), ..CustomerForm::default() };
        shop.store.save_customer(&shop.ada, new_request(), vip).await.unwrap();
        let plain = shop.customer(&shop.ada, "Plain").await;
        let fallen = shop.later(20).await.falling(day(20)).await.unwrap();
        assert_eq!(fallen.iter().map(|one| one.customer).collect::<Vec<_>>(), [plain]);
        // New rules count from the next day.
        let later = shop.later(20).await;
        let set = later.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        later.save_pool(&shop.admin, new_request(), PoolForm { spare_open_deals: false, ..set }).await.unwrap();
        assert!(later.recycle(day(20)).await.unwrap().is_empty());
        assert_eq!(later.recycle(day(21)).await.unwrap().len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_owner_in_a_form_begins_anew_and_leaves_the_pool() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop)).await;
        let [alpha, ..] = shop.customers;
        let later = shop.later(8).await;
        let form = later.customer_form(&shop.lead, alpha).await.unwrap();
        later.save_customer(&shop.lead, new_request(), CustomerForm { owner: shop.bob.id.to_string(), ..form }).await.unwrap();
        let standing = later.customer(&shop.bob, alpha).await.unwrap().standing;
        assert_eq!((standing.hands[0].hand, standing.protection.unwrap().days_left(day(8))), (Hand::Form, Some(10)));
        give_back(&later, &shop, &shop.bob, alpha).await;
        let form = later.customer_form(&shop.lead, alpha).await.unwrap();
        later.save_customer(&shop.lead, new_request(), CustomerForm { owner: shop.ada.id.to_string(), ..form }).await.unwrap();
        assert!(rows(&later, &shop.cai).await.is_empty());
        assert_eq!(shop.sql().await.count("pool_stay").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_shows_every_state_and_nothing_falls_on_its_day() {
    let options = Options { as_of: AS_OF, scale: SMALL, ..Options::default() };
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let admin = &org.people.values().find(|member| member.person.role == Role::Administrator).unwrap().actor;
        let page = store.pool_page(admin, &PoolFilter::default(), None).await.unwrap();
        assert_eq!((page.pools.len(), usize::try_from(page.total).unwrap()), (1, page.rows.len()));
        for hand in [Hand::Return, Hand::Recycle] {
            assert!(page.rows.iter().any(|row| row.hand == hand), "{hand}");
        }
        assert!(page.rows.iter().all(|row| row.since < AS_OF && row.refused.is_none()));
        assert_eq!(store.recycle_nightly().await.unwrap(), None, "its day is done");
        assert!(store.falling(AS_OF + Days::new(1)).await.unwrap().is_empty());
        assert!(!store.falling(AS_OF + Days::new(40)).await.unwrap().is_empty());
        let mut soon = 0;
        for member in org.people.values() {
            soon += store.falling_soon(&member.actor).await.unwrap().total;
        }
        assert!(soon > 0, "somebody is to be told");
        fresh.store.reset_demo().await.unwrap();
    })
    .await;
}
