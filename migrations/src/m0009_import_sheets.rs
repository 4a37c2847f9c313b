//! Which sheet of a workbook an import reads, and which it might.

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
    "ALTER TABLE import_job ADD COLUMN sheet text NOT NULL DEFAULT ''",
    // Names as JSON; none for a text file.
    "ALTER TABLE import_job ADD COLUMN sheets text NOT NULL DEFAULT '[]'",
];
