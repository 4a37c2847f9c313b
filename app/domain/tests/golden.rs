//! The golden cases: what every sales formula answers, as data that other programs check
//! themselves against too.
//!
//! Reads every `*.json` below `GOLDEN_DIR`, or below the copy in this crate, calls the
//! function named by each record and compares the result exactly, as `golden/functions.md`
//! says. Not here: how the formulas came to be, which stands beside each function.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{env, fs};

use chrono::{Month, NaiveDate};
use domain::allocation::{Child, allocate_in_steps};
use domain::bottleneck::{diff_in_diff, littles_law_days_x10, time_share_bp};
use domain::check_in::{MAX_ACCURACY_DM, Position, check_in_verdict, haversine_dm, speed_kmh, wgs84_to_gcj02_offset_m};
use domain::coverage::{coverage_x100, expected_share_bp, required_coverage_x100};
use domain::currency::{DatedRate, convert_minor, rate_on};
use domain::cycle::{Span, cycle_days, stage_stay_days};
use domain::economics::{annual_churn_bp, cac_minor, churn, ltv, ltv_cac_x100, payback_months_x100, revenue_retention};
use domain::finance::{ageing_bucket, collection_rate_bp, dso_x10, gross_margin_bp, market_share_bp, vat_split};
use domain::forecast::{ForecastCategories, WeightedDeal, forecast_cumulative, weighted_forecast_minor};
use domain::funnel::{
    DatedAmount, FunnelMode, Outcome, OutcomeEvent, funnel, funnel_snapshot, period_sum_minor, wilson_bp, win_rate_bp, window_outcomes,
};
use domain::growth::{apply_change, growth, pp_change_bp};
use domain::period::{NamedBy, Period, add_months, fiscal_period, iso_week, quarter_bounds, run_rate, time_progress_bp};
use domain::pool::{PoolRule, pool_recycle_dates};
use domain::rank::{RankMethod, rank};
use domain::revisit::{Workdays, revisit_due};
use domain::rounding::{average_minor, ratio_bp, round_half_away};
use domain::satisfaction::{ces_bp, csat, nps_x10};
use domain::stall::{StallRule, is_stalled};
use domain::stats::{mean_milli, percentile_milli};
use domain::tiers::{ReviewRule, abc_classes, rfm_scores, tier_review};
use domain::velocity::velocity_minor_per_day;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Functions of the catalogue that this crate does not have yet. Their cases are counted
/// and named, and do not fail. Whoever writes one takes it out of here.
const NOT_WRITTEN: &[&str] = &[
    // goals
    "attainment_bp",
    "goal_progress_bp",
    "kpi_score_bp",
    "lower_is_better_score_bp",
    "smart_check",
    // commission
    "bonus_pool",
    "clawback_minor",
    "commission_minor",
    "deduction_limit_minor",
    "recovery_months",
    "split_credit",
    // team
    "assignment_score_x100",
    "forced_distribution",
    "least_loaded",
    "rater_score_x10000",
    "weighted_round_robin",
    "weighted_score_bp",
];

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(rename = "fn")]
    function: String,
    args: Value,
    expected: Value,
}

/// What came of calling a function by its name.
enum Call {
    Answer(Value),
    NotWritten,
    #[cfg_attr(feature = "tz", expect(dead_code, reason = "only without the feature"))]
    NeedsTimeZones,
    Failed(String),
}

#[test]
fn every_golden_case_holds() {
    let folder = env::var_os("GOLDEN_DIR").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("golden"), PathBuf::from);
    let mut ran = 0;
    let mut failures = Vec::new();
    let mut not_written = BTreeMap::<String, usize>::new();
    let mut need_time_zones = BTreeMap::<String, usize>::new();

    for file in json_files(&folder) {
        for case in cases(&file) {
            match call(&case) {
                Call::Answer(got) => {
                    ran += 1;
                    if got != case.expected {
                        failures.push(failure(&file, &case, &got.to_string()));
                    }
                }
                Call::Failed(reason) => failures.push(failure(&file, &case, &reason)),
                Call::NotWritten => *not_written.entry(case.function).or_default() += 1,
                Call::NeedsTimeZones => *need_time_zones.entry(case.function).or_default() += 1,
            }
        }
    }

    tell(&format!("{ran} golden cases ran in {}", folder.display()));
    report("not written yet", &not_written);
    report("skipped, as they need the feature `tz`", &need_time_zones);
    assert!(failures.is_empty(), "{} golden cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(ran > 0, "no golden case ran in {}", folder.display());
}

