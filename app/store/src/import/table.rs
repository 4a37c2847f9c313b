//! Bytes to rows: which encoding, which separator, where a row begins. Knows
//! nothing of customers and deals except their headers, which tell a right
//! guess from a wrong one. What a cell means is not here but in `cells`, and
//! sheets of workbooks are taken apart in `workbook`.

use super::cells;
use super::headers;
use super::workbook::{self, SHEET_ROWS_MAX, UNPACKED_MAX};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use csv::StringRecord;
use domain::violation::Violation;
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};
use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

/// Largest file, in bytes: [`ROWS_MAX`] rows of 300 bytes. It is held in memory
/// twice while it is read.
pub const FILE_MAX: usize = 64 * 1_024 * 1_024;
/// Most rows of one file. They are checked together, because names must be
/// unique among them, and written in one transaction.
pub const ROWS_MAX: usize = 200_000;
/// Most columns; the widest exports of sales systems have some two hundred.
pub const COLUMNS_MAX: usize = 512;
/// Longest cell, in characters: what a cell of a spreadsheet holds. A longer
/// one is a quotation mark that is missing.
pub const CELL_MAX: usize = 32_767;

/// What is said to be taken.
pub const TYPES: &str = "CSV, XLSX";
/// What stands in place of an encoding for a workbook.
pub const WORKBOOK: &str = "XLSX";

const BOM: char = '\u{feff}';
const SEPARATORS: [char; 3] = [',', ';', '\t'];
/// Follows the text, so that a quotation mark left open shows: it swallows this.
const SENTINEL: &str = "\u{1}";

/// A file as a spreadsheet shows it. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name of the encoding it was read as, for people: `UTF-8`, `gb18030`;
    /// [`WORKBOOK`] for a workbook.
    pub encoding: &'static str,
    /// `,`, `;` or a tab.
    pub separator: char,
    /// The sheet of a workbook, and the names of all that can be seen.
    pub sheet: String,
    pub sheets: Vec<String>,
    /// Number of the row with the headers.
    pub head: usize,
    /// The headers; empty ones at the end are left out.
    pub headers: Vec<String>,
    /// Rows with at least one filled cell.
    pub rows: Arc<Vec<Row>>,
}

/// One row; all cells in one piece of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number in the spreadsheet; the header is row 1, empty rows count.
    pub number: usize,
    cells: StringRecord,
}

impl Row {
    pub(super) const fn new(number: usize, cells: StringRecord) -> Self {
        Self { number, cells }
    }

    /// Text of a cell without surrounding blanks; `""` beyond the last one.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    /// Number of cells, up to the last filled one.
    #[must_use]
    pub fn width(&self) -> usize {
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last().map_or(0, |(last, _)| last + 1)
    }
}

/// Why a file cannot be read as a table at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("the file is larger than {FILE_MAX} bytes")]
    TooLarge,
    #[error("the file is empty")]
    Empty,
    /// Neither text nor a workbook that can be read.
    #[error("this is neither a text file nor a workbook (.xlsx); save it as one of them first")]
    NotText,
    #[error("the workbook is protected by a password; save it without one")]
    Locked,
    #[error("the workbook is damaged; open it, save it anew, and try again")]
    Broken,
    /// A small file that would fill the memory.
    #[error("the workbook holds more than {} MiB once it is unpacked; save the sheet as CSV", UNPACKED_MAX / 1_024 / 1_024)]
    Unpacked,
    #[error("a sheet has more than {SHEET_ROWS_MAX} rows; delete the empty ones below the list, or save it as CSV")]
    SheetRows,
    #[error("the workbook has no such sheet")]
    NoSheet,
    #[error("the text is in no encoding that is known; save it as CSV UTF-8")]
    Encoding,
    #[error("more than {ROWS_MAX} rows")]
    TooManyRows,
    #[error("more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    /// Most likely a quotation mark is missing there or somewhat above.
    #[error("row {row}: a cell is longer than {CELL_MAX} characters")]
    CellTooLong { row: usize },
    #[error("row {row}: a quotation mark is never closed")]
    OpenQuote { row: usize },
}

