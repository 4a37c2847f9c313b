//! What a page of figures is asked for, and the list behind one of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::cycles::TrendSpan;
use super::forecast::{Ahead, RollUp};
use super::months::MonthSpan;
use super::set::Set;
use crate::funnel::report::Span;
use crate::money::{Currency, Money};
use crate::pipeline::filter::DealFilter;
use crate::pipeline::{Card, LostReason};
use crate::tally::CurrencyTally;

/// A page of figures as its address describes it: `/analysis?span=quarter&team=…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct AnalysisQuery {
    pub span: Span,
    /// Pipeline, owner, team, tier, source and product narrow; the rest is not read.
    /// Without a pipeline all of them count.
    pub filter: DealFilter,
    /// Of amounts, where a page shows one currency; the organisation's without it.
    pub currency: Option<Currency>,
    /// Months of the forecast.
    pub ahead: Ahead,
    /// How the categories of the forecast are added.
    pub roll_up: RollUp,
    /// Months that are compared with the year before.
    pub months: MonthSpan,
    /// Whether January and February are one.
    pub spring: bool,
    /// Months of the sales cycle's trend.
    pub trend: TrendSpan,
}

impl Default for AnalysisQuery {
    fn default() -> Self {
        Self {
            span: Span::ThisHalf,
            filter: DealFilter::default(),
            currency: None,
            ahead: Ahead::Six,
            roll_up: RollUp::Cumulative,
            months: MonthSpan::Last12,
            spring: false,
            trend: TrendSpan::Last12,
        }
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
            ahead: get("ahead").and_then(|code| Ahead::parse(&code)).unwrap_or(fresh.ahead),
            roll_up: get("roll").and_then(|code| RollUp::parse(&code)).unwrap_or(fresh.roll_up),
            months: get("months").and_then(|code| MonthSpan::parse(&code)).unwrap_or(fresh.months),
            spring: get("spring").as_deref() == Some("1"),
            trend: get("trend").and_then(|code| TrendSpan::parse(&code)).unwrap_or(fresh.trend),
        }
    }

    /// The parameters of an address, without those that are as always.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let fresh = Self::default();
        let mut found = Vec::new();
        let mut put = |name, differs: bool, value: &str| {
            if differs {
                found.push((name, value.to_owned()));
            }
        };
        put("span", self.span != fresh.span, self.span.code());
        put("ahead", self.ahead != fresh.ahead, self.ahead.code());
        put("roll", self.roll_up != fresh.roll_up, self.roll_up.code());
        put("months", self.months != fresh.months, self.months.code());
        put("spring", self.spring, "1");
        put("trend", self.trend != fresh.trend, self.trend.code());
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
    /// What the figure counts of it, if that is days: of its cycle, in a stage, or after the
    /// day of a next step.
    pub days: Option<i64>,
    /// The day of the next step that the row is of.
    pub step: Option<NaiveDate>,
}

/// The list behind a figure; `total` is exactly the figure by count, and a line of
/// `sums` the figure by amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisDeals {
    pub total: u64,
    /// Each currency by itself, that with the most deals first.
    pub sums: Vec<CurrencyTally>,
    /// Σ amount × probability, rounded once, of a figure that is weighted; each currency
    /// by itself.
    pub weighted: Vec<Money>,
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
        let asked = AnalysisQuery {
            span: Span::LastYear,
            filter,
            currency: Some(Currency::Usd),
            ahead: Ahead::Twelve,
            roll_up: RollUp::Single,
            months: MonthSpan::LastYear,
            spring: true,
            trend: TrendSpan::Last24,
        };
        assert_eq!(read(&asked.to_query()), asked);
        assert_eq!((asked.narrowed(), AnalysisQuery::default().to_query().len()), (1, 0));
    }

    #[test]
    fn broken_parts_and_foreign_ones_are_left_out() {
        let query = [("span", "never".to_owned()), ("q", "x".to_owned()), ("outcome", "won".to_owned()), ("tier", "gold".to_owned())];
        assert_eq!(read(&query), AnalysisQuery::default());
        let query = ["ahead", "roll", "months", "spring", "trend"].map(|name| (name, "99".to_owned()));
        assert_eq!(read(&query), AnalysisQuery::default());
    }
}
