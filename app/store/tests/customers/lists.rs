//! The list of customers, the page of one, the picker.

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, deal_form, each, refusals};
use domain::customers::{CustomerFilter, CustomerForm, CustomerRow, CustomerSort, Size, Tier};
use domain::ids::CustomerId;
use domain::money::Currency;
use domain::page::Sort;
use domain::pipeline::form::DealForm;
use domain::pipeline::{Happening, Source};
use domain::policy::Actor;
use domain::work::{FollowUpForm, FollowUpKind};
use std::collections::HashSet;
use store::new_request;

const BY_NAME: Sort<CustomerSort> = Sort { column: CustomerSort::Name, descending: false };

/// All pages of a list; the total must be that of the rows.
async fn all(shop: &Shop, by: &Actor, filter: &CustomerFilter, sort: Sort<CustomerSort>) -> Vec<CustomerRow> {
    let mut rows = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = shop.store.customers(by, filter, sort, after.as_deref()).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            assert_eq!(page.total, rows.len() as i64, "the total is of the filtered set");
            return rows;
        }
    }
}

async fn names(shop: &Shop, by: &Actor, filter: &CustomerFilter) -> Vec<String> {
    all(shop, by, filter, BY_NAME).await.into_iter().map(|row| row.name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_sees_the_customers_of_their_scope() {
    each(async |shop: Shop| {
        let everything = ["Alpha Pumps", "Beta Tools", "Delta Ships", "Gamma Foods"];
        let expected: [(&Actor, &[&str]); 7] = [
            (&shop.admin, &everything),
            (&shop.service, &everything),
            (&shop.finance, &everything),
            (&shop.director, &["Alpha Pumps", "Beta Tools", "Gamma Foods"]),
            (&shop.lead, &["Alpha Pumps", "Beta Tools"]),
            (&shop.ada, &["Alpha Pumps"]),
            (&shop.dan, &["Delta Ships"]),
        ];
        for (who, seen) in expected {
            assert_eq!(names(&shop, who, &CustomerFilter::default()).await, seen, "{}", who.name);
            let found = shop.store.find_customers(who, "").await.unwrap();
            assert_eq!(found.len(), seen.len(), "the picker of {}", who.name);
        }
        assert_denied(shop.store.customers(&shop.hr, &CustomerFilter::default(), BY_NAME, None).await);
        assert_denied(shop.store.find_customers(&shop.hr, "a").await);
        assert_denied(shop.store.customer_choices(&shop.hr).await);
        assert_not_found(shop.store.customer(&shop.hr, shop.customers[0]).await);
        assert_not_found(shop.store.customer(&shop.dan, shop.customers[0]).await);
        assert_not_found(shop.store.customer(&shop.admin, CustomerId(shop.deals[0].0)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_condition_narrows_the_list() {
    each(async |shop: Shop| {
        let form = CustomerForm {
            name: "恒澜 ＡＢＣ".into(),
            short_name: "HL".into(),
            tier: "vip".into(),
            industry: "化工".into(),
            region: "华东".into(),
            size: "20-99".into(),
            source: "expo".into(),
            phone: "021-6888 0000".into(),
            ..CustomerForm::default()
        };
        shop.store.save_customer(&shop.bob, new_request(), form).await.unwrap();
        let any = CustomerFilter::default;
        let only = [
            CustomerFilter { tier: Some(Tier::Vip), ..any() },
            CustomerFilter { source: Some(Source::Expo), ..any() },
            CustomerFilter { industry: "化工".into(), ..any() },
            CustomerFilter { region: "华东".into(), ..any() },
            CustomerFilter { size: Some(Size::Small), ..any() },
            CustomerFilter { text: "恒澜".into(), ..any() },
            CustomerFilter { text: "abc".into(), ..any() },
            CustomerFilter { text: " hl ".into(), ..any() },
            CustomerFilter { text: "6888".into(), ..any() },
            CustomerFilter { owner: Some(shop.bob.id), tier: Some(Tier::Vip), ..any() },
        ];
        for filter in only {
            assert_eq!(names(&shop, &shop.admin, &filter).await, ["恒澜 ＡＢＣ"], "{filter:?}");
        }
        assert_eq!(names(&shop, &shop.admin, &CustomerFilter { owner: Some(shop.bob.id), ..any() }).await, ["Beta Tools", "恒澜 ＡＢＣ"]);
        assert!(names(&shop, &shop.admin, &CustomerFilter { text: "%".into(), ..any() }).await.is_empty());
        assert!(
            names(&shop, &shop.ada, &CustomerFilter { owner: Some(shop.bob.id), ..any() }).await.is_empty(),
            "no filter widens a scope"
        );
        let choices = shop.store.customer_choices(&shop.lead).await.unwrap();
        assert_eq!((choices.industries, choices.regions), (vec!["化工".to_owned()], vec!["华东".to_owned()]));
        assert_eq!(choices.owners.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["Ada Adler", "Bob Bauer", "Lea Lead"]);
        assert!(shop.store.customer_choices(&shop.ada).await.unwrap().industries.is_empty(), "what occurs outside the scope stays unknown");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_visits_every_customer_once() {
    each(async |shop: Shop| {
        for i in 4..115 {
            shop.customer(&shop.ada, &format!("{} {i:03}", ["恒澜", "acme", "Zeta"][i % 3])).await;
        }
        for &column in CustomerSort::ALL {
            for descending in [false, true] {
                let rows = all(&shop, &shop.admin, &CustomerFilter::default(), Sort { column, descending }).await;
                assert_eq!(rows.len(), 115, "{column} {descending}");
                assert_eq!(rows.iter().map(|row| row.id).collect::<HashSet<_>>().len(), 115, "{column} {descending}");
                if column != CustomerSort::Name {
                    assert!(rows.is_sorted_by(|a, b| if descending { a.id > b.id } else { a.id < b.id }), "{column} {descending}");
                }
            }
        }
        let cursor = domain::page::Cursor { value: "acme".into(), id: shop.deals[0].0 }.encode();
        let sort = Sort { column: CustomerSort::Updated, descending: true };
        let answer = shop.store.customers(&shop.admin, &CustomerFilter::default(), sort, Some(&cursor)).await;
        assert_eq!(refusals(answer), ["after: bad_request"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_deals_are_summed_as_far_as_the_viewer_may_see_them() {
    each(async |shop: Shop| {
        // The lead has a deal with Ada's customer too; Ada does not see it.
        shop.save_deal(&shop.lead, DealForm { currency: "USD".into(), ..deal_form(shop.customers[0], "Side deal", "7") }).await;
        let won = shop.deal(&shop.ada, shop.customers[0], "Won", "9").await;
        shop.win(&shop.ada, won, 900, DAY).await;
        let open = async |who: &Actor| {
            let rows = all(&shop, who, &CustomerFilter { text: "alpha".into(), ..CustomerFilter::default() }, BY_NAME).await;
            rows[0].open.0.iter().map(|line| (line.currency, line.count, line.sum_minor)).collect::<Vec<_>>()
        };
        assert_eq!(open(&shop.ada).await, [(Currency::Cny, 1, 100_000)]);
        assert_eq!(open(&shop.lead).await, [(Currency::Cny, 1, 100_000), (Currency::Usd, 1, 700)]);

        let page = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap();
        assert_eq!(page.open_deals.iter().map(|c| c.id).collect::<Vec<_>>(), [shop.deals[0]]);
        assert_eq!(page.closed_deals.iter().map(|c| c.id).collect::<Vec<_>>(), [won]);
        assert_eq!((page.won.count(), page.won.0[0].sum_minor), (1, 900));
        assert_eq!(page.row.open.count(), 1);
        assert_eq!(page.stages.len(), 5);
        assert!(page.may_write && page.may_log && page.may_add_deal);
        assert!(page.timeline.iter().all(|e| matches!(&e.what, Happening::Stage { .. })) && page.timeline.len() == 3);
        let page = shop.store.customer(&shop.lead, shop.customers[0]).await.unwrap();
        assert_eq!(page.open_deals.len(), 2);
        let page = shop.store.customer(&shop.finance, shop.customers[0]).await.unwrap();
        assert!(!page.may_write && !page.may_log && !page.may_add_deal);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_deals_come_newest_first_and_not_without_end() {
    each(async |shop: Shop| {
        for i in 0..55 {
            let deal = shop.deal(&shop.ada, shop.customers[0], &format!("Deal {i}"), "1").await;
            shop.win(&shop.ada, deal, 100, crate::common::day(-i)).await;
        }
        let page = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap();
        assert_eq!((page.closed_deals.len(), page.won.count()), (50, 55), "the sum is of all");
        assert!(page.closed_deals.is_sorted_by(|a, b| a.closed_on >= b.closed_on));
        assert_eq!(page.closed_deals[0].closed_on, Some(DAY));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picker_finds_by_any_part_and_offers_twenty() {
    each(async |shop: Shop| {
        for i in 0..25 {
            shop.customer(&shop.ada, &format!("Picked {i:02}")).await;
        }
        let found = shop.store.find_customers(&shop.ada, "PICKED").await.unwrap();
        assert_eq!((found.len(), found[0].1.as_str()), (20, "Picked 24"), "the latest first");
        assert_eq!(shop.store.find_customers(&shop.ada, "ed 07").await.unwrap().len(), 1);
        assert!(shop.store.find_customers(&shop.ada, "beta").await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_says_whom_it_belongs_to_and_when_it_was_contacted() {
    each(async |shop: Shop| {
        let call = |kind: &str| FollowUpForm {
            customer: shop.customers[0].to_string(),
            kind: kind.into(),
            content: "talked".into(),
            ..FollowUpForm::default()
        };
        shop.store.log_follow_up(&shop.ada, new_request(), call("visit")).await.unwrap();
        let later = shop.later(3).await;
        later.log_follow_up(&shop.ada, new_request(), call("call")).await.unwrap();
        let rows = later.customers(&shop.lead, &CustomerFilter::default(), BY_NAME, None).await.unwrap().rows;
        assert_eq!((rows[0].team.as_str(), rows[0].last), ("North A", Some((FollowUpKind::Call, day(3)))));
        assert_eq!(rows[1].last, None);
        assert_eq!(later.customer(&shop.lead, shop.customers[0]).await.unwrap().row, rows[0], "as on its page");
        // What is written down later than one looks is not yet a contact.
        let before = all(&shop, &shop.ada, &CustomerFilter::default(), BY_NAME).await;
        assert_eq!(before[0].last, Some((FollowUpKind::Visit, DAY)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_customer_are_those_of_its_list_by_name() {
    each(async |shop: Shop| {
        let names = async |by: &Actor, id| {
            let found = shop.store.customer(by, id).await.unwrap();
            (found.before.map(|(_, name)| name), found.after.map(|(_, name)| name))
        };
        let [alpha, beta, gamma, _] = shop.customers;
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(names(&shop.admin, alpha).await, (None, some("Beta Tools")));
        // Delta comes before Gamma, and is not the director's.
        assert_eq!(names(&shop.admin, gamma).await, (some("Delta Ships"), None));
        assert_eq!(names(&shop.director, gamma).await, (some("Beta Tools"), None));
        assert_eq!(names(&shop.bob, beta).await, (None, None));
    })
    .await;
}
