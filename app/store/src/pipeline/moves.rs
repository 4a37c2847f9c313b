//! The write path of a drop, and of taking it back.

use super::board::ownership;
use super::stages::{self, Stages};
use crate::Store;
use crate::entity::{deal, person, pipeline, stage_transition};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::pipeline::read;
use crate::rates::{self, Frozen};
use crate::write::{Work, author};
use chrono::Duration;
use domain::ids::{DealId, StageId, UnitId, UserId};
use domain::money::Currency;
use domain::pipeline::moves::{Decision, Facts, MoveDeal, UNDO_GRACE_SECONDS, UndoMove, decide};
use domain::pipeline::order::rank_between;
use domain::pipeline::{Card, Outcome, TransitionKind};
use domain::policy::{Action, Actor, Granted, grant};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// What an undo puts back; kept with the transition it would undo.
#[derive(Serialize, Deserialize)]
struct Restore {
    stage: Uuid,
    rank: String,
    outcome: Outcome,
    probability_bp: i32,
    amount_minor: i64,
    closed_on: Option<chrono::NaiveDate>,
    lost_reason: Option<String>,
    close_note: String,
    competitor: String,
    stage_since: chrono::NaiveDate,
    #[serde(default)]
    frozen: Frozen,
}

impl Store {
    /// Moves a deal as [`decide`] says. Writes the deal's row and, if the stage
    /// or outcome changes, one row of history.
    pub async fn move_deal(&self, by: &Actor, command: MoveDeal) -> Result<Card> {
        let stages = self.stages().await?;
        let org = self.require_org()?;
        let request = command.request;
        let id = self.write(by, request, move |work| async move { move_in(work, &stages, command).await }).await?;
        self.marked_card(id, &org).await
    }

    /// Takes back one's own last move, within a minute. History keeps both the
    /// move and its undoing; figures about flow leave out both.
    pub async fn undo_move(&self, by: &Actor, command: UndoMove) -> Result<Card> {
        let org = self.require_org()?;
        let request = command.request;
        let id = self.write(by, request, move |work| async move { undo_in(work, command).await }).await?;
        self.marked_card(id, &org).await
    }

    /// The card as the board shows it.
    async fn marked_card(&self, id: DealId, org: &Org) -> Result<Card> {
        let mut card = super::card(self.db(), id, org).await?;
        let stages = self.stages().await?;
        self.mark_leads(org, &stages, vec![&mut card]).await?;
        Ok(card)
    }
}

async fn move_in(work: Work, stages: &Arc<Stages>, command: MoveDeal) -> Result<DealId> {
    let row = load(&work, command.deal, command.version).await?;
    let granted = may_write(&work, &row)?;
    let to = stages.get(command.to)?;
    let facts = Facts {
        pipeline: domain::ids::PipelineId(row.pipeline_id),
        stage: StageId(row.stage_id),
        outcome: read("outcome", &row.outcome, Outcome::parse)?,
        amount_minor: row.amount_minor,
        probability_bp: row.probability_bp,
    };
    let decision = decide(&facts, to, command.closing.as_ref(), &command.reason, work.today)?;
    if decision.transition == Some(TransitionKind::Won) && needs_contract(&work, row.pipeline_id).await? {
        // The deal is locked, so no contract of it is signed or called off meanwhile.
        if !crate::contracts::in_force(&work, row.id).await? {
            return Err(StoreError::refused("", "won_needs_contract"));
        }
    }
    let rank = match decision.transition {
        // Closing without a place keeps the place, for the case of an undo.
        Some(TransitionKind::Lost | TransitionKind::Invalid) => row.rank.clone(),
        _ => place(&work, &command, decision.stage).await?,
    };
    apply(&work, granted, row, decision, rank).await
}

/// Whether deals of this pipeline are won only with a signed contract.
async fn needs_contract(work: &Work, pipeline: Uuid) -> Result<bool> {
    let row = pipeline::Entity::find_by_id(pipeline).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    Ok(row.won_needs_contract)
}

/// May the person change this deal? What lies in a pool of leads is first taken or given.
pub(crate) fn may_write(work: &Work, row: &deal::Model) -> Result<Granted> {
    may(work, row, Action::WriteDeals)
}

/// The same of what hangs on a deal: its quotes and contracts.
pub(crate) fn may(work: &Work, row: &deal::Model, action: Action) -> Result<Granted> {
    let granted = grant(&work.by, action, &ownership(row))?;
    if row.pool_id.is_some() { Err(StoreError::refused("", "lead_in_pool")) } else { Ok(granted) }
}

/// The deal, if it still has the version that the person saw.
pub(crate) async fn load(work: &Work, id: DealId, version: i32) -> Result<deal::Model> {
    let row = deal::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    // Who may not see it learns nothing from its version.
    grant(&work.by, Action::ReadDeals, &ownership(&row))?;
    if row.version == version {
        return Ok(row);
    }
    let by = match row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: row.updated_at, version: row.version })
}

