//! Files on their way in, and what imports give out: by whom, how large, of which
//! kind, from where; and that what goes out shielded comes in unharmed.

use super::world::{World, each};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::imports::{CheckQuery, ImportForm, ImportKind, MappingForm, Part, RowForm, UPLOAD_MAX};
use domain::policy::{Action, Actor, Role, reach};
use i18n::fmt::parse_amount;
use store::new_request;
use tower::ServiceExt;

const BOUNDARY: &str = "----weir";

fn form(kind: &str, name: &str, file: &[u8]) -> Vec<u8> {
    let part = |head: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
    let file_head = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv");
    [part("name=\"kind\""), kind.into(), b"\r\n".to_vec(), part(&file_head), file.to_vec(), format!("\r\n--{BOUNDARY}--\r\n").into()]
        .concat()
}

async fn send(world: &World, cookie: &str, origin: Option<&str>, body: Vec<u8>) -> Response<Body> {
    let mut request = Request::builder().method(Method::POST).uri("/upload/import").header(header::COOKIE, cookie);
    request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    request = request.header(header::HOST, "weir.example");
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin).header("sec-fetch-site", "cross-site");
    }
    world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
}

/// Where an upload leads.
async fn led(world: &World, cookie: &str, kind: &str, file: &[u8]) -> String {
    let answer = send(world, cookie, None, form(kind, "list.csv", file)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn file(world: &World, path: &str, cookie: &str) -> String {
    let answer = world.call(Method::GET, path, Some(cookie), "").await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

fn admin(world: &World) -> Actor {
    world.store.org().unwrap().people.values().find(|m| m.actor.role == Role::Administrator).unwrap().actor.clone()
}

#[tokio::test]
async fn only_who_may_import_and_only_from_our_own_pages() {
    each(async |world: World| {
        let people = world.people().await;
        for &role in Role::ALL {
            let answer = send(&world, &people.by_role[&role], None, form("customers", "a.csv", b"name\nA\n")).await;
            let may = reach(role, Action::Import).is_some();
            assert_eq!(answer.status(), if may { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN }, "{role}");
            for path in ["/export/imports/template-customers.csv", "/export/imports/template-deals.csv"] {
                let answer = world.call(Method::GET, path, Some(&people.by_role[&role]), "").await;
                assert_eq!(answer.status(), if may { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{path} {role}");
            }
        }
        let admin = &people.by_role[&Role::Administrator];
        let foreign = send(&world, admin, Some("https://elsewhere.example"), form("customers", "a.csv", b"name\nA\n")).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let stranger = send(&world, "", None, form("customers", "a.csv", b"name\nA\n")).await;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
        let no_form = world.call(Method::POST, "/upload/import", Some(admin), "{}").await;
        assert!(no_form.status().is_client_error(), "{}", no_form.status());
        let broken = send(&world, admin, None, b"--nothing".to_vec()).await;
        assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn a_file_leads_to_its_import_or_back_to_the_form() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Manager];
        let to = led(&world, cookie, "deals", "商机名称,客户名称,金额\nA,B,1\n".as_bytes()).await;
        assert!(to.starts_with("/import?id=") && to.ends_with("&step=map"), "{to}");
        assert_eq!(world.call(Method::GET, &to, Some(cookie), "").await.status(), StatusCode::OK);
        let other = &people.by_role[&Role::Administrator];
        assert_eq!(world.call(Method::GET, &to, Some(other), "").await.status(), StatusCode::OK);
        assert_eq!(led(&world, cookie, "deals", b"").await, "/import?kind=deals&refused=file_empty");
        assert_eq!(led(&world, cookie, "customers", b"PK\x03\x04").await, "/import?kind=customers&refused=file_type");
        assert_eq!(led(&world, cookie, "x", b"name\n\"A").await, "/import?kind=customers&refused=open_quote&row=2");
        let large = vec![b'a'; UPLOAD_MAX + 1];
        assert_eq!(led(&world, cookie, "customers", &large).await, "/import?kind=customers&refused=file_too_large");
        let nothing = send(&world, cookie, None, form("customers", "", b"")).await;
        assert_eq!(nothing.headers()[header::LOCATION], "/import?kind=customers&refused=required");
        // Bodies are small everywhere else.
        let body = format!("{{\"text\":\"{}\",\"most\":6}}", "a".repeat(600 * 1_024));
        let request = Request::builder().method(Method::POST).uri("/api/search/find").header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json").header(header::CONTENT_LENGTH, body.len());
        let answer = world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    })
    .await;
}

#[tokio::test]
async fn templates_are_what_an_import_reads() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Administrator];
        for kind in ImportKind::ALL {
            let path = format!("/export/imports/template-{kind}.csv");
            let english = file(&world, &path, &format!("{cookie}; weir_lang=en")).await;
            assert!(english.trim_start_matches('\u{feff}').is_ascii(), "{english}");
            let chinese = file(&world, &path, &format!("{cookie}; weir_lang=zh")).await;
            assert_eq!(chinese.matches("\r\n").count(), 1, "heads only, or an example would be imported");
            for head in [english, chinese] {
                let filled = format!("{head}{}\r\n", ",A".repeat(head.matches(',').count()));
                let id = world.store.begin_import(&admin(&world), new_request(), *kind, "t.csv", filled.into_bytes()).await.unwrap();
                let detail = world.store.import_detail(&admin(&world), id, true).await.unwrap();
                let mapped: Vec<&str> = detail.columns.iter().map(|column| column.field.as_str()).collect();
                // What only files of others have is not in ours.
                let own = store::import::Kind::from(*kind).fields().iter().filter(|field| !field.foreign);
                assert_eq!(mapped, own.map(|field| field.code).collect::<Vec<_>>());
            }
        }
        for nothing in ["template-people.csv", "template-deals", "x.csv", "00000000-0000-0000-0000-000000000000.csv"] {
            let answer = world.call(Method::GET, &format!("/export/imports/{nothing}"), Some(cookie), "").await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{nothing}");
        }
    })
    .await;
}

