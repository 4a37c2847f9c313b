//! What is typed about rates, and what the page of currencies shows.

use crate::currency::Rate;
use crate::ids::{DealId, RateId};
use crate::money::Currency;
use crate::rates::InForce;
use crate::violation::{Check, Violation, parse_date};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub const NOTE_MAX: usize = 200;
/// A rate is below this many units: none between the currencies is higher, and what a deal is
/// worth still fits after the conversion.
pub const RATE_BELOW: &str = "10000";
/// Rates of one currency that the page lists: more than fifteen years of months.
pub const LISTED: u64 = 200;

/// A rate as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RateForm {
    /// Empty for a new one.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub currency: String,
    /// In force from this day on; it may lie ahead.
    pub since: String,
    /// `7.1234`
    pub rate: String,
    /// Where it is from.
    pub note: String,
    /// Another rate that is being corrected meanwhile, whose form stays open on the page.
    pub beside: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateDraft {
    pub id: Option<RateId>,
    pub rate: InForce,
    pub note: String,
}

/// Reads a rate as a person types it.
#[must_use]
pub fn parse_rate(text: &str) -> Option<Rate> {
    let below = Rate::parse(RATE_BELOW).ok()?;
    Rate::parse(text.trim()).ok().filter(|rate| *rate < below)
}

impl RateForm {
    /// # Errors
    ///
    /// All that is wrong, at its field: `own_currency` for a rate of the reporting currency,
    /// `not_a_rate` for what is no decimal above zero and below [`RATE_BELOW`].
    pub fn check(&self, to: Currency) -> Result<RateDraft, Vec<Violation>> {
        let mut check = Check::default();
        let id = check.optional("", &self.id, "not_found", RateId::parse);
        let from = check.required("currency", &self.currency, "unknown_value", Currency::parse);
        if from == Some(to) {
            check.refuse(Violation::new("currency", "own_currency"));
        }
        let since = check.required("since", &self.since, "not_a_date", parse_date);
        let rate = check.required("rate", &self.rate, "not_a_rate", parse_rate);
        let note = check.optional_text("note", &self.note, NOTE_MAX).unwrap_or_default();
        let rate = from.zip(since).zip(rate).map(|((from, since), rate)| InForce { from, since, rate });
        check.finish_some(rate.map(|rate| RateDraft { id, rate, note }))
    }
}

/// Which rate is struck.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrikeForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    /// As that of [`RateForm`].
    pub beside: String,
}

/// The reporting currency as chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportingForm {
    pub request: String,
    pub reporting: String,
}

impl ReportingForm {
    /// # Errors
    ///
    /// `unknown_value` for what is no currency.
    pub fn check(&self) -> Result<Currency, Vec<Violation>> {
        let mut check = Check::default();
        let currency = check.required("reporting", &self.reporting, "unknown_value", Currency::parse);
        check.finish_some(currency)
    }
}

/// A won deal gets the rate of the day on which it was won.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FreezeForm {
    pub deal: String,
    pub version: i32,
    pub request: String,
}

impl FreezeForm {
    /// The deal, if it is one.
    #[must_use]
    pub fn deal(&self) -> Option<DealId> {
        DealId::parse(&self.deal)
    }
}

/// A rate that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRow {
    pub id: RateId,
    pub version: i32,
    pub from: Currency,
    pub since: NaiveDate,
    pub rate: Rate,
    pub note: String,
    /// When it was written down or corrected, and by whom.
    pub at: DateTime<Utc>,
    pub by: String,
    /// When it was struck, and by whom.
    pub struck: Option<(DateTime<Utc>, String)>,
}

/// How a rate stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateState {
    Ahead,
    InForce,
    Past,
    Struck,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrenciesPage {
    pub to: Currency,
    /// Rates that stand.
    pub known: i64,
    /// Won deals that keep a rate.
    pub frozen: i64,
    /// In force today.
    pub today: Vec<InForce>,
    pub as_of: NaiveDate,
    /// The currencies that have rates.
    pub currencies: Vec<Currency>,
    /// Whose rates are listed.
    pub shown: Option<Currency>,
    /// The latest first, struck ones among them; at most [`LISTED`].
    pub rows: Vec<RateRow>,
    pub total: i64,
    /// The one that is corrected.
    pub edited: Option<RateRow>,
}

impl CurrenciesPage {
    /// Whether another reporting currency would be true: rates and frozen amounts are to the
    /// present one.
    #[must_use]
    pub const fn may_change(&self) -> bool {
        self.known == 0 && self.frozen == 0
    }

    #[must_use]
    pub fn state(&self, row: &RateRow) -> RateState {
        if row.struck.is_some() {
            return RateState::Struck;
        }
        let current = self.today.iter().any(|rate| rate.from == row.from && rate.since == row.since);
        if row.since > self.as_of {
            RateState::Ahead
        } else if current {
            RateState::InForce
        } else {
            RateState::Past
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RateForm {
        RateForm { currency: "USD".into(), since: "2026-06-01".into(), rate: " 7.1234 ".into(), ..RateForm::default() }
    }

    fn refused(form: &RateForm) -> (String, String) {
        let first = form.check(Currency::Cny).unwrap_err().remove(0);
        (first.field, first.code)
    }

    #[test]
    fn a_rate_is_of_another_currency_from_a_day_on() {
        let draft = form().check(Currency::Cny).unwrap();
        assert_eq!((draft.id, draft.rate.from, draft.rate.rate.to_string()), (None, Currency::Usd, "7.1234".to_owned()));
        let of = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(refused(&RateForm { currency: "CNY".into(), ..form() }), of("currency", "own_currency"));
        assert_eq!(refused(&RateForm { currency: "XYZ".into(), ..form() }), of("currency", "unknown_value"));
        assert_eq!(refused(&RateForm { since: "June".into(), ..form() }), of("since", "not_a_date"));
        for wrong in ["0", "-7", "7,1", "seven", "10000", "1e3"] {
            assert_eq!(refused(&RateForm { rate: wrong.into(), ..form() }), of("rate", "not_a_rate"), "{wrong}");
        }
        assert_eq!(refused(&RateForm { rate: String::new(), ..form() }), of("rate", "required"));
    }

    #[test]
    fn a_day_ahead_is_taken_and_shown_as_such() {
        let row = |since: &str, struck| RateRow {
            id: RateId(uuid::Uuid::nil()),
            version: 1,
            from: Currency::Usd,
            since: since.parse().unwrap(),
            rate: Rate::parse("7").unwrap(),
            note: String::new(),
            at: DateTime::UNIX_EPOCH,
            by: String::new(),
            struck,
        };
        let today = InForce { from: Currency::Usd, since: "2026-05-01".parse().unwrap(), rate: Rate::parse("7").unwrap() };
        let page = CurrenciesPage {
            to: Currency::Cny,
            known: 3,
            frozen: 0,
            today: vec![today],
            as_of: "2026-05-20".parse().unwrap(),
            currencies: vec![Currency::Usd],
            shown: Some(Currency::Usd),
            rows: Vec::new(),
            total: 3,
            edited: None,
        };
        assert_eq!(page.state(&row("2026-06-01", None)), RateState::Ahead);
        assert_eq!(page.state(&row("2026-05-01", None)), RateState::InForce);
        assert_eq!(page.state(&row("2026-04-01", None)), RateState::Past);
        assert_eq!(page.state(&row("2026-05-01", Some((DateTime::UNIX_EPOCH, String::new())))), RateState::Struck);
        assert!(!page.may_change());
    }
}
