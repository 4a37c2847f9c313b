//! What was won in each month, against the same month of the year before.

use crate::api;
use crate::asked::{Asked, Figure, Tab};
use crate::columns::{Block, Column, key, picture};
use crate::frame::{self, currencies};
use crate::how::{How, Of, Rows};
use crate::panel::Panel;
use crate::say;
use chrono::{Datelike, NaiveDate};
use domain::analysis::{AnalysisDeals, MonthFigures, MonthsReport, Set};
use domain::growth::Growth;
use domain::money::Money;
use domain::period::Period;
use domain::pipeline::Choices;
use domain::tally::CurrencyTally;
use i18n::keys::{analysis, common};
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::{Empty, Icon};
use ui::markup::icon;
use ui::{facts, fmt, t, texts, words};

/// Its chart by the name in an address.
pub const CHART: &str = "months";

#[component]
pub fn WonMonthsPage() -> impl IntoView {
    frame::page(Tab::Months, api::won_months, found)
}

fn found(
    report: MonthsReport,
    deals: Option<AnalysisDeals>,
    choices: Choices,
    asked: Asked,
    shown: StoredValue<Option<Figure>>,
) -> AnyView {
    let nothing = report.rows.iter().all(|row| row.now.count + row.before.count == 0);
    if nothing && report.currencies.len() < 2 && asked.figure.is_none() {
        let narrowed = asked.query.narrowed() > 0;
        return view! {
            <Empty icon="chart-column" text=t(analysis::MONTHS_EMPTY).to_owned()>
                {narrowed.then(|| view! { <a class="btn" href=Tab::Months.path()>{t(common::CLEAR_FILTERS)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let filter = say::filter(&asked.query, &choices);
    let of = Of { asked: &asked, period: report.period, as_of: report.as_of, filter: &filter, stages: &[] };
    let says = message(&report);
    let card = card(&of, &report, &says).into_string();
    let about = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.as_of))]);
    let panel = deals.zip(asked.figure).map(|(deals, figure)| {
        let when = say::period(figure.set.own_days().unwrap_or(report.period));
        view! { <Panel title=say::figure(figure, &[]) deals asked=asked.clone() figure when shown/> }
    });
    let opened = panel.is_some();
    let period = say::period(report.period);
    view! {
        <p class="an-message" role="status"><Icon name="waves"/><span>{says}</span><span class="muted fs12 push">{period}" · "{about}</span></p>
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main" node_ref=ui::chart::watch(false)><section class="card-box" data-card="months" inner_html=card></section></div>
            {panel}
        </div>
    }
    .into_any()
}

pub fn short(report: &MonthsReport, minor: i64) -> String {
    words::money_text(Money { minor, currency: report.currency })
}

/// The one sentence, of the latest total.
fn message(report: &MonthsReport) -> String {
    let Some(total) = report.totals.last() else { return String::new() };
    let values = [
        ("period", say::period(total.window.period)),
        ("amount", short(report, total.now.minor)),
        ("n", say::number(total.now.count)),
        ("before", short(report, total.before.minor)),
        ("change", say::grown(total.amount)),
    ];
    let says = texts().fmt(analysis::MONTHS_SAYS, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let most = report.rows.iter().filter(|row| row.now.minor > 0).max_by_key(|row| row.now.minor);
    let best =
        most.map(|row| texts().fmt(analysis::MONTHS_BEST, &[("month", &name(report, row)), ("amount", &short(report, row.now.minor))]));
    words::sentences([says].into_iter().chain(best))
}

/// A month by its name, with its last day if it is not over.
fn name(report: &MonthsReport, row: &MonthFigures) -> String {
    let period = row.window.period;
    let month = fmt::month(facts().lang, period.start());
    let month = if row.window.merged { texts().fmt(analysis::MONTH_AND_NEXT, &[("month", &month)]) } else { month };
    let cut = period.end_exclusive().day() != 1;
    if cut { texts().fmt(analysis::UP_TO, &[("month", &month), ("day", &fmt::date_iso(report.as_of))]) } else { month }
}

fn rows(report: &MonthsReport, days: Period, tally: CurrencyTally) -> Rows {
    Rows { figure: Figure::only(Set::WonIn(days), report.currency), n: tally.count }
}

fn column(report: &MonthsReport, index: usize, row: &MonthFigures) -> Column {
    let start: NaiveDate = row.window.period.start();
    let month: String = fmt::month_of_year(facts().lang, start.month()).chars().take(3).collect();
    let block = |class, days, tally: CurrencyTally| {
        let title = format!("{} · {}", say::period(days), short(report, tally.minor));
        vec![Block { class, value: tally.minor, rows: rows(report, days, tally), title }]
    };
    let bars = vec![block("k-before", row.window.before, row.before), block("k-now", row.window.period, row.now)];
    let name = if row.window.merged { t(analysis::SPRING_SHORT).to_owned() } else { month };
    Column { name, year: (index == 0 || start.month() == 1).then(|| start.year().to_string()), bars }
}

/// The picture, before it is drawn.
pub fn columns(report: &MonthsReport) -> Vec<Column> {
    report.rows.iter().enumerate().map(|(index, row)| column(report, index, row)).collect()
}

/// What the colours mean.
pub fn keys() -> [(&'static str, String); 2] {
    [("k-now", t(analysis::WON_AMOUNT).to_owned()), ("k-before", t(analysis::YEAR_BEFORE_HEAD).to_owned())]
}

/// More is better.
fn change(growth: Growth) -> Markup {
    let (class, sign) = match growth.change_bp {
        Some(1..) => ("delta delta-good", Some("arrow-up")),
        Some(0) | None => ("delta delta-flat", None),
        Some(_) => ("delta delta-bad", Some("arrow-down")),
    };
    let word = t(say::growth_label(growth.label));
    html! {
        span class=(class) {
            @if let Some(name) = sign { (icon(name, "i-14")) span.sr { (word) " " } (say::rate(growth.change_bp.map(i64::abs))) } @else { (word) }
        }
    }
}

fn line(of: &Of<'_>, report: &MonthsReport, row: &MonthFigures, head: &str) -> Markup {
    let (period, before) = (row.window.period, row.window.before);
    let money = |tally: CurrencyTally| words::money_table(Money { minor: tally.minor, currency: report.currency });
    let (now_rows, before_rows) = (rows(report, period, row.now), rows(report, before, row.before));
    html! {
        tr data-month=(fmt::date_iso(period.start())) {
            th scope="row" { (head) }
            td.r.num.strong data-label=(t(analysis::WON_AMOUNT)) { (of.link(now_rows, &money(row.now))) }
            td.r.num.muted data-label=(t(analysis::YEAR_BEFORE_HEAD)) { (of.link(before_rows, &money(row.before))) }
            td.r.num data-label=(t(analysis::GROWTH)) { (change(row.amount)) }
            td.r.num data-label=(t(analysis::NUMBER)) { (of.link(now_rows, &say::number(row.now.count))) }
            td.r.num.muted data-label=(t(analysis::NUMBER_BEFORE)) { (of.link(before_rows, &say::number(row.before.count))) }
            td.r.num data-label=(t(analysis::NUMBER_GROWTH)) { (change(row.number)) }
        }
    }
}

fn card(of: &Of<'_>, report: &MonthsReport, says: &str) -> Markup {
    let fiscal = |row: &MonthFigures| report.fiscal_start != 1 && row.window.period.start().month() == report.fiscal_start;
    let head = |row: &MonthFigures| {
        if fiscal(row) { format!("{} · {}", name(report, row), t(analysis::FISCAL_BEGINS)) } else { name(report, row) }
    };
    html! {
        header { h2 { (t(analysis::MONTHS)) } (currencies(of.asked, report.currency, &report.currencies)) }
        (picture(of.asked, &of.asked.chart(CHART), &columns(report), says, |n| short(report, n)))
        (key(&keys()))
        div.table-wrap { table.table.cards-on-phone {
            caption.sr { (t(analysis::ABOUT_MONTHS)) }
            thead { tr {
                th scope="col" { (t(common::MONTH)) } th.r scope="col" { (t(analysis::WON_AMOUNT)) } th.r scope="col" { (t(analysis::YEAR_BEFORE_HEAD)) } th.r scope="col" { (t(analysis::GROWTH)) }
                th.r scope="col" { (t(analysis::NUMBER)) } th.r scope="col" { (t(analysis::NUMBER_BEFORE)) } th.r scope="col" { (t(analysis::NUMBER_GROWTH)) }
            } }
            tbody { @for row in &report.rows { (line(of, report, row, &head(row))) } }
            tfoot { @for row in &report.totals { (line(of, report, row, &texts().fmt(analysis::TOTAL_OF, &[("period", &say::period(row.window.period))]))) } }
        } }
        @if let Some(total) = report.totals.last() {
            @let (now, before) = (rows(report, total.window.period, total.now), rows(report, total.window.before, total.before));
            @let values = [("now", short(report, total.now.minor)), ("before", short(report, total.before.minor)), ("value", say::grown(total.amount))];
            div.an-hows { (of.how(&How {
                name: t(analysis::GROWTH),
                definition: t(analysis::ABOUT_MONTHS),
                formula: texts().fmt(analysis::FORMULA_GROWTH, &values.each_ref().map(|(name, value)| (*name, value.as_str()))),
                numerator: Some(now),
                denominator: Some(before),
            })) }
        }
        p.fs12.muted.an-note { (t(analysis::ABOUT_SPRING)) }
    }
}
