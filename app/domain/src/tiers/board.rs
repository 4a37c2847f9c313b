//! The board of tiers: what it is narrowed by, what its columns and cards say, and
//! the move of a customer from one tier to another.
//!
//! A move by hand says why, and stays: the review proposes nothing against it until a
//! person gives the customer back to the rule. What was done is kept as a list of
//! changes ([`TierChange`]); who is held by hand follows from that list ([`held`]).
//!
//! Not here: how a tier is proposed ([`super::review`]).

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::review::Reason;
use super::service::{Breach, TierService};
use crate::codes;
use crate::customers::{CustomerChoices, TEXT_MAX, Tier};
use crate::health::Health;
use crate::ids::{CustomerId, RequestId, UnitId, UserId};
use crate::money::{Currency, Sums};
use crate::violation::{Check, Violation};
use crate::work::FollowUpKind;

/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Revenue on the board is of so many days.
pub const REVENUE_DAYS: u64 = 365;

codes! {
    /// What changed a tier, or confirmed it.
    TierSource {
        /// A person moved the customer, and said why; it is held there.
        Manual = "manual",
        /// A person changed it in the customer's form; it is held there.
        Form = "form",
        /// A proposal of the review was accepted.
        Proposal = "proposal",
        /// A proposal was rejected: the tier stays, held by hand.
        Kept = "kept",
        /// A person gave the customer back to the rule.
        Released = "released",
        /// An import brought another tier.
        Import = "import",
        /// A change was taken back.
        Undo = "undo",
    }
}

/// The first day of the revenue that a board of this day counts.
#[must_use]
pub fn revenue_since(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(REVENUE_DAYS - 1)).unwrap_or(today)
}

/// What a board of tiers is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct TierFilter {
    /// Whose customers.
    pub owner: Option<UserId>,
    /// Customers of this unit and the units below it.
    pub team: Option<UnitId>,
    /// Exactly this industry; empty for any.
    pub industry: String,
    /// Exactly this region; empty for any.
    pub region: String,
    /// Only customers whose service falls short of what their tier promises.
    pub late: bool,
}

impl TierFilter {
    /// Reads an address's query; broken parts are left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let short = |name: &str| get(name).trim().chars().take(TEXT_MAX).collect::<String>();
        Self {
            owner: UserId::parse(&get("owner")),
            team: UnitId::parse(&get("team")),
            industry: short("industry"),
            region: short("region"),
            late: get("late") == "1",
        }
    }

    /// The query of an address, and back by [`Self::from_query`].
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &str| (!value.is_empty()).then(|| (name, value.to_owned()));
        [
            self.owner.map(|v| ("owner", v.to_string())),
            self.team.map(|v| ("team", v.to_string())),
            text("industry", &self.industry),
            text("region", &self.region),
            self.late.then(|| ("late", "1".to_owned())),
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

/// A customer on the board of tiers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierCard {
    pub id: CustomerId,
    pub version: i32,
    pub name: String,
    pub tier: Tier,
    /// `None`: in the public pool.
    pub owner: Option<(UserId, String)>,
    /// Won in the last [`REVENUE_DAYS`] days, of the deals that this viewer may see.
    pub revenue: Sums,
    /// Open deals that this viewer may see.
    pub open: Sums,
    /// The last contact, by any channel.
    pub last: Option<(FollowUpKind, NaiveDate)>,
    /// The next step that somebody has planned, today or later.
    pub planned: Option<NaiveDate>,
    /// The earliest contact that the tier promises; `None` in the public pool.
    pub due: Option<NaiveDate>,
    /// Where the service falls short of the tier's promise.
    pub breaches: Vec<Breach>,
    pub health: Health,
    /// Days left until it falls into the public pool, and whether its owner is told; `None` if
    /// it does not fall.
    pub falls: Option<(i64, bool)>,
    /// What the last review proposes instead, and why; `None` if it agrees, or if the
    /// customer is held by hand.
    pub proposed: Option<(Tier, Vec<Reason>)>,
    pub may_move: bool,
}

