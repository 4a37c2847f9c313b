//! The one write path: answer a repeated request, load, authorise, apply the
//! rule, write with the expected version, audit, outbox, commit, announce.
//!
//! SQLite has one writer connection behind a queue that commits in groups, a
//! savepoint for each command, because competing writers starve each other and
//! a group shares one flush to the disk. PostgreSQL runs commands side by side.

use crate::clock::Clock;
use crate::entity::{answered_request, audit, outbox, person};
use crate::error::{Result, StoreError};
use crate::hub::{CHANNEL, Change, Hub, Note};
use crate::org::COMMAND_LINE;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::ids::{RequestId, UserId};
use domain::policy::{Actor, Granted};
use futures::future::BoxFuture;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Commands that wait for the writer; more callers wait in line for a place.
const QUEUE: usize = 1_024;
/// Commands that share one commit: enough to spread the flush, few enough that
/// the first does not wait long for the last.
const GROUP: usize = 64;

/// Who stands in the audit log; nobody if it was the command line.
pub(crate) fn author(by: &Actor) -> Option<Uuid> {
    (by.id != COMMAND_LINE).then_some(by.id.0)
}

/// What a running command has in its hands.
#[derive(Clone)]
pub struct Work {
    tx: Arc<DatabaseTransaction>,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub by: Actor,
    pub request: RequestId,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Default)]
struct Notes {
    audit: Vec<audit::ActiveModel>,
    changes: Vec<Change>,
    undated: bool,
}

impl Work {
    #[must_use]
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    #[must_use]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// Records what was done, to be written in the same transaction. Needs the
    /// permission under which it was done.
    pub fn audit(&self, granted: Granted, entity: &str, id: Uuid, change: &impl Serialize) -> Result<()> {
        let change = serde_json::to_string(change).map_err(|e| StoreError::Internal(e.to_string()))?;
        let mut notes = self.notes.lock().map_err(|_| StoreError::Internal("notes".into()))?;
        notes.audit.push(audit::ActiveModel {
            id: Set(self.new_id()),
            at: Set(self.now),
            by_id: Set(author(&self.by)),
            request_id: Set(self.request.0),
            action: Set(granted.action().code().to_owned()),
            entity: Set(entity.to_owned()),
            entity_id: Set(id),
            change: Set(change),
        });
        Ok(())
    }

    /// The answer to an old version, for records whose rows do not say who
    /// changed them: the audit log does.
    pub async fn stale(&self, id: Uuid, version: i32) -> Result<StoreError> {
        let last = audit::Entity::find()
            .filter(audit::Column::EntityId.eq(id))
            .order_by_desc(audit::Column::At)
            .order_by_desc(audit::Column::Id)
            .limit(1)
            .one(self.tx())
            .await?;
        let (by, at) = last.map_or((None, self.now), |row| (row.by_id, row.at));
        let by = match by {
            Some(id) => person::Entity::find_by_id(id).one(self.tx()).await?.map(|p| p.name).unwrap_or_default(),
            None => String::new(),
        };
        Ok(StoreError::Stale { by, at, version })
    }

    /// Waits until no other command works under the same `key`, and keeps them
    /// waiting until this one ends: for what is read first and written after,
    /// where no row can be locked. SQLite runs one command at a time anyway.
    pub async fn alone(&self, key: &str) -> Result<()> {
        if self.tx().get_database_backend() == DbBackend::Postgres {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            self.tx().execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, [key.into()])).await?;
        }
        Ok(())
    }

    /// Will be announced after the commit.
    pub fn changed(&self, change: Change) -> Result<()> {
        let mut notes = self.notes.lock().map_err(|_| StoreError::Internal("notes".into()))?;
        notes.changes.push(change);
        Ok(())
    }

    /// The request is remembered with its day, not its instant: for what must not say when
    /// it was done. Nothing of it may be audited or announced.
    pub fn undated(&self) -> Result<()> {
        self.notes.lock().map_err(|_| StoreError::Internal("notes".into()))?.undated = true;
        Ok(())
    }
}

