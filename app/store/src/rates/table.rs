//! The table of exchange rates.

table!(exchange_rate, "exchange_rate", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    from_currency: String, to_currency: String, since: Date, rate: String, note: String,
    updated_at: DateTimeUtc, updated_by: Option<Uuid>, struck_at: Option<DateTimeUtc>, struck_by: Option<Uuid>, version: i32,
});
