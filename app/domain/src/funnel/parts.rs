//! In which parts of which stages a deal counts: for the figures, and for the list of
//! deals behind one of them.

use super::history::{FunnelError, History, Stages, Trail, below, between, bit, has, with};
use super::report::Part;
use super::{Outcome, Shape, View};
use crate::period::Period;
use chrono::NaiveDate;

/// The stages at which a deal counts, part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    pub(super) entered: Stages,
    pub(super) advanced: Stages,
    pub(super) lost: Stages,
    pub(super) still: Stages,
    /// Counts at the stage after, and in the rate of the step to it.
    converted: Stages,
    /// Counts at the stage, and in its rate from the first one.
    from_first: Stages,
}

impl Parts {
    /// Whether the deal is one of those in the figure of this part of the stage.
    #[must_use]
    pub fn has(&self, part: Part, stage: u8) -> bool {
        let stages = match part {
            Part::Entered => self.entered,
            Part::Advanced => self.advanced,
            Part::Lost => self.lost,
            Part::Still => self.still,
            Part::Converted => self.converted,
            Part::FromFirst => self.from_first,
        };
        has(stages, stage)
    }

    /// With the numerators of the rates: a deal that began at a later stage counts in no
    /// rate from a stage before it.
    fn rated(self, trail: &Trail) -> Self {
        let from_first = if trail.start == 0 { self.entered } else { 0 };
        Self { converted: (self.entered >> 1) & between(trail.start, u8::MAX), from_first, ..self }
    }

    fn of_cohort(shape: &Shape, trail: &Trail) -> Self {
        let entered = trail.ever(shape.mode);
        let (went_on, furthest) = (entered & below(trail.depth), entered & !below(trail.depth));
        match trail.outcome {
            Outcome::Won => Self { entered, advanced: entered, ..Self::default() },
            Outcome::Lost => Self { entered, advanced: went_on, lost: furthest, ..Self::default() },
            _ => Self { entered, advanced: went_on, still: furthest, ..Self::default() },
        }
    }

    fn of_events(shape: &Shape, trail: &Trail) -> Self {
        let last = shape.stages - 1;
        let ever = trail.ever(shape.mode);
        let closed = trail.closed_in.map(|closing| (closing.outcome, closing.depth));
        let won = matches!(closed, Some((Outcome::Won, _)));
        // The last stage is entered by a win that is the last closing, and only so: then
        // its figure is that of the won deals of the period.
        let inside = with(trail.inside(shape.mode), last, won);
        let reached = with(trail.reached_in, last, won);
        let lost = match closed {
            Some((Outcome::Lost, depth)) => bit(depth),
            _ => 0,
        };
        let advanced = ever & with(reached >> 1, last, won);
        Self { entered: ever & inside, advanced, lost: ever & lost, still: standing(trail), ..Self::default() }
    }
}

/// The stage that an open deal is in.
fn standing(trail: &Trail) -> Stages {
    if trail.open_since.is_some() { bit(trail.current) } else { 0 }
}

impl Shape {
    /// Where a deal counts; `None` if the view does not want it, and for invalid deals,
    /// which never were deals (house decision HD-7).
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`].
    pub fn parts(&self, deal: &History<'_>) -> Result<Option<Parts>, FunnelError> {
        let trail = self.trail(deal)?.filter(|trail| trail.outcome != Outcome::Invalid);
        Ok(trail.map(|trail| self.parts_of(&trail)))
    }

    /// The deal's history, if the view wants it.
    pub(super) fn trail(&self, deal: &History<'_>) -> Result<Option<Trail>, FunnelError> {
        let trail = Trail::read(deal.steps, deal.derived, self.stages, self.window(), self.as_of)?;
        Ok(trail.filter(|trail| match self.view {
            View::Cohort(period) => period.contains(trail.entered_on),
            View::Event(_) | View::Snapshot => true,
        }))
    }

    pub(super) fn parts_of(&self, trail: &Trail) -> Parts {
        match self.view {
            View::Cohort(_) => Parts::of_cohort(self, trail).rated(trail),
            View::Event(_) => Parts::of_events(self, trail).rated(trail),
            View::Snapshot => Parts { still: standing(trail), ..Parts::default() },
        }
    }

    /// The days whose entries are told apart.
    fn window(&self) -> Period {
        match self.view {
            View::Event(period) => period,
            View::Cohort(_) | View::Snapshot => Period::new(NaiveDate::MIN, NaiveDate::MAX),
        }
    }
}
