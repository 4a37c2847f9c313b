//! The handle through which views get their words.
//!
//! Where the words come from is decided by `inside.rs` and `outside.rs`; this module only knows
//! how to fill placeholders and how to choose between one and many.

#[cfg(any(feature = "ssr", not(feature = "hydrate")))]
use crate::inside as source;
#[cfg(not(any(feature = "ssr", not(feature = "hydrate"))))]
use crate::outside as source;
use crate::{Key, Lang, fmt};
use std::borrow::Cow;

/// The texts of one language; free to copy into any closure.
///
/// In the browser there is only the language of the page, so `lang` must be the one that the server
/// rendered with: take it from `<html lang>` with [`Lang::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    lang: Lang,
}

impl Texts {
    /// A handle for a language.
    #[must_use]
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language, for the functions of [`fmt`].
    #[must_use]
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// The text as it stands in the catalogue, or `""` in a page that lost its texts.
    #[must_use]
    pub fn get(self, key: Key) -> &'static str {
        source::text(self.lang, key.index())
    }

    /// The text with its `{placeholders}` filled.
    ///
    /// A placeholder without a value stays visible, a value without a placeholder is ignored, and
    /// braces inside values are left alone.
    #[must_use]
    pub fn fmt(self, key: Key, values: &[(&str, &str)]) -> String {
        fill(self.get(key), values)
    }

    /// Which of two texts suits a count: in English `one` for exactly 1 (and for -1), else `many`;
    /// in Chinese always `many`.
    #[must_use]
    pub fn plural(self, one: Key, many: Key, n: i64) -> Key {
        match self.lang {
            Lang::En if n.unsigned_abs() == 1 => one,
            _ => many,
        }
    }

    /// The text that suits a count, with `{n}` filled by the count with thousands separators.
    ///
    /// For texts with more placeholders use [`Texts::plural`] and then [`Texts::fmt`].
    #[must_use]
    pub fn n(self, one: Key, many: Key, n: i64) -> String {
        self.fmt(self.plural(one, many, n), &[("n", &fmt::integer(n))])
    }
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, from_brace)) = rest.find('{').map(|at| rest.split_at(at)) {
        out.push_str(before);
        let Some(end) = from_brace.find('}') else {
            rest = from_brace;
            break;
        };
        let (braced, after) = from_brace.split_at(end + 1);
        let name = &braced[1..end];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(&within(&out, value)),
            None => out.push_str(braced),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// English words for a day begin small within a sentence: `due yesterday`, `signed in today 09:48`.
fn within<'a>(before: &str, value: &'a str) -> Cow<'a, str> {
    let is_day = ["Today", "Tomorrow", "Yesterday"]
        .iter()
        .filter_map(|word| value.strip_prefix(word))
        .any(|rest| rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
    let begins = before.trim_end().is_empty() || before.trim_end().ends_with(['.', ':', '·', '—']);
    if is_day && !begins { Cow::Owned(value.to_lowercase()) } else { Cow::Borrowed(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{common, errors};

    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(fill("plain", &[]), "plain");
        assert_eq!(fill("{a}和{b}", &[("a", "甲"), ("b", "乙")]), "甲和乙");
        assert_eq!(fill("{a}{a}", &[("a", "x")]), "xx");
        assert_eq!(fill("{a}{b}", &[("a", "{b}"), ("b", "x")]), "{b}x");
        assert_eq!(fill("{a} {b}", &[("b", "x"), ("c", "y")]), "{a} x");
        assert_eq!(fill("open {a", &[("a", "x")]), "open {a");
        assert_eq!(fill("{}", &[("a", "x")]), "{}");
    }

    #[test]
    fn days_begin_small_within_a_sentence() {
        let day = |text, day| fill(text, &[("day", day)]);
        assert_eq!(day("due {day}, late", "Yesterday"), "due yesterday, late");
        assert_eq!(day("Signed in {day}", "Today 04:05"), "Signed in today 04:05");
        assert_eq!(day("{day}", "Today"), "Today");
        assert_eq!(day("Due: {day}. {day} is late.", "Tomorrow"), "Due: Tomorrow. Tomorrow is late.");
        assert_eq!(day("of {day}", "Today Ltd"), "of Today Ltd");
        assert_eq!(day("于{day}", "今天"), "于今天");
    }

    #[test]
    fn texts_follow_the_language() {
        assert_eq!(Texts::new(Lang::Zh).get(common::SAVE), "保存");
        assert_eq!(Texts::new(Lang::En).get(common::SAVE), "Save");
        assert_eq!(Texts::new(Lang::En).lang(), Lang::En);
        assert_eq!(Texts::new(Lang::Zh).fmt(errors::TOO_LONG, &[("max", "80")]), "最多 80 个字");
    }

    #[test]
    fn counts_choose_their_form() {
        let say = |lang, n| Texts::new(lang).n(common::N_DEALS_ONE, common::N_DEALS_MANY, n);
        assert_eq!(say(Lang::En, 0), "0 deals");
        assert_eq!(say(Lang::En, 1), "1 deal");
        assert_eq!(say(Lang::En, 1234), "1,234 deals");
        assert_eq!(say(Lang::Zh, 1), "1 个商机");
        let zh = Texts::new(Lang::Zh);
        assert_eq!(zh.plural(common::N_DEALS_ONE, common::N_DEALS_MANY, 1), common::N_DEALS_MANY);
    }
}
