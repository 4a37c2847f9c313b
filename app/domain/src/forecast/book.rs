//! Deals by the month in which they are expected, or were won, and by category.
//!
//! Open deals go by their expected close. One whose expected close has passed says
//! nothing about any month: it is listed as overdue and is in no total, and so is one
//! without a date (`rules.md` §2.6). Omitted deals never count.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{ForecastCategories, ForecastCumulative, forecast_cumulative};
use crate::money::{Currency, Money};
use crate::period::add_months;
use crate::pipeline::{ForecastCategory, Outcome};
use crate::rounding::{clamp_i64, per_whole};

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct YearMonth {
    /// The calendar year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl YearMonth {
    /// The month of a date.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// Its first day; `None` for a month that does not exist.
    #[must_use]
    pub fn first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
    }

    /// The month `n` later, or earlier if negative.
    ///
    /// ```
    /// use domain::forecast::YearMonth;
    /// let november = YearMonth { year: 2026, month: 11 };
    /// assert_eq!(november.after(3), YearMonth { year: 2027, month: 2 });
    /// ```
    #[must_use]
    pub fn after(self, n: i32) -> Self {
        self.first().and_then(|first| add_months(first, n)).map_or(self, Self::of)
    }
}

/// Where a deal stands in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Expected in this month, or won in it.
    Month(YearMonth),
    /// Open, and the expected close has passed.
    Overdue,
    /// Open, without an expected close.
    Undated,
}

/// What the book reads of one deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForecastDeal {
    /// The amount.
    pub amount: Money,
    /// How likely it is to be won, in basis points: 0 to 10 000.
    pub probability_bp: i32,
    /// How it is counted while it is open.
    pub category: ForecastCategory,
    /// How it stands.
    pub outcome: Outcome,
    /// When it is expected to close.
    pub expected_close_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed_on: Option<NaiveDate>,
}

/// Deals of one currency that stand alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastLine {
    /// Open deals, omitted ones left out.
    pub open_deals: u64,
    /// Their amounts, in minor units.
    pub open_minor: i64,
    /// Σ amount × probability of them in minor units, rounded once (HD-10).
    pub weighted_minor: i64,
    /// Amounts by category, in minor units; `closed` is what was won.
    pub by: ForecastCategories,
    /// Numbers of deals by category.
    pub deals: ForecastCategories,
}

impl ForecastLine {
    /// The categories rolled up (HD-11).
    #[must_use]
    pub fn cumulative(&self) -> ForecastCumulative {
        forecast_cumulative(self.by)
    }
}

/// All deals of a forecast as of a date. Parts can be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastBook {
    as_of: NaiveDate,
    cells: BTreeMap<(Due, Currency), Cell>,
}

/// Exact sums in 128 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cell {
    open_deals: u64,
    open_minor: i128,
    weighted_minor_bp: i128,
    /// In the order of [`ForecastCategory::ALL`].
    by: [i128; ForecastCategory::ALL.len()],
    deals: [u64; ForecastCategory::ALL.len()],
}

/// Where a deal stands on `as_of`, and as what it counts there. `None` for what is in no
/// forecast: lost and invalid deals, and one that is won without a date of closing. An
/// open deal in the category closed is committed, and a close that is expected on `as_of`
/// itself is not overdue.
#[must_use]
pub fn place(
    as_of: NaiveDate,
    outcome: Outcome,
    category: ForecastCategory,
    expected_close_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
) -> Option<(Due, ForecastCategory)> {
    let open = if category == ForecastCategory::Closed { ForecastCategory::Commit } else { category };
    match (outcome, closed_on, expected_close_on) {
        (Outcome::Won, Some(on), _) => Some((Due::Month(YearMonth::of(on)), ForecastCategory::Closed)),
        (Outcome::Open, _, None) => Some((Due::Undated, open)),
        (Outcome::Open, _, Some(on)) if on < as_of => Some((Due::Overdue, open)),
        (Outcome::Open, _, Some(on)) => Some((Due::Month(YearMonth::of(on)), open)),
        (Outcome::Won | Outcome::Lost | Outcome::Invalid, _, _) => None,
    }
}

impl ForecastBook {
    /// An empty book. A close expected on `as_of` itself is not overdue.
    #[must_use]
    pub fn new(as_of: NaiveDate) -> Self {
        Self { as_of, cells: BTreeMap::new() }
    }

