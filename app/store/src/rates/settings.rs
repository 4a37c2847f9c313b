//! Rates as administrators and finance write them down, correct and strike them, and the
//! currency in which the organisation reports.

use super::{LOCK, exchange_rate, in_force, load, reporting_now, standing};
use crate::Store;
use crate::entity::{deal, organisation};
use crate::error::{Result, StoreError};
use crate::org::{Org, org_change};
use crate::settings::settings_change;
use crate::write::{Work, author};
use domain::ids::{RateId, RequestId, UserId};
use domain::money::Currency;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::rates::InForce;
use domain::rates::form::{CurrenciesPage, LISTED, RateDraft, RateForm, RateRow, ReportingForm, StrikeForm};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The one row of the organisation, in the audit log.
const ORGANISATION: Uuid = Uuid::from_u128(1);

impl Store {
    /// The reporting currency, and the rates of one currency: of the one named, of the one
    /// that is corrected, or of the first that has any.
    pub async fn currencies(&self, actor: &Actor, shown: Option<Currency>, edit: Option<RateId>) -> Result<CurrenciesPage> {
        use exchange_rate::Column as R;
        grant_any(actor, Action::RecordRates)?;
        let org = self.require_org()?;
        let (to, today) = (org.reporting, self.clock.today());
        let all = || exchange_rate::Entity::find().filter(R::ToCurrency.eq(to.code()));
        let codes: Vec<String> = all().select_only().column(R::FromCurrency).distinct().into_tuple().all(self.db()).await?;
        let currencies: BTreeSet<Currency> =
            codes.iter().map(|code| crate::pipeline::read("currency", code, Currency::parse)).collect::<Result<_>>()?;
        let edited = match edit {
            Some(RateId(id)) => all().filter(R::Id.eq(id)).filter(R::StruckAt.is_null()).one(self.db()).await?,
            None => None,
        };
        let edited = edited.map(|row| into_row(row, &org)).transpose()?;
        let shown = shown.or(edited.as_ref().map(|row| row.from)).or(currencies.first().copied());
        let (mut rows, mut total) = (Vec::new(), 0);
        if let Some(shown) = shown {
            let of = || all().filter(R::FromCurrency.eq(shown.code()));
            let found = of().order_by_desc(R::Since).order_by_desc(R::UpdatedAt).order_by_desc(R::Id).limit(LISTED).all(self.db()).await?;
            rows = found.into_iter().map(|row| into_row(row, &org)).collect::<Result<_>>()?;
            total = i64::try_from(of().count(self.db()).await?).unwrap_or(i64::MAX);
        }
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(CurrenciesPage {
            to,
            known: count(exchange_rate::Entity::find().filter(standing(to)).count(self.db()).await?),
            frozen: count(deal::Entity::find().filter(deal::Column::FrozenTo.is_not_null()).count(self.db()).await?),
            today: load(self.db(), to, None).await?.on(today).rates,
            as_of: today,
            currencies: currencies.into_iter().collect(),
            shown,
            rows,
            total,
            edited,
        })
    }

    /// Adds a rate or corrects one. Gives its currency.
    pub async fn save_rate(&self, by: &Actor, request: RequestId, form: RateForm) -> Result<Currency> {
        let granted = grant_any(by, Action::RecordRates)?;
        self.write(by, request, move |work| async move {
            work.alone(LOCK).await?;
            let to = reporting_now(&work).await?;
            save(&work, granted, to, form.version, form.check(to)?).await
        })
        .await
    }

