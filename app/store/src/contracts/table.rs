//! The tables of contracts.

table!(contract, "contract", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    deal_id: Uuid, number: String, title: String, status: String, amount_minor: i64, currency: String,
    received_minor: i64, outstanding_minor: i64, next_due_on: Option<Date>, signed_on: Option<Date>,
    starts_on: Option<Date>, ends_on: Option<Date>, note: String, reason: String,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
table!(instalment, "contract_instalment", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    contract_id: Uuid, due_on: Date, amount_minor: i64, paid_minor: i64, open_minor: i64, note: String,
});
table!(payment, "contract_payment", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    contract_id: Uuid, kind: String, paid_on: Date, amount_minor: i64, method: String, note: String,
    at: DateTimeUtc, by_id: Option<Uuid>, struck_at: Option<DateTimeUtc>, struck_by: Option<Uuid>, struck_reason: String,
});
table!(invoice, "contract_invoice", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    contract_id: Uuid, number: String, written_on: Date, amount_minor: i64, vat_bp: i32, net_minor: i64, tax_minor: i64,
    note: String, at: DateTimeUtc, by_id: Option<Uuid>, struck_at: Option<DateTimeUtc>, struck_by: Option<Uuid>, struck_reason: String,
});
