//! Check-ins and what else a phone keeps: written down once whatever is interrupted, seen by
//! whom it concerns, and no longer exact after its time.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::{DAY, Dice, Shop, Sql, assert_denied, assert_not_found, day, each, new_form, refusals};
use chrono::{DateTime, Duration, Utc};
use domain::check_in::Verdict;
use domain::customers::CustomerForm;
use domain::field::form::{Taken, VisitForm};
use domain::field::page::{ConsentForm, EraseForm, PlaceForm, VisitQuery};
use domain::field::photo::sample;
use domain::field::privacy::{CONSENT_VERSION, Consent, ROUNDED_DM};
use domain::field::signals::Signal;
use domain::field::{NoFix, Planned, Stay};
use domain::ids::{CustomerId, FollowUpId};
use domain::policy::Actor;
use domain::work::{FollowUpForm, TaskForm};
use store::{Store, StoreError, new_request};
use uuid::Uuid;

const LAT: f64 = 31.2304;
const LON: f64 = 121.4737;
pub const PRIVATE: &[u8] = b"GPS 31.2304 N";

pub fn id() -> String {
    new_request().to_string()
}

fn ms(at: DateTime<Utc>) -> String {
    at.timestamp_millis().to_string()
}

/// A check-in as a phone sends it, `minutes` ago by the real clock.
pub fn visit(_: &Shop, customer: CustomerId, minutes: i64) -> VisitForm {
    let now = Utc::now();
    VisitForm {
        id: id(),
        kind: "in".into(),
        customer: customer.to_string(),
        captured_at: ms(now - Duration::minutes(minutes)),
        sent_at: ms(now),
        lat: LAT.to_string(),
        lon: LON.to_string(),
        accuracy: "18".into(),
        fix_age: "2".into(),
        source: "live".into(),
        install: "phone".into(),
        ..VisitForm::default()
    }
}

pub fn out(of: &VisitForm, _: &Shop, minutes: i64) -> VisitForm {
    VisitForm { id: id(), kind: "out".into(), of: of.id.clone(), captured_at: ms(Utc::now() - Duration::minutes(minutes)), ..of.clone() }
}

pub async fn send(shop: &Shop, by: &Actor, form: &VisitForm) -> store::Result<Taken> {
    shop.store.record_check_in(by, form.clone(), Vec::new(), "Test").await
}

pub async fn agree(store: &Store, by: &Actor) {
    let form = ConsentForm { version: CONSENT_VERSION.into(), give: true, ..ConsentForm::default() };
    store.set_consent(by, new_request(), form).await.unwrap();
}

/// A customer of Ada's on a square of the city.
pub async fn placed(shop: &Shop, name: &str, north_m: f64) -> CustomerId {
    let latitude = (LAT + north_m / 111_195.0).to_string();
    let form = CustomerForm { longitude: LON.to_string(), latitude, ..new_form(name) };
    shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap()
}

pub async fn only(shop: &Shop, by: &Actor) -> domain::field::page::Visit {
    let day = shop.store.visit_day(by, &VisitQuery::default()).await.unwrap();
    let visits: Vec<_> = day.people.into_iter().flat_map(|person| person.visits).collect();
    assert_eq!(visits.len(), 1, "{visits:?}");
    visits.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_check_in_is_judged_and_never_blocked() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let near = placed(&shop, "Near", 100.0).await;
        let edge = placed(&shop, "Edge", 510.0).await;
        let far = placed(&shop, "Far", 3_000.0).await;
        let verdict = async |customer, accuracy: &str| {
            let form = VisitForm { accuracy: accuracy.into(), ..visit(&shop, customer, 0) };
            let taken = send(&shop, &shop.ada, &form).await.unwrap();
            let page = shop.store.field_page(&shop.ada, Some(taken.id().into())).await.unwrap();
            page.done.unwrap().verdict
        };
        assert_eq!(verdict(near, "18").await, Verdict::Ok);
        assert_eq!(verdict(edge, "30").await, Verdict::Doubt);
        assert_eq!(verdict(far, "30").await, Verdict::OutOfRange);
        assert_eq!(verdict(near, "350").await, Verdict::LowAccuracy);
        assert_eq!(verdict(near, "").await, Verdict::NoFix);
        assert_eq!(verdict(shop.customers[0], "18").await, Verdict::NoFix, "the customer has no place");
        assert_not_found(send(&shop, &shop.ada, &visit(&shop, shop.customers[1], 0)).await);
        assert_not_found(send(&shop, &shop.ada, &visit(&shop, CustomerId(Uuid::now_v7()), 0)).await);
        assert_denied(send(&shop, &shop.finance, &visit(&shop, near, 0)).await);
    })
    .await;
}

