//! Durations in whole days, counted by length: small, mergeable and exact.
//!
//! A million stays take no more room than ten, and two parts merge into exactly what
//! the whole would have been; the percentiles are those of [`crate::stats`] over the
//! same values.

use crate::rounding::{BP_PER_WHOLE, divide};
use crate::stats::milli_of_x10000;

/// Longer durations count as this long: ten years. It bounds the memory that a wrong
/// date can cost.
pub const DAYS_MAX: i64 = 3_653;

/// How many durations there are of each length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayCounts {
    /// By days; the last entry is never zero, so that equal contents are equal.
    counts: Vec<u64>,
    total: u64,
}

impl DayCounts {
    /// Counts one duration, limited to 0..=[`DAYS_MAX`].
    pub fn add(&mut self, days: i64) {
        let days = usize::try_from(days.clamp(0, DAYS_MAX)).unwrap_or_default();
        if self.counts.len() <= days {
            self.counts.resize(days + 1, 0);
        }
        self.counts[days] += 1;
        self.total += 1;
    }

    /// Adds the durations of another part.
    pub fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// How many durations there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.total
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The median in thousandths of a day; `None` without durations.
    #[must_use]
    pub fn median_milli(&self) -> Option<i64> {
        self.percentile_milli(BP_PER_WHOLE / 2)
    }

    /// The percentile `p_bp` in thousandths of a day, as
    /// [`crate::stats::percentile_milli`] gives it; `None` without durations.
    ///
    /// ```
    /// use domain::days::DayCounts;
    /// let mut days = DayCounts::default();
    /// [12, 18, 20, 25, 30, 31, 45, 60, 90, 129].into_iter().for_each(|d| days.add(d));
    /// assert_eq!(days.median_milli(), Some(30_500));
    /// assert_eq!(days.percentile_milli(8_000), Some(66_000));
    /// ```
    #[must_use]
    pub fn percentile_milli(&self, p_bp: i64) -> Option<i64> {
        let last = self.total.checked_sub(1)?;
        let whole = i128::from(BP_PER_WHOLE);
        let position = i128::from(p_bp.clamp(0, BP_PER_WHOLE)) * i128::from(last);
        let below = u64::try_from(position / whole).ok()?;
        let low = self.at(below)?;
        let high = self.at((below + 1).min(last))?;
        Some(milli_of_x10000(low * whole + (high - low) * (position % whole)))
    }

    /// The mean in thousandths of a day; `None` without durations.
    #[must_use]
    pub fn mean_milli(&self) -> Option<i64> {
        let sum: i128 = (0..).zip(&self.counts).map(|(days, &count): (i128, _)| days * i128::from(count)).sum();
        divide(sum * 1_000, i128::from(self.total))
    }

    /// The duration at a place of the sorted row, from 0.
    fn at(&self, place: u64) -> Option<i128> {
        let mut passed = 0;
        (0..).zip(&self.counts).find_map(|(days, &count)| {
            passed += count;
            (passed > place).then_some(days)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_durations_there_is_no_figure() {
        let none = DayCounts::default();
        assert_eq!((none.median_milli(), none.mean_milli(), none.len(), none.is_empty()), (None, None, 0, true));
    }

    #[test]
    fn wrong_dates_are_limited() {
        let mut days = DayCounts::default();
        days.add(-5);
        days.add(i64::MAX);
        assert_eq!((days.percentile_milli(0), days.percentile_milli(10_000)), (Some(0), Some(DAYS_MAX * 1_000)));
        assert_eq!(days.len(), 2);
    }
}
