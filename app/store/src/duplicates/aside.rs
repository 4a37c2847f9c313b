//! Pairs of which somebody said that they are not the same customer, with what the
//! two shared then; and the way back.

use super::known::keys;
use crate::Store;
use crate::customers::{customer_change, living, ownership};
use crate::entity::{customer, customer_aside};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::scope;
use crate::write::Work;
use domain::duplicates::page::{ASIDE_LISTED, AsideForm, AsidePair};
use domain::duplicates::{Keys, Shared, alike};
use domain::ids::{CustomerId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, Scope, grant, grant_any};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What the pairs shared when they were set aside.
pub(super) type Aside = HashMap<(Uuid, Uuid), BTreeSet<String>>;

impl Store {
    /// Remembers that two customers are not the same.
    pub async fn set_aside(&self, by: &Actor, request: RequestId, form: AsideForm) -> Result<()> {
        grant_any(by, Action::WriteCustomers)?;
        let (a, b) = two(&form)?;
        self.write(by, request, move |work| async move { put(&work, a, b).await }).await
    }

    /// Forgets it again.
    pub async fn take_back_aside(&self, by: &Actor, request: RequestId, form: AsideForm) -> Result<()> {
        grant_any(by, Action::WriteCustomers)?;
        let (a, b) = two(&form)?;
        self.write(by, request, move |work| async move { take_back(&work, a, b).await }).await
    }

    pub(super) async fn all_aside(&self) -> Result<Aside> {
        let rows = customer_aside::Entity::find().all(self.db()).await?;
        rows.into_iter().map(|row| Ok(((row.a_id, row.b_id), seen(&row.seen)?))).collect()
    }

    /// The latest pairs of which both customers lie in all scopes.
    pub(super) async fn set_aside_pairs(&self, scopes: [&Scope; 2], org: &Org) -> Result<Vec<AsidePair>> {
        use customer_aside::Column as A;
        let rows = customer_aside::Entity::find().order_by_desc(A::At).order_by_asc(A::AId).order_by_asc(A::BId).all(self.db()).await?;
        let ids: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.a_id, row.b_id]).collect();
        let mut names: HashMap<Uuid, String> = HashMap::new();
        for ids in ids.into_iter().collect::<Vec<_>>().chunks(500) {
            let found: Vec<(Uuid, String)> = customer::Entity::find()
                .select_only()
                .columns([customer::Column::Id, customer::Column::Name])
                .filter(customer::Column::Id.is_in(ids.iter().copied()))
                .filter(scope::customers(scopes[0]))
                .filter(scope::customers(scopes[1]))
                .into_tuple()
                .all(self.db())
                .await?;
            names.extend(found);
        }
        let told = |row: customer_aside::Model| {
            let name = |id: Uuid| names.get(&id).map(|name| (CustomerId(id), name.clone()));
            Some(AsidePair { a: name(row.a_id)?, b: name(row.b_id)?, by: org.name_of(UserId(row.by_id)), at: row.at })
        };
        Ok(rows.into_iter().filter_map(told).take(ASIDE_LISTED).collect())
    }
}

fn two(form: &AsideForm) -> Result<(Uuid, Uuid)> {
    let id = |text: &str| CustomerId::parse(text).map(|id| id.0).ok_or(StoreError::NotFound);
    let (a, b) = (id(&form.a)?, id(&form.b)?);
    if a == b { Err(StoreError::refused("", "same_customer")) } else { Ok((a.min(b), a.max(b))) }
}

fn seen(text: &str) -> Result<BTreeSet<String>> {
    serde_json::from_str(text).map_err(|error| StoreError::Internal(format!("a pair set aside: {error}")))
}

fn of(row: &customer::Model) -> Keys {
    keys(&row.name, &row.tax_number, &row.phone, &row.website)
}

/// Both customers, each of which the actor may change.
async fn both(work: &Work, a: Uuid, b: Uuid) -> Result<(Granted, customer::Model, customer::Model)> {
    let one = async |id| -> Result<(Granted, customer::Model)> {
        let row = living(work, id).await?.ok_or(StoreError::NotFound)?;
        Ok((grant(&work.by, Action::WriteCustomers, &ownership(&row))?, row))
    };
    let (granted, a) = one(a).await?;
    let (_, b) = one(b).await?;
    Ok((granted, a, b))
}

async fn put(work: &Work, a: Uuid, b: Uuid) -> Result<()> {
    let (granted, a, b) = both(work, a, b).await?;
    work.alone("customer aside").await?;
    let shared: BTreeSet<String> = alike(&of(&a), &of(&b)).iter().map(Shared::mark).collect();
    if shared.is_empty() {
        return Err(StoreError::refused("", "not_alike"));
    }
    let seen = serde_json::to_string(&shared).map_err(|error| StoreError::Internal(error.to_string()))?;
    remove(work.tx(), a.id, b.id).await?;
    let row =
        customer_aside::ActiveModel { a_id: Set(a.id), b_id: Set(b.id), seen: Set(seen), by_id: Set(work.by.id.0), at: Set(work.now) };
    customer_aside::Entity::insert(row).exec_without_returning(work.tx()).await?;
    work.audit(granted, "customer", a.id, &serde_json::json!({ "not_the_same": b.id }))?;
    work.changed(customer_change(&a, &work.by))
}

async fn take_back(work: &Work, a: Uuid, b: Uuid) -> Result<()> {
    let (granted, a, b) = both(work, a, b).await?;
    if remove(work.tx(), a.id, b.id).await? == 0 {
        return Err(StoreError::refused("", "nothing_to_undo"));
    }
    work.audit(granted, "customer", a.id, &serde_json::json!({ "perhaps_the_same": b.id }))?;
    work.changed(customer_change(&a, &work.by))
}

async fn remove(tx: &impl ConnectionTrait, a: Uuid, b: Uuid) -> Result<u64> {
    use customer_aside::Column as A;
    Ok(customer_aside::Entity::delete_many().filter(A::AId.eq(a)).filter(A::BId.eq(b)).exec(tx).await?.rows_affected)
}
