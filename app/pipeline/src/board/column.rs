//! One column: totals of all its deals, and the cards near the view.

use super::actions::Mover;
use super::card::{CardView, is_tall};
use super::drag::{Drag, Held};
use super::state::{BoardState, Col, Mark, Metrics, window};
use domain::ids::DealId;
use domain::pipeline::{Card, NextStep, StageKind};
use i18n::keys::board;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use ui::component::{Gauge, StackBar};
use ui::{converted, fmt, t, texts, words};
use wasm_bindgen::JsCast;

/// Cards that the server draws; the browser draws those near the view.
const SERVER_CARDS: usize = 8;
/// Scroll positions within so many pixels draw the same cards.
const QUANTUM: f64 = 64.0;

/// Colours of the states of a next step, in the order of [`NextStep::ALL`].
const STEP_CLASSES: [&str; 4] = ["planned", "today", "late", "none"];

/// What stands in a column: cards, and the slot under the one in the hand.
#[derive(Clone, PartialEq)]
enum Item {
    Card(Arc<Card>, Option<Mark>),
    Slot,
}

impl Item {
    fn key(&self) -> (Option<DealId>, i32, Option<Mark>, String) {
        match self {
            Self::Card(card, mark) => (Some(card.id), card.version, mark.clone(), format!("{}{}", card.rank, card.stage)),
            Self::Slot => (None, 0, None, String::new()),
        }
    }
}

