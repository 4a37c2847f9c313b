//! What the pages of the field show, and their forms.

use super::privacy::Consent;
use super::settings::{FieldRules, PhotoRule};
use super::signals::Signal;
use super::{Fix, NoFix, Planned, RADIUS_MAX_M, RADIUS_MIN_M, Stay};
use crate::check_in::{Position, Verdict};
use crate::customers::Tier;
use crate::ids::{CheckInId, CustomerId, UserId};
use crate::search::fold;
use crate::violation::{Check, Violation, parse_date};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A customer that one may check in at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearCustomer {
    pub id: CustomerId,
    pub name: String,
    pub tier: Tier,
    pub phone: String,
    pub region: String,
    pub place: Option<Position>,
    pub radius_dm: i64,
    /// Why one is expected there today.
    pub planned: Planned,
    /// What is to be done there today, in the words of the plan.
    pub step: String,
    pub last: Option<NaiveDate>,
}

/// The page of checking in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldPage {
    pub consent: Consent,
    /// Those of today first, then by name.
    pub customers: Vec<NearCustomer>,
    /// Customers of one's own that the list leaves out.
    pub more: i64,
    /// Where one is checked in.
    pub open: Option<Visit>,
    /// What was just recorded.
    pub done: Option<Visit>,
    pub today: NaiveDate,
    pub rules: FieldRules,
}

impl NearCustomer {
    /// Whether it is of a region, if one is asked for, and has the text in its name or region.
    #[must_use]
    pub fn fits(&self, text: &str, region: &str) -> bool {
        let text = fold(text);
        (region.is_empty() || self.region == region)
            && (text.is_empty() || fold(&self.name).contains(&text) || fold(&self.region).contains(&text))
    }
}

/// What a phone keeps for the time without network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub person: UserId,
    pub person_name: String,
    pub day: NaiveDate,
    pub taken_at: DateTime<Utc>,
    pub consent: bool,
    pub photo: PhotoRule,
    pub customers: Vec<NearCustomer>,
    /// One's tasks that are due or overdue: what, at whom, when.
    pub tasks: Vec<(String, String, NaiveDate)>,
    pub open: Option<(CheckInId, CustomerId, String, DateTime<Utc>)>,
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Out {
    pub at: DateTime<Utc>,
    pub verdict: Verdict,
    pub distance_dm: Option<i64>,
    pub note: String,
}

/// A visit: a check-in with its check-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub id: CheckInId,
    pub person: UserId,
    pub person_name: String,
    pub customer: CustomerId,
    pub customer_name: String,
    pub tier: Tier,
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    pub received_at: DateTime<Utc>,
    pub offline: bool,
    pub verdict: Verdict,
    pub distance_dm: Option<i64>,
    pub radius_dm: i64,
    pub fix: Option<Fix>,
    pub no_fix: Option<NoFix>,
    /// Rounded, since it is long ago.
    pub rounded: bool,
    /// Of the customer, as it is now.
    pub place: Option<Position>,
    pub planned: Planned,
    pub stay: Stay,
    pub out: Option<Out>,
    pub signals: Vec<Signal>,
    pub photos: Vec<uuid::Uuid>,
    pub note: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    /// The customer has no place, and this check-in would do as one.
    pub proposes: bool,
    /// Whoever looks may change the customer.
    pub may_place: bool,
}

/// What narrows the page of visits: a day, a person, one visit that is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitQuery {
    pub on: Option<NaiveDate>,
    pub person: Option<UserId>,
    pub verdict: Option<Verdict>,
    pub open: Option<CheckInId>,
}

