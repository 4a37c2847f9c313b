//! What somebody answered: which questions they are asked, in which steps, and what the
//! fields of the form mean.
//!
//! Without scripts a page cannot show a question while another is answered. So the
//! questions are asked in steps: a step ends before the first question whose condition
//! looks at one of the same step.

use super::{Compare, Dimension, Question, QuestionKind};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Longest text of an answer, in characters.
pub const WORDS_MAX: usize = 2_000;

/// One answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A number of the scale, or of an option, counted from 1.
    One(i64),
    /// Numbers of options; of a matrix the option of each row, 0 for none.
    Many(Vec<i64>),
    /// Stars, 1 to 5.
    Marks(Vec<(Dimension, i64)>),
    Text(String),
}

/// Answers by [`Question::id`]; what was not answered is not there.
pub type Answers = BTreeMap<String, Value>;

/// The scores of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scores {
    /// 1 to 5.
    pub csat: Option<i64>,
    /// 0 to 10.
    pub nps: Option<i64>,
    /// 1 to 7.
    pub ces: Option<i64>,
    /// 1 to 5 each.
    pub marks: Vec<(Dimension, i64)>,
}

/// What was low about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Low {
    /// So many stars, 1 or 2.
    Csat(i64),
    /// Would recommend by so much, 0 to 6.
    Nps(i64),
}

impl Scores {
    /// Of what was answered.
    #[must_use]
    pub fn of(questions: &[Question], answers: &Answers) -> Self {
        let mut scores = Self::default();
        for question in questions {
            match (question.kind, answers.get(&question.id)) {
                (QuestionKind::Csat, Some(Value::One(n))) => scores.csat = Some(*n),
                (QuestionKind::Nps, Some(Value::One(n))) => scores.nps = Some(*n),
                (QuestionKind::Ces, Some(Value::One(n))) => scores.ces = Some(*n),
                (QuestionKind::Dimensions, Some(Value::Marks(marks))) => scores.marks.clone_from(marks),
                _ => {}
            }
        }
        scores
    }

    /// Two stars or fewer, or a detractor (`rules.md` §2.10).
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.low().is_some()
    }

    /// What of it is low: the stars before the recommendation.
    #[must_use]
    pub fn low(&self) -> Option<Low> {
        let stars = self.csat.filter(|n| *n <= 2).map(Low::Csat);
        stars.or_else(|| self.nps.filter(|n| *n <= 6).map(Low::Nps))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.csat.is_none() && self.nps.is_none() && self.ces.is_none() && self.marks.is_empty()
    }
}

/// The texts of an answer, one after the other.
#[must_use]
pub fn words(questions: &[Question], answers: &Answers) -> String {
    let text = |question: &Question| match answers.get(&question.id) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    questions.iter().filter_map(text).collect::<Vec<_>>().join("\n")
}

/// Whether a question is asked of who answered so far.
#[must_use]
pub fn asked(question: &Question, answers: &Answers) -> bool {
    let Some(only_if) = &question.only_if else { return true };
    match (answers.get(&only_if.question), only_if.is) {
        (Some(Value::One(n)), Compare::AtMost) => *n <= only_if.value,
        (Some(Value::One(n)), Compare::AtLeast) => *n >= only_if.value,
        (Some(Value::One(n)), Compare::Equals) => *n == only_if.value,
        (Some(Value::Many(chosen)), Compare::Contains) => chosen.contains(&only_if.value),
        _ => false,
    }
}

/// The questions of each step.
#[must_use]
pub fn steps(questions: &[Question]) -> Vec<Range<usize>> {
    let mut steps = Vec::new();
    let mut start = 0;
    for (i, question) in questions.iter().enumerate() {
        let looks_here = |only_if: &super::OnlyIf| questions[start..i].iter().any(|before| before.id == only_if.question);
        if question.only_if.as_ref().is_some_and(looks_here) {
            steps.push(start..i);
            start = i;
        }
    }
    steps.push(start..questions.len());
    steps
}

/// The next step after this one in which something is asked; `None` behind the last.
#[must_use]
pub fn next_step(questions: &[Question], step: usize, answers: &Answers) -> Option<usize> {
    let steps = steps(questions);
    (step + 1..steps.len()).find(|next| questions[steps[*next].clone()].iter().any(|question| asked(question, answers)))
}

/// Whether answers of this step can be the last ones: nothing after it is asked of everybody.
#[must_use]
pub fn may_end(questions: &[Question], step: usize) -> bool {
    let end = steps(questions).get(step).map_or(questions.len(), |here| here.end);
    questions[end..].iter().all(|question| question.only_if.is_some())
}

