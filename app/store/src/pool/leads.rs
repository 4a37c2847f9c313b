//! Leads that are claimed, assigned and given back: each one row of the history of a deal's
//! owners. What goes along is here too: the leads of a customer with it, and a customer that
//! nobody has with its lead.
//!
//! Where a customer and its lead change together, the customer is locked first, and before both
//! the pools are held.

use super::hands::{self, Handed, LastHand};
use super::{Known, Pools, chain, deal_owner_change, lead_hold, lead_judge, lead_stay, pool_stay};
use crate::Store;
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::pipeline::board::ownership;
use crate::pipeline::deals::new_owner;
use crate::pipeline::moves::{deal_change, load, stages_now};
use crate::write::{Work, author};
use chrono::NaiveDate;
use domain::ids::{CustomerId, DealId, PoolId, RequestId, UnitId, UserId};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Granted, Ownership, grant, grant_any};
use domain::pool::claim::{Claim, may_claim};
use domain::pool::page::{Hand, HandForm, Reason};
use domain::pool::settings::{PoolKind, PoolSettings};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Store {
    /// Gives a lead of a pool to somebody, whose limits do not count: who gives decides.
    pub async fn assign_lead(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<i32> {
        grant_any(by, Action::AssignCustomers)?;
        let (id, owner, reason) = form.assigning::<DealId>()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            Pools::hold(&work, PoolKind::ALL).await?;
            hold_customer(&work, id).await?;
            let row = load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::AssignCustomers, &ownership(&row))?;
            let pool = row.pool_id.map(PoolId).ok_or_else(|| StoreError::refused("", "pool_not_in"))?;
            let (owner, unit) = new_owner(&work.by, &org, owner)?;
            let to = Ownership { owner: Some(owner), unit: UnitId(unit) };
            let handed = Handed { hand: Hand::Assign, to: Some(to), pool: Some(pool), reason: Reason::Said(reason), day: work.today };
            let saved = put(&work, granted, row, handed).await?;
            customer_along(&work, granted, saved.customer_id, to).await?;
            Ok(saved.version)
        })
        .await
    }

    /// Gives a lead back to the pool of its owner, for a reason.
    pub async fn return_lead(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<i32> {
        grant_any(by, Action::WriteDeals)?;
        let (id, reason) = form.giving_back::<DealId>()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let known = Known::hold(&work, &org).await?;
            let row = load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::WriteDeals, &ownership(&row))?;
            let owner = owner_of_lead(&known.leads, &row)?;
            let pools = &known.pools;
            let pool = pools.of(PoolKind::Leads, &org, owner).or_else(|| pools.covering(PoolKind::Leads, &org, UnitId(row.unit_id)));
            let pool = pool.map(|pool| pool.id).ok_or_else(|| StoreError::refused("", "pool_none"))?;
            let handed = Handed { hand: Hand::Return, to: None, pool: Some(pool), reason: Reason::Said(reason), day: work.today };
            Ok(put(&work, granted, row, handed).await?.version)
        })
        .await
    }

    /// Keeps a lead from falling, for a reason, or lets it fall again.
    pub async fn hold_lead(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<()> {
        grant_any(by, Action::AssignCustomers)?;
        let (id, reason) = form.holding::<DealId>()?;
        self.write(by, request, move |work| async move {
            let row = load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::AssignCustomers, &ownership(&row))?;
            owner_of_lead(&lead_judge::lead_stages(&stages_now(&work).await?), &row)?;
            lead_hold::Entity::delete_by_id(row.id).exec(work.tx()).await?;
            if let Some(reason) = reason.clone() {
                let hold = lead_hold::Model { deal_id: row.id, reason, at: work.now, by_id: author(&work.by) };
                lead_hold::Entity::insert(hold.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
            work.audit(granted, "deal", row.id, &serde_json::json!({ "held": reason }))?;
            work.changed(deal_change(&row, row.version, &work.by))
        })
        .await
    }
}

/// Who has the lead; what is no lead, or lies in a pool, is refused.
fn owner_of_lead(leads: &HashSet<Uuid>, row: &deal::Model) -> Result<UserId> {
    let owner = ownership(row).owner.ok_or_else(|| StoreError::refused("", "pool_already"))?;
    let is_lead = row.outcome == Outcome::Open.code() && leads.contains(&row.stage_id);
    if is_lead { Ok(owner) } else { Err(StoreError::refused("", "not_a_lead")) }
}

/// Takes a lead from one of the pools of the person, as far as its rules allow.
pub(super) async fn claim(work: &Work, known: &Known<'_>, granted: Granted, id: DealId) -> Result<()> {
    hold_customer(work, id).await?;
    let row = deal::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let mine = known.pools.open_to(PoolKind::Leads, known.org, &work.by);
    let Some(pool) = row.pool_id else {
        use deal_owner_change::Column as O;
        let last = deal_owner_change::Entity::find().select_only().columns([O::Hand, O::ToId, O::PoolId]).filter(O::DealId.eq(row.id));
        let last = last.order_by_desc(O::At).order_by_desc(O::Id).limit(1).into_tuple::<LastHand>().one(work.tx()).await?;
        return Err(hands::taken(known, &mine, Some(row.owner_id), last));
    };
    let pool = mine.into_iter().find(|one| one.id.0 == pool).ok_or(StoreError::NotFound)?;
    let stay = lead_stay::Entity::find_by_id(row.id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let (claimed, owned) = used(work.tx(), &work.by, pool, &known.leads, work.today).await?;
    let member = pool.has(work.by.id, &chain(known.org, work.by.unit));
    let last_owner = Some(UserId(row.owner_id));
    let claim = Claim { by: work.by.id, member, today: work.today, last_owner, since: stay.since, claimed, owned };
    may_claim(&pool.rules, claim).map_err(|found| StoreError::Refused(vec![found]))?;
    let to = Ownership { owner: Some(work.by.id), unit: work.by.unit };
    let reason = Reason::Said(String::new());
    let handed = Handed { hand: Hand::Claim, to: Some(to), pool: Some(pool.id), reason, day: work.today };
    let saved = put(work, granted, row, handed).await?;
    customer_along(work, granted, saved.customer_id, to).await
}

/// Until the end of the transaction the customer of this deal changes no more: it may go along.
async fn hold_customer(work: &Work, id: DealId) -> Result<()> {
    let row = deal::Entity::find_by_id(id.0).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    customer::Entity::find_by_id(row.customer_id).lock_exclusive().one(work.tx()).await?;
    Ok(())
}

/// What somebody claimed from a pool in its period, and how many leads they have.
pub(super) async fn used(
    db: &impl ConnectionTrait,
    by: &Actor,
    pool: &PoolSettings,
    leads: &HashSet<Uuid>,
    today: NaiveDate,
) -> Result<(u64, u64)> {
    use deal::Column as D;
    use deal_owner_change::Column as O;
    let claimed = match pool.rules.claims {
        None => 0,
        Some((_, period)) => {
            deal_owner_change::Entity::find()
                .filter(O::ById.eq(by.id.0))
                .filter(O::PoolId.eq(pool.id.0))
                .filter(O::Hand.eq(Hand::Claim.code()))
                .filter(O::OnDay.gte(period.begins(today)))
                .count(db)
                .await?
        }
    };
    let owned = deal::Entity::find()
        .filter(D::OwnerId.eq(by.id.0))
        .filter(D::Outcome.eq(Outcome::Open.code()))
        .filter(D::PoolId.is_null())
        .filter(D::StageId.is_in(leads.iter().copied()));
    Ok((claimed, if pool.rules.owned_max.is_some() { owned.count(db).await? } else { 0 }))
}

/// Writes the new owner, or none, with history and audit. In a pool the owner stays as who had
/// it last.
pub(super) async fn put(work: &Work, granted: Granted, row: deal::Model, handed: Handed) -> Result<deal::Model> {
    let Handed { hand, to, pool, reason, day } = handed;
    let before = row.clone();
    let mut change = row.into_active_model();
    match to.and_then(|to| Some((to.owner?, to.unit))) {
        Some((owner, unit)) => {
            change.owner_id = Set(owner.0);
            change.unit_id = Set(unit.0);
            change.pool_id = Set(None);
        }
        None => change.pool_id = Set(pool.map(|pool| pool.0)),
    }
    change.version = Set(before.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(author(&work.by));
    let saved = change.update(work.tx()).await?;
    let (from, to) = (ownership(&before).owner, ownership(&saved).owner);
    let record = serde_json::json!({ "hand": hand, "from": from, "to": to, "pool": pool, "reason": reason });
    work.audit(granted, "deal", saved.id, &record)?;
    history(work, &before, to, (hand, pool, &reason, day)).await?;
    lead_stay::Entity::delete_by_id(saved.id).exec(work.tx()).await?;
    if saved.pool_id.is_some() {
        let stay = lead_stay::Model { deal_id: saved.id, since: day, hand: hand.code().to_owned(), reason: reason.stored() };
        lead_stay::Entity::insert(stay.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    }
    work.changed(deal_change(&saved, saved.version, &work.by))?;
    // Listeners who may no longer see it hear of it too, to let it go.
    work.changed(deal_change(&before, saved.version, &work.by))?;
    work.changed(hands::pool_change(saved.id, saved.version, &work.by))?;
    Ok(saved)
}

/// Keeps the history true where a form or a list gave a deal another owner.
pub(crate) async fn deal_changed_hands(work: &Work, before: &deal::Model, saved: &deal::Model) -> Result<()> {
    if before.owner_id == saved.owner_id {
        return Ok(());
    }
    history(work, before, Some(UserId(saved.owner_id)), (Hand::Form, None, &Reason::Said(String::new()), work.today)).await
}

async fn history(
    work: &Work,
    before: &deal::Model,
    to: Option<UserId>,
    (hand, pool, reason, on_day): (Hand, Option<PoolId>, &Reason, NaiveDate),
) -> Result<()> {
    let row = deal_owner_change::Model {
        id: work.new_id(),
        deal_id: before.id,
        hand: hand.code().to_owned(),
        from_id: ownership(before).owner.map(|id| id.0),
        to_id: to.map(|id| id.0),
        pool_id: pool.map(|pool| pool.0),
        reason: reason.stored(),
        at: work.now,
        on_day,
        by_id: author(&work.by),
    };
    deal_owner_change::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    Ok(())
}

/// A customer that nobody has goes to whom its lead goes.
async fn customer_along(work: &Work, granted: Granted, customer: Uuid, to: Ownership) -> Result<()> {
    let row = customer::Entity::find_by_id(customer).lock_exclusive().one(work.tx()).await?;
    let Some(row) = row.filter(|row| row.owner_id.is_none() && row.merged_into.is_none()) else { return Ok(()) };
    let pool = pool_stay::Entity::find_by_id(row.id).one(work.tx()).await?.map(|stay| PoolId(stay.pool_id));
    let reason = Reason::Said(String::new());
    hands::put(work, granted, row, Handed { hand: Hand::Along, to: Some(to), pool, reason, day: work.today }).await?;
    Ok(())
}

/// The leads of a customer that changed hands. Whoever takes it takes those that lie in a pool;
/// where its owner loses it, theirs go into their pool of leads: [`going`]. Gives those that went.
pub(super) async fn along(
    work: &Work,
    known: &Known<'_>,
    granted: Granted,
    customer: CustomerId,
    from: Option<UserId>,
    handed: &Handed,
) -> Result<Vec<deal::Model>> {
    use deal::Column as D;
    let mut gone = Vec::new();
    let go = |pool: PoolId| Handed { hand: Hand::Along, to: handed.to, pool: Some(pool), reason: handed.reason.clone(), day: handed.day };
    if handed.to.is_some() {
        let pooled = deal::Entity::find()
            .filter(D::CustomerId.eq(customer.0))
            .filter(D::Outcome.eq(Outcome::Open.code()))
            .filter(D::PoolId.is_not_null())
            .order_by_asc(D::Id)
            .lock_exclusive();
        for row in pooled.all(work.tx()).await? {
            let Some(pool) = row.pool_id.map(PoolId) else { continue };
            gone.push(put(work, granted, row, go(pool)).await?);
        }
        return Ok(gone);
    }
    let loses = from.filter(|owner| known.pools.of(PoolKind::Leads, known.org, *owner).is_some());
    let Some(owner) = loses else { return Ok(gone) };
    let theirs = lead_judge::candidates(&known.leads).filter(D::CustomerId.eq(customer.0)).filter(D::OwnerId.eq(owner.0));
    let rows = theirs.lock_exclusive().all(work.tx()).await?;
    for (row, pool) in going(work.tx(), known, &HashMap::from([(customer.0, owner)]), rows).await? {
        gone.push(put(work, granted, row, go(pool)).await?);
    }
    Ok(gone)
}

/// Of these leads those that go along with customers whose owners lose them, and into which
/// pool: the owners' own, if there is one, but for those that are kept. `owners`: by customer.
pub(super) async fn going(
    db: &impl ConnectionTrait,
    known: &Known<'_>,
    owners: &HashMap<Uuid, UserId>,
    rows: Vec<deal::Model>,
) -> Result<Vec<(deal::Model, PoolId)>> {
    let kept = lead_judge::held(db, &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let goes = |row: deal::Model| {
        let owner = owners.get(&row.customer_id).copied().filter(|owner| owner.0 == row.owner_id && !kept.contains_key(&row.id))?;
        let pool = known.pools.of(PoolKind::Leads, known.org, owner)?;
        Some((row, pool.id))
    };
    Ok(rows.into_iter().filter_map(goes).collect())
}

/// Locks what is to be claimed at once, in one order for all, so that two commands never wait for
/// each other.
pub(super) async fn lock_in_order(work: &Work, leads: bool, ids: &[Uuid]) -> Result<()> {
    let customers: Vec<Uuid> = if leads {
        let of = deal::Entity::find().select_only().column(deal::Column::CustomerId).filter(deal::Column::Id.is_in(ids.iter().copied()));
        of.into_tuple().all(work.tx()).await?
    } else {
        ids.to_vec()
    };
    let rows = customer::Entity::find().filter(customer::Column::Id.is_in(customers)).order_by_asc(customer::Column::Id);
    rows.lock_exclusive().all(work.tx()).await?;
    if leads {
        let rows = deal::Entity::find().filter(deal::Column::Id.is_in(ids.iter().copied())).order_by_asc(deal::Column::Id);
        rows.lock_exclusive().all(work.tx()).await?;
    }
    Ok(())
}
