//! A visit is written down, as a follow-up and what it answered and brought up, and taken
//! back by who wrote it, for a while.

use super::needs::{insert_need, routable};
use super::questions::{latest, of};
use super::{need, stored_answers, visit, visit_form};
use crate::Store;
use crate::customers::contacts::contacts_of;
use crate::customers::{customer_change, living, ownership};
use crate::entity::{contact, customer, follow_up};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::work::{check_contact, insert_follow_up};
use crate::write::Work;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use domain::customers::Tier;
use domain::ids::{ContactId, CustomerId, FollowUpId, RequestId, UserId, VisitFormId, VisitId};
use domain::policy::{Action, Actor, grant, grant_any};
use domain::violation::Violation;
use domain::visits::needs::{NeedFilter, NeedShown};
use domain::visits::questions::VisitQuestions;
use domain::visits::record::{SHOWN, UNDO_SECONDS, VisitDraft, VisitEntry, VisitForm, VisitSheet, VisitsOfCustomer};
use domain::work::{FollowUpDraft, FollowUpKind};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

impl Store {
    /// What the form of a customer needs, with what is known already. `contact`: of
    /// another customer's it is left out.
    pub async fn visit_sheet(
        &self,
        actor: &Actor,
        id: CustomerId,
        channel: Option<FollowUpKind>,
        contact: Option<ContactId>,
    ) -> Result<VisitSheet> {
        let org = self.require_org()?;
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::LogWork, &ownership(&row))?;
        if row.merged_into.is_some() {
            return Err(StoreError::NotFound);
        }
        let tier = read("tier", &row.tier, Tier::parse)?;
        let contacts = contacts_of(self.db(), &row, &org).await?;
        let chosen =
            contact.filter(|id| contacts.iter().any(|known| known.id == *id)).or(contacts.iter().find(|c| c.primary).map(|c| c.id));
        let questions = latest(self.db(), tier).await?;
        let now = self.clock.now().with_timezone(&org.time_zone);
        let form = VisitForm {
            customer: id.to_string(),
            contact: chosen.map(|id| id.to_string()).unwrap_or_default(),
            channel: channel.unwrap_or(FollowUpKind::Call).code().to_owned(),
            on: now.date_naive().to_string(),
            time: now.format("%H:%M").to_string(),
            questions: questions.id.map(|id| id.to_string()).unwrap_or_default(),
            ..VisitForm::default()
        };
        Ok(VisitSheet {
            customer: id,
            customer_name: row.name,
            tier,
            owner: row.owner_id.map(UserId),
            contacts: contacts.into_iter().map(|contact| (contact.id, contact.name)).collect(),
            people: routable(&org),
            questions,
            form,
        })
    }

    /// Writes a visit down. It counts as a contact on its day.
    pub async fn record_visit(&self, by: &Actor, request: RequestId, form: VisitForm) -> Result<VisitId> {
        grant_any(by, Action::LogWork)?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move { record(&work, &org, &form).await }).await
    }

    /// Takes one's own visit back, with its follow-up, its needs and its opinions, if
    /// nobody has begun to work on them. Gives the customer.
    pub async fn undo_visit(&self, by: &Actor, request: RequestId, id: VisitId) -> Result<CustomerId> {
        grant_any(by, Action::LogWork)?;
        self.write(by, request, move |work| async move { undo(&work, id).await }).await
    }

    /// The visits of a customer, the latest first, and what is unsettled.
    pub async fn visits_of(&self, actor: &Actor, id: CustomerId) -> Result<VisitsOfCustomer> {
        use visit::Column as V;
        let org = self.require_org()?;
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::LogWork, &ownership(&row))?;
        let of_customer = || visit::Entity::find().filter(V::CustomerId.eq(row.id));
        let total = i64::try_from(of_customer().count(self.db()).await?).unwrap_or(i64::MAX);
        let rows = of_customer().order_by_desc(V::CreatedAt).order_by_desc(V::Id).limit(SHOWN as u64).all(self.db()).await?;
        let visits = self.visit_entries(&org, rows).await?;
        let filter = NeedFilter { customer: Some(id), shown: Some(NeedShown::Unsettled), ..NeedFilter::default() };
        let needs = self.needs(actor, &filter, None, None).await?;
        Ok(VisitsOfCustomer {
            visits,
            total,
            open_needs: needs.page.total,
            needs: needs.page.rows.into_iter().take(SHOWN).collect(),
            may_record: row.merged_into.is_none(),
        })
    }

    async fn visit_entries(&self, org: &Arc<Org>, rows: Vec<visit::Model>) -> Result<Vec<VisitEntry>> {
        let follow_ups = follow_up::Entity::find().filter(follow_up::Column::Id.is_in(rows.iter().map(|row| row.follow_up_id)));
        let follow_ups: HashMap<Uuid, follow_up::Model> = follow_ups.all(self.db()).await?.into_iter().map(|row| (row.id, row)).collect();
        let forms = visit_form::Entity::find().filter(visit_form::Column::Id.is_in(rows.iter().filter_map(|row| row.form_id)));
        let forms: HashMap<Uuid, VisitQuestions> =
            forms.all(self.db()).await?.into_iter().map(|row| Ok((row.id, of(row)?))).collect::<Result<_>>()?;
        let contacts = contact::Entity::find().filter(contact::Column::Id.is_in(follow_ups.values().filter_map(|row| row.contact_id)));
        let contacts: HashMap<Uuid, String> = contacts.all(self.db()).await?.into_iter().map(|row| (row.id, row.name)).collect();
        let entry = |row: visit::Model| -> Result<VisitEntry> {
            let Some(said) = follow_ups.get(&row.follow_up_id) else {
                return Err(StoreError::Internal(format!("visit {} without its follow-up", row.id)));
            };
            let answers: Vec<String> =
                serde_json::from_str(&row.answers).map_err(|error| StoreError::Internal(format!("answers of {}: {error}", row.id)))?;
            let asked = row.form_id.and_then(|id| forms.get(&id)).map_or(&[][..], |form| form.questions.as_slice());
            Ok(VisitEntry {
                id: VisitId(row.id),
                at: said.at,
                channel: read("kind", &said.kind, FollowUpKind::parse)?,
                by: org.name_of(UserId(row.by_id)),
                contact: said.contact_id.and_then(|id| contacts.get(&id)).cloned().unwrap_or_default(),
                content: said.content.clone(),
                answers: asked.iter().map(|question| question.label.clone()).zip(answers).filter(|(_, said)| !said.is_empty()).collect(),
            })
        };
        rows.into_iter().map(entry).collect()
    }
}

