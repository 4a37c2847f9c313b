//! Tickets of the demo company, of every state, answered in time and late, with what was
//! said; an invitation after one that was solved; and what winning customers cost.

use super::Company;
use super::calendar::{Calendar, local, utc};
use super::chance::{Dice, Quota, Stream};
use crate::economics::{cost, margin};
use crate::entity::customer;
use crate::satisfaction::invitation;
use crate::tickets::{entry, ticket};
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDateTime, Utc};
use domain::customers::Tier;
use domain::pipeline::Source;
use domain::policy::Role;
use domain::survey::sending::Occasion;
use domain::tickets::clock::{due_at, minutes_between};
use domain::tickets::{EntryKind, Priority, TicketKind, TicketState};
use domain::visits::workdays::WorkCalendar;
use std::collections::HashMap;
use uuid::Uuid;

/// Tickets of the last days before the visitor's, at full size; at least so many.
const DAYS: i64 = 180;
const TICKETS: f64 = 160.0;
const LEAST: f64 = 36.0;
/// The last of them are still to do.
const UNSETTLED: usize = 12;
/// Those before were solved some days ago, and are not closed yet.
const SOLVED_LATELY: usize = 4;
/// Share answered later than promised, and opened a second time.
const LATE: f64 = 0.18;
const AGAIN: f64 = 0.08;
/// What a channel cost in a month at full size, in yuan, and its growth over the history.
const COSTS: [(Source, f64, f64); 5] = [
    (Source::Expo, 62_000.0, 0.15),
    (Source::Website, 34_000.0, 0.35),
    (Source::Telesales, 28_000.0, 0.05),
    (Source::Partner, 21_000.0, 0.20),
    (Source::Referral, 5_000.0, 0.0),
];
const COST_MONTHS: u32 = 24;
const MARGIN_BP: i64 = 4_200;

const ASKED: [(TicketKind, &str, &str); 8] = [
    (TicketKind::Problem, "网关夜间掉线", "连续三晚 22 点之后掉线，重启后恢复。"),
    (TicketKind::Question, "怎么批量导入测点", "有 600 多个测点，一个一个加太慢。"),
    (TicketKind::Request, "需要现场培训一次", "新来了四个运维，希望安排半天培训。"),
    (TicketKind::Problem, "数据上传延迟", "看板上的数据晚了十几分钟。"),
    (TicketKind::Complaint, "备件等了两周", "约定三天到货，两周还没到。"),
    (TicketKind::Question, "固件 3.2 有什么变化", "升级之前想知道会不会影响现有配置。"),
    (TicketKind::Request, "要一份检测报告", "客户审厂需要电磁兼容的检测报告。"),
    (TicketKind::Problem, "两台设备地址冲突", "更换设备之后有一台读不到数据。"),
];
const ANSWERS: [&str; 4] = [
    "已经收到，正在核对日志，今天给出结论。",
    "按说明书第 5 章设置就可以，截图已经发到邮箱。",
    "已经安排工程师，明天上午到现场。",
    "问题定位到了，升级到 3.2.1 可以解决。",
];
const REPLIES: [&str; 3] = ["试过了，还是不行。", "可以了，谢谢。", "材料已经补发。"];
const NOTES: [&str; 2] = ["同型号本月第三起，已告诉研发。", "等仓库确认备件。"];
const SOLVED: [&str; 3] = ["客户确认恢复正常。", "材料已经寄出，客户签收。", "培训已完成，客户满意。"];
const REOPENED: &str = "客户说问题又出现了。";

/// The rows of tickets and costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tickets {
    pub tickets: Vec<ticket::Model>,
    pub entries: Vec<entry::Model>,
    pub costs: Vec<cost::Model>,
    pub margin: Vec<margin::Model>,
}

struct Writer<'a> {
    dice: Dice,
    days: WorkCalendar,
    end: NaiveDateTime,
    promised: HashMap<String, i64>,
    contacts: HashMap<Uuid, Uuid>,
    company: &'a Company,
    made: Tickets,
}

