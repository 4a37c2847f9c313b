//! A workbook (`.xlsx`, Office Open XML, ECMA-376) that is written row by row and
//! can be sent while it grows: a zip archive of sheets and a few fixed parts. No
//! formulas and no shared strings: a text is kept where it stands, as a text, and
//! no spreadsheet runs it. Which rows there are is not here.

use chrono::NaiveDate;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

/// Rows of a sheet, by the limit of spreadsheets; the next one begins a further sheet.
const ROWS: u32 = 1_048_576;
/// Fast: a workbook is sent once and not kept here.
const LEVEL: i64 = 3;

/// Day 0 of spreadsheets (they count a 29 February 1900, which was none).
pub const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day of the calendar");

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    /// A decimal number as text, shown with so many decimals and with thousands parted.
    Money(String, u32),
    /// Shown as it is.
    Number(f64),
    /// Basis points, shown in per cent.
    Rate(i32),
    /// Days since [`EPOCH`].
    Day(i64),
}

/// Formats of cells, in the order of `cellXfs` in [`STYLES`].
#[derive(Clone, Copy)]
enum Style {
    Head = 1,
    Day = 2,
    Rate = 3,
    Whole = 4,
    Two = 5,
    Three = 6,
}

/// What was written and not yet taken. Shared, since the archive keeps its writer to
/// itself while a part of it is open.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A workbook that is being written.
pub struct Workbook {
    zip: ZipWriter<StreamWriter<Out>>,
    out: Out,
    name: String,
    head: Vec<String>,
    sheets: usize,
    /// Rows of the sheet that is open.
    rows: u32,
    line: String,
}

impl Workbook {
    /// A workbook whose sheets are called `name`, `name 2` and so on, each with the
    /// same head, which stays in sight.
    ///
    /// # Errors
    /// If the archive cannot be begun.
    pub fn new(name: &str, head: Vec<String>) -> io::Result<Self> {
        let out = Out::default();
        let zip = ZipWriter::new_stream(out.clone());
        let mut book = Self { zip, out, name: name.to_owned(), head, sheets: 0, rows: 0, line: String::new() };
        for (part, content) in [("_rels/.rels", ROOT), ("docProps/app.xml", ABOUT), ("xl/styles.xml", STYLES)] {
            book.part(part, content)?;
        }
        book.open()?;
        Ok(book)
    }

    /// A further row.
    ///
    /// # Errors
    /// If the archive takes no more.
    pub fn row(&mut self, cells: impl Iterator<Item = Value>) -> io::Result<()> {
        if self.rows == ROWS {
            self.zip.write_all(SHEET_END.as_bytes())?;
            self.open()?;
        }
        self.line.clear();
        self.line.push_str("<row>");
        for cell in cells {
            push(&mut self.line, &cell, None);
        }
        self.line.push_str("</row>");
        self.rows += 1;
        self.zip.write_all(self.line.as_bytes())
    }