type Answer = Result<(String, Vec<Change>)>;
type Body = Box<dyn FnOnce(Work) -> BoxFuture<'static, Result<String>> + Send>;

pub(crate) struct Command {
    by: Actor,
    request: RequestId,
    body: Body,
    answer: oneshot::Sender<Answer>,
}

#[derive(Clone)]
pub(crate) enum Writer {
    Queue(mpsc::Sender<Command>),
    Pool { db: DatabaseConnection, clock: Clock, hub: Hub },
}

impl Writer {
    /// `db` must have exactly one connection for SQLite.
    pub(crate) fn new(db: DatabaseConnection, clock: Clock, hub: Hub) -> Self {
        if db.get_database_backend() == DbBackend::Postgres {
            return Self::Pool { db, clock, hub };
        }
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(serve(db, clock, hub, receiver));
        Self::Queue(sender)
    }

    /// Runs `body` in a transaction of its own, or in none if the request was
    /// answered before: then the first answer is given again.
    pub(crate) async fn run<T, F, Fut>(&self, by: &Actor, request: RequestId, hub: &Hub, body: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnOnce(Work) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let body: Body = Box::new(move |work| {
            Box::pin(async move {
                let value = body(work).await?;
                serde_json::to_string(&value).map_err(|e| StoreError::Internal(e.to_string()))
            })
        });
        let text = match self {
            Self::Queue(queue) => {
                let (answer, answered) = oneshot::channel();
                let command = Command { by: by.clone(), request, body, answer };
                queue.send(command).await.map_err(|_| StoreError::Internal("the writer has stopped".into()))?;
                let (text, changes) = answered.await.map_err(|_| StoreError::Internal("the writer has stopped".into()))??;
                hub.announce_all(changes);
                text
            }
            // In a task of its own: what a caller that went away had committed is
            // announced all the same.
            Self::Pool { db, clock, hub } => {
                let (db, clock, hub, by) = (db.clone(), *clock, hub.clone(), by.clone());
                let running = tokio::spawn(async move {
                    let (text, changes) = on_postgres(&db, &clock, &hub, &by, request, body).await?;
                    hub.announce_all(changes);
                    Ok::<_, StoreError>(text)
                });
                running.await.map_err(|error| StoreError::Internal(format!("a command ended early: {error}")))??
            }
        };
        serde_json::from_str(&text).map_err(|_| StoreError::RequestReused)
    }
}

/// The writer of SQLite: takes what waits, commits it together, answers.
async fn serve(db: DatabaseConnection, clock: Clock, hub: Hub, mut queue: mpsc::Receiver<Command>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut answers = Vec::with_capacity(group.len());
        let committed = commit_group(&db, &clock, &hub, &mut group, &mut answers).await;
        for (answer, result) in answers {
            let result = match &committed {
                Ok(()) => result,
                Err(error) => Err(StoreError::Internal(format!("commit failed: {error}"))),
            };
            // A caller that went away still gets its change announced.
            if let Err(Ok((_, changes))) = answer.send(result) {
                hub.announce_all(changes);
            }
        }
        group.clear();
    }
}

async fn commit_group(
    db: &DatabaseConnection,
    clock: &Clock,
    hub: &Hub,
    group: &mut Vec<Command>,
    answers: &mut Vec<(oneshot::Sender<Answer>, Answer)>,
) -> Result<()> {
    let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let outer = match db.begin_with_options(options).await {
        Ok(outer) => outer,
        Err(error) => {
            let text = error.to_string();
            for command in group.drain(..) {
                answers.push((command.answer, Err(StoreError::Internal(format!("begin failed: {text}")))));
            }
            return Err(error.into());
        }
    };
    for command in group.drain(..) {
        let result = match outer.begin().await {
            Ok(savepoint) => in_transaction(savepoint, clock, hub, command.by, command.request, command.body).await,
            Err(error) => Err(error.into()),
        };
        answers.push((command.answer, result));
    }
    outer.commit().await.map_err(StoreError::from)
}

