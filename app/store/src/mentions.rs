//! Who is named in a follow-up, and hears of it if they may see what it is about. Written in the
//! transaction of the follow-up; what somebody may no longer see is not shown to them either.

use crate::Store;
use crate::customers::helpers;
use crate::entity::{customer, deal, follow_up};
use crate::error::{Result, StoreError};
use crate::org::{self, Org};
use crate::pipeline::board::ownership as deal_ownership;
use crate::write::Work;
use domain::ids::{CustomerId, DealId, FollowUpId, MentionId, RequestId, UserId};
use domain::mentions::{MentionRow, Nameable, Named, SHOWN, SeenForm, Told, excerpt, may_name, named};
use domain::policy::{Action, Actor, grant, grant_any};
use mention::Column as M;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

table!(mention, "mention", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    follow_up_id: Uuid, person_id: Uuid, at: DateTimeUtc, seen_at: Option<DateTimeUtc>,
});

impl Store {
    /// What became of the names in a follow-up that the actor wrote.
    pub async fn told(&self, actor: &Actor, id: FollowUpId) -> Result<Told> {
        let row = follow_up::Entity::find_by_id(id.0).filter(follow_up::Column::ById.eq(actor.id.0)).one(self.db()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let org = self.require_org()?;
        let Named { people, unclear } = of_text(&org, &row.content);
        let rows: Vec<Uuid> =
            mention::Entity::find().select_only().column(M::PersonId).filter(M::FollowUpId.eq(id.0)).into_tuple().all(self.db()).await?;
        let (told, untold): (Vec<_>, Vec<_>) =
            people.into_iter().filter(|person| *person != actor.id).partition(|person| rows.contains(&person.0));
        let names = |people: Vec<UserId>| people.into_iter().map(|person| org.name_of(person)).collect();
        Ok(Told { told: names(told), untold: names(untold), unclear })
    }

    /// Follow-ups in which the actor is named and that they have not seen, the latest first.
    pub async fn mentions_of(&self, actor: &Actor) -> Result<Vec<MentionRow>> {
        let rows = mention::Entity::find()
            .filter(M::PersonId.eq(actor.id.0))
            .filter(M::SeenAt.is_null())
            .order_by_desc(M::At)
            .order_by_desc(M::Id)
            .limit(SHOWN)
            .all(self.db())
            .await?;
        let org = self.require_org()?;
        let mut abouts = About::of_all(self.db(), rows.iter().map(|row| row.follow_up_id)).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let Some((said, at)) = abouts.remove(&row.follow_up_id) else { continue };
            if !at.is_seen_by(self.db(), actor).await {
                continue;
            }
            let name = if at.customer.short_name.is_empty() { at.customer.name } else { at.customer.short_name };
            found.push(MentionRow {
                id: MentionId(row.id),
                by: org.name_of(UserId(said.by_id)),
                at: row.at,
                customer: CustomerId(at.customer.id),
                customer_name: name,
                deal: at.deal.map(|deal| (DealId(deal.id), deal.title)),
                text: excerpt(&said.content),
            });
        }
        Ok(found)
    }

    /// The actor has seen that they were named.
    pub async fn see_mention(&self, by: &Actor, request: RequestId, form: SeenForm) -> Result<MentionId> {
        let granted = grant_any(by, Action::KeepViews)?;
        let id = MentionId::parse(&form.mention).ok_or(StoreError::NotFound)?;
        self.write(by, request, move |work| async move {
            let row = mention::Entity::find_by_id(id.0).filter(M::PersonId.eq(work.by.id.0)).one(work.tx()).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            if row.seen_at.is_none() {
                let change = mention::ActiveModel { id: Set(row.id), seen_at: Set(Some(work.now)), ..Default::default() };
                mention::Entity::update(change).exec(work.tx()).await?;
                work.audit(granted, "mention", row.id, &serde_json::json!({ "seen": row.follow_up_id }))?;
            }
            Ok(id)
        })
        .await
    }
}

/// What a follow-up is about.
struct About {
    customer: customer::Model,
    deal: Option<deal::Model>,
}

impl About {
    async fn of(db: &impl ConnectionTrait, said: &follow_up::Model) -> Result<Option<Self>> {
        let Some(customer) = customer::Entity::find_by_id(said.customer_id).one(db).await? else { return Ok(None) };
        let deal = match said.deal_id {
            Some(id) => deal::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        Ok(Some(Self { customer, deal }))
    }

    /// Of these follow-ups, each with what it says, in three questions however many they are.
    async fn of_all(db: &impl ConnectionTrait, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, (follow_up::Model, Self)>> {
        let said = follow_up::Entity::find().filter(follow_up::Column::Id.is_in(ids)).all(db).await?;
        let of: HashSet<Uuid> = said.iter().map(|row| row.customer_id).collect();
        let customers = customer::Entity::find().filter(customer::Column::Id.is_in(of)).all(db).await?;
        let of: HashSet<Uuid> = said.iter().filter_map(|row| row.deal_id).collect();
        let deals = deal::Entity::find().filter(deal::Column::Id.is_in(of)).all(db).await?;
        let customers: HashMap<Uuid, customer::Model> = customers.into_iter().map(|row| (row.id, row)).collect();
        let deals: HashMap<Uuid, deal::Model> = deals.into_iter().map(|row| (row.id, row)).collect();
        let about = |row: follow_up::Model| {
            let customer = customers.get(&row.customer_id)?.clone();
            let deal = row.deal_id.and_then(|id| deals.get(&id).cloned());
            Some((row.id, (row, Self { customer, deal })))
        };
        Ok(said.into_iter().filter_map(about).collect())
    }

    async fn is_seen_by(&self, db: &impl ConnectionTrait, actor: &Actor) -> bool {
        match &self.deal {
            Some(deal) => grant(actor, Action::ReadDeals, &deal_ownership(deal)).is_ok(),
            None => helpers::may(db, actor, Action::ReadCustomers, &self.customer).await.is_ok(),
        }
    }
}

fn of_text(org: &Org, text: &str) -> Named {
    let nameable = |person: &domain::org::Person| Nameable { id: person.id, name: person.name.clone(), email: person.email.clone() };
    named(text, &org.active().into_iter().map(nameable).collect::<Vec<_>>())
}

/// Tells those who are named in a follow-up that was just written.
pub(crate) async fn note(work: &Work, id: Uuid, text: &str) -> Result<()> {
    if !may_name(text) {
        return Ok(());
    }
    let Some(org) = org::load(work.tx()).await? else { return Ok(()) };
    let people = of_text(&org, text).people;
    if people.is_empty() {
        return Ok(());
    }
    let said = follow_up::Entity::find_by_id(id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let Some(about) = About::of(work.tx(), &said).await? else { return Ok(()) };
    let mut rows = Vec::new();
    for person in people.into_iter().filter(|person| *person != work.by.id) {
        let Some(member) = org.people.get(&person) else { continue };
        if about.is_seen_by(work.tx(), &member.actor).await {
            rows.push(mention::ActiveModel {
                id: Set(work.new_id()),
                follow_up_id: Set(id),
                person_id: Set(person.0),
                at: Set(said.at),
                seen_at: Set(None),
            });
        }
    }
    if !rows.is_empty() {
        mention::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

/// The mentions of a follow-up that is taken back.
pub(crate) async fn forget(work: &Work, id: Uuid) -> Result<()> {
    mention::Entity::delete_many().filter(M::FollowUpId.eq(id)).exec(work.tx()).await?;
    Ok(())
}