#[tokio::test]
async fn no_position_is_kept_without_consent() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        let kept = only(&shop, &shop.ada).await;
        assert_eq!((kept.fix, kept.no_fix, kept.verdict), (None, Some(NoFix::NoConsent), Verdict::NoFix));
        assert_eq!(kept.signals, [Signal::NoConsent]);
        agree(&shop.store, &shop.ada).await;
        agree(&shop.store, &shop.ada).await;
        let sql = shop.sql().await;
        assert_eq!(sql.count("location_consent").await, 1, "agreed once");
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        assert_eq!(sql.rows("SELECT 1 AS n FROM check_in WHERE latitude IS NOT NULL", &[]).await.len(), 1);
        let no = ConsentForm::default();
        shop.store.set_consent(&shop.ada, new_request(), no).await.unwrap();
        assert!(matches!(shop.store.privacy_page(&shop.ada).await.unwrap().consent, Consent::Withdrawn { .. }));
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        assert_eq!(sql.rows("SELECT 1 AS n FROM check_in WHERE latitude IS NOT NULL", &[]).await.len(), 1);
        let old = ConsentForm { give: true, version: "2020-1".into(), ..ConsentForm::default() };
        assert_eq!(refusals(shop.store.set_consent(&shop.ada, new_request(), old).await), [": consent_outdated"]);
    })
    .await;
}

#[tokio::test]
async fn a_check_out_ends_its_check_in_once() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        assert_eq!(
            refusals(send(&shop, &shop.ada, &VisitForm { kind: "out".into(), ..visit(&shop, near, 0) }).await),
            ["of: not_checked_in"]
        );
        let came = visit(&shop, near, 0);
        send(&shop, &shop.ada, &came).await.unwrap();
        let page = shop.store.field_page(&shop.ada, None).await.unwrap();
        assert!(matches!(page.open.unwrap().stay, Stay::Open { minutes: 0 }));
        let left = out(&came, &shop, 0);
        assert_not_found(send(&shop, &shop.bob, &VisitForm { customer: shop.customers[1].to_string(), ..left.clone() }).await);
        assert!(matches!(send(&shop, &shop.ada, &left).await.unwrap(), Taken::Accepted { .. }));
        assert!(matches!(send(&shop, &shop.ada, &left).await.unwrap(), Taken::Already { .. }));
        assert_eq!(refusals(send(&shop, &shop.ada, &out(&came, &shop, 0)).await), ["of: checked_out_already"]);
        assert_eq!(only(&shop, &shop.ada).await.stay, Stay::Ended { minutes: 0 });
        assert_eq!(shop.store.field_page(&shop.ada, None).await.unwrap().open, None);
        // Without an id, as a page without scripts sends it, the last that is open is meant.
        let again = visit(&shop, near, 0);
        send(&shop, &shop.ada, &again).await.unwrap();
        let plain = VisitForm { kind: "out".into(), customer: near.to_string(), ..VisitForm::default() };
        send(&shop, &shop.ada, &plain).await.unwrap();
        assert_eq!(shop.store.field_page(&shop.ada, None).await.unwrap().open, None);
    })
    .await;
}

