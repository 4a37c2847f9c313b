//! Places on a leaderboard.
//!
//! Equal results share a place. What follows a tie is a matter of convention: the
//! house skips (1, 2, 2, 4: standard competition ranking, house decision HD-21), so
//! that the place tells how many are ahead; dense ranking does not (1, 2, 2, 3).
//!
//! Not here: the order in which people of one place are shown, and whose place may be
//! seen by whom.

use serde::{Deserialize, Serialize};

/// What follows a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum RankMethod {
    /// 1, 2, 2, 4.
    #[default]
    #[serde(rename = "1224")]
    Competition,
    /// 1, 2, 2, 3.
    #[serde(rename = "dense")]
    Dense,
}

/// The place of each value, from 1 for the highest, in the order of the values.
///
/// ```
/// use domain::rank::{rank, RankMethod};
/// assert_eq!(rank(&[100, 120, 90, 100], RankMethod::Competition), [2, 1, 4, 2]);
/// assert_eq!(rank(&[100, 120, 90, 100], RankMethod::Dense), [2, 1, 3, 2]);
/// ```
pub fn rank(values: &[i64], method: RankMethod) -> Vec<usize> {
    let mut descending = values.to_vec();
    descending.sort_unstable_by(|a, b| b.cmp(a));
    if method == RankMethod::Dense {
        descending.dedup();
    }
    values.iter().map(|value| 1 + descending.partition_point(|other| other > value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_no_place() {
        assert_eq!(rank(&[], RankMethod::Competition), Vec::<usize>::new());
    }

    #[test]
    fn a_tie_at_the_top_is_followed_by_the_third_place_or_the_second() {
        assert_eq!(rank(&[7, 7, -1], RankMethod::Competition), [1, 1, 3]);
        assert_eq!(rank(&[7, 7, -1], RankMethod::Dense), [1, 1, 2]);
    }
}
