//! The filter bar of board and list. A real form with GET, so that it works
//! without scripts; with them every change is followed at once. The address is
//! the only state.

use domain::pipeline::filter::{DealFilter, NO_DATE};
use domain::pipeline::{Choices, NextStep, Outcome};
use i18n::keys::{board, common};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::choice::{Choice, Narrow, Only};
use ui::component::Icon;
use ui::form::options;
pub use ui::links::address;
use ui::views::{NAME, ViewKept};
use ui::{Answer, facts, t, texts, words};

/// `sort`: given by a list, whose order stays and which can be narrowed to an
/// outcome; a board has neither. `more`: further parts of the address, which stay;
/// given by pages that, like a list, show all pipelines unless narrowed to one.
#[component]
pub fn FilterBar(
    #[prop(into)] filter: Signal<DealFilter>,
    choices: Resource<Answer<Choices>>,
    path: &'static str,
    #[prop(optional, into)] sort: Option<Signal<String>>,
    #[prop(optional, into)] more: Option<Signal<Vec<(&'static str, String)>>>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let Some(data) = web_sys::FormData::new_with_form(&form).ok() else { return };
        let value = |name: &str| data.get(name).as_string().filter(|v| !v.is_empty());
        let mut query = DealFilter::from_query(value).to_query();
        query.extend(value("sort").map(|sort| ("sort", sort)));
        query.extend(value(NAME).map(|view| (NAME, view)));
        query.extend(more.map(|more| more.get_untracked()).unwrap_or_default());
        let to = address(path, &query);
        navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=path node_ref=form role="search" aria-label=t(board::FILTERS) on:submit=on_submit on:change=move |_| follow()>
            <ViewKept/>
            {move || more.map(|more| more.get().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view())}
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match choices.await {
                        Ok(choices) => Some(view! { <Chips filter=filter.get() choices path any_pipeline=sort.is_some() || more.is_some() sort=sort.map(|s| s.get()) kept=more.map(|m| m.get()).unwrap_or_default()/> }.into_any()),
                        Err(error) => Some(view! { <span class="muted fs12" role="alert">{error.sentence()}</span> }.into_any()),
                    }
                })}
            </Suspense>
        </form>
    }
}

