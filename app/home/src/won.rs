//! What was won in the period, against as many days of the year before. Every
//! figure says how it is counted and leads to its deals.

use crate::address;
use crate::explain::explained;
use crate::terms::days;
use domain::explain::Quantity;
use domain::growth::Growth;
use domain::home::{HomeQuery, Listed, Span, Won, WonAmount};
use domain::money::Money;
use domain::rates::Converted;
use i18n::Key;
use i18n::keys::{home, rates};
use leptos::prelude::*;
use ui::component::Icon;
use ui::{converted, fmt, t, texts, words};

const fn span_name(span: Span) -> Key {
    match span {
        Span::Month => home::MONTH,
        Span::Quarter => home::QUARTER,
        Span::Year => home::YEAR,
    }
}

const fn title(span: Span) -> Key {
    match span {
        Span::Month => home::WON_MONTH,
        Span::Quarter => home::WON_QUARTER,
        Span::Year => home::WON_YEAR,
    }
}

/// `spans`: whether another period may be chosen.
pub fn won(won: &Won, query: &HomeQuery, spans: bool) -> Option<impl IntoView + use<>> {
    let now = address::listing(query, Listed::Won);
    let before = address::listing(query, Listed::WonBefore);
    let choices = Span::ALL
        .iter()
        .map(|span| {
            let here = (*span == won.span).then_some("true");
            view! { <a href=address::spanning(query, *span) aria-current=here data-noscroll="">{t(span_name(*span))}</a> }
        })
        .collect_view();
    let spans = spans.then(|| view! { <nav class="seg seg-s push" aria-label=t(home::SPAN)>{choices}</nav> });
    let (first, others) = won.amounts.split_first()?;
    let others = others.iter().map(|line| other(line, &now, &before)).collect_view();
    Some(view! {
        <section class="card-box hm-won" aria-labelledby="hm-won">
            <header><h2 id="hm-won">{t(title(won.span))}</h2>{spans}</header>
            <div class="hm-figures">
                {amount(first, &now, &before)}
                {number(won, &now, &before)}
                {cycle(won, &now, &before)}
            </div>
            {bars(first)}
            {(won.amounts.len() > 1).then(|| view! { <ul class="hm-other" data-other="">{others}</ul><p class="fs12 muted">{t(home::NEVER_ADDED)}</p> })}
            {won.converted.as_ref().map(|(now, before)| together(now, before))}
            {how(won, &now)}
        </section>
    })
}

/// A figure: what it is, how much, against the year before.
fn figure(name: String, id: &'static str, value: (String, &'static str), now: &str, against: AnyView) -> impl IntoView + use<> {
    let (number, unit) = value;
    view! {
        <div class="stat" data-figure=id>
            <span class="k">{name}</span>
            <a class="v num" href=now.to_owned() data-noscroll="">{number}<small>{unit}</small></a>
            {against}
        </div>
    }
}

/// Percent of change, or why there is none.
fn change(growth: Growth, before: i64) -> AnyView {
    match growth.change_bp {
        Some(bp) if bp != 0 => {
            let (class, icon, key) =
                if bp > 0 { ("delta delta-good", "arrow-up", home::UP_BY) } else { ("delta delta-bad", "arrow-down", home::DOWN_BY) };
            let text = texts().fmt(key, &[("change", &fmt::percent(Some(bp.abs()), 1))]);
            view! { <span class=class><Icon name=icon class="i-14"/>{text}</span> }.into_any()
        }
        Some(_) => view! { <span class="delta delta-flat">{t(home::FLAT)}</span> }.into_any(),
        None if before == 0 => {
            view! { <span class="delta delta-flat" title=t(home::NO_BASE)>{fmt::NO_VALUE}<span class="sr">{t(home::NO_BASE)}</span></span> }
                .into_any()
        }
        None => view! { <span class="delta delta-flat">{fmt::NO_VALUE}</span> }.into_any(),
    }
}

fn before_is(value: &str, to: &str) -> impl IntoView + use<> {
    let text = texts().fmt(home::BEFORE_IS, &[("value", value)]);
    view! { <a class="fs12 muted num" href=to.to_owned() data-noscroll="">{text}</a> }
}

fn minor(line: &WonAmount) -> i64 {
    line.now.numerator.quantity.number()
}

fn amount(line: &WonAmount, now: &str, before: &str) -> impl IntoView + use<> {
    let value = words::money_short(Money { minor: minor(line), currency: line.currency });
    let was = words::money_text(Money { minor: line.before_minor, currency: line.currency });
    let against = view! { {change(line.growth, line.before_minor)}{before_is(&was, before)} }.into_any();
    figure(t(i18n::keys::common::AMOUNT).to_owned(), "amount", value, now, against)
}

fn number(won: &Won, now: &str, before: &str) -> impl IntoView + use<> {
    let value = (fmt::integer(won.count.numerator.quantity.number()), "");
    let against = view! { {change(won.count_growth, won.count_before)}{before_is(&fmt::integer(won.count_before), before)} }.into_any();
    figure(t(home::WON_COUNT).to_owned(), "count", value, now, against)
}