impl FileError {
    /// As a refusal of the whole file, in the words of the catalogue of errors.
    #[must_use]
    pub fn violation(&self) -> Violation {
        let new = |code| Violation::new("", code);
        match self {
            Self::TooLarge => new("file_too_large").with("max", format!("{} MiB", FILE_MAX / 1_024 / 1_024)),
            Self::Empty => new("file_empty"),
            Self::NotText => new("file_type").with("types", TYPES),
            Self::Locked => new("file_locked"),
            Self::Broken => new("file_broken"),
            Self::Unpacked => new("file_unpacked").with("max", UNPACKED_MAX / 1_024 / 1_024),
            Self::SheetRows => new("sheet_rows").with("max", SHEET_ROWS_MAX),
            Self::NoSheet => new("unknown_value"),
            Self::Encoding => new("file_encoding"),
            Self::TooManyRows => new("too_many").with("max", ROWS_MAX),
            Self::TooManyColumns => new("too_many_columns").with("max", COLUMNS_MAX),
            Self::CellTooLong { row } => new("too_long").with("max", CELL_MAX).with("row", row),
            Self::OpenQuote { row } => new("open_quote").with("row", row),
        }
    }
}

/// Reads a file of at most [`FILE_MAX`] bytes: UTF-8 with or without BOM,
/// UTF-16 with BOM, GB18030 and GBK, Big5 or Windows-1252; separated by comma,
/// semicolon or tab; rows end with CRLF, LF or CR. Or a workbook, of which the
/// first sheet that has rows is read.
///
/// # Errors
/// [`FileError`], if it is no table or goes beyond a limit of this module.
pub fn read_table(bytes: &[u8]) -> Result<Table, FileError> {
    read_sheet(bytes, "")
}

/// As [`read_table`], but the sheet of that name; `""`: the first with rows.
///
/// # Errors
/// As [`read_table`], and if there is no such sheet.
pub fn read_sheet(bytes: &[u8], sheet: &str) -> Result<Table, FileError> {
    if bytes.len() > FILE_MAX {
        return Err(FileError::TooLarge);
    }
    if bytes.starts_with(workbook::ZIP) {
        return workbook::read(bytes, sheet);
    }
    let (text, encoding) = decode(bytes)?;
    let text = text.trim_start_matches(BOM);
    if text.contains('\0') {
        return Err(FileError::NotText);
    }
    let (text, told) = told_separator(text);
    if text.trim().is_empty() {
        return Err(FileError::Empty);
    }
    let separator = told.unwrap_or_else(|| guess_separator(text));
    let (head, headers, rows) = split(text, separator)?;
    if headers.is_empty() {
        return Err(FileError::Empty);
    }
    let (sheet, sheets) = (String::new(), Vec::new());
    Ok(Table { encoding: encoding.name(), separator, sheet, sheets, head, headers, rows: Arc::new(rows) })
}

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static Encoding), FileError> {
    // A workbook of before 2007, or one with a password.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(if workbook::is_locked(bytes) { FileError::Locked } else { FileError::NotText });
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let (text, _, broken) = encoding.decode(bytes);
        return if broken { Err(FileError::Encoding) } else { Ok((text, encoding)) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), UTF_8));
    }
    if bytes.contains(&0) {
        return Err(FileError::NotText);
    }
    guess(bytes).ok_or(FileError::Encoding)
}

/// Statistics say which encoding it is, but a small file gives them little to
/// work on; so the first guess under which headers are known wins.
fn guess(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static Encoding)> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let likely = match detector.guess(None, Utf8Detection::Deny) {
        guess if guess == BIG5 || guess == WINDOWS_1252 => guess,
        // Also for the far ones that a few Chinese characters look like.
        _ => GB18030,
    };
    let mut readable = None;
    for encoding in [likely, GB18030, BIG5, WINDOWS_1252] {
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else { continue };
        let line = header_line(&text);
        if SEPARATORS.iter().any(|separator| known_headers(line, *separator) > 0) {
            return Some((text, encoding));
        }
        readable = readable.or(Some((text, encoding)));
    }
    readable
}