#[component]
fn Chips(
    filter: DealFilter,
    choices: Choices,
    path: &'static str,
    any_pipeline: bool,
    sort: Option<String>,
    kept: Vec<(&'static str, String)>,
) -> impl IntoView {
    let lang = facts().lang;
    let leads = move |filter: DealFilter| address(path, &filter.to_query().into_iter().chain(kept.clone()).collect::<Vec<_>>());
    // A board shows one pipeline, a list all of them unless it is narrowed to one.
    let is_list = any_pipeline;
    let active = filter.active() + usize::from(is_list && filter.pipeline.is_some());
    let clear = leads(DealFilter { pipeline: filter.pipeline.filter(|_| !is_list), ..DealFilter::default() });
    let pipelines: Vec<_> = choices.pipelines.iter().map(|p| (p.id.to_string(), words::pick(lang, &p.name_zh, &p.name_en))).collect();
    let chosen = filter.pipeline.or_else(|| choices.pipelines.first().map(|p| p.id)).map(|id| id.to_string()).unwrap_or_default();
    let narrowed = filter.pipeline.map(|id| id.to_string()).unwrap_or_default();
    let nexts = NextStep::ALL.iter().map(|v| (v.code().to_owned(), t(words::next_step(*v)).to_owned())).collect();
    let closes = vec![(NO_DATE.to_owned(), t(board::NO_DATE).to_owned())];
    let outcomes = Outcome::ALL.iter().map(|v| (v.code().to_owned(), t(words::outcome(*v)).to_owned())).collect();
    let value = |v: Option<String>| v.unwrap_or_default();
    let whole = |amount: Option<i64>| amount.map(|n| n.to_string()).unwrap_or_default();
    let (from, to) = (value(filter.close_from.map(|v| v.to_string())), value(filter.close_to.map(|v| v.to_string())));
    let only_stage = filter.stage.filter(|_| is_list).map(|id| {
        let name = choices.stages.iter().find(|s| s.id == id).map(words::stage_name).unwrap_or_default();
        (id.to_string(), texts().fmt(board::ONLY_STAGE, &[("stage", &name)]))
    });
    let more = [filter.min_whole.is_some(), filter.max_whole.is_some(), filter.close_from.is_some(), filter.close_to.is_some()]
        .into_iter()
        .filter(|on| *on)
        .count();
    view! {
        {(pipelines.len() > 1).then(|| if is_list {
            view! { <Choice name="pipeline" label=board::PIPELINE_LABEL value=narrowed list=pipelines/> }.into_any()
        } else {
            view! {
                <label class="chip chip-strong"><span class="sr">{t(board::PIPELINE_LABEL)}</span>
                    <select name="pipeline">{options(pipelines, &chosen)}</select>
                </label>
                <span class="sep"></span>
            }.into_any()
        })}
        <label class="chip chip-search"><Icon name="search" class="i-14"/><span class="sr">{t(board::SEARCH_DEALS)}</span>
            <input name="q" type="search" value=filter.text.clone() prop:value=filter.text.clone() placeholder=t(board::SEARCH_DEALS) maxlength="100" enterkeyhint="search"/>
        </label>
        <Narrow filter=filter.clone() choices=choices.clone()/>
        {sort.map(|sort| view! {
            <Choice name="outcome" label=common::OUTCOME value=value(filter.outcome.map(|v| v.to_string())) list=outcomes/>
            <SortChip sort/>
        })}
        // What only a link can ask for stays too, until it is taken off.
        {filter.customer.map(|id| {
            let off = leads(DealFilter { customer: None, ..filter.clone() });
            view! { <Only name="customer" value=id.to_string() what=t(board::ONLY_CUSTOMER).to_owned() off/> }
        })}
        {only_stage.map(|(id, what)| {
            let off = leads(DealFilter { stage: None, ..filter.clone() });
            view! { <Only name="stage" value=id what off/> }
        })}
        <Choice name="next" label=board::NEXT_FILTER value=value(filter.next.map(|v| v.to_string())) list=nexts/>
        <Choice name="close" label=common::EXPECTED_CLOSE value=value(filter.undated.then(|| NO_DATE.to_owned())) list=closes/>
        <details class="more-filters">
            <summary class="chip" class:is-on={more > 0}><Icon name="sliders-horizontal" class="i-14"/>{t(board::MORE_FILTERS)}{(more > 0).then(|| format!(" {more}"))}</summary>
            <div class="pop">
                <label class="field"><span class="label">{t(board::MIN_AMOUNT)}</span><input name="min" type="number" min="0" step="1" value=whole(filter.min_whole) prop:value=whole(filter.min_whole)/></label>
                <label class="field"><span class="label">{t(board::MAX_AMOUNT)}</span><input name="max" type="number" min="0" step="1" value=whole(filter.max_whole) prop:value=whole(filter.max_whole)/></label>
                <label class="field"><span class="label">{t(board::CLOSE_FROM)}</span><input name="from" type="date" disabled=filter.undated value=from.clone() prop:value=from/></label>
                <label class="field"><span class="label">{t(board::CLOSE_TO)}</span><input name="to" type="date" disabled=filter.undated value=to.clone() prop:value=to/></label>
                <button class="btn btn-s" type="submit">{t(board::APPLY)}</button>
            </div>
        </details>
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(board::APPLY))></noscript>
        {(active > 0).then(|| view! { <a class="chip-clear" href=clear>{t(board::CLEAR_FILTERS)}" "{active}</a> })}
    }
}

/// The orders that people ask for, for a phone, where a table has no heads.
const ORDERS: [(&str, i18n::Key); 8] = [
    ("", common::UPDATED_AT),
    ("-created", common::CREATED_AT),
    ("-amount", common::AMOUNT),
    ("amount", common::AMOUNT),
    ("close", common::EXPECTED_CLOSE),
    ("-close", common::EXPECTED_CLOSE),
    ("next", common::NEXT_STEP),
    ("title", common::DEAL),
];

/// The order of a list as a chip.
#[component]
fn SortChip(sort: String) -> impl IntoView {
    let named = |(code, label): (&str, i18n::Key)| {
        let falls = code.is_empty() || code.starts_with('-');
        (code.to_owned(), format!("{} {}", t(label), if falls { "↓" } else { "↑" }))
    };
    let mut list: Vec<_> = ORDERS.into_iter().map(named).collect();
    if !list.iter().any(|(code, _)| *code == sort) {
        // By a head of the table.
        let column = sort.trim_start_matches('-');
        let label = ORDERS
            .iter()
            .find(|(code, _)| !code.is_empty() && code.trim_start_matches('-') == column)
            .map_or(common::UPDATED_AT, |(_, label)| *label);
        list.push(named((&sort, label)));
    }
    view! { <label class="chip"><span class="sr">{t(common::SORT)}</span><select name="sort">{options(list, &sort)}</select></label> }
}
