//! The history of one deal, read once and put together.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{FunnelMode, Outcome};
use crate::money::Money;
use crate::period::{Period, days_between};
use crate::pipeline::{LostReason, TransitionKind};

/// Most stages of a pipeline that a funnel is made of.
pub const STAGES_MAX: usize = 32;

/// One entry of a deal's history, in eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happened.
    pub kind: TransitionKind,
    /// The stage it went to, numbered from 0 in the order of the pipeline without
    /// stages for lost deals. Only entering, moving and reopening read it; a win leads
    /// to the last stage whatever it says.
    pub stage: u8,
    /// The business date: of a win the day on which it was won.
    pub on: NaiveDate,
}

/// What a funnel reads of one deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History<'a> {
    /// All entries in the order in which they were written. An undo cancels the entry
    /// right before it; one that follows another undo, or nothing, cancels nothing.
    pub steps: &'a [Step],
    /// The amount of the deal now.
    pub amount: Money,
    /// The date of first contact, if it is known; a later one than the first entry is
    /// passed over.
    pub first_contact: Option<NaiveDate>,
    /// Why it was lost; read only if it was.
    pub lost_reason: Option<LostReason>,
    /// Whether it sprang from another deal's first touch: then the stages before its
    /// first one are not imputed, and it is left out of their rates (`rules.md` §2.4).
    pub derived: bool,
}

/// Why a deal cannot be counted, or two parts not merged. Serialised as its code in
/// snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunnelError {
    /// A funnel has 1 to [`STAGES_MAX`] stages.
    #[error("a funnel has 1 to {STAGES_MAX} stages")]
    StageCount,
    /// A step leads to a stage that the funnel does not have.
    #[error("a step leads beyond the last stage")]
    UnknownStage,
    /// The other part was made with other stages, mode, view or date.
    #[error("the parts were not made alike")]
    OtherShape,
}

/// Some of the stages: bit k is stage k.
pub(super) type Stages = u32;

/// The stages from `from` to `to`, both included.
pub(super) fn between(from: u8, to: u8) -> Stages {
    if from > to { 0 } else { up_to(to) & !below(from) }
}

pub(super) fn has(stages: Stages, stage: u8) -> bool {
    stages.checked_shr(u32::from(stage)).is_some_and(|rest| rest & 1 == 1)
}

/// The stages, with or without this one.
pub(super) fn with(stages: Stages, stage: u8, wanted: bool) -> Stages {
    if wanted { stages | bit(stage) } else { stages & !bit(stage) }
}

/// The stages before `stage`.
pub(super) fn below(stage: u8) -> Stages {
    up_to(stage) >> 1
}

fn up_to(stage: u8) -> Stages {
    Stages::MAX >> (31 - u32::from(stage.min(31)))
}

pub(super) fn bit(stage: u8) -> Stages {
    up_to(stage) ^ below(stage)
}

/// A closing inside a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    pub on: NaiveDate,
    pub outcome: Outcome,
    /// The furthest stage reached by then.
    pub depth: u8,
}

/// What came of a history by a date, and what of it fell into a window.
pub(super) struct Trail {
    pub entered_on: NaiveDate,
    /// The first stage it counts at.
    pub start: u8,
    /// The furthest stage it was ever in.
    pub depth: u8,
    pub current: u8,
    /// Since when it has been in the current stage; `None` unless it is open.
    pub open_since: Option<NaiveDate>,
    pub outcome: Outcome,
    visited: Stages,
    strict: Stages,
    /// Stages first reached in the window, skipped ones included.
    pub reached_in: Stages,
    visited_in: Stages,
    strict_in: Stages,
    /// The last closing in the window (house decision HD-9). Of several the one written
    /// last: a win that is dated back corrects the loss before it.
    pub closed_in: Option<Closing>,
    /// The day of the last closing of all, whatever the window.
    pub closed_on: Option<NaiveDate>,
    pub moves_back_in: u64,
    /// Stages with a stay completed in the window, and its days.
    pub stayed: Stages,
    pub latest: [i64; STAGES_MAX],
    pub cumulative: [i64; STAGES_MAX],
    /// The next stage that the strict order waits for.
    awaited: u8,
}

