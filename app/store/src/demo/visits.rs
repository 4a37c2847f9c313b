//! Return visits of the demo company: the days on which nobody works, what is asked by
//! tier, visits made of calls that the service team and some salespeople wrote down, and what
//! those of the service team brought up. No follow-up is added, so that nobody's clock differs
//! for it.
//!
//! The free days are those of the State Council's notices for 2025 and 2026 (see
//! `docs/decisions/0027`), here as the company's own rows like any that somebody typed.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Quota, Stream};
use crate::entity::follow_up;
use crate::visits::{need, stored, stored_answers, visit, visit_form, workday};
use chrono::{Days, Duration, NaiveDate, NaiveTime};
use domain::customers::Tier;
use domain::policy::{Action, Role, reach};
use domain::visits::needs::{NeedKind, NeedStatus};
use domain::visits::questions::{Question, QuestionKind};
use domain::visits::record::channel;
use domain::visits::workdays::{DayKind, WorkCalendar};
use std::collections::HashMap;
use uuid::Uuid;

/// First and last day of a holiday, its name, and the weekend days worked for it.
const HOLIDAYS: [(&str, &str, &str, &[&str]); 13] = [
    ("2025-01-01", "2025-01-01", "元旦", &[]),
    ("2025-01-28", "2025-02-04", "春节", &["2025-01-26", "2025-02-08"]),
    ("2025-04-04", "2025-04-06", "清明节", &[]),
    ("2025-05-01", "2025-05-05", "劳动节", &["2025-04-27"]),
    ("2025-05-31", "2025-06-02", "端午节", &[]),
    ("2025-10-01", "2025-10-08", "国庆节、中秋节", &["2025-09-28", "2025-10-11"]),
    ("2026-01-01", "2026-01-03", "元旦", &["2026-01-04"]),
    ("2026-02-15", "2026-02-23", "春节", &["2026-02-14", "2026-02-28"]),
    ("2026-04-04", "2026-04-06", "清明节", &[]),
    ("2026-05-01", "2026-05-05", "劳动节", &["2026-05-09"]),
    ("2026-06-19", "2026-06-21", "端午节", &[]),
    ("2026-09-25", "2026-09-27", "中秋节", &[]),
    ("2026-10-01", "2026-10-07", "国庆节", &["2026-09-20", "2026-10-10"]),
];
/// Visits of the last days before the visitor's.
const VISIT_DAYS: i64 = 200;
/// Share of the salespeople's calls that were written down as visits.
const SHEETS: f64 = 0.12;
/// Share of the service team's visits that brought up a need, and an opinion.
const NEEDS: f64 = 0.35;
const OPINIONS: f64 = 0.25;
/// Two in five are still to do, and so many at least.
const UNSETTLED: (usize, usize) = (2, 5);
const UNSETTLED_LEAST: usize = 3;

const NEED_TEXTS: [&str; 6] = [
    "希望网关支持远程批量升级。",
    "二期扩建，需要 40 台的报价和交期。",
    "要一份与现有系统对接的接口说明。",
    "希望备件放在当地，缩短更换时间。",
    "想看同行业的应用案例。",
    "新产线投产前需要现场培训一次。",
];
const OPINION_TEXTS: [&str; 6] = [
    "交货比约定晚了三天，影响了安装。",
    "售后回复很快，工程师专业。",
    "说明书里的接线图看不清。",
    "价格比去年涨得多，希望有年度折扣。",
    "现场调试很顺利。",
    "换了对接人之后沟通不如以前顺。",
];
const DECLINES: [&str; 2] = ["不在产品规划内，已向客户说明。", "价格已按框架协议执行，不再单独调整。"];

/// The rows of return visits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visits {
    pub workdays: Vec<workday::Model>,
    pub forms: Vec<visit_form::Model>,
    pub visits: Vec<visit::Model>,
    pub needs: Vec<need::Model>,
}

