//! What the pages of duplicates read, and what they send.

use super::{Strength, Why};
use crate::customers::{ContactRow, CustomerForm, Tier};
use crate::ids::{CustomerId, DealId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Pairs that the page lists; more are counted, and come up once these are decided.
pub const LISTED: usize = 100;
/// Pairs set aside that the page lists, the latest first.
pub const ASIDE_LISTED: usize = 50;
/// Customers that a hint names at one field.
pub const HINTED: usize = 3;
/// Contacts and deals that the page of a merge names of each side; all are counted.
pub const NAMED: usize = 10;

/// One of two customers that look alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateSide {
    pub id: CustomerId,
    pub name: String,
    pub tier: Tier,
    /// `None`: in the public pool.
    pub owner: Option<(UserId, String)>,
    pub region: String,
    pub phone: String,
    pub website: String,
    pub tax_number: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicatePair {
    pub a: DuplicateSide,
    pub b: DuplicateSide,
    pub strength: Strength,
    /// The strongest first.
    pub why: Vec<Why>,
}

/// A pair of which somebody said that it is not the same customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsidePair {
    pub a: (CustomerId, String),
    pub b: (CustomerId, String),
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Customers that look alike, of those that the reader may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    /// The first of them, strong ones first.
    pub pairs: Vec<DuplicatePair>,
    pub total: i64,
    pub strong: i64,
    pub aside: Vec<AsidePair>,
}

/// Two customers that are not the same, or are again to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsideForm {
    pub a: String,
    pub b: String,
    pub request: String,
}

/// What somebody has typed of a customer so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The customer that is edited.
    pub id: Option<CustomerId>,
    pub name: String,
    pub phone: String,
    pub tax_number: String,
    pub website: String,
}

/// A customer that looks like what is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    pub why: Why,
    /// `None`: out of the reader's scope; that there is one is all that is told.
    pub id: Option<CustomerId>,
    /// Empty if it must not be told. The name that reads the same is, since the
    /// form tells it when it refuses.
    pub name: String,
    /// Empty: in the public pool, or not to be told.
    pub owner: String,
}

/// One of two customers that may be merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergeSide {
    /// Its values, and the version they are of.
    pub form: CustomerForm,
    pub owner: String,
    pub created_at: DateTime<Utc>,
    /// The first [`NAMED`] of them.
    pub contacts: Vec<ContactRow>,
    pub contacts_total: i64,
    /// The first [`NAMED`] that the reader may see, the latest first.
    pub deals: Vec<(DealId, String)>,
    pub deals_total: i64,
    pub follow_ups: i64,
    pub tasks: i64,
}

/// Two customers side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merging {
    pub a: MergeSide,
    pub b: MergeSide,
    pub why: Vec<Why>,
    /// Whether the first stays unless somebody chooses otherwise.
    pub keep_a: bool,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Of the merge, for taking it back.
    pub id: Uuid,
    pub kept: CustomerId,
    pub name: String,
    /// The name that is gone.
    pub gone: String,
}

/// A merge in the history of the customer that stayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeEntry {
    pub id: Uuid,
    pub gone: CustomerId,
    pub name: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub contacts: i64,
    pub deals: i64,
    pub follow_ups: i64,
    pub tasks: i64,
}

/// Where a customer is that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedInto {
    /// `None`: out of the reader's scope.
    pub kept: Option<(CustomerId, String)>,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// A merge to be taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UndoMergeForm {
    /// Of the merge.
    pub id: String,
    pub request: String,
}
