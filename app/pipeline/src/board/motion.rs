//! A colleague's move slides from where the card was to where it is now.

use domain::ids::DealId;
use std::time::Duration;

/// A card keeps its mark for so long.
pub const MARK_FOR: Duration = Duration::from_secs(4);
/// Length of a slide, as the tokens say (`--dur-3`), in milliseconds.
const SLIDE: i32 = 220;

/// Where a card was before it moved.
pub struct Slide {
    deal: DealId,
    from: Option<(f64, f64)>,
}

impl Slide {
    #[must_use]
    pub fn begin(deal: DealId) -> Self {
        Self { deal, from: position(deal) }
    }

    /// To be called once the change is made; starts with the next frame.
    pub fn end(self) {
        let Some(from) = self.from.filter(|_| !ui::browser::reduced_motion()) else { return };
        let deal = self.deal;
        leptos::prelude::request_animation_frame(move || {
            let Some(to) = position(deal) else { return };
            let (dx, dy) = (from.0 - to.0, from.1 - to.1);
            let Some(element) = element(deal).filter(|_| dx != 0.0 || dy != 0.0) else { return };
            let frames = js_sys::Array::new();
            for text in [format!("translate({dx}px,{dy}px)"), "none".to_owned()] {
                let frame = js_sys::Object::new();
                let _ = js_sys::Reflect::set(&frame, &"transform".into(), &text.into());
                frames.push(&frame);
            }
            let options = js_sys::Object::new();
            let _ = js_sys::Reflect::set(&options, &"duration".into(), &SLIDE.into());
            let _ = js_sys::Reflect::set(&options, &"easing".into(), &"cubic-bezier(.25,.9,.3,1)".into());
            // Called by name: the typed binding is behind an unstable flag.
            if let Ok(animate) = js_sys::Reflect::get(&element, &"animate".into()) {
                if let Ok(animate) = wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(animate) {
                    let _ = animate.call2(&element, &frames, &options);
                }
            }
        });
    }
}

fn element(deal: DealId) -> Option<web_sys::Element> {
    ui::browser::query(&format!("[data-deal-id='{deal}']"))
}

fn position(deal: DealId) -> Option<(f64, f64)> {
    element(deal).map(|e| e.get_bounding_client_rect()).map(|r| (r.left(), r.top()))
}