/// Excel's own first line `sep=;`, which it does not show as a row.
fn told_separator(text: &str) -> (&str, Option<char>) {
    let line = text.lines().next().unwrap_or_default();
    let told = line.trim().strip_prefix("sep=").and_then(|rest| rest.chars().next());
    match told.filter(|c| SEPARATORS.contains(c)) {
        Some(separator) => (text.get(line.len()..).unwrap_or_default().trim_start_matches(['\r', '\n']), Some(separator)),
        None => (text, None),
    }
}

/// The separator under which most headers are known, else the most frequent.
fn guess_separator(text: &str) -> char {
    let line = header_line(text);
    let score = |separator: char| (known_headers(line, separator), outside_quotes(line, separator));
    // The first of equals is the last that `max_by_key` keeps.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(',')
}

fn known_headers(line: &str, separator: char) -> usize {
    line.split(separator).filter(|cell| headers::is_known(cell.trim().trim_matches('"'))).count()
}

fn outside_quotes(line: &str, wanted: char) -> usize {
    let mut quoted = false;
    line.chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted && *c == wanted
        })
        .count()
}

/// The first filled row, with the line breaks inside its quotation marks.
fn header_line(text: &str) -> &str {
    let text = text.trim_start_matches(['\r', '\n', BOM]);
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        !quoted && matches!(c, '\r' | '\n')
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// The number of the row of the headers, the headers, and the rows.
fn split(text: &str, separator: char) -> Result<(usize, Vec<String>, Vec<Row>), FileError> {
    let source = text.as_bytes().chain("\n".as_bytes()).chain(SENTINEL.as_bytes());
    let separator = u8::try_from(separator).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(source);
    let mut lines = Lines { text: text.as_bytes(), number: 0, at: 0 };
    let (mut head, mut headers, mut rows) = (1, Vec::new(), Vec::new());
    let mut record = StringRecord::new();
    // Reading from memory cannot fail, and the text is valid UTF-8.
    while reader.read_record(&mut record).unwrap_or(false) {
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let is_last = end > text.len() + 1;
        if is_last && record.len() == 1 && record.get(0) == Some(SENTINEL) {
            return Ok((head, headers, rows));
        }
        let number = lines.next(end);
        if record.len() > COLUMNS_MAX && record.iter().skip(COLUMNS_MAX).any(|cell| !cell.trim().is_empty()) {
            return Err(FileError::TooManyColumns);
        }
        if record.iter().any(|cell| cell.len() > CELL_MAX && cell.chars().count() > CELL_MAX) {
            return Err(FileError::CellTooLong { row: number });
        }
        if is_last {
            return Err(FileError::OpenQuote { row: number });
        }
        let row = Row { number, cells: record.iter().map(cells::clean).collect() };
        if row.width() == 0 {
            continue;
        }
        if headers.is_empty() {
            headers = row.cells.iter().take(row.width()).map(str::to_owned).collect();
            head = number;
        } else if rows.len() == ROWS_MAX {
            return Err(FileError::TooManyRows);
        } else {
            rows.push(row);
        }
    }
    Ok((head, headers, rows))
}

/// Numbers records as a spreadsheet does. The reader leaves out empty lines,
/// and its own line numbers count the line breaks inside cells.
struct Lines<'a> {
    text: &'a [u8],
    number: usize,
    at: usize,
}

impl Lines<'_> {
    /// Number of the record that ends at `end`, from 1.
    fn next(&mut self, end: usize) -> usize {
        let byte = |at: usize| self.text.get(at).copied();
        // The reader may leave the second half of a CRLF to the next record.
        if self.at > 0 && byte(self.at - 1) == Some(b'\r') && byte(self.at) == Some(b'\n') {
            self.at += 1;
        }
        while let Some(first @ (b'\r' | b'\n')) = byte(self.at) {
            self.at += if first == b'\r' && byte(self.at + 1) == Some(b'\n') { 2 } else { 1 };
            self.number += 1;
        }
        self.at = end;
        self.number += 1;
        self.number
    }
}
