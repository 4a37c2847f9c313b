//! What waits for approval: for whom, how much, and of which customers.

use super::read::{Line, Order, joined, said, to_deal, whole};
use super::{manages, quote, stored};
use crate::Store;
use crate::entity::deal;
use crate::error::Result;
use crate::org::Org;
use crate::scope;
use domain::customers::Tier;
use domain::page::{PAGE_ROWS, Page};
use domain::policy::{Action, Actor, Role, grant_any, scope as scope_of};
use domain::quotes::QuoteStatus;
use domain::quotes::sums::QuoteSums;
use domain::quotes::view::{Approval, ApprovalList, ApprovalsDue};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect, Select};
use std::collections::HashMap;
use uuid::Uuid;

/// Of those that wait, named on the page of today.
const NAMED: u64 = 3;

impl Store {
    /// One page of the discounts on which this person decides, those that wait longest first.
    pub async fn quote_approvals(&self, actor: &Actor, after: Option<&str>) -> Result<ApprovalList> {
        let total = waiting(actor, &*self.require_org()?)?.count(self.db()).await?;
        let (rows, next) = self.approvals_page(actor, after, PAGE_ROWS).await?;
        Ok(Page { rows, total: whole(total), next })
    }

    /// At most `limit` of them behind a cursor, and the cursor of those after them.
    pub(crate) async fn approvals_page(&self, actor: &Actor, after: Option<&str>, limit: u64) -> Result<(Vec<Approval>, Option<String>)> {
        let (org, today) = (self.require_org()?, self.clock.today());
        let (found, next) = self.turned(waiting(actor, &org)?, Order::Asked, after, limit).await?;
        let rows = found.iter().map(|line| {
            let row = &line.quote;
            Ok(Approval {
                version: row.version,
                tier: stored("tier", &line.customer_tier, Tier::parse)?,
                ceiling_bp: row.ceiling_bp,
                list_minor: row.list_minor,
                asked: said(&org, row.asked_at, row.asked_by, &row.asked_reason),
                row: line.row(&org, today)?,
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    /// How many wait, and the first of them; none for who decides nothing.
    pub async fn approvals_due(&self, actor: &Actor) -> Result<ApprovalsDue> {
        if grant_any(actor, Action::ApproveQuotes).is_err() {
            return Ok(ApprovalsDue::default());
        }
        let (org, today) = (self.require_org()?, self.clock.today());
        let waiting = waiting(actor, &org)?;
        let total = waiting.clone().count(self.db()).await?;
        let (first, _) = self.turned(waiting, Order::Asked, None, NAMED).await?;
        let named = |line: &Line| line.row(&org, today).map(|row| (row.id, row.name(), row.customer_name));
        Ok(ApprovalsDue { total: whole(total), first: first.iter().map(named).collect::<Result<_>>()? })
    }

    /// The largest discount that waits for approval, by customer, in basis points; of one
    /// customer or of all.
    pub(crate) async fn discounts_waiting(&self, of: Option<Uuid>) -> Result<HashMap<Uuid, i64>> {
        let rows: Vec<(Uuid, i64, i64)> = quote::Entity::find()
            .select_only()
            .join(JoinType::InnerJoin, to_deal())
            .column(deal::Column::CustomerId)
            .column(quote::Column::ListMinor)
            .column(quote::Column::TotalMinor)
            .filter(quote::Column::Status.eq(QuoteStatus::Waiting.code()))
            .filter(Condition::all().add_option(of.map(|id| deal::Column::CustomerId.eq(id))))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found: HashMap<Uuid, i64> = HashMap::new();
        for (customer, list_minor, total_minor) in rows {
            if let Some(bp) = (QuoteSums { list_minor, total_minor, ..QuoteSums::default() }).discount_bp() {
                found.entry(customer).and_modify(|known| *known = bp.max(*known)).or_insert(bp);
            }
        }
        Ok(found)
    }
}

/// As [`domain::quotes::may_decide`] says, as a condition.
fn waiting(actor: &Actor, org: &Org) -> Result<Select<quote::Entity>> {
    use quote::Column as Q;
    let scope = scope_of(actor, Action::ApproveQuotes)?;
    let beside = (actor.role != Role::Administrator).then(|| {
        let managers = org.people.keys().filter(|id| manages(org, **id)).map(|id| id.0);
        Condition::all().add(deal::Column::UnitId.eq(actor.unit.0)).add(deal::Column::OwnerId.is_in(managers)).not()
    });
    Ok(joined()
        .filter(scope::deals(&scope))
        .filter(Q::Status.eq(QuoteStatus::Waiting.code()))
        .filter(deal::Column::OwnerId.ne(actor.id.0))
        .filter(Condition::any().add(Q::AskedBy.is_null()).add(Q::AskedBy.ne(actor.id.0)))
        .filter(Condition::all().add_option(beside)))
}
