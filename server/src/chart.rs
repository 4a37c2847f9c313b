//! Descriptions of charts: `/chart/months?…` is what the page with the same query draws,
//! for the bundle that draws it (`frontend/web/charts.js`).

use crate::export::{refused, told};
use crate::security;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::analysis::AnalysisQuery;
use domain::economics::report::EconomicsQuery;
use domain::funnel::report::FunnelQuery;
use domain::policy::Actor;
use domain::tiers::figures::FiguresQuery;
use std::collections::HashMap;
use std::sync::Arc;
use store::Store;
use ui::drawing::Drawing;
use ui::server::Asking;

pub async fn describe(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let Some(session) = &asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let facts = Arc::new(security::facts(&store, &headers, Some(session)));
    let drawn = match read(&store, &session.actor, &name, &asked).await {
        Ok(Some(made)) => told(facts, || made(&asked)),
        Ok(None) => Ok(None),
        Err(error) => return refused(error),
    };
    match drawn {
        Ok(Some(drawing)) => ([(header::CACHE_CONTROL, "no-store")], Json(drawing)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a chart could not be described");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

type Asked = HashMap<String, String>;
/// What is drawn of a report that was read, in the language of the reader.
type Made = Box<dyn FnOnce(&Asked) -> serde_json::Result<Option<Drawing>> + Send>;

/// `None`: there is no chart of this name.
async fn read(store: &Store, actor: &Actor, name: &str, asked: &Asked) -> store::Result<Option<Made>> {
    let get = |name: &str| asked.get(name).cloned();
    Ok(Some(match name {
        "funnel" => {
            let report = store.funnel(actor, &FunnelQuery::from_query(get)).await?;
            Box::new(move |asked: &Asked| funnel::chart(&report, |name| asked.get(name).cloned()).map(Some))
        }
        "months" => {
            let report = store.won_months(actor, &AnalysisQuery::from_query(get)).await?;
            Box::new(move |asked: &Asked| analysis::charts::won_months(&report, |name| asked.get(name).cloned()).map(Some))
        }
        "cycles" => {
            let report = store.outcomes(actor, &AnalysisQuery::from_query(get)).await?;
            Box::new(move |asked: &Asked| analysis::charts::cycles(&report, |name| asked.get(name).cloned()).map(Some))
        }
        "course" => {
            let report = store.economics(actor, &EconomicsQuery::from_query(get)).await?;
            Box::new(move |asked: &Asked| analysis::charts::course(&report, |name| asked.get(name).cloned()).map(Some))
        }
        "forecast" => {
            let report = store.forecast(actor, &AnalysisQuery::from_query(get)).await?;
            Box::new(move |asked: &Asked| analysis::charts::forecast(&report, |name| asked.get(name).cloned()).map(Some))
        }
        "pareto" | "heat" | "flow" => {
            let (report, name) = (store.tier_figures(actor, &FiguresQuery::from_query(get)).await?, name.to_owned());
            Box::new(move |asked: &Asked| tiers::charts::chart(&name, &report, |name| asked.get(name).cloned()))
        }
        _ => return Ok(None),
    }))
}
