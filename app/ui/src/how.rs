//! How a figure was counted, for whoever opens it: its definition, its formula with the
//! numbers in it, of which days and records, as of when, and the way to the rows. Text,
//! since nothing in it reacts ([`crate::markup`]).

use crate::facts::texts;
use crate::words::t;
use chrono::NaiveDate;
use i18n::keys::{analysis, common};
use i18n::{Key, fmt};
use maud::{Markup, html};

pub struct How<'a> {
    /// What the figure is called.
    pub name: &'a str,
    pub definition: &'a str,
    pub formula: String,
    /// Links to the rows; `None` if there are none to speak of. A numerator alone is
    /// simply the rows.
    pub numerator: Option<Markup>,
    pub denominator: Option<Markup>,
    /// Of which days.
    pub period: String,
    /// What it is narrowed by, in words.
    pub filter: &'a str,
    pub as_of: NaiveDate,
}

impl How<'_> {
    /// The disclosure beneath a figure.
    #[must_use]
    pub fn markup(&self) -> Markup {
        let entry = |term, says: &Markup| html! { dt { (t(term)) } dd { (says) } };
        let text = |term, says: &str| entry(term, &html! { (says) });
        html! {
            details.an-how {
                summary { (t(analysis::HOW)) span.sr { ": " (self.name) } }
                dl.kv {
                    (text(analysis::DEFINITION, self.definition))
                    (text(analysis::FORMULA, &self.formula))
                    @match (&self.numerator, &self.denominator) {
                        (Some(numerator), Some(denominator)) => {
                            (entry(analysis::NUMERATOR, numerator))
                            (entry(analysis::DENOMINATOR, denominator))
                        }
                        (Some(rows), None) => { (entry(analysis::ROWS, rows)) }
                        (None, _) => {}
                    }
                    (text(common::PERIOD, &self.period))
                    (text(analysis::FILTER, self.filter))
                    (text(analysis::AS_OF, &fmt::date_iso(self.as_of)))
                }
            }
        }
    }
}

/// A ratio with its numbers: `42 ÷ 100 = 42.0%`.
#[must_use]
pub fn ratio(numerator: &str, denominator: &str, value: &str) -> String {
    texts().fmt(analysis::FORMULA_RATIO, &[("numerator", numerator), ("denominator", denominator), ("value", value)])
}

/// What a page is narrowed by, in words; `everything` if by nothing.
#[must_use]
pub fn narrowed(parts: impl IntoIterator<Item = (Key, String)>, everything: Key) -> String {
    let says = |(what, value): (Key, String)| texts().fmt(analysis::NARROWED_BY, &[("what", t(what)), ("value", &value)]);
    let says: Vec<_> = parts.into_iter().map(says).collect();
    if says.is_empty() { t(everything).to_owned() } else { says.join(" · ") }
}

/// First and last day.
#[must_use]
pub fn days(from: NaiveDate, to: NaiveDate) -> String {
    texts().fmt(analysis::FROM_TO, &[("from", &fmt::date_iso(from)), ("to", &fmt::date_iso(to))])
}
