//! Where a figure comes from: what every figure on a screen can be asked for (house
//! decision HD-25).
//!
//! Data only: which definition and formula, over what it was divided, of which period
//! and filter, as of when, and how the rows behind it come to it. Words are elsewhere,
//! by the codes of [`Figure`] and [`Term`].
//!
//! The value is computed here from its parts, so that the explanation and the figure
//! cannot disagree, and [`Explanation::agrees_with`] checks the rows that a reader is
//! shown.

pub mod quantity;
pub mod terms;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::period::Period;
use crate::rounding::{clamp_i64, divide, per_whole, ratio_bp};
use crate::stats::percentile_milli;

pub use quantity::{Quantity, Unit};
pub use terms::{Figure, FormulaKind, RowKind, Term};

/// A formula: changing how a figure is computed gives it another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Formula {
    /// How it comes from its parts.
    pub kind: FormulaKind,
    /// From 1.
    pub version: u16,
}

/// A part of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub term: Term,
    /// How much.
    pub quantity: Quantity,
}

/// Of what and when a figure is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The period; `None` for a figure of a moment.
    pub period: Option<Period>,
    /// The period that it is compared with, if any.
    pub compared: Option<Period>,
    /// What it is narrowed by, as in the address of the page.
    pub filter: Vec<(String, String)>,
    /// The business date up to which everything is known.
    pub as_of: NaiveDate,
    /// When it was computed.
    pub computed_at: DateTime<Utc>,
}

/// The rows behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// What they are.
    pub kind: RowKind,
    /// How many there are, whatever a page shows of them.
    pub count: u64,
}

/// A figure and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The definition.
    pub figure: Figure,
    /// The formula.
    pub formula: Formula,
    /// The figure; `None` if it is undefined.
    pub value: Option<Quantity>,
    /// What is divided, or the whole figure.
    pub numerator: Part,
    /// By what.
    pub denominator: Option<Part>,
    /// Of what and when.
    pub context: Context,
    /// The rows that come to the numerator.
    pub rows: Rows,
}

/// A row behind a figure: its quantity, and its probability where that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What the row brings to the numerator.
    pub quantity: Quantity,
    /// In basis points; read only by a weighted sum.
    pub probability_bp: i64,
}

/// Why parts or rows do not fit. Serialised as its code in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplainError {
    /// Quantities of different units, or currencies, in one place.
    #[error("the quantities are of different units")]
    MixedUnits,
    /// There are more or fewer rows than the figure is of.
    #[error("the number of rows is another")]
    RowCount,
    /// The rows come to another number.
    #[error("the rows come to another number")]
    Mismatch,
}

impl Explanation {
    /// A figure that is its numerator: a count, a sum, a weighted sum, a median, or one
    /// that its definition tells.
    #[must_use]
    pub fn plain(figure: Figure, formula: Formula, numerator: Part, context: Context, rows: Rows) -> Self {
        Self { figure, formula, value: Some(numerator.quantity), numerator, denominator: None, context, rows }
    }

    /// `numerator ÷ denominator` in basis points; undefined over zero.
    ///
    /// # Errors
    ///
    /// [`ExplainError::MixedUnits`] if they are not of one unit and currency.
    pub fn ratio(figure: Figure, version: u16, parts: [Part; 2], context: Context, rows: Rows) -> Result<Self, ExplainError> {
        let [numerator, denominator] = parts;
        if numerator.quantity.unit() != denominator.quantity.unit() {
            return Err(ExplainError::MixedUnits);
        }
        let value = ratio_bp(numerator.quantity.number(), denominator.quantity.number()).map(Quantity::Bp);
        let formula = Formula { kind: FormulaKind::Ratio, version };
        Ok(Self { figure, formula, value, numerator, denominator: Some(denominator), context, rows })
    }

    /// `numerator ÷ number`, in the unit of the numerator; undefined over zero.
    ///
    /// # Errors
    ///
    /// [`ExplainError::MixedUnits`] if the denominator is no count.
    pub fn average(figure: Figure, version: u16, parts: [Part; 2], context: Context, rows: Rows) -> Result<Self, ExplainError> {
        let [numerator, denominator] = parts;
        let Quantity::Count(number) = denominator.quantity else { return Err(ExplainError::MixedUnits) };
        let unit = numerator.quantity.unit();
        let value = divide(i128::from(numerator.quantity.number()), i128::from(number)).map(|average| unit.of(average));
        let formula = Formula { kind: FormulaKind::Average, version };
        Ok(Self { figure, formula, value, numerator, denominator: Some(denominator), context, rows })
    }

    /// Whether all the rows together come to the numerator, exactly.
    ///
    /// A numerator that is a count is the number of rows, whatever they bring. A median
    /// of days is the median of the rows, which are in thousandths of a day.
    ///
    /// # Errors
    ///
    /// What does not fit; [`ExplainError::MixedUnits`] if a row is of another unit.
    pub fn agrees_with(&self, rows: &[Row]) -> Result<(), ExplainError> {
        if rows.len() as u64 != self.rows.count {
            return Err(ExplainError::RowCount);
        }
        let unit = self.numerator.quantity.unit();
        let counted = unit == Unit::Count;
        if !counted && rows.iter().any(|row| row.quantity.unit() != unit) {
            return Err(ExplainError::MixedUnits);
        }
        let numbers = rows.iter().map(|row| i128::from(row.quantity.number()));
        let sum = match self.formula.kind {
            FormulaKind::Median => self.median(rows),
            _ if counted => i64::try_from(rows.len()).ok(),
            FormulaKind::WeightedSum => {
                Some(per_whole(numbers.zip(rows).map(|(number, row)| number.saturating_mul(i128::from(row.probability_bp))).sum()))
            }
            _ => Some(clamp_i64(numbers.sum())),
        };
        if sum == Some(self.numerator.quantity.number()) { Ok(()) } else { Err(ExplainError::Mismatch) }
    }

