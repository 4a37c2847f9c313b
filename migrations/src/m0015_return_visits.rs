//! Return visits: the organisation's own days, what is asked by tier, the visits, and what
//! customers need and think.

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
    // Days that are not as their weekday says.
    "CREATE TABLE workday (
        on_day {date} NOT NULL PRIMARY KEY,
        kind text NOT NULL,
        name text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    // Versions are added, never changed: visits refer to the one that they answer.
    "CREATE TABLE visit_form (
        id {uuid} NOT NULL PRIMARY KEY,
        tier text NOT NULL,
        version integer NOT NULL,
        questions {json} NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE UNIQUE INDEX visit_form_version ON visit_form (tier, version)",
    // What was said, by what and when is the follow-up's.
    "CREATE TABLE visit (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        follow_up_id {uuid} NOT NULL UNIQUE REFERENCES follow_up (id),
        form_id {uuid} REFERENCES visit_form (id),
        tier text NOT NULL,
        answers {json} NOT NULL,
        created_at {instant} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id)
    )",
    "CREATE INDEX visit_customer ON visit (customer_id, created_at)",
    "CREATE TABLE need (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        visit_id {uuid} REFERENCES visit (id),
        kind text NOT NULL,
        body text NOT NULL,
        owner_id {uuid} NOT NULL REFERENCES person (id),
        status text NOT NULL,
        reason text NOT NULL,
        due_on {date},
        created_at {instant} NOT NULL,
        created_by {uuid} REFERENCES person (id),
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE INDEX need_customer ON need (customer_id, status)",
    "CREATE INDEX need_owner ON need (owner_id, status)",
    "CREATE INDEX need_due ON need (due_on, id)",
    "CREATE INDEX need_visit ON need (visit_id)",
];
