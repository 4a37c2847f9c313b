//! Lists as files: who gets which rows, and that what goes out comes in again.

use super::world::{World, each};
use crate::export::all::all;
use axum::body::to_bytes;
use axum::http::{Method, StatusCode, header};
use calamine::{Data, Reader, Xlsx};
use domain::customers::{ContactForm, ContactRole, CustomerForm, Size, Tier};
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::pipeline::{LostReason, Outcome, Source};
use domain::policy::{Actor, Role};
use domain::settings::ProductForm;
use domain::transfer::unshield;
use domain::work::{FollowUpForm, FollowUpKind, TaskForm};
use i18n::Lang;
use i18n::fmt::parse_amount;
use std::io::Cursor;
use store::import::{ImportOptions, Kind, read_table};
use store::{Store, new_request};

pub async fn file(world: &World, path: &str, cookie: &str) -> Vec<u8> {
    let answer = world.call(Method::GET, path, Some(cookie), "").await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()
}

pub async fn text(world: &World, path: &str, cookie: &str) -> String {
    String::from_utf8(file(world, path, cookie).await).unwrap()
}

pub fn lines(text: &str) -> usize {
    text.matches("\r\n").count()
}

#[tokio::test]
async fn everybody_gets_the_rows_of_their_scope_and_filter() {
    each(async |world: World| {
        let people = world.people().await;
        let rep = &people.by_role[&Role::Salesperson];
        for list in ["customers", "contacts", "deals"] {
            let path = format!("/export/{list}.csv");
            let own = text(&world, &path, rep).await;
            assert_eq!(lines(&own), 2, "a header and one row: {own}");
            assert!(own.starts_with('\u{feff}'), "spreadsheets take it for UTF-8");
            assert_eq!(lines(&text(&world, &path, &people.stranger).await), 1, "{list} of another team");
            assert_eq!(lines(&text(&world, &path, &people.by_role[&Role::Administrator]).await), 2);
            let hr = world.call(Method::GET, &path, Some(&people.by_role[&Role::Hr]), "").await;
            assert_eq!(hr.status(), StatusCode::FORBIDDEN, "{list}");
        }
        assert_eq!(lines(&text(&world, "/export/customers.csv?q=nothing", rep).await), 1, "the filter of the page narrows");
        assert_eq!(lines(&text(&world, "/export/deals.csv?q=Deal&sort=-amount", rep).await), 2);
        for nothing in ["/export/people.csv", "/export/deals.exe", "/export/deals"] {
            assert_eq!(world.call(Method::GET, nothing, Some(rep), "").await.status(), StatusCode::NOT_FOUND, "{nothing}");
        }
        let english = text(&world, "/export/contacts.csv", &format!("{rep}; weir_lang=en")).await;
        assert!(english.starts_with("\u{feff}name,customer,title,"), "{english}");
        for list in ["customers", "contacts", "deals"] {
            let english = text(&world, &format!("/export/{list}.csv"), &format!("{rep}; weir_lang=en")).await;
            let head = english.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
            assert!(head.is_ascii() && head.matches(',').count() > 5, "an English head: {head}");
        }
        let answer = world.call(Method::GET, "/export/deals.csv", Some(rep), "").await;
        let disposition = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\"deals-20") && disposition.ends_with(".csv\""), "{disposition}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    })
    .await;
}

/// The figures of a funnel: a row for each stage and period, of the reader's deals, in
/// the reader's language, with what they are of; and a picture of the same.
#[tokio::test]
async fn a_funnel_goes_out_as_figures_and_as_a_picture() {
    each(async |world: World| {
        let people = world.people().await;
        let rep = &people.by_role[&Role::Salesperson];
        let stages = world.store.stages().await.unwrap().stages.len();
        let own = text(&world, "/export/funnel.csv?span=year", rep).await;
        assert_eq!(lines(&own), 1 + 2 * stages, "a head, and the stages of two periods: {own}");
        assert!(own.starts_with('\u{feff}'), "spreadsheets take it for UTF-8");
        let entered = |file: &str| -> String { file.lines().nth(1).unwrap().split(',').nth(3).unwrap().to_owned() };
        assert_eq!(entered(&own), "1");
        assert_eq!(entered(&text(&world, "/export/funnel.csv?span=year", &people.stranger).await), "0", "of another team");
        let day = world.store.clock().today().to_string();
        assert!(own.lines().skip(1).all(|line| line.ends_with(&day)), "as of: {own}");
        assert_eq!(lines(&text(&world, "/export/funnel.csv?view=snapshot", rep).await), 1 + stages, "a snapshot is of one day");
        let english = text(&world, "/export/funnel.csv?tier=vip", &format!("{rep}; weir_lang=en")).await;
        let head = english.trim_start_matches('\u{feff}').lines().next().unwrap();
        assert!(head.is_ascii() && head.matches(',').count() >= 20, "an English head: {head}");
        assert!(english.contains("Tier: VIP"), "what it is narrowed by: {english}");
        let hr = &people.by_role[&Role::Hr];
        for file in ["csv", "svg"] {
            let path = format!("/export/funnel.{file}");
            assert_eq!(world.call(Method::GET, &path, Some(hr), "").await.status(), StatusCode::FORBIDDEN, "{file}");
            assert_eq!(world.call(Method::GET, &path, None, "").await.status(), StatusCode::UNAUTHORIZED, "{file}");
            let broken = format!("{path}?view=x&span=never&pipeline=1&owner=me");
            assert_eq!(world.call(Method::GET, &broken, Some(rep), "").await.status(), StatusCode::OK, "{file}");
        }
        let answer = world.call(Method::GET, "/export/funnel.svg?span=year", Some(rep), "").await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/svg+xml; charset=utf-8");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'") && !policy.contains("script-src"), "{policy}");
        let picture = String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        assert!(picture.starts_with("<?xml") && picture.contains("<title id=\"f-title\">") && picture.contains("<desc "), "{picture}");
        for outside in ["href=", "<script", "<a ", "var(--", "@import"] {
            assert!(!picture.contains(outside), "{outside} in a file of its own");
        }
    })
    .await;
}

