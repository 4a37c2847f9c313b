//! Contacts, follow-ups and products of files, through the public interface, on
//! each kind of store: what is made, what is a duplicate, what is refused, who
//! may, and the way back. Workbooks and their sheets.

use crate::common::{DAY, Shop, assert_denied, each, refusals, stale, whole_units};
use domain::customers::{ContactForm, ContactSort};
use domain::ids::ImportId;
use domain::imports::{
    CheckQuery, ChoiceForm, ImportCheck, ImportForm, ImportKind, ImportStage, Kept, Kit, MappingForm, Part, RowForm, SheetForm,
};
use domain::page::Sort;
use domain::policy::Actor;
use domain::settings::ProductForm;
use std::io::{Cursor, Write};
use store::import::{ImportOptions, Kind, Report, read_table};
use store::{StoreError, new_request};

const ALL: CheckQuery = CheckQuery { part: None, after: 0, row: None };

async fn draft(shop: &Shop, by: &Actor, kind: ImportKind, file: impl Into<Vec<u8>>) -> ImportId {
    let id = shop.store.begin_import(by, new_request(), kind, "list.csv", file.into()).await.expect("the file is a list");
    mapped(shop, by, id).await;
    id
}

async fn mapped(shop: &Shop, by: &Actor, id: ImportId) {
    let detail = shop.store.import_detail(by, id, true).await.expect("the import is there");
    let columns = detail.columns.iter().enumerate().map(|(at, column)| (format!("c{at}"), column.field.clone())).collect();
    let form = MappingForm { id: id.to_string(), version: detail.row.version, columns, ..MappingForm::default() };
    shop.store.map_import(by, new_request(), form).await.expect("the mapping is complete");
}

async fn checked(shop: &Shop, by: &Actor, id: ImportId, part: Option<Part>) -> ImportCheck {
    shop.store.check_import(by, id, CheckQuery { part, ..ALL }, whole_units).await.expect("the import is mapped")
}

async fn version(shop: &Shop, by: &Actor, id: ImportId) -> i32 {
    shop.store.import_state(by, id).await.expect("the import is there").version
}

async fn choose(shop: &Shop, by: &Actor, id: ImportId, twins: &str) {
    let version = version(shop, by, id).await;
    let form = ChoiceForm { id: id.to_string(), version, twins: twins.into(), leave_out: true, ..ChoiceForm::default() };
    shop.store.choose_import(by, new_request(), form).await.expect("the choice is known");
}

async fn run(shop: &Shop, by: &Actor, id: ImportId) -> i64 {
    choose(shop, by, id, "skip").await;
    let check = checked(shop, by, id, None).await;
    let form = ImportForm { id: id.to_string(), version: check.version, made: check.counts.made, ..ImportForm::default() };
    shop.store.import_now(by, new_request(), form, whole_units).await.expect("the rows can be written")
}

/// `row field: code`
fn told(check: &ImportCheck) -> Vec<String> {
    let of = |number: usize| move |found: &domain::imports::Found| format!("{number} {}", found.violation);
    check.rows.iter().flat_map(|row| row.found.iter().map(of(row.number))).collect()
}

async fn by_command(shop: &Shop, by: &Actor, kind: Kind, file: &str) -> store::Result<Report> {
    let table = read_table(file.as_bytes()).expect("the file is a list");
    let options = ImportOptions { dry_run: false, parse_amount: whole_units };
    shop.store.import(by, new_request(), kind, &table, &options, |_, _| ()).await
}

fn codes(report: &Report) -> Vec<String> {
    report.refused.iter().map(|one| format!("{} {}: {}", one.row, one.field, one.code)).collect()
}

async fn undo(shop: &Shop, by: &Actor, id: ImportId) -> store::Result<domain::imports::Undoing> {
    let form = ImportForm { id: id.to_string(), version: version(shop, by, id).await, ..ImportForm::default() };
    shop.store.undo_import(by, new_request(), form).await
}

