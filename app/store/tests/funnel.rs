//! The funnel of what somebody may see: figures by hand, scopes, filters, and
//! lists that are as long as their figures.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod common;

use common::{DAY, Fresh, Shop, actor, assert_denied, each, each_fresh};
use domain::funnel::FunnelMode;
use domain::funnel::report::{Against, FunnelPart, FunnelQuery, FunnelReport, MeasureKind, Part, Span, ViewKind, Which};
use domain::funnel::rows::StageRow;
use domain::pipeline::LostReason;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::moves::{Closing, MoveDeal, UndoMove};
use domain::policy::Actor;
use store::demo::Options;
use store::{Store, new_request};

/// Ada lost at the third stage; Bob skipped to it and went back; Cai moved and
/// took it back; Dan won.
async fn histories(shop: &Shop) {
    shop.move_to(&shop.ada, shop.deals[0], 1).await;
    shop.move_to(&shop.ada, shop.deals[0], 2).await;
    let lost = Closing::Lost { reason: LostReason::Price, competitor: String::new(), note: String::new() };
    let command = MoveDeal { closing: Some(lost), ..shop.to(shop.deals[0], 2).await };
    shop.store.move_deal(&shop.ada, command).await.unwrap();
    shop.move_to(&shop.bob, shop.deals[1], 2).await;
    shop.move_to(&shop.bob, shop.deals[1], 1).await;
    let card = shop.move_to(&shop.cai, shop.deals[2], 1).await;
    let undo = UndoMove { request: new_request(), deal: card.id, version: card.version };
    shop.store.undo_move(&shop.cai, undo).await.unwrap();
    shop.win(&shop.dan, shop.deals[3], 250_000, DAY).await;
}

fn query(view: ViewKind, mode: FunnelMode) -> FunnelQuery {
    FunnelQuery { view, mode, span: Span::ThisYear, against: Against::Nothing, ..FunnelQuery::default() }
}

fn column(report: &FunnelReport, figure: impl Fn(&StageRow) -> i64) -> Vec<i64> {
    report.now.rows.iter().map(figure).collect()
}

