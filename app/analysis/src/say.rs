//! Words and figures of these pages in the language of the page.

use crate::asked::Figure;
use domain::analysis::forecast::{Ahead, RollUp};
use domain::analysis::{AnalysisQuery, MonthSpan, Set, StepPart, What, When};
use domain::forecast::YearMonth;
use domain::funnel::report::Span;
use domain::funnel::{Interval, Maturity, WinRateKind};
use domain::growth::{Growth, GrowthLabel};
use domain::money::{Currency, Money};
use domain::period::Period;
use domain::pipeline::{Choices, LostReason, Stage};
use domain::tally::CurrencyTally;
use i18n::keys::{analysis, common};
use i18n::{Key, Lang};
use ui::{facts, fmt, t, texts, words};

pub const fn span(span: Span) -> Key {
    match span {
        Span::ThisQuarter => common::THIS_QUARTER,
        Span::LastQuarter => common::LAST_QUARTER,
        Span::ThisHalf => analysis::THIS_HALF,
        Span::LastHalf => analysis::LAST_HALF,
        Span::ThisYear => common::THIS_YEAR,
        Span::LastYear => common::LAST_YEAR,
        Span::Months12 => analysis::MONTHS_12,
    }
}

pub const fn ahead(ahead: Ahead) -> Key {
    match ahead {
        Ahead::Three => analysis::AHEAD_3,
        Ahead::Six => analysis::AHEAD_6,
        Ahead::Twelve => analysis::AHEAD_12,
    }
}

pub const fn roll_up(roll_up: RollUp) -> Key {
    match roll_up {
        RollUp::Cumulative => analysis::ROLL_CUMULATIVE,
        RollUp::Single => analysis::ROLL_SINGLE,
    }
}

pub const fn month_span(span: MonthSpan) -> Key {
    match span {
        MonthSpan::Last12 => analysis::MONTHS_12,
        MonthSpan::Last24 => analysis::MONTHS_24,
        MonthSpan::ThisYear => common::THIS_YEAR,
        MonthSpan::LastYear => common::LAST_YEAR,
    }
}

/// What a column of the forecast is called.
pub const fn what(what: What) -> Key {
    match what {
        What::Open => analysis::WHAT_OPEN,
        What::Weighted => analysis::WHAT_WEIGHTED,
        What::Closed => analysis::WHAT_CLOSED,
        What::Commit => common::FORECAST_COMMIT,
        What::BestCase => common::FORECAST_BEST_CASE,
        What::Pipeline => common::FORECAST_PIPELINE,
        What::Omitted => common::FORECAST_OMITTED,
        What::CommitUp => analysis::WHAT_COMMIT_UP,
        What::BestCaseUp => analysis::WHAT_BEST_CASE_UP,
    }
}

pub fn year_month(month: YearMonth) -> String {
    month.first().map(|first| fmt::month(facts().lang, first)).unwrap_or_default()
}

/// A row of the forecast.
pub fn when(when: When) -> String {
    match when {
        When::Months { from, to: Some(to) } if from == to => year_month(from),
        When::Months { from, to: Some(to) } => texts().fmt(analysis::FROM_TO, &[("from", &year_month(from)), ("to", &year_month(to))]),
        When::Months { from, to: None } => texts().fmt(analysis::AND_LATER, &[("month", &year_month(from))]),
        When::Overdue => t(analysis::OVERDUE_ROW).to_owned(),
        When::Undated => t(analysis::UNDATED_ROW).to_owned(),
    }
}

/// A change in one word, where there is no percentage.
pub const fn growth_label(label: GrowthLabel) -> Key {
    match label {
        GrowthLabel::Up => analysis::UP,
        GrowthLabel::Down => analysis::DOWN,
        GrowthLabel::Flat => analysis::GROWTH_FLAT,
        GrowthLabel::New => analysis::GROWTH_NEW,
        GrowthLabel::TurnedLoss => analysis::GROWTH_TURNED_LOSS,
        GrowthLabel::TurnedProfit => analysis::GROWTH_TURNED_PROFIT,
        GrowthLabel::BreakEven => analysis::GROWTH_BREAK_EVEN,
        GrowthLabel::LossNarrowed => analysis::GROWTH_LOSS_NARROWED,
        GrowthLabel::LossWidened => analysis::GROWTH_LOSS_WIDENED,
    }
}

