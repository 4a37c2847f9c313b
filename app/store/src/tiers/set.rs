//! The customers that somebody may see, narrowed, each with what it brought and
//! when it was last contacted. Read at once, since what a tier promises is no
//! condition of a query: its clock skips weekends, and each channel has one.

use crate::customers::ownership;
use crate::entity::{customer, deal, follow_up};
use crate::error::Result;
use crate::org::Org;
use crate::pipeline::read;
use crate::{Store, scope};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::{CustomerId, UserId};
use domain::money::{Currency, Sums};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Scope, grant, scope as scope_of};
use domain::revisit::Workdays;
use domain::tiers::board::{TierCard, TierFilter, revenue_since};
use domain::tiers::{Breach, Served, TierServices, breaches};
use domain::work::FollowUpKind;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

/// One customer of the set.
pub struct Member {
    pub row: customer::Model,
    pub tier: Tier,
    pub revenue: Sums,
    /// Of the organisation's currency, by which members are in order.
    pub own_minor: i64,
    pub last: Option<(FollowUpKind, NaiveDate)>,
    pub due: Option<NaiveDate>,
    pub breaches: Vec<Breach>,
}

/// How a customer is served.
pub(crate) struct Service {
    pub tier: Tier,
    /// The earliest contact that is promised; `None` in the public pool.
    pub due: Option<NaiveDate>,
    pub breaches: Vec<Breach>,
}

/// All customers in scope that a filter leaves, those that brought most first.
pub struct Set {
    pub members: Vec<Member>,
    pub since: NaiveDate,
    pub today: NaiveDate,
}

/// What a filter says of the customer's row.
fn conditions(filter: &TierFilter, org: &Org) -> Condition {
    use customer::Column as C;
    let exactly = |column: C, text: &str| (!text.is_empty()).then(|| column.eq(text));
    Condition::all()
        .add_option(filter.owner.map(|v| C::OwnerId.eq(v.0)))
        .add_option(filter.team.map(|v| C::UnitId.is_in(org.below(v).into_iter().map(|unit| unit.0))))
        .add_option(exactly(C::Industry, &filter.industry))
        .add_option(exactly(C::Region, &filter.region))
}

