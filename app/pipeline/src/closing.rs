//! What closing or reopening a deal asks, as forms of a dialog. They know
//! neither the board nor the deal's page, which both show them.

use chrono::NaiveDate;
use domain::pipeline::moves::Closing;
use domain::pipeline::{Card, LostReason};
use domain::violation::{Violation, parse_date};
use i18n::keys::{board, common};
use leptos::prelude::*;
use ui::component::Icon;
use ui::form::{AreaField, Refusals, SelectField, TextField};
use ui::{ApiError, fmt, t, texts, words};

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Won,
    Lost,
    Invalid,
    Reopen,
}

/// A complete answer: how it closes, or why it is reopened.
pub type Reply = (Option<Closing>, String);

/// What the forms need of those who show them.
#[derive(Clone, Copy)]
pub struct Talk {
    /// What the server refused of the answer.
    pub refused: RwSignal<Option<ApiError>>,
    pub reply: Callback<Reply>,
    pub close: Callback<()>,
}

impl Talk {
    fn refuse(self, field: &str, code: &str) {
        self.refuse_all(vec![Violation::new(field, code)]);
    }

    fn refuse_all(self, found: Vec<Violation>) {
        self.refused.set(Some(ApiError::Refused { found, typed: None }));
    }
}

#[component]
pub fn ClosingForm(topic: Topic, card: Card, today: NaiveDate, talk: Talk) -> impl IntoView {
    let refusals = Refusals::of(move || talk.refused.get().map(Err::<(), _>));
    let (title, save, danger) = match topic {
        Topic::Won => (board::WON_TITLE, board::WON_SAVE, false),
        Topic::Lost => (board::LOST_TITLE, board::LOST_SAVE, true),
        Topic::Invalid => (board::INVALID_TITLE, board::INVALID_SAVE, true),
        Topic::Reopen => (board::REOPEN_TITLE, board::REOPEN_SAVE, false),
    };
    let title = texts().fmt(title, &[("name", &card.customer_name)]);
    let currency = card.amount.currency.code();
    let amount = fmt::money_input(card.amount.minor, currency);
    let whole = move || {
        talk.refused.get().and_then(|error| {
            let text = error.violations().iter().filter(|v| v.field.is_empty() || v.field == "to").map(ui::error::violation_sentence);
            let text = ui::words::sentences(text);
            (!text.is_empty()).then_some(text)
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match topic {
            Topic::Won => reply_won(talk, currency),
            Topic::Lost => reply_lost(talk),
            Topic::Invalid => talk.reply.run((Some(Closing::Invalid { note: value_of("note") }), String::new())),
            Topic::Reopen => reply_reopen(talk),
        }
    };
    let fields = match topic {
        Topic::Won => view! {
            <TextField label=board::WON_AMOUNT name="amount" refusals value=amount inputmode="decimal" required=true hint=currency.to_owned()/>
            <TextField label=board::WON_ON name="on" refusals value=today.to_string() kind="date" required=true/>
        }
        .into_any(),
        Topic::Lost => {
            let options = LostReason::ALL.iter().map(|r| (r.code().to_owned(), t(words::lost_reason(*r)).to_owned())).collect();
            view! {
                <SelectField label=board::LOST_REASON name="reason" refusals value=String::new() options empty="—".to_owned() required=true/>
                <TextField label=board::LOST_COMPETITOR name="competitor" refusals value=String::new() max=120/>
                <AreaField label=board::LOST_NOTE name="note" refusals value=String::new()/>
            }
            .into_any()
        }
        Topic::Invalid => view! { <AreaField label=board::INVALID_NOTE name="note" refusals value=String::new() required=true/> }.into_any(),
        Topic::Reopen => view! { <AreaField label=board::REOPEN_REASON name="reason" refusals value=String::new() required=true/> }.into_any(),
    };
    view! {
        <form class="dialog-form" on:submit=submit>
            <div class="dialog-h"><h2 id="dialog-title">{title}</h2>
                <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| talk.close.run(())><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                {move || whole().map(|text| view! { <div class="form-error" role="alert">{text}</div> })}
                {fields}
            </div>
            <div class="dialog-f">
                <button class="btn btn-ghost" type="button" on:click=move |_| talk.close.run(())>{t(common::CANCEL)}</button>
                <button class=if danger { "btn btn-danger" } else { "btn btn-primary" } type="submit">{t(save)}</button>
            </div>
        </form>
    }
}

fn reply_won(talk: Talk, currency: &str) {
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
        Some((amount_minor, on)) => talk.reply.run((Some(Closing::Won { amount_minor, on }), String::new())),
        None => talk.refuse_all(found),
    }
}

fn reply_lost(talk: Talk) {
    match LostReason::parse(&value_of("reason")) {
        Some(reason) => {
            talk.reply.run((Some(Closing::Lost { reason, competitor: value_of("competitor"), note: value_of("note") }), String::new()))
        }
        None => talk.refuse("reason", "required"),
    }
}

fn reply_reopen(talk: Talk) {
    let reason = value_of("reason");
    if reason.trim().is_empty() {
        talk.refuse("reason", "reason_required");
    } else {
        talk.reply.run((None, reason));
    }
}

fn value_of(id: &str) -> String {
    use wasm_bindgen::JsCast;
    let Some(element) = ui::browser::by_id(id) else { return String::new() };
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        return input.value();
    }
    js_sys::Reflect::get(&element, &"value".into()).ok().and_then(|v| v.as_string()).unwrap_or_default()
}
