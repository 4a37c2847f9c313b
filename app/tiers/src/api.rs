//! Server functions of the tiers: who asks, one call to the store, return.

use domain::customers::Tier;
use domain::tiers::board::{MoveTier, TierBoard, TierCards, TierFilter, UndoTier};
use domain::tiers::figures::{FigureCustomers, FiguresPart, FiguresQuery, TierFigures};
use domain::tiers::quarterly::{DecideTiers, Decided, Proposals};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::policy::Action,
    ui::server::{actor, answer, store},
};

/// All tiers, with at least `shown` cards of each.
#[server(name = TierBoardFn, prefix = "/api", endpoint = "tiers/board", input = Json)]
pub async fn board(filter: TierFilter, shown: u32) -> Answer<TierBoard> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.tier_board(&actor, &filter, shown).await)
}

/// The cards of a tier behind a cursor.
#[server(name = TierCardsFn, prefix = "/api", endpoint = "tiers/cards", input = Json)]
pub async fn cards(filter: TierFilter, tier: Tier, after: String) -> Answer<TierCards> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.tier_cards(&actor, &filter, tier, &after).await)
}

/// Moves a customer; gives its new version.
#[server(name = MoveTierFn, prefix = "/api", endpoint = "tiers/move_tier", input = Json)]
pub async fn move_tier(command: MoveTier) -> Answer<i32> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.move_tier(&actor, command).await)
}

/// What the last review proposes.
#[server(name = ProposalsFn, prefix = "/api", endpoint = "tiers/proposals", input = Json)]
pub async fn proposals() -> Answer<Proposals> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.tier_proposals(&actor).await)
}

/// Decides about proposals.
#[server(name = DecideTiersFn, prefix = "/api", endpoint = "tiers/decide", input = Json)]
pub async fn decide(command: DecideTiers) -> Answer<Decided> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.decide_tiers(&actor, command).await)
}

/// Takes back one's own last move; gives the new version.
#[server(name = UndoTierFn, prefix = "/api", endpoint = "tiers/undo_tier", input = Json)]
pub async fn undo_tier(command: UndoTier) -> Answer<i32> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.undo_tier(&actor, command).await)
}

/// The charts of the tiers.
#[server(name = TierFiguresFn, prefix = "/api", endpoint = "tiers/figures", input = Json)]
pub async fn figures(query: FiguresQuery) -> Answer<TierFigures> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.tier_figures(&actor, &query).await)
}

/// The customers behind one figure.
#[server(name = TierCustomersFn, prefix = "/api", endpoint = "tiers/customers", input = Json)]
pub async fn customers(part: FiguresPart) -> Answer<FigureCustomers> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.tier_customers(&actor, &part).await)
}
