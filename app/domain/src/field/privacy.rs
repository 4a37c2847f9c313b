//! Where somebody was is sensitive: it is measured only with consent, kept exactly for a
//! limited time, and who looks at it is written down.

use crate::check_in::Position;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The text that is agreed to. A new text needs a new consent.
pub const CONSENT_VERSION: &str = "2026-1";
/// Days for which coordinates are kept as measured.
pub const RETENTION_DAYS: u64 = 180;
/// Decimals of a degree that stay after that: about a kilometre.
const DECIMALS_KEPT: f64 = 100.0;

/// How accurate a position is after that, in decimetres.
pub const ROUNDED_DM: i64 = 10_000;

/// Consent of a person to the text in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Consent {
    Never,
    Given {
        at: DateTime<Utc>,
    },
    Withdrawn {
        at: DateTime<Utc>,
    },
    /// To an earlier text.
    Outdated {
        at: DateTime<Utc>,
    },
}

impl Consent {
    /// From the last consent: its text, when it was given, and taken back.
    #[must_use]
    pub fn of(last: Option<(&str, DateTime<Utc>, Option<DateTime<Utc>>)>) -> Self {
        match last {
            None => Self::Never,
            Some((_, _, Some(at))) => Self::Withdrawn { at },
            Some((version, at, None)) if version == CONSENT_VERSION => Self::Given { at },
            Some((_, at, None)) => Self::Outdated { at },
        }
    }

    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Given { .. })
    }
}

/// Check-ins before this day are rounded.
#[must_use]
pub fn exact_since(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(RETENTION_DAYS)).unwrap_or(NaiveDate::MIN)
}

/// A position to about a kilometre.
///
/// ```
/// use domain::check_in::Position;
/// use domain::field::privacy::rounded;
/// let near = rounded(Position { lat: 31.230_4, lon: 121.473_7 });
/// assert_eq!((near.lat, near.lon), (31.23, 121.47));
/// ```
#[must_use]
pub fn rounded(position: Position) -> Position {
    let cut = |degrees: f64| (degrees * DECIMALS_KEPT).round() / DECIMALS_KEPT;
    Position { lat: cut(position.lat), lon: cut(position.lon) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_in::haversine_dm;

    #[test]
    fn half_a_year_is_exact() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        assert_eq!(exact_since(today), NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    }

    #[test]
    fn what_is_rounded_is_within_a_kilometre_and_stays_as_it_is() {
        for (lat, lon) in [(31.2304, 121.4737), (-0.0049, 0.0051), (89.999, 179.999)] {
            let exact = Position { lat, lon };
            let near = rounded(exact);
            assert!(haversine_dm(exact, near) < ROUNDED_DM, "{exact:?}");
            assert_eq!(rounded(near), near);
        }
    }

    #[test]
    fn a_new_text_or_a_withdrawal_ends_consent() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        assert!(Consent::of(Some((CONSENT_VERSION, at, None))).holds());
        assert_eq!(Consent::of(Some((CONSENT_VERSION, at, Some(at)))), Consent::Withdrawn { at });
        assert_eq!(Consent::of(Some(("2020-1", at, None))), Consent::Outdated { at });
        assert_eq!(Consent::of(None), Consent::Never);
    }
}