pub(super) fn tickets(calendar: &Calendar, scale: f64, seed: u64, company: &Company) -> Tickets {
    let mut dice = Dice::new(seed, Stream::Tickets);
    let of_role = |role: Role| -> Vec<Uuid> {
        let these = company.people.iter().filter(|person| person.active && person.role == role.code());
        these.map(|person| person.id).collect()
    };
    let costs = costs(&mut dice, calendar, scale, of_role(Role::Finance).first().copied());
    let mut answering = of_role(Role::Service);
    if answering.is_empty() {
        answering = of_role(Role::Administrator);
    }
    let owned: Vec<&customer::Model> = company.customers.iter().filter(|row| row.owner_id.is_some() && row.merged_into.is_none()).collect();
    let promised = super::tiers::promised();
    let contacts = company.contacts.iter().filter(|row| row.is_primary).map(|row| (row.customer_id, row.id)).collect();
    let days = super::visits::calendar();
    let mut writer = Writer { dice, days, end: calendar.end(), promised, contacts, company, made: costs };
    if owned.is_empty() || answering.is_empty() {
        return writer.made;
    }
    let total = (TICKETS * scale).max(LEAST) as usize;
    let (mut late, mut again) = (Quota::new(LATE), Quota::new(AGAIN));
    for n in 0..total {
        let back = DAYS - (DAYS - 1) * i64::try_from(n).unwrap_or(0) / i64::try_from(total).unwrap_or(1);
        let on = (calendar.as_of - Duration::days(back.max(1))).max(calendar.start);
        let left = total - n;
        let on = match left.checked_sub(UNSETTLED + 1) {
            None => calendar.as_of - Days::new(1 + left as u64 / 4),
            Some(n) if n < SOLVED_LATELY => calendar.as_of - Days::new(5 + n as u64 / 2),
            Some(_) => on,
        };
        let asked = calendar.moment(&mut writer.dice, on);
        // The last one came on the evening before: with a day's time it is not late yet.
        let asked = if left == 1 { on.and_hms_opt(17, 50, 0).unwrap_or(asked) } else { asked };
        // Big customers ask more often; none came before it was a customer.
        let here: Vec<&&customer::Model> =
            owned.iter().filter(|row| local(row.created_at) < asked && (left > 1 || row.tier == Tier::Potential.code())).collect();
        if here.is_empty() {
            continue;
        }
        let row = **writer.dice.pick(&here);
        let assignee = *writer.dice.pick(&answering);
        let standing = (left <= UNSETTLED).then_some(match left % 4 {
            0 | 1 => TicketState::Open,
            2 => TicketState::Answered,
            _ => TicketState::Waiting,
        });
        writer.ticket(n, row, assignee, asked, standing, late.take(), again.take());
    }
    writer.made
}

