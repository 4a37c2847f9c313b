//! Writing an import: in the background, in one transaction, and only if it
//! makes what the person saw. How far it is stands in memory; on PostgreSQL in
//! the database too, for other processes.

use super::table::{import_job, import_made};
use super::{draft_in, import_change, text};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::import::{Job, News, ParseAmount, Seen};
use crate::write::Work;
use domain::ids::{ImportId, RequestId};
use domain::imports::{Counts, ImportForm, ImportStage, Progress, Twins, may_import};
use domain::policy::{Action, Actor, grant_any};
use domain::violation::Violation;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Ids of one statement.
const BATCH: usize = 1_000;
/// Other processes are told this often how far an import is.
const BEAT: Duration = Duration::from_secs(1);

/// How far this process is with imports, and what kept the last ones.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<Uuid, Now>>>);

enum Now {
    At(Progress),
    Failed(Violation),
}

impl Running {
    pub(super) fn of(&self, id: Uuid) -> (Option<Progress>, Option<Violation>) {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            Some(Now::At(progress)) => (Some(*progress), None),
            Some(Now::Failed(violation)) => (None, Some(violation.clone())),
            None => (None, None),
        }
    }

    /// `false`: it runs already.
    fn begin(&self, id: Uuid, of: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(all.get(&id), Some(Now::At(_))) {
            return false;
        }
        all.insert(id, Now::At(Progress { done: 0, of }));
        true
    }

    fn set(&self, id: Uuid, now: Option<Now>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match now {
            Some(now) => all.insert(id, now),
            None => all.remove(&id),
        };
    }
}

/// Ends with the import, however it ends.
struct Until(Running, Uuid);

impl Drop for Until {
    fn drop(&mut self) {
        if let (Some(_), _) = self.0.of(self.1) {
            self.0.set(self.1, None);
        }
    }
}

impl Store {
    /// Begins an import and returns; [`Store::import_state`] tells how far it is.
    ///
    /// # Errors
    /// What keeps it from beginning; what comes later is in the state.
    pub async fn run_import(&self, by: &Actor, request: RequestId, form: ImportForm, parse_amount: ParseAmount) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let row = self.import_row(by, id).await?;
        if super::stage(&row)? == ImportStage::Draft {
            return Err(StoreError::refused("", "import_not_mapped"));
        }
        // A request that was answered before is answered again, below.
        if !self.running.begin(row.id, row.rows) {
            return Ok(());
        }
        let until = Until(self.running.clone(), row.id);
        let (store, by) = (self.clone(), by.clone());
        tokio::spawn(async move {
            if let Err(error) = store.import_now(&by, request, form, parse_amount).await {
                let violation = match error {
                    StoreError::Refused(found) => found.into_iter().next().unwrap_or_else(|| Violation::new("", "import_failed")),
                    StoreError::Stale { .. } => Violation::new("", "import_changed"),
                    other => {
                        tracing::error!(error = %other, "an import wrote nothing");
                        Violation::new("", "import_failed")
                    }
                };
                store.running.set(until.1, Some(Now::Failed(violation)));
            }
            drop(until);
            // Those who look at it hear that it has ended, well or not.
            if let Ok(row) = store.import_row(&by, id).await {
                store.hub.announce(import_change(&row, row.version, &by));
            }
        });
        Ok(())
    }

    /// Imports a draft; gives the number of records made.
    ///
    /// # Errors
    /// [`StoreError::Refused`] with `import_changed` if it would make another
    /// number than the person saw; with `import_refused` if rows are refused that
    /// are not to be left out. Then nothing is written.
    pub async fn import_now(&self, by: &Actor, request: RequestId, form: ImportForm, parse_amount: ParseAmount) -> Result<i64> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let row = self.import_row(by, id).await?;
        let leave_out = row.leave_out;
        let is_there = super::is_draft(&row)?;
        let job = match self.checked_job(by, id, row.version) {
            _ if !is_there => None,
            Some(job) => Some(job),
            None => Some(Arc::new(self.open_import(&row).await?.job(self, parse_amount)?)),
        };
        let (sender, mut news) = mpsc::unbounded_channel();
        let writing = self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let job = job.ok_or(StoreError::NotFound)?;
            write(&work, row, &job, leave_out, form.made, sender).await
        });
        tokio::pin!(writing);
        let mut told = Instant::now();
        let result = loop {
            tokio::select! {
                Some(News::Done(done, of)) = news.recv() => {
                    let progress = Progress { done: number(done), of: number(of) };
                    if matches!(self.running.of(id.0), (Some(_), _)) {
                        self.running.set(id.0, Some(Now::At(progress)));
                    }
                    if told.elapsed() > BEAT {
                        told = Instant::now();
                        self.beat(id.0, progress).await?;
                    }
                }
                result = &mut writing => break result,
            }
        };
        let made = result.inspect_err(|_| self.checks.forget(id.0))?;
        self.checks.forget(id.0);
        self.learn_tables().await;
        self.boards.forget_stages();
        Ok(made)
    }

    /// SQLite has one writer, which is busy, and one process, which knows.
    async fn beat(&self, id: Uuid, progress: Progress) -> Result<()> {
        if self.backend() == DbBackend::Postgres {
            use import_job::Column as C;
            import_job::Entity::update_many()
                .col_expr(C::Done, Expr::value(progress.done))
                .col_expr(C::BeatAt, Expr::value(self.now()))
                .filter(C::Id.eq(id))
                .exec(self.owner())
                .await?;
        }
        Ok(())
    }
}