impl Store {
    pub(super) async fn tier_set(&self, actor: &Actor, filter: &TierFilter) -> Result<Set> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let since = revenue_since(today);
        let narrowed = || Condition::all().add(scope::customers(&scope)).add(conditions(filter, &org));
        let rows = customer::Entity::find().filter(narrowed()).all(self.db()).await?;
        let mut revenue = match scope_of(actor, Action::ReadDeals) {
            Ok(deals) => self.won_by_customer(&deals, narrowed(), since, today).await?,
            Err(_) => HashMap::new(),
        };
        let mut contacts = self.contacts_by_customer(narrowed()).await?;
        let services = self.tier_services().await?;
        let mut members = Vec::with_capacity(rows.len());
        for row in rows {
            let revenue = revenue.remove(&row.id).unwrap_or_default();
            let contacts = contacts.remove(&row.id).unwrap_or_default();
            let member = self.member(row, revenue, &contacts, org.currency, &services)?;
            if !filter.late || !member.breaches.is_empty() {
                members.push(member);
            }
        }
        members.sort_by_key(|member| (Reverse(member.own_minor), member.row.id));
        Ok(Set { members, since, today })
    }

    fn member(
        &self,
        row: customer::Model,
        revenue: Sums,
        contacts: &[(FollowUpKind, NaiveDate)],
        currency: Currency,
        services: &TierServices,
    ) -> Result<Member> {
        let today = self.clock.today();
        let Service { tier, due, breaches } = self.service_of(&row, contacts, services)?;
        Ok(Member {
            tier,
            own_minor: revenue.0.iter().find(|line| line.currency == currency).map_or(0, |line| line.sum_minor),
            revenue,
            last: contacts.iter().copied().filter(|(_, on)| *on <= today).max_by_key(|(_, on)| *on),
            due,
            breaches,
            row,
        })
    }

    /// How a customer is served, by what its tier promises.
    pub(crate) fn service_of(
        &self,
        row: &customer::Model,
        contacts: &[(FollowUpKind, NaiveDate)],
        services: &TierServices,
    ) -> Result<Service> {
        let today = self.clock.today();
        let tier = read("tier", &row.tier, Tier::parse)?;
        // In the public pool nobody is there to keep a promise.
        if row.owner_id.is_none() {
            return Ok(Service { tier, due: None, breaches: Vec::new() });
        }
        let service = services.of(tier);
        let served = Served { contacts, since: self.clock.local_date(row.created_at), ..Served::default() };
        let next = service.next_visit(&served, Workdays::default(), today);
        let breaches = breaches(service, &served, Workdays::default(), today);
        Ok(Service { tier, due: next.map(|next| next.visit.due), breaches })
    }

    /// What was won of each customer in these days, each currency for itself.
    async fn won_by_customer(
        &self,
        deals: &Scope,
        customers: Condition,
        since: NaiveDate,
        until: NaiveDate,
    ) -> Result<HashMap<Uuid, Sums>> {
        use deal::Column as D;
        let rows: Vec<(Uuid, String, i64, i64)> = deal::Entity::find()
            .select_only()
            .column(D::CustomerId)
            .column(D::Currency)
            .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
            .expr_as(Expr::col((deal::Entity, D::AmountMinor)).sum().cast_as("bigint"), "amount")
            .join(JoinType::InnerJoin, to_customer(deal::Entity, D::CustomerId))
            .filter(customers)
            .filter(scope::deals(deals))
            .filter(D::Outcome.eq(Outcome::Won.code()))
            .filter(D::ClosedOn.between(since, until))
            .group_by(D::CustomerId)
            .group_by(D::Currency)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found: HashMap<Uuid, Sums> = HashMap::new();
        for (customer, currency, count, amount) in rows {
            found.entry(customer).or_default().add(read("currency", &currency, Currency::parse)?, count, amount, 0);
        }
        Ok(found)
    }

    /// The last contact of each channel, of the customers that a condition holds for.
    pub(crate) async fn contacts_by_customer(&self, customers: Condition) -> Result<HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>>> {
        use follow_up::Column as F;
        let rows: Vec<(Uuid, String, DateTime<Utc>)> = follow_up::Entity::find()
            .select_only()
            .column(F::CustomerId)
            .column(F::Kind)
            .column_as(F::At.max(), "last_at")
            .join(JoinType::InnerJoin, to_customer(follow_up::Entity, F::CustomerId))
            .filter(customers)
            .group_by(F::CustomerId)
            .group_by(F::Kind)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
        for (customer, kind, at) in rows {
            let kind = read("kind", &kind, FollowUpKind::parse)?;
            found.entry(customer).or_default().push((kind, self.clock.local_date(at)));
        }
        Ok(found)
    }

    /// Members as cards, with what only cards say: open deals and next steps.
    pub(super) async fn tier_cards_of(&self, actor: &Actor, members: &[&Member]) -> Result<Vec<TierCard>> {
        let org = self.require_org()?;
        let ids: Vec<Uuid> = members.iter().map(|member| member.row.id).collect();
        let today = self.clock.today();
        let mut open = match scope_of(actor, Action::ReadDeals) {
            Ok(deals) => crate::customers::deal_sums(self.db(), ids.clone(), Outcome::Open, &deals).await?,
            Err(_) => HashMap::new(),
        };
        let planned = self.planned(actor, ids, today).await?;
        let review = self.tier_review().await?;
        let card = |member: &&Member| TierCard {
            id: CustomerId(member.row.id),
            version: member.row.version,
            name: if member.row.short_name.is_empty() { member.row.name.clone() } else { member.row.short_name.clone() },
            tier: member.tier,
            owner: member.row.owner_id.map(|id| (UserId(id), org.name_of(UserId(id)))),
            revenue: member.revenue.clone(),
            open: open.remove(&member.row.id).unwrap_or_default(),
            last: member.last,
            planned: planned.get(&member.row.id).copied(),
            due: member.due,
            breaches: member.breaches.clone(),
            proposed: review.proposal(member.row.id),
            may_move: grant(actor, Action::WriteCustomers, &ownership(&member.row)).is_ok(),
        };
        Ok(members.iter().map(card).collect())
    }

    /// The next step of each customer, today or later: of an open deal that the
    /// actor may see, or of a follow-up without a deal.
    async fn planned(&self, actor: &Actor, ids: Vec<Uuid>, today: NaiveDate) -> Result<HashMap<Uuid, NaiveDate>> {
        use deal::Column as D;
        use follow_up::Column as F;
        let mut rows: Vec<(Uuid, NaiveDate)> = follow_up::Entity::find()
            .select_only()
            .column(F::CustomerId)
            .column_as(F::NextOn.min(), "next_on")
            .filter(F::CustomerId.is_in(ids.clone()))
            .filter(F::DealId.is_null())
            .filter(F::NextOn.gte(today))
            .group_by(F::CustomerId)
            .into_tuple()
            .all(self.db())
            .await?;
        if let Ok(deals) = scope_of(actor, Action::ReadDeals) {
            let of_deals: Vec<(Uuid, NaiveDate)> = deal::Entity::find()
                .select_only()
                .column(D::CustomerId)
                .column_as(D::NextOn.min(), "next_on")
                .filter(D::CustomerId.is_in(ids))
                .filter(scope::deals(&deals))
                .filter(D::Outcome.eq(Outcome::Open.code()))
                .filter(D::NextOn.gte(today))
                .group_by(D::CustomerId)
                .into_tuple()
                .all(self.db())
                .await?;
            rows.extend(of_deals);
        }
        let mut found = HashMap::new();
        for (customer, on) in rows {
            found.entry(customer).and_modify(|known: &mut NaiveDate| *known = (*known).clamp(NaiveDate::MIN, on)).or_insert(on);
        }
        Ok(found)
    }
}

fn to_customer<E: EntityTrait>(_from: E, column: E::Column) -> RelationDef {
    E::belongs_to(customer::Entity).from(column).to(customer::Column::Id).into()
}
