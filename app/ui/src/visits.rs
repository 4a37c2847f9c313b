//! Return visits on a customer's page: what was asked and said, and what is unsettled.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::reach::visit_form;
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, store};
use crate::words::{self, t};
use domain::ids::CustomerId;
use domain::policy::Action;
use domain::visits::needs::{NEEDS, NeedRow};
use domain::visits::record::{VisitEntry, VisitsOfCustomer};
use domain::visits::view::ReachOf;
use i18n::fmt;
use i18n::keys::visits;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(name = VisitsOfFn, prefix = "/api", endpoint = "visits/of_customer", input = Json)]
pub async fn visits_of(customer: CustomerId) -> Answer<VisitsOfCustomer> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.visits_of(&actor, customer).await)
}

/// What a page reads beside its own record. Made where the page begins, not inside what
/// waits for the record.
#[derive(Clone, Copy)]
pub struct VisitsRead(Resource<Option<(CustomerId, Answer<VisitsOfCustomer>)>>);

impl VisitsRead {
    /// Nothing is asked by who may not log work.
    pub fn new(of: impl Fn() -> Option<CustomerId> + Send + Sync + 'static) -> Self {
        let may = facts().may(Action::LogWork);
        let found = Resource::new(
            move || of().filter(|_| may),
            |of| async move {
                match of {
                    Some(of) => Some((of, visits_of(of).await)),
                    None => None,
                }
            },
        );
        on_change(|event| matches!(event.topic.as_str(), "customer" | "need"), move || found.refetch());
        Self(found)
    }
}

/// The box of a customer's page.
#[component]
pub fn VisitsBox(read: VisitsRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((customer, Ok(found))) => view! { <Shown customer found/> }.into_any(),
                    // What is not one's own is told by the page itself.
                    Some((_, Err(crate::ApiError::NotFound | crate::ApiError::Forbidden))) | None => ().into_any(),
                    Some((_, Err(error))) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(customer: CustomerId, found: VisitsOfCustomer) -> impl IntoView {
    let form = visit_form(customer, None, &ReachOf::default());
    let record = found.may_record.then(|| {
        view! { <a class="btn btn-s" href=form><Icon name="notebook-pen" class="i-14"/>{t(visits::RECORD)}</a> }
    });
    let needs =
        (!found.needs.is_empty()).then(|| view! { <ul class="rows" data-needs="">{found.needs.iter().map(need).collect_view()}</ul> });
    let all = texts().fmt(visits::ALL_NEEDS, &[("n", &fmt::integer(found.open_needs))]);
    let shown = i64::try_from(found.visits.len()).unwrap_or_default();
    let cut = (shown < found.total).then(|| {
        let text = texts().fmt(visits::SHOWN_OF, &[("n", &shown.to_string()), ("total", &fmt::integer(found.total))]);
        view! { <p class="hint">{text}</p> }
    });
    view! {
        <section class="card-box" data-visits="">
            <header><h2>{t(visits::OF_CUSTOMER)}</h2>{record}</header>
            {needs}
            {(found.total > 0 || found.open_needs > 0).then(|| view! { <p class="visit-needs"><a href=format!("{NEEDS}?customer={customer}&status=all")>{all}</a></p> })}
            {if found.visits.is_empty() {
                view! { <p class="muted fs13">{t(visits::OF_CUSTOMER_NONE)}</p> }.into_any()
            } else {
                view! {
                    <details data-visit-list=""><summary class="link">{t(visits::VISITS_OF)}" "<span class="muted num">{fmt::integer(found.total)}</span></summary>
                        <ol class="visit-list">{found.visits.iter().map(entry).collect_view()}</ol>{cut}
                    </details>
                }.into_any()
            }}
        </section>
    }
}

fn need(row: &NeedRow) -> impl IntoView + use<> {
    let facts = facts();
    let late = row.overdue_days(facts.today()).is_some();
    let day = row.due_on.map(|on| words::day(&facts, on)).unwrap_or_default();
    view! {
        <li class="row" data-need-id=row.id.to_string()>
            <span class="badge">{t(words::need_kind(row.kind))}</span>
            <a class="grow wrap" href=format!("{NEEDS}?edit={}", row.id)>{row.text.clone()}</a>
            <span class="fs12 nowrap" class:danger=late>{row.owner_name.clone()}" "{day}</span>
        </li>
    }
}

fn entry(entry: &VisitEntry) -> impl IntoView + use<> {
    let facts = facts();
    let small = [entry.by.clone(), entry.contact.clone(), crate::error::instant(&facts, entry.at)];
    let small = small.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let answers = entry.answers.iter().map(|(asked, said)| view! { <dt>{asked.clone()}</dt><dd>{said.clone()}</dd> }).collect_view();
    let answers = (!entry.answers.is_empty()).then(|| view! { <dl class="kv">{answers}</dl> });
    view! {
        <li data-visit-id=entry.id.to_string()>
            <b class="row row-1"><Icon name=words::follow_up_icon(entry.channel) class="i-14"/>{t(words::follow_up(entry.channel))}</b>
            <small class="muted">{small}</small>
            <p class="pre">{entry.content.clone()}</p>
            {answers}
        </li>
    }
}
