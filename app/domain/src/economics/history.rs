//! What orders say of customers: who is one, since when, and who no longer is.
//!
//! Orders are deals that were won. A customer is one from the first order on, and for so
//! many days after each as its tier may be silent ([`silent_days`]); on the day after
//! them it is lost (house decision HD-13). Who orders again later is back, and not new.

use crate::customers::Tier;
use crate::money::Currency;
use crate::period::{Period, add_months, days_between};
use chrono::{Days, NaiveDate};

/// Days without an order after which a customer counts as lost. The largest customers
/// order most often, and are missed first.
#[must_use]
pub const fn silent_days(tier: Tier) -> u64 {
    match tier {
        Tier::Vip => 270,
        Tier::Ordinary | Tier::Potential => 365,
    }
}

/// An order of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub on: NaiveDate,
    pub minor: i64,
    pub currency: Currency,
}

/// A customer's orders, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    tier: Tier,
    orders: Vec<Order>,
}

crate::codes! {
    /// A set of customers behind a figure.
    EconomicsSet {
        /// A customer when the period began.
        Start = "start",
        /// Of these no longer one at its end.
        Lost = "lost",
        /// Of these still one.
        Kept = "kept",
        /// The first order is in the period.
        New = "new",
        /// New, and no longer one at the end.
        Early = "early",
        /// Not one at the start, was one before, and ordered in the period.
        Back = "back",
        /// One at the end.
        End = "end",
        /// Ordered in the twelve months up to the end.
        Buyers = "buyers",
        /// Of these more than once.
        Repeat = "repeat",
        /// A customer twelve months before the end.
        YearStart = "year_start",
        /// Of these no longer one at the end.
        YearLost = "year_lost",
    }
}

/// The twelve months up to the end of a period.
#[must_use]
pub fn year_to(period: Period) -> Period {
    let end = period.end_exclusive();
    Period::new(add_months(end, -12).unwrap_or(end), end)
}

impl History {
    /// Orders in any order.
    #[must_use]
    pub fn new(tier: Tier, mut orders: Vec<Order>) -> Self {
        orders.sort_by_key(|order| order.on);
        Self { tier, orders }
    }

    /// The first order; `None` for who never ordered.
    #[must_use]
    pub fn since(&self) -> Option<NaiveDate> {
        self.orders.first().map(|order| order.on)
    }

    /// The last order.
    #[must_use]
    pub fn last(&self) -> Option<NaiveDate> {
        self.orders.last().map(|order| order.on)
    }

    /// Whether it is a customer when the day begins.
    #[must_use]
    pub fn is_customer(&self, day: NaiveDate) -> bool {
        let before = self.orders.iter().rev().find(|order| order.on < day);
        let until = before.and_then(|order| order.on.checked_add_days(Days::new(silent_days(self.tier))));
        until.is_some_and(|until| until >= day)
    }

    /// Orders in these days.
    fn within(&self, period: Period) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(move |order| period.contains(order.on))
    }

    /// What it ordered in these days, in minor units of one currency.
    #[must_use]
    pub fn revenue(&self, period: Period, currency: Currency) -> i64 {
        self.within(period).filter(|order| order.currency == currency).map(|order| order.minor).sum()
    }

    /// Currencies that it ever ordered in.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        self.orders.iter().map(|order| order.currency)
    }

    /// Days from the first order to this day.
    #[must_use]
    pub fn tenure(&self, day: NaiveDate) -> Option<i64> {
        self.since().filter(|since| *since < day).map(|since| days_between(since, day))
    }

    /// Whether it is one of the customers of a set.
    #[must_use]
    pub fn is_in(&self, set: EconomicsSet, period: Period) -> bool {
        use EconomicsSet as S;
        let (start, end) = (period.start(), period.end_exclusive());
        let began = self.since().is_some_and(|since| period.contains(since));
        match set {
            S::Start => self.is_customer(start),
            S::Lost => self.is_customer(start) && !self.is_customer(end),
            S::Kept => self.is_customer(start) && self.is_customer(end),
            S::New => began,
            S::Early => began && !self.is_customer(end),
            S::Back => !began && !self.is_customer(start) && self.within(period).next().is_some(),
            S::End => self.is_customer(end),
            S::Buyers => self.within(year_to(period)).next().is_some(),
            S::Repeat => self.within(year_to(period)).nth(1).is_some(),
            S::YearStart => self.is_customer(year_to(period).start()),
            S::YearLost => self.is_customer(year_to(period).start()) && !self.is_customer(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn history(tier: Tier, days: &[&str]) -> History {
        let order = |day: &&str| Order { on: on(day), minor: 100, currency: Currency::Cny };
        History::new(tier, days.iter().map(order).collect())
    }

    fn quarter() -> Period {
        Period::new(on("2026-04-01"), on("2026-07-01"))
    }

    fn sets(history: &History) -> Vec<EconomicsSet> {
        EconomicsSet::ALL.iter().copied().filter(|set| history.is_in(*set, quarter())).collect()
    }

    #[test]
    fn somebody_is_a_customer_until_they_were_silent_too_long() {
        use EconomicsSet as S;
        assert_eq!(sets(&history(Tier::Ordinary, &["2025-05-01"])), [S::Start, S::Lost, S::YearStart, S::YearLost]);
        assert_eq!(sets(&history(Tier::Ordinary, &["2025-08-01"])), [S::Start, S::Kept, S::End, S::Buyers]);
        assert_eq!(sets(&history(Tier::Vip, &["2025-08-01"])), [S::Start, S::Lost, S::Buyers], "a VIP is missed sooner");
        assert_eq!(sets(&history(Tier::Ordinary, &["2026-05-01"])), [S::New, S::End, S::Buyers]);
        assert_eq!(sets(&history(Tier::Ordinary, &["2023-05-01", "2026-05-01"])), [S::Back, S::End, S::Buyers], "back, and not new");
        assert_eq!(sets(&history(Tier::Ordinary, &[])), []);
        assert_eq!(
            sets(&history(Tier::Ordinary, &["2025-05-01", "2025-09-01", "2026-03-01"])),
            [S::Start, S::Kept, S::End, S::Buyers, S::Repeat, S::YearStart]
        );
    }

    #[test]
    fn the_day_of_loss_is_one_day() {
        // 365 days after the first of April 2025 is the first of April 2026.
        let one = history(Tier::Ordinary, &["2025-04-01"]);
        assert!(one.is_customer(on("2026-04-01")) && !one.is_customer(on("2026-04-02")));
        assert!(!one.is_customer(on("2025-04-01")), "not before the order of the day");
    }

    proptest! {
        /// Of those at the start some are kept and the others lost; at the end are those
        /// kept, new and back that did not leave.
        #[test]
        fn the_sets_add_up(days in prop::collection::vec(0_u64..1_200, 0..6), vip: bool) {
            let first = on("2023-06-01");
            let orders = days.iter().map(|days| Order { on: first + Days::new(*days), minor: 1, currency: Currency::Cny }).collect();
            let history = History::new(if vip { Tier::Vip } else { Tier::Ordinary }, orders);
            let is = |set| i64::from(history.is_in(set, quarter()));
            use EconomicsSet as S;
            prop_assert_eq!(is(S::Start), is(S::Kept) + is(S::Lost));
            let back = i64::from(history.is_in(S::Back, quarter()) && history.is_customer(quarter().end_exclusive()));
            prop_assert_eq!(is(S::End), is(S::Kept) + is(S::New) - is(S::Early) + back);
            prop_assert!(is(S::Repeat) <= is(S::Buyers) && is(S::YearLost) <= is(S::YearStart));
        }
    }
}
