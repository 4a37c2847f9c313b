//! What winning customers costs, by month and channel, and the gross margin: what a
//! lifetime value and an acquisition cost are reckoned with. Fully loaded: advertising,
//! events, agencies, commission, pay and tools of marketing and sales (house decision
//! HD-12); whoever writes it down decides what goes in.

use crate::money::{Currency, MAX_AMOUNT_MINOR};
use crate::pipeline::Source;
use crate::pipeline::form::parse_percent;
use crate::violation::{Check, Violation, parse_date};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

pub const NOTE_MAX: usize = 200;
/// The page on which they are written down.
pub const COSTS: &str = "/settings/costs";

/// The costs of a channel in a month as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CostForm {
    pub request: String,
    /// 0: none was known for this month and channel.
    pub version: i32,
    /// `2026-06`.
    pub month: String,
    pub channel: String,
    /// Empty takes the row out.
    pub amount: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostDraft {
    /// The first of the month.
    pub month: NaiveDate,
    pub channel: Source,
    /// `None`: nothing is known any more.
    pub amount_minor: Option<i64>,
    pub note: String,
}

/// `2026-06`, as its first day.
#[must_use]
pub fn parse_month(text: &str) -> Option<NaiveDate> {
    parse_date(&format!("{}-01", text.trim()))
}

/// The month of a day as an address and a form name it.
#[must_use]
pub fn month_code(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl CostForm {
    /// # Errors
    ///
    /// All that is wrong, at its field; a month that has not begun has no costs.
    pub fn check(
        &self,
        currency: Currency,
        today: NaiveDate,
        parse_amount: impl Fn(&str, &str) -> Option<i64>,
    ) -> Result<CostDraft, Vec<Violation>> {
        let mut check = Check::default();
        let month = check.required("month", &self.month, "not_a_month", parse_month);
        if month.is_some_and(|month| month > today) {
            check.refuse(Violation::new("month", "date_in_future"));
        }
        let channel = check.required("channel", &self.channel, "unknown_value", Source::parse);
        let fits = |minor: &i64| (0..=MAX_AMOUNT_MINOR).contains(minor);
        let amount_minor = check.optional("amount", &self.amount, "not_a_number", |text| parse_amount(text, currency.code()).filter(fits));
        let note = check.optional_text("note", &self.note, NOTE_MAX).unwrap_or_default();
        let draft = month.zip(channel).map(|(month, channel)| CostDraft { month, channel, amount_minor, note });
        check.finish_some(draft)
    }
}

/// The gross margin as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarginForm {
    pub request: String,
    pub version: i32,
    /// `35` or `35.5`, of 100; empty if it is not known.
    pub margin: String,
    /// The address of the page that it is sent from, with the amount that is open there.
    pub next: String,
}

impl MarginForm {
    /// # Errors
    ///
    /// `not_a_percentage` for what is none between 0 and 100.
    pub fn check(&self) -> Result<Option<i64>, Vec<Violation>> {
        let mut check = Check::default();
        let margin = check.optional("margin", &self.margin, "not_a_percentage", parse_percent);
        check.finish(margin.map(i64::from))
    }
}

/// What a channel cost in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostCell {
    pub channel: Source,
    pub amount_minor: i64,
    pub note: String,
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostMonth {
    pub month: NaiveDate,
    pub cells: Vec<CostCell>,
}

/// The page of costs: a year, month by month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostsPage {
    pub year: i32,
    pub years: Vec<i32>,
    pub currency: Currency,
    /// The latest first.
    pub months: Vec<CostMonth>,
    pub margin_bp: Option<i64>,
    pub margin_version: i32,
    pub today: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CostForm {
        CostForm { month: "2026-06".into(), channel: "expo".into(), amount: "1200".into(), ..CostForm::default() }
    }

    fn check(form: &CostForm) -> Result<CostDraft, Vec<Violation>> {
        let today = "2026-06-30".parse().expect("a date");
        form.check(Currency::Cny, today, |text, _| text.parse::<i64>().ok().map(|whole| whole * 100))
    }

    #[test]
    fn costs_are_of_a_month_that_has_begun() {
        let draft = check(&form()).expect("costs");
        assert_eq!((month_code(draft.month), draft.amount_minor), ("2026-06".to_owned(), Some(120_000)));
        assert_eq!(check(&CostForm { month: "2026-07".into(), ..form() }).unwrap_err()[0].code, "date_in_future");
        assert_eq!(check(&CostForm { month: "June".into(), ..form() }).unwrap_err()[0].code, "not_a_month");
        assert_eq!(check(&CostForm { amount: "-1".into(), ..form() }).unwrap_err()[0].code, "not_a_number");
        assert_eq!(check(&CostForm { amount: " ".into(), ..form() }).expect("to be taken out").amount_minor, None);
    }

    #[test]
    fn a_margin_is_a_share() {
        let of = |text: &str| MarginForm { margin: text.into(), ..MarginForm::default() }.check();
        assert_eq!((of("35.5"), of("")), (Ok(Some(3_550)), Ok(None)));
        assert_eq!(of("101").unwrap_err()[0].code, "not_a_percentage");
    }
}
