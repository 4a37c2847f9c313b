//! What deals are worth: growth, season, products, export, who brings it.

use super::{AS_OF, SEVERAL, Sample, all_standard, assert_near, assert_share, median, spread, start, tolerances};
use chrono::{Datelike, Months, NaiveDate};
use domain::customers::Tier;
use domain::money::Currency;
use domain::pipeline::Outcome;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The design's index of the months, twelve in sum.
pub const SEASON: [f64; 12] = [0.82, 0.55, 1.10, 0.95, 0.98, 1.18, 0.90, 0.95, 1.12, 0.95, 1.15, 1.35];

/// Yuan won in the first halves of the two years, all pipelines.
fn first_halves(sample: &Sample) -> (f64, f64) {
    let won = |year| sample.stories.iter().filter(|s| s.won_in((year, 1))).filter_map(|s| s.yuan).sum::<f64>();
    (won(2025), won(2026))
}

/// Amounts are scaled to what the months should bring, hence the narrow ±3 %.
#[test]
fn revenue_grows_as_designed() {
    for sample in SEVERAL.iter() {
        let (before, after) = first_halves(sample);
        assert_near("first half of 2025", before, 23_490_000.0, 0.03);
        assert_near("first half of 2026", after, 27_990_000.0, 0.03);
        let growth = after / before - 1.0;
        assert!((growth - 0.192).abs() <= 0.03, "{growth}");
    }
}

/// 4.2 million in an average month, a fifth more in the second year. Months
/// deviate by 4 %, of nearly a hundred the furthest by some three times that. Wins
/// are some 25 a month, by chance ten at times.
#[test]
fn every_month_follows_the_season() {
    assert!((SEASON.iter().sum::<f64>() - 12.0).abs() < 1e-9);
    let mut deviations = Vec::new();
    for (sample, least) in tolerances(12.0, 8.0) {
        let mut months: BTreeMap<NaiveDate, (f64, usize)> = BTreeMap::new();
        for story in sample.stories.iter().filter(|s| s.outcome == Outcome::Won) {
            let month = months.entry(story.closed.unwrap().with_day(1).unwrap()).or_default();
            let Some(yuan) = story.yuan else { continue };
            *month = (month.0 + yuan, month.1 + 1);
        }
        assert_eq!(months.len(), 24);
        for (first, (sum, wins)) in &months {
            assert!(*wins as f64 >= least, "{first}: {wins}");
            let year = if *first >= start() + Months::new(12) { 1.2 } else { 1.0 };
            let days = (*first + Months::new(1) - *first).num_days() as f64;
            let past = (AS_OF - *first).num_days() as f64;
            let plan = 4_200_000.0 * year * SEASON[first.month0() as usize] * (past / days).min(1.0);
            assert_near(&format!("{first}"), *sum, plan, 0.15);
            deviations.push(sum / plan - 1.0);
        }
        for year in [2025, 2026] {
            let of = |month| months[&NaiveDate::from_ymd_opt(year, month, 1).unwrap()].0;
            assert!((1..=6).filter(|m| *m != 2).all(|month| of(month) > of(2)), "February {year}");
        }
    }
    // The spread of 96 values has a standard error of 7 %; that half-years are
    // kept whole takes another tenth away.
    assert_near("spread of the months", spread(deviations), 0.04, 0.3);
}

/// Revenue of each buyer, largest first; those who bring none have no row.
fn revenues(sample: &Sample) -> Vec<(Uuid, f64)> {
    let mut revenue: HashMap<Uuid, f64> = HashMap::new();
    for story in sample.stories.iter().filter(|s| s.outcome == Outcome::Won) {
        *revenue.entry(story.customer).or_default() += story.yuan.unwrap_or_default();
    }
    let mut sums: Vec<_> = revenue.into_iter().collect();
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    sums
}

/// Single large deals move the share by two points.
#[test]
fn a_fifth_of_the_buyers_brings_most_revenue() {
    for sample in SEVERAL.iter() {
        let buyers = super::customers::buyers(&sample.company);
        let sums = revenues(sample);
        let top: f64 = sums.iter().take(buyers / 5).map(|(_, sum)| sum).sum();
        let share = top / sums.iter().map(|(_, sum)| sum).sum::<f64>();
        assert_near("share of the top fifth", share, 0.80, 0.06);
    }
}

