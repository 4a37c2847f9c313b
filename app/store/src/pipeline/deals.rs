//! The list of deals, one deal's page, and its form.

use super::board::ownership;
use super::moves::{deal_change, insert_transition, load, may_write, stages_now, top_of};
use super::{CardRow, cards, conditions, filtered, read, team_units};
use crate::entity::{contact, deal, follow_up, product, stage_transition};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::write::Work;
use crate::{Store, paging, scope};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::ids::{ContactId, DealId, FollowUpId, PipelineId, ProductId, RequestId, StageId, UnitId, UserId};
use domain::money::{Currency, Money};
use domain::page::{Cursor, PAGE_ROWS, Page, Sort};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::{DealDraft, DealForm};
use domain::pipeline::{
    Choices, DealContact, DealDetail, DealRow, DealSort, Event, Happening, LostReason, Outcome, Product, Source, StageKind, TransitionKind,
};
use domain::policy::{Action, Actor, Granted, Ownership, Rows, Scope, grant, grant_any, reach, scope as scope_of};
use domain::violation::{Violation, parse_date};
use domain::work::FollowUpKind;
use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashSet;
use uuid::Uuid;

/// Entries of a timeline that a page shows; older ones are history.
const TIMELINE: u64 = domain::work::TIMELINE_MAX as u64;

impl Store {
    /// One page of the deals in scope.
    pub async fn deals(&self, actor: &Actor, filter: &DealFilter, sort: Sort<DealSort>, after: Option<&str>) -> Result<Page<DealRow>> {
        let rows_in_filter = self.in_filter(actor, filter)?;
        let generation = self.hub.generation();
        let key = format!("deals {:?} {filter:?} {}", scope_of(actor, Action::ReadDeals)?, self.clock.today());
        let total = match self.boards.total(generation, &key) {
            Some(total) => total,
            None => {
                let count = filtered(filter).filter(rows_in_filter).count(self.db()).await?;
                let total = i64::try_from(count).unwrap_or(i64::MAX);
                self.boards.keep_total(generation, key, total);
                total
            }
        };
        let (rows, next) = self.deal_rows(actor, filter, sort, after, PAGE_ROWS).await?;
        Ok(Page { rows, total, next })
    }

    /// The deals in scope that a list narrows to.
    pub(super) fn in_filter(&self, actor: &Actor, filter: &DealFilter) -> Result<Condition> {
        use deal::Column as D;
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        Ok(Condition::all()
            .add(scope::deals(&scope))
            .add(conditions(filter, self.clock.today(), &team_units(filter, &org)))
            .add_option(filter.pipeline.map(|v| D::PipelineId.eq(v.0)))
            .add_option(filter.stage.map(|v| D::StageId.eq(v.0)))
            .add_option(filter.outcome.map(|v| D::Outcome.eq(v.code()))))
    }

