//! The ground: organisation, customers, pipeline, work, and the tables that
//! every write passes through (audit, outbox, answered requests).
//!
//! Written as SQL that both databases understand, because the types are few:
//! `uuid`, `text`, `integer`, `bigint`, `date`, `boolean`, instants. Only the
//! names of a few types differ, and [`crate::dialect`] fills them in.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        run(manager, INDEXES).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE organisation (
        id integer NOT NULL PRIMARY KEY,
        name text NOT NULL,
        currency text NOT NULL,
        time_zone text NOT NULL,
        fiscal_start_month integer NOT NULL,
        demo boolean NOT NULL,
        demo_as_of {date}
    )",
    "CREATE TABLE org_unit (
        id {uuid} NOT NULL PRIMARY KEY,
        parent_id {uuid} REFERENCES org_unit (id),
        kind text NOT NULL,
        name text NOT NULL,
        position integer NOT NULL
    )",
    "CREATE TABLE person (
        id {uuid} NOT NULL PRIMARY KEY,
        email text NOT NULL CONSTRAINT person_email_key UNIQUE,
        name text NOT NULL,
        password_hash text NOT NULL,
        role text NOT NULL,
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        hired_on {date},
        active boolean NOT NULL,
        demo_offer boolean NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE sign_in (
        id {uuid} NOT NULL PRIMARY KEY,
        token_hash text NOT NULL CONSTRAINT sign_in_token_key UNIQUE,
        person_id {uuid} NOT NULL REFERENCES person (id),
        created_at {instant} NOT NULL,
        seen_at {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        ip text NOT NULL,
        agent text NOT NULL
    )",
    "CREATE TABLE sign_in_attempt (
        id {uuid} NOT NULL PRIMARY KEY,
        email text NOT NULL,
        ip text NOT NULL,
        at {instant} NOT NULL
    )",
    "CREATE TABLE customer (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        short_name text NOT NULL,
        search text NOT NULL,
        tier text NOT NULL,
        owner_id {uuid} REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        industry text NOT NULL,
        region text NOT NULL,
        size text,
        source text NOT NULL,
        phone text NOT NULL,
        website text NOT NULL,
        tax_number text NOT NULL,
        address text NOT NULL,
        longitude double precision,
        latitude double precision,
        crs text NOT NULL,
        notes text NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE TABLE contact (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        name text NOT NULL,
        title text NOT NULL,
        role text NOT NULL,
        phone text NOT NULL,
        email text NOT NULL,
        is_primary boolean NOT NULL,
        notes text NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE product (
        id {uuid} NOT NULL PRIMARY KEY,
        code text NOT NULL CONSTRAINT product_code_key UNIQUE,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        price_minor bigint NOT NULL,
        currency text NOT NULL,
        vat_bp integer NOT NULL,
        active boolean NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE pipeline (
        id {uuid} NOT NULL PRIMARY KEY,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        position integer NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE stage (
        id {uuid} NOT NULL PRIMARY KEY,
        pipeline_id {uuid} NOT NULL REFERENCES pipeline (id),
        position integer NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        kind text NOT NULL,
        probability_bp integer NOT NULL,
        forecast text NOT NULL,
        sla_days integer,
        exit_zh text NOT NULL,
        exit_en text NOT NULL,
        version integer NOT NULL
    )",
    "CREATE TABLE deal (
        id {uuid} NOT NULL PRIMARY KEY,
        funnel_id {uuid} NOT NULL,
        pipeline_id {uuid} NOT NULL REFERENCES pipeline (id),
        stage_id {uuid} NOT NULL REFERENCES stage (id),
        rank text NOT NULL,
        title text NOT NULL,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        contact_id {uuid} REFERENCES contact (id),
        owner_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        product_id {uuid} REFERENCES product (id),
        source text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        probability_bp integer NOT NULL,
        outcome text NOT NULL,
        expected_close_on {date},
        closed_on {date},
        lost_reason text,
        close_note text NOT NULL,
        competitor text NOT NULL,
        note text NOT NULL,
        next_step text NOT NULL,
        next_on {date},
        first_contact_on {date} NOT NULL,
        stage_since {date} NOT NULL,
        active_on {date} NOT NULL,
        pushes integer NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // Append-only: a correction is a further row (`undoes`), never a change.
    "CREATE TABLE stage_transition (
        id {uuid} NOT NULL PRIMARY KEY,
        deal_id {uuid} NOT NULL REFERENCES deal (id),
        funnel_id {uuid} NOT NULL,
        pipeline_id {uuid} NOT NULL,
        kind text NOT NULL,
        from_stage_id {uuid},
        to_stage_id {uuid},
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id),
        note text NOT NULL,
        undoes {uuid},
        restore {json}
    )",
    "CREATE TABLE follow_up (
        id {uuid} NOT NULL PRIMARY KEY,
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        deal_id {uuid} REFERENCES deal (id),
        contact_id {uuid} REFERENCES contact (id),
        kind text NOT NULL,
        content text NOT NULL,
        next_step text NOT NULL,
        next_on {date},
        at {instant} NOT NULL,
        by_id {uuid} NOT NULL REFERENCES person (id)
    )",
    "CREATE TABLE task (
        id {uuid} NOT NULL PRIMARY KEY,
        title text NOT NULL,
        owner_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        deal_id {uuid} REFERENCES deal (id),
        customer_id {uuid} REFERENCES customer (id),
        due_on {date},
        done_at {instant},
        created_at {instant} NOT NULL,
        created_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    "CREATE TABLE audit (
        id {uuid} NOT NULL PRIMARY KEY,
        at {instant} NOT NULL,
        by_id {uuid},
        request_id {uuid} NOT NULL,
        action text NOT NULL,
        entity text NOT NULL,
        entity_id {uuid} NOT NULL,
        change {json} NOT NULL
    )",
    "CREATE TABLE outbox (
        id {uuid} NOT NULL PRIMARY KEY,
        at {instant} NOT NULL,
        topic text NOT NULL,
        entity_id {uuid} NOT NULL,
        version integer NOT NULL,
        owner_id {uuid},
        unit_id {uuid},
        by_id {uuid}
    )",
    "CREATE TABLE answered_request (
        id {uuid} NOT NULL PRIMARY KEY,
        by_id {uuid} NOT NULL,
        at {instant} NOT NULL,
        answer {json} NOT NULL
    )",
];

