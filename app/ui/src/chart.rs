//! Charts that come alive: a picture that came with the page is replaced by one drawn
//! through ECharts as soon as it is in view. If anything of that fails, the picture stays;
//! it shows the same figures.

use crate::browser::{document, window};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use maud::{Markup, html as markup};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlScriptElement, IntersectionObserver, IntersectionObserverEntry, Response};

/// The bundle that draws, as `scripts/charts.mjs` makes it.
const BUNDLE: &str = "/charts.js";
/// Where the bundle leaves its function when it is loaded.
const DRAW: &str = "weirDraw";

/// The place of a chart with its first picture. `description`: the address of what is drawn.
#[must_use]
pub fn place(description: &str, picture: &Markup) -> Markup {
    markup! { div.chart data-chart=(description) { (picture) } }
}

type Stops = Rc<RefCell<Vec<js_sys::Function>>>;

/// For the element that holds charts: draws them while they are there. A click leads to the
/// page behind a part. `replace`: without an entry of the history.
#[must_use]
pub fn watch(replace: bool) -> NodeRef<html::Div> {
    let holder = NodeRef::<html::Div>::new();
    if cfg!(feature = "ssr") {
        return holder;
    }
    let navigate = use_navigate();
    let follow = move |to: String| navigate(&to, NavigateOptions { scroll: false, replace, ..Default::default() });
    let gone = StoredValue::new_local(Rc::new(Cell::new(false)));
    let stops = StoredValue::new_local(Stops::default());
    holder.on_load(move |holder| {
        let (Some(gone), Some(stops)) = (gone.try_get_value(), stops.try_get_value()) else { return };
        let follow: Closure<dyn Fn(String)> = Closure::new(follow);
        let follow = follow.into_js_value();
        let seen = move |entries: js_sys::Array, observer: IntersectionObserver| {
            for entry in entries.iter().filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok()) {
                if entry.is_intersecting() {
                    let place = entry.target();
                    observer.unobserve(&place);
                    let (gone, stops, follow) = (gone.clone(), stops.clone(), follow.clone());
                    spawn_local(async move { draw(place, &follow, &gone, &stops).await.unwrap_or_default() });
                }
            }
        };
        let seen: Closure<dyn Fn(js_sys::Array, IntersectionObserver)> = Closure::new(seen);
        let Ok(observer) = IntersectionObserver::new(seen.into_js_value().unchecked_ref()) else { return };
        let Ok(places) = holder.query_selector_all("[data-chart]") else { return };
        for place in (0..places.length()).filter_map(|index| places.get(index)?.dyn_into::<Element>().ok()) {
            observer.observe(&place);
        }
    });
    on_cleanup(move || {
        if let (Some(gone), Some(stops)) = (gone.try_get_value(), stops.try_get_value()) {
            gone.set(true);
            for stop in stops.borrow_mut().drain(..) {
                let _ = stop.call0(&JsValue::NULL);
            }
        }
    });
    holder
}

/// `None`: it could not be drawn, and the picture stays.
async fn draw(place: Element, follow: &JsValue, gone: &Cell<bool>, stops: &Stops) -> Option<()> {
    let address = place.get_attribute("data-chart")?;
    let (draw, drawing) = futures::join!(bundle(), description(&address));
    let (draw, drawing) = (draw?, drawing?);
    if gone.get() || !place.is_connected() {
        return None;
    }
    let stop = draw.call3(&JsValue::NULL, &place, &drawing, follow).ok()?;
    stops.borrow_mut().push(stop.dyn_into().ok()?);
    Some(())
}

async fn description(address: &str) -> Option<JsValue> {
    let answer: Response = JsFuture::from(window()?.fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if answer.ok() { JsFuture::from(answer.json().ok()?).await.ok() } else { None }
}

fn loaded() -> Option<js_sys::Function> {
    js_sys::Reflect::get(&window()?.into(), &DRAW.into()).ok()?.dyn_into().ok()
}

/// Loads the bundle once for all charts.
async fn bundle() -> Option<js_sys::Function> {
    thread_local!(static LOADING: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) });
    if let Some(draw) = loaded() {
        return Some(draw);
    }
    let loading = LOADING.with_borrow_mut(|loading| {
        loading
            .get_or_insert_with(|| {
                js_sys::Promise::new(&mut |done, failed| {
                    if load(&done, &failed).is_none() {
                        let _ = failed.call0(&JsValue::NULL);
                    }
                })
            })
            .clone()
    });
    let came = JsFuture::from(loading).await.is_ok();
    if !came {
        // Another time perhaps.
        LOADING.set(None);
    }
    loaded()
}

fn load(done: &js_sys::Function, failed: &js_sys::Function) -> Option<()> {
    let script: HtmlScriptElement = document()?.create_element("script").ok()?.dyn_into().ok()?;
    script.set_type("module");
    script.set_src(BUNDLE);
    script.set_onload(Some(done));
    script.set_onerror(Some(failed));
    document()?.head()?.append_child(&script).ok()?;
    Some(())
}
