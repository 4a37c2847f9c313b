//! The places one can go to and the keys that lead there. The palette, the handler of
//! keys and the sheet that explains them read this one list.
//!
//! Single keys are silent while somebody types or an input method composes, beside
//! modifier keys, while a dialog is open, and when they are switched off.

use super::{Door, Shows};
use crate::browser;
use crate::facts::Facts;
use domain::policy::Action;
use i18n::Key;
use i18n::keys::{boss, data, field, nav, quotes, search, shell, tickets, visits};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// A place of the navigation.
pub struct Place {
    pub href: &'static str,
    pub label: Key,
    pub icon: &'static str,
    /// Who may see it; everybody who is signed in if it says nothing.
    pub may: Option<Action>,
    /// The key behind `g`.
    pub key: &'static str,
    /// Other words for it: of the other language, pinyin, initials.
    pub words: &'static str,
}

macro_rules! place {
    ($key:literal, $href:literal, $label:expr, $icon:literal, $may:expr, $words:literal) => {
        Place { href: $href, label: $label, icon: $icon, may: $may, key: $key, words: $words }
    };
}

pub const PLACES: &[Place] = &[
    place!("h", "/home", nav::TODAY, "sun", None, "home start today 首页 今日 shouye sy jinri jr"),
    place!("b", "/boss", boss::TITLE, "chart-column", Some(Action::Oversee), "boss glance overview 经营速览 速览 jingyingsulan jysl"),
    place!("d", "/deals", nav::DEALS, "kanban", Some(Action::ReadDeals), "deals board kanban 商机 看板 shangji sj kb"),
    place!("l", "/deals/list", search::DEAL_LIST, "table-2", Some(Action::ReadDeals), "deals list table 商机 列表 shangji sjlb liebiao lb"),
    place!(
        "y",
        "/deals/months",
        search::DEAL_MONTHS,
        "chart-column",
        Some(Action::ReadDeals),
        "deals months forecast 商机 月度 预测 yuedu yd yuce yc"
    ),
    place!("e", "/deals/calendar", search::DEAL_CALENDAR, "calendar", Some(Action::ReadDeals), "deals calendar 商机 日历 rili rl"),
    place!("f", "/funnel", nav::FUNNEL, "filter", Some(Action::ReadDeals), "funnel 漏斗 loudou ld"),
    place!(
        "a",
        "/analysis",
        nav::INSIGHT,
        "chart-column",
        Some(Action::ReadDeals),
        "insight analysis win rate 分析 赢单率 fenxi fx yingdanlv ydl"
    ),
    place!("i", "/tiers", nav::TIERS, "layers", Some(Action::ReadCustomers), "tiers vip 客户分级 kehufenji khfj fenji fj"),
    place!("c", "/customers", nav::CUSTOMERS, "building-2", Some(Action::ReadCustomers), "customers 客户 kehu kh"),
    place!("k", "/contacts", nav::CONTACTS, "contact-round", Some(Action::ReadCustomers), "contacts 联系人 lianxiren lxr"),
    place!("v", "/visits", visits::TITLE, "heart-handshake", Some(Action::LogWork), "return visits calls 回访 huifang hf"),
    place!("q", "/quotes", quotes::NAV, "file-text", Some(Action::ReadQuotes), "quotes offers 报价 baojia bj"),
    place!(
        "z",
        "/quotes/approvals",
        quotes::APPROVALS,
        "stamp",
        Some(Action::ApproveQuotes),
        "approvals discounts quotes 折扣 审批 zhekoushenpi zksp shenpi sp"
    ),
    place!("w", "/tickets", tickets::TITLE, "life-buoy", Some(Action::LogWork), "tickets service support 工单 gongdan gd"),
    place!("n", "/field/nearby", field::NEARBY, "map-pin", Some(Action::CheckIn), "nearby customers map 附近客户 fujinkehu fjkh"),
    place!("o", "/import", data::NAV, "upload", Some(Action::Import), "import csv upload 导入 上传 daoru dr shangchuan sc"),
    place!("t", "/tasks", nav::TASKS, "list-checks", None, "tasks 任务 renwu rw"),
    place!("p", "/settings/people", nav::PEOPLE, "users", Some(Action::ReadPeople), "team people 团队 人员 tuandui td"),
    place!(
        "s",
        "/settings/pipelines",
        shell::PIPELINES,
        "settings",
        Some(Action::ManageSettings),
        "pipelines stages settings 流程 设置 xiaoshouliucheng xslc"
    ),
    place!("r", "/settings/products", shell::PRODUCTS, "package", Some(Action::ManageSettings), "products 产品 chanpin cp"),
    place!("j", "/settings/price-books", quotes::BOOKS, "package", Some(Action::ManageSettings), "price books prices 价格表 jiagebiao jgb"),
    place!("m", "/account", nav::ACCOUNT, "user-round", None, "account me password 账号 密码 wodezhanghao zh wd"),
];

/// The places that somebody may see.
pub fn places(facts: &Facts) -> impl Iterator<Item = &'static Place> + '_ {
    PLACES.iter().filter(|place| place.may.is_none_or(|action| facts.may(action)))
}

/// What a key does beside going to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Find,
    Make,
    Help,
    Present,
    Next,
    Previous,
}

