//! Price books, quotes of deals with their lines, and whether a deal is won only with a
//! signed contract.

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
    "ALTER TABLE pipeline ADD COLUMN won_needs_contract boolean NOT NULL DEFAULT false",
    "CREATE TABLE price_book (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL UNIQUE,
        currency text NOT NULL,
        valid_from {date},
        valid_to {date},
        active boolean NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE price_book_price (
        book_id {uuid} NOT NULL REFERENCES price_book (id),
        product_id {uuid} NOT NULL REFERENCES product (id),
        price_minor bigint NOT NULL,
        PRIMARY KEY (book_id, product_id)
    )",
    // Customer, owner and unit are the deal's. The sums follow from the lines and are
    // written with them; `ceiling_bp` is the tier's when approval was asked for.
    "CREATE TABLE quote (
        id {uuid} NOT NULL PRIMARY KEY,
        deal_id {uuid} NOT NULL REFERENCES deal (id),
        number text NOT NULL,
        revision integer NOT NULL,
        title text NOT NULL,
        status text NOT NULL,
        currency text NOT NULL,
        book_id {uuid} REFERENCES price_book (id),
        valid_until {date} NOT NULL,
        terms text NOT NULL,
        list_minor bigint NOT NULL,
        total_minor bigint NOT NULL,
        net_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        ceiling_bp bigint,
        asked_at {instant},
        asked_by {uuid} REFERENCES person (id),
        asked_reason text NOT NULL,
        decided_at {instant},
        decided_by {uuid} REFERENCES person (id),
        decided_reason text NOT NULL,
        sent_on {date},
        closed_on {date},
        close_reason text NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // Names are those that the product had.
    "CREATE TABLE quote_line (
        id {uuid} NOT NULL PRIMARY KEY,
        quote_id {uuid} NOT NULL REFERENCES quote (id),
        position integer NOT NULL,
        product_id {uuid} REFERENCES product (id),
        name_zh text NOT NULL,
        name_en text NOT NULL,
        text text NOT NULL,
        quantity_milli bigint NOT NULL,
        list_minor bigint NOT NULL,
        price_minor bigint NOT NULL,
        discount_bp integer NOT NULL,
        vat_bp integer NOT NULL
    )",
    "CREATE UNIQUE INDEX quote_number_revision ON quote (number, revision)",
    "CREATE INDEX quote_deal ON quote (deal_id)",
    "CREATE INDEX quote_updated ON quote (updated_at, id)",
    "CREATE INDEX quote_waiting ON quote (asked_at) WHERE status = 'waiting'",
    "CREATE INDEX quote_line_of ON quote_line (quote_id, position)",
    "CREATE INDEX price_book_price_product ON price_book_price (product_id)",
];
