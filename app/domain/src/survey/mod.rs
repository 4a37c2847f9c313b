//! Surveys: the questions of one, which of them are asked of whom, and when a survey may
//! be sent.
//!
//! [`answer`] reads what somebody answered, [`figures`] counts answers, [`plan`] says what
//! becomes of a low score, [`sending`] who is asked when, [`form`] and [`view`] are what
//! pages send and show.
//!
//! A survey has one question of each scored kind at most: it is the headline. Conditions
//! look back only, so that whoever answers never changes what was asked before.
//!
//! Not here: CSAT, NPS and CES from counts ([`crate::satisfaction`]).

pub mod answer;
pub mod figures;
pub mod form;
pub mod plan;
pub mod sending;
pub mod view;

use crate::codes;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

codes! {
    /// What a question asks for.
    QuestionKind {
        /// Satisfaction: 1 to 5.
        Csat = "csat",
        /// Recommendation: 0 to 10.
        Nps = "nps",
        /// Ease: 1 to 7.
        Ces = "ces",
        /// Several dimensions of the service, each 1 to 5; shown on 100 points.
        Dimensions = "dimensions",
        /// One of several options.
        Choice = "choice",
        /// Any of several options.
        Several = "several",
        /// Rows, each answered by one of several options.
        Matrix = "matrix",
        Text = "text",
    }
}

codes! {
    /// What is looked at beside the whole. A closed set, so that surveys can be compared.
    Dimension {
        Service = "service",
        Product = "product",
        Delivery = "delivery",
        Response = "response",
        Expertise = "expertise",
        Value = "value",
    }
}

codes! {
    /// How a condition compares.
    Compare { AtMost = "at_most", AtLeast = "at_least", Equals = "equals", Contains = "contains" }
}

codes! {
    SurveyStatus { Draft = "draft", Open = "open", Closed = "closed" }
}

codes! {
    /// How an answer came.
    Source { Questionnaire = "questionnaire", Interview = "interview", Review = "review" }
}

pub const QUESTIONS_MAX: usize = 20;
pub const OPTIONS_MAX: usize = 12;
pub const TEXT_MAX: usize = 200;
pub const TITLE_MAX: usize = 120;

/// A text in both languages. Where one is missing the other is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Both {
    pub zh: String,
    pub en: String,
}

impl Both {
    #[must_use]
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }

    /// In Chinese or not; the other one where this is empty.
    #[must_use]
    pub fn pick(&self, chinese: bool) -> &str {
        let (first, second) = if chinese { (&self.zh, &self.en) } else { (&self.en, &self.zh) };
        if first.is_empty() { second } else { first }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}

/// A question is asked only if an earlier one was answered so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyIf {
    /// [`Question::id`] of an earlier question.
    pub question: String,
    pub is: Compare,
    /// A number of the scale, or of an option, counted from 1.
    pub value: i64,
}

/// One question. Its id stays with it when it is moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: String,
    pub kind: QuestionKind,
    pub required: bool,
    pub text: Both,
    /// Of choices and of a matrix.
    #[serde(default)]
    pub options: Vec<Both>,
    /// Of a matrix.
    #[serde(default)]
    pub rows: Vec<Both>,
    #[serde(default)]
    pub dimensions: Vec<Dimension>,
    #[serde(default)]
    pub only_if: Option<OnlyIf>,
}

impl QuestionKind {
    /// First and last number of the scale; `None` for what is no scale.
    #[must_use]
    pub const fn scale(self) -> Option<(i64, i64)> {
        match self {
            Self::Csat => Some((1, 5)),
            Self::Nps => Some((0, 10)),
            Self::Ces => Some((1, 7)),
            _ => None,
        }
    }

    /// Whether a survey has one of it at most.
    #[must_use]
    pub const fn single(self) -> bool {
        matches!(self, Self::Csat | Self::Nps | Self::Ces | Self::Dimensions)
    }

    #[must_use]
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Several | Self::Matrix)
    }

    /// Comparisons that say something about an answer of this kind.
    #[must_use]
    pub const fn compares(self) -> &'static [Compare] {
        match self {
            Self::Csat | Self::Nps | Self::Ces => &[Compare::AtMost, Compare::AtLeast, Compare::Equals],
            Self::Choice => &[Compare::Equals],
            Self::Several => &[Compare::Contains],
            Self::Dimensions | Self::Matrix | Self::Text => &[],
        }
    }
}