    fn median(&self, rows: &[Row]) -> Option<i64> {
        let values: Vec<i64> = rows.iter().map(|row| row.quantity.number()).collect();
        divide(i128::from(percentile_milli(&values, 5_000)?), 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Currency, Money};

    fn yuan(minor: i64) -> Quantity {
        Quantity::Money(Money { minor, currency: Currency::Cny })
    }

    fn part(term: Term, quantity: Quantity) -> Part {
        Part { term, quantity }
    }

    fn context() -> Context {
        let as_of = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");
        Context { period: None, compared: None, filter: vec![("tier".into(), "vip".into())], as_of, computed_at: DateTime::UNIX_EPOCH }
    }

    fn deals(count: u64) -> Rows {
        Rows { kind: RowKind::Deals, count }
    }

    fn row(quantity: Quantity) -> Row {
        Row { quantity, probability_bp: 500 }
    }

    fn plain(kind: FormulaKind, quantity: Quantity, rows: u64) -> Explanation {
        let formula = Formula { kind, version: 1 };
        Explanation::plain(Figure::WonAmount, formula, part(Term::Won, quantity), context(), deals(rows))
    }

    #[test]
    fn the_value_follows_from_the_parts() {
        let parts = [part(Term::Won, Quantity::Count(12)), part(Term::WonOrLost, Quantity::Count(47))];
        let rate = Explanation::ratio(Figure::WinRate, 1, parts, context(), deals(12)).expect("one unit");
        assert_eq!(rate.value, Some(Quantity::Bp(2_553)));
        let none = [part(Term::Won, Quantity::Count(0)), part(Term::WonOrLost, Quantity::Count(0))];
        assert_eq!(Explanation::ratio(Figure::WinRate, 1, none, context(), deals(0)).expect("one unit").value, None);
        let average = [part(Term::Won, yuan(100_000)), part(Term::Won, Quantity::Count(3))];
        let average = Explanation::average(Figure::AverageWon, 1, average, context(), deals(3)).expect("over a count");
        assert_eq!(average.value, Some(yuan(33_333)));
    }

    #[test]
    fn units_are_not_mixed() {
        let dollars = Quantity::Money(Money { minor: 1, currency: Currency::Usd });
        let parts = [part(Term::Won, yuan(1)), part(Term::WonOrLost, dollars)];
        assert_eq!(Explanation::ratio(Figure::WinRate, 1, parts, context(), deals(1)), Err(ExplainError::MixedUnits));
        assert_eq!(Explanation::average(Figure::AverageWon, 1, parts, context(), deals(1)), Err(ExplainError::MixedUnits));
        let sum = plain(FormulaKind::Sum, yuan(2), 2);
        assert_eq!(sum.agrees_with(&[row(yuan(1)), row(dollars)]), Err(ExplainError::MixedUnits));
    }

    #[test]
    fn rows_come_to_the_number_or_are_refused() {
        let sum = plain(FormulaKind::Sum, yuan(30), 2);
        assert_eq!(sum.agrees_with(&[row(yuan(10)), row(yuan(20))]), Ok(()));
        assert_eq!(sum.agrees_with(&[row(yuan(10)), row(yuan(21))]), Err(ExplainError::Mismatch));
        assert_eq!(sum.agrees_with(&[row(yuan(30))]), Err(ExplainError::RowCount));
        // Deals that are counted may bring amounts of any currency.
        let count = plain(FormulaKind::Count, Quantity::Count(2), 2);
        assert_eq!(count.agrees_with(&[row(yuan(10)), row(Quantity::DaysMilli(1))]), Ok(()));
        assert_eq!(plain(FormulaKind::Count, Quantity::Count(3), 2).agrees_with(&[row(yuan(1)); 2]), Err(ExplainError::Mismatch));
    }

    #[test]
    fn a_weighted_sum_is_rounded_once_and_a_median_is_no_sum() {
        assert_eq!(plain(FormulaKind::WeightedSum, yuan(5_000), 3).agrees_with(&[row(yuan(33_333)); 3]), Ok(()));
        assert_eq!(plain(FormulaKind::WeightedSum, yuan(5_001), 3).agrees_with(&[row(yuan(33_333)); 3]), Err(ExplainError::Mismatch));
        let days = [2_000, 9_000, 3_000, 4_000].map(|milli| row(Quantity::DaysMilli(milli)));
        assert_eq!(plain(FormulaKind::Median, Quantity::DaysMilli(3_500), 4).agrees_with(&days), Ok(()));
        assert_eq!(plain(FormulaKind::Median, Quantity::DaysMilli(18_000), 4).agrees_with(&days), Err(ExplainError::Mismatch));
        assert_eq!(plain(FormulaKind::Median, Quantity::DaysMilli(0), 0).agrees_with(&[]), Err(ExplainError::Mismatch));
    }
}
