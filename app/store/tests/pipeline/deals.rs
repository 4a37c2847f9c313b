//! A deal's form: what it changes, and what only a move may change.

use crate::common::{DAY, Shop, day, deal_form, each, refusals, stale, whole_units};
use domain::customers::ContactForm;
use domain::pipeline::form::DealForm;
use domain::policy::Actor;
use store::new_request;

/// The form as a page would show it: amounts in whole units.
async fn form(shop: &Shop, by: &Actor, i: usize) -> DealForm {
    let form = shop.store.deal_form(by, shop.deals[i]).await.unwrap();
    let units = form.amount.parse::<i64>().unwrap() / 100;
    DealForm { amount: units.to_string(), ..form }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_saved_as_it_was_changes_only_the_version() {
    each(async |shop: Shop| {
        let before = shop.store.deal(&shop.ada, shop.deals[0]).await.unwrap();
        let id = shop.save_deal(&shop.ada, form(&shop, &shop.ada, 0).await).await;
        let after = shop.store.deal(&shop.ada, id).await.unwrap();
        assert_eq!(after.card, domain::pipeline::Card { version: 2, ..before.card });
        assert_eq!(after.timeline.len(), 1, "no line of history");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_form_is_refused_and_says_who_was_faster() {
    each(async |shop: Shop| {
        let old = form(&shop, &shop.ada, 0).await;
        shop.save_deal(&shop.lead, DealForm { title: "Renamed".into(), ..form(&shop, &shop.lead, 0).await }).await;
        let (by, version) = stale(shop.store.save_deal(&shop.ada, new_request(), old, whole_units).await);
        assert_eq!((by.as_str(), version), ("Lea Lead", 2));
        assert_eq!(shop.card(shop.deals[0]).await.title, "Renamed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_later_expected_close_counts_as_a_push() {
    each(async |shop: Shop| {
        for (on, pushes) in [(10, 0), (20, 1), (15, 1), (16, 2)] {
            let changed = DealForm { expected_close_on: day(on).to_string(), ..form(&shop, &shop.ada, 0).await };
            shop.save_deal(&shop.ada, changed).await;
            assert_eq!(shop.store.deal(&shop.ada, shop.deals[0]).await.unwrap().pushes, pushes, "to day {on}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_amount_of_a_closed_deal_stays() {
    each(async |shop: Shop| {
        shop.win(&shop.ada, shop.deals[0], 50_000, DAY).await;
        let changed = DealForm { amount: "900".into(), ..form(&shop, &shop.ada, 0).await };
        assert_eq!(refusals(shop.store.save_deal(&shop.ada, new_request(), changed, whole_units).await), ["amount: closed_deal"]);
        let noted = DealForm { note: "paid".into(), ..form(&shop, &shop.ada, 0).await };
        shop.save_deal(&shop.ada, noted).await;
        assert_eq!(shop.card(shop.deals[0]).await.probability_bp, 10_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deal_begins_in_an_open_stage_and_with_references_that_fit() {
    each(async |shop: Shop| {
        let contact = ContactForm { customer: shop.customers[1].to_string(), name: "Eve".into(), ..ContactForm::default() };
        let contact = shop.store.save_contact(&shop.bob, new_request(), contact).await.unwrap();
        let save = async |form: DealForm| refusals(shop.store.save_deal(&shop.ada, new_request(), form, whole_units).await);
        let form = || deal_form(shop.customers[0], "New", "1");
        assert_eq!(save(DealForm { stage: shop.stages[4].id.to_string(), ..form() }).await, ["stage: won_needs_details"]);
        assert_eq!(save(DealForm { stage: shop.deals[0].to_string(), ..form() }).await, ["stage: wrong_pipeline"]);
        assert_eq!(save(DealForm { contact: contact.to_string(), ..form() }).await, ["contact: unknown_value"], "of another customer");
        assert_eq!(save(DealForm { product: shop.deals[0].to_string(), ..form() }).await, ["product: unknown_value"]);
        assert_eq!(save(DealForm { owner: shop.deals[0].to_string(), ..form() }).await, ["owner: unknown_value"]);
        assert_eq!(save(DealForm { title: " ".into(), amount: "x".into(), ..form() }).await, ["title: required", "amount: not_a_number"]);
    })
    .await;
}
