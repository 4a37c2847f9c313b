//! What a drop asks: the forms of [`crate::closing`], and the menu "move to…".

use super::actions::{Mover, Question};
use super::state::BoardState;
use crate::closing::{ClosingForm, Reply, Talk, Topic};
use domain::pipeline::moves::Closing;
use domain::pipeline::{Card, Outcome, StageKind};
use i18n::keys::{board, common};
use leptos::prelude::*;
use std::sync::Arc;
use ui::component::{Gauge, Icon};
use ui::modal::Modal;
use ui::{t, texts, words};

#[component]
pub fn Dialogs(state: BoardState, mover: Mover) -> impl IntoView {
    let question = mover.question;
    let close = Callback::new(move |()| question.set(None));
    let body = move || {
        question.get().map(|question| {
            let (topic, card) = match &question {
                Question::Won { card, .. } => (Topic::Won, card.clone()),
                Question::Lost { card } => (Topic::Lost, card.clone()),
                Question::Invalid { card } => (Topic::Invalid, card.clone()),
                Question::Reopen { card, .. } => (Topic::Reopen, card.clone()),
                Question::Where { card } => return view! { <MoveMenu card=card.clone() state mover/> }.into_any(),
            };
            let shown = card.as_ref().clone();
            let reply = Callback::new(move |(closing, reason): Reply| send(state, mover, &question, &card, closing, reason));
            view! { <ClosingForm topic card=shown today=state.today talk=Talk { refused: mover.refused, reply, close }/> }.into_any()
        })
    };
    view! { <Modal open=Signal::derive(move || question.with(Option::is_some)) on_close=close>{body}</Modal> }
}

/// Tells the server the answer to a question. A deal that leaves the pipeline
/// keeps the stage it is in.
fn send(state: BoardState, mover: Mover, question: &Question, card: &Arc<Card>, closing: Option<Closing>, reason: String) {
    let place = match question {
        Question::Won { col, index, .. } | Question::Reopen { col, index, .. } => Some((*col, *index)),
        _ => state.find(card.id).map(|(col, index, _)| (col, index)),
    };
    if let Some((col, index)) = place {
        mover.send(card, col, index, closing, reason);
    }
}

#[component]
fn MoveMenu(card: Arc<Card>, state: BoardState, mover: Mover) -> impl IntoView {
    let of = i32::try_from(state.len()).unwrap_or(5);
    let here = state.col_of_stage(card.stage);
    let buttons = (0..state.len())
        .filter_map(|i| state.col(i).map(|col| (i, col.stage.get_value())))
        .map(|(i, stage)| {
            let current = stage.id == card.stage;
            let asks = if current {
                t(board::MOVE_CURRENT).to_owned()
            } else if stage.kind == StageKind::Won {
                texts().fmt(board::MOVE_ASKS, &[("n", "2")])
            } else {
                String::new()
            };
            let deal = card.id;
            view! {
                <button class="move-to" class:is-next={here.is_some_and(|here| here + 1 == i)} type="button" disabled=current aria-current=current.then_some("step") data-to=stage.id.to_string()
                    on:click=move |_| { mover.question.set(None); mover.drop_at(deal, i, 0); }>
                    <Gauge position=stage.position of=of/>
                    <span>{words::stage_name(&stage)}</span>
                    <small>{asks}</small>
                </button>
            }
        })
        .collect_view();
    let deal = card.id;
    let can_close = card.outcome == Outcome::Open;
    view! {
        <div class="dialog-h"><h2 id="dialog-title">{t(board::MOVE_TITLE)}</h2>
            <span class="muted ell">{card.customer_name.clone()}" · "{words::money_text(card.amount)}</span>
            <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| mover.question.set(None)><Icon name="x"/></button>
        </div>
        <div class="dialog-b">
            <div class="move-grid">{buttons}</div>
            {can_close.then(|| view! {
                <div class="move-out">
                    <button class="btn btn-danger-quiet" type="button" data-out="lost" on:click=move |_| mover.out(deal, Outcome::Lost)><Icon name="circle-x"/>{t(board::DROP_LOST)}</button>
                    <button class="btn" type="button" data-out="invalid" on:click=move |_| mover.out(deal, Outcome::Invalid)><Icon name="ban"/>{t(board::DROP_INVALID)}</button>
                </div>
            })}
            <a class="btn btn-ghost" href=format!("/deals/{deal}")>{t(common::OPEN)}</a>
        </div>
    }
}
