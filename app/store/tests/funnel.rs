//! The funnel: figures of a small company counted by hand, whose deals they are, the
//! lists behind them, and the demo company.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use crate::common::{DAY, Fresh, Shop, actor, assert_denied, day, deal_form, each, each_fresh};
use chrono::NaiveDate;
use domain::customers::CustomerForm;
use domain::funnel::FunnelMode;
use domain::funnel::report::{
    Against, FunnelDeals, FunnelPart, FunnelQuery, FunnelReport, FunnelSide, MeasureKind, Part, Span, Twin, TwinName, ViewKind, Which,
};
use domain::ids::DealId;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal, UndoMove};
use domain::pipeline::{LostReason, Outcome, Source};
use domain::policy::{Actor, Role};
use domain::rounding::ratio_bp;
use domain::settings::StageForm;
use std::collections::{HashMap, HashSet};
use store::demo::{AS_OF, Company, Options, SMALL, generate};
use store::{Store, new_request};

const MODES: [FunnelMode; 3] = [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict];

/// Entered, advanced, lost, still: of each stage.
fn split(side: &FunnelSide) -> Vec<[i64; 4]> {
    side.rows.iter().map(|row| [row.entered, row.advanced, row.lost, row.still]).collect()
}

fn entered(report: &FunnelReport) -> Vec<i64> {
    report.now.rows.iter().map(|row| row.entered).collect()
}

fn of(filter: DealFilter) -> FunnelQuery {
    FunnelQuery { filter, ..FunnelQuery::default() }
}

async fn ask(store: &Store, by: &Actor, query: &FunnelQuery) -> FunnelReport {
    store.funnel(by, query).await.unwrap()
}

/// Deals of the default view that the reader may see.
async fn seen(shop: &Shop, by: &Actor, filter: DealFilter) -> u64 {
    ask(&shop.store, by, &of(filter)).await.now.deals
}

async fn list(store: &Store, by: &Actor, query: &FunnelQuery, stage: u8, part: Part, which: Which) -> FunnelDeals {
    store.funnel_deals(by, &FunnelPart { query: query.clone(), stage, part, which }).await.unwrap()
}

/// The same and the numerators of both rates: the figures of [`Part::ALL`].
fn figures(side: &FunnelSide, stage: usize) -> [i64; 6] {
    let row = &side.rows[stage];
    [row.entered, row.advanced, row.lost, row.still, row.converted.unwrap_or(0), row.from_first]
}

/// A rate is its numerator by its denominator, both being lengths of lists.
fn assert_rates(side: &FunnelSide, view: ViewKind) {
    let first = side.rows[0].entered;
    for (stage, row) in side.rows.iter().enumerate() {
        let last = stage + 1 == side.rows.len();
        assert_eq!(row.converted.is_none(), last || view == ViewKind::Snapshot, "{view} {stage}");
        assert_eq!(row.step_bp, row.converted.and_then(|converted| ratio_bp(converted, row.entered)), "{view} {stage}");
        let cumulative = if view == ViewKind::Snapshot { None } else { ratio_bp(row.from_first, first) };
        assert_eq!(row.cumulative_bp, cumulative, "{view} {stage}");
    }
}

/// Every figure is the length of the list behind it, and the sum of its amounts.
async fn assert_drill(store: &Store, by: &Actor, query: &FunnelQuery) {
    let report = ask(store, by, &FunnelQuery { measure: MeasureKind::Count, ..query.clone() }).await;
    let amounts = ask(store, by, &FunnelQuery { measure: MeasureKind::Amount, ..query.clone() }).await;
    for (which, side, sums) in
        [(Which::Now, Some(&report.now), Some(&amounts.now)), (Which::Before, report.before.as_ref(), amounts.before.as_ref())]
    {
        side.into_iter().chain(sums).for_each(|side| assert_rates(side, query.view));
        for stage in 0..report.stages.len() {
            let figures = side.map_or([0; 6], |side| figures(side, stage));
            let sums = sums.map_or([0; 6], |side| self::figures(side, stage));
            for (index, part) in Part::ALL.iter().enumerate() {
                let found = list(store, by, query, u8::try_from(stage).unwrap(), *part, which).await;
                let what = format!("{query:?} {which} {stage} {part}");
                assert_eq!((found.total.cast_signed(), found.sum_minor), (figures[index], sums[index]), "{what}");
                assert_eq!(found.rows.len(), usize::try_from(found.total).unwrap().min(200), "{what}");
                let own = |row: &&domain::funnel::report::FunnelDeal| row.card.amount.currency == report.currency;
                let minor: Vec<i64> = found.rows.iter().filter(own).map(|row| row.card.amount.minor).collect();
                assert!(minor.is_sorted_by(|a, b| a >= b), "{what}");
            }
        }
    }
}

