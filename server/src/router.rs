//! Addresses: pages, server functions, the event stream, files, probes; and
//! the layers that every request passes.

use crate::config::Settings;
use crate::{assets, chart, export, files, live, phone, pwa, security, survey, upload};
use app::{App, document};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Request, StatusCode};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, get_service, post};
use domain::routes::rule;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list, handle_server_fns_with_context};
use std::error::Error;
use std::path::Path;
use store::Store;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

/// Where all server functions are, below their own addresses.
const SERVER_FUNCTIONS: &str = "/api/{*function}";
/// Largest body of a request: the longest note many times over. Uploads have a
/// limit of their own.
const BODY_LIMIT: usize = 512 * 1024;

#[derive(Clone, axum::extract::FromRef)]
pub struct AppState {
    pub store: Store,
    pub options: LeptosOptions,
    pub closing: live::Closing,
}

pub fn build(store: Store, settings: &Settings, site: &Path, closing: live::Closing) -> Result<Router, Box<dyn Error>> {
    let options = LeptosOptions::builder()
        .output_name("weir")
        .site_root(site.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(settings.address)
        .hash_files(assets::is_hashed())
        .build();
    let state = AppState { store: store.clone(), options: options.clone(), closing };
    let pages = generate_route_list(App);
    let context = move || security::provide(&store);
    let render = {
        let options = options.clone();
        move || document(options.clone())
    };
    let gate = security::Gate::new(state.store.clone(), settings.secure_cookies);
    let router = with_plain(Router::new(), gated(context.clone()))?
        .leptos_routes_with_context(&state, pages, context.clone(), render.clone())
        .fallback({
            let context = context.clone();
            move |State(state): State<AppState>, request: Request<Body>| {
                let handler = leptos_axum::render_app_async_with_context(context.clone(), render.clone());
                async move {
                    match assets::file(&state.options, request.uri().path()).await {
                        Some(answer) => answer,
                        None => handler(request).await.into_response(),
                    }
                }
            }
        })
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT));
    let router = with_plain(router, uploads())?.layer(middleware::from_fn_with_state(gate, security::gate));
    let router = with_plain(router, open(site))?
        .layer(CsrfLayer::new())
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(settings.secure_cookies, security::headers))
        .layer(TraceLayer::new_for_http());
    Ok(router.with_state(state))
}

/// What is neither page nor server function, by its address as declared in
/// [`domain::routes`].
type Plain = Vec<(&'static str, MethodRouter<AppState>)>;

/// Behind the gate: who asks is known.
fn gated(context: impl Fn() + Clone + Send + Sync + 'static) -> Plain {
    let functions = move |request: Request<Body>| handle_server_fns_with_context(context.clone(), request);
    vec![
        (SERVER_FUNCTIONS, post(functions)),
        ("/live", get(live::stream)),
        ("/export/{file}", get(export::list)),
        ("/export/imports/{file}", get(upload::file)),
        ("/export/field/{file}", get(phone::file)),
        ("/export/files/{id}", get(files::give)),
        ("/export/funnel.csv", get(export::funnel::csv)),
        ("/export/funnel.svg", get(export::funnel::svg)),
        ("/chart/{name}", get(chart::describe)),
    ]
}

/// Behind the gate, with bodies longer than others': of imports of any length, which they count themselves.
fn uploads() -> Plain {
    vec![
        ("/upload/import", post(upload::import).layer(DefaultBodyLimit::disable())),
        ("/upload/field", post(phone::take).layer(DefaultBodyLimit::max(phone::BODY_MAX))),
        ("/upload/files", post(files::take).layer(DefaultBodyLimit::max(files::BODY_MAX))),
    ]
}

/// Before the gate: answered to anybody.
fn open(site: &Path) -> Plain {
    vec![
        ("/healthz", get(async || "ok")),
        ("/readyz", get(ready)),
        ("/s/{token}", get(survey::show).post(survey::reply)),
        ("/texts/{file}", get(assets::texts)),
        ("/sw.js", get(pwa::worker)),
        ("/offline", get(pwa::offline)),
        ("/manifest.webmanifest", get(pwa::manifest)),
        ("/pkg/{*file}", get_service(assets::packages(site))),
    ]
}

/// The one place where an address is given to the router: none without a
/// declared rule. Server functions have a rule each.
fn with_plain(router: Router<AppState>, plain: Plain) -> Result<Router<AppState>, String> {
    plain.into_iter().try_fold(router, |router, (path, handler)| {
        if path != SERVER_FUNCTIONS && rule(path).is_none() {
            return Err(format!("{path} has no declared rule"));
        }
        Ok(router.route(path, handler))
    })
}

/// The addresses of [`gated`], [`uploads`] and [`open`], for the tests.
#[cfg(test)]
pub fn plain_addresses() -> Vec<&'static str> {
    let all = gated(|| ()).into_iter().chain(uploads()).chain(open(Path::new(".")));
    all.map(|(path, _)| path).filter(|path| *path != SERVER_FUNCTIONS).collect()
}

/// Whether requests would be answered: the database is.
async fn ready(State(store): State<Store>) -> impl IntoResponse {
    match store.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database does not answer")
        }
    }
}
