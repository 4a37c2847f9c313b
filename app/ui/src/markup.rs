//! Parts of pages that never change while they are shown, as text: what a card
//! or a row says. Written with `maud`, which escapes whatever is put in.
//!
//! A view of the framework costs each element a few allocations on the server
//! and some code in the browser, which pays where something reacts. In a card
//! only the frame does, so the frame is a view and its inside is text, put in
//! by `inner_html`. Links and buttons inside work, since clicks are heard above.
//! The same small things as views are in [`crate::component`].

use crate::words;
use domain::customers::Tier;
use domain::ids::UserId;
use domain::pipeline::Stage;
pub use maud::Markup;
use maud::html;

/// See [`crate::component::Icon`].
#[must_use]
pub fn icon(name: &str, class: &str) -> Markup {
    html! { svg class={ "i " (class) } aria-hidden="true" { use href={ "/icons.svg#" (name) } {} } }
}

/// See [`crate::component::Avatar`].
#[must_use]
pub fn avatar(id: UserId, name: &str, class: &str) -> Markup {
    html! { span class={ "av " (class) } data-h=(words::hue(id.0)) title=(name) aria-hidden="true" { (words::initial(name)) } }
}

/// See [`crate::component::TierBadge`].
#[must_use]
pub fn tier(tier: Tier) -> Markup {
    html! { span class=(words::tier_class(tier)) title=(words::tier(tier)) { (words::tier_short(tier)) } }
}

/// See [`crate::component::Gauge`]; `of`: stages of its pipeline.
#[must_use]
pub fn gauge(stage: &Stage, of: usize) -> Markup {
    let (depth, y, height) = words::gauge(stage.position, i32::try_from(of).unwrap_or(5));
    html! {
        svg.gauge viewBox="0 0 12 14" aria-hidden="true" {
            rect.gauge-tank x=".75" y=".75" width="10.5" height="12.5" rx="2" {}
            rect class={ "g" (depth) } x="2" y=(y) width="8" height=(height) rx=".8" {}
        }
    }
}

/// A cell of a table that becomes a card on a phone. `edit`: the code of what can be changed in
/// it, and the button that does. One without anything vanishes on a phone.
#[must_use]
pub fn cell(label: &str, class: &str, inside: &Markup, edit: Option<(&str, Markup)>) -> Markup {
    let (code, pen) = edit.unzip();
    let class = (!class.is_empty()).then_some(class);
    html! { td class=[class] data-label=(label) data-cell=[code] data-void[inside.0.is_empty()] { (inside) @if let Some(pen) = pen { (pen) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_stays_text() {
        let id = UserId(uuid::Uuid::nil());
        let found = avatar(id, "<b>\"&", "av-s").into_string();
        assert_eq!(found, r#"<span class="av av-s" data-h="0" title="&lt;b&gt;&quot;&amp;" aria-hidden="true">&lt;</span>"#);
    }
}
