//! The rows of a list for a file: those in scope that its filter leaves, in its
//! order, page by page, so that memory does not grow with the list. How cells
//! are written is not here: the server knows languages and formats.
//!
//! What can be imported has the columns that an import reads, in its order and
//! with its headers, so that a file that went out can come in again.

mod work;

use crate::Store;
use crate::entity::{deal, product};
use crate::error::{Result, StoreError};
use crate::import::{Field, fields};
use crate::pipeline::read;
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::{ContactRole, ContactSort, CustomerFilter, CustomerSort, Size, Tier};
use domain::ids::{PipelineId, StageId, UserId};
use domain::money::{Currency, Money};
use domain::page::Sort;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{DealRow, DealSort, LostReason, Outcome, Source};
use domain::policy::{Action, Actor, scope as scope_of};
use domain::work::FollowUpKind;
use futures::stream::{self, Stream};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows read at once. The identifiers of a page go into one statement, and
/// SQLite takes 32,766 values.
const PAGE: u64 = 1_000;

/// Which list, as its page shows it.
#[derive(Debug, Clone)]
pub enum Listed {
    Customers(CustomerFilter, Sort<CustomerSort>),
    Contacts(String, Sort<ContactSort>),
    Deals(DealFilter, Sort<DealSort>),
    FollowUps,
    Tasks,
    Products,
    /// The steps of the deals.
    History,
}

/// A page of rows, and behind what the next one begins.
type Rows = (Vec<Vec<Cell>>, Option<String>);

/// Tasks and the steps of deals go out; nothing reads them in.
static TASK: &[Field] = &[
    Field::out("title", "任务, task"),
    Field::out("owner", "负责人, owner"),
    Field::out("customer", "客户名称, customer"),
    Field::out("deal", "商机名称, deal"),
    Field::out("due_on", "截止日期, due date"),
    Field::out("done_on", "完成日期, done on"),
    Field::out("created_on", "创建日期, created on"),
];
static HISTORY: &[Field] = &[
    Field::out("deal", "商机名称, deal"),
    Field::out("customer", "客户名称, customer"),
    Field::out("at", "时间 (UTC), at (UTC)"),
    Field::out("kind", "步骤, step"),
    Field::out("from", "原阶段, from stage"),
    Field::out("to", "新阶段, to stage"),
    Field::out("by", "操作人, by"),
    Field::out("note", "说明, note"),
];

/// A value before it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// A text in either language: Chinese, English.
    Name(String, String),
    Date(NaiveDate),
    Money(Money),
    /// Basis points.
    Rate(i32),
    Number(f64),
    YesNo(bool),
    Tier(Tier),
    Size(Size),
    Source(Source),
    Role(ContactRole),
    Outcome(Outcome),
    LostReason(LostReason),
    FollowUp(FollowUpKind),
    Instant(DateTime<Utc>),
}

impl Cell {
    fn text(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn of<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}

impl Listed {
    /// The columns, with their headers.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static Field> {
        let fields = match self {
            Self::Customers(..) => fields::CUSTOMER,
            Self::Contacts(..) => fields::CONTACT,
            Self::Deals(..) => fields::DEAL,
            Self::FollowUps => fields::FOLLOW_UP,
            Self::Tasks => TASK,
            Self::Products => fields::PRODUCT,
            Self::History => HISTORY,
        };
        fields.iter().filter(|field| !field.foreign).collect()
    }

    /// What reading the list takes.
    const fn action(&self) -> Action {
        match self {
            Self::Deals(..) | Self::History => Action::ReadDeals,
            Self::Customers(..) | Self::Contacts(..) | Self::FollowUps => Action::ReadCustomers,
            // Everybody has tasks, and may read products.
            Self::Tasks | Self::Products => Action::DoTasks,
        }
    }
}