/// What spreadsheets would run goes out shielded, in the file of refused rows too,
/// and comes in as it was.
#[tokio::test]
async fn cells_that_look_like_formulas_come_back_unharmed() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Administrator];
        let by = admin(&world);
        let odd = ["=1+1", "'=1+1", "-2", "@home", "+86 21", "'", "''", "-", "—", "\"quoted\"", "'s-Hertogenbosch", "a\nb"];
        let quoted = |text: &str| format!("\"{}\"", domain::transfer::shield(text).replace('"', "\"\""));
        let rows: String = odd.iter().enumerate().map(|(at, text)| format!("Odd {at},bad phone,{}\n", quoted(text))).collect();
        let id = imported(&world, &by, format!("name,phone,notes\n{rows}").into_bytes()).await;
        let refused = file(&world, &format!("/export/imports/{id}.csv"), &format!("{cookie}; weir_lang=en")).await;
        assert!(refused.contains("Import problem"), "{refused}");
        assert_eq!(refused.matches("bad phone").count(), odd.len());
        for line in refused.lines().skip(1) {
            for cell in line.split(',') {
                assert!(!cell.trim_matches('"').starts_with(['=', '+', '-', '@']), "{line}");
            }
        }
        // Mended in the file, it is imported; what is then in the list is what was meant.
        let mended = imported(&world, &by, refused.replace("bad phone", "").into_bytes()).await;
        run(&world, &by, mended).await;
        let listed = file(&world, "/export/customers.csv?q=Odd&sort=created", cookie).await;
        let again = store::import::read_table(listed.as_bytes()).unwrap();
        let notes = again.headers.iter().position(|header| header == "备注").unwrap();
        let mut found: Vec<(String, String)> = again.rows.iter().map(|row| (row.cell(0).to_owned(), row.cell(notes).to_owned())).collect();
        found.sort_by_key(|(name, _)| name.trim_start_matches("Odd ").parse::<usize>().unwrap_or_default());
        assert_eq!(found.iter().map(|(_, notes)| notes.as_str()).collect::<Vec<_>>(), odd);
        // A correction is taken as typed.
        let id = imported(&world, &by, b"name,phone\nTyped,bad\n".to_vec()).await;
        let cells = [("name".to_owned(), "=2+2".to_owned()), ("phone".to_owned(), String::new())].into();
        let correction = RowForm { id: id.to_string(), version: 2, row: 2, cells, ..RowForm::default() };
        world.store.correct_import(&by, new_request(), correction).await.unwrap();
        run(&world, &by, id).await;
        assert!(file(&world, "/export/customers.csv?q=2%2B2", cookie).await.contains("\r\n'=2+2,"));
    })
    .await;
}

/// Rows of texts as a workbook of ours.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let head = rows[0].iter().map(|text| (*text).to_owned()).collect();
    let mut book = crate::workbook::Workbook::new("名单", head).unwrap();
    for row in &rows[1..] {
        book.row(row.iter().map(|text| crate::workbook::Value::Text((*text).into()))).unwrap();
    }
    let bytes = book.taken();
    [bytes, book.end().unwrap()].concat()
}

