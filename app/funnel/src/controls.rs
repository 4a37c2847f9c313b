//! What is counted, by what, of when and of whom. Links and a form with GET, so
//! that they work without scripts; the address is the only state.

use crate::asked::{Asked, CLASSIC, PATH, PICTURE};
use crate::say;
use domain::funnel::report::{Against, FunnelQuery, MeasureKind, Span, Twin, ViewKind, mode_code};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Choices, Source};
use i18n::Key;
use i18n::keys::{common, funnel};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::choice::{Narrow, Set};
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

const fn picture(classic: bool) -> (Key, Key) {
    if classic { (funnel::CLASSIC, funnel::ABOUT_CLASSIC) } else { (funnel::LEVELS, funnel::ABOUT_LEVELS) }
}

const fn picture_code(classic: bool) -> &'static str {
    if classic { CLASSIC } else { "levels" }
}

/// Which of the two pictures.
#[component]
pub fn PictureSwitch(asked: Memo<Asked>) -> impl IntoView {
    let to = Callback::new(move |classic| asked.with(|asked| asked.drawn(classic)));
    let now = Signal::derive(move || asked.with(Asked::is_classic));
    // Narrow places have a list for either.
    view! { <div class="wide-only"><Segments label=funnel::PICTURE_OF list=&[false, true] word=picture now to code=picture_code/></div> }
}

/// By number or by amount.
#[component]
pub fn MeasureSwitch(asked: Memo<Asked>) -> impl IntoView {
    let to = Callback::new(move |measure| asked.with(|asked| asked.of(&FunnelQuery { measure, ..asked.query.clone() })));
    let now = Signal::derive(move || asked.with(|asked| asked.query.measure));
    view! { <Segments label=funnel::MEASURE list=MeasureKind::ALL word=measure now to code=MeasureKind::code/> }
}

/// Which deals count, and when one counts at a stage; with what that means.
#[component]
pub fn Modes(asked: Memo<Asked>) -> impl IntoView {
    let to_view = Callback::new(move |view| asked.with(|asked| asked.of(&FunnelQuery { view, ..asked.query.clone() })));
    let to_mode = Callback::new(move |mode| asked.with(|asked| asked.of(&FunnelQuery { mode, ..asked.query.clone() })));
    let view_now = Signal::derive(move || asked.with(|asked| asked.query.view));
    let mode_now = Signal::derive(move || asked.with(|asked| asked.query.mode));
    let rated = move || view_now.get() != ViewKind::Snapshot;
    view! {
        <div class="fn-modes">
            <Segments label=funnel::VIEW list=ViewKind::ALL word=say::view now=view_now to=to_view code=ViewKind::code/>
            {move || rated().then(|| view! { <Segments label=funnel::MODE list=&say::MODES word=say::mode now=mode_now to=to_mode code=mode_code/> })}
            <p class="fs12 muted" data-about="">
                {move || words::sentences([t(say::view(view_now.get()).1)].into_iter().chain(rated().then(|| t(say::mode(mode_now.get()).1))))}
            </p>
        </div>
    }
}

/// Period, comparison, and what narrows.
#[component]
pub fn Filters(asked: Memo<Asked>, choices: Resource<Answer<Choices>>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let Some(data) = web_sys::FormData::new_with_form(&form).ok() else { return };
        let query = FunnelQuery::from_query(|name| data.get(name).as_string().filter(|value| !value.is_empty()));
        // What the links beside this form say goes before its hidden fields.
        let FunnelQuery { view, mode, measure, .. } = asked.with_untracked(|asked| asked.query.clone());
        let query = FunnelQuery { view, mode, measure, ..query };
        navigate(&asked.with_untracked(|asked| asked.of(&query)), NavigateOptions { scroll: false, ..Default::default() });
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

#[component]
fn Chips(asked: Asked, choices: Choices) -> impl IntoView {
    let lang = facts().lang;
    let query = asked.query.clone();
    let fresh = FunnelQuery::default();
    let filter = query.filter.clone();
    let rated = query.view != ViewKind::Snapshot;
    let spans = Span::ALL.iter().map(|v| (v.code().to_owned(), t(say::span(*v)).to_owned())).collect();
    // Another period, or the same days of another team or channel.
    let teams = choices.teams.iter().filter(|team| Some(team.0) != filter.team).map(|(id, name)| (Twin::Team(*id).code(), name.clone()));
    let sources = Source::ALL.iter().filter(|source| Some(**source) != filter.source);
    let sources = sources.map(|source| (Twin::Source(*source).code(), t(words::source(*source)).to_owned()));
    let againsts = Against::ALL.iter().map(|v| (v.code().to_owned(), t(say::against(*v)).to_owned())).chain(teams).chain(sources).collect();
    let against = query.twin.map_or_else(|| query.against.code().to_owned(), Twin::code);
    let names: Vec<_> = choices.pipelines.iter().map(|p| (p.id.to_string(), words::pick(lang, &p.name_zh, &p.name_en))).collect();
    let chosen = filter.pipeline.or_else(|| choices.pipelines.first().map(|p| p.id)).map(|id| id.to_string()).unwrap_or_default();
    let kept = (names.len() < 2).then_some(filter.pipeline).flatten();
    let active = filter.active();
    let clear = asked.of(&FunnelQuery { filter: DealFilter { pipeline: filter.pipeline, ..DealFilter::default() }, ..query.clone() });
    let hidden =
        |name: &'static str, value: &'static str, differs: bool| differs.then(|| view! { <input type="hidden" name=name value=value/> });
    view! {
        {hidden(PICTURE, CLASSIC, asked.is_classic())}
        {hidden("view", query.view.code(), query.view != fresh.view)}
        {hidden("mode", mode_code(query.mode), query.mode != fresh.mode)}
        {hidden("by", query.measure.code(), query.measure != fresh.measure)}
        {if rated {
            view! {
                <Set name="span" label=common::TIME value=query.span.code().to_owned() list=spans/>
                <Set name="against" label=funnel::AGAINST value=against list=againsts/>
            }.into_any()
        } else {
            view! {
                {hidden("span", query.span.code(), query.span != fresh.span)}
                {(against != fresh.against.code()).then(|| view! { <input type="hidden" name="against" value=against/> })}
            }.into_any()
        }}
        {(names.len() > 1).then(|| view! { <Set name="pipeline" label=common::PIPELINE value=chosen list=names/> })}
        {kept.map(|id| view! { <input type="hidden" name="pipeline" value=id.to_string()/> })}
        <span class="sep"></span>
        <Narrow filter choices/>
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(active > 0).then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}" "{active}</a> })}
    }
}
