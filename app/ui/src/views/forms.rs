//! The forms in the menu of views: keep what is shown under a new name, write
//! it over the open view, change or remove that one, and choose what the list
//! opens with.

use super::{Menu, RemoveViewFn, audience_word, command, typed_for};
use crate::ApiError;
use crate::component::Icon;
use crate::error::violation_sentence;
use crate::facts::{facts, texts};
use crate::form::{options, request_id};
use crate::words::t;
use domain::views::{Audience, NAME_MAX, SavedView, ViewForm};
use i18n::keys::{common, views as words};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What says which view a form is about; the query is what the form keeps.
#[component]
fn Unseen(menu: Menu, id: String, version: i32, #[prop(into)] query: Signal<String>) -> impl IntoView {
    let request = request_id();
    // One request for one view, so that the next one is not taken for this.
    Effect::new(move |_| {
        menu.save.version().get();
        request.set(crate::browser::new_request().to_string());
    });
    view! {
        <input type="hidden" name="form[id]" value=id/>
        <input type="hidden" name="form[version]" value=version.to_string()/>
        <input type="hidden" name="form[request]" value="" prop:value=request/>
        <input type="hidden" name="form[kind]" value=menu.kind.code()/>
        <input type="hidden" name="form[query]" value=move || query.get() prop:value=move || query.get()/>
    }
}

/// Name and audience, with their refusals if the form is the refused one.
#[component]
fn Fields(form: ViewForm, place: &'static str, #[prop(into)] error: Signal<Option<ApiError>>) -> impl IntoView {
    let id = form.id.clone();
    let at = move |field: &'static str| {
        let id = id.clone();
        Memo::new(move |_| {
            let error = error.get();
            let (_, here) = typed_for(error.as_ref(), &id, ViewForm::default());
            let found: Vec<_> =
                error.iter().flat_map(ApiError::violations).filter(|v| here && v.field == field).map(violation_sentence).collect();
            (!found.is_empty()).then(|| crate::words::sentences(&found))
        })
    };
    let (name_err, audience_err) = (at("name"), at("audience"));
    let role = facts().viewer.as_ref().map(|viewer| viewer.role);
    let audiences = role.map(Audience::of).unwrap_or_default();
    let list = audiences.iter().map(|v| (v.code().to_owned(), t(audience_word(*v)).to_owned())).collect::<Vec<_>>();
    let (name_id, audience_id) = (format!("{place}-name"), format!("{place}-audience"));
    let (name_says, audience_says) = (format!("{name_id}-err"), format!("{audience_id}-err"));
    view! {
        <div class="field">
            <label for=name_id.clone()>{t(words::NAME)}</label>
            <input id=name_id name="form[name]" type="text" value=form.name maxlength=(NAME_MAX * 2).to_string() autocomplete="off" aria-required="true"
                aria-invalid=move || name_err.get().map(|_| "true") aria-describedby=name_says.clone()/>
            <p class="err" id=name_says role="alert" hidden=move || name_err.get().is_none()>{move || name_err.get()}</p>
        </div>
        {(list.len() > 1).then(|| view! {
            <div class="field">
                <label for=audience_id.clone()>{t(words::AUDIENCE)}</label>
                <select id=audience_id name="form[audience]" aria-invalid=move || audience_err.get().map(|_| "true") aria-describedby=audience_says.clone()>
                    {options(list, &form.audience)}
                </select>
                <p class="err" id=audience_says role="alert" hidden=move || audience_err.get().is_none()>{move || audience_err.get()}</p>
            </div>
        })}
    }
}

