//! Forms of tickets: a further one, what was said, and who sees to it.

use super::{BODY_MAX, EntryKind, Priority, SUBJECT_MAX, TicketKind, TicketState};
use crate::ids::{ContactId, CustomerId, UserId};
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

/// A further ticket as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketForm {
    pub request: String,
    pub customer: String,
    pub contact: String,
    pub kind: String,
    pub priority: String,
    /// Empty: whoever writes it down.
    pub assignee: String,
    pub subject: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDraft {
    pub customer: CustomerId,
    pub contact: Option<ContactId>,
    pub kind: TicketKind,
    pub priority: Priority,
    pub assignee: Option<UserId>,
    pub subject: String,
    pub body: String,
}

impl TicketForm {
    /// # Errors
    ///
    /// All that is wrong, at its field.
    pub fn check(&self) -> Result<TicketDraft, Vec<Violation>> {
        let mut check = Check::default();
        let customer = check.required("customer", &self.customer, "unknown_value", CustomerId::parse);
        let contact = check.optional("contact", &self.contact, "unknown_value", ContactId::parse);
        let kind = check.required("kind", &self.kind, "unknown_value", TicketKind::parse);
        let priority = check.optional("priority", &self.priority, "unknown_value", Priority::parse).unwrap_or(Priority::Normal);
        let assignee = check.optional("assignee", &self.assignee, "unknown_value", UserId::parse);
        let subject = check.text("subject", &self.subject, SUBJECT_MAX);
        let body = check.optional_text("body", &self.body, BODY_MAX).unwrap_or_default();
        let draft = customer.zip(kind).map(|(customer, kind)| TicketDraft { customer, contact, kind, priority, assignee, subject, body });
        check.finish_some(draft)
    }
}

/// What was said or is to be noted, and what becomes of the ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub kind: String,
    pub text: String,
    /// Empty: as the entry makes it.
    pub state: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    pub kind: EntryKind,
    pub text: String,
    pub state: TicketState,
}

impl EntryForm {
    /// `from`: how far the ticket is.
    ///
    /// # Errors
    ///
    /// `answer_first` where something that is not an answer would make an open ticket
    /// answered, waiting or solved; `not_next_ticket` for another state that it cannot
    /// become; `ticket_settled` for an entry of a ticket that is solved or closed, which
    /// is opened again first.
    pub fn check(&self, from: TicketState) -> Result<EntryDraft, Vec<Violation>> {
        let mut check = Check::default();
        let kind = check.required("kind", &self.kind, "unknown_value", EntryKind::parse);
        let chosen = check.optional("state", &self.state, "unknown_value", TicketState::parse);
        // Closing what is solved needs no word.
        let silent = from == TicketState::Solved && chosen == Some(TicketState::Closed);
        let text = if silent {
            check.optional_text("text", &self.text, BODY_MAX).unwrap_or_default()
        } else {
            check.text("text", &self.text, BODY_MAX)
        };
        let Some(kind) = kind else { return check.finish_some(None) };
        let reopens = chosen == Some(TicketState::Open) && !from.is_unsettled();
        let kind = if reopens { EntryKind::Reopen } else { kind };
        if kind == EntryKind::Reopen && from.is_unsettled() {
            check.refuse(Violation::new("kind", "unknown_value"));
        }
        let state = chosen.unwrap_or_else(|| from.after(kind));
        if !from.is_unsettled() && kind != EntryKind::Reopen && !silent && !matches!(kind, EntryKind::Note) {
            check.refuse(Violation::new("kind", "ticket_settled"));
        }
        if state != from && !from.next().contains(&state) {
            check.refuse(Violation::new("state", "not_next_ticket"));
        } else if from == TicketState::Open
            && kind != EntryKind::Answer
            && matches!(state, TicketState::Answered | TicketState::Waiting | TicketState::Solved)
        {
            check.refuse(Violation::new("kind", "answer_first"));
        }
        check.finish(EntryDraft { kind, text, state })
    }
}

