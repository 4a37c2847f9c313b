//! Needs and opinions: who sees to them, and where they stand. Seen by who may log work on
//! the customer, and by the one to whom they are routed.

use super::need;
use crate::Store;
use crate::customers::ownership;
use crate::entity::{customer, person};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::paging::behind;
use crate::pipeline::read;
use crate::scope;
use crate::write::Work;
use chrono::NaiveDate;
use domain::ids::{CustomerId, NeedId, RequestId, UnitId, UserId, VisitId};
use domain::page::{Cursor, PAGE_ROWS, Page};
use domain::policy::{Action, Actor, Granted, Ownership, grant, grant_any, reach, scope as scope_of};
use domain::violation::parse_date;
use domain::visits::needs::{ItemDraft, NeedFilter, NeedForm, NeedKind, NeedList, NeedRow, NeedShown, NeedStatus};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};

fn to_customer() -> RelationDef {
    need::Entity::belongs_to(customer::Entity).from(need::Column::CustomerId).to(customer::Column::Id).into()
}

/// Everybody who may log work, by name.
pub(super) fn routable(org: &Org) -> Vec<(UserId, String)> {
    let works = |person: &&&domain::org::Person| reach(person.role, Action::LogWork).is_some();
    org.active().iter().filter(works).map(|person| (person.id, person.name.clone())).collect()
}

fn conditions(filter: &NeedFilter, org: &Org, today: NaiveDate) -> Condition {
    use need::Column as N;
    let shown = filter.shown.unwrap_or(NeedShown::Unsettled);
    let codes = |statuses: &'static [NeedStatus]| statuses.iter().map(|status| status.code());
    let late = || Condition::all().add(N::DueOn.lt(today)).add(N::Status.is_in(codes(NeedShown::Unsettled.statuses())));
    Condition::all()
        .add(N::Status.is_in(codes(shown.statuses())))
        .add_option(filter.kind.map(|kind| N::Kind.eq(kind.code())))
        .add_option(filter.owner.map(|owner| N::OwnerId.eq(owner.0)))
        .add_option(filter.customer.map(|id| N::CustomerId.eq(id.0)))
        .add_option(filter.team.map(|team| customer::Column::UnitId.is_in(org.below(team).into_iter().map(|unit| unit.0))))
        .add_option(filter.overdue.then(late))
}

impl Store {
    /// What the actor may see of them.
    fn needs_in_scope(&self, actor: &Actor) -> Result<Select<need::Entity>> {
        let scope = scope_of(actor, Action::LogWork)?;
        let seen = Condition::any().add(scope::customers(&scope)).add(need::Column::OwnerId.eq(actor.id.0));
        Ok(need::Entity::find().join(JoinType::InnerJoin, to_customer()).filter(seen))
    }

    /// A page of needs and opinions, those due first, first.
    /// `edit`: an item that is wanted whatever the filter.
    pub async fn needs(&self, actor: &Actor, filter: &NeedFilter, after: Option<&str>, edit: Option<NeedId>) -> Result<NeedList> {
        use need::Column as N;
        let org = self.require_org()?;
        let narrowed = self.needs_in_scope(actor)?.filter(conditions(filter, &org, self.clock.today()));
        let total = i64::try_from(narrowed.count(self.db()).await?).unwrap_or(i64::MAX);
        let (rows, next) = self.need_rows(actor, filter, after, PAGE_ROWS).await?;
        let edited = match edit {
            None => None,
            Some(id) => {
                let found = self.needs_in_scope(actor)?.filter(N::Id.eq(id.0)).select_also(customer::Entity).one(self.db()).await?;
                found.map(|(row, of)| need_row(actor, &org, row, of)).transpose()?
            }
        };
        Ok(NeedList { page: Page { rows, total, next }, people: routable(&org), edited })
    }