/// All `*.json` below a folder, in a stable order.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read the folder {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder that stays readable").path()).collect();
    paths.sort();

    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{} is not a list of cases: {error}", file.display()))
}

fn failure(file: &Path, case: &Case, got: &str) -> String {
    format!(
        "  {} {} in {}\n    args     {}\n    expected {}\n    got      {got}",
        case.id,
        case.function,
        file.display(),
        case.args,
        case.expected
    )
}

fn report(what: &str, counts: &BTreeMap<String, usize>) {
    let cases: usize = counts.values().sum();
    tell(&format!("{} functions ({cases} cases) {what}", counts.len()));
    for (function, count) in counts {
        tell(&format!("  {function}: {count}"));
    }
}

/// Past the harness, which keeps to itself what a passing test prints.
fn tell(line: &str) {
    use std::io::Write;
    writeln!(std::io::stderr().lock(), "{line}").expect("standard error is open");
}

/// A panic is the failure of one case, so that it does not hide the others.
fn call(case: &Case) -> Call {
    let answer = catch_unwind(AssertUnwindSafe(|| dispatch(&case.function, case.args.clone())));
    match answer {
        Ok(Ok(call)) => call,
        Ok(Err(error)) => Call::Failed(error.to_string()),
        Err(_) => Call::Failed("a panic".to_owned()),
    }
}

fn dispatch(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    match function {
        "round_half_away" => {
            let a: Fraction = read(args)?;
            answer(round_half_away(a.num.into(), a.den.into()))
        }
        "ratio_bp" => {
            let a: Fraction = read(args)?;
            answer(ratio_bp(a.num, a.den))
        }
        "average_minor" => {
            let a: AverageArgs = read(args)?;
            answer(average_minor(a.total_minor, a.count))
        }
        "allocate" => answer(allocate_args(read(args)?)),
        "growth" => {
            let a: GrowthArgs = read(args)?;
            answer(growth(a.current, a.base))
        }
        "pp_change_bp" => {
            let a: PpChangeArgs = read(args)?;
            answer(pp_change_bp(a.current_bp, a.base_bp))
        }
        "apply_change" => {
            let a: ApplyChangeArgs = read(args)?;
            answer(apply_change(a.base, a.change_bp))
        }
        "fiscal_period" => {
            let a: FiscalPeriodArgs = read(args)?;
            answer(fiscal_period(a.date, month(a.start_month), a.named_by))
        }
        "add_months" => {
            let a: AddMonthsArgs = read(args)?;
            answer(add_months(a.date, a.months))
        }
        "quarter_bounds" => {
            let a: QuarterBoundsArgs = read(args)?;
            let quarter = quarter_bounds(a.year, a.quarter, month(a.start_month));
            answer(quarter.map(bounds_and_days))
        }
        "iso_week" => {
            let a: DateArgs = read(args)?;
            answer(iso_week(a.date))
        }
        "time_progress_bp" => {
            let a: TimeProgressArgs = read(args)?;
            let period = Period::new(a.start, a.end_exclusive);
            answer(time_progress_bp(period, a.as_of_inclusive))
        }
        "run_rate" => {
            let a: RunRateArgs = read(args)?;
            answer(run_rate(a.actual, a.elapsed, a.total))
        }
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
        "rfm_scores" => {
            let a: RfmArgs = read(args)?;
            answer(rfm_scores(&a.values, a.higher_is_better))
        }
        "abc_classes" => {
            let a: AbcArgs = read(args)?;
            answer(abc_classes(&a.revenues))
        }
        "tier_review" => {
            let a: TierReviewArgs = read(args)?;
            answer(tier_review(&a.values, ReviewRule { line_minor: a.line, keep_bp: a.keep_bp, strikes: a.strikes }))
        }
        "revisit_due" => {
            let a: RevisitArgs = read(args)?;
            let workdays = Workdays { holidays: &a.holidays, makeup: &a.makeup_workdays };
            answer(revisit_due(a.last, a.cadence_days, workdays, a.as_of))
        }
        "pool_recycle_dates" => {
            let a: PoolArgs = read(args)?;
            answer(pool_recycle_dates(a.claimed, a.rule, &a.activities))
        }
        "rank" => {
            let a: RankArgs = read(args)?;
            answer(rank(&a.values, a.method))
        }
        "is_stalled" => {
            let a: StalledArgs = read(args)?;
            answer(is_stalled(a.age, &a.completed, a.rule))
        }
        "local_date" | "day_length_minutes" => zoned(function, args),
        _ => customers_and_money(function, args),
    }
}

