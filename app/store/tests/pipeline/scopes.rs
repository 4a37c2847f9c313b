//! Own, team, team and below, all: for the list, the board, a card, the page.

use crate::common::{Shop, assert_denied, assert_not_found, deal_form, each, refusals, whole_units};
use domain::ids::DealId;
use domain::page::Sort;
use domain::pipeline::DealSort;
use domain::pipeline::filter::DealFilter;
use domain::policy::Actor;
use store::new_request;

/// Of the four deals (Ada, Bob, Cai, Dan) those that a person may see.
fn in_scope(shop: &Shop) -> Vec<(&Actor, Vec<usize>)> {
    vec![
        (&shop.admin, vec![0, 1, 2, 3]),
        (&shop.service, vec![0, 1, 2, 3]),
        (&shop.finance, vec![0, 1, 2, 3]),
        (&shop.director, vec![0, 1, 2]),
        (&shop.lead, vec![0, 1]),
        (&shop.ada, vec![0]),
        (&shop.bob, vec![1]),
        (&shop.cai, vec![2]),
        (&shop.dan, vec![3]),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_sees_the_deals_of_their_scope_everywhere() {
    each(async |shop: Shop| {
        let all = DealFilter::default();
        for (who, seen) in in_scope(&shop) {
            let expected: Vec<DealId> = seen.iter().map(|i| shop.deals[*i]).collect();
            assert_eq!(shop.listed(who, &all).await, expected, "the list of {}", who.name);
            let board = shop.store.board(who, &all).await.unwrap();
            assert_eq!(board.columns[0].summary.sums.count(), i64::try_from(seen.len()).unwrap(), "the totals of {}", who.name);
            let mut cards: Vec<DealId> = board.columns[0].cards.iter().map(|c| c.id).collect();
            cards.sort();
            assert_eq!(cards, expected, "the cards of {}", who.name);
            let more = shop.store.more_cards(who, &all, shop.stages[0].id, None).await.unwrap();
            assert_eq!(more.cards.len(), seen.len(), "more cards of {}", who.name);
            for (i, deal) in shop.deals.into_iter().enumerate() {
                let inside = seen.contains(&i);
                assert_eq!(shop.store.board_card(who, &all, deal).await.unwrap().is_some(), inside, "a card for {}", who.name);
                if inside {
                    assert_eq!(shop.store.deal(who, deal).await.unwrap().card.id, deal);
                    assert_eq!(shop.store.card(who, deal).await.unwrap().id, deal);
                } else {
                    assert_not_found(shop.store.deal(who, deal).await);
                    assert_not_found(shop.store.card(who, deal).await);
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_without_deals_is_denied_them() {
    each(async |shop: Shop| {
        let sort = Sort { column: DealSort::Updated, descending: true };
        assert_denied(shop.store.deals(&shop.hr, &DealFilter::default(), sort, None).await);
        assert_denied(shop.store.board(&shop.hr, &DealFilter::default()).await);
        assert_denied(shop.store.board_summaries(&shop.hr, &DealFilter::default()).await);
        assert_denied(shop.store.deal_choices(&shop.hr).await);
        assert_not_found(shop.store.deal(&shop.hr, shop.deals[0]).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_teams_deal_can_neither_be_moved_nor_edited_and_looks_as_if_it_were_not_there() {
    each(async |shop: Shop| {
        let command = shop.to(shop.deals[0], 1).await;
        assert_not_found(shop.store.move_deal(&shop.dan, command.clone()).await);
        // A wrong version tells nothing either.
        assert_not_found(shop.store.move_deal(&shop.dan, domain::pipeline::moves::MoveDeal { version: 99, ..command }).await);
        assert_not_found(shop.store.deal_form(&shop.dan, shop.deals[0]).await);
        let form =
            domain::pipeline::form::DealForm { id: shop.deals[0].to_string(), version: 1, ..deal_form(shop.customers[3], "Mine now", "1") };
        assert_not_found(shop.store.save_deal(&shop.dan, new_request(), form, whole_units).await);
        assert_eq!(shop.card(shop.deals[0]).await.version, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_see_but_not_change_is_told_so() {
    each(async |shop: Shop| {
        for who in [&shop.finance, &shop.service] {
            let command = shop.to(shop.deals[0], 1).await;
            assert_denied(shop.store.move_deal(who, command).await);
            assert_denied(shop.store.deal_form(who, shop.deals[0]).await);
            assert_denied(shop.store.save_deal(who, new_request(), deal_form(shop.customers[0], "X", "1"), whole_units).await);
            assert!(!shop.store.deal(who, shop.deals[0]).await.unwrap().may_write);
        }
        assert!(shop.store.deal(&shop.service, shop.deals[0]).await.unwrap().may_log);
        assert!(!shop.store.deal(&shop.finance, shop.deals[0]).await.unwrap().may_log);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_reaches_down_but_not_beside() {
    each(async |shop: Shop| {
        assert_eq!(shop.move_to(&shop.lead, shop.deals[0], 1).await.stage, shop.stages[1].id);
        assert_eq!(shop.move_to(&shop.director, shop.deals[2], 1).await.stage, shop.stages[1].id);
        let beside = shop.to(shop.deals[2], 2).await;
        assert_not_found(shop.store.move_deal(&shop.lead, beside).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deal_is_given_only_to_people_whose_deals_one_may_change() {
    each(async |shop: Shop| {
        let give = async |by: &Actor, to: &Actor| {
            let mut form = shop.store.deal_form(by, shop.deals[0]).await?;
            form.owner = to.id.to_string();
            form.amount = "1000".into();
            shop.store.save_deal(by, new_request(), form, whole_units).await
        };
        assert_eq!(refusals(give(&shop.ada, &shop.bob).await), ["owner: forbidden"]);
        assert_eq!(refusals(give(&shop.lead, &shop.cai).await), ["owner: forbidden"]);
        give(&shop.lead, &shop.bob).await.unwrap();
        assert_not_found(shop.store.deal(&shop.ada, shop.deals[0]).await);
        assert_eq!(shop.store.deal(&shop.bob, shop.deals[0]).await.unwrap().card.owner_name, "Bob Bauer");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deal_for_a_customer_one_may_not_see_is_refused() {
    each(async |shop: Shop| {
        let form = deal_form(shop.customers[3], "Poached", "1");
        assert_eq!(refusals(shop.store.save_deal(&shop.ada, new_request(), form, whole_units).await), ["customer: unknown_value"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choices_offer_only_people_and_teams_in_scope() {
    each(async |shop: Shop| {
        let names = async |who: &Actor| {
            let owners = shop.store.deal_choices(who).await.unwrap().owners;
            owners.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(&shop.ada).await, ["Ada Adler"]);
        assert_eq!(names(&shop.lead).await, ["Ada Adler", "Bob Bauer", "Lea Lead"]);
        assert!(!names(&shop.admin).await.contains(&"Hal Hr".to_owned()), "who owns no deals is not offered");
        let teams = shop.store.deal_choices(&shop.director).await.unwrap().teams;
        assert_eq!(teams.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["North", "North A", "North B"]);
    })
    .await;
}
