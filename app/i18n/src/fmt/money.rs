//! Amounts of money, from minor units (分, cents) and an ISO 4217 code.
//!
//! Only codes in capital letters are known; anything else is shown as it is, with two decimals, so
//! that a wrong code is seen rather than hidden. Adding up and converting belong to `domain`.

use super::number::{fixed, round_div};
use crate::Lang;

/// Decimals of a currency's minor unit after ISO 4217: 2 for most, 0 for JPY, 3 for KWD.
#[must_use]
pub fn exponent(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// What stands before an amount when the currency has a sign of its own: `¥`, `US$`, `JP¥`.
///
/// `¥` is CNY alone: the product is at home there, and one sign must not mean two currencies.
#[must_use]
pub fn symbol(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "CNY" => "¥",
        "USD" => "US$",
        "HKD" => "HK$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "JP¥",
        _ => return None,
    })
}

/// An amount in full, for tables and forms: `¥1,234,567.00`, `-US$12.50`, `JP¥1,200`, `KWD 1.250`.
///
/// Both languages write it alike; the language is asked for so that views call every function of
/// this module in the same way.
///
/// ```
/// use i18n::{Lang, fmt::money_table};
/// assert_eq!(money_table(Lang::Zh, 123_456_700, "CNY"), "¥1,234,567.00");
/// ```
#[must_use]
pub fn money_table(_lang: Lang, minor: i64, currency: &str) -> String {
    let decimals = exponent(currency);
    fixed(minor < 0, &prefix(currency), minor.unsigned_abs(), decimals)
}

/// An amount for cards and headlines: the number and, apart, its small grey unit.
///
/// Chinese counts in 万 (one decimal) and 亿 (two), below 1万 in whole 元; other currencies than
/// CNY keep their sign before the number and need no 元. English counts in K (one decimal) and M
/// (two) with the sign before the number. A number that rounds up to the next unit is shown in that
/// unit: 9,999.96 万 is `1.00` 亿.
///
/// ```
/// use i18n::{Lang, fmt::money_short};
/// assert_eq!(money_short(Lang::Zh, 12_800_000, "CNY"), ("12.8".to_owned(), "万"));
/// assert_eq!(money_short(Lang::En, 123_456_700, "CNY"), ("¥1.23".to_owned(), "M"));
/// ```
#[must_use]
pub fn money_short(lang: Lang, minor: i64, currency: &str) -> (String, &'static str) {
    let prefix = match (lang, currency) {
        (Lang::Zh, "CNY") => String::new(),
        _ => prefix(currency),
    };
    let show = |scaled, decimals| fixed(minor < 0, &prefix, scaled, decimals);
    let whole = 10_u64.pow(exponent(currency));
    let rounded_to = |major: u64, parts: u64| round_div(minor.unsigned_abs(), whole * major / parts);

    let units = rounded_to(1, 1);
    match lang {
        Lang::Zh => {
            let tenths_of_wan = rounded_to(10_000, 10);
            if units < 10_000 {
                (show(units, 0), if currency == "CNY" { "元" } else { "" })
            } else if tenths_of_wan < 100_000 {
                (show(tenths_of_wan, 1), "万")
            } else {
                (show(rounded_to(100_000_000, 100), 2), "亿")
            }
        }
        Lang::En => {
            let tenths_of_k = rounded_to(1_000, 10);
            if units < 1_000 {
                (show(units, 0), "")
            } else if tenths_of_k < 10_000 {
                (show(tenths_of_k, 1), "K")
            } else {
                (show(rounded_to(1_000_000, 100), 2), "M")
            }
        }
    }
}

/// [`money_short`] in one piece: `12.8 万`, `8,600 元`, `¥1.23M`.
#[must_use]
pub fn money_short_text(lang: Lang, minor: i64, currency: &str) -> String {
    joined(lang, money_short(lang, minor, currency))
}

