//! Who helps with a customer, on its page: their names, and for who may change the customer a form
//! to add somebody and to let them go.

use crate::api::SetHelperFn;
use domain::customers::CustomerDetail;
use domain::ids::UserId;
use i18n::keys::{common, customers};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Avatar, Icon};
use ui::form::{FormError, Refusals, SelectField};
use ui::{fmt, t, texts};

#[component]
pub fn Helpers(detail: CustomerDetail, action: ServerAction<SetHelperFn>) -> impl IntoView {
    if detail.helpers.is_empty() && !detail.may_write {
        return ().into_any();
    }
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || action.value().get());
    let customer = detail.row.id;
    let (may_write, n) = (detail.may_write, detail.helpers.len());
    let gone = move |id: UserId, name: &str| {
        let label = texts().fmt(customers::HELPER_GONE, &[("name", name)]);
        view! {
            <ActionForm action=action>
                <input type="hidden" name="form[customer]" value=customer.to_string()/>
                <input type="hidden" name="form[helper]" value=id.to_string()/>
                <input type="hidden" name="form[gone]" value="true"/>
                <button class="btn btn-s btn-icon" type="submit" aria-label=label.clone() title=label><Icon name="x" class="i-14"/></button>
            </ActionForm>
        }
    };
    let rows = detail
        .helpers
        .into_iter()
        .map(|(id, name)| {
            let gone = may_write.then(|| gone(id, &name));
            view! { <li class="person" data-helper=id.to_string()><Avatar id name=name.clone() class="av-s"/><span class="grow">{name}</span>{gone}</li> }
        })
        .collect_view();
    let options: Vec<_> = detail.may_help.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let open = error.get_untracked().is_some();
    let add = (may_write && !options.is_empty()).then(|| {
        view! {
            <details data-add-helper="" open=open>
                <summary class="btn btn-s"><Icon name="user-plus" class="i-14"/>{t(customers::ADD_HELPER)}</summary>
                <ActionForm action=action attr:class="form is-narrow">
                    <FormError error/>
                    <input type="hidden" name="form[customer]" value=customer.to_string()/>
                    <SelectField label=customers::HELPER name="helper" refusals value=String::new() options empty=fmt::NO_VALUE.to_owned() required=true/>
                    <div class="form-actions"><button class="btn btn-primary" type="submit" disabled=move || action.pending().get()>{t(common::ADD)}</button></div>
                </ActionForm>
            </details>
        }
    });
    view! {
        <section class="helpers" data-helpers=n.to_string()>
            <h2><Icon name="users" class="i-14"/>{t(customers::HELPERS)}</h2>
            {if n == 0 { view! { <p class="muted fs13">{t(customers::NO_HELPERS)}</p> }.into_any() } else { view! { <ul>{rows}</ul> }.into_any() }}
            {add}
        </section>
    }
    .into_any()
}
