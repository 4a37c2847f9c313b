//! The company itself: units, its thirty people, what it sells, and the two
//! pipelines with their stages.

use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use super::names::{REGIONS, Register};
use crate::entity::{org_unit, organisation, person, pipeline, product, stage};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::money::Currency;
use domain::org::UnitKind;
use domain::pipeline::{ForecastCategory, StageKind};
use domain::policy::Role;
use uuid::Uuid;

pub(super) const NAME: &str = "衡川智造科技(示例)有限公司";
/// Salespeople of each team; the regions come one after the other.
const TEAMS: [(usize, &str, usize); 7] = [
    (0, "华东一组", 3),
    (0, "华东二组", 3),
    (1, "华南一组", 3),
    (1, "华南二组", 2),
    (2, "华北一组", 2),
    (2, "华北二组", 2),
    (3, "西南一组", 3),
];
const REGION_MAILS: [&str; 4] = ["east.manager", "south.manager", "north.manager", "southwest.manager"];
/// Which of the go-lives a region took part in.
const PHASES: [u32; 4] = [0, 1, 2, 2];
const SERVICE: usize = 3;

const ABILITY_SIGMA: f64 = 0.22;
const ABILITY_RANGE: (f64, f64) = (0.55, 1.5);
/// Years of service, spread evenly by their logarithm.
const TENURE_YEARS: (f64, f64) = (0.3, 9.0);
/// The first of a team has been there for as long at least, so that no region
/// is without people at the start of the history.
const VETERAN_YEARS: f64 = 2.6;
const SENIOR_YEARS: f64 = 1.5;
/// Share of a full load in the first, second and third month.
const RAMP: [f64; 3] = [0.0, 0.3, 0.6];
/// Salespeople by number, from 1, who joined so many days ago.
const NEWCOMERS: [(usize, u64); 2] = [(6, 50), (15, 75)];
/// The one who left, and how many days ago.
const LEAVER: (usize, u64) = (11, 120);
/// Shown to visitors: the first salesperson has much to do.
const BUSY: usize = 1;
const BUSY_LOAD: f64 = 1.7;

/// A salesperson, as the generator sees them.
#[derive(Debug, Clone)]
pub(super) struct Seller {
    pub id: Uuid,
    pub region: usize,
    pub team: Uuid,
    pub ability: f64,
    pub load: f64,
    pub hired: NaiveDate,
    pub left: Option<NaiveDate>,
    pub senior: bool,
    /// When their region began to work with the new process.
    pub go_live: NaiveDate,
}

impl Seller {
    /// How many new deals they get on a day, relative to the others.
    pub(super) fn load_on(&self, day: NaiveDate) -> f64 {
        if day < self.hired || self.left.is_some_and(|left| day >= left) {
            return 0.0;
        }
        let month = usize::try_from((day - self.hired).num_days() / 30).unwrap_or(usize::MAX);
        self.load * RAMP.get(month).copied().unwrap_or(1.0)
    }
}

/// Rows of the organisation, and what the rest of the generator needs of them.
pub(super) struct Organisation {
    pub row: organisation::Model,
    pub units: Vec<org_unit::Model>,
    pub people: Vec<person::Model>,
    pub sellers: Vec<Seller>,
    /// Regional managers, by region.
    pub managers: Vec<Uuid>,
    pub service: Vec<Uuid>,
}

pub(super) fn organisation(calendar: &Calendar, seed: u64) -> Organisation {
    let mut dice = Dice::new(seed, Stream::Company);
    let founded = at_nine(calendar.start - Days::new(4_000));
    let row = organisation::Model {
        id: 1,
        name: NAME.to_owned(),
        currency: Currency::Cny.code().to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        fiscal_start_month: 1,
        demo: true,
        demo_as_of: Some(calendar.as_of),
        reporting_currency: None,
    };
    let mut units = Vec::new();
    let mut unit = |dice: &mut Dice, parent: Option<Uuid>, kind: UnitKind, name: &str| {
        let position = i32::try_from(units.len()).unwrap_or(i32::MAX) + 1;
        let id = dice.id(founded);
        units.push(org_unit::Model { id, parent_id: parent, kind: kind.code().to_owned(), name: name.to_owned(), position });
        id
    };
    let company = unit(&mut dice, None, UnitKind::Company, NAME);
    let regions = REGIONS.map(|name| unit(&mut dice, Some(company), UnitKind::Region, name));
    let teams: Vec<Uuid> = TEAMS.iter().map(|(region, name, _)| unit(&mut dice, Some(regions[*region]), UnitKind::Team, name)).collect();
    let care = unit(&mut dice, Some(company), UnitKind::Team, "客户成功组");

    let mut staff = Staff { calendar, dice, names: Register::default(), people: Vec::new() };
    staff.hire("director", Role::Manager, company, true, None);
    let managers = (0..REGIONS.len()).map(|r| staff.hire(REGION_MAILS[r], Role::Manager, regions[r], r == 0, None)).collect();
    let mut sellers = Vec::new();
    for ((region, _, count), team) in TEAMS.iter().zip(teams) {
        for place in 0..*count {
            sellers.push(staff.hire_seller(sellers.len() + 1, *region, team, place == 0));
        }
    }
    // Abilities are relative to each other.
    let mean = sellers.iter().map(|s| s.ability * s.load).sum::<f64>() / sellers.iter().map(|s| s.load).sum::<f64>();
    for seller in &mut sellers {
        seller.ability /= mean;
    }
    staff.hire("operations", Role::Manager, company, false, None);
    let service = (1..=SERVICE).map(|n| staff.hire(&format!("service{n}"), Role::Service, care, n == 1, None)).collect();
    staff.hire("finance", Role::Finance, company, true, None);
    staff.hire("hr", Role::Hr, company, true, None);
    staff.hire("admin", Role::Administrator, company, true, None);
    Organisation { row, units, people: staff.people, sellers, managers, service }
}

