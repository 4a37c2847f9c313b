//! Contracts of deals, their instalments, and the payments and invoices of them.

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
    // Customer, owner and unit are the deal's. `received_minor`, `outstanding_minor` and
    // `next_due_on` follow from payments and plan, and are written with them.
    "CREATE TABLE contract (
        id {uuid} NOT NULL PRIMARY KEY,
        deal_id {uuid} NOT NULL REFERENCES deal (id),
        number text NOT NULL UNIQUE,
        title text NOT NULL,
        status text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        received_minor bigint NOT NULL,
        outstanding_minor bigint NOT NULL,
        next_due_on {date},
        signed_on {date},
        starts_on {date},
        ends_on {date},
        note text NOT NULL,
        reason text NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // `paid_minor` and `open_minor` are written with payments, as above.
    "CREATE TABLE contract_instalment (
        id {uuid} NOT NULL PRIMARY KEY,
        contract_id {uuid} NOT NULL REFERENCES contract (id),
        due_on {date} NOT NULL,
        amount_minor bigint NOT NULL,
        paid_minor bigint NOT NULL,
        open_minor bigint NOT NULL,
        note text NOT NULL
    )",
    // Payments and invoices are never changed or deleted, only struck out, once.
    "CREATE TABLE contract_payment (
        id {uuid} NOT NULL PRIMARY KEY,
        contract_id {uuid} NOT NULL REFERENCES contract (id),
        kind text NOT NULL,
        paid_on {date} NOT NULL,
        amount_minor bigint NOT NULL,
        method text NOT NULL,
        note text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id),
        struck_at {instant},
        struck_by {uuid} REFERENCES person (id),
        struck_reason text NOT NULL
    )",
    "CREATE TABLE contract_invoice (
        id {uuid} NOT NULL PRIMARY KEY,
        contract_id {uuid} NOT NULL REFERENCES contract (id),
        number text NOT NULL,
        written_on {date} NOT NULL,
        amount_minor bigint NOT NULL,
        vat_bp integer NOT NULL,
        net_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        note text NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id),
        struck_at {instant},
        struck_by {uuid} REFERENCES person (id),
        struck_reason text NOT NULL
    )",
    "CREATE INDEX contract_deal ON contract (deal_id)",
    "CREATE INDEX contract_updated ON contract (updated_at, id)",
    "CREATE INDEX contract_due ON contract (next_due_on, id)",
    "CREATE INDEX contract_instalment_of ON contract_instalment (contract_id, due_on)",
    "CREATE INDEX contract_instalment_open ON contract_instalment (due_on) WHERE open_minor > 0",
    "CREATE INDEX contract_payment_of ON contract_payment (contract_id, paid_on)",
    "CREATE INDEX contract_invoice_of ON contract_invoice (contract_id, written_on)",
    "CREATE UNIQUE INDEX contract_invoice_number ON contract_invoice (number) WHERE struck_at IS NULL",
];
