//! A number of deals and their amounts, each currency by itself.
//!
//! Amounts of different currencies are never added: asked for an amount, one names the
//! currency. Sums are exact in 128 bits, so that the order of adding does not matter.

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};
use crate::rounding::{clamp_i64, ratio_bp};

const CURRENCIES: usize = Currency::ALL.len();

/// What is compared: deals, or their amounts in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The number of deals, of all currencies.
    #[default]
    Count,
    /// The amounts of deals in this currency, in minor units.
    Amount(Currency),
}

/// Count and amount of deals in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyTally {
    /// The currency.
    pub currency: Currency,
    /// Deals in it.
    pub count: u64,
    /// Their amounts, in minor units.
    pub minor: i64,
}

/// Counts and amounts of a set of deals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; CURRENCIES],
    minor: [i128; CURRENCIES],
}

impl Tally {
    /// Counts one deal.
    pub fn add(&mut self, amount: Money) {
        let index = amount.currency as usize;
        self.counts[index] += 1;
        self.minor[index] += i128::from(amount.minor);
    }

    /// Adds the deals of another part.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        for (mine, theirs) in self.minor.iter_mut().zip(&other.minor) {
            *mine += theirs;
        }
    }

    /// The number of deals, of all currencies.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The deals in one currency.
    #[must_use]
    pub fn of(&self, currency: Currency) -> CurrencyTally {
        let index = currency as usize;
        CurrencyTally { currency, count: self.counts[index], minor: clamp_i64(self.minor[index]) }
    }

    /// One line for each currency that occurs, most deals first, then in the order of
    /// [`Currency::ALL`].
    #[must_use]
    pub fn lines(&self) -> Vec<CurrencyTally> {
        let mut lines: Vec<_> = Currency::ALL.iter().map(|&currency| self.of(currency)).filter(|line| line.count > 0).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.count));
        lines
    }

    /// The figure by a measure: deals, or minor units.
    #[must_use]
    pub fn by(&self, measure: Measure) -> i64 {
        clamp_i64(self.exact(measure))
    }

    /// `self ÷ whole` by a measure, in basis points; `None` if the whole is zero.
    #[must_use]
    pub fn share_of_bp(&self, whole: &Self, measure: Measure) -> Option<i64> {
        ratio_bp(self.exact(measure), whole.exact(measure))
    }

    /// [`Self::by`] before it is limited to 64 bits.
    pub(crate) fn exact(&self, measure: Measure) -> i128 {
        match measure {
            Measure::Count => i128::from(self.count()),
            Measure::Amount(currency) => self.minor[currency as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    #[test]
    fn a_currencys_place_is_that_of_the_list() {
        for (place, &currency) in Currency::ALL.iter().enumerate() {
            assert_eq!(currency as usize, place);
        }
    }

    #[test]
    fn currencies_are_never_added() {
        let mut tally = Tally::default();
        tally.add(money(500, Currency::Usd));
        tally.add(money(100, Currency::Cny));
        tally.add(money(100, Currency::Cny));
        assert_eq!(tally.by(Measure::Count), 3);
        assert_eq!(tally.by(Measure::Amount(Currency::Cny)), 200);
        assert_eq!(tally.by(Measure::Amount(Currency::Eur)), 0);
        let lines: Vec<_> = tally.lines().into_iter().map(|l| (l.currency, l.count, l.minor)).collect();
        assert_eq!(lines, [(Currency::Cny, 2, 200), (Currency::Usd, 1, 500)]);
    }

    #[test]
    fn a_share_of_nothing_is_undefined() {
        let (mut part, mut whole) = (Tally::default(), Tally::default());
        assert_eq!(part.share_of_bp(&whole, Measure::Count), None);
        part.add(money(1, Currency::Cny));
        whole.merge(&part);
        whole.add(money(2, Currency::Cny));
        assert_eq!(part.share_of_bp(&whole, Measure::Count), Some(5_000));
        assert_eq!(part.share_of_bp(&whole, Measure::Amount(Currency::Cny)), Some(3_333));
        assert_eq!(part.share_of_bp(&whole, Measure::Amount(Currency::Usd)), None);
    }

    #[test]
    fn sums_beyond_64_bits_are_exact_until_shown() {
        let mut tally = Tally::default();
        tally.add(money(i64::MAX, Currency::Cny));
        tally.add(money(i64::MAX, Currency::Cny));
        assert_eq!(tally.by(Measure::Amount(Currency::Cny)), i64::MAX);
        let mut half = Tally::default();
        half.add(money(i64::MAX, Currency::Cny));
        assert_eq!(half.share_of_bp(&tally, Measure::Amount(Currency::Cny)), Some(5_000));
    }
}
