//! The health of customers, many at once: one query for each part, whatever their number.
//! A part that the reader's role may not see is not known to them.

use crate::Store;
use crate::contracts::{contract, instalment, payment};
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::satisfaction::answer;
use crate::scope;
use crate::settings::settings_change;
use crate::write::author;
use chrono::{Days, NaiveDate};
use domain::contracts::{ContractStatus, PaymentKind};
use domain::health::{Health, HealthWeights, Known, LOOK_BACK_DAYS, WeightsForm, punctuality};
use domain::ids::RequestId;
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, grant_any, reach, scope as scope_of};
use domain::survey::answer::Scores;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect, RelationDef,
};
use std::collections::HashMap;
use uuid::Uuid;

table!(health_setting, "health_setting", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    contact: i64, payment: i64, satisfaction: i64, orders: i64, updated_at: DateTimeUtc, updated_by: Option<Uuid>, version: i32,
});

/// Customers of one statement.
const BATCH: usize = 500;
/// Customers merged into one another are followed so far.
const DEPTH: usize = 8;

/// A customer, and its contact that is due first: days past its day, days between two.
pub(crate) type Contacted = (Uuid, Option<(i64, i64)>);

fn contract_to_deal() -> RelationDef {
    contract::Entity::belongs_to(deal::Entity).from(contract::Column::DealId).to(deal::Column::Id).into()
}

/// The one row of the weights.
const WEIGHTS: Uuid = Uuid::from_u128(1);

/// What each part counts, and the version of the row.
async fn weights(db: &impl ConnectionTrait) -> Result<(HealthWeights, i32)> {
    let row = health_setting::Entity::find_by_id(WEIGHTS).one(db).await?;
    Ok(row.map_or((HealthWeights::HOUSE, 0), |row| (of(&row), row.version)))
}

const fn of(row: &health_setting::Model) -> HealthWeights {
    HealthWeights { contact: row.contact, payment: row.payment, satisfaction: row.satisfaction, orders: row.orders }
}

impl Store {
    /// What each part counts, as a form gives it back.
    pub async fn health_weights(&self, actor: &Actor) -> Result<WeightsForm> {
        grant_any(actor, Action::ManageSettings)?;
        let (weights, version) = weights(self.db()).await?;
        Ok(WeightsForm::of(&weights, version))
    }

