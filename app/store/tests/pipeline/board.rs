//! The board: totals of whole columns, their cards, the won of the quarter.

use crate::common::{DAY, Dice, Shop, day, deal_form, each};
use domain::ids::{DealId, StageId};
use domain::money::{Currency, Sums};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::{Board, Card, NextStep};
use std::collections::HashSet;
use store::pipeline::board::FIRST_CARDS;

/// Seventy deals of Ada in two columns and three currencies.
async fn many(shop: &Shop) {
    let mut dice = Dice(11);
    for i in 0..70 {
        let form = DealForm {
            currency: ["CNY", "USD", "EUR"][dice.roll(3)].into(),
            probability: if i % 4 == 0 { "33.33".into() } else { String::new() },
            next_on: [String::new(), day(-1).to_string(), DAY.to_string(), day(3).to_string()][dice.roll(4)].clone(),
            stage: shop.stages[dice.roll(2)].id.to_string(),
            ..deal_form(shop.customers[0], &format!("Deal {i}"), &(1 + dice.roll(90_000)).to_string())
        };
        shop.save_deal(&shop.ada, form).await;
    }
}

fn sums(cards: &[Card]) -> Sums {
    let mut sums = Sums::default();
    for card in cards {
        let minor = card.amount.minor;
        sums.add(card.amount.currency, 1, minor, minor * i64::from(card.probability_bp));
    }
    sums
}

