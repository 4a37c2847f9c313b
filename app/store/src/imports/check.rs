//! What an import would do: counts of rows by what becomes of them, the rows of
//! each count, one row to correct, and the refused rows as a table.

use super::checked::{Outcome, Why};
use super::{Opened, found};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::import::{Job, Kind, ParseAmount, Row, Rules, Seen, about, shorten};
use domain::ids::ImportId;
use domain::imports::{BEYOND, CellOf, CheckQuery, EDIT_MAX, Found, ImportCheck, LISTED, Part, RowEdit, RowOf, check_mapping};
use domain::policy::Actor;
use domain::violation::Violation;

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
        let outcome = self.outcome(actor, id, parse_amount).await?;
        let counts = outcome.counts;
        let part = query.part.unwrap_or_else(|| {
            // A row that is corrected keeps its list open.
            let parts = [Part::Refused, Part::Twin, Part::Made, Part::Left];
            parts.into_iter().find(|part| counts.of(*part) > 0).unwrap_or(Part::Made)
        });
        let (mut rows, edit) = match page(&outcome, part, query) {
            Some(page) => page?,
            None => self.gather(&outcome.job, actor, part, query).await?,
        };
        let more = rows.len() > LISTED;
        rows.truncate(LISTED);
        let next = rows.last().filter(|_| more).map(|row| row.number);
        Ok(ImportCheck { version: outcome.version, counts, part, rows, next, edit })
    }

    /// The refused rows of an import.
    pub async fn refused_rows(&self, actor: &Actor, id: ImportId, parse_amount: ParseAmount) -> Result<RefusedRows> {
        let row = found(self.db(), actor, id).await?;
        let file = row.file_name.clone();
        let job = self.open_import(&row).await?.job(self, parse_amount)?;
        let mut refused: Vec<(Row, Vec<Found>)> = Vec::new();
        let mut see = |seen: Seen<'_>| {
            if seen.part == Part::Refused {
                refused.push((seen.cells.row.clone(), told(&job, seen.cells.row, &seen.cells.found)));
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

    /// As [`page`], from a further check.
    async fn gather(&self, job: &Job, actor: &Actor, part: Part, query: CheckQuery) -> Result<Page> {
        let (mut rows, mut edit) = (Vec::new(), None);
        let mut see = |seen: Seen<'_>| {
            let cells = seen.cells;
            let number = cells.number();
            let shown = seen.part == part && number > query.after && rows.len() <= LISTED;
            if shown || query.row == Some(number) {
                let why = Why { found: cells.found, twins: cells.twins };
                if query.row == Some(number) {
                    edit = Some(edited(job, cells.row, seen.part, &why));
                }
                if shown {
                    rows.push(listed(job, cells.row, &why));
                }
            }
        };
        job.check(self.db(), actor, self.clock.today(), &mut see).await?;
        if query.row.is_some() && edit.is_none() {
            return Err(StoreError::NotFound);
        }
        Ok((rows, edit))
    }
}

/// One more row than a page has, if there are more; and the row to correct.
type Page = (Vec<RowOf>, Option<RowEdit>);

/// A page of what was found; `None` if not all of it is kept.
fn page(outcome: &Outcome, part: Part, query: CheckQuery) -> Option<Result<Page>> {
    let job = &outcome.job;
    let rows = outcome.rows(part, query.after, LISTED + 1)?;
    let rows = rows.iter().map(|(row, why)| listed(job, row, why)).collect();
    let edit = match query.row {
        None => None,
        Some(number) if job.table.rows.binary_search_by_key(&number, |row| row.number).is_err() => return Some(Err(StoreError::NotFound)),
        Some(number) => {
            let (row, part, why) = outcome.row(number)?;
            Some(edited(job, row, part, &why))
        }
    };
    Some(Ok((rows, edit)))
}

fn listed(job: &Job, row: &Row, why: &Why) -> RowOf {
    RowOf { number: row.number, title: title(job, row), found: all(job, row, why), decision: job.rules.decision(row.number) }
}

fn edited(job: &Job, row: &Row, part: Part, why: &Why) -> RowEdit {
    RowEdit { number: row.number, cells: editable(job, row, why), found: all(job, row, why), part }
}

/// What is refused, then what is repeated.
fn all(job: &Job, row: &Row, why: &Why) -> Vec<Found> {
    told(job, row, &why.found).into_iter().chain(told(job, row, &why.twins)).collect()
}

fn told(job: &Job, row: &Row, found: &[Violation]) -> Vec<Found> {
    let columns = &job.columns;
    let one = |violation: &Violation| {
        let (header, value) = about(columns, row, violation);
        // Who shows it names a field without a column, in the reader's language.
        let header = if columns.has(&violation.field) { header } else { String::new() };
        Found { header, value, violation: violation.clone() }
    };
    found.iter().map(one).collect()
}

/// What to know a record by: its first field; of a follow-up, which is one of
/// many of its customer, what was said too.
fn title(job: &Job, row: &Row) -> String {
    let first = job.kind.fields().first().map_or("", |field| field.code);
    let text = job.columns.cell(row, first);
    match job.kind {
        Kind::FollowUps => shorten(&[text, job.columns.cell(row, "content")].join(" · ")),
        _ => shorten(text),
    }
}

/// Every cell that has a field, those that are refused without a column, and
/// cells beyond the headers; `None` if that is too much for a page.
fn editable(job: &Job, row: &Row, why: &Why) -> Option<Vec<CellOf>> {
    let columns = &job.columns;
    let refused = |code: &str| why.found.iter().chain(&why.twins).any(|violation| violation.field == code);
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
