//! What the company has set of a pool: who takes from it, how often, and when customers fall
//! back into it.

use crate::customers::Tier;
use crate::ids::{PoolId, UnitId, UserId};
use crate::violation::{Check, Violation};
use crate::work::FollowUpKind;
use crate::{codes, pool::PoolRule};
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a pool's name.
pub const NAME_MAX: usize = 60;
/// Longest protection, extension, cool-down or notice, in days: three years.
pub const DAYS_MAX: u32 = 1_095;
/// Most customers that a person may take in a period, or have.
pub const COUNT_MAX: u32 = 10_000;

codes! {
    /// What lies in a pool. A lead is an open deal before its first qualified stage.
    PoolKind { Customers = "customers", Leads = "leads" }
}
codes! {
    /// In which time claims are counted.
    ClaimPeriod { Day = "day", Week = "week", Month = "month" }
}

impl ClaimPeriod {
    /// The first day of the period that `today` is in; weeks begin on Monday.
    #[must_use]
    pub fn begins(self, today: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Day => 0,
            Self::Week => today.weekday().num_days_from_monday(),
            Self::Month => today.day0(),
        };
        today.checked_sub_days(Days::new(u64::from(back))).unwrap_or(today)
    }
}

/// Begins the name of a box: one that begins with a digit, as ids do, would be read as a
/// place in a list.
pub const BOX: &str = "is-";

/// A pool as set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSettings {
    pub id: PoolId,
    pub version: i32,
    pub name: String,
    pub kind: PoolKind,
    /// Whose customers or leads fall into it, and who takes from it: everybody of these units and of
    /// those below,
    pub units: Vec<UnitId>,
    /// and these people.
    pub people: Vec<UserId>,
    pub rules: PoolRules,
    /// The first day on which a customer falls by these rules: the day after they were set.
    pub effective_on: NaiveDate,
    /// The day on which the pool was set up: who had a customer before, is protected from then.
    pub began_on: NaiveDate,
}

/// The rules of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRules {
    /// Customers or leads that one person may claim in a period; `None`: any number.
    pub claims: Option<(u32, ClaimPeriod)>,
    /// How many one person may have and still claim more; `None`: any number.
    pub owned_max: Option<u32>,
    /// Days in which the person who had a customer last may not claim it.
    pub cool_down_days: u32,
    /// Days of protection from the day on which somebody took it, for each tier of the customer in
    /// the order of [`Tier::ALL`]; `None`: what is of the tier never falls.
    pub days: [Option<u32>; 3],
    /// Days of protection from the day of a contact that counts.
    pub extend_days: u32,
    /// Days after which a customer falls whatever was done.
    pub max_days: u32,
    /// Contacts that count; empty: all.
    pub channels: Vec<FollowUpKind>,
    /// So many days before, the owner is told.
    pub remind_days: u32,
    /// Customers with an open deal do not fall.
    pub spare_open_deals: bool,
    /// Customers who ever bought do not fall, nor do their leads.
    pub spare_buyers: bool,
    /// Leads with a next step that is not overdue do not fall.
    #[serde(default)]
    pub spare_planned: bool,
}

impl PoolRules {
    /// The days for customers of this tier; `None`: they never fall.
    #[must_use]
    pub fn rule(&self, tier: Tier) -> Option<PoolRule> {
        let place = Tier::ALL.iter().position(|known| *known == tier)?;
        let default_days = self.days.get(place).copied().flatten()?;
        Some(PoolRule { default_days, extend_days: self.extend_days, max_days: self.max_days })
    }

    /// Whether a contact by this channel prolongs the protection.
    #[must_use]
    pub fn counts(&self, channel: FollowUpKind) -> bool {
        self.channels.is_empty() || self.channels.contains(&channel)
    }

    /// What a new pool begins with.
    #[must_use]
    pub fn house(kind: PoolKind) -> Self {
        if kind == PoolKind::Leads {
            return Self {
                claims: Some((10, ClaimPeriod::Day)),
                owned_max: Some(50),
                cool_down_days: 15,
                days: [Some(30); 3],
                extend_days: 15,
                max_days: 90,
                channels: Vec::new(),
                remind_days: 3,
                spare_open_deals: false,
                spare_buyers: false,
                spare_planned: false,
            };
        }
        Self {
            claims: Some((5, ClaimPeriod::Day)),
            owned_max: Some(200),
            cool_down_days: 30,
            days: [None, Some(180), Some(90)],
            extend_days: 90,
            max_days: 365,
            channels: Vec::new(),
            remind_days: 7,
            spare_open_deals: true,
            spare_buyers: false,
            spare_planned: false,
        }
    }
}

