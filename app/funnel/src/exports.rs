//! The ways out of the page: figures and picture as files. The first two are links; the
//! PNG is drawn in the browser, from the SVG.

use crate::asked::Asked;
use i18n::Key;
use i18n::keys::funnel;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use ui::component::Icon;
use ui::t;
use ui::toast::Toasts;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};

/// Dots of the PNG for one unit of the picture: sharp in print and on large screens.
const SCALE: u32 = 2;

#[component]
pub fn Exports(asked: Asked, day: String) -> impl IntoView {
    let mut query = ParamsMap::new();
    for (name, value) in asked.query.to_query() {
        query.insert(name, value);
    }
    let query = query.to_query_string();
    let [csv, svg] = ["csv", "svg"].map(|kind| format!("/export/funnel.{kind}{query}"));
    let toasts = Toasts::here();
    let picture = svg.clone();
    let draw = move |_| {
        let failed = move || toasts.refuse(t(funnel::EXPORT_FAILED).to_owned());
        if png(&picture, format!("funnel-{day}.png"), failed).is_none() {
            failed();
        }
    };
    let link = |href: String, name: Key, title: Key| {
        view! { <a class="btn btn-s" href=href download="" rel="external" title=t(title)><Icon name="download" class="i-14"/><span>{t(name)}</span></a> }
    };
    view! {
        <div class="fn-exports" role="group" aria-label=t(funnel::EXPORTS)>
            {link(csv, funnel::EXPORT_CSV, funnel::EXPORT_CSV_TITLE)}
            {link(svg, funnel::EXPORT_SVG, funnel::EXPORT_SVG_TITLE)}
            <button class="btn btn-s needs-scripts" type="button" title=t(funnel::EXPORT_PNG_TITLE) on:click=draw><Icon name="download" class="i-14"/><span>{t(funnel::EXPORT_PNG)}</span></button>
        </div>
    }
}

/// Fetches the picture and saves it as dots. `None`: this browser cannot even begin.
fn png(picture: &str, name: String, failed: impl Fn() + Copy + 'static) -> Option<()> {
    let image = HtmlImageElement::new().ok()?;
    let drawn = image.clone();
    let loaded = Closure::once_into_js(move || {
        if draw(&drawn, name, failed).is_none() {
            failed();
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_onerror(Some(Closure::once_into_js(failed).unchecked_ref()));
    image.set_src(picture);
    Some(())
}

fn draw(image: &HtmlImageElement, name: String, failed: impl Fn() + Copy + 'static) -> Option<()> {
    let canvas: HtmlCanvasElement = ui::browser::document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = (image.natural_width() * SCALE, image.natural_height() * SCALE);
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
    let made = Closure::once_into_js(move |blob: JsValue| {
        if blob.dyn_into::<Blob>().ok().and_then(|blob| save(&blob, &name)).is_none() {
            failed();
        }
    });
    canvas.to_blob(made.unchecked_ref()).ok()
}

fn save(blob: &Blob, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = ui::browser::document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has begun to keep it by then.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&address);
        },
        std::time::Duration::from_secs(10),
    );
    Some(())
}
