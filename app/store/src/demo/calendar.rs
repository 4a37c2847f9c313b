//! The demo's calendar: the two years that are invented, the season, working
//! hours. Local times are those of Asia/Shanghai, which has no summer time.

use super::chance::Dice;
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

/// Share of the year's business in each month, times twelve: the dip of the
/// Spring Festival, peaks at the ends of quarters and of the year.
const SEASON: [f64; 12] = [0.82, 0.55, 1.10, 0.95, 0.98, 1.18, 0.90, 0.95, 1.12, 0.95, 1.15, 1.35];
/// New prospects follow the season less than revenue does.
const PROSPECT_SEASON_POWER: f64 = 0.6;
const PROSPECT_GROWTH_PER_YEAR: f64 = 0.08;
const WEEKEND_SHARE: f64 = 0.25;
const HISTORY_MONTHS: u32 = 24;
const OFFSET_HOURS: i64 = 8;
const OPENS_MINUTE: i64 = 8 * 60 + 40;
const CLOSES_MINUTE: i64 = 18 * 60 + 20;
/// After this minute whatever follows happens on the next working day.
const LATEST_MINUTE: u32 = 19 * 60 + 30;
/// Share of events falling on a weekend that are moved to the working day beside it.
const WEEKEND_MOVED: f64 = 0.85;

#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub as_of: NaiveDate,
    /// First day of the history.
    pub start: NaiveDate,
    /// First day of the history's second year.
    pub second_year: NaiveDate,
}

impl Calendar {
    pub(super) fn new(as_of: NaiveDate) -> Self {
        let tomorrow = as_of + Days::new(1);
        Self { as_of, start: tomorrow - Months::new(HISTORY_MONTHS), second_year: tomorrow - Months::new(HISTORY_MONTHS / 2) }
    }

    /// Nothing happens from here on: the day itself belongs to the visitor,
    /// whose first click must be the newest entry at whatever hour it comes.
    pub(super) fn end(&self) -> NaiveDateTime {
        self.as_of.and_time(NaiveTime::MIN)
    }

    /// When a region began to work with the new process: the pilot at the
    /// start of the second year, the others three and six months later.
    pub(super) fn go_live(&self, phase: u32) -> NaiveDate {
        self.second_year + Months::new(3 * phase)
    }

    /// How far into the history a day lies: 0 at its start, 1 at its end.
    pub(super) fn fraction(&self, on: NaiveDate) -> f64 {
        let whole = (self.as_of - self.start).num_days() as f64;
        ((on - self.start).num_days() as f64 / whole).clamp(0.0, 1.0)
    }

    /// Expected new prospects of a day, for `per_month` in an average one.
    pub(super) fn prospects_on(&self, on: NaiveDate, per_month: f64) -> f64 {
        let years = (on - self.start).num_days() as f64 / 365.25;
        let first = on.with_day(1).unwrap_or(on);
        let month: f64 = days_between(first, first + Months::new(1)).map(day_weight).sum();
        per_month * season(on).powf(PROSPECT_SEASON_POWER) * (1.0 + PROSPECT_GROWTH_PER_YEAR * years) * day_weight(on) / month
    }

    /// A moment of working hours on `on`.
    pub(super) fn moment(&self, dice: &mut Dice, on: NaiveDate) -> NaiveDateTime {
        let mut minute = dice.between(OPENS_MINUTE, CLOSES_MINUTE);
        if (12 * 60..13 * 60).contains(&minute) {
            minute += 75;
        }
        on.and_time(NaiveTime::MIN) + Duration::minutes(minute) + Duration::seconds(dice.between(0, 59))
    }

    /// A moment `days` after `from` (whole days, as people count them), and after
    /// it in any case; weekends
    /// are mostly avoided to both sides, so that stays grow no longer.
    pub(super) fn after(&self, dice: &mut Dice, from: NaiveDateTime, days: f64) -> NaiveDateTime {
        let days = days.floor().clamp(0.0, 2_000.0) as i64;
        let mut on = from.date() + Duration::days(days);
        if is_weekend(on) && dice.chance(WEEKEND_MOVED) {
            on = nearest_working_day(on);
        }
        let found = self.moment(dice, on.max(from.date()));
        if found > from {
            return found;
        }
        let found = from + Duration::seconds(dice.between(11 * 60, 130 * 60));
        let limit = from.date().and_time(NaiveTime::MIN) + Duration::minutes(i64::from(LATEST_MINUTE));
        if found < limit { found } else { self.moment(dice, next_working_day(from.date())) }
    }
}

/// A local time as an instant.
pub(super) fn utc(local: NaiveDateTime) -> DateTime<Utc> {
    (local - Duration::hours(OFFSET_HOURS)).and_utc()
}

/// An instant as a local time.
pub(super) fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc() + Duration::hours(OFFSET_HOURS)
}

pub(super) fn season(on: NaiveDate) -> f64 {
    SEASON[on.month0() as usize]
}

pub(super) fn days_in_month(on: NaiveDate) -> f64 {
    let first = on.with_day(1).unwrap_or(on);
    (first + Months::new(1) - first).num_days() as f64
}

pub(super) fn is_weekend(on: NaiveDate) -> bool {
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
}

fn nearest_working_day(on: NaiveDate) -> NaiveDate {
    match on.weekday() {
        Weekday::Sat => on - Days::new(1),
        Weekday::Sun => on + Days::new(1),
        _ => on,
    }
}

pub(super) fn next_working_day(on: NaiveDate) -> NaiveDate {
    let mut next = on + Days::new(1);
    while is_weekend(next) {
        next = next + Days::new(1);
    }
    next
}

pub(super) fn days_between(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
    from.iter_days().take_while(move |day| *day < to)
}

fn day_weight(on: NaiveDate) -> f64 {
    if is_weekend(on) { WEEKEND_SHARE } else { 1.0 }
}
