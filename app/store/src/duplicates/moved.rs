//! What refers to a customer, and goes with it to another one and back.
//!
//! The tables come from the database's own catalogue: a table of tomorrow that
//! refers to customers and is not known here keeps a customer from being merged,
//! as long as it has rows about it.

use crate::entity::{contact, deal, follow_up, task};
use crate::error::Result;
use crate::imports::referring;
use crate::pipeline::moves::deal_change;
use crate::tickets::ticket;
use crate::visits::{need, visit};
use crate::work::task_change;
use crate::write::Work;
use domain::violation::Violation;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Statement,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

/// Ids of one statement.
const BATCH: usize = 500;

/// References that move, by table and column.
const MOVE: [(&str, &str); 9] = [
    ("contact", "customer_id"),
    ("deal", "customer_id"),
    ("follow_up", "customer_id"),
    ("task", "customer_id"),
    ("visit", "customer_id"),
    ("need", "customer_id"),
    ("ticket", "customer_id"),
    ("attachment", "customer_id"),
    ("customer_helper", "customer_id"),
];
/// References that stay: history, which is shown with the customer that stayed, and
/// what says who was merged into whom.
const STAY: [(&str, &str); 12] = [
    ("tier_change", "customer_id"),
    ("owner_change", "customer_id"),
    ("pool_stay", "customer_id"),
    ("pool_hold", "customer_id"),
    ("survey_invitation", "customer_id"),
    ("survey_answer", "customer_id"),
    ("survey_plan", "customer_id"),
    ("check_in", "customer_id"),
    ("customer_radius", "customer_id"),
    ("customer", "merged_into"),
    ("customer_merge", "kept_id"),
    ("customer_merge", "gone_id"),
];

/// Which records came to the customer that stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moved {
    pub contacts: Vec<Uuid>,
    /// Of the contacts the one who was asked first, and no longer is.
    pub primary: Option<Uuid>,
    pub deals: Vec<Uuid>,
    pub follow_ups: Vec<Uuid>,
    pub tasks: Vec<Uuid>,
    /// Return visits go with their follow-ups, needs with their customer. Merges of before
    /// they were there name none; so with files and helpers.
    #[serde(default)]
    pub visits: Vec<Uuid>,
    #[serde(default)]
    pub needs: Vec<Uuid>,
    #[serde(default)]
    pub tickets: Vec<Uuid>,
    #[serde(default)]
    pub files: Vec<Uuid>,
    /// People who help with it.
    #[serde(default)]
    pub helpers: Vec<Uuid>,
}

impl Moved {
    pub fn counts(&self) -> [i64; 4] {
        [&self.contacts, &self.deals, &self.follow_ups, &self.tasks].map(|ids| i64::try_from(ids.len()).unwrap_or(i64::MAX))
    }
}

/// Refuses if something refers to the customer that nobody knows how to move.
pub(super) async fn refuse_unknown(work: &Work, gone: Uuid) -> Result<()> {
    let backend = work.tx().get_database_backend();
    for (table, column) in referring(work.tx(), "customer").await? {
        let place = (table.as_str(), column.as_str());
        if MOVE.contains(&place) || STAY.contains(&place) {
            continue;
        }
        // Names are of the catalogue, not of a person.
        let mark = if backend == sea_orm::DbBackend::Postgres { "$1" } else { "?" };
        let sql = format!("SELECT 1 FROM \"{table}\" WHERE \"{column}\" = {mark} LIMIT 1");
        if work.tx().query_one_raw(Statement::from_sql_and_values(backend, sql, [gone.into()])).await?.is_some() {
            return Err(vec![Violation::new("", "merge_unknown").with("table", &table)].into());
        }
    }
    Ok(())
}

/// Everything of `from` goes to `to`. Both rows are locked by the caller, so that
/// nothing new comes meanwhile.
pub(super) async fn take(work: &Work, from: Uuid, to: Uuid) -> Result<Moved> {
    let contacts = contact::Entity::find().filter(contact::Column::CustomerId.eq(from)).lock_exclusive().all(work.tx()).await?;
    let deals = ids_of_deals(work, deal::Column::CustomerId.eq(from)).await?;
    let tasks = task::Entity::find().filter(task::Column::CustomerId.eq(from)).lock_exclusive().all(work.tx()).await?;
    let follow_ups: Vec<Uuid> = follow_up::Entity::find()
        .select_only()
        .column(follow_up::Column::Id)
        .filter(follow_up::Column::CustomerId.eq(from))
        .into_tuple()
        .all(work.tx())
        .await?;
    let has_primary = contact::Entity::find()
        .filter(contact::Column::CustomerId.eq(to))
        .filter(contact::Column::IsPrimary.eq(true))
        .one(work.tx())
        .await?
        .is_some();
    let visits: Vec<Uuid> = visit::Entity::find()
        .select_only()
        .column(visit::Column::Id)
        .filter(visit::Column::CustomerId.eq(from))
        .into_tuple()
        .all(work.tx())
        .await?;
    let needs: Vec<Uuid> = need::Entity::find()
        .select_only()
        .column(need::Column::Id)
        .filter(need::Column::CustomerId.eq(from))
        .lock_exclusive()
        .into_tuple()
        .all(work.tx())
        .await?;
    let tickets: Vec<Uuid> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::CustomerId.eq(from))
        .lock_exclusive()
        .into_tuple()
        .all(work.tx())
        .await?;
    let moved = Moved {
        files: crate::files::take(work, from, to).await?,
        helpers: crate::customers::helpers::take(work, from, to).await?,
        visits,
        needs,
        tickets,
        primary: contacts.iter().find(|row| row.is_primary && has_primary).map(|row| row.id),
        contacts: contacts.iter().map(|row| row.id).collect(),
        deals,
        follow_ups,
        tasks: tasks.iter().map(|row| row.id).collect(),
    };
    for row in contacts {
        let primary = row.is_primary && !has_primary;
        put_contact(work, row, to, primary).await?;
    }
    put_deals(work, &moved.deals, to).await?;
    put_follow_ups(work, &moved.follow_ups, to).await?;
    put_tasks(work, tasks, to).await?;
    put_visits(work, &moved.visits, to).await?;
    put_needs(work, &moved.needs, to).await?;
    put_tickets(work, &moved.tickets, to).await?;
    Ok(moved)
}

