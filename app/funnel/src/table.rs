//! The figures as a table; each leads to the deals behind it.

use crate::level::Drawn;
use crate::say;
use crate::scene::figure;
use domain::funnel::BAND_BELOW;
use domain::funnel::report::{Part, Which};
use domain::funnel::rows::StageRow;
use i18n::keys::{common, funnel};
use maud::{Markup, html};
use ui::markup::{gauge, icon};
use ui::{fmt, t, texts, words};

pub fn table(drawn: &Drawn<'_>) -> Markup {
    let report = drawn.report;
    let snapshot = drawn.whole() == Part::Still;
    let compared = report.before.is_some();
    let parts: &[Part] = if snapshot { &[Part::Still] } else { &[Part::Entered, Part::Advanced, Part::Lost, Part::Still] };
    let median = if snapshot { funnel::MEDIAN_AGE } else { funnel::MEDIAN_STAY };
    html! {
        table.table.cards-on-phone.fn-table {
            caption.sr { (t(funnel::CAPTION)) }
            thead { tr {
                th scope="col" { (t(common::STAGE)) }
                @for part in parts { th.r scope="col" { (t(say::part(*part, false))) } }
                @if !snapshot {
                    th.r scope="col" { (t(funnel::STEP)) }
                    @if compared { th.r scope="col" { (t(funnel::STEP_BEFORE)) } th.r scope="col" { (t(funnel::CHANGE)) } }
                    th.r scope="col" { (t(funnel::CUMULATIVE)) }
                }
                th.r scope="col" { (t(median)) }
            } }
            tbody {
                @for (index, (stage, row)) in report.stages.iter().zip(&report.now.rows).enumerate() {
                    tr.is-selected[drawn.asked.figure.is_some_and(|figure| usize::from(figure.stage) == index)] data-stage=(index) {
                        th scope="row" { span.row { (gauge(stage, report.stages.len())) (words::stage_name(stage)) } }
                        @for part in parts { td.r.num data-label=(t(say::part(*part, false))) data-part=(part) { (cell(drawn, index, row, *part)) } }
                        @if !snapshot {
                            td.r.num.strong data-label=(t(funnel::STEP)) { (step(row)) }
                            @if compared {
                                td.r.num.muted data-label=(t(funnel::STEP_BEFORE)) { (drawn.row(index, Which::Before).map_or_else(no_value, step_text)) }
                                td.r.num data-label=(t(funnel::CHANGE)) { (change(row, drawn.row(index, Which::Before))) }
                            }
                            td.r.num data-label=(t(funnel::CUMULATIVE)) { (say::rate(row.cumulative_bp)) }
                        }
                        td.r.num data-label=(t(median)) { (say::days(if snapshot { row.age_median_milli } else { row.latest_median_milli })) }
                    }
                }
            }
        }
    }
}

fn no_value() -> String {
    fmt::NO_VALUE.to_owned()
}

fn cell(drawn: &Drawn<'_>, index: usize, row: &StageRow, part: Part) -> Markup {
    let n = figure(row, part);
    let text = say::cell(drawn.report, drawn.asked.query.measure, n);
    if n == 0 {
        return html! { (text) };
    }
    let href = drawn.asked.opened(index, part, Which::Now);
    html! { a href=(href) title=(drawn.label(index, part, Which::Now)) aria-current=[drawn.current(index, part, Which::Now)] { (text) } }
}

fn step_text(row: &StageRow) -> String {
    say::rate(row.step_bp)
}

/// A rate; with few deals its band first, since the rate alone says too much.
fn step(row: &StageRow) -> Markup {
    let title = texts().fmt(funnel::BAND_TITLE, &[("min", &BAND_BELOW.to_string())]);
    html! {
        (step_text(row))
        @if row.band.is_some() { " " span.muted.fs12.fn-band title=(title) { (Drawn::step(row)) } }
    }
}

fn change(now: &StageRow, before: Option<&StageRow>) -> Markup {
    let difference = now.step_bp.zip(before.and_then(|before| before.step_bp)).map(|(now, before)| now - before);
    let Some(bp) = difference else { return html! { (fmt::NO_VALUE) } };
    let (class, sign, word) = match bp {
        1.. => ("delta delta-good", "arrow-up", Some(funnel::UP)),
        0 => ("delta delta-flat", "", None),
        _ => ("delta delta-bad", "arrow-down", Some(funnel::DOWN)),
    };
    html! {
        span class=(class) {
            @if let Some(word) = word { (icon(sign, "i-14")) span.sr { (t(word)) " " } }
            (say::points_cell(bp))
        }
    }
}
