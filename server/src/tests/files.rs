//! Files on customers and deals on their way in and out: what is none of those that are taken is
//! refused, whatever it calls itself; what goes out is saved and never shown.

use super::world::{World, each};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::field::photo::sample;
use domain::files::{FILE_MAX, FileForm, FilesOf};
use domain::ids::{CustomerId, DealId};
use domain::policy::{Actor, Role};
use store::new_request;
use tower::ServiceExt;

const BOUNDARY: &str = "----weir";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

fn form(of: &str, request: &str, name: &str, file: &[u8]) -> Vec<u8> {
    let part = |head: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
    // The kind that a browser names is not asked about.
    let head = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png");
    let texts = [("of", of), ("request", request)]
        .map(|(field, value)| [part(&format!("name=\"{field}\"")), value.into(), b"\r\n".to_vec()].concat());
    [texts.concat(), part(&head), file.to_vec(), format!("\r\n--{BOUNDARY}--\r\n").into()].concat()
}

async fn post(world: &World, cookie: &str, site: &str, body: Vec<u8>) -> Response<Body> {
    let request = Request::builder().method(Method::POST).uri("/upload/files").header(header::COOKIE, cookie);
    let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let request = request.header(header::HOST, "weir.example").header("sec-fetch-site", site);
    world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
}

/// Where an upload leads, as far as it says what became of it.
async fn led(world: &World, cookie: &str, of: FilesOf, name: &str, file: &[u8]) -> String {
    let answer = post(world, cookie, "same-origin", form(&of.code(), "", name, file)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}");
    let to = answer.headers()[header::LOCATION].to_str().unwrap();
    to.strip_prefix(&of.page()).unwrap().trim_start_matches('?').trim_end_matches("#files").to_owned()
}

fn seller(world: &World) -> Actor {
    let org = world.store.org().unwrap();
    org.people.values().find(|member| member.actor.name == Role::Salesperson.code()).unwrap().actor.clone()
}