/// A change in a sentence: `+12.3%`, or its word.
pub fn grown(growth: Growth) -> String {
    match growth.change_bp {
        Some(bp) => format!(
            "{}{}",
            if bp > 0 {
                "+"
            } else if bp < 0 {
                "−"
            } else {
                ""
            },
            rate(Some(bp.abs()))
        ),
        None => t(growth_label(growth.label)).to_owned(),
    }
}

/// What a win rate is called, and what it means.
pub const fn win_rate(kind: WinRateKind) -> (Key, Key) {
    match kind {
        WinRateKind::Closed => (analysis::RATE_CLOSED, analysis::ABOUT_CLOSED),
        WinRateKind::Decided => (analysis::RATE_DECIDED, analysis::ABOUT_DECIDED),
        WinRateKind::WithOverdue => (analysis::RATE_WITH_OVERDUE, analysis::ABOUT_WITH_OVERDUE),
        WinRateKind::Cohort => (analysis::RATE_COHORT, analysis::ABOUT_COHORT),
    }
}

pub fn reason(reason: Option<LostReason>) -> &'static str {
    t(reason.map_or(analysis::NO_REASON, words::lost_reason))
}

/// What the deals of a set are called; `stages` are those that its number is of.
pub fn set(set: Set, stages: &[Stage]) -> String {
    let stage = set.stage().and_then(|stage| stages.get(usize::from(stage))).map(words::stage_name).unwrap_or_default();
    let staged = |key| texts().fmt(key, &[("stage", &stage)]);
    let plain = match set {
        Set::WonIn(days) => return format!("{} · {}", t(analysis::SET_WON), period(days)),
        Set::ClosedIn(days) => return format!("{} · {}", t(analysis::SET_CLOSED), period(days)),
        Set::Due(when_due, counted) => return format!("{} · {}", t(what(counted)), when(when_due)),
        Set::Won => analysis::SET_WON,
        Set::Lost => analysis::SET_LOST,
        Set::Closed => analysis::SET_CLOSED,
        Set::Decided => analysis::SET_DECIDED,
        Set::Overdue => analysis::SET_OVERDUE,
        Set::ClosedOrOverdue => analysis::SET_CLOSED_OR_OVERDUE,
        Set::Created => analysis::SET_CREATED,
        Set::CreatedWon => analysis::SET_CREATED_WON,
        Set::Reached(_) => return staged(analysis::SET_REACHED),
        Set::LostAt(_) => return staged(analysis::SET_LOST_AT),
        Set::Stayed(_) => return staged(analysis::SET_STAYED),
        Set::Left(_) => return staged(analysis::SET_LEFT),
        Set::Standing(_) => return staged(analysis::SET_STANDING),
        Set::Over(_) => return staged(analysis::SET_OVER),
        Set::Qualified(_) => return staged(analysis::SET_QUALIFIED),
        Set::LostFor(why) => return texts().fmt(analysis::SET_LOST_FOR, &[("reason", reason(why))]),
        Set::Took(from, to) => return texts().fmt(analysis::SET_TOOK, &[("days", &group(from, to))]),
        Set::Open => analysis::SET_OPEN,
        Set::Stepped => analysis::SET_STEPPED,
        Set::Unstepped => analysis::SET_UNSTEPPED,
        Set::Steps(StepPart::Due) => analysis::SET_STEPS_DUE,
        Set::Steps(StepPart::Kept) => analysis::SET_STEPS_KEPT,
        Set::Steps(StepPart::Missed) => analysis::SET_STEPS_MISSED,
    };
    t(plain).to_owned()
}

/// A figure's deals with its currency: `赢单 · USD`.
pub fn figure(figure: Figure, stages: &[Stage]) -> String {
    let name = set(figure.set, stages);
    figure.currency.map_or(name.clone(), |currency| format!("{name} · {currency}"))
}

