//! The funnel of the deals that somebody may see, and the deals behind one of its
//! figures. Both are read from the [`ledger`], by one rule of `domain`: so a figure is
//! the length of its list.

mod ledger;
mod load;

use ledger::in_parts;
pub(crate) use ledger::{Entry, Ledger};

use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::{CardRow, cards};
use crate::{Store, scope};
use chrono::{Month, NaiveDate};
use domain::days::DayCounts;
use domain::funnel::report::{
    FunnelDeal, FunnelDeals, FunnelPart, FunnelQuery, FunnelReport, FunnelSide, MeasureKind, Span, Twin, TwinName, ViewKind, Which,
};
use domain::funnel::{Funnel, FunnelError, Shape, View, maturity};
use domain::ids::{PipelineId, UnitId};
use domain::money::Currency;
use domain::period::{Period, days_between};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Card, Stage, StageKind};
use domain::policy::{Action, Actor, Scope, scope as scope_of};
use domain::tally::{Measure, Tally};
use sea_orm::{ColumnTrait, QueryFilter};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

/// Deals of the list behind a figure; more are counted, and found in the list of deals.
const LISTED: usize = 200;
/// A cohort can be judged when four of five sales cycles would be over.
const MATURE_BP: i64 = 8_000;

impl Store {
    /// The funnel that `query` describes, of the deals that `actor` may see.
    pub async fn funnel(&self, actor: &Actor, query: &FunnelQuery) -> Result<FunnelReport> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        let (ledger, stages) = self.ledger().await?;
        let pipeline = stages.choose(query.filter.pipeline)?;
        let columns = columns(stages.of(pipeline));
        let look = Look::new(&scope, query, &org, pipeline, self.clock.today());
        let shapes = look.shapes(&columns)?;
        let year = Span::Months12.period(look.today, Month::January);
        let mut parts = in_parts(ledger.entries(), |entries| Counts::of(&look, &shapes, year, entries)).into_iter();
        let Counts { mut now, mut before, mut cycles } = parts.next().unwrap_or_else(|| Counts::of(&look, &shapes, year, &[]))?;
        for part in parts {
            let part = part?;
            now.merge(&part.now).map_err(wrong)?;
            if let (Some(before), Some(more)) = (&mut before, &part.before) {
                before.merge(more).map_err(wrong)?;
            }
            cycles.merge(&part.cycles);
        }
        let cycle = cycles.percentile_milli(MATURE_BP);
        Ok(FunnelReport {
            pipelines: stages.pipelines.clone(),
            stages: columns,
            currency: org.currency,
            as_of: look.today,
            now: look.side(&now, None, cycle),
            before: before.map(|before| look.side(&before, look.twin.clone(), cycle)),
        })
    }

    /// The deals behind one figure of [`Self::funnel`].
    pub async fn funnel_deals(&self, actor: &Actor, part: &FunnelPart) -> Result<FunnelDeals> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        let (ledger, stages) = self.ledger().await?;
        let pipeline = stages.choose(part.query.filter.pipeline)?;
        let look = Look::new(&scope, &part.query, &org, pipeline, self.clock.today());
        let shapes = look.shapes(&columns(stages.of(pipeline)))?;
        let shape = match part.which {
            Which::Now => Some(shapes.0),
            Which::Before => shapes.1,
        };
        let mut found = Vec::new();
        let mut tally = Tally::default();
        if let Some(shape) = shape {
            for entry in ledger.entries().iter().filter(|entry| look.takes(entry, part.which)) {
                if shape.parts(&entry.history()).map_err(wrong)?.is_some_and(|parts| parts.has(part.part, part.stage)) {
                    tally.add(entry.amount);
                    found.push((entry.amount.currency != org.currency, Reverse(entry.amount.minor), entry.id, entry.lost_reason));
                }
            }
        }
        drop(ledger);
        // Amounts of different currencies are not compared: the report's come first.
        found.sort_unstable_by_key(|&(other, minor, id, _)| (other, minor, id));
        found.truncate(LISTED);
        let mut cards = self.cards_of(&scope, &org, found.iter().map(|row| row.2)).await?;
        let rows = found.into_iter().filter_map(|row| Some(FunnelDeal { card: cards.remove(&row.2)?, lost_reason: row.3 })).collect();
        Ok(FunnelDeals { total: tally.count(), sum_minor: tally.by(Measure::Amount(org.currency)), rows })
    }

    async fn cards_of(&self, scope: &Scope, org: &Org, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Card>> {
        let query = cards().filter(deal::Column::Id.is_in(ids)).filter(scope::deals(scope));
        let rows = query.into_model::<CardRow>().all(self.db()).await?;
        rows.into_iter().map(|row| row.into_card(org).map(|card| (card.id.0, card))).collect()
    }
}

/// What a funnel counts, of some of the deals.
struct Counts {
    now: Funnel,
    before: Option<Funnel>,
    cycles: DayCounts,
}

impl Counts {
    fn of(look: &Look<'_>, shapes: &(Shape, Option<Shape>), year: Period, entries: &[Entry]) -> Result<Self> {
        let mut now = made(shapes.0)?;
        let mut before = shapes.1.map(made).transpose()?;
        let mut cycles = DayCounts::default();
        for entry in entries.iter().filter(|entry| entry.pipeline == look.pipeline) {
            // Of the whole pipeline, as the pace of its stages is.
            if let Some(days) = entry.cycle(year) {
                cycles.add(days);
            }
            if look.takes(entry, Which::Now) {
                now.add(&entry.history()).map_err(wrong)?;
            }
            if let Some(before) = before.as_mut().filter(|_| look.takes(entry, Which::Before)) {
                before.add(&entry.history()).map_err(wrong)?;
            }
        }
        Ok(Self { now, before, cycles })
    }
}

