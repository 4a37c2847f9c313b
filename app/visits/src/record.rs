//! The form of a return visit: by what, when, with whom, what was said, the questions of
//! the customer's tier, needs and opinions, the next step.

use crate::api::{self, RecordVisitFn};
use domain::ids::{ContactId, CustomerId, UserId};
use domain::visits::CHANNELS;
use domain::visits::needs::{ItemForm, NeedKind, TEXT_MAX};
use domain::visits::questions::{ANSWER_MAX, Question, QuestionKind, RATING_MAX};
use domain::visits::record::{VisitForm, VisitSheet, channel};
use domain::work::STEP_MAX;
use i18n::Key;
use i18n::keys::{common, timeline, visits};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, options, request_id, typed_or};
use ui::{ApiError, t, texts, words};

/// Lines for needs, and for opinions.
const LINES: usize = 2;

/// `/visits/new?customer=…&channel=call&contact=…`
#[component]
pub fn RecordVisitPage() -> impl IntoView {
    let query = use_query_map();
    let of = Memo::new(move |_| {
        query.with(|q| {
            let customer = q.get("customer").and_then(|id| CustomerId::parse(&id))?;
            Some((customer, q.get("channel").and_then(|code| channel(&code)), q.get("contact").and_then(|id| ContactId::parse(&id))))
        })
    });
    let found = Resource::new(
        move || of.get(),
        |of| async move {
            match of {
                Some((customer, channel, contact)) => api::sheet(customer, channel, contact).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let save = ServerAction::<RecordVisitFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/visits"><Icon name="chevron-left" class="i-14"/>{t(visits::TITLE)}</a>
            <Heading text=t(visits::NEW)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(Some(sheet)) => view! { <Sheet sheet save/> }.into_any(),
                        Ok(None) => view! { <Away text=t(visits::CHOOSE_FIRST).to_owned()/> }.into_any(),
                        Err(error @ (ApiError::NotFound | ApiError::Forbidden)) => view! { <Away text=error.sentence()/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// In place of the form: what is not there has a way back.
#[component]
fn Away(text: String) -> impl IntoView {
    view! { <Empty text icon="heart-handshake"><a class="btn" href="/visits">{t(visits::TITLE)}</a></Empty> }
}

#[component]
fn Sheet(sheet: VisitSheet, save: ServerAction<RecordVisitFn>) -> impl IntoView {
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
    let typed: VisitForm = typed_or(error.get_untracked().as_ref(), sheet.form.clone());
    let form = if typed.customer == sheet.form.customer { typed } else { sheet.form.clone() };
    let request = request_id();
    let channels = CHANNELS.iter().map(|v| (v.code().to_owned(), t(words::follow_up(*v)).to_owned())).collect();
    let contacts = sheet.contacts.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let asked = (!sheet.questions.questions.is_empty()).then(|| {
        let lines = sheet.questions.questions.iter().enumerate().map(|(i, question)| {
            let said = form.answers.get(&format!("q{i}")).cloned().unwrap_or_default();
            view! { <Asked i question=question.clone() said refusals/> }
        });
        view! { <fieldset data-questions=""><legend>{t(visits::QUESTIONS)}</legend>{lines.collect_view()}</fieldset> }
    });
    let items = |kind: NeedKind, from: usize, legend: Key| {
        let line = |i: usize| {
            let typed = form.items.get(i).cloned().unwrap_or_default();
            view! { <Item i kind typed people=sheet.people.clone() refusals/> }
        };
        let lines = (from..from + LINES).map(line).collect_view();
        view! { <fieldset class="visit-items" data-items=kind.code()><legend>{t(legend)}</legend>{lines}</fieldset> }
    };
    let (needs, opinions) = (items(NeedKind::Need, 0, visits::NEEDS_OF), items(NeedKind::Opinion, LINES, visits::OPINIONS_OF));
    view! {
        <ActionForm action=save attr:class="form" attr:id="visit-form">
            <div class="row wide"><h2 class="ell"><a href=format!("/customers/{}", sheet.customer)>{sheet.customer_name.clone()}</a></h2><TierBadge tier=sheet.tier/></div>
            <FormError error/>
            <input type="hidden" name="form[request]" value="" prop:value=request/>
            <input type="hidden" name="form[customer]" value=sheet.customer.to_string()/>
            <input type="hidden" name="form[questions]" value=sheet.form.questions.clone()/>
            <SelectField label=visits::CHANNEL name="channel" refusals value=form.channel.clone() options=channels required=true/>
            <SelectField label=common::CONTACT name="contact" refusals value=form.contact.clone() options=contacts empty=t(visits::NO_CONTACT).to_owned()/>
            <TextField label=visits::ON name="on" refusals value=form.on.clone() kind="date" max=0 required=true/>
            <TextField label=common::TIME name="time" refusals value=form.time.clone() kind="time" max=0/>
            <AreaField label=visits::CONTENT name="content" refusals value=form.content.clone() required=true/>
            {asked}
            {needs}
            {opinions}
            <p class="hint">{t(visits::ITEMS_HINT)}</p>
            <TextField label=common::NEXT_STEP name="next_step" refusals value=form.next_step.clone() max=STEP_MAX/>
            <TextField label=timeline::STEP_ON name="next_on" refusals value=form.next_on.clone() kind="date" max=0/>
            <FormActions pending=save.pending() back="/visits".to_owned()/>
        </ActionForm>
    }
}

/// A question with the control that its answer needs.
#[component]
fn Asked(i: usize, question: Question, said: String, refusals: Refusals) -> impl IntoView {
    let id = format!("q{i}");
    let name = format!("form[answers][{id}]");
    let (at, told) = (id.clone(), format!("{id}-err"));
    let error = Memo::new(move |_| refusals.at(&at));
    let star = question.required.then(|| view! { <span class="req" aria-hidden="true">" *"</span> });
    let wrong = move || error.get().map(|_| "true");
    let required = question.required.then_some("true");
    let control = match question.kind {
        QuestionKind::Text => view! {
            <input id=id.clone() name=name type="text" value=said maxlength=ANSWER_MAX.to_string() autocomplete="off" aria-required=required aria-invalid=wrong aria-describedby=told.clone()/>
        }
        .into_any(),
        QuestionKind::Choice | QuestionKind::Rating => {
            let list = match question.kind {
                QuestionKind::Choice => question.choices.iter().map(|choice| (choice.clone(), choice.clone())).collect(),
                _ => (1..=RATING_MAX).rev().map(|n| (n.to_string(), n.to_string())).collect(),
            };
            view! {
                <select id=id.clone() name=name aria-required=required aria-invalid=wrong aria-describedby=told.clone()>
                    <option value="" selected=said.is_empty()>{t(visits::NO_ANSWER)}</option>
                    {options(list, &said)}
                </select>
            }
            .into_any()
        }
    };
    view! {
        <div class="field">
            <label for=id>{question.label.clone()}{star}</label>
            {control}
            <p class="err" id=told role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
        </div>
    }
}

/// One need or opinion: what, who sees to it, until when.
#[component]
fn Item(i: usize, kind: NeedKind, typed: ItemForm, people: Vec<(UserId, String)>, refusals: Refusals) -> impl IntoView {
    let n = i + 1;
    let ItemForm { text, owner, due_on, .. } = typed;
    // Of its own kind they are counted from one.
    let shown = if kind == NeedKind::Need { n } else { n - LINES };
    let kind_name = t(words::need_kind(kind));
    let field = move |label: Key, part: &'static str, control: AnyView| {
        let id = format!("{part}_{n}");
        let (at, told) = (id.clone(), format!("{id}-err"));
        let error = Memo::new(move |_| refusals.at(&at));
        view! {
            <div class="field">
                <label for=id>{texts().fmt(common::NAMED, &[("what", &format!("{kind_name} {shown}")), ("value", t(label))])}</label>
                {control}
                <p class="err" id=told role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
            </div>
        }
    };
    let invalid = move |part: &'static str| move || refusals.at(&format!("{part}_{n}")).map(|_| "true");
    let told = |part: &str| format!("{part}_{n}-err");
    let list: Vec<_> = people.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let what = view! {
        <input id=format!("text_{n}") name=format!("form[items][{i}][text]") type="text" value=text maxlength=TEXT_MAX.to_string() autocomplete="off" aria-invalid=invalid("text") aria-describedby=told("text")/>
    };
    let who = view! {
        <select id=format!("owner_{n}") name=format!("form[items][{i}][owner]") aria-invalid=invalid("owner") aria-describedby=told("owner")>
            <option value="" selected=owner.is_empty()>{t(visits::HANDLER_OWNER)}</option>
            {options(list, &owner)}
        </select>
    };
    let until = view! {
        <input id=format!("due_on_{n}") name=format!("form[items][{i}][due_on]") type="date" value=due_on aria-invalid=invalid("due_on") aria-describedby=told("due_on")/>
    };
    view! {
        <input type="hidden" name=format!("form[items][{i}][kind]") value=kind.code()/>
        {field(visits::TEXT, "text", what.into_any())}
        {field(visits::HANDLER, "owner", who.into_any())}
        {field(common::DUE_ON, "due_on", until.into_any())}
    }
}
