//! The tables of check-ins.

table!(check_in, "check_in", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, unit_id: Uuid, customer_id: Uuid, kind: String, of_id: Option<Uuid>,
    captured_at: DateTimeUtc, at: DateTimeUtc, on_day: Date, received_at: DateTimeUtc, skew_s: i64,
    latitude: Option<f64>, longitude: Option<f64>, crs: String, accuracy_dm: Option<i64>, source: String, fix_age_s: Option<i64>,
    no_fix: Option<String>, rounded: bool, distance_dm: Option<i64>, radius_dm: i64, verdict: String, planned: String, signals: String,
    note: String, next_step: String, next_on: Option<Date>, offline: bool, install: String, agent: String, follow_up_id: Option<Uuid>,
    exact_until: Option<Date>,
});
table!(check_in_photo, "check_in_photo", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    check_in_id: Uuid, sha256: String, width: i32, height: i32, content: Vec<u8>, at: DateTimeUtc,
});
table!(location_consent, "location_consent", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, version: String, given_at: DateTimeUtc, withdrawn_at: Option<DateTimeUtc>,
});
table!(location_view, "location_view", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    viewer_id: Uuid, subject_id: Uuid, of_day: Date, on_day: Date, at: DateTimeUtc, times: i32,
});
table!(customer_radius, "customer_radius", {
    #[sea_orm(primary_key, auto_increment = false)] customer_id: Uuid,
    radius_dm: i64, at: DateTimeUtc, by_id: Option<Uuid>,
});
table!(field_setting, "field_setting", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    photo: String, photo_since: Option<DateTimeUtc>, exact_days: i64, photo_days: i64, radius_dm: i64,
    updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
