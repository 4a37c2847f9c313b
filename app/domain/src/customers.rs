//! Customers and their contacts.

use crate::codes;
use crate::duplicates::page::{MergeEntry, MergedInto};
use crate::health::Health;
use crate::ids::{ContactId, CustomerId, UserId};
use crate::money::Sums;
use crate::org::looks_like_email;
use crate::pipeline::{Card, Event, Source, Stage};
use crate::pool::page::Standing;
use crate::pool::protection::Protection;
use crate::tiers::board::TierChange;
use crate::tiers::{Asks, Breach, TierService};
use crate::violation::{Check, Violation};
use crate::work::FollowUpKind;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// The tier decides how a customer is served (`rules.md` §2.10).
    Tier { Vip = "vip", Ordinary = "ordinary", Potential = "potential" }
}
codes! {
    /// Number of employees.
    Size { Micro = "1-19", Small = "20-99", Medium = "100-499", Large = "500-1999", Huge = "2000+" }
}
codes! {
    /// Part a contact plays in the decision.
    ContactRole { Decision = "decision", Influence = "influence", User = "user", Purchasing = "purchasing", Other = "other" }
}
codes! {
    CustomerSort { Updated = "updated", Name = "name", Created = "created" }
}
codes! {
    ContactSort { Name = "name", Updated = "updated" }
}

pub const NAME_MAX: usize = 200;
pub const SHORT_MAX: usize = 40;
pub const TEXT_MAX: usize = 200;
pub const NOTES_MAX: usize = 4_000;

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub version: i32,
    pub name: String,
    pub short_name: String,
    pub tier: Tier,
    /// `None`: in the public pool.
    pub owner: Option<(UserId, String)>,
    pub industry: String,
    pub region: String,
    pub size: Option<Size>,
    pub source: Source,
    pub phone: String,
    pub website: String,
    /// The unit that it belongs to.
    pub team: String,
    /// Open deals that this viewer may see.
    pub open: Sums,
    /// The last contact up to today, by any channel.
    pub last: Option<(FollowUpKind, NaiveDate)>,
    /// How long its owner is protected, and into which pool it would fall; only where it was
    /// asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<(Protection, String)>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A customer with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerDetail {
    pub row: CustomerRow,
    pub tax_number: String,
    pub address: String,
    /// WGS-84 degrees, longitude and latitude.
    pub position: Option<(f64, f64)>,
    pub notes: String,
    pub contacts: Vec<ContactRow>,
    pub open_deals: Vec<Card>,
    pub closed_deals: Vec<Card>,
    pub won: Sums,
    /// Stages of the pipelines of these deals.
    pub stages: Vec<Stage>,
    pub timeline: Vec<Event>,
    /// Changes of its tier, the oldest first.
    pub tier_changes: Vec<TierChange>,
    /// What its tier promises.
    pub service: TierService,
    /// The earliest contact that the tier promises; `None` in the public pool.
    pub due: Option<NaiveDate>,
    /// What asks for that contact.
    pub asks: Option<Asks>,
    /// Where the service falls short of the promise.
    pub breaches: Vec<Breach>,
    pub health: Health,
    /// Where it stands with the public pools.
    pub standing: Standing,
    /// It is another customer now: then nothing of it may be changed.
    pub merged: Option<MergedInto>,
    /// Customers that were merged into it, the latest first.
    pub merges: Vec<MergeEntry>,
    /// The customers before and behind it by name, of those that whoever looks may see.
    pub before: Option<(CustomerId, String)>,
    pub after: Option<(CustomerId, String)>,
    /// Who helps its owner, by name.
    pub helpers: Vec<(UserId, String)>,
    /// Who could; nobody for who may not say so.
    pub may_help: Vec<(UserId, String)>,
    /// Whoever looks sees it because they help.
    pub helping: bool,
    pub may_write: bool,
    pub may_log: bool,
    pub may_add_deal: bool,
}

