//! Server functions of imports: who asks, one call to the store, return. A file
//! comes by an address of its own (`server/src/upload.rs`).

use domain::ids::ImportId;
use domain::imports::{
    CheckQuery, ChoiceForm, ImportCheck, ImportDetail, ImportForm, ImportRow, MappingForm, RowForm, SheetForm, State, Undoing,
};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::address,
    domain::ids::RequestId,
    domain::policy::Action,
    i18n::fmt::parse_amount,
    ui::server::{actor, answer, answer_form, store},
};

/// The imports that one sees.
#[server(name = ImportsFn, prefix = "/api", endpoint = "data/imports", input = Json)]
pub async fn imports() -> Answer<Vec<ImportRow>> {
    let actor = actor(Action::Import)?;
    answer(store()?.imports(&actor).await)
}

/// One import; its columns if they are to be mapped, again or for the first time.
#[server(name = ImportFn, prefix = "/api", endpoint = "data/import", input = Json)]
pub async fn import(id: ImportId, columns: bool) -> Answer<ImportDetail> {
    let actor = actor(Action::Import)?;
    answer(store()?.import_detail(&actor, id, columns).await)
}

/// How far an import is.
#[server(name = ImportStateFn, prefix = "/api", endpoint = "data/state", input = Json)]
pub async fn state(id: ImportId) -> Answer<State> {
    let actor = actor(Action::Import)?;
    answer(store()?.import_state(&actor, id).await)
}

/// What an import would do.
#[server(name = CheckImportFn, prefix = "/api", endpoint = "data/check", input = Json)]
pub async fn check(id: ImportId, query: CheckQuery) -> Answer<ImportCheck> {
    let actor = actor(Action::Import)?;
    answer(store()?.check_import(&actor, id, query, parse_amount).await)
}

/// What taking an import back would do.
#[server(name = UndoingFn, prefix = "/api", endpoint = "data/undoing", input = Json)]
pub async fn undoing(id: ImportId) -> Answer<Undoing> {
    let actor = actor(Action::Import)?;
    answer(store()?.undoing_import(&actor, id).await)
}

#[cfg(feature = "ssr")]
fn request(text: &str) -> RequestId {
    RequestId::parse(text).unwrap_or_else(store::new_request)
}

/// Says which column is which field; a form that works without scripts.
#[server(name = MapImportFn, prefix = "/api", endpoint = "data/map")]
pub async fn map(form: MappingForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer_form(store()?.map_import(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&address(&form.id, &[("step", "check")]));
    Ok(())
}

/// Reads another sheet of the workbook.
#[server(name = SheetImportFn, prefix = "/api", endpoint = "data/sheet")]
pub async fn sheet(form: SheetForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer_form(store()?.sheet_import(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&address(&form.id, &[("step", "map")]));
    Ok(())
}

/// Corrects a row, or decides about it.
#[server(name = CorrectImportFn, prefix = "/api", endpoint = "data/correct")]
pub async fn correct(form: RowForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer_form(store()?.correct_import(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&address(&form.id, &[("step", "check"), ("part", &form.part)]));
    Ok(())
}

/// Chooses what becomes of duplicates and refused rows.
#[server(name = ChooseImportFn, prefix = "/api", endpoint = "data/choose")]
pub async fn choose(form: ChoiceForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer(store()?.choose_import(&actor, request(&form.request), form.clone()).await)?;
    leptos_axum::redirect(&address(&form.id, &[("step", "check")]));
    Ok(())
}

/// Begins to write.
#[server(name = RunImportFn, prefix = "/api", endpoint = "data/run")]
pub async fn run(form: ImportForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer(store()?.run_import(&actor, request(&form.request), form.clone(), parse_amount).await)?;
    leptos_axum::redirect(&address(&form.id, &[("step", "run")]));
    Ok(())
}

/// Takes an import back.
#[server(name = UndoImportFn, prefix = "/api", endpoint = "data/undo")]
pub async fn undo(form: ImportForm) -> Answer<Undoing> {
    let actor = actor(Action::Import)?;
    let undone = answer(store()?.undo_import(&actor, request(&form.request), form.clone()).await)?;
    leptos_axum::redirect(&address(&form.id, &[]));
    Ok(undone)
}

/// Throws a draft away.
#[server(name = DiscardImportFn, prefix = "/api", endpoint = "data/discard")]
pub async fn discard(form: ImportForm) -> Answer<()> {
    let actor = actor(Action::Import)?;
    answer(store()?.discard_import(&actor, request(&form.request), form).await)?;
    leptos_axum::redirect(crate::PATH);
    Ok(())
}
