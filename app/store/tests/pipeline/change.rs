//! One fact of many deals at once: each judged by itself, taken back as one.

use crate::common::{DAY, Shop, assert_denied, day, each, refusals};
use domain::change::{UndoChanges, Why};
use domain::ids::{DealId, ProductId};
use domain::pipeline::change::{ChangeDeals, Changed, DealChange, Fact};
use domain::pipeline::{Outcome, Source};
use domain::policy::Actor;
use store::{StoreError, new_request};

async fn command(shop: &Shop, deals: &[DealId], to: Fact) -> ChangeDeals {
    let mut changes = Vec::new();
    for deal in deals {
        changes.push(DealChange { id: *deal, version: shop.card(*deal).await.version, to: to.clone() });
    }
    ChangeDeals { request: new_request(), changes }
}

async fn change(shop: &Shop, by: &Actor, deals: &[DealId], to: Fact) -> Changed {
    shop.store.change_deals(by, command(shop, deals, to).await).await.unwrap()
}

fn why(changed: &Changed, deal: DealId) -> &Why {
    &changed.refused.iter().find(|refused| refused.id == deal).expect("it was refused").why
}

fn sorted(deals: &[DealId]) -> Vec<DealId> {
    let mut deals = deals.to_vec();
    deals.sort();
    deals
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fact_is_changed_and_taken_back() {
    each(async |shop: Shop| {
        let deals = [shop.deals[0], shop.deals[1]];
        let before = [shop.card(deals[0]).await, shop.card(deals[1]).await];
        let facts = [
            Fact::Owner(shop.bob.id),
            Fact::Close(Some(day(30))),
            Fact::Next { step: " send the offer ".into(), on: Some(day(2)) },
            Fact::Amount(4_200),
            Fact::Probability(Some(3_300)),
            Fact::Source(Source::Referral),
            Fact::Product(None),
        ];
        for fact in facts {
            let asked = command(&shop, &deals, fact.clone()).await;
            let changed = shop.store.change_deals(&shop.lead, asked.clone()).await.unwrap();
            assert!(changed.refused.is_empty(), "{fact:?}: {changed:?}");
            assert_eq!(sorted(&[changed.done.clone(), changed.same.clone()].concat()), sorted(&deals), "{fact:?}");
            if matches!(fact, Fact::Product(None)) {
                assert_eq!(changed.same.len(), 2, "they had none");
                continue;
            }
            let card = shop.card(deals[0]).await;
            match &fact {
                Fact::Owner(owner) => assert_eq!((card.owner, shop.card(deals[1]).await.owner), (*owner, *owner)),
                Fact::Close(on) => assert_eq!(card.expected_close_on, *on),
                Fact::Next { on, .. } => assert_eq!((card.next_step.as_str(), card.next_on), ("send the offer", *on)),
                Fact::Amount(minor) => assert_eq!(card.amount.minor, *minor),
                Fact::Probability(bp) => assert_eq!(Some(card.probability_bp), *bp),
                Fact::Source(_) | Fact::Product(_) => {}
            }
            let undo = UndoChanges { request: new_request(), of: asked.request };
            let undone = shop.store.undo_changes(&shop.lead, undo).await.unwrap();
            assert_eq!((undone.done, undone.refused), (sorted(&changed.done), vec![]), "{fact:?}");
            for old in &before {
                let now = shop.card(old.id).await;
                assert_eq!(
                    (now.owner, now.expected_close_on, now.next_on, &now.next_step, now.amount, now.probability_bp),
                    (old.owner, old.expected_close_on, old.next_on, &old.next_step, old.amount, old.probability_bp),
                    "{fact:?}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_changed_is_named_and_stays() {
    each(async |shop: Shop| {
        let [ada, bob, cai, _] = shop.deals;
        shop.win(&shop.bob, bob, 100_000, DAY).await;
        let mut asked = command(&shop, &[ada, bob, cai], Fact::Amount(1)).await;
        let stale = asked.changes.iter_mut().find(|change| change.id == ada).unwrap();
        stale.version -= 1;
        let changed = shop.store.change_deals(&shop.lead, asked).await.unwrap();
        assert!(changed.done.is_empty(), "{changed:?}");
        assert!(matches!(why(&changed, ada), Why::Stale { .. }));
        assert_eq!(*why(&changed, bob), Why::Closed, "what it was won with is settled");
        assert_eq!(*why(&changed, cai), Why::Gone, "another team's deal is not told from none");
        let hidden = changed.refused.iter().find(|refused| refused.id == cai).unwrap();
        assert_eq!(hidden.title, "");
        assert_eq!((shop.card(cai).await.version, shop.card(bob).await.amount.minor), (1, 100_000));
        // One that may only read them.
        assert_denied(shop.store.change_deals(&shop.finance, command(&shop, &[ada], Fact::Amount(1)).await).await);
        // To somebody outside one's people; to somebody without deals.
        for owner in [&shop.dan, &shop.hr] {
            let changed = change(&shop, &shop.lead, &[ada], Fact::Owner(owner.id)).await;
            assert!(matches!(why(&changed, ada), Why::Value(found) if found.field == "owner"), "{changed:?}");
        }
        let unknown = Fact::Product(Some(ProductId(new_request().0)));
        let changed = change(&shop, &shop.lead, &[ada], unknown).await;
        assert!(matches!(why(&changed, ada), Why::Value(found) if found.to_string() == "product: unknown_value"), "{changed:?}");
        assert_eq!(
            refusals(shop.store.change_deals(&shop.lead, command(&shop, &[ada], Fact::Amount(-1)).await).await),
            ["amount: negative"]
        );
        assert_eq!(refusals(shop.store.change_deals(&shop.lead, command(&shop, &[], Fact::Amount(1)).await).await), [": required"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_are_changed_beside_those_that_are_not() {
    each(async |shop: Shop| {
        let [ada, bob, ..] = shop.deals;
        shop.win(&shop.bob, bob, 100_000, DAY).await;
        let asked = command(&shop, &[ada, bob], Fact::Amount(5)).await;
        let changed = shop.store.change_deals(&shop.lead, asked.clone()).await.unwrap();
        assert_eq!((changed.done.clone(), why(&changed, bob)), (vec![ada], &Why::Closed));
        assert_eq!(shop.card(ada).await.amount.minor, 5);
        // A repeated request is answered as before and writes nothing.
        assert_eq!(shop.store.change_deals(&shop.lead, asked).await.unwrap(), changed);
        assert_eq!(shop.card(ada).await.version, 2);
        assert_eq!(shop.card(bob).await.outcome, Outcome::Won);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_ones_own_change_is_taken_back_and_only_where_nobody_went_on() {
    each(async |shop: Shop| {
        let [ada, bob, ..] = shop.deals;
        let asked = command(&shop, &[ada, bob], Fact::Close(Some(day(60)))).await;
        let of = asked.request;
        shop.store.change_deals(&shop.lead, asked).await.unwrap();
        let undo = || UndoChanges { request: new_request(), of };
        assert_eq!(refusals(shop.store.undo_changes(&shop.bob, undo()).await), [": nothing_to_undo"]);
        change(&shop, &shop.bob, &[bob], Fact::Amount(9)).await;
        let undone = shop.store.undo_changes(&shop.lead, undo()).await.unwrap();
        assert_eq!(undone.done, [ada]);
        assert!(matches!(why(&undone, bob), Why::Stale { by, .. } if by == "Bob Bauer"), "{undone:?}");
        assert_eq!(shop.card(bob).await.expected_close_on, Some(day(60)));
        let unknown = UndoChanges { request: new_request(), of: new_request() };
        assert_eq!(refusals(shop.store.undo_changes(&shop.lead, unknown).await), [": nothing_to_undo"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn putting_the_close_off_is_counted_and_uncounted() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        let pushes = async || shop.store.deal(&shop.ada, deal).await.unwrap().pushes;
        change(&shop, &shop.ada, &[deal], Fact::Close(Some(day(10)))).await;
        assert_eq!(pushes().await, 0, "the first day is no delay");
        let asked = command(&shop, &[deal], Fact::Close(Some(day(40)))).await;
        let of = asked.request;
        shop.store.change_deals(&shop.ada, asked).await.unwrap();
        assert_eq!(pushes().await, 1);
        shop.store.undo_changes(&shop.ada, UndoChanges { request: new_request(), of }).await.unwrap();
        assert_eq!((pushes().await, shop.card(deal).await.expected_close_on), (0, Some(day(10))));
        change(&shop, &shop.ada, &[deal], Fact::Close(Some(day(5)))).await;
        assert_eq!(pushes().await, 0, "earlier is no delay");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_change_is_not_taken_back() {
    each(async |shop: Shop| {
        let asked = command(&shop, &[shop.deals[0]], Fact::Amount(5)).await;
        let of = asked.request;
        shop.store.change_deals(&shop.ada, asked).await.unwrap();
        let late = shop.later(1).await;
        let answer = late.undo_changes(&shop.ada, UndoChanges { request: new_request(), of }).await;
        assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}");
    })
    .await;
}
