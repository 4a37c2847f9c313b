//! Imports on a page, through the public interface, on each kind of store: what
//! a check says, and that the import then does just that; the way back; and that
//! it is nobody else's.

use crate::common::{Dice, Shop, assert_denied, assert_not_found, each, refusals, stale, whole_units};
use domain::customers::ContactForm;
use domain::ids::{CustomerId, ImportId};
use domain::imports::{
    CheckQuery, ChoiceForm, Counts, DRAFTS_MAX, EDIT_MAX, ImportCheck, ImportForm, ImportKind, ImportStage, Kept, MappingForm, Part,
    RowForm, UPLOAD_MAX,
};
use domain::policy::Actor;
use std::collections::{BTreeMap, HashSet};
use store::{Store, new_request};

const ALL: CheckQuery = CheckQuery { part: None, after: 0, row: None };

async fn begin(shop: &Shop, by: &Actor, kind: ImportKind, file: &str) -> ImportId {
    shop.store.begin_import(by, new_request(), kind, "C:\\files\\list.csv", file.as_bytes().to_vec()).await.expect("the file is a list")
}

/// Takes the guessed mapping as it is.
async fn mapped(shop: &Shop, by: &Actor, id: ImportId) {
    let detail = shop.store.import_detail(by, id, true).await.expect("the import is there");
    let columns = detail.columns.iter().enumerate().map(|(at, column)| (format!("c{at}"), column.field.clone())).collect();
    shop.store.map_import(by, new_request(), mapping(id, detail.row.version, columns)).await.expect("the mapping is complete");
}

fn mapping(id: ImportId, version: i32, columns: BTreeMap<String, String>) -> MappingForm {
    MappingForm { id: id.to_string(), version, request: String::new(), columns }
}

async fn customers(shop: &Shop, by: &Actor, file: &str) -> ImportId {
    let id = begin(shop, by, ImportKind::Customers, file).await;
    mapped(shop, by, id).await;
    id
}

async fn checked(shop: &Shop, by: &Actor, id: ImportId, query: CheckQuery) -> ImportCheck {
    shop.store.check_import(by, id, query, whole_units).await.expect("the import is mapped")
}

async fn version(shop: &Shop, by: &Actor, id: ImportId) -> i32 {
    shop.store.import_state(by, id).await.expect("the import is there").version
}

async fn form(shop: &Shop, by: &Actor, id: ImportId, made: i64) -> ImportForm {
    ImportForm { id: id.to_string(), version: version(shop, by, id).await, request: String::new(), made }
}

async fn run(shop: &Shop, by: &Actor, id: ImportId) -> store::Result<i64> {
    let made = checked(shop, by, id, ALL).await.counts.made;
    let form = form(shop, by, id, made).await;
    shop.store.import_now(by, new_request(), form, whole_units).await
}

async fn choose(shop: &Shop, by: &Actor, id: ImportId, twins: &str, leave_out: bool) {
    let version = version(shop, by, id).await;
    let form = ChoiceForm { id: id.to_string(), version, twins: twins.into(), leave_out, ..ChoiceForm::default() };
    shop.store.choose_import(by, new_request(), form).await.expect("the choice is known");
}

fn row_form(id: ImportId, version: i32, row: usize, cells: &[(&str, &str)], decision: &str) -> RowForm {
    let cells = cells.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
    RowForm { id: id.to_string(), version, row, cells, decision: decision.into(), ..RowForm::default() }
}

async fn correct(shop: &Shop, by: &Actor, id: ImportId, row: usize, cells: &[(&str, &str)], decision: &str) {
    let version = version(shop, by, id).await;
    shop.store.correct_import(by, new_request(), row_form(id, version, row, cells, decision)).await.expect("the row is there");
}

/// `row field: code`
fn told(check: &ImportCheck) -> Vec<String> {
    let of = |number: usize| move |found: &domain::imports::Found| format!("{number} {}", found.violation);
    check.rows.iter().flat_map(|row| row.found.iter().map(of(row.number))).collect()
}

async fn tables(shop: &Shop) -> [i64; 4] {
    let sql = shop.sql().await;
    [sql.count("customer").await, sql.count("deal").await, sql.count("stage_transition").await, sql.count("import_made").await]
}

