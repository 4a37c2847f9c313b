//! A lead in one write.

use crate::common::{DAY, Shop, day, each};
use domain::pipeline::Outcome;
use domain::quick::QuickForm;
use store::{StoreError, new_request};

fn form(name: &str) -> QuickForm {
    QuickForm {
        name: name.into(),
        person: "Rosa Reed".into(),
        phone: "138 0000 0000".into(),
        need: "Two lines".into(),
        next_step: "Send the offer".into(),
        next_on: day(1).to_string(),
        ..QuickForm::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_is_a_customer_a_contact_and_a_deal_once() {
    each(async |shop: Shop| {
        let request = new_request();
        let id = shop.store.quick_lead(&shop.ada, request, form("Epsilon Fans")).await.unwrap();
        assert_eq!(shop.store.quick_lead(&shop.ada, request, form("Epsilon Fans")).await.unwrap(), id, "sent twice, done once");
        let deal = shop.store.deal(&shop.ada, id).await.unwrap();
        let card = &deal.card;
        assert_eq!((card.title.as_str(), card.stage, card.outcome, card.amount.minor), ("Two lines", shop.stages[0].id, Outcome::Open, 0));
        assert_eq!((card.next_step.as_str(), card.next_on, card.first_contact_on), ("Send the offer", Some(day(1)), DAY));
        assert_eq!(deal.contact.as_ref().map(|contact| contact.name.as_str()), Some("Rosa Reed"));
        let customer = shop.store.customer(&shop.ada, card.customer).await.unwrap();
        assert_eq!((customer.row.phone.as_str(), customer.contacts.len(), customer.contacts[0].primary), ("138 0000 0000", 1, true));
        assert_eq!(customer.row.owner.unwrap().0, shop.ada.id);
        let alone =
            shop.store.quick_lead(&shop.ada, new_request(), QuickForm { person: String::new(), ..form("Zeta Fans") }).await.unwrap();
        assert_eq!(shop.store.deal(&shop.ada, alone).await.unwrap().contact, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_that_is_refused_leaves_nothing() {
    each(async |shop: Shop| {
        let sql = shop.sql().await;
        let count = async || [sql.count("customer").await, sql.count("contact").await, sql.count("deal").await, sql.count("audit").await];
        let before = count().await;
        // The name of somebody else's customer, as in the customer's own form.
        let taken = shop.store.quick_lead(&shop.ada, new_request(), form("beta  TOOLS")).await.unwrap_err();
        assert!(
            matches!(&taken, StoreError::Refused(found) if (found[0].field.as_str(), found[0].code.as_str()) == ("name", "duplicate")),
            "{taken}"
        );
        let bare = shop.store.quick_lead(&shop.ada, new_request(), QuickForm::default()).await.unwrap_err();
        assert!(matches!(&bare, StoreError::Refused(found) if found.len() == 4), "{bare}");
        for who in [&shop.service, &shop.finance, &shop.hr] {
            assert!(matches!(shop.store.quick_lead(who, new_request(), form("Eta Fans")).await, Err(StoreError::Denied(_))));
        }
        assert_eq!(count().await, before);
    })
    .await;
}
