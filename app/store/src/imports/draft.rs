//! Drafts: a file is kept, its columns are mapped, rows are corrected, choices
//! are made, and it is thrown away. Nothing here touches a customer or a deal.

use super::table::{import_file, import_job, import_mapping, import_row};
use super::{draft_in, forget, import_change, json, text};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::import::{CELL_MAX, Columns, FileError, Kind, Table, read_table, words};
use crate::write::Work;
use domain::ids::{ImportId, RequestId};
use domain::imports::{
    BEYOND, ChoiceForm, DRAFTS_MAX, Decision, EDIT_MAX, ImportForm, ImportKind, ImportStage, MappingForm, RowForm, SheetForm, Twins,
    UPLOAD_MAX, check_mapping, may_import,
};
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::violation::Violation;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use uuid::Uuid;

/// Longest name of a file that is kept, in characters.
const FILE_NAME_MAX: usize = 120;

/// What was read of a file while it came in.
struct Taken {
    table: Table,
    deflated: Vec<u8>,
}

impl Store {
    /// Keeps a file as a draft. Its columns are mapped as they were for the last
    /// file with the same headers, of this person or of anybody, else as their
    /// headers say.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if it is no table, too large, or one draft too many.
    pub async fn begin_import(&self, by: &Actor, request: RequestId, kind: ImportKind, name: &str, bytes: Vec<u8>) -> Result<ImportId> {
        may_import(by, kind)?;
        let Taken { table, deflated } = take(bytes).await?;
        let guess = Columns::of(kind.into(), &table).mapping();
        let key = headers_key(&table.headers);
        let remembered = self.remembered(by, kind, &key, guess.len()).await?;
        let name: String =
            name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(FILE_NAME_MAX).collect();
        let job = import_job::Model {
            id: Uuid::nil(),
            owner_id: by.id.0,
            unit_id: by.unit.0,
            kind: kind.code().to_owned(),
            stage: ImportStage::Draft.code().to_owned(),
            file_name: name,
            encoding: table.encoding.to_owned(),
            headers: text(&table.headers)?,
            remembered: remembered.is_some(),
            mapping: text(&remembered.unwrap_or(guess))?,
            twins: Twins::Skip.code().to_owned(),
            leave_out: false,
            rows: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
            made: 0,
            removed: 0,
            done: 0,
            beat_at: None,
            created_at: self.now(),
            updated_at: self.now(),
            version: 1,
            sheet: table.sheet.clone(),
            sheets: text(&table.sheets)?,
        };
        if table.rows.is_empty() {
            return Err(StoreError::refused("", "file_empty"));
        }
        self.write(by, request, move |work| async move { keep(&work, job, deflated).await }).await
    }

