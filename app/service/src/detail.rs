//! A ticket's page: what is known, how far it is, what was said, and the forms that add to
//! it and assign it.

use crate::api::{self, AddToTicketFn, AssignTicketFn};
use domain::ids::TicketId;
use domain::tickets::form::{AssignForm, EntryForm};
use domain::tickets::view::{TICKETS, TicketDetail, TicketEntry};
use domain::tickets::{EntryKind, Priority, TicketKind, TicketState};
use i18n::Key;
use i18n::keys::{common, tickets};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::error::instant;
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, Versioned, typed_or};
use ui::refresh::on_change_when;
use ui::tickets::{entry, kind, priority, response, span, state, state_badge};
use ui::{ApiError, browser, t, texts};

/// The way of a ticket as its page shows it.
const WAY: [TicketState; 5] = [TicketState::Open, TicketState::Answered, TicketState::Waiting, TicketState::Solved, TicketState::Closed];

/// Where the forms are that add to a ticket and that assign it.
const FORMS: [&str; 2] = ["#form", "[data-assign]"];

#[component]
pub fn TicketPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| TicketId::parse(&id))));
    let assigning = Memo::new(move |_| query.with(|q| q.get("form").as_deref() == Some("assign")));
    let found = Resource::new(move || id.get(), |id| async move { api::ticket(id.ok_or(ApiError::NotFound)?).await });
    let add = ServerAction::<AddToTicketFn>::new();
    let assign = ServerAction::<AssignTicketFn>::new();
    Effect::new(move |before: Option<[usize; 2]>| {
        let now = [add.version().get(), assign.version().get()];
        // Of the form that was sent just now: what is refused of one is not drawn anew because
        // the other was saved once.
        let done = [matches!(add.value().get_untracked(), Some(Ok(_))), matches!(assign.value().get_untracked(), Some(Ok(_)))];
        let Some(before) = before else { return now };
        for i in (0..2).filter(|i| before[*i] != now[*i] && done[*i]) {
            // What was sent is no longer half-written.
            browser::reset(FORMS[i]);
            found.refetch();
        }
        now
    });
    // Nothing is taken from under somebody who is writing.
    on_change_when(
        move |event| event.topic == "ticket" && id.try_get_untracked().flatten().is_some_and(|id| id.0 == event.id),
        || !browser::is_touched("form.ticket-form"),
        move || found.refetch(),
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || {
                let assigning = assigning.get();
                Suspend::new(async move {
                    match found.await {
                        Ok(detail) => view! { <Shown detail assigning add assign/> }.into_any(),
                        Err(ApiError::NotFound | ApiError::Forbidden) => view! { <div class="body"><Gone/></div> }.into_any(),
                        Err(error) => view! { <div class="body"><Failed error/></div> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! { <Empty text=t(tickets::NOT_THERE).to_owned() icon="life-buoy"><a class="btn" href=TICKETS>{t(tickets::TITLE)}</a></Empty> }
}

#[component]
fn Shown(detail: TicketDetail, assigning: bool, add: ServerAction<AddToTicketFn>, assign: ServerAction<AssignTicketFn>) -> impl IntoView {
    let row = &detail.row;
    let here = format!("{TICKETS}/{}", row.id);
    let title = texts().fmt(tickets::NUMBER_OF, &[("n", &row.number.to_string()), ("subject", &row.subject)]);
    let (may, open) = (detail.may_write, detail.row.state);
    let form = (may && assigning).then(|| view! { <Assign detail=detail.clone() action=assign/> });
    let to_form = (may && !assigning).then(|| {
        view! { <a class="btn" href=format!("{here}?form=assign") title=t(tickets::ASSIGN_HINT)><Icon name="user-round" class="i-14"/><span>{t(tickets::ASSIGN)}</span></a> }
    });
    let said = detail.entries.iter().map(said).collect_view();
    view! {
        <header class="top">
            <a class="back" href=TICKETS><Icon name="chevron-left" class="i-14"/>{t(tickets::TITLE)}</a>
            <div class="end">{to_form}</div>
        </header>
        <div class="detail is-two" data-ticket=row.id.to_string() data-state=open.code()>
            <section class="facts" aria-label=t(tickets::FACTS)>
                <Heading text=title/>
                <p class="row ticket-way-now"><span class=state_badge(open)>{t(state(open))}</span>{response(row.response)}</p>
                <Way at=open/>
                <Known detail=detail.clone()/>
            </section>
            <section class="flow" aria-label=t(tickets::TIMELINE)>
                {form}
                {(may && !assigning).then(|| view! { <Composer detail=detail.clone() action=add/> })}
                {if detail.entries.is_empty() {
                    view! { <p class="muted fs13">{t(tickets::NOTHING_SAID)}</p> }.into_any()
                } else {
                    view! { <ol class="tl" data-entries="">{said}</ol> }.into_any()
                }}
            </section>
        </div>
    }
}

/// How far it is, of all that a ticket goes through.
#[component]
fn Way(at: TicketState) -> impl IntoView {
    let steps = WAY.iter().map(|step| {
        let here = (*step == at).then_some("step");
        view! { <li aria-current=here>{t(state(*step))}</li> }
    });
    view! { <ol class="ticket-way" aria-label=t(tickets::WAY)>{steps.collect_view()}</ol> }
}

#[component]
fn Known(detail: TicketDetail) -> impl IntoView {
    let facts = ui::facts();
    let row = &detail.row;
    let customer = if detail.may_read_customer {
        view! { <a href=format!("/customers/{}", row.customer)>{row.customer_name.clone()}</a> }.into_any()
    } else {
        view! { <span>{row.customer_name.clone()}</span> }.into_any()
    };
    let line = |label: Key, value: String| (!value.is_empty()).then(|| view! { <div><dt>{t(label)}</dt><dd>{value}</dd></div> });
    let at = |label: Key, at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| line(label, instant(&facts, at)));
    let promised = detail.promised_minutes.map(span).unwrap_or_else(|| t(tickets::FREE).to_owned());
    let again = if detail.reopened > 0 { texts().fmt(tickets::TIMES, &[("n", &detail.reopened.to_string())]) } else { String::new() };
    view! {
        <dl class="facts-list">
            <div><dt>{t(common::CUSTOMER)}</dt><dd><span class="row">{customer}<TierBadge tier=row.tier/></span></dd></div>
            {line(common::CONTACT, detail.contact.clone().unwrap_or_default())}
            {line(tickets::ASSIGNEE, row.assignee_name.clone())}
            {line(tickets::PRIORITY, t(priority(row.priority)).to_owned())}
            {line(tickets::KIND, t(kind(row.kind)).to_owned())}
            {line(tickets::PROMISED, promised)}
            {at(tickets::OPENED, Some(row.opened_at))}
            {line(tickets::OPENED_BY, detail.opened_by.clone())}
            {at(tickets::DUE, row.due_at)}
            {at(tickets::RESPONSE, row.answered_at)}
            {at(tickets::SOLVED, detail.solved_at)}
            {at(tickets::CLOSED, detail.closed_at)}
            {line(tickets::REOPENED_TIMES, again)}
        </dl>
        {(!detail.body.is_empty()).then(|| view! { <h2>{t(tickets::BODY)}</h2><p class="pre">{detail.body.clone()}</p> })}
    }
}

fn said(of: &TicketEntry) -> impl IntoView + use<> {
    let facts = ui::facts();
    let (class, icon) = match of.kind {
        EntryKind::Answer => ("tl-ic ok", "message-circle"),
        EntryKind::Note => ("tl-ic", "notebook-pen"),
        EntryKind::Reply => ("tl-ic accent", "user-round"),
        EntryKind::Reopen => ("tl-ic warn", "undo-2"),
    };
    let became = of.state.map(|to| {
        let text = texts().fmt(tickets::BECAME, &[("state", t(state(to)))]);
        view! { <span class="badge">{text}</span> }
    });
    let took = of.response.map(|of| view! { <small>{response(of)}</small> });
    let body = (!of.text.is_empty()).then(|| view! { <div class="tl-b">{of.text.clone()}</div> });
    let at = of.at;
    view! {
        <li class="tl-i" data-entry=of.kind.code()>
            <span class=class><Icon name=icon/></span>
            <div class="grow">
                <div class="tl-h"><b class="med">{of.by.clone()}</b><span>{t(entry(of.kind))}</span>{became}<time datetime=format!("{at:?}")>{instant(&facts, at)}</time></div>
                {body}{took}
            </div>
        </li>
    }
}

/// What is said or noted, and what the ticket is then. A form that works without scripts.
#[component]
fn Composer(detail: TicketDetail, action: ServerAction<AddToTicketFn>) -> impl IntoView {
    let (version, value) = (action.version(), action.value());
    // An answer of version 0 came with the page.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let from = detail.row.state;
    let fresh =
        EntryForm { kind: if from.is_unsettled() { EntryKind::Answer } else { EntryKind::Note }.code().to_owned(), ..EntryForm::default() };
    let form: EntryForm = typed_or(error.get_untracked().as_ref(), fresh);
    let kinds =
        [EntryKind::Answer, EntryKind::Reply, EntryKind::Note].into_iter().filter(|kind| from.is_unsettled() || *kind == EntryKind::Note);
    let kinds = kinds.map(|v| (v.code().to_owned(), t(entry(v)).to_owned())).collect();
    let next = from.next().iter().map(|to| {
        let name = if *to == TicketState::Open { tickets::THEN_OPEN } else { state(*to) };
        (to.code().to_owned(), t(name).to_owned())
    });
    let hint = (from == TicketState::Solved).then(|| view! { <p class="hint wide">{t(tickets::TEXT_NEEDED)}</p> });
    view! {
        <section class="card-box" id="form">
            <h2>{t(tickets::COMPOSER)}</h2>
            <ActionForm action=action attr:class="form ticket-form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=format!("{TICKETS}/{}", detail.row.id)/>
                <SelectField label=tickets::ENTRY_KIND name="kind" refusals value=form.kind.clone() options=kinds required=true/>
                <SelectField label=tickets::THEN name="state" refusals value=form.state.clone() options=next.collect() empty=t(tickets::THEN_USUAL).to_owned()/>
                <AreaField label=tickets::TEXT name="text" refusals value=form.text.clone()/>
                {hint}
                <div class="form-actions"><button class="btn btn-primary" type="submit" class:is-busy=action.pending()>{t(tickets::SEND)}</button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Assign(detail: TicketDetail, action: ServerAction<AssignTicketFn>) -> impl IntoView {
    let (version, value) = (action.version(), action.value());
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let row = detail.row.clone();
    let fresh = AssignForm {
        kind: row.kind.code().to_owned(),
        priority: row.priority.code().to_owned(),
        assignee: row.assignee.to_string(),
        ..AssignForm::default()
    };
    let form: AssignForm = typed_or(error.get_untracked().as_ref(), fresh);
    let kinds = TicketKind::ALL.iter().map(|v| (v.code().to_owned(), t(kind(*v)).to_owned())).collect();
    let priorities = Priority::ALL.iter().map(|v| (v.code().to_owned(), t(priority(*v)).to_owned())).collect();
    // Who left stays until somebody else is chosen.
    let mut people: Vec<(String, String)> = detail.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    if !detail.people.iter().any(|(id, _)| *id == row.assignee) {
        people.push((row.assignee.to_string(), row.assignee_name.clone()));
    }
    let back = format!("{TICKETS}/{}", row.id);
    view! {
        <section class="card-box" data-assign="">
            <h2>{t(tickets::ASSIGN)}</h2>
            <ActionForm action=action attr:class="form ticket-form">
                <FormError error/>
                <Versioned id=row.id.to_string() version=detail.version error back=back.clone()/>
                <SelectField label=tickets::ASSIGNEE name="assignee" refusals value=form.assignee.clone() options=people required=true/>
                <SelectField label=tickets::PRIORITY name="priority" refusals value=form.priority.clone() options=priorities required=true/>
                <SelectField label=tickets::KIND name="kind" refusals value=form.kind.clone() options=kinds required=true/>
                <FormActions pending=action.pending() back/>
            </ActionForm>
        </section>
    }
}
