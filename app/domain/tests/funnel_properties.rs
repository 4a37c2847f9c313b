//! What the funnel promises for every set of deals, not only for examples.

#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use chrono::{Days, NaiveDate};
use domain::days::DayCounts;
use domain::funnel::report::Part;
use domain::funnel::{Funnel, FunnelMode, History, Shape, Step, View, funnel};
use domain::money::{Currency, Money};
use domain::period::Period;
use domain::pipeline::{LostReason, TransitionKind as Kind};
use domain::stats::{mean_milli, percentile_milli};
use domain::tally::Measure;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const STAGES: u8 = 5;
const LAST: u8 = STAGES - 1;
const MODES: [FunnelMode; 3] = [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict];
const MEASURES: [Measure; 3] = [Measure::Count, Measure::Amount(Currency::Cny), Measure::Amount(Currency::Usd)];

#[derive(Debug, Clone)]
struct Deal {
    steps: Vec<Step>,
    amount: Money,
    first_contact: Option<NaiveDate>,
    lost_reason: Option<LostReason>,
    derived: bool,
}

impl Deal {
    fn history(&self) -> History<'_> {
        History {
            steps: &self.steps,
            amount: self.amount,
            first_contact: self.first_contact,
            lost_reason: self.lost_reason,
            derived: self.derived,
        }
    }
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

/// Entries in the order of time: entered first, then anything, undoing included.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kinds = [Kind::Move, Kind::Move, Kind::Move, Kind::Move, Kind::Won, Kind::Lost, Kind::Reopen, Kind::Undo, Kind::Invalid];
    (0..STAGES, 0_u64..300, vec((select(kinds.to_vec()), 0..STAGES, 0_u64..40), 0..9)).prop_map(|(stage, entered, rest)| {
        let mut steps = vec![Step { kind: Kind::Enter, stage, on: day(entered) }];
        let mut on = entered;
        for (kind, stage, later) in rest {
            on += later;
            // The last stage is left to wins.
            let stage = if matches!(kind, Kind::Move | Kind::Reopen) { stage % LAST } else { stage };
            steps.push(Step { kind, stage, on: day(on) });
        }
        steps
    })
}

fn deal() -> impl Strategy<Value = Deal> {
    let currency = select(vec![Currency::Cny, Currency::Usd]);
    let reason = option::of(select(LostReason::ALL.to_vec()));
    (steps(), 0_i64..1_000_000, currency, option::of(0_u64..300), reason, any::<bool>()).prop_map(
        |(steps, minor, currency, contact, lost_reason, derived)| Deal {
            steps,
            amount: Money { minor, currency },
            first_contact: contact.map(day),
            lost_reason,
            derived,
        },
    )
}

fn deals() -> impl Strategy<Value = Vec<Deal>> {
    vec(deal(), 0..24)
}

fn period() -> impl Strategy<Value = Period> {
    (0_u64..400, 0_u64..400).prop_map(|(a, b)| Period::new(day(a.min(b)), day(a.max(b))))
}

fn view() -> impl Strategy<Value = View> {
    prop_oneof![period().prop_map(View::Cohort), period().prop_map(View::Event), Just(View::Snapshot)]
}

fn shape() -> impl Strategy<Value = Shape> {
    (select(MODES.to_vec()), view(), 0_u64..700).prop_map(|(mode, view, as_of)| Shape { stages: STAGES, mode, view, as_of: day(as_of) })
}

fn all_time(mode: FunnelMode) -> Shape {
    Shape { stages: STAGES, mode, view: View::Cohort(Period::new(day(0), day(10_000))), as_of: day(10_000) }
}

fn made(shape: Shape, deals: &[Deal]) -> Funnel {
    let mut funnel = Funnel::new(shape).unwrap();
    deals.iter().for_each(|deal| funnel.add(&deal.history()).unwrap());
    funnel
}

fn entered(funnel: &Funnel, measure: Measure) -> Vec<i64> {
    funnel.rows(measure).iter().map(|row| row.entered).collect()
}