/// A chart holds the figures of its page in the reader's language, each with the way to
/// its rows, for who may read them.
#[tokio::test]
async fn charts_are_described_for_who_may_read_them() {
    each(async |world: World| {
        let people = world.people().await;
        let rep = &people.by_role[&Role::Salesperson];
        let told = async |name: &str, cookie: &str| -> serde_json::Value {
            let answer = world.call(Method::GET, &format!("/chart/{name}"), Some(cookie), "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{name}");
            serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap()
        };
        let funnel = told("funnel?span=year", rep).await;
        let stages = world.store.stages().await.unwrap().stages.len();
        let entered = |told: &serde_json::Value| told["option"]["series"][0]["data"][0]["value"].as_i64().unwrap();
        assert_eq!(funnel["marks"][0].as_array().unwrap().len(), stages);
        assert_eq!(entered(&funnel), 1, "{funnel}");
        assert!(funnel["marks"][0][0]["link"].as_str().unwrap().starts_with("/funnel?"), "{funnel}");
        assert_eq!(entered(&told("funnel?span=year", &people.stranger).await), 0, "of another team");
        let english = told("funnel?span=year", &format!("{rep}; weir_lang=en")).await;
        assert!(english["marks"][0][0]["text"].as_str().unwrap().contains("Entered"), "{english}");
        for name in ["months", "forecast", "course", "heat", "flow"] {
            assert!(told(name, rep).await["option"].is_object(), "{name}");
        }
        let hr = &people.by_role[&Role::Hr];
        for name in ["funnel", "months", "forecast", "course", "pareto", "heat", "flow"] {
            let path = format!("/chart/{name}");
            assert_eq!(world.call(Method::GET, &path, Some(hr), "").await.status(), StatusCode::FORBIDDEN, "{name}");
            assert_eq!(world.call(Method::GET, &path, None, "").await.status(), StatusCode::UNAUTHORIZED, "{name}");
        }
        for path in ["/chart/other", "/chart/pareto"] {
            let why = "there is none, or nothing to draw";
            assert_eq!(world.call(Method::GET, path, Some(rep), "").await.status(), StatusCode::NOT_FOUND, "{path}: {why}");
        }
    })
    .await;
}

