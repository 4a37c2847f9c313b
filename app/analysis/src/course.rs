//! How staying and buying again went, quarter by quarter: two bars for each quarter, the same
//! as a chart for the pointer and as a table, and how it was counted. Every number leads to
//! exactly its customers.

use crate::columns::key;
use crate::economics::set_name;
use crate::economics_figures::Of;
use domain::economics::history::{EconomicsSet, year_to};
use domain::economics::report::{CoursePoint, ECONOMICS, EconomicsQuery};
use i18n::Key;
use i18n::keys::economics;
use maud::{Markup, html};
use ui::how::{How, days, ratio};
use ui::links::address;
use ui::{fmt, t, texts};

/// Its chart by the name in an address.
pub const CHART: &str = "course";
const HEIGHT: i64 = 180;
const TOP: i64 = 12;
const WHOLE: i64 = TOP + HEIGHT + 38;
/// Lines of the scale, in basis points.
pub const LINES: [i64; 5] = [0, 2_500, 5_000, 7_500, 10_000];

/// One of the two rates of a quarter.
pub struct Rate {
    pub class: &'static str,
    pub bp: Option<i64>,
    part: (EconomicsSet, i64),
    whole: (EconomicsSet, i64),
    name: Key,
    definition: Key,
}

/// Retention, and repeat purchase.
pub fn rates(point: &CoursePoint) -> [Rate; 2] {
    use EconomicsSet as S;
    [
        Rate {
            class: "k-now",
            bp: point.retention_bp(),
            part: (S::Kept, point.kept),
            whole: (S::Start, point.start),
            name: economics::RETENTION,
            definition: economics::RETENTION_DEF,
        },
        Rate {
            class: "k-before",
            bp: point.repeat_bp(),
            part: (S::Repeat, point.repeat),
            whole: (S::Buyers, point.buyers),
            name: economics::REPEAT,
            definition: economics::REPEAT_DEF,
        },
    ]
}

/// What a bar says, and the page of its customers.
pub fn bar(asked: &EconomicsQuery, point: &CoursePoint, rate: &Rate) -> (String, u64, String) {
    let says = format!(
        "{} · {} {} ({} ÷ {})",
        name(point),
        t(rate.name),
        fmt::percent(rate.bp, 1),
        fmt::integer(rate.part.1),
        fmt::integer(rate.whole.1)
    );
    (says, u64::try_from(rate.part.1).unwrap_or(0), address(ECONOMICS, &point.query(asked, rate.part.0).to_query()))
}

/// The first day of the quarter says which it is, also of a fiscal year.
pub fn name(point: &CoursePoint) -> String {
    fmt::date_iso(point.period.start()).chars().take(7).collect()
}