impl Trail {
    /// Reads a history by the end of `as_of`; `None` if nothing was entered by then.
    pub fn read(steps: &[Step], derived: bool, stages: u8, window: Period, as_of: NaiveDate) -> Result<Option<Self>, FunnelError> {
        use TransitionKind as Kind;
        let last = stages.saturating_sub(1);
        let mut trail: Option<Self> = None;
        for (index, step) in steps.iter().enumerate() {
            let goes = match step.kind {
                Kind::Enter | Kind::Move | Kind::Reopen if step.stage >= stages => return Err(FunnelError::UnknownStage),
                Kind::Undo => continue,
                _ if step.on > as_of || steps.get(index + 1).is_some_and(|next| next.kind == Kind::Undo) => continue,
                Kind::Enter | Kind::Move | Kind::Reopen => Some((step.stage, Outcome::Open)),
                Kind::Won => Some((last, Outcome::Won)),
                Kind::Lost | Kind::Invalid => None,
            };
            let inside = window.contains(step.on);
            match (&mut trail, goes) {
                (None, None) => continue,
                (None, Some((stage, _))) => trail = Some(Self::begin(stage, step.on, derived, inside)),
                (Some(trail), _) => trail.leave(step.on, inside),
            }
            let Some(trail) = &mut trail else { continue };
            match goes {
                Some((stage, outcome)) => {
                    trail.moves_back_in += u64::from(inside && step.kind == Kind::Move && stage < trail.current);
                    trail.enter(stage, step.on, outcome, inside);
                }
                None => trail.outcome = if step.kind == Kind::Lost { Outcome::Lost } else { Outcome::Invalid },
            }
            trail.close(step.on, inside);
        }
        Ok(trail)
    }

    /// The stages it counts at by now.
    pub fn ever(&self, mode: FunnelMode) -> Stages {
        self.at_or_after_start(match mode {
            FunnelMode::Reached => up_to(self.depth),
            FunnelMode::Visited => self.visited,
            FunnelMode::Strict => self.strict,
        })
    }

    /// The stages that it came to count at inside the window; of visits, any inside.
    pub fn inside(&self, mode: FunnelMode) -> Stages {
        self.at_or_after_start(match mode {
            FunnelMode::Reached => self.reached_in,
            FunnelMode::Visited => self.visited_in,
            FunnelMode::Strict => self.strict_in,
        })
    }

    fn at_or_after_start(&self, stages: Stages) -> Stages {
        stages & between(self.start, u8::MAX)
    }

    fn begin(stage: u8, on: NaiveDate, derived: bool, inside: bool) -> Self {
        let start = if derived { stage } else { 0 };
        Self {
            entered_on: on,
            start,
            depth: stage,
            current: stage,
            open_since: None,
            outcome: Outcome::Open,
            visited: 0,
            strict: 0,
            reached_in: if inside { between(start, stage) } else { 0 },
            visited_in: 0,
            strict_in: 0,
            closed_in: None,
            closed_on: None,
            moves_back_in: 0,
            stayed: 0,
            latest: [0; STAGES_MAX],
            cumulative: [0; STAGES_MAX],
            awaited: start,
        }
    }

    fn leave(&mut self, on: NaiveDate, inside: bool) {
        let Some(since) = self.open_since.take() else { return };
        if inside {
            let days = days_between(since, on).max(0);
            let stage = usize::from(self.current);
            self.stayed |= bit(self.current);
            self.latest[stage] = days;
            self.cumulative[stage] += days;
        }
    }

    fn enter(&mut self, stage: u8, on: NaiveDate, outcome: Outcome, inside: bool) {
        let inside = if inside { Stages::MAX } else { 0 };
        if stage > self.depth {
            self.reached_in |= between(self.depth + 1, stage) & inside;
            self.depth = stage;
        }
        self.visited |= bit(stage);
        self.visited_in |= bit(stage) & inside;
        if stage == self.awaited {
            self.strict |= bit(stage);
            self.strict_in |= bit(stage) & inside;
            self.awaited += 1;
        }
        self.current = stage;
        self.outcome = outcome;
        self.open_since = (outcome == Outcome::Open).then_some(on);
    }

    fn close(&mut self, on: NaiveDate, inside: bool) {
        if matches!(self.outcome, Outcome::Won | Outcome::Lost) {
            self.closed_on = Some(on);
            if inside {
                self.closed_in = Some(Closing { on, outcome: self.outcome, depth: self.depth });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_small() {
        assert_eq!(size_of::<Step>(), 8);
    }

    #[test]
    fn sets_of_stages() {
        assert_eq!((up_to(0), up_to(3), up_to(31), up_to(255)), (0b1, 0b1111, u32::MAX, u32::MAX));
        assert_eq!((bit(0), bit(3), bit(31)), (0b1, 0b1000, 1 << 31));
        assert_eq!((between(0, 2), between(1, 2), between(2, 1), between(31, 31)), (0b111, 0b110, 0, 1 << 31));
        assert_eq!((with(0b101, 1, true), with(0b101, 2, false)), (0b111, 0b1));
        assert!(has(0b100, 2) && !has(0b100, 1) && !has(u32::MAX, 32));
    }
}
