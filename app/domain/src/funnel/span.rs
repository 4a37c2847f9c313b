//! The days that a chosen span means, and those that it is compared with.

use super::report::{Against, Span};
use crate::period::{NamedBy, Period, add_months, fiscal_period};
use chrono::{Datelike, Month, NaiveDate};

impl Span {
    /// The days of the span on `today`, which is the last of one that is running.
    ///
    /// ```
    /// # use chrono::{Month, NaiveDate};
    /// use domain::funnel::report::Span;
    /// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    /// let quarter = Span::ThisQuarter.period(date(5, 20), Month::January);
    /// assert_eq!((quarter.start(), quarter.end_exclusive()), (date(4, 1), date(5, 21)));
    /// ```
    #[must_use]
    pub fn period(self, today: NaiveDate, fiscal_start: Month) -> Period {
        let tomorrow = today.succ_opt().unwrap_or(today);
        let months = self.months();
        let month = fiscal_period(today, fiscal_start, NamedBy::Start).month;
        let begun = earlier(today.with_day(1).unwrap_or(today), (month - 1) % months);
        match self {
            Self::ThisQuarter | Self::ThisHalf | Self::ThisYear => Period::new(begun, tomorrow),
            Self::LastQuarter | Self::LastHalf | Self::LastYear => Period::new(earlier(begun, months), begun),
            Self::Months12 => Period::new(earlier(tomorrow, months), tomorrow),
        }
    }

    fn months(self) -> u32 {
        match self {
            Self::ThisQuarter | Self::LastQuarter => 3,
            Self::ThisHalf | Self::LastHalf => 6,
            Self::ThisYear | Self::LastYear | Self::Months12 => 12,
        }
    }
}

impl Against {
    /// What the days of a span are compared with: the same days a year or a span before,
    /// so that a span that is running is compared with as much of the other one.
    ///
    /// ```
    /// # use chrono::{Month, NaiveDate};
    /// use domain::funnel::report::{Against, Span};
    /// # let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    /// let quarter = Span::ThisQuarter.period(date(5, 20), Month::January);
    /// let before = Against::PeriodBefore.period(Span::ThisQuarter, quarter).unwrap();
    /// assert_eq!((before.start(), before.end_exclusive()), (date(1, 1), date(2, 21)));
    /// ```
    #[must_use]
    pub fn period(self, span: Span, of: Period) -> Option<Period> {
        let months = match self {
            Self::YearBefore => 12,
            Self::PeriodBefore => span.months(),
            Self::Nothing => return None,
        };
        Some(Period::new(earlier(of.start(), months), earlier(of.end_exclusive(), months)))
    }
}

/// The bound of a period, months earlier. Whole months stay whole; otherwise it is the
/// day before, the last one inside, whose counterpart is looked for.
fn earlier(bound: NaiveDate, months: u32) -> NaiveDate {
    let back = |date| i32::try_from(months).ok().and_then(|months| add_months(date, -months));
    let found = if bound.day() == 1 { back(bound) } else { bound.pred_opt().and_then(back).and_then(|last| last.succ_opt()) };
    found.unwrap_or(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// First and last day.
    fn days(period: Period) -> [String; 2] {
        [period.start(), period.end_exclusive().pred_opt().expect("a day before")].map(|day| day.to_string())
    }

    fn on(today: &str, first: Month, span: Span) -> Period {
        span.period(date(today), first)
    }

    #[test]
    fn spans_of_a_calendar_year() {
        let expected = [
            (Span::ThisQuarter, ["2026-04-01", "2026-05-20"]),
            (Span::LastQuarter, ["2026-01-01", "2026-03-31"]),
            (Span::ThisHalf, ["2026-01-01", "2026-05-20"]),
            (Span::LastHalf, ["2025-07-01", "2025-12-31"]),
            (Span::ThisYear, ["2026-01-01", "2026-05-20"]),
            (Span::LastYear, ["2025-01-01", "2025-12-31"]),
            (Span::Months12, ["2025-05-21", "2026-05-20"]),
        ];
        assert_eq!(expected.len(), Span::ALL.len());
        for (span, bounds) in expected {
            assert_eq!(days(on("2026-05-20", Month::January, span)), bounds, "{span}");
        }
    }

    #[test]
    fn a_fiscal_year_may_begin_in_april() {
        let expected = [
            (Span::ThisQuarter, ["2026-01-01", "2026-02-10"]),
            (Span::LastQuarter, ["2025-10-01", "2025-12-31"]),
            (Span::ThisHalf, ["2025-10-01", "2026-02-10"]),
            (Span::LastHalf, ["2025-04-01", "2025-09-30"]),
            (Span::ThisYear, ["2025-04-01", "2026-02-10"]),
            (Span::LastYear, ["2024-04-01", "2025-03-31"]),
        ];
        for (span, bounds) in expected {
            assert_eq!(days(on("2026-02-10", Month::April, span)), bounds, "{span}");
        }
        assert_eq!(days(on("2026-04-01", Month::April, Span::ThisYear)), ["2026-04-01", "2026-04-01"]);
        assert_eq!(days(on("2026-02-10", Month::February, Span::ThisQuarter)), ["2026-02-01", "2026-02-10"]);
    }

    #[test]
    fn a_running_span_is_compared_with_as_much_of_the_other() {
        let before = |today, span, against: Against| days(against.period(span, on(today, Month::January, span)).expect("compared"));
        assert_eq!(before("2026-05-20", Span::ThisHalf, Against::YearBefore), ["2025-01-01", "2025-05-20"]);
        assert_eq!(before("2026-05-20", Span::ThisHalf, Against::PeriodBefore), ["2025-07-01", "2025-11-20"]);
        assert_eq!(before("2026-05-20", Span::LastQuarter, Against::PeriodBefore), ["2025-10-01", "2025-12-31"]);
        assert_eq!(before("2026-05-20", Span::Months12, Against::YearBefore), ["2024-05-21", "2025-05-20"]);
        assert_eq!(before("2026-05-30", Span::ThisQuarter, Against::PeriodBefore), ["2026-01-01", "2026-02-28"]);
        assert_eq!(before("2026-06-30", Span::ThisQuarter, Against::PeriodBefore), ["2026-01-01", "2026-03-31"]);
        assert_eq!(Against::Nothing.period(Span::ThisHalf, on("2026-05-20", Month::January, Span::ThisHalf)), None);
    }

    #[test]
    fn leap_days_have_a_counterpart() {
        let before = |today, span| days(Against::YearBefore.period(span, on(today, Month::January, span)).expect("compared"));
        assert_eq!(before("2024-02-28", Span::ThisYear), ["2023-01-01", "2023-02-28"]);
        assert_eq!(before("2024-02-29", Span::ThisYear), ["2023-01-01", "2023-02-28"]);
        assert_eq!(before("2025-02-28", Span::ThisYear), ["2024-01-01", "2024-02-29"]);
        assert_eq!(before("2025-02-27", Span::ThisYear), ["2024-01-01", "2024-02-27"]);
        let quarter = on("2025-03-10", Month::March, Span::LastQuarter);
        assert_eq!(days(quarter), ["2024-12-01", "2025-02-28"]);
        assert_eq!(days(Against::YearBefore.period(Span::LastQuarter, quarter).expect("compared")), ["2023-12-01", "2024-02-29"]);
        for today in ["2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28"] {
            let year = on(today, Month::January, Span::Months12);
            let before = Against::YearBefore.period(Span::Months12, year).expect("compared");
            assert_eq!(before.end_exclusive(), year.start(), "{today}");
        }
    }
}
