//! What an organisation sets of checking in and of the health of relationships, and until when
//! the place of a check-in is kept as measured.

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
    // One row at most. `photo_since`: from when the rule of pictures holds.
    "CREATE TABLE field_setting (
        id {uuid} NOT NULL PRIMARY KEY,
        photo text NOT NULL,
        photo_since {instant},
        exact_days bigint NOT NULL,
        photo_days bigint NOT NULL,
        radius_dm bigint NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // The last day on which it is exact, by what held when it came; of older rows 180 days.
    "ALTER TABLE check_in ADD COLUMN exact_until {date}",
    // One row at most. Hundredths, 100 in sum.
    "CREATE TABLE health_setting (
        id {uuid} NOT NULL PRIMARY KEY,
        contact bigint NOT NULL,
        payment bigint NOT NULL,
        satisfaction bigint NOT NULL,
        orders bigint NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
];