/// A pool as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PoolForm {
    /// Empty for a new pool.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub name: String,
    /// Settled when the pool is set up; empty: customers.
    pub kind: String,
    /// Ids of the units that are ticked; what a box sends is no matter.
    pub units: BTreeMap<String, String>,
    /// Ids of people.
    pub people: BTreeMap<String, String>,
    /// Empty: any number.
    pub claims: String,
    pub period: String,
    pub owned_max: String,
    /// Empty: none.
    pub cool_down: String,
    /// Empty: the tier never falls.
    pub days_vip: String,
    pub days_ordinary: String,
    pub days_potential: String,
    pub extend: String,
    pub max: String,
    /// Codes of channels.
    pub channels: BTreeMap<String, String>,
    pub remind: String,
    pub spare_open_deals: bool,
    pub spare_buyers: bool,
    pub spare_planned: bool,
}

/// [`PoolForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolDraft {
    pub id: Option<PoolId>,
    pub name: String,
    pub kind: PoolKind,
    pub units: Vec<UnitId>,
    pub people: Vec<UserId>,
    pub rules: PoolRules,
}

impl PoolDraft {
    /// Whether rules and members are those of `known`; another name decides nothing.
    #[must_use]
    pub fn decides_as(&self, known: &PoolSettings) -> bool {
        let sorted = |units: &[UnitId], people: &[UserId]| -> (BTreeSet<UnitId>, BTreeSet<UserId>) {
            (units.iter().copied().collect(), people.iter().copied().collect())
        };
        self.rules == known.rules && sorted(&self.units, &self.people) == sorted(&known.units, &known.people)
    }
}

impl PoolForm {
    /// # Errors
    /// A missing or too long name, no members, no channel, numbers that are none or beyond 1 to
    /// [`DAYS_MAX`] days and [`COUNT_MAX`] customers, and a maximum below the days of a tier.
    pub fn check(&self) -> Result<PoolDraft, Vec<Violation>> {
        let mut check = Check::default();
        let id = check.optional("id", &self.id, "unknown_value", PoolId::parse);
        let name = check.text("name", &self.name, NAME_MAX);
        let kind = check.optional("kind", &self.kind, "unknown_value", PoolKind::parse).unwrap_or(PoolKind::Customers);
        let units = many(&mut check, "units", &self.units, UnitId::parse);
        let people = many(&mut check, "people", &self.people, UserId::parse);
        if units.is_empty() && people.is_empty() {
            check.refuse(Violation::new("units", "required"));
        }
        let claims = number(&mut check, "claims", &self.claims, COUNT_MAX);
        let period = check.optional("period", &self.period, "unknown_value", ClaimPeriod::parse).unwrap_or(ClaimPeriod::Day);
        let owned_max = number(&mut check, "owned_max", &self.owned_max, COUNT_MAX);
        let cool_down_days = number(&mut check, "cool_down", &self.cool_down, DAYS_MAX).unwrap_or_default();
        let days = [
            number(&mut check, "days_vip", &self.days_vip, DAYS_MAX),
            number(&mut check, "days_ordinary", &self.days_ordinary, DAYS_MAX),
            number(&mut check, "days_potential", &self.days_potential, DAYS_MAX),
        ];
        let mut needed = |field, typed: &str| {
            if typed.trim().is_empty() {
                check.refuse(Violation::new(field, "required"));
            }
            number(&mut check, field, typed, DAYS_MAX)
        };
        let extend = needed("extend", &self.extend);
        let max = needed("max", &self.max);
        let longest = days.iter().flatten().max();
        if let (Some(max), Some(longest)) = (max, longest)
            && max < *longest
        {
            check.refuse(Violation::new("max", "too_small_min").with("min", longest));
        }
        let channels = many(&mut check, "channels", &self.channels, FollowUpKind::parse);
        // Without one it would be as if every contact counted.
        if self.channels.is_empty() {
            check.refuse(Violation::new("channels", "required"));
        }
        let remind_days = number(&mut check, "remind", &self.remind, DAYS_MAX).unwrap_or_default();
        let rules = PoolRules {
            claims: claims.map(|claims| (claims, period)),
            owned_max,
            cool_down_days,
            days,
            extend_days: extend.unwrap_or_default(),
            max_days: max.unwrap_or_default(),
            channels: if channels.len() == FollowUpKind::ALL.len() { Vec::new() } else { channels },
            remind_days,
            spare_open_deals: self.spare_open_deals && kind == PoolKind::Customers,
            spare_buyers: self.spare_buyers,
            spare_planned: self.spare_planned && kind == PoolKind::Leads,
        };
        check.finish(PoolDraft { id, name, kind, units, people, rules })
    }

