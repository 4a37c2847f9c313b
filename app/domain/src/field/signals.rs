//! Reasons to doubt a check-in. They are shown to people and punish nobody.
//!
//! Not here, because it cannot be: whether a device invents its position. No browser tells.

use super::Fix;
use super::form::VisitDraft;
use crate::check_in::{Position, SUSPICIOUS_KMH, speed_kmh};
use crate::codes;
use crate::ids::CustomerId;
use chrono::{DateTime, Utc};

codes! {
    Signal {
        /// The way from the check-in before, or to the one after, was too fast.
        Speed = "speed",
        /// The very same coordinates as at another customer.
        SamePlace = "same_place",
        /// Measured without any error, or always with the same.
        FlatAccuracy = "flat_accuracy",
        /// The position was measured long before.
        OldFix = "old_fix",
        /// The device's clock is wrong.
        Clock = "clock",
        /// The picture was sent before.
        PhotoReused = "photo_reused",
        /// The picture was not taken for this check-in.
        PhotoPicked = "photo_picked",
        /// A picture was asked for, and the phone kept it without one.
        PhotoMissing = "photo_missing",
        /// Sent long after it happened.
        Late = "late",
        /// From a device that the person did not use before.
        NewDevice = "new_device",
        /// The measurements were taken without consent, and thrown away.
        NoConsent = "no_consent",
    }
}

/// An older position is suspicious, in seconds.
pub const OLD_FIX_S: i64 = 60;
/// A clock that is further off, in seconds.
pub const CLOCK_S: i64 = 300;
/// Sent so many hours after it happened.
pub const LATE_HOURS: i64 = 72;
/// A picture that was taken earlier, in seconds.
pub const PICKED_S: i64 = 300;
/// So many fixes in a row of one accuracy are no measurements.
pub const FLAT_RUN: usize = 4;
/// Decimals of a degree that are compared.
const DECIMALS: f64 = 1e7;

/// An earlier or later check-in of the same person.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    pub at: DateTime<Utc>,
    pub customer: CustomerId,
    pub fix: Option<Fix>,
    pub install: String,
}

/// What is known around a check-in.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Other check-ins of the person, in the order of time: those shortly before and after.
    pub others: Vec<Other>,
    /// Whether one of its pictures was sent before.
    pub photo_reused: bool,
    /// Whether the person used this device before, or no other: `None` if no device is named.
    pub known_device: Option<bool>,
    /// Measurements were sent without consent.
    pub without_consent: bool,
    /// A picture was asked for, and there is none.
    pub photo_missing: bool,
}

/// All reasons to doubt, in the order of [`Signal::ALL`].
#[must_use]
pub fn signals(draft: &VisitDraft, received_at: DateTime<Utc>, around: &Around) -> Vec<Signal> {
    let fix = draft.fix.as_ref();
    Signal::ALL
        .iter()
        .copied()
        .filter(|signal| match signal {
            Signal::Speed => fix.is_some_and(|fix| too_fast(draft.at, fix, &around.others)),
            Signal::SamePlace => fix.is_some_and(|fix| elsewhere(draft.customer, fix, &around.others)),
            Signal::FlatAccuracy => fix.is_some_and(|fix| flat(draft.at, fix, &around.others)),
            Signal::OldFix => fix.is_some_and(|fix| fix.age_s > OLD_FIX_S),
            Signal::Clock => draft.skew_s.abs() > CLOCK_S,
            Signal::PhotoReused => around.photo_reused,
            Signal::PhotoPicked => draft.photo_age_s.is_some_and(|age| age > PICKED_S),
            Signal::PhotoMissing => around.photo_missing,
            Signal::Late => (received_at - draft.at).num_hours() >= LATE_HOURS,
            Signal::NewDevice => around.known_device == Some(false),
            Signal::NoConsent => around.without_consent,
        })
        .collect()
}

/// To the nearest check-in with a position on either side of it.
fn too_fast(at: DateTime<Utc>, fix: &Fix, others: &[Other]) -> bool {
    let placed = |other: &Other| other.fix.map(|fix| (other.at, fix.position));
    let before = others.iter().filter(|other| other.at <= at).filter_map(placed).next_back();
    let after = others.iter().filter(|other| other.at > at).find_map(placed);
    before.into_iter().chain(after).any(|(then, place)| {
        let seconds = (at - then).num_seconds().abs().max(1);
        speed_kmh(place, fix.position, seconds).is_some_and(|speed| speed > SUSPICIOUS_KMH)
    })
}

fn elsewhere(customer: CustomerId, fix: &Fix, others: &[Other]) -> bool {
    others.iter().filter(|other| other.customer != customer).filter_map(|other| other.fix).any(|other| same(other.position, fix.position))
}

fn same(a: Position, b: Position) -> bool {
    let cut = |degrees: f64| (degrees * DECIMALS).round();
    cut(a.lat) == cut(b.lat) && cut(a.lon) == cut(b.lon)
}

