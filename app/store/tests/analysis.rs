//! Figures of what was closed: a small company counted by hand, whose deals they are, the
//! lists behind them, and the demo company.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use crate::common::{DAY, Fresh, Shop, actor, assert_denied, day, deal_form, each, each_fresh};
use domain::analysis::outcomes::{cycle_group, win_parts};
use domain::analysis::{AnalysisDeals, AnalysisPart, AnalysisQuery, OutcomeReport, OutcomeSide, Set, win_sets};
use domain::funnel::report::{FunnelQuery, Span, ViewKind};
use domain::funnel::{WinFigures, WinRateKind};
use domain::money::Currency;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::pipeline::{LostReason, Source};
use domain::policy::{Actor, Role};
use store::demo::{AS_OF, Options, SMALL};
use store::{Store, new_request};

async fn ask(store: &Store, by: &Actor, query: &AnalysisQuery) -> OutcomeReport {
    store.outcomes(by, query).await.unwrap()
}

async fn list(store: &Store, by: &Actor, query: &AnalysisQuery, set: Set, currency: Option<Currency>, before: bool) -> AnalysisDeals {
    let part = AnalysisPart { query: query.clone(), set, currency, before };
    store.analysis_deals(by, &part).await.unwrap()
}

/// Every figure of a period is the length of the list behind it, or its sum.
async fn assert_drill(store: &Store, by: &Actor, query: &AnalysisQuery) {
    let report = ask(store, by, query).await;
    for (side, before) in [(&report.now, false), (&report.before, true)] {
        let total = async |set| list(store, by, query, set, None, before).await.total;
        for &kind in WinRateKind::ALL {
            let (counted, over) = win_sets(kind);
            assert_eq!((total(counted).await, total(over).await), win_parts(&side.by_count, kind), "{query:?} {kind}");
        }
        for (currency, figures) in &side.by_amount {
            for (set, minor) in [(Set::Won, figures.won), (Set::Closed, figures.won + figures.lost), (Set::Created, figures.created)] {
                let found = list(store, by, query, set, Some(*currency), before).await;
                assert_eq!(found.sums.iter().map(|line| line.minor.cast_unsigned()).sum::<u64>(), minor, "{query:?} {set:?} {currency}");
                assert!(found.rows.iter().all(|row| row.card.amount.currency == *currency));
            }
        }
        for group in &side.lost {
            let found = list(store, by, query, Set::LostFor(group.reason), None, before).await;
            assert_eq!((found.total, &found.sums), (group.count, &group.sums));
            assert_eq!(found.rows.len(), usize::try_from(found.total).unwrap().min(200));
        }
        assert_eq!(side.lost.iter().map(|group| group.count).sum::<u64>(), side.by_count.lost);
        for (index, count) in side.cycle.groups.iter().enumerate() {
            let (from, to) = cycle_group(index).unwrap();
            let found = list(store, by, query, Set::Took(from, to), None, before).await;
            assert_eq!(found.total, *count);
            let days: Vec<i64> = found.rows.iter().map(|row| row.days.unwrap()).collect();
            assert!(days.is_sorted_by(|a, b| a >= b) && days.iter().all(|&days| (i64::from(from)..i64::from(to)).contains(&days)));
        }
        assert_eq!((side.cycle.groups.iter().sum::<u64>(), side.cycle.deals), (side.by_count.won, side.by_count.won));
    }
}

async fn lose(shop: &Shop, by: &Actor, id: domain::ids::DealId, reason: LostReason) {
    let closing = Closing::Lost { reason, competitor: String::new(), note: String::new() };
    shop.store.move_deal(by, MoveDeal { closing: Some(closing), ..shop.to(id, 0).await }).await.unwrap();
}

/// A win taken back (Bob), a loss (Cai), an invalid deal (Dan), a win in dollars (Ada), and
/// Ada's first deal, which should close in ten days.
async fn story(shop: &Shop) {
    let [_, win, lost, invalid] = shop.deals;
    shop.win(&shop.bob, win, 70_000, DAY).await;
    let again = MoveDeal { reason: "signed too early".into(), ..shop.to(win, 1).await };
    shop.store.move_deal(&shop.bob, again).await.unwrap();
    lose(shop, &shop.cai, lost, LostReason::Price).await;
    let closing = Closing::Invalid { note: "typed twice".into() };
    shop.store.move_deal(&shop.dan, MoveDeal { closing: Some(closing), ..shop.to(invalid, 0).await }).await.unwrap();
    let form =
        DealForm { currency: "USD".into(), source: Source::Expo.code().into(), ..deal_form(shop.customers[0], "Second order", "400") };
    let second = shop.save_deal(&shop.ada, form).await;
    shop.win(&shop.ada, second, 50_000, DAY).await;
    let expected = DealForm { expected_close_on: day(10).to_string(), ..deal_form(shop.customers[0], "Third order", "30") };
    shop.save_deal(&shop.ada, expected).await;
}

