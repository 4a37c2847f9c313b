//! What the sums of quotes promise for every quote.

use domain::quotes::sums::{Priced, QuoteSums};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn line() -> impl Strategy<Value = Priced> {
    let rates = select(vec![0, 300, 600, 900, 1_300]);
    (1_i64..10_000_000, 0_i64..1_000_000_000, 0_i64..1_000_000_000, 0_i32..=10_000, rates).prop_map(
        |(quantity_milli, list_minor, price_minor, discount_bp, vat_bp)| Priced {
            quantity_milli,
            list_minor,
            price_minor,
            discount_bp,
            vat_bp,
        },
    )
}

proptest! {
    #[test]
    fn lines_come_to_the_total_and_so_do_net_and_tax(lines in vec(line(), 0..20)) {
        let sums = QuoteSums::of(lines.iter().copied());
        prop_assert_eq!(lines.iter().map(|line| line.sums().total_minor).sum::<i64>(), sums.total_minor);
        prop_assert_eq!(lines.iter().map(|line| line.sums().list_minor).sum::<i64>(), sums.list_minor);
        prop_assert_eq!(sums.net_minor + sums.tax_minor, sums.total_minor);
        prop_assert_eq!(sums.vat.iter().map(|rate| rate.total_minor).sum::<i64>(), sums.total_minor);
        for rate in &sums.vat {
            prop_assert_eq!(rate.net_minor + rate.tax_minor, rate.total_minor);
            prop_assert!(rate.tax_minor >= 0);
        }
        prop_assert!(sums.vat.windows(2).all(|pair| pair[0].vat_bp < pair[1].vat_bp));
    }

    #[test]
    fn the_order_of_lines_does_not_matter(mut lines in vec(line(), 0..20)) {
        let sums = QuoteSums::of(lines.iter().copied());
        lines.reverse();
        prop_assert_eq!(QuoteSums::of(lines), sums);
    }

    #[test]
    fn a_discount_is_never_more_than_the_price(line in line()) {
        let sums = line.sums();
        prop_assert!(sums.discount_minor >= 0 && sums.total_minor >= 0);
    }

    #[test]
    fn what_is_above_a_ceiling_is_above_every_lower_one(lines in vec(line(), 1..8), ceiling in 0_i64..10_000) {
        let sums = QuoteSums::of(lines);
        if sums.above(Some(ceiling)) {
            prop_assert!((0..ceiling).step_by(97).all(|lower| sums.above(Some(lower))));
            prop_assert!(sums.discount_bp().is_some_and(|bp| bp >= ceiling));
        }
    }
}