/// The functions of the topics customer_economics, satisfaction, finance, currency and
/// check_in.
fn customers_and_money(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    match function {
        "cac_minor" => {
            let a: CacArgs = read(args)?;
            answer(cac_minor(a.cost_minor, a.new_customers))
        }
        "churn" => answer(churn(read(args)?)),
        "revenue_retention" => answer(revenue_retention(read(args)?)),
        "annual_churn_bp" => {
            let a: MonthlyArgs = read(args)?;
            answer(annual_churn_bp(a.monthly_bp))
        }
        "ltv" => {
            let a: LtvArgs = read(args)?;
            answer(ltv(a.arpa_minor, a.gross_margin_bp, a.churn_bp, a.cap_months))
        }
        "ltv_cac_x100" => {
            let a: LtvCacArgs = read(args)?;
            answer(ltv_cac_x100(a.ltv_minor, a.cac_minor))
        }
        "payback_months_x100" => {
            let a: PaybackArgs = read(args)?;
            answer(payback_months_x100(a.cac_minor, a.arpa_minor, a.gross_margin_bp))
        }
        "csat" => {
            let a: CsatArgs = read(args)?;
            answer(csat(a.counts))
        }
        "nps_x10" => {
            let a: NpsArgs = read(args)?;
            answer(nps_x10(a.promoters, a.passives, a.detractors))
        }
        "ces_bp" => {
            let a: CesArgs = read(args)?;
            answer(ces_bp(a.counts))
        }
        "gross_margin_bp" => {
            let a: MarginArgs = read(args)?;
            answer(gross_margin_bp(a.revenue_minor, a.cogs_minor))
        }
        "vat_split" => {
            let a: VatArgs = read(args)?;
            answer(vat_split(a.gross_minor, a.rate_bp))
        }
        "market_share_bp" => {
            let a: MarketArgs = read(args)?;
            answer(market_share_bp(a.own_minor, a.market_minor))
        }
        "collection_rate_bp" => {
            let a: CollectionArgs = read(args)?;
            answer(collection_rate_bp(a.opening_ar_minor, a.sales_minor, a.closing_ar_minor))
        }
        "dso_x10" => {
            let a: DsoArgs = read(args)?;
            answer(dso_x10(a.ar_minor, a.sales_minor, a.days))
        }
        "ageing_bucket" => {
            let a: AgeingArgs = read(args)?;
            answer(ageing_bucket(a.due, a.as_of))
        }
        "convert_minor" => {
            let a: ConvertArgs = read(args)?;
            match convert_minor(a.amount_minor, &a.from, &a.to, &a.rate) {
                Ok(minor) => answer(minor),
                Err(error) => answer(json!({ "error": error })),
            }
        }
        "rate_on" => {
            let a: RateOnArgs = read(args)?;
            answer(rate_on(&a.rates, a.date))
        }
        "haversine_dm" => {
            let a: WayArgs = read(args)?;
            answer(haversine_dm(a.from(), a.to()))
        }
        "speed_kmh" => {
            let a: SpeedArgs = read(args)?;
            answer(speed_kmh(a.way.from(), a.way.to(), a.seconds))
        }
        "wgs84_to_gcj02_offset_m" => answer(wgs84_to_gcj02_offset_m(read(args)?)),
        "check_in_verdict" => {
            let a: VerdictArgs = read(args)?;
            let max = a.max_accuracy_dm.unwrap_or(MAX_ACCURACY_DM);
            answer(check_in_verdict(a.distance_dm, a.accuracy_dm, a.radius_dm, max))
        }
        known if NOT_WRITTEN.contains(&known) => Ok(Call::NotWritten),
        unknown => Ok(Call::Failed(format!("no function is called {unknown}"))),
    }
}

