//! What is in the pools, and the visits of a day in the field.

use super::columns::{FIELD, LEAD, POOL};
use super::{Cell, PAGE, Rows, Word, in_order};
use crate::Store;
use crate::error::Result;
use domain::field::Stay;
use domain::field::page::{Visit, VisitQuery};
use domain::policy::Actor;
use domain::pool::page::{PoolFilter, Reason};

/// Visits of a day that go out; the identifiers of all go into one statement.
const DAY: u64 = 10_000;

impl Store {
    pub(super) async fn pool_out(&self, actor: &Actor, filter: &PoolFilter, after: Option<&str>) -> Result<Rows> {
        let found = self.pool_page_of(actor, filter, after, PAGE).await?;
        let rows = found.rows.into_iter().map(|row| {
            let last = row.last_owner.as_ref().map_or(Ok(Cell::Empty), |(id, _)| self.person_out(*id))?;
            let reason = match &row.reason {
                Reason::Said(text) => Cell::text(text.clone()),
                Reason::Rule(cause) => Cell::Word(Word::Cause(*cause)),
            };
            let lead = row.lead.as_ref();
            in_order(if filter.leads { LEAD } else { POOL }, |field| {
                Some(match field {
                    "lead" => Cell::of(lead, |lead| Cell::text(lead.title.clone())),
                    "stage" => Cell::of(lead, |lead| Cell::Name(lead.stage_zh.clone(), lead.stage_en.clone())),
                    "amount" => Cell::of(lead, |lead| Cell::Money(lead.amount)),
                    "currency" => Cell::of(lead, |lead| Cell::Text(lead.amount.currency.code().to_owned())),
                    "source" => Cell::of(lead, |lead| Cell::Source(lead.source)),
                    "customer" => Cell::text(row.name.clone()),
                    "tier" => Cell::Tier(row.tier),
                    "industry" => Cell::text(row.industry.clone()),
                    "region" => Cell::text(row.region.clone()),
                    "pool" => Cell::text(row.pool_name.clone()),
                    "since" => Cell::Date(row.since),
                    "last_owner" => last.clone(),
                    "hand" => Cell::Word(Word::Hand(row.hand)),
                    "reason" => reason.clone(),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, found.next))
    }

    /// A row for each visit and for each customer who was expected and not visited, person by
    /// person. Taking it home is a look at where others were, and is written down like one.
    pub(super) async fn field_out(&self, actor: &Actor, query: &VisitQuery) -> Result<Rows> {
        let day = self.visit_day_of(actor, query, DAY).await?;
        let mut rows = Vec::new();
        for person in &day.people {
            let who = self.person_out(person.person)?;
            for visit in &person.visits {
                rows.push(self.visited(visit, &who)?);
            }
            for (_, name, planned) in &person.missed {
                rows.push(in_order(FIELD, |field| {
                    Some(match field {
                        "on" => Cell::Date(day.on),
                        "person" => who.clone(),
                        "customer" => Cell::text(name.clone()),
                        "planned" => Cell::Word(Word::Planned(*planned)),
                        "visited" => Cell::YesNo(false),
                        _ => Cell::Empty,
                    })
                })?);
            }
        }
        Ok((rows, None))
    }

    fn visited(&self, visit: &Visit, who: &Cell) -> Result<Vec<Cell>> {
        let at = self.wall_out(visit.at)?;
        let out_at = visit.out.as_ref().map_or(Ok(Cell::Empty), |out| self.wall_out(out.at))?;
        let stay = match visit.stay {
            Stay::Ended { minutes } => Cell::Whole(minutes),
            Stay::Open { .. } | Stay::Closed => Cell::Empty,
        };
        in_order(FIELD, |field| {
            Some(match field {
                "on" => Cell::Date(visit.on),
                "person" => who.clone(),
                "customer" => Cell::text(visit.customer_name.clone()),
                "tier" => Cell::Tier(visit.tier),
                "planned" => Cell::Word(Word::Planned(visit.planned)),
                "visited" => Cell::YesNo(true),
                "at" => at.clone(),
                "out_at" => out_at.clone(),
                "stay" => stay.clone(),
                "valid" => Cell::of(visit.stay.valid(), Cell::YesNo),
                "verdict" => Cell::Word(Word::Verdict(visit.verdict)),
                "signals" => Cell::Words(visit.signals.iter().map(|signal| Word::Signal(*signal)).collect()),
                "offline" => Cell::YesNo(visit.offline),
                "note" => Cell::text(visit.note.clone()),
                "out_note" => Cell::of(visit.out.as_ref().map(|out| out.note.clone()), Cell::text),
                "next_step" => Cell::text(visit.next_step.clone()),
                "next_on" => Cell::of(visit.next_on, Cell::Date),
                _ => return None,
            })
        })
    }
}
