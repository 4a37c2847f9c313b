//! What the store answers instead of a result. Text of the database stays in
//! [`StoreError::Database`] and goes to the log, never to a person.

use chrono::{DateTime, Utc};
use domain::policy::Denied;
use domain::violation::Violation;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not there, or not for this person: the two look the same.
    #[error("not found")]
    NotFound,
    #[error(transparent)]
    Denied(Denied),
    /// Somebody changed it since it was read.
    #[error("changed by {by} at {at}")]
    Stale { by: String, at: DateTime<Utc>, version: i32 },
    #[error("refused: {0:?}")]
    Refused(Vec<Violation>),
    /// The request id was used by somebody else, or for something else.
    #[error("request id already used")]
    RequestReused,
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("{0}")]
    Internal(String),
}

pub type Result<T> = std::result::Result<T, StoreError>;

impl From<Denied> for StoreError {
    fn from(denied: Denied) -> Self {
        if denied.visible { Self::Denied(denied) } else { Self::NotFound }
    }
}

impl From<Vec<Violation>> for StoreError {
    fn from(found: Vec<Violation>) -> Self {
        Self::Refused(found)
    }
}

impl StoreError {
    /// One field refused.
    #[must_use]
    pub fn refused(field: &str, code: &str) -> Self {
        Self::Refused(vec![Violation::new(field, code)])
    }

    /// Turns a broken unique constraint into a sentence at its field. SQLite
    /// names the column, PostgreSQL the constraint.
    #[must_use]
    pub fn or_taken(error: sea_orm::DbErr, names: &[(&str, &str, &str)]) -> Self {
        if let Some(sea_orm::SqlErr::UniqueConstraintViolation(text)) = error.sql_err() {
            for (column, constraint, field) in names {
                if text.contains(column) || text.contains(constraint) {
                    return Self::refused(field, "taken");
                }
            }
        }
        Self::Database(error)
    }
}