impl VisitQuery {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            on: parse_date(get("on").trim()),
            person: UserId::parse(&get("person")),
            verdict: Verdict::parse(&get("verdict")),
            open: CheckInId::parse(&get("open")),
        }
    }

    /// As an address keeps it, without the visit that is opened.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.on.map(|on| ("on", on.to_string())),
            self.person.map(|id| ("person", id.to_string())),
            self.verdict.map(|verdict| ("verdict", verdict.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The visits of a person on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonDay {
    pub person: UserId,
    pub name: String,
    /// In the order of time.
    pub visits: Vec<Visit>,
    /// Expected that day and not visited.
    pub missed: Vec<(CustomerId, String, Planned)>,
}

impl PersonDay {
    #[must_use]
    pub fn planned(&self) -> usize {
        self.visits.iter().filter(|visit| visit.planned != Planned::None).count()
    }

    /// Visits that count: long enough, and near enough as far as is known.
    #[must_use]
    pub fn valid(&self) -> usize {
        self.visits.iter().filter(|visit| visit.stay.valid() == Some(true)).count()
    }
}

/// The page of visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitDay {
    pub on: NaiveDate,
    pub people: Vec<PersonDay>,
    /// Whose visits one may see.
    pub choices: Vec<(UserId, String)>,
    /// That others' locations were looked at was written down.
    pub logged: bool,
}

/// That somebody looked where somebody else was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewRow {
    pub viewer: String,
    pub subject: String,
    /// The day whose locations were looked at.
    pub of_day: NaiveDate,
    pub at: DateTime<Utc>,
    pub times: i32,
}

/// The page of what is kept of one's locations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrivacyPage {
    pub consent: Consent,
    /// Check-ins of one's own: all, with an exact position, with a rounded one.
    pub kept: (i64, i64, i64),
    pub photos: i64,
    pub rules: FieldRules,
    /// Who looked at one's own locations, the latest first.
    pub seen_by: Vec<ViewRow>,
    /// Who looked at anybody's; only for administrators.
    pub all: Option<Vec<ViewRow>>,
}

/// Gives or takes back consent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentForm {
    pub request: String,
    /// The text that was read.
    pub version: String,
    pub give: bool,
    /// Whether it was asked for by the page of what is near, to which it leads back.
    pub nearby: bool,
}

/// Gives a customer the place of a check-in, or a radius of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    pub request: String,
    pub visit: String,
    /// Metres; empty for the usual one.
    pub radius: String,
}

impl PlaceForm {
    /// The radius in decimetres.
    pub fn radius_dm(&self) -> Result<Option<i64>, Vec<Violation>> {
        let mut check = Check::default();
        let metres = check.optional("radius", &self.radius, "not_a_whole_number", |text| text.parse::<i64>().ok());
        if let Some(metres) = metres {
            if metres < RADIUS_MIN_M {
                check.refuse(Violation::new("radius", "too_small_min").with("min", RADIUS_MIN_M));
            } else if metres > RADIUS_MAX_M {
                check.refuse(Violation::new("radius", "too_large_max").with("max", RADIUS_MAX_M));
            }
        }
        check.finish(metres.map(|metres| metres * 10))
    }
}

/// Erases one's own positions and pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EraseForm {
    pub request: String,
    pub sure: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_what_it_wrote() {
        let query = VisitQuery { on: NaiveDate::from_ymd_opt(2026, 6, 29), verdict: Some(Verdict::Doubt), ..VisitQuery::default() };
        let pairs = query.to_query();
        let get = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(VisitQuery::from_query(get), query);
        assert_eq!(VisitQuery::from_query(|_| Some("x".into())), VisitQuery::default());
    }

    #[test]
    fn customers_are_found_by_name_and_region() {
        let near = NearCustomer {
            id: CustomerId(uuid::Uuid::nil()),
            name: "北辰 ABC".into(),
            tier: Tier::Vip,
            phone: String::new(),
            region: "华东".into(),
            place: None,
            radius_dm: 0,
            planned: Planned::None,
            step: String::new(),
            last: None,
        };
        for (text, region, fits) in [("", "", true), ("ａｂｃ", "", true), ("华", "华东", true), ("", "华北", false), ("x", "", false)]
        {
            assert_eq!(near.fits(text, region), fits, "{text} {region}");
        }
    }

    #[test]
    fn a_radius_is_a_number_of_metres_between_a_house_and_a_town() {
        let of = |radius: &str| PlaceForm { radius: radius.into(), ..PlaceForm::default() }.radius_dm();
        assert_eq!((of("1000"), of("")), (Ok(Some(10_000)), Ok(None)));
        let code = |radius| of(radius).unwrap_err()[0].code.clone();
        assert_eq!((code("49"), code("5001"), code("1.5")), ("too_small_min".into(), "too_large_max".into(), "not_a_whole_number".into()));
    }
}
