//! The one clock. A demo company is loaded for a fixed day; a server that
//! shows it can be told to live on that day, so that nothing looks overdue.

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;

#[derive(Debug, Clone, Copy)]
pub struct Clock {
    shift: Duration,
    zone: Tz,
}

impl Clock {
    #[must_use]
    pub fn real(zone: Tz) -> Self {
        Self { shift: Duration::zero(), zone }
    }

    /// Time of day as it is, but on `date`, going on from there.
    #[must_use]
    pub fn on(date: NaiveDate, zone: Tz) -> Self {
        let today = Utc::now().with_timezone(&zone).date_naive();
        Self { shift: date - today, zone }
    }

    #[must_use]
    pub fn in_zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
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
        at.with_timezone(&self.zone).date_naive()
    }

    /// Minutes east of UTC, now.
    #[must_use]
    pub fn offset_min(&self) -> i32 {
        use chrono::Offset;
        self.now().with_timezone(&self.zone).offset().fix().local_minus_utc() / 60
    }
}
