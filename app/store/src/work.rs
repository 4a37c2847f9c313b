//! Daily work in the database: follow-ups, which carry the next step of a
//! deal, and tasks. Timelines are read with what they belong to (`customers`,
//! `pipeline`), not here.

use crate::customers::{customer_change, helpers, living, ownership as customer_ownership};
use crate::entity::{contact, customer, deal, follow_up, task};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Member;
use crate::pipeline::board::ownership as deal_ownership;
use crate::pipeline::moves::deal_change;
use crate::write::Work;
use crate::{Store, mentions};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContactId, CustomerId, DealId, FollowUpId, RequestId, TaskId, UnitId, UserId};
use domain::policy::{Action, Actor, Granted, Ownership, grant, grant_any, reach, scope};
use domain::work::{FollowUpDraft, FollowUpForm, TaskDraft, TaskForm, TaskRow, TaskView, TickTask};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use std::sync::Arc;
use uuid::Uuid;

/// Tasks that a list shows: more than a person can look over.
const TASKS: u64 = 200;

impl Store {
    /// Records a contact with a customer. If it names a deal that somebody has, the
    /// deal gets the next step that was agreed, or none, and counts as active today.
    pub async fn log_follow_up(&self, by: &Actor, request: RequestId, form: FollowUpForm) -> Result<FollowUpId> {
        grant_any(by, Action::LogWork)?;
        let draft = form.check(self.clock.today())?;
        self.write(by, request, move |work| async move { log(&work, draft).await }).await
    }

    /// One's own tasks; those due first, first, and done ones the latest first.
    /// What is one's own needs no further right.
    pub async fn tasks(&self, actor: &Actor, view: TaskView) -> Result<Vec<TaskRow>> {
        use task::Column as T;
        let mut query = task::Entity::find()
            .join(JoinType::LeftJoin, to_deal())
            .join(JoinType::LeftJoin, to_customer())
            .column_as(deal::Column::Title, "deal_title")
            .column_as(customer::Column::Name, "customer_name")
            .column_as(customer::Column::ShortName, "customer_short")
            .filter(of_view(actor, view, self.clock.today()))
            .limit(TASKS);
        query = match view {
            TaskView::Done => query.order_by_desc(T::DoneAt),
            _ => query.order_by_with_nulls(T::DueOn, Order::Asc, NullOrdering::Last),
        };
        let rows: Vec<Line> = query.order_by_asc(T::Id).into_model().all(self.db()).await?;
        let org = self.require_org()?;
        Ok(rows.into_iter().map(|line| line.into_row(org.name_of(actor.id))).collect())
    }

    /// How many tasks of one's own are open, are due today, are overdue.
    pub async fn task_counts(&self, actor: &Actor) -> Result<(i64, i64, i64)> {
        let today = self.clock.today();
        let count = async |view| -> Result<i64> {
            let found = task::Entity::find().filter(of_view(actor, view, today)).count(self.db()).await?;
            Ok(i64::try_from(found).unwrap_or(i64::MAX))
        };
        Ok((count(TaskView::Open).await?, count(TaskView::Today).await?, count(TaskView::Overdue).await?))
    }

    /// Whom one may give a task, oneself first; nobody for who adds none.
    pub fn task_owners(&self, actor: &Actor) -> Result<Vec<(UserId, String)>> {
        let Ok(scope) = scope(actor, Action::LogWork) else { return Ok(Vec::new()) };
        let org = self.require_org()?;
        let takes = |m: &&Arc<Member>| m.person.active && reach(m.person.role, Action::LogWork).is_some();
        let within = |m: &&Arc<Member>| scope.contains(&Ownership { owner: Some(m.person.id), unit: m.person.unit });
        let mut found: Vec<_> = org.people.values().filter(takes).filter(within).map(|m| (m.person.id, m.person.name.clone())).collect();
        found.sort_by(|a, b| (a.0 != actor.id, &a.1, a.0).cmp(&(b.0 != actor.id, &b.1, b.0)));
        Ok(found)
    }

    /// Adds a task for oneself, or for somebody on whose records one may log
    /// work: a manager for the people of their units.
    pub async fn add_task(&self, by: &Actor, request: RequestId, form: TaskForm) -> Result<TaskId> {
        grant_any(by, Action::LogWork)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        let owner = draft.owner.unwrap_or(by.id);
        let member = org.people.get(&owner).filter(|m| m.person.active).ok_or_else(|| StoreError::refused("owner", "unknown_value"))?;
        let unit = member.person.unit;
        if reach(member.person.role, Action::LogWork).is_none()
            || grant(by, Action::LogWork, &Ownership { owner: Some(owner), unit }).is_err()
        {
            return Err(StoreError::refused("owner", "forbidden"));
        }
        self.write(by, request, move |work| async move { add(&work, draft, owner, unit).await }).await
    }

