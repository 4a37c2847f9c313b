//! Files on customers and deals in the database, where backups find them.
//!
//! A file belongs to a customer or to a deal, and to nobody else: who may see the one sees the
//! other, and who may write a follow-up about it may add one. Nothing of a file is deleted: one
//! that was taken away is no longer given out, and can be put back.

mod table;

pub(crate) use table::attachment;

use crate::check_ins::record::hash;
use crate::customers::{customer_change, helpers, living, ownership as customer_ownership};
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::pipeline::board::ownership as deal_ownership;
use crate::pipeline::moves::deal_change;
use crate::pipeline::read;
use crate::write::Work;
use crate::{Store, scope};
use attachment::Column as A;
use chrono::{DateTime, Utc};
use domain::files::{FILES_MAX, FileForm, FileKind, FileRow, Files, FilesOf, Kept, kept};
use domain::ids::{CustomerId, DealId, FileId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, Ownership, grant, scope as scope_of};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Files that a page shows, removed ones with them.
const SHOWN: u64 = 2 * FILES_MAX;

/// A file without its content, which only a download reads.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    deal_id: Option<Uuid>,
    name: String,
    kind: String,
    size: i64,
    at: DateTime<Utc>,
    by_id: Uuid,
    removed_at: Option<DateTime<Utc>>,
    removed_by: Option<Uuid>,
}

/// What a file hangs on, as it is now.
enum Holder {
    Customer(customer::Model),
    Deal(deal::Model),
}

impl Holder {
    async fn of(db: &impl ConnectionTrait, of: FilesOf) -> Result<Self> {
        match of {
            FilesOf::Customer(id) => customer::Entity::find_by_id(id.0).one(db).await?.map(Self::Customer),
            FilesOf::Deal(id) => deal::Entity::find_by_id(id.0).one(db).await?.map(Self::Deal),
        }
        .ok_or(StoreError::NotFound)
    }

    fn ownership(&self) -> Ownership {
        match self {
            Self::Customer(row) => customer_ownership(row),
            Self::Deal(row) => deal_ownership(row),
        }
    }

    async fn may_see(&self, db: &impl ConnectionTrait, actor: &Actor) -> Result<Granted> {
        match self {
            Self::Customer(row) => helpers::may(db, actor, Action::ReadCustomers, row).await,
            Self::Deal(row) => Ok(grant(actor, Action::ReadDeals, &deal_ownership(row))?),
        }
    }

    async fn may_add(&self, db: &impl ConnectionTrait, actor: &Actor) -> Result<Granted> {
        match self {
            Self::Customer(row) => helpers::may(db, actor, Action::LogWork, row).await,
            Self::Deal(row) => Ok(grant(actor, Action::LogWork, &deal_ownership(row))?),
        }
    }

    /// Who put a file there takes it away and puts it back, and so does who may change what it
    /// hangs on.
    async fn may_remove(&self, db: &impl ConnectionTrait, actor: &Actor, by: Uuid) -> Result<Granted> {
        if by == actor.id.0 {
            return self.may_add(db, actor).await;
        }
        let change = match self {
            Self::Customer(_) => Action::WriteCustomers,
            Self::Deal(_) => Action::WriteDeals,
        };
        Ok(grant(actor, change, &self.ownership())?)
    }

    fn is_merged(&self) -> bool {
        matches!(self, Self::Customer(row) if row.merged_into.is_some())
    }

    fn announce(&self, work: &Work) -> Result<()> {
        work.changed(match self {
            Self::Customer(row) => customer_change(row, &work.by),
            Self::Deal(row) => deal_change(row, row.version, &work.by),
        })
    }
}

