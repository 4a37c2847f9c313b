//! The board: columns of deals that are moved by hand, and stay live.

mod actions;
mod card;
mod column;
mod dialogs;
mod drag;
mod motion;
mod state;

pub use card::{next_line, stall_text};
pub use drag::{card_of, focus};

use crate::api;
use crate::filterbar::FilterBar;
use actions::Mover;
use column::ColumnView;
use dialogs::Dialogs;
use domain::money::Sums;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Board, NextStep, Outcome, StageKind};
use domain::policy::Action;
use domain::views::ListKind;
use drag::Drag;
use i18n::keys::{board, common, deal, nav};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use state::{BoardState, Metrics};
use ui::component::{Empty, Failed, Gauge, Heading, Icon};
use ui::live::Live;
use ui::present::PresentLink;
use ui::views::ViewMenu;
use ui::{t, texts, words};
use wasm_bindgen::JsCast;

#[component]
pub fn BoardPage() -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| query.with(|q| DealFilter { outcome: None, stage: None, ..DealFilter::from_query(|name| q.get(name)) }));
    let found = Resource::new(move || filter.get(), api::board);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    let may_write = ui::facts().may(Action::WriteDeals);
    view! {
        <header class="top">
            <Heading text=t(board::TITLE)/>
            <ViewSwitch view=View::Board/>
            <ViewMenu kind=ListKind::Board/>
            <div class="end">
                <PresentLink slide="deals"/>
                {may_write.then(|| view! { <a class="btn btn-primary" href="/deals/new"><Icon name="plus" class="i-14"/><span>{t(board::NEW_DEAL)}</span></a> })}
            </div>
        </header>
        <FilterBar filter choices path="/deals"/>
        <Transition fallback=|| view! { <BoardSkeleton/> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => view! { <BoardView found filter=filter.get_untracked()/> }.into_any(),
                    Err(error) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The ways in which deals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Board,
    List,
    Months,
    Calendar,
}

impl View {
    const ALL: [Self; 4] = [Self::Board, Self::List, Self::Months, Self::Calendar];

    const fn path(self) -> &'static str {
        match self {
            Self::Board => "/deals",
            Self::List => "/deals/list",
            Self::Months => "/deals/months",
            Self::Calendar => "/deals/calendar",
        }
    }

    const fn look(self) -> (&'static str, i18n::Key) {
        match self {
            Self::Board => ("kanban", nav::VIEW_BOARD),
            Self::List => ("table-2", nav::VIEW_TABLE),
            Self::Months => ("chart-column", nav::VIEW_MONTHS),
            Self::Calendar => ("calendar", nav::VIEW_CALENDAR),
        }
    }
}

/// Another way to show the same deals; the filter goes along.
#[component]
pub fn ViewSwitch(view: View) -> impl IntoView {
    let query = use_query_map();
    let to = move |other: View| {
        if other == view {
            return other.path().to_owned();
        }
        query.with(|q| {
            let mut query = without(q, &["sort", "after", "outcome", "stage", "month", "by", ui::views::NAME]);
            // The others show open deals, so the table begins with them too.
            if other == View::List {
                query.insert("outcome", Outcome::Open.code().to_owned());
            }
            format!("{}{}", other.path(), query.to_query_string())
        })
    };
    let links = View::ALL
        .map(|other| {
            let (icon, label) = other.look();
            view! {
                <a href=move || to(other) aria-current=(other == view).then_some("page")><Icon name=icon class="i-14"/><span>{t(label)}</span></a>
            }
        })
        .collect_view();
    view! { <nav class="seg seg-s views-of-deals" aria-label=t(nav::PIPELINE)>{links}</nav> }
}

fn without(query: &ParamsMap, names: &[&str]) -> ParamsMap {
    let mut rest = query.clone();
    for name in names {
        rest.remove(name);
    }
    rest
}

