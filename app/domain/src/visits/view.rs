//! What the pages of return visits ask for and show.

use super::record::VisitDone;
use super::timely::{Share, Timed};
use super::{CHANNELS, Standing, week_of};
use crate::codes;
use crate::customers::Tier;
use crate::home::Span;
use crate::ids::{ContactId, CustomerId, UnitId, UserId};
use crate::page::Page;
use crate::period::add_months;
use crate::revisit::Escalation;
use crate::tiers::Asks;
use crate::violation::parse_date;
use crate::work::FollowUpKind;
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

codes! {
    /// How the visits that are due are laid out.
    Layout { List = "list", Week = "week", Month = "month" }
}

/// Rows of a day of a week, and of a month; all are counted.
pub const WEEK_SHOWN: usize = 12;
pub const MONTH_SHOWN: usize = 3;
/// Customers behind the share; all are counted.
pub const LISTED: usize = 200;

/// What the visits are narrowed by. Broken or unknown parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitFilter {
    pub owner: Option<UserId>,
    pub team: Option<UnitId>,
    pub tier: Option<Tier>,
    /// Only those whose promise counts this channel.
    pub channel: Option<FollowUpKind>,
    pub standing: Option<Standing>,
    pub level: Option<Escalation>,
    /// Only those of which the reader is the one who hears, as manager or director.
    pub with_me: bool,
}

impl VisitFilter {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            owner: UserId::parse(&get("owner")),
            team: UnitId::parse(&get("team")),
            tier: Tier::parse(&get("tier")),
            channel: FollowUpKind::parse(&get("channel")).filter(|kind| CHANNELS.contains(kind)),
            standing: Standing::parse(&get("standing")),
            level: Escalation::parse(&get("level")),
            with_me: get("with") == "me",
        }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.owner.map(|v| ("owner", v.to_string())),
            self.team.map(|v| ("team", v.to_string())),
            self.tier.map(|v| ("tier", v.to_string())),
            self.channel.map(|v| ("channel", v.to_string())),
            self.standing.map(|v| ("standing", v.to_string())),
            self.level.map(|v| ("level", v.to_string())),
            self.with_me.then(|| ("with", "me".to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who is called, written to, or met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachOf {
    pub contact: Option<ContactId>,
    pub name: String,
    pub phone: String,
    pub email: String,
}

/// A customer whom somebody should visit again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    pub customer: CustomerId,
    pub name: String,
    pub tier: Tier,
    /// Who makes the visit: the customer's owner, or whose plan a low score is.
    pub owner: UserId,
    pub owner_name: String,
    /// The contact who is asked first, or the customer's own number.
    pub reach: ReachOf,
    /// Channels that the promise counts; none means any.
    pub channels: Vec<FollowUpKind>,
    pub last: Option<NaiveDate>,
    /// Why: the interval, or what happened.
    pub asks: Asks,
    pub due: NaiveDate,
    pub overdue_days: i64,
    pub standing: Standing,
    /// `None` before the day.
    pub level: Option<Escalation>,
    /// Who hears of it.
    pub told: Vec<(UserId, String)>,
    /// Needs and opinions that nobody has settled.
    pub needs: i64,
}

/// A page of what is due, and how much there is of each kind of the filtered set but for
/// `standing`, `level` and `with_me`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitList {
    pub page: Page<VisitRow>,
    pub standings: Vec<(Standing, i64)>,
    pub levels: Vec<(Escalation, i64)>,
    pub with_me: i64,
    /// What was written down a moment ago.
    pub done: Option<VisitDone>,
}

/// A day of the calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitDay {
    pub on: NaiveDate,
    pub workday: bool,
    /// Of a holiday or a make-up workday.
    pub name: String,
    pub count: i64,
    pub rows: Vec<VisitRow>,
}

/// Whole weeks, each day of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitCalendar {
    pub days: Vec<VisitDay>,
    /// Due before the first of these days.
    pub before: i64,
    /// All that are overdue.
    pub overdue: i64,
}