/// Who sees to a ticket, in which order, and what it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub kind: String,
    pub priority: String,
    pub assignee: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignDraft {
    pub kind: TicketKind,
    pub priority: Priority,
    pub assignee: UserId,
}

impl AssignForm {
    /// # Errors
    ///
    /// All that is missing or unknown, at its field.
    pub fn check(&self) -> Result<AssignDraft, Vec<Violation>> {
        let mut check = Check::default();
        let kind = check.required("kind", &self.kind, "unknown_value", TicketKind::parse);
        let priority = check.required("priority", &self.priority, "unknown_value", Priority::parse);
        let assignee = check.required("assignee", &self.assignee, "unknown_value", UserId::parse);
        let draft = kind.zip(priority).zip(assignee).map(|((kind, priority), assignee)| AssignDraft { kind, priority, assignee });
        check.finish_some(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: EntryKind, state: &str) -> EntryForm {
        EntryForm { kind: kind.code().into(), text: "a word".into(), state: state.into(), ..EntryForm::default() }
    }

    fn codes(form: &EntryForm, from: TicketState) -> Vec<String> {
        form.check(from).err().unwrap_or_default().into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect()
    }

    #[test]
    fn a_ticket_needs_customer_kind_and_subject() {
        let refused = TicketForm::default().check().unwrap_err();
        assert_eq!(refused.iter().map(|v| v.field.as_str()).collect::<Vec<_>>(), ["customer", "kind", "subject"]);
        let form = TicketForm {
            customer: "018f0000-0000-7000-8000-000000000001".into(),
            kind: "problem".into(),
            subject: " no signal ".into(),
            ..TicketForm::default()
        };
        let draft = form.check().expect("a ticket");
        assert_eq!((draft.subject.as_str(), draft.priority, draft.assignee), ("no signal", Priority::Normal, None));
        assert_eq!(TicketForm { priority: "at once".into(), ..form }.check().unwrap_err()[0].code, "unknown_value");
    }

    #[test]
    fn an_open_ticket_is_answered_before_anything_else() {
        let state = |form: &EntryForm| form.check(TicketState::Open).expect("an entry").state;
        assert_eq!(state(&entry(EntryKind::Answer, "")), TicketState::Answered);
        assert_eq!(state(&entry(EntryKind::Answer, "solved")), TicketState::Solved);
        assert_eq!(state(&entry(EntryKind::Note, "")), TicketState::Open);
        assert_eq!(codes(&entry(EntryKind::Note, "solved"), TicketState::Open), ["kind: answer_first"]);
        assert_eq!(codes(&entry(EntryKind::Reply, "waiting"), TicketState::Open), ["kind: answer_first"]);
        assert_eq!(state(&entry(EntryKind::Note, "closed")), TicketState::Closed, "it came twice, and needs no answer");
    }

    #[test]
    fn what_is_settled_is_opened_again_first() {
        let reopened = entry(EntryKind::Note, "open").check(TicketState::Closed).expect("an entry");
        assert_eq!((reopened.kind, reopened.state), (EntryKind::Reopen, TicketState::Open));
        assert_eq!(codes(&entry(EntryKind::Answer, ""), TicketState::Solved), ["kind: ticket_settled"]);
        assert!(codes(&entry(EntryKind::Note, ""), TicketState::Closed).is_empty(), "something is still noted");
        assert_eq!(codes(&entry(EntryKind::Note, "closed"), TicketState::Answered), ["state: not_next_ticket"]);
        assert_eq!(codes(&entry(EntryKind::Reopen, ""), TicketState::Answered), ["kind: unknown_value"]);
        let silent = EntryForm { text: String::new(), ..entry(EntryKind::Note, "closed") };
        assert!(codes(&silent, TicketState::Solved).is_empty());
        assert_eq!(codes(&EntryForm { text: String::new(), ..entry(EntryKind::Note, "open") }, TicketState::Solved), ["text: required"]);
    }
}
