//! Tiers, pool and visits, check-ins, and what customers think.

use chrono::NaiveDate;
use domain::check_in::{MAX_ACCURACY_DM, Position, check_in_verdict, haversine_dm, speed_kmh, wgs84_to_gcj02_offset_m};
use domain::pool::{PoolRule, pool_recycle_dates};
use domain::revisit::{Workdays, revisit_due};
use domain::satisfaction::{ces_bp, csat, nps_x10};
use domain::tiers::{ReviewRule, abc_classes, rfm_scores, tier_review};
use serde::Deserialize;
use serde_json::Value;

use crate::{Call, answer, read};

pub fn call(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    match function {
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
        _ => Ok(Call::Elsewhere),
    }
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
