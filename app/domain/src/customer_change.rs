//! The facts of customers that can be changed in their list, one customer or many at once:
//! [`crate::change`].

use crate::change::{Change, ChangeRows, Changed as Rows, Checked};
use crate::customers::{Size, TEXT_MAX, Tier};
use crate::ids::{CustomerId, UserId};
use crate::pipeline::Source;
use crate::tiers::board::REASON_MAX;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// What a fact of a customer is to be, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum Fact {
    /// Why is kept in the customer's tier history.
    Tier {
        to: Tier,
        reason: String,
    },
    /// `None`, the public pool, is only gone back to.
    Owner(Option<UserId>),
    Industry(String),
    Region(String),
    Size(Option<Size>),
    Source(Source),
}

impl Fact {
    /// The name of its field, as forms have it.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Tier { .. } => "tier",
            Self::Owner(_) => "owner",
            Self::Industry(_) => "industry",
            Self::Region(_) => "region",
            Self::Size(_) => "size",
            Self::Source(_) => "source",
        }
    }

    /// Whether a customer that has `self` needs no change to have `other`.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tier { to, .. }, Self::Tier { to: other, .. }) => to == other,
            _ => self == other,
        }
    }
}

impl Checked for Fact {
    /// The same limits as in the form of a customer and in the question of a tier's reason.
    ///
    /// # Errors
    /// `required` (a reason, an owner), `too_long`.
    fn check(&self) -> Result<(), Violation> {
        let text = |field: &str, value: &str, max: usize| {
            if value.trim().chars().count() > max { Err(Violation::new(field, "too_long").with("max", max)) } else { Ok(()) }
        };
        match self {
            Self::Tier { reason, .. } if reason.trim().is_empty() => Err(Violation::new("reason", "required")),
            Self::Tier { reason, .. } => text("reason", reason, REASON_MAX),
            Self::Owner(None) => Err(Violation::new("owner", "required")),
            Self::Industry(value) | Self::Region(value) => text(self.field(), value, TEXT_MAX),
            _ => Ok(()),
        }
    }
}

pub type CustomerChange = Change<CustomerId, Fact>;
pub type ChangeCustomers = ChangeRows<CustomerId, Fact>;
pub type Changed = Rows<CustomerId>;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(fact: &Fact) -> Option<String> {
        fact.check().err().map(|found| found.to_string())
    }

    fn tier(to: Tier, reason: &str) -> Fact {
        Fact::Tier { to, reason: reason.into() }
    }

    #[test]
    fn values_have_the_limits_of_the_forms() {
        let long = |n| "字".repeat(n);
        for fine in [
            tier(Tier::Vip, "a frame contract"),
            Fact::Owner(Some(UserId(uuid::Uuid::nil()))),
            Fact::Industry(String::new()),
            Fact::Region(long(TEXT_MAX)),
            Fact::Size(None),
            Fact::Source(Source::Expo),
        ] {
            assert_eq!(code(&fine), None, "{fine:?}");
        }
        for (fact, expected) in [
            (tier(Tier::Vip, " "), "reason: required"),
            (tier(Tier::Vip, &long(REASON_MAX + 1)), "reason: too_long"),
            (Fact::Owner(None), "owner: required"),
            (Fact::Industry(long(TEXT_MAX + 1)), "industry: too_long"),
            (Fact::Region(long(TEXT_MAX + 1)), "region: too_long"),
        ] {
            assert_eq!(code(&fact).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_tier_is_the_same_whatever_the_reason() {
        assert!(tier(Tier::Vip, "").is(&tier(Tier::Vip, "again")));
        assert!(!tier(Tier::Vip, "").is(&tier(Tier::Ordinary, "")));
        assert!(!Fact::Industry("a".into()).is(&Fact::Region("a".into())));
    }
}
