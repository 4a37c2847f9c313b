//! What a finding says, in one sentence with its figures, how it was counted, and where its
//! rows are: the same on the page of findings and on that of today.

use crate::facts::texts;
use crate::how::How;
use crate::words::{self, t};
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::findings::{Finding, FindingsQuery, Kind, Name, Quarter, Severity, What};
use domain::money::Money;
use domain::rounding::ratio_bp;
use domain::tally::CurrencyTally;
use i18n::keys::{common, findings};
use i18n::{Key, fmt};
use leptos_router::params::ParamsMap;
use maud::{Markup, html};

/// The page of findings.
pub const PATH: &str = "/analysis/findings";
/// The elements that list the rows of a finding, and that put it off.
pub const BEHIND: &str = "behind";
pub const FORM: &str = "later";

/// What the rule looked at.
#[must_use]
pub const fn kind(kind: Kind) -> Key {
    match kind {
        Kind::DropOff => findings::DROP_OFF,
        Kind::Concentration => findings::CONCENTRATION,
        Kind::Ageing => findings::AGEING,
        Kind::Overdue => findings::OVERDUE,
        Kind::SingleThreaded => findings::SINGLE_THREADED,
        Kind::NoOpenDeal => findings::NO_OPEN_DEAL,
        Kind::ProductGap => findings::PRODUCT_GAP,
    }
}

const fn definition(kind: Kind) -> Key {
    match kind {
        Kind::DropOff => findings::DEF_DROP_OFF,
        Kind::Concentration => findings::DEF_CONCENTRATION,
        Kind::Ageing => findings::DEF_AGEING,
        Kind::Overdue => findings::DEF_OVERDUE,
        Kind::SingleThreaded => findings::DEF_SINGLE,
        Kind::NoOpenDeal => findings::DEF_NO_OPEN,
        Kind::ProductGap => findings::DEF_GAP,
    }
}

#[must_use]
pub const fn severity(severity: Severity) -> Key {
    match severity {
        Severity::Act => findings::ACT,
        Severity::Watch => findings::WATCH,
        Severity::Note => findings::NOTE,
    }
}

/// The class of its badge.
#[must_use]
pub const fn badge(severity: Severity) -> &'static str {
    match severity {
        Severity::Act => "badge badge-danger",
        Severity::Watch => "badge badge-warn",
        Severity::Note => "badge badge-info",
    }
}

#[must_use]
pub const fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::DropOff => "filter",
        Kind::Concentration => "target",
        Kind::Ageing => "hourglass",
        Kind::Overdue => "calendar-clock",
        Kind::SingleThreaded => "user-round",
        Kind::NoOpenDeal => "building-2",
        Kind::ProductGap => "package",
    }
}

const fn quarter(quarter: Quarter) -> Key {
    match quarter {
        Quarter::This => common::THIS_QUARTER,
        Quarter::Next => findings::NEXT_QUARTER,
    }
}

fn said(key: Key, values: &[(&str, &str)]) -> String {
    texts().fmt(key, values)
}

fn number(n: u64) -> String {
    fmt::integer(i64::try_from(n).unwrap_or(i64::MAX))
}

fn rate(bp: Option<i64>) -> String {
    fmt::percent(bp, 1)
}

fn pick(name: &Name) -> String {
    words::pick(crate::facts().lang, &name.zh, &name.en)
}

/// Amounts one currency behind the other, never added.
fn sums(lines: &[CurrencyTally]) -> String {
    let money = |line: &CurrencyTally| words::money_text(Money { minor: line.minor, currency: line.currency });
    let parts: Vec<_> = lines.iter().map(money).collect();
    if parts.is_empty() { fmt::NO_VALUE.to_owned() } else { parts.join(" + ") }
}