    /// Reads another sheet of a workbook. Its columns are mapped anew, and what
    /// was corrected in the other one is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Refused`] at `sheet` if there is no such sheet, or nothing
    /// in it.
    pub async fn sheet_import(&self, by: &Actor, request: RequestId, form: SheetForm) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let before = self.import_row(by, id).await?;
        let there: Vec<String> = json(&before.sheets)?;
        if !there.contains(&form.sheet) {
            return Err(StoreError::refused("sheet", "unknown_value"));
        }
        let at_sheet = |error: StoreError| match error {
            StoreError::Refused(found) => {
                StoreError::Refused(found.into_iter().map(|one| Violation { field: "sheet".to_owned(), ..one }).collect())
            }
            other => other,
        };
        let table = {
            let _turn = super::READING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
            self.table_of(before.id, &form.sheet).await.map_err(at_sheet)?
        };
        if table.rows.is_empty() {
            return Err(StoreError::refused("sheet", "file_empty"));
        }
        let kind = ImportKind::parse(&before.kind).ok_or(StoreError::NotFound)?;
        let guess = Columns::of(kind.into(), &table).mapping();
        let remembered = self.remembered(by, kind, &headers_key(&table.headers), guess.len()).await?;
        self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let granted = grant_any(&work.by, Action::Import)?;
            import_row::Entity::delete_many().filter(import_row::Column::ImportId.eq(row.id)).exec(work.tx()).await?;
            let mut change = row.clone().into_active_model();
            change.sheet = Set(table.sheet.clone());
            change.headers = Set(text(&table.headers)?);
            change.remembered = Set(remembered.is_some());
            change.mapping = Set(text(&remembered.unwrap_or(guess))?);
            change.rows = Set(i64::try_from(table.rows.len()).unwrap_or(i64::MAX));
            change.stage = Set(ImportStage::Draft.code().to_owned());
            touch(&work, granted, &row, change, &serde_json::json!({ "sheet": table.sheet })).await
        })
        .await
    }

    /// The mapping of an earlier file with the same headers.
    async fn remembered(&self, by: &Actor, kind: ImportKind, key: &str, columns: usize) -> Result<Option<Vec<String>>> {
        use import_mapping::Column as C;
        let rows = import_mapping::Entity::find()
            .filter(C::Kind.eq(kind.code()))
            .filter(C::Headers.eq(key))
            .order_by_desc(C::UpdatedAt)
            .all(self.db())
            .await?;
        let own = rows.iter().find(|row| row.person_id == by.id.0).or(rows.first());
        let mapping: Option<Vec<String>> = own.map(|row| json(&row.mapping)).transpose()?;
        // A field may have gone since.
        let fields = fields(kind.into());
        Ok(mapping.filter(|mapping| mapping.len() == columns && check_mapping(mapping, &fields).is_ok()))
    }

    /// Says which column is which field, and remembers it.
    pub async fn map_import(&self, by: &Actor, request: RequestId, form: MappingForm) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let granted = grant_any(&work.by, Action::Import)?;
            let kind = ImportKind::parse(&row.kind).ok_or(StoreError::NotFound)?;
            let headers: Vec<String> = json(&row.headers)?;
            let mapping = form.mapping(headers.len());
            check_mapping(&mapping, &fields(kind.into()))?;
            let mapping = text(&mapping)?;
            let remember = import_mapping::ActiveModel {
                person_id: Set(work.by.id.0),
                kind: Set(row.kind.clone()),
                headers: Set(headers_key(&headers)),
                mapping: Set(mapping.clone()),
                updated_at: Set(work.now),
            };
            use import_mapping::Column as C;
            let again = OnConflict::columns([C::PersonId, C::Kind, C::Headers]).update_columns([C::Mapping, C::UpdatedAt]).to_owned();
            import_mapping::Entity::insert(remember).on_conflict(again).exec_without_returning(work.tx()).await?;
            let mut change = row.clone().into_active_model();
            change.mapping = Set(mapping);
            change.stage = Set(ImportStage::Mapped.code().to_owned());
            touch(&work, granted, &row, change, &serde_json::json!({ "mapped": form.columns })).await
        })
        .await
    }

    /// Corrects cells of one row, or decides about it. Whole cells are kept.
    ///
    /// # Errors
    /// `too_long` at a cell that no spreadsheet holds; `row_too_long` if the row
    /// is to be corrected in its file.
    pub async fn correct_import(&self, by: &Actor, request: RequestId, form: RowForm) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let decision = match form.decision.as_str() {
            "" => None,
            code => Some(Decision::parse(code).ok_or_else(|| StoreError::refused("decision", "unknown_value"))?),
        };
        let number = i32::try_from(form.row).map_err(|_| StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let granted = grant_any(&work.by, Action::Import)?;
            let kind = ImportKind::parse(&row.kind).ok_or(StoreError::NotFound)?;
            let cells = corrections(&form.cells, kind.into())?;
            let known = import_row::Entity::find_by_id((row.id, number)).one(work.tx()).await?;
            let (mut all, was) = match &known {
                Some(known) => (json(&known.cells)?, Decision::parse(&known.decision).unwrap_or(Decision::Usual)),
                None => (BTreeMap::new(), Decision::Usual),
            };
            let corrected: Vec<String> = cells.keys().cloned().collect();
            all.extend(cells);
            let line = import_row::ActiveModel {
                import_id: Set(row.id),
                number: Set(number),
                cells: Set(text(&all)?),
                decision: Set(decision.unwrap_or(was).code().to_owned()),
            };
            use import_row::Column as C;
            let again = OnConflict::columns([C::ImportId, C::Number]).update_columns([C::Cells, C::Decision]).to_owned();
            import_row::Entity::insert(line).on_conflict(again).exec_without_returning(work.tx()).await?;
            let change = row.clone().into_active_model();
            let told = serde_json::json!({ "row": form.row, "corrected": corrected, "decision": form.decision });
            touch(&work, granted, &row, change, &told).await
        })
        .await
    }

    /// Chooses what becomes of duplicates and of refused rows.
    pub async fn choose_import(&self, by: &Actor, request: RequestId, form: ChoiceForm) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        let twins = Twins::parse(&form.twins).ok_or_else(|| StoreError::refused("twins", "unknown_value"))?;
        self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let granted = grant_any(&work.by, Action::Import)?;
            let mut change = row.clone().into_active_model();
            change.twins = Set(twins.code().to_owned());
            change.leave_out = Set(form.leave_out);
            touch(&work, granted, &row, change, &serde_json::json!({ "twins": twins, "leave_out": form.leave_out })).await
        })
        .await
    }

    /// Throws a draft away.
    pub async fn discard_import(&self, by: &Actor, request: RequestId, form: ImportForm) -> Result<()> {
        let id = ImportId::parse(&form.id).ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            let row = draft_in(&work, id, form.version).await?;
            let granted = grant_any(&work.by, Action::Import)?;
            forget(work.tx(), row.id, true).await?;
            work.audit(granted, "import", row.id, &serde_json::json!({ "discarded": row.file_name }))?;
            work.changed(import_change(&row, row.version + 1, &work.by))
        })
        .await
    }
}

