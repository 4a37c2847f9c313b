//! The two languages, and which one a request wants.
//!
//! What is *not* here: reading and setting the cookie, which the server does.

use serde::{Deserialize, Serialize};

/// A language of the product. Chinese where nothing says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 中文 (simplified)
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// Every language, in the order of the language switch.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// Name of the cookie that holds [`Lang::code`].
    pub const COOKIE: &'static str = "weir_lang";

    /// `zh` or `en`, as in the cookie, in addresses and in data.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The value for `<html lang>`.
    #[must_use]
    pub const fn html_lang(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language's own name, the same in every language.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }

    /// Reads a language tag by its first part: `zh`, `zh-CN`, `ZH_tw`, `en-GB`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or("");
        Lang::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// The language of a page: the cookie's value decides; else the `Accept-Language` header, where
    /// the highest weight wins and the first of equals; else Chinese.
    ///
    /// A weight of 0 means "not this one". Entries that cannot be read, and `*`, are passed over.
    #[must_use]
    pub fn negotiate(cookie: Option<&str>, accept_language: Option<&str>) -> Lang {
        if let Some(chosen) = cookie.and_then(Lang::parse) {
            return chosen;
        }
        let mut best: Option<(u16, Lang)> = None;
        for entry in accept_language.unwrap_or("").split(',') {
            let mut parts = entry.split(';');
            let Some(lang) = parts.next().and_then(Lang::parse) else {
                continue;
            };
            let Some(weight) = weight(parts) else {
                continue;
            };
            if weight > 0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, lang));
            }
        }
        best.map_or(Lang::default(), |(_, lang)| lang)
    }
}

/// The `q` among the parameters of an entry in thousandths, 1000 without one, `None` if unreadable.
fn weight<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    for parameter in parameters {
        let Some((name, value)) = parameter.split_once('=') else {
            continue;
        };
        if name.trim().eq_ignore_ascii_case("q") {
            return thousandths(value.trim());
        }
    }
    Some(1000)
}

/// `0`, `0.8`, `1.000`: at most three decimals, at most 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: u16 = match whole {
        "0" => 0,
        "1" => 1000,
        _ => return None,
    };
    let decimals = format!("{decimals:0<3}").parse::<u16>().ok()?;
    (whole + decimals <= 1000).then_some(whole + decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_header(header: &str) -> Lang {
        Lang::negotiate(None, Some(header))
    }

    #[test]
    fn names() {
        assert_eq!(Lang::default(), Lang::Zh);
        assert_eq!((Lang::Zh.code(), Lang::Zh.html_lang()), ("zh", "zh-CN"));
        assert_eq!((Lang::En.code(), Lang::En.html_lang()), ("en", "en"));
        for lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.code()), Some(lang));
            assert_eq!(Lang::parse(lang.html_lang()), Some(lang));
        }
    }

    #[test]
    fn parse_reads_the_first_part() {
        assert_eq!(Lang::parse("zh-Hant-TW"), Some(Lang::Zh));
        assert_eq!(Lang::parse(" EN_us "), Some(Lang::En));
        for other in ["", "*", "de", "zhx", "english", "z", "-en"] {
            assert_eq!(Lang::parse(other), None, "{other}");
        }
    }

    #[test]
    fn cookie_decides() {
        assert_eq!(Lang::negotiate(Some("en"), Some("zh-CN")), Lang::En);
        assert_eq!(Lang::negotiate(Some("zh"), Some("en")), Lang::Zh);
        assert_eq!(Lang::negotiate(Some("de"), Some("en")), Lang::En);
        assert_eq!(Lang::negotiate(Some(""), None), Lang::Zh);
    }

    #[test]
    fn header_is_weighed() {
        assert_eq!(from_header("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(from_header("en-US,en;q=0.9,zh;q=0.5"), Lang::En);
        assert_eq!(from_header("en;q=0.5, zh-TW;q=0.7"), Lang::Zh);
        assert_eq!(from_header("de-DE, fr;q=0.9, en;q=0.1"), Lang::En);
        assert_eq!(from_header("de, *;q=0.5"), Lang::Zh);
        assert_eq!(from_header("en , zh"), Lang::En);
        assert_eq!(from_header("zh;q=0, en;q=0.2"), Lang::En);
        assert_eq!(from_header("en;q=0"), Lang::Zh);
        assert_eq!(from_header("en; Q = 0.4 , zh;q=0.400"), Lang::En);
    }

    #[test]
    fn nonsense_is_passed_over() {
        for header in ["", ",,;", "en;q=2", "en;q=1.1", "en;q=x", "en;q=0.1234", "en;q=-1"] {
            assert_eq!(from_header(header), Lang::Zh, "{header}");
        }
        assert_eq!(from_header("zh;q=x,en;q=0.1"), Lang::En);
    }
}
