//! The paths of deals through their pipelines: when each was created, which
//! stages it passed, how it ended. Money, customers and words come later.

use super::calendar::{Calendar, days_between};
use super::chance::{Dice, Quota, Stream};
use super::company::Seller;
use super::process::{
    BACK_SHARE, BEST_CHANCE, INVALID_SHARE, LIVE_CHANCE, LOST_PACE, PROCESSES, Process, REOPEN_SHARE, REOPENED_LOST_AGAIN, REOPENED_WON,
    REVERSE_SHARE, SKIP_SHARE, SLIP_SHARE, SOURCES, STALLED_SHARE,
};
use chrono::{Days, Duration, NaiveDate, NaiveDateTime};
use domain::pipeline::{Outcome, STALL_PERCENTILE_BP, Source, TransitionKind};
use domain::stats::percentile_milli;

/// Deals that fill a stage have been in it for fewer weeks than this.
const FILLED_WEEKS: usize = 3;
/// The pace of a stage is that of so many days, as in the product.
const PACE_DAYS: i64 = 365;
const STALL_PASSES: usize = 4;

/// One entry of a deal's history, stages by their number in the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub at: NaiveDateTime,
    pub kind: TransitionKind,
    pub from: Option<usize>,
    pub to: Option<usize>,
}

/// A deal's path.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// Index into [`PROCESSES`].
    pub pipeline: usize,
    /// Who won it as a prospect; a leaver's open deals go to others later.
    pub seller: usize,
    pub source: Source,
    pub steps: Vec<Step>,
}

/// Where a path has led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub stage: usize,
    pub outcome: Outcome,
    pub since: NaiveDate,
    /// Day of the closing entry of a closed deal.
    pub closed_on: Option<NaiveDate>,
}

impl Path {
    pub(super) fn created(&self) -> NaiveDateTime {
        self.steps[0].at
    }

    pub(super) fn last_step(&self) -> NaiveDateTime {
        self.steps[self.steps.len() - 1].at
    }

    /// Replays the history, as the write path of a move would have left it.
    pub(super) fn state(&self) -> State {
        let on = self.created().date();
        let mut state = State { stage: 0, outcome: Outcome::Open, since: on, closed_on: None };
        let mut before = state;
        for step in &self.steps {
            let on = step.at.date();
            let previous = state;
            match (step.kind, step.to) {
                (TransitionKind::Undo, _) => state = before,
                (TransitionKind::Lost, _) => state = State { outcome: Outcome::Lost, closed_on: Some(on), ..state },
                (TransitionKind::Invalid, _) => state = State { outcome: Outcome::Invalid, closed_on: Some(on), ..state },
                (TransitionKind::Won, Some(stage)) => state = State { stage, outcome: Outcome::Won, since: on, closed_on: Some(on) },
                (_, Some(stage)) => state = State { stage, outcome: Outcome::Open, since: on, closed_on: None },
                (_, None) => {}
            }
            before = previous;
        }
        state
    }

    pub(super) fn is(&self, outcome: Outcome) -> bool {
        self.state().outcome == outcome
    }
}

/// All paths of the company, oldest first.
pub(super) fn paths(calendar: &Calendar, sellers: &[Seller], scale: f64, seed: u64) -> Vec<Path> {
    let mut all = Vec::new();
    for (pipeline, stream) in [(0, Stream::Paths), (1, Stream::KeyPaths)] {
        let process = &PROCESSES[pipeline];
        let mut walker = Walker::new(calendar, pipeline, Dice::new(seed, stream), sellers);
        let mut found = Vec::new();
        for day in days_between(calendar.start - Days::new(process.warm_up_days), calendar.as_of) {
            for _ in 0..walker.dice.poisson(calendar.prospects_on(day, process.per_month * scale)) {
                let path = walker.walk(day, sellers);
                // What was over before the history begins was never recorded.
                if day >= calendar.start || path.last_step().date() >= calendar.start || path.is(Outcome::Open) {
                    found.push(path);
                }
            }
        }
        keep_stages_filled(&mut found, process, calendar);
        limit_stalled(&mut found, process, calendar);
        all.append(&mut found);
    }
    all.sort_by_key(Path::created);
    all
}

