//! Lists as files: `/export/deals.csv?…` is the list of deals that the page with
//! the same address shows, every row of it; `.xlsx` the same as a workbook. Both are
//! written while they are read, so that the first bytes go out at once and memory
//! does not grow with the list. Which list an address names is in [`asked`], what words
//! of closed sets are called in [`word`]. Figures as files are in [`funnel`], all lists at
//! once in [`all`].

pub mod all;
mod asked;
pub mod funnel;
mod word;

use crate::workbook::{self, Value, Workbook};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::customers::Tier;
use domain::tiers::TierNames;
use domain::transfer::shield;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use i18n::{Lang, Texts, fmt, keys};
use leptos::prelude::{Owner, provide_context};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use store::export::Cell;
use store::{Store, StoreError};
use ui::Facts;
use ui::server::Asking;
use ui::words;

/// So that spreadsheets take the file for UTF-8.
pub const BOM: &str = "\u{feff}";
pub const CSV: &str = "text/csv; charset=utf-8";
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// In which words a cell is written.
#[derive(Debug, Clone)]
pub struct Spoken {
    lang: Lang,
    /// What the organisation calls its tiers.
    tiers: TierNames,
}

impl Spoken {
    pub fn of(store: &Store, lang: Lang) -> Self {
        Self { lang, tiers: store.org().map(|org| org.tiers.clone()).unwrap_or_default() }
    }

    fn tier(&self, tier: Tier) -> String {
        let house = || Texts::new(self.lang).get(words::house_tier(tier)).to_owned();
        self.tiers.of(tier).map_or_else(house, |own| words::pick(self.lang, &own.zh, &own.en))
    }
}

