//! Return visits on real databases: one set for all pages, moved to workdays; who hears of
//! what is late; a visit that is written down and taken back; questions in versions; needs
//! and opinions routed.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, each, refusals, stale};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::customers::{ContactForm, Tier};
use domain::home::{HomeQuery, Listed, Rows, Span};
use domain::ids::{CustomerId, VisitId};
use domain::policy::Actor;
use domain::revisit::Escalation;
use domain::tiers::board::{MoveTier, TierFilter};
use domain::visits::Standing;
use domain::visits::needs::{ItemForm, NeedFilter, NeedForm, NeedShown, NeedStatus};
use domain::visits::questions::{QuestionForm, QuestionsForm};
use domain::visits::record::VisitForm;
use domain::visits::view::{Layout, TimelyQuery, TimelySet, VisitFilter, VisitList, VisitRow};
use domain::visits::workdays::{DayKind, WorkdaysForm};
use domain::work::{FollowUpForm, FollowUpKind};
use std::collections::BTreeMap;
use store::{Result, Store, new_request};

async fn list(store: &Store, by: &Actor, filter: VisitFilter) -> VisitList {
    store.visits(by, &filter, None, None).await.unwrap()
}

async fn rows(store: &Store, by: &Actor, filter: VisitFilter) -> Vec<VisitRow> {
    list(store, by, filter).await.page.rows
}

fn form(customer: CustomerId, on: NaiveDate) -> VisitForm {
    VisitForm {
        customer: customer.to_string(),
        channel: "call".into(),
        on: on.to_string(),
        content: "All is well".into(),
        ..VisitForm::default()
    }
}

async fn record(store: &Store, by: &Actor, form: VisitForm) -> Result<VisitId> {
    store.record_visit(by, new_request(), form).await
}

fn item(kind: &str, text: &str) -> ItemForm {
    ItemForm { kind: kind.into(), text: text.into(), ..ItemForm::default() }
}

async fn holidays(shop: &Shop, store: &Store, kind: &str, lines: &str) {
    let form = WorkdaysForm { kind: kind.into(), lines: lines.into(), ..WorkdaysForm::default() };
    store.add_workdays(&shop.admin, new_request(), form).await.unwrap();
}