impl Writer<'_> {
    #[expect(clippy::too_many_arguments, reason = "what tells one ticket from another")]
    fn ticket(
        &mut self,
        n: usize,
        of: &customer::Model,
        assignee: Uuid,
        asked: NaiveDateTime,
        standing: Option<TicketState>,
        late: bool,
        again: bool,
    ) {
        let (kind, subject, body) = ASKED[n % ASKED.len()];
        let priority = match kind {
            TicketKind::Complaint => Priority::Urgent,
            TicketKind::Problem => self.dice.weighted(&[(Priority::High, 50), (Priority::Normal, 40), (Priority::Urgent, 10)]),
            _ => self.dice.weighted(&[(Priority::Normal, 70), (Priority::Low, 25), (Priority::High, 5)]),
        };
        let minutes = self.promised.get(&of.tier).copied();
        let promise = minutes.and_then(|minutes| due_at(asked, minutes, self.days.workdays()));
        let id = self.dice.id(utc(asked));
        let mut row = ticket::Model {
            id,
            number: i64::try_from(n).unwrap_or(0) + 1,
            customer_id: of.id,
            contact_id: self.contacts.get(&of.id).copied(),
            kind: kind.code().to_owned(),
            priority: priority.code().to_owned(),
            state: TicketState::Open.code().to_owned(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            tier: of.tier.clone(),
            assignee_id: assignee,
            opened_at: utc(asked),
            opened_by: Some(assignee),
            asked_at: utc(asked),
            promised_minutes: minutes,
            promise_at: promise.map(utc),
            due_at: promise.map(utc),
            answered_at: None,
            answered_late: false,
            solved_at: None,
            closed_at: None,
            reopened: 0,
            updated_at: utc(asked),
            updated_by: Some(assignee),
            version: 1,
        };
        if standing == Some(TicketState::Open) {
            if n.is_multiple_of(2) {
                self.say(&mut row, EntryKind::Note, self.company_note(n), None, asked + Duration::minutes(25));
            }
            self.made.tickets.push(row);
            return;
        }
        let mut at = self.answer(&mut row, asked, late, n);
        if n.is_multiple_of(3) {
            at = self.later(at, 60, 600);
            self.say(&mut row, EntryKind::Note, self.company_note(n), None, at);
        }
        match standing {
            Some(TicketState::Waiting) => {
                at = self.later(at, 30, 200);
                self.say(&mut row, EntryKind::Answer, ANSWERS[1], Some(TicketState::Waiting), at);
            }
            Some(_) => {}
            None => {
                at = self.later(at, 60, 1_500);
                self.say(&mut row, EntryKind::Reply, REPLIES[n % REPLIES.len()], None, at);
                at = self.later(at, 30, 900);
                self.settle(&mut row, at, n);
                if again && at + Duration::days(6) < self.end {
                    at = self.later(at, 1_440, 4_000);
                    self.reopen(&mut row, at);
                    at = self.answer(&mut row, at, false, n + 1);
                    at = self.later(at, 60, 900);
                    self.settle(&mut row, at, n + 1);
                }
                // What was solved long ago is closed.
                if at + Duration::days(7) < self.end {
                    at = self.later(at, 2_880, 7_000);
                    self.say(&mut row, EntryKind::Note, "", Some(TicketState::Closed), at);
                    row.closed_at = Some(row.updated_at);
                }
            }
        }
        self.made.tickets.push(row);
    }

    fn company_note(&self, n: usize) -> &'static str {
        NOTES[(n + self.company.people.len()) % NOTES.len()]
    }

    /// Some minutes later, and before the visitor comes.
    fn later(&mut self, at: NaiveDateTime, least: i64, most: i64) -> NaiveDateTime {
        (at + Duration::minutes(self.dice.between(least, most))).min(self.end - Duration::minutes(1)).max(at)
    }

    /// The answer that is owed since `asked`.
    fn answer(&mut self, row: &mut ticket::Model, asked: NaiveDateTime, late: bool, n: usize) -> NaiveDateTime {
        let within = row.promised_minutes.unwrap_or(480);
        let took = if late { within * self.dice.between(120, 260) / 100 } else { within * self.dice.between(10, 90) / 100 };
        let at = due_at(asked, took.max(5), self.days.workdays()).unwrap_or(asked).min(self.end - Duration::minutes(2)).max(asked);
        let late = row.promise_at.is_some_and(|promise| utc(at) > promise);
        let took = minutes_between(asked, at, self.days.workdays());
        row.answered_at = Some(utc(at));
        row.answered_late = late;
        row.due_at = None;
        self.say(row, EntryKind::Answer, ANSWERS[n % ANSWERS.len()], Some(TicketState::Answered), at);
        if let Some(said) = self.made.entries.last_mut() {
            said.took_minutes = row.promise_at.map(|_| took);
            said.late = late;
        }
        at
    }

    fn settle(&mut self, row: &mut ticket::Model, at: NaiveDateTime, n: usize) {
        self.say(row, EntryKind::Answer, SOLVED[n % SOLVED.len()], Some(TicketState::Solved), at);
        row.solved_at = Some(utc(at));
    }

    fn reopen(&mut self, row: &mut ticket::Model, at: NaiveDateTime) {
        self.say(row, EntryKind::Reopen, REOPENED, Some(TicketState::Open), at);
        let promise = row.promised_minutes.and_then(|minutes| due_at(at, minutes, self.days.workdays()));
        row.asked_at = utc(at);
        row.promise_at = promise.map(utc);
        row.due_at = row.promise_at;
        row.answered_at = None;
        row.answered_late = false;
        row.solved_at = None;
        row.reopened += 1;
    }

    fn say(&mut self, row: &mut ticket::Model, kind: EntryKind, body: &str, state: Option<TicketState>, at: NaiveDateTime) {
        let at: DateTime<Utc> = utc(at);
        self.made.entries.push(entry::Model {
            id: self.dice.id(at),
            ticket_id: row.id,
            kind: kind.code().to_owned(),
            body: body.to_owned(),
            state: state.map(|state| state.code().to_owned()),
            at,
            by_id: Some(row.assignee_id),
            took_minutes: None,
            late: false,
        });
        if let Some(state) = state {
            row.state = state.code().to_owned();
        }
        row.updated_at = at;
        row.version += 1;
    }
}