#[component]
pub fn ColumnView(
    index: usize,
    col: Col,
    state: BoardState,
    mover: Mover,
    drag: Drag,
    metrics: RwSignal<Metrics>,
    link_next: Callback<NextStep, String>,
) -> impl IntoView {
    let stage = col.stage.get_value();
    let (name, id, kind, is_won) = (words::stage_name(&stage), stage.id, stage.kind, stage.kind == StageKind::Won);
    let list = NodeRef::<html::Div>::new();
    let room = NodeRef::<html::Div>::new();
    let view_at = RwSignal::new((0.0_f64, 900.0_f64));
    let busy = StoredValue::new(false);

    let over = Memo::new(move |_| drag.held.get().and_then(|h| h.over).filter(|(c, _)| *c == index).map(|(_, at)| at));
    let held = Memo::new(move |_| drag.held.get().map(|h: Held| h.deal));
    let today = state.today;
    let hydrated = RwSignal::new(false);
    let near = Memo::new(move |_| {
        let (scroll, height) = view_at.get();
        let marks = state.marks.get();
        col.cards.with(|cards| {
            if !hydrated.get() {
                return super::state::Window { start: 0, end: cards.len().min(SERVER_CARDS), above: 0.0, below: 0.0 };
            }
            let tall = cards.iter().map(|c| col.stage.with_value(|s| is_tall(c, s, marks.get(&c.id), today)));
            window(tall.collect::<Vec<_>>().into_iter(), col.total(), scroll, height, metrics.get())
        })
    });
    let items = Memo::new(move |_| {
        let near = near.get();
        let marks = state.marks.get();
        let mut items: Vec<Item> = col.cards.with(|cards| {
            cards.get(near.start..near.end).unwrap_or_default().iter().map(|c| Item::Card(c.clone(), marks.get(&c.id).cloned())).collect()
        });
        if let Some(at) = over.get() {
            // The place counts the other cards only; the ghost stays where it is.
            let own = col.cards.with(|cards| held.get().and_then(|deal| cards.iter().position(|c| c.id == deal)));
            let at = at + usize::from(own.is_some_and(|own| own < at));
            items.insert(at.saturating_sub(near.start).min(items.len()), Item::Slot);
        }
        items
    });

    // The room of the cards that are not drawn.
    Effect::new(move |_| {
        let near = near.get();
        if let Some(room) = room.get() {
            let style = web_sys::HtmlElement::style(&room);
            let _ = style.set_property("padding-top", &format!("{}px", near.above + 2.0));
            let _ = style.set_property("padding-bottom", &format!("{}px", near.below + 16.0));
        }
    });
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            hydrated.set(true);
            view_at.set((0.0, f64::from(list.client_height()).max(200.0)));
        }
    });
    // A jump to the end shows room before it shows cards: they are fetched until
    // the view is filled.
    Effect::new(move |_| {
        let fetched = col.cards.with(Vec::len);
        if hydrated.get() && near.get().end >= fetched && fetched < col.total() {
            mover.more(index, busy);
        }
    });
    let scrolled = move |_| {
        let Some(list) = list.get_untracked() else { return };
        let top = (f64::from(list.scroll_top()) / QUANTUM).floor() * QUANTUM;
        let height = f64::from(list.client_height());
        if view_at.get_untracked() != (top, height) {
            view_at.set((top, height));
        }
        let (fetched, end) = (col.cards.with_untracked(Vec::len), near.get_untracked().end);
        if end + 10 >= fetched {
            mover.more(index, busy);
        }
    };

    let parts = Signal::derive(move || {
        col.summary.with(|s| {
            if is_won {
                vec![(s.sums.count().max(1), "won")]
            } else {
                s.next.iter().zip(STEP_CLASSES).map(|(n, class)| (*n, class)).collect()
            }
        })
    });
    let spoken = Signal::derive(move || {
        let [planned, due, overdue, none] = col.summary.with(|s| s.next).map(|n| n.to_string());
        texts().fmt(board::NEXT_STEPS, &[("planned", &planned), ("due", &due), ("overdue", &overdue), ("none", &none)])
    });
    // The bar is too thin to aim at, so a click counts by its place across.
    let navigate = leptos_router::hooks::use_navigate();
    let narrow = move |event: web_sys::MouseEvent| {
        let Some(bar) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).filter(|_| !is_won) else { return };
        let rect = bar.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
        if let Some(next) = part_at(col.summary.with_untracked(|s| s.next), share) {
            navigate(&link_next.run(next), leptos_router::NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    // What the card in the hand would add here.
    let on_drop = move || {
        over.get()?;
        let (from, _, card) = state.find(held.get()?)?;
        (from != index).then(|| texts().fmt(board::ON_DROP, &[("amount", &words::money_text(card.amount))]))
    };
    let count = move || col.summary.with(|s| s.sums.count());
    let position = stage.position;
    let of = state.len();
    let likely = texts().fmt(board::PROBABILITY, &[("rate", &words::rate(stage.probability_bp))]);
    let asks = match kind {
        StageKind::Won => Some(t(board::DROP_ASKS_WON)),
        _ => None,
    };
    let exit = words::pick(ui::facts().lang, &stage.exit_zh, &stage.exit_en);
    let won_since = texts().fmt(board::WON_SINCE, &[("day", &words::day(&ui::facts(), state.won_since))]);
    let active_next = state.filter.with_value(|f| f.next);

    let (label, heading) = (name.clone(), name.clone());
    view! {
        <section class="colm" class:is-over=move || over.get().is_some() data-stage-id=id.to_string() aria-label=label>
            <header class="ch">
                <div class="ch1">
                    <Gauge position=position of=i32::try_from(of).unwrap_or(5)/>
                    <h2 title=exit>{heading}</h2>
                    <span class="count" data-count="">{count}</span>
                    <span class="sum num" data-sum="">
                        {move || {
                            let ((number, unit), others) = col.summary.with(|s| words::sums_parts(&s.sums, false));
                            view! { {number}<i class="u">{unit}</i>{others.into_iter().map(|(number, unit)| view! { <small>" + "{number}{unit}</small> }).collect_view()} }
                        }}
                    </span>
                </div>
                <div class="ch2 num">
                    {if is_won {
                        view! {
                            <span>{move || texts().fmt(board::AVERAGE, &[("amount", &average(&col))])}</span>
                            <span>{move || texts().fmt(board::MEDIAN_CYCLE, &[("days", &median(&col))])}</span>
                        }.into_any()
                    } else {
                        view! {
                            <span>{move || texts().fmt(board::WEIGHTED, &[("amount", &col.summary.with(|s| words::sums_text(&s.sums, true)))])}</span>
                            {move || match on_drop() {
                                Some(gain) => view! { <span class="accent">{gain}</span> },
                                None => view! { <span class="">{likely.clone()}</span> },
                            }}
                        }.into_any()
                    }}
                </div>
                {move || col.summary.with(|s| converted::line(s.converted.as_ref()))}
                <div class="stack-hit" on:click=narrow><StackBar parts=parts label=spoken/></div>
                <div class="lgs">
                    {if is_won {
                        view! { <span class="ok">{won_since.clone()}</span> }.into_any()
                    } else {
                        NextStep::ALL.iter().enumerate().map(|(i, next)| {
                            let next = *next;
                            let n = Memo::new(move |_| col.summary.with(|s| s.next[i]));
                            let class = STEP_CLASSES[i];
                            let on = active_next == Some(next);
                            view! {
                                <a class="lg" href=link_next.run(next) hidden=move || n.get() == 0 aria-current=on.then_some("true")>
                                    <i class=class></i>{t(words::next_step(next))}" "{move || n.get()}
                                </a>
                            }
                        }).collect_view().into_any()
                    }}
                </div>
            </header>
            <div class="cards" tabindex="-1" node_ref=list on:scroll=scrolled>
                // A scroller is never lower than its own padding: the room is inside.
                <div class="room" role="list" aria-label=name node_ref=room>
                <For each=move || items.get() key=Item::key let:item>
                    {match item {
                        Item::Slot => view! {
                            <div class="slot" role="listitem"><span>{t(board::DROP_HERE)}" → "{col.stage.with_value(words::stage_name)}{asks.map(|a| view! { <br/>{a} })}</span></div>
                        }.into_any(),
                        Item::Card(card, mark) => {
                            let deal = card.id;
                            let stall = col.stage.with_value(|stage| card.stall(stage, today));
                            let ghost = Memo::new(move |_| drag.held.get().is_some_and(|h| h.deal == deal && !h.by_keyboard));
                            let picked = Memo::new(move |_| drag.held.get().is_some_and(|h| h.deal == deal && h.by_keyboard));
                            view! { <CardView card stall mark ghost picked may_write=state.may_write refocus=drag.refocus/> }.into_any()
                        }
                    }}
                </For>
                {move || (count() == 0 && over.get().is_none()).then(|| view! { <p class="col-empty" role="listitem">{t(board::COLUMN_EMPTY)}</p> })}
            </div>
            </div>
        </section>
    }
}

/// The state of next steps that lies at a share of the bar's width.
fn part_at(next: [i64; 4], share: f64) -> Option<NextStep> {
    let total: i64 = next.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    let mut left = share * total as f64;
    NextStep::ALL.iter().zip(next).filter(|(_, n)| *n > 0).find_map(|(step, n)| {
        #[expect(clippy::cast_precision_loss, reason = "pixels")]
        let width = n as f64;
        left -= width;
        (left <= 0.0).then_some(*step)
    })
}

fn average(col: &Col) -> String {
    col.summary.with(|s| {
        let lines: Vec<_> = s.sums.0.iter().filter(|line| line.count > 0).collect();
        if lines.is_empty() {
            return fmt::NO_VALUE.to_owned();
        }
        lines
            .iter()
            .filter_map(|line| {
                let average = domain::rounding::average_minor(line.sum_minor, line.count)?;
                Some(words::money_text(domain::money::Money { minor: average, currency: line.currency }))
            })
            .collect::<Vec<_>>()
            .join(" + ")
    })
}

fn median(col: &Col) -> String {
    let lang = ui::facts().lang;
    col.summary.with(|s| match s.median_cycle_milli {
        Some(milli) => fmt::days(lang, (milli + 500) / 1_000),
        None => fmt::NO_VALUE.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_bar_is_the_state_that_is_drawn_there() {
        let next = [2, 0, 1, 1];
        assert_eq!(part_at(next, 0.1), Some(NextStep::Planned));
        assert_eq!(part_at(next, 0.6), Some(NextStep::Overdue));
        assert_eq!(part_at(next, 0.99), Some(NextStep::None));
        assert_eq!(part_at([0; 4], 0.5), None);
    }
}