/// The first Monday to Friday at or after.
fn weekday(on: NaiveDate) -> NaiveDate {
    on.iter_days().find(|on| !matches!(on.weekday(), Weekday::Sat | Weekday::Sun)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workdays_are_set_by_administrators_taken_out_and_put_back() {
    each(async |shop: Shop| {
        let store = &shop.store;
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(store.workdays(by, None).await);
            assert_denied(store.add_workdays(by, new_request(), WorkdaysForm { lines: "2026-10-01 A".into(), ..Default::default() }).await);
            assert_denied(store.remove_workday(by, new_request(), DAY).await);
        }
        holidays(&shop, store, "holiday", "2026-10-01 National\n2026-10-02 National\n2027-01-01 New Year").await;
        holidays(&shop, store, "makeup", "2026-10-10 In exchange").await;
        let page = store.workdays(&shop.admin, None).await.unwrap();
        assert_eq!((page.year, page.years.clone()), (2026, vec![2026, 2027]));
        let seen: Vec<_> = page.days.iter().map(|day| (day.on.to_string(), day.kind)).collect();
        let free = DayKind::Holiday;
        assert_eq!(seen, [("2026-10-01".to_owned(), free), ("2026-10-02".to_owned(), free), ("2026-10-10".to_owned(), DayKind::Makeup)]);
        let wrong = WorkdaysForm { lines: "tomorrow".into(), ..WorkdaysForm::default() };
        assert_eq!(refusals(store.add_workdays(&shop.admin, new_request(), wrong).await), ["lines: bad_day_line"]);

        let on = page.days[0].on;
        let request = new_request();
        let gone = store.remove_workday(&shop.admin, request, on).await.unwrap();
        assert_eq!((gone.on, gone.name.as_str()), (on, "National"));
        assert_eq!(store.remove_workday(&shop.admin, request, on).await.unwrap(), gone, "a repeated request is answered");
        assert_not_found(store.remove_workday(&shop.admin, new_request(), on).await);
        let back = WorkdaysForm { on: gone.on.to_string(), kind: gone.kind.to_string(), name: gone.name, ..WorkdaysForm::default() };
        store.add_workdays(&shop.admin, new_request(), back).await.unwrap();
        assert_eq!(store.workdays(&shop.admin, Some(2026)).await.unwrap().days, page.days);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_agree_on_the_day_and_move_it_to_a_workday() {
    each(async |shop: Shop| {
        // 30 days after they came.
        let due = weekday(day(30));
        let store = shop.later(30).await;
        let of = |list: &[VisitRow]| list.iter().find(|row| row.customer == shop.customers[0]).map(|row| row.due);
        assert_eq!(of(&rows(&store, &shop.ada, VisitFilter::default()).await), Some(due));
        let free = [due, due + Days::new(1)].map(|on| format!("{on} Free")).join("\n");
        holidays(&shop, &store, "holiday", &free).await;
        let moved = weekday(due + Days::new(2));
        assert_eq!(of(&rows(&store, &shop.ada, VisitFilter::default()).await), Some(moved));
        assert_eq!(store.customer(&shop.ada, shop.customers[0]).await.unwrap().due, Some(moved));
        let board = store.tier_board(&shop.ada, &TierFilter::default(), 500).await.unwrap();
        let cards: Vec<_> = board.columns.iter().flat_map(|column| &column.cards).map(|card| card.due).collect();
        assert_eq!(cards, [Some(moved)]);
        let later = Store::open(&shop.url, Some(moved)).await.unwrap();
        let query = HomeQuery { list: Some(Listed::Contacts), ..HomeQuery::default() };
        let Rows::Contacts(found) = later.home(&shop.ada, &query).await.unwrap().rows else { panic!("contacts") };
        assert_eq!(found.iter().map(|row| (row.customer, row.due)).collect::<Vec<_>>(), [(shop.customers[0], moved)]);
        // A Saturday on which people work holds it.
        let saturday = moved.iter_days().find(|on| on.weekday() == Weekday::Sat).unwrap();
        holidays(&shop, &store, "makeup", &format!("{saturday} In exchange")).await;
        let calendar = store.visit_calendar(&shop.ada, &VisitFilter::default(), Layout::Week, Some(saturday)).await.unwrap();
        let cell = calendar.days.iter().find(|day| day.on == saturday).unwrap();
        assert!(cell.workday && cell.name == "In exchange");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sees_their_own_and_those_above_hear_of_what_is_late() {
    each(async |shop: Shop| {
        let due = weekday(day(30));
        let seen = async |store: &Store, by: &Actor, filter: VisitFilter| -> Vec<CustomerId> {
            let mut found: Vec<_> = rows(store, by, filter).await.into_iter().map(|row| row.customer).collect();
            found.sort_unstable();
            found
        };
        let [a, b, c, d] = shop.customers;
        let sorted = |mut ids: Vec<CustomerId>| {
            ids.sort_unstable();
            ids
        };
        let store = &shop.store;
        let all = VisitFilter::default;
        assert_eq!(seen(store, &shop.ada, all()).await, [a]);
        assert_eq!(seen(store, &shop.lead, all()).await, sorted(vec![a, b]));
        assert_eq!(seen(store, &shop.director, all()).await, sorted(vec![a, b, c]));
        for by in [&shop.admin, &shop.service] {
            assert_eq!(seen(store, by, all()).await, sorted(vec![a, b, c, d]));
        }
        for by in [&shop.finance, &shop.hr] {
            assert_denied(store.visits(by, &all(), None, None).await);
            assert_denied(store.visit_calendar(by, &all(), Layout::Month, None).await);
            assert_denied(store.visits_in_time(by, &TimelyQuery::default()).await);
            assert_denied(store.needs(by, &NeedFilter::default(), None, None).await);
        }
        // On its day it is the owner's; a week later the manager's of the team; two, the director's.
        for (days, level, told, with) in [
            (0, Escalation::Owner, &shop.ada, None),
            (6, Escalation::Owner, &shop.ada, None),
            (7, Escalation::Manager, &shop.lead, Some(&shop.lead)),
            (14, Escalation::Director, &shop.director, Some(&shop.director)),
        ] {
            let store = Store::open(&shop.url, Some(due + Days::new(days))).await.unwrap();
            let row = rows(&store, &shop.admin, all()).await.into_iter().find(|row| row.customer == a).unwrap();
            assert_eq!((row.level, row.told[0].0), (Some(level), told.id), "{days}");
            let standing = if days == 0 { Standing::Today } else { Standing::Overdue };
            assert_eq!(row.standing, standing);
            let mine = VisitFilter { with_me: true, ..all() };
            for by in [&shop.ada, &shop.lead, &shop.director] {
                let has = seen(&store, by, mine.clone()).await.contains(&a);
                assert_eq!(has, with.is_some_and(|who| who.id == by.id), "{days} {}", by.name);
            }
        }
        // The South has no manager: it stays with the owner.
        let late = Store::open(&shop.url, Some(due + Days::new(20))).await.unwrap();
        let row = rows(&late, &shop.dan, all()).await.remove(0);
        assert_eq!((row.level, row.told[0].0), (Some(Escalation::Director), shop.dan.id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_resets_the_clock_and_is_taken_back_once() {
    each(async |shop: Shop| {
        let due = weekday(day(30));
        let on = due + Days::new(3);
        let store = Store::open(&shop.url, Some(on)).await.unwrap();
        let a = shop.customers[0];
        let overdue = VisitFilter { standing: Some(Standing::Overdue), ..VisitFilter::default() };
        assert_eq!(rows(&store, &shop.ada, overdue.clone()).await.len(), 1);

        let mut visit = form(a, on);
        visit.items = vec![item("need", "More pumps"), item("opinion", "Late again"), item("need", "")];
        for by in [&shop.bob, &shop.cai, &shop.dan] {
            assert_not_found(record(&store, by, visit.clone()).await);
        }
        for by in [&shop.finance, &shop.hr] {
            assert_denied(record(&store, by, visit.clone()).await);
        }
        let request = new_request();
        let id = store.record_visit(&shop.ada, request, visit.clone()).await.unwrap();
        assert_eq!(store.record_visit(&shop.ada, request, visit).await.unwrap(), id, "sent twice, written once");
        assert!(rows(&store, &shop.ada, overdue.clone()).await.is_empty());
        let next = rows(&store, &shop.ada, VisitFilter::default()).await.remove(0);
        assert_eq!((next.last, next.due, next.needs), (Some(on), weekday(on + Days::new(30)), 2));
        let page = store.visits_of(&shop.ada, a).await.unwrap();
        assert_eq!((page.total, page.open_needs, page.visits[0].content.as_str()), (1, 2, "All is well"));
        assert!(store.customer(&shop.ada, a).await.unwrap().timeline.iter().any(|event| event.by == shop.ada.name));

        let done = store.visits(&shop.ada, &VisitFilter::default(), None, Some(id)).await.unwrap().done.unwrap();
        assert!(done.may_undo);
        assert_eq!(store.visits(&shop.lead, &VisitFilter::default(), None, Some(id)).await.unwrap().done, None, "one's own only");
        assert_eq!(refusals(store.undo_visit(&shop.lead, new_request(), id).await), [": nothing_to_undo"]);
        assert_not_found(store.undo_visit(&shop.dan, new_request(), id).await);
        assert_eq!(store.undo_visit(&shop.ada, new_request(), id).await.unwrap(), a);
        assert_not_found(store.undo_visit(&shop.ada, new_request(), id).await);
        assert_eq!(rows(&store, &shop.ada, overdue).await.len(), 1, "as before");
        assert_eq!(store.visits_of(&shop.ada, a).await.unwrap().total, 0);
        let sql = shop.sql().await;
        for table in ["visit", "need", "follow_up"] {
            assert_eq!(sql.count(table).await, 0, "{table}");
        }
        let said = sql.rows("SELECT change FROM audit WHERE entity = 'visit' ORDER BY at, id", &[]).await;
        assert_eq!(said.len(), 2);
        assert!(said[1]["change"].as_str().unwrap().contains("All is well"), "what was taken back is in the log");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_that_somebody_works_on_stays_and_so_does_an_old_one() {
    each(async |shop: Shop| {
        let (store, a) = (&shop.store, shop.customers[0]);
        let visit = VisitForm { items: vec![item("need", "More")], ..form(a, DAY) };
        let id = record(store, &shop.ada, visit).await.unwrap();
        let need = store.needs(&shop.ada, &NeedFilter::default(), None, None).await.unwrap().page.rows.remove(0);
        let change = NeedForm { id: need.id.to_string(), version: 1, status: "working".into(), ..NeedForm::default() };
        store.save_need(&shop.lead, new_request(), change).await.unwrap();
        assert_eq!(refusals(store.undo_visit(&shop.ada, new_request(), id).await), [": nothing_to_undo"]);
        let id = record(store, &shop.ada, form(a, DAY)).await.unwrap();
        let tomorrow = shop.later(1).await;
        assert!(!tomorrow.visits(&shop.ada, &VisitFilter::default(), None, Some(id)).await.unwrap().done.unwrap().may_undo);
        assert_eq!(refusals(tomorrow.undo_visit(&shop.ada, new_request(), id).await), [": nothing_to_undo"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_wrongly_is_told_and_nothing_is_written() {
    each(async |shop: Shop| {
        let (store, a, b) = (&shop.store, shop.customers[0], shop.customers[1]);
        let contact = ContactForm { customer: b.to_string(), name: "Of Beta".into(), ..ContactForm::default() };
        let stranger = store.save_contact(&shop.bob, new_request(), contact).await.unwrap();
        let wrong = |change: fn(&mut VisitForm)| {
            let mut form = form(a, DAY);
            change(&mut form);
            form
        };
        let told = async |form: VisitForm| refusals(record(store, &shop.ada, form).await);
        assert_eq!(told(wrong(|f| f.channel = "meeting".into())).await, ["channel: unknown_value"]);
        assert_eq!(told(wrong(|f| f.content = " ".into())).await, ["content: required"]);
        assert_eq!(told(wrong(|f| f.next_step = "call".into())).await, ["next_on: required"]);
        assert_eq!(told(VisitForm { on: day(1).to_string(), ..form(a, DAY) }).await, ["on: date_in_future"]);
        assert_eq!(told(VisitForm { contact: stranger.to_string(), ..form(a, DAY) }).await, ["contact: unknown_value"]);
        let routed = ItemForm { owner: shop.finance.id.to_string(), ..item("need", "More") };
        assert_eq!(told(VisitForm { items: vec![routed], ..form(a, DAY) }).await, ["owner_1: unknown_value"], "finance sees to none");
        assert_eq!(shop.sql().await.count("visit").await, 0);
        // A visit of another day counts on that day.
        record(store, &shop.ada, VisitForm { time: "09:30".into(), ..form(a, day(-5)) }).await.unwrap();
        assert_eq!(rows(store, &shop.ada, VisitFilter::default()).await[0].last, Some(day(-5)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_keep_the_questions_that_they_answer() {
    each(async |shop: Shop| {
        let (store, a) = (&shop.store, shop.customers[0]);
        let set = |version: i32, labels: &[&str]| QuestionsForm {
            id: "potential".into(),
            version,
            questions: labels
                .iter()
                .map(|label| QuestionForm { label: (*label).into(), kind: "rating".into(), choices: String::new(), required: true })
                .collect(),
            ..QuestionsForm::default()
        };
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(store.visit_forms(by).await);
            assert_denied(store.save_visit_form(by, new_request(), set(0, &["A"])).await);
        }
        let save = async |form: QuestionsForm| store.save_visit_form(&shop.admin, new_request(), form).await;
        assert_eq!(save(set(0, &["How is it?"])).await.unwrap(), 1);
        assert_eq!(stale(save(set(0, &["Other"])).await), (shop.admin.name.clone(), 1));
        assert_eq!(save(set(1, &["How is it?"])).await.unwrap(), 1, "nothing changed, no version");

        let sheet = store.visit_sheet(&shop.ada, a, Some(FollowUpKind::Wechat), None).await.unwrap();
        assert_eq!((sheet.questions.version, sheet.form.channel.as_str(), sheet.form.on.as_str()), (1, "wechat", &*DAY.to_string()));
        assert_eq!(refusals(record(store, &shop.ada, form(a, DAY)).await), ["q0: required"], "also if the form names no questions");
        // The form was open while the questions were changed.
        assert_eq!(save(set(1, &["Will you stay?", "Why?"])).await.unwrap(), 2);
        let answered = VisitForm { answers: BTreeMap::from([("q0".to_owned(), "4".to_owned())]), content: "First".into(), ..sheet.form };
        record(store, &shop.ada, answered).await.unwrap();
        let sheet = store.visit_sheet(&shop.ada, a, None, None).await.unwrap();
        let answers = BTreeMap::from([("q0".to_owned(), "5".to_owned()), ("q1".to_owned(), "3".to_owned())]);
        record(store, &shop.ada, VisitForm { answers, content: "Second".into(), ..sheet.form }).await.unwrap();
        let said = |content: &str, found: &[domain::visits::record::VisitEntry]| {
            found.iter().find(|entry| entry.content == content).unwrap().answers.clone()
        };
        let found = store.visits_of(&shop.ada, a).await.unwrap().visits;
        assert_eq!(said("First", &found), [("How is it?".to_owned(), "4".to_owned())]);
        assert_eq!(said("Second", &found), [("Will you stay?".to_owned(), "5".to_owned()), ("Why?".to_owned(), "3".to_owned())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_need_goes_to_its_owner_or_to_whom_it_is_routed() {
    each(async |shop: Shop| {
        let (store, a) = (&shop.store, shop.customers[0]);
        let routed = ItemForm { owner: shop.dan.id.to_string(), due_on: day(3).to_string(), ..item("opinion", "Too slow") };
        record(store, &shop.service, VisitForm { items: vec![item("need", "More"), routed], ..form(a, DAY) }).await.unwrap();
        let seen = async |by: &Actor, filter: NeedFilter| -> Vec<(String, String)> {
            let found = store.needs(by, &filter, None, None).await.unwrap().page.rows;
            found.into_iter().map(|row| (row.text, row.owner_name)).collect()
        };
        let all = NeedFilter::default;
        let more = ("More".to_owned(), shop.ada.name.clone());
        let slow = ("Too slow".to_owned(), shop.dan.name.clone());
        assert_eq!(seen(&shop.ada, all()).await, [slow.clone(), more.clone()], "those with a day first");
        assert_eq!(seen(&shop.dan, all()).await, std::slice::from_ref(&slow), "of another's customer only what is routed to him");
        assert!(seen(&shop.bob, all()).await.is_empty());
        assert_eq!(seen(&shop.lead, all()).await.len(), 2);
        assert_eq!(seen(&shop.service, NeedFilter { kind: Some(domain::visits::needs::NeedKind::Need), ..all() }).await, [more]);

        let list = store.needs(&shop.dan, &all(), None, None).await.unwrap();
        let row = &list.page.rows[0];
        assert!(row.may_change && !row.may_read_customer);
        assert!(list.people.iter().all(|(id, _)| *id != shop.finance.id && *id != shop.hr.id));
        let query = HomeQuery { list: Some(Listed::Needs), ..HomeQuery::default() };
        let home = store.home(&shop.dan, &query).await.unwrap();
        assert_eq!(home.rows, Rows::Needs(vec![row.clone()]));
        let late = shop.later(4).await;
        assert_eq!(late.home(&shop.dan, &query).await.unwrap().bucket(Listed::Needs).map(|b| (b.count, b.overdue)), Some((1, 1)));
        assert_eq!(late.needs(&shop.admin, &NeedFilter { overdue: true, ..all() }, None, None).await.unwrap().page.total, 1);

        let change = |version: i32, status: &str| NeedForm {
            id: row.id.to_string(),
            version,
            status: status.into(),
            due_on: day(3).to_string(),
            ..NeedForm::default()
        };
        assert_not_found(store.save_need(&shop.bob, new_request(), change(1, "working")).await);
        assert_denied(store.save_need(&shop.finance, new_request(), change(1, "working")).await);
        assert_eq!(refusals(store.save_need(&shop.dan, new_request(), change(1, "declined")).await), ["reason: reason_required"]);
        store.save_need(&shop.dan, new_request(), change(1, "working")).await.unwrap();
        assert_eq!(stale(store.save_need(&shop.ada, new_request(), change(1, "done")).await), (shop.dan.name.clone(), 2));
        store.save_need(&shop.ada, new_request(), NeedForm { owner: shop.bob.id.to_string(), ..change(2, "done") }).await.unwrap();
        assert_not_found(store.save_need(&shop.dan, new_request(), change(3, "open")).await);
        assert_eq!(refusals(store.save_need(&shop.bob, new_request(), change(3, "working")).await), ["status: not_next_need"]);
        let settled = NeedFilter { shown: Some(NeedShown::Done), ..all() };
        let found = store.needs(&shop.bob, &settled, None, None).await.unwrap().page.rows;
        assert_eq!(found.iter().map(|row| row.status).collect::<Vec<_>>(), [NeedStatus::Done]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_by_key_show_each_once() {
    each(async |shop: Shop| {
        let (store, a) = (&shop.store, shop.customers[0]);
        for n in 0..60 {
            shop.customer(&shop.bob, &format!("Further {n}")).await;
        }
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = store.visits(&shop.bob, &VisitFilter::default(), after.as_deref(), None).await.unwrap().page;
            assert_eq!(page.total, 61);
            found.extend(page.rows.into_iter().map(|row| row.customer));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 61);
        for n in 0..6 {
            let items = (0..10)
                .map(|m| ItemForm { due_on: if m < 5 { day(m).to_string() } else { String::new() }, ..item("need", &format!("{n}.{m}")) })
                .collect();
            record(store, &shop.ada, VisitForm { items, ..form(a, DAY) }).await.unwrap();
        }
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = store.needs(&shop.ada, &NeedFilter::default(), after.as_deref(), None).await.unwrap().page;
            assert_eq!(page.total, 60);
            found.extend(page.rows.into_iter().map(|row| (row.due_on.is_none(), row.due_on, row.id)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), 60);
        assert!(found.is_sorted(), "those with a day first, in their order");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_share_in_time_is_the_number_of_its_rows() {
    each(async |shop: Shop| {
        let due = weekday(day(30));
        let call = async |store: &Store, by: &Actor, customer: CustomerId| {
            let form = FollowUpForm { customer: customer.to_string(), kind: "call".into(), content: "x".into(), ..FollowUpForm::default() };
            store.log_follow_up(by, new_request(), form).await.unwrap();
        };
        // Ada on its day, Bob a day later, Cai not at all.
        call(&Store::open(&shop.url, Some(due)).await.unwrap(), &shop.ada, shop.customers[0]).await;
        call(&Store::open(&shop.url, Some(due + Days::new(1))).await.unwrap(), &shop.bob, shop.customers[1]).await;
        let store = Store::open(&shop.url, Some(due + Days::new(5))).await.unwrap();
        let asked = async |by: &Actor, set: Option<TimelySet>| {
            store.visits_in_time(by, &TimelyQuery { set, span: Some(Span::Quarter), ..TimelyQuery::default() }).await.unwrap()
        };
        let all = asked(&shop.director, None).await;
        assert_eq!((all.share.kept, all.share.due, all.share.bp()), (1, 3, Some(3_333)));
        assert_eq!((all.total, all.to), (3, due + Days::new(4)));
        let kept = asked(&shop.director, Some(TimelySet::Kept)).await;
        assert_eq!(kept.rows.iter().map(|row| row.customer).collect::<Vec<_>>(), [shop.customers[0]]);
        assert_eq!(asked(&shop.director, Some(TimelySet::Missed)).await.total, 2);
        assert_eq!(asked(&shop.ada, None).await.share.bp(), Some(10_000));
        // On the very day nothing is decided yet.
        let same = Store::open(&shop.url, Some(due)).await.unwrap();
        assert_eq!(same.visits_in_time(&shop.dan, &TimelyQuery::default()).await.unwrap().share.bp(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_narrow_and_channels_are_those_of_the_promise() {
    each(async |shop: Shop| {
        let store = &shop.store;
        let command = MoveTier { request: new_request(), customer: shop.customers[0], version: 1, to: Tier::Vip, reason: "big".into() };
        store.move_tier(&shop.ada, command).await.unwrap();
        let only = async |filter: VisitFilter| -> Vec<CustomerId> {
            rows(store, &shop.admin, filter).await.into_iter().map(|row| row.customer).collect()
        };
        assert_eq!(only(VisitFilter { tier: Some(Tier::Vip), ..Default::default() }).await, [shop.customers[0]]);
        assert_eq!(only(VisitFilter { owner: Some(shop.dan.id), ..Default::default() }).await, [shop.customers[3]]);
        assert_eq!(only(VisitFilter { team: Some(shop.north_a), ..Default::default() }).await.len(), 2);
        assert_eq!(only(VisitFilter { channel: Some(FollowUpKind::Visit), ..Default::default() }).await.len(), 4, "any channel counts");
        let list = list(store, &shop.admin, VisitFilter::default()).await;
        assert_eq!(list.standings.iter().map(|(_, n)| n).sum::<i64>(), 4);
        let month = store.visit_calendar(&shop.admin, &VisitFilter::default(), Layout::Month, Some(weekday(day(30)))).await.unwrap();
        assert_eq!(month.days.iter().map(|day| day.count).sum::<i64>(), 4);
        assert_eq!(month.days.len() % 7, 0);
    })
    .await;
}
