//! The sets of deals that figures count, and their codes in an address.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::forecast::{What, When};
use super::steps::StepPart;
use crate::forecast::{ForecastDeal, place};
use crate::funnel::Outcome;
use crate::funnel::traced::Traced;
use crate::money::Money;
use crate::period::Period;
use crate::pipeline::{ForecastCategory, LostReason};
use crate::violation::parse_date;

/// A set of deals, of a period and a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// Closed as won in the period, by the last closing in it.
    Won,
    /// Closed as lost in the period, in the same sense.
    Lost,
    /// Lost for this reason, or without one.
    LostFor(Option<LostReason>),
    /// Won or lost.
    Closed,
    /// Won or lost, those lost for want of a decision left out.
    Decided,
    /// Open, not closed in the period, and expected to close in it on a day that is over.
    Overdue,
    /// [`Self::Closed`] and [`Self::Overdue`], which have no deal in common.
    ClosedOrOverdue,
    /// Began in the period.
    Created,
    /// Began in the period and is won by now.
    CreatedWon,
    /// Won in the period after so many days: from the first, up to and without the second.
    Took(u16, u16),
    /// Began in the period, and was ever in this stage or beyond. Stages are numbered from
    /// 0; the sets of a stage are of one pipeline.
    Reached(u8),
    /// Began in the period and was lost, this being the furthest stage.
    LostAt(u8),
    /// A stay in the stage ended in the period.
    Stayed(u8),
    /// The same, in the last 30 days, whatever the period.
    Left(u8),
    /// Open, and in the stage.
    Standing(u8),
    /// Open, and in the stage for longer than is allowed.
    Over(u8),
    /// Open, in the stage or a later one, and not stalled.
    Qualified(u8),
    /// [`Self::Won`] in days of its own, whatever the period of the page.
    WonIn(Period),
    /// [`Self::Closed`] in the same sense.
    ClosedIn(Period),
    /// What is expected by its place in the forecast, today.
    Due(When, What),
    /// Open today.
    Open,
    /// Open today, with a next step.
    Stepped,
    /// Open today, without one.
    Unstepped,
    /// Next steps of the period. Its rows are steps, of which a deal may have several, so
    /// [`Self::has`] holds for no deal; see [`super::steps`].
    Steps(StepPart),
}

/// What is known of an open deal beside its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// When it is expected to close.
    pub expected_close_on: Option<NaiveDate>,
    /// How likely it is to be won, in basis points.
    pub probability_bp: i32,
    /// How it is counted in the forecast: as its stage says.
    pub category: ForecastCategory,
    /// Whether it stands too long, or nobody followed up.
    pub stalled: bool,
    /// Whether it is in its stage for longer than that allows.
    pub over: bool,
    /// Whether it has a next step.
    pub stepped: bool,
}

/// A deal as sets look at it.
pub struct Subject<'a> {
    /// What came of it in the period.
    pub traced: &'a Traced,
    /// Why it was lost, if it is.
    pub lost_reason: Option<LostReason>,
    /// Of an open one.
    pub opened: Option<Opened>,
    pub period: Period,
    pub as_of: NaiveDate,
}

impl Set {
    /// Whether the deal is one of them.
    #[must_use]
    pub fn has(self, deal: &Subject<'_>) -> bool {
        let closed = deal.traced.closed();
        let lost = closed == Some(Outcome::Lost);
        match self {
            Self::Won | Self::WonIn(_) => closed == Some(Outcome::Won),
            Self::Lost => lost,
            Self::LostFor(reason) => lost && deal.lost_reason == reason,
            Self::Closed | Self::ClosedIn(_) => closed.is_some(),
            Self::Decided => closed.is_some() && !(lost && deal.lost_reason == Some(LostReason::NoDecision)),
            Self::Overdue => closed.is_none() && deal.overdue(),
            Self::ClosedOrOverdue => closed.is_some() || deal.overdue(),
            Self::Created => deal.traced.created(),
            Self::CreatedWon => deal.traced.created() && deal.traced.outcome() == Outcome::Won,
            Self::Reached(stage) => deal.traced.created() && deal.traced.depth() >= stage,
            Self::LostAt(stage) => deal.traced.created() && deal.traced.outcome() == Outcome::Lost && deal.traced.depth() == stage,
            Self::Stayed(stage) | Self::Left(stage) => deal.traced.stay_days(stage).is_some(),
            Self::Standing(stage) => deal.stands(stage),
            Self::Over(stage) => deal.stands(stage) && deal.opened.is_some_and(|opened| opened.over),
            Self::Qualified(stage) => {
                deal.traced.standing().is_some_and(|(at, _)| at >= stage) && deal.opened.is_some_and(|opened| !opened.stalled)
            }
            Self::Took(from, to) => deal.traced.cycle_days().is_some_and(|days| (i64::from(from)..i64::from(to)).contains(&days)),
            Self::Due(when, what) => deal.due().is_some_and(|(due, category)| when.holds(due) && what.takes(category)),
            Self::Open => deal.open().is_some(),
            Self::Stepped => deal.open().is_some_and(|opened| opened.stepped),
            Self::Unstepped => deal.open().is_some_and(|opened| !opened.stepped),
            Self::Steps(_) => false,
        }
    }

