//! Parts of a page that come as text from the server, and what of them is the reader's.

use crate::browser::{document, query};
use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Before what is within `place` is put in anew: what is unfolded there stays so, and the focus
/// stays on the link where it is. Nothing on the server.
pub fn keep(place: &'static str) {
    let open = folds(place, true);
    let focused = document().and_then(|document| document.active_element());
    let link = focused.filter(|it| it.closest(place).ok().flatten().is_some()).and_then(|it| it.get_attribute("href"));
    if open.is_empty() && link.is_none() {
        return;
    }
    request_animation_frame(move || {
        for fold in folds(place, false).into_iter().filter(|(name, _)| open.iter().any(|(known, _)| known == name)) {
            // A fold takes it.
            let _ = fold.1.set_attribute("open", "");
        }
        let lost = document().and_then(|document| document.active_element()).is_none_or(|it| it.tag_name() == "BODY");
        let again = link.filter(|_| lost).and_then(|href| query(&format!("{place} a[href=\"{href}\"]")));
        if let Some(again) = again.and_then(|again| again.dyn_into::<HtmlElement>().ok()) {
            // What cannot have it leaves it with the page.
            let _ = again.focus();
        }
    });
}

/// What folds within a place, each with a name: of which part, and the how manieth of it.
fn folds(place: &str, open: bool) -> Vec<((String, u32), web_sys::Element)> {
    let all = document().and_then(|document| document.query_selector_all(&format!("{place} details")).ok());
    let all = all.into_iter().flat_map(|all| (0..all.length()).filter_map(move |n| all.item(n)));
    let mut found: Vec<((String, u32), web_sys::Element)> = Vec::new();
    for fold in all.filter_map(|node| node.dyn_into::<web_sys::Element>().ok()) {
        let part = fold.closest("[aria-labelledby]").ok().flatten();
        let part = part.and_then(|part| part.get_attribute("aria-labelledby")).unwrap_or_default();
        let before = found.iter().filter(|((known, _), _)| *known == part).count();
        found.push(((part, u32::try_from(before).unwrap_or_default()), fold));
    }
    found.retain(|(_, fold)| !open || fold.has_attribute("open"));
    found
}
