//! The nets of authorisation as the router has them: every address has a
//! declared rule; strangers, wrong roles and other teams are refused at each;
//! answers carry the headers that protect them.

mod exports;
mod files;
mod listed;
mod phone;
mod requests;
mod surveys;
mod uploads;
mod world;

use crate::router;
use app::App;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::policy::{Role, reach};
use domain::routes::{ROUTES, Rule};
use domain::violation::Violation;
use leptos_axum::generate_route_list;
use requests::{About, samples};
use server_fn::axum::server_fn_paths;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use ui::error::ApiError;
use world::{PATIENCE, Records, World, each};

/// Pages with these records in their addresses.
fn pages(records: &Records) -> impl Iterator<Item = (String, Rule)> {
    let pages = ROUTES.iter().filter(|(path, _)| !path.starts_with("/api/") && !plain().contains(*path));
    pages.map(|(path, rule)| {
        let id = match path.split('/').nth(1) {
            Some("deals") => records.deal,
            Some("contacts") => records.contact,
            Some("contracts") => records.contract,
            Some("quotes") => records.quote,
            Some("tickets") => records.ticket,
            Some("surveys") if path.starts_with("/surveys/plans/") => records.plan,
            Some("surveys") => records.survey,
            _ => records.customer,
        };
        (path.replace(":id", &id.to_string()), *rule)
    })
}

fn plain() -> BTreeSet<&'static str> {
    router::plain_addresses().into_iter().collect()
}

#[test]
fn every_address_has_a_rule_and_every_rule_an_address() {
    let mut real: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    real.extend(generate_route_list(App).iter().map(|route| route.path().replace('{', ":").replace('}', "")));
    real.insert("/".into());
    real.extend(plain().into_iter().map(str::to_owned));
    let declared: BTreeSet<String> = ROUTES.iter().map(|(path, _)| (*path).to_owned()).collect();
    let without_rule: Vec<_> = real.difference(&declared).collect();
    let without_address: Vec<_> = declared.difference(&real).collect();
    assert!(without_rule.is_empty(), "addresses without a declared rule: {without_rule:?}");
    assert!(without_address.is_empty(), "rules that name nothing: {without_address:?}");
}

