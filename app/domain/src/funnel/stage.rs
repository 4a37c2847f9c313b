//! What a funnel knows of one stage.

use super::history::{History, Trail};
use crate::days::DayCounts;
use crate::pipeline::LostReason;
use crate::tally::Tally;

/// What a funnel knows of one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageFlow {
    /// Deals that count at the stage.
    pub entered: Tally,
    /// Of these, the ones that went further, whether or not they count at the next
    /// stage; at the last stage those whose win stands.
    pub advanced: Tally,
    /// Lost, this being the furthest stage they had reached.
    pub lost: Tally,
    /// Open: in a cohort by the furthest stage, otherwise by the stage they are in.
    pub still: Tally,
    /// The last completed stay of each deal.
    pub latest: DayCounts,
    /// All completed stays of each deal together.
    pub cumulative: DayCounts,
    /// The stays that are not over, by the stage they are in, up to the date.
    pub ages: DayCounts,
    /// Entered, of deals that count in rates from the stage before.
    pub(super) from_before: Tally,
    /// Entered, of deals that count in rates from the first stage.
    pub(super) from_first: Tally,
    /// Lost by reason, in the order of [`LostReason::ALL`].
    pub(super) reasons: [Tally; LostReason::ALL.len()],
}

impl StageFlow {
    /// Entered, of deals that count in rates from the stage before: the numerator of
    /// its step.
    #[must_use]
    pub fn from_before(&self) -> &Tally {
        &self.from_before
    }

    pub(super) fn enter(&mut self, deal: &History<'_>, trail: &Trail, stage: u8) {
        self.entered.add(deal.amount);
        if trail.start < stage {
            self.from_before.add(deal.amount);
        }
        if trail.start == 0 {
            self.from_first.add(deal.amount);
        }
    }

    pub(super) fn lose(&mut self, deal: &History<'_>) {
        self.lost.add(deal.amount);
        if let Some(reason) = deal.lost_reason {
            self.reasons[reason as usize].add(deal.amount);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.entered.merge(&other.entered);
        self.advanced.merge(&other.advanced);
        self.lost.merge(&other.lost);
        self.still.merge(&other.still);
        self.latest.merge(&other.latest);
        self.cumulative.merge(&other.cumulative);
        self.ages.merge(&other.ages);
        self.from_before.merge(&other.from_before);
        self.from_first.merge(&other.from_first);
        for (mine, theirs) in self.reasons.iter_mut().zip(&other.reasons) {
            mine.merge(theirs);
        }
    }
}
