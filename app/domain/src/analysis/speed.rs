//! How fast deals move in one pipeline: stays in the stages, velocity, and where it is
//! held up, by the three lenses of [`crate::bottleneck`].

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::set::{Opened, Set, Subject};
use crate::bottleneck::{Congestion, Leak, LensError, StageTime, congestion, leaks, stage_times};
use crate::funnel::report::{Against, Span};
use crate::funnel::traced::Traced;
use crate::funnel::{Funnel, FunnelError, FunnelMode, History, Maturity, STAGES_MAX, Shape, View};
use crate::ids::PipelineId;
use crate::money::Currency;
use crate::period::{Period, add_months, days_between};
use crate::pipeline::{ForecastCategory, PipelineName, Stage, StageKind};
use crate::tally::Tally;
use crate::velocity::Velocity;

/// Days whose leavings say how fast a queue drains (`rules.md` §2.7).
pub const RECENT_DAYS: u64 = 30;

/// The days that the figures of a page are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeedDays {
    pub as_of: NaiveDate,
    /// As asked for.
    pub period: Period,
    /// The same days of the year before.
    pub year_before: Period,
    /// As many days right before the period: how the time in stages changed.
    pub earlier: Period,
    /// The twelve months before the period: what a leak is measured against.
    pub base: Period,
    /// The day on which these are looked at: as long after their end as `as_of` is after
    /// the end of the period, so that both cohorts had as much time.
    pub base_as_of: NaiveDate,
    /// The last [`RECENT_DAYS`] days.
    pub recent: Period,
    /// The last twelve months: how long a stay usually is.
    pub usual: Period,
}

impl SpeedDays {
    /// The days around a period on `today`.
    #[must_use]
    pub fn around(span: Span, period: Period, today: NaiveDate) -> Self {
        let tomorrow = today.succ_opt().unwrap_or(today);
        let year = |end: NaiveDate| Period::new(add_months(end, -12).unwrap_or(end), end);
        let base = year(period.start());
        let lag = u64::try_from(days_between(period.end_exclusive(), tomorrow)).unwrap_or(0);
        let seen = base.end_exclusive().pred_opt().unwrap_or(base.start());
        Self {
            as_of: today,
            period,
            year_before: Against::YearBefore.period(span, period).unwrap_or(period),
            earlier: Against::PeriodBefore.period(span, period).unwrap_or(period),
            base,
            base_as_of: seen.checked_add_days(Days::new(lag)).unwrap_or(seen),
            recent: Period::new(tomorrow.checked_sub_days(Days::new(RECENT_DAYS)).unwrap_or(today), tomorrow),
            usual: year(tomorrow),
        }
    }
}

/// The first stage at which a deal is qualified: the first that is counted as best case or
/// more, so that an editable pipeline needs no setting of its own; all, if none is.
#[must_use]
pub fn qualified_from(stages: &[Stage]) -> u8 {
    let counted = |stage: &Stage| matches!(stage.forecast, ForecastCategory::BestCase | ForecastCategory::Commit);
    let found = stages.iter().position(|stage| stage.kind == StageKind::Open && counted(stage));
    found.and_then(|index| u8::try_from(index).ok()).unwrap_or(0)
}

/// One open stage. Durations are in thousandths of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageSpeed {
    /// Stays that ended in the period, the last of each deal.
    pub stays: u64,
    pub median_milli: Option<i64>,
    pub p80_milli: Option<i64>,
    /// Of the same days of the year before.
    pub median_before_milli: Option<i64>,
    /// Open deals in it now.
    pub standing: u64,
    /// Of these, the ones that are here for longer than allowed.
    pub over: u64,
}

/// What velocity is made of, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    pub velocity: Velocity,
    /// Stage from which open deals are qualified, from 0.
    pub qualified_from: u8,
    /// Closed in the period.
    pub closed: u64,
    pub won: u64,
    /// Won in the currency, and their sum in minor units.
    pub won_in_currency: u64,
    pub won_minor: i64,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeedReport {
    pub pipelines: Vec<PipelineName>,
    pub pipeline: PipelineId,
    /// In order, the won one last.
    pub stages: Vec<Stage>,
    /// Of velocity and of what a leak costs.
    pub currency: Currency,
    /// Currencies of the pipeline's open and won deals.
    pub currencies: Vec<Currency>,
    pub days: SpeedDays,
    /// Of the cohort that the leak is measured on.
    pub maturity: Maturity,
    /// A row for each open stage.
    pub rows: Vec<StageSpeed>,
    pub factors: Factors,
    pub leaks: Vec<Leak>,
    /// Deals of the cohort that reached each stage, and those lost at it.
    pub reached: Vec<(u64, u64)>,
    pub times: Vec<StageTime>,
    pub queues: Vec<Congestion>,
}

