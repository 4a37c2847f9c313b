//! Further lists as files: who gets them, what their heads are called, and that no cell of
//! them is run. Which rows each holds is proved by the store's own tests.

use super::exports::{admin, alike, lines, text};
use super::world::{People, World, each};
use axum::http::{Method, StatusCode};
use domain::contracts::form::{ContractForm, PlanForm, PlanLineForm, StatusForm};
use domain::customers::{CustomerForm, Tier};
use domain::pipeline::form::DealForm;
use domain::policy::{Actor, Role};
use domain::pool::page::HandForm;
use domain::pool::settings::{PoolForm, PoolKind};
use domain::quotes::QuoteStep;
use domain::quotes::form::{QuoteForm, QuoteLineForm, StepForm};
use domain::survey::form::ByHandForm;
use domain::tickets::form::TicketForm;
use domain::tiers::settings::TierForm;
use domain::visits::needs::ItemForm;
use domain::visits::record::VisitForm;
use domain::work::TaskForm;
use i18n::fmt::parse_amount;
use std::collections::BTreeMap;
use store::new_request;

/// A list with what its address asks for, and which roles may not read it.
fn all(people: &People) -> Vec<(&'static str, String, Vec<Role>)> {
    let survey = format!("?survey={}", people.records.survey);
    let (money, work) = (vec![Role::Hr], vec![Role::Hr, Role::Finance]);
    vec![
        ("contracts", String::new(), money.clone()),
        ("receivables", String::new(), money.clone()),
        ("quotes", String::new(), money),
        ("approvals", String::new(), vec![Role::Salesperson, Role::Service, Role::Finance, Role::Hr]),
        ("tickets", "?state=all".into(), work.clone()),
        ("visits", String::new(), work.clone()),
        ("needs", "?status=all".into(), work.clone()),
        ("surveys", String::new(), work.clone()),
        ("answers", survey.clone(), work.clone()),
        ("satisfaction", survey, work.clone()),
        ("plans", String::new(), work.clone()),
        ("pool", String::new(), vec![Role::Hr, Role::Finance, Role::Service]),
        ("field-visits", String::new(), work),
        ("tasks", "?view=open".into(), vec![]),
    ]
}

#[tokio::test]
async fn each_list_goes_to_who_may_read_it() {
    each(async |world: World| {
        let people = world.people().await;
        let rep = &people.by_role[&Role::Salesperson];
        for (list, query, refused) in all(&people) {
            let path = format!("/export/{list}.csv{query}");
            for (role, cookie) in &people.by_role {
                let status = world.call(Method::GET, &path, Some(cookie), "").await.status();
                let expected = if refused.contains(role) { StatusCode::FORBIDDEN } else { StatusCode::OK };
                assert_eq!(status, expected, "{list} for {role}");
            }
            assert_eq!(world.call(Method::GET, &path, None, "").await.status(), StatusCode::UNAUTHORIZED, "{list}");
            let reader = &people.by_role[&Role::Administrator];
            let english = text(&world, &path, &format!("{reader}; weir_lang=en")).await;
            let head = english.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
            assert!(head.is_ascii() && head.matches(',').count() > 5, "an English head: {head}");
            let chinese = text(&world, &path, &format!("{reader}; weir_lang=zh")).await;
            assert!(!chinese.lines().next().unwrap_or_default().trim_start_matches('\u{feff}').is_ascii(), "a Chinese head: {chinese}");
        }
        for list in ["contracts", "quotes", "tickets", "plans", "tasks"] {
            let path = format!("/export/{list}.csv");
            assert_eq!(lines(&text(&world, &path, rep).await), 2, "{list}: a head and one row");
            assert_eq!(lines(&text(&world, &path, &people.stranger).await), 1, "{list} of another team");
        }
        let survey = people.records.survey;
        assert_eq!(lines(&text(&world, &format!("/export/answers.csv?survey={survey}"), rep).await), 2);
        assert_eq!(lines(&text(&world, &format!("/export/answers.csv?survey={survey}"), &people.stranger).await), 1);
        assert_eq!(lines(&text(&world, "/export/quotes.csv?status=accepted", rep).await), 1, "the filter of the page narrows");
        assert_eq!(lines(&text(&world, "/export/contracts.csv?q=nothing", rep).await), 1);
        assert_eq!(lines(&text(&world, "/export/tickets.csv?state=closed", rep).await), 1);
        for nothing in
            ["/export/answers.csv", "/export/satisfaction.csv?survey=x", "/export/answers.csv?survey=00000000-0000-0000-0000-000000000000"]
        {
            assert_eq!(world.call(Method::GET, nothing, Some(rep), "").await.status(), StatusCode::NOT_FOUND, "{nothing}");
        }
    })
    .await;
}

/// Every text that somebody can type begins with what a spreadsheet would run.
#[tokio::test]
async fn no_cell_of_any_list_is_run() {
    each(async |world: World| {
        let people = world.people().await;
        let admin = admin(&world.store);
        some_of_each(&world, &admin, &people).await;
        a_discount_waits(&world, &admin, &people).await;
        let survey = people.records.survey;
        for lang in ["zh", "en"] {
            let cookie = format!("{}; weir_lang={lang}", people.by_role[&Role::Administrator]);
            for (list, query, _) in all(&people) {
                let rows = alike(&world, list, &query, &cookie).await;
                if list != "field-visits" {
                    assert!(rows.len() > 1, "{list} has rows");
                }
                let cells = rows.iter().flatten();
                let run = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err());
                assert_eq!(run.collect::<Vec<_>>(), [""; 0], "{list}");
            }
            let shielded = [
                ("contracts", String::new(), "'=HYPERLINK(1)"),
                ("receivables", String::new(), "'@SUM(A1)"),
                ("quotes", String::new(), "'+1+1"),
                ("approvals", String::new(), "'-9-9"),
                ("approvals", String::new(), "'=asked"),
                ("tickets", String::new(), "'-2+3"),
                ("visits", String::new(), "'=cmd|' /C calc'!A0"),
                ("needs", String::new(), "'=1+1"),
                ("answers", format!("?survey={survey}"), "'=9*9"),
                ("pool", String::new(), "'=pool"),
                ("tasks", "?view=open".into(), "'@task"),
            ];
            for (list, query, wanted) in shielded {
                let found = text(&world, &format!("/export/{list}.csv{query}"), &cookie).await;
                assert!(found.contains(wanted), "{list} has {wanted}: {found}");
            }
        }
    })
    .await;
}

