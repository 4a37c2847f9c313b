//! What is expected: open deals by the month of their expected close and by category, what
//! was won in it so far, and whether that is enough.
//!
//! The months of the page, what lies behind them, what is overdue and what has no date are
//! rows of one kind: each is a place in the [`ForecastBook`], and each of its figures the
//! size of a set. Overdue and undated deals are in no total (`rules.md` §2.6).
//!
//! Not here: how far a month was off, which needs forecasts that were kept.

use chrono::{Month, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::coverage::required_coverage_x100;
use crate::forecast::{Due, ForecastBook, ForecastLine, YearMonth};
use crate::funnel::report::Span;
use crate::money::Currency;
use crate::period::{Period, add_months};
use crate::pipeline::ForecastCategory;
use crate::rounding::ratio_bp;

codes! {
    /// How many months of the forecast are shown, with the running one.
    Ahead { Three = "3", Six = "6", Twelve = "12" }
}

codes! {
    /// How categories are added (house decision HD-11).
    RollUp {
        /// What is committed contains what is closed, best case both.
        Cumulative = "cumulative",
        /// Each category without the others.
        Single = "single",
    }
}

codes! {
    /// What of the deals at one place is counted.
    What {
        /// Open, omitted ones left out.
        Open = "open",
        /// The same deals, each by its probability.
        Weighted = "weighted",
        /// Won.
        Closed = "closed",
        Commit = "commit",
        BestCase = "best_case",
        Pipeline = "pipeline",
        /// Left out on purpose.
        Omitted = "omitted",
        /// Won or committed.
        CommitUp = "commit_up",
        /// Won, committed or best case.
        BestCaseUp = "best_case_up",
    }
}

impl Ahead {
    #[must_use]
    pub const fn months(self) -> i32 {
        match self {
            Self::Three => 3,
            Self::Six => 6,
            Self::Twelve => 12,
        }
    }
}

impl What {
    /// Whether deals of this category count.
    #[must_use]
    pub const fn takes(self, category: ForecastCategory) -> bool {
        use ForecastCategory as Of;
        match self {
            Self::Open | Self::Weighted => matches!(category, Of::Commit | Of::BestCase | Of::Pipeline),
            Self::Closed => matches!(category, Of::Closed),
            Self::Commit => matches!(category, Of::Commit),
            Self::BestCase => matches!(category, Of::BestCase),
            Self::Pipeline => matches!(category, Of::Pipeline),
            Self::Omitted => matches!(category, Of::Omitted),
            Self::CommitUp => matches!(category, Of::Closed | Of::Commit),
            Self::BestCaseUp => matches!(category, Of::Closed | Of::Commit | Of::BestCase),
        }
    }

    /// The figure of a line, in minor units.
    #[must_use]
    pub fn minor(self, line: &ForecastLine) -> i64 {
        match self {
            Self::Open => line.open_minor,
            Self::Weighted => line.weighted_minor,
            Self::Closed => line.by.closed,
            Self::Commit => line.by.commit,
            Self::BestCase => line.by.best_case,
            Self::Pipeline => line.by.pipeline,
            Self::Omitted => line.by.omitted,
            Self::CommitUp => line.cumulative().commit,
            Self::BestCaseUp => line.cumulative().best_case,
        }
    }

    /// How many deals it is of.
    #[must_use]
    pub fn deals(self, line: &ForecastLine) -> u64 {
        let of = &line.deals;
        let n = match self {
            Self::Open | Self::Weighted => of.commit + of.best_case + of.pipeline,
            Self::Closed => of.closed,
            Self::Commit => of.commit,
            Self::BestCase => of.best_case,
            Self::Pipeline => of.pipeline,
            Self::Omitted => of.omitted,
            Self::CommitUp => of.closed + of.commit,
            Self::BestCaseUp => of.closed + of.commit + of.best_case,
        };
        u64::try_from(n).unwrap_or(0)
    }
}

/// Places in the book that are one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// From one month to another, both included; without a second one, and all later.
    Months {
        from: YearMonth,
        to: Option<YearMonth>,
    },
    Overdue,
    Undated,
}

impl When {
    #[must_use]
    pub const fn month(month: YearMonth) -> Self {
        Self::Months { from: month, to: Some(month) }
    }

