//! Recency and frequency in a heat map, and the eight classes beneath it.

use super::say::{self, Of, said};
use crate::why::class;
use domain::rounding::ratio_bp;
use domain::tiers::RfmClass;
use domain::tiers::figures::{CustomerSet, Group, RfmFigure};
use i18n::keys::tiers;
use maud::{Markup, html};
use ui::how::{How, ratio};
use ui::{fmt, t};

/// Scores in the order of the picture: recent ones above, frequent ones to the right.
pub const R: [u8; 5] = [5, 4, 3, 2, 1];
pub const F: [u8; 5] = [1, 2, 3, 4, 5];
/// Depths of colour.
pub const DEPTHS: u64 = 5;
/// Pixels of a row.
const ROW: u32 = 52;

/// Its chart by the name in an address.
pub const CHART: &str = "heat";

pub fn card(of: &Of<'_>) -> Markup {
    let figure = &of.report.rfm;
    html! {
        h2 { (t(tiers::HEAT)) }
        @if figure.scored.count == 0 { p.muted { (fmt::NO_VALUE) " " (t(tiers::NO_SCORES)) } }
        @else {
            (ui::chart::place(&of.asked.chart(CHART), &picture(of, figure)))
            p.tf-says data-says="" { (sentence(of, figure)) }
            (classes(of, figure))
            (cells(of, figure))
            (how(of, figure))
        }
    }
}

fn of_class(figure: &RfmFigure, class: RfmClass) -> Group {
    figure.classes.iter().find(|(known, _)| *known == class).map(|(_, group)| *group).unwrap_or_default()
}

fn sentence(of: &Of<'_>, figure: &RfmFigure) -> String {
    let best = of_class(figure, RfmClass::ImportantValue);
    let asleep = of_class(figure, RfmClass::ImportantKeep);
    said(
        tiers::HEAT_SAYS,
        &[
            ("best", say::number(best.count)),
            ("scored", say::number(figure.scored.count)),
            ("share", say::rate(ratio_bp(best.minor, figure.scored.minor))),
            ("asleep", say::number(asleep.count)),
            ("amount", of.money(asleep.minor)),
        ],
    )
}

/// How deep a cell is coloured: not at all without customers, else by their number
/// against the fullest cell.
pub fn depth(count: u64, most: u64) -> u64 {
    if count == 0 { 0 } else { (count * DEPTHS).div_ceil(most.max(count)) }
}

// Places are shares of the width, so that signs keep their size on every screen.
fn picture(of: &Of<'_>, figure: &RfmFigure) -> Markup {
    let most = figure.cells.iter().flatten().map(|cell| cell.count).max().unwrap_or(0);
    html! {
        svg.tf-heat width="100%" height=(ROW * 5 + 44) role="group" aria-label=(t(tiers::HEAT_PICTURE)) {
            @for (y, r) in (0_u32..).map(|row| row * ROW).zip(R) {
                text x="8%" dx="-6" y=(y + 30) text-anchor="end" { "R" (r) }
                @for (x, f) in (0_u32..).map(|column| 8 + column * 18).zip(F) { (cell(of, figure.cell(r, f), CustomerSet::Cell(r, f), (x, y), most)) }
            }
            @for (x, f) in (0_u32..).map(|column| 17 + column * 18).zip(F) { text x={ (x) "%" } y=(ROW * 5 + 18) text-anchor="middle" { "F" (f) } }
            text x="53%" y=(ROW * 5 + 38) text-anchor="middle" { (t(tiers::HEAT_AXES)) }
        }
    }
}

fn cell(of: &Of<'_>, group: Group, set: CustomerSet, (x, y): (u32, u32), most: u64) -> Markup {
    let inside = html! {
        rect class={ "tf-cell h" (depth(group.count, most)) } x={ (x) "%" } y=(y) width="17.4%" height=(ROW - 3) rx="4" {}
        text.tf-n x={ (x) "%" } dx="0" y=(y + 22) { tspan.tf-in { (say::number(group.count)) } }
        " "
        @if group.count > 0 { text.tf-amount x={ (x) "%" } y=(y + 39) { tspan.tf-in { (of.money(group.minor)) } } }
    };
    if group.count == 0 {
        return html! { g.tf-none { (inside) } };
    }
    let label = label(of, group, set);
    html! { a href=(of.asked.opened(set)) aria-label=(label) aria-current=[of.asked.current(set)] data-set=(set.code()) { (inside) } }
}

