//! More open deals of the standard pipeline than any company has, for benches:
//! each with the one entry of history that a new deal has, and no follow-up.

use super::Company;
use super::calendar::utc;
use super::chance::{Dice, Stream};
use super::deals::{Sources, expected_close, next_step};
use super::process::{PROCESSES, SOURCES};
use super::sculpt::Worth;
use super::texts;
use crate::entity::{deal, stage_transition};
use chrono::{Datelike, Days};
use domain::pipeline::{Outcome, TransitionKind};

/// Extra deals are at most this old.
const DAYS: usize = 45;
/// How they are spread over the open stages, in per cent.
const STAGES: [(usize, u32); 4] = [(0, 40), (1, 28), (2, 22), (3, 10)];
const PIPELINE: usize = 0;

pub(super) fn extra(sources: &Sources<'_>, count: usize, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Extra);
    let as_of = sources.calendar.as_of;
    let sellers: Vec<usize> = (0..sources.sellers.len()).filter(|&s| sources.sellers[s].left.is_none()).collect();
    debug_assert_eq!(STAGES.len(), PROCESSES[PIPELINE].chances.len());
    for number in 0..count {
        let seller = sellers[number % sellers.len()];
        let who = &sources.sellers[seller];
        let book = &sources.customers.books[seller];
        let customer = if dice.chance(0.5) { *dice.pick(&book.buyers) } else { *dice.pick(&book.potentials) };
        let on = as_of - Days::new(1 + dice.below(DAYS) as u64);
        let created = sources.calendar.moment(&mut dice, on);
        let at = utc(created);
        let stage_number = dice.weighted(&STAGES);
        let stage = &sources.stages[PIPELINE][stage_number];
        let worth = Worth::draw(&mut dice, false);
        let (next_step, next_on) = next_step(&mut dice, as_of, created.date(), stage_number);
        let row = deal::Model {
            id: dice.id(at),
            funnel_id: dice.id(at),
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            rank: String::new(),
            title: texts::title(&mut dice, worth.product, false, false, created.year()),
            customer_id: sources.customers.rows[customer].id,
            contact_id: Some(sources.customers.contacts[sources.customers.contacts_of[customer].start].id),
            owner_id: who.id,
            unit_id: who.team,
            product_id: Some(sources.products[worth.product]),
            source: dice.weighted(&SOURCES.map(|(source, share, _)| (source, share))).code().to_owned(),
            amount_minor: worth.minor,
            currency: worth.currency.code().to_owned(),
            probability_bp: stage.probability_bp,
            outcome: Outcome::Open.code().to_owned(),
            expected_close_on: Some(expected_close(&mut dice, as_of, PIPELINE, stage_number)),
            closed_on: None,
            lost_reason: None,
            close_note: String::new(),
            competitor: String::new(),
            note: String::new(),
            next_step,
            next_on,
            first_contact_on: created.date(),
            stage_since: created.date(),
            active_on: created.date(),
            pushes: 0,
            created_at: at,
            updated_at: at,
            updated_by: Some(who.id),
            version: 1,
            pool_id: None,
            frozen_rate: None,
            frozen_to: None,
            frozen_minor: None,
        };
        company.transitions.push(stage_transition::Model {
            id: dice.id(at),
            deal_id: row.id,
            funnel_id: row.funnel_id,
            pipeline_id: row.pipeline_id,
            kind: TransitionKind::Enter.code().to_owned(),
            from_stage_id: None,
            to_stage_id: Some(stage.id),
            at,
            by_id: Some(who.id),
            note: String::new(),
            undoes: None,
            restore: None,
        });
        company.deals.push(row);
    }
}
