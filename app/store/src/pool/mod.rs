//! Public pools: [`settings`] what is set of them, [`hands`] claiming, assigning and giving
//! back, with the history of owners, [`judge`] how long an owner is protected, [`recycle`] what
//! falls at night, [`list`] what their pages show; for leads the same in [`leads`],
//! [`lead_judge`] and [`lead_list`].
//!
//! A customer without an owner is in a pool once it has a row of `pool_stay`. Its unit stays
//! that of its last owner, whose managers see it as before. A lead is a deal; in a pool it names
//! the pool (`deal.pool_id`), and its owner is then who had it last.

pub(crate) mod hands;
mod judge;
mod lead_judge;
mod lead_list;
mod leads;
mod list;
mod recycle;
mod settings;
mod table;

pub(crate) use hands::changed_hands;
pub(crate) use leads::deal_changed_hands;
pub(crate) use settings::stored;
pub(crate) use table::{deal_owner_change, lead_hold, lead_stay, owner_change, pool, pool_hold, pool_member, pool_run, pool_stay};

use crate::Store;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::moves::stages_now;
use crate::pipeline::read;
use crate::write::Work;
use domain::ids::{PoolId, UnitId, UserId};
use domain::policy::{Action, Actor, Reach, reach};
use domain::pool::settings::{PoolKind, PoolSettings};
use lead_judge::lead_stages;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Customers of one statement.
const PIECE: usize = 500;

/// All pools, the oldest first. Whoever is in several of a kind loses customers, or leads, to the
/// first.
pub(crate) struct Pools {
    pools: Vec<PoolSettings>,
    /// Removed ones, which histories name.
    gone: Vec<(PoolId, String)>,
}

impl Pools {
    /// The pools, of which none of these kinds is removed or changed before the command ends: what
    /// it puts into one of them stays in a pool.
    ///
    /// To be called before what lies in pools is locked. Who removes a pool locks it first, and then
    /// what goes from it to another one.
    pub async fn hold(work: &Work, kinds: &[PoolKind]) -> Result<Self> {
        let kinds = pool::Column::Kind.is_in(kinds.iter().map(|kind| kind.code()));
        pool::Entity::find().filter(kinds).order_by_asc(pool::Column::Id).lock_shared().all(work.tx()).await?;
        Self::load(work.tx()).await
    }

    pub async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        let rows = pool::Entity::find().order_by_asc(pool::Column::Id).all(db).await?;
        let members = pool_member::Entity::find().order_by_asc(pool_member::Column::Id).all(db).await?;
        let (gone, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.removed_on.is_some());
        let of = |row: pool::Model| {
            let of_it = || members.iter().filter(|member| member.pool_id == row.id);
            Ok(PoolSettings {
                id: PoolId(row.id),
                version: row.version,
                kind: read("kind of pool", &row.kind, PoolKind::parse)?,
                units: of_it().filter_map(|member| member.unit_id).map(UnitId).collect(),
                people: of_it().filter_map(|member| member.person_id).map(UserId).collect(),
                rules: serde_json::from_str(&row.rules).map_err(|error| StoreError::Internal(format!("rules of a pool: {error}")))?,
                effective_on: row.effective_on,
                began_on: row.began_on,
                name: row.name,
            })
        };
        Ok(Self {
            pools: rows.into_iter().map(of).collect::<Result<_>>()?,
            gone: gone.into_iter().map(|row| (PoolId(row.id), row.name)).collect(),
        })
    }

    fn of_kind(&self, kind: PoolKind) -> impl Iterator<Item = &PoolSettings> {
        self.pools.iter().filter(move |pool| pool.kind == kind)
    }

    pub fn is_empty(&self, kind: PoolKind) -> bool {
        self.of_kind(kind).next().is_none()
    }

    pub fn get(&self, id: PoolId) -> Option<&PoolSettings> {
        self.pools.iter().find(|pool| pool.id == id)
    }

    pub fn name(&self, id: PoolId) -> String {
        let gone = || self.gone.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        self.get(id).map(|pool| pool.name.clone()).or_else(gone).unwrap_or_default()
    }

    /// The pool into which customers, or leads, of this person fall.
    pub fn of(&self, kind: PoolKind, org: &Org, person: UserId) -> Option<&PoolSettings> {
        let unit = org.people.get(&person)?.person.unit;
        let chain = chain(org, unit);
        self.of_kind(kind).find(|pool| pool.has(person, &chain))
    }

    /// The pool of what nobody has.
    pub fn covering(&self, kind: PoolKind, org: &Org, unit: UnitId) -> Option<&PoolSettings> {
        let chain = chain(org, unit);
        self.of_kind(kind).find(|pool| pool.units.iter().any(|unit| chain.contains(unit)))
    }

    /// The pools from which this person takes, or gives to others.
    pub fn open_to(&self, kind: PoolKind, org: &Org, actor: &Actor) -> Vec<&PoolSettings> {
        if reach(actor.role, Action::ClaimCustomers).is_none() {
            return Vec::new();
        }
        let chain = chain(org, actor.unit);
        let below = match reach(actor.role, Action::AssignCustomers) {
            Some(Reach::All) => return self.of_kind(kind).collect(),
            Some(Reach::TeamAndBelow) => &actor.units_below[..],
            _ => &[],
        };
        let theirs = |pool: &&PoolSettings| pool.has(actor.id, &chain) || pool.units.iter().any(|unit| below.contains(unit));
        self.of_kind(kind).filter(theirs).collect()
    }
}

/// The pools as they were last read: they change a few times a year, and every move of a lead asks
/// for them.
#[derive(Default)]
pub(crate) struct Keeper(Mutex<Option<(u64, Arc<Pools>)>>);

impl Store {
    /// For what only looks; a command asks [`Pools::hold`].
    pub(crate) async fn kept_pools(&self) -> Result<Arc<Pools>> {
        // Taken before reading: what changes meanwhile makes the answer old.
        let settings = self.hub.settings();
        let kept = || self.pools.0.lock().ok()?.clone();
        if let Some((_, pools)) = kept().filter(|(read, _)| *read == settings) {
            return Ok(pools);
        }
        let pools = Arc::new(Pools::load(self.db()).await?);
        if let Ok(mut kept) = self.pools.0.lock() {
            *kept = Some((settings, pools.clone()));
        }
        Ok(pools)
    }
}

/// What is judged by: who is where, the pools, and which deals are leads. Read once, however many
/// customers and leads it is about.
struct Known<'a> {
    org: &'a Org,
    pools: Arc<Pools>,
    /// The stages whose open deals are leads.
    leads: HashSet<Uuid>,
}

impl<'a> Known<'a> {
    /// For what only looks.
    async fn read(store: &Store, org: &'a Org) -> Result<Self> {
        let stages = store.stages().await?;
        Ok(Self { org, pools: store.kept_pools().await?, leads: lead_stages(&stages) })
    }

    /// For a command that puts something into pools or takes it from them, before it locks
    /// anything of that: [`Pools::hold`].
    async fn hold(work: &Work, org: &'a Org) -> Result<Self> {
        let pools = Arc::new(Pools::hold(work, PoolKind::ALL).await?);
        Ok(Self { org, pools, leads: lead_stages(&stages_now(work).await?) })
    }
}

/// The unit and those above it.
fn chain(org: &Org, unit: UnitId) -> Vec<UnitId> {
    let mut found = vec![unit];
    while let Some(above) = found.last().and_then(|last| org.units.iter().find(|unit| unit.id == *last)).and_then(|unit| unit.parent) {
        if found.contains(&above) {
            break;
        }
        found.push(above);
    }
    found
}
