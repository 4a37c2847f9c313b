//! The history of customers' tiers, and what a company says about its tiers.

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
    // Append-only: a correction is a further row (`undoes`), never a change.
    "CREATE TABLE tier_change (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        from_tier text NOT NULL,
        to_tier text NOT NULL,
        source text NOT NULL,
        reason text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id),
        undoes {uuid}
    )",
    // A tier without a row is as the house has it.
    "CREATE TABLE tier_setting (
        tier text NOT NULL PRIMARY KEY,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        position integer NOT NULL,
        colour text NOT NULL,
        service {json} NOT NULL,
        updated_at {instant} NOT NULL,
        version integer NOT NULL
    )",
    "CREATE INDEX tier_change_customer ON tier_change (customer_id, at)",
    "CREATE INDEX customer_tier ON customer (tier)",
];
