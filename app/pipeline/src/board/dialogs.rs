//! What a drop asks: won, lost, invalid, reopen; and the menu "move to…".

use super::actions::{Mover, Question};
use super::state::BoardState;
use chrono::NaiveDate;
use domain::pipeline::moves::Closing;
use domain::pipeline::{Card, LostReason, Outcome, StageKind};
use domain::violation::{Violation, parse_date};
use i18n::keys::{board, common};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use ui::component::{Gauge, Icon};
use ui::form::{AreaField, Refusals, SelectField, TextField};
use ui::{ApiError, fmt, t, texts, words};

#[component]
pub fn Dialogs(state: BoardState, mover: Mover) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let question = mover.question;
    Effect::new(move |_| {
        let open = question.get().is_some();
        if let Some(dialog) = dialog.get() {
            if open {
                ui::browser::show_modal(&dialog);
            } else if dialog.open() {
                dialog.close();
            }
        }
    });
    let body = move || {
        question.get().map(|question| match question {
            Question::Won { card, col, index } => view! { <WonForm card col index mover today=state.today/> }.into_any(),
            Question::Lost { card } => view! { <LostForm card state mover/> }.into_any(),
            Question::Invalid { card } => view! { <InvalidForm card state mover/> }.into_any(),
            Question::Reopen { card, col, index } => view! { <ReopenForm card col index mover/> }.into_any(),
            Question::Where { card } => view! { <MoveMenu card state mover/> }.into_any(),
        })
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="dialog-title" on:close=move |_| question.set(None)
            on:click=move |event| {
                // A click beside the dialog's content closes it.
                let on_backdrop = event.target().is_some_and(|t| dialog.get_untracked().is_some_and(|d| &t == AsRef::<web_sys::EventTarget>::as_ref(&*d)));
                if on_backdrop { question.set(None); }
            }>
            {body}
        </dialog>
    }
}

#[component]
fn Frame(title: String, save: i18n::Key, danger: bool, mover: Mover, on_save: Callback<()>, children: Children) -> impl IntoView {
    let whole = move || {
        mover.refused.get().and_then(|error| {
            let text = error.violations().iter().filter(|v| v.field.is_empty() || v.field == "to").map(ui::error::violation_sentence).collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        })
    };
    view! {
        <form class="dialog-form" on:submit=move |event| { event.prevent_default(); on_save.run(()); }>
            <div class="dialog-h"><h2 id="dialog-title">{title}</h2>
                <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| mover.question.set(None)><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                {move || whole().map(|text| view! { <div class="form-error" role="alert">{text}</div> })}
                {children()}
            </div>
            <div class="dialog-f">
                <button class="btn btn-ghost" type="button" on:click=move |_| mover.question.set(None)>{t(common::CANCEL)}</button>
                <button class=if danger { "btn btn-danger" } else { "btn btn-primary" } type="submit">{t(save)}</button>
            </div>
        </form>
    }
}

fn refusals(mover: Mover) -> Refusals {
    Refusals::of(move || mover.refused.get().map(Err::<(), _>))
}

fn value_of(id: &str) -> String {
    use wasm_bindgen::JsCast;
    let Some(element) = ui::browser::by_id(id) else { return String::new() };
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        return input.value();
    }
    js_sys::Reflect::get(&element, &"value".into()).ok().and_then(|v| v.as_string()).unwrap_or_default()
}

fn refuse(mover: Mover, found: Vec<Violation>) {
    mover.refused.set(Some(ApiError::Refused { found, typed: None }));
}

#[component]
fn WonForm(card: Arc<Card>, col: usize, index: usize, mover: Mover, today: NaiveDate) -> impl IntoView {
    let currency = card.amount.currency.code();
    let amount = fmt::money_input(card.amount.minor, currency);
    let title = texts().fmt(board::WON_TITLE, &[("name", &card.customer_name)]);
    let errors = refusals(mover);
    let on_save = Callback::new(move |()| {
        let amount = fmt::parse_amount(&value_of("amount"), currency);
        let on = parse_date(&value_of("on"));
        let mut found = Vec::new();
        if amount.is_none() {
            found.push(Violation::new("amount", "not_a_number"));
        }
        if on.is_none() {
            found.push(Violation::new("on", "not_a_date"));
        }
        match amount.zip(on) {
            Some((amount_minor, on)) => mover.send(&card, col, index, Some(Closing::Won { amount_minor, on }), String::new()),
            None => refuse(mover, found),
        }
    });
    view! {
        <Frame title save=board::WON_SAVE danger=false mover on_save>
            <TextField label=board::WON_AMOUNT name="amount" refusals=errors value=amount inputmode="decimal" required=true hint=currency.to_owned()/>
            <TextField label=board::WON_ON name="on" refusals=errors value=today.to_string() kind="date" required=true/>
        </Frame>
    }
}

