//! A merge is taken back: what moved goes back, what it changed is as before; what
//! came to the customer that stayed since, stays.

use super::merge::{Values, announce, stamp};
use super::moved::{Moved, give_back};
use crate::customers::form::{fill, refuse_duplicate};
use crate::customers::{customer_change, ownership};
use crate::entity::{customer, customer_merge};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::search::fold;
use crate::tiers::{self, tier_change};
use crate::write::Work;
use crate::{Store, pool};
use domain::customers::Tier;
use domain::duplicates::merge::{Field, parted};
use domain::duplicates::page::{Merged, UndoMergeForm};
use domain::ids::{CustomerId, RequestId, UserId};
use domain::policy::{Action, Actor, grant, grant_any};
use domain::tiers::board::TierSource;
use domain::violation::Violation;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

impl Store {
    /// Takes a merge back.
    ///
    /// # Errors
    /// `merge_undone` the second time; `merged_already` if the customer that stayed
    /// was merged into another since; `parting_…` with what is in the way.
    pub async fn undo_merge(&self, by: &Actor, request: RequestId, form: UndoMergeForm) -> Result<Merged> {
        grant_any(by, Action::WriteCustomers)?;
        let id = Uuid::try_parse(&form.id).map_err(|_| StoreError::NotFound)?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move { undo(&work, id, &org).await }).await
    }
}

async fn undo(work: &Work, id: Uuid, org: &Org) -> Result<Merged> {
    work.alone("customer merge").await?;
    let log = customer_merge::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let (first, second) = (log.kept_id.min(log.gone_id), log.kept_id.max(log.gone_id));
    let lock = async |id| -> Result<customer::Model> {
        customer::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)
    };
    let (one, other) = (lock(first).await?, lock(second).await?);
    let (kept, gone) = if one.id == log.kept_id { (one, other) } else { (other, one) };
    let granted = grant(&work.by, Action::WriteCustomers, &ownership(&kept))?;
    let granted_gone = grant(&work.by, Action::WriteCustomers, &ownership(&gone))?;
    if log.undone_at.is_some() || gone.merged_into != Some(kept.id) {
        return Err(StoreError::refused("", "merge_undone"));
    }
    if kept.merged_into.is_some() {
        return Err(vec![Violation::new("", "merged_already").with("name", &kept.name)].into());
    }
    let (before, after) = (Values::parse(&log.kept_before)?, Values::parse(&log.kept_after)?);
    let now = Values::of(&kept);
    let form = parted(&before.form, &after.form, &now.form);
    // The name that was gone may be somebody else's by now.
    refuse_name(work, &gone, &form.name, &before.form.name).await?;
    if fold(&form.name) != fold(&kept.name) {
        refuse_duplicate(work, &[kept.id, gone.id], &form.name).await?;
    }
    let moved: Moved = serde_json::from_str(&log.moved).map_err(|error| StoreError::Internal(format!("a merge: {error}")))?;
    give_back(work, &moved, kept.id, gone.id).await?;

    let mut change = gone.clone().into_active_model();
    change.merged_into = Set(None);
    stamp(work, &mut change, gone.version);
    let gone_now = change.update(work.tx()).await?;

    let owner_back = Field::Owner.of(&form) != Field::Owner.of(&now.form);
    let owner = UserId::parse(&form.owner);
    let values = form.check()?;
    let tier = values.tier;
    let mut change = kept.clone().into_active_model();
    fill(&mut change, values);
    if owner_back {
        // With the unit of that person as it is now.
        change.owner_id = Set(owner.map(|id| id.0));
        change.unit_id = Set(owner.and_then(|id| org.people.get(&id)).map_or(before.unit, |member| member.person.unit.0));
    }
    stamp(work, &mut change, kept.version);
    let saved = change.update(work.tx()).await?;
    pool::changed_hands(work, org, &kept, &saved).await?;
    if saved.tier != kept.tier {
        let from = read("tier", &kept.tier, Tier::parse)?;
        let undoes = tier_change_of(work, &log).await?;
        tiers::record(work, kept.id, (from, tier), TierSource::Undo, String::new(), undoes).await?;
    }

    let mut change = log.clone().into_active_model();
    change.undone_at = Set(Some(work.now));
    change.undone_by = Set(Some(work.by.id.0));
    change.version = Set(log.version + 1);
    change.update(work.tx()).await?;
    work.audit(granted, "customer", kept.id, &serde_json::json!({ "merge_undone": id, "moved": moved.counts() }))?;
    work.audit(granted_gone, "customer", gone.id, &serde_json::json!({ "merge_undone": id }))?;
    announce(work, &kept, &saved)?;
    work.changed(customer_change(&gone_now, &work.by))?;
    Ok(Merged { id, kept: CustomerId(kept.id), name: saved.name, gone: gone.name })
}

/// Two customers that had one name before may have it again.
async fn refuse_name(work: &Work, gone: &customer::Model, kept_name: &str, kept_before: &str) -> Result<()> {
    let name = fold(&gone.name);
    if fold(kept_name) == name && fold(kept_before) != name {
        return Err(vec![Violation::new("", "parting_name").with("name", &gone.name)].into());
    }
    let kept = gone.merged_into.unwrap_or(gone.id);
    match refuse_duplicate(work, &[kept, gone.id], &gone.name).await {
        Err(StoreError::Refused(_)) => Err(vec![Violation::new("", "parting_name").with("name", &gone.name)].into()),
        other => other,
    }
}

/// The change of tier that the merge made.
async fn tier_change_of(work: &Work, log: &customer_merge::Model) -> Result<Option<Uuid>> {
    use tier_change::Column as T;
    let ids: Option<Uuid> = tier_change::Entity::find()
        .select_only()
        .column(T::Id)
        .filter(T::CustomerId.eq(log.kept_id))
        .filter(T::At.eq(log.at))
        .into_tuple()
        .one(work.tx())
        .await?;
    Ok(ids)
}