/// The step before, in which something is asked.
#[must_use]
pub fn step_before(questions: &[Question], step: usize, answers: &Answers) -> Option<usize> {
    let steps = steps(questions);
    (0..step.min(steps.len())).rev().find(|before| questions[steps[*before].clone()].iter().any(|question| asked(question, answers)))
}

/// The field of a question; of a dimension or a row of it with `-` and its name.
#[must_use]
pub fn field(question: &str, part: &str) -> String {
    if part.is_empty() { question.to_owned() } else { format!("{question}-{part}") }
}

/// Reads the fields of these questions. Those that are not asked are left out, whatever
/// was typed in them before.
///
/// # Errors
///
/// Required questions without an answer, numbers that are none of the question's, texts
/// that are too long; the field is the question's id.
pub fn read(questions: &[Question], typed: &[(String, String)]) -> Result<Answers, Vec<Violation>> {
    let mut answers = Answers::new();
    let mut found = Vec::new();
    for question in questions {
        if !asked(question, &answers) {
            continue;
        }
        match value(question, typed) {
            Ok(Some(value)) => drop(answers.insert(question.id.clone(), value)),
            Ok(None) if question.required => found.push(Violation::new(&question.id, "answer_required")),
            Ok(None) => {}
            Err(violation) => found.push(violation),
        }
    }
    if found.is_empty() { Ok(answers) } else { Err(found) }
}

/// As [`read`], as far as it can be read: to show a form again.
#[must_use]
pub fn so_far(questions: &[Question], typed: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    for question in questions {
        if asked(question, &answers) {
            if let Ok(Some(value)) = value(question, typed) {
                answers.insert(question.id.clone(), value);
            }
        }
    }
    answers
}