/// What people call a stage or themselves cannot be run by a spreadsheet, nor break out of
/// the picture.
#[tokio::test]
async fn names_in_a_funnel_stay_text() {
    each(async |world: World| {
        let people = world.people().await;
        let admin = admin(&world.store);
        let pipeline = world.store.stages().await.unwrap().pipelines[0].id.to_string();
        let form = domain::settings::StageForm {
            pipeline,
            name_zh: "=1+1<b>&".into(),
            probability: "5".into(),
            forecast: "pipeline".into(),
            ..domain::settings::StageForm::default()
        };
        world.store.save_stage(&admin, new_request(), form).await.unwrap();
        let cookie = &people.by_role[&Role::Administrator];
        let file = text(&world, "/export/funnel.csv", cookie).await;
        assert!(file.contains("'=1+1<b>&"), "{file}");
        let answer = world.call(Method::GET, "/export/funnel.svg", Some(cookie), "").await;
        let picture = String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        assert!(picture.contains("=1+1&lt;b&gt;&amp;"), "{picture}");
    })
    .await;
}

#[tokio::test]
async fn a_long_list_goes_out_whole_and_once() {
    each(async |world: World| {
        let people = world.people().await;
        let admin = admin(&world.store);
        let rows: String = (0..2_345).map(|n| format!("Customer {n:04}\n")).collect();
        import(&world.store, &admin, Kind::Customers, format!("name\n{rows}").as_bytes()).await;
        for sort in ["-updated", "name", "-created"] {
            let out = text(&world, &format!("/export/customers.csv?sort={sort}"), &people.by_role[&Role::Administrator]).await;
            let mut names: Vec<&str> = out.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
            assert_eq!(names.len(), 2_346, "{sort}");
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 2_346, "{sort}: none twice");
        }
    })
    .await;
}

#[tokio::test]
async fn what_goes_out_comes_in_again() {
    for lang in ["zh", "en"] {
        each(async |from: World| {
            let people = from.people().await;
            let admin = admin(&from.store);
            some_of_everything(&from.store, &admin).await;
            let cookie = format!("{}; weir_lang={lang}", people.by_role[&Role::Administrator]);
            let customers = file(&from, "/export/customers.csv?sort=name", &cookie).await;
            let deals = file(&from, "/export/deals.csv?sort=title", &cookie).await;
            let shown = String::from_utf8(customers.clone()).unwrap();
            assert!(shown.contains("'=cmd|' /C calc'!A0"), "a formula is shielded: {shown}");

            let into = World::again().await;
            let there = self::admin(&into.store);
            import(&into.store, &there, Kind::Customers, &customers).await;
            import(&into.store, &there, Kind::Deals, &deals).await;
            let cookie = format!("{}; weir_lang={lang}", into.cookie(&there).await);
            assert_eq!(text(&into, "/export/customers.csv?sort=name", &cookie).await, shown);
            assert_eq!(text(&into, "/export/deals.csv?sort=title", &cookie).await, String::from_utf8(deals).unwrap());
        })
        .await;
    }
}

