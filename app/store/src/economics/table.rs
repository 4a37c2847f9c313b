//! The tables of costs and margin.

table!(cost, "acquisition_cost", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    month: Date, channel: String, amount_minor: i64, currency: String, note: String,
    updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
table!(margin, "gross_margin", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    margin_bp: Option<i64>, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
