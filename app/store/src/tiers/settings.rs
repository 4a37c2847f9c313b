//! What the company has set of its tiers, as administrators change it: services and names.
//! Names are read with the organisation, since every page has them; places and colours of the
//! tiers are kept in the same rows and are still the house's.

use super::tier_setting;
use crate::Store;
use crate::error::{Result, StoreError};
use crate::org::org_change;
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::Work;
use chrono::{DateTime, Utc};
use domain::customers::Tier;
use domain::ids::RequestId;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::tiers::settings::{TierDraft, TierForm};
use domain::tiers::{TierName, TierNames, TierService, TierServices, TierSettings};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect};
use uuid::Uuid;

impl Store {
    /// What each tier promises: as set, else as the house has it.
    pub(crate) async fn tier_services(&self) -> Result<TierServices> {
        let set = self.set_tiers().await?.into_iter().map(|one| (one.tier, one.service));
        Ok(TierServices::new(set))
    }

    /// All tiers, the best first, with the versions that forms give back.
    pub async fn tier_settings(&self, actor: &Actor) -> Result<Vec<TierSettings>> {
        grant_any(actor, Action::ManageSettings)?;
        let mut set = self.set_tiers().await?;
        let of = |tier: &Tier| {
            let known = set.iter().position(|one| one.tier == *tier);
            known.map_or_else(
                || TierSettings { tier: *tier, version: 0, service: TierService::house(*tier), name: None },
                |at| set.swap_remove(at),
            )
        };
        Ok(Tier::ALL.iter().map(of).collect())
    }

    /// Sets what a tier promises and is called. Gives the new version.
    pub async fn save_tier(&self, by: &Actor, request: RequestId, form: TierForm) -> Result<i32> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let draft = form.check()?;
        let version = form.version;
        let (next, renamed) = self.write(by, request, move |work| async move { save_tier(&work, granted, version, draft).await }).await?;
        if renamed {
            self.reread_org(by).await?;
        }
        Ok(next)
    }

    async fn set_tiers(&self) -> Result<Vec<TierSettings>> {
        let rows = tier_setting::Entity::find().all(self.db()).await?;
        let of = |row: tier_setting::Model| {
            Ok(TierSettings {
                tier: read("tier", &row.tier, Tier::parse)?,
                version: row.version,
                service: service(&row)?,
                name: name(&row),
            })
        };
        rows.into_iter().map(of).collect()
    }
}

async fn save_tier(work: &Work, granted: Granted, version: i32, draft: TierDraft) -> Result<(i32, bool)> {
    let TierDraft { tier, service: after, name: called } = draft;
    let id = id_of(tier);
    // The first time there is no row to be locked.
    // Of all tiers: a name is compared with those of the others.
    work.alone("tiers").await?;
    let known = tier_setting::Entity::find_by_id(tier.code().to_owned()).lock_exclusive().one(work.tx()).await?;
    let (now, before, called_before) = match &known {
        Some(row) => (row.version, service(row)?, name(row)),
        None => (0, TierService::house(tier), None),
    };
    if now != version {
        return Err(work.stale(id, now).await?);
    }
    if let Some(called) = &called {
        names(work.tx()).await?.check(tier, called)?;
    }
    let TierName { zh: name_zh, en: name_en } = called.clone().unwrap_or(TierName { zh: String::new(), en: String::new() });
    let next = now + 1;
    match known {
        Some(known) => {
            let fresh = tier_setting::Model { name_zh, name_en, service: json(&after)?, version: next, updated_at: work.now, ..known };
            fresh.into_active_model().reset_all().update(work.tx()).await?;
        }
        None => {
            let fresh = row(tier, &after, next, work.now).ok_or_else(|| StoreError::Internal(format!("{after:?} is not written")))?;
            let fresh = tier_setting::Model { name_zh, name_en, ..fresh };
            tier_setting::Entity::insert(fresh.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
        }
    }
    work.audit(
        granted,
        "tier",
        id,
        &serde_json::json!({ "tier": tier, "before": before, "after": after, "name_before": called_before, "name": called }),
    )?;
    work.changed(settings_change(id, next, &work.by))?;
    let renamed = called != called_before;
    if renamed {
        // Every process reads the organisation again, and pages their names.
        work.changed(org_change(id, &work.by))?;
    }
    Ok((next, renamed))
}

/// What the tiers are called.
pub(crate) async fn names(db: &impl ConnectionTrait) -> Result<TierNames> {
    let mut names = TierNames::default();
    for row in tier_setting::Entity::find().all(db).await? {
        names.set(read("tier", &row.tier, Tier::parse)?, name(&row));
    }
    Ok(names)
}

/// Its own name; an empty one is the house's.
fn name(row: &tier_setting::Model) -> Option<TierName> {
    (!row.name_zh.is_empty()).then(|| TierName { zh: row.name_zh.clone(), en: row.name_en.clone() })
}

/// A row of a tier that is not there yet; `None` if the service cannot be written.
pub(crate) fn row(tier: Tier, service: &TierService, version: i32, at: DateTime<Utc>) -> Option<tier_setting::Model> {
    let position = Tier::ALL.iter().zip(1..).find(|(known, _)| **known == tier).map_or(0, |(_, position)| position);
    Some(tier_setting::Model {
        tier: tier.code().to_owned(),
        name_zh: String::new(),
        name_en: String::new(),
        position,
        colour: String::new(),
        service: json(service).ok()?,
        updated_at: at,
        version,
    })
}

/// By what the audit log and announcements name a tier: its code, in the bytes of an id.
fn id_of(tier: Tier) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(tier.code().bytes()) {
        *byte = letter;
    }
    Uuid::from_bytes(bytes)
}

fn json(service: &TierService) -> Result<String> {
    serde_json::to_string(service).map_err(|error| StoreError::Internal(error.to_string()))
}

fn service(row: &tier_setting::Model) -> Result<TierService> {
    serde_json::from_str(&row.service).map_err(|error| StoreError::Internal(format!("service of {}: {error}", row.tier)))
}