    /// Sets what each part counts. Gives the new version.
    pub async fn save_health_weights(&self, by: &Actor, request: RequestId, form: WeightsForm) -> Result<i32> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let after = form.check()?;
        self.write(by, request, move |work| async move {
            work.alone("health weights").await?;
            let (before, version) = weights(work.tx()).await?;
            if version != form.version {
                return Err(work.stale(WEIGHTS, version).await?);
            }
            let HealthWeights { contact, payment, satisfaction, orders } = after;
            let (updated_at, updated_by) = (work.now, author(&work.by));
            let row =
                health_setting::Model { id: WEIGHTS, contact, payment, satisfaction, orders, updated_at, updated_by, version: version + 1 };
            let change = row.into_active_model().reset_all();
            if version > 0 {
                change.update(work.tx()).await?;
            } else {
                health_setting::Entity::insert(change).exec_without_returning(work.tx()).await?;
            }
            work.audit(granted, "health_setting", WEIGHTS, &serde_json::json!({ "before": before, "after": after }))?;
            work.changed(settings_change(WEIGHTS, version + 1, &work.by))?;
            Ok(version + 1)
        })
        .await
    }

    /// The health of these customers, which the actor may read.
    pub(crate) async fn health_of(&self, actor: &Actor, customers: &[Contacted]) -> Result<HashMap<Uuid, Health>> {
        let today = self.clock.today();
        let from = today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(today);
        let (weights, _) = weights(self.db()).await?;
        let mut found = HashMap::with_capacity(customers.len());
        for piece in customers.chunks(BATCH) {
            let ids: Vec<Uuid> = piece.iter().map(|(id, _)| *id).collect();
            let sees = |action| reach(actor.role, action).is_some();
            let mut paid = if sees(Action::ReadContracts) { self.paid_in_time(&ids, from, today).await? } else { HashMap::new() };
            let mut said = if sees(Action::ReadSatisfaction) { self.points_of(&ids, from).await? } else { HashMap::new() };
            let mut orders = self.orders_of(actor, &ids, from, today).await?;
            for (id, contact) in piece {
                let known = Known { contact: *contact, instalments: paid.remove(id), answers: said.remove(id), orders: orders.remove(id) };
                found.insert(*id, known.health(&weights));
            }
        }
        Ok(found)
    }

    /// Instalments that fell due, and those of them paid in time, by customer.
    async fn paid_in_time(&self, ids: &[Uuid], from: NaiveDate, today: NaiveDate) -> Result<HashMap<Uuid, (i64, i64)>> {
        let owing = [ContractStatus::Signed, ContractStatus::Ended].map(ContractStatus::code);
        let contracts: Vec<(Uuid, Uuid)> = contract::Entity::find()
            .select_only()
            .column(contract::Column::Id)
            .column(deal::Column::CustomerId)
            .join(JoinType::InnerJoin, contract_to_deal())
            .filter(deal::Column::CustomerId.is_in(ids.iter().copied()))
            .filter(contract::Column::Status.is_in(owing))
            .into_tuple()
            .all(self.db())
            .await?;
        let of: Vec<Uuid> = contracts.iter().map(|(id, _)| *id).collect();
        let (mut plans, mut receipts) = (HashMap::<Uuid, Vec<_>>::new(), HashMap::<Uuid, Vec<_>>::new());
        for of in of.chunks(BATCH) {
            use instalment::Column as I;
            use payment::Column as P;
            let rows: Vec<(Uuid, NaiveDate, i64)> = instalment::Entity::find()
                .select_only()
                .columns([I::ContractId, I::DueOn, I::AmountMinor])
                .filter(I::ContractId.is_in(of.iter().copied()))
                .into_tuple()
                .all(self.db())
                .await?;
            for (contract, on, minor) in rows {
                plans.entry(contract).or_default().push((on, minor));
            }
            let rows: Vec<(Uuid, String, NaiveDate, i64)> = payment::Entity::find()
                .select_only()
                .columns([P::ContractId, P::Kind, P::PaidOn, P::AmountMinor])
                .filter(P::ContractId.is_in(of.iter().copied()))
                .filter(P::StruckAt.is_null())
                .into_tuple()
                .all(self.db())
                .await?;
            for (contract, kind, on, minor) in rows {
                let signed = match read("payment kind", &kind, PaymentKind::parse)? {
                    PaymentKind::Receipt => minor,
                    PaymentKind::Refund => -minor,
                };
                receipts.entry(contract).or_default().push((on, signed));
            }
        }
        let mut found: HashMap<Uuid, (i64, i64)> = HashMap::new();
        for (contract, customer) in contracts {
            let plan = plans.remove(&contract).unwrap_or_default();
            let (due, in_time) = punctuality(&plan, &receipts.remove(&contract).unwrap_or_default(), from, today);
            let sums = found.entry(customer).or_default();
            *sums = (sums.0 + due, sums.1 + in_time);
        }
        Ok(found)
    }

    /// What each answer of these customers gave of 100 points: satisfaction, or without it
    /// the recommendation. Answers stay with a customer that was merged, and count for the
    /// one that it is now.
    async fn points_of(&self, ids: &[Uuid], from: NaiveDate) -> Result<HashMap<Uuid, Vec<i64>>> {
        use answer::Column as A;
        let mut now: HashMap<Uuid, Uuid> = ids.iter().map(|id| (*id, *id)).collect();
        let mut level: Vec<Uuid> = ids.to_vec();
        for _ in 0..DEPTH {
            let rows: Vec<(Uuid, Option<Uuid>)> = customer::Entity::find()
                .select_only()
                .columns([customer::Column::Id, customer::Column::MergedInto])
                .filter(customer::Column::MergedInto.is_in(level))
                .into_tuple()
                .all(self.db())
                .await?;
            level = rows.iter().map(|(id, _)| *id).collect();
            for (id, into) in rows {
                if let Some(kept) = into.and_then(|into| now.get(&into)).copied() {
                    now.insert(id, kept);
                }
            }
            if level.is_empty() {
                break;
            }
        }
        let mut found: HashMap<Uuid, Vec<i64>> = HashMap::new();
        let all: Vec<Uuid> = now.keys().copied().collect();
        for piece in all.chunks(BATCH) {
            let rows: Vec<(Option<Uuid>, String)> = answer::Entity::find()
                .select_only()
                .columns([A::CustomerId, A::Scores])
                .filter(A::CustomerId.is_in(piece.iter().copied()))
                .filter(A::OnDay.gt(from))
                .into_tuple()
                .all(self.db())
                .await?;
            for (of, scores) in rows {
                let scores: Scores =
                    serde_json::from_str(&scores).map_err(|error| StoreError::Internal(format!("scores of an answer: {error}")))?;
                let points = scores.csat.map(|stars| stars * 20).or(scores.nps.map(|mark| mark * 10));
                if let (Some(points), Some(kept)) = (points, of.and_then(|of| now.get(&of))) {
                    found.entry(*kept).or_default().push(points);
                }
            }
        }
        Ok(found)
    }

    /// Deals won in the last year and in the one before, of those that the actor may see.
    async fn orders_of(&self, actor: &Actor, ids: &[Uuid], from: NaiveDate, today: NaiveDate) -> Result<HashMap<Uuid, (i64, i64)>> {
        use deal::Column as D;
        let Ok(deals) = scope_of(actor, Action::ReadDeals) else { return Ok(HashMap::new()) };
        let before = from.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(from);
        let rows: Vec<(Uuid, Option<NaiveDate>)> = deal::Entity::find()
            .select_only()
            .columns([D::CustomerId, D::ClosedOn])
            .filter(D::CustomerId.is_in(ids.iter().copied()))
            .filter(scope::deals(&deals))
            .filter(D::Outcome.eq(Outcome::Won.code()))
            .filter(D::ClosedOn.gt(before))
            .filter(D::ClosedOn.lte(today))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found: HashMap<Uuid, (i64, i64)> = HashMap::new();
        for (customer, on) in rows {
            let Some(on) = on else { continue };
            let counts = found.entry(customer).or_default();
            if on > from { counts.0 += 1 } else { counts.1 += 1 }
        }
        Ok(found)
    }
}
