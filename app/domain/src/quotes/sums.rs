//! What the lines of a quote come to.
//!
//! Prices are with tax. A line is `quantity × price`, rounded, less its discount, rounded;
//! the total is the sum of the lines. Tax is taken out of the total of each rate by
//! [`vat_split`], so that net and tax of all rates together are the total to the last minor
//! unit. The discount that counts against a ceiling is that of the whole quote against list
//! prices, whether it came from a lower price or from a line's discount.

use crate::finance::vat_split;
use crate::rounding::{BP_PER_WHOLE, divide, ratio_bp};
use serde::{Deserialize, Serialize};

/// Quantities are in thousandths.
pub const QUANTITY_ONE: i64 = 1_000;

/// What decides the amount of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// In thousandths, above zero.
    pub quantity_milli: i64,
    /// What one costs by the price book, with tax; of free text what is asked for.
    pub list_minor: i64,
    /// What is asked for one, with tax, before the discount.
    pub price_minor: i64,
    pub discount_bp: i32,
    pub vat_bp: i32,
}

/// A line in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSums {
    /// By list prices.
    pub list_minor: i64,
    /// Its own discount; what a lower price gives away is not in it.
    pub discount_minor: i64,
    pub total_minor: i64,
}

/// The part of a quote at one rate of tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatLine {
    pub vat_bp: i32,
    pub total_minor: i64,
    pub net_minor: i64,
    pub tax_minor: i64,
}

/// What a quote comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteSums {
    pub list_minor: i64,
    /// With tax.
    pub total_minor: i64,
    pub net_minor: i64,
    pub tax_minor: i64,
    /// By rate, the lowest first.
    pub vat: Vec<VatLine>,
}

impl Priced {
    /// ```
    /// use domain::quotes::sums::Priced;
    /// let line = Priced { quantity_milli: 1_500, list_minor: 1_000, price_minor: 1_000, discount_bp: 1_000, vat_bp: 1_300 };
    /// assert_eq!((line.sums().list_minor, line.sums().discount_minor, line.sums().total_minor), (1_500, 150, 1_350));
    /// ```
    #[must_use]
    pub fn sums(&self) -> LineSums {
        let times = |minor: i64| divide(i128::from(self.quantity_milli) * i128::from(minor), i128::from(QUANTITY_ONE)).unwrap_or_default();
        let asked = times(self.price_minor);
        let discount_minor = divide(i128::from(asked) * i128::from(self.discount_bp), i128::from(BP_PER_WHOLE)).unwrap_or_default();
        LineSums { list_minor: times(self.list_minor), discount_minor, total_minor: asked.saturating_sub(discount_minor) }
    }
}

impl QuoteSums {
    #[must_use]
    pub fn of(lines: impl IntoIterator<Item = Priced>) -> Self {
        let mut sums = Self::default();
        for line in lines {
            let LineSums { list_minor, total_minor, .. } = line.sums();
            sums.list_minor = sums.list_minor.saturating_add(list_minor);
            sums.total_minor = sums.total_minor.saturating_add(total_minor);
            let at = match sums.vat.binary_search_by_key(&line.vat_bp, |known| known.vat_bp) {
                Ok(at) => at,
                Err(at) => {
                    sums.vat.insert(at, VatLine { vat_bp: line.vat_bp, total_minor: 0, net_minor: 0, tax_minor: 0 });
                    at
                }
            };
            sums.vat[at].total_minor = sums.vat[at].total_minor.saturating_add(total_minor);
        }
        for rate in &mut sums.vat {
            let split = vat_split(rate.total_minor, i64::from(rate.vat_bp));
            (rate.net_minor, rate.tax_minor) = (split.net_minor, split.tax_minor);
            sums.net_minor = sums.net_minor.saturating_add(split.net_minor);
            sums.tax_minor = sums.tax_minor.saturating_add(split.tax_minor);
        }
        sums
    }

    /// What is given away against list prices; below zero if more is asked for.
    #[must_use]
    pub const fn discount_minor(&self) -> i64 {
        self.list_minor.saturating_sub(self.total_minor)
    }

    /// The discount in basis points of the list price. `None` if that is zero.
    ///
    /// ```
    /// use domain::quotes::sums::QuoteSums;
    /// let sums = QuoteSums { list_minor: 2_000, total_minor: 1_700, ..QuoteSums::default() };
    /// assert_eq!(sums.discount_bp(), Some(1_500));
    /// ```
    #[must_use]
    pub fn discount_bp(&self) -> Option<i64> {
        ratio_bp(self.discount_minor(), self.list_minor)
    }

    /// Whether the discount is above a ceiling, exactly and not as it is rounded. Without
    /// a ceiling nothing is.
    ///
    /// ```
    /// use domain::quotes::sums::QuoteSums;
    /// let sums = QuoteSums { list_minor: 1_000_000, total_minor: 899_999, ..QuoteSums::default() };
    /// assert_eq!((sums.discount_bp(), sums.above(Some(1_000)), sums.above(None)), (Some(1_000), true, false));
    /// ```
    #[must_use]
    pub fn above(&self, ceiling_bp: Option<i64>) -> bool {
        ceiling_bp.is_some_and(|ceiling| {
            i128::from(self.discount_minor()) * i128::from(BP_PER_WHOLE) > i128::from(ceiling) * i128::from(self.list_minor)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(list_minor: i64, price_minor: i64, discount_bp: i32, vat_bp: i32) -> Priced {
        Priced { quantity_milli: 1_000, list_minor, price_minor, discount_bp, vat_bp }
    }

    #[test]
    fn a_lower_price_and_a_discount_count_alike() {
        let by_price = QuoteSums::of([line(10_000, 8_500, 0, 1_300)]);
        let by_discount = QuoteSums::of([line(10_000, 10_000, 1_500, 1_300)]);
        assert_eq!(by_price, by_discount);
        assert_eq!(by_price.discount_bp(), Some(1_500));
        assert!(by_price.above(Some(1_499)) && !by_price.above(Some(1_500)));
    }

    #[test]
    fn the_whole_quote_decides() {
        // 40 % off the one, nothing off the other four times as dear: 8 %.
        let sums = QuoteSums::of([line(10_000, 10_000, 4_000, 1_300), line(40_000, 40_000, 0, 600)]);
        assert_eq!((sums.discount_minor(), sums.discount_bp()), (4_000, Some(800)));
        let rates: Vec<_> = sums.vat.iter().map(|rate| (rate.vat_bp, rate.total_minor)).collect();
        assert_eq!(rates, [(600, 40_000), (1_300, 6_000)]);
    }

    #[test]
    fn of_nothing_there_is_no_discount() {
        let sums = QuoteSums::of([]);
        assert_eq!((sums.discount_bp(), sums.above(Some(0))), (None, false));
        assert!(!QuoteSums::of([line(0, 0, 0, 0)]).above(Some(0)));
        let dearer = QuoteSums::of([line(100, 120, 0, 0)]);
        assert_eq!((dearer.discount_bp(), dearer.above(Some(0))), (Some(-2_000), false));
    }
}
