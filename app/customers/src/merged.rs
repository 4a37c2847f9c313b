//! What a merge leaves behind: the page of the customer that is gone, and the
//! history of the one that stayed, with the way back.

use crate::merge_api::{self as api, UndoMergeFn};
use domain::customers::CustomerDetail;
use domain::duplicates::page::{MergeEntry, Merged, MergedInto, UndoMergeForm};
use i18n::keys::{common, customers, duplicates};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::component::{Heading, Icon};
use ui::form::request_id;
use ui::toast::Toasts;
use ui::{t, texts};

/// The page of a customer that was merged into another.
#[component]
pub fn GonePage(detail: CustomerDetail, merged: MergedInto) -> impl IntoView {
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <Heading text=detail.row.name/>
        </header>
        <div class="body"><div class="empty" data-merged="">
            <Icon name="git-merge"/>
            {whither(&merged)}
        </div></div>
    }
}

/// The sentence that says where it is now, and the way there.
pub fn whither(merged: &MergedInto) -> impl IntoView + use<> {
    let facts = ui::facts();
    let by = texts().fmt(duplicates::ASIDE_BY, &[("name", &merged.by), ("time", &ui::error::instant(&facts, merged.at))]);
    match &merged.kept {
        Some((id, name)) => {
            let said = |key| texts().fmt(key, &[("name", name)]);
            view! {
                <p>{said(duplicates::INTO)}" "<small class="muted">{by}</small></p>
                <a class="btn" href=format!("/customers/{id}")>{said(duplicates::TO_KEPT)}</a>
            }
            .into_any()
        }
        None => view! { <p>{t(duplicates::INTO_HIDDEN)}</p> }.into_any(),
    }
}

/// Says what a merge did, with the way back while the toast is there.
pub fn say_merged(toasts: Toasts, merged: &Merged) {
    let said = texts().fmt(duplicates::DONE, &[("gone", &merged.gone), ("name", &merged.name)]);
    let id = merged.id.to_string();
    toasts.done(said, move || {
        let form = UndoMergeForm { id: id.clone(), request: ui::browser::new_request().to_string() };
        spawn_local(async move {
            match api::undo_merge(form).await {
                Ok(parted) => say_parted(toasts, &parted),
                Err(error) => toasts.refuse(error.sentence()),
            }
        });
    });
}

pub fn say_parted(toasts: Toasts, parted: &Merged) {
    toasts.say(texts().fmt(duplicates::UNDONE, &[("gone", &parted.gone)]));
}

/// Who was merged into a customer.
#[component]
pub fn Merges(merges: Vec<MergeEntry>, undo: ServerAction<UndoMergeFn>, may_write: bool) -> impl IntoView {
    let facts = ui::facts();
    if merges.is_empty() {
        return ().into_any();
    }
    let n = merges.len();
    let line = |entry: MergeEntry| {
        let small = texts().fmt(duplicates::ASIDE_BY, &[("name", &entry.by), ("time", &ui::error::instant(&facts, entry.at))]);
        let counts = belongings([entry.contacts, entry.deals, entry.follow_ups, entry.tasks]).join(" · ");
        let label = texts().fmt(duplicates::PART_OF, &[("name", &entry.name)]);
        let part = may_write.then(|| {
            let request = request_id();
            view! {
                <ActionForm action=undo>
                    <input type="hidden" name="form[id]" value=entry.id.to_string()/>
                    <input type="hidden" name="form[request]" value="" prop:value=request/>
                    <button class="btn btn-s" type="submit" aria-label=label><Icon name="undo-2" class="i-14"/>{t(duplicates::PART)}</button>
                </ActionForm>
            }
        });
        view! {
            <li data-merge=entry.id.to_string()>
                <div class="grow"><b>{texts().fmt(duplicates::HISTORY_LINE, &[("name", &entry.name)])}</b><small class="muted">{small}</small><small class="muted">{counts}</small></div>
                {part}
            </li>
        }
    };
    view! {
        <details class="tier-history merges" open={n <= 3}>
            <summary><h2>{t(duplicates::HISTORY)}<span class="muted num">{n}</span></h2></summary>
            <ol>{merges.into_iter().map(line).collect_view()}</ol>
        </details>
    }
    .into_any()
}

/// Contacts, deals, follow-ups and tasks in words, those that there are.
pub fn belongings([contacts, deals, follow_ups, tasks]: [i64; 4]) -> Vec<String> {
    [
        (common::N_CONTACTS_ONE, common::N_CONTACTS_MANY, contacts),
        (common::N_DEALS_ONE, common::N_DEALS_MANY, deals),
        (duplicates::N_FOLLOW_UPS_ONE, duplicates::N_FOLLOW_UPS_MANY, follow_ups),
        (duplicates::N_TASKS_ONE, duplicates::N_TASKS_MANY, tasks),
    ]
    .into_iter()
    .filter(|(_, _, n)| *n > 0)
    .map(|(one, many, n)| texts().n(one, many, n))
    .collect()
}
