//! Server functions of customers and contacts: who asks, one call to the
//! store, return. The picker `customers/find` is in `ui`, for all slices.

use domain::change::UndoChanges;
use domain::customer_change::{ChangeCustomers, Changed};
use domain::customers::{ContactForm, ContactRow, CustomerChoices, CustomerDetail, CustomerFilter, CustomerForm, CustomerRow, HelperForm};
use domain::ids::{ContactId, CustomerId, DealId};
use domain::page::Page;
use domain::quick::QuickForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::{contacts::contact_sort, list::customer_sort},
    domain::ids::RequestId,
    domain::policy::Action,
    ui::error::ApiError,
    ui::server::{actor, answer, answer_form, store},
};

/// `left`: with the days left until each falls into the public pool.
#[server(name = CustomersFn, prefix = "/api", endpoint = "customers/customers", input = Json)]
pub async fn customers(
    filter: CustomerFilter,
    sort: String,
    after: Option<String>,
    #[server(default)] left: bool,
) -> Answer<Page<CustomerRow>> {
    let actor = actor(Action::ReadCustomers)?;
    let store = store()?;
    let mut page = answer(store.customers(&actor, &filter, customer_sort(&sort), after.as_deref()).await)?;
    if left {
        answer(store.protections(&mut page.rows).await)?;
    }
    Ok(page)
}

#[server(name = CustomerFn, prefix = "/api", endpoint = "customers/customer", input = Json)]
pub async fn customer(id: CustomerId) -> Answer<CustomerDetail> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.customer(&actor, id).await)
}

#[server(name = CustomerChoicesFn, prefix = "/api", endpoint = "customers/choices")]
pub async fn choices() -> Answer<CustomerChoices> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.customer_choices(&actor).await)
}

/// Adds or changes a customer; a form that works without scripts.
#[server(name = SaveCustomerFn, prefix = "/api", endpoint = "customers/save_customer")]
pub async fn save_customer(form: CustomerForm) -> Answer<CustomerId> {
    let actor = actor(Action::WriteCustomers)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.save_customer(&actor, request, form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/customers/{id}"));
    Ok(id)
}

/// A customer with its contact and its first deal; a form that works without scripts. Then to the
/// deal, with the next step that was agreed.
#[server(name = QuickLeadFn, prefix = "/api", endpoint = "customers/quick_lead")]
pub async fn quick_lead(form: QuickForm) -> Answer<DealId> {
    let actor = actor(Action::WriteDeals)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.quick_lead(&actor, request, form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/deals/{id}"));
    Ok(id)
}

/// Lets somebody help with a customer, or no longer; a form that works without scripts.
#[server(name = SetHelperFn, prefix = "/api", endpoint = "customers/set_helper")]
pub async fn set_helper(form: HelperForm) -> Answer<CustomerId> {
    let actor = actor(Action::WriteCustomers)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.set_helper(&actor, request, form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/customers/{id}"));
    Ok(id)
}

/// One fact of many customers; says of each that was left as it was, why.
#[server(name = ChangeCustomersFn, prefix = "/api", endpoint = "customers/change_customers", input = Json)]
pub async fn change_customers(command: ChangeCustomers) -> Answer<Changed> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.change_customers(&actor, command).await)
}

#[server(name = UndoCustomersFn, prefix = "/api", endpoint = "customers/undo_changes", input = Json)]
pub async fn undo_changes(command: UndoChanges) -> Answer<Changed> {
    let actor = actor(Action::WriteCustomers)?;
    answer(store()?.undo_customer_changes(&actor, command).await)
}

#[server(name = ContactsFn, prefix = "/api", endpoint = "customers/contacts", input = Json)]
pub async fn contacts(text: String, sort: String, after: Option<String>) -> Answer<Page<ContactRow>> {
    let actor = actor(Action::ReadCustomers)?;
    answer(store()?.contacts(&actor, None, &text, contact_sort(&sort), after.as_deref()).await)
}

/// Which contact a form is for: one that exists, or a further one of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactOf {
    Existing(ContactId),
    New(CustomerId),
}

/// The form, and the name of the customer it belongs to.
#[server(name = ContactFormFn, prefix = "/api", endpoint = "customers/contact_form", input = Json)]
pub async fn contact_form(of: ContactOf) -> Answer<(ContactForm, String)> {
    let actor = actor(Action::WriteCustomers)?;
    let store = store()?;
    let form = answer(match of {
        ContactOf::Existing(id) => store.contact_form(&actor, id).await,
        ContactOf::New(customer) => store.new_contact_form(&actor, customer).await,
    })?;
    let customer = CustomerId::parse(&form.customer).ok_or(ApiError::NotFound)?;
    let name = answer(store.customer(&actor, customer).await)?.row.name;
    Ok((form, name))
}

/// Adds or changes a contact; a form that works without scripts. Then back to
/// the customer, where the contact is shown.
#[server(name = SaveContactFn, prefix = "/api", endpoint = "customers/save_contact")]
pub async fn save_contact(form: ContactForm) -> Answer<ContactId> {
    let actor = actor(Action::WriteCustomers)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.save_contact(&actor, request, form.clone()).await, &form)?;
    if let Some(customer) = CustomerId::parse(&form.customer) {
        leptos_axum::redirect(&format!("/customers/{customer}"));
    }
    Ok(id)
}
