//! How deals flow through a pipeline: chances and stays by stage, and the
//! irregularities that real histories have. Figures only; the walk itself is
//! in [`super::funnel`].

use domain::pipeline::Source;

/// The flow through one pipeline. Stages count from 0; `chances.len()` is the
/// won stage.
pub(super) struct Process {
    /// Chance of getting from each open stage to the next.
    pub chances: &'static [f64],
    /// Median and log-normal spread of the days in each open stage.
    pub stays: &'static [(f64, f64)],
    /// New deals in an average month of the first year, at full size.
    pub per_month: f64,
    /// Days before the history whose deals still count if open at its start.
    pub warm_up_days: u64,
    /// Fewest open deals in each open stage, whatever the size.
    pub least_open: &'static [usize],
    /// Whether the source decides about the first step.
    pub by_source: bool,
    /// Only people who have been here for long get these deals.
    pub senior: bool,
    /// Stays after a region's start with the new process, relative to before.
    pub live_pace: f64,
}

impl Process {
    /// How far a deal in an open stage has come, from 0 to 3.
    pub(super) fn progress(&self, stage: usize) -> usize {
        (stage * 4 / self.chances.len()).min(3)
    }
}

pub(super) const PROCESSES: [Process; 2] = [
    Process {
        chances: &[0.42, 0.38, 0.45, 0.82],
        stays: &[(3.5, 0.6), (5.0, 0.6), (13.0, 0.55), (6.0, 0.45)],
        per_month: 420.0,
        warm_up_days: 75,
        least_open: &[32, 10, 10, 9],
        by_source: true,
        senior: false,
        live_pace: 0.66,
    },
    // Large accounts: a third of a year from first talk to signature, and one
    // in seven won. Their buyers keep their own pace.
    Process {
        chances: &[0.74, 0.62, 0.56, 0.66, 0.85],
        stays: &[(14.0, 0.5), (24.0, 0.5), (36.0, 0.5), (22.0, 0.5), (12.0, 0.5)],
        per_month: 18.0,
        warm_up_days: 260,
        least_open: &[5, 5, 5, 4, 3],
        by_source: false,
        senior: true,
        live_pace: 1.0,
    },
];

/// Where deals come from: share in per cent, and how much likelier than the
/// average such a prospect becomes a lead.
pub(super) const SOURCES: [(Source, u32, f64); 6] = [
    (Source::Referral, 18, 1.5),
    (Source::Website, 24, 1.0),
    (Source::Expo, 18, 0.9),
    (Source::Telesales, 22, 0.6),
    (Source::Partner, 12, 1.2),
    (Source::Other, 6, 0.9),
];

/// After a region's start with the new process each step is a little likelier.
pub(super) const LIVE_CHANCE: f64 = 1.03;
/// A deal that will be lost stays longer before anybody says so.
pub(super) const LOST_PACE: f64 = 2.0;
/// No chance is a certainty.
pub(super) const BEST_CHANCE: f64 = 0.97;

/// Shares of deals with an irregular history, each of those that could.
pub(super) const SKIP_SHARE: f64 = 0.12;
pub(super) const BACK_SHARE: f64 = 0.06;
pub(super) const REOPEN_SHARE: f64 = 0.02;
pub(super) const REVERSE_SHARE: f64 = 0.01;
/// Prospects and leads that turn out to be none, of all deals.
pub(super) const INVALID_SHARE: f64 = 0.03;
/// Moved by mistake and taken back at once.
pub(super) const SLIP_SHARE: f64 = 0.008;
/// Open deals that have been in their stage for longer than its pace.
pub(super) const STALLED_SHARE: f64 = 0.08;
/// Second tries that succeed: few, for most deals are lost as prospects.
pub(super) const REOPENED_WON: f64 = 0.12;
/// Second tries that are lost where they were lost before.
pub(super) const REOPENED_LOST_AGAIN: f64 = 0.75;
