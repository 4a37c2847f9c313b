//! The month forecast and the calendar: every open deal in exactly one place,
//! totals of all of them, only what may be seen.

use crate::common::{DAY, Shop, assert_denied, day, deal_form, each};
use chrono::NaiveDate;
use domain::ids::DealId;
use domain::money::Currency;
use domain::pipeline::dates::{Bucket, CARDS, Calendar, DAY_CARDS, DateKind, MonthColumn, first_of};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::policy::Actor;

async fn expect(shop: &Shop, title: &str, amount: &str, close: Option<NaiveDate>, next: Option<NaiveDate>) -> DealId {
    let text = |on: Option<NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    let form = DealForm {
        expected_close_on: text(close),
        next_on: text(next),
        next_step: if next.is_some() { "call".into() } else { String::new() },
        probability: "40".into(),
        ..deal_form(shop.customers[0], title, amount)
    };
    shop.save_deal(&shop.ada, form).await
}

async fn months(shop: &Shop, by: &Actor, filter: &DealFilter) -> Vec<MonthColumn> {
    shop.store.months(by, filter).await.unwrap()
}

async fn calendar(shop: &Shop, by: &Actor, kind: DateKind) -> Calendar {
    shop.store.calendar(by, &DealFilter::default(), kind, first_of(DAY)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_hold_every_open_deal_once() {
    each(async |shop: Shop| {
        let late = expect(&shop, "late", "10", Some(day(-1)), None).await;
        let today = expect(&shop, "today", "20", Some(DAY), None).await;
        let soon = expect(&shop, "soon", "30", Some(day(5)), None).await;
        let far = expect(&shop, "far", "40", Some(day(900)), None).await;
        let won = expect(&shop, "won", "50", Some(day(5)), None).await;
        shop.win(&shop.ada, won, 5_000, DAY).await;
        let columns = months(&shop, &shop.ada, &DealFilter::default()).await;
        assert_eq!(columns.iter().map(|column| column.bucket).collect::<Vec<_>>(), Bucket::all(DAY));
        let ids = |column: usize| columns[column].cards.iter().map(|card| card.id).collect::<Vec<_>>();
        assert_eq!(ids(0), [late]);
        assert_eq!(ids(1), [today, soon], "the earliest first; what is won is not there");
        assert_eq!(ids(7), [far]);
        assert_eq!(ids(8), [shop.deals[0]], "without a day");
        let line = columns[1].sums.0[0];
        assert_eq!((line.currency, line.count, line.sum_minor, line.weighted_minor()), (Currency::Cny, 2, 5_000, 2_000));
        let total: i64 = columns.iter().map(|column| column.sums.count()).sum();
        assert_eq!(total, 5, "one's own open deals, each once");
        // Another team sees its own; who has no deals is refused.
        assert_eq!(months(&shop, &shop.cai, &DealFilter::default()).await.iter().map(|column| column.sums.count()).sum::<i64>(), 1);
        assert_denied(shop.store.months(&shop.hr, &DealFilter::default()).await);
        let narrow = DealFilter { text: "soon".into(), ..DealFilter::default() };
        let found = months(&shop, &shop.ada, &narrow).await;
        assert_eq!(found.iter().map(|column| column.sums.count()).collect::<Vec<_>>(), [0, 1, 0, 0, 0, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_go_beyond_the_cards() {
    each(async |shop: Shop| {
        let n = CARDS + 3;
        for i in 0..n {
            expect(&shop, &format!("many {i}"), "1", Some(day(3)), Some(day(2))).await;
        }
        let columns = months(&shop, &shop.lead, &DealFilter::default()).await;
        assert_eq!((columns[1].cards.len() as u64, columns[1].sums.count()), (CARDS, i64::try_from(n).unwrap()));
        let page = calendar(&shop, &shop.lead, DateKind::Next).await;
        assert_eq!(page.days.len(), 1);
        assert_eq!((page.days[0].on, page.days[0].cards.len(), page.days[0].sums.count()), (day(2), DAY_CARDS, i64::try_from(n).unwrap()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_has_the_days_of_its_page() {
    each(async |shop: Shop| {
        // The page of May 2026 is from 27 April to 31 May.
        let date = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let first = expect(&shop, "first", "10", date("2026-05-31"), date("2026-04-27")).await;
        let small = expect(&shop, "small", "20", None, date("2026-05-20")).await;
        let large = expect(&shop, "large", "30", date("2026-06-01"), date("2026-05-20")).await;
        expect(&shop, "outside", "40", date("2026-04-26"), date("2026-06-01")).await;
        let page = calendar(&shop, &shop.ada, DateKind::Next).await;
        let found: Vec<_> = page.days.iter().map(|d| (d.on.to_string(), d.cards.iter().map(|card| card.id).collect::<Vec<_>>())).collect();
        assert_eq!(found, [("2026-04-27".to_owned(), vec![first]), ("2026-05-20".to_owned(), vec![large, small])], "the largest first");
        let page = calendar(&shop, &shop.ada, DateKind::Close).await;
        assert_eq!(page.days.iter().map(|d| d.on.to_string()).collect::<Vec<_>>(), ["2026-05-31"]);
        assert!(calendar(&shop, &shop.dan, DateKind::Next).await.days.is_empty(), "of others nothing");
        assert_denied(shop.store.calendar(&shop.hr, &DealFilter::default(), DateKind::Next, DAY).await);
    })
    .await;
}
