//! The quotes of a deal, on its page. Its slice does not know the quotes' own.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::live::LiveEvent;
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, store};
use crate::words::{self, t};
use domain::ids::DealId;
use domain::policy::Action;
use domain::quotes::view::{QuoteRow, QuotesOfDeal};
use i18n::fmt;
use i18n::keys::quotes;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Quotes that are listed; the rest is in their list.
const SHOWN: usize = 5;

#[server(name = QuotesOfDealFn, prefix = "/api", endpoint = "quotes/of_deal", input = Json)]
pub async fn of_deal(id: DealId) -> Answer<QuotesOfDeal> {
    let actor = actor(Action::ReadQuotes)?;
    answer(store()?.quotes_of_deal(&actor, id).await)
}

/// Whether a change may show in lists of quotes: their owner is the deal's, and so is
/// their customer.
#[must_use]
pub fn concerns(event: &LiveEvent) -> bool {
    matches!(event.topic.as_str(), "quote" | "deal" | "customer")
}

/// A share of a price: `12.5%`, `10%`; a dash if there is none.
#[must_use]
pub fn share(bp: Option<i64>) -> String {
    fmt::percent(bp, u32::from(bp.is_some_and(|bp| bp % 100 != 0)))
}

/// What a deal's page reads beside the deal. Made where the page begins.
#[derive(Clone, Copy)]
pub struct OffersRead(Resource<Option<(DealId, Answer<QuotesOfDeal>)>>);

impl OffersRead {
    /// `of`: whose, as the address says; nothing is asked by who may not see quotes.
    pub fn new(of: impl Fn() -> Option<DealId> + Send + Sync + 'static) -> Self {
        let may = facts().may(Action::ReadQuotes);
        let found = Resource::new(
            move || of().filter(|_| may),
            |of| async move {
                match of {
                    Some(id) => Some((id, of_deal(id).await)),
                    None => None,
                }
            },
        );
        on_change(concerns, move || found.refetch());
        Self(found)
    }
}

/// The box of a deal's page; nothing for who may not see quotes.
#[component]
pub fn OffersBox(read: OffersRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((id, Ok(found))) => view! { <Shown id found/> }.into_any(),
                    Some((_, Err(error))) => view! { <Failed error/> }.into_any(),
                    None => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(id: DealId, found: QuotesOfDeal) -> impl IntoView {
    let new = found.may_add.then(|| {
        view! { <a class="btn btn-s" href=format!("/quotes/new?deal={id}")><Icon name="plus" class="i-14"/>{t(quotes::NEW)}</a> }
    });
    let more = found.total > i64::try_from(found.rows.len().min(SHOWN)).unwrap_or(i64::MAX);
    let all = texts().fmt(quotes::ALL_OF_DEAL, &[("n", &found.total.to_string())]);
    let rows = found.rows.into_iter().take(SHOWN).map(row).collect_view();
    view! {
        <section class="card-box" data-offers="">
            <header><h2>{t(quotes::TITLE)}</h2>{new}</header>
            {if found.total == 0 {
                view! { <p class="muted fs13">{t(quotes::NONE_OF_DEAL)}</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows}</ul> }.into_any()
            }}
            {more.then(|| view! { <p><a href=format!("/quotes?deal={id}")>{all}</a></p> })}
        </section>
    }
}

fn row(row: QuoteRow) -> impl IntoView {
    view! {
        <li class="row" data-quote-id=row.id.to_string() data-status=row.status.code()>
            <a class="num" href=format!("/quotes/{}", row.id)>{row.name()}</a>
            <span class=words::quote_badge(row.status)>{t(words::quote_status(row.status))}</span>
            <span class="push num">{words::money_table(row.total)}</span>
        </li>
    }
}
