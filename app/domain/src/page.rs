//! Lists that are paged by key: the cursor names the last row shown, so that
//! pages stay right while rows come and go.

use serde::{Deserialize, Serialize};

/// Rows of one page of a list. A screenful and a half: enough to scroll,
/// little enough to send to a phone.
pub const PAGE_ROWS: u64 = 50;

/// One page, the total of the filtered set, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Rows of the whole filtered set, not of the page.
    pub total: i64,
    /// Opaque; give it back as `after`.
    pub next: Option<String>,
}

/// A sort column of a list and its direction, as in `?sort=-amount`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort<C> {
    pub column: C,
    pub descending: bool,
}

impl<C: Copy> Sort<C> {
    /// Reads `amount` or `-amount` with the column's own parser.
    pub fn parse(text: &str, column: impl Fn(&str) -> Option<C>) -> Option<Self> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        column(name).map(|column| Self { column, descending })
    }
}

/// Where a page begins: the sort value and the id of the last row before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Empty for a row without a value.
    pub value: String,
    pub id: uuid::Uuid,
}

impl Cursor {
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}~{}", self.id.simple(), self.value)
    }

    /// `None` for anything that [`Self::encode`] did not write.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let (id, value) = text.split_once('~')?;
        Some(Self { id: uuid::Uuid::try_parse(id).ok()?, value: value.to_owned() })
    }
}
