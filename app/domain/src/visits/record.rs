//! A return visit as it is written down. It is a follow-up at the same time, so that it
//! resets the clocks that any contact resets.

use super::CHANNELS;
use super::needs::{ItemDraft, ItemForm, NeedRow};
use super::questions::{Question, VisitQuestions};
use crate::customers::Tier;
use crate::ids::{ContactId, CustomerId, UserId, VisitFormId, VisitId};
use crate::violation::{Check, Violation};
use crate::work::{CONTENT_MAX, FollowUpKind, STEP_MAX};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Needs and opinions of one visit.
pub const ITEMS_MAX: usize = 10;
/// So long a visit can be taken back by who wrote it down.
pub const UNDO_SECONDS: i64 = 600;
/// Visits that a customer's page shows.
pub const SHOWN: usize = 10;
/// A visit is written down within so many days.
pub const BACK_DAYS: i64 = 90;

/// A visit as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitForm {
    pub request: String,
    pub customer: String,
    pub contact: String,
    pub channel: String,
    /// Left empty it is today.
    pub on: String,
    /// `14:30`; left empty it is not known.
    pub time: String,
    pub content: String,
    pub next_step: String,
    pub next_on: String,
    /// The version of the questions that were asked; empty for none.
    pub questions: String,
    /// By place: `q0`, `q1`, …
    pub answers: BTreeMap<String, String>,
    pub items: Vec<ItemForm>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitDraft {
    pub contact: Option<ContactId>,
    pub channel: FollowUpKind,
    pub on: NaiveDate,
    pub time: Option<NaiveTime>,
    pub content: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    /// In the order of the questions; empty for one that was not answered.
    pub answers: Vec<String>,
    pub items: Vec<ItemDraft>,
}

impl VisitForm {
    /// `None`: none is named that could be one.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        CustomerId::parse(self.customer.trim())
    }

    pub fn asked(&self) -> Option<VisitFormId> {
        VisitFormId::parse(self.questions.trim())
    }

    /// `questions`: those of the version that the form names.
    pub fn check(&self, today: NaiveDate, questions: &[Question]) -> Result<VisitDraft, Vec<Violation>> {
        let mut check = Check::default();
        let channel = check.required("channel", &self.channel, "unknown_value", channel);
        let on = check.date("on", &self.on).unwrap_or(today);
        if on > today {
            check.refuse(Violation::new("on", "date_in_future"));
        }
        if (today - on).num_days() > BACK_DAYS {
            check.refuse(Violation::new("on", "too_long_ago").with("max", BACK_DAYS));
        }
        let time = check.optional("time", &self.time, "not_a_time", time);
        let next_on = check.date("next_on", &self.next_on);
        let next_step = check.optional_text("next_step", &self.next_step, STEP_MAX).unwrap_or_default();
        if next_on.is_some_and(|on| on < today) {
            check.refuse(Violation::new("next_on", "date_in_past"));
        }
        if next_on.is_none() && !next_step.is_empty() {
            check.refuse(Violation::new("next_on", "required"));
        }
        let contact = check.optional("contact", &self.contact, "unknown_value", ContactId::parse);
        let content = check.text("content", &self.content, CONTENT_MAX);
        let mut answers = Vec::with_capacity(questions.len());
        for (i, question) in questions.iter().enumerate() {
            let field = format!("q{i}");
            let typed = self.answers.get(&field).map_or("", String::as_str);
            answers.push(question.answer(&mut check, &field, typed));
        }
        if self.items.len() > ITEMS_MAX {
            check.refuse(Violation::new("", "too_many").with("max", ITEMS_MAX));
        }
        let mut items = Vec::new();
        for (n, item) in self.items.iter().take(ITEMS_MAX).enumerate().map(|(i, item)| (i + 1, item)) {
            items.extend(item.check(&mut check, &format!("_{n}"), today));
        }
        let draft = channel.map(|channel| VisitDraft { contact, channel, on, time, content, next_step, next_on, answers, items });
        check.finish_some(draft)
    }
}