/// First and last day that a layout shows around `at`.
#[must_use]
pub fn shown(layout: Layout, at: NaiveDate) -> (NaiveDate, NaiveDate) {
    match layout {
        Layout::List | Layout::Week => week_of(at),
        Layout::Month => {
            let first = at.with_day(1).unwrap_or(at);
            let last = add_months(first, 1).and_then(|next| next.pred_opt()).unwrap_or(at);
            (week_of(first).0, week_of(last).1)
        }
    }
}

/// The same layout before or after: `by` weeks or months.
#[must_use]
pub fn turned(layout: Layout, at: NaiveDate, by: i32) -> NaiveDate {
    match layout {
        Layout::Month => at.with_day(1).and_then(|first| add_months(first, by)).unwrap_or(at),
        Layout::List | Layout::Week => {
            let days = Days::new(u64::from(by.unsigned_abs()) * 7);
            if by < 0 { at.checked_sub_days(days) } else { at.checked_add_days(days) }.unwrap_or(at)
        }
    }
}

/// A day as an address names it.
#[must_use]
pub fn parse_at(text: &str) -> Option<NaiveDate> {
    parse_date(text)
}

codes! {
    /// Which customers behind the share are listed.
    TimelySet { Due = "due", Kept = "kept", Missed = "missed" }
}

/// What the page of the share asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelyQuery {
    pub filter: VisitFilter,
    /// `None`: the quarter.
    pub span: Option<Span>,
    /// `None`: all that fell due.
    pub set: Option<TimelySet>,
}

impl TimelyQuery {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let VisitFilter { owner, team, tier, .. } = VisitFilter::from_query(&get);
        Self {
            filter: VisitFilter { owner, team, tier, ..VisitFilter::default() },
            span: get("span").and_then(|code| Span::parse(&code)),
            set: get("set").and_then(|code| TimelySet::parse(&code)),
        }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let span = self.span.map(|span| ("span", span.to_string()));
        let set = self.set.map(|set| ("set", set.to_string()));
        self.filter.to_query().into_iter().chain(span).chain(set).collect()
    }
}

/// A customer behind the share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelyRow {
    pub customer: CustomerId,
    pub name: String,
    pub tier: Tier,
    pub owner: UserId,
    pub owner_name: String,
    pub timed: Timed,
}

/// The share with the customers behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelyReport {
    pub share: Share,
    pub from: NaiveDate,
    /// The last day on which something could fall due and be decided: yesterday.
    pub to: NaiveDate,
    pub as_of: NaiveDate,
    pub set: TimelySet,
    /// All of the set; [`LISTED`] of them are in `rows`.
    pub total: i64,
    pub rows: Vec<TimelyRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let filter = VisitFilter {
            owner: UserId::parse("018f0000-0000-7000-8000-000000000001"),
            tier: Some(Tier::Vip),
            channel: Some(FollowUpKind::Video),
            standing: Some(Standing::Week),
            level: Some(Escalation::Director),
            with_me: true,
            ..VisitFilter::default()
        };
        let pairs = filter.to_query();
        let back = VisitFilter::from_query(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
        assert_eq!(back, filter);
        assert!(VisitFilter::from_query(|_| Some("nonsense".into())).is_empty());
        let other = VisitFilter::from_query(|name| (name == "channel").then(|| "meeting".to_owned()));
        assert!(other.is_empty(), "no channel of a return visit");
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let june = shown(Layout::Month, date("2026-06-30"));
        assert_eq!(june, (date("2026-06-01"), date("2026-07-05")));
        assert_eq!(shown(Layout::Week, date("2026-07-05")), (date("2026-06-29"), date("2026-07-05")));
        assert_eq!(turned(Layout::Month, date("2026-01-31"), 1), date("2026-02-01"));
        assert_eq!(turned(Layout::Week, date("2026-06-30"), -1), date("2026-06-23"));
    }
}
