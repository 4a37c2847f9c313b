//! Server functions of quotes: who asks, one call to the store, return. Those of a deal are
//! in `ui`, for its slice.

use domain::ids::{DealId, QuoteId};
use domain::quotes::form::{QuoteForm, StepForm};
use domain::quotes::view::{ApprovalList, QuoteDetail, QuoteEditing, QuoteFilter, QuoteList};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    domain::quotes::form::MORE,
    i18n::fmt::parse_amount,
    store::StoreError,
    ui::server::{actor, answer, answer_form, store},
};

#[server(name = QuotesFn, prefix = "/api", endpoint = "quotes/quotes", input = Json)]
pub async fn quotes(filter: QuoteFilter, after: Option<String>) -> Answer<QuoteList> {
    let actor = actor(Action::ReadQuotes)?;
    answer(store()?.quotes(&actor, &filter, after.as_deref()).await)
}

#[server(name = QuoteFn, prefix = "/api", endpoint = "quotes/quote", input = Json)]
pub async fn quote(id: QuoteId) -> Answer<QuoteDetail> {
    let actor = actor(Action::ReadQuotes)?;
    answer(store()?.quote(&actor, id).await)
}

/// Which quote a form is for: one that exists, or a further one of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuoteOf {
    Existing(QuoteId),
    New(DealId),
}

#[server(name = QuoteFormFn, prefix = "/api", endpoint = "quotes/quote_form", input = Json)]
pub async fn quote_form(of: QuoteOf) -> Answer<QuoteEditing> {
    let actor = actor(Action::WriteQuotes)?;
    let store = store()?;
    answer(match of {
        QuoteOf::Existing(id) => store.quote_form(&actor, id).await,
        QuoteOf::New(deal) => store.new_quote_form(&actor, deal).await,
    })
}

/// Adds or changes a quote; a form that works without scripts, as all below. Asked for
/// another row, it gives back what was typed and saves nothing.
#[server(name = SaveQuoteFn, prefix = "/api", endpoint = "quotes/save_quote")]
pub async fn save_quote(form: QuoteForm) -> Answer<QuoteId> {
    let actor = actor(Action::WriteQuotes)?;
    let store = store()?;
    let saved = match form.act.as_str() {
        MORE => Err(StoreError::refused("", "quote_more_lines")),
        _ => store.save_quote(&actor, request(&form.request), form.clone(), parse_amount).await,
    };
    let id = answer_form(saved, &form)?;
    leptos_axum::redirect(&format!("/quotes/{id}"));
    Ok(id)
}

#[server(name = StepQuoteFn, prefix = "/api", endpoint = "quotes/step")]
pub async fn step_quote(form: StepForm) -> Answer<QuoteId> {
    let actor = actor(Action::WriteQuotes)?;
    let id = answer_form(store()?.step_quote(&actor, request(&form.request), form.clone()).await, &form)?;
    // A revision begins with its form.
    leptos_axum::redirect(&match form.from.as_str() {
        "approvals" => "/quotes/approvals".to_owned(),
        _ if form.id != id.to_string() => format!("/quotes/{id}/edit"),
        _ => format!("/quotes/{id}"),
    });
    Ok(id)
}

#[server(name = ApprovalsFn, prefix = "/api", endpoint = "quotes/approvals")]
pub async fn approvals(after: Option<String>) -> Answer<ApprovalList> {
    let actor = actor(Action::ApproveQuotes)?;
    answer(store()?.quote_approvals(&actor, after.as_deref()).await)
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}
