//! The funnel of many deals, taken one by one.
//!
//! Nothing of a single deal is kept and nothing is allocated for one: a funnel is a few
//! kilobytes a stage however many deals it has seen. Adding in another order, or in
//! parts that are merged, gives the same funnel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::history::{FunnelError, History, STAGES_MAX, Trail, has};
use super::stage::StageFlow;
use super::{FunnelMode, Outcome};
use crate::days::DayCounts;
use crate::period::{Period, days_between};
use crate::pipeline::LostReason;
use crate::tally::Tally;

/// Which deals count, and what of them (`rules.md` §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The deals that first entered a stage in the period, with all that came of them.
    /// At every stage: entered = advanced + lost + still.
    Cohort(Period),
    /// What happened in the period, to whatever deals: entered a stage, went beyond it,
    /// was closed. The parts do not add up and rates may exceed 100 %. `still` is open
    /// deals in the stage on the date, as in a snapshot.
    Event(Period),
    /// Open deals by the stage that they are in: work in progress, no rates.
    Snapshot,
}

/// What a funnel is made for. Only funnels of one shape can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// Number of stages, the last being that of won deals: 1 to [`STAGES_MAX`].
    pub stages: u8,
    /// What it takes to count at a stage.
    pub mode: FunnelMode,
    /// Which deals count.
    pub view: View,
    /// What happened later is not known yet. An undo is: what was undone never was.
    pub as_of: NaiveDate,
}

/// See the module: deals go in by [`Self::add`], figures come out by [`Self::rows`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    shape: Shape,
    stages: Vec<StageFlow>,
    deals: Tally,
    invalid: u64,
    moves_back: u64,
    won: Tally,
    lost: Tally,
    no_decision: Tally,
    cycles: DayCounts,
}

impl Funnel {
    /// An empty funnel.
    ///
    /// # Errors
    ///
    /// [`FunnelError::StageCount`] unless there are 1 to [`STAGES_MAX`] stages.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// use domain::funnel::{Funnel, FunnelMode, History, Shape, Step, View};
    /// use domain::money::{Currency, Money};
    /// use domain::period::Period;
    /// use domain::pipeline::TransitionKind;
    /// use domain::tally::Measure;
    /// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    /// let half_year = View::Cohort(Period::new(date(1, 1), date(7, 1)));
    /// let shape = Shape { stages: 3, mode: FunnelMode::Reached, view: half_year, as_of: date(6, 30) };
    /// let mut funnel = Funnel::new(shape).unwrap();
    /// let steps = [
    ///     Step { kind: TransitionKind::Enter, stage: 0, on: date(2, 1) },
    ///     Step { kind: TransitionKind::Won, stage: 2, on: date(3, 5) },
    /// ];
    /// let amount = Money { minor: 500, currency: Currency::Cny };
    /// funnel.add(&History { steps: &steps, amount, first_contact: None, lost_reason: None, derived: false }).unwrap();
    /// let rows = funnel.rows(Measure::Count);
    /// assert_eq!((rows[1].entered, rows[1].step_bp, rows[0].latest_median_milli), (1, Some(10_000), Some(32_000)));
    /// ```
    pub fn new(shape: Shape) -> Result<Self, FunnelError> {
        let count = usize::from(shape.stages);
        if count == 0 || count > STAGES_MAX {
            return Err(FunnelError::StageCount);
        }
        Ok(Self {
            shape,
            stages: vec![StageFlow::default(); count],
            deals: Tally::default(),
            invalid: 0,
            moves_back: 0,
            won: Tally::default(),
            lost: Tally::default(),
            no_decision: Tally::default(),
            cycles: DayCounts::default(),
        })
    }

