//! Turns the catalogue in `texts/` into Rust: one module of keys per file, and the texts in key
//! order for each language.
//!
//! # The catalogue
//!
//! One file per slice of the product, `texts/<slice>.toml`, which becomes the module
//! `i18n::keys::<slice>`. Both languages stand side by side, one line per text:
//!
//! ```toml
//! # A comment groups lines for people; it has no meaning here.
//! title = { zh = "商机", en = "Deals" }
//! moved_to = { zh = "已移到「{stage}」", en = "Moved to {stage}" }
//! n_deals_one = { zh = "{n} 个商机", en = "{n} deal" }
//! n_deals_many = { zh = "{n} 个商机", en = "{n} deals" }
//! ```
//!
//! * File and key names are `snake_case`. `title` becomes the constant `TITLE`.
//! * `zh` and `en` are both there, neither is empty, and no other field is.
//! * `{placeholder}` names are `snake_case` and the same in both languages; there are no other
//!   braces.
//! * No tables inside tables: a file is the only grouping.
//! * A text that counts comes as a pair `…_one` and `…_many`, for `Texts::n`.
//!
//! Numbers of keys follow the sorted names of files and then of keys. They hold for one build only,
//! so nothing may store them.
//!
//! What breaks a rule fails the build, and the message names the file and the key. All problems are
//! reported at once. What is *not* here: the rules themselves (`build/rules.rs`, so that they can
//! be tested) and the style of the words (a unit test in `src/style.rs`, because the survey speaks
//! differently).

#[path = "build/rules.rs"]
mod rules;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Both languages of one text.
struct Entry {
    zh: String,
    en: String,
}

/// slice → key → texts, in the order of the numbers.
type Catalogue = BTreeMap<String, BTreeMap<String, Entry>>;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/rules.rs");
    println!("cargo::rerun-if-changed=texts");
    if let Err(problems) = generate() {
        for problem in problems {
            println!("cargo::error={}", problem.replace('\n', " "));
        }
    }
}

fn generate() -> Result<(), Vec<String>> {
    let one = |problem: String| vec![problem];
    let folder = variable("CARGO_MANIFEST_DIR").map_err(one)?.join("texts");
    let out = variable("OUT_DIR").map_err(one)?;
    let catalogue = read_catalogue(&folder)?;
    let count: usize = catalogue.values().map(BTreeMap::len).sum();
    if count > usize::from(u16::MAX) {
        return Err(vec![format!("texts: {count} keys do not fit into 16 bits")]);
    }
    write(&out.join("keys.rs"), &keys_module(&catalogue, count))?;
    write(&out.join("inside.rs"), &texts_module(&catalogue, count))
}

fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {name}"))
}

fn write(path: &Path, text: &str) -> Result<(), Vec<String>> {
    fs::write(path, text).map_err(|error| vec![format!("{}: {error}", path.display())])
}

// ---- reading ----

