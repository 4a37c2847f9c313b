//! Small things asked of the browser. Everything here is harmless on the
//! server, where it does nothing or answers `None`.

use leptos::html::Details;
use leptos::prelude::{GetUntracked, LocalStorage, NodeRef, StoredValue, UpdateValue, WithValue};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Node, Window};

#[must_use]
pub fn window() -> Option<Window> {
    if cfg!(feature = "ssr") { None } else { web_sys::window() }
}

#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds of the browser's clock; 0 on the server.
#[must_use]
pub fn now() -> f64 {
    if cfg!(feature = "ssr") { 0.0 } else { js_sys::Date::now() }
}

#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// What stands in a field; empty if there is none.
#[must_use]
pub fn value_of(id: &str) -> String {
    let value = by_id(id).and_then(|field| js_sys::Reflect::get(&field, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Writes into a field, as if it had been typed.
pub fn set_value(id: &str, text: &str) {
    if let Some(field) = by_id(id) {
        // A field that takes none keeps what it has.
        let _ = js_sys::Reflect::set(&field, &"value".into(), &text.into());
    }
}

/// Opens the browser's dialog for paper.
pub fn print() {
    if let Some(window) = window() {
        // Who blocks it has the browser's own menu.
        let _ = window.print();
    }
}

#[must_use]
pub fn query(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Whether somebody is in a field of what `place` selects, or has changed one that was not sent:
/// then it is not drawn anew from under them. `false` on the server.
#[must_use]
pub fn is_touched(place: &str) -> bool {
    let fields = format!("{place} :is(input, textarea, select)");
    let Some(Ok(found)) = document().map(|document| document.query_selector_all(&fields)) else { return false };
    query(&format!("{fields}:focus")).is_some() || (0..found.length()).filter_map(|n| found.item(n)).any(|field| is_changed(&field))
}

/// Whether a field holds something else than the page gave it.
fn is_changed(field: &Node) -> bool {
    if let Some(text) = field.dyn_ref::<HtmlTextAreaElement>() {
        // A browser has other line ends than it was given.
        let given = text.default_value().unwrap_or_default();
        return text.value().replace('\r', "") != given.replace('\r', "");
    }
    if let Some(choice) = field.dyn_ref::<HtmlSelectElement>() {
        // Where the page chose none, the browser takes the first.
        let option = |selector: &str| choice.query_selector(selector).ok().flatten();
        let given = option("option[selected]").or_else(|| option("option"));
        return given.is_some_and(|given| given.get_attribute("value").unwrap_or_default() != choice.value());
    }
    let Some(input) = field.dyn_ref::<HtmlInputElement>() else { return false };
    match input.type_().as_str() {
        "hidden" => false,
        "checkbox" | "radio" => input.checked() != input.default_checked(),
        _ => input.value() != input.default_value(),
    }
}

/// Gives the fields of the form within `place` back what the page gave them: what was typed
/// has been sent, or was about something else.
pub fn reset(place: &str) {
    if let Some(form) = query(&format!("{place} form")).and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        form.reset();
    }
}

/// Closes a menu that unfolds.
pub fn fold(menu: NodeRef<Details>) {
    if let Some(menu) = menu.get_untracked() {
        let _ = menu.remove_attribute("open");
    }
}

/// The same by Escape, which goes no further; the focus returns to what unfolds it.
pub fn fold_by_escape(menu: NodeRef<Details>, event: &web_sys::KeyboardEvent) {
    if event.key() != "Escape" {
        return;
    }
    event.stop_propagation();
    fold(menu);
    let summary = menu.get_untracked().and_then(|menu| menu.query_selector("summary").ok()?);
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}

/// Gives an element the focus as soon as it is part of the page.
pub fn focus(element: HtmlElement) {
    once_there(element, FRAMES, |element| {
        let _ = element.focus();
    });
}

/// Scrolls a row that is wider than the page to where the part that `selector` names stands in
/// its middle, as soon as it is part of the page. Nothing else moves, and the focus stays where
/// it is.
pub fn show_part(row: HtmlElement, selector: &'static str) {
    once_there(row, FRAMES, move |row| {
        let Some(part) = row.query_selector(selector).ok().flatten() else { return };
        let (whole, part) = (row.get_bounding_client_rect(), part.get_bounding_client_rect());
        let off = part.left() + part.width() / 2.0 - whole.left() - whole.width() / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "a width of a screen")]
        row.set_scroll_left(row.scroll_left() + off as i32);
    });
}

/// Frames of about two seconds.
const FRAMES: u32 = 120;

/// Calls `act` as soon as the element is part of the page: a view is built first, and put there
/// when all that it waits for has come.
fn once_there(element: HtmlElement, frames: u32, act: impl FnOnce(&HtmlElement) + 'static) {
    if element.is_connected() {
        act(&element);
    } else if frames > 0 {
        leptos::prelude::request_animation_frame(move || once_there(element, frames - 1, act));
    }
}

/// Opens a native dialog above the page; focus goes into it.
pub fn show_modal(element: &web_sys::HtmlDialogElement) {
    if !element.open() {
        let _ = element.show_modal();
    }
}

/// A fresh id for a command, chosen by the browser. From random bytes, since
/// `randomUUID` is missing where a page comes by plain HTTP from another host.
#[must_use]
pub fn new_request() -> domain::ids::RequestId {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = window().and_then(|w| w.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    domain::ids::RequestId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Sets a cookie for a year, for choices that the server must know to render.
pub fn set_cookie(name: &str, value: &str) {
    if let Some(document) = document().and_then(|d| d.dyn_into::<web_sys::HtmlDocument>().ok()) {
        let _ = document.set_cookie(&format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

/// Copies a text; `false` where the browser has no way to, or does not allow it.
pub async fn copy(text: String) -> bool {
    let Some(window) = window() else { return false };
    // Missing where a page comes by plain HTTP from another host.
    let place = js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("clipboard")).unwrap_or(JsValue::UNDEFINED);
    let write = js_sys::Reflect::get(&place, &JsValue::from_str("writeText")).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    let promise = write.and_then(|write| write.call1(&place, &JsValue::from_str(&text)).ok());
    match promise.and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok()) {
        Some(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// Loads the same address again: same page, same filters.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Goes over the full screen, or back; nothing where a browser has none, or does not
/// allow it, which it does only after a press.
pub fn full_screen(on: bool) {
    let Some(document) = document().filter(|_| is_full_screen() != on) else { return };
    let (of, name) = match document.document_element().filter(|_| on) {
        Some(element) => (JsValue::from(element), "requestFullscreen"),
        None => (JsValue::from(document), "exitFullscreen"),
    };
    let call = js_sys::Reflect::get(&of, &name.into()).ok().and_then(|found| found.dyn_into::<js_sys::Function>().ok());
    let asked = call.and_then(|call| call.call0(&of).ok()).and_then(|asked| asked.dyn_into::<js_sys::Promise>().ok());
    if let Some(asked) = asked {
        // A refusal is no error: the page fills the window in any case.
        let refused = Closure::<dyn FnMut(JsValue)>::new(|_| ());
        let _ = asked.catch(&refused);
        refused.forget();
    }
}

#[must_use]
pub fn is_full_screen() -> bool {
    document().is_some_and(|document| {
        js_sys::Reflect::get(&document, &"fullscreenElement".into()).is_ok_and(|element| !element.is_null() && !element.is_undefined())
    })
}

/// Whether motion should be left out.
#[must_use]
pub fn reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)")
}

/// Whether the phone layout is shown.
#[must_use]
pub fn is_phone() -> bool {
    media("(max-width: 767px)")
}

fn media(query: &str) -> bool {
    window().and_then(|w| w.match_media(query).ok().flatten()).is_some_and(|m| m.matches())
}

/// A value that only the browser's page holds, such as an element. On the
/// server there is none, since values bound to a thread may not be dropped on
/// another one.
pub struct Local<T: 'static>(Option<StoredValue<T, LocalStorage>>);

impl<T> Clone for Local<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Local<T> {}

impl<T: Default> Local<T> {
    #[must_use]
    pub fn new() -> Self {
        Self((!cfg!(feature = "ssr")).then(|| StoredValue::new_local(T::default())))
    }

    /// What `look` sees; the default on the server, or once it is disposed of.
    pub fn with<R: Default>(self, look: impl FnOnce(&T) -> R) -> R {
        self.0.and_then(|value| value.try_with_value(look)).unwrap_or_default()
    }

    pub fn set(self, new: T) {
        if let Some(value) = self.0 {
            value.try_update_value(|old| *old = new);
        }
    }

    /// The value, with the default left in its place.
    pub fn take(self) -> T {
        self.0.and_then(|value| value.try_update_value(std::mem::take)).unwrap_or_default()
    }
}

impl<T: Default> Default for Local<T> {
    fn default() -> Self {
        Self::new()
    }
}
