//! How many durable commits the disk can take: the ceiling of everything that
//! is written one after the other.

use crate::error::{Result, StoreError};
use sea_orm::{ConnectionTrait, Database};
use std::path::Path;
use std::time::{Duration, Instant};

/// Commits a second of one writer to a small SQLite file in `folder`, each of
/// one row and flushed to the disk (`synchronous=FULL`), for about `length`.
/// The file is removed again.
pub async fn durable_commits_per_second(folder: &Path, length: Duration) -> Result<f64> {
    let path = folder.join(format!("weir-disk-{}.db", std::process::id()));
    let text = path.to_str().ok_or_else(|| StoreError::Internal("the folder's name is not Unicode".into()))?;
    let db = Database::connect(crate::sqlite(text, 1, false)).await?;
    db.execute_unprepared("CREATE TABLE counter (n integer NOT NULL)").await?;
    db.execute_unprepared("INSERT INTO counter VALUES (0)").await?;
    let started = Instant::now();
    let mut commits = 0_u32;
    while started.elapsed() < length {
        db.execute_unprepared("UPDATE counter SET n = n + 1").await?;
        commits += 1;
    }
    let rate = f64::from(commits) / started.elapsed().as_secs_f64();
    db.close().await?;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{text}{end}"));
    }
    Ok(rate)
}