fn every_view() -> Vec<FunnelQuery> {
    let mode = |mode| ViewKind::ALL.iter().map(move |&view| FunnelQuery { view, mode, ..FunnelQuery::default() });
    MODES.into_iter().flat_map(mode).collect()
}

async fn lose(shop: &Shop, by: &Actor, id: DealId, reason: LostReason) {
    let closing = Closing::Lost { reason, competitor: String::new(), note: String::new() };
    shop.store.move_deal(by, MoveDeal { closing: Some(closing), ..shop.to(id, 0).await }).await.unwrap();
}

async fn reopen(shop: &Shop, store: &Store, by: &Actor, id: DealId, stage: usize) {
    store.move_deal(by, MoveDeal { reason: "signed too early".into(), ..shop.to(id, stage).await }).await.unwrap();
}

/// A skip and a move back (Ada), a win reopened (Bob), a move undone and a loss (Cai),
/// an invalid deal (Dan), and a win (Ada). The fifth deal.
async fn story(shop: &Shop) -> DealId {
    let [skip, win, lost, invalid] = shop.deals;
    shop.move_to(&shop.ada, skip, 2).await;
    shop.move_to(&shop.ada, skip, 1).await;
    shop.win(&shop.bob, win, 70_000, DAY).await;
    reopen(shop, &shop.store, &shop.bob, win, 1).await;
    let moved = shop.move_to(&shop.cai, lost, 1).await;
    shop.store.undo_move(&shop.cai, UndoMove { request: new_request(), deal: lost, version: moved.version }).await.unwrap();
    lose(shop, &shop.cai, lost, LostReason::Price).await;
    let closing = Closing::Invalid { note: "typed twice".into() };
    shop.store.move_deal(&shop.dan, MoveDeal { closing: Some(closing), ..shop.to(invalid, 0).await }).await.unwrap();
    let form = DealForm { source: Source::Expo.code().into(), ..deal_form(shop.customers[0], "Second order", "400") };
    let second = shop.save_deal(&shop.ada, form).await;
    shop.win(&shop.ada, second, 50_000, DAY).await;
    second
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_those_counted_by_hand() {
    each(async |shop: Shop| {
        let second = story(&shop).await;
        let report = ask(&shop.store, &shop.admin, &FunnelQuery::default()).await;
        assert_eq!(split(&report.now), [[4, 3, 1, 0], [3, 3, 0, 0], [3, 2, 0, 1], [2, 2, 0, 0], [2, 1, 0, 1]]);
        assert_eq!((report.now.deals, report.now.invalid, report.now.moves_back), (4, 1, 1));
        assert_eq!(report.now.rows[0].step_bp, Some(7_500));
        assert_eq!((report.now.reasons[0].len(), report.now.reasons[0][0].reason), (1, Some(LostReason::Price)));
        assert_eq!(report.before.as_ref().map(|side| side.deals), Some(0));
        assert_eq!(report.stages.iter().map(|stage| stage.id).collect::<Vec<_>>(), shop.stages.iter().map(|s| s.id).collect::<Vec<_>>());
        assert_eq!((report.as_of, report.now.period.start().to_string().as_str()), (DAY, "2026-01-01"));

        let with = |view, mode, measure| FunnelQuery { view, mode, measure, ..FunnelQuery::default() };
        let query = with(ViewKind::Cohort, FunnelMode::Visited, MeasureKind::Count);
        assert_eq!(entered(&ask(&shop.store, &shop.admin, &query).await), [4, 2, 1, 0, 2]);
        let query = with(ViewKind::Cohort, FunnelMode::Strict, MeasureKind::Count);
        assert_eq!(entered(&ask(&shop.store, &shop.admin, &query).await), [4, 2, 0, 0, 0]);
        let query = with(ViewKind::Cohort, FunnelMode::Reached, MeasureKind::Amount);
        assert_eq!(entered(&ask(&shop.store, &shop.admin, &query).await), [320_000, 220_000, 220_000, 120_000, 120_000]);
        let query = with(ViewKind::Event, FunnelMode::Reached, MeasureKind::Count);
        // The reopened win was one when it was closed.
        let events = ask(&shop.store, &shop.admin, &query).await.now;
        assert_eq!(split(&events), [[4, 3, 1, 0], [3, 3, 0, 2], [3, 2, 0, 0], [2, 2, 0, 0], [2, 2, 0, 0]]);
        let snapshot = ask(&shop.store, &shop.admin, &with(ViewKind::Snapshot, FunnelMode::Reached, MeasureKind::Count)).await;
        assert_eq!(split(&snapshot.now), [[0; 4], [0, 0, 0, 2], [0; 4], [0; 4], [0; 4]]);
        assert!(snapshot.before.is_none() && snapshot.now.maturity.is_none());

        let won = list(&shop.store, &shop.admin, &FunnelQuery::default(), 4, Part::Advanced, Which::Now).await;
        assert_eq!((won.rows[0].card.id, won.rows[0].card.outcome, won.rows[0].lost_reason), (second, Outcome::Won, None));
        let lost = list(&shop.store, &shop.admin, &FunnelQuery::default(), 0, Part::Lost, Which::Now).await;
        assert_eq!((lost.rows[0].card.id, lost.rows[0].lost_reason), (shop.deals[2], Some(LostReason::Price)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_is_the_length_of_its_list() {
    each(async |shop: Shop| {
        story(&shop).await;
        for query in every_view() {
            assert_drill(&shop.store, &shop.admin, &query).await;
        }
        assert_drill(&shop.store, &shop.ada, &FunnelQuery::default()).await;
        let beyond = list(&shop.store, &shop.admin, &FunnelQuery::default(), 99, Part::Entered, Which::Now).await;
        assert_eq!((beyond.total, beyond.rows.len()), (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_the_deals_in_their_scope_only() {
    each(async |shop: Shop| {
        story(&shop).await;
        let all = DealFilter::default;
        let readers = [&shop.admin, &shop.finance, &shop.director, &shop.lead, &shop.ada, &shop.bob, &shop.cai, &shop.dan];
        for (reader, deals) in readers.into_iter().zip([4, 4, 4, 3, 2, 1, 1, 0]) {
            assert_eq!(seen(&shop, reader, all()).await, deals, "{}", reader.name);
        }
        assert_denied(shop.store.funnel(&shop.hr, &FunnelQuery::default()).await);
        let part = FunnelPart { query: FunnelQuery::default(), stage: 0, part: Part::Entered, which: Which::Now };
        assert_denied(shop.store.funnel_deals(&shop.hr, &part).await);
        let own = shop.store.funnel_deals(&shop.ada, &part).await.unwrap();
        assert!(own.rows.iter().all(|row| row.card.owner == shop.ada.id));
        let others = DealFilter { owner: Some(shop.bob.id), ..all() };
        assert_eq!((seen(&shop, &shop.admin, others.clone()).await, seen(&shop, &shop.ada, others).await), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_narrows() {
    each(async |shop: Shop| {
        story(&shop).await;
        let of_team = |team| DealFilter { team: Some(team), ..DealFilter::default() };
        assert_eq!(seen(&shop, &shop.admin, of_team(shop.north)).await, 4);
        assert_eq!(seen(&shop, &shop.admin, of_team(shop.north_a)).await, 3);
        assert_eq!(seen(&shop, &shop.admin, of_team(shop.south_a)).await, 0);
        let filter = DealFilter { source: Some(Source::Expo), ..DealFilter::default() };
        assert_eq!(seen(&shop, &shop.admin, filter).await, 1);
        let filter = DealFilter { product: Some(domain::ids::ProductId(new_request().0)), ..DealFilter::default() };
        assert_eq!(seen(&shop, &shop.admin, filter).await, 0);
        // What a funnel is not narrowed by.
        let filter = DealFilter { outcome: Some(Outcome::Lost), text: "nothing".into(), ..DealFilter::default() };
        assert_eq!(seen(&shop, &shop.admin, filter).await, 4);
        assert_drill(&shop.store, &shop.admin, &of(of_team(shop.north_a))).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_is_counted_at_once() {
    each(async |shop: Shop| {
        let figures = async || entered(&ask(&shop.store, &shop.admin, &FunnelQuery::default()).await);
        assert_eq!(figures().await, [4, 0, 0, 0, 0]);
        shop.move_to(&shop.ada, shop.deals[0], 2).await;
        assert_eq!(figures().await, [4, 1, 1, 0, 0]);
        shop.deal(&shop.bob, shop.customers[1], "Another", "10").await;
        assert_eq!(figures().await, [5, 1, 1, 0, 0]);

        let tier = domain::customers::Tier::ALL[0];
        let of_tier = DealFilter { tier: Some(tier), ..DealFilter::default() };
        assert_eq!(seen(&shop, &shop.admin, of_tier.clone()).await, 0);
        let form = CustomerForm {
            id: shop.customers[1].to_string(),
            version: 1,
            name: "Beta Tools".into(),
            tier: tier.code().into(),
            ..CustomerForm::default()
        };
        shop.store.save_customer(&shop.bob, new_request(), form).await.unwrap();
        assert_eq!(seen(&shop, &shop.admin, of_tier).await, 2);

        let pipeline = shop.stages[0].pipeline.to_string();
        let form =
            StageForm { pipeline, name_zh: "试用".into(), probability: "5".into(), forecast: "pipeline".into(), ..StageForm::default() };
        shop.store.save_stage(&shop.admin, new_request(), form).await.unwrap();
        assert_eq!(figures().await.len(), 6);
    })
    .await;
}

/// A win that is typed later counts on the day on which it was won, even when it is
/// taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_win_counts_on_its_day() {
    each(async |shop: Shop| {
        let in_july = shop.later(50).await;
        let on = day(41);
        assert_eq!(on, NaiveDate::from_ymd_opt(2026, 6, 30).unwrap());
        let won = async |span| {
            let query = FunnelQuery { view: ViewKind::Event, span, against: Against::Nothing, ..FunnelQuery::default() };
            let report = ask(&in_july, &shop.admin, &query).await;
            (entered(&report)[4], report.before.is_none())
        };
        let closing = Closing::Won { amount_minor: 100, on };
        in_july.move_deal(&shop.ada, MoveDeal { closing: Some(closing), ..shop.to(shop.deals[0], 4).await }).await.unwrap();
        assert_eq!((won(Span::ThisQuarter).await, won(Span::LastQuarter).await), ((0, true), (1, true)));
        reopen(&shop, &in_july, &shop.ada, shop.deals[0], 2).await;
        assert_eq!((won(Span::ThisQuarter).await, won(Span::LastQuarter).await), ((0, true), (1, true)));
    })
    .await;
}

/// The compared side of twins is the funnel of the other team or channel over the same
/// days, and its figures lead to that one's deals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twins_are_the_funnels_of_both_over_the_same_days() {
    each(async |shop: Shop| {
        shop.move_to(&shop.ada, shop.deals[0], 2).await;
        shop.move_to(&shop.dan, shop.deals[3], 1).await;
        let of_team = |team| of(DealFilter { team: Some(team), ..DealFilter::default() });
        for view in [ViewKind::Cohort, ViewKind::Event] {
            let twins = FunnelQuery { view, twin: Some(Twin::Team(shop.south_a)), ..of_team(shop.north_a) };
            let both = ask(&shop.store, &shop.admin, &twins).await;
            let before = both.before.as_ref().unwrap();
            let south = ask(&shop.store, &shop.admin, &FunnelQuery { view, ..of_team(shop.south_a) }).await.now;
            let north = ask(&shop.store, &shop.admin, &FunnelQuery { view, ..of_team(shop.north_a) }).await.now;
            assert_eq!((&both.now, both.now.deals), (&north, 2));
            assert_eq!((before.period, before.of.clone()), (both.now.period, Some(TwinName::Team("South A".into()))));
            assert_eq!(before.rows, south.rows);
            let dans = list(&shop.store, &shop.admin, &twins, 0, Part::Entered, Which::Before).await;
            assert_eq!(dans.rows.iter().map(|row| row.card.id).collect::<Vec<_>>(), [shop.deals[3]]);
            assert_drill(&shop.store, &shop.admin, &twins).await;
        }
        // Who does not see the other team sees nothing of it.
        let twins = FunnelQuery { twin: Some(Twin::Team(shop.south_a)), ..FunnelQuery::default() };
        assert_eq!(ask(&shop.store, &shop.lead, &twins).await.before.unwrap().deals, 0);
        let channel = FunnelQuery { twin: Some(Twin::Source(Source::Expo)), ..FunnelQuery::default() };
        let report = ask(&shop.store, &shop.admin, &channel).await;
        assert_eq!((report.now.deals, report.before.unwrap().deals), (4, 0));
        let gone = FunnelQuery { twin: Some(Twin::Team(domain::ids::UnitId(uuid::Uuid::nil()))), ..FunnelQuery::default() };
        assert_eq!(ask(&shop.store, &shop.admin, &gone).await.before.unwrap().of, None);
        let snapshot = FunnelQuery { view: ViewKind::Snapshot, ..twins };
        assert!(ask(&shop.store, &shop.admin, &snapshot).await.before.is_none());
    })
    .await;
}

/// Deals of the first pipeline that first entered it in these months, without invalid ones.
fn began(company: &Company, months: [&str; 2]) -> i64 {
    let [from, to] = months.map(|date| date.parse::<NaiveDate>().unwrap());
    let undone: HashSet<_> = company.transitions.iter().filter_map(|t| t.undoes).collect();
    let mut first: HashMap<_, NaiveDate> = HashMap::new();
    for entry in company.transitions.iter().filter(|t| !undone.contains(&t.id)) {
        let on = entry.at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
        first.entry(entry.deal_id).and_modify(|known| *known = on.min(*known)).or_insert(on);
    }
    let valid = company.deals.iter().filter(|d| d.pipeline_id == company.pipelines[0].id && d.outcome != Outcome::Invalid.code());
    i64::try_from(valid.filter(|d| (from..to).contains(&first[&d.id])).count()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_company() {
    let options = Options { scale: SMALL, ..Options::default() };
    let company = generate(&options);
    each_fresh(async |Fresh { store, url }| {
        store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let of_role = |role| actor(&store, org.people.values().find(|member| member.actor.role == role).unwrap().actor.id);
        let (admin, salesperson) = (of_role(Role::Administrator), of_role(Role::Salesperson));
        let report = ask(&store, &admin, &FunnelQuery::default()).await;
        let before = report.before.as_ref().unwrap();
        assert_eq!(before.period.start().to_string(), "2025-01-01");
        assert_eq!(report.now.rows[0].entered, began(&company, ["2026-01-01", "2026-07-01"]));
        assert_eq!(before.rows[0].entered, began(&company, ["2025-01-01", "2025-07-01"]));
        for side in [&report.now, before] {
            assert!(side.maturity.is_some());
            for [entered, advanced, lost, still] in split(side) {
                assert!(entered > 0);
                assert_eq!(entered, advanced + lost + still);
            }
        }
        for query in every_view() {
            assert_drill(&store, &admin, &query).await;
        }
        assert_drill(&store, &salesperson, &FunnelQuery::default()).await;
        let second = report.pipelines.get(1).map(|pipeline| pipeline.id);
        let other = ask(&store, &admin, &of(DealFilter { pipeline: second, ..DealFilter::default() })).await;
        assert!(second.is_none() || other.stages[0].pipeline != report.stages[0].pipeline);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_win_that_cannot_be_read_is_an_error() {
    each(async |shop: Shop| {
        shop.win(&shop.bob, shop.deals[1], 70_000, DAY).await;
        reopen(&shop, &shop.store, &shop.bob, shop.deals[1], 1).await;
        shop.sql().await.run("UPDATE stage_transition SET restore = '{\"outcome\": 1}' WHERE kind = 'reopen'").await;
        let again = shop.later(0).await;
        let error = again.funnel(&shop.admin, &FunnelQuery::default()).await.unwrap_err();
        assert!(error.to_string().contains(&shop.deals[1].to_string()), "{error}");
    })
    .await;
}
