//! The rules that a catalogue keeps, and the script that carries it to the browser.
//!
//! Compiled twice: into the build script, which applies the rules, and into the unit tests of the
//! crate, which try to break them. It therefore knows neither files nor TOML.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Words that cannot name a Rust module.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// A file name must serve as a Rust module.
pub fn check_module_name(name: &str) -> Result<(), String> {
    check_key_name(name)?;
    if KEYWORDS.contains(&name) {
        return Err(format!("`{name}` is a Rust keyword; name the file otherwise"));
    }
    Ok(())
}

/// `snake_case`: small letters, digits and single underscores, beginning with a letter.
pub fn check_key_name(name: &str) -> Result<(), String> {
    if is_snake_case(name) { Ok(()) } else { Err(format!("`{name}` is not snake_case")) }
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.contains("__")
        && !name.ends_with('_')
}

/// Both texts are there and have the same placeholders.
pub fn check_texts(zh: &str, en: &str) -> Result<(), String> {
    for (language, text) in [("zh", zh), ("en", en)] {
        if text.trim().is_empty() {
            return Err(format!("{language} is empty"));
        }
        if text.trim() != text {
            return Err(format!("{language} begins or ends with a space"));
        }
    }
    let in_zh = placeholders(zh).map_err(|problem| format!("zh: {problem}"))?;
    let in_en = placeholders(en).map_err(|problem| format!("en: {problem}"))?;
    if let Some(name) = in_zh.difference(&in_en).next() {
        return Err(format!("{{{name}}} is in zh, but not in en"));
    }
    if let Some(name) = in_en.difference(&in_zh).next() {
        return Err(format!("{{{name}}} is in en, but not in zh"));
    }
    Ok(())
}

/// The names between braces.
pub fn placeholders(text: &str) -> Result<BTreeSet<&str>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let opened = rest[at..].strip_prefix('{');
        let Some((name, after)) = opened.and_then(|inner| inner.split_once('}')) else {
            return Err("a brace without its partner".to_owned());
        };
        if !is_snake_case(name) {
            return Err(format!("{{{name}}} is not a snake_case placeholder"));
        }
        names.insert(name);
        rest = after;
    }
    Ok(names)
}

/// The classic script that hands the texts to the browser, in key order.
///
/// `<` is escaped so that the script could also stand inside a page, and U+2028 and U+2029 because
/// old engines end a line there.
pub fn script(texts: &[&str]) -> String {
    let mut out = String::from("window.__weir_texts=[");
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '<' | '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                _ => out.push(c),
            }
        }
        out.push('"');
    }
    out.push_str("];\n");
    out
}

/// FNV-1a, 64 bits, as 16 hexadecimal digits.
///
/// It tells versions of a file apart and guards nothing, so it need not be cryptographic; unlike
/// the standard library's hasher it stays the same from release to release.
pub fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
