//! Server functions of the figures: who asks, one call to the store, return.

use chrono::NaiveDate;
use domain::analysis::{AnalysisDeals, AnalysisPart, AnalysisQuery, ForecastReport, MonthsReport, OutcomeReport, SpeedReport};
use domain::economics::report::{EconomicsQuery, EconomicsReport};
use domain::findings::{FindingsQuery, FindingsReport, SnoozeForm};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, store},
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

/// Who came and went, what customers bring and cost.
#[server(name = EconomicsFn, prefix = "/api", endpoint = "analysis/economics", input = Json)]
pub async fn economics(query: EconomicsQuery) -> Answer<EconomicsReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.economics(&actor, &query).await)
}

/// The deals behind one figure.
#[server(name = AnalysisDealsFn, prefix = "/api", endpoint = "analysis/deals", input = Json)]
pub async fn analysis_deals(part: AnalysisPart) -> Answer<AnalysisDeals> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.analysis_deals(&actor, &part).await)
}

/// What the rules find among what the reader may see.
#[server(name = FindingsFn, prefix = "/api", endpoint = "analysis/findings", input = Json)]
pub async fn findings(query: FindingsQuery) -> Answer<FindingsReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.findings(&actor, &query).await)
}

/// Puts a finding off, for oneself; gives the day on which it comes back. A form that works
/// without scripts.
#[server(name = SnoozeFn, prefix = "/api", endpoint = "analysis/snooze")]
pub async fn snooze(form: SnoozeForm) -> Answer<NaiveDate> {
    let actor = actor(Action::ReadDeals)?;
    let until = answer_form(store()?.snooze_finding(&actor, request(&form.request), form.clone()).await, &form)?;
    back(&form);
    Ok(until)
}

/// Takes that back.
#[server(name = WakeFn, prefix = "/api", endpoint = "analysis/wake")]
pub async fn wake(form: SnoozeForm) -> Answer<()> {
    let actor = actor(Action::ReadDeals)?;
    answer_form(store()?.wake_finding(&actor, request(&form.request), form.finding.clone()).await, &form)?;
    back(&form);
    Ok(())
}

/// The form's own, where scripts made one.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}

/// To the page that the form was on.
#[cfg(feature = "ssr")]
fn back(form: &SnoozeForm) {
    let get = |name: &str| match name {
        "team" => Some(form.team.clone()),
        "owner" => Some(form.owner.clone()),
        _ => None,
    };
    leptos_axum::redirect(&ui::findings::address(&FindingsQuery::from_query(get)));
}
