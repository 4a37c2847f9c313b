//! How fast deals move: where it is held up by three lenses, velocity, and the time in
//! each stage.

use crate::api;
use crate::asked::{Asked, Figure, Tab};
use crate::frame;
use crate::how::{How, Of, Rows};
use crate::panel::Panel;
use crate::say;
use crate::velocity::VelocityCard;
use domain::analysis::{AnalysisDeals, Set, SpeedReport};
use domain::bottleneck::lenses::GROWING_ABOVE_X100;
use domain::bottleneck::{worst_congestion, worst_leak, worst_time};
use domain::funnel::BAND_BELOW;
use domain::growth::Growth;
use domain::money::Money;
use domain::pipeline::{Choices, STALL_MIN_STAYS};
use i18n::keys::{analysis, common};
use leptos::prelude::*;
use maud::{Markup, html};
use ui::markup::{gauge, icon};
use ui::{fmt, t, texts, words};

#[component]
pub fn SpeedPage() -> impl IntoView {
    frame::page(Tab::Speed, api::speed, found)
}

fn found(report: SpeedReport, deals: Option<AnalysisDeals>, choices: Choices, asked: Asked, shown: StoredValue<Option<Figure>>) -> AnyView {
    // With the pipeline that counts without one being asked for: lists are of it too.
    let mut asked = asked;
    asked.query.filter.pipeline = Some(report.pipeline);
    let filter = say::filter(&asked.query, &choices);
    let of = Of { asked: &asked, period: report.days.period, as_of: report.days.as_of, filter: &filter, stages: &report.stages };
    let lenses = lenses(&of, &report).into_string();
    let (stages, figures) = (stages(&of, &report).into_string(), details(&report).into_string());
    let panel = deals.zip(asked.figure).map(|(deals, figure)| {
        let period = match figure.set {
            Set::Left(_) => report.days.recent,
            _ if figure.before => report.days.year_before,
            _ => report.days.period,
        };
        view! { <Panel title=say::figure(figure, &report.stages) deals asked=asked.clone() figure when=say::period(period) shown/> }
    });
    let opened = panel.is_some();
    let period = say::period(report.days.period);
    let as_of = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.days.as_of))]);
    view! {
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main">
                <section class="an-lenses" aria-label=t(analysis::BOTTLENECKS) inner_html=lenses></section>
                <VelocityCard report=report.clone() asked=asked.clone() filter=filter.clone()/>
                <section class="card-box" data-card="stages">
                    <h2>{t(analysis::STAYS)}<span class="muted fs12 push">{period}" · "{as_of}</span></h2>
                    <div inner_html=stages></div>
                    <details class="an-how"><summary>{t(analysis::LENS_FIGURES)}</summary><div inner_html=figures></div></details>
                </section>
            </div>
            {panel}
        </div>
    }
    .into_any()
}

fn stage(report: &SpeedReport, index: usize) -> String {
    report.stages.get(index).map(words::stage_name).unwrap_or_default()
}

fn step(report: &SpeedReport, index: usize) -> String {
    texts().fmt(analysis::STEP_TO, &[("from", &stage(report, index)), ("to", &stage(report, index + 1))])
}