/// What the colours mean.
pub fn keys() -> [(&'static str, String); 2] {
    [("k-now", t(economics::RETENTION).to_owned()), ("k-before", t(economics::REPEAT).to_owned())]
}

fn hundredths(n: i64) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

fn picture(asked: &EconomicsQuery, course: &[CoursePoint], says: &str) -> Markup {
    let n = i64::try_from(course.len()).unwrap_or(1).max(1);
    // Hundredths of a pixel.
    let tall = |bp: i64| bp.clamp(0, 10_000) * HEIGHT / 100;
    let y = |bp: i64| hundredths((TOP + HEIGHT) * 100 - tall(bp));
    ui::chart::place(
        &address(&format!("/chart/{CHART}"), &asked.to_query()),
        &html! {
            div.an-chart {
                svg.an-scale width="64" height=(WHOLE) aria-hidden="true" { @for line in LINES {
                    text x="58" y=(y(line)) dy="4" text-anchor="end" { (fmt::percent(Some(line), 0)) }
                } }
                svg.an-columns width="100%" height=(WHOLE) role="group" aria-label=(says) {
                    @for line in LINES { line x1="0" x2="100%" y1=(y(line)) y2=(y(line)) {} }
                    @for (index, point) in course.iter().enumerate() {
                        @let slot = 10_000 / n;
                        @let left = 10_000 * i64::try_from(index).unwrap_or(0) / n;
                        @let wide = slot * 32 / 100;
                        g {
                            @for (place, rate) in rates(point).iter().enumerate() {
                                @if let Some(bp) = rate.bp.filter(|bp| *bp > 0) {
                                    @let (title, _, to) = bar(asked, point, rate);
                                    @let x = left + slot * 18 / 100 + wide * i64::try_from(place).unwrap_or(0);
                                    a href=(to) tabindex="-1" aria-hidden="true" {
                                        rect class=(rate.class) x={ (hundredths(x)) "%" } width={ (hundredths(wide * 94 / 100)) "%" } y=(y(bp)) height=(hundredths(tall(bp))) { title { (title) } }
                                    }
                                }
                            }
                            text x={ (hundredths(left + slot / 2)) "%" } y=(TOP + HEIGHT + 16) text-anchor="middle" { (name(point)) }
                        }
                    }
                }
            }
        },
    )
}

fn rows(asked: &EconomicsQuery, point: &CoursePoint, (set, n): (EconomicsSet, i64)) -> Markup {
    let number = fmt::integer(n);
    if n == 0 {
        return html! { (number) };
    }
    let label = texts().fmt(economics::OPEN_LIST, &[("set", &format!("{} · {}", name(point), t(set_name(set)))), ("n", &number)]);
    html! { a href=(address(ECONOMICS, &point.query(asked, set).to_query())) title=(label) { (number) } }
}

/// The card of the page; nothing where nobody ordered.
pub fn card(of: &Of<'_>) -> Markup {
    let course = &of.report.course;
    let Some(last) = course.last() else { return html! {} };
    let asked = of.asked;
    let says = t(economics::COURSE);
    let how = rates(last).map(|rate| {
        let window = if rate.part.0 == EconomicsSet::Repeat { year_to(last.period) } else { last.period };
        How {
            name: t(rate.name),
            definition: t(rate.definition),
            formula: ratio(&fmt::integer(rate.part.1), &fmt::integer(rate.whole.1), &fmt::percent(rate.bp, 1)),
            numerator: Some(rows(asked, last, rate.part)),
            denominator: Some(rows(asked, last, rate.whole)),
            period: days(window.start(), window.end_exclusive().pred_opt().unwrap_or(window.start())),
            filter: t(economics::EVERYTHING),
            as_of: of.report.as_of,
        }
        .markup()
    });
    let running = last.running.then(|| t(economics::RUNNING));
    html! {
        section.card-box data-card="course" {
            header { h2 { (says) } @if let Some(running) = running { span.muted.fs12 { (name(last)) ": " (running) } } }
            (picture(asked, course, says))
            (key(&keys()))
            div.table-wrap tabindex="0" role="region" aria-label=(says) { table.table.cards-on-phone data-course="" {
                thead { tr {
                    th scope="col" { (t(economics::COURSE_QUARTER)) }
                    @for rate in rates(last) {
                        th.r scope="col" { (t(rate.name)) } th.r scope="col" { (t(set_name(rate.part.0))) } th.r scope="col" { (t(set_name(rate.whole.0))) }
                    }
                } }
                tbody { @for point in course { tr data-quarter=(name(point)) {
                    th scope="row" { (name(point)) }
                    @for rate in rates(point) {
                        td.r.num.strong data-label=(t(rate.name)) data-rate=(rate.part.0.code()) { (fmt::percent(rate.bp, 1)) }
                        td.r.num data-label=(t(set_name(rate.part.0))) { (rows(asked, point, rate.part)) }
                        td.r.num data-label=(t(set_name(rate.whole.0))) { (rows(asked, point, rate.whole)) }
                    }
                } } }
            } }
            div.an-hows { @for one in how { (one) } }
        }
    }
}
