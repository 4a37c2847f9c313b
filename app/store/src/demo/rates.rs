//! Exchange rates of two years, made up and labelled so, a new one on the first of each month;
//! and what the won deals in other currencies keep of them. One currency has no rate in the
//! first months, so that what is not converted is seen too.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use crate::rates::{Frozen, exchange_rate};
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};
use domain::currency::Rate;
use domain::money::{Currency, Money};
use domain::pipeline::Outcome;
use domain::policy::Role;
use domain::rates::{InForce, RateBook};
use uuid::Uuid;

/// Yuan of one unit in ten thousandths, and months of the history without a rate.
const RATES: [(Currency, i64, u32); 4] =
    [(Currency::Usd, 72_000, 0), (Currency::Eur, 78_000, 0), (Currency::Hkd, 9_200, 3), (Currency::Jpy, 480, 0)];
/// Of a hundred thousand, by which a rate moves in a month at most.
const STEP: i64 = 1_200;
const NOTE: &str = "演示数据，不是真实汇率";

/// By whom, and when at the latest.
type Written = (Option<Uuid>, DateTime<Utc>);

pub(super) fn rates(calendar: &Calendar, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Rates);
    let by = company.people.iter().find(|person| person.role == Role::Finance.code()).map(|person| person.id);
    let end = utc(calendar.end()) - Duration::hours(1);
    let mut known = Vec::new();
    for (from, base, without) in RATES {
        let mut parts = base * 10_000;
        let mut month = calendar.start.with_day(1).unwrap_or(calendar.start);
        let first = month + Months::new(without);
        while month <= calendar.as_of {
            parts += parts * dice.between(-STEP, STEP) / 100_000;
            if month >= first {
                known.push(rate(&mut dice, from, month, parts, (by, end), company));
            }
            month = month + Months::new(1);
        }
    }
    let book = RateBook::new(Currency::Cny, known);
    for deal in company.deals.iter_mut().filter(|deal| deal.outcome == Outcome::Won.code()) {
        let amount = Currency::parse(&deal.currency).map(|currency| Money { minor: deal.amount_minor, currency });
        if let Some((amount, on)) = amount.zip(deal.closed_on) {
            Frozen::at(&book, amount, on).write(deal);
        }
    }
}

/// A rate of a month, with six decimals.
fn rate(dice: &mut Dice, from: Currency, since: NaiveDate, parts: i64, (by, end): Written, company: &mut Company) -> InForce {
    let millionths = (parts / 100).max(1);
    let rate = Rate::parse(&format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)).expect("a decimal above zero");
    let at = utc(since.and_hms_opt(9, 0, 0).unwrap_or_default()).min(end);
    company.rates.push(exchange_rate::Model {
        id: dice.id(at),
        from_currency: from.code().to_owned(),
        to_currency: Currency::Cny.code().to_owned(),
        since,
        rate: rate.to_string(),
        note: NOTE.to_owned(),
        updated_at: at,
        updated_by: by,
        struck_at: None,
        struck_by: None,
        version: 1,
    });
    InForce { from, since, rate }
}
