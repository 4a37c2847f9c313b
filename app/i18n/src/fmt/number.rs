//! Counts, rates and durations, and the digits that all of `fmt` is made of.

use crate::Lang;

/// Stands where there is no value, such as a rate without a denominator; its reason is said nearby.
pub const NO_VALUE: &str = "—";

/// A count with thousands separators: `1,234`, `-1,234`.
///
/// ```
/// assert_eq!(i18n::fmt::integer(1_234_567), "1,234,567");
/// ```
#[must_use]
pub fn integer(n: i64) -> String {
    fixed(n < 0, "", n.unsigned_abs(), 0)
}

/// A rate in basis points (1 bp = 0.01 %) as a percentage with 0, 1 or 2 decimals, or `—`.
///
/// More than 2 decimals are shown as 2: basis points have no more.
///
/// ```
/// use i18n::fmt::percent;
/// assert_eq!(percent(Some(4260), 1), "42.6%");
/// assert_eq!(percent(None, 1), "—");
/// ```
#[must_use]
pub fn percent(bp: Option<i64>, decimals: u32) -> String {
    match bp {
        Some(bp) => rate(bp, decimals) + "%",
        None => NO_VALUE.to_owned(),
    }
}

/// The difference of two rates in basis points, one decimal: `1.1 个百分点`, `1.1 pp`.
///
/// Tables say `pp` in Chinese too: pass [`Lang::En`] there.
#[must_use]
pub fn points(lang: Lang, bp: i64) -> String {
    let unit = match lang {
        Lang::Zh => " 个百分点",
        Lang::En => " pp",
    };
    rate(bp, 1) + unit
}

/// A duration in days: `20 天`, `20 days`, `1 day`.
#[must_use]
pub fn days(lang: Lang, n: i64) -> String {
    let unit = match lang {
        Lang::Zh => " 天",
        Lang::En if n.unsigned_abs() == 1 => " day",
        Lang::En => " days",
    };
    integer(n) + unit
}

/// The same where there is little room: `20 天`, `20 d`.
#[must_use]
pub fn days_short(lang: Lang, n: i64) -> String {
    match lang {
        Lang::Zh => days(lang, n),
        Lang::En => integer(n) + " d",
    }
}

/// A duration in minutes: `42 分`, `42 min`.
#[must_use]
pub fn minutes(lang: Lang, n: i64) -> String {
    let unit = match lang {
        Lang::Zh => " 分",
        Lang::En => " min",
    };
    integer(n) + unit
}

/// A longer duration in minutes: `42 分`, `2 小时`, `1.5 h`, `28 h 10 min`; hours with one decimal
/// at most, and the minutes beside them where that is not exact.
///
/// ```
/// use i18n::{Lang, fmt::time_span};
/// assert_eq!((time_span(Lang::Zh, 120), time_span(Lang::En, 90)), ("2 小时".to_owned(), "1.5 h".to_owned()));
/// ```
#[must_use]
pub fn time_span(lang: Lang, n: i64) -> String {
    if n.unsigned_abs() < 60 {
        return minutes(lang, n);
    }
    let unit = match lang {
        Lang::Zh => " 小时",
        Lang::En => " h",
    };
    if n % 6 != 0 {
        return format!("{}{unit} {}", integer(n / 60), minutes(lang, (n % 60).abs()));
    }
    let tenths = n.unsigned_abs() / 6;
    let (scaled, decimals) = if tenths.is_multiple_of(10) { (tenths / 10, 0) } else { (tenths, 1) };
    fixed(n < 0, "", scaled, decimals) + unit
}

/// Basis points as a percentage without its sign.
fn rate(bp: i64, decimals: u32) -> String {
    let decimals = decimals.min(2);
    let scaled = round_div(bp.unsigned_abs(), 10_u64.pow(2 - decimals));
    fixed(bp < 0, "", scaled, decimals)
}

/// `value / divisor`, half rounded up; with the sign kept aside this is half away from zero.
///
/// `divisor` is a power of ten; the sum stays below 2⁶⁴ for every magnitude of an `i64`.
pub(super) fn round_div(value: u64, divisor: u64) -> u64 {
    (value + divisor / 2) / divisor
}

/// Sign, prefix, grouped digits and decimals of `scaled / 10^decimals`. Zero has no sign.
pub(super) fn fixed(negative: bool, prefix: &str, scaled: u64, decimals: u32) -> String {
    let scale = 10_u64.pow(decimals);
    let mut out = String::with_capacity(prefix.len() + 28);
    if negative && scaled != 0 {
        out.push('-');
    }
    out.push_str(prefix);
    push_grouped(&mut out, scaled / scale);
    if decimals > 0 {
        out.push('.');
        push_padded(&mut out, scaled % scale, decimals as usize);
    }
    out
}

fn push_grouped(out: &mut String, n: u64) {
    let digits = n.to_string();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
}

/// `n` with zeros before it up to `width` digits.
pub(super) fn push_padded(out: &mut String, n: u64, width: usize) {
    let digits = n.to_string();
    for _ in digits.len()..width {
        out.push('0');
    }
    out.push_str(&digits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_grouped() {
        assert_eq!(integer(0), "0");
        assert_eq!(integer(999), "999");
        assert_eq!(integer(1_000), "1,000");
        assert_eq!(integer(-123_456), "-123,456");
        assert_eq!(integer(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn percentages_round_away_from_zero() {
        assert_eq!(percent(Some(4260), 1), "42.6%");
        assert_eq!(percent(Some(4265), 1), "42.7%");
        assert_eq!(percent(Some(-4265), 1), "-42.7%");
        assert_eq!(percent(Some(4264), 1), "42.6%");
        assert_eq!(percent(Some(4250), 0), "43%");
        assert_eq!(percent(Some(5), 2), "0.05%");
        assert_eq!(percent(Some(5), 9), "0.05%");
        assert_eq!(percent(Some(10_000), 1), "100.0%");
        assert_eq!(percent(Some(-4), 1), "0.0%");
        assert_eq!(percent(Some(1_234_560), 1), "12,345.6%");
        assert_eq!(percent(None, 1), "—");
    }

    #[test]
    fn points_name_their_unit() {
        assert_eq!(points(Lang::Zh, 110), "1.1 个百分点");
        assert_eq!(points(Lang::En, 110), "1.1 pp");
        assert_eq!(points(Lang::En, -105), "-1.1 pp");
        assert_eq!(points(Lang::Zh, 0), "0.0 个百分点");
    }

    #[test]
    fn durations() {
        assert_eq!(days(Lang::Zh, 20), "20 天");
        assert_eq!(days(Lang::Zh, 1), "1 天");
        assert_eq!(days(Lang::En, 20), "20 days");
        assert_eq!(days(Lang::En, 1), "1 day");
        assert_eq!(days(Lang::En, 0), "0 days");
        assert_eq!(days(Lang::En, 1_200), "1,200 days");
        assert_eq!((days_short(Lang::Zh, 20).as_str(), days_short(Lang::En, 1).as_str()), ("20 天", "1 d"));
        assert_eq!(minutes(Lang::Zh, 42), "42 分");
        assert_eq!(minutes(Lang::En, 42), "42 min");
        let spans = [30, 60, 61, 66, 90, 1_440].map(|n| time_span(Lang::En, n));
        assert_eq!(spans, ["30 min", "1 h", "1 h 1 min", "1.1 h", "1.5 h", "24 h"]);
    }
}
