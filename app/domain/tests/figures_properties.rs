//! What scores, classes, curves and forecasts promise for every input.

#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use chrono::{Days, NaiveDate};
use domain::forecast::{Due, ForecastBook, ForecastDeal, WeightedDeal, YearMonth, weighted_forecast_minor};
use domain::money::{Currency, Money};
use domain::pipeline::{ForecastCategory, Outcome};
use domain::tiers::{AbcClass, abc_classes, abc_line_minor, pareto, rfm_scores};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn values() -> impl Strategy<Value = Vec<i64>> {
    // Small values meet ties, large ones the limits.
    vec(prop_oneof![-3_i64..=12, 0_i64..=1_000_000_000_000], 1..40)
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

fn forecast_deal() -> impl Strategy<Value = ForecastDeal> {
    let date = || option::of((0_u64..400).prop_map(day));
    let currency = select(vec![Currency::Cny, Currency::Usd]);
    let (outcome, category) = (select(Outcome::ALL.to_vec()), select(ForecastCategory::ALL.to_vec()));
    (0_i64..1_000_000_000_000, 0_i32..=10_000, currency, outcome, category, date(), date()).prop_map(
        |(minor, probability_bp, currency, outcome, category, expected_close_on, closed_on)| ForecastDeal {
            amount: Money { minor, currency },
            probability_bp,
            category,
            outcome,
            expected_close_on,
            closed_on,
        },
    )
}

fn book(deals: &[ForecastDeal]) -> ForecastBook {
    let mut book = ForecastBook::new(day(180));
    deals.iter().for_each(|deal| book.add(deal));
    book
}

const FROM: YearMonth = YearMonth { year: 2026, month: 1 };
const TO: YearMonth = YearMonth { year: 2027, month: 12 };

proptest! {
    #[test]
    fn better_values_never_score_less_and_equal_ones_the_same(values in values(), higher in any::<bool>()) {
        let scores = rfm_scores(&values, higher);
        prop_assert!(scores.iter().all(|score| (1..=5).contains(score)));
        prop_assert!(scores.contains(&1));
        for (a, score_a) in values.iter().zip(&scores) {
            for (b, score_b) in values.iter().zip(&scores) {
                let a_is_better = if higher { a > b } else { a < b };
                prop_assert!(a != b || score_a == score_b);
                prop_assert!(!a_is_better || score_a >= score_b);
            }
        }
    }

    #[test]
    fn class_a_is_the_fewest_largest_that_bring_eighty_per_cent(revenues in values()) {
        let classes = abc_classes(&revenues);
        let total: i128 = revenues.iter().filter(|revenue| **revenue > 0).map(|&revenue| i128::from(revenue)).sum();
        let mut of_a: Vec<i64> = revenues.iter().zip(&classes).filter(|(_, class)| **class == AbcClass::A).map(|(&revenue, _)| revenue).collect();
        of_a.sort_unstable();
        prop_assert_eq!(abc_line_minor(&revenues), of_a.first().copied());
        let sum: i128 = of_a.iter().map(|&revenue| i128::from(revenue)).sum();
        prop_assert!(sum * 10 >= total * 8);
        // Without the smallest of them it is not enough.
        prop_assert!(of_a.first().is_none_or(|&least| (sum - i128::from(least)) * 10 < total * 8));
        for (revenue, class) in revenues.iter().zip(&classes) {
            for (other, other_class) in revenues.iter().zip(&classes) {
                prop_assert!(revenue <= other || class <= other_class);
            }
        }
        // The curve sees the same customers.
        prop_assert_eq!(pareto(&revenues, 20).bringing_80.map_or(0, |point| point.customers), of_a.len());
    }

    #[test]
    fn a_curve_rises_above_the_diagonal_and_ends_at_the_whole(revenues in values(), points in 0_usize..60) {
        let curve = pareto(&revenues, points);
        for point in &curve.points {
            prop_assert!(point.revenue_bp >= point.customers_bp);
        }
        prop_assert!(curve.points.windows(2).all(|two| two[0].customers < two[1].customers && two[0].revenue_bp <= two[1].revenue_bp));
        prop_assert!(curve.points.len() <= points.max(2));
        if let Some(last) = curve.points.last() {
            prop_assert_eq!((last.customers, last.revenue_bp), (curve.customers, 10_000));
        }
    }

    #[test]
    fn parts_of_a_forecast_merge_in_any_order(
        (deals, shuffled) in vec(forecast_deal(), 0..40).prop_flat_map(|deals| (Just(deals.clone()), Just(deals).prop_shuffle())),
        cut in 0_usize..40,
    ) {
        let (left, right) = shuffled.split_at(cut.min(shuffled.len()));
        let mut merged = book(left);
        prop_assert!(merged.merge(&book(right)));
        prop_assert_eq!(merged, book(&deals));
    }

    /// The total is rounded once and not the sum of the rounded months; what is open is
    /// in a month, overdue or undated, and nowhere twice.
    #[test]
    fn every_open_deal_is_in_one_place(deals in vec(forecast_deal(), 0..40)) {
        let book = book(&deals);
        for currency in [Currency::Cny, Currency::Usd] {
            let counts = |deal: &&ForecastDeal| {
                deal.outcome == Outcome::Open && deal.category != ForecastCategory::Omitted && deal.amount.currency == currency
            };
            let open: Vec<_> = deals.iter().filter(counts).collect();
            let total = book.total(FROM, TO, currency);
            let elsewhere = [Due::Overdue, Due::Undated].map(|due| book.line(due, currency));
            let placed = total.open_minor + elsewhere.iter().map(|line| line.open_minor).sum::<i64>();
            prop_assert_eq!(placed, open.iter().map(|deal| deal.amount.minor).sum::<i64>());
            let due: Vec<_> = open
                .iter()
                .filter(|deal| deal.expected_close_on.is_some_and(|on| on >= day(180)))
                .map(|deal| WeightedDeal { amount_minor: deal.amount.minor, probability_bp: deal.probability_bp.into() })
                .collect();
            prop_assert_eq!(total.weighted_minor, weighted_forecast_minor(&due));
            let months: i64 = book.months(currency).iter().map(|(_, line)| line.by.closed).sum();
            prop_assert_eq!(months, total.by.closed);
        }
    }
}
