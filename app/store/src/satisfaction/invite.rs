//! Who is asked: a survey's page with its invitations, and links made by a person. Of a
//! link only the hash of its token is stored, so it is shown once; a lost one is made anew.

use super::design::to_customer;
use super::{
    answered_by_name, change, contact_names, contacts_of, customers, invitation, last_asked, last_revision, living, may_be_anonymous,
    new_token, plan, short, survey, told_links,
};
use crate::auth::token_hash;
use crate::entity::{contact, customer};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::{Work, author};
use crate::{Store, scope, search};
use chrono::{Days, NaiveDate};
use domain::customers::Tier;
use domain::ids::{ContactId, CustomerId, InvitationId, PlanId, RequestId, SurveyId, UserId};
use domain::policy::{Action, Actor, grant, grant_any, reach, scope as scope_of};
use domain::survey::SurveyStatus;
use domain::survey::form::{InviteForm, Invited, Sending};
use domain::survey::sending::{InvitationState, Occasion, quiet, state};
use domain::survey::view::{Candidate, InvitationRow, MadeLink, SurveyDetail};
use domain::violation::Violation;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Invitations that a survey's page lists; all are counted.
const LISTED: u64 = 100;
/// Customers that are offered at once.
const OFFERED: u64 = 30;

/// Rows of invitations with the names that stand in them. `hides`: that they were answered,
/// but of second surveys, which are never anonymous.
pub(super) async fn into_rows(
    db: &impl ConnectionTrait,
    org: &Org,
    rows: Vec<invitation::Model>,
    today: NaiveDate,
    hides: bool,
) -> Result<Vec<InvitationRow>> {
    let known = customers(db, rows.iter().map(|row| row.customer_id).collect()).await?;
    let contacts = contact_names(db, rows.iter().filter_map(|row| row.contact_id).collect()).await?;
    rows.into_iter()
        .map(|row| {
            let of = known.get(&row.customer_id).ok_or_else(|| StoreError::Internal(format!("invitation {} of nobody", row.id)))?;
            Ok(InvitationRow {
                id: InvitationId(row.id),
                customer: CustomerId(row.customer_id),
                customer_name: short(of),
                contact: row.contact_id.and_then(|id| Some((ContactId(id), contacts.get(&id)?.clone()))),
                owner_name: of.owner_id.map(|id| org.name_of(UserId(id))).unwrap_or_default(),
                occasion: read("occasion", &row.occasion, Occasion::parse)?,
                state: state(row.answered && !(hides && row.plan_id.is_none()), row.token_hash.is_some(), row.expires_on, today),
                made_on: row.made_on,
                expires_on: row.expires_on,
            })
        })
        .collect()
}

/// The condition of a state, as [`state`] has it of what [`into_rows`] tells.
fn in_state(which: InvitationState, today: NaiveDate, hides: bool) -> Condition {
    use invitation::Column as I;
    let answered = || Condition::all().add(I::Answered.eq(true)).add_option(hides.then(|| I::PlanId.is_not_null()));
    let open = Condition::all().add(answered().not());
    match which {
        InvitationState::Answered => answered(),
        InvitationState::Waiting => open.add(I::TokenHash.is_null()),
        InvitationState::Sent => {
            open.add(I::TokenHash.is_not_null()).add(Condition::any().add(I::ExpiresOn.is_null()).add(I::ExpiresOn.gte(today)))
        }
        InvitationState::Expired => open.add(I::TokenHash.is_not_null()).add(I::ExpiresOn.lt(today)),
    }
}

impl Store {
    /// A survey's page. `tokens`: of links that this person just made, to be shown.
    pub async fn survey(&self, actor: &Actor, id: SurveyId, tokens: &[String]) -> Result<SurveyDetail> {
        use invitation::Column as I;
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let row = survey::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let mine = || {
            invitation::Entity::find()
                .join(JoinType::InnerJoin, to_customer())
                .filter(I::SurveyId.eq(id.0))
                .filter(scope::invitations(&seen))
        };
        let hides = may_be_anonymous(self.db(), &row).await?;
        let mut states = [0; 4];
        for (count, which) in states.iter_mut().zip(InvitationState::ALL) {
            let found = mine().filter(in_state(*which, today, hides)).count(self.db()).await?;
            *count = i64::try_from(found).unwrap_or(i64::MAX);
        }
        let total = states.iter().sum();
        if hides {
            let count = async |which: Condition| -> Result<i64> {
                Ok(i64::try_from(mine().filter(I::Answered.eq(true)).filter(which).count(self.db()).await?).unwrap_or(i64::MAX))
            };
            states[2] = told_links(count(Condition::all()).await?, count(answered_by_name()).await?);
        }
        // Those that wait for a link first: something is to be done with them.
        let mut rows =
            mine().filter(in_state(InvitationState::Waiting, today, hides)).order_by_asc(I::MadeOn).limit(LISTED).all(self.db()).await?;
        let rest = Condition::any().add(I::Answered.eq(true)).add(I::TokenHash.is_not_null());
        rows.extend(mine().filter(rest).order_by_desc(I::MadeOn).order_by_desc(I::Id).limit(LISTED).all(self.db()).await?);
        rows.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
        let questions = match last_revision(self.db(), &row).await? {
            Some(last) => last.asks()?,
            None => Vec::new(),
        };
        Ok(SurveyDetail {
            id,
            version: row.version,
            title: row.title(),
            status: row.state()?,
            revision: row.revision,
            questions,
            sending: row.sends()?,
            invitations: into_rows(self.db(), &org, rows, today, hides).await?,
            total,
            states,
            hides_answered: hides,
            links: self.made_links(actor, id, tokens).await?,
            may_design: reach(actor.role, Action::DesignSurveys).is_some(),
        })
    }