#[tokio::test]
async fn a_visit_was_planned_by_a_task_or_a_step_of_that_day() {
    each(async |shop| {
        let (task, step, free) = (placed(&shop, "Task", 0.0).await, placed(&shop, "Step", 50.0).await, placed(&shop, "Free", 90.0).await);
        let missed = placed(&shop, "Missed", 99.0).await;
        for (of, title) in [(task, "show the offer"), (missed, "sign")] {
            let form = TaskForm { title: title.into(), due_on: DAY.to_string(), customer: of.to_string(), ..TaskForm::default() };
            shop.store.add_task(&shop.ada, new_request(), form).await.unwrap();
        }
        let form = FollowUpForm {
            customer: step.to_string(),
            content: "called".into(),
            next_step: "visit".into(),
            next_on: DAY.to_string(),
            ..FollowUpForm::default()
        };
        shop.store.log_follow_up(&shop.ada, new_request(), form).await.unwrap();
        let page = shop.store.field_page(&shop.ada, None).await.unwrap();
        let today: Vec<_> = page.customers.iter().take(3).map(|c| (c.name.as_str(), c.planned, c.step.as_str())).collect();
        assert_eq!(
            today,
            [("Missed", Planned::Task, "sign"), ("Step", Planned::Step, "visit"), ("Task", Planned::Task, "show the offer")],
            "first what is to be done"
        );
        for of in [task, step, free] {
            send(&shop, &shop.ada, &visit(&shop, of, 0)).await.unwrap();
        }
        let day = shop.store.visit_day(&shop.lead, &VisitQuery::default()).await.unwrap();
        let ada = day.people.iter().find(|p| p.person == shop.ada.id).unwrap();
        let found: Vec<_> = ada.visits.iter().map(|v| (v.customer_name.as_str(), v.planned)).collect();
        assert_eq!(found, [("Task", Planned::Task), ("Step", Planned::Step), ("Free", Planned::None)]);
        assert_eq!(ada.missed, [(missed, "Missed".to_owned(), Planned::Task)]);
        assert_eq!((ada.planned(), ada.valid()), (2, 0));
        // A note and a step are a contact with the customer too.
        let said = VisitForm { note: "met the buyer".into(), next_step: "call".into(), next_on: day_text(3), ..visit(&shop, free, 0) };
        send(&shop, &shop.ada, &said).await.unwrap();
        let sql = shop.sql().await;
        let rows = sql.rows("SELECT kind, content, next_step FROM follow_up WHERE customer_id = $1", &[free.0]).await;
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0]["kind"].as_str(), rows[0]["content"].as_str()), (Some("visit"), Some("met the buyer")));
    })
    .await;
}

fn day_text(offset: i64) -> String {
    day(offset).to_string()
}

#[tokio::test]
async fn what_is_sent_again_however_late_counts_once() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        let came = VisitForm { note: "met".into(), ..visit(&shop, near, 5) };
        let first = send(&shop, &shop.ada, &came).await.unwrap();
        assert!(matches!(first, Taken::Accepted { .. }));
        // Answers of requests are forgotten after a week; the record is not.
        let sql = shop.sql().await;
        sql.run("DELETE FROM answered_request").await;
        assert_eq!(send(&shop, &shop.ada, &came).await.unwrap(), Taken::Already { id: first.id() });
        assert_eq!((sql.count("check_in").await, sql.count("follow_up").await), (1, 1));
        assert!(matches!(
            send(&shop, &shop.bob, &VisitForm { customer: shop.customers[1].to_string(), ..came.clone() }).await,
            Err(StoreError::RequestReused)
        ));
        let foreign = VisitForm { id: id(), person: shop.bob.id.to_string(), ..came };
        assert_eq!(refusals(send(&shop, &shop.ada, &foreign).await), ["person: another_person"]);
    })
    .await;
}

