//! Margins, taxes, receivables: the finance of sales.
//!
//! Amounts are in minor units of one currency. Sales and margin are without VAT,
//! contracts and payments with it (`rules.md` §2.17).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::period::days_between;
use crate::rounding::{BP_PER_WHOLE, clamp_i64, divide, ratio_bp};

codes! {
    /// How long a receivable is overdue.
    AgeingBucket {
        /// Due today or later.
        NotDue = "not_due",
        /// 1 to 30 days past due.
        Days30 = "1-30",
        /// 31 to 60.
        Days60 = "31-60",
        /// 61 to 90.
        Days90 = "61-90",
        /// More than 90.
        Over90 = "90+",
    }
}

/// An amount with tax taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatSplit {
    /// Without tax, in minor units.
    pub net_minor: i64,
    /// The tax; with the net amount exactly the gross one.
    pub tax_minor: i64,
}

/// `(revenue − cost) ÷ revenue` in basis points. `None` without revenue.
///
/// ```
/// use domain::finance::gross_margin_bp;
/// assert_eq!(gross_margin_bp(10_000, 13_000), Some(-3_000));
/// ```
pub fn gross_margin_bp(revenue_minor: i64, cogs_minor: i64) -> Option<i64> {
    ratio_bp(i128::from(revenue_minor) - i128::from(cogs_minor), revenue_minor)
}

/// Net and tax of a gross amount at a rate in basis points, zero or more: net is
/// rounded, tax is what is left. A rate below zero counts as zero.
///
/// ```
/// use domain::finance::{vat_split, VatSplit};
/// assert_eq!(vat_split(10_000, 600), VatSplit { net_minor: 9_434, tax_minor: 566 });
/// ```
pub fn vat_split(gross_minor: i64, rate_bp: i64) -> VatSplit {
    let whole = i128::from(BP_PER_WHOLE);
    let net_minor = divide(i128::from(gross_minor) * whole, whole + i128::from(rate_bp.max(0))).unwrap_or(gross_minor);
    VatSplit { net_minor, tax_minor: clamp_i64(i128::from(gross_minor) - i128::from(net_minor)) }
}

/// Own sales ÷ size of the market, in basis points. `None` if that is unknown or zero.
pub fn market_share_bp(own_minor: i64, market_minor: Option<i64>) -> Option<i64> {
    ratio_bp(own_minor, market_minor?)
}

/// What was collected of what could be: `(opening + sales − closing) ÷ (opening + sales)`
/// in basis points. `None` if that is zero.
///
/// ```
/// use domain::finance::collection_rate_bp;
/// assert_eq!(collection_rate_bp(200, 800, 250), Some(7_500));
/// ```
pub fn collection_rate_bp(opening_ar_minor: i64, sales_minor: i64, closing_ar_minor: i64) -> Option<i64> {
    let due = i128::from(opening_ar_minor) + i128::from(sales_minor);
    ratio_bp(due - i128::from(closing_ar_minor), due)
}

/// Days of sales outstanding, `receivable ÷ sales × days`, in tenths. `None` without
/// sales.
///
/// ```
/// use domain::finance::dso_x10;
/// assert_eq!(dso_x10(250, 800, 90), Some(281));
/// ```
pub fn dso_x10(ar_minor: i64, sales_minor: i64, days: i64) -> Option<i64> {
    divide((i128::from(ar_minor) * i128::from(days)).saturating_mul(10), i128::from(sales_minor))
}

/// In which bucket a receivable is that was due on `due`, as of a date.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::finance::{ageing_bucket, AgeingBucket};
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// assert_eq!(ageing_bucket(date("2026-01-31"), date("2026-03-02")), AgeingBucket::Days30);
/// ```
pub fn ageing_bucket(due: NaiveDate, as_of: NaiveDate) -> AgeingBucket {
    match days_between(due, as_of) {
        ..=0 => AgeingBucket::NotDue,
        1..=30 => AgeingBucket::Days30,
        31..=60 => AgeingBucket::Days60,
        61..=90 => AgeingBucket::Days90,
        91.. => AgeingBucket::Over90,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn net_and_tax_are_the_gross_amount_to_the_cent() {
        for gross in [-10_001, -1, 0, 1, 7, 10_001, i64::MAX, i64::MIN] {
            for rate in [0, 300, 600, 900, 1_300] {
                let split = vat_split(gross, rate);
                assert_eq!(i128::from(split.net_minor) + i128::from(split.tax_minor), i128::from(gross), "{gross} at {rate}");
            }
        }
        assert_eq!(vat_split(100, 0).tax_minor, 0);
        assert_eq!(vat_split(100, -500), vat_split(100, 0));
    }

    #[test]
    fn each_bucket_ends_on_its_last_day() {
        let due = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real date");
        let after = |days| ageing_bucket(due, due + chrono::Days::new(days)).code();
        assert_eq!([0, 1, 30, 31, 60, 61, 90, 91].map(after), ["not_due", "1-30", "1-30", "31-60", "31-60", "61-90", "61-90", "90+"]);
    }

    #[test]
    fn nothing_to_divide_by_is_undefined() {
        assert_eq!((gross_margin_bp(0, 5), market_share_bp(5, Some(0)), market_share_bp(5, None)), (None, None, None));
        assert_eq!((collection_rate_bp(5, -5, 1), dso_x10(1, 0, 30)), (None, None));
    }
}
