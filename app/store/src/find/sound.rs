//! How a name sounds, and whether what was typed is a way to write that.
//!
//! A name is kept as its syllables, `hua dong zhi zao`; a sign with several readings
//! has them all, `chong/zhong qing`. What is not Chinese is one syllable a word. Typed
//! letters fit if they are syllables written in full or by their beginning (`hd`,
//! `huadong`, `hdong`, `zhz`), the last one as far as it was typed.

use pinyin::ToPinyinMulti;
use std::ops::Range;

/// The syllables of folded text; nothing if none of it is Chinese, since then its
/// letters are the text itself.
pub(super) fn sound(folded: &str) -> String {
    let mut known = false;
    let mut out = String::new();
    let mut in_word = false;
    for sign in folded.chars() {
        if let Some(readings) = sign.to_pinyin_multi() {
            known = true;
            if !out.is_empty() {
                out.push(' ');
            }
            let mut told: Vec<&str> = Vec::with_capacity(2);
            for reading in readings {
                let plain = reading.plain();
                if !told.contains(&plain) {
                    told.push(plain);
                }
            }
            out.push_str(&told.join("/"));
            in_word = false;
        } else if sign.is_ascii_alphanumeric() {
            if !in_word && !out.is_empty() {
                out.push(' ');
            }
            out.push(sign);
            in_word = true;
        } else {
            in_word = false;
        }
    }
    if known { out } else { String::new() }
}

/// How a name sounds as a whole, each sign by its first reading: two names that
/// sound alike have the same. `None` with fewer than two Chinese signs.
pub(crate) fn whole(folded: &str) -> Option<String> {
    let mut known = 0;
    let mut out = String::new();
    for sign in folded.chars() {
        match sign.to_pinyin_multi().and_then(|readings| readings.into_iter().next()) {
            Some(reading) => {
                known += 1;
                out.push_str(reading.plain());
                out.push(' ');
            }
            None => out.push(sign),
        }
    }
    (known >= 2).then_some(out)
}

/// Whether typed letters can be a way to write a sound at all.
pub(super) fn is_spelling(token: &str) -> bool {
    token.len() >= 2 && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The syllables that `token` writes, from the first possible beginning.
pub(super) fn place(token: &str, sound: &str) -> Option<Range<usize>> {
    let first = char::from(*token.as_bytes().first()?);
    for (at, _) in sound.match_indices(first) {
        // A reading begins here, be it the first of its syllable or not.
        if !matches!(sound.as_bytes().get(at.wrapping_sub(1)), None | Some(b' ' | b'/')) {
            continue;
        }
        let head = sound[..at].rfind(' ').map_or(0, |blank| blank + 1);
        if let Some(long) = fits(token, &sound[head..]) {
            let from = sound[..head].matches(' ').count();
            return Some(from..from + long);
        }
    }
    None
}

/// How many syllables at the beginning of `sound` the token writes.
fn fits(token: &str, sound: &str) -> Option<usize> {
    if token.is_empty() {
        return Some(0);
    }
    let head = sound.split(' ').next().filter(|head| !head.is_empty())?;
    let rest = sound.get(head.len() + 1..).unwrap_or_default();
    for reading in head.split('/') {
        if reading.starts_with(token) {
            return Some(1);
        }
        let initial = if ["zh", "ch", "sh"].iter().any(|two| reading.starts_with(two)) { 2 } else { 1 };
        for long in [reading.len(), initial, 1] {
            let after = reading.get(..long).and_then(|part| token.strip_prefix(part));
            if let Some(more) = after.and_then(|after| fits(after, rest)) {
                return Some(more + 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_initials_and_what_lies_between() {
        let known = sound("华东智造abc");
        assert!(known.starts_with("hua"), "{known}");
        for token in ["hd", "huadong", "hdong", "huad", "hdzz", "hdzhzao", "hdzzabc", "hdzza"] {
            assert_eq!(place(token, &known).map(|range| range.start), Some(0), "{token} in {known}");
        }
        assert_eq!(place("zz", &known), Some(2..4));
        assert_eq!(place("zhizao", &known), Some(2..4));
        for token in ["ong", "uad", "hz", "hdd", "hdzzabcd"] {
            assert_eq!(place(token, &known), None, "{token} in {known}");
        }
    }

    #[test]
    fn signs_with_several_readings_have_them_all() {
        let known = sound("重庆银行");
        for token in ["chongqing", "cqyh", "zhongqing", "yinhang"] {
            assert!(place(token, &known).is_some(), "{token} in {known}");
        }
    }

    #[test]
    fn names_that_sound_alike_are_spelt_alike() {
        assert_eq!(whole("恒澜智造"), whole("衡兰志造"));
        assert!(whole("恒澜").is_some());
        assert_ne!(whole("恒澜"), whole("恒达"));
        assert_ne!(whole("西安科技"), whole("先科技"), "syllables stay apart");
        assert_eq!((whole("恒 alpha"), whole("alpha")), (None, None));
    }

    #[test]
    fn latin_names_are_not_spelt() {
        assert_eq!(sound("alpha pumps"), "");
        assert!(!is_spelling("华"));
        assert!(!is_spelling("h"));
    }
}
