//! The menu of saved views that stands beside the heading of a list: opens
//! one, says whether the address differs from it, and keeps, changes, removes
//! views. The address is the only state (`?view=…` beside what the view asks
//! for), and everything in the menu is a link or a form, so it works without
//! scripts.
//!
//! Not here: what a view is and whom it may be shared with (`domain::views`).

mod api;
mod forms;

pub use api::{DefaultViewFn, RemoveViewFn, SaveViewFn, ViewsFn};

use crate::columns::asked;
use crate::component::Icon;
use crate::facts::texts;
use crate::live::{LiveEvent, RESYNC};
use crate::refresh::{on_change_when, until};
use crate::toast::Toasts;
use crate::words::t;
use crate::{Answer, ApiError};
use domain::ids::ViewId;
use domain::views::{ALL, Audience, DefaultView, ListKind, RemoveView, SavedView, ViewForm, tidy_parts};
use forms::{Change, Keep, Opens, Overwrite};
use i18n::keys::views as words;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

/// The part of an address that names the view it began with.
pub const NAME: &str = "view";

/// What the address says about the view that is open.
#[derive(Clone, PartialEq)]
struct Now {
    /// The value of `view`, if there is one.
    named: Option<String>,
    /// What the list shows, in the normal form of views.
    query: String,
}

/// Things that every part of the menu needs.
#[derive(Clone, Copy)]
struct Menu {
    kind: ListKind,
    now: Memo<Now>,
    found: Resource<Answer<Vec<SavedView>>>,
    save: ServerAction<SaveViewFn>,
    default: ServerAction<DefaultViewFn>,
    toasts: Toasts,
    /// Whether the menu is open; kept while its list is read again.
    open: RwSignal<bool>,
}

impl Menu {
    /// Removes the view, or takes the removal back.
    fn remove(self, view: ViewId, version: i32, removed: bool, name: String) {
        let command = RemoveView { request: crate::browser::new_request(), view, version, removed };
        spawn_local(async move {
            match api::remove_view(command).await {
                Ok(version) if removed => {
                    fold_forms();
                    let said = texts().fmt(words::REMOVED, &[("name", &name)]);
                    self.toasts.done(said, move || self.remove(view, version, false, name.clone()));
                }
                Ok(_) => self.toasts.say(texts().fmt(words::BACK_AGAIN, &[("name", &name)])),
                Err(error) => self.toasts.refuse(error.sentence()),
            }
            // The page may have been left meanwhile.
            if !self.found.is_disposed() {
                self.found.refetch();
            }
        });
    }
}

