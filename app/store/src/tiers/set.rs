//! The customers that somebody may see, narrowed, each with what it brought and
//! when it was last contacted. Read at once, since what a tier promises is no
//! condition of a query: its clock skips weekends, and each channel has one.

use crate::entity::{customer, deal, follow_up};
use crate::error::Result;
use crate::org::Org;
use crate::pipeline::read;
use crate::{Clock, Store, scope};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::{CustomerId, UnitId, UserId};
use domain::money::{Currency, Sums};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Ownership, Scope, grant, scope as scope_of};
use domain::tiers::board::{TierCard, TierFilter, revenue_since};
use domain::tiers::{Asks, Breach, Event, Served, TierServices, breaches};
use domain::visits::workdays::WorkCalendar;
use domain::work::FollowUpKind;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

/// One customer of the set.
pub struct Member {
    pub id: Uuid,
    pub tier: Tier,
    pub owned: Ownership,
    /// The day on which it came.
    pub came: NaiveDate,
    pub revenue: Sums,
    /// Of the organisation's currency, by which members are in order.
    pub own_minor: i64,
    pub last: Option<(FollowUpKind, NaiveDate)>,
    pub due: Option<NaiveDate>,
    pub contact: Option<(i64, i64)>,
    pub breaches: Vec<Breach>,
}

/// How a customer is served.
pub(crate) struct Service {
    /// The earliest contact that is promised; `None` in the public pool.
    pub due: Option<NaiveDate>,
    /// What asks for it.
    pub asks: Option<Asks>,
    /// Of the contact by the interval: days past its day, and days between two.
    pub contact: Option<(i64, i64)>,
    pub breaches: Vec<Breach>,
}

/// Customers whose contacts are asked for one by one; of more, everybody's are read.
const FEW: usize = 1_000;

/// What a customer is called, and in which version.
pub(super) struct Named {
    pub version: i32,
    pub name: String,
}

/// All customers in scope that a filter leaves, those that brought most first.
pub struct Set {
    pub members: Vec<Member>,
    pub since: NaiveDate,
    pub today: NaiveDate,
}

