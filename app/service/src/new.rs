//! Writing a ticket down: `/tickets/new?customer=…`.

use crate::api::{self, OpenTicketFn};
use domain::ids::CustomerId;
use domain::tickets::form::TicketForm;
use domain::tickets::view::{TICKETS, TicketSheet};
use domain::tickets::{Priority, SUBJECT_MAX, TicketKind};
use i18n::keys::{common, nav, tickets};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, request_id, typed_or};
use ui::tickets::{kind, priority, span};
use ui::{ApiError, t, texts};

#[component]
pub fn NewTicketPage() -> impl IntoView {
    let query = use_query_map();
    let of = Memo::new(move |_| query.with(|q| q.get("customer").and_then(|id| CustomerId::parse(&id))));
    let found = Resource::new(
        move || of.get(),
        |of| async move {
            match of {
                Some(customer) => api::sheet(customer).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let save = ServerAction::<OpenTicketFn>::new();
    view! {
        <header class="top">
            <a class="back" href=TICKETS><Icon name="chevron-left" class="i-14"/>{t(tickets::TITLE)}</a>
            <Heading text=t(tickets::NEW)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(Some(sheet)) => view! { <Fields sheet save/> }.into_any(),
                        Ok(None) => view! { <Away text=t(tickets::CHOOSE_FIRST).to_owned()/> }.into_any(),
                        Err(error @ (ApiError::NotFound | ApiError::Forbidden)) => view! { <Away text=error.sentence()/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// In place of the form: what is not there has a way on.
#[component]
fn Away(text: String) -> impl IntoView {
    view! { <Empty text icon="life-buoy"><a class="btn" href="/customers">{t(nav::CUSTOMERS)}</a></Empty> }
}

#[component]
fn Fields(sheet: TicketSheet, save: ServerAction<OpenTicketFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    // What was refused of one customer's form says nothing in the next one's; an answer of
    // version 0 came with the page, from a form that was sent without scripts.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let fresh = TicketForm {
        customer: sheet.customer.to_string(),
        kind: TicketKind::Problem.code().to_owned(),
        priority: Priority::Normal.code().to_owned(),
        assignee: sheet.me.to_string(),
        ..TicketForm::default()
    };
    let typed: TicketForm = typed_or(error.get_untracked().as_ref(), fresh.clone());
    let form = if typed.customer == fresh.customer { typed } else { fresh };
    let request = request_id();
    let kinds = TicketKind::ALL.iter().map(|v| (v.code().to_owned(), t(kind(*v)).to_owned())).collect();
    let priorities = Priority::ALL.iter().map(|v| (v.code().to_owned(), t(priority(*v)).to_owned())).collect();
    let contacts = sheet.contacts.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let people = sheet.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let promised = sheet
        .promised_minutes
        .map_or_else(|| t(tickets::PROMISE_NONE).to_owned(), |minutes| texts().fmt(tickets::PROMISED_IN, &[("time", &span(minutes))]));
    view! {
        <ActionForm action=save attr:class="form" attr:id="ticket-form">
            <div class="row wide"><h2 class="ell"><a href=format!("/customers/{}", sheet.customer)>{sheet.customer_name.clone()}</a></h2><TierBadge tier=sheet.tier/></div>
            <p class="hint wide" data-promise="">{promised}</p>
            <FormError error/>
            <input type="hidden" name="form[request]" value="" prop:value=request/>
            <input type="hidden" name="form[customer]" value=sheet.customer.to_string()/>
            <TextField label=tickets::SUBJECT name="subject" refusals value=form.subject.clone() max=SUBJECT_MAX required=true wide=true/>
            <AreaField label=tickets::BODY name="body" refusals value=form.body.clone()/>
            <SelectField label=tickets::KIND name="kind" refusals value=form.kind.clone() options=kinds required=true/>
            <SelectField label=tickets::PRIORITY name="priority" refusals value=form.priority.clone() options=priorities required=true/>
            <SelectField label=tickets::ASSIGNEE name="assignee" refusals value=form.assignee.clone() options=people required=true/>
            <SelectField label=common::CONTACT name="contact" refusals value=form.contact.clone() options=contacts empty=i18n::fmt::NO_VALUE.to_owned()/>
            <FormActions pending=save.pending() back=format!("/customers/{}", sheet.customer)/>
        </ActionForm>
    }
}
