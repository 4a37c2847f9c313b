//! Money: whole minor units and a currency (house decision HD-1). Amounts of
//! different currencies are never added; [`Sums`] keeps them apart.

use crate::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// The currencies the product knows, by ISO-4217 code.
    Currency { Cny = "CNY", Usd = "USD", Eur = "EUR", Hkd = "HKD", Gbp = "GBP", Jpy = "JPY", Krw = "KRW", Kwd = "KWD", Bhd = "BHD" }
}

/// Largest amount of one deal, in minor units: ten thousand million yuan. It
/// keeps the sum of a million weighted deals inside 64 bits.
pub const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000;

/// An amount in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Count, sum and weighted sum of deals in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencySum {
    pub currency: Currency,
    pub count: i64,
    pub sum_minor: i64,
    /// Σ amount × probability in minor units × basis points; divide once, at
    /// the end, by [`Self::weighted_minor`] (HD-10).
    pub weighted_minor_bp: i64,
}

impl CurrencySum {
    /// Weighted sum in minor units, rounded once, half away from zero.
    #[must_use]
    pub fn weighted_minor(&self) -> i64 {
        let half = 5_000 * self.weighted_minor_bp.signum();
        (self.weighted_minor_bp + half) / 10_000
    }
}

/// Totals of a set of deals, one line a currency, largest count first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums(pub Vec<CurrencySum>);

impl Sums {
    /// Adds one group of deals that share a currency.
    pub fn add(&mut self, currency: Currency, count: i64, sum_minor: i64, weighted_minor_bp: i64) {
        match self.0.iter_mut().find(|line| line.currency == currency) {
            Some(line) => {
                line.count += count;
                line.sum_minor += sum_minor;
                line.weighted_minor_bp += weighted_minor_bp;
            }
            None => self.0.push(CurrencySum { currency, count, sum_minor, weighted_minor_bp }),
        }
        self.0.retain(|line| line.count != 0 || line.sum_minor != 0);
        self.0.sort_by_key(|line| (-line.count, line.currency));
    }

    /// Adds all lines of another total.
    pub fn merge(&mut self, other: &Sums) {
        for line in &other.0 {
            self.add(line.currency, line.count, line.sum_minor, line.weighted_minor_bp);
        }
    }

    /// Number of deals over all currencies.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.0.iter().map(|line| line.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_sums_round_once_at_the_end() {
        let mut sums = Sums::default();
        for _ in 0..3 {
            sums.add(Currency::Cny, 1, 33_333, 33_333 * 500);
        }
        assert_eq!(sums.0[0].weighted_minor(), 5_000);
    }

    #[test]
    fn currencies_stay_apart_and_empty_lines_vanish() {
        let mut sums = Sums::default();
        sums.add(Currency::Cny, 2, 300, 0);
        sums.add(Currency::Usd, 1, 50, 0);
        assert_eq!(sums.count(), 3);
        sums.add(Currency::Usd, -1, -50, 0);
        assert_eq!(sums.0.len(), 1);
    }
}
