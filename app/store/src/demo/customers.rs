//! Customers and contacts, and which deal belongs to whom.
//!
//! Wins go to those who buy, unevenly, so that a fifth of them brings most of
//! the revenue; what came to nothing is spread over buyers and prospects, and
//! new prospects keep turning up throughout the history.

use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use super::company::Seller;
use super::funnel::Path;
use super::names::{CITIES, City, REGIONS, Register, landline, mobile};
use super::process::SOURCES;
use super::sculpt::Worth;
use crate::customers::CRS;
use crate::entity::{contact, customer};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use domain::customers::{ContactRole, Size, Tier};
use domain::money::Currency;
use domain::pipeline::{Outcome, TransitionKind};
use uuid::Uuid;

/// Numbers at full size.
const BUYERS: f64 = 620.0;
const POTENTIALS: f64 = 1_400.0;
const VIPS: f64 = 60.0;
const IN_POOL: f64 = 40.0;
const LEAST_IN_POOL: usize = 9;
const LEAST_VIPS: usize = 8;
/// Log-normal spread of how much a buyer is likely to buy. If revenue itself had
/// a spread of 1.68, the top fifth would bring Φ(1.68 − 0.84) = 80 %. But wins
/// are drawn, about one for each buyer in two years, and amounts differ: that
/// spreads revenue further, half of the buyers bring none. With 1.68 here the
/// top fifth would bring 90 %; with this it brings the 80 %, as a test checks.
const APPETITE_SIGMA: f64 = 1.1;
const FOREIGN_SHARE: f64 = 0.03;
/// Share of the lost and open deals that are with buyers.
const WITH_BUYERS: f64 = 0.35;
/// Share of the buyers that were customers before the history begins.
const OLD_BUYERS: f64 = 0.6;
/// Share of a seller's prospects known at the start of the history.
const KNOWN_AT_START: f64 = 0.2;
/// Customers lie around the centre of their city, this far away in kilometres.
const SCATTER_KM: f64 = 6.0;
const KM_PER_DEGREE: f64 = 111.32;
const WITHOUT_POSITION: f64 = 0.06;

const SIZES: [(Size, u32); 5] = [(Size::Micro, 8), (Size::Small, 30), (Size::Medium, 38), (Size::Large, 18), (Size::Huge, 6)];
const TITLES: [(&str, ContactRole); 12] = [
    ("总经理", ContactRole::Decision),
    ("副总经理", ContactRole::Decision),
    ("生产总监", ContactRole::Decision),
    ("设备部经理", ContactRole::Influence),
    ("IT 经理", ContactRole::Influence),
    ("工艺工程师", ContactRole::Influence),
    ("车间主任", ContactRole::User),
    ("设备工程师", ContactRole::User),
    ("采购经理", ContactRole::Purchasing),
    ("采购专员", ContactRole::Purchasing),
    ("总经理助理", ContactRole::Other),
    ("财务主管", ContactRole::Other),
];
const STREETS: [&str; 10] =
    ["创新路", "工业大道", "科技园路", "星湖街", "高新三路", "产业园中路", "智造大道", "滨河路", "开发区东路", "园区北街"];
const NOTES: [&str; 6] = [
    "重点看节能与停线损失两块。",
    "集团统一采购,单笔超过 20 万需走招标。",
    "对数据不出厂有硬性要求,优先本地部署。",
    "春节前后两周停产检修,避开拜访。",
    "已有 MES,接口由其信息部牵头。",
    "老板技术出身,方案讲细节比讲概念有效。",
];

/// Customers and who has to do with them.
pub(super) struct Customers {
    pub rows: Vec<customer::Model>,
    pub contacts: Vec<contact::Model>,
    /// The customer of each path.
    pub of_path: Vec<usize>,
    /// The contacts of each customer, as a range of `contacts`.
    pub contacts_of: Vec<std::ops::Range<usize>>,
    /// Who looks after each customer today, the pool's former owners included.
    pub keeper: Vec<usize>,
    /// Indexes of buyers and potentials of each seller.
    pub books: Vec<Book>,
}

