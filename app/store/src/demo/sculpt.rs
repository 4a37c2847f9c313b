//! Amounts. Each is drawn by its product; then the amounts won in a month are
//! scaled to what the month should bring, because with some thirty wins a month
//! a single large deal would drown the season.

use super::calendar::{Calendar, days_between, days_in_month, season};
use super::chance::{Dice, Quota, Stream};
use super::company::{KEY_AMOUNT, OFFERS};
use super::funnel::Path;
use chrono::{Datelike, Months, NaiveDate};
use domain::money::Currency;
use domain::pipeline::Outcome;

/// Won in an average month of the first year, in yuan, at full size.
const MONTH_YUAN: f64 = 4_200_000.0;
const SECOND_YEAR: f64 = 1.20;
/// Months deviate from their season by this much; a half-year does not, so
/// that growth between half-years is the planned one.
const MONTH_NOISE: f64 = 0.04;
const NOISE_MONTHS: usize = 6;
/// Draws are cut where one in a hundred would lie.
const Z_LIMIT: f64 = 2.33;
/// A month with hardly a deal is not blown up to a full one, nor does one
/// large account squeeze all others.
const FACTOR_RANGE: (f64, f64) = (0.25, 2.5);
const ROUND_YUAN: f64 = 100.0;
const EXPORT_SHARE: f64 = 0.03;
/// Yuan of one unit; good enough to make amounts look right.
const EXPORTS: [(Currency, f64); 3] = [(Currency::Usd, 7.2), (Currency::Usd, 7.2), (Currency::Hkd, 0.92)];

/// What a deal is worth, and for what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    pub minor: i64,
    pub currency: Currency,
    /// Index into [`OFFERS`].
    pub product: usize,
}

impl Worth {
    pub(super) fn draw(dice: &mut Dice, key_account: bool) -> Self {
        let shares: Vec<(usize, u32)> = OFFERS.iter().map(|offer| offer.share).enumerate().collect();
        let product = dice.weighted(&shares);
        let (median, sigma) = if key_account { KEY_AMOUNT } else { (OFFERS[product].median, OFFERS[product].sigma) };
        let z = dice.normal().clamp(-Z_LIMIT, Z_LIMIT);
        Self { minor: minor(median * (sigma * z).exp()), currency: Currency::Cny, product }
    }
}

/// The worth of each path, in their order.
pub(super) fn worths(calendar: &Calendar, paths: &[Path], scale: f64, seed: u64) -> Vec<Worth> {
    let mut dice = Dice::new(seed, Stream::Amounts);
    let mut export = Quota::new(EXPORT_SHARE);
    let mut worths: Vec<Worth> = paths
        .iter()
        .map(|path| {
            let mut worth = Worth::draw(&mut dice, path.pipeline > 0);
            if path.pipeline == 0 && export.take() {
                let (currency, rate) = *dice.pick(&EXPORTS);
                worth = Worth { currency, minor: minor(worth.minor as f64 / 100.0 / rate), ..worth };
            }
            worth
        })
        .collect();
    let targets = targets(calendar, &mut dice);
    for (month, target) in targets {
        let won: Vec<usize> =
            (0..paths.len()).filter(|&i| worths[i].currency == Currency::Cny && is_won_in(&paths[i], month, calendar)).collect();
        let sum: f64 = won.iter().map(|&i| worths[i].minor as f64 / 100.0).sum();
        if sum > 0.0 {
            let (low, high) = FACTOR_RANGE;
            let factor = (target * scale / sum).clamp(low, high);
            for i in won {
                worths[i].minor = minor(worths[i].minor as f64 / 100.0 * factor);
            }
        }
    }
    worths
}

fn is_won_in(path: &Path, month: NaiveDate, calendar: &Calendar) -> bool {
    let state = path.state();
    let on = state.closed_on.filter(|on| *on >= calendar.start);
    state.outcome == Outcome::Won && on.is_some_and(|on| (on.year(), on.month()) == (month.year(), month.month()))
}

/// First day of each month of the history, and what it should bring.
fn targets(calendar: &Calendar, dice: &mut Dice) -> Vec<(NaiveDate, f64)> {
    let mut months = Vec::new();
    let mut first = calendar.start.with_day(1).unwrap_or(calendar.start);
    while first < calendar.as_of {
        let next = first + Months::new(1);
        let plan: f64 = days_between(first.max(calendar.start), next.min(calendar.as_of))
            .map(|day| {
                let year = if day >= calendar.second_year { SECOND_YEAR } else { 1.0 };
                MONTH_YUAN * season(day) * year / days_in_month(day)
            })
            .sum();
        months.push((first, plan));
        first = next;
    }
    for half in months.chunks_mut(NOISE_MONTHS) {
        let plan: f64 = half.iter().map(|(_, plan)| plan).sum();
        for (_, plan) in half.iter_mut() {
            *plan *= 1.0 + MONTH_NOISE * dice.normal();
        }
        let noisy: f64 = half.iter().map(|(_, plan)| plan).sum();
        for (_, month) in half {
            *month *= plan / noisy;
        }
    }
    months
}

/// Yuan (or dollars) to whole hundreds, at least one, in minor units.
fn minor(yuan: f64) -> i64 {
    ((yuan / ROUND_YUAN).round().max(1.0) * ROUND_YUAN * 100.0) as i64
}
