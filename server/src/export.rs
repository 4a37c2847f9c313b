//! Lists as files: `/export/deals.csv?…` is the list of deals that the page with
//! the same address shows, every row of it. CSV is written while it is read, so
//! that its first line goes out at once; a workbook is whole before it is sent.
//! Figures as files are in [`funnel`], which writes cells by the same way.

pub mod funnel;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::customers::{ContactSort, CustomerFilter, CustomerSort};
use domain::page::Sort;
use domain::pipeline::DealSort;
use domain::pipeline::filter::DealFilter;
use domain::transfer::shield;
use futures::stream::{self, StreamExt};
use i18n::{Lang, Texts, fmt};
use std::collections::HashMap;
use store::export::{Cell, Listed};
use store::{Store, StoreError};
use ui::server::Asking;
use ui::words;

/// So that spreadsheets take the file for UTF-8.
const BOM: &str = "\u{feff}";

pub async fn list(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Path(file): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let lang = crate::security::lang(&headers);
    let Some((listed, name)) = file.strip_suffix(".csv").and_then(|list| Some((listed(list, &query)?, list))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let day = store.clock().today();
    let pages = match store.export(&session.actor, listed.clone()) {
        Ok(pages) => pages,
        Err(StoreError::Denied(_) | StoreError::NotFound) => return StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            tracing::error!(%error, "an export could not begin");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let head = lines(std::iter::once(listed.fields().iter().map(|field| field.header(lang == Lang::Zh).to_owned()).collect()));
    let head = head.map(|line| [BOM.as_bytes(), &line].concat());
    let rows = pages.map(move |page| match page {
        Ok(rows) => lines(rows.iter().map(|row| row.iter().map(|cell| written(cell, lang)).collect())),
        // The answer has begun: it is cut off, so that nobody takes it for whole.
        Err(error) => {
            tracing::error!(%error, "an export was cut off");
            Err(std::io::Error::other("cut off"))
        }
    });
    let body = Body::from_stream(stream::once(async { head }).chain(rows));
    (file_headers("text/csv; charset=utf-8", &format!("{name}-{day}.csv")), body).into_response()
}

/// Of an answer that is kept as a file, and nowhere else.
fn file_headers(kind: &'static str, name: &str) -> [(header::HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// The list that an address names, narrowed and sorted as its page would be.
fn listed(list: &str, query: &HashMap<String, String>) -> Option<Listed> {
    let get = |name: &str| query.get(name).cloned();
    let sort = get("sort").unwrap_or_default();
    Some(match list {
        "customers" => {
            let usual = Sort { column: CustomerSort::Updated, descending: true };
            Listed::Customers(CustomerFilter::from_query(get), Sort::parse(&sort, CustomerSort::parse).unwrap_or(usual))
        }
        "contacts" => {
            let usual = Sort { column: ContactSort::Name, descending: false };
            Listed::Contacts(get("q").unwrap_or_default(), Sort::parse(&sort, ContactSort::parse).unwrap_or(usual))
        }
        "deals" => {
            let usual = Sort { column: DealSort::Updated, descending: true };
            Listed::Deals(DealFilter::from_query(get), Sort::parse(&sort, DealSort::parse).unwrap_or(usual))
        }
        _ => return None,
    })
}

/// A cell as text. Texts are shielded; numbers and dates are none.
fn written(cell: &Cell, lang: Lang) -> String {
    let texts = Texts::new(lang);
    let said = |key| texts.get(key).to_owned();
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => shield(text).into_owned(),
        Cell::Name(zh, en) => shield(&words::pick(lang, zh, en)).into_owned(),
        Cell::Date(day) => day.to_string(),
        Cell::Money(amount) => fmt::money_input(amount.minor, &amount.currency.to_string()),
        Cell::Rate(bp) if bp % 100 == 0 => format!("{}%", bp / 100),
        Cell::Rate(bp) => format!("{}.{:02}%", bp / 100, bp % 100),
        Cell::Number(number) => number.to_string(),
        Cell::YesNo(yes) => said(if *yes { i18n::keys::common::YES } else { i18n::keys::common::NO }),
        Cell::Tier(tier) => said(words::tier(*tier)),
        // Not bare: `1-19` is a day to a spreadsheet.
        Cell::Size(size) => texts.fmt(i18n::keys::words::SIZE_PEOPLE, &[("range", &size.code().replace('-', "–"))]),
        Cell::Source(source) => said(words::source(*source)),
        Cell::Role(role) => said(words::contact_role(*role)),
        Cell::Outcome(outcome) => said(words::outcome(*outcome)),
        Cell::LostReason(reason) => said(words::lost_reason(*reason)),
    }
}

/// Lines after RFC 4180.
fn lines(rows: impl Iterator<Item = Vec<String>>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
}
