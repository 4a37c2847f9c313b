//! A total over currencies as people read it: always as converted, with whose rates, and with
//! what could not be converted. It stands beside the sums of each currency, never in their
//! place.

use crate::facts::{facts, texts};
use crate::words::{money_table, money_text, t};
use domain::rates::{Basis, Converted, Line};
use i18n::keys::rates;
use i18n::{Key, fmt};
use leptos::prelude::*;
use maud::{Markup, html};

fn basis(of: &Converted, on: Key, frozen: Key, amount: &str) -> String {
    let (key, day) = match of.basis {
        Basis::On(day) => (on, fmt::date_iso(day)),
        Basis::Frozen => (frozen, String::new()),
    };
    let values = [("amount", amount), ("currency", of.to.code()), ("day", day.as_str())];
    texts().fmt(key, if day.is_empty() { &values[..2] } else { &values })
}

/// `≈ ¥123.4万（CNY，按 2026-11-30 汇率）`
#[must_use]
pub fn says(of: &Converted) -> String {
    basis(of, rates::TOTAL_ON, rates::TOTAL_FROZEN, &money_text(of.total()))
}

/// What has no rate, currency by currency; `None` if all has one.
#[must_use]
pub fn left(of: &Converted) -> Option<String> {
    let key = match of.basis {
        Basis::On(_) => rates::LEFT_ON,
        Basis::Frozen => rates::LEFT_FROZEN,
    };
    let says = |line: &Line| {
        let amount = money_text(domain::money::Money { minor: line.minor, currency: line.currency });
        texts().fmt(key, &[("currency", line.currency.code()), ("amount", &amount)])
    };
    (!of.left.is_empty()).then(|| of.left.iter().map(says).collect::<Vec<_>>().join(" · "))
}

/// Part by part: what of which currency, by which rate, to what.
fn parts(of: &Converted) -> Vec<String> {
    let part = |line: &Line| {
        let own = money_table(domain::money::Money { minor: line.minor, currency: line.currency });
        let to = money_table(domain::money::Money { minor: line.converted_minor, currency: of.to });
        match line.rates {
            None => own,
            Some((low, high)) if low == high => texts().fmt(rates::PART, &[("amount", &own), ("rate", &low.to_string()), ("to", &to)]),
            Some((low, high)) => {
                texts().fmt(rates::PART_BETWEEN, &[("amount", &own), ("low", &low.to_string()), ("high", &high.to_string()), ("to", &to)])
            }
        }
    };
    of.lines.iter().filter(|line| line.count != 0).map(part).collect()
}

/// The rates in one line, for a tooltip.
#[must_use]
pub fn detail(of: &Converted) -> String {
    let parts = parts(of).join(" + ");
    texts().fmt(rates::DETAIL, &[("parts", &parts), ("total", &money_table(of.total()))])
}

/// The line beneath sums of several currencies; nothing where all is in one.
pub fn line(of: Option<&Converted>) -> Option<impl IntoView + use<>> {
    let of = of.filter(|of| of.says_more())?;
    Some(view! {
        <p class="converted num" data-converted=of.minor().to_string() title=detail(of)>
            {says(of)}{left(of).map(|left| view! { <span class="converted-left" data-left="">{left}</span> })}
        </p>
    })
}

/// As [`line`], in text.
#[must_use]
pub fn markup(of: Option<&Converted>) -> Markup {
    let Some(of) = of.filter(|of| of.says_more()) else { return Markup::default() };
    html! {
        p.converted.num data-converted=(of.minor()) title=(detail(of)) {
            (says(of)) @if let Some(left) = left(of) { span.converted-left data-left="" { (left) } }
        }
    }
}

/// How a total was converted, as the terms of an explanation.
#[must_use]
pub fn terms(of: &Converted) -> Vec<(Key, String)> {
    let definition = match of.basis {
        Basis::On(day) => texts().fmt(rates::HOW_ON, &[("day", &fmt::date_iso(day))]),
        Basis::Frozen => t(rates::HOW_FROZEN).to_owned(),
    };
    let mut terms = vec![(rates::DEFINITION, definition), (rates::RECKONED, detail(of))];
    terms.extend(left(of).map(|left| (rates::NOT_CONVERTED, left)));
    terms
}

/// A rate in words: `1 USD = 7.1 CNY`.
#[must_use]
pub fn rate(from: domain::money::Currency, to: domain::money::Currency, rate: domain::currency::Rate) -> String {
    texts().fmt(rates::RATE_IS, &[("from", from.code()), ("to", to.code()), ("rate", &rate.to_string())])
}

/// An amount in full, as converted: `≈ ¥7,100.00`.
#[must_use]
pub fn about(amount: domain::money::Money) -> String {
    texts().fmt(rates::ABOUT, &[("amount", &fmt::money_table(facts().lang, amount.minor, amount.currency.code()))])
}
