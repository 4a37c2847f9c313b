//! What contracts and ageing promise for every plan and payment.

#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use chrono::{Days, NaiveDate};
use domain::contracts::form::plan_by_shares;
use domain::contracts::standing::{Ageing, Due, Standing, fill, received_minor};
use domain::contracts::{ContractStatus, InstalmentState, PaymentKind, after_payment, plan_adds_up};
use domain::finance::{AgeingBucket, vat_split};
use domain::money::Currency;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

fn plan() -> impl Strategy<Value = Vec<Due>> {
    vec((0_u64..400, prop_oneof![1_i64..=12, 1_i64..=1_000_000_000]), 1..12)
        .prop_map(|lines| lines.into_iter().map(|(on, amount_minor)| Due { due_on: day(on), amount_minor }).collect())
}

fn amount_of(plan: &[Due]) -> i64 {
    plan.iter().map(|due| due.amount_minor).sum()
}

/// Payments as they were tried; those that the rule refuses are not booked.
fn booked(amount: i64, tried: &[(bool, i64)]) -> i64 {
    let mut received = 0;
    let mut entries = Vec::new();
    for &(refund, minor) in tried {
        let kind = if refund { PaymentKind::Refund } else { PaymentKind::Receipt };
        if let Ok(after) = after_payment(ContractStatus::Signed, Currency::Cny, amount, received, kind, minor) {
            received = after;
            entries.push((kind, minor));
        }
    }
    assert_eq!(received_minor(entries), received);
    received
}

proptest! {
    #[test]
    fn received_and_outstanding_are_the_amount(
        plan in plan(),
        tried in vec((any::<bool>(), prop_oneof![1_i64..=20, 1_i64..=1_000_000_000]), 0..12),
        on in 0_u64..500,
        status in select(vec![ContractStatus::Signed, ContractStatus::Ended]),
    ) {
        let amount = amount_of(&plan);
        let received = booked(amount, &tried);
        prop_assert!((0..=amount).contains(&received));
        let standing = Standing::of(status, amount, &plan, received, day(on));
        prop_assert_eq!(standing.received_minor + standing.outstanding_minor, amount);
        prop_assert_eq!((standing.overpaid_minor, standing.unplanned_minor), (0, 0));
        prop_assert_eq!(standing.plan.iter().map(|line| line.paid_minor).sum::<i64>(), received);
        prop_assert_eq!(standing.plan.iter().map(|line| line.open_minor).sum::<i64>(), standing.outstanding_minor);
        for line in &standing.plan {
            prop_assert_eq!(line.paid_minor + line.open_minor, line.amount_minor);
            prop_assert_eq!(line.state == InstalmentState::Overdue, line.open_minor > 0 && line.due_on < day(on));
            prop_assert_eq!(line.overdue_days.is_some(), line.state == InstalmentState::Overdue);
        }
    }

    #[test]
    fn no_instalment_is_filled_before_an_older_one(plan in plan(), received in 0_i64..2_000_000_000) {
        let paid = fill(&plan, received);
        for (i, a) in plan.iter().enumerate() {
            for (j, b) in plan.iter().enumerate() {
                if (a.due_on, i) < (b.due_on, j) && paid[j] > 0 {
                    prop_assert_eq!(paid[i], a.amount_minor);
                }
            }
        }
        prop_assert_eq!(paid.iter().sum::<i64>(), received.min(amount_of(&plan)));
    }

    #[test]
    fn buckets_of_ageing_sum_to_what_is_outstanding(
        contracts in vec((plan(), 0_i64..1_000_000_000, select(vec![Currency::Cny, Currency::Usd, Currency::Jpy])), 0..8),
        on in 0_u64..500,
    ) {
        let mut ageing = Ageing::default();
        let mut sums = std::collections::BTreeMap::<Currency, (i64, i64)>::new();
        for (plan, received, currency) in &contracts {
            let amount = amount_of(plan);
            let standing = Standing::of(ContractStatus::Signed, amount, plan, (*received).min(amount), day(on));
            for line in standing.plan.iter().filter(|line| line.open_minor > 0) {
                ageing.add(*currency, line.due_on, line.open_minor, day(on));
            }
            let sum = sums.entry(*currency).or_default();
            *sum = (sum.0 + standing.outstanding_minor, sum.1 + standing.overdue_minor);
        }
        sums.retain(|_, sum| sum.0 > 0);
        let seen: Vec<_> = ageing.0.iter().map(|line| (line.currency, (line.total_minor(), line.overdue_minor()))).collect();
        prop_assert_eq!(seen, sums.into_iter().collect::<Vec<_>>());
        for line in &ageing.0 {
            prop_assert_eq!(AgeingBucket::ALL.iter().map(|bucket| line.of(*bucket)).sum::<i64>(), line.total_minor());
        }
    }

    #[test]
    fn what_owes_nothing_has_nothing_open(plan in plan(), received in 0_i64..1_000, on in 0_u64..500) {
        for status in [ContractStatus::Draft, ContractStatus::Cancelled] {
            let standing = Standing::of(status, amount_of(&plan), &plan, received, day(on));
            prop_assert_eq!((standing.outstanding_minor, standing.overdue_minor, standing.next_due_on()), (0, 0, None));
            prop_assert_eq!(standing.overpaid_minor, received);
        }
    }

    #[test]
    fn a_plan_that_is_not_the_amount_owes_the_amount(plan in plan(), off in -1_000_i64..1_000, received in 0_i64..1_000, on in 0_u64..500) {
        let amount = (amount_of(&plan) + off).max(1);
        let standing = Standing::of(ContractStatus::Signed, amount, &plan, received, day(on));
        let open: i64 = standing.plan.iter().map(|line| line.open_minor).sum();
        prop_assert_eq!(open + standing.unplanned_minor, standing.outstanding_minor);
        prop_assert_eq!(standing.received_minor + standing.outstanding_minor - standing.overpaid_minor, amount);
    }

    #[test]
    fn shares_lose_no_minor_unit(amount in 1_i64..=1_000_000_000_000, shares in vec(1_i64..=100, 1..12), every in 1_i32..=24) {
        if let Some(plan) = plan_by_shares(amount, &shares, day(30), every) {
            prop_assert_eq!(plan.len(), shares.len());
            prop_assert!(plan_adds_up(Currency::Cny, amount, plan.iter().map(|line| line.amount_minor)).is_ok());
            prop_assert!(plan.windows(2).all(|two| two[0].due_on < two[1].due_on));
        } else {
            prop_assert!(shares.iter().sum::<i64>() > amount, "only a part of nothing is refused");
        }
    }

    #[test]
    fn net_and_tax_are_the_invoice(amount in 1_i64..=1_000_000_000_000, rate in 0_i64..=10_000) {
        let split = vat_split(amount, rate);
        prop_assert_eq!(split.net_minor + split.tax_minor, amount);
        prop_assert!(split.tax_minor >= 0);
    }
}
