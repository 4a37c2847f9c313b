//! What is counted, by what, of when and of whom. Links and a form with GET, so
//! that they work without scripts; the address is the only state.

use crate::asked::{Asked, PATH, address};
use crate::say;
use domain::customers::Tier;
use domain::funnel::report::{Against, FunnelQuery, FunnelReport, MeasureKind, Span, ViewKind, mode_code};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{PipelineName, Source};
use i18n::Key;
use i18n::keys::{common, funnel};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::choice::{Choice, Only, Set};
use ui::{Answer, facts, t, words};

/// One of a few, as links that keep everything else.
#[component]
fn Segments<T: Copy + PartialEq + Send + Sync + 'static>(
    label: Key,
    list: &'static [T],
    word: fn(T) -> (Key, Key),
    now: Signal<T>,
    to: Callback<T, String>,
    code: fn(T) -> &'static str,
) -> impl IntoView {
    let link = move |one: T| {
        let (name, about) = word(one);
        let title = (name != about).then(|| t(about));
        view! {
            <a href=move || to.run(one) title=title data-choice=code(one) aria-current=move || (now.get() == one).then_some("true")>{t(name)}</a>
        }
    };
    view! { <nav class="seg seg-s" aria-label=t(label)>{list.iter().map(|one| link(*one)).collect_view()}</nav> }
}

const fn measure(measure: MeasureKind) -> (Key, Key) {
    (say::measure(measure), say::measure(measure))
}

/// By number or by amount.
#[component]
pub fn MeasureSwitch(asked: Memo<Asked>) -> impl IntoView {
    let to = Callback::new(move |measure| asked.with(|asked| address(&FunnelQuery { measure, ..asked.query.clone() })));
    let now = Signal::derive(move || asked.with(|asked| asked.query.measure));
    view! { <Segments label=funnel::MEASURE list=MeasureKind::ALL word=measure now to code=MeasureKind::code/> }
}

/// Which deals count, and when one counts at a stage; with what that means.
#[component]
pub fn Modes(asked: Memo<Asked>) -> impl IntoView {
    let to_view = Callback::new(move |view| asked.with(|asked| address(&FunnelQuery { view, ..asked.query.clone() })));
    let to_mode = Callback::new(move |mode| asked.with(|asked| address(&FunnelQuery { mode, ..asked.query.clone() })));
    let view_now = Signal::derive(move || asked.with(|asked| asked.query.view));
    let mode_now = Signal::derive(move || asked.with(|asked| asked.query.mode));
    let rated = move || view_now.get() != ViewKind::Snapshot;
    view! {
        <div class="fn-modes">
            <Segments label=funnel::VIEW list=ViewKind::ALL word=say::view now=view_now to=to_view code=ViewKind::code/>
            {move || rated().then(|| view! { <Segments label=funnel::MODE list=&say::MODES word=say::mode now=mode_now to=to_mode code=mode_code/> })}
            <p class="fs12 muted" data-about="">
                {move || t(say::view(view_now.get()).1)}
                {move || rated().then(|| format!(" {}", t(say::mode(mode_now.get()).1)))}
            </p>
        </div>
    }
}

/// Period, comparison, and what narrows.
#[component]
pub fn Filters(asked: Memo<Asked>, found: Resource<Answer<FunnelReport>>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let Some(data) = web_sys::FormData::new_with_form(&form).ok() else { return };
        let query = FunnelQuery::from_query(|name| data.get(name).as_string().filter(|value| !value.is_empty()));
        // The hidden fields are those of the last report; the address may be ahead of it.
        let FunnelQuery { view, mode, measure, .. } = asked.with_untracked(|asked| asked.query.clone());
        let query = FunnelQuery { view, mode, measure, ..query };
        navigate(&address(&query), NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=PATH node_ref=form role="search" aria-label=t(common::FILTER) on:submit=on_submit on:change=move |_| follow()>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    let pipelines = found.await.map(|report| report.pipelines).unwrap_or_default();
                    view! { <Chips query=asked.with_untracked(|asked| asked.query.clone()) pipelines/> }
                })}
            </Transition>
        </form>
    }
}

#[component]
fn Chips(query: FunnelQuery, pipelines: Vec<PipelineName>) -> impl IntoView {
    let lang = facts().lang;
    let fresh = FunnelQuery::default();
    let filter = query.filter.clone();
    let rated = query.view != ViewKind::Snapshot;
    let coded = |value: Option<String>| value.unwrap_or_default();
    let spans = Span::ALL.iter().map(|v| (v.code().to_owned(), t(say::span(*v)).to_owned())).collect();
    let againsts = Against::ALL.iter().map(|v| (v.code().to_owned(), t(say::against(*v)).to_owned())).collect();
    let names: Vec<_> = pipelines.iter().map(|p| (p.id.to_string(), words::pick(lang, &p.name_zh, &p.name_en))).collect();
    let chosen = filter.pipeline.or_else(|| pipelines.first().map(|p| p.id)).map(|id| id.to_string()).unwrap_or_default();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), t(words::tier(*v)).to_owned())).collect();
    let sources = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    let without = |filter: DealFilter| address(&FunnelQuery { filter, ..query.clone() });
    // What only a link can ask for stays until it is taken off.
    let only = [
        filter.team.map(|id| ("team", id.to_string(), funnel::ONLY_TEAM, without(DealFilter { team: None, ..filter.clone() }))),
        filter.owner.map(|id| ("owner", id.to_string(), funnel::ONLY_OWNER, without(DealFilter { owner: None, ..filter.clone() }))),
        filter.product.map(|id| ("product", id.to_string(), funnel::ONLY_PRODUCT, without(DealFilter { product: None, ..filter.clone() }))),
    ];
    let active = filter.active();
    let clear = without(DealFilter { pipeline: filter.pipeline, ..DealFilter::default() });
    let hidden =
        |name: &'static str, value: &'static str, differs: bool| differs.then(|| view! { <input type="hidden" name=name value=value/> });
    view! {
        {hidden("view", query.view.code(), query.view != fresh.view)}
        {hidden("mode", mode_code(query.mode), query.mode != fresh.mode)}
        {hidden("by", query.measure.code(), query.measure != fresh.measure)}
        {if rated {
            view! {
                <Set name="span" label=common::TIME value=query.span.code().to_owned() list=spans/>
                <Set name="against" label=funnel::AGAINST value=query.against.code().to_owned() list=againsts/>
            }.into_any()
        } else {
            view! {
                {hidden("span", query.span.code(), query.span != fresh.span)}
                {hidden("against", query.against.code(), query.against != fresh.against)}
            }.into_any()
        }}
        {(names.len() > 1).then(|| view! { <Set name="pipeline" label=common::PIPELINE value=chosen list=names/> })}
        {(pipelines.len() < 2).then(|| filter.pipeline.map(|id| view! { <input type="hidden" name="pipeline" value=id.to_string()/> }))}
        <span class="sep"></span>
        <Choice name="tier" label=common::TIER value=coded(filter.tier.map(|v| v.to_string())) list=tiers/>
        <Choice name="source" label=common::SOURCE value=coded(filter.source.map(|v| v.to_string())) list=sources/>
        {only.into_iter().flatten().map(|(name, value, what, off)| view! { <Only name value what=t(what) off/> }).collect_view()}
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(active > 0).then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}" "{active}</a> })}
    }
}
