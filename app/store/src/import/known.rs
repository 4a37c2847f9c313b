//! Customers that a file may name: those whom the one who imports may see, by
//! their names. Another customer looks as if it did not exist.

use super::reader::{Names, Reader};
use crate::entity::customer;
use crate::error::Result;
use crate::scope;
use domain::ids::{CustomerId, UnitId, UserId};
use domain::policy::{Action, Ownership, scope as scope_of};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

pub struct Customers {
    pub names: Names<CustomerId>,
    pub owned: HashMap<CustomerId, Ownership>,
}

impl Customers {
    pub async fn of(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<Self> {
        use customer::Column as C;
        let visible = scope::customers(&scope_of(reader.by, Action::ReadCustomers)?);
        let columns = [C::Id, C::Name, C::ShortName, C::OwnerId, C::UnitId];
        let rows: Vec<(Uuid, String, String, Option<Uuid>, Uuid)> =
            customer::Entity::find().select_only().columns(columns).filter(visible).into_tuple().all(db).await?;
        let mut found = Self { names: Names::default(), owned: HashMap::with_capacity(rows.len()) };
        for (id, name, short, owner, unit) in rows {
            let id = CustomerId(id);
            found.names.add(&name, id);
            if !short.is_empty() && short != name {
                found.names.add(&short, id);
            }
            found.owned.insert(id, Ownership { owner: owner.map(UserId), unit: UnitId(unit) });
        }
        Ok(found)
    }
}