fn flat(at: DateTime<Utc>, fix: &Fix, others: &[Other]) -> bool {
    if fix.accuracy_dm == 0 {
        return true;
    }
    let before: Vec<Fix> = others.iter().filter(|other| other.at <= at).filter_map(|other| other.fix).collect();
    let last = before.len().checked_sub(FLAT_RUN - 1).map(|from| &before[from..]);
    last.is_some_and(|last| last.iter().all(|one| one.accuracy_dm == fix.accuracy_dm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Source;
    use crate::field::form::VisitForm;
    use chrono::{Duration, TimeZone};

    const SHENZHEN: Position = Position { lat: 22.5431, lon: 114.0579 };
    const GUANGZHOU: Position = Position { lat: 23.1291, lon: 113.2644 };

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 6, 30, 6, 0, 0).unwrap()
    }

    fn customer(n: u128) -> CustomerId {
        CustomerId(uuid::Uuid::from_u128(n))
    }

    fn fix(position: Position, accuracy_dm: i64) -> Fix {
        Fix { position, accuracy_dm, age_s: 2, source: Source::Live }
    }

    fn draft() -> VisitDraft {
        let form = VisitForm { customer: customer(1).to_string(), ..VisitForm::default() };
        VisitDraft { fix: Some(fix(GUANGZHOU, 180)), ..form.check(now(), |at| at.date_naive()).unwrap() }
    }

    fn other(minutes: i64, of: u128, fix: Fix) -> Other {
        Other { at: now() + Duration::minutes(minutes), customer: customer(of), fix: Some(fix), install: "a".into() }
    }

    fn found(draft: &VisitDraft, others: Vec<Other>) -> Vec<Signal> {
        signals(draft, now(), &Around { others, ..Around::default() })
    }

    #[test]
    fn an_ordinary_check_in_raises_none() {
        assert_eq!(found(&draft(), vec![other(-120, 2, fix(SHENZHEN, 250))]), []);
        assert_eq!(signals(&draft(), now(), &Around { known_device: Some(true), ..Around::default() }), []);
    }

    #[test]
    fn speed_is_of_the_way_from_before_and_to_what_came_after() {
        assert_eq!(found(&draft(), vec![other(-20, 2, fix(SHENZHEN, 250))]), [Signal::Speed]);
        assert_eq!(found(&draft(), vec![other(20, 2, fix(SHENZHEN, 250))]), [Signal::Speed], "what arrives out of order too");
        assert_eq!(found(&draft(), vec![other(0, 2, fix(SHENZHEN, 250))]), [Signal::Speed], "no time at all");
        let near = other(-5, 2, fix(GUANGZHOU, 250));
        assert_eq!(found(&VisitDraft { customer: customer(2), ..draft() }, vec![other(-120, 2, fix(SHENZHEN, 90)), near]), []);
    }

    #[test]
    fn the_very_same_place_at_two_customers() {
        assert_eq!(found(&draft(), vec![other(-600, 2, fix(GUANGZHOU, 90))]), [Signal::SamePlace]);
        assert_eq!(found(&draft(), vec![other(-600, 1, fix(GUANGZHOU, 90))]), [], "the same customer is where it was");
        let beside = Position { lat: GUANGZHOU.lat + 1e-6, ..GUANGZHOU };
        assert_eq!(found(&draft(), vec![other(-600, 2, fix(beside, 90))]), []);
    }

    #[test]
    fn accuracy_that_never_changes_is_not_measured() {
        let perfect = VisitDraft { fix: Some(fix(GUANGZHOU, 0)), ..draft() };
        assert_eq!(found(&perfect, Vec::new()), [Signal::FlatAccuracy]);
        let run: Vec<_> = (1..=3).map(|n| other(-600 * n, 1, fix(GUANGZHOU, 180))).rev().collect();
        assert_eq!(found(&draft(), run[1..].to_vec()), [], "three alike may be chance");
        assert_eq!(found(&draft(), run), [Signal::FlatAccuracy]);
    }

    #[test]
    fn limits_belong_to_the_quiet_side() {
        let aged = |age_s| VisitDraft { fix: Some(Fix { age_s, ..fix(GUANGZHOU, 180) }), ..draft() };
        assert_eq!((found(&aged(60), vec![]), found(&aged(61), vec![])), (vec![], vec![Signal::OldFix]));
        let skewed = |skew_s| VisitDraft { skew_s, ..draft() };
        assert_eq!((found(&skewed(-300), vec![]), found(&skewed(-301), vec![])), (vec![], vec![Signal::Clock]));
        let late = |hours| signals(&VisitDraft { at: now() - Duration::hours(hours), ..draft() }, now(), &Around::default());
        assert_eq!((late(71), late(72)), (vec![], vec![Signal::Late]));
        let picked = |age| VisitDraft { photo_age_s: Some(age), ..draft() };
        assert_eq!((found(&picked(300), vec![]), found(&picked(301), vec![])), (vec![], vec![Signal::PhotoPicked]));
    }

    #[test]
    fn what_the_store_knows_is_passed_on() {
        let around = Around { photo_reused: true, known_device: Some(false), without_consent: true, ..Around::default() };
        assert_eq!(signals(&draft(), now(), &around), [Signal::PhotoReused, Signal::NewDevice, Signal::NoConsent]);
    }
}
