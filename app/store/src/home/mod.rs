//! The page of today, and of the business at a glance (`boss`): [`won`] the figures of wins, [`work`] what is to do and the
//! rows behind each number, [`people`] who needs help and what the organisation
//! lacks. Every number is the length of its list, by the same condition.

mod boss;
mod people;
mod won;
mod work;

use crate::Store;
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::pipeline::stages::Stages;
use crate::scope;
use chrono::{Month, NaiveDate};
use domain::findings::FindingsQuery;
use domain::home::{Bucket, Home, HomeQuery, Listed, Parts, Rows, Span, TopFindings, Whose, compared, days_left, first_month};
use domain::ids::UserId;
use domain::money::{Currency, Sums};
use domain::period::Period;
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Ownership, Role, Scope, scope as scope_of};
use domain::pool::page::{FallingLeads, FallingSoon};
use domain::quotes::view::ApprovalsDue;
use domain::survey::view::PlansDue;
use domain::work::TaskView;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use std::sync::Arc;

/// Rows of a list; more are counted.
const LISTED: u64 = 50;

impl Store {
    /// The page that `query` asks for, as far as the actor's role has it. A person
    /// beyond what the actor may see looks as if they did not exist.
    pub async fn home(&self, actor: &Actor, query: &HomeQuery) -> Result<Home> {
        let org = self.require_org()?;
        let parts = Parts::of(actor.role);
        let look = Look::new(self, actor, query, parts, org).await?;
        let mut buckets = Vec::new();
        for list in parts.lists() {
            if !matches!(list, Listed::Won | Listed::WonBefore) {
                buckets.push((list, look.bucket(list).await?));
            }
        }
        let first = buckets.iter().find(|(_, bucket)| bucket.count > 0).or(buckets.first()).map_or(Listed::Tasks, |(list, _)| *list);
        let list = query.list.filter(|list| parts.lists().contains(list)).unwrap_or(first);
        let (stalled_sums, open_sums) =
            if parts.stalled { (look.sums(look.stalled()).await?, look.sums(Condition::all()).await?) } else { Default::default() };
        Ok(Home {
            // The reader's own: they stand under nobody else's name.
            falling_leads: if look.person.is_none() { self.leads_falling_soon(actor).await? } else { FallingLeads::default() },
            falling: if look.person.is_none() { self.falling_soon(actor).await? } else { FallingSoon::default() },
            plans: if look.person.is_none() { self.plans_due(actor).await? } else { PlansDue::default() },
            approvals: if look.person.is_none() { self.approvals_due(actor).await? } else { ApprovalsDue::default() },
            mentions: if look.person.is_none() { self.mentions_of(actor).await? } else { Vec::new() },
            as_of: look.today,
            quarter_days_left: days_left(look.today, look.first),
            several: look.several(),
            choice: parts.people.then(|| look.org.unit_name(actor.unit)),
            stages: look.stages.stages.clone(),
            won: if parts.won { Some(look.won().await?) } else { None },
            stalled_sums,
            open_sums,
            rows: look.rows(list).await?,
            list,
            buckets,
            people: if parts.people && look.several() { look.people().await? } else { Vec::new() },
            gaps: if parts.gaps { Some(look.gaps().await?) } else { None },
            findings: parts.findings.then(|| look.findings()),
            person: look.person,
        })
    }

    /// The first findings of the page that `query` asks for, as the page of findings tells
    /// them of the same records; none for whom there are none.
    pub async fn top_findings(&self, actor: &Actor, query: &HomeQuery) -> Result<TopFindings> {
        let parts = Parts::of(actor.role);
        if !parts.findings {
            return Ok(TopFindings::default());
        }
        let look = Look::new(self, actor, query, parts, self.require_org()?).await?;
        let of = look.findings();
        let (first, total) = self.first_findings(actor, &of).await?;
        Ok(TopFindings { of, first, total })
    }
}

/// One look at the page: who, at whose records, on which day.
struct Look<'a> {
    store: &'a Store,
    actor: &'a Actor,
    org: Arc<Org>,
    stages: Arc<Stages>,
    /// `None` for who reads no deals.
    deals: Option<Scope>,
    customers: Option<Scope>,
    /// Whose records alone.
    owner: Option<UserId>,
    person: Option<(UserId, String)>,
    today: NaiveDate,
    first: Month,
    span: Span,
}

