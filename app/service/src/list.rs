//! The list of tickets. Filters, order and page are in the address.

use crate::api;
use domain::customers::Tier;
use domain::page::Sort;
use domain::tickets::view::{SORT, TICKETS, TicketFilter, TicketList, TicketRow};
use domain::tickets::{Priority, TicketKind, TicketShown, TicketSort};
use i18n::Key;
use i18n::keys::{common, tickets};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::{Choice, Only, Set};
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Pager, Skeleton, TierBadge};
use ui::filter_form::{FilterForm, SearchChip};
use ui::form::options;
use ui::links::address;
use ui::refresh::on_change;
use ui::tickets::{kind, priority, response, shown, state, state_badge};
use ui::{t, texts, words};

const USUAL: &str = "due";
const NAMES: [&str; 9] = ["q", "state", "person", "priority", "kind", "tier", "late", "customer", "sort"];
const ORDERS: [(&str, Key); 3] = [(USUAL, tickets::SORT_DUE), ("-created", tickets::SORT_CREATED), ("-updated", tickets::SORT_UPDATED)];

/// The order that an address asks for; those due first, first, if it asks for none.
#[must_use]
pub fn ticket_sort(text: &str) -> Sort<TicketSort> {
    Sort::parse(text, TicketSort::parse).unwrap_or(SORT)
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: TicketFilter,
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
pub fn TicketsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: TicketFilter::from_query(|name| q.get(name)),
            sort: q.get("sort").unwrap_or_default(),
            after: q.get("after").filter(|after| !after.is_empty()),
        })
    });
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (asked.get(), again.get()),
        |(asked, _)| async move { api::tickets(asked.filter, asked.sort, asked.after).await },
    );
    on_change(
        |event| matches!(event.topic.as_str(), "ticket" | "customer"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <header class="top">
            <Heading text=t(tickets::TITLE)/>
            <div class="end"><ExportMenu list="tickets" query=Signal::derive(move || asked.with(|a| address("", &a.query())))/></div>
        </header>
        <FilterForm path=TICKETS label=tickets::FILTERS names=&NAMES>
            <SearchChip label=tickets::FIND value=Signal::derive(move || asked.with(|a| a.filter.text.clone()))/>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    // Without them the list can be narrowed all the same.
                    let people = found.await.map(|list| list.people).unwrap_or_default();
                    view! { <Chips asked=asked.get_untracked() people=people.into_iter().map(|(id, name)| (id.to_string(), name)).collect()/> }
                })}
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
fn Chips(asked: Asked, people: Vec<(String, String)>) -> impl IntoView {
    let off = address(TICKETS, &TicketFilter { customer: None, ..asked.filter.clone() }.to_query());
    let Asked { filter, sort, .. } = asked;
    let states = TicketShown::ALL.iter().map(|v| {
        // Of itself it shows what is to do.
        let code = if *v == TicketShown::Unsettled { "" } else { v.code() };
        (code.to_owned(), t(shown(*v)).to_owned())
    });
    let chosen = filter.shown.filter(|shown| *shown != TicketShown::Unsettled).map(|v| v.to_string()).unwrap_or_default();
    let priorities = Priority::ALL.iter().map(|v| (v.code().to_owned(), t(priority(*v)).to_owned())).collect();
    let kinds = TicketKind::ALL.iter().map(|v| (v.code().to_owned(), t(kind(*v)).to_owned())).collect();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let late = vec![("1".to_owned(), t(tickets::ONLY_LATE).to_owned())];
    let orders = ORDERS.iter().map(|(code, key)| ((if *code == USUAL { "" } else { code }).to_owned(), t(*key).to_owned())).collect();
    let sort = if sort == USUAL { String::new() } else { sort };
    let narrowed = !filter.is_empty();
    let code = |v: Option<String>| v.unwrap_or_default();
    view! {
        {filter.customer.map(|id| view! { <Only name="customer" value=id.to_string() what=t(common::CUSTOMER) off/> })}
        <Set name="state" label=tickets::STATE value=chosen list=states.collect()/>
        <Choice name="person" label=tickets::ASSIGNEE value=code(filter.person.map(|v| v.to_string())) list=people/>
        <Choice name="priority" label=tickets::PRIORITY value=code(filter.priority.map(|v| v.to_string())) list=priorities/>
        <Choice name="kind" label=tickets::KIND value=code(filter.kind.map(|v| v.to_string())) list=kinds/>
        <Choice name="tier" label=common::TIER value=code(filter.tier.map(|v| v.to_string())) list=tiers/>
        <Choice name="late" label=tickets::LATE value=code(filter.late.then(|| "1".to_owned())) list=late/>
        <span class="sep"></span>
        <label class="chip"><span class="sr">{t(common::SORT)}</span><select name="sort">{options(orders, &sort)}</select></label>
        {narrowed.then(|| view! { <a class="chip-clear" href=TICKETS>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

#[component]
fn Found(list: TicketList, asked: Asked) -> impl IntoView {
    if list.page.rows.is_empty() {
        let text = if asked.filter.is_empty() { tickets::NONE_YET } else { common::EMPTY_FILTERED };
        let all = (!asked.filter.is_empty()).then(|| view! { <a class="btn" href=TICKETS>{t(common::CLEAR_FILTERS)}</a> });
        return view! { <Empty text=t(text).to_owned() icon="life-buoy">{all}</Empty> }.into_any();
    }
    let total = texts().n(tickets::N_ONE, tickets::N_MANY, list.page.total);
    let late = (list.late > 0).then(|| {
        let mut filter = asked.filter.clone();
        filter.late = true;
        let text = texts().n(tickets::N_LATE_ONE, tickets::N_LATE_MANY, list.late);
        view! { <a class="danger" href=address(TICKETS, &filter.to_query()) data-late="">{text}</a> }
    });
    let first = asked.after.is_some().then(|| address(TICKETS, &asked.query()));
    let next = list.page.next.map(|after| {
        let mut query = asked.query();
        query.push(("after", after));
        address(TICKETS, &query)
    });
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(tickets::TABLE)>
            <table class="table cards-on-phone" data-ticket-list="">
                <thead><tr>
                    <th scope="col">{t(tickets::SUBJECT)}</th><th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(tickets::STATE)}</th>
                    <th scope="col">{t(tickets::RESPONSE)}</th><th scope="col">{t(tickets::PRIORITY)}</th><th scope="col">{t(tickets::ASSIGNEE)}</th>
                    <th scope="col">{t(tickets::OPENED)}</th>
                </tr></thead>
                <tbody>{list.page.rows.iter().map(line).collect_view()}</tbody>
            </table>
        </div>
        <Pager total first next>{late}</Pager>
    }
    .into_any()
}

fn line(row: &TicketRow) -> impl IntoView + use<> {
    let facts = ui::facts();
    let title = texts().fmt(tickets::NUMBER_OF, &[("n", &row.number.to_string()), ("subject", &row.subject)]);
    let until = row.due_at.map(|at| ui::error::instant(&facts, at)).unwrap_or_default();
    let urgent = row.priority == Priority::Urgent;
    view! {
        <tr data-ticket-id=row.id.to_string() data-state=row.state.code()>
            <td class="wrap"><a href=format!("{TICKETS}/{}", row.id)>{title}</a>" "<small class="muted">{t(kind(row.kind))}</small></td>
            <td data-label=t(common::CUSTOMER)><span class="row row-1"><a class="ell" href=format!("/customers/{}", row.customer) title=row.customer_name.clone()>{row.customer_name.clone()}</a><TierBadge tier=row.tier/></span></td>
            <td data-label=t(tickets::STATE)><span class=state_badge(row.state)>{t(state(row.state))}</span></td>
            <td data-label=t(tickets::RESPONSE) title=until>{response(row.response)}</td>
            <td data-label=t(tickets::PRIORITY)><span class:danger=urgent>{t(priority(row.priority))}</span></td>
            <td data-label=t(tickets::ASSIGNEE)><span class="row row-1"><Avatar id=row.assignee name=row.assignee_name.clone() class="av-s"/><span>{row.assignee_name.clone()}</span></span></td>
            <td class="num" data-label=t(tickets::OPENED)>{ui::error::instant(&facts, row.opened_at)}</td>
        </tr>
    }
}
