//! What is expected by month and category, what stands apart, and whether it is enough.

use crate::api;
use crate::asked::{Asked, Figure, Tab};
use crate::columns::{Block, Column, key, picture};
use crate::frame::{self, currencies};
use crate::how::{How, Of, Rows};
use crate::panel::Panel;
use crate::say;
use domain::analysis::{AnalysisDeals, ForecastReport, ForecastRow, RollUp, Set, What, When};
use domain::money::Money;
use domain::period::Period;
use domain::pipeline::Choices;
use i18n::keys::{analysis, common};
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::Icon;
use ui::{facts, fmt, t, texts, words};

/// From below, with what colours them.
const STACK: [(What, &str); 4] =
    [(What::Closed, "k-closed"), (What::Commit, "k-commit"), (What::BestCase, "k-best"), (What::Pipeline, "k-pipeline")];

/// Its chart by the name in an address.
pub const CHART: &str = "forecast";

#[component]
pub fn ForecastPage() -> impl IntoView {
    frame::page(Tab::Forecast, api::forecast, found)
}

fn found(
    report: ForecastReport,
    deals: Option<AnalysisDeals>,
    choices: Choices,
    asked: Asked,
    shown: StoredValue<Option<Figure>>,
) -> AnyView {
    let filter = say::filter(&asked.query, &choices);
    let whole = report.total.when.days().unwrap_or(Period::new(report.as_of, report.as_of));
    let of = Of { asked: &asked, period: whole, as_of: report.as_of, filter: &filter, stages: &[] };
    let says = message(&report);
    let (months, apart) = (months(&of, &report, &says).into_string(), apart(&of, &report).into_string());
    let cover = cover(&of, &report).into_string();
    let about = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.as_of))]);
    let panel = deals.zip(asked.figure).map(|(deals, figure)| {
        let when = match figure.set {
            Set::Due(when, _) => say::when(when),
            set => say::period(set.own_days().unwrap_or(whole)),
        };
        view! { <Panel title=say::figure(figure, &[]) deals asked=asked.clone() figure when shown/> }
    });
    let opened = panel.is_some();
    view! {
        <p class="an-message" role="status"><Icon name="waves"/><span>{says}</span><span class="muted fs12 push">{about}</span></p>
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main" node_ref=ui::chart::watch(false)>
                <section class="card-box" data-card="forecast" inner_html=months></section>
                <div class="an-two">
                    <section class="card-box" data-card="apart" inner_html=apart></section>
                    <section class="card-box" data-card="cover" inner_html=cover></section>
                </div>
            </div>
            {panel}
        </div>
    }
    .into_any()
}

pub fn short(report: &ForecastReport, minor: i64) -> String {
    words::money_text(Money { minor, currency: report.currency })
}

