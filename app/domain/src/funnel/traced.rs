//! One deal as figures sort it: what came of it by a date, and what of it fell into a
//! period. A figure made of such deals, and the list behind it, cannot disagree.

use chrono::NaiveDate;

use super::Outcome;
use super::history::{FunnelError, History, Trail, has};
use crate::period::{Period, days_between};

/// What came of one deal; see [`Self::read`].
pub struct Traced {
    trail: Trail,
    /// First contact, or the first entry if that was earlier (house decision HD-8).
    began: NaiveDate,
    period: Period,
    as_of: NaiveDate,
}

impl Traced {
    /// Reads a deal by the end of `as_of`. `None` if nothing was entered by then, and for
    /// invalid deals, which never were deals (house decision HD-7).
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`].
    pub fn read(deal: &History<'_>, stages: u8, period: Period, as_of: NaiveDate) -> Result<Option<Self>, FunnelError> {
        let trail = Trail::read(deal.steps, deal.derived, stages, period, as_of)?;
        Ok(trail.filter(|trail| trail.outcome != Outcome::Invalid).map(|trail| {
            let began = deal.first_contact.map_or(trail.entered_on, |contact| contact.min(trail.entered_on));
            Self { trail, began, period, as_of }
        }))
    }

    /// Whether it began in the period: its first entry lies in it.
    #[must_use]
    pub fn created(&self) -> bool {
        self.period.contains(self.trail.entered_on)
    }

    /// How it stands by the date.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.trail.outcome
    }

    /// How it was closed by its last closing in the period (house decision HD-9).
    #[must_use]
    pub fn closed(&self) -> Option<Outcome> {
        self.trail.closed_in.map(|closing| closing.outcome)
    }

    /// The day on which it was won, of a deal whose win stands by the date; whatever the
    /// period.
    #[must_use]
    pub fn won_on(&self) -> Option<NaiveDate> {
        self.trail.closed_on.filter(|_| self.trail.outcome == Outcome::Won)
    }

    /// The sales cycle in days, of a deal won in the period.
    #[must_use]
    pub fn cycle_days(&self) -> Option<i64> {
        let won = self.trail.closed_in.filter(|closing| closing.outcome == Outcome::Won)?;
        Some(days_between(self.began, won.on).max(0))
    }

    /// Days of its last stay in the stage that ended in the period.
    #[must_use]
    pub fn stay_days(&self, stage: u8) -> Option<i64> {
        has(self.trail.stayed, stage).then(|| self.trail.latest[usize::from(stage)])
    }

    /// The stage that an open deal is in, and for how many days.
    #[must_use]
    pub fn standing(&self) -> Option<(u8, i64)> {
        self.trail.open_since.map(|since| (self.trail.current, days_between(since, self.as_of)))
    }

    /// The furthest stage it was ever in, by the date.
    #[must_use]
    pub fn depth(&self) -> u8 {
        self.trail.depth
    }
}
