//! Taking an import back: what it made goes, if nobody has changed it since and
//! nothing refers to it. What must stay is named, with the reason.

use super::links::linked;
use super::table::{import_job, import_made};
use super::{found, found_in, import_change};
use crate::Store;
use crate::entity::{customer, deal, stage_transition};
use crate::error::{Result, StoreError};
use crate::import::Kind;
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use chrono::{DateTime, Utc};
use domain::ids::{ImportId, RequestId, UnitId, UserId};
use domain::imports::{ImportForm, ImportKind, ImportStage, Kept, KeptRecord, Undoing};
use domain::policy::{Action, Actor, Ownership, grant_any, scope};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    TransactionTrait,
};
use uuid::Uuid;

/// Records that stay which are named; all are counted.
const NAMED: usize = 100;
/// Ids of one statement.
const BATCH: usize = 500;

/// What the records of an import are now.
struct Looked {
    go: Vec<Uuid>,
    kept: Vec<KeptRecord>,
    kept_total: i64,
}

impl Looked {
    fn told(self) -> Undoing {
        Undoing { removed: i64::try_from(self.go.len()).unwrap_or(i64::MAX), kept: self.kept, kept_total: self.kept_total }
    }
}

impl Store {
    /// What taking an import back would remove, and what would stay.
    pub async fn undoing_import(&self, actor: &Actor, id: ImportId) -> Result<Undoing> {
        let row = found(self.db(), actor, id).await?;
        let org = self.require_org()?;
        let tx = self.db().begin().await?;
        let looked = look(&tx, actor, &row, &org, false).await?;
        tx.rollback().await?;
        Ok(looked.told())
    }

    /// Takes an import back, as far as it can be. May be repeated for what stayed.
    pub async fn undo_import(&self, by: &Actor, request: RequestId, form: ImportForm) -> Result<Undoing> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let org = self.require_org()?;
        let undoing = self.write(by, request, move |work| async move { undo(&work, id, form.version, &org).await }).await?;
        self.boards.forget_stages();
        Ok(undoing)
    }
}

async fn undo(work: &Work, id: ImportId, version: i32, org: &Org) -> Result<Undoing> {
    let row = found_in(work, id, version).await?;
    let granted = grant_any(&work.by, Action::Import)?;
    if super::is_draft(&row)? {
        return Err(StoreError::refused("", "import_not_done"));
    }
    work.alone("import").await?;
    let looked = look(work.tx(), &work.by, &row, org, true).await?;
    if looked.go.is_empty() {
        return Err(StoreError::refused("", "nothing_to_remove"));
    }
    let kind = read("kind", &row.kind, ImportKind::parse)?;
    for batch in looked.go.chunks(BATCH) {
        let ids = || batch.iter().copied();
        match kind {
            ImportKind::Customers => {
                customer::Entity::delete_many().filter(customer::Column::Id.is_in(ids())).exec(work.tx()).await?;
            }
            ImportKind::Deals => {
                stage_transition::Entity::delete_many().filter(stage_transition::Column::DealId.is_in(ids())).exec(work.tx()).await?;
                deal::Entity::delete_many().filter(deal::Column::Id.is_in(ids())).exec(work.tx()).await?;
            }
        }
        let gone = sea_orm::Condition::all().add(import_made::Column::ImportId.eq(row.id)).add(import_made::Column::RecordId.is_in(ids()));
        import_made::Entity::delete_many().filter(gone).exec(work.tx()).await?;
    }
    let undoing = looked.told();
    let mut change = row.clone().into_active_model();
    change.stage = Set(ImportStage::Undone.code().to_owned());
    change.removed = Set(row.removed + undoing.removed);
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.update(work.tx()).await?;
    let record = serde_json::json!({ "undone": kind, "removed": undoing.removed, "kept": undoing.kept_total });
    work.audit(granted, "import", row.id, &record)?;
    work.changed(Kind::from(kind).changed(&work.by, row.id))?;
    work.changed(import_change(&row, row.version + 1, &work.by))?;
    Ok(undoing)
}

/// A record as it is now: id, name, version, owner, unit, and who changed it when.
type Record = (Uuid, String, i32, Option<Uuid>, Uuid, Option<Uuid>, DateTime<Utc>);

/// `lock`: nobody changes or refers to the records until the transaction ends.
async fn look(tx: &DatabaseTransaction, actor: &Actor, row: &import_job::Model, org: &Org, lock: bool) -> Result<Looked> {
    let kind = read("kind", &row.kind, ImportKind::parse)?;
    let made = made(row.id);
    let records: Vec<Record> = match kind {
        ImportKind::Customers => {
            use customer::Column as C;
            let mut rows = customer::Entity::find().select_only().columns([C::Id, C::Name, C::Version, C::OwnerId, C::UnitId]);
            rows = rows.columns([C::UpdatedBy, C::UpdatedAt]).filter(C::Id.in_subquery(made));
            if lock { rows.lock_exclusive() } else { rows }.into_tuple().all(tx).await?
        }
        ImportKind::Deals => {
            use deal::Column as C;
            let mut rows = deal::Entity::find().select_only().columns([C::Id, C::Title, C::Version, C::OwnerId, C::UnitId]);
            rows = rows.columns([C::UpdatedBy, C::UpdatedAt]).filter(C::Id.in_subquery(made));
            if lock { rows.lock_exclusive() } else { rows }.into_tuple().all(tx).await?
        }
    };
    let linked = match kind {
        ImportKind::Customers => linked(tx, "customer", "", row.id).await?,
        ImportKind::Deals => linked(tx, "deal", "stage_transition", row.id).await?,
    };
    let reach = scope(actor, Action::Import)?;
    let mut looked = Looked { go: Vec::new(), kept: Vec::new(), kept_total: 0 };
    for (id, name, version, owner, unit, by, at) in records {
        let visible = reach.contains(&Ownership { owner: owner.map(UserId), unit: UnitId(unit) });
        let why = if !visible {
            Some(Kept::Reach)
        } else if version != 1 {
            Some(Kept::Changed)
        } else {
            linked.get(&id).copied()
        };
        match why {
            None => looked.go.push(id),
            Some(why) => {
                looked.kept_total += 1;
                if looked.kept.len() < NAMED {
                    let by = by.map(|by| org.name_of(UserId(by))).unwrap_or_default();
                    // What is out of reach is counted, not named.
                    let name = if visible { name } else { String::new() };
                    looked.kept.push(KeptRecord { id, name, why, by, at });
                }
            }
        }
    }
    Ok(looked)
}

fn made(import: Uuid) -> SelectStatement {
    use import_made::Column as C;
    Query::select().column(C::RecordId).from(import_made::Entity).and_where(C::ImportId.eq(import)).to_owned()
}
