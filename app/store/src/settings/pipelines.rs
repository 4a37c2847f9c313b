//! Pipelines and their stages, as administrators change them.

use super::settings_change;
use crate::Store;
use crate::entity::{deal, pipeline, stage, stage_transition};
use crate::error::{Result, StoreError};
use crate::pipeline::{read, stages};
use crate::write::Work;
use domain::ids::{PipelineId, RequestId, StageId};
use domain::pipeline::StageKind;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::settings::{PipelineDraft, PipelineForm, PipelineSettings, StageDraft, StageForm, StageSettings, reordered};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

impl Store {
    /// All pipelines and their stages, with the versions that forms give back.
    pub async fn pipelines(&self, actor: &Actor) -> Result<Vec<PipelineSettings>> {
        grant_any(actor, Action::ManageSettings)?;
        let known = stages::load(self.db()).await?;
        let versions: HashMap<Uuid, i32> = stage::Entity::find()
            .select_only()
            .columns([stage::Column::Id, stage::Column::Version])
            .into_tuple()
            .all(self.db())
            .await?
            .into_iter()
            .collect();
        let pipelines = pipeline::Entity::find().order_by_asc(pipeline::Column::Position).all(self.db()).await?;
        Ok(pipelines
            .into_iter()
            .map(|p| PipelineSettings {
                id: PipelineId(p.id),
                version: p.version,
                name_zh: p.name_zh,
                name_en: p.name_en,
                won_needs_contract: p.won_needs_contract,
                stages: known
                    .of(PipelineId(p.id))
                    .into_iter()
                    .map(|stage| StageSettings { version: versions.get(&stage.id.0).copied().unwrap_or_default(), stage })
                    .collect(),
            })
            .collect())
    }

    /// Adds a pipeline with the article's stages, or renames one.
    pub async fn save_pipeline(&self, by: &Actor, request: RequestId, form: PipelineForm) -> Result<PipelineId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check()?;
        let version = form.version;
        let id = self.write(by, request, move |work| async move { save_pipeline(&work, granted, version, draft).await }).await?;
        self.forget_stages();
        Ok(id)
    }

    /// Adds an open stage or changes one, its place too. Open deals keep the
    /// probability that they took over when they entered it (HD-10).
    pub async fn save_stage(&self, by: &Actor, request: RequestId, form: StageForm) -> Result<StageId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let known = self.stages().await?;
        let kind = match StageId::parse(&form.id) {
            Some(id) => known.get(id)?.kind,
            None => StageKind::Open,
        };
        let draft = form.check(kind)?;
        let version = form.version;
        let id = if draft.id.is_some() {
            self.write(by, request, move |work| async move { save_stage(&work, granted, version, draft).await }).await?
        } else {
            let pipeline = PipelineId::parse(&form.pipeline).filter(|id| known.pipelines.iter().any(|p| p.id == *id));
            let pipeline = pipeline.ok_or(StoreError::NotFound)?;
            self.write(by, request, move |work| async move { add_stage(&work, granted, pipeline, draft).await }).await?
        };
        self.forget_stages();
        Ok(id)
    }

    /// Removes an open stage that no deal is in or has ever been in; one of the
    /// open stages of a pipeline must stay.
    pub async fn remove_stage(&self, by: &Actor, request: RequestId, id: StageId) -> Result<()> {
        let granted = grant_any(by, Action::ManageSettings)?;
        self.write(by, request, move |work| async move { remove_stage(&work, granted, id).await }).await?;
        self.forget_stages();
        Ok(())
    }

    fn forget_stages(&self) {
        self.boards.forget_stages();
        // Boards that were computed meanwhile from the stages as they were.
        self.hub.forget();
    }
}

async fn save_pipeline(work: &Work, granted: Granted, version: i32, draft: PipelineDraft) -> Result<PipelineId> {
    let saved = if let Some(PipelineId(id)) = draft.id {
        let row = pipeline::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
        if row.version != version {
            return Err(work.stale(row.id, row.version).await?);
        }
        let mut change = row.clone().into_active_model();
        change.name_zh = Set(draft.name_zh);
        change.name_en = Set(draft.name_en);
        change.won_needs_contract = Set(draft.won_needs_contract);
        change.version = Set(row.version + 1);
        change.update(work.tx()).await?
    } else {
        work.alone("pipelines").await?;
        let last = pipeline::Entity::find().order_by_desc(pipeline::Column::Position).one(work.tx()).await?;
        let row = pipeline::Model {
            id: work.new_id(),
            name_zh: draft.name_zh,
            name_en: draft.name_en,
            position: last.map_or(1, |row| row.position + 1),
            version: 1,
            won_needs_contract: draft.won_needs_contract,
        };
        stages::insert(work.tx(), row.clone()).await?;
        row
    };
    let record = serde_json::json!({ "name_zh": saved.name_zh, "name_en": saved.name_en, "won_needs_contract": saved.won_needs_contract });
    work.audit(granted, "pipeline", saved.id, &record)?;
    work.changed(settings_change(saved.id, saved.version, &work.by))?;
    Ok(PipelineId(saved.id))
}

