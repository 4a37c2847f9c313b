//! Server functions of the figures: who asks, one call to the store, return.

use domain::analysis::{AnalysisDeals, AnalysisPart, AnalysisQuery, ForecastReport, MonthsReport, OutcomeReport, SpeedReport};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::policy::Action,
    ui::server::{actor, answer, store},
};

/// What was won and lost, of the deals that the reader may see.
#[server(name = OutcomesFn, prefix = "/api", endpoint = "analysis/outcomes", input = Json)]
pub async fn outcomes(query: AnalysisQuery) -> Answer<OutcomeReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.outcomes(&actor, &query).await)
}

/// How fast deals move in a pipeline, and where they are held up.
#[server(name = SpeedFn, prefix = "/api", endpoint = "analysis/speed", input = Json)]
pub async fn speed(query: AnalysisQuery) -> Answer<SpeedReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.speed(&actor, &query).await)
}

/// What is expected, by month and category.
#[server(name = ForecastFn, prefix = "/api", endpoint = "analysis/forecast", input = Json)]
pub async fn forecast(query: AnalysisQuery) -> Answer<ForecastReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.forecast(&actor, &query).await)
}

/// What was won in each month, against the year before.
#[server(name = WonMonthsFn, prefix = "/api", endpoint = "analysis/months", input = Json)]
pub async fn won_months(query: AnalysisQuery) -> Answer<MonthsReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.won_months(&actor, &query).await)
}

/// The deals behind one figure.
#[server(name = AnalysisDealsFn, prefix = "/api", endpoint = "analysis/deals", input = Json)]
pub async fn analysis_deals(part: AnalysisPart) -> Answer<AnalysisDeals> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.analysis_deals(&actor, &part).await)
}
