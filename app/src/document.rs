//! The document around the pages: what the server writes before the first
//! element of the application, and the policy that says what may run in it.

use crate::App;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};
use ui::Theme;

/// The whole document. Server only in effect: the browser hydrates [`App`].
pub fn document(options: LeptosOptions) -> impl IntoView {
    let facts = ui::facts();
    #[cfg(feature = "ssr")]
    policy();
    let theme = (facts.theme != Theme::System).then(|| facts.theme.code());
    let texts = texts_address(facts.lang);
    // The browser's own bar, as the page's; by the system's choice unless one is made here.
    let colour = match facts.theme {
        Theme::System => {
            let when = |theme: &str, colour: &'static str| {
                leptos::html::meta().name("theme-color").content(colour).attr("media", format!("(prefers-color-scheme: {theme})"))
            };
            (when("light", "#fbfcfc"), when("dark", "#131819")).into_any()
        }
        Theme::Light => view! { <meta name="theme-color" content="#fbfcfc"/> }.into_any(),
        Theme::Dark => view! { <meta name="theme-color" content="#131819"/> }.into_any(),
    };
    // A closing tag inside a string would end the element.
    let json = serde_json::to_string(&*facts).unwrap_or_default().replace('<', "\\u003c");
    view! {
        <!DOCTYPE html>
        <html lang=facts.lang.html_lang() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                {colour}
                // Nothing is painted before the whole page is read: half a board would jump.
                <link rel="expect" href="#page-end" blocking="render"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="apple-touch-icon" href="/icon-192.png"/>
                <HashedStylesheet options=options.clone() id="weir"/>
                <script type="application/json" id="facts" inner_html=json></script>
                <script src=texts></script>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                // Also for nobody: where one signs in, what the phone kept of another goes.
                <script type="module" src="/pwa.js"></script>
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

#[cfg(feature = "ssr")]
fn texts_address(lang: i18n::Lang) -> String {
    format!("/texts/{}-{}.js", lang.code(), i18n::script_hash(lang))
}

#[cfg(not(feature = "ssr"))]
fn texts_address(_: i18n::Lang) -> String {
    String::new()
}

/// The content security policy of a page: own scripts with this answer's
/// nonce, own styles, nothing inline, no eval; compiling WASM is allowed.
#[cfg(feature = "ssr")]
fn policy() {
    use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
    let (Some(nonce), Some(answer)) = (leptos::nonce::use_nonce(), use_context::<leptos_axum::ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
