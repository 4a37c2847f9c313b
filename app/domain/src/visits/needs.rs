//! What customers need and think: items with somebody who sees to them.

use crate::codes;
use crate::ids::{CustomerId, NeedId, UnitId, UserId};
use crate::page::Page;
use crate::violation::{Check, Violation};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    NeedKind {
        /// Something that the customer wants.
        Need = "need",
        /// Something that the customer thinks of us.
        Opinion = "opinion",
    }
}
codes! {
    NeedStatus {
        Open = "open",
        Working = "working",
        Done = "done",
        /// With a reason.
        Declined = "declined",
    }
}
codes! {
    /// Which of them a list shows.
    NeedShown {
        /// Open and in work.
        Unsettled = "unsettled",
        Open = "open",
        Working = "working",
        Done = "done",
        Declined = "declined",
        All = "all",
    }
}

/// The page of needs and opinions.
pub const NEEDS: &str = "/visits/needs";
pub const TEXT_MAX: usize = 500;
pub const REASON_MAX: usize = 500;

impl NeedStatus {
    /// Somebody still has to see to it.
    #[must_use]
    pub const fn is_unsettled(self) -> bool {
        matches!(self, Self::Open | Self::Working)
    }

    /// What it can become. What is settled is opened again first.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Working, Self::Done, Self::Declined],
            Self::Working => &[Self::Open, Self::Done, Self::Declined],
            Self::Done | Self::Declined => &[Self::Open],
        }
    }
}

impl NeedShown {
    /// The statuses it stands for.
    #[must_use]
    pub const fn statuses(self) -> &'static [NeedStatus] {
        match self {
            Self::Unsettled => &[NeedStatus::Open, NeedStatus::Working],
            Self::Open => &[NeedStatus::Open],
            Self::Working => &[NeedStatus::Working],
            Self::Done => &[NeedStatus::Done],
            Self::Declined => &[NeedStatus::Declined],
            Self::All => NeedStatus::ALL,
        }
    }
}

/// An item of a visit as typed; without text it does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    pub kind: String,
    pub text: String,
    /// Empty: the customer's owner.
    pub owner: String,
    pub due_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDraft {
    pub kind: NeedKind,
    pub text: String,
    pub owner: Option<UserId>,
    pub due_on: Option<NaiveDate>,
    /// What its fields are called, for a refusal that only the store can know.
    pub at: String,
}

impl ItemForm {
    /// Its fields are `text`, `owner`, `due_on`, each with `at` behind it.
    pub fn check(&self, check: &mut Check, at: &str, today: NaiveDate) -> Option<ItemDraft> {
        let field = |part: &str| format!("{part}{at}");
        let text = check.optional_text(&field("text"), &self.text, TEXT_MAX)?;
        let kind = check.required(&field("kind"), &self.kind, "unknown_value", NeedKind::parse);
        let owner = check.optional(&field("owner"), &self.owner, "unknown_value", UserId::parse);
        let due_on = check.date(&field("due_on"), &self.due_on);
        if due_on.is_some_and(|on| on < today) {
            check.refuse(Violation::new(&field("due_on"), "date_in_past"));
        }
        Some(ItemDraft { kind: kind?, text, owner, due_on, at: at.to_owned() })
    }
}

/// A change of an item: where it stands, who sees to it, until when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeedForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    /// Empty: as it is.
    pub status: String,
    pub owner: String,
    pub due_on: String,
    pub reason: String,
    /// Where the form was opened.
    pub back: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedDraft {
    pub status: NeedStatus,
    pub owner: Option<UserId>,
    pub due_on: Option<NaiveDate>,
    pub reason: String,
}

impl NeedForm {
    /// Where to go when it is saved: the page of needs as it was narrowed, nowhere else.
    #[must_use]
    pub fn back(&self) -> &str {
        let inside = |path: &str| self.back.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
        if inside(NEEDS) { &self.back } else { NEEDS }
    }

    /// `due_on`: as it is now; a day that has passed may stay and may not be set.
    pub fn check(&self, from: NeedStatus, due_on: Option<NaiveDate>, today: NaiveDate) -> Result<NeedDraft, Vec<Violation>> {
        let mut check = Check::default();
        let status = check.optional("status", &self.status, "unknown_value", NeedStatus::parse).unwrap_or(from);
        if status != from && !from.next().contains(&status) {
            check.refuse(Violation::new("status", "not_next_need"));
        }
        let reason = check.optional_text("reason", &self.reason, REASON_MAX).unwrap_or_default();
        if status == NeedStatus::Declined && reason.is_empty() {
            check.refuse(Violation::new("reason", "reason_required"));
        }
        let until = check.date("due_on", &self.due_on);
        if until != due_on && until.is_some_and(|on| on < today) {
            check.refuse(Violation::new("due_on", "date_in_past"));
        }
        let owner = check.optional("owner", &self.owner, "unknown_value", UserId::parse);
        check.finish(NeedDraft { status, owner, due_on: until, reason })
    }
}

