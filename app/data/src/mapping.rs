//! Which sheet of a workbook, and which column is which field: guessed or
//! remembered, shown with what stands in the columns, and changed by selects.

use crate::api::{DiscardImportFn, MapImportFn, SheetImportFn};
use crate::page::Desk;
use domain::imports::{Column, FieldName, ImportDetail, MappingForm};
use i18n::Lang;
use i18n::keys::data;
use leptos::form::ActionForm;
use leptos::prelude::*;
use std::collections::BTreeMap;
use ui::ApiError;
use ui::error::violation_sentence;
use ui::form::{Refusals, Unseen, request_id, typed_or};
use ui::{facts, t, texts};

#[component]
pub(crate) fn Mapping(detail: ImportDetail, desk: Desk) -> impl IntoView {
    let save = ServerAction::<MapImportFn>::new();
    let answer = save.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let refusals = Refusals::of(move || answer.get());
    let (id, version) = (detail.row.id.to_string(), detail.row.version);
    let stored: BTreeMap<String, String> =
        detail.columns.iter().enumerate().map(|(at, column)| (format!("c{at}"), column.field.clone())).collect();
    let stored = MappingForm { id: id.clone(), version, request: String::new(), columns: stored };
    let typed = typed_or(error.get_untracked().as_ref(), stored.clone());
    let form = if typed.id == id { typed } else { stored };
    let (names, missing_names) = (detail.fields.clone(), detail.fields.clone());
    let chosen: Vec<String> = form.columns.values().cloned().collect();
    let at_first = missing(&detail.fields, &chosen);
    let told = Memo::new(move |_| match error.get() {
        Some(ApiError::Refused { found, .. }) => {
            let whole = found.iter().filter(|violation| violation.field.is_empty());
            Some(ui::words::sentences(whole.map(|violation| sentence(violation, &missing_names)))).filter(|text| !text.is_empty())
        }
        Some(other) => Some(other.sentence()),
        None => at_first.clone(),
    });
    let lines = detail.columns.into_iter().enumerate().map(|(at, column)| {
        let code = form.columns.get(&format!("c{at}")).cloned().unwrap_or_default();
        view! { <Line at column code fields=names.clone() refusals/> }
    });
    let lines = lines.collect_view();
    let chinese = facts().lang == Lang::Zh;
    let kit = detail.kit.map(|kit| texts().fmt(data::MAP_KIT, &[("name", kit.name(chinese))]));
    let many = (detail.sheets.len() > 1)
        .then(|| view! { <Sheets id=form.id.clone() version sheets=detail.sheets sheet=detail.sheet choose=desk.sheet/> });
    view! {
        {many}
        <section class="card-box">
            <h2>{t(data::MAP_TITLE)}</h2>
            {kit.map(|text| view! { <p class="fs13" data-kit="">{text}</p> })}
            <p class="fs13 muted">{t(if detail.remembered { data::MAP_REMEMBERED } else { data::MAP_GUESSED })}</p>
            <ActionForm action=save attr:data-mapping="">
                <Unseen id=form.id version/>
                <p class="form-error" role="alert" data-missing="" hidden=move || told.get().is_none()>{move || told.get()}</p>
                <div class="table-wrap" tabindex="0" role="region" aria-label=t(data::STEP_MAP)>
                    <table class="table cards-on-phone">
                        <thead><tr><th scope="col">{t(data::COLUMN)}</th><th scope="col">{t(data::SAMPLES)}</th><th scope="col">{t(data::FIELD)}</th></tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
                <div class="form-actions">
                    <button class="btn btn-primary" type="submit" class:is-busy=save.pending()>{t(data::TO_CHECK)}</button>
                </div>
            </ActionForm>
            <Discard id version/>
        </section>
    }
}

