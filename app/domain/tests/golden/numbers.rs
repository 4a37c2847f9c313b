//! Money, allocation, growth, periods and ranks.

use std::num::NonZeroU64;

use chrono::{Month, NaiveDate};
use domain::allocation::{Child, allocate_in_steps};
use domain::growth::{apply_change, growth, pp_change_bp};
use domain::period::{NamedBy, Period, add_months, fiscal_period, iso_week, quarter_bounds, run_rate, time_progress_bp};
use domain::rank::{RankMethod, rank};
use domain::rounding::{average_minor, ratio_bp, round_half_away};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Call, answer, read};

pub fn call(function: &str, args: Value) -> Result<Call, serde_json::Error> {
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
        "rank" => {
            let a: RankArgs = read(args)?;
            answer(rank(&a.values, a.method))
        }
        "local_date" | "day_length_minutes" => zoned(function, args),
        _ => Ok(Call::Elsewhere),
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
struct RankArgs {
    values: Vec<i64>,
    method: RankMethod,
}
