//! Adding and changing a customer.

use super::{CRS, customer_change, load, ownership, search_text};
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use crate::{Store, pool, search, tiers};
use domain::customers::{CustomerDraft, CustomerForm, Tier};
use domain::ids::{CustomerId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, Ownership, grant, grant_any, reach};
use domain::tiers::board::TierSource;
use domain::violation::Violation;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use std::sync::Arc;
use uuid::Uuid;

impl Store {
    /// The form of a customer as it is, for editing.
    pub async fn customer_form(&self, actor: &Actor, id: CustomerId) -> Result<CustomerForm> {
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?;
        let row = row.filter(|row| row.merged_into.is_none()).ok_or(StoreError::NotFound)?;
        grant(actor, Action::WriteCustomers, &ownership(&row))?;
        Ok(as_form(row))
    }

    /// Adds a customer or changes one. Without an owner a new one belongs to
    /// the saver, and an existing one to whom it did. Its deals stay with their
    /// owners.
    pub async fn save_customer(&self, by: &Actor, request: RequestId, form: CustomerForm) -> Result<CustomerId> {
        let granted = grant_any(by, Action::WriteCustomers)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        let version = form.version;
        let existing = match form.id.as_str() {
            "" => None,
            id => Some(CustomerId::parse(id).ok_or(StoreError::NotFound)?),
        };
        self.write(by, request, move |work| async move {
            match existing {
                None => insert(&work, granted, draft, &org).await,
                Some(id) => update(&work, id, version, draft, &org).await,
            }
        })
        .await
    }
}

/// A customer as if someone had typed it.
pub(crate) fn as_form(row: customer::Model) -> CustomerForm {
    let degrees = |value: Option<f64>| value.map(|d| d.to_string()).unwrap_or_default();
    CustomerForm {
        id: row.id.to_string(),
        version: row.version,
        request: String::new(),
        name: row.name,
        short_name: row.short_name,
        tier: row.tier,
        owner: row.owner_id.map(|id| id.to_string()).unwrap_or_default(),
        industry: row.industry,
        region: row.region,
        size: row.size.unwrap_or_default(),
        source: row.source,
        phone: row.phone,
        website: row.website,
        tax_number: row.tax_number,
        address: row.address,
        longitude: degrees(row.longitude),
        latitude: degrees(row.latitude),
        notes: row.notes,
    }
}

/// Puts what was typed into a row; its owner is another matter.
pub(crate) fn fill(change: &mut customer::ActiveModel, draft: CustomerDraft) {
    change.search = Set(search_text(&draft.name, &draft.short_name, &draft.phone));
    change.name = Set(draft.name);
    change.short_name = Set(draft.short_name);
    change.tier = Set(draft.tier.code().to_owned());
    change.industry = Set(draft.industry);
    change.region = Set(draft.region);
    change.size = Set(draft.size.map(|v| v.code().to_owned()));
    change.source = Set(draft.source.code().to_owned());
    change.phone = Set(draft.phone);
    change.website = Set(draft.website);
    change.tax_number = Set(draft.tax_number);
    change.address = Set(draft.address);
    change.longitude = Set(draft.position.map(|(longitude, _)| longitude));
    change.latitude = Set(draft.position.map(|(_, latitude)| latitude));
    change.notes = Set(draft.notes);
}

pub(super) async fn insert(work: &Work, granted: Granted, draft: CustomerDraft, org: &Arc<Org>) -> Result<CustomerId> {
    let owner = new_owner(&work.by, org, draft.owner.unwrap_or(work.by.id))?;
    refuse_duplicate(work, &[], &draft.name).await?;
    let row = customer::Model {
        id: work.new_id(),
        search: search_text(&draft.name, &draft.short_name, &draft.phone),
        name: draft.name,
        short_name: draft.short_name,
        tier: draft.tier.code().to_owned(),
        owner_id: owner.owner.map(|id| id.0),
        unit_id: owner.unit.0,
        industry: draft.industry,
        region: draft.region,
        size: draft.size.map(|v| v.code().to_owned()),
        source: draft.source.code().to_owned(),
        phone: draft.phone,
        website: draft.website,
        tax_number: draft.tax_number,
        address: draft.address,
        longitude: draft.position.map(|(longitude, _)| longitude),
        latitude: draft.position.map(|(_, latitude)| latitude),
        crs: CRS.to_owned(),
        notes: draft.notes,
        created_at: work.now,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
        merged_into: None,
    };
    customer::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    work.audit(granted, "customer", row.id, &serde_json::json!({ "created": row.name, "tier": row.tier, "owner": row.owner_id }))?;
    work.changed(customer_change(&row, &work.by))?;
    Ok(CustomerId(row.id))
}