    /// Whose links these are. Tokens that are nobody's, or were spent with a name or replaced
    /// since, are passed over.
    async fn made_links(&self, actor: &Actor, id: SurveyId, tokens: &[String]) -> Result<Vec<MadeLink>> {
        use invitation::Column as I;
        let mut links = Vec::new();
        for token in tokens.iter().take(domain::survey::form::INVITED_MAX) {
            let these = invitation::Entity::find().filter(I::TokenHash.eq(token_hash(token))).filter(I::SurveyId.eq(id.0));
            let unspent = Condition::any().add(I::Answered.eq(false)).add(answered_by_name().not());
            let Some(row) = these.filter(unspent).one(self.db()).await? else { continue };
            let of = living(self.db(), row.customer_id).await?;
            if grant(actor, Action::AskCustomers, &crate::customers::ownership(&of)).is_err() {
                continue;
            }
            let names = contact_names(self.db(), row.contact_id.into_iter().collect()).await?;
            links.push(MadeLink {
                token: token.clone(),
                customer_name: short(&of),
                contact_name: row.contact_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
                expires_on: row.expires_on,
            });
        }
        Ok(links)
    }

    /// Customers whom this person may ask, by name; those asked longest ago are not sorted
    /// first, so that somebody who was named is found.
    pub async fn survey_candidates(&self, actor: &Actor, id: SurveyId, text: &str, tier: Option<Tier>) -> Result<Vec<Candidate>> {
        use customer::Column as C;
        let may = scope_of(actor, Action::AskCustomers)?;
        let row = survey::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let sending = row.sends()?;
        let named = (!text.trim().is_empty()).then(|| search::contains(C::Search, text.trim()));
        let rows = customer::Entity::find()
            .filter(scope::customers(&may))
            .filter(Condition::all().add_option(named).add_option(tier.map(|tier| C::Tier.eq(tier.code()))))
            .order_by_asc(C::Name)
            .order_by_asc(C::Id)
            .limit(OFFERED)
            .all(self.db())
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let asked = last_asked(self.db(), &ids).await?;
        let mut contacts = contacts_of(self.db(), &ids).await?;
        let today = self.clock.today();
        rows.into_iter()
            .map(|row| {
                let last = asked.get(&row.id).copied();
                Ok(Candidate {
                    customer: CustomerId(row.id),
                    name: short(&row),
                    tier: read("tier", &row.tier, Tier::parse)?,
                    contacts: contacts.remove(&row.id).unwrap_or_default().into_iter().map(|c| (ContactId(c.id), c.name)).collect(),
                    asked_on: last,
                    quiet: quiet(last, sending.quiet_days, today),
                })
            })
            .collect()
    }

    /// Makes links and gives their tokens. A repeated request gives none: they were shown,
    /// and nowhere stored.
    pub async fn invite(&self, by: &Actor, request: RequestId, form: InviteForm) -> Result<Vec<String>> {
        grant_any(by, Action::AskCustomers)?;
        let (id, plan, chosen) = form.check()?;
        let tokens: Vec<String> = chosen.iter().map(|_| new_token()).collect();
        let hashes: Vec<String> = tokens.iter().map(|token| token_hash(token)).collect();
        let made: Vec<String> = self.write(by, request, move |work| async move { invite(&work, id, plan, chosen, hashes).await }).await?;
        Ok(tokens.into_iter().filter(|token| made.contains(&token_hash(token))).collect())
    }
}

