//! Taking back one's own last move.

use crate::common::{DAY, Shop, each, refusals};
use domain::ids::DealId;
use domain::pipeline::Outcome;
use domain::pipeline::moves::{MoveDeal, UndoMove};
use store::new_request;

async fn undo(shop: &Shop, deal: DealId) -> UndoMove {
    UndoMove { request: new_request(), deal, version: shop.card(deal).await.version }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_restores_stage_place_amount_and_outcome() {
    each(async |shop: Shop| {
        let deal = shop.deals[1];
        let before = shop.card(deal).await;
        shop.win(&shop.bob, deal, 777, DAY).await;
        let after = shop.store.undo_move(&shop.bob, undo(&shop, deal).await).await.unwrap();
        assert_eq!((after.outcome, after.amount, after.closed_on), (Outcome::Open, before.amount, None));
        assert_eq!((after.stage, after.rank, after.probability_bp), (before.stage, before.rank, before.probability_bp));
        assert_eq!((after.stage_since, after.version), (before.stage_since, 3));
        let page = shop.store.deal(&shop.bob, deal).await.unwrap();
        let undone = page.timeline.iter().filter(|e| matches!(e.what, domain::pipeline::Happening::Stage { undone: true, .. })).count();
        assert_eq!((page.timeline.len(), undone), (3, 1), "history keeps the move and its undoing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_one_who_moved_it_takes_it_back() {
    each(async |shop: Shop| {
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        assert_eq!(refusals(shop.store.undo_move(&shop.lead, undo(&shop, shop.deals[0]).await).await), [": nothing_to_undo"]);
        shop.store.undo_move(&shop.ada, undo(&shop, shop.deals[0]).await).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_taken_back_once() {
    each(async |shop: Shop| {
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        shop.move_to(&shop.ada, shop.deals[0], 2).await;
        shop.store.undo_move(&shop.ada, undo(&shop, shop.deals[0]).await).await.unwrap();
        assert_eq!(shop.card(shop.deals[0]).await.stage, shop.stages[1].id);
        assert_eq!(refusals(shop.store.undo_move(&shop.ada, undo(&shop, shop.deals[0]).await).await), [": nothing_to_undo"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_deal_has_nothing_to_take_back() {
    each(async |shop: Shop| {
        assert_eq!(refusals(shop.store.undo_move(&shop.ada, undo(&shop, shop.deals[0]).await).await), [": nothing_to_undo"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_window_a_move_stays() {
    each(async |shop: Shop| {
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        let tomorrow = shop.later(1).await;
        assert_eq!(refusals(tomorrow.undo_move(&shop.ada, undo(&shop, shop.deals[0]).await).await), [": nothing_to_undo"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_version_is_not_taken_back() {
    each(async |shop: Shop| {
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        let old = undo(&shop, shop.deals[0]).await;
        shop.move_to(&shop.lead, shop.deals[0], 2).await;
        let (by, version) = crate::common::stale(shop.store.undo_move(&shop.ada, old).await);
        assert_eq!((by.as_str(), version), ("Lea Lead", 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_somebody_took_meanwhile_is_shared_by_nobody() {
    each(async |shop: Shop| {
        let [alpha, beta, gamma, delta] = shop.deals;
        let between = async |deal| MoveDeal { above: Some(delta), below: Some(alpha), ..shop.to(deal, 0).await };
        for deal in [beta, gamma] {
            shop.move_to(&shop.admin, deal, 1).await;
        }
        shop.store.move_deal(&shop.admin, between(beta).await).await.unwrap();
        shop.move_to(&shop.admin, beta, 2).await;
        shop.store.move_deal(&shop.admin, between(gamma).await).await.unwrap();
        shop.store.undo_move(&shop.admin, undo(&shop, beta).await).await.unwrap();
        let cards = shop.column(shop.stages[0].id).await;
        assert_eq!(cards.iter().map(|c| c.id).collect::<Vec<_>>(), [delta, gamma, beta, alpha]);
        assert!(cards.windows(2).all(|pair| pair[0].rank < pair[1].rank), "{cards:?}");
    })
    .await;
}
