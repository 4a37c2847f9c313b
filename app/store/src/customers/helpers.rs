//! Who helps with a customer beside its owner: they see it, write follow-ups about it and add files,
//! and own nothing of it. Its deals, contracts and figures stay its owner's.
//!
//! Asked here are the page of a customer, its follow-ups and files, the list and the picker of
//! customers, and the search; everything else goes by scope alone, so that nobody's figures
//! count a customer of somebody else.

use super::{customer_change, living, ownership};
use crate::Store;
use crate::entity::{customer, customer_helper};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::scope;
use crate::write::Work;
use customer_helper::Column as H;
use domain::customers::HelperForm;
use domain::ids::{CustomerId, RequestId, UserId};
use domain::policy::{Action, Actor, Granted, Scope, can_help, grant, grant_any, grant_helper};
use domain::violation::Violation;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
};
use std::collections::HashSet;
use uuid::Uuid;

/// People who help with one customer; more are a team of their own.
const HELPERS_MAX: u64 = 20;

impl Store {
    /// Lets somebody help with a customer that one may change, or no longer.
    pub async fn set_helper(&self, by: &Actor, request: RequestId, form: HelperForm) -> Result<CustomerId> {
        grant_any(by, Action::WriteCustomers)?;
        let customer = CustomerId::parse(&form.customer).ok_or(StoreError::NotFound)?;
        let helper = UserId::parse(&form.helper);
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let row = living(&work, customer.0).await?.ok_or(StoreError::NotFound)?;
            let granted = grant(&work.by, Action::WriteCustomers, &ownership(&row))?;
            let helper = helper.ok_or_else(|| StoreError::refused("helper", "required"))?;
            work.alone(&format!("helpers {}", row.id)).await?;
            let there = customer_helper::Entity::find_by_id((row.id, helper.0)).one(work.tx()).await?.is_some();
            if form.gone == there {
                if form.gone {
                    customer_helper::Entity::delete_by_id((row.id, helper.0)).exec(work.tx()).await?;
                } else {
                    may_be(&work, &org, &row, helper).await?;
                    let new = customer_helper::ActiveModel {
                        customer_id: Set(row.id),
                        person_id: Set(helper.0),
                        at: Set(work.now),
                        by_id: Set(work.by.id.0),
                    };
                    customer_helper::Entity::insert(new).exec_without_returning(work.tx()).await?;
                }
                work.audit(granted, "customer", row.id, &serde_json::json!({ "helper": helper, "helps": !form.gone }))?;
                work.changed(customer_change(&row, &work.by))?;
            }
            Ok(customer)
        })
        .await
    }

    /// Who helps, and who could.
    pub(crate) async fn helpers(&self, row: &customer::Model, org: &Org, may_write: bool) -> Result<[Vec<(UserId, String)>; 2]> {
        let ids: HashSet<Uuid> = customer_helper::Entity::find()
            .select_only()
            .column(H::PersonId)
            .filter(H::CustomerId.eq(row.id))
            .into_tuple()
            .all(self.db())
            .await?
            .into_iter()
            .collect();
        let others = || org.active().into_iter().filter(|person| row.owner_id != Some(person.id.0) && can_help(person.role));
        let named = |person: &domain::org::Person| (person.id, person.name.clone());
        let helping = others().filter(|person| ids.contains(&person.id.0)).map(named).collect();
        let could = if may_write { others().filter(|person| !ids.contains(&person.id.0)).map(named).collect() } else { Vec::new() };
        Ok([helping, could])
    }

    /// The customers with which somebody helps.
    pub(crate) async fn helped(&self, actor: &Actor) -> Result<HashSet<Uuid>> {
        let rows: Vec<Uuid> = customer_helper::Entity::find()
            .select_only()
            .column(H::CustomerId)
            .filter(H::PersonId.eq(actor.id.0))
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().collect())
    }
}

/// Somebody active whose role works with customers, and who is not the owner.
async fn may_be(work: &Work, org: &Org, row: &customer::Model, helper: UserId) -> Result<()> {
    let member = org.people.get(&helper).filter(|member| member.person.active && can_help(member.person.role));
    if member.is_none() || row.owner_id == Some(helper.0) {
        return Err(StoreError::refused("helper", "unknown_value"));
    }
    let there = customer_helper::Entity::find().filter(H::CustomerId.eq(row.id)).count(work.tx()).await?;
    if there >= HELPERS_MAX {
        return Err(vec![Violation::new("helper", "helpers_many").with("max", HELPERS_MAX)].into());
    }
    Ok(())
}

/// May `actor` do `action` on a customer, by scope or since they help with it?
pub(crate) async fn may(db: &impl ConnectionTrait, actor: &Actor, action: Action, row: &customer::Model) -> Result<Granted> {
    let denied = match grant(actor, action, &ownership(row)) {
        Ok(granted) => return Ok(granted),
        Err(denied) => denied,
    };
    let Ok(granted) = grant_helper(actor, action) else { return Err(denied.into()) };
    let helps = customer_helper::Entity::find_by_id((row.id, actor.id.0)).one(db).await?.is_some();
    if helps { Ok(granted) } else { Err(denied.into()) }
}

/// Customers in scope, and those with which the actor helps.
pub(crate) fn seen(actor: &Actor, scope: &Scope) -> Condition {
    let helped = customer_helper::Entity::find().select_only().column(H::CustomerId).filter(H::PersonId.eq(actor.id.0));
    let helped = customer::Column::Id.in_subquery(helped.into_query());
    let living = Condition::all().add(customer::Column::MergedInto.is_null());
    living.add(Condition::any().add(scope::customers(scope)).add(helped))
}

/// Who helps with a customer that is merged helps with the one that stays; gives those who did
/// not already.
pub(crate) async fn take(work: &Work, from: Uuid, to: Uuid) -> Result<Vec<Uuid>> {
    let of = async |customer: Uuid| -> Result<Vec<customer_helper::Model>> {
        Ok(customer_helper::Entity::find().filter(H::CustomerId.eq(customer)).all(work.tx()).await?)
    };
    let known: HashSet<Uuid> = of(to).await?.into_iter().map(|row| row.person_id).collect();
    let moved: Vec<Uuid> = of(from).await?.into_iter().map(|row| row.person_id).filter(|person| !known.contains(person)).collect();
    put(work, &moved, from, to).await?;
    Ok(moved)
}

/// These go from one customer to the other.
pub(crate) async fn put(work: &Work, people: &[Uuid], from: Uuid, to: Uuid) -> Result<()> {
    customer_helper::Entity::update_many()
        .col_expr(H::CustomerId, sea_orm::sea_query::Expr::value(to))
        .filter(H::CustomerId.eq(from))
        .filter(H::PersonId.is_in(people.iter().copied()))
        .exec(work.tx())
        .await?;
    Ok(())
}
