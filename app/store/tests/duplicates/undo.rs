//! A merge is taken back: row by row as it was, with what came since, or refused
//! with its reason.

use super::{contact, form, merge, note, twin, undo};
use crate::common::{Shop, assert_denied, assert_not_found, deal_form, each, refusals};
use domain::customers::{CustomerForm, Tier};
use domain::pool::page::Hand;
use domain::tickets::form::TicketForm;
use domain::tiers::board::TierSource;
use domain::work::FollowUpForm;
use std::collections::BTreeMap;
use store::new_request;

const TABLES: [&str; 7] = ["customer", "contact", "deal", "follow_up", "task", "stage_transition", "person"];

/// All rows but for what says that something was changed.
async fn rows(shop: &Shop) -> BTreeMap<String, String> {
    let sql = shop.sql().await;
    let mut found = BTreeMap::new();
    for table in TABLES {
        for mut row in sql.rows(&format!("SELECT * FROM {table}"), &[]).await {
            let columns = row.as_object_mut().unwrap();
            for stamp in ["version", "updated_at", "updated_by"] {
                columns.remove(stamp);
            }
            found.insert(format!("{table} {}", columns["id"]), row.to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_owner_by_merging_and_the_one_before_are_in_the_history() {
    each(async |shop: Shop| {
        let [kept, gone, ..] = shop.customers;
        let hands = async |hands: usize| {
            let page = shop.store.customer(&shop.admin, kept).await.unwrap();
            assert_eq!(page.standing.hands.len(), hands);
            let last = &page.standing.hands[0];
            let id = |person: &Option<(domain::ids::UserId, String)>| person.as_ref().map(|(id, _)| *id);
            (last.hand, id(&last.from), id(&last.to), id(&last.by))
        };
        let wanted = form(&shop, kept, gone, &[("owner", "b")]).await;
        let merged = shop.store.merge_customers(&shop.lead, new_request(), wanted).await.unwrap();
        assert_eq!(hands(1).await, (Hand::Form, Some(shop.ada.id), Some(shop.bob.id), Some(shop.lead.id)));
        undo(&shop, &shop.lead, &merged).await.unwrap();
        assert_eq!(hands(2).await, (Hand::Form, Some(shop.bob.id), Some(shop.ada.id), Some(shop.lead.id)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_as_it_was() {
    each(async |shop: Shop| {
        for primary in [false, true] {
            let kept = shop.customers[0];
            if primary {
                contact(&shop, &shop.ada, kept, "Kim Kept", true).await;
            }
            let gone = twin(&shop).await;
            let before = rows(&shop).await;
            let all: Vec<(&str, &str)> = domain::duplicates::merge::Field::ALL.iter().map(|field| (field.code(), "b")).collect();
            let wanted = form(&shop, kept, gone, &all).await;
            let merged = shop.store.merge_customers(&shop.ada, new_request(), wanted).await.unwrap();
            assert_ne!(rows(&shop).await, before);
            let page = shop.store.customer(&shop.ada, kept).await.unwrap();
            assert_eq!((page.row.name.as_str(), page.row.tier), ("Alpha-Pumps Ltd.", Tier::Vip));
            undo(&shop, &shop.lead, &merged).await.unwrap();
            assert_eq!(rows(&shop).await, before, "{primary}");
            let page = shop.store.customer(&shop.ada, kept).await.unwrap();
            let sources: Vec<TierSource> = page.tier_changes.iter().map(|change| change.source).collect();
            assert_eq!(
                (page.merges.len(), &sources[sources.len() - 2..]),
                (usize::from(primary), &[TierSource::Form, TierSource::Undo][..])
            );
            assert_eq!(page.tier_changes.last().unwrap().undoes, page.tier_changes.get(sources.len() - 2).map(|change| change.id));
            assert!(shop.store.customer(&shop.ada, gone).await.unwrap().merged.is_none());
            assert_eq!(refusals(undo(&shop, &shop.lead, &merged).await), [": merge_undone"]);
            // Once more, for good.
            merge(&shop, &shop.ada, kept, gone).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_since_stays_and_what_was_changed_since_too() {
    each(async |shop: Shop| {
        let kept = shop.customers[0];
        let gone = twin(&shop).await;
        let wanted = form(&shop, kept, gone, &[("phone", "b"), ("short_name", "b")]).await;
        let merged = shop.store.merge_customers(&shop.ada, new_request(), wanted).await.unwrap();
        let since = contact(&shop, &shop.ada, kept, "Sue Since", false).await;
        let deal = shop.store.save_deal(&shop.ada, new_request(), deal_form(kept, "Since", "5"), crate::common::whole_units).await.unwrap();
        shop.store.log_follow_up(&shop.ada, new_request(), note(kept, "since")).await.unwrap();
        // Of a deal that goes back: its notes go along.
        let twins = shop.store.customer(&shop.ada, kept).await.unwrap().open_deals;
        let order = twins.iter().find(|card| card.title == "Twin order").unwrap().id;
        shop.store
            .log_follow_up(&shop.ada, new_request(), FollowUpForm { deal: order.to_string(), ..note(kept, "of the deal") })
            .await
            .unwrap();
        let change = shop.store.customer_form(&shop.ada, kept).await.unwrap();
        shop.store.save_customer(&shop.ada, new_request(), CustomerForm { short_name: "A.P.".into(), ..change }).await.unwrap();
        shop.move_to(&shop.ada, order, 1).await;

        undo(&shop, &shop.ada, &merged).await.unwrap();
        let page = shop.store.customer(&shop.ada, kept).await.unwrap();
        assert_eq!((page.row.phone.as_str(), page.row.short_name.as_str()), ("", "A.P."));
        assert_eq!(page.contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [since]);
        let mut open: Vec<_> = page.open_deals.iter().map(|card| card.id).collect();
        open.sort_unstable();
        let mut expected = vec![shop.deals[0], deal];
        expected.sort_unstable();
        assert_eq!(open, expected);
        let twin = shop.store.customer(&shop.ada, gone).await.unwrap();
        assert_eq!((twin.contacts.len(), twin.contacts[0].primary, twin.open_deals.len()), (2, true, 1));
        let count = async |of| {
            let page = shop.store.customer(&shop.ada, of).await.unwrap();
            page.timeline.iter().filter(|event| matches!(event.what, domain::pipeline::Happening::FollowUp { .. })).count()
        };
        assert_eq!((count(kept).await, count(gone).await), (1, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_parted_is_told() {
    each(async |shop: Shop| {
        let kept = shop.customers[0];
        let gone = twin(&shop).await;
        shop.customer(&shop.ada, "Other").await;
        let merged = merge(&shop, &shop.ada, kept, gone).await.unwrap();
        let page = shop.store.customer(&shop.ada, kept).await.unwrap();
        let tia = page.contacts.iter().find(|contact| contact.name == "Tia First").unwrap().id;
        // A new deal names somebody of the other side.
        let form = domain::pipeline::form::DealForm { contact: tia.to_string(), ..deal_form(kept, "Between", "1") };
        shop.save_deal(&shop.ada, form).await;
        assert_eq!(refusals(undo(&shop, &shop.ada, &merged).await), [": parting_between"]);
        let sql = shop.sql().await;
        sql.run("UPDATE deal SET contact_id = NULL WHERE title = 'Between'").await;
        // Deals and tasks went on, or are gone.
        sql.run("UPDATE deal SET customer_id = (SELECT id FROM customer WHERE name = 'Other') WHERE title = 'Twin order'").await;
        sql.run("DELETE FROM task WHERE title = 'Call the twin'").await;
        let told = refusals(undo(&shop, &shop.ada, &merged).await);
        assert_eq!(told, [": parting_elsewhere_deals", ": parting_missing_tasks"]);
        assert!(shop.store.customer(&shop.ada, gone).await.unwrap().merged.is_some(), "nothing was done");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merges_in_a_row_are_parted_from_the_end() {
    each(async |shop: Shop| {
        let (alpha, gone) = (shop.customers[0], twin(&shop).await);
        let last = shop.customer(&shop.ada, "Last").await;
        let first = merge(&shop, &shop.ada, alpha, gone).await.unwrap();
        let second = merge(&shop, &shop.ada, last, alpha).await.unwrap();
        let page = shop.store.customer(&shop.ada, gone).await.unwrap();
        assert_eq!(page.merged.unwrap().kept.unwrap().0, last, "to where it is now");
        let page = shop.store.customer(&shop.ada, last).await.unwrap();
        assert_eq!((page.contacts.len(), page.open_deals.len()), (2, 2));
        assert_eq!(refusals(undo(&shop, &shop.ada, &first).await), [": merged_already"]);
        undo(&shop, &shop.ada, &second).await.unwrap();
        undo(&shop, &shop.ada, &first).await.unwrap();
        for (id, contacts) in [(alpha, 0), (gone, 2), (last, 0)] {
            let page = shop.store.customer(&shop.ada, id).await.unwrap();
            assert_eq!((page.merged.is_none(), page.contacts.len()), (true, contacts));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_is_undone_by_who_may_change_both() {
    each(async |shop: Shop| {
        let [alpha, beta, ..] = shop.customers;
        let wanted = form(&shop, alpha, beta, &[("owner", "b")]).await;
        let merged = shop.store.merge_customers(&shop.lead, new_request(), wanted).await.unwrap();
        assert_eq!(shop.store.customer(&shop.bob, alpha).await.unwrap().row.owner.unwrap().0, shop.bob.id);
        assert_not_found(shop.store.customer(&shop.ada, alpha).await);
        for by in [&shop.ada, &shop.cai, &shop.dan] {
            assert_not_found(undo(&shop, by, &merged).await);
        }
        for by in [&shop.finance, &shop.service, &shop.hr] {
            assert_denied(undo(&shop, by, &merged).await);
        }
        undo(&shop, &shop.lead, &merged).await.unwrap();
        let page = shop.store.customer(&shop.ada, alpha).await.unwrap();
        assert_eq!((page.row.owner.unwrap().0, page.open_deals[0].owner), (shop.ada.id, shop.ada.id));
        assert_eq!(shop.store.customer(&shop.bob, beta).await.unwrap().open_deals.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_go_along_and_come_back() {
    each(async |shop: Shop| {
        let [kept, gone, ..] = shop.customers;
        let opened =
            TicketForm { customer: gone.to_string(), kind: "problem".into(), subject: "No signal".into(), ..TicketForm::default() };
        let id = shop.store.open_ticket(&shop.bob, new_request(), opened).await.unwrap();
        let wanted = form(&shop, kept, gone, &[]).await;
        let merged = shop.store.merge_customers(&shop.lead, new_request(), wanted).await.unwrap();
        assert_eq!(shop.store.ticket(&shop.lead, id).await.unwrap().row.customer, kept);
        assert_eq!(shop.store.tickets_of(&shop.lead, kept).await.unwrap().total, 1);
        undo(&shop, &shop.lead, &merged).await.unwrap();
        assert_eq!(shop.store.ticket(&shop.bob, id).await.unwrap().row.customer, gone);
    })
    .await;
}
