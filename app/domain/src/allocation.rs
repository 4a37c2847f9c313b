//! Splitting a whole into parts that add up to it exactly.
//!
//! A goal goes to its children, a deal's credit to the people who won it, a
//! bonus pool to a team, a contract to its instalments: in each, rounding every
//! part by itself would lose or invent a fen. The rule is the largest remainder
//! (house decision HD-3): each child first gets the whole part of
//! `total × weight ÷ Σ weights`; the units left over go one each to the largest
//! remainders, ties to the larger weight, then to the earlier child.
//!
//! What the rule promises:
//! - The parts add up to the total, whatever its sign; a negative total gives
//!   the mirror image of the positive one.
//! - With steps of one unit, every part is less than one unit away from its
//!   exact share. With steps of `u` units it is less than `2 · u` away.
//! - A child with a larger weight never gets less than one with a smaller.
//!
//! What it does not promise: that a larger total leaves nobody with less. Ten
//! units by 6 : 6 : 2 are 4, 4, 2 and eleven are 5, 5, 1 (the "Alabama paradox";
//! every method that stays within a unit of the exact share has it or a like
//! flaw, by Balinski and Young 1982). A split is therefore stored, not
//! recomputed on the fly.
//!
//! Not here: where weights come from (history, season, headcount), stretch
//! above 100 %, and tables of two axes, which are one split after the other.

use std::cmp::Reverse;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a whole cannot be split as asked. Serialised as its code in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationError {
    /// A weight is below zero, that of a locked child included.
    #[error("a weight is negative")]
    NegativeWeight,
    /// The locked children alone take more than there is.
    #[error("the locked parts exceed the total")]
    LockedExceedsTotal,
    /// Nobody is left to take what the locked children leave over.
    #[error("part of the total is left over and every child is locked")]
    UnallocatedRemainder,
    /// A part does not fit into 64 bits. Needs locked amounts near the limit.
    #[error("an amount is too large")]
    AmountTooLarge,
}

/// One recipient of a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its weight against the others, in any unit; zero or more.
    pub weight: i64,
    /// The amount it keeps whatever the split says, in the unit of the total;
    /// `None` lets the split decide. Zero is an amount like any other.
    pub locked: Option<i64>,
}

impl Child {
    /// A child whose part follows from its weight.
    pub const fn weighted(weight: i64) -> Self {
        Self { weight, locked: None }
    }

    /// A child that keeps `amount`. Its weight does not count while it is locked.
    pub const fn locked(weight: i64, amount: i64) -> Self {
        Self { weight, locked: Some(amount) }
    }
}

/// Splits `total` by weight in steps of one unit: parts in the order of `weights`.
///
/// All weights zero is an equal split. See [`allocate_in_steps`] for the errors.
///
/// ```
/// use domain::allocation::allocate;
/// assert_eq!(allocate(7, &[50, 30, 20]), Ok(vec![4, 2, 1]));
/// assert_eq!(allocate(10, &[1, 3]), Ok(vec![2, 8]));
/// assert_eq!(allocate(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
/// ```
pub fn allocate(total: i64, weights: &[i64]) -> Result<Vec<i64>, AllocationError> {
    let children: Vec<Child> = weights.iter().copied().map(Child::weighted).collect();
    allocate_in_steps(total, &children, NonZeroU64::MIN)
}

/// Splits `total` into `count` parts that differ by one unit at most, the larger
/// ones first. Nothing can be given to nobody: a count of zero is an error unless
/// the total is zero.
///
/// ```
/// use domain::allocation::split_equally;
/// assert_eq!(split_equally(100, 3), Ok(vec![34, 33, 33]));
/// ```
pub fn split_equally(total: i64, count: usize) -> Result<Vec<i64>, AllocationError> {
    allocate(total, &vec![0; count])
}

/// Splits `total` among `children` in whole steps of `step` units, for goals
/// that shall read as full thousands. Parts are in the order of `children`.
///
/// Locked children keep their amounts and the others share the rest. What is left
/// of the rest below one step goes to the unlocked child with the largest weight,
/// ties to the earlier one. No children share a total of zero as `[]`.
///
/// Errors, in the order of the checks: [`AllocationError::NegativeWeight`] for any
/// child; [`AllocationError::LockedExceedsTotal`] if the sum of the locked amounts
/// lies beyond the total (above it for a total of zero or more, below it for a
/// negative one); [`AllocationError::UnallocatedRemainder`] if every child is
/// locked, or there is none, and the sum is not the total;
/// [`AllocationError::AmountTooLarge`].
///
/// ```
/// use std::num::NonZeroU64;
/// use domain::allocation::{allocate_in_steps, Child};
/// let children = [Child::weighted(5), Child::locked(3, 400), Child::weighted(2)];
/// assert_eq!(
///     allocate_in_steps(1000, &children, NonZeroU64::MIN),
///     Ok(vec![429, 400, 171]),
/// );
/// ```
pub fn allocate_in_steps(total: i64, children: &[Child], step: NonZeroU64) -> Result<Vec<i64>, AllocationError> {
    if children.iter().any(|child| child.weight < 0) {
        return Err(AllocationError::NegativeWeight);
    }
    let rest = rest_after_locked(total, children)?;
    let open: Vec<usize> = (0..children.len()).filter(|&i| children[i].locked.is_none()).collect();
    if open.is_empty() && rest != 0 {
        return Err(AllocationError::UnallocatedRemainder);
    }

    let weights: Vec<u64> = open.iter().map(|&i| children[i].weight.unsigned_abs()).collect();
    let shares = share_in_steps(rest.unsigned_abs(), &weights, step.get());

    let mut parts: Vec<i64> = children.iter().map(|child| child.locked.unwrap_or(0)).collect();
    for (&i, share) in open.iter().zip(shares) {
        parts[i] = with_sign(share, rest < 0)?;
    }
    Ok(parts)
}