/// The menu of the saved views of a list. A list that is entered without a
/// query opens with this person's default.
#[component]
pub fn ViewMenu(kind: ListKind) -> impl IntoView {
    let address = use_query_map();
    let bare = address.with_untracked(|query| query.to_query_string().is_empty());
    let now = Memo::new(move |_| {
        address.with(|query| Now {
            named: query.get(NAME).filter(|view| !view.is_empty()),
            query: tidy_parts(kind, |name| asked(query, name)),
        })
    });
    let found = Resource::new(|| (), move |()| api::views(kind));
    let open = RwSignal::new(false);
    // What somebody is typing into a form of the menu is not taken away by news.
    // What was heard of and is shown already, mostly one's own, is not read again.
    let heard = StoredValue::new(Vec::new());
    let known = move |(id, version): (uuid::Uuid, i32)| {
        found
            .with_untracked(|views| matches!(views, Some(Ok(views)) if views.iter().any(|view| view.id.0 == id && view.version >= version)))
    };
    let hears = move |event: &LiveEvent| {
        let wanted = event.topic == "view" || event.topic == RESYNC;
        if wanted {
            heard.update_value(|heard| heard.push((event.id, event.version)));
        }
        wanted
    };
    on_change_when(
        hears,
        || !is_typing(),
        move || {
            let heard = heard.try_update_value(std::mem::take).unwrap_or_default();
            if !heard.into_iter().all(known) {
                found.refetch();
            }
        },
    );
    let menu = Menu { kind, now, found, save: ServerAction::new(), default: ServerAction::new(), toasts: Toasts::here(), open };
    let entered = StoredValue::new(bare);
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                let read = found.await;
                // It may have been asked for before the form was unfolded.
                until(|| !is_typing()).await;
                match read {
                    Ok(views) => {
                        let opens = entered.try_update_value(std::mem::take).unwrap_or_default();
                        let first = views.iter().find(|view| opens && view.default).map(|view| view.address(kind));
                        let to = first.map(|path| view! { <Redirect path options=NavigateOptions { replace: true, ..NavigateOptions::default() }/> });
                        view! { {to}<Views menu views/> }.into_any()
                    }
                    Err(error) => view! { <span class="muted fs12" role="alert">{error.sentence()}</span> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// A form of the open menu is unfolded.
fn is_typing() -> bool {
    crate::browser::query("details.views[open] details.fold[open]").is_some()
}

/// What was unfolded for a view that is gone.
fn fold_forms() {
    while let Some(fold) = crate::browser::query("details.views details.fold[open]") {
        if fold.remove_attribute("open").is_err() {
            return;
        }
    }
}

/// The view with which the address began, for a filter form, so that it stays
/// known while the filter is changed.
#[component]
pub fn ViewKept() -> impl IntoView {
    let address = use_query_map();
    let named = move || address.with(|query| query.get(NAME)).unwrap_or_default();
    view! { <input type="hidden" name=NAME value=named prop:value=named/> }
}

#[component]
fn Views(menu: Menu, views: Vec<SavedView>) -> impl IntoView {
    let Menu { kind, now, save, .. } = menu;
    let details = NodeRef::<html::Details>::new();
    let views = StoredValue::new(views);
    // By its name in the address; an address without one may be a view all the same.
    let active = Memo::new(move |_| {
        now.with(|now| {
            views.with_value(|views| match now.named.as_deref() {
                Some(id) => views.iter().find(|view| view.id.to_string() == id).cloned(),
                None if now.query.is_empty() => None,
                None => views.iter().find(|view| view.query == now.query).cloned(),
            })
        })
    });
    let changed = Memo::new(move |_| active.with(|active| active.as_ref().is_some_and(|view| now.with(|now| now.query != view.query))));
    let close = move || crate::browser::fold(details);
    let toggled = move |_| menu.open.set(details.get_untracked().is_some_and(|details| details.has_attribute("open")));
    answered(menu, close);
    let error =
        Signal::derive(move || save.value().get().and_then(Result::err).or_else(|| menu.default.value().get().and_then(Result::err)));
    // Without scripts a refusal comes back with the page, and is to be seen.
    let refused = error.get_untracked().is_some();
    let name = move || active.with(|view| view.as_ref().map_or_else(|| t(words::TITLE).to_owned(), |view| view.name.clone()));
    let everything = move || active.with(Option::is_none) && now.with(|now| now.query.is_empty());
    let list = views.with_value(|views| views.iter().map(|view| item(menu, active, view)).collect_view());
    let some = views.with_value(|views| !views.is_empty());
    view! {
        <details class="more-filters views" node_ref=details open=refused || menu.open.get_untracked() on:toggle=toggled on:keydown=move |event| crate::browser::fold_by_escape(details, &event)>
            <summary class="chip" class:is-on=move || active.with(Option::is_some)>
                <Icon name="star" class="i-14"/><span class="ell">{name}</span>
                {move || changed.get().then(|| view! { <span class="badge badge-warn" data-changed="">{t(words::CHANGED)}</span> })}
            </summary>
            <div class="pop">
                <nav class="views-list" aria-label=t(words::TITLE) on:click=move |_| close()>
                    <a class="menu-i" href=format!("{}?{NAME}={ALL}", kind.path()) aria-current=move || everything().then_some("true")>{t(words::EVERYTHING)}</a>
                    {list}
                </nav>
                {(!some).then(|| view! { <p class="hint">{t(words::NONE)}</p> })}
                <crate::form::FormError error/>
                {move || active.get().map(|view| {
                    let may = view.may_change;
                    view! {
                        {(may && changed.get()).then(|| view! { <Overwrite menu view=view.clone()/> })}
                        <Opens menu view=view.clone()/>
                        {may.then(|| view! { <Change menu view error/> })}
                    }
                })}
                <Keep menu error/>
            </div>
        </details>
    }
}

/// Says what was done, and closes the menu.
fn answered(menu: Menu, close: impl Fn() + Copy + 'static) {
    let Menu { save, default, toasts, found, .. } = menu;
    // The answers that were there when the menu was drawn are old.
    let (saves, defaults) = (save.version(), default.version());
    Effect::new(move |before: Option<(usize, usize)>| {
        let now = (saves.get(), defaults.get());
        let Some(before) = before else { return now };
        if now.0 != before.0 && save.value().with_untracked(|value| matches!(value, Some(Ok(_)))) {
            toasts.say(t(words::SAVED).to_owned());
            close();
            found.refetch();
        }
        if now.1 != before.1 && default.value().with_untracked(|value| matches!(value, Some(Ok(())))) {
            toasts.say(t(words::DEFAULT_SET).to_owned());
            close();
            found.refetch();
        }
        now
    });
}

/// A view as a link, with who shares it.
fn item(menu: Menu, active: Memo<Option<SavedView>>, view: &SavedView) -> impl IntoView + use<> {
    let (id, href, name) = (view.id, view.address(menu.kind), view.name.clone());
    let whose = (!view.owner_name.is_empty()).then(|| texts().fmt(words::SHARED_BY, &[("name", &view.owner_name)]));
    let audience = (view.audience != Audience::Me).then(|| t(audience_word(view.audience)));
    let default = view.default;
    view! {
        <a class="menu-i" href=href data-view=id.to_string() aria-current=move || active.with(|a| a.as_ref().is_some_and(|a| a.id == id)).then_some("true")>
            <span class="ell">{name}</span>
            {default.then(|| view! { <span class="badge badge-accent">{t(words::DEFAULT)}</span> })}
            {audience.map(|word| view! { <span class="badge badge-outline" title=whose>{word}</span> })}
        </a>
    }
}

const fn audience_word(audience: Audience) -> i18n::Key {
    match audience {
        Audience::Me => words::FOR_ME,
        Audience::Unit => words::FOR_UNIT,
        Audience::Everybody => words::FOR_ALL,
    }
}

/// What was typed into the form of the view `id` (a new one if empty), if the
/// refusal is of that form.
fn typed_for(error: Option<&ApiError>, id: &str, fresh: ViewForm) -> (ViewForm, bool) {
    let typed: Option<ViewForm> = match error {
        Some(ApiError::Refused { typed: Some(text), .. }) => serde_json::from_str(text).ok(),
        _ => None,
    };
    match typed.filter(|typed| typed.id == id) {
        Some(typed) => (ViewForm { request: fresh.request, version: fresh.version, query: fresh.query, ..typed }, true),
        None => (fresh, false),
    }
}

/// Of a list and a view, for the hidden fields.
fn command(kind: ListKind, view: String) -> DefaultView {
    DefaultView { request: domain::ids::RequestId(uuid::Uuid::nil()), kind, view }
}
