//! A fact edited in its place: a small form over a cell of the table, or over a
//! card. Enter saves, Esc leaves it as it was.

use super::{Changer, Subject};
use crate::component::Icon;
use crate::markup::{Markup, icon};
use crate::{browser, t, texts};
use i18n::Texts;
use i18n::keys::{change as words, common};
use leptos::html;
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Kept free between the form and the window's edge, in px.
const MARGIN: f64 = 8.0;

/// The button of a cell that opens its form. A pencil of its own for each cell; by keys a row
/// is chosen and then changed.
#[must_use]
pub fn pencil(t: Texts, what: i18n::Key, title: &str) -> Markup {
    let label = t.fmt(words::EDIT_CELL, &[("what", t.get(what)), ("title", title)]);
    maud::html! { button.cell-pen type="button" data-edit="" tabindex="-1" aria-label=(label) { (icon("pencil", "i-14")) } }
}

/// A cell that is being edited.
struct Cell<S: Subject> {
    row: S::Row,
    field: S::Field,
    /// Where the cell is in the window: left and top, in px.
    at: (f64, f64),
    /// What gets the focus afterwards.
    back: String,
}

impl<S: Subject> Clone for Cell<S> {
    fn clone(&self) -> Self {
        Self { row: self.row.clone(), field: self.field, at: self.at, back: self.back.clone() }
    }
}

pub struct Cells<S: Subject> {
    open: RwSignal<Option<Cell<S>>>,
}

impl<S: Subject> Clone for Cells<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Subject> Copy for Cells<S> {}

impl<S: Subject> Default for Cells<S> {
    fn default() -> Self {
        Self { open: RwSignal::new(None) }
    }
}

impl<S: Subject> Cells<S> {
    /// A click on a cell's pencil, or twice on the cell; `rows` are those shown.
    pub fn clicked(self, event: &web_sys::MouseEvent, twice: bool, rows: StoredValue<Vec<S::Row>>) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let of = if twice { "td[data-cell]" } else { "button[data-edit]" };
        let Some(cell) = target.closest(of).ok().flatten().and_then(|found| found.closest("td").ok().flatten()) else { return };
        let Some(field) = cell.get_attribute("data-cell").and_then(|code| S::parse(&code)) else { return };
        let id = cell.closest("tr").ok().flatten().and_then(|row| row.get_attribute(S::ROW));
        let Some(id) = id.and_then(|id| Uuid::try_parse(&id).ok()).map(S::Id::from) else { return };
        let Some(row) = rows.with_value(|rows| rows.iter().find(|row| S::id(row) == id).cloned()) else { return };
        event.prevent_default();
        let back = format!("tr[{}=\"{id}\"] td[data-cell=\"{}\"] button", S::ROW, S::code(field));
        self.over(&cell, row, field, back);
    }

    /// Opens the form of a fact over an element; `back`: a selector of what gets the
    /// focus afterwards.
    pub fn over(self, element: &Element, row: S::Row, field: S::Field, back: String) {
        let place = element.get_bounding_client_rect();
        self.open.set(Some(Cell { row, field, at: (place.left(), place.top()), back }));
    }

    fn close(self) {
        let Some(cell) = self.open.get_untracked() else { return };
        self.open.set(None);
        if let Some(back) = browser::query(&cell.back).and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = back.focus();
        }
    }
}

/// The form over the cell that is edited.
#[component]
pub fn CellEditor<S: Subject>(cells: Cells<S>, choices: S::Choices, changer: Changer<S>) -> impl IntoView {
    let choices = StoredValue::new(choices);
    view! { {move || cells.open.get().map(|cell| view! { <Editor cells cell choices=choices.get_value() changer/> })} }
}

#[component]
fn Editor<S: Subject>(cells: Cells<S>, cell: Cell<S>, choices: S::Choices, changer: Changer<S>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let Cell { row, field, at, .. } = cell;
    changer.refused.set(None);
    Effect::new(move |_| {
        if let Some(form) = form.get() {
            place(&form, at);
            if let Ok(Some(first)) = form.query_selector("input, select") {
                if let Ok(first) = first.dyn_into::<HtmlElement>() {
                    let _ = first.focus();
                }
            }
        }
    });
    let label = texts().fmt(words::EDIT_CELL, &[("what", t(S::label(field))), ("title", &S::title(&row))]);
    let settled = Callback::new(move |_: Vec<S::Id>| cells.close());
    let rows = StoredValue::new(vec![row.clone()]);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        if let Some(data) = data {
            rows.with_value(|rows| changer.submit(field, &data, rows, settled));
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            cells.close();
        }
    };
    view! {
        <div class="cell-scrim" on:click=move |_| cells.close()></div>
        <form class="cell-edit" node_ref=form aria-label=label on:submit=submit on:keydown=keys>
            {move || changer.refused.get().filter(|error| error.violations().is_empty()).map(|error| view! { <div class="form-error" role="alert">{error.sentence()}</div> })}
            {S::controls(field, Some(row), choices, changer.refused)}
            <div class="row">
                <button class="btn btn-primary btn-s" type="submit" class:is-busy=changer.busy aria-busy=move || changer.busy.get().to_string()>{t(common::SAVE)}</button>
                <button class="btn btn-ghost btn-s" type="button" on:click=move |_| cells.close()><Icon name="x" class="i-14"/>{t(common::CANCEL)}</button>
            </div>
        </form>
    }
}

/// Over the cell, but inside the window.
fn place(form: &HtmlElement, (left, top): (f64, f64)) {
    let Some(window) = browser::window() else { return };
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let own = form.get_bounding_client_rect();
    let x = left.min(width - own.width() - MARGIN).max(MARGIN);
    let y = top.min(height - own.height() - MARGIN).max(MARGIN);
    let style = form.style();
    let _ = style.set_property("left", &format!("{x}px"));
    let _ = style.set_property("top", &format!("{y}px"));
}
