//! Customers, contacts, deals, follow-ups and products from a file that people
//! have: a workbook, a spreadsheet saved as CSV, or an export of another system.
//! [`read_table`] makes rows of bytes (`table`, `workbook`), `headers` finds the
//! columns by what is in `fields` and `kits`, `cells`, `dates` and `words` read
//! them, the forms of `domain` check them, and a module for each kind writes them.
//!
//! All or nothing: if one row is refused, nothing is written and all that was
//! refused is told at once, so that the file can be mended where it was made.
//! Not here: changes to what exists already, and drafts of imports with their
//! pages (`imports`), which use all of this.

mod cells;
mod contacts;
mod customers;
mod dates;
mod deal_rows;
mod deals;
pub(crate) mod fields;
mod follow_ups;
pub(crate) mod headers;
pub(crate) mod kits;
mod known;
mod measure;
mod products;
mod reader;
mod table;
pub(crate) mod words;
mod workbook;

pub use fields::Field;
pub(crate) use headers::{Columns, Corrections};
pub(crate) use reader::{See, Seen, about, shorten};
pub use table::{CELL_MAX, COLUMNS_MAX, FILE_MAX, FileError, ROWS_MAX, Row, TYPES, Table, WORKBOOK, read_sheet, read_table};

use crate::Store;
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::write::Work;
use chrono::NaiveDate;
use domain::ids::RequestId;
use domain::imports::{Decision, ImportKind, Twins, may_import};
use domain::policy::{Action, Actor, Granted, grant_any};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Refusals that a report lists; the rest is only counted. More than a person
/// mends by hand, and a wrong column refuses every row.
pub const REFUSALS_MAX: usize = 1_000;
/// Characters of a cell that a refusal repeats: enough to recognise it.
const VALUE_MAX: usize = 80;
/// Rows of one statement. A deal has 33 columns, and SQLite takes 32,766 values.
const BATCH: usize = 500;

domain::codes! {
    /// What a file holds.
    Kind { Customers = "customers", Contacts = "contacts", Deals = "deals", FollowUps = "follow_ups", Products = "products" }
}

impl Kind {
    /// The fields of a kind with their headers, first the one to write.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Customers => fields::CUSTOMER,
            Self::Contacts => fields::CONTACT,
            Self::Deals => fields::DEAL,
            Self::FollowUps => fields::FOLLOW_UP,
            Self::Products => fields::PRODUCT,
        }
    }

    /// The kind whose headers the file has; `None` if it has none's. A file
    /// that could be several holds customers: deals have a title, and the others
    /// all that they need and clearly more than customers or deals would have.
    #[must_use]
    pub fn detect(table: &Table) -> Option<Self> {
        let of = |kind| Columns::of(kind, table);
        let (customers, deals) = (of(Self::Customers), of(Self::Deals));
        let titled = deals.found() == customers.found() && deals.has("title") && deals.has("customer");
        let (usual, found) =
            if deals.found() > customers.found() || titled { (Self::Deals, deals.found()) } else { (Self::Customers, customers.found()) };
        let others = [Self::Contacts, Self::FollowUps, Self::Products].map(|kind| (kind, of(kind)));
        let told = others.iter().filter(|(_, columns)| columns.missing().next().is_none() && columns.found() > found + 1);
        let told = told.max_by_key(|(_, columns)| columns.found()).map(|(kind, _)| *kind);
        told.or((found > 0).then_some(usual))
    }
}

impl From<ImportKind> for Kind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Customers => Self::Customers,
            ImportKind::Contacts => Self::Contacts,
            ImportKind::Deals => Self::Deals,
            ImportKind::FollowUps => Self::FollowUps,
            ImportKind::Products => Self::Products,
        }
    }
}

impl From<Kind> for ImportKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Customers => Self::Customers,
            Kind::Contacts => Self::Contacts,
            Kind::Deals => Self::Deals,
            Kind::FollowUps => Self::FollowUps,
            Kind::Products => Self::Products,
        }
    }
}

/// Reads an amount as typed into minor units of a currency (ISO 4217).
pub type ParseAmount = fn(&str, &str) -> Option<i64>;

/// How to import.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions {
    /// Check everything, write nothing.
    pub dry_run: bool,
    pub parse_amount: ParseAmount,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Filled rows below the header.
    pub rows: usize,
    /// Records written; in a dry run those that would be. Nought if anything
    /// was refused.
    pub created: usize,
    /// By row, at most [`REFUSALS_MAX`].
    pub refused: Vec<Refusal>,
    /// All refusals, listed or not.
    pub refused_total: usize,
    /// Headers whose columns were not read.
    pub ignored_headers: Vec<String>,
    pub dry_run: bool,
}

