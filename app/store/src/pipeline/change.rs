//! One fact of many deals, each judged by itself, and the way back: [`crate::change`].

use super::deals::new_owner;
use super::moves::{deal_change, load, may_write, stages_now};
use super::read;
use super::stages::Stages;
use crate::entity::{deal, product};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::write::Work;
use crate::{Store, change};
use domain::change::UndoChanges;
use domain::ids::{DealId, ProductId, StageId, UserId};
use domain::pipeline::change::{ChangeDeals, Changed, DealChange, Fact};
use domain::pipeline::{Outcome, Source};
use domain::policy::{Action, Actor, grant_any};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

/// What the audit log keeps of one changed deal, and an undo puts back.
#[derive(Serialize, Deserialize)]
struct Record {
    before: Fact,
    after: Fact,
    /// The version that the change made.
    version: i32,
    /// Whether it put the expected close off.
    pushed: bool,
}

impl Store {
    /// Changes what may be changed, and says of every other deal why not.
    pub async fn change_deals(&self, by: &Actor, command: ChangeDeals) -> Result<Changed> {
        grant_any(by, Action::WriteDeals)?;
        command.check()?;
        let org = self.require_org()?;
        let mut changes = command.changes;
        // In one order for all, so that two commands never wait for each other.
        changes.sort_by_key(|change| change.id);
        self.write(by, command.request, move |work| async move {
            let known = Known { stages: stages_now(&work).await?, products: products(&work, &changes).await?, org: &org };
            let mut changed = Changed::default();
            for change in changes {
                let id = change.id;
                let outcome = one(&work, &known, change, None).await;
                change::note(&mut changed, id, outcome, title(&work, id)).await?;
            }
            Ok(changed)
        })
        .await
    }

    /// Takes back one's own command of the last minute, deal by deal: one that was
    /// changed since stays as it is.
    pub async fn undo_changes(&self, by: &Actor, command: UndoChanges) -> Result<Changed> {
        grant_any(by, Action::WriteDeals)?;
        let org = self.require_org()?;
        self.write(by, command.request, move |work| async move {
            let records = change::records::<DealId, Record>(&work, "deal", &command).await?;
            let change = |(id, record): &(DealId, Record)| DealChange { id: *id, version: record.version, to: record.before.clone() };
            let changes: Vec<DealChange> = records.iter().map(change).collect();
            let known = Known { stages: stages_now(&work).await?, products: products(&work, &changes).await?, org: &org };
            let mut changed = Changed::default();
            for (change, (id, record)) in changes.into_iter().zip(records) {
                let outcome = one(&work, &known, change, Some(&record)).await.map(|_| true);
                change::note(&mut changed, id, outcome, title(&work, id)).await?;
            }
            Ok(changed)
        })
        .await
    }
}

async fn title(work: &Work, id: DealId) -> Result<String> {
    Ok(deal::Entity::find_by_id(id.0).one(work.tx()).await?.ok_or(StoreError::NotFound)?.title)
}

/// What is the same for all deals of a command.
struct Known<'a> {
    org: &'a Org,
    stages: Stages,
    /// Of the products that are to be given, those that are there.
    products: HashSet<Uuid>,
}

async fn products(work: &Work, changes: &[DealChange]) -> Result<HashSet<Uuid>> {
    let wanted: HashSet<Uuid> = changes
        .iter()
        .filter_map(|change| match change.to {
            Fact::Product(id) => id.map(|id| id.0),
            _ => None,
        })
        .collect();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let found = product::Entity::find().select_only().column(product::Column::Id).filter(product::Column::Id.is_in(wanted));
    Ok(found.into_tuple::<Uuid>().all(work.tx()).await?.into_iter().collect())
}

/// Changes one deal; `false` if it has the value already. Of `undoes` only how
/// often the close was put off is taken back with it.
async fn one(work: &Work, known: &Known<'_>, wanted: DealChange, undoes: Option<&Record>) -> Result<bool> {
    let row = load(work, wanted.id, wanted.version).await?;
    let granted = may_write(work, &row)?;
    let stage_probability = known.stages.get(StageId(row.stage_id))?.probability_bp;
    let after = resolved(wanted.to, stage_probability);
    let before = fact_of(&row, &after)?;
    if before == after {
        return Ok(false);
    }
    if row.outcome != Outcome::Open.code() && !after.fits_closed() {
        return Err(StoreError::refused(after.field(), "closed_deal"));
    }
    let mut pushed = false;
    let mut change = row.clone().into_active_model();
    match &after {
        Fact::Owner(owner) => {
            let (owner, unit) = match undoes {
                // Back to who had it, even if that person has left since.
                Some(_) => (*owner, known.org.people.get(owner).ok_or(StoreError::NotFound)?.person.unit.0),
                None => new_owner(&work.by, known.org, *owner)?,
            };
            change.owner_id = Set(owner.0);
            change.unit_id = Set(unit);
        }
        Fact::Close(on) => {
            pushed = undoes.is_none() && matches!((row.expected_close_on, on), (Some(old), Some(new)) if *new > old);
            let taken_back = undoes.is_some_and(|record| record.pushed);
            change.expected_close_on = Set(*on);
            change.pushes = Set(row.pushes + i32::from(pushed) - i32::from(taken_back));
        }
        Fact::Next { step, on } => {
            change.next_step = Set(step.clone());
            change.next_on = Set(*on);
        }
        Fact::Amount(minor) => change.amount_minor = Set(*minor),
        Fact::Probability(bp) => change.probability_bp = Set(bp.unwrap_or(stage_probability)),
        Fact::Source(source) => change.source = Set(source.code().to_owned()),
        Fact::Product(id) => {
            if id.is_some_and(|id| !known.products.contains(&id.0)) {
                return Err(StoreError::refused("product", "unknown_value"));
            }
            change.product_id = Set(id.map(|id| id.0));
        }
    }
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    let saved = change.update(work.tx()).await?;
    work.audit(granted, "deal", row.id, &Record { before, after, version: saved.version, pushed })?;
    crate::pool::deal_changed_hands(work, &row, &saved).await?;
    work.changed(deal_change(&saved, saved.version, &work.by))?;
    if saved.owner_id != row.owner_id {
        // Listeners who may no longer see it hear of it too, to let it go.
        work.changed(deal_change(&row, saved.version, &work.by))?;
    }
    Ok(true)
}

/// The value as the row will have it.
fn resolved(to: Fact, stage_probability: i32) -> Fact {
    match to {
        Fact::Next { step, on } => Fact::Next { step: step.trim().to_owned(), on },
        Fact::Probability(bp) => Fact::Probability(Some(bp.unwrap_or(stage_probability))),
        other => other,
    }
}

/// What the deal has in the field of `like`.
fn fact_of(row: &deal::Model, like: &Fact) -> Result<Fact> {
    Ok(match like {
        Fact::Owner(_) => Fact::Owner(UserId(row.owner_id)),
        Fact::Close(_) => Fact::Close(row.expected_close_on),
        Fact::Next { .. } => Fact::Next { step: row.next_step.clone(), on: row.next_on },
        Fact::Amount(_) => Fact::Amount(row.amount_minor),
        Fact::Probability(_) => Fact::Probability(Some(row.probability_bp)),
        Fact::Source(_) => Fact::Source(read("source", &row.source, Source::parse)?),
        Fact::Product(_) => Fact::Product(row.product_id.map(ProductId)),
    })
}