/// The customers of one seller.
#[derive(Default, Clone)]
pub(super) struct Book {
    pub buyers: Vec<usize>,
    weights: Vec<f64>,
    pub potentials: Vec<usize>,
}

struct Maker<'a> {
    calendar: &'a Calendar,
    sellers: &'a [Seller],
    dice: Dice,
    register: Register,
    rows: Vec<customer::Model>,
    foreign: Vec<bool>,
    home: Vec<usize>,
}

pub(super) fn customers(calendar: &Calendar, sellers: &[Seller], paths: &[Path], worths: &[Worth], scale: f64, seed: u64) -> Customers {
    let dice = Dice::new(seed, Stream::Customers);
    let mut maker =
        Maker { calendar, sellers, dice, register: Register::default(), rows: Vec::new(), foreign: Vec::new(), home: Vec::new() };
    let books = maker.books(paths, scale);
    let of_path = maker.assign(paths, worths, &books);
    let first_seen = maker.first_seen(paths, &of_path, &books);
    let keeper = maker.keepers();
    maker.tiers(paths, worths, &of_path, scale);
    maker.pool(paths, &of_path, &keeper, scale);
    let (contacts, contacts_of) = maker.finish(paths, &of_path, &first_seen);
    Customers { rows: maker.rows, contacts, of_path, contacts_of, keeper, books }
}

