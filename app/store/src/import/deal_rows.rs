//! Writes checked deals with the history that is known of them: they entered
//! the first stage at first contact, and came where they are by one more step.
//! The stages between are not known, so that step names no stage it came from,
//! and no stay of unknown length counts for the pace of a stage.

use super::deals::Ready;
use super::{BATCH, News, Sender};
use crate::entity::{deal, stage_transition};
use crate::error::Result;
use crate::org::Org;
use crate::rates::{self, Frozen};
use crate::write::Work;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use domain::ids::StageId;
use domain::money::Money;
use domain::pipeline::order::{rank_between, spread_ranks};
use domain::pipeline::{Outcome, TransitionKind};
use domain::rates::RateBook;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Sorts behind every place that a column gives to its cards.
const BOTTOM: &str = "ffffffff";

/// Writes the rows; gives the ids of the deals, in the order of the rows.
pub async fn write(work: &Work, rows: Vec<Ready>, org: &Org, sender: &Sender) -> Result<Vec<Uuid>> {
    let total = rows.len();
    let mut made_ids = Vec::with_capacity(total);
    let mut ranks = ranks(work.tx(), &rows).await?;
    // History that was won keeps the rate of its day, where one is known.
    let book = rates::book_now(work).await?;
    let mut done = 0;
    let mut rows = rows.into_iter();
    while done < total {
        let mut deals = Vec::with_capacity(BATCH);
        let mut history = Vec::with_capacity(2 * BATCH);
        for row in rows.by_ref().take(BATCH) {
            let rank = ranks.get_mut(&row.decision.stage).and_then(Iterator::next).unwrap_or_else(|| rank_between(None, None));
            let made = Made { work, org, book: &book, row };
            let deal = made.deal(rank);
            history.extend(made.history(&deal));
            made_ids.extend(deal.id.try_as_ref().copied());
            deals.push(deal);
        }
        done += deals.len();
        deal::Entity::insert_many(deals).exec_without_returning(work.tx()).await?;
        stage_transition::Entity::insert_many(history).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(done, total));
    }
    Ok(made_ids)
}

/// Places for the rows of each stage, in their order, below the cards there.
async fn ranks(db: &impl ConnectionTrait, rows: &[Ready]) -> Result<HashMap<StageId, std::vec::IntoIter<String>>> {
    let mut counts: HashMap<StageId, usize> = HashMap::new();
    for row in rows {
        *counts.entry(row.decision.stage).or_default() += 1;
    }
    let mut places = HashMap::new();
    for (stage, count) in counts {
        let last: Option<String> = deal::Entity::find()
            .select_only()
            .column(deal::Column::Rank)
            .filter(deal::Column::StageId.eq(stage.0))
            .order_by_desc(deal::Column::Rank)
            .limit(1)
            .into_tuple()
            .one(db)
            .await?;
        let found = match last {
            None => spread_ranks(count),
            Some(last) => {
                let mut found = Vec::with_capacity(count);
                between(&last, Some(BOTTOM).filter(|bottom| last.as_str() < *bottom), count, &mut found);
                found
            }
        };
        places.insert(stage, found.into_iter());
    }
    Ok(places)
}

/// `count` places in ascending order, by halving, so that keys stay short.
fn between(above: &str, below: Option<&str>, count: usize, found: &mut Vec<String>) {
    if count == 0 {
        return;
    }
    let middle = rank_between(Some(above), below);
    let before = (count - 1) / 2;
    between(above, Some(&middle), before, found);
    found.push(middle.clone());
    between(&middle, below, count - 1 - before, found);
}

struct Made<'a> {
    work: &'a Work,
    org: &'a Org,
    book: &'a RateBook,
    row: Ready,
}

