//! Quotes of open deals in every state, one at least that waits for each region's manager,
//! and two price books: this year's, and one for another currency.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use crate::entity::{deal, product};
use crate::quotes::{book_price, price_book, quote, quote_line};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc};
use domain::customers::Tier;
use domain::money::Currency;
use domain::pipeline::Outcome;
use domain::policy::Role;
use domain::quotes::QuoteStatus;
use domain::quotes::sums::{Priced, QUANTITY_ONE, QuoteSums};
use domain::tiers::TierService;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Deals of so many days at least have quotes: an expired one was sent before.
const OLD_DAYS: u64 = 45;
const VALID_DAYS: u64 = 30;
/// Times that the states go round, beside what waits.
const ROUNDS: usize = 3;
const ROUND: [QuoteStatus; 8] = [
    QuoteStatus::Sent,
    QuoteStatus::Accepted,
    QuoteStatus::Draft,
    QuoteStatus::Replaced,
    QuoteStatus::Expired,
    QuoteStatus::Approved,
    QuoteStatus::Declined,
    QuoteStatus::Refused,
];
/// What is asked for beyond the ceiling, and what is given within it, in basis points.
const BEYOND_BP: i32 = 300;
/// This year's prices against the standard ones, and one dollar in fen.
const RISE_BP: i64 = 10_200;
const DOLLAR_FEN: i64 = 720;
const TERMS: &str = "价格含税、含运费。合同签订后付 30%，到货后付 60%，验收后付 10%。";
const WHY: [&str; 3] = ["竞争对手报价低一成，客户本周定标。", "签三年框架，首单让利。", "集团标杆项目，带动两家子公司。"];
const NO: [&str; 2] = ["让利太多，改为赠送一年维保。", "先争取预付款比例，再谈折扣。"];
const DECLINED: [&str; 2] = ["预算推迟到明年", "选了本地供应商"];

/// All rows of price books and quotes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offers {
    pub books: Vec<price_book::Model>,
    pub prices: Vec<book_price::Model>,
    pub quotes: Vec<quote::Model>,
    pub lines: Vec<quote_line::Model>,
}

/// A quote that is to be written.
struct Plan<'a> {
    deal: &'a deal::Model,
    status: QuoteStatus,
    on: NaiveDate,
    manager: Option<Uuid>,
}

pub(super) fn quotes(calendar: &Calendar, seed: u64, company: &Company) -> Offers {
    let mut dice = Dice::new(seed, Stream::Quotes);
    let mut offers = Offers::default();
    books(calendar, &mut dice, company, &mut offers);
    let mut plans = plans(calendar, &mut dice, company, &offers);
    plans.sort_by_key(|plan| (plan.on, plan.deal.id));
    let mut numbers: HashMap<i32, u32> = HashMap::new();
    for plan in plans {
        let count = numbers.entry(plan.on.year()).or_default();
        *count += 1;
        let number = format!("Q-{}-{count:04}", plan.on.year());
        write(&plan, number, &mut dice, company, &mut offers);
    }
    offers
}

/// This year's prices, and the same in dollars.
fn books(calendar: &Calendar, dice: &mut Dice, company: &Company, offers: &mut Offers) {
    let from = calendar.as_of.with_ordinal(1).unwrap_or(calendar.as_of);
    let mut add = |name: &str, currency: Currency, price: &dyn Fn(i64) -> i64| {
        let id = dice.id(evening(calendar.second_year));
        offers.books.push(price_book::Model {
            id,
            name: name.to_owned(),
            currency: currency.code().to_owned(),
            valid_from: Some(from),
            valid_to: None,
            active: true,
            version: 1,
        });
        let sold = company.products.iter().filter(|product| product.active);
        offers.prices.extend(sold.map(|product| book_price::Model {
            book_id: id,
            product_id: product.id,
            price_minor: price(product.price_minor),
        }));
    };
    add("年度价格表", Currency::Cny, &|fen| fen * RISE_BP / 10_000);
    add("出口价格表", Currency::Usd, &|fen| fen * 100 / DOLLAR_FEN);
}

/// The book in a deal's currency.
fn book_of(offers: &Offers, deal: &deal::Model) -> Option<Uuid> {
    offers.books.iter().find(|book| book.currency == deal.currency).map(|book| book.id)
}

