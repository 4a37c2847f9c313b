//! Customers merged into others: the mark, what each merge moved and changed, and
//! pairs of which somebody said that they are not the same.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, STATEMENTS).await
    }
}

const STATEMENTS: &[&str] = &[
    // Set: the customer is only kept so that it can be parted again.
    "ALTER TABLE customer ADD COLUMN merged_into {uuid} REFERENCES customer (id)",
    "CREATE INDEX customer_merged ON customer (merged_into)",
    // `moved`: which records came to the kept one. Undone merges stay as history.
    "CREATE TABLE customer_merge (
        id {uuid} NOT NULL PRIMARY KEY,
        kept_id {uuid} NOT NULL REFERENCES customer (id),
        gone_id {uuid} NOT NULL REFERENCES customer (id),
        kept_before {json} NOT NULL,
        kept_after {json} NOT NULL,
        moved {json} NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id),
        undone_at {instant},
        undone_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE INDEX customer_merge_kept ON customer_merge (kept_id, at)",
    "CREATE INDEX customer_merge_gone ON customer_merge (gone_id, at)",
    // Without references to the customers: a remark about two of them must not keep
    // an import from being taken back.
    "CREATE TABLE customer_aside (
        a_id {uuid} NOT NULL,
        b_id {uuid} NOT NULL,
        seen {json} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id),
        at {instant} NOT NULL,
        PRIMARY KEY (a_id, b_id)
    )",
    // What refers to a customer is moved with it.
    "CREATE INDEX follow_up_contact ON follow_up (contact_id)",
    "CREATE INDEX deal_contact ON deal (contact_id)",
];
