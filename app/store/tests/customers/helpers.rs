//! Who helps with a customer sees it, writes follow-ups and adds files, and owns nothing of it.

use crate::common::{Shop, assert_not_found, each};
use domain::customers::{CustomerFilter, CustomerForm, CustomerSort, HelperForm};
use domain::duplicates::merge::MergeForm;
use domain::duplicates::page::UndoMergeForm;
use domain::files::FilesOf;
use domain::ids::CustomerId;
use domain::page::Sort;
use domain::policy::Actor;
use domain::work::FollowUpForm;
use store::{Result, StoreError, new_request};

async fn set(shop: &Shop, by: &Actor, customer: CustomerId, helper: &Actor, gone: bool) -> Result<CustomerId> {
    let form = HelperForm { customer: customer.to_string(), helper: helper.id.to_string(), gone, ..HelperForm::default() };
    shop.store.set_helper(by, new_request(), form).await
}

async fn listed(shop: &Shop, by: &Actor) -> Vec<String> {
    let sort = Sort { column: CustomerSort::Name, descending: false };
    let page = shop.store.customers(by, &CustomerFilter::default(), sort, None).await.unwrap();
    assert_eq!(page.total, i64::try_from(page.rows.len()).unwrap(), "as many as are counted");
    page.rows.into_iter().map(|row| row.name).collect()
}

fn note(customer: CustomerId, text: &str) -> FollowUpForm {
    FollowUpForm { customer: customer.to_string(), kind: "call".into(), content: text.into(), ..FollowUpForm::default() }
}

