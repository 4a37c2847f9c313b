//! What the pages of pools read, and what they send.

use super::protection::{Cause, Protection};
use super::settings::{PoolForm, PoolKind, PoolSettings};
use crate::change::ROWS_MAX;
use crate::codes;
use crate::customers::Tier;
use crate::ids::{CustomerId, DealId, PoolId, RequestId, UserId};
use crate::money::Money;
use crate::org::{Person, Unit};
use crate::pipeline::Source;
use crate::violation::{Check, Violation};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Changes of the owner that a customer's page shows, the latest first.
pub const HISTORY: u64 = 50;
/// Customers, or leads, about to fall that the page of today names; all are counted.
pub const NAMED: usize = 5;

codes! {
    /// How a customer or a lead changed hands.
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
        /// Went along: a lead with its customer, or a customer that nobody had with its lead.
        Along = "along",
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

    /// Only recycling keeps a rule's code, and what went along with what was recycled.
    #[must_use]
    pub fn parse(hand: Hand, text: &str) -> Self {
        match (hand, Cause::parse(text)) {
            (Hand::Recycle | Hand::Along, Some(cause)) => Self::Rule(cause),
            _ => Self::Said(text.to_owned()),
        }
    }
}

/// What the list of the pools is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PoolFilter {
    /// Leads, not customers.
    #[serde(default)]
    pub leads: bool,
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
        let leads = get("kind") == PoolKind::Leads.code();
        Self { leads, pool: PoolId::parse(&get("pool")), tier: Tier::parse(&get("tier")), text }
    }

    /// What it asks for, narrowed or not.
    #[must_use]
    pub const fn kind(&self) -> PoolKind {
        if self.leads { PoolKind::Leads } else { PoolKind::Customers }
    }

    /// Whether it leaves anything out of the pools of its kind.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        *self != Self { leads: self.leads, ..Self::default() }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let kind = self.leads.then(|| ("kind", PoolKind::Leads.code().to_owned()));
        let pool = self.pool.map(|pool| ("pool", pool.to_string()));
        let tier = self.tier.map(|tier| ("tier", tier.code().to_owned()));
        let text = (!self.text.is_empty()).then(|| ("q", self.text.clone()));
        [kind, pool, tier, text].into_iter().flatten().collect()
    }
}

/// What a lead says of itself in a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFacts {
    pub title: String,
    pub stage_zh: String,
    pub stage_en: String,
    pub amount: Money,
    pub source: Source,
}

/// A customer or a lead in a pool, as far as the members of the pool may know it before one of
/// them takes it: neither telephones nor notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRow {
    /// Of the customer, or of the lead.
    pub id: Uuid,
    /// What the customer is called.
    pub name: String,
    pub lead: Option<LeadFacts>,
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
    /// Name of each, and how much is in it.
    pub pools: Vec<(PoolId, String, i64)>,
    pub rows: Vec<PoolRow>,
    pub total: i64,
    /// The cursor of the rows after these.
    pub next: Option<String>,
}

/// Where a customer or a lead stands with the pools, on its page.
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

/// A lead about to fall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallingLead {
    pub id: DealId,
    pub title: String,
    pub on: NaiveDate,
    pub left: i64,
    pub why: Cause,
}

/// As [`FallingSoon`], of leads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallingLeads {
    pub total: i64,
    pub first: Vec<FallingLead>,
}

/// A customer or a lead that fell, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recycled {
    pub customer: CustomerId,
    /// `None`: the customer itself.
    pub lead: Option<DealId>,
    /// Of the customer, or the title of the lead.
    pub name: String,
    /// Whose it was; `None`: nobody's, and in no pool.
    pub owner: Option<(UserId, String)>,
    pub pool: String,
    /// Of a lead that goes along with its customer why that falls.
    pub cause: Option<Cause>,
}

/// The settings of all pools, and who can be a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolsSettings {
    pub pools: Vec<PoolSettings>,
    /// How much lies in each of them.
    pub inside: Vec<(PoolId, i64)>,
    /// The form that was asked for.
    pub form: Option<PoolForm>,
    pub units: Vec<Unit>,
    pub people: Vec<Person>,
}

/// What is taken from a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooled {
    Customer(CustomerId),
    Lead(DealId),
}

/// Takes a customer, or a lead, from a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimForm {
    pub request: String,
    pub customer: String,
    /// One of the two.
    pub lead: String,
}

impl ClaimForm {
    /// # Errors
    /// `unknown_value` for what is no id.
    pub fn check(&self) -> Result<Pooled, Vec<Violation>> {
        let mut check = Check::default();
        let found = if self.lead.is_empty() {
            check.required("", &self.customer, "unknown_value", CustomerId::parse).map(Pooled::Customer)
        } else {
            check.required("", &self.lead, "unknown_value", DealId::parse).map(Pooled::Lead)
        };
        check.finish_some(found)
    }
}

/// Takes many customers, or leads, each as far as the rules allow, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimMany {
    pub request: RequestId,
    pub leads: bool,
    pub ids: Vec<Uuid>,
}

impl ClaimMany {
    /// # Errors
    /// `required` for none, `too_many` for more than [`ROWS_MAX`].
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        match self.ids.len() {
            0 => Err(vec![Violation::new("", "required")]),
            1..=ROWS_MAX => Ok(()),
            _ => Err(vec![Violation::new("", "too_many").with("max", ROWS_MAX)]),
        }
    }
}

/// Removes a pool; what lies in it goes to another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemovePoolForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    /// Empty: nothing is in it.
    pub to: String,
}