/// What the locked children leave: of the same sign as the total, or zero.
fn rest_after_locked(total: i64, children: &[Child]) -> Result<i64, AllocationError> {
    let locked: i128 = children.iter().filter_map(|child| child.locked).map(i128::from).sum();
    let rest = i128::from(total) - locked;
    if (total >= 0 && rest < 0) || (total < 0 && rest > 0) {
        return Err(AllocationError::LockedExceedsTotal);
    }
    i64::try_from(rest).map_err(|_| AllocationError::AmountTooLarge)
}

/// Whole steps by largest remainder, and what is below a step to the largest weight.
fn share_in_steps(amount: u64, weights: &[u64], step: u64) -> Vec<u64> {
    let mut shares = largest_remainder(amount / step, weights);
    for share in &mut shares {
        *share *= step;
    }
    let heaviest = (0..weights.len()).min_by_key(|&i| Reverse(weights[i]));
    if let Some(i) = heaviest {
        shares[i] += amount % step;
    }
    shares
}

/// The largest remainder of unsigned numbers. The parts add up to `total`;
/// without weights there are none.
fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    if sum == 0 && !weights.is_empty() {
        return largest_remainder(total, &vec![1; weights.len()]);
    }
    let exact = |i: usize| u128::from(total) * u128::from(weights[i]);

    let mut parts: Vec<u64> = (0..weights.len()).map(|i| u64::try_from(exact(i) / sum).expect("a share is not above the total")).collect();
    let left_over = total - parts.iter().sum::<u64>();

    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| (Reverse(exact(i) % sum), Reverse(weights[i]), i));
    for &i in order.iter().zip(0..left_over).map(|(i, _)| i) {
        parts[i] += 1;
    }
    parts
}

fn with_sign(magnitude: u64, negative: bool) -> Result<i64, AllocationError> {
    let signed = if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
    signed.ok_or(AllocationError::AmountTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(units: u64) -> NonZeroU64 {
        NonZeroU64::new(units).expect("a step of at least one unit")
    }

    #[test]
    fn nobody_can_only_share_nothing() {
        assert_eq!(allocate(0, &[]), Ok(vec![]));
        assert_eq!(allocate(1, &[]), Err(AllocationError::UnallocatedRemainder));
        assert_eq!(allocate(-1, &[]), Err(AllocationError::UnallocatedRemainder));
    }

    #[test]
    fn the_checks_come_in_order() {
        let negative_and_beyond = [Child::locked(-1, 300), Child::weighted(1)];
        assert_eq!(allocate_in_steps(100, &negative_and_beyond, steps(1)), Err(AllocationError::NegativeWeight));
        let beyond_and_nobody_left = [Child::locked(1, 300)];
        assert_eq!(allocate_in_steps(100, &beyond_and_nobody_left, steps(1)), Err(AllocationError::LockedExceedsTotal));
        assert_eq!(allocate_in_steps(500, &beyond_and_nobody_left, steps(1)), Err(AllocationError::UnallocatedRemainder));
        assert_eq!(allocate_in_steps(300, &beyond_and_nobody_left, steps(1)), Ok(vec![300]));
    }

    #[test]
    fn beyond_a_negative_total_is_below_it() {
        let children = [Child::locked(1, -80), Child::weighted(1)];
        assert_eq!(allocate_in_steps(-50, &children, steps(1)), Err(AllocationError::LockedExceedsTotal));
        assert_eq!(allocate_in_steps(-100, &children, steps(1)), Ok(vec![-80, -20]));
    }

    #[test]
    fn a_lock_of_zero_is_a_lock_and_a_lock_against_the_sign_enlarges_the_rest() {
        let children = [Child::locked(9, 0), Child::weighted(1), Child::weighted(1)];
        assert_eq!(allocate_in_steps(11, &children, steps(1)), Ok(vec![0, 6, 5]));
        let children = [Child::locked(9, -10), Child::weighted(1)];
        assert_eq!(allocate_in_steps(5, &children, steps(1)), Ok(vec![-10, 15]));
    }

    #[test]
    fn what_is_below_a_step_goes_to_the_largest_unlocked_weight() {
        let children = [Child::locked(99, 1), Child::weighted(1), Child::weighted(2), Child::weighted(2)];
        // 1 234 to share: twelve steps of 100, and 34 units below a step.
        assert_eq!(allocate_in_steps(1235, &children, steps(100)), Ok(vec![1, 200, 534, 500]));
        assert_eq!(allocate_in_steps(-70, &children[1..], steps(100)), Ok(vec![0, -70, 0]));
    }

    #[test]
    fn a_larger_total_may_leave_somebody_with_less() {
        assert_eq!(allocate(10, &[6, 6, 2]), Ok(vec![4, 4, 2]));
        assert_eq!(allocate(11, &[6, 6, 2]), Ok(vec![5, 5, 1]));
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        assert_eq!(allocate(i64::MIN, &[1]), Ok(vec![i64::MIN]));
        assert_eq!(allocate(i64::MAX, &[i64::MAX, 0]), Ok(vec![i64::MAX, 0]));
        let halves = allocate(i64::MAX, &[i64::MAX, i64::MAX]).expect("a split");
        assert_eq!(halves, vec![i64::MAX / 2 + 1, i64::MAX / 2]);
        let against = [Child::locked(1, -1), Child::weighted(1)];
        assert_eq!(allocate_in_steps(i64::MAX, &against, steps(1)), Err(AllocationError::AmountTooLarge));
        assert_eq!(allocate_in_steps(i64::MAX, &[Child::weighted(1)], steps(u64::MAX)), Ok(vec![i64::MAX]));
    }
}
