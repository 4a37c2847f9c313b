//! When an owned customer falls back into the public pool.
//!
//! The date of recycling is the claim and a first protection; every qualifying activity
//! moves it on, never back, and the longest protection is a hard stop (`rules.md`
//! §2.10).
//!
//! What is set of a pool is in [`settings`], what its pages read and send in [`page`], who may
//! take from it in [`claim`], and what falls tonight in [`protection`].

pub mod claim;
pub mod page;
pub mod protection;
pub mod settings;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// How long an owner is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRule {
    /// Days of protection that a claim gives.
    pub default_days: u32,
    /// Days of protection that an activity gives, from its own date.
    pub extend_days: u32,
    /// Days after the claim on which protection ends whatever was done.
    pub max_days: u32,
}

/// The dates of recycling as activities came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolDates {
    /// The date after the claim, and after each activity: one more than activities.
    pub dates: Vec<NaiveDate>,
    /// The date that no activity can move.
    pub hard_stop: NaiveDate,
}

impl PoolDates {
    /// The date in force.
    #[must_use]
    pub fn recycle_on(&self) -> NaiveDate {
        self.dates.last().copied().unwrap_or(self.hard_stop)
    }
}

/// The dates of recycling of a customer claimed on `claimed`, with the activities in
/// the order of time. `None` only outside the calendar.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::pool::{pool_recycle_dates, PoolRule};
/// # let date = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let rule = PoolRule { default_days: 10, extend_days: 3, max_days: 20 };
/// let dates = pool_recycle_dates(date("2019-03-25"), rule, &[date("2019-04-13")]).unwrap();
/// assert_eq!(dates.dates, [date("2019-04-04"), date("2019-04-14")]);
/// ```
pub fn pool_recycle_dates(claimed: NaiveDate, rule: PoolRule, activities: &[NaiveDate]) -> Option<PoolDates> {
    let after = |date: NaiveDate, days: u32| date.checked_add_days(Days::new(u64::from(days)));
    let hard_stop = after(claimed, rule.max_days)?;
    let mut current = after(claimed, rule.default_days)?;
    let mut dates = Vec::with_capacity(activities.len() + 1);
    dates.push(current.min(hard_stop));
    for &activity in activities {
        current = current.max(after(activity, rule.extend_days)?);
        dates.push(current.min(hard_stop));
    }
    Some(PoolDates { dates, hard_stop })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_activity_takes_no_protection_away() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).expect("a real date");
        let rule = PoolRule { default_days: 10, extend_days: 3, max_days: 12 };
        let dates = pool_recycle_dates(day(1), rule, &[day(2), day(12)]).expect("in the calendar");
        assert_eq!(dates.dates, [day(11), day(11), day(13)]);
        assert_eq!((dates.recycle_on(), dates.hard_stop), (day(13), day(13)));
        assert_eq!(pool_recycle_dates(NaiveDate::MAX, rule, &[]), None);
    }
}
