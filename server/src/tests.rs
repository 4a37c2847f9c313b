//! The nets of authorisation as the router has them: every address has a
//! declared rule, strangers and wrong roles are refused at each, and answers
//! carry the headers that protect them.

use crate::config::Settings;
use crate::router;
use app::App;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::org::{PersonForm, SetUpForm};
use domain::policy::{Role, reach};
use domain::routes::{ROUTES, Rule};
use leptos_axum::generate_route_list;
use server_fn::axum::server_fn_paths;
use std::collections::{BTreeMap, BTreeSet};
use store::Store;
use store::auth::Origin;
use tower::ServiceExt;

struct World {
    router: Router,
    store: Store,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let settings = Settings {
        address: "127.0.0.1:3000".parse().unwrap(),
        database: format!("sqlite:{}", folder.path().join("weir.db").display()),
        site: Some(site.clone()),
        day: None,
        secure_cookies: false,
        log: "off".into(),
    };
    let store = Store::open(&settings.database, None).await.unwrap();
    let (_, closing) = tokio::sync::watch::channel(false);
    let router = router::build(store.clone(), &settings, &site, crate::live::Closing(closing)).unwrap();
    World { router, store, _folder: folder }
}

impl World {
    /// An organisation with one person of each role; gives a cookie a role.
    async fn people(&self) -> BTreeMap<Role, String> {
        let set_up = SetUpForm {
            organisation: "Org".into(),
            name: "Admin".into(),
            email: "admin@example.com".into(),
            password: "correct horse".into(),
            password_again: "correct horse".into(),
            currency: "CNY".into(),
            ..SetUpForm::default()
        };
        let admin = self.store.set_up(set_up.check().unwrap()).await.unwrap();
        let org = self.store.org().unwrap();
        let by = org.people[&admin].actor.clone();
        let mut cookies = BTreeMap::new();
        for role in Role::ALL {
            let user = if *role == Role::Administrator {
                admin
            } else {
                let form = PersonForm {
                    name: role.code().into(),
                    email: format!("{role}@example.com"),
                    role: role.code().into(),
                    unit: by.unit.to_string(),
                    password: "correct horse".into(),
                    ..PersonForm::default()
                };
                self.store.save_person(&by, store::new_request(), form).await.unwrap()
            };
            let token = self.store.sign_in_new(user, Origin::default()).await.unwrap();
            cookies.insert(*role, format!("weir_session={token}"));
        }
        cookies
    }

    async fn call(&self, method: Method, path: &str, cookie: Option<&str>, body: &str) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "application/json");
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        request = request.header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
    }
}

/// A body that each server function can read, so that a refusal is the rule's
/// and not the decoder's; functions without arguments need none.
fn sample(path: &str) -> &'static str {
    let name = path.strip_prefix("/api/").unwrap_or(path);
    SAMPLES.iter().find(|(known, _)| *known == name).map_or("", |(_, body)| body)
}

