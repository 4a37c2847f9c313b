//! Deals as rows: a path with its worth and customer, the words people put on
//! it, and its history as transitions.

use super::Company;
use super::calendar::{Calendar, is_weekend, next_working_day, utc};
use super::chance::{Dice, Quota};
use super::company::Seller;
use super::customers::Customers;
use super::funnel::{Path, State};
use super::process::PROCESSES;
use super::sculpt::Worth;
use super::texts::{self, COMPETITORS};
use crate::entity::{deal, stage, stage_transition};
use chrono::{Datelike, Days, Duration, NaiveDate};
use domain::pipeline::{LostReason, NextStep, Outcome, TransitionKind, order::spread_ranks};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Open deals by the state of their next step, in per cent.
pub(super) const NEXT_MIX: [(NextStep, u32); 4] =
    [(NextStep::Planned, 62), (NextStep::Due, 12), (NextStep::Overdue, 14), (NextStep::None, 12)];
const CLOSE_OVERDUE_SHARE: f64 = 0.05;
const OVERRIDDEN_SHARE: f64 = 0.10;
const BY_MANAGER: f64 = 0.08;
/// The first stage often has no expected close yet.
const NO_CLOSE_YET: f64 = 0.35;

const EARLY_REASONS: [(LostReason, u32); 7] = [
    (LostReason::NoResponse, 38),
    (LostReason::NoBudget, 20),
    (LostReason::Timing, 15),
    (LostReason::NeedChanged, 12),
    (LostReason::Other, 6),
    (LostReason::Price, 5),
    (LostReason::NoDecision, 4),
];
const LATE_REASONS: [(LostReason, u32); 7] = [
    (LostReason::Price, 28),
    (LostReason::Competitor, 24),
    (LostReason::NoDecision, 16),
    (LostReason::NoBudget, 12),
    (LostReason::Timing, 10),
    (LostReason::NeedChanged, 8),
    (LostReason::Other, 2),
];

/// What deals are made from.
pub(super) struct Sources<'a> {
    pub calendar: &'a Calendar,
    pub sellers: &'a [Seller],
    pub managers: &'a [Uuid],
    pub customers: &'a Customers,
    /// Stages of each pipeline.
    pub stages: &'a [Vec<stage::Model>],
    pub products: &'a [Uuid],
}

impl Sources<'_> {
    /// Who had a path's deal on a day: its seller, or after their leaving the
    /// one who took over the customer.
    pub(super) fn seller_on(&self, path: &Path, customer: usize, day: NaiveDate) -> usize {
        let gone = self.sellers[path.seller].left.is_some_and(|left| day >= left);
        if gone { self.customers.keeper[customer] } else { path.seller }
    }
}

/// One row for each path, in their order, into `company`.
pub(super) fn deals(sources: &Sources<'_>, paths: &[Path], worths: &[Worth], dice: &mut Dice, company: &mut Company) {
    let mut writer = Writer { sources, dice, overdue: Quota::new(CLOSE_OVERDUE_SHARE) };
    for ((path, worth), customer) in paths.iter().zip(worths).zip(&sources.customers.of_path) {
        let row = writer.row(path, worth, *customer);
        writer.history(path, *customer, &row, &mut company.transitions);
        company.deals.push(row);
    }
}

/// Spreads the ranks of each column, the latest arrivals on top.
pub(super) fn rank(deals: &mut [deal::Model]) {
    let mut columns: BTreeMap<(Uuid, String), Vec<usize>> = BTreeMap::new();
    for (index, row) in deals.iter().enumerate() {
        columns.entry((row.stage_id, row.outcome.clone())).or_default().push(index);
    }
    for mut column in columns.into_values() {
        column.sort_by_key(|&i| std::cmp::Reverse((deals[i].stage_since, deals[i].id)));
        for (index, rank) in column.iter().zip(spread_ranks(column.len())) {
            deals[*index].rank = rank;
        }
    }
}

