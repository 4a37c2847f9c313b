//! Making and changing a contract: one form for both.

use crate::api::{self, ContractOf, SaveContractFn};
use domain::contracts::form::{ContractForm, NOTE_MAX, NUMBER_MAX, TITLE_MAX};
use domain::ids::{ContractId, DealId};
use i18n::Key;
use i18n::keys::{common, contracts};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, TextField, Versioned, typed_or};
use ui::{ApiError, t};

/// What an address says of a new contract, as that of an accepted quote does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Given {
    title: String,
    amount: String,
    note: String,
}

impl Given {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str, max: usize| get(name).map(|text| text.chars().take(max).collect()).unwrap_or_default();
        Self { title: text("title", TITLE_MAX), amount: text("amount", 40), note: text("note", NOTE_MAX) }
    }

    /// The form with it; what is not said stays.
    fn fill(self, mut form: ContractForm) -> ContractForm {
        for (given, field) in [(self.title, &mut form.title), (self.amount, &mut form.amount), (self.note, &mut form.note)] {
            if !given.is_empty() {
                *field = given;
            }
        }
        form
    }
}

/// `/contracts/new?deal=…`, and what else [`Given`] knows
#[component]
pub fn NewContractPage() -> impl IntoView {
    let query = use_query_map();
    let of = Memo::new(move |_| query.with(|q| q.get("deal").and_then(|id| DealId::parse(&id))).map(ContractOf::New));
    let given = Memo::new(move |_| query.with(|q| Given::from_query(|name| q.get(name))));
    view! { <FormPage of title=contracts::NEW given/> }
}

#[component]
pub fn EditContractPage() -> impl IntoView {
    let params = use_params_map();
    let of = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| ContractId::parse(&id))).map(ContractOf::Existing));
    view! { <FormPage of title=contracts::CHANGE/> }
}

#[component]
fn FormPage(of: Memo<Option<ContractOf>>, title: Key, #[prop(optional)] given: Option<Memo<Given>>) -> impl IntoView {
    let found = Resource::new(move || of.get(), |of| async move { api::contract_form(of.ok_or(ApiError::NotFound)?).await });
    let save = ServerAction::<SaveContractFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/contracts"><Icon name="chevron-left" class="i-14"/>{t(contracts::TITLE)}</a>
            <Heading text=t(title)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(form) => {
                            let given = given.map(|given| given.get_untracked()).unwrap_or_default();
                            view! { <Fields form=given.fill(form) save/> }.into_any()
                        }
                        Err(error) => view! { <NoContract error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// An error in place of a page: what is not there has a way back.
#[component]
pub fn NoContract(error: ApiError) -> impl IntoView {
    match error {
        ApiError::NotFound | ApiError::Forbidden => {
            view! { <Empty text=error.sentence() icon="receipt"><a class="btn" href="/contracts">{t(contracts::TITLE)}</a></Empty> }
                .into_any()
        }
        error => view! { <Failed error/> }.into_any(),
    }
}

#[component]
fn Fields(form: ContractForm, save: ServerAction<SaveContractFn>) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    let fresh = form.clone();
    let typed: ContractForm = typed_or(error.get_untracked().as_ref(), form);
    // A refusal of another contract's form says nothing here.
    let form = if (&typed.id, &typed.deal) == (&fresh.id, &fresh.deal) { typed } else { fresh };
    let back = if form.id.is_empty() { format!("/deals/{}", form.deal) } else { format!("/contracts/{}", form.id) };
    view! {
        <ActionForm action=save attr:class="form">
            <FormError error/>
            <Versioned id=form.id version=form.version error back=back.clone()/>
            <input type="hidden" name="form[deal]" value=form.deal/>
            <input type="hidden" name="form[currency]" value=form.currency.clone()/>
            <TextField label=contracts::NUMBER name="number" refusals value=form.number max=NUMBER_MAX autocomplete="off" hint=t(contracts::NUMBER_HINT).to_owned()/>
            <TextField label=contracts::NAME name="title" refusals value=form.title required=true max=TITLE_MAX/>
            <TextField label=common::AMOUNT name="amount" refusals value=form.amount required=true inputmode="decimal" max=40 hint=form.currency/>
            <TextField label=contracts::STARTS name="starts_on" refusals value=form.starts_on kind="date" max=0/>
            <TextField label=contracts::ENDS name="ends_on" refusals value=form.ends_on kind="date" max=0/>
            <AreaField label=common::NOTES name="note" refusals value=form.note/>
            <FormActions pending=save.pending() back/>
        </ActionForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fills_the_form_and_leaves_the_rest() {
        let form = ContractForm { title: "Deal".into(), amount: "1".into(), deal: "d".into(), ..ContractForm::default() };
        let given = Given::from_query(|name| (name == "amount").then(|| "12.50".to_owned()));
        let filled = given.fill(form.clone());
        assert_eq!((filled.title.as_str(), filled.amount.as_str(), filled.note.as_str()), ("Deal", "12.50", ""));
        assert_eq!(Given::from_query(|_| None).fill(form.clone()), form);
    }
}
