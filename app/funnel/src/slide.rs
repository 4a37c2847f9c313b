//! The funnel as a slide of a meeting: the level view with large figures, drawn for three
//! widths, so that no text is scaled below what can be read from the last row.

use crate::api;
use crate::asked::{Asked, Figure};
use crate::level::{Drawn, flow, is_worst, link, named, paints, part, steps, width};
use crate::message;
use crate::scene::{self, Block, Column, Scene, Side, Sizes, px, scene};
use crate::{counting, say};
use domain::funnel::report::{FunnelDeals, FunnelReport, MeasureKind, Part, ViewKind, Which};
use domain::money::Money;
use domain::pipeline::Choices;
use i18n::keys::{funnel, present};
use leptos::prelude::*;
use maud::{Markup, PreEscaped, html};
use ui::component::{Failed, Skeleton};
use ui::follow::follower;
use ui::present::{Behind, Deck, Face, line};
use ui::{fmt, t, texts, words};

const CODE: &str = "funnel";

/// A drawing for one width: its sizes, and those of its texts.
struct Look {
    class: &'static str,
    sizes: Sizes,
    name: f64,
    total: f64,
    pill: f64,
}

const fn look(class: &'static str, width: f64, bar: f64, right: f64, tallest: f64, total: f64, pill: f64) -> Look {
    let name = if total > 30.0 { 26.0 } else { 24.0 };
    let sizes = Sizes {
        tallest,
        bar,
        pitch: (width - bar - right) / 4.0,
        right,
        narrowest: width,
        label: 34.0,
        first_label: pill * 0.85 + 17.0,
        titles: (name + total + 20.0, 38.0),
        title_gap: 10.0,
    };
    Look { class, sizes, name, total, pill }
}

/// For 1920 × 1080, for 4:3 of the same height, and for less.
const LOOKS: [Look; 3] = [
    look("pr-svg is-wide", 1776.0, 150.0, 130.0, 150.0, 44.0, 32.0),
    look("pr-svg is-middle", 1328.0, 104.0, 120.0, 150.0, 38.0, 28.0),
    look("pr-svg is-narrow", 900.0, 72.0, 104.0, 110.0, 30.0, 24.0),
];
/// More stages than this are a list at any width.
const DRAWN_MOST: usize = 7;