#[tokio::test]
async fn hostile_files_are_refused_and_nothing_of_them_is_kept() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let of = FilesOf::Customer(CustomerId(people.records.customer));
        let whole = sample(400, 300, b"GPS", 1, b"pixels");
        // A picture of a few bytes that would unpack to gigabytes, and a document that says it does.
        let bomb = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xA0\0\x01\x86\xA0\x08\x06\0\0\0".as_slice(), &[0; 64]].concat();
        let mut packed = b"PK\x03\x04".to_vec();
        let mut entry = b"PK\x01\x02".to_vec();
        entry.resize(46, 0);
        entry[24..28].copy_from_slice(&u32::MAX.to_le_bytes());
        entry[28] = 19;
        packed.extend(entry);
        packed.extend(b"[Content_Types].xml");
        packed.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x41\0\0\0\x04\0\0\0\0\0");
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let html = b"<!doctype html><script>alert(1)</script>";
        let hostile: [(&str, &str, &[u8]); 15] = [
            ("attach_type", "page.png", html),
            ("attach_type", "page.html", html),
            ("attach_type", "page.pdf", html),
            ("attach_type", "drawing.svg", svg),
            ("attach_type", "drawing.jpg", svg),
            ("attach_type", "run.exe", b"MZ\x90\0"),
            ("attach_type", "run.txt", b"MZ\x90\0"),
            ("attach_type", "offer.docx", PDF),
            ("attach_type", "offer.docx", &packed),
            ("attach_broken", "plan.png", &bomb),
            ("attach_broken", "door.jpg", &whole[..whole.len() / 2]),
            ("attach_broken", "offer.pdf", &PDF[..PDF.len() - 8]),
            ("attach_name", "..", PDF),
            ("attach_name", "../../etc/", PDF),
            ("required", "empty.txt", b""),
        ];
        for (code, name, file) in hostile {
            assert_eq!(led(&world, cookie, of, name, file).await, format!("file_refused={code}"), "{name}");
        }
        let large = vec![b'a'; FILE_MAX + 1];
        assert_eq!(led(&world, cookie, of, "long.txt", &large).await, "file_refused=attach_too_large&file_max=10");
        let flood = vec![b'a'; 5 * FILE_MAX];
        let answer = post(&world, cookie, "same-origin", form(&of.code(), "", "flood.txt", &flood)).await;
        assert!(answer.status() == StatusCode::PAYLOAD_TOO_LARGE || answer.status() == StatusCode::SEE_OTHER, "{}", answer.status());
        // Cut off in the middle, of nothing, and no form at all.
        let body = form(&of.code(), "", "a.txt", b"text");
        let cut = post(&world, cookie, "same-origin", body[..body.len() - 20].to_vec()).await;
        assert_eq!(cut.status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            post(&world, cookie, "same-origin", form("person.1", "", "a.txt", b"text")).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert!(world.call(Method::POST, "/upload/files", Some(cookie), "{}").await.status().is_client_error());
        let files = world.store.files(&seller(&world), of).await.unwrap();
        assert!(files.rows.is_empty() && files.removed.is_empty());
        // The page says why.
        let page = world.call(Method::GET, &format!("{}?file_refused=attach_too_large&file_max=10", of.page()), Some(cookie), "").await;
        let page = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        assert!(page.contains("data-file-refused=\"attach_too_large\""), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_taken_once_and_saved_under_its_name() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let of = FilesOf::Deal(DealId(people.records.deal));
        let request = new_request().to_string();
        let body = || form(&of.code(), &request, "C:\\me\\报价 “A”.pdf", PDF);
        for _ in 0..2 {
            assert_eq!(post(&world, cookie, "same-origin", body()).await.status(), StatusCode::SEE_OTHER);
        }
        let files = world.store.files(&seller(&world), of).await.unwrap();
        assert_eq!(files.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["报价 “A”.pdf"]);
        let path = format!("/export/files/{}", files.rows[0].id);
        let given = world.call(Method::GET, &path, Some(cookie), "").await;
        let headers = given.headers().clone();
        assert_eq!((given.status(), &headers[header::CONTENT_TYPE]), (StatusCode::OK, &"application/pdf".parse().unwrap()));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
        let saved = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(saved.starts_with("attachment; filename=\"A.pdf\"; filename*=UTF-8''%E6%8A%A5") && saved.ends_with(".pdf"), "{saved}");
        assert_eq!(to_bytes(given.into_body(), usize::MAX).await.unwrap(), PDF);
        // Others, strangers, other sites, and what is not there.
        assert_eq!(world.call(Method::GET, &path, Some(&people.stranger), "").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(world.call(Method::GET, &path, Some(&people.by_role[&Role::Manager]), "").await.status(), StatusCode::OK);
        assert_eq!(world.call(Method::GET, &path, Some(&people.by_role[&Role::Hr]), "").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(post(&world, "", "same-origin", body()).await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(post(&world, cookie, "cross-site", body()).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(post(&world, &people.stranger, "same-origin", form(&of.code(), "", "a.pdf", PDF)).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(
            post(&world, &people.by_role[&Role::Finance], "same-origin", form(&of.code(), "", "a.pdf", PDF)).await.status(),
            StatusCode::FORBIDDEN
        );
        for nothing in ["/export/files/x", "/export/files/00000000-0000-0000-0000-000000000000"] {
            assert_eq!(world.call(Method::GET, nothing, Some(cookie), "").await.status(), StatusCode::NOT_FOUND, "{nothing}");
        }
        // Taken away, it is no longer given out.
        let away = FileForm { file: files.rows[0].id.to_string(), ..FileForm::default() };
        world.store.remove_file(&seller(&world), new_request(), away).await.unwrap();
        assert_eq!(world.call(Method::GET, &path, Some(cookie), "").await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
