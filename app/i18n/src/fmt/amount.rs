//! Amounts as people type them, and as a field shows them for editing.
//!
//! Reading is generous with writing habits (full-width digits, 万, k, signs) and strict with
//! meaning: where a text could be two different amounts it is refused, because a wrong amount that
//! was accepted is found at the end of the quarter.

use super::money::{exponent, symbol};
use super::number::push_padded;

/// Digits that a typed amount may have before it is refused; far above what an `i64` holds.
const DIGITS_MAX: usize = 30;

/// Reads a typed amount of a currency (ISO 4217) into minor units.
///
/// Accepts digits with or without thousands separators, full-width forms, spaces, a minus, the sign
/// or the code of this currency (`¥`, `US$`, `$`, `CNY`, `RMB`), 元, and the units 万 (also `w`), 亿,
/// `k` and `M`.
///
/// Refuses another currency's sign, separators in wrong places (`1,23` may mean 1.23), more decimals
/// than the currency has after its unit is applied (`1.234`, `1.2345678万` of CNY), and what does not
/// fit into an `i64`. It does not judge the sign: that is a rule of the field.
///
/// ```
/// use i18n::fmt::parse_amount;
/// assert_eq!(parse_amount("1,234.5", "CNY"), Some(123_450));
/// assert_eq!(parse_amount("１２．８万", "CNY"), Some(12_800_000));
/// assert_eq!(parse_amount("300k", "JPY"), Some(300_000));
/// assert_eq!(parse_amount("1.234", "CNY"), None);
/// ```
#[must_use]
pub fn parse_amount(text: &str, currency: &str) -> Option<i64> {
    let plain = half_width(text);
    let (negative, number, unit_zeros) = take_apart(&plain, currency)?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let whole = without_separators(whole)?;
    let zeros = (exponent(currency) + unit_zeros).checked_sub(u32::try_from(decimals.len()).ok()?)?;
    let digits = whole + decimals;
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let minor = digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?)?;
    i64::try_from(if negative { -minor } else { minor }).ok()
}

/// An amount as the value of a field: `1234.50`, no sign of the currency and no separators.
///
/// [`parse_amount`] reads it back to the same amount.
#[must_use]
pub fn money_input(minor: i64, currency: &str) -> String {
    let decimals = exponent(currency);
    let scale = 10_u64.pow(decimals);
    let mut out = String::with_capacity(24);
    if minor < 0 {
        out.push('-');
    }
    push_padded(&mut out, minor.unsigned_abs() / scale, 1);
    if decimals > 0 {
        out.push('.');
        push_padded(&mut out, minor.unsigned_abs() % scale, decimals as usize);
    }
    out
}

/// Without spaces, full-width forms made ASCII, letters capital.
fn half_width(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            // The full-width block repeats ASCII at a fixed distance.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '￥' => '¥',
            '−' => '-',
            _ => c,
        })
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Sign, the number itself, and how many zeros its unit stands for.
fn take_apart<'a>(text: &'a str, currency: &str) -> Option<(bool, &'a str, u32)> {
    let (before, rest) = strip_minus(text);
    let rest = strip_currency_before(rest, currency);
    let (after, rest) = strip_minus(rest);
    if before && after {
        return None;
    }
    let rest = strip_currency_after(rest, currency);
    let unit = rest.chars().next_back().and_then(unit_zeros);
    let number = match unit {
        Some(_) => rest.trim_end_matches(|c| unit_zeros(c).is_some()),
        None => rest,
    };
    // 「12万万」 would lose a unit silently.
    if rest.chars().count() - number.chars().count() > 1 {
        return None;
    }
    Some((before || after, number, unit.unwrap_or(0)))
}

fn unit_zeros(unit: char) -> Option<u32> {
    match unit {
        'K' => Some(3),
        '万' | '萬' | 'W' => Some(4),
        'M' => Some(6),
        '亿' | '億' => Some(8),
        _ => None,
    }
}

fn strip_minus(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

fn strip_currency_before<'a>(text: &'a str, currency: &str) -> &'a str {
    let own: &[&str] = match currency {
        "CNY" => &["RMB"],
        "JPY" => &["¥"],
        "USD" | "HKD" => &["$"],
        _ => &[],
    };
    [currency].into_iter().chain(symbol(currency)).chain(own.iter().copied()).find_map(|sign| text.strip_prefix(sign)).unwrap_or(text)
}

fn strip_currency_after<'a>(text: &'a str, currency: &str) -> &'a str {
    let word = if currency == "CNY" { "元" } else { currency };
    text.strip_suffix(word).or_else(|| text.strip_suffix(currency)).unwrap_or(text)
}

