//! The organisation: units as a tree, people, the facts every screen needs.

use crate::codes;
use crate::ids::{SignInId, UnitId, UserId};
use crate::money::Currency;
use crate::policy::Role;
use crate::tiers::TierNames;
use crate::violation::{Check, Violation};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// Level of a unit in the tree: company above regions above teams.
    UnitKind { Company = "company", Region = "region", Team = "team" }
}

/// Shortest password that is accepted, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password that is hashed; a longer one is refused, not cut.
pub const PASSWORD_MAX: usize = 200;
pub const NAME_MAX: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub kind: UnitKind,
    pub name: String,
}

/// A colleague as lists and pickers show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub unit: UnitId,
    pub active: bool,
    pub version: i32,
}

/// What every page knows about the one who looks at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub unit_name: String,
    pub organisation: String,
    pub currency: Currency,
    /// Today in the organisation's time zone.
    pub today: NaiveDate,
    /// Offset of that zone now, in minutes east of UTC, to show instants.
    pub offset_min: i32,
    /// The data is invented, and may be reset.
    pub demo: bool,
    /// What the tiers are called here.
    pub tiers: TierNames,
}

/// One sign-in of a person, as they see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    pub id: SignInId,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub ip: String,
    pub agent: String,
    pub current: bool,
}

/// A demo account that the sign-in page offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub unit_name: String,
}

/// The first start: the organisation and its administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpForm {
    pub organisation: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub password_again: String,
    #[serde(default)]
    pub currency: String,
    #[serde(default)]
    pub time_zone: String,
    #[serde(default)]
    pub fiscal_start_month: String,
}

/// Zones that the set-up page offers, by their names in the time-zone database.
/// Others can be set in the database; the product asks for no more.
pub const TIME_ZONES: [&str; 26] = [
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Ho_Chi_Minh",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Asia/Riyadh",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Moscow",
    "Africa/Johannesburg",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Australia/Sydney",
    "Pacific/Auckland",
    "UTC",
];

/// [`SetUpForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    pub organisation: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub currency: Currency,
    /// One of [`TIME_ZONES`].
    pub time_zone: &'static str,
    /// 1 to 12.
    pub fiscal_start_month: u32,
}

impl SetUpForm {
    pub fn check(&self) -> Result<SetUp, Vec<Violation>> {
        let mut check = Check::default();
        let set_up = SetUp {
            organisation: check.text("organisation", &self.organisation, NAME_MAX),
            name: check.text("name", &self.name, NAME_MAX),
            email: email(&mut check, &self.email),
            password: new_password(&mut check, &self.password, &self.password_again),
            currency: check.optional("currency", &self.currency, "unknown_value", Currency::parse).unwrap_or(Currency::Cny),
            time_zone: check
                .optional("time_zone", &self.time_zone, "unknown_value", |name| TIME_ZONES.into_iter().find(|known| *known == name))
                .unwrap_or(TIME_ZONES[0]),
            fiscal_start_month: check
                .optional("fiscal_start_month", &self.fiscal_start_month, "unknown_value", |month| {
                    month.parse().ok().filter(|month| (1..=12).contains(month))
                })
                .unwrap_or(1),
        };
        check.finish(set_up)
    }
}

/// A unit as typed. The company itself is only renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitForm {
    /// Empty for a new unit.
    pub id: String,
    pub request: String,
    pub parent: String,
    pub name: String,
}

/// [`UnitForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitDraft {
    pub id: Option<UnitId>,
    /// `None` for the company.
    pub parent: Option<UnitId>,
    pub kind: UnitKind,
    pub name: String,
}

impl UnitForm {
    /// Checks against the units that there are: a unit stands below another
    /// one that is neither itself nor below it. What is below the company is a
    /// region, what is below that a team.
    pub fn check(&self, units: &[Unit]) -> Result<UnitDraft, Vec<Violation>> {
        let mut check = Check::default();
        let name = check.text("name", &self.name, NAME_MAX);
        let known = |id: UnitId| units.iter().find(|unit| unit.id == id);
        let id = check.optional("id", &self.id, "unknown_value", |text| UnitId::parse(text).filter(|id| known(*id).is_some()));
        if id.and_then(known).is_some_and(|unit| unit.kind == UnitKind::Company) {
            return check.finish(UnitDraft { id, parent: None, kind: UnitKind::Company, name });
        }
        let parent = check.required("parent", &self.parent, "unknown_value", |text| UnitId::parse(text).and_then(known));
        let kind = match parent {
            Some(parent) if parent.kind == UnitKind::Company => UnitKind::Region,
            _ => UnitKind::Team,
        };
        let mut above = parent;
        // The number of units bounds the way up, should there be a loop.
        for _ in 0..units.len() {
            if id.is_some() && above.map(|unit| unit.id) == id {
                check.refuse(Violation::new("parent", "unit_cycle"));
                break;
            }
            above = above.and_then(|unit| unit.parent).and_then(known);
        }
        check.finish(UnitDraft { id, parent: parent.map(|unit| unit.id), kind, name })
    }
}