    /// Enters one deal at its [`place`].
    pub fn add(&mut self, deal: &ForecastDeal) {
        let Some((due, category)) = place(self.as_of, deal.outcome, deal.category, deal.expected_close_on, deal.closed_on) else {
            return;
        };
        let minor = i128::from(deal.amount.minor);
        let cell = self.cells.entry((due, deal.amount.currency)).or_default();
        cell.by[category as usize] += minor;
        cell.deals[category as usize] += 1;
        if !matches!(category, ForecastCategory::Closed | ForecastCategory::Omitted) {
            cell.open_deals += 1;
            cell.open_minor += minor;
            cell.weighted_minor_bp += minor * i128::from(deal.probability_bp);
        }
    }

    /// Adds all deals of another part; both must be of the same date, and `false` says
    /// that they were not and nothing was added.
    #[must_use = "parts of other dates are not merged"]
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.as_of != other.as_of {
            return false;
        }
        for (key, cell) in &other.cells {
            self.cells.entry(*key).or_default().merge(cell);
        }
        true
    }

    /// The currencies that occur, in the order of [`Currency::ALL`].
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        Currency::ALL.iter().copied().filter(|&currency| self.cells.keys().any(|key| key.1 == currency)).collect()
    }

    /// A line for each month that occurs, in the order of time.
    #[must_use]
    pub fn months(&self, currency: Currency) -> Vec<(YearMonth, ForecastLine)> {
        let months = self.cells.iter().filter(|((_, of), _)| *of == currency);
        months.filter_map(|((due, _), cell)| if let Due::Month(month) = due { Some((*month, cell.line())) } else { None }).collect()
    }

    /// The deals that stand so.
    #[must_use]
    pub fn line(&self, due: Due, currency: Currency) -> ForecastLine {
        self.cells.get(&(due, currency)).copied().unwrap_or_default().line()
    }

    /// The total from one month to another, both included, rounded once. Overdue and
    /// undated deals are not in it.
    #[must_use]
    pub fn total(&self, from: YearMonth, to: YearMonth, currency: Currency) -> ForecastLine {
        let mut sum = Cell::default();
        let inside = |due: &Due| matches!(due, Due::Month(month) if (from..=to).contains(month));
        self.cells.iter().filter(|((due, of), _)| *of == currency && inside(due)).for_each(|(_, cell)| sum.merge(cell));
        sum.line()
    }
}

impl Cell {
    fn merge(&mut self, other: &Self) {
        self.open_deals += other.open_deals;
        self.open_minor += other.open_minor;
        self.weighted_minor_bp += other.weighted_minor_bp;
        self.by.iter_mut().zip(other.by).for_each(|(mine, theirs)| *mine += theirs);
        self.deals.iter_mut().zip(other.deals).for_each(|(mine, theirs)| *mine += theirs);
    }

    fn line(&self) -> ForecastLine {
        let minor = |category: ForecastCategory| clamp_i64(self.by[category as usize]);
        let number = |category: ForecastCategory| clamp_i64(self.deals[category as usize].into());
        ForecastLine {
            open_deals: self.open_deals,
            open_minor: clamp_i64(self.open_minor),
            weighted_minor: per_whole(self.weighted_minor_bp),
            by: categories(minor),
            deals: categories(number),
        }
    }
}