    /// Whether a deal at this place is in the row.
    #[must_use]
    pub fn holds(self, due: Due) -> bool {
        match (self, due) {
            (Self::Months { from, to }, Due::Month(month)) => from <= month && to.is_none_or(|to| month <= to),
            (Self::Overdue, Due::Overdue) | (Self::Undated, Due::Undated) => true,
            _ => false,
        }
    }

    /// The sum of its places.
    #[must_use]
    pub fn line(self, book: &ForecastBook, currency: Currency) -> ForecastLine {
        match self {
            Self::Months { from, to } => book.total(from, to.unwrap_or(YearMonth { year: i32::MAX, month: 12 }), currency),
            Self::Overdue => book.line(Due::Overdue, currency),
            Self::Undated => book.line(Due::Undated, currency),
        }
    }

    /// Its days; `None` for what has none, or no end.
    #[must_use]
    pub fn days(self) -> Option<Period> {
        let Self::Months { from, to: Some(to) } = self else { return None };
        Some(Period::new(from.first()?, add_months(to.first()?, 1)?))
    }

    /// Its code in an address: `202607`, `202607-202612`, `202701-`, `overdue`.
    #[must_use]
    pub fn code(self) -> String {
        let of = |month: YearMonth| format!("{:04}{:02}", month.year, month.month);
        match self {
            Self::Months { from, to: Some(to) } if from == to => of(from),
            Self::Months { from, to } => format!("{}-{}", of(from), to.map(of).unwrap_or_default()),
            Self::Overdue => "overdue".to_owned(),
            Self::Undated => "undated".to_owned(),
        }
    }

    /// The places of a code; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "overdue" => return Some(Self::Overdue),
            "undated" => return Some(Self::Undated),
            _ => {}
        }
        let Some((from, to)) = code.split_once('-') else { return Some(Self::month(parse_month(code)?)) };
        let from = parse_month(from)?;
        if to.is_empty() {
            return Some(Self::Months { from, to: None });
        }
        parse_month(to).filter(|&to| from <= to).map(|to| Self::Months { from, to: Some(to) })
    }
}

