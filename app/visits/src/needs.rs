//! Needs and opinions: the list, and the form of one: `?edit=…`.

use crate::api::{self, SaveNeedFn};
use crate::filters::Whose;
use domain::ids::{NeedId, UserId};
use domain::visits::needs::{NEEDS, NeedFilter, NeedForm, NeedKind, NeedList, NeedRow, NeedShown, NeedStatus, REASON_MAX};
use i18n::keys::{common, visits};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::{Choice, Only};
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Icon, Pager, Skeleton};
use ui::filter_form::FilterForm;
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::links::address;
use ui::refresh::on_change_when;
use ui::{Answer, fmt, t, texts, words};

const NAMES: &[&str] = &["kind", "status", "owner", "team", "customer", "overdue"];

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: NeedFilter,
    after: Option<String>,
    edit: Option<NeedId>,
}

#[component]
pub fn NeedsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            filter: NeedFilter::from_query(|name| q.get(name)),
            after: q.get("after").filter(|after| !after.is_empty()),
            edit: q.get("edit").and_then(|id| NeedId::parse(&id)),
        })
    });
    let found = Resource::new(move || asked.get(), |asked| api::needs(asked.filter, asked.after, asked.edit));
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    let save = ServerAction::<SaveNeedFn>::new();
    // Nothing is taken from under somebody who is filling in a form.
    on_change_when(
        |event| matches!(event.topic.as_str(), "need" | "customer"),
        move || asked.try_with_untracked(|asked| asked.edit.is_none()).unwrap_or(true),
        move || found.refetch(),
    );
    view! {
        <header class="top">
            <a class="back" href="/visits"><Icon name="chevron-left" class="i-14"/>{t(visits::TITLE)}</a>
            <Heading text=t(visits::NEEDS)/>
            <div class="end"><ExportMenu list="needs" query=Signal::derive(move || asked.with(|a| address("", &a.filter.to_query())))/></div>
        </header>
        <FilterForm path=NEEDS label=visits::NEEDS_FILTERS names=NAMES>
            <Transition fallback=|| ()>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let choices = choices.await;
                        view! { <Chips filter=asked.filter choices/> }
                    })
                }}
            </Transition>
        </FilterForm>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(list) => view! { <List list asked=asked.get_untracked() save/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Chips(filter: NeedFilter, choices: Answer<domain::pipeline::Choices>) -> impl IntoView {
    let kinds = NeedKind::ALL.iter().map(|v| (v.code().to_owned(), t(words::need_kind(*v)).to_owned())).collect();
    let shown = NeedShown::ALL.iter().map(|v| {
        // Of itself it shows what is to do.
        let code = if *v == NeedShown::Unsettled { "" } else { v.code() };
        (code.to_owned(), t(words::need_shown(*v)).to_owned())
    });
    let chosen = filter.shown.filter(|shown| *shown != NeedShown::Unsettled).map(|v| v.to_string()).unwrap_or_default();
    let late = vec![("1".to_owned(), t(visits::ONLY_OVERDUE).to_owned())];
    let code = |v: Option<String>| v.unwrap_or_default();
    let off = address(NEEDS, &NeedFilter { customer: None, ..filter.clone() }.to_query());
    let narrowed = !filter.is_empty();
    view! {
        {filter.customer.map(|id| view! { <Only name="customer" value=id.to_string() what=t(common::CUSTOMER) off/> })}
        <ui::choice::Set name="status" label=common::STATUS value=chosen list=shown.collect()/>
        <Choice name="kind" label=visits::KIND value=code(filter.kind.map(|v| v.to_string())) list=kinds/>
        <Whose choices owner=filter.owner team=filter.team tier=None with_tier=false/>
        <Choice name="overdue" label=visits::OVERDUE value=code(filter.overdue.then(|| "1".to_owned())) list=late/>
        {narrowed.then(|| view! { <a class="chip-clear" href=NEEDS>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

#[component]
fn List(list: NeedList, asked: Asked, save: ServerAction<SaveNeedFn>) -> impl IntoView {
    let here = address(NEEDS, &asked.filter.to_query());
    let editor = list.edited.clone().filter(|row| row.may_change).map(|row| {
        view! { <Editor row people=list.people.clone() back=here.clone() save/> }
    });
    if list.page.rows.is_empty() {
        let text = if asked.filter.is_empty() { visits::NEEDS_NONE } else { common::EMPTY_FILTERED };
        let all = (!asked.filter.is_empty()).then(|| view! { <a class="btn" href=NEEDS>{t(common::CLEAR_FILTERS)}</a> });
        return view! { {editor}<Empty text=t(text).to_owned() icon="message-circle">{all}</Empty> }.into_any();
    }
    let total = texts().n(visits::N_ITEMS_ONE, visits::N_ITEMS_MANY, list.page.total);
    let first = asked.after.is_some().then(|| here.clone());
    let next = list.page.next.clone().map(|after| {
        let mut query = asked.filter.to_query();
        query.push(("after", after));
        address(NEEDS, &query)
    });
    let rows = list.page.rows.into_iter().map(|row| {
        let mut query = asked.filter.to_query();
        query.extend(asked.after.clone().map(|after| ("after", after)));
        query.push(("edit", row.id.to_string()));
        view! { <Row row to=address(NEEDS, &query)/> }
    });
    view! {
        {editor}
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(visits::NEEDS_TABLE)>
            <table class="table cards-on-phone" data-needs="">
                <thead><tr>
                    <th scope="col">{t(visits::TEXT)}</th><th scope="col">{t(visits::KIND)}</th><th scope="col">{t(common::CUSTOMER)}</th>
                    <th scope="col">{t(common::STATUS)}</th><th scope="col">{t(visits::HANDLER)}</th><th scope="col">{t(common::DUE_ON)}</th>
                    <th scope="col">{t(visits::SAID)}</th><th scope="col">{t(visits::HANDLE)}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        <Pager total first next/>
    }
    .into_any()
}

#[component]
fn Row(row: NeedRow, to: String) -> impl IntoView {
    let facts = ui::facts();
    let late = row.overdue_days(facts.today());
    let due = match (row.due_on, late) {
        (Some(on), Some(days)) => {
            texts().fmt(visits::DUE_LATE, &[("day", &words::day(&facts, on)), ("days", &fmt::days(facts.lang, days))])
        }
        (Some(on), None) => words::day(&facts, on),
        (None, _) => t(visits::NO_DAY).to_owned(),
    };
    let customer = if row.may_read_customer {
        view! { <a href=format!("/customers/{}", row.customer)>{row.customer_name.clone()}</a> }.into_any()
    } else {
        view! { <span>{row.customer_name.clone()}</span> }.into_any()
    };
    let from = texts().fmt(visits::FROM_VISIT, &[("name", &row.by), ("at", &ui::error::instant(&facts, row.created_at))]);
    let handle = row.may_change.then(|| {
        let label = texts().fmt(visits::HANDLE_OF, &[("text", &row.text)]);
        view! { <a class="btn btn-s" href=to aria-label=label data-handle="">{t(visits::HANDLE)}</a> }
    });
    let class = if row.status == NeedStatus::Declined { "badge badge-danger" } else { "badge" };
    let reason = (!row.reason.is_empty()).then(|| view! { <small class="muted">{row.reason.clone()}</small> });
    view! {
        <tr data-need-id=row.id.to_string() data-status=row.status.code()>
            <td class="wrap"><span class="med">{row.text.clone()}</span>{reason}</td>
            <td data-label=t(visits::KIND)>{t(words::need_kind(row.kind))}</td>
            <td data-label=t(common::CUSTOMER)>{customer}</td>
            <td data-label=t(common::STATUS)><span class=class>{t(words::need_status(row.status))}</span></td>
            <td data-label=t(visits::HANDLER)><span class="row row-1"><Avatar id=row.owner name=row.owner_name.clone() class="av-s"/><span>{row.owner_name.clone()}</span></span></td>
            <td class="num" data-label=t(common::DUE_ON) class:danger=late.is_some()>{due}</td>
            <td class="num" data-label=t(visits::SAID)>{from}</td>
            <td>{handle}</td>
        </tr>
    }
}

#[component]
fn Editor(row: NeedRow, people: Vec<(UserId, String)>, back: String, save: ServerAction<SaveNeedFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let fresh = NeedForm {
        id: row.id.to_string(),
        status: row.status.code().to_owned(),
        owner: row.owner.to_string(),
        due_on: row.due_on.map(|on| on.to_string()).unwrap_or_default(),
        reason: row.reason.clone(),
        ..NeedForm::default()
    };
    let typed: NeedForm = typed_or(error.get_untracked().as_ref(), fresh.clone());
    let form = if typed.id == fresh.id { typed } else { fresh };
    let statuses = std::iter::once(row.status).chain(row.status.next().iter().copied());
    let statuses = statuses.map(|v| (v.code().to_owned(), t(words::need_status(v)).to_owned())).collect();
    // Somebody who left since, or may not log work, is still the one who has it.
    let mut list: Vec<_> = people.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    if !list.iter().any(|(id, _)| *id == row.owner.to_string()) {
        list.insert(0, (row.owner.to_string(), row.owner_name.clone()));
    }
    view! {
        <section class="card-box" id="need">
            <h2>{t(words::need_kind(row.kind))}" · "{row.customer_name.clone()}</h2>
            <p class="pre">{row.text.clone()}</p>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Versioned id=row.id.to_string() version=row.version error back=back.clone()/>
                <input type="hidden" name="form[back]" value=back.clone()/>
                <SelectField label=common::STATUS name="status" refusals value=form.status options=statuses/>
                <SelectField label=visits::HANDLER name="owner" refusals value=form.owner options=list/>
                <TextField label=common::DUE_ON name="due_on" refusals value=form.due_on kind="date" max=0/>
                <TextField label=common::REASON name="reason" refusals value=form.reason max=REASON_MAX wide=true hint=t(visits::REASON_HINT).to_owned()/>
                <FormActions pending=save.pending() back/>
            </ActionForm>
        </section>
    }
}
