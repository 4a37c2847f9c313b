//! The tables of pools.

table!(pool, "pool", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, rules: String, effective_on: Date, began_on: Date, version: i32, kind: String, removed_on: Option<Date>,
});
table!(pool_member, "pool_member", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    pool_id: Uuid, unit_id: Option<Uuid>, person_id: Option<Uuid>,
});
table!(pool_stay, "pool_stay", {
    #[sea_orm(primary_key, auto_increment = false)] customer_id: Uuid,
    pool_id: Uuid, since: Date, last_owner_id: Option<Uuid>, hand: String, reason: String,
});
table!(pool_hold, "pool_hold", {
    #[sea_orm(primary_key, auto_increment = false)] customer_id: Uuid,
    reason: String, at: DateTimeUtc, by_id: Option<Uuid>,
});
table!(lead_stay, "lead_stay", {
    #[sea_orm(primary_key, auto_increment = false)] deal_id: Uuid,
    since: Date, hand: String, reason: String,
});
table!(lead_hold, "lead_hold", {
    #[sea_orm(primary_key, auto_increment = false)] deal_id: Uuid,
    reason: String, at: DateTimeUtc, by_id: Option<Uuid>,
});
table!(deal_owner_change, "deal_owner_change", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    deal_id: Uuid, hand: String, from_id: Option<Uuid>, to_id: Option<Uuid>, pool_id: Option<Uuid>, reason: String,
    at: DateTimeUtc, on_day: Date, by_id: Option<Uuid>,
});
table!(owner_change, "owner_change", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    customer_id: Uuid, hand: String, from_id: Option<Uuid>, to_id: Option<Uuid>, pool_id: Option<Uuid>, reason: String,
    at: DateTimeUtc, on_day: Date, by_id: Option<Uuid>,
});
table!(pool_run, "pool_run", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    day: Date, fallen: i32, at: DateTimeUtc,
});
