//! Imports on a page: what a file becomes, row by row, before and after it is
//! written. A file is uploaded as a draft, its columns are mapped to fields, it
//! is checked, imported, and may be taken back.
//!
//! Not here: reading files (`store::import`), and the rules of customers and
//! deals themselves.

use crate::codes;
use crate::ids::{ImportId, UserId};
use crate::policy::{Action, Actor, Denied, Rows, grant_any, scope};
use crate::violation::Violation;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest upload, in bytes: 100,000 rows of 300 bytes. Larger files are
/// imported on the command line.
pub const UPLOAD_MAX: usize = 32 * 1_024 * 1_024;
/// Characters of a row that may be corrected on a page; a longer row would not
/// fit into a request and is corrected in the file.
pub const EDIT_MAX: usize = 20_000;
/// Drafts that one person keeps at a time.
pub const DRAFTS_MAX: usize = 20;
/// Days after which a draft that nobody touched is removed.
pub const DRAFT_DAYS: i64 = 7;
/// Rows on one page of a list of rows.
pub const LISTED: usize = 50;
/// The name under which cells to the right of all headers are corrected.
pub const BEYOND: &str = "beyond";

codes! {
    ImportKind { Customers = "customers", Contacts = "contacts", Deals = "deals", FollowUps = "follow_ups", Products = "products" }
}
codes! {
    /// Systems whose exports are known by their columns.
    Kit { HubSpot = "hubspot", Pipedrive = "pipedrive", Twenty = "twenty", Cordys = "cordys", Wukong = "wukong" }
}
codes! {
    ImportStage {
        /// Uploaded; nobody has said yet what its columns are.
        Draft = "draft",
        Mapped = "mapped",
        Done = "done",
        /// Taken back, all that could be.
        Undone = "undone",
    }
}
codes! {
    /// What becomes of rows that seem to be there already.
    #[derive(Default)]
    Twins { #[default] Skip = "skip", Make = "make" }
}
codes! {
    /// What somebody decided about one row.
    Decision { Usual = "usual", Skip = "skip", Make = "make" }
}
codes! {
    /// What a row becomes. Every row is in exactly one part.
    Part {
        Made = "made",
        /// Seems to be there already, and is left out.
        Twin = "twin",
        Refused = "refused",
        /// Left out by hand.
        Left = "left",
    }
}
codes! {
    /// Why a record that an import made cannot be removed any more.
    Kept {
        Changed = "changed",
        Contacts = "contacts",
        Deals = "deals",
        Work = "work",
        Linked = "linked",
        /// It is out of reach of the one who takes back.
        Reach = "reach",
    }
}

impl ImportKind {
    /// Where its records are listed.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            // Follow-ups are on the pages of customers.
            Self::Customers | Self::FollowUps => "/customers",
            Self::Contacts => "/contacts",
            Self::Deals => "/deals/list",
            Self::Products => "/settings/products",
        }
    }

    /// What making one such record by hand takes; importing takes it too.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Customers | Self::Contacts => Action::WriteCustomers,
            Self::Deals => Action::WriteDeals,
            Self::FollowUps => Action::LogWork,
            Self::Products => Action::ManageSettings,
        }
    }
}

impl Kit {
    /// Its name, in Chinese or English.
    #[must_use]
    pub const fn name(self, chinese: bool) -> &'static str {
        match self {
            Self::HubSpot => "HubSpot",
            Self::Pipedrive => "Pipedrive",
            Self::Twenty => "Twenty",
            Self::Cordys => "CordysCRM",
            Self::Wukong if chinese => "悟空 CRM",
            Self::Wukong => "Wukong CRM",
        }
    }
}

impl Part {
    /// What becomes of a row that a rule refuses or not, and that seems to be
    /// there already or not.
    ///
    /// ```
    /// use domain::imports::{Decision, Part, Twins};
    /// assert_eq!(Part::of(false, true, Decision::Usual, Twins::Skip), Part::Twin);
    /// assert_eq!(Part::of(false, true, Decision::Make, Twins::Skip), Part::Made);
    /// ```
    #[must_use]
    pub fn of(refused: bool, twin: bool, decision: Decision, twins: Twins) -> Self {
        match decision {
            Decision::Skip => Self::Left,
            _ if refused => Self::Refused,
            Decision::Usual if twin && twins == Twins::Skip => Self::Twin,
            Decision::Usual | Decision::Make => Self::Made,
        }
    }
}

/// Whether somebody may import such records: who may import at all, and may make
/// one by hand.
///
/// # Errors
/// [`Denied`] with the action that is missing.
pub fn may_import(actor: &Actor, kind: ImportKind) -> Result<(), Denied> {
    grant_any(actor, Action::Import)?;
    grant_any(actor, kind.action()).map(|_| ())
}

/// Whether somebody sees an import: its maker and administrators.
#[must_use]
pub fn sees(actor: &Actor, maker: UserId) -> bool {
    scope(actor, Action::Import).is_ok_and(|scope| actor.id == maker || matches!(scope.rows(), Rows::All))
}

