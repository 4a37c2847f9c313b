//! The names of all customers, contacts and deals, in memory: a search looks at each.
//!
//! What is announced is read again before the next answer: the one deal, a customer with
//! its contacts, or everything; so it is true after every write, import, and load. Of
//! what is kept, only what lies in the reader's scope is looked at, and what is shown is
//! read from the database within the same scope.

use super::rank::Names;
use crate::Store;
use crate::entity::{contact, customer, deal};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Changed};
use domain::ids::{UnitId, UserId};
use domain::pipeline::Outcome;
use domain::policy::Ownership;
use domain::search::FoundKind;
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect};
use std::sync::Arc;
use tokio::sync::RwLockReadGuard;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

/// Changed records that are read one by one; with more, all are.
const SINGLE: usize = 1_000;
/// What changes while it is read is read again, but not for ever.
const ROUNDS: usize = 3;
/// Ids in one statement.
const IDS: usize = 500;

pub(super) struct Entry {
    pub kind: FoundKind,
    pub id: Uuid,
    /// Itself, or the one it belongs to.
    pub customer: Uuid,
    pub owner: Ownership,
    /// Open deals come before closed ones.
    pub closed: bool,
    pub names: Names,
}

/// Ordered by kind and id.
#[derive(Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// `None` before the first reading, and after one that failed.
    news: Option<Receiver<Option<Arc<Change>>>>,
}

impl Index {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn is_current(&self) -> bool {
        self.news.as_ref().is_some_and(Receiver::is_empty)
    }

    async fn refresh(&mut self, store: &Store) -> Result<()> {
        // Put back at the end only: a reading that fails or is given up is begun anew.
        let (mut news, mut changed) = match self.news.take() {
            Some(news) => (news, Changed::default()),
            None => (store.hub.listen(), Changed { all: true, ..Changed::default() }),
        };
        for _ in 0..ROUNDS {
            changed.hear(&mut news);
            self.read(store, std::mem::take(&mut changed)).await?;
            if news.is_empty() {
                break;
            }
        }
        self.news = Some(news);
        Ok(())
    }

    async fn read(&mut self, store: &Store, changed: Changed) -> Result<()> {
        if changed.all || changed.deals.len() + changed.customers.len() > SINGLE {
            self.entries = Rows::read(store, None).await?.into_entries().await?;
            return Ok(());
        }
        if changed.deals.is_empty() && changed.customers.is_empty() {
            return Ok(());
        }
        let fresh = Rows::read(store, Some(&changed)).await?.into_entries().await?;
        // What is gone is not among the fresh ones, and goes here too.
        self.entries.retain(|entry| match entry.kind {
            FoundKind::Deal => !changed.deals.contains(&entry.id),
            FoundKind::Customer | FoundKind::Contact => !changed.customers.contains(&entry.customer),
        });
        self.entries.extend(fresh);
        // Two runs in order, mostly: nearly as cheap as putting each in its place.
        self.entries.sort_by_key(|entry| (entry.kind, entry.id));
        Ok(())
    }
}

type CustomerLine = (Uuid, String, String, String, Option<Uuid>, Uuid);
type ContactLine = (Uuid, Uuid, String, String, String, Option<Uuid>, Uuid);
type DealLine = (Uuid, Uuid, String, String, Uuid, Uuid, Option<Uuid>);

struct Rows {
    customers: Vec<CustomerLine>,
    contacts: Vec<ContactLine>,
    deals: Vec<DealLine>,
}

impl Rows {
    /// All, or those of what changed.
    async fn read(store: &Store, changed: Option<&Changed>) -> Result<Self> {
        let mut rows = Self { customers: Vec::new(), contacts: Vec::new(), deals: Vec::new() };
        match changed {
            None => {
                rows.add_customers(store, Condition::all()).await?;
                rows.add_contacts(store, Condition::all()).await?;
                rows.add_deals(store, Condition::all()).await?;
            }
            Some(changed) => {
                let customers: Vec<Uuid> = changed.customers.iter().copied().collect();
                for ids in customers.chunks(IDS) {
                    rows.add_customers(store, Condition::all().add(customer::Column::Id.is_in(ids.iter().copied()))).await?;
                    rows.add_contacts(store, Condition::all().add(contact::Column::CustomerId.is_in(ids.iter().copied()))).await?;
                }
                let deals: Vec<Uuid> = changed.deals.iter().copied().collect();
                for ids in deals.chunks(IDS) {
                    rows.add_deals(store, Condition::all().add(deal::Column::Id.is_in(ids.iter().copied()))).await?;
                }
            }
        }
        Ok(rows)
    }

