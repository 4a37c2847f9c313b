//! The form of a deal: new, or changed. Pages of this module load what the
//! form starts with; rules about its fields are in `domain::pipeline::form`.

use crate::api::{self, SaveDealFn};
use crate::detail::Missing;
use domain::ids::{ContactId, CustomerId, DealId, PipelineId, ProductId, UserId};
use domain::money::Currency;
use domain::pipeline::form::DealForm;
use domain::pipeline::{Choices, Outcome, Source, StageKind};
use i18n::keys::{common, deal};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};
use ui::component::{Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, request_id, typed_or};
use ui::live::Live;
use ui::picker::CustomerPicker;
use ui::work_api::find_customers;
use ui::{Answer, ApiError, browser, facts, t, texts, words};

/// What the form starts with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Start {
    form: DealForm,
    customer: Option<(CustomerId, String)>,
    contacts: Vec<(ContactId, String)>,
    /// What an old deal has and a new one could not choose.
    owner: Option<(UserId, String)>,
    product: Option<ProductId>,
    closed: bool,
    choices: Choices,
}

async fn start_new(form: DealForm, customer: Option<CustomerId>) -> Answer<Start> {
    let choices = ui::work_api::choices().await?;
    let (customer, contacts) = match customer {
        Some(id) => {
            let found = find_customers(id.to_string()).await?;
            // The short name, as cards and the other pages show it.
            let named = found.into_iter().next().map(|(id, name, short)| (id, if short.is_empty() { name } else { short }));
            (named, api::contacts(id).await?)
        }
        None => (None, Vec::new()),
    };
    Ok(Start { form, customer, contacts, owner: None, product: None, closed: false, choices })
}

async fn start_edit(id: Option<DealId>) -> Answer<Start> {
    let Some(id) = id else { return Err(ApiError::NotFound) };
    let form = api::deal_form(id).await?;
    let known = api::deal(id).await?;
    let customer = known.card.customer;
    let mut contacts = api::contacts(customer).await.unwrap_or_default();
    if let Some(contact) = known.contact.filter(|contact| !contacts.iter().any(|(known, _)| *known == contact.id)) {
        contacts.push((contact.id, contact.name));
    }
    Ok(Start {
        form,
        customer: Some((customer, known.card.customer_name)),
        contacts,
        owner: Some((known.card.owner, known.card.owner_name)),
        product: known.product.map(|p| p.id),
        closed: known.card.outcome != Outcome::Open,
        choices: ui::work_api::choices().await?,
    })
}

#[component]
pub fn NewDealPage() -> impl IntoView {
    let query = use_query_map();
    let facts = facts();
    let fresh = StoredValue::new(DealForm {
        owner: facts.viewer.as_ref().map(|v| v.id.to_string()).unwrap_or_default(),
        currency: facts.viewer.as_ref().map(|v| v.currency.code().to_owned()).unwrap_or_default(),
        source: Source::Other.code().to_owned(),
        first_contact_on: facts.today().to_string(),
        ..DealForm::default()
    });
    let asked = Memo::new(move |_| {
        query.with(|q| {
            let get = |name: &str| q.get(name).unwrap_or_default();
            (CustomerId::parse(&get("customer")), PipelineId::parse(&get("pipeline")))
        })
    });
    let start = Resource::new(
        move || asked.get(),
        move |(customer, pipeline)| {
            let pipeline = pipeline.map(|id| id.to_string()).unwrap_or_default();
            start_new(DealForm { pipeline, ..fresh.get_value() }, customer)
        },
    );
    let back = Memo::new(move |_| asked.get().0.map_or_else(|| "/deals".to_owned(), |id| format!("/customers/{id}")));
    view! { <Frame title=deal::NEW_TITLE back start/> }
}

#[component]
pub fn EditDealPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| DealId::parse(&id)));
    let start = Resource::new(move || id.get(), start_edit);
    let back = Memo::new(move |_| id.get().map_or_else(|| "/deals".to_owned(), |id| format!("/deals/{id}")));
    view! { <Frame title=deal::EDIT_TITLE back start/> }
}

