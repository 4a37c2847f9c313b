//! A card of the month forecast or the calendar.

use super::Hand;
use crate::board::next_line;
use crate::change::{Deals, Field};
use domain::pipeline::Card;
use i18n::keys::{change, common, deal};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use ui::change::Subject;
use ui::component::{Avatar, Icon, TierBadge};
use ui::{facts, fmt, t, texts, words};

/// `small`: as a line of a day. `step`: what Shift and an arrow do, if the card
/// may be changed at all: across and down.
#[component]
pub fn DateCard(card: Card, hand: Hand, may_write: bool, small: bool, step: Callback<(Card, i64, i64)>) -> impl IntoView {
    let facts = facts();
    let id = card.id;
    let (amount, unit) = fmt::money_short(facts.lang, card.amount.minor, card.amount.currency.code());
    let by_next = hand.field == Field::Next;
    let (class, icon, line) = if by_next {
        next_line(&facts, &card)
    } else {
        let day = card.expected_close_on.map(|on| words::day(&facts, on)).unwrap_or_else(|| t(deal::NO_CLOSE).to_owned());
        let late = card.expected_close_on.is_some_and(|on| on < facts.today());
        (if late { "nx danger" } else { "nx" }, "target", day)
    };
    let label = {
        let amount = fmt::joined(facts.lang, (amount.clone(), unit));
        texts().fmt(deal::CARD_SAID, &[("name", &card.customer_name), ("title", &card.title), ("amount", &amount), ("line", &line)])
    };
    let label_of_change = texts().fmt(change::EDIT_CELL, &[("what", t(Deals::label(hand.field))), ("title", &card.title)]);
    let held = move || hand.held.get() == Some(id);
    let (of_key, of_more) = (card.clone(), card.clone());
    let keys = move |event: KeyboardEvent| {
        let (across, down) = match event.key().as_str() {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, -1),
            "ArrowDown" => (0, 1),
            _ => return,
        };
        if may_write && event.shift_key() {
            event.prevent_default();
            step.run((of_key.clone(), across, down));
        }
    };
    let begin = move |event: web_sys::DragEvent| {
        if let Some(data) = event.data_transfer() {
            // Some browsers begin no drag without it.
            let _ = data.set_data("text/plain", &id.to_string());
            data.set_effect_allowed("move");
        }
        hand.held.set(Some(id));
    };
    view! {
        <div class=if small { "deal deal-day" } else { "deal" } class:is-ghost=held role="listitem" tabindex="0" data-deal-id=id.to_string()
            aria-label=label aria-keyshortcuts=may_write.then_some("Shift+ArrowLeft Shift+ArrowRight") draggable=may_write.then_some("true")
            on:dragstart=begin on:dragend=move |_| hand.held.set(None) on:keydown=keys>
            <div class="d1">
                <a class="nm ell" href=format!("/deals/{id}") tabindex="-1" draggable="false" title=card.title.clone()>{card.customer_name.clone()}</a>
                {(!small).then(|| view! { <TierBadge tier=card.tier/> })}
                <span class="amt"><span class="num">{amount}<i class="u">{unit}</i></span></span>
            </div>
            {(!small).then(|| view! { <div class="d2 ell">{card.title.clone()}</div> })}
            <div class="d3">
                {(!small).then(|| view! { <Avatar id=card.owner name=card.owner_name.clone() class="av-s"/> })}
                <span class=class><Icon name=icon class="i-14"/><span class="ell">{line}</span></span>
                {(!small).then(|| view! { <span class="days num">{words::rate(card.probability_bp)}</span> })}
            </div>
            {may_write.then(|| view! {
                <button class="deal-more btn btn-icon btn-s" type="button" aria-label=label_of_change title=t(common::MOVE_TO) on:click=move |event| hand.ask(of_more.clone(), &event)>
                    <Icon name="ellipsis" class="i-14"/>
                </button>
            })}
        </div>
    }
}
