//! One fact of many customers, each judged by itself, and the way back: [`crate::change`].

use super::form::new_owner;
use super::{customer_change, load, ownership};
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use crate::{Store, change, pool, tiers};
use domain::change::{Change, UndoChanges};
use domain::customer_change::{ChangeCustomers, Changed, CustomerChange, Fact};
use domain::customers::{Size, Tier};
use domain::ids::{CustomerId, UserId};
use domain::pipeline::Source;
use domain::policy::{Action, Actor, grant, grant_any};
use domain::tiers::board::TierSource;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the audit log keeps of one changed customer, and an undo puts back.
#[derive(Serialize, Deserialize)]
struct Record {
    before: Fact,
    after: Fact,
    /// The unit that it belonged to.
    unit: Uuid,
    /// The version that the change made.
    version: i32,
    /// The row of the tier history that it wrote.
    tier_change: Option<Uuid>,
}

impl Store {
    /// Changes what may be changed, and says of every other customer why not.
    pub async fn change_customers(&self, by: &Actor, command: ChangeCustomers) -> Result<Changed> {
        grant_any(by, Action::WriteCustomers)?;
        command.check()?;
        let org = self.require_org()?;
        let mut changes = command.changes;
        // In one order for all, so that two commands never wait for each other.
        changes.sort_by_key(|change| change.id);
        self.write(by, command.request, move |work| async move {
            let mut changed = Changed::default();
            for change in changes {
                let id = change.id;
                let outcome = one(&work, &org, change, None).await;
                change::note(&mut changed, id, outcome, title(&work, id)).await?;
            }
            Ok(changed)
        })
        .await
    }

    /// Takes back one's own command of the last minute, customer by customer: one that was
    /// changed since stays as it is. The tier history keeps both.
    pub async fn undo_customer_changes(&self, by: &Actor, command: UndoChanges) -> Result<Changed> {
        grant_any(by, Action::WriteCustomers)?;
        let org = self.require_org()?;
        self.write(by, command.request, move |work| async move {
            let mut changed = Changed::default();
            for (id, record) in change::records::<CustomerId, Record>(&work, "customer", &command).await? {
                let back = Change { id, version: record.version, to: record.before.clone() };
                let outcome = one(&work, &org, back, Some(&record)).await.map(|_| true);
                change::note(&mut changed, id, outcome, title(&work, id)).await?;
            }
            Ok(changed)
        })
        .await
    }
}

async fn title(work: &Work, id: CustomerId) -> Result<String> {
    Ok(customer::Entity::find_by_id(id.0).one(work.tx()).await?.ok_or(StoreError::NotFound)?.name)
}

/// Changes one customer; `false` if it has the value already.
async fn one(work: &Work, org: &Org, wanted: CustomerChange, undoes: Option<&Record>) -> Result<bool> {
    let row = load(work, wanted.id, wanted.version).await?;
    let granted = grant(&work.by, Action::WriteCustomers, &ownership(&row))?;
    let after = trimmed(wanted.to);
    let before = fact_of(&row, &after)?;
    if before.is(&after) {
        return Ok(false);
    }
    let mut change = row.clone().into_active_model();
    let mut moved = None;
    match &after {
        Fact::Tier { to, reason } => {
            change.tier = Set(to.code().to_owned());
            let (source, undone) = match undoes {
                Some(record) => (TierSource::Undo, record.tier_change),
                None => (TierSource::Manual, None),
            };
            let from = read("tier", &row.tier, Tier::parse)?;
            moved = Some(tiers::record(work, row.id, (from, *to), source, reason.clone(), undone).await?);
        }
        Fact::Owner(owner) => {
            let (owner, unit) = match (undoes, owner) {
                // Back to who had it, even if that person has left since.
                (Some(record), owner) => (*owner, record.unit),
                (None, Some(owner)) => {
                    let owned = new_owner(&work.by, org, *owner)?;
                    (owned.owner, owned.unit.0)
                }
                (None, None) => return Err(StoreError::refused("owner", "required")),
            };
            change.owner_id = Set(owner.map(|id| id.0));
            change.unit_id = Set(unit);
        }
        Fact::Industry(text) => change.industry = Set(text.clone()),
        Fact::Region(text) => change.region = Set(text.clone()),
        Fact::Size(size) => change.size = Set(size.map(|size| size.code().to_owned())),
        Fact::Source(source) => change.source = Set(source.code().to_owned()),
    }
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    let saved = change.update(work.tx()).await?;
    pool::changed_hands(work, org, &row, &saved).await?;
    let record = Record { before, after, unit: row.unit_id, version: saved.version, tier_change: moved };
    work.audit(granted, "customer", row.id, &record)?;
    work.changed(customer_change(&saved, &work.by))?;
    if saved.owner_id != row.owner_id {
        // Listeners who may no longer see it hear of it too, to let it go.
        let gone = customer::Model { version: saved.version, ..row };
        work.changed(customer_change(&gone, &work.by))?;
    }
    Ok(true)
}

/// The value as the row will have it.
fn trimmed(to: Fact) -> Fact {
    let trim = |text: String| text.trim().to_owned();
    match to {
        Fact::Tier { to, reason } => Fact::Tier { to, reason: trim(reason) },
        Fact::Industry(text) => Fact::Industry(trim(text)),
        Fact::Region(text) => Fact::Region(trim(text)),
        other => other,
    }
}

/// What the customer has in the field of `like`.
fn fact_of(row: &customer::Model, like: &Fact) -> Result<Fact> {
    Ok(match like {
        Fact::Tier { .. } => Fact::Tier { to: read("tier", &row.tier, Tier::parse)?, reason: String::new() },
        Fact::Owner(_) => Fact::Owner(row.owner_id.map(UserId)),
        Fact::Industry(_) => Fact::Industry(row.industry.clone()),
        Fact::Region(_) => Fact::Region(row.region.clone()),
        Fact::Size(_) => Fact::Size(row.size.as_deref().map(|code| read("size", code, Size::parse)).transpose()?),
        Fact::Source(_) => Fact::Source(read("source", &row.source, Source::parse)?),
    })
}
