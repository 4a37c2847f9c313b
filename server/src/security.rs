//! Who asks, and what every answer carries. The gate stands before pages,
//! server functions and the stream: what is not declared public needs a login
//! (`domain::routes`). Server functions ask again, each for itself, because
//! pages call them without passing here.

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::routes::{Rule, rule};
use i18n::Lang;
use leptos::prelude::{provide_context, use_context};
use std::net::SocketAddr;
use std::sync::{Arc, Once};
use std::time::Instant;
use store::Store;
use store::auth::{Origin, Session};
use ui::live::Moment;
use ui::server::Asking;
use ui::{Facts, Theme};

/// Name of the cookie that carries the token of a sign-in.
use settings::cookie::NAME as SESSION_COOKIE;

#[derive(Clone)]
pub struct Gate {
    pub store: Store,
    pub secure: bool,
    warm: Arc<Once>,
}

impl Gate {
    pub fn new(store: Store, secure: bool) -> Self {
        Self { store, secure, warm: Arc::new(Once::new()) }
    }

    /// Somebody works: the names for the search and the histories of deals are read before they
    /// are asked for. Not at the start, so that a server at rest stays small.
    fn warm_up(&self) {
        self.warm.call_once(|| {
            let store = self.store.clone();
            tokio::spawn(async move {
                let started = Instant::now();
                // What could not be read is read by who asks first.
                if let Err(error) = store.prepare_search().await {
                    tracing::warn!(%error, "the names for searching could not be read");
                }
                match store.prepare_funnel().await {
                    Ok(()) => tracing::debug!(ms = started.elapsed().as_millis(), "names and histories are in memory"),
                    Err(error) => tracing::warn!(%error, "the histories of deals could not be read"),
                }
            });
        });
    }
}

/// Finds the session, sends strangers to the sign-in page, and the first
/// visitor of an empty database to the set-up page.
pub async fn gate(State(gate): State<Gate>, mut request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if is_file(&path) {
        return next.run(request).await;
    }
    let session = match cookie(request.headers(), SESSION_COOKIE) {
        Some(token) => match gate.store.session(&token).await {
            Ok(session) => session,
            Err(error) => {
                tracing::error!(%error, "the session could not be read");
                return (StatusCode::SERVICE_UNAVAILABLE, "database does not answer").into_response();
            }
        },
        None => None,
    };
    if let Some(refusal) = refuse(&gate, &path, request.uri().query(), session.as_ref()) {
        return refusal;
    }
    let signed_in = session.is_some();
    if signed_in {
        gate.warm_up();
    }
    // Used sign-ins last; the cookie must not end before them.
    let prolonged = session.as_ref().is_some_and(|s| s.prolonged).then(|| cookie(request.headers(), SESSION_COOKIE)).flatten();
    let origin = origin(&request);
    let secure = gate.secure || request.headers().get("x-forwarded-proto").is_some_and(|v| v == "https");
    request.extensions_mut().insert(Asking { session, origin, secure });
    // In a task of its own: a reader who goes away must not pull a page to pieces
    // that is half rendered.
    let mut answer = match tokio::spawn(next.run(request)).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    if let Some(token) = prolonged.filter(|_| !answer.headers().contains_key(header::SET_COOKIE)) {
        if let Ok(line) = HeaderValue::from_str(&settings::cookie::line(&token, settings::cookie::MAX_AGE, secure)) {
            answer.headers_mut().append(header::SET_COOKIE, line);
        }
    }
    if signed_in {
        // Nothing of a person stays in a shared cache or behind "back" after signing out.
        answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    answer
}

fn refuse(gate: &Gate, path: &str, query: Option<&str>, session: Option<&Session>) -> Option<Response> {
    let is_page = !["/api/", "/chart/", "/export/", "/upload/"].iter().any(|below| path.starts_with(below)) && path != "/live";
    if gate.store.org().is_none() && is_page && path != "/set-up" {
        return Some(Redirect::to("/set-up").into_response());
    }
    if rule(path) == Some(Rule::Public) {
        return None;
    }
    if session.is_none() {
        if !is_page {
            return Some((StatusCode::UNAUTHORIZED, "\"Unauthenticated\"").into_response());
        }
        let wanted = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let mut to = String::from("/sign-in");
        if wanted != "/" {
            to.push_str("?next=");
            to.push_str(&encode(&wanted));
        }
        return Some(Redirect::to(&to).into_response());
    }
    // Every role has a page of its own there.
    (path == "/").then(|| Redirect::to("/home").into_response())
}

/// Files of the site are public; they say nothing about anybody. Exports are
/// named like files, and are none of the site.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.')) && !path.starts_with("/api/") && !path.starts_with("/export/")
}

/// Puts what pages and server functions need into their context.
pub fn provide(store: &Store) {
    provide_context(store.clone());
    let parts = use_context::<http::request::Parts>();
    let asking = parts.as_ref().and_then(|p| p.extensions.get::<Asking>().cloned());
    let asking = asking.unwrap_or(Asking { session: None, origin: Origin::default(), secure: false });
    let headers = parts.map(|p| p.headers).unwrap_or_default();
    provide_context(Arc::new(facts(store, &headers, asking.session.as_ref())));
    provide_context(asking);
}

/// What an answer knows about who reads it.
pub fn facts(store: &Store, headers: &HeaderMap, session: Option<&Session>) -> Facts {
    Facts {
        lang: lang(headers),
        theme: cookie(headers, Theme::COOKIE).and_then(|code| Theme::parse(&code)).unwrap_or(Theme::System),
        viewer: session.and_then(|s| store.viewer(s.actor.id)),
        moment: moment(store),
    }
}

/// The language of the reader: chosen, or asked for by the browser.
pub fn lang(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    Lang::negotiate(cookie(headers, Lang::COOKIE).as_deref(), accepted)
}

/// How far the announcements of this process have come.
pub fn moment(store: &Store) -> Moment {
    Moment { process: store.hub().process(), change: store.hub().generation() }
}

fn origin(request: &Request<Body>) -> Origin {
    let ip = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string()).unwrap_or_default();
    let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    Origin { ip, agent }
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// The usual headers; pages set a content security policy of their own. Where
/// cookies are for HTTPS only, browsers are told to come by HTTPS only.
pub async fn headers(State(secure): State<bool>, request: Request<Body>, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    let set = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::X_FRAME_OPTIONS, "DENY"), (header::REFERRER_POLICY, "same-origin")];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), microphone=(), geolocation=(self), payment=()"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"));
    answer
}
