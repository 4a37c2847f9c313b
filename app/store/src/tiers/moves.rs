//! Moves between tiers: each one row of history with its reason, the way back
//! for whoever moved, and the history of one customer.

use super::tier_change;
use crate::Store;
use crate::customers::{customer_change, load, ownership};
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use domain::customers::Tier;
use domain::ids::UserId;
use domain::pipeline::moves::UNDO_GRACE_SECONDS;
use domain::policy::{Action, Actor, Granted, grant};
use domain::tiers::board::{MoveTier, TierChange, TierSource, UndoTier};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Changes of a customer that its page shows: more than anybody makes.
const HISTORY: u64 = 200;

impl Store {
    /// Puts a customer into another tier, for a reason. Gives the new version.
    pub async fn move_tier(&self, by: &Actor, command: MoveTier) -> Result<i32> {
        let request = command.request;
        self.write(by, request, move |work| async move {
            let row = load(&work, command.customer, command.version).await?;
            let granted = grant(&work.by, Action::WriteCustomers, &ownership(&row))?;
            let reason = command.check(read("tier", &row.tier, Tier::parse)?)?;
            put(&work, granted, row, command.to, TierSource::Manual, reason, None).await
        })
        .await
    }

    /// Takes back one's own last change of a tier, within a minute. History
    /// keeps both. Gives the new version.
    pub async fn undo_tier(&self, by: &Actor, command: UndoTier) -> Result<i32> {
        use tier_change::Column as T;
        self.write(by, command.request, move |work| async move {
            let row = load(&work, command.customer, command.version).await?;
            let granted = grant(&work.by, Action::WriteCustomers, &ownership(&row))?;
            let last = tier_change::Entity::find()
                .filter(T::CustomerId.eq(row.id))
                .order_by_desc(T::At)
                .order_by_desc(T::Id)
                .limit(1)
                .one(work.tx())
                .await?;
            let own = |change: &tier_change::Model| {
                change.by_id == Some(work.by.id.0)
                    && change.undoes.is_none()
                    && change.to_tier == row.tier
                    && (work.now - change.at).num_seconds() <= UNDO_GRACE_SECONDS
            };
            let last = last.filter(own).ok_or_else(|| StoreError::refused("", "nothing_to_undo"))?;
            let back = read("tier", &last.from_tier, Tier::parse)?;
            put(&work, granted, row, back, TierSource::Undo, String::new(), Some(last.id)).await
        })
        .await
    }
}

/// Writes a customer's tier, and the row of history.
pub(super) async fn put(
    work: &Work,
    granted: Granted,
    row: customer::Model,
    to: Tier,
    source: TierSource,
    reason: String,
    undoes: Option<Uuid>,
) -> Result<i32> {
    let from = read("tier", &row.tier, Tier::parse)?;
    let mut change = row.into_active_model();
    let version = change.version.take().unwrap_or_default() + 1;
    change.tier = Set(to.code().to_owned());
    change.version = Set(version);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    let saved = change.update(work.tx()).await?;
    work.audit(
        granted,
        "customer",
        saved.id,
        &serde_json::json!({ "tier": { "from": from, "to": to, "source": source, "reason": reason } }),
    )?;
    record(work, saved.id, (from, to), source, reason, undoes).await?;
    work.changed(customer_change(&saved, &work.by))?;
    Ok(version)
}

/// Appends to the history of a customer's tier. Gives the new row's id.
pub(crate) async fn record(
    work: &Work,
    customer: Uuid,
    (from, to): (Tier, Tier),
    source: TierSource,
    reason: String,
    undoes: Option<Uuid>,
) -> Result<Uuid> {
    let id = work.new_id();
    let row = tier_change::Model {
        id,
        customer_id: customer,
        from_tier: from.code().to_owned(),
        to_tier: to.code().to_owned(),
        source: source.code().to_owned(),
        reason,
        at: work.now,
        by_id: Some(work.by.id.0),
        undoes,
    };
    tier_change::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    Ok(id)
}

/// The changes of one customer's tier, the oldest first, and of those that were
/// merged into it; these stay theirs, so that figures of the past stay true.
pub(crate) async fn history(db: &impl ConnectionTrait, customer: Uuid, org: &Org) -> Result<Vec<TierChange>> {
    use tier_change::Column as T;
    let gone = crate::duplicates::gone_into(db, customer).await?;
    let mut rows = tier_change::Entity::find()
        .filter(T::CustomerId.is_in(gone.iter().map(|(id, _)| *id).chain([customer])))
        .order_by_desc(T::At)
        .order_by_desc(T::Id)
        .limit(HISTORY)
        .all(db)
        .await?;
    rows.reverse();
    let named = |row: tier_change::Model| {
        let of = gone.iter().find(|(id, _)| *id == row.customer_id).map(|(_, name)| name.clone());
        Ok(TierChange { of, ..into_change(row, org)? })
    };
    rows.into_iter().map(named).collect()
}

pub(super) fn into_change(row: tier_change::Model, org: &Org) -> Result<TierChange> {
    Ok(TierChange {
        id: row.id,
        from: read("tier", &row.from_tier, Tier::parse)?,
        to: read("tier", &row.to_tier, Tier::parse)?,
        source: read("source of a tier", &row.source, TierSource::parse)?,
        reason: row.reason,
        by: row.by_id.map(|id| (UserId(id), org.name_of(UserId(id)))),
        at: row.at,
        undoes: row.undoes,
        of: None,
    })
}
