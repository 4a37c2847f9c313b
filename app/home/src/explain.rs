//! Where a figure comes from: definition, numerator, denominator, periods, day, and
//! the way to its rows.

use crate::terms::{days, period};
use chrono::NaiveDate;
use domain::explain::{Explanation, FormulaKind, Quantity};
use i18n::Key;
use i18n::keys::home;
use leptos::prelude::*;
use ui::{fmt, t, texts, words};

fn quantity(quantity: Quantity) -> String {
    match quantity {
        Quantity::Money(amount) => words::money_table(amount),
        Quantity::Count(n) => fmt::integer(n),
        Quantity::Bp(bp) => fmt::percent(Some(bp), 1),
        Quantity::DaysMilli(milli) => days(milli),
    }
}

/// A figure explained, as a list of terms. `rows`: where its rows are.
pub fn explained(name: String, definition: Key, of: &Explanation, rows: String) -> impl IntoView + use<> {
    let n = i64::try_from(of.rows.count).unwrap_or(i64::MAX);
    let counted = texts().n(home::N_WINS_ONE, home::N_WINS_MANY, n);
    let denominator = match (&of.denominator, of.formula.kind) {
        (Some(part), _) => quantity(part.quantity),
        (None, FormulaKind::Median) => t(home::NO_DENOMINATOR_MEDIAN).to_owned(),
        (None, _) => t(home::NO_DENOMINATOR).to_owned(),
    };
    let context = &of.context;
    let numerator = quantity(of.numerator.quantity);
    view! {
        <h3>{name}</h3>
        <dl class="kv">
            <dt>{t(home::DEFINITION)}</dt><dd>{t(definition)}</dd>
            <dt>{t(home::NUMERATOR)}</dt><dd class="num">{numerator}</dd>
            <dt>{t(home::DENOMINATOR)}</dt><dd>{denominator}</dd>
            {context.period.map(|of| view! { <dt>{t(home::PERIOD)}</dt><dd class="num">{period(of)}</dd> })}
            {context.compared.map(|of| view! { <dt>{t(home::COMPARED)}</dt><dd class="num">{period(of)}" · "{t(home::DEF_COMPARED)}</dd> })}
            <dt>{t(home::AS_OF)}</dt><dd class="num">{fmt::date_iso(context.as_of)}</dd>
            <dt>{t(home::ROWS)}</dt><dd><a href=rows data-noscroll="">{counted}" · "{t(home::SEE_ROWS)}</a></dd>
        </dl>
    }
}

/// A number of things to do explained.
pub fn counted(definition: Key, more: Option<Key>, as_of: NaiveDate) -> impl IntoView {
    view! {
        <dl class="kv">
            <dt>{t(home::DEFINITION)}</dt><dd>{t(definition)}{more.map(|more| format!(" {}", t(more)))}</dd>
            <dt>{t(home::AS_OF)}</dt><dd class="num">{fmt::date_iso(as_of)}</dd>
        </dl>
    }
}
