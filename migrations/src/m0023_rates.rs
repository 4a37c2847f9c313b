//! Exchange rates by day, the currency in which the organisation reports, and the rate that
//! a won deal keeps.

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
    // Null: the organisation's currency.
    "ALTER TABLE organisation ADD COLUMN reporting_currency text",
    // An exact decimal as text. Struck out, never deleted.
    "CREATE TABLE exchange_rate (
        id {uuid} NOT NULL PRIMARY KEY,
        from_currency text NOT NULL,
        to_currency text NOT NULL,
        since {date} NOT NULL,
        rate text NOT NULL,
        note text NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        struck_at {instant},
        struck_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE UNIQUE INDEX exchange_rate_day ON exchange_rate (from_currency, to_currency, since) WHERE struck_at IS NULL",
    // Of a won deal in another currency: all three, or none if no rate was known on the day.
    "ALTER TABLE deal ADD COLUMN frozen_rate text",
    "ALTER TABLE deal ADD COLUMN frozen_to text",
    "ALTER TABLE deal ADD COLUMN frozen_minor bigint",
];
