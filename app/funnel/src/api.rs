//! Server functions of the funnel: who asks, one call to the store, return.

use domain::funnel::report::{FunnelDeals, FunnelPart, FunnelQuery, FunnelReport};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::policy::Action,
    ui::server::{actor, answer, store},
};

/// The funnel that an address describes, of the deals that the reader may see.
#[server(name = FunnelFn, prefix = "/api", endpoint = "funnel/funnel", input = Json)]
pub async fn funnel(query: FunnelQuery) -> Answer<FunnelReport> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.funnel(&actor, &query).await)
}

/// The deals behind one figure of it.
#[server(name = FunnelDealsFn, prefix = "/api", endpoint = "funnel/deals", input = Json)]
pub async fn funnel_deals(part: FunnelPart) -> Answer<FunnelDeals> {
    let actor = actor(Action::ReadDeals)?;
    answer(store()?.funnel_deals(&actor, &part).await)
}