impl Maker<'_> {
    fn books(&mut self, paths: &[Path], scale: f64) -> Vec<Book> {
        let total = paths.iter().filter(|p| p.pipeline == 0).count().max(1) as f64;
        (0..self.sellers.len())
            .map(|seller| {
                let share = paths.iter().filter(|p| p.pipeline == 0 && p.seller == seller).count() as f64 / total;
                let buyers = ((BUYERS * scale * share).round() as usize).max(2);
                let potentials = ((POTENTIALS * scale * share).round() as usize).max(4);
                let mut book = Book::default();
                for _ in 0..buyers {
                    book.buyers.push(self.add(seller, Tier::Ordinary));
                    book.weights.push(self.dice.log_normal(1.0, APPETITE_SIGMA));
                }
                book.potentials = (0..potentials).map(|_| self.add(seller, Tier::Potential)).collect();
                book
            })
            .collect()
    }

    fn add(&mut self, seller: usize, tier: Tier) -> usize {
        let who = &self.sellers[seller];
        let cities: Vec<City> = CITIES.iter().filter(|c| c.region == who.region).copied().collect();
        let city = *self.dice.pick(&cities);
        let dice = &mut self.dice;
        let foreign = dice.chance(FOREIGN_SHARE);
        let name = if foreign { self.register.foreign_company(dice, &city) } else { self.register.company(dice, &city) };
        let phone = landline(dice, &city);
        let latitude = city.latitude + SCATTER_KM / KM_PER_DEGREE * dice.normal();
        let longitude = city.longitude + SCATTER_KM / KM_PER_DEGREE / city.latitude.to_radians().cos() * dice.normal();
        let placed = !dice.chance(WITHOUT_POSITION);
        let six_digits = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let number = self.rows.len() + 1;
        self.rows.push(customer::Model {
            id: Uuid::nil(),
            search: crate::search::fold(&format!("{} {} {phone}", name.legal, name.short)),
            name: name.legal,
            short_name: name.short,
            tier: tier.code().to_owned(),
            owner_id: Some(who.id),
            unit_id: who.team,
            industry: name.industry.to_owned(),
            region: REGIONS[who.region].to_owned(),
            size: (!dice.chance(0.08)).then(|| dice.weighted(&SIZES).code().to_owned()),
            source: dice.weighted(&SOURCES.map(|(source, share, _)| (source, share))).code().to_owned(),
            phone,
            website: if dice.chance(0.6) { format!("https://c{number}.example.com") } else { String::new() },
            tax_number: if tier == Tier::Ordinary { format!("91DEMO{number:012}") } else { String::new() },
            address: format!("{}市{}{}号", city.name, dice.pick(&STREETS), dice.between(1, 988)),
            longitude: placed.then(|| six_digits(longitude)),
            latitude: placed.then(|| six_digits(latitude)),
            crs: CRS.to_owned(),
            notes: if dice.chance(0.25) { (*dice.pick(&NOTES)).to_owned() } else { String::new() },
            created_at: utc(self.calendar.end()),
            updated_at: utc(self.calendar.end()),
            updated_by: None,
            version: 1,
            merged_into: None,
        });
        self.foreign.push(foreign);
        self.home.push(seller);
        self.rows.len() - 1
    }

    /// The customer of each path, always one of its seller's own.
    fn assign(&mut self, paths: &[Path], worths: &[Worth], books: &[Book]) -> Vec<usize> {
        let pairs = paths.iter().zip(worths);
        pairs
            .map(|(path, worth)| {
                let book = &books[path.seller];
                let bought = path.steps.iter().any(|s| s.kind == TransitionKind::Won);
                let abroad = worth.currency != Currency::Cny;
                if bought || path.pipeline > 0 || self.dice.chance(WITH_BUYERS) {
                    let weight = |(i, w): (&usize, &f64)| if self.foreign[*i] == abroad { *w } else { 0.0 };
                    let mut weights: Vec<f64> = book.buyers.iter().zip(&book.weights).map(weight).collect();
                    if weights.iter().sum::<f64>() == 0.0 {
                        weights.clone_from(&book.weights);
                    }
                    return book.buyers[self.dice.index(&weights)];
                }
                let fitting: Vec<usize> = book.potentials.iter().copied().filter(|i| self.foreign[*i] == abroad).collect();
                let fitting = if fitting.is_empty() { &book.potentials } else { &fitting };
                let known = KNOWN_AT_START + (1.0 - KNOWN_AT_START) * self.calendar.fraction(path.created().date());
                // The root favours those who turned up lately.
                fitting[((fitting.len() as f64 * known * self.dice.unit().sqrt()) as usize).min(fitting.len() - 1)]
            })
            .collect()
    }

    /// When each customer was first written down: before its first deal.
    fn first_seen(&mut self, paths: &[Path], of_path: &[usize], books: &[Book]) -> Vec<NaiveDateTime> {
        let end = self.calendar.end();
        let mut first = vec![end; self.rows.len()];
        for (path, customer) in paths.iter().zip(of_path) {
            first[*customer] = first[*customer].min(path.created());
        }
        let span = (self.calendar.as_of - self.calendar.start).num_days() as f64;
        for book in books {
            let known = book.potentials.len() as f64;
            for (place, customer) in (0..).zip(&book.potentials) {
                // The inverse of the share known in `assign`.
                let fraction = (f64::from(place) / known - KNOWN_AT_START) / (1.0 - KNOWN_AT_START);
                let day = (fraction.max(0.0) * span) as i64;
                let nominal = self.calendar.moment(&mut self.dice, self.calendar.start + Duration::days(day));
                first[*customer] = first[*customer].min(nominal.min(end - Duration::hours(6)));
            }
            for customer in &book.buyers {
                if first[*customer] == end || self.dice.chance(OLD_BUYERS) {
                    let on = self.calendar.start - Duration::days(self.dice.between(90, 1_500));
                    first[*customer] = first[*customer].min(self.calendar.moment(&mut self.dice, on));
                }
            }
        }
        for seen in &mut first {
            *seen -= Duration::seconds(self.dice.between(60, 3_000));
        }
        first
    }

    /// A leaver's customers go to the others of the region, in turn.
    fn keepers(&mut self) -> Vec<usize> {
        let mut turn = 0;
        let mut keepers = self.home.clone();
        for keeper in &mut keepers {
            let Some(left) = self.sellers[*keeper].left else { continue };
            let region = self.sellers[*keeper].region;
            let heirs: Vec<usize> = (0..self.sellers.len())
                .filter(|&s| self.sellers[s].region == region && self.sellers[s].left.is_none() && self.sellers[s].hired < left)
                .collect();
            if !heirs.is_empty() {
                *keeper = heirs[turn % heirs.len()];
                turn += 1;
            }
        }
        for (row, keeper) in self.rows.iter_mut().zip(&keepers) {
            row.owner_id = Some(self.sellers[*keeper].id);
            row.unit_id = self.sellers[*keeper].team;
        }
        keepers
    }

    /// Those who brought most are VIPs.
    fn tiers(&mut self, paths: &[Path], worths: &[Worth], of_path: &[usize], scale: f64) {
        let mut revenue: Vec<(i64, usize)> = (0..self.rows.len()).map(|i| (0, i)).collect();
        for ((path, worth), customer) in paths.iter().zip(worths).zip(of_path) {
            if path.is(Outcome::Won) && worth.currency == Currency::Cny {
                revenue[*customer].0 += worth.minor;
            }
        }
        revenue.sort_by_key(|(sum, index)| (std::cmp::Reverse(*sum), *index));
        let count = ((VIPS * scale).round() as usize).max(LEAST_VIPS);
        for (_, index) in revenue.iter().filter(|(sum, _)| *sum > 0).take(count) {
            self.rows[*index].tier = Tier::Vip.code().to_owned();
        }
    }

    /// Puts into the public pool what nobody works on: first what a leaver
    /// left behind, then what was touched longest ago.
    fn pool(&mut self, paths: &[Path], of_path: &[usize], keepers: &[usize], scale: f64) {
        let mut touched: Vec<Option<NaiveDateTime>> = vec![None; self.rows.len()];
        let mut busy = vec![false; self.rows.len()];
        for (path, customer) in paths.iter().zip(of_path) {
            touched[*customer] = touched[*customer].max(Some(path.last_step()));
            busy[*customer] |= path.is(Outcome::Open);
        }
        let free = |i: &usize| !busy[*i] && self.rows[*i].tier == Tier::Potential.code();
        let mut left: Vec<usize> = (0..self.rows.len()).filter(|i| keepers[*i] != self.home[*i]).filter(free).collect();
        let mut others: Vec<usize> = (0..self.rows.len()).filter(|i| keepers[*i] == self.home[*i]).filter(free).collect();
        left.sort_by_key(|i| touched[*i]);
        others.sort_by_key(|i| touched[*i]);
        let count = ((IN_POOL * scale).round() as usize).max(LEAST_IN_POOL);
        left.truncate(count / 2);
        for index in left.into_iter().chain(others).take(count) {
            self.rows[index].owner_id = None;
        }
    }

    /// Ids, times and contacts.
    fn finish(&mut self, paths: &[Path], of_path: &[usize], first: &[NaiveDateTime]) -> (Vec<contact::Model>, Vec<std::ops::Range<usize>>) {
        let mut last = first.to_vec();
        for (path, customer) in paths.iter().zip(of_path) {
            last[*customer] = last[*customer].max(path.last_step());
        }
        let mut contacts = Vec::new();
        let mut ranges = Vec::new();
        for index in 0..self.rows.len() {
            let created_at = utc(first[index]);
            let row = &mut self.rows[index];
            row.id = self.dice.id(created_at);
            row.created_at = created_at;
            row.updated_at = utc(last[index]);
            row.updated_by = row.owner_id;
            let begin = contacts.len();
            let count = if row.tier == Tier::Potential.code() { self.dice.between(1, 2) } else { self.dice.between(1, 4) };
            for place in 0..count {
                let made = utc(first[index] + Duration::seconds(40 * place));
                let contact = self.contact(index, contacts.len() + 1, made, place == 0);
                contacts.push(contact);
            }
            ranges.push(begin..contacts.len());
        }
        (contacts, ranges)
    }

    fn contact(&mut self, customer: usize, number: usize, at: DateTime<Utc>, is_primary: bool) -> contact::Model {
        let dice = &mut self.dice;
        let (name, mail) = self.register.person(dice, false);
        let (title, role) = *dice.pick(&TITLES);
        contact::Model {
            id: dice.id(at),
            customer_id: self.rows[customer].id,
            name,
            title: title.to_owned(),
            role: role.code().to_owned(),
            phone: mobile(dice),
            email: if dice.chance(0.8) { format!("{mail}.{number}@example.com") } else { String::new() },
            is_primary,
            notes: String::new(),
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }
}
