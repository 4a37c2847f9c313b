//! The cookie of a sign-in. It carries the token and nothing else; what the
//! token means is in `store::auth`. And those of language and theme, which
//! scripts may set too.

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use leptos::prelude::use_context;
use store::auth::SIGN_IN_DAYS;
use ui::server::Asking;

pub const NAME: &str = "weir_session";
/// As long as the sign-in itself lasts without use, in seconds.
pub const MAX_AGE: i64 = SIGN_IN_DAYS * 24 * 60 * 60;

/// The token of a request.
#[must_use]
pub fn read(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| value)
}

/// Gives the browser the token with this answer.
pub fn set(token: &str) {
    append(token, MAX_AGE);
}

/// Takes the token back with this answer.
pub fn clear() {
    append("", 0);
}

/// Keeps what a person prefers for a year, as the browser itself would
/// (`ui::browser::set_cookie`).
pub fn prefer(name: &str, value: &str) {
    let secure = if secure() { "; Secure" } else { "" };
    send(&format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax{secure}"));
}

fn append(token: &str, max_age: i64) {
    send(&line(token, max_age, secure()));
}

fn secure() -> bool {
    use_context::<Asking>().is_some_and(|asking| asking.secure)
}

fn send(line: &str) {
    let Some(options) = use_context::<leptos_axum::ResponseOptions>() else { return };
    if let Ok(value) = HeaderValue::from_str(line) {
        options.append_header(SET_COOKIE, value);
    }
}

/// The header's value. `Lax`: links from mails keep the sign-in, posts from
/// other sites do not have it.
#[must_use]
pub fn line(token: &str, max_age: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{NAME}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(read(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("weir_lang=zh; weir_session=abc; x=1"));
        assert_eq!(read(&headers), Some("abc"));
        headers.clear();
        headers.append(COOKIE, HeaderValue::from_static("weir_session="));
        assert_eq!(read(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("not_weir_session=1"));
        assert_eq!(read(&headers), None);
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_it() {
        assert_eq!(line("abc", 60, false), "weir_session=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
        assert!(line("abc", 60, true).ends_with("; Secure"));
    }
}
