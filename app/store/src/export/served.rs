//! Tickets, return visits that are due, needs and opinions.

use super::columns::{NEED, TICKET, VISIT};
use super::sold::overdue_days;
use super::{Cell, PAGE, Pages, Rows, Word, in_order, in_parts};
use crate::Store;
use crate::error::Result;
use crate::visits::Heard;
use chrono::{DateTime, Utc};
use domain::page::Sort;
use domain::policy::Actor;
use domain::tickets::TicketSort;
use domain::tickets::clock::Response;
use domain::tickets::view::TicketFilter;
use domain::tiers::{Asks, Occasion};
use domain::visits::needs::NeedFilter;
use domain::visits::view::VisitFilter;

impl Store {
    fn walled(&self, at: Option<DateTime<Utc>>) -> Result<Cell> {
        at.map_or(Ok(Cell::Empty), |at| self.wall_out(at))
    }

    pub(super) async fn tickets_out(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        sort: Sort<TicketSort>,
        after: Option<&str>,
    ) -> Result<Rows> {
        let (found, next) = self.ticket_lines_of(actor, filter, sort, after, PAGE).await?;
        let names = self.names_out(actor, found.iter().map(|(row, _)| row.customer)).await?;
        let rows = found.into_iter().map(|(row, whole)| {
            let assignee = self.person_out(row.assignee)?;
            let took = match row.response {
                Response::InTime(minutes) | Response::TooLate(minutes) => Cell::Whole(minutes),
                Response::Free | Response::Left(_) | Response::Late(_) => Cell::Empty,
            };
            let (opened, updated) = (self.wall_out(row.opened_at)?, self.day_out(row.updated_at)?);
            let (promised, answered) = (self.walled(whole.promise_at)?, self.walled(whole.answered_at)?);
            let (solved, closed) = (self.walled(whole.solved_at)?, self.walled(whole.closed_at)?);
            in_order(TICKET, |field| {
                Some(match field {
                    "number" => Cell::Whole(row.number),
                    "subject" => Cell::text(row.subject.clone()),
                    "kind" => Cell::Word(Word::TicketKind(row.kind)),
                    "priority" => Cell::Word(Word::Priority(row.priority)),
                    "state" => Cell::Word(Word::Ticket(row.state)),
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.customer_name).clone()),
                    "tier" => Cell::Tier(row.tier),
                    "assignee" => assignee.clone(),
                    "opened_at" => opened.clone(),
                    "promised" => promised.clone(),
                    "answered_at" => answered.clone(),
                    "took" => took.clone(),
                    "late" => Cell::YesNo(row.response.is_late()),
                    "solved_at" => solved.clone(),
                    "closed_at" => closed.clone(),
                    "reopened" => Cell::Whole(i64::from(whole.reopened)),
                    "body" => Cell::text(whole.body.clone()),
                    "updated_on" => Cell::Date(updated),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    /// Whom to visit is worked out in memory, over all.
    pub(super) fn visits_out(&self, actor: &Actor, filter: VisitFilter) -> Pages {
        let (store, by) = (self.clone(), actor.clone());
        let all = {
            let (store, by) = (store.clone(), by.clone());
            async move { store.visits_narrowed(&by, &filter).await }
        };
        in_parts(all, move |part| {
            let (store, by) = (store.clone(), by.clone());
            async move { store.visits_page(&by, part).await }
        })
    }

    async fn visits_page(&self, actor: &Actor, page: Vec<Heard>) -> Result<Vec<Vec<Cell>>> {
        let org = self.require_org()?;
        let found = self.visit_rows(&org, &page.iter().collect::<Vec<_>>()).await?;
        let names = self.names_out(actor, found.iter().map(|row| row.customer)).await?;
        let rows = found.into_iter().map(|row| {
            let owner = self.person_out(row.owner)?;
            let told = row.told.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("; ");
            let contact = row.reach.contact.map(|_| row.reach.name.clone());
            in_order(VISIT, |field| {
                Some(match field {
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.name).clone()),
                    "tier" => Cell::Tier(row.tier),
                    "owner" => owner.clone(),
                    "standing" => Cell::Word(Word::Standing(row.standing)),
                    "due_on" => Cell::Date(row.due),
                    "overdue_days" => Cell::of((row.overdue_days > 0).then_some(row.overdue_days), Cell::Whole),
                    "last_on" => Cell::of(row.last, Cell::Date),
                    "every_days" => match row.asks {
                        Asks::Every(days) => Cell::Whole(i64::from(days)),
                        Asks::After(_) => Cell::Empty,
                    },
                    "asked_by" => match row.asks {
                        Asks::Every(_) => Cell::Empty,
                        Asks::After(Occasion::Win { .. }) => Cell::Word(Word::AfterWin),
                        Asks::After(Occasion::Score { .. }) => Cell::Word(Word::AfterLowScore),
                    },
                    "event_on" => match row.asks {
                        Asks::Every(_) => Cell::Empty,
                        Asks::After(occasion) => Cell::Date(occasion.on()),
                    },
                    "channels" => Cell::Words(row.channels.iter().map(|kind| Word::Channel(*kind)).collect()),
                    "level" => Cell::of(row.level, |level| Cell::Word(Word::Escalation(level))),
                    "told" => Cell::text(told.clone()),
                    "contact" => Cell::of(contact.clone(), Cell::text),
                    "phone" => Cell::text(row.reach.phone.clone()),
                    "email" => Cell::text(row.reach.email.clone()),
                    "needs" => Cell::Whole(row.needs),
                    _ => return None,
                })
            })
        });
        rows.collect()
    }

    pub(super) async fn needs_out(&self, actor: &Actor, filter: &NeedFilter, after: Option<&str>) -> Result<Rows> {
        let (found, next) = self.need_rows(actor, filter, after, PAGE).await?;
        let names = self.names_out(actor, found.iter().map(|row| row.customer)).await?;
        let today = self.clock.today();
        let rows = found.into_iter().map(|row| {
            let handler = self.person_out(row.owner)?;
            let said = self.day_out(row.created_at)?;
            let due = row.due_on.filter(|_| row.status.is_unsettled());
            in_order(NEED, |field| {
                Some(match field {
                    "text" => Cell::text(row.text.clone()),
                    "kind" => Cell::Word(Word::NeedKind(row.kind)),
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.customer_name).clone()),
                    "status" => Cell::Word(Word::Need(row.status)),
                    "handler" => handler.clone(),
                    "due_on" => Cell::of(row.due_on, Cell::Date),
                    "overdue_days" => overdue_days(due, today),
                    "reason" => Cell::text(row.reason.clone()),
                    "by" => Cell::text(row.by.clone()),
                    "created_on" => Cell::Date(said),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }
}