#[component]
fn Frame(title: i18n::Key, back: Memo<String>, start: Resource<Answer<Start>>) -> impl IntoView {
    view! {
        <Transition fallback=move || view! {
            <header class="top"><Heading text=t(title)/></header>
            <div class="body"><Skeleton rows=10/></div>
        }>
            {move || Suspend::new(async move {
                match start.await {
                    // A closure, so that the form of another deal has fields of its own.
                    Ok(start) => (move || view! {
                        <header class="top">
                            <a class="back" href=back.get_untracked()><Icon name="chevron-left" class="i-14"/>{t(common::BACK)}</a>
                            <Heading text=t(title)/>
                        </header>
                        <div class="body"><Editor start=start.clone() back=back.get_untracked()/></div>
                    }).into_any(),
                    Err(error) => view! { <Missing error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Somebody else's version, found while this form was open.
#[derive(Clone, PartialEq)]
struct Newer {
    by: String,
    /// Known after a refused save: saving over this version is possible.
    version: Option<i32>,
}

#[component]
fn Editor(start: Start, back: String) -> impl IntoView {
    let save = ServerAction::<SaveDealFn>::new();
    let answer = save.value();
    let form: DealForm = answer.with_untracked(|a| typed_or(a.as_ref().and_then(|a| a.as_ref().err()), start.form.clone()));
    let refusals = Refusals::of(move || answer.get());
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let node = NodeRef::<html::Form>::new();
    let request = request_id();
    let version = RwSignal::new(form.version);
    let newer = RwSignal::new(None::<Newer>);
    listen(DealId::parse(&form.id), version, newer);
    Effect::new(move |_| match error.get() {
        Some(ApiError::Stale { by, version, .. }) => newer.set(Some(Newer { by, version: Some(version) })),
        Some(ApiError::Refused { .. }) => request_animation_frame(to_first_refusal),
        _ => {}
    });
    let over = move |found: i32| {
        version.set(found);
        newer.set(None);
        // The field follows the signal before the next frame.
        request_animation_frame(move || {
            if let Some(node) = node.get_untracked() {
                let _ = node.request_submit();
            }
        });
    };
    let is_new = form.id.is_empty();
    view! {
        <ActionForm action=save node_ref=node attr:class="form">
            <FormError error/>
            {move || newer.get().map(|newer| view! { <NewerBanner newer over=Callback::new(over)/> })}
            <input type="hidden" name="form[id]" value=form.id.clone()/>
            <input type="hidden" name="form[version]" value=move || version.get().to_string()/>
            <input type="hidden" name="form[request]" value=move || request.get()/>
            <What form=form.clone() start=start.clone() refusals/>
            <Plan form=form.clone() choices=start.choices.clone() is_new refusals/>
            <More form start refusals/>
            <FormActions pending=save.pending() back label=if is_new { deal::CREATE } else { common::SAVE }/>
        </ActionForm>
    }
}

/// Hears of changes to the deal that is being edited; the form stays as it is.
fn listen(id: Option<DealId>, version: RwSignal<i32>, newer: RwSignal<Option<Newer>>) {
    let Some(id) = id else { return };
    let me = facts().viewer.as_ref().map(|v| v.id);
    Live::on_event(move |event| {
        if event.topic == "deal" && event.id == id.0 && event.version > version.get_untracked() && event.by != me {
            newer.set(Some(Newer { by: event.by_name, version: None }));
        }
    });
}

fn to_first_refusal() {
    use wasm_bindgen::JsCast;
    if let Some(field) = browser::query("form.form [aria-invalid=true]").and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

#[component]
fn NewerBanner(newer: Newer, over: Callback<i32>) -> impl IntoView {
    let name = if newer.by.is_empty() { t(deal::SOMEBODY).to_owned() } else { newer.by };
    view! {
        <div class="banner banner-warn wide" role="status">
            <Icon name="git-compare"/>
            <span class="grow">{texts().fmt(deal::NEWER, &[("name", &name)])}</span>
            {newer.version.map(|version| view! { <button class="btn btn-s" type="button" on:click=move |_| over.run(version)>{t(deal::KEEP_MINE)}</button> })}
            <button class="btn btn-s" type="button" on:click=|_| browser::reload()>{t(deal::LOAD_NEWER)}</button>
        </div>
    }
}

#[component]
fn What(form: DealForm, start: Start, refusals: Refusals) -> impl IntoView {
    // The page knows the name of the customer it began with; of another one
    // that was typed it knows the text.
    let chosen = start.customer.clone().filter(|(id, _)| form.customer.is_empty() || form.customer == id.to_string());
    let typed = if chosen.is_some() { String::new() } else { form.customer.clone() };
    let contacts = RwSignal::new(start.contacts.clone());
    let first = start.customer.map(|(id, _)| id);
    let known = StoredValue::new(start.contacts);
    let on_choose = Callback::new(move |customer: Option<CustomerId>| match customer {
        None => contacts.set(Vec::new()),
        Some(id) if Some(id) == first => contacts.set(known.get_value()),
        Some(id) => spawn_local(async move {
            let found = api::contacts(id).await.unwrap_or_default();
            contacts.try_set(found);
        }),
    });
    let contact = form.contact.clone();
    let contact_field = move || {
        let options = contacts.get().into_iter().map(|(id, name)| (id.to_string(), name)).collect::<Vec<_>>();
        (!options.is_empty()).then(|| {
            view! { <SelectField label=common::CONTACT name="contact" refusals value=contact.clone() options empty=t(deal::NO_CONTACT).to_owned()/> }
        })
    };
    let currencies = Currency::ALL.iter().map(|c| (c.code().to_owned(), c.code().to_owned())).collect();
    let products = start.choices.products.iter().filter(|p| p.active || Some(p.id) == start.product);
    let products = products.map(|p| (p.id.to_string(), format!("{} · {}", p.code, words::product_name(p)))).collect();
    let hint = t(if start.closed { deal::AMOUNT_CLOSED } else { deal::AMOUNT_HINT }).to_owned();
    view! {
        <fieldset>
            <legend>{t(deal::GROUP_WHAT)}</legend>
            <CustomerPicker refusals chosen typed on_choose/>
            <TextField label=deal::TITLE name="title" refusals value=form.title required=true wide=true max=domain::pipeline::form::TITLE_MAX/>
            <TextField label=common::AMOUNT name="amount" refusals value=form.amount required=true inputmode="text" hint max=40/>
            <SelectField label=common::CURRENCY name="currency" refusals value=form.currency options=currencies/>
            <SelectField label=common::PRODUCT name="product" refusals value=form.product options=products empty=t(deal::NO_PRODUCT).to_owned()/>
            {contact_field}
        </fieldset>
    }
}

#[component]
fn Plan(form: DealForm, choices: Choices, is_new: bool, refusals: Refusals) -> impl IntoView {
    let placed = is_new.then(|| view! { <Place choices pipeline=form.pipeline.clone() stage=form.stage.clone() refusals/> });
    view! {
        <fieldset>
            <legend>{t(deal::GROUP_PLAN)}</legend>
            {placed}
            <TextField label=deal::PROBABILITY name="probability" refusals value=form.probability inputmode="decimal" hint=t(deal::PROBABILITY_HINT).to_owned() max=8/>
            <TextField label=common::EXPECTED_CLOSE name="expected_close_on" refusals value=form.expected_close_on kind="date" max=0/>
            <TextField label=common::NEXT_STEP name="next_step" refusals value=form.next_step max=domain::pipeline::form::STEP_MAX/>
            <TextField label=deal::NEXT_ON name="next_on" refusals value=form.next_on kind="date" max=0/>
        </fieldset>
    }
}

/// Where a new deal begins: a pipeline, if there are several, and one of its
/// open stages. A deal that exists is moved instead, which leaves history.
#[component]
fn Place(choices: Choices, pipeline: String, stage: String, refusals: Refusals) -> impl IntoView {
    let lang = facts().lang;
    let first = choices.pipelines.first().map(|p| p.id.to_string()).unwrap_or_default();
    let chosen = RwSignal::new(if pipeline.is_empty() { first } else { pipeline.clone() });
    let names: Vec<_> = choices.pipelines.iter().map(|p| (p.id.to_string(), words::pick(lang, &p.name_zh, &p.name_en))).collect();
    let which = (names.len() > 1).then(|| {
        let value = chosen.get_untracked();
        view! {
            <div on:change=move |event| chosen.set(event_target_value(&event))>
                <SelectField label=common::PIPELINE name="pipeline" refusals value options=names/>
            </div>
        }
    });
    let stages = move || {
        let chosen = chosen.get();
        let open = choices.stages.iter().filter(|s| s.kind == StageKind::Open && s.pipeline.to_string() == chosen);
        let options: Vec<_> = open.map(|s| (s.id.to_string(), words::stage_name(s))).collect();
        view! { <SelectField label=common::STAGE name="stage" refusals value=stage.clone() options empty=t(deal::FIRST_STAGE).to_owned()/> }
    };
    view! { {which}{stages} }
}

#[component]
fn More(form: DealForm, start: Start, refusals: Refusals) -> impl IntoView {
    let mut owners: Vec<_> = start.choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    if let Some((id, name)) = start.owner.filter(|(id, _)| !owners.iter().any(|(known, _)| *known == id.to_string())) {
        owners.push((id.to_string(), name));
    }
    let sources = Source::ALL.iter().map(|s| (s.code().to_owned(), t(words::source(*s)).to_owned())).collect();
    view! {
        <fieldset>
            <legend>{t(deal::GROUP_MORE)}</legend>
            <SelectField label=common::OWNER name="owner" refusals value=form.owner options=owners/>
            <SelectField label=common::SOURCE name="source" refusals value=form.source options=sources/>
            <TextField label=deal::FIRST_CONTACT name="first_contact_on" refusals value=form.first_contact_on kind="date" max=0/>
            <TextField label=deal::COMPETITOR name="competitor" refusals value=form.competitor max=120/>
            <AreaField label=common::NOTES name="note" refusals value=form.note/>
        </fieldset>
    }
}