impl Made<'_> {
    /// The day of the last step: of the close, or today where a stage was
    /// reached on a day that the file does not tell. `None`: there is no step.
    fn last_step_on(&self) -> Option<NaiveDate> {
        self.row.decision.transition.map(|_| self.row.decision.closed_on.unwrap_or(self.work.today))
    }

    fn deal(&self, rank: String) -> deal::ActiveModel {
        let Ready { draft, decision, .. } = &self.row;
        let is_open = decision.outcome == Outcome::Open;
        let stays_in_first = decision.stage == self.row.first;
        let won_on = decision.closed_on.filter(|_| decision.outcome == Outcome::Won);
        let amount = Money { minor: decision.amount_minor, currency: draft.amount.currency };
        let frozen = won_on.map(|on| Frozen::at(self.book, amount, on)).unwrap_or_default();
        let since = self.last_step_on().filter(|_| !stays_in_first).unwrap_or(self.row.first_contact_on);
        let mut deal = deal::ActiveModel {
            id: Set(self.work.new_id()),
            funnel_id: Set(self.work.new_id()),
            pipeline_id: Set(self.row.pipeline.0),
            stage_id: Set(decision.stage.0),
            rank: Set(rank),
            title: Set(draft.title.clone()),
            customer_id: Set(draft.customer.0),
            contact_id: Set(None),
            owner_id: Set(self.row.owner.0),
            unit_id: Set(self.row.unit.0),
            product_id: Set(draft.product.map(|id| id.0)),
            source: Set(draft.source.code().to_owned()),
            amount_minor: Set(decision.amount_minor),
            currency: Set(draft.amount.currency.code().to_owned()),
            probability_bp: Set(draft.probability_bp.filter(|_| is_open).unwrap_or(decision.probability_bp)),
            outcome: Set(decision.outcome.code().to_owned()),
            expected_close_on: Set(draft.expected_close_on),
            closed_on: Set(decision.closed_on),
            lost_reason: Set(decision.lost_reason.map(|reason| reason.code().to_owned())),
            close_note: Set(decision.note.clone()),
            competitor: Set(draft.competitor.clone()),
            note: Set(draft.note.clone()),
            next_step: Set(draft.next_step.clone()),
            next_on: Set(draft.next_on),
            first_contact_on: Set(self.row.first_contact_on),
            stage_since: Set(since),
            active_on: Set(decision.closed_on.unwrap_or(self.work.today)),
            pushes: Set(0),
            pool_id: Set(None),
            created_at: Set(self.work.now),
            updated_at: Set(self.work.now),
            updated_by: Set(Some(self.work.by.id.0)),
            version: Set(1),
            frozen_rate: Set(None),
            frozen_to: Set(None),
            frozen_minor: Set(None),
        };
        frozen.put(&mut deal);
        deal
    }

    fn history(&self, deal: &deal::ActiveModel) -> impl Iterator<Item = stage_transition::ActiveModel> {
        let decision = &self.row.decision;
        let entered = self.entry(deal, TransitionKind::Enter, None, Some(self.row.first), self.at(self.row.first_contact_on), "");
        let last = decision.transition.zip(self.last_step_on()).map(|(kind, on)| {
            let out = matches!(kind, TransitionKind::Lost | TransitionKind::Invalid);
            // Lost and invalid deals go nowhere, from the stage they reached.
            let (from, to) = if out { (self.row.reached, None) } else { (None, Some(decision.stage)) };
            let at = if decision.closed_on.is_some() { self.at(on) } else { self.work.now };
            self.entry(deal, kind, from, to, at, &decision.note)
        });
        [Some(entered), last].into_iter().flatten()
    }

    fn entry(
        &self,
        deal: &deal::ActiveModel,
        kind: TransitionKind,
        from: Option<StageId>,
        to: Option<StageId>,
        at: DateTime<Utc>,
        note: &str,
    ) -> stage_transition::ActiveModel {
        stage_transition::ActiveModel {
            id: Set(self.work.new_id()),
            deal_id: deal.id.clone(),
            funnel_id: deal.funnel_id.clone(),
            pipeline_id: deal.pipeline_id.clone(),
            kind: Set(kind.code().to_owned()),
            from_stage_id: Set(from.map(|id| id.0)),
            to_stage_id: Set(to.map(|id| id.0)),
            at: Set(at),
            by_id: Set(Some(self.work.by.id.0)),
            note: Set(note.to_owned()),
            undoes: Set(None),
            restore: Set(None),
        }
    }

    fn at(&self, on: NaiveDate) -> DateTime<Utc> {
        noon(self.org, on, self.work.now)
    }
}

/// Noon of a day where the organisation is, which every time zone has; not
/// later than now.
pub fn noon(org: &Org, on: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let local = org.time_zone.from_local_datetime(&on.and_time(noon)).earliest();
    local.map_or(now, |at| at.with_timezone(&Utc)).min(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_below_a_card_ascend_and_stay_short() {
        let last = rank_between(None, None);
        let mut found = vec![last.clone()];
        between(&last, Some(BOTTOM), 50_000, &mut found);
        assert_eq!(found.len(), 50_001);
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "ascending");
        assert!(found.iter().all(|key| key.len() <= 10), "short");
    }

    #[test]
    fn a_column_that_is_full_to_the_bottom_still_takes_cards() {
        let mut found = vec![BOTTOM.to_owned()];
        between(BOTTOM, None, 100, &mut found);
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "ascending");
    }
}