/// What a customer had of what its tier promises.
pub(crate) struct Had<'a> {
    /// Its last contact by each channel.
    pub contacts: &'a [(FollowUpKind, NaiveDate)],
    /// What happened lately and may ask for a visit.
    pub events: &'a [Event],
    /// The largest discount that waits for approval, in hundredths of a percent.
    pub discount_bp: Option<i64>,
    /// Of its ticket that is overdue longest, minutes since it was asked, and what was promised.
    pub late: Option<(i64, i64)>,
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
        use customer::Column as C;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let since = revenue_since(today);
        let rows: Vec<(Uuid, String, Option<Uuid>, Uuid, DateTime<Utc>)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Tier, C::OwnerId, C::UnitId, C::CreatedAt])
            .filter(scope::customers(&scope))
            .filter(conditions(filter, &org))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut revenue = match scope_of(actor, Action::ReadDeals) {
            Ok(deals) => self.won_by_customer(&deals, since, today).await?,
            Err(_) => HashMap::new(),
        };
        let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
        let mut contacts = self.last_contacts(&ids).await?;
        let services = self.tier_services().await?;
        let mut events = self.events_of(actor, &ids, &services).await?;
        let calendar = self.work_calendar().await?;
        let discounts = self.discounts_waiting(None).await?;
        let unanswered = self.late_answers(None).await?;
        let mut members = Vec::with_capacity(rows.len());
        for (id, tier, owner, unit, created_at) in rows {
            let tier = read("tier", &tier, Tier::parse)?;
            let owned = Ownership { owner: owner.map(UserId), unit: UnitId(unit) };
            let came = self.clock.local_date(created_at);
            let contacts = contacts.remove(&id).unwrap_or_default();
            let events = events.remove(&id).unwrap_or_default();
            let had =
                Had { contacts: &contacts, events: &events, discount_bp: discounts.get(&id).copied(), late: unanswered.get(&id).copied() };
            let Service { due, contact, breaches, .. } = self.service_of(tier, owned.owner, came, &had, &services, &calendar);
            if filter.late && breaches.is_empty() {
                continue;
            }
            let revenue = revenue.remove(&id).unwrap_or_default();
            members.push(Member {
                own_minor: revenue.0.iter().find(|line| line.currency == org.currency).map_or(0, |line| line.sum_minor),
                last: crate::customers::last_of(&contacts, today),
                id,
                tier,
                owned,
                came,
                revenue,
                due,
                contact,
                breaches,
            });
        }
        members.sort_by_key(|member| (Reverse(member.own_minor), member.id));
        Ok(Set { members, since, today })
    }

    /// How a customer is served, by what its tier promises. Its clock began on the day
    /// on which it came.
    pub(crate) fn service_of(
        &self,
        tier: Tier,
        owner: Option<UserId>,
        came: NaiveDate,
        had: &Had<'_>,
        services: &TierServices,
        calendar: &WorkCalendar,
    ) -> Service {
        // In the public pool nobody is there to keep a promise.
        if owner.is_none() {
            return Service { due: None, asks: None, contact: None, breaches: Vec::new() };
        }
        let today = self.clock.today();
        let service = services.of(tier);
        let served = Served { contacts: had.contacts, since: came, events: had.events, discount_bp: had.discount_bp, ..Served::default() };
        let next = service.next_visit(&served, calendar.workdays(), today);
        let regular = service.next_regular(&served, calendar.workdays(), today);
        let mut breaches = breaches(service, &served, calendar.workdays(), today);
        // By what was promised when it was asked, whatever is promised now.
        breaches.extend(had.late.map(|(minutes, promised)| Breach::ResponseLate { minutes, promised }));
        let contact = regular.and_then(|next| match next.promise.asks() {
            Asks::Every(days) => Some((next.visit.overdue_days, i64::from(days))),
            Asks::After(_) => None,
        });
        Service { due: next.map(|next| next.visit.due), asks: next.map(|next| next.promise.asks()), contact, breaches }
    }

    /// What was won of each customer in these days, each currency for itself.
    async fn won_by_customer(&self, deals: &Scope, since: NaiveDate, until: NaiveDate) -> Result<HashMap<Uuid, Sums>> {
        use deal::Column as D;
        let rows: Vec<(Uuid, String, i64, i64)> = deal::Entity::find()
            .select_only()
            .column(D::CustomerId)
            .column(D::Currency)
            .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
            .expr_as(Expr::col((deal::Entity, D::AmountMinor)).sum().cast_as("bigint"), "amount")
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

    /// The last contact of each channel, of these customers.
    pub(crate) async fn last_contacts(&self, customers: &[Uuid]) -> Result<HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>>> {
        last_contacts(self.db(), self.clock, customers).await
    }

    /// What these customers are called.
    pub(super) async fn named(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Named>> {
        use customer::Column as C;
        let rows: Vec<(Uuid, i32, String, String)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Version, C::Name, C::ShortName])
            .filter(C::Id.is_in(ids))
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, version, name, short)| (id, Named { version, name: if short.is_empty() { name } else { short } }))
            .collect())
    }

    /// Members as cards, with what only cards say: open deals and next steps.
    pub(super) async fn tier_cards_of(&self, actor: &Actor, members: &[&Member]) -> Result<Vec<TierCard>> {
        let org = self.require_org()?;
        let ids: Vec<Uuid> = members.iter().map(|member| member.id).collect();
        let today = self.clock.today();
        let mut open = match scope_of(actor, Action::ReadDeals) {
            Ok(deals) => crate::customers::deal_sums(self.db(), ids.clone(), Outcome::Open, &deals).await?,
            Err(_) => HashMap::new(),
        };
        let mut named = self.named(ids.clone()).await?;
        let planned = self.planned(actor, ids.clone(), today).await?;
        let review = self.tier_review().await?;
        let falls = self.days_left(&ids).await?;
        let contacted: Vec<_> = members.iter().map(|member| (member.id, member.contact)).collect();
        let mut health = self.health_of(actor, &contacted).await?;
        let card = |member: &&Member| {
            // Gone between the two questions.
            let Named { version, name } = named.remove(&member.id)?;
            Some(TierCard {
                id: CustomerId(member.id),
                version,
                name,
                tier: member.tier,
                owner: member.owned.owner.map(|id| (id, org.name_of(id))),
                revenue: member.revenue.clone(),
                open: open.remove(&member.id).unwrap_or_default(),
                last: member.last,
                planned: planned.get(&member.id).copied(),
                due: member.due,
                breaches: member.breaches.clone(),
                health: health.remove(&member.id)?,
                falls: falls.get(&member.id).copied(),
                proposed: review.proposal(member.id),
                may_move: grant(actor, Action::WriteCustomers, &member.owned).is_ok(),
            })
        };
        Ok(members.iter().filter_map(card).collect())
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
                .filter(scope::worked(&deals))
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

/// The last contact of each channel, by customer.
pub(crate) async fn last_contacts(
    db: &impl ConnectionTrait,
    clock: Clock,
    customers: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>>> {
    use follow_up::Column as F;
    let few = (customers.len() <= FEW).then(|| F::CustomerId.is_in(customers.iter().copied()));
    let rows: Vec<(Uuid, String, DateTime<Utc>)> = follow_up::Entity::find()
        .select_only()
        .column(F::CustomerId)
        .column(F::Kind)
        .column_as(F::At.max(), "last_at")
        .filter(Condition::all().add_option(few))
        .group_by(F::CustomerId)
        .group_by(F::Kind)
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<Uuid, Vec<_>> = customers.iter().map(|id| (*id, Vec::new())).collect();
    for (customer, kind, at) in rows {
        if let Some(contacts) = found.get_mut(&customer) {
            contacts.push((read("kind", &kind, FollowUpKind::parse)?, clock.local_date(at)));
        }
    }
    Ok(found)
}
