//! The list of the public pools: which customers, or leads, lie there since when and why, to be
//! claimed, one or many. What others claim goes from it at once.

use crate::pool_api::{self as api, ClaimFn};
use crate::table::{FilterForm, Pager, Query, SearchChip, address};
use domain::change::{Changed, NotChanged};
use domain::customers::Tier;
use domain::pool::page::{ClaimForm, ClaimMany, LeadFacts, PoolFilter, PoolPage, PoolRow};
use domain::pool::settings::PoolKind;
use i18n::Key;
use i18n::keys::{change, common, customers, pool};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use ui::change::picks::{PickAll, PickedBar, Picks, watch};
use ui::choice::Choice;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::error::violation_sentence;
use ui::form::{request_id, typed_or};
use ui::pools::why;
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{ApiError, browser, fmt, t, texts, words};
use uuid::Uuid;

const PATH: &str = "/pool";
const NAMES: &[&str] = &["kind", "pool", "tier", "q"];

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
            rows.iter().find(|row| row.id == id).map(called)
        });
        if let Some(name) = name.flatten() {
            toasts.say(texts().fmt(pool::CLAIMED, &[("name", &name)]));
        }
    });
    let leads = Memo::new(move |_| asked.with(|a| a.filter.leads));
    let many = Many::new(Callback::new(move |()| found.refetch()));
    Effect::new(move |_| {
        asked.track();
        many.forget();
    });
    let tab = move |kind: PoolKind, label: Key| {
        let href = address(PATH, &PoolFilter { leads: kind == PoolKind::Leads, ..PoolFilter::default() }.to_query());
        let here = move || (leads.get() == (kind == PoolKind::Leads)).then_some("page");
        view! { <a href=href aria-current=here>{t(label)}</a> }
    };
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <Heading text=t(pool::TITLE)/>
            <nav class="seg seg-s" aria-label=t(pool::KINDS)>{tab(PoolKind::Customers, pool::CUSTOMERS)}{tab(PoolKind::Leads, pool::LEADS)}</nav>
            <div class="end"><ExportMenu list="pool" query=Signal::derive(move || asked.with(|a| address("", &a.filter.to_query())))/></div>
        </header>
        <FilterForm path=PATH label=pool::FILTERS names=NAMES>
            <input type="hidden" name="kind" value=move || kind_of(leads.get()) prop:value=move || kind_of(leads.get())/>
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
                        Ok(page) => view! { <Rows page asked=asked.get_untracked() claim many/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// As the address has it; customers are what is usual.
const fn kind_of(leads: bool) -> &'static str {
    if leads { PoolKind::Leads.code() } else { "" }
}

/// What a row is called: a customer by its name, a lead by its title.
fn called(row: &PoolRow) -> String {
    row.lead.as_ref().map_or_else(|| row.name.clone(), |lead| lead.title.clone())
}

/// Claims the rows that are chosen; one command at a time.
#[derive(Clone, Copy)]
struct Many {
    picks: Picks,
    busy: RwSignal<bool>,
    /// What was not claimed, by name, and why.
    left: RwSignal<Vec<NotChanged<Uuid>>>,
    failed: RwSignal<Option<ApiError>>,
    toasts: Toasts,
    claimed: Callback<()>,
}

impl Many {
    fn new(claimed: Callback<()>) -> Self {
        Self {
            picks: Picks::default(),
            busy: RwSignal::new(false),
            left: RwSignal::new(Vec::new()),
            failed: RwSignal::new(None),
            toasts: Toasts::here(),
            claimed,
        }
    }

    /// What was said of another page says nothing here.
    fn forget(self) {
        self.left.set(Vec::new());
        self.failed.set(None);
    }

    /// `order`: the rows of the page.
    fn send(self, leads: bool, order: &[Uuid]) {
        let ids: Vec<Uuid> = order.iter().copied().filter(|id| self.picks.has(*id)).collect();
        if self.busy.get_untracked() || ids.is_empty() {
            return;
        }
        self.busy.set(true);
        self.forget();
        let command = ClaimMany { request: browser::new_request(), leads, ids };
        spawn_local(async move {
            let answer = api::claim_many(command).await;
            self.busy.try_set(false);
            match answer {
                Ok(changed) => self.say(leads, changed),
                Err(error) => {
                    self.failed.try_set(Some(error));
                }
            }
            self.claimed.try_run(());
        });
    }

