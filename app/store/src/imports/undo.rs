//! Taking an import back: what it made goes, if nobody has changed it since and
//! nothing refers to it. What must stay is named, with the reason.

use super::links::linked;
use super::table::{import_job, import_made};
use super::{found, found_in, import_change};
use crate::Store;
use crate::entity::{contact, customer, deal, follow_up, product, stage_transition};
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
use std::collections::{HashMap, HashSet};
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
            ImportKind::Contacts => {
                contact::Entity::delete_many().filter(contact::Column::Id.is_in(ids())).exec(work.tx()).await?;
            }
            ImportKind::FollowUps => {
                follow_up::Entity::delete_many().filter(follow_up::Column::Id.is_in(ids())).exec(work.tx()).await?;
            }
            ImportKind::Products => {
                product::Entity::delete_many().filter(product::Column::Id.is_in(ids())).exec(work.tx()).await?;
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

/// A record as it is now.
struct Record {
    id: Uuid,
    name: String,
    version: i32,
    /// `None`: everybody's.
    owned: Option<Ownership>,
    by: Option<Uuid>,
    at: Option<DateTime<Utc>>,
}

fn owned(owner: Option<Uuid>, unit: Uuid) -> Option<Ownership> {
    Some(Ownership { owner: owner.map(UserId), unit: UnitId(unit) })
}

/// Records with an owner: id, name, version, owner, unit, who changed it when.
type Owned = (Uuid, String, i32, Option<Uuid>, Uuid, Option<Uuid>, DateTime<Utc>);

fn of_owner((id, name, version, owner, unit, by, at): Owned) -> Record {
    Record { id, name, version, owned: owned(owner, unit), by, at: Some(at) }
}

/// The records that an import made and that are there.
async fn records(tx: &DatabaseTransaction, kind: ImportKind, import: Uuid, lock: bool) -> Result<Vec<Record>> {
    let made = made(import);
    Ok(match kind {
        ImportKind::Customers => {
            use customer::Column as C;
            let mut rows = customer::Entity::find().select_only().columns([C::Id, C::Name, C::Version, C::OwnerId, C::UnitId]);
            rows = rows.columns([C::UpdatedBy, C::UpdatedAt]).filter(C::Id.in_subquery(made));
            let rows: Vec<Owned> = if lock { rows.lock_exclusive() } else { rows }.into_tuple().all(tx).await?;
            rows.into_iter().map(of_owner).collect()
        }
        ImportKind::Deals => {
            use deal::Column as C;
            let mut rows = deal::Entity::find().select_only().columns([C::Id, C::Title, C::Version, C::OwnerId, C::UnitId]);
            rows = rows.columns([C::UpdatedBy, C::UpdatedAt]).filter(C::Id.in_subquery(made));
            let rows: Vec<Owned> = if lock { rows.lock_exclusive() } else { rows }.into_tuple().all(tx).await?;
            rows.into_iter().map(of_owner).collect()
        }
        ImportKind::Contacts => {
            use contact::Column as C;
            let rows = contact::Entity::find().filter(C::Id.in_subquery(made));
            let rows = if lock { rows.lock_exclusive() } else { rows }.all(tx).await?;
            let owners = owners(tx, rows.iter().map(|row| row.customer_id)).await?;
            let record = |row: contact::Model| {
                let (owned, at) = (owners.get(&row.customer_id).copied(), Some(row.updated_at));
                Record { id: row.id, name: row.name, version: row.version, owned, by: None, at }
            };
            rows.into_iter().map(record).collect()
        }
        ImportKind::FollowUps => {
            use follow_up::Column as C;
            let rows = follow_up::Entity::find().filter(C::Id.in_subquery(made));
            let rows = if lock { rows.lock_exclusive() } else { rows }.all(tx).await?;
            let owners = owners(tx, rows.iter().map(|row| row.customer_id)).await?;
            // Nobody changes a follow-up.
            let record = |row: follow_up::Model| {
                let name = crate::import::shorten(&row.content);
                Record { id: row.id, name, version: 1, owned: owners.get(&row.customer_id).copied(), by: None, at: None }
            };
            rows.into_iter().map(record).collect()
        }
        ImportKind::Products => {
            use product::Column as C;
            let rows = product::Entity::find().filter(C::Id.in_subquery(made));
            let rows = if lock { rows.lock_exclusive() } else { rows }.all(tx).await?;
            let record = |row: product::Model| Record { id: row.id, name: row.code, version: row.version, owned: None, by: None, at: None };
            rows.into_iter().map(record).collect()
        }
    })
}

/// Whose the customers are.
async fn owners(tx: &DatabaseTransaction, customers: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Ownership>> {
    use customer::Column as C;
    let ids: Vec<Uuid> = customers.collect::<HashSet<_>>().into_iter().collect();
    let mut found = HashMap::new();
    for some in ids.chunks(BATCH) {
        let rows: Vec<(Uuid, Option<Uuid>, Uuid)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::OwnerId, C::UnitId])
            .filter(C::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows.into_iter().filter_map(|(id, owner, unit)| Some((id, owned(owner, unit)?))));
    }
    Ok(found)
}

/// `lock`: nobody changes or refers to the records until the transaction ends.
async fn look(tx: &DatabaseTransaction, actor: &Actor, row: &import_job::Model, org: &Org, lock: bool) -> Result<Looked> {
    let kind = read("kind", &row.kind, ImportKind::parse)?;
    let records = records(tx, kind, row.id, lock).await?;
    let linked = match kind {
        ImportKind::Customers => linked(tx, "customer", "", row.id).await?,
        ImportKind::Deals => linked(tx, "deal", "stage_transition", row.id).await?,
        ImportKind::Contacts => linked(tx, "contact", "", row.id).await?,
        ImportKind::FollowUps => linked(tx, "follow_up", "", row.id).await?,
        ImportKind::Products => linked(tx, "product", "", row.id).await?,
    };
    let reach = scope(actor, Action::Import)?;
    let mut looked = Looked { go: Vec::new(), kept: Vec::new(), kept_total: 0 };
    for Record { id, name, version, owned, by, at } in records {
        let visible = owned.is_none_or(|owned| reach.contains(&owned));
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
