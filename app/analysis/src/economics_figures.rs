//! The figures of customer economics as cards: value, how it was counted, and the way to
//! its customers. Text, since nothing in it reacts.

use crate::economics::set_name;
use domain::economics::history::EconomicsSet;
use domain::economics::report::{ECONOMICS, EconomicsQuery, EconomicsReport, MoneyFigures};
use domain::money::Money;
use i18n::Key;
use i18n::keys::economics;
use maud::{Markup, html};
use ui::how::{How, days, ratio};
use ui::links::address;
use ui::{facts, fmt, t, texts, words};

/// What all figures of the page have in common.
pub struct Of<'a> {
    pub report: &'a EconomicsReport,
    pub asked: &'a EconomicsQuery,
}

/// A figure with what it came from.
struct Figure {
    code: &'static str,
    name: Key,
    definition: Key,
    value: String,
    /// Why there is none, or what is to be known of it.
    note: Option<Key>,
    formula: String,
    numerator: Option<(EconomicsSet, i64)>,
    denominator: Option<(EconomicsSet, i64)>,
    /// Of the twelve months instead of the period.
    yearly: bool,
}

impl Of<'_> {
    /// A number that leads to its customers; nothing leads to none.
    fn rows(&self, (set, n): (EconomicsSet, i64)) -> Markup {
        let number = fmt::integer(n);
        let says = texts().fmt(economics::COUNT_OF, &[("set", t(set_name(set))), ("n", &number)]);
        if n == 0 {
            return html! { span { (says) } };
        }
        let query = EconomicsQuery { set: Some(set), group: None, ..self.asked.clone() };
        let label = texts().fmt(economics::OPEN_LIST, &[("set", t(set_name(set))), ("n", &number)]);
        let here = (self.asked.set == Some(set) && self.asked.group.is_none()).then_some("true");
        html! { a.an-open href=(address(ECONOMICS, &query.to_query())) title=(label) data-set=(set.code()) aria-current=[here] { (says) } }
    }

    fn card(&self, of: &Figure) -> Markup {
        let window = if of.yearly { self.report.year } else { self.report.period };
        let last = window.end_exclusive().pred_opt().unwrap_or(window.start());
        let how = How {
            name: t(of.name),
            definition: t(of.definition),
            formula: of.formula.clone(),
            numerator: of.numerator.map(|rows| self.rows(rows)),
            denominator: of.denominator.map(|rows| self.rows(rows)),
            period: days(window.start(), last),
            filter: t(economics::EVERYTHING),
            as_of: self.report.as_of,
        };
        html! {
            div.econ-figure data-figure=(of.code) {
                span.k { (t(of.name)) }
                b.v.num data-value="" { (of.value) }
                @if let Some(note) = of.note { span.fs12.muted { (t(note)) } }
                (how.markup())
            }
        }
    }
}

fn share(of: &Of<'_>, parts: [(EconomicsSet, i64); 2], bp: Option<i64>, names: (&'static str, Key, Key), yearly: bool) -> Markup {
    let value = fmt::percent(bp, 1);
    let formula = ratio(&fmt::integer(parts[0].1), &fmt::integer(parts[1].1), &value);
    let (code, name, definition) = names;
    of.card(&Figure { code, name, definition, value, note: None, formula, numerator: Some(parts[0]), denominator: Some(parts[1]), yearly })
}

/// Who came, stayed and went.
pub fn customers(of: &Of<'_>) -> Markup {
    use EconomicsSet as S;
    let all = &of.report.all;
    let moves = all.moves;
    let new = of.card(&Figure {
        code: "new",
        name: economics::NEW,
        definition: economics::NEW_DEF,
        value: fmt::integer(moves.new),
        note: None,
        formula: fmt::integer(moves.new),
        numerator: Some((S::New, moves.new)),
        denominator: None,
        yearly: false,
    });
    let tenure = all.tenure_milli.map(|milli| fmt::days(facts().lang, milli / 1_000)).unwrap_or_else(|| fmt::NO_VALUE.to_owned());
    let tenure = of.card(&Figure {
        code: "tenure",
        name: economics::TENURE,
        definition: economics::TENURE_DEF,
        formula: texts().fmt(economics::TENURE_FORMULA, &[("n", &fmt::integer(all.end)), ("value", &tenure)]),
        value: tenure,
        note: None,
        numerator: Some((S::End, all.end)),
        denominator: None,
        yearly: false,
    });
    let start = (S::Start, moves.start);
    let churn =
        share(of, [(S::Lost, moves.lost_of_start), start], all.churn.churn_bp, ("churn", economics::CHURN, economics::CHURN_DEF), false);
    let kept = share(
        of,
        [(S::Kept, all.kept), start],
        all.churn.retention_bp,
        ("retention", economics::RETENTION, economics::RETENTION_DEF),
        false,
    );
    let repeat = share(
        of,
        [(S::Repeat, all.repeat), (S::Buyers, all.buyers)],
        all.repeat_bp,
        ("repeat", economics::REPEAT, economics::REPEAT_DEF),
        true,
    );
    let others = [(S::End, all.end), (S::Back, all.back), (S::Early, moves.early_churn)].map(|rows| of.rows(rows));
    html! {
        section.card-box data-card="customers" {
            h2 { (t(economics::CUSTOMERS)) }
            div.econ-figures { (new) (churn) (kept) (repeat) (tenure) }
            p.fs13.econ-more { @for other in &others { (other) " " } }
        }
    }
}

