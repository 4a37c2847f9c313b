//! Tickets in the database: [`read`] (list, page, what a customer's page and the page of
//! today say) and [`write`] (a further one, what was said, who sees to it).
//!
//! Whoever may log work on a customer sees and answers its tickets, and so does whoever
//! one is assigned to. Until when an answer is owed is kept in the row, so that lists
//! filter and sort in the database.

mod read;
mod table;
mod write;

pub(crate) use table::{entry, ticket};

use crate::Store;
use crate::customers::ownership;
use crate::entity::customer;
use crate::error::Result;
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::scope;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use domain::ids::{UnitId, UserId};
use domain::policy::{Action, Actor, Ownership, reach, scope as scope_of};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, Select};
use std::collections::HashMap;
use uuid::Uuid;

fn to_customer() -> RelationDef {
    ticket::Entity::belongs_to(customer::Entity).from(ticket::Column::CustomerId).to(customer::Column::Id).into()
}

/// Whom tickets can be assigned to: everybody who may log work, by name.
fn assignable(org: &Org) -> Vec<(UserId, String)> {
    let works = |person: &&&domain::org::Person| reach(person.role, Action::LogWork).is_some();
    org.active().iter().filter(works).map(|person| (person.id, person.name.clone())).collect()
}

/// The organisation's clock on the wall.
fn wall(org: &Org, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&org.time_zone).naive_local()
}

/// The instant of a time on that clock; of one that is left out, an hour later.
fn instant(org: &Org, at: NaiveDateTime) -> DateTime<Utc> {
    let found = org.time_zone.from_local_datetime(&at).earliest();
    let found = found.or_else(|| org.time_zone.from_local_datetime(&(at + chrono::Duration::hours(1))).earliest());
    found.map_or_else(|| at.and_utc(), |at| at.with_timezone(&Utc))
}

/// What is announced: for those who see the customer, and for whom it is assigned to.
fn changes(row: &ticket::Model, customer: &customer::Model, by: &Actor) -> Vec<Change> {
    let owned = ownership(customer);
    let change = |owned: Ownership| Change {
        topic: Topic::Ticket,
        id: row.id,
        version: row.version,
        owner: owned.owner,
        unit: Some(owned.unit),
        by: Some(by.id),
        by_name: by.name.clone(),
    };
    let mut found = vec![change(owned)];
    if owned.owner != Some(UserId(row.assignee_id)) {
        found.push(change(Ownership { owner: Some(UserId(row.assignee_id)), unit: UnitId(customer.unit_id) }));
    }
    found
}

impl Store {
    /// What the actor may see of them.
    fn tickets_in_scope(&self, actor: &Actor) -> Result<Select<ticket::Entity>> {
        let scope = scope_of(actor, Action::LogWork)?;
        let seen = Condition::any().add(scope::customers(&scope)).add(ticket::Column::AssigneeId.eq(actor.id.0));
        Ok(ticket::Entity::find().join(JoinType::InnerJoin, to_customer()).filter(seen))
    }

    /// Of each customer the answer that is owed longest beyond its promise: minutes since
    /// it was asked, and what was promised.
    pub(crate) async fn late_answers(&self, of: Option<Uuid>) -> Result<HashMap<Uuid, (i64, i64)>> {
        use ticket::Column as T;
        let now = self.clock.now();
        let rows: Vec<(Uuid, DateTime<Utc>, Option<i64>)> = ticket::Entity::find()
            .select_only()
            .columns([T::CustomerId, T::AskedAt, T::PromisedMinutes])
            .filter(T::DueAt.lt(now))
            .filter(Condition::all().add_option(of.map(|id| T::CustomerId.eq(id))))
            .into_tuple()
            .all(self.db())
            .await?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let org = self.require_org()?;
        let calendar = self.work_calendar().await?;
        let mut found: HashMap<Uuid, (i64, i64)> = HashMap::new();
        for (customer, asked, promised) in rows {
            let took = domain::tickets::clock::minutes_between(wall(&org, asked), wall(&org, now), calendar.workdays());
            let late = (took, promised.unwrap_or_default());
            found.entry(customer).and_modify(|known| *known = std::cmp::max(*known, late)).or_insert(late);
        }
        Ok(found)
    }
}
