//! What falls into the pools at night, customers first, each with its leads that go along, then
//! leads. Doing it again does nothing: what fell has no owner.

use super::hands::{Handed, put_along};
use super::judge::judge;
use super::lead_judge;
use super::{Known, PIECE, leads, pool_run, pool_stay};
use crate::customers::ownership;
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::{Clock, Store, new_request};
use chrono::NaiveDate;
use domain::ids::{CustomerId, DealId, PoolId, UserId};
use domain::policy::{Action, grant_any};
use domain::pool::page::{Hand, Reason, Recycled};
use domain::pool::settings::PoolKind;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// A customer or a lead that falls, with what is said of it.
struct Fall<M> {
    row: M,
    pool: PoolId,
    said: Recycled,
}

impl Store {
    /// What falls on `day`, and why; nothing is written.
    pub async fn falling(&self, day: NaiveDate) -> Result<Vec<Recycled>> {
        let org = self.require_org()?;
        let known = Known::read(self, &org).await?;
        let mut found = Vec::new();
        let mut after = None;
        while let Some((falls, last)) = next(self.db(), self.clock, &known, day, after).await? {
            let mut along = along(self.db(), &known, &falls).await?;
            for fall in falls {
                let leads = along.remove(&fall.row.id).unwrap_or_default();
                found.push(fall.said);
                found.extend(leads);
            }
            after = Some(last);
        }
        let gone: HashSet<Uuid> = found.iter().filter_map(|one| one.lead).map(|id| id.0).collect();
        let mut after = None;
        while let Some((falls, last)) = next_leads(self.db(), self.clock, &known, day, after).await? {
            found.extend(falls.into_iter().filter(|fall| !gone.contains(&fall.row.id)).map(|fall| fall.said));
            after = Some(last);
        }
        Ok(found)
    }

    /// Puts into the pools what falls on `day`, and gives it with the reasons. Customers that
    /// nobody has, and that are in no pool, are taken into the pool of their unit.
    pub async fn recycle(&self, day: NaiveDate) -> Result<Vec<Recycled>> {
        let org = self.require_org()?;
        let known = Known::read(self, &org).await?;
        let mut found = Vec::new();
        let mut after = None;
        while let Some((falls, last)) = next(self.db(), self.clock, &known, day, after).await? {
            if !falls.is_empty() {
                found.extend(self.fall(&org, day, falls.iter().map(|fall| fall.row.id).collect()).await?);
            }
            after = Some(last);
        }
        let mut after = None;
        while let Some((falls, last)) = next_leads(self.db(), self.clock, &known, day, after).await? {
            if !falls.is_empty() {
                found.extend(self.leads_fall(&org, day, falls.iter().map(|fall| fall.row.id).collect()).await?);
            }
            after = Some(last);
        }
        Ok(found)
    }

