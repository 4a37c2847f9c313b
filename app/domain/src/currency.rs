//! Exchange rates as exact decimals, and conversion between minor units.
//!
//! Each line is converted and rounded, then lines are summed; a closed deal keeps the
//! rate of the day on which it was closed (`rules.md` §2.17).
//!
//! Not here: where rates come from.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use thiserror::Error;

use crate::money::{Currency, Money};
use crate::rounding::divide;

/// Most digits of a rate after the point.
pub const RATE_DECIMALS_MAX: u32 = 12;

/// Why a rate or a conversion is refused. Serialised as its code in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrencyError {
    /// No currency that the product knows.
    #[error("the currency is not known")]
    UnknownCurrency,
    /// Not a decimal above zero with at most 12 digits before and after the point.
    #[error("the rate is not a decimal above zero")]
    BadRate,
    /// The result does not fit into 64 bits.
    #[error("the amount is too large")]
    AmountTooLarge,
}

/// Units of one currency for a unit of another: an exact decimal above zero. Written as its
/// decimal, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    digits: i64,
    decimals: u32,
}

/// A rate that is in force from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedRate<R>(pub NaiveDate, pub R);

impl Rate {
    /// Reads a decimal such as `7.1234`.
    ///
    /// # Errors
    ///
    /// [`CurrencyError::BadRate`]; signs, exponents and blanks are refused too.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
        let fraction_digits = fraction.unwrap_or("0");
        let fine = |digits: &str| (1..=RATE_DECIMALS_MAX as usize).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !fine(whole) || !fine(fraction_digits) {
            return Err(CurrencyError::BadRate);
        }
        // Trailing zeros say nothing, and without them 18 digits are enough for any rate
        // in use.
        let fraction_digits = fraction_digits.trim_end_matches('0');
        let digits = format!("{whole}{fraction_digits}").parse().map_err(|_| CurrencyError::BadRate)?;
        let decimals = u32::try_from(fraction_digits.len()).map_err(|_| CurrencyError::BadRate)?;
        if digits == 0 { Err(CurrencyError::BadRate) } else { Ok(Self { digits, decimals }) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = 10_i64.pow(self.decimals);
        if self.decimals == 0 {
            return self.digits.fmt(f);
        }
        write!(f, "{}.{:0width$}", self.digits / one, self.digits % one, width = self.decimals as usize)
    }
}

impl TryFrom<String> for Rate {
    type Error = CurrencyError;

