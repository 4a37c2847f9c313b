//! One deal at a time: what each entry of a history does to the figures.

use super::*;
use crate::money::{Currency, Money};
use crate::period::Period;
use crate::pipeline::{LostReason, TransitionKind as Kind};
use crate::tally::Measure;
use chrono::NaiveDate;

const AMOUNT: Money = Money { minor: 100, currency: Currency::Cny };

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a real date")
}

fn half_year() -> Period {
    Period::new(day(1, 1), day(7, 1))
}

fn shape(view: View) -> Shape {
    Shape { stages: 4, mode: FunnelMode::Reached, view, as_of: day(6, 30) }
}

fn step(kind: Kind, stage: u8, on: NaiveDate) -> Step {
    Step { kind, stage, on }
}

fn history(steps: &[Step]) -> History<'_> {
    History { steps, amount: AMOUNT, first_contact: None, lost_reason: Some(LostReason::Price), derived: false }
}

fn of(shape: Shape, deals: &[&[Step]]) -> Funnel {
    let mut funnel = Funnel::new(shape).expect("few stages");
    for steps in deals {
        funnel.add(&history(steps)).expect("stages that exist");
    }
    funnel
}

/// Entered, advanced, lost, still: of each stage.
fn split(funnel: &Funnel) -> Vec<[i64; 4]> {
    funnel.rows(Measure::Count).iter().map(|row| [row.entered, row.advanced, row.lost, row.still]).collect()
}

#[test]
fn a_lost_deal_stays_at_its_furthest_stage() {
    let steps =
        [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 2, day(1, 9)), step(Kind::Move, 1, day(2, 1)), step(Kind::Lost, 0, day(3, 1))];
    let funnel = of(shape(View::Cohort(half_year())), &[&steps]);
    assert_eq!(split(&funnel), [[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0; 4]]);
    assert_eq!(funnel.moves_back(), 1);
    let rows = funnel.rows(Measure::Count);
    let medians: Vec<_> = rows.iter().map(|row| row.latest_median_milli).collect();
    assert_eq!(medians, [Some(4_000), Some(28_000), Some(23_000), None]);
    assert_eq!((rows[1].resolved_bp, rows[2].resolved_bp, rows[3].resolved_bp), (Some(10_000), Some(0), None));
    let lines = funnel.lost_reasons(Some(2), Measure::Amount(Currency::Cny));
    assert_eq!(lines, [LostLine { reason: Some(LostReason::Price), count: 1, value: 100, share_bp: Some(10_000) }]);
}

#[test]
fn a_second_stay_is_the_latest_and_both_are_added() {
    let steps = [
        step(Kind::Enter, 0, day(1, 1)),
        step(Kind::Move, 1, day(1, 11)),
        step(Kind::Move, 0, day(1, 12)),
        step(Kind::Move, 1, day(1, 14)),
    ];
    let rows = of(shape(View::Cohort(half_year())), &[&steps]).rows(Measure::Count);
    assert_eq!((rows[0].latest_median_milli, rows[0].cumulative_median_milli), (Some(2_000), Some(12_000)));
    assert_eq!((rows[1].latest_median_milli, rows[1].age_median_milli), (Some(1_000), Some(167_000)));
}

#[test]
fn only_a_move_to_an_earlier_stage_is_a_move_back() {
    let steps = [
        step(Kind::Enter, 2, day(1, 1)),
        step(Kind::Move, 2, day(1, 2)),
        step(Kind::Move, 1, day(1, 3)),
        step(Kind::Won, 3, day(1, 4)),
        step(Kind::Reopen, 0, day(1, 5)),
    ];
    assert_eq!(of(shape(View::Cohort(half_year())), &[&steps]).moves_back(), 1);
    let after = View::Event(Period::new(day(1, 4), day(7, 1)));
    assert_eq!(of(shape(after), &[&steps]).moves_back(), 0);
}

#[test]
fn a_win_taken_back_was_reached_but_is_not_won() {
    let steps = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Won, 9, day(2, 5)), step(Kind::Reopen, 1, day(3, 5))];
    let funnel = of(shape(View::Cohort(half_year())), &[&steps]);
    assert_eq!(split(&funnel)[3], [1, 0, 0, 1]);
    assert_eq!((funnel.won().count(), funnel.cycles().len()), (0, 0));
    // In the month of the win it was one, and is not booked out of it.
    let february = View::Event(Period::new(day(2, 1), day(3, 1)));
    assert_eq!(of(shape(february), &[&steps]).won().count(), 1);
}

