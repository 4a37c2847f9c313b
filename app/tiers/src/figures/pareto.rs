//! The few that bring most: the curve with its classes, a sentence and a table.

use super::say::{self, Of, said};
use domain::rounding::ratio_bp;
use domain::tiers::figures::{CustomerSet, Group, ParetoFigure};
use domain::tiers::{AbcClass, ParetoPoint};
use i18n::keys::tiers;
use maud::{Markup, html};
use ui::how::{How, ratio};
use ui::{fmt, t};

/// A class narrower than this share of the picture has no letter in it, in basis points.
const LETTER_FROM: i64 = 500;

/// Its chart by the name in an address.
pub const CHART: &str = "pareto";

pub fn card(of: &Of<'_>) -> Markup {
    let figure = &of.report.pareto;
    html! {
        h2 { (t(tiers::PARETO)) }
        @match figure.curve.bringing_80 {
            None => { p.muted { (fmt::NO_VALUE) " " (t(tiers::NO_CURVE)) } }
            Some(few) => {
                (ui::chart::place(&of.asked.chart(CHART), &picture(of, figure)))
                p.tf-says data-says="" { (sentence(of, figure, few)) }
                (table(of, figure))
                (how(of, figure, few))
            }
        }
    }
}

fn sentence(of: &Of<'_>, figure: &ParetoFigure, few: ParetoPoint) -> String {
    said(
        tiers::PARETO_SAYS,
        &[
            ("n", say::number(few.customers as u64)),
            ("all", say::number(figure.paying.count)),
            ("share", say::rate(Some(few.customers_bp))),
            ("revenue", say::rate(Some(few.revenue_bp))),
            ("amount", of.money(figure.paying.minor)),
        ],
    )
}

/// Basis points as hundredths of the picture's width or height.
fn percent(bp: i64) -> String {
    format!("{}.{:02}", bp / 100, bp % 100)
}

/// The classes from the left, each with where it begins and how wide it is, in basis
/// points of all customers with revenue.
pub fn zones(figure: &ParetoFigure) -> Vec<(AbcClass, Group, i64, i64)> {
    let mut before = 0;
    let mut found = Vec::new();
    for (class, group) in &figure.classes {
        let edge = |n: u64| ratio_bp(n, figure.paying.count).unwrap_or(0);
        let (from, to) = (edge(before), edge(before + group.count));
        before += group.count;
        if group.count > 0 {
            found.push((*class, *group, from, to - from));
        }
    }
    found
}

/// The curve from the lower left corner, in a box of 100 by 100.
pub fn path(points: &[ParetoPoint]) -> String {
    let line: String = points.iter().map(|p| format!("L{} {}", percent(p.customers_bp), percent(10_000 - p.revenue_bp))).collect();
    format!("M0 100{line}")
}

// Places are shares of the width, so that signs keep their size on every screen.
fn picture(of: &Of<'_>, figure: &ParetoFigure) -> Markup {
    let zones = zones(figure);
    let curve = path(&figure.curve.points);
    let label = t(tiers::PARETO_PICTURE);
    html! {
        svg.tf-pareto width="100%" height="248" role="group" aria-label=(label) {
            svg y="20" width="100%" height="200" viewBox="0 0 100 100" preserveAspectRatio="none" {
                @for (class, _, from, width) in &zones {
                    // For the pointer only: the table has the links.
                    a href=(of.asked.opened(CustomerSet::Abc(*class))) tabindex="-1" aria-hidden="true" {
                        rect class={ "tf-zone is-" (class) } x=(percent(*from)) width=(percent(*width)) height="100" {}
                    }
                }
                path.tf-area d={ (curve) "L100 100Z" } {}
                path.tf-curve d=(curve) {}
                path.tf-level d="M0 20H100" {}
                @for (_, _, from, _) in zones.iter().skip(1) { path.tf-border d={ "M" (percent(*from)) " 0V100" } {} }
            }
            @for (class, _, from, width) in &zones {
                @if *width >= LETTER_FROM { text.tf-letter x={ (percent(from + width / 2)) "%" } y="14" text-anchor="middle" { (class) } }
            }
            text.tf-mark x="100%" dx="-4" y="56" text-anchor="end" { "80%" }
            text x="0" y="238" { "0%" }
            text x="100%" y="238" text-anchor="end" { (said(tiers::OF_PAYING, &[("n", say::number(figure.paying.count))])) }
        }
    }
}

fn table(of: &Of<'_>, figure: &ParetoFigure) -> Markup {
    let row = |name: &Markup, set: CustomerSet, group: Group| {
        html! {
            tr data-row=(set.code()) {
                th scope="row" { (name) }
                td.r.num { (of.count(set, group.count)) }
                td.r.num { (say::rate(ratio_bp(group.count, figure.paying.count))) }
                td.r.num { (of.money(group.minor)) }
                td.r.num { (say::rate(ratio_bp(group.minor, figure.paying.minor))) }
            }
        }
    };
    html! {
        div.table-wrap { table.table.tf-table {
            caption.sr { (t(tiers::PARETO)) }
            thead { tr {
                th scope="col" { (t(tiers::ABC)) } th.r scope="col" { (t(tiers::CUSTOMERS)) } th.r scope="col" { (t(tiers::SHARE_OF)) }
                th.r scope="col" { (t(tiers::REVENUE)) } th.r scope="col" { (t(tiers::SHARE_OF)) }
            } }
            tbody { @for (class, group) in &figure.classes {
                (row(&html! { i class={ "tf-key is-" (class) } {} (said(tiers::SET_ABC, &[("class", class.code().to_owned())])) }, CustomerSet::Abc(*class), *group))
            } }
            tfoot {
                (row(&html! { (t(tiers::SET_PAYING)) }, CustomerSet::Paying, figure.paying))
                tr data-row="without" { th scope="row" { (t(tiers::SET_WITHOUT)) } td.r.num { (of.count(CustomerSet::WithoutRevenue, figure.without)) } td {} td {} td {} }
            }
        } }
    }
}

fn how(of: &Of<'_>, figure: &ParetoFigure, few: ParetoPoint) -> Markup {
    let (n, all) = (few.customers as u64, figure.paying.count);
    let how = How {
        name: t(tiers::PARETO),
        definition: t(tiers::ABOUT_PARETO),
        formula: ratio(&say::number(n), &say::number(all), &say::rate(Some(few.customers_bp))),
        numerator: Some(of.rows(CustomerSet::Bringing80, n)),
        denominator: Some(of.rows(CustomerSet::Paying, all)),
        period: ui::how::days(of.report.since, of.report.as_of),
        filter: of.filter,
        as_of: of.report.as_of,
    };
    how.markup()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tiers::pareto;

    #[test]
    fn the_curve_begins_below_and_ends_above() {
        let curve = pareto(&[60, 30, 10], 9);
        assert_eq!(path(&curve.points), "M0 100L33.33 40.00L66.67 10.00L100.00 0.00");
    }

    #[test]
    fn classes_fill_the_picture_and_empty_ones_have_no_place() {
        let group = |count, minor| Group { count, minor };
        let figure = ParetoFigure {
            curve: pareto(&[80, 10, 10], 9),
            paying: group(3, 100),
            classes: vec![(AbcClass::A, group(1, 80)), (AbcClass::B, group(2, 20)), (AbcClass::C, group(0, 0))],
            without: 4,
        };
        let places: Vec<_> = zones(&figure).into_iter().map(|(class, _, from, width)| (class, from, width)).collect();
        assert_eq!(places, [(AbcClass::A, 0, 3_333), (AbcClass::B, 3_333, 6_667)]);
    }
}
