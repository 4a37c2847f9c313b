//! Surveys: who designs and reads them, that a link is used once and an anonymous answer
//! leads to nobody, what becomes of a low score, and that figures are of their rows.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, each, refusals, stale};
use domain::customers::{ContactForm, CustomerForm};
use domain::ids::{CustomerId, PlanId, SurveyId};
use domain::policy::Actor;
use domain::survey::figures::AnswerSet;
use domain::survey::form::{ByHandForm, InviteForm, InviteLine, PlanForm, QuestionForm, SendingForm, SurveyForm};
use domain::survey::plan::PlanStatus;
use domain::survey::sending::{InvitationState, Occasion};
use domain::survey::view::{PlanDetail, PlanFilter, Results, ResultsQuery};
use domain::survey::{Source, SurveyStatus, house};
use domain::visits::workdays::WorkdaysForm;
use std::collections::HashSet;
use store::{Opened, Replied, Result, Store, new_request};

const IP: &str = "192.0.2.1";

fn form(act: &str) -> SurveyForm {
    let questions = house().iter().map(QuestionForm::of).collect();
    SurveyForm { title_zh: "甲".into(), title_en: "Service".into(), questions, act: act.into(), ..SurveyForm::default() }
}

/// A survey that is open.
async fn open(shop: &Shop) -> SurveyId {
    shop.store.save_survey(&shop.lead, new_request(), form("publish")).await.unwrap()
}

fn invite(id: SurveyId, customers: &[CustomerId]) -> InviteForm {
    let line = |id: &CustomerId| InviteLine { on: "1".into(), customer: id.to_string(), ..InviteLine::default() };
    InviteForm { id: id.to_string(), lines: customers.iter().map(line).collect(), ..InviteForm::default() }
}

async fn link(shop: &Shop, by: &Actor, id: SurveyId, customer: CustomerId) -> String {
    let tokens = shop.store.invite(by, new_request(), invite(id, &[customer])).await.unwrap();
    tokens.into_iter().next().unwrap()
}

fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn reply(store: &Store, token: &str, pairs: &[(&str, &str)], anonymous: bool) -> Replied {
    store.answer_link(token, IP, typed(pairs), anonymous).await.unwrap()
}

async fn results(store: &Store, by: &Actor, id: SurveyId, query: ResultsQuery) -> Results {
    store.survey_results(by, id, &query).await.unwrap()
}

async fn plans(shop: &Shop, by: &Actor) -> Vec<PlanId> {
    shop.store.survey_plans(by, &PlanFilter::default()).await.unwrap().rows.iter().map(|row| row.id).collect()
}

async fn plan(shop: &Shop, id: PlanId) -> PlanDetail {
    shop.store.survey_plan(&shop.admin, id).await.unwrap()
}