#[test]
fn only_the_last_closing_of_a_period_counts() {
    let steps =
        [step(Kind::Enter, 0, day(1, 5)), step(Kind::Won, 3, day(2, 5)), step(Kind::Reopen, 1, day(3, 5)), step(Kind::Lost, 0, day(3, 20))];
    let in_period = |from, to| of(shape(View::Event(Period::new(from, to))), &[&steps]);
    let half = in_period(day(1, 1), day(7, 1));
    assert_eq!((half.won().count(), half.lost().count()), (0, 1));
    assert_eq!(split(&half)[3], [0, 0, 1, 0]);
    let february = in_period(day(2, 1), day(3, 1));
    assert_eq!((february.won().count(), february.lost().count()), (1, 0));
    // A win dated back corrects the loss that was written before it.
    let corrected = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Lost, 0, day(2, 10)), step(Kind::Won, 3, day(2, 5))];
    let february = of(shape(View::Event(Period::new(day(2, 1), day(3, 1)))), &[&corrected]);
    assert_eq!((february.won().count(), february.lost().count()), (1, 0));
    assert_eq!(february.cycles().median_milli(), Some(31_000));
}

#[test]
fn events_are_those_of_the_period_and_rates_may_exceed_the_whole() {
    let early = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 1, day(2, 5))];
    let late = [step(Kind::Enter, 0, day(2, 7)), step(Kind::Move, 1, day(2, 8))];
    let funnel = of(shape(View::Event(Period::new(day(2, 1), day(3, 1)))), &[&early, &late]);
    assert_eq!(split(&funnel)[..2], [[1, 2, 0, 0], [2, 0, 0, 2]]);
    let rows = funnel.rows(Measure::Count);
    assert_eq!((rows[0].step_bp, rows[0].band), (Some(20_000), None));
    assert_eq!(rows[0].latest_median_milli, Some(16_000));
}

#[test]
fn a_snapshot_has_open_deals_and_no_rates() {
    let open = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 2, day(2, 5)), step(Kind::Move, 1, day(6, 20))];
    let lost = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Lost, 0, day(2, 5))];
    let funnel = of(shape(View::Snapshot), &[&open, &lost]);
    assert_eq!(split(&funnel), [[0; 4], [0, 0, 0, 1], [0; 4], [0; 4]]);
    let rows = funnel.rows(Measure::Count);
    assert!(rows.iter().all(|row| row.step_bp.is_none() && row.cumulative_bp.is_none()));
    assert_eq!((funnel.deals().count(), rows[1].age_median_milli), (1, Some(10_000)));
}

#[test]
fn what_comes_after_the_date_is_not_known() {
    let steps = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 1, day(6, 30)), step(Kind::Move, 2, day(7, 1))];
    assert_eq!(split(&of(shape(View::Cohort(half_year())), &[&steps]))[1..3], [[1, 0, 0, 1], [0; 4]]);
    let tomorrow = [step(Kind::Enter, 0, day(7, 1))];
    assert_eq!(of(shape(View::Snapshot), &[&tomorrow]).deals().count(), 0);
}

#[test]
fn a_cohort_is_of_those_that_began_in_the_period() {
    let before = [step(Kind::Enter, 0, NaiveDate::from_ymd_opt(2025, 12, 31).expect("a real date")), step(Kind::Won, 3, day(1, 2))];
    let after = [step(Kind::Enter, 0, day(1, 1))];
    let funnel = of(Shape { as_of: day(12, 31), ..shape(View::Cohort(half_year())) }, &[&before, &after, &[]]);
    assert_eq!((funnel.deals().count(), funnel.won().count()), (1, 0));
}

#[test]
fn invalid_deals_are_only_numbered() {
    let steps = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 1, day(1, 6)), step(Kind::Invalid, 0, day(2, 5))];
    for view in [View::Cohort(half_year()), View::Event(half_year()), View::Snapshot] {
        let funnel = of(shape(view), &[&steps]);
        assert_eq!((funnel.deals().count(), funnel.invalid(), split(&funnel)), (0, 1, vec![[0; 4]; 4]));
    }
}

#[test]
fn a_derived_deal_is_left_out_of_the_rates_before_it() {
    let from_lead = [step(Kind::Enter, 0, day(1, 5))];
    let derived = [step(Kind::Enter, 2, day(1, 5)), step(Kind::Won, 3, day(2, 5))];
    let mut funnel = of(shape(View::Cohort(half_year())), &[&from_lead]);
    funnel.add(&History { derived: true, ..history(&derived) }).expect("stages that exist");
    assert_eq!(split(&funnel), [[1, 0, 0, 1], [0; 4], [1, 1, 0, 0], [1, 1, 0, 0]]);
    let rows = funnel.rows(Measure::Count);
    assert_eq!(rows.iter().map(|row| row.step_bp).collect::<Vec<_>>(), [Some(0), None, Some(10_000), None]);
    assert_eq!(rows[3].cumulative_bp, Some(0));
}

