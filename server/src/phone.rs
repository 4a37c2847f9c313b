//! What a phone sends of the field: `/upload/field` takes a check-in, a check-out or a follow-up,
//! from a queue that wants to know whether to keep it, or from a form without scripts. And what
//! goes out: pictures, and one's own records, under `/export/field/`.
//!
//! A body is read to its end before anything is written, so what was cut off left nothing.

use crate::patience::{Cut, Patience};
use crate::upload::sentence;
use axum::Extension;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::field::form::{Taken, VisitForm};
use domain::field::photo::{PHOTO_MAX, PHOTOS_MAX};
use domain::ids::{FollowUpId, RequestId, UserId};
use domain::violation::Violation;
use domain::work::FollowUpForm;
use i18n::Texts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::time::Duration;
use store::auth::Session;
use store::{Store, StoreError};
use tokio::sync::Semaphore;
use ui::server::Asking;

/// Longest text of a field, in bytes: the longest note in three bytes a sign.
const TEXT_MAX: usize = 16 * 1024;
/// Fields of a form; more are none of ours.
const FIELDS_MAX: usize = 60;
/// Longest body: the pictures, one more of which it is said that it is too much, and the texts.
pub const BODY_MAX: usize = (PHOTOS_MAX + 1) * PHOTO_MAX + FIELDS_MAX * TEXT_MAX;
/// Forms that are received at one time, each in memory; further ones wait.
const RECEIVED: usize = 4;
static RECEIVING: Semaphore = Semaphore::const_new(RECEIVED);
/// Phones themselves give up after a minute.
const PATIENCE: Patience = Patience::of(Duration::from_secs(120));

/// What was sent, before anything of it is believed.
#[derive(Default)]
struct Sent {
    texts: Map<String, Value>,
    photos: Vec<Vec<u8>>,
    too_large: bool,
}

impl Sent {
    fn text(&self, name: &str) -> &str {
        self.texts.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn form<F: DeserializeOwned + Default>(&self) -> F {
        serde_json::from_value(Value::Object(self.texts.clone())).unwrap_or_default()
    }
}

/// What the queue of a phone is told.
#[derive(Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
enum Told {
    Accepted {
        id: uuid::Uuid,
    },
    /// It was here before.
    Already {
        id: uuid::Uuid,
    },
    /// `keep`: the person decides what becomes of it; else it is done with.
    Refused {
        keep: bool,
        code: String,
        text: String,
    },
}

pub async fn take(
    State(store): State<Store>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    form: Option<Multipart>,
) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    let Some(form) = form else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let Ok(_turn) = RECEIVING.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let sent = match PATIENCE.whole(read(form, PATIENCE)).await {
        Ok(sent) => sent,
        Err(cut) => return cut.into_response(),
    };
    let plain = !headers.get(header::ACCEPT).is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.contains("application/json")));
    let answer = written(&store, &session, sent, &asking.origin.agent).await;
    let lang = crate::security::lang(&headers);
    match (answer, plain) {
        (Ok(taken), true) => Redirect::to(&format!("/field?done={}", taken.id())).into_response(),
        (Ok(taken), false) => {
            let told = match taken {
                Taken::Accepted { id } => Told::Accepted { id },
                Taken::Already { id } => Told::Already { id },
            };
            axum::Json(told).into_response()
        }
        (Err(error), plain) => refused(error, plain, &Texts::new(lang)),
    }
}

async fn written(store: &Store, session: &Session, mut sent: Sent, agent: &str) -> Result<Taken, StoreError> {
    if sent.too_large {
        return Err(vec![Violation::new("photo", "photo_too_large").with("max", PHOTO_MAX / (1024 * 1024))].into());
    }
    // What came after the last of them was not read.
    if sent.photos.len() > PHOTOS_MAX {
        return Err(vec![Violation::new("photo", "too_many").with("max", PHOTOS_MAX)].into());
    }
    if sent.text("what") == "follow_up" {
        let id = FollowUpId::parse(sent.text("id")).ok_or_else(|| StoreError::refused("id", "unknown_value"))?;
        let person = UserId::parse(sent.text("person"));
        let request = RequestId::parse(sent.text("request"));
        let at = moment(&sent, store.now());
        return store.record_follow_up(&session.actor, (id, request), person, sent.form::<FollowUpForm>(), at).await;
    }
    let photos = std::mem::take(&mut sent.photos);
    store.record_check_in(&session.actor, sent.form::<VisitForm>(), photos, agent).await
}

/// When it was written, by the server's clock: the device says when by its own, and what its
/// own showed when it was sent.
fn moment(sent: &Sent, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let of = |name: &str| sent.text(name).parse::<i64>().ok().filter(|ms| *ms >= 0).and_then(DateTime::from_timestamp_millis);
    let captured = of("captured_at")?;
    captured.checked_sub_signed(of("sent_at").map_or(TimeDelta::zero(), |at| at - now))
}