#[tokio::test]
async fn copies_that_come_at_once_count_once() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        let came = visit(&shop, near, 5);
        let copies = (0..8).map(|_| send(&shop, &shop.ada, &came));
        let answers = futures_join(copies).await;
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Taken::Accepted { .. })).count(), 1, "{answers:?}");
        assert_eq!(shop.sql().await.count("check_in").await, 1);
    })
    .await;
}

async fn futures_join(all: impl Iterator<Item = impl Future<Output = store::Result<Taken>>>) -> Vec<Taken> {
    futures::future::join_all(all).await.into_iter().map(Result::unwrap).collect()
}

/// What a phone has in its queue.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a handful of them, in a test")]
enum Item {
    Visit(VisitForm),
    FollowUp(FollowUpId, FollowUpForm, DateTime<Utc>),
}

async fn deliver(shop: &Shop, item: &Item) -> store::Result<Taken> {
    match item {
        Item::Visit(form) => send(shop, &shop.ada, form).await,
        Item::FollowUp(id, form, at) => {
            shop.store.record_follow_up(&shop.ada, (*id, None), Some(shop.ada.id), form.clone(), Some(*at)).await
        }
    }
}

#[tokio::test]
async fn a_day_sent_in_any_order_with_repetitions_and_cuts_is_there_exactly_once() {
    for seed in 1..=6 {
        each(async |shop| {
            let mut dice = Dice(seed);
            agree(&shop.store, &shop.ada).await;
            let mut places = Vec::new();
            for n in 0..4 {
                places.push(placed(&shop, &format!("Place {n}"), f64::from(n) * 300.0).await);
            }
            let mut items = Vec::new();
            let (mut ins, mut outs, mut notes) = (0, 0, 0);
            for n in 0..dice.roll(8) + 4 {
                let customer = places[dice.roll(places.len())];
                let minutes = 60 + i64::try_from(n).unwrap() * 7;
                if dice.roll(3) == 0 {
                    let form = FollowUpForm { customer: customer.to_string(), content: format!("note {n}"), ..FollowUpForm::default() };
                    items.push(Item::FollowUp(FollowUpId(new_request().0), form, shop.store.now() - Duration::minutes(minutes)));
                    notes += 1;
                } else {
                    let came = visit(&shop, customer, minutes);
                    if dice.roll(2) == 0 {
                        items.push(Item::Visit(out(&came, &shop, minutes - 5)));
                        outs += 1;
                    }
                    items.push(Item::Visit(came));
                    ins += 1;
                }
            }
            // The phone sends until each was answered. An answer may be lost, a sending cut off,
            // two tabs may send the same.
            let mut waiting = items.clone();
            let mut rounds = 0;
            while !waiting.is_empty() {
                rounds += 1;
                assert!(rounds < 1_000);
                let at = dice.roll(waiting.len());
                match dice.roll(4) {
                    // Cut off before it came.
                    0 => {}
                    // Written, and the answer lost.
                    1 => drop(deliver(&shop, &waiting[at]).await.unwrap()),
                    // From two tabs.
                    2 => {
                        let (a, b) = tokio::join!(deliver(&shop, &waiting[at]), deliver(&shop, &waiting[at]));
                        let (a, b) = (a.unwrap(), b.unwrap());
                        assert_eq!(a.id(), b.id());
                        waiting.remove(at);
                    }
                    _ => {
                        deliver(&shop, &waiting[at]).await.unwrap();
                        waiting.remove(at);
                    }
                }
            }
            for item in &items {
                assert!(matches!(deliver(&shop, item).await.unwrap(), Taken::Already { .. }));
            }
            let sql = shop.sql().await;
            assert_eq!((sql.count("check_in").await, sql.count("follow_up").await), (ins + outs, notes), "seed {seed}");
            let paired = sql.rows("SELECT o.id FROM check_in o JOIN check_in i ON i.id = o.of_id AND i.kind = 'in'", &[]).await;
            assert_eq!(i64::try_from(paired.len()).unwrap(), outs, "every check-out found its check-in");
        })
        .await;
    }
}

