//! The organisation's holidays and make-up workdays, as administrators set them.

use super::workday;
use crate::Store;
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::{Work, author};
use chrono::{Datelike, NaiveDate};
use domain::ids::RequestId;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::visits::workdays::{DayKind, WorkCalendar, Workday, WorkdaysForm, WorkdaysPage};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Store {
    /// All days that are not as their weekday says.
    pub(crate) async fn work_calendar(&self) -> Result<WorkCalendar> {
        let rows = workday::Entity::find().all(self.db()).await?;
        let days = rows.into_iter().map(|row| Ok((row.on_day, read("kind of day", &row.kind, DayKind::parse)?)));
        Ok(WorkCalendar::new(days.collect::<Result<Vec<_>>>()?))
    }

    /// Those of some days, by day.
    pub(super) async fn named_days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Workday>> {
        use workday::Column as D;
        let rows = workday::Entity::find().filter(D::OnDay.between(from, to)).order_by_asc(D::OnDay).all(self.db()).await?;
        rows.into_iter().map(day).collect()
    }

    /// The days of a year; of this one if none is named.
    pub async fn workdays(&self, actor: &Actor, year: Option<i32>) -> Result<WorkdaysPage> {
        grant_any(actor, Action::ManageSettings)?;
        let this = self.clock.today().year();
        let rows = workday::Entity::find().order_by_asc(workday::Column::OnDay).all(self.db()).await?;
        let known = rows.iter().map(|row| row.on_day.year());
        let years: BTreeSet<i32> = known.chain([this, this + 1]).collect();
        let year = year.filter(|year| years.contains(year)).unwrap_or(this);
        let days = rows.into_iter().filter(|row| row.on_day.year() == year).map(day).collect::<Result<_>>()?;
        Ok(WorkdaysPage { year, years: years.into_iter().collect(), days })
    }

    /// Adds days, or names them anew. Gives the year of the first.
    pub async fn add_workdays(&self, by: &Actor, request: RequestId, form: WorkdaysForm) -> Result<i32> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let days = form.check()?;
        self.write(by, request, move |work| async move { add(&work, granted, days).await }).await
    }

    /// Takes a day out, which is then as its weekday says. Gives what it was, to be put back.
    pub async fn remove_workday(&self, by: &Actor, request: RequestId, on: NaiveDate) -> Result<Workday> {
        let granted = grant_any(by, Action::ManageSettings)?;
        self.write(by, request, move |work| async move {
            let row = workday::Entity::find_by_id(on).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            workday::Entity::delete_by_id(on).exec(work.tx()).await?;
            let gone = day(row)?;
            work.audit(granted, "workday", id_of(on), &serde_json::json!({ "removed": gone }))?;
            work.changed(settings_change(id_of(on), 1, &work.by))?;
            Ok(gone)
        })
        .await
    }
}

async fn add(work: &Work, granted: Granted, days: Vec<Workday>) -> Result<i32> {
    work.alone("workdays").await?;
    let year = days.first().map_or(work.today.year(), |day| day.on.year());
    for day in days {
        let known = workday::Entity::find_by_id(day.on).one(work.tx()).await?;
        let before = known.clone().map(self::day).transpose()?;
        let row = workday::Model {
            on_day: day.on,
            kind: day.kind.code().to_owned(),
            name: day.name.clone(),
            at: work.now,
            by_id: author(&work.by),
        };
        let row = row.into_active_model().reset_all();
        match known {
            Some(_) => {
                row.update(work.tx()).await?;
            }
            None => {
                workday::Entity::insert(row).exec_without_returning(work.tx()).await?;
            }
        }
        work.audit(granted, "workday", id_of(day.on), &serde_json::json!({ "before": before, "after": day }))?;
        work.changed(settings_change(id_of(day.on), 1, &work.by))?;
    }
    Ok(year)
}

fn day(row: workday::Model) -> Result<Workday> {
    Ok(Workday { on: row.on_day, kind: read("kind of day", &row.kind, DayKind::parse)?, name: row.name })
}

/// By what the audit log and announcements name a day: `2026-10-01` in the bytes of an id.
fn id_of(on: NaiveDate) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(on.to_string().bytes()) {
        *byte = letter;
    }
    Uuid::from_bytes(bytes)
}
