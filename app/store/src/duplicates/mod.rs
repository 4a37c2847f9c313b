//! Customers that look alike, and customers that are merged and parted again.
//!
//! [`known`] keeps the keys of all customers; here pairs of them are read within
//! the reader's scope. [`aside`] keeps what somebody said is not the same,
//! [`hint`] compares what is being typed, [`side`] reads two customers side by
//! side, [`merge`] and [`undo`] write, and [`moved`] knows what refers to a
//! customer. What looks alike, and which value stays, are rules of
//! `domain::duplicates`.

mod aside;
mod hint;
mod known;
mod merge;
mod moved;
mod side;
mod undo;

pub(crate) use known::{Keeper, keys};
pub(crate) use side::{gone_into, merges_of};

use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::{Store, scope};
use domain::customers::Tier;
use domain::duplicates::page::{DuplicatePair, DuplicateSide, Duplicates, LISTED};
use domain::duplicates::{Pair, Strength, pairs};
use domain::ids::{CustomerId, UserId};
use domain::policy::{Action, Actor, Scope, scope as scope_of};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// Of whose customers duplicates are shown: those that one may see and change.
fn changeable(actor: &Actor) -> Result<[Scope; 2]> {
    Ok([scope_of(actor, Action::ReadCustomers)?, scope_of(actor, Action::WriteCustomers)?])
}

impl Store {
    /// Customers that look alike, of those that the actor may see and change.
    pub async fn duplicates(&self, actor: &Actor) -> Result<Duplicates> {
        let [seen, changed] = changeable(actor)?;
        let org = self.require_org()?;
        let found = self.looking_alike(actor).await?;
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let strong = found.iter().filter(|pair| pair.strength() == Strength::Strong).count();
        let shown: Vec<Pair> = found.into_iter().take(LISTED).collect();
        // Read again within the scope: what is kept in memory only says which.
        let rows = customer::Entity::find()
            .filter(customer::Column::Id.is_in(shown.iter().flat_map(|pair| [pair.a.0, pair.b.0])))
            .filter(scope::customers(&seen))
            .filter(scope::customers(&changed))
            .all(self.db())
            .await?;
        let rows: HashMap<Uuid, customer::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
        let mut told = Vec::with_capacity(shown.len());
        for pair in shown {
            let Some((a, b)) = rows.get(&pair.a.0).zip(rows.get(&pair.b.0)) else { continue };
            told.push(DuplicatePair {
                strength: pair.strength(),
                a: into_side(a, &org)?,
                b: into_side(b, &org)?,
                why: pair.shared.iter().map(|shared| shared.why).collect(),
            });
        }
        let aside = self.set_aside_pairs([&seen, &changed], &org).await?;
        Ok(Duplicates { pairs: told, total, strong: i64::try_from(strong).unwrap_or(i64::MAX), aside })
    }

    /// How many pairs [`Store::duplicates`] finds.
    pub async fn duplicate_count(&self, actor: &Actor) -> Result<i64> {
        let key = format!("duplicates {:?}", changeable(actor)?);
        let generation = self.hub.generation();
        if let Some(total) = self.boards.total(generation, &key) {
            return Ok(total);
        }
        let total = i64::try_from(self.looking_alike(actor).await?.len()).unwrap_or(i64::MAX);
        self.boards.keep_total(generation, key, total);
        Ok(total)
    }

    /// All pairs in scope but those that were set aside.
    async fn looking_alike(&self, actor: &Actor) -> Result<Vec<Pair>> {
        let scopes = changeable(actor)?;
        let known = self.known_customers().await?;
        let aside = self.all_aside().await?;
        let found = tokio::task::spawn_blocking(move || {
            let within = known.list.iter().filter(|one| scopes.iter().all(|scope| scope.contains(&one.owned)));
            let mut found = pairs(within.map(|one| (one.id, one.keys.as_ref())));
            found.retain(|pair| pair.is_told(aside.get(&(pair.a.0, pair.b.0))));
            found
        });
        found.await.map_err(|error| StoreError::Internal(format!("duplicates could not be compared: {error}")))
    }
}

fn into_side(row: &customer::Model, org: &Org) -> Result<DuplicateSide> {
    Ok(DuplicateSide {
        id: CustomerId(row.id),
        name: row.name.clone(),
        tier: read("tier", &row.tier, Tier::parse)?,
        owner: row.owner_id.map(|id| (UserId(id), org.name_of(UserId(id)))),
        region: row.region.clone(),
        phone: row.phone.clone(),
        website: row.website.clone(),
        tax_number: row.tax_number.clone(),
        created_at: row.created_at,
    })
}