struct Walker<'a> {
    calendar: &'a Calendar,
    dice: Dice,
    pipeline: usize,
    process: &'static Process,
    /// Mean of the sources' chances, which are relative to it.
    mean_source: f64,
    skip: Quota,
    back: Quota,
    reopen: Quota,
    reverse: Quota,
    invalid: Quota,
    slip: Quota,
    seniors: Vec<bool>,
}

impl<'a> Walker<'a> {
    fn new(calendar: &'a Calendar, pipeline: usize, dice: Dice, sellers: &[Seller]) -> Self {
        let total: u32 = SOURCES.iter().map(|(_, share, _)| share).sum();
        let process = &PROCESSES[pipeline];
        Self {
            calendar,
            dice,
            pipeline,
            process,
            mean_source: SOURCES.iter().map(|(_, share, chance)| f64::from(*share) * chance).sum::<f64>() / f64::from(total),
            skip: Quota::new(SKIP_SHARE),
            back: Quota::new(BACK_SHARE),
            reopen: Quota::new(REOPEN_SHARE),
            reverse: Quota::new(REVERSE_SHARE),
            invalid: Quota::new(INVALID_SHARE),
            slip: Quota::new(SLIP_SHARE),
            seniors: sellers.iter().map(|s| !process.senior || s.senior).collect(),
        }
    }

    /// One deal from its first day to its end, or to the end of the history.
    fn walk(&mut self, day: NaiveDate, sellers: &[Seller]) -> Path {
        let weights: Vec<f64> = sellers.iter().zip(&self.seniors).map(|(s, senior)| if *senior { s.load_on(day) } else { 0.0 }).collect();
        let seller = self.dice.index(&weights);
        let (source, factor) = self.dice.weighted(&SOURCES.map(|(source, share, chance)| ((source, chance), share)));
        let who = &sellers[seller];
        let at = self.calendar.moment(&mut self.dice, day);
        let mut steps = vec![Step { at, kind: TransitionKind::Enter, from: None, to: Some(0) }];
        let mut reach = self.reach(who, factor / self.mean_source, day);
        let invalid = self.invalid.take();
        if invalid {
            reach = reach.min(self.dice.below(2));
        }
        self.advance(&mut steps, who, reach);
        if reach < self.won() {
            self.lose(&mut steps, who, reach, invalid);
        } else if self.reverse.take() {
            self.reverse(&mut steps, who);
        }
        let end = self.calendar.end();
        steps.retain(|step| step.at < end);
        Path { pipeline: self.pipeline, seller, source, steps }
    }

    fn won(&self) -> usize {
        self.process.chances.len()
    }

    /// The last stage that this deal will get to.
    fn reach(&mut self, who: &Seller, source: f64, day: NaiveDate) -> usize {
        let live = if day >= who.go_live { LIVE_CHANCE } else { 1.0 };
        for (stage, chance) in self.process.chances.iter().enumerate() {
            // Ability decides about the two steps on which selling is done; its
            // root on each, so that the whole is as good as the person is.
            let factor = match stage {
                0 if self.process.by_source => source,
                1 | 2 => who.ability.sqrt(),
                _ => 1.0,
            };
            if !self.dice.chance((chance * factor * live).min(BEST_CHANCE)) {
                return stage;
            }
        }
        self.won()
    }

    fn stay(&mut self, stage: usize, at: NaiveDateTime, who: &Seller) -> f64 {
        let (median, sigma) = self.process.stays[stage];
        let pace = if at.date() >= who.go_live { self.process.live_pace } else { 1.0 };
        self.dice.log_normal(median * pace, sigma)
    }

    /// Moves up to `reach`, with the detours of real life.
    fn advance(&mut self, steps: &mut Vec<Step>, who: &Seller, reach: usize) {
        let mut at = steps[0].at;
        let mut stage = 0;
        let skipped = (reach >= 2 && self.skip.take()).then(|| 1 + self.dice.below(reach - 1));
        let turned = (reach >= 1 && self.back.take()).then(|| 1 + self.dice.below(reach.min(self.won() - 1)));
        let slipped = reach >= 1 && reach < self.won() && self.slip.take();
        while stage < reach {
            let to = if skipped == Some(stage + 1) { stage + 2 } else { stage + 1 };
            let days = self.stay(stage, at, who);
            at = self.calendar.after(&mut self.dice, at, days);
            let kind = if to == self.won() { TransitionKind::Won } else { TransitionKind::Move };
            steps.push(Step { at, kind, from: Some(stage), to: Some(to) });
            stage = to;
            if turned == Some(stage) {
                at = self.there_and_back(steps, who, stage);
            }
        }
        if slipped && reach + 1 < self.won() {
            let days = self.stay(reach, at, who) / 2.0;
            let at = self.calendar.after(&mut self.dice, at, days);
            steps.push(Step { at, kind: TransitionKind::Move, from: Some(reach), to: Some(reach + 1) });
            let at = at + Duration::seconds(self.dice.between(4, 9));
            steps.push(Step { at, kind: TransitionKind::Undo, from: Some(reach + 1), to: Some(reach) });
        }
    }

