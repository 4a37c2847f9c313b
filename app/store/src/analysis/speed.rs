//! How fast deals move in one pipeline.

use super::MATURE_BP;
use super::look::{self, Look};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::funnel::columns;
use chrono::Month;
use domain::analysis::{AnalysisQuery, SpeedBook, SpeedDays, SpeedReport, qualified_from};
use domain::days::DayCounts;
use domain::funnel::report::Span;
use domain::funnel::{FunnelError, maturity};
use domain::policy::Actor;

impl Store {
    /// Stays, velocity and the three lenses of the pipeline that `query` names, or of the
    /// first.
    pub async fn speed(&self, actor: &Actor, query: &AnalysisQuery) -> Result<SpeedReport> {
        let mut look = Look::new(self, actor, query).await?;
        let (ledger, stages) = self.ledger().await?;
        let pipeline = look.of_pipeline(&stages)?;
        let columns = columns(stages.of(pipeline));
        let days = SpeedDays::around(query.span, look.span(query.span), look.today);
        let count = u8::try_from(columns.len()).map_err(|_| wrong(FunnelError::StageCount))?;
        let mut book = SpeedBook::new(days, count, qualified_from(&columns)).map_err(wrong)?;
        let (mut cycles, year) = (DayCounts::default(), Span::Months12.period(look.today, Month::January));
        for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
            book.add(&entry.history(), look.opened(entry)).map_err(wrong)?;
            if let Some(days) = look::cycle(entry, year) {
                cycles.add(days);
            }
        }
        drop(ledger);
        let currency = query.currency.unwrap_or(look.org.currency);
        let speed = book.figures(currency).map_err(|error| StoreError::Internal(format!("funnels cannot be compared: {error}")))?;
        Ok(SpeedReport {
            pipelines: stages.pipelines.clone(),
            pipeline,
            stages: columns,
            currency,
            currencies: speed.currencies,
            days,
            maturity: maturity(days.period, cycles.percentile_milli(MATURE_BP), look.today),
            rows: speed.rows,
            factors: speed.factors,
            leaks: speed.leaks,
            reached: speed.reached,
            times: speed.times,
            queues: speed.queues,
        })
    }
}

fn wrong(error: FunnelError) -> StoreError {
    StoreError::Internal(format!("how fast deals move cannot be counted: {error}"))
}