    /// The days that a subject must be read in, if they are not those of the page.
    #[must_use]
    pub const fn own_days(self) -> Option<Period> {
        match self {
            Self::WonIn(days) | Self::ClosedIn(days) => Some(days),
            _ => None,
        }
    }

    /// The days that the figure counts of a deal, if it counts days.
    #[must_use]
    pub fn days(self, deal: &Subject<'_>) -> Option<i64> {
        match self {
            Self::Won | Self::WonIn(_) | Self::Took(..) => deal.traced.cycle_days(),
            Self::Stayed(stage) | Self::Left(stage) => deal.traced.stay_days(stage),
            Self::Standing(_) | Self::Over(_) | Self::Qualified(_) => deal.traced.standing().map(|(_, days)| days),
            _ => None,
        }
    }

    /// Whether its list goes by these days; by amounts otherwise.
    #[must_use]
    pub const fn goes_by_days(self) -> bool {
        matches!(self, Self::Took(..) | Self::Stayed(_) | Self::Left(_) | Self::Standing(_) | Self::Over(_) | Self::Steps(_))
    }

    /// The stage that it is about: such a set is of one pipeline.
    #[must_use]
    pub const fn stage(self) -> Option<u8> {
        match self {
            Self::Reached(stage)
            | Self::LostAt(stage)
            | Self::Stayed(stage)
            | Self::Left(stage)
            | Self::Standing(stage)
            | Self::Over(stage)
            | Self::Qualified(stage) => Some(stage),
            _ => None,
        }
    }

    /// Its code in an address: `lost.price`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Won => "won".to_owned(),
            Self::Lost => "lost".to_owned(),
            Self::LostFor(reason) => format!("lost.{}", reason.map_or(UNNAMED, LostReason::code)),
            Self::Closed => "closed".to_owned(),
            Self::Decided => "decided".to_owned(),
            Self::Overdue => "overdue".to_owned(),
            Self::ClosedOrOverdue => "closed_or_overdue".to_owned(),
            Self::Created => "created".to_owned(),
            Self::CreatedWon => "created_won".to_owned(),
            Self::Took(from, to) => format!("took.{from}.{to}"),
            Self::Reached(stage) => format!("reached.{stage}"),
            Self::LostAt(stage) => format!("lost_at.{stage}"),
            Self::Stayed(stage) => format!("stayed.{stage}"),
            Self::Left(stage) => format!("left.{stage}"),
            Self::Standing(stage) => format!("standing.{stage}"),
            Self::Over(stage) => format!("over.{stage}"),
            Self::Qualified(stage) => format!("qualified.{stage}"),
            Self::WonIn(days) => format!("won_in.{}", days_code(days)),
            Self::ClosedIn(days) => format!("closed_in.{}", days_code(days)),
            Self::Due(when, what) => format!("due.{}.{what}", when.code()),
            Self::Open => "open".to_owned(),
            Self::Stepped => "stepped".to_owned(),
            Self::Unstepped => "unstepped".to_owned(),
            Self::Steps(part) => format!("steps.{part}"),
        }
    }

    /// The set of a code; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let mut parts = code.split('.');
        let (name, first, second) = (parts.next()?, parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        Some(match (name, first, second) {
            ("won", None, _) => Self::Won,
            ("lost", None, _) => Self::Lost,
            ("lost", Some(UNNAMED), None) => Self::LostFor(None),
            ("lost", Some(reason), None) => Self::LostFor(Some(LostReason::parse(reason)?)),
            ("closed", None, _) => Self::Closed,
            ("decided", None, _) => Self::Decided,
            ("overdue", None, _) => Self::Overdue,
            ("closed_or_overdue", None, _) => Self::ClosedOrOverdue,
            ("created", None, _) => Self::Created,
            ("created_won", None, _) => Self::CreatedWon,
            ("reached", Some(stage), None) => Self::Reached(stage.parse().ok()?),
            ("lost_at", Some(stage), None) => Self::LostAt(stage.parse().ok()?),
            ("stayed", Some(stage), None) => Self::Stayed(stage.parse().ok()?),
            ("left", Some(stage), None) => Self::Left(stage.parse().ok()?),
            ("standing", Some(stage), None) => Self::Standing(stage.parse().ok()?),
            ("over", Some(stage), None) => Self::Over(stage.parse().ok()?),
            ("qualified", Some(stage), None) => Self::Qualified(stage.parse().ok()?),
            ("won_in", Some(from), Some(to)) => Self::WonIn(parse_days(from, to)?),
            ("closed_in", Some(from), Some(to)) => Self::ClosedIn(parse_days(from, to)?),
            ("due", Some(when), Some(what)) => Self::Due(When::parse(when)?, What::parse(what)?),
            ("open", None, _) => Self::Open,
            ("stepped", None, _) => Self::Stepped,
            ("unstepped", None, _) => Self::Unstepped,
            ("steps", Some(part), None) => Self::Steps(StepPart::parse(part)?),
            ("took", Some(from), Some(to)) => Self::Took(from.parse().ok()?, to.parse().ok()?),
            _ => return None,
        })
    }
}