async fn record(work: &Work, org: &Arc<Org>, form: &VisitForm) -> Result<VisitId> {
    let id = form.customer().ok_or_else(|| StoreError::refused("customer", "unknown_value"))?;
    let customer = living(work, id.0).await?.ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::LogWork, &ownership(&customer))?;
    let tier = read("tier", &customer.tier, Tier::parse)?;
    let asked = asked(work, form.asked(), tier).await?;
    let VisitDraft { contact, channel, on, time, content, next_step, next_on, answers, items } =
        form.check(work.today, &asked.questions)?;
    let at = moment(work, org, on, time)?;
    if let Some(id) = contact {
        check_contact(work, id, CustomerId(customer.id)).await?;
    }
    let people = routable(org);
    for item in &items {
        if item.owner.is_some_and(|owner| !people.iter().any(|(id, _)| *id == owner)) {
            return Err(StoreError::refused(&format!("owner{}", item.at), "unknown_value"));
        }
    }
    let draft = FollowUpDraft { customer: id, deal: None, contact, kind: channel, content, next_step, next_on };
    let FollowUpId(follow_up) = insert_follow_up(work, granted, &customer, work.new_id(), draft, at).await?;
    let row = visit::Model {
        id: work.new_id(),
        customer_id: customer.id,
        follow_up_id: follow_up,
        form_id: asked.id.map(|id| id.0),
        tier: tier.code().to_owned(),
        answers: stored_answers(&answers)?,
        created_at: work.now,
        by_id: work.by.id.0,
    };
    let visit = VisitId(row.id);
    visit::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    // Of a customer in the pool nobody is the owner: then who heard of it sees to it.
    let owner = customer.owner_id.map(UserId).filter(|id| people.iter().any(|(known, _)| known == id)).unwrap_or(work.by.id);
    for item in &items {
        insert_need(work, granted, &customer, Some(visit), item, item.owner.unwrap_or(owner)).await?;
    }
    let record = serde_json::json!({ "customer": customer.id, "follow_up": follow_up, "channel": channel, "on": on, "items": items.len() });
    work.audit(granted, "visit", visit.0, &record)?;
    Ok(visit)
}

/// The questions that were asked: those of the form's version, else the tier's of now.
async fn asked(work: &Work, named: Option<VisitFormId>, tier: Tier) -> Result<VisitQuestions> {
    match named {
        Some(id) => {
            let row = visit_form::Entity::find_by_id(id.0).one(work.tx()).await?;
            of(row.ok_or_else(|| StoreError::refused("questions", "unknown_value"))?)
        }
        None => latest(work.tx(), tier).await,
    }
}

/// When it was: now if it was today and no time is named, at noon of another day.
fn moment(work: &Work, org: &Org, on: NaiveDate, time: Option<NaiveTime>) -> Result<DateTime<Utc>> {
    let Some(time) = time.or((on != work.today).then(|| NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default())) else {
        return Ok(work.now);
    };
    let local = org.time_zone.from_local_datetime(&on.and_time(time)).earliest();
    let at = local.map_or(work.now, |at| at.with_timezone(&Utc));
    if at > work.now {
        return Err(vec![Violation::new("time", "time_in_future")].into());
    }
    Ok(at)
}

async fn undo(work: &Work, id: VisitId) -> Result<CustomerId> {
    let row = visit::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let customer = customer::Entity::find_by_id(row.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::LogWork, &ownership(&customer))?;
    let late = (work.now - row.created_at).num_seconds() >= UNDO_SECONDS;
    let items = need::Entity::find().filter(need::Column::VisitId.eq(row.id)).lock_exclusive().all(work.tx()).await?;
    if late || row.by_id != work.by.id.0 || items.iter().any(|item| item.version > 1) {
        return Err(vec![Violation::new("", "nothing_to_undo")].into());
    }
    super::forget_needs_of(work, &items).await?;
    visit::Entity::delete_by_id(row.id).exec(work.tx()).await?;
    let said = follow_up::Entity::find_by_id(row.follow_up_id).one(work.tx()).await?;
    crate::mentions::forget(work, row.follow_up_id).await?;
    follow_up::Entity::delete_by_id(row.follow_up_id).exec(work.tx()).await?;
    // What was there, since nothing of it is left.
    let record = serde_json::json!({
        "undone": { "customer": row.customer_id, "follow_up": row.follow_up_id, "channel": said.as_ref().map(|said| &said.kind),
            "at": said.as_ref().map(|said| said.at), "content": said.as_ref().map(|said| &said.content), "answers": row.answers,
            "items": items.iter().map(|item| (&item.kind, &item.body)).collect::<Vec<_>>() },
    });
    work.audit(granted, "visit", row.id, &record)?;
    work.changed(customer_change(&customer, &work.by))?;
    Ok(CustomerId(customer.id))
}