    /// Once a day, whatever process asks: `None` if today's was done.
    pub async fn recycle_nightly(&self) -> Result<Option<Vec<Recycled>>> {
        let Some(actor) = self.org().and_then(|org| org.command_line()) else { return Ok(None) };
        let day = self.clock.today();
        if pool_run::Entity::find().filter(pool_run::Column::Day.eq(day)).one(self.db()).await?.is_some() {
            return Ok(None);
        }
        let found = self.recycle(day).await?;
        let fallen = i32::try_from(found.len()).unwrap_or(i32::MAX);
        self.write(&actor, new_request(), move |work| async move {
            work.alone("pool run").await?;
            if pool_run::Entity::find().filter(pool_run::Column::Day.eq(day)).one(work.tx()).await?.is_none() {
                let row = pool_run::Model { id: work.new_id(), day, fallen, at: work.now };
                pool_run::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
            Ok(())
        })
        .await?;
        Ok(Some(found))
    }

    /// One transaction: each is judged again, as it is now.
    async fn fall(&self, org: &Arc<Org>, day: NaiveDate, ids: Vec<Uuid>) -> Result<Vec<Recycled>> {
        let actor = org.command_line().ok_or_else(|| StoreError::Internal("no units".into()))?;
        let granted = grant_any(&actor, Action::AssignCustomers)?;
        let (org, clock) = (org.clone(), self.clock);
        self.write(&actor, new_request(), move |work| async move {
            let known = Known::hold(&work, &org).await?;
            let rows = candidates().filter(customer::Column::Id.is_in(ids)).lock_exclusive().all(work.tx()).await?;
            let rows = in_no_pool(work.tx(), rows).await?;
            let mut found = Vec::new();
            for Fall { row, pool, said } in judged(work.tx(), clock, &known, day, rows).await? {
                let (hand, reason) = match said.cause {
                    Some(cause) => (Hand::Recycle, Reason::Rule(cause)),
                    None => (Hand::TakeIn, Reason::Said(String::new())),
                };
                let handed = Handed { hand, to: None, pool: Some(pool), reason, day };
                let (_, along) = put_along(&work, &known, granted, row, handed).await?;
                let into = |lead: &deal::Model| lead.pool_id.map(|id| known.pools.name(PoolId(id))).unwrap_or_default();
                let along: Vec<Recycled> = along.iter().map(|lead| with_customer(&said, lead, into(lead))).collect();
                found.push(said);
                found.extend(along);
            }
            Ok(found)
        })
        .await
    }

    /// As `fall`, of leads.
    async fn leads_fall(&self, org: &Arc<Org>, day: NaiveDate, ids: Vec<Uuid>) -> Result<Vec<Recycled>> {
        let actor = org.command_line().ok_or_else(|| StoreError::Internal("no units".into()))?;
        let granted = grant_any(&actor, Action::AssignCustomers)?;
        let (org, clock) = (org.clone(), self.clock);
        self.write(&actor, new_request(), move |work| async move {
            let known = Known::hold(&work, &org).await?;
            let rows = lead_judge::candidates(&known.leads).filter(deal::Column::Id.is_in(ids)).lock_exclusive().all(work.tx()).await?;
            let mut found = Vec::new();
            for Fall { row, pool, said } in judged_leads(work.tx(), clock, &known, day, rows).await? {
                let Some(cause) = said.cause else { continue };
                let handed = Handed { hand: Hand::Recycle, to: None, pool: Some(pool), reason: Reason::Rule(cause), day };
                leads::put(&work, granted, row, handed).await?;
                found.push(said);
            }
            Ok(found)
        })
        .await
    }
}

/// The leads that go along with customers that fall, by customer.
async fn along(db: &impl ConnectionTrait, known: &Known<'_>, falls: &[Fall<customer::Model>]) -> Result<HashMap<Uuid, Vec<Recycled>>> {
    let owners: HashMap<Uuid, UserId> = falls.iter().filter_map(|fall| Some((fall.row.id, UserId(fall.row.owner_id?)))).collect();
    if owners.is_empty() || known.pools.is_empty(PoolKind::Leads) {
        return Ok(HashMap::new());
    }
    let of_them = deal::Column::CustomerId.is_in(owners.keys().copied());
    let rows = lead_judge::candidates(&known.leads).filter(of_them).all(db).await?;
    let said: HashMap<Uuid, &Recycled> = falls.iter().map(|fall| (fall.row.id, &fall.said)).collect();
    let mut found: HashMap<Uuid, Vec<Recycled>> = HashMap::new();
    for (lead, pool) in leads::going(db, known, &owners, rows).await? {
        let Some(said) = said.get(&lead.customer_id) else { continue };
        found.entry(lead.customer_id).or_default().push(with_customer(said, &lead, known.pools.name(pool)));
    }
    Ok(found)
}

/// What is said of a lead that goes along with its customer: why that falls is why it does.
fn with_customer(customer: &Recycled, lead: &deal::Model, pool: String) -> Recycled {
    Recycled { lead: Some(DealId(lead.id)), name: lead.title.clone(), pool, ..customer.clone() }
}

/// What falls of the next leads, and the last of these; `None` behind the last one.
async fn next_leads(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    after: Option<Uuid>,
) -> Result<Option<(Vec<Fall<deal::Model>>, Uuid)>> {
    if known.pools.is_empty(PoolKind::Leads) {
        return Ok(None);
    }
    let behind = after.map(|id| deal::Column::Id.gt(id));
    let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
    let rows = lead_judge::candidates(&known.leads).filter(Condition::all().add_option(behind)).limit(limit).all(db).await?;
    let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
    Ok(Some((judged_leads(db, clock, known, day, rows).await?, last)))
}

async fn judged_leads(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    rows: Vec<deal::Model>,
) -> Result<Vec<Fall<deal::Model>>> {
    let judged = lead_judge::judge(db, clock, known, day, rows.iter().map(|row| row.id).collect()).await?;
    let mut found = Vec::new();
    for row in rows {
        let Some(one) = judged.get(&row.id) else { continue };
        let (Some(pool), Some(cause)) = (one.pool, one.protection.recycle_reason(day)) else { continue };
        let owner = UserId(row.owner_id);
        let said = Recycled {
            customer: CustomerId(row.customer_id),
            lead: Some(DealId(row.id)),
            name: row.title.clone(),
            owner: Some((owner, known.org.name_of(owner))),
            pool: known.pools.name(pool),
            cause: Some(cause),
        };
        found.push(Fall { pool, said, row });
    }
    Ok(found)
}

/// Customers of somebody, and those of nobody that are in no pool; in the order of their ids.
fn candidates() -> sea_orm::Select<customer::Entity> {
    use customer::Column as C;
    let of_it = Expr::col((pool_stay::Entity, pool_stay::Column::CustomerId)).equals((customer::Entity, C::Id));
    let stays = Query::select().column((pool_stay::Entity, pool_stay::Column::CustomerId)).from(pool_stay::Entity).and_where(of_it).take();
    customer::Entity::find()
        .filter(C::MergedInto.is_null())
        .filter(Condition::any().add(C::OwnerId.is_not_null()).add(Expr::exists(stays).not()))
        .order_by_asc(C::Id)
}

/// Without those of nobody that came into a pool while their lock was waited for. PostgreSQL
/// looks at a row again after the wait, but at the stays as they were before it.
async fn in_no_pool(db: &impl ConnectionTrait, rows: Vec<customer::Model>) -> Result<Vec<customer::Model>> {
    let free = rows.iter().filter(|row| row.owner_id.is_none()).map(|row| row.id);
    let stays = pool_stay::Entity::find().filter(pool_stay::Column::CustomerId.is_in(free)).all(db).await?;
    let staying: HashSet<Uuid> = stays.into_iter().map(|stay| stay.customer_id).collect();
    Ok(rows.into_iter().filter(|row| row.owner_id.is_some() || !staying.contains(&row.id)).collect())
}

/// What falls of the next customers, and the last of these; `None` behind the last one.
async fn next(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    after: Option<Uuid>,
) -> Result<Option<(Vec<Fall<customer::Model>>, Uuid)>> {
    if known.pools.is_empty(PoolKind::Customers) {
        return Ok(None);
    }
    let behind = after.map(|id| customer::Column::Id.gt(id));
    let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
    let rows = candidates().filter(Condition::all().add_option(behind)).limit(limit).all(db).await?;
    let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
    Ok(Some((judged(db, clock, known, day, rows).await?, last)))
}

async fn judged(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    rows: Vec<customer::Model>,
) -> Result<Vec<Fall<customer::Model>>> {
    let Known { org, pools, .. } = known;
    let (owned, free): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.owner_id.is_some());
    let mut found = Vec::new();
    for row in free {
        let Some(pool) = pools.covering(PoolKind::Customers, org, ownership(&row).unit) else { continue };
        let said = Recycled {
            customer: CustomerId(row.id),
            lead: None,
            name: row.name.clone(),
            owner: None,
            pool: pool.name.clone(),
            cause: None,
        };
        found.push(Fall { pool: pool.id, said, row });
    }
    for one in judge(db, clock, org, pools, owned).await? {
        let (Some(pool), Some(cause)) = (one.pool, one.protection.recycle_reason(day)) else { continue };
        let owner = one.row.owner_id.map(|id| (UserId(id), org.name_of(UserId(id))));
        let said = Recycled {
            customer: CustomerId(one.row.id),
            lead: None,
            name: one.row.name.clone(),
            owner,
            pool: pools.name(pool),
            cause: Some(cause),
        };
        found.push(Fall { pool, said, row: one.row });
    }
    Ok(found)
}