/// `weir export`: every list into a folder; an import takes it back.
#[tokio::test]
async fn everything_goes_out_and_comes_in_again() {
    each(async |from: World| {
        let people = from.people().await;
        let admin = admin(&from.store);
        some_of_everything(&from.store, &admin).await;
        some_work(&from.store, &admin).await;
        let folder = tempfile::tempdir().unwrap();
        for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            let folder = folder.path().join(name);
            let done = all(&from.store, &admin, &folder.join("a"), lang).await.unwrap();
            assert!(done.iter().all(|one| one.rows.is_some_and(|rows| rows > 0 || !one.comes_back)), "{done:?}");
            for name in ["deal-history.csv", "tasks.csv", "quotes.csv", "contracts.csv", "tickets.csv", "surveys.csv"] {
                assert!(done.iter().any(|one| one.file == name && one.rows > Some(0)), "{name}: {done:?}");
            }
            let again = all(&from.store, &admin, &folder.join("a"), lang).await.unwrap_err();
            assert!(again.to_string().contains("products.csv"), "what is there is kept: {again}");

            let into = World::again().await;
            let there = self::admin(&into.store);
            let read = |which: &str, file: &str| std::fs::read(folder.join(which).join(file)).unwrap();
            for one in done.iter().filter(|one| one.comes_back) {
                let bytes = read("a", one.file);
                let kind = Kind::detect(&read_table(&bytes).unwrap()).unwrap();
                import(&into.store, &there, kind, &bytes).await;
            }
            all(&into.store, &there, &folder.join("b"), lang).await.unwrap();
            for one in done.iter().filter(|one| one.comes_back) {
                let sorted = |folder: &str| {
                    let text = String::from_utf8(read(folder, one.file)).unwrap();
                    let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
                    lines.sort();
                    lines
                };
                assert_eq!(sorted("b"), sorted("a"), "{}", one.file);
            }
        }
        // Only what a person may see: nothing of another team, and no list that is not theirs.
        let org = from.store.org().unwrap();
        let of = |mail: &str| org.people.values().find(|m| m.person.email == mail).unwrap().actor.clone();
        let done = all(&from.store, &of("stranger@example.com"), &folder.path().join("s"), Lang::En).await.unwrap();
        let rows = |name: &str| done.iter().find(|one| one.file == name).unwrap().rows;
        assert_eq!(
            (rows("customers.csv"), rows("deals.csv"), rows("follow-ups.csv"), rows("tasks.csv")),
            (Some(0), Some(0), Some(0), Some(0))
        );
        for name in ["quotes.csv", "contracts.csv", "receivables.csv", "tickets.csv", "visits.csv", "needs.csv", "pool.csv"] {
            assert_eq!(rows(name), Some(0), "{name}");
        }
        let done = all(&from.store, &of("hr@example.com"), &folder.path().join("h"), Lang::En).await.unwrap();
        assert_eq!(done.iter().find(|one| one.file == "customers.csv").unwrap().rows, None);
        assert!(!folder.path().join("h/customers.csv").exists());
        for name in ["quotes.csv", "contracts.csv", "receivables.csv", "tickets.csv", "visits.csv", "needs.csv", "surveys.csv", "pool.csv"]
        {
            assert_eq!(done.iter().find(|one| one.file == name).unwrap().rows, None, "{name}");
        }
        drop(people);
    })
    .await;
}

/// Contacts, products and follow-ups, with texts that spreadsheets would run.
async fn some_work(store: &Store, by: &Actor) {
    for (code, name, active) in [("P-1", "=泵", true), ("P-2", "阀门", false)] {
        let form = ProductForm {
            code: code.into(),
            name_zh: name.into(),
            name_en: "Pump".into(),
            price: "12.50".into(),
            currency: "USD".into(),
            vat: "13".into(),
            active,
            ..ProductForm::default()
        };
        store.save_product(by, new_request(), form, parse_amount).await.unwrap();
    }
    let form = CustomerForm { name: "Work Ltd".into(), ..CustomerForm::default() };
    let customer = store.save_customer(by, new_request(), form).await.unwrap();
    let mut contact = String::new();
    for (n, name) in ["王芳", "+Ada"].into_iter().enumerate() {
        let form = ContactForm {
            customer: customer.to_string(),
            name: name.into(),
            title: "-1".into(),
            role: ContactRole::ALL[n].to_string(),
            phone: format!("021-6888 000{n}"),
            email: format!("c{n}@example.com"),
            primary: n == 0,
            notes: "第一行\n第二行".into(),
            ..ContactForm::default()
        };
        contact = store.save_contact(by, new_request(), form).await.unwrap().to_string();
    }
    let form = DealForm {
        title: "Work deal".into(),
        customer: customer.to_string(),
        amount: "1".into(),
        currency: "CNY".into(),
        ..DealForm::default()
    };
    let deal = store.save_deal(by, new_request(), form, parse_amount).await.unwrap();
    let next = store.clock().today() + chrono::Duration::days(7);
    for (n, kind) in FollowUpKind::ALL.iter().enumerate() {
        let form = FollowUpForm {
            customer: customer.to_string(),
            deal: if n % 2 == 0 { deal.to_string() } else { String::new() },
            contact: if n % 3 == 0 { contact.clone() } else { String::new() },
            kind: kind.to_string(),
            content: format!("=said {n}, \"and\"\nmore"),
            next_step: "call".into(),
            next_on: next.to_string(),
            ..FollowUpForm::default()
        };
        store.log_follow_up(by, new_request(), form).await.unwrap();
    }
    let form = TaskForm { title: "@task".into(), customer: customer.to_string(), ..TaskForm::default() };
    store.add_task(by, new_request(), form).await.unwrap();
}

