//! What a converted total promises for every set of amounts and rates.

#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use chrono::{Days, NaiveDate};
use domain::currency::{Rate, convert};
use domain::money::{Currency, MAX_AMOUNT_MINOR, Money};
use domain::rates::form::parse_rate;
use domain::rates::{Basis, Converted, InForce, RateBook};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

fn rate() -> impl Strategy<Value = Rate> {
    (1_i64..10_000_000, 0_usize..=8).prop_filter_map("below the limit", |(digits, decimals)| {
        let text = format!("{digits:09}");
        let (whole, fraction) = text.split_at(text.len() - decimals);
        parse_rate(&if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole })
        })
    })
}

fn rates() -> impl Strategy<Value = Vec<InForce>> {
    let foreign: Vec<Currency> = Currency::ALL.iter().copied().filter(|currency| *currency != Currency::Cny).collect();
    vec((select(foreign), 0_u64..60, rate()).prop_map(|(from, on, rate)| InForce { from, since: day(on), rate }), 0..12)
}

fn amounts() -> impl Strategy<Value = Vec<Money>> {
    let amount = prop_oneof![0_i64..=300, 0..=MAX_AMOUNT_MINOR];
    vec((amount, select(Currency::ALL.to_vec())).prop_map(|(minor, currency)| Money { minor, currency }), 0..40)
}

proptest! {
    /// The total is the sum of its rows, each converted and rounded once; what has no rate is
    /// told, and nothing gets lost.
    #[test]
    fn a_total_is_the_sum_of_its_converted_rows(known in rates(), amounts in amounts(), on in 0_u64..60) {
        let book = RateBook::new(Currency::Cny, known);
        let mut total = Converted::new(Currency::Cny, Basis::On(day(on)));
        let (mut sum, mut taken) = (0_i64, 0_i64);
        for amount in &amounts {
            let value = book.value(*amount, day(on));
            if let Some(value) = value {
                sum += value.minor;
                taken += 1;
                let exact = match value.rate {
                    Some(rate) => convert(*amount, Currency::Cny, rate).unwrap().minor,
                    None => amount.minor,
                };
                prop_assert_eq!(value.minor, exact);
            } else {
                prop_assert!(book.rate(amount.currency, day(on)).is_none(), "an amount of a deal is never too large: {:?}", amount);
            }
            total.add(*amount, 1, value);
        }
        prop_assert_eq!((total.minor(), total.count()), (sum, taken));
        let left: i64 = total.left.iter().map(|line| line.count).sum();
        prop_assert_eq!(taken + left, i64::try_from(amounts.len()).unwrap());
        for currency in Currency::ALL {
            let own: i64 = amounts.iter().filter(|amount| amount.currency == *currency).map(|amount| amount.minor).sum();
            let told: i64 = total.lines.iter().chain(&total.left).filter(|line| line.currency == *currency).map(|line| line.minor).sum();
            prop_assert_eq!(own, told);
        }
    }

    /// What a page does before the server has answered, by single deals, is what the server
    /// reckons by groups.
    #[test]
    fn groups_and_single_deals_agree(known in rates(), amount in amounts(), times in 1_i64..5) {
        let rates = RateBook::new(Currency::Cny, known).on(day(30));
        let (mut grouped, mut single) = (Converted::new(Currency::Cny, Basis::Frozen), Converted::new(Currency::Cny, Basis::Frozen));
        for one in amount {
            grouped.add(one, times, rates.value(one));
            for _ in 0..times {
                single.add(one, 1, rates.value(one));
            }
        }
        prop_assert_eq!(grouped, single);
    }

    #[test]
    fn a_rate_is_read_as_it_is_written(rate in rate()) {
        prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
    }
}
