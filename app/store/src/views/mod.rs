//! Saved views of lists: which somebody sees, keeping one under a name,
//! removing it with a way back, and what a person's list opens with.

mod table;

pub(crate) use table::{saved_view, saved_view_default};

use crate::Store;
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::write::Work;
use domain::ids::{RequestId, UnitId, UserId, ViewId};
use domain::policy::{Action, Actor, Granted, Ownership, Rows, grant, grant_any, scope};
use domain::views::{Audience, DefaultView, ListKind, RemoveView, SavedView, VIEWS_MAX, ViewDraft, ViewForm, tidy};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

/// Views that a menu shows: one's own and as many again that others share.
const SHOWN: u64 = 200;

impl Store {
    /// The views of a list that `actor` sees: their own, those of their unit and
    /// the units above it, and those for everybody. By name, one's own first.
    pub async fn views(&self, actor: &Actor, kind: ListKind) -> Result<Vec<SavedView>> {
        grant_any(actor, kind.action())?;
        let org = self.require_org()?;
        let default = saved_view_default::Entity::find_by_id((actor.id.0, kind.code().to_owned())).one(self.db()).await?;
        let rows = saved_view::Entity::find()
            .filter(saved_view::Column::Kind.eq(kind.code()))
            .filter(seen_by(actor, &org))
            .order_by_asc(saved_view::Column::Name)
            .order_by_asc(saved_view::Column::Id)
            .limit(SHOWN)
            .all(self.db())
            .await?;
        let mut found = rows
            .into_iter()
            .map(|row| {
                Ok(SavedView {
                    id: ViewId(row.id),
                    version: row.version,
                    // A part may have gone since the view was saved.
                    query: tidy(kind, &row.query),
                    audience: audience(&row)?,
                    owner_name: if row.owner_id == actor.id.0 { String::new() } else { org.name_of(UserId(row.owner_id)) },
                    may_change: grant(actor, Action::KeepViews, &ownership(&row)).is_ok(),
                    default: default.as_ref().is_some_and(|default| default.view_id == row.id),
                    name: row.name,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        found.sort_by_key(|view| !view.owner_name.is_empty());
        Ok(found)
    }

    /// Keeps a view under a name, or changes one. Gives the view's id and the
    /// query that is kept.
    pub async fn save_view(&self, by: &Actor, request: RequestId, form: ViewForm) -> Result<(ViewId, String)> {
        let draft = form.check(by.role)?;
        grant_any(by, draft.kind.action())?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            match draft.id {
                Some(id) => change(&work, &org, id, draft).await,
                None => add(&work, draft).await,
            }
        })
        .await
    }

    /// Removes a view, or takes that back; gives the new version. Lists that
    /// opened with it open with everything meanwhile.
    pub async fn remove_view(&self, by: &Actor, command: RemoveView) -> Result<i32> {
        let org = self.require_org()?;
        self.write(by, command.request, move |work| async move { remove(&work, &org, command).await }).await
    }

    /// Chooses what the list of `by` opens with.
    pub async fn default_view(&self, by: &Actor, command: DefaultView) -> Result<()> {
        grant_any(by, command.kind.action())?;
        let org = self.require_org()?;
        let request = command.request;
        self.write(by, request, move |work| async move {
            let view = match command.view.as_str() {
                "" => None,
                text => {
                    let row = found(&work, &org, ViewId::parse(text).ok_or(StoreError::NotFound)?, false).await?;
                    Some(ViewId(row.id)).filter(|_| row.kind == command.kind.code()).ok_or(StoreError::NotFound).map(Some)?
                }
            };
            let granted = grant_any(&work.by, Action::KeepViews)?;
            open_with(&work, granted, command.kind, view).await?;
            work.changed(view_change(&work.by, work.by.id.0, 0, Audience::Me))
        })
        .await
    }
}

/// Views that are there and that `actor` sees.
fn seen_by(actor: &Actor, org: &Org) -> Condition {
    use saved_view::Column as C;
    let above = above(org, actor.unit).into_iter().map(|unit| unit.0);
    let shared = Condition::any()
        .add(C::OwnerId.eq(actor.id.0))
        .add(C::Audience.eq(Audience::Everybody.code()))
        .add(Condition::all().add(C::Audience.eq(Audience::Unit.code())).add(C::UnitId.is_in(above)));
    Condition::all().add(C::RemovedAt.is_null()).add(shared)
}

/// A unit and every unit above it.
fn above(org: &Org, unit: UnitId) -> Vec<UnitId> {
    let mut found = vec![unit];
    while let Some(parent) = found.last().and_then(|last| org.units.iter().find(|u| u.id == *last)).and_then(|u| u.parent) {
        // A loop in the tree would never end.
        if found.contains(&parent) {
            break;
        }
        found.push(parent);
    }
    found
}

fn audience(row: &saved_view::Model) -> Result<Audience> {
    Audience::parse(&row.audience).ok_or_else(|| StoreError::Internal(format!("unknown audience in the database: {}", row.audience)))
}

fn ownership(row: &saved_view::Model) -> Ownership {
    Ownership { owner: Some(UserId(row.owner_id)), unit: UnitId(row.unit_id) }
}

/// The view, locked, if it is there for the one who works; `removed`: or if
/// they may bring it back, which who removed it may.
async fn found(work: &Work, org: &Org, id: ViewId, removed: bool) -> Result<saved_view::Model> {
    use saved_view::Column as C;
    let all = matches!(scope(&work.by, Action::KeepViews)?.rows(), Rows::All);
    let theirs = Condition::any().add(C::OwnerId.eq(work.by.id.0)).add_option(all.then(|| C::Audience.ne(Audience::Me.code())));
    let gone = Condition::all().add(C::RemovedAt.is_not_null()).add(theirs);
    let seen = Condition::any().add(seen_by(&work.by, org)).add_option(removed.then_some(gone));
    let rows = saved_view::Entity::find_by_id(id.0).filter(seen).lock_exclusive();
    rows.one(work.tx()).await?.ok_or(StoreError::NotFound)
}

async fn add(work: &Work, draft: ViewDraft) -> Result<(ViewId, String)> {
    let granted = grant_any(&work.by, Action::KeepViews)?;
    let kept = saved_view::Entity::find()
        .filter(saved_view::Column::OwnerId.eq(work.by.id.0))
        .filter(saved_view::Column::Kind.eq(draft.kind.code()))
        .filter(saved_view::Column::RemovedAt.is_null());
    if kept.count(work.tx()).await? >= VIEWS_MAX as u64 {
        return Err(vec![Violation::new("", "too_many_views").with("max", VIEWS_MAX)].into());
    }
    let id = ViewId(work.new_id());
    let row = saved_view::Model {
        id: id.0,
        owner_id: work.by.id.0,
        unit_id: work.by.unit.0,
        kind: draft.kind.code().to_owned(),
        name: draft.name,
        query: draft.query,
        audience: draft.audience.code().to_owned(),
        removed_at: None,
        created_at: work.now,
        updated_at: work.now,
        version: 1,
    };
    saved_view::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    if draft.default {
        open_with(work, granted, draft.kind, Some(id)).await?;
    }
    work.audit(granted, "saved_view", id.0, &serde_json::json!({ "created": row.name, "query": row.query, "audience": row.audience }))?;
    work.changed(view_change(&work.by, row.owner_id, 1, draft.audience))?;
    Ok((id, row.query))
}

async fn change(work: &Work, org: &Org, id: ViewId, draft: ViewDraft) -> Result<(ViewId, String)> {
    let row = found(work, org, id, false).await?;
    let granted = grant(&work.by, Action::KeepViews, &ownership(&row))?;
    if row.kind != draft.kind.code() {
        return Err(StoreError::NotFound);
    }
    if row.version != draft.version {
        return Err(work.stale(row.id, row.version).await?);
    }
    let mut change = row.clone().into_active_model();
    change.name = Set(draft.name.clone());
    change.query = Set(draft.query.clone());
    change.audience = Set(draft.audience.code().to_owned());
    if row.owner_id == work.by.id.0 {
        change.unit_id = Set(work.by.unit.0);
    }
    change.updated_at = Set(work.now);
    change.version = Set(row.version + 1);
    change.update(work.tx()).await?;
    let record = serde_json::json!({
        "before": { "name": row.name, "query": row.query, "audience": row.audience },
        "after": { "name": draft.name, "query": draft.query, "audience": draft.audience },
    });
    work.audit(granted, "saved_view", row.id, &record)?;
    work.changed(view_change(&work.by, row.owner_id, row.version + 1, audience(&row)?.max(draft.audience)))?;
    Ok((id, draft.query))
}

async fn remove(work: &Work, org: &Org, command: RemoveView) -> Result<i32> {
    let row = found(work, org, command.view, !command.removed).await?;
    let granted = grant(&work.by, Action::KeepViews, &ownership(&row))?;
    if row.version != command.version {
        return Err(work.stale(row.id, row.version).await?);
    }
    let version = row.version + 1;
    let mut change = row.clone().into_active_model();
    change.removed_at = Set(command.removed.then_some(work.now));
    change.updated_at = Set(work.now);
    change.version = Set(version);
    change.update(work.tx()).await?;
    work.audit(granted, "saved_view", row.id, &serde_json::json!({ "removed": command.removed }))?;
    work.changed(view_change(&work.by, row.owner_id, version, audience(&row)?))?;
    Ok(version)
}

/// One default for each person and list.
async fn open_with(work: &Work, granted: Granted, kind: ListKind, view: Option<ViewId>) -> Result<()> {
    use saved_view_default::Column as C;
    let person = work.by.id.0;
    match view {
        Some(view) => {
            let row = saved_view_default::ActiveModel { person_id: Set(person), kind: Set(kind.code().to_owned()), view_id: Set(view.0) };
            let again = OnConflict::columns([C::PersonId, C::Kind]).update_column(C::ViewId).to_owned();
            saved_view_default::Entity::insert(row).on_conflict(again).exec_without_returning(work.tx()).await?;
        }
        None => {
            saved_view_default::Entity::delete_by_id((person, kind.code().to_owned())).exec(work.tx()).await?;
        }
    }
    work.audit(granted, "saved_view_default", person, &serde_json::json!({ "kind": kind, "view": view }))
}

/// Whoever may see the view hears of it: its owner, or everybody, who then ask
/// for what they may see.
fn view_change(by: &Actor, owner: uuid::Uuid, version: i32, audience: Audience) -> Change {
    let private = audience == Audience::Me;
    Change {
        topic: Topic::View,
        id: owner,
        version,
        owner: private.then_some(UserId(owner)),
        unit: private.then_some(by.unit),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}
