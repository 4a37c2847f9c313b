//! The panels of the business at a glance, written as text on the server.

use crate::api::Glance;
use crate::lists::{stalled, step};
use crate::won::won;
use domain::analysis::{ForecastReport, ForecastRow, What, When};
use domain::boss::{Boss, RISKS, funnel_query};
use domain::funnel::report::FunnelReport;
use domain::home::{HomeQuery, Listed, Span};
use domain::money::Money;
use domain::period::Period;
use i18n::Key;
use i18n::keys::{analysis, boss, common, home, nav};
use leptos::prelude::*;
use maud::html;
use ui::component::Empty;
use ui::how::{self, How};
use ui::links::address;
use ui::{facts, fmt, t, texts, words};

const FUNNEL: &str = "/funnel";
const FORECAST: &str = "/analysis/forecast";

/// The panels as they are put in.
pub fn written(found: &Boss) -> Glance {
    let as_of = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(found.as_of))]);
    let year = HomeQuery { span: Some(Span::Year), ..HomeQuery::default() };
    Glance {
        head: format!("{} · {as_of}", found.unit),
        won: won(&found.won, &year, false).to_html(),
        funnel: funnel(&found.funnel).to_html(),
        forecast: forecast(&found.forecast).to_html(),
        risks: risks(found).to_html(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
fn share(value: i64, most: i64) -> f64 {
    if most > 0 { (value.max(0) as f64 * 100.0 / most as f64).min(100.0) } else { 0.0 }
}

/// A bar to the scale of the largest, with a mark of what it is compared with.
fn bar(value: i64, before: Option<i64>, most: i64, class: String) -> impl IntoView {
    let mark = before.map(|before| {
        let x = share(before, most).clamp(0.6, 99.4);
        view! { <rect class="bs-mark" x=format!("{:.2}", x - 0.6) y="0" width="1.2" height="12"></rect> }
    });
    view! {
        <svg class="bs-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bs-track" x="0" y="1" width="100" height="10"></rect>
            <rect class=class x="0" y="1" width=format!("{:.2}", share(value, most)) height="10"></rect>
            {mark}
        </svg>
    }
}

fn of_days(period: Period) -> String {
    how::days(period.start(), period.end_exclusive().pred_opt().unwrap_or(period.start()))
}

/// Stage by stage: how many deals came so far, how many a year before, and which share came from
/// the stage before.
fn funnel(report: &FunnelReport) -> impl IntoView + use<> {
    let query = funnel_query().to_query();
    let opened = |stage: usize, part: &'static str| {
        let more = [("stage", stage.to_string()), ("part", part.to_owned()), ("which", "now".to_owned())];
        address(FUNNEL, &query.iter().cloned().chain(more).collect::<Vec<_>>())
    };
    let rows = &report.now.rows;
    let before = report.before.as_ref().map(|side| &side.rows);
    let was = |stage: usize| before.and_then(|rows| rows.get(stage)).map(|row| row.entered);
    let most = rows.iter().enumerate().flat_map(|(stage, row)| [Some(row.entered), was(stage)]).flatten().max().unwrap_or_default();
    let names: Vec<String> = report.stages.iter().map(words::stage_name).collect();
    let named = |stage: usize| names.get(stage).cloned().unwrap_or_default();
    let lines = rows
        .iter()
        .enumerate()
        .map(|(stage, row)| {
            let step = stage.checked_sub(1).and_then(|last| rows.get(last)).map(|row| fmt::percent(row.step_bp, 1));
            let before = was(stage).map(|n| texts().fmt(home::BEFORE_IS, &[("value", &fmt::integer(n))]));
            view! {
                <li data-stage=stage.to_string()>
                    <span class="bs-name ell" title=named(stage)>{named(stage)}</span>
                    {bar(row.entered, was(stage), most, format!("bs-s{}", stage.min(4)))}
                    <a class="num med" href=opened(stage, "entered")>{fmt::integer(row.entered)}</a>
                    <span class="num muted bs-step">{step}</span>
                    {before.map(|text| view! { <span class="sr">{text}</span> })}
                </li>
            }
        })
        .collect_view();
    let period = of_days(report.now.period);
    let explained = html! {
        @for (stage, row) in rows.iter().enumerate() {
            @let n = fmt::integer(row.entered);
            @let name = named(stage);
            @let last = stage.checked_sub(1).and_then(|last| rows.get(last).map(|row| (last, row)));
            div {
                b.fs12 { (name) }
                @match last {
                    None => (How {
                        name: &name, definition: t(boss::DEF_BEGAN), formula: texts().fmt(boss::FORMULA_COUNT, &[("n", &n)]),
                        numerator: Some(html! { a href=(opened(stage, "entered")) { (n) } }), denominator: None,
                        period: period.clone(), filter: t(analysis::EVERYTHING), as_of: report.as_of,
                    }.markup()),
                    Some((from, of)) => {
                        @let converted = of.converted.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::integer);
                        @let all = fmt::integer(of.entered);
                        (How {
                            name: &name, definition: t(boss::DEF_STEP), formula: how::ratio(&converted, &all, &fmt::percent(of.step_bp, 1)),
                            numerator: Some(html! { a href=(opened(from, "converted")) { (converted) } }),
                            denominator: Some(html! { a href=(opened(from, "entered")) { (all) } }),
                            period: period.clone(), filter: t(analysis::EVERYTHING), as_of: report.as_of,
                        }.markup())
                    }
                }
            }
        }
    };
    let explained = explained.into_string();
    view! {
        <section class="card-box" aria-labelledby="bs-funnel" data-boss="funnel">
            <header><h2 id="bs-funnel">{t(nav::FUNNEL)}</h2>{before.map(|_| view! { <span class="muted fs12 push"><i class="bs-key"></i>{t(home::YEAR_BEFORE)}</span> })}</header>
            {if most == 0 {
                view! { <Empty icon="filter" text=t(boss::NO_FUNNEL).to_owned()/> }.into_any()
            } else {
                view! { <ol class="bs-rows">{lines}</ol><div class="an-hows" inner_html=explained></div> }.into_any()
            }}
            <p class="bs-more"><a href=address(FUNNEL, &query)>{t(boss::WHOLE_FUNNEL)}</a></p>
        </section>
    }
}

