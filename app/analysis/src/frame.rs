//! What every page of figures has: its head with the other pages, and what narrows.
//! Links and a form with GET, so that they work without scripts; the address is the only
//! state.

use crate::api;
use crate::asked::{Asked, Figure, Tab, address, in_currency};
use crate::say;
use domain::analysis::forecast::{Ahead, RollUp};
use domain::analysis::{AnalysisDeals, AnalysisQuery, MonthSpan};
use domain::funnel::report::Span;
use domain::money::Currency;
use domain::pipeline::Choices;
use domain::pipeline::filter::DealFilter;
use i18n::keys::{analysis, common};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use maud::{Markup, html};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use ui::choice::{Choice, Narrow, Set};
use ui::component::{Failed, Heading, Skeleton};
use ui::follow::follower;
use ui::refresh::on_change;
use ui::{Answer, facts, t, words};

/// What a page shows of its report, with the deals of the figure that is opened, and the
/// figure that was opened when the focus was last led to its list.
pub type Body<R> = fn(R, Option<AnalysisDeals>, Choices, Asked, StoredValue<Option<Figure>>) -> AnyView;

/// A page of figures: what the address asks for is read, and read again when deals
/// change; beside it the deals of an opened figure.
pub fn page<R, F>(tab: Tab, read: fn(AnalysisQuery) -> F, body: Body<R>) -> impl IntoView
where
    R: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    F: Future<Output = Answer<R>> + Send + 'static,
{
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| Asked::from_query(tab, |name| address.get(name))));
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    let part = Memo::new(move |_| asked.with(Asked::part));
    let again = RwSignal::new(0_u32);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    let found = Resource::new(move || (query.get(), again.get()), move |(query, _)| read(query));
    let behind = Resource::new(
        move || (part.get(), again.get()),
        |(part, _)| async move {
            match part {
                Some(part) => api::analysis_deals(part).await.map(Some),
                None => Ok(None),
            }
        },
    );
    on_change(
        |event| event.topic == "deal",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let shown = StoredValue::new(asked.with_untracked(|asked| asked.figure));
    let follow = follower(false);
    view! {
        <Head asked/>
        <Filters asked choices/>
        <div class="body" on:click=follow>
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await, choices.await) {
                        (Ok(report), Ok(deals), Ok(choices)) => {
                            let asked = asked.get_untracked();
                            if asked.figure.is_none() {
                                shown.try_set_value(None);
                            }
                            body(report, deals, choices, asked, shown)
                        }
                        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// Title and the way to the other pages, which are narrowed alike.
#[component]
pub fn Head(asked: Memo<Asked>) -> impl IntoView {
    let link = move |tab: Tab| {
        let here = move || (asked.with(|asked| asked.tab) == tab).then_some("page");
        let to = move || asked.with(|asked| address(tab, &asked.query));
        view! { <a href=to aria-current=here data-tab=tab.path()>{t(tab.name())}</a> }
    };
    view! {
        <header class="top an-top">
            <Heading text=t(analysis::TITLE)/>
            {(Tab::ALL.len() > 1).then(|| view! { <nav class="seg" aria-label=t(analysis::TABS)>{Tab::ALL.iter().map(|tab| link(*tab)).collect_view()}</nav> })}
        </header>
    }
}

/// Period, and what narrows.
#[component]
pub fn Filters(asked: Memo<Asked>, choices: Resource<Answer<Choices>>) -> impl IntoView {
    let form = NodeRef::<leptos::html::Form>::new();
    let navigate = use_navigate();
    let tab = asked.with_untracked(|asked| asked.tab);
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let Some(data) = web_sys::FormData::new_with_form(&form).ok() else { return };
        let query = AnalysisQuery::from_query(|name| data.get(name).as_string().filter(|value| !value.is_empty()));
        navigate(&address(tab, &query), NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=tab.path() node_ref=form role="search" aria-label=t(common::FILTER) on:submit=on_submit on:change=move |_| follow()>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match choices.await {
                        Ok(choices) => view! { <Chips asked=asked.get() choices/> }.into_any(),
                        Err(error) => view! { <span class="muted fs12" role="alert">{error.sentence()}</span> }.into_any(),
                    }
                })}
            </Suspense>
        </form>
    }
}

