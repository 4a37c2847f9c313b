//! What the check of a draft found, kept in memory while the draft and all that
//! it is compared with stay as they are: a page of rows then needs no file. What
//! is kept is never written from: the transaction checks again.

use super::found;
use crate::Store;
use crate::error::Result;
use crate::import::{Job, ParseAmount, Row, Seen};
use chrono::NaiveDate;
use domain::ids::{ImportId, UserId};
use domain::imports::{Counts, Part};
use domain::policy::Actor;
use domain::violation::Violation;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Checks that are kept, and rows of all of them together: some hundred bytes a row.
const KEPT: usize = 4;
const ROWS: usize = 250_000;
/// A check that nobody looks at any more goes after this long.
const IDLE: Duration = Duration::from_mins(10);
/// Rows whose refusals are kept; a wrong column refuses every row.
const TOLD: usize = 20_000;

/// What becomes of each row of a draft.
pub(super) struct Outcome {
    pub version: i32,
    pub job: Arc<Job>,
    pub counts: Counts,
    /// In the order of the rows of the table.
    parts: Vec<Part>,
    /// What is refused and what is repeated, by the place of the row.
    told: HashMap<usize, Why>,
    /// Rows from this place on are told by a further check.
    until: usize,
}

/// What is refused in a row, and what it repeats.
#[derive(Debug, Clone, Default)]
pub(super) struct Why {
    pub found: Vec<Violation>,
    pub twins: Vec<Violation>,
}

impl Outcome {
    /// At most `most` rows of a part behind a row, each with what was found.
    /// `None`: not all of it is kept.
    pub fn rows(&self, part: Part, after: usize, most: usize) -> Option<Vec<(&Row, Why)>> {
        let places = self.parts.iter().enumerate().filter(|(_, one)| **one == part).map(|(at, _)| at);
        let rows = places.filter_map(|at| Some((at, self.job.table.rows.get(at)?))).filter(|(_, row)| row.number > after);
        rows.take(most).map(|(at, row)| Some((row, self.why(at)?))).collect()
    }

    /// A row by its number, and what was found in it.
    pub fn row(&self, number: usize) -> Option<(&Row, Part, Why)> {
        let at = self.job.table.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        Some((self.job.table.rows.get(at)?, *self.parts.get(at)?, self.why(at)?))
    }

    fn why(&self, at: usize) -> Option<Why> {
        (at < self.until).then(|| self.told.get(&at).cloned().unwrap_or_default())
    }
}

/// What an outcome depends on.
#[derive(PartialEq, Eq, Clone, Copy)]
struct Key {
    import: Uuid,
    version: i32,
    by: UserId,
    today: NaiveDate,
    records: u64,
}

struct Kept {
    key: Key,
    used: Instant,
    outcome: Arc<Outcome>,
}

/// The outcomes that are kept, the last used one last.
#[derive(Clone, Default)]
pub(crate) struct Checks(Arc<Mutex<Vec<Kept>>>);

impl Checks {
    fn get(&self, key: Key) -> Option<Arc<Outcome>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.used.elapsed() < IDLE);
        let at = all.iter().position(|kept| kept.key == key)?;
        let mut kept = all.remove(at);
        kept.used = Instant::now();
        let outcome = kept.outcome.clone();
        all.push(kept);
        Some(outcome)
    }

    fn keep(&self, key: Key, outcome: Arc<Outcome>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.key.import != key.import && kept.used.elapsed() < IDLE);
        all.push(Kept { key, used: Instant::now(), outcome });
        let rows = |all: &[Kept]| all.iter().map(|kept| kept.outcome.parts.len()).sum::<usize>();
        while all.len() > KEPT || all.len() > 1 && rows(&all) > ROWS {
            all.remove(0);
        }
    }

    pub(super) fn forget(&self, import: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|kept| kept.key.import != import);
    }
}

impl Store {
    /// What would become of the rows of a draft now.
    pub(super) async fn outcome(&self, actor: &Actor, id: ImportId, parse_amount: ParseAmount) -> Result<Arc<Outcome>> {
        let row = found(self.db(), actor, id).await?;
        // Taken before anything is read: what changes meanwhile makes it old.
        let records = self.hub.records();
        let key = Key { import: row.id, version: row.version, by: actor.id, today: self.clock.today(), records };
        if let Some(kept) = self.checks.get(key) {
            return Ok(kept);
        }
        let version = row.version;
        let job = Arc::new(self.open_import(&row).await?.job(self, parse_amount)?);
        let (mut counts, mut told, mut until) = (Counts::default(), HashMap::new(), usize::MAX);
        let mut parts = Vec::with_capacity(job.table.rows.len());
        let mut see = |seen: Seen<'_>| {
            let Seen { part, cells } = seen;
            counts.add(part, !cells.twins.is_empty());
            if !(cells.found.is_empty() && cells.twins.is_empty()) {
                if told.len() < TOLD {
                    told.insert(parts.len(), Why { found: cells.found, twins: cells.twins });
                } else {
                    until = until.min(parts.len());
                }
            }
            parts.push(part);
        };
        job.check(self.db(), actor, key.today, &mut see).await?;
        let outcome = Arc::new(Outcome { version, job, counts, parts, told, until });
        self.checks.keep(key, outcome.clone());
        Ok(outcome)
    }

    /// The job of a draft as it was checked last, if that still holds.
    pub(super) fn checked_job(&self, actor: &Actor, id: ImportId, version: i32) -> Option<Arc<Job>> {
        let key = Key { import: id.0, version, by: actor.id, today: self.clock.today(), records: self.hub.records() };
        self.checks.get(key).map(|outcome| outcome.job.clone())
    }
}
