//! The funnel of many deals, taken one by one.
//!
//! Nothing of a single deal is kept and nothing is allocated for one: a funnel is a few
//! kilobytes a stage however many deals it has seen. Adding in another order, or in
//! parts that are merged, gives the same funnel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::history::{FunnelError, History, STAGES_MAX, Trail, has, with};
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
    window: Period,
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
        let window = match shape.view {
            View::Event(period) => period,
            View::Cohort(_) | View::Snapshot => Period::new(NaiveDate::MIN, NaiveDate::MAX),
        };
        Ok(Self {
            shape,
            window,
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
        let Some(trail) = Trail::read(deal.steps, deal.derived, self.shape.stages, self.window, self.shape.as_of)? else {
            return Ok(());
        };
        if let View::Cohort(period) = self.shape.view {
            if !period.contains(trail.entered_on) {
                return Ok(());
            }
        }
        if trail.outcome == Outcome::Invalid {
            self.invalid += 1;
            return Ok(());
        }
        match self.shape.view {
            View::Cohort(_) => self.add_to_cohort(deal, &trail),
            View::Event(_) => self.add_events(deal, &trail),
            View::Snapshot => {
                if self.add_standing(deal, &trail, true) {
                    self.deals.add(deal.amount);
                }
            }
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

    fn add_to_cohort(&mut self, deal: &History<'_>, trail: &Trail) {
        self.deals.add(deal.amount);
        self.moves_back += trail.moves_back_in;
        let ever = trail.ever(self.shape.mode);
        let depth = usize::from(trail.depth);
        for (stage, flow) in (0..).zip(&mut self.stages) {
            if !has(ever, stage) {
                continue;
            }
            flow.enter(deal, trail, stage);
            match trail.outcome {
                _ if usize::from(stage) < depth => flow.advanced.add(deal.amount),
                Outcome::Won => flow.advanced.add(deal.amount),
                Outcome::Lost => flow.lose(deal),
                _ => flow.still.add(deal.amount),
            }
        }
        match trail.outcome {
            Outcome::Won => self.win(deal, trail),
            Outcome::Lost => self.lose(deal),
            _ => {}
        }
        self.add_standing(deal, trail, false);
        self.add_stays(trail);
    }

    fn add_events(&mut self, deal: &History<'_>, trail: &Trail) {
        let last = self.shape.stages - 1;
        let closed = trail.closed_in.map(|closing| (closing.outcome, closing.depth));
        let won = matches!(closed, Some((Outcome::Won, _)));
        // The last stage is entered by a win that is the last closing, and only so: then
        // its figure is that of the won deals of the period.
        let ever = trail.ever(self.shape.mode);
        let inside = with(trail.inside(self.shape.mode), last, won && has(ever, last));
        let reached = with(trail.reached_in, last, won);
        for (stage, flow) in (0..).zip(&mut self.stages) {
            if !has(ever, stage) {
                continue;
            }
            let entered = has(inside, stage);
            let advanced = if stage == last { won } else { has(reached, stage + 1) };
            if entered {
                flow.enter(deal, trail, stage);
            }
            if advanced {
                flow.advanced.add(deal.amount);
            }
            if closed == Some((Outcome::Lost, stage)) {
                flow.lose(deal);
            }
        }
        match closed {
            Some((Outcome::Won, _)) => self.win(deal, trail),
            Some(_) => self.lose(deal),
            None => {}
        }
        if inside != 0 || closed.is_some() {
            self.deals.add(deal.amount);
        }
        self.moves_back += trail.moves_back_in;
        self.add_standing(deal, trail, true);
        self.add_stays(trail);
    }

    /// An open deal where it stands; whether it is one.
    fn add_standing(&mut self, deal: &History<'_>, trail: &Trail, count: bool) -> bool {
        let Some(since) = trail.open_since else { return false };
        let Some(flow) = self.stages.get_mut(usize::from(trail.current)) else { return false };
        if count {
            flow.still.add(deal.amount);
        }
        flow.ages.add(days_between(since, self.shape.as_of));
        true
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
