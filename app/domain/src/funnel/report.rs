//! What a funnel page asks for, and what it is answered.

use super::FunnelMode;
use super::rows::{LostLine, Maturity, StageRow};
use crate::codes;
use crate::ids::UnitId;
use crate::money::Currency;
use crate::period::Period;
use crate::pipeline::filter::DealFilter;
use crate::pipeline::{PipelineName, Source, Stage};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// Which deals count, and what of them: see [`super::View`].
    ViewKind { Cohort = "cohort", Event = "event", Snapshot = "snapshot" }
}
codes! {
    /// By number of deals or by their amounts.
    MeasureKind { Count = "count", Amount = "amount" }
}
codes! {
    /// Periods that can be chosen; the fiscal year is the organisation's. "Now" is up to today.
    Span { ThisQuarter = "quarter", LastQuarter = "last_quarter", ThisHalf = "half", LastHalf = "last_half", ThisYear = "year", LastYear = "last_year", Months12 = "12m" }
}
codes! {
    /// What a period is compared with.
    Against { YearBefore = "year_before", PeriodBefore = "period_before", Nothing = "none" }
}
codes! {
    /// A part of a stage's deals; the list behind the figure.
    Part {
        Entered = "entered",
        Advanced = "advanced",
        Lost = "lost",
        Still = "still",
        /// What counts at the next stage: the numerator of the step from here.
        Converted = "converted",
        /// What counts here of the deals that count from the first stage on: the
        /// numerator of the cumulative rate.
        FromFirst = "from_first",
    }
}
codes! {
    /// The period itself, or the one that it is compared with.
    Which { Now = "now", Before = "before" }
}

/// Who is compared over the same days, instead of another period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Twin {
    /// A team with those below it.
    Team(UnitId),
    /// A channel that deals come from.
    Source(Source),
}

impl Twin {
    /// In an address: `team.<id>`, `source.<code>`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Team(id) => format!("team.{id}"),
            Self::Source(source) => format!("source.{}", source.code()),
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.split_once('.')? {
            ("team", id) => UnitId::parse(id).map(Self::Team),
            ("source", code) => Source::parse(code).map(Self::Source),
            _ => None,
        }
    }

    /// The same deals as `filter` takes, but of the other team or channel.
    #[must_use]
    pub fn filter(self, filter: &DealFilter) -> DealFilter {
        match self {
            Self::Team(id) => DealFilter { team: Some(id), ..filter.clone() },
            Self::Source(source) => DealFilter { source: Some(source), ..filter.clone() },
        }
    }
}

/// Of whom the compared side is, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TwinName {
    Team(String),
    Source(Source),
}

/// A funnel as an address describes it: `/funnel?view=cohort&span=half&team=…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunnelQuery {
    pub view: ViewKind,
    pub mode: FunnelMode,
    pub measure: MeasureKind,
    pub span: Span,
    pub against: Against,
    /// Goes before `against`.
    #[serde(default)]
    pub twin: Option<Twin>,
    /// Pipeline, owner, team, tier, source and product narrow; the rest of it is not read.
    pub filter: DealFilter,
}

impl Default for FunnelQuery {
    fn default() -> Self {
        Self {
            view: ViewKind::Cohort,
            mode: FunnelMode::Reached,
            measure: MeasureKind::Count,
            span: Span::ThisHalf,
            against: Against::YearBefore,
            twin: None,
            filter: DealFilter::default(),
        }
    }
}

