//! What a page of figures is asked for, and the list behind one of them.

use serde::{Deserialize, Serialize};

use super::set::Set;
use crate::funnel::report::Span;
use crate::money::Currency;
use crate::pipeline::filter::DealFilter;
use crate::pipeline::{Card, LostReason};
use crate::tally::CurrencyTally;

/// A page of figures as its address describes it: `/analysis?span=quarter&team=…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AnalysisQuery {
    pub span: Span,
    /// Pipeline, owner, team, tier, source and product narrow; the rest is not read.
    /// Without a pipeline all of them count.
    pub filter: DealFilter,
    /// Of amounts, where a page shows one currency; the organisation's without it.
    pub currency: Option<Currency>,
}

impl Default for AnalysisQuery {
    fn default() -> Self {
        Self { span: Span::ThisHalf, filter: DealFilter::default(), currency: None }
    }
}

impl AnalysisQuery {
    /// Reads an address's query; what is unknown or broken is left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let fresh = Self::default();
        let filter = DealFilter::from_query(&get);
        Self {
            span: get("span").and_then(|code| Span::parse(&code)).unwrap_or(fresh.span),
            filter: DealFilter {
                pipeline: filter.pipeline,
                owner: filter.owner,
                team: filter.team,
                tier: filter.tier,
                source: filter.source,
                product: filter.product,
                ..DealFilter::default()
            },
            currency: get("cur").and_then(|code| Currency::parse(&code)),
        }
    }

    /// The parameters of an address, without those that are as always.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.span != Self::default().span {
            found.push(("span", self.span.code().to_owned()));
        }
        found.extend(self.filter.to_query());
        found.extend(self.currency.map(|currency| ("cur", currency.code().to_owned())));
        found
    }

    /// Number of narrowing conditions; the pipeline is one, since all count without it.
    #[must_use]
    pub fn narrowed(&self) -> usize {
        self.filter.active() + usize::from(self.filter.pipeline.is_some())
    }
}

/// The list behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AnalysisPart {
    pub query: AnalysisQuery,
    pub set: Set,
    /// Of an amount: only deals in this currency.
    pub currency: Option<Currency>,
    /// The same days of the year before.
    pub before: bool,
}

/// A deal of the list behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisDeal {
    pub card: Card,
    /// Why it was lost, if so.
    pub lost_reason: Option<LostReason>,
    /// What the figure counts of it, if that is days: of its cycle, or in a stage.
    pub days: Option<i64>,
}

/// The list behind a figure; `total` is exactly the figure by count, and a line of
/// `sums` the figure by amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisDeals {
    pub total: u64,
    /// Each currency by itself, that with the most deals first.
    pub sums: Vec<CurrencyTally>,
    /// The longest or the largest first; not more than 200.
    pub rows: Vec<AnalysisDeal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::Tier;

    fn read(query: &[(&'static str, String)]) -> AnalysisQuery {
        AnalysisQuery::from_query(|name| query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let filter = DealFilter { tier: Some(Tier::Vip), ..DealFilter::default() };
        let asked = AnalysisQuery { span: Span::LastYear, filter, currency: Some(Currency::Usd) };
        assert_eq!(read(&asked.to_query()), asked);
        assert_eq!((asked.narrowed(), AnalysisQuery::default().to_query().len()), (1, 0));
    }

    #[test]
    fn broken_parts_and_foreign_ones_are_left_out() {
        let query = [("span", "never".to_owned()), ("q", "x".to_owned()), ("outcome", "won".to_owned()), ("tier", "gold".to_owned())];
        assert_eq!(read(&query), AnalysisQuery::default());
    }
}
