//! Everything that is stored: queries, transactions, sessions, announcements.
//! The only package that names SeaORM. Reads ask for a `Scope`, writes for a
//! `Granted`, both of which only `domain::policy` makes; entities stay inside.

mod analysis;
pub mod auth;
pub mod backup;
mod change;
mod clock;
pub mod customers;
pub mod demo;
pub mod disk;
mod duplicates;
#[macro_use]
mod entity;
pub mod check_ins;
mod contracts;
mod economics;
mod error;
pub mod export;
mod files;
mod find;
mod funnel;
mod health;
mod home;
mod hub;
pub mod import;
pub mod imports;
mod mentions;
mod org;
mod paging;
pub mod pipeline;
mod pool;
mod quotes;
mod rates;
mod satisfaction;
mod scope;
mod search;
pub mod settings;
mod tickets;
mod tiers;
mod views;
mod visits;
pub mod work;
mod write;

pub use clock::Clock;
pub use error::{Result, StoreError};
pub use hub::{Change, Hub, Topic};
pub use org::Org;
pub use satisfaction::{DueLink, Opened, Replied};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::RequestId;
use domain::policy::Actor;
use hub::{CHANNEL, Note};
use migration::MigratorTrait;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use uuid::Uuid;
use write::{Work, Writer};

/// SQLite readers: as many as a small machine has use for.
const SQLITE_READERS: u32 = 4;
/// Bytes of the file that a connection of SQLite reads where the operating system has them. Its own pages
/// it gives up after every commit of another connection: docs/decisions/0038.
const MAPPED: &str = "268435456";
/// PostgreSQL connections of one process; the server's own limit is often 100.
const POSTGRES_CONNECTIONS: u32 = 16;

/// An open database with everything around it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    reader: DatabaseConnection,
    owner: DatabaseConnection,
    writer: Writer,
    hub: Hub,
    clock: Clock,
    org: Arc<RwLock<Option<Arc<Org>>>>,
    boards: Arc<pipeline::BoardCache>,
    ledger: Arc<tokio::sync::RwLock<funnel::Ledger>>,
    index: Arc<tokio::sync::RwLock<find::Index>>,
    reviews: Arc<tiers::ReviewCache>,
    tops: Arc<analysis::Tops>,
    lookalikes: Arc<duplicates::Keeper>,
    pools: Arc<pool::Keeper>,
    running: imports::Running,
    checks: imports::Checks,
}

/// What is at an address, looked at without changing anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// No file yet; opening makes one.
    Missing,
    /// So many migrations behind; opening applies them.
    Behind(usize),
    Current,
}