/// Of the salesperson, who asks for more than the tier gives.
async fn a_discount_waits(world: &World, by: &Actor, people: &People) {
    let store = &world.store;
    for tier in Tier::ALL {
        let form = TierForm { id: tier.code().into(), discount: "10".into(), every_any: "30".into(), ..TierForm::default() };
        store.save_tier(by, new_request(), form).await.unwrap();
    }
    let org = store.org().unwrap();
    let rep = &org.people.values().find(|member| member.actor.name == Role::Salesperson.code()).unwrap().actor;
    let line =
        QuoteLineForm { text: "Line".into(), price: "10".into(), quantity: "1".into(), discount: "50".into(), ..QuoteLineForm::default() };
    let form = QuoteForm {
        deal: people.records.deal.to_string(),
        title: "-9-9".into(),
        valid_until: "2100-01-01".into(),
        lines: vec![line],
        ..QuoteForm::default()
    };
    let id = store.save_quote(rep, new_request(), form, parse_amount).await.unwrap();
    let version = store.quote(rep, id).await.unwrap().version;
    let ask = QuoteStep::Ask.code().to_owned();
    let form = StepForm { id: id.to_string(), version, step: ask, reason: "=asked".into(), ..StepForm::default() };
    store.step_quote(rep, new_request(), form).await.unwrap();
}

async fn some_of_each(world: &World, by: &Actor, people: &People) {
    let store = &world.store;
    let today = store.clock().today();
    let form = CustomerForm { name: "=cmd|' /C calc'!A0".into(), tier: "vip".into(), ..CustomerForm::default() };
    let customer = store.save_customer(by, new_request(), form).await.unwrap();
    let form = DealForm {
        title: "=deal".into(),
        customer: customer.to_string(),
        amount: "100".into(),
        currency: "CNY".into(),
        ..DealForm::default()
    };
    let deal = store.save_deal(by, new_request(), form, parse_amount).await.unwrap();
    let form = ContractForm { deal: deal.to_string(), title: "=HYPERLINK(1)".into(), amount: "100".into(), ..ContractForm::default() };
    let contract = store.save_contract(by, new_request(), form, parse_amount).await.unwrap();
    let due = today - chrono::Duration::days(40);
    let line = PlanLineForm { due_on: due.to_string(), amount: "100".into(), note: "@SUM(A1)".into() };
    let form = PlanForm { id: contract.to_string(), version: 1, lines: vec![line], ..PlanForm::default() };
    store.save_plan(by, new_request(), form, parse_amount).await.unwrap();
    let version = store.contract(by, contract).await.unwrap().version;
    let form = StatusForm { id: contract.to_string(), version, to: "signed".into(), ..StatusForm::default() };
    store.set_contract_status(by, new_request(), form).await.unwrap();
    let line = QuoteLineForm { text: "=line".into(), price: "10".into(), quantity: "1".into(), ..QuoteLineForm::default() };
    let form = QuoteForm {
        deal: deal.to_string(),
        title: "+1+1".into(),
        valid_until: "2100-01-01".into(),
        lines: vec![line],
        ..QuoteForm::default()
    };
    store.save_quote(by, new_request(), form, parse_amount).await.unwrap();
    let form = TicketForm {
        customer: customer.to_string(),
        kind: "problem".into(),
        subject: "-2+3".into(),
        body: "=body\n=more".into(),
        ..TicketForm::default()
    };
    store.open_ticket(by, new_request(), form).await.unwrap();
    let form = VisitForm {
        customer: customer.to_string(),
        channel: "visit".into(),
        content: "=said".into(),
        items: vec![ItemForm { kind: "need".into(), text: "=1+1".into(), ..ItemForm::default() }],
        ..VisitForm::default()
    };
    store.record_visit(by, new_request(), form).await.unwrap();
    let form = ByHandForm {
        survey: people.records.survey.to_string(),
        customer: customer.to_string(),
        source: "interview".into(),
        csat: "5".into(),
        words: "=9*9".into(),
        ..ByHandForm::default()
    };
    store.save_by_hand(by, new_request(), form).await.unwrap();
    store.add_task(by, new_request(), TaskForm { title: "@task".into(), ..TaskForm::default() }).await.unwrap();
    // A customer that lies in a pool of everybody.
    let form = PoolForm {
        name: "=pool".into(),
        units: BTreeMap::from([(by.unit.to_string(), "true".into())]),
        ..PoolForm::fresh(PoolKind::Customers)
    };
    store.save_pool(by, new_request(), form).await.unwrap();
    let form = CustomerForm { name: "=fallen".into(), ..CustomerForm::default() };
    let fallen = store.save_customer(by, new_request(), form).await.unwrap();
    let version = store.customer(by, fallen).await.unwrap().row.version;
    let form = HandForm { id: fallen.to_string(), version, reason: "=moved".into(), ..HandForm::default() };
    store.return_customer(by, new_request(), form).await.unwrap();
}
