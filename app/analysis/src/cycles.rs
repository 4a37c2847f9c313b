//! The trend of the sales cycle: a column for each month of the win, up to the median, with
//! the band up to P80 above it; the same as a table, and how it was counted.

use crate::asked::{Asked, Figure, address};
use crate::columns::{Block, Column, key, picture};
use crate::how::{How, Of, Rows};
use crate::say;
use chrono::Datelike;
use domain::analysis::{AnalysisQuery, CycleMonth, CycleTrend, OutcomeReport, Set, TrendSpan, WINS_MIN};
use i18n::keys::analysis;
use maud::{Markup, html};
use ui::{facts, fmt, t, texts};

/// Its chart by the name in an address.
pub const CHART: &str = "cycles";

fn rows(month: &CycleMonth) -> Rows {
    Rows { figure: Figure::of(Set::WonIn(month.period)), n: month.wins }
}

fn said(key: i18n::Key, values: &[(&str, String)]) -> String {
    texts().fmt(key, &values.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
}

/// The one sentence.
fn message(trend: &CycleTrend) -> String {
    let (now, then) = (&trend.last, &trend.before);
    let head = said(
        analysis::TREND_SAYS,
        &[
            ("median", say::days(now.median_milli)),
            ("n", say::number(now.wins)),
            ("before", say::days(then.median_milli)),
            ("m", say::number(then.wins)),
        ],
    );
    head + &trend
        .change
        .map_or_else(|| t(analysis::STOP).to_owned(), |change| said(analysis::TREND_CHANGED, &[("change", say::grown(change))]))
}

fn column(index: usize, month: &CycleMonth) -> Column {
    let start = month.period.start();
    let name: String = fmt::month_of_year(facts().lang, start.month()).chars().take(3).collect();
    let title = said(
        analysis::TREND_TITLE,
        &[
            ("period", say::period(month.period)),
            ("median", say::days(month.median_milli)),
            ("p80", say::days(month.p80_milli)),
            ("n", say::number(month.wins)),
        ],
    );
    let (median, p80) = (month.median_milli.unwrap_or(0), month.p80_milli.unwrap_or(0));
    // Of a part that is not there nothing can be pointed at.
    let of = |value| Rows { n: if value > 0 { month.wins } else { 0 }, ..rows(month) };
    let block = |class, value| Block { class, value, rows: of(value), title: title.clone() };
    Column {
        name: if month.few() { format!("{name}*") } else { name },
        year: (index == 0 || start.month() == 1).then(|| start.year().to_string()),
        bars: vec![vec![block("k-now", median), block("k-before", (p80 - median).max(0))]],
    }
}

/// The picture, before it is drawn.
pub fn columns(trend: &CycleTrend) -> Vec<Column> {
    trend.months.iter().enumerate().map(|(index, month)| column(index, month)).collect()
}

/// What the colours mean.
pub fn keys() -> [(&'static str, String); 2] {
    [("k-now", t(analysis::MEDIAN).to_owned()), ("k-before", t(analysis::TREND_BAND).to_owned())]
}

/// The way between twelve and twenty-four months.
fn spans(asked: &Asked) -> Markup {
    let word = |span| match span {
        TrendSpan::Last12 => analysis::MONTHS_12,
        TrendSpan::Last24 => analysis::MONTHS_24,
    };
    let to = |span| address(asked.tab, &AnalysisQuery { trend: span, ..asked.query.clone() });
    html! {
        nav.seg.seg-s aria-label=(t(analysis::TREND_SPAN)) { @for span in TrendSpan::ALL {
            a href=(to(*span)) aria-current=[(*span == asked.query.trend).then_some("true")] data-trend=(span.code()) { (t(word(*span))) }
        } }
    }
}

fn name(report: &OutcomeReport, month: &CycleMonth) -> String {
    let name = fmt::month(facts().lang, month.period.start());
    if month.running() { said(analysis::UP_TO, &[("month", name), ("day", fmt::date_iso(report.as_of))]) } else { name }
}

fn line(of: &Of<'_>, month: &CycleMonth, head: &str) -> Markup {
    html! {
        tr data-cycle-month=(fmt::date_iso(month.period.start())) {
            th scope="row" { (head) }
            td.r.num.strong data-label=(t(analysis::MEDIAN)) { (say::days(month.median_milli)) }
            td.r.num data-label=(t(analysis::P80)) { (say::days(month.p80_milli)) }
            td.r.num data-label=(t(analysis::TREND_WINS)) {
                (of.link(rows(month), &say::number(month.wins)))
                @if month.few() { " " span.badge { (t(analysis::TREND_FEW)) } }
            }
        }
    }
}

/// The card of the page.
pub fn card(of: &Of<'_>, report: &OutcomeReport) -> Markup {
    let trend = &report.trend;
    let says = message(trend);
    let nothing = trend.months.iter().all(|month| month.wins == 0);
    let few = trend.months.iter().any(CycleMonth::few);
    let min = WINS_MIN.to_string();
    let of_last = Of { asked: of.asked, period: trend.last.period, as_of: of.as_of, filter: of.filter, stages: of.stages };
    html! {
        header { h2 { (t(analysis::TREND)) } (spans(of.asked)) }
        @if nothing { p.muted { (fmt::NO_VALUE) " " (t(analysis::TREND_NONE)) } }
        @else {
            p data-trend-says="" { (says) }
            (picture(of.asked, &of.asked.chart(CHART), &columns(trend), &says, |n| say::days(Some(n))))
            (key(&keys()))
            @if few { p.fs12.muted { (texts().fmt(analysis::TREND_FEW_KEY, &[("min", &min)])) } }
            div.table-wrap { table.table.cards-on-phone {
                caption.sr { (t(analysis::ABOUT_TREND)) }
                thead { tr {
                    th scope="col" { (t(analysis::TREND_MONTH)) } th.r scope="col" { (t(analysis::MEDIAN)) } th.r scope="col" { (t(analysis::P80)) } th.r scope="col" { (t(analysis::TREND_WINS)) }
                } }
                tbody { @for month in &trend.months { (line(of, month, &name(report, month))) } }
                tfoot {
                    (line(of, &trend.last, t(analysis::TREND_LAST)))
                    (line(of, &trend.before, t(analysis::TREND_BEFORE)))
                }
            } }
            div.an-hows { (of_last.how(&How {
                name: t(analysis::TREND),
                definition: t(analysis::ABOUT_TREND),
                formula: said(analysis::FORMULA_MEDIAN, &[("n", say::number(trend.last.wins)), ("value", say::days(trend.last.median_milli))]),
                numerator: Some(rows(&trend.last)),
                denominator: None,
            })) }
        }
    }
}

/// The service level of follow-ups, beside it.
pub fn follow(of: &Of<'_>, report: &OutcomeReport) -> Markup {
    use domain::analysis::StepPart;
    let follow = &report.follow;
    let rows = |set, n| Rows { figure: Figure::of(set), n };
    let steps = |part, n| rows(Set::Steps(part), n);
    let figures = [
        (
            "stepped",
            analysis::FOLLOW_STEPPED,
            analysis::ABOUT_STEPPED,
            analysis::WHY_OPEN,
            follow.stepped_bp(),
            rows(Set::Stepped, follow.stepped),
            rows(Set::Open, follow.open),
            (analysis::UNSTEPPED, rows(Set::Unstepped, follow.open - follow.stepped)),
        ),
        (
            "kept",
            analysis::FOLLOW_KEPT,
            analysis::ABOUT_KEPT,
            analysis::WHY_STEPS,
            follow.kept_bp(),
            steps(StepPart::Kept, follow.kept),
            steps(StepPart::Due, follow.due),
            (analysis::MISSED, steps(StepPart::Missed, follow.due - follow.kept)),
        ),
    ];
    html! {
        header { h2 { (t(analysis::FOLLOW)) } }
        div.an-figures { @for (code, title, about, why, bp, part, whole, (word, rest)) in figures {
            article.an-figure data-figure=(code) {
                h3 { (t(title)) }
                p.v { (say::rate(bp)) @if bp.is_none() { small { (t(why)) } } }
                @if bp.is_some() {
                    p.an-parts { span.an-line { (of.link(part, &say::number(part.n))) " ÷ " (of.link(whole, &say::number(whole.n))) } }
                    p.fs12.muted { (t(word)) ": " (of.link(rest, &say::number(rest.n))) }
                }
                (of.how(&How {
                    name: t(title),
                    definition: t(about),
                    formula: ui::how::ratio(&say::number(part.n), &say::number(whole.n), &say::rate(bp)),
                    numerator: Some(part),
                    denominator: Some(whole),
                }))
            }
        } }
    }
}
