//! The golden cases: what every sales formula answers, as data that other programs check
//! themselves against too.
//!
//! Reads every `*.json` below `GOLDEN_DIR`, or below the copy in this crate, calls the
//! function named by each record and compares the result exactly, as `golden/functions.md`
//! says. Not here: how the formulas came to be, which stands beside each function.

mod customers;
mod flow;
mod money;
mod numbers;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The topic has no such function.
    Elsewhere,
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
                Call::Elsewhere | Call::NotWritten => *not_written.entry(case.function).or_default() += 1,
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
    let answer = catch_unwind(AssertUnwindSafe(|| dispatch(&case.function, &case.args)));
    match answer {
        Ok(Ok(call)) => call,
        Ok(Err(error)) => Call::Failed(error.to_string()),
        Err(_) => Call::Failed("a panic".to_owned()),
    }
}

fn dispatch(function: &str, args: &Value) -> Result<Call, serde_json::Error> {
    for topic in [numbers::call, flow::call, customers::call, money::call] {
        match topic(function, args.clone())? {
            Call::Elsewhere => {}
            call => return Ok(call),
        }
    }
    if NOT_WRITTEN.contains(&function) { Ok(Call::NotWritten) } else { Ok(Call::Failed(format!("no function is called {function}"))) }
}

fn read<T: DeserializeOwned>(args: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(args)
}

fn answer(result: impl Serialize) -> Result<Call, serde_json::Error> {
    serde_json::to_value(result).map(Call::Answer)
}