    /// At most `limit` deals of the list behind a cursor, and the cursor of
    /// those after them.
    pub(crate) async fn deal_rows(
        &self,
        actor: &Actor,
        filter: &DealFilter,
        sort: Sort<DealSort>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<DealRow>, Option<String>)> {
        use deal::Column as D;
        let org = self.require_org()?;
        let order = if sort.descending { Order::Desc } else { Order::Asc };
        let column = sort_column(sort.column);
        let mut query = cards().filter(self.in_filter(actor, filter)?).limit(limit + 1);
        // Only where there can be none: PostgreSQL finds no index for the words
        // "nulls last" with an order that has its nulls first.
        query = if may_be_empty(sort.column) {
            query.order_by_with_nulls(column, order.clone(), NullOrdering::Last)
        } else {
            query.order_by(column, order.clone())
        }
        .order_by(D::Id, order);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            query = query.filter(behind(&cursor, sort).ok_or_else(|| StoreError::refused("after", "bad_request"))?);
        }
        // The sort value of the last row makes the cursor; it may not be on the card.
        let mut found: Vec<Sorted> =
            query.columns([D::UnitId, D::ProductId, D::Source, D::UpdatedAt, D::CreatedAt]).into_model::<Sorted>().all(self.db()).await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| last.cursor(sort.column).encode());
        let rows = found.into_iter().map(|row| row.into_row(&org)).collect::<Result<_>>()?;
        Ok((rows, next))
    }

    /// A deal with everything its page shows.
    pub async fn deal(&self, actor: &Actor, id: DealId) -> Result<DealDetail> {
        let org = self.require_org()?;
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let owned = ownership(&row);
        grant(actor, Action::ReadDeals, &owned)?;
        let stages = self.stages().await?;
        let lead = self.lead_standing(actor, &org, &stages, &row).await?;
        let pooled = row.pool_id.is_some();
        let product = match row.product_id {
            Some(id) => product::Entity::find_by_id(id).one(self.db()).await?.map(into_product).transpose()?,
            None => None,
        };
        let contact = match row.contact_id {
            Some(id) => contact::Entity::find_by_id(id).one(self.db()).await?.map(|c| DealContact {
                id: ContactId(c.id),
                name: c.name,
                phone: c.phone,
                email: c.email,
            }),
            None => None,
        };
        let book = self.rate_book().await?;
        let value = crate::rates::value_of(&book, &row, actor, self.clock.today())?;
        Ok(DealDetail {
            card: super::card(self.db(), id, &org).await?,
            pipeline: PipelineId(row.pipeline_id),
            stages: stages.of(PipelineId(row.pipeline_id)),
            product,
            contact,
            source: read("source", &row.source, Source::parse)?,
            lost_reason: row.lost_reason.as_deref().map(|code| read("lost reason", code, LostReason::parse)).transpose()?,
            close_note: row.close_note,
            competitor: row.competitor,
            note: row.note,
            pushes: row.pushes,
            created_at: row.created_at,
            updated_at: row.updated_at,
            may_write: !pooled && grant(actor, Action::WriteDeals, &owned).is_ok(),
            pooled,
            lead,
            may_log: may_log(actor, &owned),
            value,
            timeline: timeline(self.db(), &[id.0], None, &org).await?,
        })
    }

    /// What filters and forms of this person offer.
    pub async fn deal_choices(&self, actor: &Actor) -> Result<Choices> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        let stages = self.stages().await?;
        let products = product::Entity::find().order_by_asc(product::Column::Code).all(self.db()).await?;
        let inside = |unit| match scope.rows() {
            Rows::OwnedBy(_) => unit == actor.unit,
            Rows::InUnits(units) => units.contains(&unit),
            Rows::All => true,
        };
        Ok(Choices {
            owners: org
                .active()
                .into_iter()
                .filter(|p| scope.contains(&Ownership { owner: Some(p.id), unit: p.unit }))
                .filter(|p| domain::policy::reach(p.role, Action::WriteDeals).is_some())
                .map(|p| (p.id, p.name.clone()))
                .collect(),
            teams: org.units.iter().filter(|u| inside(u.id)).map(|u| (u.id, u.name.clone())).collect(),
            products: products.into_iter().map(into_product).collect::<Result<_>>()?,
            pipelines: stages.pipelines.clone(),
            stages: stages.stages.clone(),
        })
    }

    /// The form of a deal as it is, for editing.
    pub async fn deal_form(&self, actor: &Actor, id: DealId) -> Result<DealForm> {
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::WriteDeals, &ownership(&row))?;
        let day = |date: Option<NaiveDate>| date.map(|d| d.to_string()).unwrap_or_default();
        let id_of = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let stage_probability = self.stages().await?.get(StageId(row.stage_id))?.probability_bp;
        Ok(DealForm {
            id: row.id.to_string(),
            version: row.version,
            request: String::new(),
            title: row.title,
            customer: row.customer_id.to_string(),
            contact: id_of(row.contact_id),
            owner: row.owner_id.to_string(),
            product: id_of(row.product_id),
            source: row.source,
            // Filled in by the page, which knows how amounts are written.
            amount: row.amount_minor.to_string(),
            currency: row.currency,
            expected_close_on: day(row.expected_close_on),
            probability: if row.probability_bp == stage_probability { String::new() } else { percent(row.probability_bp) },
            pipeline: row.pipeline_id.to_string(),
            stage: row.stage_id.to_string(),
            first_contact_on: row.first_contact_on.to_string(),
            competitor: row.competitor,
            note: row.note,
            next_step: row.next_step,
            next_on: day(row.next_on),
        })
    }

    /// Adds a deal or changes one. `parse_amount` reads amounts as typed.
    pub async fn save_deal(
        &self,
        by: &Actor,
        request: RequestId,
        form: DealForm,
        parse_amount: fn(&str, &str) -> Option<i64>,
    ) -> Result<DealId> {
        let granted = grant_any(by, Action::WriteDeals)?;
        let draft = form.check(self.clock.today(), parse_amount)?;
        let org = self.require_org()?;
        let existing = DealId::parse(&form.id);
        let version = form.version;
        self.write(by, request, move |work| async move {
            match existing {
                None => insert(&work, granted, draft, &org).await,
                Some(id) => update(&work, id, version, draft, &org).await,
            }
        })
        .await
    }
}

