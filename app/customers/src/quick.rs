//! A lead with one thumb: six fields, one button. Who looks like a known customer is said while
//! it is typed.

use crate::api::QuickLeadFn;
use crate::hint::{HintedField, Hints};
use chrono::Days;
use domain::customers::{CustomerForm, NAME_MAX};
use domain::pipeline::form::{STEP_MAX, TITLE_MAX};
use domain::quick::QuickForm;
use i18n::keys::{common, customers, deal};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Heading, Icon};
use ui::form::{FormActions, FormError, Refusals, TextField, request_id, typed_or};
use ui::{facts, t};

#[component]
pub fn QuickLeadPage() -> impl IntoView {
    let save = ServerAction::<QuickLeadFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/deals"><Icon name="chevron-left" class="i-14"/>{t(common::BACK)}</a>
            <Heading text=t(customers::QUICK)/>
        </header>
        <div class="body"><Fields save/></div>
    }
}

#[component]
fn Fields(save: ServerAction<QuickLeadFn>) -> impl IntoView {
    let answer = save.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let refusals = Refusals::of(move || answer.get());
    let tomorrow = facts().today().checked_add_days(Days::new(1)).map(|on| on.to_string()).unwrap_or_default();
    let form = typed_or(error.get_untracked().as_ref(), QuickForm { next_on: tomorrow, ..QuickForm::default() });
    let hints = Hints::of(&CustomerForm { name: form.name.clone(), phone: form.phone.clone(), ..CustomerForm::default() });
    let request = request_id();
    view! {
        <ActionForm action=save attr:class="form is-narrow quick" attr:data-quick="">
            <FormError error/>
            <input type="hidden" name="form[request]" value=move || request.get()/>
            <HintedField label=customers::QUICK_NAME name="name" refusals hints value=form.name required=true max=NAME_MAX/>
            <TextField label=customers::QUICK_PERSON name="person" refusals value=form.person max=120 autocomplete="off"/>
            <HintedField label=common::PHONE name="phone" refusals hints value=form.phone kind="tel" inputmode="tel" max=40/>
            <TextField label=customers::QUICK_NEED name="need" refusals value=form.need required=true max=TITLE_MAX autocomplete="off"/>
            <TextField label=common::NEXT_STEP name="next_step" refusals value=form.next_step required=true max=STEP_MAX autocomplete="off"/>
            <TextField label=deal::NEXT_ON name="next_on" refusals value=form.next_on kind="date" required=true max=0/>
            <p class="hint wide">{t(customers::QUICK_HINT)}</p>
            <FormActions pending=save.pending() back="/deals".to_owned() label=customers::QUICK_SAVE/>
        </ActionForm>
    }
}
