//! The charts of tiers, and the customers behind each of their numbers: the curve of the
//! few that bring most, recency and frequency in a heat map with the eight classes, and
//! who went from which tier to which between two dates.
//!
//! Shown are the customers that somebody may see and has narrowed to. Their classes
//! compare with the whole company, as the review does, so that a customer is of one
//! class whoever looks; the curve is of those shown. Money is what was won in the last
//! [`super::RFM_DAYS`] days in the organisation's currency.
//!
//! Not here: the drawing, and where customers and orders come from.

mod set;

pub use set::{CustomerSet, Subject};

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::board::TierFilter;
use super::migration::{Migration, Standing};
use super::pareto::{Pareto, pareto};
use super::scores::{AbcClass, Rfm, RfmClass};
use crate::customers::{CustomerChoices, Tier};
use crate::ids::{CustomerId, UnitId, UserId};
use crate::money::Currency;
use crate::period::add_months;
use crate::violation::{Violation, parse_date};

/// Points of the curve: enough for a smooth line on a wide screen.
pub const CURVE_POINTS: usize = 100;
/// Scores go from 1 to this.
pub const SCORES: usize = 5;

/// What the charts are of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct FiguresQuery {
    pub filter: TierFilter,
    /// The two dates of a migration; without them the last year.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl FiguresQuery {
    /// Reads an address's query; broken parts are left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let date = |name: &str| get(name).and_then(|text| parse_date(text.trim()));
        Self { from: date("from"), to: date("to"), filter: TierFilter::from_query(&get) }
    }

    /// The query of an address, and back by [`Self::from_query`].
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let date = |name, value: Option<NaiveDate>| value.map(|on| (name, on.to_string()));
        let dates = [date("from", self.from), date("to", self.to)];
        self.filter.to_query().into_iter().chain(dates.into_iter().flatten()).collect()
    }

    /// The same without dates that hold anyway, so that a link stays up to date.
    #[must_use]
    pub fn shortest(self, today: NaiveDate) -> Self {
        let to = self.to.filter(|on| *on != today);
        let usual = add_months(to.unwrap_or(today), -12);
        Self { from: self.from.filter(|on| Some(*on) != usual), to, ..self }
    }

    /// The two dates: as asked, else until today, a year before. Refused, at the field of
    /// the second, if it is after today or before the first.
    pub fn dates(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Violation> {
        let to = self.to.unwrap_or(today);
        let from = self.from.or_else(|| add_months(to, -12)).unwrap_or(to);
        if to > today {
            return Err(Violation::new("to", "date_in_future"));
        }
        if from > to {
            return Err(Violation::new("to", "date_order"));
        }
        Ok((from, to))
    }
}

/// Customers and what they brought, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub count: u64,
    pub minor: i64,
}

impl Group {
    /// Takes one customer in.
    pub fn add(&mut self, minor: i64) {
        self.count += 1;
        self.minor = self.minor.saturating_add(minor);
    }
}

/// The curve with its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParetoFigure {
    pub curve: Pareto,
    /// Customers with revenue, and all of it.
    pub paying: Group,
    /// Those of each class that have revenue, A first.
    pub classes: Vec<(AbcClass, Group)>,
    /// Customers without revenue; they are not in the curve.
    pub without: u64,
}

/// Scores and classes of those that bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfmFigure {
    pub scored: Group,
    /// By the score of recency, then of frequency: `cells[r - 1][f - 1]`.
    pub cells: [[Group; SCORES]; SCORES],
    /// In the order of [`RfmClass::ALL`].
    pub classes: Vec<(RfmClass, Group)>,
    /// Customers without an order; they have no scores.
    pub unscored: u64,
}

impl RfmFigure {
    /// What is in a cell; nothing beyond the scores.
    #[must_use]
    pub fn cell(&self, r: u8, f: u8) -> Group {
        let at = |score: u8| usize::from(score).checked_sub(1);
        let found = at(r).zip(at(f)).and_then(|(r, f)| self.cells.get(r)?.get(f));
        found.copied().unwrap_or_default()
    }
}

/// Who went where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationFigure {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub counts: Migration,
}

/// The charts of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierFigures {
    /// Revenue and orders are of the days from `since` to `as_of`.
    pub since: NaiveDate,
    pub as_of: NaiveDate,
    /// The organisation's currency, the only one whose orders count as money.
    pub currency: Currency,
    /// Customers that are shown.
    pub customers: u64,
    /// Of those, whose service falls short.
    pub late: i64,
    pub pareto: ParetoFigure,
    pub rfm: RfmFigure,
    /// Or why the dates that were asked for make none.
    pub migration: Result<MigrationFigure, Violation>,
    pub choices: CustomerChoices,
    /// Units whose customers this viewer may see.
    pub teams: Vec<(UnitId, String)>,
}

