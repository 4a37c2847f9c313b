//! What winning customers costs, by month and channel, and the gross margin, as
//! administrators and finance write them down.

use super::{cost, margin};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::import::ParseAmount;
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::{Work, author};
use chrono::Datelike;
use domain::economics::costs::{CostCell, CostDraft, CostForm, CostMonth, CostsPage, MarginForm};
use domain::economics::report::Costs;
use domain::ids::RequestId;
use domain::money::Currency;
use domain::period::Period;
use domain::pipeline::Source;
use domain::policy::{Action, Actor, Granted, grant_any};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The one row of the margin.
const MARGIN: Uuid = Uuid::from_u128(1);

impl Store {
    /// The costs of the months that begin in a period, by channel and currency.
    pub(super) async fn costs_in(&self, period: Period) -> Result<Costs> {
        use cost::Column as C;
        let rows = cost::Entity::find()
            .filter(C::Month.gte(period.start()))
            .filter(C::Month.lt(period.end_exclusive()))
            .order_by_asc(C::Channel)
            .all(self.db())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok((read("channel", &row.channel, Source::parse)?, read("currency", &row.currency, Currency::parse)?, row.amount_minor))
            })
            .collect()
    }

    /// The gross margin in basis points, if it is known, and the version of its row.
    pub(super) async fn margin(&self) -> Result<(Option<i64>, i32)> {
        let row = margin::Entity::find_by_id(MARGIN).one(self.db()).await?;
        Ok(row.map_or((None, 0), |row| (row.margin_bp, row.version)))
    }

    /// The costs of a year; of this one if none is named.
    pub async fn costs(&self, actor: &Actor, year: Option<i32>) -> Result<CostsPage> {
        grant_any(actor, Action::RecordCosts)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let rows = cost::Entity::find().order_by_desc(cost::Column::Month).order_by_asc(cost::Column::Channel).all(self.db()).await?;
        let years: BTreeSet<i32> = rows.iter().map(|row| row.month.year()).chain([today.year()]).collect();
        let year = year.filter(|year| years.contains(year)).unwrap_or(today.year());
        let mut months: Vec<CostMonth> = Vec::new();
        for row in rows.into_iter().filter(|row| row.month.year() == year) {
            let cell = CostCell {
                channel: read("channel", &row.channel, Source::parse)?,
                amount_minor: row.amount_minor,
                note: row.note,
                version: row.version,
            };
            match months.last_mut().filter(|known| known.month == row.month) {
                Some(known) => known.cells.push(cell),
                None => months.push(CostMonth { month: row.month, cells: vec![cell] }),
            }
        }
        let (margin_bp, margin_version) = self.margin().await?;
        Ok(CostsPage { year, years: years.into_iter().collect(), currency: org.currency, months, margin_bp, margin_version, today })
    }

    /// Sets what a channel cost in a month, or takes that out. Gives the year.
    pub async fn save_cost(&self, by: &Actor, request: RequestId, form: CostForm, parse_amount: ParseAmount) -> Result<i32> {
        let granted = grant_any(by, Action::RecordCosts)?;
        let currency = self.require_org()?.currency;
        self.write(by, request, move |work| async move {
            let draft = form.check(currency, work.today, parse_amount)?;
            save_cost(&work, granted, form.version, currency, draft).await
        })
        .await
    }

    /// Sets the gross margin, or says that it is not known.
    pub async fn save_margin(&self, by: &Actor, request: RequestId, form: MarginForm) -> Result<i32> {
        let granted = grant_any(by, Action::RecordCosts)?;
        let margin_bp = form.check()?;
        self.write(by, request, move |work| async move {
            work.alone("gross margin").await?;
            let known = margin::Entity::find_by_id(MARGIN).one(work.tx()).await?;
            let version = known.as_ref().map_or(0, |row| row.version);
            if version != form.version {
                return Err(work.stale(MARGIN, version).await?);
            }
            let row = margin::Model { id: MARGIN, margin_bp, updated_at: work.now, updated_by: author(&work.by), version: version + 1 };
            let change = row.into_active_model().reset_all();
            match &known {
                Some(_) => {
                    change.update(work.tx()).await?;
                }
                None => {
                    margin::Entity::insert(change).exec_without_returning(work.tx()).await?;
                }
            }
            let before = known.and_then(|row| row.margin_bp);
            work.audit(granted, "gross_margin", MARGIN, &serde_json::json!({ "before": before, "after": margin_bp }))?;
            work.changed(settings_change(MARGIN, version + 1, &work.by))?;
            Ok(version + 1)
        })
        .await
    }
}

async fn save_cost(work: &Work, granted: Granted, version: i32, currency: Currency, draft: CostDraft) -> Result<i32> {
    use cost::Column as C;
    let CostDraft { month, channel, amount_minor, note } = draft;
    work.alone("acquisition costs").await?;
    let known = cost::Entity::find().filter(C::Month.eq(month)).filter(C::Channel.eq(channel.code())).one(work.tx()).await?;
    if let Some(row) = known.as_ref().filter(|row| row.version != version) {
        return Err(work.stale(row.id, row.version).await?);
    }
    if known.is_none() && version != 0 {
        return Err(StoreError::NotFound);
    }
    let id = known.as_ref().map_or_else(|| work.new_id(), |row| row.id);
    let before = known.as_ref().map(|row| row.amount_minor);
    let record = serde_json::json!({ "month": month, "channel": channel, "currency": currency, "before_minor": before, "after_minor": amount_minor });
    match amount_minor {
        Some(amount_minor) => {
            let row = cost::Model {
                id,
                month,
                channel: channel.code().to_owned(),
                amount_minor,
                currency: currency.code().to_owned(),
                note,
                updated_at: work.now,
                updated_by: author(&work.by),
                version: version + 1,
            };
            let change = row.into_active_model().reset_all();
            if known.is_some() {
                change.update(work.tx()).await?;
            } else {
                cost::Entity::insert(change).exec_without_returning(work.tx()).await?;
            }
        }
        None if known.is_some() => {
            cost::Entity::delete_by_id(id).exec(work.tx()).await?;
        }
        None => return Err(StoreError::refused("amount", "required")),
    }
    work.audit(granted, "acquisition_cost", id, &record)?;
    work.changed(settings_change(id, version + 1, &work.by))?;
    Ok(month.year())
}
