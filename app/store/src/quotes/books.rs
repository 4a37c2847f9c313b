//! Price books, as administrators set them and quotes use them.

use super::{book_price, price_book};
use crate::Store;
use crate::entity::product;
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::Work;
use domain::ids::{PriceBookId, ProductId, RequestId};
use domain::money::Currency;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::quotes::books::{PriceBook, PriceBookDraft, PriceBookForm};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

impl Store {
    /// All price books, by name.
    pub async fn price_books(&self, actor: &Actor) -> Result<Vec<PriceBook>> {
        grant_any(actor, Action::ManageSettings)?;
        all(self.db()).await
    }

    /// Adds a price book or changes one, with all its prices. `parse_amount` reads amounts
    /// as typed. Quotes keep the prices that they were written with.
    pub async fn save_price_book(
        &self,
        by: &Actor,
        request: RequestId,
        form: PriceBookForm,
        parse_amount: fn(&str, &str) -> Option<i64>,
    ) -> Result<PriceBookId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check(parse_amount)?;
        let version = form.version;
        self.write(by, request, move |work| async move { save(&work, granted, version, draft).await }).await
    }
}

async fn save(work: &Work, granted: Granted, version: i32, draft: PriceBookDraft) -> Result<PriceBookId> {
    let (id, version) = match draft.id {
        None => (work.new_id(), 1),
        Some(PriceBookId(id)) => {
            let row = price_book::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            if row.version != version {
                return Err(work.stale(row.id, row.version).await?);
            }
            (id, row.version + 1)
        }
    };
    let row = price_book::ActiveModel {
        id: Set(id),
        name: Set(draft.name.clone()),
        currency: Set(draft.currency.code().to_owned()),
        valid_from: Set(draft.valid_from),
        valid_to: Set(draft.valid_to),
        active: Set(draft.active),
        version: Set(version),
    };
    let taken = [("price_book.name", "price_book_name_key", "name")];
    match draft.id {
        None => price_book::Entity::insert(row).exec_without_returning(work.tx()).await.map(|_| ()),
        Some(_) => row.update(work.tx()).await.map(|_| ()),
    }
    .map_err(|error| StoreError::or_taken(error, &taken))?;
    let mut prices = draft.prices;
    prices.sort_unstable();
    prices.dedup_by_key(|(product, _)| *product);
    let wanted: Vec<_> = prices.iter().map(|(product, _)| product.0).collect();
    let known: Vec<uuid::Uuid> = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::Column::Id.is_in(wanted))
        .into_tuple()
        .all(work.tx())
        .await?;
    prices.retain(|(product, _)| known.contains(&product.0));
    book_price::Entity::delete_many().filter(book_price::Column::BookId.eq(id)).exec(work.tx()).await?;
    let rows: Vec<_> = prices
        .iter()
        .map(|(product, minor)| book_price::ActiveModel { book_id: Set(id), product_id: Set(product.0), price_minor: Set(*minor) })
        .collect();
    if rows.is_empty() {
        return Err(StoreError::refused("", "book_without_prices"));
    }
    book_price::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    let record = serde_json::json!({ "name": draft.name, "currency": draft.currency, "active": draft.active, "prices": prices });
    work.audit(granted, "price_book", id, &record)?;
    work.changed(settings_change(id, version, &work.by))?;
    Ok(PriceBookId(id))
}

pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<PriceBook>> {
    let rows = price_book::Entity::find().order_by_asc(price_book::Column::Name).all(db).await?;
    let prices = book_price::Entity::find().order_by_asc(book_price::Column::ProductId).all(db).await?;
    let of = |row: price_book::Model| {
        Ok(PriceBook {
            id: PriceBookId(row.id),
            version: row.version,
            name: row.name,
            currency: read("currency", &row.currency, Currency::parse)?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            active: row.active,
            prices: prices.iter().filter(|p| p.book_id == row.id).map(|p| (ProductId(p.product_id), p.price_minor)).collect(),
        })
    };
    rows.into_iter().map(of).collect()
}
