//! What a merge moves, who may, and that the customer that is gone is nowhere.

use super::{contact, form, merge, note, twin, undo};
use crate::common::{Shop, assert_denied, assert_not_found, each, new_form, refusals, stale};
use domain::customers::{CustomerFilter, CustomerForm, CustomerSort, Tier};
use domain::duplicates::merge::MergeForm;
use domain::home::HomeQuery;
use domain::page::Sort;
use domain::pipeline::Happening;
use domain::policy::Actor;
use domain::tiers::board::TierFilter;
use store::{StoreError, new_request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes_to_the_one_that_stays() {
    each(async |shop: Shop| {
        let kept = shop.customers[0];
        contact(&shop, &shop.ada, kept, "Kim Kept", true).await;
        let gone = twin(&shop).await;
        let two = shop.store.merging(&shop.ada, gone, kept).await.unwrap();
        assert_eq!((two.a.contacts_total, two.a.deals_total, two.a.follow_ups, two.a.tasks), (2, 1, 2, 2));
        assert_eq!((two.b.contacts_total, two.b.deals_total, two.b.follow_ups, two.b.tasks), (1, 1, 0, 0));
        assert_eq!((two.why.len(), two.keep_a), (1, true));

        let picks = [("phone", "b"), ("notes", "both"), ("tier", "b"), ("position", "b"), ("name", "a")];
        let wanted = form(&shop, kept, gone, &picks).await;
        let merged = shop.store.merge_customers(&shop.ada, new_request(), wanted).await.unwrap();
        assert_eq!((merged.kept, merged.name.as_str(), merged.gone.as_str()), (kept, "Alpha Pumps", "Alpha-Pumps Ltd."));
        let page = shop.store.customer(&shop.ada, kept).await.unwrap();
        let names: Vec<(&str, bool)> = page.contacts.iter().map(|contact| (contact.name.as_str(), contact.primary)).collect();
        assert_eq!(names, [("Kim Kept", true), ("Tia First", false), ("Tom Second", false)], "one is asked first");
        assert_eq!((page.open_deals.len(), page.row.tier, page.row.version), (2, Tier::Vip, 2));
        assert_eq!((page.row.phone.as_str(), page.notes.as_str(), page.position), ("021-6888 0000", "second", Some((121.4737, 31.2304))));
        let notes = page.timeline.iter().filter(|event| matches!(event.what, Happening::FollowUp { .. })).count();
        assert_eq!(notes, 2, "both timelines are one");
        assert_eq!((page.merges.len(), page.merges[0].gone, page.merges[0].by.as_str()), (1, gone, "Ada Adler"));
        assert_eq!((page.merges[0].contacts, page.merges[0].deals, page.merges[0].follow_ups, page.merges[0].tasks), (2, 1, 2, 2));
        let tasks = shop.store.tasks(&shop.ada, domain::work::TaskView::Open).await.unwrap();
        assert!(tasks.iter().all(|task| task.customer.as_ref().is_some_and(|(id, name)| *id == kept && name == "Alpha Pumps")));
        // Its page leads on, and to nobody else who may not see either.
        let left = shop.store.customer(&shop.lead, gone).await.unwrap();
        assert_eq!(left.merged.unwrap().kept, Some((kept, "Alpha Pumps".to_owned())));
        assert!(!left.may_write && !left.may_log && !left.may_add_deal && left.contacts.is_empty());
        assert_not_found(shop.store.customer(&shop.bob, gone).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_one_that_is_gone_is_nowhere() {
    each(async |shop: Shop| {
        let gone = twin(&shop).await;
        let everywhere = async || {
            let by = &shop.admin;
            let filter = CustomerFilter { text: "alpha-pumps".into(), ..CustomerFilter::default() };
            let sort = Sort { column: CustomerSort::Name, descending: false };
            let page = shop.store.customers(by, &filter, sort, None).await.unwrap();
            let board = shop.store.tier_board(by, &TierFilter::default(), 0).await.unwrap();
            let query = HomeQuery { whose: None, person: None, span: None, list: None };
            let home = shop.store.home(by, &query).await.unwrap();
            vec![
                page.rows.len(),
                usize::try_from(page.total).unwrap(),
                shop.store.find_customers(by, "Alpha-Pumps").await.unwrap().len(),
                shop.store.find(by, "alpha-pumps", 6).await.unwrap().found.iter().filter(|found| found.id == gone.0).count(),
                board.columns.iter().flat_map(|column| &column.cards).filter(|card| card.id == gone).count(),
                usize::from(format!("{home:?}").contains(&gone.to_string())),
                shop.store.duplicates(by).await.unwrap().pairs.len(),
            ]
        };
        assert!(everywhere().await.iter().take(5).all(|n| *n == 1), "{:?}", everywhere().await);
        let merged = merge(&shop, &shop.ada, shop.customers[0], gone).await.unwrap();
        assert_eq!(everywhere().await, [0; 7]);
        // Nothing new comes to it.
        assert_not_found(shop.store.customer_form(&shop.ada, gone).await);
        assert_not_found(shop.store.new_contact_form(&shop.ada, gone).await);
        assert_not_found(shop.store.log_follow_up(&shop.ada, new_request(), note(gone, "x")).await);
        let form = CustomerForm { id: gone.to_string(), version: 2, ..new_form("Alpha-Pumps Ltd.") };
        assert_eq!(refusals(shop.store.save_customer(&shop.ada, new_request(), form).await), [": merged_already"]);
        let deal = crate::common::deal_form(gone, "New", "1");
        assert_eq!(
            refusals(shop.store.save_deal(&shop.ada, new_request(), deal, crate::common::whole_units).await),
            ["customer: unknown_value"]
        );
        assert_eq!(refusals(shop.store.merging(&shop.ada, shop.customers[0], gone).await), [": merged_already"]);
        // Its name is free, for the form and for an import.
        let table = store::import::read_table("name\nAlpha-Pumps Ltd.\n".as_bytes()).unwrap();
        let options = store::import::ImportOptions { dry_run: true, parse_amount: crate::common::whole_units };
        shop.store.import(&shop.lead, new_request(), store::import::Kind::Customers, &table, &options, |_, _| {}).await.unwrap();
        shop.customer(&shop.dan, "Alpha-Pumps Ltd.").await;
        assert_eq!(refusals(undo(&shop, &shop.ada, &merged).await), [": parting_name"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_must_be_ones_own_and_as_they_were_seen() {
    each(async |shop: Shop| {
        let gone = twin(&shop).await;
        let [alpha, beta, ..] = shop.customers;
        let seen = form(&shop, alpha, gone, &[]).await;
        let ask = async |by: &Actor, form: MergeForm| shop.store.merge_customers(by, new_request(), form).await;
        for by in [&shop.bob, &shop.cai, &shop.dan] {
            assert_not_found(ask(by, seen.clone()).await);
            assert_not_found(shop.store.merging(by, alpha, gone).await);
        }
        for by in [&shop.service, &shop.finance] {
            assert_denied(ask(by, seen.clone()).await);
            assert_denied(shop.store.merging(by, alpha, gone).await);
        }
        assert_denied(ask(&shop.hr, seen.clone()).await);
        // One of the two is a colleague's.
        let half = form(&shop, alpha, beta, &[]).await;
        assert_not_found(ask(&shop.ada, half.clone()).await);
        assert_not_found(shop.store.merging(&shop.ada, alpha, beta).await);
        assert_eq!(refusals(shop.store.merging(&shop.ada, alpha, alpha).await), ["b: same_customer"]);
        assert_eq!(refusals(ask(&shop.ada, MergeForm { keep: String::new(), ..seen.clone() }).await), ["keep: required"]);
        // Somebody changed one of them meanwhile.
        let change = shop.store.customer_form(&shop.lead, gone).await.unwrap();
        shop.store.save_customer(&shop.lead, new_request(), CustomerForm { notes: "new".into(), ..change }).await.unwrap();
        assert_eq!(stale(ask(&shop.ada, seen.clone()).await), ("Lea Lead".into(), 2));
        assert!(shop.store.customer(&shop.ada, gone).await.unwrap().merged.is_none(), "nothing was done");
        // A repeated request does it once.
        let seen = MergeForm { b_version: 2, ..seen };
        let request = new_request();
        let first = shop.store.merge_customers(&shop.ada, request, seen.clone()).await.unwrap();
        assert_eq!(shop.store.merge_customers(&shop.ada, request, seen.clone()).await.unwrap(), first);
        assert_eq!(refusals(ask(&shop.ada, MergeForm { a_version: 2, b_version: 3, ..seen }).await), [": merged_already"]);
        assert_eq!(shop.sql().await.count("customer_merge").await, 1);
        // The manager of both may.
        merge(&shop, &shop.lead, alpha, beta).await.unwrap();
        assert_eq!(shop.store.deal(&shop.bob, shop.deals[1]).await.unwrap().card.customer, alpha, "deals keep their owners");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_of_a_third_one_is_refused_and_nothing_is_written() {
    each(async |shop: Shop| {
        let gone = twin(&shop).await;
        shop.customer(&shop.dan, "Third").await;
        shop.sql().await.run("UPDATE customer SET name = 'third' WHERE name = 'Alpha-Pumps Ltd.'").await;
        let wanted = form(&shop, shop.customers[0], gone, &[("name", "b")]).await;
        assert_eq!(refusals(shop.store.merge_customers(&shop.ada, new_request(), wanted).await), ["name: duplicate"]);
        assert_eq!(shop.store.customer(&shop.ada, gone).await.unwrap().contacts.len(), 2);
    })
    .await;
}

/// A table of tomorrow that refers to customers is not forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_knows_how_to_move_keeps_a_customer() {
    each(async |shop: Shop| {
        let gone = twin(&shop).await;
        let kind = if shop.store.kind() == "postgres" { "uuid" } else { "uuid_text" };
        let sql = shop.sql().await;
        sql.run(&format!("CREATE TABLE later (customer_id {kind} REFERENCES customer (id))")).await;
        sql.run("INSERT INTO later SELECT id FROM customer WHERE name = 'Alpha Pumps'").await;
        let wanted = form(&shop, gone, shop.customers[0], &[]).await;
        let Err(StoreError::Refused(found)) = shop.store.merge_customers(&shop.ada, new_request(), wanted).await else { panic!("merged") };
        assert_eq!((found[0].code.as_str(), found[0].params[0].1.as_str()), ("merge_unknown", "later"));
        // The other way round nothing is lost.
        merge(&shop, &shop.ada, shop.customers[0], gone).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_cross_one_happens() {
    each(async |shop: Shop| {
        let gone = twin(&shop).await;
        let (one, other) = (form(&shop, shop.customers[0], gone, &[]).await, form(&shop, gone, shop.customers[0], &[]).await);
        let (one, other) = tokio::join!(
            shop.store.merge_customers(&shop.ada, new_request(), one),
            shop.store.merge_customers(&shop.lead, new_request(), other)
        );
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let rows = shop.sql().await.rows("SELECT id FROM customer WHERE merged_into IS NOT NULL", &[]).await;
        assert_eq!(rows.len(), 1);
    })
    .await;
}