    /// At most `limit` of them behind a cursor, and the cursor of those after them.
    pub(crate) async fn need_rows(
        &self,
        actor: &Actor,
        filter: &NeedFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<NeedRow>, Option<String>)> {
        use need::Column as N;
        let org = self.require_org()?;
        let narrowed = self.needs_in_scope(actor)?.filter(conditions(filter, &org, self.clock.today()));
        let mut query = narrowed.order_by_with_nulls(N::DueOn, Order::Asc, NullOrdering::Last).order_by_asc(N::Id).limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let beyond = if cursor.value.is_empty() {
                Condition::all().add(N::DueOn.is_null()).add(N::Id.gt(cursor.id))
            } else {
                let on = parse_date(&cursor.value).ok_or_else(|| StoreError::refused("after", "bad_request"))?;
                Condition::any().add(behind(N::DueOn, N::Id, on, cursor.id, false)).add(N::DueOn.is_null())
            };
            query = query.filter(beyond);
        }
        let mut rows: Vec<(need::Model, Option<customer::Model>)> = query.select_also(customer::Entity).all(self.db()).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let cursor = |row: &need::Model| Cursor { value: row.due_on.map(|on| on.to_string()).unwrap_or_default(), id: row.id }.encode();
        let next = rows.last().filter(|_| more).map(|(row, _)| cursor(row));
        Ok((rows.into_iter().map(|(row, of)| need_row(actor, &org, row, of)).collect::<Result<_>>()?, next))
    }

    /// Changes where an item stands, who sees to it and until when.
    pub async fn save_need(&self, by: &Actor, request: RequestId, form: NeedForm) -> Result<NeedId> {
        grant_any(by, Action::LogWork)?;
        let id = NeedId::parse(form.id.trim()).ok_or(StoreError::NotFound)?;
        let people = routable(&*self.require_org()?);
        self.write(by, request, move |work| async move { save(&work, id, &form, &people).await }).await
    }

    /// Unsettled items that are routed to the actor, with how many of them are late.
    pub(crate) async fn needs_of_mine(&self, actor: &Actor) -> Result<(Vec<NeedRow>, i64, i64)> {
        let filter = NeedFilter { owner: Some(actor.id), ..NeedFilter::default() };
        let found = self.needs(actor, &filter, None, None).await?;
        let late = NeedFilter { overdue: true, ..filter };
        let org = self.require_org()?;
        let late = self.needs_in_scope(actor)?.filter(conditions(&late, &org, self.clock.today())).count(self.db()).await?;
        Ok((found.page.rows, found.page.total, i64::try_from(late).unwrap_or(i64::MAX)))
    }
}

fn need_row(actor: &Actor, org: &Org, row: need::Model, of: Option<customer::Model>) -> Result<NeedRow> {
    let of = of.ok_or_else(|| StoreError::Internal(format!("need {} without its customer", row.id)))?;
    let owned = ownership(&of);
    Ok(NeedRow {
        id: NeedId(row.id),
        version: row.version,
        kind: read("kind of need", &row.kind, NeedKind::parse)?,
        text: row.body,
        status: read("status of need", &row.status, NeedStatus::parse)?,
        reason: row.reason,
        customer: CustomerId(row.customer_id),
        customer_name: if of.short_name.is_empty() { of.name } else { of.short_name },
        owner: UserId(row.owner_id),
        owner_name: org.name_of(UserId(row.owner_id)),
        due_on: row.due_on,
        created_at: row.created_at,
        by: row.created_by.map(|id| org.name_of(UserId(id))).unwrap_or_default(),
        may_change: row.owner_id == actor.id.0 || grant(actor, Action::LogWork, &owned).is_ok(),
        may_read_customer: grant(actor, Action::ReadCustomers, &owned).is_ok(),
    })
}

