//! How it was counted: one line for the whole page, and the computation of a
//! rate for whoever opens it.

use crate::level::Drawn;
use crate::say;
use domain::funnel::FunnelMode;
use domain::funnel::report::{FunnelReport, FunnelSide, MeasureKind, ViewKind};
use domain::funnel::rows::{Maturity, StageRow};
use i18n::keys::{common, funnel};
use maud::{Markup, html};
use ui::{fmt, t, texts};

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
    says.join(" ")
}

fn maturity(side: &FunnelSide) -> Option<String> {
    let period = say::period(side.period);
    Some(match side.maturity? {
        Maturity::Mature => texts().fmt(funnel::MATURE, &[("period", &period)]),
        Maturity::From(day) => texts().fmt(funnel::MATURE_FROM, &[("period", &period), ("day", &fmt::date_iso(day))]),
        Maturity::Unknown => texts().fmt(funnel::MATURE_UNKNOWN, &[("period", &period)]),
    })
}

/// Behind the disclosure: what each word means, and each step with its figures.
pub fn how(drawn: &Drawn<'_>) -> Markup {
    let report = drawn.report;
    let entry = |term, says: &str| html! { dt { (t(term)) } dd { (says) } };
    html! {
        dl.kv {
            (entry(funnel::DEFINITION, t(funnel::DEFINITION_SAYS)))
            (entry(funnel::NUMERATOR, t(funnel::NUMERATOR_SAYS)))
            (entry(funnel::DENOMINATOR, t(funnel::DENOMINATOR_SAYS)))
            (entry(common::PERIOD, &say::period(report.now.period)))
            (entry(funnel::AS_OF, &fmt::date_iso(report.as_of)))
            @for view in ViewKind::ALL { (entry(say::view(*view).0, t(say::view(*view).1))) }
            @for mode in say::MODES { (entry(say::mode(mode).0, t(say::mode(mode).1))) }
        }
        @if drawn.asked.query.view != ViewKind::Snapshot {
            ul.fn-steps {
                @for (index, row) in report.now.rows.iter().enumerate().take(report.stages.len().saturating_sub(1)) {
                    li { (of_step(drawn, report, index, row)) }
                }
            }
        }
    }
}

/// Of a reached cohort, those who advanced are exactly the numerator.
fn of_step(drawn: &Drawn<'_>, report: &FunnelReport, index: usize, row: &StageRow) -> String {
    let query = &drawn.asked.query;
    let value = |n| say::cell(report, query.measure, n);
    let (step, denominator, rate) = (say::step(report, index), value(row.entered), say::rate(row.step_bp));
    if query.view == ViewKind::Cohort && query.mode == FunnelMode::Reached {
        let numerator = value(row.advanced);
        let values = [("step", step.as_str()), ("numerator", &numerator), ("denominator", &denominator), ("rate", &rate)];
        return texts().fmt(funnel::OF_STEP, &values);
    }
    texts().fmt(funnel::OF_STEP_PLAIN, &[("step", &step), ("denominator", &denominator), ("rate", &rate)])
}
