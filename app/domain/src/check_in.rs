//! Field check-ins: distance, verdict and plausibility of a position.
//!
//! A check-in is always recorded and never blocked; the verdict says how far it can be
//! trusted (house decision HD-22). Distances are only between points of one reference
//! system: mixing WGS-84 and GCJ-02 shifts them by half a kilometre.
//!
//! Positions are measured, not counted: this is one of the few places with floating
//! point, and its results are whole numbers.

use serde::{Deserialize, Serialize};

use crate::codes;

/// Radius of the earth in metres, the mean of IUGG.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Beyond this accuracy, in decimetres, a position says too little.
pub const MAX_ACCURACY_DM: i64 = 2_000;
/// How near one must be, in decimetres, where a customer has no radius of its own.
pub const DEFAULT_RADIUS_DM: i64 = 5_000;
/// A faster way between two check-ins, in kilometres an hour, is suspicious.
pub const SUSPICIOUS_KMH: i64 = 150;

codes! {
    /// How far a check-in can be trusted.
    Verdict {
        /// Near enough.
        Ok = "OK",
        /// Near enough only at the edge of the accuracy.
        Doubt = "DOUBT",
        /// Too far.
        OutOfRange = "OUT_OF_RANGE",
        /// The position is too vague.
        LowAccuracy = "LOW_ACCURACY",
        /// There is no position, or none of the customer.
        NoFix = "NO_FIX",
    }
}

/// A position in degrees, in whatever system both points of a distance are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

/// The great-circle distance in decimetres (haversine).
///
/// ```
/// use domain::check_in::{haversine_dm, Position};
/// let distance = haversine_dm(Position { lat: 0.0, lon: 0.0 }, Position { lat: 0.0, lon: 1.0 });
/// assert_eq!(distance, 1_111_951);
/// ```
pub fn haversine_dm(from: Position, to: Position) -> i64 {
    rounded(distance_m(from, to) * 10.0)
}

/// The verdict on a check-in at a distance, with an accuracy (the radius that holds the
/// true position in 95 of 100 cases), all in decimetres.
///
/// ```
/// use domain::check_in::{check_in_verdict, Verdict, MAX_ACCURACY_DM};
/// let verdict = |distance, accuracy| check_in_verdict(Some(distance), Some(accuracy), 5_000, MAX_ACCURACY_DM);
/// assert_eq!(verdict(5_039, 300), Verdict::Doubt);
/// assert_eq!(verdict(5_039, 30), Verdict::OutOfRange);
/// ```
pub fn check_in_verdict(distance_dm: Option<i64>, accuracy_dm: Option<i64>, radius_dm: i64, max_accuracy_dm: i64) -> Verdict {
    let Some((distance, accuracy)) = distance_dm.zip(accuracy_dm) else { return Verdict::NoFix };
    if accuracy > max_accuracy_dm {
        Verdict::LowAccuracy
    } else if distance <= radius_dm {
        Verdict::Ok
    } else if distance.saturating_sub(accuracy) <= radius_dm {
        Verdict::Doubt
    } else {
        Verdict::OutOfRange
    }
}

/// The speed that the way between two check-ins needs at least, in kilometres an hour.
/// `None` if no time passed.
pub fn speed_kmh(from: Position, to: Position, seconds: i64) -> Option<i64> {
    (seconds > 0).then(|| rounded(distance_m(from, to) / seconds as f64 * 3.6))
}

/// How many metres GCJ-02 is away from WGS-84 at a point inside mainland China, by the
/// usual public approximation.
pub fn wgs84_to_gcj02_offset_m(point: Position) -> i64 {
    rounded(distance_m(point, gcj02_of(point)))
}

