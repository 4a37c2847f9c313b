//! What was won and lost in a period, why, and how long it took.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::cycles::CycleTrend;
use super::set::{Set, Subject};
use super::steps::FollowService;
use crate::days::DayCounts;
use crate::funnel::{Maturity, WinFigures, WinRateKind};
use crate::money::{Currency, Money};
use crate::period::Period;
use crate::pipeline::{LostReason, PipelineName};
use crate::rates::Converted;
use crate::rounding::ratio_bp;
use crate::tally::{CurrencyTally, Measure, Tally};

/// Where the groups of sales cycles begin, in days; the last is open upwards.
pub const CYCLE_EDGES: [u16; 8] = [0, 15, 30, 45, 60, 90, 120, 180];

/// What was lost for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostGroup {
    /// `None` for losses without one.
    pub reason: Option<LostReason>,
    pub count: u64,
    /// The share of all losses by number, in basis points.
    pub share_bp: Option<i64>,
    /// Each currency by itself.
    pub sums: Vec<CurrencyTally>,
}

/// Sales cycles of the deals won in the period (house decision HD-8), in thousandths of
/// a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    pub deals: u64,
    pub median_milli: Option<i64>,
    pub mean_milli: Option<i64>,
    pub p80_milli: Option<i64>,
    pub p90_milli: Option<i64>,
    /// Deals of each group of [`CYCLE_EDGES`].
    pub groups: Vec<u64>,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeSide {
    pub period: Period,
    pub by_count: WinFigures,
    /// By amounts, each currency by itself, that with the most closed deals first.
    pub by_amount: Vec<(Currency, WinFigures)>,
    /// What was won in all currencies, each deal by the rate that it keeps; none where all is
    /// in the reporting currency, and where no rate is known.
    pub won_converted: Option<Converted>,
    /// The most first.
    pub lost: Vec<LostGroup>,
    pub cycle: Cycle,
    /// Of the deals that began in it.
    pub maturity: Maturity,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeReport {
    pub pipelines: Vec<PipelineName>,
    pub as_of: NaiveDate,
    pub now: OutcomeSide,
    /// The same days of the year before.
    pub before: OutcomeSide,
    /// The sales cycle by month.
    pub trend: CycleTrend,
    /// Of the follow-ups.
    pub follow: FollowService,
}

/// The deals that a win rate counts, and those that it divides by.
#[must_use]
pub const fn win_sets(kind: WinRateKind) -> (Set, Set) {
    match kind {
        WinRateKind::Closed => (Set::Won, Set::Closed),
        WinRateKind::Decided => (Set::Won, Set::Decided),
        WinRateKind::WithOverdue => (Set::Won, Set::ClosedOrOverdue),
        WinRateKind::Cohort => (Set::CreatedWon, Set::Created),
    }
}

/// What a win rate divides: by number the sizes of [`win_sets`].
#[must_use]
pub const fn win_parts(figures: &WinFigures, kind: WinRateKind) -> (u64, u64) {
    let closed = figures.won + figures.lost;
    match kind {
        WinRateKind::Closed => (figures.won, closed),
        WinRateKind::Decided => (figures.won, closed.saturating_sub(figures.no_decision)),
        WinRateKind::WithOverdue => (figures.won, closed + figures.overdue),
        WinRateKind::Cohort => (figures.created_won, figures.created),
    }
}

/// Takes deals one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutcomeBook {
    won: Tally,
    lost: Tally,
    overdue: Tally,
    created: Tally,
    created_won: Tally,
    /// In the order of [`LostReason::ALL`], and without one at the end.
    reasons: [Tally; LostReason::ALL.len() + 1],
    cycles: DayCounts,
    groups: [u64; CYCLE_EDGES.len()],
}

impl OutcomeBook {
    /// Counts one deal where it belongs.
    pub fn add(&mut self, deal: &Subject<'_>, amount: Money) {
        let sets = [
            (Set::Won, &mut self.won),
            (Set::Lost, &mut self.lost),
            (Set::Overdue, &mut self.overdue),
            (Set::Created, &mut self.created),
            (Set::CreatedWon, &mut self.created_won),
        ];
        for (set, tally) in sets {
            if set.has(deal) {
                tally.add(amount);
            }
        }
        if Set::Lost.has(deal) {
            self.reasons[deal.lost_reason.map_or(LostReason::ALL.len(), |reason| reason as usize)].add(amount);
        }
        if let Some(days) = deal.traced.cycle_days() {
            self.cycles.add(days);
            let group = CYCLE_EDGES.iter().filter(|&&edge| i64::from(edge) <= days).count();
            self.groups[group.saturating_sub(1)] += 1;
        }
    }