/// The rank between the cards that the person saw above and below the slot.
/// One that has gone elsewhere meanwhile no longer counts; then the free side
/// is found in the column, so that two people who drop at one place both fit.
async fn place(work: &Work, command: &MoveDeal, stage: StageId) -> Result<String> {
    use deal::Column as D;
    work.alone(&column_key(stage)).await?;
    let neighbour = async |id: Option<DealId>| -> Result<Option<String>> {
        let Some(id) = id.filter(|id| *id != command.deal) else { return Ok(None) };
        let rank: Option<String> =
            deal::Entity::find_by_id(id.0).select_only().column(D::Rank).filter(D::StageId.eq(stage.0)).into_tuple().one(work.tx()).await?;
        Ok(rank)
    };
    let others = || {
        deal::Entity::find()
            .select_only()
            .column(D::Rank)
            .filter(D::StageId.eq(stage.0))
            .filter(D::Outcome.eq(Outcome::Open.code()))
            .filter(D::Id.ne(command.deal.0))
    };
    let above = neighbour(command.above).await?;
    if let Some(above) = above {
        let below: Option<String> = others().filter(D::Rank.gt(&above)).order_by_asc(D::Rank).limit(1).into_tuple().one(work.tx()).await?;
        return Ok(rank_between(Some(&above), below.as_deref()));
    }
    let Some(below) = neighbour(command.below).await? else {
        // On top.
        let first: Option<String> = others().order_by_asc(D::Rank).limit(1).into_tuple().one(work.tx()).await?;
        return Ok(rank_between(None, first.as_deref()));
    };
    let above: Option<String> = others().filter(D::Rank.lt(&below)).order_by_desc(D::Rank).limit(1).into_tuple().one(work.tx()).await?;
    Ok(rank_between(above.as_deref(), Some(&below)))
}

async fn apply(work: &Work, granted: Granted, row: deal::Model, decision: Decision, rank: String) -> Result<DealId> {
    let id = DealId(row.id);
    let frozen = frozen(work, &row, &decision).await?;
    let mut change = row.clone().into_active_model();
    change.rank = Set(rank);
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    if let Some(kind) = decision.transition {
        change.stage_id = Set(decision.stage.0);
        change.outcome = Set(decision.outcome.code().to_owned());
        change.probability_bp = Set(decision.probability_bp);
        change.amount_minor = Set(decision.amount_minor);
        change.closed_on = Set(decision.closed_on);
        frozen.clone().put(&mut change);
        change.lost_reason = Set(decision.lost_reason.map(|r| r.code().to_owned()));
        change.competitor = Set(if decision.competitor.is_empty() { row.competitor.clone() } else { decision.competitor.clone() });
        change.close_note = Set(if decision.outcome == Outcome::Open { String::new() } else { decision.note.clone() });
        if decision.stage.0 != row.stage_id || kind == TransitionKind::Reopen {
            change.stage_since = Set(work.today);
        }
        // A closing stage is where a won deal went; lost ones went nowhere.
        let to = matches!(kind, TransitionKind::Move | TransitionKind::Won | TransitionKind::Reopen).then_some(decision.stage);
        let restore = serde_json::to_string(&restore(&row)?).map_err(|e| StoreError::Internal(e.to_string()))?;
        insert_transition(work, &row, kind, Some(StageId(row.stage_id)), to, &decision.note, None, Some(restore)).await?;
    }
    deal::Entity::update(change).exec_without_returning(work.tx()).await?;
    let record = serde_json::json!({
        "from": row.stage_id, "to": decision.stage, "outcome": decision.outcome, "kind": decision.transition, "amount_minor": decision.amount_minor,
        "frozen_rate": frozen.rate(),
    });
    work.audit(granted, "deal", row.id, &record)?;
    work.changed(deal_change(&row, row.version + 1, &work.by))?;
    Ok(id)
}

/// The rate that the deal keeps if it is won; none in any other case.
async fn frozen(work: &Work, row: &deal::Model, decision: &Decision) -> Result<Frozen> {
    let (Some(TransitionKind::Won), Some(on)) = (decision.transition, decision.closed_on) else { return Ok(Frozen::default()) };
    rates::freeze(work, read("currency", &row.currency, Currency::parse)?, decision.amount_minor, on).await
}