/// Closes without a place: the deal keeps its stage.
fn send_out(state: BoardState, mover: Mover, card: &Arc<Card>, closing: Closing) {
    if let Some((col, index, _)) = state.find(card.id) {
        mover.send(card, col, index, Some(closing), String::new());
    }
}

#[component]
fn LostForm(card: Arc<Card>, state: BoardState, mover: Mover) -> impl IntoView {
    let title = texts().fmt(board::LOST_TITLE, &[("name", &card.customer_name)]);
    let errors = refusals(mover);
    let options = LostReason::ALL.iter().map(|r| (r.code().to_owned(), t(words::lost_reason(*r)).to_owned())).collect();
    let on_save = Callback::new(move |()| match LostReason::parse(&value_of("reason")) {
        Some(reason) => send_out(state, mover, &card, Closing::Lost { reason, competitor: value_of("competitor"), note: value_of("note") }),
        None => refuse(mover, vec![Violation::new("reason", "required")]),
    });
    view! {
        <Frame title save=board::LOST_SAVE danger=true mover on_save>
            <SelectField label=board::LOST_REASON name="reason" refusals=errors value=String::new() options empty="—".to_owned() required=true/>
            <TextField label=board::LOST_COMPETITOR name="competitor" refusals=errors value=String::new() max=120/>
            <AreaField label=board::LOST_NOTE name="note" refusals=errors value=String::new()/>
        </Frame>
    }
}

#[component]
fn InvalidForm(card: Arc<Card>, state: BoardState, mover: Mover) -> impl IntoView {
    let title = texts().fmt(board::INVALID_TITLE, &[("name", &card.customer_name)]);
    let errors = refusals(mover);
    let on_save = Callback::new(move |()| send_out(state, mover, &card, Closing::Invalid { note: value_of("note") }));
    view! {
        <Frame title save=board::INVALID_SAVE danger=true mover on_save>
            <AreaField label=board::INVALID_NOTE name="note" refusals=errors value=String::new() required=true/>
        </Frame>
    }
}

#[component]
fn ReopenForm(card: Arc<Card>, col: usize, index: usize, mover: Mover) -> impl IntoView {
    let title = texts().fmt(board::REOPEN_TITLE, &[("name", &card.customer_name)]);
    let errors = refusals(mover);
    let on_save = Callback::new(move |()| {
        let reason = value_of("reason");
        if reason.trim().is_empty() {
            refuse(mover, vec![Violation::new("reason", "reason_required")]);
        } else {
            mover.send(&card, col, index, None, reason);
        }
    });
    view! {
        <Frame title save=board::REOPEN_SAVE danger=false mover on_save>
            <AreaField label=board::REOPEN_REASON name="reason" refusals=errors value=String::new() required=true/>
        </Frame>
    }
}

#[component]
fn MoveMenu(card: Arc<Card>, state: BoardState, mover: Mover) -> impl IntoView {
    let of = i32::try_from(state.len()).unwrap_or(5);
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
                <button class="move-to" type="button" disabled=current data-to=stage.id.to_string()
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
            <div class="row">
                <a class="btn grow" href=format!("/deals/{deal}")>{t(common::OPEN)}</a>
                {can_close.then(|| view! {
                    <button class="btn btn-danger-quiet grow" type="button" data-out="lost" on:click=move |_| mover.out(deal, Outcome::Lost)><Icon name="circle-x"/>{t(board::DROP_LOST)}</button>
                    <button class="btn btn-ghost grow" type="button" data-out="invalid" on:click=move |_| mover.out(deal, Outcome::Invalid)>{t(board::DROP_INVALID)}</button>
                })}
            </div>
        </div>
    }
}
