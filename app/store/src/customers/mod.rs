//! Customers and contacts in the database: [`list`] and the picker, [`page`]
//! (one customer with all that belongs to it), [`form`], [`contacts`], `change` (one
//! fact of many), `quick` (a customer with contact and deal at once), `helpers` (who
//! helps with a customer). Contacts
//! have no owner of their own: who may read or write a customer may do so with
//! its contacts.

mod change;
pub mod contacts;
pub mod form;
pub(crate) mod helpers;
pub mod list;
pub mod page;
mod quick;

use crate::entity::{customer, deal, person};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use crate::{Store, scope, search};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::customers::{CustomerRow, Size, Tier};
use domain::ids::{CustomerId, UnitId, UserId};
use domain::money::{Currency, Sums};
use domain::pipeline::{Outcome, Source};
use domain::policy::{Action, Actor, Ownership, Scope, grant};
use domain::violation::Violation;
use domain::work::FollowUpKind;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// How positions are measured; they are stored as measured.
pub(crate) const CRS: &str = "WGS-84";

pub(crate) fn ownership(row: &customer::Model) -> Ownership {
    Ownership { owner: row.owner_id.map(UserId), unit: UnitId(row.unit_id) }
}

/// What the `search` column holds. It begins with the folded name.
pub(crate) fn search_text(name: &str, short_name: &str, phone: &str) -> String {
    search::fold(&[name, short_name, phone].join(" "))
}

/// The customer, if it still has the version that the person saw, and was not
/// merged into another.
pub(crate) async fn load(work: &Work, id: CustomerId, version: i32) -> Result<customer::Model> {
    let row = customer::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    // Who may not see it learns nothing from its version.
    grant(&work.by, Action::ReadCustomers, &ownership(&row))?;
    if row.merged_into.is_some() {
        return Err(vec![Violation::new("", "merged_already").with("name", &row.name)].into());
    }
    if row.version == version {
        return Ok(row);
    }
    let by = match row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: row.updated_at, version: row.version })
}

/// A customer to which something new is to belong. It is not merged into another
/// until the transaction ends; `None` if it was, or is not there.
pub(crate) async fn living(work: &Work, id: Uuid) -> Result<Option<customer::Model>> {
    let row = customer::Entity::find_by_id(id).lock(LockType::KeyShare).one(work.tx()).await?;
    Ok(row.filter(|row| row.merged_into.is_none()))
}

pub(crate) fn customer_change(row: &customer::Model, by: &Actor) -> Change {
    Change {
        topic: Topic::Customer,
        id: row.id,
        version: row.version,
        owner: row.owner_id.map(UserId),
        unit: Some(UnitId(row.unit_id)),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}

fn into_row(row: &customer::Model, open: Sums, last: Option<(FollowUpKind, NaiveDate)>, org: &Org) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: CustomerId(row.id),
        version: row.version,
        name: row.name.clone(),
        short_name: row.short_name.clone(),
        tier: read("tier", &row.tier, Tier::parse)?,
        owner: row.owner_id.map(|id| (UserId(id), org.name_of(UserId(id)))),
        industry: row.industry.clone(),
        region: row.region.clone(),
        size: row.size.as_deref().map(|code| read("size", code, Size::parse)).transpose()?,
        source: read("source", &row.source, Source::parse)?,
        phone: row.phone.clone(),
        website: row.website.clone(),
        team: org.unit_name(UnitId(row.unit_id)),
        open,
        last,
        protection: None,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The last of the contacts of each channel that is not in the future.
pub(crate) fn last_of(contacts: &[(FollowUpKind, NaiveDate)], today: NaiveDate) -> Option<(FollowUpKind, NaiveDate)> {
    contacts.iter().copied().filter(|(_, on)| *on <= today).max_by_key(|(_, on)| *on)
}

/// Sums of the deals in scope with this outcome, by customer, in one query.
pub(crate) async fn deal_sums(
    db: &impl ConnectionTrait,
    customers: Vec<Uuid>,
    outcome: Outcome,
    scope: &Scope,
) -> Result<HashMap<Uuid, Sums>> {
    use deal::Column as D;
    let amount = || Expr::col((deal::Entity, D::AmountMinor));
    let whole = |sum: SimpleExpr| sum.cast_as("bigint");
    let rows: Vec<(Uuid, String, i64, i64, i64)> = deal::Entity::find()
        .select_only()
        .column(D::CustomerId)
        .column(D::Currency)
        .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
        .expr_as(whole(amount().sum()), "amount")
        .expr_as(whole(amount().mul(Expr::col((deal::Entity, D::ProbabilityBp))).sum()), "weighted")
        .filter(D::CustomerId.is_in(customers))
        .filter(D::Outcome.eq(outcome.code()))
        .filter(scope::worked(scope))
        .group_by(D::CustomerId)
        .group_by(D::Currency)
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<Uuid, Sums> = HashMap::new();
    for (customer, currency, deals, amount, weighted) in rows {
        found.entry(customer).or_default().add(read("currency", &currency, Currency::parse)?, deals, amount, weighted);
    }
    Ok(found)
}

/// Rows of a filtered set, kept until anything changes. `key` says which set.
async fn counted<Q>(store: &Store, key: String, set: Q) -> Result<i64>
where
    Q: for<'db> PaginatorTrait<'db, DatabaseConnection> + Send,
{
    let generation = store.hub.generation();
    if let Some(total) = store.boards.total(generation, &key) {
        return Ok(total);
    }
    let total = i64::try_from(set.count(store.db()).await?).unwrap_or(i64::MAX);
    store.boards.keep_total(generation, key, total);
    Ok(total)
}

/// An instant as a cursor keeps it, and back.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn parse_instant(text: &str) -> Result<Value> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| StoreError::refused("after", "bad_request"))?;
    Ok(at.with_timezone(&Utc).into())
}
