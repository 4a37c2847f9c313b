//! Views of lists that people keep under a name, and which of them a person's
//! list opens with.

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
    // `unit_id` is the owner's unit when the view was saved: whom `unit` reaches.
    "CREATE TABLE saved_view (
        id {uuid} NOT NULL PRIMARY KEY,
        owner_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        kind text NOT NULL,
        name text NOT NULL,
        query text NOT NULL,
        audience text NOT NULL,
        removed_at {instant},
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE saved_view_default (
        person_id {uuid} NOT NULL REFERENCES person (id),
        kind text NOT NULL,
        view_id {uuid} NOT NULL REFERENCES saved_view (id),
        PRIMARY KEY (person_id, kind)
    )",
    "CREATE INDEX saved_view_kind ON saved_view (kind, audience)",
    "CREATE INDEX saved_view_owner ON saved_view (owner_id, kind)",
];