#[tokio::test]
async fn columns_are_guessed_said_and_remembered() {
    each(async |shop| {
        let file = "客户名称（必填）,联系电话,Weird\n恒澜,021-68880000,x\n,,y\n第二,021-68880001,\n";
        let id = begin(&shop, &shop.lead, ImportKind::Customers, file).await;
        let detail = shop.store.import_detail(&shop.lead, id, true).await.unwrap();
        assert_eq!((detail.row.file.as_str(), detail.row.rows, detail.row.stage), ("list.csv", 3, ImportStage::Draft));
        let fields: Vec<&str> = detail.columns.iter().map(|column| column.field.as_str()).collect();
        assert_eq!((fields, detail.remembered), (vec!["name", "phone", ""], false));
        assert_eq!(detail.columns[0].samples, ["恒澜", "第二"], "filled cells only");
        assert!(detail.fields.iter().any(|field| field.code == "name" && field.required && field.en == "customer name"));

        let columns = |codes: [&str; 3]| (0..3).map(|at| (format!("c{at}"), codes[at].to_owned())).collect::<BTreeMap<_, _>>();
        let map = async |by: &Actor, codes| shop.store.map_import(by, new_request(), mapping(id, 1, columns(codes))).await;
        assert_eq!(refusals(map(&shop.lead, ["", "phone", ""]).await), [": missing_columns"]);
        assert_eq!(refusals(map(&shop.lead, ["name", "name", ""]).await), ["c1: mapped_twice"]);
        assert_eq!(refusals(map(&shop.lead, ["name", "x", ""]).await), ["c1: unknown_value"]);
        let form = ImportForm { id: id.to_string(), version: 1, ..ImportForm::default() };
        assert_eq!(refusals(shop.store.run_import(&shop.lead, new_request(), form, whole_units).await), [": import_not_mapped"]);
        map(&shop.lead, ["name", "", "notes"]).await.unwrap();
        assert_eq!(stale(map(&shop.lead, ["name", "", ""]).await), ("Lea Lead".into(), 2));

        // The same headers, decorated otherwise: as one's own last file, or as anybody's.
        for by in [&shop.lead, &shop.admin] {
            let again = begin(&shop, by, ImportKind::Customers, "*客户名称,联系电话,weird\na,1,b\n").await;
            let detail = shop.store.import_detail(by, again, true).await.unwrap();
            let fields: Vec<&str> = detail.columns.iter().map(|column| column.field.as_str()).collect();
            assert_eq!((fields, detail.remembered), (vec!["name", "", "notes"], true));
        }
        let other = begin(&shop, &shop.lead, ImportKind::Customers, "联系电话,客户名称\n1,b\n").await;
        assert!(!shop.store.import_detail(&shop.lead, other, true).await.unwrap().remembered, "other headers");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_list_is_refused_at_the_door() {
    each(async |shop| {
        let begin = async |bytes: Vec<u8>| {
            refusals(shop.store.begin_import(&shop.lead, new_request(), ImportKind::Customers, "x.csv", bytes).await)
        };
        assert_eq!(begin(Vec::new()).await, [": file_empty"]);
        assert_eq!(begin(b"name\n".to_vec()).await, [": file_empty"]);
        assert_eq!(begin(b"PK\x03\x04xlsx".to_vec()).await, [": file_type"]);
        assert_eq!(begin(vec![b' '; UPLOAD_MAX + 1]).await, [": file_too_large"]);
        assert_eq!(begin(b"name,notes\nA,\"b\n".to_vec()).await, [": open_quote"]);
        for _ in 0..DRAFTS_MAX {
            customers(&shop, &shop.lead, "name\nA\n").await;
        }
        assert_eq!(begin(b"name\nA\n".to_vec()).await, [": too_many_drafts"]);
        let first = shop.store.imports(&shop.lead).await.unwrap().pop().unwrap();
        let form = ImportForm { id: first.id.to_string(), version: first.version, ..ImportForm::default() };
        shop.store.discard_import(&shop.lead, new_request(), form).await.unwrap();
        customers(&shop, &shop.lead, "name\nA\n").await;
        assert_not_found(shop.store.import_state(&shop.lead, first.id).await);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_its_makers_and_the_administrators() {
    each(async |shop| {
        let id = customers(&shop, &shop.lead, "name\nNew One\n").await;
        for by in [&shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.imports(by).await);
            assert_denied(shop.store.import_detail(by, id, true).await);
            assert_denied(shop.store.begin_import(by, new_request(), ImportKind::Customers, "x", b"name\nA\n".to_vec()).await);
        }
        // The manager above has the right, but not this import.
        let other = &shop.director;
        let of = ImportForm { id: id.to_string(), version: 2, made: 1, ..ImportForm::default() };
        assert_eq!(shop.store.imports(other).await.unwrap(), []);
        assert_not_found(shop.store.import_detail(other, id, true).await);
        assert_not_found(shop.store.import_state(other, id).await);
        assert_not_found(shop.store.check_import(other, id, ALL, whole_units).await);
        assert_not_found(shop.store.refused_rows(other, id, whole_units).await.map(|_| ()));
        assert_not_found(shop.store.map_import(other, new_request(), mapping(id, 2, BTreeMap::new())).await);
        assert_not_found(shop.store.correct_import(other, new_request(), row_form(id, 2, 2, &[], "skip")).await);
        let choice = ChoiceForm { id: id.to_string(), version: 2, twins: "make".into(), ..ChoiceForm::default() };
        assert_not_found(shop.store.choose_import(other, new_request(), choice).await);
        assert_not_found(shop.store.run_import(other, new_request(), of.clone(), whole_units).await);
        assert_not_found(shop.store.import_now(other, new_request(), of.clone(), whole_units).await);
        assert_not_found(shop.store.discard_import(other, new_request(), of.clone()).await);
        assert_not_found(shop.store.undoing_import(other, id).await);
        assert_not_found(shop.store.undo_import(other, new_request(), of).await);
        let seen = shop.store.imports(&shop.admin).await.unwrap();
        assert_eq!((seen.len(), seen[0].id, seen[0].by.1.as_str()), (1, id, "Lea Lead"));
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn refused_cells_are_corrected_in_place_and_kept_whole() {
    each(async |shop| {
        let long = "长".repeat(3_000);
        let file = format!("name,phone,notes,tier\nGood,,{long},VIP\nBad,12,ok,黄金\n,021-68880000,x,\nSurplus,,x,,more\n");
        let id = customers(&shop, &shop.lead, &file).await;
        let check = checked(&shop, &shop.lead, id, ALL).await;
        assert_eq!(check.counts, Counts { made: 1, refused: 3, ..Counts::default() });
        assert_eq!(check.part, Part::Refused);
        let found = told(&check);
        assert_eq!(found, ["3 tier: unknown_value", "3 phone: bad_phone", "4 name: required", "5 : cell_without_header"]);
        assert_eq!((check.rows[0].found[0].header.as_str(), check.rows[0].found[0].value.as_str()), ("tier", "黄金"));
        assert_eq!(refusals(run(&shop, &shop.lead, id).await), [": import_refused"]);

        let edit = checked(&shop, &shop.lead, id, CheckQuery { row: Some(2), ..ALL }).await.edit.unwrap();
        let notes = edit.cells.unwrap().into_iter().find(|cell| cell.field == "notes").unwrap();
        assert_eq!((notes.value.as_str(), notes.header.as_str()), (long.as_str(), "notes"), "nothing is cut");
        let beyond = checked(&shop, &shop.lead, id, CheckQuery { row: Some(5), ..ALL }).await.edit.unwrap();
        assert_eq!(beyond.cells.unwrap().last().unwrap().value, "more");
        assert_not_found(shop.store.check_import(&shop.lead, id, CheckQuery { row: Some(99), ..ALL }, whole_units).await);

        let whole = "字\n".repeat(1_500) + "end";
        correct(&shop, &shop.lead, id, 3, &[("phone", "021-6888 0000"), ("tier", ""), ("notes", &whole)], "").await;
        correct(&shop, &shop.lead, id, 4, &[("name", "=1+1 & Söhne")], "").await;
        correct(&shop, &shop.lead, id, 5, &[("beyond", "")], "").await;
        let check = checked(&shop, &shop.lead, id, ALL).await;
        assert_eq!(check.counts, Counts { made: 3, twin: 1, ..Counts::default() }, "{check:?}");
        assert_eq!((check.part, told(&check)), (Part::Twin, vec!["4 phone: duplicate_row".to_owned()]));
        correct(&shop, &shop.lead, id, 4, &[("phone", "021-68880009")], "").await;
        let version = version(&shop, &shop.lead, id).await;
        let too_much = "x".repeat(EDIT_MAX + 1);
        let answer = shop.store.correct_import(&shop.lead, new_request(), row_form(id, version, 4, &[("notes", &too_much)], "")).await;
        assert_eq!(refusals(answer), [": row_too_long"]);
        let answer = shop.store.correct_import(&shop.lead, new_request(), row_form(id, version, 4, &[("id", "x")], "")).await;
        assert_eq!(refusals(answer), [": bad_request"]);
        assert_eq!(stale(shop.store.correct_import(&shop.lead, new_request(), row_form(id, 2, 4, &[], "skip")).await).1, version);

        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 4);
        let rows = shop
            .sql()
            .await
            .rows("SELECT name, phone, notes, tier FROM customer WHERE name IN ('Bad', '=1+1 & Söhne') ORDER BY phone", &[])
            .await;
        assert_eq!(rows[0]["phone"], "021-6888 0000");
        assert_eq!((&rows[0]["notes"], &rows[0]["tier"]), (&whole.as_str().into(), &"potential".into()));
        assert_eq!(rows[1]["name"], "=1+1 & Söhne");
    })
    .await;
}

#[tokio::test]
async fn a_row_too_long_for_a_page_says_so() {
    each(async |shop| {
        let id = customers(&shop, &shop.lead, &format!("name,notes\nA,{}\n", "x".repeat(EDIT_MAX + 1))).await;
        let check = checked(&shop, &shop.lead, id, CheckQuery { row: Some(2), ..ALL }).await;
        let edit = check.edit.unwrap();
        assert_eq!((edit.cells, edit.part), (None, Part::Refused));
        assert_eq!(edit.found[0].violation.code, "too_long");
    })
    .await;
}

#[tokio::test]
async fn duplicates_are_found_by_name_and_telephone_and_decided_about() {
    each(async |shop| {
        let form = domain::customers::CustomerForm { name: "Known".into(), phone: "+86 21 6888 0000".into(), ..Default::default() };
        shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
        let file = "name,phone\nALPHA　pumps,\nOther,021-68880000\nDelta ships,\nNew,010-12345678\nnew,\nNewer,(010)12345678\n";
        let id = customers(&shop, &shop.lead, file).await;
        let check = checked(&shop, &shop.lead, id, ALL).await;
        assert_eq!(check.counts, Counts { made: 1, twin: 5, ..Counts::default() });
        let expected = ["2 name: duplicate", "3 phone: phone_of", "4 name: taken", "6 name: duplicate_row", "7 phone: duplicate_row"];
        assert_eq!(told(&check), expected, "another team's customer is told of, not named");
        assert!(!format!("{check:?}").contains("Delta Ships"));
        correct(&shop, &shop.lead, id, 3, &[], "make").await;
        correct(&shop, &shop.lead, id, 5, &[], "skip").await;
        let check = checked(&shop, &shop.lead, id, ALL).await;
        // Row 5 is left out, and so neither 6 nor 7 repeats it.
        assert_eq!(check.counts, Counts { made: 3, made_twins: 1, twin: 2, left: 1, refused: 0 });
        choose(&shop, &shop.lead, id, "make", false).await;
        let check = checked(&shop, &shop.lead, id, CheckQuery { part: Some(Part::Left), ..ALL }).await;
        assert_eq!(check.counts, Counts { made: 5, made_twins: 3, left: 1, ..Counts::default() });
        assert_eq!(check.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5]);
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn duplicates_are_found_by_tax_number_core_and_sound() {
    each(async |shop| {
        let known = async |by: &Actor, name: &str, tax: &str| {
            let form = domain::customers::CustomerForm { name: name.into(), tax_number: tax.into(), ..Default::default() };
            shop.store.save_customer(by, new_request(), form).await.unwrap()
        };
        known(&shop.ada, "恒澜智造有限公司", "91310000-MA1FL8XQ3P").await;
        known(&shop.dan, "鼎新机电", "91310000MA1FL00000").await;
        let file = "name,tax_number\n\
            衡兰志造股份有限公司,\n\
            恒澜智造（股份有限公司）,\n\
            Other,91310000 ma1fl8xq3p\n\
            Hidden number,91310000MA1FL00000\n\
            定心机电,\n\
            顶新机电有限公司,91310000MA1FL11111\n\
            Twice,91310000-ma1fl11111\n\
            定心机电公司,\n\
            恒澜智造有限公司,91310000MA1FL8XQ3P\n";
        let id = customers(&shop, &shop.lead, file).await;
        let check = checked(&shop, &shop.lead, id, CheckQuery { part: Some(Part::Twin), ..ALL }).await;
        let expected = [
            "2 name: sound_of",
            "3 name: core_of",
            "4 tax_number: tax_of",
            "7 name: sound_row",
            "8 tax_number: duplicate_row",
            "9 name: core_row",
            "10 name: duplicate",
            "10 tax_number: tax_of",
        ];
        assert_eq!(told(&check), expected, "and nothing of another team's tax number or sound");
        assert_eq!(check.counts, Counts { made: 2, twin: 7, ..Counts::default() });
        assert!(!format!("{check:?}").contains("鼎新"));
        let param = |at: usize| check.rows[at].found[0].violation.params[0].1.clone();
        assert_eq!((param(0), param(3)), ("恒澜智造有限公司".to_owned(), "6".to_owned()));
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 2);
        // By everybody's decision they come in, and the page of duplicates has them.
        let id = customers(&shop, &shop.lead, "name\n衡兰志造\n").await;
        choose(&shop, &shop.lead, id, "make", false).await;
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 1);
        assert!(shop.store.duplicates(&shop.lead).await.unwrap().total >= 1);
    })
    .await;
}

/// A sound that many share says nothing about one more.
#[tokio::test]
async fn a_sound_that_many_have_is_no_duplicate() {
    each(async |shop| {
        let signs = ["恒", "横", "衡", "珩", "桁", "蘅", "姮", "鸻"];
        let names: Vec<String> = signs.iter().flat_map(|a| ["澜", "兰", "蓝", "岚", "栏"].map(|b| format!("{a}{b}"))).collect();
        let id = customers(&shop, &shop.lead, &format!("name\n{}\n", names.join("\n"))).await;
        choose(&shop, &shop.lead, id, "make", false).await;
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 40);
        let id = customers(&shop, &shop.lead, "name\n恒篮\n").await;
        assert_eq!(checked(&shop, &shop.lead, id, ALL).await.counts, Counts { made: 1, ..Counts::default() });
    })
    .await;
}

#[tokio::test]
async fn deals_with_history_and_their_duplicates() {
    each(async |shop| {
        let file = "商机名称,客户名称,金额,首次接触,结果,成交日期\nAlpha pumps order,Alpha Pumps,100,,,\n新单,Alpha Pumps,200,2026-01-05,赢单,2026-03-01\n新单,alpha pumps,200,,,\n坏单,Nobody,1,,,\n";
        let id = begin(&shop, &shop.lead, ImportKind::Deals, file).await;
        mapped(&shop, &shop.lead, id).await;
        let check = checked(&shop, &shop.lead, id, CheckQuery { part: Some(Part::Twin), ..ALL }).await;
        assert_eq!(check.counts, Counts { made: 1, twin: 2, refused: 1, ..Counts::default() });
        assert_eq!(told(&check), ["2 title: deal_there", "4 title: duplicate_row"]);
        choose(&shop, &shop.lead, id, "skip", true).await;
        let before = tables(&shop).await;
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 1);
        let after = tables(&shop).await;
        assert_eq!([after[1] - before[1], after[2] - before[2], after[3] - before[3]], [1, 2, 1], "it entered, and was won");
        let left = shop.store.refused_rows(&shop.lead, id, whole_units).await.unwrap();
        assert_eq!(left.rows.len(), 1, "what was left out can still be taken home");
        let undone = shop.store.undo_import(&shop.lead, new_request(), form(&shop, &shop.lead, id, 0).await).await.unwrap();
        assert_eq!((undone.removed, undone.kept_total), (1, 0));
        assert_eq!(tables(&shop).await, before, "with its history");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_unless_it_is_what_was_seen() {
    each(async |shop| {
        let id = customers(&shop, &shop.lead, "name\nOne\nTwo\n").await;
        let before = tables(&shop).await;
        let mut asked = form(&shop, &shop.lead, id, 2).await;
        // Somebody makes one of them meanwhile.
        shop.customer(&shop.bob, "two").await;
        assert_eq!(refusals(shop.store.import_now(&shop.lead, new_request(), asked.clone(), whole_units).await), [": import_changed"]);
        assert_eq!(tables(&shop).await[0], before[0] + 1);
        asked.made = 1;
        let request = new_request();
        assert_eq!(shop.store.import_now(&shop.lead, request, asked.clone(), whole_units).await.unwrap(), 1);
        assert_eq!(shop.store.import_now(&shop.lead, request, asked.clone(), whole_units).await.unwrap(), 1, "asked twice, done once");
        assert_eq!(tables(&shop).await[0], before[0] + 2);
        assert_eq!(stale(shop.store.import_now(&shop.lead, new_request(), asked.clone(), whole_units).await).1, asked.version + 1);
        asked.version += 1;
        assert_eq!(refusals(shop.store.import_now(&shop.lead, new_request(), asked, whole_units).await), [": import_over"]);
        let audit = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'import' AND entity_id = $1", &[id.0]).await;
        assert_eq!(audit.len(), 3, "uploaded, mapped, imported: {audit:?}");
    })
    .await;
}

#[tokio::test]
async fn in_the_background_it_ends_and_says_why_it_did_not() {
    each(async |shop| {
        let id = customers(&shop, &shop.lead, "name\nOne\nTwo\n").await;
        let ended = async |store: &Store| loop {
            let state = store.import_state(&shop.lead, id).await.unwrap();
            if state.running.is_none() {
                return state;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };
        let wrong = form(&shop, &shop.lead, id, 7).await;
        shop.store.run_import(&shop.lead, new_request(), wrong, whole_units).await.unwrap();
        let state = ended(&shop.store).await;
        assert_eq!((state.stage, state.failed.map(|v| v.code)), (ImportStage::Mapped, Some("import_changed".into())));
        let right = form(&shop, &shop.lead, id, 2).await;
        shop.store.run_import(&shop.lead, new_request(), right, whole_units).await.unwrap();
        let state = ended(&shop.store).await;
        assert_eq!((state.stage, state.failed, state.version), (ImportStage::Done, None, 3));
        let row = shop.store.imports(&shop.lead).await.unwrap().remove(0);
        assert_eq!((row.made, row.removed, row.stage), (2, 0, ImportStage::Done));
    })
    .await;
}

#[tokio::test]
async fn an_import_is_taken_back_but_for_what_was_touched() {
    each(async |shop| {
        let names = ["Free", "Changed", "Spoken to", "Sold to", "Visited"];
        let id = customers(&shop, &shop.lead, &format!("name,owner\n{},\n", names.join(",Ada Adler\n"))).await;
        let before = tables(&shop).await;
        assert_eq!(
            refusals(shop.store.undo_import(&shop.lead, new_request(), form(&shop, &shop.lead, id, 0).await).await),
            [": import_not_done"]
        );
        assert_eq!(run(&shop, &shop.lead, id).await.unwrap(), 5);
        let rows = shop.sql().await.rows("SELECT id, name FROM customer", &[]).await;
        let of = |name: &str| {
            let text = rows.iter().find(|row| row["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
            CustomerId::parse(&text).unwrap()
        };
        let mut edit = shop.store.customer_form(&shop.lead, of("Changed")).await.unwrap();
        edit.notes = "changed".into();
        shop.store.save_customer(&shop.lead, new_request(), edit).await.unwrap();
        let contact = ContactForm { customer: of("Spoken to").to_string(), name: "Somebody".into(), ..ContactForm::default() };
        shop.store.save_contact(&shop.lead, new_request(), contact).await.unwrap();
        shop.deal(&shop.ada, of("Sold to"), "A deal", "1").await;
        let follow = domain::work::FollowUpForm {
            customer: of("Visited").to_string(),
            kind: "call".into(),
            content: "x".into(),
            ..Default::default()
        };
        shop.store.log_follow_up(&shop.lead, new_request(), follow).await.unwrap();

        let preview = shop.store.undoing_import(&shop.lead, id).await.unwrap();
        assert_eq!((preview.removed, preview.kept_total), (1, 4));
        let asked = form(&shop, &shop.lead, id, 0).await;
        let undone = shop.store.undo_import(&shop.lead, new_request(), asked.clone()).await.unwrap();
        assert_eq!(undone, preview, "it does what it said");
        let mut why: Vec<(String, Kept)> = undone.kept.into_iter().map(|kept| (kept.name, kept.why)).collect();
        why.sort();
        let expected = [("Changed", Kept::Changed), ("Sold to", Kept::Deals), ("Spoken to", Kept::Contacts), ("Visited", Kept::Work)];
        assert_eq!(why, expected.map(|(name, why)| (name.to_owned(), why)));
        let row = shop.store.imports(&shop.lead).await.unwrap().remove(0);
        assert_eq!((row.stage, row.made, row.removed), (ImportStage::Undone, 5, 1));
        assert_eq!(tables(&shop).await[0], before[0] + 4);
        assert_eq!(stale(shop.store.undo_import(&shop.lead, new_request(), asked).await).1, row.version);
        let again = form(&shop, &shop.lead, id, 0).await;
        assert_eq!(refusals(shop.store.undo_import(&shop.lead, new_request(), again).await), [": nothing_to_remove"]);
    })
    .await;
}

/// A table of tomorrow that refers to customers keeps them too.
#[tokio::test]
async fn whatever_refers_to_a_record_keeps_it() {
    each(async |shop| {
        let id = customers(&shop, &shop.lead, "name\nOne\nTwo\n").await;
        run(&shop, &shop.lead, id).await.unwrap();
        let kind = if shop.store.kind() == "postgres" { "uuid" } else { "uuid_text" };
        let sql = shop.sql().await;
        sql.run(&format!("CREATE TABLE later (customer_id {kind} REFERENCES customer (id))")).await;
        sql.run("INSERT INTO later SELECT id FROM customer WHERE name = 'One'").await;
        let undone = shop.store.undo_import(&shop.lead, new_request(), form(&shop, &shop.lead, id, 0).await).await.unwrap();
        assert_eq!((undone.removed, undone.kept[0].name.as_str(), undone.kept[0].why), (1, "One", Kept::Linked));
    })
    .await;
}

#[tokio::test]
async fn imports_of_the_command_line_can_be_taken_back_too() {
    each(async |shop| {
        let before = tables(&shop).await;
        let table = store::import::read_table(b"name\nOne\nTwo\n").unwrap();
        let options = store::import::ImportOptions { dry_run: false, parse_amount: whole_units };
        shop.store.import(&shop.lead, new_request(), store::import::Kind::Customers, &table, &options, |_, _| {}).await.unwrap();
        let row = shop.store.imports(&shop.lead).await.unwrap().remove(0);
        assert_eq!((row.file.as_str(), row.made, row.stage), ("", 2, ImportStage::Done));
        shop.store.undo_import(&shop.lead, new_request(), form(&shop, &shop.lead, row.id, 0).await).await.unwrap();
        assert_eq!(tables(&shop).await, before);
    })
    .await;
}

#[tokio::test]
async fn refused_rows_go_home_with_every_column_and_what_was_corrected() {
    each(async |shop| {
        let file = "name,extra,phone\nA,keep me,12\nB,x,\nC,\"two\nlines\",abc\n";
        let id = customers(&shop, &shop.lead, file).await;
        correct(&shop, &shop.lead, id, 2, &[("phone", "34"), ("website", "a.example.com")], "").await;
        let rows = shop.store.refused_rows(&shop.lead, id, whole_units).await.unwrap();
        assert_eq!((rows.headers, rows.added), (vec!["name".into(), "extra".into(), "phone".to_owned()], vec!["website"]));
        let cells: Vec<&Vec<String>> = rows.rows.iter().map(|(cells, _)| cells).collect();
        assert_eq!(cells, [&vec!["A", "keep me", "34", "a.example.com"], &vec!["C", "two\nlines", "abc", ""]]);
        assert_eq!(rows.rows[1].1[0].violation.code, "bad_phone");
    })
    .await;
}

#[tokio::test]
async fn drafts_and_files_are_forgotten_after_a_week() {
    each(async |shop| {
        let draft = customers(&shop, &shop.lead, "name\nOne\n").await;
        let done = customers(&shop, &shop.lead, "name\nTwo\n").await;
        run(&shop, &shop.lead, done).await.unwrap();
        shop.later(6).await.tidy().await.unwrap();
        assert_eq!(shop.sql().await.count("import_file").await, 2);
        let later = shop.later(8).await;
        later.tidy().await.unwrap();
        assert_eq!(shop.sql().await.count("import_file").await, 0);
        assert_not_found(later.import_state(&shop.lead, draft).await);
        let form = ImportForm { id: done.to_string(), version: 3, ..ImportForm::default() };
        assert_eq!(later.undo_import(&shop.lead, new_request(), form).await.unwrap().removed, 1, "what it made can still be taken back");
    })
    .await;
}

/// Whatever the rows, the decisions and the choices are: the check counts every
/// row once, its lists hold just the rows it counts, and the import makes as many
/// as it said.
#[tokio::test]
async fn the_import_makes_what_the_check_said() {
    each(async |shop| {
        let mut dice = Dice(7);
        for round in 0..12 {
            let names = ["", "Alpha Pumps", "delta ships", "N1", "n1", "N2", "N3", "N4", "N5"];
            let phones = ["", "021-68880001", "(021)68880001", "021-68880002", "12", "abc"];
            let count = 4 + dice.roll(70);
            let lines = (0..count).map(|_| {
                let name = names[dice.roll(names.len())];
                let name = if name.starts_with(['N', 'n']) { format!("{name} {round} {}", dice.roll(9)) } else { name.to_owned() };
                format!("{name},{},x\n", phones[dice.roll(phones.len())])
            });
            let file: String = ["name,phone,notes\n".to_owned()].into_iter().chain(lines.collect::<Vec<_>>()).collect();
            let id = customers(&shop, &shop.lead, &file).await;
            for _ in 0..dice.roll(6) {
                let decision = ["skip", "make", "usual"][dice.roll(3)];
                correct(&shop, &shop.lead, id, 2 + dice.roll(count), &[], decision).await;
            }
            choose(&shop, &shop.lead, id, ["skip", "make"][dice.roll(2)], true).await;
            let counts = checked(&shop, &shop.lead, id, ALL).await.counts;
            assert_eq!(counts.rows(), i64::try_from(count).unwrap());
            let mut all = HashSet::new();
            for &part in Part::ALL {
                let (mut after, mut listed) = (0, 0);
                loop {
                    let page = checked(&shop, &shop.lead, id, CheckQuery { part: Some(part), after, row: None }).await;
                    listed += page.rows.len();
                    all.extend(page.rows.iter().map(|row| row.number));
                    let Some(next) = page.next else { break };
                    after = next;
                }
                assert_eq!(i64::try_from(listed).unwrap(), counts.of(part), "{part}");
            }
            assert_eq!(all.len(), count, "each in one list");
            let before = tables(&shop).await;
            match run(&shop, &shop.lead, id).await {
                Ok(made) => assert_eq!(made, counts.made),
                Err(error) => assert_eq!(counts.made, 0, "{error}"),
            }
            let after = tables(&shop).await;
            assert_eq!([after[0] - before[0], after[3] - before[3]], [counts.made; 2]);
        }
    })
    .await;
}
