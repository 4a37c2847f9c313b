//! Exchange rates: all of them in memory as long as nothing changes, and the rate that a won
//! deal keeps. [`settings`] is how they are written down.
//!
//! A won deal's rate lies on the deal, beside its amount and the day on which it was won, and
//! goes and comes back with these: reopening takes it away, undoing brings back what was there,
//! winning again writes the rate of the new day (decision 0035).

mod settings;
mod table;

pub(crate) use table::exchange_rate;

use crate::Store;
use crate::entity::{deal, organisation};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::write::Work;
use chrono::NaiveDate;
use domain::currency::Rate;
use domain::ids::{DealId, RequestId};
use domain::money::{Currency, Money};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, grant, grant_any};
use domain::rates::form::FreezeForm;
use domain::rates::{DealValue, InForce, RateBook, Valued};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who writes a rate down, who chooses the reporting currency and who wins a deal in another
/// currency do so one after the other: so no deal keeps a rate to a currency that is none any
/// more.
pub(crate) const LOCK: &str = "exchange rates";

/// What a won deal keeps; nothing of a deal in the reporting currency, and of one on whose day
/// no rate was known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frozen {
    rate: Option<String>,
    to: Option<String>,
    minor: Option<i64>,
}

impl Frozen {
    pub fn of(row: &deal::Model) -> Self {
        Self { rate: row.frozen_rate.clone(), to: row.frozen_to.clone(), minor: row.frozen_minor }
    }

    /// At the rate of a day.
    pub fn at(book: &RateBook, amount: Money, on: NaiveDate) -> Self {
        match book.value(amount, on) {
            Some(Valued { minor, rate: Some(rate) }) => {
                Self { rate: Some(rate.to_string()), to: Some(book.to().code().to_owned()), minor: Some(minor) }
            }
            _ => Self::default(),
        }
    }

    /// Of a row that is made up.
    pub fn write(self, deal: &mut deal::Model) {
        (deal.frozen_rate, deal.frozen_to, deal.frozen_minor) = (self.rate, self.to, self.minor);
    }

    pub fn put(self, deal: &mut deal::ActiveModel) {
        deal.frozen_rate = Set(self.rate);
        deal.frozen_to = Set(self.to);
        deal.frozen_minor = Set(self.minor);
    }

    /// For the audit log.
    pub fn rate(&self) -> Option<&str> {
        self.rate.as_deref()
    }
}

/// The rates to a currency that stand.
fn standing(to: Currency) -> Condition {
    use exchange_rate::Column as R;
    Condition::all().add(R::ToCurrency.eq(to.code())).add(R::StruckAt.is_null())
}

fn in_force(row: &exchange_rate::Model) -> Result<InForce> {
    Ok(InForce {
        from: read("currency", &row.from_currency, Currency::parse)?,
        since: row.since,
        rate: read("rate", &row.rate, |text| Rate::parse(text).ok())?,
    })
}

/// All rates to a currency, or those from one.
pub(crate) async fn load(db: &impl ConnectionTrait, to: Currency, from: Option<Currency>) -> Result<RateBook> {
    let from = from.map(|from| exchange_rate::Column::FromCurrency.eq(from.code()));
    let rows = exchange_rate::Entity::find().filter(standing(to)).filter(Condition::all().add_option(from)).all(db).await?;
    Ok(RateBook::new(to, rows.iter().map(in_force).collect::<Result<Vec<_>>>()?))
}

/// The currency in which an organisation reports.
pub(crate) fn reporting_of(row: &organisation::Model) -> Result<Currency> {
    read("currency", row.reporting_currency.as_ref().unwrap_or(&row.currency), Currency::parse)
}

/// As the transaction sees it.
async fn reporting_now(work: &Work) -> Result<Currency> {
    let row = organisation::Entity::find().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    reporting_of(&row)
}

/// The rate that a deal keeps which is won with this amount on this day.
pub(crate) async fn freeze(work: &Work, currency: Currency, minor: i64, on: NaiveDate) -> Result<Frozen> {
    if reporting_now(work).await? == currency {
        return Ok(Frozen::default());
    }
    work.alone(LOCK).await?;
    let book = load(work.tx(), reporting_now(work).await?, Some(currency)).await?;
    Ok(Frozen::at(&book, Money { minor, currency }, on))
}

/// The rates for deals that are imported, whose history may be long.
pub(crate) async fn book_now(work: &Work) -> Result<RateBook> {
    work.alone(LOCK).await?;
    load(work.tx(), reporting_now(work).await?, None).await
}