/// A telephone number for comparison: its digits, without the prefix of China,
/// leading noughts and an extension; `None` below seven digits, which many have.
///
/// ```
/// use domain::imports::phone_key;
/// assert_eq!(phone_key("+86 021-6888 0000 转 12"), phone_key("（021）68880000"));
/// assert_eq!(phone_key("110"), None);
/// ```
#[must_use]
pub fn phone_key(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    let main = text.split(['转', 'x', '#']).next().unwrap_or_default().trim_end_matches("e");
    let main = main.trim().strip_prefix("+86").or_else(|| main.trim().strip_prefix("0086")).unwrap_or(main);
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (digits.len() >= 7).then(|| digits.to_owned())
}

/// Checks which column is which field: `mapping` has a field's code or `""` for
/// each column, `fields` the codes of a kind and whether a file must have them.
///
/// # Errors
/// `unknown_value` and `mapped_twice` at the column `c0`, `c1`, …;
/// `missing_columns` with the codes of required fields that no column has.
pub fn check_mapping(mapping: &[String], fields: &[(&str, bool)]) -> Result<(), Vec<Violation>> {
    let mut found = Vec::new();
    for (at, code) in mapping.iter().enumerate().filter(|(_, code)| !code.is_empty()) {
        if !fields.iter().any(|(known, _)| known == code) {
            found.push(Violation::new(&format!("c{at}"), "unknown_value"));
        } else if mapping[..at].contains(code) {
            found.push(Violation::new(&format!("c{at}"), "mapped_twice"));
        }
    }
    let missing: Vec<&str> =
        fields.iter().filter(|(code, required)| *required && !mapping.iter().any(|m| m == code)).map(|(code, _)| *code).collect();
    if !missing.is_empty() {
        found.push(Violation::new("", "missing_columns").with("fields", missing.join(",")));
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// An import in the list of imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub id: ImportId,
    pub version: i32,
    pub kind: ImportKind,
    pub stage: ImportStage,
    /// Empty if it came by the command line.
    pub file: String,
    pub by: (UserId, String),
    pub rows: i64,
    /// Records that it made.
    pub made: i64,
    /// Those of them that were removed again.
    pub removed: i64,
    /// When it was uploaded, or imported if it was.
    pub at: DateTime<Utc>,
}

/// A field that a column may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldName {
    pub code: String,
    pub zh: String,
    pub en: String,
    pub required: bool,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub header: String,
    /// Code of the field, `""` if it is not read.
    pub field: String,
    /// Its first filled cells, shortened.
    pub samples: Vec<String>,
}

/// How far a running import has come, in rows. Checking comes first, and counts
/// none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub done: i64,
    pub of: i64,
}

/// What a page asks while an import runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub stage: ImportStage,
    pub version: i32,
    pub running: Option<Progress>,
    /// Why the last attempt wrote nothing.
    pub failed: Option<Violation>,
}

/// One import with what its pages show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportDetail {
    pub row: ImportRow,
    pub encoding: String,
    pub twins: Twins,
    pub leave_out: bool,
    pub columns: Vec<Column>,
    pub fields: Vec<FieldName>,
    /// The mapping is the one of an earlier file with the same headers.
    pub remembered: bool,
    /// The system whose columns these look like.
    pub kit: Option<Kit>,
    /// The sheet of a workbook that is read, and all that may be; empty for text.
    pub sheet: String,
    pub sheets: Vec<String>,
    pub state: State,
}

/// Rows by what becomes of them; together all rows of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub made: i64,
    /// Those made although they seem to be there already.
    pub made_twins: i64,
    pub twin: i64,
    pub refused: i64,
    pub left: i64,
}

impl Counts {
    pub fn add(&mut self, part: Part, twin: bool) {
        match part {
            Part::Made => {
                self.made += 1;
                self.made_twins += i64::from(twin);
            }
            Part::Twin => self.twin += 1,
            Part::Refused => self.refused += 1,
            Part::Left => self.left += 1,
        }
    }

    #[must_use]
    pub fn of(&self, part: Part) -> i64 {
        match part {
            Part::Made => self.made,
            Part::Twin => self.twin,
            Part::Refused => self.refused,
            Part::Left => self.left,
        }
    }

    #[must_use]
    pub fn rows(&self) -> i64 {
        self.made + self.twin + self.refused + self.left
    }
}

/// A cell as the file or a correction has it, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellOf {
    /// Code of the field, or [`BEYOND`].
    pub field: String,
    /// The header in the file; empty if the file has no such column.
    pub header: String,
    pub value: String,
}

/// A row in one of the lists of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowOf {
    /// As the spreadsheet numbers it; the header is row 1.
    pub number: usize,
    /// What to know it by: its first field.
    pub title: String,
    pub found: Vec<Found>,
    pub decision: Decision,
}

/// Why a row is refused, or what it is a duplicate of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The header in the file; empty if the file has no such column.
    pub header: String,
    /// The cell, shortened.
    pub value: String,
    pub violation: Violation,
}

/// A row while it is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowEdit {
    pub number: usize,
    /// `None`: more than [`EDIT_MAX`] characters.
    pub cells: Option<Vec<CellOf>>,
    pub found: Vec<Found>,
    pub part: Part,
}

