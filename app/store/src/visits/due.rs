//! Whom somebody should visit or call again, and when: the one set that the list of
//! visits, their calendar and the page of today read.
//!
//! Read at once, since what a tier promises is no condition of a query: its clock skips
//! days on which nobody works, and each channel has one.

use crate::entity::customer;
use crate::error::Result;
use crate::pipeline::read;
use crate::{Store, scope};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::policy::Scope;
use domain::revisit::Revisit;
use domain::tiers::Served;
use domain::work::FollowUpKind;
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
    pub owner: UserId,
    pub unit: UnitId,
    /// Channels that the promise counts; none means any.
    pub channels: Vec<FollowUpKind>,
    pub last: Option<NaiveDate>,
    pub every_days: u32,
    pub visit: Revisit,
}

impl Store {
    /// Customers of somebody in scope whom their tier promises a contact, those due first,
    /// first. The clock of one who was never contacted began when they came.
    pub(crate) async fn due_of(&self, scope: &Scope, narrowed: Condition) -> Result<Vec<Due>> {
        use customer::Column as C;
        let of_somebody = Condition::all().add(scope::customers(scope)).add(C::OwnerId.is_not_null());
        let rows: Vec<Owned> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName, C::Tier, C::OwnerId, C::UnitId, C::CreatedAt])
            .filter(of_somebody.add(narrowed))
            .into_model()
            .all(self.db())
            .await?;
        let mut contacts = self.last_contacts(&rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        let services = self.tier_services().await?;
        let calendar = self.work_calendar().await?;
        let today = self.clock.today();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let contacts = contacts.remove(&row.id).unwrap_or_default();
            let tier = read("tier", &row.tier, Tier::parse)?;
            let Some(owner) = row.owner_id.map(UserId) else { continue };
            let served = Served { contacts: &contacts, since: self.clock.local_date(row.created_at), ..Served::default() };
            let Some(next) = services.of(tier).next_visit(&served, calendar.workdays(), today) else { continue };
            found.push(Due {
                id: row.id,
                name: if row.short_name.is_empty() { row.name } else { row.short_name },
                tier,
                owner,
                unit: UnitId(row.unit_id),
                channels: next.rule.channels.clone(),
                last: next.last,
                every_days: next.rule.every_days,
                visit: next.visit,
            });
        }
        found.sort_by_key(|due| (due.visit.due, due.id));
        Ok(found)
    }
}
