//! Satisfaction in the database: [`design`] surveys and their questions, [`invite`] who is
//! asked, [`public`] what somebody with a link sees and answers, [`nightly`] whom surveys
//! ask by themselves, [`results`] what was answered, [`plans`] what becomes of low scores.
//!
//! Surveys belong to the company: whoever reads satisfaction sees them. Answers and plans
//! have an owner and a unit. An anonymous answer keeps unit and tier and nothing that leads
//! to who gave it: no customer, contact, owner, invitation, instant, and an id by chance
//! instead of by time.

mod design;
mod invite;
mod nightly;
mod plans;
mod public;
mod results;
mod table;

pub use nightly::DueLink;
pub(crate) use plans::lows;
pub use public::{Opened, Replied};
pub(crate) use results::Counted;
pub(crate) use table::{answer, attempt, invitation, plan, revision, run, survey};

use crate::auth::hex;
use crate::entity::{contact, customer};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use chrono::NaiveDate;
use domain::ids::{UnitId, UserId};
use domain::policy::{Action, Actor, Ownership, Role, reach};
use domain::survey::answer::Scores;
use domain::survey::form::Sending;
use domain::survey::plan::{PlanStatus, due_on};
use domain::survey::{Both, Question, SurveyStatus};
use domain::visits::workdays::WorkCalendar;
use rand::Rng;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use uuid::Uuid;

/// Customers merged into one another are followed so far.
const DEPTH: usize = 8;

fn parsed<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Internal(format!("{what} in the database: {error}")))
}

pub(crate) fn stored(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.to_string()))
}

