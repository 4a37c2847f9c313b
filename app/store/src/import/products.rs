//! Products of a file: checked by the form, unique by code, written in batches.
//! For administrators only, as the form is.

use super::reader::{Cells, Reader, See};
use super::{BATCH, News, Sender, deals, words};
use crate::entity::product;
use crate::error::Result;
use crate::search::fold;
use crate::write::Work;
use domain::settings::{ProductDraft, ProductForm};
use domain::violation::Violation;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// A row that may be written.
pub struct Ready(ProductDraft);

/// Codes, each with the row that brought it, or none.
type Taken = HashMap<String, Option<usize>>;

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let codes: Vec<String> = product::Entity::find().select_only().column(product::Column::Code).into_tuple().all(db).await?;
    let mut taken: Taken = codes.iter().map(|code| (fold(code), None)).collect();
    Ok(reader.rows(see, move |cells| row(cells, &mut taken)).await)
}

fn row(cells: &mut Cells<'_>, taken: &mut Taken) -> Option<Ready> {
    let reader = cells.reader;
    let price = reader.amounts.text(cells.text("price"), reader.comma);
    let vat = cells.text("vat");
    // 0.13 may be thirteen per cent or an eighth of one.
    if vat.starts_with("0.") && !vat.ends_with(['%', '％']) {
        cells.refuse(Violation::new("vat", "not_a_percentage"));
    }
    let form = ProductForm {
        code: cells.text("code").to_owned(),
        name_zh: cells.text("name_zh").to_owned(),
        name_en: cells.text("name_en").to_owned(),
        currency: deals::currency(cells, &price),
        price,
        vat: vat.to_owned(),
        active: cells.word("active", words::yes).unwrap_or(true),
        ..ProductForm::default()
    };
    let code = fold(&form.code);
    if !code.is_empty() {
        match taken.entry(code) {
            Entry::Vacant(free) => {
                free.insert(Some(cells.number()));
            }
            Entry::Occupied(by) => cells.only_once(match by.get() {
                Some(row) => Violation::new("code", "duplicate_row").with("row", row),
                None => Violation::new("code", "taken"),
            }),
        }
    }
    cells.draft(form.check(reader.job.parse_amount)).map(Ready)
}

/// Writes the rows; gives the ids of the products, in the order of the rows.
pub async fn write(work: &Work, rows: Vec<Ready>, sender: &Sender) -> Result<Vec<Uuid>> {
    let total = rows.len();
    let mut made = Vec::with_capacity(total);
    let mut rows = rows.into_iter();
    while made.len() < total {
        let batch: Vec<_> = rows.by_ref().take(BATCH).map(|Ready(draft)| model(work.new_id(), draft)).collect();
        made.extend(batch.iter().filter_map(|row| row.id.try_as_ref().copied()));
        product::Entity::insert_many(batch).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(made.len(), total));
    }
    Ok(made)
}

fn model(id: Uuid, draft: ProductDraft) -> product::ActiveModel {
    product::ActiveModel {
        id: Set(id),
        code: Set(draft.code),
        name_zh: Set(draft.name_zh),
        name_en: Set(draft.name_en),
        price_minor: Set(draft.price.minor),
        currency: Set(draft.price.currency.code().to_owned()),
        vat_bp: Set(draft.vat_bp),
        active: Set(draft.active),
        version: Set(1),
    }
}
