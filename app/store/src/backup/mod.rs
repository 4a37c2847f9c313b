//! Backup and restore: every table in one file, which either database writes
//! and either reads, so that it is also the way from SQLite to PostgreSQL.
//!
//! A backup is taken in one transaction and therefore shows one moment, while
//! others go on working. A restore is one transaction too: all or nothing. What
//! was restored is read again and compared with the file by counts and digests.
//! What a file looks like is in `file`, how rows are read and written in `table`.

mod file;
mod table;

pub use file::{Digest, TableSum};

use crate::error::{Result, StoreError};
use crate::{Schema, connect};
use chrono::Utc;
use file::{Header, Line, Reader, Writer};
use migration::MigratorTrait;
use sea_orm::{AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, TransactionTrait};
use std::path::Path;
use table::Table;

/// What a backup or a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    pub tables: Vec<TableSum>,
    /// The instant of the backup, not of the restore.
    pub made_at: chrono::DateTime<Utc>,
}

impl BackupReport {
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.rows).sum()
    }
}

/// Writes everything of the database at `url` into `path`, as it is at one
/// moment. The schema is left as it is, so that a new version can save what an
/// old one made before it upgrades. The file appears under its name only when
/// it is complete; it holds password hashes, and only its owner may read it.
/// `progress`: table and rows written so far.
///
/// # Errors
/// If there is no database, or the file is there already or cannot be written.
pub async fn backup(url: &str, path: &Path, progress: impl FnMut(&str, u64)) -> Result<BackupReport> {
    if Schema::look(url).await? == Schema::Missing {
        return Err(StoreError::Internal("there is no database yet".into()));
    }
    let (owner, reader) = connect(url).await?;
    let schema = migration::Migrator::get_applied_migrations(&reader).await?.iter().map(|m| m.name().to_owned()).collect();
    let header = Header { format: file::FORMAT, version: env!("CARGO_PKG_VERSION").into(), made_at: Utc::now(), schema };
    let made_at = header.made_at;
    let tx = snapshot(&reader).await?;
    let mut writer = Writer::create(path, &header)?;
    let tables = read_all(&tx, Some(&mut writer), progress).await?;
    writer.finish(tables.len())?;
    tx.rollback().await?;
    reader.close().await?;
    owner.close().await?;
    Ok(BackupReport { tables, made_at })
}

/// Reads a backup to its end and proves it whole, without any database.
///
/// # Errors
/// If it is not a backup, of another format, cut off or damaged.
pub fn check(path: &Path) -> Result<BackupReport> {
    let mut reader = Reader::open(path)?;
    let mut tables = Vec::new();
    loop {
        match reader.next()? {
            Line::Table(_) | Line::Row(_) => {}
            Line::End(sum) => tables.push(sum),
            Line::Complete => return Ok(BackupReport { tables, made_at: reader.header.made_at }),
        }
    }
}

/// Fills the database at `url` from a backup, in one transaction, and proves
/// that it holds what the file holds. A database in which something is already
/// is refused unless `replace`, which deletes all of it in the same transaction.
///
/// # Errors
/// If the backup is damaged or of a newer schema, or the database is not empty.
pub async fn restore(url: &str, path: &Path, replace: bool, mut progress: impl FnMut(&str, u64)) -> Result<BackupReport> {
    let expected = check(path)?;
    let (owner, reader) = connect(url).await?;
    prepare(&owner, &Reader::open(path)?.header.schema).await?;
    let tx = owner.begin().await?;
    begin_load(&tx).await?;
    let tables = table::all(&tx).await?;
    if replace {
        for table in &tables {
            table.clear(&tx).await?;
        }
    } else if let Some(table) = first_with_rows(&tx, &tables).await? {
        return Err(StoreError::Internal(format!("there is data already (table {table}); nothing was changed")));
    }
    load(&tx, path, &tables, &mut progress).await?;
    end_load(&tx, &tables).await?;
    let got = read_all(&tx, None, |_, _| {}).await?;
    prove(&expected.tables, &got)?;
    tx.commit().await?;
    migration::Migrator::up(&owner, None).await?;
    reader.close().await?;
    owner.close().await?;
    Ok(expected)
}

