use super::*;
use crate::funnel::{FunnelMode, History, Shape, Step};
use crate::growth::GrowthLabel;
use crate::money::Money;
use crate::period::Period;
use crate::pipeline::TransitionKind as Kind;
use chrono::{Days, NaiveDate};

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real date") + Days::new(n)
}

fn cohort() -> Shape {
    Shape { stages: 3, mode: FunnelMode::Reached, view: View::Cohort(Period::new(day(0), day(100))), as_of: day(100) }
}

/// So many deals that came as far as each stage, each stay of `stay` days; those that
/// reach the last are won with 100 each.
fn made(shape: Shape, as_far_as: [usize; 3], stay: u64) -> Funnel {
    let mut funnel = Funnel::new(shape).expect("few stages");
    for (depth, count) in as_far_as.into_iter().enumerate() {
        let step = |stage: usize| {
            let kind = [Kind::Enter, Kind::Move, Kind::Won][stage];
            Step { kind, stage: stage as u8, on: day(stay * stage as u64) }
        };
        let steps: Vec<_> = (0..=depth).map(step).collect();
        let amount = Money { minor: 100, currency: Currency::Cny };
        let deal = History { steps: &steps, amount, first_contact: None, lost_reason: None, derived: false };
        (0..count).for_each(|_| funnel.add(&deal).expect("stages that exist"));
    }
    funnel
}

#[test]
fn a_leak_is_measured_against_the_own_past() {
    // Now 100 → 40 → 20; before 200 → 100 → 40.
    let now = made(cohort(), [60, 20, 20], 1);
    let base = made(cohort(), [100, 60, 40], 1);
    let found = leaks(&now, &base, Currency::Cny).expect("two cohorts");
    assert_eq!(found.len(), 2);
    let first = found[0];
    assert_eq!((first.step_bp, first.base_bp, first.shortfall_bp), (Some(4_000), Some(5_000), Some(1_000)));
    // Ten deals are missing of fifty; each at the next stage brings 2,000 ÷ 40 = 50.
    assert_eq!((first.missing_x10, first.value_minor, first.enough), (100, Some(500), true));
    // The second step is better than before and loses nothing.
    let second = found[1];
    assert_eq!((second.shortfall_bp, second.missing_x10, second.value_minor), (Some(-1_000), 0, Some(0)));
    assert_eq!(worst_leak(&found), Some(first));
    assert_eq!(leaked_minor(&found), 500);
    assert_eq!(leaks(&now, &base, Currency::Usd).expect("two cohorts")[0].value_minor, Some(0));
}

#[test]
fn few_deals_are_shown_but_not_called_a_bottleneck() {
    let found = leaks(&made(cohort(), [20, 9, 0], 1), &made(cohort(), [0, 200, 0], 1), Currency::Cny).expect("two cohorts");
    assert!(!found[0].enough && found[0].shortfall_bp > Some(0));
    assert_eq!(worst_leak(&found), None);
    // Nobody entered: nothing is known, and nothing is missing.
    let found = leaks(&made(cohort(), [0, 0, 0], 1), &made(cohort(), [0, 0, 0], 1), Currency::Cny).expect("two cohorts");
    assert_eq!((found[0].step_bp, found[0].shortfall_bp, found[0].missing_x10, found[0].value_minor), (None, None, 0, None));
}

#[test]
fn the_time_lens_sees_shares_and_trends() {
    let now = made(cohort(), [0, 0, 20], 6);
    let earlier = made(cohort(), [0, 0, 20], 4);
    let times = stage_times(&now, &earlier).expect("two cohorts");
    assert_eq!((times[0].median_milli, times[0].share_bp, times[0].enough), (Some(6_000), Some(5_000), true));
    assert_eq!(times[0].p80_change.map(|g| (g.change_bp, g.label)), Some((Some(5_000), GrowthLabel::Up)));
    assert_eq!(worst_time(&times).map(|time| time.stage), Some(0));
    let none = stage_times(&made(cohort(), [0, 0, 0], 6), &earlier).expect("two cohorts");
    assert_eq!((none[0].share_bp, none[0].p80_change, worst_time(&none)), (None, None, None));
}

#[test]
fn a_queue_grows_above_one_and_a_half_times_the_usual_stay() {
    // Little's law: 84 deals, 72 of which leave in 30 days, stay 35 days each.
    assert_eq!(queue(0, 84, 72, 30, None).law_milli, Some(35_000));
    let at = |median_milli| queue(0, 84, 72, 30, Some(median_milli));
    assert_eq!((at(20_000).ratio_x100, at(20_000).growing), (Some(175), true));
    // Exactly one and a half, and a hair below the usual stay that makes it so.
    let exact = queue(0, 3, 2, 30, Some(30_000));
    assert_eq!((exact.ratio_x100, exact.growing), (Some(150), false));
    let above = queue(0, 3, 2, 30, Some(29_999));
    assert_eq!((above.ratio_x100, above.growing), (Some(150), true));
    assert_eq!((at(0).ratio_x100, at(0).growing), (None, false));
    assert!(queue(0, 1, 0, 30, Some(1)).growing && !queue(0, 0, 0, 30, Some(1)).growing);
}

#[test]
fn queues_are_read_from_three_funnels() {
    let standing = made(Shape { view: View::Snapshot, ..cohort() }, [9, 4, 7], 10);
    let recent = made(Shape { view: View::Event(Period::new(day(5), day(35))), ..cohort() }, [9, 4, 7], 10);
    let usual = made(cohort(), [9, 4, 7], 10);
    let queues = congestion(&standing, &recent, &usual).expect("the right views");
    let seen: Vec<_> = queues.iter().map(|q| (q.wip, q.left, q.median_milli)).collect();
    assert_eq!(seen, [(9, 11, Some(10_000)), (4, 7, Some(10_000))]);
    // 9 × 30 ÷ 11 = 24.5 days against 10, and 4 × 30 ÷ 7 = 17.1.
    assert_eq!((queues[0].ratio_x100, queues[1].ratio_x100), (Some(245), Some(171)));
    assert_eq!(worst_congestion(&queues), Some(queues[0]));
    assert_eq!(worst_congestion(&[]), None);
}

#[test]
fn lenses_refuse_other_views_and_pipelines() {
    let (all, snapshot) = (made(cohort(), [1, 1, 1], 1), made(Shape { view: View::Snapshot, ..cohort() }, [1, 1, 1], 1));
    assert_eq!(leaks(&all, &snapshot, Currency::Cny), Err(LensError::OtherView));
    assert_eq!(stage_times(&snapshot, &all), Err(LensError::OtherView));
    assert_eq!(congestion(&snapshot, &all, &all), Err(LensError::OtherView));
    let strict = made(Shape { mode: FunnelMode::Strict, ..cohort() }, [1, 1, 1], 1);
    assert_eq!(leaks(&all, &strict, Currency::Cny), Err(LensError::OtherPipeline));
}
