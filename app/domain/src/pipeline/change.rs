//! One fact of many deals changed at once: the rows chosen in a list, a cell
//! of a table, a card put into another month.
//!
//! Each deal is judged by itself. What can be changed is, all of it in one
//! transaction; what cannot is named with its reason, and nothing of it is
//! written. A change may be taken back for a minute by who made it.

use super::Source;
use super::form::STEP_MAX;
use crate::ids::{DealId, ProductId, RequestId, UserId};
use crate::money::MAX_AMOUNT_MINOR;
use crate::violation::Violation;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Deals that one command may change: several pages of a list.
pub const DEALS_MAX: usize = 200;
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

    /// What is wrong with the value whatever the deal. The same limits as in the
    /// form of a deal.
    ///
    /// # Errors
    /// `too_long`, `required` (a day without a step), `negative`, `too_large`,
    /// `not_a_percentage`.
    pub fn check(&self) -> Result<(), Violation> {
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

    /// Whether a closed deal may still be given it. Its amount and probability
    /// are what it was closed with, and figures have counted them.
    #[must_use]
    pub const fn fits_closed(&self) -> bool {
        !matches!(self, Self::Amount(_) | Self::Probability(_))
    }
}

/// One deal, in the version that the person saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealChange {
    pub deal: DealId,
    pub version: i32,
    pub to: Fact,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeDeals {
    pub request: RequestId,
    pub changes: Vec<DealChange>,
}

impl ChangeDeals {
    /// # Errors
    /// `required` for none, `too_many` for more than [`DEALS_MAX`], and what
    /// [`Fact::check`] finds.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        if self.changes.is_empty() {
            return Err(vec![Violation::new("", "required")]);
        }
        if self.changes.len() > DEALS_MAX {
            return Err(vec![Violation::new("", "too_many").with("max", DEALS_MAX)]);
        }
        self.changes.iter().find_map(|change| change.to.check().err()).map_or(Ok(()), |found| Err(vec![found]))
    }
}

/// Takes back what one's own command `of` changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoChanges {
    pub request: RequestId,
    pub of: RequestId,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub done: Vec<DealId>,
    /// Had that value already; nothing was written.
    pub same: Vec<DealId>,
    pub refused: Vec<NotChanged>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotChanged {
    pub deal: DealId,
    /// Empty if the person may not see it.
    pub title: String,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Not there, or not the person's to see.
    Gone,
    /// Seen, but not the person's to change.
    Forbidden,
    /// Somebody else changed it since.
    Stale {
        by: String,
        at: DateTime<Utc>,
    },
    /// It is closed, and this is settled with it.
    Closed,
    Value(Violation),
}

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

    #[test]
    fn a_command_is_neither_empty_nor_endless() {
        let request = RequestId(uuid::Uuid::nil());
        let one = DealChange { deal: DealId(uuid::Uuid::nil()), version: 1, to: Fact::Amount(1) };
        let of = |n: usize| ChangeDeals { request, changes: vec![one.clone(); n] }.check().map_err(|found| found[0].code.clone());
        assert_eq!(of(0), Err("required".into()));
        assert_eq!(of(DEALS_MAX), Ok(()));
        assert_eq!(of(DEALS_MAX + 1), Err("too_many".into()));
    }
}