fn questions(tier: Tier) -> Vec<Question> {
    let rating = |label: &str| Question { label: label.to_owned(), kind: QuestionKind::Rating, choices: Vec::new(), required: false };
    let text = |label: &str| Question { label: label.to_owned(), kind: QuestionKind::Text, choices: Vec::new(), required: false };
    let choice = |label: &str, choices: &[&str]| Question {
        label: label.to_owned(),
        kind: QuestionKind::Choice,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        required: false,
    };
    match tier {
        Tier::Vip => {
            vec![rating("对我们的服务总体满意吗"), choice("下半年的采购计划", &["增加", "持平", "减少", "还没定"]), text("还有谁参与决定")]
        }
        Tier::Ordinary => vec![rating("产品用得怎么样"), choice("近期有没有新的采购", &["有", "没有", "还没定"])],
        Tier::Potential => vec![choice("项目进展", &["已立项", "在比价", "推迟", "取消"]), text("目前用的是哪家")],
    }
}

pub(super) fn visits(calendar: &Calendar, seed: u64, company: &Company) -> Visits {
    let mut dice = Dice::new(seed, Stream::Visits);
    let admin = company.people.iter().find(|person| person.role == Role::Administrator.code()).map(|person| person.id);
    let begin = utc(calendar.start.and_time(NaiveTime::MIN) + Duration::hours(9));
    let mut made = Visits { workdays: days(begin, admin), ..Visits::default() };
    for tier in Tier::ALL {
        let Ok(questions) = stored(&questions(*tier)) else { continue };
        let (id, tier) = (dice.id(begin), tier.code().to_owned());
        made.forms.push(visit_form::Model { id, tier, version: 1, questions, at: begin, by_id: admin });
    }
    let forms: HashMap<String, Uuid> = made.forms.iter().map(|form| (form.tier.clone(), form.id)).collect();
    let customers: HashMap<Uuid, &crate::entity::customer::Model> = company.customers.iter().map(|row| (row.id, row)).collect();
    let works = |id: &Uuid| {
        let person = company.people.iter().find(|person| person.id == *id && person.active);
        person.and_then(|person| Role::parse(&person.role)).is_some_and(|role| reach(role, Action::LogWork).is_some())
    };
    let first = calendar.as_of - Days::new(VISIT_DAYS.unsigned_abs());
    let mut calls: Vec<&follow_up::Model> = company
        .follow_ups
        .iter()
        .filter(|row| row.deal_id.is_none() && channel(&row.kind).is_some() && row.at.date_naive() >= first)
        .collect();
    calls.sort_by_key(|row| (row.at, row.id));
    let service: Vec<Uuid> = company.people.iter().filter(|row| row.role == Role::Service.code()).map(|row| row.id).collect();
    let (mut sheets, mut needs, mut opinions) = (Quota::new(SHEETS), Quota::new(NEEDS), Quota::new(OPINIONS));
    let mut items = Vec::new();
    for said in calls {
        let Some(customer) = customers.get(&said.customer_id).filter(|row| row.merged_into.is_none()) else { continue };
        let Some(tier) = Tier::parse(&customer.tier) else { continue };
        let by_service = service.contains(&said.by_id);
        if !by_service && !sheets.take() {
            continue;
        }
        let answers: Vec<String> = questions(tier).iter().map(|question| answer(&mut dice, question)).collect();
        let Ok(answers) = stored_answers(&answers) else { continue };
        let row = visit::Model {
            id: dice.id(said.at),
            customer_id: customer.id,
            follow_up_id: said.id,
            form_id: forms.get(&customer.tier).copied(),
            tier: customer.tier.clone(),
            answers,
            created_at: said.at,
            by_id: said.by_id,
        };
        if let Some(owner) = customer.owner_id.filter(works).or(Some(said.by_id).filter(works)).filter(|_| by_service) {
            if needs.take() {
                items.push((row.clone(), said, NeedKind::Need, owner));
            }
            if opinions.take() {
                // What is wrong with service, service sees to.
                let to = if dice.chance(0.4) && works(&said.by_id) { said.by_id } else { owner };
                items.push((row.clone(), said, NeedKind::Opinion, to));
            }
        }
        made.visits.push(row);
    }
    // What came up last is still to do, so that there is something of each in the smallest company too.
    let settled = items.len() - (items.len() * UNSETTLED.0 / UNSETTLED.1).max(UNSETTLED_LEAST).min(items.len());
    for (n, (visit, said, kind, owner)) in items.into_iter().enumerate() {
        let standing = n.checked_sub(settled).map_or(Placed::Settled(n), Placed::Unsettled);
        made.needs.push(need(&mut dice, calendar, standing, &visit, said, kind, owner));
    }
    made
}