#[tokio::test]
async fn a_step_that_comes_late_does_not_replace_a_later_one() {
    each(async |shop| {
        let (customer, deal) = (shop.customers[0], shop.deals[0]);
        let form = |step: &str| FollowUpForm {
            customer: customer.to_string(),
            deal: deal.to_string(),
            content: step.into(),
            next_step: step.into(),
            next_on: day_text(2),
            ..FollowUpForm::default()
        };
        shop.store.log_follow_up(&shop.ada, new_request(), form("agreed now")).await.unwrap();
        let earlier = Some(shop.store.now() - Duration::hours(5));
        shop.store.record_follow_up(&shop.ada, (FollowUpId(new_request().0), None), None, form("agreed before"), earlier).await.unwrap();
        assert_eq!(shop.card(deal).await.next_step, "agreed now");
        assert_eq!(shop.sql().await.count("follow_up").await, 2, "both are told");
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_that_was_sent_online_and_kept_too_is_there_once() {
    each(async |shop| {
        let form =
            |content: &str| FollowUpForm { customer: shop.customers[0].to_string(), content: content.into(), ..FollowUpForm::default() };
        let kept = async |request, content: &str| {
            shop.store.record_follow_up(&shop.ada, (FollowUpId(new_request().0), Some(request)), None, form(content), None).await.unwrap()
        };
        // Sent online, the answer lost, kept by the phone and sent again.
        let request = new_request();
        let first = shop.store.log_follow_up(&shop.ada, request, form("called")).await.unwrap();
        assert_eq!(kept(request, "called").await, Taken::Already { id: first.0 });
        // And the other way round.
        let request = new_request();
        let Taken::Accepted { id } = kept(request, "wrote").await else { panic!("it is new") };
        assert_eq!(shop.store.log_follow_up(&shop.ada, request, form("wrote")).await.unwrap().0, id);
        // Another note of the same phone is another one.
        assert!(matches!(kept(new_request(), "wrote again").await, Taken::Accepted { .. }));
        assert_eq!(shop.sql().await.count("follow_up").await, 3);
    })
    .await;
}

#[tokio::test]
async fn only_open_deals_plan_a_visit_and_none_a_day_that_is_over() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let (customer, deal) = (shop.customers[0], shop.deals[0]);
        let sql = shop.sql().await;
        sql.rows(&format!("UPDATE deal SET next_step = 'show', next_on = '{DAY}' WHERE id = $1 RETURNING 1 AS n"), &[deal.0]).await;
        let at = async |store: &Store| {
            store.field_page(&shop.ada, None).await.unwrap().customers.iter().find(|c| c.id == customer).unwrap().planned
        };
        assert_eq!(at(&shop.store).await, Planned::Step);
        let missed = async |store: &Store| {
            let day = store.visit_day(&shop.ada, &VisitQuery { on: Some(DAY), ..VisitQuery::default() }).await.unwrap();
            day.people.iter().map(|person| person.missed.len()).sum::<usize>()
        };
        assert_eq!(missed(&shop.store).await, 1);
        assert_eq!(missed(&shop.later(1).await).await, 0, "its step may have been another one on that day");
        sql.rows("UPDATE deal SET outcome = 'lost' WHERE id = $1 RETURNING 1 AS n", &[deal.0]).await;
        assert_eq!((at(&shop.store).await, missed(&shop.store).await), (Planned::None, 0));
        send(&shop, &shop.ada, &visit(&shop, customer, 0)).await.unwrap();
        assert_eq!(only(&shop, &shop.ada).await.planned, Planned::None, "as the page said");
    })
    .await;
}

