//! One fact of many rows, in one transaction, each judged by itself; and the way back, read
//! from what the audit log kept. What the facts are, and how one is written, is beside the rows:
//! `pipeline::change`, `customers::change`.

use crate::entity::{answered_request, audit};
use crate::error::{Result, StoreError};
use crate::write::Work;
use chrono::Duration;
use domain::change::{Changed, NotChanged, UndoChanges, Why};
use domain::pipeline::moves::UNDO_GRACE_SECONDS;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Writes down what became of one row: `Ok(true)` if it was changed, `Ok(false)` if it had the
/// value. `title`: what it is called, for whoever may see it.
pub(crate) async fn note<I: Copy>(
    changed: &mut Changed<I>,
    id: I,
    outcome: Result<bool>,
    title: impl Future<Output = Result<String>>,
) -> Result<()> {
    let error = match outcome {
        Ok(true) => {
            changed.done.push(id);
            return Ok(());
        }
        Ok(false) => {
            changed.same.push(id);
            return Ok(());
        }
        Err(error) => error,
    };
    let why = why(error)?;
    let title = if why == Why::Gone { String::new() } else { title.await? };
    changed.refused.push(NotChanged { id, title, why });
    Ok(())
}

/// Why a row was left as it is; what is no such reason ends the command.
fn why(error: StoreError) -> Result<Why> {
    Ok(match error {
        StoreError::NotFound => Why::Gone,
        StoreError::Denied(_) => Why::Forbidden,
        StoreError::Stale { by, at, .. } => Why::Stale { by, at },
        StoreError::Refused(mut found) if !found.is_empty() => match found.swap_remove(0) {
            violation if violation.code == "closed_deal" => Why::Closed,
            violation => Why::Value(violation),
        },
        other => return Err(other),
    })
}

/// What one's own command of the last minute kept of each row that it changed, in the order of
/// their ids.
pub(crate) async fn records<I, R>(work: &Work, entity: &str, command: &UndoChanges) -> Result<Vec<(I, R)>>
where
    I: From<Uuid>,
    R: DeserializeOwned,
{
    let nothing = || StoreError::refused("", "nothing_to_undo");
    let answer = answered_request::Entity::find_by_id(command.of.0).one(work.tx()).await?.ok_or_else(nothing)?;
    if answer.by_id != work.by.id.0 || work.now - answer.at > Duration::seconds(UNDO_GRACE_SECONDS) {
        return Err(nothing());
    }
    // Ids are read as they are written.
    let done = serde_json::from_str::<Changed<Uuid>>(&answer.answer).map_err(|_| nothing())?.done;
    let rows = audit::Entity::find()
        .filter(audit::Column::EntityId.is_in(done))
        .filter(audit::Column::Entity.eq(entity))
        .filter(audit::Column::RequestId.eq(command.of.0))
        .order_by_asc(audit::Column::EntityId)
        .all(work.tx())
        .await?;
    let records = rows
        .into_iter()
        .map(|row| Ok((I::from(row.entity_id), serde_json::from_str(&row.change).map_err(|_| nothing())?)))
        .collect::<Result<Vec<_>>>()?;
    if records.is_empty() { Err(nothing()) } else { Ok(records) }
}