impl Question {
    /// Numbers that a condition on this question may name.
    fn holds(&self, value: i64) -> bool {
        match self.kind.scale() {
            Some((first, last)) => (first..=last).contains(&value),
            None => usize::try_from(value).is_ok_and(|n| (1..=self.options.len()).contains(&n)),
        }
    }
}

/// Whether these questions can be sent: there are some, a scored one among them, each in
/// words, with options where it needs them, and every condition looks back at a question
/// that can be so answered.
///
/// # Errors
///
/// All that is wrong; fields are numbered from 1 (`text_2`, `options_3`, `only_if_2`).
pub fn check(questions: &[Question]) -> Result<(), Vec<Violation>> {
    let mut found = Vec::new();
    if questions.is_empty() {
        found.push(Violation::new("", "survey_without_questions"));
    } else if !questions.iter().any(|q| matches!(q.kind, QuestionKind::Csat | QuestionKind::Nps)) {
        found.push(Violation::new("", "survey_without_score"));
    }
    if questions.len() > QUESTIONS_MAX {
        found.push(Violation::new("", "too_many_questions").with("max", QUESTIONS_MAX));
    }
    for (i, question) in questions.iter().enumerate() {
        let at = |part: &str| format!("{part}_{}", i + 1);
        if question.text.zh.is_empty() {
            found.push(Violation::new(&at("zh"), "required"));
        }
        if question.text.en.is_empty() {
            found.push(Violation::new(&at("en"), "required"));
        }
        if question.kind.single() && questions[..i].iter().any(|before| before.kind == question.kind) {
            found.push(Violation::new(&at("kind"), "question_twice"));
        }
        if question.kind.has_options() && !(2..=OPTIONS_MAX).contains(&question.options.len()) {
            found.push(Violation::new(&at("options"), "options_number").with("max", OPTIONS_MAX));
        }
        if question.kind == QuestionKind::Matrix && !(1..=OPTIONS_MAX).contains(&question.rows.len()) {
            found.push(Violation::new(&at("rows"), "rows_number").with("max", OPTIONS_MAX));
        }
        if question.kind == QuestionKind::Dimensions && question.dimensions.is_empty() {
            found.push(Violation::new(&at("dimensions"), "required"));
        }
        let Some(only_if) = &question.only_if else { continue };
        match questions[..i].iter().find(|before| before.id == only_if.question) {
            None => found.push(Violation::new(&at("only_if"), "condition_ahead")),
            Some(before) if !before.kind.compares().contains(&only_if.is) || !before.holds(only_if.value) => {
                found.push(Violation::new(&at("only_if"), "condition_never"));
            }
            Some(_) => {}
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// What a new survey asks: the whole, five dimensions, what to do better if it was not
/// good, and whether one would recommend us.
#[must_use]
pub fn house() -> Vec<Question> {
    let question = |id: &str, kind, required, zh: &str, en: &str| Question {
        id: id.to_owned(),
        kind,
        required,
        text: Both::new(zh, en),
        options: Vec::new(),
        rows: Vec::new(),
        dimensions: Vec::new(),
        only_if: None,
    };
    vec![
        question("q1", QuestionKind::Csat, true, "您对我们这次的产品和服务满意吗？", "How satisfied are you with our product and service?"),
        Question { dimensions: Dimension::ALL.to_vec(), ..question("q2", QuestionKind::Dimensions, false, "分项评价", "In detail") },
        question("q3", QuestionKind::Nps, false, "您会把我们推荐给同行吗？", "Would you recommend us to others in your trade?"),
        question("q4", QuestionKind::Text, false, "哪里可以做得更好？", "What could we do better?"),
    ]
}

/// An id that no question has yet.
#[must_use]
pub fn free_id(questions: &[Question]) -> String {
    let number = |question: &Question| question.id.strip_prefix('q').and_then(|n| n.parse::<u32>().ok());
    format!("q{}", questions.iter().filter_map(number).max().unwrap_or(0) + 1)
}

/// The question at `place` goes up or down by one. A condition that would look ahead is
/// kept; [`check`] says so before the survey is sent.
pub fn shift(questions: &mut [Question], place: usize, up: bool) {
    let other = if up { place.checked_sub(1) } else { place.checked_add(1) };
    if let Some(other) = other.filter(|other| *other < questions.len() && place < questions.len()) {
        questions.swap(place, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(questions: &[Question]) -> Vec<String> {
        check(questions).err().unwrap_or_default().into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect()
    }

    #[test]
    fn the_house_survey_can_be_sent() {
        assert_eq!(check(&house()), Ok(()));
        assert_eq!(free_id(&house()), "q5");
        assert_eq!(free_id(&[]), "q1");
    }

    #[test]
    fn a_survey_asks_for_a_score_and_every_question_says_something() {
        assert_eq!(codes(&[]), [": survey_without_questions"]);
        let [csat, dimensions, _, text] = <[Question; 4]>::try_from(house()).expect("four");
        assert_eq!(codes(std::slice::from_ref(&text)), [": survey_without_score"]);
        let empty = Question { text: Both::new("", "x"), ..text.clone() };
        assert_eq!(codes(&[csat.clone(), empty]), ["zh_2: required"]);
        assert_eq!(codes(&[csat.clone(), csat.clone()]), ["kind_2: question_twice"]);
        let none = Question { dimensions: Vec::new(), ..dimensions };
        assert_eq!(codes(&[csat.clone(), none]), ["dimensions_2: required"]);
        let choice = Question { kind: QuestionKind::Choice, options: vec![Both::new("甲", "a")], ..text.clone() };
        assert_eq!(codes(&[csat.clone(), choice.clone()]), ["options_2: options_number"]);
        let matrix = Question { kind: QuestionKind::Matrix, options: vec![Both::new("甲", "a"); 2], ..choice };
        assert_eq!(codes(&[csat.clone(), matrix]), ["rows_2: rows_number"]);
        let many: Vec<_> = std::iter::once(csat).chain((0..QUESTIONS_MAX).map(|_| text.clone())).collect();
        assert_eq!(codes(&many), [": too_many_questions"]);
    }

    #[test]
    fn conditions_look_back_at_what_can_be_answered() {
        let [csat, dimensions, nps, text] = <[Question; 4]>::try_from(house()).expect("four");
        let when = |question: &str, is, value| Question { only_if: Some(OnlyIf { question: question.into(), is, value }), ..text.clone() };
        let codes = |last: Question| codes(&[csat.clone(), dimensions.clone(), last]);
        assert!(codes(when("q1", Compare::AtMost, 2)).is_empty());
        assert_eq!(codes(when("q3", Compare::AtMost, 2)), ["only_if_3: condition_ahead"]);
        assert_eq!(codes(when("q4", Compare::AtMost, 2)), ["only_if_3: condition_ahead"], "not at itself");
        assert_eq!(codes(when("q1", Compare::AtMost, 6)), ["only_if_3: condition_never"]);
        assert_eq!(codes(when("q1", Compare::Contains, 2)), ["only_if_3: condition_never"]);
        assert_eq!(codes(when("q2", Compare::AtMost, 2)), ["only_if_3: condition_never"], "dimensions are no scale");
        let mut order = vec![csat, nps, when("q3", Compare::AtLeast, 9)];
        assert_eq!(check(&order), Ok(()));
        shift(&mut order, 2, true);
        assert_eq!(check(&order).unwrap_err()[0].code, "condition_ahead");
        shift(&mut order, 2, false);
        shift(&mut order, 0, true);
        assert_eq!(order.iter().map(|q| q.id.as_str()).collect::<Vec<_>>(), ["q1", "q4", "q3"], "the ends stay");
    }

    #[test]
    fn a_missing_language_is_the_other_one() {
        assert_eq!((Both::new("甲", "").pick(false), Both::new("", "a").pick(true)), ("甲", "a"));
        assert_eq!((Both::new("甲", "a").pick(true), Both::new("甲", "a").pick(false)), ("甲", "a"));
    }
}