/// What a spreadsheet would run, as a workbook of ours and back.
#[tokio::test]
async fn a_workbook_that_went_out_comes_in_again() {
    each(async |from: World| {
        let people = from.people().await;
        let admin = admin(&from.store);
        some_of_everything(&from.store, &admin).await;
        for lang in ["zh", "en"] {
            let cookie = format!("{}; weir_lang={lang}", people.by_role[&Role::Administrator]);
            let into = World::again().await;
            let there = self::admin(&into.store);
            for (kind, path) in [(Kind::Customers, "customers.xlsx?sort=name"), (Kind::Deals, "deals.xlsx?sort=title")] {
                let answer = from.call(Method::GET, &format!("/export/{path}"), Some(&cookie), "").await;
                let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
                import(&into.store, &there, kind, &bytes).await;
            }
            let theirs = format!("{}; weir_lang={lang}", into.cookie(&there).await);
            for path in ["/export/customers.csv?sort=name", "/export/deals.csv?sort=title"] {
                assert_eq!(text(&into, path, &theirs).await, text(&from, path, &cookie).await, "{path}");
            }
        }
    })
    .await;
}

/// The rows of a list as a table, after its workbook was found to hold the same.
pub async fn alike(world: &World, list: &str, query: &str, cookie: &str) -> Vec<csv::StringRecord> {
    let table = file(world, &format!("/export/{list}.csv{query}"), cookie).await;
    let table: Vec<csv::StringRecord> =
        csv::ReaderBuilder::new().has_headers(false).from_reader(&table["\u{feff}".len()..]).records().map(Result::unwrap).collect();
    let path = format!("/export/{list}.xlsx{query}");
    let answer = world.call(Method::GET, &path, Some(cookie), "").await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".xlsx\""));
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let (name, sheet) = book.worksheets().remove(0);
    assert_eq!(sheet.height(), table.len(), "{path}");
    assert!(book.worksheet_formula(&name).unwrap().used_cells().next().is_none(), "{path} runs nothing");
    for (row, line) in sheet.rows().zip(&table) {
        for (at, text) in line.iter().enumerate() {
            let cell = row.get(at).unwrap_or(&Data::Empty);
            let same = match cell {
                Data::Empty => text.is_empty(),
                Data::String(found) => found == unshield(text),
                Data::DateTime(day) => day.as_datetime().is_some_and(|day| day.date().to_string() == text),
                Data::Float(number) => text
                    .strip_suffix('%')
                    .map_or_else(|| text.parse(), |rate| rate.parse().map(|rate: f64| rate / 100.0))
                    .is_ok_and(|said| (said - number).abs() < 1e-9),
                other => panic!("{other:?} for {text}"),
            };
            assert!(same, "{path}: {cell:?} for {text:?}");
        }
    }
    table
}

#[tokio::test]
async fn a_workbook_holds_what_the_table_holds() {
    each(async |world: World| {
        let people = world.people().await;
        let admin = admin(&world.store);
        some_of_everything(&world.store, &admin).await;
        let more: String = (0..1_500).map(|n| format!("Customer {n:04}\n")).collect();
        import(&world.store, &admin, Kind::Customers, format!("name\n{more}").as_bytes()).await;
        for lang in ["zh", "en"] {
            let cookie = format!("{}; weir_lang={lang}", people.by_role[&Role::Administrator]);
            for (list, sort) in [("customers", "name"), ("contacts", "name"), ("deals", "title")] {
                alike(&world, list, &format!("?sort={sort}"), &cookie).await;
            }
        }
        let stranger = world.call(Method::GET, "/export/deals.xlsx", Some(&people.stranger), "").await;
        let bytes = to_bytes(stranger.into_body(), usize::MAX).await.unwrap().to_vec();
        assert_eq!(Xlsx::new(Cursor::new(bytes)).unwrap().worksheets()[0].1.height(), 1, "a head only for another team");
        let hr = world.call(Method::GET, "/export/deals.xlsx", Some(&people.by_role[&Role::Hr]), "").await;
        assert_eq!(hr.status(), StatusCode::FORBIDDEN);
    })
    .await;
}