#[test]
fn the_cycle_begins_with_the_first_contact_if_that_was_earlier() {
    let steps = [step(Kind::Enter, 0, day(2, 1)), step(Kind::Won, 3, day(3, 1))];
    for (contact, days) in [(None, 28), (Some(day(1, 1)), 59), (Some(day(2, 20)), 28)] {
        let mut funnel = Funnel::new(shape(View::Event(half_year()))).expect("few stages");
        funnel.add(&History { first_contact: contact, ..history(&steps) }).expect("stages that exist");
        assert_eq!(funnel.cycles().median_milli(), Some(days * 1_000));
    }
}

#[test]
fn few_deals_have_a_band_and_many_have_none() {
    let one = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 1, day(1, 6))];
    let few = of(shape(View::Cohort(half_year())), &[&one[..]; 29]);
    let band = few.rows(Measure::Count)[0].band.expect("few deals");
    assert_eq!(Some(band), wilson_bp(29, 29));
    assert_eq!(few.rows(Measure::Amount(Currency::Cny))[0].band, None);
    assert_eq!(of(shape(View::Cohort(half_year())), &[&one[..]; 30]).rows(Measure::Count)[0].band, None);
}

#[test]
fn what_cannot_be_counted_is_refused_and_changes_nothing() {
    assert_eq!(Funnel::new(Shape { stages: 0, ..shape(View::Snapshot) }), Err(FunnelError::StageCount));
    assert_eq!(Funnel::new(Shape { stages: 33, ..shape(View::Snapshot) }), Err(FunnelError::StageCount));
    let mut funnel = of(shape(View::Snapshot), &[]);
    let empty = funnel.clone();
    let beyond = [step(Kind::Enter, 0, day(1, 1)), step(Kind::Move, 4, day(1, 2))];
    assert_eq!(funnel.add(&history(&beyond)), Err(FunnelError::UnknownStage));
    let other = of(Shape { as_of: day(1, 1), ..shape(View::Snapshot) }, &[]);
    assert_eq!(funnel.merge(&other), Err(FunnelError::OtherShape));
    assert_eq!(funnel, empty);
}

#[test]
fn the_largest_pipeline_works() {
    let shape = Shape { stages: 32, ..shape(View::Cohort(half_year())) };
    let steps = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Move, 30, day(1, 6)), step(Kind::Won, 0, day(1, 7))];
    for mode in [FunnelMode::Reached, FunnelMode::Visited] {
        let rows = of(Shape { mode, ..shape }, &[&steps]).rows(Measure::Count);
        assert_eq!((rows[30].entered, rows[31].entered, rows[30].step_bp), (1, 1, Some(10_000)));
        assert_eq!(rows[15].entered, i64::from(mode == FunnelMode::Reached));
    }
}

#[test]
fn maturity_needs_a_cycle() {
    assert_eq!(maturity(half_year(), None, day(12, 31)), Maturity::Unknown);
    assert_eq!(maturity(half_year(), Some(0), day(7, 1)), Maturity::Mature);
    assert_eq!(maturity(half_year(), Some(1), day(7, 1)), Maturity::From(day(7, 2)));
}

#[test]
fn win_rates_are_read_from_what_closed_and_what_began() {
    let won = [step(Kind::Enter, 0, day(1, 5)), step(Kind::Won, 3, day(2, 5))];
    let lost = [step(Kind::Enter, 0, day(1, 6)), step(Kind::Lost, 0, day(2, 6))];
    let open = [step(Kind::Enter, 0, day(2, 7))];
    let (events, cohort) = (shape(View::Event(half_year())), shape(View::Cohort(half_year())));
    let [closed, began] = [events, cohort].map(|shape| {
        let mut funnel = of(shape, &[&won, &lost, &open]);
        let undecided = History { lost_reason: Some(LostReason::NoDecision), ..history(&lost) };
        funnel.add(&undecided).expect("stages that exist");
        funnel
    });
    let figures = win_figures(&closed, &began, 1, Measure::Count);
    assert_eq!(figures, WinFigures { won: 1, lost: 2, no_decision: 1, overdue: 1, created: 4, created_won: 1 });
    let yuan = win_figures(&closed, &began, 0, Measure::Amount(Currency::Cny));
    assert_eq!((yuan.won, yuan.lost, yuan.no_decision, yuan.created), (100, 200, 100, 400));
    assert_eq!(yuan.rate_bp(WinRateKind::Closed), figures.rate_bp(WinRateKind::Closed));
}
