//! One fact of many customers at once: each judged by itself, taken back as one, and a change of
//! tier kept in its history.

use crate::common::{Shop, assert_denied, each, refusals};
use domain::change::{Change, UndoChanges, Why};
use domain::customer_change::{ChangeCustomers, Changed, Fact};
use domain::customers::{CustomerRow, Size, Tier};
use domain::ids::CustomerId;
use domain::pipeline::Source;
use domain::policy::Actor;
use domain::tiers::board::{TierSource, held};
use store::{StoreError, new_request};

async fn row(shop: &Shop, id: CustomerId) -> CustomerRow {
    shop.store.customer(&shop.admin, id).await.unwrap().row
}

async fn command(shop: &Shop, customers: &[CustomerId], to: Fact) -> ChangeCustomers {
    let mut changes = Vec::new();
    for id in customers {
        changes.push(Change { id: *id, version: row(shop, *id).await.version, to: to.clone() });
    }
    ChangeCustomers { request: new_request(), changes }
}

async fn change(shop: &Shop, by: &Actor, customers: &[CustomerId], to: Fact) -> Changed {
    shop.store.change_customers(by, command(shop, customers, to).await).await.unwrap()
}

fn why(changed: &Changed, id: CustomerId) -> &Why {
    &changed.refused.iter().find(|refused| refused.id == id).expect("it was refused").why
}

fn sorted(mut customers: Vec<CustomerId>) -> Vec<CustomerId> {
    customers.sort();
    customers
}

