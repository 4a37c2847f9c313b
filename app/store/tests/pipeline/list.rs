//! The list of deals: paged by key in every order.

use crate::common::{Dice, Shop, day, deal_form, each, refusals};
use domain::ids::DealId;
use domain::page::{PAGE_ROWS, Sort};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::{Card, DealSort, Source};
use std::collections::HashSet;

const DEALS: usize = 130;

/// Deals of which many share a value, and many have none.
async fn many(shop: &Shop) {
    let mut dice = Dice(5);
    let mut date = |sides| {
        let roll = dice.roll(sides + 2);
        if roll >= sides { String::new() } else { day(i64::try_from(roll).unwrap()).to_string() }
    };
    for i in shop.deals.len()..DEALS {
        let form = DealForm {
            expected_close_on: date(6),
            next_on: date(3),
            ..deal_form(shop.customers[0], ["恒澜", "a", "B", "ö", "Zeta"][i % 5], &(i % 7 + 1).to_string())
        };
        shop.save_deal(&shop.ada, form).await;
    }
}

async fn pages(shop: &Shop, sort: Sort<DealSort>) -> Vec<Card> {
    let mut rows = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = shop.store.deals(&shop.admin, &DealFilter::default(), sort, after.as_deref()).await.unwrap();
        assert_eq!(page.total, DEALS as i64);
        assert!(page.rows.len() as u64 <= PAGE_ROWS);
        rows.extend(page.rows.into_iter().map(|row| row.card));
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_visits_every_row_once_and_rows_without_a_value_last() {
    each(async |shop: Shop| {
        many(&shop).await;
        for &column in DealSort::ALL {
            for descending in [false, true] {
                let rows = pages(&shop, Sort { column, descending }).await;
                assert_eq!(rows.len(), DEALS, "{column} {descending}");
                assert_eq!(rows.iter().map(|c| c.id).collect::<HashSet<DealId>>().len(), DEALS, "{column} {descending}");
                for pair in rows.windows(2) {
                    let ordering = match column {
                        DealSort::Amount => Some(pair[0].amount.minor.cmp(&pair[1].amount.minor)),
                        DealSort::Close => both(pair[0].expected_close_on, pair[1].expected_close_on),
                        DealSort::Next => both(pair[0].next_on, pair[1].next_on),
                        // Ids are made in the order of time.
                        DealSort::Created | DealSort::Updated => Some(pair[0].id.cmp(&pair[1].id)),
                        DealSort::Title => None,
                    };
                    let wrong = if descending { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
                    assert_ne!(ordering, Some(wrong), "{column} {descending}: {pair:?}");
                }
            }
        }
    })
    .await;
}

/// The order of two values; one without comes behind one with, whichever way.
fn both<T: Ord + Copy + std::fmt::Debug>(first: Option<T>, second: Option<T>) -> Option<std::cmp::Ordering> {
    assert!(first.is_some() || second.is_none(), "{second:?} behind one without a value");
    Some(first?.cmp(&second?))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_begins_behind_the_last_row_even_if_rows_came_meanwhile() {
    each(async |shop: Shop| {
        many(&shop).await;
        let sort = Sort { column: DealSort::Created, descending: true };
        let first = shop.store.deals(&shop.admin, &DealFilter::default(), sort, None).await.unwrap();
        shop.deal(&shop.ada, shop.customers[0], "New on top", "1").await;
        let second = shop.store.deals(&shop.admin, &DealFilter::default(), sort, first.next.as_deref()).await.unwrap();
        assert!(second.rows[0].id < first.rows[first.rows.len() - 1].id);
        assert!(first.rows.iter().all(|row| second.rows.iter().all(|other| other.id != row.id)));
        assert_eq!(second.total, DEALS as i64 + 1, "the total counts the new one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_another_order_is_refused() {
    each(async |shop: Shop| {
        let cursor = domain::page::Cursor { value: "恒澜".into(), id: shop.deals[0].0 }.encode();
        for column in [DealSort::Updated, DealSort::Amount, DealSort::Close] {
            let answer = shop.store.deals(&shop.admin, &DealFilter::default(), Sort { column, descending: true }, Some(&cursor)).await;
            assert_eq!(refusals(answer), ["after: bad_request"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_says_what_only_a_list_has_columns_for() {
    each(async |shop: Shop| {
        let form = DealForm { source: "expo".into(), ..deal_form(shop.customers[2], "Mill", "7") };
        let id = shop.save_deal(&shop.cai, form).await;
        let sort = Sort { column: DealSort::Created, descending: true };
        let page = shop.store.deals(&shop.director, &DealFilter::default(), sort, None).await.unwrap();
        let row = &page.rows[0];
        assert_eq!((row.id, row.source, row.product, row.team.as_str()), (id, Source::Expo, None, "North B"));
        assert_eq!(row.created_at, row.updated_at);
    })
    .await;
}
