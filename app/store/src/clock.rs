//! The one clock. A demo company is loaded for a fixed day; a server that
//! shows it can be told to live on that day, so that nothing looks overdue.

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use std::sync::{PoisonError, RwLock};

#[derive(Debug, Clone, Copy)]
pub struct Clock {
    shift: Duration,
    /// Shared by all copies, since setting up decides it while the server runs;
    /// one for each opened store, for as long as the process lives.
    zone: &'static RwLock<Tz>,
}

impl Clock {
    #[must_use]
    pub fn real(zone: Tz) -> Self {
        Self { shift: Duration::zero(), zone: shared(zone) }
    }

    /// Time of day as it is, but on `date`, going on from there.
    #[must_use]
    pub fn on(date: NaiveDate, zone: Tz) -> Self {
        let today = Utc::now().with_timezone(&zone).date_naive();
        Self { shift: date - today, zone: shared(zone) }
    }

    /// How far it is ahead of the real one: whole days, and none unless it was told to live on a day.
    #[must_use]
    pub(crate) fn shift(self) -> Duration {
        self.shift
    }

    pub(crate) fn set_zone(self, zone: Tz) {
        *self.zone.write().unwrap_or_else(PoisonError::into_inner) = zone;
    }

    fn zone(self) -> Tz {
        *self.zone.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whole microseconds, since PostgreSQL keeps no more.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (Utc::now() + self.shift).trunc_subsecs(6)
    }

    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.local_date(self.now())
    }

    #[must_use]
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone()).date_naive()
    }

    /// Minutes east of UTC, now.
    #[must_use]
    pub fn offset_min(&self) -> i32 {
        use chrono::Offset;
        self.now().with_timezone(&self.zone()).offset().fix().local_minus_utc() / 60
    }
}

fn shared(zone: Tz) -> &'static RwLock<Tz> {
    Box::leak(Box::new(RwLock::new(zone)))
}
