//! Reads deals and their histories out of the database, in the order of their ids.

use super::ledger::{Entry, Numbers};
use crate::entity::{customer, deal, stage_transition};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::{Clock, Store};
use chrono::{DateTime, NaiveDate};
use domain::customers::Tier;
use domain::funnel::Step;
use domain::ids::{PipelineId, ProductId, UnitId, UserId};
use domain::money::{Currency, Money};
use domain::pipeline::{LostReason, Outcome, Source, TransitionKind};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait,
};
use serde::Deserialize;
use std::collections::HashSet;
use uuid::Uuid;

/// Deals that are read at once: the rows of a piece are in memory twice.
const PIECE: usize = 2_000;
/// Ids in one statement.
const IDS: usize = 500;

/// All deals.
pub(super) async fn all(store: &Store, numbers: &Numbers) -> Result<Vec<Entry>> {
    let mut found: Vec<Entry> = Vec::new();
    loop {
        let after = found.last().map(|entry| entry.id);
        let piece = piece(store, numbers, Piece::After(after)).await?;
        let last = piece.len() < PIECE;
        found.extend(piece);
        if last {
            found.shrink_to_fit();
            return Ok(found);
        }
    }
}

/// The deals of these ids, as far as there are any.
pub(super) async fn some(store: &Store, numbers: &Numbers, ids: &[Uuid]) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS) {
        found.extend(piece(store, numbers, Piece::Of(ids)).await?);
    }
    Ok(found)
}

/// The deals of these customers.
pub(super) async fn of_customers(db: &impl ConnectionTrait, customers: &HashSet<Uuid>) -> Result<Vec<Uuid>> {
    let customers: Vec<Uuid> = customers.iter().copied().collect();
    let mut found = Vec::new();
    for some in customers.chunks(IDS) {
        let ids = deal::Entity::find().select_only().column(deal::Column::Id);
        let ids = ids.filter(deal::Column::CustomerId.is_in(some.iter().copied()));
        found.extend(ids.into_tuple::<Uuid>().all(db).await?);
    }
    Ok(found)
}

#[derive(Clone, Copy)]
enum Piece<'a> {
    /// So many behind this one.
    After(Option<Uuid>),
    Of(&'a [Uuid]),
}

async fn piece(store: &Store, numbers: &Numbers, which: Piece<'_>) -> Result<Vec<Entry>> {
    let deals = deals(store.db(), which).await?;
    let ids = match (which, deals.first(), deals.last()) {
        (Piece::Of(ids), ..) => stage_transition::Column::DealId.is_in(ids.iter().copied()),
        (_, Some(first), Some(last)) => stage_transition::Column::DealId.between(first.id, last.id),
        _ => return Ok(deals),
    };
    let mut histories = histories(store.db(), Condition::all().add(ids)).await?.into_iter().peekable();
    let with_steps = |entry: Entry| {
        // Of deals that are gone meanwhile.
        while histories.next_if(|(deal, _)| *deal < entry.id).is_some() {}
        let history = histories.next_if(|(deal, _)| *deal == entry.id).map(|(_, history)| history).unwrap_or_default();
        Ok(Entry { steps: steps(&history, &entry, numbers, store.clock)?, ..entry })
    };
    deals.into_iter().map(with_steps).collect()
}

/// Deals without their histories.
async fn deals(db: &impl ConnectionTrait, which: Piece<'_>) -> Result<Vec<Entry>> {
    use deal::Column as D;
    let customer = deal::Entity::belongs_to(customer::Entity).from(D::CustomerId).to(customer::Column::Id).into();
    let query = deal::Entity::find()
        .select_only()
        .columns([D::Id, D::PipelineId, D::OwnerId, D::UnitId, D::ProductId, D::Source, D::AmountMinor, D::Currency])
        .columns([D::FirstContactOn, D::Outcome, D::ClosedOn, D::LostReason])
        .column(customer::Column::Tier)
        .column(D::PoolId)
        .join(JoinType::InnerJoin, customer)
        .order_by_asc(D::Id);
    let query = match which {
        Piece::After(None) => query.limit(PIECE as u64),
        Piece::After(Some(id)) => query.filter(D::Id.gt(id)).limit(PIECE as u64),
        Piece::Of(ids) => query.filter(D::Id.is_in(ids.iter().copied())),
    };
    let rows = db.query_all_raw(query.build(db.get_database_backend())).await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &QueryResult) -> Result<Entry> {
    let text = |index| row.try_get_by_index::<String>(index);
    let lost_reason = row.try_get_by_index::<Option<String>>(11)?;
    let outcome = read("outcome", &text(9)?, Outcome::parse)?;
    Ok(Entry {
        id: row.try_get_by_index(0)?,
        pipeline: PipelineId(row.try_get_by_index(1)?),
        owner: UserId(row.try_get_by_index(2)?),
        pooled: row.try_get_by_index::<Option<Uuid>>(13)?.is_some(),
        unit: UnitId(row.try_get_by_index(3)?),
        product: row.try_get_by_index::<Option<Uuid>>(4)?.map(ProductId),
        source: read("source", &text(5)?, Source::parse)?,
        amount: Money { minor: row.try_get_by_index(6)?, currency: read("currency", &text(7)?, Currency::parse)? },
        first_contact: row.try_get_by_index(8)?,
        won_on: row.try_get_by_index::<Option<NaiveDate>>(10)?.filter(|_| outcome == Outcome::Won),
        lost_reason: lost_reason.map(|code| read("reason", &code, LostReason::parse)).transpose()?,
        tier: read("tier", &text(12)?, Tier::parse)?,
        steps: Box::default(),
    })
}

