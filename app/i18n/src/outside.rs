//! The texts as the page brought them: in the browser.
//!
//! A classic script, loaded before the WASM, sets `window.__weir_texts` to a plain array of strings
//! in key order (`inside::script` writes it). It is read once and kept: crossing to JavaScript for
//! each text would cost more than the strings do, and a text that lives as long as the page can be
//! `&'static` as on the server.

use std::sync::OnceLock;

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::Lang;

static TEXTS: OnceLock<Vec<&'static str>> = OnceLock::new();

/// The text at a position of the catalogue, in the language of the page, whatever `lang` says.
///
/// A page without its script shows empty texts; it does not panic, so that what the server rendered
/// stays readable.
pub(crate) fn text(_lang: Lang, index: usize) -> &'static str {
    let texts = TEXTS.get_or_init(read);
    texts.get(index).copied().unwrap_or("")
}

fn read() -> Vec<&'static str> {
    let found = Reflect::get(&js_sys::global(), &JsValue::from_str("__weir_texts"));
    let Some(array) = found.ok().and_then(|value| value.dyn_into::<Array>().ok()) else {
        return Vec::new();
    };
    array
        .iter()
        .map(|text| match text.as_string() {
            Some(text) => &*Box::leak(text.into_boxed_str()),
            None => "",
        })
        .collect()
}
