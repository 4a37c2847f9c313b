//! Imports: drafts with their files and corrections, what each import made, and
//! the columns that were mapped before.

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
    // `done` and `beat_at` are written while an import runs, outside its transaction.
    "CREATE TABLE import_job (
        id {uuid} NOT NULL PRIMARY KEY,
        owner_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        kind text NOT NULL,
        stage text NOT NULL,
        file_name text NOT NULL,
        encoding text NOT NULL,
        headers {json} NOT NULL,
        mapping {json} NOT NULL,
        remembered boolean NOT NULL,
        twins text NOT NULL,
        leave_out boolean NOT NULL,
        rows bigint NOT NULL,
        made bigint NOT NULL,
        removed bigint NOT NULL,
        done bigint NOT NULL,
        beat_at {instant},
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        version integer NOT NULL
    )",
    // The file as it came, deflated.
    "CREATE TABLE import_file (
        import_id {uuid} NOT NULL PRIMARY KEY REFERENCES import_job (id),
        bytes {bytes} NOT NULL
    )",
    "CREATE TABLE import_row (
        import_id {uuid} NOT NULL REFERENCES import_job (id),
        number integer NOT NULL,
        cells {json} NOT NULL,
        decision text NOT NULL,
        PRIMARY KEY (import_id, number)
    )",
    "CREATE TABLE import_made (
        import_id {uuid} NOT NULL REFERENCES import_job (id),
        record_id {uuid} NOT NULL,
        PRIMARY KEY (import_id, record_id)
    )",
    "CREATE TABLE import_mapping (
        person_id {uuid} NOT NULL REFERENCES person (id),
        kind text NOT NULL,
        headers text NOT NULL,
        mapping {json} NOT NULL,
        updated_at {instant} NOT NULL,
        PRIMARY KEY (person_id, kind, headers)
    )",
    "CREATE INDEX import_job_owner ON import_job (owner_id, updated_at)",
    "CREATE INDEX import_mapping_headers ON import_mapping (kind, headers, updated_at)",
    // Removing what an import made asks who refers to it.
    "CREATE INDEX task_customer ON task (customer_id)",
    "CREATE INDEX task_deal ON task (deal_id)",
];
