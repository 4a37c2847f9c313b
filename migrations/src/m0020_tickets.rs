//! Service tickets with what was said about them, surveys after a ticket, and what
//! customers cost: acquisition by month and channel, and the gross margin.

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
    // `tier`, `promised_minutes` and `promise_at` are as they were when an answer began to
    // be owed (`asked_at`), whatever is set since. `due_at` is `promise_at` while one is.
    "CREATE TABLE ticket (
        id {uuid} NOT NULL PRIMARY KEY,
        number bigint NOT NULL,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        contact_id {uuid} REFERENCES contact (id),
        kind text NOT NULL,
        priority text NOT NULL,
        state text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        tier text NOT NULL,
        assignee_id {uuid} NOT NULL REFERENCES person (id),
        opened_at {instant} NOT NULL,
        opened_by {uuid} REFERENCES person (id),
        asked_at {instant} NOT NULL,
        promised_minutes bigint,
        promise_at {instant},
        due_at {instant},
        answered_at {instant},
        answered_late boolean NOT NULL,
        solved_at {instant},
        closed_at {instant},
        reopened integer NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE UNIQUE INDEX ticket_number ON ticket (number)",
    "CREATE INDEX ticket_customer ON ticket (customer_id, state)",
    "CREATE INDEX ticket_assignee ON ticket (assignee_id, state)",
    "CREATE INDEX ticket_due ON ticket (due_at, id)",
    "CREATE INDEX ticket_updated ON ticket (updated_at, id)",
    // Added, never changed. `state`: what the ticket became by it.
    "CREATE TABLE ticket_entry (
        id {uuid} NOT NULL PRIMARY KEY,
        ticket_id {uuid} NOT NULL REFERENCES ticket (id),
        kind text NOT NULL,
        body text NOT NULL,
        state text,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id),
        took_minutes bigint,
        late boolean NOT NULL
    )",
    "CREATE INDEX ticket_entry_ticket ON ticket_entry (ticket_id, at, id)",
    "ALTER TABLE survey_invitation ADD COLUMN ticket_id {uuid} REFERENCES ticket (id)",
    // In the organisation's currency.
    "CREATE TABLE acquisition_cost (
        id {uuid} NOT NULL PRIMARY KEY,
        month {date} NOT NULL,
        channel text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        note text NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL,
        UNIQUE (month, channel)
    )",
    // One row at most.
    "CREATE TABLE gross_margin (
        id {uuid} NOT NULL PRIMARY KEY,
        margin_bp bigint,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
];