fn read_catalogue(folder: &Path) -> Result<Catalogue, Vec<String>> {
    let listing = fs::read_dir(folder).map_err(|error| vec![format!("texts: {error}")])?;
    let mut files: Vec<PathBuf> = listing
        .filter_map(|item| item.ok().map(|item| item.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();

    let mut catalogue = Catalogue::new();
    let mut problems = Vec::new();
    for path in files {
        let slice = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let file = format!("texts/{slice}.toml");
        if let Err(problem) = rules::check_module_name(&slice) {
            problems.push(format!("{file}: {problem}"));
            continue;
        }
        match read_file(&path, &file) {
            Ok(entries) => {
                catalogue.insert(slice, entries);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(catalogue) } else { Err(problems) }
}

fn read_file(path: &Path, file: &str) -> Result<BTreeMap<String, Entry>, Vec<String>> {
    let source = fs::read_to_string(path).map_err(|error| vec![format!("{file}: {error}")])?;
    let table: toml::Table = source.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| source.get(..span.start));
        let line = before.map_or(1, |text| text.matches('\n').count() + 1);
        vec![format!("{file}:{line}: {}", error.message())]
    })?;
    let mut entries = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, value) in table {
        match read_entry(&key, &value) {
            Ok(entry) => {
                entries.insert(key, entry);
            }
            Err(problem) => problems.push(format!("{file}, key `{key}`: {problem}")),
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

fn read_entry(key: &str, value: &toml::Value) -> Result<Entry, String> {
    rules::check_key_name(key)?;
    let fields = value.as_table().ok_or("write it as { zh = \"…\", en = \"…\" }")?;
    if let Some(other) = fields.keys().find(|name| *name != "zh" && *name != "en") {
        return Err(format!("`{other}` is neither zh nor en"));
    }
    let text = |language: &str| match fields.get(language) {
        Some(toml::Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("{language} is not a string")),
        None => Err(format!("{language} is missing")),
    };
    let entry = Entry { zh: text("zh")?, en: text("en")? };
    rules::check_texts(&entry.zh, &entry.en)?;
    Ok(entry)
}

// ---- writing ----

fn keys_module(catalogue: &Catalogue, count: usize) -> String {
    let mut out = format!("use super::Key;\n\n/// How many texts the catalogue has.\npub const COUNT: usize = {count};\n");
    let mut number = 0;
    for (slice, entries) in catalogue {
        let doc = format!("The texts of `texts/{slice}.toml`.");
        let _ = write!(out, "\n#[doc = {doc:?}]\npub mod {slice} {{\n    use super::Key;\n");
        let mut arms = String::new();
        for (key, entry) in entries {
            let name = key.to_uppercase();
            let doc = format!("{}  ·  {}", quoted(&entry.zh), quoted(&entry.en));
            let _ = write!(out, "\n    #[doc = {doc:?}]\n    pub const {name}: Key = Key({number});\n");
            let _ = writeln!(arms, "            {key:?} => Some({name}),");
            number += 1;
        }
        let _ = write!(
            out,
            "\n    /// The key with this name in the catalogue, for names that are known only when \
             the program runs, such as the code of a violation.\n    \
             #[must_use]\n    pub fn find(name: &str) -> Option<Key> {{\n        match name {{\n\
             {arms}            _ => None,\n        }}\n    }}\n}}\n"
        );
    }
    out
}

/// A text as inline code, so that the documentation shows it as it is.
fn quoted(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('\n', " "))
}

fn texts_module(catalogue: &Catalogue, count: usize) -> String {
    let entries: Vec<(String, &Entry)> =
        catalogue.iter().flat_map(|(slice, entries)| entries.iter().map(move |(key, entry)| (format!("{slice}.{key}"), entry))).collect();
    let mut out = String::from("/// `slice.key` of each text, for messages of tests.\n");
    let names = entries.iter().map(|(name, _)| name.as_str());
    let _ = write!(out, "#[cfg(test)]\npub(crate) static NAMES: [&str; {count}] = {};\n", rust_list(names));
    let in_chinese = entries.iter().map(|(_, entry)| entry.zh.as_str()).collect();
    let in_english = entries.iter().map(|(_, entry)| entry.en.as_str()).collect();
    let languages: [(&str, Vec<&str>); 2] = [("ZH", in_chinese), ("EN", in_english)];
    for (language, texts) in languages {
        let script = rules::script(&texts);
        let hash = rules::hash(&script);
        let list = rust_list(texts.iter().copied());
        let _ = write!(
            out,
            "\npub(crate) static {language}: [&str; {count}] = {list};\n\
             pub(crate) static {language}_SCRIPT: &str = {script:?};\n\
             pub(crate) static {language}_HASH: &str = {hash:?};\n"
        );
    }
    out
}

fn rust_list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::from("[\n");
    for text in texts {
        let _ = writeln!(out, "    {text:?},");
    }
    out.push(']');
    out
}
