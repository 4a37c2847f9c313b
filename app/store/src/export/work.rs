//! Lists that have no page of their own to be narrowed on, whole: follow-ups,
//! tasks, products, and the history of deals.

use super::columns::{HISTORY, TASK};
use super::{Cell, PAGE, Rows, in_order};
use crate::Store;
use crate::entity::{contact, customer, deal, follow_up, product, stage_transition, task};
use crate::error::Result;
use crate::import::fields;
use crate::pipeline::read;
use crate::scope;
use crate::work::of_view;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{StageId, UserId};
use domain::money::{Currency, Money};
use domain::pipeline::TransitionKind;
use domain::policy::{Action, Actor, scope as scope_of};
use domain::work::{FollowUpKind, TaskView};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select};
use uuid::Uuid;

/// A follow-up with the names of what it is about.
#[derive(FromQueryResult)]
struct FollowUpLine {
    #[sea_orm(nested)]
    row: follow_up::Model,
    customer_name: String,
    deal_title: Option<String>,
    contact_name: Option<String>,
}

/// A task with the names of what it is about.
#[derive(FromQueryResult)]
struct TaskLine {
    #[sea_orm(nested)]
    row: task::Model,
    customer_name: Option<String>,
    deal_title: Option<String>,
}

/// A step of a deal.
#[derive(FromQueryResult)]
struct StepLine {
    #[sea_orm(nested)]
    row: stage_transition::Model,
    deal_title: String,
    customer_name: String,
}

fn tasks() -> Select<task::Entity> {
    use task::Column as C;
    let to_customer: RelationDef = task::Entity::belongs_to(customer::Entity).from(C::CustomerId).to(customer::Column::Id).into();
    let to_deal: RelationDef = task::Entity::belongs_to(deal::Entity).from(C::DealId).to(deal::Column::Id).into();
    task::Entity::find()
        .join(JoinType::LeftJoin, to_customer)
        .join(JoinType::LeftJoin, to_deal)
        .column_as(customer::Column::Name, "customer_name")
        .column_as(deal::Column::Title, "deal_title")
}

/// The rows of a page, and the last of them if there are more.
fn split<T>(mut found: Vec<T>, id: impl Fn(&T) -> Uuid) -> (Vec<T>, Option<String>) {
    let more = found.len() as u64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| id(last).to_string());
    (found, next)
}

/// The identifier behind which a page begins.
fn behind(after: Option<&str>) -> Uuid {
    after.and_then(|text| Uuid::parse_str(text).ok()).unwrap_or(Uuid::nil())
}

impl Store {
    /// The day of an instant where the organisation is.
    pub(super) fn day_out(&self, at: DateTime<Utc>) -> Result<NaiveDate> {
        Ok(at.with_timezone(&self.require_org()?.time_zone).date_naive())
    }

