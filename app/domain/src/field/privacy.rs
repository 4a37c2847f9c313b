//! Where somebody was is sensitive: it is measured only with consent, kept exactly for a
//! limited time, and who looks at it is written down.

use crate::check_in::Position;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The text that is agreed to. A new text needs a new consent.
pub const CONSENT_VERSION: &str = "2026-1";
/// Days for which coordinates are kept as measured, unless the organisation sets another time
/// ([`super::settings`]).
pub const RETENTION_DAYS: u32 = 180;
/// Decimals of a degree that stay after that: about a kilometre.
const DECIMALS_KEPT: f64 = 100.0;

/// How accurate a position is after that, in decimetres.
pub const ROUNDED_DM: i64 = 10_000;

/// The text with the time that stands in it, as consents are kept: `2026-1`, or `2026-1/90` for
/// another time than the house's.
#[must_use]
pub fn consent_version(exact_days: u32) -> String {
    if exact_days == RETENTION_DAYS { CONSENT_VERSION.to_owned() } else { format!("{CONSENT_VERSION}/{exact_days}") }
}

/// Whether who agreed to this version agreed to what holds: the same text, and as long a time.
#[must_use]
pub fn covers(version: &str, exact_days: u32) -> bool {
    let agreed = match version.strip_prefix(CONSENT_VERSION) {
        Some("") => Some(RETENTION_DAYS),
        Some(rest) => rest.strip_prefix('/').and_then(|days| days.parse().ok()),
        None => None,
    };
    agreed.is_some_and(|agreed| agreed >= exact_days)
}

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
    /// To an earlier text, or a shorter time.
    Outdated {
        at: DateTime<Utc>,
    },
}

impl Consent {
    /// From the last consent: its text, when it was given, and taken back. `exact_days`: for how
    /// long places are kept as measured now.
    #[must_use]
    pub fn of(last: Option<(&str, DateTime<Utc>, Option<DateTime<Utc>>)>, exact_days: u32) -> Self {
        match last {
            None => Self::Never,
            Some((_, _, Some(at))) => Self::Withdrawn { at },
            Some((version, at, None)) if covers(version, exact_days) => Self::Given { at },
            Some((_, at, None)) => Self::Outdated { at },
        }
    }

    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Given { .. })
    }
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
    fn what_is_rounded_is_within_a_kilometre_and_stays_as_it_is() {
        for (lat, lon) in [(31.2304, 121.4737), (-0.0049, 0.0051), (89.999, 179.999)] {
            let exact = Position { lat, lon };
            let near = rounded(exact);
            assert!(haversine_dm(exact, near) < ROUNDED_DM, "{exact:?}");
            assert_eq!(rounded(near), near);
        }
    }

    #[test]
    fn a_new_text_a_longer_time_or_a_withdrawal_ends_consent() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let of = |version: &str, withdrawn, days| Consent::of(Some((version, at, withdrawn)), days);
        assert!(of(CONSENT_VERSION, None, 180).holds());
        assert_eq!(of(CONSENT_VERSION, Some(at), 180), Consent::Withdrawn { at });
        assert_eq!(of("2020-1", None, 180), Consent::Outdated { at });
        assert_eq!(Consent::of(None, 180), Consent::Never);
        assert!(of(CONSENT_VERSION, None, 90).holds(), "a shorter time is agreed to");
        assert_eq!(of(CONSENT_VERSION, None, 181), Consent::Outdated { at });
        assert!(of(&consent_version(90), None, 90).holds() && of(&consent_version(365), None, 180).holds());
        assert_eq!(of(&consent_version(90), None, 91), Consent::Outdated { at });
        assert_eq!(of("2026-1x", None, 1), Consent::Outdated { at });
        assert_eq!((consent_version(180).as_str(), consent_version(90).as_str()), ("2026-1", "2026-1/90"));
    }
}
