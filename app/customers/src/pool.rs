//! The list of the public pools: who lies there since when and why, to be claimed. What others
//! claim goes from it at once.

use crate::pool_api::{self as api, ClaimFn};
use crate::standing::why;
use crate::table::{FilterForm, Pager, Query, SearchChip, address};
use domain::customers::Tier;
use domain::pool::page::{ClaimForm, PoolFilter, PoolPage, PoolRow};
use i18n::keys::{common, customers, pool};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::error::violation_sentence;
use ui::form::{request_id, typed_or};
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{ApiError, fmt, t, texts, words};

const PATH: &str = "/pool";
const NAMES: &[&str] = &["pool", "tier", "q"];

#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: PoolFilter,
    after: Option<String>,
}

#[component]
pub fn PoolListPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query
            .with(|q| Asked { filter: PoolFilter::from_query(|name| q.get(name)), after: q.get("after").filter(|after| !after.is_empty()) })
    });
    let claim = ServerAction::<ClaimFn>::new();
    let found = Resource::new(move || (asked.get(), claim.version().get()), |(asked, _)| api::pool(asked.filter, asked.after));
    on_change(|event| matches!(event.topic.as_str(), "pool" | "settings" | "org"), move || found.refetch());
    let toasts = Toasts::here();
    Effect::new(move |_| {
        let Some(Ok(id)) = claim.value().get() else { return };
        let name = found.try_with_untracked(|found| {
            let rows = &found.as_ref()?.as_ref().ok()?.rows;
            Some(rows.iter().find(|row| row.id == id)?.name.clone())
        });
        if let Some(name) = name.flatten() {
            toasts.say(texts().fmt(pool::CLAIMED, &[("name", &name)]));
        }
    });
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <Heading text=t(pool::TITLE)/>
            <div class="end"><ExportMenu list="pool" query=Signal::derive(move || asked.with(|a| address("", &a.filter.to_query())))/></div>
        </header>
        <FilterForm path=PATH label=pool::FILTERS names=NAMES>
            <SearchChip label=pool::FIND value=Signal::derive(move || asked.with(|a| a.filter.text.clone()))/>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    let pools = found.await.map(|page| page.pools).unwrap_or_default();
                    chips(pools, &asked.get_untracked().filter)
                })}
            </Transition>
        </FilterForm>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(page) => view! { <Rows page asked=asked.get_untracked() claim/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn chips(pools: Vec<(domain::ids::PoolId, String, i64)>, filter: &PoolFilter) -> impl IntoView + use<> {
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let several = pools.len() > 1;
    let pools = pools.into_iter().map(|(id, name, n)| (id.to_string(), format!("{name} · {}", fmt::integer(n)))).collect();
    let narrowed = !filter.to_query().is_empty();
    view! {
        {several.then(|| view! { <Choice name="pool" label=pool::POOL value=filter.pool.map(|id| id.to_string()).unwrap_or_default() list=pools/> })}
        <Choice name="tier" label=common::TIER value=filter.tier.map(|tier| tier.to_string()).unwrap_or_default() list=tiers/>
        {narrowed.then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

/// The row that a refusal is about.
fn about(error: &ApiError) -> Option<String> {
    let customer = typed_or(Some(error), ClaimForm::default()).customer;
    (!customer.is_empty()).then_some(customer)
}

#[component]
fn Rows(page: PoolPage, asked: Asked, claim: ServerAction<ClaimFn>) -> impl IntoView {
    let error = Memo::new(move |_| claim.value().get().and_then(Result::err));
    let shown: Vec<String> = page.rows.iter().map(|row| row.id.to_string()).collect();
    // What is about no row that is shown stands above them: somebody else has it now.
    let above = move || {
        let error = error.get()?;
        let here = about(&error).is_some_and(|id| shown.contains(&id));
        (!here).then(|| match &error {
            ApiError::Refused { found, .. } => words::sentences(found.iter().map(violation_sentence)),
            other => other.sentence(),
        })
    };
    let above = Memo::new(move |_| above());
    let told = view! { <p class="form-error" role="alert" hidden=move || above.get().is_none()>{move || above.get()}</p> };
    let query: Query = asked.filter.to_query();
    let first = asked.after.is_some().then(|| address(PATH, &query));
    if page.rows.is_empty() {
        let text = match (page.pools.is_empty(), &first, query.is_empty()) {
            (true, ..) => pool::NO_POOLS,
            (_, Some(_), _) => customers::PAGE_OVER,
            (_, None, false) => common::EMPTY_FILTERED,
            (_, None, true) => pool::EMPTY,
        };
        let action = first.map(|href| (href, common::FIRST_PAGE)).or((!query.is_empty()).then(|| (PATH.to_owned(), common::CLEAR_FILTERS)));
        let (href, label) = action.unwrap_or_else(|| ("/customers".to_owned(), customers::ALL_CUSTOMERS));
        return view! { {told}<Empty icon="waves" text=t(text).to_owned()><a class="btn" href=href>{t(label)}</a></Empty> }.into_any();
    }
    let next = page.next.map(|after| {
        let mut query = query;
        query.push(("after", after));
        address(PATH, &query)
    });
    let total = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, page.total);
    view! {
        {told}
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(pool::TABLE)>
            <table class="table cards-on-phone" data-pool="">
                <thead><tr>
                    <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::TIER)}</th><th scope="col">{t(pool::IN_FOR)}</th>
                    <th scope="col">{t(pool::LAST_OWNER)}</th><th scope="col">{t(pool::WHY)}</th><th scope="col">{t(pool::POOL)}</th>
                    <th scope="col"><span class="sr">{t(pool::CLAIM)}</span></th>
                </tr></thead>
                <tbody>{page.rows.into_iter().map(|row| line(row, claim, error)).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{t(pool::HOW)}</p>
        <Pager total first next/>
    }
    .into_any()
}

fn line(row: PoolRow, claim: ServerAction<ClaimFn>, error: Memo<Option<ApiError>>) -> impl IntoView {
    let facts = ui::facts();
    let days = fmt::days(facts.lang, (facts.today() - row.since).num_days().max(0));
    let name = if row.may_open {
        view! { <a class="ell" href=format!("/customers/{}", row.id)>{row.name.clone()}</a> }.into_any()
    } else {
        view! { <span class="ell">{row.name.clone()}</span> }.into_any()
    };
    let small = [row.industry.as_str(), row.region.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let id = row.id.to_string();
    let refused = {
        let id = id.clone();
        Memo::new(move |_| {
            let error = error.get().filter(|error| about(error).as_deref() == Some(id.as_str()))?;
            Some(words::sentences(error.violations().iter().map(violation_sentence)))
        })
    };
    let action = match &row.refused {
        Some(found) => view! { <small class="muted" data-refused="">{violation_sentence(found)}</small> }.into_any(),
        None => {
            let label = texts().fmt(pool::CLAIM_NAMED, &[("name", &row.name)]);
            let request = request_id();
            let id = id.clone();
            view! {
                <ActionForm action=claim>
                    <input type="hidden" name="form[customer]" value=id.clone()/>
                    <input type="hidden" name="form[request]" value="" prop:value=request/>
                    <button class="btn btn-s" type="submit" aria-label=label disabled=move || claim.pending().get()>{t(pool::CLAIM)}</button>
                </ActionForm>
            }
            .into_any()
        }
    };
    view! {
        <tr data-customer-id=id>
            <td>{name}{(!small.is_empty()).then(|| view! { <small class="muted">{small}</small> })}</td>
            <td data-label=t(common::TIER)><span class="row row-1"><TierBadge tier=row.tier/>{words::tier(row.tier)}</span></td>
            <td class="num" data-label=t(pool::IN_FOR)><span title=words::day(&facts, row.since)>{days}</span></td>
            <td data-label=t(pool::LAST_OWNER)>{row.last_owner.map_or_else(|| fmt::NO_VALUE.to_owned(), |(_, name)| name)}</td>
            <td class="wrap" data-label=t(pool::WHY)>{why(row.hand, &row.reason)}</td>
            <td data-label=t(pool::POOL)><span class="row row-1"><Icon name="waves" class="i-14"/>{row.pool_name}</span></td>
            <td>
                {action}
                <span role="alert">{move || refused.get().map(|text| view! { <small class="danger" data-refusal="">{text}</small> })}</span>
            </td>
        </tr>
    }
}
