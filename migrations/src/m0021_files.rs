//! Files on customers and deals; who was named in a follow-up; and who helps with a customer.

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
    // Of a customer or of a deal: one of a deal goes with it to another customer.
    "CREATE TABLE attachment (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} REFERENCES customer (id),
        deal_id {uuid} REFERENCES deal (id),
        name text NOT NULL,
        kind text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        content {bytes} NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id),
        removed_at {instant},
        removed_by {uuid} REFERENCES person (id),
        CHECK ((customer_id IS NULL) <> (deal_id IS NULL))
    )",
    "CREATE INDEX attachment_customer ON attachment (customer_id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX attachment_deal ON attachment (deal_id) WHERE deal_id IS NOT NULL",
    "CREATE TABLE mention (
        id {uuid} NOT NULL PRIMARY KEY,
        follow_up_id {uuid} NOT NULL REFERENCES follow_up (id),
        person_id {uuid} NOT NULL REFERENCES person (id),
        at {instant} NOT NULL,
        seen_at {instant}
    )",
    "CREATE TABLE customer_helper (
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        person_id {uuid} NOT NULL REFERENCES person (id),
        at {instant} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id),
        PRIMARY KEY (customer_id, person_id)
    )",
    "CREATE INDEX customer_helper_person ON customer_helper (person_id)",
    "CREATE UNIQUE INDEX mention_once ON mention (follow_up_id, person_id)",
    "CREATE INDEX mention_unseen ON mention (person_id, at) WHERE seen_at IS NULL",
];
