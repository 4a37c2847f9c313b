//! Imports on a page: drafts that wait, what they would do, what they did, and
//! the way back. Reading and writing files is `import`, which knows of no drafts.
//!
//! An import is its maker's and the administrators': to everybody else it looks
//! as if it did not exist. [`draft`] keeps files and mappings, [`check`] says
//! what each row would become, [`run`] writes, [`undo`] takes back, [`links`]
//! finds what refers to a record.
//!
//! A draft stays a draft until the transaction that writes its records says
//! otherwise; so a process that is killed leaves nothing half done.

mod check;
mod checked;
mod draft;
mod links;
mod run;
mod table;
mod undo;

pub use check::RefusedRows;
pub(crate) use checked::Checks;
pub(crate) use links::referring;
pub(crate) use run::{Running, enter};

use crate::Store;
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::import::{Columns, Corrections, Kind, Table, kits, read_sheet};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use chrono::Duration;
use domain::ids::{ImportId, UnitId, UserId};
use domain::imports::{
    Column, DRAFT_DAYS, Decision, FieldName, ImportDetail, ImportKind, ImportRow, ImportStage, Progress, State, Twins, UPLOAD_MAX, sees,
};
use domain::policy::{Action, Actor, Rows, grant_any, scope};
use flate2::read::DeflateDecoder;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::io::Read;
use table::{import_file, import_job, import_made, import_mapping, import_row};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Imports in the list; older ones are history.
const SHOWN: u64 = 50;
/// First filled cells of a column that its mapping shows, and their length.
const SAMPLES: usize = 3;
const SAMPLE_MAX: usize = 40;
/// Seconds after which a running import that says nothing has ended.
const SILENT: i64 = 15;
/// Files that are taken apart at one time: each is in memory twice.
static READING: Semaphore = Semaphore::const_new(2);

/// A file with its corrections, taken apart.
struct Opened {
    kind: ImportKind,
    table: Table,
    columns: Columns,
    decisions: HashMap<usize, Decision>,
    twins: Twins,
}

impl Store {
    /// The imports that `actor` sees, the last first.
    pub async fn imports(&self, actor: &Actor) -> Result<Vec<ImportRow>> {
        let all = matches!(scope(actor, Action::Import)?.rows(), Rows::All);
        let mut found = import_job::Entity::find();
        if !all {
            found = found.filter(import_job::Column::OwnerId.eq(actor.id.0));
        }
        let found = found.order_by_desc(import_job::Column::UpdatedAt).order_by_desc(import_job::Column::Id);
        let org = self.require_org()?;
        found.limit(SHOWN).all(self.db()).await?.iter().map(|row| listed(row, &org)).collect()
    }

    /// One import, and how far it is. Its columns with their first cells while
    /// nobody has mapped them yet, and if they are asked for.
    pub async fn import_detail(&self, actor: &Actor, id: ImportId, columns: bool) -> Result<ImportDetail> {
        let row = self.import_row(actor, id).await?;
        let kind: Kind = read("kind", &row.kind, ImportKind::parse)?.into();
        let wanted = stage(&row)? == ImportStage::Draft || columns && is_draft(&row)?;
        let columns = if wanted { self.columns_of(&row).await? } else { Vec::new() };
        let headers: Vec<String> = json(&row.headers)?;
        let name = |field: &crate::import::Field| FieldName {
            code: field.code.to_owned(),
            zh: field.header(true).to_owned(),
            en: field.header(false).to_owned(),
            required: field.required,
        };
        Ok(ImportDetail {
            encoding: row.encoding.clone(),
            twins: read("twins", &row.twins, Twins::parse)?,
            leave_out: row.leave_out,
            columns,
            fields: kind.fields().iter().map(name).collect(),
            remembered: row.remembered,
            kit: kits::of(kind, &headers),
            sheet: row.sheet.clone(),
            sheets: json(&row.sheets)?,
            state: self.state_of(&row)?,
            row: listed(&row, &*self.require_org()?)?,
        })
    }

    /// How far an import is.
    pub async fn import_state(&self, actor: &Actor, id: ImportId) -> Result<State> {
        let row = self.import_row(actor, id).await?;
        self.state_of(&row)
    }

    fn state_of(&self, row: &import_job::Model) -> Result<State> {
        let (mut running, failed) = self.running.of(row.id);
        // Run by another process.
        let beats = row.beat_at.is_some_and(|at| self.now() - at < Duration::seconds(SILENT));
        if running.is_none() && failed.is_none() && beats && is_draft(row)? {
            running = Some(Progress { done: row.done, of: row.rows });
        }
        Ok(State { stage: stage(row)?, version: row.version, running, failed })
    }

    /// Forgets drafts that nobody touched for a week, and files of imports as old.
    pub(crate) async fn tidy_imports(&self) -> Result<()> {
        let old = self.now() - Duration::days(DRAFT_DAYS);
        let jobs: Vec<(Uuid, String)> = import_job::Entity::find()
            .select_only()
            .columns([import_job::Column::Id, import_job::Column::Stage])
            .filter(import_job::Column::UpdatedAt.lt(old))
            .inner_join_file()
            .into_tuple()
            .all(self.db())
            .await?;
        for (id, stage) in jobs {
            let draft = [ImportStage::Draft.code(), ImportStage::Mapped.code()].contains(&stage.as_str());
            forget(self.owner(), id, draft).await?;
        }
        Ok(())
    }

    /// An import as its maker and administrators see it.
    async fn import_row(&self, actor: &Actor, id: ImportId) -> Result<import_job::Model> {
        found(self.db(), actor, id).await
    }

