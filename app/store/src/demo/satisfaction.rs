//! What customers of the demo company said: two years of answers that rise from 80 points
//! to 90, links in every state, and plans after low scores in every status.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Quota, Stream};
use crate::entity::customer;
use crate::satisfaction::{answer, invitation, plan, revision, run, stored, survey};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use domain::survey::answer::{Answers, Scores, Value};
use domain::survey::form::Sending;
use domain::survey::plan::{PlanStatus, due_on};
use domain::survey::sending::{Occasion, Schedule};
use domain::survey::{Both, Compare, Dimension, OnlyIf, Question, QuestionKind, Source, SurveyStatus, house};
use domain::visits::workdays::WorkCalendar;
use std::collections::HashMap;
use uuid::Uuid;

/// Links of a company of full size, and the share that is answered.
const LINKS: f64 = 2_480.0;
const ANSWERED: f64 = 0.34;
/// Answers that somebody wrote down, of a company of full size.
const BY_HAND: f64 = 60.0;
/// Of the answers by link those without a name.
const ANONYMOUS: f64 = 0.08;
/// Detractors at the start and at the end; promoters likewise. The rest are passive.
const DETRACTORS: [f64; 2] = [0.065, 0.04];
const PROMOTERS: [f64; 2] = [0.28, 0.43];
/// Of the plans that are old enough those that are closed.
const CLOSED: f64 = 0.72;
/// Plans of the last days are still worked on.
const YOUNG_DAYS: i64 = 45;
/// Of the newest nothing is decided yet.
const NEW_DAYS: i64 = 6;

const COMPLAINTS: [&str; 6] = [
    "报修电话打通了，但等了两天才有人上门。",
    "交付比约定晚了一周，没有人提前说明。",
    "对接人换了两次，每次都要从头讲一遍。",
    "备件到货太慢，产线停了半天。",
    "现场调试的工程师对我们的设备不熟。",
    "报价和最后的合同对不上，来回改了三次。",
];
const PRAISE: [&str; 6] = [
    "现场工程师很专业，调试一次通过。",
    "响应比去年快多了。",
    "数据平台稳定，操作工上手也快。",
    "希望能多一些培训资料。",
    "交付按时，文档齐全。",
    "价格略高，但服务值得。",
];
const ACTIONS: [&str; 5] = [
    "安排专人驻场一周，备件提前备货，每周回访一次。",
    "固定对接人，建立客户群，两小时内响应。",
    "重新排交付计划，每周通报进度。",
    "培训现场工程师，由区域经理复核。",
    "报价由销售运营复核后再发，保留版本。",
];

/// The rows of satisfaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    pub surveys: Vec<survey::Model>,
    pub revisions: Vec<revision::Model>,
    pub invitations: Vec<invitation::Model>,
    pub answers: Vec<answer::Model>,
    pub plans: Vec<plan::Model>,
    pub runs: Vec<run::Model>,
}

struct Writer<'a> {
    calendar: &'a Calendar,
    workdays: WorkCalendar,
    dice: Dice,
    /// Of each customer the first contact.
    contacts: HashMap<Uuid, Uuid>,
    said: Said,
}

fn noon(on: NaiveDate) -> DateTime<Utc> {
    utc(on.and_time(NaiveTime::MIN) + Duration::hours(12))
}