/// Takes a file apart off the async threads, and deflates it.
async fn take(bytes: Vec<u8>) -> Result<Taken> {
    if bytes.len() > UPLOAD_MAX {
        let max = format!("{} MiB", UPLOAD_MAX / 1_024 / 1_024);
        return Err(vec![Violation::new("", "file_too_large").with("max", max)].into());
    }
    let _turn = super::READING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
    let read = move || {
        let table = read_table(&bytes).map_err(|error: FileError| StoreError::from(vec![error.violation()]))?;
        let failed = |error: std::io::Error| StoreError::Internal(format!("deflating: {error}"));
        let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
        out.write_all(&bytes).map_err(failed)?;
        Ok(Taken { table, deflated: out.finish().map_err(failed)? })
    };
    tokio::task::spawn_blocking(read).await.map_err(|error| StoreError::Internal(error.to_string()))?
}

async fn keep(work: &Work, mut job: import_job::Model, deflated: Vec<u8>) -> Result<ImportId> {
    use import_job::Column as C;
    let granted = grant_any(&work.by, Action::Import)?;
    let drafts = [ImportStage::Draft.code(), ImportStage::Mapped.code()];
    let open = import_job::Entity::find().filter(C::OwnerId.eq(work.by.id.0)).filter(C::Stage.is_in(drafts)).count(work.tx()).await?;
    if open >= DRAFTS_MAX as u64 {
        return Err(vec![Violation::new("", "too_many_drafts").with("max", DRAFTS_MAX)].into());
    }
    job.id = work.new_id();
    import_job::Entity::insert(job.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    let file = import_file::ActiveModel { import_id: Set(job.id), bytes: Set(deflated) };
    import_file::Entity::insert(file).exec_without_returning(work.tx()).await?;
    work.audit(granted, "import", job.id, &serde_json::json!({ "file": job.file_name, "kind": job.kind, "rows": job.rows }))?;
    work.changed(import_change(&job, 1, &work.by))?;
    Ok(ImportId(job.id))
}

/// Writes a change of a draft as its next version.
async fn touch(
    work: &Work,
    granted: Granted,
    row: &import_job::Model,
    mut change: import_job::ActiveModel,
    told: &serde_json::Value,
) -> Result<()> {
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.update(work.tx()).await?;
    work.audit(granted, "import", row.id, told)?;
    work.changed(import_change(row, row.version + 1, &work.by))
}

/// Cells as they are kept: whole, with `\n` between lines, without blanks around.
fn corrections(typed: &BTreeMap<String, String>, kind: Kind) -> Result<BTreeMap<String, String>> {
    let known: HashSet<&str> = kind.fields().iter().map(|field| field.code).chain([BEYOND]).collect();
    let mut found = Vec::new();
    let mut cells = BTreeMap::new();
    let mut total = 0;
    for (code, value) in typed {
        if !known.contains(code.as_str()) {
            return Err(StoreError::refused("", "bad_request"));
        }
        let value = value.trim().replace("\r\n", "\n").replace('\r', "\n");
        let length = value.chars().count();
        total += length;
        if length > CELL_MAX {
            found.push(Violation::new(code, "too_long").with("max", CELL_MAX));
        }
        cells.insert(code.clone(), value);
    }
    if found.is_empty() && total > EDIT_MAX {
        found.push(Violation::new("", "row_too_long").with("max", EDIT_MAX));
    }
    if found.is_empty() { Ok(cells) } else { Err(found.into()) }
}

/// Codes of a kind's fields, and whether a file must have them.
fn fields(kind: Kind) -> Vec<(&'static str, bool)> {
    kind.fields().iter().map(|field| (field.code, field.required)).collect()
}

/// The same headers, however they are decorated, have the same key.
fn headers_key(headers: &[String]) -> String {
    let plain: Vec<String> = headers.iter().map(|header| words::plain(header)).collect();
    Sha256::digest(plain.join("\u{1f}").as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorated_headers_are_the_same_headers() {
        let of = |headers: &[&str]| headers_key(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["客户名称*", "Phone"]), of(&["客户名称（必填）", "phone"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["ab"]), of(&["a", "b"]));
    }

    #[test]
    fn a_corrected_cell_is_whole_or_refused() {
        let typed = |value: &str| BTreeMap::from([("notes".to_owned(), value.to_owned())]);
        let kept = corrections(&typed(" a\r\nb\rc "), Kind::Customers).unwrap();
        assert_eq!(kept["notes"], "a\nb\nc");
        let whole = "字".repeat(EDIT_MAX);
        assert_eq!(corrections(&typed(&whole), Kind::Customers).unwrap()["notes"], whole);
        let code = |value: &str| match corrections(&typed(value), Kind::Customers).unwrap_err() {
            StoreError::Refused(found) => found[0].to_string(),
            other => other.to_string(),
        };
        assert_eq!(code(&"x".repeat(EDIT_MAX + 1)), ": row_too_long");
        assert_eq!(code(&"x".repeat(CELL_MAX + 1)), "notes: too_long");
        let unknown = BTreeMap::from([("id".to_owned(), "x".to_owned())]);
        assert!(corrections(&unknown, Kind::Customers).is_err());
    }
}
