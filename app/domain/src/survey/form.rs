//! The form of a survey and its questions: what a person typed, and what it means after all
//! checks. Beside it when it asks and whom ([`Sending`], [`Invited`]), and what is written down of a
//! customer ([`ByHand`], [`PlanDraft`]).

mod sending;
mod told;

pub use sending::{INVITED_MAX, InviteForm, InviteLine, Invited, Sending, SendingForm};
pub use told::{ByHand, ByHandForm, PlanDraft, PlanForm};

use super::{Both, Compare, Dimension, OPTIONS_MAX, OnlyIf, QUESTIONS_MAX, Question, QuestionKind, TEXT_MAX, TITLE_MAX, free_id, shift};
use crate::ids::SurveyId;
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

/// One question as typed. Options and rows one a line, both languages parted by `|`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub id: String,
    pub kind: String,
    pub required: String,
    pub zh: String,
    pub en: String,
    pub options: String,
    pub rows: String,
    /// Boxes: one that is not ticked sends nothing.
    pub service: String,
    pub product: String,
    pub delivery: String,
    pub response: String,
    pub expertise: String,
    pub value: String,
    /// Id of the question that the condition looks at; empty: none.
    pub if_question: String,
    pub if_is: String,
    pub if_value: String,
}

/// A survey as typed, and what is to be done with it: `save`, `publish`, `close`,
/// `reopen`, `add:csat`, `up:2`, `down:2`, `remove:2`; places count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyForm {
    /// Empty for a new survey.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub title_zh: String,
    pub title_en: String,
    pub questions: Vec<QuestionForm>,
    pub act: String,
}

/// What a person did with the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Save,
    Publish,
    Close,
    Reopen,
    Add(QuestionKind),
    Up(usize),
    Down(usize),
    Remove(usize),
}

impl Act {
    /// Saving for what cannot be read.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let place = |text: &str| text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        match text.split_once(':') {
            Some(("add", kind)) => QuestionKind::parse(kind).map_or(Self::Save, Self::Add),
            Some(("up", n)) => place(n).map_or(Self::Save, Self::Up),
            Some(("down", n)) => place(n).map_or(Self::Save, Self::Down),
            Some(("remove", n)) => place(n).map_or(Self::Save, Self::Remove),
            _ => match text {
                "publish" => Self::Publish,
                "close" => Self::Close,
                "reopen" => Self::Reopen,
                _ => Self::Save,
            },
        }
    }
}

/// [`SurveyForm`] after all checks, with what was done to its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyDraft {
    pub title: Both,
    pub questions: Vec<Question>,
    pub act: Act,
}

