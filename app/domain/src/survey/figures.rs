//! Answers counted: satisfaction, recommendation, ease, the dimensions on 100 points, and
//! how they went over months or quarters, each with how many answered and how sure it is.
//!
//! Not here: the arithmetic of the headlines ([`crate::satisfaction`]).

use super::Dimension;
use super::answer::Scores;
use crate::codes;
use crate::funnel::{Interval, wilson_bp};
use crate::period::add_months;
use crate::satisfaction::{Csat, FEW_ANSWERS, ces_bp, csat, nps_x10};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

codes! {
    /// What a trend has a point for.
    Step { Month = "month", Quarter = "quarter" }
}

codes! {
    /// Answers that a figure is of: what its number opens.
    AnswerSet {
        All = "all",
        Csat = "csat",
        CsatTop = "csat_top",
        Nps = "nps",
        Promoters = "promoters",
        Passives = "passives",
        Detractors = "detractors",
        Ces = "ces",
        CesTop = "ces_top",
        Low = "low",
        MarkService = "mark_service",
        MarkProduct = "mark_product",
        MarkDelivery = "mark_delivery",
        MarkResponse = "mark_response",
        MarkExpertise = "mark_expertise",
        MarkValue = "mark_value",
    }
}

impl AnswerSet {
    /// The answers with a mark of this dimension.
    #[must_use]
    pub const fn of(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Service => Self::MarkService,
            Dimension::Product => Self::MarkProduct,
            Dimension::Delivery => Self::MarkDelivery,
            Dimension::Response => Self::MarkResponse,
            Dimension::Expertise => Self::MarkExpertise,
            Dimension::Value => Self::MarkValue,
        }
    }

    /// The dimension whose marks these are.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        Dimension::ALL.iter().copied().find(|dimension| Self::of(*dimension) == self)
    }

    /// Whether an answer is one of them. A figure and its list ask the same.
    #[must_use]
    pub fn holds(self, scores: &Scores) -> bool {
        let nps = |range: std::ops::RangeInclusive<i64>| scores.nps.is_some_and(|n| range.contains(&n));
        match self {
            Self::All => true,
            Self::Csat => scores.csat.is_some(),
            Self::CsatTop => scores.csat.is_some_and(|n| n >= 4),
            Self::Nps => scores.nps.is_some(),
            Self::Promoters => nps(9..=10),
            Self::Passives => nps(7..=8),
            Self::Detractors => nps(0..=6),
            Self::Ces => scores.ces.is_some(),
            Self::CesTop => scores.ces.is_some_and(|n| n >= 5),
            Self::Low => scores.is_low(),
            _ => self.dimension().is_some_and(|dimension| scores.marks.iter().any(|(known, _)| *known == dimension)),
        }
    }
}

/// Anonymous answers are counted and listed only where at least so many are together. Of
/// fewer, whoever knows who was asked and reads the named ones beside them could tell who
/// said what: what is left when those are taken away would be one or two.
pub const ANONYMOUS_MIN: u64 = 5;

/// Of so many anonymous ones those that may be told.
#[must_use]
pub const fn told(anonymous: u64) -> u64 {
    if anonymous < ANONYMOUS_MIN { 0 } else { anonymous }
}

/// Answers of one period, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All answers.
    pub n: u64,
    /// One star to five.
    pub csat: [u64; 5],
    /// Promoters, passives, detractors.
    pub nps: [u64; 3],
    /// One to seven.
    pub ces: [u64; 7],
    /// One star to five, by dimension in the order of [`Dimension::ALL`].
    pub marks: [[u64; 5]; 6],
    pub low: u64,
}

fn count(counts: &mut [u64], value: Option<i64>) {
    if let Some(place) = value.and_then(|n| usize::try_from(n - 1).ok()).and_then(|place| counts.get_mut(place)) {
        *place += 1;
    }
}