impl Store {
    /// Pages of rows, each cell in the place of its field. The first page is
    /// read when the stream is asked for it.
    ///
    /// # Errors
    /// [`StoreError::Denied`] if the actor may not read the list at all.
    pub fn export(&self, actor: &Actor, listed: Listed) -> Result<impl Stream<Item = Result<Vec<Vec<Cell>>>> + Send + use<>> {
        scope_of(actor, listed.action())?;
        let (store, actor) = (self.clone(), actor.clone());
        Ok(stream::try_unfold(Some(None), move |after: Option<Option<String>>| {
            let (store, actor, listed) = (store.clone(), actor.clone(), listed.clone());
            async move {
                let Some(after) = after else { return Ok(None) };
                let (rows, next) = store.export_page(&actor, &listed, after.as_deref()).await?;
                Ok(Some((rows, next.map(Some))))
            }
        }))
    }

    async fn export_page(&self, actor: &Actor, listed: &Listed, after: Option<&str>) -> Result<Rows> {
        match listed {
            Listed::Customers(filter, sort) => self.customers_out(actor, filter, *sort, after).await,
            Listed::Contacts(text, sort) => self.contacts_out(actor, text, *sort, after).await,
            Listed::Deals(filter, sort) => self.deals_out(actor, filter, *sort, after).await,
            Listed::FollowUps => self.follow_ups_out(actor, after).await,
            Listed::Tasks => self.tasks_out(actor, after).await,
            Listed::Products => self.products_out().await,
            Listed::History => self.history_out(actor, after).await,
        }
    }

    /// A person's name; the mail address where two have the same name.
    fn person_out(&self, id: UserId) -> Result<Cell> {
        let org = self.require_org()?;
        let Some(person) = org.people.get(&id).map(|m| &m.person) else { return Ok(Cell::Empty) };
        let twice = org.people.values().filter(|m| m.person.name == person.name).count() > 1;
        Ok(Cell::text(if twice { person.email.clone() } else { person.name.clone() }))
    }