/// A workbook is taken as a list is, and its refused rows are a workbook again.
#[tokio::test]
async fn workbooks_come_in_and_go_out() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Administrator];
        let by = admin(&world);
        let book = workbook(&[&["name", "phone", "notes"], &["Booked", "bad phone", "=1+1"], &["Good", "", "'=2"]]);
        let id = imported(&world, &by, book).await;
        let path = format!("/export/imports/{id}.xlsx");
        let answer = world.call(Method::GET, &path, Some(&format!("{cookie}; weir_lang=en")), "").await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], crate::export::WORKBOOK);
        assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with("refused-oddlist.xlsx\""));
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let table = store::import::read_table(&bytes).unwrap();
        assert_eq!(table.headers, ["name", "phone", "notes", "Import problem"]);
        assert_eq!((table.rows.len(), table.rows[0].cell(2)), (1, "=1+1"));
        let text = file(&world, &format!("/export/imports/{id}.csv"), cookie).await;
        assert!(text.contains("'=1+1"), "as text it is shielded: {text}");
        for kind in ImportKind::ALL {
            let answer = world.call(Method::GET, &format!("/export/imports/template-{kind}.xlsx"), Some(cookie), "").await;
            let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert!(store::import::read_table(&bytes).unwrap().headers.len() > 3, "{kind}");
        }
        assert_eq!(world.call(Method::GET, &format!("/export/imports/{id}.ods"), Some(cookie), "").await.status(), StatusCode::NOT_FOUND);
        // Products are the administrators'.
        let manager = send(&world, &people.by_role[&Role::Manager], None, form("products", "p.csv", b"code,name,price\nA,B,1\n")).await;
        assert_eq!(manager.status(), StatusCode::FORBIDDEN);
    })
    .await;
}

/// The forms as browsers send them, from the upload to the end.
#[tokio::test]
async fn the_forms_of_the_steps_are_understood() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Administrator];
        let to = led(&world, cookie, "customers", b"name,phone\nStep one,12\nStep two,\n").await;
        let id = to.trim_start_matches("/import?id=").trim_end_matches("&step=map").to_owned();
        let post = async |path: &str, version: i32, rest: &str| {
            let body = format!("form[id]={id}&form[version]={version}&form[request]={}{rest}", new_request());
            let answer = world.call(Method::POST, path, Some(cookie), &body).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path} {body}");
        };
        post("/api/data/map", 1, "&form[columns][c0]=name&form[columns][c1]=phone").await;
        post("/api/data/correct", 2, "&form[row]=2&form[part]=refused&form[cells][phone]=021-68880000&form[cells][name]=Step").await;
        post("/api/data/correct", 3, "&form[row]=3&form[decision]=skip").await;
        post("/api/data/choose", 4, "&form[twins]=make&form[leave_out]=true").await;
        post("/api/data/run", 5, "&form[made]=1").await;
        let by = admin(&world);
        let import = domain::ids::ImportId::parse(&id).unwrap();
        while world.store.import_state(&by, import).await.unwrap().running.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let row = world.store.imports(&by).await.unwrap().remove(0);
        assert_eq!((row.made, row.rows, row.version), (1, 2, 6));
        post("/api/data/undo", 6, "").await;
        let id = imported(&world, &by, b"name\nA\n".to_vec()).await.to_string();
        let body = format!("form[id]={id}&form[version]=2");
        assert_eq!(world.call(Method::POST, "/api/data/discard", Some(cookie), &body).await.status(), StatusCode::OK);
    })
    .await;
}

/// A draft with its guessed columns.
async fn imported(world: &World, by: &Actor, bytes: Vec<u8>) -> domain::ids::ImportId {
    let id = world.store.begin_import(by, new_request(), ImportKind::Customers, "odd list.csv", bytes).await.unwrap();
    let detail = world.store.import_detail(by, id, true).await.unwrap();
    let columns = detail.columns.iter().enumerate().map(|(at, column)| (format!("c{at}"), column.field.clone())).collect();
    let mapping = MappingForm { id: id.to_string(), version: 1, columns, ..MappingForm::default() };
    world.store.map_import(by, new_request(), mapping).await.unwrap();
    id
}

async fn run(world: &World, by: &Actor, id: domain::ids::ImportId) {
    let all = CheckQuery { part: Some(Part::Refused), after: 0, row: None };
    let check = world.store.check_import(by, id, all, parse_amount).await.unwrap();
    assert_eq!(check.rows, [], "nothing is refused");
    let form = ImportForm { id: id.to_string(), version: check.version, made: check.counts.made, ..ImportForm::default() };
    world.store.import_now(by, new_request(), form, parse_amount).await.unwrap();
}