/// What a reopened deal was.
#[derive(Deserialize)]
struct Before {
    outcome: Outcome,
    closed_on: Option<NaiveDate>,
}

/// Between the entries of a history, and between what an entry says: signs that codes do
/// not have, and JSON escapes.
const ENTRY: char = '\u{1e}';
const WORD: char = '\u{1f}';

/// The history of each deal in one text, in order of the deals: a row of its own for
/// each entry costs several times as much in the driver as in the database.
async fn histories(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<(Uuid, String)>> {
    use stage_transition::Column as T;
    // Which stage and which second; of reopenings what was before. Nothing may be NULL: the
    // entry would be left out in silence, where an empty word is refused.
    let (stage, second) = match db.get_database_backend() {
        DbBackend::Sqlite => ("hex(to_stage_id)", "coalesce(unixepoch(at), '')"),
        _ => ("to_stage_id::text", "floor(extract(epoch FROM at))::bigint"),
    };
    let reopen = TransitionKind::Reopen.code();
    let before = format!("CASE WHEN kind = '{reopen}' THEN coalesce(restore, '') ELSE '' END");
    let entry = format!("kind || '{WORD}' || coalesce({stage}, '') || '{WORD}' || {second} || '{WORD}' || {before}");
    let query = stage_transition::Entity::find()
        .select_only()
        .column(T::DealId)
        .expr_as(Expr::cust(format!("string_agg({entry}, '{ENTRY}' ORDER BY at, id)")), "history")
        .filter(which)
        .group_by(T::DealId)
        .order_by_asc(T::DealId);
    let rows = db.query_all_raw(query.build(db.get_database_backend())).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// A day that cannot be read would quietly become another one.
fn before_reopening(deal: Uuid, text: &str) -> Result<Before> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Internal(format!("what deal {deal} was before it was reopened cannot be read: {error}")))
}

/// The entries of a history. The day of a win is the one that was typed, which may be
/// before the day on which it was written down.
fn steps(history: &str, deal: &Entry, numbers: &Numbers, clock: Clock) -> Result<Box<[Step]>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut stage = 0;
    let mut win = None;
    for entry in history.split(ENTRY).filter(|entry| !entry.is_empty()) {
        let wrong = || StoreError::Internal(format!("the history of deal {} cannot be read: {entry}", deal.id));
        let mut words = entry.splitn(4, WORD);
        let mut word = || words.next().ok_or_else(wrong);
        let kind = read("kind", word()?, TransitionKind::parse)?;
        // A stage that funnels do not have changes nothing.
        let to = Some(word()?).filter(|to| !to.is_empty()).map(|to| Uuid::parse_str(to).map_err(|_| wrong())).transpose()?;
        stage = to.and_then(|to| numbers.get(&to)).copied().unwrap_or(stage);
        let at = word()?.parse().ok().and_then(|second| DateTime::from_timestamp(second, 0)).ok_or_else(wrong)?;
        let before = Some(word()?).filter(|text| !text.is_empty()).map(|text| before_reopening(deal.id, text)).transpose()?;
        let won_on = before.filter(|before| before.outcome == Outcome::Won).and_then(|before| before.closed_on);
        if let (Some(index), Some(on)) = (win, won_on) {
            date(&mut steps, index, on);
        }
        if kind == TransitionKind::Won {
            win = Some(steps.len());
        }
        steps.push(Step { kind, stage, on: clock.local_date(at) });
    }
    if let (Some(index), Some(on)) = (win, deal.won_on) {
        date(&mut steps, index, on);
    }
    Ok(steps.into())
}

fn date(steps: &mut [Step], index: usize, on: NaiveDate) {
    if let Some(step) = steps.get_mut(index) {
        step.on = on;
    }
}