fn figures(side: &OutcomeSide) -> WinFigures {
    side.by_count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_those_counted_by_hand() {
    each(async |shop: Shop| {
        story(&shop).await;
        let report = ask(&shop.store, &shop.admin, &AnalysisQuery::default()).await;
        let expected = WinFigures { won: 2, lost: 1, no_decision: 0, overdue: 0, created: 5, created_won: 1 };
        assert_eq!(figures(&report.now), expected);
        assert_eq!(figures(&report.before), WinFigures::default());
        assert_eq!(report.now.by_count.rate_bp(WinRateKind::Closed), Some(6_667));
        assert_eq!(report.before.by_count.rate_bp(WinRateKind::Closed), None);
        assert_eq!((report.now.lost[0].reason, report.now.lost[0].count, report.now.lost.len()), (Some(LostReason::Price), 1, 1));
        let cny = report.now.by_amount.iter().find(|line| line.0 == Currency::Cny).unwrap().1;
        let usd = report.now.by_amount.iter().find(|line| line.0 == Currency::Usd).unwrap().1;
        assert_eq!((usd.won, usd.lost, cny.lost), (50_000, 0, 100_000));
        assert_eq!((report.as_of, report.now.period.start().to_string().as_str()), (DAY, "2026-01-01"));
        // What should have closed by now, and has not.
        let july = shop.later(20).await;
        let overdue = ask(&july, &shop.admin, &AnalysisQuery::default()).await.now.by_count;
        assert_eq!((overdue.overdue, overdue.rate_bp(WinRateKind::WithOverdue)), (1, Some(5_000)));
        assert_drill(&july, &shop.admin, &AnalysisQuery::default()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_the_deals_in_their_scope_only() {
    each(async |shop: Shop| {
        story(&shop).await;
        let readers = [&shop.admin, &shop.finance, &shop.director, &shop.lead, &shop.ada, &shop.bob, &shop.cai, &shop.dan];
        for (reader, created) in readers.into_iter().zip([5, 5, 5, 4, 3, 1, 1, 0]) {
            assert_eq!(ask(&shop.store, reader, &AnalysisQuery::default()).await.now.by_count.created, created, "{}", reader.name);
            assert_drill(&shop.store, reader, &AnalysisQuery::default()).await;
        }
        assert_denied(shop.store.outcomes(&shop.hr, &AnalysisQuery::default()).await);
        let part = AnalysisPart { query: AnalysisQuery::default(), set: Set::Created, currency: None, before: false };
        assert_denied(shop.store.analysis_deals(&shop.hr, &part).await);
        let own = shop.store.analysis_deals(&shop.ada, &part).await.unwrap();
        assert!(own.total == 3 && own.rows.iter().all(|row| row.card.owner == shop.ada.id));
        let others = AnalysisQuery { filter: DealFilter { owner: Some(shop.bob.id), ..DealFilter::default() }, ..AnalysisQuery::default() };
        assert_eq!(ask(&shop.store, &shop.admin, &others).await.now.by_count.created, 1);
        assert_eq!(ask(&shop.store, &shop.ada, &others).await.now.by_count.created, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_narrows() {
    each(async |shop: Shop| {
        story(&shop).await;
        let created = async |filter| {
            let query = AnalysisQuery { filter, ..AnalysisQuery::default() };
            ask(&shop.store, &shop.admin, &query).await.now.by_count.created
        };
        let of_team = |team| DealFilter { team: Some(team), ..DealFilter::default() };
        assert_eq!(
            (created(of_team(shop.north)).await, created(of_team(shop.north_a)).await, created(of_team(shop.south_a)).await),
            (5, 4, 0)
        );
        assert_eq!(created(DealFilter { source: Some(Source::Expo), ..DealFilter::default() }).await, 1);
        let product = domain::ids::ProductId(new_request().0);
        assert_eq!(created(DealFilter { product: Some(product), ..DealFilter::default() }).await, 0);
        let pipeline = Some(shop.stages[0].pipeline);
        assert_eq!(created(DealFilter { pipeline, ..DealFilter::default() }).await, 5);
        let nowhere = Some(domain::ids::PipelineId(new_request().0));
        assert_eq!(created(DealFilter { pipeline: nowhere, ..DealFilter::default() }).await, 0);
        // What these figures are not narrowed by.
        assert_eq!(created(DealFilter { text: "nothing".into(), ..DealFilter::default() }).await, 5);
        let last = AnalysisQuery { span: Span::LastYear, ..AnalysisQuery::default() };
        assert_eq!(ask(&shop.store, &shop.admin, &last).await.now.by_count, WinFigures::default());
    })
    .await;
}

/// Every figure of the pipeline's speed is the length of the list behind it.
async fn assert_speed_drill(store: &Store, by: &Actor, query: &AnalysisQuery) {
    let report = store.speed(by, query).await.unwrap();
    let filter = DealFilter { pipeline: Some(report.pipeline), ..query.filter.clone() };
    let query = &AnalysisQuery { filter, ..query.clone() };
    let total = async |set| list(store, by, query, set, None, false).await.total;
    assert_eq!(report.rows.len() + 1, report.stages.len());
    for (stage, row) in (0_u8..).zip(&report.rows) {
        let leak = report.leaks[usize::from(stage)];
        let queue = report.queues[usize::from(stage)];
        assert_eq!(total(Set::Stayed(stage)).await, row.stays, "{query:?} {stage}");
        assert_eq!((total(Set::Standing(stage)).await, total(Set::Over(stage)).await), (row.standing, row.over));
        assert_eq!((row.standing, total(Set::Left(stage)).await), (queue.wip, queue.left));
        assert_eq!(leak.entered, report.reached[usize::from(stage)].0);
        let [reached, next] = [stage, stage + 1].map(|stage| report.reached[usize::from(stage)].0);
        assert_eq!((total(Set::Reached(stage)).await, total(Set::Reached(stage + 1)).await), (reached, next));
        assert_eq!(total(Set::LostAt(stage)).await, report.reached[usize::from(stage)].1);
        assert_eq!(leak.step_bp, domain::rounding::ratio_bp(next, reached));
    }
    let factors = report.factors;
    let open = list(store, by, query, Set::Qualified(factors.qualified_from), Some(report.currency), false).await;
    assert_eq!(open.total.cast_signed(), factors.velocity.open_deals);
    let won = list(store, by, query, Set::Won, Some(report.currency), false).await;
    assert_eq!((won.total, won.sums.first().map_or(0, |line| line.minor)), (factors.won_in_currency, factors.won_minor));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speed_is_counted_by_hand_and_in_scope() {
    each(async |shop: Shop| {
        story(&shop).await;
        shop.move_to(&shop.ada, shop.deals[0], 2).await;
        let later = shop.later(31).await;
        let report = later.speed(&shop.admin, &AnalysisQuery::default()).await.unwrap();
        assert_eq!((report.factors.closed, report.factors.won, report.factors.qualified_from), (3, 2, 2));
        // Ada's first deal has been an opportunity for 31 days, with 21 allowed, and so is stalled.
        assert_eq!((report.rows[2].standing, report.rows[2].over, report.factors.velocity.open_deals), (1, 1, 0));
        assert_eq!(shop.store.speed(&shop.admin, &AnalysisQuery::default()).await.unwrap().factors.velocity.open_deals, 1);
        for by in [&shop.admin, &shop.lead, &shop.ada, &shop.dan] {
            assert_speed_drill(&later, by, &AnalysisQuery::default()).await;
        }
        let dollars = AnalysisQuery { currency: Some(Currency::Usd), ..AnalysisQuery::default() };
        let report = shop.store.speed(&shop.admin, &dollars).await.unwrap();
        assert_eq!((report.factors.velocity.average_minor, report.currencies.len()), (Some(50_000), 2));
        assert_denied(shop.store.speed(&shop.hr, &dollars).await);
        assert_eq!(shop.store.speed(&shop.dan, &dollars).await.unwrap().factors.closed, 0);
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
        for span in [Span::ThisHalf, Span::LastQuarter, Span::Months12] {
            let query = AnalysisQuery { span, ..AnalysisQuery::default() };
            assert_drill(&store, &admin, &query).await;
            let report = ask(&store, &admin, &query).await;
            assert!(report.now.by_count.won > 0 && report.now.by_count.lost > 0 && report.now.lost.len() > 1);
        }
        assert_drill(&store, &salesperson, &AnalysisQuery::default()).await;
        for span in [Span::ThisHalf, Span::LastYear] {
            assert_speed_drill(&store, &admin, &AnalysisQuery { span, ..AnalysisQuery::default() }).await;
        }
        let speed = store.speed(&admin, &AnalysisQuery::default()).await.unwrap();
        assert!(speed.factors.velocity.minor_per_month().is_some_and(|minor| minor > 0));
        assert!(domain::bottleneck::worst_time(&speed.times).is_some());
        // One pipeline's wins are those of the funnel of events.
        let report = ask(&store, &admin, &AnalysisQuery::default()).await;
        let pipeline = report.pipelines.first().map(|pipeline| pipeline.id);
        let filter = DealFilter { pipeline, ..DealFilter::default() };
        let one = ask(&store, &admin, &AnalysisQuery { filter: filter.clone(), ..AnalysisQuery::default() }).await;
        let funnel = store.funnel(&admin, &FunnelQuery { view: ViewKind::Event, filter, ..FunnelQuery::default() }).await.unwrap();
        assert_eq!(one.now.by_count.won.cast_signed(), funnel.now.rows.last().unwrap().entered);
    })
    .await;
}