    fn say(self, leads: bool, Changed { done, refused, .. }: Changed<Uuid>) {
        // What was not claimed stays chosen, to be looked at.
        self.picks.keep(&refused.iter().map(|one| one.id).collect::<Vec<_>>());
        let (one, many) =
            if leads { (pool::CLAIMED_LEADS_ONE, pool::CLAIMED_LEADS_MANY) } else { (pool::CLAIMED_MANY_ONE, pool::CLAIMED_MANY_MANY) };
        if !done.is_empty() {
            self.toasts.say(texts().n(one, many, i64::try_from(done.len()).unwrap_or(i64::MAX)));
        }
        self.left.try_set(refused);
    }
}

/// What was not claimed of those that were chosen, each by name with its reason.
#[component]
fn NotClaimed(many: Many) -> impl IntoView {
    let lines = move || {
        many.left.with(|left| {
            let lines = left.iter().map(|one| view! { <li>{ui::change::line(&one.title, &one.why)}</li> }).collect_view();
            let n = i64::try_from(left.len()).unwrap_or(i64::MAX);
            let head = texts().n(pool::NOT_CLAIMED_ONE, pool::NOT_CLAIMED_MANY, n);
            (n > 0).then(|| view! { <div class="banner banner-warn" data-not-claimed=n.to_string()><Icon name="circle-alert"/><div class="grow"><b>{head}</b><ul>{lines}</ul></div></div> })
        })
    };
    let failed = move || many.failed.get().map(|error| view! { <p class="form-error">{error.sentence()}</p> });
    view! { <div role="alert">{lines}{failed}</div> }
}

