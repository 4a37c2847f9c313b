//! Exact division and rounding: half away from zero, once, at the last step.
//!
//! Everything that turns an exact fraction into a whole number goes through
//! here (house decision HD-1), so that a figure on a screen, in an export and
//! in a commission statement is the same figure. Money is an integer of minor
//! units and a ratio an integer of basis points (10 000 bp = 100 %); products
//! are taken in 128 bits, binary floating point is never used.
//!
//! Undefined is `None` (house decision HD-2): a zero denominator is neither
//! 0 % nor infinity. Overflow is something else. Amounts are limited to about
//! 9·10^15 minor units before they get here, so that a result beyond `i64` does
//! not occur; should it occur, it is clamped to the nearest `i64` instead of
//! panicking. An absurdly large figure is noticed, a wrapped one is not.
//!
//! Not here: splitting a whole into parts that must add up to it, which rounds
//! in another way (see [`crate::allocation`]), and the formatting of numbers.

/// Basis points in a whole: 10 000 bp = 100 %.
pub const BP_PER_WHOLE: i64 = 10_000;

/// `num ÷ den`, rounded half away from zero. `None` if `den` is zero.
///
/// `den` may be negative. The single quotient that `i128` cannot hold,
/// `i128::MIN ÷ -1`, is clamped to `i128::MAX`.
///
/// ```
/// use domain::rounding::round_half_away;
/// assert_eq!(round_half_away(5, 2), Some(3));
/// assert_eq!(round_half_away(-5, 2), Some(-3));
/// assert_eq!(round_half_away(49, 100), Some(0));
/// assert_eq!(round_half_away(1, 0), None);
/// ```
pub fn round_half_away(num: i128, den: i128) -> Option<i128> {
    if den == 0 {
        return None;
    }
    let (n, d) = (num.unsigned_abs(), den.unsigned_abs());
    let rest = n % d;
    // `rest >= d - rest` is `2 · rest >= d` without the overflow.
    let magnitude = n / d + u128::from(rest >= d - rest);
    let negative = (num < 0) != (den < 0);
    Some(signed(magnitude, negative))
}

/// [`round_half_away`] with the result clamped to `i64`.
pub fn divide(num: i128, den: i128) -> Option<i64> {
    round_half_away(num, den).map(clamp_i64)
}

/// `num ÷ den` in basis points. `None` if `den` is zero.
///
/// Not limited to 0..=10 000: it may be negative and may exceed 100 %.
///
/// ```
/// use domain::rounding::ratio_bp;
/// assert_eq!(ratio_bp(2, 3), Some(6667));
/// assert_eq!(ratio_bp(0, 7), Some(0));
/// assert_eq!(ratio_bp(5, 0), None);
/// ```
pub fn ratio_bp(num: impl Into<i128>, den: impl Into<i128>) -> Option<i64> {
    divide(num.into().saturating_mul(i128::from(BP_PER_WHOLE)), den.into())
}

/// `total_minor ÷ count` in minor units. `None` if `count` is zero.
///
/// The count decides what the average means: deals for the average deal size,
/// distinct customers for the revenue per customer.
///
/// ```
/// use domain::rounding::average_minor;
/// assert_eq!(average_minor(100_000, 3), Some(33_333));
/// assert_eq!(average_minor(0, 0), None);
/// ```
pub fn average_minor(total_minor: i64, count: impl Into<i128>) -> Option<i64> {
    divide(i128::from(total_minor), count.into())
}

/// The share `bp` (basis points) of `amount`, in the unit of `amount`.
///
/// ```
/// use domain::rounding::share_of;
/// assert_eq!(share_of(33_333, 500), 1_667);
/// ```
pub fn share_of(amount: i64, bp: i64) -> i64 {
    per_whole(i128::from(amount) * i128::from(bp))
}

/// An exact product of something and basis points, back in the unit of the
/// something: `product ÷ 10 000`, rounded and clamped to `i64`.
pub(crate) fn per_whole(product: i128) -> i64 {
    divide(product, i128::from(BP_PER_WHOLE)).expect("the divisor is a constant above zero")
}

/// The nearest `i64`.
pub(crate) fn clamp_i64(value: i128) -> i64 {
    let limited = value.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    i64::try_from(limited).expect("clamped to the range of i64")
}

fn signed(magnitude: u128, negative: bool) -> i128 {
    if negative { 0_i128.saturating_sub_unsigned(magnitude) } else { 0_i128.saturating_add_unsigned(magnitude) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero_whatever_the_sign_of_the_divisor() {
        assert_eq!(round_half_away(25, 2), Some(13));
        assert_eq!(round_half_away(25, -2), Some(-13));
        assert_eq!(round_half_away(-25, -2), Some(13));
        assert_eq!(round_half_away(-1, 3), Some(0));
        assert_eq!(round_half_away(0, -3), Some(0));
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        assert_eq!(round_half_away(i128::MIN, 1), Some(i128::MIN));
        assert_eq!(round_half_away(i128::MIN, -1), Some(i128::MAX));
        assert_eq!(round_half_away(i128::MAX, i128::MIN), Some(-1));
        assert_eq!(round_half_away(i128::MIN, i128::MIN), Some(1));
        assert_eq!(ratio_bp(i64::MAX, 1), Some(i64::MAX));
        assert_eq!(ratio_bp(i64::MIN, 1), Some(i64::MIN));
        assert_eq!(ratio_bp(i64::MAX, i64::MAX), Some(10_000));
    }

    #[test]
    fn a_large_amount_keeps_its_last_digit() {
        // A double has lost it: 2^53 is about 9.007·10^15.
        assert_eq!(average_minor(9_007_199_254_740_993, 1), Some(9_007_199_254_740_993));
        assert_eq!(share_of(9_007_199_254_740_993, 10_000), 9_007_199_254_740_993);
    }
}