    /// Back to the stage before, and forward again.
    fn there_and_back(&mut self, steps: &mut Vec<Step>, who: &Seller, stage: usize) -> NaiveDateTime {
        let mut at = steps[steps.len() - 1].at;
        for (from, to) in [(stage, stage - 1), (stage - 1, stage)] {
            let days = self.stay(from, at, who) / 2.0;
            at = self.calendar.after(&mut self.dice, at, days);
            steps.push(Step { at, kind: TransitionKind::Move, from: Some(from), to: Some(to) });
        }
        at
    }

    fn lose(&mut self, steps: &mut Vec<Step>, who: &Seller, stage: usize, invalid: bool) {
        let at = steps[steps.len() - 1].at;
        let days = self.stay(stage, at, who) * LOST_PACE;
        let at = self.calendar.after(&mut self.dice, at, days);
        let kind = if invalid { TransitionKind::Invalid } else { TransitionKind::Lost };
        steps.push(Step { at, kind, from: Some(stage), to: None });
        if kind == TransitionKind::Lost && self.reopen.take() {
            self.try_again(steps, who, stage);
        }
    }

    fn try_again(&mut self, steps: &mut Vec<Step>, who: &Seller, stage: usize) {
        let days = self.dice.between(12, 45) as f64;
        let mut at = self.calendar.after(&mut self.dice, steps[steps.len() - 1].at, days);
        steps.push(Step { at, kind: TransitionKind::Reopen, from: Some(stage), to: Some(stage) });
        let last = match self.dice.unit() {
            luck if luck < REOPENED_WON => self.won(),
            luck if luck < REOPENED_WON + REOPENED_LOST_AGAIN => stage,
            _ => stage + self.dice.below(self.won() - stage),
        };
        for from in stage..last {
            let days = self.stay(from, at, who);
            at = self.calendar.after(&mut self.dice, at, days);
            let kind = if from + 1 == self.won() { TransitionKind::Won } else { TransitionKind::Move };
            steps.push(Step { at, kind, from: Some(from), to: Some(from + 1) });
        }
        if last < self.won() {
            let days = self.stay(last, at, who) * LOST_PACE;
            at = self.calendar.after(&mut self.dice, at, days);
            steps.push(Step { at, kind: TransitionKind::Lost, from: Some(last), to: None });
        }
    }

    /// The customer cancels what was signed.
    fn reverse(&mut self, steps: &mut Vec<Step>, who: &Seller) {
        let stage = self.won() - 1;
        let days = self.dice.between(3, 20) as f64;
        let at = self.calendar.after(&mut self.dice, steps[steps.len() - 1].at, days);
        steps.push(Step { at, kind: TransitionKind::Reopen, from: Some(self.won()), to: Some(stage) });
        let days = self.stay(stage, at, who);
        let at = self.calendar.after(&mut self.dice, at, days);
        steps.push(Step { at, kind: TransitionKind::Lost, from: Some(stage), to: None });
    }
}