async fn work(shop: &Shop, by: &Actor, id: PlanId, to: &str, action: &str) -> Result<PlanId> {
    let version = plan(shop, id).await.version;
    let form = PlanForm { id: id.to_string(), version, to: to.into(), action: action.into(), ..PlanForm::default() };
    shop.store.save_plan_of_survey(by, new_request(), form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn surveys_are_designed_by_managers_published_in_revisions_and_closed() {
    each(async |shop: Shop| {
        for by in [&shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.save_survey(by, new_request(), form("save")).await);
            assert_denied(shop.store.survey_form(by, None).await);
        }
        for by in [&shop.finance, &shop.hr] {
            assert_denied(shop.store.surveys(by).await);
        }
        let id = shop.store.save_survey(&shop.lead, new_request(), form("add:ces")).await.unwrap();
        let designed = shop.store.survey_form(&shop.admin, Some(id)).await.unwrap();
        assert_eq!((designed.status, designed.revision, designed.questions.len()), (SurveyStatus::Draft, 0, 5));
        let mut next = SurveyForm { act: "publish".into(), ..designed.form };
        let found = refusals(shop.store.save_survey(&shop.lead, new_request(), next.clone()).await);
        assert_eq!(found, ["zh_5: required", "en_5: required"], "what is published is complete");
        (next.questions[4].zh, next.questions[4].en) = ("易".into(), "Easy?".into());
        shop.store.save_survey(&shop.lead, new_request(), next.clone()).await.unwrap();
        assert_eq!(stale(shop.store.save_survey(&shop.admin, new_request(), next).await), ("Lea Lead".into(), 2));
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        // Another revision: the link that is out keeps its questions.
        let designed = shop.store.survey_form(&shop.admin, Some(id)).await.unwrap();
        let shorter = SurveyForm { act: "remove:5".into(), ..designed.form };
        shop.store.save_survey(&shop.lead, new_request(), shorter).await.unwrap();
        let designed = shop.store.survey_form(&shop.admin, Some(id)).await.unwrap();
        assert!(designed.changed && designed.revision == 1);
        shop.store.save_survey(&shop.lead, new_request(), SurveyForm { act: "publish".into(), ..designed.form }).await.unwrap();
        let Opened::Asked(asked) = shop.store.open_link(&token, IP).await.unwrap() else { panic!("it is asked") };
        assert_eq!(asked.questions.len(), 5);
        let detail = shop.store.survey(&shop.ada, id, &[]).await.unwrap();
        assert_eq!((detail.revision, detail.questions.len(), detail.may_design), (2, 4, false));
        // Published again without a change there is no other revision.
        let designed = shop.store.survey_form(&shop.admin, Some(id)).await.unwrap();
        shop.store.save_survey(&shop.lead, new_request(), SurveyForm { act: "publish".into(), ..designed.form }).await.unwrap();
        let designed = shop.store.survey_form(&shop.admin, Some(id)).await.unwrap();
        assert_eq!(designed.revision, 2);
        shop.store.save_survey(&shop.lead, new_request(), SurveyForm { act: "close".into(), ..designed.form }).await.unwrap();
        assert_eq!(shop.store.open_link(&token, IP).await.unwrap(), Opened::Expired);
        let found = refusals(shop.store.invite(&shop.bob, new_request(), invite(id, &[shop.customers[1]])).await);
        assert_eq!(found, [": survey_not_open"]);
        assert_not_found(shop.store.survey(&shop.ada, SurveyId(shop.customers[0].0), &[]).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_stored_as_a_hash_and_used_once() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        assert!(token.len() >= 32 && token.bytes().all(|b| b.is_ascii_hexdigit()));
        let sql = shop.sql().await;
        for (table, column) in
            [("survey_invitation", "token_hash"), ("answered_request", "answer"), ("audit", "change"), ("outbox", "topic")]
        {
            let rows = sql.rows(&format!("SELECT {column} AS text FROM {table}"), &[]).await;
            assert!(rows.iter().all(|row| !row.to_string().contains(&token)), "{table} holds the token");
        }
        let shown = shop.store.survey(&shop.ada, id, &[token.clone(), "0".into()]).await.unwrap().links;
        assert_eq!(shown.iter().map(|link| link.customer_name.as_str()).collect::<Vec<_>>(), ["Alpha Pumps"]);
        assert!(shop.store.survey(&shop.bob, id, std::slice::from_ref(&token)).await.unwrap().links.is_empty(), "not somebody else's");
        let Opened::Asked(asked) = shop.store.open_link(&token, IP).await.unwrap() else { panic!("it is asked") };
        assert_eq!(
            (asked.customer_name.as_str(), asked.organisation.as_str(), asked.expires_on),
            ("Alpha Pumps", "Weir Works", Some(day(30)))
        );
        let refused = reply(&shop.store, &token, &[("q3", "9")], false).await;
        assert!(matches!(refused, Replied::Refused(found) if found[0].field == "q1"));
        // Of two who send at once one is taken.
        let twice = tokio::join!(reply(&shop.store, &token, &[("q1", "5")], false), reply(&shop.store, &token, &[("q1", "4")], false));
        let taken = [&twice.0, &twice.1].into_iter().filter(|one| **one == Replied::Thanks).count();
        assert_eq!(taken, 1, "{twice:?}");
        assert_eq!(shop.store.open_link(&token, IP).await.unwrap(), Opened::Answered);
        assert_eq!(results(&shop.store, &shop.ada, id, ResultsQuery::default()).await.tally.n, 1);
        // The link of a repeated request is nobody's: it was shown and is not stored.
        let request = new_request();
        let first = shop.store.invite(&shop.bob, request, invite(id, &[shop.customers[1]])).await.unwrap();
        assert_eq!(shop.store.invite(&shop.bob, request, invite(id, &[shop.customers[1]])).await.unwrap(), Vec::<String>::new());
        assert!(matches!(shop.store.open_link(&first[0], IP).await.unwrap(), Opened::Asked(_)));
        // A new link makes the old one worthless.
        let row = shop.store.survey(&shop.bob, id, &[]).await.unwrap().invitations[0].clone();
        let line = InviteLine { on: "1".into(), invitation: row.id.to_string(), ..InviteLine::default() };
        let anew = InviteForm { id: id.to_string(), lines: vec![line], ..InviteForm::default() };
        assert_not_found(shop.store.invite(&shop.dan, new_request(), anew.clone()).await);
        let second = shop.store.invite(&shop.bob, new_request(), anew).await.unwrap();
        assert_eq!(shop.store.open_link(&first[0], IP).await.unwrap(), Opened::Unknown);
        // The last day counts, the next one does not.
        assert!(matches!(shop.later(30).await.open_link(&second[0], IP).await.unwrap(), Opened::Asked(_)));
        assert_eq!(shop.later(31).await.open_link(&second[0], IP).await.unwrap(), Opened::Expired);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_answer_leads_to_nobody() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        let before = shop.sql().await.count("audit").await;
        let announced = shop.sql().await.count("outbox").await;
        let requests = async || -> HashSet<String> {
            shop.sql().await.rows("SELECT id, at FROM answered_request", &[]).await.iter().map(ToString::to_string).collect()
        };
        let known = requests().await;
        assert!(matches!(reply(&shop.store, &token, &[("q3", "1")], true).await, Replied::Refused(_)));
        assert_eq!(reply(&shop.store, &token, &[("q1", "1"), ("q4", "slow")], true).await, Replied::Thanks);
        assert_eq!(shop.store.open_link(&token, IP).await.unwrap(), Opened::Answered, "the link is spent");
        // The request is kept with its day, under an id that says no instant.
        let [request] = <[String; 1]>::try_from(requests().await.difference(&known).cloned().collect::<Vec<_>>()).unwrap();
        assert!(request.contains("00:00:00"), "{request}");
        assert!(known.iter().all(|other| !other.contains("00:00:00")), "{known:?}");
        let version = |text: &str| {
            let row: serde_json::Value = serde_json::from_str(text).unwrap();
            row["id"].as_str().map(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num())
        };
        assert!(version(&request).is_none_or(|n| n == 4), "{request}");
        let sql = shop.sql().await;
        let rows = sql.rows("SELECT customer_id, contact_id, owner_id, invitation_id, by_id, tier FROM survey_answer", &[]).await;
        for column in ["customer_id", "contact_id", "owner_id", "invitation_id", "by_id"] {
            assert!(rows[0][column].is_null(), "{column}");
        }
        assert_eq!(rows[0]["tier"], "potential");
        let text = serde_json::to_string(&sql.rows("SELECT id FROM survey_answer", &[]).await).unwrap();
        assert_eq!((sql.count("outbox").await, sql.count("survey_attempt").await), (announced, 0), "nobody is told");
        for table in ["audit", "outbox", "answered_request", "survey_invitation"] {
            let held = serde_json::to_string(&sql.rows(&format!("SELECT * FROM {table}"), &[]).await).unwrap();
            let answer = text.trim_start_matches("[{\"id\":").trim_end_matches("}]");
            assert!(!held.contains(answer), "{table} names the answer");
        }
        assert_eq!(sql.count("audit").await, before, "nobody did it");
        // No row says that it was answered, and making its link anew does not either.
        let detail = shop.store.survey(&shop.ada, id, &[]).await.unwrap();
        assert_eq!((detail.invitations[0].state, detail.states, detail.hides_answered), (InvitationState::Sent, [0, 1, 0, 0], true));
        let line = InviteLine { on: "1".into(), invitation: detail.invitations[0].id.to_string(), ..InviteLine::default() };
        let anew = InviteForm { id: id.to_string(), lines: vec![line], ..InviteForm::default() };
        let token = shop.store.invite(&shop.ada, new_request(), anew).await.unwrap().remove(0);
        assert_eq!(shop.store.survey(&shop.ada, id, std::slice::from_ref(&token)).await.unwrap().links.len(), 1);
        assert_eq!(shop.store.open_link(&token, IP).await.unwrap(), Opened::Answered);
        // Fewer than five are neither counted nor listed.
        let listed = ResultsQuery { set: Some(AnswerSet::All), ..ResultsQuery::default() };
        let seen = results(&shop.store, &shop.lead, id, listed.clone()).await;
        assert_eq!((seen.tally.n, seen.anonymous, seen.answered, seen.may_be_anonymous), (0, 0, 0, true));
        assert_eq!((seen.rows.unwrap(), seen.unlisted), ((vec![], 0), 0));
        assert_eq!(shop.store.surveys(&shop.lead).await.unwrap()[0].tally.n, 0);
        for n in 0..4 {
            let form = CustomerForm { name: format!("Further {n}"), ..CustomerForm::default() };
            let customer = shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
            let token = link(&shop, &shop.ada, id, customer).await;
            let stars = if n == 0 { "2" } else { "5" };
            assert_eq!(reply(&shop.store, &token, &[("q1", stars)], true).await, Replied::Thanks);
        }
        // Five count for the team and for the company, not for who has the customers.
        let n = async |by: &Actor| results(&shop.store, by, id, ResultsQuery::default()).await.tally.n;
        assert_eq!((n(&shop.ada).await, n(&shop.lead).await, n(&shop.admin).await), (0, 5, 5));
        let seen = results(&shop.store, &shop.lead, id, listed).await;
        assert_eq!((seen.anonymous, seen.answered, seen.sent), (5, 5, 5));
        assert_eq!(seen.trend.iter().map(|point| point.tally.n).sum::<u64>(), 5);
        let month = chrono::Datelike::with_day(&DAY, 1).unwrap();
        let (rows, total) = seen.rows.unwrap();
        assert_eq!((rows.len(), total), (5, 5));
        assert!(rows.iter().all(|row| row.customer.is_none() && row.owner_name.is_empty() && row.on == month), "a month and no day");
        // The low ones are two: counted and not listed.
        let low = results(&shop.store, &shop.lead, id, ResultsQuery { set: Some(AnswerSet::Low), ..ResultsQuery::default() }).await;
        assert_eq!((low.tally.low, low.rows.unwrap(), low.unlisted), (2, (vec![], 2), 2));
        let row = shop.store.surveys(&shop.lead).await.unwrap().remove(0);
        assert_eq!((row.tally.n, row.sent, row.answered), (5, 5, 5));
        assert_eq!(shop.store.survey(&shop.ada, id, &[]).await.unwrap().states, [0, 5, 5, 0]);
        assert!(plans(&shop, &shop.admin).await.is_empty(), "nobody can be asked about it");
        // Where it is not allowed the wish does not count.
        let version = shop.store.survey(&shop.admin, id, &[]).await.unwrap().version;
        let named = SendingForm { id: id.to_string(), version, ..SendingForm::default() };
        shop.store.save_sending(&shop.lead, new_request(), named).await.unwrap();
        let token = link(&shop, &shop.bob, id, shop.customers[1]).await;
        assert_eq!(reply(&shop.store, &token, &[("q1", "1")], true).await, Replied::Thanks);
        assert_eq!(plans(&shop, &shop.bob).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_attempts_are_not_heard_for_a_while() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        for _ in 0..20 {
            assert!(matches!(shop.store.answer_link(&token, "198.51.100.7", typed(&[]), false).await.unwrap(), Replied::Refused(_)));
        }
        let again = shop.store.answer_link(&token, "198.51.100.8", typed(&[("q1", "5")]), false).await.unwrap();
        assert_eq!(again, Replied::Gone(Opened::Throttled), "of this link, from wherever");
        for n in 0..60 {
            assert_eq!(shop.store.open_link(&format!("{n:040}"), IP).await.unwrap(), Opened::Unknown);
        }
        assert_eq!(shop.store.open_link("0", IP).await.unwrap(), Opened::Throttled);
        assert!(matches!(shop.store.open_link("0", "203.0.113.9").await.unwrap(), Opened::Unknown), "from elsewhere it is looked for");
        let other = link(&shop, &shop.bob, id, shop.customers[1]).await;
        assert!(matches!(shop.store.open_link(&other, IP).await.unwrap(), Opened::Asked(_)), "who has a link is heard from there too");
        assert!(matches!(reply(&shop.store, &other, &[], false).await, Replied::Refused(_)));
        assert!(matches!(shop.store.open_link(&other, IP).await.unwrap(), Opened::Asked(_)), "a refused answer counts against its link");
        let counted = shop.sql().await.count("survey_attempt").await;
        assert_eq!(counted, 82, "what is refused unheard is not counted");
        let later = shop.later(1).await;
        assert!(matches!(later.open_link(&other, IP).await.unwrap(), Opened::Asked(_)));
        later.tidy().await.unwrap();
        assert_eq!(shop.sql().await.count("survey_attempt").await, 0, "where they came from is forgotten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_low_score_makes_a_plan_that_is_worked_on_and_surveyed_again() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        reply(&shop.store, &token, &[("q1", "2"), ("q3", "4"), ("q4", "waited two days")], false).await;
        let [plan_id] = <[PlanId; 1]>::try_from(plans(&shop, &shop.ada).await).unwrap();
        let detail = plan(&shop, plan_id).await;
        // A Wednesday and two working days.
        assert_eq!((detail.row.owner, detail.row.due_on, detail.row.status), (shop.ada.id, day(2), PlanStatus::Open));
        assert_eq!((detail.words.as_str(), detail.may_ask), ("waited two days", false));
        for (by, count) in [(&shop.bob, 0), (&shop.dan, 0), (&shop.lead, 1), (&shop.service, 1)] {
            assert_eq!(plans(&shop, by).await.len(), count, "{}", by.name);
        }
        assert_not_found(shop.store.survey_plan(&shop.dan, plan_id).await);
        assert_not_found(work(&shop, &shop.dan, plan_id, "acting", "x").await);
        assert_denied(shop.store.survey_plans(&shop.finance, &PlanFilter::default()).await);
        // On its day it is due, after it it is overdue, for its owner.
        assert_eq!(shop.later(2).await.plans_due(&shop.ada).await.unwrap().overdue, 0);
        let late = shop.later(3).await;
        assert_eq!(late.plans_due(&shop.ada).await.unwrap().first[0].0, plan_id);
        assert_eq!((late.plans_due(&shop.lead).await.unwrap().overdue, late.plans_due(&shop.hr).await.unwrap().open), (0, 0));
        assert_eq!(refusals(work(&shop, &shop.ada, plan_id, "acting", " ").await), ["action: required"]);
        assert_eq!(refusals(work(&shop, &shop.ada, plan_id, "closed", "x").await), ["to: plan_not_next"]);
        work(&shop, &shop.ada, plan_id, "acting", "send a technician").await.unwrap();
        assert_eq!(late.plans_due(&shop.ada).await.unwrap().overdue, 0);
        let old = PlanForm { id: plan_id.to_string(), version: 1, action: "y".into(), ..PlanForm::default() };
        assert_eq!(stale(shop.store.save_plan_of_survey(&shop.lead, new_request(), old).await), ("Ada Adler".into(), 2));
        // The second survey: not kept by the quiet days, and never anonymous.
        let found = refusals(shop.store.invite(&shop.ada, new_request(), invite(id, &[shop.customers[0]])).await);
        assert_eq!(found, [": asked_recently"]);
        let second = InviteForm { plan: plan_id.to_string(), ..invite(id, &[shop.customers[0]]) };
        assert_not_found(shop.store.invite(&shop.bob, new_request(), second.clone()).await);
        let token = shop.store.invite(&shop.ada, new_request(), second.clone()).await.unwrap().remove(0);
        assert_eq!(plan(&shop, plan_id).await.second.unwrap().occasion, Occasion::Second);
        assert_eq!(reply(&shop.store, &token, &[("q1", "1"), ("q3", "8")], true).await, Replied::Thanks);
        let detail = plan(&shop, plan_id).await;
        let after = detail.row.after.unwrap();
        assert_eq!((detail.row.status, after.csat, after.nps), (PlanStatus::Resurveyed, Some(1), Some(8)));
        assert_eq!(plans(&shop, &shop.ada).await.len(), 1, "a second low score belongs to its plan");
        assert_eq!(refusals(shop.store.invite(&shop.ada, new_request(), second).await), [": second_already"]);
        let rate = results(&shop.store, &shop.lead, id, ResultsQuery::default()).await.closed_loop;
        assert_eq!((rate.rate_bp(), rate.plans), (Some(0), 1));
        work(&shop, &shop.lead, plan_id, "closed", "a technician stays").await.unwrap();
        let rate = results(&shop.store, &shop.lead, id, ResultsQuery::default()).await.closed_loop;
        assert_eq!(rate.rate_bp(), Some(10_000));
        // Given to a colleague; not to one who is beyond.
        let give = async |to: &Actor| {
            let form = PlanForm {
                id: plan_id.to_string(),
                version: plan(&shop, plan_id).await.version,
                action: "z".into(),
                owner: to.id.to_string(),
                ..PlanForm::default()
            };
            shop.store.save_plan_of_survey(&shop.lead, new_request(), form).await
        };
        assert_eq!(refusals(give(&shop.dan).await), ["owner: unknown_value"]);
        give(&shop.bob).await.unwrap();
        assert_eq!((plans(&shop, &shop.ada).await.len(), plans(&shop, &shop.bob).await.len()), (0, 1));
        let said = shop.store.satisfaction_of(&shop.ada, shop.customers[0]).await.unwrap();
        assert_eq!((said.total, said.plans.len(), said.may_ask), (2, 0, true));
        assert_not_found(shop.store.satisfaction_of(&shop.dan, shop.customers[0]).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_are_due_by_the_calendar_of_the_organisation() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        // The Thursday after the Wednesday of today is free.
        let free = WorkdaysForm { kind: "holiday".into(), lines: format!("{} A", day(1)), ..WorkdaysForm::default() };
        shop.store.add_workdays(&shop.admin, new_request(), free).await.unwrap();
        let token = link(&shop, &shop.ada, id, shop.customers[0]).await;
        reply(&shop.store, &token, &[("q1", "1")], false).await;
        let form = ByHandForm {
            survey: id.to_string(),
            customer: shop.customers[1].to_string(),
            source: "interview".into(),
            csat: "1".into(),
            ..ByHandForm::default()
        };
        shop.store.save_by_hand(&shop.bob, new_request(), form).await.unwrap();
        let rows = shop.store.survey_plans(&shop.admin, &PlanFilter::default()).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.due_on).collect::<Vec<_>>(), [day(5), day(5)], "Friday and Monday");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_of_their_rows_in_every_scope_and_filter() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let note = async |by: &Actor, customer: usize, source: &str, on: i64, csat: &str, nps: &str| {
            let form = ByHandForm {
                survey: id.to_string(),
                customer: shop.customers[customer].to_string(),
                source: source.into(),
                on: day(on).to_string(),
                csat: csat.into(),
                nps: nps.into(),
                delivery: csat.into(),
                ..ByHandForm::default()
            };
            shop.store.save_by_hand(by, new_request(), form).await
        };
        note(&shop.ada, 0, "interview", 0, "5", "10").await.unwrap();
        note(&shop.ada, 0, "review", -40, "4", "7").await.unwrap();
        note(&shop.bob, 1, "interview", -1, "1", "2").await.unwrap();
        note(&shop.dan, 3, "interview", -400, "5", "").await.unwrap();
        assert_not_found(note(&shop.ada, 3, "interview", 0, "5", "").await);
        assert_eq!(refusals(note(&shop.ada, 0, "interview", 1, "", "").await), ["on: date_in_future", "csat: says_nothing"]);
        assert_denied(note(&shop.finance, 0, "interview", 0, "5", "").await);
        let token = link(&shop, &shop.dan, id, shop.customers[3]).await;
        reply(&shop.store, &token, &[("q1", "3")], false).await;
        for (by, n) in [(&shop.ada, 2), (&shop.lead, 3), (&shop.dan, 1), (&shop.service, 4)] {
            let found = results(&shop.store, by, id, ResultsQuery::default()).await;
            assert_eq!(found.tally.n, n, "{}", by.name);
            assert_eq!(found.trend.iter().map(|point| point.tally.n).sum::<u64>(), n, "the trend comes to the whole");
            for set in AnswerSet::ALL {
                let query = ResultsQuery { set: Some(*set), ..ResultsQuery::default() };
                let (rows, total) = results(&shop.store, by, id, query).await.rows.unwrap();
                let size = match set {
                    AnswerSet::All => found.tally.n,
                    AnswerSet::Csat => found.tally.csat_n(),
                    AnswerSet::CsatTop => found.tally.csat_top(),
                    AnswerSet::Nps => found.tally.nps_n(),
                    AnswerSet::Promoters => found.tally.nps[0],
                    AnswerSet::Passives => found.tally.nps[1],
                    AnswerSet::Detractors => found.tally.nps[2],
                    AnswerSet::Ces => found.tally.ces_n(),
                    AnswerSet::CesTop => found.tally.ces_top(),
                    AnswerSet::Low => found.tally.low,
                    mark => found.tally.mark(mark.dimension().unwrap()).2,
                };
                assert_eq!((rows.len() as u64, total as u64), (size, size), "{set} for {}", by.name);
            }
        }
        let seen = async |query: ResultsQuery| results(&shop.store, &shop.admin, id, query).await;
        let all = seen(ResultsQuery { from: Some(day(-500)), ..ResultsQuery::default() }).await;
        assert_eq!((all.tally.n, all.tally.nps_x10(), all.sent, all.answered), (5, Some(0), 1, 1));
        assert_eq!(all.response_bp(), Some(10_000));
        let narrowed = seen(ResultsQuery { source: Some(Source::Interview), ..ResultsQuery::default() }).await;
        assert_eq!((narrowed.tally.n, narrowed.sent, narrowed.response_bp()), (2, 0, None));
        assert_eq!(seen(ResultsQuery { owner: Some(shop.bob.id), ..ResultsQuery::default() }).await.closed_loop.plans, 1);
        assert_eq!(seen(ResultsQuery { team: Some(shop.north), ..ResultsQuery::default() }).await.tally.n, 3);
        assert_eq!(seen(ResultsQuery { tier: Some(domain::customers::Tier::Vip), ..ResultsQuery::default() }).await.tally.n, 0);
        let row = shop.store.surveys(&shop.ada).await.unwrap().remove(0);
        assert_eq!((row.tally.n, row.sent), (2, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn surveys_ask_by_themselves_once_and_nobody_within_the_quiet_days() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let customer = shop.customers[0];
        let contact = ContactForm { customer: customer.to_string(), name: "Al".into(), email: "al@example.com".into(), ..ContactForm::default() };
        shop.store.save_contact(&shop.ada, new_request(), contact).await.unwrap();
        assert!(shop.store.surveys_due(DAY).await.unwrap().is_empty(), "nothing is set");
        let version = shop.store.survey(&shop.admin, id, &[]).await.unwrap().version;
        let sending = SendingForm { id: id.to_string(), version, every_potential: "30".into(), after_won_days: "7".into(), quiet_days: "20".into(), ..SendingForm::default() };
        assert_denied(shop.store.save_sending(&shop.ada, new_request(), sending.clone()).await);
        shop.store.save_sending(&shop.lead, new_request(), sending).await.unwrap();
        shop.win(&shop.ada, shop.deals[0], 100_000, DAY).await;
        // Thirty days on everybody was due, each on a day of their own.
        let mut asked: Vec<(String, Occasion, i64)> = Vec::new();
        for n in 0..30 {
            let store = shop.later(n).await;
            let due = store.surveys_due(day(n)).await.unwrap();
            let made = store.surveys_nightly().await.unwrap();
            assert_eq!((made, store.surveys_nightly().await.unwrap()), (Some(due.len()), None), "once a day");
            asked.extend(due.into_iter().map(|one| (one.customer, one.occasion, n)));
            store.close().await.unwrap();
        }
        let names: HashSet<_> = asked.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names.len(), 4, "{asked:?}");
        for (name, _, n) in &asked {
            let before = asked.iter().filter(|(other, _, at)| other == name && at < n).map(|(_, _, at)| n - at).min();
            assert!(before.is_none_or(|days| days >= 20), "{asked:?}");
        }
        assert!(asked.iter().filter(|(_, occasion, _)| *occasion == Occasion::Won).count() <= 1);
        let detail = shop.store.survey(&shop.ada, id, &[]).await.unwrap();
        assert!(detail.invitations.iter().all(|row| row.state == InvitationState::Waiting && row.contact.is_some()));
        // The command line makes links for all at once.
        let far = shop.later(300).await;
        let made = far.ask_due(day(300), true).await.unwrap();
        assert_eq!(made.iter().map(|one| &one.customer).collect::<HashSet<_>>().len(), made.len(), "nobody gets two");
        assert!(names.iter().all(|name| made.iter().any(|one| one.customer == *name)), "those who waited get theirs too");
        for one in &made {
            assert!(matches!(far.open_link(one.token.as_ref().unwrap(), IP).await.unwrap(), Opened::Asked(asked) if asked.customer_name == one.customer));
        }
        assert!(far.surveys_due(day(300)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_customer_is_asked_and_answers_as_the_one_that_it_is_now() {
    each(async |shop: Shop| {
        let id = open(&shop).await;
        let twin = shop
            .store
            .save_customer(&shop.ada, new_request(), CustomerForm { name: "Alpha Pumps Ltd.".into(), ..CustomerForm::default() })
            .await
            .unwrap();
        let token = link(&shop, &shop.ada, id, twin).await;
        let sql = shop.sql().await;
        let merged = sql.rows("UPDATE customer SET merged_into = $1 WHERE id = $2 RETURNING name", &[shop.customers[0].0, twin.0]).await;
        assert_eq!(merged.len(), 1);
        let Opened::Asked(asked) = shop.store.open_link(&token, IP).await.unwrap() else { panic!("it is asked") };
        assert_eq!(asked.customer_name, "Alpha Pumps");
        assert_eq!(reply(&shop.store, &token, &[("q1", "2")], false).await, Replied::Thanks);
        let said = shop.store.satisfaction_of(&shop.ada, shop.customers[0]).await.unwrap();
        assert_eq!((said.total, said.plans.len()), (1, 1));
    })
    .await;
}
