//! The keys of all customers, kept in memory until anything is announced. Names are
//! spelt again only where a customer is new or another than before.

use crate::Store;
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::find::first_sound;
use domain::duplicates::Keys;
use domain::ids::{CustomerId, UnitId, UserId};
use domain::policy::Ownership;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What is compared: name, tax number, telephone, web address.
type Compared = [String; 4];
type Line = (Uuid, String, String, String, String, Option<Uuid>, Uuid);

pub(super) struct Known {
    pub id: CustomerId,
    pub owned: Ownership,
    pub keys: Arc<Keys>,
    compared: Compared,
}

impl Known {
    pub fn name(&self) -> &str {
        &self.compared[0]
    }
}

pub(super) struct Kept {
    generation: u64,
    pub list: Vec<Known>,
}

/// The last reading.
#[derive(Default)]
pub(crate) struct Keeper(Mutex<Option<Arc<Kept>>>);

impl Keeper {
    fn get(&self) -> Result<Option<Arc<Kept>>> {
        Ok(self.0.lock().map_err(|_| StoreError::Internal("duplicates".into()))?.clone())
    }

    fn put(&self, kept: Arc<Kept>) -> Result<()> {
        *self.0.lock().map_err(|_| StoreError::Internal("duplicates".into()))? = Some(kept);
        Ok(())
    }
}

/// The keys of a customer as typed.
pub(crate) fn keys(name: &str, tax_number: &str, phone: &str, website: &str) -> Keys {
    Keys::new(name, tax_number, phone, website, first_sound)
}

impl Store {
    /// All customers, whoever's they are; the caller asks the scope.
    pub(super) async fn known_customers(&self) -> Result<Arc<Kept>> {
        use customer::Column as C;
        let generation = self.hub.generation();
        let before = self.lookalikes.get()?;
        if let Some(kept) = before.as_ref().filter(|kept| kept.generation == generation) {
            return Ok(kept.clone());
        }
        let rows: Vec<Line> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::TaxNumber, C::Phone, C::Website, C::OwnerId, C::UnitId])
            .filter(C::MergedInto.is_null())
            .into_tuple()
            .all(self.db())
            .await?;
        let made = tokio::task::spawn_blocking(move || {
            let old: HashMap<CustomerId, &Known> = before.iter().flat_map(|kept| &kept.list).map(|known| (known.id, known)).collect();
            let known = |(id, name, tax_number, phone, website, owner, unit): Line| {
                let (id, compared) = (CustomerId(id), [name, tax_number, phone, website]);
                let same = old.get(&id).filter(|known| known.compared == compared).map(|known| known.keys.clone());
                let [name, tax_number, phone, website] = &compared;
                let keys = same.unwrap_or_else(|| Arc::new(keys(name, tax_number, phone, website)));
                Known { id, owned: Ownership { owner: owner.map(UserId), unit: UnitId(unit) }, keys, compared }
            };
            rows.into_iter().map(known).collect::<Vec<_>>()
        });
        let list = made.await.map_err(|error| StoreError::Internal(format!("the keys could not be made: {error}")))?;
        let kept = Arc::new(Kept { generation, list });
        self.lookalikes.put(kept.clone())?;
        Ok(kept)
    }
}
