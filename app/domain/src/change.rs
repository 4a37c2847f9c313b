//! One fact of many rows changed at once: the rows chosen in a list, or a cell of it.
//!
//! Each row is judged by itself. What can be changed is, all of it in one transaction; what
//! cannot is named with its reason, and nothing of it is written. A change may be taken back for
//! a minute by who made it.
//!
//! Not here: which facts there are. A deal has [`crate::pipeline::change`], a customer
//! [`crate::customer_change`].

use crate::ids::RequestId;
use crate::violation::Violation;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Rows that one command may change: several pages of a list.
pub const ROWS_MAX: usize = 200;

/// A value that many rows can be given.
pub trait Checked {
    /// What is wrong with the value whatever the row.
    ///
    /// # Errors
    /// The first thing that is wrong, at the field of the form.
    fn check(&self) -> Result<(), Violation>;
}

/// One row, in the version that the person saw, and what it is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<I, F> {
    pub id: I,
    pub version: i32,
    pub to: F,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRows<I, F> {
    pub request: RequestId,
    pub changes: Vec<Change<I, F>>,
}

impl<I, F: Checked> ChangeRows<I, F> {
    /// # Errors
    /// `required` for none, `too_many` for more than [`ROWS_MAX`], and what
    /// [`Checked::check`] finds.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        if self.changes.is_empty() {
            return Err(vec![Violation::new("", "required")]);
        }
        if self.changes.len() > ROWS_MAX {
            return Err(vec![Violation::new("", "too_many").with("max", ROWS_MAX)]);
        }
        self.changes.iter().find_map(|change| change.to.check().err()).map_or(Ok(()), |found| Err(vec![found]))
    }
}

/// Takes back what one's own command `of` changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoChanges {
    pub request: RequestId,
    pub of: RequestId,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<I> {
    pub done: Vec<I>,
    /// Had that value already; nothing was written.
    pub same: Vec<I>,
    pub refused: Vec<NotChanged<I>>,
}

impl<I> Default for Changed<I> {
    fn default() -> Self {
        Self { done: Vec::new(), same: Vec::new(), refused: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotChanged<I> {
    pub id: I,
    /// What the row is called; empty if the person may not see it.
    pub title: String,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Not there, or not the person's to see.
    Gone,
    /// Seen, but not the person's to change.
    Forbidden,
    /// Somebody else changed it since.
    Stale {
        by: String,
        at: DateTime<Utc>,
    },
    /// It is closed, and this is settled with it.
    Closed,
    Value(Violation),
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Checked for i32 {
        fn check(&self) -> Result<(), Violation> {
            if *self < 0 { Err(Violation::new("n", "negative")) } else { Ok(()) }
        }
    }

    #[test]
    fn a_command_is_neither_empty_nor_endless_nor_wrong() {
        let request = RequestId(uuid::Uuid::nil());
        let of = |n: usize, to: i32| {
            let changes = vec![Change { id: 1_u8, version: 1, to }; n];
            ChangeRows { request, changes }.check().map_err(|found| found[0].to_string())
        };
        assert_eq!(of(0, 1), Err(": required".into()));
        assert_eq!(of(ROWS_MAX, 1), Ok(()));
        assert_eq!(of(ROWS_MAX + 1, 1), Err(": too_many".into()));
        assert_eq!(of(2, -1), Err("n: negative".into()));
    }
}
