//! Announces what changed to whoever listens: open pages of this process by a
//! broadcast channel, other processes on the same PostgreSQL by NOTIFY.

use domain::ids::{UnitId, UserId};
use domain::policy::Ownership;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;

/// Changes kept for a slow listener; one that falls further behind is told to
/// read everything again.
const BACKLOG: usize = 1_024;
pub(crate) const CHANNEL: &str = "weir_changes";

/// A change as other processes get it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Note<C> {
    /// [`Hub::process`] of the one that announces: it has told its own listeners.
    pub from: u32,
    pub change: C,
}

/// A changed record: what it is, not what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub topic: Topic,
    pub id: Uuid,
    pub version: i32,
    pub owner: Option<UserId>,
    pub unit: Option<UnitId>,
    pub by: Option<UserId>,
    pub by_name: String,
}

domain::codes! {
    Topic { Deal = "deal", Customer = "customer", Pool = "pool", Task = "task", Org = "org", Settings = "settings", View = "view", Import = "import", Contract = "contract", Quote = "quote", Need = "need", Survey = "survey", CheckIn = "check_in", Ticket = "ticket" }
}

impl Change {
    /// Whose record it is, for the listener's scope; `None`: everybody's.
    #[must_use]
    pub fn ownership(&self) -> Option<Ownership> {
        self.unit.map(|unit| Ownership { owner: self.owner, unit })
    }
}

/// What has to be read again by whoever keeps records in memory.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    pub all: bool,
    pub settings: bool,
    pub deals: HashSet<Uuid>,
    pub customers: HashSet<Uuid>,
}

impl Changed {
    /// Takes in all that was announced.
    pub fn hear(&mut self, news: &mut broadcast::Receiver<Option<Arc<Change>>>) {
        loop {
            match news.try_recv() {
                Ok(Some(change)) => self.add(&change),
                // Anything may have changed, or more than was kept for us.
                Ok(None) | Err(TryRecvError::Lagged(_)) => self.all = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn add(&mut self, change: &Change) {
        match change.topic {
            // An import announces itself, as nobody's record.
            Topic::Deal | Topic::Customer if change.unit.is_none() => self.all = true,
            Topic::Deal => drop(self.deals.insert(change.id)),
            Topic::Customer => drop(self.customers.insert(change.id)),
            // Records go along with a person to another unit.
            Topic::Org => self.all = true,
            Topic::Settings => self.settings = true,
            Topic::Pool
            | Topic::Task
            | Topic::View
            | Topic::Import
            | Topic::Contract
            | Topic::Quote
            | Topic::Need
            | Topic::Survey
            | Topic::CheckIn
            | Topic::Ticket => {}
        }
    }
}

#[derive(Clone)]
pub struct Hub {
    /// `None`: anything may have changed.
    sender: broadcast::Sender<Option<Arc<Change>>>,
    /// Grows with every announced change: what was computed from older rows is
    /// out of date.
    generation: Arc<AtomicU64>,
    /// Grows with every change of what imports are compared with.
    records: Arc<AtomicU64>,
    /// Grows with every change of what is set for all.
    settings: Arc<AtomicU64>,
    process: u32,
}

impl Hub {
    #[must_use]
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::channel(BACKLOG).0,
            generation: Arc::new(AtomicU64::new(1)),
            records: Arc::default(),
            settings: Arc::default(),
            process: rand::random(),
        }
    }

    /// Called after the commit, never before.
    pub(crate) fn announce(&self, change: Change) {
        if matches!(change.topic, Topic::Deal | Topic::Customer | Topic::Org | Topic::Settings) {
            self.records.fetch_add(1, Ordering::Release);
        }
        if change.topic == Topic::Settings {
            self.settings.fetch_add(1, Ordering::Release);
        }
        self.generation.fetch_add(1, Ordering::Release);
        // No listener is no error.
        let _ = self.sender.send(Some(Arc::new(change)));
    }

    pub(crate) fn announce_all(&self, changes: Vec<Change>) {
        for change in changes {
            self.announce(change);
        }
    }

    /// Everything read so far may be out of date (a bulk load, a lost connection).
    pub(crate) fn forget(&self) {
        self.records.fetch_add(1, Ordering::Release);
        self.settings.fetch_add(1, Ordering::Release);
        self.generation.fetch_add(1, Ordering::Release);
        let _ = self.sender.send(None);
    }

    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// As [`Hub::generation`], of customers, deals, people and settings only.
    #[must_use]
    pub(crate) fn records(&self) -> u64 {
        self.records.load(Ordering::Acquire)
    }

    /// As [`Hub::generation`], of settings only.
    #[must_use]
    pub(crate) fn settings(&self) -> u64 {
        self.settings.load(Ordering::Acquire)
    }

    /// Tells this process from others, and from itself before a restart.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Option<Arc<Change>>> {
        self.sender.subscribe()
    }
}
