//! How much the pipeline brings in a day: four factors and their product.
//!
//! Velocity is open qualified deals × win rate × average won amount ÷ median cycle
//! (`rules.md` §2.6). It is not a forecast of a month but a figure whose four factors
//! say where to pull: each is compared with its own past.
//!
//! Not here: which deals are qualified (at the stage of an opportunity or later, and
//! not stalled), and the factors themselves ([`crate::funnel`], [`crate::days`]).

use serde::{Deserialize, Serialize};

use crate::funnel::{Funnel, win_rate_bp};
use crate::growth::{Growth, growth};
use crate::money::Currency;
use crate::rounding::{BP_PER_WHOLE, average_minor, divide};

/// Days in the month of a monthly velocity.
pub const DAYS_PER_MONTH: i64 = 30;

/// The four factors of one pipeline and one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Velocity {
    /// Open qualified deals; zero or more.
    pub open_deals: i64,
    /// Won among closed deals, in basis points; `None` if nothing was closed.
    pub win_rate_bp: Option<i64>,
    /// Average amount of a won deal, in minor units; `None` without won deals.
    pub average_minor: Option<i64>,
    /// Median cycle of won deals, in thousandths of a day; `None` without won deals.
    pub cycle_milli: Option<i64>,
}

/// How each factor changed against an earlier period; `None` where one is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VelocityChange {
    /// Of the number of open deals.
    pub open_deals: Growth,
    /// Of the win rate, relative and not in percentage points.
    pub win_rate: Option<Growth>,
    /// Of the average won amount.
    pub average: Option<Growth>,
    /// Of the median cycle: down is faster.
    pub cycle: Option<Growth>,
    /// Of the velocity itself.
    pub velocity: Option<Growth>,
}

/// What each factor would be changed by, in per cent: −100 or more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WhatIf {
    pub open_deals: i32,
    pub win_rate: i32,
    pub average: i32,
    pub cycle: i32,
}

impl From<[i32; 4]> for WhatIf {
    fn from([open_deals, win_rate, average, cycle]: [i32; 4]) -> Self {
        Self { open_deals, win_rate, average, cycle }
    }
}

impl Velocity {
    /// What the factors would be. Deals are rounded to whole ones, as the factors are
    /// shown, and no more can be won than all.
    ///
    /// ```
    /// use domain::velocity::{Velocity, WhatIf};
    /// let truth = Velocity { open_deals: 8, win_rate_bp: Some(6_000), average_minor: Some(100), cycle_milli: Some(40_000) };
    /// let better = truth.scaled(WhatIf { open_deals: 10, win_rate: 100, average: -50, cycle: -25 });
    /// assert_eq!((better.open_deals, better.win_rate_bp), (9, Some(10_000)));
    /// assert_eq!((better.average_minor, better.cycle_milli), (Some(50), Some(30_000)));
    /// assert_eq!(truth.scaled(WhatIf::default()), truth);
    /// ```
    #[must_use]
    pub fn scaled(&self, by: WhatIf) -> Self {
        let scaled = |value: i64, percent: i32| divide(i128::from(value) * i128::from(100 + percent.max(-100)), 100).unwrap_or(value);
        Self {
            open_deals: scaled(self.open_deals, by.open_deals),
            win_rate_bp: self.win_rate_bp.map(|rate| scaled(rate, by.win_rate).min(BP_PER_WHOLE)),
            average_minor: self.average_minor.map(|minor| scaled(minor, by.average)),
            cycle_milli: self.cycle_milli.map(|milli| scaled(milli, by.cycle)),
        }
    }

    /// The factors in one currency: win rate, average and cycle of the deals closed in
    /// the period of a funnel of events, and open qualified deals as of its end.
    #[must_use]
    pub fn of(closed: &Funnel, open_deals: u64, currency: Currency) -> Self {
        let won = closed.won().of(currency);
        Self {
            open_deals: i64::try_from(open_deals).unwrap_or(i64::MAX),
            win_rate_bp: win_rate_bp(closed.won().count(), closed.lost().count(), 0),
            average_minor: average_minor(won.minor, won.count),
            cycle_milli: closed.cycles().median_milli(),
        }
    }

    /// Minor units a day. `None` if a factor is undefined or the cycle is zero or less.
    #[must_use]
    pub fn minor_per_day(&self) -> Option<i64> {
        self.per_days(1)
    }

    /// Minor units in [`DAYS_PER_MONTH`] days, rounded once and so not exactly thirty
    /// times the rounded day. `None` as for [`Self::minor_per_day`].
    #[must_use]
    pub fn minor_per_month(&self) -> Option<i64> {
        self.per_days(DAYS_PER_MONTH)
    }

    /// The change of every factor from `base` to `self`.
    #[must_use]
    pub fn change_from(&self, base: &Self) -> VelocityChange {
        VelocityChange {
            open_deals: growth(self.open_deals, base.open_deals),
            win_rate: both(self.win_rate_bp, base.win_rate_bp),
            average: both(self.average_minor, base.average_minor),
            cycle: both(self.cycle_milli, base.cycle_milli),
            velocity: both(self.minor_per_day(), base.minor_per_day()),
        }
    }

