//! Findings that people put off, each for themselves.

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
    // `finding` is the key that the rules give it: it is no row of a table.
    "CREATE TABLE finding_snooze (
        person_id {uuid} NOT NULL REFERENCES person (id),
        finding text NOT NULL,
        until_on {date} NOT NULL,
        note text NOT NULL,
        at {instant} NOT NULL,
        PRIMARY KEY (person_id, finding)
    )",
];
