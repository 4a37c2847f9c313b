//! How long the owner of a customer or a lead is still protected, and why, or why it never falls.

use super::pool_recycle_dates;
use super::settings::PoolSettings;
use crate::codes;
use crate::customers::Tier;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// Why a customer or a lead falls.
    Cause {
        /// No contact that counts since it was taken.
        NoContact = "no_contact",
        /// The last contact that counts is too long ago.
        LastContact = "last_contact",
        /// It was had for the longest time, whatever was done.
        Longest = "longest",
    }
}

codes! {
    /// Why a customer or a lead does not fall.
    Spared {
        /// Its owner is in no pool.
        NoPool = "no_pool",
        /// Somebody decided that it is kept.
        Held = "held",
        /// Customers of its tier are kept.
        Tier = "tier",
        OpenDeal = "open_deal",
        /// It bought.
        Buyer = "buyer",
        /// Of a lead: its next step is agreed, and not overdue.
        Planned = "planned",
    }
}

/// What is known of a customer, or a lead, that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    pub tier: Tier,
    /// The day on which its owner took it, or got it; of a lead that was closed or qualified since,
    /// the day on which it became one again.
    pub since: NaiveDate,
    /// The last contact that counts, on or after that day.
    pub contact: Option<NaiveDate>,
    /// Of the customer; a lead is one itself, which spares nothing.
    pub open_deal: bool,
    pub bought: bool,
    /// Of a lead: its next step is not overdue.
    pub planned: bool,
    pub held: bool,
}

/// How long an owner is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Protection {
    Spared {
        why: Spared,
    },
    Until {
        /// The day on which it falls.
        on: NaiveDate,
        why: Cause,
        since: NaiveDate,
        /// The last contact that counts.
        contact: Option<NaiveDate>,
        /// Days of protection that this cause gives, from the taking or from the contact.
        days: u32,
        /// The day that no contact can move.
        hard_stop: NaiveDate,
        /// The owner is told so many days before.
        remind_days: u32,
    },
}

impl Protection {
    /// Days from `today` to the day on which it falls, none once that has come; `None` if it
    /// does not fall.
    #[must_use]
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        match self {
            Self::Spared { .. } => None,
            Self::Until { on, .. } => Some((*on - today).num_days().max(0)),
        }
    }

    /// Whether the owner is to be told.
    #[must_use]
    pub fn reminds(&self, today: NaiveDate) -> bool {
        match (self, self.days_left(today)) {
            (Self::Until { remind_days, .. }, Some(left)) => left <= i64::from(*remind_days),
            _ => false,
        }
    }

    /// Why it falls on `today`; `None` if it does not.
    #[must_use]
    pub fn recycle_reason(&self, today: NaiveDate) -> Option<Cause> {
        match self {
            Self::Until { on, why, .. } if *on <= today => Some(*why),
            _ => None,
        }
    }
}