struct Staff<'a> {
    calendar: &'a Calendar,
    dice: Dice,
    names: Register,
    people: Vec<person::Model>,
}

impl Staff<'_> {
    fn hire(&mut self, mail: &str, role: Role, unit: Uuid, demo_offer: bool, hired: Option<NaiveDate>) -> Uuid {
        let hired = hired.unwrap_or_else(|| self.long_ago(VETERAN_YEARS));
        let at = at_nine(hired);
        let id = self.dice.id(at);
        let (name, _) = self.names.person(&mut self.dice, true);
        self.people.push(person::Model {
            id,
            email: format!("{mail}@example.com"),
            name,
            // Filled in when the demo is loaded: hashing takes chance from outside.
            password_hash: String::new(),
            role: role.code().to_owned(),
            unit_id: unit,
            hired_on: Some(hired),
            active: true,
            demo_offer,
            created_at: at,
            updated_at: at,
            version: 1,
        });
        id
    }

    /// A day of hiring, at least so many years ago.
    fn long_ago(&mut self, least_years: f64) -> NaiveDate {
        let (_, most) = TENURE_YEARS;
        let years = least_years * (most / least_years).powf(self.dice.unit());
        self.calendar.as_of - Days::new((years * 365.25) as u64)
    }

    fn hire_seller(&mut self, number: usize, region: usize, team: Uuid, veteran: bool) -> Seller {
        let tenure = if veteran || number == LEAVER.0 { VETERAN_YEARS } else { TENURE_YEARS.0 };
        let mut hired = self.long_ago(tenure);
        if let Some((_, days)) = NEWCOMERS.iter().find(|(who, _)| *who == number) {
            hired = self.calendar.as_of - Days::new(*days);
        }
        let (low, high) = ABILITY_RANGE;
        let ability = (1.0 + ABILITY_SIGMA * self.dice.normal()).clamp(low, high);
        let left = (number == LEAVER.0).then(|| self.calendar.as_of - Days::new(LEAVER.1));
        let id = self.hire(&format!("rep{number}"), Role::Salesperson, team, number == BUSY, Some(hired));
        if let (Some(left), Some(person)) = (left, self.people.last_mut()) {
            person.active = false;
            person.updated_at = at_nine(left);
            person.version = 2;
        }
        Seller {
            id,
            region,
            team,
            ability,
            load: if number == BUSY { BUSY_LOAD } else { 1.0 },
            hired,
            left,
            senior: veteran || (self.calendar.as_of - hired).num_days() as f64 > SENIOR_YEARS * 365.25,
            go_live: self.calendar.go_live(PHASES[region]),
        }
    }
}

/// A product with its share of deals in per cent, and median and log-normal
/// spread of the amounts in yuan.
pub(super) struct Offer {
    pub code: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    vat_bp: i32,
    pub share: u32,
    pub median: f64,
    pub sigma: f64,
}

/// The last one is no longer sold.
pub(super) const OFFERS: [Offer; 4] = [
    Offer { code: "A", name_zh: "智能网关", name_en: "Smart gateway", vat_bp: 1_300, share: 50, median: 86_000.0, sigma: 0.60 },
    Offer {
        code: "B",
        name_zh: "产线数据平台·年订阅",
        name_en: "Line data platform, yearly",
        vat_bp: 600,
        share: 30,
        median: 180_000.0,
        sigma: 0.65,
    },
    Offer {
        code: "C", name_zh: "实施与维保", name_en: "Rollout and maintenance", vat_bp: 600, share: 20, median: 35_000.0, sigma: 0.55
    },
    Offer {
        code: "A0",
        name_zh: "旧款采集盒(已停售)",
        name_en: "Data box (discontinued)",
        vat_bp: 1_300,
        share: 0,
        median: 12_000.0,
        sigma: 0.5,
    },
];
/// Amounts of the second pipeline, whatever the product.
pub(super) const KEY_AMOUNT: (f64, f64) = (600_000.0, 0.5);

