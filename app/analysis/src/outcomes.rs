//! What was won and lost: win rates, why deals were lost, how long the won ones took.

use crate::api;
use crate::asked::{Asked, Figure, Tab};
use crate::cycles;
use crate::frame;
use crate::how::{How, Of, Rows};
use crate::panel::Panel;
use crate::say;
use domain::analysis::outcomes::{cycle_group, win_parts};
use domain::analysis::{AnalysisDeals, OutcomeReport, OutcomeSide, Set, win_sets};
use domain::funnel::{BAND_BELOW, WinRateKind, wilson_bp};
use domain::money::Currency;
use domain::pipeline::Choices;
use domain::rounding::ratio_bp;
use i18n::Key;
use i18n::keys::{analysis, common};
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::{Empty, Icon};
use ui::markup::icon;
use ui::{fmt, t, texts, words};

#[component]
pub fn OutcomesPage() -> impl IntoView {
    frame::page(Tab::Outcomes, api::outcomes, found)
}

fn found(
    report: OutcomeReport,
    deals: Option<AnalysisDeals>,
    choices: Choices,
    asked: Asked,
    shown: StoredValue<Option<Figure>>,
) -> AnyView {
    let counted = report.now.by_count;
    if counted.won + counted.lost + counted.created + counted.overdue == 0 && asked.figure.is_none() {
        let narrowed = asked.query.narrowed() > 0;
        return view! {
            <Empty icon="chart-column" text=t(analysis::EMPTY).to_owned()>
                {narrowed.then(|| view! { <a class="btn" href=Tab::Outcomes.path()>{t(common::CLEAR_FILTERS)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let filter = say::filter(&asked.query, &choices);
    let of = Of { asked: &asked, period: report.now.period, as_of: report.as_of, filter: &filter, stages: &[] };
    let message = message(&report);
    let (rates, amounts) = (rates(&of, &report).into_string(), amounts(&of, &report).into_string());
    let (lost, cycle) = (lost(&of, &report.now).into_string(), cycle(&of, &report).into_string());
    let (trend, follow) = (cycles::card(&of, &report).into_string(), cycles::follow(&of, &report).into_string());
    let about = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.as_of))]);
    let period = say::period(report.now.period);
    let panel = deals.zip(asked.figure).map(|(deals, figure)| {
        let period = if figure.before { report.before.period } else { report.now.period };
        let period = figure.set.own_days().unwrap_or(period);
        view! { <Panel title=say::figure(figure, &[]) deals asked=asked.clone() figure when=say::period(period) shown/> }
    });
    let opened = panel.is_some();
    view! {
        <p class="an-message" role="status"><Icon name="waves"/><span>{message}</span><span class="muted fs12 push">{period}" · "{about}</span></p>
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main" node_ref=ui::chart::watch(false)>
                <section class="card-box" data-card="rates" inner_html=rates></section>
                <section class="card-box" data-card="amounts" inner_html=amounts></section>
                <div class="an-two">
                    <section class="card-box" data-card="lost" inner_html=lost></section>
                    <section class="card-box" data-card="cycle" inner_html=cycle></section>
                </div>
                <section class="card-box" data-card="trend" inner_html=trend></section>
                <section class="card-box" data-card="follow" inner_html=follow></section>
            </div>
            {panel}
        </div>
    }
    .into_any()
}

/// The one sentence.
fn message(report: &OutcomeReport) -> String {
    let (now, before) = (&report.now.by_count, &report.before.by_count);
    let mut says = match now.rate_bp(WinRateKind::Closed) {
        None => t(analysis::SAYS_NO_RATE).to_owned(),
        Some(bp) => {
            let (won, closed) = win_parts(now, WinRateKind::Closed);
            let values = [("rate", say::rate(Some(bp))), ("won", say::number(won)), ("closed", say::number(closed))];
            let head = texts().fmt(analysis::SAYS_RATE, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
            let change = before.rate_bp(WinRateKind::Closed).map(|before| bp - before);
            let tail = match change {
                None => t(analysis::SAYS_ALONE).to_owned(),
                Some(0) => t(analysis::SAYS_SAME).to_owned(),
                Some(bp) => texts().fmt(if bp > 0 { analysis::SAYS_HIGHER } else { analysis::SAYS_LOWER }, &[("points", &say::points(bp))]),
            };
            let few = (closed < BAND_BELOW).then(|| texts().fmt(analysis::SAYS_FEW, &[("min", &BAND_BELOW.to_string())]));
            words::sentences([head + &tail].into_iter().chain(few))
        }
    };
    if let Some(most) = report.now.lost.first() {
        let reason = texts().fmt(analysis::SAYS_REASON, &[("reason", say::reason(most.reason)), ("share", &say::rate(most.share_bp))]);
        says = words::sentences([says, reason]);
    }
    if report.now.cycle.median_milli.is_some() {
        says = words::sentences([says, texts().fmt(analysis::SAYS_CYCLE, &[("days", &say::days(report.now.cycle.median_milli))])]);
    }
    says
}

/// Why a rate is undefined.
const fn why(kind: WinRateKind) -> Key {
    match kind {
        WinRateKind::Cohort => analysis::WHY_CREATED,
        _ => analysis::WHY_CLOSED,
    }
}

fn rates(of: &Of<'_>, report: &OutcomeReport) -> Markup {
    html! {
        h2 { (t(analysis::RATES)) }
        div.an-figures { @for kind in WinRateKind::ALL { (win_rate(of, report, *kind)) } }
    }
}

fn win_rate(of: &Of<'_>, report: &OutcomeReport, kind: WinRateKind) -> Markup {
    let (name, about) = say::win_rate(kind);
    let figures = &report.now.by_count;
    let (numerator, denominator) = win_parts(figures, kind);
    let sets = win_sets(kind);
    let rows = [Rows { figure: Figure::of(sets.0), n: numerator }, Rows { figure: Figure::of(sets.1), n: denominator }];
    let bp = figures.rate_bp(kind);
    let before = report.before.by_count.rate_bp(kind);
    let band = wilson_bp(numerator, denominator).filter(|_| denominator < BAND_BELOW);
    let formula = ui::how::ratio(&say::number(numerator), &say::number(denominator), &say::rate(bp));
    html! {
        article.an-figure data-figure=(kind) {
            h3 { (t(name)) }
            p.v { (say::rate(bp)) @if let Some(band) = band { small title=(texts().fmt(analysis::BAND_TITLE, &[("min", &BAND_BELOW.to_string())])) { (say::band(band)) } } }
            p.an-parts.num {
                @if bp.is_none() { (t(why(kind))) }
                @else { (of.link(rows[0], &say::number(numerator))) " ÷ " (of.link(rows[1], &say::number(denominator))) }
            }
            p.fs12.muted { (texts().fmt(analysis::YEAR_BEFORE, &[("value", &say::rate(before))])) " " (change(bp, before)) }
            @if kind == WinRateKind::Cohort { p.fs12.muted { (say::maturity(report.now.maturity)) } }
            (of.how(&How { name: t(name), definition: t(about), formula, numerator: Some(rows[0]), denominator: Some(rows[1]) }))
        }
    }
}

/// The difference to the year before; more is better.
fn change(now: Option<i64>, before: Option<i64>) -> Markup {
    let Some(bp) = now.zip(before).map(|(now, before)| now - before) else { return html! {} };
    let (class, sign) = match bp {
        1.. => ("delta delta-good", Some(("arrow-up", analysis::UP))),
        0 => ("delta delta-flat", None),
        _ => ("delta delta-bad", Some(("arrow-down", analysis::DOWN))),
    };
    html! { span class=(class) { @if let Some((name, word)) = sign { (icon(name, "i-14")) span.sr { (t(word)) " " } } (say::points_cell(bp)) } }
}

fn amounts(of: &Of<'_>, report: &OutcomeReport) -> Markup {
    let lines = &report.now.by_amount;
    let before = |currency: Currency| {
        report.before.by_amount.iter().find(|line| line.0 == currency).map(|line| win_parts(&line.1, WinRateKind::Closed))
    };
    html! {
        h2 { (t(analysis::BY_AMOUNT)) }
        @if lines.is_empty() { p.muted { (t(analysis::NONE_BY_AMOUNT)) } }
        @else {
            div.table-wrap { table.table.cards-on-phone {
                caption.sr { (t(analysis::ABOUT_AMOUNT)) }
                thead { tr {
                    th scope="col" { (t(common::CURRENCY)) } th.r scope="col" { (t(analysis::WON_AMOUNT)) } th.r scope="col" { (t(analysis::CLOSED_AMOUNT)) }
                    th.r scope="col" { (t(analysis::RATE_BY_AMOUNT)) } th.r scope="col" { (t(analysis::YEAR_BEFORE_HEAD)) }
                } }
                tbody { @for (currency, figures) in lines {
                    @let (won, closed) = win_parts(figures, WinRateKind::Closed);
                    @let rate = ratio_bp(won, closed);
                    tr data-currency=(currency) {
                        th scope="row" { (currency) }
                        td.r.num data-label=(t(analysis::WON_AMOUNT)) { (of.link(Rows { figure: Figure::only(Set::Won, *currency), n: won }, &say::amount(won, *currency))) }
                        td.r.num data-label=(t(analysis::CLOSED_AMOUNT)) { (of.link(Rows { figure: Figure::only(Set::Closed, *currency), n: closed }, &say::amount(closed, *currency))) }
                        td.r.num.strong data-label=(t(analysis::RATE_BY_AMOUNT)) { span title=[rate.is_none().then(|| t(analysis::WHY_AMOUNT))] { (say::rate(rate)) } }
                        td.r.num.muted data-label=(t(analysis::YEAR_BEFORE_HEAD)) { (say::rate(before(*currency).and_then(|(won, closed)| ratio_bp(won, closed)))) }
                    }
                } }
            } }
            (ui::converted::markup(report.now.won_converted.as_ref()))
            p.fs12.muted.an-note { (t(analysis::ABOUT_AMOUNT)) }
            @if let Some(converted) = &report.now.won_converted {
                @let terms = ui::converted::terms(converted);
                @let definition = words::sentences([terms[0].1.clone()].into_iter().chain(ui::converted::left(converted)));
                (of.how(&How { name: t(i18n::keys::rates::CONVERTED), definition: &definition, formula: ui::converted::detail(converted), numerator: Some(Rows { figure: Figure::of(Set::Won), n: report.now.by_count.won }), denominator: None }))
            }
        }
    }
}

/// A row whose number is drawn as a bar beside it.
fn bar(n: u64, most: u64) -> Markup {
    let share = n.saturating_mul(100).checked_div(most).unwrap_or(0);
    html! { svg.bar width="100%" height="6" aria-hidden="true" { rect width={ (share) "%" } height="6" {} } }
}

fn lost(of: &Of<'_>, side: &OutcomeSide) -> Markup {
    let most = side.lost.iter().map(|group| group.count).max().unwrap_or(0);
    let all = Rows { figure: Figure::of(Set::Lost), n: side.by_count.lost };
    html! {
        h2 { (t(analysis::LOST_REASONS)) }
        @if side.lost.is_empty() { p.muted { (t(analysis::NONE_LOST)) } }
        @else {
            div.table-wrap { table.table.an-bars {
                caption.sr { (t(analysis::LOST_SAYS)) }
                thead { tr {
                    th scope="col" { (t(common::REASON)) } th.r scope="col" { (t(analysis::NUMBER)) } th.r scope="col" { (t(analysis::SHARE)) } th.r scope="col" { (t(common::AMOUNT)) }
                } }
                tbody { @for group in &side.lost {
                    @let figure = Figure::of(Set::LostFor(group.reason));
                    tr data-reason=(group.reason.map_or("none", domain::pipeline::LostReason::code)) {
                        th scope="row" { (say::reason(group.reason)) (bar(group.count, most)) }
                        td.r.num { (of.link(Rows { figure, n: group.count }, &say::number(group.count))) }
                        td.r.num { (say::rate(group.share_bp)) }
                        td.r.num { @for line in &group.sums {
                            span.an-line { (of.link(Rows { figure: Figure::only(Set::LostFor(group.reason), line.currency), n: line.count }, &words::money_text(domain::money::Money { minor: line.minor, currency: line.currency }))) }
                        } }
                    }
                } }
                tfoot { tr { th scope="row" { (t(common::TOTAL)) } td.r.num { (of.link(all, &say::number(all.n))) } td {} td {} } }
            } }
            (of.how(&How { name: t(analysis::LOST_REASONS), definition: t(analysis::LOST_SAYS), formula: texts().fmt(analysis::FORMULA_SHARE, &[("n", &say::number(all.n))]), numerator: Some(all), denominator: None }))
        }
    }
}

fn cycle(of: &Of<'_>, report: &OutcomeReport) -> Markup {
    let (cycle, before) = (&report.now.cycle, &report.before.cycle);
    let won = Rows { figure: Figure::of(Set::Won), n: cycle.deals };
    let most = cycle.groups.iter().copied().max().unwrap_or(0);
    let n = say::number(cycle.deals);
    let figures = [
        (analysis::MEDIAN, cycle.median_milli, before.median_milli),
        (analysis::MEAN, cycle.mean_milli, before.mean_milli),
        (analysis::P80, cycle.p80_milli, before.p80_milli),
        (analysis::P90, cycle.p90_milli, before.p90_milli),
    ];
    let formula = |index: usize, value: &str| match index {
        0 => texts().fmt(analysis::FORMULA_MEDIAN, &[("n", &n), ("value", value)]),
        1 => texts().fmt(analysis::FORMULA_MEAN, &[("n", &n), ("value", value)]),
        _ => texts().fmt(analysis::FORMULA_PERCENTILE, &[("n", &n), ("share", if index == 2 { "80%" } else { "90%" }), ("value", value)]),
    };
    html! {
        header { h2 { (t(analysis::CYCLE)) } span.count { (of.link(won, &texts().fmt(analysis::OF_WINS, &[("n", &n)]))) } }
        @if cycle.deals == 0 { p.muted { (fmt::NO_VALUE) " " (t(analysis::WHY_WON)) } }
        @else {
            div.an-figures.is-small { @for (index, (name, value, before)) in figures.into_iter().enumerate() {
                article.an-figure data-figure=(["median", "mean", "p80", "p90"][index]) {
                    h3 { (t(name)) }
                    p.v { (say::days(value)) }
                    p.fs12.muted { (texts().fmt(analysis::YEAR_BEFORE, &[("value", &say::days(before))])) }
                    (of.how(&How { name: t(name), definition: t(analysis::ABOUT_CYCLE), formula: formula(index, &say::days(value)), numerator: Some(won), denominator: None }))
                }
            } }
            div.table-wrap { table.table.an-bars {
                caption.sr { (t(analysis::ABOUT_CYCLE)) }
                thead { tr { th scope="col" { (t(analysis::HOW_LONG)) } th.r scope="col" { (t(analysis::NUMBER)) } th.r scope="col" { (t(analysis::SHARE)) } } }
                tbody { @for (index, count) in cycle.groups.iter().enumerate() {
                    @if let Some((from, to)) = cycle_group(index) {
                        tr data-group=(from) {
                            th scope="row" { (say::group(from, to)) (bar(*count, most)) }
                            td.r.num { (of.link(Rows { figure: Figure::of(Set::Took(from, to)), n: *count }, &say::number(*count))) }
                            td.r.num { (say::rate(ratio_bp(*count, cycle.deals))) }
                        }
                    }
                } }
            } }
            p.fs12.muted.an-note { (t(analysis::ABOUT_CYCLE)) }
        }
    }
}
