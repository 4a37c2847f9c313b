//! What was won in each month, against the year before.

use super::look::{self, Look};
use crate::Store;
use crate::error::{Result, StoreError};
use domain::analysis::forecast::shown_currency;
use domain::analysis::{AnalysisQuery, MonthsBook, MonthsReport};
use domain::policy::Actor;

impl Store {
    /// Won amounts and numbers by month, in one currency.
    pub async fn won_months(&self, actor: &Actor, query: &AnalysisQuery) -> Result<MonthsReport> {
        let look = Look::new(self, actor, query).await?;
        let (ledger, stages) = self.ledger().await?;
        let counts = look::counts(&stages);
        let fiscal_start = look.fiscal_start();
        let mut book = MonthsBook::new(query.months, query.spring, look.today, fiscal_start);
        for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
            let count = counts.get(&entry.pipeline).copied().unwrap_or_default();
            let wrong = |error| StoreError::Internal(format!("deal {} cannot be counted: {error}", entry.id));
            book.add(&entry.history(), count).map_err(wrong)?;
        }
        drop(ledger);
        let (currency, currencies) = shown_currency(query.currency, look.org.currency, book.currencies());
        let (rows, totals) = book.figures(currency);
        Ok(MonthsReport {
            as_of: look.today,
            period: query.months.period(look.today, fiscal_start),
            currency,
            currencies,
            fiscal_start: fiscal_start.number_from_month(),
            rows,
            totals,
        })
    }
}
