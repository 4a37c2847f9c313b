//! The files of a customer or a deal: a list, a plain form to add one, and taking one away and
//! putting it back. All of it works without scripts.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::form::{FormError, request_id};
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, answer_form, store};
use crate::words::t;
use domain::files::{ACCEPTED, FILE_MAX, FileForm, FileKind, FileRow, Files, FilesOf};
use domain::ids::FileId;
#[cfg(feature = "ssr")]
use domain::ids::RequestId;
use domain::policy::Action;
use i18n::fmt;
use i18n::keys::{errors, files};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos_router::hooks::use_query_map;

#[server(name = FilesFn, prefix = "/api", endpoint = "work/files", input = Json)]
pub async fn files_of(of: FilesOf) -> Answer<Files> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.files(&actor, of).await)
}

/// Takes a file away, or puts it back; a form that works without scripts.
#[server(name = RemoveFileFn, prefix = "/api", endpoint = "work/remove_file")]
pub async fn remove_file(form: FileForm) -> Answer<FileId> {
    let actor = actor(Action::LogWork)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.remove_file(&actor, request, form.clone()).await, &form)?;
    if let Some(of) = FilesOf::parse(&form.of) {
        leptos_axum::redirect(&format!("{}#files", of.page()));
    }
    Ok(id)
}

/// What a page reads beside its own record. Made where the page begins, not inside what waits for
/// the record.
#[derive(Clone, Copy)]
pub struct FilesRead {
    found: Resource<Option<Answer<Files>>>,
    remove: ServerAction<RemoveFileFn>,
}

impl FilesRead {
    pub fn new(of: impl Fn() -> Option<FilesOf> + Send + Sync + 'static) -> Self {
        let remove = ServerAction::<RemoveFileFn>::new();
        let may = facts().may(Action::ReadCustomers);
        let found = Resource::new(
            move || (of().filter(|_| may), remove.version().get()),
            |(of, _)| async move {
                match of {
                    Some(of) => Some(files_of(of).await),
                    None => None,
                }
            },
        );
        on_change(|event| matches!(event.topic.as_str(), "customer" | "deal"), move || found.refetch());
        Self { found, remove }
    }
}

/// The box of a page.
#[component]
pub fn FilesBox(read: FilesRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.found.await {
                    Some(Ok(found)) => view! { <Shown found remove=read.remove/> }.into_any(),
                    // What is not one's own is told by the page itself.
                    Some(Err(crate::ApiError::NotFound | crate::ApiError::Forbidden)) | None => ().into_any(),
                    Some(Err(error)) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

const fn icon(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Png | FileKind::Jpeg => "image",
        FileKind::Xlsx => "table-2",
        FileKind::Pdf | FileKind::Docx | FileKind::Pptx | FileKind::Text => "file-text",
    }
}

/// Bytes as people read them.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => texts().fmt(files::BYTES, &[("n", &fmt::integer(bytes))]),
        1_024..1_048_576 => texts().fmt(files::KILOBYTES, &[("n", &fmt::integer((bytes + 512) / 1_024))]),
        _ => {
            let tenths = (bytes * 10 + 524_288) / 1_048_576;
            texts().fmt(files::MEGABYTES, &[("n", &format!("{}.{}", tenths / 10, tenths % 10))])
        }
    }
}

#[component]
fn Shown(found: Files, remove: ServerAction<RemoveFileFn>) -> impl IntoView {
    let query = use_query_map();
    let told = query.with_untracked(|q| q.get("file_refused").map(|code| (code, q.get("file_max").unwrap_or_default())));
    let refused = told.map(|(code, max)| {
        let text = errors::find(&code).map_or_else(|| t(errors::BAD_REQUEST).to_owned(), |key| texts().fmt(key, &[("max", &max)]));
        view! { <p class="form-error" role="alert" data-file-refused=code>{text}</p> }
    });
    let error = Signal::derive(move || remove.value().get().and_then(Result::err));
    let of = found.of;
    let n = found.rows.len();
    let rows = found.rows.into_iter().map(|row| line(row, of, remove)).collect_view();
    let gone = found.removed.len();
    let removed = found.removed.into_iter().map(|row| line(row, of, remove)).collect_view();
    view! {
        <section class="card-box files" id="files" data-files=n.to_string()>
            <h2>{t(files::TITLE)}<span class="count num">{n}</span></h2>
            {refused}
            <FormError error/>
            {if n == 0 {
                view! { <p class="muted fs13">{t(files::NONE)}</p> }.into_any()
            } else {
                view! { <ul class="file-list">{rows}</ul> }.into_any()
            }}
            {found.may_add.then(|| view! { <Add of/> })}
            {(gone > 0).then(|| view! {
                <details data-files-removed=gone.to_string()><summary>{t(files::REMOVED)}" "<span class="muted num">{gone}</span></summary><ul class="file-list">{removed}</ul></details>
            })}
        </section>
    }
}

fn line(row: FileRow, of: FilesOf, remove: ServerAction<RemoveFileFn>) -> impl IntoView {
    let facts = facts();
    let is_removed = row.removed.is_some();
    let small = match &row.removed {
        None => [size(row.size), row.by.clone(), crate::error::instant(&facts, row.at)].join(" · "),
        Some((by, at)) => {
            let when = crate::error::instant(&facts, *at);
            texts().fmt(files::REMOVED_BY, &[("name", by), ("time", &when)])
        }
    };
    let name = if is_removed {
        view! { <span class="ell" title=row.name.clone()>{row.name.clone()}</span> }.into_any()
    } else {
        view! { <a class="ell" href=format!("/export/files/{}", row.id) rel="external" download="" title=row.name.clone()>{row.name.clone()}</a> }.into_any()
    };
    let deal = row.deal.clone().map(|(id, title)| view! { <a class="ell fs12" href=format!("/deals/{id}")>{title}</a> });
    let act = row.may_remove.then(|| {
        let key = if is_removed { files::PUT_BACK } else { files::REMOVE };
        let label = texts().fmt(key, &[("name", &row.name)]);
        let sign = if is_removed { "undo-2" } else { "x" };
        view! {
            <ActionForm action=remove>
                <input type="hidden" name="form[file]" value=row.id.to_string()/>
                <input type="hidden" name="form[back]" value=is_removed.to_string()/>
                <input type="hidden" name="form[of]" value=of.code()/>
                <button class="btn btn-s btn-icon" type="submit" aria-label=label.clone() title=label><Icon name=sign class="i-14"/></button>
            </ActionForm>
        }
    });
    view! {
        <li data-file=row.id.to_string() data-kind=row.kind.code()>
            <Icon name=icon(row.kind) class="i-14"/>
            <div class="grow">{name}<small class="muted">{small}</small>{deal}</div>
            {act}
        </li>
    }
}

/// A plain form: the file goes to the server as it is, and the page comes back.
#[component]
fn Add(of: FilesOf) -> impl IntoView {
    let request = request_id();
    let hint = texts().fmt(files::HINT, &[("max", &(FILE_MAX / 1_048_576).to_string())]);
    view! {
        <form class="file-add" method="post" action="/upload/files" enctype="multipart/form-data" aria-label=t(files::ADD)>
            <input type="hidden" name="of" value=of.code()/>
            <input type="hidden" name="request" value="" prop:value=request/>
            <label><span class="sr">{t(files::CHOOSE)}</span><input type="file" name="file" accept=ACCEPTED required aria-describedby="file-hint"/></label>
            <button class="btn" type="submit"><Icon name="upload" class="i-14"/>{t(files::ADD)}</button>
            <p class="hint" id="file-hint">{hint}</p>
        </form>
    }
}
