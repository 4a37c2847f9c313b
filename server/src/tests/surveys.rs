//! The page of a link: without a sign-in, without scripts, once, and the same frame for
//! every refusal.

use super::world::{World, each};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::ids::SurveyId;
use domain::policy::{Actor, Role};
use domain::survey::form::{InviteForm, InviteLine, QuestionForm, SurveyForm};
use domain::survey::house;
use domain::survey::view::ResultsQuery;
use store::new_request;
use tower::ServiceExt;

async fn text(answer: Response<Body>) -> String {
    String::from_utf8(axum::body::to_bytes(answer.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

/// A link for the customer of the first team's salesperson.
async fn link(world: &World) -> String {
    let people = world.people().await;
    let org = world.store.org().unwrap();
    let owner = org.people.values().find(|member| member.actor.name == Role::Salesperson.code()).unwrap().actor.clone();
    let line = InviteLine { on: "1".into(), customer: people.records.customer.to_string(), ..InviteLine::default() };
    let form = InviteForm { id: SurveyId(people.records.survey).to_string(), lines: vec![line], ..InviteForm::default() };
    format!("/s/{}", world.store.invite(&owner, new_request(), form).await.unwrap()[0])
}

#[tokio::test]
async fn a_link_is_answered_without_scripts_in_either_language() {
    each(async |world: World| {
        let path = link(&world).await;
        let page = world.call(Method::GET, &format!("{path}?lang=en"), None, "").await;
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-store");
        assert!(!page.headers().contains_key(header::SET_COOKIE));
        let page = text(page).await;
        assert!(page.contains("<html lang=\"en\">") && page.contains("Hello, Customer"), "{page}");
        for forbidden in ["<script", "wasm", "modulepreload", " style="] {
            assert!(!page.contains(forbidden), "the page has {forbidden}");
        }
        // What was chosen stays in the other language.
        let other = world.call(Method::POST, &format!("{path}?lang=en"), None, "step=0&go=zh&q1=4&q4=fine").await;
        let other = text(other).await;
        assert!(other.contains("<html lang=\"zh-CN\">") && other.contains("fine"), "{other}");
        assert!(other.contains("name=\"q1\" value=\"4\" checked"), "{other}");
        let refused = world.call(Method::POST, &path, None, "step=0&go=on&q4=%3Cb%3Efine").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let refused = text(refused).await;
        assert!(refused.contains("id=\"q1-err\"") && refused.contains("&lt;b&gt;fine"), "{refused}");
        let thanks = world.call(Method::POST, &path, None, "step=0&go=on&q1=4&q2-delivery=5").await;
        assert_eq!(thanks.status(), StatusCode::OK);
        assert!(text(thanks).await.contains("data-said=\"thanks\""));
        for (method, body) in [(Method::GET, ""), (Method::POST, "step=0&go=on&q1=1")] {
            let again = world.call(method, &path, None, body).await;
            assert_eq!(again.status(), StatusCode::GONE);
            let again = text(again).await;
            assert!(again.contains("data-said=\"answered\"") && !again.contains("Customer"), "{again}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_wish_to_be_anonymous_is_asked_wherever_the_survey_may_end() {
    each(async |world: World| {
        let people = world.people().await;
        let org = world.store.org().unwrap();
        let one = |which: fn(&Actor) -> bool| org.people.values().map(|member| &member.actor).find(|actor| which(actor)).unwrap().clone();
        let admin = one(|actor| actor.role == Role::Administrator);
        let owner = one(|actor| actor.name == Role::Salesperson.code());
        let mut questions: Vec<QuestionForm> = house().iter().map(QuestionForm::of).collect();
        let last = questions.last_mut().unwrap();
        (last.if_question, last.if_is, last.if_value) = ("q1".into(), "at_most".into(), "3".into());
        let form = SurveyForm { title_zh: "甲".into(), title_en: "A".into(), questions, act: "publish".into(), ..SurveyForm::default() };
        let survey = world.store.save_survey(&admin, new_request(), form).await.unwrap();
        let line = InviteLine { on: "1".into(), customer: people.records.customer.to_string(), ..InviteLine::default() };
        let form = InviteForm { id: survey.to_string(), lines: vec![line], ..InviteForm::default() };
        let path = format!("/s/{}", world.store.invite(&owner, new_request(), form).await.unwrap()[0]);
        let wish = "type=\"checkbox\" name=\"anonymous\"";
        let first = text(world.call(Method::GET, &path, None, "").await).await;
        assert!(first.contains(wish) && !first.contains("name=\"q4\""), "{first}");
        // Wished on the first step, it is still wished on the next.
        let next = text(world.call(Method::POST, &path, None, "step=0&go=on&q1=2&anonymous=1").await).await;
        assert!(next.contains("name=\"q4\"") && next.contains(&format!("{wish} value=\"1\" checked")), "{next}");
        // The satisfied are asked no more: the wish of the first step counts.
        let thanks = world.call(Method::POST, &path, None, "step=0&go=on&q1=5&anonymous=1").await;
        assert!(text(thanks).await.contains("data-said=\"thanks\""));
        let seen = world.store.survey_results(&admin, survey, &ResultsQuery::default()).await.unwrap();
        assert_eq!((seen.tally.n, seen.sent), (0, 1), "it is not said under a name");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_link_says_nothing_and_another_site_cannot_answer() {
    each(async |world: World| {
        let path = link(&world).await;
        let unknown = world.call(Method::GET, "/s/%22%3E%3Cscript%3E", None, "").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        let unknown = text(unknown).await;
        assert!(unknown.contains("data-said=\"unknown\"") && !unknown.contains("<script") && !unknown.contains("Org ·"), "{unknown}");
        let long = world.call(Method::POST, &format!("/s/{}", "0".repeat(2_000)), None, "step=0&go=on&q1=4").await;
        assert_eq!(long.status(), StatusCode::NOT_FOUND);
        let huge = world.call(Method::POST, &path, None, &format!("q4={}", "x".repeat(300_000))).await;
        assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let foreign = Request::builder()
            .method(Method::POST)
            .uri(&path)
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://evil.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("step=0&go=on&q1=4"))
            .unwrap();
        assert_eq!(world.router.clone().oneshot(foreign).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(world.call(Method::GET, &path, None, "").await.status(), StatusCode::OK, "nothing was taken");
    })
    .await;
}
