//! What somebody writes down of a customer: an interview, a review, a plan after a low score.

use crate::ids::{PlanId, SurveyId, UserId};
use crate::survey::answer::{Scores, WORDS_MAX};
use crate::survey::plan::{ACTION_MAX, PlanStatus};
use crate::survey::{Dimension, Source};
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An interview or a review, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ByHandForm {
    pub request: String,
    pub survey: String,
    pub customer: String,
    pub source: String,
    pub on: String,
    pub csat: String,
    pub nps: String,
    pub ces: String,
    pub service: String,
    pub product: String,
    pub delivery: String,
    pub response: String,
    pub expertise: String,
    pub value: String,
    pub words: String,
}

/// [`ByHandForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    pub survey: SurveyId,
    pub source: Source,
    pub on: NaiveDate,
    pub scores: Scores,
    pub words: String,
}

impl ByHandForm {
    /// The customer is found by the store, by id or by name.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once; `says_nothing` without score and words.
    pub fn check(&self, today: NaiveDate) -> Result<ByHand, Vec<Violation>> {
        let mut check = Check::default();
        let mut number = |field: &str, text: &str, first: i64, last: i64| {
            check.optional(field, text, "unknown_value", |text| text.parse().ok().filter(|n| (first..=last).contains(n)))
        };
        let mut scores = Scores {
            csat: number("csat", &self.csat, 1, 5),
            nps: number("nps", &self.nps, 0, 10),
            ces: number("ces", &self.ces, 1, 7),
            marks: Vec::new(),
        };
        let marks = [&self.service, &self.product, &self.delivery, &self.response, &self.expertise, &self.value];
        for (dimension, text) in Dimension::ALL.iter().zip(marks) {
            scores.marks.extend(number(dimension.code(), text, 1, 5).map(|n| (*dimension, n)));
        }
        let survey = check.required("survey", &self.survey, "unknown_value", SurveyId::parse);
        // A questionnaire is answered by its link.
        let by_hand = |text: &str| Source::parse(text).filter(|source| *source != Source::Questionnaire);
        let source = check.required("source", &self.source, "unknown_value", by_hand);
        let on = check.date("on", &self.on).unwrap_or(today);
        if on > today {
            check.refuse(Violation::new("on", "date_in_future"));
        }
        let words = check.optional_text("words", &self.words, WORDS_MAX).unwrap_or_default();
        if scores.is_empty() && words.is_empty() {
            check.refuse(Violation::new("csat", "says_nothing"));
        }
        let found = survey.zip(source).map(|(survey, source)| ByHand { survey, source, on, scores, words });
        check.finish_some(found)
    }
}

/// What is done about a low score, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub action: String,
    /// Empty: the status stays.
    pub to: String,
    pub owner: String,
}

/// [`PlanForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDraft {
    pub action: String,
    pub to: Option<PlanStatus>,
    pub owner: Option<UserId>,
}

impl PlanForm {
    /// # Errors
    ///
    /// `unknown_value`.
    pub fn plan(&self) -> Result<PlanId, Violation> {
        PlanId::parse(self.id.trim()).ok_or_else(|| Violation::new("", "unknown_value"))
    }

    /// # Errors
    ///
    /// Everything that is wrong, at once: whoever acts or closes says what was done.
    pub fn check(&self, from: PlanStatus) -> Result<PlanDraft, Vec<Violation>> {
        let mut check = Check::default();
        let to = check.optional("to", &self.to, "unknown_value", PlanStatus::parse);
        if to.is_some_and(|to| !from.next().contains(&to)) {
            check.refuse(Violation::new("to", "plan_not_next"));
        }
        let action = check.optional_text("action", &self.action, ACTION_MAX).unwrap_or_default();
        if action.is_empty() && (to.is_some() || from != PlanStatus::Open) {
            check.refuse(Violation::new("action", "required"));
        }
        let owner = check.optional("owner", &self.owner, "unknown_value", UserId::parse);
        check.finish(PlanDraft { action, to, owner })
    }
}