    /// The figures of win rates.
    #[must_use]
    pub fn figures(&self, measure: Measure) -> WinFigures {
        // Amounts are zero or more.
        let of = |tally: &Tally| u64::try_from(tally.by(measure)).unwrap_or(0);
        WinFigures {
            won: of(&self.won),
            lost: of(&self.lost),
            no_decision: of(&self.reasons[LostReason::NoDecision as usize]),
            overdue: of(&self.overdue),
            created: of(&self.created),
            created_won: of(&self.created_won),
        }
    }

    /// What the page shows of it.
    #[must_use]
    pub fn side(&self, period: Period, maturity: Maturity) -> OutcomeSide {
        let mut closed = self.won;
        closed.merge(&self.lost);
        let reasons = LostReason::ALL.iter().copied().map(Some).chain([None]);
        let mut lost: Vec<LostGroup> = reasons
            .zip(&self.reasons)
            .filter(|(_, tally)| tally.count() > 0)
            .map(|(reason, tally)| LostGroup {
                reason,
                count: tally.count(),
                share_bp: ratio_bp(tally.count(), self.lost.count()),
                sums: tally.lines(),
            })
            .collect();
        lost.sort_by_key(|group| std::cmp::Reverse(group.count));
        OutcomeSide {
            period,
            by_count: self.figures(Measure::Count),
            won_converted: None,
            by_amount: closed.lines().iter().map(|line| (line.currency, self.figures(Measure::Amount(line.currency)))).collect(),
            lost,
            cycle: Cycle {
                deals: self.cycles.len(),
                median_milli: self.cycles.median_milli(),
                mean_milli: self.cycles.mean_milli(),
                p80_milli: self.cycles.percentile_milli(8_000),
                p90_milli: self.cycles.percentile_milli(9_000),
                groups: self.groups.to_vec(),
            },
            maturity,
        }
    }
}