    fn per_days(&self, days: i64) -> Option<i64> {
        let cycle = self.cycle_milli.filter(|&milli| milli > 0)?;
        product(self.open_deals, self.win_rate_bp?, self.average_minor?, i128::from(days) * 1_000, i128::from(cycle))
    }
}

/// `deals × rate × average ÷ cycle` in minor units a day, for a cycle of whole days.
/// `None` if the cycle is zero or less, or the rate undefined.
///
/// ```
/// use domain::velocity::velocity_minor_per_day;
/// assert_eq!(velocity_minor_per_day(50, Some(2500), 2_500_000, 60), Some(520_833));
/// assert_eq!(velocity_minor_per_day(50, None, 2_500_000, 60), None);
/// ```
pub fn velocity_minor_per_day(open_deals: i64, win_rate_bp: Option<i64>, average_minor: i64, cycle_days: i64) -> Option<i64> {
    if cycle_days <= 0 {
        return None;
    }
    product(open_deals, win_rate_bp?, average_minor, 1, i128::from(cycle_days))
}

fn product(deals: i64, rate_bp: i64, average_minor: i64, times: i128, cycle: i128) -> Option<i64> {
    let exact = i128::from(deals).saturating_mul(i128::from(rate_bp)).saturating_mul(i128::from(average_minor)).saturating_mul(times);
    divide(exact, cycle.saturating_mul(i128::from(BP_PER_WHOLE)))
}

fn both(current: Option<i64>, base: Option<i64>) -> Option<Growth> {
    Some(growth(current?, base?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::growth::GrowthLabel;

    const FACTORS: Velocity =
        Velocity { open_deals: 50, win_rate_bp: Some(2_500), average_minor: Some(2_500_000), cycle_milli: Some(60_000) };

    #[test]
    fn a_month_is_rounded_once() {
        assert_eq!(FACTORS.minor_per_day(), Some(520_833));
        assert_eq!(FACTORS.minor_per_month(), Some(15_625_000));
        assert_eq!(FACTORS.minor_per_day(), velocity_minor_per_day(50, Some(2_500), 2_500_000, 60));
    }

    #[test]
    fn one_undefined_factor_leaves_it_undefined() {
        assert_eq!(Velocity { win_rate_bp: None, ..FACTORS }.minor_per_day(), None);
        assert_eq!(Velocity { average_minor: None, ..FACTORS }.minor_per_day(), None);
        assert_eq!(Velocity { cycle_milli: None, ..FACTORS }.minor_per_day(), None);
        assert_eq!(Velocity { cycle_milli: Some(0), ..FACTORS }.minor_per_day(), None);
        assert_eq!(Velocity { open_deals: 0, ..FACTORS }.minor_per_day(), Some(0));
    }

    #[test]
    fn every_factor_is_compared_with_its_own_past() {
        let faster = Velocity { cycle_milli: Some(30_000), average_minor: None, ..FACTORS };
        let change = faster.change_from(&FACTORS);
        assert_eq!(change.cycle.map(|g| (g.change_bp, g.label)), Some((Some(-5_000), GrowthLabel::Down)));
        assert_eq!(change.open_deals.label, GrowthLabel::Flat);
        assert_eq!((change.average, change.velocity), (None, None));
        let doubled = Velocity { average_minor: Some(5_000_000), ..FACTORS };
        assert_eq!(doubled.change_from(&FACTORS).velocity.and_then(|g| g.change_bp), Some(10_000));
    }

    #[test]
    fn the_factors_are_read_from_what_closed() {
        use crate::funnel::{FunnelMode, History, Shape, Step, View};
        use crate::money::Money;
        use crate::period::Period;
        use crate::pipeline::TransitionKind as Kind;
        let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 6, d).expect("a real date");
        let view = View::Event(Period::new(day(1), day(30)));
        let shape = Shape { stages: 2, mode: FunnelMode::Reached, view, as_of: day(30) };
        let mut closed = Funnel::new(shape).expect("two stages");
        for (kind, on, minor, currency) in [
            (Kind::Won, 5, 100, Currency::Cny),
            (Kind::Won, 11, 201, Currency::Cny),
            (Kind::Won, 11, 9_000, Currency::Usd),
            (Kind::Lost, 7, 5, Currency::Cny),
        ] {
            let steps = [Step { kind: Kind::Enter, stage: 0, on: day(1) }, Step { kind, stage: 1, on: day(on) }];
            let deal = History { steps: &steps, amount: Money { minor, currency }, first_contact: None, lost_reason: None, derived: false };
            closed.add(&deal).expect("stages that exist");
        }
        let factors = Velocity::of(&closed, 8, Currency::Cny);
        assert_eq!(factors, Velocity { open_deals: 8, win_rate_bp: Some(7_500), average_minor: Some(151), cycle_milli: Some(10_000) });
        assert_eq!(Velocity::of(&closed, 8, Currency::Eur).average_minor, None);
    }

    #[test]
    fn the_largest_figures_are_clamped_and_do_not_wrap() {
        assert_eq!(velocity_minor_per_day(i64::MAX, Some(i64::MAX), i64::MAX, 1), Some(i64::MAX));
    }
}
