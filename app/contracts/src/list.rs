//! The list of contracts. Filters, order and page are in the address.

use crate::api;
use crate::tables::{Contracts, Sums};
use domain::contracts::view::{ContractFilter, ContractList, SORT};
use domain::contracts::{ContractSort, ContractStatus};
use domain::ids::UserId;
use domain::page::Sort;
use i18n::Key;
use i18n::keys::{common, contracts};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Pager, Skeleton};
use ui::filter_form::{FilterForm, SearchChip};
use ui::form::options;
use ui::links::address;
use ui::owed::concerns;
use ui::refresh::on_change;
use ui::{t, texts, words};

const PATH: &str = "/contracts";
const USUAL: &str = "-updated";
const NAMES: [&str; 7] = ["q", "status", "owner", "overdue", "deal", "customer", "sort"];
const ORDERS: [(&str, Key); 6] = [
    (USUAL, contracts::SORT_UPDATED),
    ("due", contracts::SORT_DUE),
    ("-amount", contracts::SORT_AMOUNT),
    ("amount", contracts::SORT_AMOUNT_UP),
    ("-created", contracts::SORT_CREATED),
    ("-number", contracts::SORT_NUMBER),
];

/// The order that an address asks for; the last changed first if it asks for none.
#[must_use]
pub fn contract_sort(text: &str) -> Sort<ContractSort> {
    Sort::parse(text, ContractSort::parse).unwrap_or(SORT)
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: ContractFilter,
    sort: String,
    after: Option<String>,
}

impl Asked {
    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = self.filter.to_query();
        if !self.sort.is_empty() && self.sort != USUAL {
            query.push(("sort", self.sort.clone()));
        }
        query
    }
}

#[component]
pub fn ContractsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: ContractFilter::from_query(|name| q.get(name)),
            sort: q.get("sort").unwrap_or_default(),
            after: q.get("after").filter(|after| !after.is_empty()),
        })
    });
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (asked.get(), again.get()),
        |(asked, _)| async move { api::contracts(asked.filter, asked.sort, asked.after).await },
    );
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change(concerns, move || {
        again.try_update(|n| *n += 1);
    });
    view! {
        <header class="top">
            <Heading text=t(contracts::TITLE)/>
            <div class="end">
                <ExportMenu list="contracts" query=Signal::derive(move || asked.with(|a| address("", &a.query())))/>
                <a class="btn" href="/contracts/ageing"><Icon name="hourglass" class="i-14"/><span>{t(contracts::AGEING)}</span></a>
            </div>
        </header>
        <FilterForm path=PATH label=contracts::FILTERS names=&NAMES>
            <SearchChip label=contracts::FIND value=Signal::derive(move || asked.with(|a| a.filter.text.clone()))/>
            <Transition fallback=|| ()>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        // Without them the list can be narrowed all the same.
                        let owners = choices.await.map(|choices| choices.owners).unwrap_or_default();
                        view! { <Chips asked owners/> }
                    })
                }}
            </Transition>
        </FilterForm>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(list) => view! { <Found list asked=asked.get_untracked()/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Chips(asked: Asked, owners: Vec<(UserId, String)>) -> impl IntoView {
    let Asked { filter, sort, .. } = asked;
    let statuses = ContractStatus::ALL.iter().map(|v| (v.code().to_owned(), t(words::contract_status(*v)).to_owned())).collect();
    let owners = owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let late = vec![("1".to_owned(), t(contracts::ONLY_OVERDUE).to_owned())];
    let orders = ORDERS.iter().map(|(code, key)| ((if *code == USUAL { "" } else { code }).to_owned(), t(*key).to_owned())).collect();
    let sort = if sort == USUAL { String::new() } else { sort };
    let narrowed = !filter.is_empty();
    let code = |v: Option<String>| v.unwrap_or_default();
    let hidden = [("deal", filter.deal.map(|id| id.to_string())), ("customer", filter.customer.map(|id| id.to_string()))];
    view! {
        {hidden.into_iter().filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value/> })).collect_view()}
        <Choice name="status" label=common::STATUS value=code(filter.status.map(|v| v.to_string())) list=statuses/>
        <Choice name="owner" label=common::OWNER value=code(filter.owner.map(|v| v.to_string())) list=owners/>
        <Choice name="overdue" label=contracts::OVERDUE value=code(filter.overdue.then(|| "1".to_owned())) list=late/>
        <span class="sep"></span>
        <label class="chip"><span class="sr">{t(common::SORT)}</span><select name="sort">{options(orders, &sort)}</select></label>
        {narrowed.then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

#[component]
fn Found(list: ContractList, asked: Asked) -> impl IntoView {
    if list.page.rows.is_empty() {
        let text = if asked.filter.is_empty() { contracts::NONE_YET } else { common::EMPTY_FILTERED };
        let all = (!asked.filter.is_empty()).then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> });
        return view! { <Empty text=t(text).to_owned() icon="receipt">{all}</Empty> }.into_any();
    }
    let total = texts().n(contracts::N_ONE, contracts::N_MANY, list.page.total);
    let first = asked.after.is_some().then(|| address(PATH, &asked.query()));
    let next = list.page.next.map(|after| {
        let mut query = asked.query();
        query.push(("after", after));
        address(PATH, &query)
    });
    view! {
        <Sums sums=list.sums/>
        <p class="hint" data-sums-hint="">{t(contracts::SUMS_HINT)}</p>
        <Contracts rows=list.page.rows/>
        <Pager total first next/>
    }
    .into_any()
}
