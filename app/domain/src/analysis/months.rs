//! What was won in each month, against the same month of the year before.
//!
//! Each month is a window of its own: a deal that was won in March, reopened and won again
//! in May counts in both, by the last closing in each (house decision HD-9). So a month says
//! the same wherever it stands, as a month or as the year before of another. In a total it
//! counts once, and a total may be less than its months.

use chrono::{Month, NaiveDate};
use serde::{Deserialize, Serialize};

use super::set::{Set, Subject};
use crate::codes;
use crate::funnel::report::Span;
use crate::funnel::traced::Traced;
use crate::funnel::{FunnelError, History};
use crate::growth::{Growth, growth};
use crate::money::Currency;
use crate::period::{Period, add_months};
use crate::pipeline::TransitionKind;
use crate::tally::{CurrencyTally, Tally};
use crate::trend::{Window, windows, year_before};

codes! {
    /// Which months are shown. The running one is the last; the fiscal year is the
    /// organisation's.
    MonthSpan { Last12 = "12", Last24 = "24", ThisYear = "year", LastYear = "last_year" }
}

impl MonthSpan {
    /// Its days on `today`, which is the last of them if the span is running.
    ///
    /// ```
    /// # use chrono::{Month, NaiveDate};
    /// use domain::analysis::MonthSpan;
    /// # let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let months = MonthSpan::Last12.period(date(2026, 5, 20), Month::January);
    /// assert_eq!((months.start(), months.end_exclusive()), (date(2025, 6, 1), date(2026, 5, 21)));
    /// let year = MonthSpan::ThisYear.period(date(2026, 5, 20), Month::April);
    /// assert_eq!(year.start(), date(2026, 4, 1));
    /// ```
    #[must_use]
    pub fn period(self, today: NaiveDate, fiscal_start: Month) -> Period {
        let tomorrow = today.succ_opt().unwrap_or(today);
        match self {
            Self::Last12 => Period::new(months_ago(today, 11), tomorrow),
            Self::Last24 => Period::new(months_ago(today, 23), tomorrow),
            Self::ThisYear => Span::ThisYear.period(today, fiscal_start),
            Self::LastYear => Span::LastYear.period(today, fiscal_start),
        }
    }

    /// What is summed: not more than twelve months, so that no total is compared with a
    /// part of itself.
    fn totals(self, period: Period, today: NaiveDate) -> Vec<Period> {
        let middle = months_ago(today, 11);
        match self {
            Self::Last24 => vec![Period::new(period.start(), middle), Period::new(middle, period.end_exclusive())],
            _ => vec![period],
        }
    }
}

/// The first day of the month so many months ago.
fn months_ago(today: NaiveDate, n: i32) -> NaiveDate {
    let first = crate::pipeline::dates::first_of(today);
    add_months(first, -n).unwrap_or(first)
}

/// A month, or a total, against the year before; in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    pub window: Window,
    pub now: CurrencyTally,
    pub before: CurrencyTally,
    /// The change of the amount, and that of the number.
    pub amount: Growth,
    pub number: Growth,
}

/// What the page shows, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthsReport {
    pub as_of: NaiveDate,
    /// Of all months together.
    pub period: Period,
    pub currency: Currency,
    /// Currencies in which something was won in these months or the year before, and the
    /// one that is shown.
    pub currencies: Vec<Currency>,
    /// Month in which the organisation's fiscal year begins, 1 to 12.
    pub fiscal_start: u32,
    pub rows: Vec<MonthFigures>,
    /// One, or one for each of two years.
    pub totals: Vec<MonthFigures>,
}

/// Takes deals one by one.
pub struct MonthsBook {
    as_of: NaiveDate,
    rows: Vec<Counted>,
    totals: Vec<Counted>,
}

struct Counted {
    window: Window,
    now: Tally,
    before: Tally,
}

impl MonthsBook {
    /// An empty book of the months of a span.
    #[must_use]
    pub fn new(span: MonthSpan, merge_spring: bool, as_of: NaiveDate, fiscal_start: Month) -> Self {
        let counted = |window| Counted { window, now: Tally::default(), before: Tally::default() };
        let period = span.period(as_of, fiscal_start);
        let total = |period| Some(Window { period, before: year_before(period)?, merged: false });
        Self {
            as_of,
            rows: windows(period, merge_spring).into_iter().map(counted).collect(),
            totals: span.totals(period, as_of).into_iter().filter_map(total).map(counted).collect(),
        }
    }