/// Which sheet is read; the others that can be seen are offered.
#[component]
fn Sheets(id: String, version: i32, sheets: Vec<String>, sheet: String, choose: ServerAction<SheetImportFn>) -> impl IntoView {
    let answer = choose.value();
    let told = Memo::new(move |_| {
        answer.get().and_then(Result::err).map(|error| match error {
            ApiError::Refused { ref found, .. } => found.first().map_or_else(|| error.sentence(), violation_sentence),
            other => other.sentence(),
        })
    });
    let options = sheets.into_iter().map(move |name| {
        let selected = name == sheet;
        view! { <option value=name.clone() selected=selected>{name.clone()}</option> }
    });
    view! {
        <section class="card-box">
            <ActionForm action=choose attr:class="imp-sheets" attr:data-sheets="">
                <Unseen id version/>
                <div class="field">
                    <label for="sheet">{t(data::SHEET)}</label>
                    <select id="sheet" name="form[sheet]" aria-invalid=move || told.get().map(|_| "true") aria-describedby="sheet-err">{options.collect_view()}</select>
                    <p class="err" id="sheet-err" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
                </div>
                <button class="btn" type="submit" class:is-busy=choose.pending()>{t(data::READ_SHEET)}</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Line(at: usize, column: Column, code: String, fields: Vec<FieldName>, refusals: Refusals) -> impl IntoView {
    let name = format!("form[columns][c{at}]");
    let key: StoredValue<String> = StoredValue::new(format!("c{at}"));
    let error = Memo::new(move |_| key.with_value(|key| refusals.at(key)));
    let header = if column.header.is_empty() { texts().fmt(data::NTH_COLUMN, &[("n", &(at + 1).to_string())]) } else { column.header };
    let label = texts().fmt(data::FIELD_OF, &[("header", &header)]);
    let samples = column.samples.join(" · ");
    let unread = code.is_empty();
    let options = fields.into_iter().map(move |field| {
        let selected = field.code == code;
        let text = field_name(&field);
        view! { <option value=field.code selected=selected>{text}</option> }
    });
    view! {
        <tr>
            <td><b class="imp-head">{header}</b></td>
            <td data-label=t(data::SAMPLES) class="wrap muted">{samples}</td>
            <td data-label=t(data::FIELD)>
                <span class="field">
                    <select name=name aria-label=label aria-invalid=move || error.get().map(|_| "true")>
                        <option value="" selected=unread>{t(data::NOT_READ)}</option>
                        {options.collect_view()}
                    </select>
                    <span class="err" role="alert" hidden=move || error.get().is_none()>{move || error.get()}</span>
                </span>
            </td>
        </tr>
    }
}

/// A field's name in the reader's language, with what a file must have marked.
pub(crate) fn field_name(field: &FieldName) -> String {
    let name = if facts().lang == Lang::Zh { &field.zh } else { &field.en };
    if field.required { format!("{name} *") } else { name.clone() }
}

/// A sentence of a refusal; fields are named, not their codes.
fn sentence(violation: &domain::violation::Violation, fields: &[FieldName]) -> String {
    let mut violation = violation.clone();
    for (_, value) in violation.params.iter_mut().filter(|(name, _)| name == "fields") {
        *value = listed(&value.split(',').filter_map(|code| fields.iter().find(|field| field.code == code)).collect::<Vec<_>>());
    }
    violation_sentence(&violation)
}

/// Names in a row, without the mark.
fn listed(fields: &[&FieldName]) -> String {
    let names: Vec<String> = fields.iter().map(|field| field_name(field).trim_end_matches(" *").to_owned()).collect();
    names.join(if facts().lang == Lang::Zh { "、" } else { ", " })
}

/// Required fields that no column is.
fn missing(fields: &[FieldName], chosen: &[String]) -> Option<String> {
    let missing: Vec<&FieldName> = fields.iter().filter(|field| field.required && !chosen.contains(&field.code)).collect();
    (!missing.is_empty()).then(|| texts().fmt(i18n::keys::errors::MISSING_COLUMNS, &[("fields", &listed(&missing))]))
}

/// Throws the draft away.
#[component]
pub(crate) fn Discard(id: String, version: i32) -> impl IntoView {
    let discard = ServerAction::<DiscardImportFn>::new();
    let answer = discard.value();
    let told = Memo::new(move |_| answer.get().and_then(Result::err).map(|error| error.sentence()));
    let request = request_id();
    view! {
        <ActionForm action=discard attr:class="imp-discard">
            <input type="hidden" name="form[id]" value=id/>
            <input type="hidden" name="form[version]" value=version.to_string()/>
            <input type="hidden" name="form[request]" value="" prop:value=request/>
            <button class="btn btn-ghost" type="submit">{t(data::DISCARD)}</button>
            <p class="err" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
        </ActionForm>
    }
}