fn lines(text: &str) -> Vec<Both> {
    let both = |line: &str| match line.split_once(['|', '｜']) {
        Some((zh, en)) => Both::new(zh.trim(), en.trim()),
        None => Both::new(line.trim(), line.trim()),
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(both).collect()
}

fn unlines(lines: &[Both]) -> String {
    let line = |both: &Both| if both.zh == both.en { both.zh.clone() } else { format!("{} | {}", both.zh, both.en) };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl QuestionForm {
    fn boxes(&self) -> [(Dimension, &str); 6] {
        [
            (Dimension::Service, &self.service),
            (Dimension::Product, &self.product),
            (Dimension::Delivery, &self.delivery),
            (Dimension::Response, &self.response),
            (Dimension::Expertise, &self.expertise),
            (Dimension::Value, &self.value),
        ]
    }

    /// As it is typed again.
    #[must_use]
    pub fn of(question: &Question) -> Self {
        let tick = |dimension: Dimension| if question.dimensions.contains(&dimension) { "1".to_owned() } else { String::new() };
        let only_if = question.only_if.as_ref();
        Self {
            id: question.id.clone(),
            kind: question.kind.code().to_owned(),
            required: if question.required { "1".to_owned() } else { String::new() },
            zh: question.text.zh.clone(),
            en: question.text.en.clone(),
            options: unlines(&question.options),
            rows: unlines(&question.rows),
            service: tick(Dimension::Service),
            product: tick(Dimension::Product),
            delivery: tick(Dimension::Delivery),
            response: tick(Dimension::Response),
            expertise: tick(Dimension::Expertise),
            value: tick(Dimension::Value),
            if_question: only_if.map(|when| when.question.clone()).unwrap_or_default(),
            if_is: only_if.map(|when| when.is.code().to_owned()).unwrap_or_default(),
            if_value: only_if.map(|when| when.value.to_string()).unwrap_or_default(),
        }
    }

    fn read(&self, check: &mut Check, place: usize) -> Question {
        let at = |part: &str| format!("{part}_{}", place + 1);
        let kind = check.required(&at("kind"), &self.kind, "unknown_value", QuestionKind::parse).unwrap_or(QuestionKind::Text);
        let mut text = |part: &str, value: &str| check.optional_text(&at(part), value, TEXT_MAX).unwrap_or_default();
        let words = Both { zh: text("zh", &self.zh), en: text("en", &self.en) };
        let list = |check: &mut Check, part: &str, typed: &str| {
            let lines = lines(typed);
            if lines.len() > OPTIONS_MAX {
                check.refuse(Violation::new(&at(part), "options_number").with("max", OPTIONS_MAX));
            }
            if lines.iter().any(|line| line.zh.chars().count().max(line.en.chars().count()) > TEXT_MAX) {
                check.refuse(Violation::new(&at(part), "too_long").with("max", TEXT_MAX));
            }
            lines
        };
        let options = if kind.has_options() { list(check, "options", &self.options) } else { Vec::new() };
        let rows = if kind == QuestionKind::Matrix { list(check, "rows", &self.rows) } else { Vec::new() };
        let ticked = self.boxes().into_iter().filter(|(_, tick)| !tick.is_empty()).map(|(dimension, _)| dimension);
        let only_if = (!self.if_question.trim().is_empty()).then(|| {
            let is = check.required(&at("only_if"), &self.if_is, "unknown_value", Compare::parse);
            let value = check.required(&at("only_if"), &self.if_value, "not_a_whole_number", |text| text.parse().ok());
            OnlyIf { question: self.if_question.trim().to_owned(), is: is.unwrap_or(Compare::Equals), value: value.unwrap_or_default() }
        });
        Question {
            id: self.id.trim().to_owned(),
            kind,
            required: !self.required.is_empty(),
            text: words,
            options,
            rows,
            dimensions: if kind == QuestionKind::Dimensions { ticked.collect() } else { Vec::new() },
            only_if,
        }
    }
}

impl SurveyForm {
    /// # Errors
    ///
    /// `unknown_value` for what is no id.
    pub fn survey(&self) -> Result<Option<SurveyId>, Violation> {
        if self.id.is_empty() {
            return Ok(None);
        }
        SurveyId::parse(self.id.trim()).map(Some).ok_or_else(|| Violation::new("", "unknown_value"))
    }

    /// The draft with what was done to it. Only what is published must be complete.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once; with [`Act::Publish`] also what
    /// [`super::check`] says.
    pub fn check(&self) -> Result<SurveyDraft, Vec<Violation>> {
        let mut check = Check::default();
        let act = Act::parse(&self.act);
        let title = Both { zh: check.text("title_zh", &self.title_zh, TITLE_MAX), en: check.text("title_en", &self.title_en, TITLE_MAX) };
        if self.questions.len() > QUESTIONS_MAX {
            check.refuse(Violation::new("", "too_many_questions").with("max", QUESTIONS_MAX));
        }
        let mut questions: Vec<Question> = Vec::new();
        for (place, form) in self.questions.iter().take(QUESTIONS_MAX).enumerate() {
            let mut question = form.read(&mut check, place);
            let known = questions.iter().any(|before| before.id == question.id);
            if known || !question.id.strip_prefix('q').is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n < 10_000)) {
                question.id = free_id(&questions);
            }
            questions.push(question);
        }
        match act {
            Act::Add(_) if questions.len() >= QUESTIONS_MAX => {
                check.refuse(Violation::new("", "too_many_questions").with("max", QUESTIONS_MAX));
            }
            Act::Add(kind) => questions.push(Question {
                id: free_id(&questions),
                kind,
                required: false,
                text: Both::default(),
                options: Vec::new(),
                rows: Vec::new(),
                dimensions: if kind == QuestionKind::Dimensions { Dimension::ALL.to_vec() } else { Vec::new() },
                only_if: None,
            }),
            Act::Up(place) => shift(&mut questions, place, true),
            Act::Down(place) => shift(&mut questions, place, false),
            Act::Remove(place) if place < questions.len() => drop(questions.remove(place)),
            _ => {}
        }
        if act == Act::Publish {
            for violation in super::check(&questions).err().into_iter().flatten() {
                check.refuse(violation);
            }
        }
        check.finish(SurveyDraft { title, questions, act })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::house;
    use crate::survey::plan::PlanStatus;
    use crate::survey::sending::{QUIET_DAYS, VALID_DAYS};
    use chrono::NaiveDate;

    fn codes<T>(result: Result<T, Vec<Violation>>) -> Vec<String> {
        result.err().unwrap_or_default().into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect()
    }

    fn form(act: &str) -> SurveyForm {
        let questions = house().iter().map(QuestionForm::of).collect();
        SurveyForm { title_zh: "甲".into(), title_en: "A".into(), questions, act: act.into(), ..SurveyForm::default() }
    }

    #[test]
    fn a_survey_is_typed_and_read_again() {
        assert_eq!(form("").check().unwrap().questions, house());
        let mut with = form("publish");
        with.questions.push(QuestionForm {
            kind: "choice".into(),
            zh: "哪个？".into(),
            en: "Which?".into(),
            options: " 快 | fast \n\n慢｜slow\nOK".into(),
            if_question: "q1".into(),
            if_is: "at_least".into(),
            if_value: "4".into(),
            ..QuestionForm::default()
        });
        let draft = with.check().unwrap();
        let last = draft.questions.last().unwrap();
        assert_eq!(
            (last.id.as_str(), last.options.len(), last.options[0].en.as_str(), last.options[2].zh.as_str()),
            ("q5", 3, "fast", "OK")
        );
        assert_eq!(QuestionForm::of(last).options, "快 | fast\n慢 | slow\nOK");
        let again = SurveyForm { questions: draft.questions.iter().map(QuestionForm::of).collect(), ..with };
        assert_eq!(again.check().unwrap(), draft);
    }

    #[test]
    fn questions_are_added_moved_and_removed() {
        let ids = |act: &str| form(act).check().unwrap().questions.into_iter().map(|q| q.id).collect::<Vec<_>>().join(" ");
        assert_eq!(ids("add:ces"), "q1 q2 q3 q4 q5");
        assert_eq!(ids("up:2"), "q2 q1 q3 q4");
        assert_eq!(ids("down:2"), "q1 q3 q2 q4");
        assert_eq!(ids("up:1"), "q1 q2 q3 q4");
        assert_eq!(ids("down:4"), "q1 q2 q3 q4");
        assert_eq!(ids("remove:3"), "q1 q2 q4");
        for nothing in ["remove:9", "up:0", "up:x", "add:poem", "?"] {
            assert_eq!(ids(nothing), "q1 q2 q3 q4", "{nothing}");
        }
        let full = SurveyForm {
            questions: vec![QuestionForm { kind: "text".into(), ..QuestionForm::default() }; QUESTIONS_MAX],
            ..form("add:text")
        };
        assert_eq!(codes(full.check()), [": too_many_questions"]);
    }

    #[test]
    fn a_draft_may_be_incomplete_and_what_is_published_may_not() {
        let half = |act: &str| SurveyForm { questions: vec![QuestionForm { kind: "csat".into(), ..QuestionForm::default() }], ..form(act) };
        assert!(half("save").check().is_ok());
        assert_eq!(codes(half("publish").check()), ["zh_1: required", "en_1: required"]);
        let untitled = SurveyForm { title_en: " ".into(), ..form("save") };
        assert_eq!(codes(untitled.check()), ["title_en: required"]);
        let mut odd = form("save");
        odd.questions[0].kind = "poem".into();
        odd.questions[1].if_question = "q1".into();
        assert_eq!(codes(odd.check()), ["kind_1: unknown_value", "only_if_2: required", "only_if_2: required"]);
        let mut twins = form("save");
        twins.questions[1].id = "q1".into();
        assert_eq!(twins.check().unwrap().questions[1].id, "q2", "an id is of one question");
    }

    #[test]
    fn days_of_sending_have_bounds() {
        let sending = SendingForm { every_vip: "90".into(), after_won_days: "7".into(), anonymous: "1".into(), ..SendingForm::default() };
        let read = sending.check().unwrap();
        assert_eq!((read.valid_days, read.quiet_days, read.schedule.after_won_days), (VALID_DAYS, QUIET_DAYS, Some(7)));
        assert_eq!(SendingForm::of(&read).check().unwrap(), read);
        let wrong =
            SendingForm { every_vip: "6".into(), valid_days: "0".into(), quiet_days: "731".into(), after_won_days: "x".into(), ..sending };
        assert_eq!(
            codes(wrong.check()),
            ["valid_days: too_small_min", "quiet_days: too_large_max", "every_vip: too_small_min", "after_won_days: not_a_whole_number"]
        );
    }

    #[test]
    fn only_ticked_lines_are_invited() {
        let id = "018f0000-0000-7000-8000-000000000001";
        let line = |on: &str| InviteLine { on: on.into(), customer: id.into(), ..InviteLine::default() };
        let invite = |lines| InviteForm { id: id.into(), lines, ..InviteForm::default() };
        assert_eq!(invite(vec![line(""), line("1")]).check().unwrap().2.len(), 1);
        assert_eq!(codes(invite(vec![line("")]).check()), [": nobody_chosen"]);
        assert_eq!(codes(invite(vec![line("1"); INVITED_MAX + 1]).check()), [": too_many_chosen"]);
    }

    #[test]
    fn what_is_written_down_says_something() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let id = "018f0000-0000-7000-8000-000000000001";
        let form = ByHandForm { survey: id.into(), source: "interview".into(), delivery: "4".into(), ..ByHandForm::default() };
        assert_eq!(form.check(today).unwrap().scores.marks, [(Dimension::Delivery, 4)]);
        let link = ByHandForm { source: "questionnaire".into(), ..form.clone() };
        assert_eq!(codes(link.check(today)), ["source: unknown_value"]);
        let silent = ByHandForm { delivery: String::new(), ..form.clone() };
        assert_eq!(codes(silent.check(today)), ["csat: says_nothing"]);
        let wrong = ByHandForm { csat: "6".into(), nps: "-1".into(), on: "2026-07-01".into(), source: "dream".into(), ..form };
        assert_eq!(codes(wrong.check(today)), ["csat: unknown_value", "nps: unknown_value", "source: unknown_value", "on: date_in_future"]);
    }

    #[test]
    fn who_acts_or_closes_says_what_was_done() {
        let form = |to: &str, action: &str| PlanForm { to: to.into(), action: action.into(), ..PlanForm::default() };
        assert_eq!(codes(form("acting", " ").check(PlanStatus::Open)), ["action: required"]);
        assert_eq!(codes(form("closed", "x").check(PlanStatus::Open)), ["to: plan_not_next"]);
        assert_eq!(form("closed", "x").check(PlanStatus::Acting).unwrap().to, Some(PlanStatus::Closed));
        assert_eq!(codes(form("resurveyed", "x").check(PlanStatus::Acting)), ["to: plan_not_next"], "that comes by the answer");
        assert!(form("", "").check(PlanStatus::Open).is_ok());
    }
}
