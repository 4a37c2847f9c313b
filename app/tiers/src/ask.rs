//! The question behind a move: which tier, and why.

use crate::moves::{Mover, Question};
use domain::customers::Tier;
use domain::tiers::board::REASON_MAX;
use domain::violation::Violation;
use i18n::keys::{common, tiers};
use leptos::html;
use leptos::prelude::*;
use ui::component::{Icon, TierBadge};
use ui::form::{AreaField, FormError, Refusals};
use ui::modal::Modal;
use ui::{t, texts, words};

#[component]
pub fn Ask(mover: Mover) -> impl IntoView {
    let close = Callback::new(move |()| mover.question.set(None));
    let body = move || mover.question.get().map(|question| view! { <MoveForm question mover/> });
    view! { <Modal open=Signal::derive(move || mover.question.with(Option::is_some)) on_close=close>{body}</Modal> }
}

#[component]
fn MoveForm(question: Question, mover: Mover) -> impl IntoView {
    let Question { card, to, reason } = question;
    let refusals = Refusals::of(move || mover.refused.get().map(Err::<(), _>));
    let form = NodeRef::<html::Form>::new();
    let title = texts().fmt(tiers::MOVE_TITLE, &[("name", &card.name)]);
    let from = card.tier;
    let choices = Tier::ALL
        .iter()
        .filter(|tier| **tier != from)
        .map(|tier| {
            view! {
                <label class="tier-choice"><input type="radio" name="to" value=tier.code() checked={to == Some(*tier)}/><TierBadge tier=*tier/><span>{words::tier(*tier)}</span></label>
            }
        })
        .collect_view();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let reason = data.get("form[reason]").as_string().unwrap_or_default();
        match data.get("to").as_string().as_deref().and_then(Tier::parse) {
            Some(to) => mover.send(card.clone(), to, reason),
            None => mover.refuse_answer(vec![Violation::new("to", "required")]),
        }
    };
    let unheard = Signal::derive(move || mover.refused.get().filter(|error| error.violations().is_empty()));
    let no_tier = Memo::new(move |_| refusals.at("to"));
    let limit = texts().fmt(tiers::REASON_HINT, &[("max", &REASON_MAX.to_string())]);
    view! {
        <form node_ref=form novalidate on:submit=submit>
            <div class="dialog-h"><h2 id="dialog-title">{title}</h2>
                <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| mover.question.set(None)><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                <FormError error=unheard/>
                <fieldset class="tier-choices"><legend>{t(tiers::MOVE_WHERE)}</legend>{choices}</fieldset>
                <p class="err" role="alert" hidden=move || no_tier.get().is_none()>{move || no_tier.get()}</p>
                <AreaField label=tiers::REASON name="reason" refusals value=reason required=true/>
                <p class="hint">{limit}</p>
            </div>
            <div class="dialog-f">
                <button class="btn btn-ghost" type="button" on:click=move |_| mover.question.set(None)>{t(common::CANCEL)}</button>
                <button class="btn btn-primary" type="submit">{t(tiers::MOVE_SAVE)}</button>
            </div>
        </form>
    }
}
