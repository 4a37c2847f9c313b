//! Tickets on real databases: the promise by tier and workdays, answers in time and late,
//! who sees what, reopening, the page of today, tiers, merges, and surveys after a ticket.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, each, refusals, stale};
use domain::customers::Tier;
use domain::home::{HomeQuery, Listed, Rows};
use domain::ids::{CustomerId, TicketId};
use domain::page::Sort;
use domain::policy::Actor;
use domain::survey::form::{QuestionForm, SendingForm, SurveyForm};
use domain::survey::house;
use domain::survey::sending::Occasion;
use domain::tickets::clock::Response;
use domain::tickets::form::{AssignForm, EntryForm, TicketForm};
use domain::tickets::view::{SORT, TicketDetail, TicketFilter, TicketRow};
use domain::tickets::{Priority, TicketShown, TicketSort, TicketState};
use domain::tiers::Breach;
use domain::tiers::board::TierFilter;
use domain::tiers::settings::TierForm;
use store::{Result, Store, new_request};

fn form(customer: CustomerId, subject: &str) -> TicketForm {
    TicketForm { customer: customer.to_string(), kind: "problem".into(), subject: subject.into(), ..TicketForm::default() }
}

async fn open(shop: &Shop, by: &Actor, customer: CustomerId, subject: &str) -> TicketId {
    shop.store.open_ticket(by, new_request(), form(customer, subject)).await.unwrap()
}

async fn say(store: &Store, by: &Actor, id: TicketId, kind: &str, state: &str) -> Result<TicketId> {
    let version = store.ticket(by, id).await?.version;
    let form =
        EntryForm { id: id.to_string(), version, kind: kind.into(), text: "a word".into(), state: state.into(), ..EntryForm::default() };
    store.add_to_ticket(by, new_request(), form).await
}

async fn ticket(store: &Store, by: &Actor, id: TicketId) -> TicketDetail {
    store.ticket(by, id).await.unwrap()
}

async fn rows(store: &Store, by: &Actor, filter: TicketFilter) -> Vec<TicketRow> {
    store.tickets(by, &filter, SORT, None).await.unwrap().page.rows
}

