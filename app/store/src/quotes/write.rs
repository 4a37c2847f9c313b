//! A quote with its lines is written: a new one, or one that is not sent yet.

use super::{Held, QuoteSums, books, priced, quote, quote_line};
use crate::Store;
use crate::entity::{customer, deal, person, product};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::write::Work;
use chrono::Datelike;
use domain::ids::{PriceBookId, ProductId, QuoteId, RequestId};
use domain::money::{Currency, MAX_AMOUNT_MINOR};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::quotes::QuoteStatus;
use domain::quotes::books::PriceBook;
use domain::quotes::form::{Offered, QuoteDraft, QuoteForm};
use domain::violation::Violation;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

/// Reads an amount as typed into minor units of a currency.
type ParseAmount = fn(&str, &str) -> Option<i64>;

impl Store {
    /// Makes a quote of a deal, or changes one that was not sent. A change makes it a draft
    /// again: what was let pass was something else.
    pub async fn save_quote(&self, by: &Actor, request: RequestId, form: QuoteForm, parse_amount: ParseAmount) -> Result<QuoteId> {
        grant_any(by, Action::WriteQuotes)?;
        match form.quote().map_err(|found| vec![found])? {
            Some(id) => self.write(by, request, move |work| async move { update(&work, id, form, parse_amount).await }).await,
            None => self.write(by, request, move |work| async move { insert(&work, form, parse_amount).await }).await,
        }
    }
}

/// The quote, locked with its deal, if it still has the version that the person saw.
/// `may`: who may not see it learns nothing from its version.
pub(super) async fn open(
    work: &Work,
    id: QuoteId,
    version: i32,
    lock: LockType,
    may: impl FnOnce(&Held) -> Result<Granted>,
) -> Result<(Held, Granted)> {
    let row = quote::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let held = Held::locked(work, row, lock).await?;
    let granted = may(&held)?;
    if held.row.version == version {
        return Ok((held, granted));
    }
    let by = match held.row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: held.row.updated_at, version: held.row.version })
}

/// All products, with what one costs in a currency by a book.
pub(super) async fn offered(db: &impl ConnectionTrait, currency: Currency, book: Option<&PriceBook>) -> Result<Vec<(Offered, bool)>> {
    let rows = product::Entity::find().all(db).await?;
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let standard = (row.currency == currency.code()).then_some(row.price_minor);
            let list_minor = book.and_then(|book| book.price(ProductId(row.id))).or(standard);
            let offered =
                Offered { product: ProductId(row.id), name_zh: row.name_zh, name_en: row.name_en, list_minor, vat_bp: row.vat_bp };
            (row.code, offered, row.active)
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(rows.into_iter().map(|(_, offered, active)| (offered, active)).collect())
}

/// The chosen book, of those that hold today, or the one that the quote has already.
async fn book_of(work: &Work, chosen: Option<PriceBookId>, before: Option<Uuid>, currency: Currency) -> Result<Option<PriceBook>> {
    let Some(id) = chosen else { return Ok(None) };
    let fits = |book: &PriceBook| book.id == id && book.currency == currency && (before == Some(id.0) || book.holds(work.today));
    match books::all(work.tx()).await?.into_iter().find(fits) {
        Some(book) => Ok(Some(book)),
        None => Err(StoreError::refused("book", "unknown_value")),
    }
}

/// The lines of a draft as rows of a quote, and what they come to.
async fn lines(
    work: &Work,
    quote: Uuid,
    draft: &QuoteDraft,
    currency: Currency,
    book: Option<&PriceBook>,
) -> Result<(Vec<quote_line::Model>, QuoteSums)> {
    let known: Vec<Offered> = offered(work.tx(), currency, book).await?.into_iter().map(|(one, _)| one).collect();
    let mut rows = Vec::with_capacity(draft.lines.len());
    let mut found = Vec::new();
    for (line, position) in draft.lines.iter().zip(1..) {
        match line.priced(&known) {
            Ok((priced, of)) => rows.push(quote_line::Model {
                id: work.new_id(),
                quote_id: quote,
                position,
                product_id: of.map(|of| of.product.0),
                name_zh: of.map(|of| of.name_zh.clone()).unwrap_or_default(),
                name_en: of.map(|of| of.name_en.clone()).unwrap_or_default(),
                text: line.text.clone(),
                quantity_milli: priced.quantity_milli,
                list_minor: priced.list_minor,
                price_minor: priced.price_minor,
                discount_bp: priced.discount_bp,
                vat_bp: priced.vat_bp,
            }),
            Err(wrong) => found.push(wrong),
        }
    }
    let sums = QuoteSums::of(rows.iter().map(priced));
    if sums.list_minor.max(sums.total_minor) > MAX_AMOUNT_MINOR {
        found.push(Violation::new("", "too_large"));
    }
    if found.is_empty() { Ok((rows, sums)) } else { Err(found.into()) }
}

