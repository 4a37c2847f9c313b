//! A fact edited in its place: a small form over a cell of the table, or over a
//! card. Enter saves, Esc leaves it as it was.

use super::Changer;
use super::form::{FactFields, Field, Seen, read};
use domain::ids::DealId;
use domain::pipeline::Choices;
use i18n::keys::{common, deal};
use leptos::html;
use leptos::prelude::*;
use ui::component::Icon;
use ui::{ApiError, browser, t, texts};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Kept free between the form and the window's edge, in px.
const MARGIN: f64 = 8.0;

/// A cell that is being edited.
#[derive(Clone)]
struct Cell {
    row: Seen,
    field: Field,
    /// Where the cell is in the window: left and top, in px.
    at: (f64, f64),
    /// What gets the focus afterwards.
    back: String,
}

#[derive(Clone, Copy)]
pub struct Cells {
    open: RwSignal<Option<Cell>>,
}

impl Default for Cells {
    fn default() -> Self {
        Self { open: RwSignal::new(None) }
    }
}

impl Cells {
    /// A click on a cell's pencil, or twice on the cell; `rows` are those shown.
    pub fn clicked(self, event: &web_sys::MouseEvent, twice: bool, rows: StoredValue<Vec<Seen>>) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let of = if twice { "td[data-cell]" } else { "button[data-edit]" };
        let Some(cell) = target.closest(of).ok().flatten().and_then(|found| found.closest("td").ok().flatten()) else { return };
        let Some(field) = cell.get_attribute("data-cell").and_then(|code| Field::parse(&code)) else { return };
        let id = cell.closest("tr").ok().flatten().and_then(|row| row.get_attribute("data-deal-id")).and_then(|id| DealId::parse(&id));
        let Some(row) = rows.with_value(|rows| rows.iter().find(|row| Some(row.card.id) == id).cloned()) else { return };
        event.prevent_default();
        let back = format!("tr[data-deal-id=\"{}\"] td[data-cell=\"{}\"] button", row.card.id, field.code());
        self.over(&cell, row, field, back);
    }

    /// Opens the form of a fact over an element; `back`: a selector of what gets the
    /// focus afterwards.
    pub fn over(self, element: &Element, row: Seen, field: Field, back: String) {
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
pub fn CellEditor(cells: Cells, choices: Choices, changer: Changer) -> impl IntoView {
    let choices = StoredValue::new(choices);
    view! { {move || cells.open.get().map(|cell| view! { <Editor cells cell choices=choices.get_value() changer/> })} }
}

#[component]
fn Editor(cells: Cells, cell: Cell, choices: Choices, changer: Changer) -> impl IntoView {
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
    let label = texts().fmt(deal::EDIT_CELL, &[("what", t(field.label())), ("title", &row.card.title)]);
    let (deal, version, currency) = (row.card.id, row.card.version, row.card.amount.currency.code());
    let settled = Callback::new(move |_: Vec<DealId>| cells.close());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        let Some(data) = data else { return };
        match read(field, &data, currency) {
            Ok(fact) => changer.send(vec![(deal, version)], fact, settled),
            Err(violation) => changer.refused.set(Some(ApiError::Refused { found: vec![violation], typed: None })),
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
            <FactFields field row=Some(row) choices refused=changer.refused/>
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
