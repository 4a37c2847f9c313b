//! Indexes by which the last contact of each channel, and what was won of each
//! customer, are found without reading every row.

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
    "CREATE INDEX follow_up_channel ON follow_up (customer_id, kind, at)",
    "CREATE INDEX deal_won ON deal (outcome, closed_on, customer_id, currency, amount_minor)",
];