fn refused(error: StoreError, plain: bool, texts: &Texts) -> Response {
    let (status, found) = match error {
        StoreError::Refused(found) => (StatusCode::UNPROCESSABLE_ENTITY, found),
        StoreError::RequestReused => (StatusCode::CONFLICT, vec![Violation::new("", "another_person")]),
        StoreError::NotFound => (StatusCode::NOT_FOUND, vec![Violation::new("customer", "not_found")]),
        StoreError::Denied(_) => (StatusCode::FORBIDDEN, vec![Violation::new("", "forbidden")]),
        StoreError::Stale { .. } => (StatusCode::CONFLICT, vec![Violation::new("", "bad_request")]),
        error @ (StoreError::Database(_) | StoreError::Internal(_)) => {
            tracing::error!(%error, "what a phone sent could not be written down");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let code = found.first().map_or_else(|| "bad_request".to_owned(), |violation| violation.code.clone());
    if plain {
        let mut to = format!("/field?refused={code}");
        let numbers = found.first().map(|violation| violation.params.as_slice()).unwrap_or_default();
        for (name, value) in numbers.iter().filter(|(_, value)| value.bytes().all(|b| b.is_ascii_digit())) {
            to.push_str(&format!("&{name}={value}"));
        }
        return Redirect::to(&to).into_response();
    }
    // The visit was ended by another check-out: nothing is lost if this one goes.
    let keep = code != "checked_out_already";
    let text = found.iter().map(|violation| sentence(texts, "", violation)).collect::<Vec<_>>().join(" ");
    (status, axum::Json(Told::Refused { keep, code, text })).into_response()
}

async fn read(mut form: Multipart, patience: Patience) -> Result<Sent, Cut> {
    let mut sent = Sent::default();
    while let Some(field) = patience.part(form.next_field()).await? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        if name == "photo" {
            let (bytes, large) = taken(field, PHOTO_MAX, patience).await?;
            sent.too_large |= large;
            // A form without a picture sends an empty one.
            if !bytes.is_empty() {
                sent.photos.push(bytes);
            }
        } else if sent.texts.len() < FIELDS_MAX {
            let (bytes, _) = taken(field, TEXT_MAX, patience).await?;
            sent.texts.insert(name, Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        }
        if sent.too_large || sent.photos.len() > PHOTOS_MAX {
            break;
        }
    }
    Ok(sent)
}

/// The bytes of a field, and whether they are more than `max`; then none is kept. Reading stops
/// at four times as many: until then the phone hears why it is refused.
pub async fn taken(mut field: Field<'_>, max: usize, patience: Patience) -> Result<(Vec<u8>, bool), Cut> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(chunk) = patience.part(field.chunk()).await? {
        length += chunk.len();
        if length <= max {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
        if length > 4 * max {
            break;
        }
    }
    Ok((bytes, length > max))
}

/// A picture (`ID.jpg`), or one's own records (`mine.json`).
pub async fn file(State(store): State<Store>, Extension(asking): Extension<Asking>, Path(file): Path<String>) -> Response {
    let Some(session) = asking.session else { return StatusCode::UNAUTHORIZED.into_response() };
    if file == "mine.json" {
        return match store.own_check_ins(&session.actor).await.map(|own| serde_json::to_vec_pretty(&own)) {
            Ok(Ok(bytes)) => {
                let name = HeaderValue::from_static("attachment; filename=\"check-ins.json\"");
                ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json")), (header::CONTENT_DISPOSITION, name)], bytes)
                    .into_response()
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "own records could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
            Err(error) => unread(&error),
        };
    }
    let Some(id) = file.strip_suffix(".jpg").and_then(|id| uuid::Uuid::try_parse(id).ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match store.check_in_photo(&session.actor, id).await {
        Ok(bytes) => {
            let shown = HeaderValue::from_static("inline; filename=\"photo.jpg\"");
            ([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (header::CONTENT_DISPOSITION, shown)], bytes).into_response()
        }
        Err(error) => unread(&error),
    }
}

fn unread(error: &StoreError) -> Response {
    match error {
        StoreError::NotFound => StatusCode::NOT_FOUND.into_response(),
        StoreError::Denied(_) => StatusCode::FORBIDDEN.into_response(),
        error => {
            tracing::error!(%error, "a file of the field could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, Bytes};
    use axum::extract::FromRequest;
    use axum::http::Request;
    use futures::{StreamExt, stream};
    use std::convert::Infallible;

    const SHORT: Patience = Patience { silent: Duration::from_millis(60), whole: Duration::from_millis(600) };

    /// What becomes of a form of which these parts come, each after a while.
    async fn sent(parts: impl futures::Stream<Item = Bytes> + Send + 'static) -> Result<Sent, Cut> {
        let body = Body::from_stream(parts.map(Ok::<_, Infallible>));
        let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b").body(body).unwrap();
        let form = Multipart::from_request(request, &()).await.unwrap();
        SHORT.whole(read(form, SHORT)).await
    }

    const HEAD: Bytes = Bytes::from_static(b"--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nmet");

    #[tokio::test]
    async fn a_phone_that_went_away_gives_its_place_back() {
        // Nothing of it, and then the half of it, comes; the line stays open.
        for parts in [Vec::new(), vec![HEAD]] {
            let stalled = stream::iter(parts).chain(stream::pending());
            assert_eq!(sent(stalled).await.err(), Some(Cut::Late));
        }
        // One that sends a little for ever.
        let drops = stream::iter([HEAD]).chain(stream::repeat(Bytes::from_static(b".")).then(async |drop| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            drop
        }));
        assert_eq!(sent(drops.boxed()).await.err(), Some(Cut::Late));
        // A slow one is waited for.
        let slow = [HEAD, Bytes::from_static(b" the buyer"), Bytes::from_static(b"\r\n--b--\r\n")];
        let slow = stream::iter(slow).then(async |part| {
            tokio::time::sleep(Duration::from_millis(15)).await;
            part
        });
        assert_eq!(sent(slow.boxed()).await.unwrap().text("note"), "met the buyer");
    }

    #[tokio::test]
    async fn pictures_are_read_until_they_are_too_many() {
        let photo = Bytes::from_static(b"--b\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nx\r\n");
        let many = stream::iter(vec![photo; 200]);
        assert_eq!(sent(many).await.unwrap().photos.len(), PHOTOS_MAX + 1);
    }
}