fn vip(reason: &str) -> Fact {
    Fact::Tier { to: Tier::Vip, reason: reason.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fact_is_changed_and_taken_back() {
    each(async |shop: Shop| {
        let [ada, bob, ..] = shop.customers;
        let before = [row(&shop, ada).await, row(&shop, bob).await];
        let facts = [
            vip(" a frame contract "),
            Fact::Owner(Some(shop.bob.id)),
            Fact::Industry(" Pumps ".into()),
            Fact::Region("North".into()),
            Fact::Size(Some(Size::Large)),
            Fact::Source(Source::Referral),
        ];
        for fact in facts {
            let asked = command(&shop, &[ada, bob], fact.clone()).await;
            let changed = shop.store.change_customers(&shop.lead, asked.clone()).await.unwrap();
            assert!(changed.refused.is_empty(), "{fact:?}: {changed:?}");
            assert_eq!(sorted([changed.done.clone(), changed.same.clone()].concat()), sorted(vec![ada, bob]), "{fact:?}");
            for id in [ada, bob] {
                let now = row(&shop, id).await;
                match &fact {
                    Fact::Tier { to, .. } => assert_eq!(now.tier, *to),
                    Fact::Owner(owner) => assert_eq!(now.owner.map(|(id, _)| id), *owner),
                    Fact::Industry(_) => assert_eq!(now.industry, "Pumps", "without the blanks"),
                    Fact::Region(region) => assert_eq!(now.region, *region),
                    Fact::Size(size) => assert_eq!(now.size, *size),
                    Fact::Source(source) => assert_eq!(now.source, *source),
                }
            }
            let undo = UndoChanges { request: new_request(), of: asked.request };
            let undone = shop.store.undo_customer_changes(&shop.lead, undo).await.unwrap();
            assert_eq!((undone.done, undone.refused), (sorted(changed.done.clone()), vec![]), "{fact:?}");
            for old in &before {
                let now = row(&shop, old.id).await;
                assert_eq!(
                    (now.tier, now.owner, now.team, now.industry, now.region, now.size, now.source),
                    (old.tier, old.owner.clone(), old.team.clone(), old.industry.clone(), old.region.clone(), old.size, old.source),
                    "{fact:?}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tier_goes_into_its_history_and_so_does_the_way_back() {
    each(async |shop: Shop| {
        let id = shop.customers[0];
        let asked = command(&shop, &[id], vip(" a frame contract ")).await;
        let of = asked.request;
        shop.store.change_customers(&shop.ada, asked).await.unwrap();
        let history = async || shop.store.customer(&shop.ada, id).await.unwrap().tier_changes;
        let changes = history().await;
        let [one] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!(
            (one.from, one.to, one.source, one.reason.as_str()),
            (Tier::Potential, Tier::Vip, TierSource::Manual, "a frame contract")
        );
        assert_eq!(one.by.as_ref().unwrap().1, "Ada Adler");
        assert!(held(&changes).is_some(), "a tier set by hand stays");
        // The same tier again is no change, and no line of history.
        let again = change(&shop, &shop.ada, &[id], vip("again")).await;
        assert_eq!((again.done, again.same), (vec![], vec![id]));
        assert_eq!(history().await.len(), 1);
        shop.store.undo_customer_changes(&shop.ada, UndoChanges { request: new_request(), of }).await.unwrap();
        let changes = history().await;
        assert_eq!((changes.len(), changes[1].to, changes[1].source), (2, Tier::Potential, TierSource::Undo));
        assert_eq!(changes[1].undoes, Some(changes[0].id));
        assert!(held(&changes).is_none(), "as if it had not been");
        assert_eq!(refusals(shop.store.change_customers(&shop.ada, command(&shop, &[id], vip(" ")).await).await), ["reason: required"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_changed_is_named_and_stays() {
    each(async |shop: Shop| {
        let [ada, bob, cai, _] = shop.customers;
        let asked = command(&shop, &[ada, bob, cai], Fact::Region("Moon".into())).await;
        change(&shop, &shop.ada, &[ada], Fact::Industry("Pumps".into())).await;
        let changed = shop.store.change_customers(&shop.lead, asked.clone()).await.unwrap();
        assert_eq!(changed.done, [bob]);
        assert!(matches!(why(&changed, ada), Why::Stale { by, .. } if by == "Ada Adler"), "{changed:?}");
        assert_eq!(*why(&changed, cai), Why::Gone, "another team's customer is not told from none");
        assert_eq!(changed.refused.iter().find(|refused| refused.id == cai).unwrap().title, "");
        assert_eq!(changed.refused.iter().find(|refused| refused.id == ada).unwrap().title, "Alpha Pumps");
        assert_eq!((row(&shop, ada).await.region.as_str(), row(&shop, cai).await.version), ("", 1));
        // A repeated request is answered as before and writes nothing.
        assert_eq!(shop.store.change_customers(&shop.lead, asked).await.unwrap(), changed);
        assert_eq!(row(&shop, bob).await.version, 2);
        // A salesperson's reach ends at their own customers.
        let changed = change(&shop, &shop.ada, &[bob], vip("mine now")).await;
        assert_eq!(*why(&changed, bob), Why::Gone);
        assert_eq!(row(&shop, bob).await.tier, Tier::Potential);
        // Those who may only read them.
        for by in [&shop.service, &shop.finance] {
            assert_denied(shop.store.change_customers(by, command(&shop, &[ada], vip("a")).await).await);
        }
        // To somebody outside one's people; to somebody without customers; to nobody.
        for owner in [&shop.dan, &shop.hr] {
            let changed = change(&shop, &shop.lead, &[ada], Fact::Owner(Some(owner.id))).await;
            assert!(matches!(why(&changed, ada), Why::Value(found) if found.field == "owner"), "{changed:?}");
        }
        assert_eq!(
            refusals(shop.store.change_customers(&shop.lead, command(&shop, &[ada], Fact::Owner(None)).await).await),
            ["owner: required"]
        );
        assert_eq!(refusals(shop.store.change_customers(&shop.lead, command(&shop, &[], vip("a")).await).await), [": required"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_ones_own_change_is_taken_back_and_only_where_nobody_went_on() {
    each(async |shop: Shop| {
        let [ada, bob, ..] = shop.customers;
        let asked = command(&shop, &[ada, bob], Fact::Region("North".into())).await;
        let of = asked.request;
        shop.store.change_customers(&shop.lead, asked).await.unwrap();
        let undo = || UndoChanges { request: new_request(), of };
        assert_eq!(refusals(shop.store.undo_customer_changes(&shop.bob, undo()).await), [": nothing_to_undo"]);
        // What deals were changed by is no command of customers.
        assert_eq!(refusals(shop.store.undo_changes(&shop.lead, undo()).await), [": nothing_to_undo"]);
        change(&shop, &shop.bob, &[bob], Fact::Size(Some(Size::Micro))).await;
        let undone = shop.store.undo_customer_changes(&shop.lead, undo()).await.unwrap();
        assert_eq!(undone.done, [ada]);
        assert!(matches!(why(&undone, bob), Why::Stale { by, .. } if by == "Bob Bauer"), "{undone:?}");
        assert_eq!(row(&shop, bob).await.region, "North");
        let late = shop.later(1).await;
        let answer = late.undo_customer_changes(&shop.lead, undo()).await;
        assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_of_the_pool_goes_back_to_it() {
    each(async |shop: Shop| {
        let id = shop.customers[0];
        shop.sql().await.run("UPDATE customer SET owner_id = NULL WHERE name = 'Alpha Pumps'").await;
        let asked = command(&shop, &[id], Fact::Owner(Some(shop.bob.id))).await;
        let of = asked.request;
        let changed = shop.store.change_customers(&shop.lead, asked).await.unwrap();
        assert_eq!(changed.done, [id], "{changed:?}");
        assert_eq!(row(&shop, id).await.owner.unwrap().0, shop.bob.id);
        let undone = shop.store.undo_customer_changes(&shop.lead, UndoChanges { request: new_request(), of }).await.unwrap();
        assert_eq!((undone.done, row(&shop, id).await.owner), (vec![id], None));
    })
    .await;
}
