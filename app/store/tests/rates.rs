//! Exchange rates: who writes them down, what they change, and what a won deal keeps.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, deal_form, each, refusals, stale, whole_units};
use domain::analysis::AnalysisQuery;
use domain::funnel::report::Span;
use domain::ids::DealId;
use domain::money::{Currency, Money};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal, UndoMove};
use domain::pipeline::{Card, Outcome};
use domain::policy::Actor;
use domain::rates::form::{FreezeForm, RateForm, RateState, ReportingForm, StrikeForm};
use domain::rates::{Basis, Converted, DealValue};
use store::import::{ImportOptions, Kind, read_table};
use store::new_request;

fn form(currency: &str, since: i64, rate: &str) -> RateForm {
    RateForm { currency: currency.into(), since: day(since).to_string(), rate: rate.into(), ..RateForm::default() }
}

async fn write(shop: &Shop, currency: &str, since: i64, rate: &str) {
    shop.store.save_rate(&shop.finance, new_request(), form(currency, since, rate)).await.unwrap();
}

/// Corrects the rate that is in force from a day on.
async fn correct(shop: &Shop, currency: Currency, since: i64, rate: &str) {
    let page = shop.store.currencies(&shop.finance, Some(currency), None).await.unwrap();
    let row = page.rows.iter().find(|row| row.since == day(since) && row.struck.is_none()).unwrap();
    let form = RateForm { id: row.id.to_string(), version: row.version, ..form(currency.code(), since, rate) };
    shop.store.save_rate(&shop.finance, new_request(), form).await.unwrap();
}

async fn foreign(shop: &Shop, currency: &str, amount: &str) -> DealId {
    let form = DealForm { currency: currency.into(), ..deal_form(shop.customers[0], &format!("Export {currency} {amount}"), amount) };
    shop.store.save_deal(&shop.ada, new_request(), form, whole_units).await.unwrap()
}

async fn value(shop: &Shop, by: &Actor, id: DealId) -> Option<DealValue> {
    shop.store.deal(by, id).await.unwrap().value
}

/// What a won deal keeps, and the rate.
async fn frozen(shop: &Shop, id: DealId) -> Option<(i64, String)> {
    match value(shop, &shop.ada, id).await {
        Some(DealValue::Frozen { amount, rate, .. }) => Some((amount.minor, rate.to_string())),
        _ => None,
    }
}

async fn open_minor(shop: &Shop, id: DealId) -> Option<i64> {
    match value(shop, &shop.ada, id).await {
        Some(DealValue::Open { amount, .. }) => Some(amount.minor),
        _ => None,
    }
}

async fn reopen(shop: &Shop, id: DealId) -> Card {
    let command = MoveDeal { reason: "They came back".into(), ..shop.to(id, 1).await };
    shop.store.move_deal(&shop.ada, command).await.unwrap()
}

async fn column(shop: &Shop, stage: usize) -> Option<Converted> {
    shop.store.board(&shop.ada, &DealFilter::default()).await.unwrap().columns[stage].summary.converted.clone()
}

#[tokio::test]
async fn a_won_deal_keeps_the_rate_of_its_day_whatever_is_written_down_later() {
    each(async |shop| {
        write(&shop, "USD", -40, "7.0").await;
        write(&shop, "USD", -10, "7.25").await;
        let (won, open) = (foreign(&shop, "USD", "100").await, foreign(&shop, "USD", "200").await);
        assert_eq!(open_minor(&shop, won).await, Some(72_500), "an open one by the rate of today");
        shop.win(&shop.ada, won, 10_000, day(-20)).await;
        assert_eq!(frozen(&shop, won).await, Some((70_000, "7".to_owned())), "the rate of the day on which it was won");
        // A correction, and a new rate on top of it.
        correct(&shop, Currency::Usd, -40, "6.5").await;
        correct(&shop, Currency::Usd, -10, "7.5").await;
        write(&shop, "USD", -15, "9").await;
        assert_eq!(frozen(&shop, won).await, Some((70_000, "7".to_owned())));
        assert_eq!(open_minor(&shop, open).await, Some(150_000));
        // One in the reporting currency keeps nothing, and says nothing.
        let own = shop.win(&shop.ada, shop.deals[0], 5_000, DAY).await;
        assert_eq!((value(&shop, &shop.ada, own.id).await, own.outcome), (None, Outcome::Won));
        let kept = shop.sql().await.rows("SELECT frozen_rate, frozen_to, frozen_minor FROM deal WHERE frozen_to IS NOT NULL", &[]).await;
        assert_eq!(kept.len(), 1);
        assert_eq!((&kept[0]["frozen_rate"], &kept[0]["frozen_to"]), (&"7".into(), &"CNY".into()));
    })
    .await;
}

