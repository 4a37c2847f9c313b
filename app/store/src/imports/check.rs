//! What an import would do: counts of rows by what becomes of them, the rows of
//! each count, one row to correct, and the refused rows as a table.

use super::{Opened, found};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::import::{Cells, Columns, Job, Kind, ParseAmount, Row, Rules, Seen};
use domain::ids::ImportId;
use domain::imports::{BEYOND, CellOf, CheckQuery, Counts, EDIT_MAX, Found, ImportCheck, LISTED, Part, RowEdit, RowOf, check_mapping};
use domain::policy::Actor;
use domain::violation::Violation;
use sea_orm::ConnectionTrait;

/// Refused rows of an import: the headers of the file and every cell, with what
/// was corrected, and why each row is refused.
pub struct RefusedRows {
    pub file: String,
    pub kind: Kind,
    pub headers: Vec<String>,
    /// Codes of fields that were filled in and have no column; their cells stand
    /// behind those of the file.
    pub added: Vec<&'static str>,
    pub rows: Vec<(Vec<String>, Vec<Found>)>,
}

impl Opened {
    /// The job that checks and writes it, and the number of its version.
    pub(super) fn job(self, store: &Store, parse_amount: ParseAmount) -> Result<Job> {
        let kind = Kind::from(self.kind);
        let fields: Vec<(&str, bool)> = kind.fields().iter().map(|field| (field.code, field.required)).collect();
        check_mapping(&self.columns.mapping(), &fields)?;
        let rules = Rules { find_twins: true, twins: self.twins, decisions: self.decisions };
        Ok(Job { kind, table: self.table, columns: self.columns, org: store.require_org()?, parse_amount, rules })
    }
}

impl Store {
    /// What an import would do now, and one list of its rows.
    pub async fn check_import(&self, actor: &Actor, id: ImportId, query: CheckQuery, parse_amount: ParseAmount) -> Result<ImportCheck> {
        let row = found(self.db(), actor, id).await?;
        let version = row.version;
        let job = self.open_import(&row).await?.job(self, parse_amount)?;
        let mut gathered = self.gather(&job, actor, query).await?;
        if query.part.is_none() {
            // A row that is corrected keeps its list open.
            let shown = [Part::Refused, Part::Twin, Part::Made, Part::Left].into_iter().find(|part| gathered.counts.of(*part) > 0);
            let part = shown.unwrap_or(Part::Made);
            if part != Part::Refused {
                gathered = self.gather(&job, actor, CheckQuery { part: Some(part), ..query }).await?;
            }
        }
        let Gathered { counts, part, mut rows, edit, .. } = gathered;
        let more = rows.len() > LISTED;
        rows.truncate(LISTED);
        let next = rows.last().filter(|_| more).map(|row| row.number);
        Ok(ImportCheck { version, counts, part, rows, next, edit })
    }

    /// The refused rows of an import.
    pub async fn refused_rows(&self, actor: &Actor, id: ImportId, parse_amount: ParseAmount) -> Result<RefusedRows> {
        let row = found(self.db(), actor, id).await?;
        let file = row.file_name.clone();
        let job = self.open_import(&row).await?.job(self, parse_amount)?;
        let mut refused: Vec<(Row, Vec<Found>)> = Vec::new();
        let mut see = |seen: Seen<'_>| {
            if seen.part == Part::Refused {
                refused.push((seen.cells.row.clone(), told(&seen.cells, &seen.cells.found)));
            }
        };
        job.check(self.db(), actor, self.clock.today(), &mut see).await?;
        let columns = &job.columns;
        let width = refused.iter().map(|(row, _)| row.width()).max().unwrap_or_default().max(job.table.headers.len());
        // Corrections of fields that the file has no column for.
        let added: Vec<&'static str> = job
            .kind
            .fields()
            .iter()
            .map(|field| field.code)
            .filter(|code| columns.place(code).is_none())
            .filter(|code| refused.iter().any(|(row, _)| columns.corrected(row).is_some_and(|cells| cells.contains_key(*code))))
            .collect();
        let mut headers = job.table.headers.clone();
        headers.resize(width, String::new());
        let mapping = columns.mapping();
        let rows = refused.iter().map(|(row, why)| {
            let cell = |at: usize| match mapping.get(at).filter(|code| !code.is_empty()) {
                Some(code) => columns.cell(row, code).to_owned(),
                None if at >= mapping.len() && columns.beyond(row).is_none() => String::new(),
                None => row.cell(at).to_owned(),
            };
            let cells = (0..width).map(cell).chain(added.iter().map(|code| columns.cell(row, code).to_owned())).collect();
            (cells, why.clone())
        });
        let rows = rows.collect();
        Ok(RefusedRows { file, kind: job.kind, headers, added, rows })
    }

    async fn gather(&self, job: &Job, actor: &Actor, query: CheckQuery) -> Result<Gathered> {
        gather(self.db(), job, actor, self.clock.today(), query).await
    }
}

