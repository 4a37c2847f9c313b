//! Files: the hashed packages (kept by browsers for ever), texts, icons.

use axum::body::Body;
use axum::extract::Path as PathPart;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use i18n::Lang;
use leptos::config::LeptosOptions;
use std::path::Path;
use tower::ServiceExt;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeader;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Files whose names do not change with their content.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Whether the build wrote content hashes into file names.
pub fn is_hashed() -> bool {
    std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("hash.txt").is_file())).unwrap_or(false)
}

/// The address of the style sheet, for a page that the framework does not write.
pub fn stylesheet(options: &LeptosOptions) -> String {
    let hash = is_hashed().then(|| {
        let text = std::fs::read_to_string(std::env::current_exe().ok()?.parent()?.join("hash.txt")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("css:").map(|hash| format!(".{}", hash.trim())))
    });
    format!("/{}/{}{}.css", options.site_pkg_dir, options.output_name, hash.flatten().unwrap_or_default())
}

/// `/pkg`: precompressed where the build did so.
pub fn packages(site: &Path) -> SetResponseHeader<ServeDir, HeaderValue> {
    let files = ServeDir::new(site).precompressed_br().precompressed_gzip();
    let keep = if is_hashed() { FOR_EVER } else { HeaderValue::from_static("no-cache") };
    SetResponseHeader::overriding(files, header::CACHE_CONTROL, keep)
}

/// A file of the site's root; `None` if there is none.
pub async fn file(options: &LeptosOptions, path: &str) -> Option<Response> {
    let name = path.strip_prefix('/')?;
    if name.is_empty() || name.contains('/') || !name.contains('.') {
        return None;
    }
    let request = Request::builder().uri(path).body(Body::empty()).ok()?;
    let answer = ServeDir::new(options.site_root.as_ref()).precompressed_br().precompressed_gzip().oneshot(request).await.ok()?;
    if answer.status() != StatusCode::OK {
        return None;
    }
    let mut answer = answer.map(Body::new);
    // An old script under a new page would be half a page.
    let keep = if name.ends_with(".js") { HeaderValue::from_static("no-cache") } else { FOR_AN_HOUR };
    answer.headers_mut().insert(header::CACHE_CONTROL, keep);
    Some(answer)
}

/// The texts of one language, as a script that is named by its content.
pub async fn texts(PathPart(file): PathPart<String>) -> Response {
    let found = [Lang::Zh, Lang::En].into_iter().find(|lang| file == format!("{}-{}.js", lang.code(), i18n::script_hash(*lang)));
    match found {
        Some(lang) => (
            [(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")), (header::CACHE_CONTROL, FOR_EVER)],
            i18n::script(lang),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