    pub(super) async fn follow_ups_out(&self, actor: &Actor, after: Option<&str>) -> Result<Rows> {
        use follow_up::Column as C;
        let to_customer: RelationDef = follow_up::Entity::belongs_to(customer::Entity).from(C::CustomerId).to(customer::Column::Id).into();
        let to_deal: RelationDef = follow_up::Entity::belongs_to(deal::Entity).from(C::DealId).to(deal::Column::Id).into();
        let to_contact: RelationDef = follow_up::Entity::belongs_to(contact::Entity).from(C::ContactId).to(contact::Column::Id).into();
        let found: Vec<FollowUpLine> = follow_up::Entity::find()
            .join(JoinType::InnerJoin, to_customer)
            .join(JoinType::LeftJoin, to_deal)
            .join(JoinType::LeftJoin, to_contact)
            .column_as(customer::Column::Name, "customer_name")
            .column_as(deal::Column::Title, "deal_title")
            .column_as(contact::Column::Name, "contact_name")
            .filter(scope::customers(&scope_of(actor, Action::ReadCustomers)?))
            .filter(C::Id.gt(behind(after)))
            .order_by_asc(C::Id)
            .limit(PAGE + 1)
            .into_model()
            .all(self.db())
            .await?;
        let (found, next) = split(found, |line| line.row.id);
        let rows = found.into_iter().map(|line| {
            let kind = read("kind", &line.row.kind, FollowUpKind::parse)?;
            let (on, author) = (self.day_out(line.row.at)?, self.person_out(UserId(line.row.by_id))?);
            in_order(fields::FOLLOW_UP, |field| {
                Some(match field {
                    "customer" => Cell::text(line.customer_name.clone()),
                    "deal" => Cell::of(line.deal_title.clone(), Cell::Text),
                    "contact" => Cell::of(line.contact_name.clone(), Cell::Text),
                    "kind" => Cell::FollowUp(kind),
                    "at" => Cell::Date(on),
                    "content" => Cell::text(line.row.content.clone()),
                    "author" => author.clone(),
                    "next_step" => Cell::text(line.row.next_step.clone()),
                    "next_on" => Cell::of(line.row.next_on, Cell::Date),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    pub(super) async fn tasks_out(&self, actor: &Actor, after: Option<&str>) -> Result<Rows> {
        use task::Column as C;
        let found: Vec<TaskLine> = tasks()
            .filter(scope::tasks(&scope_of(actor, Action::DoTasks)?))
            .filter(C::Id.gt(behind(after)))
            .order_by_asc(C::Id)
            .limit(PAGE + 1)
            .into_model()
            .all(self.db())
            .await?;
        let (found, next) = split(found, |line| line.row.id);
        Ok((found.iter().map(|line| self.task_out(line)).collect::<Result<_>>()?, next))
    }

    /// One's own tasks of a view, in the order of the page. Read at once: nobody has more
    /// than they can be given.
    pub(super) async fn own_tasks_out(&self, actor: &Actor, view: TaskView) -> Result<Rows> {
        use task::Column as C;
        let query = tasks().filter(of_view(actor, view, self.clock.today()));
        let query = match view {
            TaskView::Done => query.order_by_desc(C::DoneAt),
            TaskView::Open | TaskView::Today | TaskView::Overdue => query.order_by_with_nulls(C::DueOn, Order::Asc, NullOrdering::Last),
        };
        let found: Vec<TaskLine> = query.order_by_asc(C::Id).into_model().all(self.db()).await?;
        Ok((found.iter().map(|line| self.task_out(line)).collect::<Result<_>>()?, None))
    }

    fn task_out(&self, line: &TaskLine) -> Result<Vec<Cell>> {
        let owner = self.person_out(UserId(line.row.owner_id))?;
        let done = line.row.done_at.map(|at| self.day_out(at)).transpose()?;
        let made = self.day_out(line.row.created_at)?;
        in_order(TASK, |field| {
            Some(match field {
                "title" => Cell::text(line.row.title.clone()),
                "owner" => owner.clone(),
                "customer" => Cell::of(line.customer_name.clone(), Cell::Text),
                "deal" => Cell::of(line.deal_title.clone(), Cell::Text),
                "due_on" => Cell::of(line.row.due_on, Cell::Date),
                "done_on" => Cell::of(done, Cell::Date),
                "created_on" => Cell::Date(made),
                _ => return None,
            })
        })
    }

    pub(super) async fn products_out(&self) -> Result<Rows> {
        let found = product::Entity::find().order_by_asc(product::Column::Code).all(self.db()).await?;
        let rows = found.into_iter().map(|row| {
            let currency = read("currency", &row.currency, Currency::parse)?;
            in_order(fields::PRODUCT, |field| {
                Some(match field {
                    "code" => Cell::text(row.code.clone()),
                    "name_zh" => Cell::text(row.name_zh.clone()),
                    "name_en" => Cell::text(row.name_en.clone()),
                    "price" => Cell::Money(Money { minor: row.price_minor, currency }),
                    "currency" => Cell::Text(row.currency.clone()),
                    "vat" => Cell::Rate(row.vat_bp),
                    "active" => Cell::YesNo(row.active),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, None))
    }

    /// The steps of the deals in scope.
    pub(super) async fn history_out(&self, actor: &Actor, after: Option<&str>) -> Result<Rows> {
        use stage_transition::Column as C;
        let to_deal: RelationDef = stage_transition::Entity::belongs_to(deal::Entity).from(C::DealId).to(deal::Column::Id).into();
        let to_customer: RelationDef =
            deal::Entity::belongs_to(customer::Entity).from(deal::Column::CustomerId).to(customer::Column::Id).into();
        let found: Vec<StepLine> = stage_transition::Entity::find()
            .join(JoinType::InnerJoin, to_deal)
            .join(JoinType::InnerJoin, to_customer)
            .column_as(deal::Column::Title, "deal_title")
            .column_as(customer::Column::Name, "customer_name")
            .filter(scope::deals(&scope_of(actor, Action::ReadDeals)?))
            .filter(C::Id.gt(behind(after)))
            .order_by_asc(C::Id)
            .limit(PAGE + 1)
            .into_model()
            .all(self.db())
            .await?;
        let stages = self.stages().await?;
        let (found, next) = split(found, |line| line.row.id);
        let rows = found.into_iter().map(|line| {
            let kind = read("kind", &line.row.kind, TransitionKind::parse)?;
            let stage = |id: Option<Uuid>| -> Result<Cell> {
                let Some(id) = id else { return Ok(Cell::Empty) };
                let stage = stages.get(StageId(id))?;
                Ok(Cell::Name(stage.name_zh.clone(), stage.name_en.clone()))
            };
            let (from, to) = (stage(line.row.from_stage_id)?, stage(line.row.to_stage_id)?);
            let by = line.row.by_id.map_or(Ok(Cell::Empty), |id| self.person_out(UserId(id)))?;
            in_order(HISTORY, |field| {
                Some(match field {
                    "deal" => Cell::text(line.deal_title.clone()),
                    "customer" => Cell::text(line.customer_name.clone()),
                    "at" => Cell::Instant(line.row.at),
                    "kind" => Cell::Text(kind.code().to_owned()),
                    "from" => from.clone(),
                    "to" => to.clone(),
                    "by" => by.clone(),
                    "note" => Cell::text(line.row.note.clone()),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }
}