#[tokio::test]
async fn undoing_reopening_and_winning_again_follow_the_deal() {
    each(async |shop| {
        write(&shop, "USD", -40, "7").await;
        write(&shop, "USD", -10, "7.25").await;
        let id = foreign(&shop, "USD", "100").await;
        let undo = async || {
            let command = UndoMove { request: new_request(), deal: id, version: shop.card(id).await.version };
            shop.store.undo_move(&shop.ada, command).await.unwrap()
        };
        // Won and taken back: nothing is kept.
        shop.win(&shop.ada, id, 10_000, day(-20)).await;
        undo().await;
        assert_eq!((frozen(&shop, id).await, open_minor(&shop, id).await), (None, Some(72_500)));
        // Won, the rate corrected, reopened, and that taken back: what it kept is back, as it was.
        shop.win(&shop.ada, id, 10_000, day(-20)).await;
        correct(&shop, Currency::Usd, -40, "6").await;
        reopen(&shop, id).await;
        assert_eq!(open_minor(&shop, id).await, Some(72_500));
        undo().await;
        assert_eq!(frozen(&shop, id).await, Some((70_000, "7".to_owned())));
        // Reopened and won on another day, with another amount: the rate of that day.
        reopen(&shop, id).await;
        shop.win(&shop.ada, id, 20_000, day(-5)).await;
        assert_eq!(frozen(&shop, id).await, Some((145_000, "7.25".to_owned())));
        // Reopened and lost: nothing is kept of it.
        reopen(&shop, id).await;
        let lost = Closing::Lost { reason: domain::pipeline::LostReason::Price, competitor: String::new(), note: String::new() };
        shop.store.move_deal(&shop.ada, MoveDeal { closing: Some(lost), ..shop.to(id, 1).await }).await.unwrap();
        assert_eq!(value(&shop, &shop.ada, id).await, None);
        // Each move is a row of history, none of them changed.
        let history = shop.sql().await.rows("SELECT kind FROM stage_transition WHERE deal_id = $1 ORDER BY at, id", &[id.0]).await;
        let kinds: Vec<_> = history.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect();
        assert_eq!(kinds, ["enter", "won", "undo", "won", "reopen", "undo", "reopen", "won", "reopen", "lost"]);
    })
    .await;
}

