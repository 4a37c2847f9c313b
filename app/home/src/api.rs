//! The server function of the page: who asks, one call to the store, return.

use domain::home::{Home, HomeQuery, TopFindings};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use ui::server::{answer, session, store};

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
