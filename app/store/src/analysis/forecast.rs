//! What is expected, by month and category.

use super::look::{self, Look};
use crate::Store;
use crate::error::Result;
use domain::analysis::forecast::{running_quarter, shown_currency};
use domain::analysis::{AnalysisQuery, Cover, ForecastReport, ForecastRow, Set, When};
use domain::forecast::{ForecastBook, ForecastLine};
use domain::funnel::report::Span;
use domain::money::Money;
use domain::pipeline::Outcome;
use domain::policy::Actor;

impl Store {
    /// The forecast in one currency, of today.
    pub async fn forecast(&self, actor: &Actor, query: &AnalysisQuery) -> Result<ForecastReport> {
        let look = Look::new(self, actor, query).await?;
        let (ledger, stages) = self.ledger().await?;
        let counts = look::counts(&stages);
        let year = look.span(Span::Months12);
        let (from, to) = running_quarter(look.today, look.fiscal_start());
        let quarter = When::Months { from, to: Some(to) };
        let mut book = ForecastBook::new(look.today);
        let (mut won, mut closed) = (0, 0);
        for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
            look.with(entry, &counts, year, |subject| {
                won += u64::from(Set::WonIn(year).has(subject));
                closed += u64::from(Set::ClosedIn(year).has(subject));
                // What was won before the quarter is in no row.
                let counts = |deal: &domain::forecast::ForecastDeal| deal.outcome == Outcome::Open || deal.closed_on >= from.first();
                if let Some(deal) = subject.forecast(entry.amount).filter(counts) {
                    book.add(&deal);
                }
            })?;
        }
        drop(ledger);
        let (currency, currencies) = shown_currency(query.currency, look.org.currency, book.currencies());
        let cover = Cover { quarter: ForecastRow { when: quarter, line: ForecastLine::default() }, year, won, closed };
        Ok(ForecastReport::of(&book, look.today, query.ahead, currency, currencies, cover))
    }
}

/// All that is in a book of open deals by probability, each currency by itself.
pub(super) fn weighted(book: &ForecastBook) -> Vec<Money> {
    let of = |currency| {
        // What has no date or is late is in no total.
        let [due, overdue, undated] =
            [When::Months { from: FIRST, to: None }, When::Overdue, When::Undated].map(|when| when.line(book, currency));
        Money { minor: due.weighted_minor + overdue.weighted_minor + undated.weighted_minor, currency }
    };
    book.currencies().into_iter().map(of).collect()
}

const FIRST: domain::forecast::YearMonth = domain::forecast::YearMonth { year: i32::MIN, month: 1 };