/// Six digits; months that a date may be typed in.
fn parse_month(text: &str) -> Option<YearMonth> {
    let packed: u32 = text.parse().ok().filter(|_| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let found = YearMonth { year: i32::try_from(packed / 100).ok()?, month: packed % 100 };
    ((1990..=2100).contains(&found.year) && (1..=12).contains(&found.month)).then_some(found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastRow {
    pub when: When,
    pub line: ForecastLine,
}

/// The running quarter of the fiscal year against what it needs. What is missing to a
/// target is not known without one; what would be enough is, from the own win rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    pub quarter: ForecastRow,
    /// The twelve months of the win rate.
    pub year: Period,
    /// Won and closed in these, of all currencies.
    pub won: u64,
    pub closed: u64,
}

impl Cover {
    /// In basis points; `None` if nothing was closed.
    #[must_use]
    pub fn win_rate_bp(&self) -> Option<i64> {
        ratio_bp(self.won, self.closed)
    }

    /// How many times what is missing has to be open, in hundredths: one divided by the
    /// win rate. `None` without a win.
    #[must_use]
    pub fn required_x100(&self) -> Option<i64> {
        self.win_rate_bp().and_then(required_coverage_x100)
    }
}

/// What the page shows, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastReport {
    pub as_of: NaiveDate,
    pub currency: Currency,
    /// Currencies of the deals that count, and the one that is shown.
    pub currencies: Vec<Currency>,
    /// From the running month on.
    pub months: Vec<ForecastRow>,
    /// Of these months, rounded once.
    pub total: ForecastRow,
    /// Expected after them.
    pub later: ForecastRow,
    pub overdue: ForecastRow,
    pub undated: ForecastRow,
    pub cover: Cover,
}

/// The months of the running quarter of the fiscal year.
#[must_use]
pub fn running_quarter(today: NaiveDate, fiscal_start: Month) -> (YearMonth, YearMonth) {
    let first = YearMonth::of(Span::ThisQuarter.period(today, fiscal_start).start());
    (first, first.after(2))
}

impl ForecastReport {
    /// Reads a book in one currency. `cover` has its quarter's months, and its line is
    /// filled in here.
    #[must_use]
    pub fn of(book: &ForecastBook, as_of: NaiveDate, ahead: Ahead, currency: Currency, currencies: Vec<Currency>, cover: Cover) -> Self {
        let row = |when: When| ForecastRow { when, line: when.line(book, currency) };
        let first = YearMonth::of(as_of);
        let behind = first.after(ahead.months());
        Self {
            as_of,
            currency,
            currencies,
            months: (0..ahead.months()).map(|n| row(When::month(first.after(n)))).collect(),
            total: row(When::Months { from: first, to: Some(behind.after(-1)) }),
            later: row(When::Months { from: behind, to: None }),
            overdue: row(When::Overdue),
            undated: row(When::Undated),
            cover: Cover { quarter: row(cover.quarter.when), ..cover },
        }
    }
}

/// The currency that is shown of those that were found: the one that is asked for, else
/// the organisation's, else the first; and all that can be chosen.
#[must_use]
pub fn shown_currency(asked: Option<Currency>, own: Currency, found: Vec<Currency>) -> (Currency, Vec<Currency>) {
    let usual = if found.contains(&own) { own } else { found.first().copied().unwrap_or(own) };
    let shown = asked.unwrap_or(usual);
    let all = Currency::ALL.iter().copied().filter(|currency| *currency == shown || found.contains(currency)).collect();
    (shown, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Opened, Set, Subject};
    use crate::forecast::ForecastDeal;
    use crate::funnel::traced::Traced;
    use crate::funnel::{History, Outcome, Step};
    use crate::money::Money;
    use crate::pipeline::TransitionKind as Kind;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a real date")
    }

    fn today() -> NaiveDate {
        day(5, 20)
    }

    fn step(kind: Kind, stage: u8, on: NaiveDate) -> Step {
        Step { kind, stage, on }
    }

    fn open(expected: Option<NaiveDate>, category: ForecastCategory) -> Opened {
        Opened { expected_close_on: expected, probability_bp: 3_333, category, stalled: false, over: false, stepped: false }
    }

    /// Steps, amount, what is known while it is open.
    type Deal = (Vec<Step>, i64, Option<Opened>);

    /// Due today, next month, in a year; overdue; undated; omitted; won this month, won,
    /// reopened and due, won before, and lost.
    fn deals() -> Vec<Deal> {
        use ForecastCategory as Of;
        let begun = || vec![step(Kind::Enter, 0, day(1, 2))];
        let with = |more: &[Step]| [begun(), more.to_vec()].concat();
        vec![
            (begun(), 1, Some(open(Some(day(5, 20)), Of::Pipeline))),
            (begun(), 10, Some(open(Some(day(6, 30)), Of::Closed))),
            (begun(), 100, Some(open(NaiveDate::from_ymd_opt(2027, 5, 1), Of::BestCase))),
            (begun(), 1_000, Some(open(Some(day(5, 19)), Of::Commit))),
            (begun(), 10_000, Some(open(None, Of::BestCase))),
            (begun(), 100_000, Some(open(Some(day(6, 1)), Of::Omitted))),
            (with(&[step(Kind::Won, 2, day(5, 3))]), 1_000_000, None),
            (
                with(&[step(Kind::Won, 2, day(5, 4)), step(Kind::Reopen, 1, day(5, 5))]),
                10_000_000,
                Some(open(Some(day(5, 31)), Of::Commit)),
            ),
            (with(&[step(Kind::Won, 2, day(4, 3)), step(Kind::Reopen, 1, day(4, 4)), step(Kind::Won, 2, day(4, 30))]), 100_000_000, None),
            (with(&[step(Kind::Lost, 0, day(5, 6))]), 1_000_000_000, None),
        ]
    }

    fn each(mut see: impl FnMut(&Subject<'_>, Money)) {
        let period = Period::new(day(1, 1), day(2, 1));
        for (steps, minor, opened) in deals() {
            let amount = Money { minor, currency: Currency::Cny };
            let history = History { steps: &steps, amount, first_contact: None, lost_reason: None, derived: false };
            let traced = Traced::read(&history, 3, period, today()).expect("stages that exist").expect("a deal");
            see(&Subject { traced: &traced, lost_reason: None, opened, period, as_of: today() }, amount);
        }
    }

    fn report(ahead: Ahead) -> ForecastReport {
        let mut book = ForecastBook::new(today());
        each(|subject, amount| {
            if let Some(deal) = subject.forecast(amount) {
                book.add(&deal);
            }
        });
        let (from, to) = running_quarter(today(), Month::January);
        let quarter = ForecastRow { when: When::Months { from, to: Some(to) }, line: ForecastLine::default() };
        let cover = Cover { quarter, year: Period::new(day(1, 1), day(2, 1)), won: 2, closed: 9 };
        ForecastReport::of(&book, today(), ahead, Currency::Cny, vec![Currency::Cny], cover)
    }

    #[test]
    fn every_figure_is_the_size_and_the_sum_of_its_set() {
        for ahead in Ahead::ALL {
            let report = report(*ahead);
            let rows = [report.total, report.later, report.overdue, report.undated, report.cover.quarter];
            for row in report.months.iter().chain(&rows) {
                for &what in What::ALL {
                    let (mut n, mut sum, mut weighted) = (0, 0, 0_i128);
                    each(|subject, amount| {
                        if Set::Due(row.when, what).has(subject) {
                            n += 1;
                            sum += amount.minor;
                            weighted += i128::from(amount.minor) * i128::from(subject.opened.map_or(0, |open| open.probability_bp));
                        }
                    });
                    let figure = if what == What::Weighted { crate::rounding::per_whole(weighted) } else { sum };
                    assert_eq!((what.deals(&row.line), what.minor(&row.line)), (n, figure), "{:?} {what}", row.when);
                }
            }
        }
    }

    #[test]
    fn months_are_counted_by_hand() {
        let report = report(Ahead::Six);
        let [may, june] = [0, 1].map(|n| report.months[n].line);
        assert_eq!((may.by.closed, may.by.commit, may.by.pipeline, may.open_minor), (1_000_000, 10_000_000, 1, 10_000_001));
        assert_eq!((june.by.commit, june.by.omitted, june.open_minor, june.open_deals), (10, 100_000, 10, 1));
        assert_eq!((report.later.line.open_minor, report.overdue.line.open_minor, report.undated.line.open_minor), (100, 1_000, 10_000));
        assert_eq!(What::BestCaseUp.minor(&may), 11_000_000);
        // The win of April is in the quarter, and in no month that is shown.
        assert_eq!((report.cover.quarter.line.by.closed, report.total.line.by.closed), (101_000_000, 1_000_000));
        assert_eq!((report.cover.win_rate_bp(), report.cover.required_x100()), (Some(2_222), Some(450)));
    }

    #[test]
    fn the_quarter_is_of_the_fiscal_year() {
        let month = |month| YearMonth { year: 2026, month };
        assert_eq!(running_quarter(today(), Month::January), (month(4), month(6)));
        assert_eq!(running_quarter(today(), Month::February), (month(5), month(7)));
        let (from, to) = (month(11), month(11).after(2));
        assert_eq!(When::Months { from, to: Some(to) }.days().map(Period::days), Some(30 + 31 + 31));
        assert_eq!(When::Months { from, to: None }.days(), None);
    }

    #[test]
    fn a_deal_of_which_nothing_is_known_is_nowhere() {
        let steps = [step(Kind::Enter, 0, day(1, 2))];
        let amount = Money { minor: 1, currency: Currency::Cny };
        let history = History { steps: &steps, amount, first_contact: None, lost_reason: None, derived: false };
        let period = Period::new(day(1, 1), day(2, 1));
        let traced = Traced::read(&history, 3, period, today()).expect("stages that exist").expect("a deal");
        let subject = Subject { traced: &traced, lost_reason: None, opened: None, period, as_of: today() };
        assert_eq!((traced.outcome(), subject.forecast(amount)), (Outcome::Open, None::<ForecastDeal>));
        assert!(!Set::Due(When::Undated, What::Open).has(&subject));
    }

    #[test]
    fn the_currency_that_is_shown_can_be_chosen() {
        use Currency::{Cny, Eur, Usd};
        assert_eq!(shown_currency(None, Cny, vec![Cny, Usd]), (Cny, vec![Cny, Usd]));
        assert_eq!(shown_currency(None, Cny, vec![Usd]), (Usd, vec![Usd]));
        assert_eq!(shown_currency(None, Cny, vec![]), (Cny, vec![Cny]));
        let (shown, all) = shown_currency(Some(Eur), Cny, vec![Cny]);
        assert_eq!((shown, all.len(), all.contains(&Eur)), (Eur, 2, true));
    }
}
