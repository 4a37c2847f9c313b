//! Files into the database, through the public interface, on each kind of
//! store. What a file says is tested beside the code that reads it.

use crate::common::{DAY, Shop, assert_denied, day, each};
use domain::ids::RequestId;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Outcome, Source};
use domain::policy::Actor;
use sea_orm::JsonValue;
use store::import::{ImportOptions, Kind, Report, read_table};
use store::new_request;

const CUSTOMERS_ZH: &[u8] = include_bytes!("files/customers-excel-zh.csv");
const CUSTOMERS_UTF8: &[u8] = include_bytes!("files/customers-utf8.csv");
const DEALS_ZH: &[u8] = include_bytes!("files/deals-excel-zh.csv");
const DEALS_EN: &[u8] = include_bytes!("files/deals-excel-en.csv");
const DEALS_EUROPEAN: &[u8] = include_bytes!("files/deals-european.csv");

/// As far as these files need it: separators, signs of CNY, USD and EUR, 万.
fn parse_amount(text: &str, currency: &str) -> Option<i64> {
    let sign = match currency {
        "USD" => '$',
        "EUR" => '€',
        _ => '¥',
    };
    let text = text.trim().trim_start_matches(sign).replace(',', "");
    let (number, unit) = text.strip_suffix('万').map_or((text.as_str(), 1), |number| (number, 10_000));
    let (whole, cents) = number.split_once('.').unwrap_or((number, ""));
    let minor: i64 = format!("{whole}{cents:0<2}").parse().ok()?;
    Some(minor * unit)
}

async fn run(shop: &Shop, by: &Actor, request: RequestId, kind: Kind, bytes: &[u8], dry_run: bool) -> store::Result<Report> {
    let table = read_table(bytes).expect("the test's file is a table");
    let mut heard = Vec::new();
    let report =
        shop.store.import(by, request, kind, &table, &ImportOptions { dry_run, parse_amount }, |done, of| heard.push((done, of))).await?;
    if report.refused.is_empty() {
        assert_eq!(heard.last(), Some(&(report.rows, report.rows)), "progress ends with all rows");
    }
    Ok(report)
}

async fn import(shop: &Shop, by: &Actor, kind: Kind, bytes: impl AsRef<[u8]>) -> Report {
    run(shop, by, new_request(), kind, bytes.as_ref(), false).await.expect("this person may import")
}

/// `row column: code (params)`
fn told(report: &Report) -> Vec<String> {
    let params = |of: &[(String, String)]| of.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>();
    report.refused.iter().map(|r| format!("{} {}: {}{}", r.row, r.column, r.code, params(&r.params))).collect()
}

async fn tables(shop: &Shop) -> Vec<usize> {
    let sql = shop.sql().await;
    let mut counts = Vec::new();
    for table in ["customer", "deal", "stage_transition", "audit", "outbox"] {
        counts.push(sql.rows(&format!("SELECT id FROM {table}"), &[]).await.len());
    }
    counts
}

async fn one(shop: &Shop, query: &str) -> JsonValue {
    let mut rows = shop.sql().await.rows(query, &[]).await;
    assert_eq!(rows.len(), 1, "{query}");
    rows.remove(0)
}

