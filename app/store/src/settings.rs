//! What administrators set: products, and the stages of the pipelines. People
//! and units are not here but in `org`.

use crate::Store;
use crate::entity::{pipeline, product, stage};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::pipeline::deals::into_product;
use crate::pipeline::{read, stages};
use crate::write::Work;
use domain::ids::{PipelineId, ProductId, RequestId, StageId};
use domain::pipeline::{Product, StageKind};
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::settings::{PipelineSettings, ProductDraft, ProductForm, StageDraft, StageForm, StageSettings, percent};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryOrder, QuerySelect};
use std::collections::HashMap;
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

    /// All pipelines and their stages, with the versions that forms give back.
    pub async fn pipelines(&self, actor: &Actor) -> Result<Vec<PipelineSettings>> {
        grant_any(actor, Action::ManageSettings)?;
        let known = stages::load(self.db()).await?;
        let versions: HashMap<Uuid, i32> = stage::Entity::find()
            .select_only()
            .columns([stage::Column::Id, stage::Column::Version])
            .into_tuple()
            .all(self.db())
            .await?
            .into_iter()
            .collect();
        let pipelines = pipeline::Entity::find().order_by_asc(pipeline::Column::Position).all(self.db()).await?;
        Ok(pipelines
            .into_iter()
            .map(|p| PipelineSettings {
                id: PipelineId(p.id),
                version: p.version,
                name_zh: p.name_zh,
                name_en: p.name_en,
                stages: known
                    .of(PipelineId(p.id))
                    .into_iter()
                    .map(|stage| StageSettings { version: versions.get(&stage.id.0).copied().unwrap_or_default(), stage })
                    .collect(),
            })
            .collect())
    }

    /// Changes a stage. Open deals keep the probability that they took over
    /// when they entered it (HD-10).
    pub async fn save_stage(&self, by: &Actor, request: RequestId, form: StageForm) -> Result<StageId> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let id = StageId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let kind = self.stages().await?.get(id)?.kind;
        let draft = form.check(kind)?;
        let version = form.version;
        let id = self.write(by, request, move |work| async move { save_stage(&work, granted, version, draft).await }).await?;
        self.boards.forget_stages();
        // Boards that were computed meanwhile from the stages as they were.
        self.hub.forget();
        Ok(id)
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

async fn save_stage(work: &Work, granted: Granted, version: i32, draft: StageDraft) -> Result<StageId> {
    let row = stage::Entity::find_by_id(draft.id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(work.stale(row.id, row.version).await?);
    }
    // The kind of a stage never changes, so the form was checked against this one.
    read("stage kind", &row.kind, StageKind::parse)?;
    let mut change = row.clone().into_active_model();
    change.name_zh = Set(draft.name_zh);
    change.name_en = Set(draft.name_en);
    change.probability_bp = Set(draft.probability_bp);
    change.sla_days = Set(draft.sla_days);
    change.forecast = Set(draft.forecast.code().to_owned());
    change.exit_zh = Set(draft.exit_zh);
    change.exit_en = Set(draft.exit_en);
    change.version = Set(row.version + 1);
    let saved = change.update(work.tx()).await?;
    let record = serde_json::json!({
        "before": { "name_zh": row.name_zh, "probability_bp": row.probability_bp, "sla_days": row.sla_days, "forecast": row.forecast },
        "after": { "name_zh": saved.name_zh, "probability_bp": saved.probability_bp, "sla_days": saved.sla_days, "forecast": saved.forecast },
    });
    work.audit(granted, "stage", row.id, &record)?;
    work.changed(settings_change(row.id, saved.version, &work.by))?;
    Ok(StageId(row.id))
}

fn settings_change(id: Uuid, version: i32, by: &Actor) -> Change {
    Change { topic: Topic::Settings, id, version, owner: None, unit: None, by: Some(by.id), by_name: by.name.clone() }
}
