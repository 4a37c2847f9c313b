//! The rows of a list for a file: those in scope that its filter leaves, in its
//! order, page by page, so that memory does not grow with the list. How cells
//! are written is not here: the server knows languages and formats.
//!
//! What can be imported has the columns that an import reads, in its order and
//! with its headers, so that a file that went out can come in again. The columns of
//! all else are in [`columns`].

mod columns;
mod out;
mod said;
mod served;
mod sold;
mod work;

use crate::Store;
use crate::entity::{customer, deal, product};
use crate::error::{Result, StoreError};
use crate::import::{Field, fields};
use crate::pipeline::read;
use crate::scope;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::check_in::Verdict;
use domain::contracts::view::ContractFilter;
use domain::contracts::{ContractSort, ContractStatus};
use domain::customers::{ContactRole, ContactSort, CustomerFilter, CustomerSort, Size, Tier};
use domain::field::Planned;
use domain::field::page::VisitQuery;
use domain::field::signals::Signal;
use domain::finance::AgeingBucket;
use domain::ids::{CustomerId, PipelineId, StageId, SurveyId, UserId};
use domain::money::{Currency, Money};
use domain::page::Sort;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{DealRow, DealSort, LostReason, Outcome, Source};
use domain::policy::{Action, Actor, scope as scope_of};
use domain::pool::page::{Hand, PoolFilter};
use domain::pool::protection::Cause;
use domain::quotes::QuoteStatus;
use domain::quotes::view::QuoteFilter;
use domain::revisit::Escalation;
use domain::survey::plan::PlanStatus;
use domain::survey::view::{PlanFilter, ResultsQuery};
use domain::survey::{Source as AnswerSource, SurveyStatus};
use domain::tickets::view::TicketFilter;
use domain::tickets::{Priority, TicketKind, TicketSort, TicketState};
use domain::visits::Standing;
use domain::visits::needs::{NeedFilter, NeedKind, NeedStatus};
use domain::visits::view::VisitFilter;
use domain::work::{FollowUpKind, TaskView};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};
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
    /// One's own, as a page shows them; `None`: all in scope.
    Tasks(Option<TaskView>),
    Products,
    /// The steps of the deals.
    History,
    Contracts(ContractFilter, Sort<ContractSort>),
    /// What is open of contracts, instalment by instalment: what the ageing counts.
    Receivables(ContractFilter),
    Quotes(QuoteFilter),
    /// Discounts that wait for the reader.
    Approvals,
    Tickets(TicketFilter, Sort<TicketSort>),
    /// Return visits that are due or will be.
    Visits(VisitFilter),
    Needs(NeedFilter),
    Surveys,
    /// What was answered, as the results of a survey are narrowed.
    Answers(SurveyId, ResultsQuery),
    /// How satisfaction went, by the same results.
    Trend(SurveyId, ResultsQuery),
    /// What is done about low scores.
    Plans(PlanFilter),
    /// What is in the reader's pools.
    Pool(PoolFilter),
    /// The visits of a day in the field, without where they were.
    Field(VisitQuery),
}

/// A page of rows, and behind what the next one begins.
type Rows = (Vec<Vec<Cell>>, Option<String>);

/// The rows of a list, page by page.
pub type Pages = BoxStream<'static, Result<Vec<Vec<Cell>>>>;

/// A word of a closed set, which the reader's language has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Contract(ContractStatus),
    Ageing(AgeingBucket),
    Quote(QuoteStatus),
    Ticket(TicketState),
    TicketKind(TicketKind),
    Priority(Priority),
    Standing(Standing),
    AfterWin,
    AfterLowScore,
    Escalation(Escalation),
    Channel(FollowUpKind),
    NeedKind(NeedKind),
    Need(NeedStatus),
    Survey(SurveyStatus),
    Answer(AnswerSource),
    Plan(PlanStatus),
    Hand(Hand),
    Cause(Cause),
    Verdict(Verdict),
    Planned(Planned),
    Signal(Signal),
}

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
    Whole(i64),
    YesNo(bool),
    Tier(Tier),
    Size(Size),
    Source(Source),
    Role(ContactRole),
    Outcome(Outcome),
    LostReason(LostReason),
    FollowUp(FollowUpKind),
    Instant(DateTime<Utc>),
    /// On the organisation's clock, to the minute.
    Wall(NaiveDateTime),
    Word(Word),
    Words(Vec<Word>),
}

