//! The browser's entry: brings the server's page to life.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    // The page itself is a file of its own, which is awaited.
    leptos::mount::hydrate_lazy(app::App);
}