#[tokio::test]
async fn contacts_come_to_their_customers() {
    each(async |shop| {
        let before = shop.sql().await.count("contact").await;
        let file = "姓名,客户名称,职务,角色,电话,手机,邮箱,备注\n\
                    王芳,Alpha Pumps,采购经理,采购,021-68880000,13800000001,Fang@Alpha.example,x\n\
                    李强,alpha pumps,,决策人,,13800000002,,\n\
                    王芳,Alpha Pumps,,,,,,\n\
                    赵敏,Alpha Pumps,,,+86 21 6888 0000,,,\n\
                    无名,Nobody,,,,,,\n\
                    ,Alpha Pumps,,皇帝,12,,not mail,\n";
        let id = draft(&shop, &shop.lead, ImportKind::Contacts, file).await;
        let check = checked(&shop, &shop.lead, id, None).await;
        assert_eq!((check.counts.made, check.counts.twin, check.counts.refused), (2, 2, 2));
        let meant = ["6 customer: unknown_value", "7 role: unknown_value", "7 name: required", "7 phone: bad_phone", "7 email: bad_email"];
        assert_eq!(told(&checked(&shop, &shop.lead, id, Some(Part::Refused)).await), meant);
        let twins = checked(&shop, &shop.lead, id, Some(Part::Twin)).await;
        assert_eq!(told(&twins), ["4 name: duplicate_row", "5 phone: duplicate_row"]);
        assert_eq!(run(&shop, &shop.lead, id).await, 2);
        assert_eq!(shop.sql().await.count("contact").await, before + 2);
        let found = shop.sql().await.rows("SELECT * FROM contact WHERE name = '王芳'", &[]).await;
        let one = &found[0];
        let meant = ("采购经理", "purchasing", "021-68880000", "fang@alpha.example", "x\n手机: 13800000001");
        let text = |field: &str| one[field].as_str().unwrap().to_owned();
        assert_eq!((text("title"), text("role"), text("phone"), text("email"), text("notes")), {
            let (a, b, c, d, e) = meant;
            (a.into(), b.into(), c.into(), d.into(), e.into())
        });
        let primary = "SELECT name FROM contact WHERE is_primary = TRUE AND name IN ('王芳', '李强')";
        assert_eq!(shop.sql().await.rows(primary, &[]).await.len(), 1, "the first contact of a customer that has none is asked first");

        // The same again repeats what is there; by phone and mail too.
        let again = draft(&shop, &shop.lead, ImportKind::Contacts, "name,customer,phone,email\n王 芳,Alpha Pumps,,\nB,Alpha Pumps,02168880000,\nC,Alpha Pumps,,fang@ALPHA.example\nD,Beta Tools,02168880000,fang@alpha.example\n").await;
        let twins = checked(&shop, &shop.lead, again, Some(Part::Twin)).await;
        assert_eq!(told(&twins), ["3 phone: phone_of", "4 email: mail_of"]);
        assert_eq!(twins.counts.made, 2, "another customer's contact may have the same number");

        // Taken back, but for whoever was changed since.
        let by_name = Sort { column: ContactSort::Name, descending: false };
        let changed = shop.store.contacts(&shop.lead, None, "李强", by_name, None).await.unwrap().rows.remove(0).id;
        let form = shop.store.contact_form(&shop.lead, changed).await.unwrap();
        shop.store.save_contact(&shop.lead, new_request(), ContactForm { title: "CEO".into(), ..form }).await.unwrap();
        let undone = undo(&shop, &shop.lead, id).await.unwrap();
        assert_eq!((undone.removed, undone.kept_total, undone.kept[0].why), (1, 1, Kept::Changed));
    })
    .await;
}

#[tokio::test]
async fn one_contact_of_a_customer_is_asked_first() {
    each(async |shop| {
        let file = "name,customer,primary contact\nA,Alpha Pumps,no\nB,Alpha Pumps,yes\nC,Alpha Pumps,是\n";
        let id = draft(&shop, &shop.lead, ImportKind::Contacts, file).await;
        let check = checked(&shop, &shop.lead, id, Some(Part::Refused)).await;
        assert_eq!(told(&check), ["4 is_primary: primary_taken"]);
        assert_eq!(run(&shop, &shop.lead, id).await, 2);
        let primary = shop.sql().await.rows("SELECT name FROM contact WHERE is_primary = TRUE AND name IN ('A', 'B')", &[]).await;
        assert_eq!((primary.len(), primary[0]["name"].as_str()), (1, Some("B")));
        let again = draft(&shop, &shop.lead, ImportKind::Contacts, "name,customer,primary contact\nD,Alpha Pumps,yes\n").await;
        assert_eq!(told(&checked(&shop, &shop.lead, again, Some(Part::Refused)).await), ["2 is_primary: primary_taken"]);
    })
    .await;
}

