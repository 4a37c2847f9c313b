//! The texts as part of the program: on the server and in native tests.
//!
//! The browser's counterpart is `outside.rs`.

use crate::Lang;

include!(concat!(env!("OUT_DIR"), "/inside.rs"));

/// The text at a position of the catalogue.
pub(crate) fn text(lang: Lang, index: usize) -> &'static str {
    let texts = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    texts.get(index).copied().unwrap_or("")
}

/// The script that hands the texts of a language to the browser: `window.__weir_texts=[…];`.
///
/// Serve it as `text/javascript; charset=utf-8` under an address with [`script_hash`] in it,
/// cached for ever, and load it as a classic script before the WASM.
#[must_use]
pub fn script(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => ZH_SCRIPT,
        Lang::En => EN_SCRIPT,
    }
}

/// 16 hexadecimal digits that change whenever [`script`] does.
#[must_use]
pub fn script_hash(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => ZH_HASH,
        Lang::En => EN_HASH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys, rules};

    #[test]
    fn every_text_keeps_the_rules() {
        assert_eq!(NAMES.len(), keys::COUNT);
        for ((name, zh), en) in NAMES.iter().zip(ZH).zip(EN) {
            assert_eq!(rules::check_texts(zh, en), Ok(()), "{name}");
        }
    }

    #[test]
    fn keys_point_at_their_texts() {
        let at = |key: crate::Key| (NAMES[key.index()], ZH[key.index()], EN[key.index()]);
        assert_eq!(at(keys::common::SAVE), ("common.save", "保存", "Save"));
        assert_eq!(at(keys::nav::DEALS), ("nav.deals", "商机", "Deals"));
    }

    #[test]
    fn names_find_their_keys() {
        assert_eq!(keys::errors::find("too_long"), Some(keys::errors::TOO_LONG));
        assert_eq!(keys::errors::find("TOO_LONG"), None);
        assert_eq!(keys::errors::find("no_such_code"), None);
    }

    #[test]
    fn counted_texts_come_in_pairs() {
        let has = |name: String| NAMES.contains(&name.as_str());
        let counted = NAMES.iter().zip(EN).filter(|(_, en)| en.contains("{n}"));
        for (name, _) in counted {
            if let Some(stem) = name.strip_suffix("_many") {
                assert!(has(format!("{stem}_one")), "{name} lacks its _one");
            }
            if let Some(stem) = name.strip_suffix("_one") {
                assert!(has(format!("{stem}_many")), "{name} lacks its _many");
            }
        }
    }

    #[test]
    fn outside_the_catalogue_is_empty() {
        assert_eq!(text(Lang::Zh, keys::COUNT), "");
    }

    #[test]
    fn scripts_differ_and_carry_their_hash() {
        for (lang, texts) in [(Lang::Zh, &ZH), (Lang::En, &EN)] {
            assert_eq!(script(lang), rules::script(texts));
            assert_eq!(script_hash(lang), rules::hash(script(lang)));
            assert!(!script(lang).contains('<'));
        }
        assert_ne!(script_hash(Lang::Zh), script_hash(Lang::En));
    }

    #[test]
    fn script_escapes_what_could_end_it() {
        assert_eq!(
            rules::script(&["a\"b\\c", "</script>\n", "\u{2028}堰"]),
            "window.__weir_texts=[\"a\\\"b\\\\c\",\"\\u003c/script>\\u000a\",\"\\u2028堰\"];\n"
        );
    }

    #[test]
    fn hash_is_fnv_1a() {
        assert_eq!(rules::hash(""), "cbf29ce484222325");
        assert_eq!(rules::hash("a"), "af63dc4c8601ec8c");
        assert_eq!(rules::hash("foobar"), "85944171f73967e8");
    }

    #[test]
    fn rules_refuse() {
        assert!(rules::check_texts("", "a").is_err());
        assert!(rules::check_texts("一", " ").is_err());
        assert!(rules::check_texts("一 ", "a").is_err());
        assert!(rules::check_texts("{n} 个", "some").is_err());
        assert!(rules::check_texts("几个", "{n}").is_err());
        assert!(rules::check_texts("{n", "{n").is_err());
        assert!(rules::check_texts("n}", "n}").is_err());
        assert!(rules::check_texts("{}", "{}").is_err());
        assert!(rules::check_texts("{Name}", "{Name}").is_err());
        assert_eq!(rules::check_texts("{b}在{a}", "{a} in {b}"), Ok(()));
        for name in ["", "Title", "1st", "_x", "x_", "a__b", "a-b", "标题"] {
            assert!(rules::check_key_name(name).is_err(), "{name}");
        }
        assert_eq!(rules::check_key_name("dso_90_days"), Ok(()));
        assert!(rules::check_module_name("move").is_err());
        assert_eq!(rules::check_module_name("deals"), Ok(()));
    }
}
