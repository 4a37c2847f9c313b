//! How it was counted: one line for the whole page, and the computation of every
//! rate for whoever opens it, each of its two figures a link to its deals.

use crate::level::Drawn;
use crate::{say, scene};
use domain::funnel::FunnelMode;
use domain::funnel::report::{FunnelQuery, FunnelSide, MeasureKind, Part, ViewKind, Which};
use domain::funnel::rows::Maturity;
use i18n::Key;
use i18n::keys::{common, funnel};
use maud::{Markup, PreEscaped, html};
use ui::{fmt, t, texts, words};

/// What the figures include and leave out.
pub fn line(drawn: &Drawn<'_>) -> String {
    let (report, query) = (drawn.report, &drawn.asked.query);
    let day = fmt::date_iso(report.as_of);
    let mut says = vec![match query.view {
        ViewKind::Cohort => t(funnel::ADDS_UP).to_owned(),
        ViewKind::Event => texts().fmt(funnel::DOES_NOT_ADD_UP, &[("day", &day)]),
        ViewKind::Snapshot => texts().fmt(funnel::OPEN_ON, &[("day", &day)]),
    }];
    let number = |key, n: u64| texts().fmt(key, &[("n", &fmt::integer(i64::try_from(n).unwrap_or(i64::MAX)))]);
    if query.view != ViewKind::Snapshot {
        let back = if query.mode == FunnelMode::Reached { funnel::MOVES_BACK } else { funnel::MOVES_BACK_PLAIN };
        says.push(number(back, report.now.moves_back));
    }
    says.push(number(funnel::INVALID, report.now.invalid));
    says.extend([Some(&report.now), report.before.as_ref()].into_iter().flatten().filter_map(maturity));
    if query.measure == MeasureKind::Amount {
        says.push(texts().fmt(funnel::CURRENCY_ONLY, &[("currency", report.currency.code())]));
    }
    words::sentences(&says)
}

pub fn maturity(side: &FunnelSide) -> Option<String> {
    let period = say::side(side);
    Some(match side.maturity? {
        Maturity::Mature => texts().fmt(funnel::MATURE, &[("period", &period)]),
        Maturity::From(day) => texts().fmt(funnel::MATURE_FROM, &[("period", &period), ("day", &fmt::date_iso(day))]),
        Maturity::Unknown => texts().fmt(funnel::MATURE_UNKNOWN, &[("period", &period)]),
    })
}

/// Behind the disclosure: what each word means, and each rate with its figures.
pub fn how(drawn: &Drawn<'_>) -> Markup {
    let report = drawn.report;
    let entry = |term, says: &str| html! { dt { (t(term)) } dd { (says) } };
    let (definition, numerator, denominator) = defined(&drawn.asked.query);
    html! {
        dl.kv {
            (entry(funnel::DEFINITION, t(definition)))
            (entry(funnel::NUMERATOR, &numerator))
            (entry(funnel::DENOMINATOR, t(denominator)))
            (entry(common::PERIOD, &say::period(report.now.period)))
            (entry(funnel::AS_OF, &fmt::date_iso(report.as_of)))
            @for view in ViewKind::ALL { (entry(say::view(*view).0, t(say::view(*view).1))) }
            @for mode in say::MODES { (entry(say::mode(mode).0, t(say::mode(mode).1))) }
        }
        ul.fn-steps data-steps="" {
            @if drawn.asked.query.view == ViewKind::Snapshot {
                @for index in 0..report.stages.len() { li data-step=(index) { (of_share(drawn, index)) } }
            } @else {
                @for index in 0..report.stages.len().saturating_sub(1) {
                    li data-step=(index) {
                        (of_step(drawn, index, Which::Now))
                        @if report.before.is_some() { " · " span.muted { (t(funnel::STEP_BEFORE)) " " (of_step(drawn, index, Which::Before)) } }
                    }
                }
                @for index in 1..report.stages.len() { li { (of_first(drawn, index)) } }
            }
        }
    }
}

/// What the rates of a view are: definition, numerator, denominator.
fn defined(query: &FunnelQuery) -> (Key, String, Key) {
    let numerator = match query.mode {
        FunnelMode::Reached => funnel::NUMERATOR_REACHED,
        FunnelMode::Visited => funnel::NUMERATOR_VISITED,
        FunnelMode::Strict => funnel::NUMERATOR_STRICT,
    };
    match query.view {
        ViewKind::Cohort => (funnel::DEFINITION_SAYS, t(numerator).to_owned(), funnel::DENOMINATOR_SAYS),
        ViewKind::Event => (funnel::DEFINITION_SAYS, format!("{} {}", t(numerator), t(funnel::NUMERATOR_EVENT)), funnel::DENOMINATOR_SAYS),
        ViewKind::Snapshot => (funnel::SHARE_SAYS, t(funnel::SHARE_NUMERATOR).to_owned(), funnel::SHARE_DENOMINATOR),
    }
}

/// `{name}：{numerator} ÷ {denominator} = {rate}`, its figures leading to their deals.
fn of(name: &str, numerator: &Markup, denominator: &Markup, rate: &str) -> Markup {
    let values = [name, rate].map(|text| html! { (text) }.into_string());
    let values = [("step", &values[0]), ("numerator", &numerator.0), ("denominator", &denominator.0), ("rate", &values[1])];
    PreEscaped(texts().fmt(funnel::OF_STEP, &values.map(|(name, value)| (name, value.as_str()))))
}

fn of_step(drawn: &Drawn<'_>, index: usize, which: Which) -> Markup {
    let figure = |part| drawn.figure(index, part, which);
    let rate = drawn.row(index, which).and_then(|row| row.step_bp);
    of(&say::step(drawn.report, index), &figure(Part::Converted), &figure(Part::Entered), &say::rate(rate))
}

fn of_first(drawn: &Drawn<'_>, index: usize) -> Markup {
    let values = [("from", say::stage(drawn.report, 0)), ("to", say::stage(drawn.report, index))];
    let name = texts().fmt(funnel::CUMULATIVE_TO, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let rate = drawn.row(index, Which::Now).and_then(|row| row.cumulative_bp);
    of(&name, &drawn.figure(index, Part::FromFirst, Which::Now), &drawn.figure(0, Part::Entered, Which::Now), &say::rate(rate))
}

fn of_share(drawn: &Drawn<'_>, index: usize) -> Markup {
    let all = say::cell(drawn.report, drawn.asked.query.measure, scene::open(drawn.report));
    let rate = drawn.row(index, Which::Now).and_then(|row| scene::share_bp(drawn.report, row));
    of(&say::stage(drawn.report, index), &drawn.figure(index, Part::Still, Which::Now), &html! { (all) }, &say::rate(rate))
}
