//! Check-ins in the field with their pictures, consent to being located, and who looked.

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
    // The id is the phone's, so that what is sent twice is there once. `of_id` is the check-in
    // that a check-out ends; no reference, since the two may come in either order.
    "CREATE TABLE check_in (
        id {uuid} NOT NULL PRIMARY KEY,
        person_id {uuid} NOT NULL REFERENCES person (id),
        unit_id {uuid} NOT NULL REFERENCES org_unit (id),
        customer_id {uuid} NOT NULL REFERENCES customer (id),
        kind text NOT NULL,
        of_id {uuid},
        captured_at {instant} NOT NULL,
        at {instant} NOT NULL,
        on_day {date} NOT NULL,
        received_at {instant} NOT NULL,
        skew_s bigint NOT NULL,
        latitude double precision,
        longitude double precision,
        crs text NOT NULL,
        accuracy_dm bigint,
        source text NOT NULL,
        fix_age_s bigint,
        no_fix text,
        rounded boolean NOT NULL,
        distance_dm bigint,
        radius_dm bigint NOT NULL,
        verdict text NOT NULL,
        planned text NOT NULL,
        signals text NOT NULL,
        note text NOT NULL,
        next_step text NOT NULL,
        next_on {date},
        offline boolean NOT NULL,
        install text NOT NULL,
        agent text NOT NULL,
        follow_up_id {uuid}
    )",
    "CREATE TABLE check_in_photo (
        id {uuid} NOT NULL PRIMARY KEY,
        check_in_id {uuid} NOT NULL REFERENCES check_in (id),
        sha256 text NOT NULL,
        width integer NOT NULL,
        height integer NOT NULL,
        content {bytes} NOT NULL,
        at {instant} NOT NULL
    )",
    "CREATE TABLE location_consent (
        id {uuid} NOT NULL PRIMARY KEY,
        person_id {uuid} NOT NULL REFERENCES person (id),
        version text NOT NULL,
        given_at {instant} NOT NULL,
        withdrawn_at {instant}
    )",
    // One row for each who looked, at whom, of which day, on which day.
    "CREATE TABLE location_view (
        id {uuid} NOT NULL PRIMARY KEY,
        viewer_id {uuid} NOT NULL REFERENCES person (id),
        subject_id {uuid} NOT NULL REFERENCES person (id),
        of_day {date} NOT NULL,
        on_day {date} NOT NULL,
        at {instant} NOT NULL,
        times integer NOT NULL
    )",
    "CREATE TABLE customer_radius (
        customer_id {uuid} NOT NULL PRIMARY KEY REFERENCES customer (id),
        radius_dm bigint NOT NULL,
        at {instant} NOT NULL,
        by_id {uuid} REFERENCES person (id)
    )",
    "CREATE UNIQUE INDEX check_in_of ON check_in (of_id) WHERE of_id IS NOT NULL",
    "CREATE INDEX check_in_person ON check_in (person_id, at)",
    "CREATE INDEX check_in_day ON check_in (on_day, person_id)",
    "CREATE INDEX check_in_customer ON check_in (customer_id)",
    "CREATE INDEX check_in_exact ON check_in (on_day) WHERE latitude IS NOT NULL AND rounded = false",
    "CREATE INDEX check_in_photo_of ON check_in_photo (check_in_id)",
    "CREATE INDEX check_in_photo_hash ON check_in_photo (sha256)",
    "CREATE INDEX location_consent_person ON location_consent (person_id, given_at)",
    "CREATE UNIQUE INDEX location_view_once ON location_view (viewer_id, subject_id, of_day, on_day)",
    "CREATE INDEX location_view_subject ON location_view (subject_id, at)",
];
