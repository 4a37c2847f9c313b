//! The one write path: versions, repeated requests, many at once, and the
//! rows that every write leaves behind.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Shop, assert_not_found, deal_form, each, person_form, refusals, stale, unit_form, whole_units};
use domain::contracts::form::{ContractForm, PlanForm};
use domain::customers::{ContactForm, CustomerForm};
use domain::ids::DealId;
use domain::pipeline::Card;
use domain::pipeline::moves::{MoveDeal, UndoMove};
use domain::policy::Role;
use domain::settings::ProductForm;
use domain::work::{FollowUpForm, TaskForm, TickTask};
use std::time::Duration;
use store::{StoreError, Topic, new_request};
use tokio::task::JoinSet;

/// Gives all commands to the store at the same moment.
async fn at_once(shop: &Shop, commands: Vec<MoveDeal>) -> Vec<store::Result<Card>> {
    let mut running = JoinSet::new();
    for (i, command) in commands.into_iter().enumerate() {
        let (store, admin) = (shop.store.clone(), shop.admin.clone());
        running.spawn(async move { (i, store.move_deal(&admin, command).await) });
    }
    let mut answers = running.join_all().await;
    answers.sort_by_key(|(i, _)| *i);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_version_is_refused_and_says_who_changed_it() {
    each(async |shop: Shop| {
        let old = shop.to(shop.deals[0], 1).await;
        shop.move_to(&shop.director, shop.deals[0], 2).await;
        let (by, version) = stale(shop.store.move_deal(&shop.ada, old).await);
        assert_eq!((by.as_str(), version), ("Nora North", 2));
        assert_eq!(shop.card(shop.deals[0]).await.stage, shop.stages[2].id, "nothing was overwritten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_is_answered_again_and_writes_once() {
    each(async |shop: Shop| {
        let sql = shop.sql().await;
        let command = shop.to(shop.deals[0], 1).await;
        let first = shop.store.move_deal(&shop.ada, command.clone()).await.unwrap();
        let rows = async || (sql.count("stage_transition").await, sql.count("audit").await, sql.count("outbox").await);
        let before = rows().await;
        for _ in 0..3 {
            assert_eq!(shop.store.move_deal(&shop.ada, command.clone()).await.unwrap(), first);
        }
        assert_eq!(rows().await, before);

        let request = new_request();
        let form = deal_form(shop.customers[0], "Once", "1");
        let first = shop.store.save_deal(&shop.ada, request, form.clone(), whole_units).await.unwrap();
        assert_eq!(shop.store.save_deal(&shop.ada, request, form, whole_units).await.unwrap(), first);
        assert_eq!(sql.count("deal").await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_copies_of_one_request_at_once_move_once_and_all_get_the_answer() {
    each(async |shop: Shop| {
        let command = shop.to(shop.deals[0], 1).await;
        let answers = at_once(&shop, vec![command; 20]).await;
        for answer in answers {
            let card = answer.unwrap();
            assert_eq!((card.stage, card.version), (shop.stages[1].id, 2));
        }
        let moves = shop.sql().await.rows("SELECT id FROM stage_transition WHERE deal_id = $1", &[shop.deals[0].0]).await;
        assert_eq!(moves.len(), 2, "entered and moved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_copies_of_one_new_deal_at_once_make_one() {
    each(async |shop: Shop| {
        let request = new_request();
        let mut running = JoinSet::new();
        for _ in 0..20 {
            let (store, ada, form) = (shop.store.clone(), shop.ada.clone(), deal_form(shop.customers[0], "Once", "1"));
            running.spawn(async move { store.save_deal(&ada, request, form, whole_units).await.unwrap() });
        }
        let ids = running.join_all().await;
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(shop.sql().await.count("deal").await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_request_of_another_person_is_refused() {
    each(async |shop: Shop| {
        let command = shop.to(shop.deals[0], 1).await;
        shop.store.move_deal(&shop.ada, command.clone()).await.unwrap();
        let error = shop.store.move_deal(&shop.lead, command.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::RequestReused), "{error}");
        let form = CustomerForm { name: "Other".into(), ..CustomerForm::default() };
        let error = shop.store.save_customer(&shop.bob, command.request, form).await.unwrap_err();
        assert!(matches!(error, StoreError::RequestReused), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_leaves_nothing_and_may_be_repeated() {
    each(async |shop: Shop| {
        let sql = shop.sql().await;
        let rows = async || [sql.count("audit").await, sql.count("outbox").await, sql.count("answered_request").await];
        let before = rows().await;
        let command = shop.to(shop.deals[0], 4).await;
        assert_eq!(refusals(shop.store.move_deal(&shop.ada, command.clone()).await), ["to: won_needs_details"]);
        assert_not_found(shop.store.move_deal(&shop.dan, MoveDeal { request: new_request(), ..command.clone() }).await);
        assert_eq!(rows().await, before);
        let better = MoveDeal { to: shop.stages[1].id, ..command };
        shop.store.move_deal(&shop.ada, better).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_moves_at_once_all_succeed_or_are_stale() {
    each(async |shop: Shop| {
        let mut deals: Vec<DealId> = shop.deals.to_vec();
        for i in 0..16 {
            deals.push(shop.deal(&shop.ada, shop.customers[0], &format!("Deal {i}"), "1").await);
        }
        let mut commands = Vec::new();
        for i in 0..200 {
            commands.push(shop.to(deals[i % deals.len()], 1 + i % 3).await);
        }
        let answers = at_once(&shop, commands).await;
        let moved = answers.iter().filter(|answer| answer.is_ok()).count();
        for answer in answers {
            assert!(matches!(answer, Ok(_) | Err(StoreError::Stale { .. })), "{answer:?}");
        }
        assert_eq!(moved, deals.len(), "the first of each deal, and no other");
        let sql = shop.sql().await;
        assert_eq!(sql.count("stage_transition").await as usize, 2 * deals.len());
        assert_eq!(sql.count("stage_transition WHERE kind = 'move'").await as usize, moved);
        for deal in deals {
            assert_eq!(shop.card(deal).await.version, 2);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_command_does_not_fail_those_committed_with_it() {
    each(async |shop: Shop| {
        let mut commands = Vec::new();
        for i in 0..40 {
            let deal = shop.deal(&shop.ada, shop.customers[0], &format!("Deal {i}"), "1").await;
            let good = shop.to(deal, 1).await;
            commands.push(match i % 4 {
                0 => MoveDeal { version: 9, ..good },
                1 => MoveDeal { to: shop.stages[4].id, ..good },
                _ => good,
            });
        }
        let answers = at_once(&shop, commands.clone()).await;
        for (i, (answer, command)) in answers.into_iter().zip(commands).enumerate() {
            match i % 4 {
                0 => assert_eq!(stale(answer).1, 1),
                1 => assert_eq!(refusals(answer), ["to: won_needs_details"]),
                _ => assert_eq!(answer.unwrap().version, 2),
            }
            assert_eq!(shop.card(command.deal).await.version, if i % 4 < 2 { 1 } else { 2 });
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_save_one_version_at_once_one_succeeds() {
    each(async |shop: Shop| {
        let person = shop.store.org().unwrap().people[&shop.ada.id].person.clone();
        let customer = shop.store.customer_form(&shop.admin, shop.customers[0]).await.unwrap();
        let stage = shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[0].form();
        let task = shop.store.add_task(&shop.ada, new_request(), TaskForm { title: "Call".into(), ..TaskForm::default() }).await.unwrap();
        let mut running = JoinSet::new();
        for i in 0..8 {
            let (store, admin, ada) = (shop.store.clone(), shop.admin.clone(), shop.ada.clone());
            let mut saved = person_form(&format!("Ada {i}"), Role::Salesperson, person.unit);
            (saved.id, saved.version, saved.email, saved.password) =
                (person.id.to_string(), person.version, person.email.clone(), String::new());
            let (customer, stage) = (customer.clone(), stage.clone());
            running.spawn(async move {
                [
                    store.save_person(&admin, new_request(), saved).await.map(drop),
                    store.save_customer(&admin, new_request(), customer).await.map(drop),
                    store.save_stage(&admin, new_request(), stage).await.map(drop),
                    store.tick_task(&ada, TickTask { request: new_request(), task, version: 1, done: true }).await.map(drop),
                ]
            });
        }
        let answers = running.join_all().await;
        for (i, what) in ["person", "customer", "stage", "task"].into_iter().enumerate() {
            assert_eq!(answers.iter().filter(|answer| answer[i].is_ok()).count(), 1, "{what}");
            for answer in &answers {
                assert!(matches!(answer[i], Ok(()) | Err(StoreError::Stale { .. })), "{what}: {:?}", answer[i]);
            }
        }
    })
    .await;
}

/// What was written down since: (action, entity), and topics.
async fn traces(shop: &Shop, audits: usize, notes: usize) -> (Vec<(String, String)>, Vec<String>) {
    let sql = shop.sql().await;
    let text = |row: &sea_orm::JsonValue, name: &str| row[name].as_str().unwrap().to_owned();
    let audit = sql.rows("SELECT action, entity FROM audit ORDER BY id", &[]).await;
    let outbox = sql.rows("SELECT topic FROM outbox ORDER BY id", &[]).await;
    (
        audit[audits..].iter().map(|row| (text(row, "action"), text(row, "entity"))).collect(),
        outbox[notes..].iter().map(|row| text(row, "topic")).collect(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_leaves_an_audit_row_and_an_announcement() {
    each(async |shop: Shop| {
        let (store, ada, admin, new) = (&shop.store, &shop.ada, &shop.admin, new_request);
        let known = async || {
            let sql = shop.sql().await;
            (usize::try_from(sql.count("audit").await).unwrap(), usize::try_from(sql.count("outbox").await).unwrap())
        };
        let mut at = known().await;
        let mut check = async |what: &str, audit: &[(&str, &str)], topics: &[&str]| {
            let (audits, notes) = traces(&shop, at.0, at.1).await;
            let audit: Vec<_> = audit.iter().map(|(a, e)| ((*a).to_owned(), (*e).to_owned())).collect();
            assert_eq!((audits, notes.iter().map(String::as_str).collect::<Vec<_>>()), (audit, topics.to_vec()), "{what}");
            at = known().await;
        };

        let customer = shop.customer(ada, "Omega").await;
        check("new customer", &[("write_customers", "customer")], &["customer"]).await;
        let form = store.customer_form(ada, customer).await.unwrap();
        store.save_customer(ada, new(), form).await.unwrap();
        check("changed customer", &[("write_customers", "customer")], &["customer"]).await;
        let contact = ContactForm { customer: customer.to_string(), name: "Eve".into(), primary: true, ..ContactForm::default() };
        store.save_contact(ada, new(), contact.clone()).await.unwrap();
        check("contact", &[("write_customers", "contact")], &["customer"]).await;
        store.save_contact(ada, new(), contact).await.unwrap();
        check("second primary contact", &[("write_customers", "contact"); 2], &["customer"]).await;

        let deal = shop.deal(ada, customer, "Deal", "1").await;
        check("new deal", &[("write_deals", "deal")], &["deal"]).await;
        shop.move_to(ada, deal, 1).await;
        check("move", &[("write_deals", "deal")], &["deal"]).await;
        let undo = UndoMove { request: new(), deal, version: 2 };
        store.undo_move(ada, undo).await.unwrap();
        check("undo", &[("write_deals", "deal")], &["deal"]).await;
        let contract = ContractForm { deal: deal.to_string(), title: "A".into(), amount: "10".into(), ..ContractForm::default() };
        let contract = store.save_contract(ada, new(), contract, whole_units).await.unwrap();
        check("new contract", &[("write_contracts", "contract")], &["contract"]).await;
        let plan = PlanForm { id: contract.to_string(), version: 1, ..PlanForm::default() };
        store.save_plan(ada, new(), plan, whole_units).await.unwrap();
        check("plan", &[("write_contracts", "contract")], &["contract"]).await;

        let follow_up =
            FollowUpForm { customer: customer.to_string(), deal: deal.to_string(), content: "called".into(), ..FollowUpForm::default() };
        store.log_follow_up(ada, new(), follow_up).await.unwrap();
        check("follow-up", &[("log_work", "deal"), ("log_work", "follow_up")], &["deal", "customer"]).await;
        let task = TaskForm { title: "Call".into(), ..TaskForm::default() };
        let task = store.add_task(ada, new(), task).await.unwrap();
        check("task", &[("log_work", "task")], &["task"]).await;
        store.tick_task(ada, TickTask { request: new(), task, version: 1, done: true }).await.unwrap();
        check("tick", &[("do_tasks", "task")], &["task"]).await;

        store.save_person(admin, new(), person_form("Pia Press", Role::Salesperson, shop.north_a)).await.unwrap();
        check("person", &[("manage_people", "person")], &["org"]).await;
        store.save_unit(admin, new(), unit_form(shop.north, "North C")).await.unwrap();
        check("unit", &[("manage_people", "org_unit")], &["org"]).await;
        let product = ProductForm { code: "P".into(), name_zh: "P".into(), price: "1".into(), ..ProductForm::default() };
        store.save_product(admin, new(), product, whole_units).await.unwrap();
        check("product", &[("manage_settings", "product")], &["settings"]).await;
        let stage = store.pipelines(admin).await.unwrap()[0].stages[0].form();
        store.save_stage(admin, new(), stage).await.unwrap();
        check("stage", &[("manage_settings", "stage")], &["settings"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_row_names_person_request_and_record() {
    each(async |shop: Shop| {
        let command = shop.to(shop.deals[0], 1).await;
        let request = command.request;
        shop.store.move_deal(&shop.ada, command).await.unwrap();
        let sql = shop.sql().await;
        let found = sql
            .rows(
                "SELECT entity FROM audit WHERE request_id = $1 AND by_id = $2 AND entity_id = $3",
                &[request.0, shop.ada.id.0, shop.deals[0].0],
            )
            .await;
        assert_eq!(found.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listeners_hear_of_a_change_when_it_can_be_read() {
    each(async |shop: Shop| {
        let mut heard = shop.store.hub().listen();
        let refused = shop.to(shop.deals[0], 4).await;
        shop.store.move_deal(&shop.ada, refused).await.unwrap_err();
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        let change = loop {
            let heard = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.unwrap().unwrap();
            let Some(change) = heard else { continue };
            if change.topic == Topic::Deal && change.version > 1 {
                break change;
            }
        };
        assert_eq!((change.id, change.version, change.by), (shop.deals[0].0, 2, Some(shop.ada.id)));
        let owned = change.ownership().unwrap();
        assert_eq!((owned.owner, owned.unit), (Some(shop.ada.id), shop.north_a));
    })
    .await;
}

/// Not once by the write path and once more by the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_changes_are_announced_once() {
    each(async |shop: Shop| {
        // A second process tells when the database has passed everything on.
        let other = shop.later(0).await;
        let mut heard = shop.store.hub().listen();
        for stage in [1, 2, 3] {
            shop.move_to(&shop.ada, shop.deals[0], stage).await;
        }
        if shop.store.kind() == "postgres" {
            other.move_deal(&shop.bob, shop.to(shop.deals[1], 1).await).await.unwrap();
        } else {
            shop.move_to(&shop.bob, shop.deals[1], 1).await;
        }
        let mut versions = Vec::new();
        loop {
            let change = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.unwrap().unwrap();
            let Some(change) = change.filter(|change| change.topic == Topic::Deal) else { continue };
            if change.id == shop.deals[1].0 {
                break;
            }
            versions.push(change.version);
        }
        assert_eq!(versions, [2, 3, 4]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_announced_though_its_caller_went_away() {
    each(async |shop: Shop| {
        let mut heard = shop.store.hub().listen();
        let command = shop.to(shop.deals[0], 1).await;
        let (store, ada) = (shop.store.clone(), shop.ada.clone());
        let caller = tokio::spawn(async move { store.move_deal(&ada, command).await });
        tokio::task::yield_now().await;
        caller.abort();
        // It was either not begun, and then nothing happened, or it is announced.
        let _ = caller.await;
        let announced = async {
            loop {
                let change = tokio::time::timeout(Duration::from_secs(2), heard.recv()).await.ok()?.unwrap();
                if change.is_some_and(|change| change.id == shop.deals[0].0 && change.version == 2) {
                    return Some(());
                }
            }
        };
        let announced = announced.await.is_some();
        assert_eq!(announced, shop.card(shop.deals[0]).await.version == 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_on_the_same_postgresql_hears_of_changes() {
    each(async |shop: Shop| {
        if shop.store.kind() != "postgres" {
            return;
        }
        let other = shop.later(0).await;
        let before = other.stages().await.unwrap();
        let mut heard = other.hub().listen();
        let wait = async |heard: &mut tokio::sync::broadcast::Receiver<_>, topic: Topic| {
            loop {
                let heard: Option<std::sync::Arc<store::Change>> =
                    tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.unwrap().unwrap();
                // `None`: anything may have changed.
                let Some(change) = heard else { continue };
                if change.topic == topic {
                    return change;
                }
            }
        };
        shop.move_to(&shop.ada, shop.deals[0], 1).await;
        assert_eq!(wait(&mut heard, Topic::Deal).await.id, shop.deals[0].0);
        let hired =
            shop.store.save_person(&shop.admin, new_request(), person_form("Pia Press", Role::Salesperson, shop.north_a)).await.unwrap();
        wait(&mut heard, Topic::Org).await;
        assert!(other.org().unwrap().people.contains_key(&hired));
        let mut form = shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[0].form();
        form.name_en = "Renamed".into();
        shop.store.save_stage(&shop.admin, new_request(), form).await.unwrap();
        wait(&mut heard, Topic::Settings).await;
        let after = other.stages().await.unwrap();
        assert_eq!((before.stages[0].name_en.as_str(), after.stages[0].name_en.as_str()), ("Prospect", "Renamed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_closes_even_while_it_listens() {
    each(async |shop: Shop| {
        shop.store.ping().await.unwrap();
        tokio::time::timeout(Duration::from_secs(10), shop.store.close()).await.expect("it ends").unwrap();
    })
    .await;
}