/// A next step for an open deal that has been in its stage since a day.
pub(super) fn next_step(dice: &mut Dice, as_of: NaiveDate, since: NaiveDate, progress: usize) -> (String, Option<NaiveDate>) {
    let on = match dice.weighted(&NEXT_MIX) {
        NextStep::None => return (String::new(), None),
        NextStep::Due => as_of,
        NextStep::Overdue => (as_of - Duration::days(dice.between(1, 9))).max(since),
        NextStep::Planned => {
            let on = as_of + Duration::days(dice.between(1, 12));
            if is_weekend(on) { next_working_day(on) } else { on }
        }
    };
    (texts::next_step(dice, progress).to_owned(), Some(on))
}

/// When an open deal should close: what its stages still take from today on.
pub(super) fn expected_close(dice: &mut Dice, as_of: NaiveDate, pipeline: usize, stage: usize) -> NaiveDate {
    let process = &PROCESSES[pipeline];
    let left: f64 = process.stays[stage..].iter().map(|(median, _)| median * process.live_pace).sum();
    as_of + Duration::days((dice.log_normal(left * 1.2, 0.45).round() as i64).max(2))
}

struct Writer<'a, 'b> {
    sources: &'a Sources<'a>,
    dice: &'b mut Dice,
    overdue: Quota,
}

impl Writer<'_, '_> {
    fn row(&mut self, path: &Path, worth: &Worth, customer: usize) -> deal::Model {
        let state = path.state();
        let calendar = self.sources.calendar;
        let is_open = state.outcome == Outcome::Open;
        let last_day = if is_open { calendar.as_of } else { path.last_step().date() };
        let owner = &self.sources.sellers[self.sources.seller_on(path, customer, last_day)];
        let stage = &self.sources.stages[path.pipeline][state.stage];
        let created = path.created();
        let created_at = utc(created);
        let key_account = path.pipeline > 0;
        let export = worth.currency != domain::money::Currency::Cny;
        let contacts = self.sources.customers.contacts_of[customer].clone();
        let contact = self.dice.below(contacts.len());
        let (next_step, next_on) = if is_open {
            next_step(self.dice, calendar.as_of, state.since, PROCESSES[path.pipeline].progress(state.stage))
        } else {
            (String::new(), None)
        };
        let mut row = deal::Model {
            id: self.dice.id(created_at),
            funnel_id: self.dice.id(created_at),
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            rank: String::new(),
            title: texts::title(self.dice, worth.product, key_account, export, created.year()),
            customer_id: self.sources.customers.rows[customer].id,
            contact_id: (!self.dice.chance(0.1)).then(|| self.sources.customers.contacts[contacts.start + contact].id),
            owner_id: owner.id,
            unit_id: owner.team,
            product_id: Some(self.sources.products[worth.product]),
            source: path.source.code().to_owned(),
            amount_minor: worth.minor,
            currency: worth.currency.code().to_owned(),
            probability_bp: stage.probability_bp,
            outcome: state.outcome.code().to_owned(),
            expected_close_on: None,
            closed_on: state.closed_on,
            lost_reason: None,
            close_note: String::new(),
            competitor: String::new(),
            note: if self.dice.chance(0.2) { texts::deal_note(self.dice).to_owned() } else { String::new() },
            next_step,
            next_on,
            first_contact_on: created.date(),
            stage_since: state.since,
            active_on: created.date(),
            pushes: self.dice.weighted(&[(0, 78), (1, 16), (2, 6)]),
            created_at,
            updated_at: utc(path.last_step()),
            updated_by: Some(owner.id),
            version: i32::try_from(path.steps.len()).unwrap_or(i32::MAX),
            pool_id: None,
            frozen_rate: None,
            frozen_to: None,
            frozen_minor: None,
        };
        match state.outcome {
            Outcome::Open => self.open(&mut row, path, state),
            Outcome::Won => self.won(&mut row, state),
            Outcome::Lost => self.lost(&mut row, state),
            Outcome::Invalid => {
                row.probability_bp = 0;
                row.close_note = texts::invalid_note(self.dice).to_owned();
            }
        }
        row
    }

