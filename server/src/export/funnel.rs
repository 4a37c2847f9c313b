//! The funnel as a file: `/export/funnel.csv?…` has the figures that the page with the
//! same address shows, `/export/funnel.svg?…` its picture.

use super::{BOM, CSV, Spoken, file_headers, lines, refused, told, written};
use crate::security;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::funnel::report::{FunnelQuery, FunnelReport};
use domain::pipeline::Choices;
use std::collections::HashMap;
use std::sync::Arc;
use store::Store;
use ui::Facts;
use ui::server::Asking;

/// The picture has its style inside, and nothing else: no script, no request.
const SVG_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub async fn csv(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let found = match Found::read(&store, &asking, &headers, &asked).await {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let spoken = Spoken::of(&store, found.facts.lang);
    let sheet = found.told(funnel::export::sheet);
    let rows = sheet.rows.iter().map(|row| row.iter().map(|cell| written(cell, &spoken)).collect());
    match lines(std::iter::once(sheet.head).chain(rows)) {
        Ok(lines) => {
            let headers = file_headers(CSV, &format!("funnel-{}.csv", found.report.as_of));
            (headers, [BOM.as_bytes(), &lines].concat()).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the funnel could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

pub async fn svg(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let found = match Found::read(&store, &asking, &headers, &asked).await {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let headers = file_headers("image/svg+xml; charset=utf-8", &format!("funnel-{}.svg", found.report.as_of));
    let mut answer = (headers, found.told(funnel::export::svg)).into_response();
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SVG_POLICY));
    answer
}

/// What the address asks for, as far as the reader may see it.
struct Found {
    query: FunnelQuery,
    report: FunnelReport,
    choices: Choices,
    facts: Arc<Facts>,
}

impl Found {
    async fn read(store: &Store, asking: &Asking, headers: &HeaderMap, asked: &HashMap<String, String>) -> Result<Self, Response> {
        let Some(session) = &asking.session else { return Err(StatusCode::UNAUTHORIZED.into_response()) };
        let query = FunnelQuery::from_query(|name| asked.get(name).cloned());
        let report = store.funnel(&session.actor, &query).await.map_err(refused)?;
        let choices = store.deal_choices(&session.actor).await.map_err(refused)?;
        let facts = Arc::new(security::facts(store, headers, Some(session)));
        Ok(Self { query, report, choices, facts })
    }

    fn told<T>(&self, make: fn(&FunnelReport, &FunnelQuery, &Choices) -> T) -> T {
        told(self.facts.clone(), || make(&self.report, &self.query, &self.choices))
    }
}
