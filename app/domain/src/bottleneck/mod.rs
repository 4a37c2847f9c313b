//! Where a pipeline is held up, by three lenses that are never blended into one score.
//!
//! Leak, time and congestion (`rules.md` §2.7) are shown side by side, because each
//! asks for another remedy.
//!
//! [`lenses`] reads funnels; here is the arithmetic of the golden cases.
//!
//! Not here: whether a single deal stands for too long ([`crate::stall`]).

pub mod lenses;

use crate::rounding::{divide, ratio_bp};

pub use lenses::{Congestion, Leak, LensError, StageTime, congestion, leaks, stage_times, worst_congestion, worst_leak, worst_time};

/// Little's law: days that an item stays = work in progress ÷ throughput, in tenths of
/// a day; `throughput_x10` is tenths of items a day. `None` if nothing leaves. The law
/// assumes a stable flow.
///
/// ```
/// use domain::bottleneck::littles_law_days_x10;
/// assert_eq!(littles_law_days_x10(84, 24), Some(350));
/// assert_eq!(littles_law_days_x10(84, 0), None);
/// ```
pub fn littles_law_days_x10(wip: i64, throughput_x10: i64) -> Option<i64> {
    divide(i128::from(wip) * 100, i128::from(throughput_x10))
}

/// The share of one stage in the sum of all medians, in basis points. `None` if there
/// is no such stage or the sum is zero.
///
/// ```
/// use domain::bottleneck::time_share_bp;
/// assert_eq!(time_share_bp(&[4, 6, 14, 7], 2), Some(4516));
/// assert_eq!(time_share_bp(&[0, 0], 0), None);
/// ```
pub fn time_share_bp(medians: &[i64], index: usize) -> Option<i64> {
    let sum: i128 = medians.iter().copied().map(i128::from).sum();
    ratio_bp(*medians.get(index)?, sum)
}

/// Difference in differences: what changed where something was tried, less what
/// changed where it was not, in the unit of the values.
///
/// ```
/// use domain::bottleneck::diff_in_diff;
/// assert_eq!(diff_in_diff(30, 20, 30, 27), -7);
/// ```
pub fn diff_in_diff(pilot_before: i64, pilot_after: i64, control_before: i64, control_after: i64) -> i64 {
    let change = |before, after| i128::from(after) - i128::from(before);
    crate::rounding::clamp_i64(change(pilot_before, pilot_after) - change(control_before, control_after))
}