/// What [`SpeedBook`] comes to.
pub struct Speed {
    pub rows: Vec<StageSpeed>,
    pub factors: Factors,
    pub currencies: Vec<Currency>,
    pub leaks: Vec<Leak>,
    pub reached: Vec<(u64, u64)>,
    pub times: Vec<StageTime>,
    pub queues: Vec<Congestion>,
}

/// Takes the deals of one pipeline one by one.
pub struct SpeedBook {
    days: SpeedDays,
    stages: u8,
    qualified_from: u8,
    cohort: Funnel,
    base: Funnel,
    closed: Funnel,
    year_before: Funnel,
    earlier: Funnel,
    recent: Funnel,
    usual: Funnel,
    standing: Funnel,
    qualified: Tally,
    over: [u64; STAGES_MAX],
}

impl SpeedBook {
    /// An empty book for a pipeline of so many stages, the won one included.
    ///
    /// # Errors
    ///
    /// [`FunnelError::StageCount`].
    pub fn new(days: SpeedDays, stages: u8, qualified_from: u8) -> Result<Self, FunnelError> {
        let made = |view, as_of| Funnel::new(Shape { stages, mode: FunnelMode::Reached, view, as_of });
        let events = |period| made(View::Event(period), days.as_of);
        Ok(Self {
            days,
            stages,
            qualified_from,
            cohort: made(View::Cohort(days.period), days.as_of)?,
            base: made(View::Cohort(days.base), days.base_as_of)?,
            closed: events(days.period)?,
            year_before: events(days.year_before)?,
            earlier: events(days.earlier)?,
            recent: events(days.recent)?,
            usual: events(days.usual)?,
            standing: made(View::Snapshot, days.as_of)?,
            qualified: Tally::default(),
            over: [0; STAGES_MAX],
        })
    }

    /// Counts one deal.
    ///
    /// # Errors
    ///
    /// [`FunnelError::UnknownStage`].
    pub fn add(&mut self, deal: &History<'_>, opened: Option<Opened>) -> Result<(), FunnelError> {
        let Some(traced) = Traced::read(deal, self.stages, self.days.period, self.days.as_of)? else {
            return Ok(());
        };
        for funnel in [
            &mut self.cohort,
            &mut self.base,
            &mut self.closed,
            &mut self.year_before,
            &mut self.earlier,
            &mut self.recent,
            &mut self.usual,
            &mut self.standing,
        ] {
            funnel.add(deal)?;
        }
        let subject = Subject { traced: &traced, lost_reason: deal.lost_reason, opened, period: self.days.period, as_of: self.days.as_of };
        if Set::Qualified(self.qualified_from).has(&subject) {
            self.qualified.add(deal.amount);
        }
        for (stage, over) in (0..self.stages).zip(&mut self.over) {
            *over += u64::from(Set::Over(stage).has(&subject));
        }
        Ok(())
    }

