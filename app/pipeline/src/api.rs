//! Server functions of the pipeline: who asks, one call to the store, return.

use domain::ids::{DealId, StageId};
use domain::page::Page;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{MoveDeal, UndoMove};
use domain::pipeline::{Board, Card, CardsPage, Choices, DealDetail, DealRow, Summary};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::page::Sort,
    domain::pipeline::DealSort,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = BoardFn, prefix = "/api", endpoint = "pipeline/board", input = Json)]
pub async fn board(filter: DealFilter) -> Answer<Board> {
    let actor = actor(Action::ReadDeals)?;
    let board = answer(store()?.board(&actor, &filter).await)?;
    Ok((*board).clone())
}

#[server(name = CardsFn, prefix = "/api", endpoint = "pipeline/cards", input = Json)]
pub async fn cards(filter: DealFilter, stage: StageId, after: Option<DealId>) -> Answer<CardsPage> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.more_cards(&actor, &filter, stage, after).await)
}

/// The card as this board shows it now; `None` if it is not on it.
#[server(name = CardFn, prefix = "/api", endpoint = "pipeline/card", input = Json)]
pub async fn card(filter: DealFilter, deal: DealId) -> Answer<Option<Card>> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.board_card(&actor, &filter, deal).await)
}

#[server(name = SummariesFn, prefix = "/api", endpoint = "pipeline/summaries", input = Json)]
pub async fn summaries(filter: DealFilter) -> Answer<Vec<(StageId, Summary)>> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.board_summaries(&actor, &filter).await)
}

#[server(name = MoveDealFn, prefix = "/api", endpoint = "pipeline/move_deal", input = Json)]
pub async fn move_deal(command: MoveDeal) -> Answer<Card> {
    let actor = actor(Action::WriteDeals)?;
    answer(store()?.move_deal(&actor, command).await)
}

#[server(name = UndoMoveFn, prefix = "/api", endpoint = "pipeline/undo_move", input = Json)]
pub async fn undo_move(command: UndoMove) -> Answer<Card> {
    let actor = actor(Action::WriteDeals)?;
    answer(store()?.undo_move(&actor, command).await)
}

#[server(name = ChoicesFn, prefix = "/api", endpoint = "pipeline/choices")]
pub async fn choices() -> Answer<Choices> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.deal_choices(&actor).await)
}

#[server(name = DealsFn, prefix = "/api", endpoint = "pipeline/deals", input = Json)]
pub async fn deals(filter: DealFilter, sort: String, after: Option<String>) -> Answer<Page<DealRow>> {
    let actor = actor(Action::ReadDeals)?;
    let sort = Sort::parse(&sort, DealSort::parse).unwrap_or(Sort { column: DealSort::Updated, descending: true });
    answer(store()?.deals(&actor, &filter, sort, after.as_deref()).await)
}

#[server(name = DealFn, prefix = "/api", endpoint = "pipeline/deal", input = Json)]
pub async fn deal(id: DealId) -> Answer<DealDetail> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.deal(&actor, id).await)
}

#[server(name = DealFormFn, prefix = "/api", endpoint = "pipeline/deal_form", input = Json)]
pub async fn deal_form(id: DealId) -> Answer<DealForm> {
    let actor = actor(Action::WriteDeals)?;
    let form = answer(store()?.deal_form(&actor, id).await)?;
    let amount = form.amount.parse().map_or(form.amount.clone(), |minor| ui::fmt::money_input(minor, &form.currency));
    Ok(DealForm { amount, ..form })
}

/// Adds or changes a deal; a form that works without scripts.
#[server(name = SaveDealFn, prefix = "/api", endpoint = "pipeline/save_deal")]
pub async fn save_deal(form: DealForm) -> Answer<DealId> {
    let actor = actor(Action::WriteDeals)?;
    let request = domain::ids::RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.save_deal(&actor, request, form.clone(), ui::fmt::parse_amount).await, &form)?;
    leptos_axum::redirect(&format!("/deals/{id}"));
    Ok(id)
}