/// A further item of a customer.
pub(super) async fn insert_need(
    work: &Work,
    granted: Granted,
    customer: &customer::Model,
    visit: Option<VisitId>,
    item: &ItemDraft,
    owner: UserId,
) -> Result<NeedId> {
    let row = need::Model {
        id: work.new_id(),
        customer_id: customer.id,
        visit_id: visit.map(|id| id.0),
        kind: item.kind.code().to_owned(),
        body: item.text.clone(),
        owner_id: owner.0,
        status: NeedStatus::Open.code().to_owned(),
        reason: String::new(),
        due_on: item.due_on,
        created_at: work.now,
        created_by: Some(work.by.id.0),
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
    };
    let id = row.id;
    for change in changes(&row, customer, &work.by) {
        work.changed(change)?;
    }
    need::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    work.audit(
        granted,
        "need",
        id,
        &serde_json::json!({ "created": item.kind, "customer": customer.id, "owner": owner, "due_on": item.due_on }),
    )?;
    Ok(NeedId(id))
}

/// Items of a visit that is taken back.
pub(crate) async fn forget_needs_of(work: &Work, items: &[need::Model]) -> Result<()> {
    for item in items {
        need::Entity::delete_by_id(item.id).exec(work.tx()).await?;
        let customer = customer::Entity::find_by_id(item.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
        for change in changes(item, &customer, &work.by) {
            work.changed(change)?;
        }
    }
    Ok(())
}

async fn save(work: &Work, id: NeedId, form: &NeedForm, people: &[(UserId, String)]) -> Result<NeedId> {
    let row = need::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let customer = customer::Entity::find_by_id(row.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    // Whoever it is routed to sees to it, whoever's customer it is.
    let granted = if row.owner_id == work.by.id.0 {
        grant_any(&work.by, Action::LogWork)?
    } else {
        grant(&work.by, Action::LogWork, &ownership(&customer))?
    };
    if row.version != form.version {
        let by = match row.updated_by {
            Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
            None => String::new(),
        };
        return Err(StoreError::Stale { by, at: row.updated_at, version: row.version });
    }
    let from = read("status of need", &row.status, NeedStatus::parse)?;
    let draft = form.check(from, row.due_on, work.today)?;
    let owner = draft.owner.unwrap_or(UserId(row.owner_id));
    if owner.0 != row.owner_id && !people.iter().any(|(id, _)| *id == owner) {
        return Err(StoreError::refused("owner", "unknown_value"));
    }
    let record = serde_json::json!({
        "before": { "status": from, "owner": row.owner_id, "due_on": row.due_on, "reason": row.reason },
        "after": { "status": draft.status, "owner": owner, "due_on": draft.due_on, "reason": draft.reason },
    });
    let before = row.clone();
    let fresh = need::Model {
        owner_id: owner.0,
        status: draft.status.code().to_owned(),
        reason: draft.reason,
        due_on: draft.due_on,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: row.version + 1,
        ..row
    };
    fresh.clone().into_active_model().reset_all().update(work.tx()).await?;
    work.audit(granted, "need", id.0, &record)?;
    for change in changes(&fresh, &customer, &work.by) {
        work.changed(change)?;
    }
    if before.owner_id != fresh.owner_id {
        // Who had it hears that it is gone.
        work.changed(routed(&before, fresh.version, &work.by, before.owner_id, &customer))?;
    }
    Ok(id)
}

/// What is announced: for those who see the customer, and for whom it is routed to.
fn changes(row: &need::Model, customer: &customer::Model, by: &Actor) -> Vec<Change> {
    let owned = ownership(customer);
    let mut found = vec![announced(row, row.version, owned, by)];
    if owned.owner != Some(UserId(row.owner_id)) {
        found.push(routed(row, row.version, by, row.owner_id, customer));
    }
    found
}

fn routed(row: &need::Model, version: i32, by: &Actor, owner: sea_orm::prelude::Uuid, customer: &customer::Model) -> Change {
    announced(row, version, Ownership { owner: Some(UserId(owner)), unit: UnitId(customer.unit_id) }, by)
}

fn announced(row: &need::Model, version: i32, owned: Ownership, by: &Actor) -> Change {
    Change {
        topic: Topic::Need,
        id: row.id,
        version,
        owner: owned.owner,
        unit: Some(owned.unit),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}