/// A shorter cycle is a better one.
fn cycle(won: &Won, now: &str, before: &str) -> impl IntoView + use<> {
    let milli = won.cycle.as_ref().map(|of| of.numerator.quantity).and_then(|quantity| match quantity {
        Quantity::DaysMilli(milli) => Some(milli),
        _ => None,
    });
    let was = won.cycle_before_milli;
    let against = match (milli, was) {
        (Some(milli), Some(was)) if milli != was => {
            let (class, icon, key) = if milli < was {
                ("delta delta-good", "arrow-down", home::SHORTER_BY)
            } else {
                ("delta delta-bad", "arrow-up", home::LONGER_BY)
            };
            let text = texts().fmt(key, &[("days", &days(milli - was))]);
            view! { <span class=class><Icon name=icon class="i-14"/>{text}</span> }.into_any()
        }
        (Some(_), Some(_)) => view! { <span class="delta delta-flat">{t(home::FLAT)}</span> }.into_any(),
        (now, _) => {
            let why = t(if now.is_none() { home::NO_CYCLE } else { home::NO_CYCLE_BEFORE });
            view! { <span class="delta delta-flat" title=why>{fmt::NO_VALUE}<span class="sr">{why}</span></span> }.into_any()
        }
    };
    let was = was.map_or_else(|| fmt::NO_VALUE.to_owned(), days);
    let value = (milli.map_or_else(|| fmt::NO_VALUE.to_owned(), days), "");
    figure(t(home::WON_CYCLE).to_owned(), "cycle", value, now, view! { {against}{before_is(&was, before)} }.into_any())
}

/// Another currency, on a line of its own.
fn other(line: &WonAmount, now: &str, before: &str) -> impl IntoView + use<> {
    let value = words::money_text(Money { minor: minor(line), currency: line.currency });
    let was = words::money_text(Money { minor: line.before_minor, currency: line.currency });
    view! {
        <li><span class="muted">{line.currency.code()}</span><a class="num med" href=now.to_owned() data-noscroll="">{value}</a>{change(line.growth, line.before_minor)}{before_is(&was, before)}</li>
    }
}

/// All currencies in one, said as converted, beside the year before.
fn together(now: &Converted, before: &Converted) -> impl IntoView + use<> {
    let was = texts().fmt(rates::BEFORE_IS, &[("value", &words::money_text(before.total()))]);
    let left = |of: &Converted| converted::left(of).map(|left| view! { <span class="converted-left" data-left="">{left}</span> });
    view! {
        <p class="converted num" data-converted=now.minor().to_string() title=converted::detail(now)>
            {converted::says(now)}{left(now)}<span class="muted">{was}{left(before)}</span>
        </p>
    }
}

/// This year's amount and last year's, to the same scale.
fn bars(line: &WonAmount) -> Option<impl IntoView + use<>> {
    let (now, before) = (minor(line).max(0), line.before_minor.max(0));
    let most = now.max(before);
    if most == 0 {
        return None;
    }
    let bar = |name: Key, value: i64, class: &'static str| {
        let text = words::money_text(Money { minor: value, currency: line.currency });
        #[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
        let width = format!("{:.2}", value as f64 * 100.0 / most as f64);
        view! {
            <div class="hm-bar">
                <span>{t(name)}</span>
                <svg class=class viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width=width height="6"></rect></svg>
                <span class="num">{text}</span>
            </div>
        }
    };
    Some(view! {
        <div class="hm-bars">
            {bar(home::THIS_TIME, now, "bar")}
            {bar(home::YEAR_BEFORE, before, "bar hm-ghost")}
        </div>
    })
}

fn how(won: &Won, now: &str) -> impl IntoView + use<> {
    let amounts = won
        .amounts
        .iter()
        .map(|line| {
            let name = format!("{} · {}", t(title(won.span)), line.currency.code());
            explained(name, home::DEF_AMOUNT, &line.now, now.to_owned())
        })
        .collect_view();
    let together = won.converted.as_ref().map(|(of, _)| {
        let n = texts().n(home::N_WINS_ONE, home::N_WINS_MANY, of.count());
        let terms =
            converted::terms(of).into_iter().map(|(term, says)| view! { <dt>{t(term)}</dt><dd class="num">{says}</dd> }).collect_view();
        view! {
            <h3>{t(rates::CONVERTED)}" · "{of.to.code()}</h3>
            <dl class="kv">
                {terms}
                <dt>{t(home::PERIOD)}</dt><dd class="num">{crate::terms::period(won.period)}</dd>
                <dt>{t(home::AS_OF)}</dt><dd class="num">{won.count.context.as_of.to_string()}</dd>
                <dt>{t(home::ROWS)}</dt><dd><a href=now.to_owned() data-noscroll="">{n}" · "{t(home::SEE_ROWS)}</a></dd>
            </dl>
        }
    });
    let count = explained(t(home::WON_COUNT).to_owned(), home::DEF_COUNT, &won.count, now.to_owned());
    let cycle = won.cycle.as_ref().map(|of| explained(t(home::WON_CYCLE).to_owned(), home::DEF_CYCLE, of, now.to_owned()));
    view! {
        <details class="hm-how"><summary>{t(home::HOW)}</summary><div>{amounts}{together}{count}{cycle}</div></details>
    }
}
