//! The page: what the server wrote, and when it is asked for again.

use crate::api::{self, Today};
use domain::home::{HomeQuery, Parts};
use i18n::keys::{findings, nav};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use ui::component::{Failed, Heading, Skeleton};
use ui::present::PresentLink;
use ui::refresh::on_change;
use ui::{Answer, facts, t};

/// The first findings as text, once they were asked for in the browser.
pub type TopRead = RwSignal<Option<Answer<String>>>;

/// After changes they are asked for again no sooner than so many milliseconds after the last
/// time: they go through all deals, and a busy team changes something every few seconds.
const TOP_AGAIN_MS: f64 = 60_000.0;

#[component]
pub fn HomePage() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| HomeQuery::from_query(|name| address.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (asked.get(), again.get()), |(query, _)| api::today(query));
    let top = TopRead::new(None);
    let told = facts().viewer.as_ref().is_some_and(|viewer| Parts::of(viewer.role).findings);
    Effect::new(move |last: Option<(HomeQuery, f64)>| {
        again.track();
        let (query, now) = (asked.get(), ui::browser::now());
        if let Some(last) = last.filter(|(of, at)| *of == query && now - at < TOP_AGAIN_MS) {
            return last;
        }
        if !told {
            return (query, now);
        }
        let of = query.clone();
        spawn_local(async move {
            let read = api::first_findings(of).await;
            top.try_set(Some(read));
        });
        (query, now)
    });
    on_change(
        |event| matches!(event.topic.as_str(), "deal" | "customer" | "task" | "org" | "settings" | "view" | "survey" | "quote" | "ticket"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <header class="top">
            <Heading text=t(nav::TODAY)/>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move { found.await.ok().map(|found| view! { <div class="is-through" inner_html=found.head></div> }) })}
            </Transition>
            <div class="end"><PresentLink slide="home"/></div>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => {
                            ui::written::keep(".hm");
                            page(found, top).into_any()
                        }
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn page(found: Today, top: TopRead) -> impl IntoView {
    let has_side = found.beside.is_some();
    view! {
        <div class="hm" class:has-side=has_side>
            <div class="hm-col">
                <div class="is-through" inner_html=found.first></div>
                {found.findings.map(|all| top_findings(all, top))}
                <div class="is-through" inner_html=found.work></div>
            </div>
            {found.beside.map(|beside| view! { <div class="hm-col" inner_html=beside></div> })}
        </div>
    }
}

/// The first findings. They are asked for when the page stands: nothing of it waits for them,
/// and without scripts the link leads to `all`.
fn top_findings(all: String, top: TopRead) -> impl IntoView {
    view! {
        <section class="card-box hm-findings" aria-labelledby="hm-findings" data-top-findings="">
            <header>
                <h2 id="hm-findings">{t(findings::TOP)}</h2>
                <a class="push fs12" href=all>{t(findings::ALL)}</a>
            </header>
            <FirstFindings top/>
        </section>
    }
}

/// What was found first, once it was asked for.
#[component]
pub fn FirstFindings(top: TopRead) -> impl IntoView {
    move || {
        top.with(|top| match top {
            None => view! { <Skeleton rows=3/> }.into_any(),
            Some(Ok(text)) => view! { <div class="is-through" inner_html=text.clone()></div> }.into_any(),
            Some(Err(error)) => view! { <Failed error=error.clone()/> }.into_any(),
        })
    }
}
