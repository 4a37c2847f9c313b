//! The histories of all deals, in memory: funnels read them all, many times.
//!
//! What is announced is read again before the next answer: the one deal that changed,
//! the deals of a customer, or everything. Nothing is kept of what may be seen: the
//! reader's scope is asked for each deal, each time.

use super::columns;
use super::load;
use crate::Store;
use crate::error::Result;
use crate::hub::{Change, Changed};
use crate::pipeline::stages::Stages;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::funnel::{History, Step};
use domain::ids::{PipelineId, ProductId, UnitId, UserId};
use domain::money::Money;
use domain::pipeline::{LostReason, Source};
use domain::policy::Ownership;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::RwLockReadGuard;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

/// Changed deals that are read one by one; with more, all are.
const SINGLE: usize = 2_000;
/// What changes while it is read is read again, but not for ever.
const ROUNDS: usize = 3;

/// Deals that one thread counts; more are shared by the cores of the machine.
const PART: usize = 50_000;

/// A deal, as far as funnels need it.
pub(crate) struct Entry {
    pub id: Uuid,
    pub pipeline: PipelineId,
    /// Of a lead in a pool who had it last.
    pub owner: UserId,
    pub pooled: bool,
    pub unit: UnitId,
    pub product: Option<ProductId>,
    pub source: Source,
    pub tier: Tier,
    pub amount: Money,
    pub first_contact: NaiveDate,
    /// Of a deal that is won.
    pub won_on: Option<NaiveDate>,
    pub lost_reason: Option<LostReason>,
    pub steps: Box<[Step]>,
}

impl Entry {
    pub fn ownership(&self) -> Ownership {
        Ownership { owner: (!self.pooled).then_some(self.owner), unit: self.unit }
    }

    pub fn history(&self) -> History<'_> {
        History {
            steps: &self.steps,
            amount: self.amount,
            first_contact: Some(self.first_contact),
            lost_reason: self.lost_reason,
            derived: false,
        }
    }
}

/// The numbers of stages in funnels, from 0 in each pipeline.
pub(super) type Numbers = HashMap<Uuid, u8>;

/// All deals, ordered by id.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    numbers: Numbers,
    /// `None` before the first reading, and after one that failed.
    news: Option<Receiver<Option<Arc<Change>>>>,
}

impl Ledger {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn is_current(&self, stages: &Stages) -> bool {
        self.news.as_ref().is_some_and(Receiver::is_empty) && self.numbers == numbers(stages)
    }

    async fn refresh(&mut self, store: &Store) -> Result<()> {
        let stages = store.stages().await?;
        if self.is_current(&stages) {
            return Ok(());
        }
        let numbers = numbers(&stages);
        // Put back at the end only: a reading that fails or is given up is begun anew.
        let (mut news, mut changed) = match self.news.take().filter(|_| self.numbers == numbers) {
            Some(news) => (news, Changed::default()),
            None => (store.hub.listen(), Changed { all: true, ..Changed::default() }),
        };
        self.numbers = numbers;
        for _ in 0..ROUNDS {
            changed.hear(&mut news);
            self.read(store, std::mem::take(&mut changed)).await?;
            if news.is_empty() {
                break;
            }
        }
        self.news = Some(news);
        Ok(())
    }

    async fn read(&mut self, store: &Store, mut changed: Changed) -> Result<()> {
        if !changed.all && !changed.customers.is_empty() {
            changed.deals.extend(load::of_customers(store.db(), &changed.customers).await?);
        }
        // Stages have other numbers after settings were changed.
        if changed.all || changed.settings || changed.deals.len() > SINGLE {
            self.entries = load::all(store, &self.numbers).await?;
            return Ok(());
        }
        let mut ids: Vec<Uuid> = changed.deals.into_iter().collect();
        ids.sort_unstable();
        for entry in load::some(store, &self.numbers, &ids).await? {
            match self.entries.binary_search_by_key(&entry.id, |known| known.id) {
                Ok(place) => self.entries[place] = entry,
                Err(place) => self.entries.insert(place, entry),
            }
        }
        Ok(())
    }
}

impl Store {
    /// Reads the histories, so that the first funnel is as quick as others.
    pub async fn prepare_funnel(&self) -> Result<()> {
        self.ledger().await.map(drop)
    }

    /// Whether the histories have been read; `false` while they are.
    #[must_use]
    pub fn has_funnel(&self) -> bool {
        self.ledger.try_read().is_ok_and(|ledger| ledger.news.is_some())
    }

    /// The histories and the stages that they are numbered by, both as of now.
    pub(crate) async fn ledger(&self) -> Result<(RwLockReadGuard<'_, Ledger>, Arc<Stages>)> {
        let stages = self.stages().await?;
        let known = self.ledger.read().await;
        if known.is_current(&stages) {
            return Ok((known, stages));
        }
        drop(known);
        let mut ledger = self.ledger.write().await;
        ledger.refresh(self).await?;
        let stages = self.stages().await?;
        Ok((ledger.downgrade(), stages))
    }
}

/// Counts deals in parts, at once, whose results are merged.
pub(super) fn in_parts<T: Send>(entries: &[Entry], count: impl Fn(&[Entry]) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = entries.len().div_ceil(PART).clamp(1, cores);
    if parts == 1 {
        return vec![count(entries)];
    }
    let count = &count;
    std::thread::scope(|scope| {
        let running: Vec<_> = entries.chunks(entries.len().div_ceil(parts)).map(|part| scope.spawn(move || count(part))).collect();
        running.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn numbers(stages: &Stages) -> Numbers {
    let of = |pipeline| (0..=u8::MAX).zip(columns(stages.of(pipeline))).map(|(number, stage)| (stage.id.0, number));
    stages.pipelines.iter().flat_map(|pipeline| of(pipeline.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Currency;

    fn entry(number: usize) -> Entry {
        let nobody = Uuid::nil();
        Entry {
            id: Uuid::from_u128(number as u128),
            pipeline: PipelineId(nobody),
            owner: UserId(nobody),
            pooled: false,
            unit: UnitId(nobody),
            product: None,
            source: Source::Website,
            tier: Tier::Vip,
            amount: Money { minor: 1, currency: Currency::Cny },
            first_contact: NaiveDate::default(),
            won_on: None,
            lost_reason: None,
            steps: Box::default(),
        }
    }

    #[test]
    fn parts_are_the_whole_in_its_order() {
        for count in [0, 1, PART, 2 * PART + 1, 3 * PART + 7] {
            let entries: Vec<Entry> = (0..count).map(entry).collect();
            let parts = in_parts(&entries, |part| part.iter().map(|entry| entry.id).collect::<Vec<_>>());
            assert!(!parts.is_empty());
            assert!(parts.concat().into_iter().eq(entries.iter().map(|entry| entry.id)), "{count} deals");
        }
    }
}