fn may_log(actor: &Actor, owned: &Ownership) -> bool {
    grant(actor, Action::LogWork, owned).is_ok()
}

fn percent(bp: i32) -> String {
    if bp % 100 == 0 { (bp / 100).to_string() } else { format!("{}.{:02}", bp / 100, bp % 100) }
}

/// A card with the values by which lists are sorted, and those that only lists show.
#[derive(sea_orm::FromQueryResult)]
struct Sorted {
    #[sea_orm(nested)]
    card: CardRow,
    unit_id: Uuid,
    product_id: Option<Uuid>,
    source: String,
    updated_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl Sorted {
    fn into_row(self, org: &Org) -> Result<DealRow> {
        Ok(DealRow {
            card: self.card.into_card(org)?,
            source: read("source", &self.source, Source::parse)?,
            product: self.product_id.map(ProductId),
            team: org.unit_name(UnitId(self.unit_id)),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    fn cursor(&self, column: DealSort) -> Cursor {
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let day = |on: Option<NaiveDate>| on.map(|d| d.to_string()).unwrap_or_default();
        let value = match column {
            DealSort::Updated => instant(self.updated_at),
            DealSort::Created => instant(self.created_at),
            DealSort::Amount => self.card.amount_minor.to_string(),
            DealSort::Close => day(self.card.expected_close_on),
            DealSort::Next => day(self.card.next_on),
            DealSort::Title => self.card.title.clone(),
        };
        Cursor { value, id: self.card.id }
    }
}

/// Whether a deal may have no value in the column.
fn may_be_empty(column: DealSort) -> bool {
    matches!(column, DealSort::Close | DealSort::Next)
}

fn sort_column(column: DealSort) -> deal::Column {
    match column {
        DealSort::Updated => deal::Column::UpdatedAt,
        DealSort::Created => deal::Column::CreatedAt,
        DealSort::Amount => deal::Column::AmountMinor,
        DealSort::Close => deal::Column::ExpectedCloseOn,
        DealSort::Next => deal::Column::NextOn,
        DealSort::Title => deal::Column::Title,
    }
}

/// Rows behind the cursor in this order; rows without a value come last.
/// `None` for a cursor that belongs to another order.
fn behind(cursor: &Cursor, sort: Sort<DealSort>) -> Option<Condition> {
    let column = sort_column(sort.column);
    let value: SimpleExpr = match sort.column {
        DealSort::Updated | DealSort::Created => Expr::value(DateTime::parse_from_rfc3339(&cursor.value).ok()?.with_timezone(&Utc)),
        DealSort::Amount => Expr::value(cursor.value.parse::<i64>().ok()?),
        DealSort::Title => Expr::value(cursor.value.clone()),
        DealSort::Close | DealSort::Next if cursor.value.is_empty() => {
            let (id, last) = (Expr::col((deal::Entity, deal::Column::Id)), Expr::value(cursor.id));
            let beyond = if sort.descending { id.lt(last) } else { id.gt(last) };
            return Some(Condition::all().add(column.is_null()).add(beyond));
        }
        DealSort::Close | DealSort::Next => Expr::value(parse_date(&cursor.value)?),
    };
    let without = may_be_empty(sort.column).then(|| column.is_null());
    Some(Condition::any().add(paging::behind(column, deal::Column::Id, value, cursor.id, sort.descending)).add_option(without))
}

pub(crate) fn into_product(row: product::Model) -> Result<Product> {
    Ok(Product {
        id: ProductId(row.id),
        code: row.code,
        name_zh: row.name_zh,
        name_en: row.name_en,
        price: Money { minor: row.price_minor, currency: read("currency", &row.currency, Currency::parse)? },
        active: row.active,
        version: row.version,
    })
}

/// To whom one may give a deal: whoever's deals one may change, if that
/// person's role has deals at all.
pub(crate) fn new_owner(by: &Actor, org: &Org, owner: UserId) -> Result<(UserId, Uuid)> {
    let member = org.people.get(&owner).filter(|m| m.person.active).ok_or_else(|| StoreError::refused("owner", "unknown_value"))?;
    let unit = member.person.unit;
    let owned = Ownership { owner: Some(owner), unit };
    if reach(member.person.role, Action::WriteDeals).is_none() || grant(by, Action::WriteDeals, &owned).is_err() {
        return Err(StoreError::refused("owner", "forbidden"));
    }
    Ok((owner, unit.0))
}

/// What the deal refers to is there, and is the person's to refer to; its own
/// customer stays, whoever that belongs to by now.
async fn check_references(work: &Work, draft: &DealDraft, before: Option<&deal::Model>) -> Result<()> {
    if before.is_none_or(|row| row.customer_id != draft.customer.0) {
        let customer = crate::customers::living(work, draft.customer.0).await?;
        let Some(customer) = customer else { return Err(StoreError::refused("customer", "unknown_value")) };
        let owned = crate::customers::ownership(&customer);
        if grant(&work.by, Action::ReadCustomers, &owned).is_err() {
            return Err(StoreError::refused("customer", "unknown_value"));
        }
    }
    if let Some(id) = draft.contact {
        let contact = contact::Entity::find_by_id(id.0).one(work.tx()).await?;
        if contact.is_none_or(|c| c.customer_id != draft.customer.0) {
            return Err(StoreError::refused("contact", "unknown_value"));
        }
    }
    if let Some(id) = draft.product {
        if product::Entity::find_by_id(id.0).one(work.tx()).await?.is_none() {
            return Err(StoreError::refused("product", "unknown_value"));
        }
    }
    Ok(())
}

pub(crate) async fn insert(work: &Work, granted: Granted, draft: DealDraft, org: &Org) -> Result<DealId> {
    let (owner, unit) = new_owner(&work.by, org, draft.owner.unwrap_or(work.by.id))?;
    check_references(work, &draft, None).await?;
    let stages = stages_now(work).await?;
    let pipeline = stages.choose(draft.pipeline)?;
    let columns = stages.of(pipeline);
    let stage = match draft.stage {
        Some(id) => columns.iter().find(|s| s.id == id).ok_or_else(|| StoreError::refused("stage", "wrong_pipeline"))?,
        None => columns.first().ok_or(StoreError::NotFound)?,
    };
    if stage.kind != StageKind::Open {
        return Err(StoreError::refused("stage", "won_needs_details"));
    }
    let id = work.new_id();
    let row = deal::Model {
        id,
        funnel_id: work.new_id(),
        pipeline_id: pipeline.0,
        stage_id: stage.id.0,
        rank: top_of(work, stage.id).await?,
        title: draft.title,
        customer_id: draft.customer.0,
        contact_id: draft.contact.map(|v| v.0),
        owner_id: owner.0,
        unit_id: unit,
        product_id: draft.product.map(|v| v.0),
        source: draft.source.code().to_owned(),
        amount_minor: draft.amount.minor,
        currency: draft.amount.currency.code().to_owned(),
        probability_bp: draft.probability_bp.unwrap_or(stage.probability_bp),
        outcome: Outcome::Open.code().to_owned(),
        expected_close_on: draft.expected_close_on,
        closed_on: None,
        lost_reason: None,
        close_note: String::new(),
        competitor: draft.competitor,
        note: draft.note,
        next_step: draft.next_step,
        next_on: draft.next_on,
        first_contact_on: draft.first_contact_on.unwrap_or(work.today),
        stage_since: work.today,
        active_on: work.today,
        pushes: 0,
        created_at: work.now,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
        pool_id: None,
        frozen_rate: None,
        frozen_to: None,
        frozen_minor: None,
    };
    deal::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    insert_transition(work, &row, TransitionKind::Enter, None, Some(stage.id), "", None, None).await?;
    work.audit(granted, "deal", id, &serde_json::json!({ "created": row.title, "amount_minor": row.amount_minor, "owner": row.owner_id }))?;
    work.changed(deal_change(&row, 1, &work.by))?;
    Ok(DealId(id))
}

/// Changes facts; the stage is changed only by a move, which leaves history.
async fn update(work: &Work, id: DealId, version: i32, draft: DealDraft, org: &Org) -> Result<DealId> {
    let row = load(work, id, version).await?;
    let granted = may_write(work, &row)?;
    // A deal of somebody who has left can be mended without giving it away.
    let (owner, unit) = match draft.owner {
        Some(owner) if owner.0 != row.owner_id => new_owner(&work.by, org, owner)?,
        _ => (UserId(row.owner_id), row.unit_id),
    };
    check_references(work, &draft, Some(&row)).await?;
    if draft.customer.0 != row.customer_id && crate::contracts::bound(work, row.id).await? {
        return Err(StoreError::refused("customer", "has_contract"));
    }
    let stage_probability = stages_now(work).await?.get(StageId(row.stage_id))?.probability_bp;
    let is_open = row.outcome == Outcome::Open.code();
    if !is_open && (draft.amount.minor != row.amount_minor || draft.amount.currency.code() != row.currency) {
        return Err(vec![Violation::new("amount", "closed_deal")].into());
    }
    let pushed = matches!((row.expected_close_on, draft.expected_close_on), (Some(old), Some(new)) if new > old);
    let mut change = row.clone().into_active_model();
    change.title = Set(draft.title);
    change.customer_id = Set(draft.customer.0);
    change.contact_id = Set(draft.contact.map(|v| v.0));
    change.owner_id = Set(owner.0);
    change.unit_id = Set(unit);
    change.product_id = Set(draft.product.map(|v| v.0));
    change.source = Set(draft.source.code().to_owned());
    change.amount_minor = Set(draft.amount.minor);
    change.currency = Set(draft.amount.currency.code().to_owned());
    if is_open {
        change.probability_bp = Set(draft.probability_bp.unwrap_or(stage_probability));
    }
    change.expected_close_on = Set(draft.expected_close_on);
    change.competitor = Set(draft.competitor);
    change.note = Set(draft.note);
    change.next_step = Set(draft.next_step);
    change.next_on = Set(draft.next_on);
    change.first_contact_on = Set(draft.first_contact_on.unwrap_or(row.first_contact_on));
    change.pushes = Set(row.pushes + i32::from(pushed));
    change.version = Set(row.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    let saved = change.update(work.tx()).await?;
    let record = serde_json::json!({
        "before": { "title": row.title, "amount_minor": row.amount_minor, "owner": row.owner_id, "expected_close_on": row.expected_close_on },
        "after": { "title": saved.title, "amount_minor": saved.amount_minor, "owner": saved.owner_id, "expected_close_on": saved.expected_close_on },
    });
    work.audit(granted, "deal", row.id, &record)?;
    crate::pool::deal_changed_hands(work, &row, &saved).await?;
    work.changed(deal_change(&saved, saved.version, &work.by))?;
    if saved.owner_id != row.owner_id {
        // Listeners who may no longer see it hear of it too, to let it go.
        work.changed(deal_change(&row, saved.version, &work.by))?;
    }
    Ok(id)
}

/// Follow-ups and stage history of some deals, newest first; with a customer
/// also the follow-ups about it, but for those of deals outside `scope`.
pub(crate) async fn timeline(
    db: &impl ConnectionTrait,
    deals: &[Uuid],
    of_customer: Option<(Uuid, Option<&Scope>)>,
    org: &Org,
) -> Result<Vec<Event>> {
    let mut titles: Vec<(Uuid, String)> = Vec::new();
    if of_customer.is_some() && !deals.is_empty() {
        titles = deal::Entity::find()
            .select_only()
            .columns([deal::Column::Id, deal::Column::Title])
            .filter(deal::Column::Id.is_in(deals.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
    }
    let named =
        |id: Option<Uuid>| id.and_then(|id| titles.iter().find(|(known, _)| *known == id).map(|(id, title)| (DealId(*id), title.clone())));
    let name = |id: Option<Uuid>| id.map(|id| org.name_of(UserId(id))).unwrap_or_default();

    let which = match of_customer {
        None => Condition::all().add(follow_up::Column::DealId.is_in(deals.iter().copied())),
        Some((customer, scope)) => {
            let in_scope = scope.map(|scope| {
                let deals = deal::Entity::find()
                    .select_only()
                    .column(deal::Column::Id)
                    .filter(deal::Column::CustomerId.eq(customer))
                    .filter(scope::deals(scope));
                follow_up::Column::DealId.in_subquery(deals.into_query())
            });
            let visible = Condition::any().add(follow_up::Column::DealId.is_null()).add_option(in_scope);
            Condition::all().add(follow_up::Column::CustomerId.eq(customer)).add(visible)
        }
    };
    let follow_ups = follow_up::Entity::find().filter(which).order_by_desc(follow_up::Column::At).limit(TIMELINE).all(db).await?;
    let history = stage_transition::Entity::find()
        .filter(stage_transition::Column::DealId.is_in(deals.iter().copied()))
        .order_by_desc(stage_transition::Column::At)
        .order_by_desc(stage_transition::Column::Id)
        .limit(TIMELINE)
        .all(db)
        .await?;
    let undone: HashSet<Uuid> = history.iter().filter_map(|t| t.undoes).collect();
    let mut events = Vec::with_capacity(follow_ups.len() + history.len());
    for f in follow_ups {
        let kind = read("follow-up kind", &f.kind, FollowUpKind::parse)?;
        events.push(Event {
            at: f.at,
            by: name(Some(f.by_id)),
            deal: named(f.deal_id),
            what: Happening::FollowUp { id: FollowUpId(f.id), kind, content: f.content, next_step: f.next_step, next_on: f.next_on },
        });
    }
    for t in history {
        let kind = read("transition kind", &t.kind, TransitionKind::parse)?;
        let what = Happening::Stage {
            kind,
            from: t.from_stage_id.map(StageId),
            to: t.to_stage_id.map(StageId),
            note: t.note,
            undone: undone.contains(&t.id),
        };
        events.push(Event { at: t.at, by: name(t.by_id), deal: named(Some(t.deal_id)), what });
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(usize::try_from(TIMELINE).unwrap_or(usize::MAX));
    Ok(events)
}