    /// Strikes a rate out: it counts no more, and stays to be seen. Gives it with its note.
    pub async fn strike_rate(&self, by: &Actor, request: RequestId, form: StrikeForm) -> Result<(InForce, String)> {
        let granted = grant_any(by, Action::RecordRates)?;
        let id = RateId::parse(&form.id).ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            work.alone(LOCK).await?;
            let row = living(&work, id, form.version).await?;
            let rate = in_force(&row)?;
            let mut change = row.clone().into_active_model();
            change.struck_at = Set(Some(work.now));
            change.struck_by = Set(author(&work.by));
            change.version = Set(row.version + 1);
            change.update(work.tx()).await?;
            work.audit(granted, "exchange_rate", row.id, &serde_json::json!({ "struck": rate, "to": row.to_currency }))?;
            work.changed(settings_change(row.id, row.version + 1, &work.by))?;
            Ok((rate, row.note))
        })
        .await
    }

    /// Chooses the reporting currency, as long as nothing was written down in the present one.
    pub async fn save_reporting(&self, by: &Actor, request: RequestId, form: ReportingForm) -> Result<Currency> {
        let granted = grant_any(by, Action::RecordRates)?;
        let chosen = form.check()?;
        self.write(by, request, move |work| async move {
            work.alone(LOCK).await?;
            let before = reporting_now(&work).await?;
            if before == chosen {
                return Ok(chosen);
            }
            let rates = exchange_rate::Entity::find().filter(standing(before)).count(work.tx()).await?;
            let frozen = deal::Entity::find().filter(deal::Column::FrozenTo.is_not_null()).count(work.tx()).await?;
            if rates + frozen > 0 {
                return Err(StoreError::refused("reporting", "reporting_fixed"));
            }
            let row = organisation::Entity::find().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            let mut change = row.into_active_model();
            change.reporting_currency = Set(Some(chosen.code().to_owned()));
            change.update(work.tx()).await?;
            work.audit(granted, "organisation", ORGANISATION, &serde_json::json!({ "reporting": { "before": before, "after": chosen } }))?;
            work.changed(org_change(ORGANISATION, &work.by))?;
            Ok(chosen)
        })
        .await?;
        self.reread_org(by).await?;
        Ok(chosen)
    }
}

/// A rate that stands, in the version that the person saw.
async fn living(work: &Work, id: RateId, version: i32) -> Result<exchange_rate::Model> {
    let row = exchange_rate::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(work.stale(row.id, row.version).await?);
    }
    if row.struck_at.is_some() {
        return Err(StoreError::NotFound);
    }
    Ok(row)
}

async fn save(work: &Work, granted: Granted, to: Currency, version: i32, draft: RateDraft) -> Result<Currency> {
    use exchange_rate::Column as R;
    let RateDraft { id, rate, note } = draft;
    let known = match id {
        Some(id) => Some(living(work, id, version).await?),
        None => None,
    };
    let same_day = exchange_rate::Entity::find()
        .filter(standing(to))
        .filter(R::FromCurrency.eq(rate.from.code()))
        .filter(R::Since.eq(rate.since))
        .one(work.tx())
        .await?;
    if same_day.is_some_and(|other| known.as_ref().is_none_or(|row| row.id != other.id)) {
        return Err(StoreError::refused("since", "rate_of_day"));
    }
    let before = known.as_ref().map(in_force).transpose()?;
    let (id, version) = known.as_ref().map_or_else(|| (work.new_id(), 1), |row| (row.id, row.version + 1));
    let row = exchange_rate::Model {
        id,
        from_currency: rate.from.code().to_owned(),
        to_currency: to.code().to_owned(),
        since: rate.since,
        rate: rate.rate.to_string(),
        note,
        updated_at: work.now,
        updated_by: author(&work.by),
        struck_at: None,
        struck_by: None,
        version,
    };
    let change = row.into_active_model().reset_all();
    if known.is_some() {
        change.update(work.tx()).await?;
    } else {
        exchange_rate::Entity::insert(change).exec_without_returning(work.tx()).await?;
    }
    work.audit(granted, "exchange_rate", id, &serde_json::json!({ "before": before, "after": rate, "to": to }))?;
    work.changed(settings_change(id, version, &work.by))?;
    Ok(rate.from)
}

fn into_row(row: exchange_rate::Model, org: &Org) -> Result<RateRow> {
    let name = |id: Option<Uuid>| id.map(|id| org.name_of(UserId(id))).unwrap_or_default();
    let rate = in_force(&row)?;
    Ok(RateRow {
        id: RateId(row.id),
        version: row.version,
        from: rate.from,
        since: rate.since,
        rate: rate.rate,
        note: row.note,
        at: row.updated_at,
        by: name(row.updated_by),
        struck: row.struck_at.map(|at| (at, name(row.struck_by))),
    })
}