/// What narrows a side.
struct Narrow {
    filter: DealFilter,
    /// Of the filter's team.
    units: Option<Vec<UnitId>>,
}

/// One look at a funnel: who, at which deals, on which day.
struct Look<'a> {
    scope: &'a Scope,
    query: &'a FunnelQuery,
    pipeline: PipelineId,
    /// What narrows each side.
    narrow: [Narrow; 2],
    twin: Option<TwinName>,
    today: NaiveDate,
    now: Period,
    before: Option<Period>,
    measure: Measure,
}

impl<'a> Look<'a> {
    fn new(scope: &'a Scope, query: &'a FunnelQuery, org: &Org, pipeline: PipelineId, today: NaiveDate) -> Self {
        let first = u8::try_from(org.fiscal_start_month).ok().and_then(|month| Month::try_from(month).ok()).unwrap_or(Month::January);
        let now = query.span.period(today, first);
        let snapshot = query.view == ViewKind::Snapshot;
        // A team that is gone is not compared with.
        let twin = query.twin.filter(|twin| !matches!(twin, Twin::Team(id) if org.units.iter().all(|unit| unit.id != *id)));
        Self {
            scope,
            query,
            pipeline,
            narrow: [query.filter.clone(), twin.map_or_else(|| query.filter.clone(), |twin| twin.filter(&query.filter))]
                .map(|filter| Narrow { units: filter.team.map(|team| org.below(team)), filter }),
            twin: twin.map(|twin| match twin {
                Twin::Team(id) => TwinName::Team(org.unit_name(id)),
                Twin::Source(source) => TwinName::Source(source),
            }),
            today,
            now: if snapshot { Period::new(today, today.succ_opt().unwrap_or(today)) } else { now },
            before: match twin {
                _ if snapshot => None,
                Some(_) => Some(now),
                None => query.against.period(query.span, now),
            },
            measure: measure(query.measure, org.currency),
        }
    }

    /// What the two sides are made for.
    fn shapes(&self, columns: &[Stage]) -> Result<(Shape, Option<Shape>)> {
        let stages = u8::try_from(columns.len()).map_err(|_| wrong(FunnelError::StageCount))?;
        let shape = |period| {
            let view = match self.query.view {
                ViewKind::Cohort => View::Cohort(period),
                ViewKind::Event => View::Event(period),
                ViewKind::Snapshot => View::Snapshot,
            };
            Shape { stages, mode: self.query.mode, view, as_of: self.today }
        };
        Ok((shape(self.now), self.before.map(shape)))
    }

    /// Whether a deal is in the pipeline, may be seen, and passes the filter.
    fn takes(&self, entry: &Entry, which: Which) -> bool {
        fn is<T: PartialEq>(wanted: Option<T>, value: T) -> bool {
            wanted.is_none_or(|wanted| wanted == value)
        }
        let [now, before] = &self.narrow;
        let Narrow { filter, units } = if which == Which::Now { now } else { before };
        let DealFilter { owner, tier, source, product, .. } = filter;
        entry.pipeline == self.pipeline
            && self.scope.contains(&entry.ownership())
            && is(*owner, entry.owner)
            && is(*tier, entry.tier)
            && is(*source, entry.source)
            && product.is_none_or(|product| entry.product == Some(product))
            && units.as_ref().is_none_or(|units| units.contains(&entry.unit))
    }

    fn side(&self, funnel: &Funnel, of: Option<TwinName>, cycle_p80_milli: Option<i64>) -> FunnelSide {
        let shape = funnel.shape();
        let (period, cohort) = match shape.view {
            View::Cohort(period) => (period, Some(maturity(period, cycle_p80_milli, self.today))),
            View::Event(period) => (period, None),
            View::Snapshot => (self.now, None),
        };
        FunnelSide {
            period,
            of,
            rows: funnel.rows(self.measure),
            reasons: (0..usize::from(shape.stages)).map(|stage| funnel.lost_reasons(Some(stage), self.measure)).collect(),
            deals: funnel.deals().count(),
            invalid: funnel.invalid(),
            moves_back: funnel.moves_back(),
            maturity: cohort,
        }
    }
}

impl Entry {
    /// Days of the sales cycle of a deal won in `period`, if the win stands.
    fn cycle(&self, period: Period) -> Option<i64> {
        let won = self.won_on.filter(|&on| period.contains(on))?;
        let began = self.steps.first().map_or(self.first_contact, |step| step.on.min(self.first_contact));
        Some(days_between(began, won).max(0))
    }
}

/// The stages of a funnel: open ones in their order, the won one last.
pub(crate) fn columns(mut stages: Vec<Stage>) -> Vec<Stage> {
    stages.retain(|stage| stage.kind != StageKind::Lost);
    stages.sort_by_key(|stage| stage.kind == StageKind::Won);
    stages
}

fn measure(kind: MeasureKind, currency: Currency) -> Measure {
    match kind {
        MeasureKind::Count => Measure::Count,
        MeasureKind::Amount => Measure::Amount(currency),
    }
}

fn made(shape: Shape) -> Result<Funnel> {
    Funnel::new(shape).map_err(wrong)
}

fn wrong(error: FunnelError) -> StoreError {
    StoreError::Internal(format!("a funnel cannot be made: {error}"))
}
