//! The list of tickets, one ticket's page, those of a customer, and those that somebody
//! has to see to today.

use super::{assignable, entry, ticket, wall};
use crate::Store;
use crate::customers::contacts::contacts_of;
use crate::customers::ownership;
use crate::entity::{contact, customer};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::{paging, search};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::customers::Tier;
use domain::ids::{CustomerId, TicketEntryId, TicketId, UserId};
use domain::page::{Cursor, PAGE_ROWS, Page, Sort};
use domain::policy::{Action, Actor, grant};
use domain::tickets::clock::Response;
use domain::tickets::view::{SHOWN, TicketDetail, TicketEntry, TicketFilter, TicketList, TicketRow, TicketSheet, TicketsOfCustomer};
use domain::tickets::{EntryKind, Priority, TicketKind, TicketShown, TicketSort, TicketState};
use domain::visits::workdays::WorkCalendar;
use sea_orm::sea_query::{Expr, NullOrdering, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// By what rows are read: the organisation's clock and calendar, at one instant.
pub(super) struct Reading {
    pub org: std::sync::Arc<Org>,
    pub calendar: WorkCalendar,
    pub now: DateTime<Utc>,
}

impl Reading {
    fn response(&self, row: &ticket::Model) -> Result<Response> {
        let at = |at: DateTime<Utc>| wall(&self.org, at);
        let owed = state(row)? == TicketState::Open;
        let (promise, answered) = (row.promise_at.map(at), row.answered_at.map(at));
        Ok(Response::of(at(row.asked_at), promise, answered, owed, at(self.now), self.calendar.workdays()))
    }

    fn row(&self, row: ticket::Model, of: &customer::Model) -> Result<TicketRow> {
        let response = self.response(&row)?;
        let assignee = UserId(row.assignee_id);
        Ok(TicketRow {
            id: TicketId(row.id),
            number: row.number,
            kind: read("kind of ticket", &row.kind, TicketKind::parse)?,
            priority: read("priority", &row.priority, Priority::parse)?,
            state: state(&row)?,
            customer: CustomerId(row.customer_id),
            customer_name: if of.short_name.is_empty() { of.name.clone() } else { of.short_name.clone() },
            tier: read("tier", &row.tier, Tier::parse)?,
            assignee,
            assignee_name: self.org.name_of(assignee),
            opened_at: row.opened_at,
            due_at: row.due_at,
            answered_at: row.answered_at,
            response,
            updated_at: row.updated_at,
            subject: row.subject,
        })
    }
}

pub(super) fn state(row: &ticket::Model) -> Result<TicketState> {
    read("state of a ticket", &row.state, TicketState::parse)
}

/// Answered too late, or overdue.
fn late(now: DateTime<Utc>) -> Condition {
    Condition::any().add(ticket::Column::DueAt.lt(now)).add(ticket::Column::AnsweredLate.eq(true))
}

fn conditions(filter: &TicketFilter, now: DateTime<Utc>) -> Condition {
    use ticket::Column as T;
    let states = filter.shown.unwrap_or(TicketShown::Unsettled).states();
    let text = (!filter.text.is_empty()).then(|| {
        let number = filter.text.trim_start_matches('#').parse::<i64>().ok().map(|number| T::Number.eq(number));
        Condition::any()
            .add(search::contains_any_case(T::Subject, &filter.text))
            .add(search::contains(customer::Column::Search, &filter.text))
            .add_option(number)
    });
    Condition::all()
        .add(T::State.is_in(states.iter().map(|state| state.code())))
        .add_option(filter.person.map(|id| T::AssigneeId.eq(id.0)))
        .add_option(filter.priority.map(|priority| T::Priority.eq(priority.code())))
        .add_option(filter.kind.map(|kind| T::Kind.eq(kind.code())))
        .add_option(filter.tier.map(|tier| T::Tier.eq(tier.code())))
        .add_option(filter.customer.map(|id| T::CustomerId.eq(id.0)))
        .add_option(filter.late.then(|| late(now)))
        .add_option(text)
}

fn column(sort: TicketSort) -> ticket::Column {
    match sort {
        TicketSort::Due => ticket::Column::DueAt,
        TicketSort::Created => ticket::Column::OpenedAt,
        TicketSort::Updated => ticket::Column::UpdatedAt,
    }
}

fn cursor(row: &ticket::Model, sort: TicketSort) -> Cursor {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let value = match sort {
        TicketSort::Due => row.due_at.map(text).unwrap_or_default(),
        TicketSort::Created => text(row.opened_at),
        TicketSort::Updated => text(row.updated_at),
    };
    Cursor { value, id: row.id }
}

/// Rows behind the cursor in this order; those without an instant come last. `None` for a
/// cursor of another order.
fn behind(cursor: &Cursor, sort: Sort<TicketSort>) -> Option<Condition> {
    use ticket::Column as T;
    if cursor.value.is_empty() {
        let beyond = if sort.descending { T::Id.lt(cursor.id) } else { T::Id.gt(cursor.id) };
        return (sort.column == TicketSort::Due).then(|| Condition::all().add(T::DueAt.is_null()).add(beyond));
    }
    let value: SimpleExpr = Expr::value(DateTime::parse_from_rfc3339(&cursor.value).ok()?.with_timezone(&Utc));
    let without = (sort.column == TicketSort::Due).then(|| T::DueAt.is_null());
    let column = Expr::col((ticket::Entity, column(sort.column)));
    let id = Expr::col((ticket::Entity, T::Id));
    Some(Condition::any().add(paging::behind(column, id, value, cursor.id, sort.descending)).add_option(without))
}

impl Store {
    pub(super) async fn reading(&self) -> Result<Reading> {
        Ok(Reading { org: self.require_org()?, calendar: self.work_calendar().await?, now: self.clock.now() })
    }

    async fn count_tickets(&self, query: Select<ticket::Entity>) -> Result<i64> {
        Ok(i64::try_from(query.count(self.db()).await?).unwrap_or(i64::MAX))
    }

    /// One page of the tickets in scope.
    pub async fn tickets(&self, actor: &Actor, filter: &TicketFilter, sort: Sort<TicketSort>, after: Option<&str>) -> Result<TicketList> {
        let reading = self.reading().await?;
        let narrowed = self.tickets_in_scope(actor)?.filter(conditions(filter, reading.now));
        let total = self.count_tickets(narrowed.clone()).await?;
        let late = self.count_tickets(narrowed.clone().filter(late(reading.now))).await?;
        let (rows, next) = self.ticket_rows(&reading, narrowed, sort, after, PAGE_ROWS).await?;
        Ok(TicketList { page: Page { rows, total, next }, late, people: assignable(&reading.org) })
    }

    async fn ticket_rows(
        &self,
        reading: &Reading,
        query: Select<ticket::Entity>,
        sort: Sort<TicketSort>,
        after: Option<&str>,
        most: u64,
    ) -> Result<(Vec<TicketRow>, Option<String>)> {
        let (found, next) = self.ticket_lines(query, sort, after, most).await?;
        Ok((found.into_iter().map(|(row, of)| reading.row(row, &of)).collect::<Result<_>>()?, next))
    }

    /// At most `most` tickets of the list behind a cursor, each as a list shows it and as it
    /// is kept, and the cursor of those after them.
    pub(crate) async fn ticket_lines_of(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        sort: Sort<TicketSort>,
        after: Option<&str>,
        most: u64,
    ) -> Result<(Vec<(TicketRow, ticket::Model)>, Option<String>)> {
        let reading = self.reading().await?;
        let narrowed = self.tickets_in_scope(actor)?.filter(conditions(filter, reading.now));
        let (found, next) = self.ticket_lines(narrowed, sort, after, most).await?;
        Ok((found.into_iter().map(|(row, of)| Ok((reading.row(row.clone(), &of)?, row))).collect::<Result<_>>()?, next))
    }

    async fn ticket_lines(
        &self,
        query: Select<ticket::Entity>,
        sort: Sort<TicketSort>,
        after: Option<&str>,
        most: u64,
    ) -> Result<(Vec<(ticket::Model, customer::Model)>, Option<String>)> {
        let order = if sort.descending { Order::Desc } else { Order::Asc };
        let mut query = query
            .order_by_with_nulls(column(sort.column), order.clone(), NullOrdering::Last)
            .order_by(ticket::Column::Id, order)
            .limit(most + 1);
        if let Some(after) = after {
            let known = Cursor::decode(after).and_then(|cursor| behind(&cursor, sort));
            query = query.filter(known.ok_or_else(|| StoreError::refused("after", "bad_request"))?);
        }
        let mut found: Vec<(ticket::Model, Option<customer::Model>)> = query.select_also(customer::Entity).all(self.db()).await?;
        let more = found.len() as u64 > most;
        found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|(row, _)| cursor(row, sort.column).encode());
        let row = |(row, of): (ticket::Model, Option<customer::Model>)| {
            let of = of.ok_or_else(|| StoreError::Internal(format!("ticket {} without its customer", row.id)))?;
            Ok((row, of))
        };
        Ok((found.into_iter().map(row).collect::<Result<_>>()?, next))
    }

    /// A ticket with everything its page shows.
    pub async fn ticket(&self, actor: &Actor, id: TicketId) -> Result<TicketDetail> {
        let reading = self.reading().await?;
        let found = self.tickets_in_scope(actor)?.filter(ticket::Column::Id.eq(id.0)).select_also(customer::Entity).one(self.db()).await?;
        let (row, of) = found.ok_or(StoreError::NotFound)?;
        let of = of.ok_or_else(|| StoreError::Internal(format!("ticket {id} without its customer")))?;
        let contact = match row.contact_id {
            Some(id) => contact::Entity::find_by_id(id).one(self.db()).await?.map(|row| row.name),
            None => None,
        };
        let entries = entry::Entity::find()
            .filter(entry::Column::TicketId.eq(row.id))
            .order_by_asc(entry::Column::At)
            .order_by_asc(entry::Column::Id)
            .all(self.db())
            .await?;
        let of_entry = |row: entry::Model| {
            let took = |minutes| if row.late { Response::TooLate(minutes) } else { Response::InTime(minutes) };
            Ok(TicketEntry {
                id: TicketEntryId(row.id),
                kind: read("kind of entry", &row.kind, EntryKind::parse)?,
                state: row.state.as_deref().map(|code| read("state of a ticket", code, TicketState::parse)).transpose()?,
                at: row.at,
                by: row.by_id.map(|id| reading.org.name_of(UserId(id))).unwrap_or_default(),
                response: row.took_minutes.map(took),
                text: row.body,
            })
        };
        Ok(TicketDetail {
            version: row.version,
            body: row.body.clone(),
            contact,
            promised_minutes: row.promised_minutes,
            opened_by: row.opened_by.map(|id| reading.org.name_of(UserId(id))).unwrap_or_default(),
            solved_at: row.solved_at,
            closed_at: row.closed_at,
            reopened: row.reopened,
            entries: entries.into_iter().map(of_entry).collect::<Result<_>>()?,
            people: assignable(&reading.org),
            may_write: of.merged_into.is_none(),
            may_read_customer: grant(actor, Action::ReadCustomers, &ownership(&of)).is_ok(),
            row: reading.row(row, &of)?,
        })
    }

    /// What the form of a further ticket of a customer begins with.
    pub async fn ticket_sheet(&self, actor: &Actor, id: CustomerId) -> Result<TicketSheet> {
        let org = self.require_org()?;
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::LogWork, &ownership(&row))?;
        if row.merged_into.is_some() {
            return Err(StoreError::NotFound);
        }
        let tier = read("tier", &row.tier, Tier::parse)?;
        let contacts = contacts_of(self.db(), &row, &org).await?;
        Ok(TicketSheet {
            customer: id,
            customer_name: row.name,
            tier,
            promised_minutes: self.tier_services().await?.of(tier).response_minutes,
            contacts: contacts.into_iter().map(|contact| (contact.id, contact.name)).collect(),
            people: assignable(&org),
            me: actor.id,
        })
    }

    /// The tickets of a customer: those that an answer is owed to first, then the latest.
    pub async fn tickets_of(&self, actor: &Actor, id: CustomerId) -> Result<TicketsOfCustomer> {
        use ticket::Column as T;
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::LogWork, &ownership(&row))?;
        let reading = self.reading().await?;
        let these = || ticket::Entity::find().filter(T::CustomerId.eq(row.id));
        let unsettled = || these().filter(T::State.is_in(TicketShown::Unsettled.states().iter().map(|state| state.code())));
        let settled = these().filter(T::State.is_in([TicketState::Solved.code(), TicketState::Closed.code()]));
        let query = unsettled().order_by_with_nulls(T::DueAt, Order::Asc, NullOrdering::Last).order_by_desc(T::UpdatedAt).limit(SHOWN);
        let mut rows = query.all(self.db()).await?;
        let room = SHOWN.saturating_sub(rows.len() as u64);
        rows.extend(settled.order_by_desc(T::UpdatedAt).order_by_desc(T::Id).limit(room).all(self.db()).await?);
        Ok(TicketsOfCustomer {
            total: self.count_tickets(these()).await?,
            unsettled: self.count_tickets(unsettled()).await?,
            late: self.count_tickets(unsettled().filter(T::DueAt.lt(reading.now))).await?,
            rows: rows.into_iter().map(|ticket| reading.row(ticket, &row)).collect::<Result<_>>()?,
            may_add: row.merged_into.is_none(),
        })
    }

    /// Tickets that are not settled, those to whom an answer is owed first; how many there
    /// are, and how many of them are overdue. `person`: assigned to whom.
    pub(crate) async fn tickets_to_do(&self, actor: &Actor, person: Option<UserId>) -> Result<(Vec<TicketRow>, i64, i64)> {
        let filter = TicketFilter { person, ..TicketFilter::default() };
        let reading = self.reading().await?;
        let narrowed = self.tickets_in_scope(actor)?.filter(conditions(&filter, reading.now));
        let total = self.count_tickets(narrowed.clone()).await?;
        let overdue = self.count_tickets(narrowed.clone().filter(ticket::Column::DueAt.lt(reading.now))).await?;
        let (rows, _) = self.ticket_rows(&reading, narrowed, domain::tickets::view::SORT, None, PAGE_ROWS).await?;
        Ok((rows, total, overdue))
    }
}
