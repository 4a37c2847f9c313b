//! What a drop writes: between stages, to won, lost and invalid, and back.

use crate::common::{DAY, Shop, day, each, refusals};
use domain::ids::DealId;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::pipeline::{LostReason, Outcome};
use sea_orm::JsonValue;

async fn history(shop: &Shop, deal: DealId) -> Vec<JsonValue> {
    shop.sql().await.rows("SELECT * FROM stage_transition WHERE deal_id = $1 ORDER BY at, id", &[deal.0]).await
}

fn kinds(history: &[JsonValue]) -> Vec<&str> {
    history.iter().map(|row| row["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_takes_the_stages_probability_and_begins_a_new_stay() {
    each(async |shop: Shop| {
        let later = shop.later(3).await;
        let command = shop.to(shop.deals[0], 2).await;
        let card = later.move_deal(&shop.ada, command).await.unwrap();
        assert_eq!((card.stage, card.version, card.outcome), (shop.stages[2].id, 2, Outcome::Open));
        assert_eq!((card.probability_bp, card.stage_since), (3_000, day(3)));
        assert_eq!(kinds(&history(&shop, card.id).await), ["enter", "move"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_within_the_column_changes_only_the_place() {
    each(async |shop: Shop| {
        let before = shop.card(shop.deals[0]).await;
        let after = shop.move_to(&shop.ada, shop.deals[0], 0).await;
        assert!(after.rank < shop.card(shop.deals[3]).await.rank, "now on top");
        assert_eq!((after.stage, after.stage_since, after.probability_bp), (before.stage, before.stage_since, before.probability_bp));
        assert_eq!(kinds(&history(&shop, after.id).await), ["enter"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_writes_at_most_the_deal_and_one_line_of_history() {
    each(async |shop: Shop| {
        let sql = shop.sql().await;
        let deals = async || sql.rows("SELECT * FROM deal ORDER BY id", &[]).await;
        for (stage, lines) in [(1, 1), (1, 0), (3, 1), (0, 1)] {
            let (before, known) = (deals().await, sql.count("stage_transition").await);
            let command = MoveDeal { above: Some(shop.deals[1]), below: Some(shop.deals[0]), ..shop.to(shop.deals[2], stage).await };
            shop.store.move_deal(&shop.cai, command).await.unwrap();
            let written = before.iter().zip(deals().await).filter(|(old, new)| *old != new).count();
            assert_eq!(written, 1, "rows of deals");
            assert_eq!(sql.count("stage_transition").await - known, lines, "rows of history");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn winning_needs_amount_and_day_and_goes_to_the_won_stage() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        let bare = shop.to(deal, 4).await;
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, bare.clone()).await), ["to: won_needs_details"]);
        let wrong = MoveDeal { closing: Some(Closing::Won { amount_minor: 0, on: day(1) }), ..bare.clone() };
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, wrong).await), ["amount: not_positive", "on: date_in_future"]);
        let elsewhere = MoveDeal { to: shop.stages[2].id, closing: Some(Closing::Won { amount_minor: 5, on: DAY }), ..bare };
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, elsewhere).await), ["to: not_a_won_stage"]);
        assert_eq!(shop.card(deal).await.version, 1, "what was refused wrote nothing");

        let card = shop.win(&shop.ada, deal, 123_400, day(-2)).await;
        assert_eq!((card.outcome, card.amount.minor, card.closed_on), (Outcome::Won, 123_400, Some(day(-2))));
        assert_eq!((card.stage, card.probability_bp), (shop.stages[4].id, 10_000));
        assert_eq!(kinds(&history(&shop, deal).await), ["enter", "won"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_deal_keeps_the_stage_it_reached_and_says_why() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        shop.move_to(&shop.ada, deal, 2).await;
        let closing = Closing::Lost { reason: LostReason::Competitor, competitor: "Rival".into(), note: " too late ".into() };
        let card = shop.store.move_deal(&shop.ada, MoveDeal { closing: Some(closing), ..shop.to(deal, 2).await }).await.unwrap();
        assert_eq!((card.outcome, card.stage, card.probability_bp, card.closed_on), (Outcome::Lost, shop.stages[2].id, 0, Some(DAY)));
        let page = shop.store.deal(&shop.ada, deal).await.unwrap();
        assert_eq!(
            (page.lost_reason, page.competitor.as_str(), page.close_note.as_str()),
            (Some(LostReason::Competitor), "Rival", "too late")
        );
        let again = MoveDeal { closing: Some(Closing::Invalid { note: "x".into() }), ..shop.to(deal, 2).await };
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, again).await), [": closed_deal"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_deal_needs_a_note() {
    each(async |shop: Shop| {
        let command =
            async |note: &str| MoveDeal { closing: Some(Closing::Invalid { note: note.into() }), ..shop.to(shop.deals[0], 0).await };
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, command(" ").await).await), ["note: reason_required"]);
        let card = shop.store.move_deal(&shop.ada, command("a test entry").await).await.unwrap();
        assert_eq!(card.outcome, Outcome::Invalid);
        assert_eq!(kinds(&history(&shop, card.id).await), ["enter", "invalid"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_deal_comes_back_only_with_a_reason() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        shop.win(&shop.ada, deal, 500, DAY).await;
        let back = shop.to(deal, 1).await;
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, back.clone()).await), ["reason: reason_required"]);
        let card = shop.store.move_deal(&shop.ada, MoveDeal { reason: "contract fell through".into(), ..back }).await.unwrap();
        assert_eq!((card.outcome, card.stage, card.probability_bp, card.closed_on), (Outcome::Open, shop.stages[1].id, 1_000, None));
        let history = history(&shop, deal).await;
        assert_eq!(kinds(&history), ["enter", "won", "reopen"]);
        assert_eq!(history[2]["note"], "contract fell through");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_of_another_pipeline_is_refused_and_an_unknown_one_not_found() {
    each(async |shop: Shop| {
        let form = shop.to(shop.deals[0], 1).await;
        let unknown = MoveDeal { to: domain::ids::StageId(shop.deals[0].0), ..form };
        crate::common::assert_not_found(shop.store.move_deal(&shop.ada, unknown).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_only_grows_and_tells_where_the_deal_is() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        let mut known = history(&shop, deal).await;
        let mut dice = crate::common::Dice(7);
        for _ in 0..30 {
            let card = shop.card(deal).await;
            let mut command = shop.to(deal, dice.roll(4)).await;
            match (card.outcome, dice.roll(5)) {
                (Outcome::Open, 0) => {
                    command.to = shop.stages[4].id;
                    command.closing = Some(Closing::Won { amount_minor: 700, on: DAY });
                }
                (Outcome::Open, 1) => {
                    command.to = card.stage;
                    command.closing = Some(Closing::Lost { reason: LostReason::Price, competitor: String::new(), note: String::new() });
                }
                (Outcome::Open, _) => {}
                _ => command.reason = "again".into(),
            }
            let moved = shop.store.move_deal(&shop.ada, command).await.unwrap();
            let now = history(&shop, deal).await;
            assert_eq!(now[..known.len()], known[..], "what was written stays as it was");
            assert!(now.len() - known.len() <= 1);
            known = now;
            // The last line that names a stage says which one the deal is in.
            let stage = known.iter().rev().find_map(|row| row["to_stage_id"].as_str()).unwrap();
            assert_eq!(stage.replace('-', ""), moved.stage.0.simple().to_string());
            let closed = ["won", "lost"].contains(&known[known.len() - 1]["kind"].as_str().unwrap());
            assert_eq!(closed, moved.outcome != Outcome::Open);
        }
        assert!(known.len() > 15, "{}", known.len());
    })
    .await;
}