/// Lets somebody help with a customer, or no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HelperForm {
    pub request: String,
    pub customer: String,
    pub helper: String,
    pub gone: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactRow {
    pub id: ContactId,
    pub version: i32,
    pub customer: CustomerId,
    pub customer_name: String,
    /// Of the customer, as its owner is.
    pub tier: Tier,
    pub owner: Option<(UserId, String)>,
    pub name: String,
    pub title: String,
    pub role: ContactRole,
    pub phone: String,
    pub email: String,
    pub primary: bool,
    pub notes: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CustomerFilter {
    pub owner: Option<UserId>,
    pub tier: Option<Tier>,
    pub source: Option<Source>,
    pub industry: String,
    pub region: String,
    pub size: Option<Size>,
    pub text: String,
}

impl CustomerFilter {
    /// Reads an address's query; broken parts are left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let short = |name: &str| get(name).trim().chars().take(TEXT_MAX).collect::<String>();
        Self {
            owner: UserId::parse(&get("owner")),
            tier: Tier::parse(&get("tier")),
            source: Source::parse(&get("source")),
            industry: short("industry"),
            region: short("region"),
            size: Size::parse(&get("size")),
            text: short("q"),
        }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &str| (!value.is_empty()).then(|| (name, value.to_owned()));
        [
            self.owner.map(|v| ("owner", v.to_string())),
            self.tier.map(|v| ("tier", v.to_string())),
            self.source.map(|v| ("source", v.to_string())),
            text("industry", &self.industry),
            text("region", &self.region),
            self.size.map(|v| ("size", v.to_string())),
            text("q", &self.text),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Number of narrowing conditions.
    #[must_use]
    pub fn active(&self) -> usize {
        self.to_query().len()
    }
}

/// What filters and forms of customers offer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerChoices {
    /// People who may own customers and whose customers this viewer may see.
    pub owners: Vec<(UserId, String)>,
    /// Industries and regions that occur, in order of the text.
    pub industries: Vec<String>,
    pub regions: Vec<String>,
}

/// A customer as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub name: String,
    pub short_name: String,
    pub tier: String,
    pub owner: String,
    pub industry: String,
    pub region: String,
    pub size: String,
    pub source: String,
    pub phone: String,
    pub website: String,
    pub tax_number: String,
    pub address: String,
    pub longitude: String,
    pub latitude: String,
    pub notes: String,
}

/// [`CustomerForm`] after all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerDraft {
    pub name: String,
    pub short_name: String,
    pub tier: Tier,
    pub owner: Option<UserId>,
    pub industry: String,
    pub region: String,
    pub size: Option<Size>,
    pub source: Source,
    pub phone: String,
    pub website: String,
    pub tax_number: String,
    pub address: String,
    pub position: Option<(f64, f64)>,
    pub notes: String,
}

impl CustomerForm {
    pub fn check(&self) -> Result<CustomerDraft, Vec<Violation>> {
        let mut check = Check::default();
        let longitude = check.optional("longitude", &self.longitude, "not_a_longitude", |t| degrees(t, 180.0));
        let latitude = check.optional("latitude", &self.latitude, "not_a_latitude", |t| degrees(t, 90.0));
        if self.longitude.trim().is_empty() != self.latitude.trim().is_empty() {
            let missing = if self.longitude.trim().is_empty() { "longitude" } else { "latitude" };
            check.refuse(Violation::new(missing, "required"));
        }
        let mut text = |field: &str, value: &str, max| check.optional_text(field, value, max).unwrap_or_default();
        let short_name = text("short_name", &self.short_name, SHORT_MAX);
        let industry = text("industry", &self.industry, TEXT_MAX);
        let region = text("region", &self.region, TEXT_MAX);
        let website = text("website", &self.website, TEXT_MAX);
        let tax_number = text("tax_number", &self.tax_number, 40);
        let address = text("address", &self.address, 400);
        let notes = text("notes", &self.notes, NOTES_MAX);
        let draft = CustomerDraft {
            name: check.text("name", &self.name, NAME_MAX),
            short_name,
            tier: check.optional("tier", &self.tier, "unknown_value", Tier::parse).unwrap_or(Tier::Potential),
            owner: check.optional("owner", &self.owner, "unknown_value", UserId::parse),
            industry,
            region,
            size: check.optional("size", &self.size, "unknown_value", Size::parse),
            source: check.optional("source", &self.source, "unknown_value", Source::parse).unwrap_or(Source::Other),
            phone: check.optional("phone", &self.phone, "bad_phone", parse_phone).unwrap_or_default(),
            website,
            tax_number,
            address,
            position: longitude.zip(latitude),
            notes,
        };
        check.finish(draft)
    }
}

