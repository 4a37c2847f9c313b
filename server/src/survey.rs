//! `/s/…`: what a customer with a link is asked. Plain pages without scripts and without
//! the application, before the gate: nobody signs in here, and no cookie is read or set
//! but the language. Where requests come from is asked as for everything else.

use crate::router::AppState;
use crate::{assets, security};
use axum::body::Body;
use axum::extract::{ConnectInfo, Form, FromRequest, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::survey::answer::{next_step, read, so_far, step_before, steps};
use domain::survey::view::PublicSurvey;
use i18n::{Lang, Texts};
use satisfaction::public::{Frame, Said};
use std::collections::HashMap;
use std::net::SocketAddr;
use store::{Opened, Replied};

/// No page may be put into another, nothing is loaded but style and icon, and forms lead
/// only here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// Largest body: twenty long texts.
const BODY_LIMIT: usize = 256 * 1024;

/// What a request says beside its token.
struct Asked {
    state: AppState,
    token: String,
    ip: String,
    lang: Lang,
    stylesheet: String,
    organisation: String,
}

impl Asked {
    fn new(state: AppState, token: String, headers: &HeaderMap, ip: String, query: &HashMap<String, String>) -> Self {
        let lang = query.get("lang").and_then(|tag| Lang::parse(tag)).unwrap_or_else(|| security::lang(headers));
        let stylesheet = assets::stylesheet(&state.options);
        Self { state, token, ip, lang, stylesheet, organisation: String::new() }
    }

    fn frame<'a>(&'a self, address: &'a str) -> Frame<'a> {
        Frame { texts: Texts::new(self.lang), stylesheet: &self.stylesheet, organisation: &self.organisation, address }
    }

    /// Of a token that is none only what could have been sent as one is said again.
    fn address(&self) -> String {
        let plain: String = self.token.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        format!("/s/{plain}")
    }

    fn said(&self, said: Said) -> Response {
        let status = match said {
            Said::Thanks => StatusCode::OK,
            Said::Answered | Said::Expired => StatusCode::GONE,
            Said::Unknown => StatusCode::NOT_FOUND,
            Said::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Said::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        answer(status, self.frame(&self.address()).said(said).into_string())
    }

    fn gone(&self, opened: &Opened) -> Response {
        self.said(match opened {
            Opened::Answered => Said::Answered,
            Opened::Expired => Said::Expired,
            Opened::Throttled => Said::Throttled,
            Opened::Unknown | Opened::Asked(_) => Said::Unknown,
        })
    }

    fn failed(&self, error: &store::StoreError) -> Response {
        tracing::error!(%error, "a survey could not be shown or answered");
        self.said(Said::Failed)
    }

    fn questions(&self, of: &PublicSurvey, step: usize, typed: &[(String, String)], refused: &[domain::violation::Violation]) -> Response {
        let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let frame = Frame { organisation: &of.organisation, ..self.frame("") };
        let address = self.address();
        answer(status, Frame { address: &address, ..frame }.asked(of, step, typed, refused).into_string())
    }
}

fn answer(status: StatusCode, page: String) -> Response {
    let mut answer = (status, Html(page)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    answer
}

fn ip(request: &Request<Body>) -> String {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string()).unwrap_or_default()
}

/// The first questions, or why there are none.
pub async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    request: Request<Body>,
) -> Response {
    let asked = Asked::new(state, token, request.headers(), ip(&request), &query);
    match asked.state.store.open_link(&asked.token, &asked.ip).await {
        Ok(Opened::Asked(of)) => asked.questions(&of, 0, &[], &[]),
        Ok(other) => asked.gone(&other),
        Err(error) => asked.failed(&error),
    }
}

/// One step: on to the next, back, into the other language, or all of it sent.
pub async fn reply(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    request: Request<Body>,
) -> Response {
    let mut asked = Asked::new(state, token, request.headers(), ip(&request), &query);
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_LIMIT).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let typed = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, Body::from(bytes)), &()).await;
    let Ok(Form(typed)) = typed else { return StatusCode::BAD_REQUEST.into_response() };
    let of = match asked.state.store.open_link(&asked.token, &asked.ip).await {
        Ok(Opened::Asked(of)) => of,
        Ok(other) => return asked.gone(&other),
        Err(error) => return asked.failed(&error),
    };
    let last = |name: &str| typed.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    let all = steps(&of.questions);
    let step = last("step").parse::<usize>().unwrap_or(0).min(all.len().saturating_sub(1));
    let answers = so_far(&of.questions, &typed);
    let go = last("go").to_owned();
    if let Some(lang) = Lang::parse(&go) {
        asked.lang = lang;
        return asked.questions(&of, step, &typed, &[]);
    }
    if go == "back" {
        return asked.questions(&of, step_before(&of.questions, step, &answers).unwrap_or(0), &typed, &[]);
    }
    let end = all.get(step).map_or(of.questions.len(), |here| here.end);
    if let (Err(found), true) = (read(&of.questions[..end], &typed), end < of.questions.len()) {
        return asked.questions(&of, step_of(&all, &of, &found).unwrap_or(step), &typed, &found);
    }
    if let Some(next) = next_step(&of.questions, step, &answers) {
        return asked.questions(&of, next, &typed, &[]);
    }
    let anonymous = last("anonymous") == "1";
    match asked.state.store.answer_link(&asked.token, &asked.ip, typed.clone(), anonymous).await {
        Ok(Replied::Thanks) => {
            asked.organisation.clone_from(&of.organisation);
            asked.said(Said::Thanks)
        }
        Ok(Replied::Refused(found)) => asked.questions(&of, step_of(&all, &of, &found).unwrap_or(step), &typed, &found),
        Ok(Replied::Gone(other)) => asked.gone(&other),
        Err(error) => asked.failed(&error),
    }
}

/// The step of the first question that was refused.
fn step_of(all: &[std::ops::Range<usize>], of: &PublicSurvey, found: &[domain::violation::Violation]) -> Option<usize> {
    let place = of.questions.iter().position(|question| found.iter().any(|violation| violation.field == question.id))?;
    all.iter().position(|here| here.contains(&place))
}