async fn ids_of_deals(work: &Work, which: sea_orm::sea_query::SimpleExpr) -> Result<Vec<Uuid>> {
    let rows = deal::Entity::find().select_only().column(deal::Column::Id).filter(which).lock_exclusive();
    Ok(rows.into_tuple().all(work.tx()).await?)
}

async fn put_contact(work: &Work, row: contact::Model, to: Uuid, primary: bool) -> Result<()> {
    let version = row.version + 1;
    let mut change = row.into_active_model();
    change.customer_id = Set(to);
    change.is_primary = Set(primary);
    change.version = Set(version);
    change.updated_at = Set(work.now);
    change.update(work.tx()).await?;
    Ok(())
}

/// Forms of the deals that are open somewhere are old now: each gets a new version.
async fn put_deals(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    use deal::Column as D;
    for ids in ids.chunks(BATCH) {
        let these = || D::Id.is_in(ids.iter().copied());
        deal::Entity::update_many()
            .col_expr(D::CustomerId, Expr::value(to))
            .col_expr(D::Version, Expr::col(D::Version).add(1))
            .col_expr(D::UpdatedAt, Expr::value(work.now))
            .col_expr(D::UpdatedBy, Expr::value(work.by.id.0))
            .filter(these())
            .exec(work.tx())
            .await?;
        for row in deal::Entity::find().filter(these()).all(work.tx()).await? {
            work.changed(deal_change(&row, row.version, &work.by))?;
        }
    }
    Ok(())
}

async fn put_follow_ups(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    use follow_up::Column as F;
    for ids in ids.chunks(BATCH) {
        let these = F::Id.is_in(ids.iter().copied());
        follow_up::Entity::update_many().col_expr(F::CustomerId, Expr::value(to)).filter(these).exec(work.tx()).await?;
    }
    Ok(())
}

async fn put_visits(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    use visit::Column as V;
    for ids in ids.chunks(BATCH) {
        let these = V::Id.is_in(ids.iter().copied());
        visit::Entity::update_many().col_expr(V::CustomerId, Expr::value(to)).filter(these).exec(work.tx()).await?;
    }
    Ok(())
}

/// As deals: forms that are open somewhere are old now.
async fn put_needs(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    use need::Column as N;
    for ids in ids.chunks(BATCH) {
        need::Entity::update_many()
            .col_expr(N::CustomerId, Expr::value(to))
            .col_expr(N::Version, Expr::col(N::Version).add(1))
            .col_expr(N::UpdatedAt, Expr::value(work.now))
            .col_expr(N::UpdatedBy, Expr::value(work.by.id.0))
            .filter(N::Id.is_in(ids.iter().copied()))
            .exec(work.tx())
            .await?;
    }
    Ok(())
}

/// As needs.
async fn put_tickets(work: &Work, ids: &[Uuid], to: Uuid) -> Result<()> {
    use ticket::Column as T;
    for ids in ids.chunks(BATCH) {
        ticket::Entity::update_many()
            .col_expr(T::CustomerId, Expr::value(to))
            .col_expr(T::Version, Expr::col(T::Version).add(1))
            .col_expr(T::UpdatedAt, Expr::value(work.now))
            .col_expr(T::UpdatedBy, Expr::value(work.by.id.0))
            .filter(T::Id.is_in(ids.iter().copied()))
            .exec(work.tx())
            .await?;
    }
    Ok(())
}

async fn put_tasks(work: &Work, rows: Vec<task::Model>, to: Uuid) -> Result<()> {
    for row in rows {
        let version = row.version + 1;
        work.changed(task_change(&row, version, &work.by))?;
        let mut change = row.into_active_model();
        change.customer_id = Set(Some(to));
        change.version = Set(version);
        change.update(work.tx()).await?;
    }
    Ok(())
}

