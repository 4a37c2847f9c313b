//! Next steps that follow-ups agreed, and whether they were done in time.

use super::look::Look;
use crate::Store;
use crate::entity::{deal, follow_up};
use crate::error::Result;
use crate::funnel::Entry;
use chrono::{DateTime, NaiveDate, Utc};
use domain::analysis::Promise;
use domain::period::Period;
use domain::pipeline::TransitionKind;
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef};
use std::collections::HashMap;
use uuid::Uuid;

/// A next step, and when it was agreed.
pub(super) struct Agreed {
    on: NaiveDate,
    due: NaiveDate,
    followed_on: Option<NaiveDate>,
}

/// The next steps of each deal, in the order in which they were agreed.
pub(super) type Steps = HashMap<Uuid, Vec<Agreed>>;

fn to_deal() -> RelationDef {
    follow_up::Entity::belongs_to(deal::Entity).from(follow_up::Column::DealId).to(deal::Column::Id).into()
}

impl Look {
    /// Those whose day lies in the period, of the deals in scope.
    pub async fn agreed(&self, store: &Store, period: Period) -> Result<Steps> {
        use follow_up::Column as F;
        let due = Condition::all().add(F::NextOn.gte(period.start())).add(F::NextOn.lt(period.end_exclusive()));
        let deals = follow_up::Entity::find().select_only().column(F::DealId).filter(F::DealId.is_not_null()).filter(due);
        let rows: Vec<(Option<Uuid>, DateTime<Utc>, Option<NaiveDate>)> = follow_up::Entity::find()
            .select_only()
            .columns([F::DealId, F::At, F::NextOn])
            .join(JoinType::InnerJoin, to_deal())
            .filter(self.deals())
            .filter(F::DealId.in_subquery(deals.into_query()))
            .order_by_asc(F::DealId)
            .order_by_asc(F::At)
            .order_by_asc(F::Id)
            .into_tuple()
            .all(store.db())
            .await?;
        let mut found = Steps::new();
        for (index, (deal, at, next_on)) in rows.iter().enumerate() {
            let (Some(deal), Some(due)) = (*deal, next_on.filter(|on| period.contains(*on))) else { continue };
            let next = rows.get(index + 1).filter(|next| next.0 == Some(deal));
            let followed_on = next.map(|next| store.clock.local_date(next.1));
            found.entry(deal).or_default().push(Agreed { on: store.clock.local_date(*at), due, followed_on });
        }
        Ok(found)
    }
}

impl Agreed {
    /// As it is judged: with the day on which the deal was closed after it was agreed.
    pub fn promise(&self, entry: &Entry) -> Promise {
        let closes = |kind| matches!(kind, TransitionKind::Won | TransitionKind::Lost | TransitionKind::Invalid);
        let closed = entry.steps.iter().find(|step| closes(step.kind) && step.on >= self.on);
        Promise { due: self.due, followed_on: self.followed_on, closed_on: closed.map(|step| step.on) }
    }
}
