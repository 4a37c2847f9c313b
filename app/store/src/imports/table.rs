//! The tables of imports.

table!(import_job, "import_job", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    owner_id: Uuid, unit_id: Uuid, kind: String, stage: String, file_name: String, encoding: String,
    headers: String, mapping: String, remembered: bool, twins: String, leave_out: bool,
    rows: i64, made: i64, removed: i64, done: i64, beat_at: Option<DateTimeUtc>,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, version: i32, sheet: String, sheets: String,
});
table!(import_file, "import_file", {
    #[sea_orm(primary_key, auto_increment = false)] import_id: Uuid,
    bytes: Vec<u8>,
});
table!(import_row, "import_row", {
    #[sea_orm(primary_key, auto_increment = false)] import_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i32,
    cells: String, decision: String,
});
table!(import_made, "import_made", {
    #[sea_orm(primary_key, auto_increment = false)] import_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] record_id: Uuid,
});
table!(import_mapping, "import_mapping", {
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] kind: String,
    #[sea_orm(primary_key, auto_increment = false)] headers: String,
    mapping: String, updated_at: DateTimeUtc,
});
