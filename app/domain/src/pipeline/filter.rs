//! What a board or a list of deals is narrowed by, and its form in an address:
//! `/deals?team=…&tier=vip&from=2026-04-01`. Unknown or broken parts are left
//! out rather than refused, so that an old link still opens.

use super::{NextStep, Outcome, Source};
use crate::customers::Tier;
use crate::ids::{CustomerId, PipelineId, ProductId, StageId, UnitId, UserId};
use crate::violation::parse_date;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longest search text; more is cut, since no name is longer.
pub const TEXT_MAX: usize = 100;
/// Largest amount that is asked for, in whole units: its minor units, up to a
/// thousandth, stay far inside 64 bits.
pub const WHOLE_MAX: i64 = 1_000_000_000_000;
/// The value of the address's `close` that asks for deals without an expected close.
pub const NO_DATE: &str = "none";

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DealFilter {
    pub pipeline: Option<PipelineId>,
    pub stage: Option<StageId>,
    pub customer: Option<CustomerId>,
    pub owner: Option<UserId>,
    pub team: Option<UnitId>,
    pub tier: Option<Tier>,
    pub source: Option<Source>,
    pub product: Option<ProductId>,
    /// Amount from and up to, in whole units of the deal's own currency, as people
    /// type them: 100 is ¥100.00 and 100 yen.
    pub min_whole: Option<i64>,
    pub max_whole: Option<i64>,
    /// Expected close, both days included.
    pub close_from: Option<NaiveDate>,
    pub close_to: Option<NaiveDate>,
    /// Only deals without an expected close. Days, which none of these has, are not
    /// asked for beside it.
    #[serde(default)]
    pub undated: bool,
    pub next: Option<NextStep>,
    /// Only lists ask for it; a board shows open deals and the won of its period.
    pub outcome: Option<Outcome>,
    pub text: String,
}

impl DealFilter {
    /// Reads an address's query by a function that looks up one parameter.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let undated = get("close") == NO_DATE;
        let day = |name: &str| parse_date(&get(name)).filter(|_| !undated);
        let whole = |name: &str| get(name).parse::<i64>().ok().filter(|n| (0..=WHOLE_MAX).contains(n));
        Self {
            pipeline: PipelineId::parse(&get("pipeline")),
            stage: StageId::parse(&get("stage")),
            customer: CustomerId::parse(&get("customer")),
            owner: UserId::parse(&get("owner")),
            team: UnitId::parse(&get("team")),
            tier: Tier::parse(&get("tier")),
            source: Source::parse(&get("source")),
            product: ProductId::parse(&get("product")),
            min_whole: whole("min"),
            max_whole: whole("max"),
            close_from: day("from"),
            close_to: day("to"),
            undated,
            next: NextStep::parse(&get("next")),
            outcome: Outcome::parse(&get("outcome")),
            text: get("q").trim().chars().take(TEXT_MAX).collect(),
        }
    }

    /// The parameters of an address, only those that are set.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        fn some<T: ToString>(name: &'static str, value: Option<T>) -> Option<(&'static str, String)> {
            value.map(|value| (name, value.to_string()))
        }
        [
            some("pipeline", self.pipeline),
            some("stage", self.stage),
            some("customer", self.customer),
            some("owner", self.owner),
            some("team", self.team),
            some("tier", self.tier),
            some("source", self.source),
            some("product", self.product),
            some("min", self.min_whole),
            some("max", self.max_whole),
            some("from", self.close_from),
            some("to", self.close_to),
            some("close", self.undated.then_some(NO_DATE)),
            some("next", self.next),
            some("outcome", self.outcome),
            some("q", (!self.text.is_empty()).then_some(&self.text)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Number of narrowing conditions; the choice of pipeline is not one.
    #[must_use]
    pub fn active(&self) -> usize {
        self.to_query().iter().filter(|(name, _)| *name != "pipeline").count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let filter = DealFilter {
            owner: UserId::parse("018f0000-0000-7000-8000-000000000001"),
            tier: Some(Tier::Vip),
            min_whole: Some(123),
            close_from: NaiveDate::from_ymd_opt(2026, 4, 1),
            next: Some(NextStep::Overdue),
            text: "恒澜 & co".into(),
            ..DealFilter::default()
        };
        let query = filter.to_query();
        let back = DealFilter::from_query(|name| query.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()));
        assert_eq!(back, filter);
        assert_eq!(filter.active(), 6);
    }

    #[test]
    fn without_a_date_no_days_are_asked_for() {
        let of = |close: &'static str| {
            DealFilter::from_query(|name| match name {
                "close" => Some(close.into()),
                "from" | "to" => Some("2026-04-01".into()),
                _ => None,
            })
        };
        assert_eq!(of(NO_DATE), DealFilter { undated: true, ..DealFilter::default() });
        assert_eq!(of(NO_DATE).to_query(), [("close", NO_DATE.to_owned())]);
        let day = NaiveDate::from_ymd_opt(2026, 4, 1);
        assert_eq!(of("some"), DealFilter { close_from: day, close_to: day, ..DealFilter::default() });
    }

    #[test]
    fn broken_parts_are_left_out() {
        let filter = DealFilter::from_query(|name| {
            Some(
                match name {
                    "tier" => "gold",
                    "min" => "-5",
                    "from" => "2026-13-01",
                    _ => "",
                }
                .into(),
            )
        });
        assert_eq!(filter, DealFilter::default());
    }
}