    fn try_from(text: String) -> Result<Self, CurrencyError> {
        Self::parse(&text)
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Self) -> Ordering {
        // 18 digits and 12 more are within 128 bits.
        let over = |one: &Self, other: &Self| i128::from(one.digits) * 10_i128.pow(other.decimals);
        over(self, other).cmp(&over(other, self))
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Digits of the minor unit by ISO 4217: a hundredth, none, or a thousandth.
#[must_use]
pub const fn minor_digits(currency: Currency) -> u32 {
    match currency {
        Currency::Cny | Currency::Usd | Currency::Eur | Currency::Hkd | Currency::Gbp => 2,
        Currency::Jpy | Currency::Krw => 0,
        Currency::Kwd | Currency::Bhd => 3,
    }
}

/// The amount in another currency, exact and rounded once. The rate is units of `to`
/// for a unit of the amount's currency.
///
/// # Errors
///
/// [`CurrencyError::AmountTooLarge`].
///
/// ```
/// use domain::currency::{convert, Rate};
/// use domain::money::{Currency, Money};
/// let yen = Money { minor: 1_000_000, currency: Currency::Jpy };
/// assert_eq!(convert(yen, Currency::Cny, Rate::parse("0.0478").unwrap()).unwrap().minor, 4_780_000);
/// ```
pub fn convert(amount: Money, to: Currency, rate: Rate) -> Result<Money, CurrencyError> {
    let ten = |digits: u32| 10_i128.pow(digits);
    let numerator = i128::from(amount.minor)
        .checked_mul(i128::from(rate.digits))
        .and_then(|product| product.checked_mul(ten(minor_digits(to))))
        .ok_or(CurrencyError::AmountTooLarge)?;
    let minor = divide(numerator, ten(minor_digits(amount.currency) + rate.decimals)).ok_or(CurrencyError::BadRate)?;
    // `divide` limits what does not fit.
    if matches!(minor, i64::MAX | i64::MIN) { Err(CurrencyError::AmountTooLarge) } else { Ok(Money { minor, currency: to }) }
}

/// [`convert`] of codes and decimals as they are stored.
///
/// # Errors
///
/// [`CurrencyError`], the currencies first.
pub fn convert_minor(amount_minor: i64, from: &str, to: &str, rate: &str) -> Result<i64, CurrencyError> {
    let known = |code| Currency::parse(code).ok_or(CurrencyError::UnknownCurrency);
    let (currency, to) = (known(from)?, known(to)?);
    convert(Money { minor: amount_minor, currency }, to, Rate::parse(rate)?).map(|money| money.minor)
}

/// The rate with the latest start that is not after the date; `None` before the first.
/// Rates may come in any order; of two of one date the later in the list holds.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::currency::{rate_on, DatedRate};
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let rates = [DatedRate(date("2026-02-01"), "7.20"), DatedRate(date("2026-01-01"), "7.10")];
/// assert_eq!(rate_on(&rates, date("2026-01-31")), Some(&"7.10"));
/// assert_eq!(rate_on(&rates, date("2025-12-31")), None);
/// ```
pub fn rate_on<R>(rates: &[DatedRate<R>], date: NaiveDate) -> Option<&R> {
    rates.iter().filter(|rate| rate.0 <= date).max_by_key(|rate| rate.0).map(|rate| &rate.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_exactly_or_refused() {
        assert_eq!(Rate::parse("7.10"), Rate::parse("7.1"));
        assert_eq!(Rate::parse("7.000000000000"), Rate::parse("7"));
        for wrong in ["", ".", "7.", ".5", "-1", "+1", "1e3", " 7", "7,1", "0", "0.000", "1.0000000000001", "1234567890123", "1.2.3"] {
            assert_eq!(Rate::parse(wrong), Err(CurrencyError::BadRate), "{wrong:?}");
        }
        // Twelve digits before and after the point are more than 64 bits hold.
        assert_eq!(Rate::parse("999999999999.999999999999"), Err(CurrencyError::BadRate));
    }

    #[test]
    fn a_rate_is_written_as_it_is_read_and_compared_by_its_value() {
        for (text, written) in [("7.10", "7.1"), ("0.0478", "0.0478"), ("7", "7"), ("10", "10"), ("0007.00", "7")] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), written);
        }
        let rate = |text| Rate::parse(text).unwrap();
        assert!(rate("7.1") > rate("7.09") && rate("10") > rate("9.999999") && rate("0.0478") < rate("0.05"));
        assert_eq!(serde_json::from_str::<Rate>("\"7.10\"").unwrap(), rate("7.1"));
        assert!(serde_json::from_str::<Rate>("\"-1\"").is_err());
    }

    #[test]
    fn halves_go_away_from_zero_and_the_minor_units_count() {
        assert_eq!(convert_minor(1, "CNY", "USD", "0.5"), Ok(1));
        assert_eq!(convert_minor(-1, "CNY", "USD", "0.5"), Ok(-1));
        assert_eq!(convert_minor(149, "CNY", "JPY", "1"), Ok(1));
        assert_eq!(convert_minor(5, "JPY", "KWD", "0.002"), Ok(10));
    }

    #[test]
    fn what_cannot_be_converted_is_refused() {
        assert_eq!(convert_minor(1, "CNY", "XYZ", "x"), Err(CurrencyError::UnknownCurrency));
        assert_eq!(convert_minor(1, "CNY", "USD", "x"), Err(CurrencyError::BadRate));
        assert_eq!(convert_minor(i64::MAX, "CNY", "USD", "2"), Err(CurrencyError::AmountTooLarge));
        assert_eq!(convert_minor(i64::MAX, "JPY", "KWD", "999999999999"), Err(CurrencyError::AmountTooLarge));
    }
}
