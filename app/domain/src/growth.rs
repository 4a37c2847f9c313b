//! How a figure changed against an earlier one, in numbers and in one word.
//!
//! A percentage only makes sense on a base above zero; on any other base the
//! answer is a label (house decision HD-14). Ratios change in percentage points,
//! and which of the two a goal means is for the user to choose: "margin up 5 %"
//! is either.
//!
//! Not here: which two periods are compared ([`crate::period`]), and the words
//! that a reader sees for a label.

use serde::{Deserialize, Serialize};

use crate::rounding::{BP_PER_WHOLE, per_whole, ratio_bp};

/// A change against a base: see [`growth`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// The relative change in basis points; `None` unless the base is above zero.
    pub change_bp: Option<i64>,
    /// What happened, in one word.
    pub label: GrowthLabel,
}

/// What happened to a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrowthLabel {
    /// Base above zero, and the rounded change is above zero.
    Up,
    /// Base above zero, and the rounded change is below zero.
    Down,
    /// The rounded change is zero, or both figures are the same and not above zero.
    Flat,
    /// From nothing to something.
    New,
    /// From nothing to a loss.
    TurnedLoss,
    /// From a loss to a profit.
    TurnedProfit,
    /// From a loss to exactly zero.
    BreakEven,
    /// Still a loss, but a smaller one.
    LossNarrowed,
    /// A larger loss.
    LossWidened,
}

/// The change from `base` to `current`, two figures of the same unit.
///
/// On a base above zero: `(current − base) ÷ base` in basis points, and a label
/// that follows the sign of the *rounded* change, so that nobody reads "up 0.00 %".
///
/// ```
/// use domain::growth::{growth, GrowthLabel};
/// assert_eq!(growth(1200, 1000).change_bp, Some(2000));
/// assert_eq!(growth(500, 0).change_bp, None);
/// assert_eq!(growth(50, -100).label, GrowthLabel::TurnedProfit);
/// ```
pub fn growth(current: i64, base: i64) -> Growth {
    if base <= 0 {
        return Growth { change_bp: None, label: label_without_percentage(current, base) };
    }
    let change_bp = ratio_bp(i128::from(current) - i128::from(base), base);
    Growth { change_bp, label: label_of_change(change_bp.unwrap_or(0)) }
}

/// The change of a ratio in percentage points, as basis points.
/// `None` if either ratio is undefined.
///
/// ```
/// use domain::growth::pp_change_bp;
/// assert_eq!(pp_change_bp(Some(3500), Some(3000)), Some(500));
/// assert_eq!(pp_change_bp(Some(3500), None), None);
/// ```
pub fn pp_change_bp(current_bp: Option<i64>, base_bp: Option<i64>) -> Option<i64> {
    Some(current_bp?.saturating_sub(base_bp?))
}

/// `base` changed by a relative `change_bp`, in the unit of `base`.
///
/// ```
/// use domain::growth::apply_change;
/// assert_eq!(apply_change(3000, 500), 3150);
/// ```
pub fn apply_change(base: i64, change_bp: i64) -> i64 {
    let factor = i128::from(BP_PER_WHOLE) + i128::from(change_bp);
    per_whole(i128::from(base) * factor)
}

fn label_of_change(change_bp: i64) -> GrowthLabel {
    match change_bp {
        1.. => GrowthLabel::Up,
        0 => GrowthLabel::Flat,
        _ => GrowthLabel::Down,
    }
}

fn label_without_percentage(current: i64, base: i64) -> GrowthLabel {
    match (base, current) {
        (0, 1..) => GrowthLabel::New,
        (0, 0) => GrowthLabel::Flat,
        (0, _) => GrowthLabel::TurnedLoss,
        (_, 1..) => GrowthLabel::TurnedProfit,
        (_, 0) => GrowthLabel::BreakEven,
        _ if current > base => GrowthLabel::LossNarrowed,
        _ if current < base => GrowthLabel::LossWidened,
        _ => GrowthLabel::Flat,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_follows_the_rounded_change() {
        assert_eq!(growth(1_000_001, 1_000_000).label, GrowthLabel::Flat);
        assert_eq!(growth(999_999, 1_000_000).label, GrowthLabel::Flat);
        assert_eq!(growth(1_000_050, 1_000_000).label, GrowthLabel::Up);
        assert_eq!(growth(999_950, 1_000_000).label, GrowthLabel::Down);
    }

    #[test]
    fn every_base_without_a_percentage_has_its_label() {
        assert_eq!(growth(-5, 0).label, GrowthLabel::TurnedLoss);
        assert_eq!(growth(0, -5).label, GrowthLabel::BreakEven);
        assert_eq!(growth(-5, -5).label, GrowthLabel::Flat);
        assert_eq!(growth(-5, -5).change_bp, None);
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        assert_eq!(growth(i64::MIN, 1).label, GrowthLabel::Down);
        assert_eq!(growth(i64::MAX, 1).label, GrowthLabel::Up);
        assert_eq!(apply_change(i64::MAX, i64::MAX), i64::MAX);
        assert_eq!(pp_change_bp(Some(i64::MAX), Some(-1)), Some(i64::MAX));
    }
}