pub(super) fn satisfaction(calendar: &Calendar, scale: f64, seed: u64, company: &Company) -> Said {
    let mut dice = Dice::new(seed, Stream::Satisfaction);
    let Some(manager) = company.people.iter().find(|person| person.role == "manager").map(|person| person.id) else {
        return Said::default();
    };
    let contacts = company.contacts.iter().filter(|row| row.is_primary).map(|row| (row.customer_id, row.id)).collect();
    let run =
        run::Model { id: dice.id(noon(calendar.as_of)), day: calendar.as_of, made: 0, at: utc(calendar.as_of.and_time(NaiveTime::MIN)) };
    let mut writer =
        Writer { calendar, workdays: super::visits::calendar(), dice, contacts, said: Said { runs: vec![run], ..Said::default() } };
    let begun = calendar.start + Days::new(30);
    let questions = house();
    let schedule = Schedule { every_days: [Some(90), Some(180), None], after_won_days: Some(14), after_ticket_days: None };
    let after_ticket = Schedule { after_ticket_days: Some(3), ..Schedule::default() };
    let yearly = writer.survey("客户满意度调查", "Customer satisfaction", SurveyStatus::Open, &questions, schedule, begun, manager);
    let ease = with_ease();
    let delivery = writer.survey("交付回访", "After delivery", SurveyStatus::Open, &ease, after_ticket, calendar.second_year, manager);
    let fair = house()[..1].to_vec();
    writer.survey("展会反馈", "Trade fair", SurveyStatus::Draft, &fair, Schedule::default(), calendar.as_of - Days::new(6), manager);
    writer.survey("旧版服务调查", "Service, the old form", SurveyStatus::Closed, &house(), Schedule::default(), begun, manager);

    let owned: Vec<&customer::Model> = company.customers.iter().filter(|row| row.owner_id.is_some() && row.merged_into.is_none()).collect();
    if owned.is_empty() {
        return writer.said;
    }
    let whole = (calendar.as_of - begun).num_days();
    let mut answered = Quota::new(ANSWERED);
    let links = (LINKS * scale).max(120.0) as i64;
    for n in 0..links {
        // In the order of time, so that every month has some.
        let on = begun + Duration::days(n * (whole - 1) / links);
        let row = writer.asked(&owned, on);
        let (of, asks) = if n % 6 == 5 && on >= calendar.second_year { (delivery, &ease) } else { (yearly, &questions) };
        writer.link(of, asks, row, on, answered.take(), if n % 3 == 0 { Occasion::Won } else { Occasion::Periodic });
    }
    for n in 0..8_u64 {
        let row = writer.asked(&owned, calendar.as_of - Days::new(1 + n / 4));
        writer.waiting(yearly, row, calendar.as_of - Days::new(1 + n / 4));
    }
    let notes = (BY_HAND * scale).max(12.0) as i64;
    for n in 0..notes {
        let on = begun + Duration::days(n * (whole - 1) / notes);
        let row = writer.asked(&owned, on);
        let source = if n % 3 == 2 { Source::Review } else { Source::Interview };
        let scores = writer.scores(on, false, n % 15 == 4);
        writer.answered(yearly, row, on, source, scores, Answers::new(), None, false, row.owner_id);
    }
    // Said a few days ago, so that there is something to decide on, and something late.
    for back in [1, 6, 9, 20] {
        let on = calendar.as_of - Days::new(back);
        let row = writer.asked(&owned, on);
        let scores = writer.scores(on, false, true);
        writer.answered(yearly, row, on, Source::Interview, scores, Answers::new(), None, false, row.owner_id);
    }
    writer.plans(company);
    writer.said
}

/// The questions after a delivery: ease, and why it was hard, of those who say so.
fn with_ease() -> Vec<Question> {
    let [csat, dimensions, _, text] = <[Question; 4]>::try_from(house()).unwrap_or_else(|_| unreachable!("the house asks four"));
    let ease = Question {
        id: "q5".to_owned(),
        kind: QuestionKind::Ces,
        required: true,
        text: Both::new("和我们一起完成这次交付，您觉得轻松吗？", "How easy was this delivery for you?"),
        ..csat.clone()
    };
    let when = OnlyIf { question: "q1".to_owned(), is: Compare::AtMost, value: 3 };
    vec![csat, ease, dimensions, Question { only_if: Some(when), ..text }]
}

