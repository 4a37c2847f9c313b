//! Contracts in the database: [`read`] (list, page, what is owed, ageing) and
//! [`write`] (contract, plan, payments, invoices, status).
//!
//! A contract has no owner and no customer of its own: they are its deal's. Whoever
//! sees contracts of the deal or of the customer may read it; whether it may be
//! changed, the deal alone decides. What was received and what is outstanding is kept
//! in the rows, written again with every change by one function (`write::settle`), so
//! that lists sum and sort in the database.

mod read;
mod table;
mod write;

pub(crate) use table::{contract, instalment, invoice, payment};

use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::write::Work;
use domain::contracts::ContractStatus;
use domain::contracts::standing::Due;
use domain::policy::{Action, Actor, Denied, Granted, Ownership, grant};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A contract with what decides who may see it.
struct Held {
    row: contract::Model,
    deal: deal::Model,
    customer: customer::Model,
}

impl Held {
    async fn of(db: &impl ConnectionTrait, row: contract::Model) -> Result<Self> {
        let deal = deal::Entity::find_by_id(row.deal_id).one(db).await?;
        Self::with(db, row, deal).await
    }

    /// As [`Held::of`], and until this is written the deal is neither handed over nor
    /// given another customer.
    async fn locked(work: &Work, row: contract::Model) -> Result<Self> {
        let deal = deal::Entity::find_by_id(row.deal_id).lock(LockType::Share).one(work.tx()).await?;
        Self::with(work.tx(), row, deal).await
    }

    async fn with(db: &impl ConnectionTrait, row: contract::Model, deal: Option<deal::Model>) -> Result<Self> {
        let missing = |what: &str| StoreError::Internal(format!("contract {} without its {what}", row.id));
        let deal = deal.ok_or_else(|| missing("deal"))?;
        let customer = customer::Entity::find_by_id(deal.customer_id).one(db).await?.ok_or_else(|| missing("customer"))?;
        Ok(Self { row, deal, customer })
    }

    fn of_deal(&self) -> Ownership {
        crate::pipeline::board::ownership(&self.deal)
    }

    fn of_customer(&self) -> Ownership {
        crate::customers::ownership(&self.customer)
    }

    /// By the deal or by the customer.
    fn may_read(&self, actor: &Actor) -> Result<Granted> {
        let read = |owned| grant(actor, Action::ReadContracts, &owned);
        Ok(read(self.of_deal()).or_else(|_| read(self.of_customer()))?)
    }

    /// By the deal; who may only read is told so.
    fn may(&self, actor: &Actor, action: Action) -> Result<Granted> {
        self.may_read(actor)?;
        grant(actor, action, &self.of_deal()).map_err(|_| StoreError::Denied(Denied { action, visible: true }))
    }

    /// What is announced: for those who see the deal, and for those who see the customer.
    fn changes(&self, version: i32, by: &Actor) -> Vec<Change> {
        let change = |owned: Ownership| Change {
            topic: Topic::Contract,
            id: self.row.id,
            version,
            owner: owned.owner,
            unit: Some(owned.unit),
            by: Some(by.id),
            by_name: by.name.clone(),
        };
        let mut changes = vec![change(self.of_deal())];
        if self.of_customer() != self.of_deal() {
            changes.push(change(self.of_customer()));
        }
        changes
    }
}

/// Whether a deal has a contract that was signed: then its customer is who signed it.
pub(crate) async fn bound(work: &Work, deal: Uuid) -> Result<bool> {
    let signed = contract::Entity::find().filter(contract::Column::DealId.eq(deal)).filter(contract::Column::SignedOn.is_not_null());
    Ok(signed.count(work.tx()).await? > 0)
}

/// Whether a deal has a contract that was signed and not called off.
pub(crate) async fn in_force(work: &Work, deal: Uuid) -> Result<bool> {
    let owing = ContractStatus::ALL.iter().filter(|status| status.owes()).map(|status| status.code());
    let signed = contract::Entity::find().filter(contract::Column::DealId.eq(deal)).filter(contract::Column::Status.is_in(owing));
    Ok(signed.count(work.tx()).await? > 0)
}

/// The plan as the rules take it.
pub(crate) fn dues(plan: &[instalment::Model]) -> Vec<Due> {
    plan.iter().map(|line| Due { due_on: line.due_on, amount_minor: line.amount_minor }).collect()
}