const INDEXES: &[&str] = &[
    "CREATE INDEX person_unit ON person (unit_id)",
    "CREATE INDEX sign_in_person ON sign_in (person_id)",
    "CREATE INDEX sign_in_attempt_email ON sign_in_attempt (email, at)",
    "CREATE INDEX sign_in_attempt_ip ON sign_in_attempt (ip, at)",
    "CREATE INDEX customer_owner ON customer (owner_id)",
    "CREATE INDEX customer_unit ON customer (unit_id)",
    "CREATE INDEX customer_name ON customer (name, id)",
    "CREATE INDEX customer_updated ON customer (updated_at, id)",
    "CREATE INDEX contact_customer ON contact (customer_id)",
    "CREATE INDEX contact_name ON contact (name, id)",
    "CREATE INDEX stage_pipeline ON stage (pipeline_id, position)",
    // Cards of a column, in order.
    "CREATE INDEX deal_column ON deal (stage_id, outcome, rank)",
    // Totals of the columns without touching the rows.
    "CREATE INDEX deal_totals ON deal (pipeline_id, outcome, stage_id, currency, next_on, amount_minor, probability_bp, owner_id, unit_id)",
    "CREATE INDEX deal_closed ON deal (pipeline_id, outcome, closed_on)",
    "CREATE INDEX deal_owner ON deal (owner_id, outcome)",
    "CREATE INDEX deal_customer ON deal (customer_id)",
    "CREATE INDEX deal_updated ON deal (updated_at, id)",
    "CREATE INDEX deal_amount ON deal (amount_minor, id)",
    "CREATE INDEX stage_transition_deal ON stage_transition (deal_id, at)",
    "CREATE INDEX stage_transition_stage ON stage_transition (pipeline_id, at)",
    "CREATE INDEX follow_up_customer ON follow_up (customer_id, at)",
    "CREATE INDEX follow_up_deal ON follow_up (deal_id, at)",
    "CREATE INDEX task_owner ON task (owner_id, done_at, due_on)",
    "CREATE INDEX audit_entity ON audit (entity_id, at)",
    "CREATE INDEX outbox_at ON outbox (at)",
    "CREATE INDEX answered_request_at ON answered_request (at)",
];
