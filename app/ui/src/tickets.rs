//! Tickets in words, and on a customer's page: those that are open, and how the answers
//! stand to what was promised.

use crate::Answer;
use crate::component::{Failed, Icon, Skeleton};
use crate::facts::{facts, texts};
use crate::refresh::on_change;
#[cfg(feature = "ssr")]
use crate::server::{actor, answer, store};
use crate::words::t;
use domain::ids::CustomerId;
use domain::policy::Action;
use domain::tickets::clock::Response;
use domain::tickets::view::{TICKETS, TicketRow, TicketsOfCustomer};
use domain::tickets::{EntryKind, Priority, TicketKind, TicketShown, TicketState};
use i18n::keys::tickets;
use i18n::{Key, fmt};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[must_use]
pub const fn state(state: TicketState) -> Key {
    match state {
        TicketState::Open => tickets::OPEN,
        TicketState::Answered => tickets::ANSWERED,
        TicketState::Waiting => tickets::WAITING,
        TicketState::Solved => tickets::SOLVED,
        TicketState::Closed => tickets::CLOSED,
    }
}

#[must_use]
pub const fn state_badge(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "badge badge-warn",
        TicketState::Answered | TicketState::Waiting => "badge badge-accent",
        TicketState::Solved => "badge badge-ok",
        TicketState::Closed => "badge",
    }
}

#[must_use]
pub const fn shown(shown: TicketShown) -> Key {
    match shown {
        TicketShown::Unsettled => tickets::UNSETTLED,
        TicketShown::Open => tickets::OPEN,
        TicketShown::Answered => tickets::ANSWERED,
        TicketShown::Waiting => tickets::WAITING,
        TicketShown::Solved => tickets::SOLVED,
        TicketShown::Closed => tickets::CLOSED,
        TicketShown::All => tickets::ALL,
    }
}

#[must_use]
pub const fn kind(kind: TicketKind) -> Key {
    match kind {
        TicketKind::Question => tickets::QUESTION,
        TicketKind::Problem => tickets::PROBLEM,
        TicketKind::Request => tickets::REQUEST,
        TicketKind::Complaint => tickets::COMPLAINT,
    }
}

#[must_use]
pub const fn priority(priority: Priority) -> Key {
    match priority {
        Priority::Urgent => tickets::URGENT,
        Priority::High => tickets::HIGH,
        Priority::Normal => tickets::NORMAL,
        Priority::Low => tickets::LOW,
    }
}

#[must_use]
pub const fn entry(kind: EntryKind) -> Key {
    match kind {
        EntryKind::Answer => tickets::ENTRY_ANSWER,
        EntryKind::Note => tickets::ENTRY_NOTE,
        EntryKind::Reply => tickets::ENTRY_REPLY,
        EntryKind::Reopen => tickets::ENTRY_REOPEN,
    }
}

/// Minutes as people say them.
#[must_use]
pub fn span(minutes: i64) -> String {
    let lang = facts().lang;
    let (hours, rest) = (minutes - minutes % 60, minutes % 60);
    match (hours, rest) {
        (0, 0) => t(tickets::LESS_THAN_MINUTE).to_owned(),
        (0, _) | (_, 0) => fmt::time_span(lang, minutes),
        // Beyond a day nobody counts minutes.
        (1_440.., _) => fmt::time_span(lang, hours),
        _ => format!("{} {}", fmt::time_span(lang, hours), fmt::time_span(lang, rest)),
    }
}

/// How an answer stands to what was promised.
#[must_use]
pub fn response_text(response: Response) -> String {
    let of = |key, minutes| texts().fmt(key, &[("time", &span(minutes))]);
    match response {
        Response::Free => t(tickets::FREE).to_owned(),
        Response::Left(minutes) => of(tickets::LEFT, minutes),
        Response::Late(minutes) => of(tickets::LATE_BY, minutes),
        Response::InTime(minutes) => of(tickets::IN_TIME, minutes),
        Response::TooLate(minutes) => of(tickets::TOO_LATE, minutes),
    }
}

