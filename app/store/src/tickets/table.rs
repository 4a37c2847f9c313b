//! The tables of tickets.

table!(ticket, "ticket", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    number: i64, customer_id: Uuid, contact_id: Option<Uuid>, kind: String, priority: String, state: String, subject: String,
    body: String, tier: String, assignee_id: Uuid, opened_at: DateTimeUtc, opened_by: Option<Uuid>, asked_at: DateTimeUtc,
    promised_minutes: Option<i64>, promise_at: Option<DateTimeUtc>, due_at: Option<DateTimeUtc>, answered_at: Option<DateTimeUtc>,
    answered_late: bool, solved_at: Option<DateTimeUtc>, closed_at: Option<DateTimeUtc>, reopened: i32, updated_at: DateTimeUtc,
    updated_by: Option<Uuid>, version: i32,
});
table!(entry, "ticket_entry", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    ticket_id: Uuid, kind: String, body: String, state: Option<String>, at: DateTimeUtc, by_id: Option<Uuid>,
    took_minutes: Option<i64>, late: bool,
});
