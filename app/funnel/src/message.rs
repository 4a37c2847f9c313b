//! The one sentence: which step fell furthest behind the compared period.

use crate::say;
use domain::funnel::BAND_BELOW;
use domain::funnel::report::FunnelReport;
use domain::funnel::rows::StageRow;
use i18n::keys::funnel;
use ui::{t, texts, words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// From this stage to the next.
    Worse {
        stage: usize,
        now_bp: i64,
        before_bp: i64,
        few: bool,
    },
    NoneWorse,
    /// No step has a rate in both periods.
    Undefined,
}

pub fn verdict(now: &[StageRow], before: &[StageRow]) -> Verdict {
    let steps = now.iter().zip(before).enumerate().filter_map(|(stage, (now, before))| {
        let few = now.band.is_some() || before.band.is_some();
        Some((stage, now.step_bp?, before.step_bp?, few))
    });
    match steps.min_by_key(|(_, now, before, _)| now - before) {
        Some((stage, now_bp, before_bp, few)) if now_bp < before_bp => Verdict::Worse { stage, now_bp, before_bp, few },
        Some(_) => Verdict::NoneWorse,
        None => Verdict::Undefined,
    }
}

pub fn of(report: &FunnelReport) -> Verdict {
    report.before.as_ref().map_or(Verdict::Undefined, |before| verdict(&report.now.rows, &before.rows))
}

/// The head of the sentence, which is set in bold, and the rest.
pub fn sentence(report: &FunnelReport) -> (String, String) {
    let twin = report.before.as_ref().and_then(|before| before.of.as_ref()).map(say::twin);
    let Verdict::Worse { stage, now_bp, before_bp, few } = of(report) else {
        let says = match (of(report), twin) {
            (Verdict::NoneWorse, Some(twin)) => texts().fmt(funnel::NONE_WORSE_TWIN, &[("of", &twin)]),
            (Verdict::NoneWorse, None) => t(funnel::NONE_WORSE).to_owned(),
            _ => t(funnel::NOTHING_TO_COMPARE).to_owned(),
        };
        return (String::new(), says);
    };
    let step = say::step(report, stage);
    let head = match twin {
        Some(twin) => texts().fmt(funnel::WORST_TWIN, &[("step", &step), ("of", &twin)]),
        None => texts().fmt(funnel::WORST, &[("step", &step)]),
    };
    let values = [("now", say::rate(Some(now_bp))), ("before", say::rate(Some(before_bp))), ("points", say::points(before_bp - now_bp))];
    let mut rest = texts().fmt(funnel::WORST_FIGURES, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    if few {
        rest = words::sentences([rest, texts().fmt(funnel::FEW, &[("min", &BAND_BELOW.to_string())])]);
    }
    (head, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(step_bp: Option<i64>) -> StageRow {
        StageRow {
            entered: 0,
            advanced: 0,
            lost: 0,
            still: 0,
            converted: None,
            from_first: 0,
            step_bp,
            cumulative_bp: None,
            resolved_bp: None,
            band: None,
            latest_median_milli: None,
            cumulative_median_milli: None,
            age_median_milli: None,
        }
    }

    fn rows(steps: &[Option<i64>]) -> Vec<StageRow> {
        steps.iter().copied().map(row).collect()
    }

    #[test]
    fn the_largest_fall_is_told() {
        let found = verdict(&rows(&[Some(4_000), Some(3_000), Some(9_000), None]), &rows(&[Some(4_100), Some(3_500), Some(8_000), None]));
        assert_eq!(found, Verdict::Worse { stage: 1, now_bp: 3_000, before_bp: 3_500, few: false });
    }

    #[test]
    fn a_step_without_a_rate_is_not_compared() {
        assert_eq!(verdict(&rows(&[None, Some(5_000)]), &rows(&[Some(9_000), Some(5_000)])), Verdict::NoneWorse);
        assert_eq!(verdict(&rows(&[None, Some(5_000)]), &rows(&[Some(9_000), None])), Verdict::Undefined);
        assert_eq!(verdict(&rows(&[Some(1)]), &[]), Verdict::Undefined);
    }
}