async fn invite(work: &Work, id: SurveyId, second_of: Option<PlanId>, chosen: Vec<Invited>, hashes: Vec<String>) -> Result<Vec<String>> {
    let of = survey::Entity::find_by_id(id.0).lock(LockType::Share).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let refused = |code: &str, name: &str| StoreError::from(vec![Violation::new("", code).with("name", name)]);
    let revision = match (of.state()?, last_revision(work.tx(), &of).await?) {
        (SurveyStatus::Open, Some(revision)) => revision,
        _ => return Err(refused("survey_not_open", &of.title_zh)),
    };
    let sending = of.sends()?;
    let expires_on = work.today.checked_add_days(Days::new(u64::from(sending.valid_days)));
    let second_of = match second_of {
        Some(id) => {
            let row = plan::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            grant(&work.by, Action::AskCustomers, &row.ownership())?;
            if row.survey_id != of.id || row.second_answer_id.is_some() {
                return Err(refused("second_already", &of.title_zh));
            }
            Some(row)
        }
        None => None,
    };
    for (one, hash) in chosen.into_iter().zip(&hashes) {
        match one {
            Invited::Known(id) => {
                let row = invitation::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
                let customer = living(work.tx(), row.customer_id).await?;
                let granted = grant(&work.by, Action::AskCustomers, &crate::customers::ownership(&customer))?;
                if row.survey_id != of.id {
                    return Err(StoreError::NotFound);
                }
                if second_of.as_ref().is_some_and(|plan| row.plan_id != Some(plan.id)) {
                    return Err(StoreError::NotFound);
                }
                // Of an anonymous answer it is not told here that there is one: the new link
                // says so to who has it, as the old one did.
                let named = invitation::Entity::find_by_id(row.id).filter(answered_by_name()).one(work.tx()).await?;
                if row.answered && named.is_some() {
                    return Err(refused("answered_already", &short(&customer)));
                }
                let mut change = row.clone().into_active_model();
                change.token_hash = Set(Some(hash.clone()));
                change.expires_on = Set(expires_on);
                change.revision_id = Set(revision.id);
                change.by_id = Set(author(&work.by));
                change.update(work.tx()).await?;
                work.audit(granted, "survey_invitation", row.id, &serde_json::json!({ "link": "anew", "customer": row.customer_id }))?;
            }
            Invited::New { customer, contact } => {
                let row = crate::customers::living(work, customer.0).await?.ok_or(StoreError::NotFound)?;
                let granted = grant(&work.by, Action::AskCustomers, &crate::customers::ownership(&row))?;
                if second_of.as_ref().is_some_and(|plan| plan.customer_id != row.id) {
                    return Err(StoreError::NotFound);
                }
                let contact = match contact {
                    Some(id) => {
                        let these = contact::Entity::find_by_id(id.0).filter(contact::Column::CustomerId.eq(row.id));
                        Some(these.one(work.tx()).await?.ok_or(StoreError::NotFound)?.id)
                    }
                    None => None,
                };
                // Two who ask the same customer at once are heard one after the other.
                work.alone(&format!("survey of {}", row.id)).await?;
                let asked = last_asked(work.tx(), &[row.id]).await?;
                if second_of.is_none() && too_soon(&asked, row.id, contact, &sending, work.today) {
                    return Err(
                        vec![Violation::new("", "asked_recently").with("name", short(&row)).with("days", sending.quiet_days)].into()
                    );
                }
                let new = invitation::Model {
                    id: work.new_id(),
                    survey_id: of.id,
                    revision_id: revision.id,
                    customer_id: row.id,
                    contact_id: contact,
                    deal_id: None,
                    ticket_id: None,
                    plan_id: second_of.as_ref().map(|plan| plan.id),
                    occasion: if second_of.is_some() { Occasion::Second } else { Occasion::Chosen }.code().to_owned(),
                    token_hash: Some(hash.clone()),
                    made_on: work.today,
                    expires_on,
                    answered: false,
                    by_id: author(&work.by),
                };
                work.audit(granted, "survey_invitation", new.id, &serde_json::json!({ "survey": of.id, "customer": row.id }))?;
                invitation::Entity::insert(new.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
        }
    }
    work.changed(change(of.id, of.version, None, &work.by))?;
    if let Some(plan) = second_of {
        work.changed(change(plan.id, plan.version, Some(plan.ownership()), &work.by))?;
    }
    Ok(hashes)
}

/// Whether the contact, or without one the customer, was asked within the quiet days.
pub(super) fn too_soon(
    asked: &std::collections::HashMap<Uuid, NaiveDate>,
    customer: Uuid,
    contact: Option<Uuid>,
    sending: &Sending,
    today: NaiveDate,
) -> bool {
    quiet(asked.get(&contact.unwrap_or(customer)).copied(), sending.quiet_days, today)
}
