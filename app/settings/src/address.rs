//! Where to go after signing in: only to pages of this site.

/// `next` as an address of this site that fits into a header; `/` for
/// everything that leads elsewhere or could be read as leading there.
#[must_use]
pub fn local(next: &str) -> String {
    let own = next.starts_with('/') && !next.starts_with("//");
    // A browser reads a backslash as a slash, and drops tabs and line ends.
    let plain = !next.chars().any(|c| c == '\\' || c.is_control());
    // Pages that lead back here, and what is no page.
    let page = !["/sign-in", "/set-up", "/api/", "/pkg/", "/live"].iter().any(|path| next.starts_with(path));
    if own && plain && page { encoded(next) } else { "/".to_owned() }
}

/// The address with everything but visible ASCII as `%XX`.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn pages_of_this_site_are_followed() {
        for next in ["/", "/deals", "/deals?owner=1&q=a%20b", "/customers/1#contacts"] {
            assert_eq!(local(next), next);
        }
        assert_eq!(local("/deals?q=电 机"), "/deals?q=%E7%94%B5%20%E6%9C%BA");
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for next in [
            "",
            "deals",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }

    #[test]
    fn nothing_leads_in_a_circle() {
        for next in ["/sign-in", "/sign-in?next=/", "/set-up", "/api/settings/sign_out", "/live"] {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