/// One cell that a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// As the spreadsheet numbers it; the header is row 1.
    pub row: usize,
    /// The header as the file has it; as we would write it, if the file lacks it.
    pub column: String,
    /// Name of the field in the form, `""` for the whole row.
    pub field: String,
    /// The cell, cut to 80 characters.
    pub value: String,
    /// As in [`domain::violation::Violation`].
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
}

impl Store {
    /// Writes the rows of `table` as new records, in one transaction
    /// with one audit row; or, if anything is refused or in a dry run, nothing.
    /// A row without an owner belongs to `by`. `progress` hears how many of how
    /// many rows are done. A repeated `request` gets the first report again.
    ///
    /// # Errors
    /// [`StoreError::Denied`] if `by` may not import. Refused rows are no error
    /// but in the report.
    pub async fn import(
        &self,
        by: &Actor,
        request: RequestId,
        kind: Kind,
        table: &Table,
        options: &ImportOptions,
        mut progress: impl FnMut(usize, usize) + Send,
    ) -> Result<Report> {
        let granted = grant_any(by, Action::Import)?;
        may_import(by, kind.into())?;
        let columns = Columns::of(kind, table);
        let job = Job {
            kind,
            table: table.clone(),
            columns,
            org: self.require_org()?,
            parse_amount: options.parse_amount,
            rules: Rules::default(),
        };
        let report = |created, refused: Refusals| job.report(options.dry_run, created, refused);
        let missing = job.missing_headers();
        if !missing.is_empty() {
            return Ok(report(0, missing));
        }
        if options.dry_run {
            return Ok(match job.check_all(self.db(), by, self.clock.today()).await? {
                Ok(checked) => {
                    progress(table.rows.len(), table.rows.len());
                    report(checked.len(), Refusals::default())
                }
                Err(refused) => report(0, refused),
            });
        }
        // The transaction runs elsewhere, and what is refused there must undo it.
        let (sender, mut news) = mpsc::unbounded_channel();
        let writing = self.write(by, request, move |work| async move { job.write(work, granted, sender).await });
        tokio::pin!(writing);
        let mut refused = None;
        let mut hear = |news| match news {
            News::Done(done, of) => progress(done, of),
            News::Refused(report) => refused = Some(report),
        };
        let result = loop {
            tokio::select! {
                Some(piece) = news.recv() => hear(piece),
                result = &mut writing => break result,
            }
        };
        while let Ok(piece) = news.try_recv() {
            hear(piece);
        }
        match (result, refused) {
            (Err(StoreError::Refused(_)), Some(report)) => Ok(report),
            (Ok(report), _) => {
                self.learn_tables().await;
                self.boards.forget_stages();
                Ok(report)
            }
            (error, _) => error,
        }
    }
}

/// What a running import tells the one who waits for it.
pub(crate) enum News {
    Done(usize, usize),
    Refused(Report),
}

pub(crate) type Sender = mpsc::UnboundedSender<News>;

/// Refusals, listed up to a limit and counted beyond it.
#[derive(Debug, Default)]
struct Refusals {
    listed: Vec<Refusal>,
    total: usize,
}

impl Refusals {
    fn add(&mut self, refusal: Refusal) {
        self.total += 1;
        if self.listed.len() < REFUSALS_MAX {
            self.listed.push(refusal);
        }
    }

    fn is_empty(&self) -> bool {
        self.total == 0
    }
}

/// Rows after all checks.
pub(crate) enum Checked {
    Customers(Vec<customers::Ready>),
    Contacts(Vec<contacts::Ready>),
    Deals(Vec<deals::Ready>),
    FollowUps(Vec<follow_ups::Ready>),
    Products(Vec<products::Ready>),
}

impl Checked {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Customers(rows) => rows.len(),
            Self::Contacts(rows) => rows.len(),
            Self::Deals(rows) => rows.len(),
            Self::FollowUps(rows) => rows.len(),
            Self::Products(rows) => rows.len(),
        }
    }
}

/// What becomes of rows that are not simply new.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    /// Rows that seem to be there already are found by more than their names,
    /// and are no refusals.
    pub find_twins: bool,
    pub twins: Twins,
    /// What was decided about single rows, by their numbers.
    pub decisions: HashMap<usize, Decision>,
}

impl Rules {
    pub(crate) fn decision(&self, row: usize) -> Decision {
        self.decisions.get(&row).copied().unwrap_or(Decision::Usual)
    }
}