async fn insert(work: &Work, form: QuoteForm, parse_amount: ParseAmount) -> Result<QuoteId> {
    let id = form.deal().ok_or(StoreError::NotFound)?;
    // Neither closed nor given away until this is written.
    let deal = deal::Entity::find_by_id(id.0).lock(LockType::Share).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let granted = crate::pipeline::moves::may(work, &deal, Action::WriteQuotes)?;
    if deal.outcome != Outcome::Open.code() {
        return Err(StoreError::refused("", "closed_deal"));
    }
    let currency = read("currency", &deal.currency, Currency::parse)?;
    let draft = form.check(currency, work.today, parse_amount)?;
    let book = book_of(work, draft.book, None, currency).await?;
    let id = work.new_id();
    let (rows, sums) = lines(work, id, &draft, currency, book.as_ref()).await?;
    let customer = customer::Entity::find_by_id(deal.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let row = quote::Model {
        id,
        deal_id: deal.id,
        number: next_number(work).await?,
        revision: 1,
        title: draft.title,
        status: QuoteStatus::Draft.code().to_owned(),
        currency: deal.currency.clone(),
        book_id: book.map(|book| book.id.0),
        valid_until: draft.valid_until,
        terms: draft.terms,
        list_minor: sums.list_minor,
        total_minor: sums.total_minor,
        net_minor: sums.net_minor,
        tax_minor: sums.tax_minor,
        ceiling_bp: None,
        asked_at: None,
        asked_by: None,
        asked_reason: String::new(),
        decided_at: None,
        decided_by: None,
        decided_reason: String::new(),
        sent_on: None,
        closed_on: None,
        close_reason: String::new(),
        created_at: work.now,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
    };
    add(work, granted, Held { row, deal, customer }, rows).await
}

/// Writes a new quote with its lines, the audit row and the announcements.
pub(super) async fn add(work: &Work, granted: Granted, held: Held, lines: Vec<quote_line::Model>) -> Result<QuoteId> {
    let new = held.row.clone().into_active_model().reset_all();
    quote::Entity::insert(new).exec_without_returning(work.tx()).await?;
    insert_lines(work, lines).await?;
    let row = &held.row;
    let record =
        serde_json::json!({ "created": row.number, "revision": row.revision, "total_minor": row.total_minor, "deal": row.deal_id });
    work.audit(granted, "quote", row.id, &record)?;
    for change in held.changes(1, &work.by) {
        work.changed(change)?;
    }
    Ok(QuoteId(row.id))
}

async fn insert_lines(work: &Work, lines: Vec<quote_line::Model>) -> Result<()> {
    let rows = lines.into_iter().map(|line| line.into_active_model().reset_all());
    quote_line::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    Ok(())
}

/// `Q-2026-0007`: the year of the day and the number after the largest one so far.
async fn next_number(work: &Work) -> Result<String> {
    use quote::Column as Q;
    let year = format!("Q-{}-", work.today.year());
    work.alone("quote number").await?;
    let known: Vec<String> = quote::Entity::find()
        .select_only()
        .column(Q::Number)
        .distinct()
        .filter(Q::Number.starts_with(&year))
        .into_tuple()
        .all(work.tx())
        .await?;
    let last = known.iter().filter_map(|number| number.strip_prefix(&year)?.parse::<u32>().ok()).max().unwrap_or(0);
    Ok(format!("{year}{:04}", last + 1))
}

async fn update(work: &Work, id: QuoteId, form: QuoteForm, parse_amount: ParseAmount) -> Result<QuoteId> {
    let (mut held, granted) = open(work, id, form.version, LockType::Share, |held| held.may(&work.by, Action::WriteQuotes)).await?;
    if !held.status()?.may_change() {
        return Err(StoreError::refused("", "quote_locked"));
    }
    let currency = held.currency()?;
    let draft = form.check(currency, work.today, parse_amount)?;
    let book = book_of(work, draft.book, held.row.book_id, currency).await?;
    let (rows, sums) = lines(work, held.row.id, &draft, currency, book.as_ref()).await?;
    let row = &mut held.row;
    let record = serde_json::json!({
        "before": { "title": row.title, "total_minor": row.total_minor, "valid_until": row.valid_until },
        "after": { "title": draft.title, "total_minor": sums.total_minor, "valid_until": draft.valid_until },
    });
    row.title = draft.title;
    row.status = QuoteStatus::Draft.code().to_owned();
    row.book_id = book.map(|book| book.id.0);
    row.valid_until = draft.valid_until;
    row.terms = draft.terms;
    (row.list_minor, row.total_minor, row.net_minor, row.tax_minor) = (sums.list_minor, sums.total_minor, sums.net_minor, sums.tax_minor);
    // Another quote than the one that somebody decided on.
    (row.ceiling_bp, row.asked_at, row.asked_by, row.decided_at, row.decided_by) = (None, None, None, None, None);
    (row.asked_reason, row.decided_reason) = (String::new(), String::new());
    quote_line::Entity::delete_many().filter(quote_line::Column::QuoteId.eq(row.id)).exec(work.tx()).await?;
    insert_lines(work, rows).await?;
    settle(work, held, granted, &record).await
}

/// Writes the quote as a further version, the audit row and the announcements.
pub(super) async fn settle(work: &Work, held: Held, granted: Granted, record: &impl Serialize) -> Result<QuoteId> {
    let version = held.row.version + 1;
    let settled = quote::Model { updated_at: work.now, updated_by: Some(work.by.id.0), version, ..held.row.clone() };
    settled.into_active_model().reset_all().update(work.tx()).await?;
    work.audit(granted, "quote", held.row.id, record)?;
    for change in held.changes(version, &work.by) {
        work.changed(change)?;
    }
    Ok(QuoteId(held.row.id))
}
