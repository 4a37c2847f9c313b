//! One row, corrected in place: every cell whole, with what is refused beside it.

use crate::address;
use crate::api::CorrectImportFn;
use crate::check::refusals;
use crate::mapping::field_name;
use domain::imports::{BEYOND, CellOf, EDIT_MAX, FieldName, Found, Part, RowEdit, RowForm};
use i18n::keys::{common, data};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::error::violation_sentence;
use ui::form::{FormError, Refusals, Unseen, escaped, typed_or};
use ui::{t, texts};

/// Longer cells, and cells of several lines, are corrected in several lines.
const LINE_MAX: usize = 80;

/// What is wrong with a row, cell by cell.
pub(crate) fn reasons(found: Vec<Found>, fields: &[FieldName]) -> impl IntoView + use<> {
    let one = |found: Found| {
        let own = || fields.iter().find(|field| field.code == found.violation.field).map(|field| bare(field_name(field)));
        let header = if found.header.is_empty() { own().unwrap_or_default() } else { found.header.clone() };
        let cell = if found.value.is_empty() { String::new() } else { texts().fmt(data::QUOTED, &[("value", &found.value)]) };
        view! { <li><b>{header}</b>" "{cell}" "{violation_sentence(&found.violation)}</li> }
    };
    let lines: Vec<_> = found.into_iter().map(one).collect();
    (!lines.is_empty()).then(|| view! { <ul class="imp-why">{lines}</ul> })
}

/// A field's name without the mark of what is required.
fn bare(name: String) -> String {
    name.trim_end_matches(" *").to_owned()
}

#[component]
pub(crate) fn EditRow(
    edit: RowEdit,
    fields: Vec<FieldName>,
    id: String,
    version: i32,
    part: Part,
    correct: ServerAction<CorrectImportFn>,
) -> impl IntoView {
    let RowEdit { number, cells, found, .. } = edit;
    let title = texts().fmt(data::ROW_TITLE, &[("row", &number.to_string())]);
    let back = address(&id, &[("step", "check"), ("part", part.code())]);
    let Some(cells) = cells else {
        let sentence = texts().fmt(i18n::keys::errors::ROW_TOO_LONG, &[("max", &EDIT_MAX.to_string())]);
        return view! {
            <section class="card-box" data-edit-row=""><h2>{title}</h2><p role="alert">{sentence}</p>{reasons(found, &fields)}<a class="btn" href=back>{t(common::CLOSE)}</a></section>
        }
        .into_any();
    };
    let answer = correct.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let refused = refusals(correct);
    let typed: RowForm = typed_or(error.get_untracked().as_ref(), RowForm::default());
    let typed = Some(typed).filter(|typed| typed.id == id && typed.row == number);
    let inputs = cells.into_iter().map(|cell| {
        let value = typed.as_ref().and_then(|typed| typed.cells.get(&cell.field)).unwrap_or(&cell.value).clone();
        let told: Vec<String> = found.iter().filter(|one| concerns(one, &cell)).map(|one| violation_sentence(&one.violation)).collect();
        view! { <Cell label=label(&cell, &fields) field=cell.field value told=ui::words::sentences(&told) refused/> }
    });
    let inputs = inputs.collect_view();
    view! {
        <section class="card-box" data-edit-row="">
            <h2>{title}</h2>
            <ActionForm action=correct attr:class="form">
                <FormError error/>
                <Unseen id version/>
                <input type="hidden" name="form[row]" value=number.to_string()/>
                <input type="hidden" name="form[part]" value=part.code()/>
                {inputs}
                <div class="form-actions">
                    <button class="btn btn-primary" type="submit" class:is-busy=correct.pending()>{t(data::SAVE_ROW)}</button>
                    <a class="btn btn-ghost" href=back>{t(common::CANCEL)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn concerns(found: &Found, cell: &CellOf) -> bool {
    found.violation.field == cell.field || cell.field == BEYOND && found.violation.code == "cell_without_header"
}

/// The header in the file and what we call it.
fn label(cell: &CellOf, fields: &[FieldName]) -> String {
    if cell.field == BEYOND {
        return t(data::BEYOND).to_owned();
    }
    let own = fields.iter().find(|field| field.code == cell.field).map(field_name).unwrap_or_default();
    if cell.header.is_empty() || cell.header == bare(own.clone()) {
        own
    } else {
        texts().fmt(data::HEADER_IS, &[("header", &cell.header), ("field", &own)])
    }
}

/// One cell. No length is set: a browser would cut what is pasted.
#[component]
fn Cell(label: String, field: String, value: String, told: String, refused: Refusals) -> impl IntoView {
    let id = format!("cell-{field}");
    let name = format!("form[cells][{field}]");
    let described = format!("{id}-err");
    let field = StoredValue::new(field);
    let before = StoredValue::new(told);
    let error = Memo::new(move |_| {
        field.with_value(|field| refused.at(field)).or_else(|| Some(before.get_value()).filter(|told| !told.is_empty()))
    });
    let invalid = move || error.get().map(|_| "true");
    let long = value.contains('\n') || value.chars().count() > LINE_MAX;
    let input = if long {
        view! { <textarea id=id.clone() name=name rows="4" aria-invalid=invalid aria-describedby=described.clone() inner_html=escaped(&value)></textarea> }.into_any()
    } else {
        view! { <input id=id.clone() name=name type="text" value=value autocomplete="off" aria-invalid=invalid aria-describedby=described.clone()/> }.into_any()
    };
    view! {
        <div class="field" class:wide=long>
            <label for=id>{label}</label>
            {input}
            <p class="err" id=described role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
        </div>
    }
}
