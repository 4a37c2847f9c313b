//! The pipeline in the database: [`stages`] and their pace, [`board`],
//! [`moves`] (the write path of a drop), [`deals`] (list, page, form), [`change`] (one fact of many deals), [`dates`] (months, calendar).

pub mod board;
pub mod change;
pub mod dates;
pub mod deals;
pub mod moves;
pub mod stages;

pub use board::BoardCache;

use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::search;
use chrono::NaiveDate;
use domain::currency::minor_digits;
use domain::ids::{CustomerId, DealId, StageId, UserId};
use domain::money::{Currency, Money};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Card, NextStep, Outcome};
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef, Select};

/// A card as one row: the deal with the name and tier of its customer.
#[derive(Debug, FromQueryResult)]
pub(crate) struct CardRow {
    id: uuid::Uuid,
    version: i32,
    stage_id: uuid::Uuid,
    rank: String,
    title: String,
    customer_id: uuid::Uuid,
    customer_name: String,
    customer_short: String,
    customer_tier: String,
    owner_id: uuid::Uuid,
    amount_minor: i64,
    currency: String,
    probability_bp: i32,
    outcome: String,
    expected_close_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    next_on: Option<NaiveDate>,
    next_step: String,
    stage_since: NaiveDate,
    active_on: NaiveDate,
    first_contact_on: NaiveDate,
}

impl CardRow {
    pub(crate) fn into_card(self, org: &Org) -> Result<Card> {
        Ok(Card {
            id: DealId(self.id),
            version: self.version,
            stage: StageId(self.stage_id),
            rank: self.rank,
            title: self.title,
            customer: CustomerId(self.customer_id),
            customer_name: if self.customer_short.is_empty() { self.customer_name } else { self.customer_short },
            tier: read("tier", &self.customer_tier, domain::customers::Tier::parse)?,
            owner: UserId(self.owner_id),
            owner_name: org.name_of(UserId(self.owner_id)),
            amount: Money { minor: self.amount_minor, currency: read("currency", &self.currency, Currency::parse)? },
            probability_bp: self.probability_bp,
            outcome: read("outcome", &self.outcome, Outcome::parse)?,
            expected_close_on: self.expected_close_on,
            closed_on: self.closed_on,
            next_on: self.next_on,
            next_step: self.next_step,
            stage_since: self.stage_since,
            active_on: self.active_on,
            first_contact_on: self.first_contact_on,
            left: None,
        })
    }
}

/// Reads a stored code; one that is not known is a fault of the database.
pub(crate) fn read<T>(what: &str, code: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(code).ok_or_else(|| StoreError::Internal(format!("unknown {what} in the database: {code}")))
}

pub(crate) fn to_customer() -> RelationDef {
    deal::Entity::belongs_to(customer::Entity).from(deal::Column::CustomerId).to(customer::Column::Id).into()
}

/// Deals joined with their customer, with the columns of a [`CardRow`].
pub(crate) fn cards() -> Select<deal::Entity> {
    use deal::Column as D;
    deal::Entity::find()
        .select_only()
        .columns([
            D::Id,
            D::Version,
            D::StageId,
            D::Rank,
            D::Title,
            D::CustomerId,
            D::OwnerId,
            D::AmountMinor,
            D::Currency,
            D::ProbabilityBp,
            D::Outcome,
            D::ExpectedCloseOn,
            D::ClosedOn,
            D::NextOn,
            D::NextStep,
            D::StageSince,
            D::ActiveOn,
            D::FirstContactOn,
        ])
        .column_as(customer::Column::Name, "customer_name")
        .column_as(customer::Column::ShortName, "customer_short")
        .column_as(customer::Column::Tier, "customer_tier")
        .join(JoinType::InnerJoin, to_customer())
}

/// Deals alone, joined with their customer only if the filter looks at it.
pub(crate) fn filtered(filter: &DealFilter) -> Select<deal::Entity> {
    let query = deal::Entity::find();
    if filter.tier.is_some() || !filter.text.is_empty() { query.join(JoinType::InnerJoin, to_customer()) } else { query }
}

/// The conditions of a filter, but for pipeline, stage and outcome, which each
/// caller sets as it needs; without what lies in a pool of leads, which nobody works on. The
/// query must be joined with the customer.
pub(crate) fn conditions(filter: &DealFilter, today: NaiveDate, units: &[uuid::Uuid]) -> Condition {
    use deal::Column as D;
    // A closed deal has no next step, whatever it was when it closed.
    let next = filter.next.map(|next| {
        let state = match next {
            NextStep::Planned => D::NextOn.gt(today),
            NextStep::Due => D::NextOn.eq(today),
            NextStep::Overdue => D::NextOn.lt(today),
            NextStep::None => D::NextOn.is_null(),
        };
        Condition::all().add(D::Outcome.eq(Outcome::Open.code())).add(state)
    });
    let text = (!filter.text.is_empty()).then(|| {
        Condition::any()
            .add(search::contains(customer::Column::Search, &filter.text))
            .add(search::contains_any_case(D::Title, &filter.text))
    });
    Condition::all()
        .add(D::PoolId.is_null())
        .add_option(filter.customer.map(|v| D::CustomerId.eq(v.0)))
        .add_option(filter.owner.map(|v| D::OwnerId.eq(v.0)))
        .add_option(filter.team.map(|_| D::UnitId.is_in(units.iter().copied())))
        .add_option(filter.tier.map(|v| customer::Column::Tier.eq(v.code())))
        .add_option(filter.source.map(|v| D::Source.eq(v.code())))
        .add_option(filter.product.map(|v| D::ProductId.eq(v.0)))
        .add_option(filter.min_whole.map(|whole| amount(whole, |minor| D::AmountMinor.gte(minor))))
        .add_option(filter.max_whole.map(|whole| amount(whole, |minor| D::AmountMinor.lte(minor))))
        .add_option(filter.close_from.map(|v| D::ExpectedCloseOn.gte(v)))
        .add_option(filter.close_to.map(|v| D::ExpectedCloseOn.lte(v)))
        .add_option(filter.undated.then(|| D::ExpectedCloseOn.is_null()))
        .add_option(next)
        .add_option(text)
}

/// A condition on amounts in whole units, in each currency by its own minor unit.
/// What is stored in a currency that nobody knows passes no filter.
fn amount(whole: i64, holds: impl Fn(i64) -> SimpleExpr) -> Condition {
    Currency::ALL.iter().fold(Condition::any(), |any, currency| {
        let minor = whole.saturating_mul(10_i64.pow(minor_digits(*currency)));
        any.add(deal::Column::Currency.eq(currency.code()).and(holds(minor)))
    })
}

/// The units that a filter's team means: itself and all below.
pub(crate) fn team_units(filter: &DealFilter, org: &Org) -> Vec<uuid::Uuid> {
    filter.team.map_or_else(Vec::new, |team| org.below(team).into_iter().map(|id| id.0).collect())
}

/// One card, whoever may see it; callers check.
pub(crate) async fn card(db: &impl sea_orm::ConnectionTrait, id: DealId, org: &Org) -> Result<Card> {
    cards().filter(deal::Column::Id.eq(id.0)).into_model::<CardRow>().one(db).await?.ok_or(StoreError::NotFound)?.into_card(org)
}