    /// Counts one deal of a pipeline of so many stages in every window in which it was won.
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`].
    pub fn add(&mut self, deal: &History<'_>, stages: u8) -> Result<(), FunnelError> {
        let won_in = |days: Period| deal.steps.iter().any(|step| step.kind == TransitionKind::Won && days.contains(step.on));
        for counted in self.rows.iter_mut().chain(&mut self.totals) {
            for (days, tally) in [(counted.window.period, &mut counted.now), (counted.window.before, &mut counted.before)] {
                // Most deals were won in none of the windows.
                if !won_in(days) {
                    continue;
                }
                let Some(traced) = Traced::read(deal, stages, days, self.as_of)? else { continue };
                let subject = Subject { traced: &traced, lost_reason: deal.lost_reason, opened: None, period: days, as_of: self.as_of };
                if Set::WonIn(days).has(&subject) {
                    tally.add(deal.amount);
                }
            }
        }
        Ok(())
    }

    /// Currencies in which something was won, in the order of [`Currency::ALL`].
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let mut all = Tally::default();
        for counted in &self.rows {
            all.merge(&counted.now);
            all.merge(&counted.before);
        }
        Currency::ALL.iter().copied().filter(|&currency| all.of(currency).count > 0).collect()
    }

    /// The months, in the order of time, and the totals.
    #[must_use]
    pub fn figures(&self, currency: Currency) -> (Vec<MonthFigures>, Vec<MonthFigures>) {
        let of = |counted: &Counted| {
            let (now, before) = (counted.now.of(currency), counted.before.of(currency));
            let number = |tally: CurrencyTally| i64::try_from(tally.count).unwrap_or(i64::MAX);
            let (amount, number) = (growth(now.minor, before.minor), growth(number(now), number(before)));
            MonthFigures { window: counted.window, now, before, amount, number }
        };
        (self.rows.iter().map(of).collect(), self.totals.iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel::Step;
    use crate::growth::GrowthLabel;
    use crate::money::Money;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn step(kind: TransitionKind, stage: u8, on: &str) -> Step {
        Step { kind, stage, on: date(on) }
    }

    fn book(span: MonthSpan, merge: bool, deals: &[(&[Step], i64)]) -> (Vec<MonthFigures>, Vec<MonthFigures>) {
        let mut book = MonthsBook::new(span, merge, date("2026-05-20"), Month::January);
        for (steps, minor) in deals {
            let steps = [&[step(TransitionKind::Enter, 0, "2023-01-02")], *steps].concat();
            let amount = Money { minor: *minor, currency: Currency::Cny };
            let history = History { steps: &steps, amount, first_contact: None, lost_reason: None, derived: false };
            book.add(&history, 3).expect("stages that exist");
        }
        book.figures(Currency::Cny)
    }

    fn won(on: &str) -> Step {
        step(TransitionKind::Won, 2, on)
    }

    fn row(rows: &[MonthFigures], first: &str) -> MonthFigures {
        *rows.iter().find(|row| row.window.period.start() == date(first)).expect("a row")
    }

    #[test]
    fn months_against_the_year_before() {
        let deals: &[(&[Step], i64)] = &[
            (&[won("2026-03-05")], 120),
            (&[won("2025-03-31")], 100),
            (&[won("2026-05-20")], 7),
            // Compared with as many days of May.
            (&[won("2025-05-20")], 5),
            (&[won("2025-05-21")], 900),
            (&[won("2026-04-01")], 9),
        ];
        let (rows, totals) = book(MonthSpan::Last12, false, deals);
        assert_eq!((rows.len(), totals.len()), (12, 1));
        let march = row(&rows, "2026-03-01");
        assert_eq!(
            (march.now.minor, march.before.minor, march.amount.change_bp, march.number.label),
            (120, 100, Some(2_000), GrowthLabel::Flat)
        );
        let may = row(&rows, "2026-05-01");
        assert_eq!((may.now.minor, may.before.minor, may.window.before.end_exclusive()), (7, 5, date("2025-05-21")));
        assert_eq!(row(&rows, "2026-04-01").amount.label, GrowthLabel::New);
        assert_eq!((totals[0].now.minor, totals[0].before.minor, totals[0].now.count), (136, 105, 3));
    }

    #[test]
    fn a_month_says_the_same_wherever_it_stands() {
        let reopen = |on| step(TransitionKind::Reopen, 1, on);
        let deals: &[(&[Step], i64)] = &[
            (&[won("2025-03-05"), reopen("2025-04-02"), won("2026-04-09")], 10),
            (&[won("2025-03-05"), reopen("2025-03-12"), step(TransitionKind::Lost, 1, "2025-03-20")], 20),
            (&[won("2026-01-15"), reopen("2026-02-01"), won("2026-02-20")], 40),
        ];
        let (rows, totals) = book(MonthSpan::Last24, false, deals);
        assert_eq!((rows.len(), totals.len()), (24, 2));
        for later in &rows {
            if let Some(earlier) = rows.iter().find(|row| row.window.period == later.window.before) {
                assert_eq!(earlier.now, later.before);
            }
        }
        assert_eq!((row(&rows, "2025-03-01").now.minor, row(&rows, "2026-04-01").now.minor), (10, 10));
        // Won in January, and again in February: once in both together.
        assert_eq!((row(&rows, "2026-01-01").now.minor, row(&rows, "2026-02-01").now.minor), (40, 40));
        let (merged, totals) = book(MonthSpan::Last12, true, deals);
        let spring = row(&merged, "2026-01-01");
        assert!(spring.window.merged);
        assert_eq!((merged.len(), spring.now.minor, totals[0].now.minor), (11, 40, 50));
    }

    #[test]
    fn totals_are_of_twelve_months_at_most() {
        let (_, totals) = book(MonthSpan::Last24, true, &[]);
        let bounds: Vec<_> = totals.iter().map(|total| (total.window.period.start(), total.window.period.end_exclusive())).collect();
        assert_eq!(bounds, [(date("2024-06-01"), date("2025-06-01")), (date("2025-06-01"), date("2026-05-21"))]);
        assert_eq!(totals[1].amount, growth(0, 0));
    }

    #[test]
    fn spans_of_a_fiscal_year() {
        let of = |span: MonthSpan| {
            let period = span.period(date("2026-02-10"), Month::April);
            (period.start(), period.end_exclusive())
        };
        assert_eq!(of(MonthSpan::ThisYear), (date("2025-04-01"), date("2026-02-11")));
        assert_eq!(of(MonthSpan::LastYear), (date("2024-04-01"), date("2025-04-01")));
        assert_eq!(of(MonthSpan::Last12), (date("2025-03-01"), date("2026-02-11")));
    }
}
