//! A further ticket, what was said about it, and who sees to it.

use super::read::{Reading, state};
use super::{assignable, changes, entry, instant, ticket, wall};
use crate::Store;
use crate::customers::{living, ownership};
use crate::entity::{customer, person};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::work::check_contact;
use crate::write::{Work, author};
use chrono::{DateTime, Utc};
use domain::customers::Tier;
use domain::ids::{CustomerId, RequestId, TicketId};
use domain::policy::{Action, Actor, Granted, grant, grant_any};
use domain::tickets::clock::{due_at, minutes_between};
use domain::tickets::form::{AssignForm, EntryDraft, EntryForm, TicketDraft, TicketForm};
use domain::tickets::{ENTRIES_MAX, EntryKind, TicketState};
use domain::tiers::TierServices;
use domain::violation::Violation;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect};

/// What a tier promises, when an answer begins to be owed.
struct Promise {
    minutes: Option<i64>,
    at: Option<DateTime<Utc>>,
}

impl Promise {
    fn of(reading: &Reading, services: &TierServices, tier: Tier, asked: DateTime<Utc>) -> Self {
        let minutes = services.of(tier).response_minutes;
        let at = minutes.and_then(|minutes| due_at(wall(&reading.org, asked), minutes, reading.calendar.workdays()));
        Self { minutes, at: at.map(|at| instant(&reading.org, at)) }
    }
}

impl Store {
    /// Writes a ticket down. The answer is owed from now on.
    pub async fn open_ticket(&self, by: &Actor, request: RequestId, form: TicketForm) -> Result<TicketId> {
        grant_any(by, Action::LogWork)?;
        let draft = form.check()?;
        let (reading, services) = (self.reading().await?, self.tier_services().await?);
        self.write(by, request, move |work| async move { open(&work, &reading, &services, draft).await }).await
    }

    /// Adds what was said or is to be noted, with what it makes of the ticket.
    pub async fn add_to_ticket(&self, by: &Actor, request: RequestId, form: EntryForm) -> Result<TicketId> {
        let id = named(by, &form.id)?;
        let (reading, services) = (self.reading().await?, self.tier_services().await?);
        self.write(by, request, move |work| async move { add(&work, &reading, &services, id, &form).await }).await
    }

    /// Sets who sees to a ticket, in which order, and what kind it is.
    pub async fn assign_ticket(&self, by: &Actor, request: RequestId, form: AssignForm) -> Result<TicketId> {
        let id = named(by, &form.id)?;
        let people = assignable(&*self.require_org()?);
        self.write(by, request, move |work| async move {
            let (row, customer, granted) = held(&work, id, form.version).await?;
            let draft = form.check()?;
            if draft.assignee.0 != row.assignee_id && !people.iter().any(|(id, _)| *id == draft.assignee) {
                return Err(StoreError::refused("assignee", "unknown_value"));
            }
            let record = serde_json::json!({
                "before": { "kind": row.kind, "priority": row.priority, "assignee": row.assignee_id },
                "after": { "kind": draft.kind, "priority": draft.priority, "assignee": draft.assignee },
            });
            let before = row.clone();
            let fresh = ticket::Model {
                kind: draft.kind.code().to_owned(),
                priority: draft.priority.code().to_owned(),
                assignee_id: draft.assignee.0,
                ..row
            };
            let fresh = save(&work, fresh, &customer, granted, &record).await?;
            if before.assignee_id != fresh.assignee_id {
                // Who had it hears that it is gone.
                let gone = ticket::Model { version: fresh.version, ..before };
                for change in changes(&gone, &customer, &work.by).into_iter().skip(1) {
                    work.changed(change)?;
                }
            }
            Ok(id)
        })
        .await
    }
}

fn named(by: &Actor, id: &str) -> Result<TicketId> {
    grant_any(by, Action::LogWork)?;
    TicketId::parse(id.trim()).ok_or(StoreError::NotFound)
}

/// The ticket, locked, if it still has the version that the person saw.
async fn held(work: &Work, id: TicketId, version: i32) -> Result<(ticket::Model, customer::Model, Granted)> {
    let row = ticket::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let customer = customer::Entity::find_by_id(row.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    // Whoever it is assigned to sees to it, whoever's customer it is.
    let granted = if row.assignee_id == work.by.id.0 {
        grant_any(&work.by, Action::LogWork)?
    } else {
        grant(&work.by, Action::LogWork, &ownership(&customer))?
    };
    if row.version == version {
        return Ok((row, customer, granted));
    }
    let by = match row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: row.updated_at, version: row.version })
}