impl Writer<'_> {
    #[expect(clippy::too_many_arguments, reason = "everything that a survey is made of")]
    fn survey(
        &mut self,
        zh: &str,
        en: &str,
        status: SurveyStatus,
        questions: &[Question],
        schedule: Schedule,
        on: NaiveDate,
        by: Uuid,
    ) -> (Uuid, Uuid) {
        let id = self.dice.id(noon(on));
        let draft = stored(&questions).unwrap_or_default();
        let published = status != SurveyStatus::Draft;
        let revision_id = self.dice.id(noon(on));
        if published {
            let row = revision::Model { id: revision_id, survey_id: id, number: 1, questions: draft.clone(), at: noon(on) };
            self.said.revisions.push(row);
        }
        self.said.surveys.push(survey::Model {
            id,
            title_zh: zh.to_owned(),
            title_en: en.to_owned(),
            status: status.code().to_owned(),
            draft,
            revision: i32::from(published),
            sending: stored(&Sending { schedule, ..Sending::default() }).unwrap_or_default(),
            since: on,
            created_at: noon(on),
            updated_at: noon(on),
            updated_by: Some(by),
            version: 1,
        });
        (id, revision_id)
    }

    /// Somebody who was a customer on that day.
    fn asked<'c>(&mut self, owned: &[&'c customer::Model], on: NaiveDate) -> &'c customer::Model {
        for _ in 0..40 {
            let row = *self.dice.pick(owned);
            if row.created_at.date_naive() < on {
                return row;
            }
        }
        owned.iter().copied().min_by_key(|row| (row.created_at, row.id)).unwrap_or(owned[0])
    }

    fn link(&mut self, of: (Uuid, Uuid), asks: &[Question], row: &customer::Model, on: NaiveDate, answered: bool, occasion: Occasion) {
        let on_day = on + Days::new(u64::try_from(self.dice.between(0, 9)).unwrap_or(0));
        let answered = answered && on_day < self.calendar.as_of;
        let anonymous = answered && self.dice.chance(ANONYMOUS);
        let id = self.dice.id(noon(on));
        let token_hash = Some(format!("{}{}", self.dice.id(noon(on)).simple(), self.dice.id(noon(on)).simple()));
        let new = invitation::Model {
            id,
            survey_id: of.0,
            revision_id: of.1,
            customer_id: row.id,
            contact_id: self.contacts.get(&row.id).copied(),
            deal_id: None,
            ticket_id: None,
            plan_id: None,
            occasion: occasion.code().to_owned(),
            token_hash,
            made_on: on,
            expires_on: Some(on + Days::new(30)),
            answered,
            by_id: row.owner_id,
        };
        self.said.invitations.push(new);
        if !answered {
            return;
        }
        let low = self.dice.unit() < self.between(DETRACTORS, on);
        let eased = asks.iter().any(|question| question.kind == QuestionKind::Ces);
        let scores = self.scores(on, eased, low);
        let mut answers = Answers::new();
        answers.insert("q1".to_owned(), Value::One(scores.csat.unwrap_or(4)));
        answers.insert("q2".to_owned(), Value::Marks(scores.marks.clone()));
        if let Some(nps) = scores.nps {
            answers.insert("q3".to_owned(), Value::One(nps));
        }
        if let Some(ces) = scores.ces {
            answers.insert("q5".to_owned(), Value::One(ces));
        }
        self.answered(of, row, on_day, Source::Questionnaire, scores, answers, Some(id), anonymous, None);
    }

    fn waiting(&mut self, of: (Uuid, Uuid), row: &customer::Model, on: NaiveDate) {
        let new = invitation::Model {
            id: self.dice.id(noon(on)),
            survey_id: of.0,
            revision_id: of.1,
            customer_id: row.id,
            contact_id: self.contacts.get(&row.id).copied(),
            deal_id: None,
            ticket_id: None,
            plan_id: None,
            occasion: Occasion::Periodic.code().to_owned(),
            token_hash: None,
            made_on: on,
            expires_on: Some(on + Days::new(30)),
            answered: false,
            by_id: None,
        };
        self.said.invitations.push(new);
    }

    /// A share on its way from the start of the history to its end.
    fn between(&self, ends: [f64; 2], on: NaiveDate) -> f64 {
        ends[0] + (ends[1] - ends[0]) * self.calendar.fraction(on)
    }

    fn scores(&mut self, on: NaiveDate, eased: bool, low: bool) -> Scores {
        let good = self.calendar.fraction(on);
        let csat = if low {
            self.dice.between(1, 2)
        } else {
            // Four stars in the mean at first, four and a half in the end.
            3 + i64::try_from(self.dice.index(&[0.20 - 0.18 * good, 0.52 - 0.22 * good, 0.28 + 0.40 * good])).unwrap_or(1)
        };
        let nps = if low {
            self.dice.between(1, 6)
        } else if self.dice.unit() < self.between(PROMOTERS, on) / (1.0 - self.between(DETRACTORS, on)) {
            self.dice.between(9, 10)
        } else {
            self.dice.between(7, 8)
        };
        let mark = |dice: &mut Dice, dimension: Dimension| {
            let less = if dimension == Dimension::Response { 0.45 } else { 0.0 };
            let stars = csat as f64 + dice.normal() * 0.5 - less;
            (dimension, (stars.round() as i64).clamp(1, 5))
        };
        let marks = Dimension::ALL.iter().map(|dimension| mark(&mut self.dice, *dimension)).collect();
        let ces = eased.then(|| (csat + self.dice.between(0, 2)).clamp(1, 7));
        Scores { csat: Some(csat), nps: (!eased).then_some(nps), ces, marks }
    }

    #[expect(clippy::too_many_arguments, reason = "everything that an answer is made of")]
    fn answered(
        &mut self,
        of: (Uuid, Uuid),
        row: &customer::Model,
        on: NaiveDate,
        source: Source,
        scores: Scores,
        mut answers: Answers,
        invitation_id: Option<Uuid>,
        anonymous: bool,
        by_id: Option<Uuid>,
    ) {
        let words = if scores.is_low() {
            self.dice.word(&COMPLAINTS)
        } else if self.dice.chance(0.35) {
            self.dice.word(&PRAISE)
        } else {
            ""
        };
        if !words.is_empty() {
            answers.insert("q4".to_owned(), Value::Text(words.to_owned()));
        }
        // An anonymous answer has an id that does not say when.
        let id = self.dice.id(noon(if anonymous { self.calendar.start } else { on }));
        self.said.answers.push(answer::Model {
            id,
            survey_id: of.0,
            revision_id: invitation_id.map(|_| of.1),
            source: source.code().to_owned(),
            on_day: on,
            anonymous,
            customer_id: (!anonymous).then_some(row.id),
            contact_id: self.contacts.get(&row.id).copied().filter(|_| !anonymous && invitation_id.is_some()),
            owner_id: row.owner_id.filter(|_| !anonymous),
            unit_id: row.unit_id,
            tier: row.tier.clone(),
            invitation_id: invitation_id.filter(|_| !anonymous),
            scores: stored(&scores).unwrap_or_default(),
            answers: stored(&answers).unwrap_or_default(),
            words: words.to_owned(),
            by_id,
        });
    }

    /// A plan for every low score of somebody who is named; old ones are mostly closed.
    fn plans(&mut self, company: &Company) {
        let units: HashMap<Uuid, Uuid> =
            company.people.iter().filter(|person| person.active).map(|person| (person.id, person.unit_id)).collect();
        let scored = |row: &answer::Model| serde_json::from_str::<Scores>(&row.scores).unwrap_or_default();
        let low: Vec<answer::Model> = self.said.answers.iter().filter(|row| !row.anonymous && scored(row).is_low()).cloned().collect();
        let mut closed = Quota::new(CLOSED);
        for row in low {
            let Some((owner, unit)) = row.owner_id.and_then(|id| Some((id, *units.get(&id)?))) else { continue };
            let Some(customer_id) = row.customer_id else { continue };
            let age = (self.calendar.as_of - row.on_day).num_days();
            let status = if age <= NEW_DAYS {
                PlanStatus::Open
            } else if age <= YOUNG_DAYS {
                PlanStatus::Acting
            } else if closed.take() {
                PlanStatus::Closed
            } else {
                PlanStatus::Resurveyed
            };
            let before = scored(&row);
            let again = row.on_day + Days::new(32);
            let second =
                (status == PlanStatus::Resurveyed || status == PlanStatus::Closed && self.dice.chance(0.75)) && again < self.calendar.as_of;
            let second_answer_id = second.then(|| self.second(&row, &before, again));
            let acted = (status != PlanStatus::Open).then_some(row.on_day + Days::new(1));
            let closed_on = (status == PlanStatus::Closed).then(|| if second { again + Days::new(3) } else { row.on_day + Days::new(20) });
            let closed_on = closed_on.map(|on| on.min(self.calendar.as_of - Days::new(1)));
            let last = closed_on.or(second.then_some(again)).or(acted).unwrap_or(row.on_day).min(self.calendar.as_of - Days::new(1));
            let id = self.dice.id(noon(row.on_day));
            self.said.plans.push(plan::Model {
                id,
                survey_id: row.survey_id,
                answer_id: row.id,
                customer_id,
                owner_id: owner,
                unit_id: unit,
                status: status.code().to_owned(),
                on_day: row.on_day,
                due_on: due_on(row.on_day, self.workdays.workdays()).unwrap_or(row.on_day),
                acted_on: acted,
                closed_on,
                action: if status == PlanStatus::Open { String::new() } else { self.dice.word(&ACTIONS).to_owned() },
                second_answer_id,
                created_at: noon(row.on_day),
                updated_at: noon(last),
                updated_by: Some(owner),
                version: 1,
            });
        }
    }

    /// What somebody said a month after something was done: mostly better.
    fn second(&mut self, first: &answer::Model, before: &Scores, on: NaiveDate) -> Uuid {
        let better = |dice: &mut Dice, score: Option<i64>, most: i64| score.map(|n| (n + dice.between(1, 3)).min(most));
        let scores = Scores {
            csat: better(&mut self.dice, before.csat, 5),
            nps: before.nps.map(|n| (n + self.dice.between(1, 5)).clamp(7, 10)),
            ces: None,
            marks: before.marks.iter().map(|(dimension, n)| (*dimension, (n + 1).min(5))).collect(),
        };
        let scores = Scores { csat: scores.csat.map(|n| n.max(3)), ..scores };
        let id = self.dice.id(noon(on));
        self.said.answers.push(answer::Model {
            id,
            on_day: on,
            scores: stored(&scores).unwrap_or_default(),
            answers: String::from("{}"),
            words: String::new(),
            invitation_id: None,
            ..first.clone()
        });
        id
    }
}