    /// Counts one deal, if the view wants it. Invalid deals are only numbered, by
    /// [`Self::invalid`]: they never were deals (house decision HD-7).
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`]; the funnel is as before.
    pub fn add(&mut self, deal: &History<'_>) -> Result<(), FunnelError> {
        let Some(trail) = self.shape.trail(deal)? else { return Ok(()) };
        if trail.outcome == Outcome::Invalid {
            self.invalid += 1;
            return Ok(());
        }
        let parts = self.shape.parts_of(&trail);
        for (stage, flow) in (0..).zip(&mut self.stages) {
            if has(parts.entered, stage) {
                flow.enter(deal, &trail, stage);
            }
            if has(parts.advanced, stage) {
                flow.advanced.add(deal.amount);
            }
            if has(parts.lost, stage) {
                flow.lose(deal);
            }
            if has(parts.still, stage) {
                flow.still.add(deal.amount);
            }
        }
        self.add_age(&trail);
        let counts = match self.shape.view {
            View::Cohort(_) => true,
            View::Event(_) => parts.entered != 0 || trail.closed_in.is_some(),
            View::Snapshot => parts.still != 0,
        };
        if counts {
            self.deals.add(deal.amount);
        }
        if self.shape.view != View::Snapshot {
            self.add_closing(deal, &trail);
            self.add_stays(&trail);
            self.moves_back += trail.moves_back_in;
        }
        Ok(())
    }

    /// Adds all deals of another part.
    ///
    /// # Errors
    ///
    /// [`FunnelError::OtherShape`]; the funnel is as before.
    pub fn merge(&mut self, other: &Self) -> Result<(), FunnelError> {
        if self.shape != other.shape {
            return Err(FunnelError::OtherShape);
        }
        for (mine, theirs) in self.stages.iter_mut().zip(&other.stages) {
            mine.merge(theirs);
        }
        self.deals.merge(&other.deals);
        self.invalid += other.invalid;
        self.moves_back += other.moves_back;
        self.won.merge(&other.won);
        self.lost.merge(&other.lost);
        self.no_decision.merge(&other.no_decision);
        self.cycles.merge(&other.cycles);
        Ok(())
    }

    /// What it was made for.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// What is known of each stage.
    #[must_use]
    pub fn stages(&self) -> &[StageFlow] {
        &self.stages
    }

    /// Deals that count: of the cohort, with an event in the period, or open.
    #[must_use]
    pub fn deals(&self) -> &Tally {
        &self.deals
    }

    /// Deals of the cohort, or of all, that turned out to be none.
    #[must_use]
    pub fn invalid(&self) -> u64 {
        self.invalid
    }

    /// Moves to an earlier stage, which rates by the mode reached ignore.
    #[must_use]
    pub fn moves_back(&self) -> u64 {
        self.moves_back
    }

    /// Won: of the cohort by now, or in the period by the last closing in it.
    #[must_use]
    pub fn won(&self) -> &Tally {
        &self.won
    }

    /// Lost, in the same sense.
    #[must_use]
    pub fn lost(&self) -> &Tally {
        &self.lost
    }

    /// Of the lost ones, those lost for want of a decision.
    #[must_use]
    pub fn no_decision(&self) -> &Tally {
        &self.no_decision
    }

    /// Sales cycles of the won deals: from first contact, or from the first entry if
    /// that was earlier, to the win (house decision HD-8).
    #[must_use]
    pub fn cycles(&self) -> &DayCounts {
        &self.cycles
    }

    /// What it came to: in a cohort by now, of events by the last closing in the period.
    fn add_closing(&mut self, deal: &History<'_>, trail: &Trail) {
        let outcome = match self.shape.view {
            View::Event(_) => trail.closed_in.map(|closing| closing.outcome),
            View::Cohort(_) | View::Snapshot => Some(trail.outcome),
        };
        match outcome {
            Some(Outcome::Won) => self.win(deal, trail),
            Some(Outcome::Lost) => self.lose(deal),
            _ => {}
        }
    }

    fn add_age(&mut self, trail: &Trail) {
        let Some(since) = trail.open_since else { return };
        if let Some(flow) = self.stages.get_mut(usize::from(trail.current)) {
            flow.ages.add(days_between(since, self.shape.as_of));
        }
    }

    fn add_stays(&mut self, trail: &Trail) {
        for (stage, flow) in (0..).zip(&mut self.stages) {
            if has(trail.stayed, stage) {
                flow.latest.add(trail.latest[usize::from(stage)]);
                flow.cumulative.add(trail.cumulative[usize::from(stage)]);
            }
        }
    }

    fn lose(&mut self, deal: &History<'_>) {
        self.lost.add(deal.amount);
        if deal.lost_reason == Some(LostReason::NoDecision) {
            self.no_decision.add(deal.amount);
        }
    }

    fn win(&mut self, deal: &History<'_>, trail: &Trail) {
        self.won.add(deal.amount);
        let began = deal.first_contact.map_or(trail.entered_on, |contact| contact.min(trail.entered_on));
        if let Some(closing) = trail.closed_in {
            self.cycles.add(days_between(began, closing.on));
        }
    }
}
