//! Two customers become one: what refers to the one that goes goes to the other,
//! and all of it is written down, so that they can be parted again.

use super::moved::{refuse_unknown, take};
use crate::Store;
use crate::customers::form::{as_form, fill, refuse_duplicate};
use crate::customers::{customer_change, load, ownership};
use crate::entity::{customer, customer_merge};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::search::fold;
use crate::write::Work;
use crate::{pool, tiers};
use domain::customers::{CustomerForm, Tier};
use domain::duplicates::merge::{Field, MergeDraft, MergeForm, Take, differing, merged};
use domain::duplicates::page::Merged;
use domain::ids::{CustomerId, RequestId};
use domain::policy::{Action, Actor, grant, grant_any};
use domain::tiers::board::TierSource;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The values of a customer at one time, and the unit of its owner then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Values {
    pub form: CustomerForm,
    pub unit: Uuid,
}

impl Values {
    pub fn of(row: &customer::Model) -> Self {
        Self { form: as_form(row.clone()), unit: row.unit_id }
    }

    pub fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| StoreError::Internal(error.to_string()))
    }

    pub fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| StoreError::Internal(format!("values of a merge: {error}")))
    }
}

impl Store {
    /// Merges two customers, both of which the actor may change, with the versions
    /// that they saw.
    pub async fn merge_customers(&self, by: &Actor, request: RequestId, form: MergeForm) -> Result<Merged> {
        grant_any(by, Action::WriteCustomers)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move { merge(&work, &org, &draft).await }).await
    }
}

async fn merge(work: &Work, org: &Org, draft: &MergeDraft) -> Result<Merged> {
    // One at a time: two that cross would merge each into the other.
    work.alone("customer merge").await?;
    let (kept, gone) = both(work, draft).await?;
    let granted = grant(&work.by, Action::WriteCustomers, &ownership(&kept))?;
    let granted_gone = grant(&work.by, Action::WriteCustomers, &ownership(&gone))?;
    refuse_unknown(work, gone.id).await?;
    let before = Values::of(&kept);
    let values = merged(&before.form, &as_form(gone.clone()), &draft.takes).check()?;
    if fold(&values.name) != fold(&kept.name) {
        refuse_duplicate(work, &[kept.id, gone.id], &values.name).await?;
    }
    let moved = take(work, gone.id, kept.id).await?;

    let mut change = gone.clone().into_active_model();
    change.merged_into = Set(Some(kept.id));
    stamp(work, &mut change, gone.version);
    let gone_now = change.update(work.tx()).await?;

    let tier = values.tier;
    let mut change = kept.clone().into_active_model();
    fill(&mut change, values);
    if draft.takes.get(&Field::Owner) == Some(&Take::Other) {
        change.owner_id = Set(gone.owner_id);
        change.unit_id = Set(gone.unit_id);
    }
    stamp(work, &mut change, kept.version);
    let saved = change.update(work.tx()).await?;
    pool::changed_hands(work, org, &kept, &saved).await?;
    if saved.tier != kept.tier {
        let from = read("tier", &kept.tier, Tier::parse)?;
        tiers::record(work, kept.id, (from, tier), TierSource::Form, String::new(), None).await?;
    }

    let after = Values::of(&saved);
    let id = work.new_id();
    let counts = moved.counts();
    let row = customer_merge::Model {
        id,
        kept_id: kept.id,
        gone_id: gone.id,
        kept_before: before.text()?,
        kept_after: after.text()?,
        moved: serde_json::to_string(&moved).map_err(|error| StoreError::Internal(error.to_string()))?,
        at: work.now,
        by_id: work.by.id.0,
        undone_at: None,
        undone_by: None,
        version: 1,
    };
    customer_merge::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    let fields: Vec<Field> = differing(&before.form, &after.form).collect();
    let record = serde_json::json!({ "merge": id, "gone": gone.id, "name": gone.name, "fields": fields, "moved": counts });
    work.audit(granted, "customer", kept.id, &record)?;
    work.audit(granted_gone, "customer", gone.id, &serde_json::json!({ "merge": id, "merged_into": kept.id }))?;
    announce(work, &kept, &saved)?;
    work.changed(customer_change(&gone_now, &work.by))?;
    Ok(Merged { id, kept: CustomerId(kept.id), name: saved.name, gone: gone.name })
}

/// Both customers, locked; the smaller id first, so that two who want the same wait
/// for one another and do not block one another.
async fn both(work: &Work, draft: &MergeDraft) -> Result<(customer::Model, customer::Model)> {
    let kept = (draft.kept, draft.kept_version);
    let gone = (draft.gone, draft.gone_version);
    let one = async |(id, version): (CustomerId, i32)| load(work, id, version).await;
    if kept.0 < gone.0 {
        let kept = one(kept).await?;
        Ok((kept, one(gone).await?))
    } else {
        let gone = one(gone).await?;
        Ok((one(kept).await?, gone))
    }
}

pub(super) fn stamp(work: &Work, change: &mut customer::ActiveModel, version: i32) {
    change.version = Set(version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
}

/// Also to listeners who may no longer see it, to let it go.
pub(super) fn announce(work: &Work, before: &customer::Model, saved: &customer::Model) -> Result<()> {
    work.changed(customer_change(saved, &work.by))?;
    if saved.owner_id != before.owner_id || saved.unit_id != before.unit_id {
        let gone = customer::Model { version: saved.version, ..before.clone() };
        work.changed(customer_change(&gone, &work.by))?;
    }
    Ok(())
}
