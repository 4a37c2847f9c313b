//! What is set of checking in: pictures, how long places are exact, and what a change of it touches.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::{DAY, assert_denied, each, refusals, stale};
use crate::field::{PRIVATE, agree, only, out, placed, send, visit};
use chrono::Duration;
use domain::check_in::Verdict;
use domain::field::form::VisitForm;
use domain::field::page::{ConsentForm, VisitQuery};
use domain::field::photo::sample;
use domain::field::privacy::{CONSENT_VERSION, Consent, consent_version};
use domain::field::settings::{FieldForm, FieldRules, PhotoRule, Touched};
use domain::field::signals::Signal;
use domain::policy::Actor;
use store::{Store, new_request};

async fn rules(store: &Store, by: &Actor) -> FieldForm {
    let found = store.field_settings(by).await.unwrap();
    FieldForm::of(&found.rules, found.version)
}

#[tokio::test]
async fn the_rules_of_checking_in_are_the_administrators() {
    each(async |shop| {
        let store = &shop.store;
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(store.field_settings(by).await);
            assert_denied(store.save_field_settings(by, new_request(), FieldForm::of(&FieldRules::HOUSE, 0)).await);
        }
        let house = store.field_settings(&shop.admin).await.unwrap();
        assert_eq!((house.rules, house.version, house.kept), (FieldRules::HOUSE, 0, Touched::default()));
        let form = FieldForm { radius: "80".into(), ..rules(store, &shop.admin).await };
        let request = new_request();
        assert_eq!(store.save_field_settings(&shop.admin, request, form.clone()).await.unwrap(), 1);
        assert_eq!(store.save_field_settings(&shop.admin, request, form.clone()).await.unwrap(), 1, "sent twice, written once");
        assert_eq!(stale(store.save_field_settings(&shop.admin, new_request(), form.clone()).await).1, 1);
        let wrong = FieldForm { version: 1, exact_days: "0".into(), radius: "x".into(), ..form };
        let found = refusals(store.save_field_settings(&shop.admin, new_request(), wrong).await);
        assert_eq!(found, ["exact_days: too_small_min", "radius: not_a_whole_number"]);
        // The radius is that of customers without one of their own.
        agree(store, &shop.ada).await;
        let near = placed(&shop, "Near", 120.0).await;
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        let seen = only(&shop, &shop.ada).await;
        assert_eq!((seen.radius_dm, seen.verdict), (800, Verdict::OutOfRange));
        assert_eq!(store.field_page(&shop.ada, None).await.unwrap().customers.iter().find(|c| c.id == near).unwrap().radius_dm, 800);
        assert_eq!(shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'field_setting'", &[]).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_is_asked_for_must_come_unless_it_was_written_before_or_without_network() {
    each(async |shop| {
        let store = &shop.store;
        let near = placed(&shop, "Near", 0.0).await;
        let picture = || sample(640, 480, PRIVATE, 1, &new_request().0.into_bytes());
        let with = async |form: &VisitForm, photos| store.record_check_in(&shop.ada, form.clone(), photos, "Test").await;
        let pictures = async || shop.sql().await.count("check_in_photo").await;
        let set = async |photo: &str| {
            let form = FieldForm { photo: photo.into(), ..rules(store, &shop.admin).await };
            store.save_field_settings(&shop.admin, new_request(), form).await.unwrap();
        };
        set("required").await;
        assert_eq!(refusals(with(&visit(&shop, near, 0), Vec::new()).await), ["photo: photo_required"]);
        assert_eq!(shop.sql().await.count("check_in").await, 0);
        let sent = visit(&shop, near, 0);
        with(&sent, vec![picture()]).await.unwrap();
        with(&out(&sent, &shop, 0), Vec::new()).await.unwrap();
        assert_eq!(pictures().await, 1, "going out needs none");
        // Written before the rule was there, sent after.
        with(&visit(&shop, near, 30), Vec::new()).await.unwrap();
        // Written after it, by a phone that had not heard of it.
        let late = VisitForm { offline: "1".into(), ..visit(&shop, near, 0) };
        let id = with(&late, Vec::new()).await.unwrap().id();
        let marked = |signals: &[Signal]| signals.contains(&Signal::PhotoMissing);
        let day = store.visit_day(&shop.ada, &VisitQuery::default()).await.unwrap();
        let visits: Vec<_> = day.people.iter().flat_map(|person| &person.visits).collect();
        let those: Vec<_> = visits.iter().filter(|visit| marked(&visit.signals)).map(|visit| visit.id.0).collect();
        assert_eq!((visits.len(), those), (3, vec![id]));
        let snapshot = store.field_snapshot(&shop.ada).await.unwrap();
        assert_eq!(
            (snapshot.photo, store.field_page(&shop.ada, None).await.unwrap().rules.photo),
            (PhotoRule::Required, PhotoRule::Required)
        );

        set("off").await;
        with(&visit(&shop, near, 0), vec![picture()]).await.unwrap();
        assert_eq!(pictures().await, 1, "none is kept any more");
        with(&visit(&shop, near, 30), vec![picture()]).await.unwrap();
        assert_eq!(pictures().await, 2, "but those of check-ins that were written before");
        let told = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'check_in'", &[]).await;
        assert_eq!(told.iter().filter(|row| row.to_string().contains("photos_left_out")).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_phone_kept_is_exact_as_long_as_was_agreed_when_it_was_measured() {
    each(async |shop| {
        let store = &shop.store;
        agree(store, &shop.ada).await;
        let near = placed(&shop, "Near", 0.0).await;
        let kept = || VisitForm { offline: "1".into(), ..visit(&shop, near, 5) };
        let places = async || store.own_check_ins(&shop.ada).await.unwrap().iter().filter(|one| one.latitude.is_some()).count();
        let set = async |days: &str| {
            let form = FieldForm { exact_days: days.into(), ..rules(store, &shop.admin).await };
            store.save_field_settings(&shop.admin, new_request(), form).await.unwrap();
        };
        // 180 days were agreed to five minutes ago; by now it is a longer time.
        set("200").await;
        set("300").await;
        send(&shop, &shop.ada, &kept()).await.unwrap();
        assert_eq!(places().await, 1, "what was measured before is agreed to");
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        assert_eq!(places().await, 1, "what is measured now is not");
        let again = ConsentForm { version: consent_version(300), give: true, ..ConsentForm::default() };
        store.set_consent(&shop.ada, new_request(), again).await.unwrap();
        send(&shop, &shop.ada, &kept()).await.unwrap();
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        assert_eq!(places().await, 3);
        // The two of before are exact for 180 days, the one of now for 300.
        let own = store.own_check_ins(&shop.ada).await.unwrap();
        let on = own.iter().map(|one| (one.at + Duration::hours(8)).date_naive()).min().unwrap();
        let after = async |days: i64| shop.later((on - DAY).num_days() + days).await.round_positions().await.unwrap();
        assert_eq!((after(180).await, after(181).await), (0, 2));
        // A time that is shorter by now counts at once, and whoever agreed to it is asked for nothing.
        set("30").await;
        send(&shop, &shop.ada, &kept()).await.unwrap();
        assert_eq!(places().await, 4);
        set("300").await;
        assert_eq!(after(30).await, 0);
        assert_eq!(after(31).await, 1, "also if it is longer again");
        // Whoever took it back is not located.
        store.set_consent(&shop.ada, new_request(), ConsentForm::default()).await.unwrap();
        send(&shop, &shop.ada, &kept()).await.unwrap();
        assert_eq!(places().await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_shorter_time_is_told_first_and_kept_and_a_longer_one_asks_anew() {
    each(async |shop| {
        let store = &shop.store;
        agree(store, &shop.ada).await;
        let near = placed(&shop, "Near", 0.0).await;
        let photo = vec![sample(640, 480, PRIVATE, 1, b"pixels")];
        store.record_check_in(&shop.ada, visit(&shop, near, 0), photo, "Test").await.unwrap();
        // A month later.
        let later = shop.later(31).await;
        assert_eq!(later.field_settings(&shop.admin).await.unwrap().kept, Touched { places: 1, photos: 1 });
        let shorter = FieldForm { exact_days: "30".into(), photo_days: "30".into(), ..rules(&later, &shop.admin).await };
        let save = async |form: FieldForm| later.save_field_settings(&shop.admin, new_request(), form).await;
        assert_eq!(refusals(save(shorter.clone()).await), ["exact_days: rounds_places", "photo_days: erases_photos"]);
        let just = FieldForm { exact_days: "31".into(), photo_days: "31".into(), ..shorter.clone() };
        assert_eq!(save(just).await.unwrap(), 1, "nothing is touched, nothing is asked");
        assert_eq!((later.round_positions().await.unwrap(), later.erase_old_photos().await.unwrap()), (0, 0));
        let shorter = FieldForm { version: 1, sure: Touched { places: 1, photos: 1 }.told(), ..shorter };
        assert_eq!(save(shorter).await.unwrap(), 2);
        later.tidy().await.unwrap();
        let query = VisitQuery { on: Some(DAY), ..VisitQuery::default() };
        let seen = later.visit_day(&shop.ada, &query).await.unwrap();
        let kept = &seen.people[0].visits[0];
        assert!(kept.rounded && kept.photos.is_empty() && kept.distance_dm.is_none());
        assert_eq!(later.field_settings(&shop.admin).await.unwrap().kept, Touched::default());

        // Whoever agreed to 180 days agreed to 30. What comes now is exact for 30 days, also if
        // the time is longer then; and for that people are asked anew.
        assert!(later.field_page(&shop.ada, None).await.unwrap().consent.holds());
        later.record_check_in(&shop.ada, visit(&shop, near, 0), Vec::new(), "Test").await.unwrap();
        let longer = FieldForm { exact_days: "200".into(), ..rules(&later, &shop.admin).await };
        save(longer).await.unwrap();
        assert!(matches!(later.field_page(&shop.ada, None).await.unwrap().consent, Consent::Outdated { .. }));
        let old = ConsentForm { version: CONSENT_VERSION.into(), give: true, ..ConsentForm::default() };
        assert_eq!(refusals(later.set_consent(&shop.ada, new_request(), old.clone()).await), [": consent_outdated"]);
        later.set_consent(&shop.ada, new_request(), ConsentForm { version: consent_version(200), ..old }).await.unwrap();
        assert!(later.field_page(&shop.ada, None).await.unwrap().consent.holds());
        assert_eq!(shop.later(61).await.round_positions().await.unwrap(), 0);
        assert_eq!(shop.later(62).await.round_positions().await.unwrap(), 1, "the time of when it came");
    })
    .await;
}
