//! Files as people send them, and as somebody who means harm does.

use super::*;
use crate::field::photo::sample;

fn code(name: &str, raw: &[u8]) -> String {
    kept(name, raw.to_vec()).map_or_else(|wrong| wrong.code, |file| file.kind.code().to_owned())
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], kind, content, &[0; 4]].concat()
}

/// A picture of this size with what programs write beside the pixels.
fn png(width: u32, height: u32, private: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let parts = [chunk(b"IHDR", &header), chunk(b"tEXt", private), chunk(b"eXIf", private), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat(), private.to_vec()].concat()
}

/// A packed file of these parts, each with what it says of its unpacked size; contents are empty.
fn packed(parts: &[(&str, u32)]) -> Vec<u8> {
    let mut file = b"PK\x03\x04 contents".to_vec();
    let start = u32::try_from(file.len()).unwrap();
    for (name, size) in parts {
        let mut entry = b"PK\x01\x02".to_vec();
        entry.resize(46, 0);
        entry[24..28].copy_from_slice(&size.to_le_bytes());
        entry[28..30].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend(entry);
        file.extend(name.as_bytes());
    }
    let mut end = b"PK\x05\x06".to_vec();
    end.resize(22, 0);
    end[10..12].copy_from_slice(&u16::try_from(parts.len()).unwrap().to_le_bytes());
    end[16..20].copy_from_slice(&start.to_le_bytes());
    file.extend(end);
    file
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

#[test]
fn files_are_what_their_bytes_and_their_name_both_say() {
    let docx = packed(&[("[Content_Types].xml", 9), ("word/document.xml", 9)]);
    let jpeg = sample(640, 480, b"GPS", 1, b"pixels");
    for (name, raw, says) in [
        ("offer.pdf", PDF, "pdf"),
        ("plan.PNG", &png(8, 8, b"x"), "png"),
        ("door.jpeg", &jpeg, "jpeg"),
        ("offer.docx", &docx, "docx"),
        ("list.csv", "名称,电话\n".as_bytes(), "text"),
        // Names that say something else, and bytes that do.
        ("page.png", b"<!doctype html><script>alert(1)</script>", "attach_type"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "attach_type"),
        ("drawing.png", b"<svg><script>1</script></svg>", "attach_type"),
        ("offer.pdf", &docx, "attach_type"),
        ("sheet.xlsx", &docx, "attach_type"),
        ("run.exe", b"MZ", "attach_type"),
        ("page.html", b"<p>", "attach_type"),
        ("notes.txt", b"MZ\x00\x01", "attach_type"),
        ("notes.txt", b"\xff\xfe\x00", "attach_type"),
        // Not whole.
        ("offer.pdf", &PDF[..20], "attach_broken"),
        ("plan.png", &png(8, 8, b"x")[..40], "attach_broken"),
        ("door.jpg", &jpeg[..jpeg.len() / 2], "attach_broken"),
        ("offer.docx", &docx[..docx.len() - 30], "attach_broken"),
        ("offer.pdf", b"", "required"),
        // Names that are none.
        ("offer", PDF, "attach_name"),
        (".pdf", PDF, "attach_name"),
        ("../../", PDF, "attach_name"),
    ] {
        assert_eq!(code(name, raw), says, "{name}");
    }
}

#[test]
fn what_unpacks_to_a_flood_and_what_runs_is_refused() {
    let parts = |more: &[(&'static str, u32)]| packed(&[&[("[Content_Types].xml", 9), ("xl/workbook.xml", 9)], more].concat());
    assert_eq!(code("a.xlsx", &parts(&[])), "xlsx");
    assert_eq!(code("a.xlsx", &parts(&[("xl/sheet.xml", u32::MAX)])), "attach_broken");
    assert_eq!(code("a.xlsx", &parts(&[("xl/vbaProject.bin", 9)])), "attach_macros");
    assert_eq!(code("a.png", &png(10_001, 1, b"")), "attach_broken");
    assert_eq!(code("a.png", &png(0, 1, b"")), "attach_broken");
    let large = vec![b'a'; FILE_MAX + 1];
    assert_eq!(kept("a.txt", large).unwrap_err(), Violation::new("file", "attach_too_large").with("max", 10));
}

#[test]
fn nothing_but_the_picture_is_left_of_a_picture() {
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let private = b"GPS 31.2304 N <script>";
    for (name, raw) in [("a.png", png(8, 8, private)), ("a.jpg", sample(64, 64, private, 1, b"pixels"))] {
        assert!(holds(&raw, private));
        let file = kept(name, raw).unwrap();
        assert!(!holds(&file.bytes, private) && holds(&file.bytes, b"pixels"), "{name}");
        assert_eq!(kept(name, file.bytes.clone()).unwrap().bytes, file.bytes, "{name}: once is enough");
    }
}

#[test]
fn names_are_names_alone() {
    for (raw, name) in [
        ("报价 单.pdf", Some("报价 单.pdf")),
        ("C:\\Users\\me\\offer.pdf", Some("offer.pdf")),
        ("../../etc/passwd.txt", Some("passwd.txt")),
        ("a\u{202e}fdp.exe.txt", Some("afdp.exe.txt")),
        ("a\r\nSet-Cookie: x.txt", Some("aSet-Cookie_ x.txt")),
        ("\"quoted\".txt", Some("_quoted_.txt")),
        ("..hidden.txt", Some("hidden.txt")),
        ("noending", None),
        ("", None),
    ] {
        assert_eq!(clean_name(raw).as_deref(), name, "{raw}");
    }
    let long = clean_name(&format!("{}.pdf", "长".repeat(400))).unwrap();
    assert_eq!((long.chars().count(), long.ends_with(".pdf")), (NAME_MAX, true));
}

#[test]
fn what_a_file_hangs_on_goes_into_a_form_and_back() {
    let id = CustomerId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
    for of in [FilesOf::Customer(id), FilesOf::Deal(DealId(id.0))] {
        assert_eq!(FilesOf::parse(&of.code()), Some(of));
    }
    assert_eq!(FilesOf::parse("person.1"), None);
}
