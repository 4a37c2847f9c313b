//! Searching everything at the server.

use crate::Answer;
use domain::search::Results;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Records that `text` finds, `most` of each kind; a role without customers and deals
/// finds nothing.
#[server(name = FindFn, prefix = "/api", endpoint = "search/find", input = Json)]
pub async fn find(text: String, most: usize) -> Answer<Results> {
    let actor = crate::server::session()?.actor;
    crate::server::answer(crate::server::store()?.find(&actor, &text, most).await)
}
