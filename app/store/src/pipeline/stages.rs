//! Pipelines and stages, with the pace of each stage measured from history.

use crate::Store;
use crate::entity::{pipeline, stage, stage_transition};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use chrono::{Duration, NaiveDate};
use domain::ids::{PipelineId, StageId};
use domain::pipeline::{ForecastCategory, PipelineName, STALL_MIN_STAYS, STALL_PERCENTILE_BP, Stage, StageKind, TransitionKind};
use domain::stats::percentile_milli;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Stays that began this long ago or later say how fast a stage is.
const PACE_DAYS: i64 = 365;

/// Stages of the article's pipeline: zh, en, probability, forecast, SLA, exit criteria.
const DEFAULT: [(&str, &str, i32, &str, Option<i32>, &str, &str); 5] = [
    ("潜在客户", "Prospect", 500, "pipeline", Some(7), "已联系上对方\n对方说出了需求", "Contact reached\nNeed expressed"),
    ("线索", "Lead", 1_000, "pipeline", Some(10), "预算、决策人、需求、时间已问清", "Budget, authority, need and time known"),
    ("机会", "Opportunity", 3_000, "best_case", Some(21), "报价已被接受\n决策人已知", "Quote accepted\nDecision maker known"),
    ("合同", "Contract", 7_500, "commit", Some(10), "合同已签", "Contract signed"),
    ("成交", "Won", 10_000, "closed", None, "", ""),
];

/// Makes the article's five stages the first pipeline.
pub(crate) async fn insert_default(db: &impl ConnectionTrait) -> Result<()> {
    let (name_zh, name_en) = ("标准销售流程".into(), "Standard pipeline".into());
    insert(db, pipeline::Model { id: Uuid::now_v7(), name_zh, name_en, position: 1, version: 1, won_needs_contract: false }).await
}

/// Makes a pipeline with the article's stages.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: pipeline::Model) -> Result<()> {
    let id = row.id;
    pipeline::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    let stages = DEFAULT.iter().zip(1..).map(|((zh, en, probability, forecast, sla, exit_zh, exit_en), position)| stage::ActiveModel {
        id: Set(Uuid::now_v7()),
        pipeline_id: Set(id),
        position: Set(position),
        name_zh: Set((*zh).into()),
        name_en: Set((*en).into()),
        kind: Set(if *probability == 10_000 { "won" } else { "open" }.into()),
        probability_bp: Set(*probability),
        forecast: Set((*forecast).into()),
        sla_days: Set(*sla),
        exit_zh: Set((*exit_zh).into()),
        exit_en: Set((*exit_en).into()),
        version: Set(1),
    });
    stage::Entity::insert_many(stages).exec_without_returning(db).await?;
    Ok(())
}

/// All pipelines and stages, as one snapshot.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    pub pipelines: Vec<PipelineName>,
    pub stages: Vec<Stage>,
}

impl Stages {
    #[must_use]
    pub fn of(&self, pipeline: PipelineId) -> Vec<Stage> {
        self.stages.iter().filter(|s| s.pipeline == pipeline).cloned().collect()
    }

    pub fn get(&self, id: StageId) -> Result<&Stage> {
        self.stages.iter().find(|s| s.id == id).ok_or(StoreError::NotFound)
    }

    /// The asked-for pipeline, or the first.
    pub fn choose(&self, wanted: Option<PipelineId>) -> Result<PipelineId> {
        wanted
            .filter(|id| self.pipelines.iter().any(|p| p.id == *id))
            .or_else(|| self.pipelines.first().map(|p| p.id))
            .ok_or(StoreError::NotFound)
    }
}

/// Reads pipelines and stages, without their pace.
pub(crate) async fn load(db: &impl ConnectionTrait) -> Result<Stages> {
    let pipelines = pipeline::Entity::find().order_by_asc(pipeline::Column::Position).all(db).await?;
    let stages = stage::Entity::find().order_by_asc(stage::Column::Position).all(db).await?;
    Ok(Stages {
        pipelines: pipelines.into_iter().map(|p| PipelineName { id: PipelineId(p.id), name_zh: p.name_zh, name_en: p.name_en }).collect(),
        stages: stages.into_iter().map(into_stage).collect::<Result<_>>()?,
    })
}

fn into_stage(row: stage::Model) -> Result<Stage> {
    Ok(Stage {
        id: StageId(row.id),
        pipeline: PipelineId(row.pipeline_id),
        position: row.position,
        name_zh: row.name_zh,
        name_en: row.name_en,
        kind: read("stage kind", &row.kind, StageKind::parse)?,
        probability_bp: row.probability_bp,
        forecast: read("forecast category", &row.forecast, ForecastCategory::parse)?,
        sla_days: row.sla_days,
        exit_zh: row.exit_zh,
        exit_en: row.exit_en,
        pace_milli: None,
    })
}

impl Store {
    /// Pipelines and stages with their pace, kept in memory for the day.
    pub async fn stages(&self) -> Result<std::sync::Arc<Stages>> {
        let today = self.clock.today();
        if let Some(known) = self.boards.stages(today) {
            return Ok(known);
        }
        let mut found = load(self.db()).await?;
        let pace = self.pace(today).await?;
        for stage in &mut found.stages {
            stage.pace_milli = pace.get(&stage.id.0).copied();
        }
        Ok(self.boards.keep_stages(today, found))
    }

    /// 80th percentile of the completed stays of each stage, in thousandths of
    /// a day, over the last year; none for stages with too few of them.
    async fn pace(&self, today: NaiveDate) -> Result<HashMap<Uuid, i64>> {
        use stage_transition::Column as T;
        let since = self.now() - Duration::days(PACE_DAYS);
        let rows: Vec<(Uuid, Uuid, Option<Uuid>, Option<Uuid>, chrono::DateTime<chrono::Utc>, Option<Uuid>, String)> =
            stage_transition::Entity::find()
                .select_only()
                .columns([T::Id, T::DealId, T::FromStageId, T::ToStageId, T::At, T::Undoes, T::Kind])
                .filter(T::At.gte(since))
                .order_by_asc(T::DealId)
                .order_by_asc(T::At)
                .order_by_asc(T::Id)
                .into_tuple()
                .all(self.db())
                .await?;
        let undone: HashSet<Uuid> = rows.iter().filter_map(|row| row.5).collect();
        let mut stays: HashMap<Uuid, Vec<i64>> = HashMap::new();
        let mut entered: Option<(Uuid, Uuid, NaiveDate)> = None;
        for (id, deal, from, to, at, undoes, kind) in rows {
            if undoes.is_some() || undone.contains(&id) {
                continue;
            }
            let on = self.clock.local_date(at);
            if let Some((of, stage, since)) = entered {
                if of == deal && from == Some(stage) {
                    stays.entry(stage).or_default().push((on - since).num_days());
                }
            }
            let goes_on =
                matches!(TransitionKind::parse(&kind), Some(TransitionKind::Enter | TransitionKind::Move | TransitionKind::Reopen));
            entered = to.filter(|_| goes_on && on <= today).map(|stage| (deal, stage, on));
        }
        Ok(stays
            .into_iter()
            .filter(|(_, days)| days.len() >= STALL_MIN_STAYS)
            .filter_map(|(stage, days)| percentile_milli(&days, STALL_PERCENTILE_BP).map(|p| (stage, p)))
            .collect())
    }
}
