//! The facts of deals that can be changed one deal or many at once: rows chosen in the list, a
//! cell of it, a card put into another month. How many are changed is [`crate::change`].

use super::Source;
use super::form::STEP_MAX;
use crate::change::{Change, ChangeRows, Changed as Rows, Checked};
use crate::ids::{DealId, ProductId, UserId};
use crate::money::MAX_AMOUNT_MINOR;
use crate::violation::Violation;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A probability of everything, in basis points.
const WHOLE_BP: i32 = 10_000;

/// What a fact of a deal is to be, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum Fact {
    Owner(UserId),
    /// The day by which it should be won.
    Close(Option<NaiveDate>),
    Next {
        step: String,
        on: Option<NaiveDate>,
    },
    /// In minor units of the deal's own currency.
    Amount(i64),
    /// In basis points; `None`: what its stage says.
    Probability(Option<i32>),
    Source(Source),
    Product(Option<ProductId>),
}

impl Fact {
    /// The name of its field, as forms have it.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Owner(_) => "owner",
            Self::Close(_) => "expected_close_on",
            Self::Next { .. } => "next_step",
            Self::Amount(_) => "amount",
            Self::Probability(_) => "probability",
            Self::Source(_) => "source",
            Self::Product(_) => "product",
        }
    }

    /// Whether a closed deal may still be given it. Its amount and probability
    /// are what it was closed with, and figures have counted them.
    #[must_use]
    pub const fn fits_closed(&self) -> bool {
        !matches!(self, Self::Amount(_) | Self::Probability(_))
    }
}

impl Checked for Fact {
    /// The same limits as in the form of a deal.
    ///
    /// # Errors
    /// `too_long`, `required` (a day without a step), `negative`, `too_large`,
    /// `not_a_percentage`.
    fn check(&self) -> Result<(), Violation> {
        match self {
            Self::Next { step, .. } if step.trim().chars().count() > STEP_MAX => {
                Err(Violation::new("next_step", "too_long").with("max", STEP_MAX))
            }
            Self::Next { step, on: Some(_) } if step.trim().is_empty() => Err(Violation::new("next_step", "required")),
            Self::Amount(minor) if *minor < 0 => Err(Violation::new("amount", "negative")),
            Self::Amount(minor) if *minor > MAX_AMOUNT_MINOR => Err(Violation::new("amount", "too_large")),
            Self::Probability(Some(bp)) if !(0..=WHOLE_BP).contains(bp) => Err(Violation::new("probability", "not_a_percentage")),
            _ => Ok(()),
        }
    }
}

pub type DealChange = Change<DealId, Fact>;
pub type ChangeDeals = ChangeRows<DealId, Fact>;
pub type Changed = Rows<DealId>;

#[cfg(test)]
mod tests {
    use super::*;

    fn next(step: &str, on: Option<NaiveDate>) -> Fact {
        Fact::Next { step: step.into(), on }
    }

    fn code(fact: &Fact) -> Option<String> {
        fact.check().err().map(|found| format!("{}:{}", found.field, found.code))
    }

    #[test]
    fn values_have_the_limits_of_the_form() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 1);
        for fine in
            [next("", None), next("call", None), next("call", day), Fact::Amount(0), Fact::Amount(MAX_AMOUNT_MINOR), Fact::Close(None)]
        {
            assert_eq!(code(&fine), None, "{fine:?}");
        }
        for fine in [None, Some(0), Some(10_000)] {
            assert_eq!(code(&Fact::Probability(fine)), None);
        }
        for (fact, expected) in [
            (next(" ", day), "next_step:required"),
            (next(&"字".repeat(STEP_MAX + 1), None), "next_step:too_long"),
            (Fact::Amount(-1), "amount:negative"),
            (Fact::Amount(MAX_AMOUNT_MINOR + 1), "amount:too_large"),
            (Fact::Probability(Some(-1)), "probability:not_a_percentage"),
            (Fact::Probability(Some(10_001)), "probability:not_a_percentage"),
        ] {
            assert_eq!(code(&fact).as_deref(), Some(expected));
        }
    }
}