/// A cell in words.
pub fn label(of: &Of<'_>, group: Group, set: CustomerSet) -> String {
    said(tiers::CELL_SAYS, &[("n", say::number(group.count)), ("amount", of.money(group.minor)), ("set", say::set(set))])
}

fn classes(of: &Of<'_>, figure: &RfmFigure) -> Markup {
    html! {
        div.table-wrap { table.table.tf-table {
            caption.sr { (t(tiers::RFM_CLASSES)) }
            thead { tr {
                th scope="col" { (t(tiers::RFM_CLASS)) } th.r scope="col" { (t(tiers::CUSTOMERS)) } th.r scope="col" { (t(tiers::SHARE_OF)) }
                th.r scope="col" { (t(tiers::REVENUE)) } th.r scope="col" { (t(tiers::SHARE_OF)) }
            } }
            tbody { @for (of_class, group) in &figure.classes {
                @let set = CustomerSet::Rfm(*of_class);
                tr data-row=(set.code()) {
                    th scope="row" { (t(class(*of_class))) }
                    td.r.num { (of.count(set, group.count)) }
                    td.r.num { (say::rate(ratio_bp(group.count, figure.scored.count))) }
                    td.r.num { (of.money(group.minor)) }
                    td.r.num { (say::rate(ratio_bp(group.minor, figure.scored.minor))) }
                }
            } }
            tfoot {
                tr data-row="scored" {
                    th scope="row" { (t(tiers::SET_SCORED)) } td.r.num { (of.count(CustomerSet::Scored, figure.scored.count)) } td {}
                    td.r.num { (of.money(figure.scored.minor)) } td {}
                }
                tr data-row="unscored" { th scope="row" { (t(tiers::SET_UNSCORED)) } td.r.num { (of.count(CustomerSet::Unscored, figure.unscored)) } td {} td {} td {} }
            }
        } }
    }
}

/// The heat map as a table.
fn cells(of: &Of<'_>, figure: &RfmFigure) -> Markup {
    html! {
        details.an-how {
            summary { (t(tiers::AS_TABLE)) }
            div.table-wrap tabindex="0" role="region" aria-label=(t(tiers::AS_TABLE)) { table.table.tf-table {
                caption.sr { (t(tiers::HEAT)) }
                thead { tr { th scope="col" { (t(tiers::HEAT_HEAD)) } @for f in F { th.r scope="col" { "F" (f) } } } }
                tbody { @for r in R {
                    tr {
                        th scope="row" { "R" (r) }
                        @for f in F {
                            @let group = figure.cell(r, f);
                            td.r.num { (of.count(CustomerSet::Cell(r, f), group.count)) @if group.count > 0 { small.muted.block { (of.money(group.minor)) } } }
                        }
                    }
                } }
            } }
        }
    }
}

fn how(of: &Of<'_>, figure: &RfmFigure) -> Markup {
    let (n, all) = (of_class(figure, RfmClass::ImportantValue).count, figure.scored.count);
    let how = How {
        name: t(tiers::HEAT),
        definition: t(tiers::ABOUT_RFM),
        formula: ratio(&say::number(n), &say::number(all), &say::rate(ratio_bp(n, all))),
        numerator: Some(of.rows(CustomerSet::Rfm(RfmClass::ImportantValue), n)),
        denominator: Some(of.rows(CustomerSet::Scored, all)),
        period: ui::how::days(of.report.since, of.report.as_of),
        filter: of.filter,
        as_of: of.report.as_of,
    };
    how.markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_cell_is_deepest_and_an_empty_one_has_no_colour() {
        assert_eq!([depth(0, 10), depth(1, 10), depth(2, 10), depth(3, 10), depth(10, 10)], [0, 1, 1, 2, 5]);
        assert_eq!(depth(0, 0), 0);
    }
}
