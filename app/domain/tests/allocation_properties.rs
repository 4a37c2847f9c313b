//! What the split of a whole into parts promises for every input, not only for examples.

#![allow(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use std::num::NonZeroU64;

use domain::allocation::{AllocationError, Child, allocate, allocate_in_steps, split_equally};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

/// About the largest amount that the product stores, in minor units.
const LARGEST: i64 = 9_000_000_000_000_000;

fn total() -> impl Strategy<Value = i64> {
    // Small totals meet ties and empty remainders, large ones the limits of 64 bits.
    prop_oneof![-200_i64..=200, -LARGEST..=LARGEST]
}

fn weights() -> impl Strategy<Value = Vec<i64>> {
    vec(prop_oneof![Just(0_i64), 1_i64..=12, 0_i64..=LARGEST], 1..24)
}

fn step() -> impl Strategy<Value = NonZeroU64> {
    prop_oneof![1_u64..=20, 1_u64..=1_000_000].prop_map(|units| NonZeroU64::new(units).unwrap())
}

/// Children of which some are locked at amounts that together stay within the total.
fn total_and_children() -> impl Strategy<Value = (i64, Vec<Child>)> {
    let child = (0_i64..=1_000, option::of(0_i64..=LARGEST / 24));
    (vec(child, 1..24), 0_i64..=LARGEST / 2, any::<bool>()).prop_map(|(drawn, extra, negative)| {
        let sign = if negative { -1 } else { 1 };
        let locked: i64 = drawn.iter().filter_map(|&(_, amount)| amount).sum();
        let children = drawn.into_iter().map(|(weight, amount)| Child { weight, locked: amount.map(|amount| sign * amount) }).collect();
        (sign * (locked + extra), children)
    })
}

fn sum(parts: &[i64]) -> i128 {
    parts.iter().copied().map(i128::from).sum()
}