fn value(question: &Question, typed: &[(String, String)]) -> Result<Option<Value>, Violation> {
    let all = |name: &str| -> Vec<&str> {
        typed.iter().filter(|(field, text)| field == name && !text.trim().is_empty()).map(|(_, text)| text.trim()).collect()
    };
    let refused = || Violation::new(&question.id, "unknown_value");
    let number = |text: &str, first: i64, last: i64| text.parse::<i64>().ok().filter(|n| (first..=last).contains(n)).ok_or_else(refused);
    let options = i64::try_from(question.options.len()).unwrap_or(i64::MAX);
    let one = |first, last| all(&question.id).first().map(|text| number(text, first, last).map(Value::One)).transpose();
    match question.kind {
        QuestionKind::Csat | QuestionKind::Nps | QuestionKind::Ces => {
            let (first, last) = question.kind.scale().unwrap_or_default();
            one(first, last)
        }
        QuestionKind::Choice => one(1, options),
        QuestionKind::Several => {
            let mut chosen = all(&question.id).into_iter().map(|text| number(text, 1, options)).collect::<Result<Vec<_>, _>>()?;
            chosen.sort_unstable();
            chosen.dedup();
            Ok((!chosen.is_empty()).then_some(Value::Many(chosen)))
        }
        QuestionKind::Matrix => {
            let row = |n: usize| all(&field(&question.id, &n.to_string())).first().map_or(Ok(0), |text| number(text, 1, options));
            let chosen = (1..=question.rows.len()).map(row).collect::<Result<Vec<_>, _>>()?;
            let answered = chosen.iter().filter(|n| **n > 0).count();
            if question.required && answered < chosen.len() {
                return Err(Violation::new(&question.id, "answer_every_row"));
            }
            Ok((answered > 0).then_some(Value::Many(chosen)))
        }
        QuestionKind::Dimensions => {
            let mut marks = Vec::new();
            for dimension in &question.dimensions {
                if let Some(text) = all(&field(&question.id, dimension.code())).first() {
                    marks.push((*dimension, number(text, 1, 5)?));
                }
            }
            if question.required && marks.len() < question.dimensions.len() {
                return Err(Violation::new(&question.id, "answer_every_row"));
            }
            Ok((!marks.is_empty()).then_some(Value::Marks(marks)))
        }
        QuestionKind::Text => {
            let text = all(&question.id).join("\n");
            if text.chars().count() > WORDS_MAX {
                return Err(Violation::new(&question.id, "too_long").with("max", WORDS_MAX));
            }
            Ok((!text.is_empty()).then_some(Value::Text(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::{Both, OnlyIf, house};

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// The house survey whose last question is asked of the dissatisfied only.
    fn conditional() -> Vec<Question> {
        let mut questions = house();
        questions[3].only_if = Some(OnlyIf { question: "q1".into(), is: Compare::AtMost, value: 3 });
        questions[3].required = true;
        questions
    }

    #[test]
    fn answers_are_read_and_what_is_no_answer_is_refused() {
        let read = |pairs: &[(&str, &str)]| {
            read(&house(), &typed(pairs)).map_err(|found| found.into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect::<Vec<_>>())
        };
        let answers = read(&[("q1", "4"), ("q2-delivery", "5"), ("q2-value", ""), ("q3", "0"), ("q4", " fine \n")]).unwrap();
        let scores = Scores::of(&house(), &answers);
        assert_eq!((scores.csat, scores.nps, scores.ces), (Some(4), Some(0), None));
        assert_eq!(scores.marks, [(Dimension::Delivery, 5)]);
        assert_eq!(words(&house(), &answers), "fine");
        assert_eq!(read(&[]).unwrap_err(), ["q1: answer_required"]);
        for wrong in ["0", "6", "x", "1.5"] {
            assert_eq!(read(&[("q1", wrong)]).unwrap_err(), ["q1: unknown_value"], "{wrong}");
        }
        assert_eq!(read(&[("q1", "1"), ("q2-delivery", "6")]).unwrap_err(), ["q2: unknown_value"]);
        assert_eq!(read(&[("q1", "1"), ("q3", "11")]).unwrap_err(), ["q3: unknown_value"]);
        let long = "長".repeat(WORDS_MAX + 1);
        assert_eq!(read(&[("q1", "1"), ("q4", &long)]).unwrap_err(), ["q4: too_long"]);
    }

    #[test]
    fn choices_and_matrices_are_numbers_of_options() {
        let base = house()[0].clone();
        let options = vec![Both::new("甲", "a"), Both::new("乙", "b")];
        let several = Question { id: "s".into(), kind: QuestionKind::Several, options: options.clone(), ..base.clone() };
        let matrix = Question { id: "m".into(), kind: QuestionKind::Matrix, rows: options.clone(), options, ..base };
        let read = |question: &Question, pairs: &[(&str, &str)]| read(std::slice::from_ref(question), &typed(pairs));
        assert_eq!(read(&several, &[("s", "2"), ("s", "1"), ("s", "2")]).unwrap()["s"], Value::Many(vec![1, 2]));
        assert_eq!(read(&several, &[("s", "3")]).unwrap_err()[0].code, "unknown_value");
        assert_eq!(read(&matrix, &[("m-1", "2"), ("m-2", "1")]).unwrap()["m"], Value::Many(vec![2, 1]));
        assert_eq!(read(&matrix, &[("m-1", "2")]).unwrap_err()[0].code, "answer_every_row");
        let free = Question { required: false, ..matrix };
        assert_eq!(read(&free, &[("m-2", "1")]).unwrap()["m"], Value::Many(vec![0, 1]));
        assert!(read(&free, &[]).unwrap().is_empty());
    }

    #[test]
    fn a_step_ends_before_a_question_that_looks_at_it() {
        assert_eq!((steps(&house()).len(), &steps(&house())[0]), (1, &(0..4)));
        let questions = conditional();
        assert_eq!(steps(&questions), [0..3, 3..4]);
        let bad = so_far(&questions, &typed(&[("q1", "3")]));
        let good = so_far(&questions, &typed(&[("q1", "4")]));
        assert_eq!((next_step(&questions, 0, &bad), next_step(&questions, 0, &good)), (Some(1), None));
        assert_eq!((step_before(&questions, 1, &bad), step_before(&questions, 0, &bad)), (Some(0), None));
        assert_eq!((may_end(&questions, 0), may_end(&questions, 1)), (true, true), "the satisfied are asked no more");
        let mut more = conditional();
        more.push(Question { id: "q9".into(), ..house()[2].clone() });
        assert_eq!((may_end(&more, 0), may_end(&more, 1)), (false, true), "the last one is asked of everybody");
        assert_eq!((steps(&[]).len(), &steps(&[])[0]), (1, &(0..0)));
    }

    #[test]
    fn what_is_not_asked_is_not_answered() {
        let questions = conditional();
        let pairs = |csat| typed(&[("q1", csat), ("q4", "slow")]);
        assert_eq!(words(&questions, &read(&questions, &pairs("2")).unwrap()), "slow");
        assert_eq!(words(&questions, &read(&questions, &pairs("5")).unwrap()), "", "typed before the answer was changed");
        assert_eq!(read(&questions, &typed(&[("q1", "3")])).unwrap_err()[0].field, "q4");
    }

    #[test]
    fn two_stars_or_a_detractor_is_low() {
        let low = |csat, nps| Scores { csat, nps, ..Scores::default() }.is_low();
        assert_eq!([low(Some(2), None), low(Some(3), None), low(None, Some(6)), low(None, Some(7))], [true, false, true, false]);
        assert!(low(Some(5), Some(6)));
        assert!(!low(None, None));
    }
}
