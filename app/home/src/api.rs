//! The server functions of the pages: who asks, one call to the store, return.

use domain::boss::Boss;
use domain::home::{Home, HomeQuery, TopFindings};
use domain::ids::MentionId;
use domain::mentions::SeenForm;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, session, store},
};

/// Today, as far as the role of the one who asks has it.
#[server(name = HomeFn, prefix = "/api", endpoint = "home/home", input = Json)]
pub async fn home(query: HomeQuery) -> Answer<Home> {
    let actor = session()?.actor;
    answer(store()?.home(&actor, &query).await)
}

/// The first findings, which that page asks for when it stands.
#[server(name = HomeFindingsFn, prefix = "/api", endpoint = "home/findings", input = Json)]
pub async fn findings(query: HomeQuery) -> Answer<TopFindings> {
    let actor = session()?.actor;
    answer(store()?.top_findings(&actor, &query).await)
}

/// The business at a glance.
#[server(name = BossFn, prefix = "/api", endpoint = "home/boss", input = Json)]
pub async fn boss() -> Answer<Boss> {
    let actor = actor(Action::Oversee)?;
    answer(store()?.boss(&actor).await)
}

/// Says that one has seen where one was named; a form that works without scripts.
#[server(name = SeenMentionFn, prefix = "/api", endpoint = "home/seen_mention")]
pub async fn seen_mention(form: SeenForm) -> Answer<MentionId> {
    let actor = actor(Action::KeepViews)?;
    let request = RequestId::parse(&form.request).unwrap_or_else(store::new_request);
    let id = answer_form(store()?.see_mention(&actor, request, form.clone()).await, &form)?;
    leptos_axum::redirect("/home");
    Ok(id)
}