fn categories(of: impl Fn(ForecastCategory) -> i64) -> ForecastCategories {
    ForecastCategories {
        closed: of(ForecastCategory::Closed),
        commit: of(ForecastCategory::Commit),
        best_case: of(ForecastCategory::BestCase),
        pipeline: of(ForecastCategory::Pipeline),
        omitted: of(ForecastCategory::Omitted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNE: YearMonth = YearMonth { year: 2026, month: 6 };
    const JULY: YearMonth = YearMonth { year: 2026, month: 7 };

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a real date")
    }

    fn open_deal(minor: i64, category: ForecastCategory, expected: Option<NaiveDate>) -> ForecastDeal {
        ForecastDeal {
            amount: Money { minor, currency: Currency::Cny },
            probability_bp: 500,
            category,
            outcome: Outcome::Open,
            expected_close_on: expected,
            closed_on: None,
        }
    }

    fn book(deals: &[ForecastDeal]) -> ForecastBook {
        let mut book = ForecastBook::new(day(6, 30));
        deals.iter().for_each(|deal| book.add(deal));
        book
    }

    #[test]
    fn deals_go_to_their_month_and_category() {
        let july = Some(day(7, 10));
        let won = ForecastDeal { outcome: Outcome::Won, closed_on: Some(day(6, 2)), ..open_deal(50, ForecastCategory::Commit, july) };
        let book = book(&[
            open_deal(100, ForecastCategory::Commit, Some(day(6, 30))),
            open_deal(150, ForecastCategory::BestCase, july),
            open_deal(200, ForecastCategory::Pipeline, july),
            open_deal(80, ForecastCategory::Omitted, july),
            open_deal(10, ForecastCategory::Closed, july),
            won,
        ]);
        let months = book.months(Currency::Cny);
        assert_eq!(months.iter().map(|(month, _)| *month).collect::<Vec<_>>(), [JUNE, JULY]);
        assert_eq!(months[0].1.by, ForecastCategories { closed: 50, commit: 100, ..Default::default() });
        let july = months[1].1;
        assert_eq!(july.by, ForecastCategories { commit: 10, best_case: 150, pipeline: 200, omitted: 80, closed: 0 });
        assert_eq!((july.open_deals, july.open_minor), (3, 360));
        assert_eq!(july.deals, ForecastCategories { commit: 1, best_case: 1, pipeline: 1, omitted: 1, closed: 0 });
        assert_eq!(book.total(JUNE, JULY, Currency::Cny).cumulative().best_case, 310);
    }

    #[test]
    fn overdue_and_undated_deals_are_listed_and_in_no_total() {
        let book = book(&[open_deal(7, ForecastCategory::Commit, Some(day(6, 29))), open_deal(5, ForecastCategory::Commit, None)]);
        assert_eq!(book.line(Due::Overdue, Currency::Cny).open_minor, 7);
        assert_eq!(book.line(Due::Undated, Currency::Cny).open_minor, 5);
        assert_eq!(
            book.total(YearMonth { year: 1990, month: 1 }, YearMonth { year: 2100, month: 12 }, Currency::Cny),
            ForecastLine::default()
        );
    }

    #[test]
    fn weighted_amounts_are_rounded_once_at_each_level() {
        let deal = |on| open_deal(33_333, ForecastCategory::Pipeline, Some(on));
        let book = book(&[deal(day(7, 1)), deal(day(8, 1)), deal(day(9, 1))]);
        assert_eq!(book.line(Due::Month(JULY), Currency::Cny).weighted_minor, 1_667);
        assert_eq!(book.total(JULY, YearMonth { year: 2026, month: 9 }, Currency::Cny).weighted_minor, 5_000);
    }

    #[test]
    fn what_is_lost_or_of_another_currency_is_not_in_the_line() {
        let lost = ForecastDeal { outcome: Outcome::Lost, ..open_deal(9, ForecastCategory::Commit, Some(day(7, 1))) };
        let dollars =
            ForecastDeal { amount: Money { minor: 3, currency: Currency::Usd }, ..open_deal(9, ForecastCategory::Commit, Some(day(7, 1))) };
        let undated_win = ForecastDeal { outcome: Outcome::Won, ..dollars };
        let book = book(&[lost, dollars, undated_win]);
        assert_eq!(book.currencies(), [Currency::Usd]);
        assert_eq!((book.months(Currency::Cny), book.line(Due::Month(JULY), Currency::Usd).open_minor), (vec![], 3));
        assert_eq!(book.line(Due::Month(JULY), Currency::Usd).by.closed, 0);
    }

    #[test]
    fn merged_parts_are_the_whole_and_other_dates_are_refused() {
        let deals: Vec<_> =
            (1..=9).map(|n| open_deal(n, ForecastCategory::BestCase, Some(day(6 + u32::try_from(n).expect("small") % 3, 30)))).collect();
        let mut merged = book(&deals[..4]);
        assert!(merged.merge(&book(&deals[4..])));
        assert_eq!(merged, book(&deals));
        assert!(!merged.merge(&ForecastBook::new(day(7, 1))));
        assert_eq!(merged, book(&deals));
    }
}
