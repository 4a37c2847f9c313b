//! The form of a deal: what a person typed, and what it means after all checks.
//! The same code refuses in the browser, before the WASM is there, and on import.

use super::Source;
use crate::ids::{ContactId, CustomerId, PipelineId, ProductId, StageId, UserId};
use crate::money::{Currency, MAX_AMOUNT_MINOR, Money};
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub const TITLE_MAX: usize = 200;
pub const NOTE_MAX: usize = 4_000;
pub const STEP_MAX: usize = 200;

/// All fields as typed; `amount_minor` is filled by the caller, who knows the
/// formats of amounts (`12.8万`, `1,234.5`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DealForm {
    /// Empty for a new deal.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub title: String,
    pub customer: String,
    pub contact: String,
    pub owner: String,
    pub product: String,
    pub source: String,
    pub amount: String,
    pub currency: String,
    pub expected_close_on: String,
    /// Per cent, empty for the stage's own.
    pub probability: String,
    pub pipeline: String,
    pub stage: String,
    pub first_contact_on: String,
    pub competitor: String,
    pub note: String,
    pub next_step: String,
    pub next_on: String,
}

/// [`DealForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealDraft {
    pub title: String,
    pub customer: CustomerId,
    pub contact: Option<ContactId>,
    /// `None`: the one who saves it.
    pub owner: Option<UserId>,
    pub product: Option<ProductId>,
    pub source: Source,
    pub amount: Money,
    pub expected_close_on: Option<NaiveDate>,
    pub probability_bp: Option<i32>,
    pub pipeline: Option<PipelineId>,
    pub stage: Option<StageId>,
    pub first_contact_on: Option<NaiveDate>,
    pub competitor: String,
    pub note: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
}

impl DealForm {
    /// `parse_amount` reads an amount as typed into minor units of a currency.
    pub fn check(&self, today: NaiveDate, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> Result<DealDraft, Vec<Violation>> {
        let mut check = Check::default();
        let title = check.text("title", &self.title, TITLE_MAX);
        let customer = check.required("customer", &self.customer, "unknown_value", CustomerId::parse);
        let currency = check.optional("currency", &self.currency, "unknown_value", Currency::parse).unwrap_or(Currency::Cny);
        let minor = check.required("amount", &self.amount, "not_a_number", |text| parse_amount(text, currency.code())).unwrap_or_default();
        if minor < 0 {
            check.refuse(Violation::new("amount", "negative"));
        } else if minor > MAX_AMOUNT_MINOR {
            check.refuse(Violation::new("amount", "too_large"));
        }
        let first_contact_on = check.date("first_contact_on", &self.first_contact_on);
        if first_contact_on.is_some_and(|on| on > today) {
            check.refuse(Violation::new("first_contact_on", "date_in_future"));
        }
        let next_on = check.date("next_on", &self.next_on);
        let next_step = check.optional_text("next_step", &self.next_step, STEP_MAX).unwrap_or_default();
        if next_on.is_none() && !next_step.is_empty() {
            check.refuse(Violation::new("next_on", "required"));
        }
        let draft = DealDraft {
            title,
            customer: customer.unwrap_or(CustomerId(uuid::Uuid::nil())),
            contact: check.optional("contact", &self.contact, "unknown_value", ContactId::parse),
            owner: check.optional("owner", &self.owner, "unknown_value", UserId::parse),
            product: check.optional("product", &self.product, "unknown_value", ProductId::parse),
            source: check.optional("source", &self.source, "unknown_value", Source::parse).unwrap_or(Source::Other),
            amount: Money { minor, currency },
            expected_close_on: check.date("expected_close_on", &self.expected_close_on),
            probability_bp: check.optional("probability", &self.probability, "not_a_percentage", parse_percent),
            pipeline: check.optional("pipeline", &self.pipeline, "unknown_value", PipelineId::parse),
            stage: check.optional("stage", &self.stage, "unknown_value", StageId::parse),
            first_contact_on,
            competitor: check.optional_text("competitor", &self.competitor, 120).unwrap_or_default(),
            note: check.optional_text("note", &self.note, NOTE_MAX).unwrap_or_default(),
            next_step,
            next_on,
        };
        check.finish(draft)
    }
}

/// Reads `42`, `42.5` or `42.5%` as basis points, 0 to 100 per cent.
#[must_use]
pub fn parse_percent(text: &str) -> Option<i32> {
    let text = text.trim().trim_end_matches(['%', '％']).trim_end();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 2 || whole.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let fraction: i32 = format!("{fraction:0<2}").parse().ok()?;
    let bp = whole.parse::<i32>().ok()?.checked_mul(100)? + fraction;
    (0..=10_000).contains(&bp).then_some(bp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str, _: &str) -> Option<i64> {
        text.parse::<i64>().ok().map(|n| n * 100)
    }

    fn form() -> DealForm {
        DealForm { title: "A".into(), customer: "018f0000-0000-7000-8000-000000000001".into(), amount: "5".into(), ..DealForm::default() }
    }

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");

    #[test]
    fn the_least_that_is_needed() {
        let draft = form().check(TODAY, amount).unwrap();
        assert_eq!(draft.amount, Money { minor: 500, currency: Currency::Cny });
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let bad = DealForm {
            title: " ".into(),
            customer: "x".into(),
            amount: "many".into(),
            next_step: "call".into(),
            probability: "120".into(),
            first_contact_on: "2026-07-01".into(),
            ..form()
        };
        let found: Vec<_> = bad.check(TODAY, amount).unwrap_err().into_iter().map(|v| (v.field, v.code)).collect();
        let pair = |f: &str, c: &str| (f.to_owned(), c.to_owned());
        for expected in [
            pair("title", "required"),
            pair("customer", "unknown_value"),
            pair("amount", "not_a_number"),
            pair("first_contact_on", "date_in_future"),
            pair("next_on", "required"),
            pair("probability", "not_a_percentage"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
    }

    #[test]
    fn percentages() {
        assert_eq!(parse_percent("42.5%"), Some(4_250));
        assert_eq!(parse_percent("100"), Some(10_000));
        for wrong in ["", "-1", "101", "1.234", "x", "1e2", "."] {
            assert_eq!(parse_percent(wrong), None, "{wrong}");
        }
    }
}
