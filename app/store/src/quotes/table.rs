//! The tables of quotes and price books.

table!(price_book, "price_book", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, currency: String, valid_from: Option<Date>, valid_to: Option<Date>, active: bool, version: i32,
});
table!(book_price, "price_book_price", {
    #[sea_orm(primary_key, auto_increment = false)] book_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] product_id: Uuid,
    price_minor: i64,
});
table!(quote, "quote", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    deal_id: Uuid, number: String, revision: i32, title: String, status: String, currency: String, book_id: Option<Uuid>,
    valid_until: Date, terms: String, list_minor: i64, total_minor: i64, net_minor: i64, tax_minor: i64,
    ceiling_bp: Option<i64>, asked_at: Option<DateTimeUtc>, asked_by: Option<Uuid>, asked_reason: String,
    decided_at: Option<DateTimeUtc>, decided_by: Option<Uuid>, decided_reason: String,
    sent_on: Option<Date>, closed_on: Option<Date>, close_reason: String,
    created_at: DateTimeUtc, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});
table!(quote_line, "quote_line", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    quote_id: Uuid, position: i32, product_id: Option<Uuid>, name_zh: String, name_en: String, text: String,
    quantity_milli: i64, list_minor: i64, price_minor: i64, discount_bp: i32, vat_bp: i32,
});
