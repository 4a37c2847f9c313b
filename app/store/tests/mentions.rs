//! Colleagues who are named in follow-ups: who hears of it, who does not, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Shop, each};
use domain::ids::FollowUpId;
use domain::mentions::{MentionRow, SeenForm};
use domain::policy::Actor;
use domain::work::FollowUpForm;
use store::{StoreError, new_request};

async fn write(shop: &Shop, by: &Actor, deal: bool, text: &str) -> FollowUpId {
    let form = FollowUpForm {
        customer: shop.customers[0].to_string(),
        deal: if deal { shop.deals[0].to_string() } else { String::new() },
        kind: "call".into(),
        content: text.into(),
        ..FollowUpForm::default()
    };
    shop.store.log_follow_up(by, new_request(), form).await.unwrap()
}

async fn of(shop: &Shop, by: &Actor) -> Vec<MentionRow> {
    shop.store.mentions_of(by).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_see_the_record_hears_of_it_and_the_writer_hears_who_does_not() {
    each(async |shop: Shop| {
        let id = write(&shop, &shop.ada, true, "price agreed, @Lea Lead @bob @Ada Adler @sam see").await;
        let told = shop.store.told(&shop.ada, id).await.unwrap();
        assert_eq!(
            (told.told, told.untold, told.unclear),
            (vec!["Lea Lead".into(), "Sam Service".into()], vec!["Bob Bauer".into()], vec![])
        );
        let rows = of(&shop, &shop.lead).await;
        assert_eq!((rows.len(), rows[0].by.as_str(), rows[0].customer_name.as_str()), (1, "Ada Adler", "Alpha Pumps"));
        assert_eq!(rows[0].href(), format!("/deals/{}", shop.deals[0]));
        assert_eq!((of(&shop, &shop.service).await.len(), of(&shop, &shop.bob).await.len(), of(&shop, &shop.ada).await.len()), (1, 0, 0));
        assert_eq!(shop.store.home(&shop.lead, &Default::default()).await.unwrap().mentions, rows);
        // What somebody else wrote is not asked about.
        assert!(matches!(shop.store.told(&shop.lead, id).await, Err(StoreError::NotFound)));
        // Without a deal it is about the customer; a name in a mail address is none.
        let id = write(&shop, &shop.ada, false, "mail to x@lea, @Dan Dietz").await;
        assert_eq!(shop.store.told(&shop.ada, id).await.unwrap().untold, ["Dan Dietz"]);
        assert_eq!(of(&shop, &shop.lead).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_is_not_shown_again_and_is_nobody_elses() {
    each(async |shop: Shop| {
        write(&shop, &shop.ada, false, "@lea please").await;
        let row = of(&shop, &shop.lead).await.remove(0);
        let form = SeenForm { mention: row.id.to_string(), ..SeenForm::default() };
        assert!(matches!(shop.store.see_mention(&shop.director, new_request(), form.clone()).await, Err(StoreError::NotFound)));
        for _ in 0..2 {
            shop.store.see_mention(&shop.lead, new_request(), form.clone()).await.unwrap();
        }
        assert_eq!(of(&shop, &shop.lead).await, []);
        // Who may no longer see the customer is not shown what was said of it.
        write(&shop, &shop.lead, false, "@ada, yours").await;
        assert_eq!(of(&shop, &shop.ada).await.len(), 1);
        let detail = shop.store.customer(&shop.admin, shop.customers[0]).await.unwrap();
        let given = domain::customers::CustomerForm {
            id: shop.customers[0].to_string(),
            version: detail.row.version,
            name: detail.row.name,
            owner: shop.dan.id.to_string(),
            ..Default::default()
        };
        shop.store.save_customer(&shop.admin, new_request(), given).await.unwrap();
        assert_eq!(of(&shop, &shop.ada).await, []);
    })
    .await;
}
