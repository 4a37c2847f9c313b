//! The board as a slide of a meeting: what stands at each stage, and how well it is looked
//! after.

use crate::api;
use domain::ids::StageId;
use domain::money::Sums;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Board, Card, Choices, Column, NextStep, StageKind, Summary};
use i18n::keys::{board, present};
use leptos::prelude::*;
use ui::component::{Failed, Gauge, Skeleton, StackBar};
use ui::present::{Behind, Deck, Face, line};
use ui::{fmt, t, texts, words};

const CODE: &str = "deals";
/// Colours of the states of a next step, in the order of [`NextStep::ALL`].
const STEP_CLASSES: [&str; 4] = ["planned", "today", "late", "none"];

/// The column whose deals are open, and whether only the overdue ones are.
type Opened = Option<(StageId, bool)>;

/// The slide; its figures are read when the deck begins.
pub fn slide(deck: Deck) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let filter = Memo::new(move |_| DealFilter { outcome: None, stage: None, ..DealFilter::from_query(|name| deck.get(name)) });
    let opened: Memo<Opened> = Memo::new(move |_| {
        let stage = deck.own(CODE, "column").and_then(|id| StageId::parse(&id))?;
        Some((stage, deck.own(CODE, "of").as_deref() == Some(NextStep::Overdue.code())))
    });
    let found = Resource::new(move || (filter.get(), deck.again.get()), |(filter, _)| api::board(filter));
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    let behind = Resource::new(
        move || (opened.get(), filter.get(), deck.again.get()),
        |(opened, filter, _)| async move {
            let Some((stage, late)) = opened else { return Ok(None) };
            let filter = if late { DealFilter { next: Some(NextStep::Overdue), ..filter } } else { filter };
            let summaries = api::summaries(filter.clone()).await?;
            let total = summaries.iter().find(|(id, _)| *id == stage).map_or(0, |(_, summary)| summary.sums.count());
            Ok(Some((total, api::cards(filter, stage, None).await?.cards)))
        },
    );
    move || {
        view! {
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await, choices.await) {
                        (Ok(found), Ok(cards), Ok(choices)) => shown(deck, &found, opened.get_untracked().zip(cards), &choices, &filter.get_untracked()),
                        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

fn shown(
    deck: Deck,
    found: &Board,
    opened: Option<((StageId, bool), (i64, Vec<Card>))>,
    choices: &Choices,
    filter: &DealFilter,
) -> AnyView {
    let mut open = Summary::default();
    for column in found.columns.iter().filter(|column| column.stage.kind == StageKind::Open) {
        open.sums.merge(&column.summary.sums);
        open.next.iter_mut().zip(column.summary.next).for_each(|(sum, n)| *sum += n);
    }
    let [.., late, none] = open.next;
    let (n, sum, weighted) = (fmt::integer(open.sums.count()), words::sums_text(&open.sums, false), words::sums_text(&open.sums, true));
    let values = [("n", n.as_str()), ("sum", &sum), ("weighted", &weighted), ("late", &fmt::integer(late)), ("none", &fmt::integer(none))];
    let message = match (open.sums.count(), late) {
        (0, _) => t(present::BOARD_EMPTY).to_owned(),
        (_, 0) => texts().fmt(present::BOARD_MESSAGE, &values),
        _ => texts().fmt(present::BOARD_LATE, &values),
    };
    let lead = if open.sums.count() > 0 { texts().fmt(present::BOARD_LEAD, &values) } else { String::new() };
    let narrowed = ui::choice::narrowed(filter, choices);
    let narrowed = if narrowed.is_empty() { String::new() } else { texts().fmt(present::NARROWED, &[("what", &narrowed.join(" · "))]) };
    let of = i32::try_from(found.columns.len()).unwrap_or(5);
    let since = texts().fmt(board::WON_SINCE, &[("day", &words::day(&ui::facts(), found.won_since))]);
    let columns = found.columns.iter().map(|each| column(deck, each, of, &since)).collect_view();
    let panel = opened.and_then(|((stage, late), (total, cards))| {
        let column = found.columns.iter().find(|column| column.stage.id == stage)?;
        Some(behind(deck, column, late, total, &cards))
    });
    view! {
        <Face deck code=CODE message lead=vec![lead, narrowed]>
            <ul class="pr-columns">{columns}</ul>
            {panel}
        </Face>
    }
    .into_any()
}

/// A stage: how many, how much, how likely, and the state of the next steps.
fn column(deck: Deck, column: &Column, of: i32, since: &str) -> impl IntoView + use<> {
    let Summary { sums, next, .. } = &column.summary;
    let id = column.stage.id.to_string();
    let (count, late, is_won) = (sums.count(), next[2], column.stage.kind == StageKind::Won);
    let total = fmt::integer(count);
    let to = deck.opened(&[("column", &id)]);
    let to_late = deck.opened(&[("column", &id), ("of", NextStep::Overdue.code())]);
    let name = words::stage_name(&column.stage);
    let label = texts().fmt(present::TO_SLIDE, &[("what", &name), ("name", &total)]);
    let parts = if is_won { vec![(count.max(1), "won")] } else { next.iter().zip(STEP_CLASSES).map(|(n, class)| (*n, class)).collect() };
    let [planned, due, overdue, none] = next.map(|n| n.to_string());
    let spoken = if is_won {
        since.to_owned()
    } else {
        texts().fmt(board::NEXT_STEPS, &[("planned", &planned), ("due", &due), ("overdue", &overdue), ("none", &none)])
    };
    let weighted = if is_won { since.to_owned() } else { texts().fmt(board::WEIGHTED, &[("amount", &words::sums_text(sums, true))]) };
    let lines = lines(sums);
    view! {
        <li data-column=id>
            <p class="row"><Gauge position=column.stage.position of/><b class="ell">{name}</b></p>
            {if count > 0 {
                view! { <a class="pr-figure num" href=to aria-label=label data-count="" data-noscroll="">{total}</a> }.into_any()
            } else {
                view! { <span class="pr-figure num" data-count="">{total}</span> }.into_any()
            }}
            {lines}
            <p class="num muted">{weighted}</p>
            <StackBar parts=Signal::stored(parts) label=Signal::stored(spoken)/>
            {(late > 0 && !is_won).then(|| view! { <p><a class="danger num" href=to_late data-late="" data-noscroll="">{texts().fmt(present::LATE, &[("n", &fmt::integer(late))])}</a></p> })}
        </li>
    }
}

/// Amounts, each currency on a line of its own.
fn lines(sums: &Sums) -> impl IntoView + use<> {
    let (own, others) = words::sums_parts(sums, false);
    let lang = ui::facts().lang;
    std::iter::once(own).chain(others).map(|part| view! { <p class="num strong">{fmt::joined(lang, part)}</p> }).collect_view()
}

fn behind(deck: Deck, column: &Column, late: bool, total: i64, cards: &[Card]) -> impl IntoView + use<> {
    let name = words::stage_name(&column.stage);
    let title = texts().fmt(if late { present::COLUMN_LATE } else { present::COLUMN_OF }, &[("stage", &name)]);
    let frozen = if late { column.summary.next[2] } else { column.summary.sums.count() };
    let facts = ui::facts();
    let rows = cards.iter().map(|card| {
        let step = card.next_on.map(|on| format!(" · {} {}", words::day(&facts, on), card.next_step)).unwrap_or_default();
        line(
            &card.id.to_string(),
            &card.title,
            &format!("{} · {}{step}", card.customer_name, card.owner_name),
            &words::money_text(card.amount),
        )
        .into_string()
    });
    let (listed, rows) = (cards.len(), rows.collect::<String>());
    view! { <Behind deck title frozen total listed about=String::new() rows/> }
}
