//! What a phone sends: taken once, all or nothing, and what is no picture not at all. And what
//! makes the pages open without network.

use super::world::{World, each};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use chrono::{Duration, Utc};
use domain::field::page::{ConsentForm, VisitQuery};
use domain::field::photo::{PHOTO_MAX, sample};
use domain::field::privacy::CONSENT_VERSION;
use domain::field::settings::{FieldForm, FieldRules};
use domain::policy::{Actor, Role};
use serde_json::Value;
use store::new_request;
use tower::ServiceExt;

const BOUNDARY: &str = "----weir";

fn form(fields: &[(&str, &str)], photos: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    for photo in photos {
        let head = "Content-Disposition: form-data; name=\"photo\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg";
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").into_bytes());
        body.extend_from_slice(photo);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

fn request(cookie: &str) -> axum::http::request::Builder {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::builder().method(Method::POST).uri("/upload/field").header(header::COOKIE, cookie).header(header::CONTENT_TYPE, kind)
}

async fn send(world: &World, cookie: &str, body: Vec<u8>) -> Response<Body> {
    let request = request(cookie).header(header::ACCEPT, "application/json").body(Body::from(body)).unwrap();
    world.router.clone().oneshot(request).await.unwrap()
}

async fn told(answer: Response<Body>) -> (StatusCode, Value) {
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 100_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn seller(world: &World) -> Actor {
    let org = world.store.org().unwrap();
    org.people.values().find(|member| member.actor.name == Role::Salesperson.code()).unwrap().actor.clone()
}

async fn visits(world: &World) -> usize {
    let day = world.store.visit_day(&seller(world), &VisitQuery::default()).await.unwrap();
    day.people.iter().map(|person| person.visits.len()).sum()
}

#[tokio::test]
async fn what_is_sent_is_told_to_be_there_once() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let customer = people.records.customer.to_string();
        let id = new_request().to_string();
        let photo = sample(1_600, 1_200, b"GPS", 1, b"pixels");
        let body = form(&[("id", &id), ("kind", "in"), ("customer", &customer), ("note", "met")], &[&photo]);
        let (status, answer) = told(send(&world, cookie, body.clone()).await).await;
        assert_eq!((status, answer["answer"].as_str(), answer["id"].as_str()), (StatusCode::OK, Some("accepted"), Some(id.as_str())));
        let (status, answer) = told(send(&world, cookie, body.clone()).await).await;
        assert_eq!((status, answer["answer"].as_str()), (StatusCode::OK, Some("already")));
        assert_eq!(visits(&world).await, 1);
        // A page without scripts is led on.
        let plain = request(cookie).header(header::ACCEPT, "text/html").body(Body::from(body)).unwrap();
        let led = world.router.clone().oneshot(plain).await.unwrap();
        assert_eq!(
            (led.status(), led.headers()[header::LOCATION].to_str().unwrap()),
            (StatusCode::SEE_OTHER, format!("/field?done={id}").as_str())
        );
        let page = world.call(Method::GET, &format!("/field?done={id}"), Some(cookie), "").await;
        let page = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        assert!(page.contains(&format!("data-done=\"{id}\"")), "{page}");
        // Follow-ups go the same way.
        let id = new_request().to_string();
        let body = form(&[("what", "follow_up"), ("id", &id), ("customer", &customer), ("kind", "call"), ("content", "called")], &[]);
        assert_eq!(told(send(&world, cookie, body.clone()).await).await.1["answer"], "accepted");
        assert_eq!(told(send(&world, cookie, body).await).await.1["answer"], "already");
    })
    .await;
}

#[tokio::test]
async fn refusals_say_whether_to_keep_what_was_sent() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let customer = people.records.customer.to_string();
        let other = new_request().to_string();
        let ask = async |cookie: &str, fields: &[(&str, &str)]| {
            let (status, answer) = told(send(&world, cookie, form(fields, &[])).await).await;
            (status.as_u16(), answer["code"].as_str().unwrap_or_default().to_owned(), answer["keep"].as_bool())
        };
        assert_eq!(ask(cookie, &[("customer", &customer), ("person", &other)]).await, (422, "another_person".into(), Some(true)));
        assert_eq!(ask(cookie, &[("customer", &other)]).await, (404, "not_found".into(), Some(true)));
        assert_eq!(ask(&people.stranger, &[("customer", &customer)]).await, (404, "not_found".into(), Some(true)));
        assert_eq!(ask(&people.by_role[&Role::Finance], &[("customer", &customer)]).await, (403, "forbidden".into(), Some(true)));
        assert_eq!(ask("", &[("customer", &customer)]).await.0, 401);
        let id = new_request().to_string();
        let out = new_request().to_string();
        assert_eq!(ask(cookie, &[("id", &id), ("customer", &customer)]).await.0, 200);
        assert_eq!(ask(cookie, &[("kind", "out"), ("of", &id), ("customer", &customer)]).await.0, 200);
        assert_eq!(
            ask(cookie, &[("id", &out), ("kind", "out"), ("of", &id), ("customer", &customer)]).await,
            (422, "checked_out_already".into(), Some(false))
        );
        let foreign = request(cookie).header(header::HOST, "weir.example").header(header::ORIGIN, "https://elsewhere.example");
        let foreign = foreign.header("sec-fetch-site", "cross-site").body(Body::from(form(&[("customer", &customer)], &[]))).unwrap();
        assert_eq!(world.router.clone().oneshot(foreign).await.unwrap().status(), StatusCode::FORBIDDEN);
        let no_form = world.call(Method::POST, "/upload/field", Some(cookie), "{}").await;
        assert!(no_form.status().is_client_error());
    })
    .await;
}

