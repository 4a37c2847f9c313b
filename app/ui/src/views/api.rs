//! The server functions of saved views. They stand in `ui` because the lists of
//! several slices have views.

use crate::Answer;
use domain::ids::ViewId;
use domain::views::{DefaultView, ListKind, RemoveView, SavedView, ViewForm};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
#[cfg(feature = "ssr")]
use {
    crate::server::{actor, answer, answer_form, store},
    domain::ids::RequestId,
    domain::policy::Action,
};

/// The views of a list that the one who asks sees.
#[server(name = ViewsFn, prefix = "/api", endpoint = "views/views", input = Json)]
pub async fn views(kind: ListKind) -> Answer<Vec<SavedView>> {
    let actor = actor(Action::KeepViews)?;
    answer(store()?.views(&actor, kind).await)
}

/// Keeps a view or changes one, and leads to it; a form that works without scripts.
#[server(name = SaveViewFn, prefix = "/api", endpoint = "views/save")]
pub async fn save_view(form: ViewForm) -> Answer<ViewId> {
    let actor = actor(Action::KeepViews)?;
    let request = named(RequestId::parse(&form.request));
    let (id, query) = answer_form(store()?.save_view(&actor, request, form.clone()).await, &form)?;
    if let Some(kind) = ListKind::parse(&form.kind) {
        leptos_axum::redirect(&domain::views::address(kind, id, &query));
    }
    Ok(id)
}

/// Removes a view, or takes that back; gives the new version.
#[server(name = RemoveViewFn, prefix = "/api", endpoint = "views/remove")]
pub async fn remove_view(command: RemoveView) -> Answer<i32> {
    let actor = actor(Action::KeepViews)?;
    let request = named(Some(command.request));
    answer(store()?.remove_view(&actor, RemoveView { request, ..command }).await)
}

/// Chooses what a list opens with.
#[server(name = DefaultViewFn, prefix = "/api", endpoint = "views/default")]
pub async fn default_view(command: DefaultView) -> Answer<()> {
    let actor = actor(Action::KeepViews)?;
    let request = named(Some(command.request));
    answer(store()?.default_view(&actor, DefaultView { request, ..command }).await)
}

/// The request that the client named. A form without scripts cannot make one
/// up, and sends none or a nil one.
#[cfg(feature = "ssr")]
fn named(request: Option<RequestId>) -> RequestId {
    request.filter(|request| !request.0.is_nil()).unwrap_or_else(store::new_request)
}