fn number(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

fn said(key: i18n::Key, values: &[(&str, String)]) -> String {
    texts().fmt(key, &values.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
}

/// Whole, with one decimal: `3.2`.
fn tenths(x10: i64) -> String {
    format!("{}.{}", fmt::integer(x10 / 10), (x10 % 10).abs())
}

/// Hundredths as a factor: `1.8`.
fn factor(x100: i64) -> String {
    tenths((x100 + 5) / 10)
}

/// A change in per cent with its sign, in a sentence.
fn grown(growth: Growth) -> Option<String> {
    let bp = growth.change_bp?;
    let key = if bp > 0 { analysis::MORE_BY } else { analysis::LESS_BY };
    (bp != 0).then(|| said(key, &[("rate", say::rate(Some(bp.abs())))]))
}

struct Lens {
    code: &'static str,
    icon: &'static str,
    name: i18n::Key,
    /// Whether it found something to act on.
    found: bool,
    says: String,
    rows: Vec<Rows>,
    how: Markup,
}

fn lenses(of: &Of<'_>, report: &SpeedReport) -> Markup {
    let all = [leak(of, report), time(of, report), queue(of, report)];
    html! {
        @for lens in all {
            article.card-box.an-lens.is-found[lens.found] data-lens=(lens.code) {
                h2 { (icon(lens.icon, "")) (t(lens.name)) }
                p { (lens.says) }
                @if !lens.rows.is_empty() {
                    p.an-parts { @for rows in &lens.rows { (of.link(*rows, &said(analysis::ROWS_OF, &[("set", say::figure(rows.figure, of.stages)), ("n", say::number(rows.n))]))) " " } }
                }
                (lens.how)
            }
        }
    }
}

fn leak(of: &Of<'_>, report: &SpeedReport) -> Lens {
    let worst = worst_leak(&report.leaks);
    let says = match &worst {
        Some(leak) => {
            let mut says = said(
                analysis::LEAK_SAYS,
                &[
                    ("step", step(report, leak.stage)),
                    ("now", say::rate(leak.step_bp)),
                    ("base", say::rate(leak.base_bp)),
                    ("points", say::points(leak.shortfall_bp.unwrap_or(0))),
                    ("missing", tenths(leak.missing_x10)),
                ],
            );
            if let Some(minor) = leak.value_minor {
                says += &said(analysis::LEAK_WORTH, &[("value", words::money_text(Money { minor, currency: report.currency }))]);
            }
            says + t(analysis::STOP)
        }
        None if report.leaks.iter().any(|leak| leak.enough) => t(analysis::NO_LEAK).to_owned(),
        None => said(analysis::LEAK_FEW, &[("min", BAND_BELOW.to_string())]),
    };
    let rows = worst.map(|leak| {
        let of = |index: usize| report.reached.get(index).copied().unwrap_or_default();
        let stage = number(leak.stage);
        [
            Rows { figure: Figure::of(Set::Reached(stage + 1)), n: of(leak.stage + 1).0 },
            Rows { figure: Figure::of(Set::Reached(stage)), n: of(leak.stage).0 },
            Rows { figure: Figure::of(Set::LostAt(stage)), n: of(leak.stage).1 },
        ]
    });
    let formula = worst.zip(rows).map_or_else(
        || t(analysis::LEAK_FORMULA).to_owned(),
        |(leak, rows)| {
            said(
                analysis::LEAK_FORMULA_OF,
                &[
                    ("numerator", say::number(rows[0].n)),
                    ("denominator", say::number(rows[1].n)),
                    ("now", say::rate(leak.step_bp)),
                    ("base", say::rate(leak.base_bp)),
                ],
            )
        },
    );
    let base = said(analysis::LEAK_BASE, &[("period", say::period(report.days.base)), ("day", fmt::date_iso(report.days.base_as_of))]);
    let definition = format!("{} {base} {}", t(analysis::ABOUT_LEAK), say::maturity(report.maturity));
    let how = of.how(&How {
        name: t(analysis::LENS_LEAK),
        definition: &definition,
        formula,
        numerator: rows.map(|rows| rows[0]),
        denominator: rows.map(|rows| rows[1]),
    });
    Lens {
        code: "leak",
        icon: "waves",
        name: analysis::LENS_LEAK,
        found: worst.is_some(),
        says,
        rows: rows.map(Vec::from).unwrap_or_default(),
        how,
    }
}

fn time(of: &Of<'_>, report: &SpeedReport) -> Lens {
    let worst = worst_time(&report.times);
    let says = worst.as_ref().map_or_else(
        || said(analysis::TIME_FEW, &[("min", STALL_MIN_STAYS.to_string())]),
        |time| {
            let values = [
                ("stage", stage(report, time.stage)),
                ("share", say::rate(time.share_bp)),
                ("median", say::days(time.median_milli)),
                ("p80", say::days(time.p80_milli)),
            ];
            let change = time.p80_change.and_then(grown).unwrap_or_default();
            said(analysis::TIME_SAYS, &values) + &change + t(analysis::STOP)
        },
    );
    let rows = worst.map(|time| Rows {
        figure: Figure::of(Set::Stayed(number(time.stage))),
        n: report.rows.get(time.stage).map_or(0, |row| row.stays),
    });
    let formula = worst.map_or_else(
        || t(analysis::TIME_FORMULA).to_owned(),
        |time| {
            let sum: i64 = report.times.iter().filter_map(|time| time.median_milli).sum();
            said(
                analysis::TIME_FORMULA_OF,
                &[("median", say::days(time.median_milli)), ("sum", say::days(Some(sum))), ("share", say::rate(time.share_bp))],
            )
        },
    );
    let definition = format!("{} {}", t(analysis::ABOUT_TIME), said(analysis::TIME_BASE, &[("period", say::period(report.days.earlier))]));
    let how = of.how(&How { name: t(analysis::LENS_TIME), definition: &definition, formula, numerator: rows, denominator: None });
    Lens { code: "time", icon: "hourglass", name: analysis::LENS_TIME, found: worst.is_some(), says, rows: rows.into_iter().collect(), how }
}

fn queue(of: &Of<'_>, report: &SpeedReport) -> Lens {
    let worst = worst_congestion(&report.queues);
    let says = worst.as_ref().map_or_else(
        || t(analysis::NO_QUEUE).to_owned(),
        |queue| {
            let values = [
                ("stage", stage(report, queue.stage)),
                ("wip", say::number(queue.wip)),
                ("left", say::number(queue.left)),
                ("law", say::days(queue.law_milli)),
                ("median", say::days(queue.median_milli)),
                ("ratio", queue.ratio_x100.map(factor).unwrap_or_default()),
            ];
            said(if queue.left == 0 { analysis::QUEUE_STILL } else { analysis::QUEUE_SAYS }, &values)
        },
    );
    let rows = worst.map(|queue| {
        let stage = number(queue.stage);
        [Rows { figure: Figure::of(Set::Standing(stage)), n: queue.wip }, Rows { figure: Figure::of(Set::Left(stage)), n: queue.left }]
    });
    let formula = worst.filter(|queue| queue.left > 0).map_or_else(
        || t(analysis::QUEUE_FORMULA).to_owned(),
        |queue| {
            said(
                analysis::QUEUE_FORMULA_OF,
                &[("wip", say::number(queue.wip)), ("left", say::number(queue.left)), ("law", say::days(queue.law_milli))],
            )
        },
    );
    let about = said(analysis::ABOUT_QUEUE, &[("factor", factor(GROWING_ABOVE_X100)), ("period", say::period(report.days.usual))]);
    let how = of.how(&How {
        name: t(analysis::LENS_QUEUE),
        definition: &about,
        formula,
        numerator: rows.map(|rows| rows[0]),
        denominator: rows.map(|rows| rows[1]),
    });
    Lens {
        code: "queue",
        icon: "git-compare",
        name: analysis::LENS_QUEUE,
        found: worst.is_some(),
        says,
        rows: rows.map(Vec::from).unwrap_or_default(),
        how,
    }
}

/// The time in each stage.
fn stages(of: &Of<'_>, report: &SpeedReport) -> Markup {
    let most = report.rows.iter().filter_map(|row| row.p80_milli).max().unwrap_or(0).max(1);
    html! {
        div.table-wrap { table.table.cards-on-phone.an-stages {
            caption.sr { (t(analysis::ABOUT_STAYS)) }
            thead { tr {
                th scope="col" { (t(common::STAGE)) } th.r scope="col" { (t(analysis::STAYS_ENDED)) } th.r scope="col" { (t(analysis::MEDIAN)) }
                th.r scope="col" { (t(analysis::YEAR_BEFORE_HEAD)) } th.r scope="col" { (t(analysis::P80)) } th.r scope="col" { (t(analysis::ALLOWED)) }
                th.r scope="col" { (t(analysis::STANDING)) } th.r scope="col" { (t(analysis::OVER)) }
            } }
            tbody { @for (index, row) in report.rows.iter().enumerate() {
                @let place = number(index);
                @let allowed = report.stages.get(index).and_then(|stage| stage.sla_days);
                @let late = allowed.is_some_and(|days| row.p80_milli.is_some_and(|p80| p80 > i64::from(days) * 1_000));
                tr data-stage=(index) {
                    th scope="row" { span.row { @if let Some(stage) = report.stages.get(index) { (gauge(stage, report.stages.len())) (words::stage_name(stage)) } } (pair(row.median_milli, row.p80_milli, most)) }
                    td.r.num data-label=(t(analysis::STAYS_ENDED)) { (of.link(Rows { figure: Figure::of(Set::Stayed(place)), n: row.stays }, &say::number(row.stays))) }
                    td.r.num.strong data-label=(t(analysis::MEDIAN)) { (say::days(row.median_milli)) }
                    td.r.num.muted data-label=(t(analysis::YEAR_BEFORE_HEAD)) { (say::days(row.median_before_milli)) }
                    td.r.num data-label=(t(analysis::P80)) { @if late { span.delta.delta-bad { (say::days(row.p80_milli)) } } @else { (say::days(row.p80_milli)) } }
                    td.r.num data-label=(t(analysis::ALLOWED)) { (say::days(allowed.map(|days| i64::from(days) * 1_000))) }
                    td.r.num data-label=(t(analysis::STANDING)) { (of.link(Rows { figure: Figure::of(Set::Standing(place)), n: row.standing }, &say::number(row.standing))) }
                    td.r.num data-label=(t(analysis::OVER)) { (of.link(Rows { figure: Figure::of(Set::Over(place)), n: row.over }, &say::number(row.over))) }
                }
            } }
        } }
        p.fs12.muted.an-note { (t(analysis::ABOUT_STAYS)) }
    }
}

/// Median and 80th percentile as one bar: solid, and lighter beyond.
fn pair(median: Option<i64>, p80: Option<i64>, most: i64) -> Markup {
    let share = |milli: Option<i64>| milli.unwrap_or(0).max(0).saturating_mul(100) / most;
    html! { svg.bar width="100%" height="6" aria-hidden="true" { rect.an-far width={ (share(p80)) "%" } height="6" {} rect width={ (share(median)) "%" } height="6" {} } }
}

/// The figures of all lenses, stage by stage.
fn details(report: &SpeedReport) -> Markup {
    let none = || fmt::NO_VALUE.to_owned();
    html! {
        div.table-wrap { table.table.cards-on-phone {
            caption.sr { (t(analysis::LENS_FIGURES)) }
            thead { tr {
                th scope="col" { (t(common::STAGE)) } th.r scope="col" { (t(analysis::STEP)) } th.r scope="col" { (t(analysis::STEP_BASE)) } th.r scope="col" { (t(analysis::TIME_SHARE)) }
                th.r scope="col" { (t(analysis::P80_CHANGE)) } th.r scope="col" { (t(analysis::LAW)) } th.r scope="col" { (t(analysis::RATIO)) }
            } }
            tbody { @for ((leak, time), queue) in report.leaks.iter().zip(&report.times).zip(&report.queues) {
                @let change = time.p80_change.and_then(|growth| growth.change_bp);
                tr {
                    th scope="row" { (stage(report, leak.stage)) }
                    td.r.num data-label=(t(analysis::STEP)) { (say::rate(leak.step_bp)) }
                    td.r.num data-label=(t(analysis::STEP_BASE)) { (say::rate(leak.base_bp)) }
                    td.r.num data-label=(t(analysis::TIME_SHARE)) { (say::rate(time.share_bp)) }
                    td.r.num data-label=(t(analysis::P80_CHANGE)) { (change.map_or_else(none, |bp| format!("{}{}", if bp > 0 { "+" } else { "" }, say::rate(Some(bp))))) }
                    td.r.num data-label=(t(analysis::LAW)) { (say::days(queue.law_milli)) }
                    td.r.num data-label=(t(analysis::RATIO)) { (queue.ratio_x100.map_or_else(none, factor)) }
                }
            } }
        } }
    }
}
