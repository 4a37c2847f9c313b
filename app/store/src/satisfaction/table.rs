//! The tables of surveys.

table!(survey, "survey", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    title_zh: String, title_en: String, status: String, draft: String, revision: i32, sending: String, since: Date,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
table!(revision, "survey_revision", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    survey_id: Uuid, number: i32, questions: String, at: DateTimeUtc,
});
table!(invitation, "survey_invitation", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    survey_id: Uuid, revision_id: Uuid, customer_id: Uuid, contact_id: Option<Uuid>, deal_id: Option<Uuid>, plan_id: Option<Uuid>,
    ticket_id: Option<Uuid>, occasion: String, token_hash: Option<String>, made_on: Date, expires_on: Option<Date>, answered: bool, by_id: Option<Uuid>,
});
table!(answer, "survey_answer", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    survey_id: Uuid, revision_id: Option<Uuid>, source: String, on_day: Date, anonymous: bool, customer_id: Option<Uuid>,
    contact_id: Option<Uuid>, owner_id: Option<Uuid>, unit_id: Uuid, tier: String, invitation_id: Option<Uuid>, scores: String,
    answers: String, words: String, by_id: Option<Uuid>,
});
table!(plan, "survey_plan", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    survey_id: Uuid, answer_id: Uuid, customer_id: Uuid, owner_id: Uuid, unit_id: Uuid, status: String, on_day: Date, due_on: Date,
    acted_on: Option<Date>, closed_on: Option<Date>, action: String, second_answer_id: Option<Uuid>, created_at: DateTimeUtc,
    updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
table!(attempt, "survey_attempt", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    token_hash: String, ip: String, at: DateTimeUtc,
});
table!(run, "survey_run", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    day: Date, made: i32, at: DateTimeUtc,
});