/// A channel of a return visit.
#[must_use]
pub fn channel(code: &str) -> Option<FollowUpKind> {
    FollowUpKind::parse(code).filter(|kind| CHANNELS.contains(kind))
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// What the form of a customer needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSheet {
    pub customer: CustomerId,
    pub customer_name: String,
    pub tier: Tier,
    pub owner: Option<UserId>,
    pub contacts: Vec<(ContactId, String)>,
    /// To whom needs and opinions can be routed.
    pub people: Vec<(UserId, String)>,
    pub questions: VisitQuestions,
    /// What is known already: who, by what, when.
    pub form: VisitForm,
}

/// A visit that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitDone {
    pub id: VisitId,
    pub customer: CustomerId,
    pub customer_name: String,
    /// By this person, a moment ago.
    pub may_undo: bool,
}

/// A visit on the customer's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitEntry {
    pub id: VisitId,
    pub at: DateTime<Utc>,
    pub channel: FollowUpKind,
    pub by: String,
    pub contact: String,
    pub content: String,
    /// Questions as they were then, with what was answered.
    pub answers: Vec<(String, String)>,
}

/// What a customer's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsOfCustomer {
    /// The latest first; [`SHOWN`] of them.
    pub visits: Vec<VisitEntry>,
    /// All that there are.
    pub total: i64,
    /// Those that are unsettled, with their number.
    pub needs: Vec<NeedRow>,
    pub open_needs: i64,
    pub may_record: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visits::questions::QuestionKind;

    fn today() -> NaiveDate {
        "2026-06-30".parse().expect("a date")
    }

    fn form() -> VisitForm {
        VisitForm {
            customer: "018f0000-0000-7000-8000-000000000001".into(),
            channel: "call".into(),
            on: "2026-06-30".into(),
            content: "x".into(),
            ..VisitForm::default()
        }
    }

    fn refused(form: &VisitForm, questions: &[Question]) -> Vec<(String, String)> {
        form.check(today(), questions).unwrap_err().into_iter().map(|v| (v.field, v.code)).collect()
    }

    #[test]
    fn only_the_channels_of_a_visit() {
        assert!(form().check(today(), &[]).is_ok());
        for wrong in ["meeting", "other", "fax"] {
            let found = refused(&VisitForm { channel: wrong.into(), ..form() }, &[]);
            assert_eq!(found, [("channel".to_owned(), "unknown_value".to_owned())], "{wrong}");
        }
    }

    #[test]
    fn a_visit_has_been_and_not_long_ago() {
        let code = |on: &str| refused(&VisitForm { on: on.into(), ..form() }, &[])[0].1.clone();
        assert_eq!(code("2026-07-01"), "date_in_future");
        assert_eq!(code("2026-03-01"), "too_long_ago");
        assert_eq!(VisitForm { on: String::new(), ..form() }.check(today(), &[]).expect("a visit").on, today());
        assert_eq!(refused(&VisitForm { time: "25:00".into(), ..form() }, &[])[0].1, "not_a_time");
        let at = VisitForm { time: "09:05".into(), ..form() }.check(today(), &[]).expect("a visit").time;
        assert_eq!(at, NaiveTime::from_hms_opt(9, 5, 0));
    }

    #[test]
    fn answers_come_in_the_order_of_the_questions() {
        let ask = |kind, required| Question { label: "A".into(), kind, choices: vec![], required };
        let questions = [ask(QuestionKind::Rating, true), ask(QuestionKind::Text, false)];
        let answers = BTreeMap::from([("q1".to_owned(), "good".to_owned()), ("q0".to_owned(), "4".to_owned())]);
        let draft = VisitForm { answers, ..form() }.check(today(), &questions).expect("a visit");
        assert_eq!(draft.answers, ["4", "good"]);
        assert_eq!(refused(&form(), &questions), [("q0".to_owned(), "required".to_owned())]);
    }

    #[test]
    fn an_item_without_text_is_none() {
        let item = |kind: &str, text: &str| ItemForm { kind: kind.into(), text: text.into(), ..ItemForm::default() };
        let draft = VisitForm { items: vec![item("need", "more"), item("opinion", " ")], ..form() }.check(today(), &[]).expect("a visit");
        assert_eq!(draft.items.len(), 1);
    }
}
