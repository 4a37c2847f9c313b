//! One look at the deals: who looks, at which, on which day; and what is known of open
//! ones beside their history.

use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::funnel::{Entry, columns};
use crate::org::Org;
use crate::pipeline::stages::Stages;
use crate::{Store, scope};
use chrono::{Month, NaiveDate};
use domain::analysis::{AnalysisQuery, Opened, Subject};
use domain::funnel::report::Span;
use domain::funnel::traced::Traced;
use domain::ids::{PipelineId, StageId, UnitId};
use domain::period::{Period, days_between};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{ForecastCategory, IDLE_DAYS, Outcome, Stage};
use domain::policy::{Action, Actor, Scope, scope as scope_of};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub(super) struct Look {
    scope: Scope,
    filter: DealFilter,
    /// Of the filter's team.
    units: Option<Vec<UnitId>>,
    pub org: Arc<Org>,
    pub today: NaiveDate,
    opened: HashMap<Uuid, Opened>,
}

impl Look {
    /// One pipeline: the asked-for one, or the first.
    pub fn of_pipeline(&mut self, stages: &Stages) -> Result<PipelineId> {
        let pipeline = stages.choose(self.filter.pipeline)?;
        self.filter.pipeline = Some(pipeline);
        Ok(pipeline)
    }

    /// The deals that may be seen, as a condition.
    pub fn deals(&self) -> Condition {
        scope::deals(&self.scope)
    }

    pub fn opened(&self, entry: &Entry) -> Option<Opened> {
        self.known(entry.id)
    }

    /// What is known of an open deal.
    pub fn known(&self, id: Uuid) -> Option<Opened> {
        self.opened.get(&id).copied()
    }

    /// One pipeline alone, or all of them.
    pub fn narrow(&mut self, pipeline: Option<PipelineId>) {
        self.filter.pipeline = pipeline;
    }
}

/// Stages of the funnel of each pipeline.
pub(super) type Counts = HashMap<PipelineId, u8>;

pub(super) fn counts(stages: &Stages) -> Counts {
    let of = |pipeline| u8::try_from(columns(stages.of(pipeline)).len()).unwrap_or(u8::MAX);
    stages.pipelines.iter().map(|pipeline| (pipeline.id, of(pipeline.id))).collect()
}

/// Days of the sales cycle of a deal won in `period`, if the win stands.
pub(super) fn cycle(entry: &Entry, period: Period) -> Option<i64> {
    let won = entry.won_on.filter(|&on| period.contains(on))?;
    let began = entry.steps.first().map_or(entry.first_contact, |step| step.on.min(entry.first_contact));
    Some(days_between(began, won).max(0))
}

impl Look {
    pub async fn new(store: &Store, actor: &Actor, query: &AnalysisQuery) -> Result<Self> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = store.require_org()?;
        let today = store.clock.today();
        Ok(Self {
            units: query.filter.team.map(|team| org.below(team)),
            opened: opened(store, &scope, today).await?,
            filter: query.filter.clone(),
            scope,
            org,
            today,
        })
    }

    /// The month in which the organisation's fiscal year begins.
    pub fn fiscal_start(&self) -> Month {
        let month = u8::try_from(self.org.fiscal_start_month).ok().and_then(|month| Month::try_from(month).ok());
        month.unwrap_or(Month::January)
    }

    /// The days of a span, in the organisation's fiscal year.
    pub fn span(&self, span: Span) -> Period {
        span.period(self.today, self.fiscal_start())
    }

    /// Whether a deal may be seen, and passes the filter.
    pub fn takes(&self, entry: &Entry) -> bool {
        fn is<T: PartialEq>(wanted: Option<T>, value: T) -> bool {
            wanted.is_none_or(|wanted| wanted == value)
        }
        let DealFilter { pipeline, owner, tier, source, product, .. } = &self.filter;
        self.scope.contains(&entry.ownership())
            && is(*pipeline, entry.pipeline)
            && is(*owner, entry.owner)
            && is(*tier, entry.tier)
            && is(*source, entry.source)
            && product.is_none_or(|product| entry.product == Some(product))
            && self.units.as_ref().is_none_or(|units| units.contains(&entry.unit))
    }

    /// Shows a deal as sets see it in a period; invalid ones are passed over.
    pub fn with(&self, entry: &Entry, counts: &Counts, period: Period, mut see: impl FnMut(&Subject<'_>)) -> Result<()> {
        let stages = counts.get(&entry.pipeline).copied().unwrap_or_default();
        let traced = Traced::read(&entry.history(), stages, period, self.today)
            .map_err(|error| StoreError::Internal(format!("deal {} cannot be counted: {error}", entry.id)))?;
        if let Some(traced) = traced {
            let opened = self.opened(entry);
            see(&Subject { traced: &traced, lost_reason: entry.lost_reason, opened, period, as_of: self.today });
        }
        Ok(())
    }
}

/// What is known of open deals beside their history; nothing of what lies in a pool of leads.
async fn opened(store: &Store, scope: &Scope, today: NaiveDate) -> Result<HashMap<Uuid, Opened>> {
    use deal::Column as D;
    type Row = (Uuid, Uuid, Option<NaiveDate>, i32, NaiveDate, NaiveDate, Option<NaiveDate>);
    let stages = store.stages().await?;
    let rows: Vec<Row> = deal::Entity::find()
        .select_only()
        .columns([D::Id, D::StageId, D::ExpectedCloseOn, D::ProbabilityBp, D::StageSince, D::ActiveOn, D::NextOn])
        .filter(D::Outcome.eq(Outcome::Open.code()))
        .filter(scope::worked(scope))
        .into_tuple()
        .all(store.db())
        .await?;
    let of = |(id, stage, expected_close_on, probability_bp, since, active, next_on): Row| {
        let stage = stages.get(StageId(stage)).ok();
        let category = stage.map_or(ForecastCategory::Pipeline, |stage| stage.forecast);
        let stalled = stalled(stage, since, active, today);
        let allowed = stage.and_then(|stage| stage.sla_days).map(i64::from);
        let over = allowed.is_some_and(|days| days_between(since, today) > days);
        (id, Opened { expected_close_on, probability_bp, category, stalled, over, stepped: next_on.is_some() })
    };
    Ok(rows.into_iter().map(of).collect())
}

/// `Card::stall`, without a card.
fn stalled(stage: Option<&Stage>, since: NaiveDate, active: NaiveDate, today: NaiveDate) -> bool {
    let limit = stage.and_then(Stage::stall_limit_milli);
    let too_long = limit.is_some_and(|limit| days_between(since, today) * 1_000 > limit);
    too_long || days_between(active, today) > IDLE_DAYS
}