/// How long the owner is protected by the rules of `pool`, which is that of the owner.
/// Rules that were set on a day count from the next: until then nothing falls by them.
#[must_use]
pub fn protection(pool: Option<&PoolSettings>, owned: Owned) -> Protection {
    let spared = |why| Protection::Spared { why };
    let Some(pool) = pool else { return spared(Spared::NoPool) };
    if owned.held {
        return spared(Spared::Held);
    }
    let Some(rule) = pool.rules.rule(owned.tier) else { return spared(Spared::Tier) };
    if pool.rules.spare_open_deals && owned.open_deal {
        return spared(Spared::OpenDeal);
    }
    if pool.rules.spare_buyers && owned.bought {
        return spared(Spared::Buyer);
    }
    if pool.rules.spare_planned && owned.planned {
        return spared(Spared::Planned);
    }
    let contact = owned.contact.filter(|on| *on >= owned.since);
    let contacts: Vec<NaiveDate> = contact.into_iter().collect();
    // Outside the calendar nothing ever falls.
    let Some(dates) = pool_recycle_dates(owned.since, rule, &contacts) else { return spared(Spared::Held) };
    let on = dates.recycle_on();
    let first = dates.dates.first().copied();
    let (why, days) = match contact {
        _ if on == dates.hard_stop && first != Some(on) => (Cause::Longest, rule.max_days),
        Some(_) if first != Some(on) => (Cause::LastContact, rule.extend_days),
        _ => (Cause::NoContact, rule.default_days),
    };
    let on = on.max(pool.effective_on);
    Protection::Until { on, why, since: owned.since, contact, days, hard_stop: dates.hard_stop, remind_days: pool.rules.remind_days }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PoolId;
    use crate::pool::settings::{PoolKind, PoolRules};

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, d).expect("a real date")
    }

    fn pool() -> PoolSettings {
        let rules = PoolRules {
            days: [None, Some(12), Some(10)],
            extend_days: 5,
            max_days: 20,
            remind_days: 3,
            ..PoolRules::house(PoolKind::Customers)
        };
        PoolSettings {
            id: PoolId(uuid::Uuid::nil()),
            version: 1,
            name: "East".into(),
            kind: PoolKind::Customers,
            units: vec![],
            people: vec![],
            rules,
            effective_on: day(1),
            began_on: day(1),
        }
    }

    fn owned() -> Owned {
        Owned { tier: Tier::Potential, since: day(1), contact: None, open_deal: false, bought: false, planned: false, held: false }
    }

    fn until(owned: Owned) -> (NaiveDate, Cause, u32) {
        match protection(Some(&pool()), owned) {
            Protection::Until { on, why, days, .. } => (on, why, days),
            Protection::Spared { why } => panic!("spared: {why}"),
        }
    }

    #[test]
    fn contacts_prolong_up_to_the_longest_time() {
        assert_eq!(until(owned()), (day(11), Cause::NoContact, 10));
        assert_eq!(until(Owned { contact: Some(day(3)), ..owned() }), (day(11), Cause::NoContact, 10), "takes nothing away");
        assert_eq!(until(Owned { contact: Some(day(9)), ..owned() }), (day(14), Cause::LastContact, 5));
        assert_eq!(until(Owned { contact: Some(day(18)), ..owned() }), (day(21), Cause::Longest, 20));
        assert_eq!(until(Owned { tier: Tier::Ordinary, ..owned() }), (day(13), Cause::NoContact, 12));
        let before = Owned { since: day(5), contact: Some(day(4)), ..owned() };
        assert_eq!(until(before), (day(15), Cause::NoContact, 10), "what the one before did does not count");
    }

    #[test]
    fn it_falls_on_its_day_and_is_told_before() {
        let protection = protection(Some(&pool()), owned());
        assert_eq!([day(8), day(11), day(15)].map(|today| protection.days_left(today)), [Some(3), Some(0), Some(0)]);
        assert_eq!([day(7), day(8), day(11)].map(|today| protection.reminds(today)), [false, true, true]);
        assert_eq!([day(10), day(11)].map(|today| protection.recycle_reason(today)), [None, Some(Cause::NoContact)]);
    }

    #[test]
    fn the_exceptions_do_not_fall() {
        let spared = |pool: Option<&PoolSettings>, owned| match protection(pool, owned) {
            Protection::Spared { why } => Some(why),
            Protection::Until { .. } => None,
        };
        let set = pool();
        assert_eq!(spared(None, owned()), Some(Spared::NoPool));
        assert_eq!(spared(Some(&set), Owned { held: true, ..owned() }), Some(Spared::Held));
        assert_eq!(spared(Some(&set), Owned { tier: Tier::Vip, ..owned() }), Some(Spared::Tier));
        assert_eq!(spared(Some(&set), Owned { open_deal: true, ..owned() }), Some(Spared::OpenDeal));
        assert_eq!(spared(Some(&set), Owned { bought: true, ..owned() }), None, "not set");
        let buyers = PoolSettings { rules: PoolRules { spare_buyers: true, spare_open_deals: false, ..set.rules.clone() }, ..set };
        assert_eq!(spared(Some(&buyers), Owned { bought: true, ..owned() }), Some(Spared::Buyer));
        assert_eq!(spared(Some(&buyers), Owned { open_deal: true, ..owned() }), None, "not set");
        let steps = PoolSettings { rules: PoolRules { spare_planned: true, ..pool().rules }, ..pool() };
        assert_eq!(spared(Some(&steps), Owned { planned: true, ..owned() }), Some(Spared::Planned));
        assert_eq!(spared(Some(&pool()), Owned { planned: true, ..owned() }), None, "not set");
        let protection = protection(None, owned());
        assert_eq!((protection.days_left(day(1)), protection.reminds(day(1)), protection.recycle_reason(day(1))), (None, false, None));
    }

    #[test]
    fn new_rules_count_from_the_next_day() {
        let set = PoolSettings { effective_on: day(16), ..pool() };
        let found = protection(Some(&set), owned());
        assert_eq!((found.recycle_reason(day(15)), found.recycle_reason(day(16))), (None, Some(Cause::NoContact)));
    }
}