async fn undo_in(work: Work, command: UndoMove) -> Result<DealId> {
    use stage_transition::Column as T;
    let row = load(&work, command.deal, command.version).await?;
    let granted = may_write(&work, &row)?;
    let last = stage_transition::Entity::find()
        .filter(T::DealId.eq(row.id))
        .order_by_desc(T::At)
        .order_by_desc(T::Id)
        .limit(1)
        .one(work.tx())
        .await?
        .ok_or_else(|| StoreError::refused("", "nothing_to_undo"))?;
    let own = last.by_id == Some(work.by.id.0) && work.now - last.at <= Duration::seconds(UNDO_GRACE_SECONDS);
    let Some(text) = last.restore.as_deref().filter(|_| own && last.undoes.is_none()) else {
        return Err(StoreError::refused("", "nothing_to_undo"));
    };
    let before: Restore = serde_json::from_str(text).map_err(|e| StoreError::Internal(e.to_string()))?;
    insert_transition(
        &work,
        &row,
        TransitionKind::Undo,
        last.to_stage_id.map(StageId),
        Some(StageId(before.stage)),
        "",
        Some(last.id),
        None,
    )
    .await?;
    let mut change = row.clone().into_active_model();
    change.stage_id = Set(before.stage);
    change.rank = Set(former_place(&work, StageId(before.stage), before.rank, row.id).await?);
    change.outcome = Set(before.outcome.code().to_owned());
    change.probability_bp = Set(before.probability_bp);
    change.amount_minor = Set(before.amount_minor);
    change.closed_on = Set(before.closed_on);
    before.frozen.put(&mut change);
    change.lost_reason = Set(before.lost_reason);
    change.close_note = Set(before.close_note);
    change.competitor = Set(before.competitor);
    change.stage_since = Set(before.stage_since);
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    change.update(work.tx()).await?;
    work.audit(granted, "deal", row.id, &serde_json::json!({ "undoes": last.id }))?;
    work.changed(deal_change(&row, row.version + 1, &work.by))?;
    Ok(DealId(row.id))
}

fn restore(row: &deal::Model) -> Result<Restore> {
    Ok(Restore {
        stage: row.stage_id,
        rank: row.rank.clone(),
        outcome: read("outcome", &row.outcome, Outcome::parse)?,
        probability_bp: row.probability_bp,
        amount_minor: row.amount_minor,
        closed_on: row.closed_on,
        lost_reason: row.lost_reason.clone(),
        close_note: row.close_note.clone(),
        competitor: row.competitor.clone(),
        stage_since: row.stage_since,
        frozen: Frozen::of(row),
    })
}

#[expect(clippy::too_many_arguments, reason = "one row, one place that writes it")]
pub(crate) async fn insert_transition(
    work: &Work,
    row: &deal::Model,
    kind: TransitionKind,
    from: Option<StageId>,
    to: Option<StageId>,
    note: &str,
    undoes: Option<Uuid>,
    restore: Option<String>,
) -> Result<()> {
    let entry = stage_transition::ActiveModel {
        id: Set(work.new_id()),
        deal_id: Set(row.id),
        funnel_id: Set(row.funnel_id),
        pipeline_id: Set(row.pipeline_id),
        kind: Set(kind.code().to_owned()),
        from_stage_id: Set(from.map(|id| id.0)),
        to_stage_id: Set(to.map(|id| id.0)),
        at: Set(work.now),
        by_id: Set(Some(work.by.id.0)),
        note: Set(note.to_owned()),
        undoes: Set(undoes),
        restore: Set(restore),
    };
    stage_transition::Entity::insert(entry).exec_without_returning(work.tx()).await?;
    Ok(())
}

pub(crate) fn deal_change(row: &deal::Model, version: i32, by: &Actor) -> Change {
    Change {
        topic: Topic::Deal,
        id: row.id,
        version,
        owner: ownership(row).owner,
        unit: Some(UnitId(row.unit_id)),
        by: author(by).map(UserId),
        by_name: by.name.clone(),
    }
}

/// A rank is found between two others and then written: one after the other
/// in each column, or two cards get the same.
fn column_key(stage: StageId) -> String {
    format!("column {stage}")
}

/// The rank that a card had, or the next one behind it if another open card
/// has it by now.
async fn former_place(work: &Work, stage: StageId, rank: String, id: Uuid) -> Result<String> {
    use deal::Column as D;
    work.alone(&column_key(stage)).await?;
    let from: Vec<String> = deal::Entity::find()
        .select_only()
        .column(D::Rank)
        .filter(D::StageId.eq(stage.0))
        .filter(D::Outcome.eq(Outcome::Open.code()))
        .filter(D::Id.ne(id))
        .filter(D::Rank.gte(&rank))
        .order_by_asc(D::Rank)
        .limit(2)
        .into_tuple()
        .all(work.tx())
        .await?;
    let is_taken = from.first().is_some_and(|first| *first == rank);
    Ok(if is_taken { rank_between(Some(&rank), from.get(1).map(String::as_str)) } else { rank })
}

/// Rank for a new card on top of a column.
pub(crate) async fn top_of(work: &Work, stage: StageId) -> Result<String> {
    work.alone(&column_key(stage)).await?;
    let first: Option<String> = deal::Entity::find()
        .select_only()
        .column(deal::Column::Rank)
        .filter(deal::Column::StageId.eq(stage.0))
        .filter(deal::Column::Outcome.eq(Outcome::Open.code()))
        .order_by_asc(deal::Column::Rank)
        .limit(1)
        .into_tuple()
        .one(work.tx())
        .await?;
    Ok(rank_between(None, first.as_deref()))
}

/// Stages as the transaction sees them, without their pace.
pub(crate) async fn stages_now(work: &Work) -> Result<Stages> {
    stages::load(work.tx()).await
}
