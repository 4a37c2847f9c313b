//! Contacts belong to their customer, and one of them is asked first.

use crate::common::{Shop, assert_denied, assert_not_found, each, refusals, stale};
use domain::customers::{ContactForm, ContactRow, ContactSort, Tier};
use domain::ids::{ContactId, CustomerId};
use domain::page::Sort;
use domain::policy::Actor;
use std::collections::HashSet;
use store::new_request;

const BY_NAME: Sort<ContactSort> = Sort { column: ContactSort::Name, descending: false };

fn named(customer: CustomerId, name: &str) -> ContactForm {
    ContactForm { customer: customer.to_string(), name: name.into(), ..ContactForm::default() }
}

async fn save(shop: &Shop, by: &Actor, form: ContactForm) -> ContactId {
    shop.store.save_contact(by, new_request(), form).await.unwrap()
}

async fn found(shop: &Shop, by: &Actor, customer: Option<CustomerId>, text: &str) -> Vec<String> {
    let page = shop.store.contacts(by, customer, text, BY_NAME, None).await.unwrap();
    assert_eq!(page.total, page.rows.len() as i64);
    page.rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_has_one_primary_contact() {
    each(async |shop: Shop| {
        let alpha = shop.customers[0];
        let first = shop.store.new_contact_form(&shop.ada, alpha).await.unwrap();
        assert!(first.primary, "the first is asked first");
        let first = save(&shop, &shop.ada, ContactForm { name: "Zoe".into(), ..first }).await;
        assert!(!shop.store.new_contact_form(&shop.ada, alpha).await.unwrap().primary);
        let old = shop.store.contact_form(&shop.ada, first).await.unwrap();
        save(&shop, &shop.ada, ContactForm { primary: true, ..named(alpha, "Max") }).await;
        save(&shop, &shop.ada, named(alpha, "Ann")).await;
        save(&shop, &shop.bob, ContactForm { primary: true, ..named(shop.customers[1], "Other") }).await;
        let contacts = shop.store.customer(&shop.ada, alpha).await.unwrap().contacts;
        let seen: Vec<_> = contacts.iter().map(|c| (c.name.as_str(), c.primary)).collect();
        assert_eq!(seen, [("Max", true), ("Ann", false), ("Zoe", false)], "the primary one first");
        // Whoever still has the form of the former primary one has an old form.
        assert_eq!(stale(shop.store.save_contact(&shop.ada, new_request(), old).await), ("Ada Adler".into(), 2));
        let beta = shop.store.customer(&shop.bob, shop.customers[1]).await.unwrap().contacts;
        assert!(beta[0].primary, "another customer's stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_make_a_contact_primary_at_once_one_is() {
    each(async |shop: Shop| {
        let mut running = tokio::task::JoinSet::new();
        for i in 0..10 {
            let (store, ada, form) =
                (shop.store.clone(), shop.ada.clone(), ContactForm { primary: true, ..named(shop.customers[0], &format!("C{i}")) });
            running.spawn(async move { store.save_contact(&ada, new_request(), form).await.unwrap() });
        }
        running.join_all().await;
        let contacts = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap().contacts;
        assert_eq!((contacts.len(), contacts.iter().filter(|c| c.primary).count()), (10, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_seen_and_changed_with_their_customer() {
    each(async |shop: Shop| {
        let eve = save(&shop, &shop.ada, named(shop.customers[0], "Eve")).await;
        save(&shop, &shop.dan, named(shop.customers[3], "Dirk")).await;
        assert_eq!(found(&shop, &shop.admin, None, "").await, ["Dirk", "Eve"]);
        assert_eq!(found(&shop, &shop.lead, None, "").await, ["Eve"]);
        assert_eq!(found(&shop, &shop.dan, None, "").await, ["Dirk"]);
        assert_eq!(found(&shop, &shop.dan, Some(shop.customers[0]), "").await, [""; 0]);
        assert_denied(shop.store.contacts(&shop.hr, None, "", BY_NAME, None).await);

        assert_not_found(shop.store.contact_form(&shop.dan, eve).await);
        assert_not_found(shop.store.new_contact_form(&shop.dan, shop.customers[0]).await);
        assert_not_found(shop.store.save_contact(&shop.dan, new_request(), named(shop.customers[0], "Spy")).await);
        assert_denied(shop.store.contact_form(&shop.service, eve).await);
        assert_denied(shop.store.save_contact(&shop.service, new_request(), named(shop.customers[0], "X")).await);
        // A contact is not taken along to another customer.
        let form = shop.store.contact_form(&shop.admin, eve).await.unwrap();
        let moved = ContactForm { customer: shop.customers[3].to_string(), ..form };
        assert_not_found(shop.store.save_contact(&shop.dan, new_request(), moved).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_comes_back_as_typed_and_is_found_by_what_it_says() {
    each(async |shop: Shop| {
        let typed = ContactForm {
            title: "Buyer".into(),
            role: "decision".into(),
            phone: "138 0000 0000".into(),
            email: "Eve@Example.com".into(),
            notes: "likes tea".into(),
            ..named(shop.customers[0], "Eve Ember")
        };
        let id = save(&shop, &shop.ada, typed.clone()).await;
        let form = shop.store.contact_form(&shop.ada, id).await.unwrap();
        assert_eq!(form, ContactForm { id: id.to_string(), version: 1, email: "eve@example.com".into(), ..typed });
        for text in ["EMBER", "buyer", "138 0000", "eve@ex", "alpha pumps", ""] {
            assert_eq!(found(&shop, &shop.ada, None, text).await, ["Eve Ember"], "{text}");
        }
        assert_eq!(found(&shop, &shop.ada, Some(shop.customers[0]), "beta").await, [""; 0]);
        let wrong = ContactForm { email: "eve".into(), name: String::new(), ..form };
        assert_eq!(refusals(shop.store.save_contact(&shop.ada, new_request(), wrong).await), ["name: required", "email: bad_email"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_visits_every_contact_once() {
    each(async |shop: Shop| {
        for i in 0..110 {
            save(&shop, &shop.ada, named(shop.customers[0], ["Eve", "Max", "恒"][i % 3])).await;
        }
        for &column in ContactSort::ALL {
            for descending in [false, true] {
                let mut rows: Vec<ContactRow> = Vec::new();
                let mut after: Option<String> = None;
                loop {
                    let page = shop.store.contacts(&shop.ada, None, "", Sort { column, descending }, after.as_deref()).await.unwrap();
                    assert_eq!(page.total, 110);
                    rows.extend(page.rows);
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(rows.len(), 110, "{column} {descending}");
                assert_eq!(rows.iter().map(|row| row.id).collect::<HashSet<_>>().len(), 110, "{column} {descending}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_says_whose_customer_it_belongs_to() {
    each(async |shop: Shop| {
        save(&shop, &shop.bob, named(shop.customers[1], "Eve")).await;
        let sort = Sort { column: ContactSort::Name, descending: false };
        let rows = shop.store.contacts(&shop.lead, None, "", sort, None).await.unwrap().rows;
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.tier, row.owner.clone()), (Tier::Potential, Some((shop.bob.id, "Bob Bauer".to_owned()))));
        assert_eq!(shop.store.customer(&shop.lead, shop.customers[1]).await.unwrap().contacts, rows, "as on its page");
    })
    .await;
}