/// The deals behind one figure of the forecast.
fn due(when: When, what: What) -> String {
    address(FORECAST, &[("set", format!("due.{}.{}", when.code(), what.code()))])
}

fn forecast(report: &ForecastReport) -> impl IntoView + use<> {
    let money = |minor: i64| words::money_text(Money { minor, currency: report.currency });
    let amount = |row: &ForecastRow, what: What| money(what.minor(&row.line));
    let lang = facts().lang;
    let total = &report.total;
    let period = total.when.days().unwrap_or(Period::new(report.as_of, report.as_of));
    let figure = |what: What, name: Key| {
        view! { <div class="stat" data-figure=what.code()><span class="k">{t(name)}</span><a class="v num" href=due(total.when, what)>{amount(total, what)}</a></div> }
    };
    let most = report.months.iter().map(|row| What::Open.minor(&row.line)).max().unwrap_or_default();
    let months = report
        .months
        .iter()
        .map(|row| {
            let name = match row.when {
                When::Months { from, .. } => fmt::month_of_year(lang, from.month),
                When::Overdue | When::Undated => String::new(),
            };
            let name: String = name.chars().take(3).collect();
            let (open, weighted) = (What::Open.minor(&row.line), What::Weighted.minor(&row.line));
            let says = texts().fmt(boss::MONTH_SAYS, &[("open", &money(open)), ("weighted", &money(weighted))]);
            view! {
                <li data-when=row.when.code()>
                    <span class="bs-name">{name}</span>
                    {bar(open, Some(weighted), most, "bs-s2".to_owned())}
                    <a class="num med bs-wide" href=due(row.when, What::Open)>{money(weighted)}<span class="sr">" "{says}</span></a>
                </li>
            }
        })
        .collect_view();
    let apart = [(report.overdue, boss::OVERDUE), (report.undated, boss::UNDATED)].map(|(row, key)| {
        let n = fmt::integer(i64::try_from(row.line.open_deals).unwrap_or(i64::MAX));
        let text = texts().fmt(key, &[("n", &n), ("sum", &amount(&row, What::Open))]);
        view! { <li><a href=due(row.when, What::Open)>{text}</a></li> }
    });
    let explain = |what: What, name: Key, about: Key| {
        let n = fmt::integer(i64::try_from(what.deals(&total.line)).unwrap_or(i64::MAX));
        let key = if what == What::Weighted { analysis::FORMULA_WEIGHTED } else { analysis::FORMULA_SUM };
        let formula = texts().fmt(key, &[("n", &n), ("value", &amount(total, what))]);
        let rows = html! { a href=(due(total.when, what)) { (n) } };
        html! { div { b.fs12 { (t(name)) } (How {
            name: t(name), definition: t(about), formula, numerator: Some(rows), denominator: None, period: of_days(period),
            filter: t(analysis::EVERYTHING), as_of: report.as_of,
        }.markup()) } }
    };
    let explained = html! {
        (explain(What::Open, boss::OPEN, analysis::ABOUT_DUE))
        (explain(What::Weighted, boss::WEIGHTED, analysis::ABOUT_WEIGHTED))
        (explain(What::Closed, boss::CLOSED, analysis::ABOUT_WON_SO_FAR))
    };
    let explained = explained.into_string();
    view! {
        <section class="card-box" aria-labelledby="bs-forecast" data-boss="forecast">
            <header><h2 id="bs-forecast">{t(analysis::FORECAST)}</h2><span class="muted fs12 num push">{of_days(period)}" · "{report.currency.code()}</span></header>
            <div class="stats">{figure(What::Weighted, boss::WEIGHTED)}{figure(What::Open, boss::OPEN)}{figure(What::Closed, boss::CLOSED)}</div>
            <p class="muted fs12">{t(boss::MONTHS_HOW)}</p>
            <ol class="bs-rows is-months">{months}</ol>
            <ul class="bs-apart">{apart}</ul>
            <div class="an-hows" inner_html=explained></div>
            <p class="bs-more"><a href=FORECAST>{t(boss::WHOLE_FORECAST)}</a></p>
        </section>
    }
}