/// The line breaks at every part of what is sent: nothing of it is there, and sending it again is
/// the first time.
#[tokio::test]
async fn what_was_cut_off_left_nothing() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let customer = people.records.customer.to_string();
        let id = new_request().to_string();
        let photo = sample(400, 300, b"GPS", 1, &[7; 2_000]);
        let body = form(&[("id", &id), ("customer", &customer), ("note", "met")], &[&photo]);
        let end = body.len() - format!("\r\n--{BOUNDARY}--\r\n").len();
        for cut in (1..=end).step_by(end / 40) {
            let parts: Vec<Result<Bytes, std::io::Error>> =
                vec![Ok(Bytes::copy_from_slice(&body[..cut])), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
            let stream = Body::from_stream(futures::stream::iter(parts));
            let broken = request(cookie).header(header::ACCEPT, "application/json").body(stream).unwrap();
            let answer = world.router.clone().oneshot(broken).await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "cut at {cut}");
            // As if the phone had ended the body there.
            let answer = send(&world, cookie, body[..cut].to_vec()).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "ended at {cut}");
        }
        assert_eq!(visits(&world).await, 0);
        assert_eq!(told(send(&world, cookie, body).await).await.1["answer"], "accepted");
        assert_eq!(visits(&world).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused_with_all_that_came_with_it() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let customer = people.records.customer.to_string();
        let whole = sample(400, 300, b"GPS", 1, b"pixels");
        // A PNG of a few bytes that would unpack to gigabytes.
        let bomb = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xA0\0\x01\x86\xA0\x08\x06\0\0\0".as_slice(), &[0; 64]].concat();
        let html = [&[0xFF, 0xD8, 0xFF, 0xE0][..], b"<!doctype html><script>alert(1)</script>"].concat();
        let hostile: [(&str, Vec<u8>); 9] = [
            ("photo_type", b"GIF89a".to_vec()),
            ("photo_type", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
            ("photo_type", b"<html><body>".to_vec()),
            ("photo_type", b"MZ\x90\0".to_vec()),
            ("photo_type", bomb),
            ("photo_broken", html),
            ("photo_broken", whole[..whole.len() / 2].to_vec()),
            ("photo_size", sample(60_000, 60_000, b"", 1, b"x")),
            ("photo_too_large", [whole.clone(), vec![0; PHOTO_MAX]].concat()),
        ];
        for (code, file) in hostile {
            let (status, answer) = told(send(&world, cookie, form(&[("customer", &customer)], &[&file])).await).await;
            assert_eq!((status, answer["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(code)));
        }
        assert_eq!(visits(&world).await, 0);
        // What hides in the words around the pixels is not served.
        let words = sample(400, 300, b"<script>alert(1)</script>", 1, b"pixels");
        let (_, answer) = told(send(&world, cookie, form(&[("customer", &customer)], &[&words])).await).await;
        assert_eq!(answer["answer"], "accepted");
        let day = world.store.visit_day(&seller(&world), &VisitQuery::default()).await.unwrap();
        let path = format!("/export/field/{}.jpg", day.people[0].visits[0].photos[0]);
        let shown = world.call(Method::GET, &path, Some(cookie), "").await;
        assert_eq!((shown.status(), &shown.headers()[header::CONTENT_TYPE]), (StatusCode::OK, &"image/jpeg".parse().unwrap()));
        assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
        let bytes = to_bytes(shown.into_body(), usize::MAX).await.unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"script"));
        assert_eq!(world.call(Method::GET, &path, Some(&people.stranger), "").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(world.call(Method::GET, &path, Some(&people.by_role[&Role::Manager]), "").await.status(), StatusCode::OK);
        for nothing in ["/export/field/x.jpg", "/export/field/mine.csv", "/export/field/00000000-0000-0000-0000-000000000000.jpg"] {
            assert_eq!(world.call(Method::GET, nothing, Some(cookie), "").await.status(), StatusCode::NOT_FOUND, "{nothing}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_is_asked_for_is_told_and_a_queue_loses_nothing() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let customer = people.records.customer.to_string();
        let org = world.store.org().unwrap();
        let admin = &org.people.values().find(|member| member.person.role == Role::Administrator).unwrap().actor;
        let before = (Utc::now() - Duration::minutes(1)).timestamp_millis().to_string();
        let set = FieldForm { photo: "required".into(), ..FieldForm::of(&FieldRules::HOUSE, 0) };
        world.store.save_field_settings(admin, new_request(), set).await.unwrap();
        let ask = async |fields: &[(&str, &str)]| {
            let (status, answer) = told(send(&world, cookie, form(fields, &[])).await).await;
            (status.as_u16(), answer["code"].as_str().unwrap_or_default().to_owned(), answer["keep"].as_bool())
        };
        assert_eq!(ask(&[("customer", &customer)]).await, (422, "photo_required".into(), Some(true)));
        // A page without scripts is led back, and asks for it in the form.
        let plain = request(cookie).header(header::ACCEPT, "text/html").body(Body::from(form(&[("customer", &customer)], &[]))).unwrap();
        let led = world.router.clone().oneshot(plain).await.unwrap();
        assert_eq!(led.headers()[header::LOCATION], "/field?refused=photo_required");
        let page = world.call(Method::GET, "/field?refused=photo_required", Some(cookie), "").await;
        let page = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        let input = page.split("<input id=\"ck-photo\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
        assert!(input.contains("required") && page.contains("role=\"alert\""), "{input}");
        // From a queue: what was written before the rule, and what was written without network.
        let sent = Utc::now().timestamp_millis().to_string();
        assert_eq!(ask(&[("customer", &customer), ("captured_at", &before), ("sent_at", &sent)]).await.0, 200);
        assert_eq!(ask(&[("customer", &customer), ("offline", "1")]).await.0, 200);
        let photo = sample(640, 480, b"GPS", 1, b"pixels");
        assert_eq!(send(&world, cookie, form(&[("customer", &customer)], &[&photo])).await.status(), StatusCode::OK);
        assert_eq!(visits(&world).await, 3);
    })
    .await;
}

#[tokio::test]
async fn ones_own_records_go_home_and_nobody_elses() {
    each(async |world: World| {
        let people = world.people().await;
        let cookie = &people.by_role[&Role::Salesperson];
        let agree = ConsentForm { version: CONSENT_VERSION.into(), give: true, ..ConsentForm::default() };
        world.store.set_consent(&seller(&world), new_request(), agree).await.unwrap();
        let customer = people.records.customer.to_string();
        let fields = [("customer", customer.as_str()), ("lat", "31.2304"), ("lon", "121.4737"), ("accuracy", "12")];
        assert_eq!(send(&world, cookie, form(&fields, &[])).await.status(), StatusCode::OK);
        let own = async |cookie: &str| {
            let answer = world.call(Method::GET, "/export/field/mine.json", Some(cookie), "").await;
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            serde_json::from_slice::<Value>(&body).unwrap()
        };
        assert_eq!(own(cookie).await[0]["latitude"], 31.2304);
        assert_eq!(own(&people.by_role[&Role::Manager]).await, Value::Array(Vec::new()));
        let finance = world.call(Method::GET, "/export/field/mine.json", Some(&people.by_role[&Role::Finance]), "").await;
        assert_eq!(finance.status(), StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_worker_knows_its_build_and_may_ask_the_network() {
    let world = World::again().await;
    assert_eq!(world.call(Method::GET, "/sw.js", None, "").await.status(), StatusCode::NOT_FOUND, "it was not built");
    let site = world.site();
    std::fs::write(site.join("sw.js"), "const build = \"__BUILD__\";").unwrap();
    let text = async |path: &str, cookie: Option<&str>| {
        let answer = world.call(Method::GET, path, cookie, "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache", "{path}");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        (policy, String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
    };
    let (policy, first) = text("/sw.js", None).await;
    assert!(policy.contains("connect-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(first.starts_with("const build = {") && first.contains("/pkg/weir.css"), "{first}");
    assert_eq!(text("/sw.js", None).await.1, first, "the same build is the same worker");
    std::fs::write(site.join("field.js"), "changed").unwrap();
    assert_eq!(text("/field.js", None).await.1, "changed", "asked for each time");
    assert_ne!(text("/sw.js", None).await.1, first);
    for (lang, word) in [("zh", "没有网络"), ("en", "No network")] {
        let cookie = format!("weir_lang={lang}; weir_theme=dark");
        let (policy, page) = text("/offline", Some(&cookie)).await;
        assert!(page.contains(word) && page.contains("data-theme=\"dark\"") && page.contains("/pkg/weir.css"), "{page}");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    }
    let (_, manifest) = text("/manifest.webmanifest", None).await;
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((manifest["display"].as_str(), manifest["start_url"].as_str()), (Some("standalone"), Some("/")));
    let page = world.call(Method::GET, "/sign-in", None, "").await;
    assert!(page.headers()["permissions-policy"].to_str().unwrap().contains("geolocation=(self)"));
    assert!(page.headers()["permissions-policy"].to_str().unwrap().contains("camera=()"));
}
