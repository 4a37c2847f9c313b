//! Quotes in the database: [`read`] (list, page, form), [`write`] (a quote and its lines),
//! [`steps`] (what becomes of it), [`approvals`] (what waits for whom), [`books`] (price books).
//!
//! A quote has no owner and no customer of its own: they are its deal's, as with contracts.
//! Who sees the deal or the customer may read it; the deal alone decides who changes it,
//! and the owner's place in the tree who lets its discount pass.

mod approvals;
mod books;
mod read;
mod steps;
mod table;
mod write;

pub(crate) use table::{book_price, price_book, quote, quote_line};

use crate::Store;
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::pipeline::read as stored;
use crate::write::Work;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::money::Currency;
use domain::policy::{Action, Actor, Denied, Granted, Ownership, Role, grant};
use domain::quotes::sums::{Priced, QuoteSums};
use domain::quotes::{Asked, Facts, QuoteStatus};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// A quote with what decides who may see it.
struct Held {
    row: quote::Model,
    deal: deal::Model,
    customer: customer::Model,
}

impl Held {
    async fn of(db: &impl ConnectionTrait, row: quote::Model) -> Result<Self> {
        let deal = deal::Entity::find_by_id(row.deal_id).one(db).await?;
        Self::with(db, row, deal).await
    }

    /// As [`Held::of`], and until this is written the deal is neither handed over nor given
    /// another customer; with [`LockType::Update`] it can be changed too.
    async fn locked(work: &Work, row: quote::Model, lock: LockType) -> Result<Self> {
        let deal = deal::Entity::find_by_id(row.deal_id).lock(lock).one(work.tx()).await?;
        Self::with(work.tx(), row, deal).await
    }

    async fn with(db: &impl ConnectionTrait, row: quote::Model, deal: Option<deal::Model>) -> Result<Self> {
        let missing = |what: &str| StoreError::Internal(format!("quote {} without its {what}", row.id));
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
        let read = |owned| grant(actor, Action::ReadQuotes, &owned);
        Ok(read(self.of_deal()).or_else(|_| read(self.of_customer()))?)
    }

    /// By the deal; who may only read is told so.
    fn may(&self, actor: &Actor, action: Action) -> Result<Granted> {
        self.may_read(actor)?;
        grant(actor, action, &self.of_deal()).map_err(|_| StoreError::Denied(Denied { action, visible: true }))
    }

    fn status(&self) -> Result<QuoteStatus> {
        status(&self.row)
    }

    fn currency(&self) -> Result<Currency> {
        stored("currency", &self.row.currency, Currency::parse)
    }

    fn tier(&self) -> Result<Tier> {
        stored("tier", &self.customer.tier, Tier::parse)
    }

    /// Whose discount it is, and who asked.
    fn asked(&self, org: &Org) -> Asked {
        let owner = UserId(self.deal.owner_id);
        Asked { owner, unit: UnitId(self.deal.unit_id), owner_manages: manages(org, owner), by: self.row.asked_by.map(UserId) }
    }

    /// The ceiling that counts: once somebody was asked, that of then.
    fn ceiling(&self, of_tier: Option<i64>) -> Option<i64> {
        if self.row.asked_at.is_some() { self.row.ceiling_bp } else { of_tier }
    }

    fn facts(&self, ceiling_bp: Option<i64>) -> Result<Facts> {
        Ok(Facts { status: self.status()?, valid_until: self.row.valid_until, above: totals(&self.row).above(ceiling_bp) })
    }

    /// What is announced: for those who see the deal, and for those who see the customer.
    fn changes(&self, version: i32, by: &Actor) -> Vec<Change> {
        let change = |owned: Ownership| Change {
            topic: Topic::Quote,
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

impl Store {
    /// The discount ceiling of a tier, if it has one.
    async fn ceiling_of(&self, tier: Tier) -> Result<Option<i64>> {
        Ok(self.tier_services().await?.of(tier).discount_ceiling_bp)
    }
}

/// Who manages a unit has nobody above in it.
fn manages(org: &Org, person: UserId) -> bool {
    org.people.get(&person).is_some_and(|member| matches!(member.actor.role, Role::Manager | Role::Administrator))
}

fn status(row: &quote::Model) -> Result<QuoteStatus> {
    stored("quote status", &row.status, QuoteStatus::parse)
}

/// As it stands on a day.
fn standing(row: &quote::Model, today: NaiveDate) -> Result<QuoteStatus> {
    Ok(status(row)?.on(row.valid_until, today))
}

/// What the row says of its sums; rates of tax are with the lines.
fn totals(row: &quote::Model) -> QuoteSums {
    QuoteSums {
        list_minor: row.list_minor,
        total_minor: row.total_minor,
        net_minor: row.net_minor,
        tax_minor: row.tax_minor,
        vat: Vec::new(),
    }
}

fn priced(line: &quote_line::Model) -> Priced {
    Priced {
        quantity_milli: line.quantity_milli,
        list_minor: line.list_minor,
        price_minor: line.price_minor,
        discount_bp: line.discount_bp,
        vat_bp: line.vat_bp,
    }
}

async fn lines_of(db: &impl ConnectionTrait, quote: Uuid) -> Result<Vec<quote_line::Model>> {
    use quote_line::Column as L;
    Ok(quote_line::Entity::find().filter(L::QuoteId.eq(quote)).order_by_asc(L::Position).all(db).await?)
}
