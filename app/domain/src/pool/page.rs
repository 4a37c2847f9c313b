//! What the pages of pools read, and what they send.

use super::protection::{Cause, Protection};
use super::settings::{PoolForm, PoolSettings};
use crate::codes;
use crate::customers::Tier;
use crate::ids::{CustomerId, PoolId, UserId};
use crate::org::{Person, Unit};
use crate::violation::{Check, Violation};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Changes of the owner that a customer's page shows, the latest first.
pub const HISTORY: u64 = 50;
/// Customers about to fall that the page of today names; all are counted.
pub const NAMED: usize = 5;

codes! {
    /// How a customer changed hands.
    Hand {
        /// Taken from a pool by whom it belongs to now.
        Claim = "claim",
        /// Given by somebody else, out of a pool.
        Assign = "assign",
        /// Given back by hand, for a reason.
        Return = "return",
        /// Fell by the rules of the pool.
        Recycle = "recycle",
        /// Nobody had it, and it was in no pool.
        TakeIn = "take_in",
        /// A new owner in a form or a list.
        Form = "form",
    }
}

/// One change of hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandChange {
    pub hand: Hand,
    pub from: Option<(UserId, String)>,
    pub to: Option<(UserId, String)>,
    /// The pool that it came from or went to, by its name.
    pub pool: String,
    pub reason: Reason,
    /// `None`: the rules of the pool did.
    pub by: Option<(UserId, String)>,
    pub at: DateTime<Utc>,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// As somebody wrote it; may be empty.
    Said(String),
    /// By the rules.
    Rule(Cause),
}

impl Reason {
    /// As it is stored: [`Self::parse`] reads it back.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Said(text) => text.clone(),
            Self::Rule(cause) => cause.code().to_owned(),
        }
    }

    /// Only recycling keeps a rule's code.
    #[must_use]
    pub fn parse(hand: Hand, text: &str) -> Self {
        match (hand, Cause::parse(text)) {
            (Hand::Recycle, Some(cause)) => Self::Rule(cause),
            _ => Self::Said(text.to_owned()),
        }
    }
}

/// What the list of the pools is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PoolFilter {
    /// `None`: all pools of the reader.
    pub pool: Option<PoolId>,
    pub tier: Option<Tier>,
    pub text: String,
}

impl PoolFilter {
    /// Reads an address's query; broken parts are left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let text = get("q").trim().chars().take(crate::customers::TEXT_MAX).collect();
        Self { pool: PoolId::parse(&get("pool")), tier: Tier::parse(&get("tier")), text }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let pool = self.pool.map(|pool| ("pool", pool.to_string()));
        let tier = self.tier.map(|tier| ("tier", tier.code().to_owned()));
        let text = (!self.text.is_empty()).then(|| ("q", self.text.clone()));
        [pool, tier, text].into_iter().flatten().collect()
    }
}

/// A customer in a pool, as far as the members of the pool may know it before one of them
/// takes it: neither its telephone nor its notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRow {
    pub id: CustomerId,
    pub name: String,
    pub tier: Tier,
    pub industry: String,
    pub region: String,
    pub pool: PoolId,
    pub pool_name: String,
    /// The day on which it came into the pool.
    pub since: NaiveDate,
    pub last_owner: Option<(UserId, String)>,
    pub hand: Hand,
    pub reason: Reason,
    /// What keeps the reader from claiming it now.
    pub refused: Option<Violation>,
    /// Its page is the reader's to see.
    pub may_open: bool,
}

/// The pools of the reader, and a page of what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolPage {
    /// Name and customers of each.
    pub pools: Vec<(PoolId, String, i64)>,
    pub rows: Vec<PoolRow>,
    pub total: i64,
    /// The cursor of the rows after these.
    pub next: Option<String>,
}

/// Where a customer stands with the pools, on its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The pool that it is in, or would fall into, by its name.
    pub pool: Option<String>,
    /// `None`: nobody has it.
    pub protection: Option<Protection>,
    /// What keeps it from falling was said so.
    pub held: Option<String>,
    /// Changes of hands, the latest first.
    pub hands: Vec<HandChange>,
    pub may_return: bool,
    /// May be given to one of `people`: it is in a pool.
    pub may_assign: bool,
    /// Whether it falls is the reader's to decide.
    pub may_hold: bool,
    pub people: Vec<(UserId, String)>,
}

/// A customer about to fall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Falling {
    pub id: CustomerId,
    pub name: String,
    pub on: NaiveDate,
    pub left: i64,
    pub why: Cause,
}

/// What falls soon of one's own; the first [`NAMED`] of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallingSoon {
    pub total: i64,
    pub first: Vec<Falling>,
}

/// A customer that fell, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recycled {
    pub customer: CustomerId,
    pub name: String,
    /// Whose it was; `None`: nobody's, and in no pool.
    pub owner: Option<(UserId, String)>,
    pub pool: String,
    pub cause: Option<Cause>,
}

/// The settings of all pools, and who can be a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolsSettings {
    pub pools: Vec<PoolSettings>,
    /// The form that was asked for.
    pub form: Option<PoolForm>,
    pub units: Vec<Unit>,
    pub people: Vec<Person>,
}

