//! Pools of leads: of which kind a pool is, which leads lie in one and since when, who had a
//! deal when and why, and which leads are kept. A pool can be removed.

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
    "ALTER TABLE pool ADD COLUMN kind text NOT NULL DEFAULT 'customers'",
    // A removed one stays for the histories that name it.
    "ALTER TABLE pool ADD COLUMN removed_on {date}",
    // Of a lead that lies in a pool; its owner is then who had it last.
    "ALTER TABLE deal ADD COLUMN pool_id {uuid} REFERENCES pool (id)",
    "CREATE TABLE lead_stay (
        deal_id {uuid} NOT NULL PRIMARY KEY REFERENCES deal (id),
        since {date} NOT NULL,
        hand text NOT NULL,
        reason text NOT NULL
    )",
    "CREATE TABLE lead_hold (
        deal_id {uuid} NOT NULL PRIMARY KEY REFERENCES deal (id),
        reason text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE TABLE deal_owner_change (
        id {uuid} NOT NULL PRIMARY KEY,
        deal_id {uuid} NOT NULL REFERENCES deal (id),
        hand text NOT NULL,
        from_id {uuid} REFERENCES person (id),
        to_id {uuid} REFERENCES person (id),
        pool_id {uuid} REFERENCES pool (id),
        reason text NOT NULL,
        at {instant} NOT NULL,
        on_day {date} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE INDEX deal_pool ON deal (pool_id) WHERE pool_id IS NOT NULL",
    "CREATE INDEX deal_owner_change_deal ON deal_owner_change (deal_id, at)",
    "CREATE INDEX deal_owner_change_claims ON deal_owner_change (by_id, pool_id, on_day)",
    // What lies in a pool is on no board, so the totals ask for that too.
    "DROP INDEX deal_totals",
    "CREATE INDEX deal_totals ON deal
        (pipeline_id, outcome, stage_id, currency, next_on, amount_minor, probability_bp, owner_id, unit_id, pool_id)",
];
