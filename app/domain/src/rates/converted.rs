//! A total over currencies, which is always said as converted: by which rates, of which day,
//! and what could not be converted. Each amount is converted and rounded once, then added
//! (`rules.md` §2.17).

use crate::currency::Rate;
use crate::money::{Currency, Money};
use crate::rates::Valued;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whose rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Those in force on a day.
    On(NaiveDate),
    /// Of each deal those of the day on which it was won.
    Frozen,
}

/// The part of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub currency: Currency,
    pub count: i64,
    /// In the currency itself.
    pub minor: i64,
    /// What it comes to; 0 for what has no rate.
    pub converted_minor: i64,
    /// The lowest and the highest rate; none in the reporting currency itself.
    pub rates: Option<(Rate, Rate)>,
}

/// What a set of amounts comes to in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    pub to: Currency,
    pub basis: Basis,
    /// What was converted, by currency.
    pub lines: Vec<Line>,
    /// What has no rate, by currency.
    pub left: Vec<Line>,
}

impl Converted {
    #[must_use]
    pub const fn new(to: Currency, basis: Basis) -> Self {
        Self { to, basis, lines: Vec::new(), left: Vec::new() }
    }

    /// Adds `count` deals of one amount each; a negative number takes them away.
    pub fn add(&mut self, each: Money, count: i64, value: Option<Valued>) {
        self.add_group(each, count, count, value);
    }

    /// Adds an amount so many times, of so many deals: those in the reporting currency may come
    /// as one sum, since they are not rounded.
    pub fn add_group(&mut self, each: Money, times: i64, count: i64, value: Option<Valued>) {
        let minor = each.minor.saturating_mul(times);
        let (lines, converted, rate) = match value {
            Some(Valued { minor, rate }) => (&mut self.lines, minor.saturating_mul(times), rate),
            None => (&mut self.left, 0, None),
        };
        let line = match lines.iter_mut().find(|line| line.currency == each.currency) {
            Some(line) => line,
            None => {
                lines.push(Line { currency: each.currency, count: 0, minor: 0, converted_minor: 0, rates: None });
                lines.sort_by_key(|line| line.currency);
                let at = lines.iter().position(|line| line.currency == each.currency).unwrap_or_default();
                &mut lines[at]
            }
        };
        line.count = line.count.saturating_add(count);
        line.minor = line.minor.saturating_add(minor);
        line.converted_minor = line.converted_minor.saturating_add(converted);
        if let Some(rate) = rate {
            line.rates = Some(line.rates.map_or((rate, rate), |(low, high)| (low.min(rate), high.max(rate))));
        }
        lines.retain(|line| line.count != 0 || line.minor != 0);
    }

    /// The total of what was converted, in minor units.
    #[must_use]
    pub fn minor(&self) -> i64 {
        self.lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.converted_minor))
    }

    #[must_use]
    pub fn total(&self) -> Money {
        Money { minor: self.minor(), currency: self.to }
    }

    /// How many amounts are in the total.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.lines.iter().map(|line| line.count).sum()
    }

    /// Whether there is anything in another currency: else the total is the sum that is shown
    /// anyway.
    #[must_use]
    pub fn says_more(&self) -> bool {
        self.lines.iter().chain(&self.left).any(|line| line.currency != self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    #[test]
    fn what_has_no_rate_is_left_and_told() {
        let rate = Rate::parse("7.1").unwrap();
        let mut total = Converted::new(Currency::Cny, Basis::Frozen);
        total.add(money(100, Currency::Cny), 3, Some(Valued { minor: 100, rate: None }));
        assert!(!total.says_more());
        total.add(money(10, Currency::Usd), 1, Some(Valued { minor: 71, rate: Some(rate) }));
        total.add(money(5, Currency::Jpy), 2, None);
        assert_eq!((total.minor(), total.count(), total.says_more()), (371, 4, true));
        assert_eq!((total.left[0].currency, total.left[0].count, total.left[0].minor), (Currency::Jpy, 2, 10));
        let dollars = total.lines.iter().find(|line| line.currency == Currency::Usd).unwrap();
        assert_eq!((dollars.converted_minor, dollars.rates), (71, Some((rate, rate))));
    }

    #[test]
    fn what_is_taken_away_leaves_no_line() {
        let value = Some(Valued { minor: 71, rate: Some(Rate::parse("7.1").unwrap()) });
        let mut total = Converted::new(Currency::Cny, Basis::Frozen);
        total.add(money(10, Currency::Usd), 1, value);
        total.add(money(10, Currency::Usd), -1, value);
        assert_eq!(total, Converted::new(Currency::Cny, Basis::Frozen));
    }
}