#[cfg(feature = "tz")]
fn zoned(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    use domain::period::{day_length_minutes, local_date, time_zone};

    let zone_name = args["time_zone"].as_str().unwrap_or_default();
    let Some(zone) = time_zone(zone_name) else {
        return Ok(Call::Failed(format!("no time zone is called {zone_name:?}")));
    };
    if function == "local_date" {
        let a: LocalDateArgs = read(args)?;
        answer(local_date(a.utc, zone))
    } else {
        let a: DateArgs = read(args)?;
        answer(day_length_minutes(a.date, zone))
    }
}

#[cfg(not(feature = "tz"))]
fn zoned(_function: &str, _args: Value) -> Result<Call, serde_json::Error> {
    Ok(Call::NeedsTimeZones)
}

fn read<T: DeserializeOwned>(args: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(args)
}

fn answer(result: impl Serialize) -> Result<Call, serde_json::Error> {
    serde_json::to_value(result).map(Call::Answer)
}

/// The catalogue gives weights and locks as two lists, and an error as an object.
fn allocate_args(a: AllocateArgs) -> Value {
    let locked = a.locked.unwrap_or_else(|| vec![None; a.weights.len()]);
    assert_eq!(locked.len(), a.weights.len(), "a lock for each weight");
    let children: Vec<Child> = a.weights.into_iter().zip(locked).map(|(weight, locked)| Child { weight, locked }).collect();
    match allocate_in_steps(a.total, &children, a.unit.unwrap_or(NonZeroU64::MIN)) {
        Ok(parts) => json!(parts),
        Err(error) => json!({ "error": error }),
    }
}

fn month(number: u8) -> Month {
    Month::try_from(number).expect("a month from 1 to 12")
}

fn bounds_and_days(period: Period) -> Value {
    json!({
        "start": period.start(),
        "end_exclusive": period.end_exclusive(),
        "days": period.days(),
    })
}

fn weighted_deal((amount_minor, probability_bp): (i64, i64)) -> WeightedDeal {
    WeightedDeal { amount_minor, probability_bp }
}

#[derive(Deserialize)]
struct Fraction {
    num: i64,
    den: i64,
}

#[derive(Deserialize)]
struct AverageArgs {
    total_minor: i64,
    count: i64,
}

#[derive(Deserialize)]
struct AllocateArgs {
    total: i64,
    weights: Vec<i64>,
    locked: Option<Vec<Option<i64>>>,
    unit: Option<NonZeroU64>,
}

#[derive(Deserialize)]
struct GrowthArgs {
    current: i64,
    base: i64,
}

#[derive(Deserialize)]
struct PpChangeArgs {
    current_bp: Option<i64>,
    base_bp: Option<i64>,
}

#[derive(Deserialize)]
struct ApplyChangeArgs {
    base: i64,
    change_bp: i64,
}

#[derive(Deserialize)]
struct FiscalPeriodArgs {
    date: NaiveDate,
    start_month: u8,
    named_by: NamedBy,
}

#[derive(Deserialize)]
struct AddMonthsArgs {
    date: NaiveDate,
    months: i32,
}

#[derive(Deserialize)]
struct QuarterBoundsArgs {
    year: i32,
    quarter: u32,
    start_month: u8,
}

#[derive(Deserialize)]
struct DateArgs {
    date: NaiveDate,
}

#[cfg(feature = "tz")]
#[derive(Deserialize)]
struct LocalDateArgs {
    utc: chrono::DateTime<chrono::Utc>,
}

