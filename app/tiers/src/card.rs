//! One customer on the board.

use crate::controls::REVIEW;
use crate::drag::Drag;
use crate::moves::Mover;
use crate::why::whys;
use domain::money::Currency;
use domain::tiers::board::TierCard;
use i18n::keys::{common, nav, pool, tiers};
use leptos::prelude::*;
use std::sync::Arc;
use ui::component::{Avatar, Icon};
use ui::{Facts, fmt, service, t, texts, words};

#[component]
pub fn CardView(card: Arc<TierCard>, mover: Mover, drag: Drag) -> impl IntoView {
    let facts = ui::facts();
    let id = card.id;
    let picked = Memo::new(move |_| drag.held.get().is_some_and(|held| held.customer == id));
    let revenue = if card.revenue.count() > 0 {
        view! { <b class="num">{words::sums_text(&card.revenue, false)}</b> }.into_any()
    } else {
        view! { <span class="muted">{t(tiers::NOTHING_WON)}</span> }.into_any()
    };
    let owner = match &card.owner {
        Some((id, name)) => view! { <Avatar id=*id name=name.clone() class="av-s"/><span class="sr">{name.clone()}</span> }.into_any(),
        None => view! { <span class="badge badge-outline">{t(nav::PUBLIC_POOL)}</span> }.into_any(),
    };
    let open = (card.open.count() > 0).then(|| {
        let deals = texts().n(common::N_DEALS_ONE, common::N_DEALS_MANY, card.open.count());
        texts().fmt(tiers::OPEN_DEALS, &[("deals", &deals), ("amount", &words::sums_text(&card.open, false))])
    });
    let more = texts().fmt(tiers::MOVE_OF, &[("name", &card.name)]);
    let strips = card.breaches.iter().map(|breach| service::strip(&facts, breach)).collect_view();
    let falls = card.falls.map(|(left, told)| {
        let text = if left <= 1 { t(pool::FALLS_TONIGHT).to_owned() } else { texts().n(pool::DAYS_LEFT_ONE, pool::DAYS_LEFT_MANY, left) };
        let class = if told { "badge badge-warn num" } else { "badge badge-outline num" };
        view! { <span class=class title=t(pool::PROTECTION) data-left=left.to_string()><Icon name="waves" class="i-14"/>{text}</span> }
    });
    let currency = facts.viewer.as_ref().map(|viewer| viewer.currency).unwrap_or(Currency::Cny);
    let proposal = card.proposed.as_ref().map(|(to, reasons)| {
        let (key, icon) = if *to < card.tier { (tiers::PROPOSE_UP, "arrow-up") } else { (tiers::PROPOSE_DOWN, "arrow-down") };
        let text = texts().fmt(key, &[("tier", &words::tier(*to)), ("why", &whys(reasons, currency))]);
        view! { <div class="v prop"><Icon name=icon class="i-14"/><span>{text}</span><a class="btn btn-s" href=REVIEW>{t(tiers::LOOK)}</a></div> }
    });
    view! {
        <li class="cu" class:is-picked=picked class:may-move=card.may_move tabindex="0" data-customer-id=id.to_string() data-version=card.version.to_string()
            aria-roledescription=card.may_move.then(|| t(tiers::CARD_ROLE))>
            <div class="row row-1"><a class="nm ell" href=format!("/customers/{id}") draggable="false" title=card.name.clone()>{card.name.clone()}</a><span class="grow"></span>{revenue}</div>
            <div class="row row-1 cu-2">{owner}<span class="muted ell">{last(&facts, &card)}</span><span class="grow"></span><span class="muted ell">{next(&facts, &card)}</span></div>
            <div class="row row-1 cu-3"><span class="muted ell">{open.unwrap_or_else(|| t(tiers::NO_OPEN_DEALS).to_owned())}</span><span class="grow"></span>{ui::health::badge(&card.health)}{falls}
                {card.may_move.then(|| view! {
                    <button class="btn btn-icon btn-s cu-more" type="button" aria-label=more title=t(common::MOVE_TO) on:click=move |_| mover.ask(id, None)><Icon name="ellipsis" class="i-14"/></button>
                })}
            </div>
            {strips}
            {proposal}
        </li>
    }
}

/// When and by what somebody was last in contact.
fn last(facts: &Facts, card: &TierCard) -> String {
    let Some((kind, on)) = card.last else { return t(tiers::NEVER_CONTACTED).to_owned() };
    let ago = match (facts.today() - on).num_days() {
        0 => t(tiers::CONTACT_TODAY).to_owned(),
        days => texts().fmt(tiers::CONTACT_AGO, &[("days", &fmt::days(facts.lang, days))]),
    };
    texts().fmt(tiers::CONTACT, &[("ago", &ago), ("kind", t(words::follow_up(kind)))])
}

/// The next visit: what somebody has planned, else by when the tier asks for one.
fn next(facts: &Facts, card: &TierCard) -> String {
    let day = |key, on| texts().fmt(key, &[("day", &words::day(facts, on))]);
    match (card.planned, card.due.filter(|due| *due >= facts.today())) {
        (Some(on), _) => day(tiers::PLANNED, on),
        (None, Some(on)) => day(tiers::DUE, on),
        (None, None) => String::new(),
    }
}