#[tokio::test]
async fn without_a_rate_on_the_day_it_is_told_and_may_be_mended_by_who_writes_rates() {
    each(async |shop| {
        // Before the first rate nothing is said at all.
        let early = foreign(&shop, "USD", "100").await;
        assert_eq!((value(&shop, &shop.ada, early).await, column(&shop, 0).await), (None, None));
        shop.win(&shop.ada, early, 10_000, day(-20)).await;
        write(&shop, "USD", -10, "7.25").await;
        let none = |rate| Some(DealValue::NoRate { to: Currency::Cny, on: day(-20), won: true, rate });
        assert_eq!(value(&shop, &shop.ada, early).await, none(None));
        assert_eq!(value(&shop, &shop.finance, early).await, none(None), "no rate of that day yet");
        let mend = async |by: &Actor, version: i32| {
            let form = FreezeForm { deal: early.to_string(), version, ..FreezeForm::default() };
            shop.store.freeze_rate(by, new_request(), form).await
        };
        let version = shop.card(early).await.version;
        assert_eq!(refusals(mend(&shop.finance, version).await), [": no_rate"]);
        write(&shop, "USD", -30, "7.1").await;
        assert_eq!(value(&shop, &shop.ada, early).await, none(None), "a salesperson is not asked");
        assert!(matches!(value(&shop, &shop.finance, early).await, Some(DealValue::NoRate { rate: Some(rate), .. }) if rate.to_string() == "7.1"));
        for by in [&shop.ada, &shop.lead, &shop.service, &shop.hr] {
            assert_denied(mend(by, version).await);
        }
        assert_eq!(stale(mend(&shop.finance, version - 1).await).1, version);
        mend(&shop.finance, version).await.unwrap();
        assert_eq!(frozen(&shop, early).await, Some((71_000, "7.1".to_owned())));
        // Once: what is kept does not change.
        assert_eq!(refusals(mend(&shop.finance, version + 1).await), [": has_rate"]);
        let open = foreign(&shop, "USD", "5").await;
        let form = FreezeForm { deal: open.to_string(), version: 1, ..FreezeForm::default() };
        assert_eq!(refusals(shop.store.freeze_rate(&shop.admin, new_request(), form).await), [": not_won"]);
        let audit = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'deal' AND entity_id = $1 AND action = 'record_rates'", &[early.0]).await;
        assert!(audit.len() == 1 && audit[0]["change"].as_str().unwrap().contains("7.1"), "{audit:?}");
    })
    .await;
}

#[tokio::test]
async fn a_column_is_the_sum_of_its_deals_and_names_what_has_no_rate() {
    each(async |shop| {
        write(&shop, "USD", -40, "7.1234").await;
        write(&shop, "USD", -10, "7.1235").await;
        let mut ids = Vec::new();
        for amount in ["3", "3", "17", "101"] {
            ids.push(foreign(&shop, "USD", amount).await);
        }
        ids.push(foreign(&shop, "EUR", "50").await);
        let mut sum = 100_000;
        for id in &ids[..4] {
            sum += open_minor(&shop, *id).await.unwrap();
        }
        let first = column(&shop, 0).await.unwrap();
        assert_eq!((first.to, first.basis, first.minor(), first.count()), (Currency::Cny, Basis::On(DAY), sum, 5));
        assert_eq!(first.left.iter().map(|line| (line.currency, line.count, line.minor)).collect::<Vec<_>>(), [(Currency::Eur, 1, 5_000)]);
        let board = shop.store.board(&shop.ada, &DealFilter::default()).await.unwrap();
        assert_eq!(board.columns[0].summary.sums.0.len(), 3, "the currencies still stand apart");
        assert_eq!(
            board.rates.value(Money { minor: 300, currency: Currency::Usd }).map(|value| value.minor),
            open_minor(&shop, ids[0]).await
        );
        // Won ones by what they keep, each by its own rate; one on a day without.
        for (id, minor, on) in [(ids[0], 300, -45), (ids[1], 300, -20), (ids[2], 1_700, -1)] {
            shop.win(&shop.ada, id, minor, day(on)).await;
        }
        correct(&shop, Currency::Usd, -40, "5").await;
        let won = column(&shop, 4).await.unwrap();
        let kept = frozen(&shop, ids[1]).await.unwrap().0 + frozen(&shop, ids[2]).await.unwrap().0;
        assert_eq!((won.basis, won.minor(), kept), (Basis::Frozen, kept, 2_137 + 12_110));
        assert_eq!((won.left.len(), won.left[0].count, won.left[0].minor), (1, 1, 300));
        // A rate that is corrected is seen at once in what is open, and nowhere else.
        correct(&shop, Currency::Usd, -10, "10").await;
        assert_eq!(column(&shop, 0).await.unwrap().minor(), 100_000 + 101_000);
        assert_eq!(column(&shop, 4).await.unwrap(), won);
        // The figures of what was won say the same.
        let report = shop.store.outcomes(&shop.ada, &domain::analysis::AnalysisQuery::default()).await.unwrap();
        let told = report.now.won_converted.unwrap();
        assert_eq!((told.minor(), told.left.len()), (kept, 1));
    })
    .await;
}

