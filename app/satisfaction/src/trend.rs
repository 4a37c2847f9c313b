//! CSAT and NPS over months or quarters: a picture, and beneath it the same figures as a
//! table. A band says how sure a point is; a month without answers has none.

use crate::frame::{signed, tenths};
use domain::survey::figures::{Point, Step, few};
use i18n::keys::{common, satisfaction};
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::Icon;
use ui::{fmt, t, texts};

const HEIGHT: i64 = 160;
const TOP: i64 = 10;

/// What is drawn of a point: its figure and the ends of its band, in thousandths of the
/// height from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Drawn {
    value: i64,
    low: i64,
    high: i64,
}

fn csat(point: &Point) -> Option<Drawn> {
    let band = point.tally.csat_band()?;
    Some(Drawn { value: point.tally.csat().top2_bp? / 10, low: band.low_bp / 10, high: band.high_bp / 10 })
}

fn nps(point: &Point) -> Option<Drawn> {
    let band = point.tally.nps_band()?;
    let up = |x10: i64| (x10 + 1_000) / 2;
    Some(Drawn { value: up(point.tally.nps_x10()?), low: up(band.low_x10), high: up(band.high_x10) })
}

/// From thousandths to a distance from above.
fn y(of: i64) -> i64 {
    TOP + (1_000 - of.clamp(0, 1_000)) * (HEIGHT - 2 * TOP) / 1_000
}

/// One line with its bands: the ends of the scale and its middle are written at the side.
fn picture(points: &[Point], drawn: fn(&Point) -> Option<Drawn>, ends: [&str; 3], says: &str, name: fn(&Point) -> String) -> Markup {
    let count = i64::try_from(points.len().max(1)).unwrap_or(1);
    // In hundredths of the width.
    let x = |place: usize| (i64::try_from(place).unwrap_or(0) * 2 + 1) * 5_000 / count;
    let at = |place: usize| format!("{}.{:02}%", x(place) / 100, x(place) % 100);
    let known: Vec<(usize, Drawn)> =
        points.iter().enumerate().filter_map(|(place, point)| drawn(point).map(|drawn| (place, drawn))).collect();
    html! {
        div.sv-chart {
            svg.sv-scale width="52" height=(HEIGHT) aria-hidden="true" {
                @for (end, of) in ends.iter().zip([1_000, 500, 0]) { text x="46" y=(y(of) + 4) text-anchor="end" { (end) } }
            }
            svg.sv-line width="100%" height=(HEIGHT) role="img" aria-label=(says) {
                @for of in [0, 500, 1_000] { line.sv-grid x1="0" x2="100%" y1=(y(of)) y2=(y(of)) {} }
                @for (place, one) in &known { line.sv-band x1=(at(*place)) x2=(at(*place)) y1=(y(one.high)) y2=(y(one.low)) {} }
                @for pair in known.windows(2) { line.sv-path x1=(at(pair[0].0)) y1=(y(pair[0].1.value)) x2=(at(pair[1].0)) y2=(y(pair[1].1.value)) {} }
                @for (place, one) in &known { circle.sv-dot cx=(at(*place)) cy=(y(one.value)) r="4" { title { (name(&points[*place])) } } }
            }
        }
    }
}

/// What a point of time is called: `2026-06`, `2026 Q2`.
pub fn named(step: Step, point: &Point) -> String {
    use chrono::Datelike;
    match step {
        Step::Month => fmt::month(ui::facts().lang, point.start),
        Step::Quarter => format!("{} Q{}", point.start.year(), (point.start.month() - 1) / 3 + 1),
    }
}

fn percent(bp: i64) -> String {
    fmt::percent(Some(bp), 0)
}

fn csat_says(point: &Point) -> String {
    format!("{} · {} · n {}", fmt::date_iso(point.start), fmt::percent(point.tally.csat().top2_bp, 1), point.tally.csat_n())
}

fn nps_says(point: &Point) -> String {
    format!("{} · {} · n {}", fmt::date_iso(point.start), tenths(point.tally.nps_x10()), point.tally.nps_n())
}