/// New customers are potential ones.
async fn promise(shop: &Shop, hours: &str) {
    let known = shop.store.tier_settings(&shop.admin).await.unwrap().into_iter().find(|one| one.tier == Tier::Potential).unwrap();
    let set = TierForm { response: hours.into(), ..known.form() };
    shop.store.save_tier(&shop.admin, new_request(), set).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_owed_by_the_tiers_promise() {
    each(async |shop| {
        let [alpha, beta, ..] = shop.customers;
        let free = open(&shop, &shop.ada, alpha, "no promise").await;
        assert_eq!(ticket(&shop.store, &shop.ada, free).await.row.response, Response::Free);
        promise(&shop, "2").await;
        let first = open(&shop, &shop.service, alpha, "line down").await;
        let found = ticket(&shop.store, &shop.service, first).await;
        assert!(matches!(found.row.response, Response::Left(118..=120)), "{:?}", found.row.response);
        assert_eq!((found.row.number, found.promised_minutes, found.row.assignee), (2, Some(120), shop.service.id));
        // The promise that was made stays when another is.
        promise(&shop, "8").await;
        assert_eq!(ticket(&shop.store, &shop.service, first).await.promised_minutes, Some(120));
        say(&shop.store, &shop.service, first, "answer", "").await.unwrap();
        let found = ticket(&shop.store, &shop.ada, first).await;
        assert_eq!((found.row.state, found.row.due_at), (TicketState::Answered, None));
        assert!(matches!(found.row.response, Response::InTime(0..=2)));
        assert!(matches!(found.entries[0].response, Some(Response::InTime(_))));

        // Two days later, an answer is long overdue, and is told everywhere.
        let slow = open(&shop, &shop.bob, beta, "no reply").await;
        let late = shop.later(2).await;
        let filter = TicketFilter { late: true, ..TicketFilter::default() };
        assert_eq!(rows(&late, &shop.service, filter.clone()).await.iter().map(|row| row.id).collect::<Vec<_>>(), [slow]);
        assert!(matches!(ticket(&late, &shop.bob, slow).await.row.response, Response::Late(_)));
        let of = late.tickets_of(&shop.bob, beta).await.unwrap();
        assert_eq!((of.total, of.unsettled, of.late), (1, 1, 1));
        let customer = late.customer(&shop.bob, beta).await.unwrap();
        assert!(customer.breaches.iter().any(|breach| matches!(breach, Breach::ResponseLate { promised: 480, minutes } if *minutes > 480)));
        let board = late.tier_board(&shop.admin, &TierFilter { late: true, ..TierFilter::default() }, 50).await.unwrap();
        let cards: Vec<_> = board.columns.iter().flat_map(|column| &column.cards).map(|card| card.id).collect();
        assert_eq!(cards, [beta]);
        for by in [&shop.service, &shop.lead, &shop.bob] {
            let query = HomeQuery { list: Some(Listed::Tickets), ..HomeQuery::default() };
            let home = late.home(by, &query).await.unwrap();
            let bucket = home.bucket(Listed::Tickets).unwrap();
            let Rows::Tickets(found) = home.rows else { panic!("tickets were asked for") };
            assert_eq!((i64::try_from(found.len()).unwrap(), bucket.overdue, found[0].id), (bucket.count, 1, slow));
        }
        say(&late, &shop.bob, slow, "answer", "solved").await.unwrap();
        let found = ticket(&late, &shop.bob, slow).await;
        assert!(matches!(found.row.response, Response::TooLate(_)) && found.solved_at.is_some());
        let all = TicketFilter { shown: Some(TicketShown::All), ..filter };
        assert_eq!(rows(&late, &shop.bob, all).await.len(), 1, "answered too late is late");
        assert!(late.customer(&shop.bob, beta).await.unwrap().breaches.iter().all(|b| !matches!(b, Breach::ResponseLate { .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_goes_its_way_and_is_opened_again() {
    each(async |shop| {
        let [alpha, ..] = shop.customers;
        promise(&shop, "4").await;
        let id = open(&shop, &shop.ada, alpha, "line down").await;
        assert_eq!(refusals(say(&shop.store, &shop.ada, id, "note", "solved").await), ["kind: answer_first"]);
        say(&shop.store, &shop.ada, id, "answer", "waiting").await.unwrap();
        say(&shop.store, &shop.ada, id, "reply", "").await.unwrap();
        assert_eq!(ticket(&shop.store, &shop.ada, id).await.row.state, TicketState::Answered);
        say(&shop.store, &shop.ada, id, "answer", "solved").await.unwrap();
        assert_eq!(refusals(say(&shop.store, &shop.ada, id, "answer", "").await), ["kind: ticket_settled"]);
        say(&shop.store, &shop.ada, id, "note", "closed").await.unwrap();
        let closed = ticket(&shop.store, &shop.ada, id).await;
        assert_eq!((closed.row.state, closed.closed_at.is_some(), closed.entries.len()), (TicketState::Closed, true, 4));
        assert!(rows(&shop.store, &shop.ada, TicketFilter::default()).await.is_empty());

        say(&shop.store, &shop.ada, id, "note", "open").await.unwrap();
        let again = ticket(&shop.store, &shop.ada, id).await;
        assert_eq!((again.row.state, again.reopened, again.solved_at, again.closed_at), (TicketState::Open, 1, None, None));
        assert!(matches!(again.row.response, Response::Left(_)), "an answer is owed again");

        let old = EntryForm { id: id.to_string(), version: 1, kind: "note".into(), text: "late".into(), ..EntryForm::default() };
        let (by, version) = stale(shop.store.add_to_ticket(&shop.lead, new_request(), old).await);
        assert_eq!((by.as_str(), version), ("Ada Adler", again.version));
        let request = new_request();
        let twice = form(alpha, "twice");
        let first = shop.store.open_ticket(&shop.ada, request, twice.clone()).await.unwrap();
        assert_eq!(shop.store.open_ticket(&shop.ada, request, twice).await.unwrap(), first);
        assert_eq!(shop.sql().await.count("ticket").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_seen_by_who_works_on_the_customer_and_by_whom_they_are_assigned_to() {
    each(async |shop| {
        let [alpha, beta, _, delta] = shop.customers;
        let id = open(&shop, &shop.service, alpha, "line down").await;
        let other = open(&shop, &shop.service, delta, "far away").await;
        for by in [&shop.ada, &shop.lead, &shop.director, &shop.admin, &shop.service] {
            assert_eq!(ticket(&shop.store, by, id).await.row.id, id);
        }
        for by in [&shop.bob, &shop.dan] {
            assert_not_found(shop.store.ticket(by, id).await);
        }
        assert_not_found(say(&shop.store, &shop.bob, id, "note", "").await);
        let blind = EntryForm { id: id.to_string(), version: 1, kind: "note".into(), text: "x".into(), ..EntryForm::default() };
        assert_not_found(shop.store.add_to_ticket(&shop.bob, new_request(), blind).await);
        assert_not_found(shop.store.open_ticket(&shop.bob, new_request(), form(alpha, "not mine")).await);
        for by in [&shop.finance, &shop.hr] {
            assert_denied(shop.store.tickets(by, &TicketFilter::default(), SORT, None).await);
            assert_denied(shop.store.open_ticket(by, new_request(), form(alpha, "x")).await);
        }
        assert_denied(shop.store.tickets_of(&shop.finance, alpha).await);
        assert_not_found(shop.store.tickets_of(&shop.bob, alpha).await);

        // Whoever it is assigned to sees to it, whoever's customer it is.
        let to = AssignForm {
            id: id.to_string(),
            version: 1,
            kind: "complaint".into(),
            priority: "urgent".into(),
            assignee: shop.bob.id.to_string(),
            ..AssignForm::default()
        };
        let nobody = AssignForm { assignee: shop.finance.id.to_string(), ..to.clone() };
        assert_eq!(refusals(shop.store.assign_ticket(&shop.ada, new_request(), nobody).await), ["assignee: unknown_value"]);
        shop.store.assign_ticket(&shop.ada, new_request(), to).await.unwrap();
        say(&shop.store, &shop.bob, id, "answer", "").await.unwrap();
        let found = ticket(&shop.store, &shop.bob, id).await;
        assert_eq!((found.row.priority, found.may_read_customer), (Priority::Urgent, false));

        let ids = async |by: &Actor, filter: TicketFilter| {
            let mut found: Vec<_> = rows(&shop.store, by, filter).await.into_iter().map(|row| row.id).collect();
            found.sort();
            found
        };
        assert_eq!(ids(&shop.bob, TicketFilter::default()).await, [id]);
        assert_eq!(ids(&shop.admin, TicketFilter { text: "far".into(), ..TicketFilter::default() }).await, [other]);
        assert_eq!(ids(&shop.admin, TicketFilter { text: "delta".into(), ..TicketFilter::default() }).await, [other]);
        assert_eq!(ids(&shop.admin, TicketFilter { text: "#1".into(), ..TicketFilter::default() }).await, [id]);
        assert_eq!(ids(&shop.admin, TicketFilter { person: Some(shop.service.id), ..TicketFilter::default() }).await, [other]);
        assert_eq!(ids(&shop.admin, TicketFilter { priority: Some(Priority::Urgent), ..TicketFilter::default() }).await, [id]);
        assert!(ids(&shop.admin, TicketFilter { tier: Some(Tier::Vip), ..TicketFilter::default() }).await.is_empty());
        assert!(ids(&shop.admin, TicketFilter { customer: Some(beta), ..TicketFilter::default() }).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_paged_by_when_an_answer_is_owed() {
    each(async |shop| {
        let [alpha, ..] = shop.customers;
        let mut made = Vec::new();
        for n in 0..30 {
            made.push(open(&shop, &shop.ada, alpha, &format!("free {n}")).await);
        }
        promise(&shop, "4").await;
        for n in 0..30 {
            made.push(open(&shop, &shop.ada, alpha, &format!("owed {n}")).await);
        }
        for (column, descending) in [(TicketSort::Due, false), (TicketSort::Created, true), (TicketSort::Updated, false)] {
            let sort = Sort { column, descending };
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let list = shop.store.tickets(&shop.ada, &TicketFilter::default(), sort, after.as_deref()).await.unwrap();
                assert_eq!(list.page.total, 60);
                found.extend(list.page.rows.iter().map(|row| row.id));
                after = list.page.next;
                if after.is_none() {
                    break;
                }
            }
            let expected = match (column, descending) {
                (TicketSort::Due, _) => made[30..].iter().chain(&made[..30]).copied().collect::<Vec<_>>(),
                (_, true) => made.iter().rev().copied().collect(),
                (_, false) => made.clone(),
            };
            assert_eq!(found, expected, "{column}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_solved_ticket_is_asked_about_once() {
    each(async |shop| {
        let [alpha, ..] = shop.customers;
        let questions = house().iter().map(QuestionForm::of).collect();
        let asks =
            SurveyForm { title_zh: "工单".into(), title_en: "Tickets".into(), questions, act: "publish".into(), ..SurveyForm::default() };
        let survey = shop.store.save_survey(&shop.admin, new_request(), asks).await.unwrap();
        let version = shop.store.survey_form(&shop.admin, Some(survey)).await.unwrap().form.version;
        let sending = SendingForm { id: survey.to_string(), version, after_ticket_days: "2".into(), ..SendingForm::default() };
        shop.store.save_sending(&shop.admin, new_request(), sending).await.unwrap();
        let id = open(&shop, &shop.ada, alpha, "line down").await;
        say(&shop.store, &shop.ada, id, "answer", "solved").await.unwrap();
        assert!(shop.store.surveys_due(day(1)).await.unwrap().is_empty());
        let due = shop.store.surveys_due(day(2)).await.unwrap();
        assert_eq!(due.iter().map(|due| due.occasion).collect::<Vec<_>>(), [Occasion::Ticket]);
        assert_eq!(shop.store.ask_due(day(2), false).await.unwrap().len(), 1);
        assert!(shop.store.surveys_due(day(100)).await.unwrap().is_empty(), "once is enough");
        // Opened again before it was asked about, it is not solved.
        let again = open(&shop, &shop.bob, shop.customers[1], "again").await;
        say(&shop.store, &shop.bob, again, "answer", "solved").await.unwrap();
        say(&shop.store, &shop.bob, again, "note", "open").await.unwrap();
        assert!(shop.store.surveys_due(day(100)).await.unwrap().is_empty());
        assert_eq!(shop.store.clock().today(), DAY);
    })
    .await;
}
