//! Whole files of `tests/files`, and small ones that are hard to read.

use super::table::CELL_MAX;
use super::*;

const EXCEL_ZH: &[u8] = include_bytes!("../../tests/files/customers-excel-zh.csv");
const UTF8: &[u8] = include_bytes!("../../tests/files/customers-utf8.csv");
const UTF8_BOM: &[u8] = include_bytes!("../../tests/files/customers-utf8-bom.csv");
const UNICODE_TEXT: &[u8] = include_bytes!("../../tests/files/customers-unicode-text.txt");
const BIG_ENDIAN: &[u8] = include_bytes!("../../tests/files/customers-big-endian.txt");
const WPS: &[u8] = include_bytes!("../../tests/files/customers-wps.csv");
const DEALS_ZH: &[u8] = include_bytes!("../../tests/files/deals-excel-zh.csv");
const DEALS_EN: &[u8] = include_bytes!("../../tests/files/deals-excel-en.csv");
const DEALS_EUROPEAN: &[u8] = include_bytes!("../../tests/files/deals-european.csv");

fn table(text: &str) -> Table {
    read_table(text.as_bytes()).unwrap()
}

fn cells(table: &Table, row: usize) -> Vec<&str> {
    (0..table.rows[row].width()).map(|at| table.rows[row].cell(at)).collect()
}

fn numbers(table: &Table) -> Vec<usize> {
    table.rows.iter().map(|row| row.number).collect()
}

#[test]
fn one_list_in_many_encodings() {
    let plain = read_table(UTF8).unwrap();
    assert_eq!((plain.encoding, plain.separator, plain.rows.len()), ("UTF-8", ',', 3));
    assert_eq!(plain.rows[1].cell(0), "上海䶮辰𠮷信息技术有限公司");
    for (bytes, encoding, separator) in
        [(EXCEL_ZH, "gb18030", ','), (UTF8_BOM, "UTF-8", ','), (UNICODE_TEXT, "UTF-16LE", '\t'), (BIG_ENDIAN, "UTF-16BE", '\t')]
    {
        let other = read_table(bytes).unwrap();
        assert_eq!((other.encoding, other.separator), (encoding, separator));
        assert_eq!((other.headers, other.rows), (plain.headers.clone(), plain.rows.clone()), "{encoding}");
    }
}

#[test]
fn empty_columns_and_rows_of_wps_do_not_count() {
    let (plain, wps) = (read_table(UTF8).unwrap(), read_table(WPS).unwrap());
    assert_eq!(wps.headers, plain.headers);
    assert_eq!(numbers(&wps), [2, 4, 5], "but the empty row in the middle has its number");
    for row in 0..3 {
        assert_eq!(cells(&wps, row), cells(&plain, row));
    }
}

#[test]
fn files_of_other_countries() {
    let english = read_table(DEALS_EN).unwrap();
    assert_eq!((english.encoding, english.separator, english.rows[0].cell(0)), ("windows-1252", ',', "Café line, phase 1"));
    let european = read_table(DEALS_EUROPEAN).unwrap();
    assert_eq!((european.encoding, european.separator, european.headers.len()), ("windows-1252", ';', 8));
    assert_eq!((european.rows.len(), european.rows[0].cell(7)), (2, "Größe: 5; Müller fragen"));
}

#[test]
fn traditional_characters_of_big5() {
    let (bytes, _, _) = encoding_rs::BIG5.encode("客戶,公司名稱\r\n台北電腦公會,台積電\r\n");
    let read = read_table(&bytes).unwrap();
    assert_eq!((read.encoding, read.rows[0].cell(1)), ("Big5", "台積電"));
}

#[test]
fn the_smallest_file_of_excel_in_chinese_is_read() {
    for text in
        ["客户名称\r\n恒澜\r\n", "name,phone\r\n张,021-68880000\r\n", "客户名称,负责人\r\n恒澜,张伟\r\n", "名称,电话\n一,021-68880000\n"]
    {
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        let read = read_table(&bytes).unwrap();
        assert_eq!((read.encoding, &read), ("gb18030", &Table { encoding: "gb18030", ..table(text) }), "{text}");
    }
}

#[test]
fn rows_have_the_numbers_of_the_spreadsheet() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["name,notes", "A,\"one\ntwo\r\nthree\"", "", "B,", ",", "C,\"\"\"quoted\"\", yes\"", "", ""].join(end);
        let read = table(&text);
        assert_eq!(numbers(&read), [2, 4, 6], "{end:?}");
        assert_eq!(cells(&read, 0), ["A", "one\ntwo\nthree"]);
        assert_eq!(cells(&read, 2), ["C", "\"quoted\", yes"]);
    }
}

#[test]
fn a_file_may_begin_with_empty_rows_or_name_its_separator() {
    assert_eq!(numbers(&table("\r\n\r\nname\r\nA\r\n")), [4]);
    let told = table("sep=;\r\nname;notes\r\nA;b,c\r\n");
    assert_eq!((told.separator, numbers(&told)), (';', vec![2]), "Excel does not show that line");
}