    /// Ticks a task off, or takes the tick back; gives the new version.
    pub async fn tick_task(&self, by: &Actor, command: TickTask) -> Result<i32> {
        let request = command.request;
        self.write(by, request, move |work| async move { tick(&work, &command).await }).await
    }
}

async fn log(work: &Work, draft: FollowUpDraft) -> Result<FollowUpId> {
    log_at(work, work.new_id(), draft, (work.now, work.today)).await
}

/// Writes a contact down as of when it was: a phone may have kept it for a while.
pub(crate) async fn log_at(work: &Work, id: Uuid, draft: FollowUpDraft, when: (DateTime<Utc>, NaiveDate)) -> Result<FollowUpId> {
    let customer = living(work, draft.customer.0).await?.ok_or(StoreError::NotFound)?;
    // Who works on a deal writes about it, whoever its customer belongs to.
    let granted = match draft.deal {
        Some(id) => carry(work, id, &draft, when).await?,
        None => helpers::may(work.tx(), &work.by, Action::LogWork, &customer).await?,
    };
    if let Some(id) = draft.contact {
        check_contact(work, id, draft.customer).await?;
    }
    insert_follow_up(work, granted, &customer, id, draft, when.0).await
}

/// Writes a contact down, and says so. `at`: when it was.
pub(crate) async fn insert_follow_up(
    work: &Work,
    granted: Granted,
    customer: &customer::Model,
    id: Uuid,
    draft: FollowUpDraft,
    at: DateTime<Utc>,
) -> Result<FollowUpId> {
    let row = follow_up::ActiveModel {
        id: Set(id),
        customer_id: Set(customer.id),
        deal_id: Set(draft.deal.map(|v| v.0)),
        contact_id: Set(draft.contact.map(|v| v.0)),
        kind: Set(draft.kind.code().to_owned()),
        content: Set(draft.content.clone()),
        next_step: Set(draft.next_step),
        next_on: Set(draft.next_on),
        at: Set(at),
        by_id: Set(work.by.id.0),
    };
    follow_up::Entity::insert(row).exec_without_returning(work.tx()).await?;
    mentions::note(work, id, &draft.content).await?;
    let record = serde_json::json!({ "customer": customer.id, "deal": draft.deal, "kind": draft.kind, "next_on": draft.next_on });
    work.audit(granted, "follow_up", id, &record)?;
    work.changed(customer_change(customer, &work.by))?;
    Ok(FollowUpId(id))
}

pub(crate) async fn check_contact(work: &Work, id: ContactId, customer: CustomerId) -> Result<()> {
    let contact = contact::Entity::find_by_id(id.0).one(work.tx()).await?;
    if contact.is_none_or(|c| c.customer_id != customer.0) {
        return Err(StoreError::refused("contact", "unknown_value"));
    }
    Ok(())
}

/// The deal takes over the next step. No version is expected: what was agreed
/// last holds, and the form shows nothing of the deal that could be old. What comes
/// late from a phone does not put its step over that of a later follow-up. What lies
/// in a pool stays as it is: nobody has it who would do the step.
async fn carry(work: &Work, id: DealId, draft: &FollowUpDraft, (at, day): (DateTime<Utc>, NaiveDate)) -> Result<Granted> {
    let row = deal::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::LogWork, &deal_ownership(&row))?;
    if row.customer_id != draft.customer.0 {
        return Err(StoreError::refused("deal", "unknown_value"));
    }
    if row.pool_id.is_some() {
        return Ok(granted);
    }
    let later = follow_up::Entity::find().filter(follow_up::Column::DealId.eq(row.id)).filter(follow_up::Column::At.gt(at));
    if at < work.now && later.count(work.tx()).await? > 0 {
        return Ok(granted);
    }
    let mut change = row.clone().into_active_model();
    change.next_step = Set(draft.next_step.clone());
    change.next_on = Set(draft.next_on);
    change.active_on = Set(row.active_on.max(day));
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    change.update(work.tx()).await?;
    let record = serde_json::json!({
        "before": { "next_step": row.next_step, "next_on": row.next_on },
        "after": { "next_step": draft.next_step, "next_on": draft.next_on },
    });
    work.audit(granted, "deal", row.id, &record)?;
    work.changed(deal_change(&row, row.version + 1, &work.by))?;
    Ok(granted)
}

