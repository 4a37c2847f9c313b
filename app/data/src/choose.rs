//! What is imported, and from which file; and what was imported before.

use crate::address;
use crate::page::{file_name, kind_name};
use domain::imports::{DRAFT_DAYS, ImportKind, ImportRow, ImportStage, UPLOAD_MAX};
use domain::violation::Violation;
use i18n::keys::{common, data};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Icon};
use ui::error::{instant, violation_sentence};
use ui::{facts, fmt, t, texts};

/// What the address of a refused file may say: our own codes with numbers.
const REFUSALS: &[&str] = &[
    "required",
    "file_too_large",
    "file_empty",
    "file_type",
    "file_locked",
    "file_broken",
    "file_unpacked",
    "sheet_rows",
    "file_encoding",
    "too_many",
    "too_many_columns",
    "too_long",
    "open_quote",
    "too_many_drafts",
    "bad_request",
];

/// What files may be.
const TYPES: &str = "CSV, XLSX";
const ACCEPT: &str = ".csv,.txt,.tsv,.xlsx,.xlsm,text/csv,text/plain,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[component]
pub(crate) fn Choose(kind: ImportKind, rows: Vec<ImportRow>) -> impl IntoView {
    let query = use_query_map();
    let before = RwSignal::new(None::<Violation>);
    let told = Memo::new(move |_| {
        if let Some(violation) = before.get() {
            return Some(violation_sentence(&violation));
        }
        query.with(|q| {
            let code = q.get("refused").filter(|code| REFUSALS.contains(&code.as_str()))?;
            let number = |name: &str| q.get(name).filter(|text| !text.is_empty() && text.len() <= 12);
            let digits = |text: &String| text.bytes().all(|b| b.is_ascii_digit());
            let violation = match code.as_str() {
                "file_too_large" => too_large(),
                "file_type" => Violation::new("", &code).with("types", TYPES),
                _ => {
                    let params = ["max", "row"].into_iter().filter_map(|name| Some((name, number(name).filter(digits)?)));
                    params.fold(Violation::new("", &code), |violation, (name, value)| violation.with(name, value))
                }
            };
            Some(violation_sentence(&violation))
        })
    });
    let file = NodeRef::<html::Input>::new();
    // What the server would refuse after minutes is refused at once.
    let submit = move |event: web_sys::SubmitEvent| {
        let chosen = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        #[expect(clippy::cast_precision_loss, reason = "a limit of some megabytes")]
        let refused = match chosen {
            None => Some(Violation::new("file", "required")),
            Some(chosen) => (chosen.size() > UPLOAD_MAX as f64).then(too_large),
        };
        if refused.is_some() {
            event.prevent_default();
        }
        before.set(refused);
    };
    let choice = move |one: ImportKind| {
        view! {
            <label class="imp-kind"><input type="radio" name="kind" value=one.code() checked=one == kind/><span>{t(kind_name(one))}</span></label>
        }
    };
    // Who may make such records by hand may import them.
    let facts = facts();
    let kinds: Vec<ImportKind> = ImportKind::ALL.iter().copied().filter(|kind| facts.may(kind.action())).collect();
    let choices = kinds.iter().map(|kind| choice(*kind)).collect_view();
    let templates = kinds.into_iter().map(|kind| {
        let label = texts().fmt(data::TEMPLATE_OF, &[("kind", t(kind_name(kind)))]);
        view! { <a href=format!("/export/imports/template-{kind}.csv") download="" rel="external"><Icon name="download" class="i-14"/>{label}</a> }
    });
    let templates = templates.collect_view();
    let hint = texts().fmt(data::FILE_HINT, &[("max", &size_max())]);
    view! {
        <section class="card-box">
            <h2>{t(data::NEW_IMPORT)}</h2>
            <form class="form" method="post" action="/upload/import" enctype="multipart/form-data" on:submit=submit data-upload="">
                <fieldset class="imp-kinds wide"><legend>{t(data::WHAT)}</legend>{choices}</fieldset>
                <div class="field wide">
                    <label for="file">{t(data::FILE)}<span class="req" aria-hidden="true">" *"</span></label>
                    <input id="file" name="file" type="file" accept=ACCEPT node_ref=file aria-required="true"
                        aria-invalid=move || told.get().map(|_| "true") aria-describedby="file-hint file-err"/>
                    <p class="hint" id="file-hint">{hint}</p>
                    <p class="err" id="file-err" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
                </div>
                <div class="form-actions">
                    <button class="btn btn-primary" type="submit">{t(data::UPLOAD)}</button>
                </div>
            </form>
            <p class="fs13 imp-templates">{t(data::TEMPLATES)}
                {templates}
            </p>
        </section>
        <History rows/>
    }
}

fn size_max() -> String {
    format!("{} MiB", UPLOAD_MAX / 1_024 / 1_024)
}

fn too_large() -> Violation {
    Violation::new("", "file_too_large").with("max", size_max())
}

#[component]
fn History(rows: Vec<ImportRow>) -> impl IntoView {
    let how = texts().fmt(data::HISTORY_HOW, &[("days", &DRAFT_DAYS.to_string())]);
    view! {
        <section class="card-box" data-history="">
            <h2>{t(data::HISTORY)}</h2>
            {if rows.is_empty() {
                view! { <Empty icon="history" text=t(data::NO_HISTORY).to_owned()/> }.into_any()
            } else {
                view! { <Rows rows/><p class="muted fs12 imp-how">{how}</p> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Rows(rows: Vec<ImportRow>) -> impl IntoView {
    let facts = facts();
    let line = |row: ImportRow| {
        let (class, word) = stage_word(row.stage);
        let left = row.made - row.removed;
        let made = (row.made > 0).then(|| fmt::integer(row.made));
        let there = if row.made > 0 { fmt::integer(left) } else { fmt::NO_VALUE.to_owned() };
        view! {
            <tr data-import-id=row.id.to_string()>
                <td><a class="ell" href=address(&row.id.to_string(), &[]) title=file_name(&row.file)>{file_name(&row.file)}</a></td>
                <td data-label=t(data::WHAT)>{t(kind_name(row.kind))}</td>
                <td data-label=t(common::STATUS)><span class=class>{t(word)}</span></td>
                <td class="r num" data-label=t(data::ROWS)>{fmt::integer(row.rows)}</td>
                <td class="r num" data-label=t(data::MADE)>{made.unwrap_or_else(|| fmt::NO_VALUE.to_owned())}</td>
                <td class="r num" data-label=t(data::STILL_THERE)>{there}</td>
                <td data-label=t(data::BY)>{row.by.1}</td>
                <td class="num muted" data-label=t(data::WHEN)>{instant(&facts, row.at)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(data::HISTORY)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <th scope="col">{t(data::FILE)}</th><th scope="col">{t(data::WHAT)}</th><th scope="col">{t(common::STATUS)}</th>
                    <th scope="col" class="r">{t(data::ROWS)}</th><th scope="col" class="r">{t(data::MADE)}</th>
                    <th scope="col" class="r">{t(data::STILL_THERE)}</th><th scope="col">{t(data::BY)}</th><th scope="col">{t(data::WHEN)}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn stage_word(stage: ImportStage) -> (&'static str, i18n::Key) {
    match stage {
        ImportStage::Draft => ("badge badge-outline", data::STAGE_DRAFT),
        ImportStage::Mapped => ("badge badge-outline", data::STAGE_MAPPED),
        ImportStage::Done => ("badge badge-ok", data::STAGE_DONE),
        ImportStage::Undone => ("badge", data::STAGE_UNDONE),
    }
}