/// A contact as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub customer: String,
    pub name: String,
    pub title: String,
    pub role: String,
    pub phone: String,
    pub email: String,
    pub primary: bool,
    pub notes: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDraft {
    pub customer: CustomerId,
    pub name: String,
    pub title: String,
    pub role: ContactRole,
    pub phone: String,
    pub email: String,
    pub primary: bool,
    pub notes: String,
}

impl ContactForm {
    pub fn check(&self) -> Result<ContactDraft, Vec<Violation>> {
        let mut check = Check::default();
        let customer = check.required("customer", &self.customer, "unknown_value", CustomerId::parse);
        let draft = ContactDraft {
            customer: customer.unwrap_or(CustomerId(uuid::Uuid::nil())),
            name: check.text("name", &self.name, 120),
            title: check.optional_text("title", &self.title, 120).unwrap_or_default(),
            role: check.optional("role", &self.role, "unknown_value", ContactRole::parse).unwrap_or(ContactRole::Other),
            phone: check.optional("phone", &self.phone, "bad_phone", parse_phone).unwrap_or_default(),
            email: check.optional("email", &self.email, "bad_email", |t| looks_like_email(t).then(|| t.to_lowercase())).unwrap_or_default(),
            primary: self.primary,
            notes: check.optional_text("notes", &self.notes, NOTES_MAX).unwrap_or_default(),
        };
        check.finish(draft)
    }
}

/// A telephone number as people write it: digits, blanks, `+ - ( ) . /`, an
/// extension behind `x` or `转`; five digits at least. Stored as typed.
#[must_use]
pub fn parse_phone(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let allowed = text.chars().all(|c| c.is_ascii_digit() || " +-().,/x转#".contains(c));
    (allowed && (5..=20).contains(&digits) && text.chars().count() <= 40).then(|| text.to_owned())
}

fn degrees(text: &str, limit: f64) -> Option<f64> {
    text.parse::<f64>().ok().filter(|d| d.is_finite() && d.abs() <= limit)
}

/// Days since the last follow-up count from here for a customer without one.
#[must_use]
pub fn last_active(follow_up_on: Option<NaiveDate>, created_on: NaiveDate) -> NaiveDate {
    follow_up_on.unwrap_or(created_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_all_a_customer_needs() {
        let draft = CustomerForm { name: " 恒澜 ".into(), ..CustomerForm::default() }.check().unwrap();
        assert_eq!((draft.name.as_str(), draft.tier, draft.owner), ("恒澜", Tier::Potential, None));
    }

    #[test]
    fn half_a_position_and_bad_numbers_are_refused() {
        let form = CustomerForm { name: "A".into(), longitude: "181".into(), phone: "abc".into(), ..CustomerForm::default() };
        let found: Vec<_> = form.check().unwrap_err().into_iter().map(|v| (v.field, v.code)).collect();
        assert_eq!(
            found,
            [("longitude", "not_a_longitude"), ("latitude", "required"), ("phone", "bad_phone")].map(|(f, c)| (f.to_owned(), c.to_owned()))
        );
    }

    #[test]
    fn phones_as_people_write_them() {
        for good in ["021-6888 0000", "+86 138 0000 0000", "400-800-0000转12"] {
            assert!(parse_phone(good).is_some(), "{good}");
        }
        for wrong in ["1234", "call me", "138000000001380000000013800"] {
            assert!(parse_phone(wrong).is_none(), "{wrong}");
        }
    }
}
