//! How a figure was counted, for whoever opens it ([`ui::how`]), with the deals of these
//! pages behind it.

use crate::asked::{Asked, Figure};
use crate::say;
use chrono::NaiveDate;
use domain::period::Period;
use domain::pipeline::Stage;
use i18n::keys::analysis;
use maud::{Markup, html};
use ui::texts;

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
        let shown = ui::how::How {
            name: how.name,
            definition: how.definition,
            formula: how.formula.clone(),
            numerator: how.numerator.map(|rows| self.rows(rows)),
            denominator: how.denominator.map(|rows| self.rows(rows)),
            period: say::period(self.period),
            filter: self.filter,
            as_of: self.as_of,
        };
        shown.markup()
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