impl Store {
    /// All rates to the reporting currency, read again when anything changed.
    pub(crate) async fn rate_book(&self) -> Result<Arc<RateBook>> {
        // Taken before reading: what changes meanwhile makes the answer old.
        let generation = self.hub.generation();
        if let Some(book) = self.boards.rates(generation) {
            return Ok(book);
        }
        let to = self.require_org()?.reporting;
        let book = load(self.db(), to, None).await?;
        Ok(self.boards.keep_rates(generation, book))
    }

    /// Writes the rate of the day on which it was won to a deal that has none, since none was
    /// known then.
    pub async fn freeze_rate(&self, by: &Actor, request: RequestId, form: FreezeForm) -> Result<DealId> {
        grant_any(by, Action::RecordRates)?;
        let id = form.deal().ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            let row = crate::pipeline::moves::load(&work, id, form.version).await?;
            let granted = grant(&work.by, Action::RecordRates, &crate::pipeline::board::ownership(&row))?;
            let currency = read("currency", &row.currency, Currency::parse)?;
            let Some(on) = row.closed_on.filter(|_| row.outcome == Outcome::Won.code()) else {
                return Err(StoreError::refused("", "not_won"));
            };
            if row.frozen_rate.is_some() {
                return Err(StoreError::refused("", "has_rate"));
            }
            let frozen = freeze(&work, currency, row.amount_minor, on).await?;
            let Some(rate) = frozen.rate().map(str::to_owned) else {
                return Err(StoreError::refused("", "no_rate"));
            };
            let mut change = row.clone().into_active_model();
            frozen.put(&mut change);
            change.version = Set(row.version + 1);
            change.updated_at = Set(work.now);
            change.updated_by = Set(crate::write::author(&work.by));
            change.update(work.tx()).await?;
            work.audit(granted, "deal", row.id, &serde_json::json!({ "frozen_rate": rate, "on": on }))?;
            work.changed(crate::pipeline::moves::deal_change(&row, row.version + 1, &work.by))?;
            Ok(id)
        })
        .await
    }
}

/// What a deal's page says of its amount in the reporting currency: nothing of one that is in
/// it, of lost ones, and where no rate is known at all.
pub(crate) fn value_of(book: &RateBook, row: &deal::Model, actor: &Actor, today: NaiveDate) -> Result<Option<DealValue>> {
    let currency = read("currency", &row.currency, Currency::parse)?;
    let amount = Money { minor: row.amount_minor, currency };
    let to = book.to();
    let outcome = read("outcome", &row.outcome, Outcome::parse)?;
    if currency == to || (book.is_empty() && row.frozen_rate.is_none()) {
        return Ok(None);
    }
    Ok(match (outcome, row.closed_on) {
        (Outcome::Open, _) => {
            let known = book.on(today).rates.into_iter().find(|rate| rate.from == currency);
            Some(match known.zip(book.value(amount, today)) {
                Some((InForce { rate, since, .. }, value)) => {
                    DealValue::Open { amount: Money { minor: value.minor, currency: to }, rate, since, on: today }
                }
                None => DealValue::NoRate { to, on: today, won: false, rate: None },
            })
        }
        (Outcome::Won, Some(on)) => Some(match frozen_of(row, to)? {
            Some((minor, rate)) => DealValue::Frozen { amount: Money { minor, currency: to }, rate, on },
            None => {
                let may = grant_any(actor, Action::RecordRates).is_ok();
                DealValue::NoRate { to, on, won: true, rate: book.rate(currency, on).filter(|_| may) }
            }
        }),
        _ => None,
    })
}

fn frozen_of(row: &deal::Model, to: Currency) -> Result<Option<(i64, Rate)>> {
    let (Some(minor), Some(rate), Some(code)) = (row.frozen_minor, &row.frozen_rate, &row.frozen_to) else { return Ok(None) };
    let rate = read("rate", rate, |text| Rate::parse(text).ok())?;
    Ok((code == to.code()).then_some((minor, rate)))
}

/// What a won deal is worth: by the rate that it keeps, or as it is in the currency itself.
pub(crate) fn won_value(amount: Money, to: Currency, frozen: Option<i64>, rate: Option<&str>) -> Result<Option<Valued>> {
    if amount.currency == to {
        return Ok(Some(Valued { minor: amount.minor, rate: None }));
    }
    let (Some(minor), Some(rate)) = (frozen, rate) else { return Ok(None) };
    Ok(Some(Valued { minor, rate: Some(read("rate", rate, |text| Rate::parse(text).ok())?) }))
}
