//! Check-ins in the database: [`record`] (check-in, check-out, and follow-ups of a phone), `read`
//! (the page of checking in, a day's visits), `privacy` (consent, who looked, rounding,
//! export and erasing), `settings` (what the organisation sets of all that), `place` (where
//! customers are).
//!
//! A check-in belongs to who made it, in the unit they were in, whoever the customer belongs to
//! now. Its id is chosen by the phone and is the key of its row: what is sent again, however
//! much later, is found there. No log holds a position but the row itself, so that rounding and
//! erasing it is enough.

mod place;
mod privacy;
mod read;
pub mod record;
mod settings;
mod table;

pub(crate) use table::{check_in, check_in_photo, customer_radius, field_setting, location_consent, location_view};

use crate::error::Result;
use crate::hub::{Change, Topic};
use crate::pipeline::read as parsed;
use domain::check_in::Position;
use domain::field::{Fix, Source};
use domain::ids::{UnitId, UserId};
use domain::policy::{Actor, Ownership};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

fn ownership(row: &check_in::Model) -> Ownership {
    Ownership { owner: Some(UserId(row.person_id)), unit: UnitId(row.unit_id) }
}

fn change(row: &check_in::Model, by: &Actor) -> Change {
    Change {
        topic: Topic::CheckIn,
        id: row.id,
        version: 1,
        owner: Some(UserId(row.person_id)),
        unit: Some(UnitId(row.unit_id)),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}

/// The measured position of a row.
fn fix(row: &check_in::Model) -> Result<Option<Fix>> {
    let Some((lat, lon)) = row.latitude.zip(row.longitude) else { return Ok(None) };
    Ok(Some(Fix {
        position: Position { lat, lon },
        accuracy_dm: row.accuracy_dm.unwrap_or_default(),
        age_s: row.fix_age_s.unwrap_or_default(),
        source: parsed("source of a position", &row.source, Source::parse)?,
    }))
}

/// Radii of those of these customers that have one of their own.
async fn radii(db: &impl ConnectionTrait, customers: Vec<Uuid>) -> Result<HashMap<Uuid, i64>> {
    let rows = customer_radius::Entity::find().filter(customer_radius::Column::CustomerId.is_in(customers)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.customer_id, row.radius_dm)).collect())
}

/// Of a customer, or the organisation's.
async fn radius(db: &impl ConnectionTrait, customer: Uuid, usual_dm: i64) -> Result<i64> {
    Ok(radii(db, vec![customer]).await?.remove(&customer).unwrap_or(usual_dm))
}