async fn update(work: &Work, id: CustomerId, version: i32, draft: CustomerDraft, org: &Arc<Org>) -> Result<CustomerId> {
    let row = load(work, id, version).await?;
    let before = ownership(&row);
    let granted = grant(&work.by, Action::WriteCustomers, &before)?;
    let owner = match draft.owner {
        Some(owner) if before.owner != Some(owner) => new_owner(&work.by, org, owner)?,
        _ => before,
    };
    // One that shares its name already, from an import, can still be changed.
    if search::fold(&draft.name) != search::fold(&row.name) {
        refuse_duplicate(work, &[row.id], &draft.name).await?;
    }
    let mut change = row.clone().into_active_model();
    let tier = draft.tier;
    fill(&mut change, draft);
    change.owner_id = Set(owner.owner.map(|id| id.0));
    change.unit_id = Set(owner.unit.0);
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    let saved = change.update(work.tx()).await?;
    pool::changed_hands(work, org, &row, &saved).await?;
    if saved.tier != row.tier {
        let from = read("tier", &row.tier, Tier::parse)?;
        tiers::record(work, row.id, (from, tier), TierSource::Form, String::new(), None).await?;
    }
    let record = serde_json::json!({
        "before": { "name": row.name, "tier": row.tier, "owner": row.owner_id },
        "after": { "name": saved.name, "tier": saved.tier, "owner": saved.owner_id },
    });
    work.audit(granted, "customer", row.id, &record)?;
    work.changed(customer_change(&saved, &work.by))?;
    if saved.owner_id != row.owner_id {
        // Listeners who may no longer see it hear of it too, to let it go.
        let gone = customer::Model { version: saved.version, ..row };
        work.changed(customer_change(&gone, &work.by))?;
    }
    Ok(id)
}

/// To whom one may give a customer: whoever's customers one may change, if
/// that person's role has customers at all.
pub(crate) fn new_owner(by: &Actor, org: &Org, owner: UserId) -> Result<Ownership> {
    let member = org.people.get(&owner).filter(|m| m.person.active).ok_or_else(|| StoreError::refused("owner", "unknown_value"))?;
    let owned = Ownership { owner: Some(owner), unit: member.person.unit };
    if reach(member.person.role, Action::WriteCustomers).is_none() || grant(by, Action::WriteCustomers, &owned).is_err() {
        return Err(StoreError::refused("owner", "forbidden"));
    }
    Ok(owned)
}

/// Two customers may not have names that read alike (case, width, blanks),
/// whoever owns them: the second is nearly always the first, typed again. The name
/// of one that was merged into another is free. `but`: customers that do not count.
pub(crate) async fn refuse_duplicate(work: &Work, but: &[Uuid], name: &str) -> Result<()> {
    use customer::Column as C;
    let folded = search::fold(name);
    work.alone(&format!("customer name {folded}")).await?;
    let candidates: Vec<String> = customer::Entity::find()
        .select_only()
        .column(C::Name)
        .filter(search::begins(C::Search, name))
        .filter(C::MergedInto.is_null())
        .filter(C::Id.is_not_in(but.iter().copied()))
        .into_tuple()
        .all(work.tx())
        .await?;
    match candidates.into_iter().find(|known| search::fold(known) == folded) {
        Some(known) => Err(vec![Violation::new("name", "duplicate").with("name", known)].into()),
        None => Ok(()),
    }
}