#[derive(Deserialize)]
struct TimeProgressArgs {
    start: NaiveDate,
    end_exclusive: NaiveDate,
    as_of_inclusive: NaiveDate,
}

#[derive(Deserialize)]
struct RunRateArgs {
    actual: i64,
    elapsed: i64,
    total: i64,
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
struct RankArgs {
    values: Vec<i64>,
    method: RankMethod,
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

#[derive(Deserialize)]
struct RfmArgs {
    values: Vec<i64>,
    higher_is_better: bool,
}

#[derive(Deserialize)]
struct AbcArgs {
    revenues: Vec<i64>,
}

#[derive(Deserialize)]
struct TierReviewArgs {
    values: Vec<i64>,
    line: i64,
    keep_bp: i64,
    strikes: u32,
}

#[derive(Deserialize)]
struct RevisitArgs {
    last: NaiveDate,
    cadence_days: u32,
    holidays: Vec<NaiveDate>,
    makeup_workdays: Vec<NaiveDate>,
    as_of: NaiveDate,
}

#[derive(Deserialize)]
struct PoolArgs {
    claimed: NaiveDate,
    activities: Vec<NaiveDate>,
    #[serde(flatten)]
    rule: PoolRule,
}

#[derive(Deserialize)]
struct CacArgs {
    cost_minor: i64,
    new_customers: i64,
}

#[derive(Deserialize)]
struct MonthlyArgs {
    monthly_bp: i64,
}

#[derive(Deserialize)]
struct LtvArgs {
    arpa_minor: i64,
    gross_margin_bp: i64,
    churn_bp: i64,
    cap_months: i64,
}

#[derive(Deserialize)]
struct LtvCacArgs {
    ltv_minor: i64,
    cac_minor: i64,
}

#[derive(Deserialize)]
struct PaybackArgs {
    cac_minor: i64,
    arpa_minor: i64,
    gross_margin_bp: i64,
}

#[derive(Deserialize)]
struct CsatArgs {
    counts: [u64; 5],
}

#[derive(Deserialize)]
struct NpsArgs {
    promoters: u64,
    passives: u64,
    detractors: u64,
}

#[derive(Deserialize)]
struct CesArgs {
    counts: [u64; 7],
}

#[derive(Deserialize)]
struct MarginArgs {
    revenue_minor: i64,
    cogs_minor: i64,
}

#[derive(Deserialize)]
struct VatArgs {
    gross_minor: i64,
    rate_bp: i64,
}

#[derive(Deserialize)]
struct MarketArgs {
    own_minor: i64,
    market_minor: Option<i64>,
}

#[derive(Deserialize)]
struct CollectionArgs {
    opening_ar_minor: i64,
    sales_minor: i64,
    closing_ar_minor: i64,
}

#[derive(Deserialize)]
struct DsoArgs {
    ar_minor: i64,
    sales_minor: i64,
    days: i64,
}

#[derive(Deserialize)]
struct AgeingArgs {
    due: NaiveDate,
    as_of: NaiveDate,
}

#[derive(Deserialize)]
struct ConvertArgs {
    amount_minor: i64,
    from: String,
    to: String,
    rate: String,
}

#[derive(Deserialize)]
struct RateOnArgs {
    rates: Vec<DatedRate<String>>,
    date: NaiveDate,
}

#[derive(Deserialize)]
struct WayArgs {
    lat1: f64,
    lon1: f64,
    lat2: f64,
    lon2: f64,
}

impl WayArgs {
    fn from(&self) -> Position {
        Position { lat: self.lat1, lon: self.lon1 }
    }

    fn to(&self) -> Position {
        Position { lat: self.lat2, lon: self.lon2 }
    }
}

#[derive(Deserialize)]
struct SpeedArgs {
    #[serde(flatten)]
    way: WayArgs,
    seconds: i64,
}

#[derive(Deserialize)]
struct VerdictArgs {
    distance_dm: Option<i64>,
    accuracy_dm: Option<i64>,
    radius_dm: i64,
    max_accuracy_dm: Option<i64>,
}
