//! Exchange rates as the organisation writes them down: from a currency to the one in which it
//! reports, each in force from a day on. What is open is converted by the rate of today, what
//! was won keeps the rate of the day on which it was won (decision 0035).
//!
//! [`converted`] adds what was converted, [`form`] is what a person types and sees.
//!
//! Not here: the arithmetic of one conversion ([`crate::currency`]), and the sums of each
//! currency by itself ([`crate::money::Sums`]), which a conversion never takes the place of.

pub mod converted;
pub mod form;

pub use converted::{Basis, Converted, Line};

use crate::currency::{DatedRate, Rate, convert, rate_on};
use crate::money::{Currency, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The page on which they are written down.
pub const CURRENCIES: &str = "/settings/currencies";

/// A rate, and the day from which it is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    pub from: Currency,
    pub since: NaiveDate,
    pub rate: Rate,
}

/// What an amount comes to, and by which rate; none for what is in the currency already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valued {
    pub minor: i64,
    pub rate: Option<Rate>,
}

/// All rates to the reporting currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateBook {
    to: Currency,
    rates: BTreeMap<Currency, Vec<DatedRate<Rate>>>,
}

impl RateBook {
    #[must_use]
    pub fn new(to: Currency, rates: impl IntoIterator<Item = InForce>) -> Self {
        let mut book = Self { to, rates: BTreeMap::new() };
        for InForce { from, since, rate } in rates {
            book.rates.entry(from).or_default().push(DatedRate(since, rate));
        }
        book
    }

    /// The reporting currency.
    #[must_use]
    pub const fn to(&self) -> Currency {
        self.to
    }

    /// Whether no rate is known: then nothing is converted, and nothing is said about it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// The rate of a currency on a day; `None` before the first.
    #[must_use]
    pub fn rate(&self, from: Currency, on: NaiveDate) -> Option<Rate> {
        rate_on(self.rates.get(&from)?, on).copied()
    }

    /// An amount at the rate of a day. `None` without one, or if the result is too large to be
    /// written: then it is told as not converted.
    ///
    /// ```
    /// # use domain::{money::{Currency, Money}, rates::{InForce, RateBook}, currency::Rate};
    /// let since = "2026-01-01".parse().unwrap();
    /// let book = RateBook::new(Currency::Cny, [InForce { from: Currency::Usd, since, rate: Rate::parse("7.1").unwrap() }]);
    /// let dollars = Money { minor: 1_001, currency: Currency::Usd };
    /// assert_eq!(book.value(dollars, since).unwrap().minor, 7_107);
    /// assert_eq!(book.value(dollars, "2025-12-31".parse().unwrap()), None);
    /// ```
    #[must_use]
    pub fn value(&self, amount: Money, on: NaiveDate) -> Option<Valued> {
        value(amount, self.to, || self.rate(amount.currency, on))
    }

    /// The rates of a day, for a page.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Rates {
        let known = |(from, rates): (&Currency, &Vec<DatedRate<Rate>>)| {
            let rate = *rate_on(rates, day)?;
            let since = rates.iter().map(|dated| dated.0).filter(|since| *since <= day).max()?;
            Some(InForce { from: *from, since, rate })
        };
        Rates { to: self.to, on: day, known: !self.is_empty(), rates: self.rates.iter().filter_map(known).collect() }
    }
}

fn value(amount: Money, to: Currency, rate: impl FnOnce() -> Option<Rate>) -> Option<Valued> {
    if amount.currency == to {
        return Some(Valued { minor: amount.minor, rate: None });
    }
    let rate = rate()?;
    Some(Valued { minor: convert(amount, to, rate).ok()?.minor, rate: Some(rate) })
}

/// The rates of one day, as a page carries them along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    pub to: Currency,
    pub on: NaiveDate,
    /// Whether any rate is known, of whatever day.
    pub known: bool,
    pub rates: Vec<InForce>,
}

impl Rates {
    /// An amount at the rate of the day.
    #[must_use]
    pub fn value(&self, amount: Money) -> Option<Valued> {
        value(amount, self.to, || self.rates.iter().find(|rate| rate.from == amount.currency).map(|rate| rate.rate))
    }

    /// A total of nothing yet, at the rates of the day; `None` where no rate is known at all.
    #[must_use]
    pub fn nothing(&self, basis: Basis) -> Option<Converted> {
        self.known.then(|| Converted::new(self.to, basis))
    }
}

/// What a deal in another currency comes to, as its page says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DealValue {
    /// An open deal, at the rate of a day; `since`: when that rate came into force.
    Open { amount: Money, rate: Rate, since: NaiveDate, on: NaiveDate },
    /// A won deal at the rate that was written down with it.
    Frozen { amount: Money, rate: Rate, on: NaiveDate },
    /// No rate was known on the day. `rate`: one is known by now, and may be written to it by
    /// who looks.
    NoRate { to: Currency, on: NaiveDate, won: bool, rate: Option<Rate> },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book() -> RateBook {
        let rate = |from, since, rate| InForce { from, since: day(since), rate: Rate::parse(rate).unwrap() };
        RateBook::new(
            Currency::Cny,
            [
                rate(Currency::Usd, "2026-02-01", "7.2"),
                rate(Currency::Usd, "2026-01-01", "7.1"),
                rate(Currency::Jpy, "2026-03-01", "0.0478"),
            ],
        )
    }

    #[test]
    fn the_rates_of_a_day_are_those_in_force_on_it() {
        let rates = book().on(day("2026-02-15"));
        assert_eq!(rates.rates, [InForce { from: Currency::Usd, since: day("2026-02-01"), rate: Rate::parse("7.2").unwrap() }]);
        let value = |minor, currency| rates.value(Money { minor, currency });
        assert_eq!(value(100, Currency::Usd).map(|v| v.minor), Some(720));
        assert_eq!(value(100, Currency::Cny), Some(Valued { minor: 100, rate: None }));
        assert_eq!(value(100, Currency::Jpy), None, "its first rate comes later");
        assert_eq!(book().value(Money { minor: 100, currency: Currency::Usd }, day("2026-01-31")).map(|v| v.minor), Some(710));
    }

    #[test]
    fn without_any_rate_nothing_is_said() {
        let none = RateBook::new(Currency::Cny, []);
        assert!(none.is_empty() && none.on(day("2026-01-01")).nothing(Basis::Frozen).is_none());
        let early = book().on(day("2020-01-01"));
        assert!(early.rates.is_empty() && early.nothing(Basis::Frozen).is_some(), "known, but not yet in force");
    }
}
