//! Funnel, cycle, forecast and bottleneck.

use chrono::NaiveDate;
use domain::bottleneck::{diff_in_diff, littles_law_days_x10, time_share_bp};
use domain::coverage::{coverage_x100, expected_share_bp, required_coverage_x100};
use domain::cycle::{Span, cycle_days, stage_stay_days};
use domain::forecast::{ForecastCategories, WeightedDeal, forecast_cumulative, weighted_forecast_minor};
use domain::funnel::{
    DatedAmount, FunnelMode, Outcome, OutcomeEvent, funnel, funnel_snapshot, period_sum_minor, wilson_bp, win_rate_bp, window_outcomes,
};
use domain::period::Period;
use domain::stall::{StallRule, is_stalled};
use domain::stats::{mean_milli, percentile_milli};
use domain::velocity::velocity_minor_per_day;
use serde::Deserialize;
use serde_json::Value;

use crate::{Call, answer, read};

pub fn call(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    match function {
        "funnel" => {
            let a: FunnelArgs = read(args)?;
            answer(funnel(&a.histories, a.stages, a.mode))
        }
        "funnel_snapshot" => {
            let a: SnapshotArgs = read(args)?;
            let deals: Vec<_> = a.deals.iter().map(|d| (d.stage, d.outcome)).collect();
            answer(funnel_snapshot(&deals, a.stages))
        }
        "win_rate_bp" => {
            let a: WinRateArgs = read(args)?;
            answer(win_rate_bp(a.won, a.lost, a.no_decision.unwrap_or(0)))
        }
        "wilson_bp" => {
            let a: WilsonArgs = read(args)?;
            answer(wilson_bp(a.successes, a.trials))
        }
        "window_outcomes" => {
            let a: WindowArgs = read(args)?;
            let window = Period::new(a.start, a.end_exclusive);
            answer(window_outcomes(&a.deals, window))
        }
        "period_sum_minor" => {
            let a: PeriodSumArgs = read(args)?;
            let period = Period::new(a.start, a.end_exclusive);
            answer(period_sum_minor(&a.lines, period))
        }
        "cycle_days" => {
            let a: CycleArgs = read(args)?;
            answer(cycle_days(a.first_contact, a.won, &a.closed_gaps))
        }
        "stage_stay_days" => {
            let a: StageStayArgs = read(args)?;
            answer(stage_stay_days(&a.stays, a.as_of, a.open_since))
        }
        "percentile_milli" => {
            let a: PercentileArgs = read(args)?;
            answer(percentile_milli(&a.values, a.p_bp))
        }
        "mean_milli" => {
            let a: MeanArgs = read(args)?;
            answer(mean_milli(&a.values))
        }
        "weighted_forecast_minor" => {
            let a: WeightedForecastArgs = read(args)?;
            let deals: Vec<_> = a.deals.into_iter().map(weighted_deal).collect();
            answer(weighted_forecast_minor(&deals))
        }
        "forecast_cumulative" => {
            let a: ForecastCategories = read(args)?;
            answer(forecast_cumulative(a))
        }
        "velocity_minor_per_day" => {
            let a: VelocityArgs = read(args)?;
            answer(velocity_minor_per_day(a.open_deals, a.win_rate_bp, a.average_minor, a.cycle_days))
        }
        "coverage_x100" => {
            let a: CoverageArgs = read(args)?;
            answer(coverage_x100(a.open_minor, a.quota_minor, a.closed_minor))
        }
        "required_coverage_x100" => {
            let a: RequiredCoverageArgs = read(args)?;
            answer(required_coverage_x100(a.win_rate_bp))
        }
        "expected_share_bp" => {
            let a: ExpectedShareArgs = read(args)?;
            answer(expected_share_bp(a.open_minor, a.win_rate_bp, a.quota_minor, a.closed_minor))
        }
        "littles_law_days_x10" => {
            let a: LittleArgs = read(args)?;
            answer(littles_law_days_x10(a.wip, a.throughput_x10))
        }
        "time_share_bp" => {
            let a: TimeShareArgs = read(args)?;
            answer(time_share_bp(&a.medians, a.index))
        }
        "diff_in_diff" => {
            let a: DiffInDiffArgs = read(args)?;
            answer(diff_in_diff(a.pilot_before, a.pilot_after, a.control_before, a.control_after))
        }
        "is_stalled" => {
            let a: StalledArgs = read(args)?;
            answer(is_stalled(a.age, &a.completed, a.rule))
        }
        _ => Ok(Call::Elsewhere),
    }
}

fn weighted_deal((amount_minor, probability_bp): (i64, i64)) -> WeightedDeal {
    WeightedDeal { amount_minor, probability_bp }
}

#[derive(Deserialize)]
struct FunnelArgs {
    histories: Vec<Vec<usize>>,
    stages: usize,
    mode: FunnelMode,
}

#[derive(Deserialize)]
struct SnapshotArgs {
    deals: Vec<SnapshotDeal>,
    stages: usize,
}

#[derive(Deserialize)]
struct SnapshotDeal {
    stage: usize,
    outcome: Outcome,
}

#[derive(Deserialize)]
struct WinRateArgs {
    won: u64,
    lost: u64,
    no_decision: Option<u64>,
}

#[derive(Deserialize)]
struct WilsonArgs {
    successes: u64,
    trials: u64,
}

#[derive(Deserialize)]
struct WindowArgs {
    deals: Vec<Vec<OutcomeEvent>>,
    start: NaiveDate,
    end_exclusive: NaiveDate,
}

#[derive(Deserialize)]
struct PeriodSumArgs {
    lines: Vec<DatedAmount>,
    start: NaiveDate,
    end_exclusive: NaiveDate,
}

#[derive(Deserialize)]
struct CycleArgs {
    first_contact: NaiveDate,
    won: NaiveDate,
    closed_gaps: Vec<Span>,
}

#[derive(Deserialize)]
struct StageStayArgs {
    stays: Vec<Span>,
    as_of: NaiveDate,
    open_since: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct PercentileArgs {
    values: Vec<i64>,
    p_bp: i64,
}

#[derive(Deserialize)]
struct MeanArgs {
    values: Vec<i64>,
}

#[derive(Deserialize)]
struct WeightedForecastArgs {
    deals: Vec<(i64, i64)>,
}

#[derive(Deserialize)]
struct StalledArgs {
    age: i64,
    completed: Vec<i64>,
    #[serde(flatten)]
    rule: StallRule,
}

#[derive(Deserialize)]
struct VelocityArgs {
    open_deals: i64,
    win_rate_bp: Option<i64>,
    average_minor: i64,
    cycle_days: i64,
}

#[derive(Deserialize)]
struct CoverageArgs {
    open_minor: i64,
    quota_minor: i64,
    closed_minor: i64,
}

#[derive(Deserialize)]
struct RequiredCoverageArgs {
    win_rate_bp: i64,
}

#[derive(Deserialize)]
struct ExpectedShareArgs {
    open_minor: i64,
    win_rate_bp: i64,
    quota_minor: i64,
    closed_minor: i64,
}

#[derive(Deserialize)]
struct LittleArgs {
    wip: i64,
    throughput_x10: i64,
}

#[derive(Deserialize)]
struct TimeShareArgs {
    medians: Vec<i64>,
    index: usize,
}

#[derive(Deserialize)]
struct DiffInDiffArgs {
    pilot_before: i64,
    pilot_after: i64,
    control_before: i64,
    control_after: i64,
}