    /// The figures, amounts in one currency.
    ///
    /// # Errors
    ///
    /// [`LensError`] does not occur: the funnels are made for the lenses.
    pub fn figures(&self, currency: Currency) -> Result<Speed, LensError> {
        let flow = |funnel: &Funnel, stage: usize| funnel.stages()[stage].latest.clone();
        let rows = (0..usize::from(self.stages.saturating_sub(1))).map(|stage| {
            let stays = flow(&self.closed, stage);
            StageSpeed {
                stays: stays.len(),
                median_milli: stays.median_milli(),
                p80_milli: stays.percentile_milli(8_000),
                median_before_milli: flow(&self.year_before, stage).median_milli(),
                standing: self.standing.stages()[stage].still.count(),
                over: self.over[stage],
            }
        });
        let won = self.closed.won().of(currency);
        let mut known = *self.standing.deals();
        known.merge(self.usual.won());
        known.merge(self.closed.won());
        Ok(Speed {
            rows: rows.collect(),
            factors: Factors {
                velocity: Velocity::of(&self.closed, self.qualified.of(currency).count, currency),
                qualified_from: self.qualified_from,
                closed: self.closed.won().count() + self.closed.lost().count(),
                won: self.closed.won().count(),
                won_in_currency: won.count,
                won_minor: won.minor,
            },
            currencies: known.lines().iter().map(|line| line.currency).collect(),
            leaks: leaks(&self.cohort, &self.base, currency)?,
            reached: self.cohort.stages().iter().map(|flow| (flow.entered.count(), flow.lost.count())).collect(),
            times: stage_times(&self.closed, &self.earlier)?,
            queues: congestion(&self.standing, &self.recent, &self.usual)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel::Step;
    use crate::money::Money;
    use crate::pipeline::TransitionKind as Kind;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a real date")
    }

    fn days() -> SpeedDays {
        SpeedDays::around(Span::ThisQuarter, Period::new(day(4, 1), day(6, 1)), day(5, 31))
    }

    #[test]
    fn the_base_had_as_much_time_as_the_period() {
        let running = days();
        assert_eq!((running.base.start().to_string().as_str(), running.base.end_exclusive()), ("2025-04-01", day(4, 1)));
        assert_eq!((running.base_as_of, running.recent.days(), running.usual.end_exclusive()), (day(3, 31), 30, day(6, 1)));
        let over = SpeedDays::around(Span::LastQuarter, Period::new(day(1, 1), day(4, 1)), day(5, 31));
        // 61 days after its end.
        assert_eq!(over.base_as_of, day(3, 2));
    }

    #[test]
    fn figures_are_the_sizes_of_their_sets() {
        let step = |kind, stage, on| Step { kind, stage, on };
        let deals = [
            vec![step(Kind::Enter, 0, day(4, 2)), step(Kind::Move, 1, day(4, 12)), step(Kind::Won, 2, day(5, 12))],
            vec![step(Kind::Enter, 0, day(4, 5)), step(Kind::Move, 1, day(5, 5))],
            vec![step(Kind::Enter, 0, day(4, 6)), step(Kind::Lost, 0, day(4, 9))],
            vec![step(Kind::Enter, 0, day(3, 6)), step(Kind::Move, 1, day(5, 6))],
            vec![step(Kind::Enter, 0, day(5, 6)), step(Kind::Invalid, 0, day(5, 7))],
        ];
        let days = days();
        let sets = |stage| [Set::Stayed(stage), Set::Standing(stage), Set::Over(stage), Set::Reached(stage), Set::Reached(stage + 1)];
        let mut counts = [[0_u64; 5]; 2];
        let mut qualified = 0;
        let mut book = SpeedBook::new(days, 3, 1).expect("three stages");
        for (index, steps) in deals.iter().enumerate() {
            let amount = Money { minor: 100, currency: Currency::Cny };
            let deal = History { steps, amount, first_contact: None, lost_reason: None, derived: false };
            let opened = Opened {
                expected_close_on: None,
                probability_bp: 500,
                category: ForecastCategory::Pipeline,
                stalled: index == 3,
                over: index == 3,
                stepped: false,
            };
            let opened = matches!(index, 1 | 3).then_some(opened);
            book.add(&deal, opened).expect("stages that exist");
            let Some(traced) = Traced::read(&deal, 3, days.period, days.as_of).expect("stages that exist") else { continue };
            let subject = Subject { traced: &traced, lost_reason: None, opened, period: days.period, as_of: days.as_of };
            for (stage, counts) in counts.iter_mut().enumerate() {
                for (count, set) in counts.iter_mut().zip(sets(u8::try_from(stage).expect("small"))) {
                    *count += u64::from(set.has(&subject));
                }
            }
            qualified += i64::from(Set::Qualified(1).has(&subject));
        }
        let speed = book.figures(Currency::Cny).expect("funnels of one kind");
        for (stage, row) in speed.rows.iter().enumerate() {
            let leak = speed.leaks[stage];
            let passed = crate::rounding::ratio_bp(counts[stage][4], counts[stage][3]);
            assert_eq!([row.stays, row.standing, row.over, leak.entered], counts[stage][..4], "{stage}");
            assert_eq!([speed.reached[stage].0, speed.reached[stage + 1].0], counts[stage][3..], "{stage}");
            assert_eq!(leak.step_bp, passed);
        }
        assert_eq!((speed.rows[0].stays, speed.rows[0].median_milli), (4, Some(20_000)));
        assert_eq!((speed.factors.velocity.open_deals, qualified), (1, 1));
        assert_eq!((speed.factors.closed, speed.factors.won, speed.factors.won_minor), (2, 1, 100));
        assert_eq!(speed.currencies, [Currency::Cny]);
    }
}
