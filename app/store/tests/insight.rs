//! The forecast and the months against the year before: each figure against one that is
//! computed here from the rows of the database, and against the list behind it; and who sees
//! what.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use crate::common::{DAY, Fresh, Shop, Sql, actor, assert_denied, day, deal_form, each, each_fresh};
use chrono::NaiveDate;
use domain::analysis::forecast::{Ahead, RollUp};
use domain::analysis::{AnalysisDeals, AnalysisPart, AnalysisQuery, ForecastRow, MonthSpan, Set, What, When};
use domain::forecast::YearMonth;
use domain::money::Currency;
use domain::period::Period;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::MoveDeal;
use domain::policy::{Actor, Role};
use sea_orm::JsonValue;
use store::Store;
use store::demo::{AS_OF, Options, SMALL};

async fn list(store: &Store, by: &Actor, query: &AnalysisQuery, set: Set, currency: Currency) -> AnalysisDeals {
    let part = AnalysisPart { query: query.clone(), set, currency: Some(currency), before: false };
    store.analysis_deals(by, &part).await.unwrap()
}

fn minor(found: &AnalysisDeals) -> i64 {
    found.sums.first().map_or(0, |line| line.minor)
}

/// Every figure of the forecast is the length of the list behind it, and its sum.
async fn assert_forecast_drill(store: &Store, by: &Actor, query: &AnalysisQuery) {
    let report = store.forecast(by, query).await.unwrap();
    let others = [report.total, report.later, report.overdue, report.undated, report.cover.quarter];
    for ForecastRow { when, line } in report.months.iter().chain(&others) {
        for &what in What::ALL {
            let found = list(store, by, query, Set::Due(*when, what), report.currency).await;
            assert_eq!(found.total, what.deals(line), "{when:?} {what}");
            let sum = if what == What::Weighted { found.weighted.first().map_or(0, |money| money.minor) } else { minor(&found) };
            assert_eq!(sum, what.minor(line), "{when:?} {what}");
        }
    }
    let all = async |set| {
        let part = AnalysisPart { query: query.clone(), set, currency: None, before: false };
        store.analysis_deals(by, &part).await.unwrap().total
    };
    let cover = report.cover;
    assert_eq!((all(Set::WonIn(cover.year)).await, all(Set::ClosedIn(cover.year)).await), (cover.won, cover.closed));
}

async fn assert_months_drill(store: &Store, by: &Actor, query: &AnalysisQuery) {
    let report = store.won_months(by, query).await.unwrap();
    for row in report.rows.iter().chain(&report.totals) {
        for (days, figure) in [(row.window.period, row.now), (row.window.before, row.before)] {
            let found = list(store, by, query, Set::WonIn(days), report.currency).await;
            assert_eq!((found.total, minor(&found)), (figure.count, figure.minor), "{days:?}");
        }
    }
}

/// A deal as the database tells it.
struct Row {
    outcome: String,
    currency: String,
    minor: i64,
    probability: i64,
    category: String,
    expected: Option<NaiveDate>,
    closed: Option<NaiveDate>,
}

