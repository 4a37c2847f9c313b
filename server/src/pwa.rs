//! What makes the pages an application on a phone: the worker that stands between page and
//! network (`frontend/web/sw.js`, told which build this is), the page that it shows without
//! network, and the manifest. None of them says anything about anybody.

use crate::assets;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use i18n::keys::{common, field, nav};
use i18n::{Lang, Texts};
use leptos::config::LeptosOptions;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// What stands in the worker where the build belongs.
const BUILD: &str = "\"__BUILD__\"";
/// Files of the site's root that the page without network needs.
const SHELL: [&str; 4] = ["field.js", "pwa.js", "icons.svg", "favicon.svg"];
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; script-src 'self'; frame-ancestors 'none'";
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

fn headers(kind: &'static str, policy: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    // Asked for each time, or an old one would stay for as long as it is cached.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers
}

/// The worker with the build in it: a new build is another worker, which browsers notice.
pub async fn worker(State(options): State<LeptosOptions>, lang: HeaderMap) -> Response {
    let site = Path::new(options.site_root.as_ref()).to_owned();
    let Ok(script) = tokio::fs::read_to_string(site.join("sw.js")).await else { return StatusCode::NOT_FOUND.into_response() };
    let lang = crate::security::lang(&lang);
    let style = style(&options);
    let mut files: Vec<String> = SHELL.iter().map(|name| format!("/{name}")).collect();
    files.push(style.clone());
    let build = serde_json::json!({ "version": version(&site, &script, &style, lang), "hashed": assets::is_hashed(), "files": files });
    (headers("text/javascript; charset=utf-8", WORKER_POLICY), script.replace(BUILD, &build.to_string())).into_response()
}

/// Another one for each build and language.
fn version(site: &Path, script: &str, style: &str, lang: Lang) -> String {
    let mut hasher = DefaultHasher::new();
    (script, style, lang.code(), i18n::script_hash(lang)).hash(&mut hasher);
    for name in SHELL {
        // What is not there makes no difference.
        std::fs::read(site.join(name)).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The address of the style sheet.
fn style(options: &LeptosOptions) -> String {
    let hash = std::env::current_exe().ok().and_then(|exe| std::fs::read_to_string(exe.parent()?.join("hash.txt")).ok());
    let hash = hash.as_deref().unwrap_or_default().lines().find_map(|line| line.strip_prefix("css:")).map(|hash| hash.trim().to_owned());
    let (folder, name) = (&options.site_pkg_dir, &options.output_name);
    hash.map_or_else(|| format!("/{folder}/{name}.css"), |hash| format!("/{folder}/{name}.{hash}.css"))
}

/// The page without network. Everything on it is put there by `field.js` from what the phone kept.
pub async fn offline(State(options): State<LeptosOptions>, asked: HeaderMap) -> Response {
    let lang = crate::security::lang(&asked);
    let texts = Texts::new(lang);
    let theme = crate::security::cookie(&asked, ui::Theme::COOKIE).and_then(|code| ui::Theme::parse(&code));
    let theme = match theme {
        Some(theme) if theme != ui::Theme::System => format!(" data-theme=\"{}\"", theme.code()),
        _ => String::new(),
    };
    // A closing tag inside a string would end the element.
    let words = ::field::device_texts(&texts).replace('<', "\\u003c");
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!DOCTYPE html><html lang=\"{lang}\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <title>{title} · 堰 Weir</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{style}\"><script type=\"application/json\" id=\"field-texts\">{words}</script>\
         <script type=\"module\" src=\"/field.js\"></script></head>\
         <body><main class=\"main page-free ck-offline\" id=\"main\" data-field-offline>\
         <header class=\"top\"><h1>{title}</h1><div class=\"end\"><a class=\"btn\" href=\"/home\">{retry}</a></div></header>\
         <div class=\"body\"><p role=\"status\" data-field-status>{hint}</p><div data-field-here></div></div></main></body></html>",
        lang = lang.html_lang(),
        title = escape(texts.get(field::OFFLINE_TITLE)),
        style = style(&options),
        retry = escape(texts.get(common::RETRY)),
        hint = escape(texts.get(field::OFFLINE_HINT)),
    );
    (headers("text/html; charset=utf-8", PAGE_POLICY), page).into_response()
}

pub async fn manifest(asked: HeaderMap) -> Response {
    let texts = Texts::new(crate::security::lang(&asked));
    let icon = |side: u32, purpose: &str| serde_json::json!({ "src": format!("/icon-{side}.png"), "sizes": format!("{side}x{side}"), "type": "image/png", "purpose": purpose });
    let manifest = serde_json::json!({
        "id": "/",
        "name": texts.get(nav::PRODUCT_NAME),
        "short_name": "Weir",
        "lang": texts.lang().html_lang(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfcfc",
        "theme_color": "#0b646d",
        "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
        "shortcuts": [{ "name": texts.get(field::TITLE), "url": "/field" }],
    });
    (headers("application/manifest+json", WORKER_POLICY), manifest.to_string()).into_response()
}
