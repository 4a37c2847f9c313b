//! Addresses made from what people typed. What cannot be one stays text: a
//! link out of a stored value must never run a script.

/// An address of this site with a query; values are encoded, the same on the server and in the
/// browser, whose own way leaves other characters as they are.
#[must_use]
pub fn address(path: &str, query: &[(&'static str, String)]) -> String {
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value, b"-._~"))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Bytes as `%XX`, but letters, digits and `also`.
fn encoded(text: &str, also: &[u8]) -> String {
    let one =
        |byte: u8| if byte.is_ascii_alphanumeric() || also.contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

/// `tel:` for a number as people write it; an extension is dialled after a
/// pause. Only the first of several numbers.
pub fn tel(phone: &str) -> Option<String> {
    let number = phone.split('/').next().unwrap_or_default();
    let (number, extension) = number.split_once(['转', 'x', '#', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plus = if number.trim_start().starts_with('+') { "+" } else { "" };
    let (number, extension) = (digits(number), digits(extension));
    let pause = if extension.is_empty() { "" } else { "," };
    (!number.is_empty()).then(|| format!("tel:{plus}{number}{pause}{extension}"))
}

/// `geo:` for a place: the phone's own map opens there, with the name beside it.
#[must_use]
pub fn geo(latitude: f64, longitude: f64, name: &str) -> String {
    let place = format!("{latitude:.6},{longitude:.6}");
    format!("geo:{place}?q={place}({})", encoded(name, b""))
}

/// `mailto:` for one address; `None` if it would say more than an address.
pub fn mailto(email: &str) -> Option<String> {
    let plain = !email.is_empty() && !email.chars().any(|c| c.is_whitespace() || "?&,;<>\"%".contains(c));
    plain.then(|| format!("mailto:{email}"))
}

/// A website as people write it, with or without its scheme.
pub fn website(text: &str) -> Option<String> {
    let small = text.to_ascii_lowercase();
    if text.chars().any(char::is_whitespace) {
        return None;
    }
    if small.starts_with("https://") || small.starts_with("http://") {
        return Some(text.to_owned());
    }
    let host = small.split(['/', '?', '#']).next().unwrap_or_default();
    let domain = host.contains('.') && !host.starts_with('.') && host.chars().all(|c| c.is_alphanumeric() || "-.:".contains(c));
    let scheme =
        host.contains(':') && !host.rsplit(':').next().is_some_and(|port| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()));
    (domain && !scheme).then(|| format!("https://{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_become_numbers_to_dial() {
        let dialled = |text| tel(text).unwrap_or_default();
        assert_eq!(dialled("0512-6888 0000"), "tel:051268880000");
        assert_eq!(dialled("+86 (512) 6888-0000"), "tel:+8651268880000");
        assert_eq!(dialled("400-800-0000转12"), "tel:4008000000,12");
        assert_eq!(dialled("021-5555 1111 / 2222"), "tel:02155551111");
        assert_eq!(tel(""), None);
    }

    #[test]
    fn places_open_in_a_map() {
        assert_eq!(geo(31.2304, 121.4737, "A (b)"), "geo:31.230400,121.473700?q=31.230400,121.473700(A%20%28b%29)");
    }

    #[test]
    fn only_websites_become_links() {
        assert_eq!(website("www.example.com/a?b").as_deref(), Some("https://www.example.com/a?b"));
        assert_eq!(website("HTTP://example.com").as_deref(), Some("HTTP://example.com"));
        assert_eq!(website("example.com:8443/x").as_deref(), Some("https://example.com:8443/x"));
        for wrong in ["javascript:alert(1)", "javascript:a.b", "data:text/html,x.y", "-", "", "见名片", "a b.com", "//evil.example"] {
            assert_eq!(website(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn mail_goes_to_one_address() {
        assert_eq!(mailto("a@example.com").as_deref(), Some("mailto:a@example.com"));
        assert_eq!(mailto("a@example.com?bcc=b@example.com"), None);
        assert_eq!(mailto(""), None);
    }
}