/// Key and what it does. Those of places stand behind `g`.
pub const SINGLE: &[(&str, Does, Key)] = &[
    ("/", Does::Find, search::KEYS_FIND),
    ("n", Does::Make, search::KEYS_MAKE),
    ("j", Does::Next, search::KEYS_NEXT),
    ("k", Does::Previous, search::KEYS_PREVIOUS),
    ("f", Does::Present, search::KEYS_PRESENT),
    ("?", Does::Help, search::KEYS_HELP),
];

/// Milliseconds within which the second key of a pair must follow.
const PAIR: f64 = 1_500.0;
const OFF: &str = "weir.keys";

/// Whether single keys are heard on this device.
#[must_use]
pub fn enabled() -> bool {
    let stored = browser::window().and_then(|w| w.local_storage().ok().flatten()).and_then(|s| s.get_item(OFF).ok().flatten());
    stored.as_deref() != Some("off")
}

pub fn enable(on: bool) {
    if let Some(storage) = browser::window().and_then(|w| w.local_storage().ok().flatten()) {
        // A browser that keeps nothing forgets the choice with the page.
        let _ = if on { storage.remove_item(OFF) } else { storage.set_item(OFF, "off") };
    }
}

/// Whether an input method is at work: then keys belong to it.
pub(crate) fn composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Where `n` makes something new on this page.
#[must_use]
pub fn new_here(path: &str, facts: &Facts) -> Option<&'static str> {
    let customers = facts.may(Action::WriteCustomers).then_some("/customers/new");
    let deals = facts.may(Action::WriteDeals).then_some("/deals/new");
    if path.starts_with("/customers") || path.starts_with("/contacts") { customers } else { deals }
}

/// Hears the keys of the page, from when it is alive.
pub(super) fn listen(door: Door) {
    let navigate = use_navigate();
    let go = move |href: &str| navigate(href, NavigateOptions::default());
    let pair = StoredValue::new(None::<f64>);
    Effect::new(move |_| {
        let go = go.clone();
        let hears = window_event_listener(leptos::ev::keydown, move |event| heard(door, &event, pair, &go));
        on_cleanup(move || hears.remove());
    });
}

fn heard(door: Door, event: &KeyboardEvent, pair: StoredValue<Option<f64>>, go: &impl Fn(&str)) {
    if composing(event) || event.default_prevented() {
        return;
    }
    let key = event.key();
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if modified && !event.alt_key() && !event.shift_key() && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        door.open(Shows::Find);
        return;
    }
    let first = pair.try_update_value(Option::take).flatten();
    if modified || event.repeat() || typing(event) || browser::query("dialog[open]").is_some() || !enabled() {
        return;
    }
    let facts = crate::facts();
    if first.is_some_and(|at| js_sys::Date::now() - at < PAIR) {
        if let Some(place) = places(&facts).find(|place| place.key == key) {
            event.prevent_default();
            go(place.href);
        }
        return;
    }
    if key == "g" {
        pair.set_value(Some(js_sys::Date::now()));
        return;
    }
    let Some((_, does, _)) = SINGLE.iter().find(|(known, ..)| *known == key) else { return };
    match does {
        Does::Find => door.open(Shows::Find),
        Does::Help => door.open(Shows::Keys),
        Does::Make => {
            let path = browser::window().and_then(|w| w.location().pathname().ok()).unwrap_or_default();
            let Some(href) = new_here(&path, &facts) else { return };
            go(href);
        }
        Does::Present => {
            let location = browser::window().map(|w| w.location());
            let part = |part: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| location.as_ref().and_then(|l| part(l).ok());
            let (path, search) = (part(web_sys::Location::pathname), part(web_sys::Location::search));
            let Some(href) = crate::present::here(&path.unwrap_or_default(), &search.unwrap_or_default(), &facts) else { return };
            browser::full_screen(true);
            go(&href);
        }
        Does::Next | Does::Previous => {
            if !step(*does == Does::Next) {
                return;
            }
        }
    }
    event.prevent_default();
}

/// Whether what is typed belongs to a field.
pub(crate) fn typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.closest("input, textarea, select, [contenteditable], [role=textbox], .is-lifted").ok().flatten().is_some()
    })
}

/// Moves the focus to the next or the previous row of a list; whether there was one.
fn step(forward: bool) -> bool {
    let Some(document) = browser::document() else { return false };
    let Ok(rows) = document.query_selector_all("main .table tbody tr > :first-child a[href]") else { return false };
    let active = document.active_element();
    let row = |index: u32| rows.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let here = (0..rows.length())
        .find(|index| row(*index).is_some_and(|link| active.as_ref().is_some_and(|active| link.is_same_node(Some(active)))));
    let to = match (here, forward) {
        (None, true) => Some(0),
        (None, false) => rows.length().checked_sub(1),
        (Some(here), true) => Some(here + 1),
        (Some(here), false) => here.checked_sub(1),
    };
    let Some(link) = to.and_then(row) else { return false };
    link.focus().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        let behind_g: HashSet<_> = PLACES.iter().map(|place| place.key).collect();
        assert_eq!(behind_g.len(), PLACES.len());
        let single: HashSet<_> = SINGLE.iter().map(|(key, ..)| *key).chain(["g"]).collect();
        assert_eq!(single.len(), SINGLE.len() + 1);
    }

    #[test]
    fn every_place_is_declared_and_asks_for_the_same_right() {
        use domain::routes::{Rule, rule};
        for place in PLACES {
            let declared = place.may.map_or(Rule::SignedIn, Rule::May);
            assert_eq!(rule(place.href), Some(declared), "{}", place.href);
        }
    }
}
