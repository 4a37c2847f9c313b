//! The keys of a customer: what is compared to find it again.

use super::Why;
use crate::imports::phone_key;
use crate::search::fold;

/// Forms of companies at the end of a Chinese name, the longest first.
const FORMS: &[&str] = &["股份有限责任公司", "股份有限公司", "有限责任公司", "股份公司", "有限公司", "有限合伙", "公司"];
/// Forms of companies as the last words of other names.
const FORM_WORDS: &[&str] = &[
    "ab",
    "ag",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "se",
    "spa",
    "srl",
];
/// Shorter names than this many characters are in many others.
const CORE_MIN: usize = 2;
/// Shorter tax numbers are none: `0`, `无`.
const TAX_MIN: usize = 6;

/// What is compared of one customer. A key is there if the field says something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys([Option<String>; 6]);

/// A key that two customers share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    pub why: Why,
    pub key: String,
}

impl Shared {
    /// As it is remembered of a pair that was set aside.
    #[must_use]
    pub fn mark(&self) -> String {
        format!("{}={}", self.why, self.key)
    }
}

impl Keys {
    /// The keys of what the form has. `sound` spells a name without its form;
    /// `None` if none of it is to be spelt.
    #[must_use]
    pub fn new(name: &str, tax_number: &str, phone: &str, website: &str, sound: impl FnOnce(&str) -> Option<String>) -> Self {
        let name = fold(name);
        let core = core_of(&name);
        let sound = core.as_deref().and_then(sound);
        let name = (!name.is_empty()).then_some(name);
        Self([name, tax_key(tax_number), phone_key(phone), core, web_key(website), sound])
    }

    #[must_use]
    pub fn get(&self, why: Why) -> Option<&str> {
        self.0[why as usize].as_deref()
    }

    /// Those that are there, the strongest first, to keep.
    pub fn into_each(self) -> impl Iterator<Item = (Why, String)> {
        Why::ALL.iter().zip(self.0).filter_map(|(why, key)| Some((*why, key?)))
    }

    /// Those that are there, the strongest first.
    pub fn each(&self) -> impl Iterator<Item = (Why, &str)> {
        Why::ALL.iter().filter_map(|why| Some((*why, self.get(*why)?)))
    }
}

/// A name without blanks, signs and the form of the company; `None` if next to
/// nothing is left.
///
/// ```
/// use domain::duplicates::keys::core_key;
/// assert_eq!(core_key("恒澜智造（上海）股份有限公司").as_deref(), Some("恒澜智造上海"));
/// assert_eq!(core_key("Alpha-Pumps Co., Ltd."), core_key("ALPHA PUMPS GmbH & Co. KG"));
/// assert_eq!(core_key("有限公司").as_deref(), Some("有限公司"));
/// ```
#[must_use]
pub fn core_key(name: &str) -> Option<String> {
    core_of(&fold(name))
}

fn core_of(folded: &str) -> Option<String> {
    // A point is inside an abbreviation; other signs part words.
    let plain: String =
        folded.chars().filter(|c| !matches!(c, '.' | '\'' | '’')).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|last| FORM_WORDS.contains(last)) {
        words.pop();
    }
    let joined = words.concat();
    let mut core = joined.as_str();
    while let Some(rest) = FORMS.iter().find_map(|form| core.strip_suffix(form)).filter(|rest| !rest.is_empty()) {
        core = rest;
    }
    (core.chars().count() >= CORE_MIN).then(|| core.to_owned())
}

/// A tax number in upper case and half width, without blanks and hyphens; `None`
/// below six characters.
///
/// ```
/// use domain::duplicates::keys::tax_key;
/// assert_eq!(tax_key(" 91310000-ma1fl8xq3p").as_deref(), Some("91310000MA1FL8XQ3P"));
/// assert_eq!(tax_key("无"), None);
/// ```
#[must_use]
pub fn tax_key(text: &str) -> Option<String> {
    let key: String = fold(text).chars().filter(|c| !c.is_whitespace() && !"-‐‑–—".contains(*c)).flat_map(char::to_uppercase).collect();
    (key.chars().count() >= TAX_MIN).then_some(key)
}

/// The host of a web address, without `www.`; `None` if it is none.
///
/// ```
/// use domain::duplicates::keys::web_key;
/// assert_eq!(web_key("HTTPS://www.Example.com:8080/de?x").as_deref(), Some("example.com"));
/// assert_eq!(web_key("见名片"), None);
/// ```
#[must_use]
pub fn web_key(text: &str) -> Option<String> {
    let text = fold(text);
    let address = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_host = host.contains('.') && !host.starts_with('.') && host.chars().all(|c| c.is_alphanumeric() || ".-_".contains(c));
    is_host.then(|| host.to_owned())
}
