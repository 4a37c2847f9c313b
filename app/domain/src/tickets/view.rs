//! What pages show of tickets, and what a list of them is narrowed by.

use super::clock::Response;
use super::{EntryKind, Priority, TicketKind, TicketShown, TicketSort, TicketState};
use crate::customers::Tier;
use crate::ids::{CustomerId, TicketEntryId, TicketId, UserId};
use crate::page::{Page, Sort};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Longest text that is looked for.
pub const TEXT_MAX: usize = 100;
/// The page of tickets.
pub const TICKETS: &str = "/tickets";
/// Tickets on a customer's page; all are counted.
pub const SHOWN: u64 = 10;
/// How a list is sorted where the address does not say.
pub const SORT: Sort<TicketSort> = Sort { column: TicketSort::Due, descending: false };

/// What narrows the list of tickets. Broken or unknown parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketFilter {
    /// `None`: those that are not settled.
    pub shown: Option<TicketShown>,
    pub person: Option<UserId>,
    pub priority: Option<Priority>,
    pub kind: Option<TicketKind>,
    /// The tier that the customer had when it came.
    pub tier: Option<Tier>,
    pub customer: Option<CustomerId>,
    /// Only those answered too late, or overdue.
    pub late: bool,
    /// In subject and number, and in the customer's name.
    pub text: String,
}

impl TicketFilter {
    /// From the parts of an address.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            shown: TicketShown::parse(&get("state")),
            person: UserId::parse(&get("person")),
            priority: Priority::parse(&get("priority")),
            kind: TicketKind::parse(&get("kind")),
            tier: Tier::parse(&get("tier")),
            customer: CustomerId::parse(&get("customer")),
            late: get("late") == "1",
            text: get("q").trim().chars().take(TEXT_MAX).collect(),
        }
    }

    /// The parts of an address that give it again.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.shown.map(|v| ("state", v.to_string())),
            self.person.map(|v| ("person", v.to_string())),
            self.priority.map(|v| ("priority", v.to_string())),
            self.kind.map(|v| ("kind", v.to_string())),
            self.tier.map(|v| ("tier", v.to_string())),
            self.customer.map(|v| ("customer", v.to_string())),
            self.late.then(|| ("late", "1".to_owned())),
            (!self.text.is_empty()).then(|| ("q", self.text.clone())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub kind: TicketKind,
    pub priority: Priority,
    pub state: TicketState,
    pub customer: CustomerId,
    pub customer_name: String,
    /// When it came.
    pub tier: Tier,
    pub assignee: UserId,
    pub assignee_name: String,
    pub opened_at: DateTime<Utc>,
    /// Until when an answer is owed; `None` if none is, or none was promised.
    pub due_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub response: Response,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketList {
    pub page: Page<TicketRow>,
    /// Of all that the filter leaves, those that are late.
    pub late: i64,
    /// Whom tickets can be assigned to.
    pub people: Vec<(UserId, String)>,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEntry {
    pub id: TicketEntryId,
    pub kind: EntryKind,
    pub text: String,
    /// What the ticket became by it.
    pub state: Option<TicketState>,
    pub at: DateTime<Utc>,
    pub by: String,
    /// Of a first answer, how long it took.
    pub response: Option<Response>,
}

/// A ticket with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDetail {
    pub row: TicketRow,
    pub version: i32,
    pub body: String,
    pub contact: Option<String>,
    pub promised_minutes: Option<i64>,
    pub opened_by: String,
    pub solved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// How often it was opened again.
    pub reopened: i32,
    /// The oldest first.
    pub entries: Vec<TicketEntry>,
    pub people: Vec<(UserId, String)>,
    pub may_write: bool,
    pub may_read_customer: bool,
}

/// What a form of a further ticket begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSheet {
    pub customer: CustomerId,
    pub customer_name: String,
    pub tier: Tier,
    /// Minutes of workdays in which an answer is promised.
    pub promised_minutes: Option<i64>,
    pub contacts: Vec<(crate::ids::ContactId, String)>,
    pub people: Vec<(UserId, String)>,
    pub me: UserId,
}

/// The tickets of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketsOfCustomer {
    /// [`SHOWN`] of them: those that are not settled first.
    pub rows: Vec<TicketRow>,
    pub total: i64,
    pub unsettled: i64,
    pub late: i64,
    pub may_add: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let filter = TicketFilter {
            shown: Some(TicketShown::Waiting),
            person: UserId::parse("018f0000-0000-7000-8000-000000000001"),
            priority: Some(Priority::High),
            kind: Some(TicketKind::Complaint),
            tier: Some(Tier::Vip),
            customer: CustomerId::parse("018f0000-0000-7000-8000-000000000002"),
            late: true,
            text: "a b".into(),
        };
        let parts = filter.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(TicketFilter::from_query(get), filter);
        assert!(TicketFilter::from_query(|name| (name != "q").then(|| "nonsense".into())).is_empty());
    }
}
