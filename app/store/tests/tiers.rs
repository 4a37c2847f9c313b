//! Tiers on real databases: the board's figures, moves with a reason, the way
//! back, and the history.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, each, refusals, stale};
use domain::customers::{CustomerForm, Tier};
use domain::ids::CustomerId;
use domain::policy::Actor;
use domain::tiers::board::{MoveTier, REASON_MAX, TierBoard, TierCard, TierFilter, TierSource, UndoTier, held};
use domain::tiers::quarterly::{DecideTiers, Decision};
use domain::tiers::{Breach, Reason};
use store::{StoreError, new_request};

fn to(customer: CustomerId, version: i32, to: Tier, reason: &str) -> MoveTier {
    MoveTier { request: new_request(), customer, version, to, reason: reason.into() }
}

fn back(customer: CustomerId, version: i32) -> UndoTier {
    UndoTier { request: new_request(), customer, version }
}

async fn board(shop: &Shop, by: &Actor, filter: TierFilter) -> TierBoard {
    shop.store.tier_board(by, &filter, 0).await.unwrap()
}

fn names(board: &TierBoard, tier: Tier) -> Vec<String> {
    let column = board.columns.iter().find(|column| column.tier == tier).unwrap();
    column.cards.iter().map(|card| card.name.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_the_tiers_of_their_own_customers() {
    each(async |shop: Shop| {
        let all = async |by: &Actor| {
            let mut names = names(&board(&shop, by, TierFilter::default()).await, Tier::Potential);
            names.sort();
            names
        };
        assert_eq!(all(&shop.ada).await, ["Alpha Pumps"]);
        assert_eq!(all(&shop.lead).await, ["Alpha Pumps", "Beta Tools"]);
        assert_eq!(all(&shop.director).await, ["Alpha Pumps", "Beta Tools", "Gamma Foods"]);
        assert_eq!(all(&shop.service).await.len(), 4);
        assert_denied(shop.store.tier_board(&shop.hr, &TierFilter::default(), 0).await);
        let seen = board(&shop, &shop.service, TierFilter::default()).await;
        assert!(!seen.may_write && seen.columns.iter().flat_map(|column| &column.cards).all(|card| !card.may_move));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_count_what_was_won_and_cards_come_by_revenue() {
    each(async |shop: Shop| {
        shop.win(&shop.ada, shop.deals[0], 300_000, DAY).await;
        shop.win(&shop.bob, shop.deals[1], 500_000, DAY).await;
        let seen = board(&shop, &shop.lead, TierFilter::default()).await;
        let column = &seen.columns[2];
        assert_eq!(names(&seen, Tier::Potential), ["Beta Tools", "Alpha Pumps"], "those who brought most first");
        assert_eq!((column.count, column.revenue.0[0].sum_minor, column.revenue.count()), (2, 800_000, 2));
        assert_eq!(seen.revenue(), column.revenue);
        assert_eq!((column.cards[0].revenue.0[0].sum_minor, column.cards[0].open.count()), (500_000, 0));
        let of_bob = board(&shop, &shop.lead, TierFilter { owner: Some(shop.bob.id), ..TierFilter::default() }).await;
        assert_eq!((of_bob.columns[2].count, names(&of_bob, Tier::Potential)), (1, vec!["Beta Tools".to_owned()]));
        let of_team = TierFilter { team: Some(shop.north_a), ..TierFilter::default() };
        assert_eq!(board(&shop, &shop.admin, of_team).await.columns[2].count, 2);
        let elsewhere = TierFilter { region: "Moon".into(), ..TierFilter::default() };
        assert_eq!(board(&shop, &shop.admin, elsewhere).await.columns[2].count, 0);
        let late = TierFilter { late: true, ..TierFilter::default() };
        assert_eq!(board(&shop, &shop.admin, late.clone()).await.columns[2].count, 0, "all customers are of today");
        // Thirty days and a weekend later a potential customer should have been contacted.
        let later = shop.later(40).await;
        let overdue = later.tier_board(&shop.admin, &late, 0).await.unwrap();
        assert_eq!((overdue.columns[2].count, overdue.columns[2].late), (4, 4));
        let regular = |card: &TierCard| card.breaches.iter().filter(|breach| matches!(breach, Breach::VisitOverdue { .. })).count();
        assert!(overdue.columns[2].cards.iter().all(|card| regular(card) == 1 && card.due.is_some()));
        // Two of them bought, and nobody came after that either.
        let asked = overdue.columns[2]
            .cards
            .iter()
            .filter(|card| card.breaches.iter().any(|breach| matches!(breach, Breach::AfterOverdue { win: true, .. })));
        assert_eq!(asked.count(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_column_is_read_in_pages_that_miss_nothing() {
    each(async |shop: Shop| {
        for n in 0..45 {
            shop.customer(&shop.ada, &format!("Customer {n:02}")).await;
        }
        let first = &board(&shop, &shop.ada, TierFilter::default()).await.columns[2];
        assert_eq!((first.count, first.cards.len()), (46, 20));
        let after = first.next.clone().unwrap();
        let rest = shop.store.tier_cards(&shop.ada, &TierFilter::default(), Tier::Potential, &after).await.unwrap();
        assert_eq!((rest.cards.len(), rest.next), (26, None));
        let mut all: Vec<_> = first.cards.iter().chain(&rest.cards).map(|card| card.id).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 46);
        let more = shop.store.tier_board(&shop.ada, &TierFilter::default(), 40).await.unwrap();
        assert_eq!(more.columns[2].cards.len(), 40, "as many as were shown");
        assert_eq!(refusals(shop.store.tier_cards(&shop.ada, &TierFilter::default(), Tier::Vip, "x").await), ["after: bad_request"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_kept_with_its_reason_and_can_be_taken_back() {
    each(async |shop: Shop| {
        let id = shop.customers[0];
        let command = to(id, 1, Tier::Vip, " a contract for years ");
        assert_eq!(shop.store.move_tier(&shop.ada, command.clone()).await.unwrap(), 2);
        assert_eq!(shop.store.move_tier(&shop.ada, command.clone()).await.unwrap(), 2, "the same request again does nothing");
        let page = shop.store.customer(&shop.ada, id).await.unwrap();
        assert_eq!((page.row.tier, page.row.version), (Tier::Vip, 2));
        let [change] = &page.tier_changes[..] else { panic!("{:?}", page.tier_changes) };
        assert_eq!(
            (change.from, change.to, change.source, change.reason.as_str()),
            (Tier::Potential, Tier::Vip, TierSource::Manual, "a contract for years")
        );
        assert_eq!(change.by.as_ref().unwrap().1, "Ada Adler");
        assert!(held(&page.tier_changes).is_some());
        // Somebody else cannot take it back, nor can it be taken back twice.
        assert_eq!(refusals(shop.store.undo_tier(&shop.lead, back(id, 2)).await), [": nothing_to_undo"]);
        assert_eq!(shop.store.undo_tier(&shop.ada, back(id, 2)).await.unwrap(), 3);
        assert_eq!(refusals(shop.store.undo_tier(&shop.ada, back(id, 3)).await), [": nothing_to_undo"]);
        let page = shop.store.customer(&shop.ada, id).await.unwrap();
        assert_eq!(
            (page.row.tier, page.tier_changes.len(), page.tier_changes[1].undoes),
            (Tier::Potential, 2, Some(page.tier_changes[0].id))
        );
        assert!(held(&page.tier_changes).is_none());
        assert_eq!(
            shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'customer' AND change LIKE '%contract for years%'", &[]).await.len(),
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_refused_to_strangers_to_the_overtaken_and_without_a_reason() {
    each(async |shop: Shop| {
        let id = shop.customers[0];
        let ask = async |by: &Actor, command: MoveTier| shop.store.move_tier(by, command).await;
        assert_not_found(ask(&shop.bob, to(id, 1, Tier::Vip, "why")).await);
        assert_not_found(ask(&shop.dan, to(id, 9, Tier::Vip, "why")).await);
        assert_denied(ask(&shop.service, to(id, 1, Tier::Vip, "why")).await);
        assert_denied(ask(&shop.finance, to(id, 1, Tier::Vip, "why")).await);
        assert_eq!(refusals(ask(&shop.ada, to(id, 1, Tier::Vip, "  ")).await), ["reason: required"]);
        assert_eq!(refusals(ask(&shop.ada, to(id, 1, Tier::Vip, &"x".repeat(REASON_MAX + 1))).await), ["reason: too_long"]);
        assert_eq!(refusals(ask(&shop.ada, to(id, 1, Tier::Potential, "why")).await), ["to: same_tier"]);
        ask(&shop.lead, to(id, 1, Tier::Ordinary, "first order")).await.unwrap();
        let (by, version) = stale(ask(&shop.ada, to(id, 1, Tier::Vip, "why")).await);
        assert_eq!((by.as_str(), version), ("Lea Lead", 2));
        let taken = to(id, 2, Tier::Vip, "why");
        ask(&shop.ada, taken.clone()).await.unwrap();
        let answer = ask(&shop.lead, taken).await;
        assert!(matches!(answer, Err(StoreError::RequestReused)), "{answer:?}");
        assert_not_found(shop.store.undo_tier(&shop.bob, back(id, 3)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tier_changed_in_the_form_is_in_the_history_too() {
    each(async |shop: Shop| {
        let id = shop.customers[0];
        let form = shop.store.customer_form(&shop.ada, id).await.unwrap();
        shop.store.save_customer(&shop.ada, new_request(), CustomerForm { tier: "ordinary".into(), ..form }).await.unwrap();
        let form = shop.store.customer_form(&shop.ada, id).await.unwrap();
        shop.store.save_customer(&shop.ada, new_request(), CustomerForm { notes: "no other tier".into(), ..form }).await.unwrap();
        let page = shop.store.customer(&shop.ada, id).await.unwrap();
        let [change] = &page.tier_changes[..] else { panic!("{:?}", page.tier_changes) };
        assert_eq!((change.from, change.to, change.source), (Tier::Potential, Tier::Ordinary, TierSource::Form));
    })
    .await;
}

fn decision(decision: Decision, customers: &[(CustomerId, i32)], reason: &str) -> DecideTiers {
    DecideTiers { request: new_request(), decision, customers: customers.to_vec(), reason: reason.into() }
}

/// Alpha brings much, Beta little, Gamma and Delta nothing; seen after the end of the quarter.
async fn reviewed(shop: &Shop) -> store::Store {
    shop.win(&shop.ada, shop.deals[0], 900_000, DAY).await;
    shop.win(&shop.bob, shop.deals[1], 1_000, DAY).await;
    shop.later(45).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_review_proposes_with_its_why_and_is_accepted_or_rejected() {
    each(async |shop: Shop| {
        assert_eq!(shop.store.tier_proposals(&shop.admin).await.unwrap().total, 0, "nothing was won by the end of March");
        let store = reviewed(&shop).await;
        let found = store.tier_proposals(&shop.admin).await.unwrap();
        assert_eq!((found.on.to_string(), found.next.unwrap().to_string()), ("2026-06-30".into(), "2026-09-30".into()));
        let said: Vec<_> = found.open.iter().map(|one| (one.name.as_str(), one.now, one.to, one.paid_minor)).collect();
        assert_eq!(said, [("Alpha Pumps", Tier::Potential, Tier::Vip, 900_000), ("Beta Tools", Tier::Potential, Tier::Ordinary, 1_000)]);
        assert!(matches!(found.open[0].why[0], Reason::ClassA { paid_minor: 900_000 }), "{:?}", found.open[0].why);
        assert!(matches!(found.open[1].why[0], Reason::FirstOrderWon { won_orders: 1 }), "{:?}", found.open[1].why);
        assert_eq!(store.tier_proposals(&shop.dan).await.unwrap().total, 0, "of one's own customers only");
        assert_denied(store.tier_proposals(&shop.hr).await);
        let on_board = store.tier_board(&shop.lead, &TierFilter::default(), 0).await.unwrap();
        assert_eq!((on_board.proposals, on_board.columns[2].cards[0].proposed.as_ref().unwrap().0), (2, Tier::Vip));

        let both: Vec<_> = found.open.iter().map(|one| (one.customer, one.version)).collect();
        assert_not_found(store.decide_tiers(&shop.dan, decision(Decision::Accept, &both, "")).await);
        assert_denied(store.decide_tiers(&shop.service, decision(Decision::Accept, &both, "")).await);
        assert_eq!(refusals(store.decide_tiers(&shop.lead, decision(Decision::Reject, &both, " ")).await), ["reason: required"]);
        let stale_one = decision(Decision::Accept, &[(both[0].0, both[0].1 + 1)], "");
        assert!(matches!(store.decide_tiers(&shop.lead, stale_one).await, Err(StoreError::Stale { .. })));
        assert_eq!(refusals(store.decide_tiers(&shop.lead, decision(Decision::Release, &both[..1], "")).await), [": not_proposed"]);

        let accepted = store.decide_tiers(&shop.lead, decision(Decision::Accept, &both[..1], "")).await.unwrap();
        assert_eq!((accepted.done, accepted.skipped, accepted.version), (1, 0, Some(both[0].1 + 1)));
        let page = store.customer(&shop.ada, both[0].0).await.unwrap();
        assert_eq!((page.row.tier, page.tier_changes[0].source), (Tier::Vip, TierSource::Proposal));
        let again = store.decide_tiers(&shop.lead, decision(Decision::Accept, &both, "")).await.unwrap();
        assert_eq!((again.done, again.skipped, again.version), (1, 1, None), "what was decided already is passed over");
        assert_eq!(store.tier_proposals(&shop.admin).await.unwrap().total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_hand_set_is_not_proposed_until_it_is_given_back() {
    each(async |shop: Shop| {
        let store = reviewed(&shop).await;
        let one = store.tier_proposals(&shop.ada).await.unwrap().open.remove(0);
        let about = [(one.customer, one.version)];
        let kept = store.decide_tiers(&shop.ada, decision(Decision::Reject, &about, "one project only")).await.unwrap();
        let found = store.tier_proposals(&shop.ada).await.unwrap();
        assert_eq!((found.total, found.held_total), (0, 1));
        let held = found.held[0].held.as_ref().unwrap();
        assert_eq!((held.source, held.reason.as_str(), found.held[0].to), (TierSource::Kept, "one project only", Tier::Vip));
        // Taken back, it is proposed again; rejected and released too.
        let version = store.undo_tier(&shop.ada, back(one.customer, kept.version.unwrap())).await.unwrap();
        assert_eq!(store.tier_proposals(&shop.ada).await.unwrap().total, 1);
        let kept = store.decide_tiers(&shop.ada, decision(Decision::Reject, &[(one.customer, version)], "no")).await.unwrap();
        let released = decision(Decision::Release, &[(one.customer, kept.version.unwrap())], "");
        store.decide_tiers(&shop.ada, released).await.unwrap();
        let found = store.tier_proposals(&shop.ada).await.unwrap();
        assert_eq!((found.total, found.held_total), (1, 0));
        let by_hand = to(one.customer, found.open[0].version, Tier::Ordinary, "as agreed");
        store.move_tier(&shop.ada, by_hand).await.unwrap();
        let found = store.tier_proposals(&shop.ada).await.unwrap();
        assert_eq!((found.total, found.held_total), (0, 1), "a move by hand holds");
    })
    .await;
}