pub(super) fn products(calendar: &Calendar, dice: &mut Dice) -> Vec<product::Model> {
    let at = at_nine(calendar.start - Days::new(400));
    OFFERS
        .iter()
        .map(|offer| product::Model {
            id: dice.id(at),
            code: offer.code.to_owned(),
            name_zh: offer.name_zh.to_owned(),
            name_en: offer.name_en.to_owned(),
            price_minor: (offer.median * 100.0) as i64,
            currency: Currency::Cny.code().to_owned(),
            vat_bp: offer.vat_bp,
            active: offer.share > 0,
            version: 1,
        })
        .collect()
}

type StageWords = (&'static str, &'static str, i32, ForecastCategory, Option<i32>, &'static str, &'static str);
use ForecastCategory::{BestCase, Closed, Commit, Pipeline};

/// The first pipeline is the one that every new organisation gets; a test
/// compares the two.
const STANDARD: [StageWords; 5] = [
    ("潜在客户", "Prospect", 500, Pipeline, Some(7), "已联系上对方\n对方说出了需求", "Contact reached\nNeed expressed"),
    ("线索", "Lead", 1_000, Pipeline, Some(10), "预算、决策人、需求、时间已问清", "Budget, authority, need and time known"),
    ("机会", "Opportunity", 3_000, BestCase, Some(21), "报价已被接受\n决策人已知", "Quote accepted\nDecision maker known"),
    ("合同", "Contract", 7_500, Commit, Some(10), "合同已签", "Contract signed"),
    ("成交", "Won", 10_000, Closed, None, "", ""),
];
const KEY_ACCOUNTS: [StageWords; 6] = [
    ("立项", "Qualified", 1_000, Pipeline, Some(30), "客户内部已立项\n有预算来源", "Project approved\nBudget named"),
    ("需求调研", "Discovery", 2_000, Pipeline, Some(45), "调研报告已确认", "Findings confirmed by the customer"),
    ("方案与试点", "Pilot", 4_000, BestCase, Some(60), "试点指标达成", "Pilot targets met"),
    ("商务谈判", "Negotiation", 6_000, BestCase, Some(45), "价格与条款已谈定", "Price and terms agreed"),
    ("合同审批", "Approval", 8_500, Commit, Some(25), "双方用印完成", "Signed by both sides"),
    ("成交", "Won", 10_000, Closed, None, "", ""),
];

/// Both pipelines, and the stages of each in order.
pub(super) fn pipelines(calendar: &Calendar, dice: &mut Dice) -> (Vec<pipeline::Model>, Vec<Vec<stage::Model>>) {
    let at = at_nine(calendar.start - Days::new(400));
    let names = [("标准销售流程", "Standard pipeline"), ("大客户项目", "Key accounts")];
    let words: [&[StageWords]; 2] = [&STANDARD, &KEY_ACCOUNTS];
    let mut pipelines = Vec::new();
    let mut stages = Vec::new();
    for (((zh, en), words), position) in names.into_iter().zip(words).zip(1..) {
        let id = dice.id(at);
        pipelines.push(pipeline::Model {
            id,
            name_zh: zh.to_owned(),
            name_en: en.to_owned(),
            position,
            version: 1,
            won_needs_contract: false,
        });
        let of_it = words.iter().zip(1..).map(|((zh, en, probability_bp, forecast, sla_days, exit_zh, exit_en), position)| stage::Model {
            id: dice.id(at),
            pipeline_id: id,
            position,
            name_zh: (*zh).to_owned(),
            name_en: (*en).to_owned(),
            kind: if *probability_bp == 10_000 { StageKind::Won } else { StageKind::Open }.code().to_owned(),
            probability_bp: *probability_bp,
            forecast: forecast.code().to_owned(),
            sla_days: *sla_days,
            exit_zh: (*exit_zh).to_owned(),
            exit_en: (*exit_en).to_owned(),
            version: 1,
        });
        stages.push(of_it.collect());
    }
    (pipelines, stages)
}

fn at_nine(on: NaiveDate) -> DateTime<Utc> {
    utc(on.and_time(NaiveTime::MIN) + chrono::Duration::hours(9))
}