#[tokio::test]
async fn a_check_out_and_a_place_that_is_taken_over_are_looks_too() {
    each(async |shop| {
        let nowhere = shop.customers[0];
        // Without consent when coming, with it when leaving.
        let came = visit(&shop, nowhere, 0);
        send(&shop, &shop.ada, &came).await.unwrap();
        let looks = async || {
            let rows = shop.store.privacy_page(&shop.ada).await.unwrap().seen_by;
            rows.iter().map(|row| row.times).sum::<i32>()
        };
        assert!(!shop.store.visit_day(&shop.lead, &VisitQuery::default()).await.unwrap().logged);
        agree(&shop.store, &shop.ada).await;
        send(&shop, &shop.ada, &out(&came, &shop, 0)).await.unwrap();
        assert!(shop.store.visit_day(&shop.lead, &VisitQuery::default()).await.unwrap().logged);
        assert_eq!(looks().await, 1);
        let measured = send(&shop, &shop.ada, &visit(&shop, nowhere, 0)).await.unwrap();
        let form = PlaceForm { visit: measured.id().to_string(), ..PlaceForm::default() };
        shop.store.adopt_place(&shop.lead, new_request(), form).await.unwrap();
        assert_eq!(looks().await, 2);
    })
    .await;
}

#[tokio::test]
async fn pictures_are_kept_without_what_is_private_and_told_when_sent_again() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        let raw = sample(1_600, 1_200, PRIVATE, 1, b"pixels");
        let with = async |form: VisitForm, photos: Vec<Vec<u8>>| shop.store.record_check_in(&shop.ada, form, photos, "Test").await;
        with(visit(&shop, near, 0), vec![raw.clone()]).await.unwrap();
        let kept = only(&shop, &shop.ada).await;
        let bytes = shop.store.check_in_photo(&shop.ada, kept.photos[0]).await.unwrap();
        assert!(bytes.starts_with(&[0xFF, 0xD8]) && !bytes.windows(3).any(|part| part == b"GPS"));
        assert_not_found(shop.store.check_in_photo(&shop.bob, kept.photos[0]).await);
        assert!(shop.store.check_in_photo(&shop.lead, kept.photos[0]).await.is_ok());
        // The same pixels with other words around them are the same picture.
        let again = with(visit(&shop, near, 0), vec![sample(1_600, 1_200, b"other", 1, b"pixels")]).await.unwrap();
        let done = shop.store.field_page(&shop.ada, Some(again.id().into())).await.unwrap().done.unwrap();
        assert_eq!(done.signals.iter().filter(|s| **s == Signal::PhotoReused).count(), 1);
        // One that is no picture refuses all of it.
        let before = shop.sql().await.count("check_in").await;
        assert_eq!(refusals(with(visit(&shop, near, 0), vec![raw.clone(), b"<svg/>".to_vec()]).await), ["photo: photo_type"]);
        assert_eq!(refusals(with(visit(&shop, near, 0), vec![raw; 4]).await), ["photo: too_many"]);
        assert_eq!(shop.sql().await.count("check_in").await, before);
    })
    .await;
}

