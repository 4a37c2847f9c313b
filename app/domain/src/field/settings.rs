//! What the organisation sets of checking in: whether a picture is asked for, how long places
//! are kept as measured and pictures at all, and how near one must be.
//!
//! People agreed to be located with a time before their eyes: a longer one needs a new consent
//! ([`super::privacy::Consent`]), and what was measured before keeps the shorter one.

use super::{RADIUS_MAX_M, RADIUS_MIN_M};
use crate::check_in::DEFAULT_RADIUS_DM;
use crate::codes;
use crate::violation::{Check, Violation};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub const FIELD_SETTINGS: &str = "/settings/field";
/// Longest time for which places are kept as measured, in days.
pub const EXACT_DAYS_MAX: u32 = 365;
/// Longest time after which pictures are erased, in days; 0 keeps them.
pub const PHOTO_DAYS_MAX: u32 = 3_650;

codes! {
    /// Whether a check-in comes with a picture.
    PhotoRule {
        Optional = "optional",
        /// One is asked for. What a phone kept without network is taken without, and marked.
        Required = "required",
        /// None is asked for, and none is kept.
        Off = "off",
    }
}

/// What holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRules {
    pub photo: PhotoRule,
    /// Since when that holds of pictures: what was written before is taken as it was.
    pub photo_since: Option<DateTime<Utc>>,
    /// Days for which places are kept as measured.
    pub exact_days: u32,
    /// Days for which pictures are kept; 0 for ever.
    pub photo_days: u32,
    /// How near one must be to a customer that has no radius of its own.
    pub radius_dm: i64,
}

impl FieldRules {
    /// Until somebody sets something.
    pub const HOUSE: Self = Self {
        photo: PhotoRule::Optional,
        photo_since: None,
        exact_days: super::privacy::RETENTION_DAYS,
        photo_days: 0,
        radius_dm: DEFAULT_RADIUS_DM,
    };

    /// Places of check-ins before this day are rounded.
    #[must_use]
    pub fn exact_since(&self, today: NaiveDate) -> NaiveDate {
        before(today, self.exact_days)
    }

    /// Pictures of check-ins before this day are erased; `None`: none are.
    #[must_use]
    pub fn photos_since(&self, today: NaiveDate) -> Option<NaiveDate> {
        (self.photo_days > 0).then(|| before(today, self.photo_days))
    }

    /// Whether what was written at this moment falls under the rule of pictures.
    #[must_use]
    pub fn rules_photos(&self, at: DateTime<Utc>) -> bool {
        self.photo_since.is_none_or(|since| at >= since)
    }
}

fn before(today: NaiveDate, days: u32) -> NaiveDate {
    today.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// What a shorter time touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Places that are rounded.
    pub places: i64,
    /// Pictures that are erased.
    pub photos: i64,
}

impl Touched {
    /// As a form brings it back: places, and pictures.
    #[must_use]
    pub fn told(self) -> String {
        format!("{}/{}", self.places, self.photos)
    }
}

/// The page of the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldSettings {
    pub rules: FieldRules,
    /// Zero: nobody has set anything.
    pub version: i32,
    /// Places that are kept as measured, and pictures, now.
    pub kept: Touched,
}

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldForm {
    /// Of nothing; forms with a version name one.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub photo: String,
    pub exact_days: String,
    pub photo_days: String,
    /// Metres.
    pub radius: String,
    /// What a shorter time touches, as it was told ([`Touched::told`]) and read.
    pub sure: String,
}

impl FieldForm {
    #[must_use]
    pub fn of(rules: &FieldRules, version: i32) -> Self {
        Self {
            version,
            photo: rules.photo.code().to_owned(),
            exact_days: rules.exact_days.to_string(),
            photo_days: rules.photo_days.to_string(),
            radius: (rules.radius_dm / 10).to_string(),
            ..Self::default()
        }
    }

