//! What happened to customers lately that may ask for a return visit: wins, and low scores
//! of somebody who is named. An anonymous answer has no plan and asks for nothing.

use crate::entity::{deal, follow_up};
use crate::error::Result;
use crate::satisfaction::{lows, plan};
use crate::{Store, scope};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Reach, Scope, reach, scope as scope_of};
use domain::survey::plan::PlanStatus;
use domain::tiers::after::ASKS_DAYS;
use domain::tiers::{Event, Occasion, TierServices};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Customers whose wins are asked for one by one; of more, everybody's are read.
const FEW: usize = 1_000;

/// What of low scores somebody is told.
enum Told {
    /// All of it.
    All,
    /// The score only of plans in scope; that there was one, of all.
    Some(Scope),
    /// Nothing.
    Nothing,
}

impl Told {
    fn of(actor: &Actor) -> Self {
        match (reach(actor.role, Action::ReadSatisfaction), scope_of(actor, Action::ReadSatisfaction)) {
            (Some(Reach::All), Ok(_)) => Self::All,
            (_, Ok(seen)) => Self::Some(seen),
            (_, Err(_)) => Self::Nothing,
        }
    }
}

impl Store {
    /// What happened to these customers, by customer: the last win, and low scores whose
    /// plan is not closed. Whoever may not read satisfaction is told nothing of those.
    pub(crate) async fn events_of(&self, actor: &Actor, ids: &[Uuid], services: &TierServices) -> Result<HashMap<Uuid, Vec<Event>>> {
        let mut found: HashMap<Uuid, Vec<Event>> = HashMap::new();
        let promised = |of: fn(domain::tiers::After) -> u32| Tier::ALL.iter().any(|tier| of(services.of(*tier).after) > 0);
        if promised(|after| after.win + after.again) {
            self.wins(ids, &mut found).await?;
        }
        if promised(|after| after.score) {
            self.low_scores(actor, ids, &mut found).await?;
        }
        Ok(found)
    }

    /// Of all deals, also those that the reader may not see: what is told is the day, and the visit
    /// is that of the customer's owner, whoever won (decision 0036).
    async fn wins(&self, ids: &[Uuid], found: &mut HashMap<Uuid, Vec<Event>>) -> Result<()> {
        use deal::Column as D;
        let today = self.clock.today();
        let few = (ids.len() <= FEW).then(|| D::CustomerId.is_in(ids.iter().copied()));
        let rows: Vec<(Uuid, NaiveDate)> = deal::Entity::find()
            .select_only()
            .column(D::CustomerId)
            .column_as(D::ClosedOn.max(), "last_on")
            .filter(D::Outcome.eq(Outcome::Won.code()))
            .filter(D::ClosedOn.between(today - Duration::days(ASKS_DAYS), today))
            .filter(Condition::all().add_option(few))
            .group_by(D::CustomerId)
            .into_tuple()
            .all(self.db())
            .await?;
        let wanted: HashSet<&Uuid> = ids.iter().collect();
        for (customer, on) in rows.into_iter().filter(|(customer, _)| wanted.contains(customer)) {
            found.entry(customer).or_default().push(Event { occasion: Occasion::Win { on }, by: None, answered: false });
        }
        Ok(())
    }

    async fn low_scores(&self, actor: &Actor, ids: &[Uuid], found: &mut HashMap<Uuid, Vec<Event>>) -> Result<()> {
        use plan::Column as P;
        let told = Told::of(actor);
        if matches!(told, Told::Nothing) {
            return Ok(());
        }
        let first = (self.clock.today() - Duration::days(ASKS_DAYS)).and_time(NaiveTime::MIN).and_utc() - Duration::days(1);
        let few = (ids.len() <= FEW).then(|| P::CustomerId.is_in(ids.iter().copied()));
        let lately = || {
            plan::Entity::find()
                .filter(P::Status.ne(PlanStatus::Closed.code()))
                .filter(P::CreatedAt.gte(first))
                .filter(Condition::all().add_option(few.clone()))
        };
        let rows = lately().all(self.db()).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let seen: Option<HashSet<Uuid>> = match told {
            Told::Some(scope) => {
                let rows: Vec<Uuid> = lately().select_only().column(P::Id).filter(scope::plans(&scope)).into_tuple().all(self.db()).await?;
                Some(rows.into_iter().collect())
            }
            Told::All | Told::Nothing => None,
        };
        let said = lows(self.db(), rows.iter().map(|row| row.answer_id).collect()).await?;
        let last = self.last_contact_at(rows.iter().map(|row| row.customer_id).collect()).await?;
        let wanted: HashSet<&Uuid> = ids.iter().collect();
        for row in rows.into_iter().filter(|row| wanted.contains(&row.customer_id)) {
            let may_read = seen.as_ref().is_none_or(|seen| seen.contains(&row.id));
            let low = said.get(&row.answer_id).copied().filter(|_| may_read);
            found.entry(row.customer_id).or_default().push(Event {
                occasion: Occasion::Score { on: self.clock.local_date(row.created_at), low },
                by: Some((UserId(row.owner_id), UnitId(row.unit_id))),
                answered: last.get(&row.customer_id).is_some_and(|at| *at > row.created_at),
            });
        }
        Ok(())
    }

    /// The last contact of each customer so far, whatever its channel, to the second.
    async fn last_contact_at(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, DateTime<Utc>>> {
        use follow_up::Column as F;
        let mut found = HashMap::new();
        for ids in ids.chunks(500) {
            let rows: Vec<(Uuid, DateTime<Utc>)> = follow_up::Entity::find()
                .select_only()
                .column(F::CustomerId)
                .expr_as(Expr::col((follow_up::Entity, F::At)).max(), "last_at")
                .filter(F::CustomerId.is_in(ids.iter().copied()))
                .filter(F::At.lte(self.clock.now()))
                .group_by(F::CustomerId)
                .into_tuple()
                .all(self.db())
                .await?;
            found.extend(rows);
        }
        Ok(found)
    }
}