/// Which deals get quotes, in which state, and who decides on their discounts.
fn plans<'a>(calendar: &Calendar, dice: &mut Dice, company: &'a Company, offers: &Offers) -> Vec<Plan<'a>> {
    let old = calendar.as_of - Days::new(OLD_DAYS);
    let sold = |id: Option<Uuid>| company.products.iter().any(|product| Some(product.id) == id && product.active);
    let active = |id: Uuid| company.people.iter().any(|person| person.id == id && person.active);
    let fits = |row: &&deal::Model| {
        row.outcome == Outcome::Open.code()
            && row.amount_minor > 0
            && row.first_contact_on <= old
            && sold(row.product_id)
            && book_of(offers, row).is_some()
            && active(row.owner_id)
    };
    // By the unit that the region's manager has.
    let mut regions: BTreeMap<Uuid, Vec<&deal::Model>> = BTreeMap::new();
    for row in company.deals.iter().filter(fits) {
        let parent = company.units.iter().find(|unit| unit.id == row.unit_id).and_then(|unit| unit.parent_id);
        regions.entry(parent.unwrap_or(row.unit_id)).or_default().push(row);
    }
    let manager = |region: Uuid| {
        company.people.iter().find(|person| person.unit_id == region && person.role == Role::Manager.code() && person.active).map(|p| p.id)
    };
    let mut found = Vec::new();
    let mut rest = Vec::new();
    for (region, deals) in regions {
        let manager = manager(region);
        for (place, deal) in deals.into_iter().enumerate() {
            if place == 0 && manager.is_some() {
                let on = calendar.as_of - Days::new(dice.between(2, 6).unsigned_abs());
                found.push(Plan { deal, status: QuoteStatus::Waiting, on, manager });
            } else {
                rest.push((deal, manager));
            }
        }
    }
    // Spread over the regions, and so over their people.
    rest.sort_by_key(|(deal, _)| deal.id);
    for ((deal, manager), status) in rest.into_iter().zip(ROUND.into_iter().cycle().take(ROUND.len() * ROUNDS)) {
        let days = if status == QuoteStatus::Expired { VALID_DAYS + 8 } else { dice.between(5, 20).unsigned_abs() };
        found.push(Plan { deal, status, on: calendar.as_of - Days::new(days), manager });
    }
    found
}

/// The evening of a day.
fn evening(on: NaiveDate) -> DateTime<Utc> {
    utc(on.and_time(NaiveTime::MIN) + Duration::hours(18))
}

fn write(plan: &Plan<'_>, number: String, dice: &mut Dice, company: &Company, offers: &mut Offers) {
    use QuoteStatus::{Accepted, Approved, Declined, Draft, Expired, Refused, Replaced, Sent, Waiting};
    let Plan { deal, status, on, manager } = plan;
    let tier = company.customers.iter().find(|row| row.id == deal.customer_id).and_then(|row| Tier::parse(&row.tier));
    let ceiling = ceiling(company, tier.unwrap_or(Tier::Potential));
    let asks = matches!(status, Waiting | Approved | Refused);
    let within = i32::try_from(ceiling.unwrap_or_default()).unwrap_or_default();
    let discount_bp = if asks { within + BEYOND_BP } else { within / 2 };
    let (at, next) = (evening(*on), evening(*on + Days::new(1)));
    let id = dice.id(at);
    let book = book_of(offers, deal);
    let lines = lines(id, at, deal, discount_bp, dice, company, offers);
    let sums = QuoteSums::of(lines.iter().map(|(_, priced)| *priced));
    offers.lines.extend(lines.into_iter().map(|(row, _)| row));
    let sent = matches!(status, Sent | Accepted | Declined | Expired | Replaced);
    let closed = matches!(status, Accepted | Declined);
    let decided = matches!(status, Approved | Refused).then_some(*manager).flatten();
    // What nobody can decide on stays a draft.
    let stored = match status {
        Expired => Sent,
        Waiting | Approved | Refused if manager.is_none() => Draft,
        status => *status,
    };
    let asks = asks && manager.is_some();
    let row = quote::Model {
        id,
        deal_id: deal.id,
        number,
        revision: 1,
        title: deal.title.clone(),
        status: stored.code().to_owned(),
        currency: deal.currency.clone(),
        book_id: book,
        valid_until: *on + Days::new(VALID_DAYS),
        terms: TERMS.to_owned(),
        list_minor: sums.list_minor,
        total_minor: sums.total_minor,
        net_minor: sums.net_minor,
        tax_minor: sums.tax_minor,
        ceiling_bp: ceiling.filter(|_| asks),
        asked_at: asks.then_some(at),
        asked_by: asks.then_some(deal.owner_id),
        asked_reason: if asks { dice.word(&WHY).to_owned() } else { String::new() },
        decided_at: decided.map(|_| next),
        decided_by: decided,
        decided_reason: if stored == Refused { dice.word(&NO).to_owned() } else { String::new() },
        sent_on: sent.then_some(*on),
        closed_on: closed.then_some(*on + Days::new(1)),
        close_reason: if stored == Declined { dice.word(&DECLINED).to_owned() } else { String::new() },
        created_at: at,
        updated_at: if closed || decided.is_some() { next } else { at },
        updated_by: Some(decided.unwrap_or(deal.owner_id)),
        version: 1,
    };
    if stored == Replaced {
        revise(&row, dice, offers);
    }
    offers.quotes.push(row);
}