/// The one sentence.
#[must_use]
pub fn sentence(finding: &Finding) -> String {
    let (n, all) = (number(finding.rows), number(finding.base));
    let share = rate(ratio_bp(finding.rows, finding.base));
    let counted = |key, sum: &[CurrencyTally]| said(key, &[("n", &n), ("all", &all), ("share", &share), ("sum", &sums(sum))]);
    match &finding.what {
        What::DropOff { pipeline, from, to, step_bp, base_bp, .. } => said(
            findings::SAYS_DROP_OFF,
            &[
                ("pipeline", &pick(pipeline)),
                ("from", &pick(from)),
                ("to", &pick(to)),
                ("now", &rate(Some(*step_bp))),
                ("base", &rate(Some(*base_bp))),
                ("n", &n),
                ("all", &all),
            ],
        ),
        What::Ageing { sums } => counted(findings::SAYS_AGEING, sums),
        What::SingleThreaded { sums } => counted(findings::SAYS_SINGLE, sums),
        What::Overdue { oldest, sums: late } => {
            said(findings::SAYS_OVERDUE, &[("n", &n), ("all", &all), ("oldest", &fmt::date_iso(*oldest)), ("sum", &sums(late))])
        }
        What::NoOpenDeal { vip } => said(
            findings::SAYS_NO_OPEN,
            &[("n", &n), ("all", &all), ("m", &number(*vip)), ("vip", &words::tier(Tier::Vip)), ("ordinary", &words::tier(Tier::Ordinary))],
        ),
        What::ProductGap { product, industry, buyers } => said(
            findings::SAYS_GAP,
            &[("n", &n), ("all", &all), ("m", &number(*buyers)), ("industry", industry), ("product", &pick(product))],
        ),
        What::Concentration { quarter, title, weighted, forecast, share_bp } => said(
            findings::SAYS_CONCENTRATION,
            &[
                ("quarter", t(self::quarter(*quarter))),
                ("title", title),
                ("share", &rate(Some(*share_bp))),
                ("part", &words::money_text(*weighted)),
                ("whole", &words::money_text(*forecast)),
            ],
        ),
    }
}

fn formula(finding: &Finding) -> String {
    let (n, all) = (number(finding.rows), number(finding.base));
    match &finding.what {
        What::DropOff { step_bp, .. } => said(findings::FORMULA_PASSED, &[("n", &n), ("all", &all), ("value", &rate(Some(*step_bp)))]),
        What::Concentration { weighted, forecast, share_bp, .. } => {
            crate::how::ratio(&words::money_table(*weighted), &words::money_table(*forecast), &rate(Some(*share_bp)))
        }
        _ => crate::how::ratio(&n, &all, &rate(ratio_bp(finding.rows, finding.base))),
    }
}

/// The address of the page.
#[must_use]
pub fn address(query: &FindingsQuery) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in query.to_query() {
        map.insert(name, value);
    }
    format!("{PATH}{}", map.to_query_string())
}

/// The same page with the rows of a finding; `whole`: those that it is measured against.
#[must_use]
pub fn opened(query: &FindingsQuery, finding: &Finding, whole: bool) -> String {
    let open = FindingsQuery { open: Some(finding.key.clone()), whole, later: None, ..query.clone() };
    format!("{}#{BEHIND}", address(&open))
}

/// A number that leads to the rows.
fn link(query: &FindingsQuery, finding: &Finding, whole: bool, text: &str) -> Markup {
    let n = number(if whole { finding.base } else { finding.rows });
    let key = if whole { findings::WHOLE_LABEL } else { findings::LIST_LABEL };
    let label = said(key, &[("what", t(kind(finding.what.kind()))), ("n", &n)]);
    let here = query.open.as_deref() == Some(&finding.key) && query.whole == whole;
    html! { a.an-open href=(opened(query, finding, whole)) title=(label) aria-label=(label) aria-current=[here.then_some("true")] data-rows=[(!whole).then_some("")] { (text) } }
}

/// How much it matters, what it is, the sentence; and the way to its rows.
#[must_use]
pub fn told(query: &FindingsQuery, finding: &Finding) -> Markup {
    let of = finding.what.kind();
    html! {
        p.fi-head { span class=(badge(finding.severity)) { (t(severity(finding.severity))) } (crate::markup::icon(icon(of), "i-14")) span.muted.fs12 { (t(kind(of))) } }
        p.fi-says { (sentence(finding)) " " (link(query, finding, false, &said(findings::LIST, &[("n", &number(finding.rows))]))) }
    }
}

/// How it was counted.
#[must_use]
pub fn how(query: &FindingsQuery, finding: &Finding, filter: &str, as_of: NaiveDate) -> Markup {
    let of = finding.what.kind();
    let period = match &finding.what {
        What::DropOff { period, .. } => crate::how::days(period.start(), period.end_exclusive().pred_opt().unwrap_or(period.start())),
        What::Concentration { quarter: of, .. } => t(quarter(*of)).to_owned(),
        _ => t(findings::TODAY).to_owned(),
    };
    How {
        name: t(kind(of)),
        definition: t(definition(of)),
        formula: formula(finding),
        numerator: Some(link(query, finding, false, &number(finding.rows))),
        denominator: Some(link(query, finding, true, &number(finding.base))),
        period,
        filter,
        as_of,
    }
    .markup()
}