/// 160 bits by chance.
fn new_token() -> String {
    let mut bytes = [0_u8; 20];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// An id that says nothing of when it was made.
fn id_by_chance() -> Uuid {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

impl survey::Model {
    fn title(&self) -> Both {
        Both::new(&self.title_zh, &self.title_en)
    }

    fn state(&self) -> Result<SurveyStatus> {
        read("survey status", &self.status, SurveyStatus::parse)
    }

    fn sends(&self) -> Result<Sending> {
        parsed("sending of a survey", &self.sending)
    }

    fn drafted(&self) -> Result<Vec<Question>> {
        parsed("questions", &self.draft)
    }
}

impl revision::Model {
    fn asks(&self) -> Result<Vec<Question>> {
        parsed("questions", &self.questions)
    }
}

impl answer::Model {
    fn scored(&self) -> Result<Scores> {
        parsed("scores", &self.scores)
    }
}

impl plan::Model {
    fn state(&self) -> Result<PlanStatus> {
        read("plan status", &self.status, PlanStatus::parse)
    }

    fn ownership(&self) -> Ownership {
        Ownership { owner: Some(UserId(self.owner_id)), unit: UnitId(self.unit_id) }
    }
}

/// The questions that were published last; `None` if none were.
async fn last_revision(db: &impl ConnectionTrait, of: &survey::Model) -> Result<Option<revision::Model>> {
    let these = revision::Entity::find().filter(revision::Column::SurveyId.eq(of.id)).filter(revision::Column::Number.eq(of.revision));
    Ok(these.one(db).await?)
}

/// Whether answers are anonymous, or were: then no invitation says that it was answered,
/// since those without a named answer would be the anonymous ones.
async fn may_be_anonymous(db: &impl ConnectionTrait, of: &survey::Model) -> Result<bool> {
    use answer::Column as A;
    let some = answer::Entity::find().filter(A::SurveyId.eq(of.id)).filter(A::Anonymous.eq(true));
    Ok(of.sends()?.anonymous || some.count(db).await? > 0)
}

/// Invitations whose answer names who gave it.
fn answered_by_name() -> Condition {
    use answer::Column as A;
    let these =
        sea_orm::sea_query::Query::select().column(A::InvitationId).from(answer::Entity).and_where(A::InvitationId.is_not_null()).take();
    Condition::all().add(invitation::Column::Id.in_subquery(these))
}

/// Of answered links those that may be told: the named ones, and the others if they are
/// enough.
fn told_links(answered: i64, named: i64) -> i64 {
    let anonymous = u64::try_from(answered - named).unwrap_or(0);
    named + i64::try_from(domain::survey::figures::told(anonymous)).unwrap_or(0)
}

fn short(row: &customer::Model) -> String {
    if row.short_name.is_empty() { row.name.clone() } else { row.short_name.clone() }
}

/// Customers by id, those merged into another too.
async fn customers(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, customer::Model>> {
    let mut found = HashMap::new();
    for piece in ids.chunks(500) {
        let rows = customer::Entity::find().filter(customer::Column::Id.is_in(piece.iter().copied())).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

async fn contact_names(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
    let mut found = HashMap::new();
    for piece in ids.chunks(500) {
        let rows: Vec<(Uuid, String)> = contact::Entity::find()
            .select_only()
            .columns([contact::Column::Id, contact::Column::Name])
            .filter(contact::Column::Id.is_in(piece.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The customer that this one is now.
async fn living(db: &impl ConnectionTrait, id: Uuid) -> Result<customer::Model> {
    let mut id = id;
    for _ in 0..DEPTH {
        let row = customer::Entity::find_by_id(id).one(db).await?.ok_or(StoreError::NotFound)?;
        match row.merged_into {
            Some(kept) => id = kept,
            None => return Ok(row),
        }
    }
    Err(StoreError::Internal(format!("customer {id} is merged in a ring")))
}

/// The customer, and those that were merged into it.
async fn with_merged(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Uuid>> {
    let mut found = vec![id];
    let mut level = vec![id];
    for _ in 0..DEPTH {
        level = customer::Entity::find()
            .select_only()
            .column(customer::Column::Id)
            .filter(customer::Column::MergedInto.is_in(level))
            .into_tuple()
            .all(db)
            .await?;
        if level.is_empty() {
            break;
        }
        found.extend(&level);
    }
    Ok(found)
}

/// Who works on a low score of a customer: its owner; of one that nobody has the nearest
/// manager, else an administrator.
fn responsible(org: &Org, row: &customer::Model) -> Result<Ownership> {
    let active = |id: UserId| org.people.get(&id).filter(|member| member.person.active);
    if let Some(member) = row.owner_id.and_then(|id| active(UserId(id))) {
        return Ok(Ownership { owner: Some(member.person.id), unit: member.person.unit });
    }
    let unit = UnitId(row.unit_id);
    let mut above: Vec<&Actor> = org
        .people
        .values()
        .filter(|member| member.person.active)
        .map(|member| &member.actor)
        .filter(|actor| reach(actor.role, Action::DesignSurveys).is_some())
        .filter(|actor| actor.role == Role::Administrator || actor.units_below.contains(&unit))
        .collect();
    above.sort_by_key(|actor| (actor.role == Role::Administrator, actor.units_below.len(), actor.id));
    let first = above.first().ok_or_else(|| StoreError::Internal("nobody can work on a low score".into()))?;
    Ok(Ownership { owner: Some(first.id), unit })
}

fn change(id: Uuid, version: i32, owned: Option<Ownership>, by: &Actor) -> Change {
    Change {
        topic: Topic::Survey,
        id,
        version,
        owner: owned.and_then(|owned| owned.owner),
        unit: owned.map(|owned| owned.unit),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}

/// An answer of somebody who is named gets a plan if it is low.
async fn plan_for(
    work: &Work,
    org: &Org,
    calendar: &WorkCalendar,
    row: &answer::Model,
    of: &customer::Model,
    scores: &Scores,
) -> Result<()> {
    if !scores.is_low() {
        return Ok(());
    }
    let owned = responsible(org, of)?;
    let owner = owned.owner.ok_or_else(|| StoreError::Internal("a plan without an owner".into()))?;
    // The days begin when it became known, not when it was said.
    let due = due_on(work.today, calendar.workdays()).ok_or_else(|| StoreError::Internal("the calendar ends".into()))?;
    let new = plan::Model {
        id: work.new_id(),
        survey_id: row.survey_id,
        answer_id: row.id,
        customer_id: of.id,
        owner_id: owner.0,
        unit_id: owned.unit.0,
        status: PlanStatus::Open.code().to_owned(),
        on_day: row.on_day,
        due_on: due,
        acted_on: None,
        closed_on: None,
        action: String::new(),
        second_answer_id: None,
        created_at: work.now,
        updated_at: work.now,
        updated_by: crate::write::author(&work.by),
        version: 1,
    };
    work.changed(change(new.id, 1, Some(new.ownership()), &work.by))?;
    plan::Entity::insert(new.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    Ok(())
}

/// Plans that are not closed go along with a person to another unit.
pub(crate) async fn take_along(work: &Work, person: Uuid, unit: Uuid) -> Result<()> {
    plan::Entity::update_many()
        .col_expr(plan::Column::UnitId, Expr::value(unit))
        .filter(plan::Column::OwnerId.eq(person))
        .filter(plan::Column::Status.ne(PlanStatus::Closed.code()))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// When each of these was asked last, by whatever survey: by contact, and by customer.
async fn last_asked(db: &impl ConnectionTrait, of: &[Uuid]) -> Result<HashMap<Uuid, NaiveDate>> {
    use invitation::Column as I;
    let mut found: HashMap<Uuid, NaiveDate> = HashMap::new();
    for piece in of.chunks(500) {
        let rows: Vec<(Uuid, Option<Uuid>, NaiveDate)> = invitation::Entity::find()
            .select_only()
            .column(I::CustomerId)
            .column(I::ContactId)
            .expr_as(Expr::col((invitation::Entity, I::MadeOn)).max(), "last")
            .filter(I::CustomerId.is_in(piece.iter().copied()))
            .group_by(I::CustomerId)
            .group_by(I::ContactId)
            .into_tuple()
            .all(db)
            .await?;
        for (customer, contact, on) in rows {
            for id in [Some(customer), contact].into_iter().flatten() {
                found.entry(id).and_modify(|known| *known = std::cmp::Ord::max(on, *known)).or_insert(on);
            }
        }
    }
    Ok(found)
}

/// Of each customer the contacts, the first to be asked first.
async fn contacts_of(db: &impl ConnectionTrait, customers: &[Uuid]) -> Result<HashMap<Uuid, Vec<contact::Model>>> {
    let mut found: HashMap<Uuid, Vec<contact::Model>> = HashMap::new();
    for piece in customers.chunks(500) {
        let rows = contact::Entity::find().filter(contact::Column::CustomerId.is_in(piece.iter().copied())).all(db).await?;
        for row in rows {
            found.entry(row.customer_id).or_default().push(row);
        }
    }
    for contacts in found.values_mut() {
        contacts.sort_by_key(|row| (!row.is_primary, row.id));
    }
    Ok(found)
}

/// Whether a person may be the owner of something that customers said.
fn may_own(org: &Org, id: UserId) -> Option<Ownership> {
    let member = org.people.get(&id).filter(|member| member.person.active)?;
    reach(member.person.role, Action::AskCustomers)?;
    Some(Ownership { owner: Some(id), unit: member.person.unit })
}
