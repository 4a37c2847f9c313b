//! Files on their way in: `/upload/import` takes a list as a form sends it and
//! leads to its import. And what imports give out: `/export/imports/…`, empty
//! lists to fill in, and the rows that were refused, as text or as a workbook.

use crate::export::{BOM, CSV, WORKBOOK, file_headers, lines};
use crate::patience::{Cut, Patience};
use crate::workbook::{Value, Workbook};
use axum::Extension;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::ImportId;
use domain::imports::{Found, ImportKind, UPLOAD_MAX};
use domain::policy::{Action, grant_any};
use domain::transfer::shield;
use domain::violation::Violation;
use i18n::{Lang, Texts};
use std::io;
use std::time::Duration;
use store::import::Kind;
use store::{Store, StoreError, new_request};
use tokio::sync::Semaphore;
use ui::server::Asking;

/// Bytes of a file that is too large which are read and thrown away, so that the
/// browser hears why: a connection that is closed in its face says nothing.
const THROWN_AWAY: usize = 4 * UPLOAD_MAX;
/// Files that are received at one time, each in memory; further ones wait.
static RECEIVING: Semaphore = Semaphore::const_new(4);
/// Long enough for the largest file over a slow line.
const PATIENCE: Patience = Patience::of(Duration::from_secs(300));
/// Longest text beside the file.
const TEXT_MAX: usize = 100;