pub async fn list(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Path(file): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let lang = crate::security::lang(&headers);
    let Some((listed, name, kind)) = file.rsplit_once('.').and_then(|(list, kind)| Some((asked::listed(list, &query)?, list, kind))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(content_type) = content_type(kind) else { return StatusCode::NOT_FOUND.into_response() };
    let day = store.clock().today();
    let pages = match store.export(&session.actor, listed.clone()).await {
        Ok(pages) => pages,
        Err(error) => return refused(error),
    };
    let pages = pages.map(|page| {
        // The answer has begun: it is cut off, so that nobody takes it for whole.
        page.map_err(|error| {
            tracing::error!(%error, "an export was cut off");
            io::Error::other("cut off")
        })
    });
    let head = listed.fields().iter().map(|field| field.header(lang == Lang::Zh).to_owned()).collect();
    let spoken = Spoken::of(&store, lang);
    let body = if kind == "xlsx" {
        workbook(Texts::new(lang).get(asked::sheet(&listed)), head, pages, spoken)
    } else {
        table(head, pages, spoken)
    };
    (file_headers(content_type, &format!("{name}-{day}.{kind}")), body).into_response()
}

/// What is made of something in the reader's language, which texts find as on a page.
pub fn told<T>(facts: Arc<Facts>, make: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    let told = owner.with(|| {
        provide_context(facts);
        make()
    });
    owner.cleanup();
    told
}

/// What is answered where a report cannot be read.
pub fn refused(error: StoreError) -> Response {
    match error {
        StoreError::Denied(_) => StatusCode::FORBIDDEN.into_response(),
        StoreError::NotFound => StatusCode::NOT_FOUND.into_response(),
        error => {
            tracing::error!(%error, "a report could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Of an answer that is kept as a file, and nowhere else.
pub fn file_headers(kind: &'static str, name: &str) -> [(header::HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

fn content_type(kind: &str) -> Option<&'static str> {
    match kind {
        "csv" => Some(CSV),
        "xlsx" => Some(WORKBOOK),
        _ => None,
    }
}

type Rows = Vec<Vec<Cell>>;

fn table(head: Vec<String>, pages: impl Stream<Item = io::Result<Rows>> + Send + 'static, spoken: Spoken) -> Body {
    let head = lines(std::iter::once(head)).map(|line| [BOM.as_bytes(), &line].concat());
    let rows = pages.map(move |page| lines(page?.iter().map(|row| row.iter().map(|cell| written(cell, &spoken)).collect())));
    Body::from_stream(stream::once(async { head }).chain(rows))
}

/// A workbook, of which each page is packed beside the threads that answer others. Its
/// fixed parts go out before the first row is read.
fn workbook(name: &str, head: Vec<String>, pages: impl Stream<Item = io::Result<Rows>> + Send + 'static, spoken: Spoken) -> Body {
    let book = Workbook::new(name, head).map(|book| (book.taken(), book, Box::pin(pages)));
    let chunks = stream::once(async { book }).map_ok(move |(begin, book, pages)| {
        let rows = stream::try_unfold(Some((book, pages, spoken.clone())), |writing| async move {
            let Some((mut book, mut pages, spoken)) = writing else { return Ok(None) };
            match pages.next().await.transpose()? {
                Some(rows) => {
                    let packed = tokio::task::spawn_blocking(move || {
                        rows.iter()
                            .try_for_each(|row| book.row(row.iter().map(|cell| valued(cell, &spoken))))
                            .map(|()| (book.taken(), (book, spoken)))
                    });
                    let (chunk, (book, spoken)) = packed.await.map_err(io::Error::other)??;
                    Ok(Some((chunk, Some((book, pages, spoken)))))
                }
                None => Ok::<_, io::Error>(Some((book.end()?, None))),
            }
        });
        stream::once(async { Ok(begin) }).chain(rows)
    });
    Body::from_stream(chunks.try_flatten())
}

/// A cell of a workbook: numbers, amounts and days stay what they are. Texts need no
/// shield there, a workbook says itself what is a formula.
fn valued(cell: &Cell, spoken: &Spoken) -> Value {
    let lang = spoken.lang;
    match cell {
        Cell::Empty => Value::Empty,
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Name(zh, en) => Value::Text(words::pick(lang, zh, en)),
        Cell::Date(day) => Value::Day(day.signed_duration_since(workbook::EPOCH).num_days()),
        Cell::Money(amount) => {
            Value::Money(fmt::money_input(amount.minor, &amount.currency.to_string()), fmt::exponent(&amount.currency.to_string()))
        }
        Cell::Rate(bp) => Value::Rate(*bp),
        Cell::Number(number) => Value::Number(*number),
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has no other numbers")]
        Cell::Whole(number) => Value::Number(*number as f64),
        // An own name is a text like another.
        Cell::Tier(tier) => Value::Text(spoken.tier(*tier)),
        _ => Value::Text(written(cell, spoken)),
    }
}

/// A cell as text. Texts are shielded; numbers and dates are none.
pub fn written(cell: &Cell, spoken: &Spoken) -> String {
    let lang = spoken.lang;
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
        Cell::Whole(number) => number.to_string(),
        Cell::YesNo(yes) => said(if *yes { keys::common::YES } else { keys::common::NO }),
        Cell::Tier(tier) => shield(&spoken.tier(*tier)).into_owned(),
        // Not bare: `1-19` is a day to a spreadsheet.
        Cell::Size(size) => texts.fmt(keys::words::SIZE_PEOPLE, &[("range", &size.code().replace('-', "–"))]),
        Cell::Source(source) => said(words::source(*source)),
        Cell::Role(role) => said(words::contact_role(*role)),
        Cell::Outcome(outcome) => said(words::outcome(*outcome)),
        Cell::LostReason(reason) => said(words::lost_reason(*reason)),
        Cell::FollowUp(kind) => said(words::follow_up(*kind)),
        Cell::Instant(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        Cell::Wall(at) => at.format("%Y-%m-%d %H:%M").to_string(),
        Cell::Word(word) => said(word::key(*word)),
        Cell::Words(several) => several.iter().map(|word| texts.get(word::key(*word))).collect::<Vec<_>>().join("; "),
    }
}

/// Lines after RFC 4180.
pub fn lines(rows: impl Iterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