#[tokio::test]
async fn follow_ups_are_history() {
    each(async |shop| {
        let day = |n: i64| (DAY + chrono::Duration::days(n)).to_string();
        let deals = "SELECT id FROM deal WHERE next_step <> ''";
        let before = (shop.sql().await.count("follow_up").await, shop.sql().await.rows(deals, &[]).await.len());
        let file = format!(
            "客户名称,商机名称,跟进方式,跟进日期,跟进内容,跟进人,下一步,下次跟进时间\n\
             Alpha Pumps,Alpha Pumps order,上门,{past},谈了价格,Ada Adler,报价,{next}\n\
             Alpha Pumps,,,{past},Called them,,,\n\
             Alpha Pumps,,电话,{past},called  them,,,\n\
             Alpha Pumps,Beta Tools order,电话,{past},x,,,\n\
             Alpha Pumps,,信鸽,{future},,Dan Dietz,,\n\
             Alpha Pumps,,电话,,y,,,\n",
            past = day(-200),
            next = day(-190),
            future = day(3),
        );
        let id = draft(&shop, &shop.lead, ImportKind::FollowUps, file.as_str()).await;
        let refused = told(&checked(&shop, &shop.lead, id, Some(Part::Refused)).await);
        let meant = [
            "5 deal: unknown_value",
            "6 at: date_in_future",
            "6 author: forbidden",
            "6 kind: unknown_value",
            "6 content: required",
            "7 at: required",
        ];
        assert_eq!(refused, meant);
        assert_eq!(told(&checked(&shop, &shop.lead, id, Some(Part::Twin)).await), ["4 content: duplicate_row"]);
        assert_eq!(run(&shop, &shop.lead, id).await, 2);
        let made = shop.sql().await.rows("SELECT f.kind, f.next_step, p.name AS author FROM follow_up f JOIN person p ON p.id = f.by_id WHERE f.content IN ('谈了价格', 'Called them') ORDER BY f.content DESC", &[]).await;
        assert_eq!((made.len(), shop.sql().await.count("follow_up").await), (2, before.0 + 2));
        let visit = made.iter().find(|row| row["kind"] == "visit").unwrap();
        assert_eq!((visit["next_step"].as_str(), visit["author"].as_str()), (Some("报价"), Some("Ada Adler")));
        assert!(made.iter().any(|row| row["kind"] == "other" && row["author"] == "Lea Lead"));
        assert_eq!(shop.sql().await.rows(deals, &[]).await.len(), before.1, "the deal keeps the next step that it has");

        let again = draft(&shop, &shop.lead, ImportKind::FollowUps, file.as_str()).await;
        assert_eq!(told(&checked(&shop, &shop.lead, again, Some(Part::Twin)).await).len(), 3);
        let report = by_command(&shop, &shop.lead, Kind::FollowUps, &format!("customer,date,content\nAlpha Pumps,{},谈了价格\n", day(-200))).await.unwrap();
        assert_eq!(codes(&report), ["2 content: follow_up_there"]);
        assert_eq!(undo(&shop, &shop.lead, id).await.unwrap().removed, 2);
        assert_eq!(shop.sql().await.count("follow_up").await, before.0);
    })
    .await;
}

