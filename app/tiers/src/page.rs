//! The page: filters, the board, and what a move asks.

use crate::api;
use crate::ask::Ask;
use crate::column::{ColumnView, swatch};
use crate::controls::{Filters, PATH, Place, REVIEW, SETTINGS, Tabs};
use crate::drag::Drag;
use crate::moves::Mover;
use crate::state::BoardState;
use domain::customers::Tier;
use domain::policy::Action;
use domain::tiers::board::{TierBoard, TierFilter};
use i18n::keys::{common, method, tiers};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::method::MethodPanel;
use ui::present::PresentLink;
use ui::refresh::on_change;
use ui::{fmt, t, texts, words};

#[component]
pub fn TiersPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(|q| TierFilter::from_query(|name| q.get(name))));
    let found = Resource::new(move || filter.get(), |filter| api::board(filter, 0));
    view! {
        <header class="top">
            <Heading text=t(tiers::TITLE)/>
            <Tabs here=PATH/>
            <div class="end">
                <PresentLink slide="tiers"/>
                {ui::facts().may(Action::ManageSettings).then(|| view! {
                    <a class="btn btn-s" href=SETTINGS data-settings=""><Icon name="sliders-horizontal" class="i-14"/><span>{t(tiers::SETTINGS)}</span></a>
                })}
            </div>
        </header>
        <Filters filter found place=Place::Board/>
        <Transition fallback=|| view! { <div class="body"><Skeleton rows=12/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => view! { <BoardView found filter=filter.get_untracked()/> }.into_any(),
                    Err(error) => view! { <div class="body"><Failed error/></div> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn BoardView(found: TierBoard, filter: TierFilter) -> impl IntoView {
    let facts = ui::facts();
    let since = words::day(&facts, found.since);
    let narrowed = filter.active() > 0;
    let proposals = found.proposals;
    let status = texts().fmt(
        method::TIERS_STATUS,
        &[("day", &fmt::date_iso(found.reviewed_on)), ("n", &fmt::integer(found.unreviewed)), ("m", &fmt::integer(proposals))],
    );
    let names = Tier::ALL.iter().map(|tier| (tier.code(), words::tier(*tier))).collect::<Vec<_>>();
    let how = texts().fmt(method::TIERS_METHOD, &names.iter().map(|(code, name)| (*code, name.as_str())).collect::<Vec<_>>());
    let state = BoardState::new(found, filter);
    let mover = Mover::new(state);
    let board = NodeRef::<html::Div>::new();
    let drag = Drag::new(mover, board);
    let shown = RwSignal::new(Tier::Vip);
    // Deals and follow-ups too: they are on the cards.
    on_change(|event| matches!(event.topic.as_str(), "customer" | "deal" | "ticket" | "settings"), move || mover.refresh());
    let total = move || {
        let n: i64 = state.all().iter().map(|col| col.figures.with(|figures| figures.count)).sum();
        let customers = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, n);
        let amount = state.whole.with(|whole| words::sums_text(whole, false));
        texts().fmt(tiers::TOTAL, &[("customers", &customers), ("day", &since), ("amount", &amount)])
    };
    let nothing = move || state.all().iter().all(|col| col.figures.with(|figures| figures.count == 0));
    let columns = state.all().into_iter().map(|col| view! { <ColumnView col mover drag shown/> }).collect_view();
    let tabs = state.all().into_iter().map(|col| {
        let tier = col.tier;
        view! {
            <button type="button" role="tab" aria-selected=move || (shown.get() == tier).to_string() on:click=move |_| shown.set(tier)>
                <span class=swatch(tier)></span><span>{move || { ui::tier_names::track(); words::tier(tier) }}</span><span class="num">{move || fmt::integer(col.figures.with(|f| f.count))}</span>
            </button>
        }
    });
    let tabs = tabs.collect_view();
    let clicked = move |event: web_sys::MouseEvent| {
        if drag.swallows_click() {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let dragging = Memo::new(move |_| drag.held.get().is_some_and(|held| !held.by_keyboard));
    view! {
        <p class="board-total num"><span data-total="">{total}</span>{(proposals > 0).then(|| view! { " · "<a href=REVIEW data-proposals="">{texts().n(tiers::PROPOSALS_ONE, tiers::PROPOSALS_MANY, proposals)}</a> })}</p>
        <div class="tier-tabs" role="tablist" aria-label=t(tiers::NAV)>{tabs}</div>
        {move || nothing().then(|| view! {
            <Empty icon="layers" text=t(if narrowed { tiers::EMPTY_FILTERED } else { tiers::EMPTY }).to_owned()>
                {narrowed.then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
            </Empty>
        })}
        <div class="tb" class:is-dragging=dragging node_ref=board role="group" aria-label=t(tiers::TITLE) tabindex="-1"
            on:pointerdown=move |e| drag.down(&e) on:pointermove=move |e| drag.moved(&e) on:pointerup=move |_| drag.up()
            on:pointercancel=move |_| drag.let_go() on:keydown=move |e| drag.key(&e) on:click=clicked on:dragstart=|e| e.prevent_default()>
            {columns}
            <p class="fs12 muted tier-how">{t(tiers::HOW)}</p>
        </div>
        <MethodPanel name=tiers::TITLE function=t(method::TIERS_FUNCTION) how status/>
        <div class="sr" role="status" aria-live="assertive">{move || mover.said.get()}</div>
        <Ask mover/>
    }
}