/// One file on its way into the database.
pub(crate) struct Job {
    pub kind: Kind,
    pub table: Table,
    pub columns: Columns,
    pub org: Arc<Org>,
    pub parse_amount: ParseAmount,
    pub rules: Rules,
}

impl Job {
    fn missing_headers(&self) -> Refusals {
        let mut refused = Refusals::default();
        for field in self.columns.missing() {
            let column = self.columns.header(field.code).to_owned();
            let code = "missing_header".to_owned();
            refused.add(Refusal {
                row: self.table.head,
                column,
                field: field.code.to_owned(),
                value: String::new(),
                code,
                params: Vec::new(),
            });
        }
        refused
    }

    fn report(&self, dry_run: bool, created: usize, refused: Refusals) -> Report {
        Report {
            rows: self.table.rows.len(),
            created,
            refused: refused.listed,
            refused_total: refused.total,
            ignored_headers: self.columns.ignored.clone(),
            dry_run,
        }
    }

    /// Checks all rows against the rules and against what `db` holds now; tells
    /// what becomes of each.
    pub(crate) async fn check(&self, db: &impl ConnectionTrait, by: &Actor, today: NaiveDate, see: See<'_>) -> Result<Checked> {
        let reader = reader::Reader::new(self, by, today);
        Ok(match self.kind {
            Kind::Customers => Checked::Customers(customers::check(&reader, db, see).await?),
            Kind::Contacts => Checked::Contacts(contacts::check(&reader, db, see).await?),
            Kind::Deals => Checked::Deals(deals::check(&reader, db, see).await?),
            Kind::FollowUps => Checked::FollowUps(follow_ups::check(&reader, db, see).await?),
            Kind::Products => Checked::Products(products::check(&reader, db, see).await?),
        })
    }

    /// All rows, or all that was refused.
    async fn check_all(&self, db: &impl ConnectionTrait, by: &Actor, today: NaiveDate) -> Result<std::result::Result<Checked, Refusals>> {
        let mut refused = Refusals::default();
        let mut see = |seen: Seen<'_>| seen.cells.refusals().for_each(|refusal| refused.add(refusal));
        let checked = self.check(db, by, today, &mut see).await?;
        Ok(if refused.is_empty() { Ok(checked) } else { Err(refused) })
    }

    async fn write(self, work: Work, granted: Granted, sender: Sender) -> Result<Report> {
        // Imports come one after the other, or two would find the same names free.
        work.alone("import").await?;
        let checked = match self.check_all(work.tx(), &work.by, work.today).await? {
            Ok(checked) => checked,
            Err(refused) => {
                // Nobody waits any more: then nobody needs to know.
                let _ = sender.send(News::Refused(self.report(false, 0, refused)));
                return Err(StoreError::Refused(Vec::new()));
            }
        };
        let made = self.store(&work, checked, &sender).await?;
        let id = work.new_id();
        crate::imports::enter(&work, id, &self, &made).await?;
        self.announce(&work, granted, id, made.len())?;
        Ok(self.report(false, made.len(), Refusals::default()))
    }

    /// Writes checked rows; gives the ids of the records.
    pub(crate) async fn store(&self, work: &Work, checked: Checked, sender: &Sender) -> Result<Vec<Uuid>> {
        match checked {
            Checked::Customers(rows) => customers::write(work, rows, sender).await,
            Checked::Contacts(rows) => contacts::write(work, rows, sender).await,
            Checked::Deals(rows) => deal_rows::write(work, rows, &self.org, sender).await,
            Checked::FollowUps(rows) => follow_ups::write(work, rows, &self.org, sender).await,
            Checked::Products(rows) => products::write(work, rows, sender).await,
        }
    }

    /// One audit row, and one word for all rows: a listener reads again whatever
    /// it shows.
    pub(crate) fn announce(&self, work: &Work, granted: Granted, id: Uuid, created: usize) -> Result<()> {
        work.audit(granted, "import", id, &serde_json::json!({ "kind": self.kind, "created": created, "encoding": self.table.encoding }))?;
        work.changed(self.kind.changed(&work.by, id))
    }
}

impl Kind {
    /// Says that many records of this kind have changed.
    pub(crate) fn changed(self, by: &Actor, id: Uuid) -> Change {
        let topic = match self {
            // Contacts and follow-ups are on the pages of customers.
            Self::Customers | Self::Contacts | Self::FollowUps => Topic::Customer,
            Self::Deals => Topic::Deal,
            Self::Products => Topic::Settings,
        };
        Change { topic, id, version: 0, owner: None, unit: None, by: Some(by.id), by_name: by.name.clone() }
    }
}

#[cfg(test)]
mod books;
#[cfg(test)]
mod tests;
