//! What the organisation sets of checking in: one row, until which the house's rules hold.

use super::privacy::{exact, old, photos_before};
use super::{check_in, check_in_photo, field_setting};
use crate::Store;
use crate::entity::audit;
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::{Work, author};
use chrono::{DateTime, NaiveDate, Utc};
use domain::field::settings::{FieldForm, FieldRules, FieldSettings, PhotoRule, Touched};
use domain::ids::RequestId;
use domain::policy::{Action, Actor, Granted, grant_any};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use uuid::Uuid;

/// The one row, and what the audit log calls it.
const SETTING: Uuid = Uuid::from_u128(1);
const ENTITY: &str = "field_setting";

/// What holds, and the version of its row.
pub(super) async fn rules(db: &impl ConnectionTrait) -> Result<(FieldRules, i32)> {
    let Some(row) = field_setting::Entity::find_by_id(SETTING).one(db).await? else { return Ok((FieldRules::HOUSE, 0)) };
    Ok((of(&row)?, row.version))
}

fn of(row: &field_setting::Model) -> Result<FieldRules> {
    let days = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(FieldRules {
        photo: read("rule of pictures", &row.photo, PhotoRule::parse)?,
        photo_since: row.photo_since,
        exact_days: days(row.exact_days),
        photo_days: days(row.photo_days),
        radius_dm: row.radius_dm,
    })
}

/// For how many days a place is exact that was measured at `at`: as long as was set then, which
/// was agreed to, but no longer than is set now. A phone may have kept it while that was changed.
///
/// What was set before is read from the audit log: the row says only what holds.
pub(super) async fn exact_days(db: &impl ConnectionTrait, rules: &FieldRules, at: DateTime<Utc>) -> Result<u32> {
    use audit::Column as A;
    #[derive(Deserialize)]
    struct Days {
        exact_days: u32,
    }
    #[derive(Deserialize)]
    struct Changed {
        before: Days,
    }
    let next = audit::Entity::find()
        .filter(A::EntityId.eq(SETTING))
        .filter(A::Entity.eq(ENTITY))
        .filter(A::At.gt(at))
        .order_by_asc(A::At)
        .order_by_asc(A::Id)
        .limit(1)
        .one(db)
        .await?;
    let Some(next) = next else { return Ok(rules.exact_days) };
    let changed: Changed =
        serde_json::from_str(&next.change).map_err(|error| StoreError::Internal(format!("rules of checking in: {error}")))?;
    Ok(changed.before.exact_days.min(rules.exact_days))
}

/// What is kept that other rules would not keep.
async fn touched(db: &impl ConnectionTrait, after: &FieldRules, today: NaiveDate) -> Result<Touched> {
    let places = check_in::Entity::find().filter(exact()).filter(old(after, today)).count(db).await?;
    let photos = match after.photos_since(today) {
        Some(before) => photos_before(db, before).await?,
        None => 0,
    };
    Ok(Touched { places: i64::try_from(places).unwrap_or(i64::MAX), photos })
}

impl Store {
    /// What is set, with how much is kept now.
    pub async fn field_settings(&self, actor: &Actor) -> Result<FieldSettings> {
        grant_any(actor, Action::ManageSettings)?;
        let (rules, version) = rules(self.db()).await?;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let places = count(check_in::Entity::find().filter(exact()).count(self.db()).await?);
        let photos = count(check_in_photo::Entity::find().count(self.db()).await?);
        Ok(FieldSettings { rules, version, kept: Touched { places, photos } })
    }

    /// Sets the rules. A shorter time is refused until what it touches was read.
    pub async fn save_field_settings(&self, by: &Actor, request: RequestId, form: FieldForm) -> Result<i32> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check()?;
        self.write(by, request, move |work| async move { save(&work, granted, &form, draft).await }).await
    }
}

async fn save(work: &Work, granted: Granted, form: &FieldForm, draft: FieldRules) -> Result<i32> {
    work.alone("field settings").await?;
    let known = field_setting::Entity::find_by_id(SETTING).one(work.tx()).await?;
    let (before, version) = match &known {
        Some(row) => (of(row)?, row.version),
        None => (FieldRules::HOUSE, 0),
    };
    if version != form.version {
        return Err(work.stale(SETTING, version).await?);
    }
    let touches = touched(work.tx(), &draft, work.today).await?;
    form.confirmed(touches)?;
    // The rule of pictures holds from now on if it is another one.
    let photo_since = if before.photo == draft.photo { before.photo_since } else { Some(work.now) };
    let after = FieldRules { photo_since, ..draft };
    let next = version + 1;
    let row = field_setting::Model {
        id: SETTING,
        photo: after.photo.code().to_owned(),
        photo_since,
        exact_days: i64::from(after.exact_days),
        photo_days: i64::from(after.photo_days),
        radius_dm: after.radius_dm,
        updated_at: work.now,
        updated_by: author(&work.by),
        version: next,
    };
    let change = row.into_active_model().reset_all();
    if known.is_some() {
        change.update(work.tx()).await?;
    } else {
        field_setting::Entity::insert(change).exec_without_returning(work.tx()).await?;
    }
    work.audit(granted, ENTITY, SETTING, &serde_json::json!({ "before": before, "after": after, "touched": touches }))?;
    work.changed(settings_change(SETTING, next, &work.by))?;
    Ok(next)
}