    /// The form of a pool that is not there yet.
    #[must_use]
    pub fn fresh(kind: PoolKind) -> Self {
        Self { kind: kind.code().to_owned(), ..Self::of_rules(&PoolRules::house(kind)) }
    }

    fn of_rules(rules: &PoolRules) -> Self {
        let text = |value: Option<u32>| value.map(|n| n.to_string()).unwrap_or_default();
        let unless_none = |value: u32| text((value > 0).then_some(value));
        let [vip, ordinary, potential] = rules.days;
        let channels: &[FollowUpKind] = if rules.channels.is_empty() { FollowUpKind::ALL } else { &rules.channels };
        Self {
            claims: text(rules.claims.map(|(n, _)| n)),
            period: rules.claims.map_or(ClaimPeriod::Day, |(_, period)| period).code().to_owned(),
            owned_max: text(rules.owned_max),
            cool_down: unless_none(rules.cool_down_days),
            days_vip: text(vip),
            days_ordinary: text(ordinary),
            days_potential: text(potential),
            extend: rules.extend_days.to_string(),
            max: rules.max_days.to_string(),
            channels: ticked(channels),
            remind: unless_none(rules.remind_days),
            spare_open_deals: rules.spare_open_deals,
            spare_buyers: rules.spare_buyers,
            spare_planned: rules.spare_planned,
            ..Self::default()
        }
    }
}

impl PoolSettings {
    /// The form of the pool as it is.
    #[must_use]
    pub fn form(&self) -> PoolForm {
        PoolForm {
            id: self.id.to_string(),
            version: self.version,
            name: self.name.clone(),
            kind: self.kind.code().to_owned(),
            units: ticked(&self.units),
            people: ticked(&self.people),
            ..PoolForm::of_rules(&self.rules)
        }
    }

    /// Whether somebody may take from it, and loses customers to it: `chain` are their unit and
    /// the units above it.
    #[must_use]
    pub fn has(&self, person: UserId, chain: &[UnitId]) -> bool {
        self.people.contains(&person) || self.units.iter().any(|unit| chain.contains(unit))
    }
}

/// What a form's boxes send for these.
fn ticked<T: std::fmt::Display>(these: &[T]) -> BTreeMap<String, String> {
    these.iter().map(|one| (format!("{BOX}{one}"), String::from("true"))).collect()
}

fn many<T>(check: &mut Check, field: &str, ticked: &BTreeMap<String, String>, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let texts = ticked.keys().map(|key| key.strip_prefix(BOX).unwrap_or(key));
    texts.filter_map(|text| check.optional(field, text, "unknown_value", &parse)).collect()
}