    async fn open_import(&self, row: &import_job::Model) -> Result<Opened> {
        let _turn = READING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
        let table = self.table_of(row.id, &row.sheet).await?;
        let kind = read("kind", &row.kind, ImportKind::parse)?;
        let (mut corrected, mut decisions) = (Corrections::new(), HashMap::new());
        for line in import_row::Entity::find().filter(import_row::Column::ImportId.eq(row.id)).all(self.db()).await? {
            let number = usize::try_from(line.number).unwrap_or_default();
            corrected.insert(number, json(&line.cells)?);
            decisions.insert(number, read("decision", &line.decision, Decision::parse)?);
        }
        let mapping: Vec<String> = json(&row.mapping)?;
        let columns = Columns::mapped(kind.into(), &table, &mapping, corrected);
        let twins = read("twins", &row.twins, Twins::parse)?;
        Ok(Opened { kind, table, columns, decisions, twins })
    }

    async fn table_of(&self, id: Uuid, sheet: &str) -> Result<Table> {
        let sheet = sheet.to_owned();
        let file = import_file::Entity::find_by_id(id).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let read = move || {
            let mut bytes = Vec::new();
            DeflateDecoder::new(file.bytes.as_slice())
                .take(UPLOAD_MAX as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| StoreError::Internal(format!("an import's file: {error}")))?;
            read_sheet(&bytes, &sheet).map_err(|error| StoreError::Refused(vec![error.violation()]))
        };
        tokio::task::spawn_blocking(read).await.map_err(|error| StoreError::Internal(error.to_string()))?
    }

    async fn columns_of(&self, row: &import_job::Model) -> Result<Vec<Column>> {
        let _turn = READING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
        let table = self.table_of(row.id, &row.sheet).await?;
        let mapping: Vec<String> = json(&row.mapping)?;
        let column = |(at, header): (usize, &String)| {
            let filled = table.rows.iter().map(|line| line.cell(at)).filter(|cell| !cell.is_empty());
            Column {
                header: header.clone(),
                field: mapping.get(at).cloned().unwrap_or_default(),
                samples: filled.take(SAMPLES).map(|cell| cell.chars().take(SAMPLE_MAX).collect()).collect(),
            }
        };
        Ok(table.headers.iter().enumerate().map(column).collect())
    }
}

/// Only imports that still have a file.
trait WithFile {
    fn inner_join_file(self) -> Self;
}

impl WithFile for sea_orm::Select<import_job::Entity> {
    fn inner_join_file(self) -> Self {
        let files = sea_orm::sea_query::Query::select().column(import_file::Column::ImportId).from(import_file::Entity).to_owned();
        self.filter(import_job::Column::Id.in_subquery(files))
    }
}

/// An import, if `actor` sees it.
async fn found(db: &impl ConnectionTrait, actor: &Actor, id: ImportId) -> Result<import_job::Model> {
    grant_any(actor, Action::Import)?;
    let row = import_job::Entity::find_by_id(id.0).one(db).await?.ok_or(StoreError::NotFound)?;
    if sees(actor, UserId(row.owner_id)) { Ok(row) } else { Err(StoreError::NotFound) }
}

/// As [`found`], in the version that the person saw.
async fn found_in(work: &Work, id: ImportId, version: i32) -> Result<import_job::Model> {
    let row = found(work.tx(), &work.by, id).await?;
    if row.version == version { Ok(row) } else { Err(work.stale(row.id, row.version).await?) }
}

/// As [`found_in`], while it is a draft.
async fn draft_in(work: &Work, id: ImportId, version: i32) -> Result<import_job::Model> {
    let row = found_in(work, id, version).await?;
    if is_draft(&row)? { Ok(row) } else { Err(StoreError::refused("", "import_over")) }
}

/// Removes the file and the corrections of an import, and the import itself.
async fn forget(db: &impl ConnectionTrait, id: Uuid, itself: bool) -> Result<()> {
    import_row::Entity::delete_many().filter(import_row::Column::ImportId.eq(id)).exec(db).await?;
    import_file::Entity::delete_by_id(id).exec(db).await?;
    if itself {
        import_made::Entity::delete_many().filter(import_made::Column::ImportId.eq(id)).exec(db).await?;
        import_job::Entity::delete_by_id(id).exec(db).await?;
    }
    Ok(())
}

/// Removes all imports, with a company that is replaced.
pub(crate) async fn forget_all(db: &impl ConnectionTrait) -> Result<()> {
    import_mapping::Entity::delete_many().exec(db).await?;
    import_made::Entity::delete_many().exec(db).await?;
    import_row::Entity::delete_many().exec(db).await?;
    import_file::Entity::delete_many().exec(db).await?;
    import_job::Entity::delete_many().exec(db).await?;
    Ok(())
}

fn stage(row: &import_job::Model) -> Result<ImportStage> {
    read("stage", &row.stage, ImportStage::parse)
}

fn is_draft(row: &import_job::Model) -> Result<bool> {
    Ok(matches!(stage(row)?, ImportStage::Draft | ImportStage::Mapped))
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Internal(format!("an import in the database: {error}")))
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.to_string()))
}

fn listed(row: &import_job::Model, org: &Org) -> Result<ImportRow> {
    let by = UserId(row.owner_id);
    Ok(ImportRow {
        id: ImportId(row.id),
        version: row.version,
        kind: read("kind", &row.kind, ImportKind::parse)?,
        stage: stage(row)?,
        file: row.file_name.clone(),
        by: (by, org.name_of(by)),
        rows: row.rows,
        made: row.made,
        removed: row.removed,
        at: row.updated_at,
    })
}

/// The import's own change, which its maker and administrators hear of.
fn import_change(row: &import_job::Model, version: i32, by: &Actor) -> Change {
    Change {
        topic: Topic::Import,
        id: row.id,
        version,
        owner: Some(UserId(row.owner_id)),
        unit: Some(UnitId(row.unit_id)),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}
