//! Claiming, assigning, giving back: each one row of the history of owners.

use super::{Known, Pools, chain, leads, owner_change, pool_hold, pool_stay};
use crate::customers::form::new_owner;
use crate::customers::{customer_change, load, ownership};
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::write::{Work, author};
use crate::{Store, change};
use chrono::NaiveDate;
use domain::change::Changed;
use domain::ids::{CustomerId, DealId, PoolId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, Ownership, grant, grant_any};
use domain::pool::claim::{Claim, may_claim};
use domain::pool::page::{ClaimForm, ClaimMany, Hand, HandForm, Pooled, Reason};
use domain::pool::settings::{PoolKind, PoolSettings};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// A change of hands.
#[derive(Clone)]
pub(super) struct Handed {
    pub hand: Hand,
    pub to: Option<Ownership>,
    /// The pool that it leaves or comes into; none of a customer that nobody had, and that was in
    /// none.
    pub pool: Option<PoolId>,
    pub reason: Reason,
    pub day: NaiveDate,
}

/// How something changed hands last, to whom, and from which pool.
pub(super) type LastHand = (String, Option<Uuid>, Option<Uuid>);

impl Store {
    /// Takes a customer, or a lead, from one of the pools of `by`, as far as its rules allow. Of
    /// two who ask at once one has it, and the other is told who.
    pub async fn claim(&self, by: &Actor, request: RequestId, form: ClaimForm) -> Result<Uuid> {
        let granted = grant_any(by, Action::ClaimCustomers)?;
        let what = form.check()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            counted(&work).await?;
            let known = Known::hold(&work, &org).await?;
            match what {
                Pooled::Customer(id) => claim(&work, &known, granted, id).await.map(|()| id.0),
                Pooled::Lead(id) => leads::claim(&work, &known, granted, id).await.map(|()| id.0),
            }
        })
        .await
    }

    /// Takes what can be taken of many, in their order, and says of every other one why not.
    pub async fn claim_many(&self, by: &Actor, command: ClaimMany) -> Result<Changed<Uuid>> {
        let granted = grant_any(by, Action::ClaimCustomers)?;
        command.check()?;
        let org = self.require_org()?;
        let ClaimMany { request, leads, ids } = command;
        self.write(by, request, move |work| async move {
            counted(&work).await?;
            let known = Known::hold(&work, &org).await?;
            leads::lock_in_order(&work, leads, &ids).await?;
            let mut changed = Changed::default();
            for id in ids {
                let outcome = if leads {
                    leads::claim(&work, &known, granted, DealId(id)).await
                } else {
                    claim(&work, &known, granted, CustomerId(id)).await
                };
                change::note(&mut changed, id, outcome.map(|()| true), called(&work, leads, id)).await?;
            }
            Ok(changed)
        })
        .await
    }

    /// Gives a customer of a pool to somebody, whose limits do not count: who gives decides.
    pub async fn assign_customer(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<i32> {
        grant_any(by, Action::AssignCustomers)?;
        let (id, owner, reason) = form.assigning()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let known = Known::hold(&work, &org).await?;
            let row = load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::AssignCustomers, &ownership(&row))?;
            let stay = pool_stay::Entity::find_by_id(row.id).one(work.tx()).await?;
            let stay = stay.filter(|_| row.owner_id.is_none()).ok_or_else(|| StoreError::refused("", "pool_not_in"))?;
            let to = new_owner(&work.by, &org, owner)?;
            let pool = PoolId(stay.pool_id);
            let handed = Handed { hand: Hand::Assign, to: Some(to), pool: Some(pool), reason: Reason::Said(reason), day: work.today };
            Ok(put_along(&work, &known, granted, row, handed).await?.0.version)
        })
        .await
    }

    /// Gives a customer back to the pool of its owner, for a reason.
    pub async fn return_customer(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<i32> {
        grant_any(by, Action::WriteCustomers)?;
        let (id, reason) = form.giving_back()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let known = Known::hold(&work, &org).await?;
            let row = load(&work, id, form.version).await?;
            let owned = ownership(&row);
            let granted = grant(&work.by, Action::WriteCustomers, &owned)?;
            let owner = owned.owner.ok_or_else(|| StoreError::refused("", "pool_already"))?;
            let pools = &known.pools;
            let pool = pools.of(PoolKind::Customers, &org, owner).or_else(|| pools.covering(PoolKind::Customers, &org, owned.unit));
            let pool = pool.map(|pool| pool.id);
            let pool = pool.ok_or_else(|| StoreError::refused("", "pool_none"))?;
            let handed = Handed { hand: Hand::Return, to: None, pool: Some(pool), reason: Reason::Said(reason), day: work.today };
            Ok(put_along(&work, &known, granted, row, handed).await?.0.version)
        })
        .await
    }

    /// Keeps a customer from falling, for a reason, or lets it fall again.
    pub async fn hold_customer(&self, by: &Actor, request: RequestId, form: HandForm) -> Result<()> {
        grant_any(by, Action::AssignCustomers)?;
        let (id, reason) = form.holding()?;
        self.write(by, request, move |work| async move {
            let row = load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::AssignCustomers, &ownership(&row))?;
            if row.owner_id.is_none() {
                return Err(StoreError::refused("", "pool_already"));
            }
            pool_hold::Entity::delete_by_id(row.id).exec(work.tx()).await?;
            if let Some(reason) = reason.clone() {
                let hold = pool_hold::Model { customer_id: row.id, reason, at: work.now, by_id: author(&work.by) };
                pool_hold::Entity::insert(hold.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
            work.audit(granted, "customer", row.id, &serde_json::json!({ "held": reason }))?;
            work.changed(customer_change(&row, &work.by))
        })
        .await
    }
}

