//! What came of an import, where its records are, and the way back.

use crate::api::UndoImportFn;
use crate::check::refused_rows;
use crate::{PATH, address};
use domain::imports::{ImportDetail, ImportKind, Kept, KeptRecord, Undoing};
use i18n::Key;
use i18n::keys::data;
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Failed, Icon};
use ui::error::instant;
use ui::form::Unseen;
use ui::{Answer, facts, fmt, t, texts};

#[component]
pub(crate) fn Outcome(detail: ImportDetail, undoing: Option<Answer<Undoing>>) -> impl IntoView {
    let facts = facts();
    let row = detail.row.clone();
    let id = row.id.to_string();
    let left = row.made - row.removed;
    let values = [("n", fmt::integer(row.made)), ("rows", fmt::integer(row.rows))];
    let made = texts().fmt(data::RESULT, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let out = row.rows - row.made;
    let left_out = (out > 0).then(|| texts().fmt(data::RESULT_LEFT, &[("n", &fmt::integer(out))]));
    let removed = (row.removed > 0).then(|| {
        let values = [("removed", fmt::integer(row.removed)), ("left", fmt::integer(left)), ("time", instant(&facts, row.at))];
        texts().fmt(data::RESULT_REMOVED, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    });
    let download = (out > 0 && detail.leave_out).then(|| refused_rows(&detail));
    let undo_at = address(&id, &[("step", "undo")]);
    view! {
        <section class="card-box" data-result="">
            <h2>{t(data::RESULT_TITLE)}</h2>
            <p class="fs16" role="status"><b class="num" data-made="">{made}</b></p>
            {left_out.map(|text| view! { <p>{text}</p> })}
            {removed.map(|text| view! { <p data-removed="">{text}</p> })}
            <p class="row imp-acts">
                <a class="btn btn-primary" href=row.kind.path()>{t(to(row.kind))}</a>
                <a class="btn" href=PATH>{t(data::ANOTHER)}</a>
                {download.map(|(href, label)| view! { <a class="btn" href=href download="" rel="external"><Icon name="download" class="i-14"/><span>{label}</span></a> })}
                {(left > 0).then(|| view! { <a class="btn btn-ghost" href=undo_at data-undo=""><Icon name="undo-2" class="i-14"/>{t(data::UNDO)}</a> })}
            </p>
        </section>
        {undoing.map(|found| view! { <Undo id version=row.version kind=row.kind found/> })}
    }
}

/// Where the records are, as a link says it.
fn to(kind: ImportKind) -> Key {
    match kind {
        ImportKind::Customers | ImportKind::FollowUps => data::TO_CUSTOMERS,
        ImportKind::Contacts => data::TO_CONTACTS,
        ImportKind::Deals => data::TO_DEALS,
        ImportKind::Products => data::TO_PRODUCTS,
    }
}

/// What taking back would do, before it does it.
#[component]
fn Undo(id: String, version: i32, kind: ImportKind, found: Answer<Undoing>) -> impl IntoView {
    view! {
        <section class="card-box" data-undoing="">
            <h2>{t(data::UNDO_TITLE)}</h2>
            {match found {
                Ok(found) => view! { <Undoes found id version kind/> }.into_any(),
                Err(error) => view! { <Failed error/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Undoes(found: Undoing, id: String, version: i32, kind: ImportKind) -> impl IntoView {
    let undo = ServerAction::<UndoImportFn>::new();
    let answer = undo.value();
    let told = Memo::new(move |_| answer.get().and_then(Result::err).map(|error| error.sentence()));
    let Undoing { removed, kept_total, kept } = found;
    let goes = texts().n(data::UNDO_GOES_ONE, data::UNDO_GOES_MANY, removed);
    let stays = (kept_total > 0).then(|| texts().n(data::UNDO_STAYS_ONE, data::UNDO_STAYS_MANY, kept_total));
    let back = address(&id, &[]);
    view! {
        <p data-goes="">{goes}</p>
        {stays.map(|text| view! { <p data-stays="">{text}</p> })}
        {(!kept.is_empty()).then(|| view! { <ul class="imp-why" data-kept="">{kept.into_iter().map(|one| stay(one, kind)).collect_view()}</ul> })}
        <ActionForm action=undo attr:class="imp-go">
            <Unseen id version/>
            <p class="form-error" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
            <button class="btn btn-primary" type="submit" disabled=removed == 0 class:is-busy=undo.pending() data-undo-now="">{texts().n(data::UNDO_NOW_ONE, data::UNDO_NOW_MANY, removed)}</button>
            <a class="btn btn-ghost" href=back>{t(data::KEEP)}</a>
        </ActionForm>
    }
}

/// A record that stays, and why.
fn stay(kept: KeptRecord, kind: ImportKind) -> impl IntoView {
    let why: Key = match kept.why {
        Kept::Changed if kept.at.is_none() => data::KEPT_CHANGED_AFTER,
        Kept::Changed if kept.by.is_empty() => data::KEPT_CHANGED_SINCE,
        Kept::Changed => data::KEPT_CHANGED,
        Kept::Contacts => data::KEPT_CONTACTS,
        Kept::Deals => data::KEPT_DEALS,
        Kept::Work => data::KEPT_WORK,
        Kept::Linked => data::KEPT_LINKED,
        Kept::Reach => data::KEPT_REACH,
    };
    let time = kept.at.map(|at| instant(&facts(), at)).unwrap_or_default();
    let reason = texts().fmt(why, &[("name", &kept.by), ("time", &time)]);
    let path = match kind {
        ImportKind::Customers => Some(format!("/customers/{}", kept.id)),
        ImportKind::Deals => Some(format!("/deals/{}", kept.id)),
        ImportKind::Contacts => Some(format!("/contacts/{}/edit", kept.id)),
        // They have no page of their own.
        ImportKind::FollowUps | ImportKind::Products => None,
    };
    let name = (!kept.name.is_empty()).then(|| match path {
        Some(path) => view! { <a href=path>{kept.name.clone()}</a>" " }.into_any(),
        None => view! { <b>{kept.name.clone()}</b>" " }.into_any(),
    });
    view! { <li>{name}{reason}</li> }
}