/// A group of durations: `15–29 天`.
pub fn group(from: u16, to: u16) -> String {
    let from_text = from.to_string();
    if to == u16::MAX {
        return texts().fmt(analysis::DAYS_OVER, &[("from", &from_text)]);
    }
    texts().fmt(analysis::DAYS_RANGE, &[("from", &from_text), ("to", &(to.saturating_sub(1)).to_string())])
}

/// First and last day.
pub fn period(period: Period) -> String {
    let last = period.end_exclusive().pred_opt().unwrap_or(period.start()).max(period.start());
    ui::how::days(period.start(), last)
}

pub fn rate(bp: Option<i64>) -> String {
    fmt::percent(bp, 1)
}

pub fn band(band: Interval) -> String {
    texts().fmt(analysis::BAND, &[("low", &rate(Some(band.low_bp))), ("high", &rate(Some(band.high_bp)))])
}

/// A difference in a sentence, without its sign: `1.1 个百分点`.
pub fn points(bp: i64) -> String {
    fmt::points(facts().lang, bp.abs())
}

/// A difference in a table, without its sign.
pub fn points_cell(bp: i64) -> String {
    fmt::points(Lang::En, bp.abs())
}

pub fn number(n: u64) -> String {
    fmt::integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// An amount in a table.
pub fn amount(minor: u64, currency: Currency) -> String {
    words::money_table(Money { minor: i64::try_from(minor).unwrap_or(i64::MAX), currency })
}

/// Thousandths of a day as days with one decimal, without the unit.
pub fn days_number(milli: Option<i64>) -> String {
    let Some(milli) = milli else { return fmt::NO_VALUE.to_owned() };
    let tenths = (milli + 50) / 100;
    format!("{}.{}", fmt::integer(tenths / 10), tenths % 10)
}

pub fn days(milli: Option<i64>) -> String {
    match milli {
        Some(_) => texts().fmt(analysis::DAYS, &[("n", &days_number(milli))]),
        None => fmt::NO_VALUE.to_owned(),
    }
}

/// Amounts one currency behind the other, never added.
pub fn sums(lines: &[CurrencyTally]) -> String {
    let parts: Vec<_> = lines.iter().map(|line| words::money_text(Money { minor: line.minor, currency: line.currency })).collect();
    if parts.is_empty() { fmt::NO_VALUE.to_owned() } else { parts.join(" + ") }
}

/// The same of amounts without their numbers.
pub fn amounts(lines: &[Money]) -> String {
    let parts: Vec<_> = lines.iter().map(|line| words::money_text(*line)).collect();
    if parts.is_empty() { fmt::NO_VALUE.to_owned() } else { parts.join(" + ") }
}

pub fn maturity(maturity: Maturity) -> String {
    match maturity {
        Maturity::Mature => t(analysis::MATURE).to_owned(),
        Maturity::From(day) => texts().fmt(analysis::MATURE_FROM, &[("day", &fmt::date_iso(day))]),
        Maturity::Unknown => t(analysis::MATURE_UNKNOWN).to_owned(),
    }
}

/// What a page is narrowed by, in words.
pub fn filter(query: &AnalysisQuery, choices: &Choices) -> String {
    let lang = facts().lang;
    let filter = &query.filter;
    let found = |name: Option<String>| name.unwrap_or_else(|| t(analysis::ONE_OF_THEM).to_owned());
    let pipeline = |id| choices.pipelines.iter().find(|p| p.id == id).map(|p| words::pick(lang, &p.name_zh, &p.name_en));
    let parts = [
        filter.pipeline.map(|id| (common::PIPELINE, found(pipeline(id)))),
        filter.team.map(|id| (common::TEAM, found(choices.teams.iter().find(|one| one.0 == id).map(|one| one.1.clone())))),
        filter.owner.map(|id| (common::OWNER, found(choices.owners.iter().find(|one| one.0 == id).map(|one| one.1.clone())))),
        filter.tier.map(|one| (common::TIER, words::tier(one))),
        filter.source.map(|one| (common::SOURCE, t(words::source(one)).to_owned())),
        filter.product.map(|id| (common::PRODUCT, found(choices.products.iter().find(|one| one.id == id).map(words::product_name)))),
    ];
    ui::how::narrowed(parts.into_iter().flatten(), analysis::EVERYTHING)
}
