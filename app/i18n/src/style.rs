//! The manner of the words, checked over the whole catalogue.
//!
//! The build refuses texts that cannot work; this test refuses texts that sound wrong. They are kept
//! apart because surveys and mails speak to customers and may be polite.

use crate::inside::{EN, NAMES, ZH};

/// Files that speak to customers.
const POLITE: &[&str] = &["survey", "mail"];

/// Words that only contain what is refused.
const ORDINARY: &[&str] = &["申请", "邀请", "客户成功"];

fn own_voice() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    NAMES
        .iter()
        .zip(ZH)
        .zip(EN)
        .map(|((name, zh), en)| (*name, zh, en))
        .filter(|(name, ..)| !POLITE.iter().any(|file| name.starts_with(file)))
}

#[test]
fn chinese_is_short_and_plain() {
    for (name, zh, _) in own_voice() {
        let plain = ORDINARY.iter().fold(zh.to_owned(), |text, word| text.replace(word, ""));
        for word in ["请", "您", "！", "!", "成功", "操作失败"] {
            assert!(!plain.contains(word), "{name}: 「{zh}」 says {word}");
        }
    }
}

#[test]
fn chinese_punctuation_is_full_width() {
    for (name, zh, _) in own_voice() {
        let chars: Vec<char> = zh.chars().collect();
        for pair in chars.windows(2) {
            let after_han = ('\u{4e00}'..='\u{9fff}').contains(&pair[0]);
            assert!(!(after_han && matches!(pair[1], ',' | ';' | ':' | '?' | '(' | ')')), "{name}: 「{zh}」 has a half-width {}", pair[1]);
        }
    }
}

#[test]
fn english_is_short_and_plain() {
    for (name, _, en) in own_voice() {
        let small = en.to_lowercase();
        for word in ["please", "successful", "!", "oops", "sorry"] {
            assert!(!small.contains(word), "{name}: \"{en}\" says {word}");
        }
        let foreign = en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let may = name.ends_with("lang_zh") || name.ends_with("product_name");
        assert!(!foreign || may, "{name}: \"{en}\" has Chinese in it");
    }
}