async fn entered(store: &Store, by: &Actor, query: &FunnelQuery) -> Vec<i64> {
    column(&store.funnel(by, query).await.unwrap(), |row| row.entered)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_those_of_the_histories() {
    each(async |shop: Shop| {
        // Read before, so that what follows is heard and read again.
        let reached = query(ViewKind::Cohort, FunnelMode::Reached);
        assert_eq!(entered(&shop.store, &shop.admin, &reached).await, [4, 0, 0, 0, 0]);
        histories(&shop).await;
        let report = shop.store.funnel(&shop.admin, &reached).await.unwrap();
        assert_eq!(column(&report, |row| row.entered), [4, 3, 3, 1, 1]);
        assert_eq!(column(&report, |row| row.advanced), [3, 3, 1, 1, 1]);
        assert_eq!(column(&report, |row| row.lost), [0, 0, 1, 0, 0]);
        assert_eq!(column(&report, |row| row.still), [1, 0, 1, 0, 0], "an open deal is at the furthest stage of a cohort");
        assert_eq!((report.now.rows[0].step_bp, report.now.rows[4].step_bp), (Some(7_500), None));
        assert_eq!((report.now.moves_back, report.now.deals, &report.before), (1, 4, &None));
        let reasons: Vec<_> = report.now.reasons[2].iter().map(|line| (line.reason, line.count)).collect();
        assert_eq!(reasons, [(Some(LostReason::Price), 1)]);

        assert_eq!(entered(&shop.store, &shop.admin, &query(ViewKind::Cohort, FunnelMode::Visited)).await, [4, 2, 2, 0, 1]);
        assert_eq!(entered(&shop.store, &shop.admin, &query(ViewKind::Cohort, FunnelMode::Strict)).await, [4, 2, 1, 0, 0]);
        let snapshot = shop.store.funnel(&shop.admin, &query(ViewKind::Snapshot, FunnelMode::Reached)).await.unwrap();
        assert_eq!(column(&snapshot, |row| row.still), [1, 1, 0, 0, 0], "where they are now");
        let amounts = FunnelQuery { measure: MeasureKind::Amount, ..reached };
        assert_eq!(entered(&shop.store, &shop.admin, &amounts).await, [550_000, 450_000, 450_000, 250_000, 250_000]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_one_may_see_counts() {
    each(async |shop: Shop| {
        histories(&shop).await;
        let reached = query(ViewKind::Cohort, FunnelMode::Reached);
        for (who, expected) in [
            (&shop.ada, [1, 1, 1, 0, 0]),
            (&shop.lead, [2, 2, 2, 0, 0]),
            (&shop.director, [3, 2, 2, 0, 0]),
            (&shop.finance, [4, 3, 3, 1, 1]),
        ] {
            assert_eq!(entered(&shop.store, who, &reached).await, expected, "{}", who.name);
        }
        assert_denied(shop.store.funnel(&shop.hr, &reached).await);
        let filter = |filter: DealFilter| FunnelQuery { filter, ..reached.clone() };
        let bob = filter(DealFilter { owner: Some(shop.bob.id), ..DealFilter::default() });
        assert_eq!(entered(&shop.store, &shop.admin, &bob).await, [1, 1, 1, 0, 0]);
        assert_eq!(entered(&shop.store, &shop.ada, &bob).await, [0, 0, 0, 0, 0], "a filter shows nothing more");
        let north = filter(DealFilter { team: Some(shop.north), ..DealFilter::default() });
        assert_eq!(entered(&shop.store, &shop.admin, &north).await, [3, 2, 2, 0, 0]);

        let part = FunnelPart { query: bob, stage: 0, part: Part::Entered, which: Which::Now };
        let found = shop.store.funnel_deals(&shop.admin, &part).await.unwrap();
        assert_eq!((found.total, found.rows[0].card.id), (1, shop.deals[1]));
        assert_eq!(shop.store.funnel_deals(&shop.ada, &part).await.unwrap().total, 0);
        assert_denied(shop.store.funnel_deals(&shop.hr, &part).await);
    })
    .await;
}

/// Each list is as long as its figure, at every stage, in every view and mode.
async fn lists_are_as_long_as_figures(store: &Store, by: &Actor) -> usize {
    let mut asked = 0;
    for view in ViewKind::ALL {
        for mode in [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict] {
            let query = FunnelQuery { view: *view, mode, span: Span::ThisYear, against: Against::YearBefore, ..FunnelQuery::default() };
            let report = store.funnel(by, &query).await.unwrap();
            for (which, side) in [(Which::Now, Some(&report.now)), (Which::Before, report.before.as_ref())] {
                for (stage, row) in (0..).zip(side.map(|side| side.rows.as_slice()).unwrap_or_default()) {
                    if *view == ViewKind::Cohort {
                        assert_eq!(row.entered, row.advanced + row.lost + row.still, "{mode:?} {stage}");
                    }
                    for (part, figure) in
                        [(Part::Entered, row.entered), (Part::Advanced, row.advanced), (Part::Lost, row.lost), (Part::Still, row.still)]
                    {
                        let part = FunnelPart { query: query.clone(), stage, part, which };
                        let found = store.funnel_deals(by, &part).await.unwrap();
                        assert_eq!(i64::try_from(found.total).unwrap(), figure, "{part:?}");
                        assert_eq!(found.rows.len(), usize::try_from(figure.min(200)).unwrap(), "{part:?}");
                        asked += usize::from(figure > 0);
                    }
                }
            }
        }
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_as_long_as_its_figure() {
    each(async |shop: Shop| {
        histories(&shop).await;
        assert!(lists_are_as_long_as_figures(&shop.store, &shop.admin).await > 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_company_with_two_years_of_history_too() {
    each_fresh(async |Fresh { store, .. }| {
        store.load_demo(&Options { as_of: DAY, scale: 0.1, ..Options::default() }, |_, _, _| ()).await.unwrap();
        let director = store.demo_accounts().into_iter().find(|account| account.role == domain::policy::Role::Administrator).unwrap();
        assert!(lists_are_as_long_as_figures(&store, &actor(&store, director.id)).await > 200);
    })
    .await;
}
