//! How a figure was counted, for whoever opens it: its definition, its formula with the
//! numbers in it, of which days and deals, as of when, and the way to the rows.

use crate::asked::{Asked, Figure};
use crate::say;
use chrono::NaiveDate;
use domain::period::Period;
use domain::pipeline::Stage;
use i18n::keys::{analysis, common};
use maud::{Markup, html};
use ui::{fmt, t, texts};

/// What all figures of a page have in common.
pub struct Of<'a> {
    pub asked: &'a Asked,
    pub period: Period,
    pub as_of: NaiveDate,
    /// What it is narrowed by, in words.
    pub filter: &'a str,
    /// Those that sets of a stage are numbered by.
    pub stages: &'a [Stage],
}

/// The rows of a part of a figure: how many, and of which deals.
#[derive(Clone, Copy)]
pub struct Rows {
    pub figure: Figure,
    pub n: u64,
}

pub struct How<'a> {
    pub name: &'a str,
    pub definition: &'a str,
    pub formula: String,
    /// `None` if there are none to speak of.
    pub numerator: Option<Rows>,
    pub denominator: Option<Rows>,
}

impl Of<'_> {
    /// The disclosure beneath a figure.
    pub fn how(&self, how: &How<'_>) -> Markup {
        let entry = |term, says: Markup| html! { dt { (t(term)) } dd { (says) } };
        html! {
            details.an-how {
                summary { (t(analysis::HOW)) span.sr { ": " (how.name) } }
                dl.kv {
                    (entry(analysis::DEFINITION, html! { (how.definition) }))
                    (entry(analysis::FORMULA, html! { (how.formula) }))
                    @match (how.numerator, how.denominator) {
                        (Some(numerator), Some(denominator)) => {
                            (entry(analysis::NUMERATOR, self.rows(numerator)))
                            (entry(analysis::DENOMINATOR, self.rows(denominator)))
                        }
                        (Some(rows), None) => { (entry(analysis::ROWS, self.rows(rows))) }
                        (None, _) => {}
                    }
                    (entry(common::PERIOD, html! { (say::period(self.period)) }))
                    (entry(analysis::FILTER, html! { (self.filter) }))
                    (entry(analysis::AS_OF, html! { (fmt::date_iso(self.as_of)) }))
                }
            }
        }
    }

    fn rows(&self, rows: Rows) -> Markup {
        let says = texts().fmt(analysis::ROWS_OF, &[("set", &say::figure(rows.figure, self.stages)), ("n", &say::number(rows.n))]);
        self.link(rows, &says)
    }

    /// A number that leads to its rows; nothing leads to none.
    pub fn link(&self, rows: Rows, text: &str) -> Markup {
        if rows.n == 0 {
            return html! { span { (text) } };
        }
        let label = texts().fmt(analysis::OPEN_LIST, &[("figure", &say::figure(rows.figure, self.stages)), ("n", &say::number(rows.n))]);
        html! {
            a.an-open href=(self.asked.opened(rows.figure)) title=(label) data-set=(rows.figure.set.code()) aria-current=[self.asked.current(rows.figure)] { (text) }
        }
    }
}
