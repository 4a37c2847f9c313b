//! Words and figures of a funnel in the language of the page.

use domain::funnel::FunnelMode;
use domain::funnel::report::{Against, FunnelReport, FunnelSide, MeasureKind, Part, Span, TwinName, ViewKind};
use domain::money::Money;
use domain::period::Period;
use i18n::keys::{common, funnel};
use i18n::{Key, Lang};
use ui::{facts, fmt, t, texts, words};

pub const fn view(view: ViewKind) -> (Key, Key) {
    match view {
        ViewKind::Cohort => (funnel::VIEW_COHORT, funnel::ABOUT_COHORT),
        ViewKind::Event => (funnel::VIEW_EVENT, funnel::ABOUT_EVENT),
        ViewKind::Snapshot => (funnel::VIEW_SNAPSHOT, funnel::ABOUT_SNAPSHOT),
    }
}

pub const MODES: [FunnelMode; 3] = [FunnelMode::Reached, FunnelMode::Visited, FunnelMode::Strict];

pub const fn mode(mode: FunnelMode) -> (Key, Key) {
    match mode {
        FunnelMode::Reached => (funnel::MODE_REACHED, funnel::ABOUT_REACHED),
        FunnelMode::Visited => (funnel::MODE_VISITED, funnel::ABOUT_VISITED),
        FunnelMode::Strict => (funnel::MODE_STRICT, funnel::ABOUT_STRICT),
    }
}

pub const fn measure(measure: MeasureKind) -> Key {
    match measure {
        MeasureKind::Count => funnel::BY_COUNT,
        MeasureKind::Amount => funnel::BY_AMOUNT,
    }
}

pub const fn span(span: Span) -> Key {
    match span {
        Span::ThisQuarter => common::THIS_QUARTER,
        Span::LastQuarter => common::LAST_QUARTER,
        Span::ThisHalf => funnel::THIS_HALF,
        Span::LastHalf => funnel::LAST_HALF,
        Span::ThisYear => common::THIS_YEAR,
        Span::LastYear => common::LAST_YEAR,
        Span::Months12 => funnel::MONTHS_12,
    }
}

pub const fn against(against: Against) -> Key {
    match against {
        Against::YearBefore => funnel::YEAR_BEFORE,
        Against::PeriodBefore => funnel::PERIOD_BEFORE,
        Against::Nothing => funnel::AGAINST_NONE,
    }
}

/// `last`: at the last stage, to advance is to be won.
pub const fn part(part: Part, last: bool) -> Key {
    match part {
        Part::Entered => funnel::ENTERED,
        Part::Advanced if last => common::OUTCOME_WON,
        Part::Advanced => funnel::ADVANCED,
        Part::Lost => funnel::LOST_HERE,
        Part::Still => funnel::STILL_HERE,
        Part::Converted => funnel::CONVERTED,
        Part::FromFirst => funnel::FROM_FIRST,
    }
}

/// The class that colours a part.
pub const fn part_class(part: Part) -> &'static str {
    match part {
        Part::Entered | Part::Converted | Part::FromFirst => "p-all",
        Part::Advanced => "p-adv",
        Part::Lost => "p-lost",
        Part::Still => "p-still",
    }
}

/// First and last day; a single day as it is.
pub fn period(period: Period) -> String {
    let last = period.end_exclusive().pred_opt().unwrap_or(period.start()).max(period.start());
    let (from, to) = (fmt::date_iso(period.start()), fmt::date_iso(last));
    if from == to { from } else { texts().fmt(funnel::FROM_TO, &[("from", &from), ("to", &to)]) }
}

/// The days of a side, and whose it is if it is of others.
pub fn side(side: &FunnelSide) -> String {
    match &side.of {
        None => period(side.period),
        Some(of) => format!("{} · {}", twin(of), period(side.period)),
    }
}

/// A team or a channel by its name.
pub fn twin(of: &TwinName) -> String {
    match of {
        TwinName::Team(name) => name.clone(),
        TwinName::Source(source) => t(words::source(*source)).to_owned(),
    }
}

/// A figure beside others: a number of deals, or an amount in its short form.
pub fn value(report: &FunnelReport, measure: MeasureKind, n: i64) -> String {
    match measure {
        MeasureKind::Count => fmt::integer(n),
        MeasureKind::Amount => brief(&words::money_text(Money { minor: n, currency: report.currency })),
    }
}

/// An amount of thousands of its unit without a decimal, for which the picture
/// has no room: `5,062.4 万` as `5,062 万`, rounded.
fn brief(text: &str) -> String {
    let Some((whole, rest)) = text.split_once('.').filter(|(whole, _)| whole.contains(',')) else { return text.to_owned() };
    let begin = whole.find(|c: char| c.is_ascii_digit()).unwrap_or_default();
    let (sign, number) = whole.split_at(begin);
    let Ok(number) = number.replace(',', "").parse::<i64>() else { return text.to_owned() };
    let up = i64::from(rest.starts_with(|c: char| ('5'..='9').contains(&c)));
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{sign}{}{unit}", fmt::integer(number + up))
}

/// A figure in a table.
pub fn cell(report: &FunnelReport, measure: MeasureKind, n: i64) -> String {
    match measure {
        MeasureKind::Count => fmt::integer(n),
        MeasureKind::Amount => words::money_table(Money { minor: n, currency: report.currency }),
    }
}

pub fn rate(bp: Option<i64>) -> String {
    fmt::percent(bp, 1)
}

/// Thousandths of a day as days with one decimal.
pub fn days(milli: Option<i64>) -> String {
    let Some(milli) = milli else { return fmt::NO_VALUE.to_owned() };
    let tenths = (milli + 50) / 100;
    let n = format!("{}.{}", fmt::integer(tenths / 10), tenths % 10);
    texts().fmt(funnel::DAYS, &[("n", &n)])
}

/// A stage's name as the page has it, by its place.
pub fn stage(report: &FunnelReport, index: usize) -> String {
    report.stages.get(index).map(words::stage_name).unwrap_or_default()
}

/// From a stage to the next.
pub fn step(report: &FunnelReport, index: usize) -> String {
    texts().fmt(funnel::STEP_TO, &[("from", &stage(report, index)), ("to", &stage(report, index + 1))])
}

/// A difference in a sentence, without its sign: `1.1 个百分点`.
pub fn points(bp: i64) -> String {
    fmt::points(facts().lang, bp.abs())
}

/// A difference in a table, without its sign.
pub fn points_cell(bp: i64) -> String {
    fmt::points(Lang::En, bp.abs())
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn thousands_of_a_unit_have_no_decimal() {
        assert_eq!(brief("5,062.4 万"), "5,062 万");
        assert_eq!(brief("9,999.5 万"), "10,000 万");
        assert_eq!(brief("¥1,234.6K"), "¥1,235K");
        for kept in ["155.1 万", "1.16 亿", "¥50.6M", "1,200 元", "0"] {
            assert_eq!(brief(kept), kept);
        }
    }
}