const SAMPLES: &[(&str, &str)] = &[
    ("pipeline/board", r#"{"filter":{"text":""}}"#),
    ("pipeline/summaries", r#"{"filter":{"text":""}}"#),
    ("pipeline/cards", r#"{"filter":{"text":""},"stage":"018f0000-0000-7000-8000-000000000001","after":null}"#),
    ("pipeline/card", r#"{"filter":{"text":""},"deal":"018f0000-0000-7000-8000-000000000001"}"#),
    (
        "pipeline/move_deal",
        r#"{"command":{"request":"018f0000-0000-7000-8000-000000000001","deal":"018f0000-0000-7000-8000-000000000001","version":1,"to":"018f0000-0000-7000-8000-000000000001","above":null,"below":null,"closing":null,"reason":""}}"#,
    ),
    (
        "pipeline/undo_move",
        r#"{"command":{"request":"018f0000-0000-7000-8000-000000000001","deal":"018f0000-0000-7000-8000-000000000001","version":1}}"#,
    ),
    ("pipeline/deals", r#"{"filter":{"text":""},"sort":"","after":null}"#),
    ("pipeline/deal", r#"{"id":"018f0000-0000-7000-8000-000000000001"}"#),
    ("pipeline/choices", "{}"),
    ("pipeline/deal_form", r#"{"id":"018f0000-0000-7000-8000-000000000001"}"#),
    ("pipeline/contacts", r#"{"customer":"018f0000-0000-7000-8000-000000000001"}"#),
    ("pipeline/save_deal", "form[title]=A"),
    ("customers/customers", r#"{"filter":{"industry":"","region":"","text":""},"sort":"","after":null}"#),
    ("customers/customer", r#"{"id":"018f0000-0000-7000-8000-000000000001"}"#),
    ("customers/contacts", r#"{"text":"","sort":"","after":null}"#),
    ("customers/contact_form", r#"{"of":{"Existing":"018f0000-0000-7000-8000-000000000001"}}"#),
    ("customers/find", r#"{"text":"a"}"#),
    ("customers/save_customer", "form[name]=A"),
    ("customers/save_contact", "form[name]=A"),
    ("team/log_follow_up", "form[content]=A"),
    ("team/add_task", "form[title]=A"),
    ("settings/save_person", "form[name]=A&form[email]=a%40example.com&form[role]=hr&form[unit]=x"),
    ("settings/add_unit", "form[parent]=x&form[name]=A"),
    ("settings/save_product", "form[code]=A"),
    ("settings/save_stage", "form[name_zh]=A"),
];

#[test]
fn every_address_has_a_rule_and_every_rule_an_address() {
    let mut real: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    real.extend(generate_route_list(App).iter().map(|route| route.path().replace('{', ":").replace('}', "")));
    real.extend(["/", "/live", "/healthz", "/readyz"].map(str::to_owned));
    let declared: BTreeSet<String> = ROUTES.iter().map(|(path, _)| (*path).to_owned()).collect();
    let without_rule: Vec<_> = real.difference(&declared).collect();
    let without_address: Vec<_> = declared.difference(&real).collect();
    assert!(without_rule.is_empty(), "addresses without a declared rule: {without_rule:?}");
    assert!(without_address.is_empty(), "rules that name nothing: {without_address:?}");
}

#[tokio::test]
async fn strangers_are_refused_everywhere_but_at_public_addresses() {
    let world = world().await;
    world.people().await;
    for (path, rule) in ROUTES.iter().filter(|(_, rule)| *rule != Rule::Public) {
        if path.starts_with("/api/") {
            let answer = world.call(Method::POST, path, None, sample(path)).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path} {rule:?}");
        } else if *path == "/live" {
            assert_eq!(world.call(Method::GET, path, None, "").await.status(), StatusCode::UNAUTHORIZED);
        } else {
            let page = path.replace(":id", "018f0000-0000-7000-8000-000000000001");
            let answer = world.call(Method::GET, &page, None, "").await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{page}");
            let to = answer.headers()[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/sign-in"), "{page} leads to {to}");
        }
    }
}

#[tokio::test]
async fn a_role_without_the_action_is_refused() {
    let world = world().await;
    let cookies = world.people().await;
    let mut asked = 0;
    for (path, rule) in ROUTES.iter().filter(|(path, _)| path.starts_with("/api/")) {
        let Rule::May(action) = rule else { continue };
        for role in Role::ALL.iter().filter(|role| reach(**role, *action).is_none()) {
            asked += 1;
            let answer = world.call(Method::POST, path, Some(&cookies[role]), sample(path)).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} as {role}");
        }
    }
    assert!(asked > 20, "only {asked} questions were asked");
}

#[tokio::test]
async fn a_page_carries_the_headers_that_protect_it() {
    let world = world().await;
    world.people().await;
    let answer = world.call(Method::GET, "/sign-in", None, "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self' 'nonce-"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    for (name, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin")] {
        assert_eq!(answer.headers()[name], value);
    }
}

#[tokio::test]
async fn other_sites_cannot_post() {
    let world = world().await;
    let cookies = world.people().await;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/pipeline/choices")
        .header(header::COOKIE, &cookies[&Role::Administrator])
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::empty())
        .unwrap();
    let answer = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_empty_database_leads_to_set_up() {
    let world = world().await;
    for path in ["/", "/deals", "/sign-in"] {
        let answer = world.call(Method::GET, path, None, "").await;
        assert_eq!(answer.headers()[header::LOCATION], "/set-up", "{path}");
    }
    assert_eq!(world.call(Method::GET, "/healthz", None, "").await.status(), StatusCode::OK);
    assert_eq!(world.call(Method::GET, "/readyz", None, "").await.status(), StatusCode::OK);
}