/// A tier with its customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierColumn {
    pub tier: Tier,
    /// Customers of the filtered set.
    pub count: i64,
    /// What they brought in the last [`REVENUE_DAYS`] days, each currency for itself.
    pub revenue: Sums,
    /// Customers whose service falls short.
    pub late: i64,
    /// What the tier promises.
    pub service: TierService,
    /// Those that brought most first.
    pub cards: Vec<TierCard>,
    /// Where the next cards begin; opaque.
    pub next: Option<String>,
}

/// All tiers, the best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierBoard {
    /// Revenue is of the days from here to `today`.
    pub since: NaiveDate,
    pub today: NaiveDate,
    /// The organisation's currency, by which cards are in order and shares are given.
    pub currency: Currency,
    pub columns: Vec<TierColumn>,
    pub choices: CustomerChoices,
    /// Units whose customers this viewer may see.
    pub teams: Vec<(UnitId, String)>,
    /// Open proposals of the last review, of all customers in scope.
    pub proposals: i64,
    /// The day of the last review, and the customers on the board who came after it.
    pub reviewed_on: NaiveDate,
    pub unreviewed: i64,
    pub may_write: bool,
}

impl TierBoard {
    /// What the customers of all tiers brought.
    #[must_use]
    pub fn revenue(&self) -> Sums {
        let mut all = Sums::default();
        for column in &self.columns {
            all.merge(&column.revenue);
        }
        all
    }
}

/// The next cards of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierCards {
    pub cards: Vec<TierCard>,
    pub next: Option<String>,
}

/// Puts a customer into another tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveTier {
    pub request: RequestId,
    pub customer: CustomerId,
    /// The customer's version that the person saw.
    pub version: i32,
    pub to: Tier,
    pub reason: String,
}

impl MoveTier {
    /// The reason without blanks around it. Refused without one, and if the customer
    /// is in that tier already.
    pub fn check(&self, from: Tier) -> Result<String, Vec<Violation>> {
        let mut check = Check::default();
        if from == self.to {
            check.refuse(Violation::new("to", "same_tier"));
        }
        let reason = check.text("reason", &self.reason, REASON_MAX);
        check.finish(reason)
    }
}

/// Takes back one's own last change of a customer's tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoTier {
    pub request: RequestId,
    pub customer: CustomerId,
    /// The version after the change.
    pub version: i32,
}

/// One change of a customer's tier, or one confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierChange {
    pub id: Uuid,
    pub from: Tier,
    pub to: Tier,
    pub source: TierSource,
    pub reason: String,
    /// Who; nobody for what was there from the start.
    pub by: Option<(UserId, String)>,
    pub at: DateTime<Utc>,
    /// The change that this one took back.
    pub undoes: Option<Uuid>,
    /// The name of the customer whose tier it was, if that was merged into this one.
    pub of: Option<String>,
}

/// The changes that stand: without those taken back and without the taking back.
/// In the order given.
pub fn standing(changes: &[TierChange]) -> Vec<&TierChange> {
    let undone: HashSet<Uuid> = changes.iter().filter_map(|change| change.undoes).collect();
    changes.iter().filter(|change| change.undoes.is_none() && !undone.contains(&change.id)).collect()
}

/// The change by which a customer is held in its tier by hand, if it is. `changes` are
/// those of one customer in the order of time.
pub fn held(changes: &[TierChange]) -> Option<&TierChange> {
    let last = standing(changes).pop()?;
    matches!(last.source, TierSource::Manual | TierSource::Form | TierSource::Kept).then_some(last)
}

/// When a customer left which tier, the oldest first: of the changes that stand.
/// `changes` are those of one customer in the order of time; `day` is the business date
/// of an instant.
pub fn departures(changes: &[TierChange], day: impl Fn(DateTime<Utc>) -> NaiveDate) -> Vec<(NaiveDate, Tier)> {
    standing(changes).into_iter().filter(|change| change.from != change.to).map(|change| (day(change.at), change.from)).collect()
}