/// A survey after the last tickets that were solved waits for its link.
pub(super) fn after_tickets(calendar: &Calendar, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::TicketSurveys);
    let survey = company.satisfaction.surveys.iter().find(|row| row.sending.contains("\"after_ticket_days\":3"));
    let revision = survey.and_then(|survey| company.satisfaction.revisions.iter().find(|row| row.survey_id == survey.id));
    let (Some(survey), Some(revision)) = (survey.map(|row| row.id), revision.map(|row| row.id)) else { return };
    let solved = company.tickets.tickets.iter().rev().filter(|row| row.solved_at.is_some()).take(2);
    let asked: Vec<invitation::Model> = solved
        .map(|row| invitation::Model {
            id: dice.id(utc(calendar.end())),
            survey_id: survey,
            revision_id: revision,
            customer_id: row.customer_id,
            contact_id: row.contact_id,
            deal_id: None,
            ticket_id: Some(row.id),
            plan_id: None,
            occasion: Occasion::Ticket.code().to_owned(),
            token_hash: None,
            made_on: calendar.as_of,
            expires_on: Some(calendar.as_of + Days::new(30)),
            answered: false,
            by_id: None,
        })
        .collect();
    company.satisfaction.invitations.extend(asked);
}

fn costs(dice: &mut Dice, calendar: &Calendar, scale: f64, by: Option<Uuid>) -> Tickets {
    let mut made = Tickets::default();
    let this = calendar.as_of.with_day(1).unwrap_or(calendar.as_of);
    for back in (0..COST_MONTHS).rev() {
        let month = this - Months::new(back);
        // Fairs are in spring and autumn.
        let season = if matches!(month.month(), 3 | 4 | 9 | 10) { 1.6 } else { 0.8 };
        let at = utc(month.and_hms_opt(9, 0, 0).unwrap_or_default()) + Duration::days(2);
        let at = at.min(utc(calendar.end()) - Duration::hours(1));
        for (channel, yuan, growth) in COSTS {
            let grown = 1.0 + growth * calendar.fraction(month);
            let season = if channel == Source::Expo { season } else { 1.0 };
            let swing = 0.85 + 0.3 * dice.unit();
            let hundreds = (yuan * scale.min(1.0) * grown * season * swing / 100.0).round().max(1.0) as i64;
            made.costs.push(cost::Model {
                id: dice.id(at),
                month,
                channel: channel.code().to_owned(),
                amount_minor: hundreds * 10_000,
                currency: "CNY".to_owned(),
                note: String::new(),
                updated_at: at,
                updated_by: by,
                version: 1,
            });
        }
    }
    let at = utc(calendar.second_year.and_hms_opt(9, 0, 0).unwrap_or_default());
    made.margin.push(margin::Model { id: Uuid::from_u128(1), margin_bp: Some(MARGIN_BP), updated_at: at, updated_by: by, version: 1 });
    made
}