fn column_ids(board: &Board, stage: StageId) -> Vec<DealId> {
    board.columns.iter().find(|c| c.stage.id == stage).unwrap().cards.iter().map(|c| c.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_are_of_all_cards_by_currency_and_not_of_those_on_screen() {
    each(async |shop: Shop| {
        many(&shop).await;
        let board = shop.store.board(&shop.admin, &DealFilter::default()).await.unwrap();
        for column in &board.columns {
            let cards = shop.column(column.stage.id).await;
            assert_eq!(column.summary.sums, sums(&cards), "{}", column.stage.name_en);
            let next = NextStep::ALL.iter().map(|state| cards.iter().filter(|c| c.next_state(DAY) == *state).count() as i64);
            assert_eq!(column.summary.next.to_vec(), next.collect::<Vec<_>>(), "{}", column.stage.name_en);
        }
        assert!(board.columns[0].summary.sums.0.len() == 3, "three currencies, never added");
        let first = usize::try_from(FIRST_CARDS).unwrap();
        assert!(board.columns[0].summary.sums.count() > 20 && board.columns[0].cards.len() == first, "more than are shown");
        let totals = shop.store.board_summaries(&shop.admin, &DealFilter::default()).await.unwrap();
        assert_eq!(totals, board.columns.iter().map(|c| (c.stage.id, c.summary.clone())).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn further_cards_follow_the_first_ones_and_each_comes_once() {
    each(async |shop: Shop| {
        many(&shop).await;
        let stage = shop.stages[0].id;
        let board = shop.store.board(&shop.admin, &DealFilter::default()).await.unwrap();
        let mut seen = column_ids(&board, stage);
        let more = shop.store.more_cards(&shop.admin, &DealFilter::default(), stage, seen.last().copied()).await.unwrap();
        seen.extend(more.cards.iter().map(|c| c.id));
        assert_eq!(seen.len() as i64, board.columns[0].summary.sums.count());
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_won_column_holds_the_deals_won_in_this_quarter() {
    each(async |shop: Shop| {
        let won = [("2026-03-31", 0), ("2026-04-01", 1), ("2026-05-20", 2)];
        for (on, i) in won {
            shop.win(&shop.admin, shop.deals[i], 1_000 + i as i64, on.parse().unwrap()).await;
        }
        let board = shop.store.board(&shop.admin, &DealFilter::default()).await.unwrap();
        assert_eq!(board.won_since.to_string(), "2026-04-01");
        let column = &board.columns[4];
        assert_eq!(column_ids(&board, column.stage.id), [shop.deals[2], shop.deals[1]], "the latest first");
        assert_eq!(column.summary.sums, sums(&column.cards));
        let after = shop.store.more_cards(&shop.admin, &DealFilter::default(), column.stage.id, Some(shop.deals[2])).await.unwrap();
        assert_eq!(after.cards.iter().map(|c| c.id).collect::<Vec<_>>(), [shop.deals[1]]);
        // In the next quarter it is empty.
        let later = shop.later(60).await;
        let board = later.board(&shop.admin, &DealFilter::default()).await.unwrap();
        assert!(board.columns[4].cards.is_empty() && board.columns[4].summary.sums.count() == 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_median_cycle_is_of_the_deals_won_in_the_quarter() {
    each(async |shop: Shop| {
        for (i, days) in [(0, 10), (1, 20), (2, 60)] {
            let form = DealForm { first_contact_on: day(-days).to_string(), ..deal_form(shop.customers[i], "Long", "9") };
            let deal = shop.save_deal(&shop.admin, form).await;
            shop.win(&shop.admin, deal, 900, DAY).await;
        }
        let board = shop.store.board(&shop.admin, &DealFilter::default()).await.unwrap();
        assert_eq!(board.columns[4].summary.median_cycle_milli, Some(20_000));
        assert_eq!(board.columns[0].summary.median_cycle_milli, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_and_invalid_deals_leave_the_board() {
    each(async |shop: Shop| {
        use domain::pipeline::moves::{Closing, MoveDeal};
        let closing = Some(Closing::Invalid { note: "twice".into() });
        let command = MoveDeal { closing, ..shop.to(shop.deals[0], 0).await };
        shop.store.move_deal(&shop.ada, command).await.unwrap();
        let board = shop.store.board(&shop.ada, &DealFilter::default()).await.unwrap();
        assert!(board.columns.iter().all(|c| c.cards.is_empty() && c.summary.sums.count() == 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_that_was_kept_is_computed_again_after_a_change() {
    each(async |shop: Shop| {
        let filter = DealFilter::default();
        let look = async || shop.store.board(&shop.admin, &filter).await.unwrap();
        let mut old = look().await;
        // PostgreSQL repeats our own announcements, a moment later.
        for _ in 0..500 {
            let same = look().await;
            if std::sync::Arc::ptr_eq(&old, &same) {
                break;
            }
            old = same;
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(std::sync::Arc::ptr_eq(&old, &look().await), "nothing changed, nothing computed");
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        let new = look().await;
        assert_eq!(column_ids(&new, shop.stages[1].id), [shop.deals[0]]);
        assert_eq!(new.columns[0].summary.sums.count(), old.columns[0].summary.sums.count() - 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pace_of_a_stage_is_known_from_twenty_stays_on() {
    each(async |shop: Shop| {
        let later = shop.later(3).await;
        for i in 0..20 {
            let deal = shop.deal(&shop.ada, shop.customers[0], &format!("Deal {i}"), "1").await;
            let command = shop.to(deal, 1).await;
            later.move_deal(&shop.ada, command).await.unwrap();
            if i >= 18 {
                let pace = shop.later(4).await.stages().await.unwrap().stages[0].pace_milli;
                assert_eq!(pace, (i == 19).then_some(3_000), "after {} stays", i + 1);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_currency_is_never_added_to_another() {
    each(async |shop: Shop| {
        let form = DealForm { currency: "USD".into(), ..deal_form(shop.customers[0], "Dollars", "7") };
        shop.save_deal(&shop.ada, form).await;
        let board = shop.store.board(&shop.ada, &DealFilter::default()).await.unwrap();
        let mut lines: Vec<_> =
            board.columns[0].summary.sums.0.iter().map(|l| (l.currency, l.count, l.sum_minor, l.weighted_minor())).collect();
        lines.sort();
        assert_eq!(lines, [(Currency::Cny, 1, 100_000, 5_000), (Currency::Usd, 1, 700, 35)]);
    })
    .await;
}