#[tokio::test]
async fn what_was_won_in_a_period_is_converted_by_what_the_deals_of_that_period_keep() {
    each(async |shop| {
        write(&shop, "USD", -100, "7").await;
        write(&shop, "USD", -40, "8").await;
        // On the 21st of March and the 30th of April.
        for (amount, on) in [(100_i64, -60), (200, -20)] {
            let id = foreign(&shop, "USD", &amount.to_string()).await;
            shop.win(&shop.ada, id, amount * 100, day(on)).await;
        }
        shop.win(&shop.ada, shop.deals[0], 5_000, day(-20)).await;
        let told = async |by: &Actor, span: Span| {
            let query = AnalysisQuery { span, ..AnalysisQuery::default() };
            shop.store.outcomes(by, &query).await.unwrap().now.won_converted
        };
        let quarter = told(&shop.ada, Span::ThisQuarter).await.unwrap();
        assert_eq!((quarter.basis, quarter.minor(), quarter.count()), (Basis::Frozen, 160_000 + 5_000, 2));
        let last = told(&shop.ada, Span::LastQuarter).await.unwrap();
        assert_eq!((last.minor(), last.count(), last.left.len()), (70_000, 1, 0));
        let half = told(&shop.ada, Span::ThisHalf).await.unwrap();
        assert_eq!((half.minor(), half.count(), half.left.len()), (235_000, 3, 0));
        assert_eq!(told(&shop.lead, Span::ThisHalf).await, Some(half), "as who sees more sees it");
        assert_eq!(told(&shop.bob, Span::ThisHalf).await, None);
    })
    .await;
}

#[tokio::test]
async fn rates_are_written_down_corrected_and_struck_by_administrators_and_finance() {
    each(async |shop| {
        for by in [&shop.ada, &shop.director, &shop.service, &shop.hr] {
            assert_denied(shop.store.save_rate(by, new_request(), form("USD", 0, "7")).await);
            assert_denied(shop.store.currencies(by, None, None).await);
            assert_denied(shop.store.strike_rate(by, new_request(), StrikeForm::default()).await);
            assert_denied(
                shop.store.save_reporting(by, new_request(), ReportingForm { reporting: "USD".into(), ..ReportingForm::default() }).await,
            );
        }
        let save = async |form: RateForm| shop.store.save_rate(&shop.admin, new_request(), form).await;
        assert_eq!(refusals(save(form("USD", 0, "0")).await), ["rate: not_a_rate"]);
        assert_eq!(refusals(save(form("CNY", 0, "7")).await), ["currency: own_currency"]);
        assert_eq!(save(form("USD", 0, "7.10")).await.unwrap(), Currency::Usd);
        assert_eq!(refusals(save(form("USD", 0, "7.2")).await), ["since: rate_of_day"]);
        save(form("USD", 7, "7.3")).await.unwrap();
        let page = async || shop.store.currencies(&shop.finance, None, None).await.unwrap();
        let now = page().await;
        let states: Vec<_> = now.rows.iter().map(|row| (row.rate.to_string(), now.state(row))).collect();
        assert_eq!(states, [("7.3".to_owned(), RateState::Ahead), ("7.1".to_owned(), RateState::InForce)]);
        assert_eq!((now.known, now.rows[1].by.as_str(), now.to), (2, "Amy Admin", Currency::Cny));
        // Onto the day of another one, and in an old version.
        let (ahead, today) = (now.rows[0].clone(), now.rows[1].clone());
        let moved = RateForm { id: ahead.id.to_string(), version: ahead.version, ..form("USD", 0, "7.3") };
        assert_eq!(refusals(save(moved.clone()).await), ["since: rate_of_day"]);
        save(RateForm { since: day(8).to_string(), ..moved.clone() }).await.unwrap();
        assert_eq!(stale(save(RateForm { since: day(9).to_string(), ..moved }).await), ("Amy Admin".to_owned(), ahead.version + 1));
        // Struck: counts no more, stays to be seen, and makes room for another.
        let strike = StrikeForm { id: today.id.to_string(), version: today.version, ..StrikeForm::default() };
        let (gone, _) = shop.store.strike_rate(&shop.finance, new_request(), strike.clone()).await.unwrap();
        assert_eq!((gone.from, gone.since, gone.rate.to_string()), (Currency::Usd, DAY, "7.1".to_owned()));
        assert!(shop.store.strike_rate(&shop.finance, new_request(), strike).await.is_err());
        let now = page().await;
        assert_eq!((now.known, now.today.len(), now.total), (1, 0, 2));
        let struck = now.rows.iter().find(|row| row.id == today.id).unwrap();
        assert_eq!((now.state(struck), struck.struck.as_ref().map(|(_, name)| name.as_str())), (RateState::Struck, Some("Fay Finance")));
        save(form("USD", 0, "7.15")).await.unwrap();
        assert_eq!(page().await.today[0].rate.to_string(), "7.15");
        assert_not_found(save(RateForm { id: new_request().to_string(), ..form("USD", 3, "7") }).await);
        let audit = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'exchange_rate'", &[]).await;
        assert_eq!(audit.len(), 5, "three written down, one corrected, one struck");
    })
    .await;
}