/// The days that are set, as plans are due by them.
pub(super) fn calendar() -> WorkCalendar {
    WorkCalendar::new(days(chrono::DateTime::UNIX_EPOCH, None).into_iter().filter_map(|row| Some((row.on_day, DayKind::parse(&row.kind)?))))
}

fn days(at: chrono::DateTime<chrono::Utc>, by_id: Option<Uuid>) -> Vec<workday::Model> {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
    let row = |on_day: NaiveDate, kind: DayKind, name: String| workday::Model { on_day, kind: kind.code().to_owned(), name, at, by_id };
    let mut found = Vec::new();
    for (from, to, name, makeup) in HOLIDAYS {
        let free = date(from).iter_days().take_while(|on| *on <= date(to));
        found.extend(free.map(|on| row(on, DayKind::Holiday, name.to_owned())));
        found.extend(makeup.iter().map(|on| row(date(on), DayKind::Makeup, format!("{name}调休上班"))));
    }
    found
}

fn answer(dice: &mut Dice, question: &Question) -> String {
    match question.kind {
        QuestionKind::Rating => dice.weighted(&[(5, 40), (4, 38), (3, 15), (2, 5), (1, 2)]).to_string(),
        QuestionKind::Choice => dice.pick(&question.choices).clone(),
        QuestionKind::Text => String::new(),
    }
}

/// A need's place among those that are settled, or not.
#[derive(Clone, Copy)]
enum Placed {
    Settled(usize),
    Unsettled(usize),
}

fn need(
    dice: &mut Dice,
    calendar: &Calendar,
    placed: Placed,
    visit: &visit::Model,
    said: &follow_up::Model,
    kind: NeedKind,
    owner: Uuid,
) -> need::Model {
    let as_of = calendar.as_of;
    let on = said.at.date_naive();
    let (status, due_on) = match placed {
        Placed::Settled(n) => (if n % 5 == 1 { NeedStatus::Declined } else { NeedStatus::Done }, Some(on + Days::new(14))),
        Placed::Unsettled(n) => {
            let status = if n % 3 == 2 { NeedStatus::Working } else { NeedStatus::Open };
            let due = match n % 4 {
                0 => Some(as_of - Duration::days(dice.between(1, 6))),
                3 => None,
                _ => Some(as_of + Duration::days(dice.between(0, 20))),
            };
            (status, due.map(|due| due.max(on)))
        }
    };
    let touched =
        if status == NeedStatus::Open { said.at } else { (said.at + Duration::hours(40)).min(utc(calendar.end()) - Duration::hours(1)) };
    let touched = touched.max(said.at);
    let body = match kind {
        NeedKind::Need => dice.word(&NEED_TEXTS),
        NeedKind::Opinion => dice.word(&OPINION_TEXTS),
    };
    need::Model {
        id: dice.id(said.at),
        customer_id: visit.customer_id,
        visit_id: Some(visit.id),
        kind: kind.code().to_owned(),
        body: body.to_owned(),
        owner_id: owner,
        status: status.code().to_owned(),
        reason: if status == NeedStatus::Declined { dice.word(&DECLINES).to_owned() } else { String::new() },
        due_on,
        created_at: said.at,
        created_by: Some(said.by_id),
        updated_at: touched,
        updated_by: Some(if status == NeedStatus::Open { said.by_id } else { owner }),
        version: 1 + i32::from(status != NeedStatus::Open),
    }
}