fn chips(pools: Vec<(domain::ids::PoolId, String, i64)>, filter: &PoolFilter) -> impl IntoView + use<> {
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let several = pools.len() > 1;
    let pools = pools.into_iter().map(|(id, name, n)| (id.to_string(), format!("{name} · {}", fmt::integer(n)))).collect();
    let narrowed = filter.is_narrowed();
    let clear = address(PATH, &PoolFilter { leads: filter.leads, ..PoolFilter::default() }.to_query());
    view! {
        {several.then(|| view! { <Choice name="pool" label=pool::POOL value=filter.pool.map(|id| id.to_string()).unwrap_or_default() list=pools/> })}
        <Choice name="tier" label=common::TIER value=filter.tier.map(|tier| tier.to_string()).unwrap_or_default() list=tiers/>
        {narrowed.then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

/// The row that a refusal is about.
fn about(error: &ApiError) -> Option<String> {
    let ClaimForm { customer, lead, .. } = typed_or(Some(error), ClaimForm::default());
    [customer, lead].into_iter().find(|id| !id.is_empty())
}

#[component]
fn Rows(page: PoolPage, asked: Asked, claim: ServerAction<ClaimFn>, many: Many) -> impl IntoView {
    let leads = asked.filter.leads;
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
        let narrowed = asked.filter.is_narrowed();
        let everything = address(PATH, &PoolFilter { leads, ..PoolFilter::default() }.to_query());
        let text = match (page.pools.is_empty(), &first, narrowed) {
            (true, ..) if leads => pool::NO_LEAD_POOLS,
            (true, ..) => pool::NO_POOLS,
            (_, Some(_), _) => customers::PAGE_OVER,
            (_, None, true) => common::EMPTY_FILTERED,
            (_, None, false) if leads => pool::EMPTY_LEADS,
            (_, None, false) => pool::EMPTY,
        };
        let action = first.map(|href| (href, common::FIRST_PAGE)).or(narrowed.then_some((everything, common::CLEAR_FILTERS)));
        let (href, label) = action.unwrap_or_else(|| ("/customers".to_owned(), customers::ALL_CUSTOMERS));
        return view! { {told}<NotClaimed many/><Empty icon="waves" text=t(text).to_owned()><a class="btn" href=href>{t(label)}</a></Empty> }.into_any();
    }
    let next = page.next.map(|after| {
        let mut query = query;
        query.push(("after", after));
        address(PATH, &query)
    });
    let (one, several) = if leads { (pool::N_LEADS_ONE, pool::N_LEADS_MANY) } else { (common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY) };
    let total = texts().n(one, several, page.total);
    let order: Vec<Uuid> = page.rows.iter().map(|row| row.id).collect();
    let body = NodeRef::<html::Tbody>::new();
    let on_click = watch(many.picks, body, order.clone());
    let of_all = order.clone();
    let send = move |_| many.send(leads, &order);
    view! {
        {told}
        <NotClaimed many/>
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(if leads { pool::LEADS_TABLE } else { pool::TABLE })>
            <table class="table cards-on-phone" data-pool="">
                <thead><tr>
                    <th scope="col"><span class="row"><PickAll picks=many.picks order=of_all label=pick_all(leads)/>{t(if leads { pool::LEAD } else { common::CUSTOMER })}</span></th>
                    <th scope="col">{t(common::TIER)}</th>
                    {leads.then(|| view! { <th scope="col">{t(common::STAGE)}</th><th scope="col" class="r">{t(common::AMOUNT)}</th> })}
                    <th scope="col">{t(pool::IN_FOR)}</th>
                    <th scope="col">{t(pool::LAST_OWNER)}</th><th scope="col">{t(pool::WHY)}</th><th scope="col">{t(pool::POOL)}</th>
                    <th scope="col"><span class="sr">{t(pool::CLAIM)}</span></th>
                </tr></thead>
                <tbody node_ref=body on:click=on_click>{page.rows.into_iter().map(|row| line(row, claim, error)).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{t(if leads { pool::LEADS_HOW } else { pool::HOW })}</p>
        <Pager total first next/>
        <PickedBar picks=many.picks label=pool::PICKED_BAR picked=picked(leads)>
            <button class="btn btn-primary" type="button" data-claim-many="" class:is-busy=many.busy aria-busy=move || many.busy.get().to_string() on:click=send>{t(pool::CLAIM_ALL)}</button>
        </PickedBar>
    }
    .into_any()
}

const fn picked(leads: bool) -> (Key, Key) {
    if leads { (pool::PICKED_LEADS_ONE, pool::PICKED_LEADS_MANY) } else { (customers::PICKED_ONE, customers::PICKED_MANY) }
}

const fn pick_all(leads: bool) -> Key {
    if leads { pool::PICK_LEADS } else { customers::PICK_PAGE }
}

/// Stage and amount of a lead.
fn facts_of(lead: &LeadFacts) -> impl IntoView + use<> {
    let stage = words::pick(ui::facts().lang, &lead.stage_zh, &lead.stage_en);
    view! {
        <td data-label=t(common::STAGE)>{stage}</td>
        <td class="r num" data-label=t(common::AMOUNT)>{words::money_table(lead.amount)}</td>
    }
}

fn line(row: PoolRow, claim: ServerAction<ClaimFn>, error: Memo<Option<ApiError>>) -> impl IntoView {
    let facts = ui::facts();
    let days = fmt::days(facts.lang, (facts.today() - row.since).num_days().max(0));
    let title = called(&row);
    let name = if row.may_open {
        let href = if row.lead.is_some() { format!("/deals/{}", row.id) } else { format!("/customers/{}", row.id) };
        view! { <a class="ell" href=href>{title.clone()}</a> }.into_any()
    } else {
        view! { <span class="ell">{title.clone()}</span> }.into_any()
    };
    let of = row.lead.as_ref().map_or("", |_| row.name.as_str());
    let source = row.lead.as_ref().map_or("", |lead| t(words::source(lead.source)));
    let small = [of, row.industry.as_str(), row.region.as_str(), source]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
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
            let label = texts().fmt(pool::CLAIM_NAMED, &[("name", &title)]);
            let field = if row.lead.is_some() { "form[lead]" } else { "form[customer]" };
            let request = request_id();
            let id = id.clone();
            view! {
                <ActionForm action=claim>
                    <input type="hidden" name=field value=id.clone()/>
                    <input type="hidden" name="form[request]" value="" prop:value=request/>
                    <button class="btn btn-s" type="submit" aria-label=label disabled=move || claim.pending().get()>{t(pool::CLAIM)}</button>
                </ActionForm>
            }
            .into_any()
        }
    };
    let (customer, deal) = if row.lead.is_some() { (None, Some(id.clone())) } else { (Some(id.clone()), None) };
    let pick = texts().fmt(change::PICK, &[("title", &title)]);
    view! {
        <tr data-customer-id=customer data-deal-id=deal>
            <td><span class="row"><label class="pick"><input type="checkbox" data-pick=id aria-label=pick/></label>{name}</span>{(!small.is_empty()).then(|| view! { <small class="muted">{small}</small> })}</td>
            <td data-label=t(common::TIER)><span class="row row-1"><TierBadge tier=row.tier/>{words::tier(row.tier)}</span></td>
            {row.lead.as_ref().map(facts_of)}
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
