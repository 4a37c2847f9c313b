//! What is set of the pools, as administrators change it.

use super::{Pools, pool, pool_member, pool_stay};
use crate::Store;
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::settings::settings_change;
use crate::write::Work;
use domain::ids::{PoolId, RequestId};
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::pool::page::{PoolsSettings, RemovePoolForm};
use domain::pool::settings::{PoolDraft, PoolForm, PoolKind, PoolRules, PoolSettings};
use domain::violation::Violation;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

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
        let mut inside = Vec::with_capacity(pools.pools.len());
        for pool in &pools.pools {
            inside.push((pool.id, inside_of(self.db(), pool).await?));
        }
        Ok(PoolsSettings {
            form,
            inside,
            pools: pools.pools,
            units: org.units.clone(),
            people: org.active().into_iter().cloned().collect(),
        })
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

    /// Removes a pool that is empty, or whose customers or leads go to another one. Its members
    /// lose theirs to the next pool that they are in, if there is one.
    pub async fn remove_pool(&self, by: &Actor, request: RequestId, form: RemovePoolForm) -> Result<()> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let (id, to) = form.check()?;
        self.write(by, request, move |work| async move { remove(&work, granted, form.version, id, to).await }).await
    }
}

async fn save(work: &Work, granted: Granted, version: i32, draft: PoolDraft) -> Result<PoolId> {
    work.alone("pools").await?;
    let pools = Pools::load(work.tx()).await?;
    if pools.pools.iter().any(|pool| pool.name == draft.name && Some(pool.id) != draft.id) {
        return Err(vec![Violation::new("name", "duplicate").with("name", &draft.name)].into());
    }
    if draft.id.and_then(|id| pools.get(id)).is_some_and(|known| known.kind != draft.kind) {
        return Err(StoreError::refused("kind", "unknown_value"));
    }
    let tomorrow = work.today.succ_opt().unwrap_or(work.today);
    let (id, next, effective_on, began_on) = match draft.id {
        None => (work.new_id(), 1, tomorrow, work.today),
        Some(PoolId(id)) => {
            let row = pool::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?;
            let row = row.filter(|row| row.removed_on.is_none()).ok_or(StoreError::NotFound)?;
            if row.version != version {
                return Err(work.stale(id, row.version).await?);
            }
            let known = pools.get(PoolId(id)).ok_or(StoreError::NotFound)?;
            let effective_on = if draft.decides_as(known) { row.effective_on } else { tomorrow };
            (id, row.version + 1, effective_on, row.began_on)
        }
    };
    let row = pool::Model {
        id,
        name: draft.name.clone(),
        rules: stored(&draft.rules)?,
        effective_on,
        began_on,
        version: next,
        kind: draft.kind.code().to_owned(),
        removed_on: None,
    };
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
    let record =
        serde_json::json!({ "name": draft.name, "kind": draft.kind, "units": draft.units, "people": draft.people, "rules": draft.rules });
    work.audit(granted, "pool", id, &record)?;
    work.changed(settings_change(id, next, &work.by))?;
    Ok(PoolId(id))
}

/// How much lies in a pool.
async fn inside_of(db: &impl ConnectionTrait, pool: &PoolSettings) -> Result<i64> {
    let count = match pool.kind {
        PoolKind::Customers => pool_stay::Entity::find().filter(pool_stay::Column::PoolId.eq(pool.id.0)).count(db).await?,
        PoolKind::Leads => deal::Entity::find().filter(deal::Column::PoolId.eq(pool.id.0)).count(db).await?,
    };
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What lies in it goes to another pool of its kind as it lies there: since when, whose it was
/// and why stay. Its name stays too, in histories. Nothing more comes into it meanwhile: whoever
/// puts something into pools holds them ([`Pools::hold`]).
async fn remove(work: &Work, granted: Granted, version: i32, id: PoolId, to: Option<PoolId>) -> Result<()> {
    work.alone("pools").await?;
    let row = pool::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?;
    let row = row.filter(|row| row.removed_on.is_none()).ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(work.stale(id.0, row.version).await?);
    }
    let pools = Pools::load(work.tx()).await?;
    let known = pools.get(id).ok_or(StoreError::NotFound)?;
    let inside = inside_of(work.tx(), known).await?;
    match to.map(|to| pools.get(to).filter(|pool| pool.kind == known.kind)) {
        Some(None) => return Err(StoreError::refused("to", "unknown_value")),
        None if inside > 0 => return Err(vec![Violation::new("to", "pool_not_empty").with("n", inside)].into()),
        None => {}
        Some(Some(to)) => match to.kind {
            PoolKind::Customers => {
                pool_stay::Entity::update_many()
                    .col_expr(pool_stay::Column::PoolId, Expr::value(to.id.0))
                    .filter(pool_stay::Column::PoolId.eq(id.0))
                    .exec(work.tx())
                    .await?;
            }
            PoolKind::Leads => {
                deal::Entity::update_many()
                    .col_expr(deal::Column::PoolId, Expr::value(to.id.0))
                    .filter(deal::Column::PoolId.eq(id.0))
                    .exec(work.tx())
                    .await?;
            }
        },
    }
    let next = row.version + 1;
    let record = serde_json::json!({ "removed": row.name, "inside": inside, "to": to });
    let mut change = row.into_active_model();
    change.removed_on = Set(Some(work.today));
    change.version = Set(next);
    change.update(work.tx()).await?;
    pool_member::Entity::delete_many().filter(pool_member::Column::PoolId.eq(id.0)).exec(work.tx()).await?;
    work.audit(granted, "pool", id.0, &record)?;
    work.changed(settings_change(id.0, next, &work.by))
}

/// Rules as they are stored.
pub(crate) fn stored(rules: &PoolRules) -> Result<String> {
    serde_json::to_string(rules).map_err(|error| StoreError::Internal(error.to_string()))
}