/// What an import would do, and one list of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCheck {
    pub version: i32,
    pub counts: Counts,
    pub part: Part,
    pub rows: Vec<RowOf>,
    /// The list goes on behind this row.
    pub next: Option<usize>,
    pub edit: Option<RowEdit>,
}

/// Which list of a check is shown, from where on, and which row is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckQuery {
    /// `None`: the first of refused, duplicates and made that has rows.
    pub part: Option<Part>,
    pub after: usize,
    pub row: Option<usize>,
}

/// A record that stays when an import is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRecord {
    pub id: uuid::Uuid,
    pub name: String,
    pub why: Kept,
    /// Who changed it last; empty if that is not kept.
    pub by: String,
    /// When it was changed last, if that is kept.
    pub at: Option<DateTime<Utc>>,
}

/// What taking back would remove, or has removed, and what stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    pub removed: i64,
    pub kept_total: i64,
    /// The first of them.
    pub kept: Vec<KeptRecord>,
}

/// Which column is which field, as typed: `c0`, `c1`, … and codes of fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappingForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub columns: BTreeMap<String, String>,
}

impl MappingForm {
    /// The code for each of so many columns.
    #[must_use]
    pub fn mapping(&self, columns: usize) -> Vec<String> {
        (0..columns).map(|at| self.columns.get(&format!("c{at}")).cloned().unwrap_or_default()).collect()
    }
}

/// Which sheet of a workbook is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub sheet: String,
}

/// One row, corrected or decided about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub row: usize,
    /// Code of a [`Decision`]; empty: as it was.
    pub decision: String,
    /// By code of the field; fields that are not here stay as they are.
    pub cells: BTreeMap<String, String>,
    /// The list to go back to.
    pub part: String,
}

/// What becomes of duplicates and of refused rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChoiceForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub twins: String,
    /// Refused rows are left out; else they keep the file from being imported.
    pub leave_out: bool,
}

/// An import, run, taken back or thrown away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    /// How many records the person saw that it would make.
    pub made: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UnitId;
    use crate::policy::{Role, reach};

    #[test]
    fn who_imports_could_make_the_records_by_hand() {
        for &role in Role::ALL {
            let unit = UnitId(uuid::Uuid::nil());
            let actor = Actor { id: UserId(uuid::Uuid::nil()), name: String::new(), role, unit, units_below: vec![unit] };
            for &kind in ImportKind::ALL {
                let may = reach(role, Action::Import).is_some() && reach(role, kind.action()).is_some();
                assert_eq!(may_import(&actor, kind).is_ok(), may, "{role} {kind}");
                let who = matches!(role, Role::Administrator) || role == Role::Manager && kind != ImportKind::Products;
                assert_eq!(may, who, "{role} {kind}");
            }
        }
    }

    #[test]
    fn every_row_is_in_one_part() {
        for &decision in Decision::ALL {
            for &twins in Twins::ALL {
                for refused in [false, true] {
                    for twin in [false, true] {
                        let part = Part::of(refused, twin, decision, twins);
                        assert_eq!(part == Part::Left, decision == Decision::Skip);
                        assert!(part != Part::Made || !refused, "what is refused is never made");
                        assert!(part != Part::Twin || twins == Twins::Skip && decision == Decision::Usual);
                    }
                }
            }
        }
    }

    #[test]
    fn counts_add_up() {
        let mut counts = Counts::default();
        for (part, twin) in [(Part::Made, false), (Part::Made, true), (Part::Twin, true), (Part::Refused, true), (Part::Left, false)] {
            counts.add(part, twin);
        }
        assert_eq!(counts.rows(), 5);
        assert_eq!((counts.made, counts.made_twins), (2, 1));
        assert_eq!(Part::ALL.iter().map(|part| counts.of(*part)).sum::<i64>(), counts.rows());
    }

    #[test]
    fn telephone_numbers_are_compared_by_their_digits() {
        for (one, other) in [
            ("021-6888 0000", "+86 21 6888 0000"),
            ("（０２１）６８８８００００", "02168880000"),
            ("0086 138 0000 0000", "13800000000"),
            ("021-68880000 ext 8", "021-68880000"),
            ("021-68880000#8", "021-68880000转9"),
        ] {
            assert_eq!(phone_key(one), phone_key(other), "{one} {other}");
            assert!(phone_key(one).is_some());
        }
        for none in ["", "-", "110", "12345", "转 12345678"] {
            assert_eq!(phone_key(none), None, "{none}");
        }
        assert_ne!(phone_key("021-68880000"), phone_key("010-68880000"));
    }

    #[test]
    fn a_field_is_in_one_column_and_required_ones_are_there() {
        let fields = [("name", true), ("phone", false), ("owner", true)];
        let mapping = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert_eq!(check_mapping(&mapping(&["owner", "", "name"]), &fields), Ok(()));
        let found = check_mapping(&mapping(&["name", "name", "x"]), &fields).unwrap_err();
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["c1: mapped_twice", "c2: unknown_value", ": missing_columns"]);
        assert_eq!(found[2].params, [("fields".to_owned(), "owner".to_owned())]);
    }
}
