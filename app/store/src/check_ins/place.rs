//! Where a customer is: the place of a check-in becomes that of a customer without one, and a
//! wide customer gets a radius of its own.

use super::privacy::put_view;
use super::{check_in, customer_radius};
use crate::Store;
use crate::customers::{customer_change, living, ownership as customer_ownership};
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::write::{Work, author};
use domain::check_in::Position;
use domain::field::page::PlaceForm;
use domain::field::proposes;
use domain::ids::{CheckInId, CustomerId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, grant};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

impl Store {
    /// Gives the customer of a visit the place where it was measured, if it has none.
    pub async fn adopt_place(&self, by: &Actor, request: RequestId, form: PlaceForm) -> Result<CustomerId> {
        let visit = named(&form)?;
        self.write(by, request, move |work| async move {
            let (row, at, granted) = of_visit(&work, visit).await?;
            let fix = if row.rounded { None } else { super::fix(&row)? };
            let place = at.latitude.zip(at.longitude).map(|(lat, lon)| Position { lat, lon });
            let Some(fix) = fix.filter(|fix| proposes(Some(fix), place)) else {
                return Err(StoreError::refused("", "place_not_proposed"));
            };
            // The customer's place says from now on where somebody was.
            let person = UserId(row.person_id);
            if person != work.by.id {
                put_view(&work, person, row.on_day).await?;
            }
            let mut change = at.clone().into_active_model();
            change.latitude = Set(Some(fix.position.lat));
            change.longitude = Set(Some(fix.position.lon));
            change.crs = Set(row.crs.clone());
            change.version = Set(at.version + 1);
            change.updated_at = Set(work.now);
            change.updated_by = Set(author(&work.by));
            let saved = change.update(work.tx()).await?;
            work.audit(granted, "customer", at.id, &serde_json::json!({ "place": "first_visit", "check_in": row.id }))?;
            work.changed(customer_change(&saved, &work.by))?;
            Ok(CustomerId(at.id))
        })
        .await
    }

    /// Gives the customer of a visit a radius of its own, or the usual one again. Verdicts that
    /// were given stay.
    pub async fn set_radius(&self, by: &Actor, request: RequestId, form: PlaceForm) -> Result<CustomerId> {
        let visit = named(&form)?;
        let radius_dm = form.radius_dm()?;
        self.write(by, request, move |work| async move {
            let (_, at, granted) = of_visit(&work, visit).await?;
            work.alone(&format!("radius {}", at.id)).await?;
            customer_radius::Entity::delete_by_id(at.id).exec(work.tx()).await?;
            if let Some(radius_dm) = radius_dm {
                let row = customer_radius::ActiveModel {
                    customer_id: Set(at.id),
                    radius_dm: Set(radius_dm),
                    at: Set(work.now),
                    by_id: Set(author(&work.by)),
                };
                customer_radius::Entity::insert(row).exec_without_returning(work.tx()).await?;
            }
            work.audit(granted, "customer", at.id, &serde_json::json!({ "radius_dm": radius_dm }))?;
            work.changed(customer_change(&at, &work.by))?;
            Ok(CustomerId(at.id))
        })
        .await
    }
}

fn named(form: &PlaceForm) -> Result<CheckInId> {
    CheckInId::parse(&form.visit).ok_or(StoreError::NotFound)
}

/// A visit that the person may see, and its customer, which they may change.
async fn of_visit(work: &Work, id: CheckInId) -> Result<(check_in::Model, customer::Model, Granted)> {
    let row = check_in::Entity::find_by_id(id.0).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    grant(&work.by, Action::ReadCheckIns, &super::ownership(&row))?;
    living(work, row.customer_id).await?.ok_or(StoreError::NotFound)?;
    let at = customer::Entity::find_by_id(row.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::WriteCustomers, &customer_ownership(&at))?;
    Ok((row, at, granted))
}
