//! What is asked on a return visit, by kind of customer, which is the tier. Each change is
//! a further version, so that a record keeps the questions that it answers.

use crate::codes;
use crate::customers::Tier;
use crate::ids::VisitFormId;
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

codes! {
    QuestionKind {
        Text = "text",
        /// One of the question's own choices.
        Choice = "choice",
        /// 1 to 5, 5 the best.
        Rating = "rating",
    }
}

pub const LABEL_MAX: usize = 120;
pub const CHOICE_MAX: usize = 60;
/// More are no short list: a visit is a talk.
pub const QUESTIONS_MAX: usize = 8;
pub const CHOICES_MAX: usize = 8;
pub const ANSWER_MAX: usize = 500;
pub const RATING_MAX: u8 = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub label: String,
    pub kind: QuestionKind,
    /// Of a choice: two or more, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    #[serde(default)]
    pub required: bool,
}

impl Question {
    /// What was answered, as it is stored: empty for nothing. Refused at `field`.
    pub fn answer(&self, check: &mut Check, field: &str, typed: &str) -> String {
        let text = typed.trim();
        if text.is_empty() {
            if self.required {
                check.refuse(Violation::new(field, "required"));
            }
            return String::new();
        }
        let known = match self.kind {
            QuestionKind::Text => return check.optional_text(field, text, ANSWER_MAX).unwrap_or_default(),
            QuestionKind::Choice => self.choices.iter().any(|choice| choice == text),
            QuestionKind::Rating => text.parse::<u8>().is_ok_and(|n| (1..=RATING_MAX).contains(&n)),
        };
        if !known {
            check.refuse(Violation::new(field, "unknown_value"));
        }
        text.to_owned()
    }
}

/// The questions of a tier in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitQuestions {
    pub tier: Tier,
    /// `None` while nobody has set any.
    pub id: Option<VisitFormId>,
    /// 0 while nobody has set any.
    pub version: i32,
    pub questions: Vec<Question>,
}

impl VisitQuestions {
    #[must_use]
    pub fn none(tier: Tier) -> Self {
        Self { tier, id: None, version: 0, questions: Vec::new() }
    }

    #[must_use]
    pub fn form(&self) -> QuestionsForm {
        let line = |question: &Question| QuestionForm {
            label: question.label.clone(),
            kind: question.kind.code().to_owned(),
            choices: question.choices.join(" / "),
            required: question.required,
        };
        QuestionsForm {
            id: self.tier.code().to_owned(),
            version: self.version,
            request: String::new(),
            questions: self.questions.iter().map(line).collect(),
        }
    }
}

/// A question as typed; without a label it does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub label: String,
    pub kind: String,
    /// `很好 / 一般 / 不好`
    pub choices: String,
    pub required: bool,
}

/// The questions of a tier as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionsForm {
    /// The tier's code.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub questions: Vec<QuestionForm>,
}

impl QuestionsForm {
    /// Fields are named by their line, from 1: `label_1`, `kind_1`, `choices_1`.
    pub fn check(&self) -> Result<(Tier, Vec<Question>), Vec<Violation>> {
        let mut check = Check::default();
        let tier = check.required("id", &self.id, "unknown_value", Tier::parse);
        let mut questions: Vec<Question> = Vec::new();
        for (n, line) in self.questions.iter().enumerate().map(|(i, line)| (i + 1, line)) {
            let at = |part: &str| format!("{part}_{n}");
            let Some(label) = check.optional_text(&at("label"), &line.label, LABEL_MAX) else {
                if !line.choices.trim().is_empty() {
                    check.refuse(Violation::new(&at("label"), "required"));
                }
                continue;
            };
            if questions.iter().any(|known| known.label == label) {
                check.refuse(Violation::new(&at("label"), "taken"));
            }
            let kind = check.optional(&at("kind"), &line.kind, "unknown_value", QuestionKind::parse).unwrap_or(QuestionKind::Text);
            let choices = if kind == QuestionKind::Choice { choices(&mut check, &at("choices"), &line.choices) } else { Vec::new() };
            questions.push(Question { label, kind, choices, required: line.required });
        }
        if questions.len() > QUESTIONS_MAX {
            check.refuse(Violation::new("", "too_many_lines").with("max", QUESTIONS_MAX));
        }
        check.finish_some(tier.map(|tier| (tier, questions)))
    }
}

fn choices(check: &mut Check, field: &str, typed: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for choice in typed.split(['/', '／', '\n']).map(str::trim).filter(|choice| !choice.is_empty()) {
        if choice.chars().count() > CHOICE_MAX {
            check.refuse(Violation::new(field, "line_too_long").with("max", CHOICE_MAX));
        }
        if !found.iter().any(|known| known == choice) {
            found.push(choice.to_owned());
        }
    }
    if found.len() < 2 {
        check.refuse(Violation::new(field, "few_choices"));
    }
    if found.len() > CHOICES_MAX {
        check.refuse(Violation::new(field, "too_many").with("max", CHOICES_MAX));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(label: &str, kind: &str, choices: &str) -> QuestionForm {
        QuestionForm { label: label.into(), kind: kind.into(), choices: choices.into(), required: false }
    }

    #[test]
    fn what_was_set_is_typed_again() {
        let form = QuestionsForm {
            id: "vip".into(),
            questions: vec![line("整体满意吗", "rating", ""), line("", "text", ""), line("还会再买吗", "choice", "会 / 看价格 / 不会")],
            ..QuestionsForm::default()
        };
        let (tier, questions) = form.check().expect("two questions");
        assert_eq!((tier, questions.len()), (Tier::Vip, 2));
        assert_eq!(questions[1].choices, ["会", "看价格", "不会"]);
        let again = VisitQuestions { tier, id: None, version: 1, questions: questions.clone() }.form().check().expect("the same");
        assert_eq!(again, (tier, questions));
    }

    #[test]
    fn a_choice_needs_something_to_choose_from() {
        let form = QuestionsForm { id: "vip".into(), questions: vec![line("A", "choice", "一个")], ..QuestionsForm::default() };
        assert_eq!(form.check().unwrap_err(), [Violation::new("choices_1", "few_choices")]);
        let twice = QuestionsForm { id: "vip".into(), questions: vec![line("A", "", ""), line("A", "", "")], ..QuestionsForm::default() };
        assert_eq!(twice.check().unwrap_err(), [Violation::new("label_2", "taken")]);
    }

    #[test]
    fn answers_are_what_was_asked_for() {
        let rating = Question { label: "A".into(), kind: QuestionKind::Rating, choices: vec![], required: true };
        let asked = |typed: &str| {
            let mut check = Check::default();
            let text = rating.answer(&mut check, "q0", typed);
            check.finish(text).map_err(|found| found[0].code.clone())
        };
        assert_eq!(asked(" 5 "), Ok("5".into()));
        assert_eq!(asked("6"), Err("unknown_value".into()));
        assert_eq!(asked("0"), Err("unknown_value".into()));
        assert_eq!(asked(""), Err("required".into()));
    }
}
