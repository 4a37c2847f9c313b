//! Two customers side by side with what belongs to each, and who was merged into
//! whom.

use super::known::keys;
use super::moved::Moved;
use crate::customers::contacts::contacts_of;
use crate::customers::form::as_form;
use crate::customers::ownership;
use crate::entity::{contact, customer, customer_merge, deal, follow_up, task};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::{Store, scope};
use domain::duplicates::alike;
use domain::duplicates::page::{MergeEntry, MergeSide, MergedInto, Merging, NAMED};
use domain::ids::{CustomerId, DealId, UserId};
use domain::policy::{Action, Actor, grant, scope as scope_of};
use domain::violation::Violation;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::cmp::Reverse;
use uuid::Uuid;

/// Merges in a row that are followed; more are a loop.
const FOLLOWED: usize = 20;

impl Store {
    /// Two customers that the actor may change, with what a merge would move. Of
    /// their deals those that the actor may see; all of them move.
    pub async fn merging(&self, actor: &Actor, a: CustomerId, b: CustomerId) -> Result<Merging> {
        if a == b {
            // Whose it is does not matter to the answer.
            self.changeable(actor, a).await?;
            return Err(StoreError::refused("b", "same_customer"));
        }
        let org = self.require_org()?;
        let (one, other) = (self.changeable(actor, a).await?, self.changeable(actor, b).await?);
        let of = |row: &customer::Model| keys(&row.name, &row.tax_number, &row.phone, &row.website);
        let why = alike(&of(&one), &of(&other)).into_iter().map(|shared| shared.why).collect();
        let (a, b) = (self.merge_side(actor, one, &org).await?, self.merge_side(actor, other, &org).await?);
        // Who has more stays, then the older one.
        let weight = |side: &MergeSide| (side.deals_total, side.contacts_total + side.follow_ups + side.tasks, Reverse(side.created_at));
        Ok(Merging { keep_a: weight(&a) >= weight(&b), a, b, why })
    }

    async fn changeable(&self, actor: &Actor, id: CustomerId) -> Result<customer::Model> {
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::WriteCustomers, &ownership(&row))?;
        match row.merged_into {
            None => Ok(row),
            Some(_) => Err(vec![Violation::new("", "merged_already").with("name", &row.name)].into()),
        }
    }

    async fn merge_side(&self, actor: &Actor, row: customer::Model, org: &Org) -> Result<MergeSide> {
        use deal::Column as D;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let mut contacts = contacts_of(self.db(), &row, org).await?;
        contacts.truncate(NAMED);
        let contacts_total = contact::Entity::find().filter(contact::Column::CustomerId.eq(row.id)).count(self.db()).await?;
        let follow_ups = follow_up::Entity::find().filter(follow_up::Column::CustomerId.eq(row.id)).count(self.db()).await?;
        let tasks = task::Entity::find().filter(task::Column::CustomerId.eq(row.id)).count(self.db()).await?;
        let (deals, deals_total): (Vec<(Uuid, String)>, u64) = match scope_of(actor, Action::ReadDeals) {
            Err(_) => (Vec::new(), 0),
            Ok(deals) => {
                let seen = || deal::Entity::find().filter(D::CustomerId.eq(row.id)).filter(scope::deals(&deals));
                let named = seen().select_only().columns([D::Id, D::Title]).order_by_desc(D::CreatedAt).order_by_desc(D::Id);
                (named.limit(NAMED as u64).into_tuple().all(self.db()).await?, seen().count(self.db()).await?)
            }
        };
        Ok(MergeSide {
            owner: row.owner_id.map(|id| org.name_of(UserId(id))).unwrap_or_default(),
            created_at: row.created_at,
            form: as_form(row),
            contacts,
            contacts_total: count(contacts_total),
            deals: deals.into_iter().map(|(id, title)| (DealId(id), title)).collect(),
            deals_total: count(deals_total),
            follow_ups: count(follow_ups),
            tasks: count(tasks),
        })
    }

    /// Where a customer is that was merged into another; `None` if it was not.
    pub(crate) async fn merged_into(&self, actor: &Actor, row: &customer::Model, org: &Org) -> Result<Option<MergedInto>> {
        use customer_merge::Column as M;
        if row.merged_into.is_none() {
            return Ok(None);
        }
        let log = customer_merge::Entity::find()
            .filter(M::GoneId.eq(row.id))
            .filter(M::UndoneAt.is_null())
            .order_by_desc(M::At)
            .one(self.db())
            .await?;
        let kept = final_of(self.db(), row.clone()).await?;
        let visible = grant(actor, Action::ReadCustomers, &ownership(&kept)).is_ok();
        Ok(Some(MergedInto {
            kept: visible.then_some((CustomerId(kept.id), kept.name)),
            by: log.as_ref().map(|log| org.name_of(UserId(log.by_id))).unwrap_or_default(),
            at: log.map_or(row.updated_at, |log| log.at),
        }))
    }
}

/// The customer that one is now, however often it was merged.
async fn final_of(db: &impl ConnectionTrait, mut row: customer::Model) -> Result<customer::Model> {
    for _ in 0..FOLLOWED {
        let Some(into) = row.merged_into else { return Ok(row) };
        row = customer::Entity::find_by_id(into).one(db).await?.ok_or(StoreError::NotFound)?;
    }
    Ok(row)
}

/// Who was merged into a customer, directly or through others: id and name.
pub(crate) async fn gone_into(db: &impl ConnectionTrait, customer: Uuid) -> Result<Vec<(Uuid, String)>> {
    use customer::Column as C;
    let mut found: Vec<(Uuid, String)> = Vec::new();
    let mut last = vec![customer];
    for _ in 0..FOLLOWED {
        let rows: Vec<(Uuid, String)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name])
            .filter(C::MergedInto.is_in(last))
            .order_by_asc(C::Id)
            .into_tuple()
            .all(db)
            .await?;
        if rows.is_empty() {
            break;
        }
        last = rows.iter().map(|(id, _)| *id).collect();
        found.extend(rows);
    }
    Ok(found)
}

/// The merges into a customer that stand, the latest first.
pub(crate) async fn merges_of(db: &impl ConnectionTrait, customer: Uuid, org: &Org) -> Result<Vec<MergeEntry>> {
    use customer_merge::Column as M;
    let rows = customer_merge::Entity::find()
        .filter(M::KeptId.eq(customer))
        .filter(M::UndoneAt.is_null())
        .order_by_desc(M::At)
        .order_by_desc(M::Id)
        .all(db)
        .await?;
    let names: Vec<(Uuid, String)> = if rows.is_empty() { Vec::new() } else { gone_into(db, customer).await? };
    let entry = |log: customer_merge::Model| {
        let moved: Moved = serde_json::from_str(&log.moved).map_err(|error| StoreError::Internal(format!("a merge: {error}")))?;
        let [contacts, deals, follow_ups, tasks] = moved.counts();
        Ok(MergeEntry {
            id: log.id,
            gone: CustomerId(log.gone_id),
            name: names.iter().find(|(id, _)| *id == log.gone_id).map(|(_, name)| name.clone()).unwrap_or_default(),
            by: org.name_of(UserId(log.by_id)),
            at: log.at,
            contacts,
            deals,
            follow_ups,
            tasks,
        })
    };
    rows.into_iter().map(entry).collect()
}