impl Tally {
    #[must_use]
    pub fn of<'a>(scores: impl IntoIterator<Item = &'a Scores>) -> Self {
        let mut tally = Self::default();
        for scores in scores {
            tally.add(scores);
        }
        tally
    }

    pub fn add(&mut self, scores: &Scores) {
        self.n += 1;
        count(&mut self.csat, scores.csat);
        count(&mut self.ces, scores.ces);
        for (place, set) in [AnswerSet::Promoters, AnswerSet::Passives, AnswerSet::Detractors].into_iter().enumerate() {
            self.nps[place] += u64::from(set.holds(scores));
        }
        for (dimension, stars) in &scores.marks {
            if let Some(place) = Dimension::ALL.iter().position(|known| known == dimension) {
                count(&mut self.marks[place], Some(*stars));
            }
        }
        self.low += u64::from(scores.is_low());
    }

    /// Named and anonymous ones as one, as far as the anonymous may be told.
    #[must_use]
    pub fn told(mut self, anonymous: &Self) -> Self {
        if told(anonymous.n) > 0 {
            let more = |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
            self.n += anonymous.n;
            self.low += anonymous.low;
            more(&mut self.csat, &anonymous.csat);
            more(&mut self.nps, &anonymous.nps);
            more(&mut self.ces, &anonymous.ces);
            self.marks.iter_mut().zip(&anonymous.marks).for_each(|(to, from)| more(to, from));
        }
        self
    }

    #[must_use]
    pub fn csat(&self) -> Csat {
        csat(self.csat)
    }

    /// Who answered how satisfied they are.
    #[must_use]
    pub fn csat_n(&self) -> u64 {
        self.csat.iter().sum()
    }

    /// Four and five stars.
    #[must_use]
    pub fn csat_top(&self) -> u64 {
        self.csat[3] + self.csat[4]
    }

    #[must_use]
    pub fn csat_band(&self) -> Option<Interval> {
        wilson_bp(self.csat_top(), self.csat_n())
    }

    /// In tenths.
    #[must_use]
    pub fn nps_x10(&self) -> Option<i64> {
        nps_x10(self.nps[0], self.nps[1], self.nps[2])
    }

    #[must_use]
    pub fn nps_n(&self) -> u64 {
        self.nps.iter().sum()
    }

    #[must_use]
    pub fn nps_band(&self) -> Option<NpsBand> {
        nps_band(self.nps)
    }

    #[must_use]
    pub fn ces_bp(&self) -> Option<i64> {
        ces_bp(self.ces)
    }

    #[must_use]
    pub fn ces_n(&self) -> u64 {
        self.ces.iter().sum()
    }

    #[must_use]
    pub fn ces_top(&self) -> u64 {
        self.ces[4..].iter().sum()
    }

    /// Points of a hundred of a dimension, in tenths, the sum of its stars, and of how many.
    #[must_use]
    pub fn mark(&self, dimension: Dimension) -> (Option<i64>, u64, u64) {
        let counts = Dimension::ALL.iter().position(|known| *known == dimension).map_or([0; 5], |place| self.marks[place]);
        let stars = (1..).zip(counts).map(|(stars, count): (u64, u64)| stars * count).sum();
        (csat(counts).score_x10, stars, counts.iter().sum())
    }
}

/// Whether so few answered that a figure says little.
#[must_use]
pub const fn few(n: u64) -> bool {
    n < FEW_ANSWERS
}

/// The ends of the band of an NPS, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NpsBand {
    pub low_x10: i64,
    pub high_x10: i64,
}

/// The 95 % band of an NPS: adjusted Wald with three answers more, three quarters of one
/// a promoter and three quarters a detractor, so that a single answer is not certain
/// (Sauro and Lewis). `None` without answers. In floating point, as every band.
///
/// ```
/// use domain::survey::figures::nps_band;
/// let band = nps_band([50, 30, 20]).unwrap();
/// assert_eq!((band.low_x10, band.high_x10), (141, 442));
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a band of uncertainty of some hundred answers")]
pub fn nps_band([promoters, passives, detractors]: [u64; 3]) -> Option<NpsBand> {
    const Z: f64 = 1.959_963_984_540_054;
    let answered = promoters + passives + detractors;
    if answered == 0 {
        return None;
    }
    let n = answered as f64 + 3.0;
    let (p, d) = ((promoters as f64 + 0.75) / n, (detractors as f64 + 0.75) / n);
    let centre = p - d;
    let reach = Z * ((p + d - centre * centre) / n).sqrt();
    let tenths = |share: f64| (share.clamp(-1.0, 1.0) * 1_000.0).round() as i64;
    Some(NpsBand { low_x10: tenths(centre - reach), high_x10: tenths(centre + reach) })
}

/// The first day of the month or quarter of a day.
#[must_use]
pub fn step_start(step: Step, on: NaiveDate) -> NaiveDate {
    let month = match step {
        Step::Month => on.month(),
        Step::Quarter => (on.month() - 1) / 3 * 3 + 1,
    };
    NaiveDate::from_ymd_opt(on.year(), month, 1).unwrap_or(on)
}

/// A month or quarter of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub start: NaiveDate,
    pub tally: Tally,
}

