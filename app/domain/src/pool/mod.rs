//! When an owned customer, or an owned lead, falls back into its pool.
//!
//! The date of recycling is the claim and a first protection; every qualifying activity
//! moves it on, never back, and the longest protection is a hard stop (`rules.md`
//! §2.10).
//!
//! What is set of a pool is in [`settings`], what its pages read and send in [`page`], who may
//! take from it in [`claim`], and what falls tonight in [`protection`]. A lead is an open deal
//! before the first stage at which it is qualified: [`is_lead`].

pub mod claim;
pub mod page;
pub mod protection;
pub mod settings;

use crate::analysis::qualified_from;
use crate::pipeline::Stage;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Whether an open deal in `stage` is a lead: before the stage from which deals are qualified,
/// by the rule of velocity. `stages` are those of its pipeline, in order. A pipeline without a
/// qualified stage has no leads.
#[must_use]
pub fn is_lead(stages: &[Stage], stage: &Stage) -> bool {
    let place = stages.iter().position(|one| one.id == stage.id);
    place.is_some_and(|place| place < usize::from(qualified_from(stages)))
}

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
    use crate::ids::{PipelineId, StageId};
    use crate::pipeline::{ForecastCategory, StageKind};

    #[test]
    fn leads_are_before_the_first_qualified_stage() {
        let id = uuid::Uuid::from_u128;
        let stage = |n: u128, forecast| Stage {
            id: StageId(id(n)),
            pipeline: PipelineId(id(9)),
            position: i32::try_from(n).expect("small"),
            name_zh: String::new(),
            name_en: String::new(),
            kind: if forecast == ForecastCategory::Closed { StageKind::Won } else { StageKind::Open },
            probability_bp: 0,
            forecast,
            sla_days: None,
            exit_zh: String::new(),
            exit_en: String::new(),
            pace_milli: None,
        };
        use ForecastCategory::{BestCase, Closed, Commit, Pipeline};
        let of = |all: [ForecastCategory; 4]| {
            let stages: Vec<Stage> = (1..).zip(all).map(|(n, forecast)| stage(n, forecast)).collect();
            stages.iter().map(|one| is_lead(&stages, one)).collect::<Vec<_>>()
        };
        assert_eq!(of([Pipeline, Pipeline, BestCase, Closed]), [true, true, false, false]);
        assert_eq!(of([Commit, Pipeline, BestCase, Closed]), [false; 4]);
        assert_eq!(of([Pipeline, Pipeline, Pipeline, Closed]), [false; 4], "without a qualified stage there are no leads");
    }

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
