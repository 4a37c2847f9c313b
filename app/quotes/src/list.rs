//! The list of quotes. Filters and page are in the address.

use crate::api;
use domain::ids::UserId;
use domain::policy::Action;
use domain::quotes::QuoteStatus;
use domain::quotes::view::{QuoteFilter, QuoteList, QuoteRow};
use i18n::keys::{common, quotes};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Icon, Pager, Skeleton};
use ui::filter_form::{FilterForm, SearchChip};
use ui::links::address;
use ui::offers::{concerns, share};
use ui::refresh::on_change;
use ui::{facts, fmt, t, texts, words};

const PATH: &str = "/quotes";
const NAMES: [&str; 4] = ["q", "status", "owner", "deal"];

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: QuoteFilter,
    after: Option<String>,
}

#[component]
pub fn QuotesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: QuoteFilter::from_query(|name| q.get(name)),
            after: q.get("after").filter(|after| !after.is_empty()),
        })
    });
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (asked.get(), again.get()), |(asked, _)| async move { api::quotes(asked.filter, asked.after).await });
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change(concerns, move || {
        again.try_update(|n| *n += 1);
    });
    let decides = facts().may(Action::ApproveQuotes);
    view! {
        <header class="top">
            <Heading text=t(quotes::TITLE)/>
            <div class="end">
                <ExportMenu list="quotes" query=Signal::derive(move || asked.with(|a| address("", &a.filter.to_query())))/>
                {decides.then(|| view! { <a class="btn" href="/quotes/approvals"><Icon name="stamp" class="i-14"/><span>{t(quotes::APPROVALS)}</span></a> })}
            </div>
        </header>
        <FilterForm path=PATH label=quotes::FILTERS names=&NAMES>
            <SearchChip label=quotes::FIND value=Signal::derive(move || asked.with(|a| a.filter.text.clone()))/>
            <Transition fallback=|| ()>
                {move || {
                    let filter = asked.get().filter;
                    Suspend::new(async move {
                        // Without them the list can be narrowed all the same.
                        let owners = choices.await.map(|choices| choices.owners).unwrap_or_default();
                        view! { <Chips filter owners/> }
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
fn Chips(filter: QuoteFilter, owners: Vec<(UserId, String)>) -> impl IntoView {
    let statuses = QuoteStatus::ALL.iter().map(|v| (v.code().to_owned(), t(words::quote_status(*v)).to_owned())).collect();
    let owners = owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let narrowed = !filter.is_empty();
    let code = |v: Option<String>| v.unwrap_or_default();
    view! {
        {filter.deal.map(|id| view! { <input type="hidden" name="deal" value=id.to_string()/> })}
        <Choice name="status" label=common::STATUS value=code(filter.status.map(|v| v.to_string())) list=statuses/>
        <Choice name="owner" label=common::OWNER value=code(filter.owner.map(|v| v.to_string())) list=owners/>
        {narrowed.then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

#[component]
fn Found(list: QuoteList, asked: Asked) -> impl IntoView {
    if list.rows.is_empty() {
        let text = if asked.filter.is_empty() { quotes::NONE_YET } else { common::EMPTY_FILTERED };
        let all = (!asked.filter.is_empty()).then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> });
        return view! { <Empty text=t(text).to_owned() icon="file-text">{all}</Empty> }.into_any();
    }
    let total = texts().n(quotes::N_ONE, quotes::N_MANY, list.total);
    let first = asked.after.is_some().then(|| address(PATH, &asked.filter.to_query()));
    let next = list.next.map(|after| {
        let mut query = asked.filter.to_query();
        query.push(("after", after));
        address(PATH, &query)
    });
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(quotes::TABLE)>
            <table class="table cards-on-phone" data-quotes="">
                <thead><tr>
                    <th scope="col">{t(quotes::NUMBER)}</th><th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::STATUS)}</th>
                    <th scope="col" class="r">{t(quotes::TOTAL)}</th><th scope="col" class="r">{t(quotes::GIVEN)}</th>
                    <th scope="col">{t(quotes::VALID_UNTIL)}</th><th scope="col">{t(common::OWNER)}</th>
                </tr></thead>
                <tbody>{list.rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <Pager total first next/>
    }
    .into_any()
}

fn row(row: QuoteRow) -> impl IntoView {
    view! {
        <tr data-quote-id=row.id.to_string() data-status=row.status.code()>
            <td><a class="num" href=format!("/quotes/{}", row.id)>{row.name()}</a><small class="muted ell">{row.title.clone()}</small></td>
            <td data-label=t(common::CUSTOMER)>{row.customer_name.clone()}</td>
            <td data-label=t(common::STATUS)><span class=words::quote_badge(row.status)>{t(words::quote_status(row.status))}</span></td>
            <td class="r num" data-label=t(quotes::TOTAL)>{words::money_table(row.total)}</td>
            <td class="r num" data-label=t(quotes::GIVEN)>{share(row.discount_bp)}</td>
            <td class="num" data-label=t(quotes::VALID_UNTIL)>{fmt::date_iso(row.valid_until)}</td>
            <td data-label=t(common::OWNER)><span class="row row-1"><Avatar id=row.owner name=row.owner_name.clone() class="av-s"/><span>{row.owner_name.clone()}</span></span></td>
        </tr>
    }
}