impl Store {
    /// The files of a deal, or of a customer with those of its deals that the actor may see.
    pub async fn files(&self, actor: &Actor, of: FilesOf) -> Result<Files> {
        let holder = Holder::of(self.db(), of).await?;
        holder.may_see(self.db(), actor).await?;
        let org = self.require_org()?;
        let deals = match (&holder, scope_of(actor, Action::ReadDeals)) {
            (Holder::Customer(row), Ok(readable)) => {
                deal::Entity::find().filter(deal::Column::CustomerId.eq(row.id)).filter(scope::deals(&readable)).all(self.db()).await?
            }
            (Holder::Deal(row), _) => vec![row.clone()],
            (Holder::Customer(_), Err(_)) => Vec::new(),
        };
        let deals: HashMap<Uuid, Holder> = deals.into_iter().map(|row| (row.id, Holder::Deal(row))).collect();
        let on_deals = A::DealId.is_in(deals.keys().copied());
        let which = match of {
            FilesOf::Customer(id) => Condition::any().add(A::CustomerId.eq(id.0)).add(on_deals),
            FilesOf::Deal(_) => Condition::all().add(on_deals),
        };
        let lines = attachment::Entity::find()
            .select_only()
            .columns([A::Id, A::DealId, A::Name, A::Kind, A::Size, A::At, A::ById, A::RemovedAt, A::RemovedBy])
            .filter(which)
            .order_by_desc(A::At)
            .order_by_desc(A::Id)
            .limit(SHOWN)
            .into_model::<Line>()
            .all(self.db())
            .await?;
        let (mut rows, mut removed) = (Vec::new(), Vec::new());
        for line in lines {
            let at = line.deal_id.and_then(|id| deals.get(&id)).unwrap_or(&holder);
            let row = FileRow {
                id: FileId(line.id),
                name: line.name,
                kind: read("kind of file", &line.kind, FileKind::parse)?,
                size: line.size,
                by: org.name_of(UserId(line.by_id)),
                at: line.at,
                deal: match (at, of) {
                    (Holder::Deal(row), FilesOf::Customer(_)) => Some((DealId(row.id), row.title.clone())),
                    _ => None,
                },
                removed: line.removed_at.map(|at| (line.removed_by.map(|id| org.name_of(UserId(id))).unwrap_or_default(), at)),
                may_remove: !at.is_merged() && at.may_remove(self.db(), actor, line.by_id).await.is_ok(),
            };
            if row.removed.is_some() { removed.push(row) } else { rows.push(row) }
        }
        removed.sort_by_key(|row| std::cmp::Reverse(row.removed.as_ref().map(|(_, at)| *at)));
        let may_add = !holder.is_merged() && holder.may_add(self.db(), actor).await.is_ok();
        Ok(Files { of, rows, removed, may_add })
    }

    /// A file as it is given out; one that was taken away is not.
    pub async fn file(&self, actor: &Actor, id: FileId) -> Result<Kept> {
        let row = attachment::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        Holder::of(self.db(), of(&row)?).await?.may_see(self.db(), actor).await?;
        if row.removed_at.is_some() {
            return Err(StoreError::NotFound);
        }
        Ok(Kept { name: row.name, kind: read("kind of file", &row.kind, FileKind::parse)?, bytes: row.content })
    }

    /// Keeps a file.
    ///
    /// # Errors
    /// Those of [`kept`], and `attach_many` where there are too many.
    pub async fn add_file(&self, by: &Actor, request: RequestId, of: FilesOf, name: &str, raw: Vec<u8>) -> Result<FileId> {
        let may = Holder::of(self.db(), of).await?;
        // Asked before the file is looked at, and again where it is written.
        may.may_add(self.db(), by).await?;
        let file = kept(name, raw).map_err(|wrong| vec![wrong])?;
        self.write(by, request, move |work| async move { add(&work, of, file).await }).await
    }

    /// Takes a file away, or puts it back.
    pub async fn remove_file(&self, by: &Actor, request: RequestId, form: FileForm) -> Result<FileId> {
        let id = FileId::parse(&form.file).ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move { remove(&work, id, form.back).await }).await
    }
}

fn of(row: &attachment::Model) -> Result<FilesOf> {
    match (row.customer_id, row.deal_id) {
        (Some(id), None) => Ok(FilesOf::Customer(CustomerId(id))),
        (None, Some(id)) => Ok(FilesOf::Deal(DealId(id))),
        _ => Err(StoreError::Internal(format!("file {} hangs on nothing", row.id))),
    }
}