/// Sees to it that no column of a small company is empty: the latest lost
/// prospects are not yet lost, and the latest deals lost in a stage got one
/// stage further instead and are still there. Their paths are moved by whole
/// weeks towards the end, lest they look forgotten. Nothing that was won is
/// touched, because a small company has few wins to spare.
fn keep_stages_filled(paths: &mut [Path], process: &Process, calendar: &Calendar) {
    for stage in (0..process.least_open.len()).rev() {
        let open = paths.iter().map(Path::state).filter(|s| s.outcome == Outcome::Open && s.stage == stage).count();
        let missing = process.least_open[stage].saturating_sub(open);
        let lost_in = stage.saturating_sub(1);
        let mut candidates: Vec<usize> = (0..paths.len())
            .filter(|&index| {
                let steps = &paths[index].steps;
                let last = steps[steps.len() - 1];
                last.kind == TransitionKind::Lost && last.from == Some(lost_in) && steps.iter().all(|s| s.kind != TransitionKind::Reopen)
            })
            .collect();
        candidates.sort_by_key(|&index| std::cmp::Reverse(paths[index].last_step()));
        for (place, &index) in candidates.iter().take(missing).enumerate() {
            let path = &mut paths[index];
            if let Some(last) = path.steps.pop()
                && stage > 0
            {
                path.steps.push(Step { kind: TransitionKind::Move, to: Some(stage), ..last });
            }
            let idle_weeks = (calendar.end() - path.last_step()).num_weeks();
            let stay_weeks = (place % FILLED_WEEKS) as i64;
            let shift = Duration::weeks((idle_weeks - stay_weeks).max(0));
            path.steps.iter_mut().for_each(|step| step.at += shift);
        }
    }
}

/// Left alone, one open deal in seven would have been in its stage for longer
/// than the stage's pace, more in a small company with its filled stages. Some
/// of them, of every stage, come later, by whole weeks where that fits, so that
/// a designed share is left.
fn limit_stalled(paths: &mut [Path], process: &Process, calendar: &Calendar) {
    // Paths that come later can change the pace by a day, which stalls others.
    for _ in 0..STALL_PASSES {
        let (open, mut stalled) = stalled(paths, process, calendar);
        let wanted = (open as f64 * STALLED_SHARE).round();
        stalled.sort_unstable();
        let mut left = Quota::new((wanted / stalled.len().max(1) as f64).min(1.0));
        stalled.retain(|_| !left.take());
        for (place, Stalled { days, limit, index, .. }) in (0..).zip(stalled) {
            let (least, most) = ((days * 1_000 - limit + 6_999) / 7_000, (days - 1) / 7);
            // Within a pace of less than a week there may be no such day.
            let later = if least <= most { 7 * (least + place % (most - least + 1)) } else { (days - limit / 1_000).min(days - 1) };
            paths[index].steps.iter_mut().for_each(|step| step.at += Duration::days(later));
        }
    }
}

/// An open deal beyond the pace of its stage.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Stalled {
    stage: usize,
    days: i64,
    /// In thousandths of a day.
    limit: i64,
    /// Of its path.
    index: usize,
}

/// How many deals are open, and those that are stalled.
fn stalled(paths: &[Path], process: &Process, calendar: &Calendar) -> (usize, Vec<Stalled>) {
    let pace = pace(paths, process, calendar);
    let open = paths.iter().map(Path::state).enumerate().filter(|(_, state)| state.outcome == Outcome::Open);
    let beyond = open.clone().filter_map(|(index, State { stage, since, .. })| {
        let days = (calendar.as_of - since).num_days();
        let limit = pace[stage].filter(|limit| days * 1_000 > *limit)?;
        Some(Stalled { stage, days, limit, index })
    });
    (open.clone().count(), beyond.collect())
}

/// The pace of each open stage in thousandths of a day, from the stays that
/// began and ended within the last year.
fn pace(paths: &[Path], process: &Process, calendar: &Calendar) -> Vec<Option<i64>> {
    let since = calendar.end() - Duration::days(PACE_DAYS);
    let mut stays = vec![Vec::new(); process.chances.len()];
    for path in paths {
        // A move that was taken back ends no stay.
        let undone = |place: usize| path.steps.get(place + 1).is_some_and(|next| next.kind == TransitionKind::Undo);
        let steps = path.steps.iter().enumerate().filter(|(place, step)| step.kind != TransitionKind::Undo && !undone(*place));
        let steps: Vec<Step> = steps.map(|(_, step)| *step).filter(|step| step.at >= since).collect();
        for pair in steps.windows(2) {
            if let Some(stage) = pair[1].from.filter(|from| *from < stays.len() && pair[0].to == Some(*from)) {
                stays[stage].push((pair[1].at.date() - pair[0].at.date()).num_days());
            }
        }
    }
    stays.iter().map(|days| percentile_milli(days, STALL_PERCENTILE_BP)).collect()
}