impl Cell {
    fn text(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn of<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }

    /// A share in basis points; none where there is nothing to share.
    fn share(bp: Option<i64>) -> Self {
        Self::of(bp.and_then(|bp| i32::try_from(bp).ok()), Self::Rate)
    }

    /// A figure that is kept in tenths.
    fn tenths(x10: Option<i64>) -> Self {
        Self::of(x10.and_then(|x10| i32::try_from(x10).ok()), |x10| Self::Number(f64::from(x10) / 10.0))
    }

    fn count(n: u64) -> Self {
        Self::Whole(i64::try_from(n).unwrap_or(i64::MAX))
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
            Self::Tasks(_) => columns::TASK,
            Self::Products => fields::PRODUCT,
            Self::History => columns::HISTORY,
            Self::Contracts(..) => columns::CONTRACT,
            Self::Receivables(_) => columns::RECEIVABLE,
            Self::Quotes(_) => columns::QUOTE,
            Self::Approvals => columns::APPROVAL,
            Self::Tickets(..) => columns::TICKET,
            Self::Visits(_) => columns::VISIT,
            Self::Needs(_) => columns::NEED,
            Self::Surveys => columns::SURVEY,
            Self::Answers(..) => columns::ANSWER,
            Self::Trend(..) => columns::TREND,
            Self::Plans(_) => columns::PLAN,
            Self::Pool(filter) if filter.leads => columns::LEAD,
            Self::Pool(_) => columns::POOL,
            Self::Field(_) => columns::FIELD,
        };
        fields.iter().filter(|field| !field.foreign).collect()
    }

    /// What reading the list takes.
    const fn action(&self) -> Action {
        match self {
            Self::Deals(..) | Self::History => Action::ReadDeals,
            Self::Customers(..) | Self::Contacts(..) | Self::FollowUps => Action::ReadCustomers,
            Self::Contracts(..) | Self::Receivables(_) => Action::ReadContracts,
            Self::Quotes(_) => Action::ReadQuotes,
            Self::Approvals => Action::ApproveQuotes,
            Self::Tickets(..) | Self::Visits(_) | Self::Needs(_) => Action::LogWork,
            Self::Surveys | Self::Answers(..) | Self::Trend(..) | Self::Plans(_) => Action::ReadSatisfaction,
            Self::Pool(_) => Action::ClaimCustomers,
            Self::Field(_) => Action::ReadCheckIns,
            // Everybody has tasks, and may read products.
            Self::Tasks(_) | Self::Products => Action::DoTasks,
        }
    }
}

impl Store {
    /// Pages of rows, each cell in the place of its field. The first page is
    /// read when the stream is asked for it.
    ///
    /// # Errors
    /// [`StoreError::Denied`] if the actor may not read the list at all, and
    /// [`StoreError::NotFound`] of a survey that is not there.
    pub async fn export(&self, actor: &Actor, listed: Listed) -> Result<Pages> {
        scope_of(actor, listed.action())?;
        match listed {
            Listed::Visits(filter) => Ok(self.visits_out(actor, filter)),
            Listed::Plans(filter) => Ok(self.plans_out(actor, filter)),
            Listed::Answers(id, query) => {
                self.survey_is_there(id).await?;
                Ok(self.answers_out(actor, id, query))
            }
            Listed::Trend(id, _) => {
                self.survey_is_there(id).await?;
                Ok(self.page_by_page(actor, listed))
            }
            listed => Ok(self.page_by_page(actor, listed)),
        }
    }

    /// Each page is read behind the last row of the one before.
    fn page_by_page(&self, actor: &Actor, listed: Listed) -> Pages {
        let (store, actor) = (self.clone(), actor.clone());
        stream::try_unfold(Some(None), move |after: Option<Option<String>>| {
            let (store, actor, listed) = (store.clone(), actor.clone(), listed.clone());
            async move {
                let Some(after) = after else { return Ok(None) };
                let (rows, next) = store.export_page(&actor, &listed, after.as_deref()).await?;
                Ok(Some((rows, next.map(Some))))
            }
        })
        .boxed()
    }

