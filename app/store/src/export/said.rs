//! Surveys, what was answered, how it went, and what is done about low scores. Of an anonymous answer a file says no more
//! than the page does ([decision 0028]): neither whose it is nor its day, and nothing where
//! fewer than five are together. Its tier is left out too: in a file whoever counts by it
//! would find the few.
//!
//! [decision 0028]: ../../../../docs/decisions/0028-answers-are-named-or-lead-to-nobody.md

use super::columns::{ANSWER, PLAN, SURVEY, TREND};
use super::sold::overdue_days;
use super::{Cell, Pages, Rows, Word, in_order, in_parts};
use crate::Store;
use crate::error::Result;
use crate::satisfaction::{Counted, plan};
use chrono::Datelike;
use domain::ids::SurveyId;
use domain::policy::Actor;
use domain::rounding::ratio_bp;
use domain::survey::Dimension;
use domain::survey::figures::{Point, Step};
use domain::survey::view::{AnswerRow, PlanFilter, ResultsQuery};

impl Store {
    pub(super) async fn surveys_out(&self, actor: &Actor) -> Result<Rows> {
        let rows = self.surveys(actor).await?.into_iter().map(|row| {
            let (tally, csat) = (&row.tally, row.tally.csat());
            in_order(SURVEY, |field| {
                Some(match field {
                    "title" => Cell::Name(row.title.zh.clone(), row.title.en.clone()),
                    "status" => Cell::Word(Word::Survey(row.status)),
                    "sent" => Cell::Whole(row.sent),
                    "answered" => Cell::Whole(row.answered),
                    "response" => Cell::share(ratio_bp(row.answered, row.sent)),
                    "n" => Cell::count(tally.n),
                    "csat_n" => Cell::count(tally.csat_n()),
                    "csat" => Cell::share(csat.top2_bp),
                    "points" => Cell::tenths(csat.score_x10),
                    "nps_n" => Cell::count(tally.nps_n()),
                    "nps" => Cell::tenths(tally.nps_x10()),
                    "low" => Cell::count(tally.low),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, None))
    }

    /// Which answers may be told, and in which order, is decided over all of them.
    pub(super) fn answers_out(&self, actor: &Actor, id: SurveyId, query: ResultsQuery) -> Pages {
        let (store, by) = (self.clone(), actor.clone());
        let all = {
            let (store, by) = (store.clone(), by.clone());
            async move { store.answers_told(&by, id, &query).await }
        };
        in_parts(all, move |part| {
            let (store, by) = (store.clone(), by.clone());
            async move { store.answers_page(&by, part).await }
        })
    }

    async fn answers_page(&self, actor: &Actor, page: Vec<Counted>) -> Result<Vec<Vec<Cell>>> {
        let found = self.answers_listed(page).await?;
        let names = self.names_out(actor, found.iter().filter_map(|row| Some(row.customer.as_ref()?.0))).await?;
        let rows = found.into_iter().map(|row| {
            let customer = row.customer.clone().map(|(id, short)| names.get(&id).cloned().unwrap_or(short));
            in_order(ANSWER, |field| answer_cell(&row, customer.as_ref(), field))
        });
        rows.collect()
    }

    /// The order of plans is that of two questions, one after the other.
    pub(super) fn plans_out(&self, actor: &Actor, filter: PlanFilter) -> Pages {
        let (store, by) = (self.clone(), actor.clone());
        let all = {
            let (store, by) = (store.clone(), by.clone());
            async move { store.plans_narrowed(&by, &filter).await }
        };
        in_parts(all, move |part| {
            let (store, by) = (store.clone(), by.clone());
            async move { store.plans_page(&by, part).await }
        })
    }

    async fn plans_page(&self, actor: &Actor, page: Vec<plan::Model>) -> Result<Vec<Vec<Cell>>> {
        let found = self.plans_listed(page).await?;
        let names = self.names_out(actor, found.iter().map(|row| row.customer)).await?;
        let today = self.clock.today();
        let rows = found.into_iter().map(|row| {
            let owner = self.person_out(row.owner)?;
            let late = row.overdue(today).then_some(row.due_on);
            let after = row.after.clone().unwrap_or_default();
            in_order(PLAN, |field| {
                Some(match field {
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.customer_name).clone()),
                    "owner" => owner.clone(),
                    "status" => Cell::Word(Word::Plan(row.status)),
                    "on" => Cell::Date(row.on),
                    "due_on" => Cell::Date(row.due_on),
                    "overdue_days" => overdue_days(late, today),
                    "csat" => Cell::of(row.before.csat, Cell::Whole),
                    "nps" => Cell::of(row.before.nps, Cell::Whole),
                    "action" => Cell::text(row.action.clone()),
                    "csat_after" => Cell::of(after.csat, Cell::Whole),
                    "nps_after" => Cell::of(after.nps, Cell::Whole),
                    _ => return None,
                })
            })
        });
        rows.collect()
    }

    /// A row for each month or quarter. What nobody answered has no figure, which is not zero.
    pub(super) async fn trend_out(&self, actor: &Actor, id: SurveyId, query: &ResultsQuery) -> Result<Rows> {
        let found = self.survey_results(actor, id, &ResultsQuery { set: None, ..query.clone() }).await?;
        let rows = found.trend.iter().map(|point| in_order(TREND, |field| point_cell(point, found.step, field)));
        Ok((rows.collect::<Result<_>>()?, None))
    }
}

fn answer_cell(row: &AnswerRow, customer: Option<&String>, field: &str) -> Option<Cell> {
    let named = |cell: Cell| if row.anonymous { Cell::Empty } else { cell };
    let mark = |wanted: Dimension| {
        let found = row.scores.marks.iter().find(|(dimension, _)| *dimension == wanted);
        Cell::of(found.map(|(_, stars)| *stars), Cell::Whole)
    };
    Some(match field {
        "month" => Cell::Text(row.on.format("%Y-%m").to_string()),
        "on" => named(Cell::Date(row.on)),
        "source" => Cell::Word(Word::Answer(row.source)),
        "anonymous" => Cell::YesNo(row.anonymous),
        "customer" => named(Cell::of(customer.cloned(), Cell::text)),
        "contact" => named(Cell::text(row.contact_name.clone())),
        "owner" => named(Cell::text(row.owner_name.clone())),
        "tier" => named(Cell::Tier(row.tier)),
        "csat" => Cell::of(row.scores.csat, Cell::Whole),
        "nps" => Cell::of(row.scores.nps, Cell::Whole),
        "ces" => Cell::of(row.scores.ces, Cell::Whole),
        "service" => mark(Dimension::Service),
        "product" => mark(Dimension::Product),
        "delivery" => mark(Dimension::Delivery),
        "response" => mark(Dimension::Response),
        "expertise" => mark(Dimension::Expertise),
        "value" => mark(Dimension::Value),
        "words" => Cell::text(row.words.clone()),
        "plan" => named(Cell::YesNo(row.plan.is_some())),
        _ => return None,
    })
}

fn point_cell(point: &Point, step: Step, field: &str) -> Option<Cell> {
    let tally = &point.tally;
    let (csat, nps) = (tally.csat_band(), tally.nps_band());
    Some(match field {
        "from" => Cell::Date(point.start),
        "step" => Cell::Text(match step {
            Step::Month => point.start.format("%Y-%m").to_string(),
            Step::Quarter => format!("{} Q{}", point.start.year(), (point.start.month() - 1) / 3 + 1),
        }),
        "n" => Cell::count(tally.n),
        "csat_n" => Cell::count(tally.csat_n()),
        "csat" => Cell::share(tally.csat().top2_bp),
        "csat_low" => Cell::share(csat.map(|band| band.low_bp)),
        "csat_high" => Cell::share(csat.map(|band| band.high_bp)),
        "nps_n" => Cell::count(tally.nps_n()),
        "nps" => Cell::tenths(tally.nps_x10()),
        "nps_low" => Cell::tenths(nps.map(|band| band.low_x10)),
        "nps_high" => Cell::tenths(nps.map(|band| band.high_x10)),
        _ => return None,
    })
}
