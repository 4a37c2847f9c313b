//! Surveys with their published questions, who was asked, what they answered, and the
//! plans after low scores.

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
    // `draft`: the questions as they are being written; `revision`: the last that was
    // published, 0 if none. `sending`: how and when it asks by itself, since `since`.
    "CREATE TABLE survey (
        id {uuid} NOT NULL PRIMARY KEY,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        status text NOT NULL,
        draft {json} NOT NULL,
        revision integer NOT NULL,
        sending {json} NOT NULL,
        since {date} NOT NULL,
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // Never changed: answers keep the questions that they answered.
    "CREATE TABLE survey_revision (
        id {uuid} NOT NULL PRIMARY KEY,
        survey_id {uuid} NOT NULL REFERENCES survey (id),
        number integer NOT NULL,
        questions {json} NOT NULL,
        at {instant} NOT NULL,
        UNIQUE (survey_id, number)
    )",
    // `token_hash` is empty until a link is made. An anonymous answer spends the link and
    // leaves no day and no reference here.
    "CREATE TABLE survey_invitation (
        id {uuid} NOT NULL PRIMARY KEY,
        survey_id {uuid} NOT NULL REFERENCES survey (id),
        revision_id {uuid} NOT NULL REFERENCES survey_revision (id),
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        contact_id {uuid} REFERENCES contact (id),
        deal_id {uuid} REFERENCES deal (id),
        plan_id {uuid},
        occasion text NOT NULL,
        token_hash text UNIQUE,
        made_on {date} NOT NULL,
        expires_on {date},
        answered boolean NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    // Of an anonymous answer customer, contact, owner and invitation are empty; unit and
    // tier say of which part of the company it is.
    "CREATE TABLE survey_answer (
        id {uuid} NOT NULL PRIMARY KEY,
        survey_id {uuid} NOT NULL REFERENCES survey (id),
        revision_id {uuid} REFERENCES survey_revision (id),
        source text NOT NULL,
        on_day {date} NOT NULL,
        anonymous boolean NOT NULL,
        customer_id {uuid} REFERENCES customer (id),
        contact_id {uuid} REFERENCES contact (id),
        owner_id {uuid} REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        tier text NOT NULL,
        invitation_id {uuid} REFERENCES survey_invitation (id),
        scores {json} NOT NULL,
        answers {json} NOT NULL,
        words text NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE TABLE survey_plan (
        id {uuid} NOT NULL PRIMARY KEY,
        survey_id {uuid} NOT NULL REFERENCES survey (id),
        answer_id {uuid} NOT NULL UNIQUE REFERENCES survey_answer (id),
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        owner_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        status text NOT NULL,
        on_day {date} NOT NULL,
        due_on {date} NOT NULL,
        acted_on {date},
        closed_on {date},
        action text NOT NULL,
        second_answer_id {uuid} REFERENCES survey_answer (id),
        created_at {instant} NOT NULL,
        updated_at {instant} NOT NULL,
        updated_by {uuid} REFERENCES person (id),
        version integer NOT NULL
    )",
    // Links that lead nowhere and answers that were refused, for a quarter of an hour.
    "CREATE TABLE survey_attempt (
        id {uuid} NOT NULL PRIMARY KEY,
        token_hash text NOT NULL,
        ip text NOT NULL,
        at {instant} NOT NULL
    )",
    "CREATE TABLE survey_run (
        id {uuid} NOT NULL PRIMARY KEY,
        day {date} NOT NULL UNIQUE,
        made integer NOT NULL,
        at {instant} NOT NULL
    )",
    "CREATE INDEX survey_invitation_of ON survey_invitation (survey_id, made_on)",
    "CREATE INDEX survey_invitation_customer ON survey_invitation (customer_id, made_on)",
    "CREATE INDEX survey_answer_of ON survey_answer (survey_id, on_day)",
    "CREATE INDEX survey_answer_customer ON survey_answer (customer_id, on_day)",
    "CREATE INDEX survey_plan_owner ON survey_plan (owner_id, status, due_on)",
    "CREATE INDEX survey_plan_of ON survey_plan (survey_id, on_day)",
    "CREATE INDEX survey_plan_customer ON survey_plan (customer_id)",
    "CREATE INDEX survey_attempt_ip ON survey_attempt (ip, at)",
    "CREATE INDEX survey_attempt_token ON survey_attempt (token_hash, at)",
];