/// Parameters that are of some pages only.
const KEPT: [&str; 7] = ["span", "ahead", "roll", "months", "spring", "cur", "trend"];

/// What a page is of: the controls of [`Tab::controls`].
fn periods(tab: Tab, query: &AnalysisQuery) -> AnyView {
    let said = |code: &str, key| (code.to_owned(), t(key).to_owned());
    match tab {
        Tab::Outcomes | Tab::Speed => {
            let spans = Span::ALL.iter().map(|v| said(v.code(), say::span(*v))).collect();
            view! { <Set name="span" label=common::TIME value=query.span.code().to_owned() list=spans/> }.into_any()
        }
        // They have a bar of their own.
        Tab::Economics | Tab::Findings => ().into_any(),
        Tab::Forecast => {
            let ahead = Ahead::ALL.iter().map(|v| said(v.code(), say::ahead(*v))).collect();
            let roll = RollUp::ALL.iter().map(|v| said(v.code(), say::roll_up(*v))).collect();
            view! {
                <Set name="ahead" label=common::TIME value=query.ahead.code().to_owned() list=ahead/>
                <Set name="roll" label=analysis::ROLL_UP value=query.roll_up.code().to_owned() list=roll/>
            }
            .into_any()
        }
        Tab::Months => {
            let months = MonthSpan::ALL.iter().map(|v| said(v.code(), say::month_span(*v))).collect();
            let spring = vec![said("0", analysis::SPRING_APART), said("1", analysis::SPRING_MERGED)];
            view! {
                <Set name="months" label=common::TIME value=query.months.code().to_owned() list=months/>
                <Set name="spring" label=analysis::SPRING value=u8::from(query.spring).to_string() list=spring/>
            }
            .into_any()
        }
    }
}

/// The way between currencies, if there are several.
pub fn currencies(asked: &Asked, shown: Currency, all: &[Currency]) -> Markup {
    html! {
        @if all.len() > 1 {
            nav.seg.seg-s aria-label=(t(common::CURRENCY)) { @for currency in all {
                a href=(in_currency(asked, *currency)) aria-current=[(*currency == shown).then_some("true")] { (currency) }
            } }
        }
    }
}

#[component]
fn Chips(asked: Asked, choices: Choices) -> impl IntoView {
    let lang = facts().lang;
    let Asked { tab, query, .. } = asked;
    let filter = query.filter.clone();
    let value = |value: Option<String>| value.unwrap_or_default();
    // What this page has no control for outlives a change of what it has.
    let kept = query.to_query().into_iter().filter(|(name, _)| KEPT.contains(name) && !tab.controls().contains(name));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let pipelines: Vec<_> = choices.pipelines.iter().map(|p| (p.id.to_string(), words::pick(lang, &p.name_zh, &p.name_en))).collect();
    let chosen = filter.pipeline.or_else(|| choices.pipelines.first().map(|p| p.id)).map(|id| id.to_string()).unwrap_or_default();
    let narrowed = if tab.of_pipeline() { filter.active() } else { query.narrowed() };
    let clear = address(
        tab,
        &AnalysisQuery {
            filter: DealFilter { pipeline: filter.pipeline.filter(|_| tab.of_pipeline()), ..DealFilter::default() },
            ..query.clone()
        },
    );
    view! {
        {kept}
        {periods(tab, &query)}
        <span class="sep"></span>
        {(pipelines.len() > 1).then(|| if tab.of_pipeline() {
            view! { <Set name="pipeline" label=common::PIPELINE value=chosen list=pipelines/> }.into_any()
        } else {
            view! { <Choice name="pipeline" label=common::PIPELINE value=value(filter.pipeline.map(|v| v.to_string())) list=pipelines/> }.into_any()
        })}
        <Narrow filter=filter.clone() choices/>
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(narrowed > 0).then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}" "{narrowed}</a> })}
    }
}