async fn save_stage(work: &Work, granted: Granted, version: i32, draft: StageDraft) -> Result<StageId> {
    let id = draft.id.ok_or(StoreError::NotFound)?;
    let row = stage::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(work.stale(row.id, row.version).await?);
    }
    let mut change = row.clone().into_active_model();
    change.name_zh = Set(draft.name_zh);
    change.name_en = Set(draft.name_en);
    change.probability_bp = Set(draft.probability_bp);
    change.sla_days = Set(draft.sla_days);
    change.forecast = Set(draft.forecast.code().to_owned());
    change.exit_zh = Set(draft.exit_zh);
    change.exit_en = Set(draft.exit_en);
    change.version = Set(row.version + 1);
    let saved = change.update(work.tx()).await?;
    if let Some(place) = draft.place {
        put(work, PipelineId(row.pipeline_id), id, place).await?;
    }
    let record = serde_json::json!({
        "before": { "name_zh": row.name_zh, "probability_bp": row.probability_bp, "sla_days": row.sla_days, "forecast": row.forecast, "position": row.position },
        "after": { "name_zh": saved.name_zh, "probability_bp": saved.probability_bp, "sla_days": saved.sla_days, "forecast": saved.forecast, "place": draft.place },
    });
    work.audit(granted, "stage", row.id, &record)?;
    work.changed(settings_change(row.id, saved.version, &work.by))?;
    Ok(id)
}

async fn add_stage(work: &Work, granted: Granted, pipeline: PipelineId, draft: StageDraft) -> Result<StageId> {
    let id = work.new_id();
    let row = stage::Model {
        id,
        pipeline_id: pipeline.0,
        // Its place is found below.
        position: i32::MAX,
        name_zh: draft.name_zh,
        name_en: draft.name_en,
        kind: StageKind::Open.code().to_owned(),
        probability_bp: draft.probability_bp,
        forecast: draft.forecast.code().to_owned(),
        sla_days: draft.sla_days,
        exit_zh: draft.exit_zh,
        exit_en: draft.exit_en,
        version: 1,
    };
    stage::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.tx()).await?;
    put(work, pipeline, StageId(id), draft.place.unwrap_or(usize::MAX)).await?;
    let record =
        serde_json::json!({ "name_zh": row.name_zh, "probability_bp": row.probability_bp, "pipeline": pipeline.0, "place": draft.place });
    work.audit(granted, "stage", id, &record)?;
    work.changed(settings_change(id, 1, &work.by))?;
    Ok(StageId(id))
}

/// Puts a stage at its place among the open ones, and counts all anew from 1.
async fn put(work: &Work, pipeline: PipelineId, id: StageId, place: usize) -> Result<()> {
    let rows = in_order(work, pipeline).await?;
    let kind = |row: &stage::Model| read("stage kind", &row.kind, StageKind::parse);
    let known = rows.iter().map(|row| Ok((StageId(row.id), kind(row)?))).collect::<Result<Vec<_>>>()?;
    number(work, rows, &reordered(&known, id, place)).await
}

async fn in_order(work: &Work, pipeline: PipelineId) -> Result<Vec<stage::Model>> {
    work.alone(&format!("stages of {}", pipeline.0)).await?;
    let rows = stage::Entity::find().filter(stage::Column::PipelineId.eq(pipeline.0)).order_by_asc(stage::Column::Position);
    Ok(rows.all(work.tx()).await?)
}

/// Writes the positions that differ.
async fn number(work: &Work, rows: Vec<stage::Model>, order: &[StageId]) -> Result<()> {
    for row in rows {
        let position = order.iter().zip(1..).find(|(id, _)| id.0 == row.id).map_or(row.position, |(_, position)| position);
        if row.position != position {
            let mut change = row.into_active_model();
            change.position = Set(position);
            change.update(work.tx()).await?;
        }
    }
    Ok(())
}

async fn remove_stage(work: &Work, granted: Granted, id: StageId) -> Result<()> {
    let row = stage::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let rows = in_order(work, PipelineId(row.pipeline_id)).await?;
    let is_open = |row: &stage::Model| row.kind == StageKind::Open.code();
    if !is_open(&row) || rows.iter().filter(|row| is_open(row)).count() < 2 {
        return Err(vec![Violation::new("", "pipeline_needs_stage")].into());
    }
    let deals = deal::Entity::find().filter(deal::Column::StageId.eq(id.0)).count(work.tx()).await?;
    if deals > 0 {
        return Err(vec![Violation::new("", "in_use").with("n", deals)].into());
    }
    let passed = Condition::any().add(stage_transition::Column::ToStageId.eq(id.0)).add(stage_transition::Column::FromStageId.eq(id.0));
    if stage_transition::Entity::find().filter(passed).one(work.tx()).await?.is_some() {
        return Err(vec![Violation::new("", "stage_in_history")].into());
    }
    let order: Vec<_> = rows.iter().map(|row| StageId(row.id)).filter(|other| *other != id).collect();
    let name = row.name_zh.clone();
    row.delete(work.tx()).await?;
    number(work, rows.into_iter().filter(|row| row.id != id.0).collect(), &order).await?;
    work.audit(granted, "stage", id.0, &serde_json::json!({ "removed": name }))?;
    work.changed(settings_change(id.0, 0, &work.by))
}
