//! Counts and rates over plain rows of stages: the arithmetic of the golden cases.
//!
//! What pages show is made by [`super::Funnel`], which reads dated histories and must
//! come to the same counts.

use serde::{Deserialize, Serialize};

use super::{FunnelMode, Outcome};
use crate::rounding::ratio_bp;

/// Counts and rates of n stages: see [`funnel`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// How many deals count at each stage; n entries.
    pub entered: Vec<u64>,
    /// From each stage to the next, in basis points; n − 1 entries.
    pub step_bp: Vec<Option<i64>>,
    /// From the first stage to each later one, in basis points; n − 1 entries.
    pub cumulative_bp: Vec<Option<i64>>,
}

/// Counts the deals at each of `stages` stages and the rates between them.
///
/// A history is the stages of one deal in the order of time, numbered from 0. An
/// empty history counts nowhere. A rate from a stage that nobody came to is `None`.
///
/// ```
/// use domain::funnel::{funnel, FunnelMode};
/// let histories = [vec![0, 1, 2], vec![0, 2], vec![0], vec![0, 1, 0]];
/// let reached = funnel(&histories, 3, FunnelMode::Reached);
/// assert_eq!(reached.entered, [4, 3, 2]);
/// assert_eq!(reached.step_bp, [Some(7500), Some(6667)]);
/// assert_eq!(funnel(&histories, 3, FunnelMode::Visited).entered, [4, 2, 2]);
/// assert_eq!(funnel(&histories, 3, FunnelMode::Strict).entered, [4, 2, 1]);
/// ```
pub fn funnel<H: AsRef<[usize]>>(histories: &[H], stages: usize, mode: FunnelMode) -> Conversion {
    let mut entered = vec![0; stages];
    for history in histories {
        count_history(&mut entered, history.as_ref(), mode);
    }
    let first = entered.first().copied().unwrap_or(0);
    Conversion {
        step_bp: entered.windows(2).map(|two| ratio_bp(two[1], two[0])).collect(),
        cumulative_bp: entered.iter().skip(1).map(|&later| ratio_bp(later, first)).collect(),
        entered,
    }
}

/// The open deals at each of `stages` stages: work in progress. A deal is its current
/// stage, from 0, and how it stands; one beyond the last stage is not counted.
pub fn funnel_snapshot(deals: &[(usize, Outcome)], stages: usize) -> Vec<u64> {
    let mut open = vec![0; stages];
    for (stage, outcome) in deals {
        if *outcome == Outcome::Open {
            add_one(&mut open, *stage);
        }
    }
    open
}

fn count_history(entered: &mut [u64], history: &[usize], mode: FunnelMode) {
    match mode {
        FunnelMode::Reached => {
            let reached = history.iter().max().map_or(0, |&furthest| furthest + 1);
            add_one_to_first(entered, reached);
        }
        FunnelMode::Visited => {
            for (stage, count) in entered.iter_mut().enumerate() {
                *count += u64::from(history.contains(&stage));
            }
        }
        FunnelMode::Strict => {
            // The next stage awaited is also the number of stages passed in order.
            let passed = history.iter().fold(0, |awaited, &stage| awaited + usize::from(stage == awaited));
            add_one_to_first(entered, passed);
        }
    }
}

fn add_one_to_first(counts: &mut [u64], how_many: usize) {
    for count in counts.iter_mut().take(how_many) {
        *count += 1;
    }
}

fn add_one(counts: &mut [u64], index: usize) {
    if let Some(count) = counts.get_mut(index) {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_history_counts_nowhere() {
        for mode in [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict] {
            let nobody = funnel(&[vec![]], 3, mode);
            assert_eq!(nobody.entered, [0, 0, 0]);
            assert_eq!(nobody.step_bp, [None, None]);
            assert_eq!(nobody.cumulative_bp, [None, None]);
        }
    }

    #[test]
    fn a_funnel_without_stages_is_empty() {
        let none = funnel(&[vec![0, 1]], 0, FunnelMode::Reached);
        assert_eq!((none.entered.len(), none.step_bp.len()), (0, 0));
        assert_eq!(none.cumulative_bp.len(), 0);
        assert_eq!(funnel(&[vec![0]], 1, FunnelMode::Strict).step_bp, []);
    }

    #[test]
    fn strict_waits_for_each_stage_in_turn() {
        // Back to a stage that was skipped: only then does the row go on.
        let strict = funnel(&[vec![0, 2, 1, 2]], 4, FunnelMode::Strict);
        assert_eq!(strict.entered, [1, 1, 1, 0]);
        let never_first = funnel(&[vec![1, 2]], 3, FunnelMode::Strict);
        assert_eq!(never_first.entered, [0, 0, 0]);
    }

    #[test]
    fn only_open_deals_are_in_progress() {
        let deals = [(0, Outcome::Open), (1, Outcome::Won), (1, Outcome::Lost), (1, Outcome::Invalid), (7, Outcome::Open)];
        assert_eq!(funnel_snapshot(&deals, 2), [1, 0]);
    }
}
