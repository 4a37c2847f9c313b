//! Whom surveys ask by themselves: by the rhythm of a tier, after a deal was won or a
//! ticket was solved, and a second time after a plan. What is due becomes an invitation without a link; its owner
//! makes the link, or the command line does for all at once, those of earlier nights too.
//!
//! Doing it again does nothing: who was just asked is not asked.

use super::invite::too_soon;
use super::{change, contacts_of, invitation, last_asked, last_revision, new_token, plan, run, short, survey};
use crate::auth::token_hash;
use crate::entity::{contact, customer, deal};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::tickets::ticket;
use crate::write::Work;
use crate::{Clock, Store, new_request};
use chrono::{Days, NaiveDate};
use domain::customers::Tier;
use domain::pipeline::Outcome;
use domain::policy::{Action, grant_any};
use domain::survey::SurveyStatus;
use domain::survey::plan::{PlanStatus, SECOND_AFTER_DAYS};
use domain::survey::sending::Occasion;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Somebody who is asked, for whoever sends the links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLink {
    pub survey: String,
    pub customer: String,
    pub contact: String,
    pub email: String,
    pub phone: String,
    pub occasion: Occasion,
    /// Only if links were made.
    pub token: Option<String>,
}

/// An invitation that is due.
struct Due {
    row: invitation::Model,
    said: DueLink,
}

impl Store {
    /// Who is asked on `day`; nothing is written.
    pub async fn surveys_due(&self, day: NaiveDate) -> Result<Vec<DueLink>> {
        Ok(due(self.db(), self.clock, day).await?.into_iter().map(|due| due.said).collect())
    }

    /// Makes the invitations of `day`. With `links` each with its link, whose token is
    /// given and not stored; then those that wait for theirs get one too.
    pub async fn ask_due(&self, day: NaiveDate, links: bool) -> Result<Vec<DueLink>> {
        let org = self.require_org()?;
        let actor = org.command_line().ok_or_else(|| StoreError::Internal("no units".into()))?;
        // Read before and in the command: one that was made meanwhile is not made again.
        let clock = self.clock;
        let mut wanted = due(self.db(), clock, day).await?.len();
        if links {
            wanted += waiting(self.db()).await?.len();
        }
        let tokens: Vec<String> = if links { (0..wanted).map(|_| new_token()).collect() } else { Vec::new() };
        let hashes: Vec<String> = tokens.iter().map(|token| token_hash(token)).collect();
        let made: Vec<(String, [String; 5], Occasion)> =
            self.write(&actor, new_request(), move |work| async move { make(&work, clock, day, wanted, hashes).await }).await?;
        let mut tokens = tokens.into_iter();
        Ok(made
            .into_iter()
            .map(|(_, [survey, customer, contact, email, phone], occasion)| DueLink {
                survey,
                customer,
                contact,
                email,
                phone,
                occasion,
                token: tokens.next(),
            })
            .collect())
    }

