//! What a drop means: to another stage, to won, lost or invalid, back into the
//! pipeline. The rule decides from facts; it writes nothing.

use super::{LostReason, Outcome, Stage, StageKind, TransitionKind};
use crate::ids::{DealId, PipelineId, RequestId, StageId};
use crate::money::MAX_AMOUNT_MINOR;
use crate::violation::Violation;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub const REASON_MAX: usize = 500;

/// A person moves a deal: by drag, keyboard, menu, or on its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveDeal {
    pub request: RequestId,
    pub deal: DealId,
    /// The version the person saw.
    pub version: i32,
    pub to: StageId,
    /// The cards between which it was dropped; both `None`: at the top.
    pub above: Option<DealId>,
    pub below: Option<DealId>,
    pub closing: Option<Closing>,
    /// Why a closed deal comes back.
    #[serde(default)]
    pub reason: String,
}

/// What a closing drop must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closing {
    Won { amount_minor: i64, on: NaiveDate },
    Lost { reason: LostReason, competitor: String, note: String },
    Invalid { note: String },
}

/// Takes back one's own last move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoMove {
    pub request: RequestId,
    pub deal: DealId,
    pub version: i32,
}

/// The screen offers undo for ten seconds; the server is lenient by the time a
/// slow network needs.
pub const UNDO_SECONDS: i64 = 10;
pub const UNDO_GRACE_SECONDS: i64 = 60;

/// What the rule needs to know about the deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub pipeline: PipelineId,
    pub stage: StageId,
    pub outcome: Outcome,
    pub amount_minor: i64,
    pub probability_bp: i32,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub stage: StageId,
    pub outcome: Outcome,
    pub probability_bp: i32,
    pub amount_minor: i64,
    pub closed_on: Option<NaiveDate>,
    pub lost_reason: Option<LostReason>,
    pub competitor: String,
    pub note: String,
    /// `None`: only the place within the column changes; no history, no new stay.
    pub transition: Option<TransitionKind>,
}

/// What a drop must ask before it can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Nothing,
    Won,
    /// Why a closed deal is reopened.
    Reason,
}

/// The question that a drop of a deal in `outcome` on `to` raises.
#[must_use]
pub fn ask(outcome: Outcome, from: StageId, to: &Stage) -> Ask {
    match (to.kind, outcome) {
        (StageKind::Won, Outcome::Won) if from == to.id => Ask::Nothing,
        (StageKind::Won, _) => Ask::Won,
        (_, Outcome::Open) => Ask::Nothing,
        _ => Ask::Reason,
    }
}

/// Decides a move on `today`. The probability is copied from the stage on
/// entry (HD-10); a reordering keeps it. Lost and invalid deals keep the stage
/// they reached; won ones go to the won stage; a closed deal that moves to an
/// open stage is reopened and must say why.
pub fn decide(deal: &Facts, to: &Stage, closing: Option<&Closing>, reason: &str, today: NaiveDate) -> Result<Decision, Vec<Violation>> {
    if to.pipeline != deal.pipeline {
        return Err(vec![Violation::new("to", "wrong_pipeline")]);
    }
    let keep = Decision {
        stage: deal.stage,
        outcome: deal.outcome,
        probability_bp: deal.probability_bp,
        amount_minor: deal.amount_minor,
        closed_on: None,
        lost_reason: None,
        competitor: String::new(),
        note: String::new(),
        transition: None,
    };
    match closing {
        Some(Closing::Won { amount_minor, on }) => decide_won(keep, to, *amount_minor, *on, today),
        Some(Closing::Lost { reason, competitor, note }) => {
            decide_out(keep, Outcome::Lost, TransitionKind::Lost, Some(*reason), competitor, note, today)
        }
        Some(Closing::Invalid { note }) => {
            if note.trim().is_empty() {
                return Err(vec![Violation::new("note", "reason_required")]);
            }
            decide_out(keep, Outcome::Invalid, TransitionKind::Invalid, None, "", note, today)
        }
        None => decide_stage(keep, to, reason),
    }
}

fn decide_won(keep: Decision, to: &Stage, amount_minor: i64, on: NaiveDate, today: NaiveDate) -> Result<Decision, Vec<Violation>> {
    let mut found = Vec::new();
    if to.kind != StageKind::Won {
        found.push(Violation::new("to", "not_a_won_stage"));
    }
    if amount_minor <= 0 {
        found.push(Violation::new("amount", "not_positive"));
    } else if amount_minor > MAX_AMOUNT_MINOR {
        found.push(Violation::new("amount", "too_large"));
    }
    if on > today {
        found.push(Violation::new("on", "date_in_future"));
    }
    if keep.outcome == Outcome::Won {
        found.push(Violation::new("to", "same_stage"));
    }
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Decision {
        stage: to.id,
        outcome: Outcome::Won,
        probability_bp: 10_000,
        amount_minor,
        closed_on: Some(on),
        transition: Some(TransitionKind::Won),
        ..keep
    })
}