impl Schema {
    /// Looks at `sqlite:PATH` or `postgres://…`.
    pub async fn look(url: &str) -> Result<Self> {
        let db = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.trim_start_matches("//");
            if !Path::new(path).is_file() {
                return Ok(Self::Missing);
            }
            Database::connect(sqlite(path, 1, true)).await?
        } else {
            Database::connect(url).await?
        };
        let pending = migration::Migrator::get_pending_migrations_read_only(&db).await?.len();
        db.close().await?;
        Ok(if pending == 0 { Self::Current } else { Self::Behind(pending) })
    }
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`, applies what is missing of the
    /// schema. `day`: live on this day instead of today (demo data, tests).
    pub async fn open(url: &str, day: Option<NaiveDate>) -> Result<Self> {
        let (owner, reader) = connect(url).await?;
        migration::Migrator::up(&owner, None).await?;
        let zone = org::load(&owner).await?.map_or(chrono_tz::Asia::Shanghai, |org| org.time_zone);
        let clock = day.map_or_else(|| Clock::real(zone), |day| Clock::on(day, zone));
        let hub = Hub::new();
        let store = Self {
            writer: Writer::new(owner.clone(), clock, hub.clone()),
            reader,
            owner,
            hub,
            clock,
            org: Arc::new(RwLock::new(None)),
            boards: Arc::default(),
            ledger: Arc::default(),
            index: Arc::default(),
            reviews: Arc::default(),
            tops: Arc::default(),
            lookalikes: Arc::default(),
            pools: Arc::default(),
            running: imports::Running::default(),
            checks: imports::Checks::default(),
        };
        store.reload_org().await?;
        if store.backend() == DbBackend::Postgres {
            store.relay().await?;
        }
        Ok(store)
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// "sqlite" or "postgres", for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.backend() == DbBackend::Postgres { "postgres" } else { "sqlite" }
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// Whether a query is answered.
    pub async fn ping(&self) -> Result<()> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Ends all connections; SQLite folds its log into the file.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await?;
        self.owner.close().await?;
        Ok(())
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For bulk loads of the command line, which hold no queue.
    pub(crate) fn owner(&self) -> &DatabaseConnection {
        &self.owner
    }

    pub(crate) async fn write<T, F, Fut>(&self, by: &Actor, request: RequestId, body: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnOnce(Work) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        self.writer.run(by, request, &self.hub, body).await
    }

    /// PostgreSQL finds its ways by what it knows of the tables, and learns it by itself only some
    /// time later: after a bulk load it is told. SQLite goes by the indexes.
    pub(crate) async fn learn_tables(&self) {
        if self.backend() == DbBackend::Postgres
            && let Err(error) = self.owner.execute_unprepared("ANALYZE").await
        {
            tracing::warn!(%error, "the tables could not be analysed; PostgreSQL does it by itself later");
        }
    }

    /// Passes on what other processes announce.
    async fn relay(&self) -> Result<()> {
        let pool = self.owner.get_postgres_connection_pool();
        let internal = |error: sea_orm::sqlx::Error| StoreError::Internal(format!("listen: {error}"));
        let mut listener = sea_orm::sqlx::postgres::PgListener::connect_with(pool).await.map_err(internal)?;
        listener.listen(CHANNEL).await.map_err(internal)?;
        let store = self.clone();
        tokio::spawn(async move {
            loop {
                match listener.recv().await {
                    Ok(note) => match serde_json::from_str::<Note<Change>>(note.payload()) {
                        // Told already, after the commit.
                        Ok(note) if note.from == store.hub.process() => {}
                        Ok(Note { change, .. }) => {
                            match change.topic {
                                Topic::Org => {
                                    if let Err(error) = store.reload_org().await {
                                        tracing::error!(%error, "the organisation could not be read again");
                                    }
                                }
                                Topic::Settings => store.boards.forget_stages(),
                                Topic::Deal
                                | Topic::Customer
                                | Topic::Pool
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
                            store.hub.announce(change);
                        }
                        Err(error) => tracing::error!(%error, "an announcement could not be read"),
                    },
                    // The listener gives its connection back, so that closing can end.
                    Err(_) if store.owner.get_postgres_connection_pool().is_closed() => return,
                    Err(error) => {
                        // sqlx connects again by itself; what was missed is unknown.
                        tracing::warn!(%error, "announcements were interrupted");
                        if let Err(error) = store.reload_org().await {
                            tracing::error!(%error, "the organisation could not be read again");
                        }
                        store.boards.forget_stages();
                        store.hub.forget();
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        });
        Ok(())
    }
}

/// A fresh id for a request that no client named.
#[must_use]
pub fn new_request() -> RequestId {
    RequestId(Uuid::now_v7())
}

async fn connect(url: &str) -> Result<(DatabaseConnection, DatabaseConnection)> {
    if url.starts_with("postgres") {
        let mut options = ConnectOptions::new(url);
        options.max_connections(POSTGRES_CONNECTIONS).acquire_timeout(Duration::from_secs(10)).sqlx_logging(false);
        let db = Database::connect(options).await?;
        return Ok((db.clone(), db));
    }
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Err(StoreError::Internal(format!("a database address begins with sqlite: or postgres: ({url})")));
    };
    let path = path.trim_start_matches("//");
    if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Internal(format!("{}: {e}", folder.display())))?;
    }
    let owner = Database::connect(sqlite(path, 1, false)).await?;
    let reader = Database::connect(sqlite(path, SQLITE_READERS, true)).await?;
    Ok((owner, reader))
}

fn sqlite(path: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rwc"));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .statement_cache_capacity(256)
                // Kibibytes: little, since the operating system caches the file too.
                .pragma("cache_size", "-4000")
                .pragma("mmap_size", MAPPED);
            if read_only { options.pragma("query_only", "1") } else { options }
        });
    options
}