#[tokio::test]
async fn customers_of_excel_in_chinese() {
    each(async |shop| {
        let before = tables(&shop).await;
        let report = import(&shop, &shop.admin, Kind::Customers, CUSTOMERS_ZH).await;
        assert_eq!((report.rows, report.created, report.refused_total, report.dry_run), (3, 3, 0, false));
        assert_eq!(report.ignored_headers, ["内部编号"]);
        let after = tables(&shop).await;
        assert_eq!([after[0] - before[0], after[3] - before[3], after[4] - before[4]], [3, 1, 1], "one audit row, one announcement");
        assert_eq!(one(&shop, "SELECT action FROM audit WHERE entity = 'import'").await["action"], "import");

        let row = one(&shop, "SELECT * FROM customer WHERE short_name = '恒澜'").await;
        assert_eq!(row["name"], "杭州恒澜智造股份有限公司");
        assert_eq!((&row["tier"], &row["size"], &row["source"]), (&"vip".into(), &"500-1999".into(), &"referral".into()));
        assert_eq!((&row["phone"], &row["notes"]), (&"+86 571 8888 0000".into(), &"重点客户\n每周一联系, 找王总".into()));
        one(&shop, "SELECT id FROM customer WHERE longitude = 120.2103 AND latitude = 30.2084").await;
        let row = one(&shop, "SELECT * FROM customer WHERE short_name = '䶮辰'").await;
        assert_eq!(
            (&row["name"], &row["tax_number"], &row["notes"]),
            (&"上海䶮辰𠮷信息技术有限公司".into(), &"0912345678".into(), &"=对方要求保密".into())
        );

        let own = "SELECT c.id FROM customer c JOIN person p ON p.id = c.owner_id AND p.unit_id = c.unit_id WHERE c.crs = 'WGS-84'";
        assert_eq!(shop.sql().await.rows(own, &[]).await.len(), 7, "each in the unit of its owner");
        // The same list in another encoding: every row is there already.
        let again = run(&shop, &shop.admin, new_request(), Kind::Customers, CUSTOMERS_UTF8, true).await.unwrap();
        assert_eq!(told(&again)[0], "2 客户名称*: duplicate name=杭州恒澜智造股份有限公司");
        assert_eq!(again.refused_total, 3);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_spends_no_request() {
    each(async |shop| {
        let (before, request) = (tables(&shop).await, new_request());
        for kind in [(Kind::Customers, CUSTOMERS_UTF8, 3), (Kind::Deals, DEALS_ZH, 6)] {
            let report = run(&shop, &shop.admin, request, kind.0, kind.1, true).await.unwrap();
            assert_eq!((report.created, report.dry_run, told(&report)), (kind.2, true, Vec::<String>::new()));
            assert_eq!(tables(&shop).await, before);
        }
        let report = run(&shop, &shop.admin, request, Kind::Customers, CUSTOMERS_UTF8, false).await.unwrap();
        assert_eq!((report.created, report.dry_run), (3, false));
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_writes_nothing_and_says_where() {
    each(async |shop| {
        let before = tables(&shop).await;
        let file = "客户名称,电话,级别,经度,负责人,税号\n恒澜,021-6888 0000,VIP,,,\n\n,12,黄金,181,nobody,9.13E+17\n";
        let report = import(&shop, &shop.admin, Kind::Customers, file).await;
        assert_eq!((report.rows, report.created), (2, 0));
        let mut found = told(&report);
        found.sort();
        let expected = [
            "客户名称: required",
            "电话: bad_phone",
            "级别: unknown_value",
            "经度: not_a_longitude",
            "纬度: required",
            "负责人: unknown_value",
            "税号: digits_lost",
        ];
        let mut expected: Vec<String> = expected.iter().map(|text| format!("4 {text}")).collect();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(report.refused.iter().find(|r| r.field == "tier").unwrap().value, "黄金");
        assert_eq!(tables(&shop).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_there_once() {
    each(async |shop| {
        let file = "name\nGAMMA　foods\nDelta Ships\nＮｅｗ One\nnew  one\n";
        let lead = import(&shop, &shop.lead, Kind::Customers, file).await;
        // The lead of another team learns that there is one, not how it is written.
        assert_eq!(told(&lead), ["2 name: taken", "3 name: taken", "5 name: duplicate_row row=4"]);
        let director = import(&shop, &shop.director, Kind::Customers, file).await;
        assert_eq!(told(&director)[0], "2 name: duplicate name=Gamma Foods");
    })
    .await;
}

#[tokio::test]
async fn a_file_without_what_it_needs_is_refused_by_its_header() {
    each(async |shop| {
        let report = import(&shop, &shop.admin, Kind::Deals, "商机名称,阶段,颜色\nA,机会,红\n").await;
        assert_eq!(told(&report), ["1 客户名称: missing_header", "1 金额: missing_header"]);
        assert_eq!(report.ignored_headers, ["颜色"]);
        let report = import(&shop, &shop.admin, Kind::Customers, "name,phone\nA,021-68880000, ext 5\n").await;
        assert_eq!(told(&report), ["2 : cell_without_header"]);
    })
    .await;
}

#[tokio::test]
async fn a_manager_imports_for_their_units_and_others_not_at_all() {
    each(async |shop| {
        let file = |owner: &str| format!("name,owner\nNew One,{owner}\n");
        for owner in ["cai@example.com", "Dan Dietz", "Amy Admin"] {
            let report = import(&shop, &shop.lead, Kind::Customers, file(owner)).await;
            assert_eq!(told(&report), ["2 owner: forbidden"], "{owner}");
        }
        let report = import(&shop, &shop.admin, Kind::Customers, file("Fay Finance")).await;
        assert_eq!(told(&report), ["2 owner: forbidden"], "finance has no customers");
        for by in [&shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(run(&shop, by, new_request(), Kind::Customers, file("").as_bytes(), true).await);
        }
        assert_eq!(import(&shop, &shop.lead, Kind::Customers, "name,owner\nOf Bob,BOB@example.com\nOf Lea,\n").await.created, 2);
        let row = one(&shop, "SELECT p.name FROM customer c JOIN person p ON p.id = c.owner_id WHERE c.name = 'Of Lea'").await;
        assert_eq!(row["name"], "Lea Lead");
        // Nor may a deal be hung on a customer whom the importer does not see.
        let report = import(&shop, &shop.lead, Kind::Deals, "title,customer,amount\nA,Delta Ships,5\n").await;
        assert_eq!(told(&report), ["2 customer: unknown_value"]);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_request_imports_once() {
    each(async |shop| {
        for (kind, file) in [(Kind::Customers, CUSTOMERS_ZH), (Kind::Deals, DEALS_EUROPEAN)] {
            let request = new_request();
            let first = run(&shop, &shop.admin, request, kind, file, false).await.unwrap();
            let counts = tables(&shop).await;
            let table = read_table(file).unwrap();
            let options = ImportOptions { dry_run: false, parse_amount };
            let again = shop.store.import(&shop.admin, request, kind, &table, &options, |_, _| panic!("nothing is done")).await.unwrap();
            assert_eq!((again, tables(&shop).await), (first, counts));
        }
        // What was refused was not answered: the mended file may use the same request.
        let request = new_request();
        assert_eq!(run(&shop, &shop.admin, request, Kind::Customers, b"name,phone\nA,1\n", false).await.unwrap().created, 0);
        assert_eq!(run(&shop, &shop.admin, request, Kind::Customers, b"name,phone\nA,12345\n", false).await.unwrap().created, 1);
    })
    .await;
}

#[tokio::test]
async fn deals_of_excel_in_chinese_with_their_history() {
    each(async |shop| {
        let report = import(&shop, &shop.admin, Kind::Deals, DEALS_ZH).await;
        assert_eq!((told(&report), report.created), (vec![], 6));
        assert!(report.ignored_headers.is_empty(), "{:?}", report.ignored_headers);

        let deal = async |title: &str| {
            let id = shop.listed(&shop.admin, &DealFilter { text: title.into(), ..DealFilter::default() }).await;
            shop.store.deal(&shop.admin, id[0]).await.unwrap()
        };
        let date = |text: &str| text.parse().ok();
        let stage = |at: usize| shop.stages[at].id;

        let further = deal("产线改造一期").await;
        assert_eq!((further.card.stage, further.card.amount.minor, further.card.probability_bp), (stage(2), 12_800_000, 4_500));
        assert_eq!(
            (further.card.expected_close_on, Some(further.card.first_contact_on), further.card.stage_since),
            (date("2026-06-30"), date("2026-03-02"), DAY)
        );
        assert_eq!((further.source, further.card.next_step.as_str(), further.note.as_str()), (Source::Expo, "报价", "第一行\n第二行"));

        let first = deal("备件年框").await;
        assert_eq!((first.card.stage, Some(first.card.stage_since), first.card.probability_bp), (stage(0), date("2026-04-20"), 500));
        assert_eq!((first.card.customer_name.as_str(), first.card.owner), ("Alpha Pumps", shop.ada.id));

        let won = deal("质检系统").await;
        assert_eq!(
            (won.card.stage, won.card.outcome, won.card.probability_bp, won.card.closed_on),
            (stage(4), Outcome::Won, 10_000, date("2026-04-30"))
        );
        let lost = deal("仓储系统").await;
        assert_eq!(
            (lost.card.stage, lost.card.outcome, lost.lost_reason.map(|r| r.code()), lost.competitor.as_str()),
            (stage(3), Outcome::Lost, Some("price"), "某某软件")
        );
        let other = deal("门户网站").await;
        assert_eq!((other.lost_reason.map(|r| r.code()), other.close_note.as_str()), (Some("other"), "老板换人了"));
        assert_eq!(deal("重复线索").await.card.outcome, Outcome::Invalid);

        let steps = |detail: &domain::pipeline::DealDetail| {
            let mut found: Vec<_> =
                detail.timeline.iter().map(|event| (event.at, serde_json::to_value(&event.what).unwrap()["Stage"].clone())).collect();
            found.reverse();
            found
                .into_iter()
                .map(|(at, what)| {
                    (shop.store.clock().local_date(at).to_string(), what["kind"].clone(), what["from"].clone(), what["to"].clone())
                })
                .collect::<Vec<_>>()
        };
        let id = |at: usize| JsonValue::from(stage(at).to_string());
        let none = JsonValue::Null;
        assert_eq!(steps(&first), [("2026-04-20".into(), "enter".into(), none.clone(), id(0))]);
        assert_eq!(
            steps(&further),
            [("2026-03-02".into(), "enter".into(), none.clone(), id(0)), (DAY.to_string(), "move".into(), none.clone(), id(2))]
        );
        assert_eq!(
            steps(&won),
            [("2026-01-05".into(), "enter".into(), none.clone(), id(0)), ("2026-04-30".into(), "won".into(), none.clone(), id(4))]
        );
        assert_eq!(
            steps(&lost),
            [("2026-02-01".into(), "enter".into(), none.clone(), id(0)), ("2026-04-01".into(), "lost".into(), id(3), none.clone())]
        );
    })
    .await;
}

#[tokio::test]
async fn deals_of_excel_in_other_countries() {
    each(async |shop| {
        let report = import(&shop, &shop.admin, Kind::Deals, DEALS_EN).await;
        assert_eq!((told(&report), report.created), (vec![], 3));
        assert_eq!(report.ignored_headers, ["Opportunity ID"]);
        let row = one(&shop, "SELECT * FROM deal WHERE title = 'Café line, phase 1'").await;
        assert_eq!(
            (&row["amount_minor"], &row["currency"], &row["expected_close_on"]),
            (&123_450.into(), &"USD".into(), &"2026-06-30".into())
        );
        let row = one(&shop, "SELECT * FROM deal WHERE title = 'Portal'").await;
        // 5/4/2026: the others of the file have the month first.
        assert_eq!((&row["outcome"], &row["closed_on"], &row["lost_reason"]), (&"lost".into(), &"2026-05-04".into(), &"price".into()));

        assert_eq!(import(&shop, &shop.admin, Kind::Deals, DEALS_EUROPEAN).await.created, 2);
        let row = one(&shop, "SELECT * FROM deal WHERE title = 'Förderanlage'").await;
        assert_eq!(
            (&row["amount_minor"], &row["currency"], &row["first_contact_on"]),
            (&123_450.into(), &"EUR".into(), &"2026-03-02".into())
        );
    })
    .await;
}

#[tokio::test]
async fn imported_cards_stand_below_the_others_in_the_order_of_the_file() {
    each(async |shop| {
        let before: Vec<String> = shop.column(shop.stages[0].id).await.into_iter().map(|card| card.title).collect();
        let titles: Vec<String> = (0..1_203).map(|n| format!("Deal {n}")).collect();
        let file =
            "title,customer,amount\n".to_owned() + &titles.iter().map(|title| format!("{title},Alpha Pumps,5\n")).collect::<String>();
        assert_eq!(import(&shop, &shop.admin, Kind::Deals, file).await.created, 1_203, "more than one batch");
        let sql = shop.sql().await;
        let ranked = sql.rows("SELECT title FROM deal ORDER BY rank", &[]).await;
        let ranked: Vec<String> = ranked.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ranked, [before, titles].concat());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_deals() {
    each(async |shop| {
        shop.store.save_customer(&shop.dan, new_request(), domain::customers::CustomerForm { name: "Twin".into(), ..Default::default() }).await.unwrap();
        shop.sql().await.run("UPDATE customer SET name = 'ALPHA pumps' WHERE name = 'Twin'").await;
        let head = "商机名称,客户,金额,阶段,结果,首次接触,预计成交日期,成交日期,输单原因,下一步,下次跟进时间,赢率,币种,产品,流程,负责人";
        let after = day(1).to_string();
        for (cells, expected) in [
            (",Nobody,many", "商机名称: required|客户: unknown_value|金额: not_a_number"),
            ("A,Alpha Pumps,1", "客户: ambiguous"),
            ("A,Beta Tools,-5", "金额: negative"),
            ("A,Beta Tools,99999999999", "金额: too_large"),
            ("A,Beta Tools,5,结束", "阶段: unknown_value"),
            ("A,Beta Tools,5,成交,输单", "结果: contradicts_stage"),
            ("A,Beta Tools,5,成交", "成交日期: required|首次接触: required"),
            ("A,Beta Tools,0,,赢单,2026/1/5,,2026/4/1", "金额: not_positive"),
            (&format!("A,Beta Tools,5,,赢单,2026/1/5,,{after}"), "成交日期: date_in_future"),
            ("A,Beta Tools,5,,赢单,2026/4/5,,2026/4/1", "成交日期: date_order"),
            ("A,Beta Tools,5,,输单,2026/1/5,,2026/4/1", "输单原因: lost_reason_required"),
            ("A,Beta Tools,5,,无效,2026/1/5,,2026/4/1", "输单原因: reason_required"),
            ("A,Beta Tools,5,机会,,,,2026/4/1,价格", "成交日期: closed_on_open_deal|输单原因: reason_without_loss"),
            (&format!("A,Beta Tools,5,,,{after},31/04/2026"), "首次接触: date_in_future|预计成交日期: not_a_date"),
            ("A,Beta Tools,5,,,,05/06/2026", "预计成交日期: ambiguous_date"),
            ("A,Beta Tools,5,,,,,,,报价,,0.3,XYZ,P-1,别的,谁", "下次跟进时间: required|币种: unknown_value|产品: unknown_value|流程: unknown_value|负责人: unknown_value|赢率: not_a_percentage"),
        ] {
            let report = import(&shop, &shop.admin, Kind::Deals, format!("{head}\n{cells}\n")).await;
            let mut found: Vec<String> = told(&report).into_iter().map(|text| text.trim_start_matches("2 ").to_owned()).collect();
            found.sort();
            let mut expected: Vec<&str> = expected.split('|').collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{cells}");
        }
        assert_eq!(tables(&shop).await[1], 4, "the shop's own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tiers_are_read_by_the_own_names_and_by_those_of_others() {
    each(async |shop: Shop| {
        let settings = shop.store.tier_settings(&shop.admin).await.unwrap();
        let form = domain::tiers::settings::TierForm { name_zh: "金牌".into(), name_en: "Gold".into(), ..settings[0].form() };
        shop.store.save_tier(&shop.admin, new_request(), form).await.unwrap();
        let report = import(&shop, &shop.admin, Kind::Customers, "name,tier\nOwn Zh,金牌\nOwn En,GOLD\nUsual,VIP\nOther,普通客户\n").await;
        assert_eq!((told(&report), report.rows), (Vec::new(), 4));
        let rows = shop.sql().await.rows("SELECT name, tier FROM customer WHERE name IN ('Own Zh', 'Own En', 'Usual', 'Other')", &[]).await;
        let mut found: Vec<_> = rows.iter().map(|row| (row["name"].as_str().unwrap(), row["tier"].as_str().unwrap())).collect();
        found.sort_unstable();
        assert_eq!(found, [("Other", "ordinary"), ("Own En", "vip"), ("Own Zh", "vip"), ("Usual", "vip")]);
    })
    .await;
}