    async fn export_page(&self, actor: &Actor, listed: &Listed, after: Option<&str>) -> Result<Rows> {
        match listed {
            Listed::Customers(filter, sort) => self.customers_out(actor, filter, *sort, after).await,
            Listed::Contacts(text, sort) => self.contacts_out(actor, text, *sort, after).await,
            Listed::Deals(filter, sort) => self.deals_out(actor, filter, *sort, after).await,
            Listed::FollowUps => self.follow_ups_out(actor, after).await,
            Listed::Tasks(None) => self.tasks_out(actor, after).await,
            Listed::Tasks(Some(view)) => self.own_tasks_out(actor, *view).await,
            Listed::Products => self.products_out().await,
            Listed::History => self.history_out(actor, after).await,
            Listed::Contracts(filter, sort) => self.contracts_out(actor, filter, *sort, after).await,
            Listed::Receivables(filter) => self.receivables_out(actor, filter, after).await,
            Listed::Quotes(filter) => self.quotes_out(actor, filter, after).await,
            Listed::Approvals => self.approvals_out(actor, after).await,
            Listed::Tickets(filter, sort) => self.tickets_out(actor, filter, *sort, after).await,
            Listed::Needs(filter) => self.needs_out(actor, filter, after).await,
            Listed::Surveys => self.surveys_out(actor).await,
            Listed::Trend(id, query) => self.trend_out(actor, *id, query).await,
            Listed::Pool(filter) => self.pool_out(actor, filter, after).await,
            Listed::Field(query) => self.field_out(actor, query).await,
            Listed::Visits(_) | Listed::Answers(..) | Listed::Plans(_) => {
                Err(StoreError::Internal("this list is not paged by the database".into()))
            }
        }
    }

    /// The whole names of those of these customers that the actor may read: lists that
    /// show others too have a short name of them.
    async fn names_out(&self, actor: &Actor, ids: impl Iterator<Item = CustomerId>) -> Result<HashMap<CustomerId, String>> {
        use customer::Column as C;
        let Ok(scope) = scope_of(actor, Action::ReadCustomers) else { return Ok(HashMap::new()) };
        let rows: Vec<(Uuid, String)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name])
            .filter(scope::customers(&scope))
            .filter(C::Id.is_in(ids.map(|id| id.0).collect::<BTreeSet<_>>()))
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().map(|(id, name)| (CustomerId(id), name)).collect())
    }

    /// The titles of those of these deals that the actor may read.
    async fn titles_out(&self, actor: &Actor, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
        use deal::Column as D;
        let Ok(scope) = scope_of(actor, Action::ReadDeals) else { return Ok(HashMap::new()) };
        let rows: Vec<(Uuid, String)> = deal::Entity::find()
            .select_only()
            .columns([D::Id, D::Title])
            .filter(scope::deals(&scope))
            .filter(D::Id.is_in(ids.collect::<BTreeSet<_>>()))
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// An instant on the organisation's clock.
    fn wall_out(&self, at: DateTime<Utc>) -> Result<Cell> {
        Ok(Cell::Wall(at.with_timezone(&self.require_org()?.time_zone).naive_local()))
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

/// What is worked out over a whole list and once, in parts: what the rows of a part say
/// beside is read when its turn comes.
fn in_parts<T, R>(all: impl Future<Output = Result<Vec<T>>> + Send + 'static, rows: impl Fn(Vec<T>) -> R + Send + 'static) -> Pages
where
    T: Send + 'static,
    R: Future<Output = Result<Vec<Vec<Cell>>>> + Send + 'static,
{
    let part = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let parts = async move {
        let mut all = all.await?.into_iter();
        let parts = std::iter::from_fn(move || Some(all.by_ref().take(part).collect::<Vec<_>>()).filter(|part| !part.is_empty()));
        Ok::<_, StoreError>(stream::iter(parts).then(rows))
    };
    stream::once(parts).try_flatten().boxed()
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