    /// Once a day, whatever process asks: `None` if today's was done.
    pub async fn surveys_nightly(&self) -> Result<Option<usize>> {
        if self.org().and_then(|org| org.command_line()).is_none() {
            return Ok(None);
        }
        let day = self.clock.today();
        if run::Entity::find().filter(run::Column::Day.eq(day)).one(self.db()).await?.is_some() {
            return Ok(None);
        }
        let made = self.ask_due(day, false).await?.len();
        let actor = self.require_org()?.command_line().ok_or_else(|| StoreError::Internal("no units".into()))?;
        self.write(&actor, new_request(), move |work| async move {
            work.alone("survey run").await?;
            if run::Entity::find().filter(run::Column::Day.eq(day)).one(work.tx()).await?.is_none() {
                let row = run::Model { id: work.new_id(), day, made: i32::try_from(made).unwrap_or(i32::MAX), at: work.now };
                run::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
            Ok(())
        })
        .await?;
        Ok(Some(made))
    }
}

async fn make(
    work: &Work,
    clock: Clock,
    day: NaiveDate,
    wanted: usize,
    hashes: Vec<String>,
) -> Result<Vec<(String, [String; 5], Occasion)>> {
    work.alone("survey invitations").await?;
    let granted = grant_any(&work.by, Action::AskCustomers)?;
    let mut made = Vec::new();
    let mut surveys = HashSet::new();
    let links = !hashes.is_empty();
    let mut hashes = hashes.into_iter();
    // Who waits for a link is asked with it today, and so not by what is due beside.
    let mut asked = HashSet::new();
    for row in if links { waiting(work.tx()).await? } else { Vec::new() } {
        let of = super::living(work.tx(), row.customer_id).await?;
        if !asked.insert(of.id) {
            continue;
        }
        let Some(survey) = survey::Entity::find_by_id(row.survey_id).one(work.tx()).await? else { continue };
        let Some(revision) = last_revision(work.tx(), &survey).await? else { continue };
        let Some(hash) = hashes.next() else { break };
        let expires_on = day.checked_add_days(Days::new(u64::from(survey.sends()?.valid_days)));
        let contact = match row.contact_id {
            Some(id) => contact::Entity::find_by_id(id).one(work.tx()).await?,
            None => None,
        };
        work.audit(granted, "survey_invitation", row.id, &serde_json::json!({ "link": "anew", "customer": row.customer_id }))?;
        surveys.insert(row.survey_id);
        let said = said(&survey, &of, contact.as_ref(), read("occasion", &row.occasion, Occasion::parse)?);
        made.push((row.id.to_string(), [said.survey, said.customer, said.contact, said.email, said.phone], said.occasion));
        let mut change = row.into_active_model();
        change.token_hash = Set(Some(hash));
        change.made_on = Set(day);
        change.expires_on = Set(expires_on);
        change.revision_id = Set(revision.id);
        change.update(work.tx()).await?;
    }
    let left = wanted.saturating_sub(made.len());
    for due in due(work.tx(), clock, day).await?.into_iter().filter(|due| !asked.contains(&due.row.customer_id)).take(left) {
        let row = invitation::Model { id: work.new_id(), token_hash: hashes.next(), ..due.row };
        work.audit(
            granted,
            "survey_invitation",
            row.id,
            &serde_json::json!({ "survey": row.survey_id, "customer": row.customer_id, "occasion": row.occasion }),
        )?;
        surveys.insert(row.survey_id);
        let said = due.said;
        made.push((row.id.to_string(), [said.survey, said.customer, said.contact, said.email, said.phone], said.occasion));
        invitation::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    }
    for id in surveys {
        work.changed(change(id, 0, None, &work.by))?;
    }
    Ok(made)
}

/// Invitations of open surveys that wait for their link, the oldest first.
async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<invitation::Model>> {
    use invitation::Column as I;
    let open = Query::select()
        .column(survey::Column::Id)
        .from(survey::Entity)
        .and_where(survey::Column::Status.eq(SurveyStatus::Open.code()))
        .take();
    let these =
        invitation::Entity::find().filter(I::TokenHash.is_null()).filter(I::Answered.eq(false)).filter(I::SurveyId.in_subquery(open));
    Ok(these.order_by_asc(I::MadeOn).order_by_asc(I::Id).all(db).await?)
}

/// Somebody who is asked, without a link yet.
fn said(of: &survey::Model, row: &customer::Model, contact: Option<&contact::Model>, occasion: Occasion) -> DueLink {
    DueLink {
        survey: of.title_zh.clone(),
        customer: short(row),
        contact: contact.map(|c| c.name.clone()).unwrap_or_default(),
        email: contact.map(|c| c.email.clone()).unwrap_or_default(),
        phone: contact.map_or_else(|| row.phone.clone(), |c| c.phone.clone()),
        occasion,
        token: None,
    }
}

async fn due(db: &impl ConnectionTrait, clock: Clock, day: NaiveDate) -> Result<Vec<Due>> {
    let mut found = Vec::new();
    // Who is asked by one survey tonight is not asked by the next.
    let mut tonight = HashSet::new();
    let open = survey::Entity::find().filter(survey::Column::Status.eq(SurveyStatus::Open.code())).order_by_asc(survey::Column::Id);
    for of in open.all(db).await? {
        found.extend(due_of(db, clock, &of, day, &mut tonight).await?);
    }
    Ok(found)
}

async fn due_of(
    db: &impl ConnectionTrait,
    clock: Clock,
    of: &survey::Model,
    day: NaiveDate,
    tonight: &mut HashSet<Uuid>,
) -> Result<Vec<Due>> {
    use customer::Column as C;
    let Some(revision) = last_revision(db, of).await? else { return Ok(Vec::new()) };
    let sending = of.sends()?;
    let before = invitation::Entity::find().filter(invitation::Column::SurveyId.eq(of.id)).all(db).await?;
    let mut last: HashMap<Uuid, NaiveDate> = HashMap::new();
    for row in &before {
        last.entry(row.customer_id).and_modify(|known| *known = row.made_on.max(*known)).or_insert(row.made_on);
    }
    let asked_deals: HashSet<Uuid> = before.iter().filter_map(|row| row.deal_id).collect();
    let asked_tickets: HashSet<Uuid> = before.iter().filter_map(|row| row.ticket_id).collect();
    let asked_plans: HashSet<Uuid> = before.iter().filter_map(|row| row.plan_id).collect();

    // Customer, why, and the deal, ticket or plan it is about: the second time first, then
    // wins, tickets, and the rhythm.
    let mut wanted: Vec<(Uuid, Occasion, Option<Uuid>)> = Vec::new();
    let acting = plan::Entity::find()
        .filter(plan::Column::SurveyId.eq(of.id))
        .filter(plan::Column::Status.eq(PlanStatus::Acting.code()))
        .filter(plan::Column::ActedOn.lte(day.checked_sub_days(Days::new(SECOND_AFTER_DAYS)).unwrap_or(day)))
        .order_by_asc(plan::Column::Id);
    for row in acting.all(db).await?.into_iter().filter(|row| !asked_plans.contains(&row.id)) {
        wanted.push((super::living(db, row.customer_id).await?.id, Occasion::Second, Some(row.id)));
    }
    if sending.schedule.after_won_days.is_some() {
        let won = deal::Entity::find()
            .filter(deal::Column::Outcome.eq(Outcome::Won.code()))
            .filter(deal::Column::ClosedOn.gte(of.since))
            .order_by_asc(deal::Column::ClosedOn)
            .order_by_asc(deal::Column::Id);
        for row in won.all(db).await? {
            let due = row.closed_on.is_some_and(|on| sending.schedule.won_due(of.since, on, day));
            if due && !asked_deals.contains(&row.id) {
                wanted.push((row.customer_id, Occasion::Won, Some(row.id)));
            }
        }
    }
    if sending.schedule.after_ticket_days.is_some() {
        // What was closed was solved first; opened again, it is solved no longer.
        let solved = ticket::Entity::find().filter(ticket::Column::SolvedAt.is_not_null()).order_by_asc(ticket::Column::SolvedAt);
        for row in solved.order_by_asc(ticket::Column::Id).all(db).await? {
            let due = row.solved_at.is_some_and(|at| sending.schedule.ticket_due(of.since, clock.local_date(at), day));
            if due && !asked_tickets.contains(&row.id) {
                wanted.push((row.customer_id, Occasion::Ticket, Some(row.id)));
            }
        }
    }
    let rows =
        customer::Entity::find().filter(C::MergedInto.is_null()).filter(C::OwnerId.is_not_null()).order_by_asc(C::Id).all(db).await?;
    if sending.schedule.every_days.iter().any(Option::is_some) {
        for row in &rows {
            let tier = read("tier", &row.tier, Tier::parse)?;
            if sending.schedule.due(tier, of.since, last.get(&row.id).copied(), row.id.as_u128(), day) {
                wanted.push((row.id, Occasion::Periodic, None));
            }
        }
    }

    let known: HashMap<Uuid, &customer::Model> = rows.iter().map(|row| (row.id, row)).collect();
    let ids: Vec<Uuid> = wanted.iter().map(|(id, ..)| *id).collect();
    let asked = last_asked(db, &ids).await?;
    let contacts = contacts_of(db, &ids).await?;
    let mut found = Vec::new();
    for (id, occasion, about) in wanted {
        let only = |of: Occasion| about.filter(|_| occasion == of);
        let Some(row) = known.get(&id) else { continue };
        let contact = contacts.get(&id).and_then(|all| all.first());
        let quiet = too_soon(&asked, id, contact.map(|c| c.id), &sending, day);
        if occasion != Occasion::Second && quiet || !tonight.insert(id) {
            continue;
        }
        found.push(Due {
            said: said(of, row, contact, occasion),
            row: invitation::Model {
                id: Uuid::nil(),
                survey_id: of.id,
                revision_id: revision.id,
                customer_id: id,
                contact_id: contact.map(|c| c.id),
                deal_id: only(Occasion::Won),
                plan_id: only(Occasion::Second),
                ticket_id: only(Occasion::Ticket),
                occasion: occasion.code().to_owned(),
                token_hash: None,
                made_on: day,
                expires_on: day.checked_add_days(Days::new(u64::from(sending.valid_days))),
                answered: false,
                by_id: None,
            },
        });
    }
    Ok(found)
}
