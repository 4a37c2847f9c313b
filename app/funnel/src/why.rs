//! Why deals fell out of a stage, beside the level view: shown while the pointer is on
//! the stage or the focus in it, and kept open by its button, by a finger too. Escape
//! takes it away. In narrow places it unfolds below the stage, without scripts.
//!
//! Not here: all reasons with their deals, which the list behind the figure has.

use crate::level::{Drawn, width};
use crate::say;
use crate::scene::{Column, Scene, px};
use domain::funnel::report::Which;
use i18n::keys::funnel;
use leptos::ev;
use leptos::prelude::{Effect, on_cleanup, window_event_listener};
use maud::{Markup, PreEscaped, html};
use ui::{t, texts};
use wasm_bindgen::JsCast;
use web_sys::Element;

const SIZE: f64 = 12.0;
const LINE: f64 = 20.0;
const PAD: f64 = 12.0;
/// Room for the step's rate, which stands on the line.
const RATE: f64 = 18.0;

/// Of the text that belongs to a stage.
pub fn id(index: usize, which: Which) -> String {
    format!("lv-why-{index}-{which}")
}

/// Room that the button needs beside a stage's number.
pub fn wide() -> f64 {
    width(t(funnel::WHY), SIZE) + 14.0
}

fn heading(drawn: &Drawn<'_>, index: usize, which: Which) -> String {
    let period = drawn.side(which).map(say::side).unwrap_or_default();
    texts().fmt(funnel::WHY_OF, &[("stage", &say::stage(drawn.report, index)), ("period", &period)])
}

/// The button beside a stage's number.
pub fn ask(drawn: &Drawn<'_>, index: usize, which: Which, (x, y): (f64, f64)) -> Markup {
    let long = width(t(funnel::WHY), SIZE);
    html! {
        g.lv-ask role="button" tabindex="0" aria-label=(heading(drawn, index, which)) aria-expanded="false" aria-describedby=(id(index, which)) {
            rect.lv-hit x=(px(x - 4.0)) y=(px(y - 19.0)) width=(px(long + 8.0)) height="28" {}
            text x=(px(x)) y=(px(y)) { (t(funnel::WHY)) }
        }
    }
}

/// The texts of all stages, above everything else in the picture.
pub fn tips(drawn: &Drawn<'_>, scene: &Scene) -> Markup {
    html! {
        @for (index, column) in scene.columns.iter().enumerate() {
            @for side in column.sides() { (tip(drawn, scene, column, index, side.which, side.title_y)) }
        }
    }
}

/// Beside the stage, over its neighbour's place: its own figures stay in sight.
fn tip(drawn: &Drawn<'_>, scene: &Scene, column: &Column, index: usize, which: Which, title_y: f64) -> Markup {
    let reasons = drawn.reasons(index, which);
    if reasons.is_empty() {
        return PreEscaped(String::new());
    }
    let lines: Vec<String> = std::iter::once(heading(drawn, index, which)).chain(reasons).collect();
    let long = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max) + 2.0 * PAD;
    let high = lines.iter().fold(2.0 * PAD - 4.0, |high, _| high + LINE);
    let right = column.x + scene.bar + scene.label + 12.0;
    let x = if right + long <= scene.width { right } else { (column.x - long - 8.0).max(0.0) };
    let y = match which {
        Which::Now => (title_y - 40.0).min(scene.line - RATE - high).max(0.0),
        Which::Before => (title_y + 26.0 - high).max(scene.line + RATE).min(scene.height - high),
    };
    let first = y + PAD + SIZE;
    html! {
        g.lv-why id=(id(index, which)) {
            rect x=(px(x)) y=(px(y)) width=(px(long)) height=(px(high)) rx="6" {}
            @for (line, place) in lines.iter().zip(tops(first)) {
                text.lv-why-h[place <= first] x=(px(x + PAD)) y=(px(place)) { (line) }
            }
        }
    }
}

fn tops(first: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(first), |y| Some(y + LINE))
}

/// For narrow places, of this period.
pub fn unfolded(drawn: &Drawn<'_>, index: usize) -> Markup {
    let reasons = drawn.reasons(index, Which::Now);
    html! {
        @if !reasons.is_empty() {
            details.lv-unfold {
                summary { (t(funnel::WHY)) span.sr { " " (say::stage(drawn.report, index)) } }
                ul { @for reason in reasons { li { (reason) } } }
            }
        }
    }
}

/// Where an event of the picture happened.
fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn root(event: &web_sys::Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn is_pinned(button: &Element) -> bool {
    button.get_attribute("aria-expanded").as_deref() == Some("true")
}

fn pinned(root: &Element) -> Option<String> {
    all(root, ".lv-ask").into_iter().find(is_pinned)?.get_attribute("aria-describedby")
}

/// Shows the text with this id, and no other.
fn show(root: &Element, id: Option<&str>) {
    for tip in all(root, ".lv-why") {
        let on = id == Some(tip.id().as_str());
        // It only fails for a name with blanks.
        let _ = tip.class_list().toggle_with_force("is-on", on);
    }
}

fn pin(root: &Element, button: Option<&Element>) {
    for other in all(root, ".lv-ask") {
        let on = button == Some(&other);
        let _ = other.set_attribute("aria-expanded", if on { "true" } else { "false" });
    }
}

/// The pointer or the focus came to something in the picture.
pub fn pointed(event: &web_sys::Event) {
    let (Some(root), Some(target)) = (root(event), target(event)) else { return };
    let stage = target.closest("[data-why-of]").ok().flatten();
    let of = stage.and_then(|stage| stage.get_attribute("data-why-of")).or_else(|| pinned(&root));
    show(&root, of.as_deref());
}

/// It went away.
pub fn left(event: &web_sys::Event) {
    if let Some(root) = root(event) {
        show(&root, pinned(&root).as_deref());
    }
}

/// A press on a stage's button keeps its text open, and the next one closes it.
pub fn pressed(event: &web_sys::Event) {
    let (Some(root), Some(target)) = (root(event), target(event)) else { return };
    let button = target.closest(".lv-ask").ok().flatten();
    if let Some(button) = button {
        toggle(&root, &button);
    }
}

fn toggle(root: &Element, button: &Element) {
    let opens = !is_pinned(button);
    pin(root, opens.then_some(button));
    show(root, pinned(root).as_deref());
}

/// Enter and the space bar press the button.
pub fn keyed(event: &web_sys::KeyboardEvent) {
    let (Some(root), Some(target)) = (root(event), target(event)) else { return };
    if matches!(event.key().as_str(), "Enter" | " ") && target.matches(".lv-ask").unwrap_or(false) {
        event.prevent_default();
        toggle(&root, &target);
    }
}

/// Escape takes the text away, wherever the focus is, as long as the page is there.
pub fn closed_by_escape() {
    Effect::new(|_| {
        let keys = window_event_listener(ev::keydown, |event| {
            if event.key() == "Escape" {
                if let Some(root) = ui::browser::query(".lv-wide") {
                    pin(&root, None);
                    show(&root, None);
                }
            }
        });
        on_cleanup(move || keys.remove());
    });
}
