//! What is set of the pools, as administrators change it.

use super::{Pools, pool, pool_member};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::settings::settings_change;
use crate::write::Work;
use domain::ids::{PoolId, RequestId};
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::pool::page::PoolsSettings;
use domain::pool::settings::{PoolDraft, PoolForm, PoolRules};
use domain::violation::Violation;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

impl Store {
    /// All pools, the form of one, and who can be a member.
    pub async fn pools(&self, actor: &Actor, edit: Option<PoolId>) -> Result<PoolsSettings> {
        grant_any(actor, Action::ManageSettings)?;
        let org = self.require_org()?;
        let pools = Pools::load(self.db()).await?;
        let form = match edit {
            None => None,
            Some(id) => Some(pools.get(id).ok_or(StoreError::NotFound)?.form()),
        };
        Ok(PoolsSettings { form, pools: pools.0, units: org.units.clone(), people: org.active().into_iter().cloned().collect() })
    }

    /// Adds a pool or changes one; new rules or members count from the next day.
    pub async fn save_pool(&self, by: &Actor, request: RequestId, form: PoolForm) -> Result<PoolId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        let known = |found: bool, field: &str| if found { Ok(()) } else { Err(StoreError::refused(field, "unknown_value")) };
        known(draft.units.iter().all(|id| org.units.iter().any(|unit| unit.id == *id)), "units")?;
        known(draft.people.iter().all(|id| org.people.contains_key(id)), "people")?;
        let version = form.version;
        self.write(by, request, move |work| async move { save(&work, granted, version, draft).await }).await
    }
}

async fn save(work: &Work, granted: Granted, version: i32, draft: PoolDraft) -> Result<PoolId> {
    work.alone("pools").await?;
    let pools = Pools::load(work.tx()).await?;
    if pools.0.iter().any(|pool| pool.name == draft.name && Some(pool.id) != draft.id) {
        return Err(vec![Violation::new("name", "duplicate").with("name", &draft.name)].into());
    }
    let tomorrow = work.today.succ_opt().unwrap_or(work.today);
    let (id, next, effective_on, began_on) = match draft.id {
        None => (work.new_id(), 1, tomorrow, work.today),
        Some(PoolId(id)) => {
            let row = pool::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            if row.version != version {
                return Err(work.stale(id, row.version).await?);
            }
            let known = pools.get(PoolId(id)).ok_or(StoreError::NotFound)?;
            let effective_on = if draft.decides_as(known) { row.effective_on } else { tomorrow };
            (id, row.version + 1, effective_on, row.began_on)
        }
    };
    let row = pool::Model { id, name: draft.name.clone(), rules: stored(&draft.rules)?, effective_on, began_on, version: next };
    let row = row.into_active_model().reset_all();
    match draft.id {
        None => {
            pool::Entity::insert(row).exec_without_returning(work.tx()).await?;
        }
        Some(_) => {
            row.update(work.tx()).await?;
            pool_member::Entity::delete_many().filter(pool_member::Column::PoolId.eq(id)).exec(work.tx()).await?;
        }
    }
    let units = draft.units.iter().map(|unit| (Some(unit.0), None));
    let people = draft.people.iter().map(|person| (None, Some(person.0)));
    let members = units.chain(people).map(|(unit_id, person_id)| {
        pool_member::Model { id: work.new_id(), pool_id: id, unit_id, person_id }.into_active_model().reset_all()
    });
    pool_member::Entity::insert_many(members).exec_without_returning(work.tx()).await?;
    let record = serde_json::json!({ "name": draft.name, "units": draft.units, "people": draft.people, "rules": draft.rules });
    work.audit(granted, "pool", id, &record)?;
    work.changed(settings_change(id, next, &work.by))?;
    Ok(PoolId(id))
}

/// Rules as they are stored.
pub(crate) fn stored(rules: &PoolRules) -> Result<String> {
    serde_json::to_string(rules).map_err(|error| StoreError::Internal(error.to_string()))
}