/// First and last day.
fn days_code(days: Period) -> String {
    format!("{}.{}", days.start(), days.end_exclusive().pred_opt().unwrap_or(days.start()))
}

fn parse_days(from: &str, to: &str) -> Option<Period> {
    let (from, to) = (parse_date(from)?, parse_date(to)?);
    (from <= to).then(|| Period::new(from, to.succ_opt().unwrap_or(to)))
}

/// In place of a reason that was not given.
const UNNAMED: &str = "none";

impl Subject<'_> {
    /// What is known of it beside its history, if it is open.
    fn open(&self) -> Option<Opened> {
        self.opened.filter(|_| self.traced.outcome() == Outcome::Open)
    }

    fn stands(&self, stage: u8) -> bool {
        self.traced.standing().is_some_and(|(at, _)| at == stage)
    }

    /// The deal as a forecast reads it; `None` for an open one of which nothing more is
    /// known than its history.
    #[must_use]
    pub fn forecast(&self, amount: Money) -> Option<ForecastDeal> {
        let outcome = self.traced.outcome();
        let open = self.opened.filter(|_| outcome == Outcome::Open);
        (open.is_some() || outcome != Outcome::Open).then(|| ForecastDeal {
            amount,
            probability_bp: open.map_or(0, |open| open.probability_bp),
            category: open.map_or(ForecastCategory::Closed, |open| open.category),
            outcome,
            expected_close_on: open.and_then(|open| open.expected_close_on),
            closed_on: self.traced.won_on(),
        })
    }

    fn due(&self) -> Option<(crate::forecast::Due, ForecastCategory)> {
        // Where it stands does not depend on how much it is.
        let deal = self.forecast(Money { minor: 0, currency: crate::money::Currency::Cny })?;
        place(self.as_of, deal.outcome, deal.category, deal.expected_close_on, deal.closed_on)
    }

    fn overdue(&self) -> bool {
        let expected = self.opened.and_then(|opened| opened.expected_close_on);
        self.traced.outcome() == Outcome::Open && expected.is_some_and(|on| on < self.as_of && self.period.contains(on))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::YearMonth;

    #[test]
    fn codes_of_days_and_of_the_forecast_come_back() {
        let date = |text: &str| text.parse().expect("a date");
        let days = Period::new(date("2026-01-01"), date("2026-03-01"));
        let month = YearMonth { year: 2026, month: 7 };
        let whens = [
            When::Months { from: month, to: Some(month) },
            When::Months { from: month, to: Some(month.after(5)) },
            When::Months { from: month, to: None },
            When::Overdue,
            When::Undated,
        ];
        let due = whens.iter().flat_map(|&when| What::ALL.iter().map(move |&what| Set::Due(when, what)));
        for set in [Set::WonIn(days), Set::ClosedIn(days)].into_iter().chain(due) {
            assert_eq!(Set::parse(&set.code()), Some(set), "{set:?}");
        }
        assert_eq!(Set::WonIn(days).code(), "won_in.2026-01-01.2026-02-28");
        assert_eq!(Set::Due(whens[1], What::BestCase).code(), "due.202607-202612.best_case");
        for broken in ["won_in.2026-01-01", "won_in.2026-02-01.2026-01-31", "closed_in.x.y", "due.202607", "due.202607.all"] {
            assert_eq!(Set::parse(broken), None, "{broken}");
        }
        for broken in ["due.202613.open", "due.2026-07.open", "due.202607-202606.open", "due.-202607.open", "due.+02607.open", "due..open"]
        {
            assert_eq!(Set::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn codes_come_back() {
        let reasons = LostReason::ALL.iter().map(|&reason| Set::LostFor(Some(reason)));
        let plain = [Set::Won, Set::Lost, Set::LostFor(None), Set::Closed, Set::Decided, Set::Overdue, Set::ClosedOrOverdue];
        let staged = [Set::Reached, Set::LostAt, Set::Stayed, Set::Left, Set::Standing, Set::Over, Set::Qualified].map(|of| of(3));
        assert!(staged.iter().all(|set| set.stage() == Some(3)));
        for set in reasons
            .chain(plain)
            .chain(staged)
            .chain([Set::Created, Set::CreatedWon, Set::Took(15, 30), Set::Open, Set::Stepped, Set::Unstepped])
            .chain(StepPart::ALL.iter().map(|&part| Set::Steps(part)))
        {
            assert_eq!(Set::parse(&set.code()), Some(set), "{set:?}");
        }
        for broken in [
            "",
            "won.1",
            "lost.x",
            "lost.price.2",
            "took.1",
            "took.a.b",
            "took.1.2.3",
            "took.1.99999",
            "stayed",
            "stayed.x",
            "stayed.1.2",
            "stayed.300",
            "steps",
            "steps.all",
            "open.1",
        ] {
            assert_eq!(Set::parse(broken), None, "{broken}");
        }
    }
}