fn text(row: &JsonValue, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

fn date(row: &JsonValue, name: &str) -> Option<NaiveDate> {
    text(row, name).get(..10).map(|text| text.parse().unwrap())
}

async fn rows(sql: &Sql) -> Vec<Row> {
    let found = sql
        .rows(
            "SELECT d.outcome, d.currency, d.amount_minor, d.probability_bp, s.forecast, \
             CAST(d.expected_close_on AS TEXT) AS expected, CAST(d.closed_on AS TEXT) AS closed \
             FROM deal d JOIN stage s ON s.id = d.stage_id WHERE d.pool_id IS NULL",
            &[],
        )
        .await;
    let row = |row: &JsonValue| Row {
        outcome: text(row, "outcome"),
        currency: text(row, "currency"),
        minor: row["amount_minor"].as_i64().unwrap(),
        probability: row["probability_bp"].as_i64().unwrap(),
        category: text(row, "forecast"),
        expected: date(row, "expected"),
        closed: date(row, "closed"),
    };
    found.iter().map(row).collect()
}

/// Number, sum and exact weighted sum of the open deals that count, chosen by their
/// expected close.
fn open(rows: &[Row], currency: Currency, category: Option<&str>, expected: impl Fn(Option<NaiveDate>) -> bool) -> (u64, i64, i64) {
    let found: Vec<&Row> = rows
        .iter()
        .filter(|row| row.outcome == "open" && row.currency == currency.code() && expected(row.expected))
        .filter(|row| category.map_or(row.category != "omitted", |category| row.category == category))
        .collect();
    let weighted = found.iter().map(|row| i128::from(row.minor) * i128::from(row.probability)).sum();
    (u64::try_from(found.len()).unwrap(), found.iter().map(|row| row.minor).sum(), rounded(weighted))
}

/// Of basis points, half up: amounts are zero or more.
fn rounded(exact: i128) -> i64 {
    i64::try_from((exact + 5_000) / 10_000).unwrap()
}

fn in_month(on: Option<NaiveDate>, month: YearMonth) -> bool {
    on.is_some_and(|on| YearMonth::of(on) == month)
}

async fn assert_forecast_by_hand(store: &Store, sql: &Sql, by: &Actor, today: NaiveDate) {
    let rows = rows(sql).await;
    for currency in [Currency::Cny, Currency::Usd] {
        let query = AnalysisQuery { currency: Some(currency), ahead: Ahead::Twelve, ..AnalysisQuery::default() };
        let report = store.forecast(by, &query).await.unwrap();
        let figures = |row: &ForecastRow| (What::Open.deals(&row.line), row.line.open_minor, row.line.weighted_minor);
        for row in &report.months {
            let When::Months { from: month, .. } = row.when else { panic!("a month") };
            let due = |on: Option<NaiveDate>| in_month(on, month) && on >= Some(today);
            assert_eq!(figures(row), open(&rows, currency, None, due), "{month:?}");
            for (what, code) in
                [(What::Commit, "commit"), (What::BestCase, "best_case"), (What::Pipeline, "pipeline"), (What::Omitted, "omitted")]
            {
                let (n, sum, _) = open(&rows, currency, Some(code), due);
                assert_eq!((what.deals(&row.line), what.minor(&row.line)), (n, sum), "{month:?} {what}");
            }
            let won = rows.iter().filter(|row| row.outcome == "won" && row.currency == currency.code() && in_month(row.closed, month));
            assert_eq!(row.line.by.closed, won.map(|row| row.minor).sum::<i64>(), "{month:?}");
        }
        assert_eq!(figures(&report.overdue), open(&rows, currency, None, |on| on.is_some_and(|on| on < today)));
        assert_eq!(figures(&report.undated), open(&rows, currency, None, |on| on.is_none()));
        let last = YearMonth::of(today).after(11);
        assert_eq!(figures(&report.later), open(&rows, currency, None, |on| on.is_some_and(|on| YearMonth::of(on) > last)));
    }
}

/// Every closing by its day, in the order of writing: deal, won, day, currency, amount. What
/// was taken back by the next step never was.
async fn closings(sql: &Sql, url: &str) -> Vec<(i64, bool, NaiveDate, String, i64)> {
    let local =
        if url.starts_with("sqlite") { "date(t.at, '+8 hours')" } else { "to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')" };
    let found = sql
        .rows(
            &format!(
                "SELECT CAST(dense_rank() OVER (ORDER BY t.deal_id) AS TEXT) AS deal, t.kind, {local} AS day, CAST(t.restore AS TEXT) AS restore, \
                 d.currency, d.amount_minor, CAST(d.closed_on AS TEXT) AS closed, d.outcome \
                 FROM stage_transition t JOIN deal d ON d.id = t.deal_id ORDER BY t.deal_id, t.at, t.id"
            ),
            &[],
        )
        .await;
    let mut all = Vec::new();
    for (index, row) in found.iter().enumerate() {
        let (deal, kind): (i64, String) = (text(row, "deal").parse().unwrap(), text(row, "kind"));
        if !matches!(kind.as_str(), "won" | "lost")
            || found.get(index + 1).is_some_and(|next| next["deal"] == row["deal"] && text(next, "kind") == "undo")
        {
            continue;
        }
        // The day that was typed: kept where the win is taken back, or still the deal's.
        let after = found[index + 1..].iter().take_while(|next| next["deal"] == row["deal"]);
        let reopened = after.into_iter().find(|next| text(next, "kind") == "reopen");
        let typed = match reopened {
            Some(next) => {
                // Histories that were made and not lived, as the demo company's, keep none.
                let kept = Some(text(next, "restore")).filter(|kept| !kept.is_empty());
                kept.and_then(|kept| serde_json::from_str::<JsonValue>(&kept).unwrap()["closed_on"].as_str().map(|on| on.parse().unwrap()))
            }
            None if text(row, "outcome") == "won" => date(row, "closed"),
            None => None,
        };
        let on = if kind == "won" { typed.or_else(|| date(row, "day")).unwrap() } else { date(row, "day").unwrap() };
        all.push((deal, kind == "won", on, text(row, "currency"), row["amount_minor"].as_i64().unwrap()));
    }
    all
}

/// Deals whose last closing in these days was a win.
fn won(closings: &[(i64, bool, NaiveDate, String, i64)], days: Period, currency: Currency) -> (u64, i64) {
    let mut last: std::collections::BTreeMap<i64, (bool, i64)> = std::collections::BTreeMap::new();
    for (deal, won, on, of, minor) in closings {
        if days.contains(*on) && of == currency.code() {
            last.insert(*deal, (*won, *minor));
        }
    }
    let won = last.values().filter(|(won, _)| *won);
    (u64::try_from(won.clone().count()).unwrap(), won.map(|(_, minor)| minor).sum())
}

async fn assert_months_by_hand(store: &Store, sql: &Sql, url: &str, by: &Actor) {
    let closings = closings(sql, url).await;
    for (currency, months, spring) in
        [(Currency::Cny, MonthSpan::Last24, false), (Currency::Cny, MonthSpan::Last12, true), (Currency::Usd, MonthSpan::LastYear, true)]
    {
        let query = AnalysisQuery { currency: Some(currency), months, spring, ..AnalysisQuery::default() };
        let report = store.won_months(by, &query).await.unwrap();
        for row in report.rows.iter().chain(&report.totals) {
            assert_eq!((row.now.count, row.now.minor), won(&closings, row.window.period, currency), "{:?}", row.window);
            assert_eq!((row.before.count, row.before.minor), won(&closings, row.window.before, currency), "{:?}", row.window);
        }
        assert_eq!(report.rows.iter().any(|row| row.window.merged), spring);
    }
}

/// Due in June and undated (Ada), overdue (Bob, once it is July), won in dollars (Cai), won and
/// taken back (Dan).
async fn story(shop: &Shop) {
    let [ada, _, _, dan] = shop.deals;
    let with = |customer: usize, title: &str, amount: &str, on: i64| DealForm {
        expected_close_on: day(on).to_string(),
        ..deal_form(shop.customers[customer], title, amount)
    };
    shop.save_deal(&shop.ada, with(0, "June order", "300", 20)).await;
    shop.save_deal(&shop.bob, with(1, "May order", "50", 5)).await;
    let dollars = shop.save_deal(&shop.cai, DealForm { currency: "USD".into(), ..deal_form(shop.customers[2], "Dollars", "40") }).await;
    shop.win(&shop.cai, dollars, 4_000, DAY).await;
    shop.win(&shop.dan, dan, 100_000, DAY).await;
    let again = MoveDeal { reason: "signed too early".into(), ..shop.to(dan, 1).await };
    shop.store.move_deal(&shop.dan, again).await.unwrap();
    shop.move_to(&shop.ada, ada, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_company_counted_by_hand() {
    each(async |shop: Shop| {
        story(&shop).await;
        let sql = shop.sql().await;
        let query = AnalysisQuery::default();
        let report = shop.store.forecast(&shop.admin, &query).await.unwrap();
        assert_eq!((report.currency, report.currencies.len(), report.months.len()), (Currency::Cny, 2, 6));
        assert_eq!((report.months[0].line.open_minor, report.months[1].line.open_minor), (5_000, 30_000));
        // A win that was taken back is open again.
        assert_eq!((report.months[0].line.by.closed, report.undated.line.open_deals, report.undated.line.by.commit), (0, 4, 100_000));
        assert_eq!((report.cover.won, report.cover.closed), (2, 2));
        for by in [&shop.admin, &shop.lead, &shop.ada, &shop.dan] {
            assert_forecast_drill(&shop.store, by, &AnalysisQuery { roll_up: RollUp::Single, ..query.clone() }).await;
            assert_months_drill(&shop.store, by, &query).await;
        }
        assert_forecast_by_hand(&shop.store, &sql, &shop.admin, DAY).await;
        let july = shop.later(45).await;
        assert_forecast_by_hand(&july, &sql, &shop.admin, day(45)).await;
        assert_eq!(july.forecast(&shop.admin, &query).await.unwrap().overdue.line.open_minor, 35_000);
        assert_months_by_hand(&july, &sql, &shop.url, &shop.admin).await;
        // The month of the win is not restated; its deal is open.
        let may = july.won_months(&shop.admin, &query).await.unwrap().rows[9];
        assert_eq!((may.now.count, may.now.minor, may.before.count), (1, 100_000, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_their_scope_and_filters_narrow() {
    each(async |shop: Shop| {
        story(&shop).await;
        let query = AnalysisQuery::default();
        let open = async |by: &Actor, query: &AnalysisQuery| {
            let report = shop.store.forecast(by, query).await.unwrap();
            [report.total, report.later, report.overdue, report.undated].iter().map(|row| row.line.open_deals).sum::<u64>()
        };
        for (by, n) in
            [(&shop.admin, 6), (&shop.director, 5), (&shop.lead, 4), (&shop.ada, 2), (&shop.bob, 2), (&shop.cai, 1), (&shop.dan, 1)]
        {
            // The director is of the North, where Dan is not.
            assert_eq!(open(by, &query).await, n, "{}", by.name);
        }
        let of = |filter| AnalysisQuery { filter, ..AnalysisQuery::default() };
        assert_eq!(open(&shop.admin, &of(DealFilter { owner: Some(shop.ada.id), ..DealFilter::default() })).await, 2);
        assert_eq!(open(&shop.bob, &of(DealFilter { owner: Some(shop.ada.id), ..DealFilter::default() })).await, 0);
        assert_eq!(open(&shop.admin, &of(DealFilter { team: Some(shop.south_a), ..DealFilter::default() })).await, 1);
        let dollars = AnalysisQuery { currency: Some(Currency::Usd), ..of(DealFilter { team: Some(shop.north), ..DealFilter::default() }) };
        let report = shop.store.won_months(&shop.director, &dollars).await.unwrap();
        assert_eq!((report.totals[0].now.count, report.totals[0].now.minor), (1, 4_000));
        assert_eq!(shop.store.won_months(&shop.ada, &dollars).await.unwrap().totals[0].now.count, 0);
        assert_denied(shop.store.forecast(&shop.hr, &query).await);
        assert_denied(shop.store.won_months(&shop.hr, &query).await);
        let month = YearMonth::of(DAY).after(1);
        let part = AnalysisPart { query, set: Set::Due(When::month(month), What::Open), currency: None, before: false };
        assert_denied(shop.store.analysis_deals(&shop.hr, &part).await);
        let own = shop.store.analysis_deals(&shop.ada, &part).await.unwrap();
        assert!(own.total == 1 && own.rows[0].card.owner == shop.ada.id);
        assert_eq!(shop.store.analysis_deals(&shop.bob, &part).await.unwrap().total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_company() {
    let options = Options { scale: SMALL, ..Options::default() };
    each_fresh(async |Fresh { store, url }| {
        store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let of_role = |role| actor(&store, org.people.values().find(|member| member.actor.role == role).unwrap().actor.id);
        let (admin, salesperson) = (of_role(Role::Administrator), of_role(Role::Salesperson));
        let sql = Sql::open(&url).await;
        assert_forecast_by_hand(&store, &sql, &admin, AS_OF).await;
        assert_months_by_hand(&store, &sql, &url, &admin).await;
        let query = AnalysisQuery { months: MonthSpan::Last24, spring: true, ..AnalysisQuery::default() };
        for by in [&admin, &salesperson] {
            assert_forecast_drill(&store, by, &query).await;
            assert_months_drill(&store, by, &query).await;
        }
        let report = store.forecast(&admin, &query).await.unwrap();
        assert!(report.total.line.open_minor > 0 && report.cover.required_x100().is_some_and(|x100| x100 > 100));
        let months = store.won_months(&admin, &query).await.unwrap();
        assert!(months.rows.iter().filter(|row| row.now.count > 0).count() > 12);
    })
    .await;
}