#[test]
fn the_separator_is_the_one_that_makes_sense_of_the_headers() {
    for (text, separator) in [
        ("name,notes\nA,b;c\n", ','),
        ("name;notes;phone\nA;b;c\n", ';'),
        ("name\tnotes\nA\tb\n", '\t'),
        ("name\nA\n", ','),
        ("\"name, or; company; or group\",notes\nA,b\n", ','),
        ("Name;Größe, Zahl, Art;Notes\n", ';'),
    ] {
        assert_eq!(table(text).separator, separator, "{text}");
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let long = format!("name,notes\nA,b\nC,\"{}\"\n", "x".repeat(CELL_MAX + 1));
    let wide = ",x".repeat(COLUMNS_MAX + 1);
    for (bytes, error) in [
        (b"".as_slice(), FileError::Empty),
        (b"\xef\xbb\xbf\r\n \r\n", FileError::Empty),
        (b",,,\r\n", FileError::Empty),
        (b"PK\x03\x04name", FileError::NotText),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileError::NotText),
        (b"name\nA\0B\n", FileError::NotText),
        (b"\xff\xfen\x00a", FileError::Encoding),
        (b"name,notes\nA,b\n\nC,\"never closed\nD,e\n", FileError::OpenQuote { row: 4 }),
        (b"name,notes\nA,\"b", FileError::OpenQuote { row: 2 }),
        (long.as_bytes(), FileError::CellTooLong { row: 3 }),
        (wide.as_bytes(), FileError::TooManyColumns),
        (&vec![b' '; FILE_MAX + 1], FileError::TooLarge),
    ] {
        assert_eq!(read_table(bytes).unwrap_err(), error);
    }
    let many = "name\n".to_owned() + &"A\n".repeat(ROWS_MAX + 1);
    assert_eq!(read_table(many.as_bytes()).unwrap_err(), FileError::TooManyRows);
    assert_eq!(table("name\n").rows.len(), 0, "a header without rows is a table");
}

#[test]
fn headers_tell_what_a_file_holds() {
    for (bytes, kind) in [
        (EXCEL_ZH, Kind::Customers),
        (WPS, Kind::Customers),
        (DEALS_ZH, Kind::Deals),
        (DEALS_EN, Kind::Deals),
        (DEALS_EUROPEAN, Kind::Deals),
    ] {
        assert_eq!(Kind::detect(&read_table(bytes).unwrap()), Some(kind));
    }
    for (headers, kind) in [
        ("name", Some(Kind::Customers)),
        ("客户,负责人,来源,备注", Some(Kind::Customers)),
        ("商机名称,客户,阶段", Some(Kind::Deals)),
        ("姓名,客户名称,职务,角色,电话,邮箱", Some(Kind::Contacts)),
        ("客户名称,联系人,电话", Some(Kind::Customers)),
        ("First Name,Last Name,Company,Email,Job Title", Some(Kind::Contacts)),
        ("客户名称,跟进日期,跟进方式,跟进内容,跟进人", Some(Kind::FollowUps)),
        ("产品编码,产品名称,价格,在售", Some(Kind::Products)),
        ("Company,Owner,Phone", Some(Kind::Customers)),
        ("Deal Name,Company,Amount", Some(Kind::Deals)),
        ("x,y", None),
    ] {
        assert_eq!(Kind::detect(&table(&format!("{headers}\n1,2\n"))), kind, "{headers}");
    }
}

#[test]
fn headers_are_found_however_they_are_decorated() {
    for header in
        ["客户名称", "*客户名称", "客户名称（必填）", " 客户 名称 : ", "Account Name", "ACCOUNT_NAME", "account-name", "\u{feff}Name"]
    {
        let columns = Columns::of(Kind::Customers, &table(&format!("{header},x\nA,b\n")));
        assert!(columns.has("name"), "{header}");
        assert_eq!(columns.ignored, ["x"]);
    }
}

#[test]
fn of_two_columns_for_one_field_the_clearer_one_counts() {
    let read = table("公司,客户名称,手机,电话\nA,B,1,2\n");
    let columns = Columns::of(Kind::Customers, &read);
    assert_eq!((columns.cell(&read.rows[0], "name"), columns.cell(&read.rows[0], "phone")), ("B", "2"));
    assert_eq!(columns.ignored, ["公司", "手机"]);
}

/// A header that means two fields of one kind would be read by chance.
#[test]
fn no_header_means_two_things() {
    for &kind in Kind::ALL {
        let mut all: Vec<String> = kind.fields().iter().flat_map(Field::headers).map(words::plain).collect();
        let count = all.len();
        all.sort();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
        assert!(twice.is_empty(), "{kind}: {twice:?}");
        assert!(count > 30 && all.iter().all(|header| !header.is_empty()));
    }
}
