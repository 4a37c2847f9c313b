//! The table of files.

table!(attachment, "attachment", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Option<Uuid>, deal_id: Option<Uuid>, name: String, kind: String, size: i64, sha256: String, content: Vec<u8>,
    at: DateTimeUtc, by_id: Uuid, removed_at: Option<DateTimeUtc>, removed_by: Option<Uuid>,
});