/// The stages that a deal came to, as the plain arithmetic takes them.
fn plain(deal: &Deal) -> Vec<usize> {
    let undone = |index: usize| deal.steps.get(index + 1).is_some_and(|next| next.kind == Kind::Undo);
    let steps = deal.steps.iter().enumerate().filter(|&(index, step)| step.kind != Kind::Undo && !undone(index));
    steps
        .filter_map(|(_, step)| match step.kind {
            Kind::Enter | Kind::Move | Kind::Reopen => Some(usize::from(step.stage)),
            Kind::Won => Some(usize::from(LAST)),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn merged_parts_are_the_whole(deals in deals(), cut in 0_usize..24, shape in shape()) {
        let (left, right) = deals.split_at(cut.min(deals.len()));
        let mut merged = made(shape, left);
        merged.merge(&made(shape, right)).unwrap();
        prop_assert_eq!(merged, made(shape, &deals));
    }

    #[test]
    fn the_order_of_adding_does_not_matter(
        (deals, shuffled) in deals().prop_flat_map(|deals| (Just(deals.clone()), Just(deals).prop_shuffle())),
        shape in shape(),
    ) {
        prop_assert_eq!(made(shape, &deals), made(shape, &shuffled));
    }

    /// The list behind a figure holds as many deals as the figure says.
    #[test]
    fn a_figure_is_the_length_of_its_list(deals in deals(), shape in shape()) {
        let rows = made(shape, &deals).rows(Measure::Count);
        let parts: Vec<_> = deals.iter().filter_map(|deal| shape.parts(&deal.history()).unwrap()).collect();
        for (stage, row) in (0..).zip(&rows) {
            let figures = [row.entered, row.advanced, row.lost, row.still, row.converted.unwrap_or(0), row.from_first];
            let lists = Part::ALL.iter().map(|&part| parts.iter().filter(|deal| deal.has(part, stage)).count() as i64);
            prop_assert_eq!(lists.collect::<Vec<_>>(), figures, "stage {}", stage);
        }
    }

    /// The dated, undone, mergeable funnel and the plain arithmetic are the same rule.
    #[test]
    fn a_cohort_of_all_time_agrees_with_the_plain_arithmetic(deals in deals(), mode in select(MODES.to_vec())) {
        let deals: Vec<Deal> = deals
            .into_iter()
            .map(|mut deal| {
                deal.derived = false;
                deal.steps.retain(|step| step.kind != Kind::Invalid);
                deal
            })
            .collect();
        let rows = made(all_time(mode), &deals).rows(Measure::Count);
        let expected = funnel(&deals.iter().map(plain).collect::<Vec<_>>(), usize::from(STAGES), mode);
        let counts: Vec<u64> = rows.iter().map(|row| row.entered as u64).collect();
        let steps: Vec<_> = rows.iter().map(|row| row.step_bp).take(usize::from(LAST)).collect();
        let cumulative: Vec<_> = rows.iter().map(|row| row.cumulative_bp).skip(1).collect();
        prop_assert_eq!(counts, expected.entered);
        prop_assert_eq!(steps, expected.step_bp);
        prop_assert_eq!(cumulative, expected.cumulative_bp);
        prop_assert_eq!(rows[usize::from(LAST)].step_bp, None);
    }

    #[test]
    fn in_a_cohort_everybody_who_entered_advanced_was_lost_or_is_there(
        deals in deals(), mode in select(MODES.to_vec()), period in period(), as_of in 0_u64..700,
    ) {
        let shape = Shape { stages: STAGES, mode, view: View::Cohort(period), as_of: day(as_of) };
        let funnel = made(shape, &deals);
        for measure in MEASURES {
            for row in funnel.rows(measure) {
                prop_assert_eq!(row.entered, row.advanced + row.lost + row.still);
            }
        }
    }

    #[test]
    fn reached_never_rises_and_its_steps_are_what_advanced(deals in deals(), period in period()) {
        let deals: Vec<Deal> = deals.into_iter().map(|deal| Deal { derived: false, ..deal }).collect();
        let funnel = made(Shape { view: View::Cohort(period), ..all_time(FunnelMode::Reached) }, &deals);
        for measure in MEASURES {
            let rows = funnel.rows(measure);
            for two in rows.windows(2) {
                prop_assert!(two[0].entered >= two[1].entered);
                prop_assert_eq!(two[0].advanced, two[1].entered);
                prop_assert!(two[0].step_bp.is_none_or(|bp| bp <= 10_000));
            }
        }
    }

    /// Deals that sprang from others enter in the middle; the rates still hold.
    #[test]
    fn no_rate_of_reached_exceeds_the_whole_and_cumulative_ones_never_rise(deals in deals()) {
        let rows = made(all_time(FunnelMode::Reached), &deals).rows(Measure::Count);
        prop_assert!(rows.iter().all(|row| row.step_bp.is_none_or(|bp| bp <= 10_000)));
        for two in rows.windows(2) {
            prop_assert!(two[0].cumulative_bp >= two[1].cumulative_bp);
        }
    }

    #[test]
    fn strict_is_at_most_visited_and_visited_at_most_reached(
        deals in deals(), measure in select(MEASURES.to_vec()), cohort in any::<bool>(), period in period(),
    ) {
        let view = if cohort { View::Cohort(period) } else { View::Cohort(Period::new(day(0), day(10_000))) };
        let [reached, visited, strict] = MODES.map(|mode| entered(&made(Shape { view, ..all_time(mode) }, &deals), measure));
        for stage in 0..usize::from(STAGES) {
            prop_assert!(strict[stage] <= visited[stage] && visited[stage] <= reached[stage]);
        }
    }

    #[test]
    fn what_was_undone_never_was(deals in deals(), shape in shape(), at in 1_usize..10, kind in select(vec![Kind::Move, Kind::Won, Kind::Lost])) {
        let with_undone: Vec<Deal> = deals
            .iter()
            .map(|deal| {
                let mut deal = deal.clone();
                // Not before an undo, which would then cancel the other undo's entry no more.
                let at = at.min(deal.steps.len());
                if deal.steps.get(at).is_none_or(|next| next.kind != Kind::Undo) {
                    let on = deal.steps[at - 1].on;
                    deal.steps.splice(at..at, [Step { kind, stage: 1, on }, Step { kind: Kind::Undo, stage: 0, on }]);
                }
                deal
            })
            .collect();
        prop_assert_eq!(made(shape, &with_undone), made(shape, &deals));
    }

    /// A stage is reached on one day, so months add up to the year; a win may be taken
    /// back and come again, so the last stage is left out.
    #[test]
    fn events_of_consecutive_periods_add_up(deals in deals(), period in period(), cut in 0_u64..400) {
        let middle = day(cut).clamp(period.start(), period.end_exclusive());
        let of = |period| entered(&made(Shape { view: View::Event(period), ..all_time(FunnelMode::Reached) }, &deals), Measure::Count);
        let whole = of(period);
        let first = of(Period::new(period.start(), middle));
        let second = of(Period::new(middle, period.end_exclusive()));
        for stage in 0..usize::from(LAST) {
            prop_assert_eq!(first[stage] + second[stage], whole[stage]);
        }
    }

    #[test]
    fn won_deals_are_those_of_the_last_stage_of_a_period(deals in deals(), period in period()) {
        let funnel = made(Shape { view: View::Event(period), ..all_time(FunnelMode::Reached) }, &deals);
        let last = &funnel.rows(Measure::Count)[usize::from(LAST)];
        prop_assert_eq!(last.entered as u64, funnel.won().count());
        prop_assert_eq!(last.advanced, last.entered);
        prop_assert_eq!(funnel.cycles().len(), funnel.won().count());
    }

    #[test]
    fn reasons_add_up_to_the_losses(deals in deals(), shape in shape(), measure in select(MEASURES.to_vec())) {
        let funnel = made(shape, &deals);
        let mut of_all = 0;
        for (stage, row) in funnel.rows(measure).iter().enumerate() {
            let lines = funnel.lost_reasons(Some(stage), measure);
            prop_assert_eq!(lines.iter().map(|line| line.value).sum::<i64>(), row.lost);
            of_all += row.lost;
        }
        prop_assert_eq!(funnel.lost_reasons(None, measure).iter().map(|line| line.value).sum::<i64>(), of_all);
    }

    #[test]
    fn counted_days_have_the_percentiles_of_their_values(values in vec(0_i64..400, 0..60), p_bp in 0_i64..=10_000, cut in 0_usize..60) {
        let counted = |values: &[i64]| {
            let mut days = DayCounts::default();
            values.iter().for_each(|&value| days.add(value));
            days
        };
        let whole = counted(&values);
        prop_assert_eq!(whole.percentile_milli(p_bp), percentile_milli(&values, p_bp));
        prop_assert_eq!(whole.mean_milli(), mean_milli(&values));
        let (left, right) = values.split_at(cut.min(values.len()));
        let mut merged = counted(left);
        merged.merge(&counted(right));
        prop_assert_eq!(merged, whole);
    }
}