/// The tier at the end of a date, from the tier of today and what was left since.
#[must_use]
pub fn tier_on(now: Tier, departures: &[(NaiveDate, Tier)], on: NaiveDate) -> Tier {
    departures.iter().find(|(left, _)| *left > on).map_or(now, |(_, from)| *from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tier::{Ordinary, Potential, Vip};

    fn change(n: u128, from: Tier, to: Tier, source: TierSource, undoes: Option<u128>) -> TierChange {
        TierChange {
            id: Uuid::from_u128(n),
            from,
            to,
            source,
            reason: String::new(),
            by: None,
            at: DateTime::from_timestamp(i64::try_from(n).expect("small"), 0).expect("an instant"),
            undoes: undoes.map(Uuid::from_u128),
            of: None,
        }
    }

    #[test]
    fn a_filter_comes_back_from_its_address() {
        let filter = TierFilter {
            owner: Some(UserId(Uuid::from_u128(7))),
            team: Some(UnitId(Uuid::from_u128(8))),
            industry: "化工".into(),
            region: "华东".into(),
            late: true,
        };
        let query = filter.to_query();
        let get = |name: &str| query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!((TierFilter::from_query(get), filter.active()), (filter, 5));
        assert!(!TierFilter::from_query(|_| Some("x".into())).late);
    }

    #[test]
    fn a_move_says_why_and_moves() {
        let asked = |to, reason: &str| MoveTier {
            request: RequestId(Uuid::nil()),
            customer: CustomerId(Uuid::nil()),
            version: 1,
            to,
            reason: reason.into(),
        };
        assert_eq!(asked(Vip, " a contract for years ").check(Ordinary), Ok("a contract for years".into()));
        let codes =
            |found: Result<String, Vec<Violation>>| found.expect_err("refused").into_iter().map(|v| v.to_string()).collect::<Vec<_>>();
        assert_eq!(codes(asked(Vip, " ").check(Ordinary)), ["reason: required"]);
        assert_eq!(codes(asked(Vip, &"x".repeat(REASON_MAX + 1)).check(Vip)), ["to: same_tier", "reason: too_long"]);
    }

    #[test]
    fn what_a_hand_did_last_holds_until_it_is_taken_back_or_given_up() {
        let by_hand = change(1, Ordinary, Vip, TierSource::Manual, None);
        let undo = change(2, Vip, Ordinary, TierSource::Undo, Some(1));
        let released = change(3, Vip, Vip, TierSource::Released, None);
        let kept = change(4, Vip, Vip, TierSource::Kept, None);
        assert_eq!(held(&[]), None);
        assert_eq!(held(std::slice::from_ref(&by_hand)), Some(&by_hand));
        assert_eq!(held(&[by_hand.clone(), undo.clone()]), None);
        assert_eq!(held(&[by_hand.clone(), released.clone()]), None);
        assert_eq!(held(&[by_hand.clone(), released, kept.clone()]), Some(&kept));
        assert!(standing(&[by_hand, undo]).is_empty());
    }

    #[test]
    fn the_tier_of_a_date_follows_from_the_changes_after_it() {
        let changes = [
            change(10, Potential, Ordinary, TierSource::Proposal, None),
            change(20, Ordinary, Vip, TierSource::Manual, None),
            change(21, Vip, Ordinary, TierSource::Undo, Some(20)),
            change(30, Ordinary, Vip, TierSource::Proposal, None),
        ];
        // A second stands for a day.
        let day = |second: i64| NaiveDate::default() + Days::new(second.unsigned_abs());
        let left = departures(&changes, |at| day(at.timestamp()));
        assert_eq!(left, [(day(10), Potential), (day(30), Ordinary)], "what was taken back never was");
        let on = |second: i64| tier_on(Vip, &left, day(second));
        assert_eq!([on(5), on(10), on(20), on(29), on(30)], [Potential, Ordinary, Ordinary, Ordinary, Vip]);
        assert_eq!(tier_on(Ordinary, &[], day(1)), Ordinary);
        assert!(
            departures(&[change(1, Vip, Vip, TierSource::Kept, None)], |at| day(at.timestamp())).is_empty(),
            "who stays leaves nothing"
        );
    }

    #[test]
    fn a_year_of_revenue_ends_today() {
        let today: NaiveDate = "2026-06-30".parse().expect("a date");
        assert_eq!(revenue_since(today).to_string(), "2025-07-01");
    }
}
