//! Satisfaction from counted answers: CSAT, NPS and CES.
//!
//! The headline of CSAT is the share of the two best of five answers, of NPS the
//! promoters less the detractors, of CES the share of the three best of seven (house
//! decision HD-17). Invalid answers are out of the counts.

use serde::{Deserialize, Serialize};

use crate::rounding::{divide, ratio_bp};

/// Fewer answers than this are shown with a note that they are few.
pub const FEW_ANSWERS: u64 = 30;

/// The figures of [`csat`]; `None` without answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Csat {
    /// Share of four and five stars, in basis points.
    pub top2_bp: Option<i64>,
    /// Mean number of stars, in hundredths.
    pub mean_x100: Option<i64>,
    /// Points of a hundred, mean × 20, in tenths.
    pub score_x10: Option<i64>,
}

/// Satisfaction from the numbers of one-star to five-star answers.
///
/// ```
/// use domain::satisfaction::csat;
/// let of = csat([4, 6, 15, 35, 40]);
/// assert_eq!((of.top2_bp, of.mean_x100, of.score_x10), (Some(7_500), Some(401), Some(802)));
/// ```
pub fn csat(counts: [u64; 5]) -> Csat {
    let all = sum(&counts);
    let stars: i128 = (1..).zip(counts).map(|(stars, count): (i128, u64)| stars * i128::from(count)).sum();
    Csat { top2_bp: ratio_bp(sum(&counts[3..]), all), mean_x100: divide(stars * 100, all), score_x10: divide(stars * 200, all) }
}

/// Promoters less detractors among all answers, −100 to 100, in tenths. `None` without
/// answers.
///
/// ```
/// use domain::satisfaction::nps_x10;
/// assert_eq!(nps_x10(10, 5, 25), Some(-375));
/// ```
pub fn nps_x10(promoters: u64, passives: u64, detractors: u64) -> Option<i64> {
    let [promoters, passives, detractors] = [promoters, passives, detractors].map(i128::from);
    divide((promoters - detractors) * 1_000, promoters + passives + detractors)
}

/// Share of the answers 5, 6 and 7 of seven, in basis points. `None` without answers.
///
/// ```
/// use domain::satisfaction::ces_bp;
/// assert_eq!(ces_bp([5, 5, 10, 10, 30, 25, 15]), Some(7_000));
/// ```
pub fn ces_bp(counts: [u64; 7]) -> Option<i64> {
    ratio_bp(sum(&counts[4..]), sum(&counts))
}

fn sum(counts: &[u64]) -> i128 {
    counts.iter().copied().map(i128::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_answers_there_is_no_figure() {
        assert_eq!(csat([0; 5]), Csat { top2_bp: None, mean_x100: None, score_x10: None });
        assert_eq!((nps_x10(0, 0, 0), ces_bp([0; 7])), (None, None));
    }

    #[test]
    fn the_ends_of_the_scales() {
        assert_eq!(csat([3, 0, 0, 0, 0]), Csat { top2_bp: Some(0), mean_x100: Some(100), score_x10: Some(200) });
        assert_eq!(csat([0, 0, 0, 0, 3]), Csat { top2_bp: Some(10_000), mean_x100: Some(500), score_x10: Some(1_000) });
        assert_eq!((nps_x10(5, 0, 0), nps_x10(0, 0, 5)), (Some(1_000), Some(-1_000)));
        assert_eq!((ces_bp([0, 0, 0, 9, 0, 0, 0]), ces_bp([0, 0, 0, 0, 1, 0, 0])), (Some(0), Some(10_000)));
    }
}
