//! Parts of a page that come as text from the server, and what of them is the reader's: what is
//! unfolded stays so when they come anew, and the focus stays on its link.

use crate::browser::document;
use crate::markup::icon;
use crate::{ApiError, t};
use i18n::keys::common;
use leptos::prelude::request_animation_frame;
use maud::html;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Puts a text into an element, in place of what stands there.
pub fn put(place: &Element, text: &str) {
    let kept = Kept::of(place);
    place.set_inner_html(text);
    kept.restore(place);
}

/// Before what is within `selector` is put in anew by its page. Nothing on the server.
pub fn keep(selector: &'static str) {
    let find = move || crate::browser::query(selector);
    let Some(kept) = find().map(|place| Kept::of(&place)) else { return };
    request_animation_frame(move || {
        if let Some(place) = find() {
            kept.restore(&place);
        }
    });
}

/// An error in place of what could not be read; as a view: [`crate::component::Failed`].
#[must_use]
pub fn failed(error: &ApiError) -> String {
    html! {
        div.empty role="alert" { (icon("plug-zap", "")) p { (error.sentence()) } a.btn href="" { (t(common::RETRY)) } }
    }
    .into_string()
}

/// In place of what is waited for; as a view: [`crate::component::Skeleton`].
#[must_use]
pub fn skeleton(rows: usize) -> String {
    html! { div.skel-list role="status" aria-label=(t(common::LOADING)) { @for _ in 0..rows { div.skel {} } } }.into_string()
}

/// What of a place is the reader's.
struct Kept {
    /// What was unfolded: the part that it belongs to, and the how manieth of it.
    open: Vec<(String, usize)>,
    /// Where the link with the focus leads.
    link: Option<String>,
}

impl Kept {
    fn of(place: &Element) -> Self {
        let open = folds(place).into_iter().filter(|(_, fold)| fold.has_attribute("open")).map(|(name, _)| name).collect();
        let link = focused().filter(|it| place.contains(Some(it))).and_then(|it| it.get_attribute("href"));
        Self { open, link }
    }

    fn restore(self, place: &Element) {
        for (_, fold) in folds(place).into_iter().filter(|(name, _)| self.open.contains(name)) {
            // A fold takes it.
            let _ = fold.set_attribute("open", "");
        }
        let lost = focused().is_none_or(|it| it.tag_name() == "BODY");
        let again = self.link.filter(|_| lost).and_then(|href| place.query_selector(&format!("a[href=\"{href}\"]")).ok()?);
        if let Some(again) = again.and_then(|again| again.dyn_into::<HtmlElement>().ok()) {
            // What cannot have it leaves it with the page.
            let _ = again.focus();
        }
    }
}

fn focused() -> Option<Element> {
    document()?.active_element()
}

/// What folds within a place, each with a name that it has again when the place is written anew.
fn folds(place: &Element) -> Vec<((String, usize), Element)> {
    let mut found: Vec<((String, usize), Element)> = Vec::new();
    let Ok(all) = place.query_selector_all("details") else { return found };
    for fold in (0..all.length()).filter_map(|n| all.item(n)).filter_map(|node| node.dyn_into::<Element>().ok()) {
        let part = fold.closest("[aria-labelledby]").ok().flatten();
        let part = part.and_then(|part| part.get_attribute("aria-labelledby")).unwrap_or_default();
        let before = found.iter().filter(|((known, _), _)| *known == part).count();
        found.push(((part, before), fold));
    }
    found
}