    async fn customers_out(&self, actor: &Actor, filter: &CustomerFilter, sort: Sort<CustomerSort>, after: Option<&str>) -> Result<Rows> {
        let (found, next) = self.customer_rows(actor, filter, sort, after, PAGE).await?;
        let rows = found.into_iter().map(|row| {
            let owner = row.owner_id.map_or(Ok(Cell::Empty), |id| self.person_out(UserId(id)))?;
            let size = row.size.as_deref().map(|code| read("size", code, Size::parse)).transpose()?;
            let (tier, source) = (read("tier", &row.tier, Tier::parse)?, read("source", &row.source, Source::parse)?);
            in_order(fields::CUSTOMER, |field| {
                Some(match field {
                    "name" => Cell::text(row.name.clone()),
                    "short_name" => Cell::text(row.short_name.clone()),
                    "tier" => Cell::Tier(tier),
                    "owner" => owner.clone(),
                    "industry" => Cell::text(row.industry.clone()),
                    "region" => Cell::text(row.region.clone()),
                    "size" => Cell::of(size, Cell::Size),
                    "source" => Cell::Source(source),
                    "phone" => Cell::text(row.phone.clone()),
                    "website" => Cell::text(row.website.clone()),
                    "tax_number" => Cell::text(row.tax_number.clone()),
                    "address" => Cell::text(row.address.clone()),
                    "longitude" => Cell::of(row.longitude, Cell::Number),
                    "latitude" => Cell::of(row.latitude, Cell::Number),
                    "notes" => Cell::text(row.notes.clone()),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    async fn contacts_out(&self, actor: &Actor, text: &str, sort: Sort<ContactSort>, after: Option<&str>) -> Result<Rows> {
        let (found, next) = self.contact_lines(actor, None, text, sort, after, PAGE).await?;
        let rows = found.into_iter().map(|line| {
            let role = read("role", &line.contact.role, ContactRole::parse)?;
            in_order(fields::CONTACT, |field| {
                Some(match field {
                    "name" => Cell::text(line.contact.name.clone()),
                    "customer" => Cell::text(line.customer_name.clone()),
                    "title" => Cell::text(line.contact.title.clone()),
                    "role" => Cell::Role(role),
                    "phone" => Cell::text(line.contact.phone.clone()),
                    "email" => Cell::text(line.contact.email.clone()),
                    "is_primary" => Cell::YesNo(line.contact.is_primary),
                    "notes" => Cell::text(line.contact.notes.clone()),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    async fn deals_out(&self, actor: &Actor, filter: &DealFilter, sort: Sort<DealSort>, after: Option<&str>) -> Result<Rows> {
        let (found, next) = self.deal_rows(actor, filter, sort, after, PAGE).await?;
        let ids: Vec<Uuid> = found.iter().map(|row| row.id.0).collect();
        let whole = deal::Entity::find().filter(deal::Column::Id.is_in(ids)).all(self.db()).await?;
        let mut whole: HashMap<Uuid, deal::Model> = whole.into_iter().map(|row| (row.id, row)).collect();
        let products = product::Entity::find().all(self.db()).await?;
        let products: HashMap<Uuid, product::Model> = products.into_iter().map(|row| (row.id, row)).collect();
        let stages = self.stages().await?;
        let mut rows = Vec::with_capacity(found.len());
        for DealRow { card, .. } in found {
            // Gone between the two questions.
            let Some(row) = whole.remove(&card.id.0) else { continue };
            let stage = stages.get(StageId(row.stage_id))?;
            let pipeline = stages.pipelines.iter().find(|p| p.id == PipelineId(row.pipeline_id));
            let product = row.product_id.and_then(|id| products.get(&id));
            let currency = read("currency", &row.currency, Currency::parse)?;
            let (source, outcome) = (read("source", &row.source, Source::parse)?, read("outcome", &row.outcome, Outcome::parse)?);
            let lost = row.lost_reason.as_deref().map(|code| read("lost_reason", code, LostReason::parse)).transpose()?;
            let owner = self.person_out(UserId(row.owner_id))?;
            rows.push(in_order(fields::DEAL, |field| {
                Some(match field {
                    "title" => Cell::text(row.title.clone()),
                    "customer" => Cell::text(card.customer_name.clone()),
                    "owner" => owner.clone(),
                    "product" => Cell::of(product, |p| Cell::Name(p.name_zh.clone(), p.name_en.clone())),
                    "source" => Cell::Source(source),
                    "amount" => Cell::Money(Money { minor: row.amount_minor, currency }),
                    "currency" => Cell::Text(row.currency.clone()),
                    "expected_close_on" => Cell::of(row.expected_close_on, Cell::Date),
                    "probability" if outcome == Outcome::Open => Cell::Rate(row.probability_bp),
                    "probability" => Cell::Empty,
                    "pipeline" => Cell::of(pipeline, |p| Cell::Name(p.name_zh.clone(), p.name_en.clone())),
                    "stage" => Cell::Name(stage.name_zh.clone(), stage.name_en.clone()),
                    "first_contact_on" => Cell::Date(row.first_contact_on),
                    "competitor" => Cell::text(row.competitor.clone()),
                    "note" => Cell::text(row.note.clone()),
                    "next_step" => Cell::text(row.next_step.clone()),
                    "next_on" => Cell::of(row.next_on, Cell::Date),
                    "outcome" => Cell::Outcome(outcome),
                    "closed_on" => Cell::of(row.closed_on, Cell::Date),
                    "lost_reason" => Cell::of(lost, Cell::LostReason),
                    _ => return None,
                })
            })?);
        }
        Ok((rows, next))
    }
}

/// A row by its fields. A field that is not answered is a mistake here, not an
/// empty column there.
fn in_order(fields: &[Field], cell: impl Fn(&str) -> Option<Cell>) -> Result<Vec<Cell>> {
    fields
        .iter()
        .filter(|field| !field.foreign)
        .map(|field| cell(field.code).ok_or_else(|| StoreError::Internal(format!("nothing to export as {}", field.code))))
        .collect()
}
