//! Server functions of the pipeline: who asks, one call to the store, return.

use domain::change::UndoChanges;
use domain::ids::{ContactId, CustomerId, DealId, StageId};
use domain::page::Page;
use domain::pipeline::change::{ChangeDeals, Changed};
use domain::pipeline::dates::{Calendar, DateKind, MonthColumn};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{MoveDeal, UndoMove};
use domain::pipeline::{Board, Card, CardsPage, DealDetail, DealRow, Summary};
use domain::rates::form::FreezeForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::customers::ContactSort,
    domain::page::Sort,
    domain::pipeline::DealSort,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
    ui::work_api::{named_customer, say_which},
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

/// A won deal without a rate gets the one of its day; a form that works without scripts.
#[server(name = FreezeRateFn, prefix = "/api", endpoint = "pipeline/freeze_rate")]
pub async fn freeze_rate(form: FreezeForm) -> Answer<DealId> {
    let actor = actor(Action::RecordRates)?;
    let request = domain::ids::RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer(store()?.freeze_rate(&actor, request, form).await)?;
    leptos_axum::redirect(&format!("/deals/{id}"));
    Ok(id)
}

/// One fact of many deals; says of each that was left as it was, why.
#[server(name = ChangeDealsFn, prefix = "/api", endpoint = "pipeline/change_deals", input = Json)]
pub async fn change_deals(command: ChangeDeals) -> Answer<Changed> {
    let actor = actor(Action::WriteDeals)?;
    answer(store()?.change_deals(&actor, command).await)
}

#[server(name = UndoChangesFn, prefix = "/api", endpoint = "pipeline/undo_changes", input = Json)]
pub async fn undo_changes(command: UndoChanges) -> Answer<Changed> {
    let actor = actor(Action::WriteDeals)?;
    answer(store()?.undo_changes(&actor, command).await)
}

/// Open deals by the month in which they should be won.
#[server(name = MonthsFn, prefix = "/api", endpoint = "pipeline/months", input = Json)]
pub async fn months(filter: DealFilter) -> Answer<Vec<MonthColumn>> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.months(&actor, &filter).await)
}

/// Open deals by the days of a month; the running one without `month`.
#[server(name = CalendarFn, prefix = "/api", endpoint = "pipeline/calendar", input = Json)]
pub async fn calendar(filter: DealFilter, by: DateKind, month: Option<chrono::NaiveDate>) -> Answer<Calendar> {
    let actor = actor(Action::ReadDeals)?;
    let store = store()?;
    let month = domain::pipeline::dates::first_of(month.unwrap_or_else(|| store.clock().today()));
    answer(store.calendar(&actor, &filter, by, month).await)
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

/// More than a person would look through.
#[cfg(feature = "ssr")]
const CONTACTS_MAX: usize = 500;

/// The contacts of a customer, for a form.
#[server(name = ContactsFn, prefix = "/api", endpoint = "pipeline/contacts", input = Json)]
pub async fn contacts(customer: CustomerId) -> Answer<Vec<(ContactId, String)>> {
    let actor = actor(Action::WriteDeals)?;
    let sort = Sort { column: ContactSort::Name, descending: false };
    let (store, mut found, mut after) = (store()?, Vec::new(), None::<String>);
    loop {
        let page = answer(store.contacts(&actor, Some(customer), "", sort, after.as_deref()).await)?;
        found.extend(page.rows.into_iter().map(|contact| (contact.id, contact.name)));
        after = page.next;
        if after.is_none() || found.len() >= CONTACTS_MAX {
            return Ok(found);
        }
    }
}

/// Adds or changes a deal; a form that works without scripts.
#[server(name = SaveDealFn, prefix = "/api", endpoint = "pipeline/save_deal")]
pub async fn save_deal(form: DealForm) -> Answer<DealId> {
    let actor = actor(Action::WriteDeals)?;
    let request = domain::ids::RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let (customer, code) = named_customer(&actor, &form.customer).await?;
    let saved = store()?.save_deal(&actor, request, DealForm { customer, ..form.clone() }, ui::fmt::parse_amount).await;
    let id = answer_form(saved.map_err(|error| say_which(error, code)), &form)?;
    leptos_axum::redirect(&format!("/deals/{id}"));
    Ok(id)
}