/// Number and unit of [`money_short`] in one piece.
#[must_use]
pub fn joined(lang: Lang, (number, unit): (String, &'static str)) -> String {
    let gap = if lang == Lang::Zh && !unit.is_empty() { " " } else { "" };
    number + gap + unit
}

/// The currency's sign, or its code and a space.
fn prefix(currency: &str) -> String {
    match symbol(currency) {
        Some(symbol) => symbol.to_owned(),
        None => format!("{currency} "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zh(minor: i64, currency: &str) -> (String, &'static str) {
        money_short(Lang::Zh, minor, currency)
    }

    fn en(minor: i64, currency: &str) -> (String, &'static str) {
        money_short(Lang::En, minor, currency)
    }

    fn pair(number: &str, unit: &'static str) -> (String, &'static str) {
        (number.to_owned(), unit)
    }

    #[test]
    fn tables_show_every_digit() {
        for lang in Lang::ALL {
            let table = |minor, currency| money_table(lang, minor, currency);
            assert_eq!(table(123_456_700, "CNY"), "¥1,234,567.00");
            assert_eq!(table(0, "CNY"), "¥0.00");
            assert_eq!(table(5, "CNY"), "¥0.05");
            assert_eq!(table(-123_450, "USD"), "-US$1,234.50");
            assert_eq!(table(100, "HKD"), "HK$1.00");
            assert_eq!(table(100, "EUR"), "€1.00");
            assert_eq!(table(100, "GBP"), "£1.00");
            assert_eq!(table(123_456, "JPY"), "JP¥123,456");
            assert_eq!(table(1_234, "KRW"), "KRW 1,234");
            assert_eq!(table(-1_250, "KWD"), "-KWD 1.250");
            assert_eq!(table(1_250, "BHD"), "BHD 1.250");
            assert_eq!(table(1_250, "SGD"), "SGD 12.50");
        }
        assert_eq!(money_table(Lang::En, i64::MIN, "CNY"), "-¥92,233,720,368,547,758.08");
    }

    #[test]
    fn chinese_counts_in_wan_and_yi() {
        assert_eq!(zh(860_000, "CNY"), pair("8,600", "元"));
        assert_eq!(zh(0, "CNY"), pair("0", "元"));
        assert_eq!(zh(12_800_000, "CNY"), pair("12.8", "万"));
        assert_eq!(zh(1_000_000, "CNY"), pair("1.0", "万"));
        assert_eq!(zh(1_023_600_000, "CNY"), pair("1,023.6", "万"));
        assert_eq!(zh(12_345_678_900, "CNY"), pair("1.23", "亿"));
        assert_eq!(zh(-12_800_000, "CNY"), pair("-12.8", "万"));
        assert_eq!(zh(12_800_000, "USD"), pair("US$12.8", "万"));
        assert_eq!(zh(860_000, "USD"), pair("US$8,600", ""));
        assert_eq!(zh(128_000, "JPY"), pair("JP¥12.8", "万"));
        assert_eq!(zh(128_000_000, "KWD"), pair("KWD 12.8", "万"));
    }

    #[test]
    fn english_counts_in_thousands_and_millions() {
        assert_eq!(en(86_000, "CNY"), pair("¥860", ""));
        assert_eq!(en(100_000, "CNY"), pair("¥1.0", "K"));
        assert_eq!(en(12_800_000, "CNY"), pair("¥128.0", "K"));
        assert_eq!(en(123_456_700, "CNY"), pair("¥1.23", "M"));
        assert_eq!(en(-123_456_700, "USD"), pair("-US$1.23", "M"));
        assert_eq!(en(12_345_678_900_000, "CNY"), pair("¥123,456.79", "M"));
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(zh(150, "CNY"), pair("2", "元"));
        assert_eq!(zh(-150, "CNY"), pair("-2", "元"));
        assert_eq!(zh(149, "CNY"), pair("1", "元"));
        assert_eq!(zh(-49, "CNY"), pair("0", "元"));
        assert_eq!(zh(12_850_000, "CNY"), pair("12.9", "万"));
        assert_eq!(zh(12_849_999, "CNY"), pair("12.8", "万"));
        assert_eq!(en(-100_500_000, "CNY"), pair("-¥1.01", "M"));
    }

    #[test]
    fn what_rounds_up_takes_the_next_unit() {
        assert_eq!(zh(999_949, "CNY"), pair("9,999", "元"));
        assert_eq!(zh(999_950, "CNY"), pair("1.0", "万"));
        assert_eq!(zh(9_999_949_999, "CNY"), pair("9,999.9", "万"));
        assert_eq!(zh(9_999_950_000, "CNY"), pair("1.00", "亿"));
        assert_eq!(en(99_949, "CNY"), pair("¥999", ""));
        assert_eq!(en(99_950, "CNY"), pair("¥1.0", "K"));
        assert_eq!(en(99_994_999, "CNY"), pair("¥999.9", "K"));
        assert_eq!(en(99_995_000, "CNY"), pair("¥1.00", "M"));
    }

    #[test]
    fn extremes_do_not_overflow() {
        for currency in ["CNY", "JPY", "KWD"] {
            for minor in [i64::MIN, i64::MAX] {
                assert!(zh(minor, currency).0.len() > 6);
                assert!(en(minor, currency).0.len() > 6);
            }
        }
    }

    #[test]
    fn joined() {
        assert_eq!(money_short_text(Lang::Zh, 12_800_000, "CNY"), "12.8 万");
        assert_eq!(money_short_text(Lang::Zh, 860_000, "CNY"), "8,600 元");
        assert_eq!(money_short_text(Lang::Zh, 860_000, "USD"), "US$8,600");
        assert_eq!(money_short_text(Lang::En, 123_456_700, "CNY"), "¥1.23M");
        assert_eq!(money_short_text(Lang::En, 86_000, "CNY"), "¥860");
    }
}
