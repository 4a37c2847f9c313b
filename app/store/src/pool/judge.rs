//! How long the owners of customers are protected.

use super::{PIECE, Pools, owner_change, pool_hold};
use crate::Clock;
use crate::customers::ownership;
use crate::entity::{customer, deal};
use crate::error::Result;
use crate::org::Org;
use crate::pipeline::read;
use crate::tiers::last_contacts;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::ids::PoolId;
use domain::pipeline::Outcome;
use domain::pool::protection::{Owned, Protection, protection};
use domain::pool::settings::PoolKind;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A customer of somebody, with the pool of its owner.
pub(super) struct Judged {
    pub row: customer::Model,
    pub pool: Option<PoolId>,
    pub protection: Protection,
}

/// Judges customers that somebody has; others are left out.
pub(super) async fn judge(
    db: &impl ConnectionTrait,
    clock: Clock,
    org: &Org,
    pools: &Pools,
    rows: Vec<customer::Model>,
) -> Result<Vec<Judged>> {
    let mut found = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().filter(|row| row.owner_id.is_some()).peekable();
    while rows.peek().is_some() {
        let piece: Vec<customer::Model> = rows.by_ref().take(PIECE).collect();
        let ids: Vec<Uuid> = piece.iter().map(|row| row.id).collect();
        let since = since(db, &ids).await?;
        let contacts = last_contacts(db, clock, &ids).await?;
        let open = with_deals(db, &ids, Outcome::Open).await?;
        let bought = with_deals(db, &ids, Outcome::Won).await?;
        let held = held(db, &ids).await?;
        for row in piece {
            let Some(owner) = ownership(&row).owner else { continue };
            let pool = pools.of(PoolKind::Customers, org, owner);
            let counts = |pool: &domain::pool::settings::PoolSettings| {
                let of_it = contacts.get(&row.id).map_or(&[][..], Vec::as_slice);
                of_it.iter().filter(|(kind, _)| pool.rules.counts(*kind)).map(|(_, on)| *on).max()
            };
            // Who had it before there was the pool is protected from the day it was set up.
            let got = since.get(&(row.id, owner.0)).copied().unwrap_or_else(|| clock.local_date(row.created_at));
            let owned = Owned {
                tier: read("tier", &row.tier, Tier::parse)?,
                since: pool.map_or(got, |pool| got.max(pool.began_on)),
                contact: pool.and_then(counts),
                open_deal: open.contains(&row.id),
                bought: bought.contains(&row.id),
                planned: false,
                held: held.contains_key(&row.id),
            };
            let protection = protection(pool, owned);
            found.push(Judged { pool: pool.map(|pool| pool.id), protection, row });
        }
    }
    Ok(found)
}

/// The day on which each person got each customer last.
async fn since(db: &impl ConnectionTrait, customers: &[Uuid]) -> Result<HashMap<(Uuid, Uuid), NaiveDate>> {
    use owner_change::Column as O;
    let rows: Vec<(Uuid, Uuid, NaiveDate)> = owner_change::Entity::find()
        .select_only()
        .columns([O::CustomerId, O::ToId])
        .column_as(O::OnDay.max(), "since")
        .filter(O::CustomerId.is_in(customers.iter().copied()))
        .filter(O::ToId.is_not_null())
        .group_by(O::CustomerId)
        .group_by(O::ToId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(customer, owner, since)| ((customer, owner), since)).collect())
}

/// Customers with a deal of this outcome; an open one that lies in a pool keeps nothing.
pub(super) async fn with_deals(db: &impl ConnectionTrait, customers: &[Uuid], outcome: Outcome) -> Result<HashSet<Uuid>> {
    use deal::Column as D;
    let rows: Vec<Uuid> = deal::Entity::find()
        .select_only()
        .column(D::CustomerId)
        .distinct()
        .filter(D::CustomerId.is_in(customers.iter().copied()))
        .filter(D::Outcome.eq(outcome.code()))
        .filter(D::PoolId.is_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Customers that are kept, and why.
pub(super) async fn held(db: &impl ConnectionTrait, customers: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let these = pool_hold::Column::CustomerId.is_in(customers.iter().copied());
    let rows = pool_hold::Entity::find().filter(these).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.customer_id, row.reason)).collect())
}
