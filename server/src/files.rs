//! Files on customers and deals: `/upload/files` takes one from a plain form and leads back to the
//! page that it was on, which says what became of it; `/export/files/ID` gives one out, always to
//! be saved and never to be shown, so that nothing in it runs here.

use crate::patience::{Cut, Patience};
use crate::phone::taken;
use axum::Extension;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::files::{FILE_MAX, FileKind, FilesOf};
use domain::ids::{FileId, RequestId};
use domain::violation::Violation;
use std::time::Duration;
use store::{Store, StoreError, new_request};
use tokio::sync::Semaphore;
use ui::server::Asking;

/// Longest text beside the file.
const TEXT_MAX: usize = 200;
/// Longest body: so much is read of a file that is too large, so that the browser hears why.
pub const BODY_MAX: usize = 4 * FILE_MAX + 64 * 1024;
/// Files that are received at one time, each in memory; further ones wait.
static RECEIVING: Semaphore = Semaphore::const_new(4);
/// Long enough for the largest file over a slow line.
const PATIENCE: Patience = Patience::of(Duration::from_secs(300));

/// What was sent, before anything of it is believed.
#[derive(Default)]
struct Sent {
    of: Option<FilesOf>,
    request: Option<RequestId>,
    name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

pub async fn take(State(store): State<Store>, Extension(asking): Extension<Asking>, form: Option<Multipart>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let Some(form) = form else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let Ok(_turn) = RECEIVING.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let sent = match PATIENCE.whole(read(form)).await {
        Ok(sent) => sent,
        Err(cut) => return cut.into_response(),
    };
    let Some(of) = sent.of else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let kept = if sent.too_large {
        Err(vec![Violation::new("file", "attach_too_large").with("max", FILE_MAX / (1024 * 1024))].into())
    } else {
        store.add_file(&session.actor, sent.request.unwrap_or_else(new_request), of, &sent.name, sent.bytes).await
    };
    match kept {
        Ok(id) => led(of, &[("file", &id.to_string())]),
        Err(StoreError::Refused(found)) => {
            let Some(first) = found.first() else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
            let max = first.params.iter().find(|(name, _)| name == "max").map(|(_, value)| value.as_str()).unwrap_or_default();
            led(of, &[("file_refused", &first.code), ("file_max", max)])
        }
        Err(StoreError::RequestReused) => StatusCode::CONFLICT.into_response(),
        Err(error) => unread(&error),
    }
}

/// Back to the page; values are codes, numbers and ids.
fn led(of: FilesOf, query: &[(&str, &str)]) -> Response {
    let query: Vec<String> = query.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
    Redirect::to(&format!("{}?{}#files", of.page(), query.join("&"))).into_response()
}

async fn read(mut form: Multipart) -> Result<Sent, Cut> {
    let mut sent = Sent::default();
    while let Some(field) = PATIENCE.part(form.next_field()).await? {
        match field.name() {
            Some("of") => sent.of = FilesOf::parse(&text(taken(field, TEXT_MAX, PATIENCE).await?.0)),
            Some("request") => sent.request = RequestId::parse(&text(taken(field, TEXT_MAX, PATIENCE).await?.0)),
            Some("file") => {
                sent.name = field.file_name().unwrap_or_default().to_owned();
                (sent.bytes, sent.too_large) = taken(field, FILE_MAX, PATIENCE).await?;
            }
            _ => {}
        }
        if sent.too_large {
            break;
        }
    }
    Ok(sent)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A file, to be saved under its name.
pub async fn give(State(store): State<Store>, Extension(asking): Extension<Asking>, Path(id): Path<String>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let Some(id) = FileId::parse(&id) else { return StatusCode::NOT_FOUND.into_response() };
    match store.file(&session.actor, id).await {
        Ok(file) => {
            let Ok(saved) = HeaderValue::from_str(&disposition(&file.name, file.kind)) else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(file.kind.mime())),
                (header::CONTENT_DISPOSITION, saved),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
            ];
            (headers, file.bytes).into_response()
        }
        Err(error) => unread(&error),
    }
}

/// A plain name for old programs, and the whole one for all others.
fn disposition(name: &str, kind: FileKind) -> String {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    let plain = if plain.starts_with('.') || plain.is_empty() { format!("file.{}", kind.code()) } else { plain };
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn unread(error: &StoreError) -> Response {
    match error {
        StoreError::NotFound => StatusCode::NOT_FOUND.into_response(),
        StoreError::Denied(_) => StatusCode::FORBIDDEN.into_response(),
        error => {
            tracing::error!(%error, "a file could not be kept or read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