/// The same with a colour and a picture that say it too.
pub fn response(response: Response) -> impl IntoView + use<> {
    let (class, icon) = match response {
        Response::Free => ("row row-1 muted", "clock"),
        Response::Left(_) => ("row row-1 warn", "clock"),
        Response::Late(_) | Response::TooLate(_) => ("row row-1 danger", "circle-alert"),
        Response::InTime(_) => ("row row-1 ok", "check"),
    };
    view! { <span class=class data-response=""><Icon name=icon class="i-14"/><span>{response_text(response)}</span></span> }
}

#[server(name = TicketsOfFn, prefix = "/api", endpoint = "service/of_customer", input = Json)]
pub async fn tickets_of(customer: CustomerId) -> Answer<TicketsOfCustomer> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.tickets_of(&actor, customer).await)
}

/// What a page reads beside its own record. Made where the page begins, not inside what
/// waits for the record.
#[derive(Clone, Copy)]
pub struct TicketsRead(Resource<Option<(CustomerId, Answer<TicketsOfCustomer>)>>);

impl TicketsRead {
    /// `of`: whose; nothing is asked by who may not see tickets.
    pub fn new(of: impl Fn() -> Option<CustomerId> + Send + Sync + 'static) -> Self {
        let may = facts().may(Action::LogWork);
        let found = Resource::new(
            move || of().filter(|_| may),
            |of| async move {
                match of {
                    Some(of) => Some((of, tickets_of(of).await)),
                    None => None,
                }
            },
        );
        on_change(|event| event.topic == "ticket", move || found.refetch());
        Self(found)
    }
}

/// The box of a page; nothing for who may not see it.
#[component]
pub fn TicketsBox(read: TicketsRead) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=2/> }>
            {move || Suspend::new(async move {
                match read.0.await {
                    Some((of, Ok(found))) => view! { <Shown of found/> }.into_any(),
                    Some((_, Err(error))) => view! { <Failed error/> }.into_any(),
                    None => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(of: CustomerId, found: TicketsOfCustomer) -> impl IntoView {
    let add = found.may_add.then(|| {
        view! { <a class="btn btn-s" href=format!("{TICKETS}/new?customer={of}")><Icon name="plus" class="i-14"/>{t(tickets::NEW)}</a> }
    });
    let late = (found.late > 0).then(|| {
        view! { <p class="row row-1 danger fs13" data-late=""><Icon name="circle-alert" class="i-14"/>{texts().fmt(tickets::OPEN_LATE, &[("n", &fmt::integer(found.late))])}</p> }
    });
    let all = (found.total > 0).then(|| {
        let text = texts().fmt(tickets::ALL_OF_CUSTOMER, &[("n", &fmt::integer(found.total))]);
        view! { <p class="visit-needs"><a href=format!("{TICKETS}?customer={of}&state=all")>{text}</a></p> }
    });
    view! {
        <section class="card-box" data-tickets="">
            <header><h2>{t(tickets::TITLE)}</h2>{add}</header>
            {late}
            {if found.total == 0 {
                view! { <p class="muted fs13">{t(tickets::OF_CUSTOMER_NONE)}</p> }.into_any()
            } else {
                view! { <ul class="rows">{found.rows.iter().map(line).collect_view()}</ul> }.into_any()
            }}
            {all}
        </section>
    }
}

fn line(row: &TicketRow) -> impl IntoView + use<> {
    let title = texts().fmt(tickets::NUMBER_OF, &[("n", &row.number.to_string()), ("subject", &row.subject)]);
    view! {
        <li data-ticket-id=row.id.to_string()>
            <div class="row row-1"><a class="grow ell" href=format!("{TICKETS}/{}", row.id)>{title}</a><span class=state_badge(row.state)>{t(state(row.state))}</span></div>
            <div class="fs12">{response(row.response)}</div>
        </li>
    }
}
