//! What a deal's or a customer's contracts come to, beside what their pages show.
//! Both slices show it, and neither knows the contracts' own.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::live::LiveEvent;
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, store};
use crate::words::{self, t};
use domain::contracts::view::{ContractRow, Owed, OwedLine};
use domain::ids::{CustomerId, DealId};
use domain::money::Money;
use domain::policy::Action;
use i18n::keys::{common, contracts};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// Contracts that are listed; the rest is in their list.
const SHOWN: usize = 5;

/// Whose contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwedOf {
    Deal(DealId),
    Customer(CustomerId),
}

#[server(name = OwedFn, prefix = "/api", endpoint = "contracts/owed", input = Json)]
pub async fn owed(of: OwedOf) -> Answer<Owed> {
    let actor = actor(Action::ReadContracts)?;
    answer(match of {
        OwedOf::Deal(id) => store()?.owed_by_deal(&actor, id).await,
        OwedOf::Customer(id) => store()?.owed_by_customer(&actor, id).await,
    })
}

/// Whether a change may show in lists and sums of contracts: their owner is the deal's,
/// and so is their customer.
#[must_use]
pub fn concerns(event: &LiveEvent) -> bool {
    matches!(event.topic.as_str(), "contract" | "deal" | "customer")
}

/// What a page reads beside its own record. Made where the page begins, not inside what
/// waits for the record.
#[derive(Clone, Copy)]
pub struct OwedRead(Resource<Option<(OwedOf, Answer<Owed>)>>);

impl OwedRead {
    /// `of`: whose, as the address says; nothing is asked by who may not see contracts.
    pub fn new(of: impl Fn() -> Option<OwedOf> + Send + Sync + 'static) -> Self {
        let may = facts().may(Action::ReadContracts);
        let found = Resource::new(
            move || of().filter(|_| may),
            |of| async move {
                match of {
                    Some(of) => Some((of, owed(of).await)),
                    None => None,
                }
            },
        );
        on_change(concerns, move || found.refetch());
        Self(found)
    }
}

/// The box of a page; nothing for who may not see contracts.
#[component]
pub fn OwedBox(read: OwedRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((of, Ok(owed))) => view! { <Shown of owed/> }.into_any(),
                    // What is not one's own is told by the page itself.
                    Some((_, Err(crate::ApiError::NotFound | crate::ApiError::Forbidden))) | None => ().into_any(),
                    Some((_, Err(error))) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What is outstanding, in a line that leads to the box; a dash where nothing was agreed.
#[component]
pub fn OwedBrief(read: OwedRead) -> impl IntoView {
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((_, Ok(owed))) if owed.total > 0 => {
                        let parts: Vec<_> = owed.sums.iter().map(brief).collect();
                        let late = owed.sums.iter().any(|line| line.overdue_minor > 0);
                        view! { <a class="num" class:danger=late href="#owed" data-owed-brief="">{parts.join(" · ")}</a> }.into_any()
                    }
                    _ => i18n::fmt::NO_VALUE.into_any(),
                }
            })}
        </Transition>
    }
}

/// Of one currency: outstanding, and what of it is late.
fn brief(line: &OwedLine) -> String {
    let money = |minor| words::money_text(Money { minor, currency: line.currency });
    let late = (line.overdue_minor > 0).then(|| format!(" ({} {})", t(contracts::OVERDUE), money(line.overdue_minor)));
    format!("{}{}", money(line.outstanding_minor), late.unwrap_or_default())
}

#[component]
fn Shown(of: OwedOf, owed: Owed) -> impl IntoView {
    let (all, new) = match of {
        OwedOf::Deal(id) => (format!("/contracts?deal={id}"), owed.may_add.then(|| format!("/contracts/new?deal={id}"))),
        OwedOf::Customer(id) => (format!("/contracts?customer={id}"), None),
    };
    let more = owed.total > i64::try_from(owed.rows.len().min(SHOWN)).unwrap_or(i64::MAX);
    let rows = owed.rows.into_iter().take(SHOWN).map(row).collect_view();
    view! {
        <section class="card-box" id="owed" data-owed="">
            <header><h2>{t(contracts::OWED)}</h2>{new.map(|href| view! { <a class="btn btn-s" href=href><Icon name="plus" class="i-14"/>{t(contracts::NEW)}</a> })}</header>
            {if owed.total == 0 {
                view! { <p class="muted fs13">{t(contracts::OWED_NONE)}</p> }.into_any()
            } else {
                view! { <dl class="kv">{owed.sums.into_iter().map(line).collect_view()}</dl><p class="hint">{t(contracts::OWED_HINT)}</p><ul class="rows">{rows}</ul> }.into_any()
            }}
            {more.then(|| view! { <p><a href=all>{texts().fmt(contracts::OWED_ALL, &[("n", &owed.total.to_string())])}</a></p> })}
        </section>
    }
}

/// Each currency for itself.
fn line(line: OwedLine) -> impl IntoView {
    let money = |minor| words::money_table(Money { minor, currency: line.currency });
    view! {
        <dt>{t(common::AMOUNT)}" "{line.currency.code()}</dt><dd class="num">{money(line.amount_minor)}</dd>
        <dt>{t(contracts::RECEIVED)}</dt><dd class="num">{money(line.received_minor)}</dd>
        <dt>{t(contracts::OUTSTANDING)}</dt><dd class="num" data-outstanding=line.currency.code()>{money(line.outstanding_minor)}</dd>
        {(line.overdue_minor > 0).then(|| view! { <dt>{t(contracts::OVERDUE)}</dt><dd class="num danger">{money(line.overdue_minor)}</dd> })}
        {(line.to_pay_back_minor > 0).then(|| view! { <dt>{t(contracts::TO_PAY_BACK)}</dt><dd class="num" data-to-pay-back=line.currency.code()>{money(line.to_pay_back_minor)}</dd> })}
    }
}

fn row(row: ContractRow) -> impl IntoView {
    view! {
        <li class="row" data-contract-id=row.id.to_string()>
            <a class="num" href=format!("/contracts/{}", row.id)>{row.number.clone()}</a>
            <span class="badge">{t(words::contract_status(row.status))}</span>
            <span class="push num">{words::money_table(row.amount)}</span>
        </li>
    }
}