pub fn admin(store: &Store) -> Actor {
    let org = store.org().unwrap();
    org.people.values().find(|m| m.person.role == Role::Administrator).unwrap().actor.clone()
}

async fn import(store: &Store, by: &Actor, kind: Kind, bytes: &[u8]) {
    let options = ImportOptions { dry_run: false, parse_amount };
    let report = store.import(by, new_request(), kind, &read_table(bytes).unwrap(), &options, |_, _| {}).await.unwrap();
    assert_eq!(report.refused, [], "{kind}");
    assert_eq!(report.ignored_headers, [""; 0], "{kind}");
}

/// Customers and deals with every value of every closed set, and texts that
/// spreadsheets would run or break.
async fn some_of_everything(store: &Store, by: &Actor) {
    let texts = ["=cmd|' /C calc'!A0", "+86 21 6888 0000", "-1", "@SUM(A1)", "'=quoted", "—", "a, \"b\"; c", "第一行\n第二行", "007"];
    for (n, text) in texts.iter().enumerate() {
        let form = CustomerForm {
            name: if text.contains('\n') { format!("Lines {n}") } else { format!("{text} {n}") },
            tier: Tier::ALL[n % Tier::ALL.len()].to_string(),
            size: Size::ALL[n % Size::ALL.len()].to_string(),
            source: Source::ALL[n % Source::ALL.len()].to_string(),
            notes: (*text).into(),
            address: (*text).replace('\n', " "),
            longitude: "121.4737".into(),
            latitude: "-31.2304".into(),
            ..CustomerForm::default()
        };
        let customer = store.save_customer(by, new_request(), form).await.unwrap();
        let form = DealForm {
            title: format!("{} {n}", text.replace('\n', " ")),
            customer: customer.to_string(),
            amount: format!("{n}234.5"),
            currency: "CNY".into(),
            source: Source::ALL[n % Source::ALL.len()].to_string(),
            note: (*text).into(),
            next_step: if n % 2 == 0 { "=1+1".into() } else { String::new() },
            next_on: if n % 2 == 0 { store.clock().today().to_string() } else { String::new() },
            expected_close_on: store.clock().today().to_string(),
            ..DealForm::default()
        };
        let deal = store.save_deal(by, new_request(), form, parse_amount).await.unwrap();
        let card = store.card(by, deal).await.unwrap();
        let stages = store.stages().await.unwrap().stages.clone();
        let lost = |reason| Some(Closing::Lost { reason, note: String::new(), competitor: String::new() });
        let closing = match n {
            0 => Some(Closing::Won { amount_minor: 99_900, on: store.clock().today() }),
            n => LostReason::ALL.get(n - 1).filter(|reason| **reason != LostReason::Other).and_then(|reason| lost(*reason)),
        };
        let Some(closing) = closing else { continue };
        let to = if n == 0 { stages.last().unwrap().id } else { card.stage };
        let command = MoveDeal {
            request: new_request(),
            deal,
            version: card.version,
            to,
            above: None,
            below: None,
            closing: Some(closing),
            reason: String::new(),
        };
        let moved = store.move_deal(by, command).await.unwrap();
        assert_ne!(moved.outcome, Outcome::Open);
    }
}

#[tokio::test]
async fn tiers_go_out_by_their_own_names() {
    each(async |world: World| {
        let people = world.people().await;
        let admin = admin(&world.store);
        for settings in world.store.tier_settings(&admin).await.unwrap() {
            let code = settings.tier.code();
            let form = domain::tiers::settings::TierForm { name_zh: format!("级{code}"), name_en: format!("T {code}"), ..settings.form() };
            world.store.save_tier(&admin, new_request(), form).await.unwrap();
        }
        let cookie = &people.by_role[&Role::Administrator];
        let chinese = text(&world, "/export/customers.csv", cookie).await;
        let english = text(&world, "/export/customers.csv", &format!("{cookie}; weir_lang=en")).await;
        assert!(chinese.contains("级potential") && english.contains("T potential"), "{chinese} {english}");
    })
    .await;
}
