//! Workbooks made by hand, as spreadsheets and their relatives write them, and
//! such as nobody should write.

use super::*;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook part by part.
struct Book {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    sheets: String,
    links: String,
    count: usize,
    /// `date1904="1"`, or nothing.
    about: &'static str,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Formats by their place: plain, a day, a day with a time, per cent, five digits.
const STYLES: &str = r#"<numFmts count="1"><numFmt numFmtId="170" formatCode="00000"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="10"/><xf numFmtId="170"/></cellXfs>"#;

impl Book {
    fn new() -> Self {
        let mut book = Self { zip: ZipWriter::new(Cursor::default()), sheets: String::new(), links: String::new(), count: 0, about: "" };
        book.part("_rels/.rels", &format!(r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#));
        book.part("xl/styles.xml", &format!(r#"<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>"#));
        book
    }

    fn part(&mut self, name: &str, content: &str) {
        self.zip.start_file(name, SimpleFileOptions::default()).unwrap();
        self.zip.write_all(content.as_bytes()).unwrap();
    }

    /// A further sheet; `state`: `visible`, `hidden` or `veryHidden`.
    fn sheet(mut self, name: &str, state: &str, rows: &str) -> Self {
        self.count += 1;
        let n = self.count;
        self.part(
            &format!("xl/worksheets/sheet{n}.xml"),
            &format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#),
        );
        self.sheets += &format!(r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="s{n}"/>"#);
        self.links += &format!(r#"<Relationship Id="s{n}" Type="{RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>"#);
        self
    }

    fn shared(mut self, strings: &str) -> Self {
        self.part("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{MAIN}">{strings}</sst>"#));
        self.links += &format!(r#"<Relationship Id="t" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/>"#);
        self
    }

    fn bytes(mut self) -> Vec<u8> {
        let links = format!(r#"<Relationship Id="y" Type="{RELATION}/styles" Target="styles.xml"/>{}"#, self.links);
        self.part("xl/_rels/workbook.xml.rels", &format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#));
        let (about, sheets) = (self.about, self.sheets.clone());
        self.part(
            "xl/workbook.xml",
            &format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><workbookPr {about}/><sheets>{sheets}</sheets></workbook>"#),
        );
        self.zip.finish().unwrap().into_inner()
    }
}

/// A row of texts that stand where they are.
fn line(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(at).unwrap());
        if text.is_empty() { String::new() } else { format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#) }
    };
    format!(r#"<row r="{number}">{}</row>"#, cells.iter().enumerate().map(cell).collect::<String>())
}

fn rows(table: &Table) -> Vec<(usize, Vec<&str>)> {
    table.rows.iter().map(|row| (row.number, (0..row.width()).map(|at| row.cell(at)).collect())).collect()
}

#[test]
fn cells_are_read_as_the_workbook_shows_them() {
    let strings = "<si><t>name</t></si><si><r><t xml:space=\"preserve\">rich </t></r><r><rPr><b/></rPr><t>text</t></r></si><si><t>0012</t></si>\
         <si><t>'=1+1</t></si><si><t xml:space=\"preserve\"> 恒澜\r\n二 </t></si><si><t>—</t></si>";
    let data = [
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>phone</t></is></c><c r=\"C1\" t=\"str\"><v>notes</v></c></row>",
        // A rich text, a number that is a telephone number, a text of digits.
        "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"B3\"><v>13800000000</v></c><c r=\"C3\" t=\"s\"><v>2</v></c></row>",
        // A day, a day and a time, per cent, digits with noughts before.
        "<row r=\"4\"><c r=\"A4\" s=\"1\"><v>46203</v></c><c r=\"B4\" s=\"2\"><v>46203.75</v></c><c r=\"C4\" s=\"3\"><v>0.425</v></c>\
         <c r=\"D4\" s=\"4\"><v>712</v></c></row>",
        // Formulas have their last value; a mistake shows; yes and no.
        "<row r=\"5\"><c r=\"A5\"><f>1+1</f><v>2</v></c><c r=\"B5\" t=\"str\"><f>A1</f><v>told</v></c><c r=\"C5\" t=\"e\"><v>#N/A</v></c>\
         <c r=\"D5\" t=\"b\"><v>1</v></c></row>",
        // What a text file was shielded with, blanks and line breaks, a dash for nothing.
        "<row r=\"6\"><c r=\"A6\" t=\"s\"><v>3</v></c><c r=\"B6\" t=\"s\"><v>4</v></c><c r=\"C6\" t=\"s\"><v>5</v></c><c r=\"D6\" s=\"1\"/></row>",
        "<row r=\"7\"/><row r=\"8\"><c r=\"A8\" s=\"1\"/></row>",
        // A number of eighteen digits has lost some.
        "<row r=\"9\"><c r=\"A9\"><v>913100001234567890</v></c></row>",
    ];
    let table = read_table(&Book::new().shared(strings).sheet("表一", "visible", &data.concat()).bytes()).unwrap();
    assert_eq!((table.encoding, table.sheet.as_str(), table.head), (WORKBOOK, "表一", 1));
    assert_eq!(table.headers, ["name", "phone", "notes"]);
    let meant: Vec<(usize, Vec<&str>)> = vec![
        (3, vec!["rich text", "13800000000", "0012"]),
        (4, vec!["2026-06-30", "2026-06-30 18:00:00", "42.5%", "00712"]),
        (5, vec!["2", "told", "#N/A", "TRUE"]),
        (6, vec!["=1+1", "恒澜\n二"]),
        (9, vec!["9.13100E+17"]),
    ];
    assert_eq!(rows(&table), meant, "rows have the numbers of the workbook");
}

#[test]
fn days_may_be_counted_from_1904() {
    let mut book = Book::new();
    book.about = r#"date1904="1""#;
    let data =
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>name</t></is></c></row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>44741</v></c></row>";
    let table = read_table(&book.sheet("S", "visible", data).bytes()).unwrap();
    assert_eq!(table.rows[0].cell(0), "2026-06-30");
}

#[test]
fn the_first_sheet_that_can_be_seen_and_has_rows_is_read() {
    let one = |name: &str| line(1, &["name", "phone"]) + &line(2, &[name, "021-68880000"]);
    let bytes = Book::new()
        .sheet("hidden", "hidden", &one("Hidden"))
        .sheet("deep", "veryHidden", &one("Deep"))
        .sheet("empty", "visible", "<row r=\"1\"><c r=\"A1\" s=\"1\"/></row>")
        .sheet("客户", "visible", &one("First"))
        .sheet("more", "visible", &one("Second"))
        .bytes();
    let table = read_table(&bytes).unwrap();
    assert_eq!((table.sheet.as_str(), table.rows[0].cell(0)), ("客户", "First"));
    assert_eq!(table.sheets, ["empty", "客户", "more"], "hidden ones are not offered");
    let other = read_sheet(&bytes, "more").unwrap();
    assert_eq!((other.sheet.as_str(), other.rows[0].cell(0)), ("more", "Second"));
    assert_eq!(read_sheet(&bytes, "hidden").unwrap_err(), FileError::NoSheet);
    assert_eq!(read_sheet(&bytes, "empty").unwrap_err(), FileError::Empty);
    assert_eq!(read_table(&Book::new().sheet("none", "visible", "").bytes()).unwrap_err(), FileError::Empty);
}

#[test]
fn titles_above_the_headers_are_no_headers() {
    let data = [
        line(1, &["2026 年客户清单"]),
        line(2, &["制表：张伟", "", "2026-06-30"]),
        line(4, &["客户名称", "电话", "内部编号"]),
        line(5, &["恒澜", "021-68880000", "A-1"]),
    ];
    let table = read_table(&Book::new().sheet("S", "visible", &data.concat()).bytes()).unwrap();
    assert_eq!((table.head, table.headers.as_slice()), (4, ["客户名称", "电话", "内部编号"].map(str::to_owned).as_slice()));
    assert_eq!(rows(&table), [(5, vec!["恒澜", "021-68880000", "A-1"])]);
    // Headers that nobody knows: a title stands alone in its row.
    let data = [line(1, &["A title"]), line(2, &["x1", "y1"]), line(3, &["a", "b"])];
    let table = read_table(&Book::new().sheet("S", "visible", &data.concat()).bytes()).unwrap();
    assert_eq!((table.head, table.headers.len(), table.rows.len()), (2, 2, 1));
    // One column has no title to tell from its header.
    let table = read_table(&Book::new().sheet("S", "visible", &(line(1, &["name"]) + &line(2, &["A"]))).bytes()).unwrap();
    assert_eq!((table.head, table.rows.len()), (1, 1));
}

#[test]
fn cells_need_not_say_where_they_are() {
    let data = "<row><c t=\"inlineStr\"><is><t>name</t></is></c><c t=\"inlineStr\"><is><t>notes</t></is></c></row><row><c/><c t=\"inlineStr\"><is><t>b</t></is></c></row>";
    let table = read_table(&Book::new().sheet("S", "visible", data).bytes()).unwrap();
    assert_eq!(rows(&table), [(2, vec!["", "b"])]);
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let empty = "<row r=\"1\"/>".repeat(SHEET_ROWS + 1);
    let book = |rows: &str| read_table(&Book::new().sheet("S", "visible", rows).bytes()).unwrap_err();
    assert_eq!(book(&(line(1, &["name"]) + &line(2, &["A"]) + &empty)), FileError::SheetRows, "a million rows of nothing");
    assert_eq!(book(&(line(1, &["name"]) + "<row r=\"2\"><c r=\"ZZZ2\" t=\"str\"><v>x</v></c></row>")), FileError::TooManyColumns);
    let long = "x".repeat(CELL_MAX + 1);
    assert_eq!(book(&(line(1, &["name"]) + &line(7, &[&long]))), FileError::CellTooLong { row: 7 });
    // A short file that unpacks to more than is allowed, wherever it has it.
    let mut bomb = Book::new();
    bomb.part("media/spaces.bin", &" ".repeat(2 << 20));
    let bytes = bomb.sheet("S", "visible", &line(1, &["name"])).bytes();
    assert!(bytes.len() < 1 << 14, "{}", bytes.len());
    assert_eq!(super::measure::within(&bytes, 1 << 20).err(), Some(FileError::Unpacked));
    assert!(super::measure::within(&bytes, 3 << 20).is_ok());
    // One text in very many cells.
    let text = "y".repeat(30_000);
    let cells: String = (2..5_000).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>")).collect();
    let strings = format!("<si><t>{text}</t></si>");
    let many = Book::new().shared(&strings).sheet("S", "visible", &(line(1, &["name"]) + &cells)).bytes();
    assert_eq!(read_table(&many).unwrap_err(), FileError::Unpacked);
}

#[test]
fn other_files_in_an_archive_are_no_workbooks() {
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("letter.txt", SimpleFileOptions::default()).unwrap();
    other.write_all(b"name").unwrap();
    assert_eq!(read_table(&other.finish().unwrap().into_inner()).unwrap_err(), FileError::NotText);
    let whole = Book::new().sheet("S", "visible", &line(1, &["name"])).bytes();
    assert_eq!(read_table(&whole[..whole.len() / 2]).unwrap_err(), FileError::NotText, "cut off");
    let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read_table(&locked).unwrap_err(), FileError::Locked);
}

#[test]
fn our_own_workbooks_stand_as_they_are() {
    let texts = ["=1+1", "'=1+1", "—", "-", "@home"];
    let data: String = texts.iter().enumerate().map(|(at, text)| line(at + 2, &["A", text])).collect();
    let read = |ours: bool| {
        let mut book = Book::new();
        if ours {
            book.part("docProps/app.xml", "<Properties><Application>Weir</Application></Properties>");
        }
        let table = read_table(&book.sheet("S", "visible", &(line(1, &["name", "notes"]) + &data)).bytes()).unwrap();
        table.rows.iter().map(|row| row.cell(1).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read(true), texts);
    assert_eq!(read(false), ["=1+1", "=1+1", "", "", "@home"]);
}

/// The limit, for the size of what goes beyond it.
const SHEET_ROWS: usize = super::workbook::SHEET_ROWS_MAX;