/// A figure's customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresPart {
    pub query: FiguresQuery,
    pub set: CustomerSet,
}

/// A customer behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureCustomer {
    pub id: CustomerId,
    pub name: String,
    /// Today's.
    pub tier: Tier,
    /// `None`: in the public pool.
    pub owner: Option<(UserId, String)>,
    pub paid_minor: i64,
    pub orders: i64,
    pub last_order: Option<NaiveDate>,
    /// `None` without revenue.
    pub abc: Option<AbcClass>,
    pub rfm: Option<Rfm>,
    pub before: Standing,
    pub after: Standing,
}

/// The customers behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureCustomers {
    /// All of them, with what they brought.
    pub all: Group,
    pub currency: Currency,
    /// Those that brought most first; more are counted.
    pub rows: Vec<FigureCustomer>,
}

/// Puts those that brought most first, in the order given where it is the same, and marks
/// the few that bring 80 per cent. Gives the curve.
pub fn by_revenue<T>(customers: &mut [(T, Subject)]) -> Pareto {
    customers.sort_by_key(|(_, customer)| Reverse(customer.compared.facts.paid_minor));
    let revenues: Vec<i64> = customers.iter().map(|(_, customer)| customer.compared.facts.paid_minor).collect();
    let curve = pareto(&revenues, CURVE_POINTS);
    let few = curve.bringing_80.map_or(0, |point| point.customers);
    for (_, customer) in customers.iter_mut().take(few) {
        customer.in_80 = true;
    }
    curve
}

/// Counts the customers of all charts at once.
#[derive(Debug, Default)]
pub struct FigureBook {
    customers: u64,
    paying: Group,
    abc: [Group; AbcClass::ALL.len()],
    scored: Group,
    cells: [[Group; SCORES]; SCORES],
    rfm: [Group; RfmClass::ALL.len()],
    counts: Migration,
}

impl FigureBook {
    /// Takes one customer in.
    pub fn add(&mut self, customer: &Subject) {
        let facts = &customer.compared.facts;
        let minor = facts.paid_minor;
        self.customers += 1;
        if minor > 0 {
            self.paying.add(minor);
            self.abc[facts.abc as usize].add(minor);
        }
        if let Some(Rfm { scores, class }) = facts.rfm {
            self.scored.add(minor);
            self.rfm[class as usize].add(minor);
            let cell = self.cells.get_mut(usize::from(scores.r).wrapping_sub(1));
            if let Some(cell) = cell.and_then(|row| row.get_mut(usize::from(scores.f).wrapping_sub(1))) {
                cell.add(minor);
            }
        }
        if customer.before != Standing::Absent || customer.after != Standing::Absent {
            self.counts.add(customer.before, customer.after);
        }
    }

    /// Customers so far.
    #[must_use]
    pub const fn customers(&self) -> u64 {
        self.customers
    }