#[tokio::test]
async fn products_are_the_administrators() {
    each(async |shop| {
        let file =
            "产品编码,产品名称,价格,税率,在售\nP-1,水泵,1200,13%,是\nP-2,阀门,80,,下架\np-1,Pump,1,,\nP-3,Bad,-1,0.13,也许\n,No code,1,,\n";
        for by in [&shop.lead, &shop.director] {
            let begun = shop.store.begin_import(by, new_request(), ImportKind::Products, "p.csv", file.as_bytes().to_vec()).await;
            assert!(matches!(begun, Err(StoreError::Denied(_))), "{begun:?}");
            assert!(matches!(by_command(&shop, by, Kind::Products, file).await, Err(StoreError::Denied(_))));
        }
        let id = draft(&shop, &shop.admin, ImportKind::Products, file).await;
        let refused = told(&checked(&shop, &shop.admin, id, Some(Part::Refused)).await);
        assert_eq!(refused, ["5 vat: not_a_percentage", "5 active: unknown_value", "5 price: negative", "6 code: required"]);
        assert_eq!(told(&checked(&shop, &shop.admin, id, Some(Part::Twin)).await), ["4 code: duplicate_row"]);
        // A code stands once: a row that repeats it can be left out, not be made.
        choose(&shop, &shop.admin, id, "make").await;
        assert!(told(&checked(&shop, &shop.admin, id, Some(Part::Refused)).await).contains(&"4 code: duplicate_row".to_owned()));
        assert_eq!(run(&shop, &shop.admin, id).await, 2);
        let products = shop.store.products(&shop.admin).await.unwrap();
        let of = |code: &str| products.iter().find(|product| product.code == code).unwrap();
        assert_eq!((of("P-1").price.minor, of("P-1").active, of("P-2").active), (120_000, true, false));
        let report = by_command(&shop, &shop.admin, Kind::Products, "code,name,price\nP-1,x,1\n").await.unwrap();
        assert_eq!(codes(&report), ["2 code: taken"]);
        // One is changed since and stays.
        let form = shop.store.product_form(&shop.admin, of("P-2").id).await.unwrap();
        let form = ProductForm { price: "90".into(), ..form };
        shop.store.save_product(&shop.admin, new_request(), form, whole_units).await.unwrap();
        let undone = undo(&shop, &shop.admin, id).await.unwrap();
        assert_eq!((undone.removed, undone.kept_total), (1, 1));
        assert_eq!((undone.kept[0].why, undone.kept[0].at), (Kept::Changed, None));
    })
    .await;
}

#[tokio::test]
async fn whose_customer_it_is_decides() {
    each(async |shop| {
        // Dan's customer is out of the lead's sight: it looks as if it did not exist.
        for (kind, file) in [
            (ImportKind::Contacts, "name,customer\nA,Delta Ships\n".to_owned()),
            (ImportKind::FollowUps, format!("customer,date,content\nDelta Ships,{DAY},x\n")),
        ] {
            let id = draft(&shop, &shop.lead, kind, file.as_str()).await;
            assert_eq!(told(&checked(&shop, &shop.lead, id, Some(Part::Refused)).await), ["2 customer: unknown_value"], "{kind}");
            let id = draft(&shop, &shop.admin, kind, file.as_str()).await;
            assert_eq!(run(&shop, &shop.admin, id).await, 1, "{kind}");
            for by in [&shop.ada, &shop.service, &shop.finance, &shop.hr] {
                assert_denied(shop.store.begin_import(by, new_request(), kind, "x", file.clone().into_bytes()).await);
            }
        }
    })
    .await;
}

/// What is in a cell, by XML.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: String| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory can be written");
        zip.write_all(content.as_bytes()).expect("memory can be written");
    };
    let (mut list, mut links) = (String::new(), String::new());
    for (n, (name, text)) in sheets.iter().enumerate() {
        let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let rows: String = text.lines().map(|line| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>())).collect();
        part(&format!("xl/worksheets/sheet{n}.xml"), format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"));
        list += &format!("<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"r{n}\"/>", n + 1);
        links += &format!("<Relationship Id=\"r{n}\" Type=\"{RELATION}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>");
    }
    part(
        "_rels/.rels",
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"a\" Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    part("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{PACKAGE}\">{links}</Relationships>"));
    part("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets>{list}</sheets></workbook>"));
    zip.finish().expect("memory can be written").into_inner()
}