    fn open(&mut self, row: &mut deal::Model, path: &Path, state: State) {
        let as_of = self.sources.calendar.as_of;
        if self.dice.chance(OVERRIDDEN_SHARE) {
            row.probability_bp = (row.probability_bp + 500 * i32::try_from(self.dice.between(-3, 4)).unwrap_or(0)).clamp(0, 9_500);
        }
        if self.overdue.take() {
            row.expected_close_on = Some((as_of - Duration::days(self.dice.between(1, 18))).max(path.created().date()));
            row.pushes += 1;
        } else if state.stage > 0 || !self.dice.chance(NO_CLOSE_YET) {
            row.expected_close_on = Some(expected_close(self.dice, as_of, path.pipeline, state.stage));
        }
        if state.stage >= 2 && self.dice.chance(0.3) {
            row.competitor = (*self.dice.pick(&COMPETITORS)).to_owned();
        }
    }

    fn won(&mut self, row: &mut deal::Model, state: State) {
        row.expected_close_on = state.closed_on.map(|on| on + Duration::days(self.dice.between(-6, 6)));
        row.close_note = texts::won_note(self.dice).to_owned();
        if self.dice.chance(0.12) {
            row.competitor = (*self.dice.pick(&COMPETITORS)).to_owned();
        }
    }

    fn lost(&mut self, row: &mut deal::Model, state: State) {
        let reasons = if state.stage < 2 { &EARLY_REASONS } else { &LATE_REASONS };
        let reason = self.dice.weighted(reasons);
        let named = reason == LostReason::Competitor || reason == LostReason::Price && self.dice.chance(0.6);
        if named {
            row.competitor = (*self.dice.pick(&COMPETITORS)).to_owned();
        }
        row.probability_bp = 0;
        row.expected_close_on = state.closed_on.filter(|_| state.stage > 0).map(|on| on + Days::new(self.dice.below(40) as u64));
        row.lost_reason = Some(reason.code().to_owned());
        row.close_note = texts::lost_note(self.dice, reason, &row.competitor);
    }

    /// The path as transitions. The closing entry that still holds says what
    /// the deal says; earlier ones have words of their own.
    fn history(&mut self, path: &Path, customer: usize, row: &deal::Model, into: &mut Vec<stage_transition::Model>) {
        let stages = &self.sources.stages[path.pipeline];
        let mut by = row.owner_id;
        for (place, step) in path.steps.iter().enumerate() {
            let undoes = (step.kind == TransitionKind::Undo).then(|| into.last().map(|t| t.id)).flatten();
            // Who takes a move back is the one who made it.
            if undoes.is_none() {
                let seller = &self.sources.sellers[self.sources.seller_on(path, customer, step.at.date())];
                let managed = place > 0 && self.dice.chance(BY_MANAGER);
                by = if managed { self.sources.managers[seller.region] } else { seller.id };
            }
            let at = utc(step.at);
            into.push(stage_transition::Model {
                id: self.dice.id(at),
                deal_id: row.id,
                funnel_id: row.funnel_id,
                pipeline_id: row.pipeline_id,
                kind: step.kind.code().to_owned(),
                from_stage_id: step.from.map(|stage| stages[stage].id),
                to_stage_id: step.to.map(|stage| stages[stage].id),
                at,
                by_id: Some(by),
                note: self.note(path, place, row),
                undoes,
                restore: None,
            });
        }
    }

    fn note(&mut self, path: &Path, place: usize, row: &deal::Model) -> String {
        let step = &path.steps[place];
        let last = place + 1 == path.steps.len();
        match step.kind {
            TransitionKind::Won | TransitionKind::Lost | TransitionKind::Invalid if last => row.close_note.clone(),
            TransitionKind::Lost => texts::lost_note(self.dice, LostReason::Timing, ""),
            TransitionKind::Won => texts::won_note(self.dice).to_owned(),
            TransitionKind::Reopen => texts::reopen_note(self.dice, step.from != step.to).to_owned(),
            _ => String::new(),
        }
    }
}
