//! What is to do: next steps, contacts as the customer's tier promises them, and
//! stalled deals.

use super::{LISTED, Look, count};
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::pipeline::{CardRow, cards};
use chrono::Duration;
use domain::home::{Bucket, DueContact, StalledDeal};
use domain::ids::{CustomerId, UserId};
use domain::pipeline::{Card, IDLE_DAYS, Outcome};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

impl Look<'_> {
    /// Open deals whose next step is due, or was.
    fn stepping(&self) -> Condition {
        use deal::Column as D;
        Condition::all().add(D::Outcome.eq(Outcome::Open.code())).add(D::NextOn.lte(self.today))
    }

    pub(super) async fn step_bucket(&self) -> Result<Bucket> {
        let of = async |which: Condition| -> Result<i64> {
            let found = deal::Entity::find().filter(self.of_deals()?).filter(which).count(self.store.db()).await?;
            Ok(i64::try_from(found).unwrap_or(i64::MAX))
        };
        let overdue = self.stepping().add(deal::Column::NextOn.lt(self.today));
        Ok(Bucket { count: of(self.stepping()).await?, overdue: of(overdue).await? })
    }

    /// Those due longest ago first.
    pub(super) async fn step_rows(&self) -> Result<Vec<Card>> {
        use deal::Column as D;
        let query = cards().filter(self.of_deals()?).filter(self.stepping()).order_by_asc(D::NextOn).order_by_asc(D::Id);
        let rows = query.limit(LISTED).into_model::<CardRow>().all(self.store.db()).await?;
        rows.into_iter().map(|row| row.into_card(&self.org)).collect()
    }

    /// `Card::stall` as a condition: longer in a stage than its limit, or without a
    /// follow-up for too long.
    pub(super) fn stalled(&self) -> Condition {
        use deal::Column as D;
        let before = |days: i64| self.today - Duration::days(days);
        let idle = Condition::any().add(D::ActiveOn.lt(before(IDLE_DAYS)));
        self.stages.stages.iter().fold(idle, |any, stage| match stage.stall_limit_milli() {
            // Whole days are above the limit if they are above its whole part.
            Some(limit) => any.add(Condition::all().add(D::StageId.eq(stage.id.0)).add(D::StageSince.lt(before(limit.div_euclid(1_000))))),
            None => any,
        })
    }

    /// Those that have stood longest first.
    pub(super) async fn stalled_rows(&self) -> Result<Vec<StalledDeal>> {
        use deal::Column as D;
        let open = D::Outcome.eq(Outcome::Open.code());
        let query = cards().filter(self.of_deals()?).filter(open).filter(self.stalled()).order_by_asc(D::StageSince).order_by_asc(D::Id);
        let rows = query.limit(LISTED).into_model::<CardRow>().all(self.store.db()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let card = row.into_card(&self.org)?;
            let stage = self.stages.get(card.stage)?;
            let stall = card.stall(stage, self.today);
            let stall = stall.ok_or_else(|| StoreError::Internal(format!("deal {} is listed as stalled and is not", card.id)))?;
            found.push(StalledDeal { reason: stall.into(), card });
        }
        Ok(found)
    }

    /// Customers of somebody whom their tier promised a contact that is due, or was;
    /// those due longest ago first. The same set as the list of return visits.
    pub(super) async fn due_contacts(&self) -> Result<Vec<DueContact>> {
        let Some(scope) = &self.customers else { return Ok(Vec::new()) };
        let due = self
            .store
            .due_of(self.actor, scope, Condition::all(), self.owner)
            .await?
            .into_iter()
            .take_while(|due| due.visit.due <= self.today);
        let contact = |due: crate::visits::Due| DueContact {
            customer: CustomerId(due.id),
            name: due.name,
            tier: due.tier,
            owner: due.owner,
            owner_name: self.org.name_of(due.owner),
            channels: due.channels,
            last: due.last,
            asks: due.asks,
            due: due.visit.due,
            overdue_days: due.visit.overdue_days,
        };
        Ok(due.map(contact).collect())
    }

    /// Deals by their owner that a condition holds for.
    pub(super) async fn by_owner(&self, which: Condition) -> Result<Vec<(UserId, i64)>> {
        use deal::Column as D;
        let rows: Vec<(Uuid, i64)> = deal::Entity::find()
            .select_only()
            .column(D::OwnerId)
            .expr_as(D::Id.count(), "deals")
            .filter(self.of_deals()?)
            .filter(D::Outcome.eq(Outcome::Open.code()))
            .filter(which)
            .group_by(D::OwnerId)
            .into_tuple()
            .all(self.store.db())
            .await?;
        Ok(rows.into_iter().map(|(id, n)| (UserId(id), n)).collect())
    }

    /// Overdue contacts by who makes them.
    pub(super) async fn contacts_by_owner(&self) -> Result<Vec<(UserId, i64)>> {
        let mut found: std::collections::BTreeMap<UserId, usize> = std::collections::BTreeMap::new();
        for row in self.due_contacts().await?.into_iter().filter(|row| row.overdue_days > 0) {
            *found.entry(row.owner).or_default() += 1;
        }
        Ok(found.into_iter().map(|(id, n)| (id, count(n))).collect())
    }
}