fn hanging_on(of: FilesOf) -> Condition {
    match of {
        FilesOf::Customer(id) => Condition::all().add(A::CustomerId.eq(id.0)),
        FilesOf::Deal(id) => Condition::all().add(A::DealId.eq(id.0)),
    }
}

async fn there(work: &Work, of: FilesOf) -> Result<u64> {
    Ok(attachment::Entity::find().filter(hanging_on(of)).filter(A::RemovedAt.is_null()).count(work.tx()).await?)
}

async fn add(work: &Work, of: FilesOf, file: Kept) -> Result<FileId> {
    // It stays what it is until this is written: a customer that is merged now takes its files along.
    let holder = match of {
        FilesOf::Customer(id) => Holder::Customer(living(work, id.0).await?.ok_or(StoreError::NotFound)?),
        FilesOf::Deal(_) => Holder::of(work.tx(), of).await?,
    };
    let granted = holder.may_add(work.tx(), &work.by).await?;
    work.alone(&format!("files {}", of.code())).await?;
    if there(work, of).await? >= FILES_MAX {
        return Err(vec![Violation::new("file", "attach_many").with("max", FILES_MAX)].into());
    }
    let (customer_id, deal_id) = match of {
        FilesOf::Customer(id) => (Some(id.0), None),
        FilesOf::Deal(id) => (None, Some(id.0)),
    };
    let row = attachment::Model {
        id: work.new_id(),
        customer_id,
        deal_id,
        name: file.name,
        kind: file.kind.code().to_owned(),
        size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        sha256: hash(&file.bytes),
        content: file.bytes,
        at: work.now,
        by_id: work.by.id.0,
        removed_at: None,
        removed_by: None,
    };
    let record = serde_json::json!({ "added": row.name, "on": of.code(), "size": row.size, "sha256": row.sha256 });
    let id = row.id;
    attachment::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    work.audit(granted, "attachment", id, &record)?;
    holder.announce(work)?;
    Ok(FileId(id))
}

async fn remove(work: &Work, id: FileId, back: bool) -> Result<FileId> {
    let row = attachment::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let on = of(&row)?;
    let holder = Holder::of(work.tx(), on).await?;
    holder.may_see(work.tx(), &work.by).await?;
    let granted = holder.may_remove(work.tx(), &work.by, row.by_id).await?;
    if holder.is_merged() {
        return Err(StoreError::NotFound);
    }
    // What is so already is not done again.
    if row.removed_at.is_none() == back {
        return Ok(id);
    }
    if back {
        work.alone(&format!("files {}", on.code())).await?;
        if there(work, on).await? >= FILES_MAX {
            return Err(vec![Violation::new("", "attach_many").with("max", FILES_MAX)].into());
        }
    }
    let change = attachment::ActiveModel {
        id: Set(row.id),
        removed_at: Set((!back).then_some(work.now)),
        removed_by: Set((!back).then_some(work.by.id.0)),
        ..Default::default()
    };
    attachment::Entity::update(change).exec(work.tx()).await?;
    work.audit(granted, "attachment", row.id, &serde_json::json!({ "name": row.name, "removed": !back }))?;
    holder.announce(work)?;
    Ok(id)
}

/// The files of a customer that is merged go to the one that stays; gives their ids. Those of
/// its deals go with these.
pub(crate) async fn take(work: &Work, from: Uuid, to: Uuid) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> =
        attachment::Entity::find().select_only().column(A::Id).filter(A::CustomerId.eq(from)).into_tuple().all(work.tx()).await?;
    put(work, &ids, to).await?;
    Ok(ids)
}

/// Files go to another customer.
pub(crate) async fn put(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    for ids in ids.chunks(500) {
        attachment::Entity::update_many()
            .col_expr(A::CustomerId, sea_orm::sea_query::Expr::value(to))
            .filter(A::Id.is_in(ids.iter().copied()))
            .exec(work.tx())
            .await?;
    }
    Ok(())
}