/// A point inside mainland China in GCJ-02, by the usual public approximation on the
/// ellipsoid of Krasovsky 1940.
pub fn gcj02_of(wgs84: Position) -> Position {
    const A: f64 = 6_378_245.0;
    const E2: f64 = 0.006_693_421_622_965_943;
    let (x, y) = (wgs84.lon - 105.0, wgs84.lat - 35.0);
    let lat = wgs84.lat.to_radians();
    let magic = 1.0 - E2 * lat.sin() * lat.sin();
    let north_m_per_degree = (A * (1.0 - E2) / (magic * magic.sqrt())).to_radians();
    let east_m_per_degree = (A / magic.sqrt() * lat.cos()).to_radians();
    Position { lat: wgs84.lat + north_m(x, y) / north_m_per_degree, lon: wgs84.lon + east_m(x, y) / east_m_per_degree }
}

fn north_m(x: f64, y: f64) -> f64 {
    -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + short_waves(x)
        + waves(y, [(20.0, 1.0), (40.0, 3.0)])
        + 2.0 / 3.0 * (160.0 * sin_pi(y / 12.0) + 320.0 * sin_pi(y / 30.0))
}

fn east_m(x: f64, y: f64) -> f64 {
    300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + short_waves(x)
        + waves(x, [(20.0, 1.0), (40.0, 3.0)])
        + 2.0 / 3.0 * (150.0 * sin_pi(x / 12.0) + 300.0 * sin_pi(x / 30.0))
}

fn short_waves(x: f64) -> f64 {
    2.0 / 3.0 * (20.0 * sin_pi(6.0 * x) + 20.0 * sin_pi(2.0 * x))
}

fn waves(of: f64, heights: [(f64, f64); 2]) -> f64 {
    2.0 / 3.0 * heights.into_iter().map(|(height, length)| height * sin_pi(of / length)).sum::<f64>()
}

fn sin_pi(of: f64) -> f64 {
    (of * std::f64::consts::PI).sin()
}

fn distance_m(from: Position, to: Position) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let (from_lat, to_lat) = (from.lat.to_radians(), to.lat.to_radians());
    let h = half(to.lat - from.lat) + from_lat.cos() * to_lat.cos() * half(to.lon - from.lon);
    2.0 * EARTH_RADIUS_M * h.clamp(0.0, 1.0).sqrt().asin()
}

/// The nearest whole number; zero for what is no number.
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHANGHAI: Position = Position { lat: 31.2304, lon: 121.4737 };

    #[test]
    fn the_other_side_of_the_earth_is_half_its_circumference_away() {
        let (north, south) = (Position { lat: 90.0, lon: 0.0 }, Position { lat: -90.0, lon: 77.0 });
        assert_eq!(haversine_dm(north, south), 200_151_144);
        assert_eq!(haversine_dm(SHANGHAI, SHANGHAI), 0);
        assert_eq!(haversine_dm(Position { lat: f64::NAN, lon: 0.0 }, SHANGHAI), 0);
    }

    #[test]
    fn each_verdict_includes_its_limit() {
        let verdict = |distance, accuracy| check_in_verdict(Some(distance), Some(accuracy), 5_000, MAX_ACCURACY_DM);
        assert_eq!((verdict(5_000, 2_000), verdict(5_001, 1), verdict(5_001, 0)), (Verdict::Ok, Verdict::Doubt, Verdict::OutOfRange));
        assert_eq!(verdict(0, 2_001), Verdict::LowAccuracy);
        assert_eq!(check_in_verdict(None, Some(1), 5_000, MAX_ACCURACY_DM), Verdict::NoFix);
        assert_eq!(check_in_verdict(Some(1), None, 5_000, MAX_ACCURACY_DM), Verdict::NoFix);
    }

    #[test]
    fn no_time_has_no_speed() {
        assert_eq!((speed_kmh(SHANGHAI, SHANGHAI, 0), speed_kmh(SHANGHAI, SHANGHAI, 5)), (None, Some(0)));
    }

    #[test]
    fn the_systems_differ_by_half_a_kilometre_to_the_south_east() {
        let shifted = gcj02_of(SHANGHAI);
        assert!(shifted.lat < SHANGHAI.lat && shifted.lon > SHANGHAI.lon);
        assert_eq!(wgs84_to_gcj02_offset_m(SHANGHAI), 481);
    }
}