/// Deals that stand still, and those whose next step has passed.
fn risks(found: &Boss) -> impl IntoView + use<> {
    let listed = |list| crate::address::listing(&HomeQuery::default(), list);
    let head = |n: i64, key: (Key, Key)| texts().n(key.0, key.1, n);
    let stalled_says = format!(
        "{} · {}",
        head(found.stalled_sums.count(), (common::N_DEALS_ONE, common::N_DEALS_MANY)),
        words::sums_text(&found.stalled_sums, false)
    );
    let late_says = head(found.steps.overdue, (common::N_DEALS_ONE, common::N_DEALS_MANY));
    let standing = found.stalled.iter().map(|row| stalled(row, &found.stages, true)).collect_view();
    let late = found.overdue.iter().map(|card| step(card, true)).collect_view();
    let first = texts().fmt(boss::FIRST, &[("n", &RISKS.to_string())]);
    let counted = |definition| crate::explain::counted(definition, None, found.as_of);
    view! {
        <section class="card-box" aria-labelledby="bs-stalled" data-boss="stalled">
            <header><h2 id="bs-stalled">{t(home::STALLED)}</h2><a class="fs12 num push" href=listed(Listed::Stalled)>{stalled_says}</a></header>
            {if found.stalled.is_empty() {
                view! { <Empty icon="hourglass" text=t(home::EMPTY_STALLED).to_owned()/> }.into_any()
            } else {
                view! { <ul class="hm-rows">{standing}</ul><p class="muted fs12">{first.clone()}</p> }.into_any()
            }}
            <details class="hm-how"><summary>{t(home::HOW)}<span class="sr">": "{t(home::STALLED)}</span></summary>{counted(home::DEF_STALLED)}</details>
        </section>
        <section class="card-box" aria-labelledby="bs-late" data-boss="late">
            <header><h2 id="bs-late">{t(boss::LATE_STEPS)}</h2><a class="fs12 num push" href=listed(Listed::Steps)>{late_says}</a></header>
            {if found.overdue.is_empty() {
                view! { <Empty icon="calendar-clock" text=t(boss::NO_LATE).to_owned()/> }.into_any()
            } else {
                view! { <ul class="hm-rows">{late}</ul><p class="muted fs12">{first}</p> }.into_any()
            }}
            <details class="hm-how"><summary>{t(home::HOW)}<span class="sr">": "{t(boss::LATE_STEPS)}</span></summary>{counted(home::DEF_STEPS)}</details>
        </section>
    }
}
