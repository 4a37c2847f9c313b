//! The page of results: everything that a text finds, by kind. It works without scripts.

use super::api;
use super::items::{counted, detail, kind_icon, kind_label, search_word};
use crate::component::{Empty, Failed, Heading, Icon, Skeleton};
use crate::facts::texts;
use crate::words::t;
use domain::search::{FoundKind, LONG, Results, TEXT_MAX};
use i18n::keys::search;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let text = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default().trim().chars().take(TEXT_MAX).collect::<String>()));
    let found = Resource::new(
        move || text.get(),
        |text| async move { if text.is_empty() { Ok(Results::default()) } else { api::find(text, LONG).await } },
    );
    view! {
        <header class="top"><Heading text=t(search::TITLE)/></header>
        <div class="body">
            <form class="find-form" method="get" action="/search" role="search">
                <label class="grow"><span class="sr">{t(search::FIELD)}</span>
                    <input id="find" class="input" type="search" name="q" value=move || text.get() placeholder=t(search::HINT) maxlength=TEXT_MAX.to_string() autocomplete="off" spellcheck="false"/>
                </label>
                <button class="btn btn-primary" type="submit">{search_word()}</button>
            </form>
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || {
                    let text = text.get();
                    Suspend::new(async move {
                        match found.await {
                            Ok(results) => listed(&text, &results),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

fn listed(text: &str, results: &Results) -> AnyView {
    if text.is_empty() {
        return view! { <Empty text=t(search::HINT).to_owned() icon="search"/> }.into_any();
    }
    if results.found.is_empty() {
        let nothing = texts().fmt(search::NOTHING, &[("text", text)]);
        return view! { <Empty text=nothing icon="search"><p class="muted fs13">{t(search::NOTHING_HINT)}</p></Empty> }.into_any();
    }
    FoundKind::ALL.iter().map(|kind| section(*kind, results)).collect_view().into_any()
}

fn section(kind: FoundKind, results: &Results) -> Option<AnyView> {
    let found: Vec<_> = results.found.iter().filter(|found| found.kind == kind).cloned().collect();
    if found.is_empty() {
        return None;
    }
    let total = results.total(kind);
    let cut = (total > found.len()).then(|| texts().fmt(search::FIRST_ONLY, &[("n", &found.len().to_string())]));
    let rows = found
        .into_iter()
        .map(|found| {
            let title = found.pieces().into_iter().map(|(text, marked)| if marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() });
            view! {
                <li data-found-id=found.id.to_string()><a class="find-i" href=found.href()>
                    <Icon name=kind_icon(kind)/><span class="palette-t">{title.collect_view()}</span><span class="palette-d">{detail(&found)}</span>
                </a></li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="find-s" data-kind=kind.code()>
                <h2>{t(kind_label(kind))}<span class="muted">{counted(total)}</span></h2>
                <ul>{rows}</ul>
                {cut.map(|cut| view! { <p class="muted fs12">{cut}</p> })}
            </section>
        }
        .into_any(),
    )
}