fn code(error: &StoreError) -> String {
    match error {
        StoreError::Refused(found) => found[0].code.clone(),
        other => other.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_sees_and_writes_down_and_changes_nothing() {
    each(async |shop: Shop| {
        let [alpha, ..] = shop.customers;
        assert_not_found(shop.store.customer(&shop.dan, alpha).await);
        set(&shop, &shop.ada, alpha, &shop.dan, false).await.unwrap();
        let seen = shop.store.customer(&shop.dan, alpha).await.unwrap();
        assert_eq!(
            (seen.helping, seen.may_write, seen.may_log, seen.open_deals.len()),
            (true, false, true, 0),
            "its deals stay its owner's"
        );
        assert_eq!((seen.helpers.len(), seen.may_help.len()), (1, 0));
        assert!(!shop.store.customer(&shop.ada, alpha).await.unwrap().helping);
        // Found by list, picker and search, and nobody else's.
        assert_eq!(listed(&shop, &shop.dan).await, ["Alpha Pumps", "Delta Ships"]);
        assert_eq!(listed(&shop, &shop.cai).await, ["Gamma Foods"]);
        assert_eq!(shop.store.find_customers(&shop.dan, "alpha").await.unwrap().len(), 1);
        let found = shop.store.find(&shop.dan, "alpha pumps", 6).await.unwrap();
        assert_eq!((found.found.len(), found.totals), (1, [1, 0, 0]), "the customer, not its deal");
        assert_eq!(shop.store.find(&shop.cai, "alpha pumps", 6).await.unwrap().found, []);
        // What is written down is the helper's own words; a mention reaches them.
        shop.store.log_follow_up(&shop.dan, new_request(), note(alpha, "called, @ada knows")).await.unwrap();
        assert_eq!(shop.store.mentions_of(&shop.ada).await.unwrap().len(), 1);
        shop.store.log_follow_up(&shop.ada, new_request(), note(alpha, "@dan thanks")).await.unwrap();
        assert_eq!(shop.store.mentions_of(&shop.dan).await.unwrap().len(), 1);
        let file = shop.store.add_file(&shop.dan, new_request(), FilesOf::Customer(alpha), "a.txt", b"text".to_vec()).await.unwrap();
        assert_eq!(shop.store.file(&shop.ada, file).await.unwrap().name, "a.txt");
        // Nothing else.
        let detail = shop.store.customer(&shop.ada, alpha).await.unwrap();
        let form = CustomerForm { id: alpha.to_string(), version: detail.row.version, name: "Mine".into(), ..CustomerForm::default() };
        assert!(shop.store.save_customer(&shop.dan, new_request(), form).await.is_err());
        assert_not_found(shop.store.customer_form(&shop.dan, alpha).await);
        assert_not_found(shop.store.deal(&shop.dan, shop.deals[0]).await);
        assert_not_found(shop.store.files(&shop.dan, FilesOf::Deal(shop.deals[0])).await);
        let of_deal = FollowUpForm { deal: shop.deals[0].to_string(), ..note(alpha, "x") };
        assert_not_found(shop.store.log_follow_up(&shop.dan, new_request(), of_deal).await);
        assert_not_found(set(&shop, &shop.dan, alpha, &shop.cai, false).await);
        assert_not_found(shop.store.visits_of(&shop.dan, alpha).await);
        assert_eq!(
            shop.store.tier_board(&shop.dan, &Default::default(), 0).await.unwrap().columns.iter().map(|c| c.count).sum::<i64>(),
            1,
            "figures count one's own"
        );
        // And then no longer.
        for _ in 0..2 {
            set(&shop, &shop.lead, alpha, &shop.dan, true).await.unwrap();
        }
        assert_not_found(shop.store.customer(&shop.dan, alpha).await);
        assert_not_found(shop.store.log_follow_up(&shop.dan, new_request(), note(alpha, "late")).await);
        assert_eq!(shop.store.mentions_of(&shop.dan).await.unwrap(), []);
        assert_eq!(listed(&shop, &shop.dan).await, ["Delta Ships"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_change_a_customer_says_who_helps() {
    each(async |shop: Shop| {
        let [alpha, ..] = shop.customers;
        for (by, who) in [(&shop.bob, &shop.dan), (&shop.dan, &shop.dan)] {
            assert_not_found(set(&shop, by, alpha, who, false).await);
        }
        for by in [&shop.service, &shop.finance] {
            assert!(matches!(set(&shop, by, alpha, &shop.dan, false).await, Err(StoreError::Denied(_))));
        }
        for who in [&shop.ada, &shop.finance, &shop.hr] {
            assert_eq!(code(&set(&shop, &shop.ada, alpha, who, false).await.unwrap_err()), "unknown_value", "{}", who.name);
        }
        set(&shop, &shop.director, alpha, &shop.dan, false).await.unwrap();
        let named = shop.store.customer(&shop.ada, alpha).await.unwrap();
        assert_eq!(named.helpers, [(shop.dan.id, "Dan Dietz".to_owned())]);
        assert!(named.may_help.iter().any(|(id, _)| *id == shop.bob.id) && !named.may_help.iter().any(|(id, _)| *id == shop.ada.id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn helpers_go_with_a_merge_and_come_back() {
    each(async |shop: Shop| {
        let [alpha, ..] = shop.customers;
        let twin = shop.customer(&shop.ada, "Alpha Pumps Two").await;
        for (customer, helper) in [(alpha, &shop.cai), (twin, &shop.cai), (twin, &shop.dan)] {
            set(&shop, &shop.ada, customer, helper, false).await.unwrap();
        }
        let version = async |id| shop.store.customer(&shop.ada, id).await.unwrap().row.version;
        let merge = MergeForm {
            a: alpha.to_string(),
            b: twin.to_string(),
            a_version: version(alpha).await,
            b_version: version(twin).await,
            keep: "a".into(),
            ..MergeForm::default()
        };
        let merged = shop.store.merge_customers(&shop.ada, new_request(), merge).await.unwrap();
        let names =
            async |id| shop.store.customer(&shop.ada, id).await.unwrap().helpers.into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names(alpha).await, ["Cai Chen", "Dan Dietz"]);
        assert_eq!(listed(&shop, &shop.dan).await, ["Alpha Pumps", "Delta Ships"]);
        shop.store
            .undo_merge(&shop.ada, new_request(), UndoMergeForm { id: merged.id.to_string(), ..UndoMergeForm::default() })
            .await
            .unwrap();
        assert_eq!(
            (names(alpha).await, names(twin).await),
            (vec!["Cai Chen".to_owned()], vec!["Cai Chen".to_owned(), "Dan Dietz".to_owned()])
        );
    })
    .await;
}