/// Answers by month or quarter from the first day to the last, also those without any:
/// day, whether it is anonymous, scores. Each point is narrowed to its days, so in each the
/// anonymous ones count only if they are enough.
#[must_use]
pub fn trend<'a>(
    step: Step,
    from: NaiveDate,
    to: NaiveDate,
    answers: impl IntoIterator<Item = (NaiveDate, bool, &'a Scores)>,
) -> Vec<Point> {
    let months = if step == Step::Month { 1 } else { 3 };
    let mut points: Vec<(NaiveDate, [Tally; 2])> = Vec::new();
    let mut start = step_start(step, from);
    while start <= to {
        points.push((start, <[Tally; 2]>::default()));
        let Some(next) = add_months(start, months) else { break };
        start = next;
    }
    for (on, anonymous, scores) in answers {
        let start = step_start(step, on);
        if let Some((_, tallies)) = points.iter_mut().find(|(known, _)| *known == start) {
            tallies[usize::from(anonymous)].add(scores);
        }
    }
    points.into_iter().map(|(start, [named, anonymous])| Point { start, tally: named.told(&anonymous) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(csat: Option<i64>, nps: Option<i64>, delivery: Option<i64>) -> Scores {
        Scores { csat, nps, marks: delivery.map(|n| (Dimension::Delivery, n)).into_iter().collect(), ..Scores::default() }
    }

    #[test]
    fn fewer_than_five_anonymous_answers_are_left_out() {
        let on = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
        let before = NaiveDate::from_ymd_opt(2026, 5, 3).expect("a date");
        let low = scores(Some(1), Some(0), Some(2));
        let named = scores(Some(5), Some(9), None);
        for (anonymous, n) in [(0, 1), (4, 1), (5, 6)] {
            let hidden = Tally::of(std::iter::repeat_n(&low, anonymous));
            let tally = Tally::of([&named]).told(&hidden);
            assert_eq!(
                (tally.n, tally.low, tally.csat[0], tally.nps[2], tally.marks.iter().flatten().sum::<u64>()),
                (n, n - 1, n - 1, n - 1, n - 1)
            );
            assert_eq!(told(anonymous as u64), n - 1);
            let answers = std::iter::repeat_n((on, true, &low), anonymous).chain([(on, false, &named), (before, true, &low)]);
            let points = trend(Step::Month, before, on, answers);
            assert_eq!(points.iter().map(|point| point.tally.n).collect::<Vec<_>>(), [0, n], "each point for itself");
        }
    }

    #[test]
    fn a_tally_counts_what_its_sets_hold() {
        let answers = [
            scores(Some(5), Some(10), Some(4)),
            scores(Some(4), Some(8), Some(5)),
            scores(Some(2), Some(3), None),
            scores(None, Some(6), None),
            scores(None, None, None),
        ];
        let tally = Tally::of(&answers);
        let size = |set: AnswerSet| answers.iter().filter(|one| set.holds(one)).count() as u64;
        assert_eq!((tally.n, tally.csat_n(), tally.csat_top(), tally.low), (5, 3, 2, 2));
        assert_eq!((tally.csat().top2_bp, tally.nps_x10()), (Some(6_667), Some(-250)));
        assert_eq!(tally.nps, [1, 1, 2]);
        assert_eq!(tally.mark(Dimension::Delivery), (Some(900), 9, 2));
        assert_eq!(tally.mark(Dimension::Value), (None, 0, 0));
        for (set, n) in [
            (AnswerSet::All, tally.n),
            (AnswerSet::Csat, tally.csat_n()),
            (AnswerSet::CsatTop, tally.csat_top()),
            (AnswerSet::Nps, tally.nps_n()),
            (AnswerSet::Promoters, tally.nps[0]),
            (AnswerSet::Passives, tally.nps[1]),
            (AnswerSet::Detractors, tally.nps[2]),
            (AnswerSet::Low, tally.low),
            (AnswerSet::MarkDelivery, 2),
            (AnswerSet::MarkValue, 0),
            (AnswerSet::Ces, 0),
        ] {
            assert_eq!(size(set), n, "{set}");
        }
        for dimension in Dimension::ALL {
            assert_eq!(AnswerSet::of(*dimension).dimension(), Some(*dimension));
        }
    }

    #[test]
    fn ease_is_the_three_best_of_seven() {
        let answers: Vec<_> = (1..=7).map(|n| Scores { ces: Some(n), ..Scores::default() }).collect();
        let tally = Tally::of(&answers);
        assert_eq!((tally.ces_top(), tally.ces_n(), tally.ces_bp()), (3, 7, Some(4_286)));
        assert_eq!(answers.iter().filter(|one| AnswerSet::CesTop.holds(one)).count(), 3);
    }

    #[test]
    fn bands_narrow_with_more_answers_and_hold_the_figure() {
        assert_eq!(nps_band([0; 3]), None);
        let width = |counts| nps_band(counts).map(|band| band.high_x10 - band.low_x10).expect("answers");
        assert!(width([1, 0, 0]) > 500, "one answer is hardly known");
        assert!(width([500, 300, 200]) < width([50, 30, 20]));
        let band = nps_band([0, 0, 40]).expect("answers");
        assert!(band.low_x10 >= -1_000 && band.low_x10 <= nps_x10(0, 0, 40).expect("answers") + 100);
    }

    #[test]
    fn a_trend_has_every_month_and_comes_to_the_whole() {
        let on = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let answers = [(on("2026-01-31"), scores(Some(5), None, None)), (on("2026-03-01"), scores(Some(1), None, None))];
        let points = trend(Step::Month, on("2026-01-05"), on("2026-04-02"), answers.iter().map(|(on, s)| (*on, false, s)));
        assert_eq!(points.iter().map(|p| p.tally.n).collect::<Vec<_>>(), [1, 0, 1, 0]);
        let points = trend(Step::Quarter, on("2026-02-05"), on("2026-04-02"), answers.iter().map(|(on, s)| (*on, false, s)));
        assert_eq!(
            points.iter().map(|p| (p.start.to_string(), p.tally.n)).collect::<Vec<_>>(),
            [("2026-01-01".into(), 2), ("2026-04-01".into(), 0)]
        );
        assert!(few(29) && !few(30));
    }
}
