//! Numbers with their units.

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// So many.
    Count(i64),
    /// An amount.
    Money(Money),
    /// Thousandths of a day.
    DaysMilli(i64),
    /// Basis points.
    Bp(i64),
}

/// The unit of a [`Quantity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things.
    Count,
    /// Minor units of a currency.
    Money(Currency),
    /// Thousandths of a day.
    DaysMilli,
    /// Basis points.
    Bp,
}

impl Quantity {
    /// The number without its unit.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Count(number) | Self::DaysMilli(number) | Self::Bp(number) => number,
            Self::Money(money) => money.minor,
        }
    }

    /// The unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Count(_) => Unit::Count,
            Self::Money(money) => Unit::Money(money.currency),
            Self::DaysMilli(_) => Unit::DaysMilli,
            Self::Bp(_) => Unit::Bp,
        }
    }
}

impl Unit {
    /// So much of it.
    #[must_use]
    pub const fn of(self, number: i64) -> Quantity {
        match self {
            Self::Count => Quantity::Count(number),
            Self::Money(currency) => Quantity::Money(Money { minor: number, currency }),
            Self::DaysMilli => Quantity::DaysMilli(number),
            Self::Bp => Quantity::Bp(number),
        }
    }
}