async fn on_postgres(db: &DatabaseConnection, clock: &Clock, hub: &Hub, by: &Actor, request: RequestId, body: Body) -> Answer {
    let tx = db.begin().await?;
    match in_transaction(tx, clock, hub, by.clone(), request, body).await {
        Ok(done) => Ok(done),
        // Two copies of one request at the same time: the second waits for a
        // row of the first, finds it changed, and fails in whatever way. Then
        // the first has answered for both.
        Err(error) => match answered(db, by.id, request).await? {
            Some(text) => Ok((text, Vec::new())),
            None => Err(error),
        },
    }
}

/// One command: the answer of a repeated request, or body, audit, outbox, commit.
async fn in_transaction(tx: DatabaseTransaction, clock: &Clock, hub: &Hub, by: Actor, request: RequestId, body: Body) -> Answer {
    if let Some(text) = answered(&tx, by.id, request).await? {
        tx.rollback().await?;
        return Ok((text, Vec::new()));
    }
    let tx = Arc::new(tx);
    let notes = Arc::new(Mutex::new(Notes::default()));
    let now = clock.now();
    let by_id = by.id;
    let work = Work { tx: tx.clone(), now, today: clock.local_date(now), by, request, notes: notes.clone() };
    let result = body(work).await;
    let tx = Arc::try_unwrap(tx).map_err(|_| StoreError::Internal("a command kept its transaction".into()))?;
    match result {
        Ok(text) => {
            let notes = std::mem::take(&mut *notes.lock().map_err(|_| StoreError::Internal("notes".into()))?);
            let now = if notes.undated { now.date_naive().and_time(NaiveTime::MIN).and_utc() } else { now };
            record(&tx, hub.process(), now, by_id, request, &text, notes.audit, &notes.changes).await?;
            tx.commit().await?;
            Ok((text, notes.changes))
        }
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

async fn answered(db: &impl ConnectionTrait, by: UserId, request: RequestId) -> Result<Option<String>> {
    match answered_request::Entity::find_by_id(request.0).one(db).await? {
        Some(row) if row.by_id == by.0 => Ok(Some(row.answer)),
        Some(_) => Err(StoreError::RequestReused),
        None => Ok(None),
    }
}

#[expect(clippy::too_many_arguments, reason = "everything that stands in one row of each table, written in one place")]
async fn record(
    tx: &DatabaseTransaction,
    process: u32,
    now: DateTime<Utc>,
    by: UserId,
    request: RequestId,
    text: &str,
    audits: Vec<audit::ActiveModel>,
    changes: &[Change],
) -> Result<()> {
    if !audits.is_empty() {
        audit::Entity::insert_many(audits).exec_without_returning(tx).await?;
    }
    if !changes.is_empty() {
        let rows = changes.iter().map(|change| outbox::ActiveModel {
            id: Set(Uuid::now_v7()),
            at: Set(now),
            topic: Set(change.topic.code().to_owned()),
            entity_id: Set(change.id),
            version: Set(change.version),
            owner_id: Set(change.owner.map(|id| id.0)),
            unit_id: Set(change.unit.map(|id| id.0)),
            by_id: Set(change.by.map(|id| id.0)),
        });
        outbox::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        for change in changes {
            let payload = serde_json::to_string(&Note { from: process, change }).map_err(|e| StoreError::Internal(e.to_string()))?;
            tx.execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_notify($1, $2)",
                [CHANNEL.into(), payload.into()],
            ))
            .await?;
        }
    }
    let answer = answered_request::ActiveModel { id: Set(request.0), by_id: Set(by.0), at: Set(now), answer: Set(text.to_owned()) };
    answered_request::Entity::insert(answer).exec_without_returning(tx).await?;
    Ok(())
}
