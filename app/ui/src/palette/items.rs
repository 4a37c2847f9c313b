//! What the palette offers for what is typed: records, places, things to do.

use super::keys::places;
use super::recent;
use crate::facts::{Facts, Theme, facts, texts};
use crate::words::{self, t};
use domain::ids::CustomerId;
use domain::policy::Action;
use domain::search::{Found, FoundKind, Results};
use i18n::keys::{auth, common, customers, nav, search};
use i18n::{Key, Lang};

/// What choosing an item does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Does {
    Open(String),
    Record(Box<Found>),
    Language(Lang),
    Theme(Theme),
    Keys,
    SignOut,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub icon: &'static str,
    /// The title in pieces, each with whether it matches.
    pub title: Vec<(String, bool)>,
    pub detail: String,
    pub keys: Option<&'static str>,
    pub does: Does,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub label: Key,
    pub items: Vec<Item>,
}

/// The groups for `text`; `results` are of the server, as far as they came.
pub(super) fn groups(text: &str, results: &Results) -> Vec<Group> {
    let facts = facts();
    let asked = text.trim().to_lowercase();
    let mut groups = Vec::new();
    if asked.is_empty() {
        groups.push(Group { label: search::RECENT, items: recent::read().into_iter().map(record).collect() });
    } else {
        for &kind in FoundKind::ALL {
            let items = results.found.iter().filter(|found| found.kind == kind).cloned().map(record).collect();
            groups.push(Group { label: kind_label(kind), items });
        }
        let total: usize = results.totals.iter().sum();
        if total > results.found.len() {
            if let Some(last) = groups.iter_mut().rev().find(|group| !group.items.is_empty()) {
                let title = texts().fmt(search::ALL_RESULTS, &[("text", text.trim()), ("n", &total.to_string())]);
                last.items.push(item("search", title, Does::Open(format!("/search?q={}", encoded(text.trim())))));
            }
        }
    }
    groups.push(Group { label: search::ACT, items: matching(acts(&facts, results), &asked) });
    groups.push(Group { label: search::GO, items: matching(goes(&facts), &asked) });
    groups.retain(|group| !group.items.is_empty());
    groups
}

pub(super) fn kind_label(kind: FoundKind) -> Key {
    match kind {
        FoundKind::Customer => nav::CUSTOMERS,
        FoundKind::Contact => nav::CONTACTS,
        FoundKind::Deal => nav::DEALS,
    }
}

pub(super) fn kind_icon(kind: FoundKind) -> &'static str {
    match kind {
        FoundKind::Customer => "building-2",
        FoundKind::Contact => "contact-round",
        FoundKind::Deal => "kanban",
    }
}

/// What stands behind the title: customer, telephone, amount and outcome.
pub(super) fn detail(found: &Found) -> String {
    let amount = found.amount.map(words::money_text).unwrap_or_default();
    let outcome = found.outcome.map(|outcome| t(words::outcome(outcome)).to_owned()).unwrap_or_default();
    [found.detail.clone(), amount, outcome].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn record(found: Found) -> Item {
    Item { icon: kind_icon(found.kind), title: found.pieces(), detail: detail(&found), keys: None, does: Does::Record(Box::new(found)) }
}

fn item(icon: &'static str, title: String, does: Does) -> Item {
    Item { icon, title: vec![(title, false)], detail: String::new(), keys: None, does }
}

/// An item of the page itself, with the words by which it is found too.
type Local = (Item, String);

fn goes(facts: &Facts) -> Vec<Local> {
    let local = |place: &'static super::keys::Place| {
        let item = item(place.icon, t(place.label).to_owned(), Does::Open(place.href.to_owned()));
        (Item { keys: Some(place.key), ..item }, place.words.to_owned())
    };
    places(facts).map(local).collect()
}