async fn open(work: &Work, reading: &Reading, services: &TierServices, draft: TicketDraft) -> Result<TicketId> {
    let TicketDraft { customer, contact, kind, priority, assignee, subject, body } = draft;
    let of = living(work, customer.0).await?.ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::LogWork, &ownership(&of))?;
    if let Some(id) = contact {
        check_contact(work, id, CustomerId(of.id)).await?;
    }
    let assignee = assignee.unwrap_or(work.by.id);
    if !assignable(&reading.org).iter().any(|(id, _)| *id == assignee) {
        return Err(StoreError::refused("assignee", "unknown_value"));
    }
    let tier = read("tier", &of.tier, Tier::parse)?;
    let promise = Promise::of(reading, services, tier, work.now);
    work.alone("ticket number").await?;
    let last: Option<Option<i64>> =
        ticket::Entity::find().select_only().column_as(ticket::Column::Number.max(), "last").into_tuple().one(work.tx()).await?;
    let row = ticket::Model {
        id: work.new_id(),
        number: last.flatten().unwrap_or(0) + 1,
        customer_id: of.id,
        contact_id: contact.map(|id| id.0),
        kind: kind.code().to_owned(),
        priority: priority.code().to_owned(),
        state: TicketState::Open.code().to_owned(),
        subject,
        body,
        tier: of.tier.clone(),
        assignee_id: assignee.0,
        opened_at: work.now,
        opened_by: author(&work.by),
        asked_at: work.now,
        promised_minutes: promise.minutes,
        promise_at: promise.at,
        due_at: promise.at,
        answered_at: None,
        answered_late: false,
        solved_at: None,
        closed_at: None,
        reopened: 0,
        updated_at: work.now,
        updated_by: author(&work.by),
        version: 1,
    };
    work.audit(granted, "ticket", row.id, &serde_json::json!({ "opened": row.number, "customer": of.id, "assignee": assignee }))?;
    for change in changes(&row, &of, &work.by) {
        work.changed(change)?;
    }
    let id = TicketId(row.id);
    ticket::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    Ok(id)
}

async fn add(work: &Work, reading: &Reading, services: &TierServices, id: TicketId, form: &EntryForm) -> Result<TicketId> {
    let (row, customer, granted) = held(work, id, form.version).await?;
    let from = state(&row)?;
    let EntryDraft { kind, text, state: to } = form.check(from)?;
    let known = entry::Entity::find().filter(entry::Column::TicketId.eq(row.id)).count(work.tx()).await?;
    if known >= ENTRIES_MAX as u64 {
        return Err(vec![Violation::new("", "too_many_lines").with("max", ENTRIES_MAX)].into());
    }
    let answers = from == TicketState::Open && kind == EntryKind::Answer;
    let late = answers && row.promise_at.is_some_and(|promise| work.now > promise);
    let wall = |at| wall(&reading.org, at);
    let took = answers.then(|| minutes_between(wall(row.asked_at), wall(work.now), reading.calendar.workdays()));
    let said = entry::Model {
        id: work.new_id(),
        ticket_id: row.id,
        kind: kind.code().to_owned(),
        body: text,
        state: (to != from).then(|| to.code().to_owned()),
        at: work.now,
        by_id: author(&work.by),
        // Without a promise nothing is in time or late.
        took_minutes: took.filter(|_| row.promise_at.is_some()),
        late,
    };
    entry::Entity::insert(said.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    let mut fresh = ticket::Model { state: to.code().to_owned(), ..row };
    if answers {
        fresh.answered_at = Some(work.now);
        fresh.answered_late = late;
    }
    if to != TicketState::Open {
        fresh.due_at = None;
    }
    match to {
        TicketState::Solved if from != to => fresh.solved_at = Some(work.now),
        TicketState::Closed if from != to => fresh.closed_at = Some(work.now),
        // Asked again, an answer is owed again.
        TicketState::Open if from != to => {
            let tier = read("tier", &customer.tier, Tier::parse)?;
            let promise = Promise::of(reading, services, tier, work.now);
            fresh = ticket::Model {
                tier: customer.tier.clone(),
                asked_at: work.now,
                promised_minutes: promise.minutes,
                promise_at: promise.at,
                due_at: promise.at,
                answered_at: None,
                answered_late: false,
                solved_at: None,
                closed_at: None,
                reopened: fresh.reopened + 1,
                ..fresh
            };
        }
        _ => {}
    }
    save(work, fresh, &customer, granted, &serde_json::json!({ "entry": kind, "before": from, "after": to })).await?;
    Ok(id)
}

/// Writes the row with a further version, the audit row and the announcements.
async fn save(
    work: &Work,
    row: ticket::Model,
    customer: &customer::Model,
    granted: Granted,
    record: &serde_json::Value,
) -> Result<ticket::Model> {
    let fresh = ticket::Model { updated_at: work.now, updated_by: author(&work.by), version: row.version + 1, ..row };
    fresh.clone().into_active_model().reset_all().update(work.tx()).await?;
    work.audit(granted, "ticket", fresh.id, record)?;
    for change in changes(&fresh, customer, &work.by) {
        work.changed(change)?;
    }
    Ok(fresh)
}