/// Two claims of one person are counted one after the other.
async fn counted(work: &Work) -> Result<()> {
    work.alone(&format!("claims of {}", work.by.id)).await
}

/// What a customer or a lead is called, for who saw it in a pool.
async fn called(work: &Work, leads: bool, id: Uuid) -> Result<String> {
    if leads {
        return Ok(deal::Entity::find_by_id(id).one(work.tx()).await?.ok_or(StoreError::NotFound)?.title);
    }
    Ok(customer::Entity::find_by_id(id).one(work.tx()).await?.ok_or(StoreError::NotFound)?.name)
}

async fn claim(work: &Work, known: &Known<'_>, granted: Granted, id: CustomerId) -> Result<()> {
    let row = customer::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?;
    let row = row.filter(|row| row.merged_into.is_none()).ok_or(StoreError::NotFound)?;
    let mine = known.pools.open_to(PoolKind::Customers, known.org, &work.by);
    if row.owner_id.is_some() {
        use owner_change::Column as O;
        let last = owner_change::Entity::find().select_only().columns([O::Hand, O::ToId, O::PoolId]).filter(O::CustomerId.eq(row.id));
        let last = last.order_by_desc(O::At).order_by_desc(O::Id).limit(1).into_tuple::<LastHand>().one(work.tx()).await?;
        return Err(taken(known, &mine, row.owner_id, last));
    }
    let stay = pool_stay::Entity::find_by_id(row.id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let pool = mine.into_iter().find(|pool| pool.id.0 == stay.pool_id).ok_or(StoreError::NotFound)?;
    let (claimed, owned) = used(work.tx(), &work.by, pool, work.today).await?;
    let member = pool.has(work.by.id, &chain(known.org, work.by.unit));
    let last_owner = stay.last_owner_id.map(UserId);
    let claim = Claim { by: work.by.id, member, today: work.today, last_owner, since: stay.since, claimed, owned };
    may_claim(&pool.rules, claim).map_err(|found| StoreError::Refused(vec![found]))?;
    let to = Ownership { owner: Some(work.by.id), unit: work.by.unit };
    let reason = Reason::Said(String::new());
    let handed = Handed { hand: Hand::Claim, to: Some(to), pool: Some(pool.id), reason, day: work.today };
    put_along(work, known, granted, row, handed).await?;
    Ok(())
}

/// Writes the new owner, or none, of a customer, and of those of its leads that go along, which it
/// gives too.
pub(super) async fn put_along(
    work: &Work,
    known: &Known<'_>,
    granted: Granted,
    row: customer::Model,
    handed: Handed,
) -> Result<(customer::Model, Vec<deal::Model>)> {
    let from = ownership(&row).owner;
    let saved = put(work, granted, row, handed.clone()).await?;
    let along = leads::along(work, known, granted, CustomerId(saved.id), from, &handed).await?;
    Ok((saved, along))
}

/// Who was faster with what `owner` has by now, for those who saw it in one of their pools: `mine`.
pub(super) fn taken(known: &Known<'_>, mine: &[&PoolSettings], owner: Option<Uuid>, last: Option<LastHand>) -> StoreError {
    let seen = last.is_some_and(|(hand, to, pool)| {
        let given = [Hand::Claim, Hand::Assign, Hand::Along].iter().any(|one| one.code() == hand);
        given && to == owner && mine.iter().any(|one| Some(one.id.0) == pool)
    });
    match owner.filter(|_| seen) {
        Some(owner) => StoreError::Refused(vec![Violation::new("", "pool_taken").with("name", known.org.name_of(UserId(owner)))]),
        None => StoreError::NotFound,
    }
}

/// What somebody claimed from a pool in its period, and how many customers they have.
pub(super) async fn used(db: &impl ConnectionTrait, by: &Actor, pool: &PoolSettings, today: NaiveDate) -> Result<(u64, u64)> {
    use owner_change::Column as O;
    let claimed = match pool.rules.claims {
        None => 0,
        Some((_, period)) => {
            owner_change::Entity::find()
                .filter(O::ById.eq(by.id.0))
                .filter(O::PoolId.eq(pool.id.0))
                .filter(O::Hand.eq(Hand::Claim.code()))
                .filter(O::OnDay.gte(period.begins(today)))
                .count(db)
                .await?
        }
    };
    let owned = customer::Entity::find().filter(customer::Column::OwnerId.eq(by.id.0)).filter(customer::Column::MergedInto.is_null());
    Ok((claimed, if pool.rules.owned_max.is_some() { owned.count(db).await? } else { 0 }))
}

/// Writes the new owner, or none, with history and audit.
pub(super) async fn put(work: &Work, granted: Granted, row: customer::Model, handed: Handed) -> Result<customer::Model> {
    let Handed { hand, to, pool, reason, day } = handed;
    let before = row.clone();
    let mut change = row.into_active_model();
    change.owner_id = Set(to.and_then(|to| to.owner).map(|id| id.0));
    if let Some(to) = to {
        change.unit_id = Set(to.unit.0);
    }
    change.version = Set(before.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(author(&work.by));
    let saved = change.update(work.tx()).await?;
    let record = serde_json::json!({ "hand": hand, "from": before.owner_id, "to": saved.owner_id, "pool": pool, "reason": reason });
    work.audit(granted, "customer", saved.id, &record)?;
    history(work, &before, saved.owner_id, (hand, pool, &reason, day)).await?;
    stay(work, &before, &saved, pool, (hand, &reason, day)).await?;
    work.changed(customer_change(&saved, &work.by))?;
    if saved.owner_id != before.owner_id {
        // Listeners who may no longer see it hear of it too, to let it go.
        let gone = customer::Model { version: saved.version, ..before };
        work.changed(customer_change(&gone, &work.by))?;
    }
    work.changed(pool_change(saved.id, saved.version, &work.by))?;
    Ok(saved)
}

/// Keeps the history and the pools true where a form or a list gave a customer another owner.
pub(crate) async fn changed_hands(work: &Work, org: &Org, before: &customer::Model, saved: &customer::Model) -> Result<()> {
    if before.owner_id == saved.owner_id {
        return Ok(());
    }
    let was_in = pool_stay::Entity::find_by_id(saved.id).one(work.tx()).await?.map(|stay| PoolId(stay.pool_id));
    let goes_to = match (saved.owner_id, before.owner_id) {
        (None, Some(owner)) => {
            let pools = Pools::hold(work, &[PoolKind::Customers]).await?;
            let of_owner = pools.of(PoolKind::Customers, org, UserId(owner));
            of_owner.or_else(|| pools.covering(PoolKind::Customers, org, ownership(saved).unit)).map(|pool| pool.id)
        }
        _ => None,
    };
    let reason = Reason::Said(String::new());
    history(work, before, saved.owner_id, (Hand::Form, was_in.or(goes_to), &reason, work.today)).await?;
    stay(work, before, saved, goes_to, (Hand::Form, &reason, work.today)).await?;
    if was_in.or(goes_to).is_some() {
        work.changed(pool_change(saved.id, saved.version, &work.by))?;
    }
    Ok(())
}

async fn history(
    work: &Work,
    before: &customer::Model,
    to_id: Option<Uuid>,
    (hand, pool, reason, on_day): (Hand, Option<PoolId>, &Reason, NaiveDate),
) -> Result<()> {
    let row = owner_change::Model {
        id: work.new_id(),
        customer_id: before.id,
        hand: hand.code().to_owned(),
        from_id: before.owner_id,
        to_id,
        pool_id: pool.map(|pool| pool.0),
        reason: reason.stored(),
        at: work.now,
        on_day,
        by_id: author(&work.by),
    };
    owner_change::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    Ok(())
}

/// A customer of nobody is in the pool, one of somebody in none.
async fn stay(
    work: &Work,
    before: &customer::Model,
    saved: &customer::Model,
    pool: Option<PoolId>,
    (hand, reason, since): (Hand, &Reason, NaiveDate),
) -> Result<()> {
    pool_stay::Entity::delete_by_id(saved.id).exec(work.tx()).await?;
    if let (None, Some(pool)) = (saved.owner_id, pool) {
        let row = pool_stay::Model {
            customer_id: saved.id,
            pool_id: pool.0,
            since,
            last_owner_id: before.owner_id,
            hand: hand.code().to_owned(),
            reason: reason.stored(),
        };
        pool_stay::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

/// What the lists of pools hear: which customer or lead, and nothing of it.
pub(super) fn pool_change(id: Uuid, version: i32, by: &Actor) -> Change {
    Change { topic: Topic::Pool, id, version, owner: None, unit: None, by: author(by).map(UserId), by_name: by.name.clone() }
}
