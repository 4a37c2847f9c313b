//! What a customer said: the last scores and the plans that are open, beside what the
//! customer's page shows. Its slice does not know that of satisfaction.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, store};
use crate::words::{self, t};
use domain::ids::CustomerId;
use domain::policy::Action;
use domain::survey::view::{AnswerRow, OfCustomer, PlanRow};
use i18n::fmt;
use i18n::keys::satisfaction;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(name = OfCustomerFn, prefix = "/api", endpoint = "satisfaction/of_customer", input = Json)]
pub async fn of_customer(id: CustomerId) -> Answer<OfCustomer> {
    let actor = actor(Action::ReadSatisfaction)?;
    answer(store()?.satisfaction_of(&actor, id).await)
}

/// What a page reads beside its own record. Made where the page begins, not inside what
/// waits for the record.
#[derive(Clone, Copy)]
pub struct SaidRead(Resource<Option<(CustomerId, Answer<OfCustomer>)>>);

impl SaidRead {
    /// `of`: who, as the address says; nothing is asked by who may not see satisfaction.
    pub fn new(of: impl Fn() -> Option<CustomerId> + Send + Sync + 'static) -> Self {
        let may = facts().may(Action::ReadSatisfaction);
        let found = Resource::new(
            move || of().filter(|_| may),
            |of| async move {
                match of {
                    Some(of) => Some((of, of_customer(of).await)),
                    None => None,
                }
            },
        );
        on_change(|event| event.topic == "survey", move || found.refetch());
        Self(found)
    }
}

/// The box of a page; nothing for who may not see it.
#[component]
pub fn SaidBox(read: SaidRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((of, Ok(said))) => view! { <Shown of said/> }.into_any(),
                    // What is not one's own is told by the page itself.
                    Some((_, Err(crate::ApiError::NotFound | crate::ApiError::Forbidden))) | None => ().into_any(),
                    Some((_, Err(error))) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(of: CustomerId, said: OfCustomer) -> impl IntoView {
    let note = said.may_ask.then(|| {
        view! { <a class="btn btn-s" href=format!("/surveys/answers/new?customer={of}")><Icon name="plus" class="i-14"/>{t(satisfaction::NOTE)}</a> }
    });
    let plans = said.plans.into_iter().map(plan).collect_view();
    let more = said.total > i64::try_from(said.answers.len()).unwrap_or(i64::MAX);
    let answers = said.answers.into_iter().map(answered).collect_view();
    view! {
        <section class="card-box" data-said-of="">
            <header><h2>{t(satisfaction::TITLE)}</h2>{note}</header>
            {if said.total == 0 {
                view! { <p class="muted fs13">{t(satisfaction::NEVER_ANSWERED)}</p> }.into_any()
            } else {
                view! { <ul class="rows">{plans}{answers}</ul> }.into_any()
            }}
            {more.then(|| view! { <p class="hint">{texts().n(satisfaction::N_ANSWERS_ONE, satisfaction::N_ANSWERS_MANY, said.total)}</p> })}
        </section>
    }
}

fn plan(row: PlanRow) -> impl IntoView {
    let late = row.overdue(facts().today());
    let day = texts().fmt(satisfaction::DUE_ON_DAY, &[("day", &fmt::date_iso(row.due_on))]);
    view! {
        <li class="row" data-plan-id=row.id.to_string()>
            <a href=format!("/surveys/plans/{}", row.id)>{t(satisfaction::PLAN)}</a>
            <span class=words::plan_badge(row.status)>{t(words::plan_status(row.status))}</span>
            <span class="push num" class:danger=late>{day}</span>
        </li>
    }
}

fn answered(row: AnswerRow) -> impl IntoView {
    view! {
        <li data-answer-id=row.id.to_string()>
            <span class="row">
                <b class="num">{words::scores(&row.scores)}</b>
                <span class="badge">{t(words::answer_source(row.source))}</span>
                <span class="push num muted">{fmt::date_iso(row.on)}</span>
            </span>
            {(!row.words.is_empty()).then(|| view! { <p class="pre muted">{row.words}</p> })}
        </li>
    }
}
