//! The form of a step: `?step=ask`. It is a real form, and works without scripts.

use crate::api::StepQuoteFn;
use crate::lines::money;
use domain::quotes::QuoteStep;
use domain::quotes::form::StepForm;
use domain::quotes::view::QuoteDetail;
use i18n::keys::{common, quotes};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::form::{AreaField, FormActions, FormError, Refusals, Versioned, typed_or};
use ui::{t, texts, words};

#[component]
pub fn StepCard(detail: QuoteDetail, step: QuoteStep, action: ServerAction<StepQuoteFn>) -> impl IntoView {
    if !detail.steps.contains(&step) {
        return ().into_any();
    }
    // What was refused of one step says nothing at the next. An answer of version 0 came
    // with the page, from a form that was sent without scripts.
    let before = action.version().get_untracked();
    let answer = move || {
        let now = action.version().get();
        if now == 0 || now != before { action.value().get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let form: StepForm = typed_or(error.get_untracked().as_ref(), StepForm::default());
    let back = format!("/quotes/{}", detail.row.id);
    let label = match step {
        QuoteStep::Ask => quotes::WHY_ASK,
        _ => common::REASON,
    };
    let asks = matches!(step, QuoteStep::Ask | QuoteStep::Approve | QuoteStep::Refuse | QuoteStep::Decline);
    let hint = match step {
        QuoteStep::Send => Some(quotes::SEND_HINT),
        QuoteStep::Revise => Some(quotes::REVISE_HINT),
        _ => None,
    };
    let amount = (step == QuoteStep::Accept && detail.may_set_amount).then(|| {
        let total = money(detail.row.total.minor, detail.row.total.currency);
        let label = texts().fmt(quotes::SET_AMOUNT, &[("total", &total)]);
        view! { <label class="check wide"><input type="checkbox" name="form[amount]" value="true" checked=form.amount/><span>{label}</span></label> }
    });
    view! {
        <section class="card-box" id="form">
            <h2>{t(words::quote_step(step))}</h2>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
                <input type="hidden" name="form[step]" value=step.code()/>
                {hint.map(|hint| view! { <p class="hint wide">{t(hint)}</p> })}
                {amount}
                {asks.then(|| view! { <AreaField label name="reason" refusals value=form.reason required=step.needs_reason()/> })}
                <FormActions pending=action.pending() back label=words::quote_step(step)/>
            </ActionForm>
        </section>
    }
    .into_any()
}