struct Gathered {
    counts: Counts,
    part: Part,
    /// One more than a page has, if there are more.
    rows: Vec<RowOf>,
    edit: Option<RowEdit>,
}

async fn gather(db: &impl ConnectionTrait, job: &Job, actor: &Actor, today: chrono::NaiveDate, query: CheckQuery) -> Result<Gathered> {
    let part = query.part.unwrap_or(Part::Refused);
    let (mut counts, mut rows, mut edit) = (Counts::default(), Vec::new(), None);
    let mut see = |seen: Seen<'_>| {
        let cells = &seen.cells;
        counts.add(seen.part, !cells.twins.is_empty());
        let number = cells.number();
        if seen.part == part && number > query.after && rows.len() <= LISTED {
            rows.push(RowOf { number, title: title(cells), found: all(cells), decision: job.rules.decision(number) });
        }
        if query.row == Some(number) {
            edit = Some(RowEdit { number, cells: editable(job, cells), found: all(cells), part: seen.part });
        }
    };
    job.check(db, actor, today, &mut see).await?;
    if query.row.is_some() && edit.is_none() {
        return Err(StoreError::NotFound);
    }
    Ok(Gathered { counts, part, rows, edit })
}

/// What is refused, then what is repeated.
fn all(cells: &Cells<'_>) -> Vec<Found> {
    told(cells, &cells.found).into_iter().chain(told(cells, &cells.twins)).collect()
}

fn told(cells: &Cells<'_>, found: &[Violation]) -> Vec<Found> {
    let one = |violation: &Violation| {
        let (header, value) = cells.about(violation);
        // Who shows it names a field without a column, in the reader's language.
        let header = if cells.has_column(&violation.field) { header } else { String::new() };
        Found { header, value, violation: violation.clone() }
    };
    found.iter().map(one).collect()
}

/// The first field, which names a record.
fn title(cells: &Cells<'_>) -> String {
    let first = cells.reader.job.kind.fields().first().map_or("", |field| field.code);
    let columns = &cells.reader.job.columns;
    let text = columns.cell(cells.row, first);
    crate::import::shorten(text)
}

/// Every cell that has a field, those that are refused without a column, and
/// cells beyond the headers; `None` if that is too much for a page.
fn editable(job: &Job, cells: &Cells<'_>) -> Option<Vec<CellOf>> {
    let columns: &Columns = &job.columns;
    let row = cells.row;
    let refused = |code: &str| cells.found.iter().chain(&cells.twins).any(|violation| violation.field == code);
    let corrected = |code: &str| columns.corrected(row).is_some_and(|cells| cells.contains_key(code));
    let mut found: Vec<CellOf> = job
        .kind
        .fields()
        .iter()
        .filter(|field| columns.has(field.code) || refused(field.code) || corrected(field.code))
        .map(|field| CellOf {
            field: field.code.to_owned(),
            header: columns.place(field.code).and_then(|at| job.table.headers.get(at)).cloned().unwrap_or_default(),
            value: columns.cell(row, field.code).to_owned(),
        })
        .collect();
    if let Some(value) = columns.beyond(row) {
        found.push(CellOf { field: BEYOND.to_owned(), header: String::new(), value: value.to_owned() });
    }
    let length: usize = found.iter().map(|cell| cell.value.chars().count()).sum();
    (length <= EDIT_MAX).then_some(found)
}