#[test]
fn vips_are_those_who_bring_most() {
    for sample in SEVERAL.iter() {
        let sums: HashMap<Uuid, f64> = revenues(sample).into_iter().collect();
        let of = |vip: bool| {
            let rows = sample.company.customers.iter().filter(move |c| (c.tier == Tier::Vip.code()) == vip);
            rows.map(|c| sums.get(&c.id).copied().unwrap_or_default())
        };
        assert!(of(true).fold(f64::INFINITY, f64::min) >= of(false).fold(0.0, f64::max));
    }
}

/// Share of the deals, and amounts in the standard pipeline: log-normal, cut
/// where one in a hundred would lie, which makes the spread 2 % smaller. What
/// was won is scaled to its month; that is one in eighteen and moves the medians
/// little.
#[test]
fn products_sell_as_designed() {
    let deals = SEVERAL.iter().flat_map(|sample| sample.company.deals.iter().zip(&sample.stories).map(move |pair| (sample, pair)));
    let code = |sample: &'static Sample, id: Uuid| sample.company.products.iter().find(|p| p.id == id).unwrap().code.as_str();
    let deals: Vec<_> = deals.map(|(sample, (row, story))| (code(sample, row.product_id.unwrap()), story)).collect();
    for (product, share, middle, sigma) in [("A", 0.50, 86_000.0, 0.60), ("B", 0.30, 180_000.0, 0.65), ("C", 0.20, 35_000.0, 0.55)] {
        let of_it: Vec<_> = deals.iter().filter(|(code, _)| *code == product).map(|(_, story)| story).collect();
        assert_share(product, of_it.len(), deals.len(), share, 0.0);
        let yuan: Vec<f64> = of_it.iter().filter(|s| s.pipeline == 0).filter_map(|s| s.yuan).collect();
        // Standard error of a median: 1.25 σ ÷ √n. A point for the scaled ones.
        let tolerance = 3.0 * 1.25 * sigma / (yuan.len() as f64).sqrt() + 0.01;
        assert_near(&format!("median of {product}"), median(yuan.iter().copied()), middle, tolerance);
        assert_near(&format!("spread of {product}"), spread(yuan.iter().map(|y| y.ln())), sigma * 0.98, 0.03);
    }
}

/// Counted out: 3 % of the standard pipeline, two thirds in dollars.
#[test]
fn a_few_deals_are_exports() {
    let mut exports = Vec::new();
    for sample in SEVERAL.iter() {
        let standard = sample.company.deals.iter().filter(|d| d.pipeline_id == sample.company.pipelines[0].id);
        let abroad: Vec<_> = standard.clone().filter(|d| d.currency != Currency::Cny.code()).collect();
        assert!((abroad.len() as f64 - 0.03 * standard.count() as f64).abs() <= 1.0, "{}", abroad.len());
        let others = sample.company.deals.iter().filter(|d| d.pipeline_id != sample.company.pipelines[0].id);
        assert!(others.clone().all(|d| d.currency == Currency::Cny.code()));
        exports.extend(abroad.iter().map(|d| d.currency.as_str()));
    }
    let of = |currency: Currency| exports.iter().filter(|c| **c == currency.code()).count();
    assert_share("dollars", of(Currency::Usd), exports.len(), 2.0 / 3.0, 0.0);
    assert_eq!(of(Currency::Usd) + of(Currency::Hkd), exports.len());
    // Amounts are converted, not merely renamed. Three standard errors of the
    // median of 900 amounts of all products are a tenth.
    let export =
        median(SEVERAL.iter().flat_map(|s| s.company.deals.iter()).filter(|d| d.currency == "USD").map(|d| d.amount_minor as f64 / 100.0));
    let home = median(all_standard().filter_map(|s| s.yuan));
    assert_near("median in dollars", export, home / 7.2, 0.12);
}