/// The days of a group of cycles: from the first, up to and without the second.
#[must_use]
pub fn cycle_group(index: usize) -> Option<(u16, u16)> {
    let from = *CYCLE_EDGES.get(index)?;
    Some((from, CYCLE_EDGES.get(index + 1).copied().unwrap_or(u16::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Opened;
    use crate::funnel::traced::Traced;
    use crate::funnel::{Funnel, FunnelMode, History, Shape, Step, View, win_figures};
    use crate::pipeline::{ForecastCategory, TransitionKind as Kind};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a real date")
    }

    fn step(kind: Kind, stage: u8, on: NaiveDate) -> Step {
        Step { kind, stage, on }
    }

    fn deal(steps: &[Step], minor: i64, lost_reason: Option<LostReason>) -> (Vec<Step>, Money, Option<LostReason>) {
        (steps.to_vec(), Money { minor, currency: Currency::Cny }, lost_reason)
    }

    fn spring() -> Period {
        Period::new(day(3, 1), day(6, 1))
    }

    /// Won in spring; won and reopened; lost twice over; lost for want of a decision;
    /// began before; overdue; invalid.
    fn deals() -> Vec<(Vec<Step>, Money, Option<LostReason>)> {
        let enter = |on| step(Kind::Enter, 0, on);
        vec![
            deal(&[enter(day(3, 2)), step(Kind::Won, 2, day(4, 1))], 100, None),
            deal(&[enter(day(1, 2)), step(Kind::Won, 2, day(5, 1)), step(Kind::Reopen, 1, day(5, 9))], 70, None),
            deal(
                &[enter(day(3, 5)), step(Kind::Lost, 0, day(3, 9)), step(Kind::Reopen, 0, day(4, 1)), step(Kind::Lost, 0, day(5, 5))],
                50,
                Some(LostReason::Price),
            ),
            deal(&[enter(day(2, 5)), step(Kind::Lost, 0, day(3, 9))], 30, Some(LostReason::NoDecision)),
            deal(&[enter(day(2, 7)), step(Kind::Lost, 0, day(2, 9))], 20, None),
            deal(&[enter(day(4, 7))], 10, None),
            deal(&[enter(day(4, 8)), step(Kind::Invalid, 0, day(4, 9))], 5, None),
        ]
    }

    fn book(deals: &[(Vec<Step>, Money, Option<LostReason>)], sets: &[Set]) -> (OutcomeBook, Vec<u64>) {
        let mut book = OutcomeBook::default();
        let mut counts = vec![0; sets.len()];
        for (steps, amount, lost_reason) in deals {
            let history = History { steps, amount: *amount, first_contact: None, lost_reason: *lost_reason, derived: false };
            let Some(traced) = Traced::read(&history, 3, spring(), day(6, 30)).expect("stages that exist") else { continue };
            let opened = Opened {
                expected_close_on: Some(day(5, 20)),
                probability_bp: 500,
                category: ForecastCategory::Pipeline,
                stalled: false,
                over: false,
                stepped: false,
            };
            let opened = (traced.outcome() == crate::funnel::Outcome::Open).then_some(opened);
            let subject = Subject { traced: &traced, lost_reason: *lost_reason, opened, period: spring(), as_of: day(6, 30) };
            book.add(&subject, *amount);
            for (count, set) in counts.iter_mut().zip(sets) {
                *count += u64::from(set.has(&subject));
            }
        }
        (book, counts)
    }

    #[test]
    fn every_rate_divides_what_its_sets_hold() {
        let kinds = WinRateKind::ALL;
        let sets: Vec<Set> = kinds.iter().flat_map(|&kind| <[Set; 2]>::from(win_sets(kind))).collect();
        let (book, counts) = book(&deals(), &sets);
        let figures = book.figures(Measure::Count);
        assert_eq!(figures, WinFigures { won: 2, lost: 2, no_decision: 1, overdue: 1, created: 3, created_won: 1 });
        for (index, &kind) in kinds.iter().enumerate() {
            let parts = win_parts(&figures, kind);
            assert_eq!(parts, (counts[2 * index], counts[2 * index + 1]), "{kind}");
            assert_eq!(figures.rate_bp(kind), ratio_bp(parts.0, parts.1), "{kind}");
        }
    }

    #[test]
    fn it_agrees_with_the_funnels() {
        let made = |view| Funnel::new(Shape { stages: 3, mode: FunnelMode::Reached, view, as_of: day(6, 30) }).expect("three stages");
        let (mut closed, mut began) = (made(View::Event(spring())), made(View::Cohort(spring())));
        for (steps, amount, lost_reason) in deals() {
            let history = History { steps: &steps, amount, first_contact: None, lost_reason, derived: false };
            closed.add(&history).expect("stages that exist");
            began.add(&history).expect("stages that exist");
        }
        for (measure, overdue) in [(Measure::Count, 1), (Measure::Amount(Currency::Cny), 10)] {
            assert_eq!(book(&deals(), &[]).0.figures(measure), win_figures(&closed, &began, overdue, measure));
        }
        let cycle = book(&deals(), &[]).0.side(spring(), Maturity::Unknown).cycle;
        assert_eq!((cycle.median_milli, cycle.deals), (closed.cycles().median_milli(), closed.cycles().len()));
    }

    #[test]
    fn reasons_and_groups_add_up() {
        let (book, counts) =
            book(&deals(), &[Set::Took(30, 45), Set::Took(90, 120), Set::LostFor(Some(LostReason::Price)), Set::LostFor(None)]);
        let side = book.side(spring(), Maturity::Unknown);
        assert_eq!(counts, [1, 1, 1, 0]);
        assert_eq!(side.lost.iter().map(|group| group.count).sum::<u64>(), side.by_count.lost);
        assert_eq!(side.cycle.groups.iter().sum::<u64>(), side.cycle.deals);
        assert_eq!((side.cycle.groups[2], side.cycle.groups[5]), (1, 1));
        assert_eq!(side.lost[0].share_bp, Some(5_000));
        assert_eq!(side.by_amount[0].1.won, 170);
        assert_eq!((cycle_group(7), cycle_group(8)), (Some((180, u16::MAX)), None));
    }
}