#[tokio::test]
async fn locations_are_seen_by_oneself_and_the_line_above_and_every_look_is_told() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let near = placed(&shop, "Near", 0.0).await;
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        let query = VisitQuery::default();
        let seen = async |by: &Actor| {
            let day = shop.store.visit_day(by, &query).await.unwrap();
            (day.people.iter().map(|p| p.visits.len()).sum::<usize>(), day.logged)
        };
        assert_eq!(seen(&shop.ada).await, (1, false), "one's own is no look");
        assert_eq!(seen(&shop.bob).await, (0, false));
        assert_eq!(seen(&shop.dan).await, (0, false));
        assert_eq!(seen(&shop.lead).await, (1, true));
        assert_eq!(seen(&shop.director).await, (1, true));
        assert_eq!(seen(&shop.lead).await, (1, true));
        assert_denied(shop.store.visit_day(&shop.finance, &query).await);
        let own = shop.store.privacy_page(&shop.ada).await.unwrap();
        let mut looks: Vec<_> = own.seen_by.iter().map(|row| (row.viewer.as_str(), row.of_day, row.times)).collect();
        looks.sort();
        assert_eq!(looks, [("Lea Lead", DAY, 2), ("Nora North", DAY, 1)]);
        assert_eq!((own.kept, own.all), ((1, 1, 0), None));
        assert_eq!(shop.store.privacy_page(&shop.bob).await.unwrap().seen_by, []);
        let all = shop.store.privacy_page(&shop.admin).await.unwrap().all.unwrap();
        assert_eq!(all.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn positions_are_rounded_after_half_a_year() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let near = placed(&shop, "Near", 0.0).await;
        send(&shop, &shop.ada, &visit(&shop, near, 0)).await.unwrap();
        assert_eq!(shop.later(180).await.round_positions().await.unwrap(), 0, "kept as long as is said");
        let later = shop.later(181).await;
        assert_eq!(later.round_positions().await.unwrap(), 1);
        assert_eq!(later.round_positions().await.unwrap(), 0);
        let query = VisitQuery { on: Some(DAY), ..VisitQuery::default() };
        let day = later.visit_day(&shop.ada, &query).await.unwrap();
        let kept = &day.people[0].visits[0];
        let place = kept.fix.unwrap().position;
        assert_eq!((place.lat, place.lon, kept.rounded, kept.verdict), (31.23, 121.47, true, Verdict::Ok));
        assert_eq!((kept.fix.unwrap().accuracy_dm, kept.distance_dm), (ROUNDED_DM, None), "nor can it be reckoned back");
        assert_eq!(later.privacy_page(&shop.ada).await.unwrap().kept, (1, 0, 1));
        let text = serde_json::to_string(&shop.sql().await.rows("SELECT change FROM audit", &[]).await).unwrap();
        assert!(!text.contains("31.2304"), "no log keeps the exact one");
    })
    .await;
}

