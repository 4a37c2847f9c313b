//! Order of cards within a column by keys that sort as text: a card dropped
//! between two others gets a key between theirs, so one row is written and no
//! neighbour is touched.
//!
//! A key is a place (eight hexadecimal digits) and, where places run out, a
//! fraction behind it that never ends in `0`. Own code because the published
//! crate for this (`fractional_index` 2.0.2) underflows on keys with a zero
//! byte, which a hundred drops on top of a column produce.

/// Distance of keys at the ends of a column: thirty thousand cards fit above
/// and below the first one before keys grow longer.
const STEP: u32 = 0x1_0000;
const MIDDLE: u32 = 0x8000_0000;
const PLACE_DIGITS: usize = 8;

/// A key that sorts after `above` and before `below`; either may be missing at
/// an end of the column. If the neighbours are out of order (somebody moved
/// one meanwhile) the place just after `above` wins. Keys that this module did
/// not write count as missing.
///
/// ```
/// use domain::pipeline::order::rank_between;
/// let first = rank_between(None, None);
/// let last = rank_between(Some(&first), None);
/// let middle = rank_between(Some(&first), Some(&last));
/// assert!(first < middle && middle < last);
/// ```
#[must_use]
pub fn rank_between(above: Option<&str>, below: Option<&str>) -> String {
    match (above.and_then(read), below.and_then(read)) {
        (None, None) => key(MIDDLE, ""),
        (Some((place, fraction)), None) => match place.checked_add(STEP) {
            Some(next) => key(next, ""),
            None => key(place, &fraction_between(fraction, None)),
        },
        (None, Some((place, fraction))) => match place.checked_sub(STEP) {
            Some(previous) if previous > 0 => key(previous, ""),
            // Place nought without a fraction is never given: nothing sorts before it.
            _ if place > 1 => key(place / 2, ""),
            _ if place == 1 => key(0, &fraction_between("", None)),
            _ => key(0, &fraction_between("", Some(fraction).filter(|f| !f.is_empty()))),
        },
        (Some(a), Some(b)) if a >= b => rank_between(above, None),
        (Some((a, fraction)), Some((b, below))) => match b - a {
            0 => key(a, &fraction_between(fraction, Some(below))),
            1 if !below.is_empty() => key(b, ""),
            1 => key(a, &fraction_between(fraction, None)),
            gap => key(a + gap / 2, ""),
        },
    }
}

/// `count` short keys in ascending order, spread evenly, for filling a whole
/// column at once; later drops find room between any two of them.
#[must_use]
pub fn spread_ranks(count: usize) -> Vec<String> {
    let step = u64::from(u32::MAX) / (count as u64 + 1);
    (1..=count as u64).map(|n| format!("{:08x}", n * step)).collect()
}

fn key(place: u32, fraction: &str) -> String {
    format!("{place:08x}{fraction}")
}

fn read(key: &str) -> Option<(u32, &str)> {
    let (place, fraction) = key.split_at_checked(PLACE_DIGITS)?;
    let hexadecimal = key.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (hexadecimal && !fraction.ends_with('0')).then_some(())?;
    Some((u32::from_str_radix(place, 16).ok()?, fraction))
}

/// Digits of a fraction above `low` and below `high` (`None`: below one).
/// Neither ends in `0`, and `low < high`.
fn fraction_between(low: &str, high: Option<&str>) -> String {
    let digit = |text: &str, at: usize| text.as_bytes().get(at).map(|b| (*b as char).to_digit(16).unwrap_or(0));
    let mut found = String::new();
    let (mut low, mut high) = (low.to_owned(), high.map(str::to_owned));
    loop {
        let a = digit(&low, 0).unwrap_or(0);
        let b = high.as_deref().map_or(16, |h| digit(h, 0).unwrap_or(0));
        let rest = |text: &str| text.get(1..).unwrap_or("").to_owned();
        if a == b {
            found.push(hex(a));
            high = high.map(|h| rest(&h));
        } else if b - a > 1 {
            found.push(hex(a + (b - a) / 2));
            return found;
        } else if high.as_deref().is_some_and(|h| h.len() > 1) {
            found.push(hex(b));
            return found;
        } else {
            found.push(hex(a));
            high = None;
        }
        low = rest(&low);
    }
}

fn hex(digit: u32) -> char {
    char::from_digit(digit, 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spread_keys_ascend_and_leave_room() {
        let keys = spread_ranks(5_000);
        for pair in keys.windows(2) {
            let middle = rank_between(Some(&pair[0]), Some(&pair[1]));
            assert!(pair[0] < middle && middle < pair[1]);
        }
        assert!(rank_between(None, keys.first().map(String::as_str)) < keys[0]);
    }

    #[test]
    fn neighbours_out_of_order_still_give_a_place() {
        let keys = spread_ranks(2);
        assert!(rank_between(Some(&keys[1]), Some(&keys[0])) > keys[1]);
    }

    #[test]
    fn thirty_thousand_drops_on_top_stay_short() {
        let mut top = rank_between(None, None);
        for _ in 0..30_000 {
            let next = rank_between(None, Some(&top));
            assert!(next < top);
            top = next;
        }
        assert!(top.len() == PLACE_DIGITS, "{}", top.len());
    }

    #[test]
    fn the_top_never_runs_out() {
        let mut top = key(3, "");
        for _ in 0..100 {
            let next = rank_between(None, Some(&top));
            assert!(next < top, "{next} {top}");
            top = next;
        }
    }

    proptest! {
        /// Whatever is dropped wherever, the column reads as it was built.
        #[test]
        fn any_sequence_of_drops_keeps_its_order(places in proptest::collection::vec(any::<prop::sample::Index>(), 1..300)) {
            let mut column: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(column.len() + 1);
                let above = at.checked_sub(1).and_then(|i| column.get(i)).cloned();
                let below = column.get(at).cloned();
                let key = rank_between(above.as_deref(), below.as_deref());
                prop_assert!(above.is_none_or(|a| a < key), "after the one above");
                prop_assert!(below.is_none_or(|b| key < b), "before the one below");
                column.insert(at, key);
            }
        }

        /// Always dropping into the same gap is the worst case for length.
        #[test]
        fn one_gap_takes_many_drops(up in any::<bool>()) {
            let (mut low, mut high) = (rank_between(None, None), String::new());
            high.push_str(&rank_between(Some(&low), None));
            for _ in 0..500 {
                let key = rank_between(Some(&low), Some(&high));
                prop_assert!(low < key && key < high);
                if up { low = key } else { high = key }
            }
        }
    }
}
