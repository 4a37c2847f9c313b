//! What pages show of contracts, and what a list of them is narrowed by.

use super::form::PlanLine;
use super::standing::{Ageing, Standing};
use super::{ContractSort, ContractStatus, PaymentKind, PaymentMethod};
use crate::finance::VatSplit;
use crate::ids::{ContractId, CustomerId, DealId, InvoiceId, PaymentId, UserId};
use crate::money::{Currency, Money};
use crate::page::{Page, Sort};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Longest text that is looked for.
pub const TEXT_MAX: usize = 100;

/// What narrows the list of contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractFilter {
    pub status: Option<ContractStatus>,
    pub owner: Option<UserId>,
    pub deal: Option<DealId>,
    pub customer: Option<CustomerId>,
    /// Only those with an instalment past due.
    pub overdue: bool,
    /// In number, title, and the customer's name.
    pub text: String,
}

impl ContractFilter {
    /// From the parts of an address; what cannot be read narrows nothing.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let id = |name: &str| get(name).and_then(|text| uuid::Uuid::try_parse(&text).ok());
        Self {
            status: get("status").and_then(|code| ContractStatus::parse(&code)),
            owner: id("owner").map(UserId),
            deal: id("deal").map(DealId),
            customer: id("customer").map(CustomerId),
            overdue: get("overdue").as_deref() == Some("1"),
            text: get("q").map(|text| text.trim().chars().take(TEXT_MAX).collect()).unwrap_or_default(),
        }
    }

    /// The parts of an address that give it again.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("status", self.status.map(|v| v.code().to_owned())),
            ("owner", self.owner.map(|v| v.to_string())),
            ("deal", self.deal.map(|v| v.to_string())),
            ("customer", self.customer.map(|v| v.to_string())),
            ("overdue", self.overdue.then(|| "1".to_owned())),
            ("q", (!self.text.is_empty()).then(|| self.text.clone())),
        ];
        parts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a list is sorted where the address does not say.
pub const SORT: Sort<ContractSort> = Sort { column: ContractSort::Updated, descending: true };

/// A contract in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractRow {
    pub id: ContractId,
    pub number: String,
    pub title: String,
    pub status: ContractStatus,
    pub customer: CustomerId,
    /// The short name, if there is one.
    pub customer_name: String,
    pub deal: DealId,
    pub owner: UserId,
    pub owner_name: String,
    pub amount: Money,
    pub received_minor: i64,
    pub outstanding_minor: i64,
    pub overdue_minor: i64,
    /// The oldest instalment that is open.
    pub next_due_on: Option<NaiveDate>,
    pub signed_on: Option<NaiveDate>,
    pub updated_at: DateTime<Utc>,
}

impl ContractRow {
    /// Days since the oldest open instalment was due; `None` unless it is past due.
    #[must_use]
    pub fn overdue_days(&self, today: NaiveDate) -> Option<i64> {
        self.next_due_on.map(|due| crate::period::days_between(due, today)).filter(|days| *days > 0)
    }
}

/// What contracts come to in one currency, in its minor units. Drafts and cancelled ones
/// are counted, and owe nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedLine {
    pub currency: Currency,
    pub count: i64,
    /// Of signed and ended contracts; where one status is asked for, of that.
    pub amount_minor: i64,
    /// Of the same contracts, receipts less refunds.
    pub received_minor: i64,
    pub outstanding_minor: i64,
    pub overdue_minor: i64,
    /// Received on contracts that owe nothing.
    pub to_pay_back_minor: i64,
}

/// A page of contracts with the sums of all that the filter leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractList {
    pub page: Page<ContractRow>,
    pub sums: Vec<OwedLine>,
}

/// The contracts of a deal or a customer, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    pub rows: Vec<ContractRow>,
    /// All, also those that are not among the rows.
    pub total: i64,
    pub sums: Vec<OwedLine>,
    /// May make a further contract; only said of a deal.
    pub may_add: bool,
}

/// What was struck out, when, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRow {
    pub id: PaymentId,
    pub kind: PaymentKind,
    pub on: NaiveDate,
    pub amount_minor: i64,
    pub method: PaymentMethod,
    pub note: String,
    pub by: String,
    pub struck: Option<Struck>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRow {
    pub id: InvoiceId,
    pub number: String,
    pub on: NaiveDate,
    pub amount_minor: i64,
    pub vat_bp: i32,
    pub split: VatSplit,
    pub note: String,
    pub by: String,
    pub struck: Option<Struck>,
}

/// A contract with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractDetail {
    pub row: ContractRow,
    pub version: i32,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub note: String,
    /// Why it was cancelled, or why that was taken back.
    pub reason: String,
    /// By due day; as many as in `standing.plan`, in the same order.
    pub plan: Vec<PlanLine>,
    pub standing: Standing,
    /// Newest first, struck ones among them.
    pub payments: Vec<PaymentRow>,
    pub invoices: Vec<InvoiceRow>,
    /// Of the invoices that are not struck.
    pub invoiced_minor: i64,
    /// Only for who may read the deal.
    pub deal_title: Option<String>,
    pub may_read_customer: bool,
    pub may_write: bool,
    pub may_record: bool,
}

impl ContractDetail {
    /// What it can become next.
    #[must_use]
    pub fn next(&self) -> &'static [ContractStatus] {
        self.row.status.next(self.row.signed_on.is_some())
    }

    /// The amount less the plan: above zero if the plan is short of it.
    #[must_use]
    pub fn plan_difference_minor(&self) -> i64 {
        self.row.amount.minor - self.plan.iter().map(|line| line.amount_minor).sum::<i64>()
    }
}

/// What is outstanding, by how long it is overdue, and the contracts that are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeingReport {
    pub ageing: Ageing,
    /// The most overdue first.
    pub overdue: Vec<ContractRow>,
    /// All that are overdue, also those not listed.
    pub overdue_total: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_filter_comes_back_from_its_address() {
        let filter = ContractFilter {
            status: Some(ContractStatus::Signed),
            owner: Some(UserId(Uuid::from_u128(1))),
            deal: Some(DealId(Uuid::from_u128(2))),
            customer: Some(CustomerId(Uuid::from_u128(3))),
            overdue: true,
            text: "a b".into(),
        };
        let parts = filter.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(ContractFilter::from_query(get), filter);
        assert!(ContractFilter::from_query(|name| (name == "status").then(|| "x".to_owned())).is_empty());
    }
}