impl<'a> Look<'a> {
    async fn new(store: &'a Store, actor: &'a Actor, query: &HomeQuery, parts: Parts, org: Arc<Org>) -> Result<Self> {
        let deals = scope_of(actor, Action::ReadDeals).ok();
        let person = match query.person.filter(|_| parts.people) {
            None => None,
            Some(id) => {
                let seen = |unit| deals.as_ref().is_some_and(|scope| scope.contains(&Ownership { owner: Some(id), unit }));
                let member = org.people.get(&id).filter(|member| seen(member.person.unit)).ok_or(StoreError::NotFound)?;
                Some((id, member.person.name.clone()))
            }
        };
        let mine = query.whose == Some(Whose::Mine) && parts.people;
        Ok(Self {
            store,
            actor,
            stages: store.stages().await?,
            deals,
            customers: scope_of(actor, Action::ReadCustomers).ok(),
            owner: person.as_ref().map(|(id, _)| *id).or(mine.then_some(actor.id)),
            person,
            today: store.clock.today(),
            first: first_month(org.fiscal_start_month),
            span: query.span.unwrap_or(if actor.role == Role::Finance { Span::Month } else { Span::Quarter }),
            org,
        })
    }

    /// Of whose records findings are told.
    fn findings(&self) -> FindingsQuery {
        FindingsQuery { owner: self.owner, ..FindingsQuery::default() }
    }

    /// Whether rows may belong to different people.
    fn several(&self) -> bool {
        self.owner.is_none() && self.actor.role != Role::Salesperson
    }

    /// Deals that are looked at. Without the right there are none.
    fn of_deals(&self) -> Result<Condition> {
        let scope = self.deals.as_ref().ok_or(StoreError::NotFound)?;
        Ok(scope::worked(scope).add_option(self.owner.map(|id| deal::Column::OwnerId.eq(id.0))))
    }

    fn periods(&self) -> Result<(Period, Period)> {
        let now = self.span.up_to(self.today, self.first);
        let before = compared(now).ok_or_else(|| StoreError::Internal(format!("no year before {now:?}")))?;
        Ok((now, before))
    }

    async fn bucket(&self, list: Listed) -> Result<Bucket> {
        match list {
            Listed::Steps => self.step_bucket().await,
            Listed::Tasks => {
                let (_, today, overdue) = self.store.task_counts(self.actor).await?;
                Ok(Bucket { count: today + overdue, overdue })
            }
            Listed::Contacts => {
                let due = self.due_contacts().await?;
                Ok(Bucket { count: count(due.len()), overdue: count(due.iter().filter(|row| row.overdue_days > 0).count()) })
            }
            Listed::Needs => {
                let (_, count, overdue) = self.store.needs_of_mine(self.actor).await?;
                Ok(Bucket { count, overdue })
            }
            Listed::Tickets => {
                let (_, count, overdue) = self.store.tickets_to_do(self.actor, self.owner).await?;
                Ok(Bucket { count, overdue })
            }
            Listed::Stalled => Ok(Bucket { count: self.sums(self.stalled()).await?.count(), overdue: 0 }),
            Listed::Won | Listed::WonBefore => Ok(Bucket::default()),
        }
    }

    async fn rows(&self, list: Listed) -> Result<Rows> {
        Ok(match list {
            Listed::Steps => Rows::Steps(self.step_rows().await?),
            Listed::Tasks => {
                let mut rows = self.store.tasks(self.actor, TaskView::Overdue).await?;
                rows.extend(self.store.tasks(self.actor, TaskView::Today).await?);
                rows.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
                Rows::Tasks(rows)
            }
            Listed::Contacts => {
                let mut rows = self.due_contacts().await?;
                rows.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
                Rows::Contacts(rows)
            }
            Listed::Needs => Rows::Needs(self.store.needs_of_mine(self.actor).await?.0),
            Listed::Tickets => Rows::Tickets(self.store.tickets_to_do(self.actor, self.owner).await?.0),
            Listed::Stalled => Rows::Stalled(self.stalled_rows().await?),
            Listed::Won => Rows::Won(self.won_rows(self.periods()?.0).await?),
            Listed::WonBefore => Rows::Won(self.won_rows(self.periods()?.1).await?),
        })
    }

    /// Number and amount of the open deals that a condition holds for.
    async fn sums(&self, which: Condition) -> Result<Sums> {
        use deal::Column as D;
        self.sums_of(Condition::all().add(D::Outcome.eq(Outcome::Open.code())).add(which)).await
    }

    async fn sums_of(&self, which: Condition) -> Result<Sums> {
        use deal::Column as D;
        let amount = || Expr::col((deal::Entity, D::AmountMinor));
        let weighted = amount().mul(Expr::col((deal::Entity, D::ProbabilityBp))).sum();
        let rows: Vec<(String, i64, i64, i64)> = deal::Entity::find()
            .select_only()
            .column(D::Currency)
            .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
            .expr_as(amount().sum().cast_as("bigint"), "amount")
            .expr_as(weighted.cast_as("bigint"), "weighted")
            .filter(self.of_deals()?)
            .filter(which)
            .group_by(D::Currency)
            .into_tuple()
            .all(self.store.db())
            .await?;
        let mut sums = Sums::default();
        for (currency, deals, amount, weighted) in rows {
            sums.add(read("currency", &currency, Currency::parse)?, deals, amount, weighted);
        }
        Ok(sums)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
