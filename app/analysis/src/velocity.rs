//! Velocity with its four factors, and what it would be with others: sliders beside the
//! truth. A form with GET, so that it works without scripts too.

use crate::asked::{Asked, Figure, WHAT_IF, in_currency};
use crate::how::{How, Of, Rows};
use crate::say;
use domain::analysis::{Set, SpeedReport};
use domain::money::Money;
use domain::rounding::average_minor;
use domain::velocity::{Velocity, WhatIf};
use i18n::keys::{analysis, common};
use leptos::prelude::{Set as _, *};
use ui::{fmt, t, texts, words};

/// One factor of velocity as text; `—` if it is undefined.
fn value(velocity: &Velocity, factor: usize, report: &SpeedReport) -> String {
    let money = |minor| words::money_text(Money { minor, currency: report.currency });
    match factor {
        0 => fmt::integer(velocity.open_deals),
        1 => say::rate(velocity.win_rate_bp),
        2 => velocity.average_minor.map_or_else(|| fmt::NO_VALUE.to_owned(), money),
        _ => say::days(velocity.cycle_milli),
    }
}

fn a_month(velocity: &Velocity, report: &SpeedReport) -> String {
    let money = |minor| texts().fmt(analysis::A_MONTH, &[("amount", &words::money_text(Money { minor, currency: report.currency }))]);
    velocity.minor_per_month().map_or_else(|| fmt::NO_VALUE.to_owned(), money)
}

/// Why there is no velocity.
fn why(velocity: &Velocity) -> i18n::Key {
    match velocity {
        Velocity { win_rate_bp: None, .. } => analysis::WHY_CLOSED,
        Velocity { average_minor: None, .. } => analysis::WHY_WON_IN,
        _ => analysis::WHY_CYCLE,
    }
}