/// Keeps what is shown under a name.
#[component]
pub(super) fn Keep(menu: Menu, #[prop(into)] error: Signal<Option<ApiError>>) -> impl IntoView {
    let (form, refused) = typed_for(error.get_untracked().as_ref(), "", ViewForm::default());
    let default = form.default == "true";
    let query = Signal::derive(move || menu.now.with(|now| now.query.clone()));
    let pending = menu.save.pending();
    view! {
        <details class="fold" open=refused data-form="keep">
            <summary class="menu-i"><Icon name="plus" class="i-14"/>{t(words::SAVE_AS)}</summary>
            <ActionForm action=menu.save attr:class="view-form">
                <Unseen menu id=String::new() version=0 query/>
                <Fields form place="view-new" error/>
                <label class="check"><input type="checkbox" name="form[default]" value="true" checked=default/>{t(words::AS_DEFAULT)}</label>
                <button class="btn btn-primary" type="submit" aria-busy=move || pending.get().to_string()>{t(common::SAVE)}</button>
            </ActionForm>
        </details>
    }
}

/// Writes what is shown over the open view.
#[component]
pub(super) fn Overwrite(menu: Menu, view: SavedView) -> impl IntoView {
    let query = Signal::derive(move || menu.now.with(|now| now.query.clone()));
    let label = texts().fmt(words::SAVE_CHANGES, &[("name", &view.name)]);
    view! {
        <ActionForm action=menu.save attr:data-form="overwrite">
            <Unseen menu id=view.id.to_string() version=view.version query/>
            <input type="hidden" name="form[name]" value=view.name/>
            <input type="hidden" name="form[audience]" value=view.audience.code()/>
            <button class="menu-i" type="submit"><Icon name="check" class="i-14"/><span class="ell">{label}</span></button>
        </ActionForm>
    }
}

/// Another name or audience; or away with it.
#[component]
pub(super) fn Change(menu: Menu, view: SavedView, #[prop(into)] error: Signal<Option<ApiError>>) -> impl IntoView {
    let fresh =
        ViewForm { name: view.name.clone(), audience: view.audience.code().to_owned(), id: view.id.to_string(), ..ViewForm::default() };
    let (form, refused) = typed_for(error.get_untracked().as_ref(), &view.id.to_string(), fresh);
    let pending = menu.save.pending();
    let (id, version, name) = (view.id, view.version, view.name.clone());
    let remove = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        menu.remove(id, version, true, name.clone());
    };
    view! {
        <details class="fold" open=refused data-form="change">
            <summary class="menu-i"><Icon name="pencil" class="i-14"/>{t(words::CHANGE)}</summary>
            <ActionForm action=menu.save attr:class="view-form">
                <Unseen menu id=id.to_string() version query=view.query/>
                <Fields form place="view-old" error/>
                <button class="btn btn-primary" type="submit" aria-busy=move || pending.get().to_string()>{t(common::SAVE)}</button>
            </ActionForm>
            <form method="post" action=RemoveViewFn::PATH on:submit=remove data-form="remove">
                <input type="hidden" name="command[request]" value=uuid::Uuid::nil().to_string()/>
                <input type="hidden" name="command[view]" value=id.to_string()/>
                <input type="hidden" name="command[version]" value=version.to_string()/>
                <input type="hidden" name="command[removed]" value="true"/>
                <button class="menu-i is-danger" type="submit"><Icon name="trash-2" class="i-14"/>{t(words::REMOVE)}</button>
            </form>
        </details>
    }
}

/// Whether the list opens with this view.
#[component]
pub(super) fn Opens(menu: Menu, view: SavedView) -> impl IntoView {
    let (label, id) = if view.default { (words::NOT_DEFAULT, String::new()) } else { (words::MAKE_DEFAULT, view.id.to_string()) };
    let command = command(menu.kind, id);
    view! {
        <ActionForm action=menu.default attr:data-form="default">
            <input type="hidden" name="command[request]" value=command.request.to_string()/>
            <input type="hidden" name="command[kind]" value=command.kind.code()/>
            <input type="hidden" name="command[view]" value=command.view/>
            <button class="menu-i" type="submit"><Icon name="star" class="i-14"/>{t(label)}</button>
        </ActionForm>
    }
}