fn number(check: &mut Check, field: &str, typed: &str, max: u32) -> Option<u32> {
    let value = check.optional(field, typed, "not_a_whole_number", |text| text.parse::<i64>().ok())?;
    match u32::try_from(value) {
        Ok(value) if (1..=max).contains(&value) => Some(value),
        Ok(0) | Err(_) if value < 1 => {
            check.refuse(Violation::new(field, "too_small_min").with("min", 1));
            None
        }
        _ => {
            check.refuse(Violation::new(field, "too_large_max").with("max", max));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn form() -> PoolForm {
        PoolForm { name: " East ".into(), units: ticked(&[Uuid::from_u128(7)]), ..PoolForm::fresh(PoolKind::Customers) }
    }

    fn codes(form: &PoolForm) -> Vec<String> {
        form.check().err().into_iter().flatten().map(|v| v.to_string()).collect()
    }

    #[test]
    fn a_pool_begins_as_the_house_has_it_and_reads_back() {
        let draft = form().check().expect("all is well");
        assert_eq!((draft.name.as_str(), &draft.rules), ("East", &PoolRules::house(PoolKind::Customers)));
        let set = PoolSettings {
            id: PoolId(Uuid::from_u128(1)),
            version: 2,
            name: draft.name.clone(),
            kind: draft.kind,
            units: draft.units.clone(),
            people: vec![],
            rules: draft.rules.clone(),
            effective_on: NaiveDate::MIN,
            began_on: NaiveDate::MIN,
        };
        assert_eq!(set.form().check().expect("reads back").rules, draft.rules);
        let again = set.form().check().expect("reads back");
        assert!(PoolDraft { name: "West".into(), ..again.clone() }.decides_as(&set));
        assert!(!PoolDraft { people: vec![UserId(Uuid::from_u128(3))], ..again.clone() }.decides_as(&set));
        assert!(!PoolDraft { rules: PoolRules { max_days: 400, ..again.rules.clone() }, ..again }.decides_as(&set));
        let few = PoolForm { channels: ticked(&["visit"]), ..form() };
        assert_eq!(few.check().expect("one channel").rules.channels, [FollowUpKind::Visit]);
    }

    #[test]
    fn each_kind_has_its_own_exceptions() {
        let all = PoolForm { spare_open_deals: true, spare_planned: true, ..form() };
        let spared = |form: &PoolForm| {
            let draft = form.check().expect("all is well");
            (draft.kind, draft.rules.spare_open_deals, draft.rules.spare_planned)
        };
        assert_eq!(spared(&all), (PoolKind::Customers, true, false));
        assert_eq!(spared(&PoolForm { kind: "leads".into(), ..all.clone() }), (PoolKind::Leads, false, true));
        assert_eq!(spared(&PoolForm { kind: String::new(), ..all.clone() }), (PoolKind::Customers, true, false));
        assert_eq!(codes(&PoolForm { kind: "x".into(), ..all }), ["kind: unknown_value"]);
        let leads = PoolForm { name: "Leads".into(), units: ticked(&[Uuid::from_u128(7)]), ..PoolForm::fresh(PoolKind::Leads) };
        assert_eq!(leads.check().expect("all is well").rules, PoolRules::house(PoolKind::Leads));
    }

    #[test]
    fn refused_values_are_told_at_their_field() {
        let wrong = PoolForm {
            name: " ".into(),
            units: ticked(&["x"]),
            claims: "0".into(),
            owned_max: "many".into(),
            cool_down: "5000".into(),
            days_vip: "-1".into(),
            extend: String::new(),
            max: "99999999999".into(),
            channels: ticked(&["smoke"]),
            ..form()
        };
        let expected = [
            "name: required",
            "units: unknown_value",
            "units: required",
            "claims: too_small_min",
            "owned_max: not_a_whole_number",
            "cool_down: too_large_max",
            "days_vip: too_small_min",
            "extend: required",
            "max: too_large_max",
            "channels: unknown_value",
        ];
        assert_eq!(codes(&wrong), expected);
        assert_eq!(codes(&PoolForm { channels: BTreeMap::new(), ..form() }), ["channels: required"]);
        assert_eq!(codes(&PoolForm { max: "100".into(), ..form() }), ["max: too_small_min"], "below the days of ordinary customers");
    }

    #[test]
    fn periods_begin_where_people_expect_it() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 5, d).expect("a real date");
        let wednesday = day(20);
        assert_eq!(ClaimPeriod::ALL.iter().map(|p| p.begins(wednesday)).collect::<Vec<_>>(), [day(20), day(18), day(1)]);
    }

    #[test]
    fn members_are_people_and_whole_branches() {
        let (unit, person) = (UnitId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let rules = PoolRules::house(PoolKind::Leads);
        let id = PoolId(Uuid::nil());
        let pool = PoolSettings {
            id,
            version: 1,
            name: String::new(),
            kind: PoolKind::Leads,
            units: vec![unit],
            people: vec![person],
            rules,
            effective_on: NaiveDate::MIN,
            began_on: NaiveDate::MIN,
        };
        let below = [UnitId(Uuid::from_u128(9)), unit];
        assert!(pool.has(UserId(Uuid::from_u128(3)), &below) && pool.has(person, &[]));
        assert!(!pool.has(UserId(Uuid::from_u128(3)), &below[..1]));
    }
}