/// `|part − share|` times `Σ weights`, where the share is `total × weight ÷ Σ weights`.
fn distance_times_sum(total: i64, weights: &[i64], part: i64, weight: i64) -> u128 {
    (i128::from(part) * sum(weights) - i128::from(total) * i128::from(weight)).unsigned_abs()
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_total(total in total(), weights in weights()) {
        prop_assert_eq!(sum(&allocate(total, &weights).unwrap()), i128::from(total));
    }

    #[test]
    fn steps_and_locks_add_up_too((total, children) in total_and_children(), step in step()) {
        let all_locked = children.iter().all(|child| child.locked.is_some());
        match allocate_in_steps(total, &children, step) {
            Ok(parts) => prop_assert_eq!(sum(&parts), i128::from(total)),
            Err(error) => {
                prop_assert!(all_locked);
                prop_assert_eq!(error, AllocationError::UnallocatedRemainder);
            }
        }
    }

    /// The bound of the largest remainder: a part is its exact share rounded down or up,
    /// so strictly less than one unit away from it, and equal to it if it is whole.
    #[test]
    fn a_part_is_less_than_a_unit_from_its_share(total in total(), weights in weights()) {
        prop_assume!(sum(&weights) > 0);
        let parts = allocate(total, &weights).unwrap();
        for (&part, &weight) in parts.iter().zip(&weights) {
            let distance = distance_times_sum(total, &weights, part, weight);
            prop_assert!(distance < sum(&weights).unsigned_abs());
        }
    }

    /// In steps of `u` units: less than `u` by the largest remainder, and less than `u`
    /// again by what is left below one step.
    #[test]
    fn a_part_is_less_than_two_steps_from_its_share(
        total in total(),
        weights in weights(),
        step in step(),
    ) {
        prop_assume!(sum(&weights) > 0);
        let children: Vec<Child> = weights.iter().copied().map(Child::weighted).collect();
        let parts = allocate_in_steps(total, &children, step).unwrap();
        let bound = 2 * u128::from(step.get()) * sum(&weights).unsigned_abs();
        for (&part, &weight) in parts.iter().zip(&weights) {
            prop_assert!(distance_times_sum(total, &weights, part, weight) < bound);
        }
    }

    #[test]
    fn only_one_part_is_not_in_whole_steps(
        total in total(),
        weights in weights(),
        step in step(),
    ) {
        let children: Vec<Child> = weights.iter().copied().map(Child::weighted).collect();
        let parts = allocate_in_steps(total, &children, step).unwrap();
        let uneven = parts.iter().filter(|part| part.unsigned_abs() % step != 0).count();
        prop_assert!(uneven <= 1);
    }

    #[test]
    fn a_negative_total_is_the_mirror_image((total, children) in total_and_children(), step in step()) {
        let mirrored: Vec<Child> = children
            .iter()
            .map(|child| Child { locked: child.locked.map(|amount| -amount), ..*child })
            .collect();
        let parts = allocate_in_steps(total, &children, step);
        let mirror = allocate_in_steps(-total, &mirrored, step);
        prop_assert_eq!(
            mirror,
            parts.map(|parts| parts.into_iter().map(|part| -part).collect::<Vec<_>>())
        );
    }

    /// The order of the children decides between equal weights only.
    #[test]
    fn distinct_weights_do_not_depend_on_order(
        total in total(),
        (sorted, shuffled) in btree_set(0_i64..=LARGEST, 1..24).prop_flat_map(|set| {
            let sorted: Vec<i64> = set.into_iter().collect();
            (Just(sorted.clone()), Just(sorted).prop_shuffle())
        }),
    ) {
        // All weights zero is an equal split, in which the order does decide.
        prop_assume!(sum(&sorted) > 0);
        let by_weight = |weights: &[i64]| {
            let parts = allocate(total, weights).unwrap();
            let mut pairs: Vec<_> = weights.iter().copied().zip(parts).collect();
            pairs.sort_unstable();
            pairs
        };
        prop_assert_eq!(by_weight(&sorted), by_weight(&shuffled));
    }

    /// Monotone in the weights of one split, ties to the earlier child. It is not monotone
    /// in the total, and cannot be: see the module.
    #[test]
    fn a_larger_weight_never_gets_less(total in total(), weights in weights(), step in step()) {
        let children: Vec<Child> = weights.iter().copied().map(Child::weighted).collect();
        let parts = allocate_in_steps(total, &children, step).unwrap();
        for later in 0..weights.len() {
            for earlier in 0..later {
                let (first, second) = (parts[earlier].abs(), parts[later].abs());
                prop_assert!(weights[earlier] < weights[later] || first >= second);
                prop_assert!(weights[earlier] >= weights[later] || first <= second);
            }
        }
    }

    /// Raising one weight never takes anything from that child.
    #[test]
    fn raising_a_weight_never_takes_from_its_child(
        total in 0_i64..=LARGEST,
        weights in vec(0_i64..=1_000, 2..12),
        chosen in any::<prop::sample::Index>(),
        raise in 1_i64..=1_000,
    ) {
        prop_assume!(sum(&weights) > 0);
        let child = chosen.index(weights.len());
        let mut raised = weights.clone();
        raised[child] += raise;
        let before = allocate(total, &weights).unwrap()[child];
        let after = allocate(total, &raised).unwrap()[child];
        prop_assert!(after >= before, "{} became {}", before, after);
    }

    #[test]
    fn every_part_has_the_sign_of_the_total(total in total(), weights in weights()) {
        let parts = allocate(total, &weights).unwrap();
        prop_assert!(parts.iter().all(|part| part.signum() * total.signum() >= 0));
    }

    #[test]
    fn a_weight_of_zero_gets_nothing_while_others_have_one(total in total(), weights in weights()) {
        prop_assume!(sum(&weights) > 0);
        let parts = allocate(total, &weights).unwrap();
        for (&part, &weight) in parts.iter().zip(&weights) {
            prop_assert!(weight > 0 || part == 0);
        }
    }

    #[test]
    fn locked_children_keep_their_amounts((total, children) in total_and_children(), step in step()) {
        if let Ok(parts) = allocate_in_steps(total, &children, step) {
            for (child, part) in children.iter().zip(parts) {
                prop_assert!(child.locked.is_none_or(|amount| amount == part));
            }
        }
    }

    #[test]
    fn the_unlocked_share_as_if_the_locked_were_not_there(
        (total, children) in total_and_children(),
        step in step(),
    ) {
        let open: Vec<Child> = children.iter().copied().filter(|c| c.locked.is_none()).collect();
        let locked: i64 = children.iter().filter_map(|child| child.locked).sum();
        prop_assume!(!open.is_empty());
        let parts = allocate_in_steps(total, &children, step).unwrap();
        let open_parts: Vec<i64> = children
            .iter()
            .zip(parts)
            .filter(|(child, _)| child.locked.is_none())
            .map(|(_, part)| part)
            .collect();
        prop_assert_eq!(Ok(open_parts), allocate_in_steps(total - locked, &open, step));
    }

    #[test]
    fn equal_parts_differ_by_one_at_most(total in total(), count in 1_usize..400) {
        let parts = split_equally(total, count).unwrap();
        prop_assert_eq!(sum(&parts), i128::from(total));
        let (low, high) = (parts.iter().min().unwrap(), parts.iter().max().unwrap());
        prop_assert!(high - low <= 1);
    }

    /// No input panics; what cannot be split is an error.
    #[test]
    fn any_input_gives_the_total_or_an_error(
        total in any::<i64>(),
        drawn in vec((any::<i64>(), option::of(any::<i64>())), 0..12),
        step in 1_u64..=u64::MAX,
    ) {
        let children: Vec<Child> = drawn
            .into_iter()
            .map(|(weight, locked)| Child { weight, locked })
            .collect();
        if let Ok(parts) = allocate_in_steps(total, &children, NonZeroU64::new(step).unwrap()) {
            prop_assert_eq!(sum(&parts), i128::from(total));
        }
    }
}
