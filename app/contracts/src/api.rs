//! Server functions of contracts: who asks, one call to the store, return. What a deal
//! or a customer owes is in `ui`, for their slices.

use domain::contracts::form::{ContractForm, InvoiceForm, PaymentForm, PlanForm, StatusForm, StrikeForm};
use domain::contracts::view::{AgeingReport, ContractDetail, ContractFilter, ContractList};
use domain::ids::{ContractId, DealId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::list::contract_sort,
    domain::ids::RequestId,
    domain::policy::Action,
    i18n::fmt::{money_input, parse_amount},
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = ContractsFn, prefix = "/api", endpoint = "contracts/contracts", input = Json)]
pub async fn contracts(filter: ContractFilter, sort: String, after: Option<String>) -> Answer<ContractList> {
    let actor = actor(Action::ReadContracts)?;
    answer(store()?.contracts(&actor, &filter, contract_sort(&sort), after.as_deref()).await)
}

#[server(name = AgeingFn, prefix = "/api", endpoint = "contracts/ageing", input = Json)]
pub async fn ageing(filter: ContractFilter) -> Answer<AgeingReport> {
    let actor = actor(Action::ReadContracts)?;
    answer(store()?.contract_ageing(&actor, &filter).await)
}

#[server(name = ContractFn, prefix = "/api", endpoint = "contracts/contract", input = Json)]
pub async fn contract(id: ContractId) -> Answer<ContractDetail> {
    let actor = actor(Action::ReadContracts)?;
    answer(store()?.contract(&actor, id).await)
}

/// Which contract a form is for: one that exists, or a further one of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContractOf {
    Existing(ContractId),
    New(DealId),
}

#[server(name = ContractFormFn, prefix = "/api", endpoint = "contracts/contract_form", input = Json)]
pub async fn contract_form(of: ContractOf) -> Answer<ContractForm> {
    let actor = actor(Action::WriteContracts)?;
    let store = store()?;
    let form = answer(match of {
        ContractOf::Existing(id) => store.contract_form(&actor, id).await,
        ContractOf::New(deal) => store.new_contract_form(&actor, deal).await,
    })?;
    let amount = form.amount.parse().map_or_else(|_| String::new(), |minor| money_input(minor, &form.currency));
    Ok(ContractForm { amount, ..form })
}

/// Adds or changes a contract; a form that works without scripts, as all below.
#[server(name = SaveContractFn, prefix = "/api", endpoint = "contracts/save_contract")]
pub async fn save_contract(form: ContractForm) -> Answer<ContractId> {
    let actor = actor(Action::WriteContracts)?;
    shown(answer_form(store()?.save_contract(&actor, request(&form.request), form.clone(), parse_amount).await, &form))
}

#[server(name = SavePlanFn, prefix = "/api", endpoint = "contracts/save_plan")]
pub async fn save_plan(form: PlanForm) -> Answer<ContractId> {
    let actor = actor(Action::WriteContracts)?;
    shown(answer_form(store()?.save_plan(&actor, request(&form.request), form.clone(), parse_amount).await, &form))
}

#[server(name = SetStatusFn, prefix = "/api", endpoint = "contracts/set_status")]
pub async fn set_status(form: StatusForm) -> Answer<ContractId> {
    let actor = actor(Action::WriteContracts)?;
    shown(answer_form(store()?.set_contract_status(&actor, request(&form.request), form.clone()).await, &form))
}

#[server(name = RecordPaymentFn, prefix = "/api", endpoint = "contracts/record_payment")]
pub async fn record_payment(form: PaymentForm) -> Answer<ContractId> {
    let actor = actor(Action::RecordMoney)?;
    shown(answer_form(store()?.record_payment(&actor, request(&form.request), form.clone(), parse_amount).await, &form))
}

#[server(name = StrikePaymentFn, prefix = "/api", endpoint = "contracts/strike_payment")]
pub async fn strike_payment(form: StrikeForm) -> Answer<ContractId> {
    let actor = actor(Action::RecordMoney)?;
    shown(answer_form(store()?.strike_payment(&actor, request(&form.request), form.clone()).await, &form))
}

#[server(name = NoteInvoiceFn, prefix = "/api", endpoint = "contracts/note_invoice")]
pub async fn note_invoice(form: InvoiceForm) -> Answer<ContractId> {
    let actor = actor(Action::RecordMoney)?;
    shown(answer_form(store()?.note_invoice(&actor, request(&form.request), form.clone(), parse_amount).await, &form))
}

#[server(name = StrikeInvoiceFn, prefix = "/api", endpoint = "contracts/strike_invoice")]
pub async fn strike_invoice(form: StrikeForm) -> Answer<ContractId> {
    let actor = actor(Action::RecordMoney)?;
    shown(answer_form(store()?.strike_invoice(&actor, request(&form.request), form.clone()).await, &form))
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}

/// Then to the contract's page, without the form.
#[cfg(feature = "ssr")]
fn shown(saved: Answer<ContractId>) -> Answer<ContractId> {
    let id = saved?;
    leptos_axum::redirect(&format!("/contracts/{id}"));
    Ok(id)
}