    /// The charts; `curve` is of the same customers.
    #[must_use]
    pub fn figures(self, curve: Pareto) -> (ParetoFigure, RfmFigure, Migration) {
        let without = self.customers - self.paying.count;
        let classes = AbcClass::ALL.iter().copied().zip(self.abc).collect();
        let pareto = ParetoFigure { curve, paying: self.paying, classes, without };
        let unscored = self.customers - self.scored.count;
        let classes = RfmClass::ALL.iter().copied().zip(self.rfm).collect();
        (pareto, RfmFigure { scored: self.scored, cells: self.cells, classes, unscored }, self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiers::quarterly::{Order, compare};
    use Standing::{Absent, In};
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_query_comes_back_from_its_address() {
        let filter = TierFilter { region: "华东".into(), late: true, ..TierFilter::default() };
        let query = FiguresQuery { filter, from: Some(date("2025-12-31")), to: Some(date("2026-06-30")) };
        let written = query.to_query();
        let get = |name: &str| written.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(FiguresQuery::from_query(get), query);
        assert_eq!(FiguresQuery::from_query(|_| Some("yesterday".into())).from, None);
    }

    #[test]
    fn dates_are_a_year_unless_asked_for_and_in_order() {
        let today = date("2026-06-30");
        let asked = |from: Option<&str>, to: Option<&str>| {
            let query = FiguresQuery { from: from.map(date), to: to.map(date), ..FiguresQuery::default() };
            query.dates(today).map(|(from, to)| format!("{from} {to}")).map_err(|found| found.to_string())
        };
        assert_eq!(asked(None, None), Ok("2025-06-30 2026-06-30".into()));
        assert_eq!(asked(None, Some("2026-03-31")), Ok("2025-03-31 2026-03-31".into()));
        assert_eq!(asked(Some("2026-06-30"), None), Ok("2026-06-30 2026-06-30".into()), "one day moves nobody");
        assert_eq!(asked(Some("2026-04-01"), Some("2026-03-31")), Err("to: date_order".into()));
        assert_eq!(asked(None, Some("2026-07-01")), Err("to: date_in_future".into()));
        let short = |from: &str, to: &str| {
            let query = FiguresQuery { from: Some(date(from)), to: Some(date(to)), ..FiguresQuery::default() };
            let short = query.clone().shortest(today);
            assert_eq!(short.dates(today), query.dates(today));
            (short.from.map(|on| on.to_string()), short.to.map(|on| on.to_string()))
        };
        assert_eq!(short("2025-06-30", "2026-06-30"), (None, None));
        assert_eq!(short("2025-12-31", "2026-06-30"), (Some("2025-12-31".into()), None));
        assert_eq!(short("2025-03-31", "2026-03-31"), (None, Some("2026-03-31".into())));
    }

    fn standing() -> impl Strategy<Value = Standing> {
        prop::sample::select(Standing::ALL.to_vec())
    }

    proptest! {
        /// Every number of the charts is the number of customers of its set.
        #[test]
        fn each_figure_counts_its_set(
            orders in prop::collection::vec((0..12_usize, 0..800_u64, 0..1_000_i64), 0..60),
            stood in prop::collection::vec((standing(), standing()), 12),
        ) {
            let today = date("2026-06-30");
            let orders: Vec<Order> = orders.into_iter().map(|(customer, ago, minor)| Order { customer, on: today - chrono::Days::new(ago), minor }).collect();
            let compared = compare(12, &orders, today);
            let mut all: Vec<(usize, Subject)> = compared
                .into_iter()
                .zip(stood)
                .map(|(compared, (before, after))| Subject { compared, in_80: false, before, after })
                .enumerate()
                .collect();
            let curve = by_revenue(&mut all);
            let mut book = FigureBook::default();
            all.iter().for_each(|(_, customer)| book.add(customer));
            let (pareto, rfm, moved) = book.figures(curve);
            let of = |set: CustomerSet| {
                let mut group = Group::default();
                all.iter().filter(|(_, customer)| set.has(customer)).for_each(|(_, customer)| group.add(customer.compared.facts.paid_minor));
                group
            };
            let n = |set: CustomerSet| of(set).count;
            prop_assert_eq!(pareto.paying, of(CustomerSet::Paying));
            prop_assert_eq!(pareto.without, n(CustomerSet::WithoutRevenue));
            prop_assert_eq!(pareto.curve.customers as u64, n(CustomerSet::Paying));
            prop_assert_eq!(pareto.curve.bringing_80.map_or(0, |point| point.customers as u64), n(CustomerSet::Bringing80));
            // All are shown, so class A is those that bring 80 per cent.
            prop_assert_eq!(n(CustomerSet::Bringing80), n(CustomerSet::Abc(AbcClass::A)));
            for (class, group) in &pareto.classes {
                prop_assert_eq!(*group, of(CustomerSet::Abc(*class)));
            }
            prop_assert_eq!(rfm.scored, of(CustomerSet::Scored));
            prop_assert_eq!(rfm.unscored, n(CustomerSet::Unscored));
            for (class, group) in &rfm.classes {
                prop_assert_eq!(*group, of(CustomerSet::Rfm(*class)));
            }
            for (r, f) in (1..=5).flat_map(|r| (1..=5).map(move |f| (r, f))) {
                prop_assert_eq!(rfm.cell(r, f), of(CustomerSet::Cell(r, f)));
            }
            prop_assert_eq!(rfm.cell(0, 6), Group::default());
            for (from, to) in Standing::ALL.into_iter().flat_map(|from| Standing::ALL.into_iter().map(move |to| (from, to))) {
                prop_assert_eq!(moved.count(from, to), n(CustomerSet::Moved(from, to)));
            }
            for standing in Standing::ALL {
                prop_assert_eq!((moved.before(standing), moved.after(standing)), (n(CustomerSet::Before(standing)), n(CustomerSet::After(standing))));
            }
            prop_assert_eq!((moved.both(), moved.promoted()), (n(CustomerSet::Both), n(CustomerSet::Promoted)));
            prop_assert_eq!((moved.demoted(), moved.stayed()), (n(CustomerSet::Demoted), n(CustomerSet::Stayed)));
            prop_assert_eq!(moved.count(Absent, Absent), 0);
            prop_assert_eq!(moved.came(), Tier::ALL.iter().map(|&tier| n(CustomerSet::Moved(Absent, In(tier)))).sum::<u64>());
        }
    }
}