/// Takes a customer from a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimForm {
    pub request: String,
    pub customer: String,
}

impl ClaimForm {
    /// # Errors
    /// `unknown_value` for what is no customer's id.
    pub fn check(&self) -> Result<CustomerId, Vec<Violation>> {
        let mut check = Check::default();
        let customer = check.required("", &self.customer, "unknown_value", CustomerId::parse);
        check.finish_some(customer)
    }
}

/// Gives one's customer back, gives one in a pool to somebody, or says that it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HandForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    /// To whom; only of assigning.
    pub owner: String,
    pub reason: String,
    /// Only of holding: it is kept, else no longer.
    pub keep: bool,
}

impl HandForm {
    fn customer(&self, check: &mut Check) -> Option<CustomerId> {
        check.required("id", &self.id, "unknown_value", CustomerId::parse)
    }

    /// The customer, and why.
    ///
    /// # Errors
    /// `required` and `too_long` at `reason`.
    pub fn giving_back(&self) -> Result<(CustomerId, String), Vec<Violation>> {
        let mut check = Check::default();
        let customer = self.customer(&mut check);
        let reason = check.text("reason", &self.reason, REASON_MAX);
        check.finish_some(customer.map(|customer| (customer, reason)))
    }

    /// The customer, to whom, and why, which may be empty.
    ///
    /// # Errors
    /// `required` and `unknown_value` at `owner`, `too_long` at `reason`.
    pub fn assigning(&self) -> Result<(CustomerId, UserId, String), Vec<Violation>> {
        let mut check = Check::default();
        let customer = self.customer(&mut check);
        let owner = check.required("owner", &self.owner, "unknown_value", UserId::parse);
        let reason = check.optional_text("reason", &self.reason, REASON_MAX).unwrap_or_default();
        check.finish_some(customer.zip(owner).map(|(customer, owner)| (customer, owner, reason)))
    }

    /// The customer, and why it is kept; `None` lets it fall again.
    ///
    /// # Errors
    /// `required` and `too_long` at `reason` of what is kept.
    pub fn holding(&self) -> Result<(CustomerId, Option<String>), Vec<Violation>> {
        let mut check = Check::default();
        let customer = self.customer(&mut check);
        let reason = self.keep.then(|| check.text("reason", &self.reason, REASON_MAX));
        check.finish_some(customer.map(|customer| (customer, reason)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn codes<T>(found: Result<T, Vec<Violation>>) -> Vec<String> {
        found.err().into_iter().flatten().map(|v| v.to_string()).collect()
    }

    #[test]
    fn giving_back_needs_a_reason_and_assigning_somebody() {
        let form = HandForm {
            id: Uuid::from_u128(4).to_string(),
            owner: Uuid::from_u128(5).to_string(),
            reason: " moved ".into(),
            keep: true,
            ..HandForm::default()
        };
        assert_eq!(form.giving_back(), Ok((CustomerId(Uuid::from_u128(4)), "moved".into())));
        assert_eq!(form.assigning(), Ok((CustomerId(Uuid::from_u128(4)), UserId(Uuid::from_u128(5)), "moved".into())));
        assert_eq!(form.holding(), Ok((CustomerId(Uuid::from_u128(4)), Some("moved".into()))));
        let empty = HandForm { reason: " ".into(), owner: String::new(), ..form.clone() };
        assert_eq!(codes(empty.giving_back()), ["reason: required"]);
        assert_eq!(codes(empty.assigning()), ["owner: required"]);
        assert_eq!(codes(empty.holding()), ["reason: required"], "a blank reason lets nothing fall");
        let let_go = HandForm { keep: false, ..form.clone() };
        assert_eq!(let_go.holding(), Ok((CustomerId(Uuid::from_u128(4)), None)));
        let long = HandForm { reason: "字".repeat(REASON_MAX + 1), ..form };
        for found in [codes(long.giving_back()), codes(long.assigning()), codes(long.holding())] {
            assert_eq!(found, ["reason: too_long"]);
        }
        assert_eq!(codes(ClaimForm { customer: "x".into(), ..ClaimForm::default() }.check()), [": unknown_value"]);
    }

    #[test]
    fn a_rule_is_told_from_words() {
        let fallen = Reason::Rule(Cause::LastContact);
        assert_eq!(Reason::parse(Hand::Recycle, &fallen.stored()), fallen);
        assert_eq!(Reason::parse(Hand::Return, "longest"), Reason::Said("longest".into()));
    }

    #[test]
    fn a_filter_is_its_address() {
        let filter = PoolFilter { pool: Some(PoolId(Uuid::from_u128(1))), tier: Some(Tier::Vip), text: "a b".into() };
        let query = filter.to_query();
        let get = |name: &str| query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(PoolFilter::from_query(get), filter);
        let broken = |name: &str| Some(if name == "q" { "  ".into() } else { "x".to_owned() });
        assert_eq!(PoolFilter::from_query(broken), PoolFilter::default());
    }
}