impl FunnelQuery {
    /// Reads an address's query; what is unknown or broken is left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let fresh = Self::default();
        let text = |name: &str| get(name).unwrap_or_default();
        let filter = DealFilter::from_query(&get);
        Self {
            view: ViewKind::parse(&text("view")).unwrap_or(fresh.view),
            mode: mode(&text("mode")).unwrap_or(fresh.mode),
            measure: MeasureKind::parse(&text("by")).unwrap_or(fresh.measure),
            span: Span::parse(&text("span")).unwrap_or(fresh.span),
            against: Against::parse(&text("against")).unwrap_or(fresh.against),
            twin: Twin::parse(&text("against")),
            filter: DealFilter {
                pipeline: filter.pipeline,
                owner: filter.owner,
                team: filter.team,
                tier: filter.tier,
                source: filter.source,
                product: filter.product,
                ..DealFilter::default()
            },
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
        put("view", self.view != fresh.view, self.view.code());
        put("mode", self.mode != fresh.mode, mode_code(self.mode));
        put("by", self.measure != fresh.measure, self.measure.code());
        put("span", self.span != fresh.span, self.span.code());
        match self.twin {
            Some(twin) => put("against", true, &twin.code()),
            None => put("against", self.against != fresh.against, self.against.code()),
        }
        found.extend(self.filter.to_query());
        found
    }
}

/// The code of a mode in an address.
#[must_use]
pub fn mode_code(mode: FunnelMode) -> &'static str {
    match mode {
        FunnelMode::Reached => "reached",
        FunnelMode::Visited => "visited",
        FunnelMode::Strict => "strict",
    }
}

fn mode(code: &str) -> Option<FunnelMode> {
    [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict].into_iter().find(|mode| mode_code(*mode) == code)
}

/// The funnel of one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunnelSide {
    /// Half-open; of a snapshot, the day.
    pub period: Period,
    /// Set where this side is of another team or channel.
    #[serde(default)]
    pub of: Option<TwinName>,
    /// A row for each stage of the report.
    pub rows: Vec<StageRow>,
    /// Losses by reason, for each stage.
    pub reasons: Vec<Vec<LostLine>>,
    /// Deals of the view.
    pub deals: u64,
    /// Left out: never were deals (house decision HD-7).
    pub invalid: u64,
    /// Moves back in the period; reached funnels do not count them.
    pub moves_back: u64,
    /// Of a cohort.
    pub maturity: Option<Maturity>,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunnelReport {
    pub pipelines: Vec<PipelineName>,
    /// Of the chosen pipeline, in order, without stages for lost deals.
    pub stages: Vec<Stage>,
    /// Of the amounts; deals in other currencies are not in them.
    pub currency: Currency,
    pub as_of: NaiveDate,
    pub now: FunnelSide,
    /// `None` if nothing is compared, and for snapshots.
    pub before: Option<FunnelSide>,
}

/// The list behind a figure: `query` as shown, `stage` counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunnelPart {
    pub query: FunnelQuery,
    pub stage: u8,
    pub part: Part,
    pub which: Which,
}

/// A deal of the list behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelDeal {
    pub card: crate::pipeline::Card,
    /// Name of the stage it is in is found by `card.stage`; why it was lost, if so.
    pub lost_reason: Option<crate::pipeline::LostReason>,
}

/// The list behind a figure; `total` is exactly the figure by count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelDeals {
    pub total: u64,
    /// Sum by the report's currency, in minor units.
    pub sum_minor: i64,
    /// The largest amounts first; not more than 200.
    pub rows: Vec<FunnelDeal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &FunnelQuery) -> FunnelQuery {
        let pairs = query.to_query();
        FunnelQuery::from_query(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn a_twin_comes_back_from_its_address_and_narrows_what_it_is_of() {
        let team = Twin::Team(UnitId(uuid::Uuid::from_u128(7)));
        for twin in [None, Some(team), Some(Twin::Source(Source::ALL[1]))] {
            for against in Against::ALL {
                let query = FunnelQuery { twin, against: *against, ..FunnelQuery::default() };
                let again = read(&query);
                assert_eq!(again.twin, twin);
                assert!(twin.is_some() || again.against == *against);
            }
        }
        for broken in ["", "team", "team.x", "source.x", "other.1"] {
            assert_eq!(Twin::parse(broken), None, "{broken}");
        }
        let filter = DealFilter { source: Some(Source::ALL[0]), ..DealFilter::default() };
        assert_eq!(Twin::Source(Source::ALL[1]).filter(&filter).source, Some(Source::ALL[1]));
        assert_eq!((team.filter(&filter).source, team.filter(&filter).team.is_some()), (filter.source, true));
    }
}
