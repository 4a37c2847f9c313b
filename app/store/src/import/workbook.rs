//! Workbooks (`.xlsx`, and `.xlsm`, whose macros nobody looks at): cells of one
//! sheet as the texts that a list of texts would have. A workbook is measured
//! before it is read (`measure`), and read cell by cell, so that memory is
//! bounded whatever a small file unpacks to.
//!
//! Not here: `.xls` and `.ods`, whose readers lay out a whole sheet at once, as
//! large as the file says it is.

use super::cells;
use super::headers::is_known;
use super::measure::{Measured, measure};
use super::table::{CELL_MAX, COLUMNS_MAX, FileError, ROWS_MAX, Row, Table, WORKBOOK};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use csv::StringRecord;
use std::io::Cursor;
use std::sync::Arc;

/// How a zip archive begins.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// Bytes of all parts of a workbook, unpacked: a list of [`ROWS_MAX`] rows with
/// a dozen columns has half of it.
pub const UNPACKED_MAX: usize = 256 * 1_024 * 1_024;
/// Rows of a sheet, the empty ones too: all that may be filled, and a title.
pub const SHEET_ROWS_MAX: usize = ROWS_MAX + 1_000;
/// Bytes of all cells as texts: one text may stand in many cells, and is stored
/// once in the file.
const TEXT_MAX: usize = 128 * 1_024 * 1_024;
/// Filled rows among which the headers are looked for: titles stand above them.
const TITLES: usize = 20;
/// Numbers from here on have lost digits: spreadsheets keep fifteen.
const EXACT: f64 = 1e15;

/// Whether an old container holds a workbook that is encrypted (MS-OFFCRYPTO).
pub fn is_locked(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// Reads a sheet that can be seen; `""`: the first that has rows.
///
/// # Errors
/// [`FileError`], if it is no workbook or goes beyond a limit.
pub fn read(bytes: &[u8], wanted: &str) -> Result<Table, FileError> {
    let Measured { ours } = measure(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => FileError::Locked,
        _ => FileError::NotText,
    })?;
    let visible = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let sheets: Vec<String> = book.sheets_metadata().iter().filter(visible).map(|sheet| sheet.name.clone()).collect();
    if !wanted.is_empty() && !sheets.iter().any(|name| name == wanted) {
        return Err(FileError::NoSheet);
    }
    for name in sheets.iter().filter(|name| wanted.is_empty() || *name == wanted) {
        let mut rows = filled(&mut book, name, ours)?;
        if rows.is_empty() {
            continue;
        }
        let at = headers_at(&rows);
        let data = rows.split_off(at + 1);
        if data.len() > ROWS_MAX {
            return Err(FileError::TooManyRows);
        }
        let Some(first) = rows.pop() else { continue };
        let headers = (0..first.width()).map(|column| first.cell(column).to_owned()).collect();
        let (sheet, head) = (name.clone(), first.number);
        return Ok(Table { encoding: WORKBOOK, separator: ',', sheet, sheets, head, headers, rows: Arc::new(data) });
    }
    Err(FileError::Empty)
}

/// Rows with a filled cell.
fn filled(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, ours: bool) -> Result<Vec<Row>, FileError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|_| FileError::Broken)?;
    let looks: Vec<Look> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().map_or(Look::Plain, |format| Look::of(&format.format_code)))
        .collect();
    let (mut rows, mut cells, mut at, mut length) = (Vec::new(), Vec::new(), 0, 0);
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|_| FileError::Broken)? {
        let (row, column) = cell.get_position();
        if row != at {
            if row < at {
                return Err(FileError::Broken);
            }
            flush(&mut rows, &mut cells, at)?;
            at = row;
        }
        let text = text(cell.get_value(), looks.get(style).copied().unwrap_or(Look::Plain), ours);
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= COLUMNS_MAX {
            return Err(FileError::TooManyColumns);
        }
        if text.len() > CELL_MAX && text.chars().count() > CELL_MAX {
            return Err(FileError::CellTooLong { row: row as usize + 1 });
        }
        length += text.len();
        if length > TEXT_MAX {
            return Err(FileError::Unpacked);
        }
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    flush(&mut rows, &mut cells, at)?;
    Ok(rows)
}

