//! Daily work: follow-ups, which carry the next step, and tasks.

use crate::codes;
use crate::ids::{ContactId, CustomerId, DealId, RequestId, TaskId, UserId};
use crate::violation::{Check, Violation};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    FollowUpKind { Call = "call", Email = "email", Visit = "visit", Wechat = "wechat", Video = "video", Meeting = "meeting", Other = "other" }
}
codes! {
    /// Which of one's tasks a list shows.
    TaskView { Open = "open", Today = "today", Overdue = "overdue", Done = "done" }
}

pub const CONTENT_MAX: usize = 4_000;
pub const STEP_MAX: usize = 200;

/// Entries of a timeline that are read at once; older ones are not shown.
pub const TIMELINE_MAX: usize = 200;

/// A follow-up as typed. It belongs to a customer; naming a deal too moves the
/// deal's next step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpForm {
    pub request: String,
    pub customer: String,
    pub deal: String,
    pub contact: String,
    pub kind: String,
    pub content: String,
    pub next_step: String,
    pub next_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpDraft {
    pub customer: CustomerId,
    pub deal: Option<DealId>,
    pub contact: Option<ContactId>,
    pub kind: FollowUpKind,
    pub content: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
}

impl FollowUpForm {
    /// The next step may not lie in the past; a step without a date, or for a
    /// step that says nothing a date alone, is allowed only as a date.
    pub fn check(&self, today: NaiveDate) -> Result<FollowUpDraft, Vec<Violation>> {
        let mut check = Check::default();
        let customer = check.required("customer", &self.customer, "unknown_value", CustomerId::parse);
        let next_on = check.date("next_on", &self.next_on);
        let next_step = check.optional_text("next_step", &self.next_step, STEP_MAX).unwrap_or_default();
        if next_on.is_some_and(|on| on < today) {
            check.refuse(Violation::new("next_on", "date_in_past"));
        }
        if next_on.is_none() && !next_step.is_empty() {
            check.refuse(Violation::new("next_on", "required"));
        }
        let draft = FollowUpDraft {
            customer: customer.unwrap_or(CustomerId(uuid::Uuid::nil())),
            deal: check.optional("deal", &self.deal, "unknown_value", DealId::parse),
            contact: check.optional("contact", &self.contact, "unknown_value", ContactId::parse),
            kind: check.optional("kind", &self.kind, "unknown_value", FollowUpKind::parse).unwrap_or(FollowUpKind::Call),
            content: check.text("content", &self.content, CONTENT_MAX),
            next_step,
            next_on,
        };
        check.finish(draft)
    }
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    pub id: TaskId,
    pub version: i32,
    pub title: String,
    pub owner: UserId,
    pub owner_name: String,
    pub deal: Option<(DealId, String)>,
    pub customer: Option<(CustomerId, String)>,
    pub due_on: Option<NaiveDate>,
    pub done_at: Option<DateTime<Utc>>,
}

/// A task as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    pub request: String,
    pub title: String,
    pub owner: String,
    pub due_on: String,
    pub deal: String,
    pub customer: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDraft {
    pub title: String,
    pub owner: Option<UserId>,
    pub due_on: Option<NaiveDate>,
    pub deal: Option<DealId>,
    pub customer: Option<CustomerId>,
}

impl TaskForm {
    pub fn check(&self) -> Result<TaskDraft, Vec<Violation>> {
        let mut check = Check::default();
        let draft = TaskDraft {
            title: check.text("title", &self.title, STEP_MAX),
            owner: check.optional("owner", &self.owner, "unknown_value", UserId::parse),
            due_on: check.date("due_on", &self.due_on),
            deal: check.optional("deal", &self.deal, "unknown_value", DealId::parse),
            customer: check.optional("customer", &self.customer, "unknown_value", CustomerId::parse),
        };
        check.finish(draft)
    }
}

/// Ticks a task off, or takes the tick back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickTask {
    pub request: RequestId,
    pub task: TaskId,
    pub version: i32,
    pub done: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_step_needs_a_day_that_has_not_passed() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let form = FollowUpForm {
            customer: "018f0000-0000-7000-8000-000000000001".into(),
            content: "x".into(),
            next_step: "call".into(),
            ..FollowUpForm::default()
        };
        assert_eq!(form.check(today).unwrap_err()[0], Violation::new("next_on", "required"));
        let late = FollowUpForm { next_on: "2026-06-29".into(), ..form.clone() };
        assert_eq!(late.check(today).unwrap_err()[0], Violation::new("next_on", "date_in_past"));
        let good = FollowUpForm { next_on: "2026-06-30".into(), ..form };
        assert!(good.check(today).is_ok());
    }
}
