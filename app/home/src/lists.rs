//! The rows behind a number: each leads to its record, and says why it is here.

use chrono::NaiveDate;
use domain::home::{DueContact, Home, Rows, StallReason, StalledDeal};
use domain::ids::RequestId;
use domain::pipeline::{Card, Stage};
use domain::revisit::Escalation;
use domain::tickets::view::{TICKETS, TicketRow};
use domain::tiers::Asks;
use domain::visits::needs::NeedRow;
use domain::work::TaskRow;
use i18n::keys::{common, home, visits};
use leptos::prelude::*;
use ui::component::{Amount, Avatar, Gauge, Icon, TierBadge};
use ui::{facts, fmt, t, texts, words};

/// Where a task is ticked off (`team`), by a form that works without scripts.
const TICK: &str = "/api/team/tick_task";

pub fn rows(found: &Home) -> impl IntoView + use<> {
    let several = found.several;
    match &found.rows {
        Rows::Steps(rows) => rows.iter().map(|row| step(row, several)).collect_view().into_any(),
        Rows::Tasks(rows) => rows.iter().map(task).collect_view().into_any(),
        Rows::Contacts(rows) => rows.iter().map(|row| contact(row, several)).collect_view().into_any(),
        Rows::Needs(rows) => rows.iter().map(need).collect_view().into_any(),
        Rows::Tickets(rows) => rows.iter().map(|row| ticket(row, several)).collect_view().into_any(),
        Rows::Stalled(rows) => rows.iter().map(|row| stalled(row, &found.stages, several)).collect_view().into_any(),
        Rows::Won(rows) => rows.iter().map(|row| won(row, several)).collect_view().into_any(),
    }
}

/// When something was due: word, icon and colour say the same.
fn when(due: NaiveDate) -> impl IntoView {
    let facts = facts();
    let late = (facts.today() - due).num_days();
    let (class, icon, text) = if late > 0 {
        ("danger", "circle-alert", texts().fmt(home::OVERDUE_SINCE, &[("days", &fmt::days(facts.lang, late))]))
    } else {
        ("warn", "calendar-clock", words::day(&facts, due))
    };
    view! { <span class=format!("row row-1 fs12 nowrap hm-when {class}") title=fmt::date_iso(due)><Icon name=icon class="i-14"/>{text}</span> }
}

fn of_deal(card: &Card) -> impl IntoView + use<> {
    view! {
        <div class="row row-1"><a class="med ell" href=format!("/deals/{}", card.id)>{card.customer_name.clone()}</a><TierBadge tier=card.tier/></div>
    }
}

fn owner(id: domain::ids::UserId, name: &str, several: bool) -> Option<impl IntoView + use<>> {
    several.then(|| {
        let name = name.to_owned();
        view! { <span class="hm-owner"><Avatar id name=name.clone() class="av-s"/><span class="sr">{name}</span></span> }
    })
}

pub fn step(card: &Card, several: bool) -> impl IntoView + use<> {
    let what = if card.next_step.is_empty() { card.title.clone() } else { format!("{} · {}", card.next_step, card.title) };
    view! {
        <li data-row=card.id.to_string()>
            <div class="grow">{of_deal(card)}<div class="fs12 muted ell">{what}</div></div>
            <span class="hm-amount"><Amount amount=card.amount/></span>
            {owner(card.owner, &card.owner_name, several)}
            {card.next_on.map(when)}
        </li>
    }
}

fn task(row: &TaskRow) -> impl IntoView + use<> {
    let label = texts().fmt(home::TICK, &[("title", &row.title)]);
    let deal = row.deal.clone().map(|(id, title)| (format!("/deals/{id}"), title));
    let customer = row.customer.clone().map(|(id, name)| (format!("/customers/{id}"), name));
    let about = customer.or(deal);
    view! {
        <li data-row=row.id.to_string()>
            <form method="post" action=TICK>
                <input type="hidden" name="command[request]" value=RequestId(Default::default()).to_string()/>
                <input type="hidden" name="command[task]" value=row.id.to_string()/>
                <input type="hidden" name="command[version]" value=row.version.to_string()/>
                <input type="hidden" name="command[done]" value="true"/>
                <button class="btn btn-s btn-icon" type="submit" aria-label=label.clone() title=label><Icon name="check" class="i-14"/></button>
            </form>
            <div class="grow">
                <div class="med ell">{row.title.clone()}</div>
                {about.map(|(to, name)| view! { <div class="fs12 ell"><a class="muted" href=to>{name}</a></div> })}
            </div>
            {row.due_on.map(when)}
        </li>
    }
}

