//! Whom somebody should visit or call again, and when: the one set that the list of
//! visits, their calendar and the page of today read.
//!
//! Read at once, since what a tier promises is no condition of a query: its clock skips
//! days on which nobody works, and each channel has one.

use crate::entity::customer;
use crate::error::Result;
use crate::pipeline::read;
use crate::satisfaction::plan;
use crate::{Store, scope};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::policy::{Actor, Scope};
use domain::revisit::Revisit;
use domain::survey::plan::PlanStatus;
use domain::tiers::{Asks, Promise, Served};
use domain::work::FollowUpKind;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A customer of somebody.
#[derive(FromQueryResult)]
struct Owned {
    id: Uuid,
    name: String,
    short_name: String,
    tier: String,
    owner_id: Option<Uuid>,
    unit_id: Uuid,
    created_at: DateTime<Utc>,
}

/// A customer whom its tier promises a contact.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub id: Uuid,
    pub name: String,
    pub tier: Tier,
    /// Who makes the visit, and where they hear of it: the customer's owner, or whose plan a
    /// low score is.
    pub owner: UserId,
    pub unit: UnitId,
    /// Channels that the promise counts; none means any.
    pub channels: Vec<FollowUpKind>,
    pub last: Option<NaiveDate>,
    pub asks: Asks,
    pub visit: Revisit,
}

impl Store {
    /// Customers of somebody in scope whom their tier promises a contact, those due first,
    /// first; of `whose` only what they make themselves. The clock of one who was never
    /// contacted began when they came.
    pub(crate) async fn due_of(&self, actor: &Actor, scope: &Scope, narrowed: Condition, whose: Option<UserId>) -> Result<Vec<Due>> {
        use customer::Column as C;
        let of_somebody = Condition::all().add(scope::customers(scope)).add(C::OwnerId.is_not_null());
        let rows: Vec<Owned> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName, C::Tier, C::OwnerId, C::UnitId, C::CreatedAt])
            .filter(of_somebody.add(narrowed).add_option(whose.map(of_person)))
            .into_model()
            .all(self.db())
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut contacts = self.last_contacts(&ids).await?;
        let services = self.tier_services().await?;
        let mut events = self.events_of(actor, &ids, &services).await?;
        let calendar = self.work_calendar().await?;
        let today = self.clock.today();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let contacts = contacts.remove(&row.id).unwrap_or_default();
            let tier = read("tier", &row.tier, Tier::parse)?;
            let Some(owner) = row.owner_id.map(UserId) else { continue };
            let mut events = events.remove(&row.id).unwrap_or_default();
            events.retain(|event| whose.is_none_or(|whose| event.by.map_or(owner, |(by, _)| by) == whose));
            let served = Served { contacts: &contacts, since: self.clock.local_date(row.created_at), events: &events, ..Served::default() };
            let service = services.of(tier);
            let next = if whose.is_none_or(|whose| whose == owner) {
                service.next_visit(&served, calendar.workdays(), today)
            } else {
                service.next_asked(&served, calendar.workdays(), today)
            };
            let Some(next) = next else { continue };
            let (owner, unit) = match next.promise {
                Promise::After(event) => event.by,
                Promise::Every(_) => None,
            }
            .unwrap_or((owner, UnitId(row.unit_id)));
            found.push(Due {
                id: row.id,
                name: if row.short_name.is_empty() { row.name } else { row.short_name },
                tier,
                owner,
                unit,
                channels: next.promise.channels().to_vec(),
                last: next.last,
                asks: next.promise.asks(),
                visit: next.visit,
            });
        }
        found.sort_by_key(|due| (due.visit.due, due.id));
        Ok(found)
    }
}

/// Customers of a person, and those of whose low score the plan is theirs.
fn of_person(person: UserId) -> Condition {
    use plan::Column as P;
    let plans = Query::select()
        .column(P::CustomerId)
        .from(plan::Entity)
        .and_where(P::OwnerId.eq(person.0))
        .and_where(P::Status.ne(PlanStatus::Closed.code()))
        .take();
    Condition::any().add(customer::Column::OwnerId.eq(person.0)).add(customer::Column::Id.in_subquery(plans))
}