#[tokio::test]
async fn strangers_are_refused_everywhere_but_at_public_addresses() {
    each(async |world: World| {
        let people = world.people().await;
        for (sample, rule) in samples() {
            let answer = world.call(Method::POST, &sample.path, None, &sample.body(&people.records)).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{} {rule:?}", sample.path);
        }
        for (page, _) in pages(&people.records).filter(|(_, rule)| *rule != Rule::Public) {
            let answer = world.call(Method::GET, &page, None, "").await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{page}");
            let to = answer.headers()[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/sign-in"), "{page} leads to {to}");
        }
        for path in plain() {
            let declared = ROUTES.iter().find(|(known, _)| *known == path).unwrap().1;
            let answer = world.call(Method::GET, &path.replace("{*file}", "weir.css").replace("{file}", "zh-0.js"), None, "").await;
            match declared {
                Rule::Public => assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{path}"),
                _ => assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_without_the_action_is_refused() {
    each(async |world: World| {
        let people = world.people().await;
        let mut asked = 0;
        let without = |rule: Rule| {
            let Rule::May(action) = rule else { return Vec::new() };
            Role::ALL.iter().filter(|role| reach(**role, action).is_none()).collect()
        };
        for (sample, rule) in samples() {
            for role in without(rule) {
                asked += 1;
                let answer = world.call(Method::POST, &sample.path, Some(&people.by_role[role]), &sample.body(&people.records)).await;
                assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{} as {role}", sample.path);
            }
        }
        for (page, rule) in pages(&people.records) {
            for role in without(rule) {
                asked += 1;
                let answer = world.call(Method::GET, &page, Some(&people.by_role[role]), "").await;
                assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{page} as {role}");
            }
        }
        assert!(asked > 50, "only {asked} questions were asked");
    })
    .await;
}

/// Another team's records look as if they were not there, whatever is asked;
/// their owner is answered, so it is not the request that is wrong.
#[tokio::test]
async fn another_teams_records_are_hidden() {
    each(async |world: World| {
        let mut people = world.people().await;
        people.records.twin = world.twin().await;
        let owner = &people.by_role[&Role::Salesperson];
        let about = |about| samples().into_iter().filter(move |(sample, _)| sample.about == about).map(|(sample, _)| sample);
        for sample in about(About::Record) {
            let answer = world.call(Method::POST, &sample.path, Some(&people.stranger), &sample.body(&people.records)).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{}", sample.path);
        }
        for sample in about(About::Under) {
            let answer = world.call(Method::POST, &sample.path, Some(&people.stranger), &sample.body(&people.records)).await;
            assert!(
                matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY),
                "{}: {}",
                sample.path,
                answer.status()
            );
        }
        for sample in about(About::Parts) {
            let asked = async |cookie| {
                let answer = world.call(Method::POST, &sample.path, Some(cookie), &sample.body(&people.records)).await;
                axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap()
            };
            let (theirs, own) = (asked(&people.stranger).await, asked(owner).await);
            assert!(matches!(&theirs[..], b"null" | b"[]"), "{}: {theirs:?}", sample.path);
            assert!(own.len() > theirs.len(), "{}: {own:?}", sample.path);
        }
        // Surveys are the company's: whoever reads satisfaction sees them.
        let survey = format!("/surveys/{}", people.records.survey);
        let of_records: Vec<_> =
            pages(&people.records).filter(|(page, _)| page.split('/').any(|part| part.len() == 36) && !page.starts_with(&survey)).collect();
        assert!(of_records.len() >= 6, "{of_records:?}");
        for (page, _) in &of_records {
            assert_eq!(world.call(Method::GET, page, Some(&people.stranger), "").await.status(), StatusCode::NOT_FOUND, "{page}");
        }
        for (page, _) in &of_records {
            assert_eq!(world.call(Method::GET, page, Some(owner), "").await.status(), StatusCode::OK, "{page}");
        }
        for sample in about(About::Record).chain(about(About::Under)) {
            let answer = world.call(Method::POST, &sample.path, Some(owner), &sample.body(&people.records)).await;
            assert_eq!(answer.status(), StatusCode::OK, "{} as the owner", sample.path);
        }
    })
    .await;
}

/// It is the caller's error: refused with 400 and the product's own words, and not in the log as one of ours.
#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    each(async |world: World| {
        let people = world.people().await;
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_writer(log.clone()).finish();
        let _listening = tracing::subscriber::set_default(subscriber);
        let refused = ApiError::Refused { found: vec![Violation::new("", "bad_request")], typed: None };
        let mut asked = 0;
        for (sample, _) in samples() {
            let Some(body) = sample.unreadable() else { continue };
            asked += 1;
            let answer = world.call(Method::POST, &sample.path, Some(&people.by_role[&Role::Administrator]), body).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{}", sample.path);
            let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
            assert_eq!(serde_json::from_slice::<ApiError>(&body).unwrap(), refused, "{}", sample.path);
        }
        assert!(asked > 50, "only {asked} questions were asked");
        assert_eq!(log.text(), "");
        tracing::error!("the log is heard");
        assert!(log.text().contains("the log is heard"));
    })
    .await;
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Read in the background by the first request of somebody signed in, and by nobody else's.
#[tokio::test]
async fn histories_are_read_before_a_funnel_is_asked_for() {
    each(async |world: World| {
        let people = world.people().await;
        for path in ["/sign-in", "/healthz", "/deals"] {
            world.call(Method::GET, path, None, "").await;
        }
        tokio::task::yield_now().await;
        assert!(!world.store.has_funnel(), "a stranger asked");
        let answer = world.call(Method::POST, "/api/work/choices", Some(&people.by_role[&Role::Hr]), "{}").await;
        assert_ne!(answer.status(), StatusCode::UNAUTHORIZED);
        let read = async {
            while !world.store.has_funnel() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the histories are read");
    })
    .await;
}

#[tokio::test]
async fn a_page_carries_the_headers_that_protect_it() {
    each(async |world: World| {
        world.people().await;
        let answer = world.call(Method::GET, "/sign-in", None, "").await;
        assert_eq!(answer.status(), StatusCode::OK);
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("script-src 'self' 'nonce-"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.headers()[name], value);
        }
    })
    .await;
}

#[tokio::test]
async fn files_are_served_with_how_long_they_may_be_kept() {
    each(async |world: World| {
        let answer = world.call(Method::GET, "/pkg/weir.css", None, "").await;
        assert_eq!((answer.status(), &answer.headers()[header::CACHE_CONTROL]), (StatusCode::OK, &"no-cache".parse().unwrap()));
        for path in ["/pkg/missing.css", "/pkg/../weir.db", "/texts/zh-0.js"] {
            assert_eq!(world.call(Method::GET, path, None, "").await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_sites_cannot_post() {
    each(async |world: World| {
        let people = world.people().await;
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/work/choices")
            .header(header::COOKIE, &people.by_role[&Role::Administrator])
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://evil.example")
            .body(Body::empty())
            .unwrap();
        let answer = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_leads_to_set_up() {
    each(async |world: World| {
        for path in ["/", "/deals", "/sign-in"] {
            let answer = world.call(Method::GET, path, None, "").await;
            assert_eq!(answer.headers()[header::LOCATION], "/set-up", "{path}");
        }
        assert_eq!(world.call(Method::GET, "/healthz", None, "").await.status(), StatusCode::OK);
        assert_eq!(world.call(Method::GET, "/readyz", None, "").await.status(), StatusCode::OK);
    })
    .await;
}

/// Language and theme without scripts: cookies, and back to the page.
#[tokio::test]
async fn a_preference_is_kept_in_a_cookie_and_leads_back() {
    each(async |world: World| {
        let prefer = async |body: &str| {
            let request = Request::builder()
                .method(Method::POST)
                .uri("/api/settings/prefer")
                .header(header::ACCEPT, "text/html")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::REFERER, "http://weir.example/sign-in?next=%2Fdeals")
                .body(Body::from(body.to_owned()))
                .unwrap();
            let answer = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::FOUND, "{body}");
            assert_eq!(answer.headers()[header::LOCATION], "http://weir.example/sign-in?next=%2Fdeals");
            answer.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned())
        };
        let kept = |name_value: &str| Some(format!("{name_value}; Path=/; Max-Age=31536000; SameSite=Lax; Secure"));
        assert_eq!(prefer("lang=en").await, kept("weir_lang=en"));
        assert_eq!(prefer("theme=dark").await, kept("weir_theme=dark"));
        assert_eq!(prefer("lang=xx&theme=%22%3E").await, None, "what nobody knows is not kept");
        assert_eq!(world.call(Method::GET, "/api/settings/prefer?lang=en", None, "").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    })
    .await;
}