/// What took the place of a quote: the same lines, sent a day later.
fn revise(old: &quote::Model, dice: &mut Dice, offers: &mut Offers) {
    let at = old.created_at + Duration::days(1);
    let id = dice.id(at);
    let copied: Vec<_> = offers.lines.iter().filter(|line| line.quote_id == old.id).cloned().collect();
    offers.lines.extend(copied.into_iter().map(|line| quote_line::Model { id: dice.id(at), quote_id: id, ..line }));
    offers.quotes.push(quote::Model {
        id,
        revision: 2,
        status: QuoteStatus::Sent.code().to_owned(),
        valid_until: old.valid_until + Days::new(1),
        sent_on: old.sent_on.map(|on| on + Days::new(1)),
        created_at: at,
        updated_at: at,
        ..old.clone()
    });
}

fn ceiling(company: &Company, tier: Tier) -> Option<i64> {
    let row = company.tier_settings.iter().find(|row| row.tier == tier.code())?;
    serde_json::from_str::<TierService>(&row.service).ok()?.discount_ceiling_bp
}

/// So much of the deal's product as the deal is worth, and a visit to set it up.
fn lines(
    quote: Uuid,
    at: DateTime<Utc>,
    deal: &deal::Model,
    discount_bp: i32,
    dice: &mut Dice,
    company: &Company,
    offers: &Offers,
) -> Vec<(quote_line::Model, Priced)> {
    let book = book_of(offers, deal);
    let price_of = |product: &product::Model| {
        let listed = offers.prices.iter().find(|price| Some(price.book_id) == book && price.product_id == product.id);
        listed.map_or(product.price_minor, |price| price.price_minor)
    };
    let own = company.products.iter().find(|product| Some(product.id) == deal.product_id);
    let setting_up = company.products.iter().rfind(|product| product.active && Some(product.id) != deal.product_id);
    let many = |product: &product::Model| (deal.amount_minor / price_of(product).max(1)).max(1);
    let wanted = own.map(|product| (product, many(product))).into_iter().chain(setting_up.map(|product| (product, 1)));
    wanted
        .zip(1..)
        .map(|((product, count), position)| {
            let price = price_of(product);
            let priced =
                Priced { quantity_milli: count * QUANTITY_ONE, list_minor: price, price_minor: price, discount_bp, vat_bp: product.vat_bp };
            let row = quote_line::Model {
                id: dice.id(at),
                quote_id: quote,
                position,
                product_id: Some(product.id),
                name_zh: product.name_zh.clone(),
                name_en: product.name_en.clone(),
                text: String::new(),
                quantity_milli: priced.quantity_milli,
                list_minor: priced.list_minor,
                price_minor: priced.price_minor,
                discount_bp: priced.discount_bp,
                vat_bp: priced.vat_bp,
            };
            (row, priced)
        })
        .collect()
}