/// The sentence of a trend: from the first point with answers to the last.
fn sentence(points: &[Point], step: Step, value: fn(&Point) -> Option<String>) -> String {
    let known: Vec<_> = points.iter().filter_map(|point| value(point).map(|value| (named(step, point), value))).collect();
    match (known.first(), known.last()) {
        (Some((from, before)), Some((to, after))) if known.len() > 1 => {
            texts().fmt(satisfaction::FROM_TO, &[("from", from), ("before", before), ("to", to), ("after", after)])
        }
        _ => t(satisfaction::TREND_FEW).to_owned(),
    }
}

#[component]
pub fn Trend(points: Vec<Point>, step: Step, file: String) -> impl IntoView {
    let csat_told = sentence(&points, step, |point| point.tally.csat().top2_bp.map(|bp| fmt::percent(Some(bp), 1)));
    let nps_told = sentence(&points, step, |point| point.tally.nps_x10().map(|x10| tenths(Some(x10))));
    let satisfied = picture(&points, csat, ["100%", "50%", "0%"], &csat_told, csat_says).into_string();
    let recommended = picture(&points, nps, ["100", "0", "\u{2212}100"], &nps_told, nps_says).into_string();
    let rows = points.iter().map(|point| row(point, step)).collect_view();
    view! {
        <section class="card-box" data-trend=step.code()>
            <header>
                <h2>{t(satisfaction::TREND)}</h2>
                <a class="btn btn-s" href=file download="" rel="external" title=t(satisfaction::TREND_FILE) data-trend-file=""><Icon name="download" class="i-14"/>{t(common::EXPORT_CSV)}</a>
            </header>
            <div class="an-two">
                <div><h3>{t(satisfaction::CSAT)}</h3><p class="sv-told">{csat_told}</p><div inner_html=satisfied></div></div>
                <div><h3>{t(satisfaction::NPS)}</h3><p class="sv-told">{nps_told}</p><div inner_html=recommended></div></div>
            </div>
            <p class="hint">{t(satisfaction::BAND_HINT)}</p>
            <div class="table-wrap sv-under" tabindex="0" role="region" aria-label=t(satisfaction::TREND)>
                <table class="table cards-on-phone">
                    <thead><tr>
                        <th scope="col">{t(satisfaction::PERIOD)}</th><th scope="col" class="r">{t(satisfaction::ANSWERS)}</th>
                        <th scope="col" class="r">{t(satisfaction::CSAT)}</th><th scope="col" class="r">{t(satisfaction::BAND)}</th>
                        <th scope="col" class="r">{t(satisfaction::NPS)}</th><th scope="col" class="r">{t(satisfaction::BAND_NPS)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(point: &Point, step: Step) -> impl IntoView + use<> {
    let tally = &point.tally;
    let none = || fmt::NO_VALUE.to_owned();
    let csat_band = tally.csat_band().map_or_else(none, |band| format!("{}–{}", percent(band.low_bp), percent(band.high_bp)));
    let nps_band = tally.nps_band().map_or_else(none, |band| format!("{} – {}", tenths(Some(band.low_x10)), tenths(Some(band.high_x10))));
    let flag = (tally.n > 0 && few(tally.n)).then(|| view! { <span class="badge badge-warn">{t(satisfaction::FEW_SHORT)}</span> });
    view! {
        <tr data-point=point.start.to_string()>
            <th scope="row">{named(step, point)}</th>
            <td class="r num" data-label=t(satisfaction::ANSWERS)>{fmt::integer(signed(tally.n))}" "{flag}</td>
            <td class="r num" data-label=t(satisfaction::CSAT)>{fmt::percent(tally.csat().top2_bp, 1)}</td>
            <td class="r num" data-label=t(satisfaction::BAND)>{csat_band}</td>
            <td class="r num" data-label=t(satisfaction::NPS)>{tenths(tally.nps_x10())}</td>
            <td class="r num" data-label=t(satisfaction::BAND_NPS)>{nps_band}</td>
        </tr>
    }
}