#[tokio::test]
async fn ones_own_records_are_taken_home_and_erased() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let near = placed(&shop, "Near", 0.0).await;
        let raw = sample(100, 100, PRIVATE, 1, b"pixels");
        shop.store.record_check_in(&shop.ada, visit(&shop, near, 0), vec![raw], "Test").await.unwrap();
        let own = shop.store.own_check_ins(&shop.ada).await.unwrap();
        assert_eq!((own.len(), own[0].customer.as_str(), own[0].latitude, own[0].photos.len()), (1, "Near", Some(LAT), 1));
        assert_eq!(shop.store.own_check_ins(&shop.bob).await.unwrap().len(), 0);
        let unsure = EraseForm::default();
        assert_eq!(refusals(shop.store.erase_own(&shop.ada, new_request(), unsure).await), ["sure: required"]);
        let sure = EraseForm { sure: true, ..EraseForm::default() };
        assert_eq!(shop.store.erase_own(&shop.bob, new_request(), sure.clone()).await.unwrap(), 0);
        assert_eq!(shop.store.erase_own(&shop.ada, new_request(), sure).await.unwrap(), 1);
        let kept = only(&shop, &shop.ada).await;
        assert_eq!((kept.fix, kept.distance_dm, kept.photos.len(), kept.verdict), (None, None, 0, Verdict::Ok));
        assert_eq!(shop.sql().await.count("check_in_photo").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_first_visit_gives_a_customer_its_place_and_a_wide_one_its_radius() {
    each(async |shop| {
        agree(&shop.store, &shop.ada).await;
        let nowhere = shop.customers[0];
        let taken = send(&shop, &shop.ada, &visit(&shop, nowhere, 0)).await.unwrap();
        let form = PlaceForm { visit: taken.id().to_string(), ..PlaceForm::default() };
        assert!(only(&shop, &shop.ada).await.proposes);
        assert_not_found(shop.store.adopt_place(&shop.dan, new_request(), form.clone()).await);
        shop.store.adopt_place(&shop.ada, new_request(), form.clone()).await.unwrap();
        assert_eq!(refusals(shop.store.adopt_place(&shop.ada, new_request(), form.clone()).await), [": place_not_proposed"]);
        let place = shop.store.customer(&shop.ada, nowhere).await.unwrap().position;
        assert_eq!(place, Some((LON, LAT)));
        let far = VisitForm { lat: (LAT + 0.007).to_string(), ..visit(&shop, nowhere, 0) };
        let verdict = async |form: VisitForm| {
            let taken = send(&shop, &shop.ada, &form).await.unwrap();
            shop.store.field_page(&shop.ada, Some(taken.id().into())).await.unwrap().done.unwrap().verdict
        };
        assert_eq!(verdict(far.clone()).await, Verdict::OutOfRange);
        shop.store.set_radius(&shop.ada, new_request(), PlaceForm { radius: "1000".into(), ..form.clone() }).await.unwrap();
        assert_eq!(verdict(VisitForm { id: id(), ..far.clone() }).await, Verdict::Ok);
        shop.store.set_radius(&shop.ada, new_request(), form.clone()).await.unwrap();
        assert_eq!(verdict(VisitForm { id: id(), ..far }).await, Verdict::OutOfRange);
        let tiny = PlaceForm { radius: "1".into(), ..form };
        assert_eq!(refusals(shop.store.set_radius(&shop.ada, new_request(), tiny).await), ["radius: too_small_min"]);
    })
    .await;
}

#[tokio::test]
async fn a_phone_keeps_today_and_what_was_merged_is_found() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        let form = TaskForm { title: "sign".into(), due_on: day_text(-1), customer: near.to_string(), ..TaskForm::default() };
        shop.store.add_task(&shop.ada, new_request(), form).await.unwrap();
        let snapshot = shop.store.field_snapshot(&shop.ada).await.unwrap();
        assert_eq!((snapshot.person, snapshot.day, snapshot.consent), (shop.ada.id, DAY, false));
        assert_eq!(snapshot.tasks, [("sign".to_owned(), "Near".to_owned(), day(-1))]);
        assert_eq!(snapshot.customers.len(), 2);
        // Merged while the phone was away.
        let sql: Sql = shop.sql().await;
        let merged = sql.rows("UPDATE customer SET merged_into = $1 WHERE id = $2 RETURNING name", &[shop.customers[0].0, near.0]).await;
        assert_eq!(merged.len(), 1);
        let taken = send(&shop, &shop.ada, &visit(&shop, near, 5)).await.unwrap();
        let done = shop.store.field_page(&shop.ada, Some(taken.id().into())).await.unwrap().done.unwrap();
        assert_eq!(done.customer, shop.customers[0]);
    })
    .await;
}

#[tokio::test]
async fn who_was_there_tells_it_also_after_the_customer_went_to_somebody_else() {
    each(async |shop| {
        let near = placed(&shop, "Near", 0.0).await;
        let came = visit(&shop, near, 1);
        send(&shop, &shop.ada, &came).await.unwrap();
        let form = shop.store.customer_form(&shop.admin, near).await.unwrap();
        let given = CustomerForm { owner: shop.dan.id.to_string(), ..form };
        shop.store.save_customer(&shop.admin, new_request(), given).await.unwrap();
        send(&shop, &shop.ada, &out(&came, &shop, 0)).await.unwrap();
        send(&shop, &shop.ada, &visit(&shop, near, 1)).await.unwrap();
        assert_not_found(send(&shop, &shop.bob, &visit(&shop, near, 1)).await);
        assert_not_found(send(&shop, &shop.ada, &visit(&shop, near, 0)).await);
    })
    .await;
}
