//! Dates as spreadsheets write them. The year first is always clear; where day
//! or month come first, the other dates of the file decide which it is.

use super::cells::half_width;
use chrono::{Datelike, Duration, NaiveDate};

/// Day nought of Excel's serial numbers. It counts a 29 February 1900 that
/// never was, so this holds from March 1900 on, long before [`YEARS`].
const SERIAL_ZERO: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a real date");
/// As in forms: other years are typing errors.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
/// With the name of the month; `%B` reads the short one too.
const NAMED: [&str; 6] = ["%d-%B-%Y", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %B, %Y", "%d/%B/%Y"];

/// What comes first in dates that end with the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Day,
    Month,
}

/// A date as far as one cell tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Clear(NaiveDate),
    /// `30/06/2026`: clear, and a witness for the other dates of the file.
    Told(NaiveDate, Order),
    /// `05/06/2026`: by day first, and by month first.
    Either(NaiveDate, NaiveDate),
}

/// The order that all dates of a file which tell one agree on.
pub fn order<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Order> {
    let mut told = None;
    for cell in cells {
        if let Some(Reading::Told(_, order)) = look(cell) {
            if told.is_some_and(|before| before != order) {
                return None;
            }
            told = Some(order);
        }
    }
    told
}

/// Reads a date between the years 1990 and 2100; a time of day behind it is
/// left out. `order` decides between day and month where both are possible.
///
/// # Errors
/// The code `not_a_date`, or `ambiguous_date` where nothing decides.
pub fn read(cell: &str, order: Option<Order>) -> Result<NaiveDate, &'static str> {
    match (look(cell), order) {
        (Some(Reading::Clear(date) | Reading::Told(date, _)), _) => Ok(date),
        (Some(Reading::Either(date, _)), Some(Order::Day)) | (Some(Reading::Either(_, date)), Some(Order::Month)) => Ok(date),
        (Some(Reading::Either(..)), None) => Err("ambiguous_date"),
        (None, _) => Err("not_a_date"),
    }
}

fn look(cell: &str) -> Option<Reading> {
    let text = half_width(cell.trim());
    if let Some(date) = NAMED.iter().find_map(|format| NaiveDate::parse_from_str(&text, format).ok()) {
        return sensible(date).map(Reading::Clear);
    }
    if let Some(date) = serial(&text) {
        return Some(Reading::Clear(date));
    }
    let text = text.replace(['年', '月'], "-").replace('日', " ");
    let date = text.split([' ', 'T', '\n']).next().unwrap_or_default().trim_end_matches('-');
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(date, "%Y%m%d").ok().and_then(sensible).map(Reading::Clear);
    }
    let separator = date.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let parts: Vec<&str> = date.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if first.len() == 4 {
        return ymd(first, second, third).map(Reading::Clear);
    }
    if third.len() != 4 {
        return None;
    }
    let (by_day, by_month) = (ymd(third, second, first), ymd(third, first, second));
    match (by_day, by_month) {
        // Points are German, and German has the day first.
        (day, _) if separator == '.' => day.map(Reading::Clear),
        (Some(day), Some(month)) if day == month => Some(Reading::Clear(day)),
        (Some(day), Some(month)) => Some(Reading::Either(day, month)),
        (Some(day), None) => Some(Reading::Told(day, Order::Day)),
        (None, Some(month)) => Some(Reading::Told(month, Order::Month)),
        (None, None) => None,
    }
}

/// `46203` or `46203.5`: days since 1899-12-30.
fn serial(text: &str) -> Option<NaiveDate> {
    let (days, time) = text.split_once('.').unwrap_or((text, "0"));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if days.len() != 5 || !number(days) || !number(time) {
        return None;
    }
    sensible(SERIAL_ZERO + Duration::days(days.parse().ok()?))
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let short = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !short(month) || !short(day) {
        return None;
    }
    sensible(NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?)
}

fn sensible(date: NaiveDate) -> Option<NaiveDate> {
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNE_30: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");

    #[test]
    fn one_day_in_many_hands() {
        for text in [
            "2026-06-30",
            "2026/6/30",
            "2026.6.30",
            "2026年6月30日",
            "2026 年",
            "20260630",
            "２０２６/６/３０",
            "2026/6/30 0:00",
            "2026-06-30 08:15:00",
            "2026-06-30T08:15:00Z",
            "2026年6月30日 8时",
            "46203",
            "46203.75",
            "30/06/2026",
            "6/30/2026",
            "30.6.2026",
            "30-06-2026",
            "30-Jun-2026",
            "30 June 2026",
            "Jun 30, 2026",
        ] {
            let expected = if text == "2026 年" { Err("not_a_date") } else { Ok(JUNE_30) };
            assert_eq!(read(text, None), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "soon",
            "2026",
            "2026-02-30",
            "2026-13-01",
            "31/04/2026",
            "6/30/26",
            "1899-12-31",
            "99999",
            "0",
            "2026年6月",
            "#######",
            "1/2",
            "2026-06-30-01",
        ] {
            assert_eq!(read(text, Some(Order::Day)), Err("not_a_date"), "{text}");
        }
    }

    #[test]
    fn day_or_month_first_is_decided_by_the_file() {
        let june_5 = NaiveDate::from_ymd_opt(2026, 6, 5).expect("a real date");
        let may_6 = NaiveDate::from_ymd_opt(2026, 5, 6).expect("a real date");
        assert_eq!(read("05/06/2026", None), Err("ambiguous_date"));
        assert_eq!(read("05/06/2026", order(["05/06/2026", "30/06/2026"].into_iter())), Ok(june_5));
        assert_eq!(read("05/06/2026", order(["6/30/2026", ""].into_iter())), Ok(may_6));
        assert_eq!(order(["6/30/2026", "30/06/2026"].into_iter()), None, "a file that contradicts itself decides nothing");
        assert_eq!(read("06/06/2026", None), Ok(NaiveDate::from_ymd_opt(2026, 6, 6).expect("a real date")));
    }
}
