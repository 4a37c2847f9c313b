//! Links inside a picture. The router follows links of HTML only; those of SVG are led here.

use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// What a click on a picture does. `replace`: without an entry of the history.
pub fn follower(replace: bool) -> impl Fn(web_sys::MouseEvent) + Clone + 'static {
    let navigate = use_navigate();
    move |event: web_sys::MouseEvent| {
        if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("svg a[href]").ok().flatten());
        if let Some(to) = link.and_then(|link| link.get_attribute("href")) {
            event.prevent_default();
            navigate(&to, NavigateOptions { scroll: false, replace, ..Default::default() });
        }
    }
}