    /// What was written since this was asked last.
    #[must_use]
    pub fn taken(&self) -> Vec<u8> {
        take(&mut self.out.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// If the archive cannot be ended.
    pub fn end(mut self) -> io::Result<Vec<u8>> {
        self.zip.write_all(SHEET_END.as_bytes())?;
        let (mut kinds, mut sheets, mut links) = (String::new(), String::new(), String::new());
        for n in 1..=self.sheets {
            let name = if n == 1 { self.name.clone() } else { format!("{} {n}", self.name) };
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
            let _ = write!(kinds, r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}"/>"#);
            let _ = write!(sheets, r#"<sheet name="{}" sheetId="{n}" r:id="rId{n}"/>"#, escaped(&name));
            let _ = write!(links, r#"<Relationship Id="rId{n}" Type="{RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>"#);
        }
        let _ = write!(links, r#"<Relationship Id="rId0" Type="{RELATION}/styles" Target="styles.xml"/>"#);
        self.part(
            "xl/workbook.xml",
            &format!(r#"{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheets}</sheets></workbook>"#),
        )?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &format!(r#"{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>"#),
        )?;
        self.part("[Content_Types].xml", &format!(r#"{XML}<Types xmlns="{PACKAGE}/content-types">{KINDS}{kinds}</Types>"#))?;
        let Self { zip, out, .. } = self;
        zip.finish().map_err(io::Error::other)?;
        Ok(take(&mut out.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Begins a sheet with its head.
    fn open(&mut self) -> io::Result<()> {
        self.sheets += 1;
        self.begin(&format!("xl/worksheets/sheet{}.xml", self.sheets))?;
        let mut head = format!(
            r#"{XML}<worksheet xmlns="{MAIN}">{FROZEN}<cols><col min="1" max="{}" width="16" customWidth="1"/></cols><sheetData><row>"#,
            self.head.len().max(1)
        );
        for title in &self.head {
            push(&mut head, &Value::Text(title.clone()), Some(Style::Head));
        }
        head.push_str("</row>");
        self.rows = 1;
        self.zip.write_all(head.as_bytes())
    }

    fn part(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.begin(name)?;
        self.zip.write_all(content.as_bytes())
    }

    fn begin(&mut self, name: &str) -> io::Result<()> {
        self.zip.start_file(name, SimpleFileOptions::default().compression_level(Some(LEVEL))).map_err(io::Error::other)
    }
}

/// A cell as XML, without its place: cells follow each other, an empty one too.
fn push(line: &mut String, value: &Value, style: Option<Style>) {
    let number = |line: &mut String, style: Style, number: &dyn std::fmt::Display| {
        let _ = write!(line, r#"<c s="{}"><v>{number}</v></c>"#, style as u8);
    };
    match value {
        Value::Empty => line.push_str("<c/>"),
        Value::Text(text) => {
            let style = style.map(|style| format!(r#" s="{}""#, style as u8)).unwrap_or_default();
            let _ = write!(line, r#"<c t="inlineStr"{style}><is><t xml:space="preserve">{}</t></is></c>"#, escaped(text));
        }
        Value::Money(amount, 0) => number(line, Style::Whole, amount),
        Value::Money(amount, 3) => number(line, Style::Three, amount),
        Value::Money(amount, _) => number(line, Style::Two, amount),
        Value::Number(n) => {
            let _ = write!(line, "<c><v>{n}</v></c>");
        }
        Value::Rate(bp) => {
            number(line, Style::Rate, &format!("{}{}.{:04}", if *bp < 0 { "-" } else { "" }, bp.abs() / 10_000, bp.abs() % 10_000))
        }
        Value::Day(day) => number(line, Style::Day, day),
    }
}

/// Text in XML. What XML cannot carry is written `_xHHHH_` (ST_Xstring), and so is the
/// beginning of what only looks like that.
fn escaped(text: &str) -> Cow<'_, str> {
    let plain =
        |c: char| !matches!(c, '&' | '<' | '>' | '"' | '_' | '\r' | '\u{fffe}' | '\u{ffff}') && (c >= ' ' || c == '\t' || c == '\n');
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '_' if !looks_escaped(&text[at..]) => out.push('_'),
            c if plain(c) => out.push(c),
            c => {
                let _ = write!(out, "_x{:04X}_", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}

fn looks_escaped(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 7 && b[1] == b'x' && b[6] == b'_' && b[2..6].iter().all(u8::is_ascii_hexdigit)
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEET_END: &str = "</sheetData></worksheet>";
/// The head stays in sight.
const FROZEN: &str = r#"<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#;
const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>"#;
/// By this name the import knows that texts stand as they are meant; a spreadsheet
/// that saves the workbook puts its own.
const ABOUT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Weir</Application></Properties>"#;
const KINDS: &str = r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>"#;
const STYLES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r##"<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="0.##%"/><numFmt numFmtId="166" formatCode="#,##0.000"/></numFmts>"##,
    r#"<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>"#,
    r#"<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>"#,
    r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
    r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
    r#"<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#,
);

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    fn read(bytes: Vec<u8>) -> Vec<Vec<Vec<Data>>> {
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        book.worksheets().into_iter().map(|(_, sheet)| sheet.rows().map(<[Data]>::to_vec).collect()).collect()
    }

    #[test]
    fn cells_come_back_as_what_they_are() {
        let texts = ["=1+1", "a < b & \"c\"", " lead", "两行\n文字", "_x000D_ as written", "bell\u{7}", "'=q", ""];
        let mut book = Workbook::new("商机", vec!["名称".into(), "a&b".into()]).unwrap();
        let mut bytes = book.taken();
        for text in texts {
            book.row([Value::Text(text.into()), Value::Money("1234567.89".into(), 2)].into_iter()).unwrap();
            bytes.extend(book.taken());
        }
        book.row([Value::Empty, Value::Rate(4250), Value::Day(45_658), Value::Number(-31.5)].into_iter()).unwrap();
        bytes.extend(book.end().unwrap());
        let sheets = read(bytes);
        let rows = &sheets[0];
        assert_eq!(rows[0][..2], [Data::String("名称".into()), Data::String("a&b".into())]);
        for (n, text) in texts.iter().enumerate() {
            let cell = &rows[n + 1][0];
            assert!(
                matches!(cell, Data::String(found) if found == text) || (text.is_empty() && *cell == Data::Empty),
                "{text:?}: {cell:?}"
            );
            assert_eq!(rows[n + 1][1], Data::Float(1_234_567.89));
        }
        let last = &rows[texts.len() + 1];
        assert_eq!((&last[0], &last[1], &last[3]), (&Data::Empty, &Data::Float(0.425), &Data::Float(-31.5)));
        let Data::DateTime(day) = &last[2] else { panic!("a day, not {:?}", last[2]) };
        assert!((day.as_f64() - 45_658.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_full_sheet_is_followed_by_another_with_the_same_head() {
        let mut book = Workbook::new("All", vec!["n".into()]).unwrap();
        let mut bytes = Vec::new();
        for n in 0..ROWS + 4 {
            book.row(std::iter::once(Value::Number(f64::from(n)))).unwrap();
            if n % 1_000 == 0 {
                bytes.extend(book.taken());
            }
        }
        bytes.extend(book.end().unwrap());
        let sheets = read(bytes);
        assert_eq!(sheets.iter().map(Vec::len).collect::<Vec<_>>(), [ROWS as usize, 6]);
        assert_eq!(sheets[1][0], [Data::String("n".into())]);
        assert_eq!(sheets[1][1], [Data::Float(f64::from(ROWS - 1))]);
    }
}