/// A person added or changed by an administrator; `password` may be empty on change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonForm {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub request: String,
    pub name: String,
    pub email: String,
    pub role: String,
    pub unit: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub active: bool,
    #[serde(default)]
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    pub name: String,
    pub email: String,
    pub role: Role,
    pub unit: UnitId,
    pub password: Option<String>,
    pub active: bool,
}

impl PersonForm {
    pub fn check(&self) -> Result<PersonDraft, Vec<Violation>> {
        let mut check = Check::default();
        let name = check.text("name", &self.name, NAME_MAX);
        let email = email(&mut check, &self.email);
        let role = check.required("role", &self.role, "unknown_value", Role::parse);
        let unit = check.required("unit", &self.unit, "unknown_value", UnitId::parse);
        let is_new = self.id.is_empty();
        let password =
            if is_new || !self.password.is_empty() { Some(new_password(&mut check, &self.password, &self.password)) } else { None };
        let draft = role.zip(unit).map(|(role, unit)| PersonDraft { name, email, role, unit, password, active: self.active || is_new });
        check.finish_some(draft)
    }
}

/// A new password typed twice: length bounds, and both equal. Blanks count.
pub fn new_password(check: &mut Check, password: &str, again: &str) -> String {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        check.refuse(Violation::new("password", "password_too_short").with("min", PASSWORD_MIN));
    } else if length > PASSWORD_MAX {
        check.refuse(Violation::new("password", "too_long").with("max", PASSWORD_MAX));
    } else if password != again {
        check.refuse(Violation::new("password_again", "passwords_differ"));
    }
    password.to_owned()
}

/// A mail address in lower case: one `@`, a dot behind it, no blanks. Whether
/// it can be reached is known only by sending to it.
pub fn email(check: &mut Check, value: &str) -> String {
    let text = check.text("email", value, 200).to_lowercase();
    if !text.is_empty() && !looks_like_email(&text) {
        check.refuse(Violation::new("email", "bad_email"));
    }
    text
}

#[must_use]
pub fn looks_like_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    !local.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains('@')
        && !text.chars().any(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_below_another_and_never_below_itself() {
        let id = |n| UnitId(uuid::Uuid::from_u128(n));
        let unit = |n, parent: Option<u128>, kind| Unit { id: id(n), parent: parent.map(id), kind, name: n.to_string() };
        let units = [
            unit(1, None, UnitKind::Company),
            unit(2, Some(1), UnitKind::Region),
            unit(3, Some(2), UnitKind::Team),
            unit(4, Some(1), UnitKind::Region),
        ];
        let check = |of: Option<u128>, parent: u128| {
            let form = UnitForm {
                id: of.map(|n| id(n).to_string()).unwrap_or_default(),
                parent: id(parent).to_string(),
                name: "A".into(),
                ..UnitForm::default()
            };
            form.check(&units).map(|draft| (draft.parent, draft.kind)).map_err(|found| found[0].code.clone())
        };
        assert_eq!(check(None, 1), Ok((Some(id(1)), UnitKind::Region)));
        assert_eq!(check(None, 2), Ok((Some(id(2)), UnitKind::Team)));
        assert_eq!(check(Some(3), 4), Ok((Some(id(4)), UnitKind::Team)));
        assert_eq!(check(Some(3), 1), Ok((Some(id(1)), UnitKind::Region)));
        assert_eq!(check(Some(2), 2), Err("unit_cycle".into()));
        assert_eq!(check(Some(2), 3), Err("unit_cycle".into()));
        assert_eq!(check(Some(2), 9), Err("unknown_value".into()));
        assert_eq!(check(Some(1), 3), Ok((None, UnitKind::Company)), "the company stays at the top");
    }
}