/// Brings an empty database to the schema of the backup.
async fn prepare(owner: &DatabaseConnection, schema: &[String]) -> Result<()> {
    let known = migrations();
    if !known.starts_with(schema) {
        return Err(StoreError::Internal("the backup was made by a newer version; restore it with that version".into()));
    }
    let applied = migration::Migrator::get_applied_migrations(owner).await?.len();
    if applied > schema.len() {
        return Err(StoreError::Internal(
            "the backup is of an older version; restore it into a new database, which is then brought up to date".into(),
        ));
    }
    let missing = u32::try_from(schema.len() - applied).map_err(|_| StoreError::Internal("too many migrations".into()))?;
    if missing > 0 {
        migration::Migrator::up(owner, Some(missing)).await?;
    }
    Ok(())
}

async fn first_with_rows(tx: &DatabaseTransaction, tables: &[Table]) -> Result<Option<String>> {
    for table in tables {
        if !table.is_empty(tx).await? {
            return Ok(Some(table.name.clone()));
        }
    }
    Ok(None)
}

async fn load(tx: &DatabaseTransaction, path: &Path, tables: &[Table], progress: &mut impl FnMut(&str, u64)) -> Result<()> {
    let mut reader = Reader::open(path)?;
    let mut current: Option<table::Load<'_>> = None;
    loop {
        match reader.next()? {
            Line::Table(shape) => {
                let table = tables.iter().find(|t| t.name == shape.name);
                let table = table.ok_or_else(|| StoreError::Internal(format!("the database has no table {}", shape.name)))?;
                current = Some(table.load(&shape)?);
            }
            Line::Row(row) => {
                let load = current.as_mut().ok_or_else(|| StoreError::Internal("a row outside a table".into()))?;
                load.add(tx, row).await?;
                if load.rows.is_multiple_of(10_000) {
                    progress(load.name(), load.rows);
                }
            }
            Line::End(sum) => {
                if let Some(load) = current.take() {
                    load.finish(tx).await?;
                }
                progress(&sum.name, sum.rows);
            }
            Line::Complete => return Ok(()),
        }
    }
}

/// Every table as the transaction sees it: into `writer`, and as sums.
async fn read_all(tx: &DatabaseTransaction, mut writer: Option<&mut Writer>, mut progress: impl FnMut(&str, u64)) -> Result<Vec<TableSum>> {
    let mut sums = Vec::new();
    for table in table::all(tx).await? {
        if let Some(writer) = writer.as_deref_mut() {
            writer.table(&table.shape())?;
        }
        let mut digest = Digest::default();
        let mut rows = 0;
        let mut cursor = table.cursor(tx).await?;
        loop {
            let page = cursor.next(tx).await?;
            if page.is_empty() {
                break;
            }
            for row in &page {
                let line = file::line(row)?;
                digest.add(line.as_bytes());
                if let Some(writer) = writer.as_deref_mut() {
                    writer.row(&line)?;
                }
            }
            rows += page.len() as u64;
            progress(&table.name, rows);
        }
        cursor.close(tx).await?;
        let sum = TableSum { name: table.name.clone(), rows, digest: digest.to_string() };
        if let Some(writer) = writer.as_deref_mut() {
            writer.end(&sum)?;
        }
        sums.push(sum);
    }
    Ok(sums)
}

fn prove(expected: &[TableSum], got: &[TableSum]) -> Result<()> {
    for sum in expected {
        let found = got.iter().find(|g| g.name == sum.name);
        if found != Some(sum) {
            return Err(StoreError::Internal(format!("table {} would not equal the backup; nothing was changed", sum.name)));
        }
    }
    match got.iter().find(|g| g.rows > 0 && !expected.iter().any(|e| e.name == g.name)) {
        Some(more) => Err(StoreError::Internal(format!("table {} has rows that the backup does not have", more.name))),
        None => Ok(()),
    }
}

fn migrations() -> Vec<String> {
    migration::Migrator::migrations().iter().map(|m| m.name().to_owned()).collect()
}

/// A transaction that sees one moment.
async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let (isolation, access) = if postgres { (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)) } else { (None, None) };
    Ok(db.begin_with_config(isolation, access).await?)
}

/// References are looked at only at the end, so that tables and rows may come
/// in any order.
async fn begin_load(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        for (table, constraint) in table::references(tx).await? {
            tx.execute_unprepared(&format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{constraint}\" DEFERRABLE INITIALLY DEFERRED"))
                .await?;
        }
    } else {
        tx.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
    }
    Ok(())
}

/// Looks at all references now, and makes the schema what it was.
async fn end_load(tx: &DatabaseTransaction, tables: &[Table]) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
        for (table, constraint) in table::references(tx).await? {
            tx.execute_unprepared(&format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{constraint}\" NOT DEFERRABLE")).await?;
        }
    }
    for table in tables {
        table.settle(tx).await?;
    }
    Ok(())
}