/// The one sentence.
fn message(report: &ForecastReport) -> String {
    let (line, currency) = (&report.total.line, report.currency.code());
    if line.open_deals == 0 {
        return texts().fmt(analysis::FORECAST_NONE, &[("period", &say::when(report.total.when)), ("currency", currency)]);
    }
    let values = [
        ("period", say::when(report.total.when)),
        ("n", say::number(line.open_deals)),
        ("open", short(report, line.open_minor)),
        ("weighted", short(report, line.weighted_minor)),
        ("overdue", say::number(report.overdue.line.open_deals)),
        ("undated", say::number(report.undated.line.open_deals)),
    ];
    texts().fmt(analysis::FORECAST_SAYS, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn rows(report: &ForecastReport, when: When, line: &domain::forecast::ForecastLine, what: What) -> Rows {
    Rows { figure: Figure::only(Set::Due(when, what), report.currency), n: what.deals(line) }
}

fn cell(of: &Of<'_>, report: &ForecastReport, row: &ForecastRow, what: What) -> Markup {
    let text = words::money_table(Money { minor: what.minor(&row.line), currency: report.currency });
    html! { td.r.num data-label=(t(say::what(what))) { (of.link(rows(report, row.when, &row.line, what), &text)) } }
}

fn columns_of(roll_up: RollUp) -> &'static [What] {
    match roll_up {
        RollUp::Cumulative => &[What::Closed, What::CommitUp, What::BestCaseUp, What::Open, What::Weighted],
        RollUp::Single => &[What::Closed, What::Commit, What::BestCase, What::Pipeline, What::Open, What::Weighted, What::Omitted],
    }
}

fn table(of: &Of<'_>, report: &ForecastReport, caption: &str, list: &[ForecastRow], total: Option<&ForecastRow>, whats: &[What]) -> Markup {
    html! {
        div.table-wrap { table.table.cards-on-phone {
            caption.sr { (caption) }
            thead { tr { th scope="col" { (t(common::MONTH)) } @for what in whats { th.r scope="col" { (t(say::what(*what))) } } } }
            tbody { @for row in list { tr data-when=(row.when.code()) { th scope="row" { (say::when(row.when)) } @for what in whats { (cell(of, report, row, *what)) } } } }
            @if let Some(row) = total {
                tfoot { tr data-when=(row.when.code()) { th scope="row" { (t(common::TOTAL)) } @for what in whats { (cell(of, report, row, *what)) } } }
            }
        } }
    }
}

/// The picture, before it is drawn.
pub fn columns(report: &ForecastReport) -> Vec<Column> {
    let lang = facts().lang;
    report
        .months
        .iter()
        .enumerate()
        .filter_map(|(index, row)| {
            let When::Months { from, .. } = row.when else { return None };
            let block = |(what, class): &(What, &'static str)| {
                let value = what.minor(&row.line);
                let title = format!("{} · {} · {}", say::when(row.when), t(say::what(*what)), short(report, value));
                Block { class, value, rows: rows(report, row.when, &row.line, *what), title }
            };
            let year = (index == 0 || from.month == 1).then(|| from.year.to_string());
            Some(Column {
                name: fmt::month_of_year(lang, from.month).chars().take(3).collect(),
                year,
                bars: vec![STACK.iter().map(block).collect()],
            })
        })
        .collect()
}

/// What the colours mean.
pub fn keys() -> [(&'static str, String); 4] {
    STACK.map(|(what, class)| (class, t(say::what(what)).to_owned()))
}

fn months(of: &Of<'_>, report: &ForecastReport, says: &str) -> Markup {
    let whats = columns_of(of.asked.query.roll_up);
    let explained = |what: What, about| {
        let rows = rows(report, report.total.when, &report.total.line, what);
        let value = short(report, what.minor(&report.total.line));
        let key = if what == What::Weighted { analysis::FORMULA_WEIGHTED } else { analysis::FORMULA_SUM };
        let formula = texts().fmt(key, &[("n", &say::number(rows.n)), ("value", &value)]);
        html! { div { b.fs12 { (t(say::what(what))) } (of.how(&How { name: t(say::what(what)), definition: t(about), formula, numerator: Some(rows), denominator: None })) } }
    };
    html! {
        header { h2 { (t(analysis::FORECAST)) } (currencies(of.asked, report.currency, &report.currencies)) }
        (picture(of.asked, &of.asked.chart(CHART), &columns(report), says, |n| short(report, n)))
        (key(&keys()))
        (table(of, report, t(analysis::FORECAST), &report.months, Some(&report.total), whats))
        div.an-hows {
            (explained(What::Open, analysis::ABOUT_DUE))
            (explained(What::Weighted, analysis::ABOUT_WEIGHTED))
            (explained(What::Closed, analysis::ABOUT_WON_SO_FAR))
            (explained(if of.asked.query.roll_up == RollUp::Single { What::Commit } else { What::CommitUp }, analysis::ABOUT_CATEGORIES))
        }
    }
}

fn apart(of: &Of<'_>, report: &ForecastReport) -> Markup {
    let rows = [report.overdue, report.undated, report.later];
    html! {
        h2 { (t(analysis::APART)) }
        (table(of, report, t(analysis::APART), &rows, None, &[What::Open, What::Weighted]))
        p.fs12.muted.an-note { (t(analysis::ABOUT_APART)) }
    }
}

/// What is needed, as far as that is known without a target.
fn cover(of: &Of<'_>, report: &ForecastReport) -> Markup {
    let cover = &report.cover;
    let quarter = |what| rows(report, cover.quarter.when, &cover.quarter.line, what);
    let amount = |what: What| short(report, what.minor(&cover.quarter.line));
    let won = Rows { figure: Figure::of(Set::WonIn(cover.year)), n: cover.won };
    let closed = Rows { figure: Figure::of(Set::ClosedIn(cover.year)), n: cover.closed };
    let required = cover.required_x100().map_or_else(|| fmt::NO_VALUE.to_owned(), |x100| format!("{}.{:02}×", x100 / 100, x100 % 100));
    let rate = say::rate(cover.win_rate_bp());
    let values = [("numerator", say::number(won.n)), ("denominator", say::number(closed.n)), ("value", rate.clone())];
    let formula = texts().fmt(analysis::FORMULA_RATIO, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let year = Of { period: cover.year, ..*of };
    let why = if cover.closed == 0 { analysis::WHY_CLOSED } else { analysis::WHY_NO_WIN };
    html! {
        header { h2 { (t(analysis::COVERAGE)) } span.muted.fs12 { (say::when(cover.quarter.when)) } }
        dl.kv {
            dt { (t(analysis::QUARTER_OPEN)) } dd { (of.link(quarter(What::Open), &amount(What::Open))) }
            dt { (t(analysis::QUARTER_WON)) } dd { (of.link(quarter(What::Closed), &amount(What::Closed))) }
            dt { (t(analysis::MISSING)) } dd data-missing { (fmt::NO_VALUE) " " span.muted { (t(analysis::WHY_NO_TARGET)) } }
            dt { (t(analysis::COVERAGE)) } dd { (fmt::NO_VALUE) " " span.muted { (t(analysis::WHY_NO_TARGET)) } }
            dt { (t(analysis::REQUIRED)) } dd { b data-required { (required) } " " span.muted { @if cover.required_x100().is_some() { "1 ÷ " (rate) } @else { (t(why)) } } }
        }
        (year.how(&How { name: t(analysis::REQUIRED), definition: t(analysis::ABOUT_REQUIRED), formula, numerator: Some(won), denominator: Some(closed) }))
    }
}
