//! Public pools: what is set of them, what is in them, who had a customer when, and which
//! customers are kept.

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
    "CREATE TABLE pool (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        rules {json} NOT NULL,
        effective_on {date} NOT NULL,
        began_on {date} NOT NULL,
        version integer NOT NULL
    )",
    // One of the two: a unit with all below it, or a person.
    "CREATE TABLE pool_member (
        id {uuid} NOT NULL PRIMARY KEY,
        pool_id {uuid} NOT NULL REFERENCES pool (id),
        unit_id {uuid} REFERENCES org_unit (id),
        person_id {uuid} REFERENCES person (id)
    )",
    "CREATE TABLE pool_stay (
        customer_id {uuid} NOT NULL PRIMARY KEY REFERENCES customer (id),
        pool_id {uuid} NOT NULL REFERENCES pool (id),
        since {date} NOT NULL,
        last_owner_id {uuid} REFERENCES person (id),
        hand text NOT NULL,
        reason text NOT NULL
    )",
    "CREATE TABLE pool_hold (
        customer_id {uuid} NOT NULL PRIMARY KEY REFERENCES customer (id),
        reason text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE TABLE owner_change (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        hand text NOT NULL,
        from_id {uuid} REFERENCES person (id),
        to_id {uuid} REFERENCES person (id),
        pool_id {uuid} REFERENCES pool (id),
        reason text NOT NULL,
        at {instant} NOT NULL,
        on_day {date} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    // Days on which the customers of all pools were looked through.
    "CREATE TABLE pool_run (
        id {uuid} NOT NULL PRIMARY KEY,
        day {date} NOT NULL UNIQUE,
        fallen integer NOT NULL,
        at {instant} NOT NULL
    )",
    "CREATE INDEX pool_stay_since ON pool_stay (pool_id, since, customer_id)",
    "CREATE INDEX owner_change_customer ON owner_change (customer_id, at)",
    "CREATE INDEX owner_change_claims ON owner_change (by_id, pool_id, on_day)",
];
