//! Adding and changing a customer: one form for both.

use crate::api::{self, SaveCustomerFn};
use crate::fields::{NoPage, SuggestField};
use crate::hint::{HintedField, Hints};
use domain::customers::{CustomerChoices, CustomerDetail, CustomerForm, NAME_MAX, SHORT_MAX, Size, TEXT_MAX, Tier};
use domain::ids::CustomerId;
use domain::pipeline::Source;
use i18n::keys::{common, customers, nav};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::component::{Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::{ApiError, t, words};

#[component]
pub fn NewCustomerPage() -> impl IntoView {
    let choices = Resource::new(|| (), |()| api::choices());
    let save = ServerAction::<SaveCustomerFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <Heading text=t(customers::NEW_CUSTOMER)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match choices.await {
                        Ok(choices) => view! { <CustomerFields form=fresh() owner=None choices save back="/customers".to_owned()/> }.into_any(),
                        Err(error) => view! { <NoPage error back="/customers" label=customers::ALL_CUSTOMERS/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
pub fn EditCustomerPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| CustomerId::parse(&id))));
    let found = Resource::new(move || id.get(), |id| async move { api::customer(id.ok_or(ApiError::NotFound)?).await });
    let choices = Resource::new(|| (), |()| api::choices());
    let save = ServerAction::<SaveCustomerFn>::new();
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                let known = match choices.await {
                    Ok(known) => known,
                    Err(error) => return view! { <NoPage error back="/customers" label=customers::ALL_CUSTOMERS/> }.into_any(),
                };
                match found.await {
                    Ok(found) if found.may_write => {
                        let back = format!("/customers/{}", found.row.id);
                        let name = found.row.name.clone();
                        let owner = found.row.owner.clone().map(|(id, name)| (id.to_string(), name));
                        view! {
                            <header class="top">
                                <a class="back ell" href=back.clone() title=name.clone()><Icon name="chevron-left" class="i-14"/><span class="ell">{name.clone()}</span></a>
                                <Heading text=t(customers::EDIT_CUSTOMER)/>
                            </header>
                            <div class="body"><CustomerFields form=as_typed(found) owner choices=known save back/></div>
                        }
                        .into_any()
                    }
                    Ok(_) => view! { <NoPage error=ApiError::Forbidden back="/customers" label=customers::ALL_CUSTOMERS/> }.into_any(),
                    Err(error) => view! { <NoPage error back="/customers" label=customers::ALL_CUSTOMERS/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The form of a customer that is not there yet; its owner is who adds it.
fn fresh() -> CustomerForm {
    CustomerForm {
        tier: Tier::Potential.code().to_owned(),
        source: Source::Other.code().to_owned(),
        owner: ui::facts().viewer.as_ref().map(|v| v.id.to_string()).unwrap_or_default(),
        ..CustomerForm::default()
    }
}

/// A customer as if someone had typed it.
fn as_typed(found: CustomerDetail) -> CustomerForm {
    let row = found.row;
    let (longitude, latitude) = found.position.map(|(lon, lat)| (lon.to_string(), lat.to_string())).unwrap_or_default();
    CustomerForm {
        id: row.id.to_string(),
        version: row.version,
        request: String::new(),
        name: row.name,
        short_name: row.short_name,
        tier: row.tier.code().to_owned(),
        owner: row.owner.map(|(id, _)| id.to_string()).unwrap_or_default(),
        industry: row.industry,
        region: row.region,
        size: row.size.map(|v| v.code().to_owned()).unwrap_or_default(),
        source: row.source.code().to_owned(),
        phone: row.phone,
        website: row.website,
        tax_number: found.tax_number,
        address: found.address,
        longitude,
        latitude,
        notes: found.notes,
    }
}

/// `owner`: who owns it now, who may not be among the choices.
#[component]
fn CustomerFields(
    form: CustomerForm,
    owner: Option<(String, String)>,
    choices: CustomerChoices,
    save: ServerAction<SaveCustomerFn>,
    back: String,
) -> impl IntoView {
    let is_new = form.id.is_empty();
    let answer = save.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let refusals = Refusals::of(move || answer.get());
    let form = typed_or(error.get_untracked().as_ref(), form);
    let hints = Hints::of(&form);

    let mut owners: Vec<_> = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    if let Some(owner) = owner.filter(|(id, _)| !owners.iter().any(|(known, _)| known == id)) {
        owners.insert(0, owner);
    }
    // An owner can be set or changed here, not taken away.
    let no_owner =
        (!owners.iter().any(|(id, _)| *id == form.owner)).then(|| if is_new { t(common::NOT_SET) } else { t(nav::PUBLIC_POOL) }.to_owned());
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let sizes = Size::ALL.iter().map(|v| (v.code().to_owned(), words::size(*v))).collect();
    let sources = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    view! {
        <ActionForm action=save>
            <div class="form">
                <FormError error/>
                <Versioned id=form.id.clone() version=form.version error back=back.clone()/>
                <fieldset>
                    <legend>{t(customers::WHO)}</legend>
                    <HintedField label=common::NAME name="name" refusals hints value=form.name.clone() required=true max=NAME_MAX wide=true hint=t(customers::NAME_HINT).to_owned()/>
                    <TextField label=customers::SHORT_NAME name="short_name" refusals value=form.short_name.clone() max=SHORT_MAX hint=t(customers::SHORT_NAME_HINT).to_owned() autocomplete="off"/>
                    <SelectField label=common::TIER name="tier" refusals value=form.tier.clone() options=tiers/>
                    {match no_owner {
                        Some(empty) => view! { <SelectField label=common::OWNER name="owner" refusals value=String::new() options=owners empty/> }.into_any(),
                        None => view! { <SelectField label=common::OWNER name="owner" refusals value=form.owner.clone() options=owners/> }.into_any(),
                    }}
                    <SelectField label=common::SOURCE name="source" refusals value=form.source.clone() options=sources/>
                    <SuggestField label=common::INDUSTRY name="industry" refusals value=form.industry.clone() known=choices.industries max=TEXT_MAX/>
                    <SuggestField label=common::REGION name="region" refusals value=form.region.clone() known=choices.regions max=TEXT_MAX/>
                    <SelectField label=common::SIZE name="size" refusals value=form.size.clone() options=sizes empty=t(common::NOT_SET).to_owned()/>
                    <HintedField label=customers::TAX_NUMBER name="tax_number" refusals hints value=form.tax_number.clone() max=40/>
                </fieldset>
                <fieldset>
                    <legend>{t(customers::REACH)}</legend>
                    <HintedField label=common::PHONE name="phone" refusals hints value=form.phone.clone() kind="tel" max=40/>
                    <HintedField label=common::WEBSITE name="website" refusals hints value=form.website.clone() inputmode="url" max=TEXT_MAX/>
                </fieldset>
                <fieldset>
                    <legend>{t(customers::PLACE)}</legend>
                    <TextField label=common::ADDRESS name="address" refusals value=form.address.clone() wide=true autocomplete="off"/>
                    <TextField label=customers::LONGITUDE name="longitude" refusals value=form.longitude.clone() max=24 hint=t(customers::LONGITUDE_HINT).to_owned()/>
                    <TextField label=customers::LATITUDE name="latitude" refusals value=form.latitude.clone() max=24 hint=t(customers::LATITUDE_HINT).to_owned()/>
                    <AreaField label=common::NOTES name="notes" refusals value=form.notes.clone()/>
                </fieldset>
                <FormActions pending=save.pending() back/>
            </div>
        </ActionForm>
    }
}