/// Keeps a file as a draft, and leads to it; or back to the form, which says what
/// is wrong. A plain form, so that it works without scripts.
pub async fn import(State(store): State<Store>, Extension(asking): Extension<Asking>, form: Option<Multipart>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    if grant_any(&session.actor, Action::Import).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(form) = form else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let Ok(_turn) = RECEIVING.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let mut kind = ImportKind::Customers;
    let sent = match PATIENCE.whole(read(form, &mut kind)).await {
        Ok(sent) => sent,
        Err(cut) => return cut.into_response(),
    };
    let begun = match sent {
        Sent::File(name, bytes) => store.begin_import(&session.actor, new_request(), kind, &name, bytes).await,
        Sent::Nothing => Err(StoreError::refused("file", "required")),
        Sent::TooLarge => Err(StoreError::refused("file", "file_too_large")),
    };
    match begun {
        Ok(id) => Redirect::to(&format!("/import?id={id}&step=map")).into_response(),
        Err(StoreError::Refused(found)) => Redirect::to(&refused(kind, &found)).into_response(),
        Err(StoreError::Denied(_) | StoreError::NotFound) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            tracing::error!(%error, "an upload could not be kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

enum Sent {
    File(String, Vec<u8>),
    Nothing,
    TooLarge,
}

async fn read(mut form: Multipart, kind: &mut ImportKind) -> Result<Sent, Cut> {
    let mut sent = Sent::Nothing;
    while let Some(field) = PATIENCE.part(form.next_field()).await? {
        match field.name() {
            Some("kind") => {
                let (text, _) = taken(field, TEXT_MAX, TEXT_MAX).await?;
                *kind = ImportKind::parse(&String::from_utf8_lossy(&text)).unwrap_or(*kind);
            }
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                sent = match taken(field, UPLOAD_MAX, THROWN_AWAY).await? {
                    (_, true) => Sent::TooLarge,
                    // A form without a file sends one without a name.
                    (bytes, false) if name.is_empty() && bytes.is_empty() => Sent::Nothing,
                    (bytes, false) => Sent::File(name, bytes),
                };
            }
            _ => {}
        }
        if matches!(sent, Sent::TooLarge) {
            break;
        }
    }
    Ok(sent)
}

/// The bytes of a field, and whether they are more than `max`; then none is kept,
/// and after `most` none is read.
async fn taken(mut field: Field<'_>, max: usize, most: usize) -> Result<(Vec<u8>, bool), Cut> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(chunk) = PATIENCE.part(field.chunk()).await? {
        length += chunk.len();
        if length <= max {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
        if length > most.max(max) {
            break;
        }
    }
    Ok((bytes, length > max))
}

/// The form again, with the code of the refusal and its numbers.
fn refused(kind: ImportKind, found: &[Violation]) -> String {
    let mut address = format!("/import?kind={kind}");
    if let Some(violation) = found.first() {
        address.push_str(&format!("&refused={}", violation.code));
        let numbers = violation.params.iter().filter(|(_, value)| value.bytes().all(|b| b.is_ascii_digit()));
        for (name, value) in numbers {
            address.push_str(&format!("&{name}={value}"));
        }
    }
    address
}

/// `template-customers.csv` and so on, or the refused rows of an import by its
/// id; either also as `.xlsx`.
pub async fn file(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    if grant_any(&session.actor, Action::Import).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let lang = crate::security::lang(&headers);
    let Some((name, form)) = file.rsplit_once('.').and_then(|(name, kind)| Some((name, Form::of(kind)?))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Some(kind) = name.strip_prefix("template-").and_then(ImportKind::parse) {
        let own = Kind::from(kind).fields().iter().filter(|field| !field.foreign);
        let head = own.map(|field| field.header(lang == Lang::Zh).to_owned()).collect();
        return written(form, name, head, Vec::new());
    }
    let Some(id) = ImportId::parse(name) else { return StatusCode::NOT_FOUND.into_response() };
    match store.refused_rows(&session.actor, id, i18n::fmt::parse_amount).await {
        Ok(found) => {
            let texts = Texts::new(lang);
            let problem = texts.get(i18n::keys::data::PROBLEM).to_owned();
            let named = |code: &str| {
                let field = found.kind.fields().iter().find(|field| field.code == code);
                field.map_or_else(String::new, |field| field.header(lang == Lang::Zh).to_owned())
            };
            let added = found.added.iter().map(|code| named(code));
            let head = found.headers.iter().cloned().chain(added).chain([problem]).collect();
            let rows = found.rows.into_iter().map(|(cells, why)| {
                let header = |one: &Found| if one.header.is_empty() { named(&one.violation.field) } else { one.header.clone() };
                let said: Vec<String> = why.iter().map(|one| sentence(&texts, &header(one), &one.violation)).collect();
                cells.into_iter().chain([said.join("; ")]).collect()
            });
            let stem = found.file.rsplit_once('.').map_or(found.file.as_str(), |(stem, _)| stem);
            // A name in a header is plain ASCII.
            let stem: String = stem.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
            written(form, &format!("refused-{}", if stem.is_empty() { "rows" } else { &stem }), head, rows.collect())
        }
        Err(StoreError::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(StoreError::Refused(_)) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(StoreError::Denied(_)) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            tracing::error!(%error, "refused rows could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

pub fn sentence(texts: &Texts, header: &str, violation: &Violation) -> String {
    let params: Vec<_> = violation.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let said = i18n::keys::errors::find(&violation.code).map_or_else(|| violation.code.clone(), |key| texts.fmt(key, &params));
    if header.is_empty() { said } else { format!("{header}: {said}") }
}

/// As which kind of file a list goes out.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Workbook,
}

impl Form {
    fn of(extension: &str) -> Option<Self> {
        match extension {
            "csv" => Some(Self::Text),
            "xlsx" => Some(Self::Workbook),
            _ => None,
        }
    }
}

fn written(form: Form, name: &str, head: Vec<String>, rows: Vec<Vec<String>>) -> Response {
    let (kind, extension, bytes) = match form {
        Form::Text => {
            let shielded = |row: Vec<String>| row.iter().map(|cell| shield(cell).into_owned()).collect();
            let lines = lines(std::iter::once(head).chain(rows).map(shielded));
            (CSV, "csv", lines.map(|lines| [BOM.as_bytes(), &lines].concat()))
        }
        Form::Workbook => (WORKBOOK, "xlsx", workbook(head, rows)),
    };
    match bytes {
        Ok(bytes) => (file_headers(kind, &format!("{name}.{extension}")), bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "a file could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Texts only, which a workbook keeps as they are.
fn workbook(head: Vec<String>, rows: Vec<Vec<String>>) -> io::Result<Vec<u8>> {
    let mut book = Workbook::new("1", head)?;
    let cell = |text: String| if text.is_empty() { Value::Empty } else { Value::Text(text) };
    rows.into_iter().try_for_each(|row| book.row(row.into_iter().map(cell)))?;
    let bytes = book.taken();
    Ok([bytes, book.end()?].concat())
}
