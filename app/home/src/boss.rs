//! The business at a glance: four panels that are swiped on a phone and stand side by side at
//! a desk. Dots are links to the panels, so they work before anything is alive.

use crate::api::{self, Glance};
use domain::findings::FindingsQuery;
use domain::home::{HomeQuery, Parts};
use i18n::Key;
use i18n::keys::{analysis, boss, findings, nav};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::component::{Failed, Heading, Skeleton};
use ui::refresh::on_change;
use ui::{Answer, facts, t};

/// The first findings as text, once they were asked for in the browser.
type TopRead = RwSignal<Option<Answer<String>>>;

/// Panels in their order: the anchor of each, and what it is called.
const PANELS: [(&str, Key); 4] =
    [("boss-won", boss::WON), ("boss-funnel", nav::FUNNEL), ("boss-forecast", analysis::FORECAST), ("boss-risks", boss::RISKS)];

#[component]
pub fn BossPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| api::glance());
    let top = TopRead::new(None);
    let told = facts().viewer.as_ref().is_some_and(|viewer| Parts::of(viewer.role).findings);
    Effect::new(move |_| {
        if told {
            spawn_local(async move {
                let read = api::first_findings(HomeQuery::default()).await;
                top.try_set(Some(read));
            });
        }
    });
    on_change(|event| matches!(event.topic.as_str(), "deal" | "org" | "settings"), move || found.refetch());
    view! {
        <header class="top">
            <Heading text=t(boss::TITLE)/>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move { found.await.ok().map(|found| view! { <span class="muted fs13 num">{found.head}</span> }) })}
            </Transition>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => {
                            ui::written::keep(".bs");
                            view! { <Panels found top told/> }.into_any()
                        }
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Panels(found: Glance, top: TopRead, told: bool) -> impl IntoView {
    let here = RwSignal::new(0_usize);
    // Which panel fills the screen; the dots follow the finger.
    let moved = move |event: leptos::ev::Event| {
        let row = event_target::<leptos::web_sys::Element>(&event);
        let (left, width) = (row.scroll_left(), row.client_width().max(1));
        here.set(usize::try_from((left + width / 2) / width).unwrap_or_default().min(PANELS.len() - 1));
    };
    let [to_won, to_funnel, to_forecast, to_risks] = PANELS.map(|(id, _)| id);
    let dots = PANELS
        .iter()
        .enumerate()
        .map(|(place, (id, name))| {
            view! {
                <a href=format!("#{id}") data-noscroll="" aria-current=move || (here.get() == place).then_some("true")
                    on:click=move |_| here.set(place)><i></i><span class="sr">{t(*name)}</span></a>
            }
        })
        .collect_view();
    view! {
        <nav class="bs-dots" aria-label=t(boss::PANELS)>{dots}</nav>
        <div class="bs" tabindex="0" role="region" aria-label=t(boss::TITLE) on:scroll=moved>
            <div class="bs-panel" id=to_won inner_html=found.won></div>
            <div class="bs-panel" id=to_funnel inner_html=found.funnel></div>
            <div class="bs-panel" id=to_forecast inner_html=found.forecast></div>
            <div class="bs-panel" id=to_risks><div class="is-through" inner_html=found.risks></div>{top_findings(top, told)}</div>
        </div>
    }
}

/// What the rules find; asked for when the page stands.
fn top_findings(top: TopRead, told: bool) -> impl IntoView {
    let all = ui::findings::address(&FindingsQuery::default());
    view! {
        <section class="card-box hm-findings" aria-labelledby="bs-findings" data-boss="findings">
            <header><h2 id="bs-findings">{t(findings::TOP)}</h2><a class="push fs12" href=all>{t(findings::ALL)}</a></header>
            {told.then_some(move || top.with(|top| match top {
                None => view! { <Skeleton rows=3/> }.into_any(),
                Some(Ok(text)) => view! { <div class="is-through" inner_html=text.clone()></div> }.into_any(),
                Some(Err(error)) => view! { <Failed error=error.clone()/> }.into_any(),
            }))}
        </section>
    }
}