/// What a list is narrowed by. Broken or unknown parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeedFilter {
    pub kind: Option<NeedKind>,
    /// `None`: those that are unsettled.
    pub shown: Option<NeedShown>,
    pub owner: Option<UserId>,
    pub team: Option<UnitId>,
    pub customer: Option<CustomerId>,
    pub overdue: bool,
}

impl NeedFilter {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            kind: NeedKind::parse(&get("kind")),
            shown: NeedShown::parse(&get("status")),
            owner: UserId::parse(&get("owner")),
            team: UnitId::parse(&get("team")),
            customer: CustomerId::parse(&get("customer")),
            overdue: get("overdue") == "1",
        }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.kind.map(|v| ("kind", v.to_string())),
            self.shown.map(|v| ("status", v.to_string())),
            self.owner.map(|v| ("owner", v.to_string())),
            self.team.map(|v| ("team", v.to_string())),
            self.customer.map(|v| ("customer", v.to_string())),
            self.overdue.then(|| ("overdue", "1".to_owned())),
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedRow {
    pub id: NeedId,
    pub version: i32,
    pub kind: NeedKind,
    pub text: String,
    pub status: NeedStatus,
    pub reason: String,
    pub customer: CustomerId,
    pub customer_name: String,
    pub owner: UserId,
    pub owner_name: String,
    pub due_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub by: String,
    pub may_change: bool,
    pub may_read_customer: bool,
}

impl NeedRow {
    /// Days past its day, if somebody still has to see to it.
    #[must_use]
    pub fn overdue_days(&self, today: NaiveDate) -> Option<i64> {
        let late = self.due_on.map(|on| (today - on).num_days()).filter(|days| *days > 0);
        late.filter(|_| self.status.is_unsettled())
    }
}

/// A page of the list, and whom items can be routed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeedList {
    pub page: Page<NeedRow>,
    pub people: Vec<(UserId, String)>,
    /// The item that an address names, as far as it may be seen, whatever the filter.
    pub edited: Option<NeedRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declining_needs_a_reason() {
        let today = "2026-06-30".parse().expect("a date");
        let form = NeedForm { status: "declined".into(), ..NeedForm::default() };
        assert_eq!(form.check(NeedStatus::Open, None, today).unwrap_err(), [Violation::new("reason", "reason_required")]);
        assert!(NeedForm { reason: "no".into(), ..form.clone() }.check(NeedStatus::Working, None, today).is_ok());
        let again = NeedForm { reason: "no".into(), ..form }.check(NeedStatus::Done, None, today).unwrap_err();
        assert_eq!(again[0].code, "not_next_need", "what is done is opened again first");
    }

    #[test]
    fn a_day_that_has_passed_may_stay() {
        let today: NaiveDate = "2026-06-30".parse().expect("a date");
        let past: NaiveDate = "2026-06-01".parse().expect("a date");
        let form = NeedForm { due_on: past.to_string(), ..NeedForm::default() };
        assert!(form.check(NeedStatus::Open, Some(past), today).is_ok());
        assert_eq!(form.check(NeedStatus::Open, None, today).unwrap_err()[0].code, "date_in_past");
    }

    #[test]
    fn a_form_leads_nowhere_else() {
        let back = |to: &str| NeedForm { back: to.into(), ..NeedForm::default() }.back().to_owned();
        assert_eq!(back("/visits/needs?status=done"), "/visits/needs?status=done");
        for wrong in ["", "//evil.example", "/visits/needs.evil", "https://evil.example/visits/needs"] {
            assert_eq!(back(wrong), NEEDS, "{wrong}");
        }
    }

    #[test]
    fn every_status_is_shown_by_some_list() {
        for status in NeedStatus::ALL {
            assert!(NeedShown::ALL.iter().any(|shown| shown.statuses() == [*status]), "{status}");
            assert!(!status.next().contains(status));
        }
        assert_eq!(NeedShown::Unsettled.statuses().iter().filter(|status| status.is_unsettled()).count(), 2);
    }

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let filter = NeedFilter {
            kind: Some(NeedKind::Opinion),
            shown: Some(NeedShown::Declined),
            owner: UserId::parse("018f0000-0000-7000-8000-000000000001"),
            overdue: true,
            ..NeedFilter::default()
        };
        let pairs = filter.to_query();
        let back = NeedFilter::from_query(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
        assert_eq!(back, filter);
        assert!(NeedFilter::from_query(|_| Some("nonsense".into())).is_empty());
    }
}