/// What they bring and cost, in one currency.
pub fn money(of: &Of<'_>, one: &MoneyFigures) -> Markup {
    use EconomicsSet as S;
    let report = of.report;
    let all = &report.all;
    let text = |minor: i64| words::money_text(Money { minor, currency: one.currency });
    let some = |minor: Option<i64>| minor.map_or_else(|| fmt::NO_VALUE.to_owned(), text);
    let plain = |code, name, definition, value: String, formula: String, numerator, denominator, yearly, note| {
        of.card(&Figure { code, name, definition, value, note, formula, numerator, denominator, yearly })
    };
    let start = Some((S::YearStart, all.year_start));
    let lost = Some((S::YearLost, all.year_lost));
    let kept = one.moves.start - one.moves.churned - one.moves.contraction;
    let grr = fmt::percent(one.retention.grr_bp, 1);
    let nrr = fmt::percent(one.retention.nrr_bp, 1);
    let buyers = Some((S::Buyers, all.buyers));
    let arpa = some(one.arpa_minor);
    let ltv = some(one.ltv.map(|ltv| ltv.minor));
    let margin = fmt::percent(report.margin_bp, 1);
    let churn = fmt::percent(all.year_churn_bp, 1);
    let ltv_note = match one.ltv {
        Some(ltv) => ltv.capped.then_some(economics::LTV_CAPPED),
        None if report.margin_bp.is_none() => Some(economics::LTV_NO_MARGIN),
        None => Some(economics::NOT_KNOWN),
    };
    let cac_note = match (one.cac_minor, report.sees_costs, one.cost_minor) {
        (Some(_), ..) => None,
        (None, false, _) => Some(economics::CAC_HIDDEN),
        (None, true, None) => Some(economics::CAC_NO_COSTS),
        (None, true, Some(_)) => Some(economics::CAC_NO_NEW),
    };
    let hundredths = |key: Key, x100: Option<i64>| {
        let number = |x100: i64| format!("{}.{:01}", x100 / 100, (x100 % 100) / 10);
        x100.map_or_else(|| fmt::NO_VALUE.to_owned(), |x100| texts().fmt(key, &[("n", &number(x100))]))
    };
    let times = hundredths(economics::TIMES, one.ltv_cac_x100);
    let payback = hundredths(economics::MONTHS, one.payback_months_x100);
    let missing = |known: bool| (!known).then_some(economics::NOT_KNOWN);
    let cac = some(one.cac_minor);
    let new = Some((S::New, all.moves.new));
    html! {
        section.card-box data-card="money" data-currency=(one.currency.code()) {
            h2 { (texts().fmt(economics::MONEY_IN, &[("currency", one.currency.code())])) }
            div.econ-figures {
                (plain("revenue", economics::REVENUE, economics::REVENUE_DEF, text(one.revenue_minor), text(one.revenue_minor), None, None, false, None))
                (plain("grr", economics::GRR, economics::GRR_DEF, grr.clone(), ratio(&text(kept), &text(one.moves.start), &grr), lost, start, true, None))
                (plain("nrr", economics::NRR, economics::NRR_DEF, nrr.clone(), ratio(&text(kept + one.moves.expansion), &text(one.moves.start), &nrr), lost, start, true, None))
                (plain("arpa", economics::ARPA, economics::ARPA_DEF, arpa.clone(), ratio(&text(one.year_minor), &fmt::integer(one.year_customers), &arpa), buyers, None, true, None))
                (plain("ltv", economics::LTV, economics::LTV_DEF, ltv.clone(), texts().fmt(economics::LTV_FORMULA, &[("arpa", &arpa), ("margin", &margin), ("churn", &churn), ("value", &ltv)]), lost, start, true, ltv_note))
                (plain("cac", economics::CAC, economics::CAC_DEF, cac.clone(), ratio(&some(one.cost_minor), &fmt::integer(all.moves.new), &cac), new, None, false, cac_note))
                (plain("ltv_cac", economics::RATIO, economics::RATIO_DEF, times.clone(), ratio(&ltv, &cac, &times), new, None, false, missing(one.ltv_cac_x100.is_some())))
                (plain("payback", economics::PAYBACK, economics::PAYBACK_DEF, payback.clone(), ratio(&cac, &format!("{arpa} × {margin} ÷ 12"), &payback), new, None, false, missing(one.payback_months_x100.is_some())))
            }
        }
    }
}