/// Digits whose commas, if any, stand at every third place; else `None`.
fn without_separators(whole: &str) -> Option<String> {
    if let Some((first, rest)) = whole.split_once(',') {
        let grouped = (1..=3).contains(&first.len()) && rest.split(',').all(|g| g.len() == 3);
        if !grouped {
            return None;
        }
    }
    Some(whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(text: &str) -> Option<i64> {
        parse_amount(text, "CNY")
    }

    #[test]
    fn plain_numbers() {
        assert_eq!(cny("0"), Some(0));
        assert_eq!(cny("1200"), Some(120_000));
        assert_eq!(cny("1,234.5"), Some(123_450));
        assert_eq!(cny("1,234,567.89"), Some(123_456_789));
        assert_eq!(cny(" 1 234.50 "), Some(123_450));
        assert_eq!(cny(".5"), Some(50));
        assert_eq!(cny("5."), Some(500));
        assert_eq!(cny("007"), Some(700));
    }

    #[test]
    fn full_width_forms() {
        assert_eq!(cny("１，２３４．５"), Some(123_450));
        assert_eq!(cny("￥１２\u{3000}３４"), Some(123_400));
        assert_eq!(cny("－８"), Some(-800));
        assert_eq!(cny("３００ｋ"), Some(30_000_000));
    }

    #[test]
    fn units() {
        assert_eq!(cny("12.8万"), Some(12_800_000));
        assert_eq!(cny("12.8 万元"), Some(12_800_000));
        assert_eq!(cny("12.8w"), Some(12_800_000));
        assert_eq!(cny("1.2亿"), Some(12_000_000_000));
        assert_eq!(cny("1.2M"), Some(120_000_000));
        assert_eq!(cny("300k"), Some(30_000_000));
        assert_eq!(cny("8600元"), Some(860_000));
        assert_eq!(cny("1,200万"), Some(1_200_000_000));
        assert_eq!(cny("1.234567万"), Some(1_234_567));
        assert_eq!(parse_amount("1.2万", "JPY"), Some(12_000));
    }

    #[test]
    fn signs_of_the_currency() {
        assert_eq!(cny("¥1,234"), Some(123_400));
        assert_eq!(cny("CNY 12"), Some(1_200));
        assert_eq!(cny("12 cny"), Some(1_200));
        assert_eq!(cny("rmb12"), Some(1_200));
        assert_eq!(cny("-¥5"), Some(-500));
        assert_eq!(cny("¥-5"), Some(-500));
        assert_eq!(cny("−5"), Some(-500));
        assert_eq!(parse_amount("US$1.50", "USD"), Some(150));
        assert_eq!(parse_amount("$1.50", "USD"), Some(150));
        assert_eq!(parse_amount("1.5k usd", "USD"), Some(150_000));
        assert_eq!(parse_amount("HK$8", "HKD"), Some(800));
        assert_eq!(parse_amount("JP¥12", "JPY"), Some(12));
        assert_eq!(parse_amount("¥12", "JPY"), Some(12));
        assert_eq!(parse_amount("kwd 1.250k", "KWD"), Some(1_250_000));
    }

    #[test]
    fn another_currency_is_refused() {
        assert_eq!(cny("US$5"), None);
        assert_eq!(cny("$5"), None);
        assert_eq!(cny("€5"), None);
        assert_eq!(parse_amount("¥5", "USD"), None);
        assert_eq!(parse_amount("5元", "USD"), None);
        assert_eq!(parse_amount("HK$5", "USD"), None);
    }

    #[test]
    fn too_many_decimals_are_refused() {
        assert_eq!(cny("1.234"), None);
        assert_eq!(cny("1.230"), None);
        assert_eq!(cny("1.2345678万"), None);
        assert_eq!(parse_amount("1.5", "JPY"), None);
        assert_eq!(parse_amount("1.5", "KRW"), None);
        assert_eq!(parse_amount("1.2345", "KWD"), None);
        assert_eq!(parse_amount("1.234", "KWD"), Some(1_234));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            " ",
            "-",
            "¥",
            "万",
            "元",
            ".",
            "-.",
            ",",
            "1,23",
            "1,2345",
            "12,34,567",
            ",123",
            "1234,567",
            "1,,234",
            "1.2.3",
            "1,234.5,6",
            "1e5",
            "0x10",
            "--1",
            "-¥-1",
            "+-1",
            "１万2",
            "12万万",
            "12kk",
            "12 apples",
            "一百",
            "٣",
            "1_000",
            "NaN",
            "¥¥1",
        ] {
            assert_eq!(cny(text), None, "{text:?}");
        }
    }

    #[test]
    fn range_is_checked() {
        assert_eq!(cny("92233720368547758.07"), Some(i64::MAX));
        assert_eq!(cny("-92233720368547758.08"), Some(i64::MIN));
        assert_eq!(cny("92233720368547758.08"), None);
        assert_eq!(cny("999999999999亿"), None);
        assert_eq!(cny(&"9".repeat(31)), None);
        assert_eq!(cny(&"9".repeat(10_000)), None);
        assert_eq!(cny("999999999999999999999999999999亿"), None);
    }

    #[test]
    fn fields_read_back() {
        assert_eq!(money_input(123_450, "CNY"), "1234.50");
        assert_eq!(money_input(-5, "CNY"), "-0.05");
        assert_eq!(money_input(1_200, "JPY"), "1200");
        assert_eq!(money_input(1_250, "KWD"), "1.250");
        for currency in ["CNY", "JPY", "KWD"] {
            for minor in [0, 1, -1, 99, -100, 123_456_789, i64::MIN, i64::MAX] {
                let typed = money_input(minor, currency);
                assert_eq!(parse_amount(&typed, currency), Some(minor), "{typed}");
                let shown = super::super::money_table(crate::Lang::Zh, minor, currency);
                assert_eq!(parse_amount(&shown, currency), Some(minor), "{shown}");
            }
        }
    }
}