impl RemovePoolForm {
    /// # Errors
    /// `unknown_value` at `to` for what is no pool, or the same one.
    pub fn check(&self) -> Result<(PoolId, Option<PoolId>), Vec<Violation>> {
        let mut check = Check::default();
        let id = check.required("id", &self.id, "unknown_value", PoolId::parse);
        let to = check.optional("to", &self.to, "unknown_value", PoolId::parse);
        if id.is_some() && id == to {
            check.refuse(Violation::new("to", "unknown_value"));
        }
        check.finish_some(id.map(|id| (id, to)))
    }
}

/// Gives one's customer or lead back, gives one in a pool to somebody, or says that it is kept.
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
    fn target<I: From<Uuid>>(&self, check: &mut Check) -> Option<I> {
        check.required("id", &self.id, "unknown_value", |text| Uuid::try_parse(text).ok().map(I::from))
    }

    /// Which one, and why.
    ///
    /// # Errors
    /// `required` and `too_long` at `reason`.
    pub fn giving_back<I: From<Uuid>>(&self) -> Result<(I, String), Vec<Violation>> {
        let mut check = Check::default();
        let id = self.target(&mut check);
        let reason = check.text("reason", &self.reason, REASON_MAX);
        check.finish_some(id.map(|id| (id, reason)))
    }

    /// Which one, to whom, and why, which may be empty.
    ///
    /// # Errors
    /// `required` and `unknown_value` at `owner`, `too_long` at `reason`.
    pub fn assigning<I: From<Uuid>>(&self) -> Result<(I, UserId, String), Vec<Violation>> {
        let mut check = Check::default();
        let id = self.target(&mut check);
        let owner = check.required("owner", &self.owner, "unknown_value", UserId::parse);
        let reason = check.optional_text("reason", &self.reason, REASON_MAX).unwrap_or_default();
        check.finish_some(id.zip(owner).map(|(id, owner)| (id, owner, reason)))
    }

    /// Which one, and why it is kept; `None` lets it fall again.
    ///
    /// # Errors
    /// `required` and `too_long` at `reason` of what is kept.
    pub fn holding<I: From<Uuid>>(&self) -> Result<(I, Option<String>), Vec<Violation>> {
        let mut check = Check::default();
        let id = self.target(&mut check);
        let reason = self.keep.then(|| check.text("reason", &self.reason, REASON_MAX));
        check.finish_some(id.map(|id| (id, reason)))
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
        assert_eq!(codes(empty.giving_back::<CustomerId>()), ["reason: required"]);
        assert_eq!(codes(empty.assigning::<CustomerId>()), ["owner: required"]);
        assert_eq!(codes(empty.holding::<CustomerId>()), ["reason: required"], "a blank reason lets nothing fall");
        let let_go = HandForm { keep: false, ..form.clone() };
        assert_eq!(let_go.holding(), Ok((CustomerId(Uuid::from_u128(4)), None)));
        let long = HandForm { reason: "字".repeat(REASON_MAX + 1), ..form };
        let found = [codes(long.giving_back::<DealId>()), codes(long.assigning::<DealId>()), codes(long.holding::<DealId>())];
        for found in found {
            assert_eq!(found, ["reason: too_long"]);
        }
        let claimed =
            |customer: &str, lead: &str| ClaimForm { customer: customer.into(), lead: lead.into(), ..ClaimForm::default() }.check();
        assert_eq!(codes(claimed("x", "")), [": unknown_value"]);
        assert_eq!(codes(claimed("", "x")), [": unknown_value"]);
        let id = Uuid::from_u128(4);
        assert_eq!(claimed(&id.to_string(), ""), Ok(Pooled::Customer(CustomerId(id))));
        assert_eq!(claimed("", &id.to_string()), Ok(Pooled::Lead(DealId(id))));
    }

    #[test]
    fn many_are_some_and_a_pool_is_not_emptied_into_itself() {
        let many = |n: usize| ClaimMany { request: RequestId(Uuid::nil()), leads: true, ids: vec![Uuid::nil(); n] };
        assert_eq!(
            [0, 1, ROWS_MAX, ROWS_MAX + 1].map(|n| codes(many(n).check())),
            [vec![": required".to_owned()], vec![], vec![], vec![": too_many".to_owned()]]
        );
        let (id, other) = (PoolId(Uuid::from_u128(1)), PoolId(Uuid::from_u128(2)));
        let form = |to: String| RemovePoolForm { id: id.to_string(), to, ..RemovePoolForm::default() };
        assert_eq!(form(String::new()).check(), Ok((id, None)));
        assert_eq!(form(other.to_string()).check(), Ok((id, Some(other))));
        assert_eq!(codes(form(id.to_string()).check()), ["to: unknown_value"]);
    }

    #[test]
    fn a_rule_is_told_from_words() {
        let fallen = Reason::Rule(Cause::LastContact);
        assert_eq!(Reason::parse(Hand::Recycle, &fallen.stored()), fallen);
        assert_eq!(Reason::parse(Hand::Along, &fallen.stored()), fallen);
        assert_eq!(Reason::parse(Hand::Return, "longest"), Reason::Said("longest".into()));
    }

    #[test]
    fn a_filter_is_its_address() {
        let filter = PoolFilter { leads: true, pool: Some(PoolId(Uuid::from_u128(1))), tier: Some(Tier::Vip), text: "a b".into() };
        let query = filter.to_query();
        let get = |name: &str| query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(PoolFilter::from_query(get), filter);
        assert!(filter.is_narrowed() && !PoolFilter { leads: true, ..PoolFilter::default() }.is_narrowed());
        let broken = |name: &str| Some(if name == "q" { "  ".into() } else { "x".to_owned() });
        assert_eq!(PoolFilter::from_query(broken), PoolFilter::default());
    }
}