#[tokio::test]
async fn a_workbook_whole_way_and_another_of_its_sheets() {
    each(async |shop| {
        let by = &shop.lead;
        let book = workbook(&[
            ("名单", "2026 年客户\n客户名称,电话,编号\n恒澜,021-68880000,A-1\n坏的,12,A-2\n"),
            ("旧", "客户名称,备注\n澄湖,x\n"),
            ("空", ""),
        ]);
        let id = draft(&shop, by, ImportKind::Customers, book).await;
        let detail = shop.store.import_detail(by, id, true).await.unwrap();
        assert_eq!((detail.encoding.as_str(), detail.sheet.as_str()), ("XLSX", "名单"));
        assert_eq!(detail.sheets, ["名单", "旧", "空"]);
        let refused = checked(&shop, by, id, None).await;
        assert_eq!(told(&refused), ["4 phone: bad_phone"], "as the workbook numbers its rows");
        let form = |version, row: usize| RowForm {
            id: id.to_string(),
            version,
            row,
            cells: [("phone".to_owned(), String::new())].into(),
            ..RowForm::default()
        };
        shop.store.correct_import(by, new_request(), form(refused.version, 4)).await.unwrap();
        assert_eq!(checked(&shop, by, id, None).await.counts.made, 2);

        // Another sheet: mapped anew, and what was corrected is forgotten.
        let sheet = |version, sheet: &str| SheetForm { id: id.to_string(), version, sheet: sheet.into(), ..SheetForm::default() };
        let version_now = version(&shop, by, id).await;
        let change = async |version, name: &str| shop.store.sheet_import(by, new_request(), sheet(version, name)).await;
        assert_eq!(refusals(change(version_now, "none").await), ["sheet: unknown_value"]);
        assert_eq!(refusals(change(version_now, "空").await), ["sheet: file_empty"]);
        assert_eq!(stale(change(version_now - 1, "旧").await).1, version_now);
        change(version_now, "旧").await.unwrap();
        let detail = shop.store.import_detail(by, id, true).await.unwrap();
        let fields: Vec<&str> = detail.columns.iter().map(|column| column.field.as_str()).collect();
        assert_eq!(
            (detail.row.stage, detail.row.rows, detail.sheet.as_str(), fields),
            (ImportStage::Draft, 1, "旧", vec!["name", "notes"])
        );
        mapped(&shop, by, id).await;
        assert_eq!(run(&shop, by, id).await, 1);
        assert_eq!(shop.sql().await.rows("SELECT id FROM customer WHERE name = '澄湖'", &[]).await.len(), 1);
        let over = change(version(&shop, by, id).await, "名单").await;
        assert!(over.is_err(), "an import that is done keeps its sheet");
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_of_a_check_is_never_old() {
    each(async |shop| {
        let by = &shop.lead;
        let id = draft(&shop, by, ImportKind::Customers, "name\nFresh One\nFresh Two\n").await;
        for _ in 0..2 {
            assert_eq!(checked(&shop, by, id, None).await.counts.made, 2);
        }
        // Somebody else makes one of them meanwhile.
        shop.customer(&shop.ada, "Fresh One").await;
        let check = checked(&shop, by, id, None).await;
        assert_eq!((check.counts.made, check.counts.twin), (1, 1));
        // The administrator sees the same draft with other eyes, and another version is another check.
        assert_eq!(checked(&shop, &shop.admin, id, None).await.counts.made, 1);
        choose(&shop, by, id, "make").await;
        assert_eq!(checked(&shop, by, id, None).await.counts.made, 2);
    })
    .await;
}

#[tokio::test]
async fn a_kit_is_told_with_its_columns() {
    each(async |shop| {
        let file = "Deal - Title,Deal - Value,Deal - Organization,Deal - Owner,Deal - Status,Deal - Expected close date,Deal - Deal created\n\
                    A pump,1200,Alpha Pumps,Ada Adler,Open,,2026-01-05\n";
        let id = draft(&shop, &shop.lead, ImportKind::Deals, file).await;
        let detail = shop.store.import_detail(&shop.lead, id, false).await.unwrap();
        assert_eq!(detail.kit, Some(Kit::Pipedrive));
        let id = draft(&shop, &shop.lead, ImportKind::Customers, "name\nA\n").await;
        assert_eq!(shop.store.import_detail(&shop.lead, id, false).await.unwrap().kit, None);
    })
    .await;
}