#[tokio::test]
async fn the_reporting_currency_changes_only_while_nothing_is_written_down_in_it() {
    each(async |shop| {
        let choose = async |code: &str| {
            shop.store
                .save_reporting(&shop.finance, new_request(), ReportingForm { reporting: code.into(), ..ReportingForm::default() })
                .await
        };
        assert_eq!(choose("EUR").await.unwrap(), Currency::Eur);
        assert_eq!(shop.store.org().unwrap().reporting, Currency::Eur);
        assert_eq!(shop.store.org().unwrap().currency, Currency::Cny, "what deals and costs begin with stays");
        write(&shop, "CNY", -40, "0.128").await;
        assert_eq!(open_minor(&shop, shop.deals[0]).await, Some(12_800));
        assert_eq!(refusals(choose("CNY").await), ["reporting: reporting_fixed"]);
        shop.win(&shop.ada, shop.deals[0], 100_000, DAY).await;
        let row = shop.store.currencies(&shop.finance, None, None).await.unwrap().rows.remove(0);
        shop.store
            .strike_rate(&shop.finance, new_request(), StrikeForm { id: row.id.to_string(), version: row.version, ..StrikeForm::default() })
            .await
            .unwrap();
        assert_eq!(refusals(choose("CNY").await), ["reporting: reporting_fixed"], "a won deal keeps a rate to it");
        assert_eq!(refusals(choose("XYZ").await), ["reporting: unknown_value"]);
        assert_eq!(choose("EUR").await.unwrap(), Currency::Eur, "no change is none");
    })
    .await;
}

#[tokio::test]
async fn history_that_is_imported_keeps_the_rates_of_its_days() {
    each(async |shop| {
        write(&shop, "USD", -40, "7").await;
        let file = format!(
            "商机名称,客户,金额,结果,首次接触,成交日期,币种,输单原因\nEarly,Alpha Pumps,100,赢单,{0},{1},USD,\nLate,Alpha Pumps,100,赢单,{0},{2},USD,\nOwn,Alpha Pumps,100,赢单,{0},{2},CNY,\nLost,Alpha Pumps,100,输单,{0},{2},USD,价格\n",
            day(-60),
            day(-50),
            day(-30)
        );
        let table = read_table(file.as_bytes()).unwrap();
        let options = ImportOptions { dry_run: false, parse_amount: whole_units };
        let report = shop.store.import(&shop.admin, new_request(), Kind::Deals, &table, &options, |_, _| ()).await.unwrap();
        assert_eq!((report.rows, report.refused.len()), (4, 0), "{report:?}");
        let kept = shop.sql().await.rows("SELECT title, frozen_minor FROM deal WHERE title IN ('Early', 'Late', 'Own', 'Lost') ORDER BY title", &[]).await;
        let kept: Vec<_> = kept.iter().map(|row| (row["title"].as_str().unwrap(), row["frozen_minor"].as_i64())).collect();
        assert_eq!(kept, [("Early", None), ("Late", Some(70_000)), ("Lost", None), ("Own", None)]);
    })
    .await;
}