fn decide_out(
    keep: Decision,
    outcome: Outcome,
    kind: TransitionKind,
    lost_reason: Option<LostReason>,
    competitor: &str,
    note: &str,
    today: NaiveDate,
) -> Result<Decision, Vec<Violation>> {
    if keep.outcome != Outcome::Open {
        return Err(vec![Violation::new("", "closed_deal")]);
    }
    if note.chars().count() > REASON_MAX {
        return Err(vec![Violation::new("note", "too_long").with("max", REASON_MAX)]);
    }
    Ok(Decision {
        outcome,
        probability_bp: 0,
        closed_on: Some(today),
        lost_reason,
        competitor: competitor.trim().to_owned(),
        note: note.trim().to_owned(),
        transition: Some(kind),
        ..keep
    })
}

fn decide_stage(keep: Decision, to: &Stage, reason: &str) -> Result<Decision, Vec<Violation>> {
    if keep.stage == to.id && (keep.outcome == Outcome::Open || to.kind == StageKind::Won && keep.outcome == Outcome::Won) {
        return Ok(keep);
    }
    if to.kind != StageKind::Open {
        return Err(vec![Violation::new("to", if to.kind == StageKind::Won { "won_needs_details" } else { "lost_needs_reason" })]);
    }
    let reason = reason.trim();
    if reason.chars().count() > REASON_MAX {
        return Err(vec![Violation::new("reason", "too_long").with("max", REASON_MAX)]);
    }
    let reopened = keep.outcome != Outcome::Open;
    if reopened && reason.is_empty() {
        return Err(vec![Violation::new("reason", "reason_required")]);
    }
    Ok(Decision {
        stage: to.id,
        outcome: Outcome::Open,
        probability_bp: to.probability_bp,
        note: reason.to_owned(),
        transition: Some(if reopened { TransitionKind::Reopen } else { TransitionKind::Move }),
        ..keep
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::ForecastCategory;
    use uuid::Uuid;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");

    fn stage(n: u128, kind: StageKind, probability_bp: i32) -> Stage {
        Stage {
            id: StageId(Uuid::from_u128(n)),
            pipeline: PipelineId(Uuid::from_u128(1)),
            position: n as i32,
            name_zh: String::new(),
            name_en: String::new(),
            kind,
            probability_bp,
            forecast: ForecastCategory::Pipeline,
            sla_days: Some(7),
            exit_zh: String::new(),
            exit_en: String::new(),
            pace_milli: None,
        }
    }

    fn deal(stage: u128, outcome: Outcome) -> Facts {
        Facts {
            pipeline: PipelineId(Uuid::from_u128(1)),
            stage: StageId(Uuid::from_u128(stage)),
            outcome,
            amount_minor: 100,
            probability_bp: 777,
        }
    }

    #[test]
    fn a_move_takes_the_probability_of_the_stage() {
        let decision = decide(&deal(1, Outcome::Open), &stage(2, StageKind::Open, 1_000), None, "", TODAY).unwrap();
        assert_eq!((decision.probability_bp, decision.transition), (1_000, Some(TransitionKind::Move)));
    }

    #[test]
    fn reordering_writes_no_history_and_keeps_the_probability() {
        let decision = decide(&deal(2, Outcome::Open), &stage(2, StageKind::Open, 1_000), None, "", TODAY).unwrap();
        assert_eq!((decision.probability_bp, decision.transition), (777, None));
    }

    #[test]
    fn won_needs_amount_and_a_date_that_has_come() {
        let won = stage(5, StageKind::Won, 10_000);
        assert_eq!(decide(&deal(4, Outcome::Open), &won, None, "", TODAY).unwrap_err()[0].code, "won_needs_details");
        let closing = Closing::Won { amount_minor: 0, on: TODAY.succ_opt().unwrap() };
        let codes: Vec<_> =
            decide(&deal(4, Outcome::Open), &won, Some(&closing), "", TODAY).unwrap_err().into_iter().map(|v| v.code).collect();
        assert_eq!(codes, ["not_positive", "date_in_future"]);
        let closing = Closing::Won { amount_minor: 5, on: TODAY };
        let decision = decide(&deal(4, Outcome::Open), &won, Some(&closing), "", TODAY).unwrap();
        assert_eq!((decision.outcome, decision.amount_minor, decision.closed_on), (Outcome::Won, 5, Some(TODAY)));
    }

    #[test]
    fn lost_keeps_the_stage_reached() {
        let closing = Closing::Lost { reason: LostReason::Price, competitor: " X ".into(), note: String::new() };
        let decision = decide(&deal(3, Outcome::Open), &stage(3, StageKind::Open, 0), Some(&closing), "", TODAY).unwrap();
        assert_eq!((decision.stage, decision.outcome, decision.competitor.as_str()), (StageId(Uuid::from_u128(3)), Outcome::Lost, "X"));
    }

    #[test]
    fn reopening_needs_a_reason() {
        let to = stage(2, StageKind::Open, 1_000);
        assert_eq!(decide(&deal(5, Outcome::Won), &to, None, " ", TODAY).unwrap_err()[0].code, "reason_required");
        let decision = decide(&deal(5, Outcome::Won), &to, None, "came back", TODAY).unwrap();
        assert_eq!((decision.outcome, decision.transition), (Outcome::Open, Some(TransitionKind::Reopen)));
    }

    #[test]
    fn another_pipelines_stage_is_refused() {
        let mut to = stage(2, StageKind::Open, 1_000);
        to.pipeline = PipelineId(Uuid::from_u128(9));
        assert_eq!(decide(&deal(1, Outcome::Open), &to, None, "", TODAY).unwrap_err()[0].code, "wrong_pipeline");
    }
}
