//! The order of cards in a column.

use crate::common::{Dice, Shop, each};
use domain::ids::DealId;
use domain::pipeline::moves::MoveDeal;
use std::collections::HashSet;

/// Twenty-four deals of Ada, spread over two columns, as the board has them.
async fn columns(shop: &Shop) -> [Vec<DealId>; 2] {
    for i in 0..24 {
        let deal = shop.deal(&shop.ada, shop.customers[0], &format!("Deal {i}"), "10").await;
        if i % 2 == 0 {
            shop.move_to(&shop.ada, deal, 1).await;
        }
    }
    [order(shop, 0).await, order(shop, 1).await]
}

async fn order(shop: &Shop, stage: usize) -> Vec<DealId> {
    shop.column(shop.stages[stage].id).await.into_iter().map(|c| c.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_card_comes_on_top() {
    each(async |shop: Shop| {
        let mut expected = shop.deals;
        expected.reverse();
        assert_eq!(order(&shop, 0).await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_many_random_drops_the_columns_read_as_people_made_them() {
    each(async |shop: Shop| {
        let mut expected = columns(&shop).await;
        let mut dice = Dice(2026);
        for _ in 0..150 {
            let from = usize::from(expected[0].is_empty() || !expected[1].is_empty() && dice.roll(2) == 1);
            let to = dice.roll(2);
            let at = dice.roll(expected[from].len());
            let deal = expected[from].remove(at);
            let slot = dice.roll(expected[to].len() + 1);
            let command = MoveDeal {
                above: slot.checked_sub(1).map(|i| expected[to][i]),
                below: expected[to].get(slot).copied(),
                ..shop.to(deal, to).await
            };
            // One of the neighbours is enough, as on a screen that shows few cards.
            let command = match dice.roll(3) {
                0 if command.above.is_some() => MoveDeal { below: None, ..command },
                1 if command.below.is_some() => MoveDeal { above: None, ..command },
                _ => command,
            };
            shop.store.move_deal(&shop.admin, command).await.unwrap();
            expected[to].insert(slot, deal);
        }
        for (stage, expected) in expected.into_iter().enumerate() {
            assert_eq!(order(&shop, stage).await, expected, "column {stage}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_drop_at_one_place_at_once_all_get_a_place_of_their_own() {
    each(async |shop: Shop| {
        let [moving, column] = columns(&shop).await;
        let (above, below) = (column[3], column[4]);
        let mut drops = tokio::task::JoinSet::new();
        for deal in moving {
            let command = MoveDeal { above: Some(above), below: Some(below), ..shop.to(deal, 1).await };
            let (store, admin) = (shop.store.clone(), shop.admin.clone());
            drops.spawn(async move { store.move_deal(&admin, command).await.unwrap() });
        }
        drops.join_all().await;
        let cards = shop.column(shop.stages[1].id).await;
        let ranks: HashSet<&str> = cards.iter().map(|c| c.rank.as_str()).collect();
        assert_eq!(ranks.len(), cards.len(), "no two cards share a rank");
        let place = |id: DealId| cards.iter().position(|c| c.id == id).unwrap();
        assert_eq!((place(column[0]), place(above)), (0, 3));
        assert_eq!(place(below), cards.len() - (column.len() - 4), "all are between the two");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_that_has_left_no_longer_counts() {
    each(async |shop: Shop| {
        let [_, column] = columns(&shop).await;
        let deal = column[6];
        let command = MoveDeal { above: Some(column[1]), below: Some(column[2]), ..shop.to(deal, 1).await };
        shop.move_to(&shop.admin, column[1], 3).await;
        shop.store.move_deal(&shop.admin, command).await.unwrap();
        let now = order(&shop, 1).await;
        assert_eq!(now[..3], [column[0], deal, column[2]]);
    })
    .await;
}