/// What went to `kept` goes back to `gone`. What came to the deals since goes along
/// with them: it is about the deal.
///
/// Refused, with what is in the way: a record that is no longer there or at another
/// customer, and what was written since about both sides.
pub(super) async fn give_back(work: &Work, moved: &Moved, kept: Uuid, gone: Uuid) -> Result<()> {
    let contacts =
        contact::Entity::find().filter(contact::Column::Id.is_in(moved.contacts.iter().copied())).lock_exclusive().all(work.tx()).await?;
    let deals = deal::Entity::find().filter(deal::Column::Id.is_in(moved.deals.iter().copied())).lock_exclusive().all(work.tx()).await?;
    let tasks = about(work, moved).await?;
    let follow_ups = follow_up::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(follow_up::Column::Id.is_in(moved.follow_ups.iter().copied()))
                .add(follow_up::Column::DealId.is_in(moved.deals.iter().copied())),
        )
        .all(work.tx())
        .await?;
    let mut found = Vec::new();
    let mut judge = |codes: [&str; 2], ids: &[Uuid], rows: Vec<(Uuid, Option<Uuid>)>| {
        let there: HashSet<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let missing = ids.iter().filter(|id| !there.contains(id)).count();
        let elsewhere = rows.iter().filter(|(id, at)| ids.contains(id) && *at != Some(kept)).count();
        for (count, code) in [missing, elsewhere].into_iter().zip(codes) {
            if count > 0 {
                found.push(Violation::new("", code).with("n", count));
            }
        }
    };
    judge(
        ["parting_missing_contacts", "parting_elsewhere_contacts"],
        &moved.contacts,
        contacts.iter().map(|row| (row.id, Some(row.customer_id))).collect(),
    );
    judge(
        ["parting_missing_deals", "parting_elsewhere_deals"],
        &moved.deals,
        deals.iter().map(|row| (row.id, Some(row.customer_id))).collect(),
    );
    judge(
        ["parting_missing_follow_ups", "parting_elsewhere_follow_ups"],
        &moved.follow_ups,
        follow_ups.iter().map(|row| (row.id, Some(row.customer_id))).collect(),
    );
    judge(["parting_missing_tasks", "parting_elsewhere_tasks"], &moved.tasks, tasks.iter().map(|row| (row.id, row.customer_id)).collect());
    let between = between(work, moved, kept, &deals, &follow_ups).await?;
    if between > 0 {
        found.push(Violation::new("", "parting_between").with("n", between));
    }
    if !found.is_empty() {
        return Err(found.into());
    }
    let chosen = contacts.iter().any(|row| row.is_primary);
    for row in contacts {
        let primary = row.is_primary || !chosen && moved.primary == Some(row.id);
        put_contact(work, row, gone, primary).await?;
    }
    put_deals(work, &moved.deals, gone).await?;
    put_follow_ups(work, &follow_ups.iter().map(|row| row.id).collect::<Vec<_>>(), gone).await?;
    put_tasks(work, tasks, gone).await?;
    // What was taken back since is not there any more.
    put_visits(work, &moved.visits, gone).await?;
    put_needs(work, &moved.needs, gone).await?;
    put_tickets(work, &moved.tickets, gone).await?;
    crate::files::put(work, &moved.files, gone).await?;
    crate::customers::helpers::put(work, &moved.helpers, kept, gone).await
}

/// The tasks that moved, and those of the deals that moved.
async fn about(work: &Work, moved: &Moved) -> Result<Vec<task::Model>> {
    let which = sea_orm::Condition::any()
        .add(task::Column::Id.is_in(moved.tasks.iter().copied()))
        .add(task::Column::DealId.is_in(moved.deals.iter().copied()));
    Ok(task::Entity::find().filter(which).lock_exclusive().all(work.tx()).await?)
}

/// Deals and follow-ups that would be of one customer and name a contact of the other.
async fn between(work: &Work, moved: &Moved, kept: Uuid, deals: &[deal::Model], follow_ups: &[follow_up::Model]) -> Result<usize> {
    let goes: HashSet<Uuid> = moved.contacts.iter().copied().collect();
    let strange = |contact: Option<Uuid>| contact.is_some_and(|contact| !goes.contains(&contact));
    let going =
        deals.iter().filter(|row| strange(row.contact_id)).count() + follow_ups.iter().filter(|row| strange(row.contact_id)).count();
    let staying_deals: Vec<Uuid> = deal::Entity::find()
        .select_only()
        .column(deal::Column::Id)
        .filter(deal::Column::CustomerId.eq(kept))
        .filter(deal::Column::ContactId.is_in(moved.contacts.iter().copied()))
        .filter(deal::Column::Id.is_not_in(moved.deals.iter().copied()))
        .into_tuple()
        .all(work.tx())
        .await?;
    let going_ids: HashSet<Uuid> = follow_ups.iter().map(|row| row.id).collect();
    let notes: Vec<Uuid> = follow_up::Entity::find()
        .select_only()
        .column(follow_up::Column::Id)
        .filter(follow_up::Column::CustomerId.eq(kept))
        .filter(follow_up::Column::ContactId.is_in(moved.contacts.iter().copied()))
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(going + staying_deals.len() + notes.iter().filter(|id| !going_ids.contains(id)).count())
}