    /// Refuses what is no number, and what lies beyond the limits.
    pub fn check(&self) -> Result<FieldRules, Vec<Violation>> {
        let mut check = Check::default();
        let photo = check.required("photo", &self.photo, "unknown_value", PhotoRule::parse).unwrap_or(PhotoRule::Optional);
        let mut number = |field: &'static str, typed: &str, min: i64, max: i64| {
            let found = check.required(field, typed, "not_a_whole_number", |text| text.parse::<i64>().ok());
            match found {
                Some(n) if n < min => check.refuse(Violation::new(field, "too_small_min").with("min", min)),
                Some(n) if n > max => check.refuse(Violation::new(field, "too_large_max").with("max", max)),
                _ => {}
            }
            found.unwrap_or_default()
        };
        let exact_days = number("exact_days", &self.exact_days, 1, i64::from(EXACT_DAYS_MAX));
        let photo_days = number("photo_days", &self.photo_days, 0, i64::from(PHOTO_DAYS_MAX));
        let radius_dm = number("radius", &self.radius, RADIUS_MIN_M, RADIUS_MAX_M).saturating_mul(10);
        let days = |n: i64| u32::try_from(n).unwrap_or_default();
        check.finish(FieldRules { photo, photo_since: None, exact_days: days(exact_days), photo_days: days(photo_days), radius_dm })
    }

    /// Refuses to go on until what a shorter time touches was read: these numbers and no others,
    /// so that a tick for some is none for all.
    pub fn confirmed(&self, touched: Touched) -> Result<(), Vec<Violation>> {
        if self.sure == touched.told() {
            return Ok(());
        }
        let said = [("exact_days", "rounds_places", touched.places), ("photo_days", "erases_photos", touched.photos)];
        let found: Vec<Violation> =
            said.into_iter().filter(|(.., n)| *n > 0).map(|(field, code, n)| Violation::new(field, code).with("n", n)).collect();
        if found.is_empty() { Ok(()) } else { Err(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> FieldForm {
        FieldForm::of(&FieldRules::HOUSE, 0)
    }

    fn codes(form: &FieldForm) -> Vec<String> {
        form.check().err().into_iter().flatten().map(|v| v.to_string()).collect()
    }

    #[test]
    fn the_house_reads_back() {
        assert_eq!(form().check(), Ok(FieldRules::HOUSE));
        assert_eq!((form().exact_days.as_str(), form().photo_days.as_str(), form().radius.as_str()), ("180", "0", "500"));
    }

    #[test]
    fn every_field_says_what_is_wrong_with_it() {
        let wrong = FieldForm { photo: "maybe".into(), exact_days: "0".into(), photo_days: "3651".into(), radius: "49".into(), ..form() };
        assert_eq!(
            codes(&wrong),
            ["photo: unknown_value", "exact_days: too_small_min", "photo_days: too_large_max", "radius: too_small_min"]
        );
        let wrong = FieldForm { exact_days: "366".into(), photo_days: "-1".into(), radius: "1.5".into(), ..form() };
        assert_eq!(codes(&wrong), ["exact_days: too_large_max", "photo_days: too_small_min", "radius: not_a_whole_number"]);
        assert_eq!(codes(&FieldForm { exact_days: " ".into(), ..form() }), ["exact_days: required"]);
    }

    #[test]
    fn days_are_whole_and_zero_keeps_pictures() {
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rules = FieldRules { exact_days: 30, photo_days: 0, ..FieldRules::HOUSE };
        assert_eq!(rules.exact_since(on("2026-06-30")), on("2026-05-31"));
        assert_eq!(rules.photos_since(on("2026-06-30")), None);
        assert_eq!(FieldRules { photo_days: 1, ..rules }.photos_since(on("2026-06-30")), Some(on("2026-06-29")));
    }

    #[test]
    fn what_is_touched_is_read_first() {
        let touched = Touched { places: 3, photos: 0 };
        let refused = form().confirmed(touched).unwrap_err();
        assert_eq!(refused, [Violation::new("exact_days", "rounds_places").with("n", 3)]);
        assert_eq!(form().confirmed(Touched::default()), Ok(()));
        assert_eq!(FieldForm { sure: touched.told(), ..form() }.confirmed(touched), Ok(()));
        let more = Touched { places: 400, ..touched };
        assert!(FieldForm { sure: touched.told(), ..form() }.confirmed(more).is_err(), "that many were not told");
    }

    #[test]
    fn a_rule_of_pictures_holds_from_when_it_was_set() {
        let at = DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(10);
        let rules = FieldRules { photo_since: Some(at), ..FieldRules::HOUSE };
        assert!(rules.rules_photos(at) && !rules.rules_photos(at - chrono::Duration::seconds(1)));
        assert!(FieldRules::HOUSE.rules_photos(at));
    }
}