/// `+10%`, `−5%`, `0%`.
fn signed(percent: i32) -> String {
    let sign = match percent {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    format!("{sign}{}%", percent.abs())
}

#[component]
pub fn VelocityCard(report: SpeedReport, asked: Asked, filter: String) -> impl IntoView {
    let truth = report.factors.velocity;
    let factors = report.factors;
    let by = asked.what_if.map(RwSignal::new);
    let what_if = move || truth.scaled(WhatIf::from(by.map(|signal| signal.get())));
    let changed = move || by.iter().any(|signal| signal.get() != 0);
    let of = Of { asked: &asked, period: report.days.period, as_of: report.days.as_of, filter: &filter, stages: &report.stages };
    let open = Rows {
        figure: Figure::only(Set::Qualified(factors.qualified_from), report.currency),
        n: u64::try_from(truth.open_deals).unwrap_or(0),
    };
    let won = Rows { figure: Figure::of(Set::Won), n: factors.won };
    let closed = Rows { figure: Figure::of(Set::Closed), n: factors.closed };
    let priced = Rows { figure: Figure::only(Set::Won, report.currency), n: factors.won_in_currency };
    let names = [analysis::FACTOR_OPEN, analysis::FACTOR_RATE, analysis::FACTOR_AVERAGE, analysis::FACTOR_CYCLE];
    let ratio = |numerator: String, denominator: String, value: String| {
        texts().fmt(analysis::FORMULA_RATIO, &[("numerator", &numerator), ("denominator", &denominator), ("value", &value)])
    };
    let sum = words::money_text(Money { minor: factors.won_minor, currency: report.currency });
    let average = average_minor(factors.won_minor, factors.won_in_currency).unwrap_or(0);
    let from = report.stages.get(usize::from(factors.qualified_from)).map(words::stage_name).unwrap_or_default();
    let about_open = texts().fmt(analysis::ABOUT_OPEN, &[("stage", &from), ("currency", report.currency.code())]);
    let about_average = texts().fmt(analysis::ABOUT_AVERAGE, &[("currency", report.currency.code())]);
    let n = say::number(factors.won);
    let hows = [
        of.how(&How {
            name: t(names[0]),
            definition: &about_open,
            formula: texts().fmt(analysis::FORMULA_COUNT, &[("n", &say::number(open.n))]),
            numerator: Some(open),
            denominator: None,
        }),
        of.how(&How {
            name: t(names[1]),
            definition: t(analysis::ABOUT_CLOSED),
            formula: ratio(say::number(won.n), say::number(closed.n), say::rate(truth.win_rate_bp)),
            numerator: Some(won),
            denominator: Some(closed),
        }),
        of.how(&How {
            name: t(names[2]),
            definition: &about_average,
            formula: ratio(sum, say::number(priced.n), words::money_text(Money { minor: average, currency: report.currency })),
            numerator: Some(priced),
            denominator: None,
        }),
        of.how(&How {
            name: t(names[3]),
            definition: t(analysis::ABOUT_CYCLE),
            formula: texts().fmt(analysis::FORMULA_MEDIAN, &[("n", &n), ("value", &say::days(truth.cycle_milli))]),
            numerator: Some(won),
            denominator: None,
        }),
    ];
    let links = [open, won, priced, won].map(|rows| rows);
    let shown: Vec<String> =
        links.iter().enumerate().map(|(index, rows)| of.link(*rows, &value(&truth, index, &report)).into_string()).collect();
    let rows = hows
        .into_iter()
        .zip(shown)
        .enumerate()
        .map(|(index, (how, truth_shown))| {
            let signal = by[index];
            let report = report.clone();
            let said = move || format!("{} ({})", value(&what_if(), index, &report), signed(signal.get()));
            let label = t(names[index]);
            let text = said.clone();
            view! {
                <div class="an-factor" data-factor=WHAT_IF[index]>
                    <div class="an-factor-of"><h3>{label}</h3><p class="v" inner_html=truth_shown></p></div>
                    <label class="an-slide"><span class="sr">{texts().fmt(analysis::SLIDE, &[("factor", label)])}</span>
                        <input type="range" name=WHAT_IF[index] min="-50" max="100" step="5" value=signal.get_untracked().to_string()
                            prop:value=move || signal.get().to_string() aria-valuetext=text
                            on:input=move |event| signal.set(event_target_value(&event).parse().unwrap_or(0))/>
                        <output class="num">{said}</output>
                    </label>
                    <div inner_html=how.into_string()></div>
                </div>
            }
        })
        .collect_view();
    let hidden =
        asked.query.to_query().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let defined = truth.minor_per_day().is_some();
    let truth_text = a_month(&truth, &report);
    let (after, of_change) = (report.clone(), report.clone());
    let difference = move || {
        let (now, then) = (truth.minor_per_month()?, what_if().minor_per_month()?);
        let change = then - now;
        let amount = words::money_text(Money { minor: change.abs(), currency: of_change.currency });
        Some(texts().fmt(if change < 0 { analysis::LESS } else { analysis::MORE }, &[("amount", &amount)]))
    };
    let currencies = (report.currencies.len() > 1).then(|| {
        let links = report.currencies.iter().map(|currency| {
            let here = (*currency == report.currency).then_some("true");
            view! { <a href=in_currency(&asked, *currency) aria-current=here>{currency.code()}</a> }
        });
        view! { <nav class="seg seg-s" aria-label=t(common::CURRENCY)>{links.collect_view()}</nav> }
    });
    view! {
        <section class="card-box an-velocity" data-card="velocity">
            <header><h2>{t(analysis::VELOCITY)}</h2>{currencies}</header>
            <form method="get" action=asked.tab.path() on:submit=move |event: web_sys::SubmitEvent| event.prevent_default()>
                {hidden}
                <div class="an-results">
                    <p><span class="muted fs12">{t(analysis::TRUTH)}</span><b class="num" data-truth="">{truth_text}</b>
                        {(!defined).then(|| view! { <span class="fs12 muted">{t(why(&truth))}</span> })}
                    </p>
                    <p><span class="muted fs12">{t(analysis::WHAT_IF)}</span><b class="num" data-what-if="" role="status">{move || a_month(&what_if(), &after)}</b>
                        <span class="fs12 muted">{move || changed().then(&difference).flatten()}</span>
                    </p>
                    <a class="btn btn-s" href=asked.closed() aria-disabled=move || (!changed()).then_some("true") data-reset=""
                        on:click=move |event| { event.prevent_default(); by.iter().for_each(|signal| signal.set(0)); }>{t(common::RESET)}</a>
                    // As text: a browser with scripts does not parse what is inside.
                    <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(analysis::COMPUTE))></noscript>
                </div>
                <div class="an-factors">{rows}</div>
            </form>
            <p class="fs12 muted an-about">{t(analysis::ABOUT_VELOCITY)}</p>
        </section>
    }
}
