//! Set-up, signing in and out, and what ends a session.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Fresh, PASSWORD, Shop, assert_not_found, day, each, each_fresh, refusals};
use domain::money::Currency;
use domain::org::{PersonForm, SetUp};
use domain::policy::{Actor, Role};
use store::auth::{Origin, SIGN_IN_DAYS, Session};
use store::{Store, new_request};

fn from(ip: &str) -> Origin {
    Origin { ip: ip.into(), agent: "test".into() }
}

async fn sign_in(shop: &Shop, email: &str) -> String {
    shop.store.sign_in(email, PASSWORD, from("10.0.0.1")).await.unwrap()
}

async fn session(store: &Store, token: &str) -> Option<Session> {
    store.session(token).await.unwrap()
}

/// A person's form as it is, for a change.
fn form(shop: &Shop, of: &Actor) -> PersonForm {
    let person = shop.store.org().unwrap().people[&of.id].person.clone();
    PersonForm {
        request: String::new(),
        id: of.id.to_string(),
        name: person.name,
        email: person.email,
        role: person.role.code().into(),
        unit: person.unit.to_string(),
        password: String::new(),
        active: person.active,
        version: person.version,
    }
}

fn set_up(name: &str) -> SetUp {
    SetUp {
        organisation: name.into(),
        name: "Amy".into(),
        email: "amy@example.com".into(),
        password: PASSWORD.into(),
        currency: Currency::Cny,
        time_zone: "Asia/Shanghai",
        fiscal_start_month: 1,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_up_makes_organisation_administrator_and_stages_and_is_done_once() {
    each_fresh(async |fresh: Fresh| {
        let store = fresh.store;
        assert!(store.org().is_none());
        let admin = store.set_up(set_up("First")).await.unwrap();
        let org = store.org().unwrap();
        assert_eq!((org.name.as_str(), org.people[&admin].person.role), ("First", Role::Administrator));
        assert_eq!(store.stages().await.unwrap().stages.len(), 5);
        assert_eq!(refusals(store.set_up(set_up("Second")).await), [": already_set_up"]);
        assert_eq!(store.org().unwrap().name, "First");
        let viewer = store.viewer(admin).unwrap();
        assert_eq!((viewer.organisation.as_str(), viewer.today, viewer.offset_min), ("First", DAY, 480));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_set_ups_at_once_one_is_refused() {
    each_fresh(async |fresh: Fresh| {
        let store = fresh.store;
        let (first, second) = tokio::join!(store.set_up(set_up("First")), store.set_up(set_up("Second")));
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
        assert_eq!(refusals(if first.is_err() { first } else { second }), [": already_set_up"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_tells_who_signed_in_until_they_sign_out() {
    each(async |shop: Shop| {
        let token = shop.store.sign_in(" ADA@example.com ", PASSWORD, from("10.0.0.1")).await.unwrap();
        let open = session(&shop.store, &token).await.unwrap();
        assert_eq!(open.actor, shop.ada);
        assert!(session(&shop.store, "something else").await.is_none());
        assert!(!shop.sql().await.rows("SELECT token_hash FROM sign_in", &[]).await[0]["token_hash"].as_str().unwrap().contains(&token));
        shop.store.sign_out(open.sign_in).await.unwrap();
        assert!(session(&shop.store, &token).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_mail_and_a_wrong_password_are_answered_alike() {
    each(async |shop: Shop| {
        for (email, password) in [("ada@example.com", "wrong"), ("nobody@example.com", PASSWORD)] {
            assert_eq!(refusals(shop.store.sign_in(email, password, from("10.0.0.1")).await), ["password: wrong_password"]);
        }
        assert_not_found(shop.store.demo_sign_in(shop.ada.id, Origin::default()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_six_failures_an_address_must_wait_even_with_the_right_password() {
    each(async |shop: Shop| {
        for i in 0..6 {
            let ip = format!("10.0.1.{i}");
            assert_eq!(refusals(shop.store.sign_in("ada@example.com", "wrong", from(&ip)).await), ["password: wrong_password"]);
        }
        assert_eq!(refusals(shop.store.sign_in("Ada@example.com", PASSWORD, from("10.0.2.1")).await), [": too_many_attempts"]);
        shop.store.sign_in("bob@example.com", PASSWORD, from("10.0.2.1")).await.unwrap();
        shop.later(1).await.sign_in("ada@example.com", PASSWORD, from("10.0.2.1")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_success_forgives_earlier_failures() {
    each(async |shop: Shop| {
        for _ in 0..2 {
            for _ in 0..5 {
                shop.store.sign_in("ada@example.com", "wrong", from("10.0.0.1")).await.unwrap_err();
            }
            sign_in(&shop, "ada@example.com").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_computer_may_not_try_many_accounts() {
    each(async |shop: Shop| {
        for i in 0..30 {
            shop.store.sign_in(&format!("guess{i}@example.com"), "wrong", from("10.0.9.9")).await.unwrap_err();
        }
        assert_eq!(refusals(shop.store.sign_in("ada@example.com", PASSWORD, from("10.0.9.9")).await), [": too_many_attempts"]);
        sign_in(&shop, "ada@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_ends_ones_own_sign_ins_and_nobody_elses() {
    each(async |shop: Shop| {
        let (here, there, other) =
            (sign_in(&shop, "ada@example.com").await, sign_in(&shop, "ada@example.com").await, sign_in(&shop, "bob@example.com").await);
        let ada = session(&shop.store, &here).await.unwrap();
        let known = shop.store.sign_ins(&ada).await.unwrap();
        assert_eq!((known.len(), known.iter().filter(|s| s.current).count()), (2, 1));
        let bob = session(&shop.store, &other).await.unwrap();
        assert_not_found(shop.store.revoke_sign_in(&ada, bob.sign_in).await);
        let elsewhere = known.iter().find(|s| !s.current).unwrap();
        shop.store.revoke_sign_in(&ada, elsewhere.id).await.unwrap();
        assert!(session(&shop.store, &there).await.is_none());
        assert!(session(&shop.store, &here).await.is_some() && session(&shop.store, &other).await.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_the_other_sign_ins() {
    each(async |shop: Shop| {
        let (here, there) = (sign_in(&shop, "ada@example.com").await, sign_in(&shop, "ada@example.com").await);
        let ada = session(&shop.store, &here).await.unwrap();
        let new = "another long password";
        let change = async |old: &str, new: &str, again: &str| shop.store.change_password(&ada, &Origin::default(), old, new, again).await;
        assert_eq!(refusals(change("wrong", new, new).await), ["old: wrong_password"]);
        assert_eq!(refusals(change(PASSWORD, "short", "short").await), ["password: password_too_short"]);
        assert_eq!(refusals(change(PASSWORD, new, "different words").await), ["password_again: passwords_differ"]);
        assert!(session(&shop.store, &there).await.is_some(), "a refusal ends nothing");
        change(PASSWORD, new, new).await.unwrap();
        let traces = shop.sql().await.rows("SELECT entity_id, by_id FROM audit WHERE entity = 'password'", &[]).await;
        assert_eq!(traces.len(), 1, "one change, one trace; refusals leave none");
        assert_eq!(traces[0]["entity_id"], traces[0]["by_id"], "by the person themselves");
        assert!(session(&shop.store, &here).await.is_some() && session(&shop.store, &there).await.is_none());
        assert_eq!(refusals(shop.store.sign_in("ada@example.com", PASSWORD, from("10.0.0.1")).await), ["password: wrong_password"]);
        shop.store.sign_in("ada@example.com", new, from("10.0.0.1")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_two_weeks_after_its_last_use() {
    each(async |shop: Shop| {
        let (used, unused) = (sign_in(&shop, "ada@example.com").await, sign_in(&shop, "bob@example.com").await);
        let before = shop.later(SIGN_IN_DAYS - 1).await;
        assert!(session(&before, &used).await.is_some());
        let after = shop.later(SIGN_IN_DAYS + 1).await;
        assert!(session(&after, &unused).await.is_none());
        assert!(session(&after, &used).await.is_some(), "use prolongs it");
        let sql = shop.sql().await;
        assert_eq!(sql.count("sign_in").await, 2);
        after.tidy().await.unwrap();
        assert_eq!(sql.count("sign_in").await, 1, "what has ended is forgotten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_deactivated_is_out_at_once_and_cannot_come_back() {
    each(async |shop: Shop| {
        let token = sign_in(&shop, "ada@example.com").await;
        let leaving = PersonForm { active: false, ..form(&shop, &shop.ada) };
        shop.store.save_person(&shop.admin, new_request(), leaving).await.unwrap();
        assert!(session(&shop.store, &token).await.is_none());
        assert_eq!(refusals(shop.store.sign_in("ada@example.com", PASSWORD, from("10.0.0.1")).await), ["password: wrong_password"]);
        assert_eq!(shop.store.deal(&shop.admin, shop.deals[0]).await.unwrap().card.owner_name, "Ada Adler", "the name stays");
        let back = PersonForm { active: true, ..form(&shop, &shop.ada) };
        shop.store.save_person(&shop.admin, new_request(), back).await.unwrap();
        assert!(session(&shop.store, &token).await.is_none(), "an ended session stays ended");
        sign_in(&shop, "ada@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_set_by_an_administrator_ends_all_sign_ins() {
    each(async |shop: Shop| {
        let token = sign_in(&shop, "ada@example.com").await;
        let changed = PersonForm { password: "given by the office".into(), ..form(&shop, &shop.ada) };
        shop.store.save_person(&shop.admin, new_request(), changed).await.unwrap();
        assert!(session(&shop.store, &token).await.is_none());
        shop.store.sign_in("ada@example.com", "given by the office", from("10.0.0.1")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_knows_a_new_role_at_once() {
    each(async |shop: Shop| {
        let token = sign_in(&shop, "ada@example.com").await;
        let promoted = PersonForm { role: Role::Manager.code().into(), ..form(&shop, &shop.ada) };
        shop.store.save_person(&shop.admin, new_request(), promoted).await.unwrap();
        let actor = session(&shop.store, &token).await.unwrap().actor;
        assert_eq!(actor.role, Role::Manager);
        assert!(shop.store.deal(&actor, shop.deals[1]).await.is_ok(), "a colleague's deal");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tidying_forgets_old_answers_and_announcements() {
    each(async |shop: Shop| {
        let sql = shop.sql().await;
        shop.later(6).await.tidy().await.unwrap();
        assert!(sql.count("answered_request").await > 0 && sql.count("outbox").await > 0);
        let audits = sql.count("audit").await;
        shop.later(8).await.tidy().await.unwrap();
        assert_eq!((sql.count("answered_request").await, sql.count("outbox").await, sql.count("audit").await), (0, 0, audits));
        assert!(day(8) > DAY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_made_side_by_side_are_all_counted() {
    each(async |shop: Shop| {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let store = shop.store.clone();
            running.spawn(async move { store.sign_in("ada@example.com", "guess", from("10.0.0.9")).await });
        }
        let codes: Vec<_> = running.join_all().await.into_iter().flat_map(refusals).collect();
        assert_eq!(codes.iter().filter(|code| code.ends_with("wrong_password")).count(), 6, "{codes:?}");
        let right = shop.store.sign_in("ada@example.com", PASSWORD, from("10.0.0.9")).await;
        assert_eq!(refusals(right), [": too_many_attempts"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_up_decides_the_time_zone_and_the_fiscal_year_at_once() {
    each_fresh(async |fresh| {
        // Half of the world is already on another day, whatever the hour.
        let before = fresh.store.clock().offset_min();
        fresh.store.set_up(SetUp { time_zone: "America/New_York", fiscal_start_month: 4, ..set_up("One") }).await.unwrap();
        assert_eq!((before, fresh.store.clock().offset_min() < 0), (480, true));
        assert_eq!(fresh.store.org().unwrap().fiscal_start_month, 4);
    })
    .await;
}