fn flush(rows: &mut Vec<Row>, cells: &mut Vec<String>, at: u32) -> Result<(), FileError> {
    if !cells.is_empty() {
        if rows.len() > ROWS_MAX + TITLES {
            return Err(FileError::TooManyRows);
        }
        rows.push(Row::new(at as usize + 1, StringRecord::from(std::mem::take(cells))));
    }
    Ok(())
}

/// Which of the filled rows has the headers: the first, unless one further down
/// has more headers that are known, or unless the first is a title, which
/// stands alone in its row.
fn headers_at(rows: &[Row]) -> usize {
    let cells = |row: &Row| (0..row.width()).filter(|at| !row.cell(*at).is_empty()).count();
    let known = |row: &Row| (0..row.width()).filter(|at| is_known(row.cell(*at))).count();
    let first = rows.iter().take(TITLES);
    let most = first.clone().map(known).max().unwrap_or_default();
    if most >= 2 {
        return first.clone().position(|row| known(row) == most).unwrap_or_default();
    }
    first.clone().position(|row| cells(row) > 1).unwrap_or_default()
}

/// What a number looks like to people, as far as its meaning depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Percent,
    /// So many digits, with noughts before them: `00712`.
    Padded(usize),
}

impl Look {
    fn of(format: &str) -> Self {
        if format.len() > 1 && format.bytes().all(|b| b == b'0') {
            Self::Padded(format.len())
        } else if format.contains('%') && !format.contains('"') {
            Self::Percent
        } else {
            Self::Plain
        }
    }
}

/// A cell as text. Texts of our own workbooks are taken as they stand; those of
/// others lose what keeps a spreadsheet from calculating, as in a text file,
/// from which they may have come.
fn text(value: &DataRef<'_>, look: Look, ours: bool) -> String {
    let string = |text: &str| if ours { cells::literal(text) } else { cells::clean(text) };
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => string(text),
        DataRef::SharedString(text) => string(text),
        DataRef::Int(number) => {
            #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has floating numbers only")]
            let number = *number as f64;
            self::number(number, look)
        }
        DataRef::Float(number) => self::number(*number, look),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number as people would type it, with the fifteen digits that spreadsheets
/// keep; in powers of ten, as spreadsheets show it, where digits are lost.
fn number(value: f64, look: Look) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value.abs() >= EXACT {
        return format!("{value:.5E}").replace('E', "E+");
    }
    let exact = |value: f64| format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    match look {
        Look::Percent => format!("{}%", exact(value * 100.0)),
        Look::Padded(digits) if value >= 0.0 && value.fract() == 0.0 => format!("{value:0digits$}"),
        _ => exact(value).to_string(),
    }
}

/// `2026-06-30`, with the time of day if there is one; a time alone, or a
/// duration, as hours and minutes.
fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if at.is_duration() || at.as_f64() < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_would_type_them() {
        for (value, look, meant) in [
            (13_800_000_000.0, Look::Plain, "13800000000"),
            (0.1 + 0.2, Look::Plain, "0.3"),
            (1_234_567.89, Look::Plain, "1234567.89"),
            (0.425, Look::Percent, "42.5%"),
            (0.07, Look::Percent, "7%"),
            (712.0, Look::Padded(5), "00712"),
            (7.5, Look::Padded(5), "7.5"),
            (-3.0, Look::Plain, "-3"),
            (913_100_001_234_567_890.0, Look::Plain, "9.13100E+17"),
            (f64::NAN, Look::Plain, ""),
        ] {
            assert_eq!(number(value, look), meant);
        }
        assert!(cells::is_rounded(&number(913_100_001_234_567_890.0, Look::Plain)), "so that rows with lost digits are refused");
    }

    #[test]
    fn formats_that_say_what_a_number_is() {
        for (format, look) in [
            ("0%", Look::Percent),
            ("0.00%", Look::Percent),
            ("00000", Look::Padded(5)),
            ("0", Look::Plain),
            ("#,##0.00", Look::Plain),
            ("General", Look::Plain),
            ("0\"%\"", Look::Plain),
        ] {
            assert_eq!(Look::of(format), look, "{format}");
        }
    }
}