async fn add(work: &Work, draft: TaskDraft, owner: UserId, unit: UnitId) -> Result<TaskId> {
    let granted = grant_any(&work.by, Action::LogWork)?;
    let customer = about(work, &draft).await?;
    let row = task::Model {
        id: work.new_id(),
        title: draft.title,
        owner_id: owner.0,
        unit_id: unit.0,
        deal_id: draft.deal.map(|v| v.0),
        customer_id: customer.map(|v| v.0),
        due_on: draft.due_on,
        done_at: None,
        created_at: work.now,
        created_by: Some(work.by.id.0),
        version: 1,
    };
    task::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    work.audit(granted, "task", row.id, &serde_json::json!({ "created": row.title, "owner": row.owner_id, "due_on": row.due_on }))?;
    work.changed(task_change(&row, 1, &work.by))?;
    Ok(TaskId(row.id))
}

/// The customer of the task: the one named, or that of the deal. Both must be
/// readable and belong together.
async fn about(work: &Work, draft: &TaskDraft) -> Result<Option<CustomerId>> {
    if let Some(id) = draft.customer {
        let row = living(work, id.0).await?;
        if row.is_none_or(|row| grant(&work.by, Action::ReadCustomers, &customer_ownership(&row)).is_err()) {
            return Err(StoreError::refused("customer", "unknown_value"));
        }
    }
    let Some(id) = draft.deal else { return Ok(draft.customer) };
    let row = deal::Entity::find_by_id(id.0).one(work.tx()).await?;
    let row = row.filter(|row| grant(&work.by, Action::ReadDeals, &deal_ownership(row)).is_ok());
    let of = row.map(|row| CustomerId(row.customer_id)).filter(|of| draft.customer.is_none_or(|named| named == *of));
    match of {
        // Merged into another in this very moment: then the deal is another's too.
        Some(of) if living(work, of.0).await?.is_some() => Ok(Some(of)),
        _ => Err(StoreError::refused("deal", "unknown_value")),
    }
}

async fn tick(work: &Work, command: &TickTask) -> Result<i32> {
    let row = task::Entity::find_by_id(command.task.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    // One's own stays one's own, in whatever unit one was when it was added.
    let unit = if row.owner_id == work.by.id.0 { work.by.unit } else { UnitId(row.unit_id) };
    let granted = grant(&work.by, Action::DoTasks, &Ownership { owner: Some(UserId(row.owner_id)), unit })?;
    if row.version != command.version {
        return Err(work.stale(row.id, row.version).await?);
    }
    let version = row.version + 1;
    let mut change = row.clone().into_active_model();
    change.done_at = Set(command.done.then(|| row.done_at.unwrap_or(work.now)));
    change.version = Set(version);
    change.update(work.tx()).await?;
    work.audit(granted, "task", row.id, &serde_json::json!({ "done": command.done }))?;
    work.changed(task_change(&row, version, &work.by))?;
    Ok(version)
}

pub(crate) fn task_change(row: &task::Model, version: i32, by: &Actor) -> Change {
    Change {
        topic: Topic::Task,
        id: row.id,
        version,
        owner: Some(UserId(row.owner_id)),
        unit: Some(UnitId(row.unit_id)),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}

/// A task with the names of what it is about.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    version: i32,
    title: String,
    owner_id: Uuid,
    deal_id: Option<Uuid>,
    deal_title: Option<String>,
    customer_id: Option<Uuid>,
    customer_name: Option<String>,
    customer_short: Option<String>,
    due_on: Option<NaiveDate>,
    done_at: Option<DateTime<Utc>>,
}

impl Line {
    fn into_row(self, owner_name: String) -> TaskRow {
        let customer = self.customer_short.filter(|short| !short.is_empty()).or(self.customer_name);
        TaskRow {
            id: TaskId(self.id),
            version: self.version,
            title: self.title,
            owner: UserId(self.owner_id),
            owner_name,
            deal: self.deal_id.map(DealId).zip(self.deal_title),
            customer: self.customer_id.map(CustomerId).zip(customer),
            due_on: self.due_on,
            done_at: self.done_at,
        }
    }
}

pub(crate) fn of_view(actor: &Actor, view: TaskView, today: NaiveDate) -> Condition {
    use task::Column as T;
    let own = Condition::all().add(T::OwnerId.eq(actor.id.0));
    match view {
        TaskView::Done => own.add(T::DoneAt.is_not_null()),
        TaskView::Open => own.add(T::DoneAt.is_null()),
        TaskView::Today => own.add(T::DoneAt.is_null()).add(T::DueOn.eq(today)),
        TaskView::Overdue => own.add(T::DoneAt.is_null()).add(T::DueOn.lt(today)),
    }
}

fn to_deal() -> RelationDef {
    task::Entity::belongs_to(deal::Entity).from(task::Column::DealId).to(deal::Column::Id).into()
}

fn to_customer() -> RelationDef {
    task::Entity::belongs_to(customer::Entity).from(task::Column::CustomerId).to(customer::Column::Id).into()
}
