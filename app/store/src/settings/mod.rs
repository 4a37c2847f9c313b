//! What administrators set: products here, pipelines in their own file. People
//! and units are in `org`, what tiers promise in `tiers`.

mod pipelines;

use crate::Store;
use crate::entity::product;
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::pipeline::deals::into_product;
use crate::write::Work;
use domain::ids::{ProductId, RequestId};
use domain::pipeline::Product;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::settings::{ProductDraft, ProductForm, percent};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

impl Store {
    /// All products, by their code. Anyone who is signed in may read them.
    pub async fn products(&self, _actor: &Actor) -> Result<Vec<Product>> {
        let rows = product::Entity::find().order_by_asc(product::Column::Code).all(self.db()).await?;
        rows.into_iter().map(into_product).collect()
    }

    /// The form of a product as it is, for editing.
    pub async fn product_form(&self, actor: &Actor, id: ProductId) -> Result<ProductForm> {
        grant_any(actor, Action::ManageSettings)?;
        let row = product::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        Ok(ProductForm {
            id: row.id.to_string(),
            version: row.version,
            request: String::new(),
            code: row.code,
            name_zh: row.name_zh,
            name_en: row.name_en,
            // Filled in by the page, which knows how amounts are written.
            price: row.price_minor.to_string(),
            currency: row.currency,
            vat: if row.vat_bp == 0 { String::new() } else { percent(row.vat_bp) },
            active: row.active,
        })
    }

    /// Adds a product or changes one. `parse_amount` reads amounts as typed.
    pub async fn save_product(
        &self,
        by: &Actor,
        request: RequestId,
        form: ProductForm,
        parse_amount: fn(&str, &str) -> Option<i64>,
    ) -> Result<ProductId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check(parse_amount)?;
        let version = form.version;
        self.write(by, request, move |work| async move { save_product(&work, granted, version, draft).await }).await
    }
}

async fn save_product(work: &Work, granted: Granted, version: i32, draft: ProductDraft) -> Result<ProductId> {
    let taken = [("product.code", "product_code_key", "code")];
    let (id, version) = match draft.id {
        None => (work.new_id(), 1),
        Some(ProductId(id)) => {
            let row = product::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            if row.version != version {
                return Err(work.stale(row.id, row.version).await?);
            }
            (id, row.version + 1)
        }
    };
    let row = product::ActiveModel {
        id: Set(id),
        code: Set(draft.code.clone()),
        name_zh: Set(draft.name_zh),
        name_en: Set(draft.name_en),
        price_minor: Set(draft.price.minor),
        currency: Set(draft.price.currency.code().to_owned()),
        vat_bp: Set(draft.vat_bp),
        active: Set(draft.active),
        version: Set(version),
    };
    match draft.id {
        None => product::Entity::insert(row).exec_without_returning(work.tx()).await.map(|_| ()),
        Some(_) => row.update(work.tx()).await.map(|_| ()),
    }
    .map_err(|e| StoreError::or_taken(e, &taken))?;
    let record =
        serde_json::json!({ "code": draft.code, "price_minor": draft.price.minor, "vat_bp": draft.vat_bp, "active": draft.active });
    work.audit(granted, "product", id, &record)?;
    work.changed(settings_change(id, version, &work.by))?;
    Ok(ProductId(id))
}

pub(crate) fn settings_change(id: Uuid, version: i32, by: &Actor) -> Change {
    Change { topic: Topic::Settings, id, version, owner: None, unit: None, by: Some(by.id), by_name: by.name.clone() }
}