/// The slide; its figures are read when the deck begins.
pub fn slide(deck: Deck) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let asked = Memo::new(move |_| {
        let whole = Asked::from_query(|name| deck.get(name));
        Asked { figure: whole.figure.filter(|_| deck.slide.get() == CODE), place: Some((ui::present::PATH, pairs(deck))), ..whole }
    });
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    let opened = Memo::new(move |_| asked.with(Asked::part));
    let found = Resource::new(move || (query.get(), deck.again.get()), |(query, _)| api::funnel(query));
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    let behind = Resource::new(
        move || (opened.get(), deck.again.get()),
        |(part, _)| async move {
            match part {
                Some(part) => api::funnel_deals(part).await.map(Some),
                None => Ok(None),
            }
        },
    );
    move || {
        view! {
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await, choices.await) {
                        (Ok(report), Ok(deals), Ok(choices)) => shown(deck, &report, deals, &choices, &asked.get_untracked()),
                        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

/// What the deck's address says beside the funnel.
fn pairs(deck: Deck) -> Vec<(String, String)> {
    let own: Vec<_> = domain::funnel::report::FunnelQuery::from_query(|name| deck.get(name)).to_query();
    let mut rest = deck.rest();
    own.iter().for_each(|(name, _)| {
        rest.remove(name);
    });
    rest.replace("slide", CODE.to_owned());
    rest.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
}

fn shown(deck: Deck, report: &FunnelReport, deals: Option<FunnelDeals>, choices: &Choices, asked: &Asked) -> AnyView {
    let drawn = Drawn { report, asked, links: true };
    let narrowed = ui::choice::narrowed(&asked.query.filter, choices);
    let narrowed = if narrowed.is_empty() { String::new() } else { texts().fmt(present::NARROWED, &[("what", &narrowed.join(" · "))]) };
    let lead = vec![lead(&drawn), narrowed];
    let body = body(&drawn).into_string();
    let panel = deals.zip(asked.figure).map(|(deals, figure)| behind(deck, report, asked, &deals, figure));
    let follow = follower(true);
    view! {
        <Face deck code=CODE message=sentence(&drawn) lead>
            <div class="pr-funnel" on:click=follow inner_html=body></div>
            {panel}
        </Face>
    }
    .into_any()
}

/// How much of what begins is won; of a snapshot, where most of it stands.
fn sentence(drawn: &Drawn<'_>) -> String {
    let (report, query) = (drawn.report, &drawn.asked.query);
    let last = report.stages.len().saturating_sub(1);
    if query.view == ViewKind::Snapshot {
        let most = (0..=last).max_by_key(|index| (report.now.rows.get(*index).map_or(0, |row| row.still), std::cmp::Reverse(*index)));
        let most = most.unwrap_or_default();
        let (all, n) = (drawn.value(scene::open(report)), drawn.value(report.now.rows.get(most).map_or(0, |row| row.still)));
        return texts().fmt(present::OPEN_NOW, &[("all", &all), ("stage", &say::stage(report, most)), ("n", &n)]);
    }
    let rate = |which| drawn.row(last, which).and_then(|row| row.cumulative_bp);
    let (first, last) = (say::stage(report, 0), say::stage(report, last));
    let Some(now) = rate(Which::Now) else { return texts().fmt(present::NO_RATE, &[("first", &first), ("last", &last)]) };
    let each = query.view == ViewKind::Cohort && query.measure == MeasureKind::Count;
    let number = |bp| {
        let rate = say::rate(Some(bp));
        if each { rate.trim_end_matches('%').to_owned() } else { rate }
    };
    let before = rate(Which::Before).map(number);
    let key = match (each, before.is_some()) {
        (true, true) => present::OF_HUNDRED_BEFORE,
        (true, false) => present::OF_HUNDRED,
        (false, true) => present::OF_RATE_BEFORE,
        (false, false) => present::OF_RATE,
    };
    texts().fmt(key, &[("first", &first), ("last", &last), ("now", &number(now)), ("before", &before.unwrap_or_default())])
}

/// The step that fell furthest behind, and whether this can be judged at all.
fn lead(drawn: &Drawn<'_>) -> String {
    if drawn.whole() == Part::Still {
        return String::new();
    }
    let (head, rest) = message::sentence(drawn.report);
    words::sentences([head, rest].into_iter().chain(counting::maturity(&drawn.report.now)))
}

fn body(drawn: &Drawn<'_>) -> Markup {
    let report = drawn.report;
    let key = |class: &str, word| html! { span.row { i class={ "lv-key " (class) } {} (t(word)) } };
    html! {
        p.pr-legend {
            @if let Some(before) = &report.before {
                span { b { (t(present::ABOVE)) } " " (say::period(report.now.period)) }
                span { b { (t(present::BELOW)) } " " (say::side(before)) }
            } @else { span { (say::period(report.now.period)) } }
            @if drawn.whole() == Part::Entered { (key("d3 p-adv", funnel::ADVANCED)) (key("p-still", funnel::STILL_HERE)) (key("p-lost", funnel::LOST_HERE)) }
        }
        @if report.stages.len() <= DRAWN_MOST {
            svg.lv-defs width="0" height="0" aria-hidden="true" { defs { (paints(drawn)) } }
            @for look in &LOOKS { (picture(drawn, look)) }
        }
        div.pr-steps.is-only[report.stages.len() > DRAWN_MOST] { (steps(drawn)) }
    }
}

fn picture(drawn: &Drawn<'_>, look: &Look) -> Markup {
    let titled = |index, which| {
        let number = drawn.row(index, which).map(|row| drawn.value(scene::figure(row, drawn.whole()))).unwrap_or_default();
        match which {
            Which::Now => width(&number, look.total).max(width(&say::stage(drawn.report, index), look.name)),
            Which::Before => width(&number, look.name),
        }
    };
    let scene = scene(drawn.report, &look.sizes, titled);
    let under = if drawn.report.before.is_some() { 72.0 } else { 0.0 };
    let size = format!("0 0 {} {}", px(scene.width), px(scene.height + under));
    html! {
        svg class=(look.class) viewBox=(size) role="group" aria-label=(drawn.in_words()) {
            @for (index, column) in scene.columns.iter().enumerate() {
                @for side in column.sides() { (flow(side, index)) }
            }
            @for (index, column) in scene.columns.iter().enumerate() {
                @for side in column.sides() { (bar(drawn, look, &scene, column, side, index)) }
            }
            path.lv-line d={ "M0 " (px(scene.line)) "H" (px(scene.width - look.sizes.right)) } {}
            @for (index, column) in scene.columns.iter().enumerate() { (pill(drawn, look, &scene, column, index)) }
        }
    }
}

fn bar(drawn: &Drawn<'_>, look: &Look, scene: &Scene, column: &Column, side: &Side, index: usize) -> Markup {
    let (which, before) = (side.which, side.which == Which::Before);
    let (x, wide) = (px(column.x), px(scene.bar));
    let whole = drawn.whole();
    let n = drawn.row(index, which).map_or(0, |row| scene::figure(row, whole));
    let title = html! {
        @if before {
            rect.lv-hit x=(x) y=(px(side.title_y)) width=(wide) height="36" {}
            text.pr-before x=(x) y=(px(side.title_y + look.name)) { (drawn.value(n)) }
        } @else {
            rect.lv-hit x=(x) y=(px(side.title_y - look.sizes.titles.0)) width=(wide) height=(px(look.sizes.titles.0)) {}
            text.lv-name x=(x) y=(px(side.title_y - look.total - 14.0)) { (say::stage(drawn.report, index)) }
            " "
            text.lv-total x=(x) y=(px(side.title_y - 6.0)) { (drawn.value(n)) }
        }
    };
    html! {
        g.lv-bar.is-before[before] {
            @if whole == Part::Still { g { (title) } } @else { (link(drawn, index, whole, which, n, &title)) }
            @if let Some((y, height)) = side.frame { rect.lv-frame x=(x) y=(px(y)) width=(wide) height=(px(height)) {} }
            @for block in &side.blocks {
                g.lv-seg {
                    // For the pointer only: a thin part is no target, its label is one.
                    a href=(drawn.asked.opened(index, block.part, which)) tabindex="-1" aria-hidden="true" { (part(drawn, index, block, &x, &wide)) }
                    (link(drawn, index, block.part, which, block.value, &label(drawn, scene, column, block, index)))
                }
            }
        }
    }
}

/// How a part looks, and how much it is; which one it is, the legend says, and its name.
fn label(drawn: &Drawn<'_>, scene: &Scene, column: &Column, block: &Block, index: usize) -> Markup {
    let x = column.x + scene.bar + 8.0;
    let class = format!("lv-part d{} {}", drawn.depth(index), say::part_class(block.part));
    html! {
        rect.pr-plate x=(px(x - 4.0)) y=(px(block.label_y - 16.0)) width=(px(scene.label.min(width(&drawn.value(block.value), 24.0) + 40.0))) height="32" rx="6" {}
        rect class=(class) x=(px(x)) y=(px(block.label_y - 9.0)) width="18" height="18" rx="3" {}
        text.pr-label x=(px(x + 26.0)) y=(px(block.label_y + 8.5)) { (drawn.value(block.value)) }
    }
}

/// The rate of a step on the line, leading to the deals of its numerator; beneath the
/// picture, how it changed.
fn pill(drawn: &Drawn<'_>, look: &Look, scene: &Scene, column: &Column, index: usize) -> Markup {
    let (Some(middle), Some(row)) = (column.gap, drawn.report.now.rows.get(index)) else { return PreEscaped(String::new()) };
    if drawn.whole() == Part::Still {
        return PreEscaped(String::new());
    }
    let text = Drawn::step(row);
    let half = look.pill * 0.85;
    let wide = width(&text, look.pill) + look.pill;
    let figure = html! {
        rect x=(px(middle - wide / 2.0)) y=(px(scene.line - half)) width=(px(wide)) height=(px(2.0 * half)) rx=(px(half)) {}
        text x=(px(middle)) y=(px(scene.line + look.pill * 0.36)) text-anchor="middle" { (text) }
    };
    let label = format!("{text} {}", drawn.label(index, Part::Converted, Which::Now));
    let before = drawn.row(index, Which::Before);
    let change = row.step_bp.zip(before.and_then(|before| before.step_bp)).map(|(now, before)| now - before);
    html! {
        g.lv-pill.is-worst[is_worst(drawn, index)] data-step=(index) { (named(drawn, index, Part::Converted, Which::Now, row.converted.unwrap_or(0), &label, &figure)) }
        @if let Some(before) = before {
            text.pr-change.is-worst[is_worst(drawn, index)] x=(px(middle)) y=(px(scene.height + 28.0)) text-anchor="middle" { (changed(change)) }
            text.pr-before x=(px(middle)) y=(px(scene.height + 62.0)) text-anchor="middle" { (texts().fmt(present::STEP_BEFORE, &[("rate", &say::rate(before.step_bp))])) }
        }
    }
}

/// A difference with its sign: `+1.1 个百分点`.
fn changed(bp: Option<i64>) -> String {
    let Some(bp) = bp else { return fmt::NO_VALUE.to_owned() };
    let sign = match bp {
        1.. => "+",
        0 => "±",
        _ => "−",
    };
    format!("{sign}{}", say::points(bp))
}

/// The deals behind a figure, and of losses their reasons.
fn behind(deck: Deck, report: &FunnelReport, asked: &Asked, deals: &FunnelDeals, figure: Figure) -> impl IntoView + use<> {
    let stage = usize::from(figure.stage);
    let values = [("stage", say::stage(report, stage)), ("part", t(say::part(figure.part, stage + 1 == report.stages.len())).to_owned())];
    let title = texts().fmt(funnel::PART_OF, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let side = match figure.which {
        Which::Now => Some(&report.now),
        Which::Before => report.before.as_ref(),
    };
    let total = i64::try_from(deals.total).unwrap_or(i64::MAX);
    // By amount the slide's figure is no number of deals, and is not compared with one.
    let counted = asked.query.measure == MeasureKind::Count;
    let frozen = side.and_then(|side| side.rows.get(stage)).filter(|_| counted).map_or(total, |row| scene::figure(row, figure.part));
    let sum = words::money_text(Money { minor: deals.sum_minor, currency: report.currency });
    let reasons =
        side.filter(|_| figure.part == Part::Lost).and_then(|side| side.reasons.get(stage)).map(Vec::as_slice).unwrap_or_default();
    let reasons = reasons.iter().map(|line| {
        let reason = t(line.reason.map_or(funnel::NO_REASON, words::lost_reason));
        format!("{reason} {}", say::value(report, asked.query.measure, line.value))
    });
    let period = side.map(say::side).unwrap_or_default();
    let about = [texts().fmt(funnel::SUM, &[("amount", &sum)]), period].into_iter().chain(reasons).collect::<Vec<_>>().join(" · ");
    let rows = deals.rows.iter().map(|deal| {
        let card = &deal.card;
        let why = deal.lost_reason.map(|reason| format!(" · {}", t(words::lost_reason(reason)))).unwrap_or_default();
        line(
            &card.id.to_string(),
            &card.title,
            &format!("{} · {}{why}", card.customer_name, card.owner_name),
            &words::money_text(card.amount),
        )
        .into_string()
    });
    let (listed, rows) = (deals.rows.len(), rows.collect::<String>());
    view! { <Behind deck title frozen total listed about rows/> }
}
