//! The tables as SeaORM sees them. Nothing outside this package names these
//! types: reads give domain types or read models, writes take drafts.

macro_rules! table {
    ($module:ident, $table:literal, { $($(#[$attribute:meta])* $field:ident : $type:ty),+ $(,)? }) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$attribute])* pub $field: $type),+ }
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(organisation, "organisation", {
    #[sea_orm(primary_key, auto_increment = false)] id: i32,
    name: String, currency: String, time_zone: String, fiscal_start_month: i32, demo: bool, demo_as_of: Option<Date>,
    reporting_currency: Option<String>,
});
table!(org_unit, "org_unit", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    parent_id: Option<Uuid>, kind: String, name: String, position: i32,
});
table!(person, "person", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    email: String, name: String, password_hash: String, role: String, unit_id: Uuid, hired_on: Option<Date>,
    active: bool, demo_offer: bool, created_at: DateTimeUtc, updated_at: DateTimeUtc, version: i32,
});
table!(sign_in, "sign_in", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    token_hash: String, person_id: Uuid, created_at: DateTimeUtc, seen_at: DateTimeUtc, expires_at: DateTimeUtc,
    ip: String, agent: String,
});
table!(sign_in_attempt, "sign_in_attempt", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    email: String, ip: String, at: DateTimeUtc,
});
table!(customer, "customer", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, short_name: String, search: String, tier: String, owner_id: Option<Uuid>, unit_id: Uuid,
    industry: String, region: String, size: Option<String>, source: String, phone: String, website: String,
    tax_number: String, address: String, longitude: Option<f64>, latitude: Option<f64>, crs: String, notes: String,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32, merged_into: Option<Uuid>,
});
table!(customer_merge, "customer_merge", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kept_id: Uuid, gone_id: Uuid, kept_before: String, kept_after: String, moved: String, at: DateTimeUtc, by_id: Uuid,
    undone_at: Option<DateTimeUtc>, undone_by: Option<Uuid>, version: i32,
});
table!(customer_aside, "customer_aside", {
    #[sea_orm(primary_key, auto_increment = false)] a_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] b_id: Uuid,
    seen: String, by_id: Uuid, at: DateTimeUtc,
});
table!(customer_helper, "customer_helper", {
    #[sea_orm(primary_key, auto_increment = false)] customer_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    at: DateTimeUtc, by_id: Uuid,
});
table!(contact, "contact", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Uuid, name: String, title: String, role: String, phone: String, email: String, is_primary: bool,
    notes: String, created_at: DateTimeUtc, updated_at: DateTimeUtc, version: i32,
});
table!(product, "product", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    code: String, name_zh: String, name_en: String, price_minor: i64, currency: String, vat_bp: i32, active: bool, version: i32,
});
table!(pipeline, "pipeline", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name_zh: String, name_en: String, position: i32, version: i32, won_needs_contract: bool,
});
table!(stage, "stage", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    pipeline_id: Uuid, position: i32, name_zh: String, name_en: String, kind: String, probability_bp: i32,
    forecast: String, sla_days: Option<i32>, exit_zh: String, exit_en: String, version: i32,
});
table!(deal, "deal", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    funnel_id: Uuid, pipeline_id: Uuid, stage_id: Uuid, rank: String, title: String, customer_id: Uuid,
    contact_id: Option<Uuid>, owner_id: Uuid, unit_id: Uuid, product_id: Option<Uuid>, source: String,
    amount_minor: i64, currency: String, probability_bp: i32, outcome: String, expected_close_on: Option<Date>,
    closed_on: Option<Date>, lost_reason: Option<String>, close_note: String, competitor: String, note: String,
    next_step: String, next_on: Option<Date>, first_contact_on: Date, stage_since: Date, active_on: Date, pushes: i32,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32, pool_id: Option<Uuid>,
    frozen_rate: Option<String>, frozen_to: Option<String>, frozen_minor: Option<i64>,
});
table!(stage_transition, "stage_transition", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    deal_id: Uuid, funnel_id: Uuid, pipeline_id: Uuid, kind: String, from_stage_id: Option<Uuid>, to_stage_id: Option<Uuid>,
    at: DateTimeUtc, by_id: Option<Uuid>, note: String, undoes: Option<Uuid>, restore: Option<String>,
});
table!(follow_up, "follow_up", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Uuid, deal_id: Option<Uuid>, contact_id: Option<Uuid>, kind: String, content: String,
    next_step: String, next_on: Option<Date>, at: DateTimeUtc, by_id: Uuid,
});
table!(task, "task", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    title: String, owner_id: Uuid, unit_id: Uuid, deal_id: Option<Uuid>, customer_id: Option<Uuid>, due_on: Option<Date>,
    done_at: Option<DateTimeUtc>, created_at: DateTimeUtc, created_by: Option<Uuid>, version: i32,
});
table!(audit, "audit", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    at: DateTimeUtc, by_id: Option<Uuid>, request_id: Uuid, action: String, entity: String, entity_id: Uuid, change: String,
});
table!(outbox, "outbox", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    at: DateTimeUtc, topic: String, entity_id: Uuid, version: i32, owner_id: Option<Uuid>, unit_id: Option<Uuid>, by_id: Option<Uuid>,
});
table!(answered_request, "answered_request", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    by_id: Uuid, at: DateTimeUtc, answer: String,
});