fn acts(facts: &Facts, results: &Results) -> Vec<Local> {
    let mut acts: Vec<Local> = Vec::new();
    // About the first record found; whatever was typed, it is about it.
    if let Some(found) = results.found.iter().find(|found| found.kind != FoundKind::Contact).or(results.found.first()) {
        let name = [("name", found.title.as_str())];
        if facts.may(Action::LogWork) {
            let href = format!("{}#fu-content", found.href());
            acts.push((item("notebook-pen", texts().fmt(search::FOLLOW_UP_OF, &name), Does::Open(href)), ALWAYS.to_owned()));
        }
        if found.kind == FoundKind::Customer && facts.may(Action::WriteCustomers) {
            let href = new_contact(found.customer);
            acts.push((item("user-plus", texts().fmt(search::NEW_CONTACT_OF, &name), Does::Open(href)), ALWAYS.to_owned()));
        }
    }
    if facts.may(Action::WriteDeals) {
        let new = item("plus", t(search::NEW_DEAL).to_owned(), Does::Open("/deals/new".to_owned()));
        acts.push((new, "new deal create 新建 商机 xinjianshangji xjsj".to_owned()));
    }
    if facts.may(Action::WriteCustomers) {
        let new = item("plus", t(search::NEW_CUSTOMER).to_owned(), Does::Open("/customers/new".to_owned()));
        acts.push((new, "new customer create 新建 客户 xinjiankehu xjkh".to_owned()));
    }
    if facts.may(Action::WriteDeals) {
        let new = item("user-plus", t(customers::QUICK).to_owned(), Does::Open("/customers/quick".to_owned()));
        acts.push((new, "quick lead 线索 快速 kuaisujixiansuo ksjxs xiansuo xs".to_owned()));
    }
    for &theme in Theme::ALL.iter().filter(|theme| **theme != facts.theme) {
        let (word, icon) = match theme {
            Theme::System => (auth::THEME_SYSTEM, "sun-moon"),
            Theme::Light => (auth::THEME_LIGHT, "sun"),
            Theme::Dark => (auth::THEME_DARK, "moon"),
        };
        let title = texts().fmt(search::THEME_TO, &[("name", t(word))]);
        acts.push((item(icon, title, Does::Theme(theme)), format!("theme {theme} 外观 主题 深色 浅色 waiguan wg zhuti")));
    }
    for lang in Lang::ALL.into_iter().filter(|lang| *lang != facts.lang) {
        let title = texts().fmt(search::LANGUAGE_TO, &[("name", lang.own_name())]);
        acts.push((item("languages", title, Does::Language(lang)), "language english chinese 语言 中文 英文 yuyan yy".to_owned()));
    }
    acts.push((
        Item { keys: Some("?"), ..item("key-round", t(search::SHORTCUTS).to_owned(), Does::Keys) },
        "keyboard shortcuts keys help 快捷键 帮助 kuaijiejian kjj bangzhu".to_owned(),
    ));
    acts.push((item("log-out", t(nav::SIGN_OUT).to_owned(), Does::SignOut), "sign out log logout 退出 登录 tuichudenglu tcdl".to_owned()));
    acts
}

/// Stands for words that fit whatever was typed.
const ALWAYS: &str = "*";

fn new_contact(customer: CustomerId) -> String {
    format!("/customers/{customer}/contacts/new")
}

/// Those whose title contains what was typed, or one of whose words begins with it.
fn matching(all: Vec<Local>, asked: &str) -> Vec<Item> {
    let fits = |(item, words): Local| {
        let title = item.title.first().map(|piece| piece.0.clone()).unwrap_or_default();
        if asked.is_empty() {
            return Some(item);
        }
        if words == ALWAYS {
            return Some(item);
        }
        if let Some(pieces) = marked(&title, asked) {
            return Some(Item { title: pieces, ..item });
        }
        words.split(' ').any(|word| word.starts_with(asked)).then_some(item)
    };
    all.into_iter().filter_map(fits).collect()
}

/// The title with what was typed marked, if it is in there. Cut only where lower case
/// is as long as what is shown.
fn marked(title: &str, asked: &str) -> Option<Vec<(String, bool)>> {
    let lower = title.to_lowercase();
    let from = lower.find(asked)?;
    let to = from + asked.len();
    let pieces = [title.get(..from).map(|p| (p, false)), title.get(from..to).map(|p| (p, true)), title.get(to..).map(|p| (p, false))];
    let pieces: Option<Vec<_>> = pieces.into_iter().collect();
    let whole = || vec![(title.to_owned(), false)];
    Some(match pieces.filter(|_| lower.len() == title.len()) {
        Some(pieces) => pieces.into_iter().filter(|piece| !piece.0.is_empty()).map(|(text, marked)| (text.to_owned(), marked)).collect(),
        None => whole(),
    })
}

/// A text as part of an address.
pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The kinds in words, for the page of results.
pub(super) fn counted(n: usize) -> String {
    texts().n(search::N_RESULTS_ONE, search::N_RESULTS_MANY, i64::try_from(n).unwrap_or(i64::MAX))
}

/// The word of the button of the page of results.
pub(super) fn search_word() -> &'static str {
    t(common::SEARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_marked_where_they_match() {
        let piece = |text: &str, marked| (text.to_owned(), marked);
        assert_eq!(marked("New deal", "deal"), Some(vec![piece("New ", false), piece("deal", true)]));
        assert_eq!(marked("新建商机", "商"), Some(vec![piece("新建", false), piece("商", true), piece("机", false)]));
        assert_eq!(marked("New deal", "x"), None);
    }

    #[test]
    fn any_text_fits_into_an_address() {
        assert_eq!(encoded("恒 a&b"), "%E6%81%92%20a%26b");
    }
}
