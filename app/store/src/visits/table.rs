//! The tables of return visits.

table!(workday, "workday", {
    #[sea_orm(primary_key, auto_increment = false)] on_day: Date,
    kind: String, name: String, at: DateTimeUtc, by_id: Option<Uuid>,
});
table!(visit_form, "visit_form", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tier: String, version: i32, questions: String, at: DateTimeUtc, by_id: Option<Uuid>,
});
table!(visit, "visit", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Uuid, follow_up_id: Uuid, form_id: Option<Uuid>, tier: String, answers: String,
    created_at: DateTimeUtc, by_id: Uuid,
});
table!(need, "need", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Uuid, visit_id: Option<Uuid>, kind: String, body: String, owner_id: Uuid, status: String, reason: String,
    due_on: Option<Date>, created_at: DateTimeUtc, created_by: Option<Uuid>, updated_at: DateTimeUtc,
    updated_by: Option<Uuid>, version: i32,
});