async fn write(
    work: &Work,
    row: import_job::Model,
    job: &Job,
    leave_out: bool,
    expected: i64,
    sender: crate::import::Sender,
) -> Result<i64> {
    let granted = grant_any(&work.by, Action::Import)?;
    may_import(&work.by, job.kind.into())?;
    // Imports come one after the other, or two would find the same names free.
    work.alone("import").await?;
    let mut counts = Counts::default();
    let mut see = |seen: Seen<'_>| counts.add(seen.part, !seen.cells.twins.is_empty());
    let checked = job.check(work.tx(), &work.by, work.today, &mut see).await?;
    if counts.made != expected {
        return Err(StoreError::refused("", "import_changed"));
    }
    if counts.refused > 0 && !leave_out {
        return Err(StoreError::refused("", "import_refused"));
    }
    if checked.len() == 0 {
        return Err(StoreError::refused("", "import_nothing"));
    }
    let ids = job.store(work, checked, &sender).await?;
    remember(work, row.id, &ids).await?;
    // Not locked before: how far it is was written meanwhile, on another connection.
    use import_job::Column as C;
    let told = import_job::Entity::update_many()
        .col_expr(C::Stage, Expr::value(ImportStage::Done.code()))
        .col_expr(C::Made, Expr::value(number(ids.len())))
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::UpdatedAt, Expr::value(work.now))
        .filter(C::Id.eq(row.id))
        .filter(C::Version.eq(row.version))
        .exec(work.tx())
        .await?;
    if told.rows_affected != 1 {
        return Err(work.stale(row.id, row.version + 1).await?);
    }
    job.announce(work, granted, row.id, ids.len())?;
    work.changed(import_change(&row, row.version + 1, &work.by))?;
    Ok(number(ids.len()))
}

/// Enters an import of the command line into the list of imports.
pub(crate) async fn enter(work: &Work, id: Uuid, job: &Job, ids: &[Uuid]) -> Result<()> {
    let kind = domain::imports::ImportKind::from(job.kind);
    let row = import_job::Model {
        id,
        owner_id: work.by.id.0,
        unit_id: work.by.unit.0,
        kind: kind.code().to_owned(),
        stage: ImportStage::Done.code().to_owned(),
        file_name: String::new(),
        encoding: job.table.encoding.to_owned(),
        headers: text(&job.table.headers)?,
        mapping: text(&job.columns.mapping())?,
        remembered: false,
        twins: Twins::Skip.code().to_owned(),
        leave_out: false,
        rows: number(job.table.rows.len()),
        made: number(ids.len()),
        removed: 0,
        done: 0,
        beat_at: None,
        created_at: work.now,
        updated_at: work.now,
        version: 1,
        sheet: job.table.sheet.clone(),
        sheets: text(&job.table.sheets)?,
    };
    import_job::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    remember(work, id, ids).await
}

/// What the import made, for the way back.
async fn remember(work: &Work, import: Uuid, ids: &[Uuid]) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let rows = batch.iter().map(|id| import_made::ActiveModel { import_id: Set(import), record_id: Set(*id) });
        import_made::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