fn contact(row: &DueContact, several: bool) -> impl IntoView + use<> {
    let facts = facts();
    let what = ui::service::channels(&row.channels);
    let day = row.last.map(|on| words::day(&facts, on));
    let why = match (row.asks, &day) {
        (Asks::After(occasion), Some(day)) => {
            texts().fmt(home::CONTACT_AFTER, &[("why", &ui::service::occasion(&facts, occasion)), ("day", day)])
        }
        (Asks::After(occasion), None) => ui::service::occasion(&facts, occasion),
        (Asks::Every(days), day) => {
            let every = fmt::days(facts.lang, i64::from(days));
            match day {
                Some(day) if what.is_empty() => texts().fmt(home::CONTACT_LAST, &[("day", day), ("days", &every)]),
                Some(day) => texts().fmt(home::CONTACT_LAST_BY, &[("what", &what), ("day", day), ("days", &every)]),
                None if what.is_empty() => texts().fmt(home::CONTACT_NEVER, &[("days", &every)]),
                None => texts().fmt(home::CONTACT_NEVER_BY, &[("what", &what), ("days", &every)]),
            }
        }
    };
    let told = match row.escalation() {
        Some(Escalation::Manager) => Some(t(home::TOLD_MANAGER)),
        Some(Escalation::Director) => Some(t(home::TOLD_DIRECTOR)),
        Some(Escalation::Owner) | None => None,
    };
    let record = texts().fmt(visits::RECORD_OF, &[("name", &row.name)]);
    let form = ui::reach::visit_form(row.customer, None, &domain::visits::view::ReachOf::default());
    view! {
        <li data-row=row.customer.to_string()>
            <div class="grow">
                <div class="row row-1"><a class="med ell" href=format!("/customers/{}", row.customer)>{row.name.clone()}</a><TierBadge tier=row.tier/></div>
                <div class="fs12 muted ell">{why}{told.map(|told| format!(" · {told}"))}</div>
            </div>
            {owner(row.owner, &row.owner_name, several)}
            {when(row.due)}
            <a class="btn btn-s btn-icon" href=form aria-label=record.clone() title=record><Icon name="notebook-pen" class="i-14"/></a>
        </li>
    }
}

/// Routed to the reader: who they are needs no word.
fn need(row: &NeedRow) -> impl IntoView + use<> {
    let kind = t(words::need_kind(row.kind));
    view! {
        <li data-row=row.id.to_string()>
            <div class="grow">
                <div class="row row-1"><a class="med ell" href=format!("/visits/needs?edit={}", row.id)>{row.text.clone()}</a><span class="badge">{kind}</span></div>
                <div class="fs12 muted ell">{row.customer_name.clone()}" · "{t(words::need_status(row.status))}</div>
            </div>
            {row.due_on.map(when)}
        </li>
    }
}

/// Who answers, and how long there is for it.
fn ticket(row: &TicketRow, several: bool) -> impl IntoView + use<> {
    view! {
        <li data-row=row.id.to_string()>
            <div class="grow">
                <div class="row row-1"><a class="med ell" href=format!("{TICKETS}/{}", row.id)>{row.subject.clone()}</a><TierBadge tier=row.tier/></div>
                <div class="fs12 muted ell">{row.customer_name.clone()}" · "{t(ui::tickets::state(row.state))}" · "{t(ui::tickets::priority(row.priority))}</div>
            </div>
            {owner(row.assignee, &row.assignee_name, several)}
            <span class="fs12 hm-when">{ui::tickets::response(row.response)}</span>
        </li>
    }
}

pub fn stalled(row: &StalledDeal, stages: &[Stage], several: bool) -> impl IntoView + use<> {
    let facts = facts();
    let days = |n| fmt::days(facts.lang, n);
    let card = &row.card;
    let stage = stages.iter().find(|stage| stage.id == card.stage);
    let of = stage.map_or(5, |stage| stages.iter().filter(|other| other.pipeline == stage.pipeline).count());
    let (stood, why) = match row.reason {
        StallReason::Stage { days: n, limit_milli, measured } => {
            let key = if measured { home::STALLED_PACE } else { home::STALLED_SLA };
            (n, texts().fmt(key, &[("limit", &days(limit_milli / 1_000))]))
        }
        StallReason::Idle { days: n } => (card.days_in_stage(facts.today()), texts().fmt(home::STALLED_IDLE, &[("days", &days(n))])),
    };
    let text = texts().fmt(common::STALLED_DAYS, &[("days", &days(stood))]);
    let name = stage.map(words::stage_name).unwrap_or_default();
    let idle = matches!(row.reason, StallReason::Idle { .. });
    view! {
        <li data-row=card.id.to_string()>
            <span class="hm-gauge" title=name.clone()><Gauge position=stage.map_or(1, |stage| stage.position) of=i32::try_from(of).unwrap_or(5)/><span class="sr">{name.clone()}</span></span>
            <div class="grow">{of_deal(card)}<div class="fs12 muted ell">{why}</div></div>
            <span class="hm-amount"><Amount amount=card.amount/></span>
            {owner(card.owner, &card.owner_name, several)}
            {(!idle).then(|| view! { <span class="row row-1 fs12 nowrap hm-when warn"><Icon name="hourglass" class="i-14"/>{text}</span> })}
        </li>
    }
}

fn won(card: &Card, several: bool) -> impl IntoView + use<> {
    let facts = facts();
    let cycle = card.closed_on.map_or(0, |on| (on - card.first_contact_on).num_days().max(0));
    let day = card.closed_on.map(|on| words::day(&facts, on)).unwrap_or_default();
    let what = texts().fmt(home::WON_ON, &[("day", &day), ("days", &fmt::days(facts.lang, cycle))]);
    view! {
        <li data-row=card.id.to_string()>
            <div class="grow">{of_deal(card)}<div class="fs12 muted ell">{card.title.clone()}" · "{what}</div></div>
            <span class="hm-amount"><Amount amount=card.amount/></span>
            {owner(card.owner, &card.owner_name, several)}
        </li>
    }
}
