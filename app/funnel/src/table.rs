//! The figures as a table; each leads to the deals behind it, a rate to its numerator.

use crate::level::Drawn;
use crate::{say, scene};
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
                @if snapshot { th.r scope="col" { (t(funnel::SHARE)) } }
                @else {
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
                        @for part in parts { td.r.num data-label=(t(say::part(*part, false))) data-part=(part) { (drawn.figure(index, *part, Which::Now)) } }
                        @if snapshot { td.r.num data-label=(t(funnel::SHARE)) { (say::rate(scene::share_bp(report, row))) } }
                        @else {
                            td.r.num.strong data-label=(t(funnel::STEP)) data-part="converted" { (step(drawn, index, row, Which::Now)) }
                            @if compared {
                                td.r.num.muted data-label=(t(funnel::STEP_BEFORE)) data-part="before" {
                                    @match drawn.row(index, Which::Before) { Some(before) => (step(drawn, index, before, Which::Before)), None => (fmt::NO_VALUE) }
                                }
                                td.r.num data-label=(t(funnel::CHANGE)) { (change(row, drawn.row(index, Which::Before))) }
                            }
                            td.r.num data-label=(t(funnel::CUMULATIVE)) data-part="from_first" { (cumulative(drawn, index, row)) }
                        }
                        td.r.num data-label=(t(median)) { (say::days(if snapshot { row.age_median_milli } else { row.latest_median_milli })) }
                    }
                }
            }
        }
    }
}

/// A rate with its figures beneath, leading to the deals of its numerator.
fn rate(drawn: &Drawn<'_>, index: usize, part: Part, which: Which, bp: Option<i64>, of: (i64, i64)) -> Markup {
    let text = say::rate(bp);
    if of.0 == 0 {
        return html! { (text) };
    }
    let label = drawn.label(index, part, which);
    html! {
        a href=(drawn.asked.opened(index, part, which)) title=(label) aria-current=[drawn.current(index, part, which)] { (text) }
        small.fn-of { (drawn.value(of.0)) " ÷ " (drawn.value(of.1)) }
    }
}

/// With few deals its band too, since the rate alone says too much.
fn step(drawn: &Drawn<'_>, index: usize, row: &StageRow, which: Which) -> Markup {
    let title = texts().fmt(funnel::BAND_TITLE, &[("min", &BAND_BELOW.to_string())]);
    html! {
        (rate(drawn, index, Part::Converted, which, row.step_bp, (row.converted.unwrap_or(0), row.entered)))
        @if row.band.is_some() { " " span.muted.fs12.fn-band title=(title) { (Drawn::step(row)) } }
    }
}

fn cumulative(drawn: &Drawn<'_>, index: usize, row: &StageRow) -> Markup {
    let first = drawn.row(0, Which::Now).map_or(0, |row| row.entered);
    rate(drawn, index, Part::FromFirst, Which::Now, row.cumulative_bp, (row.from_first, first))
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
