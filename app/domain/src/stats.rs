//! Percentiles and means of whole numbers, exact and then rounded once.
//!
//! Results are in thousandths (`_milli`) of the unit of the values. A percentile is
//! that of SQL's `PERCENTILE_CONT` (house decision HD-16; type 7 of Hyndman and Fan
//! 1996), so that a figure computed here and one computed in the database agree.
//!
//! Not here: what the values are (days, minutes, money) and when there are too few
//! of them to show (see [`crate::stall`]).

use crate::rounding::{BP_PER_WHOLE, divide};

/// The percentile `p_bp` (basis points: the median is 5 000), in thousandths of the
/// unit of the values, by linear interpolation between the sorted values at position
/// `p × (n − 1)`. `None` without values.
///
/// The values may come in any order; `p_bp` is limited to 0..=10 000.
///
/// ```
/// use domain::stats::percentile_milli;
/// let days = [12, 18, 20, 25, 30, 31, 45, 60, 90, 129];
/// assert_eq!(percentile_milli(&days, 5000), Some(30_500));
/// assert_eq!(percentile_milli(&[], 5000), None);
/// ```
pub fn percentile_milli(values: &[i64], p_bp: i64) -> Option<i64> {
    percentile_x10000(values, p_bp).map(milli_of_x10000)
}

/// The mean in thousandths of the unit of the values. `None` without values.
///
/// ```
/// use domain::stats::mean_milli;
/// assert_eq!(mean_milli(&[1, 2]), Some(1_500));
/// assert_eq!(mean_milli(&[]), None);
/// ```
pub fn mean_milli(values: &[i64]) -> Option<i64> {
    let sum: i128 = values.iter().copied().map(i128::from).sum();
    divide(sum * 1000, values.len() as i128)
}

/// The exact percentile in ten-thousandths, which is as fine as `p_bp` can cut.
pub(crate) fn percentile_x10000(values: &[i64], p_bp: i64) -> Option<i128> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;

    let whole = i128::from(BP_PER_WHOLE);
    let position = i128::from(p_bp.clamp(0, BP_PER_WHOLE)) * last as i128;
    let below = usize::try_from(position / whole).ok()?;
    let above = (below + 1).min(last);

    let (low, high) = (i128::from(sorted[below]), i128::from(sorted[above]));
    Some(low * whole + (high - low) * (position % whole))
}

/// Thousandths of a number of ten-thousandths.
pub(crate) fn milli_of_x10000(value: i128) -> i64 {
    divide(value, 10).expect("the divisor is not zero")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_smallest_and_the_largest() {
        let values = [9, -3, 4];
        assert_eq!(percentile_milli(&values, 0), Some(-3_000));
        assert_eq!(percentile_milli(&values, 10_000), Some(9_000));
        assert_eq!(percentile_milli(&values, -1), Some(-3_000));
        assert_eq!(percentile_milli(&values, 20_000), Some(9_000));
    }

    #[test]
    fn a_percentile_is_rounded_half_away_from_zero() {
        // 0.0005 and −0.0005.
        assert_eq!(percentile_milli(&[0, 1], 5), Some(1));
        assert_eq!(percentile_milli(&[-1, 0], 9995), Some(-1));
        assert_eq!(percentile_milli(&[0, 1], 4), Some(0));
    }

    #[test]
    fn a_mean_is_rounded_half_away_from_zero() {
        assert_eq!(mean_milli(&[1, 0, 0]), Some(333));
        assert_eq!(mean_milli(&[-2, 0, 0]), Some(-667));
        assert_eq!(mean_milli(&[i64::MAX, i64::MAX]), Some(i64::MAX));
    }
}
