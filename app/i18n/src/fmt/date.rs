//! Dates and times of day.
//!
//! A caller passes local dates and the local today: which zone counts is decided on the server, and
//! a view has no clock.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike, Weekday};

use super::number::push_padded;
use crate::Lang;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2026-06-30`, for tables, forms and everything with a year.
#[must_use]
pub fn date_iso(date: NaiveDate) -> String {
    let mut out = String::with_capacity(10);
    if date.year() < 0 {
        out.push('-');
    }
    push_padded(&mut out, u64::from(date.year().unsigned_abs()), 4);
    out.push('-');
    push_padded(&mut out, u64::from(date.month()), 2);
    out.push('-');
    push_padded(&mut out, u64::from(date.day()), 2);
    out
}

/// A date in a running list: `今天`, `昨天`, `明天`, `7月2日` in the year of `today`, else
/// `2025-06-30`; in English `Today`, `Yesterday`, `Tomorrow`, `Jul 2`.
#[must_use]
pub fn date_short(lang: Lang, date: NaiveDate, today: NaiveDate) -> String {
    let word = match ((date - today).num_days(), lang) {
        (0, Lang::Zh) => "今天",
        (0, Lang::En) => "Today",
        (1, Lang::Zh) => "明天",
        (1, Lang::En) => "Tomorrow",
        (-1, Lang::Zh) => "昨天",
        (-1, Lang::En) => "Yesterday",
        _ if date.year() == today.year() => return month_day(lang, date),
        _ => return date_iso(date),
    };
    word.to_owned()
}

/// A date with its day of the week, for headings: `6月30日 周二`, `Tue, Jun 30`.
#[must_use]
pub fn date_weekday(lang: Lang, date: NaiveDate) -> String {
    let (day, of_week) = (month_day(lang, date), weekday(lang, date));
    match lang {
        Lang::Zh => day + " " + of_week,
        Lang::En => format!("{of_week}, {day}"),
    }
}

/// A month by its name: `6月`, `June`.
///
/// `month` counts from 1; the empty text for one that does not exist.
#[must_use]
pub fn month_of_year(lang: Lang, month: u32) -> String {
    const NAMES: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    match (lang, NAMES.get((month as usize).wrapping_sub(1))) {
        (_, None) => String::new(),
        (Lang::Zh, Some(_)) => format!("{month}月"),
        (Lang::En, Some(name)) => (*name).to_owned(),
    }
}

/// The month of a date: `2026年6月`, `Jun 2026`.
#[must_use]
pub fn month(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        Lang::En => format!("{} {}", month_name(date), date.year()),
    }
}

/// Hours and minutes, seconds cut off: `09:12`.
#[must_use]
pub fn time(time: NaiveTime) -> String {
    let mut out = String::with_capacity(5);
    push_padded(&mut out, u64::from(time.hour()), 2);
    out.push(':');
    push_padded(&mut out, u64::from(time.minute()), 2);
    out
}

/// An instant in a running list, in its own offset: `今天 09:12`, `Jul 2 09:12`, `2025-06-30 09:12`.
///
/// `today` is the date of now in the same offset.
#[must_use]
pub fn instant_short(lang: Lang, instant: DateTime<FixedOffset>, today: NaiveDate) -> String {
    let local = instant.naive_local();
    date_short(lang, local.date(), today) + " " + &time(local.time())
}

/// The day of the week, short: `周二`, `Tue`.
#[must_use]
pub fn weekday(lang: Lang, date: NaiveDate) -> &'static str {
    let (zh, en, ..) = weekday_names(date.weekday());
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The day of the week in full: `星期二`, `Tuesday`.
#[must_use]
pub fn weekday_long(lang: Lang, date: NaiveDate) -> &'static str {
    let (_, _, zh, en) = weekday_names(date.weekday());
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn weekday_names(day: Weekday) -> (&'static str, &'static str, &'static str, &'static str) {
    match day {
        Weekday::Mon => ("周一", "Mon", "星期一", "Monday"),
        Weekday::Tue => ("周二", "Tue", "星期二", "Tuesday"),
        Weekday::Wed => ("周三", "Wed", "星期三", "Wednesday"),
        Weekday::Thu => ("周四", "Thu", "星期四", "Thursday"),
        Weekday::Fri => ("周五", "Fri", "星期五", "Friday"),
        Weekday::Sat => ("周六", "Sat", "星期六", "Saturday"),
        Weekday::Sun => ("周日", "Sun", "星期日", "Sunday"),
    }
}

/// `7月2日`, `Jul 2`.
fn month_day(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", month_name(date), date.day()),
    }
}

fn month_name(date: NaiveDate) -> &'static str {
    MONTHS[date.month0() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("the test names a real day")
    }

    #[test]
    fn iso_is_padded() {
        assert_eq!(date_iso(day(2026, 6, 30)), "2026-06-30");
        assert_eq!(date_iso(day(987, 1, 2)), "0987-01-02");
    }

    #[test]
    fn near_days_have_words() {
        let today = day(2026, 6, 30);
        let zh = |date| date_short(Lang::Zh, date, today);
        let en = |date| date_short(Lang::En, date, today);
        assert_eq!((zh(today), en(today)), ("今天".into(), "Today".into()));
        assert_eq!(zh(day(2026, 7, 1)), "明天");
        assert_eq!(en(day(2026, 7, 1)), "Tomorrow");
        assert_eq!(zh(day(2026, 6, 29)), "昨天");
        assert_eq!(en(day(2026, 6, 29)), "Yesterday");
        assert_eq!(zh(day(2026, 7, 2)), "7月2日");
        assert_eq!(en(day(2026, 7, 2)), "Jul 2");
        assert_eq!(zh(day(2025, 6, 30)), "2025-06-30");
        assert_eq!(en(day(2027, 1, 1)), "2027-01-01");
    }

    #[test]
    fn words_cross_the_year() {
        let eve = day(2026, 12, 31);
        assert_eq!(date_short(Lang::Zh, day(2027, 1, 1), eve), "明天");
        assert_eq!(date_short(Lang::En, day(2027, 1, 2), eve), "2027-01-02");
        assert_eq!(date_short(Lang::En, eve, day(2027, 1, 1)), "Yesterday");
    }

    #[test]
    fn headings_and_months() {
        assert_eq!(date_weekday(Lang::Zh, day(2026, 6, 30)), "6月30日 周二");
        assert_eq!(date_weekday(Lang::En, day(2026, 6, 30)), "Tue, Jun 30");
        assert_eq!(month(Lang::Zh, day(2026, 6, 30)), "2026年6月");
        assert_eq!(month(Lang::En, day(2026, 12, 1)), "Dec 2026");
    }

    #[test]
    fn weekdays_follow_the_calendar() {
        let monday = day(2026, 6, 29);
        let week: Vec<_> = monday.iter_days().take(7).map(|date| weekday(Lang::Zh, date)).collect();
        assert_eq!(week, ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]);
        assert_eq!(weekday(Lang::En, monday), "Mon");
        assert_eq!(weekday_long(Lang::Zh, monday), "星期一");
        assert_eq!(weekday_long(Lang::En, monday), "Monday");
    }

    #[test]
    fn instants_are_local() {
        let instant = DateTime::parse_from_rfc3339("2026-06-30T00:05:59+08:00").expect("a valid instant");
        let short = |lang, today| instant_short(lang, instant, today);
        assert_eq!(short(Lang::Zh, day(2026, 6, 30)), "今天 00:05");
        assert_eq!(short(Lang::En, day(2026, 7, 1)), "Yesterday 00:05");
        assert_eq!(short(Lang::Zh, day(2026, 7, 9)), "6月30日 00:05");
        assert_eq!(short(Lang::En, day(2026, 7, 9)), "Jun 30 00:05");
        assert_eq!(short(Lang::Zh, day(2027, 7, 9)), "2026-06-30 00:05");
        assert_eq!(time(instant.naive_local().time()), "00:05");
    }
}