#[component]
fn BoardView(found: Board, filter: DealFilter) -> impl IntoView {
    let facts = ui::facts();
    let state = BoardState::new(found, filter, facts.today(), facts.viewer.as_ref().map(|v| v.id), facts.may(Action::WriteDeals));
    let mover = Mover::new(state);
    let metrics = RwSignal::new(Metrics::default());
    let board_ref = NodeRef::<html::Div>::new();
    let drag = Drag::new(state, mover, metrics, board_ref);
    Live::on_event(move |event| mover.heard(&event));
    Effect::new(move |_| {
        if let Some(board) = board_ref.get() {
            if let Some(found) = measured(&board) {
                metrics.set(found);
            }
            keep_still_while_held(&board, drag);
        }
    });
    let link_next = Callback::new(move |next: NextStep| {
        state.filter.with_value(|filter| {
            let toggled = DealFilter { next: (filter.next != Some(next)).then_some(next), ..filter.clone() };
            crate::filterbar::address("/deals", &toggled.to_query())
        })
    });
    let shown = RwSignal::new(0_usize);
    let columns = (0..state.len())
        .filter_map(|i| state.col(i).map(|col| view! { <ColumnView index=i col state mover drag metrics link_next/> }))
        .collect_view();
    let holding = Memo::new(move |_| drag.held.get().is_some_and(|h| !h.by_keyboard));
    let nothing = move || state.columns.with_value(|columns| columns.iter().all(|c| c.total() == 0));
    let over_out = move |outcome: Outcome| move || drag.held.get().is_some_and(|h| h.out == Some(outcome));
    let clicked = move |event: web_sys::MouseEvent| {
        if drag.swallows_click() {
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        let Some(target) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
        if target.closest("[data-move]").ok().flatten().is_some() {
            if let Some((_, deal)) = drag::card_of(&target) {
                mover.ask_where(deal);
            }
        }
    };
    let swiped = move |_| {
        if let Some(board) = board_ref.get_untracked() {
            let width = board.client_width().max(1);
            let at = usize::try_from((board.scroll_left() + width / 2) / width).unwrap_or(0);
            if ui::browser::is_phone() && at != shown.get_untracked() {
                shown.set(at);
                request_animation_frame(|| {
                    if let Some(tab) = ui::browser::query(".stage-tabs > [aria-selected='true']") {
                        let options = web_sys::ScrollIntoViewOptions::new();
                        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                        options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
                        tab.scroll_into_view_with_scroll_into_view_options(&options);
                    }
                });
            }
        }
    };
    view! {
        <p class="board-total num" data-total="">{move || open_total(state)}</p>
        <StageTabs state shown board_ref/>
        {move || nothing().then(|| view! { <NoDeals narrowed=state.filter.with_value(|f| f.active() > 0) may_write=state.may_write/> })}
        <div class="board" class:is-dragging=move || holding.get() data-columns=state.len().to_string() node_ref=board_ref role="group" aria-label=t(board::BOARD_LABEL)
            on:pointerdown=move |e| drag.down(&e) on:pointermove=move |e| drag.moved(&e) on:pointerup=move |_| drag.up()
            on:pointercancel=move |_| drag.let_go() on:keydown=move |e| drag.key(&e) on:click=clicked on:scroll=swiped
            on:dragstart=|e| e.prevent_default()
            on:contextmenu=move |e| { if drag.held.with_untracked(Option::is_some) { e.prevent_default(); } }>
            {columns}
        </div>
        {move || holding.get().then(|| view! {
            <div class="drop-out" aria-hidden="true">
                <div class="drop-zone" class:is-over=over_out(Outcome::Lost) data-out="lost"><Icon name="circle-x"/>{t(board::DROP_LOST)}</div>
                <div class="drop-zone" class:is-over=over_out(Outcome::Invalid) data-out="invalid"><Icon name="ban"/>{t(board::DROP_INVALID)}</div>
            </div>
        })}
        <div class="sr" role="status" aria-live="assertive">{move || mover.said.get()}</div>
        <Dialogs state mover/>
    }
}

/// A board without a card: one sentence, one action.
#[component]
fn NoDeals(narrowed: bool, may_write: bool) -> impl IntoView {
    if narrowed {
        return view! { <Empty icon="list-filter" text=t(deal::EMPTY_FILTERED).to_owned()><a class="btn" href="/deals">{t(board::CLEAR_FILTERS)}</a></Empty> }.into_any();
    }
    view! {
        <Empty icon="kanban" text=t(deal::EMPTY).to_owned()>
            {may_write.then(|| view! { <a class="btn" href="/deals/new">{t(board::NEW_DEAL)}</a> })}
        </Empty>
    }
    .into_any()
}

/// Columns and cards in grey, of the final size.
#[component]
fn BoardSkeleton() -> impl IntoView {
    let card = || view! { <div class="deal skel-card"><div class="skel skel-half"></div><div class="skel skel-most"></div></div> };
    let column = move || view! { <div class="colm"><div class="ch"><div class="skel skel-half"></div></div><div class="cards"><div class="room">{card()}{card()}</div></div></div> };
    view! { <div class="board" role="status" aria-label=t(common::LOADING)>{(0..5).map(|_| column()).collect_view()}</div> }
}

/// On the phone: one stage a screen, chosen here or by swiping.
#[component]
fn StageTabs(state: BoardState, shown: RwSignal<usize>, board_ref: NodeRef<html::Div>) -> impl IntoView {
    let of = i32::try_from(state.len()).unwrap_or(5);
    let tabs = (0..state.len())
        .filter_map(|i| state.col(i).map(|col| (i, col)))
        .map(|(i, col)| {
            let stage = col.stage.get_value();
            let choose = move |_| {
                shown.set(i);
                if let Some(board) = board_ref.get_untracked() {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of columns")]
                    board.set_scroll_left(i as i32 * board.client_width());
                }
            };
            view! {
                <button type="button" role="tab" aria-selected=move || (shown.get() == i).to_string() on:click=choose>
                    <Gauge position=stage.position of=of/>
                    <span>{words::stage_name(&stage)}</span>
                    <span class="num">{move || col.summary.with(|s| s.sums.count())}</span>
                </button>
            }
        })
        .collect_view();
    view! { <div class="stage-tabs" role="tablist" aria-label=t(board::STAGES)>{tabs}</div> }
}

fn open_total(state: BoardState) -> String {
    let mut total = Sums::default();
    state.columns.with_value(|columns| {
        for col in columns.iter().filter(|c| c.kind() != StageKind::Won) {
            col.summary.with(|s| total.merge(&s.sums));
        }
    });
    let values =
        [("n", total.count().to_string()), ("amount", words::sums_text(&total, false)), ("weighted", words::sums_text(&total, true))];
    texts().fmt(board::OPEN_TOTAL, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// Heights as the style sheet has them, in pixels.
fn measured(board: &web_sys::HtmlElement) -> Option<Metrics> {
    let style = ui::browser::window()?.get_computed_style(board).ok().flatten()?;
    let read = |name: &str| style.get_property_value(name).ok()?.trim().trim_end_matches("px").parse::<f64>().ok();
    Some(Metrics { card: read("--card-h")?, tall: read("--card-h-tall")?, gap: read("--card-gap")? })
}

/// A finger that holds a card must not scroll the page. The listener has to be
/// active (not passive), which the framework's own are not.
fn keep_still_while_held(board: &web_sys::HtmlElement, drag: Drag) {
    use wasm_bindgen::closure::Closure;
    let still = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if drag.held.try_get_untracked().flatten().is_some() {
            event.prevent_default();
        }
    });
    let options = web_sys::AddEventListenerOptions::new();
    options.set_passive(false);
    let _ = board.add_event_listener_with_callback_and_add_event_listener_options("touchmove", still.as_ref().unchecked_ref(), &options);
    let kept = StoredValue::new_local(Some((board.clone(), still)));
    on_cleanup(move || {
        if let Some((board, still)) = kept.try_update_value(Option::take).flatten() {
            let _ = board.remove_event_listener_with_callback("touchmove", still.as_ref().unchecked_ref());
        }
    });
}