    async fn add_customers(&mut self, store: &Store, which: Condition) -> Result<()> {
        use customer::Column as C;
        let query = customer::Entity::find().select_only().columns([C::Id, C::Name, C::ShortName, C::Phone, C::OwnerId, C::UnitId]);
        let query = query.filter(C::MergedInto.is_null());
        self.customers.extend(query.filter(which).into_tuple::<CustomerLine>().all(store.db()).await?);
        Ok(())
    }

    async fn add_contacts(&mut self, store: &Store, which: Condition) -> Result<()> {
        use contact::Column as C;
        let query = contact::Entity::find()
            .select_only()
            .columns([C::Id, C::CustomerId, C::Name, C::Email, C::Phone])
            .columns([customer::Column::OwnerId, customer::Column::UnitId])
            .join(JoinType::InnerJoin, super::contact_to_customer());
        self.contacts.extend(query.filter(which).into_tuple::<ContactLine>().all(store.db()).await?);
        Ok(())
    }

    async fn add_deals(&mut self, store: &Store, which: Condition) -> Result<()> {
        use deal::Column as D;
        let query =
            deal::Entity::find().select_only().columns([D::Id, D::CustomerId, D::Title, D::Outcome, D::OwnerId, D::UnitId, D::PoolId]);
        self.deals.extend(query.filter(which).into_tuple::<DealLine>().all(store.db()).await?);
        Ok(())
    }

    /// In their order. Away from the threads that answer requests, since the names of a
    /// whole company take a moment to be spelt.
    async fn into_entries(self) -> Result<Vec<Entry>> {
        let made = tokio::task::spawn_blocking(move || {
            let mut entries: Vec<Entry> = Vec::with_capacity(self.customers.len() + self.contacts.len() + self.deals.len());
            entries.extend(self.customers.into_iter().map(|(id, name, short, phone, owner, unit)| Entry {
                kind: FoundKind::Customer,
                id,
                customer: id,
                owner: owned(owner, unit),
                closed: false,
                names: Names::new([name.as_str(), short.as_str()], &phone),
            }));
            entries.extend(self.contacts.into_iter().map(|(id, customer, name, email, phone, owner, unit)| Entry {
                kind: FoundKind::Contact,
                id,
                customer,
                owner: owned(owner, unit),
                closed: false,
                names: Names::new([name.as_str(), email.as_str()], &phone),
            }));
            entries.extend(self.deals.into_iter().map(|(id, customer, title, outcome, owner, unit, pool)| Entry {
                kind: FoundKind::Deal,
                id,
                customer,
                owner: owned(pool.is_none().then_some(owner), unit),
                closed: outcome != Outcome::Open.code(),
                names: Names::new([title.as_str()], ""),
            }));
            entries.sort_by_key(|entry| (entry.kind, entry.id));
            entries
        });
        made.await.map_err(|error| StoreError::Internal(format!("the names could not be read: {error}")))
    }
}

fn owned(owner: Option<Uuid>, unit: Uuid) -> Ownership {
    Ownership { owner: owner.map(UserId), unit: UnitId(unit) }
}

impl Store {
    /// The names as of now.
    pub(super) async fn index(&self) -> Result<RwLockReadGuard<'_, Index>> {
        let known = self.index.read().await;
        if known.is_current() {
            return Ok(known);
        }
        drop(known);
        let mut index = self.index.write().await;
        if !index.is_current() {
            index.refresh(self).await?;
        }
        Ok(index.downgrade())
    }
}
